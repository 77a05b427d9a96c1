import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  absentFrom,
  between,
  concatSamples,
  inOrder,
  lowerBound,
  mergeSamples,
  NO_SAMPLES,
  type Samples,
} from '../src/samples.ts';
import { pairsOf, samplesOf, sorted } from './fixture.ts';

const value = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
/** Few instants, so that sets meet often. */
const anySet = fc
  .array(fc.tuple(fc.integer({ min: -6, max: 12 }), value), { maxLength: 14 })
  .map((pairs) => new Map(pairs));
const asSamples = (set: ReadonlyMap<number, number>): Samples => samplesOf(sorted(set));

describe('the union of what was there and what comes', () => {
  test('is that of two maps, the later winning, with every sample counted once', () => {
    fc.assert(
      fc.property(anySet, anySet, (before, later) => {
        const { union, fresh, accepted, duplicate, corrected } = mergeSamples(asSamples(before), asSamples(later));
        expect(pairsOf(union)).toEqual(sorted(new Map([...before, ...later])));
        expect(pairsOf(fresh)).toEqual(sorted(later).filter(([time, each]) => before.get(time) !== each));
        expect({ accepted, duplicate, corrected }).toEqual({
          accepted: [...later.keys()].filter((time) => !before.has(time)).length,
          duplicate: [...later].filter(([time, each]) => before.get(time) === each).length,
          corrected: [...later].filter(([time, each]) => before.has(time) && before.get(time) !== each).length,
        });
      }),
    );
  });

  test('changes nothing of what was given', () => {
    fc.assert(
      fc.property(anySet, anySet, (before, later) => {
        const [a, b] = [asSamples(before), asSamples(later)];
        mergeSamples(a, b);
        expect([pairsOf(a), pairsOf(b)]).toEqual([sorted(before), sorted(later)]);
      }),
    );
  });
});

test('what yields is what the other set has no instant of', () => {
  fc.assert(
    fc.property(anySet, anySet, (before, later) => {
      const absent = absentFrom(asSamples(before), asSamples(later));
      expect(pairsOf(absent)).toEqual(sorted(later).filter(([time]) => !before.has(time)));
    }),
  );
});

describe('order', () => {
  test('a device may send in any order and twice; of one instant the last sent stands', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: -5, max: 9 }), value), { maxLength: 20 }), (sent) => {
        const { samples, repeated } = inOrder(samplesOf(sent));
        const model = new Map(sent);
        expect(pairsOf(samples)).toEqual(sorted(model));
        expect(repeated).toBe(sent.length - model.size);
      }),
    );
  });

  test.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])(
    'an instant that is no whole microsecond is refused: %s',
    (time) => {
      expect(() => inOrder(samplesOf([[time, 1]]))).toThrow(expect.objectContaining({ code: 'out-of-range' }));
      expect(() =>
        inOrder(
          samplesOf([
            [1, 1],
            [time, 1],
            [0, 1],
          ]),
        ),
      ).toThrow(expect.objectContaining({ code: 'out-of-range' }));
    },
  );

  test('ranges are half-open', () => {
    fc.assert(
      fc.property(anySet, fc.integer({ min: -7, max: 13 }), fc.integer({ min: -7, max: 13 }), (set, from, to) => {
        expect(pairsOf(between(asSamples(set), from, to))).toEqual(
          sorted(set).filter(([time]) => time >= from && time < to),
        );
        expect(lowerBound(asSamples(set).times, from)).toBe(sorted(set).filter(([time]) => time < from).length);
      }),
    );
    expect(concatSamples([NO_SAMPLES, samplesOf([[1, 2]]), NO_SAMPLES])).toEqual(samplesOf([[1, 2]]));
  });
});
