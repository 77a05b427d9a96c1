// How many events a second does a relay take and acknowledge from the disk, how many questions does it answer, what does an idle socket cost? Our
// relay runs by its own command in a process of its own, the clients in another; @nostr-relay from npm beside it, with the same clients.
import { type ChildProcess, execFileSync, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fdatasyncSync, openSync, readdirSync, statSync, writeSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { processorSeconds, remove, residentBytes, temporaryDirectory } from './node.ts';
import { type Corpus, corpus, EVENTS } from './relay-corpus.ts';
import type { Figures, Question, Task } from './relay-load.ts';
import { type Bench, type BenchResult, bytes, type Finding, millis, rate, times } from './report.ts';

const CONNECTIONS = 8;
const WINDOW = 32;
const WARM_EVENTS = 4_000;
const PINNED_EVENTS = 20_000;
const SINGLE_EVENTS = 2_000;
const PEER_EVENTS = 3_000;
const QUESTIONS = 3_000;
const PEER_QUESTIONS = 1_000;
const IDLE_SOCKETS = 5_000;
const profileDir = process.env.HALE_BENCH_PROFILE;
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

interface Server {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

async function startHale(dir: string): Promise<Server> {
  const profile = profileDir ? ['--cpu-prof', '--cpu-prof-dir', profileDir] : [];
  const args = [here('../packages/cli/bin/hale.mjs'), 'relay', '--port', '0', '--dir', dir, '--json'];
  const child = spawn(process.execPath, [...profile, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { url } = JSON.parse(line.toString()) as { url: string };
  return { url, pid: child.pid as number, stop: () => stop(child, () => child.kill('SIGINT')) };
}

async function startPeer(dir: string): Promise<Server> {
  const child = fork(here('relay-peer.ts'), [join(dir, 'peer.db')]);
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  return { url, pid: child.pid as number, stop: () => stop(child, () => child.disconnect()) };
}

async function stop(child: ChildProcess, ask: () => void): Promise<void> {
  const gone = once(child, 'exit');
  ask();
  await gone;
}

/** The clients' process. */
class Load {
  readonly #child = fork(here('relay-load.ts'));

  get pid(): number {
    return this.#child.pid as number;
  }

  async run(task: Task): Promise<Figures> {
    this.#child.send(task);
    const [answer] = (await once(this.#child, 'message')) as [{ done?: Figures; failed?: string }];
    if (!answer.done) throw new Error(answer.failed);
    return answer.done;
  }

  async end(): Promise<void> {
    await stop(this.#child, () => this.#child.disconnect());
  }
}

async function withServer<Result>(
  start: (dir: string) => Promise<Server>,
  work: (server: Server, load: Load, dir: string) => Promise<Result>,
): Promise<Result> {
  const dir = temporaryDirectory();
  const server = await start(dir);
  const load = new Load();
  try {
    return await work(server, load, dir);
  } finally {
    await load.end();
    await server.stop();
    remove(dir);
  }
}

const QUESTIONS_ASKED: { question: Question; what: string; target: number }[] = [
  { question: 'by id', what: 'REQ by id', target: 8_000 },
  { question: 'author and kind', what: 'REQ by author and kind, limit 20', target: 6_000 },
  { question: 'p tag', what: 'REQ by `#p` and kind 1, limit 10', target: 6_500 },
  { question: 'latest', what: 'REQ latest 100', target: 2_500 },
];

interface Measured {
  readonly written: Figures;
  readonly asked: Figures[];
  readonly memory: number;
}

async function writeAndAsk(
  server: Server,
  load: Load,
  { path }: Corpus,
  size: { warm: number; events: number; questions: number },
): Promise<Measured> {
  const publish = (from: number, to: number) =>
    load.run({
      do: 'publish',
      url: server.url,
      corpus: path,
      from,
      to,
      connections: CONNECTIONS,
      window: WINDOW,
    });
  await publish(0, size.warm);
  const written = await publish(size.warm, size.events);
  const asked: Figures[] = [];
  for (const { question } of QUESTIONS_ASKED) {
    const task = { do: 'ask', url: server.url, corpus: path, published: size.events, question } as const;
    await load.run({ ...task, count: Math.ceil(size.questions / 5), connections: CONNECTIONS });
    asked.push(await load.run({ ...task, count: size.questions, connections: CONNECTIONS }));
  }
  return { written, asked, memory: residentBytes(server.pid) };
}

function folderBytes(dir: string): number {
  return readdirSync(dir).reduce((sum, name) => sum + statSync(join(dir, name)).size, 0);
}

/** The relay on one core, the clients on another. @returns events a second of the relay's processor time; null where there is no `taskset` or no second core */
async function pinned(made: Corpus): Promise<{ written: Figures; perProcessorSecond: number } | null> {
  if (cpus().length < 2) return null;
  return withServer(startHale, async (hale, load) => {
    try {
      execFileSync('taskset', ['-apc', '0', String(hale.pid)], { stdio: 'ignore' });
      execFileSync('taskset', ['-apc', '1', String(load.pid)], { stdio: 'ignore' });
    } catch {
      return null;
    }
    const task = { do: 'publish', url: hale.url, corpus: made.path, connections: CONNECTIONS, window: WINDOW } as const;
    await load.run({ ...task, from: 0, to: WARM_EVENTS });
    const before = processorSeconds(hale.pid);
    const written = await load.run({ ...task, from: WARM_EVENTS, to: WARM_EVENTS + PINNED_EVENTS });
    return { written, perProcessorSecond: PINNED_EVENTS / (processorSeconds(hale.pid) - before) };
  });
}

/** What the disk does alone: 4 kB written and synced, one after the other, into a file that is there already, as a log that is written anew. */
function fdatasyncRate(dir: string): number {
  const file = openSync(join(dir, 'probe'), 'w');
  const block = Buffer.alloc(4096, 1);
  for (let at = 0; at < 1000; at++) writeSync(file, block, 0, block.length, at * 4096);
  fdatasyncSync(file);
  const from = performance.now();
  for (let at = 0; at < 1000; at++) {
    writeSync(file, block, 0, block.length, at * 4096);
    fdatasyncSync(file);
  }
  const perSecond = 1_000_000 / (performance.now() - from);
  closeSync(file);
  return perSecond;
}

async function oneInFlight(made: Corpus): Promise<{ perSecond: number; disk: number }> {
  return withServer(startHale, async (hale, load, dir) => {
    const task = { do: 'publish', url: hale.url, corpus: made.path, connections: 1, window: 1 } as const;
    await load.run({ ...task, from: 0, to: 500 });
    const before = fdatasyncRate(dir);
    const { perSecond } = await load.run({ ...task, from: 500, to: 500 + SINGLE_EVENTS });
    return { perSecond, disk: (before + fdatasyncRate(dir)) / 2 };
  });
}

async function idleSockets(): Promise<{ each: number; lost: number }> {
  return withServer(startHale, async (hale, load) => {
    await load.run({ do: 'idle', url: hale.url, sockets: 200 });
    const before = residentBytes(hale.pid);
    const { refused } = await load.run({ do: 'idle', url: hale.url, sockets: 200 + IDLE_SOCKETS });
    const each = (residentBytes(hale.pid) - before) / IDLE_SOCKETS;
    await load.run({ do: 'leave' });
    return { each, lost: refused };
  });
}

function writeFindings(hale: Measured, peer: Measured, alone: Awaited<ReturnType<typeof pinned>>): Finding[] {
  const ratio = hale.written.perSecond / peer.written.perSecond;
  const findings: Finding[] = [
    {
      what: `events written a second, ${CONNECTIONS} connections, ${WINDOW} in flight each`,
      hale: rate(hale.written.perSecond),
      peer: rate(peer.written.perSecond),
      ratio: times(ratio),
      target: '≥ 8,000 /s, ≥ 20 ×',
      isMet: hale.written.perSecond >= 8_000 && ratio >= 20,
    },
    {
      what: 'until OK, 99 of 100',
      hale: `${millis(hale.written.p99)} (median ${millis(hale.written.p50)})`,
      peer: `${millis(peer.written.p99)} (median ${millis(peer.written.p50)})`,
      ratio: times(hale.written.p99 / peer.written.p99),
      target: '< 60 ms',
      isMet: hale.written.p99 < 60,
    },
  ];
  if (alone)
    findings.push({
      what: 'the same with the relay on one core and the clients on another; for each second of processor time of the relay',
      hale: `${rate(alone.written.perSecond)}; ${rate(alone.perProcessorSecond)}`,
      peer: '',
      ratio: '',
      target: '',
      isMet: null,
    });
  return findings;
}

function readFindings(hale: Measured, peer: Measured): Finding[] {
  return QUESTIONS_ASKED.map(({ what, target }, at) => {
    const [ours, theirs] = [hale.asked[at], peer.asked[at]];
    return {
      what: `${what} (${ours.events.toFixed(0)} events)`,
      hale: rate(ours.perSecond),
      peer: `${rate(theirs.perSecond)} (${theirs.events.toFixed(0)} events)`,
      ratio: times(ours.perSecond / theirs.perSecond),
      target: `≥ ${target.toLocaleString('en')} /s`,
      isMet: ours.perSecond >= target,
    };
  });
}

async function run(): Promise<BenchResult> {
  const made = corpus();
  const haleDir = temporaryDirectory();
  const hale = await withServer(
    () => startHale(haleDir),
    (server, load) => writeAndAsk(server, load, made, { warm: WARM_EVENTS, events: EVENTS, questions: QUESTIONS }),
  );
  const stored = folderBytes(haleDir);
  remove(haleDir);
  const peer = await withServer(startPeer, (server, load) =>
    writeAndAsk(server, load, made, { warm: 300, events: PEER_EVENTS, questions: PEER_QUESTIONS }),
  );
  const alone = await pinned(made);
  const single = await oneInFlight(made);
  const idle = await idleSockets();
  const growth = stored / made.jsonBytes;
  return {
    title: 'The relay: writing, asking, waiting',
    findings: [
      ...writeFindings(hale, peer, alone),
      ...readFindings(hale, peer),
      {
        what: 'one connection, one in flight; beside it what the disk syncs alone (4 kB, fdatasync)',
        hale: rate(single.perSecond),
        peer: rate(single.disk),
        ratio: times(single.perSecond / single.disk),
        target: '≥ 0.7 ×',
        isMet: single.perSecond >= 0.7 * single.disk,
      },
      {
        what: `${IDLE_SOCKETS} idle sockets: memory each`,
        hale: `${bytes(idle.each)}, ${idle.lost} lost`,
        peer: '',
        ratio: '',
        target: '< 40 kB',
        isMet: idle.each < 40_000 && idle.lost === 0,
      },
      {
        what: 'disk of an event with all indexes to its JSON',
        hale: `${bytes(stored)} of ${bytes(made.jsonBytes)}`,
        peer: '',
        ratio: times(growth),
        target: '≤ 1.6 ×',
        isMet: growth <= 1.6,
      },
      {
        what: 'memory of the relay after all that',
        hale: bytes(hale.memory),
        peer: bytes(peer.memory),
        ratio: '',
        target: '',
        isMet: null,
      },
    ],
    notes: [
      `${EVENTS} events of 200 authors, kinds 1/1/4/1059/30078, one p and one t tag each, contents of 150–600 characters, signed ahead; the first ${WARM_EVENTS} warm up. Clients are one process with frames masked ahead. Our OK is said after fsync.`,
      `Questions one at a time on each of ${CONNECTIONS} connections. Of our events ${hale.written.refused} were refused.`,
      `Peer: @nostr-relay 0.0.40 (npm) on ws, without its validator, with the platform's SQLite in place of better-sqlite3 and its setting synchronous = NORMAL: its OK does not wait for the disk. It got ${PEER_EVENTS} events, and was asked over these.`,
    ],
  };
}

export const relay: Bench = { name: 'relay', run };
