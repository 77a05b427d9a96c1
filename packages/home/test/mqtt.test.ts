// MQTT with a client from npm and with raw bytes, against a real node in this process: what is acknowledged is on the disk, a device is only itself.

import { mqttPacket } from '@hale/testkit/mqtt-packets';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { afterEach, describe, expect, test } from 'vitest';
import type { HomeClient } from '../src/api.ts';
import { home as entry } from '../src/compose.ts';
import { HOME_LIMITS } from '../src/limits.ts';
import { noCollector } from '../src/locked.ts';
import { MqttBroker } from '../src/mqtt/broker.ts';
import { tokenHashOf } from '../src/mqtt/sender.ts';
import type { NodeHandle } from '../src/open-client.ts';
import { Homes } from './homes.ts';
import { closeRaw, connectPacket, publishPacket, Raw } from './mqtt-bytes.ts';

const homes = new Homes();
const nodes: NodeHandle[] = [];
const clients: MqttClient[] = [];
const homeClients: HomeClient[] = [];
afterEach(async () => {
  closeRaw();
  await Promise.all(clients.splice(0).map((client) => client.endAsync(true)));
  for (const client of homeClients.splice(0)) await client.close();
  for (const node of nodes.splice(0)) await node.close();
  await homes.close();
});

interface Running {
  dir: string;
  node: NodeHandle;
  url: string;
  client: HomeClient;
}

async function startIn(dir: string, passphrase?: string): Promise<Running> {
  const given = passphrase === undefined ? {} : { passphrase };
  const node = await entry.startNode({ dir, port: 0, mqttPort: 0, ...given });
  nodes.push(node);
  const client = await entry.connectHome({ dir });
  homeClients.push(client);
  return { dir, node, url: node.mqttUrl ?? '', client };
}

async function start(): Promise<Running> {
  const dir = homes.dir();
  await entry.createHome({ dir });
  return startIn(dir);
}

async function addDevice({ client }: Running, name: string) {
  const { device, credential, mqtt: address } = await client.call('device.add', { name });
  expect(address).toMatch(/^mqtt:/);
  return { id: device.id, user: name, password: credential };
}

type Device = Awaited<ReturnType<typeof addDevice>>;

async function connect(url: string, { user, password }: Device, options: IClientOptions = {}): Promise<MqttClient> {
  const client = await mqtt.connectAsync(url, {
    username: user,
    password,
    reconnectPeriod: 0,
    ...options,
  });
  clients.push(client);
  client.on('error', () => {});
  return client;
}

async function rows({ client }: Running, stream: string) {
  const shown = await client.call('show', {
    stream,
    level: 'raw',
    from: '2000-01-01',
    to: '2100-01-01',
    rowsMax: 10_000,
  });
  return {
    unit: shown.stream.unit,
    kind: shown.stream.kind,
    values: shown.rows.map(({ value }) => value),
    rows: shown.rows,
  };
}

const closed = (client: MqttClient) => new Promise<void>((resolve) => void client.once('close', resolve));
const streams = async ({ client }: Running) => (await client.call('streams', {})).map(({ key }) => key).sort();

