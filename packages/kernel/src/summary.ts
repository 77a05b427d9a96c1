// Summaries: what a bin of samples looks like from above. Exact integers throughout, so that two homes agree to the last
// bit and `hale check` can recompute; a coarser bin is the same whether it comes from samples or from finer bins. A bin on its own samples alone: a granted bin tells nothing of the instant beside it. specs/stream.md §9.
import type { Samples } from './codec.ts';
import { fail } from './errors.ts';
import { binSeconds, binStart, type Grid, type Level } from './grid.ts';
import { LIMITS } from './limits.ts';

/**
 * One bin. Bins without samples do not exist: gaps are data. The mean is sum/count. Extremes, squares and histogram stand in
 * every bin in memory and are left out of the encoded form of a bin with fewer than five samples, where they would
 * give single samples away.
 */
export interface Bin {
  /** First instant, micros. */
  readonly start: number;
  readonly count: number;
  /** Time that samples cover, 1..length of the bin. */
  readonly coverageMicros: number;
  readonly sum: number;
  readonly min?: number;
  readonly max?: number;
  readonly sumSquares?: bigint;
  /** Bucket 0: value < edges[0]; bucket j: edges[j−1] ≤ value < edges[j]; the last: value ≥ the last edge. */
  readonly histogram?: readonly number[];
}

export interface FullBin extends Bin {
  readonly min: number;
  readonly max: number;
  readonly sumSquares: bigint;
  readonly histogram: readonly number[];
}

/** What some neighbouring samples give to a bin; only memory holds pieces. */
export interface BinPiece extends Omit<FullBin, 'coverageMicros'> {
  readonly firstMicros: number;
  readonly lastMicros: number;
  /** Not yet held to the length of the bin; the last sample counts one period. */
  readonly coveredMicros: number;
}

export interface SummaryOptions {
  /** Ascending integers; their number + 1 is the number of buckets. */
  readonly edges: readonly number[];
  /** Nominal time between samples, micros; may be fractional. */
  readonly nominalPeriodMicros: number;
}

type SummaryLevel = Exclude<Level, 'raw'>;

/** A step up to this many periods is a late sample; a longer one is a gap, in which one period is covered. */
const GAP_PERIODS = 1.5;
const SAFE_SQUARES = 2 ** 53;
/** Below 2^53 by more than a count, so that mean times count is exact too. */
const SUM_MAX = 2 ** 53 - 2 ** 31;
const COUNT_MAX = 2 ** 31 - 1;

/** Tells whether a bin still has its extremes. */
export function isFull(bin: Bin): bin is FullBin {
  return bin.min !== undefined;
}

/**
 * Full bins of the samples, ascending. Steps are measured inside of the bins of the grid's finest summary level, so that all
 * levels cover the same time. Throws 'out-of-range' for times off the grid or edges that do not ascend, 'too-large'
 * beyond LIMITS.binSamplesMax samples in a bin or a sum beyond 2^53.
 */
export function summarizeSamples(
  level: SummaryLevel,
  grid: Grid,
  samples: Samples,
  options: SummaryOptions,
): FullBin[] {
  const finest = grid.levels.find((each) => each !== 'raw');
  if (finest && binSeconds(finest) < binSeconds(level)) {
    return mergeBins(level, grid, summarizeFinest(finest, grid, samples, options));
  }
  return summarizeFinest(level, grid, samples, options);
}

function summarizeFinest(level: SummaryLevel, grid: Grid, samples: Samples, options: SummaryOptions): FullBin[] {
  return joinPieces(level, summarizePieces(level, grid, samples, options), options);
}

/**
 * What one run of samples gives to each bin of the grid's finest summary level. The samples of a bin may come in several such runs, one
 * slot after the other: `joinPieces` makes of their pieces what `summarizeSamples` makes of all at once. Throws as that does.
 */
export function summarizePieces(
  level: SummaryLevel,
  grid: Grid,
  samples: Samples,
  options: SummaryOptions,
): BinPiece[] {
  checkEdges(options.edges);
  const { times } = samples;
  const length = binSeconds(level) * 1_000_000;
  const pieces: BinPiece[] = [];
  for (let from = 0; from < times.length; ) {
    const start = binStart(grid, level, times[from]);
    const to = endOfBin(times, from, start + length);
    pieces.push(pieceOf(samples, from, to, start, options));
    from = to;
  }
  return pieces;
}

