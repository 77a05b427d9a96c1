// Every rule once: a record that breaks it and nothing else of note, and the same record put right.
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Checker, invariantKeys, loadChecker } from '../../src/records/check/index.ts';
import { INVARIANT_CASES } from './check-invariants.ts';

type Json = Record<string, unknown>;

let checker: Checker;
beforeAll(async () => {
  checker = await loadChecker((bytes) => createHash('sha1').update(bytes).digest());
});

const found = (resource: unknown) =>
  checker
    .check(resource)
    .filter(({ severity }) => severity !== 'information')
    .map(({ rule }) => rule);

const CODE = { text: 'x' };
const patient = (of: Json) => ({ resourceType: 'Patient', ...of });
const observation = (of: Json) => ({ resourceType: 'Observation', status: 'final', code: CODE, ...of });
const basic = (of: Json) => ({ resourceType: 'Basic', code: CODE, ...of });
const div = (inner: string) =>
  patient({ text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${inner}</div>` } });
const A = 'urn:uuid:11111111-1111-4111-8111-111111111111';
const B = 'urn:uuid:22222222-2222-4222-8222-222222222222';
const HL7 = 'http://hl7.org/fhir/StructureDefinition/';

/** Rule, a record that breaks it, one that does not. */
const STRUCTURE: readonly (readonly [rule: string, wrong: unknown, right: unknown])[] = [
  ['type', null, patient({})],
  ['type', [], patient({})],
  ['resource-type', {}, patient({})],
  ['resource-type', { resourceType: 'Pacjent' }, patient({})],
  ['resource-type', { resourceType: 'DomainResource' }, patient({})],
  ['resource-type', { resourceType: 'constructor' }, patient({})],
  ['unknown-field', patient({ haircolour: 'red' }), patient({ gender: 'female' })],
  ['unknown-field', patient({ constructor: 'x' }), patient({})],
  [
    'unknown-field',
    patient({ contact: [{ name: { nickname: 'x' } }] }),
    patient({ contact: [{ name: { text: 'x' } }] }),
  ],
  ['unknown-field', observation({ valueDecimal: 1 }), observation({ valueInteger: 1 })],
  [
    'unknown-field',
    patient({ _name: [{ id: 'a' }] }),
    patient({ _birthDate: { id: 'a', extension: [{ url: 'http://e.org/x', valueCode: 'y' }] } }),
  ],
  ['missing', { resourceType: 'Observation', code: CODE }, observation({})],
  [
    'missing',
    { resourceType: 'MedicationRequest', status: 'active', intent: 'order', subject: { display: 'x' } },
    observation({}),
  ],
  ['choice', observation({ valueString: 'a', valueInteger: 1 }), observation({ valueString: 'a' })],
  ['list', patient({ name: { text: 'x' } }), patient({ name: [{ text: 'x' }] })],
  ['list', patient({ gender: ['male'] }), patient({ gender: 'male' })],
  ['empty-list', patient({ name: [] }), patient({})],
  ['empty', patient({ gender: null }), patient({})],
  [
    'empty',
    patient({ name: [{ given: ['a', null] }] }),
    patient({
      name: [{ given: ['a', null], _given: [null, { extension: [{ url: 'http://e.org/x', valueCode: 'y' }] }] }],
    }),
  ],
  ['ele-1', patient({ maritalStatus: {} }), patient({ maritalStatus: CODE })],
  ['ele-1', patient({ maritalStatus: { id: 'a' } }), patient({ maritalStatus: { id: 'a', text: 'x' } })],
  ['type', patient({ active: 'true' }), patient({ active: true })],
  ['type', patient({ birthDate: 2000 }), patient({ birthDate: '2000' })],
  ['type', patient({ maritalStatus: 'married' }), patient({ maritalStatus: CODE })],
  ['number', patient({ multipleBirthInteger: 1.5 }), patient({ multipleBirthInteger: 1 })],
  ['number', patient({ telecom: [{ rank: 0 }] }), patient({ telecom: [{ rank: 1 }] })],
  ['empty-text', patient({ language: '' }), patient({ language: 'pl' })],
  ['empty-text', patient({ name: [{ text: ' ' }] }), patient({ name: [{ text: 'x' }] })],
  ['control-character', patient({ name: [{ text: 'a\u0000b' }] }), patient({ name: [{ text: 'a\tb' }] })],
  ['html', patient({ name: [{ text: '<script>x' }] }), patient({ name: [{ text: 'a <5 mg, b> <id>' }] })],
  ['html', patient({ name: [{ text: 'a <b>x</b>' }] }), patient({ name: [{ text: 'a < b > c' }] })],
  ['code', patient({ language: 'pl ' }), patient({ language: 'pl' })],
  ['id', patient({ id: 'a_b' }), patient({ id: 'a-b.C1' })],
  ['id', patient({ id: 'a'.repeat(65) }), patient({ id: 'a'.repeat(64) })],
  ['date', patient({ birthDate: '2023-02-29' }), patient({ birthDate: '2024-02-29' })],
  ['date', patient({ birthDate: '1900-02-29' }), patient({ birthDate: '2000-02-29' })],
  ['date', patient({ birthDate: '24.12.2020' }), patient({ birthDate: '2020-12' })],
  ['date', observation({ issued: '2020-01-01' }), observation({ issued: '2020-01-01T00:00:00.5+01:00' })],
  [
    'time',
    observation({ effectiveDateTime: '2020-01-01T25:00:00Z' }),
    observation({ effectiveDateTime: '2020-01-01T23:59:60Z' }),
  ],
  ['time', observation({ valueTime: '9:00' }), observation({ valueTime: '09:00:00' })],
  [
    'time-zone',
    observation({ effectiveDateTime: '2020-01-01T10:00:00' }),
    observation({ effectiveDateTime: '2020-01-01T10:00:00-02:00' }),
  ],
  [
    'base64',
    patient({ photo: [{ contentType: 'a/b', data: 'abc' }] }),
    patient({ photo: [{ contentType: 'a/b', data: 'ab\nc=' }] }),
  ],
  ['uri', patient({ implicitRules: 'http://a b' }), patient({ implicitRules: 'http://a' })],
  ['uri', patient({ implicitRules: 'oid:1.2' }), patient({ implicitRules: 'urn:oid:1.2' })],
  [
    'uuid',
    patient({ implicitRules: A.toUpperCase().replace('URN:UUID', 'urn:uuid').replace(/1$/, 'A') }),
    patient({ implicitRules: A }),
  ],
  ['oid', patient({ implicitRules: 'urn:oid:7.1' }), patient({ implicitRules: 'urn:oid:2.16.0.1' })],
  ['binding', patient({ gender: 'f' }), patient({ gender: 'female' })],
  ['binding', patient({ photo: [{ contentType: 'jpeg' }] }), patient({ photo: [{ contentType: 'image/jpeg; q=1' }] })],
  [
    'binding',
    {
      resourceType: 'Condition',
      subject: { display: 'x' },
      clinicalStatus: { coding: [{ system: 'http://e.org', code: 'active' }] },
    },
    {
      resourceType: 'Condition',
      subject: { display: 'x' },
      clinicalStatus: {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }],
      },
    },
  ],
  ['binding', { resourceType: 'Condition', subject: { display: 'x' }, clinicalStatus: CODE }, observation({})],
  [
    'coding-system',
    basic({ code: { coding: [{ code: 'x' }] } }),
    basic({ code: { coding: [{ system: 'urn:x', code: 'x' }] } }),
  ],
  [
    'coding-system',
    basic({ code: { coding: [{ system: 'x', code: 'x' }] } }),
    basic({ code: { coding: [{ system: 'http://x', code: 'x' }] } }),
  ],
  ['coding-system', basic({ code: { coding: [{ system: 'http://hl7.org/fhir/ValueSet/x', code: 'x' }] } }), basic({})],
  [
    'identifier-system',
    patient({ identifier: [{ system: 'mrn', value: '1' }] }),
    patient({ identifier: [{ system: 'urn:x', value: '1' }] }),
  ],
  [
    'identifier-value',
    patient({ identifier: [{ system: 'urn:ietf:rfc:3986', value: '1' }] }),
    patient({ identifier: [{ system: 'urn:ietf:rfc:3986', value: A }] }),
  ],
  [
    'canonical',
    patient({ meta: { profile: ['my-profile'] } }),
    patient({ meta: { profile: ['http://e.org/my-profile|1.0'] } }),
  ],
  [
    'canonical-target',
    patient({ meta: { profile: ['http://hl7.org/fhir/ValueSet/languages'] } }),
    patient({ meta: { profile: [`${HL7}Patient|4.0.1`] } }),
  ],
  [
    'reference-empty',
    patient({ managingOrganization: { type: 'Organization' } }),
    patient({ managingOrganization: { display: 'x' } }),
  ],
  [
    'reference-form',
    patient({ managingOrganization: { reference: '12' } }),
    patient({ managingOrganization: { reference: 'Organization/12/_history/3' } }),
  ],
  [
    'reference-form',
    patient({ managingOrganization: { reference: 'Hospital/12' } }),
    patient({ managingOrganization: { reference: 'https://e.org/hospital/12' } }),
  ],
  [
    'reference-form',
    patient({ managingOrganization: { reference: 'https://e.org/a b' } }),
    patient({ managingOrganization: { reference: 'https://e.org/a' } }),
  ],
  [
    'reference-type',
    patient({ managingOrganization: { reference: 'Organization/1', type: 'Patient' } }),
    patient({ managingOrganization: { reference: 'Organization/1', type: 'Organization' } }),
  ],
  [
    'reference-target',
    patient({ managingOrganization: { reference: 'Patient/1' } }),
    patient({ managingOrganization: { reference: 'Organization/1' } }),
  ],
  [
    'reference-target',
    patient({ contained: [{ resourceType: 'Location', id: 'a' }], managingOrganization: { reference: '#a' } }),
    patient({
      contained: [{ resourceType: 'Organization', id: 'a', name: 'x' }],
      managingOrganization: { reference: '#a' },
    }),
  ],
  ['ref-1', patient({ managingOrganization: { reference: '#a' } }), patient({})],
  [
    'dom-3',
    patient({ contained: [{ resourceType: 'Location', id: 'a' }] }),
    patient({
      contained: [{ resourceType: 'List', id: 'a', status: 'current', mode: 'working', subject: { reference: '#' } }],
    }),
  ],
  ['contained-id', patient({ contained: [{ resourceType: 'Location' }] }), patient({})],
  [
    'dom-2',
    patient({
      contained: [
        {
          resourceType: 'Organization',
          id: 'a',
          name: 'x',
          contained: [{ resourceType: 'Location', id: 'b', partOf: { reference: '#' } }],
        },
      ],
      managingOrganization: { reference: '#a' },
    }),
    patient({}),
  ],
  ['txt-1', div('<b>x'), div('<b>x</b>')],
  ['txt-1', div('<script>x</script>'), div('<p class="a">x &amp; y &#160; &nbsp;</p><!-- c --><br/>')],
  ['txt-1', div('<p onclick="x()">x</p>'), div('<p title="1 &lt; 2">x</p>')],
  ['txt-1', div('<a href=" javascript:x()">x</a>'), div('<a href="#x" name="y">x</a>')],
  ['txt-1', div('a & b'), div('a b')],
  ['txt-1', patient({ text: { status: 'generated', div: '<div>x</div>' } }), div('x')],
  ['txt-1', patient({ text: { status: 'generated', div: 'x' } }), div('x')],
  ['txt-1', div('x</div><div>y'), div('<div>y</div>')],
  ['txt-2', div(' <p> </p>'), div('<img src="#a" alt="b"/>')],
  [
    'ext-1',
    patient({ extension: [{ url: 'http://e.org/x' }] }),
    patient({ extension: [{ url: 'http://e.org/x', valueCode: 'y' }] }),
  ],
  [
    'ext-1',
    patient({ extension: [{ url: 'http://e.org/x', valueCode: 'y', extension: [{ url: 'z', valueCode: 'y' }] }] }),
    patient({ extension: [{ url: 'http://e.org/x', extension: [{ url: 'z', valueCode: 'y' }] }] }),
  ],
  [
    'extension-url',
    patient({ extension: [{ url: 'x', valueCode: 'y' }] }),
    patient({ extension: [{ url: 'urn:x', valueCode: 'y' }] }),
  ],
  [
    'extension-url',
    patient({ extension: [{ url: `${HL7}patient-religion|4.0.1`, valueCodeableConcept: CODE }] }),
    patient({ extension: [{ url: `${HL7}patient-religion`, valueCodeableConcept: CODE }] }),
  ],
  [
    'extension-context',
    observation({ extension: [{ url: `${HL7}patient-birthPlace`, valueAddress: { text: 'x' } }] }),
    patient({ extension: [{ url: `${HL7}patient-birthPlace`, valueAddress: { text: 'x' } }] }),
  ],
  [
    'extension-context',
    patient({ extension: [{ url: `${HL7}patient-birthTime`, valueDateTime: '2000-01-01' }] }),
    patient({
      birthDate: '2000',
      _birthDate: { extension: [{ url: `${HL7}patient-birthTime`, valueDateTime: '2000-01-01' }] },
    }),
  ],
  [
    'extension-context',
    patient({ address: [{ city: 'x', extension: [{ url: `${HL7}humanname-own-name`, valueString: 'x' }] }] }),
    patient({
      name: [{ family: 'x', _family: { extension: [{ url: `${HL7}humanname-own-name`, valueString: 'x' }] } }],
    }),
  ],
  [
    'extension-type',
    patient({ extension: [{ url: `${HL7}patient-birthPlace`, valueString: 'x' }] }),
    patient({ extension: [{ url: `${HL7}data-absent-reason`, valueCode: 'unknown' }] }),
  ],
  [
    'extension-part',
    patient({ extension: [{ url: `${HL7}patient-animal`, extension: [{ url: 'owner', valueString: 'x' }] }] }),
    patient({
      extension: [{ url: `${HL7}patient-animal`, extension: [{ url: 'species', valueCodeableConcept: CODE }] }],
    }),
  ],
  [
    'extension-modifier',
    patient({ modifierExtension: [{ url: `${HL7}patient-religion`, valueCodeableConcept: CODE }] }),
    patient({}),
  ],
  ['unknown-modifier', patient({ modifierExtension: [{ url: 'http://e.org/x', valueCode: 'y' }] }), patient({})],
  [
    'attachment-size',
    patient({ photo: [{ contentType: 'a/b', data: 'YWJj', size: 4 }] }),
    patient({ photo: [{ contentType: 'a/b', data: 'YWI=', size: 2 }] }),
  ],
  [
    'attachment-hash',
    patient({ photo: [{ contentType: 'a/b', data: 'YWJj', hash: 'AAAA' }] }),
    patient({ photo: [{ contentType: 'a/b', data: 'YWJj', hash: 'qZk+NkcGgWq6PiVxeFDCbJzQ2J0=' }] }),
  ],
  [
    'parameters-reference',
    {
      resourceType: 'Parameters',
      parameter: [
        { name: 'a', resource: patient({ id: '1' }) },
        { name: 'b', valueReference: { reference: 'Patient/1' } },
        { name: 'c', resource: observation({ subject: { reference: 'Patient/2' } }) },
      ],
    },
    {
      resourceType: 'Parameters',
      parameter: [
        { name: 'a', resource: patient({ id: '1' }) },
        { name: 'c', resource: observation({ subject: { reference: 'Patient/1' } }) },
      ],
    },
  ],
];

const bundle = (type: string, ...entry: Json[]) => ({ resourceType: 'Bundle', type, entry });
const entry = (fullUrl: string, resource: Json) => ({ fullUrl, resource });
const composition = (of: Json = {}) => ({
  resourceType: 'Composition',
  status: 'final',
  type: CODE,
  date: '2020',
  title: 'x',
  author: [{ display: 'x' }],
  ...of,
});
const document = (...entries: Json[]) => ({
  ...bundle('document', ...entries),
  identifier: { system: 'urn:ietf:rfc:3986', value: A },
  timestamp: '2020-01-01T00:00:00Z',
});
const search = (...entries: Json[]) => ({
  ...bundle('searchset', ...entries),
  link: [{ relation: 'self', url: 'https://e.org/Patient?name=x' }],
});

const BUNDLES: typeof STRUCTURE = [
  ['full-url', bundle('collection', { resource: patient({}) }), bundle('collection', entry(A, patient({})))],
  [
    'full-url',
    bundle('collection', entry('Patient/1', patient({ id: '1' }))),
    bundle('collection', entry('https://e.org/Patient/1', patient({ id: '1' }))),
  ],
  [
    'full-url',
    bundle('collection', entry('https://e.org/Patient/1', patient({ id: '2' }))),
    bundle('collection', entry('https://e.org/patients/1', patient({ id: '2' }))),
  ],
  [
    'bdl-8',
    bundle('collection', entry('https://e.org/Patient/1/_history/1', patient({ id: '1' }))),
    bundle('collection', entry(A, patient({}))),
  ],
  [
    'bdl-7',
    bundle('collection', entry(A, patient({})), entry(A, patient({}))),
    bundle('collection', entry(A, patient({})), entry(B, patient({}))),
  ],
  [
    'bdl-7',
    bundle(
      'collection',
      entry(A, patient({ meta: { versionId: '1' } })),
      entry(A, patient({ meta: { versionId: '1' } })),
    ),
    bundle(
      'collection',
      entry(A, patient({ meta: { versionId: '1' } })),
      entry(A, patient({ meta: { versionId: '2' } })),
    ),
  ],
  [
    'bundle-link',
    { ...bundle('collection'), entry: [entry(A, patient({}))], link: [{ relation: 'next', url: 'x' }] },
    { ...search(), entry: [entry(A, patient({ id: 'a' }))] },
  ],
  ['bundle-link', bundle('searchset', entry(A, patient({ id: 'a' }))), search(entry(A, patient({ id: 'a' })))],
  [
    'bundle-reference',
    document(entry(A, composition({ subject: { reference: B } }))),
    document(entry(A, composition({ subject: { reference: B } })), entry(B, patient({}))),
  ],
  [
    'bundle-reference',
    document(entry(A, composition({ subject: { reference: 'Patient/1' } })), entry(B, patient({ id: '1' }))),
    document(
      entry('https://e.org/Composition/1', composition({ id: '1', subject: { reference: 'Patient/1' } })),
      entry('https://e.org/Patient/1', patient({ id: '1' })),
    ),
  ],
  [
    'bundle-reference',
    document(entry(A, composition({ section: [{ section: [{ entry: [{ reference: B }] }] }] }))),
    document(entry(A, composition({ section: [{ section: [{ entry: [{ reference: B }] }] }] })), entry(B, patient({}))),
  ],
  [
    'bundle-unreached',
    document(entry(A, composition()), entry(B, patient({}))),
    document(entry(A, composition({ subject: { reference: B } })), entry(B, patient({}))),
  ],
  [
    'bundle-reference',
    bundle('collection', entry(A, observation({ subject: { reference: B } }))),
    bundle('collection', entry(A, observation({ subject: { reference: 'Patient/1' } }))),
  ],
  ['search-id', search(entry(A, patient({}))), search(entry(A, patient({ id: 'a' })))],
  [
    'search-type',
    search(entry(A, basic({ id: 'a' }))),
    search({ ...entry(A, basic({ id: 'a' })), search: { mode: 'include' } }),
  ],
  [
    'reference-target',
    bundle('collection', entry(A, observation({ encounter: { reference: B } })), entry(B, patient({}))),
    bundle('collection', entry(A, observation({ subject: { reference: B } })), entry(B, patient({}))),
  ],
];

describe('rules', () => {
  test.each([...STRUCTURE, ...BUNDLES].map((each, i) => [each[0], i, ...each.slice(1)] as const))(
    '%s (%i)',
    (rule, _, wrong, right) => {
      expect(found(wrong)).toContain(rule);
      expect(found(right)).toEqual([]);
    },
  );
});

describe('invariants', () => {
  test.each(INVARIANT_CASES)('%s: %s', (rule, _, wrong, right) => {
    expect(found(wrong)).toContain(rule);
    expect(found(right)).not.toContain(rule);
  });

  test('each has a case that breaks it', () => {
    expect([...new Set(INVARIANT_CASES.map(([rule]) => rule))].sort()).toEqual([...new Set(invariantKeys())].sort());
  });
});

describe('what a finding says', () => {
  test('where it is, by names of FHIR and numbers alone; what it is about stands apart', () => {
    const [finding] = checker.check(patient({ contact: [{ name: { text: 'x', 'secret of Anna': 1 } }] }));
    expect(finding).toEqual({
      severity: 'error',
      path: 'Patient.contact[0].name',
      rule: 'unknown-field',
      text: 'There is a field here that FHIR R4 does not know at this place. Remove it, or write it as an extension.',
      value: 'secret of Anna',
    });
  });

  test('no path or text holds anything of the record', () => {
    const secret = 'Zaffre';
    const mark = (value: unknown): unknown => {
      if (typeof value === 'string') return secret + value;
      if (Array.isArray(value)) return value.map(mark);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value).flatMap(([key, inner]) => [
          [key, mark(inner)],
          [secret + key, inner],
        ]),
      );
    };
    const records = [
      ...STRUCTURE,
      ...BUNDLES,
      ...INVARIANT_CASES.map(([rule, , wrong]) => [rule, wrong, wrong] as const),
    ].map(([, wrong]) => wrong);
    let told = 0;
    for (const record of records) {
      const marked = mark(record);
      if (
        typeof marked === 'object' &&
        marked !== null &&
        record !== null &&
        typeof record === 'object' &&
        'resourceType' in record
      )
        Object.assign(marked, { resourceType: record.resourceType });
      for (const { path, text, rule } of checker.check(marked)) {
        told++;
        expect(`${path} ${text} ${rule}`).not.toContain(secret);
      }
    }
    expect(told).toBeGreaterThan(500);
  });
});
