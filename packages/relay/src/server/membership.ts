// NIP-43: joining with a claim, leaving, and the relay's word about both to the member alone. Who is a member is told to nobody else: there is
// no list (13534), for it would be a list of patients.
import { type EventTemplate, KINDS, type Random, tagValue, toHex, type VerifiedEvent } from '@hale/kernel';
import { claimHash } from './claim.ts';
import { RELAY_LIMITS } from './limits.ts';
import type { RelayPolicy } from './policy.ts';
import type { RelaySigner } from './receipts.ts';
import type { Verdict } from './rules.ts';
import type { RelayStore } from './store.ts';

export interface MembershipOptions {
  readonly store: RelayStore;
  readonly policy: RelayPolicy;
  readonly signer: RelaySigner;
  readonly random: Random;
  /** Unix seconds. */
  readonly now: () => number;
}

export function isMembershipKind(kind: number): boolean {
  return kind === KINDS.join || kind === KINDS.leave;
}

export class Membership {
  readonly #options: MembershipOptions;

  constructor(options: MembershipOptions) {
    this.#options = options;
  }

  /** A request that is not stored, inside a transaction; its author is proven. */
  settle(event: VerifiedEvent): Verdict {
    const { store, policy, now } = this.#options;
    if (Math.abs(event.created_at - now()) > RELAY_LIMITS.membershipSkewSecondsMax)
      return refused('invalid: created_at is not now');
    const isMember = event.pubkey === policy.owner || store.isMember(event.pubkey);
    if (event.kind === KINDS.leave) {
      if (!isMember) return { accepted: true, message: 'duplicate: you are no member', live: false };
      return {
        accepted: true,
        message: 'info: you are no member any more',
        live: false,
        also: this.remove(event.pubkey),
      };
    }
    if (isMember) return { accepted: true, message: 'duplicate: you are already a member', live: false };
    if (!store.takeClaim(claimHash(tagValue(event, 'claim') ?? ''), now()))
      return refused('restricted: that claim is unknown, used or expired');
    return { accepted: true, message: `info: welcome to ${policy.urls[0]}`, live: false, also: this.add(event.pubkey) };
  }

  /** @returns what is to be announced; inside a transaction */
  add(pubkey: string): VerifiedEvent[] {
    const { store, now } = this.#options;
    if (store.isMember(pubkey)) return [];
    store.addMember(pubkey, now());
    return [this.#tell(KINDS.memberAdded, pubkey)];
  }

  /** What he published stays: to have that erased is a request to vanish (NIP-62). */
  remove(pubkey: string): VerifiedEvent[] {
    const { store } = this.#options;
    if (!store.isMember(pubkey)) return [];
    store.removeMember(pubkey);
    return [this.#tell(KINDS.memberRemoved, pubkey)];
  }

  #tell(kind: number, pubkey: string): VerifiedEvent {
    const { store, now } = this.#options;
    const expiration = String(now() + RELAY_LIMITS.membershipSecondsMax);
    const event = this.#sign({ kind, tags: [['-'], ['p', pubkey], ['expiration', expiration]] });
    store.put(event);
    return event;
  }

  #sign(template: Pick<EventTemplate, 'kind' | 'tags'>): VerifiedEvent {
    return this.#options.signer.sign({ ...template, created_at: this.#options.now(), content: '' });
  }

  /** A new invitation as an event (28935) that is not stored; of the claim only its hash is. */
  invite(): VerifiedEvent {
    const { store, random, now } = this.#options;
    const claim = toHex(random(32));
    store.transact(() => store.addClaim(claimHash(claim), now() + RELAY_LIMITS.inviteSecondsDefault));
    return this.#sign({ kind: KINDS.invite, tags: [['-'], ['claim', claim]] });
  }
}

const refused = (message: string): Verdict => ({ accepted: false, message, live: false });
