// When each device was last heard, and whether its times can be true. Kept sealed from one run of the home to the next; written now and then,
// because a contact is worth no fsync of its own.
import type { VaultStore } from '@hale/vault';
import type { LocalSeal } from './local-seal.ts';

/** What a device's times gave away. Plain data. */
export interface Doubt {
  /** Readings whose time could not be, all in all. */
  readings: number;
  /** Of the last delivery with such: by how much the farthest lay after its reception; negative: before, by years. */
  aheadSeconds: number;
  /** When that came, micros. */
  atMicros: number;
}

interface Contact {
  /** Null: only what it sent while the home was locked is known. */
  atMicros: number | null;
  doubt: Doubt | null;
}

const STATE = 'contacts';

export class Contacts {
  readonly #store: VaultStore;
  readonly #local: LocalSeal;
  readonly #known: Map<string, Contact>;
  #isChanged = false;

  constructor(store: VaultStore, local: LocalSeal) {
    this.#store = store;
    this.#local = local;
    const sealed = store.state(STATE);
    this.#known = new Map(sealed ? (local.open(STATE, sealed) as [string, Contact][]) : []);
  }

  /** @param name id of a device, or `<gateway>/<device>` of one behind it */
  heard(name: string, atMicros: number): void {
    const contact = this.#contact(name);
    contact.atMicros = Math.max(contact.atMicros ?? atMicros, atMicros);
  }

  /** Notes readings of a device whose time cannot be. */
  doubt(name: string, { readings, aheadSeconds, atMicros }: Doubt): void {
    const contact = this.#contact(name);
    contact.doubt = { readings: readings + (contact.doubt?.readings ?? 0), aheadSeconds, atMicros };
  }

  #contact(name: string): Contact {
    const known = this.#known.get(name) ?? { atMicros: null, doubt: null };
    this.#known.set(name, known);
    this.#isChanged = true;
    return known;
  }

  lastMicros(name: string): number | null {
    return this.#known.get(name)?.atMicros ?? null;
  }

  doubtOf(name: string): Doubt | null {
    return this.#known.get(name)?.doubt ?? null;
  }

  /** Writes what is new. @throws HaleError 'full' */
  keep(): void {
    if (!this.#isChanged) return;
    const sealed = this.#local.seal(STATE, [...this.#known]);
    this.#store.transact(() => this.#store.setState(STATE, sealed));
    this.#isChanged = false;
  }
}
