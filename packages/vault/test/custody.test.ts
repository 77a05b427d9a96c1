import { readFileSync } from 'node:fs';
import { checkVectors } from '@hale/testkit/vectors';
import { describe, expect, test } from 'vitest';
import { makeCustodyVectors } from '../../../specs/make-vectors-custody.ts';

describe('specs/vectors/custody.json', () => {
  const file = readFileSync(new URL('../../../specs/vectors/custody.json', import.meta.url), 'utf8');

  test('every vector holds', () => {
    const { passed, failed } = checkVectors('custody', JSON.parse(file));
    expect(failed).toEqual([]);
    expect(passed).toBeGreaterThanOrEqual(40);
  });

  test('the script beside it makes the same bytes', () => expect(makeCustodyVectors()).toBe(file));
});
