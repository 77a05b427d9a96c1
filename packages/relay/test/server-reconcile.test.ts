// NIP-77 at the relay: what is compared is what a REQ would give, whoever asks, whatever changes meanwhile; and it is bounded.
import { type Filter, KINDS, toHex } from '@hale/kernel';
import { accessEvent, type Person, person, RELAY_TEST_SECONDS, tileBatch } from '@hale/testkit/relay-people';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Difference, ItemBuilder, Reconciler } from '../src/negentropy/index.ts';
import { RELAY_LIMITS } from '../src/server/limits.ts';
import { type TestClient, TestRelay } from './server-fixture.ts';

const now = RELAY_TEST_SECONDS;
const [ann, bob, author, reader, stranger] = ['ann', 'bob', 'author', 'reader', 'stranger'].map(person);

/** Ids that a client without anything learns the relay has; a text where it is refused. */
function reconciled(client: TestClient, filter: Filter): string[] | string {
  const [reconciler, difference] = [new Reconciler(new ItemBuilder().build()), new Difference()];
  let answer = client.send('NEG-OPEN', 'n', filter, toHex(reconciler.begin()));
  for (;;) {
    const [verb, , text] = answer.find(([of]) => of.startsWith('NEG')) ?? ['nothing', '', ''];
    if (verb !== 'NEG-MSG') return String(text);
    const next = reconciler.learn(Uint8Array.from(Buffer.from(String(text), 'hex')), difference);
    if (next === null) break;
    answer = client.send('NEG-MSG', 'n', toHex(next));
  }
  client.send('NEG-CLOSE', 'n');
  return [...difference.need].sort();
}

function filled(options: { private: boolean }): TestRelay {
  const relay = new TestRelay(options);
  for (const who of [ann, bob, author]) relay.store.addMember(who.pubkey, now);
  const wrap = ann.sign({ kind: KINDS.wrap, tags: [['p', bob.pubkey]] });
  for (const event of [
    ann.sign({ content: 'note' }),
    tileBatch(author),
    accessEvent(author, [[reader, now + 60]]),
    wrap,
  ])
    relay.store.put(event);
  relay.store.put(ann.sign({ content: 'passing', tags: [['expiration', String(now + 10)]] }));
  return relay;
}

describe('what is compared', () => {
  const people: [string, Person | null, Person[]][] = [
    ['a stranger', null, []],
    ['somebody with a key', null, [stranger]],
    ['the author', author, [author]],
    ['a reader', reader, [reader]],
    ['an addressee', bob, [bob]],
  ];
  test.each(people)('for %s is what a REQ gives', (_, admitted, proven) => {
    for (const isPrivate of [true, false]) {
      const relay = filled({ private: isPrivate });
      if (isPrivate && admitted === null) continue;
      const client = relay.connect(isPrivate ? admitted : null, ...proven);
      const filters: Filter[] = [
        {},
        { kinds: [1, KINDS.tileBatch] },
        { authors: [author.pubkey] },
        { kinds: [KINDS.wrap] },
      ];
      for (const filter of filters) {
        const ids = client.ids(filter);
        expect(reconciled(client, filter)).toEqual(typeof ids === 'string' ? ids : [...ids].sort());
      }
    }
  });

  test('follows the store: what was put, deleted, has expired', () => {
    const relay = filled({ private: false });
    const client = relay.connect();
    expect(reconciled(client, {})).toHaveLength(2);
    const late = ann.sign({ content: 'late', created_at: now - 5 });
    client.publish(late);
    expect(reconciled(client, {})).toEqual([...(client.ids({}) as string[])].sort());
    client.publish(ann.sign({ kind: 5, tags: [['e', late.id]] }));
    expect(reconciled(client, {})).toEqual([...(client.ids({}) as string[])].sort());
    relay.now = now + 10;
    relay.engine.tick();
    expect(reconciled(client, {})).toEqual([...(client.ids({}) as string[])].sort());
  });

  test('ends when rights end: nothing more is said of what may not be seen any more', () => {
    const relay = filled({ private: true });
    const client = relay.connect(reader, reader);
    const reconciler = new Reconciler(new ItemBuilder().build());
    const open = () => client.send('NEG-OPEN', 'n', { kinds: [KINDS.tileBatch] }, toHex(reconciler.begin()));
    expect(open()[0][0]).toBe('NEG-MSG');
    // Still a guest: somebody wrote to her.
    relay.store.put(ann.sign({ kind: KINDS.wrap, tags: [['p', reader.pubkey]] }));
    relay.now = now + 60;
    const [verb, , reason] = client.send('NEG-MSG', 'n', toHex(reconciler.begin()))[0];
    expect([verb, reason]).toEqual(['NEG-ERR', expect.stringMatching(/^closed: /)]);
    expect(client.send('NEG-MSG', 'n', '61')[0][0]).toBe('NEG-ERR');
  });

  test('any filter, any order of events of the same second', () =>
    fc.assert(
      fc.property(
        fc.array(fc.record({ age: fc.nat(3), kind: fc.constantFrom(1, 7) }), { maxLength: 40 }),
        fc.constantFrom<Filter>({}, { kinds: [7] }, { since: now - 1 }, { until: now - 2, limit: 5 }),
        (made, filter) => {
          const relay = new TestRelay();
          for (const [at, { age, kind }] of made.entries())
            relay.store.put(ann.sign({ kind, created_at: now - age, content: String(at) }));
          const client = relay.connect();
          expect(reconciled(client, filter)).toEqual([...(client.ids(filter) as string[])].sort());
        },
      ),
      { numRuns: 40 },
    ));
});

