// Tables of text: CSV and its relatives, streamed in constant memory.

import { fail } from '@hale/kernel';
import {
  type Corrections,
  columnReadings,
  correctionFor,
  decisionsOf,
  indexOfTitle,
  isIgnored,
  signatureOf,
  type TableShape,
} from './corrections.ts';
import { dateOrderIn } from './date-order.ts';
import { label } from './describe.ts';
import { bytesToUnits } from './encoding.ts';
import type { ImportFormat } from './format.ts';
import { IMPORT_LIMITS } from './limits.ts';
import type { Mapping } from './mapping.ts';
import { decimalsOf } from './numbers.ts';
import { possibleShapes, proposeMapping } from './propose.ts';
import { RecordReader } from './records.ts';
import { RejectionLog } from './rejections.ts';
import { cells, isBlank, isSectionTitle, type Sample, takeSample } from './sample.ts';
import { SeriesBook } from './series-book.ts';
import { readFully } from './source.ts';
import { TableRows } from './table-rows.ts';
import type { ByteSource, ImportItem, ImportOptions, OpenedImport } from './types.ts';

/** Bytes of the source after which waiting samples are handed over. */
const HAND_OVER_BYTES = 4 * IMPORT_LIMITS.readBytes;

/** Whether a source is a table with times and values. */
export async function isCsv(source: ByteSource): Promise<boolean> {
  const sample = await takeSample(source);
  return sample !== null && proposeMapping(sample, {}) !== null;
}

/** Names the persons of a file, from its beginning up to a limit. */
async function scanPersons(source: ByteSource, mapping: Mapping, start: number): Promise<string[]> {
  const persons = new Set<string>();
  const column = mapping.tables[0].personColumn;
  if (mapping.tables.length !== 1 || column === undefined) return [];
  const reader = new RecordReader(source, mapping, start);
  let skip = mapping.tables[0].skipRows;
  let last = '';
  while (reader.position < IMPORT_LIMITS.personScanBytes && persons.size < IMPORT_LIMITS.personsMax) {
    const outcome = reader.read();
    if (outcome === 'end') break;
    if (outcome === 'more') await reader.fill();
    if (outcome !== 'record' || (skip > 0 && isBlank(cells(reader))) || skip-- > 0) continue;
    const person = reader.text(column).trim().slice(0, IMPORT_LIMITS.labelCharsMax);
    if (person !== last && person !== '') persons.add(person);
    last = person;
  }
  return [...persons];
}

/** Lines before a byte offset; only asked for when a resumed import has a rejection to tell. */
export async function linesBefore(
  source: ByteSource,
  { encoding }: Pick<Mapping, 'encoding'>,
  end: number,
): Promise<number> {
  let lines = 0;
  let last = 0;
  for (let at = 0; at < end; at += IMPORT_LIMITS.readBytes) {
    const units = bytesToUnits(await readFully(source, at, Math.min(IMPORT_LIMITS.readBytes, end - at)), encoding);
    for (const unit of units) {
      if (unit === 0x0a || last === 0x0d) lines++;
      last = unit === 0x0a && last === 0x0d ? 0 : unit;
    }
  }
  return last === 0x0d ? lines + 1 : lines;
}

function spacing(seconds: number): string {
  if (seconds < 1) return `${Number((1 / seconds).toPrecision(4))} rows a second`;
  if (seconds < 90) return seconds === 1 ? 'a row each second' : `a row about every ${seconds} seconds`;
  if (seconds < 5400) return `a row about every ${Math.round(seconds / 60)} minutes`;
  return seconds < 86_400
    ? `a row about every ${Math.round(seconds / 3600)} hours`
    : seconds === 86_400
      ? 'a row each day'
      : `a row about every ${Math.round(seconds / 86_400)} days`;
}

function whatIs(mapping: Mapping): string {
  const columns = mapping.tables.reduce((sum, table) => sum + table.values.length, 0);
  const rows = spacing(
    Math.min(...mapping.tables.flatMap((table) => table.values.map((value) => value.nominalPeriodSeconds))),
  );
  const measured = columns === 1 ? 'one measurement' : `${columns} measurements`;
  return mapping.tables.length === 1
    ? `A table with ${measured}, ${rows}`
    : `An export of ${mapping.tables.length} tables with ${measured}, ${rows}`;
}

function personNotes(persons: string[], options: ImportOptions): string[] {
  const notes: string[] = [];
  if (persons.length === 1) notes.push('The file has a column for the person and names one person.');
  if (persons.length > 1)
    notes.push(`The file holds the data of ${persons.length} persons; each becomes series of their own.`);
  const missing = (options.only ?? []).filter((person) => !persons.includes(person)).length;
  if (missing > 0)
    notes.push(`${missing} of the persons asked for ${missing === 1 ? 'was' : 'were'} not found in the file.`);
  return notes;
}

