// The portable form: the access tokens that IHE PCF shows beside its examples, what they let through, and what the form cannot say.
import { readFileSync } from 'node:fs';
import { HaleError } from '@hale/kernel';
import { expect, test } from 'vitest';
import {
  compile,
  enforcerOf,
  type Portable,
  parseClaim,
  parseConsent,
  type ResidualRule,
  residualOf,
} from '../../src/index.ts';
import { actors, consentR4, deny, except, instance, labels, permit, purposes } from './consents.ts';
import { parseFsh } from './fsh.ts';
import { on, question, record, WHO } from './world.ts';

const PCF = parseFsh(readFileSync(new URL('../data/pcf/consents.fsh', import.meta.url), 'utf8'));

/** `forbid N,R 2022-01-01… instance:Observation/1` */
function short({ type, securityLabel, dataPeriod, data }: ResidualRule): string {
  const period = dataPeriod && `${dataPeriod.start?.slice(0, 10) ?? ''}…${dataPeriod.end?.slice(0, 10) ?? ''}`;
  const references = data?.map(({ meaning, reference }) => `${meaning}:${reference.reference}`).join();
  return [type, securityLabel?.map(({ code }) => code).join(), period, references].filter(Boolean).join(' ');
}

const said = (portable: Portable | null): string[] | null => portable && (portable.claim.residual ?? []).map(short);

const ofPcf = (id: string, who: string, purpose = 'TREAT') =>
  residualOf(
    compile([{ consent: parseConsent(PCF.get(id)) }]),
    question({ who: WHO[who], purpose, emergency: purpose === 'BTG' ? { reason: 'found unconscious' } : null }),
  );

// As in the notes of PCF's examples, but that a level which is meant is named: N and R stand where a consent names no label, V is forbidden.
// biome-ignore format: a table is read by its columns
const TOKENS: [id: string, who: string, purpose: string, residual: string[] | null][] = [
  ['ex-consent-basic-treat',                                 'anyone',       'TREAT', ['forbid V']],
  ['ex-consent-basic-reject',                                'anyone',       'TREAT', null],
  ['ex-consent-intermediate-timeframe',                      'anyone',       'TREAT', ['forbid', 'permit N,R 2022-01-01…2022-12-31']],
  ['ex-consent-intermediate-not-timeframe',                  'anyone',       'TREAT', ['forbid V', 'forbid 2022-01-01…2022-12-31']],
  ['ex-consent-intermediate-authoredby',                     'anyone',       'TREAT', ['forbid', 'permit N,R authoredby:Practitioner/ex-practitioner']],
  ['ex-consent-intermediate-not-authoredby',                 'anyone',       'TREAT', ['forbid V', 'forbid authoredby:Practitioner/ex-practitioner']],
  ['ex-consent-intermediate-not-encounter',                  'anyone',       'TREAT', ['forbid V', 'forbid related:Encounter/ex-encounter']],
  ['ex-consent-intermediate-not-data',                       'anyone',       'TREAT', ['forbid V', 'forbid instance:Observation/ex-alcoholUse']],
  ['ex-dissent-intermediate-break-glass',                    'anyone',       'TREAT', null],
  ['ex-dissent-intermediate-break-glass',                    'privileged',   'BTG',   ['forbid V']],
  ['ex-consent-advanced-normal',                             'anyone',       'TREAT', ['forbid', 'permit N']],
  ['ex-consent-advanced-normal-not-restricted',              'anyone',       'TREAT', ['forbid R,V', 'forbid R,V']],
  ['ex-consent-advanced-normal-focused-psy',                 'anyone',       'TREAT', ['forbid', 'permit N']],
  ['ex-consent-advanced-normal-focused-psy',                 'practitioner', 'TREAT', ['forbid', 'permit N', 'permit PSY']],
  ['ex-consent-advanced-normal-break-glass-restricted',      'anyone',       'TREAT', ['forbid', 'permit N']],
  ['ex-consent-advanced-normal-break-glass-restricted',      'privileged',   'BTG',   ['forbid', 'permit R']],
];

test.each(TOKENS)('%s for %s and %s', (id, who, purpose, residual) => {
  const portable = ofPcf(id, who, purpose);
  expect(said(portable)).toEqual(residual);
  expect(portable?.narrowed ?? false).toBe(false);
});

