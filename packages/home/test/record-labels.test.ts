// Labels of records through the door of a home: found by area, explained, raised and lowered, moved to new words, gone with the person.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ownerLabelEntries } from '@hale/vault';
import { afterEach, expect, test } from 'vitest';
import type { Parameters, Result } from '../src/api.ts';
import { home as entry } from '../src/compose.ts';
import type { Home } from '../src/home.ts';
import { OPERATIONS } from '../src/operations/index.ts';
import { Homes } from './homes.ts';

const homes = new Homes();
afterEach(() => homes.close());

const contextOf = (home: Home, phone?: string) => ({
  ...{ home, emit: () => {}, signal: new AbortController().signal },
  ...(phone === undefined ? {} : { phone }),
});
const DATA = new URL('../../../test/data/fhir/synthea/', import.meta.url).pathname;
const HELENA = 'Helena_Willms_6b12b22d-6dc2-486c-9526-8ac8524f6402.json';

function fileOf(bytes: string | Buffer): string {
  const path = join(homes.dir(), 'file.json');
  writeFileSync(path, bytes);
  return path;
}
const condition = {
  ...{ resourceType: 'Condition', id: 'c', onsetDateTime: '2024' },
  code: {
    coding: [{ system: 'http://hl7.org/fhir/sid/icd-10', code: 'F32.1', display: 'Moderate depressive episode' }],
  },
};
const bundle = JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry: [{ resource: condition }] });
const take = async (home: Home, file: string) => await OPERATIONS.import(contextOf(home), { files: [file] });
const list = async (home: Home, asked: Parameters<'records'> = {}) => await OPERATIONS.records(contextOf(home), asked);
const label = (home: Home, asked: Omit<Parameters<'record.label'>, 'record'>, phone?: string): Result<'record.label'> =>
  OPERATIONS['record.label'](contextOf(home, phone), {
    record: home.records.heads(home.vault.subject().id).next().value!.id,
    ...asked,
  }) as Result<'record.label'>;

test('an area finds its records, and a record says why', async () => {
  const home = homes.make();
  await take(home, fileOf(gunzipSync(readFileSync(join(DATA, `${HELENA}.gz`)))));
  const hiv = await list(home, { area: 'hiv', limit: 1000 });
  expect(hiv.total).toBeGreaterThan(2);
  expect(hiv.total).toBeLessThan(12);
  const tested = hiv.records.find(({ type }) => type === 'Procedure')!;
  const { labels } = await OPERATIONS.record(contextOf(home), { record: tested.id });
  expect(labels).toMatchObject({ confidentiality: 'R', said: null, opaque: false, areas: ['hiv', 'pregnancy'] });
  expect(labels.labels[0]).toMatchObject({ code: 'HIV', why: { code: '31676001' } });
  expect((await list(home, { area: 'violence' })).total).toBe(0);
  await expect(async () => await list(home, { area: 'teeth' as 'hiv' })).rejects.toMatchObject({ code: 'usage' });
});

test('she lowers and raises; a phone does too, and it is remembered which', async () => {
  const home = homes.make();
  await take(home, fileOf(bundle));
  expect(await label(home, { drop: ['mental-health'], add: ['genetics'] }, 'phone-7')).toMatchObject({
    areas: ['genetics'],
    said: { add: ['genetics'], drop: ['mental-health'], by: 'phone-7' },
  });
  expect((await list(home, { area: 'mental-health' })).total).toBe(0);
  expect((await list(home, { area: 'genetics' })).total).toBe(1);
  expect(await label(home, { reset: true })).toMatchObject({ areas: ['mental-health'], said: null });
  expect(await label(home, { reset: true, add: ['hiv'] })).toMatchObject({ areas: ['mental-health', 'hiv'] });
});

test.each<[string, object]>([
  ['an area that nobody knows', { add: ['my secret word'] }],
  ['nothing', {}],
  ['both at once', { add: ['hiv'], drop: ['hiv'] }],
])('refused: %s', async (_, asked) => {
  const home = homes.make();
  await take(home, fileOf(bundle));
  const refused = await Promise.resolve()
    .then(() => label(home, asked))
    .catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'usage' });
  expect(String(refused)).not.toContain('secret');
  expect(ownerLabelEntries(home.vault.state)).toEqual([]);
});

test('erasing the person erases what she said of her records', async () => {
  const home = homes.make();
  await take(home, fileOf(bundle));
  await label(home, { add: ['hiv'] });
  expect(ownerLabelEntries(home.vault.state)).toHaveLength(1);
  await OPERATIONS.erase(contextOf(home), { subject: 'me', confirm: 'me' });
  expect(ownerLabelEntries(home.vault.state)).toEqual([]);
});

test('new words keep what she said: a record that was raised stays raised', async () => {
  const dir = join(homes.dir(), 'home');
  await entry.createHome({ dir });
  const client = await entry.connectHome({ dir });
  await client.call('import', { files: [fileOf(bundle)] });
  const { records } = await client.call('records', {});
  await client.call('record.label', { record: records[0].id, add: ['hiv'], drop: ['mental-health'] });
  await client.call('rotate', {});
  await client.close();
  const again = await entry.connectHome({ dir });
  const shown = await again.call('record.labels', { record: records[0].id });
  await again.close();
  expect(shown).toMatchObject({ areas: ['hiv'], said: { add: ['hiv'], drop: ['mental-health'] } });
}, 60_000);
