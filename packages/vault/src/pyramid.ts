// The upper levels: summaries of what the raw level holds, computed again bottom-up where samples came in, and the same
// numbers on the fly for slots whose summary has not been written yet.
import {
  type Bin,
  ByteWriter,
  binSeconds,
  binStart,
  equalBytes,
  type Level,
  sha256,
  slotRange,
  slotSeconds,
  slotStart,
  tileHash,
} from '@hale/kernel';
import { decodeBins } from '@hale/kernel/open';
import { type BinPiece, encodeBins, joinPieces, mergeBins, summarizePieces, summarizeSamples } from '@hale/kernel/seal';
import type { IngestRooms } from './ingest.ts';
import { FLUSH_COMMIT_TILES, FLUSH_STEP_TILES, SLOT_GRACE_SECONDS } from './limits.ts';
import type { TileRow } from './ports.ts';
import { between, concatSamples, NO_SAMPLES, type Samples } from './samples.ts';
import { uniteRows } from './slots.ts';
import { levelNumber, type OpenStream, type SummaryLevel, summaryOptions } from './streams.ts';

/** Raw samples with from ≤ time < to, slot by slot, each slot's set already united. */
export function* rawSlots(rooms: IngestRooms, stream: OpenStream, from: number, to: number): Generator<Samples> {
  for (const rows of rawRows(rooms, stream, from, to)) yield between(uniteRows(rooms.box, stream, rows), from, to);
}

/** What stands in each raw slot that touches [from, to). */
function* rawRows(rooms: IngestRooms, stream: OpenStream, from: number, to: number): Generator<TileRow[]> {
  const bounds = rooms.store.firstAndLastSlot(stream.number, 0);
  if (!bounds) return;
  const asked = slotRange(stream.grid, 'raw', from, to);
  const range = { first: Math.max(asked.first, bounds.first), end: Math.min(asked.end, bounds.last + 1) };
  let rows: TileRow[] = [];
  for (let start = range.first; start < range.end; start += FLUSH_STEP_TILES) {
    for (const row of rooms.store.tiles(stream.number, 0, start, Math.min(range.end, start + FLUSH_STEP_TILES))) {
      if (rows.length > 0 && rows[0].slot !== row.slot) {
        yield rows;
        rows = [];
      }
      rows.push(row);
    }
  }
  if (rows.length > 0) yield rows;
}

export function rawSamples(rooms: IngestRooms, stream: OpenStream, from: number, to: number): Samples {
  const parts = [...rawSlots(rooms, stream, from, to)];
  return parts.length === 0 ? NO_SAMPLES : concatSamples(parts);
}

/** How many samples lie in [from, to): by whole bins of the coarsest level, and the samples themselves only at the edges. */
export function countSamples(rooms: IngestRooms, stream: OpenStream, from: number, to: number): number {
  const count = (a: number, b: number): number => {
    let sum = 0;
    if (a < b) for (const { times } of rawSlots(rooms, stream, a, b)) sum += times.length;
    return sum;
  };
  const level = stream.grid.levels.at(-1) as Level;
  if (level === 'raw' || from >= to) return count(from, to);
  const length = binSeconds(level) * 1e6;
  const first = binStart(stream.grid, level, from + length - 1);
  const end = binStart(stream.grid, level, to);
  if (first >= end) return count(from, to);
  const whole = storedBins(rooms, stream, level as SummaryLevel, first, end);
  return count(from, first) + whole.reduce((sum, bin) => sum + bin.count, 0) + count(end, to);
}

function summarize(stream: OpenStream, level: SummaryLevel, samples: Samples): Bin[] {
  return summarizeSamples(level, stream.grid, samples, summaryOptions(stream));
}

/** A stored bin of fewer than five samples carries no extremes; what is above it needs them, so they come from the samples. */
function isThin(bin: Bin): boolean {
  return bin.min === undefined;
}

