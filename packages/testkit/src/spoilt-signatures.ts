// Signatures good and spoilt, and two verifiers that have to judge them alike: the oracle for native verification.
import { hkdfSha256, type Primitives, utf8Encode } from '@hale/kernel';

type Verify = (signature: Uint8Array, message: Uint8Array, pubkey: Uint8Array) => boolean;

/** Deterministic bytes, cheap enough for a million cases. */
function stream(seed: string): (length: number) => Uint8Array {
  let pool: Uint8Array = new Uint8Array(0);
  let at = 0;
  let block = 0;
  return (length) => {
    if (at + length > pool.length) {
      pool = hkdfSha256(utf8Encode(seed.padEnd(32)), new Uint8Array(), utf8Encode(String(block++)), 8_160);
      at = 0;
    }
    at += length;
    return pool.slice(at - length, at);
  };
}

/**
 * Three of four cases have one bit flipped in signature, message or key.
 * @returns how many were good; a text where a case is judged wrongly or differently
 */
export function judgeSignatures(
  seed: string,
  cases: number,
  primitives: Primitives,
  one: Verify,
  other: Verify,
): { good: number; problem: string | null } {
  const next = stream(seed);
  let good = 0;
  let secret = next(32);
  let pubkey = primitives.schnorrPublic(secret);
  for (let n = 0; n < cases; n++) {
    if (n % 100 === 0) {
      secret = next(32);
      pubkey = primitives.schnorrPublic(secret);
    }
    const message = next(32);
    const signature = primitives.schnorrSign(message, secret, next(32));
    const key = pubkey.slice();
    const [part, position, bit] = next(3);
    const spoilt = [null, signature, message, key][part % 4];
    if (spoilt) spoilt[position % spoilt.length] ^= 1 << (bit % 8);
    const expected = other(signature, message, key);
    if (one(signature, message, key) !== expected) return { good, problem: `case ${n} differs` };
    if (expected !== (spoilt === null)) return { good, problem: `case ${n} is judged wrongly` };
    if (expected) good += 1;
  }
  return { good, problem: null };
}
