// Rows of a delimited text, streamed: RFC 4180 quoting, LF, CRLF or CR, in constant memory whatever the input does.

import type { Encoding, Units } from './encoding.ts';
import { bytesToUnits, unitsToText } from './encoding.ts';
import { IMPORT_LIMITS } from './limits.ts';
import { readFully } from './source.ts';
import type { ByteSource } from './types.ts';

const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;

/** `record`: fields are set · `more`: call `fill` first · `too-long`, `open-quote`: a line that is no record and was passed over · `end` */
export type ReadOutcome = 'record' | 'more' | 'too-long' | 'open-quote' | 'end';

export interface RecordFormat {
  encoding: Encoding;
  delimiter: string;
}

/**
 * Splits a source into records. Use: `read()` until it says 'more', then `await fill()`. Fields of the current record are
 * [fieldStart[i], fieldEnd[i]) in `units`, valid until the next `fill`.
 */
export class RecordReader {
  units: Units;
  fieldCount = 0;
  readonly fieldStart = new Int32Array(IMPORT_LIMITS.columnsMax);
  readonly fieldEnd = new Int32Array(IMPORT_LIMITS.columnsMax);
  /** Byte offset where the current record begins and where the next one does. */
  recordStart: number;
  position: number;
  /** Lines before the current record, counted from where this reader began. */
  linesBefore = 0;
  /** Whether the current record had a line end. */
  terminated = true;
  private head = 0;
  private tail = 0;
  private ended = false;
  private skipping = false;
  private linesRead = 0;
  private readOffset: number;
  private readonly source: ByteSource;
  private readonly format: RecordFormat;
  private readonly delimiter: number;
  private readonly unitBytes: 1 | 2;

  constructor(source: ByteSource, format: RecordFormat, fromByte: number) {
    this.source = source;
    this.format = format;
    this.delimiter = format.delimiter.charCodeAt(0);
    this.unitBytes = format.encoding.startsWith('utf-16') ? 2 : 1;
    // Most files are small; one that says so and is not gets more room as it comes.
    this.units = this.room(Math.max(0, source.sizeBytes - fromByte));
    this.readOffset = fromByte;
    this.recordStart = fromByte;
    this.position = fromByte;
  }

  /** Text of a field of the current record, doubled quotes undone. */
  text(field: number): string {
    if (field >= this.fieldCount) return '';
    const text = unitsToText(this.units, this.fieldStart[field], this.fieldEnd[field], this.format.encoding);
    return text.includes('""') ? text.replaceAll('""', '"') : text;
  }

  /** Reads the next block of the source behind what is not yet consumed. */
  async fill(): Promise<void> {
    this.units.copyWithin(0, this.head, this.tail);
    this.tail -= this.head;
    this.head = 0;
    const bytes = await readFully(this.source, this.readOffset, IMPORT_LIMITS.readBytes);
    this.readOffset += bytes.length;
    if (bytes.length < IMPORT_LIMITS.readBytes) this.ended = true;
    this.append(bytes);
  }

  private room(bytes: number): Units {
    const capacity = Math.ceil(Math.min(bytes, IMPORT_LIMITS.lineBytesMax + IMPORT_LIMITS.readBytes) / this.unitBytes);
    return this.unitBytes === 2 ? new Uint16Array(capacity) : new Uint8Array(capacity);
  }

  private append(bytes: Uint8Array): void {
    const units = bytesToUnits(bytes, this.format.encoding);
    if (this.tail + units.length > this.units.length) {
      const grown = this.room(Number.MAX_SAFE_INTEGER);
      grown.set(this.units.subarray(0, this.tail));
      this.units = grown;
    }
    this.units.set(units, this.tail);
    this.tail += units.length;
  }

