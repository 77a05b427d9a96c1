// What is asked about health records, and answered.
import type { Category, PersonQuestion, RecordCounts, RecordHead, Resource, SourceKind } from '@hale/vault/records';

export type { Category, PersonQuestion, RecordCounts, Resource, SourceKind } from '@hale/vault/records';

/** What became of the health records of a file; beside it the report of the import tells of its series. */
export interface RecordsReport {
  kind: SourceKind;
  /** Id of the source; null while nothing was kept. */
  source: string | null;
  counts: RecordCounts;
  /** Resources of each type that were read. */
  types: Record<string, number>;
  /** The first of those that could not be used; `counts.unusable` says how many there were. */
  unusable: { place: string; reason: string }[];
  notes: string[];
  /** Exactly this file is here already. */
  isKnownFile: boolean;
  interrupted: boolean;
  /** Nothing was kept: it has to be said first whose records these are (`anyway`, `only`). */
  question?: PersonQuestion;
}

/** A record in a list: what is known of it, and how it is called. */
export interface RecordInfo extends RecordHead {
  /** What it is, in the words of its source: `Penicillin`, `Influenza vaccine`. Empty where it has none. */
  title: string;
  /** Its state, as FHIR codes it: `active`, `final`. */
  status: string;
  /** Its value where it has one, as text: `5.4 mmol/L`. */
  value: string;
  /** As its source writes the clinical time; empty: none. */
  written: string;
  /** How many amendments she has made to it. */
  amended: number;
}

export interface RecordsAsked {
  subject?: string;
  category?: Category;
  type?: string;
  /** Clinical time, micros; undated ones are left out once either is given. */
  fromMicros?: number;
  toMicros?: number;
  /** Id of a source. */
  source?: string;
  /** Only what came in or changed since, micros. */
  changedSince?: number;
  /** The same in words, as everywhere times are typed. */
  from?: string;
  to?: string;
  since?: string;
  /** At most so many, the newest first; default 100. */
  limit?: number;
  /** Those after this one of an earlier answer. */
  after?: string;
}

export interface RecordsFound {
  records: RecordInfo[];
  /** All that were asked for, however many are given. */
  total: number;
  /** Of the subject, whatever was asked for. */
  categories: { category: Category; count: number }[];
  /** When records came in last, micros; null: there are none. */
  lastMicros: number | null;
}

/** Where a reading of a record stands as a series too. */
export interface RecordReading {
  stream: string;
  kind: string;
  atMicros: number;
  value: number;
  unit: string;
}

export interface RecordShown extends RecordInfo {
  resource: Resource;
  origins: { source: string; name: string; kind: SourceKind; localId: string; versionId?: string; at: number }[];
  history: { revision: number; at: number; source: string | null; isBeside: boolean; resource: Resource }[];
  /** Her own words to it, and its other amendments, oldest first. */
  overlays: { id: string; at: number; state: 'current' | 'retracted'; resource: Resource }[];
  /** What its references mean here, by reference as it is written; those that are not here are left out. */
  references: Record<string, { id: string; title: string }>;
  /** The same values as points of series. */
  readings: RecordReading[];
}

export interface RecordSourceInfo {
  id: string;
  name: string;
  kind: SourceKind;
  system: string;
  importedAt: number;
  counts: RecordCounts;
  state: 'begun' | 'done';
  files: { n: number; name: string; mediaType: string; sizeBytes: number; sha256: string; isWhole: boolean }[];
}
