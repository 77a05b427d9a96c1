// Times of samples, as ticks of their greatest common unit since the first: regular runs as one rational step, everything
// else as second differences in Rice codes; the smaller one is kept. Exact in both cases. specs/stream.md §8.
import { BitReader, BitWriter } from './bits.ts';
import { type ByteReader, ByteWriter } from './bytes.ts';
import { fail } from './errors.ts';
import { ALL_ZERO, BLOCK_SAMPLES, ESCAPE_ZEROS } from './rice.ts';
import { findRun, type Rate } from './runs.ts';

const MODE_RUNS = 0;
const MODE_DIFFERENCES = 1;
/** Above one run in this many samples, second differences win: stop looking. */
const SAMPLES_PER_RUN_MIN = 4;
/** Runs of this few bytes are taken without trying differences, which are slow to make. */
const SMALL_BYTES = 12;
const SAMPLES_PER_RUN_BYTE = 32;
const DENOMINATOR_MAX = 0xffff_ffff;
const WORD = 0x1_0000_0000;
/** A plain delta of the escape has 53 bits: 21 and 32. */
const ESCAPE_HIGH_BITS = 21;

/** Throws 'out-of-range' unless the times are safe integers, strictly ascending, and span less than 2^53 µs. */
function checkTimes(times: Float64Array): void {
  const last = times.length - 1;
  if (last < 0) return;
  if (!Number.isSafeInteger(times[0]) || !Number.isSafeInteger(times[last]))
    fail('out-of-range', 'time is no safe integer');
  if (!Number.isSafeInteger(times[last] - times[0])) fail('out-of-range', 'times span too long');
  for (let i = 1; i <= last; i++) {
    const t = times[i];
    if (!(t > times[i - 1]) || t !== Math.floor(t))
      fail('out-of-range', 'times must ascend in whole microseconds', { index: i });
  }
}

/** Writes times whose number (≥ 1) the reader will know: mode u8 ‖ first i64 ‖ unit varint ‖ mode-specific. */
export function writeTimes(writer: ByteWriter, times: Float64Array): void {
  checkTimes(times);
  const unit = greatestUnit(times);
  // Steps are multiples of the unit, so they are all the unit itself where their sum is.
  const isEven = times[times.length - 1] - times[0] === unit * (times.length - 1);
  const { mode, body } = isEven ? { mode: MODE_RUNS, body: evenRun(times.length) } : encodeTicks(ticksOf(times, unit));
  const high = Math.floor(times[0] / WORD);
  writer.u8(mode);
  writer.u32(high >>> 0).u32(times[0] - high * WORD);
  writer.varint(unit).bytes(body);
}

/** What encodeRuns makes of 0, 1, 2 …, the times of most devices, without a look at each. */
function evenRun(length: number): Uint8Array {
  const writer = new ByteWriter(16).varint(length * 2);
  if (length > 1) writeRate(writer, { whole: 1, numerator: 0, denominator: 1 });
  return writer.finish();
}

function ticksOf(times: Float64Array, unit: number): Float64Array {
  const ticks = new Float64Array(times.length);
  for (let i = 0; i < ticks.length; i++) ticks[i] = (times[i] - times[0]) / unit;
  return ticks;
}

function encodeTicks(ticks: Float64Array): { mode: number; body: Uint8Array } {
  const runs = encodeRuns(ticks);
  const isSmall =
    runs !== null && runs.length * SAMPLES_PER_RUN_BYTE <= ticks.length + SMALL_BYTES * SAMPLES_PER_RUN_BYTE;
  const body = isSmall ? runs : smaller(runs, encodeDifferences(ticks));
  return { mode: body === runs ? MODE_RUNS : MODE_DIFFERENCES, body };
}

function smaller(a: Uint8Array | null, b: Uint8Array): Uint8Array {
  return a && a.length <= b.length ? a : b;
}

/** Reads `count` ≥ 1 times. Throws 'malformed' for anything that does not ascend within safe integers. */
export function readTimes(reader: ByteReader, count: number): Float64Array {
  const mode = reader.u8();
  const high = reader.u32() | 0;
  const first = high * WORD + reader.u32();
  const unit = reader.varint();
  if (mode !== MODE_RUNS && mode !== MODE_DIFFERENCES) fail('malformed', 'unknown mode of times', { mode });
  const ticks = mode === MODE_RUNS ? readRuns(reader, count) : readDifferences(reader, count);
  const span = ticks[count - 1] * unit;
  if (unit < 1 || !Number.isSafeInteger(first) || !Number.isSafeInteger(span) || !Number.isSafeInteger(first + span)) {
    fail('malformed', 'times are no safe integers');
  }
  for (let i = 0; i < count; i++) ticks[i] = first + ticks[i] * unit;
  return ticks;
}

