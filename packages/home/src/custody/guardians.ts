// Guardians of one's words: pieces go out by letter or on paper, and what a guardian holds of others lies in her catalogue. A piece is released to
// a code, after a wait in which the home of who it belongs to is told and may refuse. specs/custody.md §6

import { type RecoveryPiece, sealRelease } from '@hale/consent';
import { equalBytes, HaleError, type HybridRecipient, schnorrPublic, sha256, toHex } from '@hale/kernel';
import { entropyOf, masterKeys, parseWords, seedOf, splitSecret } from '@hale/kernel/seal';
import type { Home } from '../home.ts';
import { HOME_LIMITS } from '../limits.ts';
import { type Recipient, recipientOf } from '../recipients.ts';
import { fetchLetters, letterDone, lettersOf, sendLetter } from './letters.ts';

/** As it stands in the owner's catalogue: who holds pieces, and not one of them. */
export interface GuardianSet {
  /** Hex, 16 digits. */
  set: string;
  need: number;
  at: number;
  waitHours: number;
  /** Of paper: no npub. */
  guardians: { npub: string | null; name: string; x: number; state: 'sent' | 'kept' | 'paper' }[];
}

/** What a guardian's catalogue holds: setting `guardian-piece/<owner hex>`. */
export interface HeldPiece {
  set: Uint8Array;
  need: number;
  x: number;
  data: Uint8Array;
  waitHours: number;
  name: string;
  at: number;
  /** A release that waits: for which code (its hash), and when it may be given. */
  release: { code: Uint8Array; at: number; untilMicros: number; isRefused: boolean } | null;
}

const SET = 'guardians';
const PIECE = 'guardian-piece/';

const pieceName = (owner: string): string => `${PIECE}${owner}`;
const record = (home: Home, name: string, value: unknown): void => {
  home.vault.record([{ type: 'setting', name, value }]);
};

export const guardianSet = (home: Home): GuardianSet | null =>
  (home.vault.state.settings.get(SET) as GuardianSet | null | undefined) ?? null;

export const heldPieces = (home: Home): (HeldPiece & { owner: string })[] =>
  [...home.vault.state.settings]
    .filter(([name, value]) => name.startsWith(PIECE) && value !== null)
    .map(([name, value]) => ({ ...(value as HeldPiece), owner: name.slice(PIECE.length) }));

// --- the owner

export interface PieceHolder {
  /** Null: printed. */
  recipient: Recipient | null;
  name: string;
}

/**
 * Cuts the words into pieces and sends those that go by letter. An earlier set is revoked: its guardians are asked to forget.
 * @returns the pieces that go on paper, in the order of their holders
 * @throws HaleError 'usage' for words that are not this vault's, and for numbers that make no sense
 */
export function setGuardians(
  home: Home,
  words: string,
  holders: readonly PieceHolder[],
  { need, waitHours }: { need: number; waitHours: number },
): { set: GuardianSet; paper: RecoveryPiece[] } {
  const phrase = parseWords(words);
  if (!equalBytes(schnorrPublic(masterKeys(seedOf(phrase)).identity), schnorrPublic(home.keys.identity)))
    throw new HaleError('usage', 'these are not the words of this vault');
  if (waitHours < 0 || waitHours > HOME_LIMITS.guardianWaitHoursMax || !Number.isInteger(waitHours))
    throw new HaleError('usage', 'the wait before a release is a whole number of hours, at most 720');
  const shares = splitSecret(entropyOf(phrase), need, holders.length, (length) => home.vault.random.bytes(length));
  const set = home.vault.random.bytes(8);
  const owner = schnorrPublic(home.keys.identity).slice(0, 8);
  const made: GuardianSet = {
    ...{ set: toHex(set), need, at: home.nowMicros(), waitHours },
    guardians: holders.map(({ recipient, name }, i) => ({
      ...{ npub: recipient?.pubkey ?? null, name, x: shares[i].x, state: recipient ? 'sent' : 'paper' },
    })),
  };
  home.vault.change(() => {
    const before = guardianSet(home);
    holders.forEach(({ recipient }, i) => {
      const { x, data } = shares[i];
      if (recipient) sendLetter(home, recipient, { v: 1, type: 'guardian-piece', set, need, x, data, waitHours });
    });
    if (before) revokeWith(home, before, new Set(holders.flatMap(({ recipient }) => recipient?.pubkey ?? [])));
    record(home, SET, made);
  });
  home.useRelays();
  home.announce();
  const paper = holders.flatMap(({ recipient }, i) => (recipient ? [] : [{ ...shares[i], set, need, owner }]));
  return { set: made, paper };
}

