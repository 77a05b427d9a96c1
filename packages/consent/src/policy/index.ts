/** FHIR Consent as the policy itself: read, compiled, asked, written, and in its portable form. specs/consent.md */
export {
  ACCESS_DENIALS,
  type AccessDenial,
  type AccessVerdict,
  compile,
  decideAccess,
  type GivenConsent,
  lapsesAt,
  type Obligation,
  type Policy,
  type PolicyOptions,
  type Terms,
} from './decide-access.ts';
export { addMonths } from './fhir-time.ts';
export { FINDING_CODES, type Finding, type FindingCode } from './findings.ts';
export type { Conditions, ConsentPolicy, Effect, Rule, TimeSpan } from './model.ts';
export { parseConsent } from './parse.ts';
export { isPurpose, purposeDenies, purposePermits } from './purposes.ts';
export type { AccessQuestion, Asking, RecordFacts } from './question.ts';
export {
  enforcerOf,
  type PcfClaim,
  type Portable,
  parseClaim,
  type ResidualRule,
  residualOf,
} from './residual.ts';
export { type ConsentInput, ownersConsent, RECORDS_POLICY, recipientsConsent } from './write.ts';
