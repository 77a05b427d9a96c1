// Heads: what the owner says is there, day by day, so that a reader notices what a relay withholds, swaps or forgot (DESIGN §5, H7).
import {
  ByteReader,
  ByteWriter,
  concatBytes,
  fail,
  fromHex,
  GRID_ORIGIN_MICROS,
  type Grid,
  gridStart,
  type Level,
  type SlotRange,
  sha256,
  slotSeconds,
  utf8Encode,
} from '@hale/kernel';
import { levelLabel } from '@hale/kernel/seal';
import { currentPieces, type PieceOrder } from './assemble.ts';
import type { HeadEntry } from './entries.ts';
import { LIMITS, MICROS_PER_DAY, MICROS_PER_SECOND } from './limits.ts';
import { grantedSlots, isActive, type OwnerGrant, streamNumberOf } from './owner-grant.ts';
import type { StreamView } from './stream-view.ts';

/** A tile as a head counts it. */
export interface TileMark extends PieceOrder {
  epoch: number;
  /** The kernel's tileHash, 32 bytes. */
  hash: Uint8Array;
}

/** All tiles and parts that stand in one stream, level and UTC day (of the slot's start). */
export interface ChangedDay {
  streamKey: string;
  level: Level;
  day: number;
  tiles: readonly TileMark[];
}

const DIGEST_BYTES = 16;
const DOMAIN = utf8Encode('hale/head/1');
const MARK_BYTES = 4 + 4 + 4 + 4 + 2 + 32;

/**
 * SHA-256, first 16 bytes, over 'hale/head/1' ‖ author ‖ label ‖ day u32 ‖ count u32 ‖ the marks that count, sorted:
 * slot u32 ‖ epoch u32 ‖ generation u32 ‖ revision u32 ‖ part u16 ‖ hash. A tile given twice counts once; tiles that a newer
 * one replaced do not count, so that a relay slow in deleting makes no difference.
 */
export function dayDigest(author: string, label: Uint8Array, day: number, tiles: readonly TileMark[]): Uint8Array {
  const rows = currentPieces(tiles).map((tile) => {
    const row = new ByteWriter(MARK_BYTES).u32(tile.slot).u32(tile.epoch).u32(tile.generation);
    return row.u32(tile.revision).u16(tile.part).bytes(tile.hash).finish();
  });
  rows.sort(compareBytes);
  const sorted = rows.filter((row, i) => i === 0 || compareBytes(rows[i - 1], row) !== 0);
  const head = new ByteWriter()
    .bytes(DOMAIN)
    .bytes(fromHex(author, 32))
    .bytes(label)
    .u32(day)
    .u32(sorted.length)
    .finish();
  return sha256(concatBytes(head, ...sorted)).slice(0, DIGEST_BYTES);
}

/** Of rows of one length. */
function compareBytes(a: Uint8Array, b: Uint8Array): number {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  return i === a.length ? 0 : a[i] - b[i];
}

/** True when a slot of `inner` starts on that UTC day. In plain numbers: open-ended ranges and hostile days lie beyond the grid. */
export function dayInRange(grid: Grid, level: Level, inner: SlotRange, day: number): boolean {
  const length = slotSeconds(grid, level) * MICROS_PER_SECOND;
  const since = GRID_ORIGIN_MICROS + day * MICROS_PER_DAY - gridStart(grid);
  const first = Math.ceil(since / length);
  const end = Math.ceil((since + MICROS_PER_DAY) / length);
  return Math.max(first, inner.first) < Math.min(end, inner.end);
}

/**
 * Head entries for the days that changed since the last head. Tiles outside the grant's whole slots are left out, days outside too.
 * Several entries when many days changed; none when none is in range or the grant is no longer active. Publish them after the tiles they count.
 * @param now microseconds
 */
export function planHeads(
  grant: OwnerGrant,
  views: readonly StreamView[],
  changed: readonly ChangedDay[],
  now: number,
): HeadEntry[] {
  if (!isActive(grant, now)) return [];
  const groups = new Map<string, { stream: number; level: Level; rows: Uint8Array[] }>();
  for (const { streamKey, level, day, tiles } of changed) {
    const view =
      views.find((candidate) => candidate.streamKey === streamKey) ??
      fail('usage', 'no description of a changed stream');
    const stream = streamNumberOf(grant, streamKey);
    const inner = grantedSlots(grant, view).find((granted) => granted.level === level)?.inner;
    if (stream === null || inner === undefined || !dayInRange(view.grid, level, inner, day)) continue;
    const inScope = tiles.filter((tile) => tile.slot >= inner.first && tile.slot < inner.end);
    const digest = dayDigest(view.author, levelLabel(view.secret, level), day, inScope);
    const group = groups.get(`${stream}/${level}`) ?? { stream, level, rows: [] };
    groups.set(`${stream}/${level}`, group);
    group.rows.push(new ByteWriter(20).u32(day).bytes(digest).finish());
  }
  return packHeads([...groups.values()], grant.headNumber, now);
}

function packHeads(
  groups: readonly { stream: number; level: Level; rows: Uint8Array[] }[],
  last: number,
  time: number,
): HeadEntry[] {
  const entries: HeadEntry[] = [];
  let room = 0;
  for (const { stream, level, rows } of groups) {
    for (let at = 0; at < rows.length; ) {
      if (room === 0) {
        entries.push({ type: 'head', n: last + entries.length + 1, time, days: [] });
        room = LIMITS.headRowsMax;
      }
      const taken = rows.slice(at, at + room);
      entries.at(-1)!.days.push({ stream, level, rows: concatBytes(...taken) });
      at += taken.length;
      room -= taken.length;
    }
  }
  return entries;
}

/** The rows of one level in a head entry. */
export function unpackRows(rows: Uint8Array): { day: number; digest: Uint8Array }[] {
  const reader = new ByteReader(rows);
  const days: { day: number; digest: Uint8Array }[] = [];
  while (reader.remaining > 0) days.push({ day: reader.u32(), digest: reader.bytes(DIGEST_BYTES).slice() });
  return days;
}
