// A filter answered step by step: one cursor for each stretch of an index that can hold what is asked for, all read as one list in the order of
// NIP-01. Nothing is sorted, no statement stays open between two steps (writers and checkpoints never wait for a reader), and every step looks at
// a bounded number of rows.
import type { SQLOutputValue } from 'node:sqlite';
import type { Filter } from '@hale/kernel';
import { merged, type Row, type RowSource, type View, type Work } from '@hale/relay/server';
import { bucketOf, decodeTags, hexBytes } from './event-codec.ts';
import {
  drivingTag,
  GATES,
  holdsRemaining,
  inBuckets,
  LOOKUPS_MAX,
  type Parameter,
  padToPowerOfTwo,
  tagConditions,
  tagKeys,
} from './event-query.ts';
import type { Statements } from './statements.ts';

/** Rows of one step of one cursor: few at first, for the next cursor may hold what is newer. */
const CHUNK_MIN = 4;
const CHUNK_MAX = 512;
/** Kinds of a filter for which each author is asked; of longer lists only those that she has. */
const KINDS_ASKED_MAX = 8;
/** What a statement costs, in rows. */
const STATEMENT_WORK = 4;

/** @param hidesExpired whether anything in the store has expired and is not swept yet */
export function scanEvents(statements: Statements, filter: Filter, view: View, hidesExpired: boolean): RowSource {
  const gates = view.gate ? [GATES.indexOf(view.gate)] : GATES.map((_, gate) => gate);
  const ask: Ask = {
    statements,
    since: filter.since ?? 0,
    until: filter.until ?? Number.MAX_SAFE_INTEGER,
    wanted: filter.limit ?? CHUNK_MAX,
  };
  const now = hidesExpired ? view.now : undefined;
  const tags = tagConditions(filter);
  if (filter.ids) return new ListedRows(ask, filter, gates, now);
  const driver = drivingTag(tags, filter.authors !== undefined);
  const rest = new Rest(
    gates,
    tags.filter((tag) => tag !== driver),
    now,
  );
  if (driver) {
    rest.oneOf('t.kind', filter.kinds);
    rest.oneOf('e.author', filter.authors?.map(hexBytes));
    const keys = distinct(tagKeys(gates, ...driver));
    return merged(keys.map((key) => new Cursor(ask, BY_TAG, [key], rest, keys.length === 1)));
  }
  if (filter.authors) {
    const authors = [...new Set(filter.authors)].map(hexBytes);
    const isAlone = gates.length * authors.length === 1;
    return merged(
      gates.flatMap((gate) => authors.map((author) => new AuthorRows(ask, gate, author, filter.kinds, rest, isAlone))),
    );
  }
  const stretches = filter.kinds
    ? gates.flatMap((gate) => [...new Set(filter.kinds)].map((kind) => [gate, kind]))
    : gates.map((gate) => [gate]);
  const index = filter.kinds ? BY_KIND : BY_TIME;
  return merged(stretches.map((prefix) => new Cursor(ask, index, prefix, rest, stretches.length === 1)));
}

function distinct(keys: readonly Buffer[]): Buffer[] {
  return [...new Map(keys.map((key) => [key.toString('latin1'), key])).values()];
}

interface Ask {
  readonly statements: Statements;
  readonly since: number;
  readonly until: number;
  /** How many rows will be taken at most. */
  readonly wanted: number;
}

/** An index, and the condition that makes a stretch of it in which rows lie in order. */
interface Index {
  readonly from: string;
  /** The same with the row itself, where conditions ask for more than the index holds. */
  readonly fromWithRow: string;
  readonly row: string;
  readonly created: string;
  readonly prefix: string;
}

const ofEvent = (name: string, prefix: string): Index => {
  const from = `event e INDEXED BY ${name}`;
  return { from, fromWithRow: from, row: 'e.row', created: 'e.created', prefix };
};
const BY_TIME = ofEvent('event_created', 'e.gate = ?');
const BY_KIND = ofEvent('event_kind', 'e.gate = ? AND e.kind = ?');
const BY_AUTHOR = ofEvent('event_author', 'e.gate = ? AND e.author = ? AND e.kind = ?');
const BY_TAG: Index = {
  from: 'event_tag t',
  fromWithRow: 'event_tag t CROSS JOIN event e ON e.row = t.event',
  row: 't.event',
  created: 't.created',
  prefix: 't.key = ?',
};

