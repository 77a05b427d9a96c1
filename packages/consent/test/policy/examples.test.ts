// Every example consent of IHE PCF and of HL7 R4, and the requests of asushares, with the outcome that their own text says.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  type AccessQuestion,
  type Asking,
  compile,
  decideAccess,
  parseConsent,
  type RecordFacts,
} from '../../src/index.ts';
import { parseFsh } from './fsh.ts';
import { ask, on, question, record, said, time, WHO } from './world.ts';

const data = (path: string): string => readFileSync(new URL(`../data/${path}`, import.meta.url), 'utf8');
const PCF = parseFsh(data('pcf/consents.fsh'));

// ex-sensitive.fsh of IHE PCF, and what else its texts speak of.
const RECORDS: Record<string, RecordFacts> = {
  sugar: record({ ids: ['Observation/ex-bloodSugar'] }),
  alcohol: record({
    ids: ['Observation/ex-alcoholUse'],
    labels: ['ETHUD'],
    confidentiality: 'R',
    dated: on('2022-06-13'),
  }),
  'normal 2022': record({ dated: on('2022-03-01') }),
  'his note': record({ authors: ['Practitioner/ex-practitioner'] }),
  elsewhere: record({ refersTo: ['Patient/ex-patient', 'Encounter/another'] }),
  restricted: record({ labels: ['PHY'], confidentiality: 'R' }),
  psychiatry: record({ labels: ['PSY'], confidentiality: 'R' }),
  violence: record({ labels: ['SDV'], confidentiality: 'V' }),
  'hiv and psy': record({ labels: ['HIV', 'PSY'], confidentiality: 'R' }),
};
const LOCAL = 'http://example.org/policies/purposeOfUse|FooBar';

type Row = [consent: string, who: string, purpose: string, record: string, at: string, outcome: string];

