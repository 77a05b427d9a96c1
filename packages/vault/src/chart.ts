// Numbers for charts: a series over any range in about as many points as a screen has pixels; for the owner's home, which reads its store, and
// for a recipient's browser, which reads what a grant opened. A reading that stands out never disappears: where points are drawn together,
// lowest and highest go with them.
import { type Bin, binSeconds, type Grid, type Level, type Samples } from '@hale/kernel';
import { isCoded } from './kinds-codes.ts';
import { binRows, type Described, physical, sampleRows, wordsOf } from './rows.ts';

export { binRows, type Described, physical, type Row, sampleRows, wordsOf } from './rows.ts';

/** Bins that still look like a curve. */
const BINS_FEW = 60;

/** Points of a chart, column by column, ascending; physical values in the stream's unit. null: nothing to draw there. */
export interface Columns {
  /** Microseconds since 1970: of a reading, of the first of a bucket, of the middle of a bin. */
  at: number[];
  mean: (number | null)[];
  /** Empty where every point is one reading. */
  min: (number | null)[];
  max: (number | null)[];
  count: number[];
  /** Share of a bin with data, 0..1. */
  coverage?: number[];
  /** Of kinds that are words: what each value stands for. */
  code?: string[];
}

/** What a chart draws of a range. */
export interface Drawn {
  columns: Columns;
  level: Level;
  /** A wider space between two points is a gap in the line; 0: there are none. */
  gapMicros: number;
  /** Where nothing was measured, as the readings say and not as they are drawn: [last reading before, first after), ascending, the longest of them. */
  gaps: [fromMicros: number, toMicros: number][];
  /** True where a point stands for several readings. */
  isReduced: boolean;
}

/** One reading that failed to come is no gap: two in a row are. */
const GAP_STEPS = 2.5;
/** Points of neighbouring buckets are at most two widths apart, mostly one. */
const BUCKET_STEPS = 1.5;
/** Of very many gaps the longest. */
const GAPS_MAX = 2000;

function longestOf(gaps: Drawn['gaps']): Drawn['gaps'] {
  const length = (gap: Drawn['gaps'][number]) => gap[1] - gap[0];
  if (gaps.length <= GAPS_MAX) return gaps;
  return gaps
    .sort((a, b) => length(b) - length(a))
    .slice(0, GAPS_MAX)
    .sort((a, b) => a[0] - b[0]);
}

/** What a chart has to know of a stream. */
export interface ChartSignal extends Described {
  readonly grid: Grid;
  /** 0 when the signal has no rhythm of its own. */
  readonly nominalPeriodMicros: number;
}

export interface ChartRange {
  /** [from, to), microseconds. */
  from: number;
  to: number;
  /** How many the screen has room for. */
  points: number;
}

export const isOfWords = (signal: Described): boolean => isCoded(signal.kind);

/** How many readings a range has, or at most has. */
export type CountRaw = (from: number, to: number) => number;

/**
 * Raw where the readings fit or can be drawn together at once; else the finest summary that fits.
 * @param levels those that may be read, finest first
 * @param rawReadMax raw readings that are read to be drawn together; beyond, a summary is read instead
 */
export function chartLevel(
  levels: readonly Level[],
  { from, to, points }: ChartRange,
  countRaw: CountRaw,
  rawReadMax: number,
): Level {
  const pointsOf = (level: Level) =>
    level === 'raw' ? countRaw(from, to) : Math.ceil((to - from) / (binSeconds(level) * 1e6));
  const level = levels.find((each) => pointsOf(each) <= points) ?? levels[levels.length - 1];
  if (level === 'raw' || pointsOf(level) >= BINS_FEW || !levels.includes('raw')) return level;
  return pointsOf('raw') <= rawReadMax ? 'raw' : level;
}

/** Readings of a range in at most `points` buckets of equal width; each keeps lowest, highest, mean and count. */
class Envelope {
  readonly columns: Columns = { at: [], mean: [], min: [], max: [], count: [] };
  readonly #from: number;
  readonly #width: number;
  #bucket = -1;
  #sum = 0;

