// A record as a decision sees it: the whole way from a resource over its labels to a verdict.
import { readFileSync } from 'node:fs';
import {
  type AccessQuestion,
  type ConsentInput,
  compile,
  decideAccess,
  ownersConsent,
  parseConsent,
  type SensitivityCode,
} from '@hale/consent';
import { expect, test } from 'vitest';
import { categoryOf } from '../../src/records/category.ts';
import { recordFacts, resourceLabels } from '../../src/records/index.ts';
import type { Resource } from '../../src/records/model.ts';

const KEY = 'd0'.repeat(32);
const AT = Date.UTC(2026, 5, 1) * 1000;

function factsOf(resource: Resource, at: number | null = AT) {
  const { labels } = resourceLabels(resource);
  const head = { id: '0123456789abcdef', type: resource.resourceType, category: categoryOf(resource), at };
  return recordFacts(head, resource, { labels, confidentiality: labels.length > 0 ? 'R' : 'N' });
}

const SHARE = {
  grantId: 'g',
  recipient: { kind: 'person', npub: KEY },
  purpose: 'TREAT',
  sentence: 'Dr. B may see results.',
  names: { subject: '', owner: '' },
  now: AT,
  until: null,
  parts: ['results'],
  from: null,
  to: null,
  include: [],
  withheld: { codes: ['SUD'], records: [] },
} as const;

const asu = JSON.parse(readFileSync('packages/consent/test/data/asu/request-permit.json', 'utf8')) as {
  context: { content: { entry: { resource: Resource }[] } };
};
const [ketamine] = asu.context.content.entry.map(({ resource }) => resource);
const glucose: Resource = {
  resourceType: 'Observation',
  meta: { profile: ['http://hl7.org/fhir/StructureDefinition/Observation'] },
  category: [
    { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] },
  ],
  code: { coding: [{ system: 'http://loinc.org', code: '2339-0' }] },
  subject: { reference: 'Patient/1' },
  performer: [{ reference: 'Practitioner/f202' }],
};

function verdict(resource: Resource, withheld: ConsentInput['withheld'] = SHARE.withheld): string {
  const consent = parseConsent(JSON.parse(ownersConsent({ ...SHARE, withheld })));
  const question: AccessQuestion = {
    who: { ids: [`urn:nostr:pubkey|${KEY}`] },
    ...{ purpose: 'TREAT', at: AT, record: factsOf(resource), jurisdiction: 'DE', emergency: null },
  };
  return decideAccess(compile([{ consent }]), question).reason;
}

test('the facts of a record', () => {
  expect(factsOf(glucose, null)).toEqual({
    type: 'Observation',
    ids: ['Observation/0123456789abcdef'],
    classes: ['http://hl7.org/fhir/StructureDefinition/Observation'],
    codes: ['http://terminology.hl7.org/CodeSystem/observation-category|laboratory', 'http://loinc.org|2339-0'],
    part: 'results',
    labels: [],
    confidentiality: 'N',
    bases: [],
    dated: null,
    authors: ['Practitioner/f202'],
    custodians: null,
    refersTo: ['Patient/1', 'Practitioner/f202'],
    referredBy: [],
  });
});

test('who withholds substance use withholds the ketamine that asushares asks about, and shows glucose', () => {
  expect(factsOf(ketamine).labels).toContain('SUD');
  expect(verdict(ketamine)).toBe('denied');
  expect(verdict(glucose)).toBe('permitted');
});

test('a record that is shown by hand is permitted within what its label denies, and what is withheld by hand is not', () => {
  const reference = 'Observation/0123456789abcdef';
  const shown = (of: string, codes: SensitivityCode[]) => [{ reference: of, codes }];
  expect(verdict(ketamine, { codes: ['SUD'], records: [], shown: shown(reference, ['SUD']) })).toBe('permitted');
  expect(verdict(ketamine, { codes: ['SUD'], records: [], shown: shown('Observation/other', ['SUD']) })).toBe('denied');
  expect(verdict(ketamine, { codes: ['SUD'], records: [reference], shown: shown(reference, ['SUD']) })).toBe('denied');
  // A label that came after she had looked keeps it back again.
  expect(verdict(ketamine, { codes: ['SUD'], records: [], shown: shown(reference, ['HIV']) })).toBe('denied');
});
