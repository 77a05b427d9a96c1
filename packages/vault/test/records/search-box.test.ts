// The box that people type into: words in three languages, times, kinds and people, with the reasons.
import { beforeAll, describe, expect, test } from 'vitest';
import type { RecordEntry, Resource } from '../../src/records/index.ts';
import { findInBox, parseBox, type RecordIndex } from '../../src/records/search/index.ts';
import { entriesOf, indexOf } from './search-samples.ts';

/** A Sunday. */
const NOW = Date.UTC(2026, 10, 29, 12) * 1000;
const coded = (code: string, display: string) => ({ coding: [{ system: 'http://loinc.org', code, display }] });

const small: Resource[] = [
  { resourceType: 'Patient', id: 'p', name: [{ family: 'Kowalska', given: ['Łucja'] }] },
  { resourceType: 'Practitioner', id: 'lee', name: [{ family: 'Lee', given: ['Ann'], prefix: ['Dr'] }] },
  { resourceType: 'Organization', id: 'county', name: 'County Hospital' },
  {
    ...{
      resourceType: 'Observation',
      id: 'ferritin',
      status: 'final',
      code: coded('2276-4', 'Ferritin [Mass/volume] in Serum'),
    },
    ...{
      category: [coded('laboratory', 'Laboratory')],
      effectiveDateTime: '2026-05-03',
      subject: { reference: 'Patient/p' },
    },
    ...{ performer: [{ reference: 'Practitioner/lee' }], note: [{ text: 'repeat after the summer' }] },
  },
  {
    ...{ resourceType: 'Observation', id: 'old', status: 'final', code: coded('2276-4', 'Ferritin') },
    ...{ effectiveDateTime: '2019-02-01', valueString: 'low' },
  },
  {
    ...{ resourceType: 'DiagnosticReport', id: 'report', status: 'final', code: { text: 'Laboratory report' } },
    ...{
      effectiveDateTime: '2026-05-03',
      result: [{ reference: 'Observation/ferritin' }],
      conclusion: 'iron stores are low',
    },
  },
  {
    ...{ resourceType: 'Immunization', id: 'flu', status: 'completed', vaccineCode: { text: 'Influenza, seasonal' } },
    ...{ occurrenceDateTime: '2025-10-12', location: { reference: 'Location/x', display: 'Village pharmacy' } },
  },
  {
    resourceType: 'Condition',
    id: 'pl',
    code: { text: 'Niedokrwistość z niedoboru żelaza' },
    onsetDateTime: '2025-03-20',
  },
  { resourceType: 'Condition', id: 'es', code: { text: 'Anemia ferropénica' }, onsetDateTime: '2025-11-28' },
  {
    resourceType: 'Encounter',
    id: 'visit',
    status: 'finished',
    class: { code: 'AMB' },
    type: [{ text: 'Check-up' }],
    period: { start: '2026-11-24' },
    serviceProvider: { reference: 'Organization/county' },
  },
  { resourceType: 'AllergyIntolerance', id: 'nuts', code: { text: 'Tree nuts' } },
];

let entries: RecordEntry[];
let index: RecordIndex;
beforeAll(async () => {
  entries = entriesOf(small.map((resource) => ({ resource, fullUrl: '', source: 'small' })));
  const about = entries.find(({ resource }) => resource.id === 'nuts')!.id;
  const words: Resource = { resourceType: 'Communication', payload: [{ contentString: 'it was my sister, not me' }] };
  entries.push({
    ...entriesOf([{ resource: words, fullUrl: '', source: 'own' }])[0],
    ...{ id: 'ffffffffffffffff', origin: 'overlay', overlay: { of: about }, sources: [] },
  });
  index = await indexOf(entries);
});

const find = (text: string) => {
  const found = findInBox(index, parseBox(text, NOW), { limit: 10 });
  return {
    ...found,
    names: found.hits.map(({ id }) => entries.find((each) => each.id === id)!.resource.id).join(' '),
    why: found.hits.map(({ reasons }) => reasons.map(({ field, text: of }) => `${field}: ${of}`).join('; ')),
  };
};

