// Payload type 2: the bins of one slot, column by column, with the hash of what they were made from. specs/stream.md §10.
import { ByteReader, ByteWriter } from './bytes.ts';
import { fail } from './errors.ts';
import { LIMITS } from './limits.ts';
import { sha256 } from './primitives.ts';
import { decodeIntegers, encodeIntegers } from './rice.ts';
import { type Bin, type FullBin, isFull } from './summary.ts';

/** First byte of a payload. */
export const BINS_TYPE = 2;
/** A bin with fewer samples keeps count, coverage and sum only: min and max would be samples (design review H6). */
export const FULL_BIN_SAMPLES_MIN = 5;

/** 112 bits: any sum of squares about a mean, with room. */
const VARINT_BYTES_MAX = 16;
const INT32_MAX = 2n ** 31n - 1n;
const INT32_MIN = -(2n ** 31n);

export interface BinSet {
  /** 32 bytes, see hashInputs. */
  readonly inputsHash: Uint8Array;
  /** Ascending by start. */
  readonly bins: readonly Bin[];
}

export interface SummaryInput {
  readonly slot: number;
  readonly generation: number;
  readonly revision: number;
  readonly part: number;
  /** tileHash of the input. */
  readonly hash: Uint8Array;
}

/** Names the tiles that a summary was made from: SHA-256 over (slot, generation, revision, part, hash), sorted in that order. */
export function hashInputs(inputs: readonly SummaryInput[]): Uint8Array {
  const sorted = [...inputs].sort(
    (a, b) => a.slot - b.slot || a.generation - b.generation || a.revision - b.revision || a.part - b.part,
  );
  const writer = new ByteWriter(sorted.length * 46);
  for (const { slot, generation, revision, part, hash } of sorted) {
    if (hash.length !== 32) fail('malformed', 'a tile hash has 32 bytes');
    writer.u32(slot).u32(generation).u32(revision).u16(part).bytes(hash);
  }
  return sha256(writer.finish());
}

/** The stored form of a bin: without what would give single samples away. */
export function thinBin(bin: Bin): Bin {
  if (bin.count >= FULL_BIN_SAMPLES_MIN) return bin;
  const { start, count, coverageMicros, sum } = bin;
  return { start, count, coverageMicros, sum };
}

/** Writes columns one after the other; those with a value beyond 32 bits are marked wide in a mask that goes first. */
class ColumnWriter {
  readonly body = new ByteWriter();
  wideMask = 0;
  #next = 0;

  column(values: readonly bigint[]): void {
    const isNarrow = values.every((value) => value >= INT32_MIN && value <= INT32_MAX);
    if (isNarrow) this.body.bytes(encodeIntegers(Int32Array.from(values, Number)));
    else {
      this.wideMask |= 1 << this.#next;
      for (const value of values) writeWideVarint(this.body, value);
    }
    this.#next++;
  }

  /** Histogram columns: counts never exceed 31 bits, so they are never wide and have no bit in the mask. */
  narrow(values: readonly number[]): void {
    this.body.bytes(encodeIntegers(Int32Array.from(values)));
  }
}

function writeWideVarint(writer: ByteWriter, value: bigint): void {
  let rest = value >= 0n ? value * 2n : -value * 2n - 1n;
  for (; rest >= 128n; rest >>= 7n) writer.u8(Number(rest & 127n) | 128);
  writer.u8(Number(rest));
}

/**
 * Bytes of a set of bins. Bins of fewer than five samples lose extremes, squares and histogram here.
 * Throws 'usage' for bins that do not ascend or a bin of ≥ 5 samples that is not full, 'too-large'.
 */
export function encodeBins(set: BinSet): Uint8Array {
  const bins = set.bins.map(thinBin);
  if (bins.length > LIMITS.tileBinsMax) fail('too-large', 'too many bins for a tile', { count: bins.length });
  if (set.inputsHash.length !== 32) fail('usage', 'hash of the inputs has 32 bytes');
  const writer = new ByteWriter();
  writer.u8(BINS_TYPE).bytes(set.inputsHash).varint(bins.length);
  if (bins.length === 0) return writer.finish();
  const columns = new ColumnWriter();
  writeThinColumns(columns, bins);
  writeFullColumns(
    columns,
    bins.filter((bin) => bin.count >= FULL_BIN_SAMPLES_MIN),
  );
  return writer.u8(columns.wideMask).bytes(columns.body.finish()).finish();
}

