// A person with records for emergency tests, brought in as a hospital's file.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Home } from '../src/home.ts';
import { importFiles } from '../src/operations/import.ts';

export const context = (home: Home) => ({ home, emit: () => {}, signal: new AbortController().signal });

const coded = (text: string, code = text) => ({ text, coding: [{ system: 'http://snomed.info/sct', code }] });
const active = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] };
const subject = { reference: 'Patient/p' };

const condition = (id: string, text: string, more: object = {}) => ({
  ...{ resourceType: 'Condition', id, clinicalStatus: active, code: coded(text), subject },
  ...more,
});

export const RESOURCES = [
  {
    ...{ resourceType: 'Patient', id: 'p', birthDate: '1961-04-02', gender: 'female' },
    name: [{ family: 'Sanchez', given: ['Ana'] }],
    identifier: [{ system: 'urn:hospital', value: 'MRN-4711' }],
    address: [{ text: 'Hidden street 9' }],
    contact: [
      { name: { text: 'Luis Sanchez' }, relationship: [{ text: 'son' }], telecom: [{ value: '+34 600 111 222' }] },
    ],
  },
  {
    ...{
      resourceType: 'AllergyIntolerance',
      id: 'a',
      clinicalStatus: active,
      code: coded('Penicillin'),
      patient: subject,
    },
    ...{ criticality: 'high', reaction: [{ manifestation: [coded('Anaphylaxis')] }] },
  },
  {
    ...{ resourceType: 'MedicationStatement', id: 'm', status: 'active', subject },
    ...{ medicationCodeableConcept: coded('Warfarin 5 mg'), dosage: [{ text: 'one in the evening' }] },
  },
  condition('c', 'Asthma', { encounter: { reference: 'Encounter/e', display: 'Visit at the addiction clinic' } }),
  condition('never', 'Syphilis of long ago'),
  condition('psych', 'Session of grief work', {
    meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'PSYTHPN' }] },
  }),
  condition('note', 'Talk of the fourth of May', { code: coded('Talk of the fourth of May', '444175001') }),
  {
    resourceType: 'Encounter',
    id: 'e',
    status: 'finished',
    class: { code: 'AMB' },
    type: [coded('Addiction clinic visit')],
    subject,
  },
  {
    ...{ resourceType: 'Observation', id: 'b', status: 'final', subject, effectiveDateTime: '2020-02-02' },
    ...{
      code: { coding: [{ system: 'http://loinc.org', code: '882-1' }], text: 'Blood group' },
      valueCodeableConcept: { text: 'A Rh(D) positive' },
    },
  },
  {
    ...{ resourceType: 'Observation', id: 'lab', status: 'final', subject, effectiveDateTime: '2021-02-02' },
    ...{
      code: { coding: [{ system: 'http://loinc.org', code: '718-7' }], text: 'Haemoglobin' },
      valueQuantity: { value: 13.1, unit: 'g/dL' },
    },
  },
];

export async function bringRecords(home: Home, resources: readonly object[] = RESOURCES): Promise<void> {
  const file = join(home.dir, 'hospital.json');
  const entry = resources.map((resource) => ({ resource }));
  writeFileSync(file, JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry }));
  await importFiles(context(home), { files: [file] });
}

export function recordNamed(home: Home, title: string): string {
  const me = home.vault.subject(undefined).id;
  const found = [...home.records.heads(me)].find(({ id }) => JSON.stringify(home.records.read(me, id)).includes(title));
  if (!found) throw new Error('no such record in the test');
  return found.id;
}
