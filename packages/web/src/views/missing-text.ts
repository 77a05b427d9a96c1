// What is missing, in words: the device measured nothing from … to …. What did not arrive of a share is another matter, and is said elsewhere
// (reader/page.tsx, screens/desk/page.tsx).
import { daysBetween, daysWithout, type Gap, type Missing, missingIn, rhythmOf } from '../clinical/gaps.ts';
import { words } from '../words/index.ts';
import { dayShort, length, moment, percent } from '../words/numbers.ts';
import type { Period as ChosenPeriod } from './period.tsx';
import type { ReadingsOf, ReadingsSource } from './port.ts';

type Period = Pick<ChosenPeriod, 'calendar' | 'first' | 'last' | 'fromMicros' | 'toMicros'>;

/** Gaps beside the longest that are told with their times; more are counted. */
const GAPS_NAMED = 2;
/** Days that are named; the others are counted. */
const DAYS_NAMED = 5;
/** A slower signal is missed by the day, not by the hour. */
export const STEP_MAX = 3_600e6;
const BIN_MICROS: Partial<Record<ReadingsOf['level'], number>> = {
  '1m': 60e6,
  '15m': 900e6,
  '1h': 3_600e6,
  '1d': 86_400e6,
};

/** 99.97 % is not everything. */
const share = (covered: number): string =>
  covered >= 1 ? percent(1) : percent(Math.min(covered, 0.999), covered > 0.99 ? 1 : 0);

/**
 * @param at how a moment is written; of a strip of seconds exactly
 * @param binMicros where not the readings are known but bins of them: gaps are told to a bin, and shorter ones lie hidden in them
 */
export function missingText(
  { longest, others, covered }: Missing,
  { at = moment, binMicros = 0 }: { at?: (micros: number) => string; binMicros?: number } = {},
): string {
  const { facts } = words.value;
  if (longest === null) return binMicros > 0 ? facts.noGapOf(length(binMicros / 1e6), share(covered)) : facts.noGaps;
  const said = binMicros > 0 ? facts.gapAbout : facts.gap;
  const gap = said(at(longest.from), at(longest.to), length((longest.to - longest.from) / 1e6));
  const all =
    others.length > GAPS_NAMED
      ? facts.andIn(gap, facts.shorter(others.length))
      : others.reduce((text, { from, to }) => facts.andFrom(text, at(from), at(to)), gap);
  return facts.covered(all, share(covered));
}

/** Days by name, the first few of them. */
function daysText(days: readonly number[], period: Period): string {
  const { facts } = words.value;
  const named = days.slice(0, DAYS_NAMED).map((day) => dayShort(period.calendar.startOf(day)));
  const text = named.join(', ');
  return days.length > DAYS_NAMED ? facts.more(text, days.length - DAYS_NAMED) : text;
}

/** Of what is measured once a day or so. */
export function missingDays(at: readonly number[], period: Period, bounds: { first: number; last: number }): string {
  const { facts, frame } = words.value;
  const { first, last } = daysBetween(period, bounds);
  if (last < first) return '';
  const missing = daysWithout(new Set(at.map((each) => period.calendar.dayOf(each))), first, last);
  const all = frame.days(last - first + 1);
  return missing.length === 0
    ? facts.noDayMissing(all)
    : facts.daysMissing(missing.length, all, daysText(missing, period));
}

/** @param days on which a night ended */
export function missingNights(
  days: ReadonlySet<number>,
  period: Period,
  bounds: { first: number; last: number },
): string {
  const { facts } = words.value;
  const { first, last } = daysBetween(period, bounds);
  if (last < first) return '';
  const missing = daysWithout(days, first, last);
  const all = last - first + 1;
  return missing.length === 0
    ? facts.noNightMissing(all)
    : facts.nightsMissing(missing.length, all, daysText(missing, period));
}

/** Of the readings of a period: by gaps where they come at least every hour, else by days. What lies before the first reading there is, is said as that. */
export function missingReadings(readings: ReadingsOf, period: Period, source: ReadingsSource): string {
  const { facts } = words.value;
  const { bounds } = source;
  const at = readings.columns.at.filter((_, i) => readings.columns.mean[i] !== null);
  const bin = BIN_MICROS[readings.level];
  const step = bin ?? (readings.periodMicros || rhythmOf(at));
  const begin = bounds.first > period.fromMicros ? ` ${facts.begin(moment(bounds.first))}` : '';
  if (step === 0 || step > STEP_MAX) return missingDays(at, period, bounds) + begin;
  const range: Gap = {
    from: Math.max(period.fromMicros, bounds.first),
    to: Math.min(period.toMicros, bounds.last),
  };
  // Bins come by their beginnings here.
  const times = bin === undefined ? at : at.map((each) => each + bin / 2);
  return missingText(missingIn(times, range, step, bin !== undefined), { binMicros: bin ?? 0 }) + begin;
}
