import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSamples, encodeSamples, type Samples } from '../src/codec.ts';
import { HaleError } from '../src/index.ts';
import { findRun } from '../src/runs.ts';

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

function noise(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state >>> 0;
  };
}

/** Values of many tempers in one series: constants, ramps, noise of any width, outliers. */
const values = fc
  .array(
    fc.record({
      start: fc.oneof(fc.constantFrom(0, 1, -5, 1000, 2 ** 31 - 1, -(2 ** 31)), int32),
      length: fc.integer({ min: 1, max: 300 }),
      noiseBits: fc.integer({ min: 0, max: 32 }),
      slope: fc.integer({ min: -9, max: 9 }),
      seed: int32,
    }),
    { maxLength: 5, size: 'max' },
  )
  .map((pieces) => {
    const series = pieces.flatMap(({ start, length, noiseBits, slope, seed }) => {
      const next = noise(seed);
      const wobble = () => (noiseBits === 0 ? 0 : next() >>> (32 - noiseBits));
      return Array.from({ length }, (_, i) => (start + slope * i + wobble()) | 0);
    });
    return Int32Array.from(series);
  });

/** A step of num/den µs for a while, perhaps with jitter, then a gap. */
const piece = fc.record({
  num: fc.oneof(fc.constantFrom(25_000, 1_000_000, 300_000_000), fc.integer({ min: 1, max: 2 ** 33 })),
  den: fc.oneof(fc.constantFrom(1, 9, 3, 4096), fc.integer({ min: 1, max: 400 })),
  length: fc.integer({ min: 1, max: 400 }),
  jitter: fc.constantFrom(0, 0, 2, 1000, 10 ** 6),
  gap: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 2 ** 40 })),
});

function timesOf(
  count: number,
  start: number,
  pieces: readonly { num: number; den: number; length: number; jitter: number; gap: number }[],
): Float64Array {
  const times = new Float64Array(count);
  const next = noise(start);
  let t = start;
  for (let at = 0, p = 0; at < count; p++) {
    const { num, den, length, jitter, gap } = pieces[p % pieces.length];
    const origin = t;
    for (let i = 0; i < length && at < count; i++) {
      const ideal = origin + Math.round((i * num) / den) + (jitter === 0 ? 0 : next() % jitter);
      t = Math.max(at === 0 ? ideal : times[at - 1] + 1, ideal);
      times[at++] = t;
    }
    t += gap;
  }
  return times;
}

const samples: fc.Arbitrary<Samples> = fc
  .tuple(values, fc.integer({ min: -(2 ** 51), max: 2 ** 51 }), fc.array(piece, { minLength: 1, maxLength: 6 }))
  .map(([v, start, pieces]) => ({ values: v, times: timesOf(v.length, start, pieces) }));

/** A truth that needs no library: compared number by number. */
function expectSame(actual: Samples, expected: Samples): void {
  expect(actual.values.length).toBe(expected.values.length);
  expect(actual.times.length).toBe(expected.times.length);
  for (let i = 0; i < expected.values.length; i++) {
    if (actual.values[i] !== expected.values[i] || actual.times[i] !== expected.times[i])
      expect.fail(`sample ${i} differs`);
  }
}

function roundTrip(set: Samples): Uint8Array {
  const bytes = encodeSamples(set);
  expectSame(decodeSamples(bytes), set);
  return bytes;
}

describe('samples', () => {
  it('come back exactly, whatever they are', () => {
    fc.assert(
      fc.property(samples, (set) => void roundTrip(set)),
      { numRuns: 3000 },
    );
  });

  it('hold none, one, and the widest span', () => {
    roundTrip({ times: new Float64Array(0), values: new Int32Array(0) });
    roundTrip({ times: Float64Array.of(-1), values: Int32Array.of(-(2 ** 31)) });
    roundTrip({ times: Float64Array.of(-(2 ** 53) + 1, 0), values: Int32Array.of(2 ** 31 - 1, -(2 ** 31)) });
    roundTrip({ times: Float64Array.of(0, 1, 2 ** 53 - 1), values: Int32Array.of(0, -1, 1) });
  });

  it('refuse times that do not ascend, are fractional or span too long', () => {
    const refuse = (...times: number[]) =>
      expect(() => encodeSamples({ times: Float64Array.from(times), values: new Int32Array(times.length) })).toThrow(
        HaleError,
      );
    refuse(1, 1);
    refuse(2, 1);
    refuse(0, 1, 1.5, 3);
    refuse(0.5);
    refuse(Number.NaN);
    refuse(0, Number.NaN, 2);
    refuse(-(2 ** 53) + 1, 2 ** 53 - 1);
    expect(() => encodeSamples({ times: new Float64Array(1), values: new Int32Array(2) })).toThrow(HaleError);
  });
});

describe('runs of times', () => {
  it('find 25000/9 µs for 360 Hz from whatever sample a tile starts', () => {
    for (const start of [0, 1, 17, 3_600_001]) {
      const times = Float64Array.from({ length: 3600 }, (_, i) => Math.round(((start + i) * 1e6) / 360));
      const run = findRun(times, 0);
      expect(run.length).toBe(3600);
      expect(run.rate).toEqual({ whole: 2777, numerator: 7, denominator: 9 });
      expect(encodeSamples({ times, values: new Int32Array(3600) }).length).toBeLessThan(50);
    }
  });

  it('explain every sample that they claim', () => {
    fc.assert(
      fc.property(samples, ({ times }) => {
        for (let at = 0; at < times.length; ) {
          const { length, rate, phase } = findRun(times, at);
          for (let i = 0; i < length; i++) {
            const offset = rate.whole * i + Math.floor((rate.numerator * i + phase) / rate.denominator);
            if (times[at + i] !== times[at] + offset) expect.fail(`sample ${at + i} is not on its run`);
          }
          at += length;
        }
      }),
      { numRuns: 500 },
    );
  });
});

const telemetry = [
  fileURLToPath(new URL('../../../test/data/telemetry', import.meta.url)),
  '/work/shared/data/telemetry',
].find((path) => existsSync(path));

describe.skipIf(!telemetry)('real signals', () => {
  it('MIT-BIH 100, two leads of 360 Hz: below 0.53 bytes a sample in 10 s tiles', () => {
    const data = readFileSync(`${telemetry}/ecg-wfdb/100.dat`);
    const count = Math.floor(data.length / 3);
    let bytes = 0;
    let samplesSeen = 0;
    for (const lead of [0, 1]) {
      // WFDB format 212: two 12-bit numbers in three bytes
      const signal = Int32Array.from({ length: count }, (_, i) =>
        lead === 0
          ? ((((data[3 * i + 1] & 15) << 8) | data[3 * i]) << 20) >> 20
          : ((((data[3 * i + 1] >> 4) << 8) | data[3 * i + 2]) << 20) >> 20,
      );
      for (let at = 0; at + 3600 <= count; at += 3600) {
        const times = Float64Array.from({ length: 3600 }, (_, i) => Math.round(((at + i) * 1e6) / 360));
        bytes += roundTrip({ times, values: signal.subarray(at, at + 3600) }).length;
        samplesSeen += 3600;
      }
    }
    expect(bytes / samplesSeen).toBeLessThan(0.53);
  });
});
