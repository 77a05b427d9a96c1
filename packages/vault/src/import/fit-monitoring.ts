// All-day monitoring in FIT: times of 16 bits against the last full one, and counters that run through the day for each kind of activity. A counter
// becomes what was added since it was last read; a reset is seen when it falls.
import type { Own } from './fit-heart.ts';
import type { FitRoom } from './fit-messages.ts';
import { MESSAGE } from './fit-profile.ts';
import type { FitSeries } from './fit-series.ts';
import { fieldReader } from './fit-survey.ts';
import { type FitDefinition, type MessageTaker, NO_TIME } from './fit-wire.ts';

const DAY_SECONDS = 86_400;
/** Readings further apart than this do not say when between them something was done: then it is the minute before the later one. */
const INTERVAL_SECONDS_MAX = 900;
const MINUTE_SECONDS = 60;
const WALKING = 6;
const RUNNING = 1;
const NO_ACTIVITY = -1;

interface Counter {
  field: number;
  /** Activities whose count means this; null: all. */
  activities: readonly number[] | null;
  series: FitSeries;
}

const all = { origin: 0, periodSeconds: 60 };
const COUNTERS: readonly Counter[] = [
  { field: 3, activities: [WALKING, RUNNING], series: { key: 'steps', kind: 'steps', ucum: '1', factor: 1, ...all } },
  { field: 2, activities: null, series: { key: 'distance', kind: 'distance', ucum: 'm', factor: 0.01, ...all } },
  {
    field: 19,
    activities: null,
    series: { key: 'energy-active', kind: 'energy-active', ucum: 'kcal', factor: 1, ...all },
  },
  {
    field: 1,
    activities: null,
    series: { key: 'energy-total', kind: 'energy-total', ucum: 'kcal', factor: 1, ...all },
  },
  {
    field: 4,
    activities: null,
    series: { key: 'active-time', kind: 'active-time', title: 'Time in activity', ucum: 's', factor: 0.001, ...all },
  },
];
const RATE: FitSeries = { key: 'heart-rate', kind: 'heart-rate', ucum: '/min', factor: 1, ...all };
const INTENSITY: FitSeries = {
  ...{ key: 'activity-intensity', kind: 'activity-intensity', title: 'Intensity of activity (vendor, 0 to 7)' },
  ...{ ucum: '1', factor: 1, ...all },
};

export class FitMonitoring {
  readonly #room: FitRoom;
  /** Last value of each counter, by field and activity. */
  readonly #last = new Map<string, { value: number; seconds: number }>();
  /** What several activities add in the same interval is one sample; it waits until the next interval. */
  readonly #waiting = new Map<Counter, { seconds: number; sum: number }>();
  /** The reading before this one, and the one before a group of the same time. */
  #seconds = NO_TIME;
  #before = NO_TIME;
  #countsFromZero = false;
  #firstReadings = 0;
  #resets = 0;
  #otherCycles = 0;
  #ofNoActivity = 0;
  #untimed = 0;

  constructor(room: FitRoom) {
    this.#room = room;
  }

  begin(): void {
    this.#last.clear();
    this.#seconds = NO_TIME;
    this.#before = NO_TIME;
    this.#countsFromZero = false;
  }

  define(definition: FitDefinition): Own | null {
    if (definition.message === MESSAGE.monitoringInfo) return this.#info(definition);
    return definition.message === MESSAGE.monitoring ? this.#monitoring(definition) : null;
  }

