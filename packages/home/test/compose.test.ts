// Making a home never harms what lies in its directory.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
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

test('erasing everything takes the keys away as soon as no relay needs them, and a new home can be made there', async () => {
  const dir = homes.dir();
  const made = await entry.createHome({ dir });
  const erase = async () => {
    const client = await entry.connectHome({ dir });
    try {
      return await client.call('erase', { everything: true, confirm: 'erase everything' });
    } finally {
      await client.close();
    }
  };
  expect((await erase()).left).toBe('nothing');
  expect(readdirSync(dir)).toEqual([]);
  expect((await entry.createHome({ dir })).npub).not.toBe(made.npub);
});

test('erasing everything keeps the keys while a relay is still to be told, and takes them the next time', async () => {
  const dir = homes.dir();
  const relay = await entry.startRelayAlone({ dir: homes.dir(), port: 0, privateMode: false });
  await entry.createHome({ dir, relay: relay.relayUrl });
  const port = Number(new URL(relay.relayUrl).port);
  const erase = async () => {
    const client = await entry.connectHome({ dir });
    try {
      return await client.call('erase', { everything: true, confirm: 'erase everything' });
    } finally {
      await client.close();
    }
  };
  await relay.close();
  expect(await erase()).toMatchObject({ left: 'keys' });
  expect(existsSync(join(dir, 'keyring.sealed'))).toBe(true);
  const again = await entry.startRelayAlone({ dir: homes.dir(), port, privateMode: false });
  expect(await erase()).toMatchObject({ left: 'nothing' });
  expect(readdirSync(dir)).toEqual([]);
  await again.close();
});

test('a node that runs keeps its keys when everything is erased', async () => {
  const dir = homes.dir();
  await entry.createHome({ dir });
  const node = await entry.startNode({ dir, port: 0 });
  const client = await entry.connectHome({ dir });
  expect(await client.call('erase', { everything: true, confirm: 'erase everything' })).toMatchObject({ left: 'node' });
  await client.close();
  await node.close();
  expect(existsSync(join(dir, 'keyring.sealed'))).toBe(true);
});
