// The home's side of all its relays: delivers what is queued, reads back what must be certain, and listens for what another home of
// the same words writes. A relay sees no more of this person than its part needs: a store relay the authors of her streams, a post box
// of somebody else only sealed messages under throw-away keys.
import { randomBytes } from 'node:crypto';
import { type Filter, HaleError, KINDS, type NostrEvent, type VerifiedEvent } from '@hale/kernel';
import {
  accessFilter,
  Outbox,
  type OutboxEntry,
  type OutboxFact,
  type OutboxStep,
  type PublishResult,
  type Subscription,
} from '@hale/relay/client';
import type { SqliteOutboxStore } from '../store/outbox-store.ts';
import { type ConnectionFact, RelayConnection } from './connect.ts';
import { NET_LIMITS } from './limits.ts';
import type { TokenPurse } from './purse.ts';

/** `store`: keeps this vault · `post`: only this person's messages · `box`: a post box that a recipient named. */
export type RelayRole = 'store' | 'post' | 'box';

export interface NetworkRooms {
  outbox: SqliteOutboxStore;
  /** Opens the door of private relays that this person belongs to. */
  memberSecret: Uint8Array;
  /** The secret of an own author, by public key; undefined for keys that are not ours (one-time wrap keys need no proof). */
  secretOf: (author: string) => Uint8Array | undefined;
  /** What pays for authors at relays with quotas. */
  purse: TokenPurse;
  /** The person's own public key, hex: it never stands on a connection beside the authors of her streams. */
  identity: string;
  /** Authors whose events another home of the same words may write. */
  ownAuthors: () => string[];
  /** Those of them into whose logs a retired home hands over what it holds: asked for whatever their date, its clock may be anywhere. */
  handoffAuthors: () => string[];
  /** Authors that somebody may read, so that receipts can come for them. */
  sharedAuthors: () => string[];
  onOwnEvents: (events: VerifiedEvent[]) => void;
  /** A receipt, or what the reader of a grant says. */
  onReceipt: (event: VerifiedEvent, relay: string) => void;
  /** Called at each new connection to a store relay, before anything is delivered there. */
  onConnected: (url: string) => Promise<void>;
  /** An event dated in the future by a clock that was wrong: the same content dated now, or null where it stays as it is. */
  redate: (event: VerifiedEvent) => VerifiedEvent | null;
  /** A relay holds this access list, which is newer than the one that was sent. */
  onSuperseded: (standing: VerifiedEvent) => void;
  onFact: (url: string, fact: ConnectionFact | { fact: string }) => void;
}

interface Shard {
  connection: RelayConnection;
  authors: Set<string>;
}

interface Peer {
  url: string;
  role: RelayRole;
  /** Connections that prove authors; a relay takes a bounded number of keys on each. The first is always there. */
  shards: Shard[];
  /** Proves the person's own key, and no author beside it. */
  personal: RelayConnection | null;
  busy: number;
  subscriptions: Subscription[];
  lastContactMicros: number | null;
  reason: string | null;
  /** The relay has no room for an author, and no token was to be had. */
  full: boolean;
  /** Who holds the pen was asked on this connection: before that, nothing is delivered. */
  greeted: boolean;
  greeting: Promise<void>;
}

