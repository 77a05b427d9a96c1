// A search as FHIR R4 writes it (3.1.1), read into what it asks. Whatever is not understood is an error that names it: nothing is left out silently.
import { HaleError } from '@hale/kernel';
import { isResourceType } from '../fhir/types.ts';
import { PAGE_MAX, PAGE_USUAL, QUERY_DEPTH_MAX, QUERY_PARAMETERS_MAX, QUERY_UNITS_MAX } from './limits.ts';
import type { Parameter, Parameters } from './parameters.ts';
import { parseValues, type QueryValue, unescaped } from './query-values.ts';

export type Criterion =
  | { kind: 'value'; parameter: Parameter; modifier: string; values: QueryValue[] }
  | { kind: 'missing'; parameter: Parameter; isMissing: boolean }
  | { kind: 'id'; ids: string[]; isNot: boolean }
  | { kind: 'words'; text: string }
  /** `subject:Patient.name=…`: for each type that it may lead to what is asked of it. */
  | { kind: 'chain'; parameter: Parameter; targets: { type: string; asked: Criterion }[] }
  /** `_has:Observation:patient:code=…` */
  | { kind: 'has'; type: string; parameter: Parameter; asked: Criterion };

export interface Include {
  /** Whose reference is followed, and by which parameter; `*` by all. */
  type: string;
  code: string;
  /** Only to this type; empty: to any. */
  target: string;
  isReverse: boolean;
  isIterated: boolean;
}

export interface Query {
  /** One type, several of `_type`, or all that there are. */
  types: string[];
  /** For each type, since a parameter is another one in another type. */
  criteria(type: string): Criterion[];
  sort: { code: string; isDescending: boolean }[];
  count: number;
  offset: number;
  includes: Include[];
  summary: 'false' | 'text' | 'data' | 'count';
  elements: string[];
}

interface Asked {
  name: string;
  modifier: string;
  /** What follows the modifier: of a chain or of `_has`. */
  rest: string;
  text: string;
}

const CONTROLS = new Set(
  '_sort _count _offset _include _revinclude _summary _elements _total _format _type _pretty _contained'.split(' '),
);

export const wrong = (message: string): never => {
  throw new HaleError('usage', message);
};

/** A name that somebody typed, as far as an error may repeat it. */
export const named = (name: string): string => (/^[A-Za-z_][\w.:*-]{0,59}$/.test(name) ? `“${name}”` : 'of that name');

/**
 * @param text `Observation?code=718-7&date=ge2019`, or without a type in front for all of them
 * @param typesHere types of the records that there are
 * @throws HaleError 'usage' that says which part is not understood
 */
