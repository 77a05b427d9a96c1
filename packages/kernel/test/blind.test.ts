// RFC 9497, appendix A.1.2: VOPRF(ristretto255, SHA-512). Blinds and proofs are random in life; here the RFC says what they were.
import { fromHex, HaleError, toHex } from '@hale/kernel';
import {
  blindNonce,
  blindTokens,
  deriveTokenKeys,
  evaluateBlinded,
  finalizeTokens,
  isTokenOf,
} from '@hale/kernel/blind';
import { describe, expect, test } from 'vitest';

const seed = 'a3'.repeat(32);
const keyInfo = '74657374206b6579';
const secretKey = 'e6f73f344b79b379f1a0dd37e07ff62e38d9f71345ce62ae3a9bc60b04ccd909';
const publicKey = 'c803e2cc6b05fc15064549b5920659ca4a77b2cca6f04f6b357009335476ad4e';

const blindA = '64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706';
const blindB = '222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e';
const outputA =
  'b58cfbe118e0cb94d79b5fd6a6dafb98764dff49c14e1770b566e42402da1a7da4d8527693914139caee5bd03903af43a491351d23b430948dd50cde10d32b3c';
const outputB =
  '8a9a2f3c7f085b65933594309041fc1898d42d0858e59f90814ae90571a6df60356f4610bf816f27afdd84f47719e480906d27ecd994985890e5f539e7ea74b6';

const vectors = [
  {
    name: '1, one token',
    inputs: ['00'],
    blinds: [blindA],
    blinded: ['863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945'],
    evaluated: ['aa8fa048764d5623868679402ff6108d2521884fa138cd7f9c7669a9a014267e'],
    proofScalar: blindB,
    proof:
      'ddef93772692e535d1a53903db24367355cc2cc78de93b3be5a8ffcc6985dd066d4346421d17bf5117a2a1ff0fcb2a759f58a539dfbe857a40bce4cf49ec600d',
    outputs: [outputA],
  },
  {
    name: '3, two tokens and one proof',
    inputs: ['00', '5a'.repeat(17)],
    blinds: [blindA, blindB],
    blinded: [
      '863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945',
      '90a0145ea9da29254c3a56be4fe185465ebb3bf2a1801f7124bbbadac751e654',
    ],
    evaluated: [
      'aa8fa048764d5623868679402ff6108d2521884fa138cd7f9c7669a9a014267e',
      'cc5ac221950a49ceaa73c8db41b82c20372a4c8d63e5dded2db920b7eee36a2a',
    ],
    proofScalar: '419c4f4f5052c53c45f3da494d2b67b220d02118e0857cdbcf037f9ea84bbe0c',
    proof:
      'cc203910175d786927eeb44ea847328047892ddf8590e723c37205cb74600b0a5ab5337c8eb4ceae0494c2cf89529dcf94572ed267473d567aeed6ab873dee08',
    outputs: [outputA, outputB],
  },
];

/** Random bytes of which the library makes that scalar: it takes them modulo (order − 1) and adds one. */
function bytesFor(scalarHex: string) {
  let value = 0n;
  for (const byte of [...fromHex(scalarHex, 32)].reverse()) value = (value << 8n) | BigInt(byte);
  value -= 1n;
  return (length: number) => Uint8Array.from({ length }, (_, at) => Number((value >> BigInt(8 * at)) & 0xffn));
}

const keys = deriveTokenKeys(fromHex(seed, 32), fromHex(keyInfo));

describe('RFC 9497 A.1.2', () => {
  test('the key pair', () => {
    expect(toHex(keys.secretKey)).toBe(secretKey);
    expect(toHex(keys.publicKey)).toBe(publicKey);
  });

  test.each(vectors)('test vector $name', (vector) => {
    const asked = vector.inputs.map((input, at) => blindNonce(fromHex(input), bytesFor(vector.blinds[at])));
    expect(asked.map(({ blind }) => toHex(blind))).toEqual(vector.blinds);
    expect(asked.map(({ blinded }) => toHex(blinded))).toEqual(vector.blinded);
    const answer = evaluateBlinded(
      keys,
      asked.map(({ blinded }) => blinded),
      bytesFor(vector.proofScalar),
    );
    expect(answer.evaluated.map((each) => toHex(each))).toEqual(vector.evaluated);
    expect(toHex(answer.proof)).toBe(vector.proof);
    expect(finalizeTokens(asked, answer, keys.publicKey).map((each) => toHex(each))).toEqual(vector.outputs);
  });
});

describe('tokens', () => {
  const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));

  test('what was blinded, evaluated and unblinded is a token of that key, and of no other', () => {
    const asked = blindTokens(3, random);
    const answer = evaluateBlinded(
      keys,
      asked.map(({ blinded }) => blinded),
      random,
    );
    const others = deriveTokenKeys(fromHex(seed, 32), fromHex('00'));
    finalizeTokens(asked, answer, keys.publicKey).forEach((output, at) => {
      const token = { epoch: 1, nonce: toHex(asked[at].nonce), output: toHex(output) };
      expect(isTokenOf(keys, token)).toBe(true);
      expect(isTokenOf(others, token)).toBe(false);
      expect(isTokenOf(keys, { ...token, output: `00${token.output.slice(2)}` })).toBe(false);
    });
  });

  test('a relay that uses another key for one member is caught by its proof', () => {
    const asked = blindTokens(2, random);
    const marked = deriveTokenKeys(fromHex(seed, 32), fromHex('6d61726b6564'));
    const points = asked.map(({ blinded }) => blinded);
    const answer = evaluateBlinded(marked, points, random);
    const honest = evaluateBlinded(keys, points, random);
    expect(() => finalizeTokens(asked, answer, keys.publicKey)).toThrow(HaleError);
    expect(() => finalizeTokens(asked, { ...honest, evaluated: answer.evaluated }, keys.publicKey)).toThrow(HaleError);
    expect(() =>
      finalizeTokens(asked, { ...honest, evaluated: [honest.evaluated[0], answer.evaluated[1]] }, keys.publicKey),
    ).toThrow(HaleError);
    expect(() => finalizeTokens(asked, { ...honest, evaluated: [honest.evaluated[0]] }, keys.publicKey)).toThrow(
      HaleError,
    );
  });

  test('bytes that are no point, and the identity, are refused', () => {
    for (const bytes of [new Uint8Array(32), new Uint8Array(32).fill(255), new Uint8Array(31)])
      expect(() => evaluateBlinded(keys, [bytes], random)).toThrow(HaleError);
  });
});
