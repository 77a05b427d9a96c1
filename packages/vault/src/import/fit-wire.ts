// The FIT container: headers, definitions, data messages, compressed timestamps, checksums, chained files. It knows no meaning of any field;
// what a message says is the sink's. Layout as described publicly by the FIT protocol (header 12 or 14 bytes, CRC-16, both byte orders).
import { fail } from '@hale/kernel';
import type { FitField } from './fit-numbers.ts';
import { IMPORT_LIMITS } from './limits.ts';
import { readFully } from './source.ts';
import type { ByteSource } from './types.ts';

/** Seconds of 1970 at which FIT begins to count: 1989-12-31T00:00:00Z. */
export const FIT_EPOCH_SECONDS = 631_065_600;
/** Below this a FIT time counts from when the device was switched on. */
export const SYSTEM_TIME_END = 0x1000_0000;
export const NO_TIME = -1;

const TIMESTAMP_FIELD = 253;
const SIGNATURE = 0x5449462e;
const HEADER_BYTES_MIN = 12;
const CRC_BYTES = 2;

/** A field whose meaning an earlier message of the file describes. */
export interface FitDeveloperField {
  number: number;
  developer: number;
  offset: number;
  bytes: number;
}

export interface FitDefinition {
  message: number;
  littleEndian: boolean;
  fields: FitField[];
  developerFields: FitDeveloperField[];
  bytes: number;
}

/** Takes one data message that begins at `at`; `seconds` is its own time in FIT seconds, or NO_TIME. */
export type MessageTaker = (view: DataView, at: number, seconds: number) => void;

export interface FitSink {
  /** Once for each definition; null: messages of this kind are counted and passed over. */
  define(definition: FitDefinition): MessageTaker | null;
  /** A further file begins in this one. */
  begin(): void;
}

/** CRC-16 with the reflected polynomial 0xA001; table k serves the byte that k more bytes follow, so that four go at once. */
const CRC_TABLES = crcTables();

function crcTables(): Uint16Array[] {
  const first = Uint16Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
    return crc;
  });
  const tables = [first];
  for (let k = 1; k < 4; k++) tables.push(tables[k - 1].map((crc) => (crc >>> 8) ^ first[crc & 0xff]));
  return tables;
}

export function fitCrc(bytes: Uint8Array, from: number, to: number, before = 0): number {
  const [last, third, second, first] = CRC_TABLES;
  let crc = before;
  let i = from;
  for (; i + 4 <= to; i += 4)
    crc =
      first[(crc ^ bytes[i]) & 0xff] ^
      second[((crc >>> 8) ^ bytes[i + 1]) & 0xff] ^
      third[bytes[i + 2]] ^
      last[bytes[i + 3]];
  for (; i < to; i++) crc = (crc >>> 8) ^ last[(crc ^ bytes[i]) & 0xff];
  return crc;
}

/** Whether bytes begin as a FIT file does. */
export function isFitHeader(bytes: Uint8Array): boolean {
  if (bytes.length < HEADER_BYTES_MIN || bytes[0] < HEADER_BYTES_MIN) return false;
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(8, true) === SIGNATURE;
}

/** What was wrong on the way, each at its byte. */
export interface FitDamage {
  byte: number;
  what: 'message' | 'cut' | 'no-header' | 'file-crc' | 'header-crc';
}

interface Local {
  definition: FitDefinition;
  taker: MessageTaker | null;
  /** From the record header; 0: no time. */
  timeOffset: number;
  passedOver: { count: number };
}

type Stage = 'header' | 'messages' | 'passing-over' | 'crc' | 'done';

/** One pass over a source. Everything between two reads is synchronous; memory is one window. */
export class FitReader {
  readonly damages: FitDamage[] = [];
  damagesUntold = 0;
  /** Data messages by message number that no taker wanted. */
  readonly passedOver = new Map<number, { count: number }>();
  /** The last full time met, FIT seconds; takers that know better (timestamp16) move it on. */
  seconds = NO_TIME;
  /** Byte at which the message under work begins. */
  byte = 0;
  files = 0;
  messages = 0;
  readonly #source: ByteSource;
  readonly #sink: FitSink;
  readonly #checksCrc: boolean;
  readonly #locals: (Local | undefined)[] = [];
  #stage: Stage = 'header';
  #fileEnd = 0;
  #crc = 0;
  #position = 0;
  /** Definitions used before: the same one sent again costs no new taker. */
  readonly #known = new Map<string, Local>();

  constructor(source: ByteSource, sink: FitSink, { checksCrc = true } = {}) {
    this.#source = source;
    this.#sink = sink;
    this.#checksCrc = checksCrc;
  }

