// How often each key did something in the running window of time. In memory only; a restart begins anew.
export class Tally {
  readonly #windowSeconds: number;
  readonly #counts = new Map<string, number>();
  #window = 0;

  constructor(windowSeconds: number) {
    this.#windowSeconds = windowSeconds;
  }

  /**
   * Counts once more for that key.
   * @param now Unix seconds
   * @param weight for how many it counts
   * @returns whether that is still at most `max` in this window
   */
  take(key: string, now: number, max: number, weight = 1): boolean {
    const window = Math.floor(now / this.#windowSeconds);
    if (window !== this.#window) this.#counts.clear();
    this.#window = window;
    const count = (this.#counts.get(key) ?? 0) + weight;
    this.#counts.set(key, count);
    return count <= max;
  }
}
