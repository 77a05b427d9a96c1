// Followers on web sockets, with the real socket.io client; and an uploader from npm, unmodified.
import { request } from 'node:http';
import { createRequire } from 'node:module';
import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { NightscoutAccess } from '../src/api.ts';
import { iso, MINUTE, NightscoutNode, NOW, sha1 } from './nightscout-node.ts';

const node = new NightscoutNode();
let phone: NightscoutAccess & { id: string };
let uploader: NightscoutAccess & { id: string };
let ingest: { credential: string };
const sockets: Socket[] = [];

beforeAll(async () => {
  await node.init();
  await node.start();
  phone = await node.addDevice('Phone', { scope: 'both' });
  uploader = await node.addDevice('Uploader', { scope: 'upload' });
  ingest = await node.withClient((client) => client.call('device.add', { name: 'Sensor' }));
}, 120_000);
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.disconnect();
});
afterAll(() => node.remove());

interface Heard {
  socket: Socket;
  // biome-ignore lint/suspicious/noExplicitAny: messages of many shapes, looked at by the tests
  got: { event: string; data: any }[];
  // biome-ignore lint/suspicious/noExplicitAny: as above
  next: (event: string) => Promise<any>;
}

async function connected(namespace: string, transports = ['websocket']): Promise<Heard> {
  const socket = io(`${node.url}${namespace}`, { transports, forceNew: true, reconnection: false });
  sockets.push(socket);
  const got: Heard['got'] = [];
  socket.onAny((event, data) => void got.push({ event, data }));
  await new Promise<void>((resolve, reject) => {
    socket.on('connect', resolve);
    socket.on('connect_error', reject);
  });
  const next = (event: string) =>
    vi.waitFor(() => {
      const at = got.findIndex((each) => each.event === event);
      if (at < 0) throw new Error(`${event} did not come`);
      return got.splice(at, 1)[0].data;
    }, 20_000);
  return { socket, got, next };
}

const secret = ({ secret: text }: NightscoutAccess) => ({ 'api-secret': sha1(text) });
const entry = (minutes: number, sgv: number) => ({
  type: 'sgv',
  sgv,
  date: NOW - minutes * MINUTE,
  dateString: iso(NOW - minutes * MINUTE),
  direction: 'Flat',
});

test('the root namespace: authorize by secret, what is there, then only what is new', async () => {
  await node.ask('POST', '/api/v1/entries', secret(phone), [entry(10, 100)]);
  await node.ask('POST', '/api/v1/profile', secret(phone), [{ startDate: iso(0), defaultProfile: 'D', store: {} }]);
  const { socket, next } = await connected('', ['polling', 'websocket']);
  const rights = await socket.emitWithAck('authorize', {
    client: 'web',
    secret: sha1(phone.secret),
    token: null,
    history: 48,
  });
  expect(rights).toMatchObject({ read: true, write: false });
  const whole = await next('dataUpdate');
  expect(whole).toMatchObject({
    delta: false,
    sgvs: [{ mgdl: 100, mills: NOW - 10 * MINUTE, direction: 'Flat' }],
    profiles: [{ defaultProfile: 'D' }],
  });
  const sent = await node.ask('POST', '/api/v1/entries', secret(phone), [entry(5, 104)]);
  expect(await next('dataUpdate')).toMatchObject({ delta: true, sgvs: [{ _id: sent.body[0]._id, mgdl: 104 }] });
  await node.ask('DELETE', `/api/v1/entries/${sent.body[0]._id}`, secret(phone));
  expect((await next('dataUpdate')).sgvs).toEqual([{ _id: sent.body[0]._id, action: 'remove' }]);
});

test('a reading of another door reaches followers as well', async () => {
  const { socket, next } = await connected('');
  await socket.emitWithAck('authorize', { token: phone.token });
  await next('dataUpdate');
  const headers = { authorization: `Bearer ${ingest.credential}`, 'content-type': 'text/csv' };
  const line = `glucose-cgm,${(NOW - 2 * MINUTE) * 1000},111`;
  expect((await fetch(`${node.url}/v1/ingest`, { method: 'POST', headers, body: line })).status).toBe(200);
  expect((await next('dataUpdate')).sgvs).toEqual([expect.objectContaining({ mgdl: 111, mills: NOW - 2 * MINUTE })]);
});

test('/storage: subscribe, then create, update and delete of the collections asked for', async () => {
  const { socket, got, next } = await connected('/storage');
  const reply = await socket.emitWithAck('subscribe', {
    accessToken: phone.token,
    collections: ['treatments', 'entries'],
  });
  expect(reply).toEqual({ success: true, collections: ['entries', 'treatments'] });
  const jwt = await node.bearer(phone.token);
  const doc = { app: 'AAPS', date: NOW, utcOffset: 0, eventType: 'Note', notes: 'a' };
  const { identifier } = (await node.ask('POST', '/api/v3/treatments', jwt, doc)).body;
  expect(await next('create')).toMatchObject({ colName: 'treatments', doc: { ...doc, identifier } });
  await node.ask('PATCH', `/api/v3/treatments/${identifier}`, jwt, { notes: 'b' });
  expect(await next('update')).toMatchObject({ colName: 'treatments', doc: { notes: 'b' } });
  await node.ask('POST', '/api/v3/food', jwt, { app: 'AAPS', date: NOW, utcOffset: 0, name: 'bread' });
  await node.ask('DELETE', `/api/v3/treatments/${identifier}`, jwt);
  expect(await next('delete')).toEqual({ colName: 'treatments', identifier });
  expect(got).toEqual([]);
});

