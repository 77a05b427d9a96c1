// Sorted sets of samples and their union: what "late", "again" and "corrected" mean.
import { HaleError } from '@hale/kernel';

export interface Samples {
  /** Microseconds since 1970, strictly ascending. */
  times: Float64Array;
  values: Int32Array;
}

export const NO_SAMPLES: Samples = { times: new Float64Array(0), values: new Int32Array(0) };

export interface Merge {
  union: Samples;
  /** Only what was not there before or had another value. */
  fresh: Samples;
  accepted: number;
  duplicate: number;
  corrected: number;
}

export function slice(samples: Samples, from: number, to: number): Samples {
  return { times: samples.times.subarray(from, to), values: samples.values.subarray(from, to) };
}

/** First index whose time is ≥ `micros`. */
export function lowerBound(times: Float64Array, micros: number, from = 0): number {
  let low = from;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle] < micros) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The samples with from ≤ time < to. */
export function between(samples: Samples, from: number, to: number): Samples {
  return slice(samples, lowerBound(samples.times, from), lowerBound(samples.times, to));
}

/** Safe integers, strictly ascending: one look at each, since what lies between two safe integers is none too large. */
function isOrderly(times: Float64Array): boolean {
  if (times.length === 0) return true;
  if (!Number.isSafeInteger(times[0]) || !Number.isSafeInteger(times[times.length - 1])) return false;
  for (let i = 1; i < times.length; i++)
    if (!(times[i] > times[i - 1]) || times[i] !== Math.floor(times[i])) return false;
  return true;
}

/**
 * Sorts a device's samples by time; of several with one time the last given wins and the others count as `repeated`.
 * Throws 'out-of-range' where a time is not a safe integer.
 */
export function inOrder(samples: Samples): { samples: Samples; repeated: number } {
  const { times, values } = samples;
  if (isOrderly(times)) return { samples, repeated: 0 };
  for (let i = 0; i < times.length; i++)
    if (!Number.isSafeInteger(times[i]))
      throw new HaleError('out-of-range', 'a sample time is not a whole number of microseconds', { index: i });
  const order = Array.from(times.keys()).sort((a, b) => times[a] - times[b] || a - b);
  const sorted = { times: new Float64Array(times.length), values: new Int32Array(times.length) };
  let length = 0;
  for (const index of order) {
    if (length > 0 && sorted.times[length - 1] === times[index]) length--;
    sorted.times[length] = times[index];
    sorted.values[length++] = values[index];
  }
  return { samples: slice(sorted, 0, length), repeated: times.length - length };
}

export function concatSamples(parts: Samples[]): Samples {
  if (parts.length === 1) return parts[0];
  let length = 0;
  for (const part of parts) length += part.times.length;
  const all = { times: new Float64Array(length), values: new Int32Array(length) };
  let at = 0;
  for (const part of parts) {
    all.times.set(part.times, at);
    all.values.set(part.values, at);
    at += part.times.length;
  }
  return all;
}

/** Union of two ascending sets; where both have a time, `later` wins and counts as corrected, or as duplicate when equal. */
export function mergeSamples(earlier: Samples, later: Samples): Merge {
  const count = later.times.length;
  const before = earlier.times.length;
  if (before === 0 || (count > 0 && later.times[0] > earlier.times[before - 1]))
    return {
      union: before === 0 ? later : concatSamples([earlier, later]),
      fresh: later,
      accepted: count,
      duplicate: 0,
      corrected: 0,
    };
  return mergeOverlapping(earlier, later);
}

/** Those of an ascending set whose instant another does not have. */
export function absentFrom(known: Samples, given: Samples): Samples {
  const absent = { times: new Float64Array(given.times.length), values: new Int32Array(given.times.length) };
  let count = 0;
  let at = 0;
  for (let i = 0; i < given.times.length; i++) {
    const time = given.times[i];
    while (at < known.times.length && known.times[at] < time) at++;
    if (known.times[at] === time) continue;
    absent.times[count] = time;
    absent.values[count++] = given.values[i];
  }
  return slice(absent, 0, count);
}

function mergeOverlapping(earlier: Samples, later: Samples): Merge {
  const size = earlier.times.length + later.times.length;
  const union = { times: new Float64Array(size), values: new Int32Array(size) };
  const fresh = { times: new Float64Array(later.times.length), values: new Int32Array(later.times.length) };
  let a = 0;
  let b = 0;
  let u = 0;
  let f = 0;
  let duplicate = 0;
  let corrected = 0;
  while (a < earlier.times.length || b < later.times.length) {
    const timeA = a < earlier.times.length ? earlier.times[a] : Number.POSITIVE_INFINITY;
    const timeB = b < later.times.length ? later.times[b] : Number.POSITIVE_INFINITY;
    if (timeA < timeB) {
      union.times[u] = timeA;
      union.values[u++] = earlier.values[a++];
      continue;
    }
    const value = later.values[b++];
    union.times[u] = timeB;
    union.values[u++] = value;
    const same = timeA === timeB;
    if (same && earlier.values[a] === value) duplicate++;
    else {
      if (same) corrected++;
      fresh.times[f] = timeB;
      fresh.values[f++] = value;
    }
    if (same) a++;
  }
  return { union: slice(union, 0, u), fresh: slice(fresh, 0, f), accepted: f - corrected, duplicate, corrected };
}
