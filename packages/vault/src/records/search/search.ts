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
  const isHere = new Uint8Array(index.names.size);
  for (let i = 0; i < index.size; i++) isHere[type.all[i]] |= shown.all[i];
  return index.names.texts.filter((_, number) => isHere[number] === 1).sort();
}

// --- order

/** The newest first where nothing else is asked for; those without a value behind the others. */
function pageOf(index: RecordIndex, found: Flags, { sort, offset, count, types }: Query): number[] {
  const newest = index.records.at.all.slice(0, index.size);
  for (let i = 0; i < newest.length; i++) newest[i] = -newest[i];
  const [first, ...others] = [...sort.map((each) => keysBy(index, types, each)), newest];
  const before: Before = (a, b) => {
    for (const keys of others) {
      const decided = compareKeys(keys[a], keys[b]);
      if (decided !== 0) return decided;
    }
    return a - b;
  };
  return firstOf(found, offset + count, first, before).slice(offset);
}

/** What is not a number comes last. */
function compareKeys(a: number, b: number): number {
  const [isNoA, isNoB] = [Number.isNaN(a), Number.isNaN(b)];
  if (isNoA || isNoB) return Number(isNoA) - Number(isNoB);
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A number for each record, the smaller the earlier; not a number where it has no such value. */
function keysBy(
  index: RecordIndex,
  types: readonly string[],
  { code, isDescending }: Query['sort'][number],
): Float64Array {
  const keys = new Float64Array(index.size).fill(Number.NaN);
  if (code === '_id') {
    const { ids } = index.records;
    for (const [rank, number] of [...ids.keys()].sort((a, b) => (ids[a] < ids[b] ? -1 : 1)).entries())
      keys[number] = rank;
  } else
    for (const type of types) {
      const column = index.columns.get(`${type}.${code}`);
      if (column) rankInto(keys, column, valuesFor(index, type, code, column), isDescending);
    }
  if (isDescending) for (let i = 0; i < keys.length; i++) keys[i] = -keys[i];
  return keys;
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
