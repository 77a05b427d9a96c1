// How much of the last week was in range: the window, the shares, and when nothing is said.
import { describe, expect, test } from 'vitest';
import { TARGETS } from '../src/clinical/glucose.ts';
import { WEEK_MICROS, weekAtLeast, weekInRange } from '../src/clinical/week.ts';

const end = Date.UTC(2026, 10, 29, 3, 25) * 1000;
const STEP = 300e6;

/** So many readings up to the end, one each five minutes, oldest first. */
const upToEnd = (values: readonly number[]) => ({
  at: values.map((_, i) => end - (values.length - 1 - i) * STEP),
  value: values,
});

describe('glucose', () => {
  const told = (values: readonly number[]) => weekInRange(upToEnd(values), end, 'mg/dL', TARGETS.standard);

  test('shares of the seven days, and nothing of what was before them', () => {
    const week = Array.from({ length: 2016 }, (_, i) => (i < 1512 ? 120 : i < 1512 + 252 ? 60 : 200));
    expect(told([...Array(500).fill(40), ...week])).toEqual({ value: { target: 0.75, below: 0.125, above: 0.125 } });
  });

  test('very low counts as below, very high as above', () => {
    const week = [...Array(1008).fill(50), ...Array(1008).fill(260)];
    expect(told(week)).toEqual({ value: { target: 0, below: 0.5, above: 0.5 } });
  });

  test('seven tenths of the week are just enough; a reading less is not, however well the time between was recorded', () => {
    const least = Math.ceil(2016 * 0.7);
    expect(told(Array(least).fill(100))).toEqual({ value: { target: 1, below: 0, above: 0 } });
    expect(told(Array(least - 1).fill(100))).toEqual({
      missing: { what: 'active', have: (least - 1) / 2016, need: 0.7 },
    });
    expect(told([])).toMatchObject({ missing: { have: 0 } });
  });
});

describe('oxygen', () => {
  test('the limit belongs to what is usual; summaries count as many readings as they stand for', () => {
    const at = [end - WEEK_MICROS, end - 3 * STEP, end - 2 * STEP, end - STEP, end];
    const columns = { at, mean: [90, 96, 95.9, null, 97], count: [1000, 10, 20, 5, 70] };
    expect(weekAtLeast(columns, end, 96)).toEqual({ value: 0.8 });
  });

  test('a handful of readings says nothing', () => {
    const { at, value } = upToEnd(Array(29).fill(97));
    expect(weekAtLeast({ at, mean: value, count: [] }, end, 96)).toMatchObject({ missing: { have: 29, need: 30 } });
  });
});
