import { HaleError, KINDS, type VerifiedEvent } from '@hale/kernel';
import { type Rights, refusalOf } from './admission.ts';
import type { Checked } from './check.ts';
import type { Effect } from './connection.ts';
import type { Faults } from './faults.ts';
import { frames } from './frames.ts';
import { RELAY_LIMITS } from './limits.ts';
import type { Management } from './management.ts';
import { isMembershipKind, type Membership } from './membership.ts';
import type { RelayPolicy } from './policy.ts';
import type { Quota } from './quota.ts';
import type { ReceiptBook } from './receipt-book.ts';
import { settle, type Verdict } from './rules.ts';
import type { RelayStore } from './store.ts';
import { Tally } from './tally.ts';

/** Something that an operator may count: our own words and numbers only. */
export type RelayFact =
  | { readonly fact: 'commit-failed'; readonly code: string; readonly events: number }
  | { readonly fact: 'receipts-lost'; readonly count: number };

/** What the desk works with; the engine's own. */
export interface Workshop {
  readonly store: RelayStore;
  readonly policy: RelayPolicy;
  readonly book: ReceiptBook;
  readonly membership: Membership;
  readonly management: Management;
  readonly faults: Faults;
  /** What authors may keep; null = as much as they like. */
  readonly quota: Quota | null;
  /** Unix seconds. */
  readonly now: () => number;
  readonly note: (fact: RelayFact) => void;
}

/** One step after a commit: an answer to somebody, and an event that subscribers have not heard of. */
export interface Settled {
  readonly answer: Effect | null;
  readonly news: VerifiedEvent | null;
}

/** Publications gather here until one commit stores them all; OK is said only after it. */
export class Publications {
  readonly #shop: Workshop;
  readonly #postsOfKey = new Tally(3600);
  readonly #postsOfAll = new Tally(3600);
  readonly #piecesOfMember = new Tally(3600);
  readonly #tokensOfMember = new Tally(3600);
  /** Ids whose commit failed and may yet be stored: their subscribers have not heard of them. */
  readonly #uncertain = new Set<string>();
  /** Author → what was passed on for her in this minute. */
  readonly #remoteThisMinute = new Map<string, { frames: number; units: number }>();
  #waiting: { readonly from: string; readonly event: VerifiedEvent }[] = [];
  #minute = 0;
  #isCommitting = false;

  constructor(shop: Workshop) {
    this.#shop = shop;
  }

  get isCommitting(): boolean {
    return this.#isCommitting;
  }

  get hasWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  hasWaitingOf(connectionId: string): boolean {
    return this.#waiting.some(({ from }) => from === connectionId);
  }

  /** Decides who may, and queues. What comes back is a refusal. */
  receive(from: string, rights: () => Rights, checked: Checked): Effect[] {
    const { store, policy, now, faults } = this.#shop;
    if (!checked.event) {
      const { id, reason } = checked;
      return [{ to: from, frame: id === '' ? frames.notice(reason) : frames.ok(id, false, reason) }];
    }
    const { event } = checked;
    const standing = rights();
    const refusal =
      this.#shop.management.refusalOf(event) ??
      refusalOf(store, policy, standing, event, now()) ??
      this.#refusalOfRate(standing, event);
    if (refusal !== null) return [{ to: from, frame: frames.ok(event.id, false, refusal) }];
    this.#waiting.push({ from, event });
    return faults.okBeforeFsync ? [{ to: from, frame: frames.ok(event.id, true, '') }] : [];
  }

