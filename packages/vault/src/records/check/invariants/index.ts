import type { Definitions, ElementDefinition } from '../../definitions/tables.ts';
import { CLINICAL } from './clinical.ts';
import { CONFORMANCE } from './conformance.ts';
import { DATATYPES } from './datatypes.ts';
import { INFRASTRUCTURE } from './infrastructure.ts';
import type { Invariant } from './invariant.ts';
import { QUESTIONNAIRES } from './questionnaires.ts';
import { VITALS } from './vitals.ts';

export type { Invariant } from './invariant.ts';

const TABLES = [DATATYPES, CLINICAL, INFRASTRUCTURE, QUESTIONNAIRES, CONFORMANCE, VITALS];

/** Rules by place, put together when the place is first met. */
export class InvariantBook {
  readonly #definitions: Definitions;
  readonly #known = new Map<string, readonly Invariant[]>();

  constructor(definitions: Definitions) {
    this.#definitions = definitions;
  }

  /** Of the type, of what it is built on, and of the element; null: a resource itself. */
  at(element: ElementDefinition | null, type: string): readonly Invariant[] {
    const key = element === null ? type : `${element.path}:${type}`;
    let known = this.#known.get(key);
    if (known === undefined) {
      const paths = element === null ? [] : [element.path, element.same ?? ''];
      const names = [...this.#definitions.lineage(type), ...paths];
      known = names.flatMap((name) => TABLES.flatMap((table) => table[name] ?? []));
      this.#known.set(key, known);
    }
    return known;
  }
}

/** Keys of every rule that is checked. */
export const invariantKeys = (): string[] =>
  TABLES.flatMap((table) => Object.values(table).flat()).map(({ key }) => key);
