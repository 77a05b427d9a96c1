// The vault's tables, in the same SQLite file and the same transactions as the events: which tile stands where, what is dirty,
// what is still to be sent. Everything here is sealed, a number or a keyed hash.

import type { SQLOutputValue } from 'node:sqlite';
import { fail, HaleError, KINDS, type VerifiedEvent } from '@hale/kernel';
import type { BatchRow, Enqueued, TileKey, TileRow, VaultStore } from '@hale/vault';
import { bytesHex, hexBytes } from './event-codec.ts';
import type { EventStore } from './events.ts';
import { Statements } from './statements.ts';

const tables = `
CREATE TABLE IF NOT EXISTS vault_stream (number INTEGER PRIMARY KEY, author BLOB NOT NULL UNIQUE,
  samples INTEGER NOT NULL DEFAULT 0, first REAL, last REAL) STRICT;
CREATE TABLE IF NOT EXISTS vault_batch (ref INTEGER PRIMARY KEY, event BLOB NOT NULL UNIQUE, stream INTEGER NOT NULL, level INTEGER NOT NULL,
  epoch INTEGER NOT NULL, generation INTEGER NOT NULL, day INTEGER NOT NULL, tiles INTEGER NOT NULL, live INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS vault_batch_epoch ON vault_batch (stream, epoch);
CREATE INDEX IF NOT EXISTS vault_batch_waste ON vault_batch (live) WHERE live * 2 <= tiles;
CREATE TABLE IF NOT EXISTS vault_tile (stream INTEGER, level INTEGER, slot INTEGER, generation INTEGER, revision INTEGER, part INTEGER, fork INTEGER,
  epoch INTEGER NOT NULL, batch INTEGER, place INTEGER NOT NULL, PRIMARY KEY (stream, level, slot, generation, revision, part, fork)) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS vault_tile_part ON vault_tile (stream, slot) WHERE part > 0;
CREATE INDEX IF NOT EXISTS vault_tile_loose ON vault_tile (stream, level, epoch, generation, slot, revision, part, fork) WHERE batch IS NULL;
CREATE INDEX IF NOT EXISTS vault_tile_batch ON vault_tile (batch) WHERE batch IS NOT NULL;
CREATE TABLE IF NOT EXISTS vault_loose (ref INTEGER PRIMARY KEY AUTOINCREMENT, bytes BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS vault_log (log INTEGER, seq INTEGER, generation INTEGER, event BLOB, PRIMARY KEY (log, seq, generation, event)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS vault_dirty (stream INTEGER, level INTEGER, slot INTEGER, PRIMARY KEY (stream, level, slot)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS vault_head_day (stream INTEGER, level INTEGER, day INTEGER, PRIMARY KEY (stream, level, day)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS vault_state (name BLOB PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS vault_outbox (seq INTEGER PRIMARY KEY AUTOINCREMENT, event BLOB NOT NULL, post BLOB) STRICT;
`;

const KEY = 'stream = ? AND level = ? AND slot = ? AND generation = ? AND revision = ? AND part = ? AND fork = ?';
/** Where a tile stands, whichever of the two places it is, in one question. */
const PLACE = `SELECT t.batch, t.place, b.event, l.bytes FROM vault_tile t LEFT JOIN vault_batch b ON b.ref = t.batch
  LEFT JOIN vault_loose l ON t.batch IS NULL AND l.ref = t.place WHERE ${KEY.replaceAll(/(\w+) =/g, 't.$1 =')}`;
const COLUMNS = 'stream, level, slot, generation, revision, part, fork, epoch, batch';
const keyOf = (key: TileKey): number[] => [
  key.stream,
  key.level,
  key.slot,
  key.generation,
  key.revision,
  key.part,
  key.fork,
];

function asRow(row: SQLOutputValue[]): TileRow {
  const [stream, level, slot, generation, revision, part, fork, epoch, batch] = row as (number | null)[];
  return { stream, level, slot, generation, revision, part, fork, epoch, loose: batch === null } as TileRow;
}

