import { bech32 } from '@scure/base';
import { fromHex } from './bytes.ts';
import { fail } from './errors.ts';

/**
 * A secret key as other Nostr programs write it: nsec1… or 64 hex characters.
 * @returns 32 bytes. @throws HaleError 'malformed', without a character of it
 */
export function decodeSecretKey(text: string): Uint8Array {
  if (/^[0-9a-f]{64}$/.test(text)) return fromHex(text, 32);
  const decoded = text.length === npubLength ? bech32.decodeUnsafe(text) : undefined;
  const secret = decoded?.prefix === 'nsec' ? bech32.fromWordsUnsafe(decoded.words) : undefined;
  if (secret?.length !== 32) fail('malformed', 'this is no secret key of Nostr');
  return Uint8Array.from(secret);
}

// A bare key is 63 characters; what is longer is no npub and not worth decoding.
const npubLength = 63;

/** A public key as people see it (NIP-19). There is no function that prints a secret key. */
export function encodeNpub(pubkey: Uint8Array): string {
  if (pubkey.length !== 32) fail('usage', 'a public key has 32 bytes', { found: pubkey.length });
  return bech32.encode('npub', bech32.toWords(pubkey));
}

/**
 * @returns the 32-byte x-only public key.
 * @throws HaleError 'usage' for a secret key, whose text must not travel any further; 'malformed' otherwise
 */
export function decodeNpub(text: string): Uint8Array {
  if (text.toLowerCase().startsWith('nsec1')) fail('usage', 'this is a secret key where a public one belongs');
  if (text.length !== npubLength) fail('malformed', 'not an npub');
  const decoded = bech32.decodeUnsafe(text);
  const pubkey = decoded?.prefix === 'npub' ? bech32.fromWordsUnsafe(decoded.words) : undefined;
  if (pubkey?.length !== 32) fail('malformed', 'not an npub');
  return Uint8Array.from(pubkey);
}
