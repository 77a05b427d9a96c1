// Two relays that name each other become equal and stay so; one that is not named gets nothing, says so, and goes on when it is.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installPrimitives, KINDS, schnorrPublic, toHex, type VerifiedEvent } from '@hale/kernel';
import { accessEvent, person, tileBatch } from '@hale/testkit/relay-people';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RunningRelay } from '../src/relay/alone.ts';
import { openDesk } from '../src/relay/desk.ts';
import { nativePrimitives } from '../src/relay/native.ts';
import { loadRelaySecret } from '../src/relay/relay-key.ts';
import { EventStore } from '../src/store/events.ts';

installPrimitives(nativePrimitives());

const [ann, bob] = ['ann', 'bob'].map(person);
const now = Math.floor(Date.now() / 1000);
let root: string;
let relays: RunningRelay[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hale-mirrors-'));
});
afterEach(async () => {
  for (const relay of relays) await relay.close();
  relays = [];
  rmSync(root, { recursive: true });
});

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

const dirOf = (name: string) => join(root, name);

/** A private relay with these events, which pulls each second. */
async function prepare(
  name: string,
  port: number,
  from: number[],
  peers: string[],
  events: readonly VerifiedEvent[] = [],
) {
  mkdirSync(dirOf(name), { recursive: true, mode: 0o700 });
  const urls = from.map((each) => `"ws://127.0.0.1:${each}"`).join(', ');
  writeFileSync(
    join(dirOf(name), 'relay.toml'),
    `private = true\nport = ${port}\n[mirror]\nfrom = [${urls}]\npeers = [${peers.map((key) => `"${key}"`).join(', ')}]\neverySeconds = 1`,
  );
  const store = new EventStore(join(dirOf(name), 'events.db'));
  for (const event of events) store.put(event);
  store.close();
}

async function run(name: string, troubles: string[] = []): Promise<RunningRelay> {
  const relay = await RunningRelay.start({ dir: dirOf(name) }, (what, code) => troubles.push(`${what} ${code}`));
  relays.push(relay);
  return relay;
}

const keyOf = (name: string) => {
  mkdirSync(dirOf(name), { recursive: true, mode: 0o700 });
  return toHex(schnorrPublic(loadRelaySecret(join(dirOf(name), 'relay.key'))));
};

function idsOf(name: string): string[] {
  const store = new EventStore(join(dirOf(name), 'events.db'));
  const ids = store.query({}).map(({ id }) => id);
  store.close();
  return ids.sort();
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let n = 0; n < 200; n++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it did not come to that');
}

test('become equal, sealed data included, and what comes later follows', async () => {
  const [a, b] = [await freePort(), await freePort()];
  const ofAnn = [tileBatch(ann, { created_at: now - 9 }), accessEvent(ann, [[bob, now + 900]], now - 8)];
  const ofBob = [bob.sign({ kind: KINDS.wrap, created_at: now - 7, tags: [['p', ann.pubkey]] })];
  await prepare('a', a, [b], [keyOf('b')], ofAnn);
  await prepare('b', b, [a], [keyOf('a')], ofBob);
  await run('a');
  await run('b');
  const all = [...ofAnn, ...ofBob].map(({ id }) => id).sort();
  await until(() => idsOf('a').length === 3 && idsOf('b').length === 3);
  expect([idsOf('a'), idsOf('b')]).toEqual([all, all]);
  const deletion = ann.sign({ kind: KINDS.deletion, created_at: now, tags: [['e', ofAnn[0].id]] });
  const desk = openDesk(dirOf('a'));
  await desk.take([{ number: 1, text: JSON.stringify(deletion) }]);
  await until(() => idsOf('b').includes(deletion.id));
  expect(idsOf('b')).toEqual(idsOf('a'));
  expect(idsOf('b')).not.toContain(ofAnn[0].id);
  const { status } = await desk.status();
  expect(status.mirrors).toEqual([
    { url: `ws://127.0.0.1:${b}`, state: 'equal', pulledAt: expect.any(Number), taken: 1 },
  ]);
});

test('one that the other does not name says so, and nothing is served to it; named, it goes on by itself', async () => {
  const [a, b] = [await freePort(), await freePort()];
  await prepare('a', a, [], [], [ann.sign({ created_at: now })]);
  await prepare('b', b, [a], []);
  const troubles: string[] = [];
  let relay = await run('a');
  await run('b', troubles);
  await until(() => troubles.length > 0);
  expect(troubles).toEqual(['mirror not-permitted']);
  expect(idsOf('b')).toEqual([]);
  await expect(openDesk(dirOf('b')).pull(`ws://127.0.0.1:${a}`)).rejects.toMatchObject({ code: 'not-permitted' });
  await relay.close();
  await prepare('a', a, [], [keyOf('b')]);
  relay = await run('a');
  await until(() => idsOf('b').length === 1);
});
