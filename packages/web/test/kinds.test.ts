// Every kind that the vault knows has a name in each language, and every number that stands for a word has that word.

import { sampleRows } from '@hale/vault/chart';
import { allKinds, codedKinds, codesOf } from '@hale/vault/kinds';
import { expect, test } from 'vitest';
import { codeIn } from '../src/words/coded.ts';
import { codes as enCodes } from '../src/words/en/codes.ts';
import { kinds as en } from '../src/words/en/kinds.ts';
import { codes as esCodes } from '../src/words/es/codes.ts';
import { kinds as es } from '../src/words/es/kinds.ts';
import { codes as plCodes } from '../src/words/pl/codes.ts';
import { kinds as pl } from '../src/words/pl/kinds.ts';

test.each([
  ['English', en],
  ['Polish', pl],
  ['Spanish', es],
])('%s', (_, kinds) => {
  const keys = allKinds().map(({ key }) => key);
  expect(Object.keys(kinds).sort()).toEqual([...keys].sort());
  expect(Object.values(kinds).filter((title) => title.trim() === '')).toEqual([]);
});

test.each([
  ['English', enCodes],
  ['Polish', plCodes],
  ['Spanish', esCodes],
])('%s: a word of its own for every number of every kind', (_, { of }) => {
  expect(Object.keys(of).sort()).toEqual([...codedKinds()].sort());
  for (const [kind, table] of Object.entries(of)) {
    expect(Object.keys(table), kind).toEqual(codesOf(kind).map(({ value }) => String(value)));
    const told = Object.values(table);
    expect(
      told.filter((word) => word.trim() === ''),
      kind,
    ).toEqual([]);
    expect(new Set(told).size, kind).toBe(told.length);
  }
});

test('a number that no table has is told as such; a note keeps its words, and one without words says so', () => {
  expect(codeIn(plCodes, 'sleep-stage', 5, 'Deep')).toBe('Głęboki');
  expect(codeIn(plCodes, 'sleep-stage', 77, 'Code 77')).toBe('Kod 77');
  expect(codeIn(plCodes, 'note', 123_456, 'Coffee')).toBe('Coffee');
  const stranger = { times: Float64Array.of(0), values: Int32Array.of(5) };
  const [{ code }] = sampleRows({ kind: 'note', factor: 1, origin: 0 }, stranger);
  expect(codeIn(esCodes, 'note', 5, code)).toBe(esCodes.unknownNote);
});