/** Greatest common divisor of all steps, micros: 1000 for clocks of milliseconds, 1 for a 360 Hz signal. */
function greatestUnit(times: Float64Array): number {
  let unit = 0;
  let previous = 0;
  for (let i = 1; i < times.length && unit !== 1; i++) {
    const step = times[i] - times[i - 1];
    if (step === previous) continue;
    previous = step;
    for (let a = step; a !== 0; ) [a, unit] = [unit % a, a];
  }
  return unit || 1;
}

/** null when there are so many runs that they cannot be the smaller form. */
function encodeRuns(ticks: Float64Array): Uint8Array | null {
  const writer = new ByteWriter();
  const runsMax = 2 + ticks.length / SAMPLES_PER_RUN_MIN;
  let previous: Rate | null = null;
  for (let at = 0, runs = 0; at < ticks.length; runs++) {
    if (runs > runsMax) return null;
    const { length, rate, phase } = findRun(ticks, at);
    if (at > 0) writer.varint(ticks[at] - ticks[at - 1]);
    const same = previous !== null && sameRate(rate, previous);
    writer.varint(length * 2 + (same && length > 1 ? 1 : 0));
    if (length > 1) {
      if (!same) writeRate(writer, rate);
      if (rate.denominator > 1) writer.varint(phase);
      previous = rate;
    }
    at += length;
  }
  return writer.finish();
}

function sameRate(a: Rate, b: Rate): boolean {
  return a.whole === b.whole && a.numerator === b.numerator && a.denominator === b.denominator;
}

function writeRate(writer: ByteWriter, rate: Rate): void {
  writer.varint(rate.whole).varint(rate.denominator);
  if (rate.denominator > 1) writer.varint(rate.numerator);
}

function readRate(reader: ByteReader): Rate {
  const whole = reader.varint();
  const denominator = reader.varint();
  const numerator = denominator > 1 ? reader.varint() : 0;
  const isFraction = denominator >= 1 && denominator <= DENOMINATOR_MAX && numerator < denominator;
  if (whole < 1 || !isFraction) fail('malformed', 'rate of a run is impossible');
  return { whole, numerator, denominator };
}

function readRuns(reader: ByteReader, count: number): Float64Array {
  const ticks = new Float64Array(count);
  let rate: Rate | null = null;
  let t = 0;
  for (let at = 0; at < count; ) {
    if (at > 0) t = ascend(t, reader.varint());
    const head = reader.varint();
    const length = Math.floor(head / 2);
    if (length < 1 || length > count - at) fail('malformed', 'run of times has an impossible length');
    if (length === 1) {
      if (head % 2 === 1) fail('malformed', 'a run of one has no rate');
      ticks[at++] = t;
      continue;
    }
    if (head % 2 === 0) rate = readRate(reader);
    if (rate === null) fail('malformed', 'first run needs a rate');
    const phase: number = rate.denominator > 1 ? reader.varint() : 0;
    if (phase >= rate.denominator) fail('malformed', 'phase of a run is impossible');
    fillRun(ticks, at, length, t, rate, phase);
    at += length;
    t = ticks[at - 1];
  }
  return ticks;
}

/** t_i = t + ⌊(i·(whole·denominator + numerator) + phase) / denominator⌋, without a division per sample. */
function fillRun(ticks: Float64Array, at: number, length: number, start: number, rate: Rate, phase: number): void {
  const { whole, numerator, denominator } = rate;
  const carries = Math.floor((numerator * (length - 1) + phase) / denominator);
  if (!Number.isSafeInteger(start + whole * (length - 1) + carries)) fail('malformed', 'run of times ends too late');
  let t = start;
  let carry = phase;
  ticks[at] = t;
  for (let i = 1; i < length; i++) {
    t += whole;
    carry += numerator;
    if (carry >= denominator) {
      carry -= denominator;
      t += 1;
    }
    ticks[at + i] = t;
  }
}

function ascend(t: number, delta: number): number {
  const next = t + delta;
  if (delta < 1 || !Number.isSafeInteger(next)) fail('malformed', 'times do not ascend');
  return next;
}

