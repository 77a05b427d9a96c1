// Long answers in pages, floods of questions, and who hears of a new event.
import { type Filter, matchFilter } from '@hale/kernel';
import { type Effect, RELAY_LIMITS, type Row, type RowSource, type Work } from '@hale/relay/server';
import { MemoryRelayStore } from '@hale/testkit/memory-relay-store';
import { RELAY_TEST_SECONDS as now, person, someId } from '@hale/testkit/relay-people';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MergedRows } from '../src/server/merge.ts';
import { TestRelay } from './server-fixture.ts';

const ann = person('ann');
const bob = person('bob');

/** A list that now and then needs another turn. */
class Halting implements RowSource {
  readonly #rows: readonly Row[];
  #at = 0;

  constructor(rows: readonly Row[]) {
    this.#rows = rows;
  }

  head(work: Work): Row | null | 'later' {
    work.left -= 1;
    return work.left < 0 ? 'later' : (this.#rows[this.#at] ?? null);
  }

  take(): void {
    this.#at += 1;
  }
}

const inOrder = (a: Row, b: Row) => b.created_at - a.created_at || a.row - b.row;

test('merging gives the union in order, each once, whatever is done in one turn', () => {
  const anyRow = fc.record({ row: fc.nat(30) }).map(({ row }): Row => ({ row, created_at: (row * 7) % 5 }));
  const anyList = fc.uniqueArray(anyRow, { selector: ({ row }) => row, maxLength: 12 });
  fc.assert(
    fc.property(fc.array(anyList, { maxLength: 6 }), fc.integer({ min: 1, max: 9 }), (lists, step) => {
      const rows = new MergedRows(lists.map((list) => new Halting([...list].sort(inOrder))));
      const found: Row[] = [];
      for (;;) {
        const head = rows.head({ left: step });
        if (head === null) break;
        if (head === 'later') continue;
        found.push(head);
        rows.take();
      }
      const union = new Map(lists.flat().map((row) => [row.row, row]));
      expect(found).toEqual([...union.values()].sort(inOrder));
    }),
    { numRuns: 500, seed: 20261129 },
  );
});

/** A store whose scans look at one row for each unit of work. */
class SlowStore extends MemoryRelayStore {
  override scan(...question: Parameters<MemoryRelayStore['scan']>): RowSource {
    const rows = super.scan(...question);
    return {
      head: (work) => {
        work.left -= 1;
        return work.left < 0 ? 'later' : rows.head(work);
      },
      take: () => rows.take(),
    };
  }
}

describe('work in one turn', () => {
  const frames = (effects: readonly Effect[], verb: string) =>
    effects.filter((effect) => 'frame' in effect && effect.frame.startsWith(`["${verb}"`)).length;

  test('a flood of questions of one connection is put off when its share is used up; others are answered, and nothing is lost', () => {
    const relay = new TestRelay({ store: new SlowStore() });
    for (let n = 0; n < 50; n++) relay.store.put(ann.sign({ content: String(n), created_at: now - n }));
    const [greedy, modest] = [relay.connect(), relay.connect()];
    const ask = (id: string, n: number) => relay.engine.receive(id, JSON.stringify(['REQ', `q${n}`, {}]));
    const flood = Array.from({ length: 60 }, (_, n) => ask(greedy.id, n)).flat();
    expect(frames(flood, 'EVENT')).toBeLessThanOrEqual(RELAY_LIMITS.rowsPerTurn);
    expect(frames(flood, 'EOSE')).toBeLessThan(60);
    const other = ask(modest.id, 0);
    expect([frames(other, 'EVENT'), frames(other, 'EOSE')]).toEqual([50, 1]);
    const later: Effect[] = [];
    while (relay.engine.hasMore(greedy.id)) later.push(...relay.engine.drain(greedy.id));
    expect(frames([...flood, ...later], 'EVENT')).toBe(60 * 50);
    expect(frames([...flood, ...later], 'EOSE')).toBe(60);
    relay.engine.beginTurn();
    expect(frames(ask(greedy.id, 0), 'EOSE')).toBe(1);
  });

  test('what comes live while its scan is under way is not sent a second time', () => {
    const relay = new TestRelay();
    const large = (n: number) => ann.sign({ content: 'x'.repeat(60_000), created_at: now - n });
    for (let n = 1; n <= 6; n++) relay.store.put(large(n));
    const client = relay.connect();
    const before = client.inbox.length;
    relay.carryOut(relay.engine.receive(client.id, JSON.stringify(['REQ', 'q', {}])));
    expect(relay.engine.hasMore(client.id)).toBe(true);
    // Older than what the scan has come to.
    const late = ann.sign({ created_at: now - 100 });
    relay.connect().publish(late);
    while (relay.engine.hasMore(client.id)) relay.carryOut(relay.engine.drain(client.id));
    const heard = client.eventsSince(before);
    expect(heard.filter((id) => id === late.id)).toHaveLength(1);
    expect(heard).toHaveLength(7);
  });
});

describe('live delivery', () => {
  const values = {
    kinds: [1, 7, 30_078],
    authors: [ann.pubkey, bob.pubkey],
    '#p': [ann.pubkey, someId('x')],
    '#t': ['a', 'b'],
  };
  const some = <Value>(list: Value[]) =>
    fc.option(fc.array(fc.constantFrom(...list), { maxLength: 2 }), { nil: undefined });
  const anyFilter = fc
    .record({
      kinds: some(values.kinds),
      authors: some(values.authors),
      '#p': some(values['#p']),
      '#t': some(values['#t']),
      since: fc.option(fc.constant(now - 1), { nil: undefined }),
    })
    .map((filter) => Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as Filter);
  const events = [ann, bob].flatMap((who, n) =>
    values.kinds.flatMap((kind) =>
      ['a', 'b', 'c'].map((t, at) =>
        who.sign({
          kind,
          content: `${n}${at}`,
          created_at: now - at,
          tags: [
            ['t', t],
            ['p', values['#p'][at % 2]],
            ['d', t],
          ],
        }),
      ),
    ),
  );

  test('the index finds exactly the subscriptions that asking each would', () => {
    fc.assert(
      fc.property(fc.array(fc.array(anyFilter, { minLength: 1, maxLength: 3 }), { maxLength: 5 }), (questions) => {
        const relay = new TestRelay();
        const client = relay.connect();
        for (const [n, filters] of questions.entries()) client.send('REQ', `q${n}`, ...filters);
        if (questions.length > 1) client.send('CLOSE', 'q0');
        const place = client.inbox.length;
        for (const event of events) relay.carryOut(relay.engine.announce(event));
        const heard = client.inbox.slice(place).map(([, id, event]) => `${id} ${(event as { id: string }).id}`);
        const expected = events.flatMap((event) =>
          questions.flatMap((filters, n) =>
            (n > 0 || questions.length === 1) && filters.some((filter) => matchFilter(filter, event))
              ? [`q${n} ${event.id}`]
              : [],
          ),
        );
        expect(heard.sort()).toEqual(expected.sort());
      }),
      { numRuns: 100, seed: 20261129 },
    );
  });

  test('values in the filters of one connection are limited, and closing makes room', () => {
    const relay = new TestRelay();
    const client = relay.connect();
    const ids = Array.from({ length: 2_000 }, (_, n) => n.toString(16).padStart(64, '0'));
    const needed = Math.floor(RELAY_LIMITS.filterValuesOfConnectionMax / 2_000);
    for (let n = 0; n < needed; n++) expect(client.send('REQ', `q${n}`, { ids }).at(-1)?.[0]).toBe('EOSE');
    expect(client.send('REQ', 'more', { ids })).toEqual([
      ['CLOSED', 'more', 'restricted: too many values in the filters of this connection'],
    ]);
    client.send('CLOSE', 'q0');
    expect(client.send('REQ', 'more', { ids }).at(-1)?.[0]).toBe('EOSE');
  });
});
