// What all importers of JSON share: a first look names the series, then record after record is split off, parsed and read.

import { sniffEncoding } from './encoding.ts';
import { type JsonItem, jsonBlocks, jsonItems, parseItem } from './json-items.ts';
import { IMPORT_LIMITS } from './limits.ts';
import { SeriesShelf } from './series-shelf.ts';
import { readFully } from './source.ts';
import type { ByteSource, ImportItem, ImportOptions, OpenedImport } from './types.ts';

/** Samples after which they are handed over. */
const HAND_OVER_SAMPLES = 65_536;
/** Bytes of the source after which what waits is handed over in any case. */
const HAND_OVER_BYTES = 4 * IMPORT_LIMITS.readBytes;
/** Records looked at to tell a format. */
const RECORDS_LOOKED_AT = 20;

export type Fields = Record<string, unknown>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field that holds an object; an empty one where it does not, so that reading on finds nothing. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** An entry of a table of ours by a word of the file, which may be `constructor` or `__proto__`. */
export function entryOf<T>(table: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}

/** Reads the records of one pass. It may keep what it needs from one record to the next. */
export interface RecordReading {
  /** `under`: the key of the array that holds the record. */
  record(value: unknown, under: string): void;
  /** After the last record. */
  close?(): void;
}

export interface JsonFormat {
  name: string;
  /** Keys of a top object whose arrays hold the records. */
  under: readonly string[];
  /** Where it comes from, told of series whose records name no device. */
  from?: string;
  what(series: number): string;
  /** A reader for one pass that puts samples on a shelf. */
  begin(shelf: SeriesShelf, options: ImportOptions): RecordReading;
}

/** The first bytes of a source that holds JSON; null for anything else. */
export async function jsonHead(source: ByteSource): Promise<string | null> {
  const head = await readFully(source, 0, Math.min(4096, source.sizeBytes));
  if (sniffEncoding(head).encoding.startsWith('utf-16')) return null;
  let text = '';
  for (const byte of head) text += String.fromCharCode(byte);
  const open = /^(?:\u00ef\u00bb\u00bf)?\s*([[{])/.exec(text);
  return open ? text : null;
}

/** The look last taken: all formats ask for the same beginning of the same file, one after the other. Of one file only, for there are many. */
let latest: { source: ByteSource; looks: Map<string, Promise<unknown[] | null>> } | null = null;

/** The first records of a source, as far as a few of them lie within its beginning; null when it is no JSON. */
export function firstRecords(source: ByteSource, under: readonly string[]): Promise<unknown[] | null> {
  if (latest?.source !== source) latest = { source, looks: new Map() };
  const name = under.join(' ');
  const look = latest.looks.get(name) ?? takeLook(source, under);
  latest.looks.set(name, look);
  return look;
}

async function takeLook(source: ByteSource, under: readonly string[]): Promise<unknown[] | null> {
  if ((await jsonHead(source)) === null) return null;
  // A little shows most formats; a first record that is long (an ECG) needs more.
  for (const bytes of [IMPORT_LIMITS.sniffBytes, IMPORT_LIMITS.jsonScanBytes]) {
    const records: unknown[] = [];
    for await (const item of jsonItems(headOf(source, bytes), under)) {
      const value = item.kind === 'text' ? parseItem(item) : undefined;
      if (value !== undefined) records.push(value);
      if (records.length >= RECORDS_LOOKED_AT) break;
    }
    if (records.length > 0) return records;
  }
  return [];
}

/** Only the beginning of a source: a detection must not read all of a file that turns out to be one long record. */
export function headOf(source: ByteSource, bytes: number = IMPORT_LIMITS.jsonScanBytes): ByteSource {
  const sizeBytes = Math.min(source.sizeBytes, bytes);
  return {
    name: source.name,
    sizeBytes,
    read: (offset, length) => source.read(offset, Math.max(0, Math.min(length, sizeBytes - offset))),
  };
}

/** One pass over sources that follow each other; positions and records count through all of them. */
async function* readRecords(
  sources: readonly ByteSource[],
  format: JsonFormat,
  shelf: SeriesShelf,
  options: ImportOptions,
  from: number,
): AsyncGenerator<ImportItem, void, void> {
  const reading = format.begin(shelf, options);
  shelf.beginAt(from);
  let handedOver = from;
  let base = 0;
  let records = 0;
  for (const source of sources) {
    let counted = 0;
    for await (const items of jsonBlocks(source, format.under)) {
      for (const item of items) {
        const position = base + item.end;
        shelf.muted = position <= from;
        counted = item.record;
        shelf.record = records + counted;
        readItem(item, reading, shelf);
        if (!shelf.muted && (position - handedOver >= HAND_OVER_BYTES || shelf.waiting >= HAND_OVER_SAMPLES)) {
          handedOver = position;
          yield* shelf.handOver(position);
        }
      }
    }
    base += source.sizeBytes;
    records += counted;
  }
  shelf.muted = false;
  reading.close?.();
  yield* shelf.handOver(base);
  yield* shelf.closingNotes();
}

function readItem(item: JsonItem, reading: RecordReading, shelf: SeriesShelf): void {
  if (item.kind === 'too-long') shelf.reject('record too long');
  else if (item.kind === 'cut-off') shelf.reject('record cut off');
  else {
    const value = parseItem(item);
    if (value === undefined) shelf.reject('not JSON');
    else reading.record(value, item.under);
  }
}

/** Opens JSON records, of one source or of several that are one export. What a first look does not meet appears while reading. */
export async function openRecords(
  source: ByteSource | readonly ByteSource[],
  format: JsonFormat,
  options: ImportOptions,
  notes: string[] = [],
): Promise<OpenedImport> {
  const sources = 'read' in source ? [source] : source;
  const learning = new SeriesShelf(options, 'record', true, format.from);
  const pass = readRecords(
    sources.slice(0, 1).map((one) => headOf(one)),
    format,
    learning,
    options,
    0,
  );
  for await (const item of pass) if (item.type === 'samples') break;
  const { series, persons } = learning.settled();
  return {
    format: format.name,
    what: format.what(series.length),
    series,
    persons: [...persons],
    notes,
    endPosition: sources.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    chunks: (from) => readRecords(sources, format, learning.settled(), options, from),
  };
}
