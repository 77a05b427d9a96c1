// Measured values in words: value, range and flag stand together wherever the value stands.
import type { RecordInfo, ResultPoint } from '@hale/home';
import { decimalsOf, flagCode, labDecimals, pressureIn } from '@hale/vault/records/measured';
import { words } from '../../words/index.ts';
import { number } from '../../words/numbers.ts';
import { printedUnit } from '../../words/units.ts';
import { codeWord, flagWord } from './said.ts';

export type Measured = Pick<ResultPoint, 'value' | 'comparator' | 'text' | 'unit' | 'low' | 'high' | 'range' | 'flag'>;

/** A number exactly as its source gave it. */
export const figure = (value: number): string => number(value, decimalsOf(value));

/** A number as a laboratory would print it. */
export const rounded = (value: number, limits: readonly (number | null)[] = []): string =>
  number(value, labDecimals(value, limits));

export function valueText({ value, comparator, text, unit, low, high }: Omit<Measured, 'range' | 'flag'>): string {
  if (value === null) return codeWord(text);
  return [comparator, rounded(value, [low, high]), printedUnit(unit)].filter(Boolean).join(' ');
}

/** What laboratories write where they have none. */
const NO_RANGE = /^[\s.\-–—]*(n\.?\/?a\.?|none|not (available|applicable|established))?[\s.\-–—]*$/i;

export function rangeText({ low, high, range }: Pick<Measured, 'low' | 'high' | 'range'>): string {
  const { records } = words.value;
  if (low !== null && high !== null) return `${figure(low)}–${figure(high)}`;
  if (high !== null) return records.below(figure(high));
  if (low !== null) return records.above(figure(low));
  return NO_RANGE.test(range) ? '' : range;
}

/** The range in a sentence, or that the laboratory gave none: a value alone tells nobody where it lies. */
export function rangeSaid(point: Measured, category: RecordInfo['category']): string {
  const { records } = words.value;
  const range = rangeText(point);
  if (range !== '') return records.usual(range);
  return point.value !== null && category === 'results' ? records.noRange : '';
}

export type Tone = '' | 'good' | 'caution' | 'alert';

/** The source's flag, or on which side of the source's own range it lies. */
export function flagOf(point: Pick<Measured, 'flag' | 'value' | 'comparator' | 'low' | 'high'>): {
  text: string;
  tone: Tone;
} {
  const code = flagCode(point);
  if (code === '') return { text: '', tone: '' };
  const tone = ['HH', 'LL', 'AA', 'HU', 'LU'].includes(code)
    ? 'alert'
    : ['N', 'NEG', 'ND', 'NR', 'S', 'B'].includes(code)
      ? 'good'
      : ['H', 'L', 'A', 'POS', 'DET', 'RR', 'R', 'W', 'HX', 'LX', 'IND'].includes(code)
        ? 'caution'
        : '';
  return { text: flagWord(code), tone };
}

/** `112/72 mmHg`. */
export const pressureText = (systolic: Measured, diastolic: Measured): string =>
  [[systolic, diastolic].map(({ value }) => rounded(value ?? 0)).join('/'), printedUnit(systolic.unit)].join(' ');

type Told = Pick<RecordInfo, 'brief' | 'value' | 'category'>;

/** What a list says of an observation: its value with its range; of a blood pressure one line; of other parts each by its name. */
export function measuredText({ brief: { results = [] }, value, category }: Told): string {
  const [only] = results;
  if (only === undefined) return codeWord(value);
  const pressure = pressureIn(results);
  if (pressure && results.length === 2) return pressureText(pressure.systolic, pressure.diastolic);
  if (results.length === 1) return [valueText(only), rangeSaid(only, category)].filter(Boolean).join(' · ');
  return results.map((each) => `${each.title} ${valueText(each)}`).join(', ');
}

/** The flags of a record, each once; of several values with the name of the one that it is of. */
export function flagsIn({ brief: { results = [] } }: Pick<RecordInfo, 'brief'>): { text: string; tone: Tone }[] {
  const all = results.flatMap((each) => {
    const { text, tone } = flagOf(each);
    return text === '' || (results.length > 1 && tone === 'good')
      ? []
      : [{ text: results.length > 1 ? `${each.title}: ${text}` : text, tone }];
  });
  return all;
}
