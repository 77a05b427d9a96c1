// Who comes in: secrets in their forms, scopes, lines that others can hear, wrong guesses, devices that are gone, hostile bodies.
import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NightscoutAccess } from '../src/api.ts';
import { HOME_LIMITS } from '../src/limits.ts';
import { Admission, lineOf } from '../src/nightscout/admission.ts';
import { type Door, hashOf, secretHashes } from '../src/nightscout/devices.ts';
import { WebTokens } from '../src/nightscout/tokens.ts';
import { iso, NightscoutNode, NOW, sha1 } from './nightscout-node.ts';

const node = new NightscoutNode();
let uploader: NightscoutAccess & { id: string };
let follower: NightscoutAccess & { id: string };

beforeAll(async () => {
  await node.init();
  await node.start();
  uploader = await node.addDevice('Uploader', { scope: 'upload' });
  follower = await node.addDevice('Follower', { scope: 'read' });
}, 120_000);
afterAll(() => node.remove());

const entry = (sgv: number, millis = NOW) => ({ type: 'sgv', sgv, date: millis, dateString: iso(millis) });

describe('credentials', () => {
  test('SHA-1 and SHA-512 of the secret, the token in the header, ?token=, ?secret= and a JWT open; the secret itself does not', async () => {
    const { secret, token } = follower;
    const sha512 = createHash('sha512').update(secret).digest('hex');
    const path = '/api/v1/entries.json';
    for (const key of [sha1(secret), sha1(secret).toUpperCase(), sha512, token])
      expect((await node.ask('GET', path, { 'api-secret': key })).status).toBe(200);
    expect((await node.ask('GET', `${path}?token=${token}`, {})).status).toBe(200);
    expect((await node.ask('GET', `${path}?secret=${sha1(secret)}`, {})).status).toBe(200);
    expect((await node.ask('GET', path, await node.bearer(token))).status).toBe(200);
    for (const key of [secret, '', sha1('wrong')])
      expect((await node.ask('GET', path, { 'api-secret': key })).status).toBe(401);
    expect((await node.ask('GET', path, {})).status).toBe(401);
  });

  test('a scope is kept: an uploader reads nothing, a follower changes nothing, neither delivers at /v1/ingest', async () => {
    const up = { 'api-secret': sha1(uploader.secret) };
    const read = { 'api-secret': sha1(follower.secret) };
    expect((await node.ask('POST', '/api/v1/entries', up, [entry(100)])).status).toBe(200);
    for (const path of ['/api/v1/entries.json', '/api/v1/treatments', '/pebble', '/api/v2/properties'])
      expect((await node.ask('GET', path, up)).status).toBe(403);
    for (const [method, path] of [
      ['POST', '/api/v1/entries'],
      ['PUT', '/api/v1/treatments'],
      ['DELETE', '/api/v1/entries/5f0000000000000000000000'],
    ])
      expect((await node.ask(method, path, read, method === 'DELETE' ? undefined : [entry(101)])).status).toBe(403);
    const jwt = await node.bearer(follower.token);
    expect((await node.ask('POST', '/api/v3/entries', jwt, { ...entry(101), app: 'x' })).status).toBe(403);
    const ingest = await node.ask('POST', '/v1/ingest', { authorization: `Bearer ${uploader.token}` }, 'a,1,2');
    expect(ingest.status).toBe(403);
    expect((await node.ask('GET', '/api/v1/verifyauth', up)).body.message).toMatchObject({
      canRead: false,
      canWrite: true,
    });
    expect((await node.ask('GET', '/api/v1/verifyauth', {})).body.message).toMatchObject({
      canRead: false,
      canWrite: false,
    });
  });

  test('a forged or altered JWT opens nothing', async () => {
    const [head, claims, mark] = (await node.bearer(follower.token)).authorization.slice(7).split('.');
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
    const other = createHmac('sha256', 'guessed').update(`${head}.${claims}`).digest('base64url');
    for (const token of [
      `${none}.${claims}.`,
      `${head}.${claims}.${other}`,
      `${head}.${claims.slice(0, -1)}.${mark}`,
      `${head}.${claims}`,
      'x.y.z',
    ])
      expect((await node.ask('GET', '/api/v3/entries', { authorization: `Bearer ${token}` })).status).toBe(401);
  });

  test('neither secret nor token lies on the disk', () => {
    for (const name of ['store.db', 'store.db-wal', 'nightscout-devices.json', 'devices.json']) {
      const bytes = readFileSync(join(node.dir, name));
      for (const text of [uploader.secret, uploader.token, sha1(uploader.secret)])
        expect(bytes.includes(text), name).toBe(false);
    }
  });

  test('a removed device is refused at once, its JWT too', async () => {
    const gone = await node.addDevice('Gone', { scope: 'both' });
    const jwt = await node.bearer(gone.token);
    expect((await node.ask('GET', '/api/v3/entries', jwt)).status).toBe(200);
    await node.withClient((client) => client.call('device.remove', { device: gone.id }));
    expect((await node.ask('GET', '/api/v3/entries', jwt)).status).toBe(401);
    expect((await node.ask('POST', '/api/v1/entries', { 'api-secret': sha1(gone.secret) }, [entry(1)])).status).toBe(
      401,
    );
    expect((await node.ask('GET', `/api/v2/authorization/request/${gone.token}`, {})).status).toBe(401);
  });
});

