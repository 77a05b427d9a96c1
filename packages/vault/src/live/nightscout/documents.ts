// What an uploader sends becomes a document with its place in time, its key against doublets and its `_id`. The facts (which fields name
// the date, which pair is the key) are cgm-remote-monitor's; every field that is not understood stays as it came.
import { fail, sha256, toHex, utf8Encode } from '@hale/kernel';
import { isoDate, type ReadDate, readDate } from './dates.ts';
import { NIGHTSCOUT_LIMITS } from './limits.ts';

export const COLLECTIONS = [
  'entries',
  'treatments',
  'devicestatus',
  'profile',
  'food',
  'activity',
  'settings',
] as const;
export type Collection = (typeof COLLECTIONS)[number];

export const isCollection = (name: string): name is Collection => (COLLECTIONS as readonly string[]).includes(name);

/** These are few and always asked for as a whole: they lie together, whatever their date. */
export const UNDATED: ReadonlySet<Collection> = new Set<Collection>(['profile', 'food', 'settings']);

export type Fields = Readonly<Record<string, unknown>>;

export interface ReadDocument {
  collection: Collection;
  /** 24 hex digits. The same document gives the same one again, so that a locked home may answer with it. */
  id: string;
  identifier: string | null;
  /** Two documents of one key are one; null where the date was not the uploader's. */
  key: string | null;
  millis: number;
  /** The document without `_id`, with the fields that a Nightscout server sets. */
  fields: Fields;
}

const OBJECT_ID = /^[0-9a-f]{24}$/i;

/** Checks what came: an object of bounded size and depth whose field names are no trap. @throws HaleError 'malformed' | 'too-large' */
export function checkDocument(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    fail('malformed', 'the document is no object');
  checkDepth(value, 1);
  if (utf8Encode(JSON.stringify(value)).length > NIGHTSCOUT_LIMITS.documentBytesMax)
    fail('too-large', 'the document is too large', { max: NIGHTSCOUT_LIMITS.documentBytesMax });
  return value as Fields;
}

function checkDepth(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth > NIGHTSCOUT_LIMITS.documentDepthMax) fail('too-large', 'the document is nested too deep');
  for (const [name, inner] of Object.entries(value)) {
    if (name === '__proto__' || name.startsWith('$'))
      fail('malformed', 'the document has a field name that is not allowed');
    checkDepth(inner, depth + 1);
  }
}

/** A document as API v1 takes it. @throws HaleError 'malformed' | 'too-large' with our own words */
export function readDocument(collection: Collection, value: unknown, nowMillis: number, salt: string): ReadDocument {
  const given = checkDocument(value);
  const { _id, ...rest } = given;
  const identifier = identifierOf(given);
  const fields = identifier === null ? rest : { ...rest, identifier };
  const dated = collection === 'entries' ? datedEntry(fields) : datedByCreation(collection, fields, nowMillis);
  return finish(
    collection,
    dated,
    identifier,
    typeof _id === 'string' && OBJECT_ID.test(_id) ? _id.toLowerCase() : null,
    salt,
  );
}

/** A document as API v3 takes it: `date` (or `created_at`) and `app` must be there. @throws HaleError 'malformed' | 'too-large' */
export function readDocumentV3(collection: Collection, value: unknown, salt: string): ReadDocument {
  const given = checkDocument(value);
  const { _id: _, ...rest } = given;
  const date = readDate(given.date) ?? readDate(given.created_at);
  if (!date) return fail('malformed', 'Bad or missing date field');
  const offset = given.utcOffset ?? date.offsetMinutes;
  if (typeof offset !== 'number' || !(Math.abs(offset) <= 1440)) fail('malformed', 'Bad or missing utcOffset field');
  if (typeof given.app !== 'string' || given.app.trim() === '') fail('malformed', 'Bad or missing app field');
  const identifier = identifierOf(given) ?? computedIdentifier(given, date.millis);
  const fields = { ...rest, date: date.millis, utcOffset: offset, created_at: isoDate(date.millis), identifier };
  return finish(collection, { millis: date.millis, isOwn: true, fields }, identifier, null, salt);
}

