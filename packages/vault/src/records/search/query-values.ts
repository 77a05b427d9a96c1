// The values of a query: what stands behind the sign of equality, in the form of its parameter's type.
import { HaleError } from '@hale/kernel';
import { isResourceType } from '../fhir/types.ts';
import { fold } from './fold.ts';
import { QUERY_VALUES_MAX } from './limits.ts';
import type { Parameter } from './parameters.ts';
import { timeRange } from './times.ts';
import { addressOf, type ValueType } from './values.ts';

const PREFIXES = ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'] as const;
export type Prefix = (typeof PREFIXES)[number];

/** `system|code`: system undefined where none is asked for, empty where it must have none; code empty: any code of the system. */
export interface TokenAsked {
  type: 'token';
  system: string | undefined;
  code: string;
}
export interface TextAsked {
  type: 'text';
  text: string;
  folded: string;
}
export interface RangeAsked {
  type: 'range';
  prefix: Prefix;
  /** The number as it is written, or the beginning of a date. */
  value: number;
  /** What it stands for by its digits: 5.4 is all from 5.35 to 5.45. Of a date the whole of it. */
  lo: number;
  hi: number;
  isDate: boolean;
  /** Of a quantity; undefined: any. */
  unit: { system: string; code: string } | undefined;
}
export interface ReferenceAsked {
  type: 'reference';
  text: string;
  /** Empty: of any type. */
  of: string;
  id: string;
}
export interface PartsAsked {
  type: 'parts';
  parts: QueryValue[];
}
export type QueryValue = TokenAsked | TextAsked | RangeAsked | ReferenceAsked | PartsAsked;

const MODIFIERS: Readonly<Partial<Record<ValueType, readonly string[]>>> = {
  token: ['not', 'text'],
  string: ['exact', 'contains'],
  uri: ['below', 'above'],
  reference: ['identifier'],
};
/** They need to know how codes lie under each other, which the records do not say. */
const OF_TERMINOLOGY = new Set(['in', 'not-in', 'above', 'below']);

const usage = (message: string): never => {
  throw new HaleError('usage', message);
};

interface Given {
  name: string;
  modifier: string;
  text: string;
}

/** @throws HaleError 'usage' */
export function parseValues(parameter: Parameter, { name, modifier, text }: Given, of: string): QueryValue[] {
  const isType = parameter.type === 'reference' && isResourceType(modifier);
  if (modifier !== '' && !isType && !MODIFIERS[parameter.type]?.includes(modifier)) {
    if (parameter.type === 'token' && OF_TERMINOLOGY.has(modifier))
      usage(`${name}:${modifier} needs a terminology server, which a home is not: list the codes themselves`);
    usage(`${name} of ${of} has no modifier ${/^[\w-]{1,40}$/.test(modifier) ? `“${modifier}”` : 'of that name'}`);
  }
  const values = cut(text, ',');
  if (values.length > QUERY_VALUES_MAX) usage(`${name} has more than ${QUERY_VALUES_MAX} values`);
  if (values.some((value) => value === '')) usage(`${name} has an empty value`);
  return values.map((value) => parseValue(parameter.type, value, { name, modifier, parameter }));
}

interface About {
  name: string;
  modifier: string;
  parameter: Parameter | null;
}

function parseValue(type: ValueType, text: string, about: About): QueryValue {
  const { name, modifier } = about;
  switch (type) {
    case 'token':
      return modifier === 'text' ? textAsked(text) : tokenAsked(text);
    case 'string':
    case 'uri':
      return textAsked(text);
    case 'date':
      return dateAsked(text, name);
    case 'number':
      return numberAsked(text, name);
    case 'quantity':
      return quantityAsked(text, name);
    case 'reference':
      return modifier === 'identifier' ? tokenAsked(text) : referenceAsked(unescaped(text), modifier);
    case 'composite':
      return partsAsked(text, about);
    default:
      return usage(`${name} is not searched here`);
  }
}

/** Cuts at a sign that no `\` stands before. The parts are still escaped. */
export function cut(text: string, sign: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (let i = 0; i < text.length; i++)
    if (text[i] === '\\') i++;
    else if (text[i] === sign) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  return [...parts, text.slice(from)];
}

/** `\,` is a comma that parts nothing. */
export const unescaped = (text: string): string => text.replace(/\\([,$|\\])/g, '$1');

function tokenAsked(text: string): TokenAsked {
  const parts = cut(text, '|').map(unescaped);
  if (parts.length === 1) return { type: 'token', system: undefined, code: parts[0] };
  return { type: 'token', system: parts[0], code: parts.slice(1).join('|') };
}

function textAsked(escaped: string): TextAsked {
  const text = unescaped(escaped);
  return { type: 'text', text, folded: fold(text) };
}

function prefixed(text: string): { prefix: Prefix; rest: string } {
  const prefix = PREFIXES.find((each) => text.startsWith(each));
  return prefix === undefined ? { prefix: 'eq', rest: text } : { prefix, rest: text.slice(2) };
}

function dateAsked(text: string, name: string): RangeAsked {
  const { prefix, rest } = prefixed(text);
  const range = timeRange(rest);
  if (range === null) return usage(`${name} is a date like 2019, 2019-04-02 or ge2019-04-02T10:00:00Z`);
  return { type: 'range', prefix, value: range.lo, ...range, isDate: true, unit: undefined };
}

const NUMBER = /^([+-]?\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;

function numberAsked(text: string, name: string): RangeAsked {
  const { prefix, rest } = prefixed(text);
  const digits = NUMBER.exec(rest);
  if (digits === null) return usage(`${name} is a number like 5.4 or gt5.4`);
  const [, , fraction = '', exponent = '0'] = digits;
  const value = Number(rest);
  const half = 0.5 * 10 ** (Number(exponent) - fraction.length);
  return { type: 'range', prefix, value, lo: value - half, hi: value + half, isDate: false, unit: undefined };
}

function quantityAsked(text: string, name: string): RangeAsked {
  const [number, ...unit] = cut(text, '|').map(unescaped);
  const asked = numberAsked(number, name);
  if (unit.length === 0) return asked;
  if (unit.length !== 2) return usage(`${name} is written as number, number|system|code or number||code`);
  const [system, code] = unit;
  return { ...asked, unit: code === '' && system === '' ? undefined : { system, code } };
}

function referenceAsked(text: string, modifier: string): ReferenceAsked {
  const address = addressOf(text);
  if (address === null) return { type: 'reference', text, of: modifier, id: text };
  return { type: 'reference', text, of: address.type, id: address.id };
}

function partsAsked(text: string, { name, parameter }: About): PartsAsked {
  const parts = cut(text, '$');
  const own = parameter?.parts ?? [];
  if (parts.length !== own.length)
    return usage(`${name} has ${own.length} values with $ between: ${own.map(({ code }) => code).join('$')}`);
  return {
    type: 'parts',
    parts: parts.map((part, i) => parseValue(own[i].type, part, { name: own[i].code, modifier: '', parameter: null })),
  };
}
