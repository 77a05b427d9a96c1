// The frames between a paired phone and its home, as a relay passes them on: what is in clear of them. specs/remote.md §4.
import { base32crockford } from '@scure/base';
import { ByteReader, ByteWriter, base64Decode, base64Encode } from './bytes.ts';
import { fail } from './errors.ts';
import { LIMITS } from './limits.ts';

/** Names one visit; drawn by the phone. */
export const VISIT_BYTES = 16;
const KEY_BYTES = 32;
const CODE_BYTES = 16;
const DAY_SECONDS = 86_400;
const TAG_BYTES = 16;
/** What stands before the body in the plaintext of a sealed frame: length, verb, last, request. */
export const REMOTE_HEAD_BYTES = 10;
/** Bytes of a message in one frame. */
export const REMOTE_CHUNK_BYTES_MAX = LIMITS.tilePlainBytesMax - REMOTE_HEAD_BYTES;
/** Type, visit, number, the largest bucket, tag; as base64. */
export const REMOTE_UNITS_MAX = Math.ceil((1 + VISIT_BYTES + 4 + LIMITS.tilePlainBytesMax + TAG_BYTES) / 3) * 4;

/**
 * hello: the phone begins a visit, `commitment` binds it to a key that it shows later · answer: the home's one-time key · reveal: the
 * phone's · sealed: everything after · gone: this visit is over, or never was.
 */
export type RemoteFrame =
  | { readonly type: 'hello'; readonly visit: Uint8Array; readonly commitment: Uint8Array }
  | { readonly type: 'answer'; readonly visit: Uint8Array; readonly key: Uint8Array }
  | { readonly type: 'reveal'; readonly visit: Uint8Array; readonly key: Uint8Array }
  | { readonly type: 'sealed'; readonly visit: Uint8Array; readonly seq: number; readonly ciphertext: Uint8Array }
  | { readonly type: 'gone'; readonly visit: Uint8Array };

const TYPES = ['hello', 'answer', 'reveal', 'sealed', 'gone'] as const;

/** Unix seconds of the start of the day before: it tells nothing, and a clock that is wrong by hours is no reason for a relay to refuse. */
export function remoteDate(nowSeconds: number): number {
  return Math.max(0, Math.floor(nowSeconds / DAY_SECONDS) - 1) * DAY_SECONDS;
}

/** The 16 bytes of a pairing code as 26 characters that can be typed: no I, L, O, U, and case does not matter. */
export function encodePairingCode(code: Uint8Array): string {
  if (code.length !== CODE_BYTES) fail('usage', 'a pairing code has 16 bytes');
  return base32crockford.encode(code);
}

/** Takes spaces and dashes between the characters. @throws HaleError 'malformed' */
export function parsePairingCode(text: string): Uint8Array {
  const clean = text.replace(/[\s-]+/g, '');
  if (!/^[0-9a-z]{26}$/i.test(clean)) fail('malformed', 'a pairing code has 26 letters and digits');
  try {
    return base32crockford.decode(clean);
  } catch {
    fail('malformed', 'these are not the characters of a pairing code');
  }
}

/** The header that a sealed frame authenticates: type ‖ visit ‖ number. */
export function sealedHeader(visit: Uint8Array, seq: number): Uint8Array {
  return new ByteWriter(32)
    .u8(TYPES.indexOf('sealed') + 1)
    .bytes(visit)
    .u32(seq)
    .finish();
}

/** The content of a kind 21980 event. */
export function encodeRemote(frame: RemoteFrame): string {
  const { type, visit } = frame;
  if (visit.length !== VISIT_BYTES) fail('usage', 'a visit has 16 bytes');
  if (type === 'sealed') {
    const writer = new ByteWriter(64 + frame.ciphertext.length);
    return base64Encode(writer.bytes(sealedHeader(visit, frame.seq)).bytes(frame.ciphertext).finish());
  }
  const writer = new ByteWriter(64).u8(TYPES.indexOf(type) + 1).bytes(visit);
  if (type === 'hello') writer.bytes(frame.commitment);
  if (type === 'answer' || type === 'reveal') writer.bytes(frame.key);
  return base64Encode(writer.finish());
}

/** @throws HaleError 'malformed' | 'too-large' */
export function parseRemote(content: string): RemoteFrame {
  if (content.length > REMOTE_UNITS_MAX) fail('too-large', 'a frame is too long', { max: REMOTE_UNITS_MAX });
  const reader = new ByteReader(base64Decode(content));
  const type = TYPES[reader.u8() - 1];
  const visit = reader.bytes(VISIT_BYTES);
  const frame = readRest(reader, type, visit);
  reader.end();
  return frame;
}

function readRest(reader: ByteReader, type: (typeof TYPES)[number] | undefined, visit: Uint8Array): RemoteFrame {
  switch (type) {
    case 'hello':
      return { type, visit, commitment: reader.bytes(KEY_BYTES) };
    case 'answer':
    case 'reveal':
      return { type, visit, key: reader.bytes(KEY_BYTES) };
    case 'sealed': {
      const seq = reader.u32();
      return { type, visit, seq, ciphertext: reader.bytes(reader.remaining) };
    }
    case 'gone':
      return { type, visit };
    default:
      fail('malformed', 'a frame of no known type');
  }
}
