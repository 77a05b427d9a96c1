// Health Connect and Gadgetbridge: databases built here from their schemas (AOSP datatypehelpers, GBDaoGenerator), never seen on a real file.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { HaleError } from '@hale/kernel';
import {
  type ByteSource,
  type ImportItem,
  type ImportOptions,
  type OpenedImport,
  open,
  type SourceFolder,
  sourcesIn,
  zipFolder,
} from '@hale/vault/import';
import { afterAll, describe, expect, test } from 'vitest';
import { FileSource, importTools } from '../src/import-sources.ts';
import { memorySource, zipOf } from './zip-writer.ts';

const dir = mkdtempSync(join(tmpdir(), 'hale-databases-'));
afterAll(() => rmSync(dir, { recursive: true }));

let made = 0;
/** A SQLite file made by statements. */
function database(sql: string): string {
  const path = join(dir, `${made++}.db`);
  const file = new DatabaseSync(path);
  file.exec(sql);
  file.close();
  return path;
}

const folderOf = (...sources: ByteSource[]): SourceFolder => ({
  list: () => sources,
  find: (name) => sources.find((one) => one.name === name) ?? null,
});

function openSource(source: ByteSource, options: ImportOptions = {}): Promise<OpenedImport> {
  return open(source, folderOf(source), { tools: importTools, ...options });
}

interface Read {
  series: Map<string, [number, number][]>;
  rejections: string[];
  notes: string[];
  positions: number[];
}

async function collect(items: AsyncIterable<ImportItem>): Promise<Read> {
  const read: Read = { series: new Map(), rejections: [], notes: [], positions: [] };
  for await (const item of items) {
    if (item.type === 'note') read.notes.push(item.text);
    else if (item.type === 'rejection') read.rejections.push(`${item.place}: ${item.reason}`);
    else if (item.type === 'samples') {
      const samples = read.series.get(item.series) ?? [];
      item.times.forEach((time, i) => {
        samples.push([time, item.values[i]]);
      });
      read.series.set(item.series, samples);
      read.positions.push(item.position);
    }
  }
  return read;
}

async function readFile(path: string, options: ImportOptions = {}) {
  const source = new FileSource(path);
  const opened = await openSource(source, options);
  const read = await collect(opened.chunks(0));
  source.close();
  return { opened, ...read };
}

const T0 = Date.parse('2026-01-01T00:00:00Z');
const at = (minutes: number) => (T0 + minutes * 60_000) * 1000;

const common = 'row_id INTEGER PRIMARY KEY AUTOINCREMENT, uuid BLOB UNIQUE, app_info_id INTEGER';
const instant = (table: string, columns: string) =>
  `CREATE TABLE ${table} (${common}, time INTEGER, zone_offset INTEGER, ${columns});`;
const interval = (table: string, columns = '') =>
  `CREATE TABLE ${table} (${common}, start_time INTEGER, start_zone_offset INTEGER, end_time INTEGER, end_zone_offset INTEGER${columns});`;

