/// <reference lib="esnext.temporal" />
// Instants (micros since 1970) as local times. The zone is said once per screen, by whoever prints it.

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export type Precision = 'minute' | 'second' | 'millisecond';

/** Writes instants in one zone. */
export class LocalTimes {
  readonly zone: string;
  readonly nowMicros: number;

  constructor(zone: string, nowMillis: number) {
    this.zone = zone;
    this.nowMicros = nowMillis * 1000;
  }

  at(micros: number): Temporal.ZonedDateTime {
    return Temporal.Instant.fromEpochNanoseconds(BigInt(micros) * 1000n).toZonedDateTimeISO(this.zone);
  }

  /** '29 Aug 2017' */
  date(micros: number): string {
    const at = this.at(micros);
    return `${at.day} ${MONTHS[at.month - 1]} ${at.year}`;
  }

  /** '29 Aug' */
  dayOfMonth(micros: number): string {
    const at = this.at(micros);
    return `${at.day} ${MONTHS[at.month - 1]}`;
  }

  /** 'Aug 2017' */
  month(micros: number): string {
    const at = this.at(micros);
    return `${MONTHS[at.month - 1]} ${at.year}`;
  }

  /** '13:05', '13:05:09' or '13:05:09.040'. */
  clock(micros: number, precision: Precision = 'minute'): string {
    const at = this.at(micros);
    const two = (part: number) => String(part).padStart(2, '0');
    const minute = `${two(at.hour)}:${two(at.minute)}`;
    if (precision === 'minute') return minute;
    const second = `${minute}:${two(at.second)}`;
    return precision === 'second' ? second : `${second}.${String(at.millisecond).padStart(3, '0')}`;
  }

  /** '29 Aug 2017 13:05' */
  dateTime(micros: number, precision: Precision = 'minute'): string {
    return `${this.date(micros)} ${this.clock(micros, precision)}`;
  }

  /** '29 Aug 2017, 13:00 – 17:00'; with no end 'from 29 Aug 2017 13:00 on'. A midnight end is said as 24:00 of its day. */
  range(from: number, to: number | null): string {
    const precision = [from, to ?? from].every((micros) => micros % 60_000_000 === 0) ? 'minute' : 'second';
    if (to === null) return `from ${this.dateTime(from, precision)} on`;
    const endsAtMidnight = this.at(to).hour === 0 && this.at(to).toPlainTime().equals('00:00') && to > from;
    const lastDay = endsAtMidnight ? to - 1 : to;
    const end = endsAtMidnight ? '24:00' : this.clock(to, precision);
    if (this.date(from) === this.date(lastDay)) return `${this.date(from)}, ${this.clock(from, precision)} – ${end}`;
    return `${this.dateTime(from, precision)} – ${this.date(lastDay)} ${end}`;
  }

  /** '29 Aug 2017 – 3 Sep 2017', or one day. */
  days(from: number, to: number): string {
    return this.date(from) === this.date(to) ? this.date(from) : `${this.date(from)} – ${this.date(to)}`;
  }

  /** 'just now', '12 min ago', '3 hours ago', '2 days ago', 'in 5 days'. */
  age(micros: number): string {
    const seconds = Math.round((this.nowMicros - micros) / 1_000_000);
    const size = Math.abs(seconds);
    if (size < 45) return seconds < 0 ? 'in a moment' : 'just now';
    const text = span(size);
    return seconds < 0 ? `in ${text}` : `${text} ago`;
  }
}

function span(seconds: number): string {
  const steps: [number, string, string][] = [
    [365.25 * 86_400, 'year', 'years'],
    [30.44 * 86_400, 'month', 'months'],
    [86_400, 'day', 'days'],
    [3600, 'hour', 'hours'],
  ];
  for (const [size, one, many] of steps) {
    const count = Math.round(seconds / size);
    if (seconds >= size * 0.95) return `${count} ${count === 1 ? one : many}`;
  }
  return `${Math.max(1, Math.round(seconds / 60))} min`;
}

/** Exact UTC text with as many fraction digits as needed, for --csv and for parameters: '2017-08-29T11:00:00.002778Z'. */
export function isoText(micros: number): string {
  return Temporal.Instant.fromEpochNanoseconds(BigInt(micros) * 1000n).toString();
}

/** True if the platform knows this IANA zone. */
export function isZone(name: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}
