// What the importers of foreign SQLite exports share. Nothing of the file is trusted: a table or a column may be missing or hold anything; a
// table that is damaged ends there and the next one is read. Rows come one by one, so that a database of any size needs little memory.

import { fail, HaleError } from '@hale/kernel';
import { SeriesShelf } from './series-shelf.ts';
import { readFully } from './source.ts';
import type { ByteSource, ForeignDatabase, ImportItem, ImportOptions, ImportTools, OpenedImport } from './types.ts';

const MAGIC = 'SQLite format 3\0';
/** Bytes at the beginning in which the names of the tables stand: they are made first. */
const SCHEMA_BYTES = 512 * 1024;
const HAND_OVER_SAMPLES = 65_536;
/** Rows of each table looked at on opening, to name the series and find their scale. */
const ROWS_LOOKED_AT = 500;

/** One query of ours and what becomes of its rows. */
export interface TablePlan {
  /** Its table, as we name it, never as the file does. */
  table: string;
  sql: string;
  /** How many rows it will give. */
  countSql: string;
  row(cells: unknown[]): void;
  /** After its last row. */
  close?(): void;
}

export interface DatabaseFormat {
  name: string;
  what(series: number): string;
  /** What to read of this database, in a fixed order. Empty where it has none of the tables. */
  plan(database: ForeignDatabase, shelf: SeriesShelf, options: ImportOptions): TablePlan[];
  /** Told when there is nothing to read. */
  missing: string;
}

/** Whether a source is SQLite and its beginning names one of these tables. */
export async function namesTables(source: ByteSource, names: readonly string[]): Promise<boolean> {
  const head = await readFully(source, 0, Math.min(MAGIC.length, source.sizeBytes));
  if (String.fromCharCode(...head) !== MAGIC) return false;
  const wanted = names.map((name) => [...name].map((char) => char.charCodeAt(0)));
  const step = 64 * 1024;
  for (let at = 0; at < Math.min(source.sizeBytes, SCHEMA_BYTES); at += step) {
    const block = await readFully(source, at, Math.min(step + 256, source.sizeBytes - at));
    if (wanted.some((name) => indexIn(block, name) >= 0)) return true;
  }
  return false;
}

function indexIn(block: Uint8Array, name: number[]): number {
  for (let at = block.indexOf(name[0]); at >= 0; at = block.indexOf(name[0], at + 1)) {
    let i = 1;
    while (i < name.length && block[at + i] === name[i]) i++;
    if (i === name.length) return at;
  }
  return -1;
}

/** A number that a cell holds; NaN for anything else, text that looks like a number included. */
export function numberCell(cell: unknown): number {
  if (typeof cell === 'bigint') return Number(cell);
  return typeof cell === 'number' ? cell : Number.NaN;
}

export function textCell(cell: unknown): string {
  return typeof cell === 'string' ? cell : '';
}

export async function openDatabaseRows(
  source: ByteSource,
  format: DatabaseFormat,
  options: ImportOptions,
): Promise<OpenedImport> {
  const { tools } = options;
  if (!tools) return fail('unsupported', 'a database can be read only where SQLite is there');
  const learning = new SeriesShelf(options, 'row', true);
  const endPosition = await withDatabase(tools, source, (database) => look(database, format, learning, options));
  if (endPosition < 0) fail('unsupported', format.missing);
  const { series } = learning.settled();
  return {
    format: format.name,
    what: format.what(series.length),
    series,
    notes: [],
    endPosition,
    chunks: (from) => readAll(tools, source, format, learning.settled(), options, from),
  };
}

async function withDatabase<T>(
  tools: ImportTools,
  source: ByteSource,
  use: (database: ForeignDatabase) => T,
): Promise<T> {
  const database = await tools.openDatabase(source);
  try {
    return use(database);
  } finally {
    database.close();
  }
}

/** The first rows of each table. Gives the number of rows in all, -1 where there is no table to read. */
function look(database: ForeignDatabase, format: DatabaseFormat, shelf: SeriesShelf, options: ImportOptions): number {
  const plans = format.plan(database, shelf, options);
  let rows = 0;
  for (const plan of plans) {
    try {
      for (const [count] of database.rows(plan.countSql)) rows += numberCell(count) || 0;
      let looked = 0;
      for (const cells of database.rows(plan.sql)) {
        plan.row(cells);
        if (++looked >= ROWS_LOOKED_AT) break;
      }
      plan.close?.();
    } catch (error) {
      if (!(error instanceof HaleError) || error.code !== 'malformed') throw error;
    }
  }
  return plans.length === 0 ? -1 : rows;
}

/** Position = rows of all tables, one after the other. */
async function* readAll(
  tools: ImportTools,
  source: ByteSource,
  format: DatabaseFormat,
  shelf: SeriesShelf,
  options: ImportOptions,
  from: number,
): AsyncGenerator<ImportItem, void, void> {
  const database = await tools.openDatabase(source);
  let rows = 0;
  shelf.beginAt(from);
  try {
    for (const plan of format.plan(database, shelf, options)) {
      const before = rows;
      try {
        for (const cells of database.rows(plan.sql)) {
          rows++;
          shelf.muted = rows <= from;
          shelf.record = rows;
          plan.row(cells);
          if (shelf.waiting >= HAND_OVER_SAMPLES) yield* shelf.handOver(rows);
        }
        plan.close?.();
      } catch (error) {
        if (!(error instanceof HaleError) || error.code !== 'malformed') throw error;
        shelf.tell(`The table ${plan.table} is damaged; rows of it that could be read`, rows - before);
      }
    }
  } finally {
    database.close();
  }
  shelf.muted = false;
  yield* shelf.handOver(rows);
  yield* shelf.closingNotes();
}
