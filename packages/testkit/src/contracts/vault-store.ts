// The contract of the vault's store, held against every implementation; and one random life of it beside the plainest model there is.
import { base64Encode, encodeBatch, KINDS, type VerifiedEvent } from '@hale/kernel';
import { sealTile } from '@hale/kernel/seal';
import type { TileKey, VaultStore } from '@hale/vault';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MemoryVaultStore } from '../memory-vault-store.ts';
import { person } from '../relay-people.ts';

export interface VaultStoreUnderTest {
  store: VaultStore;
  /** The same content after a restart of the process; null where nothing outlives the process. */
  reopen: (() => VaultStore) | null;
  close(): void;
}

const ann = person('ann');
const author = (n: number): Uint8Array => new Uint8Array(32).fill(n);
const key = (over: Partial<TileKey> = {}): TileKey => ({
  stream: 1,
  level: 0,
  slot: 7,
  generation: 0,
  revision: 0,
  part: 0,
  fork: 0,
  ...over,
});
const bytes = (n: number): Uint8Array => new Uint8Array(40).fill(n);

/** A signed batch of `count` sealed tiles, as a publication makes it. */
function batchEvent(n: number, count = 1): VerifiedEvent {
  const label = new Uint8Array(8).fill(1);
  const tiles = Array.from({ length: count }, (_, slot) =>
    sealTile(
      new Uint8Array(32).fill(n),
      {
        author: new Uint8Array(32),
        label,
        slot,
        epoch: 0,
        generation: 0,
        revision: 0,
        part: 0,
        salt: new Uint8Array(16).fill(n),
      },
      bytes(slot),
    ),
  );
  return ann.sign({
    kind: KINDS.tileBatch,
    tags: [['-'], ['l', '01'.repeat(8)], ['u', '1']],
    content: base64Encode(encodeBatch({ label, epoch: 0, generation: 0, tiles })),
  });
}

const batchRow = (over: object = {}) => ({ stream: 1, level: 0, epoch: 0, generation: 0, day: 1, tiles: 1, ...over });
const names = (rows: TileKey[]) =>
  rows.map(({ stream, level, slot, generation, revision, part, fork }) =>
    [stream, level, slot, generation, revision, part, fork].join('/'),
  );

export function vaultStoreContract(name: string, make: () => VaultStoreUnderTest): void {
  describe(`vault store contract: ${name}`, () => {
    let under: VaultStoreUnderTest;
    let store: VaultStore;
    beforeEach(() => {
      under = make();
      store = under.store;
    });
    afterEach(() => under.close());
    const current = () => store;
    tileTests(current);
    openTileTests(current);
    batchTests(current);
    noteTests(current);
    logTests(current);
    transactionTests(current, () => under);
    modelTests(make);
  });
}

function tileTests(store: () => VaultStore): void {
  test('streams are numbered once, by author', () => {
    const first = store().streamNumber(author(1));
    expect(store().streamNumber(author(2))).not.toBe(first);
    expect(store().streamNumber(author(1))).toBe(first);
  });

  test('tiles come by slot and age, from the range asked for and of the stream and level asked for', () => {
    const keys = [
      key({ slot: 9 }),
      key({ slot: 7, generation: 1 }),
      key({ slot: 7, revision: 1 }),
      key({ slot: 7, revision: 1, part: 2 }),
      key({ slot: 7, revision: 1, part: 1 }),
      key({ slot: 7, fork: 1 }),
      key(),
      key({ level: 1 }),
      key({ stream: 2 }),
      key({ slot: 6 }),
    ];
    keys.forEach((each, i) => {
      store().addTile(each, i, bytes(i));
    });
    expect(names(store().tiles(1, 0, 7, 9))).toEqual([
      '1/0/7/0/0/0/0',
      '1/0/7/0/0/0/1',
      '1/0/7/0/1/0/0',
      '1/0/7/0/1/1/0',
      '1/0/7/0/1/2/0',
      '1/0/7/1/0/0/0',
    ]);
    expect(
      store()
        .tiles(1, 0, 7, 9)
        .every(({ loose }) => loose),
    ).toBe(true);
    expect(store().slots(1, 0, 0, 0x1_0000_0000)).toEqual([6, 7, 9]);
    expect(store().firstAndLastSlot(1, 0)).toEqual({ first: 6, last: 9 });
    expect(store().firstAndLastSlot(3, 0)).toBeNull();
    expect(store().tilePlace(keys[3])).toMatchObject({ eventId: null, index: 0 });
    expect([...store().tilePlace(keys[3]).batch]).toEqual([...bytes(3)]);
  });

  test('the farthest slots and epochs are kept as they are', () => {
    const far = key({ slot: 0xffff_ffff, generation: 0xffff_ffff, revision: 0xffff_ffff, part: 65_535 });
    store().addTile(far, 0xffff_ffff, bytes(1));
    expect(store().tiles(1, 0, 0xffff_ffff, 0x1_0000_0000)).toEqual([{ ...far, epoch: 0xffff_ffff, loose: true }]);
  });

  test('one place holds one tile; what is removed is gone; removing nothing is no fault', () => {
    store().addTile(key(), 0, bytes(1));
    expect(() => store().addTile(key(), 0, bytes(2))).toThrow();
    expect([...store().tilePlace(key()).batch]).toEqual([...bytes(1)]);
    store().removeTile(key());
    store().removeTile(key());
    expect(store().tiles(1, 0, 0, 100)).toEqual([]);
    expect(() => store().tilePlace(key())).toThrow(expect.objectContaining({ code: 'corrupt' }));
  });
}

