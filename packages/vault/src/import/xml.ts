// XML as devices export it, as a stream of tags: attributes and short texts as byte ranges, in constant memory, much faster than strings.
// What makes XML dangerous is not read at all: a DTD is passed over unread (Apple's own is broken since iOS 16), no entity is defined or expanded
// but the five predefined and the numeric ones, nothing outside of the file is ever asked for. Damage is told with its place and left behind.
import { unitsToText } from './encoding.ts';
import { IMPORT_LIMITS } from './limits.ts';
import type { ByteSource } from './types.ts';

/** `more`: call `fill` and go on. `damaged`: a tag that is none; the next call goes on behind it. */
export type XmlToken = 'open' | 'close' | 'damaged' | 'more' | 'end';

const LESS = 0x3c;
const GREATER = 0x3e;
const SLASH = 0x2f;
const EQUALS = 0x3d;
const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const SPACE = 0x20;

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const COMMENT = ascii('<!--');
const COMMENT_END = ascii('-->');
const SECTION = ascii('<![CDATA[');
const SECTION_END = ascii(']]>');
const INSTRUCTION_END = ascii('?>');

const HASH_START = 0x811c9dc5;
const HASH_FACTOR = 0x01000193;

interface Known<T> {
  bytes: Uint8Array;
  value: T;
}

/** What is made of a byte range, remembered: names, units and devices come a million times. */
export class Remembered<T> {
  private readonly make: (text: string) => T;
  private readonly known = new Map<number, Known<T>[]>();
  private size = 0;
  private last: Known<T> | null = null;

  /** `make` must depend on the text alone: what is remembered may be forgotten and made again. */
  constructor(make: (text: string) => T) {
    this.make = make;
  }

  get(bytes: Uint8Array, start: number, end: number): T {
    if (this.last !== null && isSame(this.last.bytes, bytes, start, end)) return this.last.value;
    let hash = HASH_START;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i], HASH_FACTOR);
    let known = this.known.get(hash);
    for (let i = 0; known && i < known.length; i++)
      if (isSame(known[i].bytes, bytes, start, end)) {
        this.last = known[i];
        return known[i].value;
      }
    if (this.size >= IMPORT_LIMITS.xmlTextsRemembered) {
      this.known.clear();
      this.size = 0;
      known = undefined;
    }
    const added = { bytes: bytes.slice(start, end), value: this.make(textOf(bytes, start, end)) };
    if (known) known.push(added);
    else this.known.set(hash, [added]);
    this.size++;
    this.last = added;
    return added.value;
  }
}

function isSame(known: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (known.length !== end - start) return false;
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[start + i]) return false;
  return true;
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

/** Text of a byte range: UTF-8, predefined and numeric entities read, all others left as they stand. */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  const text = unitsToText(bytes, start, end, 'utf-8');
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES.get(name) ?? whole;
    const point = decimal !== undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd';
  });
}

/** Tags of one file, pulled. All ranges refer to `bytes` and hold until the next `next` or `fill`. */
export class XmlReader {
  bytes = new Uint8Array(2 * IMPORT_LIMITS.readBytes);
  /** Name of the tag without its prefix. */
  name = '';
  /** `<a/>`: no close follows. */
  selfClosed = false;
  /** What stood between the tag before and this one. */
  textStart = 0;
  textEnd = 0;
  /** True at the end when the file ends inside a tag. */
  cutOff = false;
  private readonly source: ByteSource;
  private readonly root: Uint8Array;
  private at = 0;
  private filled = 0;
  private base: number;
  private ended = false;
  private skipTo: Uint8Array | null = null;
  private tagStart = 0;
  private readonly names = new Remembered((text) => text.trim().slice(text.lastIndexOf(':') + 1));
  private attributeCount = 0;
  private readonly attributeNames: string[] = [];
  private readonly starts: number[] = [];
  private readonly ends: number[] = [];

  /** Reads from a byte where a tag or text begins. A DOCTYPE is passed over up to the tag `root`. */
  constructor(source: ByteSource, root: string, from = 0) {
    this.source = source;
    this.root = ascii(`<${root}`);
    this.base = from;
  }

  /** Byte of the file at which the last tag begins. */
  get tagPosition(): number {
    return this.base + this.tagStart;
  }

  /** Byte of the file behind the last tag. */
  get position(): number {
    return this.base + this.at;
  }

  /** Index of an attribute's range, -1 where the tag has none of that name. */
  find(name: string): number {
    for (let i = 0; i < this.attributeCount; i++) if (this.attributeNames[i] === name) return i;
    return -1;
  }

  start(index: number): number {
    return this.starts[index];
  }

  end(index: number): number {
    return this.ends[index];
  }

  /** An attribute's text, null where there is none. */
  attribute(name: string): string | null {
    const index = this.find(name);
    return index < 0 ? null : textOf(this.bytes, this.starts[index], this.ends[index]);
  }

  get text(): string {
    return textOf(this.bytes, this.textStart, this.textEnd);
  }

  /** Reads on; what was consumed makes room. */
  async fill(): Promise<void> {
    if (this.at > 0) {
      this.bytes.copyWithin(0, this.at, this.filled);
      this.base += this.at;
      this.filled -= this.at;
      this.at = 0;
    }
    const room = Math.min(this.bytes.length - this.filled, IMPORT_LIMITS.readBytes);
    const behind = this.bytes.subarray(this.filled, this.filled + room);
    const read = await this.source.read(this.base + this.filled, room, behind);
    if (read.buffer !== behind.buffer) behind.set(read.subarray(0, room));
    this.filled += Math.min(read.length, room);
    if (read.length === 0) this.ended = true;
  }

