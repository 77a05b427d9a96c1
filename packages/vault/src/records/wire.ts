// Entries of the logs of records. specs/records.md §4
import { HaleError } from '@hale/kernel';
import { isFields } from '../import/json-records.ts';
import { RECORD_PART_BYTES } from './limits.ts';
import type { BlobRef, KnownPerson, RecordOrigin, SourceEntry } from './model.ts';

/** One version of a record, or (revision 0) one more source and name of it. */
export interface VersionEntry {
  id: string;
  type: string;
  revision: number;
  state: 'current' | 'retracted';
  origin: RecordOrigin;
  of: string | null;
  at: number | null;
  /** When it was written, micros. */
  made: number;
  from: { source: string; localId: string; versionId: string | null } | null;
  /** Names under which the record is found: identity.ts. */
  keys: string[];
  /** It is kept and not shown. */
  isBeside: boolean;
  notes: string[];
  /** Bytes of the JSON before they were deflated; 0 without JSON. */
  sizeBytes: number;
  /** Entries that carry the JSON: this one and those that follow. */
  parts: number;
  /** Raw DEFLATE of the JSON in UTF-8, or its first part; null: the resource did not change. */
  json: Uint8Array | null;
}

export interface PartEntry {
  id: string;
  revision: number;
  part: number;
  json: Uint8Array;
}

const VERSION_FIELDS = 15;
const PART_FIELDS = 4;

/** A version as the entries that hold it, in their order: they go into one log, one after the other. */
export function packVersion(version: Omit<VersionEntry, 'parts'>): unknown[] {
  const { json } = version;
  const parts = Math.max(1, Math.ceil((json?.length ?? 0) / RECORD_PART_BYTES));
  const piece = (part: number) => json?.slice(part * RECORD_PART_BYTES, (part + 1) * RECORD_PART_BYTES) ?? null;
  const { id, type, revision, state, origin, of, at, made, from, keys, isBeside, notes, sizeBytes } = version;
  const told = from === null ? null : [from.source, from.localId, from.versionId];
  const head = [
    id,
    type,
    revision,
    state,
    origin,
    of,
    at,
    made,
    told,
    keys,
    isBeside,
    notes,
    sizeBytes,
    parts,
    piece(0),
  ];
  const rest = Array.from({ length: parts - 1 }, (_, i) => [id, revision, i + 1, piece(i + 1)]);
  return [head, ...rest];
}

/** @throws HaleError 'corrupt' */
export function unpackEntry(value: unknown): { version: VersionEntry } | { part: PartEntry } {
  const row = Array.isArray(value) ? value : [];
  if (row.length === PART_FIELDS) {
    const [id, revision, part, json] = row;
    return { part: { id, revision, part, json } };
  }
  if (row.length < VERSION_FIELDS) throw new HaleError('corrupt', 'an entry of a log of records is none');
  const [id, type, revision, state, origin, of, at, made, told, keys, isBeside, notes, sizeBytes, parts, json] = row;
  const from = told === null ? null : { source: told[0], localId: told[1], versionId: told[2] };
  return {
    version: { id, type, revision, state, origin, of, at, made, from, keys, isBeside, notes, sizeBytes, parts, json },
  };
}

/** Entries of the log of sources. Of one `n`, `id` the later stands; persons add up. */
export type LedgerEntry =
  | { type: 'blob'; blob: BlobRef }
  | { type: 'source'; source: SourceEntry }
  | { type: 'person'; person: KnownPerson };

/** Null for what a later version wrote. */
export function asLedgerEntry(value: unknown): LedgerEntry | null {
  const known = isFields(value) && ['blob', 'source', 'person'].includes(String(value.type));
  return known ? (value as unknown as LedgerEntry) : null;
}
