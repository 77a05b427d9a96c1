// What a chart draws: no reading that stands out is lost, whatever the width of the screen.
import { gridFor } from '@hale/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ChartSignal, chartLevel, drawBins, drawRaw, drawWords } from '../src/chart.ts';

const signal: ChartSignal = {
  kind: 'heart-rate',
  factor: 1,
  origin: 0,
  grid: gridFor(1, 0),
  nominalPeriodMicros: 1_000_000,
};
const readings = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 9_000_000 }), fc.integer({ min: -500, max: 500 })), {
    minLength: 1,
    maxLength: 400,
  })
  .map((steps) => {
    let at = 1_700_000_000_000_000;
    const times = steps.map(([step]) => (at += step));
    return { times: Float64Array.from(times), values: Int32Array.from(steps, ([, value]) => value) };
  });

describe('many readings in few points', () => {
  test('property: every lowest and highest survives, and the mean is that of all readings', () => {
    fc.assert(
      fc.property(readings, fc.integer({ min: 2, max: 60 }), (samples, points) => {
        const { times, values } = samples;
        const range = { from: times[0], to: (times.at(-1) ?? 0) + 1, points };
        const { columns } = drawRaw(signal, [samples], range, true);
        expect(Math.min(...(columns.min as number[]))).toBe(Math.min(...values));
        expect(Math.max(...(columns.max as number[]))).toBe(Math.max(...values));
        expect(columns.count.reduce((sum, each) => sum + each, 0)).toBe(values.length);
        const sum = columns.mean.reduce<number>((all, mean, i) => all + (mean ?? 0) * columns.count[i], 0);
        expect(sum).toBeCloseTo(
          values.reduce((all, each) => all + each, 0),
          5,
        );
        expect(columns.at.length).toBeLessThanOrEqual(points + 1);
      }),
    );
  });

  test('property: the gaps are those of the readings, not of the points that are drawn', () => {
    fc.assert(
      fc.property(readings, fc.integer({ min: 2, max: 60 }), (samples, points) => {
        const times = [...samples.times];
        const range = { from: times[0], to: (times.at(-1) ?? 0) + 1, points };
        const wide = times
          .slice(1)
          .flatMap((at, i): [number, number][] => (at - times[i] > 2_500_000 ? [[times[i], at]] : []));
        const slots = times.map((at, i) => ({ times: Float64Array.of(at), values: samples.values.slice(i, i + 1) }));
        expect(drawRaw(signal, [samples], range, true).gaps).toEqual(wide);
        expect(drawRaw(signal, slots, range, false).gaps).toEqual(wide);
      }),
    );
  });

  test('of bins each empty one is a gap, from edge to edge', () => {
    const bin = (start: number, count: number) => ({ start, count, sum: count * 60, coverage: 1 }) as never;
    const hour = 3_600e6;
    const bins = [bin(0, 60), bin(hour, 0), bin(2 * hour, 60), bin(3 * hour, 60)];
    expect(drawBins(signal, '1h', bins).gaps).toEqual([[hour, 2 * hour]]);
  });

  test('points stand at multiples of their width: nothing shimmers when the range moves a little', () => {
    const times = Float64Array.from({ length: 1000 }, (_, i) => 1_700_000_000_000_000 + i * 1e6);
    const samples = { times, values: Int32Array.from(times, (_, i) => i % 7) };
    const of = (shift: number) =>
      drawRaw(signal, [samples], { from: times[0] + shift, to: times[0] + shift + 1e9, points: 50 }, true).columns;
    expect(of(3e6).at.slice(2, 40)).toEqual(of(0).at.slice(2, 40));
  });
});

describe('the level that fits', () => {
  const levels = ['raw', '1m', '15m', '1h', '1d'] as const;
  const day = 86_400e6;
  const level = (days: number, count: number, given: readonly (typeof levels)[number][] = levels) =>
    chartLevel(given, { from: 0, to: days * day, points: 1000 }, () => count, 10_000);

  test('is the finest with no more points than there is room for', () => {
    expect(level(1, 500)).toBe('raw');
    expect(level(0.5, 50_000)).toBe('1m');
    expect(level(10, 1e6)).toBe('15m');
    expect(level(3000, 1e9)).toBe('1d');
  });
  test('is raw, drawn together, where a summary would have but a few points', () => {
    expect(level(2, 5_000, ['raw', '1h', '1d'])).toBe('raw');
    expect(level(2, 50_000, ['raw', '1h', '1d'])).toBe('1h');
  });
  test('is never one that may not be read', () => {
    expect(level(2, 5_000, ['1h', '1d'])).toBe('1h');
  });
});

test('words are drawn as words', () => {
  const samples = { times: Float64Array.of(1, 2), values: Int32Array.of(5, 0) };
  expect(drawWords({ ...signal, kind: 'sleep-stage' }, [samples], 10).columns.code).toEqual(['Deep', 'End']);
});
