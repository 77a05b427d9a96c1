// The vault's store in the fewest words: lists, searched from end to end. The model beside SQLite, and a disk that fails when told to.
import { base64Decode, HaleError, KINDS, type VerifiedEvent } from '@hale/kernel';
import type { BatchRow, Enqueued, TileKey, TileRow, VaultStore } from '@hale/vault';
import type { CommitFault } from './memory-relay-store.ts';

interface StoredTile extends TileKey {
  epoch: number;
  /** While loose: the unsigned batch of this one tile. */
  loose: Uint8Array | null;
  event: string | null;
  index: number;
}

interface Place {
  stream: number;
  level: number;
  slot: number;
}

interface Contents {
  streams: { author: string; samples: number; firstMicros: number | null; lastMicros: number | null }[];
  tiles: StoredTile[];
  batches: Omit<BatchRow, 'live'>[];
  events: Map<string, VerifiedEvent>;
  logs: { log: number; seq: number; generation: number; eventId: string }[];
  dirty: Place[];
  headDays: { stream: number; level: number; day: number }[];
  state: Map<string, Uint8Array>;
  queue: Enqueued[];
}

const ORDER = ['stream', 'level', 'slot', 'generation', 'revision', 'part', 'fork'] as const;
const LOOSE_ORDER = ['stream', 'level', 'epoch', 'generation', 'slot', 'revision', 'part', 'fork'] as const;

function by<Row>(fields: readonly (keyof Row)[]): (a: Row, b: Row) => number {
  return (a, b) => {
    for (const field of fields) {
      const difference = Number(a[field]) - Number(b[field]);
      if (difference !== 0) return difference;
    }
    return 0;
  };
}

const same = (a: TileKey, b: TileKey): boolean => ORDER.every((field) => a[field] === b[field]);
const rowOf = ({ loose, event: _event, index: _index, ...row }: StoredTile): TileRow => ({
  ...row,
  loose: loose !== null,
});

