// What a recipient does with a grant at its relays, in a home and in a browser: open the grant's own stream, fetch tiles, follow what comes,
// hold it all against the heads. Sockets, and how long to wait for them, are the connection's.
import {
  base64Decode,
  decodeBatch,
  equalBytes,
  type Filter,
  fromHex,
  HaleError,
  KINDS,
  type Level,
  sinceDayOf,
  slotRange,
  slotSeconds,
  slotStart,
  type Tile,
  toHex,
  utcDayOf,
  type VerifiedEvent,
} from '@hale/kernel';
import type { StreamEntry } from './entries.ts';
import type { HeadReport, HeldTile, ReaderMemory, Span } from './head-check.ts';
import { LATEST_MICROS, LIMITS } from './limits.ts';
import { GrantReader } from './reader.ts';

/** Where a grant is: its key, the author of its stream, the relays that hold it. */
export interface GrantAddress {
  /** 32 bytes. */
  key: Uint8Array;
  /** Lower-case hex. */
  author: string;
  relays: readonly string[];
}

/** What the session needs of a connection to one relay. @throws HaleError 'not-permitted' | 'unavailable' | 'too-large' from its questions */
export interface GrantConnection {
  /** Everything that the filter matches. */
  queryAll(filter: Filter): Promise<{ events: VerifiedEvent[] }>;
  /** Another key to prove, now and on every later connection. */
  addKey(secret: Uint8Array): void;
  subscribe(filters: readonly Filter[], handlers: { onEvent(event: VerifiedEvent): void }): { close(): void };
  /** True when the relay took the event. Missing where nothing is ever said back. */
  publish?(event: VerifiedEvent): Promise<boolean>;
  close(): Promise<void>;
}

/** The keys by which a reader proves itself to a relay. */
export interface ReaderKeys {
  /** Of the grant's own stream: its key opens the door. */
  readonly author: string;
  /** The secret for one author, of the grant's stream or of one that it opens. */
  secretOf(author: string): Uint8Array;
}

/** Opens a connection as that reader. @throws HaleError 'not-permitted' | 'unavailable' */
export type ConnectAsReader = (url: string, keys: ReaderKeys) => Promise<GrantConnection>;

/** The connections of one reader to the relays of one grant, and what came over them. */
export class GrantSession<Address extends GrantAddress = GrantAddress> {
  readonly grant: Address;
  readonly reader: GrantReader;
  /** What was damaged, in plain words. */
  readonly notices: string[] = [];
  readonly #connect: ConnectAsReader;
  readonly #connections: GrantConnection[] = [];
  readonly #tiles = new Map<string, HeldTile>();
  readonly #spans: Span[] = [];

  constructor(grant: Address, connect: ConnectAsReader, memory?: ReaderMemory) {
    this.grant = grant;
    this.#connect = connect;
    this.reader = new GrantReader({ grantKey: grant.key, grantAuthor: grant.author, ...(memory ? { memory } : {}) });
  }

  /** Opens the grant's own stream at every relay that answers. @throws HaleError 'unavailable' | 'not-permitted' */
  async open(): Promise<void> {
    const secretOf = (author: string) => this.reader.readerSecret(author);
    const keys = { author: this.grant.author, secretOf };
    let refused = 0;
    for (const url of this.grant.relays) {
      try {
        this.#connections.push(await this.#connect(url, keys));
      } catch (error) {
        if (!(error instanceof HaleError)) throw error;
        if (error.code === 'not-permitted') refused++;
      }
    }
    if (this.#connections.length === 0) {
      if (refused > 0)
        throw new HaleError(
          'not-permitted',
          'the relay does not let this grant in: it has ended, or was never published there',
        );
      throw new HaleError('unavailable', 'none of the relays that hold this grant can be reached; try again later');
    }
    await this.refresh();
  }

