// Blood pressure at every edge of its categories, ranges by species and age, days and nights.
import { describe, expect, test } from 'vitest';
import {
  averagePressure,
  categoryOf,
  isolated,
  pairs,
  type Scheme,
  type Setting,
} from '../src/clinical/blood-pressure.ts';
import { Calendar } from '../src/clinical/civil.ts';
import { daysOf, niceTicks } from '../src/clinical/daily.ts';
import { RANGES, usualRange, verdictOf } from '../src/clinical/ranges.ts';
import { efficiency, nightsOf } from '../src/clinical/sleep.ts';

const of = (text: string, scheme: Scheme, setting: Setting = 'office') => {
  const [systolic, diastolic] = text.split('/').map(Number);
  return categoryOf({ systolic, diastolic }, scheme, setting)?.key ?? null;
};

describe('blood pressure', () => {
  // Reading, ACC/AHA, ESC, ESH.
  test.each([
    ['119/69', 'normal', 'nonElevated', 'optimal'],
    ['119/70', 'normal', 'elevated', 'optimal'],
    ['119/79', 'normal', 'elevated', 'optimal'],
    ['120/79', 'elevated', 'elevated', 'normal'],
    ['119/80', 'stage1', 'elevated', 'normal'],
    ['129/80', 'stage1', 'elevated', 'normal'],
    ['129/79', 'elevated', 'elevated', 'normal'],
    ['130/79', 'stage1', 'elevated', 'highNormal'],
    ['139/89', 'stage1', 'elevated', 'highNormal'],
    ['140/89', 'stage2', 'hypertension', 'grade1'],
    ['139/90', 'stage2', 'hypertension', 'grade1'],
    ['180/110', 'stage2', 'hypertension', 'grade3'],
    ['180/120', 'stage2', 'hypertension', 'grade3'],
    ['181/121', 'severe', 'hypertension', 'grade3'],
    ['179/121', 'severe', 'hypertension', 'grade3'],
    ['159/99', 'stage2', 'hypertension', 'grade1'],
    ['160/99', 'stage2', 'hypertension', 'grade2'],
  ])('%s in an office', (text, aha, esc, esh) => {
    expect([of(text, 'aha2017'), of(text, 'esc2024'), of(text, 'esh2023')]).toEqual([aha, esc, esh]);
  });

  test('home readings have home cut-offs, and none where a scheme gives none', () => {
    expect([of('136/84', 'esc2024'), of('136/84', 'esc2024', 'home')]).toEqual(['elevated', 'hypertension']);
    expect([of('134/84', 'esc2024', 'home'), of('134/85', 'esc2024', 'home')]).toEqual(['elevated', 'hypertension']);
    expect([of('136/84', 'aha2017', 'home'), of('136/84', 'esh2023', 'home')]).toEqual([null, null]);
  });

  test('fractions are rounded first; isolated is told apart', () => {
    expect([of('119.6/60', 'aha2017'), of('119.4/60', 'aha2017')]).toEqual(['elevated', 'normal']);
    const only = (systolic: number, diastolic: number) => isolated({ systolic, diastolic });
    expect([only(140, 89), only(139, 90), only(140, 90), only(120, 80)]).toEqual(['systolic', 'diastolic', null, null]);
  });

  test('systolic and diastolic of the same moment are a pair, others stay alone', () => {
    const found = pairs(
      { at: [0, 600e6, 1200e6], value: [120, 130, 140] },
      { at: [0, 630e6, 2400e6], value: [80, 85, 90] },
    );
    expect(found.pairs.map(({ systolic, diastolic }) => `${systolic}/${diastolic}`)).toEqual(['120/80', '130/85']);
    expect(found.alone).toBe(2);
    expect(averagePressure(found.pairs)).toEqual({ systolic: 125, diastolic: 82.5 });
    expect(averagePressure(found.pairs.slice(1))).toBeNull();
  });
});

