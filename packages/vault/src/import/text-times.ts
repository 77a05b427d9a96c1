// Times as JSON and exports write them: text in one of the forms of times.ts, or a count since 1970. Which had no zone is counted, so that it can be told.

import type { TimeForm } from './mapping.ts';
import type { SeriesShelf } from './series-shelf.ts';
import { momentOf, TimeReader } from './times.ts';
import type { ImportOptions } from './types.ts';

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
  private readonly zone: Pick<ImportOptions, 'zoneAt' | 'zoneMinutes'>;

  constructor(options: ImportOptions, form: TimeForm = 'ymd') {
    this.reader = new TimeReader(form);
    this.zone = options;
  }

  /** Micros; NaN where it is no time. */
  read(text: unknown): number {
    if (!this.fits(text)) return Number.NaN;
    const micros = this.reader.read(this.units, 0, text.length, 0);
    if (Number.isNaN(micros) || this.reader.hadZone) return micros;
    this.withoutZone++;
    return momentOf(micros, this.zone);
  }

  private fits(text: unknown): text is string {
    if (typeof text !== 'string' || text.length > TIME_CHARS_MAX) return false;
    for (let i = 0; i < text.length; i++) this.units[i] = text.charCodeAt(i);
    return true;
  }

  /** The same, for times that are known to be in UTC. */
  readUtc(text: unknown): number {
    if (!this.fits(text)) return Number.NaN;
    return this.reader.read(this.units, 0, text.length, 0);
  }

  /** Tells how many times had to be taken in an assumed or given zone. */
  tell(shelf: SeriesShelf): void {
    const zone = this.zone.zoneMinutes !== undefined ? 'taken in the zone that was given' : 'taken as UTC';
    if (this.withoutZone > 0) shelf.tell(`Times that name no zone, ${zone}`, this.withoutZone);
  }

  /** Whether the time last read had a time of day. */
  get hadClock(): boolean {
    return this.reader.hadClock;
  }
}
