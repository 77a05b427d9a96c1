// Whatever bytes come, decoding ends, takes no more memory than the limits allow, and fails in one way only.
import { describe, expect, it } from 'vitest';
import { decodeBins, encodeBins } from '../src/bins.ts';
import { decodeSamples, encodeSamples } from '../src/codec.ts';
import { concatBytes, decodeBatch, gridFor, HaleError, LIMITS } from '../src/index.ts';
import { summarizeSamples } from '../src/summary.ts';

const MUTATIONS = 30_000;

/** Numerical Recipes' LCG: mutations replay from their number alone. */
function dice(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function mutate(seed: Uint8Array, roll: (below: number) => number): Uint8Array {
  const bytes = seed.slice(0, roll(8) === 0 ? roll(seed.length + 1) : seed.length);
  for (let n = roll(4); n >= 0 && bytes.length > 0; n--) {
    const at = roll(3) === 0 ? roll(Math.min(24, bytes.length)) : roll(bytes.length);
    bytes[at] = roll(2) === 0 ? bytes[at] ^ (1 << roll(8)) : [0, 127, 128, 255, roll(256)][roll(5)];
  }
  return roll(16) === 0 ? concatBytes(bytes, new Uint8Array(roll(40)).fill(roll(256))) : bytes;
}

function attack(seeds: Uint8Array[], decode: (bytes: Uint8Array) => void): { refused: number; accepted: number } {
  const roll = dice(20_261_121);
  let refused = 0;
  let accepted = 0;
  for (let i = 0; i < MUTATIONS; i++) {
    const bytes = mutate(seeds[i % seeds.length], roll);
    try {
      decode(bytes);
      accepted++;
    } catch (error) {
      if (!(error instanceof HaleError) || !['malformed', 'too-large', 'unsupported'].includes(error.code)) throw error;
      refused++;
    }
  }
  return { refused, accepted };
}

function sampleSet(count: number, time: (i: number) => number, value: (i: number) => number) {
  return {
    times: Float64Array.from({ length: count }, (_, i) => time(i)),
    values: Int32Array.from({ length: count }, (_, i) => value(i)),
  };
}

const sets = [
  sampleSet(
    300,
    (i) => Math.round((i * 1e6) / 360),
    (i) => Math.round(900 + 80 * Math.sin(i / 5)),
  ),
  sampleSet(
    40,
    (i) => i * 3e9 + ((i * 7919) % 977) * 1e6,
    (i) => (i * 2654435761) | 0,
  ),
  sampleSet(
    260,
    (i) => 1e15 + i * 1e6 + (i > 99 ? 5e9 : 0),
    (i) => (i === 70 ? 2 ** 31 - 1 : 70),
  ),
  sampleSet(
    1,
    () => -5,
    () => -(2 ** 31),
  ),
];

describe('hostile bytes', () => {
  it('never get past decodeSamples but as sound samples', () => {
    const { refused, accepted } = attack(sets.map(encodeSamples), (bytes) => {
      const { times, values } = decodeSamples(bytes);
      if (values.length > LIMITS.tileSamplesMax || times.length !== values.length) expect.fail('unsound');
      for (let i = 0; i < times.length; i++) {
        if (!Number.isSafeInteger(times[i]) || (i > 0 && times[i] <= times[i - 1])) expect.fail('times do not ascend');
      }
    });
    expect(refused).toBeGreaterThan(1000);
    expect(accepted).toBeGreaterThan(1000);
  });

  it('never get past decodeBins but as possible bins', () => {
    const grid = gridFor(1, 0);
    const options = { edges: [54, 70, 181, 251], nominalPeriodMicros: 1e6 };
    const seeds = [300, 7200].map((count) =>
      encodeBins({
        inputsHash: new Uint8Array(32),
        bins: summarizeSamples(
          '1m',
          grid,
          sampleSet(
            count,
            (i) => i * 1e6 + (i > 200 ? 9e8 : 0),
            (i) => 60 + ((i * 7) % 150),
          ),
          options,
        ),
      }),
    );
    const { refused, accepted } = attack(seeds, (bytes) => {
      for (const bin of decodeBins(bytes).bins) {
        const total = bin.histogram?.reduce((sum, n) => sum + n, 0) ?? bin.count;
        if (total !== bin.count || bin.count < 1 || !Number.isSafeInteger(bin.sum)) expect.fail('impossible bin');
      }
    });
    expect(refused).toBeGreaterThan(1000);
    expect(accepted).toBeGreaterThan(1000);
  });

  it('never get past decodeBatch out of shape', () => {
    const author = new Uint8Array(32).fill(7);
    const batch = concatBytes(
      new Uint8Array([1]),
      new Uint8Array(16),
      new Uint8Array([0, 1, 1]),
      new Uint8Array(58),
      new Uint8Array([0, 0, 0, 144]),
      new Uint8Array(144),
    );
    expect(decodeBatch(author, batch).tiles).toHaveLength(1);
    attack([batch], (bytes) => {
      for (const tile of decodeBatch(author, bytes).tiles)
        if (tile.size !== tile.ciphertext.length) expect.fail('size');
    });
  });

  it('that declare much in few bytes are refused before memory is taken', () => {
    const declare = (count: number[]) => new Uint8Array([1, ...count, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
    expect(() => decodeSamples(declare([255, 255, 255, 255, 255, 255, 255, 15]))).toThrow(/too many samples/);
    expect(() => decodeSamples(declare([255, 255, 15]))).toThrow(/declared/);
    const bins = concatBytes(new Uint8Array([2]), new Uint8Array(32), new Uint8Array([255, 255, 255, 127]));
    expect(() => decodeBins(bins)).toThrow(/too many bins/);
    expect(() =>
      decodeBins(concatBytes(new Uint8Array([2]), new Uint8Array(32), new Uint8Array([255, 31]), new Uint8Array(20))),
    ).toThrow(HaleError);
  });
});
