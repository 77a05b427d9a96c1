// Relays clip what they answer (NIP-11 max_limit). A restore must not take the first 500 events for all, so a long query walks back in
// pages by `until`.
import { type Filter, newestFirst, type VerifiedEvent } from '@hale/kernel';
import { CLIENT_LIMITS } from './limits.ts';

/** Events; no relay in use clips below this, so a shorter page is whole. */
const smallestClip = 20;

/**
 * Walks one filter from its newest event to its oldest: ask `next`, give the answer to `take`, until `next` is null. The page's oldest
 * second is asked for again, because the clip may have cut through it.
 */
export class PagedQuery {
  readonly #filter: Filter;
  readonly #found = new Map<string, VerifiedEvent>();
  readonly #pageEvents: number;
  readonly #limitKnown: boolean;
  #untilSeconds: number | null = null;
  #largestPage = 0;
  #done = false;
  #complete = true;

  /** @param relayLimit the relay's NIP-11 `max_limit`, where known */
  constructor(filter: Filter, relayLimit?: number) {
    this.#filter = filter;
    this.#limitKnown = relayLimit !== undefined;
    this.#pageEvents = Math.min(CLIENT_LIMITS.pageEvents, relayLimit ?? CLIENT_LIMITS.pageEvents);
  }

  /** The next page's filter, or null when everything was asked for. */
  get next(): Filter | null {
    if (this.#done) return null;
    const until = this.#untilSeconds === null ? {} : { until: this.#untilSeconds };
    return { ...this.#filter, ...until, limit: this.#pageEvents };
  }

  /** Takes the answer to `next`; gives those of its events that were not in an earlier page. */
  take(events: readonly VerifiedEvent[]): VerifiedEvent[] {
    const fresh = events.filter((event) => !this.#found.has(event.id));
    for (const event of fresh) this.#found.set(event.id, event);
    this.#largestPage = Math.max(this.#largestPage, events.length);
    const oldest = events.reduce((least, event) => Math.min(least, event.created_at), Number.POSITIVE_INFINITY);
    if (this.#limitKnown && events.length < this.#pageEvents) {
      this.#done = true;
      return fresh;
    }
    if (fresh.length > 0 && oldest !== this.#untilSeconds) {
      this.#untilSeconds = oldest;
      return fresh;
    }
    this.#stepBelow(events, oldest);
    return fresh;
  }

  /**
   * A page within one second, or with nothing new. Shorter than what the relay gives at most: that was all. Otherwise the second may
   * hold more than a page, which `until` cannot reach: go on below it and say that the answer is not complete.
   */
  #stepBelow(events: readonly VerifiedEvent[], oldest: number): void {
    const clipped = events.length >= this.#pageEvents || events.length >= Math.max(this.#largestPage, smallestClip);
    if (!clipped || oldest <= (this.#filter.since ?? 0)) {
      this.#done = true;
      return;
    }
    this.#complete = false;
    this.#untilSeconds = oldest - 1;
  }

  /** Newest first, ties by lowest id. */
  get events(): VerifiedEvent[] {
    return [...this.#found.values()].sort(newestFirst);
  }

  /** False when one second held at least a whole page: narrow the filter (by author, kind or tag) and ask again. */
  get complete(): boolean {
    return this.#complete;
  }
}
