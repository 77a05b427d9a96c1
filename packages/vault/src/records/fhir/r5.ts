// FHIR R5 read and brought to R4, where R4 has the same thing in another place. What cannot be brought stays as it came, and is told.
// Differences: https://hl7.org/fhir/R5/diff.html of each resource type.
import { type Fields, fieldsOf, isFields, listOf } from '../../import/json-records.ts';
import type { Resource } from '../model.ts';

/** A field of R5, and what R4 calls it. */
type Renamed = readonly [from: string, to: string];

const OCCURRED: readonly Renamed[] = ['DateTime', 'Period', 'String', 'Age', 'Range'].map(
  (type) => [`occurrence${type}`, `performed${type}`] as const,
);

const RENAMED: Readonly<Record<string, readonly Renamed[]>> = {
  Procedure: [...OCCURRED, ['recorded', 'recordedDate']],
  Encounter: [
    ['actualPeriod', 'period'],
    ['admission', 'hospitalization'],
  ],
  MedicationAdministration: [
    ['occurenceDateTime', 'effectiveDateTime'],
    ['occurencePeriod', 'effectivePeriod'],
  ],
};

/** `CodeableReference`, new in R5: R4 has a field for either. */
const TAKEN_APART: Readonly<Record<string, Readonly<Record<string, readonly [concept: string, reference: string]>>>> = {
  MedicationRequest: { medication: MEDICATION(), reason: REASON() },
  MedicationStatement: { medication: MEDICATION(), reason: REASON() },
  MedicationAdministration: { medication: MEDICATION(), reason: REASON() },
  MedicationDispense: { medication: MEDICATION() },
  Procedure: { reason: REASON() },
  Immunization: { reason: REASON() },
};

function MEDICATION(): readonly [string, string] {
  return ['medicationCodeableConcept', 'medicationReference'];
}

function REASON(): readonly [string, string] {
  return ['reasonCode', 'reasonReference'];
}

/** Types whose R5 form is another thing: kept as they are. */
const KEPT: Readonly<Record<string, readonly string[]>> = {
  Consent: ['decision', 'grantor', 'grantee', 'subject', 'regulatoryBasis'],
  ResearchStudy: ['recruitment', 'comparisonGroup'],
  EvidenceVariable: ['definitionExpression'],
  Encounter: ['subjectStatus', 'careTeam', 'plannedStartDate'],
};

const isCodeableReference = (value: unknown): boolean =>
  isFields(value) && (isFields(value.concept) || (isFields(value.reference) && typeof value.reference !== 'string'));

/** The resource in R4 and what it was: nothing to tell, `r5` (brought over), `r5-kept` (parts stand as they came). */
export function toR4(resource: Resource): { resource: Resource; note: 'r5' | 'r5-kept' | null } {
  const moved: Fields = { ...resource };
  let isMoved = false;
  for (const [from, to] of RENAMED[resource.resourceType] ?? []) {
    if (moved[from] === undefined || moved[to] !== undefined) continue;
    moved[to] = moved[from];
    delete moved[from];
    isMoved = true;
  }
  isMoved = takeApart(moved, resource.resourceType) || isMoved;
  isMoved = reshape(moved, resource.resourceType) || isMoved;
  const isKept = (KEPT[resource.resourceType] ?? []).some((field) => resource[field] !== undefined);
  return { resource: moved as unknown as Resource, note: isKept ? 'r5-kept' : isMoved ? 'r5' : null };
}

function takeApart(moved: Fields, type: string): boolean {
  let isMoved = false;
  for (const [field, [concept, reference]] of Object.entries(TAKEN_APART[type] ?? {})) {
    const value = moved[field];
    if (!(Array.isArray(value) ? value : [value]).some(isCodeableReference)) continue;
    const all = (Array.isArray(value) ? value : [value]).map(fieldsOf);
    const concepts = all.flatMap((each) => (isFields(each.concept) ? [each.concept] : []));
    const references = all.flatMap((each) => (isFields(each.reference) ? [each.reference] : []));
    delete moved[field];
    const isMany = Array.isArray(value);
    if (concepts.length > 0) moved[concept] = isMany ? concepts : concepts[0];
    if (references.length > 0) moved[reference] = isMany ? references : references[0];
    isMoved = true;
  }
  return isMoved;
}

/** Fields that keep their name and not their form. */
function reshape(moved: Fields, type: string): boolean {
  if (type === 'Encounter' && Array.isArray(moved.class)) {
    const [coding] = listOf(fieldsOf(moved.class[0]).coding);
    moved.class = isFields(coding) ? coding : { display: fieldsOf(moved.class[0]).text };
    return true;
  }
  if (type === 'Observation' && isFields(moved.valueSampledData) && moved.valueSampledData.interval !== undefined) {
    const { interval, intervalUnit, ...rest } = moved.valueSampledData;
    // R4 counts in milliseconds and nothing else.
    if (intervalUnit !== 'ms' && intervalUnit !== undefined) return false;
    moved.valueSampledData = { ...rest, period: interval };
    return true;
  }
  if (type === 'AllergyIntolerance' && isFields(moved.type)) {
    const [coding] = listOf(moved.type.coding).map(fieldsOf);
    if (coding?.code === undefined) return false;
    moved.type = coding.code;
    return true;
  }
  return false;
}