const HEALTH_CONNECT = `
CREATE TABLE application_info_table (row_id INTEGER PRIMARY KEY, package_name TEXT, app_name TEXT);
INSERT INTO application_info_table VALUES (1, 'com.watch', 'Watch'), (2, 'com.scale', NULL);
${interval('heart_rate_record_table')}
CREATE TABLE heart_rate_record_series_table (parent_key INTEGER, beats_per_minute INTEGER, epoch_millis INTEGER);
INSERT INTO heart_rate_record_table (uuid, app_info_id, start_time, end_time) VALUES (x'01', 1, ${T0}, ${T0}), (x'02', 2, ${T0}, ${T0});
INSERT INTO heart_rate_record_series_table VALUES (1, 60, ${T0}), (1, 61, ${T0 + 60_000}), (2, 99, ${T0}), (1, NULL, ${T0});
${interval('steps_record_table', ', count INTEGER')}
INSERT INTO steps_record_table (app_info_id, start_time, end_time, count) VALUES (1, ${T0}, ${T0 + 60_000}, 14);
${instant('weight_record_table', 'weight REAL')}
INSERT INTO weight_record_table (app_info_id, time, weight) VALUES (2, ${T0}, 64250.0);
${instant('blood_glucose_record_table', 'specimen_source TEXT, level REAL, relation_to_meal TEXT, meal_type TEXT')}
INSERT INTO blood_glucose_record_table (app_info_id, time, specimen_source, level) VALUES (1, ${T0}, '1', 5.4), (1, ${T0}, '2', 6.25), (1, ${T0}, '0', 7);
${instant('oxygen_saturation_record_table', 'percentage REAL')}
INSERT INTO oxygen_saturation_record_table (app_info_id, time, percentage) VALUES (1, ${T0}, 97.5), (1, ${T0}, 'high');
${instant('heart_rate_variability_rmssd_record_table', 'heart_rate_variability_millis REAL')}
INSERT INTO heart_rate_variability_rmssd_record_table (app_info_id, time, heart_rate_variability_millis) VALUES (1, ${T0}, 40.9);
${interval('total_calories_burned_record_table', ', energy REAL')}
INSERT INTO total_calories_burned_record_table (app_info_id, start_time, energy) VALUES (1, ${T0}, 1234500.0);
${interval('sleep_session_record_table', ', notes TEXT, title TEXT')}
CREATE TABLE sleep_stages_table (parent_key INTEGER, stage_start_time INTEGER, stage_end_time INTEGER, stage_type INTEGER);
INSERT INTO sleep_session_record_table (app_info_id, start_time, end_time) VALUES (1, ${T0}, ${T0 + 3_600_000}), (1, ${T0 + 7_200_000}, ${T0 + 10_800_000});
INSERT INTO sleep_stages_table VALUES (1, ${T0 + 1_800_000}, ${T0 + 3_600_000}, 5), (1, ${T0}, ${T0 + 1_800_000}, 4), (1, ${T0}, ${T0}, 77);
${interval('exercise_session_record_table', ', exercise_type INTEGER, title TEXT, has_route INTEGER')}
INSERT INTO exercise_session_record_table (app_info_id, start_time, end_time, exercise_type) VALUES (1, ${T0}, ${T0 + 600_000}, 33), (1, ${T0 + 900_000}, ${T0 + 960_000}, 999);
${instant('menstruation_flow_record_table', 'flow INTEGER')}
INSERT INTO menstruation_flow_record_table (app_info_id, time, flow) VALUES (1, ${T0}, 2);
`;

