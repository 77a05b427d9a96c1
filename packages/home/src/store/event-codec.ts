// Events as rows. Ids, keys and signatures are bytes, hex and base64 are packed, and the JSON comes back exactly.

import { hash } from 'node:crypto';
import type { SQLOutputValue } from 'node:sqlite';
import { fail, KINDS, kindClass, type NostrEvent, trustVerifiedUnsafe, type VerifiedEvent } from '@hale/kernel';
import { addressOf } from '@hale/relay/server';

/** What `decodeEvent` takes, in this order. */
export const EVENT_COLUMNS = 'lower(hex(id)), lower(hex(author)), lower(hex(sig)), kind, created, tags, content';

export const EVENT_COLUMN_COUNT = 7;

/** Ids that share their first 50 bits share a bucket of so many rows; who grinds ids until more meet is refused. */
export const BUCKET_SLOTS = 8;

/** The first row number of an id's bucket: its first 50 bits, and room for those that meet there. Safe as a JavaScript number. */
export function bucketOf(id: Uint8Array): number {
  const view = new DataView(id.buffer, id.byteOffset, id.byteLength);
  return (view.getUint32(0) * 2 ** 18 + (view.getUint32(4) >>> 14)) * BUCKET_SLOTS;
}

/** Longer tag values are indexed by their SHA-256. */
const INDEXED_VALUE_BYTES_MAX = 64;

const packedHex = /^(?:[0-9a-f]{2})+$/;

export function hexBytes(hex: string): Buffer {
  return Buffer.from(hex, 'hex');
}

export function bytesHex(bytes: SQLOutputValue | undefined): string {
  return asBuffer(bytes).toString('hex');
}

function asBuffer(value: SQLOutputValue | undefined): Buffer {
  if (!(value instanceof Uint8Array)) fail('corrupt', 'a column of the event store has another type');
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

/**
 * Tile batches are base64 of bytes and make up nearly all of the store: they are kept as bytes where decoding and
 * encoding again gives the same text, as text otherwise.
 */
export function encodeContent(event: NostrEvent): Buffer | string {
  if (event.kind !== KINDS.tileBatch) return event.content;
  const bytes = Buffer.from(event.content, 'base64');
  return bytes.toString('base64') === event.content ? bytes : event.content;
}

/** count ‖ per tag: count ‖ per item: varint(2 × byte length + is hex) ‖ bytes. */
export function encodeTags(tags: NostrEvent['tags']): Buffer {
  // Three bytes of UTF-8 for each unit are the most there can be, four of a varint the most for a length.
  const size = tags.reduce((sum, tag) => tag.reduce((of, item) => of + 4 + 3 * item.length, sum + 4), 4);
  const out = Buffer.allocUnsafe(size);
  let at = putVarint(out, 0, tags.length);
  for (const tag of tags) {
    at = putVarint(out, at, tag.length);
    for (const item of tag) {
      const isHex = packedHex.test(item);
      const length = isHex ? item.length / 2 : Buffer.byteLength(item);
      at = putVarint(out, at, length * 2 + (isHex ? 1 : 0));
      at += out.write(item, at, isHex ? 'hex' : 'utf8');
    }
  }
  return out.subarray(0, at);
}

function putVarint(out: Buffer, from: number, value: number): number {
  let at = from;
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) out[at++] = (rest % 128) + 128;
  out[at++] = rest;
  return at;
}

export function decodeTags(value: SQLOutputValue | undefined): string[][] {
  const bytes = asBuffer(value);
  let at = 0;
  const number = () => {
    let result = 0;
    for (let scale = 1; ; scale *= 128) {
      if (at >= bytes.length) fail('corrupt', 'a row of tags ends early');
      const byte = bytes[at++];
      result += (byte & 127) * scale;
      if (byte < 128) return result;
    }
  };
  const item = () => {
    const head = number();
    const from = at;
    at += head >> 1;
    return bytes.toString(head & 1 ? 'hex' : 'utf8', from, at);
  };
  return Array.from({ length: number() }, () => Array.from({ length: number() }, item));
}

/** @param row the columns of EVENT_COLUMNS as an array */
export function decodeEvent(row: readonly SQLOutputValue[]): VerifiedEvent {
  const [id, pubkey, sig, kind, created, tags, content] = row;
  return trustVerifiedUnsafe({
    id: String(id),
    pubkey: String(pubkey),
    kind: Number(kind),
    created_at: Number(created),
    sig: String(sig),
    tags: decodeTags(tags),
    content: decodeContent(content),
  });
}

function decodeContent(content: SQLOutputValue | undefined): string {
  return typeof content === 'string' ? content : asBuffer(content).toString('base64');
}

/** The same as JSON, word for word what JSON.stringify makes of `decodeEvent`, without making the event. */
export function eventJson(row: readonly SQLOutputValue[]): string {
  const [id, pubkey, sig, kind, created, tags, content] = row;
  const words = JSON.stringify(decodeTags(tags));
  const text = typeof content === 'string' ? JSON.stringify(content) : `"${decodeContent(content)}"`;
  return `{"id":"${id}","pubkey":"${pubkey}","created_at":${created},"kind":${kind},"tags":${words},"content":${text},"sig":"${sig}"}`;
}

/** Key of a tag row: gate ‖ tag letter ‖ form ‖ value (form 0 text, 1 packed hex, 2 hash of a long value). */
export function tagKey(gate: number, name: string, value: string): Buffer {
  const isHex = packedHex.test(value);
  const length = isHex ? value.length / 2 : Buffer.byteLength(value);
  const isLong = length > INDEXED_VALUE_BYTES_MAX;
  const key = Buffer.alloc(3 + (isLong ? 32 : length));
  key[0] = gate;
  key[1] = name.charCodeAt(0);
  key[2] = isLong ? 2 : isHex ? 1 : 0;
  if (isLong) hash('sha256', value, 'buffer').copy(key, 3);
  else key.write(value, 3, isHex ? 'hex' : 'utf8');
  return key;
}

/** Address of an addressable event, as the key of a tag row that no question can ask for: tags have letters. */
export function addressKey(gate: number, address: string): Buffer {
  return Buffer.concat([Buffer.from([gate, 0, 3]), hash('sha256', address, 'buffer').subarray(0, 16)]);
}

/** Keys of all tag rows of an event. */
export function rowKeys(gate: number, event: Pick<NostrEvent, 'kind' | 'pubkey' | 'tags'>): Buffer[] {
  const keys = indexedTags(event.tags).map(([name, value]) => tagKey(gate, name, value));
  const address = kindClass(event.kind) === 'addressable' ? addressOf(event) : null;
  return address === null ? keys : [...keys, addressKey(gate, address)];
}

/** NIP-01: single letters are indexed, by their first value only. */
function indexedTags(tags: NostrEvent['tags']): [string, string][] {
  return tags.flatMap(([name, value]): [string, string][] =>
    value !== undefined && /^[a-zA-Z]$/.test(name) ? [[name, value]] : [],
  );
}

/** NIP-40 in Unix seconds; null = never, also where the tag is not a number. */
export function expirationOf(event: NostrEvent): number | null {
  const text = event.tags.find(([name]) => name === 'expiration')?.[1];
  return text !== undefined && /^[0-9]{1,15}$/.test(text) ? Number(text) : null;
}
