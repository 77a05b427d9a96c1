// FHIR's grammar of search: what comes beside the matches, in which order, who sees what; and that nothing which is not understood is passed over.
import { beforeAll, describe, expect, test } from 'vitest';
import type { RecordEntry, Resource } from '../../src/records/index.ts';
import {
  decodeSnapshot,
  encodeSnapshot,
  type RecordIndex,
  searchParameters,
  searchRecords,
} from '../../src/records/search/index.ts';
import { entriesOf, indexOf, resolverOf, samples } from './search-samples.ts';

const OPTIONS = { nowMicros: Date.UTC(2026, 10, 29) * 1000 };
const LOINC = 'http://loinc.org';

const small: Resource[] = [
  {
    resourceType: 'Patient',
    id: 'p1',
    gender: 'female',
    name: [{ family: 'Żółkiewska', given: ['Maria'] }],
    birthDate: '1970-02-03',
  },
  {
    resourceType: 'Patient',
    id: 'p2',
    gender: 'male',
    name: [{ family: 'Lee' }],
    generalPractitioner: [{ reference: 'Practitioner/d1' }],
  },
  { resourceType: 'Practitioner', id: 'd1', name: [{ family: 'Núñez', prefix: ['Dr'] }] },
  { resourceType: 'Organization', id: 'o1', name: 'County Hospital', partOf: { reference: 'Organization/o2' } },
  { resourceType: 'Organization', id: 'o2', name: 'Health Trust' },
  {
    resourceType: 'Encounter',
    id: 'e1',
    status: 'finished',
    subject: { reference: 'Patient/p1' },
    serviceProvider: { reference: 'Organization/o1' },
  },
  ...[3.1, 5.4, 9.9].map((value, i) => ({
    resourceType: 'Observation',
    id: `b${i}`,
    status: i === 2 ? 'preliminary' : 'final',
    meta: { tag: [{ system: 'urn:t', code: 'mine' }], lastUpdated: `2020-0${i + 1}-01T00:00:00Z` },
    code: { coding: [{ system: LOINC, code: '2276-4', display: 'Ferritin' }] },
    subject: i === 1 ? { reference: 'Patient/p2', type: 'Patient' } : { reference: 'Patient/p1' },
    encounter: { reference: 'Encounter/e1' },
    performer: [{ reference: 'Practitioner/d1' }, { identifier: { system: 'urn:npi', value: '77' } }],
    effectiveDateTime: `201${i}-05-03T23:30:00-05:00`,
    valueQuantity: { value, unit: 'ug/L', system: 'http://unitsofmeasure.org', code: 'ug/L' },
  })),
];

const entries = entriesOf(small.map((resource) => ({ resource, fullUrl: '', source: 'small' })));
const idOf = (local: string) => entries.find(({ resource }) => resource.id === local)!.id;
let index: RecordIndex;
beforeAll(async () => {
  index = await indexOf(entries);
});

const named = (ids: readonly string[]) =>
  ids.map((id) => entries.find((each) => each.id === id)!.resource.id as string);
const ask = (query: string, isVisible?: (id: string) => boolean) => {
  const found = searchRecords(index, query, { ...OPTIONS, ...(isVisible ? { isVisible } : {}) });
  return { ids: named(found.ids), included: named(found.included).sort(), total: found.total };
};

