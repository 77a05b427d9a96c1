// How a range of a record compares with what is asked (FHIR R4, 3.1.1.4.6): a date is a range on both sides; a number is asked for by its digits where
// it is to be equal, and exactly where it is to be more or less.
import type { Prefix, RangeAsked } from './query-values.ts';

type Test = (lo: number, hi: number) => boolean;

/** How near “about” is: a tenth, as FHIR recommends. */
const ABOUT = 0.1;
/** What arithmetic of units may lose. */
const ROUNDING = 1e-12;

/** @param now micros; how near a date is depends on how long ago it was */
export function rangeTest({ prefix, value, lo, hi, isDate }: RangeAsked, now: number): Test {
  return isDate ? DATES[prefix](lo, hi, Math.abs(now - lo) * ABOUT) : NUMBERS[prefix](value, lo, hi);
}

const inside =
  (from: number, to: number): Test =>
  (lo, hi) =>
    lo >= from && hi <= to;

/** Records' ranges reach from `lo` (inside) to `hi` (outside), as those that are asked for. */
const DATES: Readonly<Record<Prefix, (from: number, to: number, about: number) => Test>> = {
  eq: inside,
  ne: (from, to) => (lo, hi) => !(lo >= from && hi <= to),
  gt: (_, to) => (_lo, hi) => hi > to,
  lt: (from) => (lo) => lo < from,
  ge: (from, to) => (lo, hi) => hi > to || (lo >= from && hi <= to),
  le: (from, to) => (lo, hi) => lo < from || (lo >= from && hi <= to),
  sa: (_, to) => (lo) => lo >= to,
  eb: (from) => (_lo, hi) => hi <= from,
  ap: (from, to, about) => (lo, hi) => lo < to + about && hi > from - about,
};

/** Records' ranges hold both their ends; most are one number. */
const NUMBERS: Readonly<Record<Prefix, (value: number, from: number, to: number) => Test>> = {
  eq: (_, from, to) => (lo, hi) => lo >= from && hi < to,
  ne: (_, from, to) => (lo, hi) => !(lo >= from && hi < to),
  gt: (value) => (_, hi) => hi > value + Math.abs(value) * ROUNDING,
  lt: (value) => (lo) => lo < value - Math.abs(value) * ROUNDING,
  ge: (value) => (_, hi) => hi >= value - Math.abs(value) * ROUNDING,
  le: (value) => (lo) => lo <= value + Math.abs(value) * ROUNDING,
  sa: (value) => (lo) => lo > value + Math.abs(value) * ROUNDING,
  eb: (value) => (_, hi) => hi < value - Math.abs(value) * ROUNDING,
  ap: (value) => (lo, hi) => lo <= value + Math.abs(value) * ABOUT && hi >= value - Math.abs(value) * ABOUT,
};
