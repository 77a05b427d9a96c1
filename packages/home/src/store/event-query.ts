// A NIP-01 filter as SQL: one driving index chosen by how much it narrows, the plain columns as conditions, and what
// remains (further tags) checked on the decoded tags of the rows that are left.
import type { Filter } from '@hale/kernel';
import type { Gate, RetireRule, View } from '@hale/relay/server';
import { BUCKET_SLOTS, bucketOf, hexBytes, tagKey } from './event-codec.ts';

export const GATES: readonly Gate[] = ['open', 'stream', 'author', 'addressee'];

export type Parameter = number | string | Uint8Array;

export interface EventQuery {
  /** From `FROM` to the end of the conditions; the event table is `e`. */
  readonly from: string;
  readonly parameters: Parameter[];
  /** The column with the time of the event that its index holds. */
  readonly created: 't.created' | 'e.created';
  /** Several tag keys can lead to one event. */
  readonly repeats: boolean;
  /** Tag conditions that the SQL does not hold. */
  readonly remaining: [string, readonly string[]][];
}

/** Tags that so many events share that an author narrows more. */
const WEAK_TAGS = ['d', 'k', 't', 'u'];

/** Keys of a further tag that are looked up for each row; with more it costs less to decode the row's tags. */
export const LOOKUPS_MAX = 8;

export function planQuery(filter: Filter, view: View | undefined): EventQuery {
  const gates = view?.gate ? [GATES.indexOf(view.gate)] : [0, 1, 2, 3];
  const tags = tagConditions(filter);
  const driver = filter.ids ? undefined : drivingTag(tags, filter.authors !== undefined);
  const others = tags.filter((tag) => tag !== driver);
  const looked = others.filter(([, values]) => values.length * gates.length <= LOOKUPS_MAX);
  const conditions = new Conditions();
  if (filter.ids)
    conditions.parameters.push(JSON.stringify([...new Set(filter.ids.map((id) => bucketOf(hexBytes(id))))]));
  if (driver) conditions.oneOf('t.key', tagKeys(gates, ...driver));
  else if (!filter.ids || view?.gate) conditions.oneOf('e.gate', gates);
  const created = driver ? 't.created' : 'e.created';
  addColumns(conditions, filter, view, created);
  for (const [name, values] of looked) conditions.hasTag(tagKeys(gates, name, values));
  return {
    from: `FROM ${tableFor(filter, driver !== undefined)} WHERE ${conditions.texts.join(' AND ')}`,
    parameters: conditions.parameters,
    created,
    repeats: driver !== undefined && driver[1].length > 1,
    remaining: others.filter((tag) => !looked.includes(tag)),
  };
}

/** The events that one rule of the sweep by age removes; those of a promised class only of authors who were admitted over a socket. */
export function planRetirement(rule: RetireRule): Pick<EventQuery, 'from' | 'parameters'> {
  const conditions = new Conditions();
  if (rule.except) {
    conditions.oneOf('e.gate', [GATES.indexOf('open')]);
    conditions.add(`e.kind NOT IN (${rule.kinds.map(() => '?').join(',')})`, ...rule.kinds);
  } else {
    conditions.oneOf(
      'e.gate',
      GATES.map((_, at) => at),
    );
    conditions.oneOf('e.kind', rule.kinds);
  }
  conditions.add('e.created < ?', rule.before);
  if (rule.promised) conditions.add('a.promised IS NOT NULL AND e.created < ? - a.promised', rule.now);
  const join = rule.promised ? 'JOIN relay_author a ON a.author = e.author ' : '';
  return { from: `FROM event e ${join}WHERE ${conditions.texts.join(' AND ')}`, parameters: conditions.parameters };
}

class Conditions {
  readonly texts: string[] = [];
  readonly parameters: Parameter[] = [];

  add(text: string, ...values: Parameter[]): void {
    this.texts.push(text);
    this.parameters.push(...values);
  }

  oneOf(column: string, values: readonly Parameter[]): void {
    const padded = padToPowerOfTwo(values);
    this.add(`${column} IN (${padded.map(() => '?').join(',')})`, ...padded);
  }

  hasTag(keys: readonly Buffer[]): void {
    const list = keys.map(() => '?').join(',');
    const row = 'x.created = e.created AND x.event = e.row';
    this.add(`EXISTS (SELECT 1 FROM event_tag x WHERE x.key IN (${list}) AND ${row})`, ...keys);
  }
}

function addColumns(conditions: Conditions, filter: Filter, view: View | undefined, created: string): void {
  if (filter.ids) conditions.oneOf('e.id', filter.ids.map(hexBytes));
  if (filter.authors) conditions.oneOf('e.author', filter.authors.map(hexBytes));
  if (filter.kinds) conditions.oneOf('e.kind', filter.kinds);
  if (filter.since !== undefined) conditions.add(`${created} >= ?`, filter.since);
  if (filter.until !== undefined) conditions.add(`${created} <= ?`, filter.until);
  if (view?.now !== undefined) conditions.add('(e.expires IS NULL OR e.expires > ?)', view.now);
}

/** Events by their buckets, given as a JSON list; there the ids themselves decide. Left alone, SQLite would rather walk over a whole gate. */
export const inBuckets = `json_each(?) j CROSS JOIN event e NOT INDEXED ON e.row BETWEEN j.value AND j.value + ${BUCKET_SLOTS - 1}`;

function tableFor(filter: Filter, byTag: boolean): string {
  if (filter.ids) return inBuckets;
  if (byTag) return 'event_tag t CROSS JOIN event e ON e.row = t.event';
  // Left alone, SQLite walks over everybody's events of a kind because they come in order.
  return filter.authors ? 'event e INDEXED BY event_author' : 'event e';
}

export function tagKeys(gates: readonly number[], name: string, values: readonly string[]): Buffer[] {
  return gates.flatMap((gate) => values.map((value) => tagKey(gate, name, value)));
}

/** `#x` fields of a filter as [letter, values]. */
export function tagConditions(filter: Filter): [string, readonly string[]][] {
  return Object.entries(filter).flatMap(([field, values]): [string, readonly string[]][] =>
    field.startsWith('#') && values !== undefined ? [[field.slice(1), values as readonly string[]]] : [],
  );
}

export function drivingTag(
  tags: [string, readonly string[]][],
  hasAuthors: boolean,
): [string, readonly string[]] | undefined {
  const strong = tags.filter(([name]) => !WEAK_TAGS.includes(name));
  const candidates = strong.length > 0 || hasAuthors ? strong : tags;
  return candidates.toSorted((a, b) => a[1].length - b[1].length)[0];
}

/** Repeats the last value up to a power of two, so that a handful of statements serves lists of all lengths. */
export function padToPowerOfTwo(values: readonly Parameter[]): Parameter[] {
  const length = 2 ** Math.ceil(Math.log2(Math.max(values.length, 1)));
  return Array.from({ length }, (_, at) => values[Math.min(at, values.length - 1)]);
}

/** True where the tags hold at least one of the values of each remaining condition. */
export function holdsRemaining(tags: readonly (readonly string[])[], remaining: EventQuery['remaining']): boolean {
  return remaining.every(([letter, values]) =>
    tags.some(([name, value]) => name === letter && value !== undefined && values.includes(value)),
  );
}

/** An empty list matches nothing (NIP-01 leaves it open; so does the oracle in the kernel). */
export function asksForNothing(filter: Filter): boolean {
  return Object.values(filter).some((value) => Array.isArray(value) && value.length === 0);
}
