// What the first provision means: each row of specs/consent.md §3, asked by somebody whom it names and by somebody whom it does not.
import { expect, test } from 'vitest';
import { actors, consentR4, consentR5, except, labels, permit, policyRule, policyUri, purposes } from './consents.ts';
import { ask, record, time } from './world.ts';

const named = actors('Practitioner/gp');
const psy = except(permit(labels('PSY')));
const permits = { type: 'permit' };
const denies = { type: 'deny' };
const custodian = {
  actor: [
    {
      role: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'CST' }] },
      reference: { reference: 'Organization/ex-organization' },
    },
  ],
};
const both = {
  ...policyUri('all-normal'),
  policy: [...(policyUri('all-normal').policy as []), ...(policyUri('deny').policy as [])],
};

// Each for TREAT: a normal record, and one about psychiatry.
// biome-ignore format: a table is read by its columns
const TABLE: [says: string, consent: unknown, gp: string, gpPsychiatry: string, other: string][] = [
  // type, what it builds upon              consent                                                          GP               GP, psychiatry   other
  ['permit',                                consentR4({ ...permits, ...named }),                             'permit',        'permit',        'not-permitted'],
  ['permit, OPTIN',                         consentR4({ ...permits, ...named }, policyRule('OPTIN')),        'permit',        'permit',        'not-permitted'],
  ['permit, OPTOUT',                        consentR4({ ...permits, ...named }, policyRule('OPTOUT')),       'permit',        'permit',        'denied'],
  ['permit, basic',                         consentR4({ ...permits, ...named }, policyUri('basic-normal')),  'permit',        'not-permitted', 'not-permitted'],
  ['permit, all',                           consentR4({ ...permits, ...named }, policyUri('all-normal')),    'permit',        'not-permitted', 'not-permitted'],
  ['permit, break-glass only',              consentR4({ ...permits, ...named }, policyUri('break-glass-only')), 'denied',     'denied',        'denied'],
  ['permit, deny',                          consentR4({ ...permits, ...named }, policyUri('deny')),          'denied',        'denied',        'denied'],
  ['permit, all and deny',                  consentR4({ ...permits, ...named }, both),                       'denied',        'denied',        'denied'],
  ['deny',                                  consentR4({ ...denies, ...named }),                              'denied',        'denied',        'not-permitted'],
  ['deny, OPTIN',                           consentR4({ ...denies, ...named }, policyRule('OPTIN')),         'denied',        'denied',        'permit'],
  ['deny, OPTIN, nested permit',            consentR4({ ...denies, ...named, ...psy }, policyRule('OPTIN')), 'denied',        'permit',        'permit'],
  ['deny, OPTIN, no conditions',            consentR4(denies, policyRule('OPTIN')),                          'denied',        'denied',        'denied'],
  ['deny, OPTIN and an address',            consentR4({ ...denies, ...named }, { ...policyRule('OPTIN'), policy: [{ uri: 'urn:x' }] }), 'denied', 'denied', 'not-permitted'],
  ['deny, OPTOUT, nested permit',           consentR4({ ...denies, ...named, ...psy }, policyRule('OPTOUT')), 'denied',       'permit',        'denied'],
  ['deny, all',                             consentR4({ ...denies, ...named }, policyUri('all-normal')),     'denied',        'denied',        'not-permitted'],
  ['nothing, all',                          consentR4(named, policyUri('all-normal')),                       'permit',        'not-permitted', 'not-permitted'],
  ['nothing, deny',                         consentR4(named, policyUri('deny')),                             'denied',        'denied',        'denied'],
  ['no provision, all',                     consentR4(undefined, policyUri('all-normal')),                   'permit',        'not-permitted', 'permit'],
  ['no provision, OPTIN',                   consentR4(undefined, policyRule('OPTIN')),                       'permit',        'permit',        'permit'],
  ['no provision, OPTOUT',                  consentR4(undefined, policyRule('OPTOUT')),                      'denied',        'denied',        'denied'],
  ['nothing, OPTIN, no conditions',         consentR4({ period: { start: '2020' } }, policyRule('OPTIN')),   'permit',        'permit',        'permit'],
  ['nothing, OPTIN, conditions',            consentR4(named, policyRule('OPTIN')),                           'denied',        'denied',        'not-permitted'],
  ['nothing, OPTIN, nested permit',         consentR4({ ...named, ...psy }, policyRule('OPTIN')),            'denied',        'permit',        'not-permitted'],
  ['nothing, OPTOUT, a recipient',          consentR4(named, policyRule('OPTOUT')),                          'permit',        'permit',        'denied'],
  ['nothing, OPTOUT, a purpose',            consentR4(purposes('TREAT'), policyRule('OPTOUT')),              'permit',        'permit',        'permit'],
  ['nothing, OPTOUT, otherwise',            consentR4(custodian, policyRule('OPTOUT')),                      'denied',        'denied',        'denied'],
  ['nothing',                               consentR4({ ...named, ...psy }),                                 'not-permitted', 'not-permitted', 'not-permitted'],
  ['R5 permit',                             consentR5('permit', [{ ...named, ...labels('PSY') }]),           'permit',        'denied',        'permit'],
  ['R5 deny',                               consentR5('deny', [{ ...named, ...labels('PSY') }]),             'denied',        'permit',        'denied'],
  ['R5 nothing, OPTIN',                     consentR5(undefined, [{ ...named, ...labels('PSY') }], { regulatoryBasis: [policyRule('OPTIN').policyRule] }), 'permit', 'denied', 'permit'],
];

test.each(TABLE)('%s', (_says, consent, gp, gpPsychiatry, other) => {
  const at = time('2026-05-10');
  const doctor = { ids: ['Practitioner/gp'] };
  const psychiatry = record({ labels: ['PSY'], confidentiality: 'R' });
  expect(ask(consent, { at, who: doctor })).toBe(gp);
  expect(ask(consent, { at, who: doctor, record: psychiatry })).toBe(gpPsychiatry);
  expect(ask(consent, { at })).toBe(other);
});
