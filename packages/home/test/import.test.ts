// Importing: a rehearsal counts what the import would do and stores nothing; a stream's name is one that every command can take.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { ImportReport } from '../src/api.ts';
import type { Home } from '../src/home.ts';
import { importFiles } from '../src/operations/import.ts';
import { exportData } from '../src/operations/keep.ts';
import { addStream, HOUR, Homes, samples } from './homes.ts';

const homes = new Homes();
afterEach(() => homes.close());

const context = (home: Home) => ({ home, emit: () => {}, signal: new AbortController().signal });

function csv(name: string, rows: string[]): string {
  const path = join(homes.dir(), name);
  writeFileSync(path, ['time,heart rate (/min)', ...rows, ''].join('\n'));
  return path;
}

async function imported(home: Home, file: string, how: { dryRun?: boolean; as?: string } = {}): Promise<ImportReport> {
  const [report] = await importFiles(context(home), { files: [file], zone: 'UTC', ...how });
  return report;
}

const at = (second: number) => `2026-11-20T09:00:${String(second).padStart(2, '0')}Z`;
const counts = ({ read, accepted, duplicate, corrected, rejected, streams }: ImportReport) => ({
  read,
  accepted,
  duplicate,
  corrected,
  rejected,
  streams,
});

test('a dry run counts what the import then does, and stores nothing', async () => {
  const home = homes.make();
  const first = csv(
    'first.csv',
    [1, 2, 3, 4].map((second) => `${at(second)},7${second}`),
  );
  const second = csv('second.csv', [`${at(3)},73`, `${at(4)},99`, `${at(5)},75`, `${at(6)},76`, `${at(6)},76`]);
  for (const [file, expected] of [
    [first, { read: 4, accepted: 4, duplicate: 0, corrected: 0, rejected: 0, streams: ['heart-rate'] }],
    [second, { read: 5, accepted: 2, duplicate: 2, corrected: 1, rejected: 0, streams: ['heart-rate'] }],
  ] as const) {
    const before = home.vault.streams().length;
    const rehearsed = counts(await imported(home, file, { dryRun: true }));
    expect(home.vault.streams()).toHaveLength(before);
    expect(rehearsed).toEqual(expected);
    expect(counts(await imported(home, file))).toEqual(rehearsed);
  }
});

test('a dry run says under which name it would be stored', async () => {
  const home = homes.make();
  const file = csv(
    'a.csv',
    [1, 2, 3].map((second) => `${at(second)},70`),
  );
  expect((await imported(home, file, { dryRun: true, as: 'pulse' })).streams).toEqual(['pulse']);
});

test('a stream is not given a name that is empty or leads out of a folder', async () => {
  const home = homes.make();
  const file = csv(
    'a.csv',
    [1, 2, 3].map((second) => `${at(second)},70`),
  );
  for (const as of ['', ' ', '../up', 'a/b', '.hidden', '-x', 'x'.repeat(121)])
    await expect(imported(home, file, { as })).rejects.toMatchObject({ code: 'usage' });
  expect(home.vault.streams()).toEqual([]);
  expect((await imported(home, file, { as: 'Große Runde 1.5' })).streams).toEqual(['Große Runde 1.5']);
});

test('an export stays in its folder, whatever a stream is called', async () => {
  const home = homes.make();
  const stream = addStream(home, '../up');
  home.vault.ingest([{ stream, samples: samples(Date.now() * 1000 - HOUR, 10) }]);
  const dir = join(homes.dir(), 'export');
  await exportData(context(home), { dir, format: 'csv' });
  expect(readdirSync(dir)).toEqual(['..-up.csv']);
});

