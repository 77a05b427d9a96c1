// What a list says of a record in words: values with their range, units as people write them, and what an allergy leaves out.
import { expect, test } from 'vitest';
import { rangeSentence } from '../../src/chart/sentence.ts';
import type { ChartData } from '../../src/chart/source.ts';
import { about, gravestFirst } from '../../src/screens/records/about.ts';
import { flagsIn, measuredText } from '../../src/screens/records/measured.ts';
import { nameOf, writtenDate, yearOf } from '../../src/screens/records/said.ts';
import { zone } from '../../src/words/numbers.ts';
import { printedUnit } from '../../src/words/units.ts';

const result = (value: number, more = {}) => ({
  ...{ title: 'Ferritin', loinc: '', value, comparator: '', text: '', unit: 'ng/mL' },
  ...{ low: null, high: null, range: '', flag: '', ...more },
});
const of = (category: 'results' | 'vitals', ...results: ReturnType<typeof result>[]) => ({
  ...{ category, value: 'as its source wrote it', brief: { results } },
});

test('a value stands with its range and flag; a laboratory that gives none is said so', () => {
  const low = of('results', result(11, { low: 30, high: 300, flag: 'LL' }));
  expect(measuredText(low)).toBe('11 ng/mL · Reference 30–300');
  expect(flagsIn(low)).toEqual([{ text: 'Very low', tone: 'alert' }]);
  expect(flagsIn(of('results', result(57, { low: 30, high: 300 })))).toEqual([{ text: 'Within range', tone: 'good' }]);
  expect(measuredText(of('results', result(57)))).toBe('57 ng/mL · The lab gave no range');
  expect(measuredText(of('vitals', result(57)))).toBe('57 ng/mL');
});

test('a blood pressure is one line', () => {
  const half = (loinc: string, value: number) => result(value, { loinc, unit: 'mm[Hg]' });
  expect(measuredText(of('vitals', half('8480-6', 112), half('8462-4', 72.25)))).toBe('112/72.3 mmHg');
});

test.each([
  ['10*6/uL', '×10⁶/µL'],
  ['x10^9/L', '×10⁹/L'],
  ['kg/m2', 'kg/m²'],
  ['mL/min/{1.73_m2}', 'mL/min/1.73 m²'],
  ['m[IU]/L', 'mIU/L'],
  ['u[IU]/mL', 'µIU/mL'],
  ['umol/L', 'µmol/L'],
  ['mm[Hg]', 'mmHg'],
  ['Cel', '°C'],
  ['{score}', ''],
  ['U/L', 'U/L'],
  ['mmol/mol', 'mmol/mol'],
])('the unit %s is written %s', (ucum, written) => expect(printedUnit(ucum)).toBe(written));

const allergy = (title: string, brief: object) => ({
  ...{ category: 'allergies' as const, type: 'AllergyIntolerance', title, value: '', written: '', status: 'active' },
  brief,
});

test('an allergy says what it does not say, and the gravest stand first', () => {
  const bare = allergy('Penicillin', {});
  const grave = allergy('Peanut', { severity: 'severe', reactions: ['Hives'] });
  expect(about(bare)).toBe('Seriousness not recorded · Reaction not recorded · Date not recorded');
  expect(about(grave)).toBe('Reaction: Hives · Date not recorded');
  expect(about(allergy('No known allergy', { noneKnown: 'none-known' }))).toBe('');
  expect(gravestFirst([bare, grave]).map(({ title }) => title)).toEqual(['Peanut', 'Penicillin']);
});

test('a directive that cannot be read in a line asks to be opened', () => {
  const directive = { type: 'Consent', title: '', brief: { isDirective: true as const } };
  expect(nameOf(directive)).toBe('A directive exists: open it');
  expect(nameOf({ type: 'Consent', title: '' })).toBe('Consent without a name');
});

test('a moment stands in the zone in use, a day and a time without a zone as written', () => {
  const before = zone.value;
  zone.value = 'America/New_York';
  try {
    expect(writtenDate('2017-12-15T03:43:34-05:00')).toBe('15 Dec 2017, 03:43');
    expect(writtenDate('2018-01-01T03:43:34Z')).toBe('31 Dec 2017, 22:43');
    expect(yearOf('2018-01-01T03:43:34Z')).toBe('2017');
    expect(writtenDate('2018-01-01T03:43:34')).toBe('1 Jan 2018, 03:43');
    expect(writtenDate('2018-01-01')).toBe('1 Jan 2018');
    expect(writtenDate('2018-01')).toBe('Jan 2018');
    zone.value = 'UTC';
    expect(writtenDate('2017-12-15T03:43:34-05:00')).toBe('15 Dec 2017, 08:43');
  } finally {
    zone.value = before;
  }
});

test('a range that goes on beyond the chart is said so, and one that does not is not', () => {
  const columns = { at: [1, 2, 3], mean: [11, 40, 64], min: [], max: [], count: [] };
  const data: ChartData = { columns, level: 'raw', gapMicros: 0, gaps: [], isReduced: false };
  const said = (usual: { low?: number; high?: number } | null) =>
    rangeSentence(usual, data, { from: 0, to: 10 }, { of: (value) => value, unit: 'ng/mL' });
  expect(said({ low: 30, high: 300 })).toBe('The chart shows only a part of the range 30–300 ng/mL.');
  expect(said({ high: 300 })).toBe('The chart shows only a part of the range ≤ 300 ng/mL.');
  expect(said({ low: 2 })).toBe('The chart shows only a part of the range ≥ 2 ng/mL.');
  expect(said({ low: 30, high: 65 })).toBe('');
  expect(said(null)).toBe('');
});
