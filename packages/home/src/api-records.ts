// What is asked about health records, and answered.
import type { Area, RecordLabels } from '@hale/consent';
import type {
  Category,
  LabelName,
  OwnerLabels,
  PersonQuestion,
  RecordBrief,
  RecordCounts,
  RecordHead,
  Resource,
  ResultValue,
  SourceKind,
} from '@hale/vault/records';

export type { Area, Label, LabelReason, RecordLabels } from '@hale/consent';
export type {
  Category,
  LabelName,
  OwnerLabels,
  PersonQuestion,
  RecordBrief,
  RecordCounts,
  Resource,
  SourceKind,
} from '@hale/vault/records';

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
  question?: PersonQuestion & {
    /** Who she is here, as the first Patient among her records says it: name, date of birth. */
    known: string;
  };
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
  /** What a list says beside the name. */
  brief: RecordBrief;
}

export interface RecordsAsked {
  subject?: string;
  category?: Category;
  /** Only what a label puts into this area: `mental-health`. */
  area?: Area;
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
  /** Or so many left out at the beginning: for who looks into the middle of a long list. */
  skip?: number;
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

/** How sensitive a record is, why, and what the owner said of it: never leaves her home. */
export interface RecordLabelsShown extends RecordLabels {
  said: OwnerLabels | null;
}

/** The owner raises a record into areas (HL7's codes are known too) and lowers it out of others; `reset` takes back what she said before. */
export interface LabelAsked {
  subject?: string;
  record: string;
  add?: readonly (LabelName | string)[];
  drop?: readonly (LabelName | string)[];
  reset?: true;
}

export interface RecordShown extends RecordInfo {
  resource: Resource;
  labels: RecordLabelsShown;
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

/** The first look at the records: what is new, and what there is of each part. */
export interface RecordsOverview {
  categories: { category: Category; count: number; fresh: number; newest: RecordInfo }[];
  /** What came in or changed since the moment that was asked about, by the import that brought it; '' is her own. */
  fresh: { source: string; name: string; importedAt: number | null; count: number }[];
  lastMicros: number | null;
  nowMicros: number;
}

/** `2024-05`, in UTC as records are sorted; null: without a date. */
export interface RecordMonth {
  month: string | null;
  count: number;
}

/** One value of a test. */
export interface ResultPoint
  extends Pick<ResultValue, 'value' | 'comparator' | 'text' | 'unit' | 'low' | 'high' | 'range' | 'flag'> {
  record: string;
  at: number | null;
  written: string;
}

/** A test with all its values: results by the same code in the same unit. */
export interface TestInfo {
  key: string;
  title: string;
  loinc: string;
  unit: string;
  ucum: string;
  category: Category;
  count: number;
  latest: ResultPoint;
  /** Its newest numbers, oldest first. */
  spark: { at: number[]; value: number[] };
}

/** A report or panel, with how many results it names. */
export interface ReportInfo {
  id: string;
  title: string;
  at: number | null;
  written: string;
  count: number;
}

export interface TestShown {
  test: TestInfo;
  /** Newest first. */
  points: ResultPoint[];
  /** Series that measure the same in the same unit. */
  streams: string[];
}

/** A value of a record or of a report's results, with the test that it belongs to. */
export interface ResultRow extends ResultPoint {
  test: string;
  title: string;
}

/** What the check says of a record (`@hale/vault/records/check`): for its own page, as it may quote it. */
export interface RecordFinding {
  severity: 'error' | 'warning' | 'information';
  path: string;
  rule: string;
  text: string;
  value?: string;
}

/** Which picture of an imaging study, each counted from 0; and which numbers are told apart (window), else the machine's own. */
export interface FrameAsked {
  subject?: string;
  record: string;
  series?: number;
  image?: number;
  frame?: number;
  center?: number;
  width?: number;
}

export interface FrameShown {
  mediaType: 'image/png' | 'image/jpeg';
  /** Base64. */
  data: string;
  rows: number;
  columns: number;
  /** Frames of this image. */
  frames: number;
  /** Images of each series of the study. */
  images: number[];
  /** The window it is shown in; null for what has none (colours, a JPEG). */
  window: { center: number; width: number; name: string } | null;
  /** The machine's own windows. */
  windows: { center: number; width: number; name: string }[];
}
