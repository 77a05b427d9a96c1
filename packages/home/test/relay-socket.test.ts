// The relay over real sockets: an ordinary Nostr client in open mode, HTTP, limits, back-pressure, restart.
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HaleError, installPrimitives, KINDS, type NostrEvent } from '@hale/kernel';
import { KEEP_ALL } from '@hale/relay/server';
import { person, tileBatch } from '@hale/testkit/relay-people';
import type { Filter } from 'nostr-tools/filter';
import { finalizeEvent, generateSecretKey, getPublicKey } from 'nostr-tools/pure';
import { Relay } from 'nostr-tools/relay';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { mountRelay, type RelayHandle, startRelay } from '../src/relay/host.ts';
import { nativePrimitives } from '../src/relay/native.ts';
import { EventStore } from '../src/store/events.ts';

const ann = person('ann');
const now = () => Math.floor(Date.now() / 1000);
let dir: string;
let open: { close(): unknown }[] = [];

beforeAll(() => {
  installPrimitives(nativePrimitives());
  dir = mkdtempSync(join(tmpdir(), 'hale-relay-'));
});
afterEach(async () => {
  for (const thing of open.reverse()) await thing.close();
  open = [];
});
afterAll(() => rmSync(dir, { recursive: true }));

let directories = 0;
async function openRelay(options: Partial<Parameters<typeof startRelay>[0]> = {}): Promise<RelayHandle> {
  const relay = await startRelay({ dir: join(dir, String(directories++)), private: false, ...options });
  open.push(relay);
  return relay;
}

async function client(relay: { url: string }): Promise<Relay> {
  const connected = await Relay.connect(relay.url);
  open.push(connected);
  return connected;
}

/** All stored events of a filter, by nostr-tools. */
function stored(relay: Relay, filter: Filter): Promise<NostrEvent[]> {
  return new Promise((resolve, reject) => {
    const events: NostrEvent[] = [];
    const subscription = relay.subscribe([filter], {
      onevent: (event) => events.push(event),
      oneose: () => {
        resolve(events);
        subscription.close();
      },
      onclose: (reason) => reject(new Error(reason)),
    });
  });
}

async function socket(url: string, protocols: string[] = []): Promise<WebSocket> {
  const opened = new WebSocket(url, protocols);
  open.push({ close: () => opened.terminate() });
  await new Promise((resolve, reject) => opened.once('open', resolve).once('error', reject));
  return opened;
}

test('nostr-tools publishes, reads back, hears live, deletes', async () => {
  const relay = await openRelay();
  const [writer, listener] = [await client(relay), await client(relay)];
  const secret = generateSecretKey();
  const heard = new Promise<NostrEvent>((resolve) => {
    listener.subscribe([{ kinds: [1], limit: 0 }], { onevent: resolve });
  });
  const event = finalizeEvent({ kind: 1, created_at: now(), tags: [['t', 'x']], content: 'hé "quoted" 🫀\n' }, secret);
  expect(await writer.publish(event)).toBe('');
  expect(await heard).toMatchObject({ id: event.id, content: event.content });
  expect(await stored(writer, { '#t': ['x'] })).toHaveLength(1);
  const deletion = finalizeEvent({ kind: 5, created_at: now(), tags: [['e', event.id]], content: '' }, secret);
  await writer.publish(deletion);
  expect(await stored(listener, { authors: [getPublicKey(secret)] })).toMatchObject([{ id: deletion.id }]);
  await expect(writer.publish(event)).rejects.toThrow('blocked: ');
  expect(await writer.count([{ kinds: [5] }], {})).toBe(1);
});

test('nostr-tools proves several keys and reads what is gated', async () => {
  const relay = await openRelay();
  const writer = await client(relay);
  const batch = tileBatch(ann, { created_at: now() });
  await expect(writer.publish(batch as never)).rejects.toThrow('auth-required: ');
  await writer.auth(async (template) => finalizeEvent(template, ann.secret));
  expect(await writer.publish(batch as never)).toBe('');
  expect(await stored(writer, { kinds: [KINDS.tileBatch] })).toMatchObject([{ id: batch.id, content: batch.content }]);
  const stranger = await client(relay);
  await expect(stored(stranger, { kinds: [KINDS.tileBatch] })).rejects.toThrow('auth-required: ');
  expect(await stored(stranger, { authors: [ann.pubkey] })).toEqual([]);
});

test('NIP-11 says who it is, where its disks stand and how long it keeps what', async () => {
  const keep = { ...KEEP_ALL, wraps: 86_400 };
  const relay = await openRelay({ name: 'Ann’s relay', jurisdiction: ['DE'], keep });
  const answer = await fetch(relay.url.replace('ws', 'http'), { headers: { accept: 'application/nostr+json' } });
  expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  expect(answer.headers.get('date')).not.toBeNull();
  expect(await answer.json()).toMatchObject({
    name: 'Ann’s relay',
    self: relay.relayKey,
    supported_nips: expect.arrayContaining([1, 9, 11, 40, 42, 45, 59, 62, 70, 98]),
    limitation: { auth_required: false, max_subscriptions: 64 },
    relay_countries: ['DE'],
    retention: expect.arrayContaining([
      { kinds: [1980] },
      { kinds: [1059], time: 86_400 },
      { kinds: [1981], time: 30 * 86_400 },
      { kinds: [5, 62] },
    ]),
    hale: {
      private: false,
      jurisdiction: ['DE'],
      tokens: null,
      retention: expect.arrayContaining([{ kinds: [5, 62], time: null }]),
    },
  });
  expect((await fetch(`${relay.url.replace('ws', 'http')}/nothing`)).status).toBe(404);
});

