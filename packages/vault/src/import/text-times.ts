// Times as JSON and exports write them: text in one of the forms of times.ts, or a count since 1970. Which had no zone is counted, so that it can be told.

import type { TimeForm } from './mapping.ts';
import type { SeriesShelf } from './series-shelf.ts';
import { TimeReader } from './times.ts';
import type { ImportOptions } from './types.ts';

const MINUTE_MICROS = 60_000_000;
const TIME_CHARS_MAX = 64;
/** 1990-01-01: nothing a person can import by a device is older; such a time is a clock that was never set. */
const PLAUSIBLE_FROM_MICROS = 631_152_000_000_000;

export const isPlausible = (micros: number): boolean => micros >= PLAUSIBLE_FROM_MICROS;

/** Milliseconds since 1970 as micros; NaN where it is none. */
export function microsOfMillis(millis: unknown): number {
  return typeof millis === 'number' && Number.isFinite(millis) ? Math.round(millis * 1000) : Number.NaN;
}

/** Reads times of one form. Those without a zone are taken in the zone of the options. */
export class TextTimes {
  /** Times that named no zone. */
  withoutZone = 0;
  private readonly reader: TimeReader;
  private readonly units = new Uint16Array(TIME_CHARS_MAX);
  private readonly zoneMinutes: number;
  private readonly zoneGiven: boolean;

  constructor(options: ImportOptions, form: TimeForm = 'ymd') {
    this.reader = new TimeReader(form);
    this.zoneMinutes = options.zoneMinutes ?? 0;
    this.zoneGiven = options.zoneMinutes !== undefined;
  }

  /** Micros; NaN where it is no time. */
  read(text: unknown): number {
    if (typeof text !== 'string' || text.length > TIME_CHARS_MAX) return Number.NaN;
    for (let i = 0; i < text.length; i++) this.units[i] = text.charCodeAt(i);
    const micros = this.reader.read(this.units, 0, text.length, this.zoneMinutes);
    if (!Number.isNaN(micros) && !this.reader.hadZone) this.withoutZone++;
    return micros;
  }

  /** The same, for times that are known to be in UTC. */
  readUtc(text: unknown): number {
    const before = this.withoutZone;
    const micros = this.read(text);
    if (this.withoutZone === before) return micros;
    this.withoutZone = before;
    return micros + this.zoneMinutes * MINUTE_MICROS;
  }

  /** Tells how many times had to be taken in an assumed or given zone. */
  tell(shelf: SeriesShelf): void {
    const zone = this.zoneGiven ? 'taken in the zone that was given' : 'taken as UTC';
    if (this.withoutZone > 0) shelf.tell(`Times that name no zone, ${zone}`, this.withoutZone);
  }

  /** Whether the time last read had a time of day. */
  get hadClock(): boolean {
    return this.reader.hadClock;
  }
}
