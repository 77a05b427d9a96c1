// A stop whose list meets one that an earlier home of the same words dated later.
import { KINDS, toHex } from '@hale/kernel';
import { afterEach, expect, test } from 'vitest';
import { addStream, HOUR, Homes, samples, until, useRelay, wish } from './homes.ts';

const homes = new Homes();
afterEach(() => homes.close());

test('it stands all the same', async () => {
  const home = homes.make();
  const relay = await homes.relay(home.keys);
  useRelay(home, relay.url);
  const from = home.nowMicros() - 2 * HOUR;
  home.vault.ingest([{ stream: addStream(home, 'pulse'), samples: samples(from, 60) }]);
  const { grant } = home.grants.issue(wish(home, ['pulse'], from));
  home.announce();
  await home.network.settle(20_000);
  const author = toHex(home.vault.streams()[0].author);
  const standing = () => relay.store.query({ kinds: [KINDS.access], authors: [author] })[0];
  const readers = () => standing().tags.filter(([name]) => name === 'reader').length;
  expect(readers()).toBe(1);
  // Another computer with the same words: its clock is some seconds ahead, and then it is gone.
  const lost = homes.open({ keys: home.keys });
  useRelay(lost, relay.url);
  const list = standing().tags.flatMap(([name, reader, end]) => (name === 'reader' ? [{ reader, until: +end }] : []));
  const later = Math.floor(Date.now() / 1000) + 20;
  lost.vault.change(() => lost.grants.putAccess(author, list, home.vault.streams()[0].authorSecret, later));
  lost.announce();
  await until(standing, ({ created_at }) => created_at > later);
  await lost.network.settle(5000);
  await lost.network.close();
  const { created_at: last } = standing();
  home.grants.end(grant.record.id, 'revoked', false);
  home.announce();
  await until(readers, (count) => count === 0);
  expect(standing().created_at).toBeGreaterThan(last);
  const stopped = () => home.network.revocation(author, 0).map(({ state }) => state);
  await until(stopped, ([state]) => state === 'stopped');
}, 40_000);
