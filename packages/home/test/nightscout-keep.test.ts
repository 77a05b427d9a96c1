// Documents outlive everything that the vault outlives: a locked home, a restart, a restore from words and relay, new words, another home
// of the same words; and erased they are gone.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import type { NightscoutAccess } from '../src/api.ts';
import { home as entry } from '../src/compose.ts';
import type { Home } from '../src/home.ts';
import { NIGHTSCOUT_CALL, takeCall } from '../src/nightscout/keeping.ts';
import type { Call } from '../src/nightscout/uploads.ts';
import { RelaySource, restoreFrom } from '../src/restore.ts';
import { Homes, useRelay } from './homes.ts';
import { iso, MINUTE, NightscoutNode, NOW, sha1 } from './nightscout-node.ts';

const homes = new Homes();
const nodes: NightscoutNode[] = [];
afterEach(async () => {
  for (const node of nodes.splice(0)) await node.remove();
  await homes.close();
});

function newNode(): NightscoutNode {
  const node = new NightscoutNode();
  nodes.push(node);
  return node;
}

const key = ({ secret }: NightscoutAccess) => ({ 'api-secret': sha1(secret) });
const entryAt = (minutes: number, sgv: number) => ({
  type: 'sgv',
  sgv,
  date: NOW - minutes * MINUTE,
  dateString: iso(NOW - minutes * MINUTE),
  device: 'x',
  odd: { kept: [1, null] },
});
const meal = { eventType: 'Meal Bolus', created_at: iso(NOW - 9 * MINUTE), carbs: 30, insulin: 3, notes: 'dinner 🍝' };

async function all(node: NightscoutNode, access: NightscoutAccess) {
  const path = [
    '/api/v1/entries.json?count=100',
    '/api/v1/treatments.json',
    '/api/v1/devicestatus.json',
    '/api/v1/profile.json',
  ];
  return Promise.all(path.map(async (each) => (await node.ask('GET', each, key(access))).body));
}

test('a locked home takes uploads and answers as Nightscout would, shows nothing, and folds all in when it is unlocked', async () => {
  const node = newNode();
  await node.init({ passphrase: 'correct horse' });
  await node.start({ passphrase: 'correct horse' });
  const device = await node.addDevice('Loop', { scope: 'both' });
  const known = (
    await node.ask('POST', '/api/v1/treatments', key(device), [{ ...meal, created_at: iso(NOW - 20 * MINUTE) }])
  ).body[0];
  await node.stop();
  await node.start({ mayStayLocked: true });
  const sent = await node.ask('POST', '/api/v1/entries', key(device), [
    entryAt(5, 110),
    entryAt(0, 120),
    { type: 'sgv' },
  ]);
  expect(sent.status).toBe(200);
  expect(sent.body).toMatchObject([{ sgv: 110 }, { sgv: 120, sysTime: iso(NOW) }, { index: 2, status: 400 }]);
  const jwt = await node.bearer(device.token);
  const bolus = { app: 'AAPS', date: NOW, utcOffset: 0, eventType: 'Correction Bolus', insulin: 1 };
  const created = await node.ask('POST', '/api/v3/treatments', jwt, bolus);
  expect([created.status, created.body.identifier]).toEqual([201, expect.stringMatching(/^[0-9a-f-]{36}$/)]);
  expect((await node.ask('DELETE', `/api/v1/treatments/${known._id}`, key(device))).status).toBe(200);
  for (const path of ['/api/v1/entries.json', '/pebble', '/api/v2/properties', '/api/v1/treatments'])
    expect((await node.ask('GET', path, key(device))).status).toBe(503);
  expect((await node.ask('GET', '/api/v3/entries', jwt)).status).toBe(503);
  for (const path of ['/api/v1/status.json', '/api/v1/experiments/test'])
    expect((await node.ask('GET', path, key(device))).status).toBe(200);
  expect((await node.ask('POST', '/api/v1/entries', { 'api-secret': sha1('wrong') }, [entryAt(0, 1)])).status).toBe(
    401,
  );
  expect((await node.ask('POST', '/api/v1/entries', key(device), [{ type: 'sgv' }])).status).toBe(400);
  await node.withClient((client) => client.call('status', {}), 'correct horse');
  const entries = await node.ask('GET', '/api/v1/entries.json', key(device));
  expect(entries.body.map(({ _id, sgv, odd }: Record<string, unknown>) => ({ _id, sgv, odd }))).toEqual(
    [sent.body[1], sent.body[0]].map(({ _id, sgv, odd }) => ({ _id, sgv, odd })),
  );
  const treatments = await node.ask('GET', '/api/v3/treatments', jwt);
  expect(treatments.body.result).toEqual([expect.objectContaining({ ...bolus, identifier: created.body.identifier })]);
  const streams = await node.withClient((client) => client.call('streams', {}));
  expect(streams.map(({ key: name, samples }) => [name, samples])).toEqual(
    expect.arrayContaining([
      ['glucose-cgm', 2],
      ['insulin-bolus', 2],
    ]),
  );
}, 120_000);

