// Times in cells: ISO 8601 and its everyday relatives, day-first and month-first dates, counts since 1970. Straight from code units to micros.

import type { Units } from './encoding.ts';
import type { TimeForm } from './mapping.ts';
import type { ImportOptions } from './types.ts';

const DAY_MICROS = 86_400_000_000;
const MINUTE_MICROS = 60_000_000;
/** 1900-01-01 (the grid's origin) and 2200-01-01: outside of that a time is a mistake. */
const MIN_MICROS = -2_208_988_800_000_000;
const MAX_MICROS = 7_258_118_400_000_000;
const COLON = 0x3a;
/** Digits of a count of nanoseconds behind the microseconds. */
const NANO_DIGITS = 3;
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** A local wall clock, read as if it were UTC, as the moment that it was in the zone of the options. */
export function momentOf(localMicros: number, { zoneAt, zoneMinutes = 0 }: ZoneOptions): number {
  return localMicros - (zoneAt ? zoneAt(localMicros) : zoneMinutes) * MINUTE_MICROS;
}

type ZoneOptions = Pick<ImportOptions, 'zoneAt' | 'zoneMinutes'>;

const isDigit = (unit: number): boolean => unit >= 0x30 && unit <= 0x39;

/** Days since 1970-01-01 of a civil date (H. Hinnant, "days_from_civil"). */
export function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const ofEra = y - era * 400;
  const ofYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return era * 146097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719468;
}

export function daysInMonth(year: number, month: number): number {
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return MONTH_DAYS[month - 1] + (leap ? 1 : 0);
}

/** An offset such as +0200, -05:30, Z, UTC+2, GMT in minutes east; NaN if it is none. */
export function readZone(units: Units, start: number, end: number): number {
  let text = '';
  for (let i = start; i < end && i < start + 12; i++) text += String.fromCharCode(units[i]);
  const match = /^\s*(?:UTC|GMT|Z)?\s*(?:([+-])(\d{1,2})(?::?(\d{2}))?)?\s*$/i.exec(text);
  if (!match || text.trim() === '') return Number.NaN;
  const minutes = Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0);
  return minutes > 14 * 60 ? Number.NaN : match[1] === '-' ? -minutes : minutes;
}

/** Reads the time column of a table. After `read`, `hadZone` and `hadClock` tell what the cell held. */
export class TimeReader {
  hadZone = false;
  hadClock = false;
  private readonly form: TimeForm;
  private units: Units = new Uint8Array(0);
  private at = 0;
  private end = 0;
  private width = 0;

  constructor(form: TimeForm) {
    this.form = form;
  }

  /** Micros of a cell, NaN if not understood. `zoneMinutes` applies where the cell names no zone. */
  read(units: Units, start: number, end: number, zoneMinutes: number): number {
    this.units = units;
    this.at = start;
    this.end = end;
    this.hadZone = false;
    this.hadClock = false;
    this.skipSpaces();
    const micros = this.form.startsWith('epoch') ? this.readEpoch() : this.readCivil(zoneMinutes);
    return micros >= MIN_MICROS && micros < MAX_MICROS ? micros : Number.NaN;
  }

  /** Micros since midnight of a cell that holds only a time of day, NaN if not understood. */
  readClock(units: Units, start: number, end: number): number {
    this.units = units;
    this.at = start;
    this.end = end;
    this.skipSpaces();
    const micros = this.clock();
    return this.atEnd() ? micros : Number.NaN;
  }

  private skipSpaces(): void {
    while (this.at < this.end && (this.units[this.at] === 0x20 || this.units[this.at] === 9)) this.at++;
  }

  private atEnd(): boolean {
    this.skipSpaces();
    return this.at === this.end;
  }

  /** An integer of at most `digitsMax` digits, -1 if there is none; `width` tells how many digits it had. */
  private integer(digitsMax: number): number {
    let value = 0;
    const start = this.at;
    while (this.at < this.end && this.at - start < digitsMax && isDigit(this.units[this.at]))
      value = value * 10 + (this.units[this.at++] - 0x30);
    this.width = this.at - start;
    return this.width === 0 ? -1 : value;
  }

  private readEpoch(): number {
    this.hadZone = true;
    this.hadClock = true;
    const negative = this.units[this.at] === 0x2d;
    if (negative) this.at++;
    if (this.form === 'epoch-ns') return this.readNanos(negative);
    const whole = this.integer(17);
    if (whole < 0) return Number.NaN;
    const scale = this.form === 'epoch-s' ? 1_000_000 : this.form === 'epoch-ms' ? 1000 : 1;
    let micros = whole * scale;
    const mark = this.units[this.at];
    if (this.at < this.end && (mark === 0x2e || mark === 0x2c)) {
      this.at++;
      const fraction = this.integer(9);
      if (fraction > 0) micros += Math.round((fraction / 10 ** this.width) * scale);
      while (this.at < this.end && isDigit(this.units[this.at])) this.at++;
    }
    if (!this.atEnd() || !Number.isSafeInteger(micros)) return Number.NaN;
    return negative ? -micros : micros;
  }

