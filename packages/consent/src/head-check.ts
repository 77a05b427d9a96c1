// Holding what a relay gave against the heads of a grant.
import { type Level, type SlotRange, slotStart, type Tile, toHex, utcDayOf } from '@hale/kernel';
import type { CopiesMemory } from './copies-log.ts';
import type { StreamEntry } from './entries.ts';
import type { GrantLog, GrantState } from './grant-log.ts';
import { dayDigest, dayInRange, type TileMark } from './heads.ts';
import { MICROS_PER_SECOND } from './limits.ts';

/** A tile with the second in which the batch that brought it was published, at the latest (GrantReader.publishedAt). */
export interface HeldTile {
  tile: Tile;
  publishedAt: number;
}

export interface PlacedTile extends HeldTile {
  stream: number;
  level: Level;
  hash: Uint8Array;
}

/** What a reader had seen before. Memories of the first version name no generations: 0. */
export interface ReaderMemory {
  nextSeq: number;
  headNumber: number;
  /** Highest generation of any entry. */
  generation?: number;
  /** Generation of the head with that number. */
  headGeneration?: number;
  /** Highest index of records that was seen; missing where none was. */
  copies?: CopiesMemory;
}

/** Has a reader with this memory seen a later state of the grant? Numbers of a higher generation begin where its home found the log. */
export function isOlderThan(state: GrantState, memory: ReaderMemory): boolean {
  const generations = state.generation - (memory.generation ?? 0);
  const heads = state.headGeneration - (memory.headGeneration ?? 0) || state.headNumber - memory.headNumber;
  return generations < 0 || (generations === 0 && state.nextSeq < memory.nextSeq) || heads < 0;
}

/** What is known after this state was seen too: of each number the later one. */
export function remember(state: GrantState, memory: ReaderMemory | null): ReaderMemory {
  const { generation, nextSeq, headGeneration, headNumber } = state;
  if (memory === null) return { nextSeq, headNumber, generation, headGeneration };
  const log = [
    { generation: memory.generation ?? 0, nextSeq: memory.nextSeq },
    { generation, nextSeq },
  ];
  const heads = [
    { headGeneration: memory.headGeneration ?? 0, headNumber: memory.headNumber },
    { headGeneration, headNumber },
  ];
  log.sort((a, b) => b.generation - a.generation || b.nextSeq - a.nextSeq);
  heads.sort((a, b) => b.headGeneration - a.headGeneration || b.headNumber - a.headNumber);
  return { ...log[0], ...heads[0] };
}

/** Days that were asked for, both included. */
export interface Span {
  stream: number;
  level: Level;
  fromDay: number;
  toDay: number;
}

/**
 * `incomplete`: a day lacks or swaps tiles, or the grant's own log has a hole. `older-than-known`: this reader has seen later entries.
 * `changed-since-head`: tiles newer than the last head explain the difference, or might. `no-head`: nothing to hold it against.
 */
export type HeadVerdict = 'complete' | 'no-head' | 'changed-since-head' | 'incomplete' | 'older-than-known';

/** From harmless to grave. */
const GRAVITY: readonly HeadVerdict[] = ['complete', 'no-head', 'changed-since-head', 'incomplete', 'older-than-known'];

export interface DayVerdict {
  stream: number;
  level: Level;
  /** UTC days since 1900-01-01, of the slots' start. */
  day: number;
  verdict: Exclude<HeadVerdict, 'older-than-known'>;
}

export interface HeadReport {
  /** The gravest of all. */
  verdict: HeadVerdict;
  /** The last head: "no head since …" is the caller's to say from its time (microseconds). */
  headNumber: number;
  headTime: number | null;
  /** Entries of the grant's log that were not seen though later ones were. */
  missing: number;
  /** Only days that are not complete, ascending by stream, level, day. */
  days: DayVerdict[];
}

