// What an operator does with a relay's database while it runs and while it does not: copies, restores, moves events, gives room back, finds damage.
import { once } from 'node:events';
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Readable } from 'node:stream';
import { HaleError, installPrimitives, KINDS, type VerifiedEvent } from '@hale/kernel';
import { accessEvent, type Person, person, tileBatch } from '@hale/testkit/relay-people';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { RunningRelay } from '../src/relay/alone.ts';
import { BackupSchedule, backupRelay, backupsOf } from '../src/relay/backup.ts';
import { openDesk } from '../src/relay/desk.ts';
import { importFile } from '../src/relay/import-file.ts';
import { checkRelay } from '../src/relay/integrity.ts';
import { nativePrimitives } from '../src/relay/native.ts';
import { restoreRelay } from '../src/relay/restore.ts';
import { exportRelay } from '../src/relay/transfer.ts';
import { EventStore } from '../src/store/events.ts';
import { STORE_FORM } from '../src/store/schema.ts';

installPrimitives(nativePrimitives());

const [ann, bob, cid] = ['ann', 'bob', 'cid'].map(person);
const now = Math.floor(Date.now() / 1000);
let root: string;
let dir: string;
let running: RunningRelay[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hale-operation-'));
  dir = join(root, 'relay');
  mkdirSync(dir, { mode: 0o700 });
});
afterEach(async () => {
  for (const relay of running) await relay.close();
  running = [];
  rmSync(root, { recursive: true });
});

async function run(folder = dir, more: object = {}): Promise<RunningRelay> {
  const relay = await RunningRelay.start({ dir: folder, port: 0, ...more });
  running.push(relay);
  return relay;
}

async function stop(): Promise<void> {
  for (const relay of running.splice(0)) await relay.close();
}

/** Writes into a store that nobody runs on. */
function fill(folder: string, work: (store: EventStore) => void): void {
  const store = new EventStore(join(folder, 'events.db'));
  work(store);
  store.close();
}

const note = (who: Person, n: number, size = 0) => who.sign({ created_at: now - n, content: `${n}`.padEnd(size, 'x') });

/** Publishes over a socket; what each OK said. */
async function publish(relay: RunningRelay, events: readonly VerifiedEvent[]): Promise<boolean[]> {
  const socket = new WebSocket(relay.url);
  await once(socket, 'open');
  const oks: boolean[] = [];
  const done = new Promise<void>((resolve) => {
    socket.on('message', (data) => {
      const [verb, , ok] = JSON.parse(String(data)) as [string, string, boolean];
      if (verb === 'OK') oks.push(ok);
      if (oks.length === events.length) resolve();
    });
  });
  for (const event of events) socket.send(JSON.stringify(['EVENT', event]));
  await done;
  socket.terminate();
  return oks;
}

const idsOf = (folder: string): string[] => {
  const database = new DatabaseSync(join(folder, 'events.db'), { readOnly: true });
  const rows = database.prepare('SELECT lower(hex(id)) AS id, gate FROM event ORDER BY row').all();
  database.close();
  return rows.map(({ id, gate }) => `${id} ${gate}`);
};

