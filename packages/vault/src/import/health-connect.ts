// Android's Health Connect: the SQLite file of a scheduled export (health_connect_export.db, alone or in its zip).
// From the schema (AOSP HealthFitness, storage/datatypehelpers; research page streams.md §4.7) and reports of others; never seen on a real file here.
// Times are milliseconds since 1970 in UTC, the zone offset beside them only tells where the person was. Mass is in grams, energy in calories.

import {
  type DatabaseFormat,
  namesTables,
  numberCell,
  openDatabaseRows,
  type TablePlan,
  textCell,
} from './database-rows.ts';
import type { ImportFormat } from './format.ts';
import { HEALTH_CONNECT_VALUES, type HealthConnectValue } from './health-connect-tables.ts';
import type { SeriesShelf, SeriesWanted } from './series-shelf.ts';
import { type Night, putNight } from './sleep-nights.ts';
import { microsOfMillis } from './text-times.ts';
import type { ForeignDatabase } from './types.ts';

const APPS = 'application_info_table';
const SLEEP = 'sleep_session_record_table';
const STAGES_TABLE = 'sleep_stages_table';
const EXERCISE = 'exercise_session_record_table';
/** SleepSessionRecord.StageType. */
const STAGES: readonly string[] = ['asleep', 'awake', 'asleep', 'out-of-bed', 'light', 'deep', 'rem', 'awake'];
/** BloodGlucoseRecord.SpecimenSource; of the others nobody can say the kind. */
const GLUCOSE: readonly string[] = ['glucose', 'glucose-cgm', 'glucose-capillary', 'glucose-lab', 'glucose-lab'];
/** Kinds of apps kept at hand. */
const MADE_MAX = 16;
/** ExerciseSessionType → codes; what is not here is `other`. */
const WORKOUTS: Readonly<Record<number, string>> = {
  4: 'cycling',
  5: 'cycling',
  10: 'dance',
  16: 'golf',
  20: 'interval-training',
  21: 'hiking',
  27: 'pilates',
  31: 'rowing',
  33: 'running',
  34: 'running',
  38: 'skiing',
  39: 'skiing',
  41: 'football',
  44: 'stairs',
  45: 'strength-training',
  48: 'swimming',
  49: 'swimming',
  51: 'tennis',
  53: 'walking',
  55: 'strength-training',
  57: 'yoga',
  59: 'stairs',
  60: 'elliptical',
  61: 'rowing',
};

class HealthConnectPlan {
  private readonly database: ForeignDatabase;
  private readonly shelf: SeriesShelf;
  private readonly apps: Map<number, string>;
  private readonly made: { kind: string; app: number; wanted: SeriesWanted }[] = [];

  constructor(database: ForeignDatabase, shelf: SeriesShelf) {
    this.database = database;
    this.shelf = shelf;
    this.apps = appNames(database);
  }

  plans(): TablePlan[] {
    const tables = new Set(this.database.tables());
    const values = HEALTH_CONNECT_VALUES.filter(({ table }) => tables.has(table)).flatMap((value) =>
      this.values(value),
    );
    this.passOver(tables);
    return [...values, ...this.sleep(tables), ...this.exercise(tables)];
  }

  /** Records of sorts that are not read: counted, so that nobody thinks they are in. */
  private passOver(tables: ReadonlySet<string>): void {
    const read = new Set([
      SLEEP,
      STAGES_TABLE,
      EXERCISE,
      ...HEALTH_CONNECT_VALUES.flatMap(({ table, parent }) => [table, parent]),
    ]);
    for (const table of tables) {
      if (read.has(table) || !/^[a-z_0-9]{1,80}_record_table$/.test(table)) continue;
      for (const [count] of this.database.rows(`SELECT count(*) FROM "${table}"`))
        if (numberCell(count) > 0) this.shelf.tell('Records of sorts that Hale does not read yet', numberCell(count));
    }
  }

  private source(app: unknown): string | undefined {
    const id = numberCell(app);
    return Number.isNaN(id) ? undefined : (this.apps.get(id) ?? `app ${id}`);
  }

  private has(table: string, ...columns: string[]): boolean {
    const there = new Set(this.database.columns(table));
    return columns.every((column) => there.has(column));
  }

  /** Readings: of a table by itself, or of a series whose parent only names the app. */
  private values(value: HealthConnectValue): TablePlan[] {
    const { table, time, column, parent, extra } = value;
    if (!this.has(table, time, column)) return [];
    const own = this.database.columns(table).includes('app_info_id');
    const joined =
      !own && parent !== undefined && this.has(parent, 'row_id', 'app_info_id') && this.has(table, 'parent_key');
    const app = own ? 'v.app_info_id' : joined ? 'p.app_info_id' : 'NULL';
    const more = extra !== undefined && this.has(table, extra) ? `v.${extra}` : 'NULL';
    const join = joined ? ` LEFT JOIN "${parent}" p ON p.row_id = v.parent_key` : '';
    return [
      {
        table,
        sql: `SELECT v.${time}, v.${column}, ${app}, ${more} FROM "${table}" v${join}`,
        countSql: `SELECT count(*) FROM "${table}"`,
        row: ([at, read, from, told]) => this.value(value, at, read, from, told),
      },
    ];
  }

