import { readFileSync } from 'node:fs';
import { checkVectors } from '@hale/testkit/vectors';
import { describe, expect, test } from 'vitest';
import { makeEnvelopeVectors } from '../../../specs/make-vectors-envelope.ts';

const file = readFileSync('specs/vectors/envelope.json', 'utf8');

describe('specs/vectors/envelope.json', () => {
  test('every vector holds', () => {
    const { passed, failed } = checkVectors('envelope', JSON.parse(file));
    expect(failed).toEqual([]);
    expect(passed).toBeGreaterThan(60);
  });

  test('the script beside it makes the same bytes', () => expect(makeEnvelopeVectors()).toBe(file));

  test('the first identities are those that NIP-06 prints', () => {
    const { identity } = JSON.parse(file);
    expect(identity.map(({ pubkey }: { pubkey: string }) => pubkey)).toEqual([
      '17162c921dc4d2518f9a101db33695df1afb56ab82f5ff3e5da6eec3ca5cd917',
      'd41b22899549e1f3d335a31002cfd382174006e166d3e658e3a5eecdb6463573',
    ]);
  });

  test('a vector that does not hold is reported, and so is a file that nobody checks', () => {
    const vectors = JSON.parse(file);
    vectors.hybrid.valid[0].payload = '00';
    vectors.httpAuth[3].refusal = null;
    expect(checkVectors('envelope', vectors).failed.length).toBe(3);
    expect(checkVectors('other', {}).failed).toEqual(['no check is known for other.json']);
    expect(checkVectors('envelope', {}).failed.length).toBe(1);
  });
});
