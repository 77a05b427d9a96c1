// The sections of a patient summary (IPS 2.0.0, Composition-uv-ips): their LOINC codes, what belongs in each, and what it is among the records.
import { textOf } from '../../import/json-records.ts';
import { categoryOf } from '../category.ts';
import { IPS_SECTIONS } from '../check/ips.ts';
import { codesOf, isDirective } from '../describe.ts';
import type { Category, Resource } from '../model.ts';

export type SectionName =
  | 'problems'
  | 'allergies'
  | 'medications'
  | 'immunizations'
  | 'results'
  | 'procedures'
  | 'devices'
  | 'alerts'
  | 'past-problems'
  | 'functional-status'
  | 'plan'
  | 'social-history'
  | 'pregnancy'
  | 'vital-signs'
  | 'directives'
  | 'story';

export interface SectionRules {
  name: SectionName;
  /** LOINC. */
  code: string;
  display: string;
  title: string;
  /** Stands there also when nothing is known. */
  isRequired: boolean;
  category: Category;
  types: readonly string[];
}

/** What the guide demands of a section stands where summaries are checked. */
function section(
  name: SectionName,
  code: string,
  [title, display]: readonly [string, string],
  category: Category,
): SectionRules {
  const demanded = IPS_SECTIONS.find(({ loinc }) => loinc === code);
  return {
    name,
    code,
    display,
    title,
    category,
    isRequired: demanded?.required ?? false,
    types: demanded?.entries ?? [],
  };
}

/** In the order in which they are written. */
export const SUMMARY_SECTIONS: readonly SectionRules[] = [
  section('problems', '11450-4', ['Active Problems', 'Problem list - Reported'], 'problems'),
  section(
    'allergies',
    '48765-2',
    ['Allergies and Intolerances', 'Allergies and adverse reactions Document'],
    'allergies',
  ),
  section('medications', '10160-0', ['Medications', 'History of Medication use Narrative'], 'medicines'),
  section('immunizations', '11369-6', ['Immunizations', 'History of Immunization note'], 'vaccinations'),
  section('results', '30954-2', ['Results', 'Relevant diagnostic tests/laboratory data note'], 'results'),
  section('procedures', '47519-4', ['Procedures', 'History of Procedures Document'], 'procedures'),
  section('devices', '46264-8', ['Medical Devices', 'History of medical device use'], 'procedures'),
  section('alerts', '104605-1', ['Alerts', 'Alert'], 'problems'),
  section('past-problems', '11348-0', ['Past Problems', 'History of Past illness note'], 'problems'),
  section('functional-status', '47420-5', ['Functional Status', 'Functional status assessment note'], 'problems'),
  section('plan', '18776-5', ['Plan of Care', 'Plan of care note'], 'plans'),
  section('social-history', '29762-2', ['Social History', 'Social history note'], 'history'),
  section('pregnancy', '10162-6', ['Pregnancies', 'History of pregnancies Narrative'], 'history'),
  section('vital-signs', '8716-3', ['Vital Signs', 'Vital signs note'], 'vitals'),
  section('directives', '42348-3', ['Advance Directives', 'Advance healthcare directives'], 'documents'),
  section(
    'story',
    '81338-6',
    ["Patient's Story", 'Goals, preferences, and priorities for care experience'],
    'documents',
  ),
];

export const sectionByCode = (code: string): SectionRules | undefined =>
  SUMMARY_SECTIONS.find((each) => each.code === code);
export const sectionNamed = (name: SectionName): SectionRules => SUMMARY_SECTIONS.find((each) => each.name === name)!;

/** LOINC: status, expected date and outcomes of pregnancies. */
const PREGNANCY = new Set(
  '82810-3 11778-8 11779-6 11780-4 11636-8 11637-6 11638-4 11639-2 11640-0 11612-9 11613-7 11614-5 33065-4 69043-8'.split(
    ' ',
  ),
);
/** Conditions that are over. */
const PAST = ['inactive', 'remission', 'resolved'];
const NEVER_TRUE = ['entered-in-error', 'refuted'];
/** Medicines that she does not take. */
const NOT_TAKEN = ['entered-in-error', 'cancelled', 'not-taken', 'stopped', 'draft', 'declined', 'not-done'];
/** States of other records in which they say nothing (yet). */
const NOTHING_SAID = [
  'entered-in-error',
  'cancelled',
  'draft',
  'not-done',
  'preparation',
  'revoked',
  'rejected',
  'registered',
];

/** Where a record stands in a summary; null: nowhere by itself (who wrote it, in what setting, of which medicine). */
export function sectionOf(resource: Resource): SectionName | null {
  const status = textOf(resource.status);
  switch (resource.resourceType) {
    case 'Condition':
      if (codesOf(resource.verificationStatus).some((code) => NEVER_TRUE.includes(code))) return null;
      return codesOf(resource.clinicalStatus).some((code) => PAST.includes(code)) ? 'past-problems' : 'problems';
    case 'AllergyIntolerance':
      return codesOf(resource.verificationStatus).some((code) => NEVER_TRUE.includes(code)) ? null : 'allergies';
    case 'MedicationStatement':
    case 'MedicationRequest':
    case 'MedicationAdministration':
    case 'MedicationDispense':
      return NOT_TAKEN.includes(status) ? null : 'medications';
    case 'Consent':
      return status === 'active' && isDirective(resource) ? 'directives' : null;
    default:
      return NOTHING_SAID.includes(status) ? null : byType(resource);
  }
}

const BY_TYPE: Readonly<Record<string, SectionName>> = {
  Immunization: 'immunizations',
  DiagnosticReport: 'results',
  Procedure: 'procedures',
  DeviceUseStatement: 'devices',
  Flag: 'alerts',
  ClinicalImpression: 'functional-status',
  CarePlan: 'plan',
  ImmunizationRecommendation: 'plan',
};

function byType(resource: Resource): SectionName | null {
  if (resource.resourceType === 'Observation') return ofObservation(resource);
  return Object.hasOwn(BY_TYPE, resource.resourceType) ? BY_TYPE[resource.resourceType] : null;
}

function ofObservation(resource: Resource): SectionName {
  if (codesOf(resource.code).some((code) => PREGNANCY.has(code))) return 'pregnancy';
  const category = categoryOf(resource);
  return category === 'vitals' ? 'vital-signs' : category === 'history' ? 'social-history' : 'results';
}