/** What the stretch does not say: further tags, long lists, expiry. Rows that fail are looked at and passed over. */
class Rest {
  readonly texts: string[] = [];
  readonly parameters: Parameter[] = [];
  /** Tags that are checked on the decoded tags of a row. */
  readonly remaining: [string, readonly string[]][];

  constructor(gates: readonly number[], tags: [string, readonly string[]][], now: number | undefined) {
    const isLooked = ([, values]: [string, readonly string[]]) => values.length * gates.length <= LOOKUPS_MAX;
    this.remaining = tags.filter((tag) => !isLooked(tag));
    for (const [name, values] of tags.filter(isLooked)) {
      const keys = tagKeys(gates, name, values);
      const list = keys.map(() => '?').join(',');
      this.texts.push(
        `EXISTS (SELECT 1 FROM event_tag x WHERE x.key IN (${list}) AND x.created = e.created AND x.event = e.row)`,
      );
      this.parameters.push(...keys);
    }
    if (now !== undefined) {
      this.texts.push('(e.expires IS NULL OR e.expires > ?)');
      this.parameters.push(now);
    }
  }

  get isEmpty(): boolean {
    return this.texts.length === 0 && this.remaining.length === 0;
  }

  /** Does it ask for more than the tag's own row tells? */
  get needsEvent(): boolean {
    return this.remaining.length > 0 || this.texts.some((text) => !text.startsWith('t.'));
  }

  oneOf(column: string, values: readonly Parameter[] | undefined): void {
    if (!values) return;
    const padded = padToPowerOfTwo(values);
    this.texts.push(`${column} IN (${padded.map(() => '?').join(',')})`);
    this.parameters.push(...padded);
  }
}

/** One stretch of one index. */
class Cursor implements RowSource {
  readonly #ask: Ask;
  readonly #index: Index;
  readonly #prefix: readonly Parameter[];
  readonly #rest: Rest;
  #found: Row[] = [];
  #at = 0;
  #chunk = CHUNK_MIN;
  /** The last row looked at. */
  #last: Row | null = null;
  #isDone = false;

  constructor(ask: Ask, index: Index, prefix: readonly Parameter[], rest: Rest, isAlone = false) {
    this.#ask = ask;
    this.#index = index;
    this.#prefix = prefix;
    this.#rest = rest;
    if (isAlone) this.#chunk = Math.min(Math.max(ask.wanted, CHUNK_MIN), CHUNK_MAX);
  }

  head(work: Work): Row | null | 'later' {
    while (this.#at >= this.#found.length) {
      if (this.#isDone) return null;
      if (work.left <= 0) return 'later';
      this.#read(work);
    }
    return this.#found[this.#at];
  }

  take(): void {
    this.#at += 1;
  }

  #read(work: Work): void {
    const count = this.#chunk;
    const last = this.#last;
    const rows = last
      ? this.#rows(`${this.#index.created} = ? AND ${this.#index.row} > ?`, [last.created_at, last.row], count)
      : [];
    if (rows.length < count) {
      const below = last ? last.created_at - 1 : this.#ask.until;
      const { created } = this.#index;
      rows.push(...this.#rows(`${created} <= ? AND ${created} >= ?`, [below, this.#ask.since], count - rows.length));
    }
    work.left -= rows.length + STATEMENT_WORK;
    this.#isDone = rows.length < count;
    this.#chunk = Math.min(count * 2, CHUNK_MAX);
    const all = rows.map(([row, created]): Row => ({ row: Number(row), created_at: Number(created) }));
    this.#last = all.at(-1) ?? null;
    this.#found = this.#rest.isEmpty ? all : all.filter((_, at) => this.#holds(rows[at]));
    this.#at = 0;
  }

  #holds([, , holds, tags]: readonly SQLOutputValue[]): boolean {
    return holds === 1 && (this.#rest.remaining.length === 0 || holdsRemaining(decodeTags(tags), this.#rest.remaining));
  }

  #rows(place: string, parameters: readonly Parameter[], count: number): SQLOutputValue[][] {
    const { row, created, from, fromWithRow, prefix } = this.#index;
    const { texts, remaining, isEmpty, needsEvent, parameters: ofRest } = this.#rest;
    const holds = isEmpty
      ? ''
      : `, ${texts.length > 0 ? texts.join(' AND ') : '1'}${remaining.length > 0 ? ', e.tags' : ''}`;
    return this.#ask.statements.rows(
      `SELECT ${row}, ${created}${holds} FROM ${needsEvent ? fromWithRow : from} WHERE ${prefix} AND ${place} ORDER BY ${created} DESC, ${row} LIMIT ?`,
      ...ofRest,
      ...this.#prefix,
      ...parameters,
      count,
    );
  }
}

