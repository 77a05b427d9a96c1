// Visits at home: what each needs of this person becomes a share, its preview warns the owner, and the wish that is made of it is the same without.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { ShareParameters, VisitOffer } from '../src/api.ts';
import type { Home } from '../src/home.ts';
import { OPERATIONS } from '../src/operations/index.ts';
import { wishOf } from '../src/operations/share.ts';
import { Homes } from './homes.ts';

const homes = new Homes();
afterEach(() => homes.close());

const contextOf = (home: Home) => ({ home, emit: () => {}, signal: new AbortController().signal });
const subject = { reference: 'Patient/p' };
const medicine = (id: string, text: string) => ({
  ...{ resourceType: 'MedicationStatement', id, status: 'active', subject },
  medicationCodeableConcept: { text },
});
const RESOURCES = [
  { resourceType: 'Patient', id: 'p', name: [{ family: 'Willms' }], birthDate: '1980-05-02' },
  ...[medicine('s', 'Sildenafil 50 mg'), medicine('i', 'Isosorbide mononitrate'), medicine('l', 'Lithium 450 mg')],
  { resourceType: 'AllergyIntolerance', id: 'a', patient: subject, code: { text: 'Latex' } },
  { resourceType: 'Coverage', id: 'c', status: 'active', beneficiary: subject, payor: [{ display: 'Insurance' }] },
];

async function homeWithRecords(): Promise<Home> {
  const home = homes.make();
  const file = join(homes.dir(), 'hospital.json');
  const entry = RESOURCES.map((resource) => ({ resource }));
  writeFileSync(file, JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry }));
  await OPERATIONS.import(contextOf(home), { files: [file] });
  return home;
}

const offerOf = async (home: Home, visit: string, place?: string): Promise<VisitOffer> => {
  const offers = await OPERATIONS['share.templates'](contextOf(home), place === undefined ? {} : { place });
  return offers.find((offer) => offer.visit === visit)!;
};
const preview = (home: Home, parameters: ShareParameters) => OPERATIONS['share.preview'](contextOf(home), parameters);
const titles = (records: { title: string }[]) => records.map(({ title }) => title).sort();

test('what a visit needs is previewed as it is offered, and warns where something hidden matters', async () => {
  const home = await homeWithRecords();
  const { asked } = await offerOf(home, 'dentist');
  expect(asked).toMatchObject({ visit: 'dentist', streams: [], purpose: 'Dentist', purposeCode: 'TREAT' });
  const { records, sentence } = await preview(home, { ...asked, with: 'link' });
  expect(titles(records!.given)).toEqual(expect.arrayContaining(['Isosorbide mononitrate', 'Latex']));
  expect(titles(records!.withheld)).toEqual(['Lithium 450 mg', 'Sildenafil 50 mg']);
  expect(records!.warnings).toMatchObject([
    {
      rule: 'pde5-nitrate',
      onVisit: false,
      hidden: [{ title: 'Sildenafil 50 mg' }],
      shown: [{ title: 'Isosorbide mononitrate' }],
    },
    { rule: 'lithium-kidney', onVisit: true, hidden: [{ title: 'Lithium 450 mg' }], shown: [] },
  ]);
  expect(sentence).not.toMatch(/lithium|sildenafil/i);
  expect(titles(records!.given)).not.toContain('Insurance');
});

test('what she shows at a warning is given in spite of what it is about, and the warning is gone', async () => {
  const home = await homeWithRecords();
  const { asked } = await offerOf(home, 'dentist');
  const before = await preview(home, { ...asked, with: 'link' });
  const show = before.records!.warnings.flatMap(({ hidden }) => hidden.map(({ id }) => id.slice(0, 8)));
  const { records } = await preview(home, { ...asked, with: 'link', records: { ...asked.records!, show } });
  expect(titles(records!.given)).toEqual(expect.arrayContaining(['Lithium 450 mg', 'Sildenafil 50 mg']));
  expect(records).toMatchObject({ warnings: [], withheldCount: 0 });
  // What is hidden by hand stays hidden.
  const withhold = [show[0]];
  const kept = await preview(home, { ...asked, with: 'link', records: { ...asked.records!, show, withhold } });
  expect(kept.records!.warnings.map(({ rule }) => rule)).toEqual(['pde5-nitrate']);
});

test('the visit makes no difference to what is shared', async () => {
  const home = await homeWithRecords();
  const { asked } = await offerOf(home, 'dentist');
  const { visit, ...plain } = asked;
  expect(visit).toBe('dentist');
  const wish = wishOf(home, { ...asked, with: 'link' }, null);
  // The time at which it begins is that of the question.
  const { from } = wish.scope;
  const without = wishOf(home, { ...plain, with: 'link' }, null);
  expect({ ...wish, scope: { ...wish.scope, from } }).toEqual({ ...without, scope: { ...without.scope, from } });
  expect(JSON.stringify(wish.scope)).not.toMatch(/withhold|mental|warning/);
  expect(wish.scope).toMatchObject({ purpose: { code: 'TREAT', text: 'Dentist' }, streams: [] });
});

test('told by the place; a visit that there is not, and one that does not fit', async () => {
  const home = await homeWithRecords();
  expect((await offerOf(home, 'anaesthesia')).asked.records?.told).toBe('none');
  expect((await offerOf(home, 'anaesthesia', 'fr')).asked.records?.told).toBe('none');
  expect((await offerOf(home, 'anaesthesia', 'us')).asked.records).toMatchObject({
    told: 'exists',
    jurisdiction: 'US',
  });
  await expect(offerOf(home, 'anaesthesia', 'France')).rejects.toMatchObject({ code: 'usage' });
  expect((await offerOf(home, 'vet')).fits).toBe(false);
  const asked = (await offerOf(home, 'skin')).asked;
  await expect(async () => preview(home, { ...asked, with: 'link', visit: 'manicure' })).rejects.toMatchObject({
    code: 'usage',
  });
});

test('series of a visit have each their own level, and the sentence tells the time of both', async () => {
  const home = await homeWithRecords();
  const about = { subject: home.vault.subject().id, ucum: '1', factor: 1, origin: 0, loinc: null, dayOffsetMinutes: 0 };
  for (const [kind, nominalPeriodSeconds] of [
    ['heart-rate', 1],
    ['body-weight', 86_400],
  ] as const)
    home.vault.addStream({
      ...{ ...about, key: kind, kind, title: kind, nominalPeriodSeconds, edges: [], device: null, source: kind },
    });
  const { asked } = await offerOf(home, 'anaesthesia');
  const { streams, sentence } = await preview(home, { ...asked, with: 'link' });
  expect(streams.map(({ key, level }) => `${key} ${level}`).sort()).toEqual(['body-weight raw', 'heart-rate 1h']);
  expect(sentence).toContain('Records are of any time.');
});
