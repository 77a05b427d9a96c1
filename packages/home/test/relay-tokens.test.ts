// Homes at a private relay with quotas: they take tokens, spend them by themselves, wait where none are left, and nothing on the relay's disk
// leads from a member to an author.
import { HaleError, KINDS, schnorrPublic, toHex, tokenEpochOf } from '@hale/kernel';
import { signEvent } from '@hale/kernel/seal';
import { RELAY_LIMITS } from '@hale/relay/server';
import { afterEach, expect, test } from 'vitest';
import type { Home } from '../src/home.ts';
import type { PurseRecord } from '../src/net/purse.ts';
import { relaysAdd, relaysVouch } from '../src/operations/relays.ts';
import type { RelayHandle } from '../src/relay/host.ts';
import { addStream, HOUR, Homes, random, SECOND, samples, useRelay } from './homes.ts';

const homes = new Homes();
afterEach(() => homes.close());

const START = 1_795_000_000 * SECOND;
const DAY = 24 * HOUR;
const seconds = () => Math.floor(Date.now() / 1000);

function fill(home: Home, keys: string[], from = START, count = 600): void {
  for (const key of keys)
    home.vault.ingest([{ stream: home.vault.stream(home.vault.subject('me').id, key), samples: samples(from, count) }]);
  home.settle();
}

const rows = (relay: RelayHandle, sql: string): Record<string, unknown>[] =>
  relay.store.database.prepare(sql).all() as Record<string, unknown>[];
const hex = (bytes: unknown): string => Buffer.from(bytes as Uint8Array).toString('hex');
const authorsOf = (home: Home, keys: string[]): string[] =>
  keys.map((key) => toHex(home.vault.stream(home.vault.subject('me').id, key).author));
const memberOf = (home: Home): string => toHex(schnorrPublic(home.keys.member));
const allotment = RELAY_LIMITS.allotmentBytesDefault;

test('a home takes one batch, spends a token for each author, and keeps the rest sealed over a restart', async () => {
  const home = homes.make();
  const relay = await homes.relay(home.keys);
  const keys = ['hr', 'spo2', 'steps'];
  for (const key of keys) addStream(home, key);
  fill(home, keys);
  useRelay(home, relay.url);
  await home.network.settle(10_000);
  expect(home.outbox.pendingCount(relay.url)).toBe(0);
  expect(home.outbox.refusals(relay.url)).toBe(0);

  const authors = rows(relay, 'SELECT author, bytes, allotted FROM relay_author');
  expect(authors.map(({ author }) => hex(author))).toEqual(expect.arrayContaining(authorsOf(home, keys)));
  for (const { author, bytes, allotted } of authors) {
    expect(allotted).toBe(allotment);
    expect(bytes).toBe(relay.store.countedBytesOf(hex(author)));
    expect(bytes).toBeGreaterThan(0);
  }
  const [taken] = rows(relay, 'SELECT member, epoch, count FROM relay_tokens');
  expect(taken).toMatchObject({ count: RELAY_LIMITS.tokensPerBatch, epoch: tokenEpochOf(seconds()) });
  expect(hex(taken.member)).toBe(memberOf(home));
  expect(rows(relay, 'SELECT count(*) AS n FROM relay_spent')[0].n).toBe(authors.length);

  const again = await homes.reopen(home);
  addStream(again, 'weight');
  fill(again, ['weight']);
  again.useRelays();
  await again.network.settle(10_000);
  expect(again.outbox.pendingCount(relay.url)).toBe(0);
  // From what was kept: no second batch.
  expect(rows(relay, 'SELECT count FROM relay_tokens')).toEqual([{ count: RELAY_LIMITS.tokensPerBatch }]);
}, 60_000);

