/**
 * Makes specs/vectors/records.json: `node specs/make-vectors-records.ts`. Deterministic: every secret is the SHA-256 of its name, so two runs
 * write the same bytes, and a test holds the file against a fresh run.
 */
import { writeFileSync } from 'node:fs';
import { encodeCbor, sha256, toHex, utf8Encode } from '@hale/kernel';
import { keysOf, type RecordsVectors } from '@hale/testkit/vectors/records';
import {
  categoryOf,
  comparePersons,
  namesOf,
  packVersion,
  parseBlobPlace,
  parseFhirTime,
  personOf,
  type Resource,
  type VersionEntry,
} from '@hale/vault/records';

const bytes = (name: string) => sha256(utf8Encode(`hale vector/${name}`));
const AT = 1_795_256_430_000_000;

const KEYS = [
  ['records', 0, 0],
  ['records', 0, 1],
  ['records', 0, 14],
  ['records', 3, 5],
  ['blob', 0, 1],
  ['blob', 0, 4_294_967_295],
  ['blob', 3, 7],
] as const;

const VERSION: Omit<VersionEntry, 'parts'> = {
  ...{
    id: '0123456789abcdef',
    type: 'Condition',
    revision: 1,
    state: 'current',
    origin: 'imported',
    of: null,
    at: AT - 1,
    made: AT,
  },
  ...{
    from: { source: 'fedcba9876543210', localId: 'Condition/12', versionId: '3' },
    keys: ['cAAAAAAAAAAAA'],
    isBeside: false,
  },
  ...{ notes: [], sizeBytes: 14, json: bytes('json').slice(0, 12) },
};
const many = new Uint8Array(90_000).map((_, i) => bytes('long')[i % 32] ^ (i >> 5));
const VERSIONS: [string, Omit<VersionEntry, 'parts'>][] = [
  ['the first of a record', VERSION],
  ['one more source, word for word the same', { ...VERSION, revision: 0, json: null, sizeBytes: 0 }],
  ['another hospital’s word for it, kept beside', { ...VERSION, revision: 2, isBeside: true, notes: ['r5'] }],
  ['her own words to it', { ...VERSION, origin: 'overlay', of: '1111111111111111', from: null, at: null, keys: [] }],
  [
    'taken back',
    {
      ...VERSION,
      revision: 2,
      state: 'retracted',
      origin: 'overlay',
      of: '1111111111111111',
      from: null,
      json: null,
      sizeBytes: 0,
    },
  ],
  ['a long one, in three parts', { ...VERSION, json: many, sizeBytes: 200_000 }],
];

const concept = (system: string, code: string) => ({ coding: [{ system, code }] });
const RESOURCES: [string, Resource, string, string][] = [
  [
    'an immunization of a server',
    {
      ...{ resourceType: 'Immunization', id: '7', vaccineCode: concept('http://hl7.org/fhir/sid/cvx', '207') },
      ...{ occurrenceDateTime: '2021-03-04', lotNumber: ' AB1', meta: { lastUpdated: '2021-03-05T00:00:00Z' } },
    },
    'https://a.example/fhir',
    '',
  ],
  [
    'the same from elsewhere',
    {
      ...{ resourceType: 'Immunization', id: '7515d14b-843b-4210-8b6b-a33ab253d560', lotNumber: 'ab1' },
      ...{ occurrenceDateTime: '2021-03-04T09:00:00Z', vaccineCode: concept('http://hl7.org/fhir/sid/cvx', '207') },
    },
    '',
    'urn:uuid:7515d14b-843b-4210-8b6b-a33ab253d560',
  ],
  [
    'a patient with a number',
    { resourceType: 'Patient', id: 'p', identifier: [{ system: 'urn:oid:1.2.3', value: ' 42 ' }] },
    'https://a.example/fhir',
    'https://b.example/fhir/Patient/p/_history/2',
  ],
  [
    'a value with an accession number',
    {
      ...{
        resourceType: 'Observation',
        id: 'o',
        identifier: [{ system: 'lab', value: '9' }],
        code: concept('http://loinc.org', '718-7'),
      },
      ...{ effectiveDateTime: '2020-01-01T08:00:00+01:00', valueQuantity: { value: 14.2, unit: 'g/dL' } },
    },
    'https://a.example/fhir',
    '',
  ],
  ['a file without a server', { resourceType: 'Flag', id: '1' }, '', ''],
  [
    'what was entered in error',
    {
      resourceType: 'AllergyIntolerance',
      code: { text: 'Peanut' },
      verificationStatus: concept('x', 'entered-in-error'),
    },
    '',
    '',
  ],
  ['words for a code', { resourceType: 'AllergyIntolerance', code: { text: ' Peanut' } }, '', ''],
];

