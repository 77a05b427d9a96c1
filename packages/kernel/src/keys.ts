// Every secret of an owner and where it comes from. Two roots: the BIP-39 seed (identity, catalogue, posts) and one random
// secret per subject (streams). Nothing derives from a secp256k1 key, so breaking the npub gives nothing else. specs/keys.md
import { p256 } from '@noble/curves/nist.js';
import { HDKey } from '@scure/bip32';
import { concatBytes, utf8Encode } from './bytes.ts';
import { fail } from './errors.ts';
import type { Level } from './grid.ts';
import { hkdfSha256, sha256 } from './primitives.ts';

const SALT = utf8Encode('hale/1');
const NIP06_PATH = "m/44'/1237'/0'/0/0";
const LABEL_BYTES = 8;
/** Order of secp256k1 (SEC 2 §2.4.1). */
const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

function expand(inputKey: Uint8Array, info: Uint8Array, byteLength = 32): Uint8Array {
  if (inputKey.length < 32) fail('usage', 'a secret has at least 32 bytes');
  return hkdfSha256(inputKey, SALT, info, byteLength);
}

function u32(n: number): Uint8Array {
  if (n >>> 0 !== n) fail('out-of-range', 'key number is not an unsigned 32-bit number');
  return new Uint8Array([n >>> 24, n >>> 16, n >>> 8, n]);
}

/** KDF(secret, label, n) = HKDF-SHA-256(ikm = secret, salt = "hale/1", info = label ‖ u32(n)), 32 bytes. */
export function deriveKey(secret: Uint8Array, label: string, n = 0): Uint8Array {
  return expand(secret, concatBytes(utf8Encode(label), u32(n)));
}

/** Branch of the BIP-39 seed, beside NIP-06: HKDF-SHA-256(ikm = seed, salt = "hale/1", info = label). */
export function branch(seed: Uint8Array, label: string, byteLength = 32): Uint8Array {
  if (seed.length !== 64) fail('usage', 'a BIP-39 seed has 64 bytes');
  return expand(seed, utf8Encode(label), byteLength);
}

/** The candidate itself, or the first of its SHA-256 chain that is a valid secp256k1 secret (misses once in 2¹²⁸). */
export function validScalar(candidate: Uint8Array): Uint8Array {
  let value = 0n;
  for (const byte of candidate) value = (value << 8n) | BigInt(byte);
  return value > 0n && value < CURVE_ORDER ? candidate : validScalar(sha256(candidate));
}

/** The person's Nostr key by NIP-06 (m/44'/1237'/0'/0/0), which other Nostr tools accept. Secret, 32 bytes. */
export function identitySecret(seed: Uint8Array): Uint8Array {
  const { privateKey } = HDKey.fromMasterSeed(seed).derive(NIP06_PATH);
  if (!privateKey) fail('usage', 'seed gives no identity');
  return privateKey;
}

/** All that follows from the words alone. Secp256k1 secrets unless said otherwise; 32 bytes each but kemSeed. */
export interface MasterKeys {
  /** The npub. Signs nothing that stands beside a stream. */
  readonly identity: Uint8Array;
  /** Admits this home at private relays. */
  readonly member: Uint8Array;
  /** Author of the catalogue log. */
  readonly catalogueAuthor: Uint8Array;
  /** Log secret of the catalogue; also the parent of grant authors. Symmetric. */
  readonly catalogueSecret: Uint8Array;
  /** Parent of the one-time keys of gift wraps, so that their sender can delete them. Symmetric. */
  readonly wrapSecret: Uint8Array;
  /** ECDH key to which a locked home seals what it collects, and others their hybrid envelopes. */
  readonly inboxSecret: Uint8Array;
  /** ML-KEM-768 key generation seed d ‖ z (FIPS 203), 64 bytes. */
  readonly kemSeed: Uint8Array;
  /** Seals what a retired home hands to its successor. Symmetric. */
  readonly handoffSecret: Uint8Array;
  /** Seals local state and keys the lookups on disk. Symmetric. */
  readonly storageKey: Uint8Array;
}

export function masterKeys(seed: Uint8Array): MasterKeys {
  return {
    identity: identitySecret(seed),
    member: validScalar(branch(seed, 'member')),
    catalogueAuthor: validScalar(branch(seed, 'catalogue-author')),
    catalogueSecret: branch(seed, 'catalogue'),
    wrapSecret: branch(seed, 'wrap'),
    inboxSecret: validScalar(branch(seed, 'inbox')),
    kemSeed: branch(seed, 'kem', 64),
    handoffSecret: branch(seed, 'handoff'),
    storageKey: branch(seed, 'storage'),
  };
}

/** Author key of the n-th stream of a subject: a secp256k1 secret that signs its tiles and access events. */
export function streamAuthor(subjectSecret: Uint8Array, n: number): Uint8Array {
  return validScalar(deriveKey(subjectSecret, 'stream-author', n));
}

