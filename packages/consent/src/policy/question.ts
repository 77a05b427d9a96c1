// What a decision is asked: who wants to see what, why, when, where.
import type { Confidentiality, LawCode, SensitivityCode } from '../labels/index.ts';
import type { TimeSpan } from './model.ts';

/** References `Type/id`, identifiers `system|value` (a Nostr key is `urn:nostr:pubkey|hex`), roles `system|code`. Proved by whoever asks the question. */
export interface Asking {
  ids: readonly string[];
  /** Those she acts for, the care teams and groups that she belongs to, her roles. */
  organisations?: readonly string[];
  careTeams?: readonly string[];
  groups?: readonly string[];
  roles?: readonly string[];
}

/** What is known of one record. What is not known is null: it fulfils no condition of a permit and each of a denial. */
export interface RecordFacts {
  /** FHIR resource type. */
  type: string;
  /** Its references and identifiers. */
  ids: readonly string[];
  /** Profiles, kinds of document: `system|code`. */
  classes?: readonly string[];
  /** Codes that occur in it: `system|code`. */
  codes?: readonly string[];
  /** The part of the record that it belongs to. */
  part?: string;
  labels: readonly SensitivityCode[] | null;
  confidentiality: Confidentiality;
  /** Laws behind its labels. */
  bases?: readonly LawCode[];
  /** Clinical time; null = undated. */
  dated: TimeSpan | null;
  authors: readonly string[] | null;
  custodians: readonly string[] | null;
  /** References that stand in it, and of records in which it is referred to. */
  refersTo: readonly string[];
  referredBy: readonly string[];
  /** Its owner shut it against every emergency. */
  never?: boolean;
}

export interface AccessQuestion {
  who: Asking;
  /** Code of ActReason; `system|code` for a purpose of somebody's own system. */
  purpose: string;
  /** When access is asked for, microseconds. */
  at: number;
  /** Null: may he see anything at all? The obligations then say what of it is left out. */
  record: RecordFacts | null;
  /** ISO 3166-1 alpha-2 of the place whose law counts; '' = unknown. */
  jurisdiction: string;
  /** Why the glass is broken, in the asker's words. */
  emergency: { reason: string } | null;
}
