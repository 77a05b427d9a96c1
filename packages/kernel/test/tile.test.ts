import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  batchedBytes,
  bucketFor,
  compareTileOrder,
  decodeBatch,
  encodeBatch,
  HaleError,
  LIMITS,
  planBatches,
  schnorrPublic,
  type Tile,
  type TileFields,
  tileHash,
  toHex,
} from '../src/index.ts';
import { openTile } from '../src/open.ts';
import { sealTile } from '../src/seal.ts';

const LEAF = new Uint8Array(32).fill(9);
const AUTHOR = schnorrPublic(new Uint8Array(32).fill(3));
const FIELDS: TileFields = {
  author: AUTHOR,
  label: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  slot: 4_000_000_000,
  epoch: 2,
  generation: 1,
  revision: 5,
  part: 0,
  salt: new Uint8Array(16).fill(8),
};
const PAYLOAD = Uint8Array.from({ length: 200 }, (_, i) => i);

function codeOf(attempt: () => unknown): string {
  try {
    attempt();
    return 'opened';
  } catch (error) {
    if (!(error instanceof HaleError)) throw error;
    return error.code;
  }
}

describe('buckets', () => {
  it('hold what they should, waste little and are few', () => {
    const seen = new Set<number>();
    for (let n = 0; n <= LIMITS.tilePlainBytesMax; n++) {
      const bucket = bucketFor(n);
      seen.add(bucket);
      if (bucket < n || bucketFor(bucket) !== bucket) expect.fail(`bucket of ${n}`);
      if (n > 1024 && bucket > n * 1.032) expect.fail(`bucket of ${n} wastes too much`);
    }
    expect(Math.min(...seen)).toBe(128);
    expect(Math.max(...seen)).toBe(LIMITS.tilePlainBytesMax);
    expect(seen.size).toBeLessThan(210);
    expect(codeOf(() => bucketFor(LIMITS.tilePlainBytesMax + 1))).toBe('too-large');
  });
});

describe('tile', () => {
  it('opens to what was sealed, for any length that fits', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 300 }),
          fc.integer({ min: 0, max: 47_100 }).map((n) => new Uint8Array(n).fill(1)),
        ),
        (payload) => {
          expect(toHex(openTile(LEAF, sealTile(LEAF, FIELDS, payload)))).toBe(toHex(payload));
        },
      ),
      { numRuns: 150 },
    );
    expect(codeOf(() => sealTile(LEAF, FIELDS, new Uint8Array(47_101)))).toBe('too-large');
  });

  it('opens under nothing else: every other header field, every flipped bit of header and ciphertext', () => {
    const tile = sealTile(LEAF, FIELDS, PAYLOAD);
    expect(codeOf(() => openTile(LEAF, tile))).toBe('opened');
    const flip = (bytes: Uint8Array, bit: number) => {
      const copy = bytes.slice();
      copy[bit >>> 3] ^= 128 >>> (bit & 7);
      return copy;
    };
    const outcome = (changed: Tile) => codeOf(() => openTile(LEAF, changed));
    for (const name of ['author', 'label', 'salt', 'commitment', 'ciphertext'] as const) {
      for (let bit = 0; bit < tile[name].length * 8; bit++)
        expect(outcome({ ...tile, [name]: flip(tile[name], bit) })).toBe('not-authentic');
    }
    for (const name of ['slot', 'epoch', 'generation', 'revision'] as const) {
      for (let bit = 0; bit < 32; bit++)
        expect(outcome({ ...tile, [name]: (tile[name] ^ (1 << bit)) >>> 0 })).toBe('not-authentic');
    }
    for (let bit = 0; bit < 16; bit++) expect(outcome({ ...tile, part: tile.part ^ (1 << bit) })).toBe('not-authentic');
    for (let bit = 0; bit < 256; bit++) expect(codeOf(() => openTile(flip(LEAF, bit), tile))).toBe('not-authentic');
    expect(outcome({ ...tile, ciphertext: tile.ciphertext.subarray(1) })).toBe('malformed');
    expect(outcome({ ...tile, suite: 2 })).toBe('unknown-suite');
  });

  it('hashes to another name with every changed byte', () => {
    const tile = sealTile(LEAF, FIELDS, PAYLOAD);
    const names = [tile, { ...tile, revision: 6 }, { ...tile, ciphertext: tile.ciphertext.slice().fill(1, 0, 1) }].map(
      (each) => toHex(tileHash(AUTHOR, each)),
    );
    expect(new Set(names).size).toBe(3);
    expect(compareTileOrder({ generation: 1, revision: 9 }, { generation: 2, revision: 0 })).toBeLessThan(0);
  });

  it('refuses fields that have no place in the header', () => {
    for (const broken of [
      { slot: -1 },
      { slot: 2 ** 32 },
      { epoch: 1.5 },
      { part: 65_536 },
      { salt: new Uint8Array(15) },
      { label: new Uint8Array(9) },
    ]) {
      expect(() => sealTile(LEAF, { ...FIELDS, ...broken }, PAYLOAD)).toThrow(HaleError);
    }
  });
});

