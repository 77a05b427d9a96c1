// Requests that wait for one answer each: publications in one lane, queries and counts in another.
import { fail } from '@hale/kernel';
import type { Authentication } from './authentication.ts';
import type { ReasonPrefix } from './frames.ts';
import { CLIENT_LIMITS } from './limits.ts';

/** Why no answer came. */
export type LostWhy = 'closed' | 'timeout';

/** What the lane needs of a request; who made it knows the rest. */
export interface LaneRequest {
  /** Event id or subscription id: what the answer will name. */
  readonly id: string;
  readonly deadlineMillis: number;
  frame(): string;
  refused(reason: ReasonPrefix): void;
  lost(why: LostWhy): void;
}

interface Slot<R extends LaneRequest> {
  readonly request: R;
  /** Keys proved when it was sent last; null = not sent yet. */
  proofs: number | null;
  /** It was answered 'auth-required' and waits for a proof until then. */
  authDeadlineMillis: number | null;
  retried: boolean;
}

/** A queue with a bound on what is queued and on what is under way. Order of sending is order of adding. */
export class Lane<R extends LaneRequest> {
  #queued = new Map<string, Slot<R>>();
  readonly #sent = new Map<string, Slot<R>>();
  readonly #max: number;
  readonly #inFlightMax: number;

  constructor(max: number, inFlightMax: number) {
    this.#max = max;
    this.#inFlightMax = inFlightMax;
  }

  get size(): number {
    return this.#queued.size + this.#sent.size;
  }

  /** @throws HaleError 'full' */
  add(request: R): void {
    if (this.size >= this.#max) fail('full', 'too many requests wait for this relay', { max: this.#max });
    this.#queued.set(request.id, { request, proofs: null, authDeadlineMillis: null, retried: false });
  }

  /** The request of that id, sent or not. */
  find(id: string): R | undefined {
    return (this.#sent.get(id) ?? this.#queued.get(id))?.request;
  }

  /** The request of that id, provided that it was sent: an answer to anything else is the relay's invention. */
  sent(id: string): R | undefined {
    return this.#sent.get(id)?.request;
  }

  remove(id: string): void {
    this.#sent.delete(id);
    this.#queued.delete(id);
  }

  /** Moves what may go out now to "sent" and gives its frames. */
  take(auth: Authentication): string[] {
    const frames: string[] = [];
    for (const [id, slot] of this.#queued) {
      if (this.#sent.size >= this.#inFlightMax) break;
      if (slot.authDeadlineMillis !== null && auth.proofs === slot.proofs) continue;
      this.#queued.delete(id);
      slot.proofs = auth.proofs;
      slot.authDeadlineMillis = null;
      this.#sent.set(id, slot);
      frames.push(slot.request.frame());
    }
    return frames;
  }

  /**
   * The relay wants a proof first. True = the request waits and is sent once more when another key was proved;
   * false = it was tried twice, or no key is left that could help: the request is out of the lane.
   */
  authRequired(id: string, auth: Authentication, nowMillis: number): boolean {
    const slot = this.#sent.get(id);
    if (slot === undefined) return false;
    this.#sent.delete(id);
    if (slot.retried || (auth.proofs === slot.proofs && !auth.hopeful)) return false;
    slot.retried = true;
    slot.authDeadlineMillis = nowMillis + CLIENT_LIMITS.challengeWaitMillis;
    this.#queued = new Map([[id, slot], ...this.#queued]);
    return true;
  }

  /** Takes out and ends what waited too long, for its answer or for a proof. Gives the ids. */
  expire(nowMillis: number, auth: Authentication): string[] {
    const over: Slot<R>[] = [];
    const hopeless = (slot: Slot<R>) =>
      slot.authDeadlineMillis !== null &&
      auth.proofs === slot.proofs &&
      (nowMillis >= slot.authDeadlineMillis || !auth.hopeful);
    for (const slot of [...this.#sent.values(), ...this.#queued.values()]) {
      if (nowMillis >= slot.request.deadlineMillis || hopeless(slot)) over.push(slot);
    }
    for (const slot of over) this.remove(slot.request.id);
    for (const slot of over) {
      if (slot.authDeadlineMillis !== null) slot.request.refused('auth-required');
      else slot.request.lost('timeout');
    }
    return over.map((slot) => slot.request.id);
  }

  /** The connection is gone: everything in the lane is lost. A caller that still wants it asks again. */
  lose(): void {
    const all = [...this.#sent.values(), ...this.#queued.values()];
    this.#sent.clear();
    this.#queued.clear();
    for (const slot of all) slot.request.lost('closed');
  }
}