describe('what is found', () => {
  test.each([
    ['Observation?code=2276-4', 'b2 b1 b0'],
    ['Observation?code=http://loinc.org|2276-4&status=final', 'b1 b0'],
    ['Observation?code=http://loinc.org|', 'b2 b1 b0'],
    ['Observation?code=|2276-4', ''],
    ['Observation?code:not=2276-4', ''],
    ['Observation?status:not=final', 'b2'],
    ['Observation?code:text=ferr', 'b2 b1 b0'],
    ['Observation?code:in=x', Error],
    ['Observation?value-quantity=5.4', 'b1'],
    ['Observation?value-quantity=5', 'b1'],
    ['Observation?value-quantity=5.40', 'b1'],
    ['Observation?value-quantity=5.41', ''],
    ['Observation?value-quantity=gt5.4', 'b2'],
    ['Observation?value-quantity=ge0.0054|http://unitsofmeasure.org|mg/L', 'b2 b1'],
    ['Observation?value-quantity=ge5.4||ug/L', 'b2 b1'],
    ['Observation?value-quantity=5.4|http://unitsofmeasure.org|cm', ''],
    ['Observation?date=2011-05-04', 'b1'],
    ['Observation?date=2011-05-03', ''],
    ['Observation?date=2011-05-03T23:30:00-05:00', 'b1'],
    ['Observation?date=2011-05-04T04:30:00Z', 'b1'],
    ['Observation?date=ge2011&date=lt2012', 'b1'],
    ['Observation?date=2010,2012', 'b2 b0'],
    ['Observation?date=ap2011-05-04', 'b2 b1 b0'],
    ['Observation?date=ap2025', ''],
    ['Observation?_tag=urn:t|mine&_lastUpdated=2020-02', 'b1'],
    ['Observation?_id=b0,b1', 'b1 b0'],
    ['Observation?subject=Patient/p2', 'b1'],
    ['Observation?subject=p2', 'b1'],
    ['Observation?subject:Patient=p2', 'b1'],
    ['Observation?subject:Group=p2', ''],
    ['Observation?patient=p1', 'b2 b0'],
    ['Observation?performer:identifier=urn:npi|77', 'b2 b1 b0'],
    ['Observation?performer:missing=true', ''],
    ['Observation?patient.name=ZOLK', 'b2 b0'],
    ['Observation?subject:Patient.name:exact=%C5%BB%C3%B3%C5%82kiewska', 'b2 b0'],
    ['Observation?subject:Patient.general-practitioner.name=nunez', 'b1'],
    ['Observation?encounter.service-provider.partof.name=health', 'b2 b1 b0'],
    ['Patient?_has:Observation:patient:value-quantity=gt9', 'p1'],
    ['Patient?_has:Observation:patient:status=final&gender=male', 'p2'],
    ['Practitioner?_has:Observation:performer:_has:Observation:focus:code=x', ''],
    ['Organization?_has:Encounter:service-provider:_has:Observation:encounter:value-quantity=3.1', 'o1'],
    ['Patient?name:contains=kiew', 'p1'],
    ['Patient?birthdate=1970-02', 'p1'],
    ['Patient?gender=http://hl7.org/fhir/administrative-gender|male', 'p2'],
    ['?_id=p1', 'p1'],
    ['?_type=Patient,Practitioner&_sort=_id', 'p1 p2 d1'],
    ['Observation?_sort=value-quantity', 'b0 b1 b2'],
    ['Observation?_sort=-date', 'b2 b1 b0'],
    ['Observation?_sort=status,-value-quantity', 'b1 b0 b2'],
    ['Observation?_count=1&_offset=1', 'b1'],
    ['Observation?_summary=count', ''],
    ['Observation?_content=ferritin', 'b2 b1 b0'],
    ['Observation?code-value-quantity=2276-4$gt5', 'b2 b1'],
  ])('%s', (query, expected) => {
    if (expected === Error) expect(() => ask(query)).toThrow();
    else expect(ask(query).ids.join(' ')).toBe(expected);
  });

  test('an answer that counts tells all of them', () => {
    expect(ask('Observation?_summary=count').total).toBe(3);
    expect(ask('Observation?_count=1').total).toBe(3);
  });

  test('commas, bars and backslashes are escaped', async () => {
    const strange = entriesOf([
      { resource: { resourceType: 'Organization', id: 's', name: 'A, B | C $ D \\ E' }, fullUrl: '', source: 'x' },
    ]);
    const other = await indexOf(strange);
    const query = `Organization?name:exact=${encodeURIComponent('A\\, B \\| C \\$ D \\\\ E')}`;
    expect(searchRecords(other, query, OPTIONS).total).toBe(1);
  });
});

describe('what comes beside', () => {
  test.each([
    ['Observation?_id=b1&_include=Observation:subject', 'p2'],
    ['Observation?_id=b1&_include=Observation:subject:Group', ''],
    ['Observation?_id=b1&_include=Observation:subject&_include:iterate=Patient:general-practitioner', 'd1 p2'],
    ['Observation?_id=b1&_include=*', 'd1 e1 p2'],
    [
      'Observation?_id=b0&_include=Observation:encounter&_include:iterate=Encounter:service-provider&_include:iterate=Organization:partof',
      'e1 o1 o2',
    ],
    ['Patient?_id=p1&_revinclude=Observation:patient', 'b0 b2'],
    ['Patient?_id=p1&_revinclude=Observation:patient&_revinclude=Encounter:subject', 'b0 b2 e1'],
    [
      'Organization?_id=o2&_revinclude:iterate=Organization:partof&_revinclude:iterate=Encounter:service-provider',
      'e1 o1',
    ],
  ])('%s', (query, expected) => expect(ask(query).included.join(' ')).toBe(expected));
});

