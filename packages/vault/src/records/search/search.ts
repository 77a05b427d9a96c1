// One search, whole: what matches, in order, a page of it, and what is asked for beside it.

import { wordsFlags } from './box.ts';
import type { Column } from './columns.ts';
import { type Before, firstOf } from './first.ts';
import { referenceParts } from './keys.ts';
import { INCLUDED_MAX, ITERATE_MAX } from './limits.ts';
import { type Flags, Matcher } from './match.ts';
import { type Include, parseQuery, type Query } from './query.ts';
import type { RecordIndex } from './record-index.ts';

export interface SearchOptions {
  /** Now, micros. */
  nowMicros: number;
  /** Records that whoever asks may know of; all, where it is the owner. It holds at every step of the search. */
  isVisible?: (id: string) => boolean;
}

export interface SearchFound {
  /** Our ids of the records of this page. */
  ids: string[];
  /** Of records that are in the answer because of `_include` and `_revinclude`. */
  included: string[];
  /** More was to be included than an answer may hold. */
  isCut: boolean;
  /** All that match. */
  total: number;
  query: Pick<Query, 'summary' | 'elements' | 'count' | 'offset'>;
}

/** @throws HaleError 'usage' for a query that is not understood, naming the part */
export function searchRecords(index: RecordIndex, text: string, options: SearchOptions): SearchFound {
  const members = index.members(options.isVisible);
  const query = parseQuery(text, index.parameters, typesIn(index));
  const matcher = new Matcher(index, members, options.nowMicros, (words) => wordsFlags(index, words, members));
  const found = new Uint8Array(members.length);
  for (const type of query.types) {
    const of = matcher.all(type, query.criteria(type));
    for (let i = 0; i < of.length; i++) found[i] |= of[i];
  }
  let total = 0;
  for (let i = 0; i < found.length; i++) total += found[i];
  const page = query.summary === 'count' ? [] : pageOf(index, found, query);
  const { included, isCut } = includedBy(index, members, page, query.includes);
  const { summary, elements, count, offset } = query;
  return {
    ids: page.map((number) => index.records.ids[number]),
    included: included.map((number) => index.records.ids[number]),
    isCut,
    total,
    query: { summary, elements, count, offset },
  };
}

function typesIn(index: RecordIndex): string[] {
  const { type, shown } = index.records;
  const here = new Set<number>();
  for (let i = 0; i < index.size; i++) if (shown.all[i]) here.add(type.all[i]);
  return [...here].map((number) => index.names.texts[number]).sort();
}

// --- order

/** The newest first where nothing else is asked for; those without a value behind the others. */
function pageOf(index: RecordIndex, found: Flags, { sort, offset, count, types }: Query): number[] {
  const wanted = offset + count;
  const orders = sort.map((each) => orderBy(index, types, each));
  const { at } = index.records;
  const before: Before = (a, b) => {
    for (const order of orders) {
      const decided = order(a, b);
      if (decided !== 0) return decided;
    }
    return compareUndefined(at.all[a], at.all[b], true) || a - b;
  };
  return firstOf(found, wanted, before).slice(offset);
}

function compareUndefined(a: number, b: number, isDescending: boolean): number {
  const [isNoA, isNoB] = [Number.isNaN(a), Number.isNaN(b)];
  if (isNoA || isNoB) return Number(isNoA) - Number(isNoB);
  return a === b ? 0 : a < b === isDescending ? 1 : -1;
}

function orderBy(index: RecordIndex, types: readonly string[], { code, isDescending }: Query['sort'][number]): Before {
  if (code === '_id') {
    const { ids } = index.records;
    return (a, b) => (ids[a] === ids[b] ? 0 : ids[a] < ids[b] === isDescending ? 1 : -1);
  }
  const ranks = new Float64Array(index.size).fill(Number.NaN);
  for (const type of types) {
    const column = index.columns.get(`${type}.${code}`);
    if (column) rankInto(ranks, column, valuesFor(index, type, code, column), isDescending);
  }
  return (a, b) => compareUndefined(ranks[a], ranks[b], isDescending);
}

/** Of several values of a record the first counts in the order that is asked for. */
function rankInto(
  ranks: Float64Array,
  { rows, records }: Column,
  value: (row: number) => number,
  isDescending: boolean,
): void {
  for (let i = 0; i < rows; i++) {
    const each = value(i);
    const known = ranks[records[i]];
    if (Number.isNaN(known) || (isDescending ? each > known : each < known)) ranks[records[i]] = each;
  }
}

function valuesFor(index: RecordIndex, type: string, code: string, column: Column): (row: number) => number {
  const { lo, hi, keys } = column;
  if (lo && hi) return (row) => (Number.isFinite(lo.all[row]) ? lo.all[row] : hi.all[row]);
  const kind = index.parameters.of(type).get(code)?.type;
  const texts = kind === 'token' ? index.tokens.texts : kind === 'reference' ? index.references.texts : index.folded();
  const rank = new Map<number, number>();
  const used = [...new Set(keys.subarray(0, column.rows))].sort((a, b) => (texts[a] < texts[b] ? -1 : 1));
  for (const [i, key] of used.entries()) rank.set(key, i);
  return (row) => rank.get(keys[row]) ?? 0;
}

// --- includes

function includedBy(
  index: RecordIndex,
  members: Flags,
  page: readonly number[],
  includes: readonly Include[],
): { included: number[]; isCut: boolean } {
  const known = new Set(page);
  const included: number[] = [];
  let from: ReadonlySet<number> = known;
  for (let round = 0; round <= ITERATE_MAX && from.size > 0; round++) {
    const next = new Set<number>();
    for (const each of includes) if (round === 0 || each.isIterated) follow(index, each, from, members, known, next);
    for (const number of next) {
      if (included.length >= INCLUDED_MAX) return { included, isCut: true };
      known.add(number);
      included.push(number);
    }
    from = next;
  }
  return { included, isCut: false };
}

function follow(
  index: RecordIndex,
  { type, code, target, isReverse }: Include,
  from: ReadonlySet<number>,
  members: Flags,
  known: ReadonlySet<number>,
  next: Set<number>,
): void {
  for (const [name, { to, rows, records, keys }] of index.columns) {
    if (to === null || !isOf(name, type, code)) continue;
    for (let i = 0; i < rows; i++) {
      if (to[i] === 0) continue;
      const [here, there] = isReverse ? [to[i] - 1, records[i]] : [records[i], to[i] - 1];
      if (!members[there] || known.has(there) || !from.has(here)) continue;
      const { only } = referenceParts(index.references.texts[keys[i]]);
      const type = index.typeName(to[i] - 1);
      if ((target === '' || type === target) && (only === '' || type === only)) next.add(there);
    }
  }
}

function isOf(name: string, type: string, code: string): boolean {
  const dot = name.indexOf('.');
  return (type === '*' || name.slice(0, dot) === type) && (code === '*' || name.slice(dot + 1) === code);
}
