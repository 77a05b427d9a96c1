// What the terminal says of a measured value: value, flag and range together, as the screens do.
import { expect, test } from 'vitest';
import { measuredText } from '../src/terminal/measured.ts';

const result = (value: number, more = {}) => ({
  ...{ title: 'Ferritin', loinc: '', value, comparator: '', text: '', unit: 'ng/mL' },
  ...{ low: null, high: null, range: '', flag: '', ...more },
});
const said = (category: 'results' | 'vitals', ...results: ReturnType<typeof result>[]) =>
  measuredText({ category, value: 'as written', brief: { results } } as unknown as Parameters<typeof measuredText>[0]);

test('a value stands with its flag and range, or with that there is none', () => {
  expect(said('results', result(11, { low: 30, high: 300, flag: 'LL' }))).toBe('11 ng/mL (very low; 30–300)');
  expect(said('results', result(57, { low: 30, high: 300 }))).toBe('57 ng/mL (within range; 30–300)');
  expect(said('results', result(57))).toBe('57 ng/mL (the lab gave no range)');
  expect(said('vitals', result(37.958, { unit: 'Cel' }))).toBe('38.0 °C');
  expect(said('results')).toBe('as written');
});

test('a blood pressure is one line', () => {
  const half = (loinc: string, value: number) => result(value, { loinc, unit: 'mm[Hg]' });
  expect(said('vitals', half('8480-6', 112), half('8462-4', 72))).toBe('112/72 mmHg');
});
