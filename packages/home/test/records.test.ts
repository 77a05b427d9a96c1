// Health records through the door of a home: asked first whose they are, a value is a record and a reading, amended beside, written out and back, erased,
// moved to new words, and taken in from another home.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { HaleError, toHex } from '@hale/kernel';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { ImportReport, RecordInfo } from '../src/api.ts';
import { home as entry } from '../src/compose.ts';
import type { Home } from '../src/home.ts';
import { OPERATIONS } from '../src/operations/index.ts';
import { RelaySource, restoreFrom } from '../src/restore.ts';
import { Homes, useRelay } from './homes.ts';

const homes = new Homes();
afterEach(() => homes.close());

const contextOf = (home: Home, signal = new AbortController().signal) => ({ home, emit: () => {}, signal });
const DATA = new URL('../../../test/data/fhir/', import.meta.url).pathname;
const synthea = (name: string) => gunzipSync(readFileSync(join(DATA, 'synthea', `${name}.json.gz`)));
const DWAIN = synthea('Dwain_McGlynn_7515d14b-843b-4210-8b6b-a33ab253d560');

function fileOf(content: unknown, name = 'file.json'): string {
  const path = join(homes.dir(), name);
  const text = Buffer.isBuffer(content) || typeof content === 'string' ? content : JSON.stringify(content);
  writeFileSync(path, text);
  return path;
}

const take = async (home: Home, file: string, more: object = {}): Promise<ImportReport> => {
  const reports = await OPERATIONS.import(contextOf(home), { files: [file], ...more });
  return reports[0];
};
const list = async (home: Home, asked: object = {}): Promise<RecordInfo[]> =>
  (await OPERATIONS.records(contextOf(home), { limit: 1000, ...asked })).records;
const one = (home: Home, record: string) => OPERATIONS.record(contextOf(home), { record });

const bundle = (...resources: object[]) => ({
  ...{ resourceType: 'Bundle', type: 'collection' },
  entry: resources.map((resource) => ({ resource })),
});
const patient = (id: string, family: string) => ({
  ...{ resourceType: 'Patient', id, name: [{ family, given: ['Ann'] }], birthDate: '1980-05-02' },
});
const hemoglobin = (value: number, at = '2024-03-04T08:30:00+01:00') => ({
  ...{ resourceType: 'Observation', id: 'hb', status: 'final', effectiveDateTime: at, performer: [{ display: 'Lab' }] },
  category: [{ coding: [{ code: 'laboratory' }] }],
  code: { coding: [{ system: 'http://loinc.org', code: '718-7', display: 'Hemoglobin' }] },
  valueQuantity: { value, unit: 'g/dL', system: 'http://unitsofmeasure.org', code: 'g/dL' },
});

describe('another person', () => {
  test('stops the import before anything of it is kept, its series included', async () => {
    const home = homes.make();
    await take(home, fileOf(bundle(patient('1', 'Willms'))));
    const before = home.events.count({});
    const report = await take(home, fileOf(bundle(patient('2', 'Kern'), hemoglobin(14))));
    expect(report.records?.question).toEqual({
      ...{ code: 'other-person', persons: ['Ann Kern, 1980-05-02'] },
      known: 'Ann Willms, 1980-05-02',
    });
    expect(report.streams).toEqual([]);
    expect(home.events.count({})).toBe(before);
    expect(home.vault.streams()).toEqual([]);
  });

  test('is believed when it is she anyway, and known from then on', async () => {
    const home = homes.make();
    await take(home, fileOf(bundle(patient('1', 'Willms'))));
    const kern = bundle(patient('2', 'Kern'), hemoglobin(14));
    expect((await take(home, fileOf(kern), { anyway: true })).records?.counts).toMatchObject({ added: 2 });
    expect((await take(home, fileOf(bundle(patient('3', 'Kern'))))).records?.question).toBeUndefined();
  });

  test('is asked about in a browser, and the answer goes on with the same upload', async () => {
    const home = homes.make();
    await take(home, fileOf(bundle(patient('1', 'Willms'))));
    const bytes = Buffer.from(JSON.stringify(bundle(patient('2', 'Kern'), hemoglobin(14))));
    const upload = home.uploads.begin([{ path: 'kern.json', sizeBytes: bytes.length, modifiedMicros: 1.78e15 }]);
    upload.append(bytes);
    const [look] = await OPERATIONS['import.look'](contextOf(home), { upload: upload.id });
    expect(look.records?.question?.code).toBe('other-person');
    const run = async (more: object) => {
      const { id } = await OPERATIONS['import.start'](contextOf(home), { upload: upload.id, ...more });
      await vi.waitFor(() => expect(home.jobs.list().find((each) => each.id === id)?.endedMicros).not.toBe(null));
      return home.jobs.list().find((each) => each.id === id)?.reports[0];
    };
    expect((await run({}))?.records?.question?.code).toBe('other-person');
    expect(await list(home)).toHaveLength(1);
    const [{ id: asked }] = home.jobs.list().slice(-1);
    const { id } = await OPERATIONS['import.answer'](contextOf(home), { job: asked, anyway: true });
    await vi.waitFor(() => expect(home.jobs.list().find((each) => each.id === id)?.endedMicros).not.toBe(null));
    const [answered] = home.jobs.list().slice(-1);
    expect(answered.reports[0].records?.counts).toMatchObject({ added: 2 });
    expect(home.jobs.list().some((each) => each.id === asked)).toBe(false);
  });
});

