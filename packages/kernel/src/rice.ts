// Integers by fixed polynomial prediction and Rice codes, in blocks of 128: 0.53 bytes a sample for ECG. specs/stream.md §7.
// This is the hottest loop of an import, so bits are shifted in local 32-bit integers and scratch memory is kept.
// Predictor: A. Robinson, SHORTEN (1994); the code: R. F. Rice, JPL 79-22 (1979).
import { ByteReader } from './bytes.ts';
import { fail } from './errors.ts';

export const BLOCK_SAMPLES = 128;
/** A quotient this long is an escape: 24 zero bits, then the plain number. 24 is what one 32-bit load at any bit shows. */
export const ESCAPE_ZEROS = 24;
/** Value of the parameter field that says: every residual of this block is zero and none is written. */
export const ALL_ZERO = 31;
const PARAMETER_MAX = 30;
const ESCAPE_BITS = ESCAPE_ZEROS + 32;
const BLOCK_HEADER_BITS = 7;
/** Most bytes a block can take (header + 128 escapes), read past the end at worst before the position is checked. */
const BLOCK_BYTES_MAX = 1024;

const codes = new Uint32Array(BLOCK_SAMPLES);
const residuals = new Int32Array(BLOCK_SAMPLES);
let scratch = new Uint8Array(65_536);

function reserve(byteLength: number): Uint8Array {
  if (scratch.length < byteLength) scratch = new Uint8Array(byteLength * 2);
  return scratch;
}

/** Byte by byte, which V8 compiles into a loop; the getters and setters of a DataView stay calls. */
function wordAt(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
}

function putWord(bytes: Uint8Array, at: number, word: number): void {
  bytes[at] = word >>> 24;
  bytes[at + 1] = word >>> 16;
  bytes[at + 2] = word >>> 8;
  bytes[at + 3] = word;
}

/** Polynomial order 0..3 whose residuals are smallest in values[from..to). Needs from ≥ 3 or equal history before. */
function chooseOrder(values: Int32Array, from: number, to: number): number {
  let x = at(values, from - 1);
  let slope = (x - at(values, from - 2)) | 0;
  let bend = (slope - ((at(values, from - 2) - at(values, from - 3)) | 0)) | 0;
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  for (let i = from; i < to; i++) {
    const v = values[i];
    const d1 = (v - x) | 0;
    const d2 = (d1 - slope) | 0;
    const d3 = (d2 - bend) | 0;
    sum0 += v ^ (v >> 31);
    sum1 += d1 ^ (d1 >> 31);
    sum2 += d2 ^ (d2 >> 31);
    sum3 += d3 ^ (d3 >> 31);
    x = v;
    slope = d1;
    bend = d2;
  }
  if (sum1 <= sum0 && sum1 <= sum2 && sum1 <= sum3) return 1;
  if (sum2 <= sum0 && sum2 <= sum3) return 2;
  return sum3 < sum0 ? 3 : 0;
}

/** What stands before the first value is that value itself. */
function at(values: Int32Array, i: number): number {
  return values[i < 0 ? 0 : i];
}

/** Fills `codes` with the zigzag residuals of values[from..to); arithmetic wraps at 32 bits and so never overflows. */
function predict(values: Int32Array, from: number, to: number, order: number): number {
  let x1 = at(values, from - 1);
  let x2 = at(values, from - 2);
  let x3 = at(values, from - 3);
  let sum = 0;
  for (let i = from; i < to; i++) {
    const v = values[i];
    let r: number;
    if (order === 0) r = v;
    else if (order === 1) r = (v - x1) | 0;
    else if (order === 2) r = (v - x1 - (x1 - x2)) | 0;
    else r = (v - x1 - (x1 - x2) - (x1 - x2 - (x2 - x3))) | 0;
    const code = ((r << 1) ^ (r >> 31)) >>> 0;
    codes[i - from] = code;
    sum += code;
    x3 = x2;
    x2 = x1;
    x1 = v;
  }
  return sum;
}

function costBits(length: number, k: number): number {
  let bits = 0;
  for (let i = 0; i < length; i++) {
    const quotient = codes[i] >>> k;
    bits += quotient < ESCAPE_ZEROS ? quotient + 1 + k : ESCAPE_BITS;
  }
  return bits;
}

