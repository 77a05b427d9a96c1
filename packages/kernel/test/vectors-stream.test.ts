import { readFileSync } from 'node:fs';
import { checkVectors } from '@hale/testkit/vectors';
import { describe, expect, test } from 'vitest';
import { makeKeysVectors } from '../../../specs/make-vectors-keys.ts';
import { makeStreamVectors } from '../../../specs/make-vectors-stream.ts';

const made = { keys: makeKeysVectors, stream: makeStreamVectors };

describe.each(['keys', 'stream'] as const)('specs/vectors/%s.json', (name) => {
  const file = readFileSync(`specs/vectors/${name}.json`, 'utf8');

  test('every vector holds', () => {
    const { passed, failed } = checkVectors(name, JSON.parse(file));
    expect(failed).toEqual([]);
    expect(passed).toBeGreaterThan(40);
  });

  test('the script beside it makes the same bytes', () => expect(made[name]()).toBe(file));
});

test('a vector that does not hold is reported', () => {
  const stream = JSON.parse(readFileSync('specs/vectors/stream.json', 'utf8'));
  stream.samples.valid[1].values[0] += 1;
  stream.tiles.invalid[0].tile.slot -= 1;
  expect(checkVectors('stream', stream).failed).toHaveLength(3);
  const keys = JSON.parse(readFileSync('specs/vectors/keys.json', 'utf8'));
  keys.grants[0].wrapNumber = 1;
  expect(checkVectors('keys', keys).failed).toHaveLength(1);
});