test('what was answered with OK is there after a restart; the relay keeps its key', async () => {
  const place = join(dir, 'restart');
  const first = await startRelay({ dir: place, private: false });
  const writer = await Relay.connect(first.url);
  const event = finalizeEvent({ kind: 1, created_at: now(), tags: [], content: 'kept' }, generateSecretKey());
  await writer.publish(event);
  writer.close();
  await first.close();
  expect(statSync(join(place, 'relay.key')).mode & 0o777).toBe(0o600);
  const second = await openRelay({ dir: place });
  expect(second.relayKey).toBe(first.relayKey);
  expect(await stored(await client(second), { ids: [event.id] })).toMatchObject([{ content: 'kept' }]);
});

test('a message beyond the limit costs the socket, binary too, and others go on', async () => {
  const relay = await openRelay();
  const [large, binary, good] = [await socket(relay.url), await socket(relay.url), await client(relay)];
  const codes = [large, binary].map((one) => new Promise((resolve) => one.once('close', resolve)));
  large.send('x'.repeat(300_000));
  binary.send(new Uint8Array(4));
  expect(await Promise.all(codes)).toEqual([1009, 1003]);
  expect(await stored(good, {})).toEqual([]);
});

test('a reader that stops reading is not written to without end, and gets all once it reads again', async () => {
  const relay = await openRelay();
  const secret = generateSecretKey();
  const content = 'x'.repeat(60_000);
  relay.store.transact(() => {
    for (let n = 0; n < 400; n++) relay.store.put(ann.sign({ content, created_at: n }));
  });
  const slow = await socket(relay.url);
  slow.pause();
  slow.send(JSON.stringify(['REQ', 'all', { kinds: [1] }]));
  // Others are served meanwhile.
  const other = await client(relay);
  await other.publish(finalizeEvent({ kind: 7, created_at: now(), tags: [], content: '' }, secret));
  let received = 0;
  const all = new Promise<number>((resolve) => {
    slow.on('message', (data) => {
      if (data.toString().startsWith('["EOSE"')) resolve(received);
      if (data.toString().startsWith('["EVENT"')) received += 1;
    });
  });
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(received).toBe(0);
  slow.resume();
  expect(await all).toBe(400);
});

test('a client that sends more than can be checked is read as fast as it is; every event gets its OK, in order', async () => {
  const relay = await openRelay();
  const opened = await socket(relay.url);
  const events = Array.from({ length: 300 }, (_, n) => ann.sign({ content: String(n).padEnd(12_000, 'x') }));
  const answered: string[] = [];
  const done = new Promise<void>((resolve) => {
    opened.on('message', (data) => {
      const [verb, id, accepted] = JSON.parse(data.toString());
      if (verb === 'OK' && accepted) answered.push(id);
      if (verb === 'COUNT') resolve();
    });
  });
  for (const event of events) opened.send(JSON.stringify(['EVENT', event]));
  opened.send(JSON.stringify(['COUNT', 'c', {}]));
  await done;
  expect(answered).toEqual(events.map(({ id }) => id));
}, 60_000);

test('bytes that are no WebSocket and no HTTP do no harm', async () => {
  const relay = await openRelay();
  const raw = connectTcp(relay.port, '127.0.0.1');
  const ended = new Promise((resolve) => raw.once('close', resolve));
  raw.on('error', () => {});
  raw.resume();
  raw.write('\u0000\u0001 hello\r\n\r\n');
  await ended;
  expect(await stored(await client(relay), {})).toEqual([]);
});

test('close ends sockets, port and database', async () => {
  const relay = await startRelay({ dir: join(dir, 'closing'), private: false });
  const connected = await socket(relay.url);
  const closed = new Promise((resolve) => connected.once('close', resolve));
  await relay.close();
  expect(await closed).toBe(1001);
  await expect(socket(relay.url)).rejects.toThrow();
  expect(() => relay.store.get('00'.repeat(32))).toThrow();
});

test('a port that is taken is an error, and nothing stays open', async () => {
  const relay = await openRelay();
  await expect(startRelay({ dir: join(dir, 'taken'), port: relay.port })).rejects.toThrow('EADDRINUSE');
});

test('a damaged key file is an error, not a new key', async () => {
  const relay = await openRelay();
  await relay.close();
  open = [];
  const place = join(dir, String(directories - 1));
  writeFileSync(join(place, 'relay.key'), 'no key');
  await expect(startRelay({ dir: place })).rejects.toThrow(HaleError);
});

test('mounted on a server and a store that exist: below a path, and live for what the vault stores itself', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const store = new EventStore(':memory:');
  const url = `ws://127.0.0.1:${port}/relay`;
  const relay = mountRelay({ server, store, secret: ann.secret, urls: [url], base: '/relay', private: false });
  server.on('request', (request, response) => {
    if (!relay.handle(request, response)) response.writeHead(418).end();
  });
  open.push({ close: () => new Promise((resolve) => server.close(resolve)) }, relay);
  expect((await fetch(`http://127.0.0.1:${port}/other`)).status).toBe(418);
  expect((await fetch(url.replace('ws', 'http'), { headers: { accept: 'application/nostr+json' } })).status).toBe(200);
  const listener = await client({ url });
  const heard = new Promise<NostrEvent>((resolve) => listener.subscribe([{ kinds: [1] }], { onevent: resolve }));
  await stored(listener, {});
  const event = ann.sign({ content: 'by the vault', created_at: now() });
  store.put(event);
  expect((await heard).id).toBe(event.id);
});
