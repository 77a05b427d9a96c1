// Readings by civil day: lowest, middle, highest, quiet, and sums. Of summaries the lowest and highest of each bin count.
import type { Calendar } from './civil.ts';
import { ascending, quantile } from './quantile.ts';

export interface DayReadings {
  at: readonly number[];
  mean: readonly (number | null)[];
  min: readonly (number | null)[];
  max: readonly (number | null)[];
  count: readonly number[];
}

export interface DayBand {
  day: number;
  startMicros: number;
  /** null on a day without readings. */
  band: { low: number; high: number; median: number; quiet: number; sum: number; count: number } | null;
}

/** A tenth of the day's readings lies below: near to what the body does at rest. */
const QUIET = 0.1;

export function daysOf(
  readings: DayReadings,
  { first, last }: { first: number; last: number },
  calendar: Calendar,
): DayBand[] {
  const days: DayBand[] = [];
  let i = 0;
  for (let day = first; day <= last; day++) {
    const startMicros = calendar.startOf(day);
    const end = calendar.startOf(day + 1);
    const from = i;
    while (i < readings.at.length && readings.at[i] < end) i++;
    days.push({ day, startMicros, band: bandOf(readings, from, i) });
  }
  return days;
}

function bandOf({ mean, min, max, count }: DayReadings, from: number, to: number): DayBand['band'] {
  const values: number[] = [];
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let all = 0;
  for (let i = from; i < to; i++) {
    const value = mean[i];
    if (value === null) continue;
    values.push(value);
    low = Math.min(low, min[i] ?? value);
    high = Math.max(high, max[i] ?? value);
    sum += value * (count[i] ?? 1);
    all += count[i] ?? 1;
  }
  if (values.length === 0) return null;
  const sorted = ascending(values);
  return { low, high, median: quantile(sorted, 0.5), quiet: quantile(sorted, QUIET), sum, count: all };
}

/** Steps of an axis that people read easily: 1, 2 or 5 times a power of ten. */
export function niceTicks(low: number, high: number, wanted = 4): number[] {
  const span = high - low || 1;
  const raw = span / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= raw) ?? raw;
  const ticks: number[] = [];
  for (let value = Math.ceil(low / step) * step; value <= high + step * 1e-9; value += step)
    ticks.push(Number(value.toPrecision(12)));
  return ticks;
}
