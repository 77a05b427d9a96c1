// The contract of the relay's store, held against every implementation.
import {
  type Filter,
  HaleError,
  KINDS,
  matchFilter,
  newestFirst,
  TOKEN_EPOCH_SECONDS,
  tokenEpochOf,
  type VerifiedEvent,
} from '@hale/kernel';
import { COUNTED_KINDS, type RelayStore } from '@hale/relay/server';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { accessEvent, person, RELAY_TEST_SECONDS, someId, tileBatch } from '../relay-people.ts';
import { emergencyTests } from './emergencies.ts';
import { healthLinkTests } from './health-links.ts';

export interface StoreUnderTest {
  readonly store: RelayStore;
  close(): void;
}

const now = RELAY_TEST_SECONDS;
const ann = person('ann');
const bob = person('bob');
const reader = person('reader');

export function relayStoreContract(name: string, make: () => StoreUnderTest): void {
  describe(`relay store contract: ${name}`, () => {
    let under: StoreUnderTest;
    let store: RelayStore;
    beforeEach(() => {
      under = make();
      store = under.store;
    });
    afterEach(() => under.close());
    const current = () => store;
    eventTests(current);
    queryTests(current, make);
    scanTests(current, make);
    accessTests(current);
    tableTests(current);
    lockerTests(current);
    healthLinkTests(current);
    emergencyTests(current);
    quotaTests(current);
    memberTests(current);
    ageTests(current);
    transactionTests(current);
  });
}

/** Contents and tags that a careless store would change. */
const awkward: Parameters<typeof ann.sign>[0][] = [
  { kind: 1, content: 'control \u0001 quote " backslash \\ emoji 🫀 nul \u0000' },
  { kind: 1, tags: [['p', bob.pubkey, 'wss://x', ''], ['e', someId('e').toUpperCase()], ['-'], ['']] },
  {
    kind: 1,
    tags: [
      ['x', 'ab'],
      ['x', 'AB'],
      ['x', 'abc'],
      ['x', ''],
      ['d', 'ä'.repeat(100)],
    ],
  },
  { kind: KINDS.tileBatch, content: '' },
  { kind: KINDS.tileBatch, content: 'AQIDBA==' },
  { kind: KINDS.tileBatch, content: 'AQIDBB==' },
  { kind: KINDS.tileBatch, content: 'not base64 at all' },
  { kind: KINDS.tileBatch, content: '-_-_' },
  { kind: 65_535, created_at: 0, content: '' },
  { kind: 7, created_at: Number.MAX_SAFE_INTEGER },
];

function eventTests(store: () => RelayStore): void {
  test('gives back exactly what it got, once', () => {
    for (const template of awkward) {
      const event = ann.sign(template);
      expect(store().put(event)).toBe(true);
      expect(store().put(event)).toBe(false);
      expect({ ...store().get(event.id) }).toEqual({ ...event });
    }
    expect(store().count({})).toBe(awkward.length);
  });

  test('forgets what is deleted, its tags too', () => {
    const event = ann.sign({
      tags: [
        ['p', bob.pubkey],
        ['t', 'a'],
        ['t', 'a'],
      ],
    });
    store().put(event);
    expect(store().deleteById(event.id)).toBe(true);
    expect(store().deleteById(event.id)).toBe(false);
    expect(store().get(event.id)).toBeNull();
    expect(store().find({ '#p': [bob.pubkey] })).toEqual([]);
    expect(store().put(event)).toBe(true);
    expect(store().find({ '#t': ['a'] })).toHaveLength(1);
  });

  test('hides what has expired at the very second, and sweeps it', () => {
    const event = ann.sign({ tags: [['expiration', String(now + 10)]] });
    store().put(event);
    store().put(ann.sign({ tags: [['expiration', 'never']] }));
    expect(store().count({}, { now: now + 9 })).toBe(2);
    expect(store().count({}, { now: now + 10 })).toBe(1);
    expect(store().count({})).toBe(2);
    expect(store().sweep(now + 10)).toBe(1);
    expect(store().get(event.id)).toBeNull();
  });
}

