// Who × purpose × label × time × place × emergency as one literal table; a surprising row says which rule is behind it (specs/consent.md).
import { expect, test } from 'vitest';
import {
  ACCESS_DENIALS,
  type Asking,
  compile,
  decideAccess,
  type GivenConsent,
  parseConsent,
  type RecordFacts,
  type Terms,
} from '../../src/index.ts';
import {
  actors,
  consentR4,
  consentR5,
  deny,
  except,
  instance,
  labels,
  permit,
  policyUri,
  purposes,
} from './consents.ts';
import { on, question, record, said, time } from './world.ts';

const given = (resource: unknown, terms: Terms = {}): GivenConsent => ({ consent: parseConsent(resource), ...terms });
const GP = 'Practitioner/gp';
const treat = purposes('TREAT');
const doctor = { role: { coding: [{ system: 'urn:roles', code: 'doctor' }] } };

const CONSENTS: Record<string, GivenConsent[]> = {
  none: [],
  gp: [given(consentR4(permit(actors(GP), treat)))],
  'gp not psy': [given(consentR4(permit(actors(GP), treat, except(deny(labels('PSY'))))))],
  'gp not spi': [given(consentR4(permit(actors(GP), treat, except(deny(labels('SPI'))))))],
  'gp normal': [given(consentR4(permit(actors(GP), treat, labels('N'))))],
  'gp notes': [given(consentR4(permit(actors(GP), treat, labels('V', 'PSYTHPN'))))],
  'gp very': [given(consentR4(permit(actors(GP), treat, labels('V'))))],
  'gp 2025': [given(consentR4(permit(actors(GP), treat, { dataPeriod: { start: '2025', end: '2025' } })))],
  'gp not 2025': [
    given(consentR4(permit(actors(GP), treat, except(deny({ dataPeriod: { start: '2025', end: '2025' } }))))),
  ],
  'gp R not 2025': [
    given(
      consentR4(permit(actors(GP), treat, labels('R'), except(deny({ dataPeriod: { start: '2025', end: '2025' } })))),
    ),
  ],
  'gp two weeks': [given(consentR4(permit(actors(GP), treat, { period: { start: '2026-05-01', end: '2026-05-14' } })))],
  'gp idle': [given(consentR4(permit(actors(GP), treat)), { idleMonths: 6, lastUsed: time('2026-02-28') })],
  'gp renew': [given(consentR4(permit(actors(GP), treat)), { renewBy: time('2026-06-01') })],
  clinic: [given(consentR4(permit(actors('Organization/clinic'), treat)))],
  team: [given(consentR4(permit(actors('CareTeam/mine'), treat)))],
  doctors: [given(consentR5('deny', [{ actor: [doctor], purpose: [...treat.purpose] }]))],
  all: [given(consentR4(permit()))],
  'all R5': [given(consentR5('permit', []))],
  'not gp R5': [given(consentR5('permit', [actors(GP)]))],
  'gp but psy, psy for x': [
    given(consentR5('permit', [{ ...labels('PSY'), ...except({ ...actors('Practitioner/x'), ...labels('PSY') }) }])),
  ],
  operations: [given(consentR4(permit(purposes('HOPERAT'))))],
  payment: [given(consentR4(permit(purposes('HPAYMT'))))],
  insurer: [given(consentR4(permit(purposes('COVERAGE'))))],
  research: [given(consentR4(permit(purposes('HRESCH'))))],
  btg: [given(consentR4(permit(treat, except(permit(actors(GP), purposes('BTG'))))))],
  'btg policy': [given(consentR4(permit(), policyUri('break-glass-only')))],
  'deny policy': [given(consentR4(undefined, policyUri('deny')))],
  'basic policy': [given(consentR4(undefined, policyUri('basic-normal')))],
  'all policy': [given(consentR4(undefined, policyUri('all-normal')))],
  'gp, dissent': [given(consentR4(permit(actors(GP), treat))), given(consentR4(deny(treat)))],
  'dissent, gp': [given(consentR4(deny(treat))), given(consentR4(permit(actors(GP), treat)))],
  'gp, old dissent': [
    given(consentR4(permit(actors(GP), treat))),
    given(consentR4(deny(treat), { status: 'inactive' })),
  ],
  'gp not this': [given(consentR4(permit(actors(GP), treat, except(deny(instance('Observation/this'))))))],
  'gp this too': [
    given(
      consentR4(
        permit(actors(GP), treat, { dataPeriod: { start: '2025' } }, except(permit(instance('Observation/this')))),
      ),
    ),
  ],
};

