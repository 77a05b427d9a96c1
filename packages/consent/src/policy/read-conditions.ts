// The conditions of one provision, R4 or R5, as values. Whatever is not understood is kept as "unknown", never dropped: that is what lets a denial
// hold and a permit fail.
import {
  ACT_CODE,
  CONFIDENTIALITY,
  type Confidentiality,
  isConfidentiality,
  isSensitivityCode,
  type SensitivityCode,
} from '../labels/index.ts';
import { LIMITS } from '../limits.ts';
import { type Fields, isFields } from '../shape.ts';
import { periodOf } from './fhir-time.ts';
import type { FindingCode, Findings } from './findings.ts';
import { type Condition, type Conditions, DATA_MEANINGS, type DataMeaning, type DataReference } from './model.ts';
import { isPurpose } from './purposes.ts';

export const CONSENT_SCOPE = 'http://terminology.hl7.org/CodeSystem/consentscope';
export const ACT_REASON = 'http://terminology.hl7.org/CodeSystem/v3-ActReason';
export const PARTICIPATION = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType';
export const CONSENT_ACTION = 'http://terminology.hl7.org/CodeSystem/consentaction';
/** Parts of the record as people know them. A modifier extension, so that a reader who does not know it must not act on the rest. */
export const RECORD_PARTS = 'urn:hale:fhir:record-parts';
const RESOURCE_TYPES = ['http://hl7.org/fhir/resource-types', 'http://hl7.org/fhir/fhir-types'];
/** What recipients do with data when they are shown it. */
const SHOWING = new Set(['access', 'use', 'disclose']);
const ROLES: Readonly<Record<string, 'recipients' | 'custodians' | 'authors'>> = {
  IRCP: 'recipients', // information recipient
  PRCP: 'recipients', // primary information recipient
  CST: 'custodians',
  AUT: 'authors',
};

