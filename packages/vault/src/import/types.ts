// The words of the import: where bytes come from, what an importer says about them, and what it delivers.

import type { ColumnReading, Corrections } from './corrections.ts';
import type { Mapping } from './mapping.ts';

/** A file, a response body, a blob: something that gives bytes at an offset. The port through which this pure room reads. */
export interface ByteSource {
  /** File name without folders, e.g. `100.hea`. Used for detection and to find sister files, never trusted as a path. */
  readonly name: string;
  /** Inside an archive: the entry's path with `/`, for detection only. Never used to open or write anything. */
  readonly path?: string;
  readonly sizeBytes: number;
  /**
   * Up to `length` bytes from `offset`; fewer only near the end, none at the end. Importers never ask for more than 1 MiB.
   * @param into memory of at least `length` bytes that the source may put them into and answer with: thousands of fresh buffers are
   * memory that waits for the garbage collector
   */
  read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array>;
}

/** The files beside a source; of an archive all its entries. `find` takes a bare file name; it must not leave the folder. */
export interface SourceFolder {
  list(): ByteSource[];
  find(name: string): ByteSource | null;
}

/** A SQLite file of somebody else, opened for reading. It is not trusted: any table and column may be missing or hold anything. */
export interface ForeignDatabase {
  tables(): string[];
  /** Column names; empty for a table that is not there. */
  columns(table: string): string[];
  /** Rows as arrays, in constant memory. `sql` is ours, never the file's. @throws HaleError 'malformed' when the file is damaged */
  rows(sql: string, ...parameters: (number | string)[]): Iterable<unknown[]>;
  close(): void;
}

/** What a pure room does not have; the home gives it. */
export interface ImportTools {
  /** Raw DEFLATE (RFC 1951), streaming. @throws HaleError 'malformed' */
  inflateRaw(compressed: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
  /** Nothing of it is written to a disk. @throws HaleError 'malformed' | 'too-large' */
  openDatabase(source: ByteSource): Promise<ForeignDatabase>;
}

/** A format's short name, see formats.ts. */
export type Format = string;

/** Names one series within one import; stable for the same file, e.g. `heart-rate`, `ecg-mlii`, `glucose-cgm-2133-039`. */
export type SeriesKey = string;

/** What a series is. Physical value = origin + factor × int32. */
export interface SeriesDescription {
  key: SeriesKey;
  /** Key of the kinds table, or a new word made from the column's title: unknown kinds are kept. */
  kind: string;
  /** False when `kind` is not in the kinds table. */
  kindKnown: boolean;
  title: string;
  /** UCUM code; empty when the source does not say and the kind is unknown. */
  ucum: string;
  factor: number;
  origin: number;
  nominalPeriodSeconds: number;
  /** The source's own name for it: column title, signal description. */
  sourceLabel: string;
  /** LOINC code, only where verified for this kind in this unit. */
  loinc?: string;
  /** ISO/IEEE 11073 MDC code, only where verified. */
  mdc?: number;
  /** Histogram edges in `ucum`, ascending. */
  edges?: number[];
  /** As written in the source, when a file holds several persons. */
  personLabel?: string;
}

/**
 * Samples of one series in the order of the source: times are micros, neither sorted nor unique by promise.
 * `position` is a place to resume from: all that the source holds before it was delivered in this or earlier chunks.
 */
export interface ImportChunk {
  type: 'samples';
  series: SeriesKey;
  times: Float64Array;
  values: Int32Array;
  /** Bytes of the source consumed, for progress and resume. */
  position: number;
  /** Coarser than what another file of the same device says: where the stream has a sample at that time already, it stays. */
  yields?: true;
  /** Of a series of notes: the texts whose numbers (`noteNumber`) stand in `values`. */
  texts?: readonly string[];
}

/** Every reason for which a row or a cell is not taken. Closed, so that no cell content can slip in. */
export type RejectionReason =
  | 'not a number'
  | 'number too large to store'
  | 'below sensor range'
  | 'above sensor range'
  | 'time not understood'
  | 'time missing'
  | 'time zone not understood'
  | 'too few columns'
  | 'line too long'
  | 'quote not closed'
  | 'annotation not understood'
  | 'person missing'
  | 'too many persons'
  | 'tag not closed'
  | 'code not known'
  | 'too many series'
  | 'not text'
  | 'damaged'
  | 'cut off'
  | 'not JSON'
  | 'record too long'
  | 'record cut off'
  | 'not as its schema says'
  | 'kind of record not known'
  | 'value missing'
  | 'unit missing'
  | 'error code of the sensor'
  | 'not a final result'
  | 'text too long'
  | 'too many different texts';

/** Something that was read and not taken. `place` is 'line 17', or 'lines 17 to 90' once many were told one by one. */
export interface Rejection {
  type: 'rejection';
  place: string;
  reason: RejectionReason;
  /** Cells or rows that this stands for. */
  count: number;
  position: number;
}

/** A series met only while reading (a person further down the file). Comes before its first chunk. */
export interface SeriesFound {
  type: 'series';
  series: SeriesDescription;
}

/** Plain words for the person, learnt while reading: a checksum that differs, decimals rounded. Never a value. */
export interface ImportNote {
  type: 'note';
  text: string;
}

export type ImportItem = ImportChunk | Rejection | SeriesFound | ImportNote;

export interface ImportOptions {
  /** Zone of times that carry none, minutes east of UTC. Default 0, and the notes say so. */
  zoneMinutes?: number;
  /**
   * The same for a place with daylight saving: minutes east of UTC at a local wall clock, given as micros as if it were UTC. Counts before
   * `zoneMinutes`, which is then the offset that the place has now.
   */
  zoneAt?: (localMicros: number) => number;
  /** Whether day or month comes first in dates that do not show it. Without it the file decides, and a note says so where it cannot. */
  dateOrder?: 'dmy' | 'mdy';
  /** Start of a recording that has no date of its own, micros. */
  startMicros?: number;
  /** Where no start is known: the end of the recording (file modification time), micros. */
  endMicros?: number;
  /** A mapping as proposed by `open`, perhaps corrected. Without it one is proposed. */
  mapping?: Mapping;
  /** What a person says about columns, over the proposal. */
  corrections?: Corrections;
  /** What was said earlier about tables with these titles; asked only where nothing is said now. */
  remembered?: (signature: string) => Corrections | undefined;
  /**
   * The scale of a series that an earlier import made. A table whose cells happen to show fewer decimals this time then keeps the finer
   * scale, so that its samples join the same stream. Not asked when `mapping` is given.
   */
  existing?: (key: SeriesKey) => { ucum: string; factor: number; origin: number } | undefined;
  /** Only series of these persons, as labelled in the file. */
  only?: string[];
  /** Needed by archives and databases; without it they are 'unsupported'. */
  tools?: ImportTools;
}

export interface OpenedImport {
  format: Format;
  /** One plain line saying what the file is. */
  what: string;
  series: SeriesDescription[];
  /** How columns are understood; only for CSV. */
  mapping?: Mapping;
  /** The same for the eye: every column and what it is taken for. Only for CSV. */
  columns?: ColumnReading[];
  /** Names files of this shape, and what to remember about them. Only where something was said, and only for CSV. */
  toRemember?: { signature: string; corrections: Corrections };
  /** Persons that the file names, as it writes them, as far as they are known before it is read. */
  persons?: string[];
  notes: string[];
  /** Total for progress: `position` runs from 0 to here. */
  endPosition: number;
  /** Reads on from a position given by an earlier chunk (0 = start). May be left at any time; call again to resume. */
  chunks(fromPosition: number): AsyncGenerator<ImportItem, void, void>;
}
