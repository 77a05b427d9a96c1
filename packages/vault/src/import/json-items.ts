// Splits JSON into its records without ever holding more than one: the elements of an array, the lines of a JSON Lines file, or the elements of
// arrays under named keys (`entry` of a FHIR Bundle). A file of any size needs as much memory as its largest record. Grammar: RFC 8259.

import { unitsToText } from './encoding.ts';
import { IMPORT_LIMITS } from './limits.ts';
import { readFully } from './source.ts';
import type { ByteSource } from './types.ts';

const LF = 0x0a;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const ASCII_PIECE = 8192;
const KEY_BYTES_MAX = 64;

/** Bytes outside of a text at which something changes. */
const CHANGES = new Uint8Array(256).map((_, byte) =>
  byte === LF ||
  byte >= 0x80 ||
  [QUOTE, COMMA, COLON, OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT].includes(byte)
    ? 1
    : 0,
);

/** Instead of a key: the arrays under all keys. */
export const ANY_KEY = '*';

/** `text`: a whole record · the others: a place where there should be one. */
export interface JsonItem {
  kind: 'text' | 'too-long' | 'cut-off';
  text: string;
  /** Counts records from 1. */
  record: number;
  /** Bytes of the source up to its end. */
  end: number;
  /** The key of the array that holds it; empty for the top. */
  under: string;
}

/** The bytes of one record on its way in: grows up to the limit and no further. */
class Held {
  /** Plain ASCII, as nearly all records are. */
  plain = true;
  tooLong = false;
  private bytes = new Uint8Array(4096);
  private length = 0;

  add(block: Uint8Array, from: number, to: number): void {
    const needed = this.length + to - from;
    if (this.tooLong || needed > IMPORT_LIMITS.jsonItemBytesMax) {
      this.tooLong = true;
      return;
    }
    if (needed > this.bytes.length) {
      const grown = new Uint8Array(Math.max(needed, 2 * this.bytes.length));
      grown.set(this.bytes.subarray(0, this.length));
      this.bytes = grown;
    }
    this.bytes.set(block.subarray(from, to), this.length);
    this.length = needed;
  }

  text(): string {
    if (!this.plain) return unitsToText(this.bytes, 0, this.length, 'utf-8');
    let text = '';
    for (let at = 0; at < this.length; at += ASCII_PIECE) {
      const piece = this.bytes.subarray(at, Math.min(at + ASCII_PIECE, this.length));
      text += String.fromCharCode.apply(null, piece as unknown as number[]);
    }
    return text;
  }

  clear(): void {
    this.length = 0;
    this.plain = true;
    this.tooLong = false;
  }
}

/** Takes blocks of bytes in order and gives the records that end in them. */
class JsonSplitter {
  private readonly under: ReadonlySet<string>;
  private readonly held = new Held();
  private depth = 0;
  /** Brackets around a record: 0 at the top, 1 in an array at the top, 2 in an array under a key. */
  private itemDepth = 0;
  private holding = false;
  /** A number, word or text by itself; no record, but it has its place. */
  private scalar = false;
  private inString = false;
  private escaped = false;
  /** Inside an object of which only the arrays under keys are taken. */
  private container = false;
  private expectKey = false;
  private readingKey = false;
  private key = '';
  private arrayKey = '';
  private records = 0;
  /** Records that stood on a line of their own: after one, a new line that opens an object ends a record that was cut off. */
  private lines = 0;
  private oneLine = true;
  private afterLineEnd = true;

  constructor(under: readonly string[]) {
    this.under = new Set(under);
  }

  *take(block: Uint8Array, offset: number): Generator<JsonItem, void, void> {
    let from = 0;
    for (let at = 0; at < block.length; at++) {
      if (this.holding && !this.scalar && !this.readingKey) {
        at = this.inString ? this.plainInString(block, at) : this.plainOutside(block, at);
        if (at === block.length) break;
      }
      const byte = block[at];
      if (this.afterLineEnd && this.lostLine(byte)) {
        this.held.add(block, from, at);
        yield this.finish('cut-off', offset + at);
        this.reset();
      }
      this.afterLineEnd = byte === LF;
      if (!this.holding) {
        if (!this.between(byte)) continue;
        from = at;
      }
      if (byte >= 0x80) this.held.plain = false;
      const ends = this.scalar ? this.scalarEnds(byte) : this.within(byte);
      if (ends === 'no') continue;
      const end = ends === 'here' ? at + 1 : at;
      this.held.add(block, from, end);
      yield this.finish(this.held.tooLong ? 'too-long' : 'text', offset + end);
      // What ended the record may be the bracket around it, or open the next one.
      if (ends === 'before') at--;
    }
    if (this.holding && !this.passing) this.held.add(block, from, block.length);
  }

  /** In an object of which only the arrays under keys are taken, outside of these. */
  private get passing(): boolean {
    return this.container && this.itemDepth === 0;
  }

  /** Passes over bytes that change nothing inside a text: most of a record. */
  private plainInString(block: Uint8Array, from: number): number {
    if (this.escaped || this.afterLineEnd) return from;
    let at = from;
    while (at < block.length) {
      const byte = block[at];
      if (byte === QUOTE || byte === BACKSLASH || byte === LF || byte >= 0x80) break;
      at++;
    }
    return at;
  }

  /** The same between texts. */
  private plainOutside(block: Uint8Array, from: number): number {
    if (this.afterLineEnd) return from;
    let at = from;
    while (at < block.length && CHANGES[block[at]] === 0) at++;
    return at;
  }

