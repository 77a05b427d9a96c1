// Which part of the record a resource belongs to: by its type, and where one type serves several by the codes that it carries.
import { type Fields, fieldsOf, listOf, textOf } from '../import/json-records.ts';
import type { Category, Resource } from './model.ts';

const BY_TYPE: Readonly<Record<string, Category>> = {
  Condition: 'problems',
  ClinicalImpression: 'problems',
  DetectedIssue: 'problems',
  Flag: 'problems',
  AllergyIntolerance: 'allergies',
  AdverseEvent: 'allergies',
  Medication: 'medicines',
  MedicationRequest: 'medicines',
  MedicationStatement: 'medicines',
  MedicationDispense: 'medicines',
  MedicationAdministration: 'medicines',
  MedicationUsage: 'medicines',
  Immunization: 'vaccinations',
  ImmunizationEvaluation: 'vaccinations',
  ImmunizationRecommendation: 'vaccinations',
  DiagnosticReport: 'results',
  Specimen: 'results',
  MolecularSequence: 'results',
  Procedure: 'procedures',
  DeviceUseStatement: 'procedures',
  DeviceUsage: 'procedures',
  Device: 'procedures',
  Encounter: 'visits',
  EpisodeOfCare: 'visits',
  Appointment: 'visits',
  AppointmentResponse: 'visits',
  DocumentReference: 'documents',
  DocumentManifest: 'documents',
  Composition: 'documents',
  QuestionnaireResponse: 'documents',
  Communication: 'documents',
  CommunicationRequest: 'documents',
  Binary: 'documents',
  Consent: 'documents',
  ImagingStudy: 'images',
  Media: 'images',
  CarePlan: 'plans',
  CareTeam: 'plans',
  Goal: 'plans',
  ServiceRequest: 'plans',
  NutritionOrder: 'plans',
  DeviceRequest: 'plans',
  Task: 'plans',
  RequestGroup: 'plans',
  FamilyMemberHistory: 'history',
  Patient: 'people',
  Practitioner: 'people',
  PractitionerRole: 'people',
  Organization: 'people',
  RelatedPerson: 'people',
  Person: 'people',
  Location: 'people',
  HealthcareService: 'people',
};

/** `observation-category` and US Core's own. */
const BY_OBSERVATION_CATEGORY: Readonly<Record<string, Category>> = {
  'vital-signs': 'vitals',
  activity: 'vitals',
  exam: 'results',
  laboratory: 'results',
  imaging: 'results',
  procedure: 'results',
  survey: 'results',
  therapy: 'results',
  'social-history': 'history',
  sdoh: 'history',
  'disability-status': 'history',
  'cognitive-status': 'history',
  'functional-status': 'history',
};

/** LOINC codes that are vital signs by FHIR's own profile, and their panels; some hospitals tell no category. */
const VITALS = new Set(
  '85353-1 9279-1 8867-4 2708-6 59408-5 8310-5 8302-2 9843-4 29463-7 39156-5 85354-9 8480-6 8462-4 8478-0 8287-5 8306-3 3141-9'.split(
    ' ',
  ),
);
/** LOINC codes of how somebody lives, and of pregnancy. */
const HISTORY = new Set(
  '72166-2 11367-0 63640-7 74013-4 11331-6 82810-3 11636-8 11638-4 11640-0 11779-6 11778-8 76690-7 63586-2 71802-3 67875-5 11341-5'.split(
    ' ',
  ),
);

const codesOf = (concept: unknown): Fields[] => listOf(fieldsOf(concept).coding).map(fieldsOf);

/** Codings in `category`, which is a list in most types and single in some. */
function categoryCodes(resource: Resource): string[] {
  const all = Array.isArray(resource.category) ? resource.category : [resource.category];
  return all.flatMap((concept) => [
    ...codesOf(concept).map(({ code }) => textOf(code)),
    textOf(fieldsOf(concept).text),
  ]);
}

function ofObservation(resource: Resource): Category {
  const loinc = codesOf(resource.code)
    .filter(({ system }) => system === 'http://loinc.org')
    .map(({ code }) => textOf(code));
  // Some laboratories call everything a vital sign, but nobody calls a smoking status one.
  if (loinc.some((code) => HISTORY.has(code))) return 'history';
  for (const code of categoryCodes(resource).map((code) => code.toLowerCase().replaceAll(' ', '-'))) {
    const found = Object.hasOwn(BY_OBSERVATION_CATEGORY, code) ? BY_OBSERVATION_CATEGORY[code] : undefined;
    if (found) return found;
  }
  return loinc.some((code) => VITALS.has(code)) ? 'vitals' : 'results';
}

/** Sections 0203 of HL7 v2 for reports: what is a picture or a note rather than a value. */
const REPORT_IMAGES = new Set(['RAD', 'IMG', 'RX', 'CT', 'NMR', 'US', 'LP29684-5']);

export function categoryOf(resource: Resource): Category {
  if (resource.resourceType === 'Observation') return ofObservation(resource);
  if (resource.resourceType === 'DiagnosticReport') {
    const codes = categoryCodes(resource);
    if (codes.some((code) => REPORT_IMAGES.has(code))) return 'images';
    // US Core notes: LP29708-2 is cardiology, LOINC 34117-2 and the like are written notes.
    const isNote = codesOf(resource.code).some(({ code }) => NOTE_CODES.has(textOf(code)));
    return isNote ? 'documents' : 'results';
  }
  return Object.hasOwn(BY_TYPE, resource.resourceType) ? BY_TYPE[resource.resourceType] : 'other';
}

/** LOINC codes of notes that US Core lets a DiagnosticReport carry. */
const NOTE_CODES = new Set('34117-2 11488-4 18842-5 28570-0 11506-3 34746-8'.split(' '));