test('a ride cut before its session and then whole counts once, under one name', async () => {
  const home = homes.make();
  const context = { home, emit: () => {}, signal: new AbortController().signal };
  const whole = join(import.meta.dirname, '../../../test/data/telemetry/fit/sample-activity.fit');
  const cut = join(homes.dir(), 'cut.fit');
  writeFileSync(cut, readFileSync(whole).subarray(0, 5000));
  const [first] = await importFiles(context, { files: [cut] });
  expect(first.streams.filter((key) => key.startsWith('cadence'))).toEqual(['cadence-cycling']);
  const [second] = await importFiles(context, { files: [whole] });
  expect(second.streams.filter((key) => key.startsWith('cadence'))).toEqual(['cadence-cycling']);
  const fresh = homes.make();
  const [alone] = await importFiles({ ...context, home: fresh }, { files: [whole] });
  const samples = (of: typeof home) =>
    of.vault.store.sampleCount(of.vault.findStream(of.vault.subject().id, 'cadence-cycling')!.number).samples;
  expect(samples(home)).toBe(samples(fresh));
  expect(alone.rejected).toBe(second.rejected);
});

test('--only takes one person or one stream, and nothing where the file has no such name', async () => {
  const file = join(homes.dir(), 'study.csv');
  const rows = [0, 1, 2, 3, 4, 5].map((i) => `${at(i)},${i % 2 === 0 ? 'ann' : 'bob'},${60 + i},${i}`);
  writeFileSync(file, ['time,subject,heart rate (/min),steps', ...rows, ''].join('\n'));
  const only = async (name: string) => {
    const home = homes.make();
    const [report] = await importFiles(context(home), { files: [file], zone: 'UTC', only: name });
    return { report, keys: home.vault.streams().map(({ entry }) => entry.key) };
  };
  expect((await only('ann')).keys.sort()).toEqual(['heart-rate-ann', 'steps-ann']);
  const { report, keys } = await only('heart-rate-bob');
  expect([keys, report.accepted]).toEqual([['heart-rate-bob'], 3]);
  const home = homes.make();
  await expect(importFiles(context(home), { files: [file], zone: 'UTC', only: 'eve' })).rejects.toMatchObject({
    code: 'not-found',
    message: expect.stringMatching(/the data of 2 persons, as heart-rate-ann, steps-ann/),
  });
  expect(home.vault.streams()).toEqual([]);
  // A file of one person has parts as well.
  const plain = csv('plain.csv', [`${at(1)},60`, `${at(2)},61`]);
  await expect(importFiles(context(home), { files: [plain], zone: 'UTC', only: 'ann' })).rejects.toMatchObject({
    message: expect.stringMatching(/it holds heart-rate/),
  });
  // Some formats tell their series only while they are read.
  const way = join(homes.dir(), 'way.gpx');
  const point = (i: number) => `<trkpt lat="47" lon="8"><ele>${i}</ele><time>${at(i)}</time></trkpt>`;
  writeFileSync(way, `<gpx version="1.1"><trk><trkseg>${[1, 2, 3].map(point).join('')}</trkseg></trk></gpx>`);
  const other = homes.make();
  const [taken] = await importFiles(context(other), { files: [way], only: 'altitude' });
  expect([taken.accepted, other.vault.streams().map(({ entry }) => entry.key)]).toEqual([3, ['altitude']]);
});

test('of a folder only tables are taken in that measure something; one that is named is taken as it is', async () => {
  const home = homes.make();
  const dir = homes.dir();
  const bill = join(dir, 'bill.csv');
  writeFileSync(
    bill,
    ['date,amount,discount', '2026-11-01,12.50,1', '2026-11-02,9.99,0', '2026-11-03,7.25,2', ''].join('\n'),
  );
  writeFileSync(
    join(dir, 'watch.csv'),
    `time,heart rate (/min)\n${[1, 2, 3].map((s) => `${at(s)},7${s}`).join('\n')}\n`,
  );
  const reports = await importFiles(context(home), { files: [dir], zone: 'UTC' });
  expect(
    reports.map(({ file, accepted, notes }) => [
      file,
      accepted,
      notes.filter((note) => note.startsWith('Left alone')).length,
    ]),
  ).toEqual([
    ['bill.csv', 0, 1],
    ['watch.csv', 3, 0],
  ]);
  expect(home.vault.streams().map(({ entry }) => entry.key)).toEqual(['heart-rate']);
  expect((await imported(home, bill)).accepted).toBe(6);
});
