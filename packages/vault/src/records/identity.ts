// Names under which a record is found again, so that one thing stands once however often it comes in. Of each its first letter and a hash stand
// in the record's entry, sealed (`keyOf`). The names:
//
//   u <uuid>                      an id that is unique in the world
//   s <system>|<Type>/<id>        an id of one server
//   i <Type>|<system>|<value>…    a number that a hospital gave it; of events with code and time, for a report number names many values
//   c <hash>                      the same content but for ids and versions
//   m <Type>|…                    the same thing by the rule of its type (MERGE_RULES), between hospitals only
import { base64Encode, sha256, utf8Encode } from '@hale/kernel';
import { type Fields, fieldsOf, listOf, textOf } from '../import/json-records.ts';
import { clinicalTime } from './clinical-time.ts';
import { RECORD_KEYS_MAX } from './limits.ts';
import type { Resource } from './model.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Characters of a number or code that count: what is longer is no name. */
const VALUE_UNITS_MAX = 256;

/** Types that a number names wholly; of events the same number may stand on many. */
const NAMED_BY_NUMBER = new Set(['Patient', 'Practitioner', 'Organization', 'Location', 'Person', 'RelatedPerson']);

/** A reference or full URL without its version: `Patient/1`, `https://server/fhir/Patient/1`, `urn:uuid:…`. */
const withoutVersion = (reference: string): string => reference.replace(/\/_history\/[^/]*$/, '');

/** Bytes of a name's hash: of a million records two share one with 1 in 10^10. */
const HASH_BYTES = 9;

/** A name as it stands in an entry: `u`, `s`, `i`, `c` or `m`, and 12 characters. */
export const keyOf = (name: string): string => name[0] + base64Encode(sha256(utf8Encode(name)).slice(0, HASH_BYTES));

/** The key of a local reference within a system; null where it names nothing outside its own file. */
export function localKey(system: string, reference: string): string | null {
  const name = localName(system, reference);
  return name === null ? null : keyOf(name);
}

function localName(system: string, reference: string): string | null {
  const plain = withoutVersion(reference);
  const uuid = plain.startsWith('urn:uuid:') ? plain.slice('urn:uuid:'.length) : '';
  if (UUID.test(uuid)) return `u ${uuid.toLowerCase()}`;
  const parts = /^(?:(https?:\/\/[^\s|]+?|urn:[^\s|]+?)\/)?([A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})$/.exec(plain);
  if (!parts) return plain.startsWith('urn:') && plain.length <= VALUE_UNITS_MAX ? `s |${plain}` : null;
  const [, base, type, id] = parts;
  if (UUID.test(id)) return `u ${id.toLowerCase()}`;
  const own = base ?? system;
  return own === '' ? null : `s ${own}|${type}/${id}`;
}

