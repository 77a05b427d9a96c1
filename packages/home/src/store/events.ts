// The events of a home and of its relay, in one SQLite file: one copy serves both.
import { closeSync, openSync } from 'node:fs';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { type Filter, fail, isVerified, KINDS, kindClass, type VerifiedEvent } from '@hale/kernel';
import {
  type AuthorRow,
  ChangeLog,
  COUNTED_KINDS,
  countedBytes,
  type DeletionReason,
  type EventRef,
  gateOf,
  isCounted,
  type LockerRow,
  type ManagedRow,
  merged,
  parseAccess,
  type ReceiptHead,
  type RelayStore,
  type RetireRule,
  type RowSource,
  type View,
  type Walked,
} from '@hale/relay/server';
import { EmergencyTables } from './emergency-tables.ts';
import {
  addressKey,
  BUCKET_SLOTS,
  bucketOf,
  bytesHex,
  decodeEvent,
  decodeTags,
  EVENT_COLUMN_COUNT,
  EVENT_COLUMNS,
  encodeContent,
  encodeTags,
  eventJson,
  expirationOf,
  hexBytes,
  rowKeys,
} from './event-codec.ts';
import { asksForNothing, GATES, holdsRemaining, planQuery, planRetirement } from './event-query.ts';
import { scanEvents } from './event-scan.ts';
import { HealthLinkTables } from './health-link-tables.ts';
import { RelayTables } from './relay-tables.ts';
import { Rewrites } from './rewrites.ts';
import { prepareDatabase } from './schema.ts';
import { asHaleError, Statements } from './statements.ts';
import { TextCache } from './text-cache.ts';

const accessGate = GATES.indexOf('author');
const streamGate = GATES.indexOf('stream');