function openTileTests(store: () => VaultStore): void {
  test('open slots are those with parts', () => {
    for (const each of [key(), key({ slot: 8, part: 1 }), key({ slot: 8, part: 2 }), key({ stream: 2, part: 1 })])
      store().addTile(each, 0, bytes(1));
    const open = store()
      .openSlots(10)
      .sort((a, b) => a.stream - b.stream);
    expect(open).toEqual([
      { stream: 1, slot: 8, parts: 2 },
      { stream: 2, slot: 7, parts: 1 },
    ]);
    expect(store().openSlots(1)).toHaveLength(1);
  });

  test('loose tiles come so that those of one batch are neighbours', () => {
    const keys = [
      key({ level: 1 }),
      key({ slot: 9 }),
      key({ slot: 8, generation: 1 }),
      key({ slot: 3 }),
      key({ stream: 2, slot: 1 }),
    ];
    const epochs = [0, 1, 0, 0, 0];
    keys.forEach((each, i) => {
      store().addTile(each, epochs[i], bytes(i));
    });
    expect(names(store().looseTiles(null, 10))).toEqual(names([keys[3], keys[2], keys[1], keys[0], keys[4]]));
    expect(names(store().looseTiles(2, 10))).toEqual(names([keys[4]]));
    expect(store().looseTiles(null, 2)).toHaveLength(2);
    expect(store().epochsOf(1)).toEqual([0, 1]);
  });
}

function batchTests(store: () => VaultStore): void {
  test('a settled batch carries its tiles; when none is current it is spent', () => {
    const keys = [key({ slot: 1 }), key({ slot: 2 }), key({ slot: 3 })];
    for (const each of keys) store().addTile(each, 0, bytes(1));
    const event = batchEvent(1, 3);
    store().settleBatch(event, batchRow({ tiles: 3 }), keys);
    expect(store().looseTiles(null, 10)).toEqual([]);
    expect(keys.map((each) => store().tilePlace(each)).map(({ eventId, index }) => [eventId, index])).toEqual(
      [0, 1, 2].map((index) => [event.id, index]),
    );
    expect(names(store().tilesOfBatch(event.id))).toEqual(names(keys));
    expect(store().wastefulBatches(10)).toEqual([]);
    store().removeTile(keys[0]);
    store().removeTile(keys[1]);
    expect(store().wastefulBatches(10)).toMatchObject([{ eventId: event.id, live: 1, tiles: 3 }]);
    expect(store().spentBatches(10)).toEqual([]);
    store().removeTile(keys[2]);
    expect(store().spentBatches(10)).toMatchObject([{ eventId: event.id, live: 0 }]);
    store().deleteEvent(event.id);
    store().forgetBatch(event.id);
    expect([store().spentBatches(10), store().hasEvent(event.id), store().epochsOf(1)]).toEqual([[], false, []]);
  });

  test('an event with another date takes the place of one, with its tiles and its entries', () => {
    const keys = [key({ slot: 1 }), key({ slot: 2 })];
    for (const each of keys) store().addTile(each, 0, bytes(1));
    const old = batchEvent(5, 2);
    store().settleBatch(old, batchRow({ tiles: 2 }), keys);
    store().appendLog(1, 0, 0, old.id);
    const { kind, tags, content } = old;
    const fresh = ann.sign({ kind, tags: tags.map((tag) => [...tag]), content, created_at: old.created_at + 5 });
    store().replaceEvent(old.id, fresh);
    expect([store().hasEvent(old.id), store().hasEvent(fresh.id)]).toEqual([false, true]);
    expect(keys.map((each) => store().tilePlace(each)).map(({ eventId, index }) => [eventId, index])).toEqual(
      [0, 1].map((index) => [fresh.id, index]),
    );
    expect(
      store()
        .logEvents(1)
        .map(({ eventId }) => eventId),
    ).toEqual([fresh.id]);
    store().removeTile(keys[0]);
    expect(store().wastefulBatches(10)).toMatchObject([{ eventId: fresh.id, live: 1 }]);
  });

  test("another home's batch is indexed with the tiles chosen of it", () => {
    const event = batchEvent(2, 3);
    store().indexForeignBatch(event, batchRow({ epoch: 5, tiles: 3 }), [{ key: key({ slot: 2, fork: 1 }), index: 2 }]);
    expect(store().tiles(1, 0, 0, 9)).toEqual([{ ...key({ slot: 2, fork: 1 }), epoch: 5, loose: false }]);
    expect(store().tilePlace(key({ slot: 2, fork: 1 }))).toMatchObject({ eventId: event.id, index: 2 });
    expect({ ...store().event(event.id) }).toEqual({ ...event });
    expect(store().epochsOf(1)).toEqual([5]);
  });

  test('of an author’s access lists the newest stands; deletions of own events are remembered', () => {
    const lists = [5, 9, 7].map((created_at) => ann.sign({ kind: KINDS.access, created_at }));
    for (const list of lists) store().putEvent(list);
    expect(store().accessEvent(ann.pubkey)?.id).toBe(lists[1].id);
    expect(store().accessEvent(person('bob').pubkey)).toBeNull();
    const gone = batchEvent(3);
    expect(store().wasDeleted(gone)).toBe(false);
    store().putEvent(ann.sign({ kind: KINDS.deletion, tags: [['e', gone.id]] }));
    expect(store().wasDeleted(gone)).toBe(true);
  });
}

