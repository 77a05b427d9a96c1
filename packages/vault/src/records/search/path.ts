// The part of FHIRPath that search parameters are written in: paths, choices of types, unions, where(), extension(). The whole language costs a
// home 76 MB and a second at the first import (docs/decisions/record-search.md); this part is held against fhirpath.js by a test.
import { HaleError } from '@hale/kernel';
import { type Fields, isFields, listOf, textOf } from '../../import/json-records.ts';
import type { Resource } from '../model.ts';
import { choiceType } from './choices.ts';

/** One value that a path leads to. */
export interface Found {
  value: unknown;
  /** Where the field is a choice of types its type, as the field writes it: `Quantity`, `DateTime`. */
  type: string;
  /** A reference that counts only where it leads to this type: `where(resolve() is Patient)`. */
  only?: string;
}

export type Path = (resource: Resource) => Found[];
type Step = (found: readonly Found[], resource: Resource) => Found[];

const TOKENS = /'(?:[^'\\]|\\.)*'|!=|%?[A-Za-z_][A-Za-z0-9_]*|\d+|[.()[\]|=]/g;

/** @throws HaleError 'unsupported' for what search parameters of R4 do not use */
export function compilePath(expression: string): Path {
  const steps = new PathParser(expression).whole();
  return (resource) => steps([{ value: resource, type: '' }], resource);
}

class PathParser {
  readonly #tokens: string[];
  #at = 0;

  constructor(expression: string) {
    this.#tokens = expression.match(TOKENS) ?? [];
  }

  whole(): Step {
    const step = this.#both();
    if (this.#at < this.#tokens.length) this.#fail();
    return step;
  }

  #fail(): never {
    throw new HaleError('unsupported', 'a search parameter has a path that is not understood', { at: this.#at });
  }

  #next(): string {
    return this.#tokens[this.#at++] ?? this.#fail();
  }

  #takes(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at++;
    return true;
  }

  #expect(token: string): void {
    if (!this.#takes(token)) this.#fail();
  }

  /** `A and B`: one truth, or nothing where either says nothing. */
  #both(): Step {
    const left = this.#compared();
    if (!this.#takes('and')) return left;
    const right = this.#both();
    return (found, resource) => {
      const [a] = left(found, resource);
      const [b] = right(found, resource);
      if (a?.value === false || b?.value === false) return [truth(false)];
      return a === undefined || b === undefined ? [] : [truth(true)];
    };
  }

  #compared(): Step {
    const left = this.#typed();
    const isEqual = this.#takes('=');
    if (!isEqual && !this.#takes('!=')) return left;
    const right = this.#typed();
    return (found, resource) => {
      const [a] = left(found, resource);
      const [b] = right(found, resource);
      return a === undefined || b === undefined ? [] : [truth((a.value === b.value) === isEqual)];
    };
  }

  #typed(): Step {
    let step = this.#union();
    while (this.#takes('as')) step = follow(step, ofType(this.#next()));
    return step;
  }

  #union(): Step {
    const all = [this.#postfix()];
    while (this.#takes('|')) all.push(this.#typedPostfix());
    return all.length === 1 ? all[0] : (found, resource) => all.flatMap((step) => step(found, resource));
  }

  /** `a | b as T` is written without brackets by some, and meant as `a | (b as T)`. */
  #typedPostfix(): Step {
    let step = this.#postfix();
    while (this.#takes('as')) step = follow(step, ofType(this.#next()));
    return step;
  }

  #postfix(): Step {
    let step = this.#first();
    for (;;) {
      if (this.#takes('.')) step = follow(step, this.#member(this.#next()));
      else if (this.#takes('[')) {
        const n = Number(this.#next());
        this.#expect(']');
        step = follow(step, (found) => found.slice(n, n + 1));
      } else return step;
    }
  }

  #first(): Step {
    const token = this.#next();
    if (token === '(') {
      const inner = this.#both();
      this.#expect(')');
      return inner;
    }
    if (token.startsWith("'")) {
      const text = token.slice(1, -1);
      return () => [{ value: text, type: '' }];
    }
    if (token === 'true' || token === 'false') return () => [truth(token === 'true')];
    if (token === '%resource') return (_, resource) => [{ value: resource, type: '' }];
    if (token === 'Resource' || token === 'DomainResource') return (found) => [...found];
    if (/^[A-Z]/.test(token))
      return (found) => found.filter(({ value }) => isFields(value) && value.resourceType === token);
    return this.#member(token);
  }

  #member(name: string): Step {
    if (!this.#takes('(')) return (found) => found.flatMap(({ value }) => fieldNamed(value, name));
    const step = this.#called(name);
    this.#expect(')');
    return step;
  }

  #called(name: string): Step {
    if (name === 'as' || name === 'ofType') return ofType(this.#next());
    if (name === 'exists') return (found) => [truth(found.length > 0)];
    if (name === 'extension') return extensions(this.#next().slice(1, -1));
    if (name === 'hasExtension') {
      const find = extensions(this.#next().slice(1, -1));
      return (found, resource) => [truth(find(found, resource).length > 0)];
    }
    if (name !== 'where') this.#fail();
    if (this.#takes('resolve')) return this.#resolved();
    const test = this.#both();
    return (found, resource) => found.filter((each) => test([each], resource)[0]?.value === true);
  }

  /** Which record a reference leads to is known to the index only: what must be so is noted. */
  #resolved(): Step {
    this.#expect('(');
    this.#expect(')');
    this.#expect('is');
    const only = this.#next();
    return (found) => found.map((each) => ({ ...each, only }));
  }
}

const truth = (value: boolean): Found => ({ value, type: '' });

const follow =
  (first: Step, then: Step): Step =>
  (found, resource) =>
    then(first(found, resource), resource);

/** Types are written in both ways: `as(DateTime)`, `as dateTime`. */
const sameType = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

const ofType =
  (type: string): Step =>
  (found) =>
    found.filter((each) => each.type === '' || sameType(each.type, type));

function extensions(url: string): Step {
  return (found) =>
    found.flatMap(({ value }) =>
      isFields(value)
        ? listOf(value.extension)
            .filter((each): each is Fields => isFields(each) && textOf(each.url) === url)
            .map((each) => ({ value: each, type: 'Extension' }))
        : [],
    );
}

/** A field, or the field of a choice: `value` is `valueQuantity` too. */
function fieldNamed(of: unknown, name: string): Found[] {
  if (!isFields(of)) return [];
  const own = Object.hasOwn(of, name) ? of[name] : undefined;
  if (own !== undefined && own !== null) return several(own, '');
  for (const key in of) {
    if (!key.startsWith(name) || key.length === name.length) continue;
    const type = choiceType(key.slice(name.length));
    if (type !== null && Object.hasOwn(of, key)) return several(of[key], type);
  }
  return [];
}

function several(value: unknown, type: string): Found[] {
  if (!Array.isArray(value)) return value === null || value === undefined ? [] : [{ value, type }];
  return value.filter((each) => each !== null && each !== undefined).map((each) => ({ value: each, type }));
}
