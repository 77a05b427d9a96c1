// What stands where something is missing: fields that the guide demands and nobody knows, and records that are kept back and may be told of
// (IPS 2.0.0, "Empty Sections and Missing Data").
import { type Fields, isFields, listOf } from '../../import/json-records.ts';
import type { Resource } from '../model.ts';
import type { SectionRules } from './sections.ts';

const REASON = 'http://terminology.hl7.org/CodeSystem/data-absent-reason';
const EXTENSION = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason';

const absent = (code: string) => ({ extension: [{ url: EXTENSION, valueCode: code }] });
const unknownConcept = { coding: [{ system: REASON, code: 'unknown', display: 'Unknown' }], text: 'Unknown' };
const activeAllergy = {
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }],
};
const maskedConcept = { coding: [{ system: REASON, code: 'masked', display: 'Masked' }] };

/** Fields of which one has to stand there: the first, said to be unknown, where none does. */
const DEMANDED: Readonly<Record<string, readonly (readonly string[])[]>> = {
  Patient: [['birthDate']],
  Condition: [['code']],
  AllergyIntolerance: [['code']],
  MedicationStatement: [
    ['medicationCodeableConcept', 'medicationReference'],
    ['effectiveDateTime', 'effectivePeriod'],
  ],
  MedicationRequest: [['medicationCodeableConcept', 'medicationReference']],
  Immunization: [['occurrenceDateTime', 'occurrenceString']],
  Procedure: [['performedDateTime', 'performedPeriod', 'performedString', 'performedAge', 'performedRange']],
  DeviceUseStatement: [['device'], ['timingDateTime', 'timingPeriod', 'timingTiming']],
  Observation: [['effectiveDateTime', 'effectivePeriod', 'effectiveInstant', 'effectiveTiming']],
  DiagnosticReport: [['effectiveDateTime', 'effectivePeriod']],
};

/** Says of what a summary demands and a record lacks that it is unknown. */
export function absentIn(resource: Resource): Resource {
  const demanded = Object.hasOwn(DEMANDED, resource.resourceType) ? DEMANDED[resource.resourceType] : [];
  const added: Fields = {};
  for (const fields of demanded) {
    if (fields.some((field) => resource[field] !== undefined || resource[`_${field}`] !== undefined)) continue;
    if (/^code$|CodeableConcept$/.test(fields[0])) added[fields[0]] = unknownConcept;
    else if (fields[0] === 'device') added.device = { display: 'Unknown' };
    else added[`_${fields[0]}`] = absent('unknown');
  }
  const isNameless =
    resource.resourceType === 'Patient' &&
    !listOf(resource.name).some((name) => isFields(name) && (name.family || name.given || name.text));
  if (isNameless) added.name = [absent('unknown')];
  return { ...resource, ...added };
}

/** One record that says nothing but that something is kept back; null where a section's types have no form for that. */
export function maskedRecord({ name, types }: SectionRules, patient: string): Resource | null {
  const subject = { subject: { reference: patient } };
  switch (types[0]) {
    case 'Condition':
      return { resourceType: 'Condition', code: maskedConcept, ...subject };
    case 'AllergyIntolerance':
      return {
        // FHIR demands a code here (ait-1), and of an allergy that nobody may see the careful one.
        resourceType: 'AllergyIntolerance',
        clinicalStatus: activeAllergy,
        code: maskedConcept,
        patient: subject.subject,
      };
    case 'MedicationStatement':
      return {
        resourceType: 'MedicationStatement',
        status: 'unknown',
        medicationCodeableConcept: maskedConcept,
        ...subject,
        _effectiveDateTime: absent('masked'),
      };
    case 'Immunization':
      return {
        resourceType: 'Immunization',
        status: 'completed',
        vaccineCode: maskedConcept,
        patient: subject.subject,
        _occurrenceDateTime: absent('masked'),
      };
    case 'Observation':
      return {
        resourceType: 'Observation',
        status: 'unknown',
        category: observationCategory(name),
        code: maskedConcept,
        ...subject,
        _effectiveDateTime: absent('masked'),
        dataAbsentReason: maskedConcept,
      };
    case 'Procedure':
      return {
        resourceType: 'Procedure',
        status: 'unknown',
        code: maskedConcept,
        ...subject,
        _performedDateTime: absent('masked'),
      };
    default:
      return null;
  }
}

function observationCategory(section: string): Fields[] {
  const code = section === 'vital-signs' ? 'vital-signs' : section === 'results' ? 'laboratory' : 'social-history';
  return [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code }] }];
}
