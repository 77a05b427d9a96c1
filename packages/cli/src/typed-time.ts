/// <reference lib="esnext.temporal" />
// Times as people type them, in their own zone. A day, month or year alone means all of it: as a start its first instant, as an
// end the first instant after it, so that `--from 2017-08-29 --to 2017-08-29` is that whole day.

export type Edge = 'start' | 'end';

export interface Clock {
  nowMillis: number;
  zone: string;
}

/** What may be typed, for help and for messages. */
export const TIME_EXAMPLES = "2017-08-29, '2017-08-29 13:00', 13:00, yesterday, 'today 08:30', -2h, +30d, now";

/** Micros since 1970, or the reason (a sentence part) why the text is no time. */
export function parseTypedTime(text: string, edge: Edge, clock: Clock): { micros: number } | { reason: string } {
  const typed = text.trim().toLowerCase();
  try {
    const found = relative(typed, clock) ?? named(typed, edge, clock) ?? written(typed, edge, clock);
    if (!found) return { reason: 'is not a time that Hale understands' };
    return { micros: Math.floor(Number(found.epochNanoseconds / 1000n)) };
  } catch (error) {
    if (error instanceof RangeError) return { reason: 'is no day or time of the calendar' };
    throw error;
  }
}

const nowIn = (clock: Clock) => Temporal.Instant.fromEpochMilliseconds(clock.nowMillis).toZonedDateTimeISO(clock.zone);

const SPANS: [RegExp, string][] = [
  [/^(s|sec|secs|seconds?)$/, 'seconds'],
  [/^(m|min|mins|minutes?)$/, 'minutes'],
  [/^(h|hrs?|hours?)$/, 'hours'],
  [/^(d|days?)$/, 'days'],
  [/^(w|weeks?)$/, 'weeks'],
  [/^(mo|months?)$/, 'months'],
  [/^(y|years?)$/, 'years'],
];

/** now · now-2h · -2h · -1h30m · +30d · 2h ago · in 2 weeks */
function relative(typed: string, clock: Clock): Temporal.ZonedDateTime | null {
  const now = nowIn(clock);
  if (typed === 'now') return now;
  const match =
    /^(?:now)?\s*([+-])\s*(.+)$/.exec(typed) ??
    (/ ago$/.test(typed) ? ['', '-', typed.slice(0, -4)] : /^in /.test(typed) ? ['', '+', typed.slice(3)] : null);
  const span = match && spanOf(match[2] ?? '');
  if (!match || !span) return null;
  return match[1] === '-' ? now.subtract(span) : now.add(span);
}

function spanOf(text: string): Temporal.Duration | null {
  const parts = [...text.matchAll(/(\d+)\s*([a-z]+)\s*/g)];
  if (parts.length === 0 || parts.map((part) => part[0]).join('') !== text) return null;
  const span: Record<string, number> = {};
  for (const [, count, unit] of parts) {
    const name = SPANS.find(([pattern]) => pattern.test(unit ?? ''))?.[1];
    if (!name) return null;
    span[name] = (span[name] ?? 0) + Number(count);
  }
  return Temporal.Duration.from(span);
}

/** today · yesterday 14:00 · tomorrow · 13:00 (today) */
function named(typed: string, edge: Edge, clock: Clock): Temporal.ZonedDateTime | null {
  const match = /^(?:(today|yesterday|tomorrow)\b\s*)?(\d{1,2}:\d{2}(?::\d{2})?)?$/.exec(typed);
  if (!match || typed === '') return null;
  const today = nowIn(clock).toPlainDate();
  const day = today.add({ days: match[1] === 'yesterday' ? -1 : match[1] === 'tomorrow' ? 1 : 0 });
  return match[2]
    ? day.toZonedDateTime({ timeZone: clock.zone, plainTime: timeOf(match[2]) })
    : dayEdge(day, edge, clock);
}

/** 2017 · 2017-08 · 2017-08-29 · 2017-08-29 13:00[:05[.250]] [Z|+02:00] */
function written(typed: string, edge: Edge, clock: Clock): Temporal.ZonedDateTime | null {
  const match =
    /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[t ]\s*(\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)\s*(z|[+-]\d{2}:?\d{2})?)?)?)?$/.exec(
      typed,
    );
  if (!match) return null;
  const [, year, month, day, time, offset] = match;
  const strict = { overflow: 'reject' } as const;
  const date = Temporal.PlainDate.from(
    { year: Number(year), month: Number(month ?? 1), day: Number(day ?? 1) },
    strict,
  );
  if (time && offset) {
    const zone = offset === 'z' ? 'UTC' : offset.replace(/^(...)(\d\d)$/, '$1:$2');
    return date.toZonedDateTime({ timeZone: zone, plainTime: timeOf(time) }).withTimeZone(clock.zone);
  }
  // An hour that the clocks skip in spring is taken as the hour after, one that comes twice in autumn as the first.
  if (time) return date.toZonedDateTime({ timeZone: clock.zone, plainTime: timeOf(time) });
  if (edge === 'start') return date.toZonedDateTime(clock.zone);
  return date.add(day ? { days: 1 } : month ? { months: 1 } : { years: 1 }).toZonedDateTime(clock.zone);
}

function dayEdge(day: Temporal.PlainDate, edge: Edge, clock: Clock): Temporal.ZonedDateTime {
  return (edge === 'start' ? day : day.add({ days: 1 })).toZonedDateTime(clock.zone);
}

function timeOf(text: string): Temporal.PlainTime {
  return Temporal.PlainTime.from(text.padStart(text.indexOf(':') === 1 ? text.length + 1 : text.length, '0'));
}
