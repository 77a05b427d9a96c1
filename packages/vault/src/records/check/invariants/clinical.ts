// Rules for what a patient's record is made of. Keys and meaning: http://hl7.org/fhir/R4, under each resource.
import { all, choiceOf, count, get, has, hasCode, type Json, text } from '../json.ts';
import { type InvariantTable, rule } from './invariant.ts';
import { isUpTo } from './times.ts';

const TERMINOLOGY = 'http://terminology.hl7.org/CodeSystem/';
const isEnteredInError = (of: Json, name: string, system: string) =>
  hasCode(of, name, TERMINOLOGY + system, 'entered-in-error');
const one =
  (...names: readonly string[]) =>
  (of: Json) =>
    names.some((name) => has(of, name));
const notBoth = (a: string, b: string) => (of: Json) => !has(of, a) || !has(of, b);
const codings = (of: unknown) =>
  all(of, 'code', 'coding').map((coding) => `${text(coding, 'system') ?? ''}|${text(coding, 'code') ?? ''}`);

export const CLINICAL: InvariantTable = {
  AllergyIntolerance: [
    rule(
      'ait-1',
      'An allergy that was not entered in error must say whether it is active. Add clinicalStatus.',
      (a) => isEnteredInError(a, 'verificationStatus', 'allergyintolerance-verification') || has(a, 'clinicalStatus'),
    ),
    rule(
      'ait-2',
      'An allergy entered in error has no clinicalStatus. Remove it.',
      (a) => !isEnteredInError(a, 'verificationStatus', 'allergyintolerance-verification') || !has(a, 'clinicalStatus'),
    ),
  ],
  Appointment: [
    rule(
      'app-2',
      'An appointment has a start and an end, or neither. Add what is missing.',
      (a) => has(a, 'start') === has(a, 'end'),
    ),
    rule(
      'app-3',
      'Only an appointment that is proposed, cancelled or on the waiting list may have no time. Add start and end.',
      (a) =>
        (has(a, 'start') && has(a, 'end')) || ['proposed', 'cancelled', 'waitlist'].includes(text(a, 'status') ?? ''),
    ),
    rule(
      'app-4',
      'A reason of cancelling stands only with an appointment that was cancelled or missed. Correct the status.',
      (a) => !has(a, 'cancelationReason') || ['no-show', 'cancelled'].includes(text(a, 'status') ?? ''),
    ),
  ],
  'Appointment.participant': [rule('app-1', 'A participant needs a type or a person. Add one.', one('type', 'actor'))],
  AppointmentResponse: [
    rule('apr-1', 'An answer needs the type of participant or the person. Add one.', one('participantType', 'actor')),
  ],
  'AuditEvent.entity': [
    rule('sev-1', 'An entity has a name or a query, not both. Keep one.', notBoth('name', 'query')),
  ],
  'CarePlan.activity': [
    rule('cpl-3', 'An activity is described here or referred to, not both. Keep one.', notBoth('detail', 'reference')),
  ],
  'Composition.section': [
    rule('cmp-1', 'A section needs a text, entries or sections of its own. Add one.', one('text', 'entry', 'section')),
    rule(
      'cmp-2',
      'A section with entries has no reason of being empty. Remove emptyReason.',
      notBoth('emptyReason', 'entry'),
    ),
  ],
  Condition: [
    rule(
      'con-4',
      'A problem that is over must be resolved, in remission or inactive. Correct clinicalStatus.',
      (c) =>
        choiceOf(c, 'abatement') === undefined ||
        hasCode(c, 'clinicalStatus', `${TERMINOLOGY}condition-clinical`, 'resolved', 'remission', 'inactive'),
    ),
    rule(
      'con-5',
      'A problem entered in error has no clinicalStatus. Remove it.',
      (c) => !isEnteredInError(c, 'verificationStatus', 'condition-ver-status') || !has(c, 'clinicalStatus'),
    ),
  ],
  'Condition.stage': [
    rule('con-1', 'A stage needs a summary or an assessment. Add one.', one('summary', 'assessment')),
  ],
  'Condition.evidence': [rule('con-2', 'Evidence needs a code or details. Add one.', one('code', 'detail'))],
  Consent: [
    rule('ppc-1', 'A consent names a policy or a rule. Add policy or policyRule.', one('policy', 'policyRule')),
  ],
  'CoverageEligibilityResponse.insurance.item': [
    rule(
      'ces-1',
      'An item has a category or a product, one of both.',
      (i) => has(i, 'category') !== has(i, 'productOrService'),
    ),
  ],
  FamilyMemberHistory: [
    rule(
      'fhs-1',
      'Either the age of a relative or the date of birth, not both. Keep one.',
      (f) => !choiceOf(f, 'age') || !choiceOf(f, 'born'),
    ),
    rule(
      'fhs-2',
      'An age that does not stand here cannot be an estimate. Add the age or remove estimatedAge.',
      (f) => !!choiceOf(f, 'age') || !has(f, 'estimatedAge'),
    ),
  ],
  'Goal.target': [
    rule(
      'gol-1',
      'A target with a detail says what is measured. Add measure.',
      (t) => choiceOf(t, 'detail') === undefined || has(t, 'measure'),
    ),
  ],
  Group: [
    rule(
      'grp-1',
      'Only a group of actual members may list them. Set actual, or remove the members.',
      (g) => !has(g, 'member') || get(g, 'actual') === true,
    ),
  ],
  'Immunization.education': [
    rule('imm-1', 'Material needs its type or its address. Add one.', one('documentType', 'reference')),
  ],
  'ImmunizationRecommendation.recommendation': [
    rule('imr-1', 'A recommendation names the vaccine or the disease. Add one.', one('vaccineCode', 'targetDisease')),
  ],
  Linkage: [rule('lnk-1', 'A linkage links two records at least. Add the other.', (l) => count(l, 'item') > 1)],
  List: [
    rule(
      'lst-1',
      'A list with entries has no reason of being empty. Remove emptyReason.',
      notBoth('emptyReason', 'entry'),
    ),
    rule(
      'lst-2',
      'Only a list of changes has deleted entries. Correct the mode.',
      (l) => get(l, 'mode') === 'changes' || all(l, 'entry', 'deleted').length === 0,
    ),
    rule(
      'lst-3',
      'Only a working list has dates of its entries. Correct the mode.',
      (l) => get(l, 'mode') === 'working' || all(l, 'entry', 'date').length === 0,
    ),
  ],
  'MedicationAdministration.dosage': [
    rule(
      'mad-1',
      'A dosage needs a dose or a rate. Add one.',
      (d) => has(d, 'dose') || choiceOf(d, 'rate') !== undefined,
    ),
  ],
  MedicationDispense: [
    rule('mdd-1', 'It was handed over before it was prepared. Correct one of the dates.', (m) =>
      isUpTo(text(m, 'whenPrepared'), text(m, 'whenHandedOver')),
    ),
  ],
  MolecularSequence: [
    rule('msq-3', 'The coordinate system is 0 or 1.', (m) => [0, 1].includes(get(m, 'coordinateSystem') as number)),
  ],
  'MolecularSequence.referenceSeq': [
    rule(
      'msq-5',
      'Chromosome and genome build stand together. Add what is missing.',
      (s) => has(s, 'chromosome') === has(s, 'genomeBuild'),
    ),
    rule(
      'msq-6',
      'A reference sequence is named in one way only. Keep one.',
      (s) =>
        ['genomeBuild', 'referenceSeqId', 'referenceSeqPointer', 'referenceSeqString'].filter((name) => has(s, name))
          .length === 1,
    ),
  ],
  Observation: [
    rule(
      'obs-6',
      'There is a value and a reason why there is none. Keep one.',
      (o) => !has(o, 'dataAbsentReason') || choiceOf(o, 'value') === undefined,
    ),
    rule(
      'obs-7',
      'A part of this result has the code of the whole, and the whole has a value. Remove one of them.',
      (o) => {
        if (!has(o, 'component') || choiceOf(o, 'value') === undefined) return true;
        const whole = new Set(codings(o));
        return !all(o, 'component').some((part) => codings(part).some((code) => whole.has(code)));
      },
    ),
  ],
  'Observation.referenceRange': [
    rule('obs-3', 'A reference range needs a low or high end or a text. Add one.', one('low', 'high', 'text')),
  ],
  Organization: [rule('org-1', 'An organisation needs a name or an identifier. Add one.', one('identifier', 'name'))],
  'Organization.address': [
    rule('org-2', 'An organisation has no home address. Correct use.', (a) => get(a, 'use') !== 'home'),
  ],
  'Organization.telecom': [
    rule('org-3', 'An organisation has no home phone. Correct use.', (t) => get(t, 'use') !== 'home'),
  ],
  'Patient.contact': [
    rule(
      'pat-1',
      'A contact needs a name, a phone, an address or an organisation. Add one.',
      one('name', 'telecom', 'address', 'organization'),
    ),
  ],
  'RequestGroup.action': [
    rule(
      'rqg-1',
      'An action is a resource or has actions of its own, one of both.',
      (a) => has(a, 'resource') !== has(a, 'action'),
    ),
  ],
  'RiskAssessment.prediction': [
    rule('ras-2', 'A probability is at most 100.', (p) => {
      const value = get(p, 'probabilityDecimal');
      return typeof value !== 'number' || value <= 100;
    }),
  ],
  ServiceRequest: [
    rule('prr-1', 'Details of an order need the order. Add code.', (s) => !has(s, 'orderDetail') || has(s, 'code')),
  ],
  Task: [
    rule('inv-1', 'The task was changed before it was made. Correct authoredOn or lastModified.', (t) =>
      isUpTo(text(t, 'authoredOn'), text(t, 'lastModified')),
    ),
  ],
};
