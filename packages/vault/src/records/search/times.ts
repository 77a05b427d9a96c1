// FHIR's dates as ranges: a year is the whole year, a minute sixty seconds. What names no zone is read in UTC, here as in the whole record.
import { fieldsOf, isFields, listOf, textOf } from '../../import/json-records.ts';
import { parseFhirTime } from '../clinical-time.ts';

/** From `lo` (inside) to `hi` (outside), micros. Open ends are infinite. */
export interface TimeRange {
  lo: number;
  hi: number;
}

const SECOND = 1_000_000;
const DAY = 86_400 * SECOND;

/** Null for what is no date. */
export function timeRange(written: string): TimeRange | null {
  const from = parseFhirTime(written);
  if (from === null) return null;
  return { lo: from.at, hi: from.at + lengthMicros(written) };
}

function lengthMicros(written: string): number {
  if (written.length === 4) return daysFrom(written, '-01', yearAfter(written)) * DAY;
  if (written.length === 7) return daysFrom(written, '', monthAfter(written)) * DAY;
  if (written.length === 10) return DAY;
  const time = written.slice(11);
  const fraction = /^\d{2}:\d{2}:\d{2}\.(\d+)/.exec(time)?.[1];
  if (fraction !== undefined) return Math.max(1, SECOND / 10 ** fraction.length);
  return /^\d{2}:\d{2}:\d{2}/.test(time) ? SECOND : 60 * SECOND;
}

const yearAfter = (year: string): string => String(Number(year) + 1).padStart(4, '0');

function monthAfter(month: string): string {
  const [year, of] = month.split('-');
  return of === '12' ? `${yearAfter(year)}-01` : `${year}-${String(Number(of) + 1).padStart(2, '0')}`;
}

function daysFrom(from: string, rest: string, to: string): number {
  const [begin, end] = [parseFhirTime(from + rest), parseFhirTime(to)];
  // The year 9999 has none after it.
  return begin === null || end === null ? 365 : Math.round((end.at - begin.at) / DAY);
}

/** A date, a period, or what a timing spans. */
export function timeRangeOf(value: unknown): TimeRange | null {
  if (typeof value === 'string') return timeRange(value);
  if (!isFields(value)) return null;
  const { start, end, event, repeat } = value;
  if (start !== undefined || end !== undefined) return period(start, end);
  const bounds = fieldsOf(fieldsOf(repeat).boundsPeriod);
  const events = listOf(event).flatMap((each) => timeRange(textOf(each)) ?? []);
  const all =
    bounds.start === undefined && bounds.end === undefined ? events : [...events, period(bounds.start, bounds.end)];
  const ranges = all.filter((each) => each !== null);
  if (ranges.length === 0) return null;
  return { lo: Math.min(...ranges.map(({ lo }) => lo)), hi: Math.max(...ranges.map(({ hi }) => hi)) };
}

function period(start: unknown, end: unknown): TimeRange | null {
  const [from, to] = [timeRange(textOf(start)), timeRange(textOf(end))];
  if (from === null && to === null) return null;
  return { lo: from?.lo ?? Number.NEGATIVE_INFINITY, hi: to?.hi ?? Number.POSITIVE_INFINITY };
}
