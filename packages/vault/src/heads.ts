// The owner's own heads: what stands in each stream, level and day, written into the catalogue so that a restored home can tell which
// relay withholds or forgot something.
import { dayDigest } from '@hale/consent';
import { equalBytes, toHex } from '@hale/kernel';
import type { HeadEntry } from './catalogue.ts';
import type { Grants } from './grants.ts';
import { CATALOGUE_HEAD_DAYS } from './limits.ts';
import { LEVELS } from './streams.ts';
import type { Vault } from './vault.ts';

/** Records the days whose published tiles changed since the last head. True when there were more than one step takes. */
export function recordHeads(vault: Vault, grants: Grants): boolean {
  const marked = vault.store.headDays(CATALOGUE_HEAD_DAYS);
  if (marked.length === 0) return false;
  const days: HeadEntry['days'] = [];
  const stated: Parameters<Grants['stateHeads']>[0][number][] = [];
  for (const { stream: number, level, day } of marked) {
    const stream = vault.streamByNumber(number);
    if (!stream) continue;
    const changed = grants.changedDay(stream, LEVELS[level], day);
    const digest = dayDigest(toHex(stream.author), stream.label(LEVELS[level]), day, changed.tiles);
    days.push([stream.entry.subject, stream.entry.n, level, day, digest]);
    stated.push({ stream, changed });
  }
  // In one transaction with the marks: a crash in between would leave readers with "incomplete" for ever.
  vault.change(() => {
    grants.stateHeads(stated);
    if (days.length > 0)
      vault.record([{ type: 'head', n: vault.state.headNumber + 1, at: vault.clock.nowMicros(), days }]);
    for (const { stream, level, day } of marked) vault.store.clearHeadDay(stream, level, day);
  });
  return marked.length === CATALOGUE_HEAD_DAYS;
}

export interface HeadMismatch {
  streamKey: string;
  level: string;
  day: number;
}

/** Days of which what is here differs from what the owner's last head said: a relay withheld, forgot or rolled back. */
export function mismatchedHeads(vault: Vault, grants: Grants): HeadMismatch[] {
  const mismatches: HeadMismatch[] = [];
  for (const [name, digest] of vault.state.heads) {
    const [subject, n, level, day] = name.split('/');
    const stream = vault.streams().find(({ entry }) => entry.subject === subject && entry.n === Number(n));
    if (!stream) continue;
    const { tiles } = grants.changedDay(stream, LEVELS[Number(level)], Number(day));
    const here = dayDigest(toHex(stream.author), stream.label(LEVELS[Number(level)]), Number(day), tiles);
    if (!equalBytes(here, digest))
      mismatches.push({ streamKey: stream.entry.key, level: LEVELS[Number(level)], day: Number(day) });
  }
  return mismatches;
}