  /** Nineteen digits are more than a double holds: the last three are read apart, and round the microseconds. */
  private readNanos(negative: boolean): number {
    const start = this.at;
    while (this.at < this.end && isDigit(this.units[this.at])) this.at++;
    const digits = this.at;
    if (digits - start < NANO_DIGITS + 1 || digits - start > 19) return Number.NaN;
    const mark = this.units[this.at];
    if (this.at < this.end && (mark === 0x2e || mark === 0x2c))
      for (this.at++; this.at < this.end && isDigit(this.units[this.at]); ) this.at++;
    if (!this.atEnd()) return Number.NaN;
    this.at = start;
    const micros = this.integer(digits - start - NANO_DIGITS) + Math.round(this.integer(NANO_DIGITS) / 1000);
    return negative ? -micros : micros;
  }

  private readCivil(zoneMinutes: number): number {
    const day = this.date();
    if (Number.isNaN(day)) return Number.NaN;
    let micros = day * DAY_MICROS;
    const gap = this.units[this.at];
    if (this.at < this.end && (gap === 0x54 || gap === 0x74 || gap === 0x20 || gap === 0x2c)) {
      this.at++;
      if (!this.atEnd()) {
        const clock = this.clock();
        if (Number.isNaN(clock)) return Number.NaN;
        this.hadClock = true;
        micros += clock;
      }
    }
    const zone = this.zone(zoneMinutes);
    return micros - zone * MINUTE_MICROS;
  }

  /** Days since 1970. */
  private date(): number {
    const first = this.integer(8);
    if (first < 0) return Number.NaN;
    if (this.width === 8 && this.form === 'ymd')
      return civil(Math.floor(first / 10000), Math.floor(first / 100) % 100, first % 100);
    const firstWidth = this.width;
    const separator = this.units[this.at++];
    if (separator !== 0x2d && separator !== 0x2f && separator !== 0x2e) return Number.NaN;
    const second = this.integer(2);
    if (this.units[this.at++] !== separator) return Number.NaN;
    const third = this.integer(4);
    const thirdWidth = this.width;
    if (second < 0 || third < 0) return Number.NaN;
    if (this.form === 'ymd') return firstWidth === 4 && thirdWidth <= 2 ? civil(first, second, third) : Number.NaN;
    if (firstWidth > 2 || thirdWidth === 3 || thirdWidth === 1) return Number.NaN;
    const year = thirdWidth === 4 ? third : third < 70 ? 2000 + third : 1900 + third;
    return this.form === 'dmy' ? civil(year, second, first) : civil(year, first, second);
  }

  private clock(): number {
    const hour = this.integer(6);
    if (hour < 0) return Number.NaN;
    if (this.width >= 4) {
      // ISO basic format: hhmm or hhmmss.
      const padded = this.width === 4 ? hour * 100 : this.width === 6 ? hour : -1;
      return padded < 0
        ? Number.NaN
        : this.clockOf(Math.floor(padded / 10000), Math.floor(padded / 100) % 100, padded % 100);
    }
    if (this.at >= this.end || this.units[this.at] !== COLON) return Number.NaN;
    this.at++;
    const minute = this.integer(2);
    if (this.width !== 2) return Number.NaN;
    let second = 0;
    if (this.at < this.end && this.units[this.at] === COLON) {
      this.at++;
      second = this.integer(2);
      if (this.width !== 2) return Number.NaN;
    }
    return this.clockOf(hour, minute, second);
  }

  private clockOf(hourRead: number, minute: number, second: number): number {
    let micros = 0;
    const mark = this.units[this.at];
    if (this.at < this.end && (mark === 0x2e || mark === 0x2c)) {
      this.at++;
      const fraction = this.integer(9);
      if (fraction < 0) return Number.NaN;
      micros = Math.round((fraction / 10 ** this.width) * 1e6);
    }
    const hour = this.halfDay(hourRead);
    // A second 60 is a leap second: POSIX time counts it as the next.
    if (!(hour >= 0 && hour < 24) || minute > 59 || second > 60) return Number.NaN;
    return (hour * 3600 + minute * 60 + second) * 1_000_000 + micros;
  }

  /** Applies AM or PM behind the clock. */
  private halfDay(hour: number): number {
    const start = this.at;
    this.skipSpaces();
    const letter = this.units[this.at] | 0x20;
    if (this.at + 1 < this.end && (letter === 0x61 || letter === 0x70) && (this.units[this.at + 1] | 0x20) === 0x6d) {
      this.at += 2;
      if (hour < 1 || hour > 12) return -1;
      return (hour % 12) + (letter === 0x70 ? 12 : 0);
    }
    this.at = start;
    return hour;
  }

  /** Minutes east of what stands behind the time; NaN if it is no zone. */
  private zone(otherwise: number): number {
    if (this.atEnd()) return otherwise;
    this.hadZone = true;
    if (this.end - this.at === 1 && (this.units[this.at] | 0x20) === 0x7a) return 0;
    return readZone(this.units, this.at, this.end);
  }
}

function civil(year: number, month: number, day: number): number {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return Number.NaN;
  return daysFromCivil(year, month, day);
}
