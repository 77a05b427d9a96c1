// The plainest outbox store there can be, and the contract that every other one has to keep as well.
import { KINDS, type VerifiedEvent } from '@hale/kernel';
import type { DeliveryState, OutboxEntry, OutboxStore, RefusalReason } from '@hale/relay/client';
import { expect, test } from 'vitest';
import { person } from '../relay-people.ts';

export class MemoryOutboxStore implements OutboxStore {
  readonly #entries: OutboxEntry[] = [];
  readonly #relays: string[];
  readonly #states = new Map<string, DeliveryState>();
  readonly reasons = new Map<string, RefusalReason>();

  constructor(relays: string[]) {
    this.#relays = relays;
  }

  enqueue(event: VerifiedEvent): OutboxEntry {
    const entry = { seq: this.#entries.length + 1, event };
    this.#entries.push(entry);
    return entry;
  }

  state(relay: string, seq: number): DeliveryState {
    return this.#states.get(`${relay} ${seq}`) ?? 'pending';
  }

  pendingFor(relay: string, limit: number): OutboxEntry[] {
    return this.#entries.filter(({ seq }) => this.state(relay, seq) === 'pending').slice(0, limit);
  }

  urgentFor(relay: string, limit: number): OutboxEntry[] {
    return this.pendingFor(relay, Number.MAX_SAFE_INTEGER)
      .filter(({ event }) => event.kind === KINDS.access)
      .slice(0, limit);
  }

  unconfirmedFor(relay: string, limit: number): OutboxEntry[] {
    const accepted = this.#entries.filter(
      ({ seq, event }) => event.kind === KINDS.access && this.state(relay, seq) === 'accepted',
    );
    return accepted.slice(0, limit);
  }

  markAccepted(relay: string, seq: number): void {
    this.#states.set(`${relay} ${seq}`, 'accepted');
  }

  markConfirmed(relay: string, seq: number): void {
    this.#states.set(`${relay} ${seq}`, 'confirmed');
  }

  markRefused(relay: string, seq: number, reason: RefusalReason): void {
    this.#states.set(`${relay} ${seq}`, 'refused');
    this.reasons.set(`${relay} ${seq}`, reason);
  }

  accessDeliveries(author: string): { relay: string; seq: number; state: DeliveryState }[] {
    const own = this.#entries.filter(({ event }) => event.kind === KINDS.access && event.pubkey === author);
    return this.#relays.flatMap((relay) => own.map(({ seq }) => ({ relay, seq, state: this.state(relay, seq) })));
  }
}

/**
 * What an OutboxStore has to keep. `make` gives an empty store for the relays 'a' and 'b', `enqueue` for both, and `reopen`: the same
 * content after a restart of the process.
 */
export function outboxStoreContract(
  make: () => { store: OutboxStore; enqueue(event: VerifiedEvent): void; reopen(): OutboxStore },
): void {
  const author = person('author');
  const tile = (n: number) => author.sign({ kind: KINDS.tileBatch, content: `${n}` });
  const ids = (entries: OutboxEntry[]) => entries.map(({ event }) => event.id);

  test('each relay has its own queue, in the order of making, over a restart', () => {
    const { store, enqueue, reopen } = make();
    const events = [1, 2, 3].map(tile);
    for (const event of events) enqueue(event);
    const [first, second] = store.pendingFor('a', 10);
    expect(second.seq).toBeGreaterThan(first.seq);
    store.markAccepted('a', first.seq);
    store.markAccepted('a', first.seq);
    store.markRefused('b', second.seq, 'blocked');
    const later = reopen();
    expect(ids(later.pendingFor('a', 10))).toEqual([events[1].id, events[2].id]);
    expect(ids(later.pendingFor('a', 1))).toEqual([events[1].id]);
    expect(ids(later.pendingFor('b', 10))).toEqual([events[0].id, events[2].id]);
    expect(later.pendingFor('c', 10).length === 0 || later.pendingFor('c', 10).length === 3).toBe(true);
  });

  test('accepted access events wait to be read back', () => {
    const { store, enqueue, reopen } = make();
    const access = author.sign({ kind: KINDS.access });
    enqueue(tile(1));
    enqueue(access);
    for (const { seq } of store.pendingFor('a', 10)) store.markAccepted('a', seq);
    const later = reopen();
    expect(ids(later.unconfirmedFor('a', 10))).toEqual([access.id]);
    expect(later.unconfirmedFor('b', 10)).toEqual([]);
    later.markConfirmed('a', later.unconfirmedFor('a', 10)[0].seq);
    expect(later.unconfirmedFor('a', 10)).toEqual([]);
    const states = later.accessDeliveries(author.pubkey).map(({ relay, state }) => [relay, state]);
    expect(states.sort()).toEqual([
      ['a', 'confirmed'],
      ['b', 'pending'],
    ]);
    expect(later.accessDeliveries(person('nobody').pubkey)).toEqual([]);
  });
}