describe('taking in', () => {
  test('numbers, values with times, lines and JSON, at every QoS; acknowledged is stored', async () => {
    const home = await start();
    const band = await addDevice(home, 'Wrist band');
    const client = await connect(home.url, { ...band, user: 'wrist-band' });
    await client.publishAsync('hale/Wrist band/heart-rate', '{"value":71,"time":1795256430000000}', { qos: 1 });
    await client.publishAsync('hale/wrist-band/heart-rate', '{"value":72,"time":"2026-11-21T10:20:31Z"}', { qos: 2 });
    await client.publishAsync(`hale/${band.id}/lines`, 'heart-rate,1795256432000000,73\nspo2,1795256432000000,97\n', {
      qos: 1,
    });
    await client.publishAsync(`hale/${band.id}/any`, '{"series":"spo2","samples":[[1795256433000000,98]]}', { qos: 1 });
    expect(await rows(home, 'heart-rate')).toMatchObject({ values: [71, 72, 73], unit: '/min' });
    expect((await rows(home, 'spo2')).values).toEqual([97, 98]);
    const before = Date.now();
    await client.publishAsync('hale/wrist-band/bed/skin-temperature', '33.41', { qos: 1 });
    const skin = await rows(home, 'skin-temperature');
    expect(skin.values).toEqual([33.41]);
    expect(skin.rows[0].atMicros / 1000).toBeGreaterThanOrEqual(before);
    // At QoS 0 the answer to a later message says that the earlier one is in.
    await client.publishAsync('hale/wrist-band/steps', '12', { qos: 0 });
    await client.publishAsync('hale/wrist-band/steps', '13', { qos: 1 });
    expect((await rows(home, 'steps')).values).toEqual([12, 13]);
  });

  test('a burst of numbers without times loses none: each is a moment of its own', async () => {
    const home = await start();
    const client = await connect(home.url, await addDevice(home, 'band'));
    await Promise.all(
      Array.from({ length: 500 }, (_, i) => client.publishAsync('hale/band/heart-rate', String(i % 200), { qos: 1 })),
    );
    const { values } = await rows(home, 'heart-rate');
    expect(values).toEqual(Array.from({ length: 500 }, (_, i) => i % 200));
  });

  test('what can never be stored is acknowledged, counted and said; what comes with it is stored', async () => {
    const home = await start();
    const client = await connect(home.url, await addDevice(home, 'band'));
    await Promise.all(
      ['online', '{"value":"x"}', '71', '{', 'a,b,c', '{"value":72,"time":1795256430000}'].map((payload) =>
        client.publishAsync('hale/band/heart-rate', payload, { qos: 1 }),
      ),
    );
    await client.publishAsync('nobody/knows/this', '1', { qos: 1 });
    await client.publishAsync('hale/band/heart-rate', '', { qos: 1, retain: true });
    expect((await rows(home, 'heart-rate')).values).toEqual([71]);
    const [device] = await home.client.call('device.list', {});
    expect(device).toMatchObject({ notTaken: 6, samples: 1 });
    expect(device.lastContactMicros).not.toBeNull();
  });

  test('series beyond what one device may bring are counted, and the others go on', async () => {
    const home = await start();
    const client = await connect(home.url, await addDevice(home, 'band'));
    await Promise.all(
      Array.from({ length: 70 }, (_, i) => client.publishAsync(`hale/band/series-${i}`, '1', { qos: 1 })),
    );
    await client.publishAsync('hale/band/series-0', '2', { qos: 1 });
    expect((await streams(home)).length).toBe(64);
    expect((await rows(home, 'series-0')).values).toEqual([1, 2]);
    expect((await home.client.call('device.list', {}))[0].notTaken).toBe(6);
  });

  test('a will that is a number is a reading; one that is a word harms nothing', async () => {
    const home = await start();
    const band = await addDevice(home, 'band');
    for (const payload of ['0', 'offline']) {
      const client = await connect(home.url, band, {
        will: { topic: 'hale/band/heart-rate', payload: Buffer.from(payload), qos: 1, retain: true },
      });
      client.stream.destroy();
      await closed(client);
    }
    const after = await connect(home.url, band);
    await after.publishAsync('hale/band/heart-rate', '60', { qos: 1 });
    expect((await rows(home, 'heart-rate')).values).toEqual([0, 60]);
  });
});

