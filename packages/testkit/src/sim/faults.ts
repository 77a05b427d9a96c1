// The ten sabotage switches of DESIGN's promises (issue 2, Done when 7), as they are reached in a simulation. Tests only.
import { chachaOpen, chachaSeal, concatBytes, hmacSha512, tileHeaderBytes } from '@hale/kernel';
import { sealTile } from '@hale/kernel/seal';

export interface SimFaults {
  /** Tiles are sealed without their header as associated data. */
  noAad: boolean;
  /** Every tile carries the same salt. */
  reusedSalt: boolean;
  okBeforeFsync: boolean;
  countUngated: boolean;
  receiptDropped: boolean;
  oldRevisionServed: boolean;
  epochNotAdvanced: boolean;
  headNotChecked: boolean;
  accessByArrival: boolean;
  tombstoneForgotten: boolean;
}

export const SIM_FAULTS: readonly (keyof SimFaults)[] = [
  'noAad',
  'reusedSalt',
  'okBeforeFsync',
  'countUngated',
  'receiptDropped',
  'oldRevisionServed',
  'epochNotAdvanced',
  'headNotChecked',
  'accessByArrival',
  'tombstoneForgotten',
];

export type SealTile = typeof sealTile;

const NONCE = new Uint8Array(12);
const NOTHING = new Uint8Array(0);

/** As sealTile, but the header is not bound to the ciphertext. The sabotage takes the sealed tile apart and seals it again. */
export const sealWithoutAad: SealTile = (leaf, fields, payload) => {
  const tile = sealTile(leaf, fields, payload);
  const keyed = keyedBytes(tile);
  const key = hmacSha512(leaf, keyed).subarray(0, 32);
  const padded = chachaOpen(key, NONCE, concatBytes(keyed, tile.commitment), tile.ciphertext);
  if (padded === null) throw new Error('a tile just sealed opens');
  return { ...tile, ciphertext: chachaSeal(key, NONCE, NOTHING, padded) };
};

/** As sealTile, with a salt that was used before. */
export const sealWithOneSalt: SealTile = (leaf, fields, payload) =>
  sealTile(leaf, { ...fields, salt: new Uint8Array(16).fill(7) }, payload);

export function sealFor(faults: Partial<SimFaults>): SealTile {
  if (faults.noAad) return sealWithoutAad;
  return faults.reusedSalt ? sealWithOneSalt : sealTile;
}

/** The header without its commitment: what key and commitment are made from (specs/stream.md §4). */
export function keyedBytes(tile: ReturnType<SealTile>): Uint8Array {
  return tileHeaderBytes(tile).slice(0, -32);
}
