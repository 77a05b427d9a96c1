// A share of records as a FHIR Consent holds against FHIR R4 itself, invariants included: an EMR that checks what it takes does not refuse it.
import { ownersConsent, recipientsConsent } from '@hale/consent';
import { expect, test } from 'vitest';
import { loadChecker } from '../../src/records/check/index.ts';

const micros = (date: string): number => Date.parse(date) * 1000;
const INPUT = {
  grantId: 'grant-1',
  recipient: { kind: 'organisation', npub: 'd0'.repeat(32), name: 'Clinic' },
  purpose: 'TREAT',
  sentence: 'The clinic may see problems until 30 June.',
  names: { subject: 'Anna', owner: 'Anna' },
  now: micros('2026-05-01'),
  until: micros('2026-07-01'),
  parts: ['problems'],
  from: micros('2020-01-01'),
  to: null,
  include: ['Observation/1'],
  withheld: { codes: ['PSY'], records: ['Condition/2'] },
} as const;

// Who does not know how parts of the record are named is warned off the whole, as a modifier extension is meant to.
const PARTS = ['warning unknown-modifier Consent.provision.modifierExtension[0]'];

test.each([
  ["the owner's", ownersConsent(INPUT), PARTS],
  ["the recipient's", recipientsConsent(INPUT), PARTS],
  ["a share of everything's", recipientsConsent({ ...INPUT, parts: null, from: null, until: null, include: [] }), []],
])('%s consent has no fault', async (_whose, text, expected) => {
  const findings = (await loadChecker()).check(JSON.parse(text));
  expect(findings.map(({ severity, rule, path }) => `${severity} ${rule} ${path}`)).toEqual(expected);
});