// biome-ignore format: a table is read by its columns
const PCF_TABLE: Row[] = [
  // consent                          who             purpose    record         at            outcome
  ['basic-treat',                     'anyone',       'TREAT',   'sugar',       '2022-09-01', 'permit'],
  ['basic-treat',                     'anyone',       'HPAYMT',  'sugar',       '2022-09-01', 'permit'],
  ['basic-treat',                     'anyone',       'HOPERAT', 'sugar',       '2022-09-01', 'permit'],
  ['basic-treat',                     'anyone',       'HRESCH',  'sugar',       '2022-09-01', 'not-permitted'],
  ['basic-treat',                     'anyone',       'HMARKT',  'sugar',       '2022-09-01', 'not-named'],
  ['basic-treat',                     'anyone',       'TREAT',   'sugar',       '2022-06-12', 'not-yet'],       // the day before it was given
  ['basic-treat-infant',              'anyone',       'TREAT',   'sugar',       '2022-09-01', 'permit'],        // the mother gave it
  ['basic-treat-infant',              'anyone',       'HRESCH',  'sugar',       '2022-09-01', 'not-permitted'],
  ['basic-ink',                       'anyone',       'TREAT',   'sugar',       '2022-09-01', 'permit'],
  ['expired-treat',                   'anyone',       'TREAT',   'sugar',       '2022-12-31', 'permit'],        // the last day belongs to it
  ['expired-treat',                   'anyone',       'TREAT',   'sugar',       '2023-01-01', 'lapsed'],
  ['basic-reject',                    'anyone',       'TREAT',   'sugar',       '2022-09-01', 'denied'],
  ['basic-reject',                    'anyone',       'ETREAT',  'sugar',       '2022-09-01', 'denied'],        // ETREAT is below TREAT
  ['basic-reject',                    'anyone',       'HRESCH',  'sugar',       '2022-09-01', 'not-permitted'],
  ['basic-research',                  'anyone',       'HRESCH',  'sugar',       '2024-09-01', 'permit'],
  ['basic-research',                  'anyone',       'CLINTRCH','sugar',       '2024-09-01', 'permit'],        // "a permit on all sub concepts"
  ['basic-research',                  'anyone',       'TREAT',   'sugar',       '2024-09-01', 'not-permitted'],
  ['intermediate-timeframe',          'anyone',       'TREAT',   'normal 2022', '2022-09-01', 'permit'],
  ['intermediate-timeframe',          'anyone',       'TREAT',   'sugar',       '2022-09-01', 'not-permitted'], // of 2020
  ['intermediate-not-timeframe',      'anyone',       'TREAT',   'normal 2022', '2022-09-01', 'denied'],
  ['intermediate-not-timeframe',      'anyone',       'TREAT',   'sugar',       '2022-09-01', 'permit'],
  ['intermediate-authoredby',         'anyone',       'TREAT',   'his note',    '2022-09-01', 'permit'],
  ['intermediate-authoredby',         'anyone',       'TREAT',   'sugar',       '2022-09-01', 'not-permitted'],
  ['intermediate-not-authoredby',     'anyone',       'TREAT',   'his note',    '2022-09-01', 'denied'],
  ['intermediate-not-authoredby',     'anyone',       'TREAT',   'sugar',       '2022-09-01', 'permit'],
  ['intermediate-encounter',          'anyone',       'TREAT',   'sugar',       '2022-09-01', 'permit'],
  ['intermediate-encounter',          'anyone',       'TREAT',   'elsewhere',   '2022-09-01', 'not-permitted'],
  ['intermediate-not-encounter',      'anyone',       'TREAT',   'sugar',       '2022-09-01', 'denied'],
  ['intermediate-not-encounter',      'anyone',       'TREAT',   'elsewhere',   '2022-09-01', 'permit'],
  ['intermediate-data',               'anyone',       'TREAT',   'sugar',       '2022-09-01', 'permit'],
  ['intermediate-data',               'anyone',       'TREAT',   'alcohol',     '2022-09-01', 'permit'],        // it is itemised
  ['intermediate-data',               'anyone',       'TREAT',   'normal 2022', '2022-09-01', 'not-permitted'],
  ['intermediate-not-data',           'anyone',       'TREAT',   'alcohol',     '2022-09-01', 'denied'],
  ['intermediate-not-data',           'anyone',       'TREAT',   'sugar',       '2022-09-01', 'permit'],
  ['intermediate-purpose',            'researcher',   LOCAL,     'sugar',       '2022-09-01', 'permit'],
  ['intermediate-purpose',            'researcher',   'TREAT',   'sugar',       '2022-09-01', 'not-permitted'],
  ['intermediate-purpose',            'anyone',       LOCAL,     'sugar',       '2022-09-01', 'not-named'],     // not of the research organisation
  ['dissent:intermediate-break-glass','anyone',       'TREAT',   'sugar',       '2022-09-01', 'denied'],
  ['dissent:intermediate-break-glass','anyone',       'BTG',     'sugar',       '2022-09-01', 'denied'],        // may not declare it
  ['dissent:intermediate-break-glass','privileged',   'BTG',     'sugar',       '2022-09-01', 'permit'],
  ['dissent:intermediate-break-glass','privileged',   'TREAT',   'sugar',       '2022-09-01', 'denied'],
  ['advanced-normal',                 'anyone',       'TREAT',   'sugar',       '2022-09-01', 'permit'],
  ['advanced-normal',                 'anyone',       'TREAT',   'alcohol',     '2022-09-01', 'not-permitted'],
  ['advanced-normal-restricted',      'anyone',       'TREAT',   'sugar',       '2022-09-01', 'permit'],
  ['advanced-normal-restricted',      'anyone',       'TREAT',   'alcohol',     '2022-09-01', 'permit'],
  ['advanced-normal-restricted',      'anyone',       'TREAT',   'violence',    '2022-09-01', 'not-permitted'], // very restricted
  ['advanced-normal-not-restricted',  'anyone',       'TREAT',   'sugar',       '2022-09-01', 'permit'],
  ['advanced-normal-not-restricted',  'anyone',       'TREAT',   'restricted',  '2022-09-01', 'denied'],
  ['advanced-normal-focused-restricted','anyone',     'TREAT',   'sugar',       '2022-09-01', 'permit'],
  ['advanced-normal-focused-restricted','anyone',     'TREAT',   'restricted',  '2022-09-01', 'not-permitted'],
  ['advanced-normal-focused-restricted','practitioner','TREAT',  'restricted',  '2022-09-01', 'permit'],
  ['advanced-normal-focused-restricted','practitioner','HRESCH', 'restricted',  '2022-09-01', 'not-permitted'], // the exception has its rule's purposes
  ['advanced-normal-focused-psy',     'anyone',       'TREAT',   'psychiatry',  '2022-09-01', 'not-permitted'],
  ['advanced-normal-focused-psy',     'practitioner', 'TREAT',   'psychiatry',  '2022-09-01', 'permit'],
  ['advanced-normal-focused-psy',     'practitioner', 'TREAT',   'alcohol',     '2022-09-01', 'not-permitted'],
  ['advanced-normal-focused-psy',     'practitioner', 'TREAT',   'hiv and psy', '2022-09-01', 'not-permitted'], // one label is not permitted
  ['advanced-normal-focused-psy',     'practitioner', 'TREAT',   'sugar',       '2022-09-01', 'permit'],
  ['advanced-normal-focused-psy-or-sdv','anyone',     'TREAT',   'violence',    '2022-09-01', 'not-permitted'],
  ['advanced-normal-focused-psy-or-sdv','practitioner','TREAT',  'violence',    '2022-09-01', 'permit'],
  ['advanced-normal-focused-psy-or-sdv','practitioner','TREAT',  'psychiatry',  '2022-09-01', 'permit'],
  ['advanced-normal-break-glass-restricted','anyone', 'TREAT',   'restricted',  '2022-09-01', 'not-permitted'],
  ['advanced-normal-break-glass-restricted','privileged','TREAT','restricted',  '2022-09-01', 'not-permitted'], // the glass is not broken
  ['advanced-normal-break-glass-restricted','privileged','BTG',  'restricted',  '2022-09-01', 'permit'],
  ['advanced-normal-break-glass-restricted','privileged','BTG',  'sugar',       '2022-09-01', 'permit'],
  ['advanced-normal-break-glass-restricted','anyone', 'BTG',     'restricted',  '2022-09-01', 'not-named'],
];

