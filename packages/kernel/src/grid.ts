// The time grid of a telemetry stream: which slot (one tile) and which bin (one summary) an instant falls into.
// DESIGN §4, specs/stream.md §2. Slots count from 1900 so that an archive of any living person has unsigned numbers.
import { fail } from './errors.ts';

/** The five levels of the pyramid, finest first. */
export type Level = 'raw' | '1m' | '15m' | '1h' | '1d';
export const LEVELS: readonly Level[] = ['raw', '1m', '15m', '1h', '1d'];

/** 1900-01-01T00:00:00Z in microseconds since 1970. Slot 0 and UTC day 0 begin here. */
export const GRID_ORIGIN_MICROS = -2_208_988_800_000_000;
/** Slots are unsigned 32-bit numbers; a half-open slot range may end here. */
export const SLOT_END = 0x1_0000_0000;

const MICROS_PER_SECOND = 1_000_000;
const MICROS_PER_DAY = 86_400 * MICROS_PER_SECOND;
const DAY_OFFSET_MINUTES_MAX = 14 * 60;
/** A summary exists only where its bin nominally holds this many samples: below, a summary *is* the data (DESIGN §4). */
const SAMPLES_PER_BIN_MIN = 12;

export type RawSlotSeconds = 10 | 900 | 86_400 | 2_764_800;

/**
 * The fixed grid of one stream; it never moves, travel and daylight saving are views over finer tiles.
 * `dayOffsetMinutes` is the UTC time of day at which this stream's days begin: −345 for Kathmandu (+05:45),
 * +300 for Lima (−05:00). It shifts every level alike, so that finer bins always nest in coarser ones.
 */
export interface Grid {
  readonly rawSlotSeconds: RawSlotSeconds;
  /** Multiple of 15, −840..+840. */
  readonly dayOffsetMinutes: number;
  /** Ordered, 'raw' first. */
  readonly levels: readonly Level[];
}

/** Half-open run of slots: first ≤ slot < end; empty when first = end. `end` may be 2³². */
export interface SlotRange {
  readonly first: number;
  readonly end: number;
}

const BIN_SECONDS: Record<Exclude<Level, 'raw'>, number> = { '1m': 60, '15m': 900, '1h': 3600, '1d': 86_400 };
const SLOT_SECONDS: Record<Exclude<Level, 'raw'>, number> = {
  '1m': 7200,
  '15m': 86_400,
  '1h': 86_400,
  '1d': 2_764_800,
};

/** Length of one slot in seconds. */
export function slotSeconds(grid: Grid, level: Level): number {
  return level === 'raw' ? grid.rawSlotSeconds : SLOT_SECONDS[level];
}

/** Length of one bin in seconds; throws 'usage' for 'raw', which has no bins. */
export function binSeconds(level: Level): number {
  if (level === 'raw') fail('usage', 'the raw level has no bins');
  return BIN_SECONDS[level];
}

/** Start of the stream's grid in micros: where slot 0 of every level begins. */
export function gridStart(grid: Grid): number {
  return GRID_ORIGIN_MICROS + grid.dayOffsetMinutes * 60 * MICROS_PER_SECOND;
}

function elapsed(grid: Grid, micros: number): number {
  const since = micros - gridStart(grid);
  if (!Number.isSafeInteger(micros) || !Number.isSafeInteger(since))
    fail('out-of-range', 'time is outside of the grid');
  return since;
}

function slotFrom(count: number): number {
  if (count < 0 || count >= SLOT_END) fail('out-of-range', 'time is outside of the grid');
  return count;
}

/** Slot that holds the instant. Throws 'out-of-range' before the grid begins, after year 2185, or for a non-integer. */
export function slotOf(grid: Grid, level: Level, micros: number): number {
  return slotFrom(Math.floor(elapsed(grid, micros) / (slotSeconds(grid, level) * MICROS_PER_SECOND)));
}