/** Asks every guardian to forget. Those who do not, can still release: only new words end that. @throws HaleError 'not-found' */
export function revokeGuardians(home: Home): void {
  const before = guardianSet(home);
  if (!before) throw new HaleError('not-found', 'there are no guardians');
  home.vault.change(() => {
    revokeWith(home, before, new Set());
    record(home, SET, null);
  });
  home.useRelays();
  home.announce();
}

/** @param kept guardians whom a new piece replaces it at */
function revokeWith(home: Home, { set, guardians }: GuardianSet, kept: ReadonlySet<string>): void {
  for (const { npub } of guardians)
    if (npub !== null && !kept.has(npub))
      write(home, npub, { v: 1, type: 'guardian-word', set, said: 'revoked', until: null });
}

type Word = Extract<Parameters<typeof sendLetter>[2], { type: 'guardian-word' }>;

/** To somebody whose key was seen before, at boxes that are this home's own too. */
function write(home: Home, npub: string, text: Word): void {
  const pin = home.vault.state.pins.get(npub);
  if (!pin) return;
  const envelope: HybridRecipient = { pubkey: pin.inbox, kemPublic: pin.kemPublic };
  const relays = boxesOf.get(home)?.get(npub) ?? [];
  sendLetter(home, { pubkey: npub, name: '', relays, envelope }, text);
}

/** Post boxes of people as they were last looked up. */
const boxesOf = new WeakMap<Home, Map<string, string[]>>();

/** Before guardians are written to: where their post boxes are by now. */
export async function lookUpGuardians(home: Home): Promise<void> {
  for (const { npub } of guardianSet(home)?.guardians ?? []) if (npub !== null) await lookUp(home, npub);
}

async function lookUp(home: Home, npub: string): Promise<void> {
  const { relays } = await recipientOf(home, npub, []);
  const boxes = boxesOf.get(home) ?? new Map<string, string[]>();
  boxesOf.set(home, boxes.set(npub, relays));
}

/** Releases that guardians announced: there is time to refuse. */
export const announcedReleases = (home: Home) =>
  lettersOf(home, 'guardian-word').filter(
    ({ text: { said, set } }) => said === 'asked' && set === guardianSet(home)?.set,
  );

/** Refuses what guardians announced: they drop it. @throws HaleError 'not-found' */
export async function refuseReleases(home: Home): Promise<number> {
  const announced = announcedReleases(home);
  if (announced.length === 0) throw new HaleError('not-found', 'no guardian is about to release a piece');
  for (const { from } of announced) await lookUp(home, from);
  home.vault.change(() => {
    for (const { id, from, text } of announced) {
      write(home, from, { v: 1, type: 'guardian-word', set: text.set, said: 'refused', until: null });
      letterDone(home, id);
    }
  });
  home.useRelays();
  home.announce();
  return announced.length;
}

// --- the guardian

/** Takes in what letters say of pieces: new ones are kept, revoked ones forgotten, refused releases dropped. */
export async function tendGuardians(home: Home): Promise<void> {
  await fetchLetters(home);
  for (const { id, from, text, at } of lettersOf(home, 'guardian-piece')) await keepPiece(home, id, from, text, at);
  for (const { id, from, text } of lettersOf(home, 'guardian-word')) takeWord(home, id, from, text);
}