/**
 * Full bins of a level in [from, to), which must lie on its bin borders: from stored summaries where they are clean, else
 * from the level below, down to samples.
 */
export function fullBins(rooms: IngestRooms, stream: OpenStream, level: SummaryLevel, from: number, to: number): Bin[] {
  const thin = new ThinBins(rooms, stream, level);
  return storedBins(rooms, stream, level, from, to).map((bin) =>
    isThin(bin) && bin.count > 0 ? thin.refill(bin) : bin,
  );
}

/** As `fullBins`, but those that come from the disk are as thin as they stand there. */
function storedBins(rooms: IngestRooms, stream: OpenStream, level: SummaryLevel, from: number, to: number): Bin[] {
  const bins: Bin[] = [];
  const length = slotSeconds(stream.grid, level) * 1e6;
  const range = slotRange(stream.grid, level, from, to);
  const stored = storedSlots(rooms, stream, level, range.first, range.end);
  const dirty = dirtySet(rooms, stream, level);
  for (const slot of slotsWithData(range.first, range.end, stored, dirty)) {
    const start = slotStart(stream.grid, level, slot);
    const rows = stored.get(slot);
    const here =
      rows && !dirty.has(slot)
        ? newestBins(rooms, stream, rows)
        : computeSlot(rooms, stream, level, start, start + length);
    for (const bin of here) if (bin.start >= from && bin.start < to) bins.push(bin);
  }
  return bins;
}

/**
 * Thin bins computed again from their samples. The raw slot that was opened last is kept: a day of which every quarter of an hour has three
 * readings is opened once and not 96 times.
 */
class ThinBins {
  readonly #rooms: IngestRooms;
  readonly #stream: OpenStream;
  readonly #level: SummaryLevel;
  #slot = -1;
  #samples = NO_SAMPLES;

  constructor(rooms: IngestRooms, stream: OpenStream, level: SummaryLevel) {
    this.#rooms = rooms;
    this.#stream = stream;
    this.#level = level;
  }

