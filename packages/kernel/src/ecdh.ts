import { secp256k1 } from '@noble/curves/secp256k1.js';
import { concatBytes } from './bytes.ts';
import { fail } from './errors.ts';

const evenY = Uint8Array.of(2);

/**
 * ECDH on secp256k1: the unhashed 32-byte x coordinate of secret·P, where P has the even y that an x-only
 * key stands for (BIP-340). Both sides get the same x, since −P has it too.
 * @throws HaleError 'malformed' where pubkey is no point on the curve or secret no scalar
 */
export function sharedX(secret: Uint8Array, pubkey: Uint8Array): Uint8Array {
  try {
    return secp256k1.getSharedSecret(secret, concatBytes(evenY, pubkey)).subarray(1, 33);
  } catch {
    fail('malformed', 'not a key on secp256k1');
  }
}
