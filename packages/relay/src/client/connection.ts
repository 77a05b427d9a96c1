// A connection to one relay around the pure session: connecting, retrying, questions as promises. The socket, the timers and the proof's way to
// the door are ports: Node sends the proof with the upgrade, a browser fetches a ticket for it (specs/relay.md §7).
import {
  type Filter,
  fail,
  HaleError,
  httpAuthHeader,
  type NostrEvent,
  normalizeRelayUrl,
  type VerifiedEvent,
} from '@hale/kernel';
import { signHttpAuth } from '@hale/kernel/seal';
import type { Difference, ItemVector } from '../negentropy/index.ts';
import { backOffMillis } from './back-off.ts';
import type { ReasonPrefix } from './frames.ts';
import { CLIENT_LIMITS } from './limits.ts';
import { PagedQuery } from './paging.ts';
import type { ReconcileResult } from './reconciliation.ts';
import { type CountResult, type PublishResult, type QueryResult, RelaySession, type SessionFact } from './session.ts';
import type { Subscription, SubscriptionHandlers } from './subscription.ts';

/** idle: never asked · connecting · open · waiting: until the next try · closed: for good */
export type ConnectionState = 'idle' | 'connecting' | 'open' | 'waiting' | 'closed';

export type ConnectionFact =
  | SessionFact
  | { fact: 'connected' }
  | { fact: 'disconnected'; retryMillis: number }
  | { fact: 'connection-failed'; reason: string; retryMillis: number }
  | { fact: 'clock-corrected-for-authentication'; seconds: number };

/** How a socket ended, or why there was none. */
export interface LineFailure {
  /** HTTP status of a refused door, or null. */
  status: number | null;
  /** A word of ours or of the system's, never a stranger's text. */
  reason: string;
  /** Unix seconds by the relay's Date, or null. */
  dateSeconds: number | null;
}

/** A socket as the connection uses it. */
export interface Line {
  send(frame: string): void;
  /** Ends it without waiting for the other side. */
  terminate(): void;
  /** Ends it in good order; resolves when it is gone. */
  close(): Promise<void>;
}

/** What the socket tells; `ended` comes exactly once, never before `dial` has returned. */
export interface LineEvents {
  opened(): void;
  /** One text frame; a frame that is no text counts as an empty one. */
  received(text: string): void;
  ended(failure: LineFailure): void;
}

export interface ConnectionPorts {
  /**
   * Opens a socket.
   * @param prove the Authorization header (NIP-98) for a request to the relay; null where the connection has no admission key
   */
  dial(url: string, prove: (request: { url: string; method: 'GET' | 'POST' }) => string | null, on: LineEvents): Line;
  /** Unix milliseconds. */
  nowMillis(): number;
  random(byteLength: number): Uint8Array;
  /** Calls once after so many milliseconds; gives how to call it off. */
  after(millis: number, work: () => void): () => void;
  /** Calls every so many milliseconds until called off. */
  every(millis: number, work: () => void): () => void;
}

export interface ConnectionOptions {
  /** ws:// or wss:// */
  readonly url: string;
  /** Secret of the member or grant reader key that opens a private relay's door (NIP-98). */
  readonly admission?: Uint8Array;
  /** Keys to prove by NIP-42 once inside; more by `addKey`. */
  readonly keys?: readonly Uint8Array[];
  readonly onFact?: (fact: ConnectionFact) => void;
}

/**
 * One relay under one admission key. Connects at the first need, reconnects by itself with growing pauses, and keeps its keys and
 * subscriptions over all connections. `close` ends sockets, timers and every open promise.
 */
export class RelayConnection {
  readonly url: string;
  readonly #options: ConnectionOptions;
  readonly #ports: ConnectionPorts;
  readonly #session: RelaySession;
  #state: ConnectionState = 'idle';
  #line: Line | null = null;
  #waiters: { resolve(): void; reject(error: HaleError): void }[] = [];
  #authOffsetSeconds = 0;
  #skewTried = false;
  #failures = 0;
  #openedAtMillis = 0;
  #retry: () => void = () => {};
  #ticking: (() => void) | null = null;