  private value(value: HealthConnectValue, at: unknown, read: unknown, app: unknown, told: unknown): void {
    const { kind, ucum, divisor, optional } = value;
    // Of a meal or a pressure many columns are empty, or 0 where nothing was said.
    if (optional && (read === null || read === 0)) return;
    const number = numberCell(read);
    if (Number.isNaN(number)) {
      this.shelf.reject(read === null ? 'value missing' : 'not a number');
      return;
    }
    const specimen = kind === 'glucose' ? (GLUCOSE[Number(told)] ?? 'glucose') : kind;
    this.shelf.sample(
      this.wanted(specimen, ucum, numberCell(app)),
      microsOfMillis(numberCell(at)),
      divisor === undefined ? number : number / divisor,
    );
  }

  /** The same object for the same kind and app: there are millions of readings. */
  private wanted(kind: string, ucum: string, app: number): SeriesWanted {
    const known = this.made.find((one) => one.kind === kind && Object.is(one.app, app));
    if (known) return known.wanted;
    const source = this.source(app);
    const wanted = { kind, ucum, ...(source === undefined ? {} : { source }) };
    // The last one asked for is mostly the next one, too.
    this.made.unshift({ kind, app, wanted });
    this.made.length = Math.min(this.made.length, MADE_MAX);
    return wanted;
  }

  private sleep(tables: ReadonlySet<string>): TablePlan[] {
    if (!tables.has(SLEEP) || !this.has(SLEEP, 'row_id', 'start_time', 'end_time')) return [];
    const app = this.has(SLEEP, 'app_info_id') ? 's.app_info_id' : 'NULL';
    const staged =
      tables.has(STAGES_TABLE) &&
      this.has(STAGES_TABLE, 'parent_key', 'stage_start_time', 'stage_end_time', 'stage_type');
    const stages = staged ? 't.stage_start_time, t.stage_end_time, t.stage_type' : 'NULL, NULL, NULL';
    const join = staged ? ` LEFT JOIN ${STAGES_TABLE} t ON t.parent_key = s.row_id` : '';
    let night: (Night & { id: unknown }) | null = null;
    const done = (): void => {
      if (night) putNight(night, this.shelf);
      night = null;
    };
    return [
      {
        table: SLEEP,
        sql: `SELECT s.row_id, s.start_time, s.end_time, ${app}, ${stages} FROM ${SLEEP} s${join} ORDER BY s.row_id, 5`,
        countSql: `SELECT count(*) FROM ${SLEEP} s${join}`,
        row: ([id, start, end, from, stageStart, stageEnd, type]) => {
          if (night?.id !== id) {
            done();
            const times = { start: microsOfMillis(numberCell(start)), end: microsOfMillis(numberCell(end)) };
            night = { id, ...times, source: this.source(from), stages: [] };
          }
          if (stageStart === null || night === null) return;
          const stage = STAGES[numberCell(type)];
          if (stage === undefined) this.shelf.reject('kind of record not known');
          else
            night.stages.push({
              start: microsOfMillis(numberCell(stageStart)),
              end: microsOfMillis(numberCell(stageEnd)),
              stage,
            });
        },
        close: done,
      },
    ];
  }

  private exercise(tables: ReadonlySet<string>): TablePlan[] {
    if (!tables.has(EXERCISE) || !this.has(EXERCISE, 'start_time', 'end_time', 'exercise_type')) return [];
    const app = this.has(EXERCISE, 'app_info_id') ? 'app_info_id' : 'NULL';
    return [
      {
        table: EXERCISE,
        sql: `SELECT start_time, end_time, exercise_type, ${app} FROM ${EXERCISE}`,
        countSql: `SELECT count(*) FROM ${EXERCISE}`,
        row: ([start, end, type, from]) => {
          const source = this.source(from);
          this.shelf.code(
            'workout-session',
            WORKOUTS[numberCell(type)] ?? 'other',
            microsOfMillis(numberCell(start)),
            source,
          );
          this.shelf.code('workout-session', 'end', microsOfMillis(numberCell(end)), source);
        },
      },
    ];
  }
}

/** Names of the apps by their row; their package where they have none. */
function appNames(database: ForeignDatabase): Map<number, string> {
  const columns = new Set(database.columns(APPS));
  const names = new Map<number, string>();
  if (!columns.has('row_id') || !columns.has('package_name')) return names;
  const title = columns.has('app_name') ? 'app_name' : 'NULL';
  for (const [id, name, app] of database.rows(`SELECT row_id, package_name, ${title} FROM ${APPS} LIMIT 1000`))
    names.set(numberCell(id), textCell(app) || textCell(name));
  return names;
}

const FORMAT: DatabaseFormat = {
  name: 'health-connect',
  missing: 'this database has none of the tables of Health Connect that Hale reads',
  what: (series) => `Health Connect export, ${series === 1 ? 'one measurement' : `${series} measurements`}`,
  plan: (database, shelf) => new HealthConnectPlan(database, shelf).plans(),
};

export const HEALTH_CONNECT: ImportFormat = {
  name: FORMAT.name,
  detect: (source) => namesTables(source, [APPS, 'heart_rate_record_table', 'steps_record_table']),
  open: (source, _, options) => openDatabaseRows(source, FORMAT, options),
};
