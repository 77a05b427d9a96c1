// What a page of a visit compares: which weeks, which series, and how a mean of bins is taken.
import { describe, expect, test } from 'vitest';
import { hasMean, isOnVisitPage, visitWindows, weightedMean } from '../src/clinical/visit.ts';

const DAY = 86_400e6;
const NOW = 1_000 * DAY;

describe('the weeks that are compared', () => {
  test('on a first visit there is nothing before', () =>
    expect(visitWindows(NOW, null, NOW - 90 * DAY)).toEqual({
      now: { fromMicros: NOW - 14 * DAY, toMicros: NOW },
      before: null,
    }));

  test('two weeks up to the last visit, and two up to now', () =>
    expect(visitWindows(NOW, NOW - 60 * DAY, NOW - 90 * DAY)).toEqual({
      now: { fromMicros: NOW - 14 * DAY, toMicros: NOW },
      before: { fromMicros: NOW - 74 * DAY, toMicros: NOW - 60 * DAY },
    }));

  test('what lies before the last visit is not counted as now', () =>
    expect(visitWindows(NOW, NOW - 5 * DAY, NOW - 90 * DAY).now.fromMicros).toBe(NOW - 5 * DAY));

  test('a share that begins between is cut there, and one that does not reach back compares nothing', () => {
    expect(visitWindows(NOW, NOW - 20 * DAY, NOW - 25 * DAY).before?.fromMicros).toBe(NOW - 25 * DAY);
    expect(visitWindows(NOW, NOW - 20 * DAY, NOW - 10 * DAY).before).toBeNull();
  });
});

test('a mean weighs each bin by its readings; without any there is none', () => {
  expect(weightedMean({ mean: [100, null, 50], count: [3, 7, 1] })).toBe(87.5);
  expect(weightedMean({ mean: [4, 6], count: [] })).toBe(5);
  expect(weightedMean({ mean: [null], count: [0] })).toBeNull();
});

test('the page has what it draws and what has a mean, and nothing private or added up', () => {
  for (const kind of ['glucose-cgm', 'ecg-lead-ii', 'blood-pressure-systolic', 'body-weight', 'heart-rate'])
    expect(isOnVisitPage(kind), kind).toBe(true);
  for (const kind of ['steps', 'insulin-bolus', 'mood', 'menstrual-flow', 'position', 'note'])
    expect(isOnVisitPage(kind), kind).toBe(false);
  expect([hasMean('body-weight'), hasMean('ecg-lead-ii'), hasMean('rhythm-event')]).toEqual([true, false, false]);
});
