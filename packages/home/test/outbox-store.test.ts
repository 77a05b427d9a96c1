import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeCbor, encodeCbor, utf8Encode } from '@hale/kernel';
import { outboxStoreContract } from '@hale/testkit/contracts/outbox-store';
import { afterEach, describe } from 'vitest';
import { EventStore } from '../src/store/events.ts';
import { SqliteOutboxStore } from '../src/store/outbox-store.ts';
import { SqliteVaultStore } from '../src/store/vault-store.ts';

/** The queue of a home, opened from its file; the vault's half makes the entries. */
function openQueue(path: string) {
  const events = new EventStore(path);
  const vault = new SqliteVaultStore(events, encodeCbor);
  const outbox = new SqliteOutboxStore(events, utf8Encode, (sealed) => decodeCbor(sealed) as string[]);
  outbox.useStoreRelays(['a', 'b']);
  return { events, vault, outbox };
}

describe('the outbox in SQLite', () => {
  const dirs: string[] = [];
  let events: EventStore;
  afterEach(() => {
    events.close();
    for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true });
  });

  outboxStoreContract(() => {
    const dir = mkdtempSync(join(tmpdir(), 'hale-outbox-'));
    const path = join(dir, 'events.db');
    const queue = openQueue(path);
    dirs.push(dir);
    events = queue.events;
    return {
      store: queue.outbox,
      enqueue: (event) => queue.vault.enqueue({ event, target: 'store' }),
      reopen: () => {
        queue.events.close();
        const again = openQueue(path);
        events = again.events;
        return again.outbox;
      },
    };
  });
});
