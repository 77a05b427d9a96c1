import { type Filter, KINDS, type VerifiedEvent } from '@hale/kernel';
import { type Rights, signsStreams } from './admission.ts';
import type { Connection, Effect, Subscription } from './connection.ts';
import { frames } from './frames.ts';
import { asksOnlyPrivate, type Gate, gateOf, mayBeServed } from './gate.ts';
import { Interests } from './interest.ts';
import { RELAY_LIMITS } from './limits.ts';
import type { Work } from './merge.ts';
import type { Workshop } from './publications.ts';
import { countEverything, countPermitted, findPermitted, type GatedRow } from './scan.ts';

/** Answers to REQ and COUNT, and live delivery, each only to whom the event may be shown. */
export class Serving {
  readonly #shop: Workshop;
  readonly #rightsOf: (connection: Connection) => Rights;
  readonly #interests = new Interests();
  #turn = 0;
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
    this.unsubscribe(connection, id);
    if (connection.subscriptions.size >= this.#shop.policy.limits.subscriptionsMax) {
      return [{ to, frame: frames.closed(id, 'restricted: too many subscriptions') }];
    }
    if (connection.filterValues + valuesOf(filters) > RELAY_LIMITS.filterValuesOfConnectionMax) {
      return [{ to, frame: frames.closed(id, 'restricted: too many values in the filters of this connection') }];
    }
    const refusal = refusalOfQuestion(connection, filters);
    if (refusal !== null) return [{ to, frame: frames.closed(id, refusal) }];
    const { store, policy, now } = this.#shop;
    const rows = findPermitted(store, filters, this.#rightsOf(connection), now(), policy.limits.eventsPerRequestMax);
    const subscription: Subscription = { id, filters, scan: { rows, heard: new Set() } };
    connection.subscriptions.set(id, subscription);
    connection.filterValues += valuesOf(filters);
    this.#interests.add(connection, subscription);
    if (connection.work.turn !== this.#turn) connection.work = { left: RELAY_LIMITS.rowsPerTurn, turn: this.#turn };
    return this.page(connection, subscription, connection.work);
  }

  /** The host's next turn: each connection may have so much done for it again. */
  beginTurn(): void {
    this.#turn += 1;
  }

  unsubscribe(connection: Connection, id: string): void {
    const subscription = connection.subscriptions.get(id);
    if (!subscription) return;
    connection.subscriptions.delete(id);
    connection.filterValues -= valuesOf(subscription.filters);
    this.#interests.remove(subscription);
  }

  /** The connection is gone. */
  forget(connection: Connection): void {
    for (const id of [...connection.subscriptions.keys()]) this.unsubscribe(connection, id);
  }

  count(connection: Connection, id: string, filters: readonly Filter[]): string {
    const { store, faults } = this.#shop;
    const refusal = refusalOfQuestion(connection, filters);
    if (refusal !== null) return frames.closed(id, refusal);
    const now = this.#shop.now();
    if (faults.countUngated) return frames.count(id, countEverything(store, filters, now));
    return frames.count(id, countPermitted(store, filters, this.#rightsOf(connection), now));
  }

  /** The next page of a scan, with EOSE after the last. Ends sooner where much has to be looked at for little: others wait. */
  page(connection: Connection, subscription: Subscription, work: Work = { left: RELAY_LIMITS.rowsPerTurn }): Effect[] {
    const effects: Effect[] = [];
    const { scan } = subscription;
    if (!scan) return effects;
    for (let units = 0; units < RELAY_LIMITS.pageBytes; ) {
      const found = scan.rows.head(work);
      if (found === 'later') return effects;
      if (found === null) return [...effects, ...this.#endScan(connection, subscription)];
      scan.rows.take();
      work.left -= 1;
      const json = this.#fetch(connection, found);
      if (json === null || (scan.heard.size > 0 && scan.heard.has(idInJson(json)))) continue;
      const frame = frames.event(subscription.id, json);
      units += frame.length;
      effects.push({ to: connection.id, frame });
    }
    return effects;
  }

  #endScan(connection: Connection, subscription: Subscription): Effect[] {
    subscription.scan = null;
    const eose: Effect = { to: connection.id, frame: frames.eose(subscription.id) };
    // The receipt is on the disk before the reader hears that it has everything.
    if (!this.#shop.book.gatherDue(connection, this.#shop.now())) return [eose];
    this.#held.push(eose);
    return [];
  }

  /**
   * The event's JSON, where it is still there and still permitted: rights may have ended and events gone since the scan began. Whoever is served
   * what is open to all she was admitted to needs no closer look.
   */
  #fetch(connection: Connection, { row, gate }: GatedRow): string | null {
    const { store, now } = this.#shop;
    const rights = this.#rightsOf(connection);
    if (gate === 'open') return rights.open ? store.jsonAt(row, now()) : null;
    const event = store.eventAt(row, now());
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
  deliver(event: VerifiedEvent): Effect[] {
    let gate: Gate | null = null;
    let json: string | null = null;
    const effects: Effect[] = [];
    for (const { connection, subscription } of this.#interests.of(event)) {
      gate ??= gateOf(event, (author) => signsStreams(this.#shop.store, author));
      if (!mayBeServed(event, gate, this.#rightsOf(connection))) continue;
      json ??= JSON.stringify(event);
      effects.push({ to: connection.id, frame: frames.event(subscription.id, json) });
      subscription.scan?.heard.add(event.id);
      this.#recordServed(connection, event);
    }
    return effects;
  }
}

/** Where JSON.stringify puts it: `{"id":"…`. */
const idInJson = (json: string): string => json.slice(7, 71);

function valuesOf(filters: readonly Filter[]): number {
  const ofFilter = (filter: Filter) =>
    Object.values(filter).reduce((sum: number, value) => sum + (Array.isArray(value) ? value.length : 1), 0);
  return filters.reduce((sum, filter) => sum + ofFilter(filter), 0);
}

/** NIP-42: who asks only for what is never public must prove a key first. Depends on the question, not on the store. */
export function refusalOfQuestion(connection: Connection, filters: readonly Filter[]): string | null {
  const mustProve = connection.proven.size === 0 && filters.every(asksOnlyPrivate);
  return mustProve ? 'auth-required: prove a key to be served events of these kinds' : null;
}
