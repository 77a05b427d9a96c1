/** A tile in the vector files: byte strings as lower-case hex, numbers as numbers. */
import { fromHex, type Tile, toHex } from '@hale/kernel';

export interface TileJson {
  readonly suite: number;
  readonly author: string;
  readonly label: string;
  readonly slot: number;
  readonly epoch: number;
  readonly generation: number;
  readonly revision: number;
  readonly part: number;
  readonly salt: string;
  readonly size: number;
  readonly commitment: string;
  readonly ciphertext: string;
}

export function tileToJson(tile: Tile): TileJson {
  const { suite, slot, epoch, generation, revision, part, size } = tile;
  return {
    suite,
    author: toHex(tile.author),
    label: toHex(tile.label),
    slot,
    epoch,
    generation,
    revision,
    part,
    salt: toHex(tile.salt),
    size,
    commitment: toHex(tile.commitment),
    ciphertext: toHex(tile.ciphertext),
  };
}

export function tileFromJson(json: TileJson): Tile {
  return {
    ...json,
    author: fromHex(json.author),
    label: fromHex(json.label),
    salt: fromHex(json.salt),
    commitment: fromHex(json.commitment),
    ciphertext: fromHex(json.ciphertext),
  };
}
