// The relay without sockets: frames in, effects out, synchronous, the same for the same clock and random numbers.
import {
  type Filter,
  HaleError,
  KINDS,
  matchFilter,
  parseEvent,
  type Random,
  toHex,
  type VerifiedEvent,
  verifyEvent,
} from '@hale/kernel';
import { type Rights, refusalOf, rightsOf, signsStreams } from './admission.ts';
import type { Connection, ConnectionInfo, Effect, StoredRef, Subscription } from './connection.ts';
import { type Faults, NO_FAULTS } from './faults.ts';
import { type ClientMessage, frames, parseMessage } from './frames.ts';
import { asksOnlyPrivate, gateOf, isAddressedKind, mayBeServed } from './gate.ts';
import { RELAY_LIMITS } from './limits.ts';
import type { RelayPolicy } from './policy.ts';
import { proveByAuth } from './proofs.ts';
import { ReceiptBook } from './receipt-book.ts';
import type { RelaySigner } from './receipts.ts';
import { settle, type Verdict } from './rules.ts';
import { countEverything, countPermitted, findPermitted } from './scan.ts';
import type { RelayStore } from './store.ts';

/** Something that an operator may count: our own words and numbers only. */
export type RelayFact =
  | { readonly fact: 'commit-failed'; readonly code: string; readonly events: number }
  | { readonly fact: 'receipts-lost'; readonly count: number };

export interface EngineOptions {
  readonly store: RelayStore;
  readonly policy: RelayPolicy;
  readonly signer: RelaySigner;
  /** Unix seconds. */
  readonly now: () => number;
  readonly random: Random;
  readonly note?: (fact: RelayFact) => void;
  /** Tests only. */
  readonly faults?: Partial<Faults>;
}

interface Publication {
  readonly from: string;
  readonly event: VerifiedEvent;
}

/**
 * A NIP-01 relay. Publications gather until `flush`, which commits them in one transaction and only then says OK; the
 * host calls it once in a turn of its event loop while `hasPending`. Stored events come in pages: while `hasMore` of a
 * connection the host calls `drain` whenever its socket has room.
 */
export class RelayEngine {
  readonly #store: RelayStore;
  readonly #policy: RelayPolicy;
  readonly #now: () => number;
  readonly #random: Random;
  readonly #note: (fact: RelayFact) => void;
  readonly #faults: Faults;
  readonly #book: ReceiptBook;
  readonly #connections = new Map<string, Connection>();
  readonly #wrapsThisHour = new Map<string, number>();
  /** Ids whose commit failed and may yet be stored: their subscribers have not heard of them. */
  readonly #uncertain = new Set<string>();
  #publications: Publication[] = [];
  /** Frames that must not leave before the next commit. */
  #held: Effect[] = [];
  #accessVersion = 0;
  #hour = 0;

  constructor(options: EngineOptions) {
    this.#store = options.store;
    this.#policy = options.policy;
    this.#now = options.now;
    this.#random = options.random;
    this.#note = options.note ?? (() => {});
    this.#faults = { ...NO_FAULTS, ...options.faults };
    this.#book = new ReceiptBook(options.store, options.signer);
  }

  /** True while something waits for `flush`. */
  get hasPending(): boolean {
    return this.#publications.length > 0 || this.#held.length > 0 || this.#book.hasDue;
  }

  /** True while stored events wait for `drain`. */
  hasMore(connectionId: string): boolean {
    const connection = this.#connections.get(connectionId);
    return connection !== undefined && [...connection.subscriptions.values()].some(({ scan }) => scan !== null);
  }

