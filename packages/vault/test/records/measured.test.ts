// Values beside their range: which side they are on, how they are rounded, and which two are one; and records that say that there is nothing.
import { decimalsOf, flagCode, labDecimals, pressureIn } from '@hale/vault/records/measured';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { briefOf } from '../../src/records/brief.ts';
import type { Resource } from '../../src/records/model.ts';
import { resultsIn } from '../../src/records/results.ts';

const at = (value: number | null, low: number | null, high: number | null, comparator = '', flag = '') =>
  flagCode({ value, low, high, comparator, flag });

test.each([
  ['inside', at(57, 30, 300), 'N'],
  ['its ends belong to it', at(30, 30, 300) + at(300, 30, 300), 'NN'],
  ['below', at(29.9, 30, 300), 'L'],
  ['above an upper end alone', at(5.1, null, 5), 'H'],
  ['the word of the source stands before', at(57, 30, 300, '', 'LL'), 'LL'],
  ['no range', at(57, null, null), ''],
  ['words', at(null, 30, 300), ''],
  ['less than the lower end', at(30, 30, 300, '<'), 'L'],
  ['less than something in the middle may be either', at(50, 30, 300, '<'), ''],
  ['less than an upper end alone', at(5, null, 5, '<'), 'N'],
  ['more than the upper end', at(300, 30, 300, '>'), 'H'],
  ['more than something in the middle may be either', at(200, 30, 300, '>'), ''],
])('a flag: %s', (_, code, expected) => expect(code).toBe(expected));

const printed = (value: number, ...limits: (number | null)[]) => value.toFixed(labDecimals(value, limits));

test.each([
  [37.958, '38.0'],
  [4.0555, '4.06'],
  [0.01234, '0.0123'],
  [5e-7, '0.0000005'],
  [235.62, '235.6'],
  [140, '140'],
  [0, '0'],
  [-1.2345, '-1.23'],
])('%s is printed as %s', (value, text) => expect(printed(value)).toBe(text));

test('rounding takes no value over an end of its range', () => {
  expect(printed(5.004, null, 5)).toBe('5.004');
  const value = fc.double({ min: -1e4, max: 1e4, noNaN: true }).map((each) => Number(each.toFixed(4)) + 0);
  fc.assert(
    fc.property(value, value, (of, limit) => {
      const shown = Number(printed(of, limit));
      expect(Math.sign(shown - limit) === Math.sign(of - limit)).toBe(true);
      expect(labDecimals(of, [limit])).toBeLessThanOrEqual(decimalsOf(of));
    }),
  );
});

const observation = (more: object): Resource => ({ resourceType: 'Observation', status: 'final', ...more }) as Resource;
const part = (code: string, value: number, unit = 'mm[Hg]') => ({
  code: { coding: [{ system: 'http://loinc.org', code, display: code }] },
  valueQuantity: { value, unit },
});

test('a blood pressure is one, and two of them or two units are not', () => {
  const of = (...component: object[]) => pressureIn(resultsIn(observation({ code: { text: 'BP' }, component })));
  expect(of(part('8480-6', 112), part('8462-4', 72))?.diastolic.value).toBe(72);
  expect(of(part('8480-6', 112))).toBeNull();
  expect(of(part('8480-6', 112), part('8462-4', 72), part('8462-4', 70))).toBeNull();
  expect(of(part('8480-6', 112), part('8462-4', 9.6, 'kPa'))).toBeNull();
});

test('of several ranges for several people none is taken for hers', () => {
  const range = (text: string, low: number, high: number) => ({
    appliesTo: [{ text }],
    low: { value: low },
    high: { value: high },
  });
  const [{ low, high, range: said }] = resultsIn(
    observation({
      code: { text: 'Hb' },
      valueQuantity: { value: 12.5, unit: 'g/dL' },
      referenceRange: [range('men', 13, 17), range('women', 12, 15)],
    }),
  );
  expect([low, high, said]).toEqual([null, null, 'men: 13–17; women: 12–15']);
});

const allergy = (code: object, more = {}): Resource =>
  ({ resourceType: 'AllergyIntolerance', code: { coding: [code] }, ...more }) as Resource;

test('no known allergy is a word, no information is none, and a refuted word counts as neither', () => {
  const none = { system: 'http://snomed.info/sct', code: '716186003' };
  const refuted = { verificationStatus: { coding: [{ code: 'refuted' }] } };
  expect(briefOf(allergy(none), 0).noneKnown).toBe('none-known');
  expect(briefOf(allergy({ code: 'no-known-allergies' }), 0).noneKnown).toBe('none-known');
  expect(briefOf(allergy({ code: 'no-allergy-info' }), 0).noneKnown).toBe('no-information');
  expect(briefOf(allergy({ code: '373270004', display: 'Penicillin' }), 0).noneKnown).toBeUndefined();
  expect(briefOf(allergy(none, refuted), 0).noneKnown).toBeUndefined();
});