  /** A file that begins at the wearer's midnight counts from zero; one that begins later goes on from the file before. */
  #info(definition: FitDefinition): Own {
    const local = fieldReader(definition, 0);
    const taker: MessageTaker = (view, at, seconds) => {
      if (seconds === NO_TIME) return;
      this.#countsFromZero = local(view, at) % DAY_SECONDS < MINUTE_SECONDS;
      this.#step(seconds);
    };
    return { fields: [0], taker };
  }

  #step(seconds: number): void {
    if (seconds === this.#seconds) return;
    this.#before = this.#seconds;
    this.#seconds = seconds;
  }

  #monitoring(definition: FitDefinition): Own {
    const [time16, minute8, activity, both, rate] = [26, 25, 5, 24, 27].map((field) => fieldReader(definition, field));
    const [minutes, duration] = [29, 30].map((field) => fieldReader(definition, field));
    const counters = COUNTERS.map((counter) => ({ counter, read: fieldReader(definition, counter.field) }));
    const { book, clock } = this.#room;
    const taker: MessageTaker = (view, at, told) => {
      const seconds = told === NO_TIME ? this.#expand(time16(view, at), minute8(view, at)) : told;
      if (seconds === NO_TIME) {
        this.#untimed++;
        return book.reject('time missing');
      }
      this.#step(seconds);
      const packed = both(view, at);
      const named = activity(view, at);
      const kind = Number.isNaN(named) ? (Number.isNaN(packed) ? NO_ACTIVITY : packed & 31) : named;
      const bpm = rate(view, at);
      if (bpm === 0) book.missed('heart-rate');
      else if (!Number.isNaN(bpm)) book.keep(book.buffer(RATE, undefined, true), clock.micros(seconds), bpm);
      if (!Number.isNaN(packed)) book.keep(book.buffer(INTENSITY), clock.micros(seconds), packed >> 5);
      const told30 = duration(view, at);
      const lasted = Number.isNaN(told30) ? minutes(view, at) * MINUTE_SECONDS : told30;
      for (const { counter, read } of counters) this.#count(counter, kind, read(view, at), seconds, lasted);
    };
    return { fields: [1, 2, 3, 4, 5, 19, 24, 25, 26, 27, 29, 30], taker };
  }

  /** Low bits against the last full time: seconds of 16 bits, or minutes of 8. */
  #expand(time16: number, minute8: number): number {
    const reader = this.#room.reader();
    if (reader.seconds === NO_TIME) return NO_TIME;
    if (!Number.isNaN(time16)) reader.seconds += (time16 - (reader.seconds & 0xffff)) & 0xffff;
    else if (!Number.isNaN(minute8)) {
      const minute = Math.floor(reader.seconds / MINUTE_SECONDS);
      reader.seconds = (minute + ((minute8 - (minute & 0xff)) & 0xff)) * MINUTE_SECONDS;
    }
    return reader.seconds;
  }

  #count(counter: Counter, activity: number, value: number, seconds: number, lasted: number): void {
    if (Number.isNaN(value)) return;
    // A total of no activity repeats what the activities count, as open readers found.
    if (activity === NO_ACTIVITY) {
      this.#ofNoActivity++;
      return;
    }
    if (counter.activities && !counter.activities.includes(activity)) {
      this.#otherCycles++;
      return;
    }
    const key = `${counter.field} ${activity}`;
    const last = this.#last.get(key);
    this.#last.set(key, { value, seconds });
    if (!last && !this.#countsFromZero) {
      this.#firstReadings++;
      return;
    }
    const isReset = last !== undefined && value < last.value;
    if (isReset) this.#resets++;
    const added = last && !isReset ? value - last.value : value;
    if (added > 0) this.#add(counter, this.#startOf(seconds, last === undefined ? lasted : Number.NaN), added);
  }

  #startOf(seconds: number, lasted: number): number {
    if (lasted > 0) return seconds - lasted;
    const before = this.#before;
    const isNear = before !== NO_TIME && before < seconds && seconds - before <= INTERVAL_SECONDS_MAX;
    return isNear ? before : seconds - MINUTE_SECONDS;
  }

  #add(counter: Counter, seconds: number, added: number): void {
    const waiting = this.#waiting.get(counter);
    if (waiting?.seconds === seconds) waiting.sum += added;
    else {
      this.#keep(counter);
      this.#waiting.set(counter, { seconds, sum: added });
    }
  }

  #keep(counter: Counter): void {
    const waiting = this.#waiting.get(counter);
    const buffer = waiting ? this.#room.book.buffer(counter.series) : null;
    if (waiting && buffer) this.#room.book.keep(buffer, this.#room.clock.micros(waiting.seconds), waiting.sum);
    this.#waiting.delete(counter);
  }

  finish(): void {
    for (const counter of COUNTERS) this.#keep(counter);
  }

  notes(): string[] {
    const notes: string[] = [];
    if (this.#firstReadings > 0)
      notes.push(
        `${this.#firstReadings} counters run on from an earlier file: what they had counted before this one begins is not counted again.`,
      );
    if (this.#resets > 0) notes.push(`${this.#resets} times a counter began anew.`);
    if (this.#otherCycles > 0)
      notes.push(`${this.#otherCycles} counts are of other movements than steps, and are not kept.`);
    if (this.#ofNoActivity > 0)
      notes.push(`${this.#ofNoActivity} counts name no activity: they repeat the others, and are not kept.`);
    if (this.#untimed > 0) notes.push(`${this.#untimed} readings have no time that could be told.`);
    return notes;
  }
}