function noteTests(store: () => VaultStore): void {
  test('dirt and days for heads are noted once and cleared once', () => {
    for (const [stream, level, slot] of [
      [1, 1, 5],
      [1, 1, 4],
      [1, 2, 4],
      [2, 1, 4],
      [1, 1, 5],
    ])
      store().markDirty(stream, level, slot);
    expect(store().dirtySlots(null, null, 10)).toHaveLength(4);
    expect(store().dirtySlots(1, 1, 10)).toEqual([
      { stream: 1, level: 1, slot: 4 },
      { stream: 1, level: 1, slot: 5 },
    ]);
    expect(store().dirtySlots(1, null, 2)).toHaveLength(2);
    store().clearDirty(1, 1, 4);
    expect(store().dirtySlots(1, 1, 10)).toEqual([{ stream: 1, level: 1, slot: 5 }]);
    store().markHeadDay(1, 0, 40);
    store().markHeadDay(1, 0, 40);
    store().markHeadDay(1, 0, 41);
    expect(store().headDays(10)).toHaveLength(2);
    store().clearHeadDay(1, 0, 40);
    expect(store().headDays(10)).toEqual([{ stream: 1, level: 0, day: 41 }]);
  });

  test('samples are counted, also before 1970; erasing a stream leaves its number', () => {
    const number = store().streamNumber(author(1));
    expect(store().sampleCount(number)).toEqual({ samples: 0, firstMicros: null, lastMicros: null });
    store().countSamples(number, { samples: 3, firstMicros: -5e15, lastMicros: 7 });
    store().countSamples(number, { samples: -1, firstMicros: 2, lastMicros: 9e15 });
    expect(store().sampleCount(number)).toEqual({ samples: 2, firstMicros: -5e15, lastMicros: 9e15 });
    const kept = key({ stream: number + 1 });
    for (const each of [key({ stream: number }), kept]) store().addTile(each, 0, bytes(1));
    store().markDirty(number, 1, 1);
    store().eraseStream(number);
    expect(store().tiles(number, 0, 0, 100)).toEqual([]);
    expect(names(store().looseTiles(null, 10))).toEqual(names([kept]));
    expect(store().dirtySlots(null, null, 10)).toEqual([]);
    expect(store().sampleCount(number).samples).toBe(0);
    expect(store().streamNumber(author(1))).toBe(number);
  });

  test('small values by name', () => {
    expect(store().state('a')).toBeNull();
    store().setState('a', bytes(1));
    store().setState('a', bytes(2));
    expect([...(store().state('a') ?? [])]).toEqual([...bytes(2)]);
    store().setState('a', null);
    expect(store().state('a')).toBeNull();
  });
}

