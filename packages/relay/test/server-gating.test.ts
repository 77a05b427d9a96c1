// Who is served what, as a table; every row is asked by REQ, COUNT and live, for a stream that is there and one that is not.
import { type Filter, KINDS, type NostrEvent } from '@hale/kernel';
import {
  accessEvent,
  RELAY_TEST_SECONDS as now,
  type Person,
  person,
  someId,
  tileBatch,
} from '@hale/testkit/relay-people';
import { describe, expect, test } from 'vitest';
import { relayPerson, storedReceipts, type TestClient, TestRelay } from './server-fixture.ts';

const author = person('author');
const listed = person('listed');
const expired = person('expired');
const unlisted = person('unlisted');
const addressee = person('addressee');
const member = person('member');
const sender = person('sender');

const stored = {
  tiles: tileBatch(author),
  access: accessEvent(author, [
    [listed, now + 60],
    [expired, now],
  ]),
  deletion: author.sign({
    kind: KINDS.deletion,
    tags: [
      ['e', someId('old batch')],
      ['k', '1980'],
    ],
  }),
  wrap: sender.sign({ kind: KINDS.wrap, tags: [['p', addressee.pubkey]] }),
  receipt: relayPerson.sign({ kind: KINDS.receipt, tags: [['p', author.pubkey]] }),
  note: sender.sign({ content: 'public' }),
};
type What = keyof typeof stored;

const questions: Record<What, Filter> = {
  tiles: { kinds: [KINDS.tileBatch], authors: [author.pubkey] },
  access: { kinds: [KINDS.access], authors: [author.pubkey] },
  deletion: { kinds: [KINDS.deletion], authors: [author.pubkey] },
  wrap: { kinds: [KINDS.wrap] },
  receipt: { kinds: [KINDS.receipt] },
  note: { kinds: [1] },
};

function filled(options: { private: boolean }, ...leftOut: What[]): TestRelay {
  const relay = new TestRelay(options);
  relay.store.addMember(member.pubkey, now);
  for (const [what, event] of Object.entries(stored)) if (!leftOut.includes(what as What)) relay.store.put(event);
  return relay;
}

// Open relay: which key the connection has proven, and what it is then served.
// ● served · ○ an empty answer · a CLOSED with auth-required
// biome-ignore format: a table
const openTable: [string, Person | null, string][] = [
  //                                 tiles access deletion wrap receipt note
  ['a stranger without a key      ', null, '  a     a      ○      a     a     ●'],
  ['the author                    ', author, '●     ●      ●      ○     ●     ●'],
  ['a reader who is listed        ', listed, '●     ○      ●      ○     ○     ●'],
  ['a reader whose time is up     ', expired, '○     ○      ○      ○     ○     ●'],
  ['a key that is not listed      ', unlisted, '○     ○      ○      ○     ○     ●'],
  ['the addressee of a wrap       ', addressee, '○     ○      ○      ●     ○     ●'],
  ['the sender of a wrap          ', sender, '○     ○      ○      ○     ○     ●'],
];

// Private relay, by the key that opened the socket (− = no socket).
// biome-ignore format: a table
const privateTable: [string, Person | null, Person[], string][] = [
  //                                                 tiles access deletion wrap receipt note
  ['a stranger without a key      ', null, [], '        −     −      −      −     −     −'],
  ['a key that is not listed      ', unlisted, [], '    −     −      −      −     −     −'],
  ['a reader whose time is up     ', expired, [], '     −     −      −      −     −     −'],
  ['the author, no member         ', author, [], '      −     −      −      −     −     −'],
  ['a member                      ', member, [], '      ○     ○      ○      ○     ○     ●'],
  ['a member who proves the author', member, [author], '●     ●      ●      ○     ●     ●'],
  ['a reader who is listed        ', listed, [], '      ●     ○      ●      ○     ○     ○'],
  ['the addressee of a wrap       ', addressee, [], '   ○     ○      ○      ●     ○     ○'],
  ['an addressee proves the author', addressee, [author], '●    ●      ●      ●     ●     ○'],
];

