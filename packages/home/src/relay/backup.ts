// Copies of a relay's database while it runs: one file, as of one moment, synced and looked at before it bears its name. A thread makes them, with a
// connection of its own, so that nobody waits.
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { HaleError } from '@hale/kernel';
import { syncDirectory } from '../durable-file.ts';
import { HOST_LIMITS } from './limits.ts';

export interface BackupRequest {
  readonly from: string;
  readonly to: string;
}

/** `failure` is an error code; null = the copy is whole and on the disk. */
export interface BackupAnswer {
  readonly failure: 'corrupt' | 'full' | 'unavailable' | null;
}

export interface MadeBackup {
  readonly file: string;
  readonly bytes: number;
  readonly seconds: number;
}

const folderOf = (dir: string): string => join(dir, 'backups');
const NAME = /^\d{4}-\d\d-\d\dT\d{6}Z\.db$/;

/** A whole copy as of one moment, by this thread. Pages come in the order of their tables, without free ones. */
export function backupDatabase(from: DatabaseSync, to: string): void {
  // Made first: nobody else ever reads it. SQLite writes into an empty file.
  closeSync(openSync(to, 'wx', 0o600));
  from.prepare('VACUUM INTO ?').run(to);
  syncFile(to);
}

export function syncFile(path: string): void {
  const handle = openSync(path, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * @param dir of a relay, running or not
 * @param file where the copy is to be; absent: into its folder `backups`, under the time of now
 * @throws HaleError 'not-found' no relay has run there · 'conflict' there is a file of that name · 'corrupt' | 'full' | 'unavailable'
 */
export async function backupRelay(dir: string, file?: string, nowMillis = Date.now): Promise<MadeBackup> {
  const from = join(dir, 'events.db');
  if (!existsSync(from))
    throw new HaleError('not-found', 'no relay has run in this folder yet; start it with `hale relay`');
  if (file === undefined) mkdirSync(folderOf(dir), { recursive: true, mode: 0o700 });
  const to = file ?? join(folderOf(dir), nameAt(nowMillis()));
  if (existsSync(to))
    throw new HaleError('conflict', 'there is a file of that name; nothing was changed', { file: to });
  const began = nowMillis();
  const part = `${to}.part`;
  rmSync(part, { force: true });
  try {
    await copyInThread({ from, to: part });
    renameSync(part, to);
    syncDirectory(dirname(to));
  } finally {
    rmSync(part, { force: true });
  }
  return { file: to, bytes: statSync(to).size, seconds: Math.round((nowMillis() - began) / 100) / 10 };
}

const nameAt = (millis: number): string => `${new Date(millis).toISOString().slice(0, 19).replaceAll(':', '')}Z.db`;

async function copyInThread(request: BackupRequest): Promise<void> {
  const worker = new Worker(new URL('./backup-worker.ts', import.meta.url), { workerData: request });
  const { failure } = await new Promise<BackupAnswer>((resolve) => {
    worker.once('message', resolve);
    worker.once('error', () => resolve({ failure: 'unavailable' }));
    worker.once('exit', () => resolve({ failure: 'unavailable' }));
  });
  await worker.terminate();
  if (failure === 'corrupt')
    throw new HaleError('corrupt', 'the database is damaged, so that no whole copy can be made');
  if (failure === 'full') throw new HaleError('full', 'there is no room for the copy');
  if (failure !== null) throw new HaleError('unavailable', 'the copy could not be made');
}

/** Files of the folder `backups`, the newest first. Those that somebody put there count too. */
export function backupsOf(dir: string): { path: string; atMillis: number }[] {
  const folder = folderOf(dir);
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith('.db'));
  const dated = files.map((name) => ({ path: join(folder, name), atMillis: statSync(join(folder, name)).mtimeMs }));
  return dated.sort((a, b) => b.atMillis - a.atMillis);
}

/** Removes the oldest of those that bear a time as their name; what somebody put there by hand stays. */
function dropOld(dir: string, keepCount: number): void {
  const own = existsSync(folderOf(dir)) ? readdirSync(folderOf(dir)).filter((name) => NAME.test(name)) : [];
  for (const name of own.sort().slice(0, -keepCount)) rmSync(join(folderOf(dir), name));
}

/** Backups by the clock: the first when the last one is old enough, also across restarts. One that failed is tried again soon. */
export class BackupSchedule {
  readonly #dir: string;
  readonly #everyMillis: number;
  readonly #keepCount: number;
  readonly #onFailure: (code: string) => void;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> | null = null;
  /** Unix milliseconds before which no other is tried. */
  #notBefore = 0;

  constructor(
    dir: string,
    options: { everyHours: number; keepCount: number; onFailure: (code: string) => void; lookMillis?: number },
  ) {
    this.#dir = dir;
    this.#everyMillis = options.everyHours * 3_600_000;
    this.#keepCount = options.keepCount;
    this.#onFailure = options.onFailure;
    this.#timer = setInterval(() => this.#look(), options.lookMillis ?? HOST_LIMITS.backupLookMillis);
    this.#timer.unref();
    this.#look();
  }

  #look(): void {
    const last = backupsOf(this.#dir)[0]?.atMillis ?? 0;
    const now = Date.now();
    if (this.#running || now < last + this.#everyMillis || now < this.#notBefore) return;
    this.#running = this.#make().finally(() => {
      this.#running = null;
    });
  }

  async #make(): Promise<void> {
    try {
      await backupRelay(this.#dir);
      dropOld(this.#dir, this.#keepCount);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#notBefore = Date.now() + HOST_LIMITS.backupRetryMillis;
      this.#onFailure(error instanceof HaleError ? error.code : String((error as NodeJS.ErrnoException).code));
    }
  }

  /** Resolves when none is being made any more. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }
}
