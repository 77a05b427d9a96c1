// The relay without sockets: frames in, effects out, synchronous, the same for the same clock and random numbers.
import { type Filter, fail, HaleError, KINDS, type Random, toHex, type VerifiedEvent } from '@hale/kernel';
import { type Rights, rightsOf } from './admission.ts';
import { type Check, type Checked, checkEvent, checkFrame, idOf, isEventFrame, readFrame } from './check.ts';
import type { Connection, ConnectionInfo, Effect } from './connection.ts';
import { type Faults, NO_FAULTS } from './faults.ts';
import { type ClientMessage, type Frame, frames } from './frames.ts';
import { Intake } from './intake.ts';
import { Management } from './management.ts';
import { Membership } from './membership.ts';
import type { RelayPolicy } from './policy.ts';
import { proveByAuth } from './proofs.ts';
import { Publications, type RelayFact, type Workshop } from './publications.ts';
import { Quota, type TokenMint } from './quota.ts';
import { ReceiptBook } from './receipt-book.ts';
import type { RelaySigner } from './receipts.ts';
import { Reconciliations } from './reconciliations.ts';
import { Retirement } from './retention.ts';
import { refusalOfQuestion, Serving } from './serving.ts';
import type { RelayStore } from './store.ts';
import { orTrouble, troubleWith } from './trouble.ts';

export interface EngineOptions {
  readonly store: RelayStore;
  readonly policy: RelayPolicy;
  readonly signer: RelaySigner;
  /** Needed where the policy has quotas. */
  readonly mint?: TokenMint;
  /** Unix seconds. */
  readonly now: () => number;
  readonly random: Random;
  readonly note?: (fact: RelayFact) => void;
  /** The host checks events, in other threads: it takes `takeChecks` and hands verdicts to `checked`. Absent: checked here, at once. */
  readonly checksElsewhere?: boolean;
  /** Shared with the door; absent: made here. */
  readonly management?: Management;
  /** Tests only. */
  readonly faults?: Partial<Faults>;
}

/**
 * A NIP-01 relay. Publications gather until `flush`, which commits them in one transaction and only then says OK; the
 * host calls it once in a turn of its event loop while `hasPending`. Stored events come in pages: while `hasMore` of a
 * connection the host calls `drain` whenever its socket has room. With `checksElsewhere` the host also takes `takeChecks`
 * in each turn and hands each verdict in by `checked`, in any order; while `isFull` of a connection it does not read from it.
 */
export class RelayEngine {
  readonly #shop: Workshop;
  readonly #random: Random;
  readonly #publications: Publications;
  readonly #serving: Serving;
  readonly #reconciliations: Reconciliations;
  readonly #retirement: Retirement;
  readonly #connections = new Map<string, Connection>();
  readonly #intake = new Intake();
  readonly #checksElsewhere: boolean;
  #accessVersion = 0;

