// Making a home never harms what lies in its directory.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newWords } from '@hale/kernel/seal';
import { afterEach, expect, test } from 'vitest';
import { home as entry } from '../src/compose.ts';
import { Homes, random } from './homes.ts';

const homes = new Homes();
afterEach(() => homes.close());

test('a store without its keyring is neither opened nor cleared away', async () => {
  const dir = homes.dir();
  writeFileSync(join(dir, 'store.db'), 'years of readings');
  await expect(entry.createHome({ dir })).rejects.toMatchObject({ code: 'conflict' });
  await expect(
    entry.restoreHome({ dir, words: newWords(random(32)), relay: 'ws://127.0.0.1:9' }),
  ).rejects.toMatchObject({ code: 'conflict' });
  expect(readFileSync(join(dir, 'store.db'), 'utf8')).toBe('years of readings');
  expect(existsSync(join(dir, 'keyring.sealed'))).toBe(false);
});

test('a home that could not be made leaves an empty directory', async () => {
  const dir = homes.dir();
  const making = entry.restoreHome({ dir, words: newWords(random(32)), relay: 'ws://127.0.0.1:9' });
  await expect(making).rejects.toMatchObject({ code: 'unavailable' });
  expect(['store.db', 'keyring.sealed', 'keyring.key'].filter((name) => existsSync(join(dir, name)))).toEqual([]);
});
