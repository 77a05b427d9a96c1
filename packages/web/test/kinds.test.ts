// Every kind that the vault knows has a name in each language.
import { allKinds } from '@hale/vault/kinds';
import { expect, test } from 'vitest';
import { kinds as en } from '../src/words/en/kinds.ts';
import { kinds as es } from '../src/words/es/kinds.ts';
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