const WHO: Record<string, Asking> = {
  gp: { ids: [GP] },
  other: { ids: ['Practitioner/other'] },
  'of clinic': { ids: ['Practitioner/other'], organisations: ['Organization/clinic'] },
  'of team': { ids: ['Practitioner/other'], careTeams: ['CareTeam/mine'] },
  doctor: { ids: ['Practitioner/other'], roles: ['urn:roles|doctor'] },
  x: { ids: ['Practitioner/x'] },
};

const label = (code: string): Partial<RecordFacts> => {
  if (code === '-') return {};
  if (code === '?') return { labels: null };
  if (code.length === 1) return { confidentiality: code as RecordFacts['confidentiality'] };
  return { labels: code.split('+') as NonNullable<RecordFacts['labels']>, confidentiality: 'R' };
};

const RECORDS: Record<string, Partial<RecordFacts>> = {
  '2020': { dated: on('2020-12-04') },
  '2025': { dated: on('2025-12-31') },
  undated: { dated: null },
  this: { dated: on('2020-12-04'), ids: ['Observation/this'] },
  elsewhere: { dated: on('2020-12-04'), ids: ['https://other.example/fhir/Observation/this'] },
  never: { dated: on('2020-12-04'), never: true },
};

type Row = [
  consents: string,
  who: string,
  purpose: string,
  label: string,
  record: string,
  at: string,
  place: string,
  reason: string,
  outcome: string,
];

