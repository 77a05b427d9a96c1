// Checkpoints beside the work. A commit only appends to the write-ahead log; copying the log into the database, with two more fsyncs, would hold
// up all who wait for their OK. A thread does that; what is left for the owner of the store is to begin the log anew once it is long.
import { Worker } from 'node:worker_threads';
import { HaleError } from '@hale/kernel';
import type { EventStore } from './events.ts';

export type CheckpointRequest = 'checkpoint' | 'end';

/** As SQLite counts them, in pages: what the log holds, and how much of that is in the database. */
export interface CheckpointAnswer {
  readonly log: number;
  readonly checkpointed: number;
}

/** 64 MB. */
const LOG_PAGES_MAX = 16_384;
/** Pages that the store's own thread copies in a few milliseconds. */
const TAIL_PAGES_MAX = 2_048;
/** Milliseconds between two checkpoints: pages that are written again in this time are copied once. */
const PAUSE_MILLIS = 250;

export class Checkpoints {
  readonly #store: EventStore;
  readonly #worker: Worker;
  readonly #logPagesMax: number;
  readonly #ended: Promise<void>;
  #isBusy = false;
  #isDue = false;
  #isEnding = false;

  /**
   * @param path of the store's file
   * @param logPagesMax pages after which the log is begun anew
   */
  constructor(store: EventStore, path: string, logPagesMax = LOG_PAGES_MAX) {
    this.#store = store;
    this.#logPagesMax = logPagesMax;
    this.#worker = new Worker(new URL('./checkpoint-worker.ts', import.meta.url), { workerData: path });
    this.#worker.unref();
    this.#worker.on('message', (answer: CheckpointAnswer) => this.#answered(answer));
    // Without the thread the store checkpoints by itself again; an error is followed by an exit.
    this.#worker.on('error', () => {});
    this.#ended = new Promise((resolve) => {
      this.#worker.on('exit', () => {
        if (!this.#isEnding) store.checkpointsElsewhere(null);
        resolve();
      });
    });
    store.checkpointsElsewhere(() => this.#committed());
  }

  #committed(): void {
    this.#isDue = true;
    if (this.#isBusy) return;
    this.#isBusy = true;
    setTimeout(() => this.#ask(), PAUSE_MILLIS).unref();
  }

  #ask(): void {
    this.#isDue = false;
    if (!this.#isEnding) this.#worker.postMessage('checkpoint' satisfies CheckpointRequest);
  }

  #answered({ log, checkpointed }: CheckpointAnswer): void {
    const tail = log - checkpointed;
    if (log > this.#logPagesMax && tail <= TAIL_PAGES_MAX) this.#restart();
    else if (log > this.#logPagesMax) {
      // Each round leaves less, for less was written while it ran.
      this.#ask();
      return;
    }
    this.#isBusy = false;
    if (this.#isDue) this.#committed();
  }

  #restart(): void {
    if (this.#isEnding) return;
    try {
      this.#store.restartLog();
    } catch (error) {
      // A disk that fails now is heard of by the next commit, whose events it concerns.
      if (!(error instanceof HaleError)) throw error;
    }
  }

  /** Resolves when the thread has let go of the file. */
  async end(): Promise<void> {
    this.#isEnding = true;
    // Who waits for it must not end before it, as a process does that has nothing else to do.
    this.#worker.ref();
    this.#worker.postMessage('end' satisfies CheckpointRequest);
    await this.#ended;
  }
}
