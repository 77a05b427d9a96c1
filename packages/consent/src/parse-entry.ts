// What comes out of a grant stream, checked field by field: whoever sealed it holds the grant's keys, and may be wrong or hostile.
import {
  coverPositions,
  fail,
  GRID_ORIGIN_MICROS,
  type Grid,
  LEVELS,
  type Level,
  NODE_BYTES,
  parseGrid,
  SLOT_END,
} from '@hale/kernel';
import {
  type ClipEntry,
  type ConsentEntry,
  type CopiesEntry,
  END_REASONS,
  type EndEntry,
  type EpochEntry,
  type GrantEntry,
  HEAD_ROW_BYTES,
  type HeadEntry,
  type IdleEntry,
  type LeaseEntry,
  type MoreEntry,
  type StreamEntry,
  type TokenEntry,
} from './entries.ts';
import { LATEST_MICROS, LIMITS } from './limits.ts';
import { parseScope } from './scope.ts';
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

const U32_MAX = 0xffff_ffff;
const U16_MAX = 0xffff;

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
  more: parseMore,
  copies: parseCopies,
  idle: parseIdle,
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
  const map = fields(value, 'stream', STREAM_FIELDS, ['dateKey']);
  const grid = parseGridFields(map.grid);
  return {
    type: 'stream',
    stream: streamNumber(map.stream),
    author: hexKey(map.author, 'stream.author'),
    labels: parseLabels(map.labels, grid),
    grid,
    ...(map.dateKey === undefined ? {} : { dateKey: dateKeyBytes(map.dateKey) }),
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

function dateKeyBytes(value: unknown): Uint8Array {
  const bytes = byteString(value, 'stream.dateKey', 32);
  if (bytes.length !== 32) fail('malformed', 'stream.dateKey has not 32 bytes');
  return bytes;
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

function parseMore(value: Fields): MoreEntry {
  const map = fields(value, 'more', ['type', 'grantKey', 'author', 'relays', 'time']);
  return {
    type: 'more',
    grantKey: byteString(map.grantKey, 'more.grantKey', 32, 32),
    author: hexKey(map.author, 'more.author'),
    relays: list(map.relays, 'more.relays', LIMITS.linkRelaysMax).map((url) => text(url, 'more.relays item', 512, 1)),
    time: micros(map.time, 'more.time'),
  };
}

function parseCopies(value: Fields): CopiesEntry {
  const map = fields(value, 'copies', ['type', 'round', 'author']);
  const round = integer(map.round, 'copies.round', 0, U32_MAX);
  return { type: 'copies', round, author: hexKey(map.author, 'copies.author') };
}

function parseIdle(value: Fields): IdleEntry {
  const map = fields(value, 'idle', ['type', 'months']);
  return { type: 'idle', months: integer(map.months, 'idle.months', 1, LIMITS.idleMonthsMax) };
}
