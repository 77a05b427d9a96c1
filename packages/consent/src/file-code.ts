// A saved copy carries sealed tiles and, unless the owner wants it so, no key: it opens with a code that she hands over by another way
// (specs/grant.md §10). 128 random bits, so that nobody guesses it however long he has the file.
import { fail, sha256 } from '@hale/kernel';
import { deriveKey } from '@hale/kernel/seal';

export const FILE_CODE_BYTES = 16;
/** Crockford's base 32: no I, L, O, U, so that it can be read aloud and typed. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const DIGITS_TOTAL = 26;
const GROUP = 5;

/** Five groups of digits with hyphens between, the last one longer. @param code 16 bytes */
export function encodeFileCode(code: Uint8Array): string {
  if (code.length !== FILE_CODE_BYTES) fail('malformed', 'a code has 16 bytes');
  let value = code.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n) << 2n;
  let text = '';
  for (let i = 0; i < DIGITS_TOTAL; i++, value >>= 5n) text = DIGITS[Number(value & 31n)] + text;
  const groups = Array.from({ length: 4 }, (_, i) => text.slice(i * GROUP, (i + 1) * GROUP));
  return [...groups, text.slice(4 * GROUP)].join('-');
}

/** Takes small letters, spaces, missing hyphens, and O, I, L for the digits they look like. @throws HaleError 'malformed' */
export function parseFileCode(text: string): Uint8Array {
  const typed = text.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
  const digits = [...typed].map((digit) => DIGITS.indexOf(digit));
  if (digits.length !== DIGITS_TOTAL || digits.includes(-1))
    fail('malformed', 'this is no code: it has 26 digits and letters');
  const value = digits.reduce((sum, digit) => (sum << 5n) | BigInt(digit), 0n);
  if ((value & 3n) !== 0n) fail('malformed', 'this is no code: it has 26 digits and letters');
  const code = new Uint8Array(FILE_CODE_BYTES);
  for (let i = FILE_CODE_BYTES - 1, rest = value >> 2n; i >= 0; i--, rest >>= 8n) code[i] = Number(rest & 255n);
  return code;
}

/** The grant key that a code stands for: KDF(SHA-256(code), "file"). */
export const fileGrantKey = (code: Uint8Array): Uint8Array => deriveKey(sha256(code), 'file');