  #refusalOfRate(rights: Rights, event: VerifiedEvent): string | null {
    const { policy, now } = this.#shop;
    if (event.kind === KINDS.remote) return this.#refusalOfRemoteRate(event);
    const [key] = rights.keys;
    if (policy.private && rights.standing === 'member') return this.#refusalOfMemberRate(key, event);
    if (!policy.private) return null;
    // In this order: what is refused to one key takes nothing from the others.
    const isWithin =
      this.#postsOfKey.take(key, now(), this.#shop.policy.limits.postsPerHourMax) &&
      this.#postsOfAll.take('', now(), this.#shop.policy.limits.postsOfAllPerHourMax);
    return isWithin ? null : 'rate-limited: too many events of guests in this hour';
  }

  /** What no author's quota bounds is bounded by the hour: wraps under throw-away keys, for instance. */
  #refusalOfMemberRate(key: string, event: VerifiedEvent): string | null {
    const { kind, content } = event;
    const { quota, now } = this.#shop;
    if (quota === null || quota.bounds(event)) return null;
    if (kind === KINDS.token)
      return this.#tokensOfMember.take(key, now(), RELAY_LIMITS.tokensTriedPerHourMax)
        ? null
        : 'rate-limited: too many tokens in this hour';
    const pieces = kind === KINDS.access ? RELAY_LIMITS.passingPieces : 1 + Math.floor(content.length / 4_096);
    return this.#piecesOfMember.take(key, now(), this.#shop.policy.limits.piecesOfMemberPerHourMax, pieces)
      ? null
      : 'rate-limited: too many events outside of streams in this hour';
  }

  #refusalOfRemoteRate({ pubkey, content }: VerifiedEvent): string | null {
    const minute = Math.floor(this.#shop.now() / 60);
    if (minute !== this.#minute) this.#remoteThisMinute.clear();
    this.#minute = minute;
    const before = this.#remoteThisMinute.get(pubkey) ?? { frames: 0, units: 0 };
    const after = { frames: before.frames + 1, units: before.units + content.length };
    this.#remoteThisMinute.set(pubkey, after);
    const isTooMuch =
      after.frames > this.#shop.policy.limits.remotePerMinuteMax || after.units > RELAY_LIMITS.remoteUnitsPerMinuteMax;
    return isTooMuch ? 'rate-limited: too much in this minute' : null;
  }

  /** One transaction for all that waits, receipts that are due included. */
  commit(): Settled[] {
    const { store, book, now } = this.#shop;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#isCommitting = true;
    try {
      const { verdicts, receipts } = store.transact(() => ({
        verdicts: waiting.map(({ event }) => this.#settle(event)),
        receipts: book.write(now()),
      }));
      book.forget(receipts.length);
      const settled = waiting.map(({ from, event }, at) => this.#confirm(from, event, verdicts[at]));
      const written = [...verdicts.flatMap(({ also = [] }) => also), ...receipts];
      return [...settled, ...written.map((news): Settled => ({ answer: null, news }))];
    } catch (error) {
      return this.#giveUp(waiting, error);
    } finally {
      this.#isCommitting = false;
    }
  }

  #settle(event: VerifiedEvent): Verdict {
    const { store, membership, faults, quota } = this.#shop;
    return isMembershipKind(event.kind) ? membership.settle(event) : settle(store, event, faults, quota);
  }

  #confirm(to: string, event: VerifiedEvent, { accepted, message, live }: Verdict): Settled {
    const unheard = this.#uncertain.delete(event.id);
    const answer = { to, frame: frames.ok(event.id, accepted, message) };
    return {
      answer: this.#shop.faults.okBeforeFsync ? null : answer,
      news: live || (accepted && unheard) ? event : null,
    };
  }

  /** The outcome is unknown: say no, and remember, so that a second attempt is announced even if it is a duplicate. */
  #giveUp(waiting: readonly { from: string; event: VerifiedEvent }[], error: unknown): Settled[] {
    if (!(error instanceof HaleError)) throw error;
    const { note, book, faults } = this.#shop;
    note({ fact: 'commit-failed', code: error.code, events: waiting.length });
    const lost = book.shed();
    if (lost > 0) note({ fact: 'receipts-lost', count: lost });
    const message =
      error.code === 'full' ? 'error: storage full, nothing was stored' : 'error: storage failed, publish it again';
    for (const { event } of waiting) {
      if (this.#uncertain.size < RELAY_LIMITS.uncertainMax) this.#uncertain.add(event.id);
    }
    if (faults.okBeforeFsync) return [];
    return waiting.map(({ from, event }) => ({
      answer: { to: from, frame: frames.ok(event.id, false, message) },
      news: null,
    }));
  }
}
