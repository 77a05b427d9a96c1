// OK is a promise that survives kill -9: whatever was acknowledged is there afterwards, whatever was deleted is not.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KINDS, type NostrEvent } from '@hale/kernel';
import { person } from '@hale/testkit/relay-people';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { EventStore } from '../src/store/events.ts';

const ann = person('ann');
let dir: string;
let child: ChildProcess | null = null;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hale-kill-'));
});
afterEach(() => {
  child?.kill('SIGKILL');
  child = null;
  rmSync(dir, { recursive: true });
});

async function startProcess(): Promise<{ kill(): Promise<void>; url: string }> {
  const started = spawn(process.execPath, [join(import.meta.dirname, 'relay-process.ts'), dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child = started;
  const [line] = await once(started.stdout, 'data');
  const kill = async () => {
    const gone = once(started, 'exit');
    started.kill('SIGKILL');
    await gone;
  };
  return { url: String(line).trim(), kill };
}

/** Publishes with 64 in flight and calls `onOk` for each acknowledged id. */
async function publishAll(url: string, events: NostrEvent[], onOk: (id: string) => void): Promise<void> {
  const socket = new WebSocket(url);
  await once(socket, 'open');
  const queue = [...events];
  const sendNext = () => {
    const event = queue.shift();
    if (event) socket.send(JSON.stringify(['EVENT', event]));
  };
  socket.on('message', (data) => {
    const [verb, id, accepted] = JSON.parse(data.toString());
    if (verb !== 'OK') return;
    if (accepted) onOk(id);
    sendNext();
  });
  socket.on('error', () => {});
  for (let n = 0; n < 64; n++) sendNext();
  await once(socket, 'close');
}

test.each([40, 300, 900])('killed after %i acknowledgements', async (count) => {
  const events = Array.from({ length: 1_200 }, (_, n) =>
    ann.sign({ content: randomBytes(200).toString('hex'), created_at: 1_700_000_000 + n }),
  );
  const deletions = events
    .slice(0, 20)
    .map((event) => ann.sign({ kind: KINDS.deletion, tags: [['e', event.id]], created_at: 1_700_100_000 }));
  const sent = [...events.slice(0, 30), ...deletions, ...events.slice(30)];
  const relay = await startProcess();
  const acknowledged = new Set<string>();
  let killing: Promise<void> | null = null;
  await publishAll(relay.url, sent, (id) => {
    acknowledged.add(id);
    if (acknowledged.size >= count) killing ??= relay.kill();
  });
  await killing;
  expect(acknowledged.size).toBeLessThan(sent.length);
  const store = new EventStore(join(dir, 'events.db'));
  const gone = new Set(
    deletions.filter(({ id }) => acknowledged.has(id)).flatMap(({ tags }) => tags.map(([, target]) => target)),
  );
  const missing = [...acknowledged].filter((id) => !gone.has(id) && store.get(id) === null);
  const undead = [...gone].filter((id) => store.get(id) !== null);
  store.close();
  // A deletion that was on the disk and not yet acknowledged may have removed its event too.
  const pending = new Set(deletions.filter(({ id }) => !acknowledged.has(id)).map(({ tags }) => tags[0][1]));
  expect(missing.filter((id) => !pending.has(id))).toEqual([]);
  expect(undead).toEqual([]);
});
