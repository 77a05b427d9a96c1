// The numbers of the glucose report against published ones (data/agp-vectors.json), and its refusals.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Calendar } from '../src/clinical/civil.ts';
import {
  activeWhileWorn,
  addingUp,
  type Band,
  bandOf,
  cvPercent,
  gmiMmolPerMol,
  gmiPercent,
  intervalMinutes,
  minutesOfDay,
  type Readings,
  type Shares,
  sharesOf,
  TARGETS,
} from '../src/clinical/glucose.ts';
import { hourlyBins, hourlyCurve, smoothed, spline, stretches } from '../src/clinical/glucose-curve.ts';
import { glucoseReport } from '../src/clinical/glucose-report.ts';
import { ascending, meanOf, median, quantile, roundHalfEven, sampleDeviation } from '../src/clinical/quantile.ts';

const data = (name: string) => readFileSync(new URL(`data/${name}`, import.meta.url), 'utf8');
const vectors = JSON.parse(data('agp-vectors.json'));
const utc = new Calendar('UTC');

/** Read here by its columns, without an importer. */
const file: Readings = (() => {
  const rows = data('cgmquantify_test_file.csv')
    .split('\n')
    .map((line) => line.split(','))
    .filter((cells) => cells[2] === 'EGV');
  return { at: rows.map((cells) => Date.parse(`${cells[1]}Z`) * 1000), value: rows.map((cells) => Number(cells[7])) };
})();

const every = (minutes: number, values: readonly number[], start = Date.UTC(2026, 0, 5)): Readings => ({
  at: values.map((_, i) => (start + i * minutes * 60_000) * 1000),
  value: values,
});

describe('published numbers', () => {
  test('GMI, Bergenstal 2018', () => {
    for (const [mean, gmi] of vectors.published.gmi_table.rows) expect(Number(gmiPercent(mean).toFixed(1))).toBe(gmi);
    expect(gmiPercent(260)).toBeCloseTo(vectors.published.tidepool_gmi.gmi_pct, 10);
    // 8.6 mmol/L is 154 mg/dL is 7.0 % is 53 mmol/mol.
    expect(gmiMmolPerMol(8.6)).toBeCloseTo(53.18, 2);
  });

  test('coefficient of variation, Tidepool: of a sample, and not of fewer than 30', () => {
    const values = Array.from({ length: 32 }, (_, i) => 100 + i);
    expect(cvPercent(values)).toBeCloseTo(vectors.published.tidepool_cv.cv_pct, 12);
    expect(cvPercent(values.slice(0, 28))).toBeNull();
  });

  // Tidepool prints whole percents and gives what is left over to `high`: 27% for a share of 28.2%. Here each stays within a tenth of its share.
  test('percents that add up, by largest remainders, on the shares that Tidepool publishes', () => {
    for (const { inp } of vectors.published.tidepool_reconcile as { inp: Shares }[]) {
      const percents = addingUp(inp);
      const entries = Object.entries(percents);
      expect(entries.reduce((sum, [, each]) => sum + Math.round(each * 10), 0)).toBe(1000);
      for (const [band, each] of entries) expect(Math.abs(each - 100 * inp[band as Band]!)).toBeLessThan(0.1);
    }
    expect(addingUp({ veryLow: 0.0077, low: 0.0391, target: 0.9264, high: 0.0268, veryHigh: 0 })).toEqual({
      ...{ veryLow: 0.8, low: 3.9, target: 92.6, high: 2.7, veryHigh: 0 },
    });
  });

  test('minutes of a day that add up to 24 hours', () => {
    const minutes = minutesOfDay({ veryLow: 1 / 3, low: 1 / 7, target: 11 / 21 });
    expect(minutes).toEqual({ veryLow: 480, low: 206, target: 754 });
    expect(Object.values(minutesOfDay({ low: 0.00035, target: 0.99965 })).reduce((sum, each) => sum + each, 0)).toBe(
      1440,
    );
  });

  test('shares, iglu', () => {
    const [{ gl, in_70_180, in_63_140 }] = vectors.published.iglu_toy;
    expect(100 * sharesOf(gl, 'mg/dL', TARGETS.standard).target!).toBe(in_70_180);
    expect(100 * sharesOf(gl, 'mg/dL', TARGETS.pregnancyType1).target!).toBeCloseTo(in_63_140, 4);
  });

  test.each([
    ['cgmquantify_all_2148', 0],
    ['cgmquantify_2147', 1],
  ])('%s', (key, skip) => {
    const expected = vectors.computed_here[key];
    const readings = { at: file.at.slice(skip), value: file.value.slice(skip) };
    const standard = sharesOf(readings.value, 'mg/dL', TARGETS.standard);
    const pregnancy = sharesOf(readings.value, 'mg/dL', TARGETS.pregnancyType1);
    const percent = (share: number) => Number((100 * share).toFixed(4));
    expect(readings.value).toHaveLength(expected.n);
    expect(meanOf(readings.value)).toBeCloseTo(expected.mean, 4);
    expect(sampleDeviation(readings.value)).toBeCloseTo(expected.sd_sample, 4);
    expect(cvPercent(readings.value)).toBeCloseTo(expected.cv_pct, 4);
    expect(gmiPercent(meanOf(readings.value)!)).toBeCloseTo(expected.gmi_pct, 4);
    expect(percent(standard.veryLow!)).toBe(expected.below_54);
    expect(percent(standard.veryLow! + standard.low!)).toBe(expected.below_70);
    expect(percent(standard.target!)).toBe(expected.in_70_180);
    expect(percent(standard.high! + standard.veryHigh!)).toBe(expected.above_180);
    expect(percent(standard.veryHigh!)).toBe(expected.above_250);
    expect(percent(pregnancy.target!)).toBe(expected.in_63_140);
    expect(intervalMinutes(readings)).toBe(5);
    expect(100 * activeWhileWorn(readings, 5)).toBeCloseTo(expected.active_iglu_automatic_pct, 2);
  });

  test('cgmquantify, as published: mean, quartiles, and the population SD that we do not use', () => {
    const { cgmquantify } = vectors.published;
    const values = file.value.slice(1);
    const sorted = ascending(values);
    expect(meanOf(values)).toBeCloseTo(cgmquantify.mean, 10);
    expect(median(values)).toBe(cgmquantify.median);
    expect([quantile(sorted, 0.25), quantile(sorted, 0.75)]).toEqual([cgmquantify.q1, cgmquantify.q3]);
    const population = sampleDeviation(values)! * Math.sqrt((values.length - 1) / values.length);
    expect((100 * population) / meanOf(values)!).toBeCloseTo(cgmquantify.cv_population_pct, 10);
    expect(gmiPercent(meanOf(values)!)).toBeCloseTo(cgmquantify.gmi_pct, 10);
  });

  test('the curve of a usual day, before and after smoothing', () => {
    const expected = vectors.computed_here.agp_curve_cgmquantify_2148;
    const bins = hourlyBins(file, utc);
    const curve = smoothed(bins);
    expect(bins.map(({ count }) => count)).toEqual(expected.n_per_bin);
    const shown = (bin: { values: readonly number[] | null }) => bin.values!.map((value) => value.toFixed(3));
    const given = (values: number[]) => values.map((value) => value.toFixed(3));
    for (const [hour, values] of Object.entries<number[]>(expected.raw))
      expect(shown(bins[Number(hour)])).toEqual(given(values));
    for (const [hour, values] of Object.entries<number[]>(expected.smoothed))
      expect(shown(curve[Number(hour)])).toEqual(given(values));
  });
});

