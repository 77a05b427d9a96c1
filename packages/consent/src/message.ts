// What the reader of a grant says back to its owner: that she asks for more, or that she filed a copy. A gift wrap for the grant's own author,
// signed by the grant's reader key and sealed under the grant key, so that it needs no name on either side. specs/grant.md §12.
import { fail, fromHex, LEVELS, type Level, schnorrPublic, toHex, type VerifiedEvent } from '@hale/kernel';
import { decryptNip44, readerKey, unwrapGift } from '@hale/kernel/open';
import { deriveKey, encryptNip44, giftWrap } from '@hale/kernel/seal';
import { LATEST_MICROS, LIMITS } from './limits.ts';
import { type Fields, fields, integer, integerOrNull, isFields, list, oneOf, text } from './shape.ts';

/** The unsigned message inside the wrap. */
export const MESSAGE_KIND = 1983;

export interface AskMessage {
  type: 'ask';
  /** 32 lower-case hex characters, random. */
  id: string;
  /** Microseconds. */
  time: number;
  /** Kinds of readings, or beginnings of their names up to a hyphen: 'sleep' is all of sleep. May be empty: more of the same. */
  kinds: string[];
  /** How many days back; null = as far as before. */
  days: number | null;
  /** The finest level; null = as before. */
  level: Level | null;
  /** In the asker's words. */
  why: string;
}

export interface FiledMessage {
  type: 'filed';
  id: string;
  time: number;
  readings: number;
  /** SHA-256 of the bundle's bytes as filed, lower-case hex. */
  hash: string;
  /** The same of the document that was filed with it for people to read; null: none was. */
  document: string | null;
}

export type ReaderMessage = AskMessage | FiledMessage;

export interface MessageOptions {
  /** Unix seconds. */
  nowSeconds: number;
  random: (length: number) => Uint8Array;
}

interface Named {
  grantKey: Uint8Array;
  /** Author of the grant's stream, lower-case hex. */
  grantAuthor: string;
}

const messageKey = (grantKey: Uint8Array): Uint8Array => deriveKey(grantKey, 'message', 0);

/** @throws HaleError 'malformed' | 'out-of-range' | 'too-large' for a message that the owner would not take */
export function sealMessage(
  { grantKey, grantAuthor }: Named,
  message: ReaderMessage,
  { nowSeconds, random }: MessageOptions,
): VerifiedEvent {
  const author = fromHex(grantAuthor, 32);
  const content = encryptNip44(JSON.stringify({ v: 1, ...parseMessage(message) }), messageKey(grantKey), random(32));
  return giftWrap(
    { kind: MESSAGE_KIND, created_at: nowSeconds, tags: [], content },
    { secret: readerKey(grantKey, author), recipient: author, wrapSecret: random(32), nowSeconds, random },
  );
}

/**
 * @param authorSecret of the grant's stream
 * @returns null = for another key, or of another kind
 * @throws HaleError 'not-authentic' when it was not made by a holder of the grant key · 'malformed' · 'out-of-range' · 'too-large'
 */
export function openMessage(
  { grantKey, grantAuthor }: Named,
  wrap: VerifiedEvent,
  authorSecret: Uint8Array,
): ReaderMessage | null {
  const rumor = unwrapGift(wrap, authorSecret);
  if (rumor === null || rumor.kind !== MESSAGE_KIND) return null;
  if (rumor.pubkey !== toHex(schnorrPublic(readerKey(grantKey, fromHex(grantAuthor, 32)))))
    fail('not-authentic', 'the message was not signed by the reader of this grant');
  return parseMessage(parseJson(decryptNip44(rumor.content, messageKey(grantKey))));
}

function parseJson(json: string): unknown {
  try {
    const { v: version, ...message } = JSON.parse(json) as Fields;
    if (version === 1) return message;
  } catch {
    // The parser's own message would quote the text.
  }
  return fail('malformed', 'the message is none of version 1');
}

function parseMessage(value: unknown): ReaderMessage {
  if (!isFields(value)) fail('malformed', 'the message is not a map');
  return value.type === 'filed' ? parseFiled(value) : parseAsk(value);
}

function idOf(value: unknown): string {
  const id = text(value, 'message.id', 32, 32);
  return /^[0-9a-f]{32}$/.test(id) ? id : fail('malformed', 'message.id is no hex');
}

const timeOf = (value: unknown): number => integer(value, 'message.time', 0, LATEST_MICROS);

function parseAsk(value: Fields): AskMessage {
  const map = fields(value, 'ask', ['type', 'id', 'time', 'kinds', 'days', 'level', 'why']);
  return {
    type: oneOf(map.type, 'ask.type', ['ask']),
    id: idOf(map.id),
    time: timeOf(map.time),
    kinds: list(map.kinds, 'ask.kinds', LIMITS.askKindsMax).map((kind) =>
      text(kind, 'ask.kinds item', LIMITS.codeUnitsMax, 1),
    ),
    days: integerOrNull(map.days, 'ask.days', 1, LIMITS.askDaysMax),
    level: map.level === null ? null : oneOf(map.level, 'ask.level', LEVELS),
    why: text(map.why, 'ask.why', LIMITS.askWhyUnitsMax),
  };
}

function parseFiled(value: Fields): FiledMessage {
  const map = fields(value, 'filed', ['type', 'id', 'time', 'readings', 'hash'], ['document']);
  const readings = integer(map.readings, 'filed.readings', 0, Number.MAX_SAFE_INTEGER);
  return {
    type: 'filed',
    id: idOf(map.id),
    time: timeOf(map.time),
    readings,
    hash: hashOf(map.hash, 'filed.hash'),
    document: map.document === undefined || map.document === null ? null : hashOf(map.document, 'filed.document'),
  };
}

function hashOf(value: unknown, what: string): string {
  const hash = text(value, what, 64, 64);
  return /^[0-9a-f]{64}$/.test(hash) ? hash : fail('malformed', `${what} is no hash`);
}
