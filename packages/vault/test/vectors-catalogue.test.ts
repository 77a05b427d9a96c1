import { readFileSync } from 'node:fs';
import { checkVectors } from '@hale/testkit/vectors';
import { describe, expect, test } from 'vitest';
import { makeCatalogueVectors } from '../../../specs/make-vectors-catalogue.ts';

const file = readFileSync('specs/vectors/catalogue.json', 'utf8');

describe('specs/vectors/catalogue.json', () => {
  test('every vector holds', () => {
    const { passed, failed } = checkVectors('catalogue', JSON.parse(file));
    expect(failed).toEqual([]);
    expect(passed).toBeGreaterThan(25);
  });

  test('the script beside it makes the same bytes', () => expect(makeCatalogueVectors()).toBe(file));

  test('a fold that does not hold is reported', () => {
    const vectors = JSON.parse(file);
    vectors.folds[1].state.generation = 7;
    vectors.handoff[0].generation = 1;
    expect(checkVectors('catalogue', vectors).failed).toHaveLength(2);
  });
});
