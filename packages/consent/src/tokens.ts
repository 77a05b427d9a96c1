// All tokens that a reader holds for one stream, level and epoch, as one source of leaf keys.
import { fail, type LeafSource } from '@hale/kernel';
import { openToken } from '@hale/kernel/open';

interface HeldToken {
  fromSlot: number;
  toSlot: number;
  nodes: Uint8Array;
  /** Made at the first use: most tokens of a long grant are never looked at. */
  leaves: LeafSource | null;
}

export class TokenSet implements LeafSource {
  /** Ascending by fromSlot once sorted. */
  readonly #tokens: HeldToken[] = [];
  /** #reach[i] = the greatest toSlot among tokens 0 … i: where a search backwards may stop. */
  #reach: number[] = [];
  readonly #ranges = new Set<string>();
  #sorted = true;
  #last: HeldToken | null = null;

  get size(): number {
    return this.#tokens.length;
  }

  /** The nodes were checked against the range when the entry was parsed. A range that is held already changes nothing: one root gives one token for it. */
  add(fromSlot: number, toSlot: number, nodes: Uint8Array): void {
    const range = `${fromSlot}-${toSlot}`;
    if (this.#ranges.has(range)) return;
    this.#ranges.add(range);
    this.#tokens.push({ fromSlot, toSlot, nodes, leaves: null });
    this.#sorted = false;
  }

  covers(slot: number): boolean {
    return this.#find(slot) !== null;
  }

  leaf(slot: number): Uint8Array | null {
    const token = this.#find(slot);
    if (token === null) return null;
    token.leaves ??= openToken(token.fromSlot, token.toSlot, token.nodes);
    return token.leaves.leaf(slot);
  }

  #find(slot: number): HeldToken | null {
    if (!Number.isInteger(slot)) fail('out-of-range', 'slot is not a whole number');
    const last = this.#last;
    if (last !== null && slot >= last.fromSlot && slot < last.toSlot) return last;
    this.#sort();
    for (let i = this.#lastStartingAt(slot); i >= 0 && this.#reach[i] > slot; i--) {
      if (slot < this.#tokens[i].toSlot) {
        this.#last = this.#tokens[i];
        return this.#last;
      }
    }
    return null;
  }

  #lastStartingAt(slot: number): number {
    let low = 0;
    let high = this.#tokens.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#tokens[middle].fromSlot <= slot) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #sort(): void {
    if (this.#sorted) return;
    this.#tokens.sort((a, b) => a.fromSlot - b.fromSlot);
    let reach = 0;
    this.#reach = this.#tokens.map((token) => {
      reach = Math.max(reach, token.toSlot);
      return reach;
    });
    this.#sorted = true;
  }
}
