// What has changed in a store, for whoever keeps something that was read from it: sets to be reconciled. In memory only.
import { RELAY_LIMITS } from './limits.ts';

/**
 * Says which events were put or deleted since a moment. A change that was rolled back may be among them: whoever reads this looks up what is
 * true now.
 */
export class ChangeLog {
  /** Grows with each change. */
  revision = 0;
  /** Id → Unix seconds of its created_at, the latest change last; null as long as nobody asked. */
  #touched: { readonly id: string; readonly created_at: number }[] | null = null;

  touch(id: string, created_at: number): void {
    this.revision += 1;
    if (!this.#touched) return;
    this.#touched.push({ id, created_at });
    // Halved at once, so that it costs nothing by the change.
    if (this.#touched.length > 2 * RELAY_LIMITS.reconciledChangesMax)
      this.#touched.splice(0, this.#touched.length - RELAY_LIMITS.reconciledChangesMax);
  }

  /** From now on changes are kept. @returns the revision for `since` */
  mark(): number {
    this.#touched ??= [];
    return this.revision;
  }

  /** Ids with created_at; null = too many, or from before the first `mark`. */
  since(revision: number): Map<string, number> | null {
    const count = this.revision - revision;
    const touched = this.#touched ?? [];
    if (count > touched.length || count > RELAY_LIMITS.reconciledChangesMax) return null;
    return new Map(touched.slice(touched.length - count).map(({ id, created_at }) => [id, created_at]));
  }
}
