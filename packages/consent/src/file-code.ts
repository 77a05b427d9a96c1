// A saved copy carries sealed tiles and, unless the owner wants it so, no key: it opens with a code that she hands over by another way
// (specs/grant.md §10). 128 random bits, so that nobody guesses it however long he has the file.
import { fail, sha256 } from '@hale/kernel';
import { deriveKey } from '@hale/kernel/seal';
import { bytesOfDigits, digitsOf, typedDigits } from './digits.ts';

export const FILE_CODE_BYTES = 16;
const DIGITS_TOTAL = 26;
const GROUP = 5;

/** Five groups of digits with hyphens between, the last one longer. @param code 16 bytes */
export function encodeFileCode(code: Uint8Array): string {
  if (code.length !== FILE_CODE_BYTES) fail('malformed', 'a code has 16 bytes');
  const text = digitsOf(code);
  const groups = Array.from({ length: 4 }, (_, i) => text.slice(i * GROUP, (i + 1) * GROUP));
  return [...groups, text.slice(4 * GROUP)].join('-');
}

/** Takes small letters, spaces, missing hyphens, and O, I, L for the digits they look like. @throws HaleError 'malformed' */
export function parseFileCode(text: string): Uint8Array {
  const digits = typedDigits(text);
  const isCode = digits.length === DIGITS_TOTAL && !digits.includes(-1);
  const code = isCode ? bytesOfDigits(digits) : null;
  return code ?? fail('malformed', 'this is no code: it has 26 digits and letters');
}

/** The grant key that a code stands for: KDF(SHA-256(code), "file"). */
export const fileGrantKey = (code: Uint8Array): Uint8Array => deriveKey(sha256(code), 'file');
