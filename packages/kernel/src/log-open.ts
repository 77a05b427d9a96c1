import { decodeCbor } from './cbor.ts';
import { fail } from './errors.ts';
import { LOG_ENTRY_TYPE, logLeaves } from './log.ts';
import type { Tile } from './tile.ts';
import { openTile } from './tile-open.ts';
import type { LeafSource } from './tree.ts';

/**
 * Value of a log entry; its number is `tile.slot`. Takes the log's secret, or its `logLeaves` when many are opened in a row
 * (32 hashes per entry against two). Throws like openTile, and 'malformed' for what is no log entry.
 */
export function openLogEntry(secret: Uint8Array | LeafSource, tile: Tile): unknown {
  const leaves = secret instanceof Uint8Array ? logLeaves(secret) : secret;
  const leaf = leaves.leaf(tile.slot);
  if (leaf === null) fail('not-permitted', 'no key for this log entry');
  if (tile.epoch !== 0 || tile.revision !== 0 || tile.part !== 0) fail('malformed', 'not the header of a log entry');
  const payload = openTile(leaf, tile);
  if (payload[0] !== LOG_ENTRY_TYPE) fail('malformed', 'tile holds no log entry');
  return decodeCbor(payload.subarray(1));
}
