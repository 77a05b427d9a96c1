import { schnorrPublic } from '@hale/kernel';
import { entropyOf, identitySecret, newWords, seedOf, splitSecret } from '@hale/kernel/seal';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  encodePiece,
  openRelease,
  parsePiece,
  type RecoveryPiece,
  recoverWords,
  sealRelease,
} from '../src/recovery-piece.ts';

const counted = (start: number) => {
  let next = start;
  return (length: number) => Uint8Array.from({ length }, () => (next = (next * 73 + 41) & 255));
};
const WORDS = newWords(counted(7)(32));
const CODE = counted(1)(16);

function piecesOf(words: string, need: number, of: number, setSeed = 3): RecoveryPiece[] {
  const owner = schnorrPublic(identitySecret(seedOf(words))).slice(0, 8);
  const set = counted(setSeed)(8);
  return splitSecret(entropyOf(words), need, of, counted(setSeed + 1)).map((share) => ({ ...share, set, need, owner }));
}

describe('a piece', () => {
  test('is the same after it was printed, read aloud and typed', () => {
    const [piece] = piecesOf(WORDS, 2, 3);
    const text = encodePiece(piece);
    expect(text).toMatch(/^([0-9A-Z]{5}-){17}[0-9A-Z]{3}$/);
    expect(parsePiece(text.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l'))).toEqual(
      piece,
    );
  });

  test('with one digit wrong, missing or swapped is refused', () => {
    const text = encodePiece(piecesOf(WORDS, 2, 3)[0]);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom(...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'), (at, digit) => {
        fc.pre(text[at] !== digit && text[at] !== '-');
        for (const wrong of [text.slice(0, at) + digit + text.slice(at + 1), text.slice(0, at) + text.slice(at + 1)])
          expect(() => parsePiece(wrong)).toThrow(expect.objectContaining({ code: 'malformed' }));
      }),
      { numRuns: 300 },
    );
  });

  test('that was released opens with that code only', () => {
    const [piece] = piecesOf(WORDS, 2, 3);
    const text = sealRelease(piece, CODE, counted(9));
    expect(openRelease(text, CODE)).toEqual(piece);
    expect(() => openRelease(text, counted(2)(16))).toThrow(expect.objectContaining({ code: 'not-authentic' }));
    expect(() => parsePiece(text)).toThrow(expect.objectContaining({ code: 'malformed' }));
  });
});

describe('the words', () => {
  test.each([[[0, 1]], [[0, 2]], [[2, 1]], [[0, 1, 2]]])('come from pieces %j', (chosen) => {
    const pieces = piecesOf(WORDS, 2, 3);
    expect(recoverWords(chosen.map((i) => pieces[i]))).toBe(WORDS);
  });

  test('of twelve come too', () => {
    const words = 'leader monkey parrot ring guide accident before fence cannon height naive bean';
    expect(recoverWords(piecesOf(words, 3, 5).slice(1, 4))).toBe(words);
  });

  test('do not come from too few, old, doubled or false ones', () => {
    const [one, two] = piecesOf(WORDS, 2, 3);
    const [, old] = piecesOf(WORDS, 2, 3, 100);
    const refusal = (...pieces: RecoveryPiece[]) => {
      try {
        return recoverWords(pieces);
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    expect(refusal()).toBe('usage');
    expect(refusal(one)).toBe('usage');
    expect(refusal(one, old)).toBe('conflict');
    expect(refusal(one, one)).toBe('malformed');
    expect(refusal(one, { ...two, data: two.data.map((byte, i) => (i === 5 ? byte ^ 1 : byte)) })).toBe(
      'not-authentic',
    );
  });
});
