// A first look at a table of text: encoding, delimiter, sections, the rows from which a mapping is proposed.

import { bytesToUnits, type EncodingFound, looksBinary, sniffEncoding, unitsToText } from './encoding.ts';
import { IMPORT_LIMITS } from './limits.ts';
import type { Mapping } from './mapping.ts';
import { RecordReader } from './records.ts';
import { readFully } from './source.ts';
import type { ByteSource } from './types.ts';

export interface SampleTable {
  section: string;
  rows: string[][];
}

export interface Sample {
  found: EncodingFound;
  delimiter: Mapping['delimiter'];
  tables: SampleTable[];
  /** Rows from the end of a file with one table; help to tell day-first from month-first dates. */
  tailRows: string[][];
}

const DELIMITERS: readonly Mapping['delimiter'][] = ['\t', ';', '|', ','];
const SNIFF_LINES = 100;
const TAIL_BYTES = 32 * 1024;
const PREAMBLE_ROWS = 24;

/** Delimiter count per line, outside of quotes. */
function countOutsideQuotes(line: string, delimiter: string): number {
  let count = 0;
  let quoted = false;
  for (const char of line) {
    if (char === '"') quoted = !quoted;
    else if (char === delimiter && !quoted) count++;
  }
  return count;
}

/** The delimiter that splits most lines into the same number of cells; null when none does. */
export function sniffDelimiter(text: string): Mapping['delimiter'] | null {
  const lines = text.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '');
  const looked = lines.length > 1 ? lines.slice(0, Math.min(SNIFF_LINES, lines.length - 1)) : lines;
  let best: Mapping['delimiter'] | null = null;
  let bestShare = 0;
  for (const delimiter of DELIMITERS) {
    const tally = new Map<number, number>();
    for (const line of looked) {
      const count = countOutsideQuotes(line, delimiter);
      if (count > 0) tally.set(count, (tally.get(count) ?? 0) + 1);
    }
    const share = Math.max(0, ...tally.values()) / looked.length;
    if (share > bestShare) {
      best = delimiter;
      bestShare = share;
    }
  }
  return bestShare >= 0.3 ? best : null;
}

export function cells(reader: RecordReader): string[] {
  return Array.from({ length: reader.fieldCount }, (_, field) => reader.text(field).trim());
}

export const isBlank = (row: string[]): boolean => row.every((cell) => cell === '');

/** A line of one word or two between tables, as in web exports: the title of a section. */
export const isSectionTitle = (row: string[]): boolean =>
  row[0] !== '' && row.slice(1).every((cell) => cell === '') && !/\d{2}/.test(row[0]);

async function collectTables(reader: RecordReader, byteLimit: number): Promise<SampleTable[]> {
  const tables: SampleTable[] = [];
  let afterBlank = true;
  let sectioned = false;
  for (;;) {
    const outcome = reader.read();
    if (outcome === 'more') {
      await reader.fill();
      continue;
    }
    if (outcome === 'end' || reader.position > byteLimit) return tables;
    if (outcome !== 'record') continue;
    const row = cells(reader);
    if (isBlank(row)) {
      afterBlank = true;
      continue;
    }
    if (tables.length === 0) sectioned = isSectionTitle(row);
    if (tables.length === 0 || (sectioned && afterBlank && isSectionTitle(row)))
      tables.push({ section: isSectionTitle(row) ? row[0] : '', rows: [] });
    if (tables.length > IMPORT_LIMITS.tablesMax) return tables.slice(0, -1);
    afterBlank = false;
    const { rows } = tables[tables.length - 1];
    // A last line that was cut off shall not spoil the picture of the others.
    if (!reader.terminated && rows.length > 1) continue;
    if (rows.length < IMPORT_LIMITS.proposalRows + PREAMBLE_ROWS) rows.push(row);
    else if (!sectioned) return tables;
  }
}

async function collectTail(source: ByteSource, sample: Omit<Sample, 'tables' | 'tailRows'>): Promise<string[][]> {
  const start = source.sizeBytes - TAIL_BYTES;
  if (start <= sample.found.markBytes) return [];
  const from = start - ((start - sample.found.markBytes) % 2);
  const reader = new RecordReader(source, { encoding: sample.found.encoding, delimiter: sample.delimiter }, from);
  const rows: string[][] = [];
  for (;;) {
    const outcome = reader.read();
    if (outcome === 'more') await reader.fill();
    else if (outcome === 'end' || rows.length > IMPORT_LIMITS.proposalRows) break;
    else if (outcome === 'record') rows.push(cells(reader));
  }
  // The first and the last row may be cut.
  return rows.slice(1, -1);
}

/** Looks at a source as text; null when it is no delimited text. */
export async function takeSample(source: ByteSource): Promise<Sample | null> {
  const head = await readFully(source, 0, Math.min(IMPORT_LIMITS.sniffBytes, source.sizeBytes));
  const found = sniffEncoding(head);
  if (head.length === 0 || looksBinary(head, found)) return null;
  const units = bytesToUnits(head.subarray(found.markBytes), found.encoding);
  const delimiter = sniffDelimiter(unitsToText(units, 0, units.length, found.encoding));
  if (delimiter === null) return null;
  const reader = new RecordReader(source, { encoding: found.encoding, delimiter }, found.markBytes);
  const tables = await collectTables(reader, IMPORT_LIMITS.personScanBytes);
  return {
    found,
    delimiter,
    tables,
    tailRows: tables.length === 1 ? await collectTail(source, { found, delimiter }) : [],
  };
}
