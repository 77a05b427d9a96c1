// The facts for an emergency: what stands in them, and that nothing of what she keeps back does, by whatever way.
import { randomUUID } from 'node:crypto';
import { SHEET_SECTIONS } from '@hale/consent/emergency';
import type { Resource } from '@hale/vault/records';
import { emergencyFacts, type FactRecord } from '@hale/vault/records/emergency';
import { writeSummary } from '@hale/vault/records/ips';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const patient = { resource: { resourceType: 'Patient', name: [{ text: 'Ana' }] } as Resource, names: ['urn:p'] };
const active = { coding: [{ code: 'active' }] };

const record = (id: string, resource: object): FactRecord => ({
  id,
  resource: resource as Resource,
  names: [`urn:${id}`],
});
const factsOf = (records: FactRecord[], never: string[] = []) =>
  emergencyFacts({
    ...{
      patient,
      records,
      never: new Set(never),
      sections: SHEET_SECTIONS,
      typed: {},
      nowMillis: NOW,
      dietWord: 'diet',
    },
    directive: (said, day) => `${said || 'unread'} (${day})`,
  });
const linesOf = (records: FactRecord[]) =>
  Object.fromEntries(factsOf(records).sections.map(({ section, lines }) => [section, lines]));

test('what is over, refuted, planned or not taken has no line; what lasts has', () => {
  const condition = (id: string, text: string, status: string, more = {}) =>
    record(id, { resourceType: 'Condition', clinicalStatus: { coding: [{ code: status }] }, code: { text }, ...more });
  const refuted = { verificationStatus: { coding: [{ code: 'refuted' }] } };
  expect(
    linesOf([
      condition('a', 'Epilepsy', 'active'),
      condition('b', 'Broken arm', 'resolved'),
      condition('c', 'Gout', 'active', refuted),
      record('d', {
        resourceType: 'MedicationStatement',
        status: 'stopped',
        medicationCodeableConcept: { text: 'Ibuprofen' },
      }),
      record('e', { resourceType: 'MedicationRequest', status: 'active', medicationReference: { reference: 'urn:f' } }),
      record('f', { resourceType: 'Medication', code: { text: 'Apixaban 5 mg' } }),
    ]),
  ).toEqual({ conditions: ['Epilepsy'], medicines: ['Apixaban 5 mg'] });
});

test('the narrative of a record goes where one of its references went: it says in words what that led to', () => {
  const narrative = (words: string) => ({ text: { status: 'generated', div: `<div>${words}</div>` } });
  const condition = (id: string, text: string, more: object) =>
    record(id, { resourceType: 'Condition', clinicalStatus: active, code: { text }, ...more });
  const records = [
    condition('a', 'Asthma', {
      ...narrative('Asthma; see: Syphilis'),
      evidence: [{ detail: [{ reference: 'urn:b' }] }],
    }),
    condition('b', 'Syphilis', {}),
    condition('c', 'Epilepsy', narrative('Epilepsy since her youth')),
  ];
  const { records: kept, withheld } = factsOf(records, ['b']);
  expect(JSON.stringify(kept)).not.toContain('Syphilis');
  expect(JSON.stringify(kept)).toContain('since her youth');
  const wish = { patient, withheld, date: '2026-11-21', uuid: randomUUID };
  expect(JSON.stringify(writeSummary({ ...wish, records: kept }))).not.toContain('Syphilis');
  // As it is chosen for a summary by hand: there the writer takes the reference away.
  const [first, second, third] = records;
  const byHand = JSON.stringify(writeSummary({ ...wish, records: [first, third], withheld: [second] }));
  expect(byHand).not.toContain('Syphilis');
  expect(byHand).toContain('since her youth');
});

test('a directive says what it says with its day, and that it is one where that cannot be told', () => {
  const consent = (id: string, more: object) =>
    record(id, { resourceType: 'Consent', status: 'active', scope: { coding: [{ code: 'adr' }] }, ...more });
  expect(
    linesOf([
      consent('a', { dateTime: '2021-09-01T10:00:00Z', provision: { code: [{ text: 'Not for resuscitation' }] } }),
      consent('b', { provision: { type: 'deny', code: [{ text: 'Resuscitation' }] } }),
    ]),
  ).toEqual({ directives: ['Not for resuscitation (2021-09-01)', 'unread ()'] });
});

test('of pregnancies the state alone, the newest; of laboratory values the blood group alone', () => {
  const observation = (id: string, code: string, text: string, value: object) =>
    record(id, { resourceType: 'Observation', status: 'final', code: { text, coding: [{ code }] }, ...value });
  expect(
    linesOf([
      observation('a', '82810-3', 'Pregnancy status', { valueCodeableConcept: { text: 'Pregnant' } }),
      observation('b', '82810-3', 'Pregnancy status', { valueCodeableConcept: { text: 'Not pregnant' } }),
      observation('c', '11612-9', 'Abortions', { valueInteger: 1 }),
      observation('d', '882-1', 'ABO and Rh', { valueCodeableConcept: { text: 'O negative' } }),
      observation('e', '718-7', 'Haemoglobin', { valueString: '13' }),
    ]),
  ).toEqual({ pregnancy: ['Pregnant'], blood: ['O negative'] });
});

