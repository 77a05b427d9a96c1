// Stores as earlier versions of Hale wrote them, open with this one: nothing is lost, everybody sees what she saw, and writing goes on. Each file of
// ./data/stores was made by the code of its time, with the same events of the same people.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { zstdDecompressSync } from 'node:zlib';
import { installPrimitives, KINDS, verifyEvent } from '@hale/kernel';
import { settle } from '@hale/relay/server';
import { person, RELAY_TEST_SECONDS } from '@hale/testkit/relay-people';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkRelay } from '../src/relay/integrity.ts';
import { nativePrimitives } from '../src/relay/native.ts';
import { EventStore } from '../src/store/events.ts';
import { STORE_FORM } from '../src/store/schema.ts';

installPrimitives(nativePrimitives());

const [ann, bob, cid] = ['ann', 'bob', 'cid'].map(person);
const at = RELAY_TEST_SECONDS;
const folder = new URL('data/stores/', import.meta.url);
let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hale-forms-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const files = readdirSync(folder);

test('there is one of each earlier form', () => {
  expect(files.sort()).toEqual([
    '1-numbered-by-arrival.db.zst',
    '2-before-peers.db.zst',
    '2-tags-without-kinds.db.zst',
  ]);
});

describe.each(files)('%s', (name) => {
  const place = () => join(dir, 'events.db');
  beforeEach(() => writeFileSync(place(), zstdDecompressSync(readFileSync(new URL(name, folder)))));

  test('opens with all that was in it, as its authors signed it', () => {
    const store = new EventStore(place());
    const events = store.query({});
    expect(events).toHaveLength(27);
    expect(events.every((event) => verifyEvent({ ...event }) !== null)).toBe(true);
    expect(store.query({ kinds: [1], '#t': ['odd'] })).toHaveLength(10);
    expect(store.query({ authors: [cid.pubkey], since: at + 30, limit: 3 }).map(({ content }) => content)).toEqual([
      'note 19',
      'note 18',
      'note 17',
    ]);
    expect([store.isMember(cid.pubkey), store.takeClaim('ab'.repeat(32), at)]).toEqual([true, true]);
    store.close();
  });

  test('shows each event to whom it was shown', () => {
    const store = new EventStore(place());
    expect(store.find({ kinds: [KINDS.tileBatch] }, { gate: 'stream' })).toHaveLength(2);
    expect(store.find({ kinds: [KINDS.deletion] }, { gate: 'stream' })).toHaveLength(1);
    expect(store.find({ '#p': [cid.pubkey] }, { gate: 'addressee' })).toHaveLength(1);
    expect(store.streamsOpenTo(bob.pubkey, at)).toEqual([ann.pubkey]);
    expect(store.find({}, { gate: 'open' })).toHaveLength(22);
    store.close();
  });

  test('goes on: newer versions replace, what was deleted stays away, deletions reach what is there', () => {
    const store = new EventStore(place());
    const address = `30023:${bob.pubkey}:page`;
    const [first] = store.versions(address);
    const second = bob.sign({ kind: 30_023, created_at: at + 60, tags: [['d', 'page']], content: 'second' });
    expect(store.transact(() => settle(store, second)).accepted).toBe(true);
    expect(store.versions(address).map(({ id }) => id)).toEqual([second.id]);
    expect(store.has(first.id)).toBe(false);
    const [note] = store.query({ kinds: [1], limit: 1 });
    const deletion = cid.sign({ kind: KINDS.deletion, created_at: at + 70, tags: [['e', note.id]] });
    expect(store.transact(() => settle(store, deletion)).accepted).toBe(true);
    expect(store.transact(() => settle(store, note))).toMatchObject({ accepted: false });
    store.close();
  });

  test('is whole afterwards, bears the number of its form, and opening it again changes nothing', async () => {
    new EventStore(place()).close();
    const once = readFileSync(place());
    new EventStore(place()).close();
    expect(readFileSync(place()).equals(once)).toBe(true);
    expect(await checkRelay(dir)).toMatchObject({ ok: true, events: 27 });
    const database = new DatabaseSync(place());
    expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: STORE_FORM });
    database.close();
  });
});
