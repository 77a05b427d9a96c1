// FHIR dates as spans of time: `2022` is a year, `2022-12-31` a day in UTC, a dateTime its second.
import type { TimeSpan } from './model.ts';

const DATE_TIME = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?$/;
const MILLIS_TO_MICROS = 1000;
const MINUTE_MICROS = 60_000_000;

/** The span that a FHIR date, dateTime or instant names, microseconds; null = it is none. https://hl7.org/fhir/R4/datatypes.html#dateTime */
export function spanOf(value: unknown): TimeSpan | null {
  const match = typeof value === 'string' ? DATE_TIME.exec(value) : null;
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  const [y, m, d] = [Number(year), Number(month ?? 1), Number(day ?? 1)];
  if (m < 1 || m > 12 || d < 1 || d > new Date(Date.UTC(y, m, 0)).getUTCDate()) return null;
  if (hour === undefined) return { from: micros(y, m, d), to: dateEnd(y, month, day) };
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second ?? 0) > 60) return null;
  const utc = Date.UTC(y, m - 1, d, Number(hour), Number(minute), Number(second ?? 0)) * MILLIS_TO_MICROS;
  const from = utc - offsetMinutes(zone) * MINUTE_MICROS + Math.floor(Number(fraction ?? 0) * 1e6);
  const length = second === undefined ? MINUTE_MICROS : fraction === undefined ? 1e6 : 1;
  return { from, to: from + length };
}

const micros = (y: number, m: number, d: number): number => Date.UTC(y, m - 1, d) * MILLIS_TO_MICROS;

function dateEnd(y: number, month: string | undefined, day: string | undefined): number {
  if (month === undefined) return micros(y + 1, 1, 1);
  return day === undefined ? micros(y, Number(month) + 1, 1) : micros(y, Number(month), Number(day) + 1);
}

function offsetMinutes(zone: string): number {
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4));
  return zone.startsWith('-') ? -minutes : minutes;
}

/**
 * A FHIR Period: both ends belong to it, so that an end of `2022-12-31` is the last moment of that day. Null = it cannot be read.
 * https://hl7.org/fhir/R4/datatypes.html#Period
 */
export function periodOf(value: unknown): TimeSpan | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { start, end } = value as { start?: unknown; end?: unknown };
  const from = start === undefined ? { from: -Infinity } : spanOf(start);
  const to = end === undefined ? { to: Infinity } : spanOf(end);
  if (from === null || to === null || !(from.from < to.to)) return null;
  return { from: from.from, to: to.to };
}

/** The same day of the month `months` later, or the month's last day. Microseconds. */
export function addMonths(at: number, months: number): number {
  const date = new Date(at / MILLIS_TO_MICROS);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + months];
  const day = Math.min(date.getUTCDate(), new Date(Date.UTC(year, month + 1, 0)).getUTCDate());
  return at + (Date.UTC(year, month, day) - Date.UTC(year, date.getUTCMonth(), date.getUTCDate())) * MILLIS_TO_MICROS;
}
