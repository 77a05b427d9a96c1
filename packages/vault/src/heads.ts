// The owner's own heads: what stands in each stream, level and day, written into the catalogue so that a restored home can tell which
// relay withholds or forgot something.
import { type ChangedDay, dayDigest, type GrantEntry, grantedSlots, unpackRows } from '@hale/consent';
import { equalBytes, GRID_ORIGIN_MICROS, type Level, slotRange, slotStart, toHex, utcDayOf } from '@hale/kernel';
import type { HeadEntry } from './catalogue.ts';
import type { IssuedGrant } from './grant-wish.ts';
import type { Grants } from './grants.ts';
import { CATALOGUE_HEAD_DAYS, HEAD_DAYS_IN_A_ROW_MAX } from './limits.ts';
import { hashOfRow } from './pyramid.ts';
import { LEVELS, levelNumber, type OpenStream } from './streams.ts';
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
    const changed = changedDay(vault, stream, LEVELS[level], day);
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
export function mismatchedHeads(vault: Vault, _grants: Grants): HeadMismatch[] {
  const mismatches: HeadMismatch[] = [];
  for (const [name, digest] of vault.state.heads) {
    const [subject, n, level, day] = name.split('/');
    const stream = vault.streams().find(({ entry }) => entry.subject === subject && entry.n === Number(n));
    if (!stream) continue;
    const { tiles } = changedDay(vault, stream, LEVELS[Number(level)], Number(day));
    const here = dayDigest(toHex(stream.author), stream.label(LEVELS[Number(level)]), Number(day), tiles);
    if (!equalBytes(here, digest))
      mismatches.push({ streamKey: stream.entry.key, level: LEVELS[Number(level)], day: Number(day) });
  }
  return mismatches;
}

/** All published tiles of one stream, level and UTC day. */
export function changedDay(vault: Vault, stream: OpenStream, level: Level, day: number): ChangedDay {
  const start = dayStartMicros(day);
  const range = slotRange(stream.grid, level, start, start + 86_400e6);
  const rows = vault.store.tiles(stream.number, levelNumber(level), range.first, range.end);
  const tiles = rows
    .filter((row) => !row.loose && utcDayOf(slotStart(stream.grid, level, row.slot)) === day)
    .map((row) => ({
      slot: row.slot,
      epoch: row.epoch,
      generation: row.generation,
      revision: row.revision,
      part: row.part,
      hash: hashOfRow(vault.rooms, stream, row),
    }));
  return { streamKey: stream.entry.key, level, day, tiles };
}

/** Every day that the grant shows and of which its log says nothing yet: all at its issue, what is left of them after a restart. */
export function unstatedDays(
  vault: Vault,
  grant: IssuedGrant,
  entries: readonly GrantEntry[],
): { stream: OpenStream; level: Level; day: number }[] {
  const stated = statedDays(entries);
  const owed: { stream: OpenStream; level: Level; day: number }[] = [];
  for (const { key } of grant.record.streams) {
    const stream = vault.findStream(grant.record.subject, key);
    if (!stream) continue;
    const number = grant.owner.scope.streams.findIndex(({ streamKey }) => streamKey === key);
    for (const { level, inner } of grantedSlots(grant.owner, { streamKey: key, grid: stream.grid })) {
      const bounds = vault.store.firstAndLastSlot(stream.number, levelNumber(level));
      if (!bounds || inner.first >= inner.end) continue;
      const first = Math.max(bounds.first, inner.first);
      const end = Math.min(bounds.last + 1, inner.end);
      if (first >= end) continue;
      for (const day of daysOf(vault, stream, level, first, end))
        if (!stated.has(`${number}/${level}/${day}`)) owed.push({ stream, level, day });
    }
  }
  return owed;
}

/** All days of a run of slots; of a run longer than any archive (a device with a wild clock) only those that hold something. */
function daysOf(vault: Vault, stream: OpenStream, level: Level, first: number, end: number): Iterable<number> {
  const dayOf = (slot: number) => utcDayOf(slotStart(stream.grid, level, slot));
  const firstDay = dayOf(first);
  const length = dayOf(end - 1) + 1 - firstDay;
  if (length <= HEAD_DAYS_IN_A_ROW_MAX) return Array.from({ length }, (_, i) => firstDay + i);
  return new Set(vault.store.slots(stream.number, levelNumber(level), first, end).map(dayOf));
}

const dayStartMicros = (day: number): number => GRID_ORIGIN_MICROS + day * 86_400e6;

/** `${stream number}/${level}/${day}` of all heads in a grant's log. */
function statedDays(entries: readonly GrantEntry[]): Set<string> {
  const stated = new Set<string>();
  for (const entry of entries)
    if (entry.type === 'head')
      for (const { stream, level, rows } of entry.days)
        for (const { day } of unpackRows(rows)) stated.add(`${stream}/${level}/${day}`);
  return stated;
}