function logTests(store: () => VaultStore): void {
  test('entries come by generation and number; two of one number are both kept', () => {
    const events = [1, 2, 3].map((n) => batchEvent(10 + n));
    for (const event of events) store().putEvent(event);
    expect(store().nextLogSeq(1)).toBe(0);
    store().appendLog(1, 1, 0, events[0].id);
    store().appendLog(1, 0, 0, events[0].id);
    store().appendLog(1, 0, 0, events[0].id);
    store().appendLog(1, 0, 1, events[1].id);
    store().appendLog(1, 1, 0, events[2].id);
    store().appendLog(2, 9, 0, events[2].id);
    expect(store().nextLogSeq(1)).toBe(2);
    expect(
      store()
        .logEvents(1)
        .map(({ generation, seq }) => `${generation}/${seq}`),
    ).toEqual(['0/0', '0/1', '0/1', '1/0']);
    expect(store().logEntry(1, 0)).toEqual([
      { generation: 0, eventId: events[0].id },
      { generation: 1, eventId: events[1].id },
    ]);
    expect(store().logEntry(1, 7)).toEqual([]);
    expect(store().forgetLog(1, events[1].id).sort()).toEqual([events[0].id, events[2].id].sort());
    expect(store().logEvents(1)).toEqual([{ seq: 0, generation: 1, eventId: events[1].id }]);
    expect(events.map(({ id }) => store().hasEvent(id))).toEqual([false, true, false]);
  });

  test('single events of a log can be dropped', () => {
    const events = [batchEvent(30), batchEvent(31), batchEvent(32)];
    for (const [seq, event] of events.entries()) {
      store().putEvent(event);
      store().appendLog(7, seq, 0, event.id);
    }
    store().dropLogEvents(7, [events[0].id, events[2].id]);
    expect(store().logEvents(7)).toEqual([{ seq: 1, generation: 0, eventId: events[1].id }]);
    expect(events.map(({ id }) => store().hasEvent(id))).toEqual([false, true, false]);
  });

  test('what is queued is stored', () => {
    const event = batchEvent(20);
    store().enqueue({ event, target: 'store' });
    store().enqueue({ event, target: { post: ['wss://post.example'] } });
    expect(store().hasEvent(event.id)).toBe(true);
  });
}

function transactionTests(store: () => VaultStore, under: () => VaultStoreUnderTest): void {
  test('what throws leaves nothing, a part that failed dooms the whole, and nested calls join', () => {
    const stop = new Error('stop');
    const run = (work: () => void) => {
      try {
        store().transact(work);
      } catch (error) {
        return error;
      }
      return null;
    };
    expect(
      run(() => {
        store().addTile(key(), 0, bytes(1));
        store().markDirty(1, 1, 1);
        store().setState('a', bytes(1));
        store().enqueue({ event: batchEvent(30), target: 'store' });
        throw stop;
      }),
    ).toBe(stop);
    expect(
      run(() => {
        store().addTile(key(), 0, bytes(1));
        try {
          store().transact(() => {
            throw stop;
          });
        } catch {
          // Swallowed: the whole must fail all the same.
        }
      }),
    ).toMatchObject({ code: 'conflict' });
    expect([
      store().tiles(1, 0, 0, 100),
      store().dirtySlots(null, null, 9),
      store().state('a'),
      store().hasEvent(batchEvent(30).id),
    ]).toEqual([[], [], null, false]);
    expect(run(() => store().transact(() => store().addTile(key(), 0, bytes(1))))).toBeNull();
    expect(store().tiles(1, 0, 0, 100)).toHaveLength(1);
  });

  test('everything is there after a restart', () => {
    const { reopen } = under();
    if (!reopen) return;
    const number = store().streamNumber(author(4));
    store().addTile(key({ stream: number, part: 3 }), 2, bytes(6));
    store().markDirty(number, 1, 1);
    const again = reopen();
    expect(again.streamNumber(author(4))).toBe(number);
    expect(again.tiles(number, 0, 0, 100)).toEqual([{ ...key({ stream: number, part: 3 }), epoch: 2, loose: true }]);
    expect(again.dirtySlots(null, null, 9)).toHaveLength(1);
  });
}

type Step = (store: VaultStore) => unknown;

/** Random steps; each answers with what the store says, so that two stores can be compared step by step. */
function anyStep(): fc.Arbitrary<Step> {
  return fc.oneof(anyTileStep(), anyBatchStep(), anyNoteStep());
}