const INTO = 'INSERT INTO event (row, gate, kind, created, expires, id, author, sig, tags, content)';
const INSERT = `${INTO} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const INSERT_INTO_EMPTY_BUCKET = `${INTO} SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10
  WHERE NOT EXISTS (SELECT 1 FROM event WHERE row BETWEEN ?1 AND ?1 + ${BUCKET_SLOTS - 1})`;
const HAS_REQUEST = `SELECT 1 FROM event INDEXED BY event_request
  WHERE author = ? AND kind IN (${KINDS.deletion}, ${KINDS.vanish}) LIMIT 1`;

/** SQLite's own. */
const AUTOCHECKPOINT_PAGES = 1_000;

/** What SQLite takes unasked, and enough for a home. */
const CACHE_BYTES = 2_048_000;

/** Characters of events' JSON kept for being asked for again: what is new, everybody asks for. */
const JSON_CACHE_UNITS = 16_777_216;

const VERSIONS_BY_ADDRESS = `SELECT t.created, lower(hex(e.id)) FROM event_tag t CROSS JOIN event e ON e.row = t.event
  WHERE t.key = ? ORDER BY t.created DESC, t.event`;
const VERSIONS_BY_KIND = `SELECT created, lower(hex(id)) FROM event INDEXED BY event_author
  WHERE gate = ? AND author = ? AND kind = ? ORDER BY created DESC, row`;

/** Tag rows of one statement: most events have fewer, and there is one prepared statement for each number. */
const TAGS_AT_ONCE = 8;

const bucketRange = (bucket: number): [number, number] => [bucket, bucket + BUCKET_SLOTS - 1];

/**
 * Events in SQLite, shared by the vault and the embedded relay: a commit is on the disk when `transact` returns
 * (WAL, synchronous = FULL). One process owns the file.
 */
export class EventStore implements RelayStore {
  /** The same connection, for tables of others that must change in the same transaction. */
  readonly database: DatabaseSync;
  readonly changes = new ChangeLog();
  readonly #statements: Statements;
  readonly #tables: RelayTables;
  readonly healthLinks: HealthLinkTables;
  readonly emergencies: EmergencyTables;
  readonly #texts = new TextCache(JSON_CACHE_UNITS);
  #onCommit: (() => void) | null = null;
  readonly #watchers = new Set<(stored: readonly VerifiedEvent[], millis: number) => void>();
  /** Whether at that second something had expired that is still there. */
  #expired: { readonly now: number; readonly holds: boolean } | null = null;
  /** Stored by the transaction that is open. */
  #stored: VerifiedEvent[] = [];
  /** Authors of streams by somebody's word (`regardAsStream`). */
  readonly #streamAuthors = new Set<string>();
  /** Something was deleted whose bytes may still stand in the write-ahead log. */
  #erased = false;
  readonly #rewrites: Rewrites;

  /** @param path ':memory:' for tests  @param cacheBytes of pages that SQLite may keep in memory */
  constructor(path: string, cacheBytes = CACHE_BYTES) {
    // Made before SQLite opens it, so that neither it nor its WAL is ever readable by others on this machine.
    if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600));
    this.database = new DatabaseSync(path);
    try {
      prepareDatabase(this.database, cacheBytes);
    } catch (error) {
      this.database.close();
      throw asHaleError(error);
    }
    this.#statements = new Statements(this.database);
    this.#tables = new RelayTables(this.#statements);
    this.#rewrites = new Rewrites(this.#statements, this.database);
    const onErased = () => {
      this.#erased = true;
    };
    this.healthLinks = new HealthLinkTables(this.#statements, onErased);
    this.emergencies = new EmergencyTables(this.#statements, onErased);
  }

  /** Told when the file turns out to be damaged, before whoever asked gets the error. */
  whenDamaged(work: () => void): void {
    this.#statements.onDamage = work;
  }

  /** To be called after somebody else wrote into the file: what is remembered may be gone. */
  forgetRemembered(): void {
    this.#expired = null;
    this.#texts.clear();
  }

  transact<Result>(work: () => Result): Result {
    if (this.database.isTransaction) return this.#statements.transact(work);
    this.#stored = [];
    const began = performance.now();
    const result = this.#statements.transact(work);
    this.#onCommit?.();
    const stored = this.#stored;
    if (stored.length > 0) for (const watcher of this.#watchers) watcher(stored, performance.now() - began);
    return result;
  }

  /**
   * Tells of events that were stored, by whomever, right after the commit, and how long that took; some may have been deleted within it. Watchers do their work later.
   * @returns ends the watch
   */
  watch(watcher: (stored: readonly VerifiedEvent[], millis: number) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Somebody else copies the log into the database, told after each commit; null = SQLite does it again, within a commit. */
  checkpointsElsewhere(onCommit: (() => void) | null): void {
    this.#onCommit = onCommit;
    this.#statements.rows(`PRAGMA wal_autocheckpoint = ${onCommit ? 0 : AUTOCHECKPOINT_PAGES}`);
  }

  /** Copies the rest of the log and begins it anew. Does nothing while somebody reads. */
  restartLog(): void {
    if (!this.database.isTransaction) this.#statements.rows('PRAGMA wal_checkpoint(RESTART)');
  }

  close(): void {
    this.#rewrites.end();
    this.database.close();
  }

  put(event: VerifiedEvent): boolean {
    if (!isVerified(event)) fail('usage', 'only verified events are stored');
    return this.transact(() => this.#insert(event));
  }

  #insert(event: VerifiedEvent): boolean {
    const id = hexBytes(event.id);
    const gate = GATES.indexOf(gateOf(event, (author) => this.#signsStreams(author)));
    const expires = expirationOf(event);
    const values = [gate, event.kind, event.created_at, expires, id, hexBytes(event.pubkey)] as const;
    const rest = [hexBytes(event.sig), encodeTags(event.tags), encodeContent(event)] as const;
    if (expires !== null) this.#expired = null;
    const bucket = bucketOf(id);
    let row = bucket;
    if (this.#statements.change(INSERT_INTO_EMPTY_BUCKET, bucket, ...values, ...rest) === 0) {
      const slot = this.#freeSlot(bucket, id);
      if (slot === null) return false;
      row = slot;
      this.#statements.change(INSERT, row, ...values, ...rest);
    }
    this.changes.touch(event.id, event.created_at);
    this.#insertTags(event, gate, row);
    if (event.kind === KINDS.access) this.#insertReaders(event, row);
    if (isCounted(event.kind)) this.#tables.addBytes(event.pubkey, countedBytes(event));
    if (this.#watchers.size > 0) this.#stored.push(event);
    return true;
  }

  /** Where in a bucket that is not empty a new id may lie; null = it lies there already. */
  #freeSlot(bucket: number, id: Buffer): number | null {
    const rows = this.#statements.rows('SELECT row, id FROM event WHERE row BETWEEN ? AND ?', ...bucketRange(bucket));
    if (rows.some(([, other]) => id.equals(other as Uint8Array))) return null;
    const taken = new Set(rows.map(([row]) => row));
    for (let row = bucket; row < bucket + BUCKET_SLOTS; row++) if (!taken.has(row)) return row;
    return fail('full', 'too many events whose ids begin alike');
  }

  #insertTags(event: VerifiedEvent, gate: number, row: number): void {
    const keys = rowKeys(gate, event);
    for (let at = 0; at < keys.length; at += TAGS_AT_ONCE) {
      const some = keys.slice(at, at + TAGS_AT_ONCE);
      this.#statements.change(
        `INSERT OR IGNORE INTO event_tag (key, created, event, kind) VALUES ${some.map(() => '(?, ?, ?, ?)').join(', ')}`,
        ...some.flatMap((key) => [key, event.created_at, row, event.kind]),
      );
    }
  }

  /** All in one statement: a stream shared a hundred times has a hundred readers in each list. */
  #insertReaders(event: VerifiedEvent, row: number): void {
    this.#statements.change(
      `INSERT INTO event_reader (key, event, author, until)
       SELECT unhex(value ->> 'key'), ?2, ?3, max(value ->> 'until') FROM json_each(?1) WHERE true GROUP BY 1
       ON CONFLICT DO UPDATE SET until = max(until, excluded.until)`,
      JSON.stringify(parseAccess(event)),
      row,
      hexBytes(event.pubkey),
    );
  }

  /** An import knows of a deletion that it belongs to a stream, of which nothing may be left. */
  regardAsStream(author: string): void {
    this.#streamAuthors.add(author);
  }

  /** Has that author anything here that is gated as a stream, deletions of it included? */
  #signsStreams(author: string): boolean {
    if (this.#streamAuthors.has(author)) return true;
    const key = hexBytes(author);
    const sql = 'SELECT 1 FROM event WHERE gate = ? AND author = ? AND kind >= ? AND kind <= ? LIMIT 1';
    return (
      this.#statements.row(sql, streamGate, key, 0, 65_535) !== undefined ||
      this.#statements.row(sql, accessGate, key, KINDS.access, KINDS.access) !== undefined
    );
  }

  /** One event's columns, by its id. */
  #rowOf(columns: string, id: string): SQLOutputValue[] | undefined {
    const bytes = hexBytes(id);
    const range = bucketRange(bucketOf(bytes));
    return this.#statements.row(`SELECT ${columns} FROM event WHERE row BETWEEN ? AND ? AND id = ?`, ...range, bytes);
  }

  get(id: string): VerifiedEvent | null {
    const row = this.#rowOf(EVENT_COLUMNS, id);
    return row ? decodeEvent(row) : null;
  }

  has(id: string): boolean {
    return this.#rowOf('1', id) !== undefined;
  }

  jsonAt(row: number, now: number): string | null {
    const known = this.#texts.get(row);
    if (known !== undefined) return known;
    const found = this.#servedRow(row, now);
    if (!found) return null;
    const json = eventJson(found);
    // What expires is asked about each time.
    if (found[EVENT_COLUMN_COUNT] === null) this.#texts.put(row, json);
    return json;
  }

  eventAt(row: number, now: number): VerifiedEvent | null {
    const found = this.#servedRow(row, now);
    return found && decodeEvent(found);
  }

  /** EVENT_COLUMNS and when it expires; null = gone, or expired by `now`. */
  #servedRow(row: number, now: number): SQLOutputValue[] | null {
    const found = this.#statements.row(`SELECT ${EVENT_COLUMNS}, expires FROM event WHERE row = ?`, row);
    const expires = found?.[EVENT_COLUMN_COUNT] ?? null;
    return found && (expires === null || Number(expires) > now) ? found : null;
  }

  /** The content as it lies in the row: bytes of a tile batch whose base64 is regular, else text; null where there is no such event. */
  storedContent(id: string): string | Uint8Array | null {
    return (this.#rowOf('content', id)?.[0] as string | Uint8Array | undefined) ?? null;
  }

  versions(address: string): EventRef[] {
    const [, kindText = '', pubkey = ''] = /^([0-9]{1,5}):([0-9a-f]{64}):/.exec(address) ?? [];
    const kind = Number(kindText);
    // Of these the audience follows from the kind.
    const gate = GATES.indexOf(gateOf({ kind, pubkey, tags: [] }, () => false));
    const rows =
      kindClass(kind) === 'addressable'
        ? this.#statements.rows(VERSIONS_BY_ADDRESS, addressKey(gate, address))
        : this.#statements.rows(VERSIONS_BY_KIND, gate, hexBytes(pubkey), kind);
    return rows.map(([created, id]) => ({ id: String(id), created_at: Number(created) }));
  }

  hasRequests(authors: readonly string[]): boolean {
    return authors.some((author) => this.#statements.row(HAS_REQUEST, hexBytes(author)) !== undefined);
  }

  deleteById(id: string, reason?: DeletionReason): boolean {
    return this.transact(() => {
      // Without the content: what makes a batch large names nothing.
      const found = this.#rowOf('row, gate, created, kind, lower(hex(author)), tags', id);
      if (!found) return false;
      const [row, gate, created, kind, pubkey] = found;
      if (isCounted(Number(kind)) && this.#tables.author(String(pubkey)) !== null) this.#uncount(id);
      if (reason !== undefined) this.#tables.countDeleted(reason);
      this.#rewrites.noteDeleted(reason);
      const tags = decodeTags(found[5]);
      for (const key of rowKeys(Number(gate), { kind: Number(kind), pubkey: String(pubkey), tags })) {
        const sql = 'DELETE FROM event_tag WHERE key = ? AND created = ? AND event = ?';
        this.#statements.change(sql, key, created, row);
      }
      if (kind === KINDS.access) {
        const keys = tags.flatMap(([name, key]) => (name === 'reader' ? [key] : []));
        this.#statements.change(
          'DELETE FROM event_reader WHERE event = ? AND key IN (SELECT unhex(value) FROM json_each(?))',
          row,
          JSON.stringify(keys),
        );
      }
      this.#erased = true;
      this.#texts.delete(Number(row));
      this.changes.touch(id, Number(created));
      return this.#statements.change('DELETE FROM event WHERE row = ?', row) > 0;
    });
  }

  #uncount(id: string): void {
    const event = this.get(id);
    if (event) this.#tables.addBytes(event.pubkey, -countedBytes(event));
  }

  find(filter: Filter, view?: View): EventRef[] {
    if (asksForNothing(filter)) return [];
    const { from, parameters, created, repeats, remaining } = planQuery(filter, view);
    const limit = filter.limit ?? -1;
    const sqlLimit = remaining.length > 0 ? -1 : limit;
    const columns = `e.row, ${created}, lower(hex(e.id))${remaining.length > 0 ? ', e.tags' : ''}`;
    const rows = this.#statements.rows(
      `SELECT ${repeats ? 'DISTINCT ' : ''}${columns} ${from} ORDER BY 2 DESC, 1 LIMIT ?`,
      ...parameters,
      sqlLimit,
    );
    const matching = remaining.length > 0 ? rows.filter((row) => holdsRemaining(decodeTags(row[3]), remaining)) : rows;
    const kept = limit >= 0 ? matching.slice(0, limit) : matching;
    return kept.map(([, second, id]) => ({ id: String(id), created_at: Number(second) }));
  }

  scan(filter: Filter, view: View = {}): RowSource {
    if (asksForNothing(filter)) return merged([]);
    return scanEvents(this.#statements, filter, view, view.now !== undefined && this.#holdsExpired(view.now));
  }

  walk(after: number | null, count: number): Walked[] {
    const sql = 'SELECT row, gate, kind, created, expires, id FROM event WHERE row > ? ORDER BY row LIMIT ?';
    return this.#statements.rows(sql, after ?? -1, count).map(([row, gate, kind, created, expires, id]) => ({
      row: Number(row),
      gate: GATES[Number(gate)],
      kind: Number(kind),
      created_at: Number(created),
      expires: expires === null ? null : Number(expires),
      id: id as Uint8Array,
    }));
  }

  /** Asked for every question, and nearly always the same for a second: what expires is swept. */
  #holdsExpired(now: number): boolean {
    if (this.#expired?.now !== now) {
      const sql = 'SELECT 1 FROM event INDEXED BY event_expires WHERE expires <= ? LIMIT 1';
      this.#expired = { now, holds: this.#statements.row(sql, now) !== undefined };
    }
    return this.#expired.holds;
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
    const row = this.#statements.row(`SELECT count(${repeats ? 'DISTINCT e.row' : '*'}) ${from}`, ...parameters);
    return Number(row?.[0]);
  }

  /** Only an author's newest access event counts, whatever else lies in the store. */
  streamsOpenTo(reader: string, now: number): string[] {
    const rows = this.#statements.rows(
      `SELECT r.author FROM event_reader r CROSS JOIN event e ON e.row = r.event
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

  members(): string[] {
    return this.#tables.members();
  }

  managed(): ManagedRow[] {
    return this.#tables.managed();
  }

  setManaged(row: ManagedRow): void {
    this.#tables.setManaged(row);
  }

  removeManaged(list: string, value: string): void {
    this.#tables.removeManaged(list, value);
  }

  countMembers(): number {
    return this.#tables.countMembers();
  }

  addMember(pubkey: string, since: number, until?: number): void {
    this.#tables.addMember(pubkey, since, until);
  }

  memberUntil(pubkey: string): number | null {
    return this.#tables.memberUntil(pubkey);
  }

  takeVouch(clinic: string, epoch: number, max: number): boolean {
    return this.#tables.takeVouch(clinic, epoch, max);
  }

  countTokens(member: string, epoch: number, count: number, max: number): number | null {
    return this.#tables.countTokens(member, epoch, count, max);
  }

  passTokens(from: string, to: string): void {
    this.#tables.passTokens(from, to);
  }

  spendToken(epoch: number, hash: string, mark: string): 'new' | 'same' | 'other' {
    return this.#tables.spendToken(epoch, hash, mark);
  }

  author(pubkey: string): AuthorRow | null {
    return this.#tables.author(pubkey);
  }

  countedBytesOf(author: string): number {
    return this.find({ authors: [author], kinds: [...COUNTED_KINDS] }).reduce((sum, { id }) => {
      const event = this.get(id);
      return event ? sum + countedBytes(event) : sum;
    }, 0);
  }

  allot(author: string, bytes: number, promised: number | null): AuthorRow {
    return this.transact(() => this.#tables.allot(author, bytes, promised, () => this.countedBytesOf(author)));
  }

  /** How many events went for each reason, and since when that is counted (Unix seconds). */
  deletedCounts(): { reason: DeletionReason; events: number; since: number }[] {
    return this.#tables.deletedCounts();
  }

  forgetAuthor(author: string): void {
    this.#tables.forgetAuthor(author);
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
      const rows = this.#statements.rows('SELECT lower(hex(id)) FROM event WHERE expires <= ?', now);
      for (const [id] of rows) this.deleteById(String(id), 'expired');
      this.#tables.sweep(now);
      this.healthLinks.sweep(now);
      this.emergencies.sweep(now);
      return rows.length;
    });
    this.#scrub();
    this.#rewrites.sweep(now);
    return removed;
  }

  retire(rule: RetireRule, max: number): number {
    return this.transact(() => {
      const { from, parameters } = planRetirement(rule);
      const rows = this.#statements.rows(`SELECT e.id ${from} LIMIT ?`, ...parameters, max);
      for (const [id] of rows) this.deleteById(bytesHex(id), 'retention');
      return rows.length;
    });
  }

  /** Rewrites the file: free room goes back to the disk, and its pages lie in the order of the rows, which is that of the ids. */
  compact(): void {
    this.#rewrites.rewrite();
  }

  /** Empties the write-ahead log, so that what was deleted is gone from the disk and not only from the tables; where somebody reads, the next time. */
  #scrub(): void {
    if (!this.#erased || this.database.isTransaction) return;
    const isBusy = this.#statements.row('PRAGMA wal_checkpoint(TRUNCATE)')?.[0] === 1;
    this.#erased = isBusy;
  }
}