describe('once only', () => {
  test('a message that comes again with DUP, on this connection or the next, adds nothing', async () => {
    const home = await start();
    const { user, password } = await addDevice(home, 'band');
    const first = new Raw(home.url).send(connectPacket('c', user, password));
    await first.until(4);
    first.send(publishPacket('hale/band/heart-rate', '70', 7), publishPacket('hale/band/heart-rate', '70', 7, 10));
    expect((await first.until(12)).slice(4)).toEqual([0x40, 2, 0, 7, 0x40, 2, 0, 7]);
    first.destroy();
    const second = new Raw(home.url).send(connectPacket('c', user, password));
    await second.until(4);
    second.send(publishPacket('hale/band/heart-rate', '70', 7, 10));
    await second.until(8);
    expect((await rows(home, 'heart-rate')).values).toEqual([70]);
    // The same number for another message, later: a new one, even if DUP is set.
    second.send(publishPacket('hale/band/heart-rate', '71', 7, 10), publishPacket('hale/band/heart-rate', '71', 7));
    await second.until(16);
    expect((await rows(home, 'heart-rate')).values).toEqual([70, 71, 71]);
  });

  test('QoS 2: PUBREC comes after the fsync, and PUBLISH again before PUBREL adds nothing', async () => {
    const home = await start();
    const { user, password } = await addDevice(home, 'band');
    const raw = new Raw(home.url).send(connectPacket('c', user, password));
    await raw.until(4);
    raw.send(publishPacket('hale/band/heart-rate', '70', 9, 4));
    expect((await raw.until(8)).slice(4)).toEqual([0x50, 2, 0, 9]);
    expect((await rows(home, 'heart-rate')).values).toEqual([70]);
    raw.send(publishPacket('hale/band/heart-rate', '70', 9, 12));
    expect((await raw.until(12)).slice(8)).toEqual([0x50, 2, 0, 9]);
    raw.send(mqttPacket(0x62, Buffer.from([0, 9])));
    expect((await raw.until(16)).slice(12)).toEqual([0x70, 2, 0, 9]);
    expect((await rows(home, 'heart-rate')).values).toEqual([70]);
  });
});

