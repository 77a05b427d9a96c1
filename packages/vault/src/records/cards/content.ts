// The bundle inside a card: one patient, resources that are valid as far as cards go, references that lead somewhere. What else may be wrong
// with a resource the checks of all records say (records/check), and it stands in nobody's way.
import { entryOf, type Fields, isFields, listOf, textOf } from '../../import/json-records.ts';
import { referencesIn } from '../references.ts';
import { type CardFinding, type FindingCode, finding } from './findings.ts';
import { CARD_ENTRIES_MAX } from './limits.ts';

export interface CardEntry {
  /** `resource:0` */
  fullUrl: string;
  resource: Fields & { resourceType: string };
}

/** What R4 demands of the types that cards carry. */
interface TypeRules {
  required: readonly string[];
  /** Exactly one field that begins so: `occurrence` for occurrence[x]. */
  choice?: string;
  /** Whether none of it is right too. */
  isChoiceOptional?: boolean;
  status?: readonly string[];
  /** Fields that hold an object. */
  objects: readonly string[];
}

const OBSERVATION_STATUS = 'registered preliminary final amended corrected cancelled entered-in-error unknown'.split(
  ' ',
);

const RULES: Readonly<Record<string, TypeRules>> = {
  Immunization: {
    required: ['status', 'vaccineCode', 'patient'],
    choice: 'occurrence',
    status: ['completed', 'entered-in-error', 'not-done'],
    objects: ['vaccineCode', 'patient', 'location', 'manufacturer', 'encounter', 'site', 'route'],
  },
  Observation: {
    required: ['status', 'code'],
    choice: 'value',
    isChoiceOptional: true,
    status: OBSERVATION_STATUS,
    objects: ['code', 'subject', 'specimen', 'method', 'encounter', 'device'],
  },
  DiagnosticReport: {
    required: ['status', 'code'],
    status: [...OBSERVATION_STATUS, 'partial', 'appended'],
    objects: ['code', 'subject'],
  },
  Condition: { required: ['subject'], objects: ['code', 'subject', 'clinicalStatus', 'verificationStatus'] },
  AllergyIntolerance: { required: ['patient'], objects: ['code', 'patient', 'clinicalStatus', 'verificationStatus'] },
  MedicationStatement: { required: ['status', 'subject'], choice: 'medication', objects: ['subject'] },
  MedicationRequest: { required: ['status', 'intent', 'subject'], choice: 'medication', objects: ['subject'] },
  Procedure: { required: ['status', 'subject'], objects: ['code', 'subject'] },
  Patient: { required: [], objects: ['managingOrganization', 'maritalStatus'] },
};

const DATE =
  /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])(T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-](0\d|1[0-4]):[0-5]\d))?)?)?$/;
const IS_DATE = /^(date|issued|recorded|sent|received|authoredOn)$|Date(Time)?$/;
const CODING_FIELDS = ['id', 'extension', 'system', 'version', 'code', '_code', 'display', '_display', 'userSelected'];

/** @returns entries as they stand, also where something is wrong with them */
export function readContent(bundle: unknown): { entries: CardEntry[]; findings: CardFinding[] } {
  if (!isFields(bundle) || bundle.resourceType !== 'Bundle') return { entries: [], findings: [finding('bundle')] };
  const findings: CardFinding[] = [];
  const say = (code: FindingCode, place: string) => findings.push(finding(code, place));
  if (bundle.type !== 'collection' && bundle.type !== 'document') say('bundle-type', 'Bundle.type');
  const all = listOf(bundle.entry);
  if (all.length === 0 || all.length > CARD_ENTRIES_MAX) say('bundle', 'Bundle.entry');
  const entries: CardEntry[] = [];
  for (const [at, value] of all.slice(0, CARD_ENTRIES_MAX).entries()) {
    const { fullUrl, resource } = isFields(value) ? value : {};
    if (!isFields(resource) || textOf(resource.resourceType) === '') say('entry', `entry ${at + 1}`);
    else entries.push({ fullUrl: textOf(fullUrl), resource: resource as CardEntry['resource'] });
  }
  checkAddresses(entries, say);
  for (const [at, { resource }] of entries.entries())
    checkResource(resource, `entry ${at + 1} ${resource.resourceType}`, say);
  const types = entries.map(({ resource }) => resource.resourceType);
  const patients = types.filter((type) => type === 'Patient').length;
  if (patients === 0) say('patient-none', '');
  // A card of an insurance names who pays beside who is insured.
  if (patients > 1 && !types.includes('Coverage')) say('patient-several', '');
  return { entries, findings: distinct(findings) };
}

