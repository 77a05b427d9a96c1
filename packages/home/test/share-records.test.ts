// Health records from one home to another over a real relay: two parts of them are shared, one comes, one is marked and goes, and all of it ends.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toHex } from '@hale/kernel';
import { afterEach, expect, test, vi } from 'vitest';
import type { OpenResult, ShareParameters } from '../src/api.ts';
import { Home } from '../src/home.ts';
import { OPERATIONS } from '../src/operations/index.ts';
import { RelaySource, restoreFrom } from '../src/restore.ts';
import { Homes, useRelay } from './homes.ts';

const homes = new Homes();
afterEach(() => homes.close());

const contextOf = (home: Home) => ({ home, emit: () => {}, signal: new AbortController().signal });
const patient = { reference: 'Patient/p' };
const PATIENT = {
  resourceType: 'Patient',
  id: 'p',
  identifier: [{ system: 'urn:hospital', value: '17' }],
  name: [{ family: 'Willms', given: ['Ann'] }],
  birthDate: '1980-05-02',
};
const problem = (id: string, text: string, more: object = {}) => ({
  ...{ resourceType: 'Condition', id, subject: patient, onsetDateTime: '2020-03-01', code: { text } },
  ...more,
});
const medicine = (id: string, text: string, more: object = {}) => ({
  ...{ resourceType: 'MedicationStatement', id, status: 'active', subject: patient, effectiveDateTime: '2021-01-01' },
  ...{ medicationCodeableConcept: { text }, ...more },
});

async function take(home: Home, ...resources: object[]): Promise<void> {
  const file = join(homes.dir(), 'hospital.json');
  const entry = resources.map((resource) => ({ resource }));
  writeFileSync(file, JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry }));
  await OPERATIONS.import(contextOf(home), { files: [file] });
}

const idOf = async (home: Home, title: string): Promise<string> => {
  const { records } = await OPERATIONS.records(contextOf(home), { limit: 1000 });
  const found = records.find((record) => record.title === title);
  if (!found) throw new Error(`no record ${title}`);
  return found.id;
};

const share = (home: Home, more: Partial<ShareParameters> & Pick<ShareParameters, 'records'>) =>
  OPERATIONS.share(contextOf(home), { streams: [], with: 'link', ...more });

const open = async (home: Home, grant: string): Promise<OpenResult> =>
  (await OPERATIONS.open(contextOf(home), { grant })) as OpenResult;

const wordsIn = ({ records }: OpenResult): string[] =>
  (records?.resources ?? [])
    .flatMap(({ code, medicationCodeableConcept }) => [code, medicationCodeableConcept])
    .flatMap((concept) => (concept as { text?: string } | undefined)?.text ?? [])
    .sort();

test('an entry whose file is kept back is named to her; with files there is nothing to name', async () => {
  const ann = homes.make();
  const lee = homes.make();
  const relay = await homes.relay(ann.keys, lee.keys);
  for (const home of [ann, lee]) useRelay(home, relay.url);
  const content = [{ attachment: { contentType: 'text/plain', data: 'SGVsbG8=', title: 'Letter' } }];
  await take(ann, PATIENT, {
    ...{ resourceType: 'DocumentReference', id: 'f', status: 'current', subject: patient, content },
    ...{ description: 'Letter to the family doctor' },
  });
  const records = { categories: ['documents' as const] };
  const kept = await share(ann, { records });
  expect(kept.preview.records).toMatchObject({
    ...{ withheldCount: 0, filesKeptCount: 1 },
    filesKept: [{ title: 'Letter to the family doctor' }],
  });
  const given = await share(ann, { records: { ...records, documents: true } });
  expect(given.preview.records).toMatchObject({ filesKeptCount: 0, filesKept: [] });
}, 60_000);

test('that records are chosen is said the same whether any is kept back or not', async () => {
  const ann = homes.make();
  const lee = homes.make();
  const relay = await homes.relay(ann.keys, lee.keys);
  for (const home of [ann, lee]) useRelay(home, relay.url);
  await take(ann, PATIENT, problem('a', 'Asthma'), problem('d', 'Depression'));
  const bundleOf = async (withhold: string[]) => {
    const { link } = await share(ann, { records: { categories: ['problems'], withhold } });
    await ann.network.settle(20_000);
    const opened = await OPERATIONS.open(contextOf(lee), { grant: link!, fhir: true });
    return opened.fhir as { meta: object; entry: object[] };
  };
  const [all, some] = [await bundleOf([]), await bundleOf([await idOf(ann, 'Depression')])];
  expect(some.entry.length).toBe(all.entry.length - 1);
  expect(all.meta).toMatchObject({ tag: [{ code: 'SUBSETTED' }] });
  expect(some.meta).toEqual(all.meta);
}, 60_000);

