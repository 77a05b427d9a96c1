import { readFileSync } from 'node:fs';
import { checkVectors } from '@hale/testkit/vectors';
import { describe, expect, test } from 'vitest';
import { makeRecordsVectors } from '../../../specs/make-vectors-records.ts';

const file = readFileSync('specs/vectors/records.json', 'utf8');

describe('specs/vectors/records.json', () => {
  test('every vector holds', () => {
    const { passed, failed } = checkVectors('records', JSON.parse(file));
    expect(failed).toEqual([]);
    expect(passed).toBeGreaterThan(40);
  });

  test('the script beside it makes the same bytes', () => expect(makeRecordsVectors()).toBe(file));

  test('what does not hold is reported', () => {
    const vectors = JSON.parse(file);
    vectors.keys[0].author = vectors.keys[1].author;
    vectors.names[0].names.own = [];
    vectors.times[0].micros = 1;
    vectors.versions[5].cbor.pop();
    expect(checkVectors('records', vectors).failed).toHaveLength(4);
  });
});
