// Taking in what relays hold of one's own streams: everything after a restore, and what another home of the same words wrote.
// Nothing acknowledged disappears: where two homes wrote one slot, the union becomes the next revision.
import {
  base64Decode,
  decodeBatch,
  equalBytes,
  HaleError,
  KINDS,
  slotRange,
  slotStart,
  type Tile,
  type TileBatch,
  tileHash,
  toHex,
  utcDayOf,
  type VerifiedEvent,
} from '@hale/kernel';
import { decodeBins, decodeSamples, openTile } from '@hale/kernel/open';
import { applyPlan, closeSlot, emptyPlan } from './ingest.ts';
import type { TileKey, TileRow } from './ports.ts';
import { isCurrent, rawSamples } from './pyramid.ts';
import { LEVELS, levelNumber, type OpenStream, type SummaryLevel } from './streams.ts';
import type { Vault } from './vault.ts';

export interface AbsorbReport {
  /** Events that were new here. */
  events: number;
  tiles: number;
  /** Slots that two homes had written and that were merged. */
  merged: number;
  /** Tiles of equal order and different content. */
  forks: number;
  /** Events signed by an own author that make no sense: kept out. */
  senseless: number;
}

export const emptyReport = (): AbsorbReport => ({ events: 0, tiles: 0, merged: 0, forks: 0, senseless: 0 });

/** What has to be looked at once all events are in: kept apart so that a restore does it once. */
export interface Unfinished {
  torn: Map<string, { stream: OpenStream; slot: number }>;
  summaries: Map<string, { stream: OpenStream; level: SummaryLevel; slot: number }>;
  /** Streams that something came in for. */
  streams: Set<OpenStream>;
}

export const nothingUnfinished = (): Unfinished => ({ torn: new Map(), summaries: new Map(), streams: new Set() });

/**
 * Puts the tiles of events of own streams into the index. Others' events, and what is known, change nothing.
 * @param takenIn told of each event of which something was new, in the same transaction
 */
export function absorbEvents(
  vault: Vault,
  events: Iterable<VerifiedEvent>,
  report: AbsorbReport,
  unfinished: Unfinished,
  takenIn: (event: VerifiedEvent) => void = () => {},
): void {
  const byAuthor = new Map(vault.streams().map((stream) => [hexAuthor(stream), stream]));
  vault.change(() => {
    for (const event of events) {
      const stream = byAuthor.get(event.pubkey);
      if (!stream || event.kind !== KINDS.tileBatch || vault.store.hasEvent(event.id)) continue;
      const batch = readable(stream, event);
      if (!batch) report.senseless++;
      else if (counting(vault, stream, batch, () => absorbBatch(vault, stream, event, batch, report, unfinished)))
        takenIn(event);
    }
  });
}

/** Merges what two homes wrote and marks summaries that do not stand for what is below them any more. */
export function finishAbsorbing(vault: Vault, report: AbsorbReport, unfinished: Unfinished): void {
  for (const { stream, slot } of unfinished.torn.values())
    if (!vault.isForeign(stream)) mergeSlot(vault, stream, slot, report);
  vault.store.transact(() => {
    for (const { stream, level, slot } of unfinished.summaries.values())
      if (!vault.isForeign(stream) && !isCurrent(vault.rooms, stream, level, slot))
        vault.store.markDirty(stream.number, levelNumber(level), slot);
  });
  if (unfinished.streams.size > 0) vault.afterAbsorbing([...unfinished.streams]);
  unfinished.torn.clear();
  unfinished.summaries.clear();
  unfinished.streams.clear();
}

const hexAuthor = (stream: OpenStream): string => toHex(stream.author);

/** An own key may have signed nonsense (a thief, a bug): such an event is not taken in, and nothing stored changes. */
function readable(stream: OpenStream, event: VerifiedEvent): TileBatch | null {
  try {
    const batch = decodeBatch(stream.author, base64Decode(event.content));
    return levelOf(stream, batch) < 0 ? null : batch;
  } catch (error) {
    if (error instanceof HaleError) return null;
    throw error;
  }
}

function levelOf(stream: OpenStream, batch: TileBatch): number {
  return stream.grid.levels.reduce(
    (found, level) => (equalBytes(stream.label(level), batch.label) ? levelNumber(level) : found),
    -1,
  );
}

/**
 * Nobody here brings readings into a series of another custodian's home: they are counted as they come, slot by slot. Others were counted when
 * they were brought, or are at the end of a restore.
 */
function counting(vault: Vault, stream: OpenStream, { label, tiles }: TileBatch, absorb: () => boolean): boolean {
  if (!vault.isForeign(stream) || !equalBytes(label, stream.label('raw'))) return absorb();
  const slots = [...new Set(tiles.map(({ slot }) => slot))];
  const held = () =>
    slots.map((slot) => {
      const [from, to] = [slot, slot + 1].map((each) => slotStart(stream.grid, 'raw', each));
      return rawSamples(vault.rooms, stream, from, to).times;
    });
  const before = held();
  if (!absorb()) return false;
  held().forEach((times, i) => {
    if (times.length > 0)
      vault.store.countSamples(stream.number, {
        samples: times.length - before[i].length,
        firstMicros: times[0],
        lastMicros: times[times.length - 1],
      });
  });
  return true;
}

