// What a node warns of is said in each language, with what it is about; what a page does not know is said in the node's own words.

import { WARNINGS, warning } from '@hale/home/warnings';
import { expect, test } from 'vitest';
import { warningIn } from '../src/words/coded.ts';
import { warnings as en } from '../src/words/en/warnings.ts';
import { warnings as es } from '../src/words/es/warnings.ts';
import { warnings as pl } from '../src/words/pl/warnings.ts';

test.each([
  ['English', en],
  ['Polish', pl],
  ['Spanish', es],
])('%s knows every code', (_, warnings) => {
  expect(Object.keys(warnings).sort()).toEqual(Object.keys(WARNINGS).sort());
  for (const say of Object.values(warnings)) {
    const text = (say as (...values: number[]) => string)(7, 8, 9);
    expect(text.length).toBeGreaterThan(20);
    expect(text).not.toMatch(/undefined|hale /);
  }
});

test('what it is about goes along', () => {
  expect(warningIn(pl, warning('senseless', 5))).toContain('5 zdarzeń');
  expect(warningIn(es, warning('heads-differ', 3, 'heart-rate', '1h'))).toContain('heart-rate');
});

test('an unknown code is said as the node says it', () => {
  const later = { code: 'of-a-later-version', values: [], text: 'The moon is full.' };
  expect(warningIn(pl, later)).toBe('The moon is full.');
});
