import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bin, type FullBin, type Grid, gridFor, HaleError, type Samples } from '../src/index.ts';
import { decodeBins, mergeBins } from '../src/open.ts';
import { encodeBins, hashInputs, joinPieces, summarizePieces, summarizeSamples } from '../src/seal.ts';

const NO_HASH = new Uint8Array(32);
const BIN_SECONDS = { '1m': 60, '15m': 900, '1h': 3600, '1d': 86_400 } as const;
type SummaryLevel = keyof typeof BIN_SECONDS;

/** The oracle: one bin per distinct start, everything by bigints and filters. */
function naive(level: SummaryLevel, grid: Grid, samples: Samples, edges: number[], period: number): FullBin[] {
  const origin = -2_208_988_800_000_000n + BigInt(grid.dayOffsetMinutes) * 60_000_000n;
  const startOf = (time: number, seconds: number) => {
    const length = BigInt(seconds) * 1_000_000n;
    return Number(origin + ((BigInt(time) - origin) / length) * length);
  };
  const finest = BIN_SECONDS[grid.levels[1] as SummaryLevel];
  const rows = Array.from(samples.values, (value, i) => ({ value, time: samples.times[i] }));
  const covered = (mine: typeof rows) => {
    const cells = Map.groupBy(mine, (row) => startOf(row.time, finest));
    let total = 0;
    for (const cell of cells.values()) {
      const steps = cell.slice(1).map((row, i) => row.time - cell[i].time);
      total += Math.min(
        finest * 1e6,
        steps.reduce((sum, step) => sum + (step > 1.5 * period ? period : step), period),
      );
    }
    return total;
  };
  return [...Map.groupBy(rows, (row) => startOf(row.time, BIN_SECONDS[level]))].map(([start, mine]) => ({
    start,
    count: mine.length,
    coverageMicros: covered(mine),
    sum: Number(mine.reduce((sum, { value }) => sum + BigInt(value), 0n)),
    min: mine.map(({ value }) => value).sort((a, b) => a - b)[0],
    max: mine.map(({ value }) => value).sort((a, b) => b - a)[0],
    sumSquares: mine.reduce((sum, { value }) => sum + BigInt(value) * BigInt(value), 0n),
    histogram: [-Infinity, ...edges].map(
      (edge, j) => mine.filter(({ value }) => value >= edge && value < (edges[j] ?? Infinity)).length,
    ),
  }));
}

