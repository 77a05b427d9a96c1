// What a date in clear may tell: the day before the day, and nothing else.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  blurredDate,
  dayStart,
  maskedDate,
  publishedUntil,
  SECONDS_PER_DAY,
  sinceDayOf,
  unmaskedDate,
} from '../src/index.ts';

const seconds = fc.integer({ min: 2 * SECONDS_PER_DAY, max: 4_000_000_000 });
const four = fc.uint8Array({ minLength: 4, maxLength: 4 });

test('a blurred date lies in the UTC day before, whatever the hour', () => {
  fc.assert(
    fc.property(seconds, four, (now, random) => {
      const date = blurredDate(now + 0.25, random);
      expect(Number.isInteger(date)).toBe(true);
      expect(dayStart(date)).toBe(dayStart(now) - SECONDS_PER_DAY);
      expect(publishedUntil(date)).toBe(dayStart(now) + SECONDS_PER_DAY - 1);
    }),
  );
});

test('the hour of publication changes nothing: the same draw gives the same date all day', () => {
  fc.assert(
    fc.property(seconds, four, fc.nat(SECONDS_PER_DAY - 1), (now, random, later) => {
      const start = dayStart(now);
      expect(blurredDate(start + later, random)).toBe(blurredDate(start, random));
    }),
  );
});

test('what was published in a day or later is found by its `since`', () => {
  fc.assert(
    fc.property(seconds, four, fc.nat(3 * SECONDS_PER_DAY), (now, random, later) => {
      const begin = dayStart(now);
      expect(blurredDate(begin + later, random)).toBeGreaterThanOrEqual(sinceDayOf(now));
    }),
  );
});

test('whoever holds the date key reads the second; nobody else tells it from any other second of the day', () => {
  const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(seconds, key, fc.base64String({ minLength: 100, maxLength: 300 }), (now, dateKey, content) => {
      const date = maskedDate(now + 0.5, dateKey, content);
      expect(dayStart(date)).toBe(dayStart(now) - SECONDS_PER_DAY);
      expect(unmaskedDate(date, dateKey, content)).toBe(now);
    }),
  );
  // One second, one key, many batches: the dates are spread over the whole day.
  const dateKey = new Uint8Array(32).fill(7);
  const dates = Array.from({ length: 400 }, (_, i) => maskedDate(1_795_256_430, dateKey, `batch ${i}`));
  expect(new Set(dates.map((date) => Math.floor((date % SECONDS_PER_DAY) / 3600))).size).toBe(24);
});

test('before 1970 there is no date', () => {
  expect(blurredDate(0, new Uint8Array([255, 255, 255, 255]))).toBe(0);
  expect(sinceDayOf(10)).toBe(0);
});