const whats = Object.keys(stored) as What[];
const cells = (row: string) => row.trim().split(/\s+/);

function ask(client: TestClient, filter: Filter): string {
  if (client.closed !== null) return '−';
  const ids = client.ids(filter);
  if (typeof ids === 'string') return ids.startsWith('auth-required: ') ? 'a' : ids;
  return ids.length > 0 ? '●' : '○';
}

function askCount(client: TestClient, filter: Filter): string {
  if (client.closed !== null) return '−';
  const count = client.count(filter);
  if (typeof count === 'string') return count.startsWith('auth-required: ') ? 'a' : count;
  return count > 0 ? '●' : '○';
}

/** Is the event passed on live to somebody who asked for everything? */
function askLive(relay: TestRelay, client: TestClient, event: NostrEvent): string {
  client.send('REQ', 'live', { limit: 0 });
  const place = client.inbox.length;
  const id = event.id;
  const verified = relay.store.get(id);
  if (verified) relay.carryOut(relay.engine.announce(verified));
  return client.eventsSince(place).includes(id) ? '●' : '○';
}

function checkRow(relay: () => TestRelay, connect: (relay: TestRelay) => TestClient, row: string): void {
  for (const [at, what] of whats.entries()) {
    const expected = cells(row)[at];
    const there = relay();
    const client = connect(there);
    expect([what, 'REQ', ask(client, questions[what])]).toEqual([what, 'REQ', expected]);
    expect([what, 'COUNT', askCount(client, questions[what])]).toEqual([what, 'COUNT', expected]);
    if (expected === '−') continue;
    const live = askLive(there, client, stored[what]);
    expect([what, 'live', live]).toEqual([what, 'live', expected === '●' ? '●' : '○']);
    const everything = client.ids({});
    expect([what, everything.includes(stored[what].id)]).toEqual([what, expected === '●']);
    expect([what, client.ids({ ids: [stored[what].id] }).includes(stored[what].id)]).toEqual([what, expected === '●']);
  }
}

describe('open relay', () => {
  test.each(openTable)('%s', (_, key, row) => {
    checkRow(
      () => filled({ private: false }),
      (relay) => (key ? relay.connect(null, key) : relay.connect()),
      row,
    );
  });
});

describe('private relay', () => {
  test.each(privateTable)('%s', (_, admitted, proven, row) => {
    checkRow(
      () => filled({ private: true }),
      (relay) => relay.connect(admitted, ...proven),
      row,
    );
  });
});

describe('a stranger learns nothing', () => {
  test.each([null, unlisted, expired])('the same answer whether or not the stream is there (%#)', (key) => {
    const there = filled({ private: false });
    const empty = filled({ private: false }, 'tiles', 'access', 'deletion', 'receipt');
    const filters: Filter[] = [
      { authors: [author.pubkey] },
      { kinds: [KINDS.tileBatch] },
      { kinds: [KINDS.tileBatch, 1] },
      { '#l': ['00112233445566ff'] },
      { '#p': [author.pubkey] },
      { ids: [stored.tiles.id, stored.access.id, stored.deletion.id] },
      { kinds: [KINDS.deletion, KINDS.access], authors: [author.pubkey] },
      {},
    ];
    const [a, b] = [there, empty].map((relay) => (key ? relay.connect(null, key) : relay.connect()));
    for (const filter of filters) {
      expect(a.ids(filter)).toEqual(b.ids(filter));
      expect(a.count(filter)).toEqual(b.count(filter));
    }
  });

  test('what he may not see does not use up his limit', () => {
    const relay = new TestRelay();
    const note = sender.sign({ created_at: now - 50 });
    relay.store.put(note);
    for (let n = 0; n < 20; n++) relay.store.put(tileBatch(author, { created_at: now - n }));
    expect(relay.connect().ids({ limit: 1 })).toEqual([note.id]);
  });
});