  open(info: ConnectionInfo): Effect[] {
    const connection: Connection = {
      id: info.id,
      challenge: toHex(this.#random(32)),
      proven: new Map(info.admitted ? [[info.admitted.key, info.admitted.proof]] : []),
      subscriptions: new Map(),
      servings: new Map(),
      receiptAt: new Map(),
      rights: null,
    };
    this.#connections.set(info.id, connection);
    const turnedAway = this.#turnAway(connection);
    return turnedAway ?? [{ to: info.id, frame: frames.auth(connection.challenge) }];
  }

  /** The socket is gone. What was served on it still gets its receipt, by the next `flush`. */
  close(connectionId: string): void {
    const connection = this.#connections.get(connectionId);
    if (!connection) return;
    if (!this.#faults.receiptDropped) this.#book.gather(connection);
    this.#connections.delete(connectionId);
  }

  /** One frame from a client. */
  receive(connectionId: string, text: string): Effect[] {
    const connection = this.#connections.get(connectionId);
    if (!connection) return [];
    const message = parseMessage(text);
    if (message.verb === 'EVENT') return this.#receiveEvent(connection, message.event);
    // A client sees its own publications: they are committed before its next question.
    const before = this.#publications.some(({ from }) => from === connectionId) ? this.flush() : [];
    return [...before, ...(this.#turnAway(connection) ?? this.#answer(connection, message))];
  }

  #answer(connection: Connection, message: ClientMessage): Effect[] {
    const to = connection.id;
    switch (message.verb) {
      case 'REQ':
        return this.#subscribe(connection, message.subscription, message.filters);
      case 'COUNT':
        return [{ to, frame: this.#count(connection, message.subscription, message.filters) }];
      case 'CLOSE':
        connection.subscriptions.delete(message.subscription);
        return [];
      case 'refused':
        return [{ to, frame: frames.closed(message.subscription, message.reason) }];
      case 'unreadable':
        return [{ to, frame: frames.notice(message.reason) }];
      default:
        return [{ to, frame: this.#authenticate(connection, message.event) }];
    }
  }

  /** Rights are computed anew each second and after each change of an access event. */
  #rights(connection: Connection): Rights {
    const second = this.#now();
    const known = connection.rights;
    if (known && known.second === second && known.version === this.#accessVersion) return known.value;
    const value = rightsOf(this.#store, this.#policy, connection.proven.keys(), second);
    connection.rights = { value, second, version: this.#accessVersion };
    return value;
  }

  /** A key that is no longer admitted loses its socket. null = it stands. */
  #turnAway(connection: Connection): Effect[] | null {
    if (this.#rights(connection).standing !== 'none') return null;
    return [{ to: connection.id, close: { code: 4403, reason: 'restricted: not admitted' } }];
  }

  #authenticate(connection: Connection, value: unknown): string {
    const id = idOf(value);
    if (connection.proven.size >= RELAY_LIMITS.keysPerConnectionMax) {
      return frames.ok(id, false, 'restricted: too many keys on one connection');
    }
    const proof = proveByAuth(value, connection.challenge, this.#policy, this.#now());
    if (!proof.ok) return frames.ok(id, false, `invalid: ${proof.reason}`);
    connection.proven.set(proof.event.pubkey, proof.event.id);
    connection.rights = null;
    return frames.ok(id, true, '');
  }

  // Publishing

  #receiveEvent(connection: Connection, value: unknown): Effect[] {
    const to = connection.id;
    const event = this.#verify(value);
    if (typeof event === 'string') {
      const id = idOf(value);
      return [{ to, frame: id === '' ? frames.notice(event) : frames.ok(id, false, event) }];
    }
    const turnedAway = this.#turnAway(connection);
    if (turnedAway) return turnedAway;
    const rights = this.#rights(connection);
    const refusal =
      refusalOf(this.#store, this.#policy, rights, event, this.#now()) ?? this.#refusalOfRate(rights, event);
    if (refusal !== null) return [{ to, frame: frames.ok(event.id, false, refusal) }];
    this.#publications.push({ from: to, event });
    return this.#faults.okBeforeFsync ? [{ to, frame: frames.ok(event.id, true, '') }] : [];
  }

  #verify(value: unknown): VerifiedEvent | string {
    try {
      return verifyEvent(parseEvent(value)) ?? 'invalid: id or signature is wrong';
    } catch (error) {
      if (error instanceof HaleError) return `invalid: ${error.message}`;
      throw error;
    }
  }

  #refusalOfRate(rights: Rights, event: VerifiedEvent): string | null {
    if (!this.#policy.private || rights.standing === 'member' || !isAddressedKind(event.kind)) return null;
    const hour = Math.floor(this.#now() / 3600);
    if (hour !== this.#hour) this.#wrapsThisHour.clear();
    this.#hour = hour;
    const [key] = rights.keys;
    const count = (this.#wrapsThisHour.get(key) ?? 0) + 1;
    this.#wrapsThisHour.set(key, count);
    return count > RELAY_LIMITS.wrapsPerHourMax ? 'rate-limited: too many wraps in this hour' : null;
  }

  /** Commits what has gathered, then says OK, passes on what is new and lets held frames go. */
  flush(): Effect[] {
    const publications = this.#publications;
    const held = this.#held;
    this.#publications = [];
    this.#held = [];
    let effects: Effect[];
    try {
      const { verdicts, receipts } = this.#store.transact(() => ({
        verdicts: publications.map(({ event }) => settle(this.#store, event, this.#faults)),
        receipts: this.#book.write(this.#now()),
      }));
      this.#book.forget(receipts.length);
      effects = publications.flatMap((publication, at) => this.#confirm(publication, verdicts[at]));
      for (const receipt of receipts) effects.push(...this.announce(receipt));
    } catch (error) {
      effects = this.#giveUp(publications, error);
    }
    return [...effects, ...held];
  }

  #confirm({ from, event }: Publication, verdict: Verdict): Effect[] {
    const unheard = this.#uncertain.delete(event.id);
    const live = verdict.live || (verdict.accepted && unheard) ? this.announce(event) : [];
    if (this.#faults.okBeforeFsync) return live;
    return [{ to: from, frame: frames.ok(event.id, verdict.accepted, verdict.message) }, ...live];
  }

  /** The outcome is unknown: say no, and remember, so that a second attempt is announced even if it is a duplicate. */
  #giveUp(publications: readonly Publication[], error: unknown): Effect[] {
    if (!(error instanceof HaleError)) throw error;
    this.#note({ fact: 'commit-failed', code: error.code, events: publications.length });
    const lost = this.#book.shed();
    if (lost > 0) this.#note({ fact: 'receipts-lost', count: lost });
    const message =
      error.code === 'full' ? 'error: storage full, nothing was stored' : 'error: storage failed, publish it again';
    for (const { event } of publications) {
      if (this.#uncertain.size < RELAY_LIMITS.uncertainMax) this.#uncertain.add(event.id);
    }
    if (this.#faults.okBeforeFsync) return [];
    return publications.map(({ from, event }) => ({ to: from, frame: frames.ok(event.id, false, message) }));
  }

  // Serving

  #subscribe(connection: Connection, id: string, filters: readonly Filter[]): Effect[] {
    const to = connection.id;
    const replaced = connection.subscriptions.delete(id);
    if (!replaced && connection.subscriptions.size >= RELAY_LIMITS.subscriptionsMax) {
      return [{ to, frame: frames.closed(id, 'restricted: too many subscriptions') }];
    }
    const refusal = refusalOfQuestion(connection, filters);
    if (refusal !== null) return [{ to, frame: frames.closed(id, refusal) }];
    const refs = findPermitted(this.#store, filters, this.#rights(connection), this.#now());
    const subscription: Subscription = { id, filters, scan: { refs, at: 0 } };
    connection.subscriptions.set(id, subscription);
    return this.#page(connection, subscription);
  }

  #count(connection: Connection, id: string, filters: readonly Filter[]): string {
    const refusal = refusalOfQuestion(connection, filters);
    if (refusal !== null) return frames.closed(id, refusal);
    const now = this.#now();
    if (this.#faults.countUngated) return frames.count(id, countEverything(this.#store, filters, now));
    return frames.count(id, countPermitted(this.#store, filters, this.#rights(connection), now));
  }

  /** The next page of stored events for a connection whose socket has room. */
  drain(connectionId: string): Effect[] {
    const connection = this.#connections.get(connectionId);
    if (!connection) return [];
    const waiting = [...connection.subscriptions.values()].find(({ scan }) => scan !== null);
    return waiting ? this.#page(connection, waiting) : [];
  }

  #page(connection: Connection, subscription: Subscription): Effect[] {
    const effects: Effect[] = [];
    const scan = subscription.scan;
    if (!scan) return effects;
    for (let bytes = 0; scan.at < scan.refs.length && bytes < RELAY_LIMITS.pageBytes; scan.at++) {
      const event = this.#fetch(connection, scan.refs[scan.at]);
      if (!event) continue;
      const frame = frames.event(subscription.id, JSON.stringify(event));
      bytes += frame.length;
      effects.push({ to: connection.id, frame });
      this.#recordServed(connection, event);
    }
    if (scan.at < scan.refs.length) return effects;
    subscription.scan = null;
    const eose: Effect = { to: connection.id, frame: frames.eose(subscription.id) };
    // The receipt is on the disk before the reader hears that it has everything.
    if (this.#book.gatherDue(connection, this.#now())) this.#held.push(eose);
    else effects.push(eose);
    return effects;
  }

  /** Rights may have ended and events gone since the scan began. */
  #fetch(connection: Connection, ref: StoredRef): VerifiedEvent | null {
    const event = this.#store.get(ref.id);
    return event && mayBeServed(event, ref.gate, this.#rights(connection)) ? event : null;
  }

  #recordServed(connection: Connection, event: VerifiedEvent): void {
    if (event.kind !== KINDS.tileBatch || this.#faults.receiptDropped) return;
    this.#book.record(connection, this.#rights(connection), event, this.#now());
  }

  /**
   * Passes a stored event on to whom it concerns. Also for the vault that shares our store and puts events into it
   * without asking us: it announces what it committed.
   */
  announce(event: VerifiedEvent): Effect[] {
    if (changesAccess(event)) this.#accessVersion += 1;
    const gate = gateOf(event, (author) => signsStreams(this.#store, author));
    const effects: Effect[] = [];
    let json: string | null = null;
    for (const connection of this.#connections.values()) {
      for (const { id, filters } of connection.subscriptions.values()) {
        if (!filters.some((filter) => matchFilter(filter, event))) continue;
        if (!mayBeServed(event, gate, this.#rights(connection))) break;
        json ??= JSON.stringify(event);
        effects.push({ to: connection.id, frame: frames.event(id, json) });
        this.#recordServed(connection, event);
      }
    }
    return effects;
  }

  /** Every few seconds: expired events go, gathered receipts are written. */
  tick(): Effect[] {
    const now = this.#now();
    for (const connection of this.#connections.values()) this.#book.gatherOld(connection, now);
    const effects = this.hasPending ? this.flush() : [];
    try {
      this.#store.sweep(now);
    } catch (error) {
      if (!(error instanceof HaleError)) throw error;
      this.#note({ fact: 'commit-failed', code: error.code, events: 0 });
    }
    return effects;
  }
}

/** Access events, deletions and vanishes can change who reads what. */
function changesAccess({ kind }: VerifiedEvent): boolean {
  return kind === KINDS.access || kind === KINDS.deletion || kind === KINDS.vanish;
}

/** NIP-42: who asks only for what is never public must prove a key first. Depends on the question, not on the store. */
function refusalOfQuestion(connection: Connection, filters: readonly Filter[]): string | null {
  const mustProve = connection.proven.size === 0 && filters.every(asksOnlyPrivate);
  return mustProve ? 'auth-required: prove a key to be served events of these kinds' : null;
}

function idOf(value: unknown): string {
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : null;
  return typeof id === 'string' && /^[0-9a-f]{64}$/.test(id) ? id : '';
}
