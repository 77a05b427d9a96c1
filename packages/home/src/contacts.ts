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
  atMicros: number;
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
    const known = this.#known.get(name);
    if (known) known.atMicros = Math.max(known.atMicros, atMicros);
    else this.#known.set(name, { atMicros, doubt: null });
    this.#isChanged = true;
  }

  /** Notes readings of a device that was just heard whose time cannot be. */
  doubt(name: string, { readings, aheadSeconds, atMicros }: Doubt): void {
    this.heard(name, atMicros);
    const known = this.#known.get(name);
    if (known) known.doubt = { readings: readings + (known.doubt?.readings ?? 0), aheadSeconds, atMicros };
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