test('no row of the relay has a member beside an author, and no order of rows tells who took what', async () => {
  const two = [homes.make(), homes.make()];
  const relay = await homes.relay(...two.map(({ keys }) => keys));
  for (const home of two) {
    addStream(home, 'hr');
    fill(home, ['hr']);
    useRelay(home, relay.url);
    await home.network.settle(10_000);
  }
  const members = two.map(memberOf);
  const authors = rows(relay, 'SELECT author FROM relay_author').map(({ author }) => hex(author));
  expect(authors.length).toBeGreaterThanOrEqual(4);
  const tables = rows(relay, "SELECT name FROM sqlite_master WHERE type = 'table'").map(({ name }) => String(name));
  expect(tables).toContain('relay_spent');
  for (const table of tables)
    for (const row of rows(relay, `SELECT * FROM "${table}"`)) {
      const text = Object.values(row)
        .map((value) => (value instanceof Uint8Array ? hex(value) : String(value)))
        .join(' ');
      const names = (keys: string[]) => keys.filter((key) => text.includes(key)).length;
      if (names(members) > 0) expect(names(authors), table).toBe(0);
    }
  // Tables by key have no order of arrival.
  const order = rows(relay, 'SELECT author FROM relay_author').map(({ author }) => hex(author));
  expect(order).toEqual([...order].sort());
}, 60_000);

test('an author that has used her allotment up gets the next by a further token', async () => {
  const home = homes.make();
  const quota = { allotmentBytes: 20_000, tokensPerEpoch: 64 };
  const relay = await homes.relayWith({ quota }, home.keys);
  addStream(home, 'hr');
  useRelay(home, relay.url);
  for (let day = 0; day < 4; day++) fill(home, ['hr'], START + day * DAY, 20_000);
  await home.network.settle(20_000);
  expect(home.outbox.pendingCount(relay.url)).toBe(0);
  const row = relay.store.author(authorsOf(home, ['hr'])[0]);
  expect(row?.bytes).toBeGreaterThan(quota.allotmentBytes);
  expect(row?.allotted).toBeGreaterThanOrEqual(row?.bytes ?? 0);
  expect((row?.allotted ?? 0) % quota.allotmentBytes).toBe(0);
}, 60_000);

test('where none are left the rest waits and is said; nothing is refused for good, and an access list still goes out', async () => {
  const home = homes.make();
  const quota = { allotmentBytes: 12_000, tokensPerEpoch: 16 };
  const relay = await homes.relayWith({ quota }, home.keys);
  addStream(home, 'hr');
  useRelay(home, relay.url);
  for (let day = 0; day < 20; day++) fill(home, ['hr'], START + day * DAY, 20_000);
  await home.network.settle(8_000);
  expect(home.outbox.pendingCount(relay.url)).toBeGreaterThan(0);
  expect(home.outbox.refusals(relay.url)).toBe(0);
  expect(home.warnings.map(({ text }) => text).join(' ')).toMatch(/no more room this month/);
  expect(home.network.state(relay.url)).toMatchObject({ state: 'connected', reason: 'NO_ROOM' });
  const held = rows(relay, 'SELECT sum(allotted) AS all_of_it FROM relay_author')[0].all_of_it as number;
  expect(held).toBe(16 * quota.allotmentBytes);

  const [author] = authorsOf(home, ['hr']);
  const before = relay.store.find({ authors: [author], kinds: [KINDS.access] });
  const stream = home.vault.stream(home.vault.subject('me').id, 'hr');
  home.vault.store.transact(() =>
    home.vault.store.enqueue({
      event: signEvent(
        { kind: KINDS.access, created_at: seconds(), tags: [['-']], content: '' },
        stream.authorSecret,
        random(32),
      ),
      target: 'store',
    }),
  );
  await home.network.settle(3_000);
  expect(relay.store.find({ authors: [author], kinds: [KINDS.access] })).not.toEqual(before);
}, 60_000);

