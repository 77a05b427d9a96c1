// The bytes of keyring.sealed:
//
//   "HALEKEYS" ‖ version u8 = 1 ‖ public length u32 ‖ public part (CBOR) ‖ sealed length u32 ‖ sealed part ‖ SHA-256 of all before
//
// The checksum tells a damaged file from a wrong passphrase; it protects nothing against an attacker. The sealed part is
// ChaCha20-Poly1305 with everything before it as associated data, so that the public part cannot be changed unnoticed at unlock.
import {
  ByteReader,
  ByteWriter,
  decodeCbor,
  encodeCbor,
  equalBytes,
  HaleError,
  sha256,
  utf8Encode,
} from '@hale/kernel';
import * as v from 'valibot';
import { HOME_LIMITS } from './limits.ts';

const magic = utf8Encode('HALEKEYS');
const version = 1;
const checksumBytes = 32;

const bytes = (length: number) =>
  v.pipe(
    v.custom<Uint8Array>((value) => value instanceof Uint8Array),
    v.check((value) => value.length === length),
  );
const integer = (min: number, max: number) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));

/** argon2id (RFC 9106). The upper bounds keep an altered file from eating the machine. */
const passphraseShape = v.object({
  kind: v.literal('passphrase'),
  memoryKib: integer(8 * 1024, 1024 * 1024),
  passes: integer(1, 16),
  lanes: integer(1, 16),
  salt: bytes(16),
});

const keyFileShape = v.object({ kind: v.literal('key-file'), salt: bytes(16) });

const publicShape = v.object({
  suite: v.literal(1),
  protection: v.variant('kind', [passphraseShape, keyFileShape]),
  /** Half of what the KDF gives: tells the right key without trying it, and binds the file to it. */
  check: bytes(32),
  nonce: bytes(12),
  inbox: v.object({ pubkey: bytes(32), kemPublic: bytes(1184) }),
});

/** In clear on the disk. The inbox key is made for this and stands nowhere else: no npub, no name. */
export type KeyringPublic = v.InferOutput<typeof publicShape>;
export type Protection = KeyringPublic['protection'];

export interface KeyringFile {
  readonly publicPart: KeyringPublic;
  /** What the sealed part is bound to. */
  readonly associated: Uint8Array;
  readonly sealed: Uint8Array;
}

/** Everything before the sealed part. */
export function encodeHead(publicPart: KeyringPublic): Uint8Array {
  const encoded = encodeCbor(publicPart);
  const writer = new ByteWriter();
  writer.bytes(magic);
  writer.u8(version);
  writer.u32(encoded.length);
  writer.bytes(encoded);
  return writer.finish();
}

export function encodeKeyringFile(head: Uint8Array, sealed: Uint8Array): Uint8Array {
  const writer = new ByteWriter();
  writer.bytes(head);
  writer.u32(sealed.length);
  writer.bytes(sealed);
  const body = writer.finish();
  const whole = new ByteWriter();
  whole.bytes(body);
  whole.bytes(sha256(body));
  return whole.finish();
}

/** @throws HaleError 'corrupt' · 'unknown-suite' for a file of a later version */
export function decodeKeyringFile(file: Uint8Array): KeyringFile {
  const body = file.subarray(0, -checksumBytes);
  const intact =
    file.length <= HOME_LIMITS.keyringBytesMax &&
    file.length > checksumBytes + magic.length &&
    equalBytes(sha256(body), file.subarray(-checksumBytes)) &&
    equalBytes(body.subarray(0, magic.length), magic);
  if (!intact) throw corruptKeyring();
  if (body[magic.length] !== version) {
    throw new HaleError('unknown-suite', 'the keyring was written by a later version of Hale', {
      version: body[magic.length],
    });
  }
  try {
    return readBody(body);
  } catch {
    throw corruptKeyring();
  }
}

function readBody(body: Uint8Array): KeyringFile {
  const reader = new ByteReader(body.subarray(magic.length + 1));
  const publicBytes = reader.bytes(reader.u32());
  const associated = body.subarray(0, magic.length + 1 + 4 + publicBytes.length);
  const sealed = reader.bytes(reader.u32());
  if (associated.length + 4 + sealed.length !== body.length) throw corruptKeyring();
  return { publicPart: v.parse(publicShape, decodeCbor(publicBytes)), associated, sealed };
}

/** One sentence on what happened and one on what to do. */
export function corruptKeyring(): HaleError {
  return new HaleError(
    'corrupt',
    'keyring.sealed is damaged. Put back a copy from a backup, or run `hale restore` with your words: the data on the relays is not lost.',
  );
}
