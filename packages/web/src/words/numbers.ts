// Numbers, units and times as people read them, in the language and zone in use.
import { computed, signal } from '@preact/signals';
import { Calendar } from '../clinical/civil.ts';
import { language, words } from './index.ts';

/** IANA zone of this device. */
export const systemZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
/** IANA zone in which times are shown. */
export const zone = signal(systemZone);

/** The language in use, as formats of dates and numbers name it. */
export const locale = computed(() => (language.value === 'en' ? 'en-GB' : language.value));

/** As many decimals as the size of the number makes sense of, unless told. */
export function number(value: number, decimals?: number): string {
  const size = Math.abs(value);
  const digits = decimals ?? (size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : 2);
  return new Intl.NumberFormat(locale.value, { maximumFractionDigits: digits, minimumFractionDigits: decimals ?? 0 })
    .format(value)
    .replace('-', '−');
}

/** A difference with its sign. */
export function signed(value: number, decimals?: number): string {
  return `${value > 0 ? '+' : value < 0 ? '−' : '±'}${number(Math.abs(value), decimals)}`;
}

/** @param share 0..1 · @param decimals of the percents; none unless told */
export function percent(share: number, decimals = 0): string {
  const digits = { maximumFractionDigits: decimals, minimumFractionDigits: decimals };
  return new Intl.NumberFormat(locale.value, { style: 'percent', ...digits }).format(share);
}

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** '3.2 MB'. */
export function bytes(count: number): string {
  const step = Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(Math.max(1, count)) / 3));
  return new Intl.NumberFormat(locale.value, {
    style: 'unit',
    unit: BYTE_UNITS[step],
    unitDisplay: step === 0 ? 'long' : 'short',
    maximumFractionDigits: step > 1 ? 1 : 0,
  }).format(count / 1000 ** step);
}

function formatted(micros: number, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale.value, { timeZone: zone.value, ...options }).format(new Date(micros / 1000));
}

export const day = (micros: number): string => formatted(micros, { day: 'numeric', month: 'short', year: 'numeric' });
export const dayShort = (micros: number): string =>
  formatted(micros, { weekday: 'short', day: 'numeric', month: 'short' });
export const dayMonth = (micros: number): string => formatted(micros, { day: 'numeric', month: 'short' });
export const clock = (micros: number): string => formatted(micros, { hour: '2-digit', minute: '2-digit' });
export const moment = (micros: number): string =>
  formatted(micros, { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' });
/** 'Thu 19 Nov, 11:00': within the last weeks. */
export const momentShort = (micros: number): string => `${dayShort(micros)}, ${clock(micros)}`;
export const momentExact = (micros: number): string =>
  formatted(micros, {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    ...(micros % 1e6 === 0 ? {} : { fractionalSecondDigits: 3 as const }),
  });

/** With seconds, and thousandths where there are any. */
export const clockExact = (micros: number): string =>
  formatted(micros, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    ...(micros % 1e6 === 0 ? {} : { fractionalSecondDigits: 3 as const }),
  });

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365.25 * 86_400],
  ['month', 30.44 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** How long: '3 min', '2 days'. */
export function span(seconds: number): string {
  const [unit, length] = STEPS.find(([, each]) => seconds >= each) ?? (['second', 1] as const);
  return new Intl.NumberFormat(locale.value, { style: 'unit', unit, unitDisplay: 'short' }).format(
    Math.round(seconds / length),
  );
}

/** '7 h 12 min'. */
export function duration(minutes: number): string {
  const whole = Math.round(minutes);
  return words.value.vitals.duration(Math.floor(whole / 60), whole % 60);
}

/** '12 min ago', 'in 3 days'. */
export function age(micros: number, nowMicros: number): string {
  const seconds = (micros - nowMicros) / 1e6;
  const step = STEPS.find(([, length]) => Math.abs(seconds) >= length);
  if (!step) return words.value.frame.justNow;
  return new Intl.RelativeTimeFormat(locale.value, { style: 'short', numeric: 'always' }).format(
    Math.trunc(seconds / step[1]),
    step[0],
  );
}

/** The two greatest units of a length: '1 day 19 hr', '48 min', '1.9 sec'. */
export function length(seconds: number): string {
  const unit = (value: number, name: string, digits = 0) =>
    new Intl.NumberFormat(locale.value, {
      style: 'unit',
      unit: name,
      unitDisplay: 'short',
      maximumFractionDigits: digits,
    }).format(value);
  if (seconds < 60) return unit(seconds, 'second', 1);
  const minutes = Math.round(seconds / 60);
  const parts = [
    [Math.floor(minutes / 1440), 'day'],
    [Math.floor((minutes % 1440) / 60), 'hour'],
    [minutes % 60, 'minute'],
  ] as const;
  const first = parts.findIndex(([value]) => value > 0);
  return parts
    .slice(first, first + 2)
    .filter(([value]) => value > 0)
    .map(([value, name]) => unit(value, name))
    .join(' ');
}

const WEEK_MICROS = 7 * 86_400e6;

const TWO_DAYS_HOURS = 48;

/** 'in 5 days', 'in 3 hours': days as the calendar counts them; under two of them hours, because 'in 1 day' may be tonight. */
function inTime(micros: number, nowMicros: number): string {
  const seconds = (micros - nowMicros) / 1e6;
  const calendar = new Calendar(zone.value);
  const [count, unit] =
    Math.round(seconds / 3600) >= TWO_DAYS_HOURS
      ? ([calendar.dayOf(micros) - calendar.dayOf(nowMicros), 'day'] as const)
      : seconds >= 5400
        ? ([Math.round(seconds / 3600), 'hour'] as const)
        : ([Math.round(seconds / 60), 'minute'] as const);
  return new Intl.RelativeTimeFormat(locale.value, { numeric: 'always' }).format(Math.max(1, count), unit);
}

/**
 * When something ends, and how long that still is: 'Fri 4 Dec, 18:00, in 5 days'. With the hour within a week, and wherever it is not the end of a
 * day; else the last day: 'Mon 30 Nov 2026, end of the day, in 23 days'. In which zone, the page says once (`zoneLine`).
 */
export function endWhen(micros: number, nowMicros: number): string {
  const { facts } = words.value;
  const isNear = Math.abs(micros - nowMicros) < WEEK_MICROS;
  const isMidnight = micros % 60e6 === 0 && clock(micros) === '00:00';
  // The day that ends, and not the one that begins then.
  const shown = isMidnight ? micros - 1 : micros;
  const date = formatted(shown, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    ...(isNear ? {} : { year: 'numeric' }),
  });
  const when = !isMidnight ? `${date}, ${clock(micros)}` : isNear ? facts.midnight(date) : facts.endOfDay(date);
  return micros > nowMicros ? `${when}, ${inTime(shown, nowMicros)}` : when;
}

/** 'a, b and c' */
export const listed = (parts: readonly string[]): string =>
  new Intl.ListFormat(locale.value, { type: 'conjunction' }).format(parts);

/** In the middle of a sentence what stands alone elsewhere. */
export const lowered = (text: string): string => text.charAt(0).toLocaleLowerCase(locale.value) + text.slice(1);

/** 'Times in UTC': said once on each page that leaves the house, or that speaks of when somebody else can read. */
export const zoneLine = (): string => words.value.report.zone(zone.value);
