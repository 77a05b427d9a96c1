// Payload type 1: a run of samples. Lossless for any int32 and any strictly ascending microseconds. specs/stream.md §6.
import { ByteReader, ByteWriter } from './bytes.ts';
import { fail } from './errors.ts';
import { LIMITS } from './limits.ts';
import { decodeIntegers, encodeIntegers } from './rice.ts';
import { readTimes, writeTimes } from './times.ts';

/** First byte of a payload; 3 is a log entry. */
export const SAMPLES_TYPE = 1;

/** Sample i has the time times[i] (µs since 1970, strictly ascending) and the integer values[i]. */
export interface Samples {
  readonly times: Float64Array;
  readonly values: Int32Array;
}

/** type u8 = 1 ‖ count varint ‖ times ‖ values. Throws 'usage', 'out-of-range', 'too-large'. */
export function encodeSamples(samples: Samples): Uint8Array {
  const { times, values } = samples;
  if (times.length !== values.length) fail('usage', 'as many times as values are needed');
  if (times.length > LIMITS.tileSamplesMax) fail('too-large', 'too many samples for a tile', { count: times.length });
  const writer = new ByteWriter(64 + values.length);
  writer.u8(SAMPLES_TYPE).varint(values.length);
  if (values.length > 0) writeTimes(writer, times);
  return writer.bytes(encodeIntegers(values)).finish();
}

function readCount(reader: ByteReader): number {
  if (reader.u8() !== SAMPLES_TYPE) fail('malformed', 'payload holds no samples');
  const count = reader.varint();
  if (count > LIMITS.tileSamplesMax) fail('too-large', 'too many samples for a tile', { count });
  // a block of 128 values takes at least seven bits
  if (count > reader.remaining * 147) fail('malformed', 'more samples declared than the bytes can hold');
  return count;
}

/** How many samples decodeSamples will give for this payload, unless it throws; so that room is made once for many. Throws as it does. */
export function countSamples(payload: Uint8Array): number {
  return readCount(new ByteReader(payload));
}

/** Reads what encodeSamples wrote, or any other valid encoding. Throws 'malformed' or 'too-large', and takes no memory before. */
export function decodeSamples(payload: Uint8Array): Samples {
  const reader = new ByteReader(payload);
  const count = readCount(reader);
  const times = count > 0 ? readTimes(reader, count) : new Float64Array(0);
  const { values, end } = decodeIntegers(payload, reader.offset, count);
  if (end !== payload.length) fail('malformed', 'bytes follow the samples', { left: payload.length - end });
  return { times, values };
}