describe('who is who', () => {
  const refusedWith = async (url: string, options: IClientOptions) =>
    mqtt.connectAsync(url, { reconnectPeriod: 0, ...options }, false).then(
      () => null,
      (error: Error & { code?: number }) => error.code,
    );

  test('no credential, a wrong one, or another name: not let in', async () => {
    const home = await start();
    const ann = await addDevice(home, 'ann');
    const ben = await addDevice(home, 'ben');
    for (const options of [
      {},
      { username: 'ann' },
      { username: 'ann', password: 'hale_wrong' },
      { username: 'ann', password: ben.password },
      { username: 'ben', password: ann.password },
      { username: '', password: ann.password },
    ])
      expect(await refusedWith(home.url, options)).toBe(4);
    expect(
      await refusedWith(home.url, { username: ann.id, password: ann.password, protocolVersion: 5 }),
    ).not.toBeNull();
    const client = await connect(home.url, { ...ann, user: ann.id });
    expect(client.connected).toBe(true);
  });

  test('a device writes below no other name, and reads nothing of others', async () => {
    const home = await start();
    const ann = await addDevice(home, 'ann');
    const ben = await addDevice(home, 'ben');
    for (const topic of [
      `hale/${ben.id}/heart-rate`,
      'hale/ben/heart-rate',
      '$SYS/x',
      'homeassistant/status',
      'hale/x',
    ]) {
      const client = await connect(home.url, ann);
      client.publish(topic, '1', { qos: 1 });
      await closed(client);
    }
    expect(await streams(home)).toEqual([]);
    const spy = await connect(home.url, ann);
    const heard: string[] = [];
    spy.on('message', (topic) => void heard.push(topic));
    const filters = ['#', '+/+/+', 'hale/#', 'hale/ben/#', '$SYS/#', 'hale/+/heart-rate', 'hale', 'hale/ann/#'];
    const grants = await Promise.all(
      [...filters, 'zigbee2mqtt/#', 'homeassistant/#'].map(
        async (topic) => (await spy.subscribeAsync(topic, { qos: 1 }).catch(() => [{ qos: 128 }]))[0]?.qos,
      ),
    );
    expect(grants).toEqual([128, 128, 128, 128, 128, 128, 128, 1, 1, 1]);
    const other = await connect(home.url, ben);
    const announced = JSON.stringify({ state_topic: 'zigbee2mqtt/bed' });
    await other.publishAsync('homeassistant/sensor/ben/x/config', announced, { qos: 1, retain: true });
    await other.publishAsync('zigbee2mqtt/bed', '20', { qos: 1, retain: true });
    await other.publishAsync('hale/ben/heart-rate', '60', { qos: 1, retain: true });
    await spy.publishAsync('hale/ann/heart-rate', '61', { qos: 1 });
    await spy.publishAsync('hale/ann/heart-rate', '62', { qos: 2 });
    await spy.publishAsync('zigbee2mqtt/own/set', 'on', { qos: 1 });
    await expect.poll(() => heard.length).toBe(4);
    expect(heard.sort()).toEqual([
      'hale/ann/heart-rate',
      'hale/ann/heart-rate',
      'homeassistant/status',
      'zigbee2mqtt/own/set',
    ]);
  });

  test('one client identifier at two devices: neither throws the other out', async () => {
    const home = await start();
    const ann = await connect(home.url, await addDevice(home, 'ann'), { clientId: 'same' });
    const ben = await connect(home.url, await addDevice(home, 'ben'), { clientId: 'same' });
    await ann.publishAsync('hale/ann/heart-rate', '60', { qos: 1 });
    await ben.publishAsync('hale/ben/heart-rate', '61', { qos: 1 });
    expect([ann.connected, ben.connected]).toEqual([true, true]);
  });

  test('a removed device is cut off at once, its will included, and not let in again', async () => {
    const home = await start();
    const ann = await addDevice(home, 'ann');
    const will = { topic: 'hale/ann/heart-rate', payload: Buffer.from('1'), qos: 1 as const, retain: false };
    const client = await connect(home.url, ann, { will });
    await client.publishAsync('hale/ann/heart-rate', '60', { qos: 1 });
    const gone = closed(client);
    await home.client.call('device.remove', { device: 'ann' });
    await gone;
    expect(await refusedWith(home.url, { username: 'ann', password: ann.password })).toBe(4);
    expect((await rows(home, 'heart-rate')).values).toEqual([60]);
  });

  test('retained messages come back to their device, and only few are kept', async () => {
    const home = await start();
    const ann = await addDevice(home, 'ann');
    const client = await connect(home.url, ann);
    for (let i = 0; i < HOME_LIMITS.mqttRetainedMax + 5; i++)
      await client.publishAsync(`hale/ann/series-${i % 60}/at-${i}`, '1', { qos: 1, retain: true });
    await client.publishAsync('hale/ann/series-0/at-0', '', { qos: 1, retain: true });
    const later = await connect(home.url, ann);
    const heard = new Set<string>();
    later.on('message', (topic, _payload, { retain }) => void (retain && heard.add(topic)));
    await later.subscribeAsync('hale/ann/#', { qos: 1 });
    await expect.poll(() => heard.size).toBe(HOME_LIMITS.mqttRetainedMax - 1);
  });
});

