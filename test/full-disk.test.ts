// A disk without room: new data is refused in clear words, everything else goes on, nothing acknowledged is lost, and it recovers. The home
// stands on a small file system of its own; where this machine does not let us make one, the store's own test stands in (vault-store.test.ts).
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  deliver,
  hale,
  haleJson,
  initHome,
  type Running,
  type RunningNode,
  startNode,
  startRelay,
  TELEMETRY,
  workFolder,
} from '@hale/testkit/hale-process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import './in-process.ts';

const folder = workFolder('full-disk');
const path = (name: string) => join(folder.dir, name);

function mount(...args: string[]): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', ...args, 'tmpfs', path('small')], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

mkdirSync(path('small'));
const mounted = process.platform === 'linux' && mount('-o', 'size=3m');

afterAll(() => {
  if (mounted) execFileSync('umount', [path('small')]);
  folder.remove();
});

describe.skipIf(!mounted)('a full disk', () => {
  let relay: { process: Running; url: string };
  let node: RunningNode;
  let credential = '';
  const home = () => path('small/home');
  const acknowledged = new Map<number, number>();
  const start = Math.floor(Date.now() / 1000) * 1e6 - 20 * 86_400e6;
  let sent = 0;

  /** Values that do not compress. */
  const noise = (i: number) => ((i * 2_654_435_761) % 4_000_037) - 2_000_000;

  async function deliverMany(count: number): Promise<{ status: number; body: Record<string, unknown> }> {
    const samples = Array.from({ length: count }, (_, i): [number, number] => [
      start + (sent + i) * 1e6,
      noise(sent + i),
    ]);
    const answer = await deliver(
      node.url,
      credential,
      samples.map(([time, value]) => `noise,${time},${value}\n`).join(''),
    );
    if (answer.status === 200) {
      for (const [time, value] of samples) acknowledged.set(time, value);
      sent += count;
    }
    return answer;
  }

  async function lost(): Promise<number> {
    const { rows } = await haleJson<{ rows: { atMicros: number; value: number }[] }>([
      'show',
      'noise',
      '--level',
      'raw',
      '--home',
      home(),
    ]);
    const stored = new Map(rows.map((row) => [row.atMicros, row.value]));
    return [...acknowledged].filter(([time, value]) => stored.get(time) !== value).length;
  }

  beforeAll(async () => {
    mkdirSync(path('relay'));
    relay = await startRelay(path('relay'));
    await initHome(home(), { url: relay.url, dir: path('relay') });
    node = await startNode(home());
    ({ credential } = await haleJson<{ credential: string }>(['device', 'add', 'sensor', '--home', home()]));
  }, 60_000);
  afterAll(async () => {
    await node?.process.kill9();
    await relay?.process.kill9();
  });

  test('a delivery is refused with 507 in plain words; smaller ones may still fit', async () => {
    let answer = await deliverMany(2000);
    expect(answer.status).toBe(200);
    for (let i = 0; answer.status === 200 && i < 500; i++) answer = await deliverMany(2000);
    expect(answer).toMatchObject({ status: 507, body: { code: 'full', title: expect.stringMatching(/room|full/) } });
    expect(JSON.stringify(answer.body)).not.toMatch(/noise|\d{7}/);
  });

  test('what was acknowledged is there, and can be read, shown and exported elsewhere', async () => {
    expect(acknowledged.size).toBeGreaterThan(2000);
    expect(await lost()).toBe(0);
    const { files } = await haleJson<{ files: string[] }>(['export', path('export'), '--home', home()]);
    expect(readFileSync(files[0], 'utf8').split('\n').length).toBeGreaterThan(acknowledged.size);
    expect((await haleJson<{ streams: number }>(['status', '--home', home()])).streams).toBe(1);
  });

  test('an import is refused with exit code 1, says why and what to do, and leaves nothing half done', async () => {
    const { code, stdout, stderr } = await hale([
      'import',
      join(TELEMETRY, 'ecg-wfdb/100.hea'),
      '--start',
      '2026-11-20T09:00:00Z',
      '--home',
      home(),
      '--json',
    ]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    const { error } = JSON.parse(stderr) as { error: { code: string; message: string; todo: string } };
    expect(error.code).toBe('full');
    expect(error.message).toMatch(/room|full/i);
    expect(error.todo).toMatch(/room|space|free/i);
    expect(await lost()).toBe(0);
  });

  test('a kill at this moment loses nothing either', async () => {
    await node.process.kill9();
    const without = await hale(['status', '--home', home(), '--json']);
    if (without.code !== 0) expect(JSON.parse(without.stderr).error.code).toBe('full');
    expect(readdirSync(home()).filter((name) => name.startsWith('node.json.'))).toEqual([]);
    // SQLite needs a little room to begin with; with so much, the home runs and reads, and takes in nothing.
    execFileSync('mount', ['-o', 'remount,size=3200k', path('small')]);
    node = await startNode(home());
    expect(await lost()).toBe(0);
    expect((await deliverMany(60_000)).status).toBe(507);
    expect(await lost()).toBe(0);
  });

  test('with room again it takes in data again, and all of it is whole', async () => {
    execFileSync('mount', ['-o', 'remount,size=60m', path('small')]);
    expect((await deliverMany(2000)).status).toBe(200);
    expect(
      await hale([
        'import',
        join(TELEMETRY, 'ecg-wfdb/100.hea'),
        '--start',
        '2026-11-20T09:00:00Z',
        '--home',
        home(),
        '--json',
      ]),
    ).toMatchObject({ code: 0 });
    expect(await lost()).toBe(0);
    await haleJson(['relays', 'sync', '--home', home()]);
    const { findings } = await haleJson<{ findings: { severity: string }[] }>(['check', '--deep', '--home', home()]);
    expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
  });
});

describe('a locked home', () => {
  const PASSPHRASE = 'seven purple herons';
  const env = { HALE_PASSPHRASE: PASSPHRASE };
  const home = path('locked');
  let node: RunningNode;
  let credential = '';
  const start = Math.floor(Date.now() / 1000) * 1e6;

  beforeAll(async () => {
    await haleJson(['init', '--home', home], { env });
    ({ credential } = await haleJson<{ credential: string }>(['device', 'add', 'sensor', '--home', home], { env }));
    node = await startNode(home);
  }, 60_000);
  afterAll(() => node?.process.kill9());

  test('collects what its devices send, and acknowledges it; strangers are refused', async () => {
    for (let i = 0; i < 5; i++)
      expect((await deliver(node.url, credential, `pulse,${start + i * 1e6},${123_456 + i}\n`)).status).toBe(200);
    expect((await deliver(node.url, 'hale_nobody', `pulse,${start},1\n`)).status).toBe(403);
    const locked = await hale(['show', 'pulse', '--home', home, '--json']);
    expect(locked.code).toBe(1);
    expect(JSON.parse(locked.stderr).error.code).toBe('locked');
  });

  test('keeps it sealed, over a kill, and folds it in at unlock', async () => {
    await node.process.kill9();
    const { search, numbers, text } = await import('@hale/testkit/haystack');
    expect(
      search(
        [home],
        [...text('series', 'pulse,'), ...text('passphrase', PASSPHRASE), ...numbers('values', [123_456, 123_457])],
      ).found,
    ).toEqual([]);
    node = await startNode(home);
    expect((await deliver(node.url, credential, `pulse,${start + 5e6},${123_461}\n`)).status).toBe(200);
    const { rows } = await haleJson<{ rows: { value: number }[] }>(
      ['show', 'pulse', '--level', 'raw', '--home', home],
      { env },
    );
    expect(rows.map(({ value }) => value)).toEqual([0, 1, 2, 3, 4, 5].map((i) => 123_456 + i));
    expect((await deliver(node.url, credential, `pulse,${start + 6e6},7\n`)).body).toMatchObject({ accepted: 1 });
  });

  test('a wrong passphrase opens nothing', async () => {
    await node.process.stop();
    const wrong = await hale(['streams', '--home', home, '--json'], {
      env: { HALE_PASSPHRASE: 'eight purple herons' },
    });
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).not.toContain('herons');
  });
});
