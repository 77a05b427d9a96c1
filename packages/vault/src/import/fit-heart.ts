// Heartbeats in FIT: intervals between beats that have no time of their own (`hrv`, `beat_intervals`), and the readings of a strap that measured
// under water and handed over afterwards (`hr`, times in 1/1024 s, packed in 12 bits that roll over).
import type { FitRoom } from './fit-messages.ts';
import { elementBytes, elementsOf, readNumber } from './fit-numbers.ts';
import { MESSAGE } from './fit-profile.ts';
import type { FitSeries } from './fit-series.ts';
import { fieldOf, fieldReader } from './fit-survey.ts';
import { type FitDefinition, type MessageTaker, NO_TIME } from './fit-wire.ts';
import type { SampleBuffer } from './series-book.ts';

/** A beat further from the last known time than this starts a new chain: the recording paused or intervals are missing. */
const CHAIN_MICROS_MAX = 5_000_000;
const INTERVALS: FitSeries = {
  ...{ key: 'rr-interval', kind: 'rr-interval', ucum: 'ms', factor: 1, origin: 0, periodSeconds: 1 },
};
const RATE: FitSeries = {
  ...{ key: 'heart-rate', kind: 'heart-rate', ucum: '/min', factor: 1, origin: 0, periodSeconds: 1 },
};

const NO_RATES = new Float64Array(0);

export interface Own {
  /** Numbers of the fields that are read. */
  fields: readonly number[];
  taker: MessageTaker;
}

export class FitHeart {
  readonly #room: FitRoom;
  /** Where the last beat lies; NaN before the first. */
  #beatMicros = Number.NaN;
  #intervals = 0;
  #withoutAnchor = 0;
  /** A time in 1/1024 s of the strap's clock and the same one in micros. */
  #anchor: { ticks: number; micros: number } | null = null;
  #ticks = 0;
  #rates: SampleBuffer | null = null;

  constructor(room: FitRoom) {
    this.#room = room;
  }

  begin(): void {
    this.#beatMicros = Number.NaN;
    this.#anchor = null;
  }

  define(definition: FitDefinition): Own | null {
    if (definition.message === MESSAGE.hrv) return this.#hrv(definition);
    if (definition.message === MESSAGE.beatIntervals) return this.#beatIntervals(definition);
    return definition.message === MESSAGE.hr ? this.#strap(definition) : null;
  }

  #hrv(definition: FitDefinition): Own | null {
    const times = arrayReader(definition, 0);
    if (!times) return null;
    const { clock, book } = this.#room;
    const taker: MessageTaker = (view, at) => {
      const { seconds } = this.#room.reader();
      if (seconds === NO_TIME) return book.reject('time missing');
      this.#lay(times(view, at), clock.micros(seconds));
    };
    return { fields: [0], taker };
  }

  #beatIntervals(definition: FitDefinition): Own | null {
    const times = arrayReader(definition, 1);
    if (!times) return null;
    const millis = fieldReader(definition, 0);
    const { clock, book } = this.#room;
    const taker: MessageTaker = (view, at, seconds) => {
      if (seconds === NO_TIME) return book.reject('time missing');
      const part = millis(view, at);
      this.#lay(times(view, at), clock.micros(seconds) + (Number.isNaN(part) ? 0 : part * 1000));
    };
    return { fields: [0, 1], taker };
  }

  /** Intervals end to end, each at the beat that ends it; anew from `nearMicros` where the chain has come too far from it. */
  #lay(intervals: Float64Array, nearMicros: number): void {
    const { book } = this.#room;
    if (!(Math.abs(this.#beatMicros - nearMicros) <= CHAIN_MICROS_MAX)) this.#beatMicros = nearMicros;
    for (const millis of intervals) {
      if (Number.isNaN(millis)) continue;
      if (millis === 0) {
        book.missed('rr-interval');
        continue;
      }
      this.#intervals++;
      this.#beatMicros += millis * 1000;
      book.keep(book.buffer(INTERVALS), this.#beatMicros, millis);
    }
  }

  #strap(definition: FitDefinition): Own | null {
    const rates = arrayReader(definition, 6);
    const full = arrayReader(definition, 9);
    const packed = fieldOf(definition, 10);
    const fraction = fieldReader(definition, 0);
    const time256 = fieldReader(definition, 1);
    const { clock } = this.#room;
    const taker: MessageTaker = (view, at, seconds) => {
      const bpm = rates ? rates(view, at) : NO_RATES;
      if (full) {
        const told = full(view, at);
        const first = told.find((ticks) => !Number.isNaN(ticks));
        if (first === undefined) return;
        if (seconds !== NO_TIME) {
          const part = fraction(view, at);
          const part256 = time256(view, at);
          const within = Number.isNaN(part) ? (Number.isNaN(part256) ? 0 : part256 / 256) : part / 32768;
          this.#anchor = { ticks: first, micros: clock.micros(seconds) + Math.round(within * 1e6) };
        }
        told.forEach((ticks, i) => {
          if (Number.isNaN(ticks)) return;
          this.#ticks = ticks;
          this.#rate(bpm[i]);
        });
      } else if (packed) this.#unpack(view, at + packed.offset, packed.bytes, bpm);
    };
    return { fields: [0, 1, 6, 9, 10], taker };
  }

  /** Three bytes hold two times of 12 bits, low bits first; each is the next one after the last with those low bits. */
  #unpack(view: DataView, at: number, bytes: number, bpm: Float64Array): void {
    const count = Math.min(bpm.length, Math.floor((bytes * 2) / 3));
    for (let i = 0; i < count; i++) {
      const from = at + Math.floor(i / 2) * 3 + (i % 2);
      const pair = view.getUint8(from) | (view.getUint8(from + 1) << 8);
      const low = i % 2 === 0 ? pair & 0x0fff : pair >> 4;
      this.#ticks += (low - (this.#ticks & 0x0fff)) & 0x0fff;
      this.#rate(bpm[i]);
    }
  }

  #rate(bpm: number | undefined): void {
    if (bpm === undefined || Number.isNaN(bpm)) return;
    const { book } = this.#room;
    if (bpm === 0) book.missed('heart-rate');
    else if (this.#anchor) {
      const { ticks, micros } = this.#anchor;
      this.#rates ??= book.buffer(RATE);
      book.keep(this.#rates, micros + ((this.#ticks - ticks) * 1e6) / 1024, bpm);
    } else {
      this.#withoutAnchor++;
      book.reject('time missing');
    }
  }

  notes(): string[] {
    const notes: string[] = [];
    if (this.#intervals > 0)
      notes.push(
        `${this.#intervals} intervals between heartbeats have no time of their own: they are laid end to end from the readings beside them.`,
      );
    if (this.#withoutAnchor > 0)
      notes.push(`${this.#withoutAnchor} readings of a strap come before the time that they count from.`);
    return notes;
  }
}

/** Reads all elements of a field, each time into the same array. */
function arrayReader(definition: FitDefinition, number: number): ((view: DataView, at: number) => Float64Array) | null {
  const field = fieldOf(definition, number);
  const count = field ? elementsOf(field) : 0;
  if (!field || count === 0) return null;
  const { base, offset } = field;
  const { littleEndian } = definition;
  const each = elementBytes(base);
  const read = new Float64Array(count);
  return (view, at) => {
    for (let i = 0; i < count; i++) read[i] = readNumber(view, at + offset + i * each, base, littleEndian);
    return read;
  };
}
