// A chart of a year: how long do daily summaries of a year and hourly ones of a month take, out of 31 million samples?
import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Client } from 'pg';
import { remove, startNode } from './node.ts';
import { createSampleTable, startPostgres } from './postgres.ts';
import { type Bench, type Finding, median, millis, times } from './report.ts';
import { heartRate } from './signals.ts';
import { fillYear, START_MICROS, YEAR_SECONDS } from './year.ts';

const MONTH_MICROS = 30 * 86_400e6;

interface Question {
  what: string;
  level: '1d' | '1h';
  binMicros: number;
  from: number;
  to: number;
  rows: number;
}

const QUESTIONS: Question[] = [
  {
    what: 'a year by days',
    level: '1d',
    binMicros: 86_400e6,
    from: START_MICROS,
    to: START_MICROS + YEAR_SECONDS * 1e6,
    rows: 365,
  },
  {
    what: 'a month by hours',
    level: '1h',
    binMicros: 3600e6,
    from: START_MICROS + 4 * MONTH_MICROS,
    to: START_MICROS + 5 * MONTH_MICROS,
    rows: 720,
  },
];

/** Empties the machine's file cache where we may; else "cold" means a process that has just started. */
function dropCaches(): void {
  try {
    writeFileSync('/proc/sys/vm/drop_caches', '3');
  } catch {}
}

interface Took {
  cold: number;
  warm: number;
}

async function measured(ask: () => Promise<number>, rowsWanted: number): Promise<Took> {
  const took: number[] = [];
  for (let run = 0; run < 6; run++) {
    const from = performance.now();
    const rows = await ask();
    took.push(performance.now() - from);
    if (rows !== rowsWanted) throw new Error(`${rows} rows came for ${rowsWanted}`);
  }
  return { cold: took[0], warm: median(took.slice(1)) };
}

/** Each question is the first that a fresh node is asked. */
async function askHale(dir: string, { level, from, to, rows }: Question): Promise<Took> {
  dropCaches();
  const node = await startNode(dir);
  try {
    const range = { from: new Date(from / 1000).toISOString(), to: new Date(to / 1000).toISOString() };
    return await measured(
      async () => (await node.client.call('show', { stream: 'heart-rate', level, ...range })).rows.length,
      rows,
    );
  } finally {
    await node.stop();
  }
}

async function fillPeer(client: Client): Promise<void> {
  await createSampleTable(client);
  const { values } = heartRate();
  await client.query('CREATE TABLE cycle (i int PRIMARY KEY, value real)');
  const list = `{${values.join(',')}}`;
  await client.query('INSERT INTO cycle SELECT i - 1, v FROM unnest($1::real[]) WITH ORDINALITY AS u(v, i)', [list]);
  await client.query(
    `INSERT INTO sample SELECT 'heart-rate', ${START_MICROS} + s::bigint * 1000000, value
     FROM generate_series(0, ${YEAR_SECONDS - 1}) s JOIN cycle ON cycle.i = s % ${values.length} ORDER BY s`,
  );
  await client.query('VACUUM ANALYZE sample');
}

function askPeer(client: Client, { binMicros, from, to, rows }: Question): Promise<Took> {
  const text = `SELECT time / ${binMicros}, count(*), min(value), max(value), avg(value), stddev(value) FROM sample
    WHERE series = 'heart-rate' AND time >= ${from} AND time < ${to} GROUP BY 1 ORDER BY 1`;
  return measured(async () => (await client.query(text)).rows.length, rows);
}

export const summaries: Bench = {
  name: 'summaries',
  run: async () => {
    const dir = await fillYear();
    const hale: Took[] = [];
    for (const question of QUESTIONS) hale.push(await askHale(dir, question));
    remove(dirname(dir));
    const peer: Took[] = [];
    const postgres = await startPostgres();
    try {
      const client = await postgres.connect();
      await fillPeer(client);
      for (const question of QUESTIONS) peer.push(await askPeer(client, question));
      await client.end();
    } finally {
      await postgres.stop();
    }
    const findings: Finding[] = QUESTIONS.map(({ what }, i) => ({
      what,
      hale: `${millis(hale[i].cold)} cold, ${millis(hale[i].warm)} warm`,
      peer: `${millis(peer[i].warm)} warm`,
      ratio: `${times(hale[i].warm / peer[i].warm)} the time`,
      target: '< 100 ms',
      isMet: hale[i].cold < 100,
    }));
    return {
      title: `Summaries out of ${YEAR_SECONDS / 1e6} million samples (1 Hz for a year)`,
      findings,
      notes: [
        'Hale: `show` at a level over HTTP, node in its own process; cold = the first question to a fresh node, the file cache of the machine emptied before it started. Count, mean, extremes, coverage of each bin, opened from sealed tiles.',
        'Peer: PostgreSQL GROUP BY over the same samples (count, min, max, avg, stddev), not materialised, index on (series, time), after VACUUM ANALYZE.',
      ],
    };
  },
};
