// Real health records, in and shown, held against what another program read out of the same files (test/data/fhir/read-expected.py); and every byte
// of them comes back.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import type { ImportReport, RecordInfo } from '../packages/home/src/api.ts';
import type { Home } from '../packages/home/src/home.ts';
import { OPERATIONS } from '../packages/home/src/operations/index.ts';
import { Homes } from '../packages/home/test/homes.ts';

interface Expected {
  files: { path: string; sizeBytes: number; sha256: string }[];
  types: Record<string, number>;
  patients: { name: { family?: string; given?: string[]; text?: string }; birthDate?: string }[];
  values: { type: string; title: string; when: string; status: string; value: string | null }[];
}

const DATA = new URL('data/fhir/', import.meta.url).pathname;
const homes = new Homes();
afterAll(() => homes.close());

const expectedOf = (name: string): Expected =>
  JSON.parse(readFileSync(join(DATA, 'expected', `${name}.expected.json`), 'utf8')) as Expected;

/** The files as they were published, in a folder of their own. */
function published({ files }: Expected): { dir: string; paths: string[] } {
  const dir = join(homes.dir(), 'published');
  mkdirSync(dir);
  const paths = files.map(({ path }) => {
    const raw = readFileSync(join(DATA, path));
    const file = join(dir, basename(path).replace(/\.gz$/, ''));
    writeFileSync(file, path.endsWith('.gz') ? gunzipSync(raw) : raw);
    return file;
  });
  return { dir, paths };
}

const contextOf = (home: Home) => ({ home, emit: () => {}, signal: new AbortController().signal });
const take = (home: Home, files: string[], more: object = {}): Promise<ImportReport[]> =>
  Promise.resolve(OPERATIONS.import(contextOf(home), { files, ...more }));

async function everyRecord(home: Home): Promise<RecordInfo[]> {
  const all: RecordInfo[] = [];
  for (;;) {
    const after = all.at(-1)?.id;
    const { records, total } = await OPERATIONS.records(contextOf(home), {
      limit: 500,
      ...(after === undefined ? {} : { after }),
    });
    all.push(...records);
    if (records.length === 0 || all.length === total) return all;
  }
}

async function expectShown(home: Home, expected: Expected): Promise<void> {
  const records = await everyRecord(home);
  const counts: Record<string, number> = {};
  for (const { type } of records) counts[type] = (counts[type] ?? 0) + 1;
  expect(counts).toEqual(expected.types);
  for (const { type, title, when, status, value } of expected.values) {
    const found = records.filter((each) => each.type === type && each.title === title && each.written === when);
    expect(
      found.some((each) => each.status === status && (value === null || each.value === value)),
      `${type} ${title} ${when}: ${JSON.stringify(found.map((each) => [each.status, each.value]))}`,
    ).toBe(true);
  }
}

async function expectBytes(home: Home, { files }: Expected): Promise<void> {
  const subject = home.vault.subject().id;
  const sources = await OPERATIONS['records.sources'](contextOf(home), {});
  const kept = new Map(sources.flatMap((source) => source.files.map((file) => [file.name, file])));
  for (const { path, sizeBytes, sha256 } of files) {
    const file = kept.get(basename(path).replace(/\.gz$/, ''));
    expect(file).toMatchObject({ sizeBytes, sha256, isWhole: true });
    const { source } = home.records.blob(subject, file?.n ?? 0);
    const hash = createHash('sha256');
    for (let at = 0; at < sizeBytes; at += 300_001) hash.update(await source.read(at, 300_001));
    expect(hash.digest('hex')).toBe(sha256);
  }
}

const BUNDLES = readdirSync(join(DATA, 'expected'))
  .map((name) => name.replace('.expected.json', ''))
  .filter((name) => !name.startsWith('bulk') && name !== 'hl7-examples');

describe('bundles', () => {
  test('there are the eight that the sources name', () => {
    expect(BUNDLES).toHaveLength(8);
  });

  test.each(BUNDLES)('%s', async (name) => {
    const expected = expectedOf(name);
    const home = homes.make();
    const { paths } = published(expected);
    const [report] = await take(home, paths);
    const read = Object.values(expected.types).reduce((sum, count) => sum + count, 0);
    expect(report.records?.counts).toMatchObject({ read, added: read, revised: 0, merged: 0, same: 0, unusable: 0 });
    await expectShown(home, expected);
    await expectBytes(home, expected);
    // The same once more, as the same file and as another file with the same in it.
    const [again] = await take(home, paths);
    expect(again.records).toMatchObject({ isKnownFile: true, counts: { added: 0, same: read } });
    writeFileSync(paths[0], JSON.stringify(JSON.parse(readFileSync(paths[0], 'utf8')), null, 3));
    const [other] = await take(home, paths);
    expect(other.records).toMatchObject({
      isKnownFile: false,
      counts: { added: 0, revised: 0, merged: 0, same: read },
    });
    await expectShown(home, expected);
  });
});

describe('a bulk export of several persons', () => {
  const everybody = expectedOf('bulk-10');
  const one = expectedOf('bulk-10-streich');

  test('asks whose is meant, and keeps nothing before it knows', async () => {
    const home = homes.make();
    const { dir } = published(everybody);
    const [report] = await take(home, [dir]);
    expect(report.records?.question?.code).toBe('several-persons');
    expect(report.records?.question?.persons).toHaveLength(everybody.patients.length);
    expect(home.records.hasAny(home.vault.subject().id)).toBe(false);
  });

  test('gives the records of the one, and what names nobody', async () => {
    const home = homes.make();
    const { dir } = published(everybody);
    const [{ given = [], family }] = one.patients.map(({ name }) => name);
    const person = `${given.join(' ')} ${family}`;
    const [report] = await take(home, [dir], { person });
    const read = Object.values(everybody.types).reduce((sum, count) => sum + count, 0);
    const own = Object.values(one.types).reduce((sum, count) => sum + count, 0);
    expect(report.records?.counts).toMatchObject({ read, added: own, others: read - own, unusable: 0 });
    await expectShown(home, one);
    await expectBytes(home, one);
    const [source] = await OPERATIONS['records.sources'](contextOf(home), {});
    expect(source).toMatchObject({ kind: 'ndjson', system: 'https://example.com/fhir' });
  });
});

test('resources one by one', async () => {
  const expected = expectedOf('hl7-examples');
  const home = homes.make();
  const { paths } = published(expected);
  // They are of several example patients, who are nobody's.
  const reports = await take(home, paths, { anyway: true });
  expect(reports.map(({ records }) => records?.counts.read)).toEqual(paths.map(() => 1));
  await expectShown(home, expected);
  await expectBytes(home, expected);
});
