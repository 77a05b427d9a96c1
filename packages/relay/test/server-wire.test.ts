// The Nostr side of the engine, NIP by NIP, as a client sees it.
import { KINDS, matchFilter, newestFirst } from '@hale/kernel';
import { RELAY_LIMITS } from '@hale/relay/server';
import { RELAY_TEST_SECONDS as now, person, someId } from '@hale/testkit/relay-people';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RELAY_URL, TestRelay } from './server-fixture.ts';

const ann = person('ann');
const bob = person('bob');

describe('NIP-01', () => {
  test('stores, answers OK, and says duplicate the second time', () => {
    const client = new TestRelay().connect();
    const event = ann.sign({ content: 'hello' });
    expect(client.publish(event)).toEqual([true, '']);
    expect(client.publish(event)).toEqual([true, 'duplicate: already here']);
    expect(client.ids({ ids: [event.id] })).toEqual([event.id]);
  });

  test('refuses a wrong id and a wrong signature, each with OK false and the prefix invalid', () => {
    const client = new TestRelay().connect();
    const event = ann.sign({});
    const other = ann.sign({ content: 'other' });
    expect(client.publish({ ...event, content: 'changed' })).toEqual([false, expect.stringMatching(/^invalid: /)]);
    expect(client.publish({ ...event, sig: other.sig })).toEqual([false, expect.stringMatching(/^invalid: /)]);
    expect(client.publish({ ...event, kind: 70_000 })).toEqual([false, expect.stringMatching(/^invalid: /)]);
    expect(client.ids({})).toEqual([]);
  });

  test.each([
    ['not json', 'NOTICE'],
    ['{}', 'NOTICE'],
    ['[]', 'NOTICE'],
    ['["HELLO"]', 'NOTICE'],
    ['["EVENT"]', 'NOTICE'],
    ['["EVENT",{"id":"x"}]', 'NOTICE'],
    ['["REQ"]', 'NOTICE'],
    ['["REQ",""]', 'NOTICE'],
    ['["REQ",7,{}]', 'NOTICE'],
    [`["REQ","${'x'.repeat(65)}",{}]`, 'NOTICE'],
    ['["REQ","a"]', 'CLOSED'],
    ['["REQ","a",{"ids":["abc"]}]', 'CLOSED'],
    ['["REQ","a",{"search":["x"]}]', 'CLOSED'],
    ['["REQ","a",{"search":"x"}]', 'EOSE'],
    ['["REQ","a",{"kinds":["1"]}]', 'CLOSED'],
    ['["COUNT","a",{"authors":[""]}]', 'CLOSED'],
    ['["NEG-OPEN","a",{},"61"]', 'NEG-MSG'],
    ['["NEG-OPEN","a",{},"6"]', 'NEG-ERR'],
    ['["NEG-OPEN","a",{"ids":["x"]},"61"]', 'NEG-ERR'],
    ['["NEG-MSG","a","61"]', 'NEG-ERR'],
    ['["AUTH",{}]', 'OK'],
  ])('%s is answered with %s', (text, verb) => {
    const client = new TestRelay().connect();
    expect(client.sendText(text).map(([first]) => first)).toEqual([verb]);
    expect(client.publish(ann.sign({}))).toEqual([true, '']);
  });

  test('a frame beyond the limit is refused before it is parsed', () => {
    const client = new TestRelay().connect();
    expect(client.sendText(`["EVENT","${'x'.repeat(RELAY_LIMITS.messageBytesMax)}"]`)).toEqual([
      ['NOTICE', 'invalid: message too large'],
    ]);
  });

  test('newest first, ties by lowest id; limit cuts after that, limit 0 gives EOSE only', () => {
    const client = new TestRelay().connect();
    const events = [5, 5, 5, 1, 9].map((age, at) => ann.sign({ created_at: now - age, content: String(at) }));
    for (const event of events) client.publish(event);
    const expected = [...events].sort(newestFirst).map(({ id }) => id);
    expect(client.ids({})).toEqual(expected);
    expect(client.ids({ limit: 2 })).toEqual(expected.slice(0, 2));
    expect(client.send('REQ', 'z', { limit: 0 })).toEqual([['EOSE', 'z']]);
  });

  test('replaceable: the newest stays, of equal times the lowest id; older versions are refused', () => {
    const client = new TestRelay().connect();
    const versions = ['a', 'b', 'c', 'd'].map((content) => ann.sign({ kind: 10_002, content }));
    const lowest = [...versions].sort(newestFirst)[0];
    for (const event of versions) client.publish(event);
    expect(client.ids({ kinds: [10_002] })).toEqual([lowest.id]);
    const old = ann.sign({ kind: 10_002, created_at: now - 1 });
    expect(client.publish(old)).toEqual([false, 'invalid: this is not the newest version']);
    const newer = ann.sign({ kind: 10_002, created_at: now + 1 });
    expect(client.publish(newer)).toEqual([true, '']);
    expect(client.ids({ kinds: [10_002] })).toEqual([newer.id]);
  });

  test('addressable: by d; no d and an empty one are the same; other authors are not touched', () => {
    const client = new TestRelay().connect();
    const kind = 30_078;
    const x1 = ann.sign({ kind, tags: [['d', 'x']] });
    const y = ann.sign({ kind, tags: [['d', 'y']] });
    const none = ann.sign({ kind });
    const empty = ann.sign({ kind, tags: [['d', '']], created_at: now + 1 });
    const x2 = ann.sign({
      kind,
      tags: [
        ['d', 'x'],
        ['d', 'y'],
      ],
      created_at: now + 1,
    });
    const bobs = bob.sign({ kind, tags: [['d', 'x']] });
    for (const event of [x1, y, none, bobs, empty, x2]) expect(client.publish(event)).toEqual([true, '']);
    expect((client.ids({ kinds: [kind] }) as string[]).sort()).toEqual([y, empty, x2, bobs].map(({ id }) => id).sort());
  });

  test('ephemeral events are passed on and not kept', () => {
    const relay = new TestRelay();
    const listener = relay.connect();
    listener.send('REQ', 'live', { kinds: [20_001] });
    const event = ann.sign({ kind: 20_001 });
    const place = listener.inbox.length;
    expect(relay.connect().publish(event)).toEqual([true, '']);
    expect(listener.eventsSince(place)).toEqual([event.id]);
    expect(listener.ids({ kinds: [20_001] })).toEqual([]);
  });

  test.each([KINDS.auth, KINDS.httpAuth, KINDS.join])('kind %i is never taken nor passed on', (kind) => {
    const relay = new TestRelay();
    const listener = relay.connect();
    listener.send('REQ', 'live', {});
    const place = listener.inbox.length;
    expect(relay.connect().publish(ann.sign({ kind }))?.[0]).toBe(false);
    expect(listener.inbox.length).toBe(place);
  });

  test('live events come after EOSE until CLOSE, once per subscription, and REQ with the same id replaces', () => {
    const relay = new TestRelay();
    const listener = relay.connect();
    listener.send('REQ', 'a', { kinds: [1] }, { authors: [ann.pubkey] });
    listener.send('REQ', 'b', { kinds: [7] });
    listener.send('REQ', 'b', { kinds: [1], limit: 0 });
    const writer = relay.connect();
    const place = listener.inbox.length;
    const event = ann.sign({});
    writer.publish(event);
    expect(listener.inbox.slice(place).map(([, id]) => id)).toEqual(['a', 'b']);
    listener.send('CLOSE', 'a');
    listener.send('CLOSE', 'b');
    const later = listener.inbox.length;
    writer.publish(ann.sign({ content: '2' }));
    expect(listener.inbox.length).toBe(later);
  });

  test('the number of subscriptions has a limit, and closing one makes room', () => {
    const client = new TestRelay().connect();
    for (let n = 0; n < RELAY_LIMITS.subscriptionsMax; n++) client.send('REQ', `s${n}`, { kinds: [1] });
    expect(client.send('REQ', 'one more', {})[0][0]).toBe('CLOSED');
    client.send('CLOSE', 's0');
    expect(client.send('REQ', 'one more', {})[0][0]).toBe('EOSE');
  });

  test('created_at too far ahead is refused', () => {
    const client = new TestRelay().connect();
    const ahead = (seconds: number) => client.publish(ann.sign({ created_at: now + seconds }))?.[0];
    expect(ahead(RELAY_LIMITS.futureSecondsMax)).toBe(true);
    expect(ahead(RELAY_LIMITS.futureSecondsMax + 1)).toBe(false);
  });

  test('a client that pipelines sees its own publication', () => {
    const relay = new TestRelay();
    relay.flushing = false;
    const client = relay.connect();
    const event = ann.sign({});
    client.send('EVENT', event);
    expect(client.send('REQ', 'q', {}).map(([verb]) => verb)).toEqual(['OK', 'EVENT', 'EOSE']);
  });

  test('many stored events come in pages, all of them before EOSE, none twice', () => {
    const client = new TestRelay().connect();
    const events = Array.from({ length: 60 }, (_, n) =>
      ann.sign({ content: 'x'.repeat(20_000), created_at: now - (n % 9), tags: [['n', String(n)]] }),
    );
    for (const event of events) client.publish(event);
    expect(client.ids({}, { kinds: [1] })).toEqual(events.sort(newestFirst).map(({ id }) => id));
  });

  test('answers any filters as the dumb filter does', () => {
    const relay = new TestRelay();
    const client = relay.connect();
    const events = Array.from({ length: 40 }, (_, n) =>
      [ann, bob][n % 2].sign({
        kind: [1, 7, 30_000][n % 3],
        created_at: now - (n % 5),
        tags: [
          ['d', String(n)],
          ['t', 'abc'[n % 3]],
        ],
      }),
    );
    for (const event of events) client.publish(event);
    const anyFilter = fc.record(
      {
        authors: fc.subarray([ann.pubkey, bob.pubkey]),
        kinds: fc.subarray([1, 7, 30_000]),
        since: fc.integer({ min: now - 6, max: now }),
        until: fc.integer({ min: now - 6, max: now }),
        limit: fc.nat(9),
        '#t': fc.subarray(['a', 'b', 'z']),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(anyFilter, { minLength: 1, maxLength: 3 }), (filters) => {
        const perFilter = filters.map((filter) =>
          events
            .filter((event) => matchFilter(filter, event))
            .sort(newestFirst)
            .slice(0, filter.limit),
        );
        const expected = [...new Set(perFilter.flat())].sort(newestFirst).map(({ id }) => id);
        expect(client.ids(...filters)).toEqual(expected);
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});

describe('NIP-09', () => {
  test('deletes by e and by a, only what is its own, keeps itself, and refuses what comes back', () => {
    const client = new TestRelay().connect();
    const mine = ann.sign({ content: 'mine' });
    const theirs = bob.sign({ content: 'theirs' });
    const old = ann.sign({ kind: 30_000, tags: [['d', 'x']], created_at: now - 5 });
    for (const event of [mine, theirs, old]) client.publish(event);
    const tags = [
      ['e', mine.id],
      ['e', theirs.id],
      ['a', `30000:${ann.pubkey}:x`],
      ['k', '1'],
    ];
    const deletion = ann.sign({ kind: KINDS.deletion, tags });
    expect(client.publish(deletion)).toEqual([true, '']);
    expect((client.ids({}) as string[]).sort()).toEqual([theirs.id, deletion.id].sort());
    expect(client.publish(mine)).toEqual([false, 'blocked: it was deleted by its author']);
    expect(client.publish(old)).toEqual([false, 'blocked: it was deleted by its author']);
    const newer = ann.sign({ kind: 30_000, tags: [['d', 'x']], created_at: now + 1 });
    expect(client.publish(newer)).toEqual([true, '']);
  });

  test('refuses what was deleted before it came', () => {
    const client = new TestRelay().connect();
    const event = ann.sign({});
    client.publish(ann.sign({ kind: KINDS.deletion, tags: [['e', event.id]] }));
    expect(client.publish(event)?.[0]).toBe(false);
  });

  test('has no effect against a deletion, and another author deletes nothing in advance', () => {
    const client = new TestRelay().connect();
    const event = ann.sign({});
    const deletion = ann.sign({ kind: KINDS.deletion, tags: [['e', event.id]] });
    client.publish(deletion);
    client.publish(ann.sign({ kind: KINDS.deletion, tags: [['e', deletion.id]], created_at: now + 1 }));
    expect(client.ids({ ids: [deletion.id] })).toEqual([deletion.id]);
    const other = ann.sign({ content: 'other' });
    client.publish(bob.sign({ kind: KINDS.deletion, tags: [['e', other.id]] }));
    expect(client.publish(other)).toEqual([true, '']);
  });

  test('an a tag is bound to its d', () => {
    const client = new TestRelay().connect();
    const x = ann.sign({ kind: 30_000, tags: [['d', 'x']] });
    const y = ann.sign({ kind: 30_000, tags: [['d', 'y']] });
    for (const event of [x, y]) client.publish(event);
    client.publish(ann.sign({ kind: KINDS.deletion, tags: [['a', `30000:${ann.pubkey}:x`]] }));
    expect(client.ids({ kinds: [30_000] })).toEqual([y.id]);
  });
});

describe('NIP-40', () => {
  test('refused when it has expired, not served from that second on, then swept', () => {
    const relay = new TestRelay();
    const client = relay.connect();
    const event = ann.sign({ tags: [['expiration', String(now + 5)]] });
    expect(client.publish(ann.sign({ tags: [['expiration', String(now)]] }))).toEqual([
      false,
      'invalid: it has expired',
    ]);
    expect(client.publish(event)).toEqual([true, '']);
    relay.now = now + 4;
    expect(client.ids({})).toEqual([event.id]);
    relay.now = now + 5;
    expect(client.ids({})).toEqual([]);
    expect(client.count({})).toBe(0);
    relay.carryOut(relay.engine.tick());
    expect(relay.store.get(event.id)).toBeNull();
  });
});

describe('NIP-42', () => {
  test('several keys on one connection; wrong challenge, relay, time and kind are refused', () => {
    const relay = new TestRelay();
    const client = relay.connect();
    const challenge = client.inbox[0][1] as string;
    const attempt = (event: object) => client.send('AUTH', event)[0].slice(2);
    expect(attempt(ann.prove(challenge, RELAY_URL))).toEqual([true, '']);
    expect(attempt(bob.prove(challenge, `${RELAY_URL}/`))).toEqual([true, '']);
    expect(attempt(ann.prove('other', RELAY_URL))[0]).toBe(false);
    expect(attempt(ann.prove(challenge, 'wss://elsewhere.example'))[0]).toBe(false);
    expect(attempt(ann.prove(challenge, RELAY_URL, now - 3600))[0]).toBe(false);
    expect(
      attempt(
        ann.sign({
          tags: [
            ['challenge', challenge],
            ['relay', RELAY_URL],
          ],
        }),
      )[0],
    ).toBe(false);
    expect(attempt({ ...ann.prove(challenge, RELAY_URL), pubkey: bob.pubkey })[0]).toBe(false);
  });

  test('each connection has its own challenge', () => {
    const relay = new TestRelay();
    const first = relay.connect();
    const second = relay.connect();
    const stolen = ann.prove(first.inbox[0][1] as string, RELAY_URL);
    expect(second.send('AUTH', stolen)[0][2]).toBe(false);
  });
});

describe('NIP-45', () => {
  test('counts one filter and the union of several, whatever the limit', () => {
    const client = new TestRelay().connect();
    for (let n = 0; n < 5; n++) client.publish(ann.sign({ content: String(n) }));
    client.publish(bob.sign({ kind: 7 }));
    expect(client.count({ kinds: [1], limit: 2 })).toBe(5);
    expect(client.count({ authors: [ann.pubkey] }, { kinds: [1, 7] })).toBe(6);
  });
});

describe('NIP-62', () => {
  const vanish = (tags: string[][], created_at = now) => ann.sign({ kind: KINDS.vanish, tags, created_at });

  test('deletes all up to its time, deletions and wraps to that key too, and refuses them for ever', () => {
    const relay = new TestRelay();
    const client = relay.connect();
    const note = ann.sign({});
    const deletion = ann.sign({ kind: KINDS.deletion, tags: [['e', someId('gone')]] });
    const wrap = bob.sign({ kind: KINDS.wrap, tags: [['p', ann.pubkey]] });
    const bobs = bob.sign({});
    const later = ann.sign({ created_at: now + 1 });
    for (const event of [note, deletion, wrap, bobs, later]) client.publish(event);
    const request = vanish([['relay', `${RELAY_URL}/`]]);
    expect(client.publish(request)).toEqual([true, '']);
    expect(
      relay.store
        .find({})
        .map(({ id }) => id)
        .sort(),
    ).toEqual([bobs.id, later.id, request.id].sort());
    relay.now += 10 * 365 * 86_400;
    for (const event of [note, deletion, wrap]) expect(client.publish(event)?.[0]).toBe(false);
    expect(client.publish(ann.sign({ created_at: now + 2 }))).toEqual([true, '']);
  });

  test('ALL_RELAYS counts, another relay does not, and no deletion undoes it', () => {
    const client = new TestRelay().connect();
    const note = ann.sign({});
    client.publish(note);
    expect(client.publish(vanish([['relay', 'wss://elsewhere.example']]))?.[0]).toBe(false);
    expect(client.ids({})).toEqual([note.id]);
    const request = vanish([['relay', 'ALL_RELAYS']]);
    expect(client.publish(request)).toEqual([true, '']);
    client.publish(ann.sign({ kind: KINDS.deletion, tags: [['e', request.id]], created_at: now + 1 }));
    expect(client.publish(note)?.[0]).toBe(false);
  });
});

describe('NIP-70', () => {
  test('["-"] is taken only from its proven author', () => {
    const relay = new TestRelay();
    const event = ann.sign({ tags: [['-']] });
    expect(relay.connect().publish(event)?.[1]).toMatch(/^auth-required: /);
    expect(relay.connect(null, bob).publish(event)?.[1]).toMatch(/^auth-required: /);
    expect(relay.connect(null, ann).publish(event)).toEqual([true, '']);
  });
});
