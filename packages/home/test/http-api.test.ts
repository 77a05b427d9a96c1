// Who delivers, how much of it is held at once, and one home however often it is unlocked.
import { readFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { home as entry } from '../src/compose.ts';
import { Home } from '../src/home.ts';
import { type ApiRooms, serveApi } from '../src/http-api.ts';
import { HOME_LIMITS } from '../src/limits.ts';
import { noCollector } from '../src/locked.ts';
import { Sessions } from '../src/web/sessions.ts';
import { SetUp } from '../src/web/set-up.ts';
import { Homes } from './homes.ts';

const homes = new Homes();
const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  await homes.close();
});

const no = () => {
  throw new Error('nothing is set up here');
};
const lockedPages: ApiRooms['web'] = {
  sessions: new Sessions(),
  hosts: new Set(),
  state: () => 'locked',
  protection: () => 'passphrase',
  unlock: no,
  setUp: new SetUp('/nowhere'),
  begin: no,
  isPrivate: () => true,
  addressOf: () => '127.0.0.1',
};

/** A locked home that knows one device. */
async function lockedApi(): Promise<{ port: number; kept: number[] }> {
  const kept: number[] = [];
  const rooms: ApiRooms = {
    home: () => null,
    token: () => 'token',
    locked: {
      ...noCollector,
      knows: (credential) => credential === 'known',
      collect: (_, body) => void kept.push(body.length),
    },
    unlock: async () => {},
    web: lockedPages,
  };
  const server = createServer();
  servers.push(server);
  serveApi(server, rooms, () => false);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, kept };
}

interface Sending {
  status: Promise<{ status: number; retryAfter: string | undefined }>;
  /** Resolves false when the connection was closed instead. */
  send: (bytes: number) => Promise<boolean>;
  end: () => void;
}

function post(port: number, credential: string | null, headers: Record<string, string | number> = {}): Sending {
  const sent = request({
    port,
    path: '/v1/ingest',
    method: 'POST',
    headers: { ...(credential === null ? {} : { authorization: `Bearer ${credential}` }), ...headers },
  });
  sent.setMaxListeners(0);
  let isClosed = false;
  sent.on('close', () => {
    isClosed = true;
  });
  const status = new Promise<{ status: number; retryAfter: string | undefined }>((resolve, reject) => {
    sent.on('error', reject);
    sent.on('response', (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] });
    });
  });
  status.catch(() => {});
  return {
    status,
    send: (bytes) =>
      new Promise((resolve) => {
        if (isClosed) return resolve(false);
        sent.once('close', () => resolve(false));
        sent.write(Buffer.alloc(bytes), (error) => resolve(!error));
      }),
    end: () => void sent.end(),
  };
}

test('a stranger is refused by the headers alone, before the body has come', async () => {
  const { port, kept } = await lockedApi();
  for (const credential of [null, 'unknown']) {
    const stranger = post(port, credential, { 'content-length': 100_000 });
    await stranger.send(1);
    expect((await stranger.status).status).toBe(403);
  }
  expect(kept).toEqual([]);
});

test('what is too large for the inbox of a locked home is refused by its length, or as soon as it has grown too large', async () => {
  const { port, kept } = await lockedApi();
  const declared = post(port, 'known', { 'content-length': HOME_LIMITS.inboxBatchBytesMax });
  await declared.send(1);
  expect((await declared.status).status).toBe(413);
  const grows = post(port, 'known');
  for (let i = 0; i < 17; i++) await grows.send(1024 * 1024);
  expect((await grows.status).status).toBe(413);
  const fits = post(port, 'known');
  await fits.send(1000);
  fits.end();
  expect((await fits.status).status).toBe(200);
  expect(kept).toEqual([1000]);
});

test('all deliveries together hold no more than their limit, and give it back when they end or break off', async () => {
  const { port } = await lockedApi();
  const share = HOME_LIMITS.inboxBatchBytesMax - 1024;
  const many = Array.from({ length: Math.ceil(HOME_LIMITS.deliveriesBytesMax / share) }, () => post(port, 'known'));
  const chunk = share / 15;
  const sendAll = async (sending: Sending) => {
    for (let i = 0; i < 15; i++) await sending.send(Math.floor(chunk));
  };
  for (const sending of many) await sendAll(sending);
  const late = post(port, 'known');
  await late.send(2 * 1024 * 1024);
  expect(await late.status).toEqual({ status: 503, retryAfter: String(HOME_LIMITS.deliveryRetrySeconds) });
  servers[0].closeAllConnections();
  await new Promise((resolve) => setTimeout(resolve, 50));
  const next = post(port, 'known');
  await next.send(2 * 1024 * 1024);
  next.end();
  expect((await next.status).status).toBe(200);
});

test('unlocking several times at once opens one home; a wrong passphrase can be followed by the right one', async () => {
  const dir = homes.dir();
  await entry.createHome({ dir, passphrase: 'correct horse' });
  const goOnline = vi.spyOn(Home.prototype, 'goOnline');
  const node = await entry.startNode({ dir, port: 0, mayStayLocked: true });
  try {
    expect(node.unlocked).toBe(false);
    const { token, port } = JSON.parse(readFileSync(join(dir, 'node.json'), 'utf8')) as { token: string; port: number };
    const unlock = async (passphrase: string) => {
      const headers = { authorization: `Bearer ${token}` };
      const body = JSON.stringify({ passphrase });
      return (await fetch(`http://127.0.0.1:${port}/v1/unlock`, { method: 'POST', headers, body })).status;
    };
    const right = 'correct horse';
    expect(await Promise.all([unlock('wrong horse'), unlock(right), unlock(right)])).toEqual([423, 200, 200]);
    expect(goOnline).toHaveBeenCalledTimes(1);
  } finally {
    goOnline.mockRestore();
    await node.close();
  }
});
