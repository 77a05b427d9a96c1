import type { VerifiedEvent } from '@hale/kernel';
import type { Rights } from './admission.ts';
import type { Connection } from './connection.ts';
import { RELAY_LIMITS } from './limits.ts';
import { addServed, newServed, type RelaySigner, type Served, writeReceipt } from './receipts.ts';
import type { RelayStore } from './store.ts';

/** Which servings have become due for a receipt, and the writing of them. */
export class ReceiptBook {
  readonly #store: RelayStore;
  readonly #signer: RelaySigner;
  #due: Served[] = [];

  constructor(store: RelayStore, signer: RelaySigner) {
    this.#store = store;
    this.#signer = signer;
  }

  get hasDue(): boolean {
    return this.#due.length > 0;
  }

  /** Notes a served tile batch, unless its own author fetched it. */
  record(connection: Connection, rights: Rights, batch: VerifiedEvent, now: number): void {
    const reader = rights.readerOf.get(batch.pubkey);
    if (reader === undefined || rights.keys.has(batch.pubkey)) return;
    let serving = connection.servings.get(batch.pubkey);
    if (!serving) {
      serving = newServed(batch.pubkey, reader, connection.proven.get(reader) ?? '', now);
      connection.servings.set(batch.pubkey, serving);
    }
    addServed(serving, batch, now);
  }

  /** All of a connection. */
  gather(connection: Connection): void {
    this.#gatherWhere(connection, () => true);
  }

  /** At the end of a scan; within seconds of the last receipt a further one waits. @returns whether any is due */
  gatherDue(connection: Connection, now: number): boolean {
    return this.#gatherWhere(connection, ({ author }) => {
      const last = connection.receiptAt.get(author);
      if (last !== undefined && now - last < RELAY_LIMITS.receiptSpacingSeconds) return false;
      connection.receiptAt.set(author, now);
      return true;
    });
  }

  /** What has gathered for long enough. */
  gatherOld(connection: Connection, now: number): void {
    this.#gatherWhere(connection, ({ since }) => now - since >= RELAY_LIMITS.receiptGatherSeconds);
  }

  #gatherWhere(connection: Connection, isDue: (serving: Served) => boolean): boolean {
    const due = [...connection.servings.values()].filter(isDue);
    for (const serving of due) connection.servings.delete(serving.author);
    this.#due.push(...due);
    return due.length > 0;
  }

  /** Writes all that are due; inside the transaction. They stay due until `forget`, for the commit may fail. */
  write(now: number): VerifiedEvent[] {
    return this.#due.map((serving) => writeReceipt(this.#store, this.#signer, serving, now));
  }

  /** The first `count` are on the disk. */
  forget(count: number): void {
    this.#due.splice(0, count);
  }

  /** While the disk refuses them the oldest beyond the limit are given up. @returns how many */
  shed(): number {
    const excess = Math.max(0, this.#due.length - RELAY_LIMITS.receiptsWaitingMax);
    this.#due.splice(0, excess);
    return excess;
  }
}