describe('Home Assistant discovery', () => {
  const config = (fields: object) => JSON.stringify({ unique_id: 'x', ...fields });

  test('announced sensors become series of the right kind and unit, after a restart too', async () => {
    const home = await start();
    const hub = await addDevice(home, 'hub');
    const client = await connect(home.url, hub);
    const announce = (object: string, fields: object) =>
      client.publishAsync(`homeassistant/sensor/0x1/${object}/config`, config(fields), { qos: 1, retain: true });
    const state = { state_topic: 'zigbee2mqtt/bedroom' };
    await announce('temperature', {
      ...state,
      device_class: 'temperature',
      unit_of_measurement: '°C',
      value_template: '{{ value_json.temperature }}',
    });
    await announce('humidity', {
      ...state,
      device_class: 'humidity',
      unit_of_measurement: '%',
      value_template: '{{ value_json.humidity }}',
    });
    await announce('pulse', { stat_t: 'band/pulse', unit_of_meas: 'bpm', name: 'Heart rate' });
    await client.publishAsync('zigbee2mqtt/bedroom', '{"temperature":21.37,"humidity":41,"battery":88}', { qos: 1 });
    await client.publishAsync('band/pulse', '64', { qos: 1 });
    expect(await rows(home, 'air-temperature')).toMatchObject({
      values: [21.37],
      unit: 'Cel',
      kind: 'air-temperature',
    });
    expect(await rows(home, 'relative-humidity')).toMatchObject({ values: [41], unit: '%' });
    expect(await rows(home, 'heart-rate')).toMatchObject({ values: [64], unit: '/min' });
    await client.endAsync();
    await nodes.splice(0)[0].close();
    const again = await startIn(home.dir);
    const back = await connect(again.url, hub);
    await back.publishAsync('band/pulse', '65', { qos: 1 });
    expect((await rows(again, 'heart-rate')).values).toEqual([64, 65]);
    // The end of a sensor: its states are nobody's from then on.
    await back.publishAsync('homeassistant/sensor/0x1/pulse/config', '', { qos: 1, retain: true });
    await back.publishAsync('band/pulse', '66', { qos: 1 });
    expect((await rows(again, 'heart-rate')).values).toEqual([64, 65]);
    expect((await again.client.call('device.list', {}))[0].notTaken).toBe(1);
  });

  test('who announced a sensor first owns it and its states', async () => {
    const home = await start();
    const ann = await connect(home.url, await addDevice(home, 'ann'));
    await ann.publishAsync('homeassistant/sensor/n/x/config', config({ state_topic: 'n/x' }), { qos: 1 });
    const ben = await addDevice(home, 'ben');
    for (const [topic, payload] of [
      ['homeassistant/sensor/n/x/config', ''],
      ['homeassistant/sensor/n/x/config', config({ state_topic: 'ben/x' })],
      ['n/x', '1'],
    ]) {
      const client = await connect(home.url, ben);
      client.publish(topic, payload, { qos: 1 });
      await closed(client);
    }
    await ann.publishAsync('n/x', '2', { qos: 1 });
    expect((await rows(home, 'ha-n-x')).values).toEqual([2]);
  });

  test('no device takes the discovery topic of another by calling it a state topic', async () => {
    const home = await start();
    const ben = await connect(home.url, await addDevice(home, 'ben'));
    const topic = 'homeassistant/sensor/n/x/config';
    await ben.publishAsync('homeassistant/sensor/b/y/config', config({ state_topic: topic }), { qos: 1 });
    const ann = await connect(home.url, await addDevice(home, 'ann'));
    await ann.publishAsync(topic, config({ state_topic: 'n/x' }), { qos: 1 });
    await ann.publishAsync('n/x', '2', { qos: 1 });
    expect((await rows(home, 'ha-n-x')).values).toEqual([2]);
    const devices = await home.client.call('device.list', {});
    expect(devices.find(({ name }) => name === 'ben')?.notTaken).toBe(1);
  });

  test('a device that waits for Home Assistant hears that it is there', async () => {
    const home = await start();
    const client = await connect(home.url, await addDevice(home, 'hub'));
    const said = new Promise<string>((resolve) => client.on('message', (_, payload) => resolve(String(payload))));
    await client.subscribeAsync('homeassistant/status');
    expect(await said).toBe('online');
  });
});

