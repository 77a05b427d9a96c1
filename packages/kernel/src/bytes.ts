// Byte strings, their spellings (hex, base64, UTF-8) and the reader and writer of every binary form: strict, since strangers send them.
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { base64 } from '@scure/base';
import { fail } from './errors.ts';

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Lower-case hex. */
export function toHex(bytes: Uint8Array): string {
  return bytesToHex(bytes);
}

/**
 * Parses lower-case hex, the only form that events and our JSON carry.
 * @param byteLength when given, the exact number of bytes that must be there.
 * @throws HaleError 'malformed'
 */
export function fromHex(text: string, byteLength?: number): Uint8Array {
  if (typeof text !== 'string' || text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) {
    fail('malformed', 'not lower-case hex');
  }
  if (byteLength !== undefined && text.length !== byteLength * 2) {
    fail('malformed', 'hex of another length was expected', { expected: byteLength, found: text.length / 2 });
  }
  return hexToBytes(text);
}

/**
 * @throws HaleError 'malformed' for a lone surrogate: TextEncoder would turn it into U+FFFD, and
 * two different strings would then hash to the same event id.
 */
export function utf8Encode(text: string): Uint8Array {
  if (!text.isWellFormed()) fail('malformed', 'text holds a lone surrogate');
  return utf8ToBytes(text);
}

/** Strict UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing replaced. @throws HaleError 'malformed' */
export function utf8Decode(bytes: Uint8Array): string {
  let text = '';
  let units: number[] = [];
  let at = 0;
  while (at < bytes.length) {
    const end = asciiEnd(bytes, at);
    if (end - at >= ASCII_RUN_MIN) {
      text += String.fromCharCode(...units) + fromAscii(bytes.subarray(at, end));
      units = [];
      at = end;
      continue;
    }
    const { point, length } = readCodePoint(bytes, at);
    at += length;
    if (point >= 0x10000) units.push(0xd800 + ((point - 0x10000) >> 10), 0xdc00 + ((point - 0x10000) & 0x3ff));
    else units.push(point);
    // Flushed in pieces: fromCharCode takes its arguments on the stack.
    if (units.length >= 4096) {
      text += String.fromCharCode(...units);
      units = [];
    }
  }
  return text + String.fromCharCode(...units);
}

/** Shorter runs are read sign by sign: in most scripts they stand between two others. */
const ASCII_RUN_MIN = 16;
const ASCII_RUN_MAX = 4096;

/** Where a run of ASCII ends, which most texts are all through. */
function asciiEnd(bytes: Uint8Array, from: number): number {
  const last = Math.min(bytes.length, from + ASCII_RUN_MAX);
  let at = from;
  while (at < last && bytes[at] < 0x80) at++;
  return at;
}

const fromAscii = (bytes: Uint8Array): string => Reflect.apply(String.fromCharCode, null, bytes);

/** RFC 3629 §3 and the table of well-formed sequences in §4. */
function readCodePoint(bytes: Uint8Array, at: number): { point: number; length: number } {
  const first = bytes[at];
  if (first < 0x80) return { point: first, length: 1 };
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  let point = first & (0x7f >> length);
  for (let i = 1; i < length; i++) {
    const next = bytes[at + i];
    if (next === undefined || (next & 0xc0) !== 0x80) fail('malformed', 'not UTF-8', { offset: at });
    point = point * 64 + (next & 0x3f);
  }
  const smallest = length === 2 ? 0x80 : length === 3 ? 0x800 : 0x10000;
  const isSurrogate = point >= 0xd800 && point <= 0xdfff;
  if (first < 0xc2 || first > 0xf4 || point < smallest || point > 0x10ffff || isSurrogate) {
    fail('malformed', 'not UTF-8', { offset: at });
  }
  return { point, length };
}

/** Standard alphabet, padded (RFC 4648 §4). */
export function base64Encode(bytes: Uint8Array): string {
  return base64.encode(bytes);
}

/**
 * Accepts only what base64Encode would have written: padded, no white space, unused bits zero
 * (RFC 4648 §3.5), so that one byte string has one text.
 * @throws HaleError 'malformed'
 */
export function base64Decode(text: string): Uint8Array {
  if (typeof text !== 'string' || text.length % 4 !== 0) fail('malformed', 'not padded base64');
  const bytes = decodeBase64(text);
  // Only the last group can hide non-zero unused bits.
  const tail = base64.encode(bytes.subarray(bytes.length - (bytes.length % 3 || 3)));
  if (!text.endsWith(tail)) fail('malformed', 'base64 is not canonical');
  return bytes;
}

