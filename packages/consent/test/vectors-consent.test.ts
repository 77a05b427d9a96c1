import { readFileSync } from 'node:fs';
import { checkVectors } from '@hale/testkit/vectors';
import { describe, expect, test } from 'vitest';
import { makeConsentVectors } from '../../../specs/make-vectors-consent.ts';

const file = readFileSync('specs/vectors/consent.json', 'utf8');

describe('specs/vectors/consent.json', () => {
  test('every vector holds', () => {
    const { passed, failed } = checkVectors('consent', JSON.parse(file));
    expect(failed).toEqual([]);
    expect(passed).toBeGreaterThan(35);
  });

  test('the script beside it makes the same bytes', () => expect(makeConsentVectors()).toBe(file));

  test('a vector that does not hold is reported', () => {
    const vectors = JSON.parse(file);
    vectors.decisions[0].verdict.verdict = 'deny';
    vectors.portables[0].portable.narrowed = true;
    vectors.enforced[0].shown = false;
    vectors.shares[0].recipient.status = 'draft';
    expect(checkVectors('consent', vectors).failed.length).toBe(4);
    expect(checkVectors('consent', {}).failed.length).toBe(1);
  });
});
