// Tables that a diabetes platform exports: a few lines about the person and the device, then rows of different kinds, told apart by a word or a
// number in each. A format says what a row means (RowTaker); here it is read, counted, named per device and handed over.

import { linesBefore } from './csv.ts';
import { describeSeries, slug, UniqueNames } from './describe.ts';
import type { Encoding } from './encoding.ts';
import { IMPORT_LIMITS } from './limits.ts';
import type { Mapping, TimeForm } from './mapping.ts';
import { ABOVE_RANGE, BELOW_RANGE, GAP, NOT_A_NUMBER, NumberReader } from './numbers.ts';
import { RecordReader } from './records.ts';
import { RejectionLog } from './rejections.ts';
import { SampleBuffer } from './series-book.ts';
import { momentOf, TimeReader } from './times.ts';
import type { ByteSource, ImportItem, ImportOptions, RejectionReason, SeriesDescription } from './types.ts';

const HAND_OVER_BYTES = 4 * IMPORT_LIMITS.readBytes;

/** One kind of reading that such a table holds. */
export interface Reading {
  /** Key of the series of the first device; those of others get the device's name behind it. */
  key: string;
  kind: string;
  title: string;
  ucum: string;
  factor: number;
  periodSeconds: number;
  /** Two of the same moment are two (doses, meals): the second stands a microsecond later. */
  adds?: boolean;
}

/** Where the rows stand and how they are written. */
export interface TableLayout {
  encoding: Encoding;
  delimiter: Mapping['delimiter'];
  decimalMark: '.' | ',';
  /** Byte at which the first row behind the titles begins. */
  dataStart: number;
  /** Where the times were taken that name no zone. */
  zone: Pick<ImportOptions, 'zoneAt' | 'zoneMinutes'>;
  timeForm: TimeForm;
  /** Where the date or the whole time stands; the time of day may have its own column. */
  timeColumn: number;
  clockColumn?: number;
}

/** What a format does with the reader's current row. */
export type RowTaker = (row: DeviceRow) => void;

interface Lane {
  reading: Reading;
  buffer: SampleBuffer;
  numbers: NumberReader;
  lastMicros: number;
}

const CELL_REASONS: ReadonlyMap<number, RejectionReason> = new Map([
  [NOT_A_NUMBER, 'not a number'],
  [BELOW_RANGE, 'below sensor range'],
  [ABOVE_RANGE, 'above sensor range'],
]);

/** Series by reading and device, in the order in which a file first tells of them. */
class Lanes {
  readonly series: SeriesDescription[] = [];
  readonly lanes: Lane[] = [];
  readonly #byName = new Map<string, Lane>();
  readonly #names = new UniqueNames();
  readonly #mark: '.' | ',';

  constructor(mark: '.' | ',') {
    this.#mark = mark;
  }

