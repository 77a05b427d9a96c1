// Brings stores of earlier forms into the present one, each in one transaction at its first opening: of the first form, whose rows were numbered in
// the order of arrival, and of one whose tag rows did not say the kind.
import type { DatabaseSync } from 'node:sqlite';
import { fail, HaleError } from '@hale/kernel';
import { addressOf } from '@hale/relay/server';
import { addressKey, BUCKET_SLOTS, bucketOf, decodeTags } from './event-codec.ts';
import { asHaleError } from './statements.ts';

/** @param tables what makes the tables of the present form. A crash leaves the store as it was. */
export function migrateEvents(database: DatabaseSync, tables: string): void {
  inOneTransaction(database, () => {
    for (const index of ['author', 'kind', 'created', 'expires']) database.exec(`DROP INDEX IF EXISTS event_${index}`);
    for (const table of ['event', 'event_tag', 'event_reader'])
      database.exec(`ALTER TABLE ${table} RENAME TO old_${table}`);
    database.exec(tables);
    numberRows(database);
    database.exec(`
      INSERT INTO event (row, gate, kind, created, expires, id, author, sig, tags, content)
      SELECT n.row, e.gate, e.kind, e.created, e.expires, e.id, e.author, e.sig, e.tags, e.content
      FROM row_number n CROSS JOIN old_event e ON e.seq = n.seq ORDER BY n.row;
      INSERT INTO event_tag (key, created, event, kind)
      SELECT t.key, t.created, n.row, e.kind FROM old_event_tag t
      CROSS JOIN row_number n ON n.seq = t.event CROSS JOIN old_event e ON e.seq = t.event;
      INSERT INTO event_reader (key, event, author, until)
      SELECT r.key, n.row, r.author, r.until FROM old_event_reader r CROSS JOIN row_number n ON n.seq = r.event;
      DROP TABLE row_number; DROP TABLE old_event; DROP TABLE old_event_tag; DROP TABLE old_event_reader;
    `);
    addAddresses(database);
  });
}

/** The same for tag rows without kinds. */
export function migrateTags(database: DatabaseSync, tables: string): void {
  inOneTransaction(database, () => {
    database.exec('ALTER TABLE event_tag RENAME TO old_event_tag');
    database.exec(tables);
    database.exec(`
      INSERT INTO event_tag (key, created, event, kind)
      SELECT t.key, t.created, t.event, e.kind FROM old_event_tag t CROSS JOIN event e ON e.row = t.event;
      DROP TABLE old_event_tag;
    `);
    addAddresses(database);
  });
}

function inOneTransaction(database: DatabaseSync, work: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    const known = asHaleError(error);
    if (known instanceof HaleError && known.code === 'full')
      fail('full', 'bringing the store into its present form needs as much free room on the disk as it takes now');
    throw known;
  }
  // The log is as long as the store was.
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
}

/** Old number → new number, in a table that lives in memory. */
function numberRows(database: DatabaseSync): void {
  database.exec('CREATE TEMP TABLE row_number (seq INTEGER PRIMARY KEY, row INTEGER NOT NULL UNIQUE)');
  const taken = database.prepare('SELECT count(*) AS count FROM row_number WHERE row BETWEEN ? AND ?');
  const number = database.prepare('INSERT INTO row_number (seq, row) VALUES (?, ?)');
  const ids = database.prepare('SELECT seq, id FROM old_event WHERE seq > ? ORDER BY seq LIMIT 10000');
  for (let last = Number.MIN_SAFE_INTEGER; ; ) {
    const rows = ids.all(last) as { seq: number; id: Uint8Array }[];
    if (rows.length === 0) return;
    for (const { seq, id } of rows) {
      const bucket = bucketOf(id);
      const slot = Number(taken.get(bucket, bucket + BUCKET_SLOTS - 1)?.count);
      number.run(seq, bucket + slot);
      last = seq;
    }
  }
}

/** The first form looked an addressable event up by its author and kind. */
function addAddresses(database: DatabaseSync): void {
  const find = database.prepare(
    'SELECT row, gate, kind, created, lower(hex(author)) AS pubkey, tags FROM event WHERE kind BETWEEN 30000 AND 39999 AND row > ? ORDER BY row LIMIT 10000',
  );
  const add = database.prepare('INSERT INTO event_tag (key, created, event, kind) VALUES (?, ?, ?, ?)');
  for (let last = -1; ; ) {
    const rows = find.all(last) as unknown as AddressableRow[];
    if (rows.length === 0) return;
    for (const { row, gate, kind, created, pubkey, tags } of rows) {
      const address = addressOf({ kind, pubkey, tags: decodeTags(tags) });
      if (address !== null) add.run(addressKey(gate, address), created, row, kind);
      last = row;
    }
  }
}

interface AddressableRow {
  readonly row: number;
  readonly gate: number;
  readonly kind: number;
  readonly created: number;
  readonly pubkey: string;
  readonly tags: Uint8Array<ArrayBuffer>;
}