describe('a locked home', () => {
  const passphrase = 'correct horse';

  test('keeps, acknowledges, and folds in by the same code; then asks everybody for his name again', async () => {
    const dir = homes.dir();
    await entry.createHome({ dir, passphrase });
    const open = await startIn(dir, passphrase);
    const band = await addDevice(open, 'band');
    await addDevice(open, 'other');
    const first = await connect(open.url, band);
    await first.publishAsync('homeassistant/sensor/n/x/config', JSON.stringify({ state_topic: 'n/x', name: 'spo2' }), {
      qos: 1,
    });
    await first.endAsync();
    await nodes.splice(0)[0].close();

    const node = await entry.startNode({ dir, port: 0, mqttPort: 0, mayStayLocked: true });
    nodes.push(node);
    expect(node.unlocked).toBe(false);
    const url = node.mqttUrl ?? '';
    await expect(
      mqtt.connectAsync(url, { username: 'band', password: 'x', reconnectPeriod: 0 }, false),
    ).rejects.toThrow();
    const client = await connect(url, band);
    await Promise.all([
      client.publishAsync('hale/band/heart-rate', '70', { qos: 1 }),
      client.publishAsync('hale/band/heart-rate', '{"value":71,"time":1695256430000000}', { qos: 2 }),
      client.publishAsync('hale/band/heart-rate', 'nonsense', { qos: 1 }),
      client.publishAsync('n/x', '97', { qos: 1 }),
      // Not its own: refused only now that names can be read.
      client.publishAsync('hale/other/heart-rate', '99', { qos: 1 }),
    ]);
    await expect(client.subscribeAsync('hale/band/#')).rejects.toThrow();
    const cut = closed(client);
    const unlocking = await entry.connectHome({ dir, passphrase });
    homeClients.push(unlocking);
    const running = { dir, node, url, client: unlocking };
    expect((await rows(running, 'heart-rate')).values).toEqual([71, 70]);
    expect((await rows(running, 'spo2')).values).toEqual([97]);
    const devices = await unlocking.call('device.list', {});
    expect(devices.map(({ name, notTaken }) => [name, notTaken])).toEqual([
      ['band', 2],
      ['other', 0],
    ]);
    await cut;
    const back = await connect(url, band);
    await back.publishAsync('hale/band/heart-rate', '72', { qos: 1 });
    expect((await rows(running, 'heart-rate')).values).toEqual([71, 70, 72]);
  });
});

describe('hostile bytes', () => {
  test('packets too large are cut off by what they say, before they have come', async () => {
    const home = await start();
    const { user, password } = await addDevice(home, 'band');
    const stranger = new Raw(home.url).send(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]));
    expect(await stranger.end()).toEqual([]);
    const known = new Raw(home.url).send(connectPacket('c', user, password));
    await known.until(4);
    known.send(Buffer.from([0x32, 0xff, 0xff, 0xff, 0x7f]));
    expect((await known.end()).length).toBe(4);
    const fits = await connect(home.url, { id: '', user, password });
    const lines = Array.from({ length: 20_000 }, (_, i) => `heart-rate,${1_695_256_430_000_000 + i * 1e6},${i % 90}`);
    await fits.publishAsync('hale/band/lines', lines.join('\n'), { qos: 1 });
    expect((await home.client.call('device.list', {}))[0].samples).toBe(20_000);
  });

  test('garbage, half packets and wrong orders end a connection and nothing else', async () => {
    const home = await start();
    const { user, password } = await addDevice(home, 'band');
    const hello = connectPacket('c', user, password);
    const attacks = [
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      publishPacket('hale/band/heart-rate', '1', 1),
      Buffer.concat([hello, hello]),
      connectPacket('c', user, password, 5),
      connectPacket('c', user, password, 9),
      connectPacket('x'.repeat(1000), user, password),
      Buffer.concat([hello, publishPacket('', '1', 1)]),
      Buffer.concat([hello, publishPacket('hale/band/#', '1', 1)]),
      Buffer.concat([hello, publishPacket(`hale/band/${'a/'.repeat(100)}`, '1', 1)]),
      Buffer.concat([hello, publishPacket(`hale/band/${'a'.repeat(1000)}`, '1', 1)]),
      Buffer.concat([hello, publishPacket('hale/band/heart-rate', '1'.repeat(5000), 1, 4)]),
      Buffer.concat([hello, mqttPacket(0xf0, Buffer.alloc(0))]),
      Buffer.concat([hello, Buffer.from([0x36, 2, 0, 0])]),
    ];
    for (const bytes of attacks) await new Raw(home.url).send(bytes).end();
    for (let seed = 1; seed < 60; seed++) {
      const raw = new Raw(home.url).send(hello);
      const noise = Buffer.from(Array.from({ length: 64 }, (_, i) => (seed * (i + 7) * 2654435761) >>> 24));
      raw.send(noise);
      await raw.until(4);
      raw.destroy();
    }
    const client = await connect(home.url, { id: '', user, password });
    await client.publishAsync('hale/band/heart-rate', '60', { qos: 1 });
    expect((await rows(home, 'heart-rate')).values).toEqual([60]);
  });

  test('strangers that say nothing keep no device out: the oldest of them goes', async () => {
    const home = await start();
    const { user, password } = await addDevice(home, 'band');
    const strangers = Array.from({ length: HOME_LIMITS.mqttStrangersMax + 3 }, () => new Raw(home.url));
    await Promise.all(strangers.slice(0, 2).map((stranger) => stranger.end()));
    const client = await connect(home.url, { id: '', user, password });
    await client.publishAsync('hale/band/heart-rate', '60', { qos: 1 });
    expect(strangers.filter(({ ended }) => !ended).length).toBeGreaterThan(HOME_LIMITS.mqttStrangersMax - 5);
  });

  test('one connection holds only so many subscriptions', async () => {
    const home = await start();
    const { user, password } = await addDevice(home, 'band');
    const client = await connect(home.url, { id: '', user, password });
    const ask = (i: number) =>
      client.subscribeAsync(`hale/band/${i}`).then(
        () => 1,
        () => 0,
      );
    const granted = [];
    for (let i = 0; i < HOME_LIMITS.mqttSubscriptionsMax + 3; i++) granted.push(await ask(i));
    expect(granted.reduce((sum: number, each) => sum + each, 0)).toBe(HOME_LIMITS.mqttSubscriptionsMax);
  });

  test('one device holds only so many connections: a further one ends its oldest', async () => {
    const home = await start();
    const band = await addDevice(home, 'band');
    const all = [];
    for (let i = 0; i < HOME_LIMITS.mqttConnectionsPerDeviceMax; i++) all.push(await connect(home.url, band));
    const oldest = closed(all[0]);
    await connect(home.url, band);
    await oldest;
    expect(all.slice(1).every((client) => client.connected)).toBe(true);
  });
});

