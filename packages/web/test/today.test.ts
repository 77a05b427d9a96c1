// The first screen: its order, and what a card says of a day's sum, of a cuff, of a night.
import { describe, expect, test } from 'vitest';
import { Calendar } from '../src/clinical/civil.ts';
import { nightsOf } from '../src/clinical/sleep.ts';
import {
  type Card,
  type CardFacts,
  cuffsOf,
  inOrder,
  isBackground,
  isJudgedByAverage,
  isStale,
  nightFacts,
  relativeChange,
  sumFacts,
} from '../src/clinical/today.ts';

const now = Date.UTC(2026, 0, 5) * 1000;
const hour = 3_600e6;
const card = (kind: string, facts: Partial<CardFacts> = {}): CardFacts => ({
  ...{ kind, isKnown: true, lastMicros: now - hour, verdict: null, now: null, before: null },
  ...facts,
});

describe('order', () => {
  test('new before old, outside of the range before within, moved before still', () => {
    const cards = [
      card('old', { lastMicros: now - 400 * 24 * hour, verdict: 'above' }),
      card('still', { now: 100, before: 100 }),
      card('moved', { now: 120, before: 100 }),
      card('out', { verdict: 'above' }),
      card('never', { lastMicros: null }),
    ];
    expect(inOrder(cards, now).map(({ kind }) => kind)).toEqual(['out', 'moved', 'still', 'old', 'never']);
  });

  test('of two that changed alike, the newest', () => {
    const cards = [card('earlier', { lastMicros: now - 2 * hour }), card('later')];
    expect(inOrder(cards, now).map(({ kind }) => kind)).toEqual(['later', 'earlier']);
  });
});

test('signal quality, device status and what is not known are background', () => {
  expect(isBackground(card('heart-rate-quality'))).toBe(true);
  expect(isBackground(card('device-battery'))).toBe(true);
  expect(isBackground(card('blood-pulse-wave', { isKnown: false }))).toBe(true);
  expect(isBackground(card('heart-rate'))).toBe(false);
});

test('a pulse and its variation are judged by the average of a week, a temperature by its value', () => {
  expect(['heart-rate', 'pulse-rate', 'hrv-sdnn'].every(isJudgedByAverage)).toBe(true);
  expect(['resting-heart-rate', 'spo2', 'body-temperature'].some(isJudgedByAverage)).toBe(false);
});

test('change against nothing is no change', () => {
  expect(relativeChange({ now: 5, before: null })).toBe(0);
  expect(relativeChange({ now: 110, before: 100 })).toBeCloseTo(0.1, 10);
});

test('a reading is stale after a day', () => {
  expect([isStale(now - 24 * hour, now), isStale(now - 25 * hour, now)]).toEqual([false, true]);
});

describe('what adds up', () => {
  const start = Date.UTC(2026, 0, 1) * 1000;
  const days = (sums: (number | null)[]) =>
    sums.map((sum, i) => ({
      fromMicros: start + i * 24 * hour,
      toMicros: start + (i + 1) * 24 * hour,
      sum: sum ?? 0,
      count: sum === null ? 0 : 3,
    }));
  const two = [1, 2, 3, 4, 5, 6, 7, 10, 10, 10, null, 10, 10, 40, 25];

  test('the day so far, the day before, and whole recorded days: the day that has not ended is in no average', () => {
    const facts = sumFacts(days(two), start + 14.5 * 24 * hour);
    expect(facts).toMatchObject({ isToday: true, dayBefore: 40, week: 15, weekBefore: 4 });
    expect(facts?.newest.sum).toBe(25);
  });

  test('a day without readings before it is none, and no nought', () => {
    expect(sumFacts(days([...two.slice(0, -2), null, 25]), start + 20 * 24 * hour)).toMatchObject({
      ...{ isToday: false, dayBefore: null, week: 10 },
    });
    expect(sumFacts(days([3, null]), start)).toBeNull();
    expect(sumFacts([], start)).toBeNull();
  });
});

describe('one cuff', () => {
  const of = (kind: string, atMicros: number, device: string | null = 'cuff'): Card => ({
    stream: { kind, device, key: `${kind} ${device}` } as Card['stream'],
    ...{ latest: { atMicros, value: 1 }, spark: null, periods: [], days: null },
  });
  const [upper, lower, pulse] = ['blood-pressure-systolic', 'blood-pressure-diastolic', 'pulse-rate'];

  test('upper, lower and pulse of one moment and device are one card', () => {
    const cards = [of(pulse, now), of(lower, now + 59e6), of('heart-rate', now), of(upper, now)];
    const { cuffs, others } = cuffsOf(cards);
    expect(cuffs).toEqual([{ systolic: cards[3], diastolic: cards[1], pulse: cards[0] }]);
    expect(others).toEqual([cards[2]]);
  });

  test('two cuffs are not mixed, and what has no partner stays by itself', () => {
    const cards = [of(upper, now), of(lower, now, 'other'), of(upper, now, 'other'), of(lower, now - 61e6)];
    const { cuffs, others } = cuffsOf(cards);
    expect(cuffs).toEqual([{ systolic: cards[2], diastolic: cards[1], pulse: null }]);
    expect(others).toEqual([cards[0], cards[3]]);
  });
});

test('the newest night against the nights before it; a nap is no night where there are nights', () => {
  const night = (day: number, hours: number) => {
    const from = now + day * 24 * hour;
    return [
      [from, 4],
      [from + hours * hour, 0],
    ];
  };
  const rows = [...night(0, 3), ...night(1, 3.5), ...night(2, 3.9), ...night(2.5, 1)];
  const nights = nightsOf(
    rows.map(([at]) => at),
    rows.map(([, code]) => code),
    new Calendar('UTC'),
  );
  expect(nights).toHaveLength(4);
  expect(nightFacts(nights)).toMatchObject({ night: { asleepMinutes: 234 }, meanMinutes: 195, nightsBefore: 2 });
  expect(nightFacts(nights.slice(3))).toMatchObject({ night: { asleepMinutes: 60 }, meanMinutes: null });
  expect(nightFacts([])).toBeNull();
});
