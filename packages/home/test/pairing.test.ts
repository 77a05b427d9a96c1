// Pairing by code: once, for minutes, for five wrong tries; over HTTP against a real node, whose answer is all that a device needs.
import { hash } from 'node:crypto';
import { request } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import type { Enrolment, HomeClient } from '../src/api.ts';
import { home as entry } from '../src/compose.ts';
import { HOME_LIMITS } from '../src/limits.ts';
import type { NodeHandle } from '../src/open-client.ts';
import { Pairings } from '../src/pairing.ts';
import { Homes } from './homes.ts';

const homes = new Homes();
const nodes: NodeHandle[] = [];
const clients: HomeClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  for (const node of nodes.splice(0)) await node.close();
  await homes.close();
});

const wish = { name: null, subject: 's', nightscout: null };
/** Another code than the given ones. */
const wrong = (...codes: string[]) =>
  ['00000000', '11111111', '22222222', '33333333'].find((code) => !codes.includes(code)) ?? '';

function refusal(pairings: Pairings, code: unknown): [string, string] {
  try {
    pairings.redeem(code, () => expect.fail('was let in'));
  } catch (error) {
    return [(error as { code: string }).code, (error as Error).message];
  }
  return expect.fail('was let in');
}

describe('a code', () => {
  test('has eight digits, opens once, and is wrong afterwards like any other', () => {
    const pairings = new Pairings();
    const code = pairings.begin({ ...wish, name: 'Scale' });
    expect(code).toMatch(/^\d{8}$/);
    const never = refusal(pairings, wrong(code));
    expect(never[0]).toBe('not-permitted');
    expect(pairings.redeem(`${code.slice(0, 4)}-${code.slice(4)}`, ({ name }) => name)).toBe('Scale');
    expect(refusal(pairings, code)).toEqual(never);
  });

  test('ends after ten minutes, and sounds like a wrong one', () => {
    let now = 0;
    const pairings = new Pairings(
      () => {},
      () => now,
    );
    const [first, second] = [pairings.begin(wish), pairings.begin(wish)];
    now = HOME_LIMITS.pairingSeconds * 1000 - 1;
    expect(pairings.redeem(first, () => 'in')).toBe('in');
    now++;
    expect(refusal(pairings, second)).toEqual(refusal(pairings, wrong(first, second)));
  });

  test('is withdrawn with all others after five wrong tries, and its owner is told', () => {
    let told = 0;
    const pairings = new Pairings(() => told++);
    const codes = [pairings.begin(wish), pairings.begin(wish)];
    for (let i = 1; i < HOME_LIMITS.pairingTriesMax; i++) refusal(pairings, wrong(...codes));
    // A new code gives nobody new tries.
    codes.push(pairings.begin(wish));
    expect(told).toBe(0);
    refusal(pairings, wrong(...codes));
    expect(told).toBe(1);
    for (const code of codes) expect(refusal(pairings, code)[0]).toBe('not-permitted');
    const next = pairings.begin(wish);
    expect(pairings.redeem(next, () => 'in')).toBe('in');
  });

  test('stays good where enrolling failed', () => {
    const pairings = new Pairings();
    const code = pairings.begin(wish);
    const full = () =>
      pairings.redeem(code, () => {
        throw new Error('full');
      });
    expect(full).toThrow('full');
    expect(pairings.redeem(code, () => 'in')).toBe('in');
  });

  test('that is none is told apart, and is no try', () => {
    const pairings = new Pairings();
    const code = pairings.begin(wish);
    for (const none of [undefined, 12_345_678, '', '1234567', '123456789', '1234567a', '1'.repeat(1000)])
      expect(refusal(pairings, none)[0]).toBe('malformed');
    expect(pairings.redeem(code, () => 'in')).toBe('in');
  });

  test('waits among few', () => {
    const pairings = new Pairings();
    for (let i = 0; i < HOME_LIMITS.pairingCodesMax; i++) pairings.begin(wish);
    expect(() => pairings.begin(wish)).toThrow('too many pairing codes');
  });
});

async function start(dir: string, mqttPort?: number) {
  const node = await entry.startNode({ dir, port: 0, ...(mqttPort === undefined ? {} : { mqttPort }) });
  nodes.push(node);
  const client = await entry.connectHome({ dir });
  clients.push(client);
  return { node, client };
}

async function ask(node: NodeHandle, body: string, type = 'application/json') {
  const response = await fetch(`${node.url}/v1/pair`, { method: 'POST', headers: { 'content-type': type }, body });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** Status of a request that says it is long, or sends more than it may without saying so. */
function sendLong(node: NodeHandle, isDeclared: boolean): Promise<number> {
  const bytes = HOME_LIMITS.pairingBodyBytesMax + 1;
  return new Promise((resolve, reject) => {
    const sent = request(`${node.url}/v1/pair`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(isDeclared ? { 'content-length': bytes } : {}) },
    });
    sent.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end(Buffer.alloc(bytes, ' '));
  });
}

