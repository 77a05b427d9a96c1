// In the room: the code that a desk shows, and the three words that both screens show before anything is opened. specs/room.md.
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { concatBytes, equalBytes, utf8Encode } from './bytes.ts';
import { fail } from './errors.ts';
import type { HybridRecipient } from './hybrid.ts';
import { hkdfSha256, sha256 } from './primitives.ts';
import { encodePairingCode, parsePairingCode } from './remote.ts';

const PROMISE_BYTES = 15;
const CODE_BYTES = 16;
const SALT_BYTES = 32;
const MINUTE_SECONDS = 60;
/** The code says its end in minutes modulo this: four hours and sixteen minutes. */
const MINUTES = 256;
const WORDS = 3;
const WORD_BITS = 11;

/** What the code promises: who will read, and the keys that grants are sealed to. Shown only to who holds the code. */
export interface DeskKeys extends HybridRecipient {
  /** 32 random bytes of this meeting: without them nobody who knows the keys can find the code. */
  readonly salt: Uint8Array;
  /** The desk's npub, x only. */
  readonly npub: Uint8Array;
}

function promiseOf({ salt, npub, pubkey, kemPublic }: DeskKeys): Uint8Array {
  if (salt.length !== SALT_BYTES || npub.length !== 32 || pubkey.length !== 32)
    fail('malformed', 'the keys of a desk have other lengths');
  if (kemPublic === null) fail('not-permitted', 'a desk without a post-quantum key is not met');
  return sha256(concatBytes(utf8Encode('hale/1 room'), salt, npub, pubkey, kemPublic)).slice(0, PROMISE_BYTES);
}

/** The 16 bytes behind a code: what it promises, and the minute in which it ends. @param untilSeconds unix seconds */
export function roomCode(keys: DeskKeys, untilSeconds: number): Uint8Array {
  return concatBytes(promiseOf(keys), Uint8Array.of(Math.ceil(untilSeconds / MINUTE_SECONDS) % MINUTES));
}

/** Are these the keys that the code promised? @throws HaleError 'malformed' | 'not-permitted' for what are none */
export const isPromised = (code: Uint8Array, keys: DeskKeys): boolean =>
  equalBytes(code.subarray(0, PROMISE_BYTES), promiseOf(keys));

/** Unix seconds of the end that a code names: of all minutes that it may mean, the nearest to now. */
export function roomEnd(code: Uint8Array, nowSeconds: number): number {
  const now = Math.floor(nowSeconds / MINUTE_SECONDS);
  const ahead = (code[PROMISE_BYTES] - (now % MINUTES) + MINUTES) % MINUTES;
  return (now + (ahead < MINUTES / 2 ? ahead : ahead - MINUTES)) * MINUTE_SECONDS;
}

/** What both sides of a meeting share, as a phone and its home share a secret (specs/remote.md §3). */
export function roomSecret(code: Uint8Array): Uint8Array {
  if (code.length !== CODE_BYTES) fail('malformed', 'a code of a desk has 16 bytes');
  return hkdfSha256(code, utf8Encode('hale/1'), utf8Encode('room-meeting'), 32);
}

/** Three words of the English BIP-39 list, on both screens in every language. @param check of the visit's keys */
export function roomWords(check: Uint8Array): string[] {
  const bits = [...check.subarray(0, 5)].reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  const shift = (at: number) => BigInt(40 - WORD_BITS * (at + 1));
  return Array.from({ length: WORDS }, (_, at) => wordlist[Number((bits >> shift(at)) & 0x7ffn)]);
}

/** What the camera sees: the relay's address as a page, and the code behind `#`, which no server is told. @param relay ws or wss */
export const roomLink = (relay: string, code: Uint8Array): string =>
  `${relay.replace(/^ws/, 'http')}/#room=${encodePairingCode(code)}`;

/**
 * Takes the link, or address and code as a person types them: 'relay.example.org 7QK3…'.
 * @returns relay null: nothing but a code was given
 * @throws HaleError 'malformed'
 */
export function parseRoomLink(text: string): { relay: string | null; code: Uint8Array } {
  const link = /^(https?|wss?):\/\/([^\s#]+?)\/?#room=([\w-]+)$/i.exec(text.trim());
  if (link) {
    const scheme = /^(https|wss)$/i.test(link[1]) ? 'wss' : 'ws';
    return { relay: `${scheme}://${link[2]}`, code: parsePairingCode(link[3]) };
  }
  return { relay: null, code: parsePairingCode(text) };
}
