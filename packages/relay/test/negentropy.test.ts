// Negentropy against a naive difference of sets, and against nostr-tools as an independent peer on both sides of the wire.
import { fromHex, sha256, toHex, utf8Encode } from '@hale/kernel';
import fc from 'fast-check';
import { nip77 } from 'nostr-tools';
import { describe, expect, test } from 'vitest';
import { type Item, ItemBuilder, ItemVector, vectorOf } from '../src/negentropy/items.ts';
import { MessageReader, MessageWriter } from '../src/negentropy/message.ts';
import { Difference, Reconciler } from '../src/negentropy/reconciler.ts';

const { Negentropy, NegentropyStorageVector } = nip77;

const item = (seed: number, time: number): Item => ({ time, id: sha256(utf8Encode(`item ${seed}`)) });
const hex = ({ id }: Item) => toHex(id);
const sortedHex = (items: readonly Item[]) => items.map(hex).sort();

/** Two sets with much in common: times that often meet, and now and then ids with a common beginning. */
const twoSets = fc
  .record({
    common: fc.nat(400),
    left: fc.nat(60),
    right: fc.nat(60),
    times: fc.constantFrom(1, 3, 1_000_000),
    near: fc.boolean(),
    seed: fc.nat(1_000_000),
  })
  .map(({ common, left, right, times, near, seed }) => {
    const make = (at: number): Item => {
      const made = item(seed + at, 1_700_000_000 + ((at * 7_919) % times));
      if (near && at % 3 === 0) made.id.set(new Uint8Array(20), 0);
      return made;
    };
    const all = Array.from({ length: common + left + right }, (_, at) => make(at));
    return { ours: all.slice(0, common + left), theirs: [...all.slice(0, common), ...all.slice(common + left)] };
  });

function expected(ours: readonly Item[], theirs: readonly Item[]) {
  const [own, other] = [new Set(ours.map(hex)), new Set(theirs.map(hex))];
  return {
    have: sortedHex(ours.filter((each) => !other.has(hex(each)))),
    need: sortedHex(theirs.filter((each) => !own.has(hex(each)))),
  };
}

const nothing = new Difference();
const isTenThousand = (ids: Set<string>) => ids.size === 10_000;

const inOrder = ({ have, need }: Difference) => ({ have: [...have].sort(), need: [...need].sort() });

function theirVector(items: readonly Item[]) {
  const storage = new NegentropyStorageVector();
  for (const each of items) storage.insert(each.time, hex(each));
  storage.seal();
  return storage;
}

/** Both sides ours. @returns what was learned, and bytes and rounds on the wire */
function reconcile(ours: ItemVector, theirs: ItemVector, messageBytesMax = 60_000) {
  const [client, relay] = [new Reconciler(ours, { messageBytesMax }), new Reconciler(theirs, { messageBytesMax })];
  const difference = new Difference();
  let [bytes, rounds, longest] = [0, 0, 0];
  for (let query: Uint8Array | null = client.begin(); query !== null; rounds++) {
    const answer = relay.respond(query);
    bytes += query.length + answer.length;
    longest = Math.max(longest, query.length, answer.length);
    query = client.learn(answer, difference);
    if (rounds > 10_000) throw new Error('it does not end');
  }
  return { difference, bytes, rounds, longest };
}

describe('two of ours', () => {
  test('learn exactly the difference, whatever the sets and the size of a message', () =>
    fc.assert(
      fc.property(twoSets, fc.constantFrom(4_096, 60_000), ({ ours, theirs }, messageBytesMax) => {
        const { difference, longest } = reconcile(vectorOf(ours), vectorOf(theirs), messageBytesMax);
        expect(inOrder(difference)).toEqual(expected(ours, theirs));
        expect(longest).toBeLessThanOrEqual(messageBytesMax);
      }),
      { numRuns: 300 },
    ));

  test('nothing against much, much against nothing, equal', () => {
    const many = Array.from({ length: 10_000 }, (_, at) => item(at, at));
    for (const size of [4_096, 60_000]) {
      expect(reconcile(vectorOf([]), vectorOf(many), size).difference.need).toSatisfy(isTenThousand);
      expect(reconcile(vectorOf(many), vectorOf([]), size).difference.have).toSatisfy(isTenThousand);
    }
    expect(reconcile(vectorOf(many), vectorOf(many))).toMatchObject({ difference: nothing, rounds: 1 });
    expect(reconcile(vectorOf([]), vectorOf([])).difference).toEqual(nothing);
  });

  test('equal but for a hundred of fifty thousand: little goes over the wire', () => {
    const all = Array.from({ length: 50_000 }, (_, at) => item(at, 1_700_000_000 + at));
    const { difference, bytes, rounds } = reconcile(
      vectorOf(all.filter((_, at) => at % 1_000 !== 7)),
      vectorOf(all.filter((_, at) => at % 1_000 !== 500)),
    );
    expect([difference.have.size, difference.need.size]).toEqual([50, 50]);
    expect(bytes).toBeLessThan(150_000);
    expect(rounds).toBeLessThan(6);
  });
});