describe('POST /v1/pair', () => {
  test('gives a device all it needs, without any token; with that it delivers', async () => {
    const dir = homes.dir();
    await entry.createHome({ dir });
    const { node, client } = await start(dir, 0);
    const { code, url, name } = await client.call('device.pair', { name: 'Gateway' });
    expect([url, name]).toEqual([node.url, 'Gateway']);
    const { status, body } = await ask(node, JSON.stringify({ code, name: 'Pi' }));
    expect(status).toBe(200);
    const enrolment = body as unknown as Enrolment;
    const { id } = enrolment.device;
    expect(enrolment).toEqual({
      device: { id, name: 'Gateway' },
      credential: expect.stringMatching(/^hale_/),
      http: { ingest: '/v1/ingest', frames: '/v1/frames' },
      mqtt: { port: Number(new URL(node.mqttUrl ?? '').port), user: id, topic: `hale/${id}/` },
      nightscout: null,
    });
    const delivered = await fetch(`${node.url}${enrolment.http?.ingest}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${enrolment.credential}` },
      body: `heart-rate,${Date.now() * 1000},72`,
    });
    expect(delivered.status).toBe(200);
    expect(await client.call('device.list', {})).toMatchObject([{ id, name: 'Gateway', samples: 1 }]);
    expect((await ask(node, JSON.stringify({ code }))).status).toBe(403);
  });

  test('a device names itself where its owner did not; one that speaks Nightscout gets its secrets and nothing else', async () => {
    const dir = homes.dir();
    await entry.createHome({ dir });
    const { node, client } = await start(dir);
    const unnamed = await client.call('device.pair', {});
    expect((await ask(node, JSON.stringify({ code: unnamed.code, name: 'Wrist band' }))).body.device).toMatchObject({
      name: 'Wrist band',
    });
    const app = await client.call('device.pair', { name: 'xDrip', nightscout: { scope: 'both' } });
    const { body } = await ask(node, JSON.stringify({ code: app.code }));
    expect(body).toMatchObject({ http: null, mqtt: null, nightscout: { path: '/', scope: 'both' } });
    const { secret } = body.nightscout as { secret: string };
    const asked = await fetch(`${node.url}/api/v1/entries.json`, { headers: { 'api-secret': hash('sha1', secret) } });
    expect(asked.status).toBe(200);
  });

  test('a name that is taken is refused when the code is made, and by the device without using it up', async () => {
    const dir = homes.dir();
    await entry.createHome({ dir });
    const { node, client } = await start(dir);
    await client.call('device.add', { name: 'Scale' });
    await expect(client.call('device.pair', { name: 'scale' })).rejects.toMatchObject({ code: 'conflict' });
    const { code } = await client.call('device.pair', {});
    expect((await ask(node, JSON.stringify({ code, name: 'Scale' }))).status).toBe(409);
    expect((await ask(node, JSON.stringify({ code, name: 'Scale 2' }))).status).toBe(200);
  });

  test('what is no request to pair is refused, and long ones before they are read', async () => {
    const dir = homes.dir();
    await entry.createHome({ dir });
    const { node, client } = await start(dir);
    const { code } = await client.call('device.pair', {});
    for (const body of ['', 'null', '[]', '"x"', '{}', `{"code":${Number(code)}}`, `{"code":"${code}","name":7}`])
      expect((await ask(node, body)).status).toBe(400);
    // A page in a browser may send this unasked.
    expect((await ask(node, JSON.stringify({ code }), 'text/plain')).status).toBe(415);
    expect([await sendLong(node, true), await sendLong(node, false)]).toEqual([413, 413]);
    expect((await ask(node, JSON.stringify({ code }))).status).toBe(200);
  });

  test('five wrong codes end the right one, and `hale status` says so', async () => {
    const dir = homes.dir();
    await entry.createHome({ dir });
    const { node, client } = await start(dir);
    const { code } = await client.call('device.pair', {});
    for (let i = 0; i < 5; i++) expect((await ask(node, `{"code":"${wrong(code)}"}`)).status).toBe(403);
    expect((await ask(node, JSON.stringify({ code }))).status).toBe(403);
    expect((await client.call('status', {})).warnings).toMatchObject([
      { code: 'codes-withdrawn', text: expect.stringContaining('withdrawn') },
    ]);
  });

  test('a locked home says that it is locked; without a node there is no code', async () => {
    const dir = homes.dir();
    const passphrase = 'correct horse';
    await entry.createHome({ dir, passphrase });
    const alone = await entry.connectHome({ dir, passphrase });
    await expect(alone.call('device.pair', {})).rejects.toMatchObject({ code: 'unavailable' });
    await alone.close();
    const node = await entry.startNode({ dir, port: 0, mayStayLocked: true });
    nodes.push(node);
    expect(await ask(node, '{"code":"12345678"}')).toMatchObject({ status: 423, body: { code: 'locked' } });
  });
});

test('a page of another site in a browser of this network may not ask to pair', async () => {
  const dir = homes.dir();
  await entry.createHome({ dir });
  const { node, client } = await start(dir);
  const { code } = await client.call('device.pair', { name: 'Scale' });
  const pair = (origin: string) =>
    fetch(`${node.url}/v1/pair`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify({ code }),
    });
  for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:1'])
    expect((await pair(origin)).status, origin).toBe(403);
  expect((await pair(node.url)).status).toBe(200);
});
