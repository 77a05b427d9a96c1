import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Samples } from '../src/codec.ts';
import { decodeSamples, encodeSamples } from '../src/codec.ts';
import { HaleError } from '../src/index.ts';
import { findRun } from '../src/runs.ts';

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

/** Values of many tempers: noise, ramps, steps, constants and outliers in one series. */
const values = fc
  .array(
    fc.tuple(
      fc.oneof(fc.constantFrom(0, 1, 5, 1000, 2 ** 31 - 1, -(2 ** 31)), int32),
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 0, max: 31 }),
      fc.integer({ min: -9, max: 9 }),
      fc.integer({ min: 0, max: 2 ** 31 }),
    ),
    { maxLength: 6 },
  )
  .map((pieces) =>
    Int32Array.from(
      pieces.flatMap(([start, length, noiseBits, slope, seed]) => {
        let state = seed;
        return Array.from({ length }, (_, i) => {
          state = (Math.imul(state, 1664525) + 1013904223) | 0;
          return (start + slope * i + (noiseBits === 0 ? 0 : state >>> (32 - noiseBits))) | 0;
        });
      }),
    ),
  );

const deltas = fc.oneof(
  fc.constantFrom(1, 1000, 1_000_000, 300_000_000),
  fc.integer({ min: 1, max: 5 }),
  fc.integer({ min: 1, max: 2 ** 33 }),
  fc.integer({ min: 1, max: 2 ** 42 }),
);

/** Pieces of regular steps (rational), jitter and gaps. */
function timesOf(count: number, start: number, pieces: [number, number, number, number, boolean][]): Float64Array {
  const times = new Float64Array(count);
  let t = start;
  let at = 0;
  for (let p = 0; at < count; p++) {
    const [gap, num, den, length, jitter] = pieces[p % pieces.length];
    const origin = t;
    for (let i = 0; i < length && at < count; i++) {
      t = Math.max(
        at === 0 ? t : times[at - 1] + 1,
        origin + Math.floor((i * num) / den) + (jitter ? (i * 7919) % 5 : 0),
      );
      times[at++] = t;
    }
    t += gap;
  }
  return times;
}

const samples: fc.Arbitrary<Samples> = fc
  .tuple(
    values,
    fc.integer({ min: -(2 ** 51), max: 2 ** 51 }),
    fc.array(
      fc.tuple(
        deltas,
        fc.integer({ min: 1, max: 10 ** 7 }),
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 300 }),
        fc.boolean(),
      ),
      {
        minLength: 1,
        maxLength: 5,
      },
    ),
  )
  .map(([v, start, pieces]) => ({
    values: v,
    times: timesOf(v.length, start, pieces as [number, number, number, number, boolean][]),
  }));

function expectSame(actual: Samples, expected: Samples): void {
  expect(actual.values).toEqual(expected.values);
  expect(actual.times).toEqual(expected.times);
}

describe('samples', () => {
  it('come back exactly, whatever they are', () => {
    fc.assert(
      fc.property(samples, (set) => {
        expectSame(decodeSamples(encodeSamples(set)), set);
      }),
      { numRuns: 3000 },
    );
  });
});
