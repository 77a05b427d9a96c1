import { readFileSync } from 'node:fs';
import { checkVectors } from '@hale/testkit/vectors';
import { describe, expect, test } from 'vitest';
import { makeGrantVectors } from '../../../specs/make-vectors-grant.ts';

const file = readFileSync('specs/vectors/grant.json', 'utf8');

describe('specs/vectors/grant.json', () => {
  test('every vector holds', () => {
    const { passed, failed } = checkVectors('grant', JSON.parse(file));
    expect(failed).toEqual([]);
    expect(passed).toBeGreaterThan(100);
  });

  test('the script beside it makes the same bytes', () => expect(makeGrantVectors()).toBe(file));

  test('a vector that does not hold is reported', () => {
    const vectors = JSON.parse(file);
    vectors.links.valid[0].text += 'A';
    vectors.digests[0].digest = vectors.digests[1].digest;
    vectors.readings[1].expected.verdict = 'complete';
    vectors.tokens[0].leaves[0].leaf = '00';
    expect(checkVectors('grant', vectors).failed.length).toBe(5);
    expect(checkVectors('grant', {}).failed.length).toBe(1);
  });
});
