// What each relay still has to get, in SQLite: one queue of own events, and per relay what became of each entry.
import { KINDS, type VerifiedEvent } from '@hale/kernel';
import type { DeliveryState, OutboxEntry, OutboxStore, RefusalReason } from '@hale/relay/client';
import { bytesHex, hexBytes } from './event-codec.ts';
import { GATES } from './event-query.ts';
import type { EventStore } from './events.ts';
import { Statements } from './statements.ts';

const tables = `
CREATE INDEX IF NOT EXISTS vault_outbox_event ON vault_outbox (event);
CREATE INDEX IF NOT EXISTS vault_log_event ON vault_log (event);
CREATE TABLE IF NOT EXISTS outbox_relay (relay INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE, reached INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE IF NOT EXISTS outbox_delivery (relay INTEGER, seq INTEGER, state TEXT NOT NULL, PRIMARY KEY (relay, seq)) STRICT, WITHOUT ROWID;
`;

/**
 * A relay's progress is a mark below which everything is settled, plus the few entries above it (and all access events), so that a
 * year of deliveries costs nothing.
 */
export class SqliteOutboxStore implements OutboxStore {
  readonly #events: EventStore;
  readonly #sql: Statements;
  /** Keyed hash of a relay's address: addresses stand on the disk only sealed. */
  readonly #nameOf: (relay: string) => Uint8Array;
  readonly #postsOf: (sealed: Uint8Array) => string[];
  readonly #relays = new Map<string, number>();
  #known: string[] = [];

  constructor(events: EventStore, nameOf: (relay: string) => Uint8Array, postsOf: (sealed: Uint8Array) => string[]) {
    this.#events = events;
    this.#sql = new Statements(events.database);
    this.#nameOf = nameOf;
    this.#postsOf = postsOf;
    events.database.exec(tables);
  }

  /** The relays that get what is queued for `store`. */
  useStoreRelays(urls: string[]): void {
    this.#known = urls;
  }

  #relay(url: string): number {
    let number = this.#relays.get(url);
    if (number !== undefined) return number;
    const name = this.#nameOf(url);
    this.#sql.change('INSERT OR IGNORE INTO outbox_relay (name) VALUES (?)', name);
    number = Number(this.#sql.row('SELECT relay FROM outbox_relay WHERE name = ?', name)?.[0]);
    this.#relays.set(url, number);
    return number;
  }

