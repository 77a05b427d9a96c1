// The only source of chance in a simulation: sfc32 (C. Doty-Humphrey), seeded by a text. Not for keys outside of tests.
import { sha256, utf8Encode } from '@hale/kernel';

export class Prng {
  readonly #state: Uint32Array;

  /** The same text gives the same numbers, on every machine. */
  constructor(seed: string) {
    const digest = sha256(utf8Encode(seed));
    this.#state = new Uint32Array(4);
    const view = new DataView(digest.buffer, digest.byteOffset);
    for (let i = 0; i < 4; i++) this.#state[i] = view.getUint32(4 * i);
  }

  /** Unsigned 32-bit. */
  next(): number {
    const s = this.#state;
    const sum = (s[0] + s[1] + s[3]) >>> 0;
    s[3] += 1;
    s[0] = s[1] ^ (s[1] >>> 9);
    s[1] = s[2] + (s[2] << 3);
    s[2] = ((s[2] << 21) | (s[2] >>> 11)) + sum;
    return sum;
  }

  /** 0 ≤ n < end */
  int(end: number): number {
    return Math.floor((this.next() / 2 ** 32) * end);
  }

  /** first ≤ n ≤ last */
  between(first: number, last: number): number {
    return first + this.int(last - first + 1);
  }

  chance(probability: number): boolean {
    return this.next() / 2 ** 32 < probability;
  }

  /** @throws where the list is empty */
  pick<T>(list: readonly T[]): T {
    if (list.length === 0) throw new Error('nothing to pick from');
    return list[this.int(list.length)];
  }

  /** One of the names, each as often as its weight says. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name {
    const entries = Object.entries(weights) as [Name, number][];
    let left = this.int(entries.reduce((sum, [, weight]) => sum + weight, 0));
    for (const [name, weight] of entries) {
      if (left < weight) return name;
      left -= weight;
    }
    return entries[0][0];
  }

  shuffle<T>(list: readonly T[]): T[] {
    const out = [...list];
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.int(i + 1);
      [out[i], out[j]] = [out[j], out[i]];
    }
    return out;
  }

  bytes(byteLength: number): Uint8Array {
    const out = new Uint8Array(byteLength);
    for (let i = 0; i < byteLength; i += 4) {
      const word = this.next();
      for (let k = 0; k < 4 && i + k < byteLength; k++) out[i + k] = word >>> (8 * k);
    }
    return out;
  }
}