  laneFor(reading: Reading, device: string, sourceLabel: string): Lane {
    const name = `${reading.key} ${device}`;
    let lane = this.#byName.get(name);
    if (!lane) {
      const key = this.#names.take(reading.key, `${reading.key}-${slug(sourceLabel) || 'device'}`);
      const { kind, title, ucum, factor, periodSeconds } = reading;
      const value = { kind, title, ucum, factor, origin: 0, nominalPeriodSeconds: periodSeconds };
      this.series.push({ ...describeSeries(key, value), title, sourceLabel });
      const numbers = new NumberReader({ factor, origin: 0, decimalMark: this.#mark });
      lane = { reading, buffer: new SampleBuffer(key), numbers, lastMicros: Number.NaN };
      this.#byName.set(name, lane);
      this.lanes.push(lane);
    }
    return lane;
  }
}

/** The current row, for a RowTaker. */
export class DeviceRow {
  readonly #reader: RecordReader;
  readonly #layout: TableLayout;
  readonly #lanes: Lanes;
  readonly #times: TimeReader;
  readonly #reject: (reason: RejectionReason) => void;
  readonly #counts: Map<string, number>;

  constructor(
    reader: RecordReader,
    layout: TableLayout,
    lanes: Lanes,
    reject: (reason: RejectionReason) => void,
    counts: Map<string, number>,
  ) {
    this.#reader = reader;
    this.#layout = layout;
    this.#lanes = lanes;
    this.#times = new TimeReader(layout.timeForm);
    this.#reject = reject;
    this.#counts = counts;
  }

  get columns(): number {
    return this.#reader.fieldCount;
  }

  text(column: number): string {
    return this.#reader.text(column).trim();
  }

  has(column: number): boolean {
    return this.text(column) !== '';
  }

  /** Counts a row for a note, by the note's words before the number. */
  count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  /** Micros of the row; NaN where the row names no usable time. */
  micros(): number {
    const { units, fieldStart, fieldEnd, fieldCount } = this.#reader;
    const { timeColumn, clockColumn, zone } = this.#layout;
    if (timeColumn >= fieldCount) return Number.NaN;
    const micros = this.#times.read(units, fieldStart[timeColumn], fieldEnd[timeColumn], 0);
    if (Number.isNaN(micros) || this.#times.hadZone) return micros;
    if (clockColumn === undefined) return momentOf(micros, zone);
    if (clockColumn >= fieldCount) return Number.NaN;
    const clock = this.#times.readClock(units, fieldStart[clockColumn], fieldEnd[clockColumn]);
    return Number.isNaN(clock) ? clock : momentOf(micros + clock, zone);
  }

  /** The number in a column as a sample of a series; what is none is rejected with its reason. An empty cell is nothing. */
  take(reading: Reading, column: number, micros: number, device: string, sourceLabel: string): void {
    if (column >= this.#reader.fieldCount || !this.has(column)) return;
    const lane = this.#lanes.laneFor(reading, device, sourceLabel);
    if (Number.isNaN(micros)) {
      this.#reject(this.has(this.#layout.timeColumn) ? 'time not understood' : 'time missing');
      return;
    }
    const { units, fieldStart, fieldEnd } = this.#reader;
    const value = lane.numbers.read(units, fieldStart[column], fieldEnd[column]);
    if (value < GAP) push(lane, micros, value);
    else if (value !== GAP) this.#reject(CELL_REASONS.get(value) ?? 'number too large to store');
  }

  /** A code as a sample. */
  code(reading: Reading, code: number, micros: number, device: string, sourceLabel: string): void {
    if (Number.isNaN(micros)) this.#reject('time not understood');
    else push(this.#lanes.laneFor(reading, device, sourceLabel), micros, code);
  }
}

function push(lane: Lane, micros: number, value: number): void {
  const at =
    lane.reading.adds && micros <= lane.lastMicros && micros > lane.lastMicros - 1000 ? lane.lastMicros + 1 : micros;
  lane.lastMicros = at;
  lane.buffer.push(at, value);
}

/** Runs over the rows without keeping anything and tells the series that they make, so that they can be named before the import. */
export async function surveyRows(
  source: ByteSource,
  layout: TableLayout,
  taker: RowTaker,
): Promise<SeriesDescription[]> {
  return new DeviceRun(source, layout, taker, 0).survey();
}

/** The rows from a position on; `told` of their series were told by the survey. */
export function readRows(
  source: ByteSource,
  layout: TableLayout,
  taker: RowTaker,
  told: number,
  from: number,
): AsyncGenerator<ImportItem, void, void> {
  return new DeviceRun(source, layout, taker, told).run(from);
}

class DeviceRun {
  readonly #source: ByteSource;
  readonly #layout: TableLayout;
  readonly #taker: RowTaker;
  readonly #lanes: Lanes;
  readonly #log = new RejectionLog();
  #terminated = true;
  #seriesTold: number;

  constructor(source: ByteSource, layout: TableLayout, taker: RowTaker, told: number) {
    this.#source = source;
    this.#layout = layout;
    this.#taker = taker;
    this.#lanes = new Lanes(layout.decimalMark);
    this.#seriesTold = told;
  }

  async survey(): Promise<SeriesDescription[]> {
    const reader = new RecordReader(this.#source, this.#layout, this.#layout.dataStart);
    const row = new DeviceRow(reader, this.#layout, this.#lanes, () => {}, new Map());
    while (reader.position < IMPORT_LIMITS.personScanBytes) {
      const outcome = reader.read();
      if (outcome === 'end') break;
      if (outcome === 'more') {
        await reader.fill();
        for (const { buffer } of this.#lanes.lanes) buffer.take();
      } else if (outcome === 'record') this.#taker(row);
    }
    return this.#lanes.series;
  }

  async *run(from: number): AsyncGenerator<ImportItem, void, void> {
    const { dataStart } = this.#layout;
    const start = Math.max(from, dataStart);
    // Names of series hang on what came first in the file, so that it is always read from its start; rows before the position are passed over.
    const reader = new RecordReader(this.#source, this.#layout, dataStart);
    const lines = await linesBefore(this.#source, this.#layout, dataStart);
    const reject = (reason: RejectionReason): void => {
      if (reader.recordStart >= start) this.#log.add(reader.linesBefore + 1, reason);
    };
    const counts = new Map<string, number>();
    const row = new DeviceRow(reader, this.#layout, this.#lanes, reject, counts);
    let handedOver = start;
    for (;;) {
      const outcome = reader.read();
      if (outcome === 'record') {
        this.#taker(row);
        this.#terminated = reader.terminated;
        if (reader.position <= start) this.#passOver();
      } else if (outcome === 'too-long') reject('line too long');
      else if (outcome === 'open-quote') reject('quote not closed');
      else {
        if (outcome === 'end' || reader.position - handedOver >= HAND_OVER_BYTES) {
          yield* this.#handOver(handedOver, reader.position, lines);
          handedOver = Math.max(handedOver, reader.position);
        }
        if (outcome === 'end') break;
        await reader.fill();
      }
    }
    for (const [what, count] of counts) yield { type: 'note', text: `${what}: ${count}.` };
    yield* this.#closing();
  }

  #passOver(): void {
    for (const { buffer } of this.#lanes.lanes) if (buffer.count > 0) buffer.take();
  }

  *#handOver(from: number, position: number, lines: number): Generator<ImportItem, void, void> {
    for (; this.#seriesTold < this.#lanes.series.length; this.#seriesTold++)
      yield { type: 'series', series: this.#lanes.series[this.#seriesTold] };
    if (!this.#log.empty) yield* this.#log.take(lines, from);
    const waiting = this.#lanes.lanes.filter(({ buffer }) => buffer.count > 0);
    for (let i = 0; i < waiting.length; i++) {
      const { buffer } = waiting[i];
      yield {
        type: 'samples',
        series: buffer.key,
        ...buffer.take(),
        position: i === waiting.length - 1 ? position : from,
      };
    }
  }

  *#closing(): Generator<ImportItem, void, void> {
    for (const { reading, numbers } of this.#lanes.lanes)
      if (numbers.rounded > 0)
        yield {
          type: 'note',
          text: `${numbers.rounded} values of “${reading.title}” had more decimals than are kept and were rounded.`,
        };
    if (!this.#terminated)
      yield {
        type: 'note',
        text: 'The last line has no line end. If the file was cut off, its last value may be incomplete.',
      };
  }
}