describe('bands', () => {
  test('both ends of the target belong to it, in both units', () => {
    const at = (value: number) => bandOf(value, 'mg/dL', TARGETS.standard);
    expect([53, 54, 69, 70, 180, 181, 250, 251].map(at)).toEqual([
      ...['veryLow', 'low', 'low', 'target', 'target', 'high', 'high', 'veryHigh'],
    ]);
    const mmol = (value: number) => bandOf(value, 'mmol/L', TARGETS.standard);
    expect([2.9, 3, 3.8, 3.9, 10, 10.1, 13.9, 14].map(mmol)).toEqual([
      ...['veryLow', 'low', 'low', 'target', 'target', 'high', 'high', 'veryHigh'],
    ]);
  });

  test('a value is rounded first: 69.6 is 70 and in the target, 69.5 goes to the even 70, 68.5 to 68', () => {
    expect(bandOf(69.6, 'mg/dL', TARGETS.standard)).toBe('target');
    expect([roundHalfEven(69.5), roundHalfEven(68.5)]).toEqual([70, 68]);
    expect(bandOf(180.5, 'mg/dL', TARGETS.standard)).toBe('target');
  });

  test('a target that does not tell very low apart counts it as low', () => {
    expect(sharesOf([40, 60, 100, 300], 'mg/dL', TARGETS.older)).toEqual({
      ...{ low: 0.5, target: 0.25, high: 0, veryHigh: 0.25 },
    });
    expect(sharesOf([40, 60, 100, 300], 'mg/dL', TARGETS.pregnancyOther)).toEqual({
      ...{ veryLow: 0.25, low: 0.25, target: 0.25, high: 0.25 },
    });
  });
});

describe('the curve', () => {
  test('an empty hour breaks it, and its neighbours are smoothed with what is there', () => {
    const readings = every(60, [100, 100, 160, 100], Date.UTC(2026, 0, 5, 1));
    const bins = smoothed(hourlyBins(readings, utc));
    expect(bins[0].values).toBeNull();
    expect(bins[1].values![2]).toBe(100);
    expect(bins[2].values![2]).toBe((100 + 400 + 160) / 6);
    expect(bins[4].values![2]).toBe((4 * 100 + 160) / 5);
    expect(stretches(hourlyCurve(readings, utc))).toHaveLength(1);
    expect(stretches(hourlyCurve(every(60, [100], Date.UTC(2026, 0, 5, 1)), utc))[0]).toHaveLength(1);
  });

  test('midnight is smoothed across, and both edges are reached', () => {
    const curve = hourlyCurve(every(60, Array(24).fill(100)), utc);
    expect([curve[0].hour, curve[25].hour]).toEqual([-0.5, 24.5]);
    expect(curve[0].values).toEqual(curve[24].values);
    expect(spline([[0, 0]], 'M')).toBe('M0.00 0.00');
  });
});

