import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeCbor } from '@hale/kernel';
import { type VaultStoreUnderTest, vaultStoreContract } from '@hale/testkit/contracts/vault-store';
import { MemoryVaultStore } from '@hale/testkit/memory-vault-store';
import { expect, test } from 'vitest';
import { EventStore } from '../src/store/events.ts';
import { SqliteVaultStore } from '../src/store/vault-store.ts';

vaultStoreContract('memory', () => ({ store: new MemoryVaultStore(), reopen: null, close: () => {} }));

vaultStoreContract('SQLite in memory', () => {
  const events = new EventStore(':memory:');
  return { store: new SqliteVaultStore(events, encodeCbor), reopen: null, close: () => events.close() };
});

vaultStoreContract('SQLite in a file', (): VaultStoreUnderTest => {
  const dir = mkdtempSync(join(tmpdir(), 'hale-vault-store-'));
  const open = () => new EventStore(join(dir, 'store.db'));
  let events = open();
  return {
    store: new SqliteVaultStore(events, encodeCbor),
    reopen: () => {
      events.close();
      events = open();
      return new SqliteVaultStore(events, encodeCbor);
    },
    close: () => {
      events.close();
      rmSync(dir, { recursive: true });
    },
  };
});

test('SQLite without room says full, keeps nothing of the transaction, goes on reading, and takes more when there is room', () => {
  const events = new EventStore(':memory:');
  const store = new SqliteVaultStore(events, encodeCbor);
  const key = (slot: number) => ({ stream: 1, level: 0, slot, generation: 0, revision: 0, part: 0, fork: 0 });
  store.addTile(key(0), 0, new Uint8Array(100));
  const { page_count: pages } = events.database.prepare('PRAGMA page_count').get() as { page_count: number };
  events.database.exec(`PRAGMA max_page_count = ${pages + 4}`);
  const many = () =>
    store.transact(() => {
      for (let slot = 1; slot < 40; slot++) store.addTile(key(slot), 0, new Uint8Array(5000));
    });
  expect(many).toThrow(expect.objectContaining({ code: 'full' }));
  expect(store.slots(1, 0, 0, 100)).toEqual([0]);
  expect(store.tilePlace(key(0)).batch).toHaveLength(100);
  events.database.exec('PRAGMA max_page_count = 100000');
  many();
  expect(store.slots(1, 0, 0, 100)).toHaveLength(40);
  events.close();
});
