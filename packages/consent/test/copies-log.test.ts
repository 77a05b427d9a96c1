// The log of copies as its reader folds it: whatever the order, however often, and whatever somebody wrote into it.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CopiesLog, copiedResources, pageEntries, parseCopiesEntry, parseEntry, parseScope } from '../src/index.ts';
import { LIMITS } from '../src/limits.ts';

const TIME = 1_780_617_600_000_000;
const page = (byte: number, part = 0, parts = 1) => ({ type: 'page', part, parts, data: new Uint8Array([byte, part]) });
const index = (pages: number[], more: object = {}) => ({
  type: 'index',
  pages,
  count: pages.length,
  told: null,
  time: TIME,
  ...more,
});

/** [seq, generation, entry] as a home writes them: page 1 rewritten as 5, a page of three parts, and after a restore page 8 anew. */
const WRITTEN: [number, number, unknown][] = [
  [0, 0, page(10)],
  [1, 0, page(11)],
  [2, 0, index([0, 1])],
  [3, 0, page(13, 0, 3)],
  [4, 0, page(13, 1, 3)],
  [5, 0, page(13, 2, 3)],
  [6, 0, index([0, 3])],
  [7, 0, page(17)],
  [7, 1, page(27)],
  [8, 1, index([7, 3], { told: { count: 2 } })],
];
const folded = (entries: typeof WRITTEN, known: { generation: number; seq: number } | null = null) => {
  const log = new CopiesLog();
  for (const [seq, generation, entry] of entries) log.apply(seq, generation, entry);
  return log.state(known);
};

describe('a log of copies', () => {
  test('comes to the same in any order, repeated or not', () => {
    const whole = folded(WRITTEN);
    expect(whole).toMatchObject({ state: 'complete', count: 2, told: { count: 2 }, time: TIME });
    expect(whole.packed.map((packed) => [...packed])).toEqual([
      [27, 0],
      [13, 0, 13, 1, 13, 2],
    ]);
    const orders = fc.shuffledSubarray([...WRITTEN, ...WRITTEN.slice(2, 6)], { minLength: WRITTEN.length + 4 });
    fc.assert(
      fc.property(orders, (entries) => {
        expect(folded(entries)).toEqual(whole);
      }),
      { numRuns: 300 },
    );
  });

  test('without a page that counts it is incomplete, without an index nothing', () => {
    expect(folded(WRITTEN.filter(([seq]) => seq !== 4))).toMatchObject({
      state: 'incomplete',
      packed: [new Uint8Array([27, 0])],
    });
    expect(folded(WRITTEN.filter(([, , entry]) => (entry as { type: string }).type === 'page'))).toMatchObject({
      state: 'none',
      packed: [],
    });
    expect(folded([])).toEqual({ state: 'none', count: 0, told: null, time: null, packed: [] });
  });

  test('an earlier state than was seen once is said to be one', () => {
    const old = WRITTEN.filter(([seq, generation]) => seq < 7 && generation === 0);
    expect(folded(old, { generation: 0, seq: 6 }).state).toBe('complete');
    expect(folded(old, { generation: 1, seq: 8 }).state).toBe('older-than-known');
    expect(folded([], { generation: 0, seq: 6 }).state).toBe('older-than-known');
  });

  test('of a later version it passes over what it does not know', () => {
    expect(folded([...WRITTEN, [9, 1, { type: 'later', x: 1 }]])).toEqual(folded(WRITTEN));
  });

  test('what is too much is refused', () => {
    const data = new Uint8Array(LIMITS.pagePartBytesMax);
    const log = new CopiesLog();
    const fill = () => {
      for (let seq = 0; seq <= LIMITS.readerCopyBytesMax / data.length + 1; seq++)
        log.apply(seq, 0, { ...page(1), data });
    };
    expect(fill).toThrow(expect.objectContaining({ code: 'too-large' }));
  });

  test.each<[string, unknown, string]>([
    ['no map', 7, 'malformed'],
    ['no type', {}, 'malformed'],
    ['a field more', { ...page(1), x: 1 }, 'malformed'],
    ['a field less', { type: 'page', part: 0, parts: 1 }, 'malformed'],
    ['a part beyond the last', page(1, 1, 1), 'out-of-range'],
    ['too many parts', page(1, 0, LIMITS.pagePartsMax + 1), 'out-of-range'],
    ['a page of nothing', { ...page(1), data: new Uint8Array(0) }, 'malformed'],
    ['a page below none', index([-1]), 'out-of-range'],
    ['too many pages', index(Array.from({ length: LIMITS.pagesMax + 1 }, (_, i) => i)), 'too-large'],
    ['two things told', index([], { told: { exists: true, count: 1 } }), 'malformed'],
    ['nothing told', index([], { told: {} }), 'malformed'],
    ['none told', index([], { told: { count: 0 } }), 'out-of-range'],
    ['not told', index([], { told: { exists: false } }), 'malformed'],
    ['told of no category', index([], { told: { categories: [] } }), 'malformed'],
  ])('%s: refused', (_, value, code) => {
    expect(() => parseCopiesEntry(value)).toThrow(expect.objectContaining({ code }));
  });

  test('pages are cut and put together again', () => {
    fc.assert(
      fc.property(fc.nat(3 * LIMITS.pagePartBytesMax), (length) => {
        const packed = Uint8Array.from({ length: length + 1 }, (_, i) => i & 255);
        const entries = pageEntries(packed).map((entry, i): [number, number, unknown] => [i + 4, 0, entry]);
        expect(folded([...entries, [999, 0, index([4])]]).packed).toEqual([packed]);
      }),
      { numRuns: 20 },
    );
  });

  test.each(['{', '{}', '[1]', '[{"resourceType":1}]'])('a page that holds %s is damaged', (json) => {
    const inflate = (bytes: Uint8Array) => bytes;
    expect(() => copiedResources([new TextEncoder().encode(json)], inflate)).toThrow(
      expect.objectContaining({ code: 'malformed' }),
    );
  });
});

describe('a scope with records', () => {
  const scope = {
    streams: [],
    from: TIME,
    to: null,
    until: null,
    purpose: { code: 'TREAT', text: '' },
    recipient: { kind: 'link' },
  };
  const records = { categories: ['problems'], from: null, to: null };

  test('needs no streams, and one without records does', () => {
    expect(parseScope({ ...scope, records }).records).toEqual(records);
    expect(() => parseScope(scope)).toThrow(expect.objectContaining({ code: 'malformed' }));
  });

  test.each<[string, unknown]>([
    ['nothing', null],
    ['a field that is not known', { ...records, withhold: [] }],
    ['no category', { ...records, categories: [] }],
    ['one twice', { ...records, categories: ['problems', 'problems'] }],
    ['an end before its begin', { ...records, from: TIME, to: TIME }],
    ['a time without number', { ...records, from: 'now' }],
  ])('%s: refused', (_, wrong) => {
    expect(() => parseScope({ ...scope, records: wrong })).toThrow(expect.objectContaining({ code: 'malformed' }));
  });

  test('where its copies lie is told by an entry', () => {
    const entry = { type: 'copies', round: 0, author: 'ab'.repeat(32) };
    expect(parseEntry(entry)).toEqual(entry);
    for (const wrong of [
      { ...entry, round: -1 },
      { ...entry, author: 'AB' },
      { ...entry, more: 1 },
    ])
      expect(() => parseEntry(wrong)).toThrow();
  });
});
