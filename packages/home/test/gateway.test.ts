// The gateway script (gateway/hale-gateway.py) as a process against a real node: it stores, forwards, and survives what a Raspberry Pi lives through.
// Its radio is not tried here; `--replay` stands in for it.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { home as entry } from '../src/compose.ts';
import type { NodeHandle } from '../src/open-client.ts';
import { Homes } from './homes.ts';

const script = fileURLToPath(new URL('../../../gateway/hale-gateway.py', import.meta.url));
const hasPython = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']).status === 0;

const homes = new Homes();
const nodes: NodeHandle[] = [];
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const node of nodes.splice(0)) await node.close();
  await homes.close();
});

async function start(dir: string, port = 0): Promise<NodeHandle & { port: number }> {
  const node = await entry.startNode({ dir, port });
  nodes.push(node);
  return { ...node, port: Number(new URL(node.url).port) };
}

async function withClient<T>(dir: string, work: (client: Awaited<ReturnType<typeof entry.connectHome>>) => Promise<T>) {
  const client = await entry.connectHome({ dir });
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

const heartRates = (dir: string) =>
  withClient(dir, async (client) => {
    const shown = await client.call('show', {
      stream: 'heart-rate',
      level: 'raw',
      from: '2026-01-01',
      to: '2027-01-01',
      rowsMax: 10_000,
    });
    return shown.rows.map(({ value }) => value);
  });

class Gateway {
  said = '';
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;
  #heard = () => {};

  constructor(url: string, credential: string, queue: string, replay: string) {
    const args = [script, '--home', url, '--queue', queue, '--replay', replay];
    this.#child = spawn('python3', args, { env: { ...process.env, HALE_CREDENTIAL: credential }, stdio: 'pipe' });
    children.push(this.#child);
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.said += chunk.toString();
      this.#heard();
    });
    this.ended = new Promise((resolve) => this.#child.on('close', resolve));
  }

  async says(words: RegExp): Promise<void> {
    while (!words.test(this.said))
      await Promise.race([
        new Promise<void>((resolve) => {
          this.#heard = resolve;
        }),
        this.ended.then(() => Promise.reject(new Error(`it ended and said: ${this.said}`))),
      ]);
  }

  async kill9(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }
}

const COUNT = 1200;
/** Heart rates 40 … 199, one a second. */
function recordFrames(path: string): number[] {
  const values = Array.from({ length: COUNT }, (_, i) => 40 + (i % 160));
  const line = (value: number, i: number) =>
    JSON.stringify({
      at: 1_795_256_430_000_000 + i * 1e6,
      device: 'C4:BE:84:00:11:22',
      characteristic: '2a37',
      value: `00${value.toString(16)}`,
    });
  writeFileSync(path, `${values.map(line).join('\n')}\n`);
  return values;
}

const waiting = (queue: string) => readdirSync(queue).filter((name) => name !== 'lock');

if (!hasPython) test.skip('no Python 3.9 on this machine: the gateway script was not tried', () => {});

describe.skipIf(!hasPython)('the gateway', () => {
  test('forwards what it has; twice is once; nothing is left on its disk', async () => {
    const dir = homes.dir();
    await entry.createHome({ dir });
    const { url } = await start(dir);
    const { credential } = await withClient(dir, (client) => client.call('device.add', { name: 'Gateway' }));
    const queue = join(dir, 'queue');
    const values = recordFrames(join(dir, 'frames'));
    for (let i = 0; i < 2; i++) expect(await new Gateway(url, credential, queue, join(dir, 'frames')).ended).toBe(0);
    expect(await heartRates(dir)).toEqual(values);
    expect(waiting(queue)).toEqual([]);
  });

  test('a home away, a power cut with half a line written, and a home back: everything arrives, once', async () => {
    const dir = homes.dir();
    await entry.createHome({ dir });
    const { url, port } = await start(dir);
    const { credential } = await withClient(dir, (client) => client.call('device.add', { name: 'Gateway' }));
    await nodes.splice(0)[0].close();
    const queue = join(dir, 'queue');
    const values = recordFrames(join(dir, 'frames'));
    const first = new Gateway(url, credential, queue, join(dir, 'frames'));
    await first.says(/cannot be reached/);
    await first.kill9();
    expect(waiting(queue).length).toBe(3);
    expect(statSync(queue).mode & 0o777).toBe(0o700);
    for (const name of waiting(queue)) expect(statSync(join(queue, name)).mode & 0o777).toBe(0o600);
    const more = JSON.stringify({
      at: 1_795_260_000_000_000,
      device: 'C4:BE:84:00:11:22',
      characteristic: '2a37',
      value: '0041',
    });
    appendFileSync(join(queue, '0000000009.open'), `${more}\n${more.slice(0, 40)}`);
    await start(dir, port);
    expect(await new Gateway(url, credential, queue, '/dev/null').ended).toBe(0);
    expect(await heartRates(dir)).toEqual([...values, 0x41]);
    expect(waiting(queue)).toEqual([]);
    expect(first.said).not.toContain(credential);
  });

  test('pairs by a code, keeps its credential for itself, and sends with it', async () => {
    const dir = homes.dir();
    await entry.createHome({ dir });
    const { url } = await start(dir);
    const queue = join(dir, 'queue');
    const run = (...args: string[]) => {
      const { HALE_CREDENTIAL: _, ...env } = process.env;
      const child = spawn('python3', [script, '--home', url, '--queue', queue, ...args], { env, stdio: 'pipe' });
      children.push(child);
      let said = '';
      child.stderr.on('data', (chunk: Buffer) => {
        said += chunk.toString();
      });
      return new Promise<{ status: number | null; said: string }>((resolve) =>
        child.on('close', (status) => resolve({ status, said })),
      );
    };
    const { code } = await withClient(dir, (client) => client.call('device.pair', { name: 'Gateway' }));
    const other = code === '00000000' ? '11111111' : '00000000';
    expect(await run('--pair', other)).toMatchObject({ status: 1, said: expect.stringMatching(/wrong, was used/) });
    expect(existsSync(join(queue, 'credential'))).toBe(false);
    const paired = await run('--pair', `${code.slice(0, 4)}-${code.slice(4)}`);
    expect(paired.status).toBe(0);
    expect(paired.said).not.toContain('hale_');
    expect(statSync(join(queue, 'credential')).mode & 0o777).toBe(0o600);
    expect(await run('--pair', code)).toMatchObject({ status: 1, said: expect.stringMatching(/already/) });
    const values = recordFrames(join(dir, 'frames'));
    expect(await run('--replay', join(dir, 'frames'))).toMatchObject({ status: 0 });
    expect(await heartRates(dir)).toEqual(values);
  });

  test('unknown at home: it says so and keeps what it has', async () => {
    const dir = homes.dir();
    await entry.createHome({ dir });
    const { url } = await start(dir);
    const queue = join(dir, 'queue');
    recordFrames(join(dir, 'frames'));
    const gateway = new Gateway(url, 'hale_wrong', queue, join(dir, 'frames'));
    await gateway.says(/does not know this gateway/);
    await gateway.kill9();
    expect(waiting(queue).length).toBe(3);
  });

  test('what the home will never take is put aside, and what follows goes on', async () => {
    const dir = homes.dir();
    await entry.createHome({ dir });
    const { url } = await start(dir);
    const { credential } = await withClient(dir, (client) => client.call('device.add', { name: 'Gateway' }));
    const queue = join(dir, 'queue');
    const values = recordFrames(join(dir, 'frames'));
    expect(await new Gateway(url, credential, queue, '/dev/null').ended).toBe(0);
    writeFileSync(join(queue, '0000000001.jsonl'), Buffer.from([0xff, 0xfe, 0x0a]));
    const gateway = new Gateway(url, credential, queue, join(dir, 'frames'));
    expect(await gateway.ended).toBe(0);
    expect(gateway.said).toMatch(/never take/);
    expect(await heartRates(dir)).toEqual(values);
    expect(waiting(queue)).toEqual(['refused']);
    expect(existsSync(join(queue, 'refused'))).toBe(true);
  });

  test('one queue, one gateway', async () => {
    const dir = homes.dir();
    const queue = join(dir, 'queue');
    recordFrames(join(dir, 'frames'));
    const first = new Gateway('http://127.0.0.1:9', 'x', queue, join(dir, 'frames'));
    await first.says(/cannot be reached/);
    const second = new Gateway('http://127.0.0.1:9', 'x', queue, join(dir, 'frames'));
    expect(await second.ended).toBe(1);
    expect(second.said).toMatch(/Another gateway/);
  });
});
