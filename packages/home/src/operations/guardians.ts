// Guardians of one's words, and pieces of others' words.
import { encodePiece, parseFileCode } from '@hale/consent';
import { decodeNpub, encodeNpub, fromHex, HaleError, toHex } from '@hale/kernel';
import type { GuardiansInfo } from '../api.ts';
import {
  announcedReleases,
  forgetPiece,
  guardianSet,
  heldPieces,
  lookUpGuardians,
  type PieceHolder,
  refuseReleases,
  releasePiece,
  revokeGuardians,
  setGuardians,
  tendGuardians,
} from '../custody/guardians.ts';
import { addressee } from '../custody/letters.ts';
import type { Home } from '../home.ts';
import type { Operation } from './context.ts';

const NEED = 2;
const WAIT_HOURS = 24;
const PAPERS_MAX = 16;
const npubOf = (hex: string): string => encodeNpub(fromHex(hex, 32));

function guardiansInfo(home: Home): GuardiansInfo | null {
  const set = guardianSet(home);
  if (!set) return null;
  const { need, at, waitHours, guardians } = set;
  return {
    ...{ need, sinceMicros: at, waitHours },
    guardians: guardians.map(({ npub, name, state }) => ({ npub: npub === null ? null : npubOf(npub), name, state })),
    releases: announcedReleases(home).map(({ from, at: askedMicros, text }) => ({
      ...{ npub: npubOf(from), askedMicros, fromMicros: text.until },
    })),
  };
}

export const guardiansSet: Operation<'guardians.set'> = async (
  { home },
  { words, to, papers = 0, need = NEED, waitHours = WAIT_HOURS },
) => {
  if (!Number.isInteger(papers) || papers < 0 || papers > PAPERS_MAX)
    throw new HaleError('usage', 'this many pieces on paper are not made', { max: PAPERS_MAX });
  const holders: PieceHolder[] = [];
  for (const text of to) {
    const recipient = await addressee(home, text);
    if (holders.some((each) => each.recipient?.pubkey === recipient.pubkey))
      throw new HaleError('usage', 'one guardian is named twice: two pieces in one hand are one piece too few');
    holders.push({ recipient, name: text });
  }
  for (let i = 0; i < papers; i++) holders.push({ recipient: null, name: '' });
  await lookUpGuardians(home);
  const { paper } = setGuardians(home, String(words), holders, { need, waitHours });
  await home.network.settle(5000);
  return {
    guardians: guardiansInfo(home) as GuardiansInfo,
    papers: paper.map(encodePiece),
    relays: home.storeRelays(),
  };
};

export const guardians: Operation<'guardians'> = async ({ home }) => {
  await tendGuardians(home);
  return guardiansInfo(home);
};

export const guardiansRevoke: Operation<'guardians.revoke'> = async ({ home }) => {
  await lookUpGuardians(home);
  revokeGuardians(home);
  await home.network.settle(5000);
  return {};
};

export const guardiansRefuse: Operation<'guardians.refuse'> = async ({ home }) => {
  await tendGuardians(home);
  const refused = await refuseReleases(home);
  await home.network.settle(5000);
  return { refused };
};

export const guardianPieces: Operation<'guardian.pieces'> = async ({ home }) => {
  await tendGuardians(home);
  return heldPieces(home).map(({ owner, need, at, waitHours, release }) => ({
    ...{ owner: npubOf(owner), need, sinceMicros: at, waitHours },
    release: release && { untilMicros: release.untilMicros, isRefused: release.isRefused },
  }));
};

export const guardianRelease: Operation<'guardian.release'> = async ({ home }, { owner, code }) => {
  const released = await releasePiece(home, toHex(decodeNpub(owner)), parseFileCode(code));
  await home.network.settle(5000);
  return released;
};

export const guardianForget: Operation<'guardian.forget'> = ({ home }, { owner }) => {
  forgetPiece(home, toHex(decodeNpub(owner)));
  return {};
};