const GADGETBRIDGE = `
CREATE TABLE DEVICE (_id INTEGER PRIMARY KEY, NAME TEXT, MANUFACTURER TEXT, IDENTIFIER TEXT, TYPE INTEGER, MODEL TEXT, ALIAS TEXT);
INSERT INTO DEVICE VALUES (1, 'Mi Band', 'Huami', 'AA:BB', 11, NULL, NULL), (2, 'Band 8', 'Xiaomi', 'CC:DD', 12, NULL, 'Left wrist');
CREATE TABLE USER (_id INTEGER PRIMARY KEY, NAME TEXT);
CREATE TABLE MI_BAND_ACTIVITY_SAMPLE (TIMESTAMP INTEGER NOT NULL, DEVICE_ID INTEGER NOT NULL, USER_ID INTEGER NOT NULL, RAW_INTENSITY INTEGER, STEPS INTEGER, RAW_KIND INTEGER, HEART_RATE INTEGER, PRIMARY KEY (TIMESTAMP, DEVICE_ID)) WITHOUT ROWID;
INSERT INTO MI_BAND_ACTIVITY_SAMPLE VALUES (${T0 / 1000}, 1, 1, 20, 10, 1, 70), (${T0 / 1000 + 60}, 1, 1, -1, -1, 1, 255), (${T0 / 1000 + 120}, 1, 1, 0, 0, 1, 0), (${T0 / 1000 + 180}, 1, 1, 0, 5, 1, -1);
CREATE TABLE XIAOMI_ACTIVITY_SAMPLE (TIMESTAMP INTEGER, DEVICE_ID INTEGER, USER_ID INTEGER, RAW_INTENSITY INTEGER, STEPS INTEGER, RAW_KIND INTEGER, HEART_RATE INTEGER, STRESS INTEGER, SPO2 INTEGER);
INSERT INTO XIAOMI_ACTIVITY_SAMPLE VALUES (${T0 / 1000}, 2, 1, 0, 3, 0, 65, 30, 97), (${T0 / 1000 + 60}, 2, 1, 0, 0, 0, 66, 0, 0);
CREATE TABLE HUAMI_HEART_RATE_RESTING_SAMPLE (TIMESTAMP INTEGER, DEVICE_ID INTEGER, USER_ID INTEGER, UTC_OFFSET INTEGER, HEART_RATE INTEGER);
INSERT INTO HUAMI_HEART_RATE_RESTING_SAMPLE VALUES (${T0}, 1, 1, 0, 55);
CREATE TABLE XIAOMI_SLEEP_STAGE_SAMPLE (TIMESTAMP INTEGER, DEVICE_ID INTEGER, USER_ID INTEGER, STAGE INTEGER);
INSERT INTO XIAOMI_SLEEP_STAGE_SAMPLE VALUES (${T0}, 2, 1, 3), (${T0 + 600_000}, 2, 1, 2), (${T0 + 660_000}, 2, 1, 9);
CREATE TABLE XIAOMI_SLEEP_TIME_SAMPLE (TIMESTAMP INTEGER, DEVICE_ID INTEGER, USER_ID INTEGER, WAKEUP_TIME INTEGER, TOTAL_DURATION INTEGER, DEEP_SLEEP_DURATION INTEGER);
INSERT INTO XIAOMI_SLEEP_TIME_SAMPLE VALUES (${T0}, 2, 1, ${T0 + 1_200_000}, 20, 10);
CREATE TABLE BASE_ACTIVITY_SUMMARY (_id INTEGER PRIMARY KEY, NAME TEXT, START_TIME INTEGER, END_TIME INTEGER, ACTIVITY_KIND INTEGER, DEVICE_ID INTEGER, USER_ID INTEGER);
INSERT INTO BASE_ACTIVITY_SUMMARY VALUES (1, 'x', ${T0}, ${T0 + 60_000}, 16, 1, 1);
CREATE TABLE BATTERY_LEVEL (TIMESTAMP INTEGER, DEVICE_ID INTEGER, LEVEL INTEGER, BATTERY_INDEX INTEGER);
INSERT INTO BATTERY_LEVEL VALUES (${T0 / 1000}, 1, 80, 0), (${T0 / 1000}, 2, -1, 0);
CREATE TABLE PEBBLE_MISFIT_SAMPLE (TIMESTAMP INTEGER, DEVICE_ID INTEGER, RAW INTEGER);
INSERT INTO PEBBLE_MISFIT_SAMPLE VALUES (1, 1, 1), (2, 1, 1);
`;

