// Order statistics and spread, as reports define them.

/**
 * Quantile by linear interpolation (Hyndman and Fan 1996, type 7: h = (n − 1) p).
 * @param sorted ascending, at least one
 */
export function quantile(sorted: readonly number[], p: number): number {
  const h = (sorted.length - 1) * p;
  const below = Math.floor(h);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (h - below) * (sorted[above] - sorted[below]);
}

export const ascending = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

/** Of nothing: null. */
export const median = (values: readonly number[]): number | null =>
  values.length === 0 ? null : quantile(ascending(values), 0.5);

export const meanOf = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

/** Standard deviation of a sample (n − 1); null for fewer than two. */
export function sampleDeviation(values: readonly number[]): number | null {
  const mean = meanOf(values);
  if (mean === null || values.length < 2) return null;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

/** Rounds halves to the even neighbour, as the glucose reports do. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