/** Secret of the n-th stream of a subject: labels and tree roots come from it. */
export function streamSecret(subjectSecret: Uint8Array, n: number): Uint8Array {
  return deriveKey(subjectSecret, 'stream', n);
}

/** The level's name in clear: 8 bytes that tell nothing without the stream secret. Same in all epochs. */
export function levelLabel(secret: Uint8Array, level: Level): Uint8Array {
  return deriveKey(secret, `label/${level}`).slice(0, LABEL_BYTES);
}

/** Reads the dates of a stream's batches to the second (dates.ts); every reader of the stream gets it, and no relay. */
export function dateKeyOf(secret: Uint8Array): Uint8Array {
  return deriveKey(secret, 'dates');
}

/** Root of the key tree of one level in one epoch. No two levels and no two epochs share a tree. */
export function levelRoot(secret: Uint8Array, level: Level, epoch: number): Uint8Array {
  return deriveKey(secret, `root/${level}`, epoch);
}

/** One-time key of the n-th gift wrap that this owner sends. Secp256k1 secret. */
export function wrapKey(wrapSecret: Uint8Array, n: number): Uint8Array {
  return validScalar(deriveKey(wrapSecret, 'wrap', n));
}

/** Author of a grant's stream, so that the owner alone can write and vanish it. `grantId`: the id in the catalogue. */
export function grantAuthor(catalogueSecret: Uint8Array, grantId: string): Uint8Array {
  if (grantId === '') fail('usage', 'a grant needs an id');
  return validScalar(expand(catalogueSecret, utf8Encode(`grant-author/${grantId}`)));
}

/** By which the owner asks a locker that belongs to one browser, and frees it: a key for that locker alone. @param lockerId 64 hex */
export function lockerOwner(catalogueSecret: Uint8Array, lockerId: string): Uint8Array {
  return validScalar(expand(catalogueSecret, utf8Encode(`locker-owner/${lockerId}`)));
}

/**
 * What an owner needs of a SMART Health Link of hers, so that she has to keep no more than its id: the key by which she fills and closes it at a
 * relay (secp256k1), and the key of its files (symmetric). @param linkId 43 characters of base64url
 */
export function healthLinkKeys(catalogueSecret: Uint8Array, linkId: string): { owner: Uint8Array; files: Uint8Array } {
  return {
    owner: validScalar(expand(catalogueSecret, utf8Encode(`health-link-owner/${linkId}`))),
    files: expand(catalogueSecret, utf8Encode(`health-link-files/${linkId}`)),
  };
}

/** A P-256 key (FIPS 186-5) as JOSE has it, 32 bytes each. */
export interface CardKey {
  readonly d: Uint8Array;
  readonly x: Uint8Array;
  readonly y: Uint8Array;
}

/** The n-th key by which the owner signs health cards of her own. ES256 takes no key of secp256k1. */
export function cardKey(catalogueSecret: Uint8Array, n: number): CardKey {
  let d = deriveKey(catalogueSecret, 'health-card', n);
  // Misses once in 2³².
  while (!p256.utils.isValidSecretKey(d)) d = sha256(d);
  const point = p256.getPublicKey(d, false);
  return { d, x: point.slice(1, 33), y: point.slice(33) };
}

/** Log secret of a grant's stream, from the 32-byte grant key that the recipient got. */
export function grantSecret(grantKey: Uint8Array): Uint8Array {
  return deriveKey(grantKey, 'secret');
}

/** Author of the log of copies of a grant's n-th round: nobody but the owner can tell that it belongs to the grant. Secp256k1 secret. */
export function copiesAuthor(catalogueSecret: Uint8Array, grantId: string, round: number): Uint8Array {
  if (grantId === '') fail('usage', 'a grant needs an id');
  return validScalar(deriveKey(catalogueSecret, `copies-author/${grantId}`, round));
}

/** Secret of that log, from the grant key: whoever reads the grant reads the copies. */
export function copiesSecret(grantKey: Uint8Array, round: number): Uint8Array {
  return deriveKey(grantKey, 'copies', round);
}

/** Names the copies of one grant; the recipient does not have it, and no other grant has the same. */
export function copiesNames(catalogueSecret: Uint8Array, grantId: string): Uint8Array {
  return deriveKey(catalogueSecret, `copies-names/${grantId}`);
}

/**
 * The key by which the reader of one grant proves itself for one author at a relay (secp256k1 secret).
 * Both sides derive it, so an access event never names a person.
 */
export function readerKey(grantKey: Uint8Array, author: Uint8Array): Uint8Array {
  if (author.length !== 32) fail('malformed', 'a public key has 32 bytes');
  return validScalar(expand(grantKey, concatBytes(utf8Encode('reader/'), author)));
}
