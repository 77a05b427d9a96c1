// Tokens that have to be out before a tile is published. An open-ended grant gets its tokens in leases: aligned blocks of slots, each one
// node of the key tree, sent just in time for the first tile of the block, so that an offline home lets nothing lapse (DESIGN §5, M6).
import { fail, type Level, type SlotRange, slotOf, slotStart } from '@hale/kernel';
import type { LeaseEntry, TokenEntry } from './entries.ts';
import { LIMITS } from './limits.ts';
import {
  grantedSlots,
  isActive,
  isIssued,
  issuedEnd,
  type OwnerGrant,
  streamNumberOf,
  withEntries,
} from './owner-grant.ts';
import { leaseFor, rangeOf } from './range.ts';
import { type StreamView, tokenFor } from './stream-view.ts';

/** A tile that is about to be published. */
export interface UpcomingTile {
  streamKey: string;
  level: Level;
  slot: number;
  epoch: number;
}

/** One level of a stream under a grant, with the slots wholly inside the grant's range. */
interface GrantedLevel {
  level: Level;
  inner: SlotRange;
}

/**
 * The slots that tokens must cover at `now`: everything inside where the range is closed; from its start to the end of
 * the running lease, or of the farthest one that is out, where it is open-ended. May be empty.
 */
export function slotsDue(
  grant: OwnerGrant,
  view: StreamView,
  { level, inner }: GrantedLevel,
  now: number,
  leaseDays: number,
): SlotRange {
  if (grant.scope.to !== null) return inner;
  const stream = streamNumberOf(grant, view.streamKey) ?? fail('usage', 'the grant does not name the stream');
  const current = slotOf(view.grid, level, now);
  const lease = leaseFor(view.grid, level, rangeOf(grant.scope, view.grid), current, leaseDays);
  const reached = current >= inner.end ? inner.end : lease.end > lease.first ? lease.end : inner.first;
  const end = Math.min(inner.end, Math.max(reached, issuedEnd(grant, stream, level)));
  return { first: inner.first, end: Math.max(inner.first, end) };
}

/**
 * The token entry that must be acknowledged in this grant's stream before a tile at (level, slot, epoch) may be published.
 * null = nothing to send: a token is out already, or the grant does not open that slot (ended, run out, finer level, outside).
 * @param now microseconds
 */
export function needsToken(
  grant: OwnerGrant,
  view: StreamView,
  { level, slot, epoch }: Omit<UpcomingTile, 'streamKey'>,
  now: number,
  leaseDays: number = LIMITS.leaseDays,
): TokenEntry | null {
  const stream = streamNumberOf(grant, view.streamKey);
  if (stream === null || !isActive(grant, now) || isIssued(grant, stream, level, slot, epoch)) return null;
  const granted = grantedSlots(grant, view).find((candidate) => candidate.level === level);
  if (granted === undefined || slot < granted.inner.first || slot >= granted.inner.end) return null;
  const range = rangeOf(grant.scope, view.grid);
  const due = grant.scope.to === null ? leaseFor(view.grid, level, range, slot, leaseDays) : granted.inner;
  return tokenFor(view, { stream, level, epoch, fromSlot: due.first, toSlot: due.end });
}

/**
 * All token entries needed before these tiles may be published, each once, followed by one lease entry when the grant is
 * open-ended and something was needed. Empty = publish.
 */
export function planLeases(
  grant: OwnerGrant,
  views: readonly StreamView[],
  upcoming: readonly UpcomingTile[],
  now: number,
  leaseDays: number = LIMITS.leaseDays,
): (TokenEntry | LeaseEntry)[] {
  const tokens: TokenEntry[] = [];
  let until = 0;
  let state = grant;
  for (const tile of upcoming) {
    const view = views.find((candidate) => candidate.streamKey === tile.streamKey);
    if (view === undefined) fail('usage', 'no description of a stream that is about to be published');
    const token = needsToken(state, view, tile, now, leaseDays);
    if (token === null) continue;
    tokens.push(token);
    state = withEntries(state, [token]);
    until = Math.max(until, slotStart(view.grid, token.level, token.toSlot));
  }
  return tokens.length > 0 && grant.scope.to === null ? [...tokens, { type: 'lease', until }] : tokens;
}