  /** The next record. */
  read(): ReadOutcome {
    this.linesBefore = this.linesRead;
    this.recordStart = this.position;
    if (this.skipping) return this.skipLine();
    if (this.head === this.tail) return this.ended ? 'end' : 'more';
    this.fieldCount = 0;
    let at = this.head;
    let lines = 1;
    for (;;) {
      const open = this.openingQuote(at);
      let end: number;
      if (open < 0) {
        end = this.plainEnd(at);
        if (end < 0) return this.incomplete(false);
        this.addField(at, end);
      } else {
        const close = this.closingQuote(open + 1);
        if (close < 0) return this.incomplete(true);
        end = this.plainEnd(close + 1);
        if (end < 0) return this.incomplete(false);
        lines += this.lineEndsIn(open, close);
        // Text behind the closing quote: the quotes belong to the text.
        if (this.onlySpaces(close + 1, end)) this.addField(open + 1, close);
        else this.addField(at, end);
      }
      if (end < this.tail && this.units[end] === this.delimiter) at = end + 1;
      else return this.finish(end, lines);
    }
  }

  private addField(start: number, end: number): void {
    if (this.fieldCount === IMPORT_LIMITS.columnsMax) return;
    this.fieldStart[this.fieldCount] = start;
    this.fieldEnd[this.fieldCount++] = end;
  }

  /** Index of a quote that opens the field at `at` (spaces before it are forgiven), or -1. */
  private openingQuote(at: number): number {
    let i = at;
    while (i < this.tail && this.units[i] === SPACE) i++;
    return i < this.tail && this.units[i] === QUOTE ? i : -1;
  }

  /** Index of the delimiter or line end behind `at`; the end of the text if that comes first; -1 if the window ends before. */
  private plainEnd(at: number): number {
    const { units, tail, delimiter } = this;
    let i = at;
    for (; i < tail; i++) {
      const unit = units[i];
      if (unit === delimiter || unit === LF || unit === CR) return i;
    }
    return this.ended ? tail : -1;
  }

  /** Index of the quote that closes a quoted field, or -1 if the window ends before. */
  private closingQuote(from: number): number {
    const { units, tail } = this;
    for (let i = from; i < tail; i++) {
      if (units[i] !== QUOTE) continue;
      if (i + 1 === tail) return this.ended ? i : -1;
      if (units[i + 1] !== QUOTE) return i;
      i++;
    }
    return -1;
  }

  private lineEndsIn(from: number, to: number): number {
    let count = 0;
    for (let i = from; i < to; i++)
      if (this.units[i] === LF || (this.units[i] === CR && this.units[i + 1] !== LF)) count++;
    return count;
  }

  private onlySpaces(from: number, to: number): boolean {
    for (let i = from; i < to; i++) if (this.units[i] !== SPACE) return false;
    return true;
  }

  private full(): boolean {
    return (this.tail - this.head) * this.unitBytes >= IMPORT_LIMITS.lineBytesMax;
  }

  /** The window ended inside a record: more is needed, or the line is hopeless and is passed over. */
  private incomplete(inQuote: boolean): ReadOutcome {
    if (!this.ended && !this.full()) return 'more';
    if (inQuote) {
      // The quote was never meant as one: give up this line only, so that the rows behind it survive.
      const end = this.lineEndFrom(this.head);
      if (end < this.tail || this.ended) {
        this.consume(end, 1);
        return 'open-quote';
      }
    }
    this.skipping = true;
    return this.skipLine();
  }

  private skipLine(): ReadOutcome {
    const end = this.lineEndFrom(this.head);
    if (end === this.tail && !this.ended) {
      this.head = this.tail;
      this.position = this.readOffset;
      return 'more';
    }
    this.skipping = false;
    this.consume(end, 1);
    return 'too-long';
  }

  private lineEndFrom(from: number): number {
    let i = from;
    while (i < this.tail && this.units[i] !== LF && this.units[i] !== CR) i++;
    return i;
  }

  private finish(end: number, lines: number): ReadOutcome {
    // A CR at the very end of the window may be half of a CRLF.
    if (end + 1 === this.tail && this.units[end] === CR && !this.ended && !this.full()) return 'more';
    this.terminated = end < this.tail;
    this.consume(end, lines);
    return 'record';
  }

  private consume(end: number, lines: number): void {
    const crlf = end + 1 < this.tail && this.units[end] === CR && this.units[end + 1] === LF;
    this.head = Math.min(end + (crlf ? 2 : 1), this.tail);
    this.linesRead += lines;
    this.position = this.readOffset - (this.tail - this.head) * this.unitBytes;
  }
}
