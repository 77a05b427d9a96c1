// What does a node take that only waits? Its memory, and the time from the command until it listens.
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { newHome, remove, residentBytes } from './node.ts';
import { startPostgres } from './postgres.ts';
import { type Bench, bytes, median, millis, times } from './report.ts';

const STARTS = 5;
/** Until a fresh process has settled. */
const IDLE_MILLIS = 20_000;
const hale = fileURLToPath(new URL('../packages/cli/bin/hale.mjs', import.meta.url));

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** `hale start` as a person types it, until it answers over HTTP. */
async function startCommand(dir: string): Promise<{ node: ChildProcess; took: number }> {
  const port = await freePort();
  const from = performance.now();
  const node = spawn(process.execPath, [hale, 'start', '--home', dir, '--port', String(port)], { stdio: 'ignore' });
  while (!(await answers(port))) await wait(5);
  return { node, took: performance.now() - from };
}

function answers(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/`).then(
    (response) => response.ok,
    () => false,
  );
}

async function stop(node: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => node.once('exit', resolve));
  node.kill('SIGTERM');
  await ended;
}

/** Proportional memory of a process and all that it started: shared pages count once. */
function familyBytes(pid: number): number {
  const own = Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]) * 1024;
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
  return children.reduce((sum, child) => sum + familyBytes(child), own);
}

async function measurePeer(): Promise<{ took: number; memory: number }> {
  const postgres = await startPostgres();
  try {
    const client = await postgres.connect();
    await wait(5000);
    const pid = Number(readFileSync(`${postgres.dataDir}/postmaster.pid`, 'utf8').split('\n')[0]);
    const memory = familyBytes(pid);
    await client.end();
    return { took: postgres.startMillis, memory };
  } finally {
    await postgres.stop();
  }
}

export const idle: Bench = {
  name: 'idle',
  run: async () => {
    const dir = await newHome();
    const starts: number[] = [];
    let memory = 0;
    for (let run = 0; run < STARTS; run++) {
      const { node, took } = await startCommand(dir);
      starts.push(took);
      if (run === STARTS - 1) {
        await wait(IDLE_MILLIS);
        memory = residentBytes(node.pid as number);
      }
      await stop(node);
    }
    remove(dirname(dir));
    const peer = await measurePeer();
    const start = median(starts);
    return {
      title: 'A node that waits',
      findings: [
        {
          what: 'memory',
          hale: bytes(memory),
          peer: bytes(peer.memory),
          ratio: times(memory / peer.memory),
          target: '< 150 MB',
          isMet: memory < 150e6,
        },
        {
          what: 'from `hale start` until it listens',
          hale: millis(start),
          peer: millis(peer.took),
          ratio: times(start / peer.took),
          target: '< 1.5 s',
          isMet: start < 1500,
        },
      ],
      notes: [
        `Hale: the command, in processes of their own; resident memory ${IDLE_MILLIS / 1000} s after the start; the median of ${STARTS} starts until HTTP answers.`,
        'Peer: PostgreSQL with one idle connection, proportional memory of all its processes; from its start until it is ready.',
      ],
    };
  },
};
