// The operator's handbook promises what this runs: its transcripts against one real relay in one folder, and that it names every command and table.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REPOSITORY } from '@hale/testkit/hale-process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mismatch, parseTranscripts } from './readme/transcript.ts';
import './in-process.ts';

const page = readFileSync('docs/operating/relay.md', 'utf8');
// As long as the one that the page shows: where a printed line wraps depends on it.
const home = mkdtempSync(existsSync('/tmp') ? '/tmp/' : join(tmpdir(), '/'));
let relay: ChildProcess | null = null;
let port = 0;

beforeAll(async () => {
  port = await new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = server.address() as { port: number };
      server.close(() => resolve(free));
    });
  });
});
afterAll(() => {
  if (relay?.pid && relay.exitCode === null) process.kill(-relay.pid, 'SIGKILL');
  rmSync(home, { recursive: true, force: true });
});

function shell(command: string): ChildProcess {
  const hale = `hale() { '${join(REPOSITORY, 'node_modules/.bin/node')}' '${REPOSITORY}/packages/cli/bin/hale.mjs' "$@"; }`;
  return spawn('bash', ['-c', `${hale}; exec 2>&1; ${command}`], {
    cwd: home,
    env: { ...process.env, HOME: home, TZ: 'UTC', NO_COLOR: '1', COLUMNS: '80' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
}

/** Output until it ends, or of one that goes on until that line. */
function outputOf(child: ChildProcess, last: string | null): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    child.stdout!.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (last !== null && text.includes(last)) resolve(text);
    });
    child.on('close', () => resolve(text));
  });
}

test('everything happens as it stands there', { timeout: 120_000 }, async () => {
  const steps = parseTranscripts(page);
  expect(steps.length).toBeGreaterThan(12);
  const known = new Map<string, string>();
  const days = { written: '21 Nov 2026', today: [] };
  for (const { command, expected } of steps) {
    const goesOn = /^hale relay --dir/.test(command);
    const child = shell(goesOn ? `${command} --port ${port}` : command);
    if (goesOn) relay = child;
    const text = await outputOf(child, goesOn ? expected.at(-1)! : null);
    const shown = text.replaceAll(`127.0.0.1:${port}`, '127.0.0.1:7481').replaceAll(home, '/home/relay');
    const wrong = mismatch(expected, shown.split('\n').map(inDocument), days, known);
    expect(wrong === null ? null : { command, line: wrong, shown }).toBeNull();
  }
});

/** What differs at every run, as the page has it. */
function inDocument(line: string): string {
  return line
    .replace(/^( {2}Running {11}for ).*$/, '$1…')
    .replace(/(\/backups\/).*$/, '$1…')
    .replace(/(the database has ).*$/, '$1…');
}

test('every command of `hale relay` is named', async () => {
  const help = await outputOf(shell('hale relay --help'), null);
  const commands = [...(/Commands:\n([\s\S]*?)\n\n/.exec(help)?.[1] ?? '').matchAll(/^ {2}(\w+)/gm)].map(
    ([, name]) => name,
  );
  expect(commands.length).toBeGreaterThan(15);
  const named = page.replaceAll('hale relay', '');
  expect(commands.filter((name) => !new RegExp(`\\b${name}\\b`).test(named))).toEqual([]);
});

test('what it says of relay.toml is what `hale relay config` writes', async () => {
  const written = await outputOf(shell('hale relay config --print'), null);
  const tables = [...written.matchAll(/^\[(\w+)\]/gm)].map(([, name]) => name);
  const missing = tables.filter((name) => name !== 'limits' && !page.includes(`[${name}]`));
  expect(missing).toEqual([]);
  for (const [, name] of page.matchAll(/`(\w+) = /g)) expect(written, name).toMatch(new RegExp(`^# ${name} = `, 'm'));
});
