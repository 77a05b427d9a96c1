// What a home still owes to each relay: own events in the order in which they were made. The queue itself is in the store and survives a
// restart; here is only what may be sent next, what an answer means, and when a relay may be tried again.
import { type Filter, KINDS, newestFirst, type VerifiedEvent } from '@hale/kernel';
import { backOffMillis } from './back-off.ts';
import type { ReasonPrefix } from './frames.ts';
import { CLIENT_LIMITS } from './limits.ts';
import type { PublishResult, QueryResult } from './session.ts';

export interface OutboxEntry {
  /** Order of making, ascending over all relays. */
  readonly seq: number;
  readonly event: VerifiedEvent;
}

/** pending: to be sent · accepted: the relay said OK · confirmed: read back as the newest (access events only) · refused: for good */
export type DeliveryState = 'pending' | 'accepted' | 'confirmed' | 'refused';

/** `superseded`: the relay holds a newer access event of the same author. */
export type RefusalReason = ReasonPrefix | 'superseded';

/** The port: synchronous, and what a `mark…` call wrote is on disk when it returns. Marking twice changes nothing. */
export interface OutboxStore {
  /** Entries that this relay still has to get, ascending by seq. */
  pendingFor(relay: string, limit: number): OutboxEntry[];
  /** Of the pending ones the access events, ascending by seq: they do not wait for what was made before them. */
  urgentFor(relay: string, limit: number): OutboxEntry[];
  /** Access events (kind 11980) that this relay accepted and that were not read back yet, ascending by seq. */
  unconfirmedFor(relay: string, limit: number): OutboxEntry[];
  markAccepted(relay: string, seq: number): void;
  markConfirmed(relay: string, seq: number): void;
  markRefused(relay: string, seq: number, reason: RefusalReason): void;
  /** The access events of this author (64 hex) on every relay that gets or got them. */
  accessDeliveries(author: string): { relay: string; seq: number; state: DeliveryState }[];
}

/** One thing to do on a connection to the relay; its end goes to `published` or `readBack`. */
export type OutboxStep =
  | { step: 'publish'; entry: OutboxEntry }
  | { step: 'read-back'; entry: OutboxEntry; filter: Filter };

/** `seq` names the entry; no key and no id leaves here, because facts may be logged. */
export type OutboxFact =
  | { fact: 'delivered'; relay: string; seq: number; kind: number }
  | { fact: 'delivery-refused'; relay: string; seq: number; kind: number; reason: Exclude<RefusalReason, 'superseded'> }
  /** `standing`: the newer list; not for logs. */
  | {
      fact: 'delivery-refused';
      relay: string;
      seq: number;
      kind: number;
      reason: 'superseded';
      standing: VerifiedEvent;
    }
  | { fact: 'delivery-postponed'; relay: string; seq: number; kind: number; reason: ReasonPrefix }
  | { fact: 'relay-unreachable'; relay: string; retryAtMillis: number }
  | { fact: 'access-stopped'; relay: string; seq: number }
  | { fact: 'access-pending'; relay: string; seq: number };

interface RelayProgress {
  readonly publishing: Set<number>;
  readonly reading: Set<number>;
  failures: number;
  notBeforeMillis: number;
  /** How often in a row the relay had no room for an author, and until when nothing is sent but access lists. */
  full: number;
  inOrderNotBeforeMillis: number;
}

/** Seconds for which an event that a relay calls invalid is offered again: its clock, not the event, may be what is wrong. */
const OFFER_SECONDS = 3600;
/** Dates are blurred to the day (specs/stream.md §6): what was made within this many seconds may be younger than a relay's clock. */
const YOUNG_SECONDS = 2 * 86_400;

/** Answers that the same event may turn into a yes later. */
const passing: ReadonlySet<ReasonPrefix> = new Set<ReasonPrefix>(['rate-limited', 'error', 'auth-required']);

export class Outbox {
  readonly #store: OutboxStore;
  readonly #clock: { nowMillis(): number; random(byteLength: number): Uint8Array };
  readonly #relays = new Map<string, RelayProgress>();
  /** When an entry was called invalid first, by relay and seq. */
  readonly #invalidSince = new Map<string, number>();

