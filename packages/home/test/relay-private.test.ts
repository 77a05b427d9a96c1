// The door over real HTTP: NIP-98 on the upgrade, tickets for browsers, joining. No frame of a stranger is read.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { httpAuthHeader, installPrimitives, KINDS, utf8Encode } from '@hale/kernel';
import { signHttpAuth } from '@hale/kernel/seal';
import { accessEvent, type Person, person, tileBatch } from '@hale/testkit/relay-people';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type RelayHandle, startRelay } from '../src/relay/host.ts';
import { HOST_LIMITS } from '../src/relay/limits.ts';
import { nativePrimitives } from '../src/relay/native.ts';

const member = person('member');
const author = person('author');
const reader = person('reader');
const stranger = person('stranger');
const nowSeconds = () => Math.floor(Date.now() / 1000);
let dir: string;
let relay: RelayHandle;
let sockets: WebSocket[] = [];

beforeAll(() => {
  installPrimitives(nativePrimitives());
  dir = mkdtempSync(join(tmpdir(), 'hale-private-'));
});
beforeEach(async () => {
  // Tokens have their own file; here authors keep as much as they like.
  relay = await startRelay({ dir: join(dir, randomBytes(4).toString('hex')), quota: null });
  relay.addMember(member.pubkey);
});
afterEach(async () => {
  for (const one of sockets) one.terminate();
  sockets = [];
  await relay.close();
});
afterAll(() => rmSync(dir, { recursive: true }));

function header(who: Person, url: string, method = 'GET', body: string | null = null): string {
  const bytes = body === null ? null : utf8Encode(body);
  return httpAuthHeader(
    signHttpAuth({ url, method, body: bytes, secret: who.secret, nowSeconds: nowSeconds(), random: randomBytes }),
  );
}

interface Attempt {
  socket: WebSocket | null;
  status: number;
  date: string | undefined;
  inbox: unknown[][];
}

/** Opens a socket; frames are sent at once, before anybody knows whether it may. */
function attempt(authorization?: string, protocols: string[] = []): Promise<Attempt> {
  const socket = new WebSocket(relay.url, protocols, authorization ? { headers: { authorization } } : {});
  sockets.push(socket);
  const inbox: unknown[][] = [];
  socket.on('message', (data) => inbox.push(JSON.parse(data.toString())));
  socket.on('error', () => {});
  return new Promise((resolve) => {
    socket.once('open', () => resolve({ socket, status: 101, date: undefined, inbox }));
    socket.once('unexpected-response', (_, response: IncomingMessage) =>
      resolve({ socket: null, status: response.statusCode ?? 0, date: response.headers.date, inbox }),
    );
  });
}

