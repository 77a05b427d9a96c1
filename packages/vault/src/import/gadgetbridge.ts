// Gadgetbridge's database (the file `Gadgetbridge`, exported alone or in a zip): one table per family of devices and kind of sample.
// From the schema (GBDaoGenerator; research page streams.md §4.5), never seen on a real file here. Traps: activity samples have times in seconds,
// all other samples in milliseconds; 0, −1 and 255 beats a minute mean that nothing was measured; RAW_KIND is another language per device.

import {
  type DatabaseFormat,
  namesTables,
  numberCell,
  openDatabaseRows,
  type TablePlan,
  textCell,
} from './database-rows.ts';
import type { ImportFormat } from './format.ts';
import { GADGETBRIDGE_SAMPLES, type GadgetbridgeColumn, SLEEP_STAGES, WORKOUT_KINDS } from './gadgetbridge-tables.ts';
import type { SeriesShelf, SeriesWanted } from './series-shelf.ts';
import type { ForeignDatabase } from './types.ts';

/** Names that we let into a query: Gadgetbridge's are all of these letters. */
const PLAIN_NAME = /^[A-Z][A-Z0-9_]{0,80}$/;
/** A count since 1970 above that is in milliseconds, below in seconds: the year 5138, or March 1973. */
const SECONDS_MAX = 1e11;

function microsOf(cell: unknown): number {
  const time = numberCell(cell);
  return time > SECONDS_MAX ? Math.round(time * 1000) : Math.round(time * 1e6);
}

class GadgetbridgePlan {
  private readonly database: ForeignDatabase;
  private readonly shelf: SeriesShelf;
  private readonly devices: Map<number, string>;

  constructor(database: ForeignDatabase, shelf: SeriesShelf) {
    this.database = database;
    this.shelf = shelf;
    this.devices = deviceNames(database);
  }

  plans(): TablePlan[] {
    const plans: TablePlan[] = [];
    for (const table of this.database
      .tables()
      .filter((name) => PLAIN_NAME.test(name))
      .sort()) {
      const columns = new Set(this.database.columns(table));
      const stages = SLEEP_STAGES.find(({ pattern }) => pattern.test(table));
      const samples = GADGETBRIDGE_SAMPLES.find(({ pattern }) => pattern.test(table));
      if (table === 'BASE_ACTIVITY_SUMMARY') plans.push(...this.workouts(table, columns));
      else if (!columns.has('TIMESTAMP')) continue;
      else if (stages) plans.push(...this.stages(table, columns, stages.codes));
      else if (samples) plans.push(...this.samples(table, columns, samples.columns), ...this.wakings(table, columns));
      else if (/_SAMPLE$/.test(table)) this.passOver(table);
    }
    return plans;
  }

  /** Samples of a sort that is not read: counted, so that nobody thinks they are in. */
  private passOver(table: string): void {
    for (const [count] of this.database.rows(`SELECT count(*) FROM "${table}"`))
      if (numberCell(count) > 0) this.shelf.tell('Samples of sorts that Hale does not read yet', numberCell(count));
  }

  private source(device: unknown): { source?: string } {
    const id = numberCell(device);
    return Number.isNaN(id) ? {} : { source: this.devices.get(id) ?? `device ${id}` };
  }

  private samples(table: string, columns: ReadonlySet<string>, known: readonly GadgetbridgeColumn[]): TablePlan[] {
    const read = known.filter(({ column }) => columns.has(column));
    if (read.length === 0) return [];
    const device = columns.has('DEVICE_ID') ? 'DEVICE_ID' : 'NULL';
    // The same objects for the same device: there are millions of samples.
    let last: { device: unknown; wanted: SeriesWanted[] } | null = null;
    const wantedOf = (from: unknown): SeriesWanted[] => {
      if (last?.device !== from || last === null)
        last = { device: from, wanted: read.map(({ kind, ucum }) => ({ kind, ucum, ...this.source(from) })) };
      return last.wanted;
    };
    return [
      {
        table,
        sql: `SELECT TIMESTAMP, ${device}, ${read.map(({ column }) => `"${column}"`).join(', ')} FROM "${table}"`,
        countSql: `SELECT count(*) FROM "${table}"`,
        row: (cells) => {
          const wanted = wantedOf(cells[1]);
          const micros = microsOf(cells[0]);
          for (let i = 0; i < read.length; i++) this.cell(read[i], cells[i + 2], micros, wanted[i]);
        },
      },
    ];
  }