interface Dated {
  millis: number;
  /** False where the server had to say when it was. */
  isOwn: boolean;
  fields: Fields;
}

function datedEntry(fields: Fields): Dated {
  const system = readDate(fields.dateString) ?? readDate(fields.sysTime) ?? readDate(fields.date);
  if (!system) return fail('malformed', 'the entry has neither date nor dateString');
  const millis = readDate(fields.date)?.millis ?? system.millis;
  const type = fields.type ?? ('sgv' in fields ? 'sgv' : 'mbg' in fields ? 'mbg' : undefined);
  const told = withOffset(fields, system);
  const sysTime = isoDate(system.millis);
  const dateString = fields.dateString === undefined ? {} : { dateString: sysTime };
  return {
    millis,
    isOwn: true,
    fields: { ...told, ...(type === undefined ? {} : { type }), date: millis, ...dateString, sysTime },
  };
}

function datedByCreation(collection: Collection, fields: Fields, nowMillis: number): Dated {
  const named = [fields.created_at, fields.eventTime, fields.timestamp, fields.timeStamp, fields.date];
  const given = named.find((value) => value !== undefined && value !== null && value !== '');
  const date = named.reduce<ReadDate | null>((found, value) => found ?? readDate(value), null);
  if (!date && given !== undefined && collection !== 'profile' && collection !== 'food')
    return fail('malformed', 'the date of the document cannot be read');
  const { millis } = date ?? { millis: nowMillis };
  return { millis, isOwn: date !== null, fields: { ...withOffset(fields, date), created_at: isoDate(millis) } };
}

const withOffset = (fields: Fields, date: ReadDate | null): Fields =>
  typeof fields.utcOffset === 'number' ? fields : { ...fields, utcOffset: date?.offsetMinutes ?? 0 };

function finish(
  collection: Collection,
  { millis, isOwn, fields }: Dated,
  identifier: string | null,
  given: string | null,
  salt: string,
): ReadDocument {
  const key = isOwn ? keyOf(collection, fields, millis) : null;
  const unique = identifier === null ? (key ?? salt) : `identifier ${identifier}`;
  return {
    collection,
    id: given ?? objectId(collection, millis, unique),
    identifier,
    key,
    millis: Math.floor(millis),
    fields,
  };
}

/** What Nightscout takes for the same: entries (sysTime, type), treatments (created_at, eventType), device status (created_at, device). */
function keyOf(collection: Collection, fields: Fields, millis: number): string {
  const pair: Record<Collection, unknown> = {
    entries: fields.type,
    treatments: fields.eventType,
    devicestatus: fields.device,
    activity: fields.type,
    profile: '',
    food: fields.name,
    settings: fields.identifier,
  };
  const time = collection === 'entries' && typeof fields.sysTime === 'string' ? fields.sysTime : isoDate(millis);
  return `${time} ${String(pair[collection] ?? '')}`;
}

/** A UUID in `_id` (Trio) is an identifier: Nightscout's own ids have 24 hex digits. */
function identifierOf(fields: Fields): string | null {
  const foreignId = typeof fields._id === 'string' && !OBJECT_ID.test(fields._id) ? fields._id : undefined;
  const found = fields.identifier ?? foreignId;
  if (found === undefined || found === null || found === '') return null;
  if (typeof found !== 'string' || found.length > NIGHTSCOUT_LIMITS.identifierCharactersMax)
    return fail('malformed', 'Bad or missing identifier field');
  return found;
}

/** In the form of a UUID, from what makes a document one of its kind. */
function computedIdentifier(fields: Fields, millis: number): string {
  const hex = toHex(hashOf(`${fields.device} ${millis} ${fields.eventType ?? ''}`)).slice(0, 32);
  const variant = ((Number.parseInt(hex[16], 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** A MongoDB ObjectId by its form: four bytes of seconds, then what tells documents of one second apart. */
export function objectId(collection: string, millis: number, unique: string): string {
  const seconds = Math.floor(millis / 1000)
    .toString(16)
    .padStart(8, '0');
  return seconds + toHex(hashOf(`${collection} ${unique}`)).slice(0, 16);
}

const hashOf = (text: string): Uint8Array => sha256(utf8Encode(text.toWellFormed()));
