import { readFileSync } from 'node:fs';
import { checkVectors } from '@hale/testkit/vectors';
import { describe, expect, test } from 'vitest';
import { makeEmergencyVectors } from '../../../specs/make-vectors-emergency.ts';

const file = readFileSync('specs/vectors/emergency.json', 'utf8');

describe('specs/vectors/emergency.json', () => {
  test('every vector holds', () => {
    const { passed, failed } = checkVectors('emergency', JSON.parse(file));
    expect(failed).toEqual([]);
    expect(passed).toBeGreaterThan(30);
  });

  test('the script beside it makes the same bytes', () => expect(makeEmergencyVectors()).toBe(file));

  test('a vector that does not hold is reported', () => {
    const vectors = JSON.parse(file);
    vectors.keys[0].grantKey = vectors.keys[1].grantKey;
    vectors.openings[0].holds = false;
    vectors.statements.valid[0].statement.name = 'Somebody else';
    vectors.sheets.valid[0].sheet.born = '1962';
    expect(checkVectors('emergency', vectors).failed.length).toBe(4);
    expect(checkVectors('emergency', {}).failed.length).toBe(1);
  });
});