function queryTests(store: () => RelayStore, make: () => StoreUnderTest): void {
  test('orders newest first and ties by the lowest id, and cuts after that', () => {
    const events = [3, 1, 2, 2, 2, 1].map((age, at) => ann.sign({ created_at: now - age, content: String(at) }));
    for (const event of events) store().put(event);
    const expected = [...events].sort(newestFirst).map(({ id }) => id);
    expect(
      store()
        .find({})
        .map(({ id }) => id),
    ).toEqual(expected);
    expect(
      store()
        .find({ limit: 4 })
        .map(({ id }) => id),
    ).toEqual(expected.slice(0, 4));
    expect(store().find({ limit: 0 })).toEqual([]);
    expect(store().count({ limit: 2 })).toBe(6);
  });

  test('agrees with the dumb filter on any filter', () => {
    const under = make();
    const events = corpus();
    for (const event of events) under.store.put(event);
    fc.assert(
      fc.property(anyFilter(events), (filter) => {
        const expected = events.filter((event) => matchFilter(filter, event)).sort(newestFirst);
        const found = under.store.find(filter).map(({ id }) => id);
        expect(found).toEqual(expected.slice(0, filter.limit).map(({ id }) => id));
        expect(under.store.count(filter)).toBe(expected.length);
      }),
      { numRuns: 400, seed: 20261121 },
    );
    under.close();
  });

  test('keeps each audience to itself', () => {
    const tile = tileBatch(ann);
    const access = accessEvent(ann, []);
    const wrap = ann.sign({ kind: KINDS.wrap, tags: [['p', bob.pubkey]] });
    const note = ann.sign({ tags: [['l', '00112233445566ff']] });
    const deletion = ann.sign({ kind: KINDS.deletion, tags: [['e', someId('x')]] });
    for (const event of [tile, access, wrap, note, deletion]) store().put(event);
    const seen = (gate: 'open' | 'stream' | 'author' | 'addressee', filter: Filter = {}) =>
      store()
        .find(filter, { gate })
        .map(({ id }) => id);
    expect(seen('open')).toEqual([note.id]);
    expect(seen('stream').sort()).toEqual([tile.id, deletion.id].sort());
    expect(seen('author')).toEqual([access.id]);
    expect(seen('addressee')).toEqual([wrap.id]);
    expect(seen('open', { '#l': ['00112233445566ff'] })).toEqual([note.id]);
    expect(seen('open', { ids: [tile.id] })).toEqual([]);
  });
}

function scanTests(store: () => RelayStore, make: () => StoreUnderTest): void {
  test('a scan gives the same as find, however little is done at a time, while others write', () => {
    const under = make();
    const events = corpus();
    for (const event of events) under.store.put(event);
    fc.assert(
      fc.property(anyFilter(events), fc.integer({ min: 1, max: 20 }), fc.boolean(), (filter, step, gated) => {
        const view = gated ? { gate: 'open' as const, now } : {};
        const expected = under.store.find(filter, view).map(({ id }) => id);
        const found: string[] = [];
        const rows = under.store.scan(filter, view);
        for (let steps = 0; found.length < (filter.limit ?? Number.POSITIVE_INFINITY); steps++) {
          expect(steps).toBeLessThan(2_000);
          const head = rows.head({ left: steps % 2 === 0 ? step : 0 });
          if (head === null) break;
          if (head === 'later') continue;
          rows.take();
          const event = under.store.eventAt(head.row, now);
          expect(under.store.jsonAt(head.row, now)).toBe(JSON.stringify(event));
          expect(event?.created_at).toBe(head.created_at);
          found.push(event?.id ?? '');
        }
        expect(found).toEqual(expected);
      }),
      { numRuns: 400, seed: 20261129 },
    );
    under.close();
  });

  test('a row that went while it was being served is not there, nor one that has expired', () => {
    const gone = ann.sign({ content: 'gone' });
    const expiring = ann.sign({ tags: [['expiration', String(now + 10)]] });
    store().put(gone);
    store().put(expiring);
    const rows = store().scan({}, { gate: 'open', now });
    const found = new Map<string | undefined, number>();
    for (let head = rows.head({ left: 100 }); head !== null && head !== 'later'; head = rows.head({ left: 100 })) {
      found.set(store().eventAt(head.row, now)?.id, head.row);
      rows.take();
    }
    const [ofGone, ofExpiring] = [found.get(gone.id) as number, found.get(expiring.id) as number];
    expect(store().jsonAt(ofGone, now)).toBe(JSON.stringify(gone));
    store().deleteById(gone.id);
    expect(store().jsonAt(ofGone, now)).toBeNull();
    expect(store().eventAt(ofGone, now)).toBeNull();
    expect(store().jsonAt(ofExpiring, now + 9)).toBe(JSON.stringify(expiring));
    expect(store().jsonAt(ofExpiring, now + 10)).toBeNull();
    expect(store().eventAt(ofExpiring, now + 9)).not.toBeNull();
    expect(store().eventAt(ofExpiring, now + 10)).toBeNull();
    expect(
      store()
        .scan({}, { gate: 'open', now: now + 10 })
        .head({ left: 100 }),
    ).toBeNull();
  });

  test('knows whose deletions and requests to vanish it holds', () => {
    store().put(ann.sign({ kind: KINDS.deletion, tags: [['e', someId('x')]] }));
    store().put(bob.sign({ kind: KINDS.vanish, tags: [['relay', 'ALL_RELAYS']] }));
    store().put(reader.sign({ content: 'a note' }));
    expect(store().hasRequests([ann.pubkey])).toBe(true);
    expect(store().hasRequests([reader.pubkey, bob.pubkey])).toBe(true);
    expect(store().hasRequests([reader.pubkey])).toBe(false);
    expect(store().hasRequests([])).toBe(false);
  });
}

