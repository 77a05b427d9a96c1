// What was acknowledged, kept by the clients: the truth that a store is held against after a crash.

interface Told {
  acknowledged: number | undefined;
  /** Sent, but no answer came: may be there or not. */
  maybe: Set<number>;
}

export class Ledger {
  readonly #series = new Map<string, Map<number, Told>>();
  acknowledgedSamples = 0;

  #told(series: string, time: number): Told {
    const all = this.#series.get(series) ?? new Map<number, Told>();
    this.#series.set(series, all);
    const told = all.get(time) ?? { acknowledged: undefined, maybe: new Set() };
    all.set(time, told);
    return told;
  }

  sending(series: string, samples: readonly [number, number][]): void {
    for (const [time, value] of samples) this.#told(series, time).maybe.add(value);
  }

  acknowledged(series: string, samples: readonly [number, number][]): void {
    for (const [time, value] of samples) {
      const told = this.#told(series, time);
      if (told.acknowledged === undefined) this.acknowledgedSamples++;
      told.acknowledged = value;
      told.maybe.clear();
    }
  }

  get names(): string[] {
    return [...this.#series.keys()];
  }

  times(series: string): number[] {
    return [...(this.#series.get(series)?.keys() ?? [])];
  }

  /** Differences between the ledger and what a store holds of a series: lost, changed, invented. Empty when all is well. */
  differences(series: string, stored: Map<number, number>): string[] {
    const found: string[] = [];
    const all = this.#series.get(series) ?? new Map<number, Told>();
    for (const [time, { acknowledged, maybe }] of all) {
      const value = stored.get(time);
      if (value === undefined ? acknowledged !== undefined : value !== acknowledged && !maybe.has(value))
        found.push(`${series} at ${time}: acknowledged ${acknowledged}, stored ${value}`);
    }
    for (const time of stored.keys()) if (!all.has(time)) found.push(`${series} at ${time}: never sent`);
    return found;
  }
}

/** Numbers that repeat from a seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
