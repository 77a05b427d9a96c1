// Connections to relays: the `ws` socket, its timers and its promises around the pure RelaySession.
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import {
  type Filter,
  fail,
  HaleError,
  httpAuthHeader,
  type NostrEvent,
  normalizeRelayUrl,
  schnorrPublic,
  toHex,
  type VerifiedEvent,
} from '@hale/kernel';
import { signHttpAuth } from '@hale/kernel/seal';
import {
  backOffMillis,
  type CountResult,
  PagedQuery,
  type PublishResult,
  type QueryResult,
  type ReasonPrefix,
  RelaySession,
  type SessionFact,
  type Subscription,
  type SubscriptionHandlers,
} from '@hale/relay/client';
import { WebSocket } from 'ws';
import { dateSeconds, networkReason } from './answer.ts';
import { NET_LIMITS } from './limits.ts';
import { clockOffset } from './relay-info.ts';

/** idle: never asked · connecting · open · waiting: until the next try · closed: for good */
export type ConnectionState = 'idle' | 'connecting' | 'open' | 'waiting' | 'closed';

export type ConnectionFact =
  | SessionFact
  | { fact: 'connected' }
  | { fact: 'disconnected'; retryMillis: number }
  | { fact: 'connection-failed'; reason: string; retryMillis: number }
  | { fact: 'clock-corrected-for-authentication'; seconds: number };

export interface RelayConnectionOptions {
  /** ws:// or wss:// */
  readonly url: string;
  /** Secret of the member or grant reader key that opens a private relay's door (NIP-98 on the upgrade). */
  readonly admission?: Uint8Array;
  /** Keys to prove by NIP-42 once inside; more by `addKey`. */
  readonly keys?: readonly Uint8Array[];
  readonly onFact?: (fact: ConnectionFact) => void;
  /** Unix milliseconds; the wall clock unless a test sets another. */
  readonly nowMillis?: () => number;
}

/** How an attempt to connect ended, when it did not end open. */
interface Failure {
  /** HTTP status of a refused upgrade, or null. */
  status: number | null;
  reason: string;
  dateSeconds: number | null;
}

/**
 * One relay under one admission key. Connects at the first need, reconnects by itself with growing pauses, and keeps its keys and
 * subscriptions over all connections. `close` ends sockets, timers and every open promise.
 */
export class RelayConnection {
  readonly url: string;
  readonly #options: RelayConnectionOptions;
  readonly #session: RelaySession;
  readonly #nowMillis: () => number;
  #state: ConnectionState = 'idle';
  #socket: WebSocket | null = null;
  #waiters: { resolve(): void; reject(error: HaleError): void }[] = [];
  #authOffsetSeconds = 0;
  #skewTried = false;
  #failures = 0;
  #openedAtMillis = 0;
  #heard = false;
  #reconnectTimer: NodeJS.Timeout | undefined;
  #tickTimer: NodeJS.Timeout | undefined;
  #pingTimer: NodeJS.Timeout | undefined;

