// A home's disk: the real stores over one SQLite database, with two ways to fail in the middle of anything: the power goes (what was
// not committed is gone and so is the process), or there is no room (the statement fails and the process goes on).
import { HaleError, hmacSha256, utf8Encode, type VerifiedEvent } from '@hale/kernel';
import type { VaultStore } from '@hale/vault';
import { EventStore } from '../../../home/src/store/events.ts';
import { SqliteOutboxStore } from '../../../home/src/store/outbox-store.ts';
import { SqliteVaultStore } from '../../../home/src/store/vault-store.ts';

/** The power went. Whoever catches it has to boot again from the disk. */
export class PowerCut extends Error {}

export type DiskFault = { what: 'power-cut' | 'full'; afterWrites: number };

const READS = new Set(
  `tiles slots tilePlace looseTiles openSlots firstAndLastSlot hasEvent event spentBatches wastefulBatches tilesOfBatch
   epochsOf accessEvent logEvents logEntry nextLogSeq wasDeleted streamNumber dirtySlots headDays sampleCount state`.split(
    /\s+/,
  ),
);

export class HomeDisk {
  readonly events = new EventStore(':memory:');
  readonly outbox: SqliteOutboxStore;
  readonly vault: VaultStore;
  /** The events, for rooms that begin transactions there. */
  readonly port: EventStore;
  /** Told of own events once what queued them is on the disk. */
  onPublished: (event: VerifiedEvent) => void = () => {};
  /** Called when a transaction begins. */
  onBegin: () => void = () => {};
  fault: DiskFault | null = null;
  #queued: VerifiedEvent[] = [];
  #depth = 0;

  constructor(key: Uint8Array) {
    this.vault = this.#failing(new SqliteVaultStore(this.events, () => new Uint8Array(0)));
    this.port = new Proxy(this.events, {
      get: (target, name) => {
        if (name === 'transact') return (work: () => unknown) => this.vault.transact(work);
        const value = Reflect.get(target, name, target) as unknown;
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    this.outbox = new SqliteOutboxStore(
      this.events,
      (relay) => hmacSha256(key, utf8Encode(relay)),
      () => [],
    );
  }

  /** After a power cut the process begins anew: nothing that it had in mind is left. */
  forgetProcess(): void {
    this.fault = null;
    this.#queued = [];
    this.#depth = 0;
  }

  #failing(store: VaultStore): VaultStore {
    return new Proxy(store, {
      get: (target, name) => {
        const method = Reflect.get(target, name, target) as (...given: unknown[]) => unknown;
        if (name === 'transact') return (work: () => unknown) => this.#transact(target, work);
        return (...given: unknown[]) => {
          if (!READS.has(String(name))) this.#write();
          const result = method.apply(target, given);
          if (name === 'enqueue') this.#queue((given[0] as { event: VerifiedEvent }).event);
          return result;
        };
      },
    });
  }

  /** Fails when the time has come. A full disk stays full for the rest of the operation. */
  #write(): void {
    const { fault } = this;
    if (fault === null) return;
    if (fault.afterWrites > 0) {
      fault.afterWrites--;
      return;
    }
    if (fault.what === 'power-cut') throw new PowerCut();
    throw new HaleError('full', 'no room on the disk');
  }

  #queue(event: VerifiedEvent): void {
    this.#queued.push(event);
    if (this.#depth === 0) this.#tell();
  }

  #tell(): void {
    const queued = this.#queued;
    this.#queued = [];
    for (const event of queued) this.onPublished(event);
  }

  #transact(target: VaultStore, work: () => unknown): unknown {
    if (this.#depth === 0) this.onBegin();
    this.#depth++;
    try {
      const result = target.transact(work);
      if (this.#depth === 1) this.#tell();
      // The commit stands, but nobody was told.
      if (this.#depth === 1 && this.fault?.what === 'power-cut') this.#write();
      return result;
    } catch (error) {
      if (this.#depth === 1) this.#queued = [];
      throw error;
    } finally {
      this.#depth--;
    }
  }
}
