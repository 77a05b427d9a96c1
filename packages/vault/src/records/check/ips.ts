// The International Patient Summary 2.0.0 as a document: its sections, what they may refer to, and how one says that nothing is known.
// http://hl7.org/fhir/uv/ips/STU2
import { BundleIndex } from './bundle-index.ts';
import type { Findings } from './finding.ts';
import { all, choiceOf, get, has, hasCode, isObject, type Json, list, text } from './json.ts';
import { listed } from './references.ts';

const PROFILES = 'http://hl7.org/fhir/uv/ips/StructureDefinition/';
const LOINC = 'http://loinc.org';
const SUMMARY = '60591-5';

interface Section {
  readonly name: string;
  readonly loinc: string;
  readonly required?: true;
  /** Types of resources that it refers to, documents apart. Empty: any. */
  readonly entries: readonly string[];
}

/** Sections in the order of the guide. */
export const IPS_SECTIONS: readonly Section[] = [
  { name: 'Problems', loinc: '11450-4', required: true, entries: ['Condition'] },
  { name: 'Allergies', loinc: '48765-2', required: true, entries: ['AllergyIntolerance'] },
  {
    name: 'Medication summary',
    loinc: '10160-0',
    required: true,
    entries: ['MedicationStatement', 'MedicationRequest', 'MedicationAdministration', 'MedicationDispense'],
  },
  { name: 'Immunizations', loinc: '11369-6', entries: ['Immunization'] },
  { name: 'Results', loinc: '30954-2', entries: ['Observation', 'DiagnosticReport'] },
  { name: 'Procedures', loinc: '47519-4', entries: ['Procedure'] },
  { name: 'Medical devices', loinc: '46264-8', entries: ['DeviceUseStatement'] },
  { name: 'Advance directives', loinc: '42348-3', entries: ['Consent'] },
  { name: 'Alerts', loinc: '104605-1', entries: ['Flag'] },
  { name: 'Functional status', loinc: '47420-5', entries: ['Condition', 'ClinicalImpression'] },
  { name: 'Past problems', loinc: '11348-0', entries: ['Condition'] },
  { name: 'Pregnancy', loinc: '10162-6', entries: ['Observation'] },
  { name: 'Patient story', loinc: '81338-6', entries: [] },
  { name: 'Plan of care', loinc: '18776-5', entries: ['CarePlan', 'ImmunizationRecommendation'] },
  { name: 'Social history', loinc: '29762-2', entries: ['Observation'] },
  { name: 'Vital signs', loinc: '8716-3', entries: ['Observation'] },
];

/** Fields that the guide asks for beyond R4. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  AllergyIntolerance: ['code'],
  Condition: ['code'],
  MedicationStatement: ['effective[x]'],
  Patient: ['name', 'birthDate'],
};
/** Who the record is of is named by a reference, not in words. */
const SUBJECT: Readonly<Record<string, string>> = {
  AllergyIntolerance: 'patient',
  Condition: 'subject',
  Immunization: 'patient',
  MedicationRequest: 'subject',
  MedicationStatement: 'subject',
};

const claims = (resource: unknown, profile: string) =>
  all(resource, 'meta', 'profile').some(
    (each) => typeof each === 'string' && each.replace(/\|.*$/, '') === PROFILES + profile,
  );

/** Says of itself that it is a patient summary of this guide. */
export function isIps(resource: unknown): boolean {
  const first = get(list(resource, 'entry')[0], 'resource');
  return (
    claims(resource, 'Bundle-uv-ips') ||
    (text(resource, 'resourceType') === 'Bundle' && claims(first, 'Composition-uv-ips'))
  );
}