describe('Health Connect', () => {
  test('readings, series by app, nights and workouts', async () => {
    const { opened, series, rejections, notes } = await readFile(database(HEALTH_CONNECT));
    expect(opened.format).toBe('health-connect');
    expect(
      Object.fromEntries(
        opened.series.map(({ key, ucum, factor, sourceLabel }) => [key, `${ucum} ${factor} ${sourceLabel}`]),
      ),
    ).toEqual({
      'body-weight': 'kg 0.01 com.scale',
      'hrv-rmssd': 'ms 0.1 Watch',
      spo2: '% 0.1 Watch',
      'glucose-cgm': 'mmol/L 0.01 Watch',
      'glucose-capillary': 'mmol/L 0.01 Watch',
      glucose: 'mmol/L 1 Watch',
      steps: '1 1 Watch',
      'energy-total': 'kcal 0.1 Watch',
      'heart-rate': '/min 1 Watch',
      'heart-rate-com-scale': '/min 1 com.scale',
      'sleep-stage': ' 1 Watch',
      'workout-session': ' 1 Watch',
    });
    expect(series.get('heart-rate')).toEqual([
      [at(0), 60],
      [at(1), 61],
    ]);
    expect(series.get('heart-rate-com-scale')).toEqual([[at(0), 99]]);
    expect(series.get('body-weight')).toEqual([[at(0), 6425]]);
    expect(series.get('glucose-cgm')).toEqual([[at(0), 540]]);
    expect(series.get('steps')).toEqual([[at(0), 14]]);
    expect(series.get('energy-total')).toEqual([[at(0), 12_345]]);
    expect(series.get('sleep-stage')).toEqual([
      [at(0), 4],
      [at(30), 5],
      [at(60), 0],
      [at(120), 3],
      [at(180), 0],
    ]);
    expect(series.get('workout-session')).toEqual([
      [at(0), 3],
      [at(10), 0],
      [at(15), 1],
      [at(16), 0],
    ]);
    expect(rejections.map((text) => text.replace(/\d+/, 'N'))).toEqual([
      'row N: not a number',
      'row N: value missing',
      'row N: kind of record not known',
    ]);
    expect(notes).toEqual(['Records of sorts that Hale does not read yet: 1.']);
  });

  test('out of its zip, and left and taken up anywhere', async () => {
    const zip = memorySource(
      'export.zip',
      zipOf([{ path: 'health_connect_export.db', content: readFileSync(database(HEALTH_CONNECT)) }]),
    );
    const [{ source, format }] = await sourcesIn(await zipFolder(zip, importTools));
    expect(format).toBe('health-connect');
    const opened = await openSource(source);
    const whole = await collect(opened.chunks(0));
    expect(whole.series.get('heart-rate')?.length).toBe(2);
    for (let from = 0; from <= opened.endPosition; from++) {
      const rest = await collect(opened.chunks(from));
      for (const [key, samples] of rest.series)
        for (const sample of samples) expect(whole.series.get(key)).toContainEqual(sample);
    }
    expect((await collect(opened.chunks(opened.endPosition))).series.get('steps')).toBeUndefined();
  });

  test('without stages, apps or most of the tables', async () => {
    const few = `CREATE TABLE application_info_table (row_id INTEGER); CREATE TABLE steps_record_table (start_time INTEGER, count INTEGER); INSERT INTO steps_record_table VALUES (${T0}, 3), ('x', 4), (${T0 + 60_000}, NULL);`;
    const { series, rejections } = await readFile(database(few));
    expect([...series]).toEqual([['steps', [[at(0), 3]]]]);
    expect(rejections).toEqual(['row 2: time not understood', 'row 3: value missing']);
  });

  test('a large series in pieces, each of which can be taken up', async () => {
    const many = `${HEALTH_CONNECT}
      WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 199999)
      INSERT INTO heart_rate_record_series_table SELECT 1, 60 + i % 40, ${T0} + 120000 + i * 1000 FROM n;`;
    const { opened, series, positions } = await readFile(database(many));
    expect(series.get('heart-rate')?.length).toBe(200_002);
    const middle = positions.filter((position) => position > 0 && position < opened.endPosition);
    expect(new Set(middle).size).toBeGreaterThan(1);
    const rest = await collect(opened.chunks(Math.max(...middle)));
    expect(rest.series.get('heart-rate')?.at(-1)).toEqual(series.get('heart-rate')?.at(-1));
  });
});

