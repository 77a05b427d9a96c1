/**
 * The hybrid envelope: bytes for one person, safe as long as either secp256k1 or ML-KEM-768 holds.
 *
 *   suite u8 ‖ ephemeral key 32 ‖ hint 16 ‖ KEM ciphertext 1088 (suite 1 only) ‖ ciphertext ‖ tag 16
 *
 * What both directions share; hybrid-wrap.ts makes envelopes, hybrid-unwrap.ts opens them. specs/envelope.md
 */
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js';
import { base64Decode, base64Encode, concatBytes, fromHex, toHex, utf8Encode } from './bytes.ts';
import { fail } from './errors.ts';
import { type EventTemplate, tagValue, type VerifiedEvent } from './event.ts';
import { KINDS } from './kinds.ts';
import { hkdfSha256, sha256 } from './primitives.ts';

/** ML-KEM-768 and secp256k1. */
export const SUITE_HYBRID = 1;
/** secp256k1 alone, for a recipient without an ML-KEM key and only where the sender consents. */
export const SUITE_CLASSIC = 2;

/** FIPS 203, table 3. */
const kemPublicBytes = 1184;
const kemCiphertextBytes = 1088;
const kemSeedBytes = 64;
const hintBytes = 16;
const tagBytes = 16;
/** The ML-KEM modulus q. */
const kemModulus = 3329;

const salt = utf8Encode('hale/1');
const keyLabel = utf8Encode('hale/hybrid/1');
const hintLabel = utf8Encode('hale/hybrid/hint/1');

/** Each envelope has a key of its own, so the nonce may stand still. */
export const ENVELOPE_NONCE = new Uint8Array(12);

export interface HybridRecipient {
  /** 32-byte x-only secp256k1 key. */
  readonly pubkey: Uint8Array;
  /** 1184-byte ML-KEM-768 key; null where the person is known to have none. */
  readonly kemPublic: Uint8Array | null;
}

/** What the KEM adds to an envelope; empty in suite 2. */
export interface KemPart {
  readonly publicKey: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly secret: Uint8Array;
}

const nothing = new Uint8Array(0);
export const NO_KEM: KemPart = { publicKey: nothing, ciphertext: nothing, secret: nothing };

/** Both halves of a KEM key from its 64-byte seed d ‖ z (FIPS 203 §7.1). */
export function kemKeys(kemSeed: Uint8Array): { publicKey: Uint8Array; secretKey: Uint8Array } {
  if (kemSeed.length !== kemSeedBytes) fail('usage', 'a KEM seed has 64 bytes', { found: kemSeed.length });
  return ml_kem768.keygen(kemSeed);
}

/** The 1184-byte public half: what the hybridKey event publishes. */
export function kemPublicOf(kemSeed: Uint8Array): Uint8Array {
  return kemKeys(kemSeed).publicKey;
}

/** The length, and every coefficient below q (FIPS 203 §7.2). @throws HaleError 'malformed' */
export function checkKemPublic(publicKey: Uint8Array): void {
  if (publicKey.length !== kemPublicBytes) fail('malformed', 'not an ML-KEM-768 key', { found: publicKey.length });
  for (let at = 0; at < kemPublicBytes - 32; at += 3) {
    const low = publicKey[at] | ((publicKey[at + 1] & 0x0f) << 8);
    const high = (publicKey[at + 1] >> 4) | (publicKey[at + 2] << 4);
    if (low >= kemModulus || high >= kemModulus) fail('malformed', 'not an ML-KEM-768 key');
  }
}

/**
 * The event by which a person publishes where her envelopes go: the ML-KEM key as content and, where
 * ECDH uses another key than the npub, that key in the tag `inbox`.
 */
export function hybridKeyTemplate(recipient: HybridRecipient, nowSeconds: number): EventTemplate {
  if (recipient.kemPublic === null) fail('usage', 'there is no ML-KEM key to publish');
  checkKemPublic(recipient.kemPublic);
  return {
    kind: KINDS.hybridKey,
    created_at: nowSeconds,
    tags: [['inbox', toHex(recipient.pubkey)]],
    content: base64Encode(recipient.kemPublic),
  };
}

/** The recipient that a hybridKey event describes. @throws HaleError 'malformed' */
export function parseHybridKey(event: VerifiedEvent): HybridRecipient {
  if (event.kind !== KINDS.hybridKey) fail('malformed', 'event is no hybrid key');
  const kemPublic = base64Decode(event.content);
  checkKemPublic(kemPublic);
  return { pubkey: fromHex(tagValue(event, 'inbox') ?? event.pubkey, 32), kemPublic };
}

export interface EnvelopeParts {
  readonly suite: number;
  readonly ephemeralPublic: Uint8Array;
  readonly hint: Uint8Array;
  readonly kemCiphertext: Uint8Array;
  /** Everything before the ciphertext: the AAD. */
  readonly header: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/** @throws HaleError 'unknown-suite' | 'malformed' */
export function splitEnvelope(envelope: Uint8Array): EnvelopeParts {
  if (envelope.length === 0) fail('malformed', 'envelope is empty');
  const suite = envelope[0];
  if (suite !== SUITE_HYBRID && suite !== SUITE_CLASSIC)
    fail('unknown-suite', 'envelope of an unknown suite', { suite });
  const kemStart = 1 + 32 + hintBytes;
  const kemEnd = kemStart + (suite === SUITE_HYBRID ? kemCiphertextBytes : 0);
  if (envelope.length < kemEnd + tagBytes) fail('malformed', 'envelope is too short', { found: envelope.length });
  return {
    suite,
    ephemeralPublic: envelope.subarray(1, 33),
    hint: envelope.subarray(33, kemStart),
    kemCiphertext: envelope.subarray(kemStart, kemEnd),
    header: envelope.subarray(0, kemEnd),
    ciphertext: envelope.subarray(kemEnd),
  };
}

/**
 * Tells the addressee, and nobody else by classical means, that the envelope is hers. It hangs on the ECDH
 * part alone, so that a spoiled KEM ciphertext is reported and not passed over as mail for somebody else.
 */
export function hintFor(ecdh: Uint8Array, pubkey: Uint8Array, ephemeralPublic: Uint8Array): Uint8Array {
  return hkdfSha256(ecdh, salt, concatBytes(hintLabel, pubkey, ephemeralPublic), hintBytes);
}

/**
 * Both secrets go in, and everything public is bound to the result: no part can be swapped for another.
 * Bound by its hash, because OpenSSL takes no more than 1,024 bytes of HKDF info and these are 2,337.
 */
export function envelopeKey(
  ecdh: Uint8Array,
  kem: KemPart,
  bound: { readonly suite: number; readonly pubkey: Uint8Array; readonly ephemeralPublic: Uint8Array },
): Uint8Array {
  const transcript = concatBytes(
    Uint8Array.of(bound.suite),
    bound.pubkey,
    kem.publicKey,
    bound.ephemeralPublic,
    kem.ciphertext,
  );
  const info = concatBytes(keyLabel, sha256(transcript));
  return hkdfSha256(concatBytes(ecdh, kem.secret), salt, info, 32);
}