function absorbBatch(
  vault: Vault,
  stream: OpenStream,
  event: VerifiedEvent,
  batch: TileBatch,
  report: AbsorbReport,
  unfinished: Unfinished,
): boolean {
  const level = levelOf(stream, batch);
  const added: { key: TileKey; index: number }[] = [];
  const doomed: TileRow[] = [];
  const sound = batch.tiles.map((tile) => opens(stream, level, tile));
  if (sound.includes(false)) report.senseless++;
  batch.tiles.forEach((tile, index) => {
    if (!sound[index]) return;
    const rows = vault.store.tiles(stream.number, level, tile.slot, tile.slot + 1);
    const place = placeFor(vault, stream, level, tile, rows);
    if (!place) return;
    added.push({ key: place.key, index });
    doomed.push(...place.replaces);
    if (place.key.fork > 0) report.forks++;
    noteUnfinished(stream, level, tile.slot, rows.length > place.replaces.length, unfinished);
  });
  if (added.length === 0) return false;
  for (const row of doomed) vault.store.removeTile(row);
  const first = batch.tiles[0];
  const day = utcDayOf(slotStart(stream.grid, LEVELS[level], first.slot));
  vault.store.indexForeignBatch(
    event,
    { stream: stream.number, level, epoch: batch.epoch, generation: batch.generation, day, tiles: batch.tiles.length },
    added,
  );
  vault.store.markHeadDay(stream.number, level, day);
  unfinished.streams.add(stream);
  report.events++;
  report.tiles += added.length;
  return true;
}

/** Whoever holds an author's key may sign garbage: what does not open or decode must not take the place of what does. */
function opens(stream: OpenStream, level: number, tile: Tile): boolean {
  const leaf = stream.leaves(LEVELS[level], tile.epoch).leaf(tile.slot);
  if (!leaf) throw new Error('an own walker knows every leaf');
  try {
    const payload = openTile(leaf, tile);
    if (level === 0) decodeSamples(payload);
    else decodeBins(payload);
    return true;
  } catch (error) {
    if (error instanceof HaleError) return false;
    throw error;
  }
}

/** Where a tile from elsewhere goes, and which rows it makes superfluous. null: it is known, or older than what is here. */
function placeFor(
  vault: Vault,
  stream: OpenStream,
  level: number,
  tile: Tile,
  rows: TileRow[],
): { key: TileKey; replaces: TileRow[] } | null {
  const { slot, generation, revision, part } = tile;
  const sameLine = rows.filter((row) => row.generation === generation && row.fork === 0);
  if (sameLine.some((row) => row.part === 0 && row.revision >= revision && (part > 0 || row.revision > revision)))
    return null;
  const twins = rows.filter((row) => row.generation === generation && row.revision === revision && row.part === part);
  if (
    twins.some((row) =>
      equalBytes(tileHash(stream.author, vault.rooms.box.tile(stream, row)), tileHash(stream.author, tile)),
    )
  )
    return null;
  if (level > 0) return summaryPlace(stream, level, tile, rows);
  const key = { stream: stream.number, level, slot, generation, revision, part, fork: twins.length };
  const replaces =
    part === 0 && twins.length === 0
      ? sameLine.filter((row) => row.revision < revision || (row.part > 0 && row.revision <= revision))
      : [];
  return { key, replaces };
}

/** Summaries are recomputed from samples, never merged: the newest stands until then. */
function summaryPlace(
  stream: OpenStream,
  level: number,
  tile: Tile,
  rows: TileRow[],
): { key: TileKey; replaces: TileRow[] } | null {
  const { slot, generation, revision } = tile;
  const newer = rows.some(
    (row) => row.generation > generation || (row.generation === generation && row.revision >= revision),
  );
  if (newer) return null;
  return {
    key: { stream: stream.number, level, slot, generation, revision, part: tile.part, fork: 0 },
    replaces: rows,
  };
}

function noteUnfinished(stream: OpenStream, level: number, slot: number, torn: boolean, unfinished: Unfinished): void {
  if (level === 0 && torn) unfinished.torn.set(`${stream.number}/${slot}`, { stream, slot });
  const start = slotStart(stream.grid, LEVELS[level], slot);
  const end = slotStart(stream.grid, LEVELS[level], slot + 1);
  const here = LEVELS[level] === 'raw' ? null : (LEVELS[level] as SummaryLevel);
  if (here) unfinished.summaries.set(`${stream.number}/${here}/${slot}`, { stream, level: here, slot });
  const above = stream.levelAbove(LEVELS[level]) as SummaryLevel | null;
  if (!above) return;
  const range = slotRange(stream.grid, above, start, end);
  for (let next = range.first; next < range.end; next++)
    unfinished.summaries.set(`${stream.number}/${above}/${next}`, { stream, level: above, slot: next });
}

/** Seals the union of a slot that two homes wrote as the next revision of this one. */
function mergeSlot(vault: Vault, stream: OpenStream, slot: number, report: AbsorbReport): void {
  vault.rooms.slots.forget(stream, slot);
  const lines = new Set(
    vault.store.tiles(stream.number, 0, slot, slot + 1).map((row) => `${row.generation}/${row.fork}`),
  );
  if (lines.size < 2) return;
  const content = vault.rooms.slots.read(stream, slot);
  const closed = closeSlot(vault.rooms, stream, slot, content, content.samples);
  if (!closed) return;
  const plan = emptyPlan();
  plan.slots.push(closed);
  vault.change(() => {
    applyPlan(vault.store, plan);
    vault.markDirty(stream, slotStart(stream.grid, 'raw', slot), slotStart(stream.grid, 'raw', slot + 1));
  });
  report.merged++;
}

/** Counts the samples of every stream afresh (after a restore, when only tiles are known). */
export function recountSamples(
  vault: Vault,
  count: (stream: OpenStream) => { samples: number; firstMicros: number | null; lastMicros: number | null },
): void {
  vault.store.transact(() => {
    for (const stream of vault.streams()) {
      const { samples, firstMicros, lastMicros } = count(stream);
      const known = vault.store.sampleCount(stream.number).samples;
      if (firstMicros !== null && lastMicros !== null)
        vault.store.countSamples(stream.number, { samples: samples - known, firstMicros, lastMicros });
    }
  });
}