describe('the line', () => {
  const door = (allowsPlain: boolean): Door => ({
    device: 'one',
    tokenHash: hashOf('token'),
    secretHashes: secretHashes('secret'),
    mayRead: true,
    mayUpload: true,
    allowsPlain,
    units: 'mg/dl',
  });
  const from = (remoteAddress: string, headers: Record<string, string> = {}) =>
    lineOf({ socket: { remoteAddress }, headers } as never, ['10.0.0.2']);
  const admitted = (line: ReturnType<typeof from>, allowsPlain = false): number => {
    const admission = new Admission(
      () => [door(allowsPlain)],
      new WebTokens(),
      () => 0,
    );
    const result = admission.admit(line, { token: 'token' }, 'any');
    return 'door' in result ? 200 : result.refusal.status;
  };

  test.each([
    ['this machine', '127.0.0.1', {}, 200],
    ['this machine, IPv6', '::1', {}, 200],
    ['plain from the network', '192.168.1.7', {}, 403],
    ['a stranger who says it was TLS', '192.168.1.7', { 'x-forwarded-proto': 'https' }, 403],
    [
      'a proxy here, by TLS',
      '::ffff:127.0.0.1',
      { 'x-forwarded-for': '203.0.113.5', 'x-forwarded-proto': 'https' },
      200,
    ],
    ['a proxy here, plain', '127.0.0.1', { 'x-forwarded-for': '203.0.113.5', 'x-forwarded-proto': 'http' }, 403],
    ['a proxy here that does not say', '127.0.0.1', { 'x-forwarded-for': '203.0.113.5' }, 403],
    [
      'a client that adds its own word before the proxy’s',
      '127.0.0.1',
      { 'x-forwarded-for': '1.2.3.4', 'x-forwarded-proto': 'https, http' },
      403,
    ],
    ['a named proxy, by TLS', '10.0.0.2', { 'x-forwarded-proto': 'https' }, 200],
    ['a named proxy itself, plain', '10.0.0.2', {}, 403],
  ])('%s', (_what, address, headers, status) => {
    expect(admitted(from(address, headers as unknown as Record<string, string>))).toBe(status);
    expect(admitted(from(address, headers as unknown as Record<string, string>), true)).toBe(200);
  });

  test('after many wrong secrets an address waits with further ones; a right secret passes all the same, and the window ends', () => {
    let now = 0;
    const admission = new Admission(
      () => [door(false)],
      new WebTokens(),
      () => now,
    );
    const guesser = from('127.0.0.1', { 'x-forwarded-for': '203.0.113.5', 'x-forwarded-proto': 'https' });
    for (let i = 0; i < HOME_LIMITS.nightscoutFailuresMax; i++)
      expect(admission.admit(guesser, { apiSecret: `${i}` }, 'any')).toMatchObject({ refusal: { status: 401 } });
    const further = () => admission.admit(guesser, { apiSecret: 'further' }, 'any');
    expect(further()).toMatchObject({ refusal: { status: 429 } });
    // Behind one address may be a whole house: one wrong uploader must not shut out the others.
    expect(admission.admit(guesser, { token: 'token' }, 'any')).toHaveProperty('door');
    expect(further()).toMatchObject({ refusal: { status: 429 } });
    expect(admission.admit(from('127.0.0.1'), { apiSecret: 'wrong' }, 'any')).toMatchObject({
      refusal: { status: 401 },
    });
    now += HOME_LIMITS.nightscoutFailureWindowSeconds * 1000;
    expect(further()).toMatchObject({ refusal: { status: 401 } });
  });

  test('from another address of this machine a real node refuses plain HTTP, unless the device was allowed', async () => {
    const outside = Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .find(({ internal, family }) => !internal && family === 'IPv4');
    if (!outside) return expect(outside).toBeUndefined();
    const open = new NightscoutNode();
    await open.init();
    await open.start({ host: '0.0.0.0' });
    const url = `http://${outside.address}:${new URL(open.url).port}/api/v1/status.json`;
    const [strict, plain] = [
      await open.addDevice('Strict', { scope: 'both' }),
      await open.addDevice('Plain', { scope: 'both', allowPlain: true }),
    ];
    const status = async ({ secret }: NightscoutAccess) =>
      (await fetch(url, { headers: { 'api-secret': sha1(secret) } })).status;
    expect([await status(strict), await status(plain)]).toEqual([403, 200]);
    await open.remove();
  }, 60_000);
});

