// The key tree (GGM, binary, depth 32, leaf = slot): which nodes cover a range of slots, and walking down from a node.
// DESIGN §4 and specs/stream.md §3. A cover shows exactly its leaves: the parent of a node cannot be computed from it.

import { utf8Encode } from './bytes.ts';
import { fail } from './errors.ts';
import { SLOT_END } from './grid.ts';
import { sha256 } from './primitives.ts';

export const TREE_DEPTH = 32;
export const NODE_BYTES = 32;
/** Exact worst case of a cover at depth 32: two nodes on each of 31 levels. */
export const COVER_NODES_MAX = 62;

/** A node: the leaves index·2^(32−depth) .. (index+1)·2^(32−depth) − 1. */
export interface NodePosition {
  readonly depth: number;
  readonly index: number;
}

/** Gives leaf keys, or null for a slot that the holder cannot open. The array is shared: copy before you change it. */
export interface LeafSource {
  leaf(slot: number): Uint8Array | null;
}

/** Minimal set of nodes whose leaves are exactly [a, b), in ascending order; 0 ≤ a < b ≤ 2³². At most 62. */
export function coverPositions(a: number, b: number): NodePosition[] {
  if (!Number.isInteger(a) || !Number.isInteger(b) || a < 0 || b > SLOT_END || a >= b) {
    fail('out-of-range', 'a token needs a non-empty range of 32-bit slots');
  }
  const nodes: NodePosition[] = [];
  for (let at = a; at < b; ) {
    // the largest aligned block that begins here: ctz of `at`, shrunk until it fits
    let height = at === 0 ? TREE_DEPTH : 31 - Math.clz32(at & -at);
    while (2 ** height > b - at) height--;
    nodes.push({ depth: TREE_DEPTH - height, index: at / 2 ** height });
    at += 2 ** height;
  }
  return nodes;
}

const PREFIX = utf8Encode('hale/tree/1');

/** Child = SHA-256("hale/tree/1" ‖ node ‖ bit): 44 bytes, so one compression per step. */
export function childNode(node: Uint8Array, bit: 0 | 1): Uint8Array {
  const message = new Uint8Array(PREFIX.length + NODE_BYTES + 1);
  message.set(PREFIX, 0);
  message.set(node, PREFIX.length);
  message[PREFIX.length + NODE_BYTES] = bit;
  return sha256(message);
}

/**
 * Leaves below one node. Keeps the last path, so that ascending slots cost about two hashes each and not 32.
 * `depth` and `index` place the node; the default is the root.
 */
export class LeafWalker implements LeafSource {
  readonly #depth: number;
  readonly #index: number;
  readonly #path: Uint8Array[];
  /** Levels of #path that are valid for #slot. */
  #known: number;
  #slot = 0;

  constructor(node: Uint8Array, depth = 0, index = 0) {
    if (node.length !== NODE_BYTES) fail('malformed', 'a tree node has 32 bytes');
    this.#depth = depth;
    this.#index = index;
    this.#path = [node];
    this.#known = depth;
  }

  leaf(slot: number): Uint8Array {
    if (!Number.isInteger(slot) || slot < 0 || slot >= SLOT_END)
      fail('out-of-range', 'slot is not an unsigned 32-bit number');
    const height = TREE_DEPTH - this.#depth;
    if (Math.floor(slot / 2 ** height) !== this.#index) fail('out-of-range', 'slot is not below this node');
    const shared = Math.clz32(slot ^ this.#slot);
    let level = Math.max(this.#depth, Math.min(this.#known, shared));
    this.#known = level;
    for (; level < TREE_DEPTH; level++) {
      const bit = ((slot >>> (TREE_DEPTH - 1 - level)) & 1) as 0 | 1;
      this.#path[level + 1 - this.#depth] = childNode(this.#path[level - this.#depth]!, bit);
    }
    this.#known = TREE_DEPTH;
    this.#slot = slot;
    return this.#path[height]!;
  }
}
