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
