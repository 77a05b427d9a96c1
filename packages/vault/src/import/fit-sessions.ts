// What begins and ends in FIT: workouts and their laps, and stages of sleep. A sample says what begins; nothing follows at once → an end of its own.
import { codeFor, NOTHING } from '../kinds-codes.ts';
import type { Own } from './fit-heart.ts';
import type { FitRoom } from './fit-messages.ts';
import { MESSAGE, workoutOf } from './fit-profile.ts';
import type { FitSeries } from './fit-series.ts';
import { fieldReader } from './fit-survey.ts';
import { type FitDefinition, type MessageTaker, NO_TIME } from './fit-wire.ts';

/** Starts are whole seconds and lengths are not: what begins within a second after an end follows at once. */
const FOLLOWS_SECONDS = 1;
/** The event that open decoders of sleep files read as sleep, and the type that ends it. */
const SLEEP_EVENT = 74;
const STOP = 1;
const SLEEP_LEVELS = ['', 'awake', 'light', 'deep', 'rem'];

const coded = { ucum: '', factor: 1, origin: 0 };
const WORKOUTS: FitSeries = { key: 'workout-session', kind: 'workout-session', periodSeconds: 86_400, ...coded };
const LAPS: FitSeries = {
  key: 'workout-lap',
  kind: 'workout-lap',
  title: 'Laps',
  periodSeconds: 300,
  ...coded,
  ucum: '1',
};
const SLEEP: FitSeries = { key: 'sleep-stage', kind: 'sleep-stage', periodSeconds: 60, ...coded };
const ENERGY: FitSeries = {
  ...{ key: 'workout-energy', kind: 'energy-total', title: 'Energy in workouts', periodSeconds: 86_400 },
  ...{ ucum: 'kcal', factor: 1, origin: 0 },
};

/** What lasts: each begin ends the one before, and the last ends by itself. */
class Stretches {
  readonly #room: FitRoom;
  readonly #series: FitSeries;
  #endSeconds = Number.NaN;

  constructor(room: FitRoom, series: FitSeries) {
    this.#room = room;
    this.#series = series;
  }

  begin(fromSeconds: number, endSeconds: number, value: number): void {
    if (fromSeconds - this.#endSeconds >= FOLLOWS_SECONDS) this.finish();
    this.#push(fromSeconds, value);
    this.#endSeconds = endSeconds > fromSeconds ? endSeconds : Number.NaN;
  }

  finish(): void {
    if (!Number.isNaN(this.#endSeconds)) this.#push(this.#endSeconds, NOTHING);
    this.#endSeconds = Number.NaN;
  }

  #push(seconds: number, value: number): void {
    const { book, clock } = this.#room;
    book.keep(book.buffer(this.#series), clock.micros(seconds), value);
  }
}

export class FitSessions {
  readonly #room: FitRoom;
  readonly #workouts: Stretches;
  readonly #laps: Stretches;
  #lap = 0;
  #sleeps = false;
  #sleepsOpen = 0;
  #unknownLevels = 0;

  constructor(room: FitRoom) {
    this.#room = room;
    this.#workouts = new Stretches(room, WORKOUTS);
    this.#laps = new Stretches(room, LAPS);
  }

  define(definition: FitDefinition): Own | null {
    switch (definition.message) {
      case MESSAGE.session:
        return this.#session(definition);
      case MESSAGE.lap:
        return this.#lapOf(definition);
      case MESSAGE.sleepLevel:
        return this.#sleepLevel(definition);
      case MESSAGE.event:
        return this.#event(definition);
      default:
        return null;
    }
  }

  #session(definition: FitDefinition): Own {
    const [start, sport, subSport, elapsed, energy] = [2, 5, 6, 7, 11].map((field) => fieldReader(definition, field));
    const { book, clock } = this.#room;
    const taker: MessageTaker = (view, at, seconds) => {
      const from = start(view, at);
      if (Number.isNaN(from)) return book.reject('time missing');
      const code = codeFor('workout-session', workoutOf(sport(view, at), subSport(view, at)));
      this.#workouts.begin(from, endOf(from, elapsed(view, at), seconds), code);
      const kilocalories = energy(view, at);
      if (kilocalories > 0) book.keep(book.buffer(ENERGY), clock.micros(from), kilocalories);
    };
    return { fields: [2, 5, 6, 7, 11], taker };
  }

  /** Laps count from 1; in a file that was cut before its sessions they stand for those as well. */
  #lapOf(definition: FitDefinition): Own {
    const [start, elapsed, sport, subSport] = [2, 7, 25, 39].map((field) => fieldReader(definition, field));
    const { book, survey } = this.#room;
    const taker: MessageTaker = (view, at, seconds) => {
      const from = start(view, at);
      if (Number.isNaN(from)) return book.reject('time missing');
      const end = endOf(from, elapsed(view, at), seconds);
      this.#laps.begin(from, end, ++this.#lap);
      if (survey.hasSessions) return;
      this.#workouts.begin(from, end, codeFor('workout-session', workoutOf(sport(view, at), subSport(view, at))));
    };
    return { fields: [2, 7, 25, 39], taker };
  }

  #sleepLevel(definition: FitDefinition): Own {
    const level = fieldReader(definition, 0);
    const { book, clock } = this.#room;
    const taker: MessageTaker = (view, at, seconds) => {
      const value = level(view, at);
      if (seconds === NO_TIME) return book.reject('time missing');
      const stage = SLEEP_LEVELS[value];
      if (stage === undefined) {
        this.#unknownLevels++;
        return;
      }
      // Level 0 is "could not be measured": what was before is over, and what follows is not known.
      const code = stage === '' ? NOTHING : codeFor('sleep-stage', stage);
      book.keep(book.buffer(SLEEP), clock.micros(seconds), code);
      this.#sleeps = code !== NOTHING;
    };
    return { fields: [0], taker };
  }

  #event(definition: FitDefinition): Own {
    const [event, type] = [0, 1].map((field) => fieldReader(definition, field));
    const { book, clock } = this.#room;
    const taker: MessageTaker = (view, at, seconds) => {
      if (!this.#sleeps || event(view, at) !== SLEEP_EVENT || type(view, at) !== STOP || seconds === NO_TIME) return;
      book.keep(book.buffer(SLEEP), clock.micros(seconds), NOTHING);
      this.#sleeps = false;
    };
    return { fields: [0, 1], taker };
  }

  finish(): void {
    this.#workouts.finish();
    this.#laps.finish();
    this.#lap = 0;
    if (this.#sleeps) this.#sleepsOpen++;
    this.#sleeps = false;
  }

  notes(): string[] {
    const notes: string[] = [];
    if (this.#sleepsOpen > 0) notes.push('The file does not say when the last stage of sleep ended.');
    if (this.#unknownLevels > 0) notes.push(`${this.#unknownLevels} stages of sleep are of a kind that is not known.`);
    return notes;
  }
}

function endOf(from: number, elapsedMillis: number, seconds: number): number {
  if (!Number.isNaN(elapsedMillis)) return from + elapsedMillis / 1000;
  return seconds === NO_TIME ? Number.NaN : seconds;
}
