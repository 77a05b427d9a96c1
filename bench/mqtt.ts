// How soon is a reading acknowledged when 200 devices send one a second by MQTT, and how many messages of QoS 1 does a node take a second? The
// same packets go to mosquitto, where it is installed (or HALE_BENCH_MOSQUITTO names it); it keeps them in memory and seals nothing.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, fdatasyncSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type MqttDevice, WireDevice } from './mqtt-wire.ts';
import { newHome, remove, startNode, temporaryDirectory } from './node.ts';
import { type Bench, bytes, type Finding, millis, rate, times } from './report.ts';
import { heartRate } from './signals.ts';

const DEVICES = 200;
const SECONDS = 30;
/** Until every device's stream has been made. */
const WARM_SECONDS = 5;
const BUSY_DEVICES = 20;
const BUSY_MESSAGES = 120_000;
const WINDOW = 200;
/** Of the issue, where mosquitto cannot be run. */
const STATED_PER_SECOND = 12_000;
const mosquitto = process.env.HALE_BENCH_MOSQUITTO ?? 'mosquitto';
/** As live devices: what they send is of now. */
const START_MICROS = Math.floor(Date.now() / 1000) * 1e6;

interface Measured {
  median: number;
  p99: number;
  perSecond: number;
  memory: number | null;
}

const payload = (value: number, second: number) => `{"value":${value},"time":${START_MICROS + second * 1e6}}`;

/** Each device one message a second, spread over the second as clocks are. Milliseconds until each was acknowledged. */
async function oncePerSecond(devices: WireDevice[], values: ArrayLike<number>, first: number, seconds: number) {
  const took: number[] = [];
  await Promise.all(
    devices.map(async (device, i) => {
      const start = performance.now() + (i * 1000) / devices.length;
      for (let second = 0; second < seconds; second++) {
        await wait(Math.max(0, start + second * 1000 - performance.now()));
        took.push(await device.send(payload(values[(i * 97 + second) % values.length], first + second)));
      }
    }),
  );
  return took.sort((a, b) => a - b);
}

async function asFastAsPossible(devices: WireDevice[], values: ArrayLike<number>, first: number, messages: number) {
  const each = Math.ceil(messages / devices.length);
  const payloads = devices.map((_, i) =>
    Array.from({ length: each }, (__, n) => payload(values[(i * 97 + n) % values.length], first + n)),
  );
  const from = performance.now();
  await Promise.all(devices.map((device, i) => device.sendAll(payloads[i], WINDOW)));
  return (each * devices.length * 1000) / (performance.now() - from);
}

async function measure(port: number, all: MqttDevice[], memory: () => number | null): Promise<Measured> {
  const { values } = heartRate();
  const devices = await Promise.all(all.map((device) => WireDevice.open(port, device)));
  try {
    await oncePerSecond(devices, values, -WARM_SECONDS, WARM_SECONDS);
    const took = await oncePerSecond(devices, values, 0, SECONDS);
    const busy = devices.slice(0, BUSY_DEVICES);
    await asFastAsPossible(busy, values, -100_000, BUSY_MESSAGES / 10);
    const perSecond = await asFastAsPossible(busy, values, -50_000, BUSY_MESSAGES);
    const at = (share: number) => took[Math.min(took.length - 1, Math.floor(took.length * share))];
    return { median: at(0.5), p99: at(0.99), perSecond, memory: memory() };
  } finally {
    for (const device of devices) device.close();
  }
}

