// Consents that are incomplete, contradictory or not understood: they show less, never more, and say why.
import { HaleError } from '@hale/kernel';
import { expect, test } from 'vitest';
import { FINDING_CODES, type FindingCode, parseConsent } from '../../src/index.ts';
import {
  actors,
  consentR4,
  consentR5,
  deny,
  except,
  labels,
  permit,
  policyRule,
  policyUri,
  purposes,
} from './consents.ts';
import { ask, record, time } from './world.ts';

const psy = record({ labels: ['PSY'], confidentiality: 'R' });
const at = time('2026-05-10');
const treat = purposes('TREAT');
const odd = { system: 'urn:somebody', code: 'odd' };
const DOCUMENT = { system: 'http://hl7.org/fhir/resource-types', code: 'DocumentReference' };
const OBSERVATION = { system: 'http://hl7.org/fhir/resource-types', code: 'Observation' };

type Row = [what: string, consent: unknown, normal: string, psychiatric: string, findings: FindingCode[]];

const deepest = (depth: number, effect: 'permit' | 'deny' = 'permit'): Record<string, unknown> =>
  depth === 0
    ? { type: effect }
    : { type: effect, provision: [deepest(depth - 1, effect === 'permit' ? 'deny' : 'permit')] };

// biome-ignore format: a table is read by its columns
const TABLE: Row[] = [
  // what is odd                      consent                                                                       normal           psychiatric      findings
  ['nothing',                         consentR4(permit(treat)),                                                     'permit',        'permit',        []],
  ['a draft',                         consentR4(permit(treat), { status: 'draft' }),                                'not-in-force',  'not-in-force',  ['not-active']],
  ['a rejected one',                  consentR4(deny(treat), { status: 'rejected' }),                               'not-in-force',  'not-in-force',  ['not-active']],
  ['a status nobody knows',           consentR4(permit(treat), { status: 'maybe' }),                                'not-in-force',  'not-in-force',  ['unknown-status']],
  ['a status nobody knows, denying',  consentR4(permit(except(deny(labels('PSY')))), { status: 'maybe' }),          'not-in-force',  'denied',        ['unknown-status']],
  ['a consent to research',           consentR4(permit(treat), { scope: { coding: [odd] } }),                       'not-in-force',  'not-in-force',  ['other-scope']],
  ['no provision, no policy',         consentR4(undefined),                                                         'not-permitted', 'not-permitted', ['no-root-decision']],
  ['no root decision',                consentR4({ ...treat, ...except(deny(labels('PSY'))) }),                      'not-permitted', 'denied',        ['no-root-decision']],
  ['no root decision, permits',       consentR4({ ...treat, ...except(permit(labels('PSY'))) }),                    'not-permitted', 'not-permitted', ['no-root-decision']],
  ['no root decision, R5',            consentR5(undefined, [labels('PSY')]),                                        'not-permitted', 'denied',        ['no-root-decision']],
  ['a decision nobody knows, R5',     consentR5('perhaps', [labels('PSY')]),                                        'not-permitted', 'denied',        ['no-root-decision']],
  ['a type nobody knows',             consentR4({ type: 'allow', ...treat }),                                       'not-permitted', 'not-permitted', ['unreadable', 'no-root-decision']],
  ['an exception without type',       consentR4(permit(except(labels('PSY')))),                                     'permit',        'denied',        ['no-type']],
  ['a policy nobody knows',           consentR4(permit(), { policy: [{ uri: 'urn:x' }] }),                          'permit',        'permit',        ['unknown-policy']],
  ['agrees to a denying policy',      consentR4(permit(), policyUri('deny')),                                       'denied',        'denied',        ['contradiction']],
  ['two policies that disagree',      consentR4(permit(), { ...policyUri('all-normal'), ...policyRule('OPTOUT') }), 'denied',        'denied',        ['contradiction']],
  ['permits and denies the same',     consentR4(permit(except(permit(labels('PSY')), deny(labels('PSY'))))),        'permit',        'denied',        []],
  ['permits and denies all',          consentR4(permit(except(deny()))),                                            'denied',        'denied',        []],
  ['permits for an unknown purpose',  consentR4(permit({ purpose: [{ system: treat.purpose[0].system, code: 'X' }] })), 'not-permitted', 'not-permitted', ['unknown-purpose']],
  ['permits for no system',           consentR4(permit({ purpose: [{ code: 'TREAT' }] })),                          'not-permitted', 'not-permitted', ['unknown-purpose']],
  ['denies for an unknown purpose',   consentR4(permit(except(deny(labels('PSY'), { purpose: [{ code: 'X' }] })))), 'permit',        'denied',        ['unknown-purpose']],
  ['permits an empty list',           consentR4(permit({ purpose: [] })),                                           'not-permitted', 'not-permitted', ['unreadable']],
  ['permits somebody by a display',   consentR4(permit({ actor: [{ reference: { display: 'Dr A' } }] })),           'not-permitted', 'not-permitted', ['unknown-actor']],
  ['denies somebody by a display',    consentR4(permit(except(deny({ actor: [{ reference: { display: 'Dr A' } }] })))), 'denied',    'denied',        ['unknown-actor']],
  ['a role nobody knows',             consentR4(permit({ actor: [{ role: { coding: [odd] }, reference: { reference: 'Practitioner/other' } }] })), 'not-permitted', 'not-permitted', ['unknown-actor']],
  ['permits an unknown label',        consentR4(permit({ securityLabel: [odd] })),                                  'not-permitted', 'not-permitted', ['unknown-label']],
  ['denies an unknown label',         consentR4(permit(except(deny({ securityLabel: [odd] })))),                    'denied',        'denied',        ['unknown-label']],
  ['denies a known and an unknown',   consentR4(permit(except(deny({ securityLabel: [odd, ...labels('HIV').securityLabel] })))), 'denied', 'denied',  ['unknown-label']],
  ['an unknown action',               consentR4(permit({ action: [{ coding: [odd] }] })),                           'not-permitted', 'not-permitted', ['unreadable', 'unknown-action']],
  ['denies an unknown action',        consentR4(permit(except(deny(labels('PSY'), { action: [{ coding: [odd] }] })))), 'permit',     'denied',        ['unreadable', 'unknown-action']],
  ['a period from after to before',   consentR4(permit({ period: { start: '2027', end: '2025' } })),                'not-in-force',  'not-in-force',  ['bad-period']],
  ['a period that is no date',        consentR4(permit({ period: { end: 'soon' } }, except(deny(labels('PSY'))))),  'not-in-force',  'denied',        ['bad-period']],
  ['the 30th of February',            consentR4(permit({ dataPeriod: { start: '2020-02-30' } })),                   'not-permitted', 'not-permitted', ['unreadable', 'bad-period']],
  ['denies a time that is no date',   consentR4(permit(except(deny(labels('PSY'), { dataPeriod: { end: 'x' } })))), 'permit',        'denied',        ['unreadable', 'bad-period']],
  ['given at no date',                consentR4(permit(except(deny(labels('PSY')))), { dateTime: 'today' }),        'not-in-force',  'denied',        ['bad-period']],
  ['ended before it was given',       consentR4(permit({ period: { end: '2025' } })),                               'lapsed',        'lapsed',        ['never-in-force']],
  ['a modifier of a provision',       consentR4(permit({ modifierExtension: [{ url: 'urn:x' }] })),                 'not-permitted', 'not-permitted', ['unreadable']],
  ['a modifier of the consent',       consentR4(permit(except(deny(labels('PSY')))), { modifierExtension: [{ url: 'urn:x' }] }), 'not-in-force', 'denied', ['unreadable']],
  ['a class and a type of resource',  consentR4(permit({ class: [DOCUMENT], resourceType: [OBSERVATION] })),        'not-permitted', 'not-permitted', ['unreadable']],
  ['denies a class and a type',       consentR4(permit(except(deny({ class: [DOCUMENT], resourceType: [OBSERVATION] })))), 'denied', 'denied',        ['unreadable']],
  ['an expression, R5',               consentR5('deny', [{ expression: { language: 'text/cql', expression: 'true' } }]), 'denied',   'denied',        ['unreadable']],
  ['a denial with an expression, R5', consentR5('permit', [{ ...labels('PSY'), expression: {} }]),                  'permit',        'denied',        ['unreadable']],
  ['a provision that is no map',      consentR4(permit(except('x' as never))),                                      'denied',        'denied',        ['unreadable']],
  ['provisions without an end',       consentR4(deepest(9)),                                                        'denied',        'denied',        ['too-deep']],
  ['eight exceptions of exceptions',  consentR4(deepest(8)),                                                        'permit',        'permit',        []],
  ['thousands of provisions',         consentR4(permit(except(...Array.from({ length: 2_001 }, () => deny(actors('x')))))), 'denied', 'denied',        ['too-many']],
  ['thousands of purposes',           consentR4(permit({ purpose: Array(10_001).fill(treat.purpose[0]) })),         'permit',        'permit',        ['too-many']],
];

