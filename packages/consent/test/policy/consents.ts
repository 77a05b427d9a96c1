// Consents of FHIR R4 and R5 as short as a test can say them.
type Json = Record<string, unknown>;

const ACT_REASON = 'http://terminology.hl7.org/CodeSystem/v3-ActReason';
const ACT_CODE = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';
const CONFIDENTIALITY = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';
const PARTICIPATION = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType';

export const purposes = (...codes: string[]) => ({ purpose: codes.map((code) => ({ system: ACT_REASON, code })) });
export const labels = (...codes: string[]) => ({
  securityLabel: codes.map((code) => ({ system: code.length === 1 ? CONFIDENTIALITY : ACT_CODE, code })),
});
export const actors = (...references: string[]) => ({
  actor: references.map((reference) => ({
    role: { coding: [{ system: PARTICIPATION, code: 'IRCP' }] },
    reference: { reference },
  })),
});
export const instance = (...references: string[]) => ({
  data: references.map((reference) => ({ meaning: 'instance', reference: { reference } })),
});

export const consentR4 = (provision: Json | undefined, change: Json = {}): Json => ({
  resourceType: 'Consent',
  status: 'active',
  scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] },
  patient: { reference: 'Patient/p' },
  dateTime: '2026-01-01',
  ...(provision && { provision }),
  ...change,
});

export const permit = (...parts: Json[]): Json => Object.assign({ type: 'permit' }, ...parts);
export const deny = (...parts: Json[]): Json => Object.assign({ type: 'deny' }, ...parts);
export const except = (...provision: Json[]): Json => ({ provision });

export const consentR5 = (decision: string | undefined, provision: Json[], change: Json = {}): Json => ({
  resourceType: 'Consent',
  status: 'active',
  subject: { reference: 'Patient/p' },
  date: '2026-01-01',
  ...(decision && { decision }),
  provision,
  ...change,
});

export const policyUri = (name: string): Json => ({
  policy: [{ uri: `https://profiles.ihe.net/ITI/PCF/Policy-${name}` }],
});
export const policyRule = (code: string): Json => ({ policyRule: { coding: [{ system: ACT_CODE, code }] } });
