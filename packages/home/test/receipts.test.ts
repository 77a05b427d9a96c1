// Receipts that gathered come newest first; only the relay's own key counts; the embedded relay's are read too. And wraps that have arrived.
import { KINDS, schnorrPublic, toHex, type VerifiedEvent } from '@hale/kernel';
import { deriveKey, giftWrap, readerKey } from '@hale/kernel/seal';
import type { IssuedGrant } from '@hale/vault';
import { afterEach, expect, test } from 'vitest';
import { forgetDeliveredWraps } from '../src/delivered.ts';
import type { Home } from '../src/home.ts';
import { collectOwnReceipts, keepReceipt, lastServed, servedTo } from '../src/receipts.ts';
import { relaySigner } from '../src/relay/signer.ts';
import { addStream, Homes, random, useRelay, wish } from './homes.ts';

const homes = new Homes();
afterEach(() => homes.close());

const seconds = (): number => Math.floor(Date.now() / 1000);

/** Receipts 0 … count−1 of one relay for one author, chained. */
function written(
  home: Home,
  secret: Uint8Array,
  { record, log }: IssuedGrant,
  count: number,
  hour = 0,
): VerifiedEvent[] {
  const signer = relaySigner(secret);
  const stream = home.vault.stream(record.subject, record.streams[0].key);
  const author = toHex(stream.author);
  const reader = toHex(schnorrPublic(readerKey(record.key, stream.author)));
  expect(log.stream.author).not.toEqual(stream.author);
  const events: VerifiedEvent[] = [];
  for (let number = 0; number < count; number++) {
    const previous = events.at(-1)?.id ?? '';
    const content = { number, previous, reader, auth: '', hour, events: 1, bytes: 10, ranges: {} };
    events.push(
      signer.sign({
        kind: KINDS.receipt,
        created_at: seconds(),
        tags: [['-'], ['p', author]],
        content: signer.sealTo(author, JSON.stringify(content)),
      }),
    );
  }
  return events;
}

async function shared(nowMicros?: () => number) {
  const home = homes.make(nowMicros ? { nowMicros } : {});
  addStream(home, 'hr');
  const { grant } = home.grants.issue(wish(home, ['hr'], 0));
  return { home, grant };
}

/** Reads what the relay itself would say at its address. */
async function relayWithKey(home: Home): Promise<{ url: string; secret: Uint8Array }> {
  const { createServer } = await import('node:http');
  const secret = random(32);
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/nostr+json');
    response.end(JSON.stringify({ name: 'r', self: toHex(schnorrPublic(secret)) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  expect(home.network).toBeDefined();
  return { url: `ws://127.0.0.1:${(server.address() as { port: number }).port}`, secret };
}

async function give(home: Home, url: string, grant: IssuedGrant, events: VerifiedEvent[]): Promise<void> {
  for (const event of events) keepReceipt(home, event, url);
  await expect.poll(() => servedTo(home, grant).length).toBeGreaterThan(0);
}

test('receipts that come newest first are counted whole and are no hole; a real hole and a broken chain are told', async () => {
  let skew = 0;
  const { home, grant } = await shared(() => Date.now() * 1000 + skew);
  const { url, secret } = await relayWithKey(home);
  const events = written(home, secret, grant, 6);
  const settled = () => {
    skew += 20e6;
    collectOwnReceipts(home, Date.now() + skew / 100);
  };
  await give(home, url, grant, [...events].slice(1, 4).reverse());
  settled();
  expect(servedTo(home, grant)).toHaveLength(3);
  expect(home.warnings).toEqual([]);
  keepReceipt(home, events[5], url);
  settled();
  expect(home.warnings.map(({ code }) => code).join()).toContain('receipts-hole');
  const [, forged] = written(home, secret, grant, 2);
  home.warnings.length = 0;
  keepReceipt(home, forged, url);
  settled();
  expect(home.warnings.map(({ code }) => code).join()).toContain('receipts-contradict');
});

test('what a relay says that it will hand out in years was handed out when it said so: no share is kept from lapsing by it', async () => {
  const now = Date.now() * 1000;
  const { home, grant } = await shared(() => now);
  const { url, secret } = await relayWithKey(home);
  await give(home, url, grant, written(home, secret, grant, 1, seconds() + 20 * 365 * 86_400));
  expect(lastServed(home, grant)).toBe(now);
});

test('a receipt by another key than the relay’s is not counted', async () => {
  const { home, grant } = await shared();
  const { url, secret } = await relayWithKey(home);
  await give(home, url, grant, written(home, secret, grant, 1));
  expect(keepReceipt(home, written(home, random(32), grant, 1)[0], url)).toBeNull();
  expect(servedTo(home, grant)).toHaveLength(1);
  expect(home.warnings.map(({ code }) => code).join()).toContain('receipts-unsigned');
});

test('what the relay inside this home wrote is taken in and leaves the store', async () => {
  const { home, grant } = await shared();
  home.embedded = {
    url: 'ws://127.0.0.1:1',

    invite: () => '',
    addMember: () => {},
    stop: () => {},
  };
  const secret = deriveKey(home.keys.storageKey, 'relay-key');
  for (const event of [...written(home, secret, grant, 2), ...written(home, random(32), grant, 1)])
    home.events.put(event);
  collectOwnReceipts(home);
  expect(servedTo(home, grant).map(({ relay, tiles }) => [relay, tiles])).toEqual([
    ['ws://127.0.0.1:1', 1],
    ['ws://127.0.0.1:1', 1],
  ]);
  expect(home.events.count({ kinds: [KINDS.receipt] })).toBe(1);
});

test('what the first version kept in one list is still told', async () => {
  const { home, grant } = await shared();
  const author = toHex(home.vault.streams()[0].author);
  const reader = toHex(schnorrPublic(readerKey(grant.record.key, home.vault.streams()[0].author)));
  const old = [{ id: 'a', relay: 'wss://r', author, reader, hour: 3600, events: 2, bytes: 5, number: 0 }];
  home.vault.store.transact(() => home.vault.store.setState('receipts', home.local.seal('receipts', old)));
  expect(servedTo(home, grant)).toEqual([{ relay: 'wss://r', hourMicros: 3600e6, stream: 'hr', tiles: 2, bytes: 5 }]);
  expect(home.vault.store.state('receipts')).toBeNull();
});

test('a gift wrap leaves the store once every box has it, and not before', async () => {
  const home = homes.make();
  const [near, far] = [await homes.relay(home.keys), 'ws://127.0.0.1:9'];
  useRelay(home, near.url);
  const queue = (boxes: string[]) => {
    const wrap = giftWrap(
      { kind: 1982, created_at: seconds(), tags: [], content: 'x' },
      {
        secret: home.keys.identity,
        recipient: schnorrPublic(random(32)),
        wrapSecret: random(32),
        nowSeconds: seconds(),
        random,
      },
    );
    home.vault.store.transact(() => home.vault.store.enqueue({ event: wrap, target: { post: boxes } }));
    return wrap.id;
  };
  const [arrives, waits, embedded] = [queue([near.url]), queue([near.url, far]), queue([])];
  await home.network.settle(5000);
  forgetDeliveredWraps(home);
  expect([arrives, waits, embedded].map((id) => home.events.get(id) !== null)).toEqual([false, true, true]);
  expect(near.store.count({ kinds: [KINDS.wrap] })).toBe(2);
});
