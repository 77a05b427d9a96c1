/**
 * The cryptographic primitives, in one table, so that a fast machine can put native code with the same
 * bytes in their place (`installPrimitives`). What stands here is @noble: it runs wherever JavaScript does.
 * ECDH, NIP-44 and ML-KEM handle private keys of people and stay with @noble.
 */
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { schnorr } from '@noble/curves/secp256k1.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 as nobleSha256, sha512 as nobleSha512 } from '@noble/hashes/sha2.js';

/** A source of unpredictable bytes, given by whoever calls; pure rooms have none of their own. */
export type Random = (byteLength: number) => Uint8Array;

export interface Primitives {
  sha256(bytes: Uint8Array): Uint8Array;
  hmacSha256(key: Uint8Array, bytes: Uint8Array): Uint8Array;
  hmacSha512(key: Uint8Array, bytes: Uint8Array): Uint8Array;
  /** RFC 5869, extract and expand. */
  hkdfSha256(inputKey: Uint8Array, salt: Uint8Array, info: Uint8Array, byteLength: number): Uint8Array;
  /** ChaCha20-Poly1305 (RFC 8439): ciphertext ‖ 16-byte tag. */
  chachaSeal(key: Uint8Array, nonce12: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /** null when the tag does not hold. */
  chachaOpen(key: Uint8Array, nonce12: Uint8Array, aad: Uint8Array, ciphertext: Uint8Array): Uint8Array | null;
  /** BIP-340. `aux32`: 32 fresh random bytes, which protect the key against fault and power analysis. */
  schnorrSign(message: Uint8Array, secret: Uint8Array, aux32: Uint8Array): Uint8Array;
  /** BIP-340; false, never a throw, for keys and signatures of a wrong length. */
  schnorrVerify(signature: Uint8Array, message: Uint8Array, pubkey: Uint8Array): boolean;
  /** The 32-byte x-only public key. @throws where the secret is not a valid scalar */
  schnorrPublic(secret: Uint8Array): Uint8Array;
}

const noblePrimitives: Primitives = {
  sha256: (bytes) => nobleSha256(bytes),
  hmacSha256: (key, bytes) => hmac(nobleSha256, key, bytes),
  hmacSha512: (key, bytes) => hmac(nobleSha512, key, bytes),
  hkdfSha256: (inputKey, salt, info, byteLength) => hkdf(nobleSha256, inputKey, salt, info, byteLength),
  chachaSeal: (key, nonce12, aad, plaintext) => chacha20poly1305(key, nonce12, aad).encrypt(plaintext),
  chachaOpen: (key, nonce12, aad, ciphertext) => {
    const cipher = chacha20poly1305(key, nonce12, aad);
    try {
      return cipher.decrypt(ciphertext);
    } catch {
      return null;
    }
  },
  schnorrSign: (message, secret, aux32) => schnorr.sign(message, secret, aux32),
  schnorrVerify: (signature, message, pubkey) =>
    signature.length === 64 && pubkey.length === 32 && schnorr.verify(signature, message, pubkey),
  schnorrPublic: (secret) => schnorr.getPublicKey(secret),
};

let active: Primitives = noblePrimitives;

/** Puts other code with the same bytes in place; `{}` changes nothing. Call once, at the start of a process. */
export function installPrimitives(replacements: Partial<Primitives>): void {
  active = { ...active, ...replacements };
}

export const sha256: Primitives['sha256'] = (bytes) => active.sha256(bytes);
export const hmacSha256: Primitives['hmacSha256'] = (key, bytes) => active.hmacSha256(key, bytes);
export const hmacSha512: Primitives['hmacSha512'] = (key, bytes) => active.hmacSha512(key, bytes);
export const hkdfSha256: Primitives['hkdfSha256'] = (inputKey, salt, info, byteLength) =>
  active.hkdfSha256(inputKey, salt, info, byteLength);
export const chachaSeal: Primitives['chachaSeal'] = (key, nonce12, aad, plaintext) =>
  active.chachaSeal(key, nonce12, aad, plaintext);
export const chachaOpen: Primitives['chachaOpen'] = (key, nonce12, aad, ciphertext) =>
  active.chachaOpen(key, nonce12, aad, ciphertext);
export const schnorrSign: Primitives['schnorrSign'] = (message, secret, aux32) =>
  active.schnorrSign(message, secret, aux32);
export const schnorrVerify: Primitives['schnorrVerify'] = (signature, message, pubkey) =>
  active.schnorrVerify(signature, message, pubkey);
export const schnorrPublic: Primitives['schnorrPublic'] = (secret) => active.schnorrPublic(secret);

/** What `installPrimitives` replaces, for tests that hold native code against it. */
export const referencePrimitives: Readonly<Primitives> = noblePrimitives;
