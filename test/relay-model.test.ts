// Short versions of `npm run long relay-filters` and `relay-mixed`: the relay beside a dumb filter and beside a model.
import { workFolder } from '@hale/testkit/hale-process';
import { expect, test } from 'vitest';
import { compareFilters } from './long/relay-filters.ts';
import { mixedLoad } from './long/relay-mixed.ts';

test('questions, counts and live delivery are those of a dumb filter', () => {
  const found = compareFilters(6_000, 20_261_129, () => {});
  expect(found.problems).toEqual([]);
  expect(found.served).toBeGreaterThan(10_000);
  expect(found.live).toBeGreaterThan(500);
});

test('under writes, deletions, vanishing, expiry and a kill, relay and model stay equal', {
  timeout: 60_000,
}, async () => {
  const folder = workFolder('relay-model');
  try {
    const found = await mixedLoad(folder.dir, 5, 20_261_129, () => {});
    expect(found.problems).toEqual([]);
    expect(found.acknowledged).toBeGreaterThan(100);
    expect(found.reads).toBeGreaterThan(50);
  } finally {
    folder.remove();
  }
});
