// How many decisions about records does one consent give in a second? The consent denies two labels, as in the measurement of leap-cds; and how
// long does it take to read such a consent.
import {
  type AccessQuestion,
  compile,
  decideAccess,
  type GivenConsent,
  parseConsent,
  type RecordFacts,
} from '@hale/consent';
import { type Bench, type Finding, rate, times } from './report.ts';

const SECONDS = 2;
/** Decisions between two looks at the clock. */
const ROUND = 1_000;
/** leap-cds (sdhealthconnect/leap-cds, JavaScript), the same question, measured by us in November 2026 on two shared cores. */
const LEAP_PER_SECOND = 840;
const TO_REACH = 50_000;
const AT = Date.UTC(2026, 4, 10) * 1000;

const ACT_CODE = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';
const denial = (code: string) => ({ type: 'deny', securityLabel: [{ system: ACT_CODE, code }] });

const CONSENT = {
  resourceType: 'Consent',
  id: 'bench',
  status: 'active',
  scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] },
  patient: { reference: 'Patient/1' },
  dateTime: '2026-01-01',
  policy: [{ uri: 'urn:hale:policy:records:1' }],
  provision: {
    type: 'permit',
    period: { end: '2030' },
    actor: [
      {
        role: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'IRCP' }] },
        reference: { reference: 'Organization/clinic' },
      },
    ],
    purpose: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'TREAT' }],
    dataPeriod: { start: '2010' },
    provision: [denial('PSY'), denial('SUD')],
  },
};

function records(): RecordFacts[] {
  const labels: RecordFacts['labels'][] = [[], ['PSY'], ['OPIOIDUD'], ['HIV'], [], ['SEX', 'STD']];
  return Array.from({ length: 600 }, (_, i) => ({
    type: 'Observation',
    ids: [`Observation/${i}`],
    codes: ['http://loinc.org|2339-0'],
    labels: labels[i % labels.length],
    confidentiality: i % 3 === 0 ? 'N' : 'R',
    dated: { from: AT - i * 864e8, to: AT - i * 864e8 + 1 },
    authors: ['Practitioner/1'],
    custodians: null,
    refersTo: ['Patient/1'],
    referredBy: [],
  }));
}

/** Decisions in a second, over records of which half are denied, each asked for anew. */
function decisionsPerSecond(given: readonly GivenConsent[]): { perSecond: number; permitted: number } {
  const policy = compile(given);
  const questions = records().map(
    (record): AccessQuestion => ({
      who: { ids: ['Practitioner/2'], organisations: ['Organization/clinic'] },
      ...{ purpose: 'TREAT', at: AT, record, jurisdiction: 'DE', emergency: null },
    }),
  );
  let [decided, permitted] = [0, 0];
  const round = () => {
    for (let i = 0; i < ROUND; i++) {
      const { verdict } = decideAccess(policy, questions[decided++ % questions.length]);
      if (verdict === 'permit') permitted++;
    }
  };
  for (let i = 0; i < 20; i++) round();
  [decided, permitted] = [0, 0];
  const from = performance.now();
  while (performance.now() - from < SECONDS * 1000) round();
  return { perSecond: (decided * 1000) / (performance.now() - from), permitted: permitted / decided };
}

function readsPerSecond(): number {
  const text = JSON.stringify(CONSENT);
  let read = 0;
  const from = performance.now();
  while (performance.now() - from < SECONDS * 1000)
    for (let i = 0; i < 100; i++, read++) parseConsent(JSON.parse(text));
  return (read * 1000) / (performance.now() - from);
}

export const consentDecide: Bench = {
  name: 'consent-decide',
  async run() {
    const one: GivenConsent = { consent: parseConsent(CONSENT) };
    const { perSecond, permitted } = decisionsPerSecond([one]);
    const many = decisionsPerSecond(Array.from({ length: 20 }, () => one)).perSecond;
    const leap = `${rate(LEAP_PER_SECOND)} (leap-cds, not run now)`;
    const findings: Finding[] = [
      {
        what: 'decisions, one consent with 2 denied labels',
        hale: rate(perSecond),
        peer: leap,
        ratio: times(perSecond / LEAP_PER_SECOND),
        target: rate(TO_REACH),
        isMet: perSecond >= TO_REACH,
      },
      {
        what: 'decisions, 20 such consents in force',
        hale: rate(many),
        peer: '–',
        ratio: '–',
        target: '–',
        isMet: null,
      },
      {
        what: 'consents read and understood, JSON included',
        hale: rate(readsPerSecond()),
        peer: '–',
        ratio: '–',
        target: '–',
        isMet: null,
      },
    ];
    return {
      title: 'Decisions about records from a FHIR Consent',
      findings,
      notes: [
        `600 records in turn, some with one or two labels, ${(permitted * 100).toFixed(0)} % of the decisions permit; one thread, each decision by itself, nothing is kept between two.`,
        'leap-cds is not on npm, and its licence (GPL-3) keeps it out of this repository: its figure is the one that we measured in November 2026 with one consent of 2 denied labels on two shared cores under Node 20 (research/fhir.md §1), not in this run.',
      ],
    };
  },
};
