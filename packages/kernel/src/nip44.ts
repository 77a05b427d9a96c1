/**
 * NIP-44 version 2: text between two secp256k1 keys. Classical cryptography only, so whatever must
 * stay confidential for decades goes inside the hybrid envelope (hybrid.ts) first.
 */
import { chacha20 } from '@noble/ciphers/chacha.js';
import { expand, extract } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import {
  ByteReader,
  ByteWriter,
  base64Decode,
  base64Encode,
  concatBytes,
  equalBytes,
  utf8Decode,
  utf8Encode,
} from './bytes.ts';
import { sharedX } from './ecdh.ts';
import { fail } from './errors.ts';
import { LIMITS } from './limits.ts';
import { hmacSha256 } from './primitives.ts';

const version = 2;
const salt = utf8Encode('nip44-v2');
/** From this length on the prefix is 00 00 ‖ u32 instead of u16 (44.md of 2026-06-28). */
const extendedFrom = 65_536;
/** version ‖ nonce ‖ prefix ‖ 32 padded bytes ‖ mac, the shortest that exists. */
const payloadBytesMin = 1 + 32 + 2 + 32 + 32;
/** Base64 characters of the longest text that we would encrypt ourselves. */
const payloadUnitsMax = Math.ceil((1 + 32 + 6 + paddedLength(LIMITS.nip44PlainBytesMax) + 32) / 3) * 4;

/**
 * The key that two parties share: HKDF-extract over the unhashed ECDH x coordinate. Costs a scalar
 * multiplication (about 2 ms in JavaScript), so keep it per counterpart.
 * @throws HaleError 'malformed' where pubkey is no point on the curve or secret no scalar
 */
export function conversationKey(secret: Uint8Array, pubkey: Uint8Array): Uint8Array {
  return extract(sha256, sharedX(secret, pubkey), salt);
}

interface MessageKeys {
  chachaKey: Uint8Array;
  chachaNonce: Uint8Array;
  hmacKey: Uint8Array;
}

/** Exported for the published vectors. */
export function messageKeys(key: Uint8Array, nonce32: Uint8Array): MessageKeys {
  if (key.length !== 32 || nonce32.length !== 32) fail('usage', 'conversation key and nonce have 32 bytes each');
  const okm = expand(sha256, key, nonce32, 76);
  return { chachaKey: okm.subarray(0, 32), chachaNonce: okm.subarray(32, 44), hmacKey: okm.subarray(44, 76) };
}

/** Bytes of padded text: steps of an eighth of the next power of two, at least 32. */
export function paddedLength(length: number): number {
  if (length <= 32) return 32;
  const nextPower = 2 ** (Math.floor(Math.log2(length - 1)) + 1);
  const chunk = nextPower <= 256 ? 32 : nextPower / 8;
  return chunk * (Math.floor((length - 1) / chunk) + 1);
}

function pad(plaintext: Uint8Array): Uint8Array {
  const { length } = plaintext;
  if (length === 0) fail('usage', 'NIP-44 has no form for empty text');
  if (length > LIMITS.nip44PlainBytesMax) {
    fail('too-large', 'text is too long for NIP-44 here', { max: LIMITS.nip44PlainBytesMax });
  }
  const padded = paddedLength(length);
  const writer = new ByteWriter(padded + 6);
  if (length < extendedFrom) writer.u16(length);
  else writer.u16(0).u32(length);
  return writer
    .bytes(plaintext)
    .bytes(new Uint8Array(padded - length))
    .finish();
}

function unpad(padded: Uint8Array): Uint8Array {
  const reader = new ByteReader(padded);
  const short = reader.u16();
  const length = short === 0 ? reader.u32() : short;
  // A short text under the long prefix would be a second encoding of the same text.
  if (short === 0 && length < extendedFrom) fail('malformed', 'NIP-44 padding is wrong');
  if (reader.remaining !== paddedLength(length)) fail('malformed', 'NIP-44 padding is wrong');
  return reader.bytes(length);
}

/**
 * @param plaintext 1 … LIMITS.nip44PlainBytesMax bytes of UTF-8.
 * @param nonce32 fresh random bytes: a nonce used twice lets both texts be read.
 * @returns base64(02 ‖ nonce ‖ ciphertext ‖ mac)
 */
export function encryptNip44(plaintext: string, key: Uint8Array, nonce32: Uint8Array): string {
  const { chachaKey, chachaNonce, hmacKey } = messageKeys(key, nonce32);
  const ciphertext = chacha20(chachaKey, chachaNonce, pad(utf8Encode(plaintext)));
  const mac = hmacSha256(hmacKey, concatBytes(nonce32, ciphertext));
  return base64Encode(concatBytes(Uint8Array.of(version), nonce32, ciphertext, mac));
}

/**
 * @throws HaleError 'not-authentic' when the MAC does not hold, 'unknown-suite' for another version,
 * 'too-large', 'malformed' for all else
 */
export function decryptNip44(payload: string, key: Uint8Array): string {
  // '#' announces an encoding that is not base64 (44.md, decryption step 1).
  if (payload.startsWith('#')) fail('unknown-suite', 'NIP-44 payload of an unknown version');
  if (payload.length > payloadUnitsMax) fail('too-large', 'NIP-44 payload is too long');
  const data = base64Decode(payload);
  if (data.length > 0 && data[0] !== version) fail('unknown-suite', 'NIP-44 payload of an unknown version');
  if (data.length < payloadBytesMin) fail('malformed', 'NIP-44 payload is too short');
  const nonce = data.subarray(1, 33);
  const ciphertext = data.subarray(33, -32);
  const { chachaKey, chachaNonce, hmacKey } = messageKeys(key, nonce);
  if (!equalBytes(hmacSha256(hmacKey, concatBytes(nonce, ciphertext)), data.subarray(-32))) {
    fail('not-authentic', 'NIP-44 payload was not made with this key, or was changed');
  }
  return utf8Decode(unpad(chacha20(chachaKey, chachaNonce, ciphertext)));
}