const letters = ['a', 'b', 'c'];

function corpus(): VerifiedEvent[] {
  const authors = [ann, bob, reader];
  return Array.from({ length: 60 }, (_, n) =>
    authors[n % 3].sign({
      kind: [1, 7, KINDS.tileBatch, KINDS.wrap][n % 4],
      created_at: now - (n % 7),
      content: String(n),
      tags: [
        ['p', authors[(n + 1) % 3].pubkey],
        ['t', letters[n % 3], letters[(n + 1) % 3]],
        ['t', letters[(n * 2) % 3]],
        ['l', someId(String(n % 4)).slice(0, 16)],
        ['u', String(46_000 + (n % 5))],
        ['word', 'no single letter'],
      ],
    }),
  );
}

function anyFilter(events: VerifiedEvent[]): fc.Arbitrary<Filter> {
  const some = <Value>(values: Value[]) => fc.array(fc.constantFrom(...values), { maxLength: 4 });
  const field = <Value>(values: Value[]) => fc.option(some(values), { nil: undefined });
  return fc
    .record({
      ids: fc.option(some(events.map(({ id }) => id)), { nil: undefined, freq: 1 }),
      authors: field([ann.pubkey, bob.pubkey, someId('nobody')]),
      kinds: field([1, 7, KINDS.tileBatch, KINDS.wrap, 40_000]),
      since: fc.option(fc.integer({ min: now - 8, max: now + 1 }), { nil: undefined }),
      until: fc.option(fc.integer({ min: now - 8, max: now + 1 }), { nil: undefined }),
      limit: fc.option(fc.nat(12), { nil: undefined }),
      '#p': field([ann.pubkey, bob.pubkey, someId('nobody')]),
      '#t': field([...letters, 'z']),
      '#l': field(['0', '1', '2'].map((n) => someId(n).slice(0, 16))),
      '#u': field(['46000', '46001', '46004', '1']),
    })
    .map((filter) => Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as Filter);
}

function accessTests(store: () => RelayStore): void {
  test('a reader finds the streams that list her, until her time', () => {
    store().put(accessEvent(ann, [[reader, now + 10]]));
    store().put(
      accessEvent(bob, [
        [reader, now + 5],
        [reader, now + 20],
      ]),
    );
    expect(
      store()
        .streamsOpenTo(reader.pubkey, now + 9)
        .sort(),
    ).toEqual([ann.pubkey, bob.pubkey].sort());
    expect(store().streamsOpenTo(reader.pubkey, now + 10)).toEqual([bob.pubkey]);
    expect(store().streamsOpenTo(reader.pubkey, now + 20)).toEqual([]);
    expect(store().streamsOpenTo(ann.pubkey, now)).toEqual([]);
  });

  test('only the newest access event of an author counts, in whatever order they were stored', () => {
    store().put(accessEvent(ann, [], now + 1));
    store().put(accessEvent(ann, [[reader, now + 100]], now));
    expect(store().streamsOpenTo(reader.pubkey, now)).toEqual([]);
  });

  test('without its access event a stream has no reader', () => {
    const access = accessEvent(ann, [[reader, now + 100]]);
    store().put(access);
    store().deleteById(access.id);
    expect(store().streamsOpenTo(reader.pubkey, now)).toEqual([]);
  });

  test('refuses an access event that cannot be read', () => {
    expect(() => store().put(ann.sign({ kind: KINDS.access, tags: [['reader', 'x', '1']] }))).toThrow(HaleError);
    expect(store().count({})).toBe(0);
  });
}

