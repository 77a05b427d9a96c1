// Tokens: what a grant carries to open a run of slots. The positions are implied by [a, b), so only the node keys travel.
import { concatBytes } from './bytes.ts';
import { fail } from './errors.ts';
import { SLOT_END } from './grid.ts';
import { childNode, coverPositions, type LeafSource, LeafWalker, NODE_BYTES, type NodePosition } from './tree.ts';

function nodeKey(root: Uint8Array, position: NodePosition): Uint8Array {
  let node = root;
  for (let level = position.depth - 1; level >= 0; level--) {
    node = childNode(node, (Math.floor(position.index / 2 ** level) % 2) as 0 | 1);
  }
  return node;
}

/** Node keys that open exactly the slots [a, b) below `root`: 32 bytes each, at most 1,984 in all. */
export function sealToken(root: Uint8Array, a: number, b: number): Uint8Array {
  if (root.length !== NODE_BYTES) fail('malformed', 'a tree root has 32 bytes');
  return concatBytes(...coverPositions(a, b).map((position) => nodeKey(root, position)));
}

/** Leaves of the token for [a, b); `leaf` answers null outside. Throws 'malformed' if the length does not fit the range. */
export function openToken(a: number, b: number, bytes: Uint8Array): LeafSource {
  const positions = coverPositions(a, b);
  if (bytes.length !== positions.length * NODE_BYTES) fail('malformed', 'token length does not fit its range');
  const ends = positions.map(({ depth, index }) => (index + 1) * 2 ** (32 - depth));
  const walkers: (LeafWalker | undefined)[] = [];
  return {
    leaf(slot: number): Uint8Array | null {
      if (!Number.isInteger(slot) || slot < 0 || slot >= SLOT_END)
        fail('out-of-range', 'slot is not an unsigned 32-bit number');
      if (slot < a || slot >= b) return null;
      const n = ends.findIndex((end) => slot < end);
      const { depth, index } = positions[n]!;
      walkers[n] ??= new LeafWalker(bytes.slice(n * NODE_BYTES, (n + 1) * NODE_BYTES), depth, index);
      return walkers[n].leaf(slot);
    },
  };
}
