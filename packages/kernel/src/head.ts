// Heads: one hash per level and UTC day over the tiles in force, so that a reader can say "incomplete" or "older than known".
// DESIGN §5, specs/stream.md §11. Parts are excluded: they come and go while a slot is open.
import { ByteWriter, concatBytes, toHex, utf8Encode } from './bytes.ts';
import { fail } from './errors.ts';
import { sha256 } from './primitives.ts';

/** A tile as a head sees it. `hash` is its tileHash. */
export interface HeadTile {
  readonly label: Uint8Array;
  /** UTC day since 1900-01-01 of the slot's start: utcDayOf(slotStart(…)). */
  readonly day: number;
  readonly slot: number;
  readonly epoch: number;
  readonly generation: number;
  readonly revision: number;
  readonly part: number;
  readonly hash: Uint8Array;
}

/** What a head says of one (label, day). */
export interface HeadEntry {
  readonly label: Uint8Array;
  readonly day: number;
  /** Tiles in force. */
  readonly count: number;
  readonly hash: Uint8Array;
}

const PREFIX = utf8Encode('hale/head/day/1');

/**
 * The tiles in force: no parts, of each (label, slot) only the newest by (generation, revision), each hash once. Where two pens
 * wrote the same order with different content (a fork) both stay, until a merged revision replaces them.
 */
export function tilesInForce(tiles: readonly HeadTile[]): HeadTile[] {
  const newest = new Map<string, Map<string, HeadTile>>();
  for (const tile of tiles) {
    if (tile.part !== 0) continue;
    const place = `${toHex(tile.label)}/${tile.slot}`;
    const known = newest.get(place);
    const [first] = known?.values() ?? [];
    const order = first ? tile.generation - first.generation || tile.revision - first.revision : 1;
    if (!known || order > 0) newest.set(place, new Map([[toHex(tile.hash), tile]]));
    else if (order === 0) known.set(toHex(tile.hash), tile);
  }
  return [...newest.values()].flatMap((same) => [...same.values()]);
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return 0;
}

function compareTiles(a: HeadTile, b: HeadTile): number {
  return (
    a.slot - b.slot ||
    a.epoch - b.epoch ||
    a.generation - b.generation ||
    a.revision - b.revision ||
    compareBytes(a.hash, b.hash)
  );
}

/**
 * Heads of all (label, day) that have a tile in force, sorted by label, then day. Hash = SHA-256("hale/head/day/1" ‖ label ‖ day u32 ‖
 * count u32 ‖ per tile: slot u32 ‖ epoch u32 ‖ generation u32 ‖ revision u32 ‖ tile hash), tiles sorted by these fields.
 */
export function computeHead(tiles: readonly HeadTile[]): HeadEntry[] {
  const groups = new Map<string, HeadTile[]>();
  for (const tile of tilesInForce(tiles)) {
    if (tile.label.length !== 8 || tile.hash.length !== 32) fail('malformed', 'label or hash has the wrong length');
    const name = `${toHex(tile.label)}/${tile.day}`;
    const group = groups.get(name);
    if (group) group.push(tile);
    else groups.set(name, [tile]);
  }
  const entries = [...groups.values()].map(headOf);
  return entries.sort((a, b) => compareBytes(a.label, b.label) || a.day - b.day);
}

function headOf(tiles: HeadTile[]): HeadEntry {
  const [{ label, day }] = tiles;
  const writer = new ByteWriter(16 + tiles.length * 48);
  writer.bytes(label).u32(day).u32(tiles.length);
  for (const tile of [...tiles].sort(compareTiles)) {
    writer.u32(tile.slot).u32(tile.epoch).u32(tile.generation).u32(tile.revision).bytes(tile.hash);
  }
  return { label, day, count: tiles.length, hash: sha256(concatBytes(PREFIX, writer.finish())) };
}
