// The `hale` command as real processes, for tests: run one to its end, keep a node or a relay running, kill it without warning.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const REPOSITORY = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const NODE = join(REPOSITORY, 'node_modules/.bin/node');
const HALE = join(REPOSITORY, 'packages/cli/bin/hale.mjs');
export const TELEMETRY = join(REPOSITORY, 'test/data/telemetry');

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  /** What is piped in; nothing is waited for from a keyboard. */
  input?: string;
  env?: Record<string, string>;
  cwd?: string;
}

/** An empty folder outside of the repository, and how to remove it. */
export function workFolder(name: string): { dir: string; remove: () => void } {
  const dir = mkdtempSync(join(tmpdir(), `hale-${name}-`));
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

function start(args: string[], { env = {}, cwd }: RunOptions): ChildProcess {
  const { HALE_HOME: _home, HALE_PASSPHRASE: _passphrase, ...inherited } = process.env;
  return spawn(NODE, [HALE, ...args], { cwd, env: { ...inherited, TZ: 'UTC', NO_COLOR: '1', ...env }, stdio: 'pipe' });
}

export type Runner = (args: string[], options: RunOptions) => Promise<Ended>;

let runner: Runner = haleInOwnProcess;

/** Who runs commands from here on: tests that ask for many need not start Node for each (test/in-process.ts). What goes on running has its own process anyhow. */
export function useRunner(run: Runner): void {
  runner = run;
}

/** Runs the command to its end. Never rejects for an exit code. */
export const hale = (args: string[], options: RunOptions = {}): Promise<Ended> => runner(args, options);

/** The same in a process of its own, whoever runs the others: for what goes on beside the test. */
export function haleInOwnProcess(args: string[], options: RunOptions = {}): Promise<Ended> {
  const child = start(args, options);
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  child.stdin?.end(options.input ?? '');
  return new Promise((resolve) => {
    child.on('close', (code) =>
      resolve({ code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }),
    );
  });
}

/** Runs the command with --json and gives what it printed. Throws what it said when it fails. */
export async function haleJson<T>(args: string[], options: RunOptions = {}): Promise<T> {
  const { code, stdout, stderr } = await hale([...args, '--json'], options);
  if (code !== 0) throw new Error(`hale ${args.join(' ')} ended with ${code}: ${stderr || stdout}`);
  return JSON.parse(stdout) as T;
}

/** A process that goes on: a node, a relay, a reader that follows. */
export class Running {
  readonly lines: { at: number; text: string }[] = [];
  readonly ended: Promise<number | null>;
  exited = false;
  stderr = '';
  readonly #child: ChildProcess;
  #rest = '';
  #heard: () => void = () => {};

  constructor(args: string[], options: RunOptions = {}) {
    this.#child = start(args, options);
    this.#child.stdout?.on('data', (chunk: Buffer) => this.#take(chunk.toString()));
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
    this.ended = new Promise((resolve) => {
      this.#child.on('close', (code) => {
        this.exited = true;
        this.#heard();
        resolve(code);
      });
    });
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.lines.push({ at: performance.now(), text: line });
    this.#heard();
  }

  get stdout(): string {
    return this.lines.map(({ text }) => text).join('\n');
  }

  /** The first line from `from` on that satisfies; waits for it. Rejects when the process ends before or time runs out. */
  async line(
    wanted: (text: string) => boolean,
    timeoutMillis = 20_000,
    from = 0,
  ): Promise<{ at: number; text: string }> {
    const deadline = performance.now() + timeoutMillis;
    for (;;) {
      const found = this.lines.slice(from).find(({ text }) => wanted(text));
      if (found) return found;
      if (this.exited) throw new Error(`the process ended before it said that: ${this.stderr}`);
      const left = deadline - performance.now();
      if (left <= 0) throw new Error(`the process did not say that in time: ${this.stdout.slice(-500)} ${this.stderr}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(left, 250));
        this.#heard = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Ctrl-C, as a person ends it. */
  async stop(): Promise<number | null> {
    if (!this.exited) this.#child.kill('SIGINT');
    return this.ended;
  }

  /** No warning, no handler, no goodbye. */
  async kill9(): Promise<void> {
    if (!this.exited) this.#child.kill('SIGKILL');
    await this.ended;
  }
}

export interface RunningNode {
  process: Running;
  url: string;
  relayUrl: string;
}

async function listening(process: Running): Promise<Record<string, string>> {
  const { text } = await process.line((line) => line.startsWith('{'), 60_000);
  return JSON.parse(text);
}

/** `hale start` on a home; port 0 lets the machine choose. */
export async function startNode(dir: string, options: RunOptions & { port?: number } = {}): Promise<RunningNode> {
  const process = new Running(['start', '--home', dir, '--port', String(options.port ?? 0), '--json'], options);
  const { url, relayUrl } = await listening(process);
  return { process, url, relayUrl };
}

/** `hale relay --private` on a folder. */
export async function startRelay(dir: string, port = 0): Promise<{ process: Running; url: string }> {
  const process = new Running(['relay', '--private', '--dir', dir, '--port', String(port), '--json']);
  return { process, url: (await listening(process)).url };
}

/** A fresh invitation to a relay that runs on that folder. */
export async function inviteTo(relayDir: string): Promise<string> {
  return (await haleJson<{ invite: string }>(['relay', 'invite', '--dir', relayDir])).invite;
}

/** `hale init` on a relay, with an invitation. */
export async function initHome(
  dir: string,
  relay: { url: string; dir: string },
  options: RunOptions = {},
): Promise<{ words: string; npub: string }> {
  const invite = await inviteTo(relay.dir);
  return haleJson(['init', '--home', dir, '--relay', relay.url, '--invite', invite], options);
}

export interface Delivery {
  status: number;
  body: Record<string, unknown>;
}

/** What a device does: one POST of `series,micros,value` lines. Rejects when the connection breaks. */
export async function deliver(url: string, credential: string, lines: string): Promise<Delivery> {
  const response = await fetch(`${url}/v1/ingest`, {
    method: 'POST',
    headers: { authorization: `Bearer ${credential}`, 'content-type': 'text/csv' },
    body: lines,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
