// The connection against our own relay over real sockets, and against servers that misbehave.
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { type EventTemplate, KINDS, schnorrPublic, toHex, type VerifiedEvent } from '@hale/kernel';
import { signEvent } from '@hale/kernel/seal';
import { CLIENT_LIMITS, Outbox } from '@hale/relay/client';
import { MemoryOutboxStore } from '@hale/testkit/contracts/outbox-store';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import {
  type ConnectionFact,
  ConnectionPool,
  RelayConnection,
  type RelayConnectionOptions,
} from '../src/net/connect.ts';
import { lookupNip05 } from '../src/net/nip05.ts';
import { fetchRelayInfo, join } from '../src/net/relay-info.ts';
import { type RelayHandle, startRelay } from '../src/relay/host.ts';

const secretOf = (name: string): Uint8Array => new Uint8Array(createHash('sha256').update(name).digest());
const pubkeyOf = (name: string): string => toHex(schnorrPublic(secretOf(name)));
const nowSeconds = (): number => Math.floor(Date.now() / 1000);

function eventBy(name: string, template: Partial<EventTemplate> = {}): VerifiedEvent {
  const whole = { kind: 1, created_at: nowSeconds(), tags: [], content: '', ...template };
  return signEvent(whole, secretOf(name), randomBytes(32));
}

