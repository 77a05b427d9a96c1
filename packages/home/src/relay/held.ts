// What lies at a relay and what its disk gives away, as numbers: nothing here leaves this file with a key or an id in it.
import { KINDS, SECONDS_PER_DAY } from '@hale/kernel';
import type { EventStore } from '../store/events.ts';
import { Statements } from '../store/statements.ts';

/** Classes as the page names them, with their kinds; whatever is left is `other`. */
const CLASSES: readonly (readonly [string, readonly number[]])[] = [
  ['tiles', [KINDS.tileBatch]],
  ['access lists', [KINDS.access]],
  ['gift wraps', [KINDS.wrap]],
  ['receipts', [KINDS.receipt]],
  ['requests to delete or vanish', [KINDS.deletion, KINDS.vanish]],
  ['relays and keys of people', [KINDS.dmRelays, KINDS.hybridKey]],
  ['other', []],
];

export interface HeldClass {
  readonly name: string;
  readonly events: number;
  /** Of their contents, as they lie on the disk. */
  readonly bytes: number;
}

export interface Held {
  readonly classes: readonly HeldClass[];
  readonly streamAuthors: number;
  readonly members: number;
  readonly invitations: number;
  readonly lockers: number;
  readonly fileBytes: number;
}

/** What whoever has the disk can work out. Each is a count of streams or people, never which. */
export interface Inferred {
  /** Stream authors with tiles. */
  readonly authors: number;
  /** Of them, how many have a rhythm and size (events and bytes a day, to a factor of two) that fewer than five share. */
  readonly standOut: number;
  /** How many began on a day on which fewer than five began. */
  readonly beganAlone: number;
  /** Days with tiles, of the author who has most: how long somebody has used something. */
  readonly daysMost: number;
  /** Authors whose newest list names a reader, and the most readers of one. */
  readonly shared: number;
  readonly readersMost: number;
  /** People for whom mail waits, by their public keys. */
  readonly addressees: number;
  /** Members who took tokens in this epoch, and authors who may hold something: with one member the sums say it all. */
  readonly membersWithTokens: number;
  readonly authorsWithTokens: number;
  /** Of neighbouring rows, the share that lies in order of date: near 1, rows lie in the order of their arrival; near ½, in none. */
  readonly rowsInOrder: number | null;
}

/** As many as must share something for it not to point at one of them. */
const CROWD = 5;

/** Fewer rows are in order by chance. */
const ROWS_TO_TELL = 50;

export function heldBy(store: Pick<EventStore, 'database'>, fileBytes: number): Held {
  const sql = new Statements(store.database);
  const rows = sql.rows('SELECT kind, count(*), sum(octet_length(content)) FROM event GROUP BY kind');
  const sums = new Map<string, { events: number; bytes: number }>(
    CLASSES.map(([name]) => [name, { events: 0, bytes: 0 }]),
  );
  for (const [kind, events, bytes] of rows) {
    const name = CLASSES.find(([, kinds]) => kinds.includes(Number(kind)))?.[0] ?? 'other';
    const before = sums.get(name) ?? { events: 0, bytes: 0 };
    sums.set(name, { events: before.events + Number(events), bytes: before.bytes + Number(bytes) });
  }
  const count = (table: string) => Number(sql.row(`SELECT count(*) FROM ${table}`)?.[0] ?? 0);
  return {
    classes: [...sums].map(([name, sum]) => ({ name, ...sum })),
    streamAuthors: Number(
      sql.row(`SELECT count(DISTINCT author) FROM event WHERE kind IN (${KINDS.tileBatch}, ${KINDS.access})`)?.[0] ?? 0,
    ),
    members: count('relay_member'),
    invitations: count('relay_claim'),
    lockers: count('relay_locker'),
    fileBytes,
  };
}

export function inferredFrom(store: EventStore): Inferred {
  const sql = new Statements(store.database);
  const number = (text: string) => Number(sql.row(text)?.[0] ?? 0);
  const streams = sql.rows(
    `SELECT count(*), sum(octet_length(content)), count(DISTINCT created / ${SECONDS_PER_DAY}), min(created) / ${SECONDS_PER_DAY}
     FROM event WHERE kind = ${KINDS.tileBatch} GROUP BY author`,
  );
  const rhythm = ([events, bytes, days]: readonly unknown[]) =>
    [events, bytes].map((sum) => Math.round(Math.log2(Math.max(1, Number(sum) / Number(days))))).join(' ');
  return {
    authors: streams.length,
    standOut: fewOf(streams.map(rhythm)),
    beganAlone: fewOf(streams.map(([, , , first]) => String(first))),
    daysMost: streams.reduce((most, [, , days]) => Math.max(most, Number(days)), 0),
    shared: number('SELECT count(DISTINCT author) FROM event_reader'),
    readersMost: number('SELECT max(n) FROM (SELECT count(*) AS n FROM event_reader GROUP BY event)'),
    addressees: addressees(sql),
    membersWithTokens: number('SELECT count(DISTINCT member) FROM relay_tokens'),
    authorsWithTokens: number('SELECT count(*) FROM relay_author'),
    rowsInOrder: rowsInOrder(sql),
  };
}

/** How many of the values fewer than a crowd have. */
function fewOf(values: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return values.filter((value) => (counts.get(value) ?? 0) < CROWD).length;
}

/** By the rows of tags: a wrap's first `p`. Their keys are hashed with the gate, so they are counted by looking at each wrap's row. */
function addressees(sql: Statements): number {
  const rows = sql.rows(
    `SELECT count(DISTINCT t.key) FROM event e JOIN event_tag t ON t.event = e.rowid WHERE e.kind = ${KINDS.wrap}`,
  );
  return Number(rows[0]?.[0] ?? 0);
}

function rowsInOrder(sql: Statements): number | null {
  const row = sql.row(
    `SELECT avg(later), count(*) FROM (SELECT (created >= lag(created) OVER (ORDER BY rowid)) AS later FROM event WHERE kind = ${KINDS.tileBatch})
     WHERE later IS NOT NULL`,
  );
  return row === undefined || Number(row[1]) < ROWS_TO_TELL ? null : Number(row[0]);
}