/** Checks a bundle against the guide, beside what R4 itself asks. */
export function checkIps(bundle: Json, findings: Findings) {
  const index = new BundleIndex(bundle);
  const tell = (path: string, rule: string, told: string) => findings.addAt(path, 'error', rule, told);
  if (index.type !== 'document')
    tell('Bundle.type', 'ips-document', 'A patient summary is a document. Set the type of the bundle to document.');
  const resources = list(bundle, 'entry').map((entry) => get(entry, 'resource'));
  const composition = resources[0];
  if (text(composition, 'resourceType') !== 'Composition' || !isObject(composition))
    return tell('Bundle.entry[0]', 'ips-composition', 'A patient summary begins with its Composition. Put it first.');
  if (index.entries.filter(({ type }) => type === 'Composition').length > 1)
    tell('Bundle.entry', 'ips-composition', 'A patient summary has one Composition only. Remove the others.');
  if (index.entries.filter(({ type }) => type === 'Patient').length !== 1)
    tell('Bundle.entry', 'ips-patient', 'A patient summary has one Patient, neither none nor two. Add or remove them.');
  if (!hasCode(composition, 'type', LOINC, SUMMARY))
    tell(
      'Bundle.entry[0].resource.type',
      'ips-type',
      `A patient summary has the LOINC code ${SUMMARY} as its type. Add it.`,
    );
  if (text(get(composition, 'subject'), 'reference') === undefined)
    tell(
      'Bundle.entry[0].resource.subject',
      'ips-subject',
      'A patient summary refers to its Patient. Add subject.reference.',
    );
  checkSections(composition, index, tell);
  for (const [i, resource] of resources.entries()) checkResource(resource, `Bundle.entry[${i}].resource`, tell);
}

type Tell = (path: string, rule: string, told: string) => void;

function checkSections(composition: Json, index: BundleIndex, tell: Tell): void {
  const sections = list(composition, 'section');
  for (const { name, loinc, required } of IPS_SECTIONS) {
    const found = sections.filter((section) => hasCode(section, 'code', LOINC, loinc)).length;
    if (required && found === 0)
      tell(
        'Bundle.entry[0].resource.section',
        'ips-section',
        `The section ${name} (${loinc}) is missing. Add it, with emptyReason where nothing is known.`,
      );
    if (found > 1)
      tell(
        'Bundle.entry[0].resource.section',
        'ips-section',
        `The section ${name} (${loinc}) is there more than once. Join them.`,
      );
  }
  for (const [i, section] of sections.entries())
    checkSection(section, `Bundle.entry[0].resource.section[${i}]`, index, tell);
}

function checkSection(section: unknown, path: string, index: BundleIndex, tell: Tell): void {
  for (const field of ['title', 'code', 'text'])
    if (!has(section, field))
      tell(path, 'ips-section', `A section of a patient summary has a title, a code and a text. Add ${field}.`);
  const known = IPS_SECTIONS.find(({ loinc }) => hasCode(section, 'code', LOINC, loinc));
  if (!known) return;
  const references = list(section, 'entry').map((entry) => text(entry, 'reference'));
  if (known.required && !has(section, 'emptyReason') && references.every((each) => each === undefined))
    tell(
      path,
      'ips-comp-1',
      `The section ${known.name} needs entries, or emptyReason where there are none. Add one of both.`,
    );
  references.forEach((reference, i) => {
    const type = index.entries[reference === undefined ? -1 : index.find(reference, 0)]?.type;
    const allowed = [...known.entries, 'DocumentReference'];
    if (type !== undefined && known.entries.length > 0 && !allowed.includes(type))
      tell(
        `${path}.entry[${i}]`,
        'ips-entry',
        `The section ${known.name} refers to ${listed(allowed)} only. Move this entry to its own section.`,
      );
  });
}

function checkResource(resource: unknown, path: string, tell: Tell): void {
  const type = text(resource, 'resourceType') ?? '';
  for (const field of Object.hasOwn(FIELDS, type) ? FIELDS[type] : []) {
    const there = field.endsWith('[x]') ? choiceOf(resource, field.slice(0, -3)) !== undefined : has(resource, field);
    if (!there)
      tell(path, 'ips-field', `In a patient summary a ${type} has the field ${field}. Add it, or why it is not known.`);
  }
  const subject = Object.hasOwn(SUBJECT, type) ? SUBJECT[type] : null;
  if (subject !== null && text(get(resource, subject), 'reference') === undefined)
    tell(path, 'ips-subject', `In a patient summary a ${type} refers to the Patient. Add ${subject}.reference.`);
  if (
    type === 'Patient' &&
    !all(resource, 'name').every((name) => ['family', 'given', 'text'].some((part) => has(name, part)))
  )
    tell(path, 'ips-pat-1', 'In a patient summary a name has a family name, a given name or a text. Add one.');
}
