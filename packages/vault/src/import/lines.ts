// The body of a live delivery: `series,time_micros,value` lines, read from bytes without a string per line.

import { fail } from '@hale/kernel';
import { IMPORT_LIMITS } from './limits.ts';

/** Samples of one series as a device sends them; times are micros in the order sent, values in the series' unit. */
export interface SampleRun {
  series: string;
  times: Float64Array;
  values: Float64Array;
  /** What the sender said the series is, where it said more than its name. */
  signal?: { kind: string; ucum: string; factor: number };
}

const HEADER = 'series,time_micros,value';
const LF = 0x0a;
const CR = 0x0d;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const TENS = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
/** 1900-01-01 (origin of the grid) and 2200-01-01. */
export const TIME_MIN_MICROS = -2_208_988_800_000_000;
export const TIME_MAX_MICROS = 7_258_118_400_000_000;
const FIRST_CAPACITY_MAX = 4096;
const USUAL_TIME_BYTES = 16;
/** Digits and point of a value that int32 holds. */
const USUAL_VALUE_BYTES_MAX = 9;
/** Bytes of a line besides its series name, usually: 16 digits of time, a value of 3, two commas and the end. */
const USUAL_LINE_BYTES = 22;

/** Growing columns of one series. */
class Run {
  readonly name: string;
  readonly nameBytes: Uint8Array;
  /** As many of them as fill words, read as `usualLines` reads them. */
  readonly nameWords: Int32Array;
  times: Float64Array;
  values: Float64Array;
  count = 0;

  /** @param bytesLeft of the delivery: a small one shall not pay for the columns of a large one */
  constructor(name: string, nameBytes: Uint8Array, bytesLeft: number) {
    this.name = name;
    this.nameBytes = nameBytes;
    const view = new DataView(nameBytes.buffer, nameBytes.byteOffset, nameBytes.length);
    this.nameWords = Int32Array.from({ length: nameBytes.length >> 2 }, (_, i) => view.getInt32(4 * i, true));
    const capacity = Math.min(FIRST_CAPACITY_MAX, Math.ceil(bytesLeft / (nameBytes.length + USUAL_LINE_BYTES)) + 1);
    this.times = new Float64Array(capacity);
    this.values = new Float64Array(capacity);
  }

  grow(): void {
    const times = new Float64Array(this.times.length * 2);
    const values = new Float64Array(this.values.length * 2);
    times.set(this.times);
    values.set(this.values);
    this.times = times;
    this.values = values;
  }

  finished(): SampleRun {
    return {
      series: this.name,
      times: this.times.subarray(0, this.count),
      values: this.values.subarray(0, this.count),
    };
  }
}

/** Line on which a byte stands, from 1; counted only when something is wrong. */
function lineAt(bytes: Uint8Array, at: number): number {
  let line = 1;
  for (let i = 0; i < at && i < bytes.length; i++) if (bytes[i] === LF) line++;
  return line;
}

function bad(bytes: Uint8Array, at: number, what: string): never {
  const line = lineAt(bytes, at);
  return fail('malformed', `line ${line}: ${what}`, { line });
}

/** Index behind the header line, 0 if there is none. */
function headerEnd(bytes: Uint8Array): number {
  if (bytes.length < HEADER.length) return 0;
  for (let i = 0; i < HEADER.length; i++) if (bytes[i] !== HEADER.charCodeAt(i)) return 0;
  let at = HEADER.length;
  if (bytes[at] === CR) at++;
  return at === bytes.length ? at : bytes[at] === LF ? at + 1 : 0;
}

/** Checks a series name: letters, digits and `._:/-`, so that it needs no quoting anywhere. */
export function isSeriesName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._:/-]*$/.test(name) && name.length <= IMPORT_LIMITS.seriesNameBytesMax;
}

/** Zero where all four bytes of the word are digits: 0x30 … 0x39, and with six more still below 0x40. */
function strayBits(word: number): number {
  return ((word & 0xf0f0f0f0) ^ 0x30303030) | (((word + 0x06060606) & 0xf0f0f0f0) ^ 0x30303030);
}

/** The number that four digits spell, the first one in the lowest byte: first in pairs, both at once, then the two pairs. */
function fourDigits(word: number): number {
  const digits = word & 0x0f0f0f0f;
  const pairs = (digits * 10 + (digits >>> 8)) & 0x00ff00ff;
  return (pairs & 0xff) * 100 + (pairs >>> 16);
}

