// A relay of the simulated network: the real engine over the real store, on a disk that fails as told, behind a line that breaks, and
// run by somebody who may withhold, repeat, reorder, or put an old backup in place.
import { fromHex, HaleError, type NostrEvent, schnorrPublic, toHex } from '@hale/kernel';
import { conversationKey, encryptNip44, signEvent } from '@hale/kernel/seal';
import {
  type Effect,
  isAdmitted,
  policyOf,
  RelayEngine,
  type RelayPolicy,
  type RelaySigner,
  type RelayStore,
} from '@hale/relay/server';
import { EventStore } from '../../../home/src/store/events.ts';
import type { TrueTime } from './clock.ts';
import type { SimFaults } from './faults.ts';
import type { Prng } from './prng.ts';

export type CommitFault = 'failed-not-stored' | 'failed-but-stored';

/** Where an engine's frames for one connection go. */
export interface Wire {
  readonly down: string[];
  dropped(): void;
}

const TABLES = ['event', 'event_tag', 'event_reader', 'relay_member', 'relay_receipt_head'];

export class SimRelay {
  readonly url: string;
  /** Keeps its promises: what it said OK to stays, and it serves what it holds. It may still be out of reach or have a bad disk. */
  readonly honest: boolean;
  readonly events = new EventStore(':memory:');
  readonly secret: Uint8Array;
  reachable = true;
  /** Faults for the next commits that write. */
  readonly commitFaults: CommitFault[] = [];
  /** A dishonest relay does not show events for which this holds. */
  withholds: (event: NostrEvent) => boolean = () => false;
  repeats = false;
  reorders = false;
  /** Said OK to these and threw them away. */
  swallows = false;
  hasSnapshot = false;
  /** Bytes of frames that it has seen or sent, for whoever reads along. */
  onFrame: (text: string) => void = () => {};
  readonly #time: TrueTime;
  readonly #prng: Prng;
  readonly #faults: Partial<SimFaults>;
  readonly #wires = new Map<string, Wire>();
  #engine: RelayEngine;

  constructor(options: { url: string; honest: boolean; time: TrueTime; prng: Prng; faults: Partial<SimFaults> }) {
    this.url = options.url;
    this.honest = options.honest;
    this.#time = options.time;
    this.#prng = options.prng;
    this.#faults = options.faults;
    this.secret = options.prng.bytes(32);
    this.events.database.exec("ATTACH ':memory:' AS backup");
    this.#engine = this.#newEngine();
  }

  get policy(): RelayPolicy {
    // The simulated homes spend no tokens: their doors are no HTTP.
    return policyOf({ private: true, urls: [this.url], name: 'simulated', quota: null });
  }

