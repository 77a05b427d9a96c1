import type { DatabaseSync } from 'node:sqlite';
import { fail } from '@hale/kernel';
import { migrateEvents, migrateTags } from './migrate-events.ts';

/**
 * Every index that a question uses begins with the gate: what a caller may not see is never touched by her query.
 * The number of a row comes from the event's id and from nothing else (`bucketOf`), so that no order of arrival lies on the disk, and rows of one
 * second come in the order of their ids, as NIP-01 serves them. Tag rows carry `created` for the same order, and the kind, which is
 * mostly asked for with them.
 * `event_request` is for the rules alone: has that author ever asked for a deletion?
 */
const tables = `
CREATE TABLE IF NOT EXISTS event (
  row INTEGER PRIMARY KEY,
  gate INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  created INTEGER NOT NULL,
  expires INTEGER,
  id BLOB NOT NULL,
  author BLOB NOT NULL,
  sig BLOB NOT NULL,
  tags BLOB NOT NULL,
  content ANY NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS event_author ON event (gate, author, kind, created DESC);
CREATE INDEX IF NOT EXISTS event_kind ON event (gate, kind, created DESC);
CREATE INDEX IF NOT EXISTS event_created ON event (gate, created DESC);
CREATE INDEX IF NOT EXISTS event_expires ON event (expires) WHERE expires IS NOT NULL;
CREATE INDEX IF NOT EXISTS event_request ON event (author) WHERE kind IN (5, 62);
CREATE TABLE IF NOT EXISTS event_tag (
  key BLOB NOT NULL, created INTEGER NOT NULL, event INTEGER NOT NULL, kind INTEGER NOT NULL,
  PRIMARY KEY (key, created DESC, event)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS event_reader (
  key BLOB NOT NULL, event INTEGER NOT NULL, author BLOB NOT NULL, until INTEGER NOT NULL,
  PRIMARY KEY (key, event)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS relay_member (key BLOB PRIMARY KEY, since INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS relay_claim (hash BLOB PRIMARY KEY, expires INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS relay_authorization (id BLOB PRIMARY KEY, expires INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS relay_locker (
  id BLOB PRIMARY KEY, verifier BLOB NOT NULL, share BLOB NOT NULL, wrong INTEGER NOT NULL, tried INTEGER NOT NULL, expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS relay_locker_claim (
  id BLOB PRIMARY KEY, owner BLOB NOT NULL, browser BLOB NOT NULL, at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS relay_health_link (
  id TEXT PRIMARY KEY, owner BLOB NOT NULL, verifier BLOB NOT NULL, wrong INTEGER NOT NULL, long INTEGER NOT NULL, expires INTEGER NOT NULL,
  closed INTEGER NOT NULL, version INTEGER NOT NULL, published INTEGER NOT NULL, files TEXT NOT NULL, opened INTEGER NOT NULL, last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS relay_health_part (
  id TEXT NOT NULL, version INTEGER NOT NULL, file INTEGER NOT NULL, part INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (id, version, file, part)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS relay_emergency (
  id BLOB PRIMARY KEY, owner BLOB NOT NULL, verifier BLOB NOT NULL, share BLOB NOT NULL, expires INTEGER NOT NULL, rest TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS relay_emergency_part (
  id BLOB NOT NULL, round INTEGER NOT NULL, part INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (id, round, part)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS relay_emergency_opening (
  id BLOB NOT NULL, number INTEGER NOT NULL, until INTEGER NOT NULL, rest TEXT NOT NULL, PRIMARY KEY (id, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS relay_managed (
  list TEXT NOT NULL, value TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (list, value)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS relay_member_until (key BLOB PRIMARY KEY, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS relay_vouched (clinic BLOB, epoch INTEGER, count INTEGER NOT NULL, PRIMARY KEY (clinic, epoch)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS relay_tokens (member BLOB, epoch INTEGER, count INTEGER NOT NULL, PRIMARY KEY (member, epoch)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS relay_spent (hash BLOB PRIMARY KEY, epoch INTEGER NOT NULL, mark BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS relay_author (
  author BLOB PRIMARY KEY, bytes INTEGER NOT NULL, allotted INTEGER NOT NULL, promised INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS relay_deleted (
  reason TEXT PRIMARY KEY, events INTEGER NOT NULL, since INTEGER NOT NULL DEFAULT (unixepoch())
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS relay_receipt_head (
  author BLOB PRIMARY KEY, number INTEGER NOT NULL, id BLOB NOT NULL
) STRICT, WITHOUT ROWID;
`;

/**
 * The form of the tables. A higher one is of a newer Hale, which this one would write wrongly into: it is refused. Add one where an older Hale
 * can not go on with what this one writes.
 */
export const STORE_FORM = 2;

/**
 * Durability and erasure before speed: a commit is on the disk when it returns, temporary tables stay in memory
 * (nothing may leak into a temporary file), and what is deleted is overwritten.
 */
export function prepareDatabase(database: DatabaseSync, cacheBytes: number): void {
  const form = Number(database.prepare('PRAGMA user_version').get()?.user_version);
  if (form > STORE_FORM)
    fail('unsupported', 'this store was written by a newer Hale; nothing in it was changed', {
      form,
      known: STORE_FORM,
    });
  database.exec('PRAGMA page_size = 4096');
  database.exec(`PRAGMA cache_size = -${Math.ceil(cacheBytes / 1024)}`);
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('PRAGMA synchronous = FULL');
  database.exec('PRAGMA temp_store = 2');
  database.exec('PRAGMA secure_delete = ON');
  database.exec('PRAGMA busy_timeout = 5000');
  if (hasColumn(database, 'event', 'seq')) migrateEvents(database, tables);
  else if (hasColumn(database, 'event_tag', 'event') && !hasColumn(database, 'event_tag', 'kind'))
    migrateTags(database, tables);
  else database.exec(tables);
  if (form !== STORE_FORM) database.exec(`PRAGMA user_version = ${STORE_FORM}`);
}

/** What earlier forms are known by: they bear no number. */
function hasColumn(database: DatabaseSync, table: string, column: string): boolean {
  const found = database.prepare('SELECT 1 FROM pragma_table_info(?) WHERE name = ?').get(table, column);
  return found !== undefined;
}