describe('a laboratory value', () => {
  test('is a record and a reading, and each leads to the other', async () => {
    const home = homes.make();
    await take(home, fileOf(bundle(hemoglobin(14.2))));
    const [found] = await list(home, { category: 'results' });
    expect(found).toMatchObject({
      title: 'Hemoglobin',
      value: '14.2 g/dL',
      status: 'final',
      written: '2024-03-04T08:30:00+01:00',
    });
    const { readings } = await one(home, found.id);
    const [stream] = await OPERATIONS.streams(contextOf(home), {});
    expect(readings).toEqual([
      {
        stream: stream.key,
        kind: stream.kind,
        unit: 'g/dL',
        atMicros: Date.UTC(2024, 2, 4, 7, 30) * 1000,
        value: 14.2,
      },
    ]);
    // From the reading: the record of that time and kind.
    const at = readings[0].atMicros;
    expect((await list(home, { fromMicros: at, toMicros: at })).map(({ id }) => id)).toEqual([found.id]);
  });

  test('that comes back in our own export of series is there once, and no second record', async () => {
    const home = homes.make();
    await take(home, fileOf(bundle(hemoglobin(14.2))));
    const dir = join(homes.dir(), 'out');
    mkdirSync(dir);
    const { files } = await OPERATIONS.export(contextOf(home), { dir, format: 'fhir' });
    const report = await take(home, files[0]);
    expect(report).toMatchObject({ read: 1, accepted: 0, duplicate: 1 });
    expect(report.records).toBeUndefined();
    expect(await list(home)).toHaveLength(1);
  });
});