/** Bins of the finest summary level from their pieces, which must ascend in time. Throws 'too-large' as `summarizeSamples`. */
export function joinPieces(level: SummaryLevel, pieces: readonly BinPiece[], options: SummaryOptions): FullBin[] {
  const length = binSeconds(level) * 1_000_000;
  const bins: FullBin[] = [];
  for (let from = 0; from < pieces.length; ) {
    let whole = pieces[from++];
    for (; from < pieces.length && pieces[from].start === whole.start; from++)
      whole = appendPiece(whole, pieces[from], options.nominalPeriodMicros);
    const { start, count, sum, min, max, sumSquares, histogram } = whole;
    if (count > LIMITS.binSamplesMax) fail('too-large', 'too many samples in a bin', { count });
    const coverageMicros = Math.min(length, whole.coveredMicros);
    bins.push({ start, count, coverageMicros, sum: checkSum(sum), min, max, sumSquares, histogram });
  }
  return bins;
}

/** The last sample of a piece covered one period, for want of a next one; in the whole it covers the step to the piece behind. */
function appendPiece(earlier: BinPiece, later: BinPiece, periodMicros: number): BinPiece {
  const period = wholePeriod(periodMicros);
  const step = later.firstMicros - earlier.lastMicros;
  if (!(step > 0)) fail('usage', 'pieces of a bin must ascend');
  const between = step > period * GAP_PERIODS ? period : step;
  return {
    start: earlier.start,
    firstMicros: earlier.firstMicros,
    lastMicros: later.lastMicros,
    count: earlier.count + later.count,
    coveredMicros: earlier.coveredMicros - period + between + later.coveredMicros,
    sum: earlier.sum + later.sum,
    min: Math.min(earlier.min, later.min),
    max: Math.max(earlier.max, later.max),
    sumSquares: earlier.sumSquares + later.sumSquares,
    histogram: addHistograms([earlier, later]),
  };
}

const wholePeriod = (periodMicros: number): number => Math.max(1, Math.round(periodMicros));

function checkEdges(edges: readonly number[]): void {
  if (edges.length >= LIMITS.histogramBucketsMax) fail('too-large', 'too many edges', { count: edges.length });
  const isAscending = edges.every((edge, i) => Number.isSafeInteger(edge) && (i === 0 || edge > edges[i - 1]));
  if (!isAscending) fail('out-of-range', 'edges must be ascending integers');
}

/** Most runs end inside of the bin in which they begin. */
function endOfBin(times: Float64Array, from: number, end: number): number {
  if (times[times.length - 1] < end) return times.length;
  let to = from + 1;
  while (times[to] < end) to++;
  return to;
}

/** One pass: each sample covers the step to the next one of its bin, but one period where that is a gap or no sample follows. */
function pieceOf(samples: Samples, from: number, to: number, start: number, options: SummaryOptions): BinPiece {
  const { values, times } = samples;
  const period = wholePeriod(options.nominalPeriodMicros);
  const longest = period * GAP_PERIODS;
  let coveredMicros = period;
  let min = values[from];
  let max = min;
  let sum = 0;
  let squares = 0;
  let previous = times[from];
  for (let i = from; i < to; i++) {
    const v = values[i];
    sum += v;
    squares += v * v;
    if (v < min) min = v;
    if (v > max) max = v;
    const step = times[i] - previous;
    coveredMicros += step > longest ? period : step;
    previous = times[i];
  }
  const count = to - from;
  // Doubles hold the squares as long as their sum provably stays below 2^53; wider values go by 16-bit halves.
  const isWide = Math.max(max, -min) ** 2 * count >= SAFE_SQUARES;
  return {
    start,
    firstMicros: times[from],
    lastMicros: previous,
    count,
    coveredMicros,
    sum,
    min,
    max,
    sumSquares: isWide ? sumWideSquares(values, from, to) : BigInt(squares),
    histogram: histogram(values, from, to, min, max, options.edges),
  };
}

