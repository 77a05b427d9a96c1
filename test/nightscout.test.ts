// A node process in the place of a Nightscout server, set up by the command as a person does; killed without warning while it takes uploads.
import { createHash } from 'node:crypto';
import { hale, haleJson, type RunningNode, startNode, workFolder } from '@hale/testkit/hale-process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import './in-process.ts';

const folder = workFolder('nightscout');
const home = ['--home', folder.dir];
const MINUTE = 60_000;
const NOW = Math.floor(Date.now() / MINUTE) * MINUTE;
let node: RunningNode;
let secret: string;

beforeAll(async () => {
  await haleJson(['init', ...home]);
  node = await startNode(folder.dir);
  const added = await haleJson<{ nightscout: { secret: string; url: string } }>([
    'device',
    'add',
    'Loop',
    '--nightscout',
    '--read',
    ...home,
  ]);
  secret = added.nightscout.secret;
}, 120_000);
afterAll(async () => {
  await node.process.stop();
  folder.remove();
});

const headers = () => ({
  'api-secret': createHash('sha1').update(secret).digest('hex'),
  'content-type': 'application/json',
});

function upload(i: number): Promise<boolean> {
  const date = NOW - i * 5 * MINUTE;
  const entry = { type: 'sgv', sgv: 100 + (i % 50), date, dateString: new Date(date).toISOString(), count: i };
  return fetch(`${node.url}/api/v1/entries`, {
    method: 'POST',
    headers: headers(),
    body: JSON.stringify([entry]),
  }).then(
    (answer) => answer.ok,
    () => false,
  );
}

test('what was acknowledged survives kill -9: documents and their numbers', async () => {
  const acknowledged: number[] = [];
  for (let round = 0; round < 3; round++) {
    let isRunning = true;
    const uploading = (async () => {
      for (let i = round * 1000; isRunning; i++) if (await upload(i)) acknowledged.push(i);
    })();
    const wanted = acknowledged.length + 40;
    while (acknowledged.length < wanted) await new Promise((resolve) => setImmediate(resolve));
    await node.process.kill9();
    isRunning = false;
    await uploading;
    node = await startNode(folder.dir);
  }
  const answer = await fetch(`${node.url}/api/v1/entries.json?count=20000&find[date][$gt]=${NOW - 20 * 86_400_000}`, {
    headers: headers(),
  });
  const kept = new Set(((await answer.json()) as { count?: number }[]).map(({ count }) => count));
  expect(acknowledged.filter((i) => !kept.has(i))).toEqual([]);
  const streams = await haleJson<{ key: string; samples: number }[]>(['streams', ...home]);
  const samples = streams.find(({ key }) => key === 'glucose-cgm')?.samples ?? 0;
  expect(samples).toBeGreaterThanOrEqual(acknowledged.length);
}, 180_000);

test('the command says address, secret and token once, with what the device may', async () => {
  const { stdout } = await hale(['device', 'add', 'Watch face', '--nightscout', '--read-only', '--mmol', ...home]);
  expect(stdout).toContain('Watch face may now read, and upload nothing');
  const [, token] = /Access token +(watchface-[0-9a-f]{32})/.exec(stdout) ?? [];
  const { bgs } = (await (await fetch(`${node.url}/pebble?token=${token}`)).json()) as { bgs: { sgv: string }[] };
  expect(bgs[0].sgv).toBe('5.6');
  const wrong = await hale(['device', 'add', 'Scale', '--read', ...home]);
  expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('--nightscout')]);
}, 60_000);
