import { concatBytes, equalBytes } from './bytes.ts';
import { fail } from './errors.ts';
import { chachaOpen, hmacSha512 } from './primitives.ts';
import { checkTile, keyedHeader, TILE_SUITE, type Tile } from './tile.ts';

const NONCE = new Uint8Array(12);
const LENGTH_BYTES = 4;

function unpad(padded: Uint8Array): Uint8Array {
  const length = ((padded[0] << 24) | (padded[1] << 16) | (padded[2] << 8) | padded[3]) >>> 0;
  if (length > padded.length - LENGTH_BYTES) fail('malformed', 'tile content is longer than its tile');
  for (let i = LENGTH_BYTES + length; i < padded.length; i++) {
    if (padded[i] !== 0) fail('malformed', 'tile padding is not zero');
  }
  return padded.subarray(LENGTH_BYTES, LENGTH_BYTES + length);
}

/**
 * Payload of a tile, unpadded. The commitment is checked before anything is decrypted: ChaCha20-Poly1305 alone
 * lets one ciphertext open under two keys, and two readers with different leaves must never see different data.
 * Throws 'unknown-suite' (newer software is needed: never "not for me"), 'not-authentic' (wrong leaf or changed
 * bytes), 'malformed' (the author sealed nonsense).
 */
export function openTile(leaf: Uint8Array, tile: Tile): Uint8Array {
  if (tile.suite !== TILE_SUITE) fail('unknown-suite', 'tile has an unknown suite', { suite: tile.suite });
  checkTile(tile);
  const keyed = keyedHeader(tile, tile.suite, tile.size);
  const both = hmacSha512(leaf, keyed);
  if (!equalBytes(both.subarray(32), tile.commitment)) fail('not-authentic', 'tile is not sealed under this key');
  const padded = chachaOpen(both.subarray(0, 32), NONCE, concatBytes(keyed, tile.commitment), tile.ciphertext);
  if (padded === null) fail('not-authentic', 'tile was changed after sealing');
  return unpad(padded);
}
