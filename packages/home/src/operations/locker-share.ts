// A link with a locker: one that asks for a PIN, one that belongs to the first browser, or both. The grant key is made of parts that never meet at one
// place before it opens: the link's secret, the PIN and the share in a locker at the first relay of the link (specs/grant.md §11).
import { claimKeys, lockerIdOf, pinKeys } from '@hale/consent';
import { HaleError, schnorrPublic, toHex } from '@hale/kernel';
import { lockerOwner } from '@hale/kernel/seal';
import type { GrantLocker, GrantWish } from '@hale/vault';
import type { ClaimInfo, GrantInfo } from '../api.ts';
import type { Home } from '../home.ts';
import { askLockerAsOwner, fillLocker } from '../net/relay-info.ts';
import type { Context, Operation } from './context.ts';
import { agreedWords, give, grantInfo, grantRelays, previewOf, wishOf } from './share.ts';
import { unlessShut } from './shut.ts';

const DIGITS = 6;
/** The relay keeps a locker at most so long. */
const LOCKER_SECONDS = 396 * 86_400;

export const shareLocker: Operation<'share.locker'> = async (context, asked) => {
  const { home } = context;
  const parameters = { ...asked, with: 'link' };
  const { withPin = false, claim = false } = parameters;
  if (!withPin && !claim) throw new HaleError('usage', 'say whether the link asks for a PIN or belongs to one browser');
  const wish = wishOf(home, parameters, null);
  const preview = previewOf(home, parameters, wish);
  const given = await giveLocked(context, { ...wish, ...agreedWords(parameters, preview) }, { withPin, claim });
  return { ...given, preview };
};

/** @throws HaleError 'unavailable' where no relay keeps the locker · 'unsupported' where it is too old for one · 'conflict' where everything was stopped meanwhile */
export async function giveLocked(
  context: Pick<Context, 'home' | 'phone'>,
  wish: GrantWish,
  { withPin, claim }: { withPin: boolean; claim: boolean },
): Promise<{ grant: GrantInfo; link: string; pin: string | null }> {
  const { home } = context;
  const check = unlessShut(context);
  const [relay] = grantRelays(home);
  if (relay === undefined)
    throw new HaleError(
      'unavailable',
      'such a link needs a relay that keeps its locker; run `hale start`, or `hale relays add URL`',
    );
  const secret = home.vault.random.bytes(32);
  const share = home.vault.random.bytes(32);
  const pin = withPin ? newPin(home) : null;
  const { lockerId: id, verifier, grantKey } = pin === null ? claimKeys(secret) : pinKeys(secret, pin);
  const nowSeconds = Math.floor(home.nowMicros() / 1e6);
  const until = wish.scope.until === null ? Number.POSITIVE_INFINITY : Math.ceil(wish.scope.until / 1e6);
  const expires = Math.min(until, nowSeconds + LOCKER_SECONDS);
  const owner = claim ? { claim: toHex(schnorrPublic(ownerOf(home, secret))) } : {};
  // First the locker: a grant that nobody could open must not be made.
  await fillLocker(relay, { id, verifier, share: toHex(share), expires, ...owner }, home.keys.member);
  check();
  const locker = { relay, secret, pin: withPin, claim };
  const { made, link } = give(home, { ...wish, key: grantKey(share), locker }, null);
  await home.network.settle(3000);
  return { grant: grantInfo(home, made.grant), link, pin };
}

const ownerOf = (home: Home, secret: Uint8Array): Uint8Array =>
  lockerOwner(home.vault.keys.catalogueSecret, lockerIdOf(secret));

export const grantsClaim: Operation<'grants.claim'> = ({ home }, { grant }) => askedOf(home, grant, 'look');

export const grantsFree: Operation<'grants.free'> = ({ home }, { grant }) => askedOf(home, grant, 'free');

async function askedOf(home: Home, id: string, wanted: 'look' | 'free'): Promise<ClaimInfo> {
  const { relay, secret } = claimedLocker(home, id);
  const { claimed, destroyed } = await askLockerAsOwner(relay, wanted, lockerIdOf(secret), ownerOf(home, secret));
  const state = destroyed ? 'destroyed' : claimed === null ? 'waiting' : 'claimed';
  return { state, claimedMicros: claimed === null ? null : claimed * 1e6 };
}

function claimedLocker(home: Home, id: string): GrantLocker {
  const grant = home.grants.get(id);
  const { locker } = grant.record;
  if (!locker?.claim) throw new HaleError('usage', 'this was not shared as a link for one browser');
  if (!home.grants.active().includes(grant))
    throw new HaleError('expired', 'this link has ended; nothing opens with it');
  return locker;
}

/** Six digits, all equally likely. */
export function newPin(home: Home): string {
  for (;;) {
    const [a, b, c] = home.vault.random.bytes(3);
    const number = (a << 16) | (b << 8) | c;
    // Of 2²⁴ numbers the first sixteen millions fall evenly on a million PINs.
    if (number < 16_000_000) return String(number % 1_000_000).padStart(DIGITS, '0');
  }
}
