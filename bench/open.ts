// How long does a physician wait for a day of ECG that was shared with her? From the link to samples in memory, checked for completeness.
import { dirname } from 'node:path';
import { findReceived, grantSession } from '@hale/home';
import { Delivery } from './delivery.ts';
import { type BenchNode, newHome, remove, startNode } from './node.ts';
import { copyIn, createSampleTable, startPostgres } from './postgres.ts';
import { type Bench, median, millis, times } from './report.ts';
import { ecgUnits } from './signals.ts';

const HERTZ = 250;
const DAY_MICROS = 86_400e6;
const START_MICROS = Date.UTC(2024, 0, 10) * 1000;
const BATCH_SECONDS = 600;
const RUNS = 5;

/** A day of lead MLII of MIT-BIH 100, slowed to 250 Hz, in deliveries of ten minutes. */
function* deliveries(): Generator<Buffer> {
  const units = ecgUnits();
  const perBatch = HERTZ * BATCH_SECONDS;
  for (let from = 0; from < 86_400 * HERTZ; from += perBatch) {
    const lines: string[] = [];
    for (let i = from; i < from + perBatch; i++)
      lines.push(`ecg,${START_MICROS + i * (1e6 / HERTZ)},${((units[i % units.length] - 1024) / 200).toFixed(3)}\n`);
    yield Buffer.from(lines.join(''));
  }
}

export async function fill(node: BenchNode): Promise<string> {
  const { credential } = await node.client.call('device.add', { name: 'chest strap' });
  const delivery = await Delivery.open(node.port, credential);
  for (const body of deliveries()) await delivery.post(body);
  delivery.close();
  await node.client.call('relays.sync', {});
  const range = {
    from: new Date(START_MICROS / 1000).toISOString(),
    to: new Date((START_MICROS + DAY_MICROS) / 1000).toISOString(),
  };
  const { link } = await node.client.call('share', { streams: ['ecg'], with: 'link', level: 'raw', ...range });
  if (link === null) throw new Error('no link was made');
  return link;
}

/** Milliseconds until the day stands in memory. */
async function openOnce(link: string): Promise<{ took: number; samples: number }> {
  const from = performance.now();
  const session = grantSession(findReceived(null, link));
  try {
    await session.open();
    const [number] = session.reader.state.streams.keys();
    await session.fetch(number, 'raw', START_MICROS, START_MICROS + DAY_MICROS);
    const tiles = session.held.map(({ tile }) => tile);
    const query = { stream: number, level: 'raw' as const, from: START_MICROS, to: START_MICROS + DAY_MICROS };
    const { samples } = session.reader.series(query, tiles);
    const { verdict } = session.check();
    const took = performance.now() - from;
    if (verdict !== 'complete') throw new Error(`the day is ${verdict}`);
    return { took, samples: samples?.times.length ?? 0 };
  } finally {
    await session.close();
  }
}

async function peerOnce(): Promise<number> {
  const postgres = await startPostgres();
  try {
    const client = await postgres.connect();
    await createSampleTable(client);
    for (const body of deliveries()) await copyIn(client, body);
    const took: number[] = [];
    const text = 'SELECT time, value FROM sample WHERE series = $1 AND time >= $2 AND time < $3 ORDER BY time';
    for (let run = 0; run < 2; run++) {
      const from = performance.now();
      await client.query({ text, values: ['ecg', START_MICROS, START_MICROS + DAY_MICROS], rowMode: 'array' });
      took.push(performance.now() - from);
    }
    await client.end();
    return Math.min(...took);
  } finally {
    await postgres.stop();
  }
}

export const openDay: Bench = {
  name: 'open',
  run: async () => {
    const dir = await newHome();
    const node = await startNode(dir);
    const runs: { took: number; samples: number }[] = [];
    try {
      const link = await fill(node);
      for (let run = 0; run < RUNS; run++) runs.push(await openOnce(link));
    } finally {
      await node.stop();
      remove(dirname(dir));
    }
    const took = median(runs.map((run) => run.took));
    const peer = await peerOnce();
    return {
      title: 'A day of ECG, opened by its recipient',
      findings: [
        {
          what: `${runs[0].samples} samples at ${HERTZ} Hz`,
          hale: `${millis(took)} (first ${millis(runs[0].took)})`,
          peer: millis(peer),
          ratio: `${times(took / peer)} the time`,
          target: '< 1.5 s',
          isMet: took < 1500,
        },
      ],
      notes: [
        `Hale: from the link through connection, proof of the reader’s key, fetching, signatures and seals to one array of times and one of values, held against the owner’s head; median of ${RUNS}, node in its own process, loopback.`,
        'Peer: SELECT time, value … ORDER BY time through the `pg` client, rows as arrays, the better of two; nothing sealed, no link, the cache warm.',
      ],
    };
  },
};