const WAKE_MILLIS = 1000;
/** Said as the reason of a relay that is reached and takes nothing more of some author. */
const FULL = 'NO_ROOM';
/** How far back another home's writing is listened for; `hale relays sync` looks at everything. */
const LISTEN_BACK_SECONDS = 7 * 86_400;
/** Filters name at most this many authors; more are asked in further subscriptions. */
const AUTHORS_PER_FILTER = 100;
/** Seconds that an event may lie ahead before it is dated anew: relays refuse from 60 on (DESIGN §6). */
const AHEAD_SECONDS = 30;

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
  addRelay(url: string, role: RelayRole): void {
    const known = this.#peers.get(url);
    if (known?.role === role) return;
    if (known) void this.removeRelay(url);
    const peer: Peer = {
      url,
      role,
      shards: [],
      personal: null,
      busy: 0,
      subscriptions: [],
      lastContactMicros: null,
      reason: null,
      full: false,
      greeted: role !== 'store',
      greeting: Promise.resolve(),
    };
    peer.shards.push({ connection: this.#connect(peer, true), authors: new Set() });
    this.#peers.set(url, peer);
    if (role === 'store') this.#listen(peer);
    this.wake();
  }

  #connect(peer: Peer, isFirst: boolean): RelayConnection {
    const connection = new RelayConnection({
      url: peer.url,
      // A stranger's box learns nothing from the door either.
      admission: peer.role === 'box' ? throwAwayKey() : this.#rooms.memberSecret,
      ...(isFirst ? { onFact: (fact: ConnectionFact) => this.#said(peer, fact) } : {}),
    });
    void connection.connect().catch(() => {});
    return connection;
  }

  async removeRelay(url: string): Promise<void> {
    const peer = this.#peers.get(url);
    this.#peers.delete(url);
    if (peer) await closePeer(peer);
  }

  #said(peer: Peer, fact: ConnectionFact): void {
    if (fact.fact === 'connected') {
      peer.reason = null;
      peer.lastContactMicros = Date.now() * 1000;
      if (peer.role === 'store') {
        peer.greeted = false;
        this.#rooms.purse.look(peer.url);
        peer.greeting = this.#greet(peer);
      } else setImmediate(() => this.wake());
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
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeoutMillis);
    });
    const greeted = [...this.#peers.values()]
      .filter((peer) => peer.shards[0].connection.state !== 'waiting')
      .map(async (peer) => {
        await peer.shards[0].connection.connect().catch(() => {});
        await peer.greeting;
      });
    await Promise.race([patience, Promise.all(greeted)]);
    clearTimeout(timer);
  }

  /** Listens to the catalogue and the streams of this vault: another home's writing, receipts for our authors. */
  #listen(peer: Peer): void {
    for (const subscription of peer.subscriptions) subscription.close();
    peer.subscriptions = [];
    const since = Math.floor(Date.now() / 1000) - LISTEN_BACK_SECONDS;
    const handoffs = new Set(this.#rooms.handoffAuthors());
    for (const { connection, authors } of this.#grouped(peer, this.#rooms.ownAuthors()))
      peer.subscriptions.push(
        connection.subscribe(listeningTo(authors, handoffs, since), {
          onEvent: (event) => this.#rooms.onOwnEvents([event]),
        }),
      );
    for (const { connection, authors } of this.#grouped(peer, this.#rooms.sharedAuthors()))
      peer.subscriptions.push(
        connection.subscribe([{ kinds: [KINDS.receipt, KINDS.wrap], '#p': authors }], {
          onEvent: (event) => this.#rooms.onReceipt(event, peer.url),
        }),
      );
  }

  /** Authors by the connection that proves them, in parts that fit a filter. */
  #grouped(peer: Peer, authors: string[]): { connection: RelayConnection; authors: string[] }[] {
    const groups = new Map<RelayConnection, string[]>();
    for (const author of authors) {
      const connection = this.#connectionFor(peer, author);
      groups.set(connection, [...(groups.get(connection) ?? []), author]);
    }
    return [...groups].flatMap(([connection, all]) =>
      Array.from({ length: Math.ceil(all.length / AUTHORS_PER_FILTER) }, (_, i) => ({
        connection,
        authors: all.slice(i * AUTHORS_PER_FILTER, (i + 1) * AUTHORS_PER_FILTER),
      })),
    );
  }

  /** After streams or grants were made: their authors are listened to as well. */
  listenAgain(): void {
    for (const peer of this.#peers.values()) if (peer.role === 'store') this.#listen(peer);
  }

  /** The connection on which an author is proved; her key is added where it is ours and the relay keeps this vault. */
  #connectionFor(peer: Peer, author: string): RelayConnection {
    if (author === this.#rooms.identity) return this.#personal(peer);
    const known = peer.shards.find((shard) => shard.authors.has(author));
    if (known) return known.connection;
    const secret = peer.role === 'store' ? this.#rooms.secretOf(author) : undefined;
    if (!secret) return peer.shards[0].connection;
    let shard = peer.shards.find(({ authors }) => authors.size < NET_LIMITS.authorsPerConnection);
    if (!shard) {
      shard = { connection: this.#connect(peer, false), authors: new Set() };
      peer.shards.push(shard);
    }
    shard.authors.add(author);
    shard.connection.addKey(secret);
    return shard.connection;
  }

  #personal(peer: Peer): RelayConnection {
    if (!peer.personal) {
      peer.personal = this.#connect(peer, false);
      const secret = this.#rooms.secretOf(this.#rooms.identity);
      if (secret && peer.role !== 'box') peer.personal.addKey(secret);
    }
    return peer.personal;
  }

  /** Looks for work on every relay; cheap when there is none. */
  wake(): void {
    if (this.#closed) return;
    for (const peer of this.#peers.values()) {
      this.#rooms.purse.wake(peer.url);
      this.#work(peer);
    }
  }

  #work(peer: Peer): void {
    const { connection } = peer.shards[0];
    if (connection.state === 'idle') void connection.connect().catch(() => {});
    if (connection.state !== 'open' || !peer.greeted) return;
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
    const { entry } = step;
    const connection = this.#connectionFor(peer, entry.event.pubkey);
    const facts =
      step.step === 'publish'
        ? await this.#publish(peer, connection, entry)
        : this.#outbox.readBack(peer.url, entry, await connection.queryResult([step.filter]));
    peer.lastContactMicros = Date.now() * 1000;
    for (const each of facts) {
      const { standing, ...fact } = { standing: undefined, ...each };
      if (standing) this.#rooms.onSuperseded(standing);
      this.#rooms.onFact(peer.url, fact);
    }
  }

  /**
   * What a clock that ran ahead dated is refused; when by now this clock says so too, it is signed anew. Not before the refusal: when
   * this clock is the one that is behind, the date is right, and an access list with an older one would lose to the list before it (C3).
   */
  async #publish(peer: Peer, connection: RelayConnection, entry: OutboxEntry): Promise<OutboxFact[]> {
    const { url } = peer;
    const result = await this.#publishAllotted(peer, connection, entry.event);
    const isAhead = entry.event.created_at > Date.now() / 1000 + AHEAD_SECONDS;
    const isRefused = result.outcome === 'refused' && result.reason === 'invalid';
    const redated = isAhead && isRefused ? this.#rooms.redate(entry.event) : null;
    if (redated === null && isRefused && entry.event.kind === KINDS.access) {
      const overtaken = this.#outbox.overtaken(url, entry, await connection.queryResult([accessFilter(entry)]));
      if (overtaken !== null) return overtaken;
    }
    if (redated === null) return this.#outbox.published(url, entry, result);
    return this.#outbox.published(url, { ...entry, event: redated }, await connection.publish(redated));
  }

  /** Where the relay wants a token for the author first, she spends one and the event goes out again. */
  async #publishAllotted(peer: Peer, connection: RelayConnection, event: VerifiedEvent): Promise<PublishResult> {
    const { purse, secretOf } = this.#rooms;
    const send = (each: NostrEvent) => connection.publish(each);
    for (let spent = 0; ; spent++) {
      const mark = purse.markOf(peer.url, event.pubkey);
      const result = await send(event);
      const isFull = result.outcome === 'refused' && result.reason === 'quota';
      peer.full = isFull;
      const secret = isFull && spent < NET_LIMITS.tokensOfPublicationMax ? secretOf(event.pubkey) : undefined;
      if (!secret || !(await purse.allot(peer.url, event.pubkey, secret, mark, send))) return result;
    }
  }

  /** Resolves when every relay that can be reached has everything, or after `timeoutMillis`. */
  async settle(timeoutMillis: number): Promise<void> {
    const deadline = Date.now() + timeoutMillis;
    await this.greetAll(Math.min(2000, timeoutMillis));
    this.wake();
    while (Date.now() < deadline && this.#hasWork()) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  #hasWork(): boolean {
    return [...this.#peers.values()].some(({ url, busy, shards }) => {
      if (shards[0].connection.state !== 'open') return false;
      if (busy > 0) return true;
      if (this.#outbox.notBeforeMillis(url) > Date.now()) return false;
      const { outbox } = this.#rooms;
      return outbox.pendingFor(url, 1).length > 0 || outbox.unconfirmedFor(url, 1).length > 0;
    });
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
    if (peer.shards[0].connection.state === 'open')
      return { state: 'connected', lastContactMicros, reason: peer.full ? FULL : null };
    return {
      state: reason === 'HTTP_401' || reason === 'HTTP_403' ? 'refused' : reason === null ? 'unknown' : 'unreachable',
      lastContactMicros,
      reason,
    };
  }

  /** The connection on which this author's events are asked for. @throws HaleError 'not-found' */
  connection(url: string, author: string): RelayConnection {
    return this.#connectionFor(this.#peer(url), author);
  }

  /** The connection for the person's own messages and for looking people up. @throws HaleError 'not-found' */
  personal(url: string): RelayConnection {
    return this.#personal(this.#peer(url));
  }

  #peer(url: string): Peer {
    const peer = this.#peers.get(url);
    if (!peer) throw new HaleError('not-found', "this relay is not one of the home's; `hale relays list` shows them");
    return peer;
  }

  /** Relays of this person's own. */
  urls(): string[] {
    return [...this.#peers.values()].filter(({ role }) => role !== 'box').map(({ url }) => url);
  }

  /** Every relay that is spoken to, recipients' boxes too. */
  allUrls(): string[] {
    return [...this.#peers.keys()];
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await Promise.all([...this.#peers.values()].map(closePeer));
  }
}

async function closePeer({ shards, personal }: Peer): Promise<void> {
  await Promise.all([...shards.map(({ connection }) => connection.close()), personal?.close()]);
}

/** A key that stands for nobody: 32 random bytes are a valid secp256k1 secret but once in 2¹²⁸. */
function throwAwayKey(): Uint8Array {
  return new Uint8Array(randomBytes(32));
}

function listeningTo(authors: readonly string[], handoffs: ReadonlySet<string>, since: number): Filter[] {
  const kinds = [KINDS.tileBatch];
  const filters: Filter[] = [
    { kinds, authors: authors.filter((author) => !handoffs.has(author)), since },
    { kinds, authors: authors.filter((author) => handoffs.has(author)) },
  ];
  return filters.filter(({ authors: some }) => some !== undefined && some.length > 0);
}
