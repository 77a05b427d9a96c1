// Sets of more events than are looked up one by one: read from SQLite in one walk, shared, and kept up to date by what changes.
import { createHash } from 'node:crypto';
import { type Filter, KINDS, type NostrEvent, toHex, trustVerifiedUnsafe } from '@hale/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EventStore } from '../../packages/home/src/store/events.ts';
import type { ItemVector } from '../../packages/relay/src/negentropy/index.ts';
import type { GatedFilter } from '../../packages/relay/src/server/gate.ts';
import { RELAY_LIMITS } from '../../packages/relay/src/server/limits.ts';
import { type ReconciledSet, ReconciledSets } from '../../packages/relay/src/server/reconciled-sets.ts';

const now = 1_800_000_000;
const COUNT = RELAY_LIMITS.reconciledByIndexMax + 5_000;
const hash = (text: string) => createHash('sha256').update(text).digest('hex');
let store: EventStore;

/** The signature is of no account here. */
function made(n: number, more: Partial<NostrEvent> = {}) {
  const [id, pubkey] = [hash(`event ${n}`), hash(`author ${n % 7}`)];
  const kind = [1, 1, 7, KINDS.tileBatch][n % 4];
  return trustVerifiedUnsafe({
    id,
    pubkey,
    created_at: now - Math.floor(n / 3),
    kind,
    tags: [],
    content: '',
    sig: id + id,
    ...more,
  });
}

beforeAll(() => {
  store = new EventStore(':memory:');
  store.transact(() => {
    for (let n = 0; n < COUNT; n++)
      store.put(made(n, n % 50 === 0 ? { tags: [['expiration', String(now + (n % 100))]] } : {}));
  });
});
afterAll(() => store.close());

function read(set: ReconciledSet): ItemVector {
  for (let steps = 0; !set.items && steps < 100; steps++) set.step(now);
  if (!set.items) throw new Error('it is not read in the end');
  return set.items;
}

const idsOf = (items: ItemVector) => Array.from({ length: items.size }, (_, at) => toHex(items.id(at))).sort();
const expected = (parts: readonly GatedFilter[]) =>
  parts.flatMap(({ gate, filter }) => store.find(filter, { gate, now }).map(({ id }) => id)).sort();

const authors = [hash('author 3')];
const questions: [string, GatedFilter[]][] = [
  ['all that is open', [{ gate: 'open', filter: {} }]],
  ['one kind since then', [{ gate: 'open', filter: { kinds: [1], since: now - 7_000 } }]],
  [
    'what is open, and one author’s stream',
    [
      { gate: 'open', filter: {} },
      { gate: 'stream', filter: { authors } },
    ],
  ],
  [
    'a stream first',
    [
      { gate: 'stream', filter: {} },
      { gate: 'open', filter: {} },
    ],
  ],
];

test.each(questions)('%s', (_, parts) => {
  const items = read(new ReconciledSets(store).take('x', parts, now));
  expect(items.size).toBeGreaterThan(3_000);
  expect(idsOf(items)).toEqual(expected(parts));
});

test('a walk tells of every event once, in steps of any size', () => {
  const found: string[] = [];
  for (let after: number | null = null; ; ) {
    const rows = store.walk(after, 777);
    found.push(...rows.map(({ id }) => toHex(id)));
    if (rows.length < 777) break;
    after = rows[rows.length - 1].row;
  }
  expect(found).toHaveLength(COUNT);
  expect(new Set(found).size).toBe(COUNT);
});

test('what changes while it is read, and afterwards, is in it; a set that is kept is not read again', () => {
  const sets = new ReconciledSets(store);
  const parts: GatedFilter[] = [{ gate: 'open', filter: {} as Filter }];
  const set = sets.take('x', parts, now);
  set.step(now);
  set.step(now);
  store.put(made(COUNT + 1, { kind: 1 }));
  store.deleteById(hash('event 1'));
  expect(idsOf(read(set))).toEqual(expected(parts));
  store.put(made(COUNT + 2, { kind: 1 }));
  store.deleteById(hash('event 2'));
  // A transaction that comes to nothing leaves nothing.
  expect(() =>
    store.transact(() => {
      store.put(made(COUNT + 3, { kind: 1 }));
      throw new Error('no');
    }),
  ).toThrow('no');
  const again = sets.take('x', parts, now);
  expect(again).toBe(set);
  expect(idsOf(read(again))).toEqual(expected(parts));
});