  constructor(from: number, to: number, points: number) {
    this.#width = Math.max(1, Math.ceil((to - from) / points));
    // On multiples of the width: what is drawn does not shimmer when the range moves.
    this.#from = Math.floor(from / this.#width) * this.#width;
  }

  get width(): number {
    return this.#width;
  }

  add(at: number, value: number): void {
    const { columns } = this;
    const bucket = Math.floor((at - this.#from) / this.#width);
    const i = columns.at.length - 1;
    if (bucket !== this.#bucket) {
      this.#bucket = bucket;
      this.#sum = value;
      columns.at.push(at);
      columns.mean.push(value);
      columns.min.push(value);
      columns.max.push(value);
      columns.count.push(1);
      return;
    }
    this.#sum += value;
    columns.count[i] += 1;
    columns.mean[i] = this.#sum / columns.count[i];
    columns.min[i] = Math.min(columns.min[i] as number, value);
    columns.max[i] = Math.max(columns.max[i] as number, value);
  }
}

/** @param slots raw readings of the range, ascending · @param isMany more of them than the screen has room for */
export function drawRaw(
  signal: ChartSignal,
  slots: Iterable<Samples>,
  { from, to, points }: ChartRange,
  isMany: boolean,
): Drawn {
  const period = signal.nominalPeriodMicros;
  const envelope = new Envelope(from, to, points);
  const columns: Columns = { at: [], mean: [], min: [], max: [], count: [] };
  const gaps: Drawn['gaps'] = [];
  // A signal without a rhythm has gaps only where many of its readings stand for one point.
  const wide = GAP_STEPS * (period || (isMany ? envelope.width : Number.POSITIVE_INFINITY));
  let before = Number.POSITIVE_INFINITY;
  for (const { times, values } of slots) {
    for (let i = 0; i < times.length; i++) {
      if (times[i] - before > wide) gaps.push([before, times[i]]);
      before = times[i];
      const value = physical(signal, values[i]);
      if (isMany) envelope.add(times[i], value);
      else {
        columns.at.push(times[i]);
        columns.mean.push(value);
      }
    }
  }
  return {
    columns: isMany ? envelope.columns : columns,
    level: 'raw',
    // A line breaks where a gap is told, and between buckets where one of them is empty.
    gapMicros: Math.max(period * GAP_STEPS, isMany ? envelope.width * BUCKET_STEPS : 0),
    gaps: longestOf(gaps),
    isReduced: isMany,
  };
}

/** @param bins of the range, ascending; empty ones are gaps */
export function drawBins(signal: ChartSignal, level: Exclude<Level, 'raw'>, bins: readonly Bin[]): Drawn {
  const columns: Columns = { at: [], mean: [], min: [], max: [], count: [], coverage: [] };
  const width = binSeconds(level) * 1e6;
  const full = bins.filter((bin) => bin.count > 0);
  const gaps: Drawn['gaps'] = [];
  let end = Number.POSITIVE_INFINITY;
  for (const row of binRows(signal, level, full)) {
    if (row.atMicros > end) gaps.push([end, row.atMicros]);
    end = row.atMicros + width;
    columns.at.push(row.atMicros + width / 2);
    columns.mean.push(row.mean ?? null);
    columns.min.push(row.min ?? row.mean ?? null);
    columns.max.push(row.max ?? row.mean ?? null);
    columns.count.push(row.count ?? 0);
    columns.coverage?.push(row.coverage ?? 0);
  }
  return { columns, level, gapMicros: width * 1.5, gaps: longestOf(gaps), isReduced: true };
}

/** Of kinds that are words: when each begins, the first `points` of them. */
export function drawWords(
  signal: ChartSignal,
  slots: Iterable<Samples>,
  points: number,
  words = wordsOf(signal.kind),
): Drawn {
  const columns: Columns = { at: [], mean: [], min: [], max: [], count: [], code: [] };
  for (const samples of slots) {
    for (const row of sampleRows(signal, samples, words)) {
      if (columns.at.length >= points) return { columns, level: 'raw', gapMicros: 0, gaps: [], isReduced: true };
      columns.at.push(row.atMicros);
      columns.mean.push(row.value ?? null);
      columns.code?.push(row.code ?? '');
    }
  }
  return { columns, level: 'raw', gapMicros: 0, gaps: [], isReduced: false };
}
