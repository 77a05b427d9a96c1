import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COVER_NODES_MAX, coverPositions, HaleError, toHex } from '../src/index.ts';
import { openToken } from '../src/open.ts';
import { LeafWalker, sealToken } from '../src/seal.ts';
import { childNode } from '../src/tree.ts';

const ROOT = Uint8Array.from({ length: 32 }, (_, i) => i);
const END = 2 ** 32;

/** Thirty-two steps from the root, nothing kept. */
function plainLeaf(root: Uint8Array, slot: number): Uint8Array {
  return Array.from({ length: 32 }, (_, i) => ((slot >>> (31 - i)) & 1) as 0 | 1).reduce(childNode, root);
}

/** Smallest number of aligned blocks that tile [a, b), by trying all of them (dynamic programming). */
function bruteCover(a: number, b: number): number {
  const best = new Map<number, number>([[a, 0]]);
  for (let at = a; at < b; at++) {
    const soFar = best.get(at);
    if (soFar === undefined) continue;
    for (let size = 1; at % size === 0 && at + size <= b; size *= 2) {
      best.set(at + size, Math.min(best.get(at + size) ?? Infinity, soFar + 1));
    }
  }
  return best.get(b)!;
}

describe('cover', () => {
  it('is minimal and exact: all ranges of 64 leaves against brute force', () => {
    for (let a = 0; a < 64; a++) {
      for (let b = a + 1; b <= 64; b++) {
        const nodes = coverPositions(a, b);
        expect(nodes.length).toBe(bruteCover(a, b));
        let next = a;
        for (const { depth, index } of nodes) {
          expect(index * 2 ** (32 - depth)).toBe(next);
          next += 2 ** (32 - depth);
        }
        expect(next).toBe(b);
      }
    }
  });

  it('never has more than 62 nodes, and has 62 for [1, 2³² − 1)', () => {
    expect(coverPositions(1, END - 1)).toHaveLength(COVER_NODES_MAX);
    expect(sealToken(ROOT, 1, END - 1)).toHaveLength(1984);
    expect(coverPositions(0, END)).toEqual([{ depth: 0, index: 0 }]);
    const bound = fc.integer({ min: 0, max: END });
    fc.assert(
      fc.property(bound, bound, (x, y) => {
        fc.pre(x !== y);
        const nodes = coverPositions(Math.min(x, y), Math.max(x, y));
        const leaves = nodes.reduce((sum, { depth }) => sum + 2 ** (32 - depth), 0);
        return nodes.length <= COVER_NODES_MAX && leaves === Math.abs(x - y);
      }),
      { numRuns: 2000 },
    );
  });

  it('refuses empty and impossible ranges', () => {
    for (const [a, b] of [
      [5, 5],
      [6, 5],
      [-1, 5],
      [0, END + 1],
      [0.5, 2],
      [Number.NaN, 3],
    ]) {
      expect(() => coverPositions(a, b)).toThrow(HaleError);
    }
  });
});

describe('leaves', () => {
  const slots = fc.oneof(
    fc.integer({ min: 0, max: END - 1 }),
    fc.integer({ min: 0, max: 40 }),
    fc.integer({ min: END - 40, max: END - 1 }),
  );

  it('are the same by the walker, in any order, as step by step', () => {
    fc.assert(
      fc.property(fc.array(slots, { minLength: 1, maxLength: 12 }), (order) => {
        const walker = new LeafWalker(ROOT);
        for (const slot of order) expect(toHex(walker.leaf(slot))).toBe(toHex(plainLeaf(ROOT, slot)));
      }),
      { numRuns: 300 },
    );
  });

  it('of a token are exactly those of [a, b)', () => {
    fc.assert(
      fc.property(slots, fc.integer({ min: 1, max: 5000 }), (a, span) => {
        const b = Math.min(END, a + span);
        const source = openToken(a, b, sealToken(ROOT, a, b));
        for (const slot of [a, b - 1, Math.floor((a + b) / 2), a + 1, b - 2]) {
          if (slot >= a && slot < b) expect(toHex(source.leaf(slot)!)).toBe(toHex(plainLeaf(ROOT, slot)));
        }
        for (const slot of [a - 1, b, b + 1, a - 2]) {
          if (slot >= 0 && slot < END) expect(source.leaf(slot)).toBeNull();
        }
      }),
      { numRuns: 200 },
    );
  });

  it('refuse slots beyond 32 bits and tokens of a wrong length', () => {
    const walker = new LeafWalker(ROOT);
    for (const slot of [-1, END, 1.5, Number.NaN]) expect(() => walker.leaf(slot)).toThrow(HaleError);
    const token = sealToken(ROOT, 3, 9);
    expect(() => openToken(3, 9, token.subarray(1))).toThrow(HaleError);
    expect(() => openToken(3, 11, token)).toThrow(HaleError);
    expect(() => new LeafWalker(new Uint8Array(31))).toThrow(HaleError);
  });
});
