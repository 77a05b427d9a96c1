// The same week out of two sources, two watches on one arm, and the file that comes a second time.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rawSamples } from '@hale/vault';
import { afterEach, expect, test } from 'vitest';
import type { Home } from '../src/home.ts';
import { streamInfo } from '../src/operations/context.ts';
import { importFiles } from '../src/operations/import.ts';
import { Homes } from './homes.ts';

const homes = new Homes();
afterEach(() => homes.close());

const START = Date.UTC(2026, 9, 5) / 1000;
const beat = (second: number) => 55 + ((second * 7) % 40);

type Reading = [seconds: number, beats: number];
const night = (from: number, count: number, value = beat): Reading[] =>
  Array.from({ length: count }, (_, i) => [START + from + i, value(from + i)]);

/** The night as the phone exports it. */
function apple(home: Home, name: string, readings: Reading[], source = 'Watch'): string {
  const time = (seconds: number) =>
    `${new Date((seconds + 7200) * 1000).toISOString().slice(0, 19).replace('T', ' ')} +0200`;
  const rows = readings.map(
    ([seconds, beats]) =>
      `<Record type="HKQuantityTypeIdentifierHeartRate" sourceName="${source}" unit="count/min" startDate="${time(seconds)}" endDate="${time(seconds)}" value="${beats}"/>`,
  );
  const path = join(home.dir, name);
  writeFileSync(path, `<?xml version="1.0"?>\n<HealthData locale="en">\n${rows.join('\n')}\n</HealthData>\n`);
  return path;
}

/** The same night as the vendor's cloud gives it, with fractions of seconds. */
function cloud(home: Home, name: string, readings: Reading[]): string {
  const path = join(home.dir, name);
  const rows = readings.map(([seconds, beats]) => `${new Date(seconds * 1000 + 250).toISOString()},${beats}`);
  writeFileSync(path, `time,heart rate (/min)\n${rows.join('\n')}\n`);
  return path;
}

async function take(home: Home, file: string) {
  const context = { home, emit: () => {}, signal: new AbortController().signal };
  const [report] = await importFiles(context, { files: [file], zone: 'UTC' });
  return report;
}

const streams = (home: Home) => home.vault.streams();
const readingsOf = (home: Home, at = 0) => {
  const { times, values } = rawSamples(home.vault.rooms, streams(home)[at], 0, 4e15);
  const { factor } = streams(home)[at].entry;
  return Array.from(times, (time, i): Reading => [Math.floor(time / 1e6), Number((values[i] * factor).toFixed(3))]);
};

test('the same week from two sources appears once, with both origins told', async () => {
  const home = homes.make();
  const first = await take(home, apple(home, 'export.xml', night(0, 3000)));
  expect([first.accepted, first.elsewhere]).toEqual([3000, []]);
  // The cloud has the second half of it and goes on.
  const second = await take(home, cloud(home, 'cloud.csv', night(1500, 3000)));
  expect([second.read, second.accepted, second.duplicate]).toEqual([3000, 1500, 1500]);
  expect(streams(home)).toHaveLength(1);
  expect(readingsOf(home)).toEqual(night(0, 4500));
  const origins = streams(home).flatMap((stream) => streamInfo(home, stream).origins);
  expect(new Set(origins.map(({ source }) => source.split(':')[0]))).toEqual(new Set(['apple-health', 'csv']));
  expect(origins.reduce((sum, { samples }) => sum + samples, 0)).toBe(4500);
});

test('again, from either source, it brings nothing and the origins stay as they are', async () => {
  const home = homes.make();
  const files = [apple(home, 'export.xml', night(0, 500)), cloud(home, 'cloud.csv', night(100, 500))];
  for (const file of files) await take(home, file);
  const before = streams(home).map((stream) => streamInfo(home, stream));
  for (const file of files) expect((await take(home, file)).accepted).toBe(0);
  expect(streams(home).map((stream) => streamInfo(home, stream))).toEqual(before);
});

test('two watches on one arm do not correct each other', async () => {
  const home = homes.make();
  await take(home, cloud(home, 'one.csv', night(0, 400)));
  const other = night(0, 400, (second) => beat(second) + 3);
  const report = await take(home, apple(home, 'export.xml', other));
  expect([report.accepted, report.corrected]).toEqual([400, 0]);
  expect(streams(home)).toHaveLength(2);
  expect(readingsOf(home, 0)).toEqual(night(0, 400));
  expect(readingsOf(home, 1)).toEqual(other);
});

test('the source that brought a stream corrects it, however much of it', async () => {
  const home = homes.make();
  await take(home, cloud(home, 'one.csv', night(0, 400)));
  const other = night(0, 400, (second) => beat(second) + 3);
  const report = await take(home, cloud(home, 'one-again.csv', other));
  expect([report.accepted, report.corrected]).toEqual([0, 400]);
  expect(readingsOf(home, 0)).toEqual(other);
});

test('a file with a few corrected values corrects', async () => {
  const home = homes.make();
  await take(home, cloud(home, 'one.csv', night(0, 400)));
  const report = await take(
    home,
    cloud(
      home,
      'two.csv',
      night(0, 400, (second) => beat(second) + (second === 7 ? 9 : 0)),
    ),
  );
  expect([report.accepted, report.corrected, report.duplicate]).toEqual([0, 1, 399]);
  expect(streams(home)).toHaveLength(1);
});

test('two sensors that agree at night and differ by day keep a stream each, and nothing is corrected', async () => {
  const home = homes.make();
  const still = (second: number) => (second < 3000 ? 60 : beat(second));
  await take(home, cloud(home, 'one.csv', night(0, 6000, still)));
  const other = night(0, 6000, (second) => (second < 3000 ? 60 : beat(second) + 5));
  const report = await take(home, apple(home, 'export.xml', other));
  expect(report.corrected).toBe(0);
  expect(readingsOf(home, 0)).toEqual(night(0, 6000, still));
  const all = new Set(streams(home).flatMap((_, i) => readingsOf(home, i).map(String)));
  expect(other.slice(3000).filter((reading) => !all.has(String(reading)))).toEqual([]);
});
