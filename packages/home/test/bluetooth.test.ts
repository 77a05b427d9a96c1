// Frames of a gateway over HTTP, against a real node in this process: decoded at home, right in time, once, and into a locked home too.
import { afterEach, describe, expect, test } from 'vitest';
import type { HomeClient } from '../src/api.ts';
import { home as entry } from '../src/compose.ts';
import type { NodeHandle } from '../src/open-client.ts';
import { Homes } from './homes.ts';

const homes = new Homes();
const nodes: NodeHandle[] = [];
const clients: HomeClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  for (const node of nodes.splice(0)) await node.close();
  await homes.close();
});

async function start(dir: string, passphrase?: string) {
  const given = passphrase === undefined ? {} : { passphrase };
  const node = await entry.startNode({ dir, port: 0, ...given });
  nodes.push(node);
  const client = await entry.connectHome({ dir });
  clients.push(client);
  return { node, client };
}

async function post(node: NodeHandle, credential: string, lines: (object | string)[]) {
  const response = await fetch(`${node.url}/v1/frames`, {
    method: 'POST',
    headers: { authorization: `Bearer ${credential}` },
    body: lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function rows(client: HomeClient, stream: string) {
  const shown = await client.call('show', { stream, level: 'raw', from: '2000-01-01', to: '2100-01-01' });
  return shown.rows.map(({ atMicros, value }) => `${new Date(atMicros / 1000).toISOString()} ${value}`);
}

const strap = { device: 'C4:BE:84:00:11:22' };
const clock = { ...strap, characteristic: '2a08', zoneMinutes: 60 };
const stored = { ...strap, characteristic: '2a1c', zoneMinutes: 60, value: '026e0100ffe9070b14082100' };

describe('frames', () => {
  test('become streams of kinds and units, counted and named; what is broken costs only itself', async () => {
    const dir = homes.dir();
    await entry.createHome({ dir });
    const { node, client } = await start(dir);
    const { credential, device } = await client.call('device.add', { name: 'Gateway' });
    const { status, body } = await post(node, credential, [
      { ...strap, at: '2025-11-20T09:00:00Z', characteristic: '2A37', value: '103c00040002' },
      { ...strap, at: '2025-11-20T09:00:01Z', characteristic: '2A37', value: '1055ff' },
      { ...strap, at: '2025-11-20T09:00:02Z', characteristic: '2A29', value: '4142' },
      'no frame',
      { ...strap, at: '2025-11-20T09:00:03Z', characteristic: '2A1C', value: '00ffff7f00' },
      { ...strap, at: '2025-11-20T09:00:04Z', characteristic: '2A19', base64: 'Vw==' },
    ]);
    expect(status).toBe(200);
    expect(body).toMatchObject({ accepted: 4, decoded: 3, unknown: { '2a29': 1 }, refusedCount: 3 });
    expect(body.refused).toEqual([
      { line: 2, reason: 'the RR intervals of the frame are not whole' },
      { line: 4, reason: 'the line is not JSON' },
      { line: 5, reason: 'body-temperature: not a number' },
    ]);
    expect(await rows(client, 'heart-rate')).toEqual(['2025-11-20T09:00:00.000Z 60']);
    expect(await rows(client, 'rr-interval')).toEqual([
      '2025-11-20T08:59:59.500Z 1000',
      '2025-11-20T09:00:00.000Z 500',
    ]);
    const streams = await client.call('streams', {});
    expect(streams.map(({ kind, unit, loinc, source, device: of }) => [kind, unit, loinc, source, of])).toEqual([
      ['heart-rate', '/min', '8867-4', 'ble:c4:be:84:00:11:22/heart-rate', 'Gateway'],
      ['rr-interval', 'ms', null, 'ble:c4:be:84:00:11:22/rr-interval', 'Gateway'],
      ['device-battery', '%', null, 'ble:c4:be:84:00:11:22/device-battery', 'Gateway'],
    ]);
    expect(await client.call('device.list', {})).toMatchObject([{ id: device.id, samples: 4, notTaken: 4 }]);
    expect((await post(node, 'hale_wrong', [])).status).toBe(403);
  });

  test('a wrong clock is set right, said by `device list`, and remembered over a restart', async () => {
    const dir = homes.dir();
    await entry.createHome({ dir });
    const first = await start(dir);
    const { credential } = await first.client.call('device.add', { name: 'Gateway' });
    await post(first.node, credential, [{ ...clock, at: '2025-11-20T09:00:00Z', value: 'e9070b140a0300' }]);
    await clients.splice(0)[0].close();
    await nodes.splice(0)[0].close();
    const { node, client } = await start(dir);
    const frames = [{ ...stored, at: '2025-11-20T09:10:00Z' }];
    expect((await post(node, credential, frames)).body).toMatchObject({ accepted: 2, atReception: 0 });
    expect((await post(node, credential, frames)).body).toMatchObject({ accepted: 0, duplicate: 2 });
    expect(await rows(client, 'body-temperature')).toEqual(['2025-11-20T07:30:00.000Z 36.6']);
    expect((await client.call('device.list', {}))[0].clocks).toEqual([
      { device: 'c4:be:84:00:11:22', aheadSeconds: 180, atMicros: Date.parse('2025-11-20T09:00:00Z') * 1000 },
    ]);
    expect((await client.call('streams', {})).map(({ kind, unit }) => `${kind} ${unit}`)).toEqual([
      'device-clock-offset s',
      'device-time-shift s',
      'body-temperature Cel',
    ]);
  });

  test('a locked home keeps frames, and folds them in by the same code', async () => {
    const dir = homes.dir();
    const passphrase = 'correct horse';
    await entry.createHome({ dir, passphrase });
    const { client } = await start(dir, passphrase);
    const { credential } = await client.call('device.add', { name: 'Gateway' });
    await clients.splice(0)[0].close();
    await nodes.splice(0)[0].close();
    const node = await entry.startNode({ dir, port: 0, mayStayLocked: true });
    nodes.push(node);
    const answer = await post(node, credential, [
      { ...clock, at: '2025-11-20T09:00:00Z', value: 'e9070b140a0300' },
      { ...stored, at: '2025-11-20T09:10:00Z' },
      'broken',
    ]);
    expect(answer.status).toBe(200);
    expect(answer.body.locked).toBe(true);
    const unlocking = await entry.connectHome({ dir, passphrase });
    clients.push(unlocking);
    expect(await rows(unlocking, 'body-temperature')).toEqual(['2025-11-20T07:30:00.000Z 36.6']);
    expect((await unlocking.call('device.list', {}))[0]).toMatchObject({
      notTaken: 1,
      clocks: [{ aheadSeconds: 180 }],
    });
  });
});
