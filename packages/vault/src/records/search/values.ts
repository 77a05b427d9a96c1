// What a search parameter finds in a resource, in the normal form of its type (FHIR R4, 3.1.1.4): token, date, quantity, number, string, reference, uri.
// Told by the shape of the value: a search parameter of R4 names the field, and the field says by its parts what it is.
import { type Fields, isFields, listOf, textOf } from '../../import/json-records.ts';
import type { SearchParameter } from '../definitions/index.ts';
import type { Found } from './path.ts';
import { timeRangeOf } from './times.ts';

export interface TokenValue {
  type: 'token';
  /** Null: the field is a code whose system goes without saying; empty: it names none. */
  system: string | null;
  code: string;
}
/** A text beside a token, for `:text`. */
export interface TokenText {
  type: 'text';
  text: string;
}
export interface RangeValue {
  type: 'range';
  lo: number;
  hi: number;
  /** Of a quantity. */
  system: string;
  code: string;
  unit: string;
}
export interface StringValue {
  type: 'string';
  text: string;
}
export interface ReferenceValue {
  type: 'reference';
  text: string;
  /** As the reference itself says; else empty. */
  told: string;
  /** It counts only where it leads to this type. */
  only: string;
}
/** A reference by number instead of by address. */
export interface IdentifierValue {
  type: 'identifier';
  system: string;
  code: string;
}

export type Value = TokenValue | TokenText | RangeValue | StringValue | ReferenceValue | IdentifierValue;
export type ValueType = SearchParameter['type'];

/** Normal forms of what a path found. */
export function valuesOf(type: ValueType, found: readonly Found[]): Value[] {
  return found.flatMap((each) => oneValue(type, each));
}

function oneValue(type: ValueType, found: Found): Value[] {
  const value = found.type === 'Extension' ? valueOfExtension(found.value) : found.value;
  if (value === undefined) return [];
  switch (type) {
    case 'token':
      return tokens(value);
    case 'date':
      return dates(value);
    case 'string':
      return strings(value).map((text) => ({ type: 'string', text }));
    case 'uri':
      return typeof value === 'string' ? [{ type: 'string', text: value }] : [];
    case 'quantity':
      return quantities(value);
    case 'number':
      return numbers(value);
    case 'reference':
      return references(value, found.only ?? '');
    default:
      return [];
  }
}

function valueOfExtension(extension: unknown): unknown {
  if (!isFields(extension)) return undefined;
  const key = Object.keys(extension).find((name) => name.startsWith('value'));
  return key === undefined ? undefined : extension[key];
}

const CONTACT_SYSTEMS = new Set(['phone', 'fax', 'email', 'pager', 'url', 'sms', 'other']);

function tokens(value: unknown): Value[] {
  if (typeof value === 'boolean' || typeof value === 'number')
    return [{ type: 'token', system: null, code: String(value) }];
  if (typeof value === 'string') return [{ type: 'token', system: null, code: value }];
  if (!isFields(value)) return [];
  if (
    Array.isArray(value.coding) ||
    (value.text !== undefined && value.code === undefined && value.value === undefined)
  )
    return [...listOf(value.coding).flatMap((coding) => (isFields(coding) ? coded(coding) : [])), ...texts(value.text)];
  if (typeof value.code === 'string' || typeof value.display === 'string') return coded(value);
  if (typeof value.value !== 'string') return [];
  const system = textOf(value.system);
  // Of a telephone number the system says only that it is one.
  if (CONTACT_SYSTEMS.has(system)) return [{ type: 'token', system: null, code: value.value }];
  const about = isFields(value.type) ? texts(value.type.text) : [];
  return [{ type: 'token', system, code: value.value }, ...about];
}

function coded({ system, code, display }: Fields): Value[] {
  const token: Value[] = typeof code === 'string' ? [{ type: 'token', system: textOf(system), code }] : [];
  return [...token, ...texts(display)];
}