/** As `startsWith`, by words of four bytes where there are four left; the line must reach as far as the name and its comma. */
function startsWithName(view: DataView, at: number, run: Run): boolean {
  const { nameWords, nameBytes } = run;
  let i = 0;
  for (; i < nameWords.length; i++) if (view.getInt32(at + 4 * i, true) !== nameWords[i]) return false;
  for (i *= 4; i < nameBytes.length; i++) if (view.getUint8(at + i) !== nameBytes[i]) return false;
  return view.getUint8(at + i) === COMMA;
}

function startsWith(bytes: Uint8Array, at: number, name: Uint8Array): boolean {
  for (let i = 0; i < name.length; i++) if (bytes[at + i] !== name[i]) return false;
  return bytes[at + name.length] === COMMA;
}

class LineParser {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly runs = new Map<string, Run>();
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  parse(): SampleRun[] {
    const bytes = this.bytes;
    const end = bytes.length;
    this.at = headerEnd(bytes);
    let run: Run | null = null;
    while (this.at < end) {
      const first = bytes[this.at];
      if (first === LF || (first === CR && bytes[this.at + 1] === LF)) {
        this.at += first === LF ? 1 : 2;
        continue;
      }
      run = run !== null && this.continues(run.nameBytes) ? run : this.openRun();
      const micros = this.time();
      const value = this.value();
      if (run.count === run.times.length) run.grow();
      run.times[run.count] = micros;
      run.values[run.count++] = value;
      this.usualLines(run);
    }
    return [...this.runs.values()].map((one) => one.finished());
  }

  /**
   * Takes the lines that go on with the last one's series as nearly all do: a time of sixteen digits (any since 2001), a short decimal, LF.
   * One loop over local numbers, four digits of a time at once; it stops before anything else, which then goes the plain way.
   */
  private usualLines(run: Run): void {
    const bytes = this.bytes;
    const view = this.view;
    const timeAt = run.nameBytes.length + 1;
    // So that no read of this loop goes past the end.
    const last = bytes.length - timeAt - USUAL_TIME_BYTES - USUAL_VALUE_BYTES_MAX - 3;
    let line = this.at;
    let count = run.count;
    while (line <= last && count < run.times.length && startsWithName(view, line, run)) {
      let at = line + timeAt;
      const a = view.getInt32(at, true);
      const b = view.getInt32(at + 4, true);
      const c = view.getInt32(at + 8, true);
      const d = view.getInt32(at + 12, true);
      if ((strayBits(a) | strayBits(b) | strayBits(c) | strayBits(d)) !== 0) break;
      const micros = (fourDigits(a) * 10_000 + fourDigits(b)) * 1e8 + (fourDigits(c) * 10_000 + fourDigits(d));
      at += USUAL_TIME_BYTES;
      if (bytes[at] !== COMMA || micros >= TIME_MAX_MICROS) break;
      const isNegative = bytes[++at] === MINUS;
      if (isNegative) at++;
      const digitsAt = at;
      let mantissa = 0;
      let point = -1;
      for (; ; at++) {
        const digit = bytes[at] - ZERO;
        if (digit >= 0 && digit <= 9) mantissa = (mantissa * 10 + digit) | 0;
        else if (digit === DOT - ZERO && point < 0) point = at;
        else break;
        if (at - digitsAt >= USUAL_VALUE_BYTES_MAX) break;
      }
      const decimals = point < 0 ? 0 : at - point - 1;
      if (bytes[at] !== LF || at === digitsAt || point === digitsAt || (point >= 0 && decimals === 0)) break;
      const magnitude = decimals === 0 ? mantissa : mantissa / TENS[decimals];
      run.times[count] = micros;
      run.values[count++] = isNegative ? 0 - magnitude : magnitude;
      line = at + 1;
    }
    run.count = count;
    this.at = line;
  }

  /** Whether the line goes on with the last line's series; if so, moves behind its comma. */
  private continues(name: Uint8Array): boolean {
    if (!startsWith(this.bytes, this.at, name)) return false;
    this.at += name.length + 1;
    return true;
  }