/** The first servers wrote HL7's address of before 2018. */
const systemOf = (value: unknown): string =>
  textOf(value).replace(/^http:\/\/hl7\.org\/fhir\/v3\//, 'http://terminology.hl7.org/CodeSystem/v3-');

export const textOf = (value: unknown): string =>
  typeof value === 'string' && value.length <= LIMITS.consentTextUnitsMax ? value : '';

/** The values of a field; null = the field is not there. A single value where a list should stand is a list of one. */
export function itemsOf(value: unknown): unknown[] | null {
  if (value === undefined || value === null) return null;
  return Array.isArray(value) ? value : [value];
}

/** Codings of a CodeableConcept or of a Coding as `[system, code]`. */
export function codingsOf(value: unknown): [system: string, code: string][] {
  if (!isFields(value)) return [];
  return (Array.isArray(value.coding) ? value.coding : [value])
    .filter(isFields)
    .map((coding): [string, string] => [systemOf(coding.system), textOf(coding.code)])
    .filter(([, code]) => code !== '');
}

/** A reference without the version that it may name. */
const unversioned = (reference: string): string => reference.replace(/\/_history\/[^/]*$/, '');

/** How a machine recognises what a Reference names: its reference, its identifier. Empty: a display alone recognises nobody. */
export function namesOf(value: unknown): string[] {
  if (!isFields(value)) return [];
  const names = [unversioned(textOf(value.reference))];
  if (isFields(value.identifier)) {
    const { system, value: of } = value.identifier;
    if (textOf(of) !== '') names.push(`${textOf(system)}|${textOf(of)}`);
  }
  return names.filter((name) => name !== '');
}

/** The fields of a provision that a residual has too, as they are written. */
export interface ResidualFields {
  securityLabel?: { system: string; code: string }[];
  dataPeriod?: { start?: string; end?: string };
  data?: { meaning: DataMeaning; reference: { reference: string } }[];
}

/** Collects the values of one condition. */
class Values<T> {
  readonly any: T[] = [];
  unknown = false;

  get condition(): { any: T[]; unknown: boolean } {
    return { any: this.any, unknown: this.unknown };
  }
}

/** Reads conditions of the provision at `path`; what cannot be understood is noted. */
export class ConditionReader {
  readonly #findings: Findings;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  read(provision: Fields, path: string): Conditions {
    const conditions: Conditions = {
      ...this.#actors(provision.actor, path),
      ...this.#labels(provision.securityLabel, path),
      ...this.#data(provision.data, path),
    };
    const purposes = this.#values(provision.purpose, `${path}.purpose`, 'unknown-purpose', (item, where) =>
      this.#purpose(item, where),
    );
    if (purposes) conditions.purposes = purposes;
    for (const [field, names] of [
      ['classes', ['class', 'resourceType']],
      ['documentTypes', ['documentType']],
      ['codes', ['code']],
    ] as const) {
      for (const name of names) {
        const found = this.#values(provision[name], `${path}.${name}`, 'unreadable', classesOf);
        if (!found) continue;
        // Two fields of which only one can stand: neither bound may fall away for the other.
        if (conditions[field]) conditions.unreadable = true;
        conditions[field] = found;
      }
    }
    this.#times(provision, path, conditions);
    this.#actions(provision.action, path, conditions);
    this.#modifiers(provision, path, conditions);
    return conditions;
  }

  /** Null where the field is missing; an empty list is a condition that nobody can fulfil. */
  #values(
    value: unknown,
    path: string,
    otherwise: FindingCode,
    read: (item: unknown, where: string) => string[],
  ): Condition | null {
    const items = itemsOf(value);
    if (items === null) return null;
    const values = new Values<string>();
    if (items.length > LIMITS.consentValuesMax) {
      values.unknown = true;
      this.#findings.add('too-many', path);
    }
    for (const [i, item] of items.slice(0, LIMITS.consentValuesMax).entries()) {
      const found = read(item, `${path}[${i}]`);
      if (found.length === 0) {
        values.unknown = true;
        this.#findings.add(otherwise, `${path}[${i}]`);
      }
      values.any.push(...found);
    }
    if (items.length === 0) {
      values.unknown = true;
      this.#findings.add('unreadable', path);
    }
    return values.condition;
  }

  #purpose(item: unknown, where: string): string[] {
    return codingsOf(item).flatMap(([system, code]) => {
      if (system === ACT_REASON) return isPurpose(code) ? [code] : [];
      if (system === '') return [];
      this.#findings.add('local-purpose', where);
      return [`${system}|${code}`];
    });
  }

  #actors(value: unknown, path: string): Pick<Conditions, 'recipients' | 'custodians' | 'authors'> {
    const items = itemsOf(value);
    if (items === null) return {};
    const found: Pick<Conditions, 'recipients' | 'custodians' | 'authors'> = {};
    const add = (role: 'recipients' | 'custodians' | 'authors', names: string[]) => {
      const before = found[role];
      found[role] = {
        any: [...(before?.any ?? []), ...names],
        unknown: (before?.unknown ?? false) || names.length === 0,
      };
    };
    if (items.length === 0) add('recipients', []);
    if (items.length > LIMITS.consentValuesMax) {
      add('recipients', []);
      this.#findings.add('too-many', `${path}.actor`);
    }
    for (const [i, item] of items.slice(0, LIMITS.consentValuesMax).entries()) {
      const actor = isFields(item) ? item : {};
      const codes = codingsOf(actor.role);
      const named = namesOf(actor.reference);
      const known = codes.find(([system, code]) => system === PARTICIPATION && Object.hasOwn(ROLES, code));
      const role = known ? ROLES[known[1]] : 'recipients';
      const isRole = !known && actor.reference === undefined;
      // A part in this that is not understood (a witness, a delegate) makes nobody a recipient.
      const names = isRole
        ? codes.map(([system, code]) => `${system}|${code}`)
        : known || codes.length === 0
          ? named
          : [];
      if (names.length === 0) this.#findings.add('unknown-actor', `${path}.actor[${i}]`);
      add(role, names);
    }
    return found;
  }

  #labels(value: unknown, path: string): Pick<Conditions, 'labels'> {
    const sensitivities: SensitivityCode[] = [];
    const levels: Confidentiality[] = [];
    const read = this.#values(value, `${path}.securityLabel`, 'unknown-label', (item) =>
      codingsOf(item).flatMap(([system, code]) => {
        if (system === ACT_CODE && isSensitivityCode(code)) sensitivities.push(code);
        else if (system === CONFIDENTIALITY && isConfidentiality(code)) levels.push(code);
        else return [];
        return [code];
      }),
    );
    return read === null ? {} : { labels: { any: sensitivities, levels, unknown: read.unknown } };
  }

  #data(value: unknown, path: string): Pick<Conditions, 'data'> {
    const references: DataReference[] = [];
    const read = this.#values(value, `${path}.data`, 'unreadable', (item) => {
      const { meaning, reference } = isFields(item) ? item : {};
      const names = namesOf(reference);
      const known = DATA_MEANINGS.find((each) => each === meaning);
      if (known === undefined) return [];
      references.push(...names.map((name) => ({ meaning: known, reference: name })));
      return names;
    });
    return read === null ? {} : { data: { any: references, unknown: read.unknown } };
  }

  #times(provision: Fields, path: string, conditions: Conditions): void {
    for (const field of ['period', 'dataPeriod'] as const) {
      if (provision[field] === undefined) continue;
      const span = periodOf(provision[field]);
      if (span !== null) conditions[field] = span;
      else {
        conditions.unreadable = true;
        this.#findings.add('bad-period', `${path}.${field}`);
      }
    }
  }

  #actions(value: unknown, path: string, conditions: Conditions): void {
    const read = this.#values(value, `${path}.action`, 'unknown-action', (item) =>
      codingsOf(item).flatMap(([system, code]) => (system === CONSENT_ACTION ? [code] : [])),
    );
    if (read === null) return;
    const shows = read.any.some((code) => SHOWING.has(code));
    if (!shows && read.unknown) conditions.unreadable = true;
    conditions.otherAction = !shows && !read.unknown;
  }

  #modifiers(provision: Fields, path: string, conditions: Conditions): void {
    const parts = new Values<string>();
    for (const item of itemsOf(provision.modifierExtension) ?? []) {
      const { url, valueCode } = isFields(item) ? item : {};
      if (url === RECORD_PARTS && textOf(valueCode) !== '') parts.any.push(textOf(valueCode));
      else conditions.unreadable = true;
    }
    if (parts.any.length > 0) conditions.parts = parts.condition;
    // FHIR R5: a condition as an expression, which is not evaluated here.
    if (provision.expression !== undefined) conditions.unreadable = true;
    if (conditions.unreadable) this.#findings.add('unreadable', path);
  }
}

function classesOf(item: unknown): string[] {
  return codingsOf(item).map(([system, code]) => (RESOURCE_TYPES.includes(system) ? code : `${system}|${code}`));
}