const texts = (text: unknown): TokenText[] => (typeof text === 'string' && text !== '' ? [{ type: 'text', text }] : []);

const plainRange = (lo: number, hi: number): RangeValue => ({ type: 'range', lo, hi, system: '', code: '', unit: '' });

/** Something stands there, and it is no range that could be compared: a wave, a timing without bounds. */
const UNTOLD = plainRange(Number.NaN, Number.NaN);

function dates(value: unknown): Value[] {
  const range = timeRangeOf(value);
  return [range === null ? UNTOLD : plainRange(range.lo, range.hi)];
}

function numbers(value: unknown): Value[] {
  if (typeof value === 'number') return [plainRange(value, value)];
  return quantities(value).map((each) => ({ ...each, system: '', code: '', unit: '' }));
}

const amountOf = (value: unknown): number | null =>
  isFields(value) && typeof value.value === 'number' ? value.value : null;

function quantities(value: unknown): RangeValue[] {
  if (!isFields(value)) return [];
  const amount = amountOf(value);
  if (amount !== null) return [{ type: 'range', ...compared(amount, textOf(value.comparator)), ...unitOf(value) }];
  const [low, high] = [amountOf(value.low), amountOf(value.high)];
  if (low === null && high === null) return [UNTOLD];
  const unit = unitOf((low === null ? value.high : value.low) as Fields);
  return [{ type: 'range', lo: low ?? Number.NEGATIVE_INFINITY, hi: high ?? Number.POSITIVE_INFINITY, ...unit }];
}

/** `< 3` is anything below 3. */
function compared(amount: number, comparator: string): { lo: number; hi: number } {
  const isBelow = comparator.startsWith('<');
  const isAbove = comparator.startsWith('>');
  return { lo: isBelow ? Number.NEGATIVE_INFINITY : amount, hi: isAbove ? Number.POSITIVE_INFINITY : amount };
}

function unitOf({ system, code, unit, currency }: Fields): { system: string; code: string; unit: string } {
  if (typeof currency === 'string') return { system: 'urn:iso:std:iso:4217', code: currency, unit: currency };
  return { system: textOf(system), code: textOf(code), unit: textOf(unit) };
}

const NAME_PARTS = [
  'family',
  'given',
  'prefix',
  'suffix',
  'text',
  'line',
  'city',
  'district',
  'state',
  'postalCode',
  'country',
];

/** A text, the parts of a name or of an address. */
function strings(value: unknown): string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (!isFields(value)) return [];
  const parts = NAME_PARTS.flatMap((part) => (Array.isArray(value[part]) ? value[part] : [value[part]]));
  return parts.filter((part): part is string => typeof part === 'string' && part !== '');
}

function references(value: unknown, only: string): Value[] {
  if (typeof value === 'string') return [{ type: 'reference', text: value, told: toldType(value), only }];
  if (!isFields(value)) return [];
  const found: Value[] = [];
  const text = textOf(value.reference);
  const told = textOf(value.type) || toldType(text);
  const isElsewhere = only !== '' && told !== '' && told !== only;
  if (text !== '' && !isElsewhere) found.push({ type: 'reference', text, told, only });
  const { identifier } = value;
  if (isFields(identifier) && typeof identifier.value === 'string' && !isElsewhere)
    found.push({ type: 'identifier', system: textOf(identifier.system), code: identifier.value });
  return found;
}

/** Type and id that an address ends with: `http://x.org/fhir/Patient/12/_history/3` gives Patient and 12. */
export function addressOf(reference: string): { type: string; id: string } | null {
  const parts = /(?:^|\/)([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[^/]+)?$/.exec(reference);
  return parts && { type: parts[1], id: parts[2] };
}

function toldType(reference: string): string {
  return /^([A-Z][A-Za-z]+)\?/.exec(reference)?.[1] ?? addressOf(reference)?.type ?? '';
}
