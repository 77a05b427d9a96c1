// Advancing a stream's epoch. Whatever is sealed from then on, in any slot, opens only with the new epoch's tokens, and those go to the
// grants that remain before anything is sealed under it (DESIGN §4, design review C1).
import { fail } from '@hale/kernel';
import type { EpochEntry, TokenEntry } from './entries.ts';
import { slotsDue } from './lease.ts';
import { LIMITS } from './limits.ts';
import { grantedSlots, isActive, type OwnerGrant, streamNumberOf } from './owner-grant.ts';
import { type StreamView, tokenFor } from './stream-view.ts';

/** Entries for one grant that keeps its right: tokens first, the notice after them. */
export interface GrantTokens {
  grantId: string;
  entries: (TokenEntry | EpochEntry)[];
}

export interface EpochAdvance {
  streamKey: string;
  /** The new epoch. To be entered in the catalogue, and nothing sealed under it, only after all `tokens` are acknowledged. */
  epoch: number;
  tokens: GrantTokens[];
}

/**
 * Tokens of the next epoch for every grant that is active at `now`, over its whole range (closed) or from its start to the
 * end of its running lease (open-ended): late data may land in any old slot.
 * @param now microseconds
 */
export function planEpochAdvance(
  view: StreamView,
  remaining: readonly OwnerGrant[],
  now: number,
  leaseDays: number = LIMITS.leaseDays,
): EpochAdvance {
  if (view.epoch >= 0xffff_ffff) fail('out-of-range', 'the stream has no epochs left');
  const epoch = view.epoch + 1;
  const tokens: GrantTokens[] = [];
  for (const grant of remaining) {
    const stream = streamNumberOf(grant, view.streamKey);
    if (stream === null || !isActive(grant, now)) continue;
    const entries: (TokenEntry | EpochEntry)[] = [];
    for (const granted of grantedSlots(grant, view)) {
      const due = slotsDue(grant, view, granted, now, leaseDays);
      if (due.first >= due.end) continue;
      entries.push(tokenFor(view, { stream, level: granted.level, epoch, fromSlot: due.first, toSlot: due.end }));
    }
    entries.push({ type: 'epoch', stream, epoch, time: now });
    tokens.push({ grantId: grant.grantId, entries });
  }
  return { streamKey: view.streamKey, epoch, tokens };
}
