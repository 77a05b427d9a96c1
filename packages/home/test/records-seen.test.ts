// Looking through the recipient's eyes: what the owner sees is, byte for byte, what the recipient's home shows; and what only the owner sees.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import type { OpenedRecords, OpenResult, ShareParameters } from '../src/api.ts';
import type { Home } from '../src/home.ts';
import { HOME_LIMITS } from '../src/limits.ts';
import { OPERATIONS } from '../src/operations/index.ts';
import { Homes, useRelay } from './homes.ts';

const homes = new Homes();
afterEach(() => homes.close());

const contextOf = (home: Home) => ({ home, emit: () => {}, signal: new AbortController().signal });
const subject = { reference: 'Patient/p' };
const problem = (id: string, code: object) => ({
  ...{ resourceType: 'Condition', id, subject, onsetDateTime: '2020-03-01', code },
});
const DEPRESSION = { coding: [{ system: 'http://snomed.info/sct', code: '35489007', display: 'Depressive disorder' }] };
const RECORDS = [
  { resourceType: 'Patient', id: 'p', name: [{ family: 'Willms' }], birthDate: '1980-05-02' },
  problem('a', { text: 'Asthma' }),
  problem('m', { text: 'Migraine' }),
  problem('d', { ...DEPRESSION, text: 'Low spirits' }),
  {
    ...{ resourceType: 'DocumentReference', id: 'l', status: 'current', subject, date: '2021-01-01T10:00:00Z' },
    ...{ type: { text: 'Letter' }, content: [{ attachment: { contentType: 'application/pdf', data: 'JVBERg==' } }] },
  },
];
const EVERYTHING: ShareParameters = {
  ...{ streams: [], with: 'link', as: 'Ann' },
  records: { categories: ['problems', 'documents', 'people'], anyTime: true },
};

async function filled(): Promise<Home> {
  const home = homes.make();
  const file = join(homes.dir(), 'hospital.json');
  const entry = RECORDS.map((resource) => ({ resource }));
  writeFileSync(file, JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry }));
  await OPERATIONS.import(contextOf(home), { files: [file] });
  return home;
}

const idOf = async (home: Home, title: string): Promise<string> => {
  const { records } = await OPERATIONS.records(contextOf(home), { limit: 1000 });
  return records.find((record) => record.title === title)?.id ?? '';
};
/** Names of copies are new in every grant, and with them the order of what has one time. */
const withoutNames = ({ listed }: OpenedRecords) => listed.map(({ id: _, ...rest }) => JSON.stringify(rest)).sort();

test('the owner sees what the recipient sees, byte for byte, also after something was taken back', async () => {
  const [ann, lee] = [await filled(), homes.make()];
  const relay = await homes.relay(ann.keys, lee.keys);
  for (const home of [ann, lee]) useRelay(home, relay.url);
  const asked: ShareParameters = {
    ...EVERYTHING,
    records: { ...EVERYTHING.records!, withholdAreas: ['mental-health'], documents: true },
  };
  const before = (await OPERATIONS['share.records'](contextOf(ann), asked)) as OpenedRecords;
  const { link, grant } = await OPERATIONS.share(contextOf(ann), asked);
  await ann.network.settle(20_000);
  const theirs = async () => ((await OPERATIONS.open(contextOf(lee), { grant: link! })) as OpenResult).records!;
  const eyes = async () => OPERATIONS['grants.records'](contextOf(ann), { grant: grant.id });

  const { mark, records } = await eyes();
  expect(JSON.stringify(records)).toBe(JSON.stringify(await theirs()));
  expect(records!.listed.map(({ title }) => title)).toEqual(expect.arrayContaining(['Asthma', 'Migraine', 'Letter']));
  expect(JSON.stringify(records)).not.toContain('Low spirits');
  expect(withoutNames(records!)).toEqual(withoutNames(before));
  expect(await OPERATIONS['grants.look'](contextOf(ann), { grant: grant.id })).toMatchObject({
    ...{ streams: [], unseen: { streams: [], records: 1 } },
  });
  // Nothing changed: nothing is sent again.
  const again = await OPERATIONS['grants.records'](contextOf(ann), { grant: grant.id, known: mark });
  expect(again).toEqual({ mark, records: null });

  const asthma = await idOf(ann, 'Asthma');
  expect(await OPERATIONS['record.readers'](contextOf(ann), { record: asthma })).toMatchObject([{ grant: grant.id }]);
  await OPERATIONS['record.label'](contextOf(ann), { record: asthma, add: ['mental-health'] });
  await vi.waitFor(async () =>
    expect(await OPERATIONS['record.readers'](contextOf(ann), { record: asthma })).toEqual([]),
  );
  await vi.waitFor(async () => expect(JSON.stringify(await theirs())).not.toContain('Asthma'), 20_000);
  expect(JSON.stringify((await eyes()).records)).toBe(JSON.stringify(await theirs()));

  await OPERATIONS.revoke(contextOf(ann), { grant: grant.id });
  expect((await eyes()).records).toBeNull();
}, 60_000);

