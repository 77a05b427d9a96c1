// JSON records of no format that Hale knows, as the rows of a table: lines or lists of objects, fields inside fields as `a.b`. The mapping is
// proposed from the names and first records as for CSV, shown, corrected and passed back.

import { fail } from '@hale/kernel';
import { scaleLike } from './csv.ts';
import { textToUnits, type Units } from './encoding.ts';
import type { ImportFormat } from './format.ts';
import { ANY_KEY, type JsonItem, jsonItems, parseItem } from './json-items.ts';
import { type Fields, headOf, isFields, jsonHead } from './json-records.ts';
import { IMPORT_LIMITS } from './limits.ts';
import type { Mapping } from './mapping.ts';
import { type Proposal, proposeMapping } from './propose.ts';
import { RejectionLog } from './rejections.ts';
import { SeriesBook } from './series-book.ts';
import { type Row, TableRows } from './table-rows.ts';
import type { ByteSource, ImportItem, ImportOptions, OpenedImport } from './types.ts';

const HAND_OVER_BYTES = 4 * IMPORT_LIMITS.readBytes;

/** The plain values of a record with their paths. Lists inside records are no columns. */
function flatten(record: Fields, into: Map<string, string>, prefix = '', depth = 1): Map<string, string> {
  for (const [name, value] of Object.entries(record)) {
    const path = prefix + name;
    if (path.length > IMPORT_LIMITS.fieldPathCharsMax) continue;
    if (isFields(value)) {
      if (depth < IMPORT_LIMITS.fieldDepthMax) flatten(value, into, `${path}.`, depth + 1);
    } else if (typeof value === 'string' || typeof value === 'number') into.set(path, String(value));
    else if (typeof value === 'boolean') into.set(path, String(value));
  }
  return into;
}

/** `bpm` for value.bpm where no other field ends so: the title by which kinds are found. */
function titlesOf(fields: string[]): string[] {
  const last = fields.map((field) => field.slice(field.lastIndexOf('.') + 1));
  return fields.map((field, i) =>
    last.filter((one) => one === last[i]).length === 1 ? last[i] : field.replaceAll('.', ' '),
  );
}

interface Look {
  under: string;
  records: Fields[];
}

/** The records at the beginning: those of the top, or of the fullest array under a key of one top object. */
async function lookAt(source: ByteSource): Promise<Look | null> {
  if ((await jsonHead(source)) === null) return null;
  const top = await recordsUnder(source, []);
  const plain = top.get('') ?? [];
  if (plain.length > 1) return { under: '', records: plain };
  const held = await recordsUnder(source, [ANY_KEY]);
  held.delete('');
  const [under, records] = [...held].sort(([, a], [, b]) => b.length - a.length)[0] ?? ['', plain];
  return records.length > 0 ? { under, records } : null;
}

async function recordsUnder(source: ByteSource, under: string[]): Promise<Map<string, Fields[]>> {
  const found = new Map<string, Fields[]>();
  for await (const item of jsonItems(headOf(source), under)) {
    const value = item.kind === 'text' ? parseItem(item) : undefined;
    if (!isFields(value)) continue;
    const records = found.get(item.under) ?? [];
    records.push(value);
    found.set(item.under, records);
    if (records.length >= IMPORT_LIMITS.proposalRows) break;
  }
  return found;
}

function proposeFor(look: Look, options: ImportOptions): Proposal | null {
  const rows = look.records.map((record) => flatten(record, new Map()));
  const fields = [...new Set(rows.flatMap((row) => [...row.keys()]))].slice(0, IMPORT_LIMITS.columnsMax);
  if (fields.length < 2) return null;
  const cells = rows.map((row) => fields.map((field) => (row.get(field) ?? '').slice(0, IMPORT_LIMITS.labelCharsMax)));
  const proposal = proposeMapping(
    {
      found: { encoding: 'utf-8', markBytes: 0 },
      delimiter: ',',
      tables: [{ section: '', rows: [titlesOf(fields), ...cells] }],
      tailRows: [],
    },
    options,
  );
  if (proposal === null) return null;
  const under = look.under === '' ? {} : { under: look.under };
  const tables = proposal.mapping.tables.map((table) => ({ ...table, skipRows: 0 }));
  return { ...proposal, mapping: { ...proposal.mapping, decimalMark: '.', tables, fields, ...under } };
}

/** The cells of one record, as a row of a table has them. */
class RecordCells implements Row {
  readonly terminated = true;
  readonly fieldCount: number;
  units: Units = new Uint16Array(0);
  readonly fieldStart: Int32Array<ArrayBuffer>;
  readonly fieldEnd: Int32Array<ArrayBuffer>;
  private readonly fields: string[];
  private cells: string[] = [];

  constructor(fields: string[]) {
    this.fields = fields;
    this.fieldCount = fields.length;
    this.fieldStart = new Int32Array(fields.length);
    this.fieldEnd = new Int32Array(fields.length);
  }

