// Tile batches: the content of one signed kind-1980 event. Headers in clear, ciphertexts as they are. specs/stream.md §5.
import { ByteReader, ByteWriter, equalBytes } from './bytes.ts';
import { fail } from './errors.ts';
import { LIMITS } from './limits.ts';
import { checkTile, type Tile } from './tile.ts';

const BATCH_VERSION = 1;
/** version u8 ‖ label 8 ‖ epoch u32 ‖ generation u32 ‖ count u16 */
const BATCH_HEADER_BYTES = 19;
/** suite u8 ‖ slot u32 ‖ revision u32 ‖ part u16 ‖ salt 16 ‖ commitment 32 ‖ size u32 */
const TILE_HEADER_BYTES = 63;

/** What all tiles of a batch share, and the tiles with their full headers. */
export interface TileBatch {
  readonly author: Uint8Array;
  readonly label: Uint8Array;
  readonly epoch: number;
  readonly generation: number;
  readonly tiles: readonly Tile[];
}

/** Bytes that a tile adds to a batch. */
export function batchedBytes(tile: { size: number }): number {
  return TILE_HEADER_BYTES + tile.size;
}

function sharesBatch(a: Omit<TileBatch, 'author' | 'tiles'>, b: Tile): boolean {
  return a.epoch === b.epoch && a.generation === b.generation && equalBytes(a.label, b.label);
}

/**
 * Batch bytes; the author is not among them, the event's pubkey names it. Keeping to one author and one UTC day is the caller's
 * duty, since only who knows key and grid can tell. Throws 'usage' for mixed or no tiles, 'too-large' beyond 48,000 bytes.
 */
export function encodeBatch(batch: Omit<TileBatch, 'author'>): Uint8Array {
  const { label, epoch, generation, tiles } = batch;
  if (tiles.length === 0) fail('usage', 'a batch holds at least one tile');
  const byteLength = tiles.reduce((sum, tile) => sum + batchedBytes(tile), BATCH_HEADER_BYTES);
  if (byteLength > LIMITS.batchBytesMax) fail('too-large', 'tiles do not fit one batch', { byteLength });
  const writer = new ByteWriter(byteLength);
  writer.u8(BATCH_VERSION).bytes(label).u32(epoch).u32(generation).u16(tiles.length);
  for (const tile of tiles) {
    if (!sharesBatch(batch, tile)) fail('usage', 'a batch holds tiles of one label, epoch and generation');
    checkTile(tile);
    writer.u8(tile.suite).u32(tile.slot).u32(tile.revision).u16(tile.part).bytes(tile.salt);
    writer.bytes(tile.commitment).u32(tile.size).bytes(tile.ciphertext);
  }
  return writer.finish();
}

/**
 * Tiles of a batch; `author` is the pubkey of the event. Ciphertexts are views into `bytes`.
 * Throws 'unsupported' for another version, 'too-large', 'malformed'.
 */
export function decodeBatch(author: Uint8Array, bytes: Uint8Array): TileBatch {
  if (bytes.length > LIMITS.batchBytesMax) fail('too-large', 'batch is too large', { byteLength: bytes.length });
  const reader = new ByteReader(bytes);
  const version = reader.u8();
  if (version !== BATCH_VERSION) fail('unsupported', 'batch has an unknown version', { version });
  const label = reader.bytes(8);
  const epoch = reader.u32();
  const generation = reader.u32();
  const count = reader.u16();
  if (count === 0) fail('malformed', 'a batch holds at least one tile');
  const tiles: Tile[] = [];
  for (let i = 0; i < count; i++) {
    const suite = reader.u8();
    const slot = reader.u32();
    const revision = reader.u32();
    const part = reader.u16();
    const salt = reader.bytes(16);
    const commitment = reader.bytes(32);
    const size = reader.u32();
    const ciphertext = reader.bytes(size);
    const tile = { suite, author, label, slot, epoch, generation, revision, part, salt, size, commitment, ciphertext };
    checkTile(tile);
    tiles.push(tile);
  }
  reader.end();
  return { author, label, epoch, generation, tiles };
}

/**
 * Groups tiles for publication, in their order: each group fits one batch and shares author, label, epoch, generation and
 * `dayOf(tile)`, the UTC day of the slot's start ('0' for logs).
 */
export function planBatches(tiles: readonly Tile[], dayOf: (tile: Tile) => number): Tile[][] {
  const groups: Tile[][] = [];
  let room = 0;
  for (const tile of tiles) {
    const group = groups.at(-1);
    const first = group?.[0];
    const fits =
      first &&
      sharesBatch(first, tile) &&
      equalBytes(first.author, tile.author) &&
      dayOf(first) === dayOf(tile) &&
      batchedBytes(tile) <= room;
    if (group && fits) group.push(tile);
    else {
      groups.push([tile]);
      room = LIMITS.batchBytesMax - BATCH_HEADER_BYTES;
    }
    room -= batchedBytes(tile);
  }
  return groups;
}
