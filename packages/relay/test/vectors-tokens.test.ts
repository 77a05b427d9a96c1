import { readFileSync } from 'node:fs';
import { checkVectors } from '@hale/testkit/vectors';
import { describe, expect, test } from 'vitest';
import { makeTokenVectors } from '../../../specs/make-vectors-tokens.ts';

const file = readFileSync('specs/vectors/tokens.json', 'utf8');

describe('specs/vectors/tokens.json', () => {
  test('every vector holds', () => {
    const { passed, failed } = checkVectors('tokens', JSON.parse(file));
    expect(failed).toEqual([]);
    expect(passed).toBeGreaterThan(30);
  });

  test('the script beside it makes the same bytes', () => expect(makeTokenVectors()).toBe(file));

  test('a token that does not hold is reported', () => {
    const vectors = JSON.parse(file);
    vectors.issue.tokens[0].output = 'ab'.repeat(64);
    vectors.spending[0].steps[0].accepted = true;
    expect(checkVectors('tokens', vectors).failed.length).toBeGreaterThanOrEqual(3);
  });
});
