// One reconciliation with a relay (NIP-77), seen from the side that began it.
import { type Filter, fromHex, HaleError, toHex } from '@hale/kernel';
import { Difference, type ItemVector, Reconciler } from '../negentropy/index.ts';
import type { ReasonPrefix } from './frames.ts';
import type { LaneRequest, LostWhy } from './lane.ts';
import { CLIENT_LIMITS } from './limits.ts';

/** What became of a reconciliation. `misled`: the relay's answers make no sense, or never end. */
export type ReconcileResult =
  | { outcome: 'reconciled'; difference: Difference }
  | { outcome: 'refused'; reason: ReasonPrefix }
  | { outcome: 'lost'; why: LostWhy }
  | { outcome: 'misled' };

export class Reconciliation implements LaneRequest {
  readonly id: string;
  readonly #filter: Filter;
  readonly #reconciler: Reconciler;
  readonly #difference = new Difference();
  readonly #settle: (result: ReconcileResult) => void;
  readonly #timeoutMillis: number;
  #rounds = 0;
  deadlineMillis: number;

  constructor(
    id: string,
    options: { filter: Filter; items: ItemVector; nowMillis: number; timeoutMillis?: number },
    settle: (result: ReconcileResult) => void,
  ) {
    this.id = id;
    this.#filter = options.filter;
    this.#reconciler = new Reconciler(options.items);
    this.#timeoutMillis = options.timeoutMillis ?? CLIENT_LIMITS.reconcileTimeoutMillis;
    this.deadlineMillis = options.nowMillis + this.#timeoutMillis;
    this.#settle = settle;
  }

  frame(): string {
    return JSON.stringify(['NEG-OPEN', this.id, this.#filter, toHex(this.#reconciler.begin())]);
  }

  /** @returns the next frame; null = it has ended, one way or the other, and was settled */
  answered(hex: string, nowMillis: number): string | null {
    this.deadlineMillis = nowMillis + this.#timeoutMillis;
    this.#rounds += 1;
    try {
      const next = this.#reconciler.learn(fromHex(hex), this.#difference);
      if (next === null) {
        this.#settle({ outcome: 'reconciled', difference: this.#difference });
        return null;
      }
      const { have, need } = this.#difference;
      if (this.#rounds < CLIENT_LIMITS.reconcileRoundsMax && have.size + need.size < CLIENT_LIMITS.reconcileIdsMax)
        return JSON.stringify(['NEG-MSG', this.id, toHex(next)]);
    } catch (error) {
      if (!(error instanceof HaleError)) throw error;
    }
    this.#settle({ outcome: 'misled' });
    return null;
  }

  refused(reason: ReasonPrefix): void {
    this.#settle({ outcome: 'refused', reason });
  }

  lost(why: LostWhy): void {
    this.#settle({ outcome: 'lost', why });
  }
}
