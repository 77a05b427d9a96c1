// One client's conversation with one relay, without the socket: texts and events go in, frames and facts come out. The session
// outlives its connections: keys and subscriptions stay, whatever waits for an answer when the connection ends is lost and said so.
import {
  type Filter,
  fail,
  matchFilter,
  type NostrEvent,
  newestFirst,
  type VerifiedEvent,
  verifyEvent,
} from '@hale/kernel';
import type { ItemVector } from '../negentropy/index.ts';
import { Authentication, type AuthenticationClock } from './authentication.ts';
import { eventFrame, parseRelayFrame, type ReasonPrefix, type RelayFrame } from './frames.ts';
import { Lane, type LaneRequest, type LostWhy } from './lane.ts';
import { CLIENT_LIMITS } from './limits.ts';
import { type ReconcileResult, Reconciliation } from './reconciliation.ts';
import { StandingSubscription, type Subscription, type SubscriptionHandlers } from './subscription.ts';

/** What became of a publication. `ok` is the relay's word for "stored"; whether it is served is known after reading it back. */
export type PublishResult =
  | { outcome: 'ok' }
  | { outcome: 'refused'; reason: ReasonPrefix }
  | { outcome: 'lost'; why: LostWhy };

/** What became of a query. Events newest first, ties by lowest id (NIP-01). `lost` carries what had come so far. */
export type QueryResult =
  | { outcome: 'complete'; events: VerifiedEvent[]; foreign: number }
  | { outcome: 'refused'; reason: ReasonPrefix }
  | { outcome: 'lost'; why: LostWhy; events: VerifiedEvent[]; foreign: number }
  | { outcome: 'too-large' };

export type CountResult =
  | { outcome: 'counted'; count: number; approximate: boolean }
  | { outcome: 'refused'; reason: ReasonPrefix }
  | { outcome: 'lost'; why: LostWhy };

/** unmatched: outside the filters asked for (other people's events too) · unasked: for no subscription of ours · malformed: no frame */
export type Misbehaviour = 'unmatched' | 'bad-signature' | 'unasked' | 'malformed';

/** What a home may log: no key, no id, no text of the relay. */
export type SessionFact =
  | { fact: 'authenticated' }
  | { fact: 'authentication-refused'; reason: ReasonPrefix }
  | { fact: 'foreign-events'; why: 'unmatched' | 'bad-signature'; count: number }
  | { fact: 'hostile-frames'; why: 'unasked' | 'malformed'; count: number }
  | { fact: 'subscription-refused'; reason: ReasonPrefix }
  | { fact: 'notice' }
  | { fact: 'hung-up' };

export interface SessionOutput {
  /** To be sent in this order. */
  frames: string[];
  facts: SessionFact[];
  /** The relay breaks the protocol at a rate that no error explains: close the connection. */
  hangUp: boolean;
}

/** A running REQ or COUNT. */
interface Query extends LaneRequest {
  readonly verb: 'REQ' | 'COUNT';
  readonly filters: readonly Filter[];
  readonly events: Map<string, VerifiedEvent>;
  foreign: number;
  ended(): void;
  tooLarge(): void;
  counted(count: number, approximate: boolean): void;
}

interface Publication extends LaneRequest {
  readonly settles: ((result: PublishResult) => void)[];
}

/** The most events that the filters can ask for, or infinity where one has no limit. */
function limitOf(filters: readonly Filter[]): number {
  return filters.reduce((sum, filter) => sum + (filter.limit ?? Number.POSITIVE_INFINITY), 0);
}

