/**
 * Shamir's secret sharing (Shamir 1979) over GF(256): each byte of the secret is the constant term of a random polynomial of degree need − 1, and
 * a share is its value at one point. need − 1 shares say nothing at all, whatever one can compute. specs/custody.md §6
 */
import { fail } from './errors.ts';
import type { Random } from './primitives.ts';

/** A point of each polynomial. */
export interface SecretShare {
  /** 1 … 255. */
  x: number;
  /** As long as the secret. */
  data: Uint8Array;
}

const SHARES_MAX = 255;

/** Product in GF(2⁸) with the polynomial of AES, x⁸ + x⁴ + x³ + x + 1 (FIPS 197 §4.2). No table and no branch on what is secret. */
function times(a: number, b: number): number {
  let product = 0;
  for (let bit = 0; bit < 8; bit++) {
    product ^= -((b >>> bit) & 1) & a;
    a = ((a << 1) ^ (-((a >>> 7) & 1) & 0x11b)) & 0x1ff;
  }
  return product;
}

/** a²⁵⁴, the inverse of everything but 0. */
function inverse(a: number): number {
  let result = 1;
  let power = a;
  for (let exponent = 254; exponent > 0; exponent >>>= 1) {
    if (exponent & 1) result = times(result, power);
    power = times(power, power);
  }
  return result;
}

/**
 * @param need shares that give the secret back, 2 … of
 * @param random for the coefficients: need − 1 times the length of the secret
 * @throws HaleError 'usage'
 */
export function splitSecret(secret: Uint8Array, need: number, of: number, random: Random): SecretShare[] {
  if (!Number.isInteger(need) || !Number.isInteger(of) || need < 2 || of < need || of > SHARES_MAX)
    fail('usage', 'of 2 to 255 shares at least two are needed, and not more than there are');
  if (secret.length === 0) fail('usage', 'there is nothing to share');
  const coefficients = Array.from({ length: need - 1 }, () => random(secret.length));
  return Array.from({ length: of }, (_, i) => {
    const x = i + 1;
    // Horner's rule from the highest coefficient down.
    const data = secret.map((byte, at) => coefficients.reduceRight((sum, each) => times(sum ^ each[at], x), 0) ^ byte);
    return { x, data };
  });
}

/**
 * The polynomials' value at 0. With too few shares, or those of different secrets, it is something else: whoever combines has to check.
 * @throws HaleError 'usage' for less than two · 'malformed' for shares of one point or of different lengths
 */
export function combineShares(shares: readonly SecretShare[]): Uint8Array {
  if (shares.length < 2) fail('usage', 'at least two shares are needed');
  const points = shares.map(({ x }) => x);
  const isPoint = (x: number) => Number.isInteger(x) && x >= 1 && x <= SHARES_MAX;
  if (!points.every(isPoint) || new Set(points).size !== points.length)
    fail('malformed', 'one share is there twice, or is none');
  const { length } = shares[0].data;
  if (shares.some(({ data }) => data.length !== length)) fail('malformed', 'the shares do not belong together');
  const secret = new Uint8Array(length);
  for (const { x, data } of shares) {
    // Lagrange's basis at 0; in this field minus is plus.
    let factor = 1;
    for (const other of points) if (other !== x) factor = times(factor, times(other, inverse(other ^ x)));
    for (let at = 0; at < length; at++) secret[at] ^= times(factor, data[at]);
  }
  return secret;
}
