// Where a chart gets its numbers: the owner's home, or what a grant opened. The chart does not know which.
import type { Drawn } from '@hale/vault/chart';

export interface ChartData extends Drawn {
  /** Summaries are drawn, but their gaps are those of the readings: the same moments that a report says. */
  hasExactGaps?: boolean;
}

/** So many readings are read beside their summaries, to say exactly where some are missing. */
export const EXACT_READINGS_MAX = 20_000;

/** Of summaries of few readings: the same with the gaps of the readings themselves; null where they cannot be had, or need not. */
export async function withExactGaps(
  source: ChartSource,
  range: { fromMicros: number; toMicros: number },
  drawn: ChartData,
  signal: AbortSignal,
): Promise<ChartData | null> {
  const count = drawn.columns.count.reduce((sum, each) => sum + each, 0);
  if (drawn.level === 'raw' || count === 0 || count > EXACT_READINGS_MAX) return null;
  const gaps = await source.gaps?.(range, signal);
  return gaps ? { ...drawn, gaps, hasExactGaps: true } : null;
}

/** The gaps of what was drawn, where it is single readings with a rhythm. */
export const gapsOf = ({ level, gaps, gapMicros, isReduced }: Drawn): Drawn['gaps'] | null =>
  level === 'raw' && gapMicros > 0 && !isReduced ? gaps : null;

export interface ChartSource {
  /** Changes when the readings behind it do. */
  readonly id: string;
  readonly title: string;
  readonly kind: string;
  /** UCUM. */
  readonly unit: string;
  readonly bounds: { first: number; last: number };
  /** Its values tell the day and no time: none is said. */
  readonly isByDay?: boolean;
  /** Single values that are drawn as marks on the same axis: results out of health records. Ascending. */
  readonly marks?: readonly { at: number; value: number }[];
  load(range: { fromMicros: number; toMicros: number; pointsMax: number }, signal: AbortSignal): Promise<ChartData>;
  /** The gaps between the readings themselves; null where single readings are not open, or have no rhythm. */
  gaps?(range: { fromMicros: number; toMicros: number }, signal: AbortSignal): Promise<Drawn['gaps'] | null>;
}

/** Columns with a gap (null) wherever readings are missing: what a line must not cross. Times in milliseconds. */
export function withGaps({ columns, gapMicros }: ChartData, of: (value: number) => number) {
  const at: number[] = [];
  const mean: (number | null)[] = [];
  const min: (number | null)[] = [];
  const max: (number | null)[] = [];
  const hasBand = columns.min.length > 0;
  const shown = (value: number | null | undefined) => (value === null || value === undefined ? null : of(value));
  for (let i = 0; i < columns.at.length; i++) {
    if (i > 0 && gapMicros > 0 && columns.at[i] - columns.at[i - 1] > gapMicros) {
      at.push((columns.at[i] + columns.at[i - 1]) / 2000);
      mean.push(null);
      min.push(null);
      max.push(null);
    }
    at.push(columns.at[i] / 1000);
    mean.push(shown(columns.mean[i]));
    min.push(hasBand ? shown(columns.min[i]) : null);
    max.push(hasBand ? shown(columns.max[i]) : null);
  }
  return { at, mean, min, max, hasBand };
}

/** More readings than this on a bucket that has any are drawn together. */
const TOGETHER_MIN = 2;

/**
 * Readings that would lie on top of each other on the screen, drawn as mean, lowest and highest: a few nights of a week are as dense as a year. What
 * is thin enough, has a band already, or is no curve, stays.
 * @param bucketMicros what a few pixels are wide
 */
export function drawnTogether(data: ChartData, bucketMicros: number): ChartData {
  const { at, mean, min, count } = data.columns;
  if (min.length > 0 || bucketMicros <= 0 || data.columns.code) return data;
  const bucketOf = (i: number) => Math.floor(at[i] / bucketMicros);
  const there = at.flatMap((_, i) => (mean[i] === null ? [] : [i]));
  if (there.length <= TOGETHER_MIN * new Set(there.map(bucketOf)).size) return data;
  const columns: ChartData['columns'] = { at: [], mean: [], min: [], max: [], count: [] };
  let bucket = Number.NaN;
  for (const i of there) {
    const value = mean[i] as number;
    const readings = count[i] ?? 1;
    const last = columns.at.length - 1;
    const isGap = data.gapMicros > 0 && i > 0 && at[i] - at[i - 1] > data.gapMicros;
    if (bucketOf(i) !== bucket || isGap) {
      bucket = bucketOf(i);
      columns.at.push(at[i]);
      columns.mean.push(value);
      columns.min.push(value);
      columns.max.push(value);
      columns.count.push(readings);
      continue;
    }
    const before = columns.count[last];
    columns.count[last] = before + readings;
    columns.mean[last] = ((columns.mean[last] as number) * before + value * readings) / columns.count[last];
    columns.min[last] = Math.min(columns.min[last] as number, value);
    columns.max[last] = Math.max(columns.max[last] as number, value);
  }
  return { ...data, columns, gapMicros: data.gapMicros === 0 ? 0 : Math.max(data.gapMicros, bucketMicros * 1.5) };
}

export interface Extremes {
  low: number;
  high: number;
  mean: number;
  count: number;
}

/** Lowest, highest, and the mean over all readings; null when there are none. */
export function extremesOf({ columns }: ChartData, from: number, to: number): Extremes | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let count = 0;
  for (let i = 0; i < columns.at.length; i++) {
    const mean = columns.mean[i];
    if (columns.at[i] < from || columns.at[i] >= to || mean === null) continue;
    low = Math.min(low, columns.min[i] ?? mean);
    high = Math.max(high, columns.max[i] ?? mean);
    const readings = columns.count[i] ?? 1;
    sum += mean * readings;
    count += readings;
  }
  return count === 0 ? null : { low, high, mean: sum / count, count };
}