  set(record: Fields): void {
    const row = flatten(record, new Map());
    this.cells = this.fields.map((field) => row.get(field) ?? '');
    let at = 0;
    this.cells.forEach((cell, i) => {
      this.fieldStart[i] = at;
      at += cell.length;
      this.fieldEnd[i] = at;
    });
    this.units = textToUnits(this.cells.join(''));
  }

  text(field: number): string {
    return this.cells[field] ?? '';
  }
}

/** One pass over the records of a source. */
class JsonTableRun {
  private readonly source: ByteSource;
  private readonly mapping: Mapping;
  private readonly book: SeriesBook;
  private readonly rows: TableRows;
  private readonly cells: RecordCells;
  private readonly log = new RejectionLog('record');
  private seriesTold: number;
  private handedOver = 0;

  constructor(source: ByteSource, mapping: Mapping, book: SeriesBook, options: ImportOptions) {
    this.source = source;
    this.mapping = mapping;
    this.book = book;
    this.rows = new TableRows(mapping, 0, book, options);
    this.cells = new RecordCells(mapping.fields ?? []);
    this.seriesTold = book.series.length;
  }

  async *run(from: number): AsyncGenerator<ImportItem, void, void> {
    const under = this.mapping.under === undefined ? [] : [this.mapping.under];
    this.handedOver = from;
    for await (const item of jsonItems(this.source, under)) {
      if (item.end <= from) continue;
      this.take(item);
      if (item.end - this.handedOver >= HAND_OVER_BYTES) yield* this.handOver(item.end);
    }
    yield* this.handOver(this.source.sizeBytes);
    for (const { value, count } of this.rows.rounded()) {
      const text = `${count} values of “${value.title}” had more decimals than are kept and were rounded.`;
      yield { type: 'note', text };
    }
  }

  private take(item: JsonItem): void {
    const value = item.kind === 'text' ? parseItem(item) : undefined;
    if (item.kind === 'too-long') this.log.add(item.record, 'record too long');
    else if (item.kind === 'cut-off') this.log.add(item.record, 'record cut off');
    else if (value === undefined) this.log.add(item.record, 'not JSON');
    else if (!isFields(value)) this.log.add(item.record, 'kind of record not known');
    else {
      this.cells.set(value);
      this.rows.take(this.cells, (reason) => this.log.add(item.record, reason));
    }
  }

  private *handOver(position: number): Generator<ImportItem, void, void> {
    const before = this.handedOver;
    for (; this.seriesTold < this.book.series.length; this.seriesTold++)
      yield { type: 'series', series: this.book.series[this.seriesTold] };
    if (!this.log.empty) yield* this.log.take(0, before);
    const waiting = this.book.buffers.filter((buffer) => buffer.count > 0);
    for (let i = 0; i < waiting.length; i++) {
      const at = i === waiting.length - 1 ? position : before;
      yield { type: 'samples', series: waiting[i].key, ...waiting[i].take(), position: at };
    }
    this.handedOver = position;
  }
}

async function openJsonTable(source: ByteSource, options: ImportOptions): Promise<OpenedImport> {
  const look = await lookAt(source);
  const proposal = look && !options.mapping ? proposeFor(look, options) : null;
  const mapping = options.mapping ?? proposal?.mapping;
  if (!mapping) fail('unsupported', 'no field with times and no field with values was found');
  const [table] = mapping.tables;
  const personColumn = table.personColumn === undefined ? undefined : mapping.fields?.[table.personColumn];
  const persons =
    personColumn === undefined
      ? []
      : [...new Set(look?.records.map((record) => flatten(record, new Map()).get(personColumn)?.trim() ?? ''))];
  const freshBook = (): SeriesBook => {
    const book = new SeriesBook(options.only);
    if (personColumn === undefined) book.rowsOf(table, 0, undefined);
    for (const person of persons)
      if (person !== '') book.rowsOf(table, 0, person.slice(0, IMPORT_LIMITS.labelCharsMax));
    return book;
  };
  if (options.existing && !options.mapping) scaleLike(mapping, freshBook(), options.existing);
  const { series } = freshBook();
  const measured = table.values.length === 1 ? 'one measurement' : `${table.values.length} measurements`;
  return {
    format: 'json',
    what: `JSON records with ${measured}`,
    series,
    mapping,
    persons,
    notes: proposal?.notes ?? [],
    endPosition: source.sizeBytes,
    chunks: (from) => new JsonTableRun(source, mapping, freshBook(), options).run(from),
  };
}

export const JSON_TABLE: ImportFormat = {
  name: 'json',
  detect: async (source) => {
    const look = await lookAt(source);
    return look !== null && proposeFor(look, {}) !== null;
  },
  open: (source, _, options) => openJsonTable(source, options),
};