describe('backup', () => {
  test('is whole and as of one moment while the relay takes events, and nobody else can read it', async () => {
    const relay = await run();
    await publish(
      relay,
      Array.from({ length: 200 }, (_, n) => note(ann, n, 2_000)),
    );
    let going = true;
    const writing = (async () => {
      for (let n = 1_000; going; n += 20)
        await publish(
          relay,
          Array.from({ length: 20 }, (_, more) => note(bob, n + more, 2_000)),
        );
    })();
    const made = [];
    for (let n = 0; n < 5; n++) made.push(await backupRelay(dir, join(root, `${n}.db`)));
    going = false;
    await writing;
    let before = 0;
    for (const { file, bytes } of made) {
      expect(statSync(file)).toMatchObject({ size: bytes });
      expect(statSync(file).mode & 0o077).toBe(0);
      const store = new EventStore(file);
      const events = store.count({});
      expect(events).toBeGreaterThanOrEqual(Math.max(200, before));
      before = events;
      expect(store.query({}).map(({ id }) => id)).toHaveLength(events);
      store.close();
    }
    expect(before).toBeGreaterThan(200);
    await expect(backupRelay(dir, join(root, '0.db'))).rejects.toThrow(/file of that name/);
    expect(readdirSync(root).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  test('by the clock: the first at once, then when the last is old enough; the oldest go, what was put there by hand stays', async () => {
    fill(dir, (store) => store.put(note(ann, 1)));
    const backups = join(dir, 'backups');
    mkdirSync(backups);
    for (const day of ['01', '02', '03']) writeFileSync(join(backups, `2026-01-${day}T000000Z.db`), '');
    writeFileSync(join(backups, 'by-hand.db'), '');
    for (const name of readdirSync(backups)) utimesSync(join(backups, name), 1_000, 1_000);
    const failures: string[] = [];
    const options = { everyHours: 1, keepCount: 2, onFailure: (code: string) => failures.push(code), lookMillis: 20 };
    const schedule = new BackupSchedule(dir, options);
    await schedule.end();
    const names = readdirSync(backups).sort();
    expect(names).toHaveLength(3);
    expect(names).toEqual(expect.arrayContaining(['2026-01-03T000000Z.db', 'by-hand.db']));
    const again = new BackupSchedule(dir, options);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await again.end();
    expect(readdirSync(backups).sort()).toEqual(names);
    expect(backupsOf(dir)[0].path).not.toContain('2026-01');
    expect(failures).toEqual([]);
  });

  test('that fails says so, leaves nothing behind, and is not tried again at once', async () => {
    mkdirSync(join(dir, 'events.db'));
    const failures: string[] = [];
    const schedule = new BackupSchedule(dir, {
      everyHours: 1,
      keepCount: 2,
      onFailure: (code) => failures.push(code),
      lookMillis: 10,
    });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await schedule.end();
    expect(failures).toEqual(['unavailable']);
    expect(readdirSync(join(dir, 'backups'))).toEqual([]);
  });
});

describe('restore', () => {
  async function backedUp(): Promise<string> {
    await run();
    await stop();
    fill(dir, (store) => {
      for (const event of [note(ann, 1), note(ann, 2), note(bob, 3)]) store.put(event);
      store.addMember(cid.pubkey, now);
    });
    const file = join(root, 'kept.db');
    await backupRelay(dir, file);
    return file;
  }

  test('brings events and members back, and deletes again what was deleted since', async () => {
    const file = await backedUp();
    const relay = await run();
    const deletion = ann.sign({ kind: KINDS.deletion, created_at: now, tags: [['e', note(ann, 1).id]] });
    const vanish = bob.sign({ kind: KINDS.vanish, created_at: now, tags: [['relay', 'ALL_RELAYS']] });
    const later = note(cid, 9);
    expect(await publish(relay, [deletion, vanish, later])).toEqual([true, true, true]);
    await expect(restoreRelay(dir, file)).rejects.toThrow(/already/);
    await stop();
    const done = await restoreRelay(dir, file);
    expect(done).toMatchObject({ events: 3, members: 1, requests: 2, newKey: false });
    const store = new EventStore(join(dir, 'events.db'));
    expect(
      store
        .query({})
        .map(({ id }) => id)
        .sort(),
    ).toEqual([note(ann, 2).id, deletion.id, vanish.id].sort());
    expect(store.isMember(cid.pubkey)).toBe(true);
    store.close();
    // What was there is there.
    const before = new EventStore(done.replaced!);
    expect(before.has(later.id)).toBe(true);
    before.close();
    expect((await run()).url).toMatch(/^ws/);
  });

  test('onto an empty machine needs the key, or the word that it is lost', async () => {
    const file = await backedUp();
    const empty = join(root, 'empty');
    await expect(restoreRelay(empty, file)).rejects.toThrow(/key of this relay is missing/);
    expect(existsSync(join(empty, 'events.db'))).toBe(false);
    expect(await restoreRelay(empty, file, { keyFile: join(dir, 'relay.key') })).toMatchObject({
      events: 3,
      replaced: null,
      newKey: false,
    });
    expect(readFileSync(join(empty, 'relay.key'))).toEqual(readFileSync(join(dir, 'relay.key')));
    expect(await restoreRelay(join(root, 'other'), file, { newKey: true })).toMatchObject({ newKey: true });
  });

  test('takes no backup that is not whole or of a newer Hale, and changes nothing then', async () => {
    const file = await backedUp();
    const before = idsOf(dir);
    const cut = join(root, 'cut.db');
    copyFileSync(file, cut);
    spoil(cut, 3);
    await expect(restoreRelay(dir, cut)).rejects.toThrow(/not whole|damaged/);
    const database = new DatabaseSync(file);
    database.exec(`PRAGMA user_version = ${STORE_FORM + 1}`);
    database.close();
    await expect(restoreRelay(dir, file)).rejects.toMatchObject({ code: 'unsupported' });
    expect(idsOf(dir)).toEqual(before);
    expect(readdirSync(dir).filter((name) => /restore|replaced/.test(name))).toEqual([]);
  });
});

/** Overwrites whole pages from that one on. */
function spoil(path: string, from: number, pages = 400): void {
  const size = statSync(path).size;
  const handle = openSync(path, 'r+');
  for (let page = from; page < Math.min(from + pages, size / 4096); page++)
    writeSync(handle, Buffer.alloc(4_096, 0xa5), 0, 4_096, page * 4096);
  closeSync(handle);
}

describe('export and import', () => {
  const wrap = bob.sign({ kind: KINDS.wrap, created_at: now, tags: [['p', ann.pubkey]], content: 'sealed' });
  const tile = tileBatch(ann, { created_at: now - 5 });
  const gone = tileBatch(cid, { created_at: now - 6 });

  function filled(): void {
    fill(dir, (store) => {
      for (const event of [note(bob, 1), note(bob, 2), wrap, tile, accessEvent(ann, [[bob, now + 1_000]], now), gone])
        store.put(event);
      // The stream is gone, its deletion is still of a stream.
      store.put(cid.sign({ kind: KINDS.deletion, created_at: now, tags: [['e', gone.id]] }));
      store.deleteById(gone.id);
      store.put(bob.sign({ kind: KINDS.deletion, created_at: now, tags: [['e', note(bob, 77).id]] }));
      store.put(bob.sign({ created_at: now, tags: [['expiration', String(now - 1)]] }));
      store.put(ann.sign({ kind: KINDS.receipt, created_at: now, tags: [['p', bob.pubkey]] }));
    });
  }

  test('an equal relay comes out, each event for the same audience; receipts and what has expired stay', async () => {
    filled();
    const lines = [...exportRelay(dir)];
    expect(lines).toHaveLength(7);
    expect(lines.filter((line) => line.includes('"hale":{"gate":"stream"}'))).toHaveLength(1);
    const other = join(root, 'other');
    await run(other);
    await stop();
    const file = join(root, 'events.jsonl');
    writeFileSync(file, `${lines.join('\n')}\n`);
    const { counts } = await importFile(other, file);
    expect(counts).toMatchObject({ read: 7, stored: 7, wrong: 0 });
    const kept = idsOf(dir).filter((row) => lines.some((line) => line.includes(row.slice(0, 64))));
    expect(idsOf(other)).toEqual(kept);
    expect((await importFile(other, file)).counts).toMatchObject({ read: 7, stored: 0, duplicate: 7 });
  });

  test('what is asked for only', async () => {
    filled();
    const kinds = (choice: Parameters<typeof exportRelay>[1]) =>
      [...exportRelay(dir, choice)].map((line) => (JSON.parse(line) as { kind: number }).kind).sort((a, b) => a - b);
    expect(kinds({ kinds: [1059, 1980] })).toEqual([1059, 1980]);
    expect(kinds({ authors: [ann.pubkey] })).toEqual([KINDS.tileBatch, KINDS.access]);
    expect(kinds({ since: now - 1, until: now - 1 })).toEqual([1]);
  });

  test('what was deleted or vanished here stays away, what is forged or unfit is counted and named by its line', async () => {
    fill(dir, (store) => {
      store.put(bob.sign({ kind: KINDS.deletion, created_at: now, tags: [['e', note(bob, 1).id]] }));
      store.put(cid.sign({ kind: KINDS.vanish, created_at: now, tags: [['relay', 'ALL_RELAYS']] }));
    });
    const forged = { ...note(bob, 3), content: 'other' };
    const lines = [
      JSON.stringify(note(bob, 1)),
      JSON.stringify(note(cid, 5)),
      '',
      JSON.stringify(forged),
      '{"not": "an event"',
      JSON.stringify(note(bob, 4)).padEnd(300_000, ' '),
      JSON.stringify(ann.sign({ kind: 20_001, created_at: now })),
      JSON.stringify(ann.sign({ kind: KINDS.vanish, created_at: now, tags: [['relay', 'wss://elsewhere.example']] })),
      JSON.stringify(note(bob, 6)),
    ];
    const { counts } = await importFile(dir, Readable.from([Buffer.from(lines.join('\n'))]));
    expect(counts).toMatchObject({ read: 8, stored: 1, deleted: 2, wrong: 3, unfit: 2 });
    expect(counts.wrongLines.map(({ line }) => line).sort()).toEqual([4, 5, 6]);
    expect(JSON.stringify(counts)).not.toContain(bob.pubkey);
  });

  test('an import that was broken off goes on where it was, of the same file only', async () => {
    fill(dir, () => {});
    const file = join(root, 'many.jsonl');
    const events = Array.from({ length: 2_500 }, (_, n) => note(ann, n));
    writeFileSync(file, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    const stopping = new AbortController();
    const first = await importFile(dir, file, { signal: stopping.signal, progress: () => stopping.abort() });
    expect(first).toMatchObject({ interrupted: true, counts: { read: 1_000, stored: 1_000 } });
    const second = await importFile(dir, file);
    expect(second).toMatchObject({
      interrupted: false,
      resumedAfter: 1_000,
      counts: { read: 1_500, stored: 1_500, duplicate: 0 },
    });
    expect(idsOf(dir)).toHaveLength(2_500);
    expect(existsSync(join(dir, 'import.json'))).toBe(false);
    const third = await importFile(dir, file, { signal: stopping.signal });
    expect(third).toMatchObject({ interrupted: true, counts: { duplicate: 1_000 } });
    writeFileSync(file, `${JSON.stringify(note(bob, 1))}\n`, { flag: 'a' });
    expect(await importFile(dir, file)).toMatchObject({ resumedAfter: 0, counts: { duplicate: 2_500, stored: 1 } });
  });

  test('into a running relay: subscribers hear of it', async () => {
    const relay = await run();
    const socket = new WebSocket(relay.url);
    await once(socket, 'open');
    const heard = new Promise<string>((resolve) => {
      socket.on('message', (data) => {
        const [verb, , event] = JSON.parse(String(data)) as [string, string, { id: string }];
        if (verb === 'EOSE') void importFile(dir, Readable.from([Buffer.from(JSON.stringify(note(bob, 1)))]));
        if (verb === 'EVENT') resolve(event.id);
      });
    });
    socket.send(JSON.stringify(['REQ', 'a', { kinds: [1] }]));
    expect(await heard).toBe(note(bob, 1).id);
    socket.terminate();
  });
});

describe('compaction', () => {
  const events = Array.from({ length: 1_500 }, (_, n) => note(ann, n, 8_000));

  test('while it runs, in steps, and everything that is left is there', async () => {
    const relay = await run();
    await publish(relay, events);
    await publish(relay, [
      ann.sign({ kind: KINDS.deletion, created_at: now, tags: events.slice(0, 1_200).map(({ id }) => ['e', id]) }),
    ]);
    const desk = openDesk(dir);
    const { bytesBefore, bytesAfter } = await desk.compact();
    await desk.close();
    expect(bytesAfter).toBeLessThan(bytesBefore / 2);
    await stop();
    expect(statSync(join(dir, 'events.db')).size).toBe(bytesAfter);
    expect(idsOf(dir)).toHaveLength(301);
    expect(await checkRelay(dir)).toMatchObject({ ok: true, events: 301 });
  });

  test('a file of an older Hale is written anew while nothing runs, and gives room back by itself from then on', async () => {
    fill(dir, (store) => {
      store.transact(() => events.forEach((event) => void store.put(event)));
      store.transact(() => events.slice(0, 1_200).forEach(({ id }) => void store.deleteById(id)));
    });
    await run();
    const online = openDesk(dir);
    await expect(online.compact()).rejects.toThrow(/stop the relay/);
    await stop();
    const before = idsOf(dir);
    const desk = openDesk(dir);
    const { bytesBefore, bytesAfter } = await desk.compact();
    await desk.close();
    expect(bytesAfter).toBeLessThan(bytesBefore / 2);
    expect(idsOf(dir)).toEqual(before);
    expect(readdirSync(dir).filter((name) => name.includes('compact'))).toEqual([]);
    expect(statSync(join(dir, 'events.db')).mode & 0o077).toBe(0);
    const relay = await run();
    await publish(relay, [
      ann.sign({ kind: KINDS.deletion, created_at: now, tags: events.slice(1_200, 1_400).map(({ id }) => ['e', id]) }),
    ]);
    const again = openDesk(dir);
    expect((await again.compact()).bytesAfter).toBeLessThan(bytesAfter);
    await again.close();
  });
});

describe('damage', () => {
  const events = Array.from({ length: 400 }, (_, n) => note(ann, n, 6_000));

  async function filled(): Promise<void> {
    await run();
    await stop();
    fill(dir, (store) => store.transact(() => events.forEach((event) => void store.put(event))));
  }

  test('a check finds a damaged page, and an event that was altered in its row', async () => {
    await filled();
    expect(await checkRelay(dir)).toMatchObject({ ok: true, database: 'whole', events: 400, wrong: 0 });
    const database = new DatabaseSync(join(dir, 'events.db'));
    database.exec("UPDATE event SET content = 'altered' WHERE row IN (SELECT row FROM event LIMIT 3)");
    database.close();
    expect(await checkRelay(dir)).toMatchObject({ ok: false, database: 'whole', wrong: 3 });
    spoil(join(dir, 'events.db'), 60, 40);
    expect(await checkRelay(dir)).toMatchObject({ ok: false, database: 'damaged' });
  });

  test('a relay does not start on a damaged database, and lets go of the folder', async () => {
    await filled();
    spoil(join(dir, 'events.db'), 60, 40);
    await expect(run()).rejects.toMatchObject({ code: 'corrupt', detail: { folder: dir } });
    expect(existsSync(join(dir, 'node.json'))).toBe(false);
  });

  test('a page that turns bad while it runs: nobody is served half, nobody is let in, it says why it ended', async () => {
    await filled();
    const relay = await run(dir, {});
    spoil(join(dir, 'events.db'), 40, 400);
    const socket = new WebSocket(relay.url);
    await once(socket, 'open');
    const verbs: string[] = [];
    socket.on('message', (data) => verbs.push((JSON.parse(String(data)) as [string])[0]));
    const ended = once(socket, 'close');
    socket.send(JSON.stringify(['REQ', 'all', { limit: 5_000 }]));
    await ended;
    expect(verbs).not.toContain('EOSE');
    expect(await relay.halted).toMatchObject({ code: 'corrupt' });
    const late = new WebSocket(relay.url);
    const outcome = await new Promise((resolve) => {
      late.on('unexpected-response', (_, { statusCode }) => resolve(statusCode));
      late.on('error', () => resolve('closed'));
      late.on('close', () => resolve('closed'));
      late.on('message', () => resolve('served'));
    });
    expect(outcome).toBe(503);
    expect((await fetch(relay.url.replace('ws', 'http'))).status).toBe(503);
    await relay.close();
  });
});

describe('one process, one form', () => {
  test('two relays do not run on one folder', async () => {
    await run();
    await expect(RunningRelay.start({ dir, port: 0 })).rejects.toMatchObject({ code: 'conflict' });
    expect(running[0].url).toMatch(/^ws/);
  });

  test('a store of a newer Hale is refused and left as it is', async () => {
    fill(dir, (store) => store.put(note(ann, 1)));
    const database = new DatabaseSync(join(dir, 'events.db'));
    database.exec(`PRAGMA user_version = ${STORE_FORM + 1}`);
    database.close();
    const before = readFileSync(join(dir, 'events.db'));
    await expect(run()).rejects.toMatchObject({
      code: 'unsupported',
      detail: { form: STORE_FORM + 1, known: STORE_FORM },
    });
    expect(() => new EventStore(join(dir, 'events.db'))).toThrow(HaleError);
    expect(readFileSync(join(dir, 'events.db'))).toEqual(before);
  });
});
