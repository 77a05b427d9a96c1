// A recipient's client that keeps to no rule: it takes the grant key it was given, proves every key it can derive from it, asks a relay
// for everything in every way, and tries whatever it holds on whatever it got. What comes out is what a grant really opens.
import { randomBytes } from 'node:crypto';
import { GrantReader } from '@hale/consent';
import {
  base64Decode,
  decodeBatch,
  type Filter,
  fromHex,
  HaleError,
  httpAuthHeader,
  KINDS,
  LEVELS,
  type Level,
  parseEvent,
  type Tile,
  toHex,
  type VerifiedEvent,
  verifyEvent,
} from '@hale/kernel';
import { grantSecret, logLabel, logLeaves, openLogEntry, openTile, readerKey } from '@hale/kernel/open';
import { signAuth, signHttpAuth } from '@hale/kernel/seal';
import { WebSocket } from 'ws';

export interface GrantKey {
  key: Uint8Array;
  /** Author of the grant's stream, hex. */
  author: string;
}

/** What a client that knows too much asks for: all of these are somebody's, few are its own. */
export interface Targets {
  authors: string[];
  ids: string[];
  labels: string[];
  days: string[];
}

export interface Loot {
  events: VerifiedEvent[];
  /** Answers of COUNT by the filter asked. */
  counts: { filter: Filter; count: number }[];
  /** Requests that the relay closed. */
  refused: number;
  /** HTTP status when the door stayed shut. */
  status: number | null;
}

const ANSWER_MILLIS = 10_000;

function requests({ authors, ids, labels, days }: Targets): Filter[] {
  const halves = (all: string[]) =>
    Array.from({ length: Math.ceil(all.length / 50) }, (_, i) => all.slice(i * 50, i * 50 + 50));
  const kinds = [KINDS.tileBatch, KINDS.access, KINDS.receipt, KINDS.wrap, KINDS.seal, KINDS.deletion, KINDS.vanish];
  return [
    {},
    { limit: 500 },
    { since: 0 },
    { kinds },
    ...kinds.map((kind) => ({ kinds: [kind] })),
    ...authors.flatMap((author) => [
      { authors: [author] },
      { authors: [author], kinds: [KINDS.tileBatch] },
      { authors: [author], kinds: [KINDS.access] },
      { kinds: [KINDS.receipt], '#p': [author] },
    ]),
    ...halves(ids).map((some) => ({ ids: some })),
    ...halves(labels).map((some) => ({ '#l': some })),
    ...halves(days).map((some) => ({ '#u': some, kinds: [KINDS.tileBatch] })),
  ];
}

class RawClient {
  readonly #socket: WebSocket;
  readonly #url: string;
  readonly #keys: Uint8Array[];
  readonly loot: Loot = { events: [], counts: [], refused: 0, status: null };
  readonly #seen = new Set<string>();
  #answered: () => void = () => {};
  #challenge: string | null = null;

  constructor(url: string, admission: Uint8Array, keys: Uint8Array[]) {
    this.#url = url;
    this.#keys = keys;
    const now = Math.floor(Date.now() / 1000);
    const proof = signHttpAuth({
      url,
      method: 'GET',
      body: null,
      secret: admission,
      nowSeconds: now,
      random: randomBytes,
    });
    this.#socket = new WebSocket(url, { headers: { Authorization: httpAuthHeader(proof) }, perMessageDeflate: false });
    this.#socket.on('message', (data) => this.#take(JSON.parse(data.toString()) as unknown[]));
    this.#socket.on('close', () => this.#answered());
    this.#socket.on('error', () => {});
  }

