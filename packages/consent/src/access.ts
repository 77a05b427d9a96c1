// Who may fetch the tiles of one author: keys made for one (grant, author), each with a time at which it stops by itself (DESIGN §6, C3, H3).
import { dayStart } from '@hale/kernel';
import { readerOf } from './grant.ts';
import { LIMITS, MICROS_PER_SECOND } from './limits.ts';
import { isActive, type OwnerGrant } from './owner-grant.ts';

export interface AccessEntry {
  /** Reader's public key, lower-case hex. */
  reader: string;
  /** Unix seconds. */
  until: number;
}

/**
 * The list for the access event of `author` (a stream's author or that of a grant's own stream): each reader of a grant that is active,
 * until 30 days from now at most and never beyond its consent. The readers of an ended grant keep, for its own stream
 * only, 30 days to fetch the end notice. In the order of the keys, which tells nothing.
 * @param author lower-case hex
 * @param now microseconds
 */
export function accessList(author: string, grants: readonly OwnerGrant[], now: number): AccessEntry[] {
  const entries: AccessEntry[] = [];
  for (const grant of grants) {
    const until = accessUntil(author, grant, now);
    if (until !== null) entries.push({ reader: readerOf(grant.grantKey, author), until });
  }
  return entries.sort((a, b) => (a.reader < b.reader ? -1 : 1));
}

function accessUntil(author: string, grant: OwnerGrant, now: number): number | null {
  const nowSeconds = Math.floor(now / MICROS_PER_SECOND);
  if (grant.ended !== null) {
    const until = dayStart(grant.ended / MICROS_PER_SECOND) + LIMITS.endNoticeSeconds;
    return author === grant.grantAuthor && nowSeconds < until ? until : null;
  }
  if (!isActive(grant, now)) return null;
  const isOfGrant = author === grant.grantAuthor || author === grant.copiesAuthor || grant.authors.includes(author);
  if (!isOfGrant) return null;
  const consentEnd =
    grant.scope.until === null ? Number.POSITIVE_INFINITY : Math.floor(grant.scope.until / MICROS_PER_SECOND);
  return Math.min(dayStart(nowSeconds) + LIMITS.accessSecondsMax, consentEnd);
}

/**
 * created_at of the next access event: two in one second would be decided by the lower id (NIP-01), and a clock that was
 * set back would lose to the list before it. The start of the day, so that lists written together do not link streams; but exact on the day on
 * which this home took the pen: it does not know all lists of that day of the home before it, and must not lose to them.
 * @param previous created_at of the newest access event known, null = none
 * @param now unix seconds
 * @param penAt unix seconds in which this home took the pen from another; 0 for the first home
 */
export function accessDate(previous: number | null, now: number, penAt: number): number {
  const earliest = penAt >= dayStart(now) ? Math.floor(now) : dayStart(now);
  return previous === null ? earliest : Math.max(earliest, previous + 1);
}