describe('access over time', () => {
  test('without an access event only the author is served', () => {
    const relay = filled({ private: false }, 'access');
    expect(relay.connect(null, listed).ids(questions.tiles)).toEqual([]);
    expect(relay.connect(null, author).ids(questions.tiles)).toEqual([stored.tiles.id]);
  });

  test('`until` ends stored and live service at that second, on an open connection', () => {
    const relay = filled({ private: false });
    const client = relay.connect(null, listed);
    relay.now = now + 59;
    expect(client.ids(questions.tiles)).toHaveLength(1);
    client.send('REQ', 'live', questions.tiles);
    relay.now = now + 60;
    expect(client.ids(questions.tiles)).toEqual([]);
    const place = client.inbox.length;
    relay.connect(null, author).publish(tileBatch(author, { created_at: now + 60 }));
    expect(client.eventsSince(place)).toEqual([]);
  });

  test('a revocation ends service at once, in the middle of a scan too', () => {
    const relay = filled({ private: false });
    for (let n = 0; n < 20; n++) {
      relay.store.put(tileBatch(author, { created_at: now - n, content: 'A'.repeat(40_000) }));
    }
    const client = relay.connect(null, listed);
    const owner = relay.connect(null, author);
    relay.carryOut(relay.engine.receive(client.id, JSON.stringify(['REQ', 'q', questions.tiles])));
    const served = client.eventsSince(0).length;
    expect(served).toBeGreaterThan(0);
    expect(served).toBeLessThan(20);
    expect(owner.publish(accessEvent(author, [], now + 1))).toEqual([true, '']);
    while (relay.engine.hasMore(client.id)) relay.carryOut(relay.engine.drain(client.id));
    expect(client.eventsSince(0)).toHaveLength(served);
    expect(client.inbox.at(-1)?.[0]).toBe('EOSE');
  });

  test('an access event more than 60 s ahead is refused, one that is not the newest hears so', () => {
    const relay = new TestRelay();
    const owner = relay.connect(null, author);
    expect(owner.publish(accessEvent(author, [], now + 61))?.[1]).toMatch(/^invalid: created_at/);
    expect(owner.publish(accessEvent(author, [], now + 60))).toEqual([true, '']);
    expect(owner.publish(accessEvent(author, [[listed, now + 9]], now))).toEqual([
      false,
      'invalid: this is not the newest version',
    ]);
  });

  test.each([
    [['reader', 'abc', '1']],
    [['reader', listed.pubkey]],
    [['reader', listed.pubkey, '']],
    [['reader', listed.pubkey, '-1']],
    [['reader', listed.pubkey, '1e9']],
    [['reader', listed.pubkey, '12', 'more']],
    [['reader', listed.pubkey.toUpperCase(), '12']],
  ])('an access event with %j is refused', (tag) => {
    const owner = new TestRelay().connect(null, author);
    expect(owner.publish(author.sign({ kind: KINDS.access, tags: [['-'], tag] }))?.[1]).toMatch(/^invalid: /);
  });

  test('an expired reader loses the socket of a private relay at the next word', () => {
    const relay = filled({ private: true });
    const client = relay.connect(listed);
    expect(client.closed).toBeNull();
    relay.now = now + 60;
    client.send('REQ', 'q', {});
    expect(client.closed).toBe(4403);
  });
});

