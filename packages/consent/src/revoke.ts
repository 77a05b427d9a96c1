// Revoking, as steps in order. Values only: the vault applies each, and the next one starts when the one before is done (DESIGN §5).
import { type AccessEntry, accessList } from './access.ts';
import type { EndEntry, EndReason } from './entries.ts';
import { type EpochAdvance, planEpochAdvance } from './epochs.ts';
import { isActive, type OwnerGrant, streamNumberOf, withEntries } from './owner-grant.ts';
import type { StreamView } from './stream-view.ts';

export type RevocationStep =
  /** Append each grant's entries, wait until they are acknowledged, then seal in the new epoch only. */
  | ({ step: 'advance-epoch' } & EpochAdvance)
  /** Publish this list for the author on every store relay and read it back. */
  | { step: 'access'; author: string; list: AccessEntry[] }
  /** Append to the ended grant's stream. */
  | { step: 'end'; grantId: string; entry: EndEntry }
  /** Delete every event of this grant's stream but the one with the end entry, so that unread clips and tokens are gone. */
  | { step: 'retract'; grantId: string; author: string }
  /** Delete every event of the log of copies. */
  | { step: 'withdraw'; grantId: string; author: string }
  /** NIP-62 for the author of the grant's stream. */
  | { step: 'vanish'; grantId: string; author: string };

export interface RevocationInput {
  /** The grant to end. One that ended already is ended again without harm. */
  grant: OwnerGrant;
  /** The streams it names that still exist. */
  streams: readonly StreamView[];
  /** All other grants of the owner; those that are not active are passed over. */
  others: readonly OwnerGrant[];
  reason: EndReason;
  /** Leave no end notice: the grant's stream disappears from the relays. */
  vanish: boolean;
  /** Microseconds. */
  now: number;
  /** For tests that show their own teeth: what breaks when this is left out. */
  faults?: { epochNotAdvanced?: boolean };
}

export interface RevocationPlan {
  steps: RevocationStep[];
  /** The grant as it stands when all is done. */
  grant: OwnerGrant;
}

/**
 * Next epochs first (nothing sealed from here on opens for the reader, whatever relays do), then the relays' lists, then the notice.
 * The same steps serve expiry, with reason 'expired': see expiredGrants.
 */
export function planRevocation(input: RevocationInput): RevocationPlan {
  const { grant, reason, now } = input;
  const entry: EndEntry = { type: 'end', reason, time: now };
  const ended = withEntries(grant, [entry]);
  const concerned = input.streams.filter((view) => streamNumberOf(grant, view.streamKey) !== null);
  const remaining = input.others.filter((other) => other.grantId !== grant.grantId && isActive(other, now));
  const authors = [...new Set(concerned.map((view) => view.author))];
  const advances = input.faults?.epochNotAdvanced
    ? []
    : concerned.map((view) => planEpochAdvance(view, remaining, now));
  const copies = grant.copiesAuthor;
  const last = { grantId: grant.grantId, author: grant.grantAuthor };
  const steps: RevocationStep[] = [
    ...advances.map((advance) => ({ step: 'advance-epoch' as const, ...advance })),
    ...authors.map((author) => ({ step: 'access' as const, author, list: accessList(author, remaining, now) })),
    ...(copies === null
      ? []
      : [
          { step: 'access' as const, author: copies, list: [] },
          { step: 'withdraw' as const, grantId: grant.grantId, author: copies },
        ]),
    { step: 'end', grantId: grant.grantId, entry },
    input.vanish ? { step: 'vanish', ...last } : { step: 'retract', ...last },
    // After vanishing nothing is left to fetch, and the relay refuses events of that author anyway.
    ...(input.vanish
      ? []
      : [{ step: 'access' as const, author: grant.grantAuthor, list: accessList(grant.grantAuthor, [ended], now) }]),
  ];
  return { steps, grant: ended };
}