  /** @throws HaleError 'malformed' for anything but a relay address */
  constructor(options: RelayConnectionOptions) {
    this.url = normalizeRelayUrl(options.url);
    this.#options = options;
    this.#nowMillis = options.nowMillis ?? Date.now;
    this.#session = new RelaySession(this.url, {
      nowMillis: this.#nowMillis,
      authOffsetSeconds: () => this.#authOffsetSeconds,
      random: randomBytes,
    });
    for (const key of options.keys ?? []) this.#session.addKey(key);
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /**
   * Resolves when open. A pause between tries is cut short. After a rejection the connection goes on trying until `close`.
   * @throws HaleError 'not-permitted' the relay does not admit this key · 'unavailable' · 'usage' after close
   */
  connect(): Promise<void> {
    if (this.#state === 'open') return Promise.resolve();
    if (this.#state === 'closed') return Promise.reject(new HaleError('usage', 'this relay connection was closed'));
    const opened = new Promise<void>((resolve, reject) => this.#waiters.push({ resolve, reject }));
    if (this.#state !== 'connecting') this.#attempt();
    return opened;
  }

  /** Ends everything; what waits for an answer is lost, queries reject with 'unavailable'. Safe to call twice. */
  async close(): Promise<void> {
    this.#state = 'closed';
    clearTimeout(this.#reconnectTimer);
    clearInterval(this.#tickTimer);
    clearInterval(this.#pingTimer);
    this.#session.closed();
    this.#settleWaiters(new HaleError('unavailable', 'this relay connection was closed'));
    const socket = this.#socket;
    if (socket === null) return;
    await new Promise<void>((resolve) => {
      const patience = setTimeout(() => socket.terminate(), NET_LIMITS.closeTimeoutMillis);
      socket.once('close', () => {
        clearTimeout(patience);
        resolve();
      });
      if (socket.readyState === WebSocket.CONNECTING) socket.terminate();
      else socket.close();
    });
  }

  /** Another key to prove by NIP-42, now and on every later connection. @throws HaleError 'full' */
  addKey(secret: Uint8Array): void {
    this.#session.addKey(secret);
    this.#pump();
  }

  /** Never rejects for the relay's sake: a refusal and a loss are values. @throws HaleError 'full' */
  async publish(event: NostrEvent, options: { timeoutMs?: number } = {}): Promise<PublishResult> {
    if (!(await this.#ready())) return { outcome: 'lost', why: 'closed' };
    return this.#ask((settle) => this.#session.publish(event, settle, options.timeoutMs));
  }

  /**
   * All verified events that match, newest first, as far as the relay gives them in one answer (see `queryAll`).
   * @throws HaleError 'not-permitted' · 'unavailable' no EOSE in time, or no connection · 'too-large'
   */
  async query(filters: readonly Filter[], options: { timeoutMs?: number } = {}): Promise<VerifiedEvent[]> {
    const result = await this.queryResult(filters, options);
    if (result.outcome === 'complete') return result.events;
    if (result.outcome === 'too-large') fail('too-large', 'the relay has more events for one query than a home takes');
    return failOf(result);
  }

  /** As `query`, with every end as a value. */
  async queryResult(filters: readonly Filter[], options: { timeoutMs?: number } = {}): Promise<QueryResult> {
    if (!(await this.#ready())) return { outcome: 'lost', why: 'closed', events: [], foreign: 0 };
    return this.#ask((settle) => this.#session.query(filters, settle, options.timeoutMs));
  }

  /**
   * Everything that one filter matches, page by page: relays clip single answers. `complete` is false when more events fell into one
   * second than the relay gives at once: narrow the filter then.
   * @param options.relayLimit the relay's `maxLimit` (fetchRelayInfo); timeoutMs holds for each page
   * @throws as `query`
   */
  async queryAll(
    filter: Filter,
    options: { timeoutMs?: number; relayLimit?: number | null } = {},
  ): Promise<{ events: VerifiedEvent[]; complete: boolean }> {
    const { relayLimit, ...rest } = options;
    const paged = new PagedQuery(filter, relayLimit ?? undefined);
    for (let page = 0; paged.next !== null; page += 1) {
      if (page >= NET_LIMITS.pagesMax) return { events: paged.events, complete: false };
      paged.take(await this.query([paged.next], rest));
    }
    return { events: paged.events, complete: paged.complete };
  }

  /** NIP-45. @throws HaleError 'not-permitted' · 'unavailable' */
  async count(filters: readonly Filter[], options: { timeoutMs?: number } = {}): Promise<number> {
    if (!(await this.#ready())) fail('unavailable', 'the relay cannot be reached');
    const result = await this.#ask<CountResult>((settle) => this.#session.count(filters, settle, options.timeoutMs));
    return result.outcome === 'counted' ? result.count : failOf(result);
  }

  /** Stands over all connections until its `close`; connects if need be. @throws HaleError 'full' | 'usage' */
  subscribe(filters: readonly Filter[], handlers: SubscriptionHandlers): Subscription {
    const subscription = this.#session.subscribe(filters, handlers);
    if (this.#state === 'idle') this.#attempt();
    this.#pump();
    return {
      close: () => {
        subscription.close();
        this.#pump();
      },
    };
  }

  /** False at once while the connection waits for its next try: the caller has its own patience. */
  async #ready(): Promise<boolean> {
    if (this.#state === 'open') return true;
    if (this.#state === 'waiting' || this.#state === 'closed') return false;
    return this.connect().then(
      () => true,
      () => false,
    );
  }

  #ask<T>(start: (settle: (result: T) => void) => void): Promise<T> {
    return new Promise<T>((resolve) => {
      start(resolve);
      this.#pump();
    });
  }

  #attempt(): void {
    clearTimeout(this.#reconnectTimer);
    this.#state = 'connecting';
    const socket = new WebSocket(this.url, {
      headers: this.#headers(),
      handshakeTimeout: NET_LIMITS.handshakeTimeoutMillis,
      maxPayload: NET_LIMITS.messageBytesMax,
      perMessageDeflate: false,
      followRedirects: false,
    });
    this.#socket = socket;
    const failure: Failure = { status: null, reason: 'ECLOSED', dateSeconds: null };
    socket.on('open', () => this.#opened(socket));
    socket.on('message', (data, isBinary) => {
      this.#heard = true;
      // Nostr has text frames only; an empty text counts as a malformed one.
      this.#session.receive(isBinary ? '' : data.toString());
      this.#pump();
    });
    socket.on('pong', () => {
      this.#heard = true;
    });
    socket.on('unexpected-response', (_request, response) => {
      Object.assign(failure, refusalOf(response));
      socket.terminate();
    });
    socket.on('error', (error) => {
      if (failure.status === null) failure.reason = networkReason(error);
    });
    socket.on('close', () => this.#ended(socket, failure));
  }

  #headers(): Record<string, string> {
    const { admission } = this.#options;
    if (admission === undefined) return {};
    const nowSeconds = Math.floor(this.#nowMillis() / 1000) + this.#authOffsetSeconds;
    const request = { url: this.url, method: 'GET', body: null };
    const proof = signHttpAuth({ ...request, secret: admission, nowSeconds, random: randomBytes });
    return { Authorization: httpAuthHeader(proof) };
  }

  #opened(socket: WebSocket): void {
    this.#state = 'open';
    this.#openedAtMillis = this.#nowMillis();
    this.#skewTried = false;
    this.#heard = true;
    this.#pingTimer = setInterval(() => {
      if (!this.#heard) socket.terminate();
      else socket.ping();
      this.#heard = false;
    }, NET_LIMITS.pingMillis);
    this.#session.opened();
    this.#say({ fact: 'connected' });
    this.#pump();
    this.#settleWaiters(null);
  }

  #ended(socket: WebSocket, failure: Failure): void {
    if (this.#socket !== socket) return;
    const wasOpen = this.#state === 'open';
    this.#socket = null;
    clearInterval(this.#pingTimer);
    this.#session.closed();
    this.#pump();
    if (this.#state === 'closed') return;
    if (!wasOpen && this.#correctClock(failure)) {
      this.#attempt();
      return;
    }
    this.#skewTried = false;
    if (wasOpen && this.#nowMillis() - this.#openedAtMillis >= NET_LIMITS.steadyMillis) this.#failures = 0;
    this.#failures += 1;
    const retryMillis = backOffMillis(this.#failures, randomBytes);
    this.#state = 'waiting';
    this.#reconnectTimer = setTimeout(() => this.#attempt(), retryMillis);
    if (wasOpen) this.#say({ fact: 'disconnected', retryMillis });
    else this.#say({ fact: 'connection-failed', reason: failure.reason, retryMillis });
    this.#settleWaiters(errorOf(failure));
  }

  /** True when the relay refused us by the clock and its Date gives a reason to try once more. */
  #correctClock(failure: Failure): boolean {
    if (failure.status !== 401 || this.#skewTried || this.#options.admission === undefined) return false;
    const offset = clockOffset(failure.dateSeconds, this.#nowMillis());
    if (offset === null) return false;
    this.#skewTried = true;
    this.#authOffsetSeconds = offset;
    this.#say({ fact: 'clock-corrected-for-authentication', seconds: offset });
    return true;
  }

  /** Carries the session's output to the socket and the log, and ticks as long as it waits for something. */
  #pump(): void {
    const { frames, facts, hangUp } = this.#session.drain();
    for (const frame of frames) this.#socket?.send(frame);
    for (const fact of facts) this.#say(fact);
    if (hangUp) this.#socket?.terminate();
    if (this.#session.busy === (this.#tickTimer !== undefined)) return;
    clearInterval(this.#tickTimer);
    this.#tickTimer = undefined;
    if (!this.#session.busy) return;
    this.#tickTimer = setInterval(() => {
      this.#session.tick();
      this.#pump();
    }, NET_LIMITS.tickMillis);
  }

  #settleWaiters(error: HaleError | null): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) {
      if (error === null) waiter.resolve();
      else waiter.reject(error);
    }
  }

  #say(fact: ConnectionFact): void {
    this.#options.onFact?.(fact);
  }
}

function refusalOf(response: IncomingMessage): Failure {
  const status = response.statusCode ?? 0;
  return { status, reason: `HTTP_${status}`, dateSeconds: dateSeconds(response.headers.date) };
}

function errorOf(failure: Failure): HaleError {
  if (failure.status === 401 || failure.status === 403) {
    return new HaleError('not-permitted', 'the relay does not admit this key', { status: failure.status });
  }
  return new HaleError('unavailable', 'the relay cannot be reached', { reason: failure.reason });
}

function failOf(result: { outcome: 'refused'; reason: ReasonPrefix } | { outcome: 'lost'; why: string }): never {
  if (result.outcome === 'lost') fail('unavailable', 'the relay did not answer in full', { why: result.why });
  const { reason } = result;
  const forbidden = reason === 'auth-required' || reason === 'restricted' || reason === 'blocked';
  fail(forbidden ? 'not-permitted' : 'unavailable', 'the relay refuses the query', { reason });
}

/** One connection per relay and admission key, shared by all who ask for it. */
export class ConnectionPool {
  readonly #connections = new Map<string, RelayConnection>();
  readonly #onFact: ((url: string, fact: ConnectionFact) => void) | undefined;

  constructor(onFact?: (url: string, fact: ConnectionFact) => void) {
    this.#onFact = onFact;
  }

  /** The keys given are added to a connection that is there already. @throws HaleError 'full' | 'malformed' */
  get(options: Omit<RelayConnectionOptions, 'onFact'>): RelayConnection {
    const url = normalizeRelayUrl(options.url);
    const identity = options.admission === undefined ? '' : toHex(schnorrPublic(options.admission));
    const name = `${url} ${identity}`;
    const known = this.#connections.get(name);
    if (known !== undefined && known.state !== 'closed') {
      for (const key of options.keys ?? []) known.addKey(key);
      return known;
    }
    if (this.#connections.size >= NET_LIMITS.connectionsMax) {
      fail('full', 'too many relay connections', { max: NET_LIMITS.connectionsMax });
    }
    const made = new RelayConnection({ ...options, onFact: (fact) => this.#onFact?.(url, fact) });
    this.#connections.set(name, made);
    return made;
  }

  /** Closes every connection; the pool may be used again. */
  async close(): Promise<void> {
    const all = [...this.#connections.values()];
    this.#connections.clear();
    await Promise.all(all.map((connection) => connection.close()));
  }
}
