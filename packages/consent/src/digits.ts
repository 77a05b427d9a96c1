// Bytes as digits that can be read aloud and typed: Crockford's base 32, no I, L, O, U, five bits a digit, the last filled up with zeros.

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export function digitsOf(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += DIGITS[(value >>> (bits - 5)) & 31];
    value &= (1 << bits) - 1;
  }
  return bits > 0 ? text + DIGITS[(value << (5 - bits)) & 31] : text;
}

/** Takes small letters, spaces, missing hyphens, and O, I, L for the digits they look like. -1 stands for what is no digit. */
export function typedDigits(text: string): number[] {
  const typed = text.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
  return [...typed].map((digit) => DIGITS.indexOf(digit));
}

/** @returns null where what is left over is a digit too many, or is not zero */
export function bytesOfDigits(digits: readonly number[]): Uint8Array | null {
  const bytes: number[] = [];
  let bits = 0;
  let value = 0;
  for (const five of digits) {
    value = (value << 5) | five;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push(value >>> bits);
    value &= (1 << bits) - 1;
  }
  return value === 0 && bits < 5 ? Uint8Array.from(bytes) : null;
}
