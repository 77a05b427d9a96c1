// Notices of others: somebody named this person for the case of an emergency, and her card was opened. The relay put the message out, written long before
// (lockers.ts); it says that it happened, and nothing of why.
import { encodeNpub, fromHex, HaleError, type VerifiedEvent } from '@hale/kernel';
import { unwrapGift } from '@hale/kernel/open';
import type { Home } from '../home.ts';
import { ownWraps } from '../post-box.ts';
import { warning } from '../warnings.ts';

const STATE = 'emergency-notices';
/** Wraps that were looked at, so that nothing is told twice. */
const KNOWN_MAX = 2_000;
/** As lockers.ts writes them. */
export const NOTICE_KIND = 14;
export const NOTICE_SUBJECT = 'Emergency card opened';

/** Asks this person's relays, and tells what is new. @returns how many that were */
export async function hearNotices(home: Home): Promise<number> {
  const wraps = await ownWraps(home);
  const sealed = home.vault.store.state(STATE);
  const known = new Set(sealed ? (home.local.open(STATE, sealed) as string[]) : []);
  const fresh = wraps.filter(({ id }) => !known.has(id));
  if (fresh.length === 0) return 0;
  const told = fresh.flatMap((wrap) => noticeIn(home, wrap));
  const at = new Date(home.nowMicros() / 1000).toISOString().slice(0, 16);
  for (const from of told) home.tell(warning('emergency-of-other', from, at));
  const all = [...known, ...fresh.map(({ id }) => id)].slice(-KNOWN_MAX);
  home.vault.store.transact(() => home.vault.store.setState(STATE, home.local.seal(STATE, all)));
  return told.length;
}

/** Whose card it is, by the key that signed: an npub. Everything else in the message is a stranger's text. */
function noticeIn(home: Home, wrap: VerifiedEvent): string[] {
  try {
    const rumor = unwrapGift(wrap, home.keys.identity);
    const isNotice =
      rumor?.kind === NOTICE_KIND && rumor.tags.some(([name, value]) => name === 'subject' && value === NOTICE_SUBJECT);
    return isNotice ? [encodeNpub(fromHex(rumor.pubkey, 32))] : [];
  } catch (error) {
    if (error instanceof HaleError) return [];
    throw error;
  }
}
