/** Makes specs/vectors/consent.json: `node specs/make-vectors-consent.ts`. The consents are written here; what comes of them, by the code. */
import { writeFileSync } from 'node:fs';
import {
  type AccessQuestion,
  type ConsentInput,
  decideAccess,
  enforcerOf,
  ownersConsent,
  parseClaim,
  parseConsent,
  type RecordFacts,
  recipientsConsent,
  residualOf,
} from '@hale/consent';
import { type ConsentVectors, policyOf, type VectorConsent } from '@hale/testkit/vectors/consent';

type Json = Record<string, unknown>;

const coding = (system: string) => (code: string) => ({
  system: `http://terminology.hl7.org/CodeSystem/${system}`,
  code,
});
const [purpose, sensitivity, level] = ['v3-ActReason', 'v3-ActCode', 'v3-Confidentiality'].map(coding);
const recipient = (reference: string) => ({
  role: { coding: [coding('v3-ParticipationType')('IRCP')] },
  reference: { reference },
});
const consent = (provision: Json | null, change: Json = {}): Json => ({
  resourceType: 'Consent',
  id: 'c1',
  status: 'active',
  scope: { coding: [coding('consentscope')('patient-privacy')] },
  patient: { reference: 'Patient/p' },
  dateTime: '2026-01-01',
  ...(provision && { provision }),
  ...change,
});
const uri = (name: string) => ({ policy: [{ uri: `https://profiles.ihe.net/ITI/PCF/Policy-${name}` }] });
const rule = (code: string) => ({ policyRule: { coding: [coding('v3-ActCode')(code)] } });

const micros = (date: string): number => Date.parse(date) * 1000;
const RECORD: RecordFacts = {
  type: 'Observation',
  ids: ['Observation/1'],
  codes: ['http://loinc.org|2339-0'],
  labels: [],
  confidentiality: 'N',
  dated: { from: micros('2025-06-01'), to: micros('2025-06-02') },
  authors: ['Practitioner/a'],
  custodians: null,
  refersTo: ['Patient/p'],
  referredBy: [],
};
const PSYCHIATRIC: RecordFacts = { ...RECORD, labels: ['PSY'], confidentiality: 'R' };
const QUESTION: AccessQuestion = {
  who: { ids: ['Practitioner/gp'], organisations: ['Organization/clinic'] },
  purpose: 'TREAT',
  at: micros('2026-05-10'),
  record: RECORD,
  jurisdiction: 'DE',
  emergency: null,
};

const treat = { purpose: [purpose('TREAT')] };
const shared = consent({
  type: 'permit',
  period: { end: '2026-06-30' },
  actor: [recipient('Organization/clinic')],
  ...treat,
  provision: [{ type: 'deny', securityLabel: [sensitivity('PSY')] }],
});
const glass = consent(null, uri('break-glass-only'));
const undecided = consent({ actor: [recipient('Practitioner/gp')] }, rule('OPTIN'));
const withoutDecision = consent({ ...treat, provision: [{ type: 'deny', securityLabel: [sensitivity('PSY')] }] });
const normal = consent({
  type: 'permit',
  ...treat,
  securityLabel: [level('N')],
  provision: [{ type: 'permit', securityLabel: [sensitivity('PSY')], actor: [recipient('Practitioner/gp')] }],
});
const unknown = consent({ type: 'permit', purpose: [purpose('TREATMENT')], securityLabel: [{ code: 'R' }] });
const of2025 = consent({
  type: 'permit',
  ...treat,
  dataPeriod: { start: '2025', end: '2025' },
  provision: [{ type: 'deny', securityLabel: [sensitivity('SUD')] }],
});

type Asked = [name: string, resource: Json, change?: Partial<AccessQuestion>, terms?: Omit<VectorConsent, 'resource'>];

