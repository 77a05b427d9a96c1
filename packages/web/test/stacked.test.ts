// The bar of ranges: to scale wherever every part can be seen, and its labels apart from each other.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { labelMiddles, stacked } from '../src/clinical/stacked.ts';

const least = (share: number, i: number) => ({ share, least: i === 2 ? 0.12 : 0.06 });
const heightsOf = (shares: number[]) => stacked(shares.map(least));

describe('the bar', () => {
  test('where every part can be seen, each is as long as its share', () => {
    const { heights, isToScale } = heightsOf([0.06, 0.14, 0.6, 0.2, 0]);
    expect(isToScale).toBe(true);
    for (const [i, share] of [0.06, 0.14, 0.6, 0.2, 0].entries()) expect(heights[i]).toBeCloseTo(share, 12);
  });

  test('a part too small to be seen is drawn as small as one can see, the others keep their proportions', () => {
    const { heights, isToScale } = heightsOf([0.01, 0.04, 0.7, 0.2, 0.05]);
    expect(isToScale).toBe(false);
    expect(heights.map((height) => Number(height.toFixed(6)))).toEqual([0.06, 0.06, 0.637778, 0.182222, 0.06]);
  });

  test('any shares: the whole is filled, what is nought is not drawn, what is not is seen, and larger is never shorter', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { minLength: 5, maxLength: 5 }), (counts) => {
        const whole = counts.reduce((sum, count) => sum + count, 0);
        const shares = counts.map((count) => (whole === 0 ? 0 : count / whole));
        const { heights, isToScale } = heightsOf(shares);
        expect(heights.reduce((sum, height) => sum + height, 0)).toBeCloseTo(whole === 0 ? 0 : 1, 9);
        shares.forEach((share, i) => {
          expect(heights[i] > 0).toBe(share > 0);
          if (share > 0) expect(heights[i]).toBeGreaterThanOrEqual(least(share, i).least - 1e-9);
          if (isToScale) expect(heights[i]).toBeCloseTo(share, 9);
        });
        const outer = [0, 1, 3, 4];
        for (const i of outer)
          for (const j of outer)
            if (shares[i] > shares[j]) expect(heights[i]).toBeGreaterThanOrEqual(heights[j] - 1e-9);
      }),
    );
  });
});

test('labels keep their order and their distance, within the bar', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 5 }), (given) => {
      const middles = labelMiddles(
        [...given].sort((a, b) => a - b),
        0.18,
      );
      middles.forEach((middle, i) => {
        expect(middle).toBeGreaterThanOrEqual(0.09 - 1e-9);
        expect(middle).toBeLessThanOrEqual(0.91 + 1e-9);
        if (i > 0) expect(middle - middles[i - 1]).toBeGreaterThanOrEqual(0.18 - 1e-9);
      });
    }),
  );
  expect(labelMiddles([0.2, 0.6], 0.18)).toEqual([0.2, 0.6]);
});
