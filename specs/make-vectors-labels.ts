/**
 * Makes specs/vectors/labels.json: `node specs/make-vectors-labels.ts`. Two runs write the same bytes, and a test holds the file against a fresh run.
 */
import { writeFileSync } from 'node:fs';
import { areasOf, recordConfidentiality, securityOf } from '@hale/consent';
import { type Resource, resourceLabels } from '@hale/vault/records';

const ACT = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';
const CONFIDENTIALITY = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';
const BASIS = 'http://hl7.org/fhir/uv/security-label-ds4p/StructureDefinition/extension-sec-label-basis';
const INLINE = 'http://hl7.org/fhir/uv/security-label-ds4p/StructureDefinition/extension-inline-sec-label';

const coded = (resourceType: string, system: string, code: string, display?: string): Resource => ({
  resourceType,
  code: { coding: [{ system, code, ...(display === undefined ? {} : { display }) }] },
});
const attached = (contentType: string, text: string): Resource => ({
  resourceType: 'DocumentReference',
  content: [{ attachment: { contentType, data: Buffer.from(text).toString('base64') } }],
});

const CASES: readonly (readonly [string, Resource])[] = [
  ['nothing sensitive', coded('Observation', 'http://loinc.org', '2339-0', 'Glucose [Mass/volume] in Blood')],
  ['a diagnosis', coded('Condition', 'http://hl7.org/fhir/sid/icd-10', 'F32.1')],
  ['tobacco is no substance use', coded('Condition', 'http://hl7.org/fhir/sid/icd-10', 'F17.2')],
  ['a test, whatever came out', coded('Procedure', 'http://snomed.info/sct', '31676001')],
  ['a medicine by its group', coded('Medication', 'http://www.whocc.no/atc', 'N07BC02')],
  ['rated by four physicians', coded('Condition', 'http://snomed.info/sct', '61480009')],
  ['a word', { resourceType: 'Condition', code: { text: 'Stan po poronieniu' } }],
  ['the word of a code', coded('Medication', 'https://pharmacy.example', '17', 'Dolutegravir 50 mg')],
  ['marked by its hospital', { resourceType: 'Observation', meta: { security: [{ system: ACT, code: 'PSY' }] } }],
  [
    'restricted, and no reason',
    { resourceType: 'Observation', meta: { security: [{ system: CONFIDENTIALITY, code: 'R' }] } },
  ],
  ['a code of a later version', { resourceType: 'Observation', meta: { security: [{ system: ACT, code: 'LATER' }] } }],
  [
    'marked inside',
    {
      resourceType: 'Patient',
      identifier: [{ value: '1', extension: [{ url: INLINE, valueCoding: { system: ACT, code: 'GENDER' } }] }],
    },
  ],
  [
    '42 CFR Part 2',
    {
      ...coded('Condition', 'http://snomed.info/sct', '5602001'),
      meta: {
        security: [
          { system: ACT, code: 'SUD', extension: [{ url: BASIS, valueCoding: { system: ACT, code: '42CFRPart2' } }] },
        ],
      },
    },
  ],
  ['a programme', { resourceType: 'Encounter', serviceProvider: { display: 'Oak Street Methadone Clinic' } }],
  ['a plain text', attached('text/plain', 'Patient reports domestic violence.')],
  ['a document that stays closed', attached('application/pdf', '%PDF-')],
];

export function makeLabelsVectors(): string {
  const cases = CASES.map(([name, resource]) => {
    const { labels, marked, opaque } = resourceLabels(resource);
    const confidentiality = recordConfidentiality(labels, marked);
    const security = securityOf({ labels, confidentiality });
    return { name, resource, labels, opaque, confidentiality, areas: areasOf(labels), security };
  });
  return `${JSON.stringify({ cases }, null, 1)}\n`;
}

if (import.meta.main) writeFileSync(new URL('vectors/labels.json', import.meta.url), makeLabelsVectors());
