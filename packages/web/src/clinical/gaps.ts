// Where readings are missing: the longest gap, the others, and how much of the time is covered. Arithmetic without words.
import type { Calendar } from './civil.ts';

export interface Gap {
  from: number;
  to: number;
}

export interface Missing {
  /** null: there is none. */
  longest: Gap | null;
  /** Besides the longest, ascending. */
  others: readonly Gap[];
  /** Share of the time, 0..1. */
  covered: number;
}

/** One reading that failed to come is no gap: two in a row are. Of bins each that is empty. */
const STEPS = 2.5;
const BINS = 0.5;

/**
 * @param at ascending, microseconds
 * @param range of which something is said; what lies outside of it was not asked for
 * @param stepMicros between two readings, or the width of a bin
 * @param areBins their times are the middles of bins
 */
export function missingIn(at: readonly number[], range: Gap, stepMicros: number, areBins = false): Missing {
  const gaps: Gap[] = [];
  const halfMicros = areBins ? stepMicros / 2 : 0;
  let reached = range.from;
  const look = (next: number) => {
    if (next - reached > stepMicros * (areBins ? BINS : STEPS)) gaps.push({ from: reached, to: next });
  };
  for (const each of at) {
    if (each < range.from || each > range.to) continue;
    look(each - halfMicros);
    reached = each + halfMicros;
  }
  look(range.to);
  return missingOf(gaps, range);
}

/** What gaps come to within a range. */
export function missingOf(all: readonly Gap[], range: Gap): Missing {
  const gaps = all.filter(({ from, to }) => from >= range.from && to <= range.to);
  const lost = gaps.reduce((sum, gap) => sum + gap.to - gap.from, 0);
  const longest = gaps.reduce<Gap | null>(
    (one, gap) => (one && one.to - one.from >= gap.to - gap.from ? one : gap),
    null,
  );
  const whole = Math.max(1, range.to - range.from);
  return { longest, others: gaps.filter((gap) => gap !== longest), covered: Math.max(0, 1 - lost / whole) };
}

/** The middle of the times between readings: the rhythm of a signal that tells none; 0 where there are not two. */
export function rhythmOf(at: readonly number[]): number {
  const between = at.slice(1).map((each, i) => each - at[i]);
  between.sort((a, b) => a - b);
  return between[Math.floor(between.length / 2)] ?? 0;
}

/** Civil days of a range, both ends included, on which there is nothing. */
export function daysWithout(days: ReadonlySet<number>, first: number, last: number): number[] {
  const missing: number[] = [];
  for (let day = first; day <= last; day++) if (!days.has(day)) missing.push(day);
  return missing;
}

/** Civil days from the first to the last of what there is, within a period. */
export function daysBetween(
  period: { first: number; last: number; calendar: Calendar },
  bounds: { first: number; last: number },
): { first: number; last: number } {
  const { calendar } = period;
  return {
    first: Math.max(period.first, calendar.dayOf(bounds.first)),
    last: Math.min(period.last, calendar.dayOf(bounds.last)),
  };
}