  constructor(options: EngineOptions) {
    this.#random = options.random;
    this.#checksElsewhere = options.checksElsewhere ?? false;
    const membership = new Membership(options);
    this.#shop = {
      store: options.store,
      policy: options.policy,
      book: new ReceiptBook(options.store, options.signer),
      membership,
      management: options.management ?? new Management({ ...options, membership }),
      faults: { ...NO_FAULTS, ...options.faults },
      quota: quotaOf(options),
      now: options.now,
      note: options.note ?? (() => {}),
    };
    this.#retirement = new Retirement(options.store, options.policy.keep);
    this.#publications = new Publications(this.#shop);
    const rightsOf = (connection: Connection) => this.#rights(connection);
    this.#serving = new Serving(this.#shop, rightsOf);
    this.#reconciliations = new Reconciliations(options.store, options.now, rightsOf);
  }

  /** True while something waits for `flush`. */
  get hasPending(): boolean {
    return this.#publications.hasWaiting || this.#serving.isHolding || this.#shop.book.hasDue;
  }

  /** True while stored events wait for `drain`. */
  hasMore(connectionId: string): boolean {
    const connection = this.#connections.get(connectionId);
    if (connection === undefined) return false;
    const scans = [...connection.subscriptions.values()].some(({ scan }) => scan !== null);
    return scans || this.#reconciliations.hasWork(connectionId);
  }

  open(info: ConnectionInfo): Effect[] {
    const connection: Connection = {
      id: info.id,
      challenge: toHex(this.#random(32)),
      proven: new Map(info.admitted ? [[info.admitted.key, info.admitted.proof]] : []),
      subscriptions: new Map(),
      work: { left: 0, turn: -1 },
      filterValues: 0,
      servings: new Map(),
      receiptAt: new Map(),
      waiting: [],
      waitingBytes: 0,
      rights: null,
    };
    this.#connections.set(info.id, connection);
    return orTrouble(
      () => this.#turnAway(connection) ?? [{ to: info.id, frame: frames.auth(connection.challenge) }],
      (reason) => [{ to: info.id, close: { code: 1011, reason } }],
    );
  }

  /** The socket is gone. What was served on it still gets its receipt, by the next `flush`. */
  close(connectionId: string): void {
    const connection = this.#connections.get(connectionId);
    if (!connection) return;
    this.#shop.book.gather(connection);
    this.#serving.forget(connection);
    this.#reconciliations.forget(connectionId);
    this.#connections.delete(connectionId);
  }

  /** To be called once in each turn of the host's event loop in which frames come: a flood of questions is then answered page by page. */
  beginTurn(): void {
    this.#serving.beginTurn();
  }

  /** One frame from a client. */
  receive(connectionId: string, frame: Frame): Effect[] {
    const connection = this.#connections.get(connectionId);
    if (!connection) return [];
    const isEvent = isEventFrame(frame);
    if (this.#checksElsewhere && (isEvent || connection.waiting.length > 0)) {
      this.#intake.add(connection, frame, isEvent);
      return [];
    }
    return isEvent ? this.#publish(connection, checkFrame(frame)) : this.#ask(connection, readFrame(frame));
  }

  /** True while checks wait for `takeChecks`. */
  get hasChecks(): boolean {
    return this.#intake.hasChecks;
  }

  /** Frames to be checked by `checkFrame`, each handed out once. */
  takeChecks(): Check[] {
    return this.#intake.takeChecks();
  }

  /** The verdict for one ticket; what came behind it on its connection goes on. A second verdict changes nothing. */
  checked(ticket: number, verdict: Checked): Effect[] {
    const connection = this.#intake.settle(ticket, verdict);
    if (!connection) return [];
    return this.#intake.ready(connection).flatMap(({ frame, checked }) => {
      if (checked) return this.#publish(connection, checked);
      return this.#connections.has(connection.id) ? this.#ask(connection, readFrame(frame)) : [];
    });
  }

  /** Checks here what has no verdict yet; for a host that ends. */
  checkRest(): Effect[] {
    return this.#intake.outstanding().flatMap(({ ticket, frame }) => this.checked(ticket, checkFrame(frame)));
  }

  /** True while so much of that connection waits that its socket should not be read from. */
  isFull(connectionId: string): boolean {
    const connection = this.#connections.get(connectionId);
    return connection !== undefined && this.#intake.isFull(connection);
  }

  #publish(connection: Connection, checked: Checked): Effect[] {
    const to = connection.id;
    return orTrouble(
      () => this.#turnAway(connection) ?? this.#publications.receive(to, () => this.#rights(connection), checked),
      (reason) => [{ to, frame: checked.event ? frames.ok(checked.event.id, false, reason) : frames.notice(reason) }],
    );
  }

  #ask(connection: Connection, message: ClientMessage): Effect[] {
    // A client sees its own publications: they are committed before its next question.
    const isQuestion = message.verb !== 'EVENT' && this.#publications.hasWaitingOf(connection.id);
    const before = isQuestion ? this.flush() : [];
    const answer = orTrouble(
      () => this.#turnAway(connection) ?? this.#answer(connection, message),
      (reason) => {
        this.#forgetQuestion(connection, message);
        return troubleWith(connection.id, message, reason);
      },
    );
    return [...before, ...answer];
  }

  #forgetQuestion(connection: Connection, message: ClientMessage): void {
    if (message.verb === 'REQ') this.#serving.unsubscribe(connection, message.subscription);
    if (message.verb === 'NEG-OPEN' || message.verb === 'NEG-MSG')
      this.#reconciliations.close(connection.id, message.subscription);
  }

  #answer(connection: Connection, message: ClientMessage): Effect[] {
    const to = connection.id;
    switch (message.verb) {
      case 'EVENT':
        // Its verb was spelled in a way that only the parser sees through.
        return this.#publish(connection, checkEvent(message.event));
      case 'AUTH':
        return [{ to, frame: this.#authenticate(connection, message.event) }];
      case 'REQ':
        return this.#subscribe(connection, message.subscription, message.filters);
      case 'COUNT':
        return [{ to, frame: this.#serving.count(connection, message.subscription, message.filters) }];
      case 'CLOSE':
        this.#serving.unsubscribe(connection, message.subscription);
        return [];
      case 'NEG-OPEN':
        return this.#reconcile(connection, message.subscription, message.filter, message.message);
      case 'NEG-MSG':
        return this.#reconciliations.message(connection, message.subscription, message.message);
      case 'NEG-CLOSE':
        this.#reconciliations.close(to, message.subscription);
        return [];
      case 'NEG-refused':
        return [{ to, frame: frames.negErr(message.subscription, message.reason) }];
      case 'refused':
        return [{ to, frame: frames.closed(message.subscription, message.reason) }];
      case 'unreadable':
        return [{ to, frame: frames.notice(message.reason) }];
    }
  }

  /** A subscription; an operator who asks for one finds a fresh invitation in it (NIP-43). */
  #subscribe(connection: Connection, id: string, filters: readonly Filter[]): Effect[] {
    const { management, membership } = this.#shop;
    const answer = this.#serving.subscribe(connection, id, filters);
    const isOpen = connection.subscriptions.has(id);
    const isOperator = [...connection.proven.keys()].some((key) => management.mayManage(key));
    if (!isOpen || !isOperator || !filters.some(({ kinds }) => kinds?.includes(KINDS.invite))) return answer;
    return [{ to: connection.id, frame: frames.event(id, JSON.stringify(membership.invite())) }, ...answer];
  }

  #reconcile(connection: Connection, id: string, filter: Filter, query: Uint8Array): Effect[] {
    const refusal = refusalOfQuestion(connection, [filter]);
    if (refusal !== null) return [{ to: connection.id, frame: frames.negErr(id, refusal) }];
    return this.#reconciliations.open(connection, id, filter, query);
  }

  /** Rights are computed anew each second and after each change of an access event. */
  #rights(connection: Connection): Rights {
    const { store, policy, now } = this.#shop;
    const second = now();
    const known = connection.rights;
    if (known && known.second === second && known.version === this.#accessVersion) return known.value;
    const value = rightsOf(store, policy, connection.proven.keys(), second);
    connection.rights = { value, second, version: this.#accessVersion };
    return value;
  }

  /** A key that is no longer admitted loses its socket. null = it stands. */
  #turnAway(connection: Connection): Effect[] | null {
    const isBanned = [...connection.proven.keys()].some((key) => this.#shop.management.isBanned(key));
    if (!isBanned && this.#rights(connection).standing !== 'none') return null;
    return [{ to: connection.id, close: { code: 4403, reason: 'restricted: not admitted' } }];
  }

  #authenticate(connection: Connection, value: unknown): string {
    const id = idOf(value);
    if (connection.proven.size >= this.#shop.policy.limits.keysPerConnectionMax) {
      return frames.ok(id, false, 'restricted: too many keys on one connection');
    }
    const proof = proveByAuth(value, connection.challenge, this.#shop.policy, this.#shop.now());
    if (!proof.ok) return frames.ok(id, false, `invalid: ${proof.reason}`);
    if (this.#shop.management.isBanned(proof.event.pubkey)) return frames.ok(id, false, 'blocked: this key is banned');
    connection.proven.set(proof.event.pubkey, proof.event.id);
    connection.rights = null;
    return frames.ok(id, true, '');
  }

  /** Commits what has gathered, then says OK, passes on what is new and lets held frames go. */
  flush(): Effect[] {
    const settled = this.#publications.commit();
    const effects = settled.flatMap(({ answer, news }) => [
      ...(answer ? [answer] : []),
      ...(news ? this.announce(news) : []),
    ]);
    return [...effects, ...this.#serving.release()];
  }

  /** The next page of stored events for a connection whose socket has room. */
  drain(connectionId: string): Effect[] {
    const connection = this.#connections.get(connectionId);
    if (!connection) return [];
    const waiting = [...connection.subscriptions.values()].find(({ scan }) => scan !== null);
    if (!waiting) return this.#reconciliations.work(connection);
    return orTrouble(
      () => this.#serving.page(connection, waiting),
      (reason) => {
        this.#serving.unsubscribe(connection, waiting.id);
        return [{ to: connectionId, frame: frames.closed(waiting.id, reason) }];
      },
    );
  }

  /** True while a commit of its own is under way: whoever watches the store need not announce what that stores. */
  get isCommitting(): boolean {
    return this.#publications.isCommitting;
  }

  /** Passes a stored event on to whom it concerns. Also for what others put into the store: a vault, an import, a sync. */
  announce(event: VerifiedEvent): Effect[] {
    if (changesAccess(event)) this.#accessVersion += 1;
    return orTrouble(
      () => this.#serving.deliver(event),
      () => [],
    );
  }

  /** One call of NIP-86 by somebody who may: what it answers, and what becomes of sockets because of it. @throws HaleError, as `Management.call` */
  manage(method: string, params: readonly unknown[]): { result: unknown; effects: Effect[] } {
    const { result, news } = this.#shop.management.call(method, params);
    this.#accessVersion += 1;
    const turnedAway = [...this.#connections.values()].flatMap((connection) => this.#turnAway(connection) ?? []);
    return { result, effects: [...turnedAway, ...news.flatMap((event) => this.announce(event))] };
  }

  /** Every few seconds: expired events go, gathered receipts are written. */
  tick(): Effect[] {
    const { store, book, note, now } = this.#shop;
    for (const connection of this.#connections.values()) book.gatherOld(connection, now());
    const effects = this.#reconciliations.tick(this.#connections.values());
    if (this.hasPending) effects.push(...this.flush());
    try {
      store.sweep(now());
      this.#retirement.work(now());
    } catch (error) {
      if (!(error instanceof HaleError)) throw error;
      note({ fact: 'commit-failed', code: error.code, events: 0 });
    }
    return effects;
  }
}

function quotaOf({ store, policy, mint, now }: EngineOptions): Quota | null {
  if (policy.quota === null) return null;
  return mint
    ? new Quota(store, policy.quota, mint, now, policy.keep.tiles)
    : fail('usage', 'quotas need a mint of tokens');
}

/** Access events, deletions, vanishes and memberships can change who reads what. */
function changesAccess({ kind }: VerifiedEvent): boolean {
  return [KINDS.access, KINDS.deletion, KINDS.vanish, KINDS.memberAdded, KINDS.memberRemoved].some(
    (each) => each === kind,
  );
}
