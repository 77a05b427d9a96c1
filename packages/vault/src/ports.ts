// What the vault asks of the machine it runs on. All ports are synchronous: the store is one embedded database, and a plan is applied
// in one transaction or not at all.
import type { VerifiedEvent } from '@hale/kernel';

export interface Clock {
  /** Wall clock, microseconds since 1970. May jump; only ordering decisions that survive a jump may rest on it. */
  nowMicros(): number;
}

export interface Random {
  /** Cryptographically strong bytes. */
  bytes(length: number): Uint8Array;
}

/** Names one sealed tile or part of a stream of this vault. `stream` is the vault's own number, `level` an index into LEVELS. */
export interface TileKey {
  stream: number;
  level: number;
  slot: number;
  generation: number;
  revision: number;
  /** 0 = a whole tile, 1… = parts of a slot that is still open. */
  part: number;
  /** Tells two tiles of equal order and different content apart (two homes wrote); 0 for our own. */
  fork: number;
}

export interface TileRow extends TileKey {
  epoch: number;
  /** True while the tile stands in no signed batch yet. */
  loose: boolean;
}

/** A signed batch that stands in the store, with how many of its tiles are still the newest. */
export interface BatchRow {
  eventId: string;
  stream: number;
  level: number;
  epoch: number;
  generation: number;
  day: number;
  tiles: number;
  live: number;
}

/** Where an own event has to go: `store` relays (tiles, access, catalogue) or the post boxes named. */
export interface Enqueued {
  event: VerifiedEvent;
  target: 'store' | { post: string[] };
}

/**
 * The vault's database. Everything written here is sealed or a number; lookups by name are keyed hashes made by the vault.
 * Errors: HaleError 'full' when the disk has no room (nothing of the transaction is kept), 'corrupt' when the file is damaged.
 */
export interface VaultStore {
  /** Runs `work`; when it returns, everything it wrote is on disk (fsync). Throws and keeps nothing otherwise. Nested calls join. */
  transact<T>(work: () => T): T;

  /** The number of a stream, made on first use. */
  streamNumber(author: Uint8Array): number;

  /** `batch` is a batch of this one tile, unsigned: a loose tile. */
  addTile(key: TileKey, epoch: number, batch: Uint8Array): void;
  /** Ordered by slot, generation, revision, part, fork. */
  tiles(stream: number, level: number, fromSlot: number, toSlot: number): TileRow[];
  /** Slots that hold anything, ascending, distinct. */
  slots(stream: number, level: number, fromSlot: number, toSlot: number): number[];
  /** The batch that a tile stands in (its event id, or null while loose) and its place there. */
  tilePlace(key: TileKey): { eventId: string | null; readonly batch: Uint8Array; index: number };
  removeTile(key: TileKey): void;
  /** Loose tiles, grouped so that one batch's tiles are adjacent: stream, level, epoch, generation, slot, revision, part. */
  looseTiles(stream: number | null, limit: number): TileRow[];
  /** Slots of raw level that hold parts, with the highest revision: the open ones. */
  openSlots(limit: number): { stream: number; slot: number; parts: number }[];
  firstAndLastSlot(stream: number, level: number): { first: number; last: number } | null;

  /** Stores a signed batch and points its tiles (in the order given) into it. */
  settleBatch(event: VerifiedEvent, batch: Omit<BatchRow, 'eventId' | 'live'>, tiles: TileKey[]): void;
  /** Notes tiles of a batch that came from a relay (restore, another home); the event is stored too. */
  indexForeignBatch(
    event: VerifiedEvent,
    batch: Omit<BatchRow, 'eventId' | 'live'>,
    tiles: { key: TileKey; index: number }[],
  ): void;
  hasEvent(id: string): boolean;
  putEvent(event: VerifiedEvent): void;
  event(id: string): VerifiedEvent | null;
  /** Puts an event with the same content and another date in the place of one: in the index, the logs and the queue. */
  replaceEvent(oldId: string, event: VerifiedEvent): void;
  /** Did this vault delete that event of its own? A relay that still holds it is only late. */
  wasDeleted(event: VerifiedEvent): boolean;
  /** Removes the event itself (its tiles must have been removed or moved). */
  deleteEvent(id: string): void;
  /** Batches none of whose tiles is current any more. */
  spentBatches(limit: number): BatchRow[];
  /** Batches of which at most half is current and that are worth rewriting. */
  wastefulBatches(limit: number): BatchRow[];
  tilesOfBatch(eventId: string): TileRow[];
  forgetBatch(eventId: string): void;

  /** Epochs in which some current tile of the stream was sealed, ascending. */
  epochsOf(stream: number): number[];
  /** The access event of an author that stands now. */
  accessEvent(author: string): VerifiedEvent | null;
  /** Removes an author's events of a kind, all but one. Returns their ids. */
  forgetLog(log: number, exceptEventId: string | null): string[];

  /** Removes these events of a log: what they held is nowhere any more. */
  dropLogEvents(log: number, eventIds: readonly string[]): void;

  appendLog(log: number, seq: number, generation: number, eventId: string): void;
  logEvents(log: number): { seq: number; generation: number; eventId: string }[];
  /** Events that hold the entry of a number: several where two homes wrote it. */
  logEntry(log: number, seq: number): { generation: number; eventId: string }[];
  /** One past the highest number of a log's entries, 0 for an empty log. */
  nextLogSeq(log: number): number;

  markDirty(stream: number, level: number, slot: number): void;
  dirtySlots(
    stream: number | null,
    level: number | null,
    limit: number,
  ): { stream: number; level: number; slot: number }[];
  clearDirty(stream: number, level: number, slot: number): void;

  /** UTC days of a level whose set of published tiles changed since the last head. */
  markHeadDay(stream: number, level: number, day: number): void;
  headDays(limit: number): { stream: number; level: number; day: number }[];
  clearHeadDay(stream: number, level: number, day: number): void;

  countSamples(stream: number, add: { samples: number; firstMicros: number; lastMicros: number }): void;
  sampleCount(stream: number): { samples: number; firstMicros: number | null; lastMicros: number | null };

  /** Removes everything that is known of a stream but its number; its events are deleted by author. */
  eraseStream(stream: number): void;

  /** Small sealed values by keyed name. */
  state(name: string): Uint8Array | null;
  setState(name: string, value: Uint8Array | null): void;

  enqueue(item: Enqueued): void;
}