/** Rice parameter with the least bits near log2 of the mean; walks down as long as it gains, past a block's outliers. */
function chooseParameter(length: number, sum: number): number {
  const mean = sum / length;
  const guess = mean < 1 ? 0 : Math.min(PARAMETER_MAX, 31 - Math.clz32(mean));
  let best = guess;
  let bestBits = costBits(length, guess);
  for (let k = guess - 1; k >= 0; k--) {
    const bits = costBits(length, k);
    if (bits >= bestBits) break;
    best = k;
    bestBits = bits;
  }
  if (best < guess || guess === PARAMETER_MAX) return best;
  return costBits(length, guess + 1) < bestBits ? guess + 1 : guess;
}

/** Bytes that hold the values, the first one included. Empty for none. */
export function encodeIntegers(values: Int32Array): Uint8Array {
  const count = values.length;
  if (count === 0) return new Uint8Array(0);
  const out = reserve(16 + Math.ceil((count * (ESCAPE_BITS + 1)) / 8));
  let bit = writeFirst(out, values[0]) * 8;
  for (let from = 1; from < count; from += BLOCK_SAMPLES) {
    const to = Math.min(from + BLOCK_SAMPLES, count);
    const order = chooseOrder(values, from, to);
    const sum = predict(values, from, to, order);
    const k = sum === 0 ? ALL_ZERO : chooseParameter(to - from, sum);
    bit = writeBlock(out, bit, to - from, order, k);
  }
  return out.slice(0, (bit + 7) >>> 3);
}

/** Zigzag varint of the first value, 1..5 bytes. */
function writeFirst(out: Uint8Array, value: number): number {
  let length = 0;
  let rest = ((value << 1) ^ (value >> 31)) >>> 0;
  for (; rest >= 128; rest >>>= 7) out[length++] = (rest & 127) | 128;
  out[length++] = rest;
  return length;
}

/** Appends one block at a bit position: order (2 bits), parameter (5), codes. Returns the position behind it. */
function writeBlock(out: Uint8Array, bit: number, length: number, order: number, k: number): number {
  let word = (bit >>> 5) << 2;
  let room = 32 - (bit & 31);
  // what stands behind the position is left over from earlier calls
  let pending = room === 32 ? 0 : (wordAt(out, word) >>> room) << room;
  const total = k === ALL_ZERO ? 0 : length;
  const low = ~(-1 << k);
  const stop = 1 << k;
  // the header is a code of seven bits like any other
  let value = (order << 5) | k;
  let bits = BLOCK_HEADER_BITS;
  for (let i = 0; ; i++) {
    if (bits > 32) {
      // a long code begins with at least bits − 32 zeros
      const zeros = bits - 32;
      bits = 32;
      if (zeros >= room) {
        putWord(out, word, pending);
        word += 4;
        pending = 0;
        room += 32 - zeros;
      } else room -= zeros;
    }
    if (bits < room) {
      room -= bits;
      pending |= value << room;
    } else {
      const spill = bits - room;
      putWord(out, word, spill === 0 ? pending | value : pending | (value >>> spill));
      word += 4;
      room = 32 - spill;
      pending = spill === 0 ? 0 : value << room;
    }
    if (i === total) break;
    const code = codes[i];
    const quotient = code >>> k;
    if (quotient < ESCAPE_ZEROS) {
      value = stop | (code & low);
      bits = quotient + 1 + k;
    } else {
      value = code;
      bits = ESCAPE_BITS;
    }
  }
  putWord(out, word, pending);
  return (word << 3) + 32 - room;
}

/** Reads n ≤ 32 bits at a bit position. */
function peekBits(bytes: Uint8Array, bit: number, n: number): number {
  const byte = bit >>> 3;
  const shift = bit & 7;
  const word = wordAt(bytes, byte);
  const aligned = shift === 0 ? word : (word << shift) | (bytes[byte + 4] >>> (8 - shift));
  return n === 0 ? 0 : aligned >>> (32 - n);
}