  constructor(store: OutboxStore, clock: { nowMillis(): number; random(byteLength: number): Uint8Array }) {
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * What may be done on this relay now; each step is given once until its end is told. In order: the first pending entry alone, or
   * with it the tile batches of the same author that follow directly. Anything else waits for the acknowledgement of what was made
   * before it: a tile for the token that opens it, a deletion for the survivors (DESIGN §4, §5). Access events overtake
   * all of it: a revocation must not wait behind a year of imported tiles.
   */
  steps(relay: string): OutboxStep[] {
    const progress = this.#progress(relay);
    if (this.#clock.nowMillis() < progress.notBeforeMillis) return [];
    const urgent = this.#store.urgentFor(relay, CLIENT_LIMITS.outboxWindow);
    const isFull = this.#clock.nowMillis() < progress.inOrderNotBeforeMillis;
    const inOrder = isFull ? [] : leadingRun(this.#store.pendingFor(relay, CLIENT_LIMITS.outboxWindow));
    const publish = [...urgent, ...inOrder.filter((entry) => !urgent.some(({ seq }) => seq === entry.seq))]
      .filter((entry) => !progress.publishing.has(entry.seq))
      .map((entry): OutboxStep => ({ step: 'publish', entry }));
    const readBack = this.#store
      .unconfirmedFor(relay, CLIENT_LIMITS.outboxWindow)
      .filter((entry) => !progress.reading.has(entry.seq))
      .map((entry): OutboxStep => ({ step: 'read-back', entry, filter: accessFilter(entry) }));
    for (const { entry } of publish) progress.publishing.add(entry.seq);
    for (const { entry } of readBack) progress.reading.add(entry.seq);
    return [...publish, ...readBack];
  }

  /** The moment (milliseconds) before which `steps` gives nothing for this relay; 0 when it may be asked at once. */
  notBeforeMillis(relay: string): number {
    const { notBeforeMillis = 0, inOrderNotBeforeMillis = 0 } = this.#relays.get(relay) ?? {};
    return Math.max(notBeforeMillis, inOrderNotBeforeMillis);
  }

  /** The end of a publication. */
  published(relay: string, entry: OutboxEntry, result: PublishResult): OutboxFact[] {
    const progress = this.#progress(relay);
    progress.publishing.delete(entry.seq);
    if (result.outcome === 'lost') return this.#postpone(relay, progress);
    const reason = result.outcome === 'refused' ? result.reason : null;
    const { seq, event } = entry;
    if (reason === 'quota') {
      this.#postponeInOrder(progress);
      return [{ fact: 'delivery-postponed', relay, seq, kind: event.kind, reason }];
    }
    if (reason !== null && (passing.has(reason) || (reason === 'invalid' && this.#isOffered(relay, entry)))) {
      this.#postpone(relay, progress);
      return [{ fact: 'delivery-postponed', relay, seq, kind: event.kind, reason }];
    }
    progress.failures = 0;
    progress.full = 0;
    this.#invalidSince.delete(`${relay} ${seq}`);
    // Some relays say OK false 'duplicate:' for what they have. For an access event the reading back decides.
    if (reason === null || reason === 'duplicate') {
      this.#store.markAccepted(relay, seq);
      const delivered: OutboxFact = { fact: 'delivered', relay, seq, kind: event.kind };
      return event.kind === KINDS.access ? [delivered, { fact: 'access-pending', relay, seq }] : [delivered];
    }
    this.#store.markRefused(relay, seq, reason);
    return [{ fact: 'delivery-refused', relay, seq, kind: event.kind, reason }];
  }

  /** A young event that a relay calls invalid may meet a relay whose clock is behind: it is offered again for a while. */
  #isOffered(relay: string, { seq, event }: OutboxEntry): boolean {
    const now = this.#clock.nowMillis();
    if (event.created_at < now / 1000 - YOUNG_SECONDS) return false;
    const key = `${relay} ${seq}`;
    const since = this.#invalidSince.get(key) ?? now;
    this.#invalidSince.set(key, since);
    return now - since < OFFER_SECONDS * 1000;
  }

  /** The end of a reading back. Only an event that stands there as the newest of its author counts as stopped (C3). */
  readBack(relay: string, entry: OutboxEntry, result: QueryResult): OutboxFact[] {
    const progress = this.#progress(relay);
    progress.reading.delete(entry.seq);
    const pending: OutboxFact = { fact: 'access-pending', relay, seq: entry.seq };
    if (result.outcome === 'lost') return [...this.#postpone(relay, progress), pending];
    const newest = result.outcome === 'complete' ? newestOf(result.events) : null;
    if (newest !== null && newest.id === entry.event.id) {
      progress.failures = 0;
      this.#store.markConfirmed(relay, entry.seq);
      return [{ fact: 'access-stopped', relay, seq: entry.seq }];
    }
    if (newest !== null && newestOf([newest, entry.event]) === newest) return this.#superseded(relay, entry, newest);
    // It said OK and serves an older one or none: asked again later, and until then readers may still get in.
    this.#postpone(relay, progress);
    return [pending];
  }

  /**
   * An access event that the relay called invalid, and what it holds of that author: where that is newer, offering ours again is no use.
   * @returns null where it is not newer: then the refusal has another reason
   */
  overtaken(relay: string, entry: OutboxEntry, result: QueryResult): OutboxFact[] | null {
    const newest = result.outcome === 'complete' ? newestOf(result.events) : null;
    if (newest === null || newest.id === entry.event.id || newestOf([newest, entry.event]) !== newest) return null;
    this.#progress(relay).publishing.delete(entry.seq);
    return this.#superseded(relay, entry, newest);
  }

  #superseded(relay: string, { seq, event: { kind } }: OutboxEntry, standing: VerifiedEvent): OutboxFact[] {
    this.#progress(relay).failures = 0;
    this.#store.markRefused(relay, seq, 'superseded');
    return [{ fact: 'delivery-refused', relay, seq, kind, reason: 'superseded', standing }];
  }

  /** The connection could not be made. */
  unreachable(relay: string): OutboxFact[] {
    return this.#postpone(relay, this.#progress(relay));
  }

  /**
   * Per relay, whether the access event `seq` of this author, or a later one of hers, was read back as the newest.
   * 'pending' relays may still serve the readers that it removed, until their `until`.
   */
  revocation(author: string, seq: number): { relay: string; state: 'stopped' | 'pending' }[] {
    const states = new Map<string, 'stopped' | 'pending'>();
    for (const delivery of this.#store.accessDeliveries(author)) {
      if (delivery.seq < seq) continue;
      if (delivery.state === 'confirmed') states.set(delivery.relay, 'stopped');
      else if (!states.has(delivery.relay)) states.set(delivery.relay, 'pending');
    }
    return [...states].map(([relay, state]) => ({ relay, state }));
  }

  #postpone(relay: string, progress: RelayProgress): OutboxFact[] {
    const now = this.#clock.nowMillis();
    // A lost connection ends all its publications at once: that is one failure.
    if (now < progress.notBeforeMillis) return [];
    progress.failures += 1;
    progress.notBeforeMillis = now + backOffMillis(progress.failures, this.#clock.random);
    if (progress.failures > 1) return [];
    return [{ fact: 'relay-unreachable', relay, retryAtMillis: progress.notBeforeMillis }];
  }

  /** No room for an author: her events wait, and so does all that was made after them. Access lists go on overtaking. */
  #postponeInOrder(progress: RelayProgress): void {
    const now = this.#clock.nowMillis();
    if (now < progress.inOrderNotBeforeMillis) return;
    progress.full += 1;
    progress.inOrderNotBeforeMillis = now + backOffMillis(progress.full, this.#clock.random);
  }

  #progress(relay: string): RelayProgress {
    let progress = this.#relays.get(relay);
    if (progress === undefined) {
      progress = {
        publishing: new Set(),
        reading: new Set(),
        failures: 0,
        notBeforeMillis: 0,
        full: 0,
        inOrderNotBeforeMillis: 0,
      };
      this.#relays.set(relay, progress);
    }
    return progress;
  }
}

/** The entries that may be under way together. */
function leadingRun(pending: OutboxEntry[]): OutboxEntry[] {
  const head = pending[0];
  if (head === undefined || head.event.kind !== KINDS.tileBatch) return pending.slice(0, 1);
  const end = pending.findIndex(({ event }) => event.kind !== KINDS.tileBatch || event.pubkey !== head.event.pubkey);
  return end === -1 ? pending : pending.slice(0, end);
}

/** What is asked for to see which list of an author stands. */
export const accessFilter = (entry: OutboxEntry): Filter => ({
  kinds: [KINDS.access],
  authors: [entry.event.pubkey],
  limit: 1,
});

/** NIP-01 for replaceable events: the latest, and of two from one second the lowest id. */
function newestOf(events: readonly VerifiedEvent[]): VerifiedEvent | null {
  return [...events].sort(newestFirst)[0] ?? null;
}
