// What vanished is gone from the file, copies that SQLite left behind when it moved rows included.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trustVerifiedUnsafe, type VerifiedEvent } from '@hale/kernel';
import { seededRandom } from '@hale/testkit/relay-people';
import { expect, test } from 'vitest';
import { EventStore } from '../src/store/events.ts';

const NOW = 1_795_219_200;

/** Rows of many sizes, so that pages split and rows move. */
function batches(random: (bytes: number) => Uint8Array, count: number): VerifiedEvent[] {
  const hex = (bytes: number) => Buffer.from(random(bytes)).toString('hex');
  return Array.from({ length: count }, () =>
    trustVerifiedUnsafe({
      id: hex(32),
      pubkey: 'ab'.repeat(32),
      kind: 1980,
      created_at: NOW,
      tags: [['-'], ['l', '00112233445566ff'], ['u', '46000']],
      content: Buffer.from(random(100 + 4 * random(1)[0])).toString('base64'),
      sig: hex(64),
    }),
  );
}

test('no byte of a vanished event stays in the file', () => {
  const dir = mkdtempSync(join(tmpdir(), 'hale-remnants-'));
  const leftIn = (file: string, gone: readonly VerifiedEvent[]) => {
    const bytes = readFileSync(file);
    return gone.filter(({ sig }) => bytes.includes(Buffer.from(sig, 'hex'))).length;
  };
  let [before, after] = [0, 0];
  try {
    for (let round = 0; round < 12; round++) {
      const random = seededRandom(`remnants ${round}`);
      const file = join(dir, `${round}.db`);
      const store = new EventStore(file);
      const [held, gone]: VerifiedEvent[][] = [[], []];
      for (let step = 0; step < 30; step++) {
        const events = batches(random, 20);
        store.transact(() => events.map((event) => store.put(event)));
        held.push(...events);
        if (step % 3 < 2) continue;
        const leaving = held.splice(0, 15);
        store.transact(() => leaving.map(({ id }) => store.deleteById(id, 'vanished')));
        gone.push(...leaving);
      }
      store.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      before += leftIn(file, gone);
      store.sweep(NOW);
      after += leftIn(file, gone);
      expect(store.query({})).toHaveLength(held.length);
      store.close();
    }
  } finally {
    rmSync(dir, { recursive: true });
  }
  // Or this test would show nothing.
  expect(before).toBeGreaterThan(0);
  expect(after).toBe(0);
});
