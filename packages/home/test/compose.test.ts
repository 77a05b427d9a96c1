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

test('what a person mistypes is said as what it is, and leaves nothing behind', async () => {
  const dir = homes.dir();
  await entry.createHome({ dir });
  const client = await entry.connectHome({ dir });
  const folder = homes.dir();
  await expect(client.call('backup', { to: folder })).rejects.toMatchObject({ code: 'usage' });
  expect(existsSync(`${folder}.part`)).toBe(false);
  await expect(client.call('relays.sync', { url: 'ws://127.0.0.1:1' })).rejects.toMatchObject({ code: 'not-found' });
  const cut = client.call('open', { grant: 'https://relay.example.org/g/51447a4f' });
  await expect(cut).rejects.toMatchObject({ code: 'malformed' });
  await expect(entry.connectHome({ dir })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('another command'),
  });
  await expect(entry.startNode({ dir: await otherHome(), port: 0, host: '192.0.2.1' })).rejects.toMatchObject({
    code: 'EADDRNOTAVAIL',
  });
  await client.close();
});

async function otherHome(): Promise<string> {
  const dir = homes.dir();
  await entry.createHome({ dir });
  return dir;
}

test('a private relay that was not joined is said at once: a sheet naming it would rebuild nothing', async () => {
  const relay = await entry.startRelayAlone({ dir: homes.dir(), port: 0, privateMode: true });
  const dir = homes.dir();
  const refused = { code: 'not-permitted', message: expect.stringContaining('invitation') };
  await expect(entry.createHome({ dir, relay: relay.relayUrl })).rejects.toMatchObject(refused);
  expect(existsSync(join(dir, 'keyring.sealed'))).toBe(false);
  await entry.createHome({ dir });
  const client = await entry.connectHome({ dir });
  await expect(client.call('relays.add', { url: relay.relayUrl })).rejects.toMatchObject(refused);
  expect(await client.call('relays.list', {})).toEqual([]);
  const invite = relay.invite();
  expect(await client.call('relays.add', { url: relay.relayUrl, invite })).toMatchObject({ state: 'connected' });
  await client.close();
  await relay.close();
});
