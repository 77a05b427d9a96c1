// Readings in physical values, row by row: what a table, a chart and a terminal show of samples and bins.
import { type Bin, binSeconds, type Level, type Samples } from '@hale/kernel';
import { codesOf, isCoded, NOTE_KIND } from './kinds-codes.ts';

/** A sample (raw) or a bin, in physical values. */
export interface Row {
  /** Of a sample, or where a bin begins; microseconds since 1970. */
  atMicros: number;
  value?: number;
  /** Of a kind that is no quantity, what the value stands for: 'Deep', 'Atrial fibrillation'. */
  code?: string;
  count?: number;
  mean?: number;
  min?: number;
  max?: number;
  /** Share of the bin with data, 0..1. */
  coverage?: number;
}

export function physical(stream: { factor: number; origin: number }, stored: number): number {
  return tidy(stream.origin + stored * stream.factor, stream.factor);
}

/** Rounds off what binary fractions add: no more decimals than the factor has, plus three for means. */
function tidy(value: number, factor: number): number {
  const decimals = Math.min(15, Math.max(0, Math.ceil(-Math.log10(Math.abs(factor) || 1))) + 3);
  return Number(value.toFixed(decimals));
}

/** What readings are made of: their scale, and the kind that says whether they are numbers or words. */
export type Described = { kind: string; factor: number; origin: number };

/** What the numbers of a kind stand for; of notes nothing, as far as nobody gave their texts. */
export const wordsOf = (kind: string): ReadonlyMap<number, string> =>
  new Map(codesOf(kind).map(({ value, title }) => [value, title]));

export function sampleRows(entry: Described, samples: Samples, words = wordsOf(entry.kind)): Row[] {
  const unknown = (value: number) => (entry.kind === NOTE_KIND ? 'A note whose words are not here' : `Code ${value}`);
  return Array.from(samples.times, (atMicros, i) => {
    const value = physical(entry, samples.values[i]);
    return isCoded(entry.kind) ? { atMicros, value, code: words.get(value) ?? unknown(value) } : { atMicros, value };
  });
}

export function binRows(entry: Described, level: Exclude<Level, 'raw'>, bins: readonly Bin[]): Row[] {
  // Of words there is no average: only that they are there.
  if (isCoded(entry.kind)) return bins.map((bin) => ({ atMicros: bin.start, count: bin.count }));
  return bins.map((bin) => ({
    atMicros: bin.start,
    count: bin.count,
    mean: tidy(entry.origin + (bin.sum / bin.count) * entry.factor, entry.factor),
    ...(bin.min === undefined || bin.max === undefined
      ? {}
      : { min: physical(entry, bin.min), max: physical(entry, bin.max) }),
    coverage: Math.min(1, bin.coverageMicros / (binSeconds(level) * 1e6)),
  }));
}