export function parseQuery(text: string, parameters: Parameters, typesHere: readonly string[]): Query {
  if (text.length > QUERY_UNITS_MAX) wrong(`the query is longer than ${QUERY_UNITS_MAX} characters`);
  const [path, search = ''] = split(text, '?');
  const type = path.replace(/^\//, '');
  if (type !== '' && !isResourceType(type)) wrong(`there is no type of record ${named(type)}`);
  const asked = search.split('&').filter(Boolean).map(decoded);
  if (asked.length > QUERY_PARAMETERS_MAX) wrong(`a query has at most ${QUERY_PARAMETERS_MAX} parameters`);
  const types = typesOf(type, asked, typesHere);
  const controls = asked.filter(({ name }) => CONTROLS.has(name));
  const criteria = asked.filter(({ name }) => !CONTROLS.has(name));
  const reader = new CriterionReader(parameters, typesHere);
  // An unknown one is told even where there are no records to look through.
  const byType = new Map(types.map((each) => [each, criteria.map((of) => reader.read(each, of, 0))]));
  return { types, criteria: (each) => byType.get(each) ?? [], ...controlled(controls, types, parameters) };
}

function split(text: string, sign: string): [string, string?] {
  const at = text.indexOf(sign);
  return at < 0 ? (sign === '?' && text.includes('=') ? ['', text] : [text]) : [text.slice(0, at), text.slice(at + 1)];
}

function decoded(part: string): Asked {
  const at = part.indexOf('=');
  if (at < 0) return wrong('each parameter of a query is written as name=value');
  try {
    const [name, text] = [part.slice(0, at), part.slice(at + 1)].map((each) =>
      decodeURIComponent(each.replaceAll('+', ' ')),
    );
    return { ...partsOf(name), text };
  } catch {
    return wrong('the query holds a % that begins no character; write %25 for the sign itself');
  }
}

/** `subject:Patient.name:exact` is `subject`, `Patient` and `name:exact`. */
function partsOf(full: string): Omit<Asked, 'text'> {
  if (full.startsWith('_has:')) return { name: '_has', modifier: '', rest: full.slice(5) };
  const dot = full.indexOf('.');
  const first = dot < 0 ? full : full.slice(0, dot);
  const colon = first.indexOf(':');
  return {
    name: colon < 0 ? first : first.slice(0, colon),
    modifier: colon < 0 ? '' : first.slice(colon + 1),
    rest: dot < 0 ? '' : full.slice(dot + 1),
  };
}

function typesOf(type: string, asked: readonly Asked[], typesHere: readonly string[]): string[] {
  if (type !== '') return [type];
  const only = asked.filter(({ name }) => name === '_type').flatMap(({ text }) => text.split(','));
  for (const each of only) if (!isResourceType(each)) wrong(`there is no type of record ${named(each)}`);
  return only.length > 0 ? only : [...typesHere];
}

class CriterionReader {
  readonly #parameters: Parameters;
  readonly #typesHere: readonly string[];

  constructor(parameters: Parameters, typesHere: readonly string[]) {
    this.#parameters = parameters;
    this.#typesHere = typesHere;
  }

  read(type: string, asked: Asked, depth: number): Criterion {
    if (depth > QUERY_DEPTH_MAX) wrong(`a query leads over at most ${QUERY_DEPTH_MAX} records`);
    const { name, modifier, rest, text } = asked;
    if (name === '_has') return this.#has(type, asked, depth);
    if (name === '_id') return { kind: 'id', ids: listed(text), isNot: noModifierBut(asked, 'not') };
    if (name === '_text' || name === '_content') {
      noModifierBut(asked, '');
      return { kind: 'words', text: unescaped(text) };
    }
    const parameter = this.#parameters.of(type).get(name) ?? unknown(type, name, [...this.#parameters.of(type).keys()]);
    if (rest !== '') return this.#chain(parameter, asked, depth);
    if (modifier !== 'missing')
      return { kind: 'value', parameter, modifier, values: parseValues(parameter, asked, type) };
    if (text !== 'true' && text !== 'false') wrong(`${name}:missing is true or false`);
    return { kind: 'missing', parameter, isMissing: text === 'true' };
  }

  #chain(parameter: Parameter, { name, modifier, rest, text }: Asked, depth: number): Criterion {
    if (parameter.type !== 'reference') wrong(`${named(name)} is no reference: nothing follows it after a point`);
    if (modifier !== '' && !isResourceType(modifier)) wrong(`there is no type of record ${named(modifier)}`);
    const inner = { ...partsOf(rest), text };
    const types = modifier === '' ? this.#targetsOf(parameter) : [modifier];
    const has = (each: string) => inner.name.startsWith('_') || this.#parameters.of(each).has(inner.name);
    const fitting = types.filter(has);
    if (fitting.length === 0) unknown(types.join(', '), inner.name, []);
    return {
      kind: 'chain',
      parameter,
      targets: fitting.map((type) => ({ type, asked: this.read(type, inner, depth + 1) })),
    };
  }

  #targetsOf({ targets }: Parameter): readonly string[] {
    return targets.length === 0 || targets.includes('*') ? this.#typesHere : targets;
  }

  #has(here: string, { rest, text }: Asked, depth: number): Criterion {
    const [type, code, ...inner] = rest.split(':');
    if (!isResourceType(type)) wrong('_has is written as _has:Type:reference:parameter=value');
    const parameter = this.#parameters.of(type).get(code) ?? unknown(type, code ?? '', []);
    if (parameter.type !== 'reference') wrong(`${named(code)} of ${type} is no reference`);
    if (!leadsTo(parameter, here)) wrong(`${named(code)} of ${type} never leads to ${here}`);
    if (inner.length === 0) wrong('_has is written as _has:Type:reference:parameter=value');
    return { kind: 'has', type, parameter, asked: this.read(type, { ...partsOf(inner.join(':')), text }, depth + 1) };
  }
}

