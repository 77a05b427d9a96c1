// Finds the longest run of times that one rational step explains to the microsecond: a 360 Hz signal has 25000/9 µs and
// no rounding error, from whatever sample it starts. The test is the recognition of digital straight segments by
// I. Debled-Rennesson and J.-P. Reveillès, "A linear algorithm for segmentation of digital curves" (1995): O(1) a sample.

/** Step between samples: whole + numerator/denominator microseconds, 0 ≤ numerator < denominator. */
export interface Rate {
  readonly whole: number;
  readonly numerator: number;
  readonly denominator: number;
}

/** t_i = t_0 + ⌊(i·(whole·denominator + numerator) + phase) / denominator⌋ for 0 ≤ i < length; 0 ≤ phase < denominator. */
export interface Run {
  readonly length: number;
  readonly rate: Rate;
  readonly phase: number;
}

const NO_RATE: Rate = { whole: 0, numerator: 0, denominator: 1 };

/** Longest run that begins at `from`. Times must ascend strictly. */
export function findRun(times: Float64Array, from: number): Run {
  if (from + 1 >= times.length) return { length: times.length - from, rate: NO_RATE, phase: 0 };
  const step = times[from + 1] - times[from];
  let end = from + 2;
  while (end < times.length && times[end] - times[end - 1] === step) end++;
  const next = end < times.length ? times[end] - times[end - 1] : step;
  if (next === step + 1) return findFraction(times, from, step);
  if (next === step - 1) return findFraction(times, from, next);
  return { length: end - from, rate: { whole: step, numerator: 0, denominator: 1 }, phase: 0 };
}

/**
 * The run in which every delta is `whole` or `whole` + 1. Point i is (i, t_i − t_0 − whole·i); the line a·x − b·y takes
 * values low .. low + b − 1 on it. The four leaning points (upper/lower, first/last) turn the slope when a point lies
 * just outside; further out ends the run.
 */
function findFraction(times: Float64Array, from: number, whole: number): Run {
  const origin = times[from];
  const y1 = times[from + 1] - origin - whole;
  let [a, b, low] = [y1, 1, 0];
  let [upperFirstX, upperFirstY, upperLastX, upperLastY] = [0, 0, 1, y1];
  let [lowerFirstX, lowerFirstY, lowerLastX, lowerLastY] = [0, 0, 1, y1];
  let x = 2;
  for (; from + x < times.length; x++) {
    const delta = times[from + x] - times[from + x - 1] - whole;
    if (delta !== 0 && delta !== 1) break;
    const y = times[from + x] - origin - whole * x;
    const r = a * x - b * y;
    if (r < low - 1 || r > low + b) break;
    if (r === low - 1) {
      [lowerFirstX, lowerFirstY, upperLastX, upperLastY] = [lowerLastX, lowerLastY, x, y];
      a = y - upperFirstY;
      b = x - upperFirstX;
      low = a * x - b * y;
    } else if (r === low + b) {
      [upperFirstX, upperFirstY, lowerLastX, lowerLastY] = [upperLastX, upperLastY, x, y];
      a = y - lowerFirstY;
      b = x - lowerFirstX;
      low = a * x - b * y - b + 1;
    } else {
      if (r === low) [upperLastX, upperLastY] = [x, y];
      if (r === low + b - 1) [lowerLastX, lowerLastY] = [x, y];
    }
  }
  return normalize(x, whole, a, b, -low);
}

/** A slope of one (every delta whole + 1) is the next whole step. */
function normalize(length: number, whole: number, a: number, b: number, phase: number): Run {
  if (a === b) return { length, rate: { whole: whole + 1, numerator: 0, denominator: 1 }, phase: 0 };
  return { length, rate: { whole, numerator: a, denominator: b }, phase };
}