type Say = (code: FindingCode, place: string) => void;

function checkAddresses(entries: readonly CardEntry[], say: Say): void {
  const seen = new Set<string>();
  for (const { fullUrl } of entries) {
    if (fullUrl !== '' && seen.has(fullUrl)) say('entry-address', 'Bundle.entry.fullUrl');
    seen.add(fullUrl);
  }
  if (entries.some(({ fullUrl }) => !/^resource:\d+$/.test(fullUrl))) say('minimal', 'Bundle.entry.fullUrl');
  for (const [at, { resource }] of entries.entries()) {
    for (const reference of referencesIn(resource)) {
      const isInside = seen.has(reference) || entries.some((each) => isNamed(each, reference));
      if (!isInside) say('reference', `entry ${at + 1} ${resource.resourceType}`);
    }
  }
}

const isNamed = ({ resource }: CardEntry, reference: string): boolean =>
  typeof resource.id === 'string' && reference === `${resource.resourceType}/${resource.id}`;

function checkResource(resource: CardEntry['resource'], place: string, say: Say): void {
  if (resource.id !== undefined) say('minimal', `${place}.id`);
  if (resource.text !== undefined) say('minimal', `${place}.text`);
  checkMeta(resource.meta, `${place}.meta`, say);
  checkValues(resource, place, say);
  const rules = entryOf(RULES, resource.resourceType);
  if (rules === undefined) {
    // A resource without any content says nothing that could be kept.
    if (Object.keys(resource).length === 1) say('field-missing', place);
    return;
  }
  for (const name of rules.required) if (resource[name] === undefined) say('field-missing', `${place}.${name}`);
  for (const name of rules.objects)
    if (resource[name] !== undefined && !isFields(resource[name])) say('value-form', `${place}.${name}`);
  if (rules.status && resource.status !== undefined && !rules.status.includes(textOf(resource.status)))
    say('value-status', `${place}.status`);
  const { choice } = rules;
  if (choice === undefined) return;
  const given = Object.keys(resource).filter((name) => new RegExp(`^${choice}[A-Z]`).test(name));
  if (given.length === 0 && !rules.isChoiceOptional) say('field-missing', `${place}.${choice}[x]`);
  if (given.length > 1) say('field-choice', `${place}.${choice}[x]`);
}

/** Only labels stand in a card's metadata; one that cannot be read might be the one that matters. */
function checkMeta(meta: unknown, place: string, say: Say): void {
  if (meta === undefined) return;
  if (!isFields(meta)) {
    say('value-form', place);
    return;
  }
  if (meta.security === undefined || Object.keys(meta).length > 1) say('minimal', place);
  for (const label of listOf(meta.security)) {
    const isRead =
      isFields(label) && textOf(label.code) !== '' && Object.keys(label).every((name) => CODING_FIELDS.includes(name));
    if (!isRead) say('label', `${place}.security`);
  }
}

/** FHIR's JSON has no empty texts, lists or objects. */
function checkValues(value: unknown, place: string, say: Say): void {
  if (value === '' || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)) {
    say('value-empty', place);
    return;
  }
  if (Array.isArray(value)) for (const each of value) checkValues(each, place, say);
  if (!isFields(value)) return;
  for (const [name, each] of Object.entries(value)) {
    // null stands only where a list of extensions runs beside a list of values.
    if (each === null) say('value-empty', `${place}.${name}`);
    else if (IS_DATE.test(name) && typeof each === 'string' && each !== '' && !DATE.test(each))
      say('value-date', `${place}.${name}`);
    else checkValues(each, `${place}.${name}`, say);
    const isText = name === 'text' || name === 'display';
    if (isText && ('coding' in value || 'code' in value)) say('minimal', `${place}.${name}`);
  }
}

function distinct(findings: readonly CardFinding[]): CardFinding[] {
  const seen = new Set<string>();
  return findings.filter(({ code, place }) => !seen.has(`${code} ${place}`) && seen.add(`${code} ${place}`));
}
