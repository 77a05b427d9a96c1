// One row of a mapped table → samples in the buffers of its series.

import { IMPORT_LIMITS } from './limits.ts';
import type { Mapping, TableMapping, ValueMapping } from './mapping.ts';
import { ABOVE_RANGE, BELOW_RANGE, GAP, NOT_A_NUMBER, NumberReader } from './numbers.ts';
import type { RecordReader } from './records.ts';
import type { RowBuffers, SeriesBook } from './series-book.ts';
import { momentOf, readZone, TimeReader } from './times.ts';
import type { ImportOptions, RejectionReason } from './types.ts';

const CELL_REASONS: ReadonlyMap<number, RejectionReason> = new Map([
  [NOT_A_NUMBER, 'not a number'],
  [BELOW_RANGE, 'below sensor range'],
  [ABOVE_RANGE, 'above sensor range'],
]);

/** A row of delimiters only, as spreadsheets leave at the end. */
function isEmpty(reader: Row): boolean {
  for (let i = 0; i < reader.fieldCount; i++) if (reader.fieldEnd[i] > reader.fieldStart[i]) return false;
  return true;
}

/** What a row must offer: a reader of lines does, a JSON record as cells as well. */
export type Row = Pick<RecordReader, 'fieldCount' | 'terminated' | 'units' | 'fieldStart' | 'fieldEnd' | 'text'>;

/** Where rejected rows and cells are told. */
export type Reject = (reason: RejectionReason) => void;

export class TableRows {
  readonly table: TableMapping;
  private readonly index: number;
  private readonly zoneAt: ImportOptions['zoneAt'];
  private readonly zoneMinutes: number;
  private readonly book: SeriesBook;
  private readonly times: TimeReader;
  private readonly readers: NumberReader[];
  private person: string | undefined;
  private buffers: RowBuffers | null | 'full' | undefined;

  /** The zone of the options is of times that name none, where the mapping does not say one itself. */
  constructor(mapping: Mapping, index: number, book: SeriesBook, zone: Pick<ImportOptions, 'zoneAt' | 'zoneMinutes'>) {
    this.table = mapping.tables[index];
    this.index = index;
    const { time } = this.table;
    const isOwn = time.isUtc || time.zoneColumn !== undefined || time.zoneMinutes !== undefined;
    this.zoneAt = isOwn ? undefined : zone.zoneAt;
    this.zoneMinutes = time.isUtc ? 0 : (time.zoneMinutes ?? zone.zoneMinutes ?? 0);
    this.book = book;
    this.times = new TimeReader(this.table.time.form);
    this.readers = this.table.values.map(
      ({ factor, origin }) => new NumberReader({ factor, origin, decimalMark: mapping.decimalMark }),
    );
  }

  /** Columns whose values had more decimals than are kept, with how many. */
  rounded(): { value: ValueMapping; count: number }[] {
    return this.table.values
      .map((value, i) => ({ value, count: this.readers[i].rounded }))
      .filter(({ count }) => count > 0);
  }

  /** Takes the reader's current record. */
  take(reader: Row, reject: Reject): void {
    const { time, columns } = this.table;
    // A last line without an end and with cells missing was cut off: its last cell may be half a number.
    if (time.column >= reader.fieldCount || (!reader.terminated && reader.fieldCount < columns)) {
      reject('too few columns');
      return;
    }
    if (isEmpty(reader)) return;
    const buffers = this.buffersOf(reader, reject);
    if (!buffers) return;
    const micros = this.micros(reader, reject);
    if (Number.isNaN(micros)) return;
    const { values } = this.table;
    for (let i = 0; i < values.length; i++) {
      const { column } = values[i];
      if (column >= reader.fieldCount) continue;
      const value = this.readers[i].read(reader.units, reader.fieldStart[column], reader.fieldEnd[column]);
      if (value < GAP) buffers[i].push(micros, value);
      else if (value !== GAP) reject(CELL_REASONS.get(value) ?? 'number too large to store');
    }
  }

  private buffersOf(reader: Row, reject: Reject): RowBuffers | null {
    const { personColumn } = this.table;
    if (personColumn === undefined) this.buffers ??= this.book.rowsOf(this.table, this.index, undefined);
    else {
      const person = reader.text(personColumn).trim().slice(0, IMPORT_LIMITS.labelCharsMax);
      if (person === '') {
        reject('person missing');
        return null;
      }
      if (person !== this.person) {
        this.person = person;
        this.buffers = this.book.rowsOf(this.table, this.index, person);
      }
    }
    if (this.buffers !== 'full') return this.buffers ?? null;
    reject('too many persons');
    return null;
  }

  private micros(reader: Row, reject: Reject): number {
    const { time } = this.table;
    const { units, fieldStart, fieldEnd, fieldCount } = reader;
    let zone = this.zoneAt ? 0 : this.zoneMinutes;
    if (time.zoneColumn !== undefined && time.zoneColumn < fieldCount) {
      zone = readZone(units, fieldStart[time.zoneColumn], fieldEnd[time.zoneColumn]);
      if (Number.isNaN(zone)) reject('time zone not understood');
    }
    let micros = this.times.read(units, fieldStart[time.column], fieldEnd[time.column], zone);
    const { hadZone } = this.times;
    if (time.clockColumn !== undefined) {
      const has = time.clockColumn < fieldCount;
      micros = has
        ? micros + this.times.readClock(units, fieldStart[time.clockColumn], fieldEnd[time.clockColumn])
        : Number.NaN;
    }
    if (this.zoneAt && !hadZone && !Number.isNaN(micros)) micros = momentOf(micros, { zoneAt: this.zoneAt });
    if (Number.isNaN(micros) && !Number.isNaN(zone))
      reject(fieldStart[time.column] === fieldEnd[time.column] ? 'time missing' : 'time not understood');
    return micros;
  }
}
