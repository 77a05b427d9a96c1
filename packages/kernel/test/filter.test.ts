import {
  decodeNpub,
  encodeNpub,
  type Filter,
  fromHex,
  LIMITS,
  matchFilter,
  type NostrEvent,
  newestFirst,
  parseFilter,
} from '@hale/kernel';
import fc from 'fast-check';
import * as nostrTools from 'nostr-tools';
import { describe, expect, test } from 'vitest';

// A small world, so that filters hit and miss about equally often.
const hex64 = fc.constantFrom('a'.repeat(64), 'b'.repeat(64), 'c'.repeat(64));
const seconds = fc.integer({ min: 0, max: 6 });
const event: fc.Arbitrary<NostrEvent> = fc.record({
  id: hex64,
  pubkey: hex64,
  kind: fc.integer({ min: 0, max: 3 }),
  created_at: seconds,
  tags: fc.array(fc.tuple(fc.constantFrom('e', 'p', 't', 'long'), hex64), { maxLength: 3 }),
  content: fc.constant(''),
  sig: fc.constant('0'.repeat(128)),
});
const filter: fc.Arbitrary<Filter> = fc.record(
  {
    ids: fc.array(hex64, { maxLength: 2 }),
    authors: fc.array(hex64, { maxLength: 2 }),
    kinds: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 2 }),
    since: seconds,
    until: seconds,
    limit: fc.nat(5),
    '#e': fc.array(hex64, { maxLength: 2 }),
    '#t': fc.array(hex64, { maxLength: 2 }),
  },
  { requiredKeys: [] },
);

describe('filters', () => {
  test('mean what nostr-tools means by them, but for since and until at zero', () => {
    fc.assert(
      fc.property(filter, event, (f, e) => {
        // nostr-tools reads `until: 0` as "no until".
        fc.pre(f.until !== 0);
        expect(matchFilter(f, e)).toBe(nostrTools.matchFilter(f as nostrTools.Filter, e as nostrTools.Event));
      }),
      { numRuns: 2000 },
    );
  });

  test('parse to themselves', () => {
    fc.assert(
      fc.property(filter, (f) => {
        expect(parseFilter(JSON.parse(JSON.stringify(f)))).toEqual(f);
      }),
    );
  });

  test('until 0 is a condition', () => {
    const [e] = fc.sample(event, 1);
    expect(matchFilter({ until: 0 }, { ...e, created_at: 1 })).toBe(false);
  });

  test.each([
    ['a list', [], 'malformed'],
    ['a prefix', { ids: ['ab'] }, 'malformed'],
    ['upper case', { authors: ['A'.repeat(64)] }, 'malformed'],
    ['a kind that is text', { kinds: ['1'] }, 'malformed'],
    ['a negative kind', { kinds: [-1] }, 'malformed'],
    ['a time that is no integer', { since: 1.5 }, 'malformed'],
    ['a negative limit', { limit: -1 }, 'malformed'],
    ['a tag value that is a number', { '#t': [1] }, 'malformed'],
    ['a short #p', { '#p': ['ab'] }, 'malformed'],
    ['a tag of two letters', { '#tt': ['x'] }, 'unsupported'],
    ['search that is no text', { search: ['x'] }, 'malformed'],
    ['__proto__', JSON.parse('{"__proto__":[]}'), 'unsupported'],
    ['too many values', { kinds: Array(LIMITS.filterValuesMax + 1).fill(1) }, 'too-large'],
  ])('parseFilter refuses %s', (_name, value, code) => {
    expect(() => parseFilter(value)).toThrow(expect.objectContaining({ code }));
  });

  test('parseFilter takes what no event can have: it matches nothing, or does not narrow', () => {
    const [e] = fc.sample(event, 1);
    for (const [filter, matches] of [
      [{ kinds: [65_536, 4_294_967_297] }, false],
      [{ since: -5 }, true],
      [{ until: -5 }, false],
      [{ search: 'anything' }, true],
    ] as const)
      expect(matchFilter(parseFilter(filter), e)).toBe(matches);
  });

  test('newest first, then the lower id', () => {
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const sorted = events.toSorted(newestFirst);
        for (let i = 1; i < sorted.length; i++) {
          const [a, b] = [sorted[i - 1], sorted[i]];
          expect(a.created_at > b.created_at || (a.created_at === b.created_at && a.id <= b.id)).toBe(true);
        }
      }),
    );
  });
});

describe('npub', () => {
  test('as nostr-tools writes and reads it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (pubkey) => {
        const npub = encodeNpub(pubkey);
        expect(npub).toBe(nostrTools.nip19.npubEncode(Buffer.from(pubkey).toString('hex')));
        expect(decodeNpub(npub)).toEqual(pubkey);
      }),
    );
  });

  test('a secret key is refused and not repeated', () => {
    const nsec = nostrTools.nip19.nsecEncode(fromHex('07'.repeat(32)));
    expect(() => decodeNpub(nsec)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.not.stringContaining(nsec.slice(4, 12)) }),
    );
  });

  test.each(['', 'npub1', 'npub10elfcs4fr0l0r8af98jlmgdh9c8tcxjvz9qkw038js35mp4dma8qzvjptx', 'x'.repeat(10_000)])(
    '%s is no npub',
    (text) => {
      expect(() => decodeNpub(text)).toThrow(expect.objectContaining({ code: 'malformed' }));
    },
  );
});