test('two parts of the record go from home to home, follow what changes, and end', async () => {
  const ann = homes.make();
  const lee = homes.make();
  const relay = await homes.relay(ann.keys, lee.keys);
  for (const home of [ann, lee]) useRelay(home, relay.url);
  await take(
    ann,
    PATIENT,
    problem('a', 'Asthma'),
    problem('d', 'Depression'),
    medicine('s', 'Salbutamol', { reasonReference: [{ reference: 'Condition/a', display: 'Asthma' }] }),
    {
      resourceType: 'Immunization',
      id: 'v',
      status: 'completed',
      patient,
      vaccineCode: { text: 'Influenza' },
      occurrenceDateTime: '2022-10-01',
    },
  );

  const withhold = [await idOf(ann, 'Depression')];
  const asked: ShareParameters['records'] = { categories: ['problems', 'medicines'], withhold, withholdAreas: ['hiv'] };
  const { link, preview, grant } = await share(ann, { records: asked });
  expect(preview.records).toMatchObject({ count: 3, withheldCount: 1, told: 'none' });
  expect(preview.sentence).toContain('problems, medicines of the health record');
  await ann.network.settle(20_000);
  const first = await open(lee, link!);
  expect(first.records).toMatchObject({ state: 'complete', count: 3, told: null });
  expect(wordsIn(first)).toEqual(['Asthma', 'Salbutamol']);
  const [condition] = first.records!.resources.filter(({ resourceType }) => resourceType === 'Condition');
  const [statement] = first.records!.resources.filter(({ resourceType }) => resourceType === 'MedicationStatement');
  expect(statement.reasonReference).toEqual([{ reference: `Condition/${condition.id}` }]);
  expect(JSON.stringify(first)).not.toContain('Willms');

  await take(ann, problem('m', 'Migraine'));
  ann.recordGrants.tick();
  await ann.network.settle(5000);
  expect(wordsIn(await open(lee, link!))).toEqual(['Asthma', 'Migraine', 'Salbutamol']);

  await OPERATIONS['record.label'](contextOf(ann), { record: await idOf(ann, 'Asthma'), add: ['hiv'] });
  await vi.waitFor(async () => {
    const left = await open(lee, link!);
    // What she takes for it is about the same, and goes with it.
    expect(wordsIn(left)).toEqual(['Migraine']);
    expect(JSON.stringify(left)).not.toContain(String(condition.id));
  }, 20_000);

  await OPERATIONS.revoke(contextOf(ann), { grant: grant.id });
  await expect(open(lee, link!)).rejects.toMatchObject({ code: 'expired' });
  const copies = ann.grants.get(grant.id).copies!;
  expect(ann.events.query({ kinds: [1980], authors: [toHex(copies.stream.author)] })).toEqual([]);
}, 60_000);

test('after a restore from a relay the same share goes on: nothing is written anew, and what is marked goes', async () => {
  const ann = homes.make();
  const lee = homes.make();
  const relay = await homes.relay(ann.keys, lee.keys);
  for (const home of [ann, lee]) useRelay(home, relay.url);
  await take(ann, PATIENT, problem('a', 'Asthma'), problem('m', 'Migraine'));
  const records = { categories: ['problems' as const], withholdAreas: ['hiv' as const] };
  const { link, grant } = await share(ann, { records });
  await ann.network.settle(20_000);
  const restored = homes.open({ keys: ann.keys });
  const source = new RelaySource(relay.url, ann.keys.member);
  await source.open();
  await restoreFrom(restored, source, () => {});
  await source.close();
  const { copies } = restored.grants.get(grant.id);
  const events = () => restored.vault.store.logEvents(copies!.number);
  const before = events();
  expect(before.length).toBeGreaterThan(1);
  restored.recordGrants.tick();
  expect(events()).toEqual(before);
  useRelay(restored, relay.url);
  await OPERATIONS['record.label'](contextOf(restored), { record: await idOf(restored, 'Asthma'), add: ['hiv'] });
  await vi.waitFor(async () => expect(wordsIn(await open(lee, link!))).toEqual(['Migraine']), { timeout: 20_000 });
}, 60_000);

test('a look before a share says the same as in a home that has just begun, after every change', async () => {
  const nowMicros = () => Date.UTC(2026, 0, 2) * 1000;
  const ann = homes.make({ nowMicros });
  await take(
    ann,
    ...[PATIENT, problem('a', 'Asthma'), problem('h', 'HIV infection'), medicine('l', 'Lithium')],
    { resourceType: 'Medication', id: 'i', code: { text: 'Ibuprofen' } },
    medicine('r', '', { medicationCodeableConcept: undefined, medicationReference: { reference: 'Medication/i' } }),
  );
  const withholdAreas = ['hiv' as const];
  const asked: ShareParameters = {
    ...{ streams: [], with: 'link', visit: 'gp' },
    records: { categories: ['people', 'problems', 'medicines'], withholdAreas, documents: true },
  };
  const looks = async (home: Home) => ({
    preview: await OPERATIONS['share.preview'](contextOf(home), asked),
    sensitive: await OPERATIONS['share.sensitive'](contextOf(home), asked),
  });
  const expectSame = async () => {
    const seen = await looks(ann);
    const fresh = new Home({ dir: ann.dir, keys: ann.keys, online: false, nowMicros });
    try {
      expect(await looks(fresh)).toEqual(seen);
    } finally {
      await fresh.close();
    }
    return seen.preview.records!;
  };
  const before = await expectSame();
  expect(before).toMatchObject({ count: 5, withheldCount: 1 });
  await OPERATIONS['record.label'](contextOf(ann), { record: await idOf(ann, 'Lithium'), add: ['hiv'] });
  const marked = await expectSame();
  expect(marked).toMatchObject({ count: 4, withheldCount: 2 });
  // What she takes for it bears on the ibuprofen that is given, which is named in a record of its own.
  expect(marked.warnings.map(({ rule }) => rule)).not.toEqual(before.warnings.map(({ rule }) => rule));
  await take(ann, PATIENT, problem('h', 'Sinusitis'));
  expect((await expectSame()).withheld.map(({ title }) => title)).toEqual(['Lithium']);
  await OPERATIONS['record.amend'](contextOf(ann), { record: await idOf(ann, 'Sinusitis'), text: 'It is over' });
  expect(await expectSame()).toMatchObject({ count: 6 });
}, 30_000);