const pcfId = (name: string): string =>
  name.startsWith('dissent:') ? `ex-dissent-${name.slice(8)}` : `ex-consent-${name}`;

const asked = (who: Asking, purpose: string, of: RecordFacts, at: string): Partial<AccessQuestion> => ({
  ...{ who, purpose, record: of, at: time(at) },
  emergency: purpose === 'BTG' ? { reason: 'found unconscious' } : null,
});

test.each(PCF_TABLE)('PCF %s: %s for %s sees %s on %s → %s', (consent, who, purpose, of, at, outcome) => {
  expect(ask(PCF.get(pcfId(consent)), asked(WHO[who], purpose, RECORDS[of], at))).toBe(outcome);
});

test('each example of PCF is in the table', () => {
  expect(PCF.size).toBe(23);
  expect(new Set(PCF_TABLE.map(([consent]) => pcfId(consent)))).toEqual(new Set(PCF.keys()));
});

test('the examples of PCF are read without a doubt but that their policy is one of example.org', () => {
  const codes = [...PCF.values()].flatMap((each) => parseConsent(each).findings.map(({ code }) => code));
  expect(new Set(codes)).toEqual(new Set(['unknown-policy', 'local-purpose']));
});

const HOSPITAL = 'Organization/f001';
const HL7_WHO: Record<string, Asking> = {
  anyone: WHO.anyone,
  clinic: { ids: ['Practitioner/other'], organisations: [HOSPITAL] },
  nurse: { ids: ['Practitioner/f204'] },
  doctor13: { ids: ['Practitioner/13'] },
  relative: { ids: ['Patient/example'] },
};
const HL7_RECORDS: Record<string, RecordFacts> = {
  hospital: record({ custodians: [HOSPITAL] }),
  other: record({ custodians: ['Organization/other'] }),
  result: record({ custodians: ['Organization/other'], refersTo: ['Task/example3'] }),
  'january 2015': record({ dated: on('2015-01-10') }),
  medicine: record({ type: 'MedicationRequest', ids: ['MedicationRequest/1'] }),
  summary: record({
    type: 'DocumentReference',
    classes: ['urn:ietf:bcp:13|application/hl7-cda+xml'],
    codes: ['http://loinc.org|34133-9'],
    authors: ['Practitioner/xcda-author'],
  }),
  psychiatry: record({ custodians: [HOSPITAL], labels: ['PSY'], confidentiality: 'R' }),
};