  private openRun(): Run {
    const { bytes, at } = this;
    let name = '';
    let i = at;
    for (; i < bytes.length && bytes[i] !== COMMA; i++) {
      if (bytes[i] === LF || i - at >= IMPORT_LIMITS.seriesNameBytesMax) break;
      name += String.fromCharCode(bytes[i]);
    }
    if (bytes[i] !== COMMA) return bad(bytes, at, 'no comma behind the series');
    if (!isSeriesName(name)) return bad(bytes, at, 'the series has no usable name');
    this.at = i + 1;
    const known = this.runs.get(name);
    if (known) return known;
    if (this.runs.size >= IMPORT_LIMITS.seriesPerRequestMax) fail('too-large', 'too many series in one request');
    const run = new Run(name, bytes.slice(at, i), bytes.length - at);
    this.runs.set(name, run);
    return run;
  }

  /** Whole micros up to the comma. Digits in two halves of int32 arithmetic: four times as fast as one of doubles. */
  private time(): number {
    const { bytes } = this;
    const start = this.at;
    const negative = bytes[start] === MINUS;
    let at = negative ? start + 1 : start;
    const digitsStart = at;
    let high = 0;
    let digit = bytes[at] - ZERO;
    const highEnd = at + 9;
    while (digit >= 0 && digit <= 9 && at < highEnd) {
      high = (high * 10 + digit) | 0;
      digit = bytes[++at] - ZERO;
    }
    let low = 0;
    const lowStart = at;
    while (digit >= 0 && digit <= 9 && at < highEnd + 8) {
      low = (low * 10 + digit) | 0;
      digit = bytes[++at] - ZERO;
    }
    if (at === digitsStart || bytes[at] !== COMMA) bad(bytes, start, 'the time is not a whole number of microseconds');
    this.at = at + 1;
    const magnitude = high * TENS[at - lowStart] + low;
    const micros = negative ? -magnitude : magnitude;
    if (micros < TIME_MIN_MICROS || micros >= TIME_MAX_MICROS)
      bad(bytes, start, 'the time lies outside of 1900 to 2200');
    return micros;
  }

  /** A decimal up to the line's end. At most nine digits take the fast way. */
  private value(): number {
    const { bytes } = this;
    const start = this.at;
    const negative = bytes[start] === MINUS;
    let at = negative ? start + 1 : start;
    const digitsStart = at;
    let mantissa = 0;
    let point = -1;
    for (; ; at++) {
      const digit = bytes[at] - ZERO;
      if (digit >= 0 && digit <= 9) mantissa = (mantissa * 10 + digit) | 0;
      else if (bytes[at] === DOT && point < 0) point = at;
      else break;
      if (at - digitsStart >= 9) return this.longValue(start);
    }
    const decimals = point < 0 ? 0 : at - point - 1;
    const whole = (point < 0 ? at : point) - digitsStart;
    if (whole === 0 || (decimals === 0 && point >= 0) || !this.lineEnds(at)) return this.longValue(start);
    const magnitude = decimals === 0 ? mantissa : mantissa / TENS[decimals];
    return negative ? 0 - magnitude : magnitude;
  }

  /** Moves behind the line end at `at`, if there is one. */
  private lineEnds(at: number): boolean {
    const { bytes } = this;
    const mark = bytes[at];
    if (mark === LF) this.at = at + 1;
    else if (at >= bytes.length) this.at = at;
    else if (mark === CR && (bytes[at + 1] === LF || at + 1 === bytes.length)) this.at = at + 2;
    else return false;
    return true;
  }

  private longValue(start: number): number {
    const { bytes } = this;
    let text = '';
    let at = start;
    for (; at < bytes.length && bytes[at] !== LF && bytes[at] !== CR && at - start < 40; at++)
      text += String.fromCharCode(bytes[at]);
    const value = /^-?\d+(\.\d+)?([eE][-+]?\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
    if (!Number.isFinite(value) || !this.lineEnds(at)) bad(bytes, start, 'the value is not a number');
    return value;
  }
}

/**
 * Parses `series,time_micros,value` lines (LF or CRLF, header optional, last line end optional). Lines of one series come back together, in the order sent.
 * @throws HaleError 'malformed' with the line number, 'too-large' beyond IMPORT_LIMITS.linesBytesMax
 */
export function parseSampleLines(bytes: Uint8Array): SampleRun[] {
  if (bytes.length > IMPORT_LIMITS.linesBytesMax)
    fail('too-large', 'the delivery is too long', { bytes: bytes.length });
  return new LineParser(bytes).parse();
}