  get isDone(): boolean {
    return this.#stage === 'done';
  }

  /** Gives the position after each window; `stopAt` ends one window there, so that a caller can tell what lies before it. */
  async *pass(stopAt = 0, endAt = Number.POSITIVE_INFINITY): AsyncGenerator<number, void, void> {
    while (!this.isDone && this.#position < endAt) {
      const bytes = await readFully(this.#source, this.#position, IMPORT_LIMITS.readBytes);
      const isLast = this.#position + bytes.length >= this.#source.sizeBytes || bytes.length === 0;
      const stop = this.#position < stopAt ? stopAt - this.#position : Number.POSITIVE_INFINITY;
      const from = this.#position;
      this.#consume(bytes, isLast, stop);
      if (this.#position === from && !this.isDone) fail('malformed', 'this FIT file ends early', { offset: from });
      yield this.#position;
    }
  }

  #consume(bytes: Uint8Array, isLast: boolean, stop: number): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const base = this.#position;
    let at = 0;
    for (;;) {
      const before = at;
      const stage = this.#stage;
      if (stage === 'header') at = this.#header(bytes, at, base, isLast);
      else if (stage === 'messages') at = this.#messages(bytes, view, at, base, isLast, stop);
      else if (stage === 'passing-over') at = this.#passOver(bytes, at, base, isLast);
      else if (stage === 'crc') at = this.#checkCrc(bytes, view, at, base, isLast);
      if (this.#stage === 'done' || (at === before && this.#stage === stage) || at >= stop) break;
    }
    this.#position = base + at;
  }

  #header(bytes: Uint8Array, at: number, base: number, isLast: boolean): number {
    const left = bytes.length - at;
    if (left === 0 && isLast) return this.#end(at);
    if (left < 255 && !isLast) return at;
    if (!isFitHeader(bytes.subarray(at))) {
      this.#damage(base + at, left < HEADER_BYTES_MIN ? 'cut' : 'no-header');
      return this.#end(bytes.length);
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, left);
    const headerBytes = bytes[at];
    if (headerBytes > left) {
      this.#damage(base + at, 'cut');
      return this.#end(bytes.length);
    }
    const told = headerBytes >= 14 ? view.getUint16(12, true) : 0;
    if (told !== 0 && told !== fitCrc(bytes, at, at + 12)) this.#damage(base + at, 'header-crc');
    const dataBytes = view.getUint32(4, true);
    // A device that lost power before it closed the file leaves the length at 0.
    this.#fileEnd = dataBytes === 0 ? this.#source.sizeBytes - CRC_BYTES : base + at + headerBytes + dataBytes;
    this.#crc = fitCrc(bytes, at, at + headerBytes);
    this.#locals.length = 0;
    this.#known.clear();
    this.seconds = NO_TIME;
    this.#stage = 'messages';
    this.files++;
    this.#sink.begin();
    return at + headerBytes;
  }

  #messages(bytes: Uint8Array, view: DataView, from: number, base: number, isLast: boolean, stop: number): number {
    const end = Math.min(bytes.length, this.#fileEnd - base);
    let at = from;
    let isWhole = true;
    while (at < end && at < stop) {
      this.byte = base + at;
      const header = bytes[at];
      const isDefinition = (header & 0xc0) === 0x40;
      const next = isDefinition ? this.#define(bytes, view, at, end) : this.#data(view, header, at, end);
      if (next === 0) {
        isWhole = false;
        break;
      }
      if (next < 0) {
        this.#damage(this.byte, 'message');
        this.#stage = 'passing-over';
        break;
      }
      at = next;
    }
    if (this.#checksCrc) this.#crc = fitCrc(bytes, from, at, this.#crc);
    if (this.#stage !== 'messages' || at >= stop) return at;
    if (isWhole && base + at >= this.#fileEnd) {
      this.#stage = 'crc';
      return at;
    }
    if (isWhole && !isLast) return at;
    // A message that does not end inside its file, or a file that does not end inside the source.
    if (base + bytes.length >= this.#fileEnd) {
      this.#damage(base + at, 'message');
      this.#stage = 'passing-over';
    } else if (isLast) {
      this.#damage(base + at, 'cut');
      return this.#end(bytes.length);
    }
    return at;
  }

  /** Where the next message begins, 0 where this one is not whole, −1 where it cannot be read. */
  #data(view: DataView, header: number, at: number, end: number): number {
    const isCompressed = header >= 0x80;
    const local = this.#locals[isCompressed ? (header >> 5) & 3 : header & 15];
    if (local === undefined) return -1;
    const { definition, taker, timeOffset } = local;
    const next = at + 1 + definition.bytes;
    if (next > end) return 0;
    let seconds = NO_TIME;
    if (isCompressed) {
      // Five bits that roll over every 32 s against the last full time.
      if (this.seconds !== NO_TIME) {
        this.seconds += ((header & 31) - this.seconds) & 31;
        seconds = this.seconds;
      }
    } else if (timeOffset > 0) {
      const told = view.getUint32(at + timeOffset, definition.littleEndian);
      if (told !== 0xffff_ffff) {
        seconds = told;
        this.seconds = told;
      }
    }
    this.messages++;
    if (taker) taker(view, at + 1, seconds);
    else local.passedOver.count++;
    return next;
  }

  #define(bytes: Uint8Array, view: DataView, at: number, end: number): number {
    if (at + 6 > end) return 0;
    const hasDeveloperFields = (bytes[at] & 0x20) !== 0;
    const fieldsEnd = at + 6 + 3 * bytes[at + 5];
    if (fieldsEnd + (hasDeveloperFields ? 1 : 0) > end) return 0;
    const next = hasDeveloperFields ? fieldsEnd + 1 + 3 * bytes[fieldsEnd] : fieldsEnd;
    if (next > end) return 0;
    if (bytes[at + 2] > 1) return -1;
    // What developer fields mean may have been described meanwhile, so theirs are made anew.
    const key = hasDeveloperFields ? '' : keyOf(bytes, at + 1, next);
    let local = this.#known.get(key);
    if (!local) {
      const definition = parseDefinition(bytes, view, at, fieldsEnd, next);
      const time = definition.fields.find(({ number, bytes: length }) => number === TIMESTAMP_FIELD && length === 4);
      local = {
        definition,
        taker: this.#sink.define(definition),
        timeOffset: time ? time.offset + 1 : 0,
        passedOver: this.#counterOf(definition.message),
      };
      if (!hasDeveloperFields && this.#known.size < IMPORT_LIMITS.fitDefinitionsKept) this.#known.set(key, local);
    }
    this.#locals[bytes[at] & 15] = local;
    return next;
  }

  #counterOf(message: number): { count: number } {
    const counter = this.passedOver.get(message) ?? { count: 0 };
    this.passedOver.set(message, counter);
    return counter;
  }

  #passOver(bytes: Uint8Array, at: number, base: number, isLast: boolean): number {
    if (base + bytes.length >= this.#fileEnd + CRC_BYTES) {
      this.#stage = 'header';
      return Math.max(at, this.#fileEnd + CRC_BYTES - base);
    }
    return isLast ? this.#end(bytes.length) : bytes.length;
  }

  #checkCrc(bytes: Uint8Array, view: DataView, at: number, base: number, isLast: boolean): number {
    if (at + CRC_BYTES > bytes.length) {
      if (!isLast) return at;
      this.#damage(base + at, 'cut');
      return this.#end(bytes.length);
    }
    if (this.#checksCrc && view.getUint16(at, true) !== this.#crc) this.#damage(base + at, 'file-crc');
    this.#stage = 'header';
    return at + CRC_BYTES;
  }

  #damage(byte: number, what: FitDamage['what']): void {
    if (this.damages.length < IMPORT_LIMITS.rejectionsSingly) this.damages.push({ byte, what });
    else this.damagesUntold++;
  }

  #end(at: number): number {
    this.#stage = 'done';
    return at;
  }
}

function keyOf(bytes: Uint8Array, from: number, to: number): string {
  let key = '';
  for (let i = from; i < to; i++) key += String.fromCharCode(bytes[i]);
  return key;
}

function parseDefinition(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  fieldsEnd: number,
  next: number,
): FitDefinition {
  const littleEndian = bytes[at + 2] === 0;
  const definition: FitDefinition = {
    message: view.getUint16(at + 3, littleEndian),
    littleEndian,
    fields: [],
    developerFields: [],
    bytes: 0,
  };
  for (let i = at + 6; i < fieldsEnd; i += 3) {
    definition.fields.push({
      number: bytes[i],
      offset: definition.bytes,
      bytes: bytes[i + 1],
      base: bytes[i + 2] & 0x1f,
    });
    definition.bytes += bytes[i + 1];
  }
  for (let i = fieldsEnd + 1; i < next; i += 3) {
    definition.developerFields.push({
      number: bytes[i],
      developer: bytes[i + 2],
      offset: definition.bytes,
      bytes: bytes[i + 1],
    });
    definition.bytes += bytes[i + 1];
  }
  return definition;
}
