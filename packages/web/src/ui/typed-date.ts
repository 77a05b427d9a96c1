// Days and times as they are typed: parts of a date in the order of a language, ISO texts whole, and nothing that no calendar has.

export const PARTS = ['day', 'month', 'year'] as const;
export type Part = (typeof PARTS)[number];
export type DateParts = Record<Part, string>;

/** In which order a language writes them. */
export function orderIn(locale: string): Part[] {
  const shown = new Intl.DateTimeFormat(locale).formatToParts(0);
  return shown.flatMap(({ type }) => PARTS.find((part) => part === type) ?? []);
}

/** Names of the months, by the number that stands for them in a date. */
export function monthsIn(locale: string): [string, string][] {
  const name = new Intl.DateTimeFormat(locale, { month: 'long', timeZone: 'UTC' });
  return Array.from({ length: 12 }, (_, i) => [String(i + 1), name.format(Date.UTC(2026, i, 1))]);
}

const ISO = /^\s*(\d{4})-(\d{1,2})-(\d{1,2})\s*$/;

/** The parts of '2026-11-09'; null of anything else. */
export function partsOf(iso: string): DateParts | null {
  const [, year, month, day] = ISO.exec(iso) ?? [];
  return year === undefined ? null : { day: String(Number(day)), month: String(Number(month)), year };
}

/** '2026-11-09'; null where a part is missing or there is no such day. */
export function isoOf({ day, month, year }: DateParts): string | null {
  if (!/^\d{1,2}$/.test(day.trim()) || !/^\d{4}$/.test(year.trim()) || month === '') return null;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const isThere = date.getUTCDate() === Number(day) && date.getUTCMonth() === Number(month) - 1;
  return isThere ? date.toISOString().slice(0, 10) : null;
}

/** Is every part typed, so that one may say whether it is a day? */
export const isWhole = ({ day, month, year }: DateParts): boolean =>
  day.trim() !== '' && month !== '' && year.trim().length >= 4;

/** 'HH:MM' of '7:05', '19.30' or '1930'; null of what no clock of 24 hours shows. */
export function timeOf(text: string): string | null {
  const [, hour, minute] = /^\s*(\d{1,2})[:.h]?(\d{2})\s*$/.exec(text) ?? [];
  if (hour === undefined || Number(hour) > 23 || Number(minute) > 59) return null;
  return `${hour.padStart(2, '0')}:${minute}`;
}
