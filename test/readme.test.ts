// The README promises what this runs: its transcripts against real homes and a real relay, and the pages made from the code.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REPOSITORY } from '@hale/testkit/hale-process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeLimitReasons, makeLimits } from '../docs/make-limits.ts';
import { mismatch, parseTranscripts, type Step } from './readme/transcript.ts';

const readme = readFileSync('README.md', 'utf8');
const days = {
  written: '21 Nov 2026',
  // One more than today: the run may cross midnight.
  today: [0, 1].map((ahead) => dayText(new Date(Date.now() + ahead * 86_400_000))),
};

function dayText(date: Date): string {
  const [, day, month, year] = date.toUTCString().split(' ');
  return `${Number(day)} ${month} ${year}`;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

describe('the transcripts of the README', () => {
  // A short name: where a printed line wraps depends on it.
  const home = mkdtempSync(join(existsSync('/tmp') ? '/tmp' : tmpdir(), 'hale-'));
  const running: ChildProcess[] = [];
  const known = new Map<string, string>();
  /** The port that the document shows, and the one used here. */
  const RELAY_PORT = '7481';
  let port = '';

  beforeAll(async () => {
    port = String(await freePort());
    known.set(`127.0.0.1:${RELAY_PORT}`, `127.0.0.1:${port}`);
  });
  afterAll(() => {
    // The shell and what it started.
    for (const { pid, exitCode } of running) if (pid && exitCode === null) process.kill(-pid, 'SIGKILL');
    rmSync(home, { recursive: true, force: true });
  });

  function shell(command: string): ChildProcess {
    const hale = `hale() { '${join(REPOSITORY, 'node_modules/.bin/node')}' packages/cli/bin/hale.mjs "$@"; }`;
    const { HALE_HOME: _, HALE_PASSPHRASE: __, ...env } = process.env;
    return spawn('bash', ['-c', `${hale}; exec 2>&1; ${command}`], {
      cwd: REPOSITORY,
      env: { ...env, HOME: home, TZ: 'UTC', NO_COLOR: '1', COLUMNS: '80' },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
  }

  /** Output until the command ends, or, of one that goes on, until `enough`. */
  function outputOf(child: ChildProcess, enough: (text: string) => boolean): Promise<string> {
    return new Promise((resolve) => {
      let text = '';
      child.stdout!.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (enough(text)) resolve(text);
      });
      child.on('close', () => resolve(text));
    });
  }

  async function run({ command, expected }: Step): Promise<string[]> {
    const goesOn = /^hale (start|relay)\b/.test(command);
    const names = [...known].sort(([a], [b]) => b.length - a.length);
    const real = names.reduce((text, [name, value]) => text.replaceAll(name, value), command);
    const child = shell(goesOn ? `${real} --port ${port}` : real);
    if (goesOn) running.push(child);
    const last = expected.at(-1)!;
    const text = await outputOf(child, (so) => goesOn && so.includes(last));
    if (text.includes('HALE RECOVERY SHEET')) writeFileSync(join(home, 'words.txt'), wordsOf(text));
    return text.replaceAll(`127.0.0.1:${port}`, `127.0.0.1:${RELAY_PORT}`).replaceAll(home, '/home/ann').split('\n');
  }

  /** The words of a sheet, which stand in columns. */
  function wordsOf(sheet: string): string {
    const numbered = [...sheet.matchAll(/(?<= )(\d+) ([a-z]+)(?= |\n)/g)].map(
      ([, number, word]) => [Number(number), word] as const,
    );
    return [...new Map(numbered.filter(([number]) => number <= 24))]
      .sort(([a], [b]) => a - b)
      .map(([, word]) => word)
      .join(' ');
  }

  test('everything happens as it stands there', { timeout: 120_000 }, async () => {
    const steps = parseTranscripts(readme);
    expect(steps.length).toBeGreaterThan(10);
    for (const step of steps) {
      const actual = await run(step);
      const wrong = mismatch(step.expected, actual, days, known);
      expect(wrong === null ? null : { command: step.command, line: wrong, actual: actual.join('\n') }).toBeNull();
    }
  });
});

test('the two lines to run are the scripts that exist, and CI runs the second', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(readme).toContain('\nnpm ci --omit=dev && npm start\n');
  expect(readme).toContain('\nnpm ci && npm test\n');
  expect(scripts).toMatchObject({ start: expect.any(String), test: 'vitest run' });
  expect(readFileSync('.ci/run', 'utf8')).toMatch(/\nnpm ci\n[\s\S]*\nnpm test\n$/);
});

test('docs/limits.md and the reasons of what can be set are what `node docs/make-limits.ts` writes', async () => {
  expect(readFileSync('docs/limits.md', 'utf8')).toBe(await makeLimits());
  expect(readFileSync('packages/home/src/relay/limit-reasons.ts', 'utf8')).toBe(await makeLimitReasons());
});

test('every test that the threat model names is there', () => {
  const page = readFileSync('docs/threat-model.md', 'utf8');
  const files = new Map<string, string>();
  const missing: string[] = [];
  // A file, then the titles in it: `path` “title”, “title”
  for (const [, path, titles] of page.matchAll(/`((?:packages|test)\/[\w/.-]+\.test\.ts)`((?:,? “[^”]+”)*)/g)) {
    const text = files.get(path) ?? (existsSync(path) ? readFileSync(path, 'utf8').replaceAll("\\'", "'") : '');
    files.set(path, text);
    if (text === '') missing.push(path);
    for (const [, title] of titles.matchAll(/“([^”]+)”/g))
      if (!text.includes(title)) missing.push(`${path} “${title}”`);
  }
  expect(files.size).toBeGreaterThan(20);
  expect(missing).toEqual([]);
});