/** First instant of a slot in micros; `slot` may be 2³², the end of the last one. */
export function slotStart(grid: Grid, level: Level, slot: number): number {
  if (!Number.isInteger(slot) || slot < 0 || slot > SLOT_END)
    fail('out-of-range', 'slot is not an unsigned 32-bit number');
  return gridStart(grid) + slot * slotSeconds(grid, level) * MICROS_PER_SECOND;
}

/** First instant of the bin that holds `micros`. */
export function binStart(grid: Grid, level: Level, micros: number): number {
  const length = binSeconds(level) * MICROS_PER_SECOND;
  const since = elapsed(grid, micros);
  if (since < 0) fail('out-of-range', 'time is outside of the grid');
  return gridStart(grid) + Math.floor(since / length) * length;
}

/** All slots that touch [from, to); empty if to ≤ from. */
export function slotRange(grid: Grid, level: Level, from: number, to: number): SlotRange {
  const first = slotOf(grid, level, from);
  if (to <= from) return { first, end: first };
  return { first, end: slotOf(grid, level, to - 1) + 1 };
}

/** The slots that lie wholly inside [from, to): what a grant of that range opens (DESIGN §5, rounding inward). */
export function innerSlots(grid: Grid, level: Level, from: number, to: number): SlotRange {
  const length = slotSeconds(grid, level) * MICROS_PER_SECOND;
  const first = Math.max(0, Math.ceil(elapsed(grid, from) / length));
  const end = Math.min(SLOT_END, Math.floor(elapsed(grid, to) / length));
  if (first > SLOT_END) fail('out-of-range', 'time is outside of the grid');
  return { first, end: Math.max(first, end) };
}

/** UTC day number since 1900-01-01, which tags a batch. Independent of any day offset. */
export function utcDayOf(micros: number): number {
  const since = micros - GRID_ORIGIN_MICROS;
  if (!Number.isSafeInteger(micros) || !Number.isSafeInteger(since) || since < 0) {
    fail('out-of-range', 'time is outside of the grid');
  }
  return Math.floor(since / MICROS_PER_DAY);
}

function rawSlotFor(periodSeconds: number): RawSlotSeconds {
  if (periodSeconds <= 0.05) return 10;
  if (periodSeconds <= 10) return 900;
  if (periodSeconds <= 1800) return 86_400;
  return 2_764_800;
}

/**
 * Grid for a signal that nominally gives one sample each `nominalPeriodSeconds` (> 0, may be fractional):
 * raw slot by rate, and only those levels whose bin holds ≥ 12 samples. Throws 'out-of-range'.
 */
export function gridFor(nominalPeriodSeconds: number, dayOffsetMinutes: number): Grid {
  if (!(nominalPeriodSeconds > 0)) fail('out-of-range', 'nominal period must be positive');
  const levels = LEVELS.filter(
    (level) => level === 'raw' || binSeconds(level) / nominalPeriodSeconds >= SAMPLES_PER_BIN_MIN,
  );
  return parseGrid({ rawSlotSeconds: rawSlotFor(nominalPeriodSeconds), dayOffsetMinutes, levels });
}

/** Checks a grid that came from elsewhere (catalogue, grant). Throws 'malformed' or 'out-of-range'. */
export function parseGrid(value: {
  rawSlotSeconds: number;
  dayOffsetMinutes: number;
  levels: readonly string[];
}): Grid {
  const { rawSlotSeconds, dayOffsetMinutes, levels } = value;
  if (![10, 900, 86_400, 2_764_800].includes(rawSlotSeconds)) fail('malformed', 'unknown raw slot length');
  if (dayOffsetMinutes % 15 !== 0 || !(Math.abs(dayOffsetMinutes) <= DAY_OFFSET_MINUTES_MAX)) {
    fail('out-of-range', 'day offset must be a multiple of 15 minutes within 14 hours');
  }
  const known = LEVELS.filter((level) => levels.includes(level));
  if (levels[0] !== 'raw' || known.length !== levels.length || known.some((level, i) => level !== levels[i])) {
    fail('malformed', 'levels must be known, ordered and begin with raw');
  }
  return { rawSlotSeconds: rawSlotSeconds as RawSlotSeconds, dayOffsetMinutes, levels: known };
}
