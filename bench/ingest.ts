// How many samples a second does a node take in over HTTP: sealed, signed, fsynced? The same bytes go to PostgreSQL by COPY.

import { dirname } from 'node:path';
import { Delivery } from './delivery.ts';
import { type BenchNode, newHome, remove, startNode } from './node.ts';
import { copyIn, createSampleTable, POSTGRES_SETTINGS, type Postgres, startPostgres } from './postgres.ts';
import { type Bench, type BenchResult, type Finding, rate, times } from './report.ts';
import { ecgUnits, heartRate } from './signals.ts';

const START_MICROS = Date.UTC(2024, 0, 1) * 1000;
/** Share of the input that warms both sides up and is not counted. */
const WARM_SHARE = 0.15;

interface Load {
  /** Name of the series; each device has one. */
  series: string;
  hertz: number;
  batchSeconds: number;
  samples: number;
  /** Devices, each with a connection of its own that sends the next batch when the last was acknowledged. */
  devices: number;
  postgresConnections: number;
  valueAt: (index: number) => string;
}

/** Per device its batches, as text. */
export function batchesOf(load: Load): Buffer[][] {
  const perBatch = Math.max(1, Math.round(load.hertz * load.batchSeconds));
  const perDevice = Math.ceil(load.samples / load.devices / perBatch);
  return Array.from({ length: load.devices }, (_, device) =>
    Array.from({ length: perDevice }, (_, batch) => {
      const lines: string[] = [];
      for (let i = batch * perBatch; i < (batch + 1) * perBatch; i++)
        lines.push(
          `${load.series}-${device},${START_MICROS + i * (1e6 / load.hertz)},${load.valueAt(i + device * 7919)}\n`,
        );
      return Buffer.from(lines.join(''));
    }),
  );
}

/** Sends each lane's batches in order, the lanes side by side. Samples per second. */
async function send(lanes: Buffer[][], post: (lane: number, body: Buffer) => Promise<void>): Promise<void> {
  await Promise.all(
    lanes.map(async (batches, lane) => {
      for (const batch of batches) await post(lane, batch);
    }),
  );
}

function split(lanes: Buffer[][]): { warm: Buffer[][]; measured: Buffer[][] } {
  const at = Math.ceil(lanes[0].length * WARM_SHARE);
  return { warm: lanes.map((batches) => batches.slice(0, at)), measured: lanes.map((batches) => batches.slice(at)) };
}

interface Speed {
  acknowledged: number;
  signed: number;
}

export async function measureHale(load: Load, lanes: Buffer[][]): Promise<Speed> {
  const dir = await newHome();
  const node = await startNode(dir);
  try {
    const deliveries = await openDeliveries(node, load.devices);
    const post = (lane: number, body: Buffer) => deliveries[lane].post(body);
    const { warm, measured } = split(lanes);
    await send(warm, post);
    await node.client.call('relays.sync', {});
    const before = (await node.client.call('status', {})).samples;
    const from = performance.now();
    await send(measured, post);
    const acknowledged = performance.now() - from;
    // Closes what is due, writes the summaries, signs everything: what the node would do by and by.
    await node.client.call('relays.sync', {});
    const signed = performance.now() - from;
    const count = (await node.client.call('status', {})).samples - before;
    for (const delivery of deliveries) delivery.close();
    return { acknowledged: (count / acknowledged) * 1000, signed: (count / signed) * 1000 };
  } finally {
    await node.stop();
    remove(dirname(dir));
  }
}

async function openDeliveries(node: BenchNode, devices: number): Promise<Delivery[]> {
  const deliveries: Delivery[] = [];
  for (let i = 0; i < devices; i++) {
    const { credential } = await node.client.call('device.add', { name: `device ${i}` });
    deliveries.push(await Delivery.open(node.port, credential));
  }
  return deliveries;
}

async function measurePostgres(postgres: Postgres, load: Load, lanes: Buffer[][]): Promise<number> {
  const clients = await Promise.all(Array.from({ length: load.postgresConnections }, () => postgres.connect()));
  await createSampleTable(clients[0]);
  const post = (lane: number, body: Buffer) => copyIn(clients[lane % clients.length], body);
  const { warm, measured } = split(lanes);
  await send(warm, post);
  const [{ count: before }] = (await clients[0].query('SELECT count(*)::int FROM sample')).rows as { count: number }[];
  const from = performance.now();
  await send(measured, post);
  const took = performance.now() - from;
  const [{ count }] = (await clients[0].query('SELECT count(*)::int FROM sample')).rows as { count: number }[];
  for (const client of clients) await client.end();
  return ((count - before) / took) * 1000;
}