test('a device of another kind that calls its delivery an upload of Nightscout is refused while locked, and the home opens', async () => {
  const node = newNode();
  const passphrase = 'correct horse';
  await node.init({ passphrase });
  await node.start({ passphrase });
  const { credential } = await node.withClient((client) => client.call('device.add', { name: 'Scale' }));
  await node.stop();
  await node.start({ mayStayLocked: true });
  const headers = { authorization: `Bearer ${credential}`, 'content-type': NIGHTSCOUT_CALL };
  expect((await node.ask('POST', '/v1/ingest', headers, '{"no": "call')).status).toBe(400);
  const status = await node.withClient((client) => client.call('status', {}), passphrase);
  expect(status.warnings).toEqual([]);
}, 120_000);

test('words and one relay bring back every document, and the devices with their secrets; new words keep them; nothing of it is in clear', async () => {
  const relayDir = homes.dir();
  const relay = await entry.startRelayAlone({ dir: relayDir, port: 0, privateMode: true });
  const node = newNode();
  await node.init({ relay: relay.relayUrl, invite: relay.invite() });
  await node.start();
  const device = await node.addDevice('Loop', { scope: 'both' });
  const old = { ...entryAt(0, 90), date: NOW - 90 * 86_400_000, dateString: iso(NOW - 90 * 86_400_000) };
  await node.ask('POST', '/api/v1/entries', key(device), [old, entryAt(5, 110), entryAt(0, 120)]);
  await node.ask('POST', '/api/v1/treatments', key(device), [meal]);
  await node.ask('POST', '/api/v1/devicestatus', key(device), [
    { created_at: iso(NOW), device: 'loop://x', uploader: { battery: 50 }, loop: { iob: 1 } },
  ]);
  await node.ask('POST', '/api/v1/profile', key(device), [
    { startDate: iso(NOW), defaultProfile: 'D', store: { D: { dia: 6 } } },
  ]);
  await node.ask('DELETE', `/api/v1/entries?find[sgv]=110`, key(device));
  const before = await all(node, device);
  expect(before.map((list) => list.length)).toEqual([2, 1, 1, 1]);
  await node.withClient((client) => client.call('relays.sync', {}));
  await node.stop();
  expect(await all(await restarted(node), device)).toEqual(before);
  await node.stop();
  for (const dir of [node.dir, relayDir])
    for (const name of readdirSync(dir).filter((each) => !each.endsWith('.key')))
      for (const text of ['dinner', 'Meal Bolus', 'loop://x', 'Loop'])
        expect(readFileSync(join(dir, name)).includes(text), name).toBe(false);
  const second = newNode();
  rmSync(second.dir, { recursive: true });
  mkdirSync(second.dir);
  const restored = await entry.restoreHome({ dir: second.dir, words: node.words, relay: relay.relayUrl });
  expect(restored.notices).toEqual([]);
  expect(await all(await restarted(second), device)).toEqual(before);
  const { pending } = await second.withClient((client) => client.call('rotate', {}));
  expect(pending).toEqual([]);
  expect(await all(second, device)).toEqual(before);
  await second.stop();
  await relay.close();
}, 240_000);

async function restarted(node: NightscoutNode): Promise<NightscoutNode> {
  await node.start();
  return node;
}