/** Fills `residuals` from one block's codes and returns the bit position behind them. */
function readCodes(bytes: Uint8Array, start: number, length: number, k: number): number {
  let bit = start;
  const low = (1 << k) - 1;
  for (let i = 0; i < length; i++) {
    // at least 25 bits are valid, whatever the position in the byte
    const window = wordAt(bytes, bit >>> 3) << (bit & 7);
    const quotient = Math.clz32(window);
    const bits = quotient + 1 + k;
    let code: number;
    if (bits <= ESCAPE_ZEROS) {
      code = (quotient << k) | ((window >>> (32 - bits)) & low);
      bit += bits;
    } else if (quotient < ESCAPE_ZEROS) {
      code = (quotient << k) | peekBits(bytes, bit + quotient + 1, k);
      bit += bits;
    } else {
      code = peekBits(bytes, bit + ESCAPE_ZEROS, 32);
      bit += ESCAPE_BITS;
    }
    residuals[i] = (code >>> 1) ^ -(code & 1);
  }
  return bit;
}

/** Adds the prediction to `residuals` and stores values[from..to). */
function restore(values: Int32Array, from: number, to: number, order: number): void {
  let x1 = at(values, from - 1);
  let x2 = at(values, from - 2);
  let x3 = at(values, from - 3);
  for (let i = from; i < to; i++) {
    const r = residuals[i - from];
    let v: number;
    if (order === 0) v = r;
    else if (order === 1) v = (r + x1) | 0;
    else if (order === 2) v = (r + x1 + (x1 - x2)) | 0;
    else v = (r + x1 + (x1 - x2) + (x1 - x2 - (x2 - x3))) | 0;
    values[i] = v;
    x3 = x2;
    x2 = x1;
    x1 = v;
  }
}

/** Integers and the offset of the byte behind them. */
export interface DecodedIntegers {
  readonly values: Int32Array;
  readonly end: number;
}

/**
 * Reads `count` integers that begin at `offset`. Throws 'malformed' when the bytes are too few for the count (before memory is
 * taken) or the last byte is not filled up with zero bits. Limits on `count` are the caller's.
 */
export function decodeIntegers(bytes: Uint8Array, offset: number, count: number): DecodedIntegers {
  if (count === 0) return { values: new Int32Array(0), end: offset };
  const reader = new ByteReader(bytes.subarray(offset));
  const first = reader.zigzag();
  if (first !== (first | 0)) fail('malformed', 'first integer exceeds 32 bits');
  const available = reader.remaining;
  if (Math.ceil((count - 1) / BLOCK_SAMPLES) * BLOCK_HEADER_BITS > available * 8) {
    fail('malformed', 'integers do not fit their bytes', { count, available });
  }
  const start = offset + reader.offset;
  // a copy with zeros behind it, so that the loops need no end check: the position is checked once a block
  const copy = reserve(available + BLOCK_BYTES_MAX);
  copy.set(bytes.subarray(start));
  copy.fill(0, available, available + BLOCK_BYTES_MAX);
  const values = new Int32Array(count);
  values[0] = first;
  const bit = readBlocks(copy, values, available * 8);
  const rest = -bit & 7;
  if (peekBits(copy, bit, rest) !== 0) fail('malformed', 'bits after the integers are not zero');
  return { values, end: start + ((bit + 7) >>> 3) };
}

/** Fills values[1..] from the start of the bytes and returns the bit position behind them. */
function readBlocks(bytes: Uint8Array, values: Int32Array, bitsAvailable: number): number {
  const count = values.length;
  let bit = 0;
  for (let from = 1; from < count; from += BLOCK_SAMPLES) {
    const to = Math.min(from + BLOCK_SAMPLES, count);
    const header = peekBits(bytes, bit, BLOCK_HEADER_BITS);
    bit += BLOCK_HEADER_BITS;
    const k = header & 31;
    if (k === ALL_ZERO) residuals.fill(0);
    else bit = readCodes(bytes, bit, to - from, k);
    if (bit > bitsAvailable) fail('malformed', 'integers end too early', { block: from });
    restore(values, from, to, header >>> 5);
  }
  return bit;
}
