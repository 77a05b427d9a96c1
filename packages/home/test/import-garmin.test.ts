// A whole Garmin account as its owner gets it: FIT files in archives inside the archive, summaries beside them; and files that overlap.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { archivesIn, sourcesIn, zipFolder } from '@hale/vault/import';
import { afterEach, describe, expect, test } from 'vitest';
import type { ImportReport } from '../src/api.ts';
import type { Home } from '../src/home.ts';
import { importTools } from '../src/import-sources.ts';
import { importFiles } from '../src/operations/import.ts';
import { Homes } from './homes.ts';
import { memorySource, type ZipPart, zipOf } from './zip-writer.ts';

const homes = new Homes();
afterEach(() => homes.close());

const FIT = join(import.meta.dirname, '../../../test/data/telemetry/fit');
const fit = (name: string): Uint8Array => new Uint8Array(readFileSync(join(FIT, `${name}.fit`)));

const NIGHTS = JSON.stringify([
  {
    sleepStartTimestampGMT: '2020-01-01T23:30:00.0',
    sleepEndTimestampGMT: '2020-01-02T06:30:00.0',
    calendarDate: '2020-01-02',
    deepSleepSeconds: 5400,
    sleepScores: { overallScore: 78 },
  },
]);
const DAYS = JSON.stringify([
  { calendarDate: '2020-01-01', wellnessStartTimeGmt: '2019-12-31T23:00:00.0', totalSteps: 8123 },
]);

function account(over: Partial<ZipPart> = {}, extra: ZipPart[] = []): Uint8Array {
  const names = ['garmin-fenix-5-walk', 'MonitoringFile', 'Activity', 'activity-filecrc', 'WeightScaleMultiUser'];
  const inner = zipOf([
    ...names.map((name, i) => ({ path: `ann@example.org_${i}.fit`, content: fit(name) })),
    { path: 'ann@example.org_9.fit', content: 'no FIT at all, and long enough to look at' },
  ]);
  return zipOf([
    { path: 'DI_CONNECT/DI-Connect-Uploaded-Files/UploadedFiles_0-_Part1.zip', content: inner, ...over },
    { path: 'DI_CONNECT/DI-Connect-Wellness/2020-01-01_2020-04-10_42_sleepData.json', content: NIGHTS },
    { path: 'DI_CONNECT/DI-Connect-Aggregator/UDSFile_2020-01-01_2020-04-10.json', content: DAYS },
    { path: 'DI_CONNECT/DI-Connect-User/user_profile.json', content: '{"name":"Ann"}' },
    ...extra,
  ]);
}

async function imported(home: Home, ...files: [name: string, bytes: Uint8Array][]): Promise<ImportReport[]> {
  const dir = homes.dir();
  for (const [name, bytes] of files) writeFileSync(join(dir, name), bytes);
  const context = { home, emit: () => {}, signal: new AbortController().signal };
  return await importFiles(context, { files: files.map(([name]) => join(dir, name)) } as Parameters<
    typeof importFiles
  >[1]);
}

const sum = (reports: ImportReport[], pick: (report: ImportReport) => number) =>
  reports.reduce((all, report) => all + pick(report), 0);

function samplesOf(home: Home, key: string): number {
  const stream = home.vault.findStream(home.vault.subject('me').id, key)!;
  return home.vault.store.sampleCount(stream.number).samples;
}