  refill(bin: Bin): Bin {
    const samples = this.#between(bin.start, bin.start + binSeconds(this.#level) * 1e6);
    return summarize(this.#stream, this.#level, samples)[0] ?? bin;
  }

  #between(from: number, to: number): Samples {
    const { grid } = this.#stream;
    const { first, end } = slotRange(grid, 'raw', from, to);
    if (end - first !== 1) return rawSamples(this.#rooms, this.#stream, from, to);
    if (first !== this.#slot) {
      const [start, next] = [slotStart(grid, 'raw', first), slotStart(grid, 'raw', end)];
      this.#samples = rawSamples(this.#rooms, this.#stream, start, next);
      this.#slot = first;
    }
    return between(this.#samples, from, to);
  }
}

function storedSlots(
  rooms: IngestRooms,
  stream: OpenStream,
  level: Level,
  first: number,
  end: number,
): Map<number, TileRow[]> {
  const slots = new Map<number, TileRow[]>();
  for (const row of rooms.store.tiles(stream.number, levelNumber(level), first, end)) {
    const rows = slots.get(row.slot);
    if (rows) rows.push(row);
    else slots.set(row.slot, [row]);
  }
  return slots;
}

function dirtySet(rooms: IngestRooms, stream: OpenStream, level: Level): Set<number> {
  const set = new Set<number>();
  for (const below of stream.grid.levels) {
    if (below === 'raw' || levelNumber(below) > levelNumber(level)) continue;
    for (const { slot } of rooms.store.dirtySlots(stream.number, levelNumber(below), Number.MAX_SAFE_INTEGER)) {
      const start = slotStart(stream.grid, below, slot);
      const range = slotRange(stream.grid, level, start, start + slotSeconds(stream.grid, below) * 1e6);
      for (let above = range.first; above < range.end; above++) set.add(above);
    }
  }
  return set;
}

function slotsWithData(first: number, end: number, stored: Map<number, TileRow[]>, dirty: Set<number>): number[] {
  const slots = new Set(stored.keys());
  for (const slot of dirty) if (slot >= first && slot < end) slots.add(slot);
  return [...slots].sort((a, b) => a - b);
}

/** The bins of a stored summary slot: the newest tile's; summaries have no parts and are never merged. */
function newestBins(rooms: IngestRooms, stream: OpenStream, rows: TileRow[]): readonly Bin[] {
  return decodeBins(rooms.box.open(stream, rows[rows.length - 1])).bins;
}

function computeSlot(rooms: IngestRooms, stream: OpenStream, level: SummaryLevel, from: number, to: number): Bin[] {
  const below = stream.levelBelow(level);
  if (below !== 'raw') return mergeBins(level, stream.grid, fullBins(rooms, stream, below as SummaryLevel, from, to));
  const options = summaryOptions(stream);
  const pieces: BinPiece[] = [];
  // Raw slots nest in those above, so that what is known of a closed one is wanted as a whole.
  for (const rows of rawRows(rooms, stream, from, to)) {
    const closed = rooms.slots.closed(stream, rows);
    if (closed) pieces.push(...closed.pieces);
    else {
      const samples = between(uniteRows(rooms.box, stream, rows), from, to);
      pieces.push(...summarizePieces(level, stream.grid, samples, options));
    }
  }
  return joinPieces(level, pieces, options);
}

/** `tileHash` of a row. */
export function hashOfRow(rooms: IngestRooms, stream: OpenStream, row: TileRow): Uint8Array {
  const closed = row.level === 0 ? rooms.slots.closed(stream, [row]) : null;
  return closed?.hash ?? tileHash(stream.author, rooms.box.tile(stream, row));
}

/** Hash over the order and content of the tiles a summary was made of, so that `check` and readers can tell it is current. */
function inputsHash(rooms: IngestRooms, stream: OpenStream, level: Level, from: number, to: number): Uint8Array {
  const range = slotRange(stream.grid, level, from, to);
  const writer = new ByteWriter();
  for (const row of rooms.store.tiles(stream.number, levelNumber(level), range.first, range.end)) {
    writer.u32(row.slot).u32(row.generation).u32(row.revision).u16(row.part);
    writer.bytes(hashOfRow(rooms, stream, row));
  }
  return sha256(writer.finish());
}

/** Does the stored summary of a slot stand for exactly the tiles below it? (False where there is none.) */
export function isCurrent(rooms: IngestRooms, stream: OpenStream, level: SummaryLevel, slot: number): boolean {
  const rows = rooms.store.tiles(stream.number, levelNumber(level), slot, slot + 1);
  if (rows.length === 0) return false;
  const hash = inputsHash(
    rooms,
    stream,
    stream.levelBelow(level),
    slotStart(stream.grid, level, slot),
    slotStart(stream.grid, level, slot + 1),
  );
  return equalBytes(decodeBins(rooms.box.open(stream, rows[rows.length - 1])).inputsHash, hash);
}

/** True while the slot may still fill by itself. */
function isOpen(rooms: IngestRooms, stream: OpenStream, level: Level, slot: number): boolean {
  return slotStart(stream.grid, level, slot + 1) + SLOT_GRACE_SECONDS * 1e6 > rooms.clock.nowMicros();
}

/** Seals the summary of one dirty slot as the next revision and passes the dirt on to the level above. Call in a transaction. */
function refresh(rooms: IngestRooms, stream: OpenStream, level: SummaryLevel, slot: number): void {
  const from = slotStart(stream.grid, level, slot);
  const to = slotStart(stream.grid, level, slot + 1);
  const number = levelNumber(level);
  const rows = rooms.store.tiles(stream.number, number, slot, slot + 1);
  const bins = computeSlot(rooms, stream, level, from, to);
  const generation = rooms.generation();
  const revision = rows.reduce(
    (next, row) => (row.generation === generation ? Math.max(next, row.revision + 1) : next),
    0,
  );
  const hash = inputsHash(rooms, stream, stream.levelBelow(level), from, to);
  const sealed = rooms.box.seal(
    stream,
    level,
    { slot, generation, revision, part: 0 },
    encodeBins({ inputsHash: hash, bins }),
  );
  rooms.store.addTile(sealed.key, sealed.epoch, sealed.batch);
  for (const row of rows) rooms.store.removeTile(row);
  rooms.store.clearDirty(stream.number, number, slot);
  const above = stream.levelAbove(level);
  if (above) {
    const range = slotRange(stream.grid, above, from, to);
    for (let next = range.first; next < range.end; next++)
      rooms.store.markDirty(stream.number, levelNumber(above), next);
  }
}

/**
 * Writes the summaries that are due, bottom-up, in steps of one level of one stream; each yields how many tiles it wrote. Slots that are still
 * filling wait unless they are `due` all the same (someone reads them live, or an import has ended). Ended when a round writes nothing.
 */
export function* flushSummaries(
  rooms: IngestRooms,
  streams: () => Iterable<OpenStream>,
  due: (stream: OpenStream, level: Level, slot: number) => boolean,
): Generator<number> {
  for (let written = 1; written > 0; ) {
    written = 0;
    for (const step of flushRound(rooms, streams(), due)) {
      written += step;
      yield step;
    }
  }
}

function* flushRound(
  rooms: IngestRooms,
  streams: Iterable<OpenStream>,
  due: (stream: OpenStream, level: Level, slot: number) => boolean,
): Generator<number> {
  for (const stream of streams)
    for (const level of stream.grid.levels) {
      if (level === 'raw') continue;
      const slots = rooms.store
        .dirtySlots(stream.number, levelNumber(level), FLUSH_STEP_TILES)
        .filter(({ slot }) => !isOpen(rooms, stream, level, slot) || due(stream, level, slot));
      // One commit for many: on a memory card each costs more than the summary.
      for (let at = 0; at < slots.length; at += FLUSH_COMMIT_TILES)
        rooms.store.transact(() => {
          for (const { slot } of slots.slice(at, at + FLUSH_COMMIT_TILES))
            refresh(rooms, stream, level as SummaryLevel, slot);
        });
      if (slots.length > 0) yield slots.length;
    }
}

/** Holds every stored summary against one computed afresh from samples. Returns the places that differ. */
export function* checkSummaries(rooms: IngestRooms, stream: OpenStream): Generator<{ level: Level; slot: number }> {
  for (const level of stream.grid.levels) {
    if (level === 'raw') continue;
    const dirty = dirtySet(rooms, stream, level);
    for (const row of rooms.store.tiles(stream.number, levelNumber(level), 0, 0x1_0000_0000)) {
      if (dirty.has(row.slot)) continue;
      const from = slotStart(stream.grid, level, row.slot);
      const fresh = summarize(
        stream,
        level as SummaryLevel,
        rawSamples(rooms, stream, from, slotStart(stream.grid, level, row.slot + 1)),
      );
      const stored = decodeBins(rooms.box.open(stream, row)).bins;
      if (!sameBins(stored, decodeBins(encodeBins({ inputsHash: new Uint8Array(32), bins: fresh })).bins))
        yield { level, slot: row.slot };
    }
  }
}

function sameBins(a: readonly Bin[], b: readonly Bin[]): boolean {
  return a.length === b.length && a.every((bin, i) => sameBin(bin, b[i]));
}

function sameBin(a: Bin, b: Bin): boolean {
  const histogram = (bin: Bin) => (bin.histogram ?? []).join(',');
  return (
    a.start === b.start &&
    a.count === b.count &&
    a.coverageMicros === b.coverageMicros &&
    a.sum === b.sum &&
    a.min === b.min &&
    a.max === b.max &&
    a.sumSquares === b.sumSquares &&
    histogram(a) === histogram(b)
  );
}