export class RelaySession {
  readonly #clock: AuthenticationClock;
  readonly #auth: Authentication;
  readonly #publications = new Lane<Publication>(CLIENT_LIMITS.publicationsMax, CLIENT_LIMITS.publicationsInFlightMax);
  readonly #queries = new Lane<Query>(CLIENT_LIMITS.queriesMax, CLIENT_LIMITS.queriesInFlightMax);
  readonly #reconciliations = new Lane<Reconciliation>(
    CLIENT_LIMITS.reconciliationsMax,
    CLIENT_LIMITS.reconciliationsInFlightMax,
  );
  readonly #subscriptions = new Map<string, StandingSubscription>();
  readonly #misbehaviour = new Map<Misbehaviour, number>();
  /** Ids whose CLOSE is on its way: their late events are nobody's fault. */
  readonly #closing = new Set<string>();
  #misbehaved = 0;
  #open = false;
  #hangUp = false;
  #numbered = 0;
  #frames: string[] = [];
  #facts: SessionFact[] = [];

  /** @param url as it will stand in the `relay` tag of AUTH events */
  constructor(url: string, clock: AuthenticationClock) {
    this.#clock = clock;
    this.#auth = new Authentication(url, clock);
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** True while `tick` has something to watch. */
  get busy(): boolean {
    if (!this.#open) return false;
    const waits = [...this.#subscriptions.values()].some((subscription) => subscription.state !== 'asked');
    const asked = this.#publications.size + this.#queries.size + this.#reconciliations.size;
    return waits || asked > 0 || !this.#auth.settled;
  }

  /** Another key to prove on this and every later connection. @throws HaleError 'full' */
  addKey(secret: Uint8Array): void {
    if (this.#auth.addKey(secret)) this.#flush();
  }

  opened(): void {
    this.#open = true;
    this.#hangUp = false;
    this.#misbehaved = 0;
    this.#closing.clear();
    this.#auth.opened();
    for (const subscription of this.#subscriptions.values()) subscription.reopen();
    this.#flush();
  }

  closed(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#frames = [];
    this.#report();
    this.#publications.lose();
    this.#queries.lose();
    this.#reconciliations.lose();
  }

  tick(): void {
    if (!this.#open) return;
    const now = this.#clock.nowMillis();
    this.#auth.tick();
    this.#publications.expire(now, this.#auth);
    for (const id of this.#queries.expire(now, this.#auth)) this.#sendClose(id);
    for (const id of this.#reconciliations.expire(now, this.#auth)) this.#sendClose(id, 'NEG-CLOSE');
    for (const subscription of this.#subscriptions.values()) {
      if (subscription.state === 'waiting' && !this.#auth.hopeful)
        this.#subscriptionClosed(subscription, 'auth-required');
    }
    this.#report();
    this.#flush();
  }

  /** What is to be sent and said since the last call. */
  drain(): SessionOutput {
    const output = { frames: this.#frames, facts: this.#facts, hangUp: this.#hangUp };
    this.#frames = [];
    this.#facts = [];
    return output;
  }

  /** `settle` is called exactly once. The same event published twice at a time is sent once. @throws HaleError 'full' */
  publish(event: NostrEvent, settle: (result: PublishResult) => void, timeoutMillis?: number): void {
    if (!this.#open) {
      settle({ outcome: 'lost', why: 'closed' });
      return;
    }
    const running = this.#publications.find(event.id);
    if (running !== undefined) {
      running.settles.push(settle);
      return;
    }
    const settles = [settle];
    const all = (result: PublishResult) => {
      for (const each of settles) each(result);
    };
    this.#publications.add({
      id: event.id,
      deadlineMillis: this.#clock.nowMillis() + (timeoutMillis ?? CLIENT_LIMITS.publishTimeoutMillis),
      settles,
      frame: () => eventFrame('EVENT', event),
      refused: (reason) => all({ outcome: 'refused', reason }),
      lost: (why) => all({ outcome: 'lost', why }),
    });
    this.#flush();
  }

  /** All verified events that match, until the relay's EOSE. `settle` is called exactly once. @throws HaleError 'full' | 'usage' */
  query(filters: readonly Filter[], settle: (result: QueryResult) => void, timeoutMillis?: number): void {
    if (!this.#open) {
      settle({ outcome: 'lost', why: 'closed', events: [], foreign: 0 });
      return;
    }
    const query = this.#newQuery('REQ', filters, timeoutMillis);
    const found = () => ({ events: [...query.events.values()].sort(newestFirst), foreign: query.foreign });
    query.ended = () => settle({ outcome: 'complete', ...found() });
    query.tooLarge = () => settle({ outcome: 'too-large' });
    query.refused = (reason) => settle({ outcome: 'refused', reason });
    query.lost = (why) => settle({ outcome: 'lost', why, ...found() });
    this.#queries.add(query);
    this.#flush();
  }

  /** NIP-45. `settle` is called exactly once. @throws HaleError 'full' | 'usage' */
  count(filters: readonly Filter[], settle: (result: CountResult) => void, timeoutMillis?: number): void {
    if (!this.#open) {
      settle({ outcome: 'lost', why: 'closed' });
      return;
    }
    const query = this.#newQuery('COUNT', filters, timeoutMillis);
    query.counted = (count, approximate) => settle({ outcome: 'counted', count, approximate });
    query.refused = (reason) => settle({ outcome: 'refused', reason });
    query.lost = (why) => settle({ outcome: 'lost', why });
    this.#queries.add(query);
    this.#flush();
  }

  /** NIP-77: what of `filter` only we have, and what only the relay has. `settle` is called exactly once. @throws HaleError 'full' */
  reconcile(
    filter: Filter,
    items: ItemVector,
    settle: (result: ReconcileResult) => void,
    timeoutMillis?: number,
  ): void {
    if (!this.#open) {
      settle({ outcome: 'lost', why: 'closed' });
      return;
    }
    const nowMillis = this.#clock.nowMillis();
    const options = { filter, items, nowMillis, ...(timeoutMillis === undefined ? {} : { timeoutMillis }) };
    this.#reconciliations.add(new Reconciliation(this.#nextId('n', [filter]), options, settle));
    this.#flush();
  }

  /** Lives until `close`, over any number of connections. @throws HaleError 'full' | 'usage' */
  subscribe(filters: readonly Filter[], handlers: SubscriptionHandlers): Subscription {
    if (this.#subscriptions.size >= CLIENT_LIMITS.subscriptionsMax) {
      fail('full', 'too many subscriptions on one relay', { max: CLIENT_LIMITS.subscriptionsMax });
    }
    const id = this.#nextId('s', filters);
    this.#subscriptions.set(id, new StandingSubscription(id, filters, handlers));
    this.#flush();
    return {
      close: () => {
        if (this.#subscriptions.delete(id)) this.#sendClose(id);
      },
    };
  }

  /** One text frame from the relay. Never throws, whatever it holds; only handlers of the caller may. */
  receive(text: string): void {
    if (!this.#open) return;
    const frame = parseRelayFrame(text);
    if (frame === null) this.#misbehave('malformed');
    else this.#dispatch(frame);
    this.#flush();
  }

  #dispatch(frame: RelayFrame): void {
    switch (frame.type) {
      case 'EVENT':
        this.#event(frame.subscription, frame.event);
        break;
      case 'OK':
        this.#ok(frame.eventId, frame.accepted, frame.reason);
        break;
      case 'EOSE':
        this.#endOfStored(frame.subscription);
        break;
      case 'CLOSED':
        this.#closedByRelay(frame.subscription, frame.reason);
        break;
      case 'COUNT':
        this.#counted(frame.subscription, frame.count, frame.approximate);
        break;
      case 'NEG-MSG':
        this.#reconciled(frame.subscription, frame.hex);
        break;
      case 'NEG-ERR':
        this.#notReconciled(frame.subscription, frame.reason);
        break;
      case 'AUTH':
        if (!this.#auth.challenged(frame.challenge)) this.#misbehave('malformed');
        break;
      case 'NOTICE':
        this.#say({ fact: 'notice' });
    }
  }

  #event(id: string, event: NostrEvent): void {
    const query = this.#queries.sent(id);
    const subscription = this.#subscriptions.get(id);
    if (query?.verb === 'REQ') this.#eventOfQuery(query, event);
    else if (subscription !== undefined) this.#eventOfSubscription(subscription, event);
    else if (!this.#closing.has(id)) this.#misbehave('unasked');
  }

  #eventOfQuery(query: Query, event: NostrEvent): void {
    if (query.events.has(event.id)) return;
    const verified = query.events.size < limitOf(query.filters) ? this.#admit(query.filters, event) : null;
    if (verified === null) {
      if (query.events.size >= limitOf(query.filters)) this.#misbehave('unmatched');
      query.foreign += 1;
      return;
    }
    if (query.events.size >= CLIENT_LIMITS.eventsPerQueryMax) {
      this.#finish(query);
      query.tooLarge();
      return;
    }
    query.events.set(verified.id, verified);
  }

  #eventOfSubscription(subscription: StandingSubscription, event: NostrEvent): void {
    // Before the signature is checked: after a reconnect most of what comes was seen.
    if (subscription.has(event.id)) return;
    const verified = this.#admit(subscription.filters, event);
    if (verified !== null) subscription.take(verified, Math.floor(this.#clock.nowMillis() / 1000));
  }

  /** The event, when it is what was asked for and what its author signed. */
  #admit(filters: readonly Filter[], event: NostrEvent): VerifiedEvent | null {
    if (!filters.some((filter) => matchFilter(filter, event))) {
      this.#misbehave('unmatched');
      return null;
    }
    const verified = verifyEvent(event);
    if (verified === null) this.#misbehave('bad-signature');
    return verified;
  }

  #ok(eventId: string, accepted: boolean, reason: ReasonPrefix): void {
    const answer = this.#auth.answered(eventId, accepted, reason);
    if (answer !== null) this.#say(accepted ? { fact: 'authenticated' } : { fact: 'authentication-refused', reason });
    const publication = this.#publications.sent(eventId);
    if (publication === undefined) return;
    const needsProof = !accepted && reason === 'auth-required';
    if (needsProof && this.#publications.authRequired(eventId, this.#auth, this.#clock.nowMillis())) return;
    this.#publications.remove(eventId);
    const result: PublishResult = accepted ? { outcome: 'ok' } : { outcome: 'refused', reason };
    for (const settle of publication.settles) settle(result);
  }

  #endOfStored(id: string): void {
    const query = this.#queries.sent(id);
    if (query === undefined) this.#subscriptions.get(id)?.handlers.onStored?.();
    if (query?.verb !== 'REQ') return;
    this.#finish(query);
    query.ended();
  }

  #closedByRelay(id: string, reason: ReasonPrefix): void {
    const subscription = this.#subscriptions.get(id);
    if (subscription !== undefined) this.#subscriptionClosed(subscription, reason);
    const query = this.#queries.sent(id);
    if (query === undefined) return;
    const needsProof = reason === 'auth-required';
    if (needsProof && this.#queries.authRequired(id, this.#auth, this.#clock.nowMillis())) return;
    this.#queries.remove(id);
    this.#report();
    query.refused(reason);
  }

  #subscriptionClosed(subscription: StandingSubscription, reason: ReasonPrefix): void {
    const { proofs, hopeful } = this.#auth;
    const refused = subscription.closedByRelay(reason, proofs, hopeful, this.#clock.nowMillis());
    if (refused) this.#say({ fact: 'subscription-refused', reason });
  }

  #counted(id: string, count: number, approximate: boolean): void {
    const query = this.#queries.sent(id);
    if (query?.verb !== 'COUNT') {
      if (!this.#closing.has(id)) this.#misbehave('unasked');
      return;
    }
    this.#queries.remove(id);
    query.counted(count, approximate);
  }

  #reconciled(id: string, hex: string): void {
    const running = this.#reconciliations.sent(id);
    if (running === undefined) {
      if (!this.#closing.has(id)) this.#misbehave('unasked');
      return;
    }
    const next = running.answered(hex, this.#clock.nowMillis());
    if (next !== null) this.#frames.push(next);
    else {
      this.#reconciliations.remove(id);
      this.#sendClose(id, 'NEG-CLOSE');
    }
  }

  #notReconciled(id: string, reason: ReasonPrefix): void {
    const running = this.#reconciliations.sent(id);
    if (running === undefined) return;
    const needsProof = reason === 'auth-required';
    if (needsProof && this.#reconciliations.authRequired(id, this.#auth, this.#clock.nowMillis())) return;
    this.#reconciliations.remove(id);
    running.refused(reason);
  }

  #newQuery(verb: 'REQ' | 'COUNT', filters: readonly Filter[], timeoutMillis?: number): Query {
    const id = this.#nextId(verb === 'REQ' ? 'q' : 'c', filters);
    const nothing = () => {};
    return {
      id,
      verb,
      filters,
      events: new Map(),
      foreign: 0,
      deadlineMillis: this.#clock.nowMillis() + (timeoutMillis ?? CLIENT_LIMITS.queryTimeoutMillis),
      frame: () => JSON.stringify([verb, id, ...filters]),
      refused: nothing,
      lost: nothing,
      ended: nothing,
      tooLarge: nothing,
      counted: nothing,
    };
  }

  /** Numbers run over the whole session, so that an answer to a query of the last connection fits none of this one. */
  #nextId(prefix: string, filters: readonly Filter[]): string {
    if (filters.length === 0 || filters.length > CLIENT_LIMITS.filtersMax) {
      fail('usage', 'a query takes 1 to 16 filters', { filters: filters.length });
    }
    this.#numbered += 1;
    return `${prefix}${this.#numbered}`;
  }

  #finish(query: Query): void {
    this.#queries.remove(query.id);
    this.#sendClose(query.id);
    this.#report();
  }

  #sendClose(id: string, verb: 'CLOSE' | 'NEG-CLOSE' = 'CLOSE'): void {
    if (!this.#open) return;
    this.#frames.push(JSON.stringify([verb, id]));
    this.#closing.add(id);
    if (this.#closing.size > CLIENT_LIMITS.queriesMax)
      this.#closing.delete(this.#closing.values().next().value as string);
  }

  /** Sends whatever may go out now: proofs first, and nothing else before they are settled. */
  #flush(): void {
    if (!this.#open) return;
    this.#frames.push(...this.#auth.frames());
    if (!this.#auth.settled) return;
    const { proofs } = this.#auth;
    const now = this.#clock.nowMillis();
    for (const subscription of this.#subscriptions.values()) {
      if (subscription.due(proofs, now)) this.#frames.push(subscription.ask(proofs));
    }
    for (const lane of [this.#publications, this.#queries, this.#reconciliations])
      this.#frames.push(...lane.take(this.#auth));
  }

  #misbehave(why: Misbehaviour): void {
    this.#misbehaviour.set(why, (this.#misbehaviour.get(why) ?? 0) + 1);
    this.#misbehaved += 1;
    if (this.#misbehaved < CLIENT_LIMITS.misbehaviourMax || this.#hangUp) return;
    this.#hangUp = true;
    this.#report();
    this.#say({ fact: 'hung-up' });
  }

  /** Turns the counts since the last report into facts. */
  #report(): void {
    for (const [why, count] of this.#misbehaviour) {
      if (why === 'unmatched' || why === 'bad-signature') this.#say({ fact: 'foreign-events', why, count });
      else this.#say({ fact: 'hostile-frames', why, count });
    }
    this.#misbehaviour.clear();
  }

  #say(fact: SessionFact): void {
    if (this.#facts.length < CLIENT_LIMITS.factsMax) this.#facts.push(fact);
  }
}
