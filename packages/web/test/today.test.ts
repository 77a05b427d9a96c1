// The order of the first screen.
import { describe, expect, test } from 'vitest';
import { type CardFacts, inOrder, isBackground, isStale, relativeChange } from '../src/clinical/today.ts';

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

test('change against nothing is no change', () => {
  expect(relativeChange({ now: 5, before: null })).toBe(0);
  expect(relativeChange({ now: 110, before: 100 })).toBeCloseTo(0.1, 10);
});

test('a reading is stale after a day', () => {
  expect([isStale(now - 24 * hour, now), isStale(now - 25 * hour, now)]).toEqual([false, true]);
});
