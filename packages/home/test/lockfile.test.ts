import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockHome, runningNode } from '../src/lockfile.ts';

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hale-lock-'));
  path = join(dir, 'node.json');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const lockfileModule = new URL('../src/lockfile.ts', import.meta.url).href;

test('one process holds a home; it says where it answers; afterwards nothing is left', () => {
  expect(runningNode(dir)).toBeNull();
  const lock = lockHome(dir);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(() => lockHome(dir)).toThrow(/already runs/);
  lock.announce(8411);
  expect(runningNode(dir)).toEqual({ ...lock.info, pid: process.pid, port: 8411 });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(lock.info.token).toMatch(/^[0-9a-f]{64}$/);
  lock.release();
  lock.release();
  expect(readdirSync(dir)).toEqual([]);
  lockHome(dir).release();
});

test('a lock of a dead process is taken over; a release after that leaves the new one alone', () => {
  const first = lockHome(dir);
  const left = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify({ ...left, pid: 2 ** 22 + 1, token: 'a'.repeat(64) }));
  expect(runningNode(dir)).toBeNull();
  const second = lockHome(dir);
  first.release();
  expect(() => first.announce(1)).toThrow(/another process/);
  expect(runningNode(dir)?.token).toBe(second.info.token);
  second.release();
  expect(readdirSync(dir)).toEqual([]);
});

test.skipIf(process.platform !== 'linux')('a pid that now belongs to another program holds nothing', () => {
  lockHome(dir);
  const left = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify({ ...left, process: `${left.process.split(' ')[0]} 1` }));
  expect(runningNode(dir)).toBeNull();
  lockHome(dir).release();
});

test('a torn file is respected while it may be being written, and taken over later', () => {
  writeFileSync(path, '{"pid":');
  expect(() => lockHome(dir)).toThrow(/already runs/);
  utimesSync(path, new Date(Date.now() - 60_000), new Date(Date.now() - 60_000));
  lockHome(dir).release();
});

test('a killed process leaves a file that the next one takes over', async () => {
  const script = `import { lockHome } from '${lockfileModule}'; lockHome(process.argv[1]); console.log('held'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  expect(runningNode(dir)?.pid).toBe(child.pid);
  expect(() => lockHome(dir)).toThrow(/already runs/);
  child.kill('SIGKILL');
  await ended;
  expect(existsSync(path)).toBe(true);
  expect(runningNode(dir)).toBeNull();
  lockHome(dir).release();
});

test('of many processes that find a stale lock at the same moment exactly one gets the home', async () => {
  const stale = { pid: 2 ** 22 + 1, port: 0, token: 'b'.repeat(64), startedAt: 0, process: null };
  const script = `
    import { lockHome } from '${lockfileModule}';
    const [dir, start] = process.argv.slice(1);
    while (Date.now() < Number(start));
    try { lockHome(dir); console.log('held'); } catch (error) { console.log(error.code); }
    setInterval(() => {}, 1000);`;
  for (let round = 0; round < 3; round += 1) {
    writeFileSync(path, JSON.stringify(stale));
    const start = String(Date.now() + 700);
    const children = Array.from({ length: 6 }, () =>
      spawn(process.execPath, ['--input-type=module', '-e', script, dir, start], {
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    );
    const said = await Promise.all(
      children.map(
        (child) => new Promise((resolve) => child.stdout.once('data', (data) => resolve(String(data).trim()))),
      ),
    );
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(children.map((child) => child.exitCode ?? new Promise((resolve) => child.once('exit', resolve))));
    expect(said.sort()).toEqual([...Array(5).fill('conflict'), 'held']);
    expect(readdirSync(dir)).toEqual(['node.json']);
  }
});
