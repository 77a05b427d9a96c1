// A tile as it travels: its header, its size buckets and its hash. Nothing here needs a key. specs/stream.md §4.
import { concatBytes } from './bytes.ts';
import { fail } from './errors.ts';
import { LIMITS } from './limits.ts';
import { sha256 } from './primitives.ts';

/** The only suite so far: SHA-256 tree, HMAC-SHA-512 key and commitment, ChaCha20-Poly1305. */
export const TILE_SUITE = 1;
export const TILE_TAG_BYTES = 16;
export const TILE_HEADER_BYTES = 111;
/** The header up to and without the commitment: what the key and the commitment are made from. */
export const TILE_KEYED_BYTES = TILE_HEADER_BYTES - 32;
const BUCKET_BYTES_MIN = 128;
const BUCKET_STEP_MIN = 32;

/** Which tile: everything that the sealer chooses. All of it is in clear and authenticated. */
export interface TileFields {
  /** Stream author, x-only public key (32 bytes). */
  readonly author: Uint8Array;
  /** Level label, 8 bytes; without the stream secret it says nothing. */
  readonly label: Uint8Array;
  readonly slot: number;
  readonly epoch: number;
  readonly generation: number;
  readonly revision: number;
  /** 0 = the tile of a slot; 1.. = a small append of an open slot. */
  readonly part: number;
  /** 16 random bytes, never used twice with the same other fields: it makes the key single-use. */
  readonly salt: Uint8Array;
}

export interface TileHeader extends TileFields {
  readonly suite: number;
  readonly commitment: Uint8Array;
  /** Ciphertext bytes including the 16-byte tag: a bucket + 16. */
  readonly size: number;
}

export interface Tile extends TileHeader {
  readonly ciphertext: Uint8Array;
}

/**
 * Smallest bucket that holds `byteLength` bytes: from 128 in steps of 32, then 32 steps per power of two
 * (≤ 3.1 % above 1 kB). One table for all streams, so that a size names no signal. Throws 'too-large'.
 */
export function bucketFor(byteLength: number): number {
  if (byteLength <= BUCKET_BYTES_MIN) return BUCKET_BYTES_MIN;
  if (byteLength > LIMITS.tilePlainBytesMax) fail('too-large', 'content does not fit a tile', { byteLength });
  const step = Math.max(BUCKET_STEP_MIN, 2 ** (31 - Math.clz32(byteLength - 1) - 5));
  return Math.ceil(byteLength / step) * step;
}

function isBucket(byteLength: number): boolean {
  return byteLength <= LIMITS.tilePlainBytesMax && bucketFor(byteLength) === byteLength;
}

function putU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

function checkFields(fields: TileFields): void {
  const { slot, epoch, generation, revision, part } = fields;
  if (fields.author.length !== 32 || fields.label.length !== 8 || fields.salt.length !== 16) {
    fail('malformed', 'author, label or salt of a tile has the wrong length');
  }
  for (const value of [slot, epoch, generation, revision]) {
    if (value >>> 0 !== value) fail('out-of-range', 'tile number is not an unsigned 32-bit number');
  }
  if (part >>> 0 !== part || part > 0xffff) fail('out-of-range', 'part is not an unsigned 16-bit number');
}

/** Header bytes without the commitment (79): the message of the HMAC. */
export function keyedHeader(fields: TileFields, suite: number, size: number): Uint8Array {
  checkFields(fields);
  const bytes = new Uint8Array(TILE_KEYED_BYTES);
  bytes[0] = suite;
  bytes.set(fields.author, 1);
  bytes.set(fields.label, 33);
  putU32(bytes, 41, fields.slot);
  putU32(bytes, 45, fields.epoch);
  putU32(bytes, 49, fields.generation);
  putU32(bytes, 53, fields.revision);
  bytes[57] = fields.part >>> 8;
  bytes[58] = fields.part;
  bytes.set(fields.salt, 59);
  putU32(bytes, 75, size);
  return bytes;
}

/** All 111 header bytes: the AAD of the ciphertext. */
export function tileHeaderBytes(header: TileHeader): Uint8Array {
  if (header.commitment.length !== 32) fail('malformed', 'commitment of a tile has the wrong length');
  return concatBytes(keyedHeader(header, header.suite, header.size), header.commitment);
}

/** Checks what can be checked without a key. Tiles of unknown suites pass, so that a relay can store them. */
export function checkTile(tile: Tile): void {
  if (tile.size !== tile.ciphertext.length) fail('malformed', 'tile size differs from its ciphertext');
  if (tile.suite === TILE_SUITE && !isBucket(tile.size - TILE_TAG_BYTES)) {
    fail('malformed', 'tile size is no bucket', { size: tile.size });
  }
}

/** SHA-256(header ‖ ciphertext): names the exact bytes of a tile in heads, input lists and fork reports. */
export function tileHash(author: Uint8Array, tile: Omit<Tile, 'author'>): Uint8Array {
  if (tile.commitment.length !== 32) fail('malformed', 'commitment of a tile has the wrong length');
  const keyed = keyedHeader({ ...tile, author }, tile.suite, tile.size);
  return sha256(concatBytes(keyed, tile.commitment, tile.ciphertext));
}

/** Order of two tiles of one slot: by generation, then revision. Zero means a fork if their hashes differ. */
export function compareTileOrder(
  a: Pick<TileFields, 'generation' | 'revision'>,
  b: Pick<TileFields, 'generation' | 'revision'>,
): number {
  return a.generation - b.generation || a.revision - b.revision;
}
