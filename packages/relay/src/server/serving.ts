import { type Filter, KINDS, matchFilter, type VerifiedEvent } from '@hale/kernel';
import { type Rights, signsStreams } from './admission.ts';
import type { Connection, Effect, StoredRef, Subscription } from './connection.ts';
import { frames } from './frames.ts';
import { asksOnlyPrivate, gateOf, mayBeServed } from './gate.ts';
import { RELAY_LIMITS } from './limits.ts';
import type { Workshop } from './publications.ts';
import { countEverything, countPermitted, findPermitted } from './scan.ts';

/** Answers to REQ and COUNT, and live delivery, each only to whom the event may be shown. */
export class Serving {
  readonly #shop: Workshop;
  readonly #rightsOf: (connection: Connection) => Rights;
  /** EOSE that must not leave before the receipts are on the disk. */
  #held: Effect[] = [];

  constructor(shop: Workshop, rightsOf: (connection: Connection) => Rights) {
    this.#shop = shop;
    this.#rightsOf = rightsOf;
  }

  get isHolding(): boolean {
    return this.#held.length > 0;
  }

  /** What was held, after the commit. */
  release(): Effect[] {
    const held = this.#held;
    this.#held = [];
    return held;
  }

  subscribe(connection: Connection, id: string, filters: readonly Filter[]): Effect[] {
    const to = connection.id;
    const replaced = connection.subscriptions.delete(id);
    if (!replaced && connection.subscriptions.size >= RELAY_LIMITS.subscriptionsMax) {
      return [{ to, frame: frames.closed(id, 'restricted: too many subscriptions') }];
    }
    const refusal = refusalOfQuestion(connection, filters);
    if (refusal !== null) return [{ to, frame: frames.closed(id, refusal) }];
    const refs = findPermitted(this.#shop.store, filters, this.#rightsOf(connection), this.#shop.now());
    const subscription: Subscription = { id, filters, scan: { refs, at: 0 } };
    connection.subscriptions.set(id, subscription);
    return this.page(connection, subscription);
  }

  count(connection: Connection, id: string, filters: readonly Filter[]): string {
    const { store, faults } = this.#shop;
    const refusal = refusalOfQuestion(connection, filters);
    if (refusal !== null) return frames.closed(id, refusal);
    const now = this.#shop.now();
    if (faults.countUngated) return frames.count(id, countEverything(store, filters, now));
    return frames.count(id, countPermitted(store, filters, this.#rightsOf(connection), now));
  }

  /** The next page of a scan, with EOSE after the last. */
  page(connection: Connection, subscription: Subscription): Effect[] {
    const effects: Effect[] = [];
    const scan = subscription.scan;
    if (!scan) return effects;
    for (let units = 0; scan.at < scan.refs.length && units < RELAY_LIMITS.pageBytes; scan.at++) {
      const json = this.#fetch(connection, scan.refs[scan.at]);
      if (json === null) continue;
      const frame = frames.event(subscription.id, json);
      units += frame.length;
      effects.push({ to: connection.id, frame });
    }
    if (scan.at < scan.refs.length) return effects;
    subscription.scan = null;
    const eose: Effect = { to: connection.id, frame: frames.eose(subscription.id) };
    // The receipt is on the disk before the reader hears that it has everything.
    if (this.#shop.book.gatherDue(connection, this.#shop.now())) this.#held.push(eose);
    else effects.push(eose);
    return effects;
  }

  /**
   * The event's JSON, where it is still there and still permitted: rights may have ended and events gone since the scan began. Whoever is served
   * what is open to all she was admitted to needs no closer look.
   */
  #fetch(connection: Connection, { id, gate }: StoredRef): string | null {
    const { store } = this.#shop;
    const rights = this.#rightsOf(connection);
    if (gate === 'open') return rights.open ? store.json(id) : null;
    const event = store.get(id);
    if (!event || !mayBeServed(event, gate, rights)) return null;
    this.#recordServed(connection, event);
    return JSON.stringify(event);
  }

  #recordServed(connection: Connection, event: VerifiedEvent): void {
    const { book, faults, now } = this.#shop;
    if (event.kind !== KINDS.tileBatch || faults.receiptDropped) return;
    book.record(connection, this.#rightsOf(connection), event, now());
  }

  /** Passes a stored event on to all whom it concerns. */
  deliver(connections: Iterable<Connection>, event: VerifiedEvent): Effect[] {
    const gate = gateOf(event, (author) => signsStreams(this.#shop.store, author));
    const effects: Effect[] = [];
    let json: string | null = null;
    for (const connection of connections) {
      for (const { id, filters } of connection.subscriptions.values()) {
        if (!filters.some((filter) => matchFilter(filter, event))) continue;
        if (!mayBeServed(event, gate, this.#rightsOf(connection))) break;
        json ??= JSON.stringify(event);
        effects.push({ to: connection.id, frame: frames.event(id, json) });
        this.#recordServed(connection, event);
      }
    }
    return effects;
  }
}

/** NIP-42: who asks only for what is never public must prove a key first. Depends on the question, not on the store. */
function refusalOfQuestion(connection: Connection, filters: readonly Filter[]): string | null {
  const mustProve = connection.proven.size === 0 && filters.every(asksOnlyPrivate);
  return mustProve ? 'auth-required: prove a key to be served events of these kinds' : null;
}
