// Two relays of one operator kept equal by pulling from each other, private and with everything in them.
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installPrimitives, KINDS, schnorrPublic, toHex } from '@hale/kernel';
import { accessEvent, person, tileBatch } from '@hale/testkit/relay-people';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RelayHandle, startRelay } from '../src/relay/host.ts';
import { nativePrimitives } from '../src/relay/native.ts';
import { loadRelaySecret } from '../src/relay/relay-key.ts';

const [ann, bob, author, reader] = ['ann', 'bob', 'author', 'reader'].map(person);
const now = () => Math.floor(Date.now() / 1000);
let dir: string;
let relays: RelayHandle[] = [];

beforeEach(() => {
  installPrimitives(nativePrimitives());
  dir = mkdtempSync(join(tmpdir(), 'hale-pull-'));
});
afterEach(async () => {
  for (const relay of relays) await relay.close();
  relays = [];
  rmSync(dir, { recursive: true });
});

async function two(): Promise<[RelayHandle, RelayHandle]> {
  const dirs = ['a', 'b'].map((name) => join(dir, name));
  for (const each of dirs) mkdirSync(each);
  const keys = dirs.map((each) => toHex(schnorrPublic(loadRelaySecret(join(each, 'relay.key')))));
  const a = await startRelay({ dir: dirs[0], peers: [keys[1]] });
  const b = await startRelay({ dir: dirs[1], peers: [keys[0]] });
  relays = [a, b];
  return [a, b];
}

const held = ({ store }: RelayHandle) =>
  store
    .query({})
    .filter(({ kind }) => kind !== KINDS.receipt)
    .map(({ id }) => id)
    .sort();

test('each has what the other lacked, gated as it was; deletions, vanishing and newer versions too', async () => {
  const [a, b] = await two();
  const at = (age: number) => ({ created_at: now() - age });
  const old = ann.sign({ kind: 10_002, ...at(100) });
  const gone = ann.sign({ content: 'gone', ...at(90) });
  const common = [old, gone, tileBatch(author, at(80)), bob.sign({ content: 'bob', ...at(70) })];
  for (const relay of [a, b]) for (const event of common) relay.store.put(event);
  for (let n = 0; n < 300; n++) a.store.put(ann.sign({ content: `a ${n}`, ...at(60 + n) }));
  a.store.put(accessEvent(author, [[reader, now() + 600]], now() - 5));
  a.store.put(ann.sign({ kind: 10_002, ...at(10) }));
  a.store.deleteById(old.id);
  b.store.put(
    ann.sign({ kind: KINDS.wrap, tags: [['p', author.pubkey]], content: randomBytes(9).toString('hex'), ...at(50) }),
  );
  b.store.put(ann.sign({ kind: 5, tags: [['e', gone.id]], ...at(40) }));
  b.store.deleteById(gone.id);
  b.store.put(bob.sign({ kind: KINDS.vanish, tags: [['relay', 'ALL_RELAYS']], ...at(30) }));
  b.store.deleteById(common[3].id);
  expect(await b.pull(a.url)).toMatchObject({ lacked: 304, taken: 302, ahead: 4 });
  expect(await a.pull(b.url)).toMatchObject({ lacked: 3, taken: 3 });
  expect(held(a)).toEqual(held(b));
  for (const relay of [a, b]) {
    expect(relay.store.get(gone.id)).toBeNull();
    expect(relay.store.get(old.id)).toBeNull();
    expect(relay.store.query({ authors: [bob.pubkey] }).map(({ kind }) => kind)).toEqual([KINDS.vanish]);
    expect(relay.store.find({ kinds: [KINDS.tileBatch] }, { gate: 'stream' })).toHaveLength(1);
    expect(relay.store.find({ kinds: [KINDS.wrap] }, { gate: 'addressee' })).toHaveLength(1);
    expect(relay.store.streamsOpenTo(reader.pubkey, now())).toEqual([author.pubkey]);
  }
  expect(await b.pull(a.url)).toEqual({ lacked: 0, taken: 0, ahead: 0 });
});

test('a relay that is no peer gets no socket', async () => {
  const [a] = await two();
  const stranger = await startRelay({ dir: join(dir, 'c') });
  relays.push(stranger);
  a.store.put(tileBatch(author, { created_at: now() - 10 }));
  // One relay that lists nobody.
  await expect(stranger.pull(a.url)).rejects.toMatchObject({ code: 'not-permitted' });
  expect(held(stranger)).toEqual([]);
});
