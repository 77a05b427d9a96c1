// How a measured value is told beside its range: on which side of it, with how many decimals, and which two values are one. Reads nothing but what
// the source gave; it judges nothing.
import type { ResultValue } from './results.ts';

type Bounded = Pick<ResultValue, 'value' | 'comparator' | 'low' | 'high'>;

/**
 * The source's own flag; else on which side of the source's own range the value lies (`H`, `L`, `N`). Empty where nobody can tell: words, no range, or
 * a value such as `< 5` that may lie on either side.
 */
export function flagCode({ flag, ...of }: Bounded & Pick<ResultValue, 'flag'>): string {
  if (flag !== '') return flag;
  const { value, low, high, comparator } = of;
  if (value === null || (low === null && high === null)) return '';
  const above = high !== null && value > high;
  const below = low !== null && value < low;
  if (comparator === '') return above ? 'H' : below ? 'L' : 'N';
  if (comparator.startsWith('<')) {
    if (low !== null && (below || (comparator === '<' && value === low))) return 'L';
    return low === null && !above ? 'N' : '';
  }
  if (comparator.startsWith('>')) {
    if (high !== null && (above || (comparator === '>' && value === high))) return 'H';
    return high === null && !below ? 'N' : '';
  }
  return '';
}

const DECIMALS_MAX = 8;

/** Decimals that a number is written with. */
export function decimalsOf(value: number): number {
  const [, decimals = '', exponent = '0'] = /^-?\d+(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value)) ?? [];
  return Math.min(DECIMALS_MAX, Math.max(0, decimals.length - Number(exponent)));
}

/**
 * Decimals with which a laboratory would print it: three figures that count, one decimal of what is large; never more than the source gave, and as
 * many as it takes to stay on its side of the range.
 */
export function labDecimals(value: number, limits: readonly (number | null)[]): number {
  const given = decimalsOf(value);
  const size = Math.abs(value);
  let decimals = Math.min(given, size >= 10 || size === 0 ? 1 : 2 - Math.floor(Math.log10(size)));
  const isAcross = (limit: number | null) =>
    limit !== null && Math.sign(Number(value.toFixed(decimals)) - limit) !== Math.sign(value - limit);
  while (decimals < given && limits.some(isAcross)) decimals++;
  return decimals;
}

/** LOINC. */
export const SYSTOLIC = '8480-6';
export const DIASTOLIC = '8462-4';

type Part = Pick<ResultValue, 'loinc' | 'value' | 'comparator' | 'unit'>;

/** The two values of a blood pressure that are told as one, `112/72 mmHg`; null where these are something else. */
export function pressureIn<T extends Part>(results: readonly T[]): { systolic: T; diastolic: T } | null {
  const [systolic, diastolic] = [SYSTOLIC, DIASTOLIC].map((code) => results.filter(({ loinc }) => loinc === code));
  if (systolic.length !== 1 || diastolic.length !== 1) return null;
  const both = [systolic[0], diastolic[0]];
  const isWhole = both.every(({ value, comparator }) => value !== null && comparator === '');
  return isWhole && both[0].unit === both[1].unit ? { systolic: both[0], diastolic: both[1] } : null;
}