/** ⌊sum/count⌋; the quotient of two doubles may have been rounded up to the next integer. */
function floorMean(bin: { count: number; sum: number }): number {
  const mean = Math.floor(bin.sum / bin.count);
  return mean * bin.count > bin.sum ? mean - 1 : mean;
}

/** First start i64 ‖ unit varint ‖ most covered varint ‖ steps, counts, missing coverage, means, remainders. */
function writeThinColumns(columns: ColumnWriter, bins: readonly Bin[]): void {
  let unit = 0;
  for (let i = 1; i < bins.length; i++) {
    const step = bins[i].start - bins[i - 1].start;
    if (!(step > 0)) fail('usage', 'bins must ascend');
    for (let a = step; a !== 0; ) [a, unit] = [unit % a, a];
  }
  const high = Math.floor(bins[0].start / 2 ** 32);
  const mostCovered = bins.reduce((most, bin) => Math.max(most, bin.coverageMicros), 0);
  columns.body.u32(high >>> 0).u32(bins[0].start - high * 2 ** 32);
  columns.body.varint(unit).varint(mostCovered);
  columns.column(bins.slice(1).map((bin, i) => BigInt((bin.start - bins[i].start) / unit - 1)));
  columns.column(bins.map((bin) => BigInt(bin.count)));
  columns.column(bins.map((bin) => BigInt(mostCovered - bin.coverageMicros)));
  columns.column(bins.map((bin) => BigInt(floorMean(bin))));
  columns.column(bins.map((bin) => BigInt(bin.sum - bin.count * floorMean(bin))));
}

/** Mean less min, max less mean, squares about the mean, and all buckets but the last, which the count gives. */
function writeFullColumns(columns: ColumnWriter, bins: readonly Bin[]): void {
  if (bins.length === 0) return;
  if (!bins.every(isFull)) fail('usage', 'a bin of five samples or more needs its extremes');
  const buckets = bins[0].histogram.length;
  if (bins.some((bin) => bin.histogram.length !== buckets)) fail('usage', 'bins have unlike histograms');
  if (buckets < 1 || buckets > LIMITS.histogramBucketsMax) fail('too-large', 'too many buckets', { buckets });
  columns.column(bins.map((bin) => BigInt(floorMean(bin) - bin.min)));
  columns.column(bins.map((bin) => BigInt(bin.max - floorMean(bin))));
  columns.column(bins.map((bin) => bin.sumSquares - squaresShift(bin)));
  columns.body.varint(buckets);
  for (let j = 0; j + 1 < buckets; j++) columns.narrow(bins.map((bin) => bin.histogram[j]));
}

/** Σv² − Σ(v − m)² = 2·m·Σv − n·m² for the floored mean m. */
function squaresShift(bin: { count: number; sum: number }): bigint {
  const mean = BigInt(floorMean(bin));
  return 2n * mean * BigInt(bin.sum) - BigInt(bin.count) * mean * mean;
}

/** Reads what ColumnWriter wrote. */
class ColumnReader {
  readonly reader: ByteReader;
  readonly #payload: Uint8Array;
  readonly #wideMask: number;
  #next = 0;

  constructor(payload: Uint8Array, reader: ByteReader) {
    this.#payload = payload;
    this.reader = reader;
    this.#wideMask = reader.u8();
  }

