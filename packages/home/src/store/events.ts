// The events of a home and of its relay, in one SQLite file: one copy serves both.
import { closeSync, openSync } from 'node:fs';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { type Filter, fail, isVerified, KINDS, type VerifiedEvent } from '@hale/kernel';
import {
  type EventRef,
  gateOf,
  type LockerRow,
  parseAccess,
  type ReceiptHead,
  type RelayStore,
  type View,
} from '@hale/relay/server';
import {
  bytesHex,
  decodeEvent,
  decodeTags,
  EVENT_COLUMNS,
  encodeContent,
  encodeTags,
  expirationOf,
  hexBytes,
  indexedTags,
  tagKey,
} from './event-codec.ts';
import { asksForNothing, GATES, holdsRemaining, planQuery } from './event-query.ts';
import { RelayTables } from './relay-tables.ts';
import { prepareDatabase } from './schema.ts';
import { Statements } from './statements.ts';

const accessGate = GATES.indexOf('author');
const streamGate = GATES.indexOf('stream');

/**
 * Events in SQLite, shared by the vault and the embedded relay: a commit is on the disk when `transact` returns
 * (WAL, synchronous = FULL). One process owns the file.
 */
export class EventStore implements RelayStore {
  /** The same connection, for tables of others that must change in the same transaction. */
  readonly database: DatabaseSync;
  readonly #statements: Statements;
  readonly #tables: RelayTables;
  /** Something was deleted whose bytes may still stand in the write-ahead log. */
  #erased = false;