test('a reference that leads nowhere here says nothing, but for what a medicine or a device is', () => {
  const asthma = {
    ...{ resourceType: 'Condition', clinicalStatus: active, code: { text: 'Asthma' } },
    ...{
      encounter: { reference: 'Encounter/9', display: 'Addiction clinic' },
      asserter: { display: 'Dr. Who', identifier: { value: '1' } },
    },
  };
  const taken = {
    resourceType: 'MedicationStatement',
    status: 'active',
    medicationReference: { reference: 'Medication/3', display: 'Warfarin' },
  };
  const facts = factsOf([record('a', asthma), record('b', taken)]);
  expect(facts.sections).toEqual([
    { section: 'medicines', lines: ['Warfarin'] },
    { section: 'conditions', lines: ['Asthma'] },
  ]);
  expect(JSON.stringify(facts.records)).not.toMatch(/Addiction|Dr. Who/);
});

test('what is severe stands first, what she must not eat beside allergies, and a wish says what she wishes', () => {
  const allergy = (id: string, text: string, more = {}) =>
    record(id, { resourceType: 'AllergyIntolerance', clinicalStatus: active, code: { text }, ...more });
  const facts = factsOf([
    allergy('a', 'Penicillin'),
    record('b', {
      ...{ resourceType: 'Flag', status: 'active', code: { text: 'Shellfish free diet' } },
      category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/flag-category', code: 'diet' }] }],
    }),
    allergy('c', 'Peanut', { criticality: 'high', reaction: [{ manifestation: [{ text: 'Anaphylaxis' }] }] }),
    record('d', {
      ...{ resourceType: 'MedicationStatement', status: 'active', dosage: [{ text: 'twice daily for a week' }] },
      medicationCodeableConcept: { text: 'lisinopril 5 mg tablet' },
    }),
    record('e', {
      ...{
        resourceType: 'Consent',
        status: 'active',
        scope: { coding: [{ code: 'treatment', display: 'Treatment' }] },
      },
      category: [{ coding: [{ code: 'dnr', display: 'Do Not Resuscitate' }] }],
    }),
  ]);
  expect(facts.sections).toEqual([
    { section: 'allergies', lines: ['! Peanut: Anaphylaxis', 'Penicillin', 'diet: Shellfish free diet'] },
    { section: 'medicines', lines: ['lisinopril 5 mg tablet: twice daily for a week'] },
    { section: 'directives', lines: ['Do Not Resuscitate ()'] },
  ]);
  expect(facts.card.find(({ section }) => section === 'medicines')).toMatchObject({
    ...{ title: 'lisinopril 5 mg tablet', detail: '' },
  });
});

const TYPES = [
  'Condition',
  'AllergyIntolerance',
  'MedicationStatement',
  'Procedure',
  'DeviceUseStatement',
  'Flag',
  'Immunization',
  'Medication',
  'Encounter',
  'DocumentReference',
];

/** A record whose every word is its mark, and that refers to others. */
const anyRecord = fc.record({
  type: fc.constantFrom(...TYPES),
  refers: fc.array(fc.nat(11), { maxLength: 3 }),
  isKept: fc.boolean(),
  isNote: fc.boolean(),
});

test('property: nothing of what she keeps back, whatever it is and whatever refers to it', () => {
  fc.assert(
    fc.property(fc.array(anyRecord, { minLength: 1, maxLength: 12 }), (made) => {
      const mark = (at: number) => `mark${at}!`;
      const records = made.map(({ type, refers, isNote }, at) => {
        const others = refers.map((to) => ({ reference: `urn:r${to % made.length}`, display: mark(to % made.length) }));
        const [first = {}] = others;
        return record(`r${at}`, {
          ...{ resourceType: type, status: 'active', clinicalStatus: active, code: { text: mark(at) } },
          ...{ vaccineCode: { text: mark(at) }, description: mark(at), medicationReference: first, device: first },
          ...{ note: [{ text: mark(at) }], evidence: [{ detail: others }], encounter: first },
          ...(isNote ? { meta: { security: [{ code: 'PSYTHPN' }] } } : {}),
        });
      });
      const never = made.flatMap(({ isKept }, at) => (isKept ? [`r${at}`] : []));
      const facts = factsOf(records, never);
      const bundle = writeSummary({
        patient,
        records: facts.records,
        withheld: facts.withheld,
        date: '2026-11-21T12:00:00Z',
        uuid: randomUUID,
      });
      const all = JSON.stringify([facts.sections, bundle]);
      for (const [at, { isKept, isNote }] of made.entries()) if (isKept || isNote) expect(all).not.toContain(mark(at));
    }),
    { numRuns: 200 },
  );
});
