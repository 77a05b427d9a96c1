// What imports are told and what they tell, as the operations of api.ts name it.
import type { PaperForm } from '@hale/vault/records';
import type { Parameters } from './api.ts';
import type { RecordsReport } from './api-records.ts';

/** A column of a table that is imported, as `ColumnReading` of the vault. */
export interface ImportColumn {
  section: string;
  title: string;
  as: 'time' | 'clock' | 'zone' | 'person' | 'value' | 'nothing';
  kind?: string;
  kindKnown?: boolean;
  ucum?: string;
  form?: string;
  zoneMinutes?: number;
}

export interface ImportReport {
  file: string;
  format: string;
  /** One plain line saying what the file is. */
  what: string;
  read: number;
  accepted: number;
  duplicate: number;
  corrected: number;
  rejected: number;
  rejections: { place: string; reason: string; count: number }[];
  streams: string[];
  /** Of each of these streams, and of those in `elsewhere`: what it is, so that a page can call it by its name. */
  named: Record<string, { kind: string; title: string }>;
  /** Readings that another source had brought already, by the stream that keeps them; counted as duplicates. */
  elsewhere: { stream: string; count: number }[];
  notes: string[];
  interrupted: boolean;
  seconds: number;
  /** Of a table: every column and what it is taken for. */
  columns?: ImportColumn[];
  /** The whole mapping as JSON, to be changed and given back; only of a dry run. */
  mapping?: unknown;
  /** What was said about its columns is kept for tables with the same titles. */
  remembered?: boolean;
  /** What became of the health records that it holds. */
  records?: RecordsReport;
  /** Of a file among many that could not be taken in: why. */
  failed?: { code: string; text: string };
}

/** What is said about files that are imported, as in `import`. */
export interface ImportTaste {
  subject?: string;
  as?: string;
  zone?: string;
  corrections?: NonNullable<Parameters<'import'>['corrections']>;
  dateOrder?: 'dmy' | 'mdy';
  forget?: boolean;
  /** Of health records of several persons: whose are meant, by name (as the question says it) or reference. */
  person?: string;
  /** She was asked whether health records of this name are hers, and said yes. */
  anyway?: boolean;
  /** Health cards too that cannot be checked, or whose content is not as it should be: as records that nobody signed. */
  unsigned?: boolean;
  /** Of a SMART Health Link that asks for one. */
  passcode?: string;
  /** PDFs and pictures are kept as documents of the records, with these words about them. */
  paper?: PaperForm;
}

/** An import that goes on in the node, or has ended there. */
export interface ImportJob {
  id: string;
  subject: string;
  /** The first of its files by path. */
  files: string[];
  fileCount: number;
  /** Only a rehearsal: nothing was taken in. */
  dryRun: boolean;
  state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  progress: { what: string; done: number; total: number; unit: string } | null;
  /** Of the files that are done. */
  reports: ImportReport[];
  problem: { code: string; text: string } | null;
  startedMicros: number;
  endedMicros: number | null;
}

/** What a column of a table may be. */
export interface ColumnKind {
  kind: string;
  title: string;
  group: string;
  /** UCUM codes, its own first. */
  units: string[];
}
