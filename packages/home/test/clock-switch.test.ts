// A device's clock is set a day ahead and into another zone, and back: a Bluetooth device behind a gateway, an MQTT device and a file export, each
// against a real node. What can be known stands at its true instant; what cannot is flagged, and nothing is dropped.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import { afterEach, expect, test } from 'vitest';
import type { HomeClient } from '../src/api.ts';
import { home as entry } from '../src/compose.ts';
import type { NodeHandle } from '../src/open-client.ts';
import { Homes } from './homes.ts';

const homes = new Homes();
const nodes: NodeHandle[] = [];
const clients: HomeClient[] = [];
const devices: MqttClient[] = [];
afterEach(async () => {
  for (const device of devices.splice(0)) await device.endAsync(true);
  for (const client of clients.splice(0)) await client.close();
  for (const node of nodes.splice(0)) await node.close();
  await homes.close();
});

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Tokyo is eight hours before Zurich in winter. */
const ZONES_APART = 8 * HOUR;

async function start() {
  const dir = homes.dir();
  await entry.createHome({ dir });
  const node = await entry.startNode({ dir, port: 0, mqttPort: 0 });
  nodes.push(node);
  const client = await entry.connectHome({ dir });
  clients.push(client);
  return { node, client };
}

async function rows(client: HomeClient, stream: string): Promise<[millis: number, value: number | undefined][]> {
  const shown = await client.call('show', { stream, level: 'raw', from: '2000-01-01', to: '2100-01-01' });
  return shown.rows.map(({ atMicros, value }) => [atMicros / 1000, value]);
}

/** The bytes of a date and time (GATT) as a clock in UTC would show them. */
function dateBytes(millis: number): string {
  const [year, ...rest] = new Date(millis).toISOString().slice(0, 19).split(/[-T:]/).map(Number);
  return [year & 255, year >> 8, ...rest].map((n) => n.toString(16).padStart(2, '0')).join('');
}

test('a thermometer behind a gateway: every reading at its true instant', async () => {
  const { node, client } = await start();
  const { credential, device } = await client.call('device.add', { name: 'Gateway' });
  const zoneMinutes = 60;
  const now = Math.floor(Date.now() / 1000) * 1000;
  const frame = (receivedAt: number, characteristic: string, value: string) =>
    JSON.stringify({ at: receivedAt * 1000, device: 'C4:BE:84:00:11:22', characteristic, value, zoneMinutes });
  const contact = (at: number, ahead: number) => frame(at, '2a08', dateBytes(at + zoneMinutes * MINUTE + ahead));
  const reading = (at: number, moment: number, ahead: number) =>
    frame(at, '2a1c', `026e0100ff${dateBytes(moment + zoneMinutes * MINUTE + ahead)}`);
  const send = async (...lines: string[]) => {
    const headers = { authorization: `Bearer ${credential}` };
    const response = await fetch(`${node.url}/v1/frames`, { method: 'POST', headers, body: lines.join('\n') });
    return (await response.json()) as { atReception: number; doubtful: number };
  };
  const ahead = DAY + ZONES_APART;
  const [right, switched, back] = [now - 3 * HOUR, now - 2 * HOUR, now - HOUR];
  const moments = [right + 20 * MINUTE, switched - 10 * MINUTE, switched + 30 * MINUTE, back - 10 * MINUTE];
  const shifts = [0, ahead, ahead, 0];
  const stored = (at: number) => moments.map((moment, i) => reading(at, moment, shifts[i]));
  await send(contact(right, 0));
  await send(contact(switched, ahead), ...stored(switched).slice(0, 2));
  expect(await send(contact(back, 0), ...stored(back))).toMatchObject({ atReception: 0, doubtful: 0 });
  await send(contact(now, 0), ...stored(now));
  expect((await rows(client, 'body-temperature')).map(([at]) => at)).toEqual(moments);
  expect(await rows(client, 'device-clock-offset')).toEqual([
    [right, zoneMinutes * 60],
    [switched, (zoneMinutes * MINUTE + ahead) / 1000],
    [back, zoneMinutes * 60],
  ]);
  const [listed] = await client.call('device.list', {});
  expect(listed).toMatchObject({ id: device.id, doubt: null, clocks: [{ aheadSeconds: 0, atMicros: now * 1000 }] });
});

