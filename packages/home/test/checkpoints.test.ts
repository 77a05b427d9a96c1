// The write-ahead log is copied by a thread: it stays bounded, nothing is lost, and without the thread the store does it itself.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { person, tileBatch } from '@hale/testkit/relay-people';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Checkpoints } from '../src/store/checkpoints.ts';
import { EventStore } from '../src/store/events.ts';

const ann = person('ann');
const PAGE_BYTES = 4_096;
const LOG_PAGES_MAX = 256;
let dir: string;
let path: string;
let store: EventStore;
let checkpoints: Checkpoints;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hale-checkpoints-'));
  path = join(dir, 'events.db');
  store = new EventStore(path);
  checkpoints = new Checkpoints(store, path, LOG_PAGES_MAX);
});
afterEach(async () => {
  await checkpoints.end();
  store.close();
  rmSync(dir, { recursive: true });
});

const autocheckpoint = () => Object.values(store.database.prepare('PRAGMA wal_autocheckpoint').get() ?? {})[0];
const batch = (n: number) => tileBatch(ann, { content: Buffer.alloc(30_000, n).toString('base64'), created_at: n });

test('the log begins anew while commits go on, and everything is there afterwards', async () => {
  expect(autocheckpoint()).toBe(0);
  const events = Array.from({ length: 240 }, (_, n) => batch(n));
  for (const event of events) {
    store.put(event);
    await wait(5);
  }
  // Without it the log would hold all of it: eight pages for each, and more.
  expect(statSync(`${path}-wal`).size).toBeLessThan(240 * 8 * PAGE_BYTES);
  await checkpoints.end();
  store.close();
  store = new EventStore(path);
  expect(events.filter(({ id }) => store.get(id)?.id !== id)).toEqual([]);
});

test('what was deleted is off the disk after the sweep, with a thread that reads the log as well', async () => {
  const event = batch(1);
  store.put(event);
  await wait(400);
  store.deleteById(event.id);
  store.sweep(0);
  expect(statSync(`${path}-wal`).size).toBe(0);
});

// In an environment of its own: threads of tests start from compiled code, and sooner.
test('a process that has nothing else to do waits until its relay is closed', () => {
  const host = JSON.stringify(new URL('../src/relay/host.ts', import.meta.url).href);
  const script = `
    const { startRelay } = await import(${host});
    const relay = await startRelay({ dir: ${JSON.stringify(dir)}, private: true });
    await relay.close();
    console.log('closed');`;
  const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: {},
  });
  expect({ stdout: stdout.trim(), status }).toEqual({ stdout: 'closed', status: 0 });
}, 30_000);
