// Erasing: all at once or not at all, reaching everything that was ever sent, and telling nobody but the author.
import { KINDS, toHex } from '@hale/kernel';
import { afterEach, expect, test } from 'vitest';
import type { Home } from '../src/home.ts';
import { EVERYTHING, erase } from '../src/operations/erase.ts';
import { addStream, HOUR, Homes, SECOND, samples, useRelay, wish } from './homes.ts';

const homes = new Homes();
afterEach(() => homes.close());

const context = (home: Home) => ({ home, emit: () => {}, signal: new AbortController().signal });

function filled(options: Parameters<Homes['make']>[0] = {}): Home {
  const home = homes.make(options);
  for (const key of ['a', 'b']) {
    const stream = addStream(home, key);
    home.vault.ingest([{ stream, samples: samples(Date.now() * 1000 - HOUR, 100) }]);
  }
  home.settle();
  return home;
}

test('a request to vanish reaches what a clock that ran ahead had dated', async () => {
  let skew = 600 * SECOND;
  const home = filled({ nowMicros: () => Date.now() * 1000 + skew });
  const relay = await homes.relay(home.keys);
  useRelay(home, relay.url);
  const author = toHex(home.vault.stream(home.vault.subject('me').id, 'a').author);
  await home.network.settle(8000);
  expect(relay.store.count({ kinds: [KINDS.tileBatch], authors: [author] })).toBeGreaterThan(0);
  skew = 0;
  await erase(context(home), { stream: 'a', confirm: 'a' });
  expect(relay.store.count({ authors: [author], kinds: [KINDS.tileBatch, KINDS.access] })).toBe(0);
  expect(relay.store.count({ authors: [author], kinds: [KINDS.vanish] })).toBe(1);
});

test('nobody but the author is shown that something vanished, and nothing of a grant is left', async () => {
  const home = filled();
  addStream(home, 'never-published');
  const { grant } = home.grants.issue(wish(home, ['a', 'b'], 0));
  home.settle();
  await erase(context(home), { everything: true, confirm: EVERYTHING });
  expect(home.events.query({ kinds: [KINDS.vanish] }, { gate: 'open' })).toEqual([]);
  expect(home.events.query({ kinds: [KINDS.vanish] }, { gate: 'stream' }).length).toBe(5);
  expect(home.events.query({ authors: [grant.owner.grantAuthor] }).map(({ kind }) => kind)).toEqual([KINDS.vanish]);
});

test('ending a grant without a trace leaves no list of its readers behind', () => {
  const home = filled();
  const { grant } = home.grants.issue(wish(home, ['a'], 0));
  home.settle();
  home.grants.end(grant.record.id, 'revoked', true);
  expect(home.events.query({ authors: [grant.owner.grantAuthor] }).map(({ kind }) => kind)).toEqual([KINDS.vanish]);
  expect(home.events.query({ kinds: [KINDS.vanish] }, { gate: 'open' })).toEqual([]);
});

test('an erasure that fails half-way changes nothing', async () => {
  const home = filled();
  const { grant } = home.grants.issue(wish(home, ['a', 'b'], 0));
  home.settle();
  const { store } = home.vault;
  const enqueue = store.enqueue.bind(store);
  store.enqueue = (item) => {
    if (item.event.kind === KINDS.vanish && item.event.pubkey !== grant.owner.grantAuthor) throw new Error('disk');
    enqueue(item);
  };
  await expect(erase(context(home), { subject: 'me', confirm: 'me' })).rejects.toThrow('disk');
  store.enqueue = enqueue;
  expect(home.vault.streams().map(({ entry }) => entry.key)).toEqual(['a', 'b']);
  expect(home.grants.active()).toHaveLength(1);
  await erase(context(home), { subject: 'me', confirm: 'me' });
  expect(home.vault.streams()).toEqual([]);
});

test('erasing takes the whole name: what begins like another stream, and the empty name, erase nothing', async () => {
  const home = filled();
  addStream(home, 'heart-rate');
  for (const name of ['heart-rat', 'heart', ''])
    await expect(erase(context(home), { stream: name, confirm: name })).rejects.toMatchObject({ code: 'not-found' });
  expect(home.vault.streams().map(({ entry }) => entry.key)).toEqual(['a', 'b', 'heart-rate']);
});

test('what was erased leaves the file as well, and the file gets smaller', async () => {
  const home = filled();
  const stream = addStream(home, 'long');
  home.vault.ingest([{ stream, samples: samples(Date.now() * 1000 - 100 * HOUR, 300_000) }]);
  home.settle();
  home.events.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const before = home.diskBytes();
  await erase(context(home), { stream: 'long', confirm: 'long' });
  expect(home.diskBytes()).toBeLessThan(before / 2);
  expect(home.vault.streams().map(({ entry }) => entry.key)).toEqual(['a', 'b']);
});
