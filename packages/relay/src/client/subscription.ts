// A standing subscription: asked for again after every reconnect, each event handed over once.
import type { Filter, VerifiedEvent } from '@hale/kernel';
import type { ReasonPrefix } from './frames.ts';
import { CLIENT_LIMITS } from './limits.ts';

export interface SubscriptionHandlers {
  /**
   * Called once per event id, in the relay's order. After more than `seenIdsMax` other events a relay can get a repetition through,
   * so what is done here has to be idempotent.
   */
  onEvent(event: VerifiedEvent): void;
  /** The relay says that everything stored was sent: once per connection. */
  onStored?(): void;
  /** The relay does not serve this; it is asked again on the next connection, or after a minute where the reason may pass. */
  onRefused?(reason: ReasonPrefix): void;
}

export interface Subscription {
  close(): void;
}

/** wanted: REQ to be sent · asked: sent · waiting: 'auth-required', sent again after a proof · refused: until `retryAtMillis` */
type State = 'wanted' | 'asked' | 'waiting' | 'refused';

const passing: ReadonlySet<ReasonPrefix> = new Set<ReasonPrefix>(['rate-limited', 'error', 'other']);

export class StandingSubscription {
  readonly id: string;
  readonly filters: readonly Filter[];
  readonly handlers: SubscriptionHandlers;
  state: State = 'wanted';
  readonly #seen = new Set<string>();
  #newestSeconds: number | null = null;
  #proofsWhenAsked = 0;
  #retried = false;
  #retryAtMillis = Number.POSITIVE_INFINITY;

  constructor(id: string, filters: readonly Filter[], handlers: SubscriptionHandlers) {
    this.id = id;
    this.filters = filters;
    this.handlers = handlers;
  }

  /** A new connection: everything that was said on the last one is forgotten, what was received is not. */
  reopen(): void {
    this.state = 'wanted';
    this.#retried = false;
    this.#retryAtMillis = Number.POSITIVE_INFINITY;
  }

  /** The REQ frame. From the second time on it looks back only over the overlap; see `overlapSeconds` for why so far. */
  ask(proofs: number): string {
    this.state = 'asked';
    this.#proofsWhenAsked = proofs;
    const since = this.#newestSeconds === null ? 0 : Math.max(0, this.#newestSeconds - CLIENT_LIMITS.overlapSeconds);
    const later = (filter: Filter): Filter => (since > (filter.since ?? 0) ? { ...filter, since } : filter);
    return JSON.stringify(['REQ', this.id, ...this.filters.map(later)]);
  }

  has(eventId: string): boolean {
    return this.#seen.has(eventId);
  }

  /** Hands the event over unless it was before. An author's clock that runs ahead must not blind the next REQ, hence `nowSeconds`. */
  take(event: VerifiedEvent, nowSeconds: number): void {
    if (this.#seen.has(event.id)) return;
    this.#seen.add(event.id);
    if (this.#seen.size > CLIENT_LIMITS.seenIdsMax) this.#seen.delete(this.#seen.values().next().value as string);
    this.#newestSeconds = Math.max(this.#newestSeconds ?? 0, Math.min(event.created_at, nowSeconds));
    this.handlers.onEvent(event);
  }

  /** The relay closed it. True = refused for now and reported. */
  closedByRelay(reason: ReasonPrefix, proofs: number, hopeful: boolean, nowMillis: number): boolean {
    if (reason === 'auth-required' && !this.#retried && (proofs > this.#proofsWhenAsked || hopeful)) {
      this.#retried = true;
      this.state = 'waiting';
      return false;
    }
    this.state = 'refused';
    this.#retryAtMillis = passing.has(reason) ? nowMillis + CLIENT_LIMITS.resubscribeMillis : Number.POSITIVE_INFINITY;
    this.handlers.onRefused?.(reason);
    return true;
  }

  /** Whether its REQ is to be sent now. A key proved since it was refused is a reason to ask again. */
  due(proofs: number, nowMillis: number): boolean {
    if (this.state === 'wanted') return true;
    if (this.state === 'asked') return false;
    return proofs > this.#proofsWhenAsked || nowMillis >= this.#retryAtMillis;
  }
}