describe('her own words', () => {
  test('stand beside a record, which stays as it is, and can be taken back', async () => {
    const home = homes.make();
    await take(home, fileOf(bundle(hemoglobin(14.2))));
    const [found] = await list(home);
    const before = JSON.stringify((await one(home, found.id)).resource);
    const amend = (text: string, resource?: object) =>
      OPERATIONS['record.amend'](contextOf(home), {
        record: found.id,
        text,
        ...(resource ? { resource: resource as never } : {}),
      });
    const { id } = await amend('I had not fasted.');
    const other = await amend('It was 13.', { ...hemoglobin(13), id: undefined });
    expect(await list(home)).toMatchObject([{ id: found.id, amended: 2 }]);
    const shown = await one(home, found.id);
    expect(JSON.stringify(shown.resource)).toBe(before);
    expect(shown.overlays).toMatchObject([
      {
        id,
        state: 'current',
        resource: { resourceType: 'Communication', payload: [{ contentString: 'I had not fasted.' }] },
      },
      {
        id: other.id,
        resource: { resourceType: 'Observation', valueQuantity: { value: 13 }, note: [{ text: 'It was 13.' }] },
      },
    ]);
    for (const { resource } of shown.overlays) expect(JSON.stringify(resource.meta)).toContain('PATAST');
    await OPERATIONS['record.retract'](contextOf(home), { record: id });
    expect((await one(home, found.id)).overlays).toMatchObject([{ id, state: 'retracted' }, { state: 'current' }]);
    expect(await list(home)).toMatchObject([{ amended: 1 }]);
  });

  test.each([
    ['what others made is not taken back', 'record.retract', {}, 'usage'],
    ['an amendment has words', 'record.amend', { text: '  ' }, 'usage'],
    ['of bounded length', 'record.amend', { text: 'x'.repeat(8_001) }, 'too-large'],
    [
      'and is of the type that it amends',
      'record.amend',
      { text: 'x', resource: { resourceType: 'Condition' } },
      'usage',
    ],
  ] as const)('%s', async (_, operation, more, code) => {
    const home = homes.make();
    await take(home, fileOf(bundle(hemoglobin(14.2))));
    const [{ id }] = await list(home);
    const act = async () => await OPERATIONS[operation](contextOf(home), { record: id, ...more } as never);
    await expect(act()).rejects.toMatchObject({ code });
    expect(await list(home)).toMatchObject([{ amended: 0 }]);
  });

  test('a record that is not there is said to be none', async () => {
    const home = homes.make();
    for (const id of ['0123456789abcdef', '01', 'no id', ''])
      await expect(async () => await one(home, id)).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('the list', () => {
  test('by part, type, time, source, and what is new', async () => {
    let now = Date.UTC(2026, 0, 1) * 1000;
    const home = homes.make({ nowMicros: () => now++ });
    await take(home, fileOf(DWAIN, 'dwain.json'));
    const since = now;
    await take(home, fileOf(bundle(hemoglobin(14.2)), 'lab.json'));
    const all = await OPERATIONS.records(contextOf(home), { limit: 10 });
    expect(all.total).toBe(97);
    expect(all.records).toHaveLength(10);
    expect(all.categories.reduce((sum, { count }) => sum + count, 0)).toBe(97);
    expect(all.lastMicros).toBeGreaterThanOrEqual(since);
    expect((await list(home, { changedSince: since })).map(({ title }) => title)).toEqual(['Hemoglobin']);
    expect(new Set((await list(home, { category: 'vaccinations' })).map(({ type }) => type))).toEqual(
      new Set(['Immunization']),
    );
    expect(await list(home, { type: 'Condition' })).toHaveLength(3);
    const times = (await list(home)).map(({ at }) => at ?? Number.NEGATIVE_INFINITY);
    expect(times).toEqual([...times].sort((a, b) => b - a));
    const [from, to] = [Date.UTC(2024, 0, 1) * 1000, Date.UTC(2025, 0, 1) * 1000];
    for (const { at } of await list(home, { fromMicros: from, toMicros: to })) expect(at).toBeGreaterThanOrEqual(from);
    const sources = await OPERATIONS['records.sources'](contextOf(home), {});
    expect(sources.map(({ name, counts }) => [name, counts.added])).toEqual([
      ['lab.json', 1],
      ['dwain.json', 96],
    ]);
    expect(await list(home, { source: sources[0].id })).toHaveLength(1);
    await expect(async () => await list(home, { category: 'nonsense' })).rejects.toBeInstanceOf(HaleError);
  });

  test('references lead to the records that they mean', async () => {
    const home = homes.make();
    await take(home, fileOf(DWAIN));
    const [immunization] = await list(home, { type: 'Immunization' });
    const { resource, references } = await one(home, immunization.id);
    const { reference } = resource.encounter as { reference: string };
    const encounter = await one(home, references[reference].id);
    expect(`urn:uuid:${encounter.resource.id}`).toBe(reference);
  });
});

test('written out as NDJSON and taken in elsewhere, everything is there once', async () => {
  const home = homes.make();
  await take(home, fileOf(DWAIN));
  const dir = join(homes.dir(), 'out');
  const { records, originals } = await OPERATIONS['records.export'](contextOf(home), { dir });
  expect([records, originals]).toEqual([96, 1]);
  expect((await take(home, dir)).records?.counts).toMatchObject({
    read: 96,
    same: 96,
    added: 0,
    revised: 0,
    merged: 0,
  });
  const other = homes.make();
  expect((await take(other, dir)).records?.counts).toMatchObject({ read: 96, added: 96 });
  expect(await list(other)).toHaveLength(96);
});

test('the clinical records of a phone are one import, one resource a file', async () => {
  const home = homes.make();
  const dir = join(homes.dir(), 'clinical-records');
  mkdirSync(dir);
  const named = (type: string, n: number) => join(dir, `${type}-0000000${n}-1111-4222-8333-444455556666.json`);
  writeFileSync(named('Patient', 1), JSON.stringify(patient('p', 'Willms')));
  writeFileSync(named('Observation', 2), JSON.stringify(hemoglobin(14)));
  writeFileSync(
    named('Observation', 3),
    JSON.stringify({ ...hemoglobin(13, '2023-03-04T08:30:00+01:00'), id: 'older' }),
  );
  const reports = await OPERATIONS.import(contextOf(home), { files: [dir] });
  expect(reports.map(({ records, accepted }) => [records?.kind, records?.counts.added, accepted])).toEqual([
    ['apple', 3, 2],
  ]);
  const [{ files }] = await OPERATIONS['records.sources'](contextOf(home), {});
  expect(files).toHaveLength(3);
});

test('an import of many that was broken off says so, and goes on', async () => {
  const home = homes.make();
  const conditions = Array.from({ length: 2_500 }, (_, i) => ({
    ...{ resourceType: 'Condition', id: `c${i}`, code: { text: `condition ${i}` }, onsetDateTime: '2020-01-01' },
  }));
  const file = fileOf(conditions.map((each) => JSON.stringify(each)).join('\n'), 'many.ndjson');
  const abort = new AbortController();
  const emit = (said: { progress?: { unit: string } }) => {
    if (said.progress?.unit === 'records') abort.abort();
  };
  const [report] = await OPERATIONS.import({ home, emit: emit as never, signal: abort.signal }, { files: [file] });
  expect(report.interrupted).toBe(true);
  const [begun] = await OPERATIONS['records.sources'](contextOf(home), {});
  expect(begun.state).toBe('begun');
  const some = home.records.count(home.vault.subject().id);
  expect(some).toBeGreaterThan(0);
  expect(some).toBeLessThan(2_500);
  const again = await take(home, file);
  expect(again.records?.counts).toMatchObject({ read: 2_500, same: some, added: 2_500 - some });
  expect(await OPERATIONS['records.sources'](contextOf(home), {})).toMatchObject([{ id: begun.id, state: 'done' }]);
});

test('erasing the person erases her records at the relays too; erasing a series leaves them', async () => {
  const home = homes.make();
  const relay = await homes.relay(home.keys);
  useRelay(home, relay.url);
  await take(home, fileOf(bundle(hemoglobin(14.2))));
  await home.network.settle(8000);
  const authors = [...home.records.logs(), ...home.records.blobLogs()].map(({ stream }) => toHex(stream.author));
  expect(authors).toHaveLength(3);
  const held = () => relay.store.count({ authors });
  expect(held()).toBeGreaterThanOrEqual(3);
  const [{ key }] = await OPERATIONS.streams(contextOf(home), {});
  await OPERATIONS.erase(contextOf(home), { stream: key, confirm: key });
  expect(await list(home)).toHaveLength(1);
  await OPERATIONS.erase(contextOf(home), { subject: 'me', confirm: 'me' });
  expect(home.records.logs()).toEqual([]);
  expect(relay.store.count({ authors, kinds: [62] })).toBe(3);
  expect(held()).toBe(3);
}, 60_000);

test('another home of the same words: what the first one still wrote is taken in, its files included', async () => {
  const first = homes.make();
  const relay = await homes.relay(first.keys);
  useRelay(first, relay.url);
  await take(first, fileOf(bundle(hemoglobin(14.2)), 'a.json'));
  first.settle();
  await first.network.settle(20_000);
  const second = homes.open({ keys: first.keys });
  const source = new RelaySource(relay.url, first.keys.member);
  await source.open();
  await restoreFrom(second, source, () => {});
  await source.close();
  expect((await list(second)).map(({ value }) => value)).toEqual(['14.2 g/dL']);
  const late = bundle({ resourceType: 'Condition', id: 'late', code: { text: 'Late' }, onsetDateTime: '2024' });
  await take(first, fileOf(late, 'b.json'));
  await first.network.settle(20_000);
  useRelay(second, relay.url);
  await vi.waitFor(() => expect(first.vault.retiredBy).toBe(1), { timeout: 30_000 });
  await expect(async () => await take(first, fileOf(late, 'c.json'))).rejects.toBeDefined();
  await vi.waitFor(async () => expect((await list(second)).map(({ title }) => title)).toEqual(['Hemoglobin', 'Late']), {
    timeout: 30_000,
  });
  await vi.waitFor(
    async () => {
      const sources = await OPERATIONS['records.sources'](contextOf(second), {});
      expect(sources.flatMap(({ files }) => files.map(({ name, isWhole }) => [name, isWhole])).sort()).toEqual([
        ['a.json', true],
        ['b.json', true],
      ]);
    },
    { timeout: 30_000 },
  );
}, 120_000);

test('records, their history and their files outlive a restore from a backup and new words', async () => {
  const dir = join(homes.dir(), 'home');
  const { words } = await entry.createHome({ dir });
  const file = fileOf(DWAIN, 'dwain.json');
  const everything = async (of: string) => {
    const client = await entry.connectHome({ dir: of });
    const { records } = await client.call('records', { limit: 1000 });
    const some = await Promise.all(records.slice(0, 10).map(({ id }) => client.call('record', { record: id })));
    const out = join(homes.dir(), 'out');
    await client.call('records.export', { dir: out });
    await client.close();
    return { records, some, original: readFileSync(join(out, 'originals', `${SHA.slice(0, 8)}-dwain.json`)) };
  };
  const SHA = createHash('sha256').update(DWAIN).digest('hex');
  const client = await entry.connectHome({ dir });
  await client.call('import', { files: [file] });
  const { records } = await client.call('records', {});
  await client.call('record.amend', { record: records[0].id, text: 'Not so.' });
  const backup = join(homes.dir(), 'all.backup');
  await client.call('backup', { to: backup });
  await client.close();
  const before = await everything(dir);
  expect(before.original.equals(DWAIN)).toBe(true);
  expect(before.records).toHaveLength(96);
  const restored = join(homes.dir(), 'restored');
  await entry.restoreBackup({ dir: restored, words, file: backup });
  expect(await everything(restored)).toEqual(before);
  const again = await entry.connectHome({ dir });
  await again.call('rotate', {});
  await again.close();
  expect(await everything(dir)).toEqual(before);
}, 60_000);
