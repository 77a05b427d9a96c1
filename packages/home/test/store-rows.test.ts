// Rows of events: numbers that come from ids alone, what happens where ids begin alike, and stores of the first form.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { KINDS, trustVerifiedUnsafe, type VerifiedEvent } from '@hale/kernel';
import { addressOf, gateOf, parseAccess } from '@hale/relay/server';
import { accessEvent, RELAY_TEST_SECONDS as now, person, tileBatch } from '@hale/testkit/relay-people';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodeContent, encodeTags, expirationOf, hexBytes, tagKey } from '../src/store/event-codec.ts';
import { GATES } from '../src/store/event-query.ts';
import { EventStore } from '../src/store/events.ts';

const ann = person('ann');
const bob = person('bob');
let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hale-rows-'));
  path = join(dir, 'events.db');
});
afterEach(() => rmSync(dir, { recursive: true }));

/** An event that says it has that id; no real one could be found. */
const withId = (id: string, created_at: number): VerifiedEvent =>
  trustVerifiedUnsafe({ ...ann.sign({ content: id, created_at, tags: [['t', 'alike']] }), id });

describe('ids that begin alike', () => {
  const ids = Array.from({ length: 9 }, (_, n) => `00112233445566${n}`.padEnd(64, 'f'));

  test('lie in one bucket, are told apart, and come and go by themselves', () => {
    const store = new EventStore(path);
    for (const id of ids.slice(0, 8)) expect(store.put(withId(id, now))).toBe(true);
    for (const id of ids.slice(0, 8)) {
      expect(store.put(withId(id, now))).toBe(false);
      expect(store.get(id)?.content).toBe(id);
      expect(store.find({ ids: [id] }).map((found) => found.id)).toEqual([id]);
    }
    expect(store.find({ '#t': ['alike'] })).toHaveLength(8);
    expect(store.deleteById(ids[0])).toBe(true);
    expect(store.get(ids[0])).toBeNull();
    // The first row of the bucket is free, and what lies behind it is still known.
    expect(store.put(withId(ids[3], now))).toBe(false);
    expect(store.put(withId(ids[8], now))).toBe(true);
    expect(
      store
        .find({ ids })
        .map((found) => found.id)
        .sort(),
    ).toEqual(ids.slice(1).sort());
    store.close();
  });

  test('a ninth is refused, and nothing of it stays', () => {
    const store = new EventStore(path);
    for (const id of ids.slice(0, 8)) store.put(withId(id, now));
    expect(() => store.put(withId(ids[8], now))).toThrow(expect.objectContaining({ code: 'full' }));
    expect(store.count({ '#t': ['alike'] })).toBe(8);
    store.close();
  });
});

test('nothing in the tables tells in which order events came; after compaction nothing in the file does', () => {
  const notes = Array.from({ length: 40 }, (_, n) =>
    [ann, bob][n % 2].sign({ content: String(n), tags: [['t', 'x']] }),
  );
  const tiles = [ann, bob].map((who) => tileBatch(who, { content: Buffer.alloc(20_000, who.name).toString('base64') }));
  const events = [...notes, ...tiles];
  const tables = ['event', 'event_tag', 'event_reader'];
  const [one, other] = [events, events.toReversed()].map((order, n) => {
    const file = join(dir, `${n}.db`);
    const store = new EventStore(file);
    for (const event of order) store.put(event);
    const rows = tables.map((table) => store.database.prepare(`SELECT * FROM ${table}`).all());
    store.compact();
    store.close();
    const bytes = readFileSync(file);
    // How often the file was changed stands in its head.
    for (const at of [24, 92]) bytes.fill(0, at, at + 4);
    return { rows, bytes };
  });
  expect(one.rows).toEqual(other.rows);
  expect(one.bytes.equals(other.bytes)).toBe(true);
});

test('tells watchers of what was committed, and of nothing that was taken back', () => {
  const store = new EventStore(path);
  const seen: string[][] = [];
  const unwatch = store.watch((stored) => seen.push(stored.map(({ id }) => id)));
  const [a, b, c] = ['a', 'b', 'c'].map((content) => ann.sign({ content }));
  store.put(a);
  store.put(a);
  expect(() =>
    store.transact(() => {
      store.put(b);
      throw new Error('no');
    }),
  ).toThrow('no');
  store.transact(() => {
    store.put(b);
    store.put(c);
  });
  unwatch();
  store.put(ann.sign({ content: 'd' }));
  expect(seen).toEqual([[a.id], [b.id, c.id]]);
  store.close();
});

test('questions walk along an index and never over everybody’s events', () => {
  const store = new EventStore(path);
  store.put(ann.sign({ content: 'one' }));
  const asked: string[] = [];
  const prepare = DatabaseSync.prototype.prepare;
  DatabaseSync.prototype.prepare = function (this: DatabaseSync, sql: string) {
    asked.push(sql);
    return prepare.call(this, sql);
  };
  try {
    for (const filter of [
      {},
      { kinds: [1, 2] },
      { authors: [ann.pubkey] },
      { authors: [ann.pubkey], kinds: [1] },
      { '#p': [ann.pubkey], kinds: [1059] },
      { '#t': ['x'], authors: [ann.pubkey] },
      { ids: ['00'.repeat(32)] },
    ])
      store.scan(filter, { gate: 'open', now }).head({ left: 1_000 });
  } finally {
    DatabaseSync.prototype.prepare = prepare;
  }
  const questions = asked.filter((sql) => sql.startsWith('SELECT'));
  expect(questions.length).toBeGreaterThan(6);
  for (const sql of questions) {
    const plan = store.database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[];
    const text = plan.map(({ detail }) => detail).join('; ');
    expect(text).not.toMatch(/SCAN (?:e|event|t)\b/);
    // A list of ids is as long as the question; nothing else is sorted.
    if (!sql.includes('json_each')) expect(text).not.toMatch(/TEMP B-TREE/);
  }
  store.close();
});