describe('who may publish', () => {
  // [what, event, who is admitted, keys proven by NIP-42, expected in a private relay, expected in an open one]
  const ofStream = { tiles: tileBatch(author), access: accessEvent(author, [], now + 1) };
  const deletion = author.sign({
    kind: KINDS.deletion,
    tags: [
      ['e', someId('x')],
      ['k', '1980'],
    ],
  });
  const vanish = author.sign({
    kind: KINDS.vanish,
    tags: [
      ['relay', 'ALL_RELAYS'],
      ['k', '1980'],
    ],
  });
  const wrap = sender.sign({ kind: KINDS.wrap, tags: [['p', author.pubkey]] });
  const wrapTo = (...people: Person[]) =>
    sender.sign({ kind: KINDS.wrap, tags: people.map(({ pubkey }) => ['p', pubkey]) });
  const [toMember, toNobody, toBoth] = [wrapTo(member), wrapTo(unlisted), wrapTo(author, unlisted)];
  const passing = sender.sign({ kind: KINDS.ephemeralWrap, tags: [['p', unlisted.pubkey]] });
  const large = sender.sign({ kind: KINDS.wrap, tags: [['p', author.pubkey]], content: 'x'.repeat(65_537) });
  const ofWraps = ['k', '1059'];
  const talkative = listed.sign({ kind: KINDS.deletion, tags: [ofWraps], content: 'because' });
  const ofNotes = listed.sign({ kind: KINDS.deletion, tags: [ofWraps, ['k', '1']] });
  const manyTags = listed.sign({ kind: KINDS.deletion, tags: Array.from({ length: 21 }, () => ofWraps) });
  const longTags = listed.sign({ kind: KINDS.deletion, tags: [ofWraps, ['e', 'x'.repeat(2_048)]] });
  const everywhere = ['relay', 'ALL_RELAYS'];
  const longVanish = listed.sign({ kind: KINDS.vanish, tags: [everywhere], content: 'because' });
  const shortVanish = listed.sign({ kind: KINDS.vanish, tags: [everywhere] });
  const note = sender.sign({});
  const receipt = relayPerson.sign({ kind: KINDS.receipt, tags: [['p', author.pubkey]] });
  test.each<[string, NostrEvent, Person, Person[], RegExp | true, RegExp | true]>([
    ['tiles, author proven, member', ofStream.tiles, member, [author], true, true],
    ['tiles, author not proven', ofStream.tiles, member, [], /^auth-required: /, /^auth-required: /],
    ['tiles, author proven, no member', ofStream.tiles, addressee, [author], /^restricted: /, true],
    ['tiles of another, by a reader', ofStream.tiles, listed, [], /^restricted: /, /^auth-required: /],
    ['access, author proven, member', ofStream.access, member, [author], true, true],
    ['access, author not proven', ofStream.access, member, [], /^auth-required: /, /^auth-required: /],
    ['deletion of tiles, not proven', deletion, member, [], /^auth-required: /, /^auth-required: /],
    ['deletion of tiles, proven', deletion, member, [author], true, true],
    ['vanish of a stream, not proven', vanish, member, [], /^auth-required: /, /^auth-required: /],
    ['vanish of a stream, proven', vanish, member, [author], true, true],
    ['a wrap by a member', wrap, member, [], true, true],
    ['a wrap by a reader', wrap, listed, [], true, true],
    ['a wrap by an addressee', wrap, addressee, [], /^restricted: /, true],
    ['a wrap by an addressee to a member', toMember, addressee, [], true, true],
    ['a wrap by a reader to a key of its own making', toNobody, listed, [], /^restricted: /, true],
    ['a wrap by a reader to its author and another', toBoth, listed, [], /^invalid: /, /^invalid: /],
    ['an ephemeral wrap by a reader to anybody', passing, listed, [], /^restricted: /, true],
    ['a deletion with a reason by a reader', talkative, listed, [], /^restricted: /, true],
    ['a deletion by a reader of what is no post', ofNotes, listed, [], /^restricted: /, true],
    ['a deletion by a reader with many tags', manyTags, listed, [], /^restricted: /, true],
    ['a deletion by a reader with long tags', longTags, listed, [], /^restricted: /, true],
    ['a vanish with a reason by a reader', longVanish, listed, [], /^restricted: /, true],
    ['a vanish by a reader', shortVanish, listed, [], true, true],
    ['a large wrap by a reader', large, listed, [], /^restricted: /, true],
    ['a note by a member', note, member, [], true, true],
    ['a note by a reader', note, listed, [], /^restricted: /, true],
    ['a receipt by anybody', receipt, member, [author], /^blocked: /, /^blocked: /],
  ])('%s', (_, event, admitted, proven, inPrivate, inOpen) => {
    for (const [isPrivate, expected] of [
      [true, inPrivate],
      [false, inOpen],
    ] as const) {
      const relay = filled({ private: isPrivate });
      const answer = relay.connect(admitted, ...proven).publish(event);
      if (expected === true) expect(answer?.[0]).toBe(true);
      else expect(answer).toEqual([false, expect.stringMatching(expected)]);
    }
  });

  test('a kind 5 without k tags by somebody with a stream is gated like the stream', () => {
    const relay = filled({ private: false });
    const plain = author.sign({ kind: KINDS.deletion, tags: [['e', stored.tiles.id]] });
    expect(relay.connect().publish(plain)?.[1]).toMatch(/^auth-required: /);
    expect(relay.connect(null, author).publish(plain)).toEqual([true, '']);
    expect(relay.connect().ids({ authors: [author.pubkey] })).toEqual([]);
    expect(relay.store.get(stored.tiles.id)).toBeNull();
  });

  test('the addressee deletes a wrap, and nobody can bring it back', () => {
    const relay = filled({ private: true });
    const client = relay.connect(addressee);
    const deletion = addressee.sign({
      kind: KINDS.deletion,
      tags: [
        ['e', stored.wrap.id],
        ['k', '1059'],
      ],
    });
    expect(client.publish(deletion)).toEqual([true, '']);
    expect(relay.store.get(stored.wrap.id)).toBeNull();
    expect(relay.connect(member).publish(stored.wrap)?.[0]).toBe(false);
    expect(relay.connect(member).ids({ kinds: [KINDS.deletion] })).toEqual([]);
  });

  test('a post box takes so many events an hour from a key, of whatever kind', () => {
    const relay = filled({ private: true });
    const client = relay.connect(listed);
    const answers = Array.from({ length: 240 }, (_, n) =>
      client.publish(sender.sign({ kind: KINDS.wrap, content: String(n), tags: [['p', author.pubkey]] })),
    );
    expect(answers[239]).toEqual([true, '']);
    expect(client.publish(listed.sign({ kind: KINDS.deletion, tags: [['k', '1059']] }))?.[1]).toMatch(
      /^rate-limited: /,
    );
    relay.now += 3_600;
    expect(relay.connect(member).publish(note)).toEqual([true, '']);
  });

  test('and so many from all who are no members', () => {
    const relay = new TestRelay({ private: true });
    const readers = Array.from({ length: 11 }, (_, n) => person(`reader ${n}`));
    relay.store.put(
      accessEvent(
        author,
        readers.map((one): [Person, number] => [one, now + 60]),
      ),
    );
    const clients = readers.map((one) => relay.connect(one));
    const wraps = Array.from({ length: 240 }, (_, n) =>
      sender.sign({ kind: KINDS.wrap, content: String(n), tags: [['p', author.pubkey]] }),
    );
    for (const client of clients.slice(0, 10)) for (const each of wraps) expect(client.publish(each)?.[0]).toBe(true);
    expect(clients[10].publish(wrap)?.[1]).toMatch(/^rate-limited: /);
  });

  test('nothing in the store tells which member wrote a stream', () => {
    const relay = new TestRelay({ private: true });
    relay.store.addMember(member.pubkey, now);
    relay.connect(member, author).publish(tileBatch(author));
    expect(storedReceipts(relay)).toEqual([]);
    expect(JSON.stringify(relay.store.find({}).map(({ id }) => relay.store.get(id)))).not.toContain(member.pubkey);
    expect(relay.facts).toEqual([]);
  });
});
