// Which ranges are asked for: held against the dumbest model, a list of single moments.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Ranges } from '../src/reader/ranges.ts';

const range = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 12 })).map(([from, length]) => ({
  from,
  to: from + length,
}));
const momentsOf = ({ from, to }: { from: number; to: number }) => Array.from({ length: to - from }, (_, i) => from + i);

test('property: exactly the moments that were not fetched are missing, each once and ascending', () => {
  fc.assert(
    fc.property(fc.array(range, { maxLength: 8 }), range, (fetched, asked) => {
      const ranges = new Ranges();
      const held = new Set<number>();
      for (const each of fetched) {
        ranges.add(each.from, each.to);
        for (const moment of momentsOf(each)) held.add(moment);
      }
      const missing = ranges.missing(asked.from, asked.to).flatMap(momentsOf);
      expect(missing).toEqual(momentsOf(asked).filter((moment) => !held.has(moment)));
    }),
  );
});
