import type { Severity } from '../finding.ts';
import type { Json } from '../json.ts';

/** A rule of FHIR R4 over one element, by FHIR's key. */
export interface Invariant {
  readonly key: string;
  /** What is wrong and what to do. */
  readonly text: string;
  /** The element, and the resource that it is in. Reads with care: of neither anything is known. */
  readonly holds: (of: Json, resource: Json) => boolean;
  /** `error` unless said. */
  readonly severity?: Severity;
}

/** By type (`Period`) or by path (`Patient.contact`). */
export type InvariantTable = Readonly<Record<string, readonly Invariant[]>>;

export const rule = (key: string, text: string, holds: Invariant['holds']): Invariant => ({ key, text, holds });
export const advice = (key: string, text: string, holds: Invariant['holds']): Invariant => ({
  key,
  text,
  holds,
  severity: 'warning',
});
