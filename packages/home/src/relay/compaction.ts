// Free pages go back to the disk. A file made for a relay alone can give them back in small steps while it runs; another is written anew once, while
// nothing runs: that orders its pages too. SQLite's own VACUUM would hold a copy of everything in memory, since nothing of ours may lie in a temporary file.
import { closeSync, existsSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { HaleError } from '@hale/kernel';
import { syncDirectory } from '../durable-file.ts';
import type { EventStore } from '../store/events.ts';
import { Statements } from '../store/statements.ts';
import { backupDatabase } from './backup.ts';
import { HOST_LIMITS } from './limits.ts';

const INCREMENTAL = 2;

export interface Compacted {
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/** Before the first table is made, a file can be told to give pages back in steps. */
export function prepareNewStore(path: string): void {
  if (existsSync(path)) return;
  closeSync(openSync(path, 'a', 0o600));
  const database = new DatabaseSync(path);
  database.exec('PRAGMA page_size = 4096');
  database.exec(`PRAGMA auto_vacuum = ${INCREMENTAL}`);
  database.exec('PRAGMA journal_mode = WAL');
  database.close();
}

/** Pages of a file, and how many of them nothing lies in. */
export function pagesOf(store: EventStore): { pages: number; free: number } {
  const sql = new Statements(store.database);
  const number = (name: string) => Number(sql.row(`PRAGMA ${name}`)?.[0]);
  return { pages: number('page_count'), free: number('freelist_count') };
}

/**
 * Gives back free pages, `pagesMax` at most: some milliseconds. How many went.
 * A file of an older Hale has to be written anew first: then none.
 */
export function giveBack(store: EventStore, pagesMax: number): number {
  const before = pagesOf(store).free;
  if (before === 0) return 0;
  // Steps of the statement are pages: all of its rows have to be asked for.
  new Statements(store.database).rows(`PRAGMA incremental_vacuum(${Math.floor(pagesMax)})`);
  return before - pagesOf(store).free;
}

/** While a relay runs: where much of its file is free, some of it goes back at each look. */
export class Compaction {
  readonly #store: EventStore;
  readonly #timer: NodeJS.Timeout;

  constructor(store: EventStore) {
    this.#store = store;
    this.#timer = setInterval(() => this.step(), HOST_LIMITS.compactMillis);
    this.#timer.unref();
  }

  step(): void {
    if (this.#store.database.isTransaction) return;
    const { pages, free } = pagesOf(this.#store);
    if (free < HOST_LIMITS.compactPagesMin || free < pages * HOST_LIMITS.compactShareMin) return;
    giveBack(this.#store, HOST_LIMITS.compactStepPages);
  }

  end(): void {
    clearInterval(this.#timer);
  }
}

/**
 * Writes the whole file anew; no relay may run on it. A crash leaves the old one or the new one.
 * @throws HaleError 'not-found' no relay has run there · 'corrupt' | 'full' | 'unavailable'
 */
export function rewriteStore(dir: string): Compacted {
  const path = join(dir, 'events.db');
  if (!existsSync(path))
    throw new HaleError('not-found', 'no relay has run in this folder yet; start it with `hale relay`');
  const bytesBefore = statSync(path).size;
  const fresh = `${path}.compact`;
  rmSync(fresh, { force: true });
  try {
    writeFresh(path, fresh);
    renameSync(fresh, path);
    syncDirectory(dirname(path));
  } finally {
    rmSync(fresh, { force: true });
  }
  return { bytesBefore, bytesAfter: statSync(path).size };
}

function writeFresh(path: string, fresh: string): void {
  const database = new DatabaseSync(path);
  try {
    const sql = new Statements(database);
    // What still stands in the log comes into the file, so that nothing is lost when that log goes.
    sql.rows('PRAGMA wal_checkpoint(TRUNCATE)');
    sql.rows('PRAGMA journal_mode = DELETE');
    // Holds for what VACUUM INTO writes.
    sql.rows(`PRAGMA auto_vacuum = ${INCREMENTAL}`);
    backupDatabase(database, fresh);
  } finally {
    database.close();
  }
}
