// Where the rows of a long time line stand: held against a list that lays out every record one by one.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { layoutOf, seenIn } from '../src/screens/records/rows.ts';

const HEIGHTS = { row: 70, year: 50, month: 40 };
const months = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 1990, max: 2026 }), fc.integer({ min: 1, max: 12 })), {
    selector: ([year, month]) => year * 12 + month,
    maxLength: 60,
  })
  .map((all) => all.sort((a, b) => b[0] - a[0] || b[1] - a[1]))
  .chain((all) =>
    fc.tuple(
      ...all.map(([year, month]) =>
        fc.record({
          month: fc.constant(`${year}-${String(month).padStart(2, '0')}`),
          count: fc.integer({ min: 1, max: 400 }),
        }),
      ),
    ),
  );

test('exactly the rows that touch the window are seen, with the right number before them', () => {
  fc.assert(
    fc.property(
      months,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 1, max: 1500 }),
      (all, share, height) => {
        const layout = layoutOf(all, HEIGHTS);
        const top = share * layout.height;
        const bottom = top + height;
        const naive: number[] = [];
        let y = 0;
        let index = 0;
        let year = '';
        for (const { month, count } of all) {
          if (month.slice(0, 4) !== year) y += HEIGHTS.year;
          year = month.slice(0, 4);
          y += HEIGHTS.month;
          for (let i = 0; i < count; i++, index++, y += HEIGHTS.row)
            if (y + HEIGHTS.row > top && y < bottom) naive.push(index);
        }
        const seen = seenIn(layout, top, bottom, HEIGHTS.row).flatMap(({ block, from, to }) =>
          Array.from({ length: to - from }, (_, i) => block.skip + from + i),
        );
        expect(layout.total).toBe(index);
        expect(layout.height).toBe(y);
        expect(seen).toEqual(naive);
      },
    ),
  );
});

test('a hundred thousand records cost some rows', () => {
  const all = Array.from({ length: 600 }, (_, i) => ({
    month: `${2026 - Math.floor(i / 12)}-${String(12 - (i % 12)).padStart(2, '0')}`,
    count: 170,
  }));
  const layout = layoutOf(all, HEIGHTS);
  expect(layout.total).toBe(102_000);
  const rows = seenIn(layout, layout.height / 2, layout.height / 2 + 2000, HEIGHTS.row).reduce(
    (sum, { from, to }) => sum + to - from,
    0,
  );
  expect(rows).toBeLessThan(40);
});