/** One granted level with all that is held of it and known about it. */
interface LevelCheck {
  stream: number;
  level: Level;
  described: StreamEntry;
  label: Uint8Array;
  inner: SlotRange;
  held: ReadonlyMap<number, PlacedTile[]>;
}

/** See GrantReader.check. */
export function checkHeads(
  log: GrantLog,
  memory: ReaderMemory | null,
  tiles: readonly PlacedTile[],
  spans: readonly Span[] | null,
  innerOf: (stream: number, level: Level) => SlotRange,
): HeadReport {
  const { state } = log;
  const { headNumber, headTime, missing, ended } = state;
  const days = levelsOf(log, tiles, innerOf).flatMap((each) => checkLevel(each, log, spans));
  const verdicts: HeadVerdict[] = days.map((day) => day.verdict);
  if (headTime === null) verdicts.push('no-head');
  // The owner of an ended grant deletes its entries: a hole is then what she wanted.
  if (ended === null && missing > 0) verdicts.push('incomplete');
  if (ended === null && memory !== null && isOlderThan(state, memory)) verdicts.push('older-than-known');
  const gravest = verdicts.reduce((most, found) => Math.max(most, GRAVITY.indexOf(found)), 0);
  return { verdict: GRAVITY[gravest], headNumber, headTime, missing, days };
}

function levelsOf(
  log: GrantLog,
  tiles: readonly PlacedTile[],
  innerOf: (stream: number, level: Level) => SlotRange,
): LevelCheck[] {
  const checks: LevelCheck[] = [];
  for (const [stream, described] of [...log.state.streams].sort((a, b) => a[0] - b[0])) {
    for (const level of described.grid.levels) {
      const label = described.labels[level];
      if (label === undefined) continue;
      const inner = innerOf(stream, level);
      const mine = tiles.filter(({ tile: { slot }, ...place }) => {
        return place.stream === stream && place.level === level && slot >= inner.first && slot < inner.end;
      });
      const dayOf = ({ tile }: PlacedTile) => utcDayOf(slotStart(described.grid, level, tile.slot));
      checks.push({ stream, level, described, label, inner, held: Map.groupBy(mine, dayOf) });
    }
  }
  return checks;
}

function checkLevel(each: LevelCheck, log: GrantLog, spans: readonly Span[] | null): DayVerdict[] {
  const { stream, level, described, label, inner, held } = each;
  const heads = log.headDays(stream, level);
  const days = [...new Set([...heads.keys(), ...held.keys()])].sort((a, b) => a - b);
  const asked = days.filter(
    (day) => isAsked(spans, stream, level, day) && dayInRange(described.grid, level, inner, day),
  );
  return asked.flatMap((day) => {
    const tiles = held.get(day) ?? [];
    const digest = dayDigest(described.author, label, day, tiles.map(markOf));
    const verdict = judge(heads.get(day)?.digest, digest, tiles, log.state.headTime);
    return verdict === 'complete' ? [] : [{ stream, level, day, verdict }];
  });
}

function judge(
  known: Uint8Array | undefined,
  digest: Uint8Array,
  held: readonly PlacedTile[],
  headTime: number | null,
): DayVerdict['verdict'] {
  if (headTime === null) return 'no-head';
  if (known !== undefined && toHex(known) === toHex(digest)) return 'complete';
  // A tile of the same second as the head may be on either side of it.
  const headSecond = Math.floor(headTime / MICROS_PER_SECOND);
  return held.some((placed) => placed.publishedAt >= headSecond) ? 'changed-since-head' : 'incomplete';
}

function markOf({ tile, hash }: PlacedTile): TileMark {
  const { slot, epoch, generation, revision, part } = tile;
  return { slot, epoch, generation, revision, part, hash };
}

function isAsked(spans: readonly Span[] | null, stream: number, level: Level, day: number): boolean {
  return (
    spans === null ||
    spans.some((span) => span.stream === stream && span.level === level && span.fromDay <= day && day <= span.toDay)
  );
}