const small = fc.integer({ min: 0, max: 2 });
const place = fc.record({
  stream: fc.constantFrom(1, 2),
  level: fc.constantFrom(0, 1),
  slot: fc.integer({ min: 0, max: 4 }),
  generation: fc.constantFrom(0, 1),
  revision: small,
  part: small,
  fork: fc.constantFrom(0, 1),
});

/** Stores fail in words of their own: only that they refuse is compared. */
function orRefused(work: () => unknown): unknown {
  try {
    return work();
  } catch {
    return 'refused';
  }
}

function anyTileStep(): fc.Arbitrary<Step> {
  return fc.oneof(
    fc.tuple(place, small, fc.integer({ min: 0, max: 255 })).map(
      ([at, epoch, n]): Step =>
        (store) =>
          orRefused(() => store.addTile(at, epoch, bytes(n))),
    ),
    place.map(
      (at): Step =>
        (store) =>
          store.removeTile(at),
    ),
    fc.constantFrom(1, 2).map(
      (stream): Step =>
        (store) =>
          store.eraseStream(stream),
    ),
  );
}

function anyBatchStep(): fc.Arbitrary<Step> {
  return fc.oneof(
    fc.tuple(fc.constantFrom(1, 2), fc.constantFrom(0, 1), fc.integer({ min: 100, max: 104 })).map(
      ([stream, level, n]): Step =>
        (store) => {
          const rows = store.looseTiles(stream, 10).filter((row) => row.level === level);
          const event = batchEvent(n, Math.max(1, rows.length));
          if (rows.length > 0 && !store.hasEvent(event.id))
            store.settleBatch(event, batchRow({ stream, level, tiles: rows.length, epoch: rows[0].epoch }), rows);
        },
    ),
    fc.constant<Step>((store) => {
      for (const { eventId } of store.spentBatches(9)) {
        store.deleteEvent(eventId);
        store.forgetBatch(eventId);
      }
    }),
  );
}

function anyNoteStep(): fc.Arbitrary<Step> {
  return fc.oneof(
    place.map(
      ({ stream, level, slot }): Step =>
        (store) =>
          store.markDirty(stream, level, slot),
    ),
    place.map(
      ({ stream, level, slot }): Step =>
        (store) =>
          store.clearDirty(stream, level, slot),
    ),
    fc.tuple(small, fc.boolean()).map(
      ([n, fails]): Step =>
        (store) =>
          orRefused(() =>
            store.transact(() => {
              store.addTile(key({ slot: 50 + n }), 0, bytes(n));
              store.removeTile(key({ slot: 50 + n - 1 }));
              if (fails) throw new Error('stop');
            }),
          ),
    ),
  );
}

function everything(store: VaultStore): unknown {
  const ids = (batches: { eventId: string; live: number }[]) =>
    batches.map(({ eventId, live }) => `${eventId}/${live}`).sort();
  return {
    tiles: [1, 2].map((stream) => [0, 1].map((level) => store.tiles(stream, level, 0, 100))),
    places: [1, 2].flatMap((stream) =>
      store
        .tiles(stream, 0, 0, 100)
        .map((row) => [store.tilePlace(row).eventId, store.tilePlace(row).index, store.tilePlace(row).batch.length]),
    ),
    loose: store.looseTiles(null, 1000),
    open: store.openSlots(100).sort((a, b) => a.stream - b.stream || a.slot - b.slot),
    bounds: [1, 2].map((stream) => store.firstAndLastSlot(stream, 0)),
    epochs: [1, 2].map((stream) => store.epochsOf(stream)),
    spent: ids(store.spentBatches(100)),
    wasteful: ids(store.wastefulBatches(100)),
    dirty: store
      .dirtySlots(null, null, 1000)
      .sort((a, b) => a.stream - b.stream || a.level - b.level || a.slot - b.slot),
  };
}

function modelTests(make: () => VaultStoreUnderTest): void {
  test('lives as the model does, whatever happens in which order', () => {
    fc.assert(
      fc.property(fc.array(anyStep(), { maxLength: 60 }), (steps) => {
        const under = make();
        const model = new MemoryVaultStore();
        try {
          for (const each of [under.store, model]) for (const n of [1, 2]) each.streamNumber(author(n));
          for (const step of steps) expect(step(under.store)).toEqual(step(model));
          expect(everything(under.store)).toEqual(everything(model));
        } finally {
          under.close();
        }
      }),
      { numRuns: 60 },
    );
  });
}