describe('words', () => {
  test.each([
    ['ferritin', 'ferritin old'],
    ['FERR', 'ferritin es old'],
    ['2276-4', 'ferritin old'],
    ['ferritin low', 'old'],
    ['Kowalska', 'p'],
    ['lucja', 'p'],
    ['Łucji', 'p'],
    ['żelazo', 'pl'],
    ['anemias', 'es'],
    ['ferropenica', 'es'],
    ['summer', 'ferritin'],
    ['sister', 'nuts'],
    ['pharmacy', 'flu'],
    ['nothing-like-it', ''],
    ['', 'visit ferritin report es flu pl old p lee county'],
  ])('%s', (text, expected) => expect(find(text).names).toBe(expected));
});

describe('times', () => {
  test.each([
    ['2019', 'old'],
    ['ferritin 2019', 'old'],
    ['ferritin last year', ''],
    ['last year', 'es flu pl'],
    ['w zeszłym roku', 'es flu pl'],
    ['el año pasado', 'es flu pl'],
    ['this year', 'visit ferritin report'],
    ['since March', 'visit ferritin report'],
    ['od marca', 'visit ferritin report'],
    ['desde marzo de 2026', 'visit ferritin report'],
    ['before 2020', 'old'],
    ['in May', 'ferritin report'],
    ['March 2025', 'pl'],
    ['w marcu 2025', 'pl'],
    ['last week', ''],
    ['this week', 'visit'],
    ['last 3 months', 'visit'],
    ['ostatnie 12 miesięcy', 'visit ferritin report'],
    ['2025-10', 'flu'],
    ['today', ''],
    // Not February, July or June: lutein, lipids and red cells.
    ['lutein', ''],
    ['lipidy', ''],
    ['czerwone', ''],
  ])('%s', (text, expected) => expect(find(text).names).toBe(expected));
});

describe('kinds and people', () => {
  test.each([
    ['vaccinations', 'flu'],
    ['szczepienia', 'flu'],
    ['vacunas', 'flu'],
    ['blood test', 'ferritin report old'],
    ['badania krwi 2019', 'old'],
    ['allergies', 'nuts'],
    ['alergie', 'nuts'],
    ['vaccinations 2025', 'flu'],
    ['Dr Lee', 'lee ferritin'],
    ['dr. lee this year', 'ferritin'],
    ['visits county', 'visit'],
    ['doctor', 'lee'],
    ['hospital', 'county'],
  ])('%s', (text, expected) => expect(find(text).names).toBe(expected));
});

describe('reasons', () => {
  test('say which words stand where', () => {
    expect(find('ferritin').why[0]).toBe('title: Ferritin [Mass/volume] in Serum');
    expect(find('ferritin low').why).toEqual(['title: Ferritin; value: low']);
    expect(find('Dr Lee').why[1]).toBe('person: Dr Ann Lee');
    expect(find('vaccinations').why).toEqual(['kind: ']);
    expect(find('sister').why).toEqual(['amendment: it was my sister, not me']);
  });

  test('name the report that a value is part of', () => {
    const report = entries.find(({ resource }) => resource.id === 'report')!.id;
    expect(find('ferritin').hits[0].within).toBe(report);
  });

  test('where no record has all words those come that have most, and it is told', () => {
    const found = find('ferritin low pharmacy');
    expect(found).toMatchObject({ isPartial: true, names: 'old' });
    expect(find('ferritin').isPartial).toBe(false);
  });
});

test('hidden records are no hits, name no person and hold no value', () => {
  const hide = (local: string) => (id: string) => id !== entries.find(({ resource }) => resource.id === local)!.id;
  const names = (text: string, local: string) =>
    findInBox(index, parseBox(text, NOW), { limit: 10, isVisible: hide(local) }).hits.map(({ id, within }) => [
      entries.find((each) => each.id === id)!.resource.id,
      within === undefined,
    ]);
  expect(names('ferritin', 'ferritin')).toEqual([['old', true]]);
  expect(names('lee', 'lee')).toEqual([]);
  expect(names('ferritin', 'report')[0]).toEqual(['ferritin', true]);
});