describe('Gadgetbridge', () => {
  test('samples of all families, devices by name, what was not measured left out', async () => {
    const { opened, series, rejections, notes } = await readFile(database(GADGETBRIDGE));
    expect(opened.format).toBe('gadgetbridge');
    const bySource = (source: string) =>
      opened.series.filter(({ sourceLabel }) => sourceLabel === source).map(({ key }) => key);
    expect(bySource('Mi Band').sort()).toEqual([
      'activity-intensity',
      'device-battery',
      'heart-rate',
      'resting-heart-rate',
      'steps',
      'workout-session',
    ]);
    expect(bySource('Left wrist').sort()).toEqual([
      'activity-intensity-left-wrist',
      'heart-rate-left-wrist',
      'sleep-deep',
      'sleep-duration',
      'sleep-stage',
      'spo2',
      'steps-left-wrist',
      'stress-score',
    ]);
    expect(series.get('heart-rate')).toEqual([[at(0), 70]]);
    expect(series.get('steps')).toEqual([
      [at(0), 10],
      [at(2), 0],
      [at(3), 5],
    ]);
    expect(series.get('heart-rate-left-wrist')).toEqual([
      [at(0), 65],
      [at(1), 66],
    ]);
    expect(series.get('spo2')).toEqual([[at(0), 970]]);
    expect(series.get('resting-heart-rate')).toEqual([[at(0), 55]]);
    expect(series.get('sleep-stage')).toEqual([
      [at(0), 4],
      [at(10), 5],
      [at(20), 0],
    ]);
    expect(series.get('workout-session')).toEqual([
      [at(0), 3],
      [at(1), 0],
    ]);
    expect(series.get('device-battery')).toEqual([[at(0), 80]]);
    expect(rejections).toEqual(['row 13: kind of record not known']);
    expect(notes).toEqual(['Samples of sorts that Hale does not read yet: 2.']);
  });

  test('out of its zip, where it has no ending', async () => {
    const zip = memorySource(
      'gb.zip',
      zipOf([{ path: 'database/Gadgetbridge', content: readFileSync(database(GADGETBRIDGE)) }]),
    );
    const found = await sourcesIn(await zipFolder(zip, importTools));
    expect(found.map(({ format }) => format)).toEqual(['gadgetbridge']);
  });
});

describe('databases of others', () => {
  test('a foreign one is no format of ours; one with the names and nothing inside says so', async () => {
    await expect(readFile(database('CREATE TABLE songs (title TEXT)'))).rejects.toThrow(
      'no file format that Hale can read',
    );
    await expect(readFile(database('CREATE TABLE application_info_table (x)'))).rejects.toThrow(
      'none of the tables of Health Connect',
    );
    await expect(readFile(database('CREATE TABLE X_ACTIVITY_SAMPLE (y)'))).rejects.toThrow(
      'none of the tables of Gadgetbridge',
    );
  });

  test('without SQLite it is said that it is missing', async () => {
    const source = new FileSource(database(HEALTH_CONNECT));
    await expect(open(source, folderOf(source), {})).rejects.toThrow('only where SQLite is there');
    source.close();
  });

  test('hostile schemas: views, computed columns, wrong types, names that are no names', async () => {
    const hostile = `CREATE TABLE application_info_table (row_id, package_name);
      INSERT INTO application_info_table VALUES ('x', 5), (1, x'00ff');
      CREATE VIEW heart_rate_record_series_table AS SELECT 1 AS parent_key, 60 AS beats_per_minute, 0 AS epoch_millis;
      CREATE TABLE distance_record_table (start_time, distance GENERATED ALWAYS AS (zeroblob(1000000000)) VIRTUAL);
      INSERT INTO distance_record_table VALUES (${T0});
      CREATE TABLE steps_record_table (start_time, count, app_info_id);
      INSERT INTO steps_record_table VALUES (${T0}, 9e99, 'x'), (x'00', x'00', x'00'), (1e300, 5, 1), ('', '', '');
      CREATE TABLE "x""; DROP TABLE steps_record_table; --_record_table" (a);`;
    const path = database(hostile);
    const { series } = await readFile(path);
    expect([...series.values()].flat().every(([time]) => Number.isFinite(time))).toBe(true);
  });

  test('cut and changed bytes: a clear error or the good part, never another', async () => {
    const bytes = readFileSync(database(HEALTH_CONNECT + GADGETBRIDGE));
    const survive = async (changed: Uint8Array) => {
      const path = join(dir, `changed-${made++}.db`);
      writeFileSync(path, changed);
      try {
        await readFile(path);
      } catch (error) {
        if (!(error instanceof HaleError)) throw error;
      }
      rmSync(path);
    };
    for (let end = 0; end < bytes.length; end += 2039) await survive(bytes.subarray(0, end));
    let state = 20_261_128;
    const draw = (below: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state % below;
    };
    for (let i = 0; i < 150; i++) {
      const changed = Uint8Array.from(bytes);
      for (let n = draw(20) + 1; n > 0; n--) changed[draw(i % 2 ? 4096 : changed.length)] = draw(256);
      await survive(changed);
    }
  });
});