function lockerTests(store: () => RelayStore): void {
  test('a locker counts its tries, is destroyed for good, and goes when it expires', () => {
    const share = someId('share');
    const row = {
      id: someId('locker'),
      verifierHash: someId('v'),
      share,
      wrong: 0,
      triedAt: 0,
      expires: now + 10,
      claim: null,
    };
    expect(store().locker(row.id)).toBeNull();
    expect(store().addLocker(row)).toBe(true);
    expect(store().addLocker({ ...row, share: someId('other') })).toBe(false);
    store().setLockerTries(row.id, 3, now);
    expect(store().locker(row.id)).toEqual({ ...row, wrong: 3, triedAt: now });
    store().destroyLocker(row.id);
    expect(store().locker(row.id)).toMatchObject({ share: '', verifierHash: '', wrong: 3 });
    expect(store().addLocker(row)).toBe(false);
    store().sweep(now + 10);
    expect(store().locker(row.id)).toBeNull();
  });

  test('a locker is claimed once, until it is freed, and its claim goes with it', () => {
    const claim = { owner: someId('owner'), browser: '', at: 0 };
    const tries = { verifierHash: someId('v'), share: someId('share'), wrong: 0, triedAt: 0, expires: now + 10 };
    const row = { id: someId('claimed locker'), ...tries, claim };
    expect(store().addLocker(row)).toBe(true);
    expect(store().addLocker({ ...row, id: someId('for all'), claim: null })).toBe(true);
    expect(store().locker(row.id)).toEqual(row);
    expect(store().claimLocker(row.id, someId('first'), now)).toBe(true);
    expect(store().claimLocker(row.id, someId('second'), now + 1)).toBe(false);
    expect(store().claimLocker(row.id, someId('first'), now + 1)).toBe(false);
    expect(store().claimLocker(someId('for all'), someId('first'), now)).toBe(false);
    expect(store().claimLocker(someId('none'), someId('first'), now)).toBe(false);
    expect(store().locker(row.id)?.claim).toEqual({ owner: claim.owner, browser: someId('first'), at: now });
    store().freeLocker(row.id);
    store().freeLocker(someId('for all'));
    expect(store().locker(row.id)).toEqual(row);
    expect(store().locker(someId('for all'))?.claim).toBeNull();
    expect(store().claimLocker(row.id, someId('second'), now + 2)).toBe(true);
    store().sweep(now + 10);
    expect(store().locker(row.id)).toBeNull();
    expect(store().addLocker({ ...row, claim: null })).toBe(true);
    expect(store().locker(row.id)?.claim).toBeNull();
  });
}

function tableTests(store: () => RelayStore): void {
  test('members come and go', () => {
    store().addMember(ann.pubkey, now);
    store().addMember(ann.pubkey, now + 1);
    expect(store().isMember(ann.pubkey)).toBe(true);
    expect(store().isMember(bob.pubkey)).toBe(false);
    store().removeMember(ann.pubkey);
    expect(store().isMember(ann.pubkey)).toBe(false);
  });

  test('a claim is used once and in time', () => {
    store().addClaim(someId('one'), now + 10);
    store().addClaim(someId('two'), now + 10);
    expect(store().takeClaim(someId('two'), now + 10)).toBe(false);
    expect(store().takeClaim(someId('one'), now + 9)).toBe(true);
    expect(store().takeClaim(someId('one'), now + 9)).toBe(false);
    expect(store().takeClaim(someId('three'), now)).toBe(false);
  });

  test('an authorization is used once, until it is swept', () => {
    expect(store().useAuthorization(someId('auth'), now + 60)).toBe(true);
    expect(store().useAuthorization(someId('auth'), now + 60)).toBe(false);
    store().sweep(now + 59);
    expect(store().useAuthorization(someId('auth'), now + 60)).toBe(false);
    store().sweep(now + 60);
    expect(store().useAuthorization(someId('auth'), now + 60)).toBe(true);
  });

  test('receipt heads move on and are forgotten', () => {
    expect(store().receiptHead(ann.pubkey)).toBeNull();
    store().setReceiptHead(ann.pubkey, { number: 0, id: someId('a') });
    store().setReceiptHead(ann.pubkey, { number: 1, id: someId('b') });
    expect(store().receiptHead(ann.pubkey)).toEqual({ number: 1, id: someId('b') });
    store().forgetReceipts(ann.pubkey);
    expect(store().receiptHead(ann.pubkey)).toBeNull();
  });
}