test('erasing a stream that an uploader brought takes the documents along; what comes afterwards is kept anew', async () => {
  const node = newNode();
  await node.init();
  await node.start();
  const device = await node.addDevice('Loop', { scope: 'both' });
  await node.ask('POST', '/api/v1/entries', key(device), [entryAt(5, 110)]);
  await node.ask('POST', '/api/v1/treatments', key(device), [meal]);
  await node.withClient((client) => client.call('erase', { stream: 'glucose-cgm', confirm: 'glucose-cgm' }));
  expect((await all(node, device)).map((list) => list.length)).toEqual([0, 0, 0, 0]);
  await node.ask('POST', '/api/v1/entries', key(device), [entryAt(0, 120)]);
  expect((await all(node, device))[0]).toEqual([expect.objectContaining({ sgv: 120 })]);
  await node.withClient((client) => client.call('erase', { everything: true, confirm: 'erase everything' }));
}, 60_000);

test('followers see what any source brought: an imported export, beside documents and without doublets', async () => {
  const node = newNode();
  await node.init();
  await node.start();
  const device = await node.addDevice('Watch', { scope: 'both' });
  const csv = join(homes.dir(), 'glucose.csv');
  const rows = Array.from({ length: 6 }, (_, i) => `${iso(NOW - i * 5 * MINUTE)},${100 + (5 - i) * 8}`);
  writeFileSync(csv, `time,glucose (mg/dL)\n${rows.reverse().join('\n')}\n`);
  await node.withClient((client) => client.call('import', { files: [csv], zone: 'UTC' }));
  await node.ask('POST', '/api/v1/entries', key(device), [{ ...entryAt(5, 132), dateString: iso(NOW - 5 * MINUTE) }]);
  const { body } = await node.ask('GET', '/api/v1/entries/sgv.json?count=10', key(device));
  expect(body.map(({ sgv }: { sgv: number }) => sgv)).toEqual([140, 132, 124, 116, 108, 100]);
  expect(body[0]).toMatchObject({ type: 'sgv', date: NOW, direction: 'FortyFiveUp' });
  const pebble = await node.ask('GET', '/pebble', key(device));
  expect(pebble.body.bgs[0]).toMatchObject({ sgv: '140', direction: 'FortyFiveUp', bgdelta: 8 });
  const jwt = await node.bearer(device.token);
  const v3 = await node.ask('GET', `/api/v3/entries?sort$desc=date&limit=2&fields=sgv`, jwt);
  expect(v3.body.result).toEqual([{ sgv: 140 }, { sgv: 132 }]);
  const history = await node.ask('GET', `/api/v3/entries/history/${NOW - 6 * MINUTE}`, jwt);
  expect(history.body.result.map(({ sgv }: { sgv: number }) => sgv)).toEqual([140, 132]);
}, 60_000);

test('two homes of the same words: the one that goes hands over the documents that no relay had', async () => {
  const first = homes.make();
  const relay = await homes.relay(first.keys);
  useRelay(first, relay.url);
  const subject = first.vault.subject('me').id;
  await upload(first, subject, 100, 30);
  first.settle();
  await first.network.settle(20_000);
  const second = homes.open({ keys: first.keys });
  const source = new RelaySource(relay.url, first.keys.member);
  await source.open();
  await restoreFrom(second, source, () => {});
  await source.close();
  await upload(first, subject, 101, 20);
  useRelay(second, relay.url);
  await vi.waitFor(() => expect(first.vault.retiredBy).toBe(1), { timeout: 30_000 });
  await expect(upload(first, subject, 102, 10)).rejects.toMatchObject({ code: 'retired' });
  const sgvs = () =>
    [...second.documents.between(subject, 'entries', 0, Infinity, 'ascending')].map(({ json }) => JSON.parse(json).sgv);
  await vi.waitFor(() => expect(sgvs()).toEqual([100, 101]), { timeout: 30_000 });
}, 120_000);

function upload(home: Home, subject: string, sgv: number, minutes: number) {
  const call: Call = {
    method: 'POST',
    version: 1,
    collection: 'entries',
    name: null,
    conditions: [],
    body: entryAt(minutes, sgv),
    nowMillis: Date.now(),
    salt: 'salt',
  };
  return takeCall(home, { id: 'device', name: 'Loop', subject }, call);
}
