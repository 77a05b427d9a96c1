// What a raw slot holds right now: the union of its tile and parts, kept warm for the slots that data is flowing into.
import { decodeSamples } from '@hale/kernel/open';
import type { BinPiece } from '@hale/kernel/seal';
import { PIECES_CACHED, SLOTS_CACHED } from './limits.ts';
import type { TileRow, VaultStore } from './ports.ts';
import { mergeSamples, NO_SAMPLES, type Samples } from './samples.ts';
import type { OpenStream } from './streams.ts';
import type { TileBox } from './tiles.ts';

export interface SlotContent {
  samples: Samples;
  /** The revision that the tile or part written next carries: one above the newest tile's, 0 where there is none. */
  nextRevision: number;
  /** Parts on top of the newest tile. */
  parts: number;
  /** Everything that a closing tile replaces. */
  rows: TileRow[];
  /** Two homes wrote this slot: it holds more than one line of revisions and must be merged into the next. */
  torn: boolean;
}

/** Opens rows of one slot, which come in order of age, and unites them; later ones win. */
export function uniteRows(box: TileBox, stream: OpenStream, rows: TileRow[]): Samples {
  let samples = NO_SAMPLES;
  for (const row of rows) samples = mergeSamples(samples, decodeSamples(box.open(stream, row))).union;
  return samples;
}

function describe(samples: Samples, rows: TileRow[], generation: number): SlotContent {
  let newest = -1;
  let tiles = 0;
  for (const row of rows)
    if (row.part === 0) {
      tiles++;
      if (row.generation === generation) newest = Math.max(newest, row.revision);
    }
  const foreign = rows.some((row) => row.generation !== generation || row.fork !== 0);
  const nextRevision = newest + 1;
  const parts = rows.reduce(
    (most, row) => (row.generation === generation && row.revision === nextRevision ? Math.max(most, row.part) : most),
    0,
  );
  return { samples, nextRevision, parts, rows, torn: tiles > 1 || (foreign && rows.length > 1) };
}

/** What the one tile of a closed slot gives to the summary above it, known without opening it again. */
export interface ClosedSlot {
  pieces: readonly BinPiece[];
  /** `tileHash` of the tile. */
  hash: Uint8Array;
}

/**
 * Slots closed since the last flush. Their samples were in memory when their tile was sealed; to read them back from the disk for the
 * summary costs as much as taking them in. The older half is let go at once: a map that loses its first entry each time grows slow.
 */
class ClosedSlots {
  #newer = new Map<string, ClosedSlot & { row: TileRow }>();
  #older = new Map<string, ClosedSlot & { row: TileRow }>();
  #pieces = 0;

  add(name: string, row: TileRow, closed: ClosedSlot): void {
    this.forget(name);
    this.#newer.set(name, { ...closed, row });
    this.#pieces += closed.pieces.length;
    if (this.#pieces < PIECES_CACHED / 2) return;
    this.#older = this.#newer;
    this.#newer = new Map();
    this.#pieces = 0;
  }

  /** Null where the slot holds anything besides that tile. */
  get(name: string, rows: readonly TileRow[]): ClosedSlot | null {
    const known = this.#newer.get(name) ?? this.#older.get(name);
    return known && rows.length === 1 && isSameTile(known.row, rows[0]) ? known : null;
  }

  forget(name: string): void {
    this.#newer.delete(name);
    this.#older.delete(name);
  }

  clear(): void {
    this.#newer.clear();
    this.#older.clear();
    this.#pieces = 0;
  }
}

function isSameTile(a: TileRow, b: TileRow): boolean {
  return (
    a.generation === b.generation &&
    a.revision === b.revision &&
    a.epoch === b.epoch &&
    a.part === b.part &&
    a.fork === b.fork
  );
}

export class SlotCache {
  readonly #store: VaultStore;
  readonly #box: TileBox;
  readonly #generation: () => number;
  readonly #slots = new Map<string, SlotContent>();
  readonly #closed = new ClosedSlots();

  constructor(store: VaultStore, box: TileBox, generation: () => number) {
    this.#store = store;
    this.#box = box;
    this.#generation = generation;
  }

  read(stream: OpenStream, slot: number): SlotContent {
    const name = `${stream.number}/${slot}`;
    const known = this.#slots.get(name);
    if (known) {
      this.#slots.delete(name);
      this.#slots.set(name, known);
      return known;
    }
    const rows = this.#store.tiles(stream.number, 0, slot, slot + 1);
    const content = describe(uniteRows(this.#box, stream, rows), rows, this.#generation());
    this.keep(stream, slot, content);
    return content;
  }

  keep(stream: OpenStream, slot: number, content: SlotContent): void {
    const name = `${stream.number}/${slot}`;
    this.#slots.delete(name);
    if (this.#slots.size >= SLOTS_CACHED) this.#slots.delete(this.#slots.keys().next().value as string);
    this.#slots.set(name, content);
  }

  noteClosed(stream: OpenStream, row: TileRow, closed: ClosedSlot): void {
    this.#closed.add(`${stream.number}/${row.slot}`, row, closed);
  }

  /** What is known of a slot whose rows are these. */
  closed(stream: OpenStream, rows: readonly TileRow[]): ClosedSlot | null {
    return this.#closed.get(`${stream.number}/${rows[0].slot}`, rows);
  }

  forget(stream: OpenStream, slot: number): void {
    this.#slots.delete(`${stream.number}/${slot}`);
    this.#closed.forget(`${stream.number}/${slot}`);
  }

  clear(): void {
    this.#slots.clear();
    this.#closed.clear();
  }
}
