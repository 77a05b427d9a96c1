// Relays of one operator kept equal, by the clock: each pulls from the others what it lacks (pull.ts). What one of them cannot reach is tried again,
// later each time.
import { randomBytes } from 'node:crypto';
import { HaleError } from '@hale/kernel';
import { backOffMillis } from '@hale/relay/client';
import type { PullReport } from './pull.ts';

export interface MirrorStatus {
  readonly url: string;
  /** The code of an error: 'not-permitted' where the other does not list this relay among its peers. */
  readonly state: 'not yet' | 'equal' | string;
  /** Unix seconds of the last pull that came to its end; null = none did. */
  readonly pulledAt: number | null;
  /** Events taken in since the start. */
  readonly taken: number;
}

interface Mirror {
  readonly url: string;
  state: string;
  pulledAt: number | null;
  taken: number;
  failures: number;
  timer: NodeJS.Timeout | undefined;
}

export class Mirrors {
  readonly #pull: (url: string) => Promise<PullReport>;
  readonly #everyMillis: number;
  readonly #onFailure: (code: string) => void;
  readonly #mirrors: Mirror[];
  readonly #running = new Set<Promise<void>>();
  #ended = false;

  constructor(
    urls: readonly string[],
    pull: (url: string) => Promise<PullReport>,
    options: { everySeconds: number; onFailure: (code: string) => void },
  ) {
    this.#pull = pull;
    this.#everyMillis = options.everySeconds * 1000;
    this.#onFailure = options.onFailure;
    this.#mirrors = urls.map((url) => {
      return { url, state: 'not yet', pulledAt: null, taken: 0, failures: 0, timer: undefined };
    });
    for (const mirror of this.#mirrors) this.#begin(mirror);
  }

  get status(): MirrorStatus[] {
    return this.#mirrors.map(({ url, state, pulledAt, taken }) => ({ url, state, pulledAt, taken }));
  }

  #begin(mirror: Mirror): void {
    const run = this.#run(mirror).finally(() => this.#running.delete(run));
    this.#running.add(run);
  }

  async #run(mirror: Mirror): Promise<void> {
    try {
      const { taken } = await this.#pull(mirror.url);
      mirror.taken += taken;
      mirror.state = 'equal';
      mirror.pulledAt = Math.floor(Date.now() / 1000);
      mirror.failures = 0;
    } catch (error) {
      if (!(error instanceof HaleError)) throw error;
      mirror.failures += 1;
      // Once for each time that it goes wrong, not for each try.
      if (mirror.state !== error.code) this.#onFailure(error.code);
      mirror.state = error.code;
    }
    if (this.#ended) return;
    const pause = mirror.failures === 0 ? this.#everyMillis : backOffMillis(mirror.failures, randomBytes);
    mirror.timer = setTimeout(() => this.#begin(mirror), pause);
    mirror.timer.unref();
  }

  /** Resolves when nothing is being pulled any more. */
  async end(): Promise<void> {
    this.#ended = true;
    for (const { timer } of this.#mirrors) clearTimeout(timer);
    await Promise.all(this.#running);
  }
}