test('a claim names patient, consent and policy as PCF does', () => {
  expect(ofPcf('ex-consent-basic-treat', 'anyone')?.claim).toMatchObject({
    patient_id: 'Patient/ex-patient',
    doc_id: 'Consent/ex-consent-basic-treat',
    acp: 'http://example.org/policies/basePrivacyConsentPolicy.txt',
  });
});

test("PCF's own token for one practitioner lets through what its text says", () => {
  const label = (kind: string, code: string) => ({ system: `http://terminology.hl7.org/CodeSystem/v3-${kind}`, code });
  const shows = enforcerOf(
    parseClaim({
      patient_id: 'http://example.org/fhir/Patient/ex-patient',
      doc_id: 'http://example.org/fhir/Consent/ex-consent-intermediate-authoredby',
      residual: [
        { type: 'forbid' },
        { type: 'permit', securityLabel: [label('Confidentiality', 'N')] },
        { type: 'permit', securityLabel: [label('ActCode', 'PSY')] },
      ],
    }),
  );
  expect(shows(record())).toBe(true);
  expect(shows(record({ labels: ['PSY'], confidentiality: 'R' }))).toBe(true);
  expect(shows(record({ labels: ['HIV'], confidentiality: 'R' }))).toBe(false);
  expect(shows(record({ labels: null }))).toBe(false);
});

const mine = (provision: Record<string, unknown>) =>
  residualOf(compile([{ consent: parseConsent(consentR4(provision)) }]), question({ at: 1.8e15 }));
const treat = purposes('TREAT');
const type = (code: string) => ({ system: 'http://hl7.org/fhir/resource-types', code });

test('a denial is never outweighed: the bounds of the permit are turned into denials', () => {
  const portable = mine(permit(treat, { dataPeriod: { start: '2020', end: '2021' } }, except(deny(labels('SUD')))));
  expect(said(portable)).toEqual([
    'forbid V',
    'forbid …2019-12-31',
    'forbid 2022-01-01…',
    'forbid SUD,ETHUD,OPIOIDUD 2020-01-01…2021-12-31',
  ]);
  const shows = enforcerOf(portable!.claim);
  expect(shows(record({ dated: on('2020-05-05') }))).toBe(true);
  expect(shows(record({ dated: on('2020-05-05'), labels: ['OPIOIDUD'], confidentiality: 'R' }))).toBe(false);
  expect(shows(record({ dated: on('2022-05-05') }))).toBe(false);
  expect(shows(record({ dated: null }))).toBe(false);
});

// biome-ignore format: a table is read by its columns
const UNSAYABLE: [what: string, provision: Record<string, unknown>, residual: string[]][] = [
  ['records by hand and a denial',  permit(treat, instance('A/1', 'A/2'), except(deny(labels('PSY')))), ['forbid']],
  ['a code',                        permit(treat, { code: [{ coding: [{ system: 'x', code: 'y' }] }] }), ['forbid']],
  ['a denial of a code',            permit(treat, except(deny({ code: [{ coding: [{ system: 'x', code: 'y' }] }] }))), ['forbid V', 'forbid']],
  ['permits within a denial',       permit(treat, except(deny(labels('PSY'), except(permit(actors('Practitioner/other')))))), ['forbid V', 'forbid PSY']],
];

test.each(UNSAYABLE)('what it cannot say is left out: %s', (_what, provision, residual) => {
  const portable = mine(provision);
  expect(said(portable)).toEqual(residual);
  expect(portable?.narrowed).toBe(true);
});

test('types of resource go into the scope of the token', () => {
  const portable = mine(permit(treat, { class: [type('MedicationRequest')] }));
  expect(portable).toMatchObject({ types: ['MedicationRequest'], narrowed: false });
});

test.each([
  [null],
  [{}],
  [{ patient_id: 'p', doc_id: 'c', residual: {} }],
  [{ patient_id: 'p', doc_id: 'c', residual: [{ type: 'deny' }] }],
  [{ patient_id: 'p', doc_id: 'c', more: 1 }],
])('%j is no claim', (value) => {
  expect(() => parseClaim(value)).toThrow(HaleError);
});

test('a bound that is not known is not dropped from a permit', () => {
  const shows = enforcerOf(
    parseClaim({ patient_id: 'p', doc_id: 'c', residual: [{ type: 'forbid' }, { type: 'permit', odd: 1 }] }),
  );
  expect(shows(record())).toBe(false);
});