/** All of one author, or those of some kinds: a stretch of its own for each kind. */
class AuthorRows implements RowSource {
  readonly #ask: Ask;
  readonly #gate: number;
  readonly #author: Buffer;
  readonly #kinds: ReadonlySet<number> | null;
  readonly #rest: Rest;
  readonly #cursors: Cursor[] = [];
  #kind = -1;
  #rows: RowSource | null = null;

  constructor(
    ask: Ask,
    gate: number,
    author: Buffer,
    kinds: readonly number[] | undefined,
    rest: Rest,
    isAlone: boolean,
  ) {
    this.#ask = ask;
    this.#gate = gate;
    this.#author = author;
    this.#kinds = kinds ? new Set(kinds) : null;
    this.#rest = rest;
    if (this.#kinds && this.#kinds.size <= KINDS_ASKED_MAX) {
      for (const kind of this.#kinds) this.#add(kind, isAlone && this.#kinds.size === 1);
      this.#rows = merged(this.#cursors);
    }
  }

  head(work: Work): Row | null | 'later' {
    while (!this.#rows) {
      if (work.left <= 0) return 'later';
      work.left -= STATEMENT_WORK;
      const sql = 'SELECT min(kind) FROM event INDEXED BY event_author WHERE gate = ? AND author = ? AND kind > ?';
      const next = this.#ask.statements.row(sql, this.#gate, this.#author, this.#kind)?.[0] ?? null;
      if (next === null) this.#rows = merged(this.#cursors);
      else {
        this.#kind = Number(next);
        if (!this.#kinds || this.#kinds.has(this.#kind)) this.#add(this.#kind, false);
      }
    }
    return this.#rows.head(work);
  }

  take(): void {
    this.#rows?.take();
  }

  #add(kind: number, isAlone: boolean): void {
    this.#cursors.push(new Cursor(this.#ask, BY_AUTHOR, [this.#gate, this.#author, kind], this.#rest, isAlone));
  }
}

/** A list of ids is looked up whole: it is as long as the question. */
class ListedRows implements RowSource {
  readonly #ask: Ask;
  readonly #ids: readonly Buffer[];
  readonly #conditions: Rest;
  #found: Row[] | null = null;
  #at = 0;

  constructor(ask: Ask, filter: Filter, gates: readonly number[], now: number | undefined) {
    this.#ask = ask;
    this.#ids = (filter.ids ?? []).map(hexBytes);
    this.#conditions = new Rest(gates, tagConditions(filter), now);
    this.#conditions.oneOf('e.gate', gates);
    this.#conditions.oneOf('e.id', this.#ids);
    this.#conditions.oneOf('e.kind', filter.kinds);
    this.#conditions.oneOf('e.author', filter.authors?.map(hexBytes));
  }

  head(work: Work): Row | null | 'later' {
    if (!this.#found) {
      if (work.left <= 0) return 'later';
      work.left -= this.#ids.length * STATEMENT_WORK;
      this.#found = this.#read();
    }
    return this.#found[this.#at] ?? null;
  }

  take(): void {
    this.#at += 1;
  }

  #read(): Row[] {
    const { texts, parameters, remaining } = this.#conditions;
    const { since, until } = this.#ask;
    const rows = this.#ask.statements.rows(
      `SELECT e.row, e.created${remaining.length > 0 ? ', e.tags' : ''} FROM ${inBuckets}
       WHERE e.created <= ? AND e.created >= ? AND ${texts.join(' AND ')} ORDER BY 2 DESC, 1`,
      JSON.stringify([...new Set(this.#ids.map(bucketOf))]),
      ...[until, since, ...parameters],
    );
    return rows
      .filter((row) => remaining.length === 0 || holdsRemaining(decodeTags(row[2]), remaining))
      .map(([row, created]) => ({ row: Number(row), created_at: Number(created) }));
  }
}