/** Takes over the finer scale of series that exist. A coarser one is not taken: it would round. */
export function scaleLike(mapping: Mapping, book: SeriesBook, existing: NonNullable<ImportOptions['existing']>): void {
  const columns = mapping.tables.flatMap((table, index) => book.columnsOf(table, index));
  for (const { value, key } of columns) {
    const known = existing(key);
    if (!known || known.ucum !== value.ucum || known.origin !== 0) continue;
    if (decimalsOf(known.factor) > decimalsOf(value.factor)) value.factor = known.factor;
  }
}

interface Understood {
  mapping: Mapping;
  notes: string[];
  shape: TableShape[];
  /** Day and month could not be told apart by the beginning. */
  ambiguous: boolean;
  /** Something was said about the columns now, so that it is worth remembering. */
  said: boolean;
}

/** Titles of tables that a ready mapping speaks of. */
function shapeOf(sample: Sample, mapping: Mapping): TableShape[] {
  return mapping.tables.map(({ section, skipRows }, i) => {
    const rows = sample.tables.find((table) => table.section === section && section !== '')?.rows.slice(1);
    const titles = (rows ?? sample.tables[i]?.rows ?? [])[skipRows - 1] ?? [];
    return { section, titles: titles.map(label) };
  });
}

/** What is said now comes first, then what was said earlier about such tables, then what the file suggests. */
function understand(sample: Sample | null, options: ImportOptions): Understood {
  const none = (): never => fail('unsupported', 'no column with times and no column with values was found');
  if (!sample) return none();
  if (options.mapping)
    return {
      mapping: options.mapping,
      notes: [],
      shape: shapeOf(sample, options.mapping),
      ambiguous: false,
      said: true,
    };
  const { corrections, ...plain } = options;
  const first = proposeMapping(sample, options);
  const earlier = recall(sample, proposeMapping(sample, plain)?.shape, options.remembered);
  if (corrections) {
    const both = earlier ? proposeMapping(sample, { ...plain, corrections: joined(corrections, earlier) }) : null;
    const proposal = both ?? first ?? none();
    requireTitles(corrections, proposal.shape);
    return { ...proposal, said: true };
  }
  const again = earlier && proposeMapping(sample, { ...plain, corrections: earlier });
  if (again) return { ...again, notes: [REMEMBERED, ...again.notes], said: false };
  return { ...(first ?? none()), said: false };
}

/** What was said about a table with these titles, whichever of its rows they are. */
function recall(
  sample: Sample,
  shape: TableShape[] | undefined,
  remembered: ImportOptions['remembered'],
): Corrections | undefined {
  if (!remembered) return undefined;
  const shapes = [...(shape ? [shape] : []), ...possibleShapes(sample)];
  for (const one of shapes) {
    const found = remembered(signatureOf(one));
    if (found) return found;
  }
  return undefined;
}

const REMEMBERED = 'The columns are read as you said earlier for tables with these titles.';

/** New words over earlier ones. */
function joined(now: Corrections, earlier: Corrections): Corrections {
  const isNew = (title: string): boolean => correctionFor(now, title) !== undefined || isIgnored(now, title);
  const time = now.time ?? earlier.time;
  return {
    ...(time ? { time } : {}),
    columns: [...(now.columns ?? []), ...(earlier.columns ?? []).filter(({ title }) => !isNew(title))],
    ignore: [...(now.ignore ?? []), ...(earlier.ignore ?? []).filter((title) => !isNew(title))],
  };
}

function requireTitles(corrections: Corrections, shape: TableShape[]): void {
  const wanted = [
    ...(corrections.time ? [corrections.time.title] : []),
    ...(corrections.columns ?? []).map(({ title }) => title),
    ...(corrections.ignore ?? []),
  ];
  const missing = wanted.filter((title) => !shape.some(({ titles }) => indexOfTitle(titles, title) >= 0)).length;
  if (missing > 0) fail('usage', 'the file has no column of a title that you named', { missing });
}

/**
 * Opens a table of text. Without `options.mapping` one is proposed from titles and first rows.
 * @throws HaleError 'unsupported' where no time and value columns are found, 'usage' for a correction of a column that is not there
 */
export async function openCsv(source: ByteSource, options: ImportOptions): Promise<OpenedImport> {
  const sample = await takeSample(source);
  const start = sample?.found.markBytes ?? 0;
  const first = understand(sample, options);
  const dateOrder = first.ambiguous ? await dateOrderIn(source, first.mapping, start) : null;
  const { mapping, notes: told, shape, said } = dateOrder ? understand(sample, { ...options, dateOrder }) : first;
  const persons = await scanPersons(source, mapping, start);
  const notes = [...told, ...personNotes(persons, options)];
  const freshBook = (): SeriesBook => {
    const book = new SeriesBook(options.only);
    mapping.tables.forEach((table, index) => {
      if (table.personColumn === undefined) book.rowsOf(table, index, undefined);
      else for (const person of persons) book.rowsOf(table, index, person);
    });
    return book;
  };
  if (options.existing && !options.mapping) scaleLike(mapping, freshBook(), options.existing);
  const { series } = freshBook();
  const chunks = (from: number): AsyncGenerator<ImportItem, void, void> =>
    new CsvRun(source, mapping, freshBook(), start, options).run(from);
  const opened: OpenedImport = {
    format: 'csv',
    what: whatIs(mapping),
    series,
    mapping,
    columns: columnReadings(mapping, shape),
    persons,
    notes,
    endPosition: source.sizeBytes,
    chunks,
  };
  if (said) {
    const corrections = decisionsOf(mapping, shape, options.mapping !== undefined);
    opened.toRemember = { signature: signatureOf(shape), corrections };
  }
  return opened;
}

