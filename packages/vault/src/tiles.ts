// Sealing and opening the tiles of one's own streams: the only place of the vault where plaintext and ciphertext meet.
import { decodeBatch, encodeBatch, type Level, type Tile } from '@hale/kernel';
import { openTile } from '@hale/kernel/open';
import { sealTile } from '@hale/kernel/seal';
import type { Random, TileKey, TileRow, VaultStore } from './ports.ts';
import { LEVELS, type OpenStream } from './streams.ts';

const BATCHES_CACHED = 8;

export interface SealedTile {
  key: TileKey;
  epoch: number;
  tile: Tile;
  /** A batch of this one tile. */
  batch: Uint8Array;
}

export class TileBox {
  readonly #store: VaultStore;
  readonly #random: Random;
  /** Decoded batches by event id: neighbouring slots stand in one batch. */
  readonly #batches = new Map<string, readonly Tile[]>();
  #salts: Uint8Array = new Uint8Array(0);
  #saltAt = 0;
  readonly #sealTile: typeof sealTile;

  /** @param seal another sealing function, for tests that show their own teeth */
  constructor(store: VaultStore, random: Random, seal: typeof sealTile = sealTile) {
    this.#store = store;
    this.#random = random;
    this.#sealTile = seal;
  }

  seal(
    stream: OpenStream,
    level: Level,
    place: Omit<TileKey, 'stream' | 'level' | 'fork'>,
    payload: Uint8Array,
  ): SealedTile {
    const leaf = stream.leaves(level, stream.epoch).leaf(place.slot);
    if (!leaf) throw new Error('an own walker knows every leaf');
    const tile = this.#sealTile(
      leaf,
      {
        author: stream.author,
        label: stream.label(level),
        slot: place.slot,
        epoch: stream.epoch,
        generation: place.generation,
        revision: place.revision,
        part: place.part,
        salt: this.#salt(),
      },
      payload,
    );
    const batch = encodeBatch({
      label: stream.label(level),
      epoch: stream.epoch,
      generation: place.generation,
      tiles: [tile],
    });
    return {
      key: { stream: stream.number, level: LEVELS.indexOf(level), fork: 0, ...place },
      epoch: stream.epoch,
      tile,
      batch,
    };
  }

  /** The sealed tile of a row, as it stands in its batch. */
  tile(stream: OpenStream, key: TileKey): Tile {
    const place = this.#store.tilePlace(key);
    if (place.eventId === null) return decodeBatch(stream.author, place.batch).tiles[0];
    let tiles = this.#batches.get(place.eventId);
    if (!tiles) {
      if (this.#batches.size >= BATCHES_CACHED) this.#batches.delete(this.#batches.keys().next().value as string);
      tiles = decodeBatch(stream.author, place.batch).tiles;
      this.#batches.set(place.eventId, tiles);
    }
    return tiles[place.index];
  }

  /** Batches that stand under another event id now are read anew. */
  forgetBatches(): void {
    this.#batches.clear();
  }

  /** The payload of a row. @throws HaleError 'not-authentic' where the tile was altered */
  open(stream: OpenStream, row: TileRow): Uint8Array {
    const leaf = stream.leaves(LEVELS[row.level], row.epoch).leaf(row.slot);
    if (!leaf) throw new Error('an own walker knows every leaf');
    return openTile(leaf, this.tile(stream, row));
  }

  /** 16 fresh bytes; drawn from the machine in blocks because a call for each tile costs more than the tile. */
  #salt(): Uint8Array {
    if (this.#saltAt + 16 > this.#salts.length) {
      this.#salts = this.#random.bytes(16 * 256);
      this.#saltAt = 0;
    }
    this.#saltAt += 16;
    return this.#salts.slice(this.#saltAt - 16, this.#saltAt);
  }
}