async function keepPiece(
  home: Home,
  letter: string,
  from: string,
  { set, need, x, data, waitHours }: Extract<Parameters<typeof sendLetter>[2], { type: 'guardian-piece' }>,
  at: number,
): Promise<void> {
  const known = home.vault.state.settings.get(pieceName(from));
  const hasRoom = Boolean(known) || heldPieces(home).length < HOME_LIMITS.guardianPiecesMax;
  const recipient = await recipientOf(home, from, []);
  home.vault.change(() => {
    if (hasRoom) {
      record(home, pieceName(from), { set, need, x, data, waitHours, name: '', at, release: null });
      const { kemPublic, pubkey } = recipient.envelope;
      if (kemPublic !== null && !home.vault.state.pins.has(from))
        home.vault.record([{ type: 'pin', npub: from, inbox: pubkey, kemPublic }]);
      boxesOf.set(home, (boxesOf.get(home) ?? new Map<string, string[]>()).set(from, recipient.relays));
      write(home, from, { v: 1, type: 'guardian-word', set: toHex(set), said: 'kept', until: null });
    }
    letterDone(home, letter);
  });
  home.useRelays();
  home.announce();
}

function takeWord(home: Home, letter: string, from: string, { set, said }: Word): void {
  const held = home.vault.state.settings.get(pieceName(from)) as HeldPiece | null | undefined;
  const isOfHeld = held && toHex(held.set) === set;
  const own = guardianSet(home);
  home.vault.change(() => {
    if (said === 'revoked' && isOfHeld) record(home, pieceName(from), null);
    if (said === 'refused' && isOfHeld && held.release)
      record(home, pieceName(from), { ...held, release: { ...held.release, isRefused: true } });
    if (said === 'kept' && own?.set === set)
      record(home, SET, {
        ...own,
        guardians: own.guardians.map((each) => (each.npub === from ? { ...each, state: 'kept' } : each)),
      });
    // What was announced waits to be seen and answered.
    if (said !== 'asked' || own?.set !== set) letterDone(home, letter);
  });
}

export type Release = { state: 'waiting'; untilMicros: number } | { state: 'released'; text: string };

/**
 * Releases a piece to the code of a new machine: the first time the wait begins and the owner's home is told, afterwards the piece is given.
 * @param owner hex @param code 16 bytes
 * @throws HaleError 'not-found' · 'not-permitted' where the owner's home refused
 */
export async function releasePiece(home: Home, owner: string, code: Uint8Array): Promise<Release> {
  await tendGuardians(home);
  const held = home.vault.state.settings.get(pieceName(owner)) as HeldPiece | null | undefined;
  if (!held)
    throw new HaleError('not-found', 'this home holds no piece of that person; `hale guardian pieces` lists them');
  const hash = sha256(code);
  const now = home.nowMicros();
  const isSame = held.release !== null && equalBytes(held.release.code, hash);
  if (isSame && held.release?.isRefused)
    throw new HaleError('not-permitted', 'the home of that person is alive and refused this release; speak with her');
  if (isSame && held.release && held.release.untilMicros <= now) {
    const { set, need, x, data } = held;
    const ownerBytes = Uint8Array.from(owner.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16)).slice(0, 8);
    return {
      state: 'released',
      text: sealRelease({ set, need, x, data, owner: ownerBytes }, code, (n) => home.vault.random.bytes(n)),
    };
  }
  if (isSame && held.release) return { state: 'waiting', untilMicros: held.release.untilMicros };
  const untilMicros = now + held.waitHours * 3_600e6;
  await lookUp(home, owner);
  home.vault.change(() => {
    record(home, pieceName(owner), { ...held, release: { code: hash, at: now, untilMicros, isRefused: false } });
    write(home, owner, { v: 1, type: 'guardian-word', set: toHex(held.set), said: 'asked', until: untilMicros });
  });
  home.useRelays();
  home.announce();
  return held.waitHours === 0 ? releasePiece(home, owner, code) : { state: 'waiting', untilMicros };
}

/** @throws HaleError 'not-found' */
export function forgetPiece(home: Home, owner: string): void {
  if (!home.vault.state.settings.get(pieceName(owner)))
    throw new HaleError('not-found', 'this home holds no piece of that person');
  record(home, pieceName(owner), null);
}
