// The search parameters of each resource type, with their paths compiled on first use.
import type { SearchParameter } from '../definitions/index.ts';
import type { Resource } from '../model.ts';
import { compilePath, type Found, type Path } from './path.ts';
import { type Value, type ValueType, valuesOf } from './values.ts';

export interface Parameter {
  code: string;
  type: ValueType;
  targets: readonly string[];
  /** Values in a resource. */
  read(resource: Resource): Value[];
  /** What the path finds, as it stands there. */
  find(resource: Resource): Found[];
  /** Of a composite: its parts. */
  parts: readonly { code: string; read(base: Found, resource: Resource): Value[]; type: ValueType }[];
  /** Of a composite that looks at the whole resource too: codes of the resource's own parameters that say the same. */
  wholeParts: readonly string[] | null;
}

const ALL_TYPES = new Set(['Resource', 'DomainResource']);
/** They name a text or an operation of the server, not a field. */
const WITHOUT_FIELD = new Set(['special']);

export class Parameters {
  readonly #all: readonly SearchParameter[];
  readonly #byType = new Map<string, ReadonlyMap<string, Parameter>>();

  constructor(all: readonly SearchParameter[]) {
    this.#all = all;
  }

  of(type: string): ReadonlyMap<string, Parameter> {
    const known = this.#byType.get(type);
    if (known) return known;
    const made = new Map<string, Parameter>();
    const own = this.#all.filter(({ base }) => base.some((each) => each === type || ALL_TYPES.has(each)));
    for (const each of own)
      if (each.expression !== '' && !WITHOUT_FIELD.has(each.type) && each.type !== 'composite')
        made.set(each.code, simple(each, type));
    for (const each of own) if (each.type === 'composite') made.set(each.code, composite(each, type, made));
    this.#byType.set(type, made);
    return made;
  }
}

function lazily(expression: string): Path {
  let path: Path | null = null;
  return (resource) => {
    path ??= compilePath(expression);
    return path(resource);
  };
}

/** A parameter of many types unites a path for each: the others find nothing in this one. */
function pathsFor(of: string, expression: string): string {
  const own = expression.split(' | ').filter((path) => {
    const first = /^\(?([A-Z][A-Za-z]*)\b/.exec(path)?.[1];
    return first === undefined || first === of || ALL_TYPES.has(first);
  });
  return own.length === 0 ? expression : own.join(' | ');
}

function simple({ code, type, target, expression }: SearchParameter, of: string): Parameter {
  const find = lazily(pathsFor(of, expression));
  const read = (resource: Resource) => valuesOf(type, find(resource));
  return { code, type, targets: target, find, read, parts: [], wholeParts: null };
}

/** Its path leads to things each of which must have all the parts. Where that is the resource itself, its own parameters say it already. */
function composite(given: SearchParameter, type: string, own: ReadonlyMap<string, Parameter>): Parameter {
  const bases = pathsFor(type, given.expression).split(' | ');
  const inner = bases.filter((each) => each !== type);
  const find = inner.length === 0 ? () => [] : lazily(inner.join(' | '));
  const parts = given.components.map(({ code, expression }) => {
    const path = lazily(expression);
    const partType = own.get(code)?.type ?? 'token';
    const read = ({ value }: Found, resource: Resource) =>
      valuesOf(partType, expression.startsWith('%resource') ? path(resource) : path(value as Resource));
    return { code, read, type: partType };
  });
  return {
    code: given.code,
    type: 'composite',
    targets: [],
    find,
    read: () => [],
    parts,
    // `combo-code` is the code of an observation and of its components; of the whole it is `code`.
    wholeParts: inner.length < bases.length ? parts.map((each) => each.code.replace(/^combo-/, '')) : null,
  };
}
