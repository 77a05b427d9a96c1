import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex } from '../src/bytes.ts';
import { combineShares, splitSecret } from '../src/shamir.ts';

/** [secret, shares that give it, each with its x as the last byte], hex. */
const VECTORS = [
  ['000102030405060708090a0b0c0d0e0f', 'c6c8946394a7cf84cd79b43b5a235c44aa', '7a313c7bb00236e237651637c2a5c5100d'],
  [
    'ffeeddccbbaa99887766554433221100ff00ff00ff00ff00ff00ff00ff00ff00',
    '6b065b362ccdce4ebd3b6d275be0d928aaed099e6de5947358efcc42de234e06d6',
    '99e9f31dd06829165fad03622ba96b13a3b18eb3abd5f25d6605f378dba8b8596f',
    '03710253dc32bc603d134dfad8657e99ead7b9a2981e14f2fd10a871d1449971dc',
  ],
];

const bytesOf = (values: number[]) => Uint8Array.from(values);
const secrets = fc.uint8Array({ minLength: 1, maxLength: 40 });

describe('shares', () => {
  test('any that are enough give the secret, whichever and in whatever order', () => {
    fc.assert(
      fc.property(
        secrets,
        fc.integer({ min: 2, max: 5 }),
        fc.nat(4),
        fc.uint8Array({ minLength: 200, maxLength: 200 }),
        fc.nat(),
        (secret, need, more, noise, seed) => {
          let at = 0;
          const random = (length: number) => {
            at += length;
            return noise.slice(at - length, at);
          };
          const shares = splitSecret(secret, need, need + more, random);
          const order = shares
            .map((share, i) => ({ share, key: (seed * (i + 7)) % 101 }))
            .sort((a, b) => a.key - b.key);
          expect(combineShares(order.slice(0, need).map(({ share }) => share))).toEqual(secret);
          expect(combineShares(shares)).toEqual(secret);
        },
      ),
    );
  });

  test('one too few is compatible with every secret: for each there is exactly one polynomial', () => {
    const [one] = splitSecret(bytesOf([0x42]), 2, 3, () => bytesOf([0x99]));
    const others = new Set<number>();
    for (let slope = 0; slope < 256; slope++)
      for (let secret = 0; secret < 256; secret++) {
        const [share] = splitSecret(bytesOf([secret]), 2, 2, () => bytesOf([slope]));
        if (share.data[0] === one.data[0]) others.add(secret);
      }
    expect(others.size).toBe(256);
  });

  // Made with shamir-secret-sharing 0.0.4 (Privy, Apache-2.0), which was audited by others.
  test.each(VECTORS)('of another implementation are understood: %s', (secret, ...shares) => {
    const parsed = shares.map((hex) => ({ x: Number.parseInt(hex.slice(-2), 16), data: fromHex(hex.slice(0, -2)) }));
    expect(combineShares(parsed)).toEqual(fromHex(secret));
  });

  test.each([
    [1, 3],
    [4, 3],
    [2, 256],
    [0, 0],
    [1.5, 3],
  ])('%d of %d cannot be made', (need, of) => {
    expect(() => splitSecret(bytesOf([1]), need, of, (length) => new Uint8Array(length))).toThrow(
      expect.objectContaining({ code: 'usage' }),
    );
  });

  test('twice the same, none, and of different lengths are refused', () => {
    const share = { x: 1, data: bytesOf([1, 2]) };
    const code = (...shares: (typeof share)[]) => {
      try {
        combineShares(shares);
        return null;
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    expect(code(share)).toBe('usage');
    expect(code(share, share)).toBe('malformed');
    expect(code(share, { x: 0, data: bytesOf([1, 2]) })).toBe('malformed');
    expect(code(share, { x: 2, data: bytesOf([1]) })).toBe('malformed');
  });
});
