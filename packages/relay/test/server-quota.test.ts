// Quotas by blind tokens, decided without sockets: what a token opens, who may spend it, what never waits for one.
import { dayStart, KINDS, TOKEN_EPOCH_SECONDS, type Token, toHex, tokenEpochOf, tokenTag } from '@hale/kernel';
import { blindTokens, finalizeTokens } from '@hale/kernel/blind';
import { RELAY_LIMITS } from '@hale/relay/server';
import {
  accessEvent,
  type Person,
  person,
  RELAY_TEST_SECONDS,
  seededRandom,
  tileBatch,
} from '@hale/testkit/relay-people';
import { describe, expect, test } from 'vitest';
import { type TestClient, TestRelay, testMint } from './server-fixture.ts';

const member = person('member');
const other = person('other member');
const author = person('author');
const second = person('second author');
const reader = person('reader');
const random = seededRandom('blinds');
const now = RELAY_TEST_SECONDS;
const epoch = tokenEpochOf(now);
const allotment = 4_000;

function tokens(count: number, of = epoch): Token[] {
  const asked = blindTokens(count, random);
  const points = asked.map(({ blinded }) => blinded);
  const key = Uint8Array.from(Buffer.from(testMint.key(of), 'hex'));
  return finalizeTokens(asked, testMint.evaluate(of, points), key).map((output, at) => ({
    epoch: of,
    nonce: toHex(asked[at].nonce),
    output: toHex(output),
  }));
}

const spending = (who: Person, token: Token) =>
  who.sign({ kind: KINDS.token, created_at: now, tags: [['-'], tokenTag(token)], content: '' });
const tile = (who: Person, bytes: number, created_at = now) =>
  tileBatch(who, { created_at, content: Buffer.alloc(bytes, created_at % 251).toString('base64') });

function relayWith(admitted = member): { relay: TestRelay; client: TestClient } {
  const relay = new TestRelay({ private: true, quota: { allotmentBytes: allotment, tokensPerEpoch: 32 } });
  for (const one of [member, other]) relay.store.addMember(one.pubkey, 0);
  return { relay, client: relay.connect(admitted, author, second) };
}

describe('an author', () => {
  test('needs a token first, has room for what it opens, and needs another for more', () => {
    const { relay, client } = relayWith();
    const quota = [false, expect.stringMatching(/^restricted: quota: .* of .* bytes; spend a token/)];
    expect(client.publish(tile(author, 100))).toEqual(quota);
    const [first, further] = tokens(2);
    expect(client.publish(spending(author, first))).toEqual([true, '']);
    expect(client.publish(tile(author, 1_500, now - 1))).toEqual([true, '']);
    expect(client.publish(tile(author, 1_500, now - 2))).toEqual([true, '']);
    const third = tile(author, 1_500, now - 3);
    expect(client.publish(third)).toEqual(quota);
    expect(client.publish(spending(author, further))).toEqual([true, '']);
    expect(client.publish(third)).toEqual([true, '']);
    expect(relay.store.author(author.pubkey)).toMatchObject({ allotted: 2 * allotment });
  });

  test('gets room back by deleting, and never waits to delete, to shut a reader out or to vanish', () => {
    const { relay, client } = relayWith();
    client.publish(spending(author, tokens(1)[0]));
    const big = tile(author, 3_400, now - 1);
    expect(client.publish(big)).toEqual([true, '']);
    expect(client.publish(accessEvent(author, [[reader, now + 60]], now - 1))).toEqual([true, '']);
    expect(client.publish(accessEvent(author, [], now))).toEqual([true, '']);
    expect(client.publish(tile(author, 600))?.[0]).toBe(false);
    const deletion = author.sign({
      kind: KINDS.deletion,
      created_at: now,
      tags: [['-'], ['e', big.id], ['k', '1980']],
      content: '',
    });
    expect(client.publish(deletion)).toEqual([true, '']);
    expect(client.publish(tile(author, 600))).toEqual([true, '']);
    const vanish = author.sign({
      kind: KINDS.vanish,
      created_at: now,
      tags: [
        ['relay', 'ALL_RELAYS'],
        ['k', '1980'],
      ],
      content: '',
    });
    expect(client.publish(vanish)).toEqual([true, '']);
    expect(relay.store.author(author.pubkey)).toBeNull();
    expect(relay.store.deletedFor('vanished')).toBeGreaterThan(0);
    expect(relay.store.deletedFor('by-author')).toBe(1);
  });

  test('beyond her allotment and its slack even access lists find no room', () => {
    const { client } = relayWith();
    client.publish(spending(author, tokens(1)[0]));
    const list = (at: number) =>
      author.sign({ kind: KINDS.deletion, created_at: at, tags: [['-'], ['k', '1980']], content: 'x'.repeat(190_000) });
    const answers = Array.from({ length: 8 }, (_, at) => client.publish(list(now - at))?.[0]);
    expect(answers.filter(Boolean)).toHaveLength(Math.floor((RELAY_LIMITS.allotmentSlackBytes + allotment) / 190_300));
    expect(answers.at(-1)).toBe(false);
  });

  test('from before there were quotas keeps what she has and one allotment more', () => {
    const { relay, client } = relayWith();
    for (let at = 0; at < 5; at++) relay.store.put(tile(author, 1_500, now - 50 - at));
    expect(client.publish(tile(author, 1_500))).toEqual([true, '']);
    const row = relay.store.author(author.pubkey);
    const held = 5 * (1_500 + RELAY_LIMITS.eventOverheadBytes);
    expect(row?.allotted).toBe((Math.ceil(held / allotment) + 1) * allotment);
  });
});

