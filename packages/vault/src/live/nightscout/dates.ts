// Dates as uploaders write them: milliseconds as a number or text, and ISO 8601 in its variants. No zone means UTC, as in Nightscout.
import { NIGHTSCOUT_LIMITS } from './limits.ts';

export interface ReadDate {
  millis: number;
  /** As written; 0 where no zone was. */
  offsetMinutes: number;
}

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(?:(Z)|([+-])(\d{2}):?(\d{2})?)?$/i;

/** null for what is no date, or lies outside of what Nightscout can mean. */
export function readDate(value: unknown): ReadDate | null {
  if (typeof value === 'number') return inside(value, 0);
  if (typeof value !== 'string') return null;
  const text = value.trim();
  if (/^\d{12,14}(\.\d*)?$/.test(text)) return inside(Number(text), 0);
  // A plus that a client forgot to escape arrives as a space.
  const match = ISO.exec(
    text.replace(/ (\d{2}:?\d{2})$/, (all, zone, at) => (text.indexOf('T') > 0 && at > 15 ? `+${zone}` : all)),
  );
  if (!match) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 || minute > 59 || second > 60) return null;
  const fraction = Math.floor(Number(`0.${match[7] ?? '0'}`) * 1000 + 1e-6);
  const sign = match[9] === '-' ? -1 : 1;
  const offset = sign * (Number(match[10] ?? 0) * 60 + Number(match[11] ?? 0));
  if (Math.abs(offset) > 14 * 60) return null;
  return inside(Date.UTC(year, month - 1, day, hour, minute, second, fraction) - offset * 60_000, offset);
}

function inside(millis: number, offsetMinutes: number): ReadDate | null {
  const { dateMillisMin, dateMillisMax } = NIGHTSCOUT_LIMITS;
  return millis > dateMillisMin && millis < dateMillisMax ? { millis, offsetMinutes } : null;
}

export const isoDate = (millis: number): string => new Date(millis).toISOString();