function quotaTests(store: () => RelayStore): void {
  test('counts what is taken up to its bound, and passes it on to a successor', () => {
    expect(store().countTokens(ann.pubkey, 7, 16, 40)).toBe(24);
    expect(store().countTokens(ann.pubkey, 7, 16, 40)).toBe(8);
    expect(store().countTokens(ann.pubkey, 7, 16, 40)).toBeNull();
    expect(store().countTokens(ann.pubkey, 7, 8, 40)).toBe(0);
    expect(store().countTokens(ann.pubkey, 8, 41, 40)).toBeNull();
    expect(store().countTokens(bob.pubkey, 7, 16, 40)).toBe(24);
    store().passTokens(ann.pubkey, bob.pubkey);
    expect(store().countTokens(bob.pubkey, 7, 1, 60)).toBe(3);
    store().passTokens(bob.pubkey, bob.pubkey);
    expect(store().countTokens(bob.pubkey, 7, 1, 60)).toBe(2);
    expect(store().countTokens(ann.pubkey, 7, 16, 40)).toBe(24);
    expect(store().takeVouch(ann.pubkey, 7, 1)).toBe(true);
    expect(store().takeVouch(ann.pubkey, 7, 1)).toBe(false);
  });

  test('a token is spent once, and remembered for two epochs', () => {
    const epoch = tokenEpochOf(now);
    const hash = someId('hash');
    const [one, two] = [someId('a').slice(0, 32), someId('b').slice(0, 32)];
    expect(store().spendToken(epoch, hash, one)).toBe('new');
    expect(store().spendToken(epoch, hash, one)).toBe('same');
    expect(store().spendToken(epoch, hash, two)).toBe('other');
    store().countTokens(ann.pubkey, epoch, 16, 16);
    store().sweep((epoch + 1) * TOKEN_EPOCH_SECONDS);
    expect(store().spendToken(epoch, hash, two)).toBe('other');
    expect(store().countTokens(ann.pubkey, epoch, 16, 16)).toBe(0);
    store().sweep((epoch + 2) * TOKEN_EPOCH_SECONDS);
    expect(store().spendToken(epoch, hash, two)).toBe('new');
  });

  test('an author’s bytes are what lies here, however it came and went', () => {
    store().put(tileBatch(ann, { content: 'AQIDBA==' }));
    expect(store().author(ann.pubkey)).toBeNull();
    expect(store().allot(ann.pubkey, 1_000, 60)).toEqual({
      bytes: store().countedBytesOf(ann.pubkey),
      allotted: 1_000,
      promised: 60,
    });
    const step = fc.tuple(fc.boolean(), fc.constantFrom(...COUNTED_KINDS, 1), fc.integer({ min: 0, max: 9 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        for (const [isPut, kind, n] of steps) {
          const event = ann.sign({ kind, content: kind === KINDS.access ? '' : 'A'.repeat(n * 4), tags: [['-']] });
          if (isPut) store().put(event);
          else store().deleteById(event.id, 'by-author');
          expect(store().author(ann.pubkey)?.bytes).toBe(store().countedBytesOf(ann.pubkey));
        }
      }),
      { numRuns: 20 },
    );
    expect(store().allot(ann.pubkey, 500, 30)).toMatchObject({ allotted: 1_500, promised: 60 });
    expect(store().allot(ann.pubkey, 500, null)).toMatchObject({ allotted: 2_000, promised: null });
    expect(store().allot(ann.pubkey, 0, 90)).toMatchObject({ promised: null });
    store().forgetAuthor(ann.pubkey);
    expect(store().author(ann.pubkey)).toBeNull();
  });
}

