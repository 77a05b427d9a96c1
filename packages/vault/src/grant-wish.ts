// What is asked for when a grant is made, and what stands afterwards.
import type { OwnerGrant, Scope, StreamPreview } from '@hale/consent';
import type { GrantEntryRecord, GrantLocker } from './catalogue.ts';
import type { LogWriter } from './log.ts';
import type { RecordPolicy } from './records/copies/policy.ts';

export interface IssuedGrant {
  record: GrantEntryRecord;
  log: LogWriter;
  owner: OwnerGrant;
  /** Of a grant that gives records: the log of their copies (record-grants.ts). */
  copies: LogWriter | null;
}

/** What is known of a grant before it is made. */
export interface PlannedGrant {
  record: Pick<GrantEntryRecord, 'subject' | 'streams'>;
  owner: OwnerGrant;
}

export interface GrantWish {
  subject: string;
  scope: Scope;
  how: 'key' | 'link';
  /** Shown in `hale grants`: a name, an npub, or 'link'. */
  to: string;
  recipient: string | null;
  recipientText: string | null;
  classic: boolean;
  names: { subject: string; owner: string };
  /** Where the recipient has to make the grant key himself, of a code or a PIN: that key. Otherwise a random one. */
  key?: Uint8Array;
  /** Of a link with a locker. */
  locker?: GrantLocker;
  /** Which records it gives; `scope.records` says what the recipient may know of that. */
  records?: RecordPolicy;
  /** Months without a look after which it ends by itself. */
  idleMonths?: number;
  /** What the owner agreed to, in plain words: stands in the Consent of a grant of records. */
  sentence?: string;
  /** What its recipient reads in her version of that Consent: it MUST NOT speak of what is withheld (specs/consent.md §8). */
  sentenceGiven?: string;
}

export interface NewGrant {
  grant: IssuedGrant;
  preview: StreamPreview[];
}

/** Tests may leave a duty out, to see that its absence is noticed. */
export interface GrantFaults {
  epochNotAdvanced?: boolean;
}