  narrow(count: number): Int32Array {
    const { values, end } = decodeIntegers(this.#payload, this.reader.offset, count);
    this.reader.bytes(end - this.reader.offset);
    return values;
  }

  column(count: number): bigint[] {
    const isWide = (this.#wideMask >>> this.#next++) & 1;
    if (!isWide) return Array.from(this.narrow(count), BigInt);
    if (count > this.reader.remaining) fail('malformed', 'column ends too early');
    return Array.from({ length: count }, () => readWideVarint(this.reader));
  }

  /** A column whose values must be safe integers of at least `min`. */
  numbers(count: number, min: number): number[] {
    return this.column(count).map((value) => {
      if (value < min || value > Number.MAX_SAFE_INTEGER) fail('malformed', 'number of a bin is impossible');
      return Number(value);
    });
  }
}

function readWideVarint(reader: ByteReader): bigint {
  let value = 0n;
  for (let i = 0; i < VARINT_BYTES_MAX; i++) {
    const byte = reader.u8();
    value |= BigInt(byte & 127) << BigInt(7 * i);
    if (byte >= 128) continue;
    if (byte === 0 && i > 0) break;
    return (value & 1n) === 0n ? value >> 1n : -((value + 1n) >> 1n);
  }
  fail('malformed', 'varint is too long');
}

/** Reads what encodeBins wrote. Throws 'malformed' or 'too-large'; every bin that comes back is possible in itself. */
export function decodeBins(payload: Uint8Array): BinSet {
  const reader = new ByteReader(payload);
  if (reader.u8() !== BINS_TYPE) fail('malformed', 'payload holds no bins');
  const inputsHash = reader.bytes(32).slice();
  const length = reader.varint();
  if (length > LIMITS.tileBinsMax) fail('too-large', 'too many bins for a tile', { count: length });
  let bins: Bin[] = [];
  if (length > 0) {
    const columns = new ColumnReader(payload, reader);
    bins = readThinColumns(columns, length);
    const full = readFullColumns(
      columns,
      bins.filter((bin) => bin.count >= FULL_BIN_SAMPLES_MIN),
    ).values();
    bins = bins.map((bin) => (bin.count >= FULL_BIN_SAMPLES_MIN ? (full.next().value ?? bin) : bin));
  }
  reader.end();
  return { inputsHash, bins };
}

function readThinColumns(columns: ColumnReader, length: number): Bin[] {
  const { reader } = columns;
  const high = reader.u32() | 0;
  let start = high * 2 ** 32 + reader.u32();
  const unit = reader.varint();
  const mostCovered = reader.varint();
  const steps = columns.numbers(length - 1, 0);
  const counts = columns.numbers(length, 1);
  const missing = columns.numbers(length, 0);
  const means = columns.numbers(length, -(2 ** 31));
  const rests = columns.numbers(length, 0);
  if (!Number.isSafeInteger(start) || (unit === 0) !== (length === 1))
    fail('malformed', 'starts of bins are impossible');
  return counts.map((count, i) => {
    if (i > 0) start += (steps[i - 1] + 1) * unit;
    const shared = count * means[i];
    const bin = { start, count, coverageMicros: mostCovered - missing[i], sum: shared + rests[i] };
    const isExact = Number.isSafeInteger(start) && Number.isSafeInteger(shared) && Number.isSafeInteger(bin.sum);
    const isPossible = count < 2 ** 31 && means[i] < 2 ** 31 && rests[i] < count && bin.coverageMicros >= 1;
    if (!isExact || !isPossible) fail('malformed', 'bin is impossible', { index: i });
    return bin;
  });
}

function readFullColumns(columns: ColumnReader, thin: readonly Bin[]): FullBin[] {
  if (thin.length === 0) return [];
  const below = columns.numbers(thin.length, 0);
  const above = columns.numbers(thin.length, 0);
  const squares = columns.column(thin.length);
  const buckets = columns.reader.varint();
  if (buckets < 1 || buckets > LIMITS.histogramBucketsMax) fail('malformed', 'number of buckets is impossible');
  const inner = Array.from({ length: buckets - 1 }, () => columns.narrow(thin.length));
  return thin.map((bin, i) => {
    const min = floorMean(bin) - below[i];
    const max = floorMean(bin) + above[i];
    const histogram = inner.map((column) => column[i]);
    const last = histogram.reduce((rest, value) => rest - value, bin.count);
    const isPossible = min >= -(2 ** 31) && max < 2 ** 31 && squares[i] >= 0n && last >= 0;
    if (!isPossible || histogram.some((value) => value < 0)) fail('malformed', 'bin is impossible', { index: i });
    return { ...bin, min, max, sumSquares: squares[i] + squaresShift(bin), histogram: [...histogram, last] };
  });
}
