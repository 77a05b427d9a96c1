// Splitting JSON into resources as it streams by: the entries of a Bundle, the elements of a list, the lines of NDJSON. A long base64 text (a
// picture, a PDF) is cut out on the way, so that an attachment of 100 MB is never held in memory; where it stands is told in its place.
import { fail, HaleError, utf8Decode } from '@hale/kernel';
import { type Fields, isFields } from '../../import/json-records.ts';
import type { ByteSource } from '../../import/types.ts';
import type { UnusableReason } from '../format.ts';
import { BLOB_TEXT_UNITS_MIN, RECORD_BYTES_MAX, RECORD_DEPTH_MAX } from '../limits.ts';
import { blobPlace } from '../model.ts';

export interface ScannedItem {
  /** `entry`: of the list of that name in a top object; `top`: a value by itself, without those entries. */
  kind: 'entry' | 'top';
  /** Of its kind within its top value, from 1; of tops within the file. */
  number: number;
  /** The line on which it begins, from 1. */
  line: number;
  value: Fields | UnusableReason;
}

const READ_BYTES = 1024 * 1024;
/** JSON's own characters, as bytes. */
const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
const [NEWLINE, RETURN, BLANK, TAB] = [0x0a, 0x0d, 0x20, 0x09];

/** Letters of base64, and the backslash that JSON may put before a slash. */
const BASE64 = new Uint8Array(256);
for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\\')
  BASE64[letter.charCodeAt(0)] = 1;

const isBlank = (byte: number): boolean => byte === BLANK || byte === NEWLINE || byte === RETURN || byte === TAB;

/** Bytes that grow up to a limit; beyond it they are let go and `isOver`. */
class Gathered {
  isOver = false;
  #bytes = new Uint8Array(16_384);
  length = 0;