export class MemoryVaultStore implements VaultStore {
  /** Faults for the commits to come, the first for the next. */
  readonly faults: CommitFault[] = [];
  /** Transactions that came to their commit and had written something. */
  commits = 0;
  #contents: Contents = {
    streams: [],
    tiles: [],
    batches: [],
    events: new Map(),
    logs: [],
    dirty: [],
    headDays: [],
    state: new Map(),
    queue: [],
  };
  #open = false;
  #wrote = false;
  #doomed = false;

  /** What is queued for relays, in order. */
  get queue(): readonly Enqueued[] {
    return this.#contents.queue;
  }

  get events(): VerifiedEvent[] {
    return [...this.#contents.events.values()];
  }

  transact<T>(work: () => T): T {
    if (this.#open) return this.#join(work);
    const before = structuredCopy(this.#contents);
    this.#open = true;
    this.#wrote = false;
    this.#doomed = false;
    try {
      const result = work();
      if (this.#doomed) throw new HaleError('conflict', 'a part of this transaction failed');
      if (this.#wrote) this.#commit();
      return result;
    } catch (error) {
      if (!(error instanceof StoredAnyway)) this.#contents = before;
      throw error;
    } finally {
      this.#open = false;
    }
  }

  #join<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      this.#doomed = true;
      throw error;
    }
  }

  #commit(): void {
    this.commits++;
    const fault = this.faults.shift();
    if (fault === 'full') throw new HaleError('full', 'no room on the disk');
    if (fault === 'failed-not-stored') throw new HaleError('unavailable', 'the store does not answer');
    if (fault === 'failed-but-stored') throw new StoredAnyway('unavailable', 'the store does not answer');
  }

  #write<T>(change: (contents: Contents) => T): T {
    return this.transact(() => {
      this.#wrote = true;
      return change(this.#contents);
    });
  }

  streamNumber(author: Uint8Array): number {
    const name = author.join();
    const known = this.#contents.streams.findIndex((stream) => stream.author === name);
    if (known >= 0) return known + 1;
    return this.#write(({ streams }) =>
      streams.push({ author: name, samples: 0, firstMicros: null, lastMicros: null }),
    );
  }

  // --- tiles

  addTile(key: TileKey, epoch: number, batch: Uint8Array): void {
    if (this.#contents.tiles.some((tile) => same(tile, key)))
      throw new HaleError('corrupt', 'this tile stands already');
    this.#write(({ tiles }) => tiles.push({ ...pick(key), epoch, loose: batch, event: null, index: 0 }));
  }

  #rows(wanted: (tile: StoredTile) => boolean): TileRow[] {
    return this.#contents.tiles.filter(wanted).map(rowOf).sort(by<TileRow>(ORDER));
  }

  tiles(stream: number, level: number, fromSlot: number, toSlot: number): TileRow[] {
    return this.#rows(
      (tile) => tile.stream === stream && tile.level === level && tile.slot >= fromSlot && tile.slot < toSlot,
    );
  }

  slots(stream: number, level: number, fromSlot: number, toSlot: number): number[] {
    return [...new Set(this.tiles(stream, level, fromSlot, toSlot).map(({ slot }) => slot))];
  }

  tilePlace(key: TileKey): { eventId: string | null; batch: Uint8Array; index: number } {
    const tile = this.#contents.tiles.find((each) => same(each, key));
    if (!tile) throw new HaleError('corrupt', 'a tile of the index is gone');
    if (tile.loose) return { eventId: null, batch: tile.loose, index: 0 };
    const event = this.#contents.events.get(tile.event ?? '');
    if (!event) throw new HaleError('corrupt', 'a signed batch is gone');
    return { eventId: event.id, batch: base64Decode(event.content), index: tile.index };
  }

  removeTile(key: TileKey): void {
    this.#write((contents) => {
      contents.tiles = contents.tiles.filter((tile) => !same(tile, key));
    });
  }

  looseTiles(stream: number | null, limit: number): TileRow[] {
    return this.#rows((tile) => tile.loose !== null && (stream === null || tile.stream === stream))
      .sort(by<TileRow>(LOOSE_ORDER))
      .slice(0, limit);
  }

  openSlots(limit: number): { stream: number; slot: number; parts: number }[] {
    const open = new Map<string, { stream: number; slot: number; parts: number }>();
    for (const { stream, slot } of this.#rows((tile) => tile.part > 0)) {
      const known = open.get(`${stream}/${slot}`) ?? { stream, slot, parts: 0 };
      known.parts++;
      open.set(`${stream}/${slot}`, known);
    }
    return [...open.values()].slice(0, limit);
  }

  firstAndLastSlot(stream: number, level: number): { first: number; last: number } | null {
    const slots = this.slots(stream, level, 0, 0x1_0000_0000);
    return slots.length === 0 ? null : { first: slots[0], last: slots[slots.length - 1] };
  }

  // --- batches and events

  settleBatch(event: VerifiedEvent, batch: Omit<BatchRow, 'eventId' | 'live'>, keys: TileKey[]): void {
    this.#write(({ events, batches, tiles }) => {
      events.set(event.id, event);
      batches.push({ ...batch, eventId: event.id });
      keys.forEach((key, index) => {
        const tile = tiles.find((each) => same(each, key));
        if (tile) Object.assign(tile, { loose: null, event: event.id, index });
      });
    });
  }

  indexForeignBatch(
    event: VerifiedEvent,
    batch: Omit<BatchRow, 'eventId' | 'live'>,
    added: { key: TileKey; index: number }[],
  ): void {
    this.#write(({ events, batches, tiles }) => {
      events.set(event.id, event);
      batches.push({ ...batch, eventId: event.id });
      for (const { key, index } of added)
        tiles.push({ ...pick(key), epoch: batch.epoch, loose: null, event: event.id, index });
    });
  }

  #live(eventId: string): number {
    return this.#contents.tiles.filter((tile) => tile.event === eventId).length;
  }

  #batches(wanted: (batch: BatchRow) => boolean, limit: number): BatchRow[] {
    return this.#contents.batches
      .map((batch) => ({ ...batch, live: this.#live(batch.eventId) }))
      .filter(wanted)
      .slice(0, limit);
  }

  spentBatches(limit: number): BatchRow[] {
    return this.#batches(({ live }) => live === 0, limit);
  }

  wastefulBatches(limit: number): BatchRow[] {
    return this.#batches(({ live, tiles }) => live > 0 && live * 2 <= tiles, limit);
  }

  tilesOfBatch(eventId: string): TileRow[] {
    return this.#rows((tile) => tile.event === eventId);
  }

  forgetBatch(eventId: string): void {
    this.#write((contents) => {
      contents.batches = contents.batches.filter((batch) => batch.eventId !== eventId);
    });
  }

  epochsOf(stream: number): number[] {
    const epochs = [...this.#contents.batches, ...this.#contents.tiles.filter(({ loose }) => loose)]
      .filter((each) => each.stream === stream)
      .map(({ epoch }) => epoch);
    return [...new Set(epochs)].sort((a, b) => a - b);
  }

  hasEvent(id: string): boolean {
    return this.#contents.events.has(id);
  }

  putEvent(event: VerifiedEvent): void {
    if (!this.hasEvent(event.id)) this.#write(({ events }) => events.set(event.id, event));
  }

  event(id: string): VerifiedEvent | null {
    return this.#contents.events.get(id) ?? null;
  }

  replaceEvent(oldId: string, event: VerifiedEvent): void {
    this.#write((contents) => {
      contents.events.delete(oldId);
      contents.events.set(event.id, event);
      for (const tile of contents.tiles) if (tile.event === oldId) tile.event = event.id;
      const moved = <Row extends { eventId: string }>(rows: Row[]) =>
        rows.map((row) => (row.eventId === oldId ? { ...row, eventId: event.id } : row));
      contents.batches = moved(contents.batches);
      contents.logs = moved(contents.logs);
      contents.queue = contents.queue.map((item) => (item.event.id === oldId ? { ...item, event } : item));
    });
  }

  wasDeleted(event: VerifiedEvent): boolean {
    return this.events.some(
      ({ kind, pubkey, tags }) =>
        kind === KINDS.deletion &&
        pubkey === event.pubkey &&
        tags.some(([name, id]) => name === 'e' && id === event.id),
    );
  }

  deleteEvent(id: string): void {
    this.#write(({ events }) => events.delete(id));
  }

  accessEvent(author: string): VerifiedEvent | null {
    const own = this.events.filter((event) => event.kind === KINDS.access && event.pubkey === author);
    return own.sort((a, b) => b.created_at - a.created_at || (a.id < b.id ? -1 : 1))[0] ?? null;
  }

  // --- logs

  forgetLog(log: number, exceptEventId: string | null): string[] {
    const ids = [...new Set(this.logEvents(log).map(({ eventId }) => eventId))].filter((id) => id !== exceptEventId);
    this.dropLogEvents(log, ids);
    return ids;
  }

  dropLogEvents(log: number, eventIds: readonly string[]): void {
    this.#write((contents) => {
      contents.logs = contents.logs.filter((row) => row.log !== log || !eventIds.includes(row.eventId));
      for (const id of eventIds) contents.events.delete(id);
    });
  }

  appendLog(log: number, seq: number, generation: number, eventId: string): void {
    const row = { log, seq, generation, eventId };
    if (this.#contents.logs.some((other) => JSON.stringify(other) === JSON.stringify(row))) return;
    this.#write(({ logs }) => logs.push(row));
  }

  logEvents(log: number): { seq: number; generation: number; eventId: string }[] {
    return this.#contents.logs
      .filter((row) => row.log === log)
      .map(({ seq, generation, eventId }) => ({ seq, generation, eventId }))
      .sort((a, b) => a.generation - b.generation || a.seq - b.seq || (a.eventId < b.eventId ? -1 : 1));
  }

  logEntry(log: number, seq: number): { generation: number; eventId: string }[] {
    return this.logEvents(log)
      .filter((row) => row.seq === seq)
      .map(({ generation, eventId }) => ({ generation, eventId }));
  }

  nextLogSeq(log: number): number {
    return this.logEvents(log).reduce((next, { seq }) => Math.max(next, seq + 1), 0);
  }

  // --- notes

  markDirty(stream: number, level: number, slot: number): void {
    if (!this.#contents.dirty.some((each) => each.stream === stream && each.level === level && each.slot === slot))
      this.#write(({ dirty }) => dirty.push({ stream, level, slot }));
  }

  dirtySlots(stream: number | null, level: number | null, limit: number): Place[] {
    return this.#contents.dirty
      .filter(
        (each) =>
          (stream === null || each.stream === stream) && (stream === null || level === null || each.level === level),
      )
      .sort(by<Place>(['stream', 'level', 'slot']))
      .slice(0, limit);
  }

  clearDirty(stream: number, level: number, slot: number): void {
    this.#write((contents) => {
      contents.dirty = contents.dirty.filter(
        (each) => each.stream !== stream || each.level !== level || each.slot !== slot,
      );
    });
  }

  markHeadDay(stream: number, level: number, day: number): void {
    if (!this.#contents.headDays.some((each) => each.stream === stream && each.level === level && each.day === day))
      this.#write(({ headDays }) => headDays.push({ stream, level, day }));
  }

  headDays(limit: number): { stream: number; level: number; day: number }[] {
    return [...this.#contents.headDays]
      .sort(by<{ stream: number; level: number; day: number }>(['stream', 'level', 'day']))
      .slice(0, limit);
  }

  clearHeadDay(stream: number, level: number, day: number): void {
    this.#write((contents) => {
      contents.headDays = contents.headDays.filter(
        (each) => each.stream !== stream || each.level !== level || each.day !== day,
      );
    });
  }

  countSamples(
    stream: number,
    { samples, firstMicros, lastMicros }: { samples: number; firstMicros: number; lastMicros: number },
  ): void {
    this.#write(({ streams }) => {
      const known = streams[stream - 1];
      known.samples += samples;
      known.firstMicros = Math.min(known.firstMicros ?? firstMicros, firstMicros);
      known.lastMicros = Math.max(known.lastMicros ?? lastMicros, lastMicros);
    });
  }

  sampleCount(stream: number): { samples: number; firstMicros: number | null; lastMicros: number | null } {
    const known = this.#contents.streams[stream - 1];
    if (!known) throw new HaleError('not-found', 'no such stream');
    const { samples, firstMicros, lastMicros } = known;
    return { samples, firstMicros, lastMicros };
  }

  eraseStream(stream: number): void {
    this.#write((contents) => {
      const others = <Row extends { stream: number }>(rows: Row[]) => rows.filter((row) => row.stream !== stream);
      Object.assign(contents, {
        tiles: others(contents.tiles),
        batches: others(contents.batches),
        dirty: others(contents.dirty),
        headDays: others(contents.headDays),
      });
      Object.assign(contents.streams[stream - 1], { samples: 0, firstMicros: null, lastMicros: null });
    });
  }

  state(name: string): Uint8Array | null {
    return this.#contents.state.get(name) ?? null;
  }

  setState(name: string, value: Uint8Array | null): void {
    this.#write(({ state }) => (value === null ? state.delete(name) : state.set(name, value)));
  }

  enqueue(item: Enqueued): void {
    this.putEvent(item.event);
    this.#write(({ queue }) => queue.push(item));
  }
}

/** The commit reported a failure after its bytes had reached the disk. */
class StoredAnyway extends HaleError {}

function pick(key: TileKey): TileKey {
  const { stream, level, slot, generation, revision, part, fork } = key;
  return { stream, level, slot, generation, revision, part, fork };
}

function structuredCopy(contents: Contents): Contents {
  return {
    streams: contents.streams.map((stream) => ({ ...stream })),
    tiles: contents.tiles.map((tile) => ({ ...tile })),
    batches: [...contents.batches],
    events: new Map(contents.events),
    logs: [...contents.logs],
    dirty: [...contents.dirty],
    headDays: [...contents.headDays],
    state: new Map(contents.state),
    queue: [...contents.queue],
  };
}