describe('enough data?', () => {
  const report = (
    readings: Readings,
    days: number,
    nowMicros = Number.POSITIVE_INFINITY,
    target = TARGETS.standard,
  ) => {
    const first = utc.dayOf(readings.at[0]);
    return glucoseReport(readings, { first, last: first + days - 1 }, 'mg/dL', target, utc, nowMicros);
  };

  test('a sensor worn for five of fourteen days was active for 36 % of them, and has no curve', () => {
    const { active, activeWorn, curve, gmi, mean } = report(every(5, Array(5 * 288).fill(120)), 14);
    expect(active).toBeCloseTo(5 / 14, 10);
    expect(activeWorn).toBeCloseTo(1, 10);
    expect(mean).toEqual({ value: 120 });
    expect(curve).toEqual({ missing: { what: 'days', have: 5, need: 7 } });
    expect(gmi).toMatchObject({ missing: { what: 'hours', have: 120, need: 235.2 } });
  });

  test('what of today is not lived yet is not missing: a sensor without a break was active all of it', () => {
    const readings = every(5, Array(13 * 288 + 42).fill(120));
    const now = readings.at[readings.at.length - 1] + 5 * 60e6;
    const told = report(readings, 14, now);
    expect([told.active, told.isToNow]).toEqual([1, true]);
    const after = report(readings, 14);
    expect(after.isToNow).toBe(false);
    expect(after.active).toBeCloseTo((13 * 288 + 42) / (14 * 288), 10);
  });

  test('under a day there are no shares; too many holes neither', () => {
    expect(report(every(5, Array(100).fill(120)), 14).shares).toMatchObject({ missing: { what: 'hours', need: 24 } });
    expect(report(every(5, Array(287).fill(120)), 14).shares).toMatchObject({ missing: { have: 23, need: 24 } });
    expect('value' in report(every(5, Array(288).fill(120)), 14).shares).toBe(true);
    const sparse = every(5, Array(2000).fill(120));
    const holes = { at: sparse.at.filter((_, i) => i % 20 < 10), value: sparse.value.filter((_, i) => i % 20 < 10) };
    expect(report(holes, 14).shares).toMatchObject({ missing: { what: 'active', need: 0.7 } });
  });

  test('2,823 readings in fourteen days are just enough for a GMI; one fewer than 2,823 is not', () => {
    const spread = (n: number) => ({
      at: Array.from(
        { length: n },
        (_, i) => (Date.UTC(2026, 0, 5) + Math.floor(i / 202) * 864e5 + (i % 202) * 3e5) * 1000,
      ),
      value: Array(n).fill(260),
    });
    // Worn for 17 of each 24 hours: 202 readings a day.
    const told = report(spread(2823), 14);
    expect(told.active).toBeCloseTo(2823 / 4032, 10);
    expect(told.gmi).toEqual({ value: gmiPercent(260) });
    expect(report(spread(2822), 14).gmi).toMatchObject({ missing: { what: 'hours' } });
  });

  test('1,846 readings over 423 days (Hall 2018) are refused', () => {
    const n = 1846;
    const readings = every(5, Array(n).fill(108));
    const stretched = { at: readings.at.map((at, i) => at + (i > n / 2 ? 417 * 864e8 : 0)), value: readings.value };
    expect(100 * activeWhileWorn(stretched, 5)).toBeCloseTo(1.514, 1);
    expect('missing' in report(stretched, 424).curve).toBe(true);
  });
});

describe('civil time', () => {
  test('the days on which the clock is changed have 23 and 25 hours', () => {
    const warsaw = new Calendar('Europe/Warsaw');
    const hours = (y: number, m: number, d: number) => {
      const day = Date.UTC(y, m - 1, d) / 864e5;
      return (warsaw.startOf(day + 1) - warsaw.startOf(day)) / 3600e6;
    };
    expect([hours(2026, 3, 28), hours(2026, 3, 29), hours(2026, 10, 25)]).toEqual([24, 23, 25]);
  });

  test('02:30 in summer and in winter are different moments in the same hour of the day', () => {
    const warsaw = new Calendar('Europe/Warsaw');
    const summer = Date.UTC(2026, 6, 1, 0, 30) * 1000;
    const winter = Date.UTC(2026, 0, 1, 1, 30) * 1000;
    expect([warsaw.civil(summer).minute, warsaw.civil(winter).minute]).toEqual([150, 150]);
  });

  test('a quarter of an hour off, and the far side of the date line', () => {
    const nepal = new Calendar('Asia/Kathmandu');
    expect(nepal.civil(Date.UTC(2026, 0, 1, 0, 0) * 1000).minute).toBe(345);
    const kiribati = new Calendar('Pacific/Kiritimati');
    expect(kiribati.dayOf(Date.UTC(2026, 0, 1, 10, 0) * 1000)).toBe(Date.UTC(2026, 0, 2) / 864e5);
  });
});