function decodeBase64(text: string): Uint8Array {
  try {
    return base64.decode(text);
  } catch {
    fail('malformed', 'not padded base64');
  }
}

/** Compares without leaving early, so the time does not tell where secrets differ. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a[i] ^ b[i];
  return difference === 0;
}

/** First number that does not fit a field, by the field's bytes. */
const FIELD_ENDS = [1, 2 ** 8, 2 ** 16, 2 ** 24, 2 ** 32];

/** Appends big-endian integers and byte strings to a growing buffer. */
export class ByteWriter {
  #buffer: Uint8Array;
  #length = 0;

  constructor(capacityBytes = 256) {
    this.#buffer = new Uint8Array(capacityBytes);
  }

  get length(): number {
    return this.#length;
  }

  u8(value: number): this {
    return this.#unsigned(value, 1);
  }

  u16(value: number): this {
    return this.#unsigned(value, 2);
  }

  u32(value: number): this {
    return this.#unsigned(value, 4);
  }

  bytes(value: Uint8Array): this {
    this.#reserve(value.length);
    this.#buffer.set(value, this.#length);
    this.#length += value.length;
    return this;
  }

  /** Unsigned LEB128, 0 … 2^53−1. */
  varint(value: number): this {
    if (!Number.isSafeInteger(value) || value < 0) fail('out-of-range', 'varint outside 0 … 2^53−1');
    this.#reserve(8);
    let rest = value;
    while (rest >= 0x80) {
      this.#buffer[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#buffer[this.#length++] = rest;
    return this;
  }

  /** Signed, as varint of 2v or −2v−1; |v| below 2^52. */
  zigzag(value: number): this {
    return this.varint(value >= 0 ? value * 2 : -value * 2 - 1);
  }

  /** The bytes written so far, as a copy of their exact length. */
  finish(): Uint8Array {
    return this.#buffer.slice(0, this.#length);
  }

  #unsigned(value: number, byteLength: number): this {
    if (!Number.isInteger(value) || value < 0 || value >= FIELD_ENDS[byteLength]) {
      fail('out-of-range', 'integer does not fit its field', { byteLength });
    }
    this.#reserve(byteLength);
    for (let shift = byteLength - 1; shift >= 0; shift--) this.#buffer[this.#length++] = value >>> (shift * 8);
    return this;
  }

  #reserve(byteLength: number): void {
    const needed = this.#length + byteLength;
    if (needed <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
    grown.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = grown;
  }
}

/** Reads what ByteWriter wrote. Every method throws HaleError 'malformed' with the offset when bytes are missing. */
export class ByteReader {
  readonly #source: Uint8Array;
  #offset = 0;

  constructor(source: Uint8Array) {
    this.#source = source;
  }

  get offset(): number {
    return this.#offset;
  }

  get remaining(): number {
    return this.#source.length - this.#offset;
  }

  u8(): number {
    return this.#unsigned(1);
  }

  u16(): number {
    return this.#unsigned(2);
  }

  u32(): number {
    return this.#unsigned(4);
  }

  /** A view into the source, not a copy. */
  bytes(length: number): Uint8Array {
    this.#need(length);
    this.#offset += length;
    return this.#source.subarray(this.#offset - length, this.#offset);
  }

  /** Refuses longer forms of the same number: one value, one encoding. */
  varint(): number {
    const start = this.#offset;
    let value = 0;
    let scale = 1;
    for (let count = 1; count <= 8; count++) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      scale *= 0x80;
      if (byte >= 0x80) continue;
      if ((byte === 0 && count > 1) || value > Number.MAX_SAFE_INTEGER) break;
      return value;
    }
    fail('malformed', 'varint is too long', { offset: start });
  }

  zigzag(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** Asserts that nothing is left. */
  end(): void {
    if (this.remaining > 0) fail('malformed', 'bytes left over', { offset: this.#offset, left: this.remaining });
  }

  #unsigned(byteLength: number): number {
    this.#need(byteLength);
    let value = 0;
    for (let i = 0; i < byteLength; i++) value = value * 256 + this.#source[this.#offset++];
    return value;
  }

  #need(length: number): void {
    if (length > this.remaining) {
      fail('malformed', 'bytes end too early', { offset: this.#offset, needed: length, remaining: this.remaining });
    }
  }
}