async function measureHale(): Promise<Measured> {
  const dir = await newHome();
  const node = await startNode(dir, 'mqtt');
  try {
    const devices: MqttDevice[] = [];
    for (let i = 0; i < DEVICES; i++) {
      const { device, credential } = await node.client.call('device.add', { name: `device ${i}` });
      devices.push({ name: device.id, user: device.id, password: credential });
    }
    return await measure(node.mqttPort, devices, () => node.residentBytes());
  } finally {
    await node.stop();
    remove(dirname(dir));
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** What an fsync alone takes here and now: nothing that keeps its promise is faster. */
async function fsyncAlone(): Promise<{ median: number; p99: number }> {
  const dir = temporaryDirectory();
  const file = openSync(join(dir, 'probe'), 'w');
  const block = Buffer.alloc(48 * 1024, 1);
  const took: number[] = [];
  for (let i = 0; i < 1000; i++) {
    const from = performance.now();
    writeSync(file, block);
    fdatasyncSync(file);
    took.push(performance.now() - from);
    await wait(5);
  }
  closeSync(file);
  remove(dir);
  took.sort((a, b) => a - b);
  return { median: took[500], p99: took[990] };
}

/** Null where there is no mosquitto. */
async function measurePeer(): Promise<Measured | null> {
  // Asked for help it ends with 3; where it cannot be loaded, with 127.
  const asked = spawnSync(mosquitto, ['-h'], { stdio: 'ignore' });
  if (asked.error || asked.status === 127) return null;
  const dir = temporaryDirectory();
  const port = await freePort();
  const config = [
    'allow_anonymous true',
    'max_inflight_messages 0',
    'max_queued_messages 0',
    `listener ${port} 127.0.0.1`,
  ];
  if (process.getuid?.() === 0) config.push('user root');
  writeFileSync(join(dir, 'mosquitto.conf'), `${config.join('\n')}\n`);
  const broker: ChildProcess = spawn(mosquitto, ['-c', join(dir, 'mosquitto.conf')], { stdio: 'ignore' });
  try {
    const devices = Array.from({ length: DEVICES }, (_, i) => ({ name: `d${i}`, user: `d${i}`, password: 'x' }));
    for (let tries = 0; ; tries++) {
      const first = await WireDevice.open(port, { name: 'first', user: 'u', password: 'p' }).catch(() => null);
      first?.close();
      if (first || tries > 100) break;
      await wait(50);
    }
    return await measure(port, devices, () => null);
  } finally {
    broker.kill('SIGKILL');
    remove(dir);
  }
}

function findingsOf(hale: Measured, peer: Measured | null): Finding[] {
  const wanted = peer?.perSecond ?? STATED_PER_SECOND;
  return [
    {
      what: `${DEVICES} devices at 1 Hz: acknowledged after, 99 of 100`,
      hale: `${millis(hale.p99)} (median ${millis(hale.median)})`,
      peer: peer ? `${millis(peer.p99)} (median ${millis(peer.median)})` : 'not here',
      ratio: peer ? times(hale.p99 / peer.p99) : '',
      target: '< 100 ms',
      isMet: hale.p99 < 100,
    },
    {
      what: `QoS 1 messages a second, ${BUSY_DEVICES} devices, ${WINDOW} in flight each`,
      hale: rate(hale.perSecond),
      peer: peer ? rate(peer.perSecond) : `${rate(STATED_PER_SECOND)} (of the issue)`,
      ratio: times(hale.perSecond / wanted),
      target: `≥ ${rate(STATED_PER_SECOND)}`,
      isMet: hale.perSecond >= STATED_PER_SECOND,
    },
    {
      what: 'memory of the node afterwards',
      hale: bytes(hale.memory ?? 0),
      peer: '',
      ratio: '',
      target: '',
      isMet: null,
    },
  ];
}

export const mqttDevices: Bench = {
  name: 'mqtt',
  run: async () => {
    const hale = await measureHale();
    const disk = await fsyncAlone();
    return {
      title: 'Devices by MQTT: until a reading is acknowledged, and how many a second',
      findings: findingsOf(hale, await measurePeer()),
      notes: [
        'Hale: a node in its own process, a credential for each device; acknowledged = decoded, merged, sealed, fsynced. Messages are {"value":72,"time":…} on hale/DEVICE/heart-rate.',
        `In the same minute 48 kB with an fsync, and nothing else, took ${millis(disk.median)} (median) and ${millis(disk.p99)} (99 of 100).`,
        'Peer: mosquitto 2.0 with the same packets and no subscriber, anonymous, nothing written to a disk: it acknowledges from memory.',
        'The client is one process for all devices, with packets written ahead of time.',
      ],
    };
  },
};