// biome-ignore format: a table is read by its columns
const TABLE: Row[] = [
  // consents        who          purpose    label      record      at            place  emergency  outcome
  ['none',           'gp',        'TREAT',   '-',       '2020',     '2026-05-10', '',    '',        'no-consent'],
  ['gp',             'gp',        'TREAT',   '-',       '2020',     '2026-05-10', '',    '',        'permit'],
  ['gp',             'other',     'TREAT',   '-',       '2020',     '2026-05-10', '',    '',        'not-permitted'],
  ['gp',             'gp',        'TREAT',   '-',       '2020',     '2025-12-31', '',    '',        'not-yet'],
  ['gp',             'gp',        'HRESCH',  '-',       '2020',     '2026-05-10', '',    '',        'not-permitted'],
  ['gp',             'gp',        'ETREAT',  '-',       '2020',     '2026-05-10', '',    '',        'permit'],             // below TREAT
  ['gp',             'gp',        'COC',     '-',       '2020',     '2026-05-10', '',    '',        'permit'],
  ['gp',             'gp',        'XYZ',     '-',       '2020',     '2026-05-10', '',    '',        'unknown-purpose'],
  ['gp',             'gp',        'urn:a|b', '-',       '2020',     '2026-05-10', '',    '',        'not-named'],
  // who
  ['clinic',         'of clinic', 'TREAT',   '-',       '2020',     '2026-05-10', '',    '',        'permit'],
  ['clinic',         'other',     'TREAT',   '-',       '2020',     '2026-05-10', '',    '',        'not-permitted'],
  ['team',           'of team',   'TREAT',   '-',       '2020',     '2026-05-10', '',    '',        'permit'],
  ['team',           'of clinic', 'TREAT',   '-',       '2020',     '2026-05-10', '',    '',        'not-permitted'],
  ['doctors',        'doctor',    'TREAT',   '-',       '2020',     '2026-05-10', '',    '',        'permit'],
  ['doctors',        'other',     'TREAT',   '-',       '2020',     '2026-05-10', '',    '',        'denied'],
  ['not gp R5',      'gp',        'TREAT',   '-',       '2020',     '2026-05-10', '',    '',        'denied'],
  ['not gp R5',      'other',     'TREAT',   '-',       '2020',     '2026-05-10', '',    '',        'permit'],
  // purpose: no employer, insurer or seller unless named
  ['all',            'other',     'TREAT',   '-',       '2020',     '2026-05-10', '',    '',        'permit'],
  ['all R5',         'other',     'TREAT',   '-',       '2020',     '2026-05-10', '',    '',        'permit'],
  ['all',            'other',     'HPAYMT',  '-',       '2020',     '2026-05-10', '',    '',        'not-named'],
  ['all',            'other',     'COVERAGE','-',       '2020',     '2026-05-10', '',    '',        'not-named'],
  ['all',            'other',     'HMARKT',  '-',       '2020',     '2026-05-10', '',    '',        'not-named'],
  ['all',            'other',     'MILCDM',  '-',       '2020',     '2026-05-10', '',    '',        'not-named'],
  ['all',            'other',     'BTG',     '-',       '2020',     '2026-05-10', '',    'dying',   'not-named'],          // not by TREAT above it
  ['gp',             'gp',        'BTG',     '-',       '2020',     '2026-05-10', '',    'dying',   'not-named'],
  ['operations',     'other',     'HQUALIMP','-',       '2020',     '2026-05-10', '',    '',        'permit'],
  ['operations',     'other',     'FRAUD',   '-',       '2020',     '2026-05-10', '',    '',        'not-named'],          // below HOPERAT, by name only
  ['payment',        'other',     'REMITADV','-',       '2020',     '2026-05-10', '',    '',        'permit'],
  ['payment',        'other',     'ELIGDTRM','-',       '2020',     '2026-05-10', '',    '',        'not-named'],          // an insurer's, below COVERAGE
  ['insurer',        'other',     'ELIGDTRM','-',       '2020',     '2026-05-10', '',    '',        'permit'],             // she named it
  ['research',       'other',     'CLINTRCH','-',       '2020',     '2026-05-10', '',    '',        'permit'],
  ['research',       'other',     'TREAT',   '-',       '2020',     '2026-05-10', '',    '',        'not-permitted'],
  // label
  ['gp',             'gp',        'TREAT',   'PSY',     '2020',     '2026-05-10', '',    '',        'permit'],             // no label named: none withheld
  ['gp',             'gp',        'TREAT',   'V',       '2020',     '2026-05-10', '',    '',        'not-permitted'],      // very restricted: by name
  ['gp',             'gp',        'TREAT',   'PSYTHPN', '2020',     '2026-05-10', '',    '',        'not-permitted'],      // 45 CFR 164.508(a)(2)
  ['gp',             'gp',        'TREAT',   '?',       '2020',     '2026-05-10', '',    '',        'not-permitted'],      // nobody looked into it
  ['gp very',        'gp',        'TREAT',   'V',       '2020',     '2026-05-10', '',    '',        'permit'],
  ['gp very',        'gp',        'TREAT',   'PSYTHPN', '2020',     '2026-05-10', '',    '',        'not-permitted'],      // V does not name the notes
  ['gp notes',       'gp',        'TREAT',   'PSYTHPN', '2020',     '2026-05-10', '',    '',        'permit'],
  ['gp not psy',     'gp',        'TREAT',   '-',       '2020',     '2026-05-10', '',    '',        'permit'],
  ['gp not psy',     'gp',        'TREAT',   'PSY',     '2020',     '2026-05-10', '',    '',        'denied'],
  ['gp not psy',     'gp',        'TREAT',   'HIV+PSY', '2020',     '2026-05-10', '',    '',        'denied'],
  ['gp not psy',     'gp',        'TREAT',   'HIV',     '2020',     '2026-05-10', '',    '',        'permit'],
  ['gp not psy',     'gp',        'TREAT',   'SPI',     '2020',     '2026-05-10', '',    '',        'denied'],             // SPI may mean PSY
  ['gp not psy',     'gp',        'TREAT',   '?',       '2020',     '2026-05-10', '',    '',        'denied'],
  ['gp not spi',     'gp',        'TREAT',   'OPIOIDUD','2020',     '2026-05-10', '',    '',        'denied'],             // SPI > SUD > OPIOIDUD
  ['gp normal',      'gp',        'TREAT',   'L',       '2020',     '2026-05-10', '',    '',        'permit'],             // less than normal
  ['gp normal',      'gp',        'TREAT',   'R',       '2020',     '2026-05-10', '',    '',        'not-permitted'],
  ['gp but psy, psy for x', 'x',  'TREAT',   'PSY',     '2020',     '2026-05-10', '',    '',        'permit'],             // R5: exceptions alternate
  ['gp but psy, psy for x', 'gp', 'TREAT',   'PSY',     '2020',     '2026-05-10', '',    '',        'denied'],
  // time of data and of access
  ['gp 2025',        'gp',        'TREAT',   '-',       '2025',     '2026-05-10', '',    '',        'permit'],             // its last day belongs to it
  ['gp 2025',        'gp',        'TREAT',   '-',       '2020',     '2026-05-10', '',    '',        'not-permitted'],
  ['gp 2025',        'gp',        'TREAT',   '-',       'undated',  '2026-05-10', '',    '',        'not-permitted'],
  ['gp not 2025',    'gp',        'TREAT',   '-',       'undated',  '2026-05-10', '',    '',        'denied'],             // it may be of 2025
  ['gp not 2025',    'gp',        'TREAT',   '-',       '2020',     '2026-05-10', '',    '',        'permit'],
  ['gp R not 2025',  'gp',        'TREAT',   '-',       '2025',     '2026-05-10', '',    '',        'denied'],             // "up to R" is not "from R on"
  ['gp R not 2025',  'gp',        'TREAT',   '-',       '2020',     '2026-05-10', '',    '',        'permit'],
  ['gp two weeks',   'gp',        'TREAT',   '-',       '2020',     '2026-04-30', '',    '',        'not-yet'],
  ['gp two weeks',   'gp',        'TREAT',   '-',       '2020',     '2026-05-14', '',    '',        'permit'],
  ['gp two weeks',   'gp',        'TREAT',   '-',       '2020',     '2026-05-15', '',    '',        'lapsed'],
  ['gp idle',        'gp',        'TREAT',   '-',       '2020',     '2026-08-27', '',    '',        'permit'],
  ['gp idle',        'gp',        'TREAT',   '-',       '2020',     '2026-08-28', '',    '',        'idle'],
  ['gp renew',       'gp',        'TREAT',   '-',       '2020',     '2026-05-31', '',    '',        'permit'],
  ['gp renew',       'gp',        'TREAT',   '-',       '2020',     '2026-06-01', '',    '',        'renewal-due'],
  // records by hand
  ['gp not this',    'gp',        'TREAT',   '-',       'this',     '2026-05-10', '',    '',        'denied'],
  ['gp not this',    'gp',        'TREAT',   '-',       'elsewhere','2026-05-10', '',    '',        'denied'],             // the same id on another server
  ['gp not this',    'gp',        'TREAT',   '-',       '2020',     '2026-05-10', '',    '',        'permit'],
  ['gp this too',    'gp',        'TREAT',   '-',       '2020',     '2026-05-10', '',    '',        'not-permitted'],
  ['gp this too',    'gp',        'TREAT',   '-',       'this',     '2026-05-10', '',    '',        'permit'],             // named: whatever its time
  ['gp this too',    'gp',        'TREAT',   '-',       'elsewhere','2026-05-10', '',    '',        'not-permitted'],      // a permit needs the very one
  // several consents
  ['gp, dissent',    'gp',        'TREAT',   '-',       '2020',     '2026-05-10', '',    '',        'denied'],
  ['dissent, gp',    'gp',        'TREAT',   '-',       '2020',     '2026-05-10', '',    '',        'denied'],
  ['gp, old dissent','gp',        'TREAT',   '-',       '2020',     '2026-05-10', '',    '',        'permit'],
  // policies that PCF names
  ['deny policy',    'gp',        'TREAT',   '-',       '2020',     '2026-05-10', '',    '',        'denied'],
  ['basic policy',   'gp',        'TREAT',   '-',       '2020',     '2026-05-10', '',    '',        'permit'],
  ['basic policy',   'gp',        'HRESCH',  '-',       '2020',     '2026-05-10', '',    '',        'not-permitted'],
  ['basic policy',   'gp',        'TREAT',   'PSY',     '2020',     '2026-05-10', '',    '',        'not-permitted'],      // "normal"
  ['all policy',     'gp',        'HRESCH',  '-',       '2020',     '2026-05-10', '',    '',        'permit'],
  ['all policy',     'gp',        'HPAYMT',  '-',       '2020',     '2026-05-10', '',    '',        'not-named'],
  // place and emergency
  ['btg',            'gp',        'BTG',     '-',       '2020',     '2026-05-10', 'DE',  'dying',   'permit'],
  ['btg',            'gp',        'BTG',     '-',       '2020',     '2026-05-10', '',    'dying',   'permit'],             // she permitted it herself
  ['btg',            'gp',        'BTG',     '-',       '2020',     '2026-05-10', 'DE',  '',        'no-reason'],
  ['btg',            'gp',        'BTG',     '-',       '2020',     '2026-05-10', 'DE',  ' ',       'no-reason'],
  ['btg',            'gp',        'BTG',     '-',       '2020',     '2026-05-10', 'ZZ',  'dying',   'override-forbidden'], // EHDS recital 18
  ['btg',            'gp',        'TREAT',   '-',       '2020',     '2026-05-10', 'ZZ',  '',        'permit'],             // only the override
  ['btg',            'other',     'BTG',     '-',       '2020',     '2026-05-10', 'DE',  'dying',   'not-named'],
  ['btg',            'gp',        'BTG',     '-',       'never',    '2026-05-10', 'DE',  'dying',   'never'],
  ['btg',            'gp',        'ETREAT',  '-',       'never',    '2026-05-10', 'DE',  'dying',   'never'],
  ['btg',            'gp',        'TREAT',   '-',       'never',    '2026-05-10', 'DE',  '',        'permit'],             // shut against emergencies only
  ['btg',            'gp',        'BTG',     'PSYTHPN', '2020',     '2026-05-10', 'DE',  'dying',   'not-named'],
  ['btg policy',     'gp',        'BTG',     '-',       '2020',     '2026-05-10', 'DE',  'dying',   'permit'],
  ['btg policy',     'gp',        'TREAT',   '-',       '2020',     '2026-05-10', 'DE',  '',        'denied'],
  ['gp, dissent',    'gp',        'BTG',     '-',       '2020',     '2026-05-10', 'DE',  'dying',   'denied'],             // BTG is below the denied TREAT
];