  next(): XmlToken {
    for (;;) {
      if (this.skipTo !== null && !this.skip(this.skipTo)) return this.ended ? this.atEnd() : 'more';
      const { bytes, filled } = this;
      let i = this.at;
      while (i < filled && bytes[i] !== LESS) i++;
      if (i === filled) return this.withoutTag();
      // Enough for `<![CDATA[`, so that what follows is told apart.
      if (filled - i < SECTION.length && !this.ended) return this.wait(i);
      this.textStart = this.at;
      this.textEnd = i;
      this.tagStart = i;
      const second = bytes[i + 1];
      if (second === 0x21 || second === 0x3f) this.passOver(i);
      else return second === SLASH ? this.closeTag(i) : this.openTag(i);
    }
  }

  /** No tag until the end of what is there. Long text is let go of, short text may belong to a tag that comes. */
  private withoutTag(): XmlToken {
    if (this.ended) return this.atEnd();
    if (this.filled - this.at > IMPORT_LIMITS.xmlTextBytesMax) this.at = this.filled;
    return 'more';
  }

  private atEnd(): XmlToken {
    for (let i = this.at; i < this.filled; i++) if (this.bytes[i] > SPACE) this.cutOff = true;
    this.at = this.filled;
    return 'end';
  }

  /** The tag that begins at `start` is not whole yet. One that is longer than any tag is damage. */
  private wait(start: number): XmlToken {
    if (start - this.at > IMPORT_LIMITS.xmlTextBytesMax) this.at = start;
    if (this.ended) return this.atEnd();
    if (this.filled - start < IMPORT_LIMITS.xmlTagBytesMax) return 'more';
    this.at = start + 1;
    return 'damaged';
  }

  private passOver(start: number): void {
    const comes = (mark: Uint8Array): boolean => isSame(mark, this.bytes, start, start + mark.length);
    this.at = start + 2;
    if (this.bytes[start + 1] === 0x3f) this.skipTo = INSTRUCTION_END;
    else if (comes(COMMENT)) this.skipTo = COMMENT_END;
    else if (comes(SECTION)) this.skipTo = SECTION_END;
    // In a broken DTD nothing says where it ends but the first tag of the document.
    else this.skipTo = this.root;
  }

  /** Goes behind the mark, or before it where it is the root's tag. False when it has not come yet. */
  private skip(mark: Uint8Array): boolean {
    const { bytes, filled } = this;
    let i = this.at;
    for (; i + mark.length <= filled; i++) {
      if (bytes[i] !== mark[0] || !isSame(mark, bytes, i, i + mark.length)) continue;
      this.at = mark === this.root ? i : i + mark.length;
      this.skipTo = null;
      return true;
    }
    this.at = i;
    return false;
  }

  private closeTag(start: number): XmlToken {
    const { bytes, filled } = this;
    let i = start + 2;
    while (i < filled && bytes[i] !== GREATER && bytes[i] !== LESS) i++;
    if (i === filled) return this.wait(start);
    this.at = bytes[i] === LESS ? i : i + 1;
    if (bytes[i] === LESS) return 'damaged';
    this.name = this.names.get(bytes, start + 2, i);
    return 'close';
  }

  private openTag(start: number): XmlToken {
    const { bytes, filled } = this;
    let i = start + 1;
    while (i < filled && bytes[i] > SPACE && bytes[i] !== GREATER && bytes[i] !== SLASH && bytes[i] !== LESS) i++;
    const nameEnd = i;
    this.attributeCount = 0;
    for (;;) {
      while (i < filled && bytes[i] <= SPACE) i++;
      if (i + 1 >= filled && !(i < filled && bytes[i] === GREATER)) return this.wait(start);
      const unit = bytes[i];
      if (unit === GREATER || (unit === SLASH && bytes[i + 1] === GREATER)) {
        this.selfClosed = unit === SLASH;
        this.at = i + (this.selfClosed ? 2 : 1);
        this.name = this.names.get(bytes, start + 1, nameEnd);
        return 'open';
      }
      if (unit === LESS) return this.damage(i);
      const after = this.attributeAt(i);
      if (after === -1) return this.wait(start);
      if (after < 0) return this.damage(-after);
      i = after;
    }
  }

  /** Index behind the attribute; -1 where it is not whole yet; -index where it is broken. Its name may hold spaces, as in Apple's `Me`. */
  private attributeAt(from: number): number {
    const { bytes, filled } = this;
    let i = from;
    while (i < filled && bytes[i] !== EQUALS && bytes[i] !== GREATER && bytes[i] !== LESS) i++;
    if (i === filled) return -1;
    if (bytes[i] !== EQUALS) return -i;
    const nameEnd = i++;
    while (i < filled && bytes[i] <= SPACE) i++;
    if (i === filled) return -1;
    const quote = bytes[i];
    if (quote !== QUOTE && quote !== APOSTROPHE) return -i;
    const start = ++i;
    while (i < filled && bytes[i] !== quote && bytes[i] !== LESS) i++;
    if (i === filled) return -1;
    if (bytes[i] === LESS) return -i;
    if (this.attributeCount < IMPORT_LIMITS.xmlAttributesMax) {
      this.attributeNames[this.attributeCount] = this.names.get(bytes, from, nameEnd);
      this.starts[this.attributeCount] = start;
      this.ends[this.attributeCount++] = i;
    }
    return i + 1;
  }

  private damage(at: number): XmlToken {
    this.at = this.bytes[at] === GREATER ? at + 1 : at;
    return 'damaged';
  }
}