describe('hostile input', () => {
  const up = () => ({ 'api-secret': sha1(uploader.secret) });

  test.each([
    ['no JSON', '{'],
    ['a number', '7'],
    ['null', 'null'],
    ['a list of nothing useful', '[null,1,"x",[]]'],
    ['a depth bomb', `[${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}]`],
    ['a list bomb', '['.repeat(200_000)],
    ['a prototype', '[{"type":"sgv","sgv":100,"date":1700000000000,"__proto__":{"x":1}}]'],
    ['an operator', '[{"type":"sgv","sgv":100,"date":1700000000000,"a":{"$where":"1"}}]'],
    ['a giant document', JSON.stringify([{ type: 'sgv', sgv: 100, date: 1_700_000_000_000, x: 'y'.repeat(50_000) }])],
    ['a date beyond sense', '[{"type":"sgv","sgv":100,"date":1e300}]'],
    [
      'a long identifier',
      JSON.stringify([{ type: 'sgv', sgv: 100, date: 1_700_000_000_000, identifier: 'x'.repeat(5000) }]),
    ],
  ])('%s is refused in our own words', async (_what, body) => {
    for (const path of ['/api/v1/entries', '/api/v1/treatments']) {
      const reply = await node.ask('POST', path, up(), body);
      expect(reply.status).toBeGreaterThanOrEqual(400);
      expect(reply.status).toBeLessThan(500);
      expect(JSON.stringify(reply.body)).not.toMatch(/yyyy|xxxx|\$where/);
    }
  });

  test('a lone surrogate, odd names and a wild value are kept as they came', async () => {
    const both = await node.addDevice('Both', { scope: 'both' });
    const key = { 'api-secret': sha1(both.secret) };
    const body = '[{"type":"sgv","sgv":1e9,"date":1700000000000,"device":"\\ud800","constructor":{"a":1},"":0}]';
    expect((await node.ask('POST', '/api/v1/entries', key, body)).status).toBe(200);
    const read = await node.ask('GET', '/api/v1/entries.json?find[date]=1700000000000', key);
    expect(read.body[0]).toMatchObject({ device: '\ud800', constructor: { a: 1 }, '': 0, sgv: 1e9 });
  });

  test('a body that is announced too large is refused before it comes; a zip bomb too', async () => {
    const { port } = new URL(node.url);
    const status = await new Promise<number>((resolve, reject) => {
      const headers = { ...up(), 'content-length': HOME_LIMITS.nightscoutBodyBytesMax + 1 };
      const sent = request({ port, path: '/api/v1/entries', method: 'POST', headers }, (response) =>
        resolve(response.statusCode ?? 0),
      );
      sent.on('error', reject);
      sent.write('[');
    });
    expect(status).toBe(413);
    const grown = await new Promise<number>((resolve, reject) => {
      const sent = request({ port, path: '/api/v1/entries', method: 'POST', headers: up() }, (response) =>
        resolve(response.statusCode ?? 0),
      );
      sent.on('error', reject);
      for (let i = 0; i < 13; i++) sent.write(Buffer.alloc(1024 * 1024, ' '));
    });
    expect(grown).toBe(413);
    const bomb = gzipSync(Buffer.alloc(HOME_LIMITS.nightscoutBodyBytesMax * 8, ' '));
    const headers = { ...up(), 'content-encoding': 'gzip', 'content-type': 'application/json' };
    const reply = await fetch(`${node.url}/api/v1/entries`, { method: 'POST', headers, body: bomb });
    expect(reply.status).toBe(400);
    const packed = await fetch(`${node.url}/api/v1/entries`, {
      method: 'POST',
      headers,
      body: gzipSync(JSON.stringify([entry(111)])),
    });
    expect(packed.status).toBe(200);
  });

  test.each([
    '/api/v1/entries?find[date][$where]=1',
    '/api/v1/entries?find[__proto__][$gte]=1',
    '/api/v1/entries?find[]=1',
    '/api/v1/entries?count=%',
    '/api/v1/%E0%A4%A',
    `/api/v1/entries?${'find[a]=1&'.repeat(1100)}`,
  ])('the question %s is refused', async (path) => {
    const reply = await node.ask('GET', path.slice(0, 12_000), { 'api-secret': sha1(follower.secret) });
    expect([400, 404, 413]).toContain(reply.status);
  });
});