test('a copy of records alone can be filed where the owner allows it, and she is told', async () => {
  const [ann, lee] = [await filled(), homes.make()];
  const relay = await homes.relay(ann.keys, lee.keys);
  for (const home of [ann, lee]) useRelay(home, relay.url);
  const { npub } = await OPERATIONS.whoami(contextOf(lee), {});
  const toLee = { ...EVERYTHING, with: npub, mayFile: true, allowClassic: true };
  const { grant } = await OPERATIONS.share(contextOf(ann), toLee);
  await ann.network.settle(20_000);
  const inbox = async () => OPERATIONS.inbox(contextOf(lee), { refresh: true });
  await vi.waitFor(async () => expect(await inbox()).toMatchObject([{ records: { categories: expect.any(Array) } }]), {
    timeout: 20_000,
    interval: 500,
  });
  const [item] = await inbox();
  const { bundle, readings, hash } = await OPERATIONS.file(contextOf(lee), { grant: item.grant });
  expect(readings).toBe(0);
  const { entry } = JSON.parse(bundle) as { entry: { resource: { resourceType: string } }[] };
  expect(entry.map(({ resource }) => resource.resourceType).sort()).toEqual([
    ...['Condition', 'Condition', 'Condition', 'DocumentReference', 'Patient'],
  ]);
  const told = async () => (await OPERATIONS.grants(contextOf(ann), {})).find(({ id }) => id === grant.id)?.filed;
  await vi.waitFor(async () => expect(await told()).toMatchObject([{ readings: 0, hash }]), 20_000);
}, 60_000);

test('what is sensitive is told with its reason, whatever is kept back already', async () => {
  const ann = await filled();
  for (const withholdAreas of [[], ['mental-health' as const]]) {
    const asked = { ...EVERYTHING, records: { ...EVERYTHING.records!, withholdAreas } };
    const { areas, documents } = await OPERATIONS['share.sensitive'](contextOf(ann), asked);
    expect(documents).toBe(1);
    expect(areas).toMatchObject([{ area: 'mental-health', count: 1, records: [{ title: 'Low spirits' }] }]);
    expect(areas[0].records[0].why).toMatchObject([{ code: '35489007' }]);
  }
  const others = { ...EVERYTHING, records: { categories: ['documents' as const], anyTime: true } };
  expect((await OPERATIONS['share.sensitive'](contextOf(ann), others)).areas).toEqual([]);
});

test('the words that she read are kept with the consent; too many are refused', async () => {
  const ann = await filled();
  useRelay(ann, (await homes.relay(ann.keys)).url);
  const words = 'Każdy, kto ma link, może czytać: problemy.';
  const { grant } = await OPERATIONS.share(contextOf(ann), { ...EVERYTHING, words });
  expect(grant.sentence).toBe(words);
  const kept = await OPERATIONS['grants.consent'](contextOf(ann), { grant: grant.id });
  expect(kept.sentence).toBe(words);
  expect(JSON.parse(kept.resource!)).toMatchObject({ resourceType: 'Consent', sourceAttachment: { title: words } });
  // What she leaves out stands in those words, and in her version alone.
  for (const words of ['Everything.', 'Left out: what is about mental health.']) {
    const wish = {
      ...EVERYTHING,
      words,
      records: { ...EVERYTHING.records!, withholdAreas: ['mental-health' as const] },
    };
    const { grant: made } = await OPERATIONS.share(contextOf(ann), wish);
    const entries = JSON.stringify(ann.grants.get(made.id).log.entries());
    expect(entries).toContain('sourceAttachment');
    expect(entries).not.toContain(words);
    expect(made.sentence).toBe(words);
  }
  const many = 'x'.repeat(HOME_LIMITS.consentUnitsMax + 1);
  await expect(OPERATIONS.share(contextOf(ann), { ...EVERYTHING, words: many })).rejects.toMatchObject({
    code: 'too-large',
  });
}, 30_000);