test.each(TABLE)(
  '%s: %s for %s, %s of %s, %s %s %s → %s',
  (consents, who, purpose, of, which, at, place, reason, outcome) => {
    const policy = compile(CONSENTS[consents], { isOverrideForbidden: (jurisdiction) => jurisdiction === 'ZZ' });
    const asked = question({
      who: WHO[who],
      purpose,
      at: time(at),
      record: record({ ...label(of), ...RECORDS[which] }),
      jurisdiction: place,
      emergency: reason === '' ? null : { reason },
    });
    expect(said(decideAccess(policy, asked))).toBe(outcome);
  },
);

test('every consent and every reason for a denial is in the table', () => {
  expect(new Set(TABLE.map(([consents]) => consents))).toEqual(new Set(Object.keys(CONSENTS)));
  const outcomes = TABLE.map((row) => row[8]).filter((outcome) => outcome !== 'permit');
  // A consent without force is in bad-consents.test.ts.
  expect([...new Set(outcomes), 'not-in-force'].sort()).toEqual([...ACCESS_DENIALS].sort());
});

test('without a clock nothing is permitted', () => {
  expect(said(decideAccess(compile(CONSENTS.gp), question({ who: WHO.gp, at: Number.NaN })))).toBe('not-in-force');
});

test('a verdict names the provision behind it, and what goes with what is shown', () => {
  const id = (resource: Record<string, unknown>, name: string) => given({ ...resource, id: name });
  const shared = permit(actors(GP), treat, { period: { end: '2027' } }, except(deny(labels('PSY'))));
  const policy = compile([id(consentR4(shared), 'c1'), CONSENTS.btg[0]]);
  const ask = (change: Parameters<typeof question>[0]) =>
    decideAccess(policy, question({ who: WHO.gp, at: time('2026-05-10'), ...change }));
  expect(ask({ record: record({ labels: ['PSY'], confidentiality: 'R' }) })).toEqual({
    verdict: 'deny',
    reason: 'denied',
    rule: 'Consent/c1 provision.provision[0]',
    obligations: [],
  });
  expect(ask({ record: record({ labels: ['OPIOIDUD'], confidentiality: 'R', bases: ['42CFRPart2'] }) })).toEqual({
    verdict: 'permit',
    reason: 'permitted',
    rule: 'Consent/c1 provision',
    obligations: [
      { code: 'PERSISTLABEL' },
      { code: 'NORDSCLCD' },
      { code: 'NOTICE', notice: 'recipient-of-part-2' },
      { code: 'DELAU' },
    ],
  });
  expect(ask({ record: null }).obligations).toEqual([
    { code: 'REDACT', codes: ['PSY'], rule: 'Consent/c1 provision.provision[0]' },
    { code: 'DELAU' },
  ]);
  expect(ask({ purpose: 'BTG', emergency: { reason: 'dying' } })).toMatchObject({
    reason: 'break-glass',
    obligations: [{ code: 'AUDTR' }, { code: 'NOTICE', notice: 'owner-of-break-glass' }, { code: 'DELAU' }],
  });
});
