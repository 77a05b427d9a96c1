import { readFileSync } from 'node:fs';
import { checkVectors } from '@hale/testkit/vectors';
import { describe, expect, test } from 'vitest';
import { makeCopiesVectors } from '../../../specs/make-vectors-copies.ts';

const file = readFileSync('specs/vectors/copies.json', 'utf8');

describe('specs/vectors/copies.json', () => {
  test('every vector holds', () => {
    const { passed, failed } = checkVectors('copies', JSON.parse(file));
    expect(failed).toEqual([]);
    expect(passed).toBeGreaterThan(35);
  });

  test('the script beside it makes the same bytes', () => expect(makeCopiesVectors()).toBe(file));

  test('what does not hold is reported', () => {
    const vectors = JSON.parse(file);
    vectors.keys[0].author = vectors.keys[1].author;
    vectors.copies[2].copy.text = 'x';
    vectors.pages[1].pages.pop();
    vectors.entries.invalid[0].error = 'expired';
    expect(checkVectors('copies', vectors).failed).toHaveLength(4);
  });
});