// biome-ignore format: a table is read by its columns
const ASKED: Asked[] = [
  ['a share',                                     shared],
  ['a share, what it denies',                     shared,          { record: PSYCHIATRIC }],
  ['a share, in general',                         shared,          { record: null }],
  ['a share, somebody else',                      shared,          { who: { ids: ['Practitioner/other'] } }],
  ['a share, an insurer',                         shared,          { purpose: 'COVERAGE' }],
  ['a share, a purpose that nobody knows',        shared,          { purpose: 'TREATMENT' }],
  ['a share, its last day',                       shared,          { at: micros('2026-06-30T23:59:59Z') }],
  ['a share, the day after',                      shared,          { at: micros('2026-07-01') }],
  ['a share, not used for six months',            shared,          {}, { idleMonths: 6, lastUsed: micros('2025-11-10') }],
  ['a share, to be given anew',                   shared,          {}, { renewBy: micros('2026-05-10') }],
  ['break-glass only, broken',                    glass,           { purpose: 'BTG', emergency: { reason: 'found unconscious' } }],
  ['break-glass only, without a reason',          glass,           { purpose: 'BTG' }],
  ['break-glass only, a record that is shut',     glass,           { purpose: 'BTG', emergency: { reason: 'found unconscious' }, record: { ...RECORD, never: true } }],
  ['break-glass only, treatment',                 glass],
  ['an undecided root under OPTIN',               undecided],
  ['no decision at all',                          withoutDecision],
  ['no decision at all, what it denies',          withoutDecision, { record: PSYCHIATRIC }],
  ['normal for all, more for one',                normal,          { record: PSYCHIATRIC }],
  ['normal for all, more for one, another',       normal,          { record: PSYCHIATRIC, who: { ids: ['Practitioner/other'] } }],
  ['unknown purpose and label',                   unknown],
  ['42 CFR Part 2',                               shared,          { record: { ...RECORD, labels: ['OPIOIDUD'], confidentiality: 'R', bases: ['42CFRPart2'] } }],
];

const SHARE: ConsentInput = {
  grantId: 'grant-reading',
  recipient: { kind: 'person', npub: 'd0'.repeat(32), name: 'Dr. B' },
  purpose: 'TREAT',
  sentence: 'Dr. B may see problems and medicines of 2025 until 30 June 2026.',
  names: { subject: 'A. Patient', owner: 'A. Patient' },
  now: micros('2026-05-01'),
  until: micros('2026-07-01'),
  parts: ['problems', 'medicines'],
  from: micros('2025-01-01'),
  to: micros('2026-01-01'),
  include: ['Observation/by-hand'],
  withheld: { codes: ['PSY'], records: ['Condition/secret'] },
};

const FORBID_ALL_BUT_NORMAL = {
  patient_id: 'Patient/p',
  doc_id: 'Consent/c1',
  residual: [{ type: 'forbid' }, { type: 'permit', securityLabel: [level('N')] }],
};

export function makeConsentVectors(): string {
  const consentsOf = ([, resource, , terms]: Asked): VectorConsent[] => [{ resource, ...terms }];
  const asked = ([, , change]: Asked): AccessQuestion => ({ ...QUESTION, ...change });
  const portable = (name: string, resource: Json, change: Partial<AccessQuestion> = {}) => {
    const { record: _, ...question } = { ...QUESTION, ...change };
    return { name, consents: [{ resource }], question, portable: residualOf(policyOf([{ resource }]), question) };
  };
  const enforced = (name: string, claim: Json, record: RecordFacts) => ({
    ...{ name, claim, record },
    shown: enforcerOf(parseClaim(claim))(record),
  });
  const vectors: ConsentVectors = {
    readings: Object.entries({ shared, glass, undecided, withoutDecision, normal, unknown }).map(
      ([name, resource]) => ({
        ...{ name, consent: resource },
        findings: parseConsent(resource).findings.map(({ code, path }) => ({ code, path })),
      }),
    ),
    decisions: ASKED.map((row) => ({
      ...{ name: row[0], consents: consentsOf(row), question: asked(row) },
      verdict: decideAccess(policyOf(consentsOf(row)), asked(row)),
    })),
    portables: [
      portable('denials only', shared),
      portable('nothing is permitted', shared, { purpose: 'HRESCH' }),
      portable('permits only', normal),
      portable('bounds and denials', of2025),
    ],
    enforced: [
      enforced('normal is let through', FORBID_ALL_BUT_NORMAL, RECORD),
      enforced('restricted is not', FORBID_ALL_BUT_NORMAL, PSYCHIATRIC),
      enforced('what nobody labelled is not', FORBID_ALL_BUT_NORMAL, { ...RECORD, labels: null }),
      enforced(
        'an unknown bound is not dropped',
        { ...FORBID_ALL_BUT_NORMAL, residual: [{ type: 'forbid' }, { type: 'permit', odd: 1 }] },
        RECORD,
      ),
    ],
    invalid: [
      { name: 'no consent', claim: { patient_id: 'Patient/p' } },
      { name: 'a type of a provision', claim: { ...FORBID_ALL_BUT_NORMAL, residual: [{ type: 'deny' }] } },
      { name: 'a field more', claim: { ...FORBID_ALL_BUT_NORMAL, scope: 'all' } },
    ],
    shares: [
      {
        ...{ name: 'two parts of a year', input: SHARE },
        owner: JSON.parse(ownersConsent(SHARE)),
        recipient: JSON.parse(recipientsConsent(SHARE)),
      },
    ],
  };
  return `${JSON.stringify(vectors, null, 1)}\n`;
}

if (import.meta.main) writeFileSync(new URL('vectors/consent.json', import.meta.url), makeConsentVectors());