async function until<Value>(read: () => Value | undefined): Promise<Value> {
  for (let wait = 0; wait < 200; wait++) {
    const value = read();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('nothing came');
}

async function ask({ socket, inbox }: Attempt, ...message: unknown[]): Promise<unknown[]> {
  const place = inbox.length;
  socket?.send(JSON.stringify(message));
  return until(() => inbox.slice(place).find(([verb]) => verb !== 'EVENT' && verb !== 'AUTH'));
}

async function prove(at: Attempt, key: Person): Promise<unknown[]> {
  const challenge = await until(() => at.inbox.find(([verb]) => verb === 'AUTH'));
  return ask(at, 'AUTH', key.prove(challenge[1] as string, relay.url, nowSeconds()));
}

test('a member enters with a signed upgrade and publishes under the authors that it proves', async () => {
  const at = await attempt(header(member, relay.url));
  expect(at.status).toBe(101);
  const batch = tileBatch(author, { created_at: nowSeconds() });
  expect((await ask(at, 'EVENT', batch))[3]).toMatch(/^auth-required: /);
  expect((await prove(at, author))[2]).toBe(true);
  expect((await ask(at, 'EVENT', batch))[2]).toBe(true);
});

test('strangers get 401 or 403 with a Date, and their frames are not read', async () => {
  const anonymous = await attempt();
  expect(anonymous.status).toBe(401);
  expect(Math.abs(Date.parse(anonymous.date ?? '') - Date.now())).toBeLessThan(5_000);
  const unknown = await attempt(header(stranger, relay.url));
  expect(unknown.status).toBe(403);
  expect(unknown.date).toBeDefined();
  expect((await attempt(header(member, 'ws://elsewhere.example'))).status).toBe(401);
  const used = header(member, relay.url);
  expect((await attempt(used)).status).toBe(101);
  expect((await attempt(used)).status).toBe(401);
});

test('a listed reader enters with his own key and is served, until the list changes', async () => {
  const owner = await attempt(header(member, relay.url));
  await prove(owner, author);
  const batch = tileBatch(author, { created_at: nowSeconds() });
  await ask(owner, 'EVENT', batch);
  expect((await attempt(header(reader, relay.url))).status).toBe(403);
  await ask(owner, 'EVENT', accessEvent(author, [[reader, nowSeconds() + 600]], nowSeconds()));
  const guest = await attempt(header(reader, relay.url));
  expect(guest.status).toBe(101);
  await ask(guest, 'REQ', 'q', { kinds: [KINDS.tileBatch] });
  expect(guest.inbox.filter(([verb]) => verb === 'EVENT')).toHaveLength(1);
  const closed = new Promise((resolve) => guest.socket?.once('close', resolve));
  await ask(owner, 'EVENT', accessEvent(author, [], nowSeconds() + 1));
  guest.socket?.send(JSON.stringify(['REQ', 'r', { kinds: [KINDS.tileBatch] }]));
  expect(await closed).toBe(4403);
  expect((await attempt(header(reader, relay.url))).status).toBe(403);
  expect((await ask(owner, 'COUNT', 'c', { kinds: [KINDS.receipt] }))[2]).toEqual({ count: 1 });
});

const post = (path: string, who: Person, body?: string) => {
  const url = relay.url.replace('ws', 'http') + path;
  const authorization = header(who, url, 'POST', body ?? null);
  return fetch(url, { method: 'POST', headers: { authorization }, ...(body === undefined ? {} : { body }) });
};

test('a browser enters with a ticket as subprotocol, once; the ticket is not echoed', async () => {
  const answer = await post('/hale/ticket', member);
  expect(answer.status).toBe(200);
  const { ticket } = (await answer.json()) as { ticket: string };
  const at = await attempt(undefined, ['hale.1', `ticket.${ticket}`]);
  expect(at.status).toBe(101);
  expect(at.socket?.protocol).toBe('hale.1');
  expect((await attempt(undefined, ['hale.1', `ticket.${ticket}`])).status).toBe(401);
  expect((await post('/hale/ticket', stranger)).status).toBe(403);
});

test('a question over HTTP is answered like a REQ: gated, in bounds, with its receipt on the disk', async () => {
  const owner = await attempt(header(member, relay.url));
  await prove(owner, author);
  const batch = tileBatch(author, { created_at: nowSeconds() });
  await ask(owner, 'EVENT', batch);
  await ask(owner, 'EVENT', accessEvent(author, [[reader, nowSeconds() + 600]], nowSeconds()));
  const body = JSON.stringify({ filters: [{ kinds: [KINDS.tileBatch] }] });
  const answer = await post('/hale/query', reader, body);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ events: [{ ...batch }], complete: true });
  expect((await ask(owner, 'COUNT', 'c', { kinds: [KINDS.receipt] }))[2]).toEqual({ count: 1 });
  expect((await post('/hale/query', stranger, body)).status).toBe(403);
  expect((await post('/hale/query', reader, '{"filters":[]}')).status).toBe(400);
  expect((await post('/hale/query', reader, '{"filters":[{"kinds":"all"}]}')).status).toBe(400);
  expect((await post('/hale/query', reader)).status).toBe(400);
  await ask(owner, 'EVENT', accessEvent(author, [], nowSeconds() + 1));
  expect((await post('/hale/query', reader, body)).status).toBe(403);
});

test('one key opens so many sockets and no more; another is not held up', async () => {
  for (let n = 0; n < HOST_LIMITS.connectionsOfKeyMax; n += 1)
    expect((await attempt(header(member, relay.url))).status).toBe(101);
  expect((await attempt(header(member, relay.url))).status).toBe(429);
  relay.addMember(stranger.pubkey);
  expect((await attempt(header(stranger, relay.url))).status).toBe(101);
  sockets[0].terminate();
  await until(() => (sockets[0].readyState === WebSocket.CLOSED ? true : undefined));
  expect((await attempt(header(member, relay.url))).status).toBe(101);
});

test('a browser on another origin may ask', async () => {
  const answer = await fetch(`${relay.url.replace('ws', 'http')}/hale/ticket`, { method: 'OPTIONS' });
  expect(answer.status).toBe(204);
  expect(answer.headers.get('access-control-allow-headers')).toContain('authorization');
});

test('an invitation makes a member', async () => {
  const body = JSON.stringify({ claim: relay.invite() });
  expect((await post('/hale/join', stranger, body)).status).toBe(200);
  expect((await attempt(header(stranger, relay.url))).status).toBe(101);
  expect((await post('/hale/join', reader, body)).status).toBe(403);
  expect((await post('/hale/join', reader, 'x'.repeat(20_000))).status).toBe(413);
  expect((await post('/hale/join', reader, '{')).status).toBe(400);
});

test('what a private relay keeps on disk names no member beside an author', async () => {
  const owner = await attempt(header(member, relay.url));
  await prove(owner, author);
  await ask(owner, 'EVENT', tileBatch(author, { created_at: nowSeconds() }));
  const tables = relay.store.database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  const key = Buffer.from(member.pubkey, 'hex');
  const naming = tables
    .map(({ name }) => String(name))
    .filter((name) => {
      const rows = relay.store.database.prepare(`SELECT * FROM "${name}"`).all();
      return rows.some((row) => Object.values(row).some((value) => value instanceof Uint8Array && key.equals(value)));
    });
  expect(naming).toEqual(['relay_member']);
  const columns = relay.store.database.prepare('PRAGMA table_info(relay_member)').all();
  expect(columns.map(({ name }) => name)).toEqual(['key', 'since']);
});
