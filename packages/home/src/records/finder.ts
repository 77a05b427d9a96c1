// The index of each subject's records, in this process' memory only: read from its sealed snapshot or made when somebody first searches, in slices so
// that a node goes on with its work, kept up with every change, written sealed when nobody searches, and let go after a while.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { RecordEntry } from '@hale/vault/records';
import { RECORDS_IDLE_MILLIS, resolve } from '@hale/vault/records';
import { decodeSnapshot, encodeSnapshot, RecordIndex, searchParameters } from '@hale/vault/records/search';
import { replaceFile } from '../durable-file.ts';
import type { Home } from '../home.ts';
import { HOME_LIMITS } from '../limits.ts';
import { turns } from '../turns.ts';
import { findFile, removeFindFiles } from './find-files.ts';

/** Records that are put into the index at once. */
const BATCH = 50;
/** After the last search, so that no search waits for a writing. */
const WRITTEN_AFTER_MICROS = 60e6;

interface Kept {
  index: RecordIndex;
  askedMicros: number;
  /** Records that changed and are not in the index yet; null: any may have. */
  changed: Set<string> | null;
  /** What is on the disk says the same. */
  isWritten: boolean;
}

export class RecordFinder {
  readonly #home: Home;
  readonly #kept = new Map<string, Kept>();
  /** What is being made: whoever asks meanwhile waits for the same. */
  readonly #making = new Map<string, Promise<RecordIndex>>();
  readonly #stop: () => void;

  constructor(home: Home) {
    this.#home = home;
    removeFindFiles(home);
    this.#stop = home.records.watch((subject, ids) => this.#changed(subject, ids));
  }

  #changed(subject: string, ids: readonly string[] | null): void {
    const kept = this.#kept.get(subject);
    if (!kept) return;
    kept.isWritten = false;
    if (ids === null) kept.changed = null;
    else for (const id of ids) kept.changed?.add(id);
  }

  /** The index as the records are now. */
  index(subject: string): Promise<RecordIndex> {
    const making = this.#making.get(subject) ?? this.#made(subject).finally(() => this.#making.delete(subject));
    this.#making.set(subject, making);
    return making;
  }

  async #made(subject: string): Promise<RecordIndex> {
    const turn = turns();
    for (;;) {
      const kept = this.#kept.get(subject) ?? (await this.#read(subject));
      this.#kept.set(subject, kept);
      kept.askedMicros = this.#home.nowMicros();
      const stale = this.#stale(subject, kept);
      if (stale === null) {
        // Records are gone: nothing that was read out of them may stay.
        this.#forget(subject);
        continue;
      }
      if (stale.size === 0 && kept.index.isFollowed) return kept.index;
      await this.#keepUp(subject, kept, stale, turn);
    }
  }

  async #read(subject: string): Promise<Kept> {
    const parameters = await searchParameters();
    const nothing: Kept = { index: new RecordIndex(parameters), askedMicros: 0, changed: null, isWritten: false };
    const path = findFile(this.#home, subject);
    if (!existsSync(path)) return nothing;
    try {
      const packed = this.#home.local.open(`find/${subject}`, readFileSync(path)) as Uint8Array;
      const bytes = inflateRawSync(packed, { maxOutputLength: HOME_LIMITS.findSnapshotBytesMax });
      return { ...nothing, index: decodeSnapshot(new Uint8Array(bytes), parameters), isWritten: true };
    } catch {
      // Cut off, of an older version, or sealed by the words before: what it said stands in the records.
      rmSync(path, { force: true });
      return nothing;
    }
  }

  /** Records that the index lacks or holds as they were before; null: it holds some that are no more. */
  #stale(subject: string, kept: Kept): Set<string> | null {
    const { index, changed } = kept;
    if (changed !== null) return changed;
    const stale = new Set<string>();
    const ids = new Set<string>();
    for (const head of this.#home.records.heads(subject)) {
      ids.add(head.id);
      if (!index.holds(head)) stale.add(head.id);
    }
    return index.records.ids.every((id) => ids.has(id)) ? stale : null;
  }

  async #keepUp(subject: string, kept: Kept, stale: Set<string>, turn: () => Promise<void>): Promise<void> {
    // From here on changes are gathered anew: a record that changes while it is read is read again.
    kept.changed = new Set();
    kept.isWritten = kept.isWritten && stale.size === 0;
    let batch: RecordEntry[] = [];
    const put = async (entry: RecordEntry) => {
      batch.push(entry);
      if (batch.length < BATCH) return;
      kept.index.put(batch);
      batch = [];
      await turn();
    };
    try {
      if (stale.size > this.#home.records.count(subject) / 2) {
        for (const entry of this.#home.records.all(subject, ({ id }) => stale.has(id))) await put(entry);
      } else for (const id of stale) await put(this.#home.records.read(subject, id));
      kept.index.put(batch);
      for (const _ of kept.index.following((from, reference) => resolve(this.#home.records, subject, from, reference)))
        await turn();
    } catch (error) {
      kept.changed = null;
      throw error;
    }
  }

  /** Of subjects whose records are gone nothing stays. */
  forgetErased(): void {
    for (const subject of this.#kept.keys()) if (!this.#home.records.hasAny(subject)) this.#kept.delete(subject);
  }

  /** Writes what changed, and lets go of what nobody has searched for a while. */
  tidy(): void {
    const since = this.#home.nowMicros() - RECORDS_IDLE_MILLIS * 1000;
    for (const [subject, kept] of this.#kept) {
      if (this.#making.has(subject)) continue;
      const isIdle = kept.askedMicros < since;
      if (!kept.isWritten && (isIdle || kept.askedMicros < this.#home.nowMicros() - WRITTEN_AFTER_MICROS))
        this.#write(subject, kept);
      if (isIdle) this.#kept.delete(subject);
    }
  }

  #write(subject: string, kept: Kept): void {
    // What is not in the index yet is found by its stamp when the snapshot is read.
    const packed = deflateRawSync(encodeSnapshot(kept.index), { level: 1 });
    replaceFile(findFile(this.#home, subject), this.#home.local.seal(`find/${subject}`, new Uint8Array(packed)));
    kept.isWritten = true;
  }

  #forget(subject: string): void {
    this.#kept.delete(subject);
    rmSync(findFile(this.#home, subject), { force: true });
  }

  close(): void {
    this.#stop();
    for (const [subject, kept] of this.#kept)
      if (!kept.isWritten && !this.#making.has(subject) && kept.index.size > 0) this.#write(subject, kept);
    this.#kept.clear();
  }
}