describe('nostr-tools on the other side', () => {
  test('its client learns the difference from our relay', () =>
    fc.assert(
      fc.property(twoSets, fc.constantFrom(4_096, 60_000), ({ ours: theirs, theirs: ours }, messageBytesMax) => {
        const relay = new Reconciler(vectorOf(ours), { messageBytesMax });
        const client = new Negentropy(theirVector(theirs), messageBytesMax);
        const difference = new Difference();
        for (let query: string | null = client.initiate(), rounds = 0; query !== null; rounds++) {
          if (rounds > 1_000) throw new Error('it does not end');
          const answer = toHex(relay.respond(fromHex(query)));
          query = client.reconcile(
            answer,
            (id) => difference.have.add(id),
            (id) => difference.need.add(id),
          );
        }
        expect(inOrder(difference)).toEqual(expected(theirs, ours));
      }),
      { numRuns: 200 },
    ));

  test('our client and its answers find the difference together', () =>
    // As a relay it does not name its ids when it is told ours: it learns them instead. Between them they must know all.
    fc.assert(
      fc.property(twoSets, ({ ours, theirs }) => {
        const client = new Reconciler(vectorOf(ours));
        const relay = new Negentropy(theirVector(theirs));
        const difference = new Difference();
        for (let query: Uint8Array | null = client.begin(), rounds = 0; query !== null; rounds++) {
          if (rounds > 1_000) throw new Error('it does not end');
          const answer: string | null = relay.reconcile(
            toHex(query),
            (id) => difference.need.add(id),
            (id) => difference.have.add(id),
          );
          query = answer === null ? null : client.learn(fromHex(answer), difference);
        }
        expect(inOrder(difference)).toEqual(expected(ours, theirs));
      }),
      { numRuns: 200 },
    ));

  test('the first message is the same, byte by byte', () =>
    fc.assert(
      fc.property(twoSets, ({ ours }) => {
        expect(toHex(new Reconciler(vectorOf(ours)).begin())).toBe(new Negentropy(theirVector(ours)).initiate());
      }),
    ));
});

describe('what comes from a stranger', () => {
  const vector = vectorOf(Array.from({ length: 100 }, (_, at) => item(at, at)));

  test('any bytes: an answer or malformed, nothing else', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, versioned) => {
        const query = versioned ? Uint8Array.of(0x61, ...bytes) : bytes;
        try {
          expect(new Reconciler(vector).respond(query)[0]).toBe(0x61);
        } catch (error) {
          expect(error).toMatchObject({ code: 'malformed' });
        }
      }),
      { numRuns: 2_000 },
    ));

  test('another version: one byte says ours, and a client gives up', () => {
    expect([...new Reconciler(vector).respond(Uint8Array.of(0x62, 1, 2, 3))]).toEqual([0x61]);
    expect(() => new Reconciler(vector).learn(Uint8Array.of(0x60), new Difference())).toThrow(
      expect.objectContaining({ code: 'unsupported' }),
    );
  });

  test('a list that promises more ids than it has takes no memory', () => {
    const bytes = Uint8Array.of(0x61, 0, 0, 2, 0x8f, 0xff, 0xff, 0xff, 0x7f);
    expect(() => new Reconciler(vector).respond(bytes)).toThrow(expect.objectContaining({ code: 'malformed' }));
  });

  test('times far out and ranges out of order are read', () => {
    const writer = new MessageWriter();
    writer.range({ upTo: { time: Number.MAX_SAFE_INTEGER - 2, id: new Uint8Array() }, mode: 'skip' });
    expect(new MessageReader(writer.bytes()).next()).toMatchObject({ upTo: { time: Number.MAX_SAFE_INTEGER - 2 } });
  });
});

describe('the packed set', () => {
  test('is sorted however it comes, and refuses doubles', () => {
    const items = Array.from({ length: 500 }, (_, at) => item(at, (at * 37) % 11));
    const shuffled = vectorOf(items.toReversed());
    const rows = Array.from({ length: shuffled.size }, (_, at) => [shuffled.time(at), toHex(shuffled.id(at))] as const);
    expect(rows).toEqual([...rows].sort((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1)));
    const newestFirst = vectorOf(items.toSorted((a, b) => b.time - a.time));
    expect(toHex(newestFirst.id(17))).toBe(toHex(shuffled.id(17)));
    expect(reconcile(newestFirst, shuffled).difference).toEqual(nothing);
    expect(() => vectorOf([...items, items[3]])).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  test('changes as a set does', () =>
    fc.assert(
      fc.property(twoSets, fc.array(fc.nat(500)), ({ ours, theirs }, picks) => {
        const removed = picks.flatMap((at) => ours[at % Math.max(ours.length, 1)] ?? []);
        const gone = new Set(removed.map(hex));
        const added = theirs.slice(-picks.length);
        const model = new Map(ours.filter((each) => !gone.has(hex(each))).map((each) => [hex(each), each]));
        for (const each of added) model.set(hex(each), each);
        const changed = vectorOf(ours).changed(added, removed);
        const wanted = vectorOf(model.values());
        expect(changed.size).toBe(wanted.size);
        expect(toHex(changed.fingerprint(0, changed.size))).toBe(toHex(wanted.fingerprint(0, wanted.size)));
        expect(reconcile(changed, wanted).difference).toEqual(nothing);
      }),
    ));

  test('fingerprints of any range are those of its items alone', () => {
    const items = Array.from({ length: 300 }, (_, at) => item(at, at));
    const vector = vectorOf(items);
    for (const [from, to] of [
      [0, 0],
      [0, 300],
      [63, 65],
      [64, 128],
      [1, 299],
      [200, 201],
    ]) {
      const part = vectorOf(items.slice(from, to));
      expect(toHex(vector.fingerprint(from, to))).toBe(toHex(part.fingerprint(0, part.size)));
    }
    expect(new ItemBuilder().build()).toBeInstanceOf(ItemVector);
  });
});