  /** A relay that is new gets everything that stands here, oldest first: the queue is told anew from the first entry still stored. */
  pendingFor(relay: string, limit: number): OutboxEntry[] {
    const number = this.#relay(relay);
    const isStore = this.#known.includes(relay);
    const entries: OutboxEntry[] = [];
    const silent: number[] = [];
    const refused = this.#refusedAuthors(number);
    let from = this.#reached(number);
    while (entries.length < limit) {
      const rows = this.#sql.rows(
        `SELECT o.seq, o.event, o.post, d.state FROM vault_outbox o LEFT JOIN outbox_delivery d ON d.relay = ? AND d.seq = o.seq WHERE o.seq > ? ORDER BY o.seq LIMIT 256`,
        number,
        from,
      );
      if (rows.length === 0) break;
      for (const [seq, id, post, state] of rows) {
        from = Number(seq);
        const wanted = post === null ? isStore : this.#postsOf(post as Uint8Array).includes(relay);
        if (state !== null && state !== 'pending') continue;
        const event = wanted ? this.#events.get(bytesHex(id)) : null;
        if (event && !this.#isHeld(number, event, refused)) entries.push({ seq: from, event });
        else if (!event) silent.push(from);
        if (entries.length >= limit) break;
      }
    }
    if (silent.length > 0)
      this.#events.transact(() => {
        for (const seq of silent) this.#settleSilently(number, seq);
      });
    return entries;
  }

  /** A deletion waits for survivors that were refused, a tile for refused entries of the catalogue or of a grant that opens it. */
  #isHeld(number: number, event: VerifiedEvent, refused: Set<string>): boolean {
    if (event.kind === KINDS.deletion) return refused.has(event.pubkey);
    return event.kind === KINDS.tileBatch && refused.size > 0 && this.#logRefused(number) && !this.#isLog(event.id);
  }

  #logRefused(number: number): boolean {
    const sql = `SELECT 1 FROM outbox_delivery d JOIN vault_outbox o ON o.seq = d.seq JOIN vault_log l ON l.event = o.event
      WHERE d.relay = ? AND d.state LIKE 'refused%' LIMIT 1`;
    return this.#sql.row(sql, number) !== undefined;
  }

  #isLog(eventId: string): boolean {
    return this.#sql.row('SELECT 1 FROM vault_log WHERE event = ? LIMIT 1', hexBytes(eventId)) !== undefined;
  }

  /** Survivors that a relay refused must not be followed by the deletion of what they replace. */
  #refusedAuthors(number: number): Set<string> {
    const rows = this.#sql.rows(
      `SELECT o.event FROM outbox_delivery d JOIN vault_outbox o ON o.seq = d.seq WHERE d.relay = ? AND d.state LIKE 'refused%'`,
      number,
    );
    const authors = new Set<string>();
    for (const [id] of rows) {
      const event = this.#events.get(bytesHex(id));
      if (event?.kind === KINDS.tileBatch) authors.add(event.pubkey);
    }
    return authors;
  }

  #reached(number: number): number {
    return Number(this.#sql.row('SELECT reached FROM outbox_relay WHERE relay = ?', number)?.[0] ?? 0);
  }

  /** Entries whose event is gone (replaced before it was sent) or is not for this relay. */
  #settleSilently(number: number, seq: number): void {
    if (this.#reached(number) === seq - 1)
      this.#sql.change('UPDATE outbox_relay SET reached = ? WHERE relay = ?', seq, number);
    else
      this.#sql.change(
        `INSERT OR IGNORE INTO outbox_delivery (relay, seq, state) VALUES (?, ?, 'accepted')`,
        number,
        seq,
      );
  }

  unconfirmedFor(relay: string, limit: number): OutboxEntry[] {
    const number = this.#relay(relay);
    const rows = this.#sql.rows(
      `SELECT d.seq, o.event FROM outbox_delivery d JOIN vault_outbox o ON o.seq = d.seq WHERE d.relay = ? AND d.state = 'unconfirmed' ORDER BY d.seq LIMIT ?`,
      number,
      limit,
    );
    const entries: OutboxEntry[] = [];
    for (const [seq, id] of rows) {
      const event = this.#events.get(bytesHex(id));
      // A newer list took its place here: the newer one will be read back.
      if (event) entries.push({ seq: Number(seq), event });
      else this.markConfirmed(relay, Number(seq));
    }
    return entries;
  }

  #mark(relay: string, seq: number, state: string): void {
    const number = this.#relay(relay);
    this.#events.transact(() => {
      this.#sql.change(
        'INSERT INTO outbox_delivery (relay, seq, state) VALUES (?, ?, ?) ON CONFLICT (relay, seq) DO UPDATE SET state = excluded.state',
        number,
        seq,
        state,
      );
      this.#advance(number);
    });
  }

  /** Moves the mark over everything settled above it and forgets those rows, but keeps what is still told about (access, refusals). */
  #advance(number: number): void {
    let reached = this.#reached(number);
    for (;;) {
      const row = this.#sql.row(
        'SELECT o.seq, d.state FROM vault_outbox o LEFT JOIN outbox_delivery d ON d.relay = ? AND d.seq = o.seq WHERE o.seq > ? ORDER BY o.seq LIMIT 1',
        number,
        reached,
      );
      if (!row || row[1] === null || row[1] === 'pending') break;
      reached = Number(row[0]);
    }
    this.#sql.change('UPDATE outbox_relay SET reached = ? WHERE relay = ?', reached, number);
    this.#sql.change(
      `DELETE FROM outbox_delivery WHERE relay = ? AND seq <= ? AND state = 'accepted'`,
      number,
      reached,
    );
  }

  markAccepted(relay: string, seq: number): void {
    const id = this.#sql.row('SELECT event FROM vault_outbox WHERE seq = ?', seq)?.[0];
    const event = id instanceof Uint8Array ? this.#events.get(bytesHex(id)) : null;
    this.#mark(relay, seq, event?.kind === KINDS.access ? 'unconfirmed' : 'accepted');
  }

  markConfirmed(relay: string, seq: number): void {
    this.#mark(relay, seq, 'confirmed');
  }

  markRefused(relay: string, seq: number, reason: RefusalReason): void {
    this.#mark(relay, seq, `refused:${reason}`);
  }

  accessDeliveries(author: string): { relay: string; seq: number; state: DeliveryState }[] {
    const seqs = this.#sql
      .rows(
        `SELECT o.seq, o.event FROM event e INDEXED BY event_author CROSS JOIN vault_outbox o ON o.event = e.id
         WHERE e.gate IN (0, 1, 2, 3) AND e.author = ? AND e.kind = ?`,
        hexBytes(author),
        KINDS.access,
      )
      .map(([seq]) => Number(seq));
    return this.#known.flatMap((relay) => seqs.map((seq) => ({ relay, seq, state: this.#stateOf(relay, seq) })));
  }

  #stateOf(relay: string, seq: number): DeliveryState {
    const state = this.#sql.row(
      'SELECT state FROM outbox_delivery WHERE relay = ? AND seq = ?',
      this.#relay(relay),
      seq,
    )?.[0];
    if (state === 'confirmed') return 'confirmed';
    if (state === 'unconfirmed') return 'accepted';
    return typeof state === 'string' && state.startsWith('refused') ? 'refused' : 'pending';
  }

  /** Own events that at least one store relay still has to get. */
  undelivered(): VerifiedEvent[] {
    const events = new Map<string, VerifiedEvent>();
    for (const relay of this.#known)
      for (const { event } of this.pendingFor(relay, Number.MAX_SAFE_INTEGER)) events.set(event.id, event);
    return [...events.values()];
  }

  /** Takes everything out of the queue but what these authors wrote. */
  dropAllBut(authors: string[]): void {
    const rows = this.#sql.rows('SELECT o.seq, o.event FROM vault_outbox o');
    for (const [seq, id] of rows) {
      const event = this.#events.get(bytesHex(id));
      if (!event || !authors.includes(event.pubkey)) this.#sql.change('DELETE FROM vault_outbox WHERE seq = ?', seq);
    }
  }

  /** A box whose address is none gets nothing: its entries are settled, so that they hold up nobody. */
  giveUpBox(relay: string): void {
    for (const { seq } of this.pendingFor(relay, Number.MAX_SAFE_INTEGER)) this.markRefused(relay, seq, 'invalid');
  }

  /** Access events still to be sent: they may overtake everything, since shutting a reader out is always safe. */
  urgentFor(relay: string, limit: number): OutboxEntry[] {
    if (!this.#known.includes(relay)) return [];
    const rows = this.#sql.rows(
      `SELECT o.seq, o.event FROM event e INDEXED BY event_kind CROSS JOIN vault_outbox o ON o.event = e.id
       LEFT JOIN outbox_delivery d ON d.relay = ?1 AND d.seq = o.seq
       WHERE e.gate = ${GATES.indexOf('author')} AND e.kind = ${KINDS.access} AND o.seq > (SELECT reached FROM outbox_relay WHERE relay = ?1) AND (d.state IS NULL OR d.state = 'pending')
       ORDER BY o.seq LIMIT ?2`,
      this.#relay(relay),
      limit,
    );
    return rows.flatMap(([seq, id]) => {
      const event = this.#events.get(bytesHex(id));
      return event ? [{ seq: Number(seq), event }] : [];
    });
  }

  /** Post boxes of recipients, not relays of this home, that something still waits for. */
  postRelaysWaiting(): string[] {
    const relays = new Set<string>();
    for (const [post] of this.#sql.rows('SELECT DISTINCT post FROM vault_outbox WHERE post IS NOT NULL'))
      for (const relay of this.#postsOf(post as Uint8Array)) relays.add(relay);
    return [...relays].filter((relay) => !this.#known.includes(relay) && this.pendingFor(relay, 1).length > 0);
  }

  /** How many entries this relay still has to get. */
  pendingCount(relay: string): number {
    const number = this.#relay(relay);
    const row = this.#sql.row(
      `SELECT count(*) FROM vault_outbox o LEFT JOIN outbox_delivery d ON d.relay = ?1 AND d.seq = o.seq
       WHERE o.seq > (SELECT reached FROM outbox_relay WHERE relay = ?1) AND o.post IS NULL AND (d.state IS NULL OR d.state = 'pending')`,
      number,
    );
    return Number(row?.[0] ?? 0);
  }

  refusals(relay: string): number {
    return Number(
      this.#sql.row(
        `SELECT count(*) FROM outbox_delivery WHERE relay = ? AND state LIKE 'refused%'`,
        this.#relay(relay),
      )?.[0] ?? 0,
    );
  }

  /** The queue number of an event, 0 where it was never queued. */
  seqOf(eventId: string): number {
    return Number(this.#sql.row('SELECT max(seq) FROM vault_outbox WHERE event = ?', hexBytes(eventId))?.[0] ?? 0);
  }

  /** The queue number of the newest entry. */
  newestSeq(): number {
    return Number(this.#sql.row('SELECT max(seq) FROM vault_outbox')?.[0] ?? 0);
  }

  /** Puts every own event that stands here into the queue again, for a relay that has none of them (a new one, or one that lost its disk). */
  offerAgain(events: Iterable<VerifiedEvent>): void {
    this.#events.transact(() => {
      for (const event of events)
        this.#sql.change('INSERT INTO vault_outbox (event, post) VALUES (?, NULL)', hexBytes(event.id));
    });
  }

  forgetRelay(relay: string): void {
    const number = this.#relay(relay);
    this.#events.transact(() => {
      this.#sql.change('DELETE FROM outbox_delivery WHERE relay = ?', number);
      this.#sql.change('DELETE FROM outbox_relay WHERE relay = ?', number);
    });
    this.#relays.delete(relay);
  }
}
