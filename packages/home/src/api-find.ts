// What is asked of the search over everything, and answered.
import type { Resource } from '@hale/vault/records';
import type { BoxReason } from '@hale/vault/records/search';
import type { RecordInfo } from './api-records.ts';

export type { BoxReason } from '@hale/vault/records/search';

export interface FindAsked {
  subject?: string;
  /** As people type: `ferritin`, `last year`, `Dr Lee`, `vaccinations since 2019`. */
  text: string;
  /** Minutes that the clock on the wall is ahead of UTC: her “today”. */
  eastMinutes?: number;
  /** Records at most; default 20. */
  limit?: number;
}

export interface FoundRecord extends RecordInfo {
  /** Why it is here: each term with the field and text that meets it. */
  reasons: BoxReason[];
  /** The report that it is part of. */
  within?: { id: string; title: string; written: string };
}

export interface FoundSeries {
  key: string;
  title: string;
  kind: string;
  firstMicros: number | null;
  lastMicros: number | null;
  reasons: BoxReason[];
}

export interface FoundNote {
  id: string;
  stream: string;
  atMicros: number;
  text: string;
  reasons: BoxReason[];
}

export interface Found {
  /** How the text was understood: the words and kinds that are looked for, and the time; null: any. */
  terms: { text: string; isKind: boolean; isPerson: boolean }[];
  /** Inside to outside, micros; null: open. */
  time: { fromMicros: number | null; toMicros: number | null } | null;
  /** The best first. */
  records: FoundRecord[];
  recordsTotal: number;
  /** No record meets all terms: these meet the most. */
  isPartial: boolean;
  series: FoundSeries[];
  notes: FoundNote[];
}

export interface SearchAsked {
  subject?: string;
  /** FHIR R4's grammar: `Observation?code=718-7&date=ge2019&_include=Observation:performer`. */
  query: string;
}

export interface SearchAnswer {
  total: number;
  entries: { mode: 'match' | 'include'; record: RecordInfo; resource: Resource }[];
  /** More would have been included than an answer holds. */
  isCut: boolean;
}
