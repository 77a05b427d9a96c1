// What a format of health records is to the import: one that gives FHIR resources, whatever it was written in. Beside it the import of
// series reads what is a series in the same file (import/format.ts).
import type { ByteSource, ImportTools, SourceFolder } from '../import/types.ts';
import type { CardChecks } from './cards/ports.ts';
import type { Resource, SourceKind } from './model.ts';

/** One thing met while reading a source, in its order. */
export type RecordItem =
  | {
      type: 'resource';
      resource: Resource;
      /** Where it stands, for reports: `entry 17`, `line 3`, `section Allergies`. Never content. */
      place: string;
      /** Names under which others refer to it, beside `Type/id`: the `fullUrl` of a bundle's entry. */
      fullUrl?: string;
      /** Codes of `RECORD_NOTES`. */
      notes?: string[];
    }
  | { type: 'unusable'; place: string; reason: UnusableReason }
  /** Plain words for the person; never a value. */
  | { type: 'note'; text: string };

/** Every reason for which something is not taken. Closed, so that no content can slip in. */
export type UnusableReason =
  | 'not JSON'
  | 'not FHIR'
  | 'resource type missing'
  | 'cut off'
  | 'record too long'
  | 'nested too deeply'
  | 'empty'
  | 'not text'
  | 'attachment damaged'
  | 'withdrawn by its source'
  | 'signature not valid'
  | 'section not understood';

/** What becomes of a record beside its resource: told with it. */
export const RECORD_NOTES = {
  r5: 'Came as FHIR R5 and was brought to R4.',
  'r5-kept': 'Came as FHIR R5; parts that R4 writes in another way stand as they came.',
  'no-zone': 'A time in it names no zone; it stands as written.',
  'no-date': 'It tells no date.',
  ccda: 'Came as a C-CDA document and was brought to FHIR.',
  narrative: 'Only its text could be kept.',
  signed: 'Signed by its issuer; the signature was checked when it came in.',
  unsigned: 'Came in a health card whose signature could not be relied on.',
} as const;

export type RecordNote = keyof typeof RECORD_NOTES;

export interface OpenedRecords {
  kind: SourceKind;
  /** One plain line saying what the source is, in English as all reports. */
  what: string;
  /** What local ids belong to, where the source tells it: the address of a server. */
  system: string;
  /** Every file that belongs to it, whose bytes are kept: a bulk export has several. The one opened comes first. */
  originals: readonly { source: ByteSource; mediaType: string }[];
  /**
   * Reads it from the beginning; may be called again. What is damaged beyond reading on throws.
   * @param blobs numbers of the blobs that hold the originals, in their order: a long text inside a resource stands in it as its place there
   * (`blobPlace`). Without them (a first look) as that of blob 0.
   * @throws HaleError 'malformed' | 'unsupported' | 'too-large'
   */
  items(blobs?: readonly number[]): AsyncGenerator<RecordItem, void, void>;
  /** Its observations as FHIR JSON for the import of series, where the originals are something else. */
  observations?(): readonly ByteSource[];
}

export interface RecordFormat {
  /** Short, lower case: `fhir`, `ccda`. */
  readonly name: string;
  /** As ImportFormat.detect: reads little, never throws for what is merely another format. */
  detect(source: ByteSource, folder: SourceFolder): Promise<boolean>;
  /** As ImportFormat.head. */
  head?(source: ByteSource, folder: SourceFolder): ByteSource | null | Promise<ByteSource | null>;
  open(source: ByteSource, folder: SourceFolder, tools: RecordTools): Promise<OpenedRecords>;
}

/** What a pure room does not have. */
export interface RecordTools {
  /** Raw DEFLATE of a whole piece. */
  deflate(bytes: Uint8Array): Uint8Array;
  /** @throws HaleError 'malformed' where it is damaged or comes to more than `bytesMax` */
  inflate(bytes: Uint8Array, bytesMax: number): Uint8Array;
  /** SHA-256, fed piece by piece. */
  hasher(): { update(bytes: Uint8Array): void; digest(): Uint8Array };
  /** For archives and databases among the sources. */
  import: ImportTools;
  /** What health cards are checked with; without it none is taken. */
  cards?: CardChecks;
}
