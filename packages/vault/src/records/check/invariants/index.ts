import { CLINICAL } from './clinical.ts';
import { CONFORMANCE } from './conformance.ts';
import { DATATYPES } from './datatypes.ts';
import { INFRASTRUCTURE } from './infrastructure.ts';
import type { Invariant } from './invariant.ts';
import { QUESTIONNAIRES } from './questionnaires.ts';
import { VITALS } from './vitals.ts';

export type { Invariant } from './invariant.ts';

const TABLES = [DATATYPES, CLINICAL, INFRASTRUCTURE, QUESTIONNAIRES, CONFORMANCE, VITALS];

/** Rules for an element at one of these paths, of a type that is all of `types`. */
export function invariantsAt(paths: readonly string[], types: readonly string[]): readonly Invariant[] {
  return [...types, ...paths].flatMap((name) => TABLES.flatMap((table) => table[name] ?? []));
}

/** Keys of every rule that is checked. */
export const invariantKeys = (): string[] =>
  TABLES.flatMap((table) => Object.values(table).flat()).map(({ key }) => key);