describe('without an allotment', () => {
  const list = (who: Person, ends: number, readers = 1) => {
    const tags = Array.from({ length: readers }, () => ['reader', reader.pubkey, String(now + 60)]);
    const expiration = ['expiration', String(ends)];
    return who.sign({ kind: KINDS.access, created_at: now, tags: [['-'], expiration, ...tags], content: '' });
  };

  test('a short list that soon ends by itself is taken, as those of codes that are good once', () => {
    const { client } = relayWith();
    expect(client.publish(list(author, now + 3_600))).toEqual([true, '']);
    expect(client.publish(list(second, now + 3_601))?.[1]).toMatch(/^restricted: quota/);
    expect(client.publish(list(second, now + 60, 40))?.[1]).toMatch(/^restricted: quota/);
  });

  test('neither such a list nor a deletion brings room for tiles', () => {
    const { relay, client } = relayWith();
    client.publish(list(author, now + 60));
    const tags = [['-'], ['k', '1980']];
    client.publish(second.sign({ kind: KINDS.deletion, created_at: now, tags, content: '' }));
    for (const who of [author, second]) {
      expect(client.publish(tile(who, 10))?.[1]).toMatch(/^restricted: quota/);
      expect(relay.store.author(who.pubkey)).toBeNull();
    }
  });

  test('lists that pass and deletions are bounded by the hour', () => {
    const { client } = relayWith();
    const answers = Array.from(
      { length: 301 },
      (_, n) => client.publish(list(author, now + 60 + n)) ?? ([false, ''] as [boolean, string]),
    );
    const refused = answers.filter(([, message]) => message.startsWith('rate-limited'));
    expect(refused).toHaveLength(1);
    const deletion = second.sign({ kind: KINDS.deletion, created_at: now, tags: [['-'], ['k', '1059']], content: '' });
    expect(client.publish(deletion)?.[1]).toMatch(/^rate-limited/);
  });
});

