// Which series a row feeds: one per value column, and one set per person where a file holds several.

import { describeSeries, label, slug, UniqueNames } from './describe.ts';
import { IMPORT_LIMITS } from './limits.ts';
import type { TableMapping, ValueMapping } from './mapping.ts';
import type { SeriesDescription, SeriesKey } from './types.ts';

const FIRST_CAPACITY = 256;

/** Samples of one series that wait to be handed over. */
export class SampleBuffer {
  readonly key: SeriesKey;
  count = 0;
  private times = new Float64Array(0);
  private values = new Int32Array(0);

  private readonly firstCapacity: number;

  /** `firstCapacity`: samples that are likely to come before the next hand-over. */
  constructor(key: SeriesKey, firstCapacity = FIRST_CAPACITY) {
    this.key = key;
    this.firstCapacity = firstCapacity;
  }

  push(micros: number, value: number): void {
    if (this.count === this.times.length) this.grow();
    this.times[this.count] = micros;
    this.values[this.count++] = value;
  }

  private grow(): void {
    const capacity = Math.max(this.firstCapacity, this.count * 4);
    const times = new Float64Array(capacity);
    const values = new Int32Array(capacity);
    times.set(this.times);
    values.set(this.values);
    this.times = times;
    this.values = values;
  }

  /** What waits; the buffer is empty afterwards. Arrays that are mostly full are handed over, others copied. */
  take(): { times: Float64Array; values: Int32Array } {
    const { count, times, values } = this;
    this.count = 0;
    if (count * 2 < times.length) return { times: times.slice(0, count), values: values.slice(0, count) };
    this.times = new Float64Array(0);
    this.values = new Int32Array(0);
    return { times: times.subarray(0, count), values: values.subarray(0, count) };
  }
}

/** The buffers of one table's value columns, in the order of the mapping. */
export type RowBuffers = SampleBuffer[];

/** Names and buffers of all series of one file. */
export class SeriesBook {
  readonly series: SeriesDescription[] = [];
  readonly buffers: SampleBuffer[] = [];
  private readonly names = new UniqueNames();
  private readonly byPerson = new Map<string, RowBuffers>();
  private readonly only: ReadonlySet<string> | null;

  constructor(only: readonly string[] | undefined) {
    this.only = only && only.length > 0 ? new Set(only) : null;
  }

  /** The buffers for a row; null where this person was not asked for. Throws nothing; 'full' when the file names too many persons. */
  rowsOf(table: TableMapping, tableIndex: number, person: string | undefined): RowBuffers | null | 'full' {
    const known = this.byPerson.get(`${tableIndex} ${person ?? ''}`);
    if (known) return known;
    if (person !== undefined && this.only && !this.only.has(person)) return null;
    if (this.byPerson.size >= IMPORT_LIMITS.personsMax) return 'full';
    const added = table.values.map((value) => this.add(value, person));
    this.byPerson.set(`${tableIndex} ${person ?? ''}`, added);
    return added;
  }

  /** Which column feeds which series, for all persons known so far. */
  columnsOf(table: TableMapping, tableIndex: number): { value: ValueMapping; key: SeriesKey }[] {
    const all = [...this.byPerson].filter(([name]) => name.startsWith(`${tableIndex} `));
    return all.flatMap(([, buffers]) => buffers.map(({ key }, i) => ({ value: table.values[i], key })));
  }

  private add(value: TableMapping['values'][number], person: string | undefined): SampleBuffer {
    const { column: _, ...rest } = value;
    const suffix = person === undefined ? '' : `-${slug(person) || 'person'}`;
    const own = value.kind.endsWith('-unspecified') ? [] : [value.kind];
    const key = this.names.take(
      ...[...own, slug(value.title), value.kind].map((name) => (name === '' ? '' : name + suffix)),
    );
    this.series.push(describeSeries(key, rest, person === undefined ? undefined : label(person)));
    const buffer = new SampleBuffer(key);
    this.buffers.push(buffer);
    return buffer;
  }
}
