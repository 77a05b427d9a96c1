// How a relay is doing, as numbers: what the status page and the command show, and what a monitor fetches. Of members there is a number and no key.
import { statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { backupsOf } from './backup.ts';
import { pagesOf } from './compaction.ts';
import type { RelayCounts } from './counts.ts';
import { type Drill, lastDrill } from './drill.ts';
import type { Held } from './held.ts';
import type { RelayHandle } from './host.ts';
import { HOST_LIMITS } from './limits.ts';
import type { MirrorStatus } from './mirrors.ts';

export interface RelayStatus {
  /** Unix seconds. */
  readonly at: number;
  readonly startedAt: number;
  readonly url: string;
  readonly version: string;
  readonly private: boolean;
  readonly socketsOpen: number;
  readonly socketsMax: number;
  readonly counts: RelayCounts;
  /** null until they were counted for the first time. */
  readonly held: Held | null;
  readonly heldAt: number | null;
  readonly fileBytes: number;
  readonly logBytes: number;
  readonly freeBytesOfFile: number;
  readonly freeBytesOfDisk: number;
  readonly memoryBytes: number;
  readonly checkedAtStart: 'whole' | 'damaged' | 'later';
  readonly lastBackup: { readonly at: number; readonly bytes: number } | null;
  readonly drill: Drill | null;
  readonly mirrors: readonly MirrorStatus[];
}

export interface StatusOptions {
  readonly dir: string;
  readonly relay: RelayHandle;
  readonly private: boolean;
  readonly version: string;
  readonly socketsMax: number;
  readonly checkedAtStart: () => RelayStatus['checkedAtStart'];
  readonly mirrors: () => readonly MirrorStatus[];
}

export class StatusSource {
  readonly #options: StatusOptions;
  #held: { value: Held; atMillis: number } | null = null;
  #counting: Promise<void> | null = null;

  constructor(options: StatusOptions) {
    this.#options = options;
  }

  async now(): Promise<RelayStatus> {
    // Counted at most once a minute, by a thread.
    if (this.#held === null || Date.now() - this.#held.atMillis > HOST_LIMITS.heldCountMillis)
      this.#counting ??= this.#count();
    // The first time it is waited for, later the last numbers do.
    if (this.#held === null) await this.#counting;
    const { dir, relay, private: isPrivate, version, socketsMax, checkedAtStart, mirrors } = this.#options;
    const path = join(dir, 'events.db');
    const { free } = pagesOf(relay.store);
    const disk = statfsSync(dir);
    const [backup] = backupsOf(dir);
    return {
      at: Math.floor(Date.now() / 1000),
      startedAt: Math.floor(relay.counts.startedAt / 1000),
      url: relay.url,
      version,
      private: isPrivate,
      socketsOpen: relay.socketsOpen(),
      socketsMax,
      counts: relay.counts,
      held: this.#held?.value ?? null,
      heldAt: this.#held ? Math.floor(this.#held.atMillis / 1000) : null,
      fileBytes: sizeOf(path),
      logBytes: sizeOf(`${path}-wal`),
      freeBytesOfFile: free * HOST_LIMITS.pageBytes,
      freeBytesOfDisk: disk.bavail * disk.bsize,
      memoryBytes: process.memoryUsage.rss(),
      checkedAtStart: checkedAtStart(),
      lastBackup: backup ? { at: Math.floor(backup.atMillis / 1000), bytes: sizeOf(backup.path) } : null,
      drill: lastDrill(dir),
      mirrors: mirrors(),
    };
  }

  async #count(): Promise<void> {
    const worker = new Worker(new URL('./held-worker.ts', import.meta.url), {
      workerData: join(this.#options.dir, 'events.db'),
    });
    worker.unref();
    const value = await new Promise<Held | null>((resolve) => {
      worker.once('message', resolve);
      worker.once('error', () => resolve(null));
    });
    if (value) this.#held = { value, atMillis: Date.now() };
    this.#counting = null;
  }
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