function checkSum(sum: number): number {
  if (!(Math.abs(sum) <= SUM_MAX)) fail('too-large', 'sum of a bin exceeds 2^53: centre or scale the signal');
  return sum;
}

/** v = 65536·h + l: three sums of products below 2^32 stay exact for 2^21 samples at a time. */
function sumWideSquares(values: Int32Array, from: number, to: number): bigint {
  let total = 0n;
  for (let at = from; at < to; at += 0x20_0000) {
    const end = Math.min(to, at + 0x20_0000);
    let high = 0;
    let cross = 0;
    let low = 0;
    for (let i = at; i < end; i++) {
      const h = values[i] >> 16;
      const l = values[i] & 0xffff;
      high += h * h;
      cross += h * l;
      low += l * l;
    }
    total += (BigInt(high) << 32n) + (BigInt(cross) << 17n) + BigInt(low);
  }
  return total;
}

/** Counts values at or above each edge: no branch per sample, and no pass for an edge that all values are on one side of. */
function histogram(
  values: Int32Array,
  from: number,
  to: number,
  min: number,
  max: number,
  edges: readonly number[],
): number[] {
  const buckets = new Array<number>(edges.length + 1);
  let above = to - from;
  for (let e = 0; e < edges.length; e++) {
    const next = min >= edges[e] ? to - from : max < edges[e] ? 0 : countFrom(values, from, to, edges[e]);
    buckets[e] = above - next;
    above = next;
  }
  buckets[edges.length] = above;
  return buckets;
}

function countFrom(values: Int32Array, from: number, to: number, edge: number): number {
  let count = 0;
  for (let i = from; i < to; i++) count += values[i] >= edge ? 1 : 0;
  return count;
}

/**
 * Bins of `level` from the ascending bins of a finer one. A bin whose parts are not all full has no extremes, squares or
 * histogram: for an exact upper level, merge full bins. Throws 'too-large', and 'usage' for unordered or unlike bins.
 */
export function mergeBins(level: SummaryLevel, grid: Grid, lower: readonly FullBin[]): FullBin[];
export function mergeBins(level: SummaryLevel, grid: Grid, lower: readonly Bin[]): Bin[];
export function mergeBins(level: SummaryLevel, grid: Grid, lower: readonly Bin[]): Bin[] {
  if (lower.some((bin, i) => i > 0 && bin.start <= lower[i - 1].start)) fail('usage', 'bins must ascend');
  const length = binSeconds(level) * 1_000_000;
  const bins: Bin[] = [];
  for (let from = 0; from < lower.length; ) {
    const start = binStart(grid, level, lower[from].start);
    let to = from + 1;
    while (to < lower.length && lower[to].start < start + length) to++;
    bins.push(mergeOne(start, length, lower.slice(from, to)));
    from = to;
  }
  return bins;
}

function mergeOne(start: number, length: number, parts: readonly Bin[]): Bin {
  let count = 0;
  let covered = 0;
  let sum = 0;
  for (const part of parts) {
    count += part.count;
    covered += part.coverageMicros;
    sum += part.sum;
  }
  if (count > COUNT_MAX) fail('too-large', 'too many samples in a bin', { count });
  const base = { start, count, coverageMicros: Math.min(length, covered), sum: checkSum(sum) };
  if (!parts.every(isFull)) return base;
  return {
    ...base,
    min: parts.reduce((least, part) => Math.min(least, part.min), parts[0].min),
    max: parts.reduce((most, part) => Math.max(most, part.max), parts[0].max),
    sumSquares: parts.reduce((squares, part) => squares + part.sumSquares, 0n),
    histogram: addHistograms(parts),
  };
}

function addHistograms(parts: readonly Pick<FullBin, 'histogram'>[]): number[] {
  const total = new Array<number>(parts[0].histogram.length).fill(0);
  for (const { histogram: part } of parts) {
    if (part.length !== total.length) fail('usage', 'bins have unlike histograms');
    for (let j = 0; j < total.length; j++) total[j] += part[j];
  }
  return total;
}