describe('batch', () => {
  const tiles = [0, 1, 2, 3].map((n) =>
    sealTile(LEAF, { ...FIELDS, slot: n, part: n % 2, salt: new Uint8Array(16).fill(n) }, PAYLOAD.subarray(n)),
  );
  const whole = { label: FIELDS.label, epoch: FIELDS.epoch, generation: FIELDS.generation, tiles };

  it('gives back the tiles, and the same bytes again', () => {
    const bytes = encodeBatch(whole);
    const batch = decodeBatch(AUTHOR, bytes);
    expect(batch.tiles.map((tile) => toHex(tileHash(AUTHOR, tile)))).toEqual(
      tiles.map((tile) => toHex(tileHash(AUTHOR, tile))),
    );
    expect(toHex(encodeBatch(batch))).toBe(toHex(bytes));
    for (const tile of batch.tiles) openTile(LEAF, tile);
    const stranger = decodeBatch(schnorrPublic(LEAF), bytes);
    expect(codeOf(() => openTile(LEAF, stranger.tiles[0]))).toBe('not-authentic');
  });

  it('refuses what is mixed, empty, cut, longer, of another version or no bucket', () => {
    const bytes = encodeBatch(whole);
    expect(codeOf(() => encodeBatch({ ...whole, tiles: [] }))).toBe('usage');
    expect(codeOf(() => encodeBatch({ ...whole, epoch: 9 }))).toBe('usage');
    expect(codeOf(() => decodeBatch(AUTHOR, bytes.subarray(0, -1)))).toBe('malformed');
    expect(codeOf(() => decodeBatch(AUTHOR, Uint8Array.from([...bytes, 0])))).toBe('malformed');
    expect(codeOf(() => decodeBatch(AUTHOR, Uint8Array.from([2, ...bytes.subarray(1)])))).toBe('unsupported');
    expect(codeOf(() => decodeBatch(AUTHOR, new Uint8Array(48_001)))).toBe('too-large');
    expect(
      codeOf(() => encodeBatch({ ...whole, tiles: [{ ...tiles[0], size: 130, ciphertext: new Uint8Array(130) }] })),
    ).toBe('malformed');
  });

  it('is planned so that each fits, in order, one day each; the largest tile fits alone', () => {
    const many = Array.from({ length: 300 }, (_, n) =>
      sealTile(LEAF, { ...FIELDS, slot: n, salt: new Uint8Array(16).fill(n) }, new Uint8Array(20 + n)),
    );
    const groups = planBatches(many, (tile) => Math.floor(tile.slot / 100));
    expect(groups.flat()).toEqual(many);
    for (const group of groups) {
      expect(new Set(group.map((tile) => Math.floor(tile.slot / 100))).size).toBe(1);
      expect(encodeBatch({ ...whole, tiles: group }).length).toBeLessThanOrEqual(LIMITS.batchBytesMax);
    }
    const largest = sealTile(LEAF, FIELDS, new Uint8Array(LIMITS.tilePlainBytesMax - 4));
    expect(planBatches([largest, largest], () => 0)).toHaveLength(2);
    expect(batchedBytes(largest)).toBeLessThan(LIMITS.batchBytesMax);
    encodeBatch({ ...whole, tiles: [largest] });
  });
});