  add(byte: number): void {
    if (this.isOver) return;
    if (this.length === this.#bytes.length) this.#grow();
    if (!this.isOver) this.#bytes[this.length++] = byte;
  }

  addText(text: string): void {
    for (let i = 0; i < text.length; i++) this.add(text.charCodeAt(i));
  }

  #grow(): void {
    if (this.length >= RECORD_BYTES_MAX) {
      this.isOver = true;
      return;
    }
    const more = new Uint8Array(Math.min(RECORD_BYTES_MAX, this.#bytes.length * 2));
    more.set(this.#bytes);
    this.#bytes = more;
  }

  /** Takes back everything from a length on. */
  cut(length: number): void {
    this.length = length;
  }

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
    this.isOver = false;
  }
}

/** What is known of the value under work while its bytes pass. */
class Scanner {
  readonly found: ScannedItem[] = [];
  readonly #blob: number;
  readonly #top = new Gathered();
  readonly #entry = new Gathered();
  /** Where bytes go: to the top value, or to an entry of it. */
  #into = this.#top;
  #offset = 0;
  #line = 1;
  #depth = 0;
  #depthMax = 0;
  #closers: number[] = [];
  #inText = false;
  #isEscaped = false;
  /** Where in `#into` the text under work begins, and in the file; -1 outside of one. */
  #textStart = -1;
  #textOffset = 0;
  #isBase64 = false;
  #isCutting = false;
  /** Is the next text at depth 1 a key? What was the last one? */
  #atKey = false;
  #key = '';
  #entriesDepth = 0;
  #entryNumber = 0;
  #topNumber = 0;
  #startLine = 1;
  #entryLine = 1;
  /** Set once a value ended with its line: then each line is a value of its own. */
  #isLines = false;
  #isBroken = false;

  constructor(blob: number) {
    this.#blob = blob;
  }

  take(bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i];
      if (this.#inText && byte !== QUOTE && byte !== NEWLINE) this.#inside(byte);
      else this.#step(byte);
      this.#offset++;
    }
  }

  #inside(byte: number): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === BACKSLASH) this.#isEscaped = true;
    if (this.#isBase64 && BASE64[byte] === 0) this.#isBase64 = false;
    if (this.#isCutting) return;
    this.#into.add(byte);
    if (this.#isBase64 && this.#into.length - this.#textStart > BLOB_TEXT_UNITS_MIN) {
      this.#isCutting = true;
      this.#into.cut(this.#textStart);
    }
  }

  #step(byte: number): void {
    if (byte === NEWLINE) this.#newline();
    else if (this.#isBroken) return;
    else if (byte === QUOTE) this.#quote();
    else if (isBlank(byte)) return;
    else if (byte === OPEN_OBJECT || byte === OPEN_LIST) this.#open(byte);
    else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) this.#close(byte);
    else this.#other(byte);
  }

  #newline(): void {
    this.#line++;
    if (this.#isLines && (this.#depth > 0 || this.#inText || this.#isBroken)) this.#giveUpLine();
    else if (this.#inText) this.#into.add(NEWLINE);
    else if (this.#depth === 0 && this.#topNumber > 0) this.#isLines = true;
  }

  /** A line of NDJSON that is no value: the next one begins anew. */
  #giveUpLine(): void {
    this.#topNumber++;
    this.#tell('top', this.#topNumber, this.#line - 1, 'not JSON');
    this.#reset();
  }

  #reset(): void {
    this.#depth = 0;
    this.#depthMax = 0;
    this.#closers = [];
    this.#inText = false;
    this.#isEscaped = false;
    this.#isCutting = false;
    this.#isBroken = false;
    this.#entriesDepth = 0;
    this.#entryNumber = 0;
    this.#into = this.#top;
    this.#top.clear();
    this.#entry.clear();
  }

  #quote(): void {
    if (this.#inText && this.#isEscaped) {
      this.#isEscaped = false;
      this.#isBase64 = false;
      if (!this.#isCutting) this.#into.add(QUOTE);
      return;
    }
    if (!this.#inText) {
      if (this.#depth === 0) this.#isBroken = true;
      this.#into.add(QUOTE);
      this.#inText = true;
      this.#isBase64 = true;
      this.#textStart = this.#into.length;
      this.#textOffset = this.#offset + 1;
      return;
    }
    this.#inText = false;
    if (this.#isCutting) this.#endCut();
    else if (this.#depth === 1 && this.#atKey) this.#key = this.#keyText();
    this.#into.add(QUOTE);
  }

  #endCut(): void {
    this.#isCutting = false;
    const length = this.#offset - this.#textOffset;
    this.#into.addText(blobPlace({ n: this.#blob, offset: this.#textOffset, length }));
  }

  #keyText(): string {
    const bytes = this.#into.bytes.subarray(this.#textStart);
    return bytes.length <= 64 ? String.fromCharCode(...bytes) : '';
  }

  #open(byte: number): void {
    if (this.#depth === 0) this.#startLine = this.#line;
    const isElement = this.#depth === this.#entriesDepth && this.#entriesDepth > 0;
    if (isElement && this.#into === this.#top) {
      this.#into = this.#entry;
      this.#entryLine = this.#line;
    }
    this.#into.add(byte);
    this.#depth++;
    this.#depthMax = Math.max(this.#depthMax, this.#depth);
    this.#closers.push(byte === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_LIST);
    if (this.#depth === 1 && byte === OPEN_LIST) this.#entriesDepth = 1;
    if (this.#depth === 2 && byte === OPEN_LIST && this.#key === 'entry' && !this.#atKey) this.#entriesDepth = 2;
    this.#atKey = byte === OPEN_OBJECT && this.#depth === 1;
  }

  #close(byte: number): void {
    if (this.#closers.pop() !== byte) {
      this.#isBroken = true;
      return;
    }
    this.#depth--;
    this.#into.add(byte);
    if (this.#into === this.#entry && this.#depth === this.#entriesDepth) this.#endEntry();
    else if (this.#entriesDepth === 2 && this.#depth === 1) this.#entriesDepth = 0;
    if (this.#depth === 0) this.#endTop(byte);
  }

  #other(byte: number): void {
    if (this.#depth === 0) {
      // A list of lists of nothing, a lone number: none of it is a resource.
      if (byte !== COMMA) this.#isBroken = true;
      return;
    }
    if (this.#depth === 1 && byte === COMMA) this.#atKey = this.#closers[0] === CLOSE_OBJECT;
    if (this.#depth === 1 && byte === COLON) this.#atKey = false;
    // Between entries that were taken out nothing is left to separate.
    if (byte === COMMA && this.#into === this.#top && this.#depth === this.#entriesDepth) return;
    this.#into.add(byte);
  }

  #endEntry(): void {
    this.#entryNumber++;
    this.#tell('entry', this.#entryNumber, this.#entryLine, parsed(this.#entry, this.#depthMax));
    this.#depthMax = this.#depth;
    this.#entry.clear();
    this.#into = this.#top;
  }

  #endTop(byte: number): void {
    this.#topNumber++;
    if (byte === CLOSE_OBJECT) this.#tell('top', this.#topNumber, this.#startLine, parsed(this.#top, this.#depthMax));
    this.#reset();
  }

  #tell(kind: ScannedItem['kind'], number: number, line: number, value: ScannedItem['value']): void {
    this.found.push({ kind, number, line, value });
  }

  /** @throws HaleError 'malformed' where the file ends within a value */
  end(): void {
    if (this.#depth > 0 || this.#inText)
      fail(
        'malformed',
        'the file ends in the middle: it was not downloaded or copied to its end. Nothing of it was taken',
      );
    if (this.#isBroken && this.#isLines) this.#giveUpLine();
    else if (this.#isBroken || this.#topNumber === 0)
      fail('malformed', 'this is not JSON as FHIR is written in. Nothing of it was taken', { line: this.#line });
  }

  /** What stands behind makes no sense any more; of a whole file nothing can be told apart. */
  get isHopeless(): boolean {
    return this.#isBroken && !this.#isLines;
  }

  get line(): number {
    return this.#line;
  }
}

function parsed(gathered: Gathered, depth: number): Fields | UnusableReason {
  if (gathered.isOver) return 'record too long';
  if (depth > RECORD_DEPTH_MAX) return 'nested too deeply';
  try {
    const value: unknown = JSON.parse(utf8Decode(gathered.bytes));
    return isFields(value) ? value : 'not FHIR';
  } catch (error) {
    return error instanceof HaleError ? 'not text' : 'not JSON';
  }
}

/**
 * The values of a source, in its order; entries before the top object that holds them.
 * @param blob number of the blob that holds the source's bytes
 * @throws HaleError 'malformed' for what ends early or is no JSON, 'unsupported' for UTF-16
 */
export async function* scanJson(source: ByteSource, blob: number): AsyncGenerator<ScannedItem, void, void> {
  const scanner = new Scanner(blob);
  for (let at = 0; at < source.sizeBytes; ) {
    const bytes = await source.read(at, Math.min(READ_BYTES, source.sizeBytes - at));
    if (bytes.length === 0) fail('malformed', 'the file ended early: it changed while it was read');
    if (at === 0) checkEncoding(bytes);
    scanner.take(at === 0 && hasMark(bytes) ? withoutMark(bytes) : bytes);
    at += bytes.length;
    if (scanner.isHopeless)
      fail('malformed', 'this is not JSON as FHIR is written in. Nothing of it was taken', { line: scanner.line });
    yield* scanner.found.splice(0);
  }
  scanner.end();
  yield* scanner.found.splice(0);
}

const hasMark = ([a, b, c]: Uint8Array): boolean => a === 0xef && b === 0xbb && c === 0xbf;

/** Blanks in its place: offsets stay what they are. */
function withoutMark(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  copy.fill(BLANK, 0, 3);
  return copy;
}

function checkEncoding([a, b]: Uint8Array): void {
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff) || a === 0 || b === 0)
    fail('unsupported', 'FHIR is written in UTF-8; this file is in UTF-16. Save it as UTF-8 and import it again');
}