function asBatch(row: SQLOutputValue[]): BatchRow {
  const [event, stream, level, epoch, generation, day, tiles, live] = row;
  return { eventId: bytesHex(event), stream, level, epoch, generation, day, tiles, live } as BatchRow;
}

const BATCH_COLUMNS = 'event, stream, level, epoch, generation, day, tiles, live';

export class SqliteVaultStore implements VaultStore {
  readonly #events: EventStore;
  readonly #sql: Statements;
  readonly #sealPosts: (relays: string[]) => Uint8Array;
  readonly #onEnqueued: (event: VerifiedEvent) => void;

  /**
   * @param sealPosts seals the addresses of a recipient's post boxes before they are written
   * @param onEnqueued told of each event put into the queue, still inside the transaction
   */
  constructor(
    events: EventStore,
    sealPosts: (relays: string[]) => Uint8Array,
    onEnqueued: (event: VerifiedEvent) => void = () => {},
  ) {
    this.#events = events;
    this.#onEnqueued = onEnqueued;
    this.#sql = new Statements(events.database);
    this.#sealPosts = sealPosts;
    events.database.exec(tables);
  }

  transact<T>(work: () => T): T {
    return this.#events.transact(work);
  }

  streamNumber(author: Uint8Array): number {
    const known = this.#sql.row('SELECT number FROM vault_stream WHERE author = ?', author);
    if (known) return Number(known[0]);
    this.#sql.change('INSERT INTO vault_stream (author) VALUES (?)', author);
    return Number(this.#sql.row('SELECT last_insert_rowid()')?.[0]);
  }

  addTile(key: TileKey, epoch: number, batch: Uint8Array): void {
    this.#sql.change('INSERT INTO vault_loose (bytes) VALUES (?)', batch);
    this.#sql.change(
      `INSERT INTO vault_tile (stream, level, slot, generation, revision, part, fork, epoch, batch, place) VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, last_insert_rowid())`,
      ...keyOf(key),
      epoch,
    );
  }

  tiles(stream: number, level: number, fromSlot: number, toSlot: number): TileRow[] {
    return this.#sql
      .rows(
        `SELECT ${COLUMNS} FROM vault_tile WHERE stream = ? AND level = ? AND slot >= ? AND slot < ? ORDER BY slot, generation, revision, part, fork`,
        stream,
        level,
        fromSlot,
        toSlot,
      )
      .map(asRow);
  }

  slots(stream: number, level: number, fromSlot: number, toSlot: number): number[] {
    return this.#sql
      .rows(
        'SELECT DISTINCT slot FROM vault_tile WHERE stream = ? AND level = ? AND slot >= ? AND slot < ? ORDER BY slot',
        stream,
        level,
        fromSlot,
        toSlot,
      )
      .map(([slot]) => Number(slot));
  }

  tilePlace(key: TileKey): { eventId: string | null; batch: Uint8Array; index: number } {
    const row = this.#sql.row(PLACE, ...keyOf(key));
    if (!row) fail('corrupt', 'a tile of the index is gone', { slot: key.slot, level: key.level });
    const [batch, place, event, loose] = row;
    if (batch === null) {
      if (loose === null) fail('corrupt', 'a sealed tile is gone', { slot: key.slot, level: key.level });
      return { eventId: null, batch: loose as Uint8Array, index: 0 };
    }
    const read = () => this.#batchBytes(event, key);
    // Read when asked for: whoever knows the batch already, as for its next tile, is spared 48 kB.
    return {
      eventId: bytesHex(event),
      index: Number(place),
      get batch() {
        return read();
      },
    };
  }

