// Asking a hospital to correct what it wrote (HL7 Patient Request for Corrections): the codes of the guide, the states that an ask goes through, and by
// when the law of a place wants an answer.
import { addMonths } from '@hale/consent';
import { EEA } from '../copies/telling.ts';

const GUIDE = 'http://hl7.org/fhir/uv/patient-corrections';
export const CORRECTION_SYSTEMS = {
  communication: `${GUIDE}/CodeSystem/PatientCorrectionCommunicationTypes`,
  task: `${GUIDE}/CodeSystem/PatientCorrectionTaskTypes`,
  status: `${GUIDE}/CodeSystem/PatientCorrectionBusinessStatus`,
  output: `${GUIDE}/CodeSystem/PatientCorrectionOutputTypes`,
  /** What only she knows: that it was sent. */
  own: 'urn:hale:correction-status',
} as const;
export const CORRECTION_PROFILES = {
  communication: `${GUIDE}/StructureDefinition/patient-correction-communication`,
  bundle: `${GUIDE}/StructureDefinition/patient-correction-bundle`,
} as const;

export const ASK_CODE = 'medRecCxReq';
export const DISAGREE_CODE = 'medRecCxDenialDisagree';

/** `asked`: written and not sent yet · `sent`: she says that it was. The others are the guide's business statuses. */
export const CORRECTION_STATES = [
  'asked',
  'sent',
  'queued',
  'in-review',
  'waiting-for-information',
  'requester-cancelled',
  'accepted',
  'partial-accept',
  'amendment-completed',
  'denied',
  'disagreement-logged',
  'completed',
] as const;
export type CorrectionState = (typeof CORRECTION_STATES)[number];

export const isCorrectionState = (value: unknown): value is CorrectionState =>
  CORRECTION_STATES.includes(value as CorrectionState);

/** In these nobody owes her an answer any more. */
const DECIDED: readonly CorrectionState[] = [
  ...(['requester-cancelled', 'accepted', 'partial-accept', 'amendment-completed'] as const),
  ...(['denied', 'disagreement-logged', 'completed'] as const),
];
export const isDecided = (state: CorrectionState): boolean => DECIDED.includes(state);

/** In these she may have her disagreement put beside the record (45 CFR 164.526(d)(2)). */
export const mayDisagree = (state: CorrectionState): boolean =>
  state === 'denied' || state === 'partial-accept' || state === 'disagreement-logged';

export interface Deadline {
  /** Microseconds: by then there must be an answer; and the latest, where they told her in time that it takes longer. */
  answerBy: number;
  extendedTo: number;
  /** What says so. */
  rule: 'HIPAA' | 'GDPR';
}

const DAY = 86_400e6;

/**
 * HIPAA, 45 CFR 164.526(b)(2): 60 days after receipt, once 30 more. GDPR, Articles 12(3) and 16: one month, two more for what is complex.
 * @param place ISO 3166-1 alpha-2, or 'EU' @param asked microseconds: when it reached them, as far as is known @returns null: not known for that place
 */
export function deadlineOf(place: string, asked: number): Deadline | null {
  if (place === 'US') return { answerBy: asked + 60 * DAY, extendedTo: asked + 90 * DAY, rule: 'HIPAA' };
  // The GDPR of the United Kingdom says the same in Article 12(3).
  if (place !== 'GB' && !EEA.has(place)) return null;
  // The same day of a later month, or its last where it has no such day (Regulation 1182/71, Article 3(2)(c)).
  return { answerBy: addMonths(asked, 1), extendedTo: addMonths(asked, 3), rule: 'GDPR' };
}
