// How the last seven days were, in one figure: glucose in its target range, oxygen at or above its limit. Refused where too little was recorded.
import { type GlucoseUnit, intervalMinutes, type Readings, sharesOf, type Target } from './glucose.ts';
import { ACTIVE_MIN, type Told } from './glucose-report.ts';

const DAYS = 7;
export const WEEK_MICROS = DAYS * 86_400e6;

/** Of glucose: parts of 1 that add up. */
export interface WeekShares {
  target: number;
  below: number;
  above: number;
}

/** The seven days up to a moment: what counts of them is after their beginning and not after that moment. */
function within({ at, value }: Readings, endMicros: number): { at: number[]; value: number[] } {
  const seen = at.flatMap((time, i) => (time > endMicros - WEEK_MICROS && time <= endMicros ? [i] : []));
  return { at: seen.map((i) => at[i]), value: seen.map((i) => value[i]) };
}

/** Time in range of the seven days up to `endMicros`, where seven tenths of them were recorded. */
export function weekInRange(
  readings: Readings,
  endMicros: number,
  unit: GlucoseUnit,
  target: Target,
): Told<WeekShares> {
  const week = within(readings, endMicros);
  const recorded = Math.min(1, (week.at.length * intervalMinutes(week)) / (DAYS * 1440));
  if (recorded < ACTIVE_MIN) return { missing: { what: 'active', have: recorded, need: ACTIVE_MIN } };
  const { veryLow = 0, low = 0, target: inside = 0, high = 0, veryHigh = 0 } = sharesOf(week.value, unit, target);
  return { value: { target: inside, below: veryLow + low, above: high + veryHigh } };
}

/** Readings below this say nothing of a week. */
const OXYGEN_READINGS_MIN = 30;

/**
 * Share of the readings of the seven days up to `endMicros` that are at or above a limit: of what is measured by night only, no share of the time.
 * Summaries count as many readings as they stand for.
 */
export function weekAtLeast({ at, mean, count }: WeekColumns, endMicros: number, limit: number): Told<number> {
  let [all, high] = [0, 0];
  mean.forEach((value, i) => {
    if (value === null || at[i] <= endMicros - WEEK_MICROS || at[i] > endMicros) return;
    all += count[i] ?? 1;
    if (value >= limit) high += count[i] ?? 1;
  });
  if (all < OXYGEN_READINGS_MIN) return { missing: { what: 'readings', have: all, need: OXYGEN_READINGS_MIN } };
  return { value: high / all };
}

interface WeekColumns {
  at: readonly number[];
  mean: readonly (number | null)[];
  count: readonly number[];
}