  async open(): Promise<boolean> {
    await new Promise<void>((resolve) => {
      this.#socket.once('open', () => resolve());
      this.#socket.once('close', () => resolve());
      this.#socket.once('unexpected-response', (_request, response) => {
        this.loot.status = response.statusCode ?? 0;
        this.#socket.terminate();
      });
    });
    return this.#socket.readyState === WebSocket.OPEN;
  }

  #take(frame: unknown[]): void {
    const [type, first, second] = frame;
    if (type === 'AUTH') this.#challenge = String(first);
    else if (type === 'EVENT') this.#keep(second);
    else if (type === 'COUNT') this.loot.counts.push({ filter: {}, count: (second as { count: number }).count });
    else if (type === 'CLOSED') this.loot.refused++;
    if (type === 'EOSE' || type === 'CLOSED' || type === 'COUNT' || type === 'OK' || type === 'AUTH') this.#answered();
  }

  #keep(value: unknown): void {
    const event = verifyEvent(parseEvent(value));
    if (!event || this.#seen.has(event.id)) return;
    this.#seen.add(event.id);
    this.loot.events.push(event);
  }

  async #say(frame: unknown[]): Promise<void> {
    const answered = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('the relay does not answer')), ANSWER_MILLIS);
      const done = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#answered = done;
    });
    this.#socket.send(JSON.stringify(frame));
    await answered;
  }

  /** Proves every key, one after the other (NIP-42). */
  async prove(): Promise<void> {
    if (this.#challenge === null) await this.#say(['REQ', 'first', { limit: 1 }]);
    const nowSeconds = Math.floor(Date.now() / 1000);
    for (const secret of this.#keys)
      await this.#say([
        'AUTH',
        signAuth({ challenge: this.#challenge ?? '', relayUrl: this.#url, secret, nowSeconds, random: randomBytes }),
      ]);
  }

  async ask(filters: Filter[]): Promise<void> {
    for (const [i, filter] of filters.entries()) {
      if (this.#socket.readyState !== WebSocket.OPEN) return;
      await this.#say(['REQ', `r${i}`, filter]);
      this.#socket.send(JSON.stringify(['CLOSE', `r${i}`]));
      const before = this.loot.counts.length;
      await this.#say(['COUNT', `c${i}`, filter]);
      for (const counted of this.loot.counts.slice(before)) counted.filter = filter;
    }
  }

  close(): void {
    this.#socket.terminate();
  }
}

/** Asks one relay for everything. `admission` opens the door: a reader key of the grant, or any other key the client has. */
export async function plunder(url: string, grant: GrantKey, targets: Targets, admission?: Uint8Array): Promise<Loot> {
  const keys = [...new Set([grant.author, ...targets.authors])]
    .slice(0, 60)
    .map((author) => readerKey(grant.key, fromHex(author, 32)));
  const client = new RawClient(url, admission ?? keys[0], keys);
  try {
    if (!(await client.open())) return client.loot;
    await client.prove();
    await client.ask(requests(targets));
    return client.loot;
  } finally {
    client.close();
  }
}

export function tilesOf(events: Iterable<VerifiedEvent>): Tile[] {
  const tiles: Tile[] = [];
  for (const event of events)
    if (event.kind === KINDS.tileBatch)
      tiles.push(...decodeBatch(fromHex(event.pubkey, 32), base64Decode(event.content)).tiles);
  return tiles;
}

/** The entries of the grant's own stream, opened by the key alone: what it was told, clips and tokens included. */
export function entriesOf(grant: GrantKey, tiles: Iterable<Tile>): Record<string, unknown>[] {
  const secret = grantSecret(grant.key);
  const leaves = logLeaves(secret);
  const label = toHex(logLabel(secret));
  return [...tiles]
    .filter((tile) => toHex(tile.author) === grant.author && toHex(tile.label) === label)
    .map((tile) => openLogEntry(leaves, tile) as Record<string, unknown>);
}

export function readerOf(grant: GrantKey, tiles: Iterable<Tile>): GrantReader {
  const reader = new GrantReader({ grantKey: grant.key, grantAuthor: grant.author });
  for (const tile of tiles) reader.receive(tile);
  return reader;
}

export interface Opening {
  tile: Tile;
  payload: Uint8Array;
  stream: number;
  level: Level;
}

const EPOCHS_TRIED = 4;

/** Slots whose leaf is tried on a tile of `slot`: its own, neighbours, ancestors and descendants by number, ends of the range. */
const slotsTried = (slot: number): number[] =>
  [slot, slot - 1, slot + 1, slot >>> 1, slot * 2, slot ^ 1, 0, 0xffff_ffff].filter(
    (each) => each >= 0 && each <= 0xffff_ffff,
  );

/** Every leaf the grant's tokens give (each stream, level, epoch; several slots) on every tile. What opens, opens. */
export function forceOpen(reader: GrantReader, tiles: Iterable<Tile>): Opening[] {
  const openings: Opening[] = [];
  for (const tile of tiles)
    for (const stream of reader.state.streams.keys())
      for (const level of LEVELS) {
        const payload = tryLeaves(reader, stream, level, tile);
        if (payload) openings.push({ tile, payload, stream, level });
      }
  return openings;
}

function tryLeaves(reader: GrantReader, stream: number, level: Level, tile: Tile): Uint8Array | null {
  for (let epoch = 0; epoch < EPOCHS_TRIED; epoch++)
    for (const slot of slotsTried(tile.slot)) {
      const leaf = reader.leafSource(stream, level, epoch).leaf(slot);
      if (leaf === null) continue;
      for (const claimed of [tile, { ...tile, epoch, slot }])
        try {
          return openTile(leaf, claimed);
        } catch (error) {
          if (!(error instanceof HaleError)) throw error;
        }
    }
  return null;
}
