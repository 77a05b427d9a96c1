// What a record is: one FHIR R4 resource with what this vault knows of it, and where it came from. specs/records.md

/** A FHIR resource as JSON gives it: nothing in it is trusted but that it has a type. */
export interface Resource {
  resourceType: string;
  id?: string;
  [field: string]: unknown;
}

/** In the order of their numbers on the wire, from 1; 0 is the log of sources. New ones go to the end. */
export const CATEGORIES = [
  'problems',
  'allergies',
  'medicines',
  'vaccinations',
  'results',
  'vitals',
  'procedures',
  'visits',
  'documents',
  'images',
  'plans',
  'history',
  'people',
  'other',
] as const;

export type Category = (typeof CATEGORIES)[number];

export type RecordOrigin = 'imported' | 'own' | 'overlay';

/** One origin of a record: the import that first brought it, and its name there. */
export interface RecordSource {
  /** Id of the SourceEntry. */
  source: string;
  /** Its reference in that source: `Condition/12`, `urn:uuid:…`; empty where it has none. */
  localId: string;
  versionId?: string;
  /** When it came in, micros. */
  at: number;
}

/** What is known of a record without opening its JSON. */
export interface RecordHead {
  /** Ours, 16 hex characters, random; never the hospital's. */
  id: string;
  /** FHIR resource type. */
  type: string;
  category: Category;
  /** Number of the version that is shown, 1…; the highest is not always shown (a version may have come in late). */
  revision: number;
  /** Versions there are. */
  revisions: number;
  /** Clinical time, micros since 1970; null = undated. */
  at: number | null;
  /** One record from two hospitals is one record with two sources. Empty: her own. */
  sources: RecordSource[];
  origin: RecordOrigin;
  /** An amendment of what others made: it points at the record, which is never edited. */
  overlay?: { of: string };
  state: 'current' | 'retracted';
  /** When it first came into this vault, and when its shown version did: micros. */
  addedAt: number;
  changedAt: number;
  /** What could not be brought from another FHIR version to R4, and the like: codes of `RECORD_NOTES`. */
  notes: string[];
}

export interface RecordEntry extends RecordHead {
  /** FHIR R4 JSON as received. */
  resource: Resource;
}

/** One version of a record, for its history. */
export interface RecordVersion {
  revision: number;
  /** When it came in, micros. */
  at: number;
  from: RecordSource | null;
  /** It is not the one that is shown, although it came later: an older state, or another hospital's word for the same. */
  isBeside: boolean;
  resource: Resource;
}

export type SourceKind = 'fhir' | 'ndjson' | 'ccda' | 'shc' | 'shl' | 'ips' | 'apple' | 'dicom' | 'pdf' | 'picture';

/** Names the bytes of a blob: its number in the subject, and what they must come to. */
export interface BlobRef {
  n: number;
  /** SHA-256 of the whole, hex. */
  sha256: string;
  sizeBytes: number;
  chunks: number;
  mediaType: string;
  name: string;
}

/** What an import did, record by record. */
export interface RecordCounts {
  /** Resources that were read. */
  read: number;
  /** New records. */
  added: number;
  /** New versions of records that were there. */
  revised: number;
  /** The same thing as a record of another hospital: shown once. */
  merged: number;
  /** There already, unchanged. */
  same: number;
  /** Of other persons in the same file, left out. */
  others: number;
  /** Could not be used; the report says why. */
  unusable: number;
}

export interface SourceEntry {
  id: string;
  /** File or hospital as told. */
  name: string;
  kind: SourceKind;
  /** What its local ids belong to: address of a server, or another name of a system; empty where none is known. */
  system: string;
  importedAt: number;
  /** SHA-256 of the original bytes, hex; of several files that of their hashes, one after the other. */
  sha256: string;
  /** The original bytes; of an export of several files those of the first. */
  blob: BlobRef;
  /** Of all its files, the first included. */
  files: BlobRef[];
  counts: RecordCounts;
  /** 'begun': its import was broken off; the same file brought again goes on. */
  state: 'begun' | 'done';
}

/** How a person is told apart from another: all that any import has said of her. */
export interface KnownPerson {
  identifiers: { system: string; value: string }[];
  names: { family: string; given: string[] }[];
  birthDates: string[];
}

/** A range of a blob. */
export interface BlobPlace {
  n: number;
  offset: number;
  length: number;
}

/**
 * A long base64 text inside a resource (a picture, a PDF) is not kept twice: what stands in its place names where the original bytes of the
 * import hold it, `hale-blob:N/OFFSET/LENGTH`. The range is the text as it was written: base64, with JSON's escapes or XML's line breaks.
 */
export const blobPlace = ({ n, offset, length }: BlobPlace): string => `hale-blob:${n}/${offset}/${length}`;

export const parseBlobPlace = (text: unknown): BlobPlace | null => parsePlace('blob', text);

/** A whole file among the original bytes (an image of a CD, a PDF): `hale-file:N/OFFSET/LENGTH`, the range as it is. */
export const filePlace = ({ n, offset, length }: BlobPlace): string => `hale-file:${n}/${offset}/${length}`;

export const parseFilePlace = (text: unknown): BlobPlace | null => parsePlace('file', text);

function parsePlace(scheme: 'blob' | 'file', text: unknown): BlobPlace | null {
  const parts =
    typeof text === 'string' && text.startsWith('hale-')
      ? /^hale-(blob|file):(\d{1,10})\/(\d{1,13})\/(\d{1,13})$/.exec(text)
      : null;
  return parts?.[1] === scheme ? { n: Number(parts[2]), offset: Number(parts[3]), length: Number(parts[4]) } : null;
}

/** Does anything in it stand for such bytes? */
export function hasPlaces(value: unknown): boolean {
  if (typeof value === 'string') return parseBlobPlace(value) !== null || parseFilePlace(value) !== null;
  return typeof value === 'object' && value !== null && Object.values(value).some(hasPlaces);
}

export const emptyCounts = (): RecordCounts => ({
  read: 0,
  added: 0,
  revised: 0,
  merged: 0,
  same: 0,
  others: 0,
  unusable: 0,
});