  #newEngine(): RelayEngine {
    return new RelayEngine({
      store: faultyStore(this.events, this.commitFaults),
      policy: this.policy,
      signer: this.#signer(),
      now: () => this.#time.seconds,
      random: (length) => this.#prng.bytes(length),
      faults: this.#faults,
    });
  }

  #signer(): RelaySigner {
    return {
      pubkey: toHex(schnorrPublic(this.secret)),
      sign: (template) => signEvent(template, this.secret, this.#prng.bytes(32)),
      sealTo: (pubkey, plaintext) =>
        encryptNip44(plaintext, conversationKey(this.secret, fromHex(pubkey, 32)), this.#prng.bytes(32)),
    };
  }

  /** false: out of reach, or the key is not admitted. */
  open(id: string, key: string, wire: Wire): boolean {
    if (!this.reachable || !isAdmitted(this.events, this.policy, key, this.#time.seconds)) return false;
    this.#wires.set(id, wire);
    this.#carryOut(this.#engine.open({ id, admitted: { key, proof: 'ad'.repeat(32) } }));
    return this.#wires.has(id);
  }

  receive(id: string, text: string): void {
    if (!this.#wires.has(id)) return;
    this.onFrame(text);
    if (this.swallows && this.#swallow(id, text)) return;
    this.#carryOut(this.#engine.receive(id, text));
    while (this.#engine.hasMore(id)) this.#carryOut(this.#engine.drain(id));
  }

  /** A liar's OK. Access lists it takes in, so that the lie is not told by reading back. */
  #swallow(id: string, text: string): boolean {
    const [verb, event] = JSON.parse(text) as [string, NostrEvent];
    if (verb !== 'EVENT' || event.kind !== 1980) return false;
    this.#carryOut([{ to: id, frame: JSON.stringify(['OK', event.id, true, '']) }]);
    return true;
  }

  /** One turn of the host: commits what has gathered. */
  turn(): void {
    if (this.#engine.hasPending) this.#carryOut(this.#engine.flush());
  }

  tick(): void {
    this.#carryOut(this.#engine.tick());
  }

  close(id: string): void {
    this.#engine.close(id);
    this.#wires.delete(id);
  }

  /** The process ends at once: what was not committed is gone, connections too. */
  restart(): void {
    for (const [id, wire] of [...this.#wires]) {
      this.#wires.delete(id);
      wire.dropped();
    }
    this.#engine = this.#newEngine();
  }

  cutOff(): void {
    this.reachable = false;
    for (const [id, wire] of [...this.#wires]) {
      this.close(id);
      wire.dropped();
    }
  }

  backUp(): void {
    for (const table of TABLES)
      this.events.database.exec(
        `DROP TABLE IF EXISTS backup.${table}; CREATE TABLE backup.${table} AS SELECT * FROM main.${table}`,
      );
    this.hasSnapshot = true;
  }

  /** Puts the backup in place of what it holds now. */
  rollBack(): void {
    if (!this.hasSnapshot) return;
    for (const table of TABLES)
      this.events.database.exec(`DELETE FROM main.${table}; INSERT INTO main.${table} SELECT * FROM backup.${table}`);
    this.events.forgetRemembered();
    this.restart();
  }

  #carryOut(effects: readonly Effect[]): void {
    for (const effect of this.reorders ? this.#shuffled(effects) : effects) {
      const wire = this.#wires.get(effect.to);
      if (!wire) continue;
      if ('frame' in effect) {
        this.onFrame(effect.frame);
        wire.down.push(...this.#told(effect.frame));
      } else {
        this.close(effect.to);
        wire.dropped();
      }
    }
  }

  /** Events in any order, before what ends the list. */
  #shuffled(effects: readonly Effect[]): Effect[] {
    const isEvent = (effect: Effect) => 'frame' in effect && effect.frame.startsWith('["EVENT"');
    return [...this.#prng.shuffle(effects.filter(isEvent)), ...effects.filter((effect) => !isEvent(effect))];
  }

  /** What a relay makes of a frame before it leaves. */
  #told(frame: string): string[] {
    if (this.honest || !frame.startsWith('["EVENT"')) return [frame];
    const [, , event] = JSON.parse(frame) as [string, string, NostrEvent];
    if (this.withholds(event)) return [];
    return this.repeats && this.#prng.chance(0.3) ? [frame, frame] : [frame];
  }
}

/** The store, but commits fail as told: before anything is kept, or after everything was. */
function faultyStore(events: EventStore, faults: CommitFault[]): RelayStore {
  const transact = <Result>(work: () => Result): Result => {
    const outermost = !events.database.isTransaction;
    const fault = outermost ? faults.shift() : undefined;
    const broken = () => new HaleError('unavailable', 'the store does not answer');
    const result = events.transact(() => {
      const done = work();
      if (fault === 'failed-not-stored') throw broken();
      return done;
    });
    if (fault === 'failed-but-stored') throw broken();
    return result;
  };
  return new Proxy(events, {
    get(target, name) {
      if (name === 'transact') return transact;
      const value = Reflect.get(target, name, target) as unknown;
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
