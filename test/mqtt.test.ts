// MQTT as a person has it: the command, a device, a client from npm, and a node that is killed without warning.
import { randomBytes } from 'node:crypto';
import { hale, haleJson, Running, workFolder } from '@hale/testkit/hale-process';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, expect, test } from 'vitest';
import { closeRaw, connectPacket, publishPacket, Raw } from '../packages/home/test/mqtt-bytes.ts';
import './in-process.ts';

const folder = workFolder('mqtt');
afterAll(() => {
  closeRaw();
  folder.remove();
});
const home = ['--home', `${folder.dir}/home`];

async function start(mqttPort: number): Promise<{ process: Running; port: number }> {
  const process = new Running(['start', ...home, '--port', '0', '--mqtt', String(mqttPort), '--json']);
  const { text } = await process.line((line) => line.startsWith('{'), 60_000);
  return { process, port: Number(new URL((JSON.parse(text) as { mqttUrl: string }).mqttUrl).port) };
}

const START = 1_795_256_430_000_000;
const shown = async () =>
  (
    await haleJson<{ rows: { atMicros: number; value: number }[] }>(
      [
        'show',
        'heart-rate',
        '--level',
        'raw',
        '--from',
        '2026-01-01',
        '--to',
        '2027-01-01',
        '--rows',
        '100000',
        ...home,
      ],
      {},
    )
  ).rows;

test('killed five times under load: every PUBACK stands for a stored reading, and no reading is there twice', {
  timeout: 180_000,
}, async () => {
  await haleJson(['init', ...home]);
  let { process, port } = await start(0);
  const { credential, device } = await haleJson<{ credential: string; device: { id: string } }>([
    'device',
    'add',
    'Wrist band',
    ...home,
  ]);
  const acknowledged = new Set<number>();
  let sent = 0;
  let client: MqttClient | null = null;
  try {
    // One client for all: what was not acknowledged it sends again, marked as such, once the node is back.
    client = mqtt.connect(`mqtt://127.0.0.1:${port}`, {
      username: 'wrist-band',
      password: credential,
      clientId: randomBytes(8).toString('hex'),
      clean: false,
      reconnectPeriod: 200,
    });
    client.on('error', () => {});
    const topic = `hale/${device.id}/heart-rate`;
    for (let kill = 0; kill < 5; kill++) {
      const from = acknowledged.size;
      const enough = new Promise<void>((resolve) => {
        for (let i = 0; i < 400; i++) {
          const second = sent++;
          const payload = JSON.stringify({ value: 40 + (second % 100), time: START + second * 1e6 });
          client?.publish(topic, payload, { qos: (1 + (second % 2)) as 1 | 2 }, (error) => {
            if (!error) acknowledged.add(second);
            if (acknowledged.size >= from + 50) resolve();
          });
        }
      });
      await enough;
      const before = new Set(acknowledged);
      await process.kill9();
      ({ process, port } = await start(port));
      const stored = new Set((await shown()).map(({ atMicros }) => (atMicros - START) / 1e6));
      expect([...before].filter((second) => !stored.has(second))).toEqual([]);
    }
    await expect.poll(() => acknowledged.size, { timeout: 60_000 }).toBe(sent);
    const rows = await shown();
    expect(rows.map(({ atMicros }) => (atMicros - START) / 1e6)).toEqual(Array.from({ length: sent }, (_, i) => i));
    expect(rows.map(({ value }) => value)).toEqual(Array.from({ length: sent }, (_, i) => 40 + (i % 100)));
    const { stdout } = await hale(['device', 'list', ...home]);
    expect(stdout).toMatch(/Wrist band\s+me\s+its own credential\s+2,000/);
  } finally {
    await client?.endAsync(true);
    await process.kill9();
  }
});

test('a bare number that was stored before the node was killed, and comes again after, is there once', {
  timeout: 120_000,
}, async () => {
  let { process, port } = await start(0);
  try {
    const { credential, device } = await haleJson<{ credential: string; device: { id: string } }>([
      'device',
      'add',
      'Scale',
      ...home,
    ]);
    const topic = `hale/${device.id}/body-weight`;
    const url = `mqtt://127.0.0.1:${port}`;
    const first = new Raw(url).send(connectPacket('c', 'scale', credential));
    await first.until(4);
    first.send(publishPacket(topic, '70.5', 7), publishPacket(topic, '70.5', 8), publishPacket(topic, '70.6', 9));
    await first.until(16);
    await process.kill9();
    ({ process, port } = await start(port));
    const second = new Raw(url).send(connectPacket('c', 'scale', credential));
    await second.until(4);
    second.send(
      publishPacket(topic, '70.5', 8, 10),
      publishPacket(topic, '70.6', 9, 10),
      publishPacket(topic, '70.6', 10),
    );
    await second.until(16);
    const { rows } = await haleJson<{ rows: { value: number }[] }>(['show', 'body-weight', '--level', 'raw', ...home]);
    expect(rows.map(({ value }) => value)).toEqual([70.5, 70.5, 70.6, 70.6]);
  } finally {
    await process.kill9();
  }
});
