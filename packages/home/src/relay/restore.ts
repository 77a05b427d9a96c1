// A backup takes the place of a relay's database. What it replaces is kept beside it, and what people asked to have deleted since is deleted again.
import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { HaleError, KINDS } from '@hale/kernel';
import { syncDirectory } from '../durable-file.ts';
import { lockHome } from '../lockfile.ts';
import { EventStore } from '../store/events.ts';
import { asHaleError } from '../store/statements.ts';
import { syncFile } from './backup.ts';
import { lastPolicy } from './last-run.ts';
import { HOST_LIMITS } from './limits.ts';
import { loadRelaySecret } from './relay-key.ts';
import { addCounts, EventImport, exportLines, type ImportCounts, noCounts } from './transfer.ts';

export interface Restored {
  readonly events: number;
  readonly members: number;
  /** Where the database lies that was there before; null = there was none. */
  readonly replaced: string | null;
  /** Requests to delete and to vanish of that one, applied again; null = it could not be read. */
  readonly requests: number | null;
  /** A key was made: there was none. */
  readonly newKey: boolean;
}

/**
 * @param options.newKey goes on with a new key where the folder has none and none is given
 * @throws HaleError 'conflict' a relay runs on that folder, or no key is there · 'corrupt' the backup is not whole · 'unsupported' it is of a newer
 *   Hale · 'not-found' no such file
 */
export async function restoreRelay(
  dir: string,
  file: string,
  options: { keyFile?: string; newKey?: boolean } = {},
): Promise<Restored> {
  if (!existsSync(file)) throw new HaleError('not-found', 'there is no such file', { file });
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const lock = lockHome(dir);
  try {
    const newKey = placeKey(dir, options);
    const fresh = join(dir, 'events.db.restore');
    const { events, members } = copyWhole(file, fresh);
    const replaced = setAside(dir);
    renameSync(fresh, join(dir, 'events.db'));
    syncDirectory(dir);
    const requests = replaced === null ? 0 : await repeatRequests(dir, replaced);
    return { events, members, replaced, requests, newKey };
  } finally {
    rmSync(join(dir, 'events.db.restore'), { force: true });
    lock.release();
  }
}

function placeKey(dir: string, { keyFile, newKey = false }: { keyFile?: string; newKey?: boolean }): boolean {
  const path = join(dir, 'relay.key');
  if (keyFile !== undefined) {
    loadRelaySecret(keyFile);
    if (existsSync(path)) throw new HaleError('conflict', 'there is a key in this folder already', { file: path });
    copyFileSync(keyFile, path);
    chmodSync(path, 0o600);
    syncFile(path);
    return false;
  }
  if (existsSync(path)) return false;
  if (!newKey)
    throw new HaleError(
      'conflict',
      'the key of this relay is missing: with a new one receipts begin anew and the tokens that homes hold are worth nothing',
      { folder: dir },
    );
  loadRelaySecret(path);
  return true;
}

/** A copy in the folder that was opened as a relay opens it, and is whole. */
function copyWhole(file: string, fresh: string): { events: number; members: number } {
  rmSync(fresh, { force: true });
  copyFileSync(file, fresh);
  chmodSync(fresh, 0o600);
  try {
    const store = new EventStore(fresh);
    try {
      if (store.database.prepare('PRAGMA integrity_check(1)').get()?.integrity_check !== 'ok')
        throw new HaleError('corrupt', 'this backup is not whole', { file });
      const found = { events: store.count({}), members: store.countMembers() };
      // One file, without a log beside it that would have to move along.
      store.database.exec('PRAGMA journal_mode = DELETE');
      return found;
    } finally {
      store.close();
    }
  } catch (error) {
    throw asHaleError(error);
  }
}

/** What was there, with what of it still stands in its log. Its name; null = nothing was. */
function setAside(dir: string): string | null {
  const path = join(dir, 'events.db');
  if (!existsSync(path)) return null;
  const name = join(dir, `replaced-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}Z.db`);
  // The log first: a database without its log would be older than it was, a log without its database is nothing.
  for (const end of ['-wal', '-shm', '']) if (existsSync(`${path}${end}`)) renameSync(`${path}${end}`, `${name}${end}`);
  return name;
}

/** What was deleted since the backup comes back by it, and goes again. */
async function repeatRequests(dir: string, replaced: string): Promise<number | null> {
  const store = new EventStore(join(dir, 'events.db'));
  const importing = new EventImport(store, lastPolicy(dir));
  const counts: ImportCounts = noCounts();
  try {
    let lines: { number: number; text: string }[] = [];
    const take = async () => {
      addCounts(counts, await importing.take(lines));
      lines = [];
    };
    for (const text of requestsIn(replaced)) {
      lines.push({ number: 0, text });
      if (lines.length >= HOST_LIMITS.importLinesAtOnce) await take();
    }
    await take();
    return counts.stored;
  } catch (error) {
    const known = asHaleError(error);
    if (known instanceof HaleError && known.code === 'corrupt') return null;
    throw known;
  } finally {
    importing.close();
    store.close();
  }
}

function* requestsIn(path: string): Generator<string> {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    yield* exportLines(database, { kinds: [KINDS.deletion, KINDS.vanish] });
  } finally {
    database.close();
  }
}