describe('nothing is passed over silently', () => {
  test.each([
    ['Observation?colour=red', /no search parameter “colour”/],
    ['Observation?valuequantity=3', /no search parameter/],
    ['Obs?code=1', /no type of record/],
    ['Observation?code:exact=1', /no modifier/],
    ['Observation?code:in=http://x', /terminology/],
    ['Observation?date=May', /date like/],
    ['Observation?date=2019-13', /date like/],
    ['Observation?value-quantity=high', /number like/],
    ['Observation?value-quantity=5|x', /number\|system\|code/],
    ['Observation?code=', /empty value/],
    ['Observation?code=a,,b', /empty value/],
    ['Observation?code', /name=value/],
    ['Observation?code=%E0%A4%A', /begins no character/],
    ['Observation?subject.colour=red', /no search parameter/],
    ['Observation?code.name=red', /no reference/],
    ['Observation?subject:Dog.name=red', /no type of record/],
    ['Patient?_has:Observation:code:code=1', /no reference/],
    ['Patient?_has:Observation:encounter:code=1', /never leads to Patient/],
    ['Patient?_has:Observation:patient=1', /_has is written/],
    ['Observation?_sort=colour', /no search parameter/],
    ['Observation?_count=many', /whole number/],
    ['Observation?_include=Observation:code', /no reference/],
    ['Observation?_include=colour', /Type:parameter/],
    ['Observation?_revinclude=Encounter:subject', /never leads/],
    ['Observation?_summary=true', /_elements/],
    ['Observation?performer:missing=perhaps', /true or false/],
    ['Observation?code-value-quantity=1', /2 values/],
    ['Location?near=1', /no search parameter/],
    ['Observation?_filter=x', /no search parameter/],
  ])('%s', (query, message) => expect(() => ask(query)).toThrow(message));
});

describe('who may not see a record is answered as if it were not there', () => {
  const without = (hidden: string) => (id: string) => id !== idOf(hidden);

  test('in matches, chains, _has, includes and totals', () => {
    expect(ask('Observation?code=2276-4', without('b1'))).toEqual({ ids: ['b2', 'b0'], included: [], total: 2 });
    expect(ask('Observation?patient.name=zolk', without('p1')).total).toBe(0);
    expect(ask('Patient?_has:Observation:patient:value-quantity=gt9', without('b2')).total).toBe(0);
    expect(ask('Observation?_id=b1&_include=Observation:subject', without('p2')).included).toEqual([]);
    expect(ask('Patient?_id=p1&_revinclude=Observation:patient', without('b0')).included).toEqual(['b2']);
    expect(ask(`Observation?encounter.service-provider.name=county`, without('e1')).total).toBe(0);
    expect(ask('Observation?_content=ferritin', without('b0')).total).toBe(2);
  });
});

describe('kept up', () => {
  test('changed records are found as they are now, retracted ones and amendments not at all', async () => {
    const own = await indexOf(entries);
    const changed = (id: string, by: Partial<RecordEntry>): RecordEntry => {
      const entry = entries.find((each) => each.id === idOf(id))!;
      return { ...entry, revision: 2, changedAt: entry.changedAt + 1, ...by };
    };
    const resource = { ...small.find(({ id }) => id === 'b0')!, status: 'amended' } as Resource;
    expect(own.holds(entries[0])).toBe(true);
    const next = changed('b0', { resource });
    expect(own.holds(next)).toBe(false);
    own.put([
      next,
      changed('b1', { state: 'retracted' }),
      changed('b2', { origin: 'overlay', overlay: { of: idOf('p1') } }),
    ]);
    expect(own.holds(next)).toBe(true);
    for (const _ of own.following(resolverOf(entries)));
    const total = (query: string) => searchRecords(own, query, OPTIONS).total;
    expect(total('Observation?status=final')).toBe(0);
    expect(total('Observation?status=amended')).toBe(1);
    expect(total('Observation?code=2276-4')).toBe(1);
    expect(total('Patient?_has:Observation:patient:code=2276-4')).toBe(1);
    expect(own.columns.get('Observation.status')?.rows).toBe(1);
  });

  test('a snapshot answers as the index that it was made of', async () => {
    const all = entriesOf(samples());
    const made = await indexOf(all);
    const bytes = encodeSnapshot(made);
    const again = decodeSnapshot(bytes, await searchParameters());
    const queries = [
      'Observation?date=ge2010&_sort=date&_count=1000',
      'Observation?value-quantity=gt100&_count=1000',
      'Patient?_has:Observation:patient:code=8302-2',
      'Observation?component-code-value-quantity=8480-6$gt100&_count=1000',
      'MedicationRequest?patient.name=a&_include=MedicationRequest:requester&_count=1000',
      'Condition?code:text=ac&_count=1000',
    ];
    for (const query of queries)
      expect(searchRecords(again, query, OPTIONS)).toEqual(searchRecords(made, query, OPTIONS));
    again.put([{ ...all[0], revision: 2, changedAt: all[0].changedAt + 5 }]);
    expect(encodeSnapshot(decodeSnapshot(encodeSnapshot(again), await searchParameters()))).toEqual(
      encodeSnapshot(again),
    );
    const parts = bytes.slice();
    parts[1] ^= 2;
    expect(() => decodeSnapshot(parts, index.parameters)).toThrow();
  });
});