  /** @param path of the database file; ':memory:' for tests */
  constructor(path: string) {
    // Made before SQLite opens it, so that neither it nor its WAL is ever readable by others on this machine.
    if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600));
    this.database = new DatabaseSync(path);
    prepareDatabase(this.database);
    this.#statements = new Statements(this.database);
    this.#tables = new RelayTables(this.#statements);
  }

  transact<Result>(work: () => Result): Result {
    return this.#statements.transact(work);
  }

  close(): void {
    this.database.close();
  }

  put(event: VerifiedEvent): boolean {
    if (!isVerified(event)) fail('usage', 'only verified events are stored');
    return this.transact(() => this.#insert(event));
  }

  #insert(event: VerifiedEvent): boolean {
    const gate = GATES.indexOf(gateOf(event, (author) => this.#signsStreams(author)));
    const author = hexBytes(event.pubkey);
    const added = this.#statements.change(
      `INSERT OR IGNORE INTO event (gate, expires, ${EVENT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      gate,
      expirationOf(event),
      hexBytes(event.id),
      author,
      event.kind,
      event.created_at,
      hexBytes(event.sig),
      encodeTags(event.tags),
      encodeContent(event),
    );
    if (added === 0) return false;
    const [seq] = this.#statements.row('SELECT last_insert_rowid()') as SQLOutputValue[];
    for (const [name, value] of indexedTags(event.tags)) {
      this.#statements.change(
        'INSERT OR IGNORE INTO event_tag (key, created, event) VALUES (?, ?, ?)',
        tagKey(gate, name, value),
        event.created_at,
        seq,
      );
    }
    if (event.kind === KINDS.access) this.#insertReaders(event, Number(seq));
    return true;
  }

  /** All in one statement: a stream shared a hundred times has a hundred readers in each list. */
  #insertReaders(event: VerifiedEvent, seq: number): void {
    this.#statements.change(
      `INSERT INTO event_reader (key, event, author, until)
       SELECT unhex(value ->> 'key'), ?2, ?3, max(value ->> 'until') FROM json_each(?1) WHERE true GROUP BY 1
       ON CONFLICT DO UPDATE SET until = max(until, excluded.until)`,
      JSON.stringify(parseAccess(event)),
      seq,
      hexBytes(event.pubkey),
    );
  }

  /** Has that author anything here that is gated as a stream, deletions of it included? */
  #signsStreams(author: string): boolean {
    const key = hexBytes(author);
    const sql = 'SELECT 1 FROM event WHERE gate = ? AND author = ? AND kind >= ? AND kind <= ? LIMIT 1';
    return (
      this.#statements.row(sql, streamGate, key, 0, 65_535) !== undefined ||
      this.#statements.row(sql, accessGate, key, KINDS.access, KINDS.access) !== undefined
    );
  }

  get(id: string): VerifiedEvent | null {
    const row = this.#statements.row(`SELECT ${EVENT_COLUMNS} FROM event WHERE id = ?`, hexBytes(id));
    return row ? decodeEvent(row) : null;
  }

  deleteById(id: string): boolean {
    return this.transact(() => {
      // Without the content: what makes a batch large names nothing.
      const row = this.#statements.row('SELECT seq, gate, created, kind, tags FROM event WHERE id = ?', hexBytes(id));
      if (!row) return false;
      const [seq, gate, created, kind] = row;
      const tags = decodeTags(row[4]);
      for (const [name, value] of indexedTags(tags)) {
        this.#statements.change(
          'DELETE FROM event_tag WHERE key = ? AND created = ? AND event = ?',
          tagKey(Number(gate), name, value),
          created,
          seq,
        );
      }
      if (kind === KINDS.access) {
        const keys = tags.flatMap(([name, key]) => (name === 'reader' ? [key] : []));
        this.#statements.change(
          'DELETE FROM event_reader WHERE event = ? AND key IN (SELECT unhex(value) FROM json_each(?))',
          seq,
          JSON.stringify(keys),
        );
      }
      this.#erased = true;
      return this.#statements.change('DELETE FROM event WHERE seq = ?', seq) > 0;
    });
  }

  find(filter: Filter, view?: View): EventRef[] {
    if (asksForNothing(filter)) return [];
    const { from, parameters, repeats, remaining } = planQuery(filter, view);
    const limit = filter.limit ?? -1;
    const sqlLimit = remaining.length > 0 ? -1 : limit;
    const columns = remaining.length > 0 ? 'e.id, e.created, e.tags' : 'e.id, e.created';
    const rows = this.#statements.rows(
      `SELECT ${repeats ? 'DISTINCT ' : ''}${columns} ${from} ORDER BY 2 DESC, 1 ASC LIMIT ?`,
      ...parameters,
      sqlLimit,
    );
    const matching = remaining.length > 0 ? rows.filter((row) => holdsRemaining(decodeTags(row[2]), remaining)) : rows;
    const kept = limit >= 0 ? matching.slice(0, limit) : matching;
    return kept.map(([id, created]) => ({ id: bytesHex(id), created_at: Number(created) }));
  }

  /** The events that `find` points to. */
  query(filter: Filter, view?: View): VerifiedEvent[] {
    return this.find(filter, view).flatMap(({ id }) => this.get(id) ?? []);
  }

  count(filter: Filter, view?: View): number {
    if (asksForNothing(filter)) return 0;
    const { from, parameters, repeats, remaining } = planQuery(filter, view);
    if (remaining.length > 0) {
      const { limit: _, ...unlimited } = filter;
      return this.find(unlimited, view).length;
    }
    const row = this.#statements.row(`SELECT count(${repeats ? 'DISTINCT e.seq' : '*'}) ${from}`, ...parameters);
    return Number(row?.[0]);
  }

  /** Only an author's newest access event counts, whatever else lies in the store. */
  streamsOpenTo(reader: string, now: number): string[] {
    const rows = this.#statements.rows(
      `SELECT r.author FROM event_reader r CROSS JOIN event e ON e.seq = r.event
       WHERE r.key = ? AND r.until > ? AND (e.expires IS NULL OR e.expires > ?) AND NOT EXISTS (
         SELECT 1 FROM event n WHERE n.gate = ${accessGate} AND n.author = r.author AND n.kind = ${KINDS.access}
           AND (n.created > e.created OR (n.created = e.created AND n.id < e.id)))`,
      hexBytes(reader),
      now,
      now,
    );
    return rows.map(([author]) => bytesHex(author));
  }

  isMember(pubkey: string): boolean {
    return this.#tables.isMember(pubkey);
  }

  countMembers(): number {
    return this.#tables.countMembers();
  }

  addMember(pubkey: string, since: number): void {
    this.#tables.addMember(pubkey, since);
  }

  removeMember(pubkey: string): void {
    this.#tables.removeMember(pubkey);
  }

  addClaim(claimHash: string, expires: number): void {
    this.#tables.addClaim(claimHash, expires);
  }

  takeClaim(claimHash: string, now: number): boolean {
    return this.#tables.takeClaim(claimHash, now);
  }

  useAuthorization(id: string, expires: number): boolean {
    return this.#tables.useAuthorization(id, expires);
  }

  addLocker(row: LockerRow): boolean {
    return this.transact(() => this.#tables.addLocker(row));
  }

  claimLocker(id: string, browser: string, at: number): boolean {
    return this.#tables.claimLocker(id, browser, at);
  }

  freeLocker(id: string): void {
    this.#tables.freeLocker(id);
  }

  locker(id: string): LockerRow | null {
    return this.#tables.locker(id);
  }

  setLockerTries(id: string, wrong: number, triedAt: number): void {
    this.#tables.setLockerTries(id, wrong, triedAt);
  }

  destroyLocker(id: string): void {
    this.#tables.destroyLocker(id);
    this.#erased = true;
  }

  receiptHead(author: string): ReceiptHead | null {
    return this.#tables.receiptHead(author);
  }

  setReceiptHead(author: string, head: ReceiptHead): void {
    this.#tables.setReceiptHead(author, head);
  }

  forgetReceipts(author: string): void {
    this.#tables.forgetReceipts(author);
  }

  sweep(now: number): number {
    const removed = this.transact(() => {
      const rows = this.#statements.rows('SELECT id FROM event WHERE expires <= ?', now);
      for (const [id] of rows) this.deleteById(bytesHex(id));
      this.#tables.sweep(now);
      return rows.length;
    });
    this.#scrub();
    return removed;
  }

  /** Empties the write-ahead log, so that what was deleted is gone from the disk and not only from the tables. */
  #scrub(): void {
    if (!this.#erased || this.database.isTransaction) return;
    this.#statements.rows('PRAGMA wal_checkpoint(TRUNCATE)');
    this.#erased = false;
  }
}
