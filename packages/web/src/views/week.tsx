// Of glucose and oxygen the sentence that one looks for first: how much of the last seven days was in range. On the card of Today, and above every chart.

import { type GlucoseUnit, TARGETS } from '../clinical/glucose.ts';
import { usualRange } from '../clinical/ranges.ts';
import { isStale } from '../clinical/today.ts';
import { WEEK_MICROS, weekAtLeast, weekInRange } from '../clinical/week.ts';
import { words } from '../words/index.ts';
import { day, percent } from '../words/numbers.ts';
import { plain, type ReadingsOf, type ReadingsSource, type Subject, useReadings } from './port.ts';

/** Kinds of which a week is told. */
export const hasWeek = (kind: string): boolean => kind === 'glucose-cgm' || kind === 'spo2';

/** The week ends now while readings come in, and else with the newest of them. */
function endOf({ last }: { last: number }, nowMicros: number): { endMicros: number; isNow: boolean } {
  const isNow = !isStale(last, nowMicros);
  return { endMicros: isNow ? Math.max(nowMicros, last) : last, isNow };
}

/** What is asked for. */
export function weekRange(bounds: { last: number }, nowMicros: number): { fromMicros: number; toMicros: number } {
  const { endMicros } = endOf(bounds, nowMicros);
  return { fromMicros: endMicros - WEEK_MICROS, toMicros: endMicros + 1 };
}

/** 'In target range 93% of the last 7 days, below it 5%.', or what is missing for it; '' where no range is known for that person. */
export function weekSentence(
  { kind, unit, bounds }: Pick<ReadingsSource, 'kind' | 'unit' | 'bounds'>,
  readings: ReadingsOf,
  person: Subject,
  nowMicros: number,
): string {
  const { week } = words.value;
  const range = usualRange(kind, unit, person);
  if (range === null) return '';
  const { endMicros, isNow } = endOf(bounds, nowMicros);
  const when = isNow ? week.last7 : week.upTo(day(endMicros));
  if (kind === 'spo2') {
    const told = weekAtLeast(readings.columns, endMicros, range.low ?? 0);
    if ('missing' in told) return week.fewReadings(when, told.missing.have, told.missing.need);
    return week.atLeast(percent((range.low ?? 0) / 100), percent(told.value), when);
  }
  if (readings.level !== 'raw') return week.needsEach;
  const told = weekInRange(plain(readings), endMicros, unit as GlucoseUnit, TARGETS.standard);
  if ('missing' in told) return week.few(when, percent(told.missing.have), percent(told.missing.need));
  // Of what is outside the lows are said: they hurt first. The rest is above.
  const { target, below } = told.value;
  return week.inRange(percent(target), when, percent(below));
}

const ASKED_MICROS = 300e6;

/** Above a chart. */
export function WeekLine({
  source,
  person,
  nowMicros,
}: {
  source: ReadingsSource;
  person: Subject;
  nowMicros: number;
}) {
  // Asked for anew every few minutes at most, however often readings come.
  const step = Math.ceil(source.bounds.last / ASKED_MICROS);
  const range = weekRange(source.bounds, step * ASKED_MICROS);
  const calm = { ...source, id: `${source.key}/${source.unit}/${step}` };
  const { asked } = useReadings([{ source: calm, ...range }]);
  const readings = asked.value?.[0];
  if (!readings) return null;
  const text = weekSentence(source, readings, person, nowMicros);
  return text === '' ? null : <p class="week-line">{text}</p>;
}
