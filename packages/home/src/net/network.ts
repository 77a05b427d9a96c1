// The home's side of all its relays: delivers what is queued, reads back what must be certain, and listens for what another home of
// the same words writes.
import { randomBytes } from 'node:crypto';
import { HaleError, KINDS, type VerifiedEvent } from '@hale/kernel';
import { Outbox, type OutboxStep, type Subscription } from '@hale/relay/client';
import type { SqliteOutboxStore } from '../store/outbox-store.ts';
import { type ConnectionFact, RelayConnection } from './connect.ts';

export interface NetworkRooms {
  outbox: SqliteOutboxStore;
  /** Opens the door of private relays. */
  memberSecret: Uint8Array;
  /** The secret of an own author, by public key; undefined for keys that are not ours (one-time wrap keys need no proof). */
  secretOf: (author: string) => Uint8Array | undefined;
  /** Authors whose events another home of the same words may write. */
  ownAuthors: () => string[];
  onOwnEvents: (events: VerifiedEvent[]) => void;
  onReceipt: (event: VerifiedEvent, relay: string) => void;
  /** Called at each new connection to a relay, before anything is delivered there. */
  onConnected: (url: string) => Promise<void>;
  onFact: (url: string, fact: ConnectionFact | { fact: string }) => void;
}

interface Peer {
  url: string;
  connection: RelayConnection;
  busy: number;
  subscriptions: Subscription[];
  lastContactMicros: number | null;
  reason: string | null;
  /** Who holds the pen was asked on this connection: before that, nothing is delivered. */
  greeted: boolean;
  greeting: Promise<void>;
}

const WAKE_MILLIS = 1000;
/** How far back another home's writing is listened for; `hale relays sync` looks at everything. */
const LISTEN_BACK_SECONDS = 7 * 86_400;
/** Filters name at most this many authors; more are asked in further subscriptions. */
const AUTHORS_PER_FILTER = 100;

export class Network {
  readonly #rooms: NetworkRooms;
  readonly #outbox: Outbox;
  readonly #peers = new Map<string, Peer>();
  readonly #timer: NodeJS.Timeout;
  #closed = false;

  constructor(rooms: NetworkRooms) {
    this.#rooms = rooms;
    this.#outbox = new Outbox(rooms.outbox, { nowMillis: () => Date.now(), random: (length) => randomBytes(length) });
    this.#timer = setInterval(() => this.wake(), WAKE_MILLIS);
  }

  /** Connects to a relay that gets what is queued for it. */
  addRelay(url: string): RelayConnection {
    const known = this.#peers.get(url);
    if (known) return known.connection;
    const peer: Peer = {
      url,
      connection: undefined as never,
      busy: 0,
      subscriptions: [],
      lastContactMicros: null,
      reason: null,
      greeted: false,
      greeting: Promise.resolve(),
    };
    peer.connection = new RelayConnection({
      url,
      admission: this.#rooms.memberSecret,
      onFact: (fact) => this.#said(peer, fact),
    });
    this.#peers.set(url, peer);
    void peer.connection.connect().catch(() => {});
    this.#listen(peer);
    this.wake();
    return peer.connection;
  }

  async removeRelay(url: string): Promise<void> {
    const peer = this.#peers.get(url);
    this.#peers.delete(url);
    await peer?.connection.close();
  }