const CATEGORIES: Resource[] = [
  { resourceType: 'Condition' },
  { resourceType: 'Observation' },
  {
    resourceType: 'Observation',
    category: [concept('http://terminology.hl7.org/CodeSystem/observation-category', 'vital-signs')],
  },
  { resourceType: 'Observation', code: concept('http://loinc.org', '72166-2') },
  { resourceType: 'DiagnosticReport', category: [concept('http://terminology.hl7.org/CodeSystem/v2-0074', 'RAD')] },
  { resourceType: 'ExplanationOfBenefit' },
];
const TIMES = [
  '2019',
  '2019-04',
  '2019-04-02',
  '2019-04-02T11:30:00+02:00',
  '2019-04-02T11:30:00.123456789Z',
  '2019-04-02T11:30:00',
  '2019-02-29',
  'soon',
];

const person = (family: string, given: string[], birthDate: string, value = ''): Resource => ({
  ...{ resourceType: 'Patient', name: [{ family, given }], birthDate },
  ...(value === '' ? {} : { identifier: [{ system: 'urn:oid:1.2.3', value }] }),
});
const PERSONS: [Resource, Resource][] = [
  [person('Müller', ['Ann', 'Lea'], '1980-05-02', '1'), person('Kern', ['Eva'], '1991-01-01', '1')],
  [person('Müller', ['Ann', 'Lea'], '1980-05-02', '1'), person('MULLER', ['Lea'], '1980', '2')],
  [person('Müller', ['Ann'], '1980-05-02'), person('Müller', ['Eva'], '1980-05-02')],
  [person('Müller', ['Ann'], '1980-05-02'), { resourceType: 'Patient', name: [{ family: 'Müller' }] }],
];
const PLACES = ['hale-blob:7/153/100000000', 'hale-blob:0/0/1', 'hale-blob:7/153', 'hale-blob:-1/0/1', 'data:x'];

export function makeRecordsVectors(): string {
  const secret = toHex(bytes('subject'));
  const vectors: RecordsVectors = {
    keys: KEYS.map(([kind, series, n]) => keysOf(kind, secret, series, n)),
    versions: VERSIONS.map(([name, version]) => ({
      name,
      cbor: packVersion(version).map((each) => toHex(encodeCbor(each))),
    })),
    invalid: [
      { name: 'a map', cbor: toHex(encodeCbor({ id: '0123456789abcdef' })), error: 'corrupt' },
      { name: 'too short', cbor: toHex(encodeCbor(['0123456789abcdef', 1])), error: 'corrupt' },
    ],
    names: RESOURCES.map(([name, resource, system, fullUrl]) => ({
      ...{ name, resource, system, fullUrl },
      names: namesOf(resource, system, fullUrl),
    })),
    categories: CATEGORIES.map((resource) => ({ resource, category: categoryOf(resource) })),
    times: TIMES.map((written) => ({ written, micros: parseFhirTime(written)?.at ?? null })),
    persons: PERSONS.map(([known, found]) => ({ known, found, are: comparePersons(personOf(known), personOf(found)) })),
    places: PLACES.map((text) => ({ text, place: parseBlobPlace(text) })),
  };
  return `${JSON.stringify(vectors, null, 1)}\n`;
}

if (import.meta.main) writeFileSync(new URL('vectors/records.json', import.meta.url), makeRecordsVectors());
