// Numbers in cells, read from code units straight to the integers that are stored: no strings, no float noise.

import type { Units } from './encoding.ts';

/** What `NumberReader.read` gives besides an int32: codes outside the int32 range. */
export const GAP = 2 ** 40;
export const NOT_A_NUMBER = 2 ** 40 + 1;
export const BELOW_RANGE = 2 ** 40 + 2;
export const ABOVE_RANGE = 2 ** 40 + 3;
export const TOO_LARGE = 2 ** 40 + 4;

const INT32_MIN = -2147483648;
const INT32_MAX = 2147483647;
const PLUS = 0x2b;
const MINUS = 0x2d;
const SPACE = 0x20;
const NO_BREAK_SPACE = 0xa0;
const APOSTROPHE = 0x27;
const TENS: readonly number[] = Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

const WORDS: ReadonlyMap<string, number> = new Map([
  ...['', 'na', 'n/a', 'nan', 'null', 'none', 'nil', '-', '--', '---', '.', '#n/a', '?'].map(
    (word): [string, number] => [word, GAP],
  ),
  // As devices write them in English, German, Spanish, French, Italian, Dutch.
  ...['low', 'lo', 'niedrig', 'bajo', 'bas', 'basso', 'laag'].map((word): [string, number] => [word, BELOW_RANGE]),
  ...['high', 'hi', 'hoch', 'alto', 'haut', 'hoog'].map((word): [string, number] => [word, ABOVE_RANGE]),
]);

const isDigit = (unit: number): boolean => unit >= 0x30 && unit <= 0x39;
const isSpace = (unit: number): boolean => unit === SPACE || unit === 9 || unit === NO_BREAK_SPACE;

export interface NumberFormat {
  factor: number;
  origin: number;
  decimalMark: '.' | ',';
}

/** k where factor = 10^-k, or -1. */
export function decimalsOf(factor: number): number {
  for (let k = 0; k <= 9; k++) if (factor === Number(`1e-${k}`)) return k;
  return -1;
}

/** Reads cells of one column. `rounded` counts the values that had more decimals than the column keeps. */
export class NumberReader {
  rounded = 0;
  private readonly factor: number;
  private readonly origin: number;
  /** Decimals kept when the factor is a power of ten from 0: the exact way. */
  private readonly decimals: number;
  private readonly mark: number;
  private readonly group: number;
  private mantissa = 0;
  private exponent = 0;

  constructor(format: NumberFormat) {
    this.factor = format.factor;
    this.origin = format.origin;
    this.decimals = format.origin === 0 ? decimalsOf(format.factor) : -1;
    this.mark = format.decimalMark.charCodeAt(0);
    this.group = format.decimalMark === '.' ? 0x2c : 0x2e;
  }

  /** The int32 of a cell, or one of the codes above. */
  read(units: Units, start: number, end: number): number {
    let from = start;
    let to = end;
    while (from < to && isSpace(units[from])) from++;
    while (to > from && isSpace(units[to - 1])) to--;
    if (from === to) return GAP;
    const sign = units[from];
    const first = sign === MINUS || sign === PLUS ? from + 1 : from;
    if (!this.scan(units, first, to)) return wordAt(units, from, to);
    return this.toInteger(sign === MINUS);
  }

  /** Digits into mantissa × 10^exponent; false if this is no number. Digits beyond the 15th cannot change an int32. */
  private scan(units: Units, from: number, to: number): boolean {
    let mantissa = 0;
    let kept = 0;
    let digits = 0;
    let exponent = 0;
    let fraction = false;
    let i = from;
    for (; i < to; i++) {
      const unit = units[i];
      if (isDigit(unit)) {
        digits++;
        if (kept < 15) {
          mantissa = mantissa * 10 + (unit - 0x30);
          if (mantissa > 0) kept++;
          if (fraction) exponent--;
        } else if (!fraction) exponent++;
      } else if (unit === this.mark && !fraction) fraction = true;
      else if (digits > 0 && !fraction && this.isGroup(units, i, to)) continue;
      else break;
    }
    if (digits === 0) return false;
    this.mantissa = mantissa;
    this.exponent = exponent;
    return i === to || this.scanExponent(units, i, to);
  }

  /** A thousands separator: three digits follow, then no fourth. */
  private isGroup(units: Units, at: number, to: number): boolean {
    const unit = units[at];
    if (unit !== this.group && unit !== APOSTROPHE && unit !== NO_BREAK_SPACE && unit !== SPACE && unit !== 0x202f)
      return false;
    if (at + 3 >= to || !isDigit(units[at + 1]) || !isDigit(units[at + 2]) || !isDigit(units[at + 3])) return false;
    return at + 4 === to || !isDigit(units[at + 4]);
  }

  private scanExponent(units: Units, at: number, to: number): boolean {
    if ((units[at] | 0x20) !== 0x65) return false;
    let i = at + 1;
    const negative = units[i] === MINUS;
    if (negative || units[i] === PLUS) i++;
    if (i === to || to - i > 3) return false;
    let power = 0;
    for (; i < to; i++) {
      if (!isDigit(units[i])) return false;
      power = power * 10 + (units[i] - 0x30);
    }
    this.exponent += negative ? -power : power;
    return true;
  }

  private toInteger(negative: boolean): number {
    if (this.mantissa === 0 && this.decimals >= 0) return 0;
    if (this.decimals < 0) return this.toSteps(negative);
    const shift = this.exponent + this.decimals;
    if (shift > 22) return TOO_LARGE;
    // Division by a power of ten is correctly rounded, so halves are seen exactly.
    const scaled = shift >= 0 ? this.mantissa * TENS[shift] : this.mantissa / TENS[Math.min(-shift, 22)];
    const magnitude = Math.round(scaled);
    if (magnitude !== scaled) this.rounded++;
    return inRange(negative ? -magnitude : magnitude);
  }

  /** For a factor that is no power of ten (an ECG's gain): the nearest step. */
  private toSteps(negative: boolean): number {
    const { exponent } = this;
    if (exponent > 22) return TOO_LARGE;
    const magnitude = exponent >= 0 ? this.mantissa * TENS[exponent] : this.mantissa / TENS[Math.min(-exponent, 22)];
    const steps = ((negative ? -magnitude : magnitude) - this.origin) / this.factor;
    const nearest = Math.round(steps);
    if (Math.abs(steps - nearest) > 1e-6 * Math.max(1, Math.abs(steps))) this.rounded++;
    return inRange(nearest);
  }
}

function inRange(value: number): number {
  // + 0 turns -0 into 0.
  return value >= INT32_MIN && value <= INT32_MAX ? value + 0 : TOO_LARGE;
}

function wordAt(units: Units, from: number, to: number): number {
  if (units[from] === 0x3c) return BELOW_RANGE;
  if (units[from] === 0x3e) return ABOVE_RANGE;
  if (to - from > 7) return NOT_A_NUMBER;
  let word = '';
  for (let i = from; i < to; i++) word += String.fromCharCode(units[i]);
  return WORDS.get(word.toLowerCase()) ?? NOT_A_NUMBER;
}
