// Homes for the benchmarks: a fresh directory on the real disk, and its node as a child process, as a person runs it.
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type HomeClient, home } from '@hale/home';

export interface BenchNode {
  dir: string;
  url: string;
  relayUrl: string;
  port: number;
  /** Where it takes MQTT, if asked to. */
  mqttPort: number;
  client: HomeClient;
  residentBytes(): number;
  /** The most that was resident at any time. */
  peakBytes(): number;
  /** Processor time that it has used: on a busy machine it says more than the clock. */
  processorSeconds(): number;
  stop(): Promise<void>;
}

interface Addresses {
  url: string;
  relayUrl: string;
  mqttUrl?: string;
}

/** HALE_BENCH_PROFILE=DIR writes a CPU profile of every node there. */
const profileDir = process.env.HALE_BENCH_PROFILE;

export function temporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'hale-bench-'));
}

export function remove(dir: string): void {
  rmSync(dir, { recursive: true, force: true });
}

export async function newHome(): Promise<string> {
  const dir = join(temporaryDirectory(), 'home');
  await home.createHome({ dir });
  return dir;
}

/** Starts a node on a home directory and waits until it listens. */
export async function startNode(dir: string, takes: 'http' | 'mqtt' = 'http'): Promise<BenchNode> {
  const execArgv = profileDir ? ['--cpu-prof', '--cpu-prof-dir', profileDir] : [];
  const child = fork(fileURLToPath(new URL('node-child.ts', import.meta.url)), [dir, takes], { execArgv });
  const { url, relayUrl, mqttUrl } = await new Promise<Addresses>((resolve, reject) => {
    child.once('message', (message) => resolve(message as Addresses));
    child.once('exit', (code) => reject(new Error(`the node ended with ${code}`)));
  });
  return {
    dir,
    url,
    relayUrl,
    port: Number(new URL(url).port),
    mqttPort: mqttUrl === undefined ? 0 : Number(new URL(mqttUrl).port),
    client: await home.connectHome({ dir }),
    residentBytes: () => residentBytes(child.pid as number),
    peakBytes: () => residentBytes(child.pid as number, 'VmHWM'),
    processorSeconds: () => processorSeconds(child.pid as number),
    stop: () => stop(child),
  };
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.disconnect();
  });
}

/** Linux only: memory of a process that is really in RAM, now or at most until now. */
export function residentBytes(pid: number, line: 'VmRSS' | 'VmHWM' = 'VmRSS'): number {
  const found = readFileSync(`/proc/${pid}/status`, 'utf8').match(new RegExp(`${line}:\\s+(\\d+) kB`));
  return Number(found?.[1]) * 1024;
}

/** Linux only. User and system time stand behind the name in brackets, in hundredths of a second. */
export function processorSeconds(pid: number): number {
  const [, fields] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const [user, system] = fields.split(' ').slice(11, 13).map(Number);
  return (user + system) / 100;
}