  async refresh(): Promise<void> {
    for (const event of await this.#query({ kinds: [KINDS.tileBatch], authors: [this.grant.author] })) this.take(event);
    this.#proveStreams();
    await this.#fetchCopies();
  }

  async #fetchCopies(): Promise<void> {
    const author = this.reader.copiesAuthor;
    if (author === null || this.reader.state.ended) return;
    for (const connection of this.#connections) connection.addKey(this.reader.readerSecret(author));
    for (const event of await this.#query({ kinds: [KINDS.tileBatch], authors: [author] })) this.take(event);
  }

  #proveStreams(): void {
    for (const described of this.reader.state.streams.values())
      for (const connection of this.#connections) connection.addKey(this.reader.readerSecret(described.author));
  }

  async #query(filter: Filter): Promise<VerifiedEvent[]> {
    const found = new Map<string, VerifiedEvent>();
    for (const connection of this.#connections) {
      const { events } = await connection.queryAll(filter);
      for (const event of events) found.set(event.id, event);
    }
    return [...found.values()];
  }

  /** Tiles of one stream and level that touch [from, to). */
  tilesOf(stream: number, level: Level, from: number, to: number): Tile[] {
    const described = this.reader.state.streams.get(stream);
    const label = described?.labels[level];
    if (!described || !label || to <= from) return [];
    const { first, end } = slotRange(described.grid, level, from, to);
    const author = fromHex(described.author, 32);
    const isWanted = ({ slot, ...tile }: Tile) =>
      slot >= first && slot < end && equalBytes(tile.label, label) && equalBytes(tile.author, author);
    return this.held.flatMap(({ tile }) => (isWanted(tile) ? [tile] : []));
  }

  /** Sorts an event of a relay in: entries of the grant are folded, tiles kept. Anything else, and what is broken, is passed over. */
  take(event: VerifiedEvent): Tile[] {
    let batch: readonly Tile[];
    try {
      batch = decodeBatch(fromHex(event.pubkey, 32), base64Decode(event.content)).tiles;
    } catch (error) {
      if (!(error instanceof HaleError)) throw error;
      this.note('A relay served something that is no batch of tiles; it was passed over.');
      return [];
    }
    const fresh: Tile[] = [];
    const publishedAt = this.reader.publishedAt(event);
    for (const tile of batch) {
      const name = toHex(tile.commitment);
      if (this.#takeEntry(event, tile) || this.#tiles.has(name)) continue;
      this.#tiles.set(name, { tile, publishedAt });
      fresh.push(tile);
    }
    return fresh;
  }

  #takeEntry(event: VerifiedEvent, tile: Tile): boolean {
    if (event.pubkey !== this.grant.author && event.pubkey !== this.reader.copiesAuthor) return false;
    try {
      this.reader.receive(tile);
    } catch (error) {
      if (!(error instanceof HaleError)) throw error;
      this.note('An entry of this grant is damaged; what it said is missing.');
    }
    return true;
  }

  note(text: string): void {
    if (!this.notices.includes(text)) this.notices.push(text);
  }

  get held(): HeldTile[] {
    return [...this.#tiles.values()];
  }

  /** Fetches the tiles of one stream and level that touch [from, to). @throws HaleError 'not-permitted' for a level that is not granted */
  async fetch(stream: number, level: Level, from: number, to: number): Promise<void> {
    const described = this.reader.state.streams.get(stream);
    const label = described?.labels[level];
    if (!described || !label) throw new HaleError('not-permitted', 'this grant does not open that level of the stream');
    this.#spans.push(this.#spanOf(stream, described, level, from, to));
    if (to <= from) return;
    const filter: Filter = { kinds: [KINDS.tileBatch], authors: [described.author], '#l': [toHex(label)] };
    for (const event of await this.#query({ ...filter, ...daysOf(described, level, from, to) })) this.take(event);
  }

  /** The days of a range that the grant opens: those that are held against the heads. */
  #spanOf(stream: number, { grid }: StreamEntry, level: Level, from: number, to: number): Span {
    const inner = this.reader.innerSlots(stream, level).first;
    const firstInner = slotStart(grid, level, Math.min(inner, 0xffff_fffe));
    const first = utcDayOf(Math.min(Math.max(from, firstInner), LATEST_MICROS));
    return { stream, level, fromDay: first, toDay: utcDayOf(Math.max(from, to - 1)) };
  }

  /** Is anything missing of what was fetched so far? */
  check(): HeadReport {
    return this.reader.check(this.held, this.#spans);
  }

  /** Leaves a sealed message (message.ts) at every relay of the grant. False when none took it. */
  async publish(event: VerifiedEvent): Promise<boolean> {
    const taken = await Promise.all(this.#connections.map((connection) => connection.publish?.(event) ?? false));
    return taken.includes(true);
  }

  /** Calls back for every new event of the grant and its streams until closed. @param nowSeconds unix seconds */
  follow(nowSeconds: number, onEvent: (event: VerifiedEvent) => void): void {
    const streams = [...this.reader.state.streams.values()].map((described) => described.author);
    const copies = this.reader.copiesAuthor;
    const authors = [this.grant.author, ...streams, ...(copies === null ? [] : [copies])];
    for (const connection of this.#connections)
      connection.subscribe([{ kinds: [KINDS.tileBatch], authors, since: sinceDayOf(nowSeconds - 60) }], { onEvent });
  }

  async close(): Promise<void> {
    await Promise.all(this.#connections.map((connection) => connection.close()));
  }
}

/** The tag that names the days of a range, where there are few enough. */
function daysOf({ grid }: StreamEntry, level: Level, from: number, to: number): Filter {
  const range = slotRange(grid, level, from, to);
  const firstDay = utcDayOf(slotStart(grid, level, range.first));
  const lastDay = utcDayOf(slotStart(grid, level, Math.max(range.first, range.end - 1)));
  const days = lastDay - firstDay + 1;
  // A level with slots of a month would name every day in vain.
  if (slotSeconds(grid, level) > 86_400 || days > LIMITS.daysPerFilterMax) return {};
  return { '#u': Array.from({ length: days }, (_, i) => String(firstDay + i)) };
}
