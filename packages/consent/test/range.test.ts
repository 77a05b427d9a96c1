import {
  binSeconds,
  coverPositions,
  type Grid,
  gridFor,
  type Level,
  slotRange,
  slotSeconds,
  slotStart,
} from '@hale/kernel';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { edgesOf, innerRange, leaseFor, leaseSlots } from '../src/index.ts';

const DAY = 86_400_000_000;
const grids = fc
  .constantFrom(0.004, 1, 300, 86_400)
  .chain((period) => fc.integer({ min: -56, max: 56 }).map((quarters) => gridFor(period, quarters * 15)));
const gridAndLevel = grids.chain((grid) => fc.constantFrom(...grid.levels).map((level) => ({ grid, level })));
const time = fc.integer({ min: 20_000 * DAY, max: 20_100 * DAY });

/** A range that begins on, before or after slot borders, a few slots long. */
const range = (grid: Grid, level: Level) => {
  const length = slotSeconds(grid, level) * 1_000_000;
  const jitter = fc.constantFrom(-length / 2, -1, 0, 1, length / 2);
  return fc.tuple(time, fc.integer({ min: 0, max: 3 }), jitter, jitter).map(([at, slots, a, b]) => {
    const start = slotStart(grid, level, slotRange(grid, level, at, at + 1).first);
    return { from: start + a, to: Math.max(start + a + 1, start + slots * length + b) };
  });
};

test('whole slots and edges together are [from, to), without gap or overlap', () => {
  const cases = gridAndLevel
    .filter(({ level }) => level === 'raw')
    .chain(({ grid }) => range(grid, 'raw').map((r) => ({ grid, ...r })));
  fc.assert(
    fc.property(cases, ({ grid, from, to }) => {
      const inner = innerRange(grid, 'raw', { from, to });
      const pieces = edgesOf(grid, 'raw', { from, to }).map((edge) => [edge.from, edge.to]);
      for (let slot = inner.first; slot < inner.end; slot++)
        pieces.push([slotStart(grid, 'raw', slot), slotStart(grid, 'raw', slot + 1)]);
      pieces.sort((a, b) => a[0] - b[0]);
      expect(pieces[0][0]).toBe(from);
      expect(pieces.at(-1)![1]).toBe(to);
      for (let i = 1; i < pieces.length; i++) expect(pieces[i][0]).toBe(pieces[i - 1][1]);
    }),
  );
});

test('on levels of bins, edges stand exactly where a whole bin lies inside a slot that is not', () => {
  const cases = gridAndLevel
    .filter(({ level }) => level !== 'raw')
    .chain(({ grid, level }) => range(grid, level).map((r) => ({ grid, level, ...r })));
  fc.assert(
    fc.property(cases, ({ grid, level, from, to }) => {
      const inner = innerRange(grid, level, { from, to });
      const edges = edgesOf(grid, level, { from, to });
      const bin = binSeconds(level) * 1_000_000;
      const touched = slotRange(grid, level, from, to);
      for (let slot = touched.first; slot < touched.end; slot++) {
        let inside = 0;
        const end = slotStart(grid, level, slot + 1);
        for (let at = slotStart(grid, level, slot); at < end; at += bin) if (at >= from && at + bin <= to) inside++;
        const isInner = slot >= inner.first && slot < inner.end;
        expect(edges.filter((edge) => edge.slot === slot).length).toBe(!isInner && inside > 0 ? 1 : 0);
      }
    }),
  );
});

// biome-ignore format: a table is read by its columns
test.each([
  // signal    period   level  slots of a lease, days
  ['ECG',      0.004,   'raw', 32_768,           3.79],
  ['heart',    1,       'raw', 512,              5.33],
  ['heart',    1,       '1m',  64,               5.33],
  ['heart',    1,       '15m', 4,                4],
  ['heart',    1,       '1h',  4,                4],
  ['heart',    1,       '1d',  1,                32],    // a slot is longer than a lease: one at least
  ['glucose',  300,     'raw', 4,                4],
  ['weight',   86_400,  'raw', 1,                32],
] as const)('a lease of %s (%d s) at %s is %d slots, %d days', (_, period, level, slots, days) => {
  const grid = gridFor(period, 0);
  expect(leaseSlots(grid, level, 7)).toBe(slots);
  expect((slots * slotSeconds(grid, level)) / 86_400).toBeCloseTo(days, 2);
});

test('a lease is one node of the tree unless the consent cuts it', () => {
  fc.assert(
    fc.property(
      gridAndLevel,
      time,
      fc.integer({ min: 0, max: 400 }),
      fc.option(fc.integer({ min: 1, max: 400 })),
      ({ grid, level }, from, ahead, days) => {
        const range = { from, to: days === null ? null : from + days * DAY };
        const inner = innerRange(grid, level, range);
        const slot = slotRange(grid, level, from + ahead * DAY, from + ahead * DAY + 1).first;
        const lease = leaseFor(grid, level, range, slot, 7);
        if (slot < inner.first || slot >= inner.end) {
          expect(lease.first).toBe(lease.end);
          return;
        }
        expect(lease.first <= slot && slot < lease.end && lease.first >= inner.first && lease.end <= inner.end).toBe(
          true,
        );
        const isCut = lease.end - lease.first < leaseSlots(grid, level, 7);
        expect(isCut || coverPositions(lease.first, lease.end).length === 1).toBe(true);
      },
    ),
  );
});