describe('bounds', () => {
  const first = toHex(new Reconciler(new ItemBuilder().build()).begin());

  test('so many at once on one connection; one that is closed makes room, and one of the same name replaces', () => {
    const client = new TestRelay().connect();
    for (let at = 0; at < RELAY_LIMITS.reconciliationsMax; at++)
      expect(client.send('NEG-OPEN', `n${at}`, {}, first)[0][0]).toBe('NEG-MSG');
    expect(client.send('NEG-OPEN', 'more', {}, first)[0]).toEqual([
      'NEG-ERR',
      'more',
      expect.stringMatching(/^blocked: /),
    ]);
    expect(client.send('NEG-OPEN', 'n0', {}, first)[0][0]).toBe('NEG-MSG');
    client.send('NEG-CLOSE', 'n1');
    expect(client.send('NEG-OPEN', 'more', {}, first)[0][0]).toBe('NEG-MSG');
  });

  test('what nobody goes on with ends by itself', () => {
    const relay = new TestRelay();
    const client = relay.connect();
    client.send('NEG-OPEN', 'n', {}, first);
    relay.now += RELAY_LIMITS.reconciliationSecondsMax + 1;
    relay.carryOut(relay.engine.tick());
    expect(client.inbox.at(-1)).toEqual(['NEG-ERR', 'n', expect.stringMatching(/^closed: /)]);
  });

  test('words, other messages than ours, and what is no message are refused', () => {
    const client = new TestRelay().connect();
    expect(client.send('NEG-OPEN', 'n', { search: 'x' }, first)[0][2]).toMatch(/^invalid: /);
    expect(client.send('NEG-OPEN', 'n', {}, '62')[0]).toEqual(['NEG-MSG', 'n', '61']);
    expect(client.send('NEG-OPEN', 'n', {}, '61ff')[0][2]).toMatch(/^invalid: /);
    expect(client.send('NEG-OPEN', 'n', {})[0][2]).toMatch(/^invalid: /);
  });
});

test('a relay that is kept equal is served everything but what this one says itself, and publishes nothing of a stream', () => {
  const peer = person('another relay');
  const relay = new TestRelay({ private: true, peers: [peer.pubkey] });
  relay.store.addMember(ann.pubkey, now);
  const receipt = ann.sign({ kind: KINDS.receipt, tags: [['p', author.pubkey]] });
  const events = [
    ann.sign({ content: 'note' }),
    tileBatch(author),
    accessEvent(author, [[reader, now + 60]]),
    ann.sign({ kind: KINDS.wrap, tags: [['p', bob.pubkey]] }),
  ];
  for (const event of [...events, receipt]) relay.store.put(event);
  const client = relay.connect(peer);
  const all = events.map(({ id }) => id).sort();
  expect([...(client.ids({}) as string[])].sort()).toEqual(all);
  expect(reconciled(client, {})).toEqual(all);
  expect(client.count({})).toBe(4);
  expect(client.publish(tileBatch(author, { day: 46_001 }))?.[1]).toMatch(/^restricted: /);
  expect(client.publish(peer.sign({ content: 'note' }))?.[1]).toMatch(/^restricted: /);
});
