import { concatBytes } from './bytes.ts';
import { encodeCbor } from './cbor.ts';
import { LOG_ENTRY_TYPE, type LogKeys, type LogStream, logKeys } from './log.ts';
import { hmacSha256 } from './primitives.ts';
import type { Tile } from './tile.ts';
import { sealTile } from './tile-seal.ts';

/**
 * Seals entry `seq` of a log: slot = seq, epoch 0, revision 0, part 0, payload = 3 ‖ deterministic CBOR.
 * The salt is a keyed hash of number and content, not random: sealing the same entry again after a crash gives the same
 * bytes, and two different entries under one number (a fork) still get different keys. Throws 'too-large', 'usage'.
 */
export function sealLogEntry(
  stream: LogStream,
  seq: number,
  generation: number,
  value: unknown,
  keys: LogKeys = logKeys(stream.secret),
): Tile {
  const payload = concatBytes(new Uint8Array([LOG_ENTRY_TYPE]), encodeCbor(value));
  const head = new Uint8Array(8);
  new DataView(head.buffer).setUint32(0, seq);
  new DataView(head.buffer).setUint32(4, generation);
  const salt = hmacSha256(keys.saltKey, concatBytes(head, payload)).slice(0, 16);
  const fields = { slot: seq, epoch: 0, generation, revision: 0, part: 0, salt };
  return sealTile(keys.leaves.leaf(seq), { author: stream.author, label: keys.label, ...fields }, payload);
}
