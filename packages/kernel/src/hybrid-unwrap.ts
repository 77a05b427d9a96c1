// Opens a hybrid envelope: specs/envelope.md §4.
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js';
import { equalBytes } from './bytes.ts';
import { sharedX } from './ecdh.ts';
import { fail } from './errors.ts';
import {
  ENVELOPE_NONCE,
  envelopeKey,
  hintFor,
  type KemPart,
  kemKeys,
  NO_KEM,
  SUITE_CLASSIC,
  SUITE_HYBRID,
  splitEnvelope,
} from './hybrid.ts';
import { chachaOpen, schnorrPublic } from './primitives.ts';

export interface HybridIdentity {
  /** secp256k1 secret of the recipient's key. */
  readonly secret: Uint8Array;
  /** 64 bytes d ‖ z (FIPS 203 §7.1). */
  readonly kemSeed: Uint8Array;
}

export interface HybridPayload {
  readonly payload: Uint8Array;
  /** false: classical cryptography only, which the interface shows. */
  readonly postQuantum: boolean;
}

/**
 * Opens an envelope.
 * @returns null = not for this identity: the address part (ephemeral key and hint) does not fit.
 * @throws HaleError 'not-authentic' = it is for this identity and was spoiled; 'unknown-suite'; 'malformed' when too short
 */
export function unwrapHybrid(envelope: Uint8Array, identity: HybridIdentity): HybridPayload | null {
  const { suite, ephemeralPublic, hint, kemCiphertext, header, ciphertext } = splitEnvelope(envelope);
  const pubkey = schnorrPublic(identity.secret);
  const ecdh = sharedXOrNull(identity.secret, ephemeralPublic);
  if (ecdh === null || !equalBytes(hint, hintFor(ecdh, pubkey, ephemeralPublic))) return null;
  const kem = suite === SUITE_CLASSIC ? NO_KEM : decapsulate(kemCiphertext, identity.kemSeed);
  const key = envelopeKey(ecdh, kem, { suite, pubkey, ephemeralPublic });
  const payload = chachaOpen(key, ENVELOPE_NONCE, header, ciphertext);
  if (payload === null) fail('not-authentic', 'envelope was changed, or made for another post-quantum key');
  return { payload, postQuantum: suite === SUITE_HYBRID };
}

/** ML-KEM never fails here: a spoiled ciphertext gives another secret (implicit rejection, FIPS 203 §6.3). */
function decapsulate(ciphertext: Uint8Array, kemSeed: Uint8Array): KemPart {
  const { publicKey, secretKey } = kemKeys(kemSeed);
  return { publicKey, ciphertext, secret: ml_kem768.decapsulate(ciphertext, secretKey) };
}

/** About half of all x are on the curve, so a spoiled ephemeral key shows here or at the hint: both mean "not for me". */
function sharedXOrNull(secret: Uint8Array, pubkey: Uint8Array): Uint8Array | null {
  try {
    return sharedX(secret, pubkey);
  } catch {
    return null;
  }
}