describe('reference ranges', () => {
  const adult = { species: 'human', age: 40, sex: null } as const;

  test('by species, age and unit; none where none is known', () => {
    expect(usualRange('heart-rate', '/min', adult)).toMatchObject({ low: 60, high: 100, isAdultTaken: false });
    expect(usualRange('heart-rate', '/min', { ...adult, age: null })).toMatchObject({ isAdultTaken: true });
    expect(usualRange('heart-rate', '/min', { ...adult, age: 5 })).toBeNull();
    expect(usualRange('heart-rate', '/min', { ...adult, species: 'horse' })).toMatchObject({ low: 28, isAbout: true });
    expect(usualRange('heart-rate', '/min', { ...adult, species: 'other' })).toBeNull();
    expect(usualRange('body-temperature', '[degF]', adult)).toBeNull();
    expect(usualRange('hrv-rmssd', 'ms', adult)).toBeNull();
    expect(usualRange('glucose-cgm', 'mmol/L', adult)).toMatchObject({ low: 3.9, high: 10, context: 'target' });
  });

  test('every row names its source, and its ends are in order', () => {
    for (const { low = 0, high = Number.POSITIVE_INFINITY, source } of RANGES) {
      expect(low).toBeLessThan(high);
      expect(source.title.length * source.at.length).toBeGreaterThan(0);
    }
  });

  test('both ends belong to the range', () => {
    const range = { low: 60, high: 100 };
    expect([59.9, 60, 100, 100.1].map((value) => verdictOf(value, range))).toEqual([
      ...['below', 'within', 'within', 'above'],
    ]);
    expect(verdictOf(1000, { low: 96 })).toBe('within');
  });
});

describe('days', () => {
  const utc = new Calendar('UTC');
  const day = Date.UTC(2026, 0, 5) * 1000;

  test('lowest, highest, middle and sum of each day; a day without readings is empty', () => {
    const at = [day, day + 3600e6, day + 7200e6, day + 2 * 864e8];
    const readings = { at, mean: [60, 80, 70, 90], min: [], max: [], count: [] };
    const first = utc.dayOf(day);
    const days = daysOf(readings, { first, last: first + 2 }, utc);
    expect(days[0].band).toMatchObject({ low: 60, high: 80, median: 70, sum: 210, count: 3 });
    expect(days[1].band).toBeNull();
    expect(days[2].band).toMatchObject({ low: 90, high: 90 });
  });

  test('of summaries the extremes of the bins count, and the sum is that of all readings', () => {
    const readings = { at: [day], mean: [70], min: [40], max: [180], count: [60] };
    const first = utc.dayOf(day);
    const [{ band }] = daysOf(readings, { first, last: first }, utc);
    expect(band).toMatchObject({ low: 40, high: 180, median: 70, sum: 4200, count: 60 });
  });

  test('ticks that people read easily', () => {
    expect(niceTicks(0, 10_000)).toEqual([0, 5000, 10_000]);
    expect(niceTicks(52, 118)).toEqual([60, 80, 100]);
    expect(niceTicks(36.2, 37.1)).toEqual([36.5, 37]);
  });
});

describe('nights', () => {
  const warsaw = new Calendar('Europe/Warsaw');
  const at = (hour: number, minute = 0) => Date.UTC(2026, 0, 5, hour, minute) * 1000;

  test('stages add up, the night belongs to the day on which it ended', () => {
    // In bed 22:00 UTC, light, deep, awake, REM, end at 05:00.
    const times = [at(22), at(22, 30), at(24), at(26), at(26, 10), at(29)];
    const [night] = nightsOf(times, [1, 4, 5, 2, 6, 0], warsaw);
    expect(night.minutes).toEqual({ inBed: 30, light: 90, deep: 120, awake: 10, rem: 170, asleep: 0 });
    expect(night.asleepMinutes).toBe(380);
    expect(night.day).toBe(Date.UTC(2026, 0, 6) / 864e5);
    expect(efficiency(night)).toBeCloseTo(380 / 420, 10);
  });

  test('two nights are two, and a stage that nobody ended does not last until the next evening', () => {
    const nights = nightsOf([at(0), at(6), at(24), at(30)], [4, 2, 3, 0], warsaw);
    expect(nights.map(({ asleepMinutes }) => asleepMinutes)).toEqual([360]);
    expect(nightsOf([at(0), at(2), at(22), at(24)], [4, 0, 5, 0], warsaw)).toHaveLength(2);
    expect(nightsOf([], [], warsaw)).toEqual([]);
    expect(efficiency(nights[0])).toBeNull();
  });
});