  /** What is left when the source ends. */
  *close(end: number): Generator<JsonItem, void, void> {
    if (this.holding && this.scalar) yield this.finish('text', end);
    else if (this.holding || this.depth > 0) yield this.finish('cut-off', end);
  }

  private finish(kind: JsonItem['kind'], end: number): JsonItem {
    const text = kind === 'text' ? this.held.text() : '';
    this.records++;
    if (this.oneLine && this.itemDepth === 0) this.lines++;
    this.drop();
    return { kind, text, record: this.records, end, under: this.itemDepth === 2 ? this.arrayKey : '' };
  }

  private drop(): void {
    this.holding = false;
    this.scalar = false;
    this.held.clear();
  }

  private reset(): void {
    this.depth = 0;
    this.itemDepth = 0;
    this.inString = false;
    this.container = false;
  }

  private lostLine(byte: number): boolean {
    if (!this.holding || this.itemDepth > 0 || this.container) return false;
    const lost = byte === OPEN_OBJECT && this.oneLine && this.lines > 0;
    this.oneLine = false;
    return lost;
  }

  /** Between records. True where one begins. */
  private between(byte: number): boolean {
    if (byte <= 0x20 || (byte === COMMA && this.itemDepth > 0)) return false;
    if (byte === CLOSE_ARRAY && this.itemDepth > 0) {
      this.depth = this.itemDepth - 1;
      this.itemDepth = 0;
      // The rest of the object around it is passed over, except for more arrays of records.
      if (this.container) this.holding = true;
      return false;
    }
    if (byte === OPEN_ARRAY && this.itemDepth === 0) {
      this.depth = 1;
      this.itemDepth = 1;
      return false;
    }
    // A byte-order mark.
    if (this.records === 0 && this.depth === 0 && (byte === 0xef || byte === 0xbb || byte === 0xbf)) return false;
    this.holding = true;
    this.oneLine = true;
    this.inString = false;
    this.escaped = false;
    this.scalar = byte !== OPEN_OBJECT && byte !== OPEN_ARRAY;
    return true;
  }

  private scalarEnds(byte: number): 'no' | 'here' | 'before' {
    if (this.inString) {
      if (this.escaped) this.escaped = false;
      else if (byte === BACKSLASH) this.escaped = true;
      else if (byte === QUOTE) {
        this.inString = false;
        return 'here';
      }
      return 'no';
    }
    if (byte === QUOTE) this.inString = true;
    else if (byte === CLOSE_OBJECT) return 'here';
    else if ((byte === COMMA || byte === CLOSE_ARRAY) && this.itemDepth === 0) return 'here';
    else if (byte <= 0x20 || byte === COMMA || byte === CLOSE_ARRAY || byte === OPEN_OBJECT || byte === OPEN_ARRAY)
      return 'before';
    return 'no';
  }

  /** Inside a record. */
  private within(byte: number): 'no' | 'here' {
    if (this.inString) {
      if (this.escaped) this.escaped = false;
      else if (byte === BACKSLASH) this.escaped = true;
      else if (byte === QUOTE) {
        this.inString = false;
        this.readingKey = false;
      } else if (this.readingKey && this.key.length < KEY_BYTES_MAX) this.key += String.fromCharCode(byte);
      return 'no';
    }
    if (byte === QUOTE) {
      this.inString = true;
      this.readingKey = this.expectKey && this.atMembers;
      if (this.readingKey) this.key = '';
    } else if (byte === OPEN_OBJECT) {
      this.depth++;
      this.expectKey = true;
    } else if (byte === OPEN_ARRAY) {
      if (this.atMembers && (this.under.has(this.key) || this.under.has(ANY_KEY))) this.enterArray();
      this.depth++;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      this.depth--;
      if (this.depth <= this.itemDepth) return this.closed();
    } else if (byte === COMMA) this.expectKey = true;
    else if (byte === COLON) this.expectKey = false;
    return 'no';
  }

  /** Directly inside an object at the top. */
  private get atMembers(): boolean {
    return this.depth === 1 && this.itemDepth === 0 && this.under.size > 0;
  }

  private enterArray(): void {
    this.container = true;
    this.itemDepth = 2;
    this.arrayKey = this.key;
    this.drop();
  }

  private closed(): 'no' | 'here' {
    this.depth = this.itemDepth;
    if (!this.container || this.itemDepth > 0) return 'here';
    this.container = false;
    this.drop();
    return 'no';
  }
}

/** The records of a source from its start, as many at a time as end in one block, in constant memory. */
export async function* jsonBlocks(
  source: ByteSource,
  under: readonly string[],
): AsyncGenerator<JsonItem[], void, void> {
  const splitter = new JsonSplitter(under);
  let offset = 0;
  for (;;) {
    const block = await readFully(source, offset, IMPORT_LIMITS.readBytes);
    if (block.length === 0) break;
    yield [...splitter.take(block, offset)];
    offset += block.length;
  }
  yield [...splitter.close(offset)];
}

/** The same one by one. `under`: keys of a top object whose arrays hold the records. */
export async function* jsonItems(source: ByteSource, under: readonly string[]): AsyncGenerator<JsonItem, void, void> {
  for await (const items of jsonBlocks(source, under)) yield* items;
}

/** The value of a record; undefined where it is no JSON. */
export function parseItem(item: JsonItem): unknown {
  try {
    return JSON.parse(item.text);
  } catch {
    return undefined;
  }
}