/** Number to code for one delta, or −1 where only the escape holds it. */
function codeOf(delta: number, previous: number, order: number): number {
  if (order === 0) return delta < WORD ? delta : -1;
  const change = delta - previous;
  if (change >= WORD / 2 || change < -WORD / 2) return -1;
  return change >= 0 ? change * 2 : -change * 2 - 1;
}

function encodeDifferences(ticks: Float64Array): Uint8Array {
  const writer = new ByteWriter();
  if (ticks.length === 1) return writer.finish();
  const deltas = new Float64Array(ticks.length - 1);
  for (let i = 0; i < deltas.length; i++) deltas[i] = ticks[i + 1] - ticks[i];
  writer.varint(deltas[0]);
  const bits = new BitWriter();
  for (let from = 1; from < deltas.length; from += BLOCK_SAMPLES) {
    writeDeltaBlock(bits, deltas, from, Math.min(from + BLOCK_SAMPLES, deltas.length));
  }
  return writer.bytes(bits.finish()).finish();
}

function deltaCost(deltas: Float64Array, from: number, to: number, order: number, k: number): number {
  let bits = 0;
  for (let i = from; i < to; i++) {
    const code = codeOf(deltas[i], deltas[i - 1], order);
    const quotient = code < 0 ? ESCAPE_ZEROS : code >>> k;
    bits += quotient < ESCAPE_ZEROS ? quotient + 1 + k : ESCAPE_ZEROS + 53;
  }
  return bits;
}

/** Order (1 bit) and parameter (5 bits), then one code per delta. */
function writeDeltaBlock(out: BitWriter, deltas: Float64Array, from: number, to: number): void {
  let best = { order: 1, k: 0, bits: Infinity };
  for (const order of [1, 0]) {
    let sum = 0;
    for (let i = from; i < to; i++) sum += Math.max(0, codeOf(deltas[i], deltas[i - 1], order));
    const guess = Math.min(30, Math.max(0, Math.floor(Math.log2(sum / (to - from) + 1)) + 1));
    for (let k = guess, last = Infinity; k >= 0; k--) {
      const bits = deltaCost(deltas, from, to, order, k);
      if (bits < best.bits) best = { order, k, bits };
      if (bits > last) break;
      last = bits;
    }
  }
  const isConstant = best.order === 1 && best.k === 0 && best.bits === to - from;
  out.write((best.order << 5) | (isConstant ? ALL_ZERO : best.k), 6);
  if (isConstant) return;
  for (let i = from; i < to; i++) writeDelta(out, deltas[i], codeOf(deltas[i], deltas[i - 1], best.order), best.k);
}

function writeDelta(out: BitWriter, delta: number, code: number, k: number): void {
  const quotient = code < 0 ? ESCAPE_ZEROS : code >>> k;
  out.zeros(Math.min(quotient, ESCAPE_ZEROS));
  if (quotient < ESCAPE_ZEROS) {
    out.write(1, 1);
    out.write(code, k);
  } else {
    out.write(Math.floor(delta / WORD), ESCAPE_HIGH_BITS);
    out.write(delta % WORD, 32);
  }
}

function readDelta(bits: BitReader, order: number, k: number, previous: number): number {
  if (k === ALL_ZERO) return order === 1 ? previous : 0;
  const quotient = bits.unary(ESCAPE_ZEROS);
  if (quotient === ESCAPE_ZEROS) return bits.read(ESCAPE_HIGH_BITS + 32);
  const code = quotient * 2 ** k + bits.read(k);
  if (order === 0) return code;
  return previous + (code % 2 === 0 ? code / 2 : -(code + 1) / 2);
}

function readDifferences(reader: ByteReader, count: number): Float64Array {
  const ticks = new Float64Array(count);
  if (count === 1) return ticks;
  let delta = reader.varint();
  let t = ascend(0, delta);
  ticks[1] = t;
  const bits = new BitReader(reader);
  for (let from = 2; from < count; from += BLOCK_SAMPLES) {
    const order = bits.read(1);
    const k = bits.read(5);
    for (let i = from; i < Math.min(from + BLOCK_SAMPLES, count); i++) {
      delta = readDelta(bits, order, k, delta);
      t = ascend(t, delta);
      ticks[i] = t;
    }
  }
  bits.finish();
  return ticks;
}