describe('a disk without room', () => {
  test('no PUBACK, the connection ends; with room again the same message is taken', async () => {
    const home = homes.make();
    const device = { type: 'device' as const, id: 'abc', name: 'band', subject: home.vault.subject().id, at: 0 };
    home.vault.record([{ ...device, tokenHash: tokenHashOf('secret'), removed: false }]);
    const facts: object[] = [];
    const broker = new MqttBroker({ home: () => home, locked: noCollector, onFact: (fact) => void facts.push(fact) });
    await broker.listen(0, '127.0.0.1');
    try {
      const url = `mqtt://127.0.0.1:${broker.port}`;
      const limit = (pages: number) => home.events.database.exec(`PRAGMA max_page_count = ${pages}`);
      const first = new Raw(url).send(connectPacket('c', 'band', 'secret'));
      await first.until(4);
      first.send(publishPacket('hale/band/heart-rate', '70', 1));
      await first.until(8);
      limit(1);
      const lines = Array.from(
        { length: 20_000 },
        (_, i) => `noise,${1_695_256_430_000_000 + i * 1e6},${(i * 2654435761) % 1e9}`,
      );
      first.send(publishPacket('hale/band/lines', lines.join('\n'), 2));
      expect((await first.end()).length).toBe(8);
      expect(facts).toContainEqual({ what: 'mqtt-refused', code: 'full' });
      limit(1_000_000);
      const second = new Raw(url).send(connectPacket('c', 'band', 'secret'));
      await second.until(4);
      second.send(publishPacket('hale/band/lines', lines.join('\n'), 2, 10));
      expect((await second.until(8)).slice(4)).toEqual([0x40, 2, 0, 2]);
      const counts = home.vault.streams().map((stream) => home.vault.store.sampleCount(stream.number).samples);
      expect(counts).toEqual([1, 20_000]);
    } finally {
      await broker.close();
    }
  });
});