/** The address of the server in a full URL; empty where it names none. */
export function systemOf(fullUrl: string): string {
  const parts = /^(https?:\/\/\S+?)\/[A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/.exec(withoutVersion(fullUrl));
  return parts?.[1] ?? '';
}

/** Names that identify the very resource, the first found counts. */
export function ownKeys(resource: Resource, system: string, fullUrl = ''): string[] {
  const { resourceType, id } = resource;
  const names = [fullUrl, typeof id === 'string' ? `${resourceType}/${id}` : ''].filter(Boolean);
  return [...new Set(names.flatMap((name) => localKey(system, name) ?? []))];
}

const codings = (concept: unknown): Fields[] => listOf(fieldsOf(concept).coding).map(fieldsOf);

/** `system|code` of every coding; where there are none the text in small letters. */
export function conceptNames(concept: unknown): string[] {
  const coded = codings(concept)
    .map(({ system, code }) => `${textOf(system)}|${textOf(code)}`)
    .filter((name) => !name.endsWith('|') && name.length <= VALUE_UNITS_MAX);
  const text = textOf(fieldsOf(concept).text).trim().toLowerCase();
  return coded.length > 0 || text === '' || text.length > VALUE_UNITS_MAX ? coded : [`text|${text}`];
}

/** What a resource is about, first of its concepts: tells two events with one number apart. */
function shapeOf(resource: Resource): string {
  const concept = resource.code ?? resource.vaccineCode ?? resource.medicationCodeableConcept ?? resource.type;
  const [name = ''] = conceptNames(Array.isArray(concept) ? concept[0] : concept);
  return `${name}|${clinicalTime(resource)?.written ?? ''}`;
}

/** Same thing, changed? Or two things under one id? */
export const isSameShape = (a: Resource, b: Resource): boolean =>
  a.resourceType === b.resourceType && shapeOf(a) === shapeOf(b);

/** The key of a number that names a person, an organisation or a place. */
export const numberKey = (type: string, system: string, value: string): string => keyOf(`i ${type}|${system}|${value}`);

function numberKeys(resource: Resource): string[] {
  const all = Array.isArray(resource.identifier) ? resource.identifier : [resource.identifier];
  const event = NAMED_BY_NUMBER.has(resource.resourceType) ? '' : `|${shapeOf(resource)}`;
  return all.map(fieldsOf).flatMap((identifier) => {
    const system = textOf(identifier.system);
    const value = textOf(identifier.value).trim();
    const isName = system !== '' && value !== '' && value.length <= VALUE_UNITS_MAX;
    return isName ? [keyOf(`i ${resource.resourceType}|${system}|${value}${event}`)] : [];
  });
}

/** Fields that differ between two copies of one content. */
const VOLATILE = new Set(['id', 'meta', 'text']);

/** JSON with keys in order, so that the same content is the same text. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = value as Fields;
  const names = Object.keys(fields).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(fields[name])}`).join(',')}}`;
}

export function contentKey(resource: Resource): string {
  const kept = Object.entries(resource).filter(([name]) => !VOLATILE.has(name));
  return keyOf(`c ${canonical(Object.fromEntries(kept))}`);
}

/** The day that is written; empty without one. */
const dayOf = (resource: Resource): string => {
  const written = clinicalTime(resource)?.written ?? '';
  return written.length >= 10 ? written.slice(0, 10) : '';
};
const momentOf = (resource: Resource): string => String(clinicalTime(resource)?.at ?? '');
const medicineOf = (resource: Resource): unknown => resource.medicationCodeableConcept ?? resource.code;

interface MergeRule {
  /** What the thing is; each of its codes is a name. */
  what(resource: Resource): unknown;
  /** What else must agree; an empty text among them: too little is told to say that two are one. */
  with(resource: Resource): string[];
  /** In words, for the specification and whoever asks. */
  because: string;
}

/**
 * When the records of two hospitals are one. Deliberately narrow: two that stay apart are seen twice, two that are joined wrongly hide one.
 * Within one hospital nothing is joined by these rules: what it counts as two is two.
 */
export const MERGE_RULES: Readonly<Record<string, MergeRule>> = {
  AllergyIntolerance: { what: ({ code }) => code, with: () => [], because: 'the same substance' },
  Condition: {
    what: ({ code }) => code,
    with: (resource) => [onsetOf(resource)],
    because: 'the same code and the same day of onset',
  },
  Immunization: {
    what: ({ vaccineCode }) => vaccineCode,
    with: (resource) => [dayOf(resource), `lot ${textOf(resource.lotNumber).trim().toLowerCase()}`],
    because: 'the same vaccine, day and lot (or no lot in both)',
  },
  MedicationRequest: {
    what: medicineOf,
    with: (resource) => [dayOf(resource), `dose ${canonical(resource.dosageInstruction ?? null)}`],
    because: 'the same medicine, prescribed on the same day with the same dosage',
  },
  MedicationStatement: {
    what: medicineOf,
    with: (resource) => [dayOf(resource), `dose ${canonical(resource.dosage ?? null)}`],
    because: 'the same medicine from the same day on with the same dosage',
  },
  Observation: {
    what: ({ code }) => code,
    with: (resource) => [hasClock(resource), momentOf(resource), toldValue(resource)],
    because: 'the same code, moment and value',
  },
  Procedure: {
    what: ({ code }) => code,
    with: (resource) => [hasClock(resource), momentOf(resource)],
    because: 'the same code at the same moment',
  },
  DiagnosticReport: {
    what: ({ code }) => code,
    with: (resource) => [hasClock(resource), momentOf(resource)],
    because: 'the same code at the same moment',
  },
};

/** A day alone is shared by many results. */
const hasClock = (resource: Resource): string => (clinicalTime(resource)?.written.includes('T') ? 'at' : '');

function onsetOf(resource: Resource): string {
  const written = textOf(resource.onsetDateTime) || textOf(fieldsOf(resource.onsetPeriod).start);
  return written.slice(0, 10).length === 10 ? written.slice(0, 10) : '';
}

function toldValue(resource: Resource): string {
  const values = Object.keys(resource).filter((name) => /^(value[A-Z]|component$)/.test(name));
  return values.length === 0 ? '' : canonical(values.sort().map((name) => resource[name]));
}

/** Statuses of what was entered in error or did not happen: it is not the same as what did. */
const UNMERGED = new Set(['entered-in-error', 'not-done', 'cancelled', 'refuted']);

function mergeKeys(resource: Resource): string[] {
  const { resourceType } = resource;
  const rule = Object.hasOwn(MERGE_RULES, resourceType) ? MERGE_RULES[resourceType] : undefined;
  const isVoid =
    UNMERGED.has(textOf(resource.status)) ||
    codings(resource.verificationStatus).some(({ code }) => UNMERGED.has(textOf(code)));
  if (!rule || isVoid) return [];
  const rest = rule.with(resource);
  if (rest.includes('')) return [];
  return conceptNames(rule.what(resource)).map((name) => keyOf(`m ${resourceType}|${[name, ...rest].join('|')}`));
}

export interface Names {
  own: string[];
  numbers: string[];
  content: string;
  merge: string[];
}

export function namesOf(resource: Resource, system: string, fullUrl = ''): Names {
  return {
    own: ownKeys(resource, system, fullUrl),
    numbers: numberKeys(resource),
    content: contentKey(resource),
    merge: mergeKeys(resource),
  };
}

export const keysIn = ({ own, numbers, content, merge }: Names): string[] =>
  [...own, content, ...numbers, ...merge].slice(0, RECORD_KEYS_MAX);