  /** @throws HaleError 'malformed' for anything but a relay address */
  constructor(options: ConnectionOptions, ports: ConnectionPorts) {
    this.url = normalizeRelayUrl(options.url);
    this.#options = options;
    this.#ports = ports;
    this.#session = new RelaySession(this.url, {
      nowMillis: () => ports.nowMillis(),
      authOffsetSeconds: () => this.#authOffsetSeconds,
      random: (length) => ports.random(length),
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
    this.#retry();
    this.#ticking?.();
    this.#session.closed();
    this.#settleWaiters(new HaleError('unavailable', 'this relay connection was closed'));
    await this.#line?.close();
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
      if (page >= CLIENT_LIMITS.pagesMax) return { events: paged.events, complete: false };
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

  /**
   * What of `filter` only we have and what only the relay has (NIP-77), over few bytes where the sets are nearly equal.
   * @param items what we have of it: created_at and id
   * @throws HaleError 'not-permitted' · 'unavailable' · 'malformed' the relay's answers make no sense
   */
  async reconcile(filter: Filter, items: ItemVector, options: { timeoutMs?: number } = {}): Promise<Difference> {
    if (!(await this.#ready())) fail('unavailable', 'the relay cannot be reached');
    const result = await this.#ask<ReconcileResult>((settle) =>
      this.#session.reconcile(filter, items, settle, options.timeoutMs),
    );
    if (result.outcome === 'reconciled') return result.difference;
    if (result.outcome === 'misled') fail('malformed', 'the relay answers what makes no sense');
    return failOf(result);
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
    this.#retry();
    this.#state = 'connecting';
    const line: Line = this.#ports.dial(this.url, (request) => this.#prove(request), {
      opened: () => this.#opened(),
      received: (text) => {
        this.#session.receive(text);
        this.#pump();
      },
      ended: (failure) => this.#ended(line, failure),
    });
    this.#line = line;
  }

  #prove(request: { url: string; method: string }): string | null {
    const { admission } = this.#options;
    if (admission === undefined) return null;
    const nowSeconds = Math.floor(this.#ports.nowMillis() / 1000) + this.#authOffsetSeconds;
    const { random } = this.#ports;
    return httpAuthHeader(signHttpAuth({ ...request, body: null, secret: admission, nowSeconds, random }));
  }

  #opened(): void {
    this.#state = 'open';
    this.#openedAtMillis = this.#ports.nowMillis();
    this.#skewTried = false;
    this.#session.opened();
    this.#say({ fact: 'connected' });
    this.#pump();
    this.#settleWaiters(null);
  }

  #ended(line: Line, failure: LineFailure): void {
    if (this.#line !== line) return;
    const wasOpen = this.#state === 'open';
    this.#line = null;
    this.#session.closed();
    this.#pump();
    if (this.#state === 'closed') return;
    if (!wasOpen && this.#correctClock(failure)) {
      this.#attempt();
      return;
    }
    this.#skewTried = false;
    if (wasOpen && this.#ports.nowMillis() - this.#openedAtMillis >= CLIENT_LIMITS.steadyMillis) this.#failures = 0;
    this.#failures += 1;
    const retryMillis = backOffMillis(this.#failures, (length) => this.#ports.random(length));
    this.#state = 'waiting';
    this.#retry = this.#ports.after(retryMillis, () => this.#attempt());
    if (wasOpen) this.#say({ fact: 'disconnected', retryMillis });
    else this.#say({ fact: 'connection-failed', reason: failure.reason, retryMillis });
    this.#settleWaiters(errorOf(failure));
  }

  /** True when the relay refused us by the clock and its Date gives a reason to try once more. */
  #correctClock(failure: LineFailure): boolean {
    if (failure.status !== 401 || this.#skewTried || this.#options.admission === undefined) return false;
    const offset = clockOffset(failure.dateSeconds, this.#ports.nowMillis());
    if (offset === null) return false;
    this.#skewTried = true;
    this.#authOffsetSeconds = offset;
    this.#say({ fact: 'clock-corrected-for-authentication', seconds: offset });
    return true;
  }

  /** Carries the session's output to the socket and the log, and ticks as long as it waits for something. */
  #pump(): void {
    const { frames, facts, hangUp } = this.#session.drain();
    for (const frame of frames) this.#line?.send(frame);
    for (const fact of facts) this.#say(fact);
    if (hangUp) this.#line?.terminate();
    if (this.#session.busy === (this.#ticking !== null)) return;
    this.#ticking?.();
    this.#ticking = this.#session.busy
      ? this.#ports.every(CLIENT_LIMITS.tickMillis, () => {
          this.#session.tick();
          this.#pump();
        })
      : null;
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

function errorOf(failure: LineFailure): HaleError {
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

/**
 * Seconds to add to our clock for authentication, by the relay's Date: a Pi without a battery clock boots in the past and would be locked
 * out (M5). Null where the difference is no explanation. Never used to date samples or access events.
 */
export function clockOffset(relaySeconds: number | null, nowMillis: number): number | null {
  if (relaySeconds === null) return null;
  const offset = relaySeconds - Math.floor(nowMillis / 1000);
  return Math.abs(offset) < CLIENT_LIMITS.skewSecondsMin ? null : offset;
}