describe('the zip of a Garmin account', () => {
  test('is read into the archives that it holds; what is none of ours is passed over, what fails is told', async () => {
    const home = homes.make();
    const reports = await imported(home, ['export.zip', account()]);
    expect(reports.map(({ format }) => format).sort()).toEqual([
      '',
      ...Array(5).fill('fit'),
      'garmin-json',
      'garmin-json',
    ]);
    expect(reports.find(({ failed }) => failed)).toMatchObject({
      file: 'ann@example.org_9.fit',
      failed: { code: 'malformed' },
    });
    expect(samplesOf(home, 'steps')).toBe(79);
    expect(samplesOf(home, 'steps-daily')).toBe(1);
    expect(samplesOf(home, 'sleep-session-daily')).toBe(2);
    // Activity.fit and the same with a wrong checksum hold the same samples.
    expect(samplesOf(home, 'altitude')).toBe(14 + 17);
    const again = await imported(home, ['export.zip', account()]);
    expect(sum(again, ({ accepted }) => accepted)).toBe(0);
    expect(sum(again, ({ corrected }) => corrected)).toBe(0);
  });

  test('stored or packed, the archive inside is the same', async () => {
    const packed = await imported(homes.make(), ['export.zip', account()]);
    const stored = await imported(homes.make(), ['export.zip', account({ stored: true })]);
    expect(sum(stored, ({ accepted }) => accepted)).toBe(sum(packed, ({ accepted }) => accepted));
  });

  test('a damaged archive inside is told, and the rest is taken in', async () => {
    const home = homes.make();
    const bad = {
      path: 'UploadedFiles_1-_Part2.zip',
      content: new Uint8Array([0x50, 0x4b, 3, 4, ...Array(80).fill(7)]),
    };
    const deep = { path: 'deep.zip', content: zipOf([{ path: 'deeper.zip', content: account() }]) };
    const reports = await imported(home, ['export.zip', account({}, [bad, deep])]);
    const failed = reports.filter((report) => report.failed).map(({ file, failed: why }) => [file, why!.code]);
    expect(failed).toEqual([
      ['ann@example.org_9.fit', 'malformed'],
      ['UploadedFiles_1-_Part2.zip', 'malformed'],
      ['deep.zip', 'unsupported'],
    ]);
    expect(samplesOf(home, 'steps')).toBe(79);
  });

  test('an entry with a wrong checksum is told, and the rest is taken in', async () => {
    const bad = { path: 'notes.csv', content: 'time,heart rate (bpm)\n', crc: 1 };
    const reports = await imported(homes.make(), [
      'export.zip',
      zipOf([bad, { path: 'walk.fit', content: fit('garmin-fenix-5-walk') }]),
    ]);
    expect(reports.map(({ format, failed }) => [format, failed?.code])).toEqual([
      ['', 'malformed'],
      ['fit', undefined],
    ]);
  });

  test('a folder with a damaged archive among other files is taken in all the same', async () => {
    const home = homes.make();
    const dir = homes.dir();
    writeFileSync(join(dir, 'cut.zip'), account().subarray(0, 500));
    writeFileSync(join(dir, 'walk.fit'), fit('garmin-fenix-5-walk'));
    const context = { home, emit: () => {}, signal: new AbortController().signal };
    const reports = await importFiles(context, { files: [dir] } as Parameters<typeof importFiles>[1]);
    expect(reports.map(({ format, failed }) => [format, failed?.code])).toEqual([
      ['fit', undefined],
      ['', 'malformed'],
    ]);
  });

  test('many entries, each looked at and read, hold little memory', async () => {
    const content = fit('activity-small-fenix2-run');
    const packed = deflateRawSync(content);
    const inner = zipOf(Array.from({ length: 400 }, (_, i) => ({ path: `${i}.fit`, content, packed })));
    const folder = await zipFolder(memorySource('x.zip', zipOf([{ path: 'inner.zip', content: inner }])), importTools);
    const before = process.memoryUsage().rss;
    const [archive] = await archivesIn(folder);
    const found = await sourcesIn(await zipFolder(archive, importTools));
    expect(found.length).toBe(400);
    for (const { source } of found) expect((await source.read(0, 100_000)).length).toBeGreaterThan(1000);
    // All unpacked would be 48 MB, with an open stream for each.
    expect(process.memoryUsage().rss - before).toBeLessThan(120_000_000);
  });

  test('cut anywhere: an error of ours or a part, never a crash', async () => {
    const bytes = account({ stored: true });
    for (let end = 0; end < bytes.length; end += 997)
      await expect(zipFolder(memorySource('x.zip', bytes.subarray(0, end)), importTools)).rejects.toMatchObject({
        code: 'malformed',
      });
    const home = homes.make();
    for (let at = 60; at < 5000; at += 131) {
      const bad = Uint8Array.from(bytes);
      bad[at] ^= 0xff;
      const reports = await imported(home, ['export.zip', bad]);
      expect(reports.length).toBeGreaterThan(0);
    }
  });
});

describe('files that overlap', () => {
  /** One message with a time (253) and a heart rate, and no checksum, which is but a note. */
  const rated = (message: number, field: number, rate: number): Uint8Array => {
    const data = [0x40, 0, 0, message, 0, 2, 253, 4, 0x86, field, 1, 2, 0, 0x80, 0x5e, 0x6e, 0x38, rate];
    return Uint8Array.from([12, 16, 0, 8, data.length, 0, 0, 0, 0x2e, 0x46, 0x49, 0x54, ...data, 0, 0]);
  };
  const workout = (rate: number) => rated(20, 3, rate);
  const monitoring = (rate: number) => rated(55, 27, rate);

  test('the same reading in a workout and in the record of the day lands once', async () => {
    const home = homes.make();
    const reports = await imported(home, ['a.fit', workout(70)], ['b.fit', monitoring(70)]);
    expect(reports.map(({ accepted, duplicate }) => [accepted, duplicate])).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(samplesOf(home, 'heart-rate')).toBe(1);
  });

  test.each(['workout first', 'workout last'])(
    'where they differ the workout counts, and again changes nothing: %s',
    async (order) => {
      const home = homes.make();
      const files: [string, Uint8Array][] = [
        ['a.fit', workout(143)],
        ['b.fit', monitoring(121)],
      ];
      if (order === 'workout last') files.reverse();
      await imported(home, ...files);
      const again = await imported(home, ...files);
      expect(again.map(({ accepted, duplicate, corrected }) => [accepted, duplicate, corrected])).toEqual([
        [0, 1, 0],
        [0, 1, 0],
      ]);
      const once = await imported(home, ['a.fit', workout(143)]);
      expect(once[0].duplicate).toBe(1);
    },
  );
});
