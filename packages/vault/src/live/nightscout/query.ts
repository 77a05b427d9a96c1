// Questions: `find[field][$gte]=…` of API v1 and `field$gte=…` of API v3, as conditions on a document.
import { fail } from '@hale/kernel';
import { readDate } from './dates.ts';
import type { Fields } from './documents.ts';
import { NIGHTSCOUT_LIMITS } from './limits.ts';

export type Operator = 'eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte' | 'in' | 'nin' | 'exists';

export interface Condition {
  /** Path with dots. */
  field: string;
  operator: Operator;
  values: readonly string[];
}

export interface Question {
  conditions: Condition[];
  /** Everything that is no condition, by its name; the last one given counts. */
  parameters: ReadonlyMap<string, string>;
}

const OPERATORS: ReadonlySet<string> = new Set<Operator>(['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'nin', 'exists']);
const FIELD = /^(?!__)[A-Za-z_][A-Za-z0-9_.-]{0,99}$/;
/** Fields that hold a moment, however it is written. */
const MOMENTS: ReadonlySet<string> = new Set([
  ...['date', 'dateString', 'sysTime', 'created_at', 'timestamp', 'eventTime', 'startDate'],
  ...['srvModified', 'srvCreated', 'mills'],
]);

/** The part of an address behind `?`, decoded. @throws HaleError 'malformed' */
export function parsePairs(text: string): [string, string][] {
  if (text === '') return [];
  const pairs = text.split('&').filter((pair) => pair !== '');
  if (pairs.length > NIGHTSCOUT_LIMITS.conditionValuesMax) fail('too-large', 'the question has too many parts');
  return pairs.map((pair) => {
    const at = pair.indexOf('=');
    return [decode(at < 0 ? pair : pair.slice(0, at)), at < 0 ? '' : decode(pair.slice(at + 1))];
  });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return fail('malformed', 'the address cannot be read');
  }
}

/** `find[created_at][$gte]=…&find[eventType][$in][]=…&count=10`. @throws HaleError 'malformed' for an operator that is not known */
export function parseFind(pairs: readonly [string, string][]): Question {
  const question = { conditions: [] as Condition[], parameters: new Map<string, string>() };
  for (const [name, value] of pairs) {
    if (!name.startsWith('find[')) {
      question.parameters.set(name, value);
      continue;
    }
    const parts = [...name.slice(4).matchAll(/\[([^[\]]*)\]/g)].map(([, part]) => part);
    const isList = parts.length > 1 && /^\d*$/.test(parts[parts.length - 1]);
    if (isList) parts.pop();
    const last = parts[parts.length - 1] ?? '';
    const operator = last.startsWith('$') ? parts.pop()?.slice(1) : isList ? 'in' : 'eq';
    addCondition(question.conditions, parts.join('.'), operator ?? '', [value]);
  }
  return question;
}

/** `date$gte=…&sort$desc=date&limit=3`. @throws HaleError 'malformed' */
export function parseFilters(pairs: readonly [string, string][]): Question {
  const question = { conditions: [] as Condition[], parameters: new Map<string, string>() };
  for (const [name, value] of pairs) {
    if (['token', 'sort', 'sort$desc', 'limit', 'skip', 'fields', 'now', 'permanent'].includes(name)) {
      question.parameters.set(name, value);
      continue;
    }
    const [field, operator = 'eq'] = name.split('$');
    const values = operator === 'in' || operator === 'nin' ? value.split('|') : [value];
    addCondition(
      question.conditions,
      field,
      operator,
      values.map((each) => each.replace(/^'(.*)'$/, '$1')),
    );
  }
  return question;
}

function addCondition(conditions: Condition[], field: string, operator: string, values: string[]): void {
  if (!OPERATORS.has(operator))
    fail('malformed', 'this operator is not known here: eq, ne, gt, gte, lt, lte, in, nin, exists are');
  if (!FIELD.test(field)) fail('malformed', 'a field in the question has no name that a document could have');
  const known = conditions.find((each) => each.field === field && each.operator === operator);
  // Given twice, `$in`, `$nin` and `$ne` grow; the others must hold each.
  if (known && ['in', 'nin', 'ne'].includes(operator)) known.values = [...known.values, ...values];
  else conditions.push({ field, operator: operator as Operator, values });
  if (conditions.length > NIGHTSCOUT_LIMITS.conditionsMax) fail('too-large', 'the question has too many conditions');
}

export function matches(fields: Fields, conditions: readonly Condition[]): boolean {
  return conditions.every((condition) => holds(valueAt(fields, condition.field), condition));
}

function valueAt(fields: Fields, path: string): unknown {
  let value: unknown = fields;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Fields)[name];
  }
  return value;
}

function holds(value: unknown, { field, operator, values }: Condition): boolean {
  const isEqual = (text: string) => compare(value, text, field) === 0;
  if (operator === 'exists') return (value !== undefined) === (values[0] !== 'false');
  if (operator === 'eq' || operator === 'in') return values.some(isEqual);
  if (operator === 'ne' || operator === 'nin') return !values.some(isEqual);
  const order = compare(value, values[0], field);
  if (order === null) return false;
  if (operator === 'gt') return order > 0;
  if (operator === 'gte') return order >= 0;
  return operator === 'lt' ? order < 0 : order <= 0;
}

/** Negative, 0, positive; null where the two cannot be compared. */
function compare(value: unknown, text: string, field: string): number | null {
  if (value === undefined || value === null) return text === 'null' ? 0 : null;
  if (MOMENTS.has(field)) {
    const mine = readDate(value);
    const asked = readDate(text);
    if (mine && asked) return mine.millis - asked.millis;
  }
  if (typeof value === 'number') return text.trim() === '' || Number.isNaN(Number(text)) ? null : value - Number(text);
  if (typeof value === 'boolean') return String(value) === text ? 0 : 1;
  if (typeof value !== 'string') return null;
  return value < text ? -1 : value > text ? 1 : 0;
}

/** The range of time that the conditions leave, in milliseconds: [from, to]. What a question says of no moment is open. */
export function rangeOf(conditions: readonly Condition[]): { from: number; to: number; isGiven: boolean } {
  const range = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, isGiven: false };
  for (const { field, operator, values } of conditions) {
    const date = MEANS_THE_DATE.has(field) ? readDate(values[0]) : null;
    if (!date) continue;
    if (['gt', 'gte', 'eq'].includes(operator)) range.from = Math.max(range.from, date.millis - SLACK_MILLIS);
    if (['lt', 'lte', 'eq'].includes(operator)) range.to = Math.min(range.to, date.millis + SLACK_MILLIS);
    range.isGiven = true;
  }
  return range;
}

/** Fields by which a document is placed in time. Others (srvModified) say nothing of where it lies. */
const MEANS_THE_DATE: ReadonlySet<string> = new Set([
  'date',
  'dateString',
  'sysTime',
  'created_at',
  'timestamp',
  'mills',
]);
/** `date` and `dateString` of one entry may differ by the fraction of a second that one of them lacks; sloppy uploaders by more. */
const SLACK_MILLIS = 60_000;
