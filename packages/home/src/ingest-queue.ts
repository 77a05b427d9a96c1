// Group commit: everything that devices deliver while one commit runs goes into the next, so that many small batches share one fsync.
// A promise resolves only when its samples are on disk.
import type { HaleError } from '@hale/kernel';
import type { IngestResult, OpenStream, Samples, Vault } from '@hale/vault';

interface Batch {
  stream: OpenStream;
  samples: Samples;
  /** What the stream has already stays. */
  yields?: boolean;
}

interface Waiting {
  batches: Batch[];
  samples: number;
  /** Written in the same transaction. */
  beside: () => void;
  resolve: (results: IngestResult[]) => void;
  reject: (error: HaleError) => void;
}

/** Samples in one commit: bounds the time between a first batch's arrival and its answer. */
const SAMPLES_PER_COMMIT = 500_000;

export class IngestQueue {
  readonly #vault: Vault;
  readonly #taken: (stream: OpenStream, samples: Samples) => void;
  #waiting: Waiting[] = [];
  #scheduled = false;
  #closed = false;

  constructor(vault: Vault, taken: (stream: OpenStream, samples: Samples) => void) {
    this.#vault = vault;
    this.#taken = taken;
  }

  /** @throws HaleError 'full' | 'retired' | 'out-of-range', with nothing of these batches kept */
  ingest(batches: Batch[], beside: () => void = () => {}): Promise<IngestResult[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        batches,
        samples: batches.reduce((sum, batch) => sum + batch.samples.times.length, 0),
        beside,
        resolve,
        reject,
      });
      if (this.#scheduled || this.#closed) return;
      this.#scheduled = true;
      setImmediate(() => this.#commit());
    });
  }

  #commit(): void {
    this.#scheduled = false;
    const group: Waiting[] = [];
    for (let samples = 0; this.#waiting.length > 0 && samples < SAMPLES_PER_COMMIT; ) {
      const next = this.#waiting.shift() as Waiting;
      samples += next.samples;
      group.push(next);
    }
    if (group.length > 0) this.#commitGroup(group);
    if (this.#waiting.length > 0 && !this.#scheduled) {
      this.#scheduled = true;
      setImmediate(() => this.#commit());
    }
  }

  #commitGroup(group: Waiting[]): void {
    try {
      const results = this.#vault.ingest(
        group.flatMap((waiting) => waiting.batches),
        () => {
          for (const { beside } of group) beside();
        },
      );
      let at = 0;
      for (const waiting of group) {
        waiting.resolve(results.slice(at, at + waiting.batches.length));
        at += waiting.batches.length;
        for (const { stream, samples } of waiting.batches) this.#taken(stream, samples);
      }
    } catch (error) {
      // One device's impossible batch must not cost the others theirs.
      if (group.length === 1) group[0].reject(error as HaleError);
      else for (const waiting of group) this.#commitGroup([waiting]);
    }
  }

  async close(): Promise<void> {
    while (this.#waiting.length > 0) this.#commit();
    this.#closed = true;
  }
}
