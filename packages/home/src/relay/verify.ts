// BIP-340 verification by native libsecp256k1, which the npm package offers without a Schnorr call (DESIGN §8).
// ECDSA recovery computes Q = r⁻¹(s·R − z·G). With R = P (the public key: r = P.x, even y), s = −e·P.x and z = −s·P.x
// it gives Q = s·G − e·P, which BIP-340 compares with the signature: x(Q) = r, y(Q) even.
// It only verifies; whatever touches a private key stays with audited libraries.

import { hash } from 'node:crypto';
import { createRequire } from 'node:module';
import { referencePrimitives } from '@hale/kernel';
import { isXOnlyPoint, verifySchnorr } from 'tiny-secp256k1';

/** Order of the curve and of its field (SEC 2 §2.4.1). */
const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const FIELD_ORDER = 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2fn;

/** BIP-340 tagged hash: SHA-256(SHA-256(tag) ‖ SHA-256(tag) ‖ …), whose first block is the same for every event. */
const tag = hash('sha256', 'BIP0340/challenge', 'buffer');
const tagBlock = Buffer.concat([tag, tag]);
/** tag ‖ tag ‖ r ‖ P ‖ message of an event, filled anew for each: one call to the hash instead of five. */
const challenge = Buffer.concat([tagBlock, Buffer.alloc(96)]);
const recoverable = new Uint8Array(64);
const z = new Uint8Array(32);

interface NativeCurve {
  ecdsaRecover(signature: Uint8Array, recoveryId: number, message: Uint8Array, compressed: boolean): Uint8Array;
}

export type VerifierName = 'native' | 'wasm';

export interface Verifier {
  /** What does the work here; `hale doctor` shows it. */
  which(): VerifierName;
  /** BIP-340 for messages of any length; false, never a throw. */
  schnorrVerify(signature: Uint8Array, message: Uint8Array, pubkey: Uint8Array): boolean;
}

/**
 * `bindings.js`, never the package's root, which falls silently to pure JavaScript where no binary fits.
 * null where the addon does not load: a Raspberry Pi has no prebuilt binary.
 */
function loadNative(): NativeCurve | null {
  try {
    return createRequire(import.meta.url)('secp256k1/bindings.js') as NativeCurve;
  } catch {
    return null;
  }
}

/** @param options.native false leaves the addon off, for the tests of the way behind it */
export function createVerifier(options: { native?: boolean } = {}): Verifier {
  const native = options.native === false ? null : loadNative();
  return {
    which: () => (native ? 'native' : 'wasm'),
    schnorrVerify: (signature, message, pubkey) => {
      if (signature.length !== 64 || pubkey.length !== 32) return false;
      return native ? byRecovery(native, signature, message, pubkey) : byWasm(signature, message, pubkey);
    },
  };
}

function toNumber(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 32);
  let value = 0n;
  for (let at = 0; at < 32; at += 8) value = (value << 64n) | view.getBigUint64(at);
  return value;
}

function writeNumber(value: bigint, out: Uint8Array, at: number): void {
  const view = new DataView(out.buffer, out.byteOffset);
  for (let word = 0, rest = value; word < 4; word++, rest >>= 64n) {
    view.setBigUint64(at + 24 - 8 * word, rest & 0xffffffffffffffffn);
  }
}

function byRecovery(native: NativeCurve, signature: Uint8Array, message: Uint8Array, pubkey: Uint8Array): boolean {
  const s = toNumber(signature.subarray(32));
  const px = toNumber(pubkey);
  // A public key is a field element and may exceed the order, where it cannot stand for r: once in 2¹²⁸.
  if (px >= CURVE_ORDER) return byWasm(signature, message, pubkey);
  if (s >= CURVE_ORDER || toNumber(signature) >= FIELD_ORDER || px === 0n) return false;
  const e = toNumber(challengeOf(signature, message, pubkey)) % CURVE_ORDER;
  recoverable.set(pubkey);
  writeNumber(negate((e * px) % CURVE_ORDER), recoverable, 32);
  writeNumber(negate((s * px) % CURVE_ORDER), z, 0);
  let point: Uint8Array;
  try {
    point = native.ecdsaRecover(recoverable, 0, z, true);
  } catch {
    // P not on the curve, or Q at infinity: both are a no. With e = 0 (once in 2²⁵⁶) it is one too many.
    return false;
  }
  return point[0] === 2 && Buffer.compare(point.subarray(1), signature.subarray(0, 32)) === 0;
}

function challengeOf(signature: Uint8Array, message: Uint8Array, pubkey: Uint8Array): Buffer {
  const input = message.length === 32 ? challenge : Buffer.concat([challenge.subarray(0, 128), message]);
  input.set(signature.subarray(0, 32), 64);
  input.set(pubkey, 96);
  input.set(message, 128);
  return hash('sha256', input, 'buffer');
}

function negate(value: bigint): bigint {
  return value === 0n ? 0n : CURVE_ORDER - value;
}

function byWasm(signature: Uint8Array, message: Uint8Array, pubkey: Uint8Array): boolean {
  // tiny-secp256k1 knows 32-byte messages only; no event has others.
  if (message.length !== 32) return referencePrimitives.schnorrVerify(signature, message, pubkey);
  // It throws for what it cannot parse.
  if (!isXOnlyPoint(pubkey)) return false;
  try {
    return verifySchnorr(message, pubkey, signature);
  } catch {
    return false;
  }
}
