import { concatBytes } from './bytes.ts';
import { fail } from './errors.ts';
import { chachaSeal, hmacSha512 } from './primitives.ts';
import { bucketFor, keyedHeader, TILE_SUITE, TILE_TAG_BYTES, type Tile, type TileFields } from './tile.ts';

const NONCE = new Uint8Array(12);
const LENGTH_BYTES = 4;

/** u32 length ‖ payload ‖ zeros up to a bucket. */
function pad(payload: Uint8Array): Uint8Array {
  const padded = new Uint8Array(bucketFor(LENGTH_BYTES + payload.length));
  for (let i = 0; i < LENGTH_BYTES; i++) padded[i] = payload.length >>> (24 - 8 * i);
  padded.set(payload, LENGTH_BYTES);
  return padded;
}

/**
 * Seals one payload (first byte = its type) under the leaf key of its slot.
 * HMAC-SHA-512(leaf, header without commitment) = key ‖ commitment; ChaCha20-Poly1305 with nonce 0, AAD = whole header.
 * Nonce 0 is safe because each key is used once, and that rests on `fields.salt`: fresh and random for every call.
 * Throws 'too-large' beyond LIMITS.tilePlainBytesMax.
 */
export function sealTile(leaf: Uint8Array, fields: TileFields, payload: Uint8Array): Tile {
  if (leaf.length !== 32) fail('malformed', 'a leaf key has 32 bytes');
  const padded = pad(payload);
  const size = padded.length + TILE_TAG_BYTES;
  const keyed = keyedHeader(fields, TILE_SUITE, size);
  const both = hmacSha512(leaf, keyed);
  const commitment = both.slice(32);
  const ciphertext = chachaSeal(both.subarray(0, 32), NONCE, concatBytes(keyed, commitment), padded);
  const { author, label, slot, epoch, generation, revision, part, salt } = fields;
  return {
    suite: TILE_SUITE,
    author,
    label,
    slot,
    epoch,
    generation,
    revision,
    part,
    salt,
    size,
    commitment,
    ciphertext,
  };
}