const signals = fc
  .record({
    period: fc.constantFrom(100_000, 1_000_000, 5_000_000),
    offset: fc.integer({ min: -56, max: 56 }).map((n) => n * 15),
    start: fc.integer({ min: -(10 ** 15), max: 2 * 10 ** 15 }),
    steps: fc.array(
      fc.tuple(
        fc.constantFrom(1, 1, 1, 1, 1, 0.7, 1.5, 1.6, 40, 3000),
        fc.oneof(fc.integer({ min: 30, max: 300 }), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
      ),
      { maxLength: 400, size: 'max' },
    ),
    edges: fc
      .uniqueArray(fc.integer({ min: -500, max: 500 }), { maxLength: 6 })
      .map((edges) => edges.sort((a, b) => a - b)),
  })
  .map(({ period, offset, start, steps, edges }) => {
    const times = new Float64Array(steps.length);
    let t = start;
    steps.forEach(([periods], i) => {
      t += Math.round(periods * period);
      times[i] = t;
    });
    return {
      grid: gridFor(period / 1e6, offset),
      period,
      edges,
      samples: { times, values: Int32Array.from(steps, ([, value]) => value) },
    };
  });

function thinned(bins: readonly FullBin[]): Bin[] {
  return bins.map(({ start, count, coverageMicros, sum, ...detail }) => ({
    start,
    count,
    coverageMicros,
    sum,
    ...(count >= 5 ? detail : {}),
  }));
}

describe('summaries', () => {
  it('are those of the naive model, from samples and from finer bins alike', () => {
    fc.assert(
      fc.property(signals, ({ grid, period, edges, samples }) => {
        const options = { edges, nominalPeriodMicros: period };
        const finest = summarizeSamples('1m', grid, samples, options);
        for (const level of ['1m', '15m', '1h', '1d'] as const) {
          const expected = naive(level, grid, samples, edges, period);
          expect(summarizeSamples(level, grid, samples, options)).toEqual(expected);
          expect(mergeBins(level, grid, finest)).toEqual(expected);
        }
        const quarters = mergeBins('15m', grid, finest);
        expect(mergeBins('1d', grid, mergeBins('1h', grid, quarters))).toEqual(
          naive('1d', grid, samples, edges, period),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('are the same from pieces, wherever the samples were cut', () => {
    fc.assert(
      fc.property(signals, fc.array(fc.nat({ max: 400 })), ({ grid, period, edges, samples }, cuts) => {
        const options = { edges, nominalPeriodMicros: period };
        const { length } = samples.times;
        const borders = [0, ...cuts.map((cut) => Math.min(cut, length)), length].sort((a, b) => a - b);
        const pieces = borders.slice(1).flatMap((to, i) => {
          const part = { times: samples.times.slice(borders[i], to), values: samples.values.slice(borders[i], to) };
          return summarizePieces('1m', grid, part, options);
        });
        expect(joinPieces('1m', pieces, options)).toEqual(summarizeSamples('1m', grid, samples, options));
      }),
      { numRuns: 300 },
    );
    const grid = gridFor(1, 0);
    const piece = summarizePieces(
      '1m',
      grid,
      { times: Float64Array.of(0), values: Int32Array.of(1) },
      {
        edges: [],
        nominalPeriodMicros: 1e6,
      },
    );
    expect(() => joinPieces('1m', [...piece, ...piece], { edges: [], nominalPeriodMicros: 1e6 })).toThrow(HaleError);
  });

  it('come back from their encoded form, but for what fewer than five samples would give away', () => {
    fc.assert(
      fc.property(signals, fc.constantFrom('1m', '15m', '1h', '1d'), ({ grid, period, edges, samples }, level) => {
        const bins = summarizeSamples(level as SummaryLevel, grid, samples, { edges, nominalPeriodMicros: period });
        const inputsHash = new Uint8Array(32).fill(bins.length);
        expect(decodeBins(encodeBins({ inputsHash, bins }))).toEqual({ inputsHash, bins: thinned(bins) });
      }),
      { numRuns: 600 },
    );
  });

  it('depend on the samples of the bin alone', () => {
    fc.assert(
      fc.property(signals, ({ grid, period, edges, samples }) => {
        const options = { edges, nominalPeriodMicros: period };
        for (const bin of summarizeSamples('1m', grid, samples, options)) {
          const mine = Array.from(samples.times.keys()).filter(
            (i) => samples.times[i] >= bin.start && samples.times[i] < bin.start + 60e6,
          );
          const alone = {
            times: Float64Array.from(mine, (i) => samples.times[i]),
            values: Int32Array.from(mine, (i) => samples.values[i]),
          };
          expect(summarizeSamples('1m', grid, alone, options)).toEqual([bin]);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('are exact at the widest values and give no bin to a gap', () => {
    const grid = gridFor(1, 0);
    const extreme = {
      times: Float64Array.from({ length: 120 }, (_, i) => i * 1e6 + (i >= 60 ? 6e9 : 0)),
      values: new Int32Array(120).fill(-(2 ** 31)),
    };
    const bins = summarizeSamples('1m', grid, extreme, { edges: [0], nominalPeriodMicros: 1e6 });
    expect(bins.map((bin) => bin.start)).toEqual([0, 60e6 + 6e9]);
    expect(bins[0]).toMatchObject({
      count: 60,
      coverageMicros: 60e6,
      sum: -60 * 2 ** 31,
      sumSquares: 60n * 2n ** 62n,
      histogram: [60, 0],
    });
    expect(decodeBins(encodeBins({ inputsHash: NO_HASH, bins })).bins).toEqual(bins);
  });

  it('refuse what cannot be summarised or stored', () => {
    const grid = gridFor(1, 0);
    const one = { times: Float64Array.of(0), values: Int32Array.of(1) };
    expect(() => summarizeSamples('1m', grid, one, { edges: [2, 1], nominalPeriodMicros: 1e6 })).toThrow(HaleError);
    expect(() => summarizeSamples('1m', grid, one, { edges: [0.5], nominalPeriodMicros: 1e6 })).toThrow(HaleError);
    const bin = { start: 0, count: 9, coverageMicros: 9, sum: 9 };
    expect(() => encodeBins({ inputsHash: NO_HASH, bins: [bin] })).toThrow(HaleError);
    const thin = { ...bin, count: 2 };
    expect(() => encodeBins({ inputsHash: NO_HASH, bins: [thin, thin] })).toThrow(HaleError);
    expect(mergeBins('1h', grid, [thin, { ...thin, start: 60e6, count: 9 }])).toEqual([
      { start: 0, count: 11, coverageMicros: 18, sum: 18 },
    ]);
  });

  it('name their inputs whatever the order in which they are listed', () => {
    const inputs = [0, 1, 2].map((slot) => ({
      slot,
      generation: 0,
      revision: 2 - slot,
      part: 0,
      hash: new Uint8Array(32).fill(slot),
    }));
    expect(hashInputs(inputs)).toEqual(hashInputs([...inputs].reverse()));
    expect(hashInputs(inputs)).not.toEqual(hashInputs(inputs.slice(1)));
  });
});