interface Question {
  title: string;
  loads: Load[];
  /** Samples per second, all signed, at ten seconds a batch; and times PostgreSQL. */
  target: (load: Load) => { perSecond: number; timesPeer: number | null } | null;
  notes: string[];
}

async function answer({ title, loads, target, notes }: Question): Promise<BenchResult> {
  const findings: Finding[] = [];
  const postgres = await startPostgres();
  try {
    for (const load of loads) {
      const lanes = batchesOf(load);
      const hale = await measureHale(load, lanes);
      const peer = await measurePostgres(postgres, load, lanes);
      const wanted = target(load);
      const isMet = wanted ? hale.signed >= wanted.perSecond && hale.signed >= (wanted.timesPeer ?? 0) * peer : null;
      const aims = wanted ? `≥ ${rate(wanted.perSecond)}${wanted.timesPeer ? `, ≥ ${wanted.timesPeer} ×` : ''}` : '';
      const batch = load.batchSeconds < 60 ? `${load.batchSeconds} s` : `${load.batchSeconds / 60} min`;
      findings.push({
        what: `batches of ${batch}`,
        hale: `${rate(hale.signed)} all signed, ${rate(hale.acknowledged)} acknowledged`,
        peer: rate(peer),
        ratio: times(hale.signed / peer),
        target: aims,
        isMet,
      });
      console.log(
        `  ${batch}: ${rate(hale.signed)} signed, ${rate(hale.acknowledged)} acknowledged; peer ${rate(peer)}`,
      );
    }
  } finally {
    await postgres.stop();
  }
  return { title, findings, notes };
}

const SHARED_NOTES = [
  'Lines `series,time_micros,value`, the same bytes to both. Hale: POST /v1/ingest to a node in its own process; acknowledged = sealed and fsynced; all signed = also every slot that is over closed, all summaries written, everything in signed batches and heads.',
  `Peer: PostgreSQL 18, COPY FROM STDIN (FORMAT csv), one commit a batch, into (series text, time bigint, value real) with an index on (series, time); ${POSTGRES_SETTINGS}.`,
];

export const ingestEcg: Bench = {
  name: 'ingest-ecg',
  run: () => {
    const units = ecgUnits();
    const valueAt = (i: number) => ((units[i % units.length] - 1024) / 200).toFixed(3);
    const load = { series: 'ecg', hertz: 250, devices: 8, postgresConnections: 8, valueAt };
    return answer({
      title: 'ECG, 250 Hz: samples a second taken in over HTTP',
      loads: [
        { ...load, batchSeconds: 1, samples: 3_000_000 },
        { ...load, batchSeconds: 10, samples: 10_000_000 },
        { ...load, batchSeconds: 600, samples: 9_600_000 },
      ],
      target: ({ batchSeconds }) => (batchSeconds === 10 ? { perSecond: 2e6, timesPeer: 5 } : null),
      notes: ['Values of MIT-BIH 100 in mV, eight devices with a connection each on both sides.', ...SHARED_NOTES],
    });
  },
};

export const ingestHeartRate: Bench = {
  name: 'ingest-heart-rate',
  run: () => {
    const { values } = heartRate();
    const valueAt = (i: number) => String(values[i % values.length]);
    const load = { series: 'heart-rate', hertz: 1, devices: 16, postgresConnections: 16, valueAt };
    return answer({
      title: 'Heart rate, 1 Hz: samples a second taken in over HTTP',
      loads: [
        { ...load, batchSeconds: 1, samples: 60_000 },
        { ...load, batchSeconds: 10, samples: 400_000 },
        { ...load, batchSeconds: 600, samples: 8_000_000 },
      ],
      target: ({ batchSeconds }) => (batchSeconds === 600 ? { perSecond: 1e6, timesPeer: null } : null),
      notes: [
        'Values of a wristband, sixteen devices with a connection each on both sides. A batch of 1 s is one sample: there the figure is requests a second.',
        ...SHARED_NOTES,
      ],
    });
  },
};
