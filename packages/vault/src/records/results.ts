// Results as a series: what an observation measured, each value under the name of its test, with unit, range and flag as its source wrote them.
import { type Fields, fieldsOf, isFields, listOf, textOf } from '../import/json-records.ts';
import { conceptText, valueOfRecord } from './describe.ts';
import type { Resource } from './model.ts';

export interface ResultValue {
  /** The same test has the same key wherever it was made: LOINC code, else another code, else its name. */
  test: string;
  title: string;
  /** LOINC code; '' where none is told. */
  loinc: string;
  /** Null: the result is a word. */
  value: number | null;
  /** `<`, `>` and the like; '' where the value is exact. */
  comparator: string;
  /** The result in the words of its source. */
  text: string;
  /** As the source prints it, and its UCUM code where it tells one. */
  unit: string;
  ucum: string;
  low: number | null;
  high: number | null;
  /** The reference range where it is words. */
  range: string;
  /** Codes of v3-ObservationInterpretation (`H`, `L`, `A`, …), else what the source wrote; '' for none. */
  flag: string;
}

const LOINC = 'http://loinc.org';
const UCUM = 'http://unitsofmeasure.org';

function nameOf(concept: unknown): Pick<ResultValue, 'test' | 'title' | 'loinc'> {
  const codings = listOf(fieldsOf(concept).coding).map(fieldsOf);
  const loinc = textOf(codings.find(({ system }) => system === LOINC)?.code);
  const other = codings.find(({ code }) => textOf(code) !== '');
  const title = conceptText(concept);
  const test =
    loinc !== ''
      ? `loinc:${loinc}`
      : other
        ? `${textOf(other.system)}|${textOf(other.code)}`
        : `name:${title.trim().toLowerCase()}`;
  return { test, title, loinc };
}

const numberOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

/** The range that is meant for everybody: one without a kind, or of the kind `normal`. */
function rangeOf(of: Fields, unit: { unit: string; ucum: string }): Pick<ResultValue, 'low' | 'high' | 'range'> {
  const ranges = listOf(of.referenceRange)
    .map(fieldsOf)
    .filter(({ type }) => {
      const [coding] = listOf(fieldsOf(type).coding).map(fieldsOf);
      return coding === undefined || coding.code === 'normal';
    });
  const [usual] = ranges;
  if (!usual) return { low: null, high: null, range: '' };
  // One for women, one for men, one for each age: which is meant, nobody says.
  if (ranges.length > 1)
    return { low: null, high: null, range: ranges.map(oneOfSeveral).filter(Boolean).join('; ').slice(0, 200) };
  const end = (value: unknown) => {
    const quantity = fieldsOf(value);
    const told = textOf(quantity.code) || textOf(quantity.unit);
    return told === '' || told === unit.ucum || told === unit.unit ? numberOf(quantity.value) : null;
  };
  return { low: end(usual.low), high: end(usual.high), range: textOf(usual.text).slice(0, 200) };
}

function oneOfSeveral({ appliesTo, low, high, text }: Fields): string {
  const [from, to] = [low, high].map((end) => numberOf(fieldsOf(end).value));
  const bounds =
    from !== null && to !== null ? `${from}–${to}` : from !== null ? `≥ ${from}` : to !== null ? `≤ ${to}` : '';
  const whom = listOf(appliesTo).map(conceptText).filter(Boolean).join(', ');
  return [whom, textOf(text) || bounds].filter(Boolean).join(': ');
}

function flagOf(of: Fields): string {
  const [concept] = listOf(of.interpretation);
  const codings = listOf(fieldsOf(concept).coding).map(fieldsOf);
  const coded = codings.find(({ system }) => textOf(system).endsWith('v3-ObservationInterpretation')) ?? codings[0];
  return textOf(coded?.code) || conceptText(concept);
}

function valueIn(of: Fields, code: unknown, resourceType: string): ResultValue | null {
  const quantity = fieldsOf(of.valueQuantity);
  const value = numberOf(quantity.value) ?? numberOf(of.valueInteger);
  // Words, times and ranges are told as a list tells them.
  const text = valueOfRecord({ ...of, component: undefined, resourceType } as Resource);
  if (value === null && text === '') return null;
  const ucum = quantity.system === UCUM || quantity.system === undefined ? textOf(quantity.code) : '';
  const unit = { unit: textOf(quantity.unit) || textOf(quantity.code), ucum };
  return {
    ...nameOf(code),
    value,
    comparator: textOf(quantity.comparator),
    text,
    ...unit,
    ...rangeOf(of, unit),
    flag: flagOf(of),
  };
}

/** Its own value and those of its components; nothing of what was withdrawn, or entered in error. */
export function resultsIn(resource: Resource): ResultValue[] {
  if (resource.resourceType !== 'Observation') return [];
  if (resource.status === 'entered-in-error' || resource.status === 'cancelled') return [];
  const parts = listOf(resource.component).filter(isFields);
  const all = [valueIn(resource, resource.code, 'Observation')].concat(
    parts.map((part) => valueIn(part, part.code, 'Observation')),
  );
  return all.filter((each) => each !== null && each.title !== '') as ResultValue[];
}

/** Unit by which values of one test may stand on one axis. */
export const axisOf = ({ value, ucum, unit }: Pick<ResultValue, 'value' | 'ucum' | 'unit'>): string | null =>
  value === null ? null : ucum || unit;
