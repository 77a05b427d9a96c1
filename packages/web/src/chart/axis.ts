// Labels of a time axis in the person's zone and language: the day is said once, then only what changes.
import { clock, day, dayMonth, dayShort, zone } from '../words/numbers.ts';

/** Above the highest and below the lowest, as a share of what lies between. */
export const Y_AIR = 0.08;

const MINUTE = 60_000;
const DAY = 86_400_000;

/** @param splits milliseconds · @param step milliseconds between them · @param isNarrow without the day of the week */
export function timeLabels(splits: readonly number[], step: number, isNarrow = false): string[] {
  let said = '';
  return splits.map((at) => {
    const micros = at * 1000;
    if (step >= 300 * DAY) return yearOf(micros);
    if (step >= 27 * DAY) return monthOf(micros);
    if (step >= DAY) return isNarrow ? dayMonth(micros) : dayShort(micros).replace(',', '');
    const date = day(micros);
    const time = step >= MINUTE ? clock(micros) : secondsOf(micros, step);
    const label = date === said ? time : `${time}\n${date}`;
    said = date;
    return label;
  });
}

const part = (micros: number, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat(document.documentElement.lang || 'en', { timeZone: zone.value, ...options }).format(
    new Date(micros / 1000),
  );
const yearOf = (micros: number): string => part(micros, { year: 'numeric' });
const monthOf = (micros: number): string => part(micros, { month: 'short', year: 'numeric' });
const secondsOf = (micros: number, step: number): string =>
  part(micros, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hour12: false,
    ...(step < 1000 ? { fractionalSecondDigits: 1 as const } : {}),
  });