// The rules behind the surprising rows are those of specs/consent.md §3.
// biome-ignore format: a table is read by its columns
const HL7_TABLE: Row[] = [
  // consent       who         purpose   record          at                      outcome
  ['basic',        'anyone',   'TREAT',  'hospital',     '2016-05-12',           'lapsed'],        // it ended four months before it was given:
  ['basic',        'anyone',   'TREAT',  'hospital',     '2015-06-01',           'not-yet'],       // a slip, see the test below
  ['Out',          'anyone',   'TREAT',  'hospital',     '2016-01-01',           'denied'],
  ['Out',          'anyone',   'HRESCH', 'hospital',     '2016-01-01',           'denied'],
  ['Out',          'anyone',   'TREAT',  'other',        '2016-01-01',           'denied'],        // opted out: nothing is permitted elsewhere
  ['Emergency',    'anyone',   'ETREAT', 'hospital',     '2016-01-01',           'permit'],        // §3: the nested denial means all else
  ['Emergency',    'anyone',   'TREAT',  'hospital',     '2016-01-01',           'denied'],
  ['Emergency',    'anyone',   'ETREAT', 'other',        '2016-01-01',           'denied'],
  ['Emergency',    'anyone',   'BTG',    'hospital',     '2016-01-01',           'denied'],        // BTG is permitted by its name only
  ['grantor',      'relative', 'PATRQT', 'hospital',     '2016-01-01',           'permit'],
  ['grantor',      'anyone',   'PATRQT', 'hospital',     '2016-01-01',           'denied'],
  ['grantor',      'relative', 'PATRQT', 'other',        '2016-01-01',           'denied'],        // only what that hospital holds
  ['notAuthor',    'anyone',   'TREAT',  'hospital',     '2016-01-01',           'denied'],
  ['notAuthor',    'anyone',   'TREAT',  'other',        '2016-01-01',           'not-permitted'], // §3: bound or exception, nobody knows
  ['notOrg',       'clinic',   'TREAT',  'other',        '2016-01-01',           'denied'],
  ['notOrg',       'anyone',   'TREAT',  'other',        '2016-01-01',           'permit'],        // its type is said, so that it is an exception
  ['notOrg',       'anyone',   'HPAYMT', 'other',        '2016-01-01',           'not-named'],     // no insurer by default
  ['notThem',      'nurse',    'TREAT',  'other',        '2016-01-01',           'denied'],
  ['notThem',      'anyone',   'TREAT',  'other',        '2016-01-01',           'not-permitted'], // §3
  ['notThis',      'anyone',   'TREAT',  'result',       '2016-01-01',           'denied'],
  ['notThis',      'anyone',   'TREAT',  'other',        '2016-01-01',           'not-permitted'], // §3
  ['notTime',      'anyone',   'TREAT',  'january 2015', '2016-01-01',           'lapsed'],        // period where dataPeriod was meant
  ['notTime',      'anyone',   'TREAT',  'january 2015', '2015-01-20',           'not-yet'],       // not even in that time
  ['pkb',          'clinic',   'TREAT',  'hospital',     '2017-01-01',           'denied'],        // its exceptions say no type: they deny
  ['pkb',          'clinic',   'TREAT',  'psychiatry',   '2017-01-01',           'denied'],
  ['pkb',          'anyone',   'TREAT',  'hospital',     '2017-01-01',           'denied'],
  ['signature',    'doctor13', 'TREAT',  'summary',      '2016-07-01',           'permit'],
  ['signature',    'doctor13', 'TREAT',  'hospital',     '2016-07-01',           'denied'],        // §3: only what both readings permit
  ['signature',    'anyone',   'TREAT',  'summary',      '2016-07-01',           'not-permitted'],
  ['signature',    'doctor13', 'TREAT',  'summary',      '2016-10-11',           'lapsed'],
  ['smartonfhir',  'anyone',   'TREAT',  'medicine',     '2016-06-23T07:10:00Z', 'permit'],
  ['smartonfhir',  'anyone',   'TREAT',  'hospital',     '2016-06-23T07:10:00Z', 'denied'],        // §3
  ['smartonfhir',  'anyone',   'TREAT',  'medicine',     '2016-06-23T07:40:00Z', 'lapsed'],        // half an hour
];

