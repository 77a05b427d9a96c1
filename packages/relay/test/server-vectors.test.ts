import { readFileSync } from 'node:fs';
import { checkVectors } from '@hale/testkit/vectors';
import { describe, expect, test } from 'vitest';
import { makeRelayVectors } from '../../../specs/make-vectors-relay.ts';

const file = readFileSync('specs/vectors/relay.json', 'utf8');

describe('specs/vectors/relay.json', () => {
  test('every vector holds', () => {
    const { passed, failed } = checkVectors('relay', JSON.parse(file));
    expect(failed).toEqual([]);
    expect(passed).toBeGreaterThan(75);
  });

  test('the script beside it makes the same bytes', () => expect(makeRelayVectors()).toBe(file));

  test('a decision that does not hold is reported', () => {
    const vectors = JSON.parse(file);
    vectors.serving[0].answer = [];
    vectors.publishing[0].accepted = false;
    expect(checkVectors('relay', vectors).failed).toHaveLength(2);
  });
});
