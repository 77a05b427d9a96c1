// What a consent covers: streams with the finest level allowed, a range of time, a purpose, a recipient, an expiry.
import { fail, GRID_ORIGIN_MICROS, type Grid, LEVELS, type Level } from '@hale/kernel';
import { LATEST_MICROS, LIMITS } from './limits.ts';
import { type Fields, fields, hexKey, integer, integerOrNull, list, oneOf, text } from './shape.ts';

/** HL7 v3 ActReason codes for a purpose of use: the part of the FHIR value set that a patient may mean. */
export const PURPOSES = [
  'TREAT', // treatment
  'ETREAT', // emergency treatment
  'CAREMGT', // care management
  'HRESCH', // healthcare research
  'CLINTRCH', // clinical trial research
  'PATRQT', // at the patient's request
  'FAMRQT', // at the family's request
  'PUBHLTH', // public health
  'HQUALIMP', // quality improvement
  'HLEGAL', // legal
] as const;
export type PurposeCode = (typeof PURPOSES)[number];

export const RECIPIENT_KINDS = ['person', 'organisation', 'care-team', 'link'] as const;
export type RecipientKind = (typeof RECIPIENT_KINDS)[number];

export interface Purpose {
  code: PurposeCode;
  /** In the owner's words; may be empty. */
  text: string;
}

/** `link`: whoever holds the link's text. All others are named by a key. */
export interface Recipient {
  kind: RecipientKind;
  /** 32 bytes, lower-case hex; required unless the kind is `link`, which has none. */
  npub?: string;
  name?: string;
}

export interface ScopedStream {
  /** The owner's short name of the stream; the recipient sees it. */
  streamKey: string;
  /** The finest level allowed; each coarser one that exists is allowed with it. */
  level: Level;
}

export interface Scope {
  /** No stream twice; empty only where records are given. Its place in this list is the stream's number in the grant's entries. */
  streams: ScopedStream[];
  /** Measured at or after, microseconds. */
  from: number;
  /** Measured before, microseconds; null = open-ended: what comes is included until the consent ends. */
  to: number | null;
  /** Expiry of the consent, microseconds: nothing measured from then on is included and the recipient is let in no more; null = none. */
  until: number | null;
  purpose: Purpose;
  recipient: Recipient;
  /** The recipient may file a copy in her records, and then says so. Missing in grants of the first versions: no. */
  mayFile?: true;
  /** Health records beside the streams, or instead of them. Missing: none. */
  records?: ScopedRecords;
}

/** Records that are given as copies (specs/copies.md): what the recipient may know of which they are. */
export interface ScopedRecords {
  /** Parts of the record by their names: `problems`, `medicines`, … */
  categories: string[];
  /** Clinical time, microseconds; null = no bound. */
  from: number | null;
  /** Before, microseconds. */
  to: number | null;
}

/**
 * Checks a scope that came from JSON or CBOR. Fields that are not known are refused: a restriction
 * that this version does not understand must not be dropped silently.
 * @throws HaleError 'malformed' | 'out-of-range' | 'too-large', naming the field
 */
export function parseScope(value: unknown): Scope {
  const map = fields(
    value,
    'scope',
    ['streams', 'from', 'to', 'until', 'purpose', 'recipient'],
    ['mayFile', 'records'],
  );
  const from = integer(map.from, 'scope.from', GRID_ORIGIN_MICROS, LATEST_MICROS);
  const to = integerOrNull(map.to, 'scope.to', GRID_ORIGIN_MICROS, LATEST_MICROS);
  const until = integerOrNull(map.until, 'scope.until', GRID_ORIGIN_MICROS, LATEST_MICROS);
  if (to !== null && to <= from) fail('malformed', 'scope.to is not after scope.from');
  if (until !== null && until <= from) fail('malformed', 'scope.until is not after scope.from');
  const streams = parseStreams(map.streams, map.records === undefined ? 1 : 0);
  const { purpose, recipient, mayFile } = map;
  if (mayFile !== undefined && mayFile !== true) fail('malformed', 'scope.mayFile is not true');
  return {
    ...{ streams, from, to, until, purpose: parsePurpose(purpose), recipient: parseRecipient(recipient) },
    ...(mayFile ? { mayFile: true } : {}),
    ...(map.records === undefined ? {} : { records: parseRecords(map.records) }),
  };
}

function parseRecords(value: unknown): ScopedRecords {
  const map = fields(value, 'scope.records', ['categories', 'from', 'to']);
  const categories = list(map.categories, 'scope.records.categories', LIMITS.categoriesMax, 1).map((category) =>
    text(category, 'scope.records.categories item', LIMITS.codeUnitsMax, 1),
  );
  if (new Set(categories).size !== categories.length) fail('malformed', 'scope.records names a category twice');
  const from = integerOrNull(map.from, 'scope.records.from', GRID_ORIGIN_MICROS, LATEST_MICROS);
  const to = integerOrNull(map.to, 'scope.records.to', GRID_ORIGIN_MICROS, LATEST_MICROS);
  if (from !== null && to !== null && to <= from) fail('malformed', 'scope.records.to is not after scope.records.from');
  return { categories, from, to };
}

function parseStreams(value: unknown, countMin: number): ScopedStream[] {
  const streams = list(value, 'scope.streams', LIMITS.streamsMax, countMin).map((item) => {
    const map = fields(item, 'scope.streams item', ['streamKey', 'level']);
    const streamKey = text(map.streamKey, 'scope.streams streamKey', LIMITS.codeUnitsMax, 1);
    return { streamKey, level: oneOf(map.level, 'scope.streams level', LEVELS) };
  });
  if (new Set(streams.map((stream) => stream.streamKey)).size !== streams.length) {
    fail('malformed', 'scope.streams names a stream twice');
  }
  return streams;
}

function parsePurpose(value: unknown): Purpose {
  const map = fields(value, 'scope.purpose', ['code', 'text']);
  return {
    code: oneOf(map.code, 'scope.purpose.code', PURPOSES),
    text: text(map.text, 'scope.purpose.text', LIMITS.textUnitsMax),
  };
}

function parseRecipient(value: unknown): Recipient {
  const map: Fields = fields(value, 'scope.recipient', ['kind'], ['npub', 'name']);
  const recipient: Recipient = { kind: oneOf(map.kind, 'scope.recipient.kind', RECIPIENT_KINDS) };
  if ((recipient.kind === 'link') !== (map.npub === undefined)) {
    fail('malformed', 'scope.recipient: a link has no key, everybody else has one');
  }
  if (map.npub !== undefined) recipient.npub = hexKey(map.npub, 'scope.recipient.npub');
  if (map.name !== undefined) recipient.name = text(map.name, 'scope.recipient.name', LIMITS.textUnitsMax);
  return recipient;
}

/** Where the measured time that a scope covers ends: the earlier of `to` and `until`, null = nowhere. */
export function scopeEnd(scope: Scope): number | null {
  if (scope.to === null) return scope.until;
  return scope.until === null ? scope.to : Math.min(scope.to, scope.until);
}

/** True when a consent of `allowed` also covers `asked`: the same level or a coarser one. */
export function levelCovers(allowed: Level, asked: Level): boolean {
  return LEVELS.indexOf(asked) >= LEVELS.indexOf(allowed);
}

/** The levels of a stream that a grant of `level` opens, finest first. Empty where the stream has none so coarse. */
export function grantedLevels(grid: Grid, level: Level): Level[] {
  return grid.levels.filter((candidate) => levelCovers(level, candidate));
}
