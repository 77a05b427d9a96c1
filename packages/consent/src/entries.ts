// The entries of a grant stream: CBOR maps with a `type`, sealed under the grant key as a log. specs/grant.md §3.
import {
  coverPositions,
  encodeCbor,
  fail,
  GRID_ORIGIN_MICROS,
  type Grid,
  LEVELS,
  type Level,
  NODE_BYTES,
  parseGrid,
  SLOT_END,
} from '@hale/kernel';
import { LATEST_MICROS, LIMITS } from './limits.ts';
import { parseScope, type Scope } from './scope.ts';
import {
  byteString,
  type Fields,
  fields,
  finite,
  hexKey,
  integer,
  isFields,
  list,
  oneOf,
  text,
  textOrNull,
} from './shape.ts';

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
export interface StreamEntry {
  type: 'stream';
  stream: number;
  /** x-only public key of the stream's author, lower-case hex. */
  author: string;
  /** Level labels (8 bytes) of the granted levels only. */
  labels: Partial<Record<Level, Uint8Array>>;
  grid: Grid;
  kind: string;
  title: string;
  ucum: string;
  /** physical = origin + factor × stored integer */
  factor: number;
  origin: number;
  loinc: string | null;
  /** 0 when the signal has no rhythm of its own. */
  nominalPeriodMicros: number;
  /** Histogram edges in stored integers, strictly ascending. */
  edges: number[];
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

export type GrantEntry =
  | ConsentEntry
  | StreamEntry
  | TokenEntry
  | ClipEntry
  | LeaseEntry
  | HeadEntry
  | EpochEntry
  | EndEntry;

const U32_MAX = 0xffff_ffff;
const U16_MAX = 0xffff;

/** The CBOR value of an entry, ready for the kernel's sealLogEntry. @throws HaleError 'too-large' */
export function entryValue(entry: GrantEntry): GrantEntry {
  const { length } = encodeCbor(entry);
  if (length > LIMITS.entryBytesMax)
    fail('too-large', 'grant entry is too large', { type: entry.type, max: LIMITS.entryBytesMax });
  return entry;
}

/**
 * Types an opened log entry. null = a type that this version does not know: later versions may add some, the reader counts them.
 * @throws HaleError 'malformed' | 'out-of-range' | 'too-large' for a known type of a wrong shape
 */
export function parseEntry(value: unknown): GrantEntry | null {
  if (!isFields(value) || typeof value.type !== 'string') fail('malformed', 'grant entry is not a map with a type');
  const parse = Object.hasOwn(PARSERS, value.type) ? PARSERS[value.type as GrantEntry['type']] : null;
  return parse === null ? null : parse(value);
}

const PARSERS: { [T in GrantEntry['type']]: (value: Fields) => Extract<GrantEntry, { type: T }> } = {
  consent: parseConsent,
  stream: parseStream,
  token: parseToken,
  clip: parseClip,
  lease: parseLease,
  head: parseHead,
  epoch: parseEpoch,
  end: parseEnd,
};

const streamNumber = (value: unknown) => integer(value, 'entry.stream', 0, LIMITS.streamsMax - 1);
const micros = (value: unknown, what: string) => integer(value, what, GRID_ORIGIN_MICROS, LATEST_MICROS);
const levelOf = (value: unknown) => oneOf(value, 'entry.level', LEVELS);

function parseConsent(value: Fields): ConsentEntry {
  const map = fields(value, 'consent', ['type', 'grantId', 'scope', 'fhir', 'names', 'time']);
  const names = fields(map.names, 'consent.names', ['subject', 'owner']);
  return {
    type: 'consent',
    grantId: text(map.grantId, 'consent.grantId', LIMITS.codeUnitsMax, 1),
    scope: parseScope(map.scope),
    fhir: text(map.fhir, 'consent.fhir', LIMITS.entryBytesMax),
    names: {
      subject: text(names.subject, 'consent.names.subject', LIMITS.textUnitsMax),
      owner: text(names.owner, 'consent.names.owner', LIMITS.textUnitsMax),
    },
    time: micros(map.time, 'consent.time'),
  };
}

const STREAM_FIELDS =
  'type stream author labels grid kind title ucum factor origin loinc nominalPeriodMicros edges'.split(' ');

function parseStream(value: Fields): StreamEntry {
  const map = fields(value, 'stream', STREAM_FIELDS);
  const grid = parseGridFields(map.grid);
  return {
    type: 'stream',
    stream: streamNumber(map.stream),
    author: hexKey(map.author, 'stream.author'),
    labels: parseLabels(map.labels, grid),
    grid,
    kind: text(map.kind, 'stream.kind', LIMITS.codeUnitsMax),
    title: text(map.title, 'stream.title', LIMITS.textUnitsMax),
    ucum: text(map.ucum, 'stream.ucum', LIMITS.codeUnitsMax),
    factor: finite(map.factor, 'stream.factor'),
    origin: finite(map.origin, 'stream.origin'),
    loinc: textOrNull(map.loinc, 'stream.loinc', LIMITS.codeUnitsMax),
    nominalPeriodMicros: finite(map.nominalPeriodMicros, 'stream.nominalPeriodMicros'),
    edges: parseEdges(map.edges),
  };
}

function parseGridFields(value: unknown): Grid {
  const map = fields(value, 'stream.grid', ['rawSlotSeconds', 'dayOffsetMinutes', 'levels']);
  return parseGrid({
    rawSlotSeconds: integer(map.rawSlotSeconds, 'stream.grid.rawSlotSeconds', 1, U32_MAX),
    dayOffsetMinutes: integer(map.dayOffsetMinutes, 'stream.grid.dayOffsetMinutes', -840, 840),
    levels: list(map.levels, 'stream.grid.levels', LEVELS.length, 1).map(levelOf),
  });
}

function parseLabels(value: unknown, grid: Grid): Partial<Record<Level, Uint8Array>> {
  const map = fields(value, 'stream.labels', [], grid.levels);
  const labels: Partial<Record<Level, Uint8Array>> = {};
  for (const level of grid.levels) {
    if (Object.hasOwn(map, level)) labels[level] = byteString(map[level], 'stream.labels item', 8);
  }
  return labels;
}

function parseEdges(value: unknown): number[] {
  const edges = list(value, 'stream.edges', LIMITS.edgesMax).map((edge) =>
    integer(edge, 'stream.edges item', -(2 ** 31), 2 ** 31),
  );
  if (edges.some((edge, i) => i > 0 && edge <= edges[i - 1])) fail('malformed', 'stream.edges are not ascending');
  return edges;
}

function parseToken(value: Fields): TokenEntry {
  const map = fields(value, 'token', ['type', 'stream', 'level', 'epoch', 'fromSlot', 'toSlot', 'nodes']);
  const fromSlot = integer(map.fromSlot, 'token.fromSlot', 0, U32_MAX);
  const toSlot = integer(map.toSlot, 'token.toSlot', fromSlot + 1, SLOT_END);
  const nodes = byteString(map.nodes, 'token.nodes', LIMITS.tokenNodesMax * NODE_BYTES, NODE_BYTES);
  if (nodes.length !== coverPositions(fromSlot, toSlot).length * NODE_BYTES) {
    fail('malformed', 'token.nodes does not fit its range');
  }
  return {
    type: 'token',
    stream: streamNumber(map.stream),
    level: levelOf(map.level),
    epoch: integer(map.epoch, 'token.epoch', 0, U32_MAX),
    fromSlot,
    toSlot,
    nodes,
  };
}

function parseClip(value: Fields): ClipEntry {
  const map = fields(value, 'clip', ['type', 'stream', 'level', 'slot', 'revision', 'part', 'payload']);
  return {
    type: 'clip',
    stream: streamNumber(map.stream),
    level: levelOf(map.level),
    slot: integer(map.slot, 'clip.slot', 0, U32_MAX),
    revision: integer(map.revision, 'clip.revision', 0, U32_MAX),
    part: integer(map.part, 'clip.part', 0, U16_MAX),
    payload: byteString(map.payload, 'clip.payload', LIMITS.clipPayloadBytesMax, 1),
  };
}

function parseLease(value: Fields): LeaseEntry {
  const map = fields(value, 'lease', ['type', 'until']);
  return { type: 'lease', until: micros(map.until, 'lease.until') };
}

/** A day is 4 bytes of UTC day number and 16 of digest. */
export const HEAD_ROW_BYTES = 20;

function parseHead(value: Fields): HeadEntry {
  const map = fields(value, 'head', ['type', 'n', 'time', 'days']);
  const days = list(map.days, 'head.days', LIMITS.streamsMax * LEVELS.length).map((item) => {
    const day = fields(item, 'head.days item', ['stream', 'level', 'rows']);
    const rows = byteString(day.rows, 'head.days rows', LIMITS.headRowsMax * HEAD_ROW_BYTES, HEAD_ROW_BYTES);
    if (rows.length % HEAD_ROW_BYTES !== 0) fail('malformed', 'head.days rows are not whole');
    return { stream: streamNumber(day.stream), level: levelOf(day.level), rows };
  });
  return { type: 'head', n: integer(map.n, 'head.n', 1, U32_MAX), time: micros(map.time, 'head.time'), days };
}

function parseEpoch(value: Fields): EpochEntry {
  const map = fields(value, 'epoch', ['type', 'stream', 'epoch', 'time']);
  const epoch = integer(map.epoch, 'epoch.epoch', 0, U32_MAX);
  return { type: 'epoch', stream: streamNumber(map.stream), epoch, time: micros(map.time, 'epoch.time') };
}

function parseEnd(value: Fields): EndEntry {
  const map = fields(value, 'end', ['type', 'reason', 'time']);
  return { type: 'end', reason: oneOf(map.reason, 'end.reason', END_REASONS), time: micros(map.time, 'end.time') };
}
