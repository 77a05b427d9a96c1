// The bytes of a document as text, piece by piece. A long attachment (base64 of a PDF) never becomes a string: its place in the file stands for it.
import { concatBytes, fail } from '@hale/kernel';
import { bytesToUnits, type EncodingFound, sniffEncoding, unitsToText } from '../../import/encoding.ts';
import { IMPORT_LIMITS } from '../../import/limits.ts';
import { readFully } from '../../import/source.ts';
import type { ByteSource } from '../../import/types.ts';
import { BLOB_TEXT_UNITS_MIN } from '../limits.ts';
import { blobPlace } from '../model.ts';
import { CDA_TAG_UNITS_MAX } from './limits.ts';

const LESS = 0x3c;
const GREATER = 0x3e;
const IS_BASE64 = /\srepresentation\s*=\s*(["'])B64\1/i;

/** Windows-1252 where it is not Latin-1: 0x80 to 0x9f. */
const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

type Charset = 'utf-8' | 'utf-16' | 'latin-1' | 'windows-1252';

const CHARSETS: Readonly<Record<string, Charset>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'us-ascii': 'utf-8',
  ascii: 'utf-8',
  'utf-16': 'utf-16',
  'iso-8859-1': 'latin-1',
  latin1: 'latin-1',
  'windows-1252': 'windows-1252',
};

function charsetOf(head: Uint8Array, { encoding }: EncodingFound): Charset {
  if (encoding.startsWith('utf-16')) return 'utf-16';
  const declared = /^[^<]{0,8}<\?xml\s[^>]*encoding\s*=\s*["']([\w.:-]+)["']/.exec(
    String.fromCharCode(...head.subarray(0, 256)),
  );
  const name = (declared?.[1] ?? 'utf-8').toLowerCase();
  const charset = Object.hasOwn(CHARSETS, name) ? CHARSETS[name] : undefined;
  return charset ?? fail('unsupported', 'this document is in an encoding that is not read: ask for it in UTF-8');
}

/** The document as text. @param blob number of the blob that holds its bytes; attachments that were cut out name it */
export async function* piecesOf(source: ByteSource, blob: number): AsyncGenerator<string, void, void> {
  const head = await readFully(source, 0, IMPORT_LIMITS.sniffBytes);
  const found = sniffEncoding(head);
  const charset = charsetOf(head, found);
  const cutter = charset === 'utf-16' ? null : new AttachmentCutter(blob, found.markBytes);
  const text = (bytes: Uint8Array) => textOf(bytes, charset, found);
  let rest: Uint8Array = new Uint8Array(0);
  for (let at = found.markBytes; ; ) {
    const read = await source.read(at, IMPORT_LIMITS.readBytes);
    at += read.length;
    const bytes = concatBytes(rest, ...(cutter ? cutter.pass(read, read.length === 0) : [read]));
    if (read.length === 0) {
      if (bytes.length > 0) yield text(bytes);
      return;
    }
    const whole = wholeLetters(bytes, charset);
    rest = bytes.slice(whole);
    if (whole > 0) yield text(bytes.subarray(0, whole));
  }
}

function textOf(bytes: Uint8Array, charset: Charset, { encoding }: EncodingFound): string {
  if (charset === 'utf-8') return unitsToText(bytes, 0, bytes.length, 'utf-8');
  if (charset === 'utf-16') {
    const units = bytesToUnits(bytes, encoding);
    return unitsToText(units, 0, units.length, encoding);
  }
  const text = unitsToText(bytes, 0, bytes.length, 'latin-1');
  return charset === 'latin-1'
    ? text
    : text.replace(/[\u0080-\u009f]/g, (unit) => WINDOWS_1252[unit.charCodeAt(0) - 0x80]);
}

/** Bytes up to which no letter is cut in two. */
function wholeLetters(bytes: Uint8Array, charset: Charset): number {
  if (charset === 'utf-16') return bytes.length & ~1;
  if (charset !== 'utf-8') return bytes.length;
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back];
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

const isBase64Byte = (byte: number): boolean =>
  (byte >= 0x61 && byte <= 0x7a) ||
  (byte >= 0x41 && byte <= 0x5a) ||
  (byte >= 0x30 && byte <= 0x39) ||
  [0x2b, 0x2f, 0x3d, 0x20, 0x09, 0x0a, 0x0d].includes(byte);

const FOUR = 0x34;
const NO_BYTES: Uint8Array = new Uint8Array(0);

/** Passes bytes on, and puts the place of a long base64 text where the text was. */
class AttachmentCutter {
  readonly #blob: number;
  /** Of the file, at the beginning of what is passed. */
  #offset: number;
  #isInTag = false;
  /** The tag has a `4`, without which no `B64` is in it: most tags need no further look. */
  #hasFour = false;
  /** Beginning of a tag that goes on in the next bytes. */
  #tagBegun = NO_BYTES;
  /** Where the text of an attachment began; -1: none is being read. */
  #begin = -1;
  /** It is not cut out, whatever its length. */
  #isPlain = false;
  #held: Uint8Array[] = [];
  #length = 0;

  constructor(blob: number, offset: number) {
    this.#blob = blob;
    this.#offset = offset;
  }

  pass(bytes: Uint8Array, isEnd: boolean): Uint8Array[] {
    const out: Uint8Array[] = [];
    let from = 0;
    let tagFrom = 0;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i];
      if (this.#begin >= 0) {
        const end = this.#attachmentEnd(bytes, i);
        this.#hold(bytes.subarray(i, end));
        from = end;
        if (end === bytes.length) break;
        out.push(...this.#release());
        i = end - 1;
      } else if (byte === LESS) {
        this.#isInTag = true;
        this.#hasFour = false;
        this.#tagBegun = NO_BYTES;
        tagFrom = i;
      } else if (byte === FOUR) this.#hasFour = true;
      else if (byte === GREATER && this.#isInTag) {
        this.#isInTag = false;
        if (!this.#hasFour || !this.#opensAttachment(bytes.subarray(tagFrom, i))) continue;
        out.push(bytes.subarray(from, i + 1));
        from = i + 1;
        this.#begin = this.#offset + from;
      }
    }
    if (this.#isInTag && this.#tagBegun.length < CDA_TAG_UNITS_MAX)
      this.#tagBegun = concatBytes(this.#tagBegun, bytes.subarray(tagFrom, tagFrom + CDA_TAG_UNITS_MAX));
    if (from < bytes.length) out.push(bytes.subarray(from));
    this.#offset += bytes.length;
    if (isEnd && this.#begin >= 0) out.push(...this.#release());
    return out;
  }

  #opensAttachment(rest: Uint8Array): boolean {
    const tag = concatBytes(this.#tagBegun, rest.subarray(0, CDA_TAG_UNITS_MAX));
    const text = String.fromCharCode(...tag);
    return IS_BASE64.test(text) && !text.endsWith('/');
  }

  #attachmentEnd(bytes: Uint8Array, from: number): number {
    let end = from;
    for (; end < bytes.length && bytes[end] !== LESS; end++) {
      if (this.#isPlain || isBase64Byte(bytes[end])) continue;
      // Line breaks written as `&#13;` show early; such a text is read like any other.
      if (this.#length + end - from < BLOB_TEXT_UNITS_MIN) this.#isPlain = true;
      else fail('malformed', 'an attachment in this document is damaged: it is not base64');
    }
    return end;
  }

  #hold(bytes: Uint8Array): void {
    if (this.#isPlain || this.#length < BLOB_TEXT_UNITS_MIN) this.#held.push(bytes.slice());
    this.#length += bytes.length;
  }

  #release(): Uint8Array[] {
    const [n, offset, length] = [this.#blob, this.#begin, this.#length];
    const out = this.#isPlain || length < BLOB_TEXT_UNITS_MIN ? this.#held : [ascii(blobPlace({ n, offset, length }))];
    this.#begin = -1;
    this.#isPlain = false;
    this.#held = [];
    this.#length = 0;
    return out;
  }
}