  #batchBytes(event: SQLOutputValue | undefined, key: TileKey): Uint8Array {
    const content = this.#events.storedContent(bytesHex(event));
    if (!(content instanceof Uint8Array))
      fail('corrupt', 'a signed batch is gone', { slot: key.slot, level: key.level });
    return content;
  }

  removeTile(key: TileKey): void {
    const row = this.#sql.row(`SELECT batch, place FROM vault_tile WHERE ${KEY}`, ...keyOf(key));
    if (!row) return;
    this.#sql.change(`DELETE FROM vault_tile WHERE ${KEY}`, ...keyOf(key));
    if (row[0] === null) this.#sql.change('DELETE FROM vault_loose WHERE ref = ?', row[1]);
    else this.#sql.change('UPDATE vault_batch SET live = live - 1 WHERE ref = ?', row[0]);
  }

  looseTiles(stream: number | null, limit: number): TileRow[] {
    const order = 'ORDER BY stream, level, epoch, generation, slot, revision, part, fork LIMIT ?';
    const bound = Math.min(limit, 0x7fff_ffff);
    if (stream !== null)
      return this.#sql
        .rows(`SELECT ${COLUMNS} FROM vault_tile WHERE batch IS NULL AND stream = ? ${order}`, stream, bound)
        .map(asRow);
    return this.#sql.rows(`SELECT ${COLUMNS} FROM vault_tile WHERE batch IS NULL ${order}`, bound).map(asRow);
  }

  openSlots(limit: number): { stream: number; slot: number; parts: number }[] {
    return this.#sql
      .rows('SELECT stream, slot, count(*) FROM vault_tile WHERE part > 0 GROUP BY stream, slot LIMIT ?', limit)
      .map(([stream, slot, parts]) => ({ stream, slot, parts }) as { stream: number; slot: number; parts: number });
  }

  firstAndLastSlot(stream: number, level: number): { first: number; last: number } | null {
    const row = this.#sql.row(
      `SELECT (SELECT slot FROM vault_tile WHERE stream = ?1 AND level = ?2 ORDER BY slot LIMIT 1), (SELECT slot FROM vault_tile WHERE stream = ?1 AND level = ?2 ORDER BY slot DESC LIMIT 1)`,
      stream,
      level,
    );
    return row && row[0] !== null ? { first: Number(row[0]), last: Number(row[1]) } : null;
  }

  #addBatch(event: VerifiedEvent, batch: Omit<BatchRow, 'eventId' | 'live'>, live: number): number {
    this.#events.put(event);
    this.#sql.change(
      `INSERT INTO vault_batch (${BATCH_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      hexBytes(event.id),
      batch.stream,
      batch.level,
      batch.epoch,
      batch.generation,
      batch.day,
      batch.tiles,
      live,
    );
    return Number(this.#sql.row('SELECT last_insert_rowid()')?.[0]);
  }

  settleBatch(event: VerifiedEvent, batch: Omit<BatchRow, 'eventId' | 'live'>, tiles: TileKey[]): void {
    const ref = this.#addBatch(event, batch, tiles.length);
    tiles.forEach((key, index) => {
      this.#sql.change(
        `DELETE FROM vault_loose WHERE ref = (SELECT place FROM vault_tile WHERE ${KEY} AND batch IS NULL)`,
        ...keyOf(key),
      );
      this.#sql.change(`UPDATE vault_tile SET batch = ?, place = ? WHERE ${KEY}`, ref, index, ...keyOf(key));
    });
  }

  indexForeignBatch(
    event: VerifiedEvent,
    batch: Omit<BatchRow, 'eventId' | 'live'>,
    tiles: { key: TileKey; index: number }[],
  ): void {
    const ref = this.#addBatch(event, batch, tiles.length);
    for (const { key, index } of tiles)
      this.#sql.change(
        'INSERT INTO vault_tile (stream, level, slot, generation, revision, part, fork, epoch, batch, place) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
        ...keyOf(key),
        batch.epoch,
        ref,
        index,
      );
  }

  hasEvent(id: string): boolean {
    return this.#events.has(id);
  }

  putEvent(event: VerifiedEvent): void {
    this.#events.put(event);
  }

  event(id: string): VerifiedEvent | null {
    return this.#events.get(id);
  }

  replaceEvent(oldId: string, event: VerifiedEvent): void {
    const [old, fresh] = [hexBytes(oldId), hexBytes(event.id)];
    this.#events.put(event);
    for (const table of ['vault_batch', 'vault_log', 'vault_outbox'])
      this.#sql.change(`UPDATE ${table} SET event = ? WHERE event = ?`, fresh, old);
    this.#events.deleteById(oldId);
  }

  wasDeleted(event: VerifiedEvent): boolean {
    return this.#events.count({ kinds: [KINDS.deletion], authors: [event.pubkey], '#e': [event.id] }) > 0;
  }

  deleteEvent(id: string): void {
    this.#events.deleteById(id);
  }

  spentBatches(limit: number): BatchRow[] {
    return this.#sql
      .rows(`SELECT ${BATCH_COLUMNS} FROM vault_batch WHERE live * 2 <= tiles AND live = 0 LIMIT ?`, limit)
      .map(asBatch);
  }

  wastefulBatches(limit: number): BatchRow[] {
    return this.#sql
      .rows(`SELECT ${BATCH_COLUMNS} FROM vault_batch WHERE live * 2 <= tiles AND live > 0 LIMIT ?`, limit)
      .map(asBatch);
  }

  tilesOfBatch(eventId: string): TileRow[] {
    return this.#sql
      .rows(
        `SELECT ${COLUMNS} FROM vault_tile WHERE batch = (SELECT ref FROM vault_batch WHERE event = ?)`,
        hexBytes(eventId),
      )
      .map(asRow);
  }

  forgetBatch(eventId: string): void {
    this.#sql.change('DELETE FROM vault_batch WHERE event = ?', hexBytes(eventId));
  }

  epochsOf(stream: number): number[] {
    const found = new Set<number>();
    // Skips from epoch to epoch along the index: as cheap with a million tiles as with one.
    for (let next = -1; ; ) {
      const row = this.#sql.row('SELECT min(epoch) FROM vault_batch WHERE stream = ? AND epoch > ?', stream, next);
      if (!row || row[0] === null) break;
      next = Number(row[0]);
      found.add(next);
    }
    for (const [epoch] of this.#sql.rows(
      'SELECT DISTINCT epoch FROM vault_tile WHERE batch IS NULL AND stream = ?',
      stream,
    ))
      found.add(Number(epoch));
    return [...found].sort((a, b) => a - b);
  }

  accessEvent(author: string): VerifiedEvent | null {
    return this.#events.query({ kinds: [KINDS.access], authors: [author], limit: 1 })[0] ?? null;
  }

  forgetLog(log: number, exceptEventId: string | null): string[] {
    const ids = new Set(this.logEvents(log).map((row) => row.eventId));
    if (exceptEventId !== null) ids.delete(exceptEventId);
    this.dropLogEvents(log, [...ids]);
    return [...ids];
  }

  dropLogEvents(log: number, eventIds: readonly string[]): void {
    for (const id of eventIds) {
      this.#sql.change('DELETE FROM vault_log WHERE log = ? AND event = ?', log, hexBytes(id));
      this.#events.deleteById(id);
    }
  }

  appendLog(log: number, seq: number, generation: number, eventId: string): void {
    this.#sql.change(
      'INSERT OR IGNORE INTO vault_log (log, seq, generation, event) VALUES (?, ?, ?, ?)',
      log,
      seq,
      generation,
      hexBytes(eventId),
    );
  }

  logEvents(log: number): { seq: number; generation: number; eventId: string }[] {
    return this.#sql
      .rows('SELECT seq, generation, event FROM vault_log WHERE log = ? ORDER BY generation, seq', log)
      .map(([seq, generation, event]) => ({
        seq: Number(seq),
        generation: Number(generation),
        eventId: bytesHex(event),
      }));
  }

  logEntry(log: number, seq: number): { generation: number; eventId: string }[] {
    return this.#sql
      .rows('SELECT generation, event FROM vault_log WHERE log = ? AND seq = ? ORDER BY generation', log, seq)
      .map(([generation, event]) => ({ generation: Number(generation), eventId: bytesHex(event) }));
  }

  nextLogSeq(log: number): number {
    return Number(this.#sql.row('SELECT coalesce(max(seq) + 1, 0) FROM vault_log WHERE log = ?', log)?.[0]);
  }

  markDirty(stream: number, level: number, slot: number): void {
    this.#sql.change('INSERT OR IGNORE INTO vault_dirty (stream, level, slot) VALUES (?, ?, ?)', stream, level, slot);
  }

  dirtySlots(
    stream: number | null,
    level: number | null,
    limit: number,
  ): { stream: number; level: number; slot: number }[] {
    const bound = Math.min(limit, 0x7fff_ffff);
    const rows =
      stream === null
        ? this.#sql.rows('SELECT stream, level, slot FROM vault_dirty LIMIT ?', bound)
        : level === null
          ? this.#sql.rows('SELECT stream, level, slot FROM vault_dirty WHERE stream = ? LIMIT ?', stream, bound)
          : this.#sql.rows(
              'SELECT stream, level, slot FROM vault_dirty WHERE stream = ? AND level = ? LIMIT ?',
              stream,
              level,
              bound,
            );
    return rows.map(([s, l, slot]) => ({ stream: Number(s), level: Number(l), slot: Number(slot) }));
  }

  clearDirty(stream: number, level: number, slot: number): void {
    this.#sql.change('DELETE FROM vault_dirty WHERE stream = ? AND level = ? AND slot = ?', stream, level, slot);
  }

  markHeadDay(stream: number, level: number, day: number): void {
    this.#sql.change('INSERT OR IGNORE INTO vault_head_day (stream, level, day) VALUES (?, ?, ?)', stream, level, day);
  }

  headDays(limit: number): { stream: number; level: number; day: number }[] {
    return this.#sql
      .rows('SELECT stream, level, day FROM vault_head_day LIMIT ?', limit)
      .map(([stream, level, day]) => ({ stream: Number(stream), level: Number(level), day: Number(day) }));
  }

  clearHeadDay(stream: number, level: number, day: number): void {
    this.#sql.change('DELETE FROM vault_head_day WHERE stream = ? AND level = ? AND day = ?', stream, level, day);
  }

  countSamples(stream: number, add: { samples: number; firstMicros: number; lastMicros: number }): void {
    this.#sql.change(
      'UPDATE vault_stream SET samples = samples + ?, first = min(coalesce(first, ?2), ?2), last = max(coalesce(last, ?3), ?3) WHERE number = ?4',
      add.samples,
      add.firstMicros,
      add.lastMicros,
      stream,
    );
  }

  sampleCount(stream: number): { samples: number; firstMicros: number | null; lastMicros: number | null } {
    const row = this.#sql.row('SELECT samples, first, last FROM vault_stream WHERE number = ?', stream);
    if (!row) throw new HaleError('not-found', 'no such stream');
    return { samples: Number(row[0]), firstMicros: row[1] as number | null, lastMicros: row[2] as number | null };
  }

  eraseStream(stream: number): void {
    this.#sql.change(
      'DELETE FROM vault_loose WHERE ref IN (SELECT place FROM vault_tile WHERE stream = ? AND batch IS NULL)',
      stream,
    );
    for (const table of ['vault_tile', 'vault_batch', 'vault_dirty', 'vault_head_day'])
      this.#sql.change(`DELETE FROM ${table} WHERE stream = ?`, stream);
    this.#sql.change('UPDATE vault_stream SET samples = 0, first = NULL, last = NULL WHERE number = ?', stream);
  }

  state(name: string): Uint8Array | null {
    return (
      (this.#sql.row('SELECT value FROM vault_state WHERE name = ?', Buffer.from(name))?.[0] as
        | Uint8Array
        | undefined) ?? null
    );
  }

  setState(name: string, value: Uint8Array | null): void {
    if (value === null) this.#sql.change('DELETE FROM vault_state WHERE name = ?', Buffer.from(name));
    else
      this.#sql.change(
        'INSERT INTO vault_state (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
        Buffer.from(name),
        value,
      );
  }

  enqueue({ event, target }: Enqueued): void {
    if (!this.hasEvent(event.id)) this.#events.put(event);
    this.#sql.change(
      'INSERT INTO vault_outbox (event, post) VALUES (?, ?)',
      hexBytes(event.id),
      target === 'store' ? null : this.#sealPosts(target.post),
    );
    this.#onEnqueued(event);
  }
}