const hl7 = (name: string): Record<string, unknown> => JSON.parse(data(`hl7/${name}.json`));

test.each(HL7_TABLE)('HL7 %s: %s for %s sees %s on %s → %s', (consent, who, purpose, of, at, outcome) => {
  expect(ask(hl7(consent), asked(HL7_WHO[who], purpose, HL7_RECORDS[of], at))).toBe(outcome);
});

test('each example of HL7 is in the table', () => {
  const files = readdirSync(new URL('../data/hl7', import.meta.url)).map((file) => file.replace('.json', ''));
  expect(files).toHaveLength(12);
  expect(new Set(HL7_TABLE.map(([consent]) => consent))).toEqual(new Set(files));
});

test("HL7's basic consent permits what its text says once its dates are in order", () => {
  const inOrder = { ...hl7('basic'), dateTime: '1964-01-01' };
  expect(ask(inOrder, asked(WHO.anyone, 'TREAT', HL7_RECORDS.hospital, '2015-06-01'))).toBe('permit');
  expect(parseConsent(hl7('basic')).findings.map(({ code }) => code)).toContain('never-in-force');
});

test('a doubt about an example is told', () => {
  const codes = (name: string) => parseConsent(hl7(name)).findings.map(({ code }) => code);
  expect(codes('notThem')).toEqual(['root-undecided']);
  expect(codes('Emergency')).toEqual(['implied', 'all-else']);
  expect(new Set(codes('pkb'))).toEqual(new Set(['no-type', 'implied']));
});

interface AsuRequest {
  context: { actor: { value: string }[]; patientId: { value: string }[] };
}

test.each([
  ['request-permit', 'permit'],
  ['request-deny', 'no-consent'],
])('asushares %s: the consent of one patient serves no other → %s', (file, outcome) => {
  const { actor, patientId } = (JSON.parse(data(`asu/${file}.json`)) as AsuRequest).context;
  const consents = [
    {
      resourceType: 'Consent',
      status: 'active',
      subject: { reference: 'Patient/cfsb1699034947598' },
      decision: 'deny',
      provision: [{ actor: [{ reference: { reference: 'Organization/d0894f6b-78d7-338d-82ad-b63de4d40014' } }] }],
    },
  ].filter(({ subject }) => subject.reference === patientId[0].value);
  const who = { ids: [], organisations: actor.map(({ value }) => value) };
  const policy = compile(consents.map((consent) => ({ consent: parseConsent(consent) })));
  expect(said(decideAccess(policy, question({ who })))).toBe(outcome);
});
