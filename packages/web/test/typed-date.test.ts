// Dates as they are typed, in the order of each language.
import { expect, test } from 'vitest';
import { isoOf, isWhole, monthsIn, orderIn, partsOf, timeOf } from '../src/ui/typed-date.ts';

test('the order and the months are those of the language', () => {
  for (const locale of ['en-GB', 'pl', 'es']) expect(orderIn(locale)).toEqual(['day', 'month', 'year']);
  expect(orderIn('en-US')).toEqual(['month', 'day', 'year']);
  expect(orderIn('sv')).toEqual(['year', 'month', 'day']);
  expect([monthsIn('pl')[10], monthsIn('es')[0]]).toEqual([
    ['11', 'listopad'],
    ['1', 'enero'],
  ]);
});

test('a day and back; ISO texts are taken whole', () => {
  expect(partsOf('2026-11-09')).toEqual({ day: '9', month: '11', year: '2026' });
  expect(partsOf(' 2026-1-9 ')).toEqual({ day: '9', month: '1', year: '2026' });
  expect(isoOf({ day: '09', month: '1', year: '2026' })).toBe('2026-01-09');
  expect(isoOf({ day: '29', month: '2', year: '2028' })).toBe('2028-02-29');
});

test('half a date is none yet, and a day that no calendar has is none ever', () => {
  for (const text of ['', '9', '9.11.2026', '2026-11']) expect(partsOf(text)).toBeNull();
  const half = { day: '9', month: '', year: '2026' };
  expect([isoOf(half), isWhole(half)]).toEqual([null, false]);
  for (const [day, month, year] of [
    ['31', '4', '2026'],
    ['29', '2', '2026'],
    ['0', '5', '2026'],
    ['x', '5', '2026'],
  ]) {
    expect([isoOf({ day, month, year }), isWhole({ day, month, year })]).toEqual([null, true]);
  }
});

test('times of 24 hours, in the ways people write them', () => {
  expect(['7:05', '07:05', '19.30', '1930', '23:59', '0:00'].map(timeOf)).toEqual([
    ...['07:05', '07:05', '19:30', '19:30', '23:59', '00:00'],
  ]);
  for (const text of ['', '7', '24:00', '12:60', '7:5', 'noon']) expect(timeOf(text)).toBeNull();
});
