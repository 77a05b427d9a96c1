import { ml_kem768 } from '@noble/post-quantum/ml-kem.js';
import { concatBytes } from './bytes.ts';
import { sharedX } from './ecdh.ts';
import { fail } from './errors.ts';
import {
  checkKemPublic,
  ENVELOPE_NONCE,
  envelopeKey,
  type HybridRecipient,
  hintFor,
  type KemPart,
  NO_KEM,
  SUITE_CLASSIC,
  SUITE_HYBRID,
} from './hybrid.ts';
import { validScalar } from './keys.ts';
import { LIMITS } from './limits.ts';
import { chachaSeal, type Random, schnorrPublic } from './primitives.ts';

export interface WrapHybridOptions {
  readonly random: Random;
  /**
   * Consent to an envelope that a quantum computer could open. Only a recipient without ML-KEM key gets
   * one; it never downgrades a recipient who has one.
   */
  readonly classic?: boolean;
}

/**
 * Seals `payload` to one person.
 * @throws HaleError 'not-permitted' without an ML-KEM key and without `classic: true`; 'malformed' for
 * keys that are none; 'too-large'
 */
export function wrapHybrid(payload: Uint8Array, recipient: HybridRecipient, options: WrapHybridOptions): Uint8Array {
  const { pubkey, kemPublic } = recipient;
  if (payload.length > LIMITS.hybridPayloadBytesMax) {
    fail('too-large', 'payload is too long for an envelope', { max: LIMITS.hybridPayloadBytesMax });
  }
  if (kemPublic === null && options.classic !== true) {
    fail('not-permitted', 'recipient has no post-quantum key and classic encryption was not allowed');
  }
  const suite = kemPublic === null ? SUITE_CLASSIC : SUITE_HYBRID;
  const ephemeral = validScalar(options.random(32));
  const ephemeralPublic = schnorrPublic(ephemeral);
  const ecdh = sharedX(ephemeral, pubkey);
  const kem = kemPublic === null ? NO_KEM : encapsulate(kemPublic, options.random(32));
  const hint = hintFor(ecdh, pubkey, ephemeralPublic);
  const header = concatBytes(Uint8Array.of(suite), ephemeralPublic, hint, kem.ciphertext);
  const key = envelopeKey(ecdh, kem, { suite, pubkey, ephemeralPublic });
  return concatBytes(header, chachaSeal(key, ENVELOPE_NONCE, header, payload));
}

function encapsulate(publicKey: Uint8Array, message32: Uint8Array): KemPart {
  checkKemPublic(publicKey);
  const { cipherText, sharedSecret } = ml_kem768.encapsulate(publicKey, message32);
  return { publicKey, ciphertext: cipherText, secret: sharedSecret };
}
