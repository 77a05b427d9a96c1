// What a glucose report says of a period, and what it refuses to say because too little was recorded (rules of tidepool-org/viz @71163cc).
import type { Calendar } from './civil.ts';
import {
  activeWhileWorn,
  CV_READINGS_MIN,
  cvPercent,
  type GlucoseUnit,
  gmiPercent,
  inMgPerDl,
  intervalMinutes,
  type Readings,
  type Shares,
  sharesOf,
  type Target,
} from './glucose.ts';
import { type CurveBin, hourlyCurve } from './glucose-curve.ts';
import { meanOf } from './quantile.ts';

/** Share of the time that must be recorded before a number stands for it. */
export const ACTIVE_MIN = 0.7;
const CURVE_DAYS = 7;
const GMI_DAYS = 14;

/** A figure, or what is missing for it: recorded, of that which is needed. */
export type Told<T> = { value: T } | { missing: Missing };
export type Missing =
  | { what: 'hours'; have: number; need: number }
  | { what: 'active'; have: number; need: number }
  | { what: 'days'; have: number; need: number }
  | { what: 'readings'; have: number; need: number };

export interface DayProfile {
  day: number;
  startMicros: number;
  endMicros: number;
  readings: Readings;
  /** Share of the day recorded. */
  active: number;
}

export interface GlucoseReport {
  count: number;
  interval: number;
  days: DayProfile[];
  /** Share of the period recorded, as far as it has come, 0..1. */
  active: number;
  /** The period has not ended yet: what is said of it goes to now. */
  isToNow: boolean;
  /** Share between the first and the last reading, 0..1. */
  activeWorn: number;
  shares: Told<Shares>;
  mean: Told<number>;
  gmi: Told<number>;
  cv: Told<number>;
  curve: Told<CurveBin[]>;
}

/**
 * @param days civil days, first to last, both included
 * @param nowMicros what has not been lived yet is not missing
 */
export function glucoseReport(
  readings: Readings,
  days: { first: number; last: number },
  unit: GlucoseUnit,
  target: Target,
  calendar: Calendar,
  nowMicros: number,
): GlucoseReport {
  const interval = intervalMinutes(readings);
  const profiles = profilesOf(readings, days, interval, calendar);
  const count = readings.value.length;
  const [{ startMicros }, { endMicros }] = [profiles[0], profiles[profiles.length - 1]];
  const isToNow = nowMicros < endMicros;
  const periodMinutes = Math.max(interval, (Math.min(endMicros, nowMicros) - startMicros) / 60e6);
  const active = Math.min(1, (count * interval) / periodMinutes);
  const activeWorn = Math.min(1, activeWhileWorn(readings, interval));
  const lacking = lackingForBands(readings, interval, activeWorn);
  const mean = meanOf(readings.value) ?? 0;
  const told = <T>(value: T, missing: Missing | null): Told<T> => (missing ? { missing } : { value });
  return {
    count,
    interval,
    days: profiles,
    active,
    isToNow,
    activeWorn,
    shares: told(sharesOf(readings.value, unit, target), lacking),
    mean: told(mean, lacking),
    gmi: told(gmiPercent(inMgPerDl(mean, unit)), lacking ?? lackingForGmi(count, interval, profiles.length)),
    cv: told(
      cvPercent(readings.value) ?? 0,
      lacking ?? (count < CV_READINGS_MIN ? { what: 'readings', have: count, need: CV_READINGS_MIN } : null),
    ),
    curve: told(hourlyCurve(readings, calendar), lacking ?? lackingForCurve(profiles, interval)),
  };
}

/** A day from the first reading to the last, recorded for seven tenths of it. */
function lackingForBands({ at }: Readings, interval: number, activeWorn: number): Missing | null {
  const hours = at.length === 0 ? 0 : (at[at.length - 1] - at[0]) / 3_600e6 + interval / 60;
  if (hours < 24) return { what: 'hours', have: Math.floor(hours), need: 24 };
  return activeWorn < ACTIVE_MIN ? { what: 'active', have: activeWorn, need: ACTIVE_MIN } : null;
}

function lackingForGmi(count: number, interval: number, days: number): Missing | null {
  if (days < GMI_DAYS) return { what: 'days', have: days, need: GMI_DAYS };
  const recorded = (count * interval) / (GMI_DAYS * 1440);
  return recorded < ACTIVE_MIN
    ? { what: 'hours', have: (count * interval) / 60, need: GMI_DAYS * 24 * ACTIVE_MIN }
    : null;
}

/** The seven best days, each with an hour at least, recorded for seven tenths on average. */
function lackingForCurve(profiles: readonly DayProfile[], interval: number): Missing | null {
  const worn = profiles.filter(({ readings }) => readings.value.length * interval >= 60).map(({ active }) => active);
  if (worn.length < CURVE_DAYS) return { what: 'days', have: worn.length, need: CURVE_DAYS };
  const best = worn.sort((a, b) => b - a).slice(0, CURVE_DAYS);
  const active = meanOf(best) ?? 0;
  return active < ACTIVE_MIN ? { what: 'active', have: active, need: ACTIVE_MIN } : null;
}

function profilesOf(
  { at, value }: Readings,
  { first, last }: { first: number; last: number },
  interval: number,
  calendar: Calendar,
): DayProfile[] {
  const profiles: DayProfile[] = [];
  let i = 0;
  for (let day = first; day <= last; day++) {
    const startMicros = calendar.startOf(day);
    const endMicros = calendar.startOf(day + 1);
    const from = i;
    while (i < at.length && at[i] < endMicros) i++;
    const readings = { at: at.slice(from, i), value: value.slice(from, i) };
    const active = Math.min(1, (readings.at.length * interval * 60e6) / (endMicros - startMicros));
    profiles.push({ day, startMicros, endMicros, readings, active });
  }
  return profiles;
}