test.each(TABLE)('%s', (_what, consent, normal, psychiatric, findings) => {
  expect(ask(consent, { at })).toBe(normal);
  expect(ask(consent, { at, record: psy })).toBe(psychiatric);
  expect(new Set(parseConsent(consent).findings.map(({ code }) => code))).toEqual(new Set(findings));
});

test('every finding is met by some consent, here or among the examples', () => {
  const here = new Set(TABLE.flatMap(([, , , , findings]) => findings));
  const amongExamples: FindingCode[] = ['root-undecided', 'implied', 'local-purpose', 'all-else'];
  expect([...here, ...amongExamples].sort()).toEqual([...FINDING_CODES].sort());
});

test('a finding holds nothing of the consent', () => {
  const secret = 'hunter2';
  const odds = { system: secret, code: secret };
  const consent = consentR4(
    permit({
      purpose: [{ code: secret }],
      securityLabel: [odds],
      action: [{ coding: [odds] }],
      dataPeriod: { start: secret },
    }),
    { id: secret, status: secret, policy: [{ uri: secret }], dateTime: secret },
  );
  const { findings } = parseConsent(consent);
  expect(findings.length).toBeGreaterThan(5);
  expect(JSON.stringify(findings)).not.toContain(secret);
});

test.each([null, 'Consent', [], {}, { resourceType: 'Patient' }])('%j is no consent', (value) => {
  expect(() => parseConsent(value)).toThrow(HaleError);
});
