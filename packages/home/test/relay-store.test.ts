import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HaleError } from '@hale/kernel';
import { relayStoreContract } from '@hale/testkit/contracts/relay-store';
import { type CommitFault, MemoryRelayStore } from '@hale/testkit/memory-relay-store';
import { person, tileBatch } from '@hale/testkit/relay-people';
import { describe, expect, test } from 'vitest';
import { EventStore } from '../src/store/events.ts';

const ann = person('ann');

function inDirectory<Result>(work: (path: string, dir: string) => Result): Result {
  const dir = mkdtempSync(join(tmpdir(), 'hale-store-'));
  try {
    return work(join(dir, 'events.db'), dir);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

relayStoreContract('memory', () => ({ store: new MemoryRelayStore(), close: () => {} }));

relayStoreContract('SQLite', () => {
  const dir = mkdtempSync(join(tmpdir(), 'hale-store-'));
  const store = new EventStore(join(dir, 'events.db'));
  return {
    store,
    close: () => {
      store.close();
      rmSync(dir, { recursive: true });
    },
  };
});

describe('a disk that fails', () => {
  test.each<[CommitFault, string, number]>([
    ['failed-not-stored', 'unavailable', 0],
    ['failed-but-stored', 'unavailable', 1],
    ['full', 'full', 0],
  ])('%s: the caller hears of it, and all is there or nothing', (fault, code, stored) => {
    const store = new MemoryRelayStore();
    store.faults.push(fault);
    expect(() => store.transact(() => store.put(tileBatch(ann)))).toThrow(expect.objectContaining({ code }));
    expect(store.count({})).toBe(stored);
    store.transact(() => store.put(ann.sign({ content: 'afterwards' })));
    expect(store.count({})).toBe(stored + 1);
  });

  test('SQLite without room says full, stores nothing of the transaction, and goes on reading and deleting', () => {
    inDirectory((path) => {
      const store = new EventStore(path);
      const kept = tileBatch(ann);
      store.put(kept);
      const { page_count: pages } = store.database.prepare('PRAGMA page_count').get() as { page_count: number };
      store.database.exec(`PRAGMA max_page_count = ${pages + 8}`);
      const large = () =>
        store.transact(() => {
          for (let n = 0; n < 40; n++)
            store.put(tileBatch(ann, { content: Buffer.alloc(9_000, n).toString('base64') }));
        });
      expect(large).toThrow(expect.objectContaining({ code: 'full' }));
      expect(store.count({})).toBe(1);
      expect(store.get(kept.id)?.content).toBe(kept.content);
      expect(store.deleteById(kept.id)).toBe(true);
      store.close();
    });
  });

  test('errors carry no value', () => {
    inDirectory((path) => {
      const store = new EventStore(path);
      store.database.exec('DROP TABLE event_tag');
      try {
        store.put(ann.sign({ content: 'secret', tags: [['t', 'secret']] }));
        expect.unreachable();
      } catch (error) {
        expect(error).toBeInstanceOf(HaleError);
        expect(JSON.stringify(error) + String(error)).not.toContain('secret');
      }
      store.close();
    });
  });
});

describe('SQLite on disk', () => {
  test('settings that durability and secrecy rest on', () => {
    inDirectory((path) => {
      const store = new EventStore(path);
      const pragma = (name: string) => Object.values(store.database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
      expect(pragma('journal_mode')).toBe('wal');
      expect(pragma('synchronous')).toBe(2);
      expect(pragma('temp_store')).toBe(2);
      expect(pragma('page_size')).toBe(4096);
      expect(pragma('secure_delete')).toBe(1);
      store.close();
    });
  });

  test('opens again with all that was stored', () => {
    inDirectory((path) => {
      const event = tileBatch(ann);
      const first = new EventStore(path);
      first.put(event);
      first.addMember(ann.pubkey, 1);
      first.close();
      const second = new EventStore(path);
      expect(second.get(event.id)?.sig).toBe(event.sig);
      expect(second.isMember(ann.pubkey)).toBe(true);
      second.close();
    });
  });

  test('tiles lie there as bytes: base64 costs nothing at rest', () => {
    inDirectory((path) => {
      const store = new EventStore(path);
      const bytes = Buffer.alloc(300_000, 0x5a);
      const content = bytes.subarray(0, 30_000).toString('base64');
      for (let n = 0; n < 100; n++) store.put(tileBatch(ann, { content, created_at: n }));
      store.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      const size = readFileSync(path).length;
      expect(size).toBeLessThan(100 * 30_000 * 1.15);
      store.close();
    });
  });

  test('after the sweep what was deleted is nowhere on the disk', () => {
    inDirectory((path, dir) => {
      const store = new EventStore(path);
      const event = ann.sign({ content: 'find me if you can' });
      const onDisk = () =>
        readdirSync(dir).some((file) => readFileSync(join(dir, file)).includes('find me if you can'));
      store.put(event);
      expect(onDisk()).toBe(true);
      store.deleteById(event.id);
      store.sweep(0);
      expect(onDisk()).toBe(false);
      store.close();
    });
  });

  test('a vault puts its own tables into the same transaction', () => {
    inDirectory((path) => {
      const store = new EventStore(path);
      store.database.exec('CREATE TABLE vault_note (text TEXT) STRICT');
      const attempt = () =>
        store.transact(() => {
          store.put(tileBatch(ann));
          store.database.exec("INSERT INTO vault_note VALUES ('x')");
          throw new Error('no');
        });
      expect(attempt).toThrow('no');
      expect(store.database.prepare('SELECT count(*) AS n FROM vault_note').get()).toEqual({ n: 0 });
      expect(store.count({})).toBe(0);
      store.close();
    });
  });
});