test('two homes of the same words share the member’s tokens and the author’s allotment', async () => {
  const first = homes.make();
  const relay = await homes.relay(first.keys);
  addStream(first, 'hr');
  fill(first, ['hr']);
  useRelay(first, relay.url);
  await first.network.settle(10_000);
  const [author] = authorsOf(first, ['hr']);
  const before = relay.store.author(author);
  const second = homes.open({ keys: first.keys });
  second.vault.takePen(0);
  useRelay(second, relay.url);
  await second.network.settle(10_000);
  // The second asked on its own account, which is the same member's.
  expect(Number(rows(relay, 'SELECT count FROM relay_tokens')[0].count)).toBeLessThanOrEqual(
    2 * RELAY_LIMITS.tokensPerBatch,
  );
  expect(rows(relay, 'SELECT count(*) AS n FROM relay_tokens')[0].n).toBe(1);
  expect(relay.store.author(author)?.allotted).toBe(before?.allotted);
}, 60_000);

test('a relay that needs none is asked for none', async () => {
  const home = homes.make();
  const relay = await homes.relayWith({ quota: null }, home.keys);
  addStream(home, 'hr');
  fill(home, ['hr']);
  useRelay(home, relay.url);
  await home.network.settle(10_000);
  expect(home.outbox.pendingCount(relay.url)).toBe(0);
  expect(rows(relay, 'SELECT count(*) AS n FROM relay_tokens')[0].n).toBe(0);
}, 60_000);

test('a relay that names two keys in one epoch is asked for nothing more, and its owner hears of it', async () => {
  const home = homes.make();
  const relay = await homes.relay(home.keys);
  addStream(home, 'hr');
  fill(home, ['hr']);
  useRelay(home, relay.url);
  await home.network.settle(10_000);
  // The key that this home remembers is another than the one that the relay says now.
  const sealed = home.vault.store.state('tokens');
  const records = home.local.open('tokens', sealed as Uint8Array) as [string, PurseRecord][];
  const marked = records.map(([url, record]) => [url, { ...record, key: 'ab'.repeat(32), tokens: [] }]);
  home.vault.store.transact(() => home.vault.store.setState('tokens', home.local.seal('tokens', marked)));
  const again = await homes.reopen(home);
  addStream(again, 'weight');
  fill(again, ['weight']);
  again.useRelays();
  await again.network.settle(4_000);
  expect(again.warnings.map(({ code }) => code)).toContain('relay-two-keys');
  expect(rows(relay, 'SELECT count FROM relay_tokens')).toEqual([{ count: RELAY_LIMITS.tokensPerBatch }]);
  expect(relay.store.author(authorsOf(again, ['weight'])[0])).toBeNull();
}, 60_000);

test('a clinic vouches, the patient joins with its line, and only she does', async () => {
  const [clinic, patient, other] = [homes.make(), homes.make(), homes.make()];
  const relay = await homes.relayWith({ clinics: [{ key: clinic.identityPublic(), perEpoch: 5 }] });
  const ask = (home: Home) => ({ home, emit: () => {}, signal: new AbortController().signal });
  const { vouch } = await relaysVouch(ask(clinic), { relay: relay.url, member: memberOf(patient), days: 30 });
  await expect(relaysAdd(ask(other), { url: relay.url, vouch })).rejects.toThrow(HaleError);
  await expect(relaysAdd(ask(other), { url: relay.url, vouch: 'nonsense' })).rejects.toThrow(HaleError);
  expect((await relaysAdd(ask(patient), { url: relay.url, vouch })).state).toBe('connected');
  expect(relay.store.isMember(memberOf(patient))).toBe(true);
  expect(relay.store.memberUntil(memberOf(patient))).toBeGreaterThan(seconds() + 29 * 86_400);
  addStream(patient, 'hr');
  fill(patient, ['hr']);
  await patient.network.settle(10_000);
  expect(patient.outbox.pendingCount(relay.url)).toBe(0);
  const all = rows(relay, "SELECT name FROM sqlite_master WHERE type = 'table'").flatMap(({ name }) =>
    rows(relay, `SELECT * FROM "${String(name)}"`).map((row) => [String(name), row] as const),
  );
  const naming = all.filter(([, row]) =>
    Object.values(row).some((value) => value instanceof Uint8Array && hex(value) === clinic.identityPublic()),
  );
  expect(naming.map(([table]) => table)).toEqual(['relay_vouched']);
}, 60_000);