/** As it was until 2026-11. */
const firstForm = `
CREATE TABLE event (seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, gate INTEGER NOT NULL, author BLOB NOT NULL, kind INTEGER NOT NULL,
  created INTEGER NOT NULL, expires INTEGER, sig BLOB NOT NULL, tags BLOB NOT NULL, content ANY NOT NULL) STRICT;
CREATE INDEX event_author ON event (gate, author, kind, created DESC);
CREATE INDEX event_kind ON event (gate, kind, created DESC);
CREATE INDEX event_created ON event (gate, created DESC);
CREATE INDEX event_expires ON event (expires) WHERE expires IS NOT NULL;
CREATE TABLE event_tag (key BLOB NOT NULL, created INTEGER NOT NULL, event INTEGER NOT NULL, PRIMARY KEY (key, created DESC, event)) STRICT, WITHOUT ROWID;
CREATE TABLE event_reader (key BLOB NOT NULL, event INTEGER NOT NULL, author BLOB NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (key, event)) STRICT, WITHOUT ROWID;
CREATE TABLE relay_member (key BLOB PRIMARY KEY, since INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`;

function writeFirstForm(events: readonly VerifiedEvent[]): void {
  const database = new DatabaseSync(path);
  database.exec(`PRAGMA journal_mode = WAL; ${firstForm}`);
  for (const [seq, event] of events.entries()) {
    const gate = GATES.indexOf(gateOf(event, () => false));
    const [id, author, sig] = [event.id, event.pubkey, event.sig].map(hexBytes);
    const content = encodeContent(event);
    database
      .prepare('INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
      .run(
        seq,
        id,
        gate,
        author,
        event.kind,
        event.created_at,
        expirationOf(event),
        sig,
        encodeTags(event.tags),
        content,
      );
    for (const [name, value] of event.tags)
      if (name.length === 1 && name !== '-')
        database
          .prepare('INSERT OR IGNORE INTO event_tag VALUES (?, ?, ?)')
          .run(tagKey(gate, name, value ?? ''), event.created_at, seq);
    if (event.kind === KINDS.access)
      for (const { key, until } of parseAccess(event))
        database.prepare('INSERT INTO event_reader VALUES (?, ?, ?, ?)').run(hexBytes(key), seq, author, until);
  }
  database.prepare('INSERT INTO relay_member VALUES (?, 1)').run(hexBytes(bob.pubkey));
  database.close();
}

describe('a store of the first form', () => {
  const events = [
    tileBatch(ann, { content: Buffer.alloc(9_000, 7).toString('base64') }),
    accessEvent(ann, [[bob, now + 100]]),
    ann.sign({ kind: KINDS.deletion, tags: [['e', '00'.repeat(32)]] }),
    ann.sign({ kind: 30_078, tags: [['d', 'name']] }),
    ann.sign({ kind: 30_079 }),
    ...Array.from({ length: 50 }, (_, n) =>
      bob.sign({
        content: `findable ${n}`,
        created_at: now - n,
        tags: [
          ['t', `${n % 3}`],
          ['expiration', `${now + n}`],
        ],
      }),
    ),
  ];

  test('opens with all that it held, once and again', () => {
    writeFirstForm(events);
    for (let opening = 0; opening < 2; opening++) {
      const store = new EventStore(path);
      for (const event of events) expect({ ...store.get(event.id) }).toEqual({ ...event });
      expect(store.count({})).toBe(events.length);
      expect(store.find({ '#t': ['1'] })).toHaveLength(17);
      expect(store.streamsOpenTo(bob.pubkey, now)).toEqual([ann.pubkey]);
      expect(store.hasRequests([ann.pubkey])).toBe(true);
      expect(store.isMember(bob.pubkey)).toBe(true);
      for (const event of events.slice(3, 5))
        expect(store.versions(addressOf(event) ?? '').map(({ id }) => id)).toEqual([event.id]);
      expect(
        store.database.prepare("SELECT name FROM sqlite_schema WHERE name LIKE 'old%' OR name LIKE '%number%'").all(),
      ).toEqual([]);
      store.close();
    }
  });

  test('sweeps and deletes as if it had been made so', () => {
    writeFirstForm(events);
    const store = new EventStore(path);
    expect(store.sweep(now + 100)).toBe(50);
    for (const { id } of events.slice(0, 5)) expect(store.deleteById(id)).toBe(true);
    for (const table of ['event', 'event_tag', 'event_reader'])
      expect(store.database.prepare(`SELECT count(*) AS n FROM ${table}`).get()).toEqual({ n: 0 });
    store.close();
    expect(readFileSync(path).includes('findable')).toBe(false);
  });

  test('stays as it was where bringing it over fails', () => {
    writeFirstForm(events);
    const before = new DatabaseSync(path);
    // A row that the present form cannot hold.
    before.exec("CREATE TABLE event_request (x); INSERT INTO event_tag VALUES (x'00', 1, 999)");
    before.close();
    expect(() => new EventStore(path)).toThrow();
    const after = new DatabaseSync(path);
    expect(after.prepare('SELECT count(*) AS n FROM event WHERE seq >= 0').get()).toEqual({ n: events.length });
    after.close();
  });
});
