// What a date in clear may tell: the day before the day, and nothing else.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blurredDate, dayStart, publishedFrom, SECONDS_PER_DAY, sinceDayOf } from '../src/index.ts';

const seconds = fc.integer({ min: 2 * SECONDS_PER_DAY, max: 4_000_000_000 });
const four = fc.uint8Array({ minLength: 4, maxLength: 4 });

test('a blurred date lies in the UTC day before, whatever the hour', () => {
  fc.assert(
    fc.property(seconds, four, (now, random) => {
      const date = blurredDate(now + 0.25, random);
      expect(Number.isInteger(date)).toBe(true);
      expect(dayStart(date)).toBe(dayStart(now) - SECONDS_PER_DAY);
      expect(publishedFrom(date)).toBe(dayStart(now));
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

test('before 1970 there is no date', () => {
  expect(blurredDate(0, new Uint8Array([255, 255, 255, 255]))).toBe(0);
  expect(sinceDayOf(10)).toBe(0);
});
