// The code of a desk and the three words (specs/room.md): the vectors, and what no vector can list.
import { readFileSync } from 'node:fs';
import { schnorrPublic, toHex } from '@hale/kernel';
import { remoteCommitment, remoteKeys, roomSecret, roomWords, sameCommitment, visitKeys } from '@hale/kernel/seal';
import { checkVectors } from '@hale/testkit/vectors';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeRoomVectors } from '../../../specs/make-vectors-room.ts';

describe('specs/vectors/room.json', () => {
  const file = readFileSync('specs/vectors/room.json', 'utf8');

  test('every vector holds', () => {
    const { passed, failed } = checkVectors('room', JSON.parse(file));
    expect(failed).toEqual([]);
    expect(passed).toBeGreaterThan(25);
  });

  test('the script beside it makes the same bytes', () => expect(makeRoomVectors()).toBe(file));

  test('a vector that does not hold is reported', () => {
    const vectors = JSON.parse(file);
    vectors.words[3].words[0] = 'zoo';
    vectors.codes[0].untilSeconds += 60;
    expect(checkVectors('room', vectors).failed.length).toBeGreaterThanOrEqual(2);
  });
});

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const secrets = bytes32.filter((bytes) => bytes.some((byte) => byte > 0) && bytes[0] < 255);

describe('three words', () => {
  test('property: each is one of 2,048, and all 33 bits show', () =>
    fc.assert(
      fc.property(bytes32, (check) => {
        const words = roomWords(check);
        const bits = words.reduce((sum, word) => sum * 2048n + BigInt(wordlist.indexOf(word)), 0n);
        expect(bits).toBe(BigInt(`0x${toHex(check.slice(0, 5))}`) >> 7n);
      }),
    ));

  test('property: both sides have the same, and whoever stands between with keys of his own has others on each side', () =>
    fc.assert(
      fc.property(secrets, secrets, secrets, bytes32, (desk, phone, thief, code) => {
        fc.pre(new Set([desk, phone, thief].map(toHex)).size === 3);
        const { visits } = remoteKeys(roomSecret(code.slice(0, 16)));
        const visit = code.slice(16);
        const [deskKey, phoneKey, thiefKey] = [desk, phone, thief].map(schnorrPublic);
        const words = (side: 'home' | 'phone', ownSecret: Uint8Array, homeKey: Uint8Array, ofPhone: Uint8Array) =>
          roomWords(visitKeys({ visits, visit, homeKey, phoneKey: ofPhone, ownSecret, side }).check);
        expect(words('home', desk, deskKey, phoneKey)).toEqual(words('phone', phone, deskKey, phoneKey));
        expect(words('home', desk, deskKey, thiefKey)).not.toEqual(words('phone', phone, thiefKey, phoneKey));
        // What the phone promised before it saw any key holds no other key.
        const promise = remoteCommitment(visit, phoneKey);
        expect([phoneKey, thiefKey].map((key) => sameCommitment(promise, visit, key))).toEqual([true, false]);
      }),
      { numRuns: 40 },
    ));
});
