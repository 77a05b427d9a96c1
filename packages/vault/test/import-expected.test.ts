// Tables and recordings held against what another program read out of them (`*.expected.json`, which says how).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { open, type SeriesDescription } from '../src/import/index.ts';
import { collect, folder, recorded, recordedFolder, source } from './import-sources.ts';

interface Expected {
  how: string;
  series: Record<string, { count: number; first: number; last: number; samples: [number, string][] }>;
}

const DATA = join(import.meta.dirname, '../../../test/data/telemetry');
const expectedOf = (path: string): Expected =>
  JSON.parse(readFileSync(join(DATA, path.replace(/\.[a-z]+$/, '.expected.json')), 'utf8'));

/** Which of the importer's series a name of the other program's means. */
const isNamed = (series: SeriesDescription, name: string): boolean =>
  series.personLabel === name || series.sourceLabel === name;

async function imported(path: string) {
  const [dir, name] = [path.slice(0, path.indexOf('/')), path.slice(path.indexOf('/') + 1)];
  const one = source(name, recorded(path));
  const beside = dir === 'ecg-wfdb' ? recordedFolder(dir) : folder(one);
  const opened = await open(one, beside, { startMicros: 0 });
  return { opened, collected: await collect(opened.chunks(0)) };
}

test.each([
  'glucose/hall2018_3subjects_5min.csv',
  'biovotion/biovotion_6h_1hz.csv',
  'fitbit/fitbit_export_20161001.csv',
  'fitbit/fitbit_export_20161101.csv',
  'fitbit/fitbit_export_20161201.csv',
  'fitbit/fitbit_export_20170101.csv',
  'ecg-wfdb/100.hea',
  'ecg-wfdb/100_3chan.hea',
])('%s: counts, first and last times and values', async (path) => {
  const { opened, collected } = await imported(path);
  const isStored = path.startsWith('ecg-wfdb');
  for (const [name, wanted] of Object.entries(expectedOf(path).series)) {
    const series = opened.series.find((each) => isNamed(each, name));
    if (!series) return expect.fail(`no series for one of the columns of ${path}`);
    const { times, values } = collected.series.get(series.key) ?? expect.fail('a series without samples');
    expect(times.length, series.key).toBe(wanted.count);
    expect([Math.min(...times.slice(0, 5)), Math.max(...times.slice(-5))], series.key).toEqual([
      wanted.first,
      wanted.last,
    ]);
    const at = new Map(times.map((time, i) => [time, values[i]]));
    for (const [time, value] of wanted.samples) {
      const stored = at.get(time) as number;
      if (isStored) expect(stored, series.key).toBe(Number(value));
      else expect(series.origin + stored * series.factor, series.key).toBeCloseTo(Number(value), 6);
    }
  }
});