/** One pass over a table, from a position to its end. */
class CsvRun {
  private readonly source: ByteSource;
  private readonly mapping: Mapping;
  private readonly book: SeriesBook;
  private readonly start: number;
  private readonly tables: TableRows[];
  private readonly log = new RejectionLog();
  private readonly sectioned: boolean;
  private table: TableRows | null;
  private skipRows: number;
  private seriesTold: number;
  private handedOver: number;
  private lastTerminated = true;
  private baseLines: number | null = null;

  constructor(source: ByteSource, mapping: Mapping, book: SeriesBook, start: number, options: ImportOptions) {
    this.source = source;
    this.mapping = mapping;
    this.book = book;
    this.start = start;
    this.tables = mapping.tables.map((_, index) => new TableRows(mapping, index, book, options));
    this.sectioned = mapping.tables.some((table) => table.section !== '');
    this.table = this.sectioned ? null : this.tables[0];
    this.skipRows = this.sectioned ? 0 : mapping.tables[0].skipRows;
    this.seriesTold = book.series.length;
    this.handedOver = start;
  }

  async *run(fromPosition: number): AsyncGenerator<ImportItem, void, void> {
    const from = Math.max(fromPosition, this.start);
    // Sections give a row its meaning, so a file with sections is read from its start and rows already delivered are passed over.
    const readFrom = this.sectioned ? this.start : from;
    const reader = new RecordReader(this.source, this.mapping, readFrom);
    if (readFrom > this.start) this.skipRows = 0;
    this.handedOver = from;
    for (;;) {
      const outcome = reader.read();
      if (outcome === 'record') this.row(reader, from);
      else if (outcome === 'too-long') this.log.add(reader.linesBefore + 1, 'line too long');
      else if (outcome === 'open-quote') this.log.add(reader.linesBefore + 1, 'quote not closed');
      else {
        if (outcome === 'end' || reader.position - this.handedOver >= HAND_OVER_BYTES)
          yield* this.handOver(reader.position, readFrom);
        if (outcome === 'end') break;
        await reader.fill();
      }
    }
    yield* this.closingNotes();
  }

  private row(reader: RecordReader, from: number): void {
    this.lastTerminated = reader.terminated;
    if (reader.fieldCount === 1 || this.sectioned || this.skipRows > 0) {
      const row = cells(reader);
      if (isBlank(row)) return;
      if (this.sectioned && isSectionTitle(row)) {
        this.enter(row[0]);
        return;
      }
    }
    if (this.skipRows > 0) this.skipRows--;
    else if (reader.recordStart >= from)
      this.table?.take(reader, (reason) => this.log.add(reader.linesBefore + 1, reason));
  }

  private enter(section: string): void {
    this.table = this.tables.find(({ table }) => table.section === section) ?? null;
    this.skipRows = this.table?.table.skipRows ?? 0;
  }

  /** New series, rejections, then samples. Only the last item carries the new position: whoever stops between resumes before them all. */
  private async *handOver(position: number, readFrom: number): AsyncGenerator<ImportItem, void, void> {
    const { handedOver } = this;
    for (; this.seriesTold < this.book.series.length; this.seriesTold++)
      yield { type: 'series', series: this.book.series[this.seriesTold] };
    if (!this.log.empty) {
      this.baseLines ??= await linesBefore(this.source, this.mapping, readFrom);
      yield* this.log.take(this.baseLines, handedOver);
    }
    const waiting = this.book.buffers.filter((buffer) => buffer.count > 0);
    for (let i = 0; i < waiting.length; i++) {
      yield {
        type: 'samples',
        series: waiting[i].key,
        ...waiting[i].take(),
        position: i === waiting.length - 1 ? position : handedOver,
      };
    }
    this.handedOver = position;
  }

  private *closingNotes(): Generator<ImportItem, void, void> {
    for (const { value, count } of this.tables.flatMap((table) => table.rounded())) {
      yield {
        type: 'note',
        text: `${count} values of “${value.title}” had more decimals than are kept and were rounded.`,
      };
    }
    if (!this.lastTerminated)
      yield {
        type: 'note',
        text: 'The last line has no line end. If the file was cut off, its last value may be incomplete.',
      };
  }
}

export const CSV: ImportFormat = {
  name: 'csv',
  detect: isCsv,
  open: (source, _, options) => openCsv(source, options),
};