  private cell(column: GadgetbridgeColumn, cell: unknown, micros: number, wanted: SeriesWanted): void {
    const value = numberCell(cell);
    if (cell === null || value < column.least || value > column.most) return;
    if (Number.isNaN(value)) this.shelf.reject('not a number');
    else this.shelf.sample(wanted, micros, column.divisor === 1 ? value : value / column.divisor);
  }

  private stages(table: string, columns: ReadonlySet<string>, codes: Readonly<Record<number, string>>): TablePlan[] {
    if (!columns.has('STAGE')) return [];
    const device = columns.has('DEVICE_ID') ? 'DEVICE_ID' : 'NULL';
    return [
      {
        table,
        sql: `SELECT TIMESTAMP, ${device}, STAGE FROM "${table}"`,
        countSql: `SELECT count(*) FROM "${table}"`,
        row: ([at, from, stage]) => {
          const code = codes[numberCell(stage)];
          if (code === undefined) this.shelf.reject('kind of record not known');
          else this.shelf.code('sleep-stage', code, microsOf(at), this.source(from).source);
        },
      },
    ];
  }

  /** Stages go on until the person wakes, which another table tells. */
  private wakings(table: string, columns: ReadonlySet<string>): TablePlan[] {
    if (table !== 'XIAOMI_SLEEP_TIME_SAMPLE' || !columns.has('WAKEUP_TIME')) return [];
    const device = columns.has('DEVICE_ID') ? 'DEVICE_ID' : 'NULL';
    return [
      {
        table,
        sql: `SELECT WAKEUP_TIME, ${device} FROM "${table}" WHERE WAKEUP_TIME > 0`,
        countSql: `SELECT count(*) FROM "${table}" WHERE WAKEUP_TIME > 0`,
        row: ([at, from]) => this.shelf.code('sleep-stage', 'end', microsOf(at), this.source(from).source),
      },
    ];
  }

  private workouts(table: string, columns: ReadonlySet<string>): TablePlan[] {
    if (!['START_TIME', 'END_TIME', 'ACTIVITY_KIND'].every((name) => columns.has(name))) return [];
    const device = columns.has('DEVICE_ID') ? 'DEVICE_ID' : 'NULL';
    return [
      {
        table,
        sql: `SELECT START_TIME, END_TIME, ACTIVITY_KIND, ${device} FROM "${table}"`,
        countSql: `SELECT count(*) FROM "${table}"`,
        row: ([start, end, kind, from]) => {
          const { source } = this.source(from);
          this.shelf.code('workout-session', WORKOUT_KINDS[numberCell(kind)] ?? 'other', microsOf(start), source);
          this.shelf.code('workout-session', 'end', microsOf(end), source);
        },
      },
    ];
  }
}

/** What the person calls the device, else what it calls itself. */
function deviceNames(database: ForeignDatabase): Map<number, string> {
  const names = new Map<number, string>();
  const columns = new Set(database.columns('DEVICE'));
  if (!columns.has('_id') || !columns.has('NAME')) return names;
  const alias = columns.has('ALIAS') ? 'ALIAS' : 'NULL';
  for (const [id, name, own] of database.rows(`SELECT _id, NAME, ${alias} FROM DEVICE LIMIT 1000`))
    names.set(numberCell(id), textCell(own) || textCell(name) || 'device');
  return names;
}

const FORMAT: DatabaseFormat = {
  name: 'gadgetbridge',
  missing: 'this database has none of the tables of Gadgetbridge that Hale reads',
  what: (series) => `Gadgetbridge database, ${series === 1 ? 'one measurement' : `${series} measurements`}`,
  plan: (database, shelf) => new GadgetbridgePlan(database, shelf).plans(),
};

export const GADGETBRIDGE: ImportFormat = {
  name: FORMAT.name,
  detect: (source) => namesTables(source, ['BASE_ACTIVITY_SUMMARY', 'DEVICE_ATTRIBUTES', '_ACTIVITY_SAMPLE']),
  open: (source, _, options) => openDatabaseRows(source, FORMAT, options),
};