describe('a token', () => {
  test('is spent once: again by the same author it counts once, by another never', () => {
    const { relay, client } = relayWith();
    const [token] = tokens(1);
    const event = spending(author, token);
    expect(client.publish(event)).toEqual([true, '']);
    expect(client.publish(event)).toEqual([true, expect.stringMatching(/^duplicate: /)]);
    expect(client.publish({ ...spending(author, token) })).toEqual([true, expect.stringMatching(/^duplicate: /)]);
    expect(client.publish(spending(second, token))).toEqual([false, expect.stringMatching(/^invalid: token: .*spent/)]);
    expect(relay.store.author(author.pubkey)).toMatchObject({ allotted: allotment });
    expect(relay.store.author(second.pubkey)).toBeNull();
  });

  test('holds in its epoch and the next, and its memory as long', () => {
    const { relay, client } = relayWith();
    const [spent, kept, late] = tokens(3);
    client.publish(spending(author, spent));
    const prove = (at: number) => {
      relay.now = at;
      relay.engine.tick();
      return relay.connect(member, author);
    };
    const next = prove((epoch + 2) * TOKEN_EPOCH_SECONDS - 1);
    const resign = (token: Token) =>
      author.sign({ kind: KINDS.token, created_at: relay.now, tags: [['-'], tokenTag(token)], content: '' });
    expect(next.publish(resign(spent))).toEqual([true, expect.stringMatching(/^duplicate/)]);
    expect(next.publish(resign(kept))).toEqual([true, '']);
    const over = prove((epoch + 2) * TOKEN_EPOCH_SECONDS);
    expect(over.publish(resign(late))).toEqual([false, 'invalid: token: its epoch is over']);
    expect(over.publish(resign(spent))?.[0]).toBe(false);
  });

  test('that this relay did not make, of another epoch’s key, or in another shape is refused', () => {
    const { client } = relayWith();
    const [token] = tokens(1);
    const forged = { ...token, output: 'ab'.repeat(64) };
    const future = { ...token, epoch: epoch + 1 };
    const mixed = { ...token, epoch: epoch - 1 };
    for (const wrong of [forged, future, mixed]) expect(client.publish(spending(author, wrong))?.[0]).toBe(false);
    for (const tags of [
      [],
      [['token']],
      [tokenTag(token), tokenTag(token)],
      [['token', '01', token.nonce, token.output]],
    ])
      expect(
        client.publish(author.sign({ kind: KINDS.token, created_at: now, tags: [['-'], ...tags], content: '' })),
      ).toEqual([false, 'invalid: this event holds no token']);
    expect(client.publish(spending(author, token))).toEqual([true, '']);
  });

  test('is spent by members only, under an author whom the connection proved; it is kept and passed on to nobody', () => {
    const { relay, client } = relayWith();
    const [token] = tokens(1);
    relay.store.put(accessEvent(second, [[reader, now + 600]], now));
    const guest = relay.connect(reader, author);
    expect(guest.publish(spending(author, token))?.[1]).toMatch(/^restricted: /);
    const unproven = relay.connect(member);
    expect(unproven.publish(spending(author, token))?.[1]).toMatch(/^auth-required: /);
    const listener = relay.connect(other, author);
    listener.send('REQ', 'all', { kinds: [KINDS.token] }, {});
    const place = listener.inbox.length;
    expect(client.publish(spending(author, token))).toEqual([true, '']);
    expect(listener.eventsSince(place)).toEqual([]);
    expect(relay.store.find({ kinds: [KINDS.token] })).toEqual([]);
  });

  test('where none are needed is refused, and nobody is asked for one', () => {
    const relay = new TestRelay();
    const client = relay.connect(null, author);
    expect(client.publish(spending(author, tokens(1)[0]))?.[1]).toMatch(/^restricted: no tokens/);
    expect(client.publish(tile(author, 9_000))).toEqual([true, '']);
  });

  test('all in one turn: an author cannot pass her allotment by sending much at once', () => {
    const { relay, client } = relayWith();
    client.publish(spending(author, tokens(1)[0]));
    relay.flushing = false;
    const events = Array.from({ length: 6 }, (_, at) => tile(author, 1_500, now - at));
    for (const event of events) client.send('EVENT', event);
    relay.flush();
    const row = relay.store.author(author.pubkey);
    expect(row?.bytes).toBeLessThanOrEqual(row?.allotted ?? 0);
    expect(relay.store.count({ authors: [author.pubkey] })).toBe(2);
  });
});