/** Ends of things, closed after each test in the order of last opened first. */
const ends: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function tempDir(): string {
  const dir = mkdtempSync(joinPath(tmpdir(), 'hale-connect-'));
  ends.push(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

function connection(options: RelayConnectionOptions): RelayConnection & { facts: ConnectionFact[] } {
  const facts: ConnectionFact[] = [];
  const made = new RelayConnection({ onFact: (fact) => void facts.push(fact), ...options });
  ends.push(() => made.close());
  return Object.assign(made, { facts });
}

async function until(condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 10_000; !condition(); ) {
    if (Date.now() > deadline) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('with a private relay', () => {
  let relay: RelayHandle;
  let dir: string;

  beforeEach(async () => {
    dir = tempDir();
    relay = await startRelay({ dir, jurisdiction: ['CH'], quota: null });
    ends.push(() => relay.close());
  });

  test('an invitation lets a member in, once; strangers meet a closed door', async () => {
    const stranger = connection({ url: relay.url, admission: secretOf('member') });
    await expect(stranger.connect()).rejects.toMatchObject({ code: 'not-permitted' });
    const claim = relay.invite();
    await join(relay.url, claim, secretOf('member'));
    await join(relay.url, claim, secretOf('member'));
    await expect(join(relay.url, claim, secretOf('second'))).rejects.toMatchObject({ code: 'not-permitted' });
    await stranger.connect();
    expect(stranger.state).toBe('open');
  });

  test('an author proves the keys, publishes, reads back and counts', async () => {
    relay.addMember(pubkeyOf('member'));
    const home = connection({ url: relay.url, admission: secretOf('member'), keys: [secretOf('stream-1')] });
    home.addKey(secretOf('stream-2'));
    const tile = (author: string) =>
      eventBy(author, { kind: KINDS.tileBatch, tags: [['-'], ['l', '00'], ['u', '0']], content: 'AAAA' });
    const [one, two, three] = ['stream-1', 'stream-2', 'stream-3'].map(tile);
    expect(await home.publish(one)).toEqual({ outcome: 'ok' });
    expect(await home.publish(two)).toEqual({ outcome: 'ok' });
    expect(await home.publish(three)).toMatchObject({ outcome: 'refused' });
    const authors = ['stream-1', 'stream-2', 'stream-3'].map(pubkeyOf);
    const found = await home.query([{ kinds: [KINDS.tileBatch], authors }]);
    expect(found.map(({ id }) => id).sort()).toEqual([one.id, two.id].sort());
    expect(await home.count([{ kinds: [KINDS.tileBatch], authors }])).toBe(2);
    home.addKey(secretOf('stream-3'));
    expect(await home.publish(three)).toEqual({ outcome: 'ok' });
    expect(JSON.stringify(home.facts)).not.toMatch(/[0-9a-f]{64}/);
  });

  test('a clock an hour behind is corrected for authentication, on the socket and for an invitation', async () => {
    const nowMillis = () => Date.now() - 3_600_000;
    await join(relay.url, relay.invite(), secretOf('member'), nowMillis);
    const home = connection({ url: relay.url, admission: secretOf('member'), keys: [secretOf('stream')], nowMillis });
    await home.connect();
    expect(home.facts[0]).toMatchObject({ fact: 'clock-corrected-for-authentication' });
    await until(() => home.facts.some(({ fact }) => fact === 'authenticated'));
  });

  test('a subscription survives a restart of the relay and repeats nothing', async () => {
    relay.addMember(pubkeyOf('member'));
    const options = { url: relay.url, admission: secretOf('member'), keys: [secretOf('author')] };
    const reader = connection(options);
    const got: string[] = [];
    reader.subscribe([{ authors: [pubkeyOf('author')], kinds: [1] }], { onEvent: ({ id }) => void got.push(id) });
    const writer = connection(options);
    const [first, second] = [eventBy('author', { content: '1' }), eventBy('author', { content: '2' })];
    await writer.publish(first);
    await until(() => got.length === 1);
    const { port } = relay;
    await relay.close();
    await until(() => reader.state === 'waiting');
    expect(await writer.publish(second)).toEqual({ outcome: 'lost', why: 'closed' });
    relay = await startRelay({ dir, port, quota: null });
    // A proof is refused when it is older than the relay's start, in whole seconds.
    await until(() => reader.state === 'open');
    await writer.connect();
    expect(await writer.publish(second)).toEqual({ outcome: 'ok' });
    await until(() => got.length > 1);
    expect(got).toEqual([first.id, second.id]);
  });

  test('a long query walks back page by page', async () => {
    relay.addMember(pubkeyOf('member'));
    const home = connection({ url: relay.url, admission: secretOf('member') });
    const events = Array.from({ length: 25 }, (_, n) =>
      eventBy('member', { created_at: 1_700_000_000 + n, content: `${n}` }),
    );
    await Promise.all(events.map((event) => home.publish(event)));
    const filter = { authors: [pubkeyOf('member')] };
    const { events: found, complete } = await home.queryAll(filter, { relayLimit: 10 });
    expect(complete).toBe(true);
    expect(found.map(({ content }) => content)).toEqual(events.map(({ content }) => content).reverse());
  });

  test('a revocation is "stopped" at the relay that serves it and "pending" at one that cannot be reached', async () => {
    relay.addMember(pubkeyOf('member'));
    const gone = 'ws://127.0.0.1:9';
    const store = new MemoryOutboxStore([relay.url, gone]);
    const outbox = new Outbox(store, { nowMillis: Date.now, random: randomBytes });
    const until = String(nowSeconds() + 3_600);
    const access = (created_at: number, ...readers: string[]) => {
      const tags = [['-'], ...readers.map((reader) => ['reader', reader, until])];
      return store.enqueue(eventBy('author', { kind: KINDS.access, created_at, tags }));
    };
    access(nowSeconds() - 1, pubkeyOf('reader'));
    const revoking = access(nowSeconds());
    for (const url of [relay.url, gone]) {
      const home = connection({ url, admission: secretOf('member'), keys: [secretOf('author')] });
      for (let steps = outbox.steps(url); steps.length > 0; steps = outbox.steps(url)) {
        for (const step of steps) {
          if (step.step === 'publish') outbox.published(url, step.entry, await home.publish(step.entry.event));
          else outbox.readBack(url, step.entry, await home.queryResult([step.filter]));
        }
      }
    }
    expect(outbox.revocation(pubkeyOf('author'), revoking.seq)).toEqual([
      { relay: relay.url, state: 'stopped' },
      { relay: gone, state: 'pending' },
    ]);
  });

  test('closing while connecting ends the attempt', async () => {
    const home = connection({ url: relay.url, admission: secretOf('member') });
    const connecting = expect(home.connect()).rejects.toMatchObject({ code: 'unavailable' });
    await home.close();
    await connecting;
    expect(home.state).toBe('closed');
  });

  test('NIP-11', async () => {
    const info = await fetchRelayInfo(relay.url);
    expect(info).toMatchObject({ self: relay.relayKey, authRequired: true, jurisdiction: ['CH'], maxLimit: 5_000 });
    expect(info.supportedNips).toContain(42);
  });

  test('a pool has one connection per relay and admission key', async () => {
    relay.addMember(pubkeyOf('member'));
    const pool = new ConnectionPool();
    ends.push(() => pool.close());
    const first = pool.get({ url: relay.url, admission: secretOf('member') });
    expect(pool.get({ url: `${relay.url}/`, admission: secretOf('member') })).toBe(first);
    expect(pool.get({ url: relay.url, admission: secretOf('other') })).not.toBe(first);
    expect(pool.get({ url: relay.url })).not.toBe(first);
    await first.connect();
    await pool.close();
    expect(first.state).toBe('closed');
    expect(pool.get({ url: relay.url, admission: secretOf('member') })).not.toBe(first);
  });
});

describe('with servers that fail or misbehave', () => {
  async function listen(server: Server): Promise<number> {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ends.push(() => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    });
    return (server.address() as AddressInfo).port;
  }

  async function hostile(behave: (socket: WebSocket) => void): Promise<string> {
    const server = createServer();
    const sockets = new WebSocketServer({ server });
    sockets.on('connection', (socket) => {
      socket.on('error', () => {});
      behave(socket);
    });
    ends.push(() => {
      for (const socket of sockets.clients) socket.terminate();
    });
    return `ws://127.0.0.1:${await listen(server)}`;
  }

  const site = async (handler: RequestListener): Promise<string> => `127.0.0.1:${await listen(createServer(handler))}`;

  test('nobody there: connect rejects, a publication is lost, a query fails, and close ends it', async () => {
    const home = connection({ url: 'ws://127.0.0.1:9' });
    await expect(home.connect()).rejects.toMatchObject({ code: 'unavailable', detail: { reason: 'ECONNREFUSED' } });
    expect(home.state).toBe('waiting');
    expect(await home.publish(eventBy('alice'))).toEqual({ outcome: 'lost', why: 'closed' });
    await expect(home.query([{ kinds: [1] }])).rejects.toMatchObject({ code: 'unavailable' });
    await home.close();
    await expect(home.connect()).rejects.toMatchObject({ code: 'usage' });
    expect(home.facts.at(-1)).toMatchObject({ fact: 'connection-failed', reason: 'ECONNREFUSED' });
  });

  test('it reconnects by itself', async () => {
    let connections = 0;
    const url = await hostile((socket) => {
      connections += 1;
      if (connections === 1) socket.close();
    });
    const home = connection({ url });
    await home.connect();
    await until(() => connections === 2 && home.state === 'open');
  });

  test('a withheld EOSE, a lost connection and a close by us end a query', async () => {
    const url = await hostile(() => {});
    const home = connection({ url });
    await expect(home.query([{ kinds: [1] }], { timeoutMs: 300 })).rejects.toMatchObject({
      detail: { why: 'timeout' },
    });
    const waiting = expect(home.query([{ kinds: [1] }])).rejects.toMatchObject({ detail: { why: 'closed' } });
    const publishing = home.publish(eventBy('alice'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await home.close();
    await waiting;
    expect(await publishing).toEqual({ outcome: 'lost', why: 'closed' });
  });

  test('other people’s events and forged ones are dropped and counted', async () => {
    const url = await hostile((socket) => {
      socket.on('message', (data) => {
        const [verb, id] = JSON.parse(data.toString());
        if (verb !== 'REQ') return;
        const forged = { ...eventBy('alice'), content: 'forged' };
        for (const event of [eventBy('mallory'), forged]) socket.send(JSON.stringify(['EVENT', id, event]));
        socket.send(JSON.stringify(['EOSE', id]));
      });
    });
    const home = connection({ url });
    expect(await home.query([{ authors: [pubkeyOf('alice')] }])).toEqual([]);
    expect(home.facts).toEqual([
      { fact: 'connected' },
      { fact: 'foreign-events', why: 'unmatched', count: 1 },
      { fact: 'foreign-events', why: 'bad-signature', count: 1 },
    ]);
  });

  test('floods and oversized messages end the connection', async () => {
    const flood = connection({
      url: await hostile((socket) => {
        for (let n = 0; n <= CLIENT_LIMITS.misbehaviourMax; n += 1) socket.send(Buffer.of(0));
      }),
    });
    await flood.connect();
    await until(() => flood.facts.some(({ fact }) => fact === 'disconnected'));
    expect(flood.facts.map(({ fact }) => fact)).toContain('hung-up');
    const large = connection({ url: await hostile((socket) => socket.send('x'.repeat(2_000_000))) });
    await large.connect();
    await until(() => large.facts.some(({ fact }) => fact === 'disconnected'));
  });

  test('close leaves no timer and no socket behind', async () => {
    const open = () =>
      process.getActiveResourcesInfo().filter((name) => name === 'Timeout' || name.startsWith('TCPSocket')).length;
    const before = open();
    const server = createServer();
    const sockets = new WebSocketServer({ server });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const home = new RelayConnection({ url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}` });
    home.subscribe([{ kinds: [1] }], { onEvent: () => {} });
    await home.connect();
    void home.query([{ kinds: [1] }]).catch(() => {});
    await home.close();
    sockets.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(open()).toBeLessThanOrEqual(before);
  });

  test('NIP-05: the name’s key, and a clear error for everything else', async () => {
    const pubkey = pubkeyOf('alice');
    const answers: Record<string, string> = {
      alice: JSON.stringify({ names: { alice: pubkey }, relays: { [pubkey]: ['wss://r.example', 'http://no'] } }),
      _: JSON.stringify({ names: { _: pubkey } }),
      short: JSON.stringify({ names: { short: 'abc' } }),
      html: '<html>',
      huge: 'x'.repeat(100_000),
    };
    const domain = await site((request, response) => {
      const name = new URL(request.url ?? '', 'http://x').searchParams.get('name') ?? '';
      if (name === 'moved') response.writeHead(302, { location: `/.well-known/nostr.json?name=alice` });
      response.end(Object.hasOwn(answers, name) ? answers[name] : '{"names":{}}');
    });
    expect(await lookupNip05(`Alice@${domain}`)).toEqual({ pubkey, relays: ['wss://r.example'] });
    expect(await lookupNip05(domain)).toEqual({ pubkey, relays: [] });
    const codeOf = (text: string) =>
      lookupNip05(text).then(
        () => 'found',
        ({ code }) => code,
      );
    expect(await codeOf(`bob@${domain}`)).toBe('not-found');
    expect(await codeOf(`constructor@${domain}`)).toBe('not-found');
    expect(await codeOf(`short@${domain}`)).toBe('malformed');
    expect(await codeOf(`html@${domain}`)).toBe('malformed');
    expect(await codeOf(`huge@${domain}`)).toBe('too-large');
    expect(await codeOf(`moved@${domain}`)).toBe('unavailable');
    expect(await codeOf('alice@127.0.0.1:9')).toBe('unavailable');
    expect(await codeOf('alice@a/b')).toBe('usage');
  });

  test('NIP-11: fields of a wrong shape count as absent, something else is an error', async () => {
    const domain = await site((request, response) => {
      const odd = { name: 7, supported_nips: 'all', limitation: { max_limit: -1, auth_required: 'yes' }, self: 'x' };
      response.end(request.url === '/odd/' ? JSON.stringify(odd) : '[]');
    });
    const odd = await fetchRelayInfo(`ws://${domain}/odd`);
    expect(odd).toMatchObject({ name: '', supportedNips: [], maxLimit: null, authRequired: false, self: null });
    await expect(fetchRelayInfo(`ws://${domain}`)).rejects.toMatchObject({ code: 'malformed' });
    await expect(fetchRelayInfo('https://example.org')).rejects.toMatchObject({ code: 'malformed' });
    await expect(join(`ws://${domain}`, 'claim', secretOf('x'))).resolves.toBeUndefined();
  });
});
