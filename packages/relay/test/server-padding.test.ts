import { RELAY_LIMITS } from '@hale/relay/server';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { paddedBytes, padJson } from '../src/server/padding.ts';

test('lengths fall into buckets: never shorter, at most an eighth longer beyond the first, and few of them', () => {
  const least = RELAY_LIMITS.paddingBytes;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 400_000 }), (bytes) => {
      const padded = paddedBytes(bytes);
      expect(padded).toBeGreaterThanOrEqual(bytes);
      expect(padded).toBeLessThan(Math.max(bytes + least, bytes * 1.125 + 1));
      expect(paddedBytes(padded)).toBe(padded);
      expect(paddedBytes(bytes + 1)).toBeGreaterThanOrEqual(padded);
    }),
  );
  const lengths = new Set(Array.from({ length: 70_000 }, (_, bytes) => paddedBytes(bytes + 1)));
  expect(lengths.size).toBeLessThan(60);
});

test('a padded text is the same JSON, and a share, a wrong PIN and an OK are one length', () => {
  const texts = [
    { share: 'a'.repeat(64) },
    { left: 7 },
    ['OK', 'b'.repeat(64), true, ''],
    ['EOSE', 'q'],
    { note: 'zażółć 🫀' },
  ];
  const padded = texts.map((value) => {
    const text = JSON.stringify(value);
    return padJson(text, Buffer.byteLength(text));
  });
  expect(padded.map((text) => JSON.parse(text))).toEqual(texts);
  expect(new Set(padded.map((text) => Buffer.byteLength(text)))).toEqual(new Set([RELAY_LIMITS.paddingBytes]));
});
