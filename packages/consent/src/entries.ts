// The entries of a grant stream: CBOR maps with a `type`, sealed under the grant key as a log. specs/grant.md §3.
import { encodeCbor, fail, type Grid, type Level } from '@hale/kernel';
import { LIMITS } from './limits.ts';
import type { Scope } from './scope.ts';

/** The first entry: what was consented to. A later one replaces it (a corrected name; never a wider scope under old tokens). */
export interface ConsentEntry {
  type: 'consent';
  grantId: string;
  scope: Scope;
  /** FHIR R4 Consent, as JSON text: readers that do not speak FHIR keep it unread. */
  fhir: string;
  names: { subject: string; owner: string };
  time: number;
}

/** What a stream of the grant is. `stream` is its place in the scope's list. */
/** What a stream's integers mean: the same for the owner's catalogue and for whoever she opens it to. */
export interface SignalDescription {
  kind: string;
  title: string;
  ucum: string;
  /** physical = origin + factor × stored integer */
  factor: number;
  origin: number;
  loinc: string | null;
  /** 0 when the signal has no rhythm of its own. */
  nominalPeriodMicros: number;
  /** Histogram edges in stored integers, ascending. */
  edges: readonly number[];
}

export interface StreamEntry extends SignalDescription {
  type: 'stream';
  stream: number;
  /** x-only public key of the stream's author, lower-case hex. */
  author: string;
  /** Level labels (8 bytes) of the granted levels only. */
  labels: Partial<Record<Level, Uint8Array>>;
  grid: Grid;
  /** 32 bytes: reads the dates of the stream's batches. Grants of the first version have none. */
  dateKey?: Uint8Array;
}

/** Opens the slots [fromSlot, toSlot) of one level in one epoch. */
export interface TokenEntry {
  type: 'token';
  stream: number;
  level: Level;
  epoch: number;
  fromSlot: number;
  toSlot: number;
  nodes: Uint8Array;
}

/**
 * A cut-out of a slot that the grant covers in part. Orders like a tile: by (generation of the log entry, revision),
 * part 0 replaces what is lower, parts ≥ 1 add to it.
 */
export interface ClipEntry {
  type: 'clip';
  stream: number;
  level: Level;
  slot: number;
  revision: number;
  part: number;
  /** Samples or bins in the kernel's codec, none of them outside the scope. */
  payload: Uint8Array;
}

/** For the reader's information: tokens reach to here. What opens is decided by the tokens alone. */
export interface LeaseEntry {
  type: 'lease';
  until: number;
}

/** Rows of days that changed since the head before, packed by heads.ts. */
export interface HeadEntry {
  type: 'head';
  n: number;
  time: number;
  days: { stream: number; level: Level; rows: Uint8Array }[];
}

/** From now on this stream is sealed in a new epoch; the tokens of it stand before this entry. */
export interface EpochEntry {
  type: 'epoch';
  stream: number;
  epoch: number;
  time: number;
}

export const END_REASONS = ['revoked', 'expired', 'rotated', 'erased', 'replaced'] as const;
export type EndReason = (typeof END_REASONS)[number];

export interface EndEntry {
  type: 'end';
  reason: EndReason;
  time: number;
}

/** Another grant for the same reader, made because she asked for more. It stands and ends by itself. */
export interface MoreEntry {
  type: 'more';
  /** 32 bytes. */
  grantKey: Uint8Array;
  /** Author of its stream, lower-case hex. */
  author: string;
  /** Where it is; empty = where this one is. */
  relays: string[];
  time: number;
}

/** Where the records of this grant lie, as copies in a log of their own (copies-log.ts). The newest counts. */
export interface CopiesEntry {
  type: 'copies';
  /** Log and author of each round have keys of their own. */
  round: number;
  /** Author of the log, lower-case hex. */
  author: string;
}

/** For the reader's information: its owner's home ends the grant where nobody looks at it for so many months. */
export interface IdleEntry {
  type: 'idle';
  months: number;
}

export type GrantEntry =
  | ConsentEntry
  | StreamEntry
  | TokenEntry
  | ClipEntry
  | LeaseEntry
  | HeadEntry
  | EpochEntry
  | EndEntry
  | MoreEntry
  | CopiesEntry
  | IdleEntry;

/** A day is 4 bytes of UTC day number and 16 of digest. */
export const HEAD_ROW_BYTES = 20;

/** The CBOR value of an entry, ready for the kernel's sealLogEntry. @throws HaleError 'too-large' */
export function entryValue(entry: GrantEntry): GrantEntry {
  const { length } = encodeCbor(entry);
  if (length > LIMITS.entryBytesMax)
    fail('too-large', 'grant entry is too large', { type: entry.type, max: LIMITS.entryBytesMax });
  return entry;
}
