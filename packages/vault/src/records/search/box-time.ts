// Times as people say them: “last year”, “2019”, “since March”, “w zeszłym roku”, “desde marzo”.
import { type TimeRange, timeRange } from './times.ts';
import { BEFORE, isOneOf, LAST, MONTHS, SINCE, SMALL, THIS, TODAY, UNITS, YESTERDAY } from './vocabulary.ts';

const DAY = 86_400e6;

export interface TimeSaid {
  /** What is left when the words of time are taken out. */
  rest: string[];
  /** Null: no time was said. */
  range: TimeRange | null;
}

interface Span extends TimeRange {
  words: number;
}

/**
 * @param words folded
 * @param civilNow now, micros, as if the clock on the wall showed UTC: days and months are hers
 */
export function takeTime(words: readonly string[], civilNow: number): TimeSaid {
  for (let at = 0; at < words.length; at++) {
    const said = spanAt(words, at, civilNow);
    if (said === null) continue;
    return { rest: [...words.slice(0, at), ...words.slice(at + said.words)], range: { lo: said.lo, hi: said.hi } };
  }
  return { rest: [...words], range: null };
}

/** A time with the small words before it: `since`, `before`, `in the`. */
function spanAt(words: readonly string[], at: number, now: number): Span | null {
  let next = at;
  let sense: 'since' | 'before' | 'in' = 'in';
  if (isOneOf(words[at], SINCE)) sense = 'since';
  else if (isOneOf(words[at], BEFORE)) sense = 'before';
  else if (!isOneOf(words[at], SMALL)) return momentAt(words, at, now);
  for (next = at + 1; next < words.length && isOneOf(words[next], SMALL); ) next++;
  const span = next < words.length ? momentAt(words, next, now) : null;
  if (span === null) return null;
  const taken = next - at + span.words;
  if (sense === 'since') return { lo: span.lo, hi: Number.POSITIVE_INFINITY, words: taken };
  if (sense === 'before') return { lo: Number.NEGATIVE_INFINITY, hi: span.lo, words: taken };
  return { ...span, words: taken };
}

function momentAt(words: readonly string[], at: number, now: number): Span | null {
  const word = words[at];
  if (isOneOf(word, TODAY)) return { ...dayOf(now), words: 1 };
  if (isOneOf(word, YESTERDAY)) return { ...dayOf(now - DAY), words: 1 };
  if (/^(19|20)\d{2}$/.test(word) || /^(19|20)\d{2}-\d{2}(-\d{2})?$/.test(word)) {
    const range = timeRange(word);
    return range && { ...range, words: 1 };
  }
  const month = MONTHS.findIndex((names) => isOneOf(word, names));
  if (month >= 0) return monthNamed(month, words, at, now);
  return relative(words, at, now);
}

/** `March`, `March 2025`, `marzo de 2025`. */
function monthNamed(month: number, words: readonly string[], at: number, now: number): Span | null {
  const number = String(month + 1).padStart(2, '0');
  const next = ['of', 'de', 'del'].includes(words[at + 1] ?? '') ? at + 2 : at + 1;
  if (/^(19|20)\d{2}$/.test(words[next] ?? '')) {
    const range = timeRange(`${words[next]}-${number}`);
    return range && { ...range, words: next + 1 - at };
  }
  const date = new Date(now / 1000);
  const year = date.getUTCFullYear() - (month > date.getUTCMonth() ? 1 : 0);
  const range = timeRange(`${year}-${number}`);
  return range && { ...range, words: 1 };
}

type Unit = keyof typeof UNITS;
const unitOf = (word: string | undefined): Unit | null =>
  word === undefined ? null : ((Object.keys(UNITS) as Unit[]).find((unit) => isOneOf(word, UNITS[unit])) ?? null);

/** `last year`, `año pasado`, `this month`, `last 3 months`. */
function relative(words: readonly string[], at: number, now: number): Span | null {
  const [first, second, third] = [words[at], words[at + 1], words[at + 2]];
  const [unit, unitAfter] = [unitOf(first), unitOf(second)];
  if (unitAfter !== null && isOneOf(first, LAST)) return { ...spanOf(unitAfter, -1, now), words: 2 };
  if (unitAfter !== null && isOneOf(first, THIS)) return { ...spanOf(unitAfter, 0, now), words: 2 };
  if (unit !== null && second !== undefined && isOneOf(second, LAST)) return { ...spanOf(unit, -1, now), words: 2 };
  const count = /^\d{1,3}$/.test(second ?? '') ? Number(second) : 0;
  const of = unitOf(third);
  if (count === 0 || of === null || !isOneOf(first, LAST)) return null;
  return { lo: back(now, of, count), hi: dayOf(now).hi, words: 3 };
}

function dayOf(micros: number): TimeRange {
  const lo = Math.floor(micros / DAY) * DAY;
  return { lo, hi: lo + DAY };
}

function spanOf(unit: Unit, step: 0 | -1, now: number): TimeRange {
  const date = new Date(now / 1000);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  if (unit === 'year') return { lo: Date.UTC(year + step, 0) * 1000, hi: Date.UTC(year + step + 1, 0) * 1000 };
  if (unit === 'month') return { lo: Date.UTC(year, month + step) * 1000, hi: Date.UTC(year, month + step + 1) * 1000 };
  if (unit === 'day') return dayOf(now + step * DAY);
  // Weeks begin on Monday.
  const monday = dayOf(now).lo - ((date.getUTCDay() + 6) % 7) * DAY;
  return { lo: monday + step * 7 * DAY, hi: monday + (step + 1) * 7 * DAY };
}

function back(now: number, unit: Unit, count: number): number {
  const date = new Date(now / 1000);
  if (unit === 'year') date.setUTCFullYear(date.getUTCFullYear() - count);
  else if (unit === 'month') date.setUTCMonth(date.getUTCMonth() - count);
  else return dayOf(now).lo - count * (unit === 'week' ? 7 : 1) * DAY;
  return dayOf(date.getTime() * 1000).lo;
}
