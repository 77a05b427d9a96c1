// Civil days and hours of a zone: what a person calls Tuesday at seven. A day may have 23 or 25 hours.

export const DAY_MICROS = 86_400e6;
const MINUTE_MICROS = 60e6;
/** Offsets of zones change at quarters of an hour only. */
const QUARTER_MICROS = 15 * MINUTE_MICROS;

export interface CivilTime {
  /** Days since 1 January 1970, as the calendar counts them. */
  day: number;
  /** Minutes since midnight as the clock shows them, with fractions. */
  minute: number;
}

/** Times in one IANA zone. @throws RangeError for a zone that does not exist */
export class Calendar {
  readonly #format: Intl.DateTimeFormat;
  readonly #offsets = new Map<number, number>();

  constructor(zone: string) {
    this.#format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /** Microseconds by which the clock there is ahead of UTC. */
  offset(micros: number): number {
    const quarter = Math.floor(micros / QUARTER_MICROS);
    const known = this.#offsets.get(quarter);
    if (known !== undefined) return known;
    const millis = (quarter * QUARTER_MICROS) / 1000;
    const part: Record<string, number> = {};
    for (const { type, value } of this.#format.formatToParts(millis)) part[type] = Number(value);
    const shown = Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second);
    const offset = (shown - millis) * 1000;
    this.#offsets.set(quarter, offset);
    return offset;
  }

  civil(micros: number): CivilTime {
    const local = micros + this.offset(micros);
    const day = Math.floor(local / DAY_MICROS);
    return { day, minute: (local - day * DAY_MICROS) / MINUTE_MICROS };
  }

  dayOf(micros: number): number {
    return this.civil(micros).day;
  }

  /** The first moment of a day. */
  startOf(day: number): number {
    return this.at(day, 0);
  }

  /** The moment when a clock there shows so many minutes; where it shows them twice, one of the two. */
  at(day: number, minute: number): number {
    const local = day * DAY_MICROS + minute * MINUTE_MICROS;
    const guess = local - this.offset(local);
    return local - this.offset(guess);
  }
}
