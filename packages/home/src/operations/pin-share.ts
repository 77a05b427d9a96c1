// A link with a PIN. The grant key is made of three parts that never meet at one place before it opens: the link's secret, the PIN and the share in a
// locker at the first relay of the link (specs/grant.md §11). Without a locker there is no PIN.
import { encodePinLink, parseLink, pinKeys } from '@hale/consent';
import { HaleError, toHex } from '@hale/kernel';
import type { Home } from '../home.ts';
import { fillLocker } from '../net/relay-info.ts';
import type { Operation } from './context.ts';
import { give, grantInfo, grantRelays, previewOf, wishOf } from './share.ts';

const DIGITS = 6;
/** The relay keeps a locker at most so long. */
const LOCKER_SECONDS = 396 * 86_400;

export const sharePin: Operation<'share.pin'> = async ({ home }, given) => {
  const parameters = { ...given, with: 'link', withPin: true };
  const wish = wishOf(home, parameters, null);
  const preview = previewOf(home, parameters, wish);
  const [first] = grantRelays(home);
  if (first === undefined)
    throw new HaleError(
      'unavailable',
      'a PIN needs a relay that keeps its locker; run `hale start`, or `hale relays add URL`',
    );
  const secret = home.vault.random.bytes(32);
  const share = home.vault.random.bytes(32);
  const pin = newPin(home);
  const { lockerId: id, verifier, grantKey } = pinKeys(secret, pin);
  const nowSeconds = Math.floor(home.nowMicros() / 1e6);
  const until = wish.scope.until === null ? Number.POSITIVE_INFINITY : Math.ceil(wish.scope.until / 1e6);
  const expires = Math.min(until, nowSeconds + LOCKER_SECONDS);
  // First the locker: a grant that nobody could open must not be made.
  await fillLocker(first, { id, verifier, share: toHex(share), expires }, home.keys.member);
  const { made, link } = give(home, { ...wish, key: grantKey(share) }, null);
  await home.network.settle(3000);
  const { origin, author, relays } = parseLink(link);
  return { grant: grantInfo(home, made.grant), link: encodePinLink({ origin, author, relays, secret }), pin, preview };
};

/** Six digits, all equally likely. */
function newPin(home: Home): string {
  for (;;) {
    const [a, b, c] = home.vault.random.bytes(3);
    const number = (a << 16) | (b << 8) | c;
    // Of 2²⁴ numbers the first sixteen millions fall evenly on a million PINs.
    if (number < 16_000_000) return String(number % 1_000_000).padStart(DIGITS, '0');
  }
}