  #said(peer: Peer, fact: ConnectionFact): void {
    if (fact.fact === 'connected') {
      peer.reason = null;
      peer.lastContactMicros = Date.now() * 1000;
      peer.greeted = false;
      peer.greeting = this.#greet(peer);
    }
    if (fact.fact === 'connection-failed') peer.reason = fact.reason;
    this.#rooms.onFact(peer.url, fact);
  }

  async #greet(peer: Peer): Promise<void> {
    // The connection announces itself from inside its own work; asking it something has to wait for that to end.
    await new Promise((turn) => setImmediate(turn));
    if (this.#closed) return;
    await this.#rooms.onConnected(peer.url).catch(() => {});
    peer.greeted = true;
    this.wake();
  }

  /** Resolves when every relay that answers within the time has told who holds the pen. */
  async greetAll(timeoutMillis: number): Promise<void> {
    const patience = new Promise<void>((resolve) => setTimeout(resolve, timeoutMillis).unref());
    await Promise.all(
      [...this.#peers.values()].map((peer) =>
        Promise.race([
          patience,
          peer.connection.connect().then(
            () => peer.greeting,
            () => {},
          ),
        ]),
      ),
    );
  }

  /** Listens to the catalogue and the streams of this vault: another home's writing, receipts for our authors. */
  #listen(peer: Peer): void {
    for (const subscription of peer.subscriptions) subscription.close();
    peer.subscriptions = [];
    const authors = this.#rooms.ownAuthors();
    for (const author of authors) this.#prove(peer, author);
    for (let at = 0; at < authors.length; at += AUTHORS_PER_FILTER) {
      const some = authors.slice(at, at + AUTHORS_PER_FILTER);
      const since = Math.floor(Date.now() / 1000) - LISTEN_BACK_SECONDS;
      peer.subscriptions.push(
        peer.connection.subscribe([{ kinds: [KINDS.tileBatch], authors: some, since }], {
          onEvent: (event) => this.#rooms.onOwnEvents([event]),
        }),
        peer.connection.subscribe([{ kinds: [KINDS.receipt], '#p': some }], {
          onEvent: (event) => this.#rooms.onReceipt(event, peer.url),
        }),
      );
    }
  }

  /** After streams or grants were made: their authors are listened to as well. */
  listenAgain(): void {
    for (const peer of this.#peers.values()) this.#listen(peer);
  }

  #prove(peer: Peer, author: string): void {
    const secret = this.#rooms.secretOf(author);
    if (secret) peer.connection.addKey(secret);
  }

  /** Looks for work on every relay; cheap when there is none. */
  wake(): void {
    if (this.#closed) return;
    for (const peer of this.#peers.values()) this.#work(peer);
  }

  #work(peer: Peer): void {
    if (peer.connection.state === 'idle') void peer.connection.connect().catch(() => {});
    if (peer.connection.state !== 'open' || !peer.greeted) return;
    for (const step of this.#outbox.steps(peer.url)) {
      peer.busy++;
      void this.#do(peer, step).finally(() => {
        peer.busy--;
        if (peer.busy === 0) this.#work(peer);
      });
    }
  }

  async #do(peer: Peer, step: OutboxStep): Promise<void> {
    if (this.#closed) return;
    this.#prove(peer, step.entry.event.pubkey);
    const facts =
      step.step === 'publish'
        ? this.#outbox.published(peer.url, step.entry, await peer.connection.publish(step.entry.event))
        : this.#outbox.readBack(peer.url, step.entry, await peer.connection.queryResult([step.filter]));
    peer.lastContactMicros = Date.now() * 1000;
    for (const fact of facts) this.#rooms.onFact(peer.url, fact);
  }

  /** Resolves when every relay that can be reached has everything, or after `timeoutMillis`. */
  async settle(timeoutMillis: number): Promise<void> {
    const deadline = Date.now() + timeoutMillis;
    for (const peer of this.#peers.values())
      if (peer.connection.state !== 'open')
        await Promise.race([
          peer.connection.connect().catch(() => {}),
          new Promise((resolve) => setTimeout(resolve, Math.min(2000, timeoutMillis))),
        ]);
    this.wake();
    while (Date.now() < deadline && this.#hasWork()) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  #hasWork(): boolean {
    for (const peer of this.#peers.values())
      if (
        peer.connection.state === 'open' &&
        (peer.busy > 0 ||
          this.#rooms.outbox.pendingFor(peer.url, 1).length > 0 ||
          this.#rooms.outbox.unconfirmedFor(peer.url, 1).length > 0)
      ) {
        if (this.#outbox.notBeforeMillis(peer.url) <= Date.now()) return true;
      }
    return false;
  }

  /** Per relay, whether a reader removed by this author's list numbered ≥ seq is shut out. */
  revocation(author: string, seq: number): { relay: string; state: 'stopped' | 'pending' }[] {
    return this.#outbox.revocation(author, seq);
  }

  state(url: string): {
    state: 'connected' | 'unreachable' | 'refused' | 'unknown';
    lastContactMicros: number | null;
    reason: string | null;
  } {
    const peer = this.#peers.get(url);
    if (!peer) return { state: 'unknown', lastContactMicros: null, reason: null };
    const { lastContactMicros, reason } = peer;
    if (peer.connection.state === 'open') return { state: 'connected', lastContactMicros, reason: null };
    return {
      state: reason === 'HTTP_401' || reason === 'HTTP_403' ? 'refused' : reason === null ? 'unknown' : 'unreachable',
      lastContactMicros,
      reason,
    };
  }

  connection(url: string): RelayConnection {
    const peer = this.#peers.get(url);
    if (!peer) throw new HaleError('not-found', "this relay is not one of the home's; `hale relays list` shows them");
    return peer.connection;
  }

  urls(): string[] {
    return [...this.#peers.keys()];
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    const answering = [...this.#peers.values()].filter((peer) => peer.connection.state !== 'waiting');
    await Promise.all(answering.map((peer) => peer.connection.close()));
  }
}