test('outside of streams a member is bounded by the hour, with quotas only', () => {
  const { relay, client } = relayWith();
  const wrap = (n: number) =>
    author.sign({
      kind: KINDS.wrap,
      created_at: now,
      tags: [['p', member.pubkey]],
      content: `${n}`.padEnd(190_000, ' '),
    });
  const pieces = 1 + Math.floor(190_000 / 4_096);
  const full = Math.floor(RELAY_LIMITS.piecesOfMemberPerHourMax / pieces);
  for (let n = 0; n < full; n++) expect(client.publish(wrap(n))?.[0], String(n)).toBe(true);
  expect(client.publish(wrap(full))?.[1]).toMatch(/^rate-limited: /);
  expect(relay.connect(other, author).publish(wrap(full + 1))?.[0]).toBe(true);
  client.publish(spending(author, tokens(1)[0]));
  expect(client.publish(tile(author, 100))).toEqual([true, '']);
  relay.now += 3_600;
  expect(client.publish(wrap(full + 2))?.[0]).toBe(true);
});

describe('how long', () => {
  const DAY = 86_400;
  const keep = { tiles: 10 * DAY, access: 10 * DAY, wraps: 2 * DAY, people: null, other: 3 * DAY };
  const aged = (days: number) => dayStart(now) - days * DAY;

  test('classes go when their time is over, and nothing else does', () => {
    const relay = new TestRelay({ keep });
    const kinds = [KINDS.tileBatch, KINDS.wrap, 1, KINDS.hybridKey, KINDS.deletion];
    const events = kinds.map((kind) =>
      author.sign({ kind, created_at: aged(1), tags: [['-'], ['p', reader.pubkey]], content: '' }),
    );
    for (const event of events) relay.store.put(event);
    relay.store.allot(author.pubkey, 1, keep.tiles);
    const left = (days: number) => {
      relay.now = now + days * DAY;
      relay.engine.tick();
      return events.filter(({ id }) => relay.store.get(id)).map(({ kind }) => kind);
    };
    expect(left(0)).toEqual(kinds);
    expect(left(2)).toEqual([KINDS.tileBatch, 1, KINDS.hybridKey, KINDS.deletion]);
    expect(left(3)).toEqual([KINDS.tileBatch, KINDS.hybridKey, KINDS.deletion]);
    expect(left(10)).toEqual([KINDS.hybridKey, KINDS.deletion]);
    expect(relay.store.deletedFor('retention')).toBe(3);
  });

  test('a stream is kept as long as it was promised when its author was admitted, whatever the operator says later', () => {
    const relay = new TestRelay({ keep });
    const events = [author, second, other, reader].map((who) => tile(who, 10, aged(12)));
    for (const event of events) relay.store.put(event);
    relay.store.allot(author.pubkey, 1, 30 * DAY);
    relay.store.allot(second.pubkey, 1, null);
    relay.store.allot(other.pubkey, 1, 5 * DAY);
    // Nobody was admitted under the last key: a vault's own streams lie in the same store.
    const left = (days: number) => {
      relay.now = now + days * DAY;
      relay.engine.tick();
      return events.map(({ id }) => relay.store.get(id) !== null);
    };
    expect(left(0)).toEqual([true, true, false, true]);
    expect(left(17)).toEqual([true, true, false, true]);
    expect(left(19)).toEqual([false, true, false, true]);
    expect(left(9_000)).toEqual([false, true, false, true]);
  });

  test('what would be swept at once is refused: OK means that it is there tomorrow', () => {
    const relay = new TestRelay({ keep });
    const client = relay.connect(null, author);
    expect(client.publish(tile(author, 10, now - 10 * DAY))?.[1]).toMatch(/^invalid: it is older/);
    expect(client.publish(tile(author, 10, now - 10 * DAY + 1))).toEqual([true, '']);
  });
});
