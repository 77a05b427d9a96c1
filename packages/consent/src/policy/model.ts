// What a FHIR Consent says, once it was read: rules with their conditions and exceptions. specs/consent.md
import type { Confidentiality, SensitivityCode } from '../labels/index.ts';
import type { Finding } from './findings.ts';

export type Effect = 'permit' | 'deny';

/**
 * One condition of a rule: any of `any` fulfils it. `unknown` says that there was one more value which nobody here understands:
 * it never helps a permit and always helps a denial.
 */
export interface Condition {
  any: readonly string[];
  unknown: boolean;
}

/** Microseconds, half open; ±Infinity where a side is open. */
export interface TimeSpan {
  from: number;
  to: number;
}

/** `instance` and so on: FHIR consent-data-meaning. */
export const DATA_MEANINGS = ['instance', 'related', 'dependents', 'authoredby'] as const;
export type DataMeaning = (typeof DATA_MEANINGS)[number];

export interface DataReference {
  meaning: DataMeaning;
  reference: string;
}

/** All that are given have to be fulfilled. References are `Type/id`, identifiers `system|value`, codes `system|code`. */
export interface Conditions {
  /** Who receives: references, identifiers, and codes of roles. */
  recipients?: Condition;
  /** Who holds the data. */
  custodians?: Condition;
  /** Who wrote the data. */
  authors?: Condition;
  /** Codes of ActReason, or `system|code` of another system. */
  purposes?: Condition;
  /** Sensitivity codes of ActCode, and levels of confidentiality: any of both. */
  labels?: { any: readonly SensitivityCode[]; levels: readonly Confidentiality[]; unknown: boolean };
  /** Types of FHIR resource as bare names; others as `system|code`. */
  classes?: Condition;
  documentTypes?: Condition;
  codes?: Condition;
  /** Parts of the record as people know them (Hale's own modifier extension). */
  parts?: Condition;
  data?: { any: readonly DataReference[]; unknown: boolean };
  /** What time of data. */
  dataPeriod?: TimeSpan;
  /** When access is given; the root's stands in ConsentPolicy. */
  period?: TimeSpan;
  /** Something that restricts, in a form nobody here understands: an expression, a foreign modifier extension. */
  unreadable?: true;
  /** True: nothing of it is about showing, only about collecting or correcting. */
  otherAction?: boolean;
}

export interface Rule {
  /** Where it stands in the resource: `provision`, `provision.provision[2]`; `policy` where the base policy says it. */
  path: string;
  effect: Effect;
  /** Own ones, and from the rule above those that it does not name itself. */
  conditions: Conditions;
  exceptions: readonly Rule[];
}

export interface ConsentPolicy {
  /** `Consent/id`; empty where it has none. */
  id: string;
  /** Whose data: reference or identifier; empty where it says none. */
  subject: string;
  /** The policies that it builds upon. */
  policies: readonly string[];
  /** `denials`: something essential could not be read, so that only its denials count. */
  force: 'all' | 'denials' | 'none';
  /** When access is given; null = the period could not be read: permits nothing, denies always. */
  period: TimeSpan | null;
  /** When it was given, microseconds; null = it does not say. Nothing is permitted before. */
  given: number | null;
  root: Rule;
  findings: readonly Finding[];
}