export const leadsTo = ({ targets }: Parameter, type: string): boolean =>
  targets.length === 0 || targets.includes('*') || targets.includes(type);

function unknown(type: string, code: string, others: readonly string[]): never {
  const near = others.filter((each) => each.includes(code) || code.includes(each)).slice(0, 6);
  const hint = near.length > 0 ? `; near it are ${near.join(', ')}` : '';
  return wrong(`${type === '' ? 'these records have' : `${type} has`} no search parameter ${named(code)}${hint}`);
}

function noModifierBut({ name, modifier, rest }: Asked, allowed: string): boolean {
  if (rest !== '' || (modifier !== '' && modifier !== allowed))
    wrong(`${name} has no modifier ${named(modifier || rest)}`);
  return modifier !== '';
}

const listed = (text: string): string[] => text.split(',').map(unescaped).filter(Boolean);

// --- what is done with what was found

type Controls = Omit<Query, 'types' | 'criteria'>;

function controlled(asked: readonly Asked[], types: readonly string[], parameters: Parameters): Controls {
  const last = (name: string) => asked.findLast((each) => each.name === name)?.text;
  const summary = last('_summary') ?? 'false';
  if (summary !== 'false' && summary !== 'text' && summary !== 'data' && summary !== 'count')
    wrong(
      summary === 'true'
        ? '_summary=true is not kept here: name the fields with _elements'
        : '_summary is text, data, count or false',
    );
  const total = last('_total');
  if (total !== undefined && !['none', 'estimate', 'accurate'].includes(total))
    wrong('_total is none, estimate or accurate');
  if (last('_contained') !== undefined && last('_contained') !== 'false')
    wrong('_contained is false: what is inside a record is found with it');
  return {
    sort: sorted(last('_sort'), types, parameters),
    count: Math.min(PAGE_MAX, whole(last('_count'), '_count') ?? PAGE_USUAL),
    offset: whole(last('_offset'), '_offset') ?? 0,
    includes: asked.flatMap((each) => (each.name.endsWith('include') ? included(each, types, parameters) : [])),
    summary: summary as Query['summary'],
    elements: listed(last('_elements') ?? ''),
  };
}

function whole(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) wrong(`${name} is a whole number`);
  return Number(text);
}

function sorted(text: string | undefined, types: readonly string[], parameters: Parameters): Query['sort'] {
  return listed(text ?? '').map((each) => {
    const isDescending = each.startsWith('-');
    const code = isDescending ? each.slice(1) : each;
    if (!types.some((type) => parameters.of(type).has(code) || code === '_id')) unknown(types.join(', '), code, []);
    return { code, isDescending };
  });
}

function included({ name, modifier, text }: Asked, types: readonly string[], parameters: Parameters): Include {
  const isReverse = name === '_revinclude';
  if (modifier !== '' && modifier !== 'iterate' && modifier !== 'recurse')
    wrong(`${name} has no modifier ${named(modifier)}`);
  const isIterated = modifier !== '';
  if (text === '*') return { type: '*', code: '*', target: '', isReverse, isIterated };
  const [type, code = '', target = ''] = text.split(':');
  if (!isResourceType(type) || (target !== '' && !isResourceType(target)))
    wrong(`${name} is written as Type:parameter or Type:parameter:Type`);
  if (code !== '*') {
    const parameter = parameters.of(type).get(code) ?? unknown(type, code, []);
    if (parameter.type !== 'reference') wrong(`${named(code)} of ${type} is no reference`);
    if (isReverse && !isIterated && !types.some((each) => leadsTo(parameter, each)))
      wrong(`${named(code)} of ${type} never leads to ${types.join(', ')}`);
  }
  return { type, code, target, isReverse, isIterated };
}