function memberTests(store: () => RelayStore): void {
  test('a membership that ends is swept; one without an end is not given one', () => {
    store().addMember(ann.pubkey, now, now + 10);
    store().addMember(bob.pubkey, now);
    store().addMember(bob.pubkey, now, now + 10);
    expect(store().memberUntil(ann.pubkey)).toBe(now + 10);
    expect(store().memberUntil(bob.pubkey)).toBeNull();
    store().addMember(ann.pubkey, now, now + 5);
    store().sweep(now + 9);
    expect(store().isMember(ann.pubkey)).toBe(true);
    store().sweep(now + 10);
    expect(store().isMember(ann.pubkey)).toBe(false);
    expect(store().isMember(bob.pubkey)).toBe(true);
    store().addMember(ann.pubkey, now, now + 10);
    store().addMember(ann.pubkey, now);
    expect(store().memberUntil(ann.pubkey)).toBeNull();
    store().addMember(reader.pubkey, now, now + 10);
    store().removeMember(reader.pubkey);
    expect(store().memberUntil(reader.pubkey)).toBeNull();
  });
}

function ageTests(store: () => RelayStore): void {
  const rule = { kinds: [KINDS.tileBatch], except: false, before: now - 100, promised: false, now };

  test('removes by age what a rule names, so many at a time', () => {
    const old = Array.from({ length: 5 }, (_, n) => tileBatch(ann, { created_at: now - 101 - n, content: '' }));
    const kept = [tileBatch(ann, { created_at: now - 100 }), ann.sign({ kind: 1, created_at: now - 999 })];
    for (const event of [...old, ...kept]) store().put(event);
    expect(store().retire(rule, 3)).toBe(3);
    expect(store().retire(rule, 3)).toBe(2);
    expect(store().retire(rule, 3)).toBe(0);
    expect(store().count({})).toBe(2);
    const others = { ...rule, kinds: [KINDS.tileBatch], except: true };
    expect(store().retire(others, 3)).toBe(1);
    expect(
      store()
        .find({})
        .map(({ id }) => id),
    ).toEqual([kept[0].id]);
  });

  test('keeps what was promised, and the streams of whom nobody admitted', () => {
    const [a, b, c, d] = [ann, bob, reader, person('dan')].map((who) => tileBatch(who, { created_at: now - 500 }));
    for (const event of [a, b, c, d]) store().put(event);
    store().allot(ann.pubkey, 1, 400);
    store().allot(bob.pubkey, 1, 600);
    store().allot(reader.pubkey, 1, null);
    expect(store().retire({ ...rule, promised: true }, 9)).toBe(1);
    expect(store().get(a.id)).toBeNull();
    expect(store().count({})).toBe(3);
  });
}

function transactionTests(store: () => RelayStore): void {
  test('a transaction that throws leaves nothing', () => {
    const attempt = () =>
      store().transact(() => {
        store().put(tileBatch(ann));
        store().addMember(ann.pubkey, now);
        store().put(accessEvent(ann, [[reader, now + 9]]));
        throw new Error('a bug');
      });
    expect(attempt).toThrow('a bug');
    expect(store().count({})).toBe(0);
    expect(store().isMember(ann.pubkey)).toBe(false);
    expect(store().streamsOpenTo(reader.pubkey, now)).toEqual([]);
    expect(store().put(tileBatch(ann))).toBe(true);
  });

  test('an inner failure dooms the whole, even where it is caught', () => {
    const attempt = () =>
      store().transact(() => {
        store().put(tileBatch(ann));
        try {
          store().transact(() => {
            store().put(tileBatch(bob));
            throw new Error('inner');
          });
        } catch {
          // As a careless caller would.
        }
      });
    expect(attempt).toThrow(HaleError);
    expect(store().count({})).toBe(0);
  });

  test('sees its own writes', () => {
    const event = tileBatch(ann);
    const seen = store().transact(() => {
      store().put(event);
      return store().find({ authors: [ann.pubkey] }).length;
    });
    expect(seen).toBe(1);
  });
}