test('an MQTT device: another zone changes nothing, no time is now, and a day ahead is flagged', async () => {
  const { node, client } = await start();
  const { credential, device } = await client.call('device.add', { name: 'Band' });
  const band = await mqtt.connectAsync(node.mqttUrl ?? '', { username: 'Band', password: credential });
  devices.push(band);
  const now = Math.floor(Date.now() / 1000) * 1000;
  const zurich = (millis: number) => new Date(millis + HOUR).toISOString().replace('Z', '+01:00');
  const tokyo = (millis: number) => new Date(millis + 9 * HOUR).toISOString().replace('Z', '+09:00');
  const send = (value: number, time: string) =>
    band.publishAsync('hale/band/heart-rate', JSON.stringify({ value, time }), { qos: 1 });
  const ahead = [now + DAY - 50 * MINUTE, now + DAY - 40 * MINUTE];
  await send(61, zurich(now - 3 * HOUR));
  await send(62, tokyo(now - 2 * HOUR));
  for (let twice = 0; twice < 2; twice++) {
    await send(63, tokyo(ahead[0]));
    await send(64, tokyo(ahead[1]));
  }
  await band.publishAsync('hale/band/heart-rate', '65', { qos: 1 });
  await send(66, zurich(now - HOUR));
  const all = await rows(client, 'heart-rate');
  expect(all.filter(([, value]) => value !== 65)).toEqual([
    [now - 3 * HOUR, 61],
    [now - 2 * HOUR, 62],
    [now - HOUR, 66],
    [ahead[0], 63],
    [ahead[1], 64],
  ]);
  const [received] = all.filter(([, value]) => value === 65).map(([at]) => at);
  expect(received).toBeGreaterThanOrEqual(now);
  expect(received).toBeLessThan(now + DAY / 2);
  const flags = await rows(client, 'device-time-doubt');
  expect(flags.map(([at]) => at)).toEqual(ahead);
  const [listed] = await client.call('device.list', {});
  expect(listed).toMatchObject({ id: device.id, samples: all.length + 2, doubt: { readings: 2 } });
  expect(listed.doubt?.aheadSeconds).toBe(flags[1][1]);
  expect(Math.abs((flags[1][1] ?? 0) * 1000 - (ahead[1] - now))).toBeLessThan(HOUR);
});

test('a file export: times with their zone stand where they are, those of tomorrow are flagged and kept', async () => {
  const { client } = await start();
  const now = Math.floor(Date.now() / 1000) * 1000;
  const zone = (millis: number, hours: number) =>
    new Date(millis + hours * HOUR).toISOString().replace('Z', `+0${hours}:00`);
  const moments = Array.from({ length: 12 }, (_, i) => now - (30 - i) * MINUTE);
  const times = moments.map((moment, i) => {
    if (i < 4) return zone(moment, 1);
    return i < 8 ? zone(moment + DAY, 9) : zone(moment, 9);
  });
  const file = join(homes.dir(), 'export.csv');
  writeFileSync(file, ['time,heart rate (/min)', ...times.map((time, i) => `${time},${60 + i}`), ''].join('\n'));
  const [report] = await client.call('import', { files: [file], zone: 'Europe/Zurich' });
  expect(report).toMatchObject({ read: 12, accepted: 12, rejected: 0 });
  expect(report.notes).toContain(
    '4 times lie in the future: a clock or a zone was wrong. They are kept as they stand, and flagged in device-time-doubt.',
  );
  const wanted = moments.map((moment, i) => (i >= 4 && i < 8 ? moment + DAY : moment));
  expect((await rows(client, 'heart-rate')).map(([at]) => at)).toEqual(wanted.sort((a, b) => a - b));
  const flags = await rows(client, 'device-time-doubt');
  expect(flags.map(([at]) => at)).toEqual(moments.slice(4, 8).map((moment) => moment + DAY));
  const [again] = await client.call('import', { files: [file], zone: 'Europe/Zurich' });
  expect(again).toMatchObject({ accepted: 0, duplicate: 12 });
  expect(await rows(client, 'device-time-doubt')).toEqual(flags);
});