test('/alarm is taken and silent; strangers, uploaders and other namespaces get nothing', async () => {
  const alarm = await connected('/alarm');
  expect(await alarm.socket.emitWithAck('subscribe', { accessToken: phone.token })).toMatchObject({ success: true });
  const stranger = await connected('/storage');
  for (const given of [
    {},
    null,
    7,
    { accessToken: 'wrong' },
    { accessToken: uploader.token },
    { accessToken: { a: 1 } },
  ])
    expect(await stranger.socket.emitWithAck('subscribe', given)).toMatchObject({ success: false });
  const root = await connected('');
  expect(await root.socket.emitWithAck('authorize', { secret: sha1(uploader.secret) })).toMatchObject({ read: false });
  root.socket.emit('authorize');
  await node.ask('POST', '/api/v1/entries', secret(phone), [entry(1, 105)]);
  expect(await root.socket.emitWithAck('dbAdd', { collection: 'treatments', data: {} })).toEqual({
    result: 'Not permitted',
  });
  expect([...root.got, ...stranger.got, ...alarm.got]).toEqual([]);
  await expect(connected('/elsewhere')).rejects.toThrow();
});

test('an upgrade that nobody takes is turned away, and does not hold up the end of the node', async () => {
  const { port } = new URL(node.url);
  for (const path of ['/elsewhere', '/socket.io', '/socket.iox/'])
    await new Promise<void>((resolve, reject) => {
      const headers = {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'AAAA',
      };
      const asked = request({ port, path, headers }, (response) => {
        expect(response.statusCode).toBe(404);
        response.resume();
        resolve();
      });
      asked.on('error', reject);
      asked.end();
    });
});

test('a device that is removed is cut off at once', async () => {
  const guest = await node.addDevice('Guest', { scope: 'read' });
  const { socket } = await connected('/storage');
  await socket.emitWithAck('subscribe', { accessToken: guest.token });
  const gone = new Promise((resolve) => socket.on('disconnect', resolve));
  await node.withClient((client) => client.call('device.remove', { device: guest.id }));
  await gone;
});

test.each([
  ['', 'authorize', 'token'],
  ['/storage', 'subscribe', 'accessToken'],
])(
  'a socket%s that says it is another device no longer hears what the first could',
  async (namespace, event, field) => {
    const guest = await node.withClient(async (client) => {
      const { name } = await client.call('subject.add', { name: `Child ${event}` });
      const added = await client.call('device.add', {
        name: `Of ${name}`,
        subject: name,
        nightscout: { scope: 'read' },
      });
      return added.nightscout as NightscoutAccess;
    });
    const { socket, got } = await connected(namespace);
    await socket.emitWithAck(event, { [field]: phone.token });
    await socket.emitWithAck(event, { [field]: guest.token });
    await socket.emitWithAck(event, {});
    got.length = 0;
    const witness = await connected(namespace);
    await witness.socket.emitWithAck(event, { [field]: phone.token });
    await witness.socket.emitWithAck(event, {});
    witness.got.length = 0;
    await node.ask('POST', '/api/v1/treatments', secret(phone), [
      { eventType: 'Note', notes: event, created_at: iso(NOW - (3 + namespace.length) * MINUTE) },
    ]);
    await witness.next(namespace === '' ? 'dataUpdate' : 'create');
    // What was sent before the answer to this has come before it.
    await socket.emitWithAck(event, {});
    expect(got).toEqual([]);
  },
);

test('nightscout-connect, unmodified, uploads readings and treatments, finds its gap, and reads them as a source', async () => {
  const require = createRequire(import.meta.url);
  const axios = require('axios');
  const output = require('nightscout-connect/lib/outputs/nightscout.js');
  const origin = require('nightscout-connect/lib/sources/nightscout.js');
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  try {
    const connect = await node.addDevice('Connect', { scope: 'both' });
    const record = output({ url: node.url, apiSecret: connect.secret }, axios);
    expect((await record.gap_for()).entries).toBeInstanceOf(Date);
    const treatment = { eventType: 'Meal Bolus', created_at: iso(NOW), insulin: 4, carbs: 40 };
    await record({ entries: [{ ...entry(0, 133), device: 'nightscout-connect' }], treatments: [treatment] });
    const source = origin({ url: node.url, apiSecret: connect.secret }, axios);
    const session = await node.bearer(connect.token);
    const read = await source.dataFromSesssion(
      { bearer: session.authorization.slice(7) },
      { entries: new Date(NOW - 30 * MINUTE) },
    );
    expect(read.map(({ sgv }: { sgv: number }) => sgv)).toContain(133);
    const treatments = await node.ask('GET', '/api/v1/treatments', secret(connect));
    expect(treatments.body).toContainEqual(expect.objectContaining(treatment));
  } finally {
    log.mockRestore();
  }
}, 60_000);
