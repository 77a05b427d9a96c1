// The series that a FIT file feeds: made when the first number comes, so that a field which a device declares and never fills is none.
import { describeSeries, label, slug } from './describe.ts';
import { FIT_EPOCH_SECONDS } from './fit-wire.ts';
import { IMPORT_LIMITS } from './limits.ts';
import { SampleBuffer } from './series-book.ts';
import type { ImportItem, RejectionReason, SeriesDescription } from './types.ts';

const INT32_MAX = 2147483647;
const INT32_MIN = -2147483648;
/** Samples for which a series makes room at once: a window of the file holds some thousand records. */
const RECORDS_HELD_MIN = 256;
const RECORDS_HELD_MAX = 8192;
/** What 32 bits of seconds can say, and a year around for what begins before its own time or is shifted. */
const YEAR_SECONDS = 31_622_400;
const EARLIEST_MICROS = (FIT_EPOCH_SECONDS - YEAR_SECONDS) * 1e6;
const LATEST_MICROS = (FIT_EPOCH_SECONDS + 2 ** 32 + YEAR_SECONDS) * 1e6;

/** What a series is to be, before it has a name of its own. */
export interface FitSeries {
  key: string;
  kind: string;
  /** Wins over the kind's title. */
  title?: string;
  ucum: string;
  factor: number;
  origin: number;
  periodSeconds: number;
}

export interface Person {
  /** As written in the file, or 'person 2'. */
  label: string;
}

export class FitBook {
  readonly series: SeriesDescription[] = [];
  /** Numbers by series that say "could not measure". */
  readonly notMeasured = new Map<string, number>();
  /** Name of the device that wrote the file. */
  device = '';
  seriesLeftOut = 0;
  readonly #buffers = new Map<string, SampleBuffer>();
  readonly #yielding = new Map<string, SampleBuffer>();
  readonly #only: ReadonlySet<string> | null;
  #rejections: { byte: number; last: number; reason: RejectionReason; count: number }[] = [];
  #rejected = 0;

  readonly #byte: () => number;
  readonly #records: number;

  /** `byte` tells where the message under work begins; `records`: how many the file has. */
  constructor(only: readonly string[] | undefined, byte: () => number, records: number) {
    this.#records = Math.min(Math.max(records, RECORDS_HELD_MIN), RECORDS_HELD_MAX);
    this.#byte = byte;
    this.#only = only && only.length > 0 ? new Set(only) : null;
  }

  /** Where samples of a series go; null where it is not wanted. `yields`: what stands in the stream already wins over these. */
  buffer(wanted: FitSeries, person?: Person, yields = false): SampleBuffer | null {
    if (person && this.#only && !this.#only.has(person.label)) return null;
    const key = person ? `${wanted.key}-${slug(person.label) || 'person'}` : wanted.key;
    const known = (yields ? this.#yielding : this.#buffers).get(key);
    if (known) return known;
    const isNew = !this.#buffers.has(key) && !this.#yielding.has(key);
    if (isNew && this.series.length >= IMPORT_LIMITS.fitSeriesMax) {
      this.seriesLeftOut++;
      return null;
    }
    if (isNew) this.series.push(this.#describe(key, wanted, person));
    const buffer = wanted.periodSeconds > 1 ? new SampleBuffer(key) : new SampleBuffer(key, this.#records);
    (yields ? this.#yielding : this.#buffers).set(key, buffer);
    return buffer;
  }

  #describe(key: string, wanted: FitSeries, person: Person | undefined): SeriesDescription {
    const { kind, title, ucum, factor, origin, periodSeconds } = wanted;
    const value = { title: title ?? kind, kind, ucum, factor, origin, nominalPeriodSeconds: periodSeconds };
    const series = describeSeries(key, value, person === undefined ? undefined : label(person.label));
    return { ...series, title: title ?? series.title, sourceLabel: this.device };
  }

  reject(reason: RejectionReason): void {
    const byte = this.#byte();
    const many = this.#rejected++ >= IMPORT_LIMITS.rejectionsSingly;
    const known = many ? this.#rejections.find((one) => one.reason === reason) : undefined;
    if (known) {
      known.last = byte;
      known.count++;
    } else this.#rejections.push({ byte, last: byte, reason, count: 1 });
  }

  /** Keeps a whole number, the only way into a buffer: what a damaged field makes of a time or a number ends here. */
  keep(buffer: SampleBuffer | null, micros: number, value: number): void {
    if (buffer === null) return;
    if (!(micros >= EARLIEST_MICROS && micros <= LATEST_MICROS)) this.reject('time not understood');
    else if (value > INT32_MAX || value < INT32_MIN) this.reject('number too large to store');
    else buffer.push(Math.round(micros), Math.round(value));
  }

  missed(key: string): void {
    this.notMeasured.set(key, (this.notMeasured.get(key) ?? 0) + 1);
  }

  /** Forgets what waits: it was handed over in an earlier run. */
  drop(): void {
    for (const buffer of [...this.#buffers.values(), ...this.#yielding.values()]) buffer.count = 0;
    this.#rejections = [];
  }

  /** What waits, in an order that is the same each time. All but the last say where the run before ended. */
  take(before: number, position: number): ImportItem[] {
    const items: ImportItem[] = this.#rejections.map(({ byte, last, reason, count }) => {
      const place = byte === last ? `byte ${byte}` : `bytes ${byte} to ${last}`;
      return { type: 'rejection', place, reason, count, position: before };
    });
    this.#rejections = [];
    for (const [buffers, yields] of [
      [this.#buffers, false],
      [this.#yielding, true],
    ] as const)
      for (const [key, buffer] of buffers) {
        if (buffer.count === 0) continue;
        const chunk: ImportItem = { type: 'samples', series: key, ...buffer.take(), position: before };
        items.push(yields ? { ...chunk, yields: true } : chunk);
      }
    const last = items.at(-1);
    if (last && last.type !== 'series' && last.type !== 'note') last.position = position;
    return items;
  }
}
