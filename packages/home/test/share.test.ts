// What a share says of the relays that are to serve it.
import { afterEach, expect, test } from 'vitest';
import type { Home } from '../src/home.ts';
import { grants, share } from '../src/operations/share.ts';
import { addStream, HOUR, Homes, samples, useRelay } from './homes.ts';

const homes = new Homes();
afterEach(() => homes.close());

const context = (home: Home) => ({ home, emit: () => {}, signal: new AbortController().signal });

test('a relay that could not be told of a share is pending, not serving', async () => {
  const home = homes.make();
  const relay = await homes.relay(home.keys);
  const stream = addStream(home, 'pulse');
  home.vault.ingest([{ stream, samples: samples(Date.now() * 1000 - HOUR, 100) }]);
  const [reachable, dead] = [relay.url, 'ws://127.0.0.1:9'];
  for (const url of [reachable, dead]) useRelay(home, url);
  const { grant } = await share(context(home), { streams: ['pulse'], with: 'link', from: '2026-01-01T00:00:00Z' });
  const expected = [
    { url: reachable, state: 'serving', waiting: 0 },
    { url: dead, state: 'pending', waiting: expect.toSatisfy((count: number) => count > 0) },
  ];
  // What a busy machine has not delivered by the end of sharing, it delivers then.
  await home.network.settle(20_000);
  expect(grant.relays.map(({ url }) => url)).toEqual([reachable, dead]);
  expect((await grants(context(home), {}))[0].relays).toEqual(expected);
});
