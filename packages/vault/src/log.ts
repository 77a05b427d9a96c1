// Appending to the logs that this vault writes (the catalogue, one per grant) and reading them back.
import {
  base64Decode,
  base64Encode,
  blurredDate,
  decodeBatch,
  encodeBatch,
  KINDS,
  type LogStream,
  type Tile,
  toHex,
  type VerifiedEvent,
} from '@hale/kernel';
import { logLeaves, openLogEntry } from '@hale/kernel/open';
import { logKeys, sealLogEntry, signEvent } from '@hale/kernel/seal';
import { BATCH_BYTES_MAX } from './limits.ts';
import type { Clock, Random, VaultStore } from './ports.ts';

export interface LogRooms {
  store: VaultStore;
  clock: Clock;
  random: Random;
  generation: () => number;
}

export interface LogEntry {
  seq: number;
  generation: number;
  value: unknown;
}

/** A log this vault may write: its public half, the author's secret, and its number in the store. */
export class LogWriter {
  readonly stream: LogStream;
  readonly authorSecret: Uint8Array;
  readonly number: number;
  readonly #rooms: LogRooms;

  constructor(rooms: LogRooms, stream: LogStream, authorSecret: Uint8Array) {
    this.#rooms = rooms;
    this.stream = stream;
    this.authorSecret = authorSecret;
    this.number = rooms.store.streamNumber(stream.author);
  }

  /** Seals the values as the next entries, in as few events as they fit into, and queues them for the relays, in order. */
  append(values: unknown[]): VerifiedEvent[] {
    return this.#rooms.store.transact(() => {
      const generation = this.#rooms.generation();
      const events: VerifiedEvent[] = [];
      // From the disk each time: a transaction that failed, or another home's entries, must leave neither hole nor doublet.
      let next = this.#rooms.store.nextLogSeq(this.number);
      let first = next;
      let tiles: Tile[] = [];
      let bytes = 0;
      const keys = logKeys(this.stream.secret);
      const flush = (): void => {
        if (tiles.length > 0) events.push(this.#settle(tiles, keys.label, first, generation));
        first = next;
        tiles = [];
        bytes = 0;
      };
      for (const value of values) {
        const tile = sealLogEntry(this.stream, next, generation, value, keys);
        if (bytes + tile.ciphertext.length > BATCH_BYTES_MAX) flush();
        tiles.push(tile);
        bytes += tile.ciphertext.length + 64;
        next++;
      }
      flush();
      return events;
    });
  }

  #settle(tiles: Tile[], label: Uint8Array, first: number, generation: number): VerifiedEvent {
    const { store, clock, random } = this.#rooms;
    const event = signEvent(
      {
        kind: KINDS.tileBatch,
        created_at: blurredDate(clock.nowMicros() / 1e6, random.bytes(4)),
        tags: [['-'], ['l', toHex(label)], ['u', '0']],
        content: base64Encode(encodeBatch({ label, epoch: 0, generation, tiles })),
      },
      this.authorSecret,
      random.bytes(32),
    );
    store.putEvent(event);
    tiles.forEach((tile, i) => {
      store.appendLog(this.number, first + i, tile.generation, event.id);
    });
    store.enqueue({ event, target: 'store' });
    return event;
  }

  /** All entries in the order (generation, sequence). */
  entries(): LogEntry[] {
    return readLog(this.#rooms.store, this.number, this.stream);
  }
}

export function readLog(store: VaultStore, number: number, stream: LogStream): LogEntry[] {
  const ids = new Set(store.logEvents(number).map((row) => row.eventId));
  const entries: LogEntry[] = [];
  // One walk through the tree for all of them: neighbours cost two hashes, each alone thirty-two.
  const leaves = logLeaves(stream.secret);
  for (const id of ids) {
    const event = store.event(id);
    if (event) entries.push(...openLogEvent(event, stream, leaves));
  }
  return inLogOrder(entries);
}

export function inLogOrder(entries: LogEntry[]): LogEntry[] {
  return entries.sort((a, b) => a.generation - b.generation || a.seq - b.seq);
}

/** The entries of one log event. @throws HaleError 'malformed' | 'not-authentic' */
export function openLogEvent(event: VerifiedEvent, stream: LogStream, leaves = logLeaves(stream.secret)): LogEntry[] {
  return tilesOf(event, stream).map((tile) => ({
    seq: tile.slot,
    generation: tile.generation,
    value: openLogEntry(leaves, tile),
  }));
}

const tilesOf = ({ content }: VerifiedEvent, { author }: LogStream): readonly Tile[] =>
  decodeBatch(author, base64Decode(content)).tiles;

/** Opens single entries of one log, and none beside them. The event that it found last it remembers: neighbours lie in one. */
export class LogOpener {
  readonly #store: VaultStore;
  readonly #log: Pick<LogWriter, 'stream' | 'number'>;
  readonly #leaves: ReturnType<typeof logLeaves>;
  #last = { eventId: '', tiles: [] as readonly Tile[] };

  constructor(store: VaultStore, log: Pick<LogWriter, 'stream' | 'number'>) {
    this.#store = store;
    this.#log = log;
    this.#leaves = logLeaves(log.stream.secret);
  }

  /** Of what two homes wrote under one number and generation there are several. @throws HaleError 'malformed' | 'not-authentic' */
  *entries({ seq, generation }: Pick<LogEntry, 'seq' | 'generation'>): Generator<unknown> {
    for (const row of this.#store.logEntry(this.#log.number, seq)) {
      if (row.generation !== generation) continue;
      const tile = this.#tiles(row.eventId).find(({ slot }) => slot === seq);
      if (tile) yield openLogEntry(this.#leaves, tile);
    }
  }

  #tiles(eventId: string): readonly Tile[] {
    if (this.#last.eventId === eventId) return this.#last.tiles;
    const event = this.#store.event(eventId);
    this.#last = { eventId, tiles: event ? tilesOf(event, this.#log.stream) : [] };
    return this.#last.tiles;
  }
}
