// Folding a grant's entries and assembling a series from tiles, parts, forks and clips.
import { encodeCbor, slotOf } from '@hale/kernel';
import { encodeSamples, type Samples } from '@hale/kernel/seal';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  appendClip,
  type ClipNeed,
  currentPieces,
  type GrantEntry,
  makeClip,
  parseEntry,
  unionSamples,
} from '../src/index.ts';
import { DAY, HOUR, JUNE, scopeOf, seal, steady, TestGrant, viewOf } from './world.ts';

const view = viewOf('heart-rate', 1, 300);
const slot = slotOf(view.grid, 'raw', JUNE);
const NOW = JUNE + 2 * DAY;
const DAYS = { stream: 0, level: 'raw' as const, from: JUNE, to: JUNE + 2 * DAY };

const of = (...pairs: [minute: number, value: number][]): Samples => ({
  times: Float64Array.from(pairs, ([minute]) => JUNE + minute * 60e6),
  values: Int32Array.from(pairs, ([, value]) => value),
});
const pairs = ({ times, values }: Samples) => Array.from(times, (time, i) => [(time - JUNE) / 60e6, values[i]]);
const tile = (place: object, samples: Samples) => seal(view, 'raw', { slot, ...place }, encodeSamples(samples));

// biome-ignore format: a table is read by its columns
test.each([
  ['one tile',                    [[{}, of([0, 1], [5, 2])]],                                                          [[0, 1], [5, 2]]],
  ['a newer revision replaces',   [[{ revision: 1 }, of([0, 9])], [{}, of([0, 1], [5, 2])]],                            [[0, 9]]],
  ['a higher generation first',   [[{ generation: 1 }, of([0, 9])], [{ revision: 5 }, of([0, 1])]],                     [[0, 9]]],
  ['parts alone',                 [[{ part: 2 }, of([5, 2])], [{ part: 1 }, of([0, 1])]],                               [[0, 1], [5, 2]]],
  ['a tile replaces its parts',   [[{ part: 1 }, of([0, 1])], [{ revision: 1 }, of([0, 1], [5, 2])]],                   [[0, 1], [5, 2]]],
  ['a part after the tile adds',  [[{ revision: 1 }, of([0, 1])], [{ revision: 1, part: 1 }, of([9, 3])]],              [[0, 1], [9, 3]]],
  ['a part corrects its tile',    [[{ revision: 1, part: 1 }, of([0, 7])], [{ revision: 1 }, of([0, 1])]],              [[0, 7]]],
  ['forks are united',            [[{}, of([0, 1], [5, 2])], [{}, of([5, 2], [9, 3])]],                                 [[0, 1], [5, 2], [9, 3]]],
  ['a newer epoch is no order',   [[{ epoch: 1 }, of([0, 1])], [{ epoch: 0, revision: 1 }, of([0, 9])]],                [[0, 9]]],
] as const)('%s', (_, tiles, expected) => {
  const both = { ...view, epochs: [0, 1] };
  const reader = new TestGrant('g', scopeOf({ to: JUNE + 2 * DAY }), [both], NOW).reader();
  const sealed = tiles.map(([place, samples]) => tile(place, samples));
  expect(pairs(reader.series(DAYS, sealed).samples!)).toEqual(expected);
  expect(pairs(reader.series(DAYS, [...sealed, ...sealed].reverse()).samples!)).toEqual(expected);
});

test('a newer tile that does not open is not allowed to hide the one that does', () => {
  const reader = new TestGrant('g', scopeOf({ to: JUNE + 2 * DAY }), [view], NOW).reader();
  const tiles = [tile({}, of([0, 1])), tile({ epoch: 1, revision: 1 }, of([0, 2]))];
  expect(reader.series(DAYS, tiles)).toMatchObject({ unopened: 1 });
  expect(pairs(reader.series(DAYS, tiles).samples!)).toEqual([[0, 1]]);
});

test('not for me is null, for me and broken throws', () => {
  const grant = new TestGrant('g', scopeOf({ to: JUNE + 2 * DAY }), [view], NOW);
  const reader = grant.reader();
  const good = tile({}, of([0, 1]));
  expect(reader.open(good)?.stream).toBe(0);
  expect(reader.open(seal(viewOf('glucose', 2, 300), 'raw', { slot }, encodeSamples(of([0, 1]))))).toBeNull();
  expect(reader.open({ ...good, slot: slot + 5 })).toBeNull();
  expect(() => reader.open({ ...good, slot: slot + 1 })).toThrow('not sealed under this key');
  expect(() => reader.open({ ...good, suite: 2 })).toThrow('unknown suite');
  expect(reader.receive(good)).toBe(false);
  expect(() => grant.reader({ upTo: 0 }).receive({ ...grant.log[0], generation: 7 })).toThrow(
    'not sealed under this key',
  );
});

test('entries fold to the same state in any order, once or twice', () => {
  const streams = [view, viewOf('glucose', 2, 300)];
  const both = streams.map(({ streamKey }) => ({ streamKey, level: 'raw' as const }));
  const grant = new TestGrant('g', scopeOf({ streams: both, from: JUNE + HOUR, to: null }), streams, NOW);
  grant.clip({ 'heart-rate': steady(JUNE, 288, 300), glucose: steady(JUNE, 288, 300) });
  grant.append([{ type: 'lease', until: NOW + DAY }]);
  const told = grant.reader();
  fc.assert(
    fc.property(fc.shuffledSubarray([...grant.log, ...grant.log], { minLength: grant.log.length * 2 }), (log) => {
      const reader = grant.reader({ upTo: 0 });
      for (const entry of log) reader.receive(entry);
      expect(reader.state).toEqual(told.state);
      expect(reader.series({ ...DAYS, stream: 1 }, [])).toEqual(told.series({ ...DAYS, stream: 1 }, []));
    }),
    { numRuns: 10 },
  );
  expect(told.state).toMatchObject({
    missing: 0,
    unknown: 0,
    nextSeq: grant.log.length,
    leaseUntil: expect.any(Number),
  });
});

test('a later consent or description replaces the earlier, also across generations', () => {
  const { grant, plan } = new TestGrant('g', scopeOf(), [view], NOW);
  const reader = new TestGrant('g', scopeOf(), [view], NOW).reader({ upTo: 0 });
  const [consent, stream] = plan.entries as [GrantEntry & { type: 'consent' }, GrantEntry & { type: 'stream' }];
  reader.fold([
    { seq: 9, generation: 0, value: { ...stream, title: 'old' } },
    { seq: 3, generation: 1, value: { ...stream, title: 'new' } },
    { seq: 0, generation: 0, value: consent },
    { seq: 4, generation: 1, value: { ...consent, names: { subject: 'B', owner: 'B' } } },
  ]);
  expect(reader.state.streams.get(0)?.title).toBe('new');
  expect(reader.state.consent?.names.subject).toBe('B');
  expect(reader.state.missing).toBe(10 - 4);
  expect(grant.ended).toBeNull();
});

test('a clip revised replaces the clip before; live appends add to it', () => {
  const grant = new TestGrant('g', scopeOf({ from: JUNE + HOUR, to: null }), [view], NOW);
  const need = grant.plan.clips.find((clip) => clip.level === 'raw')!;
  const read = () => pairs(grant.reader().series(DAYS, []).samples!);
  grant.append(makeClip(need, 0, { samples: of([0, 1], [61, 2]) }));
  expect(read()).toEqual([[61, 2]]);
  grant.append(appendClip(need, 0, 1, { samples: of([65, 3]) }));
  expect(read()).toEqual([
    [61, 2],
    [65, 3],
  ]);
  grant.append(makeClip(need, 1, { samples: of([61, 9], [65, 3]) }));
  expect(read()).toEqual([
    [61, 9],
    [65, 3],
  ]);
  grant.append(makeClip(need, 2, { samples: of([0, 1]) }));
  expect(read()).toEqual([]);
  expect(appendClip(need, 2, 1, { samples: of([0, 1]) })).toEqual([]);
});

test('of two clips of equal order the later entry wins, in whatever order they arrive', () => {
  const grant = new TestGrant('g', scopeOf({ from: JUNE + HOUR, to: null }), [view], NOW);
  const need = grant.plan.clips.find((clip) => clip.level === 'raw')!;
  grant.append([
    ...makeClip(need, 0, { samples: of([61, 1]) }),
    ...makeClip(need, 0, { samples: of([61, 2], [65, 3]) }),
  ]);
  const reader = grant.reader({ upTo: 0 });
  for (const entry of [...grant.log].reverse()) reader.receive(entry);
  const expected = [
    [61, 2],
    [65, 3],
  ];
  expect(pairs(reader.series(DAYS, []).samples!)).toEqual(expected);
  expect(pairs(grant.reader().series(DAYS, []).samples!)).toEqual(expected);
});

test('a large edge slot is split, and each piece fits an entry', () => {
  const noise = steady(JUNE, 9_999, 1, (i) => ((i * 2_654_435_761) % 4_294_967_296) - 2_147_483_648);
  noise.times.forEach((_, i) => {
    noise.times[i] += (i * 7919) % 500_000;
  });
  const need: ClipNeed = { stream: 0, streamKey: 'heart-rate', level: 'raw', slot, from: JUNE + 1, to: JUNE + DAY };
  const clips = makeClip(need, 3, { samples: noise });
  expect(clips.map((clip) => clip.part)).toEqual([1, 2, 0]);
  for (const clip of clips) {
    expect(encodeCbor(clip).length).toBeLessThan(40_000);
    expect(parseEntry(clip)).toEqual(clip);
  }
  const grant = new TestGrant('g', scopeOf({ from: JUNE + 1, to: null }), [view], NOW);
  grant.append(clips);
  expect(grant.reader().series(DAYS, []).samples).toEqual({
    times: noise.times.slice(1),
    values: noise.values.slice(1),
  });
});

test('the union of samples is what a map by time gives', () => {
  const set = fc
    .uniqueArray(fc.tuple(fc.nat(40), fc.integer({ min: -5, max: 5 })), {
      selector: ([minute]) => minute,
      maxLength: 20,
    })
    .map((items) => of(...items.sort((a, b) => a[0] - b[0])));
  fc.assert(
    fc.property(fc.array(set, { maxLength: 5 }), (sets) => {
      const naive = new Map(sets.flatMap(pairs).map(([minute, value]) => [minute, value]));
      expect(pairs(unionSamples(sets, sets.flatMap(({ times }) => [...times]).length))).toEqual(
        [...naive].sort((a, b) => a[0] - b[0]),
      );
    }),
  );
});

test('pieces that count: the naive rule, slot by slot', () => {
  const piece = fc.record({ slot: fc.nat(2), generation: fc.nat(1), revision: fc.nat(2), part: fc.nat(2) });
  const order = (a: { generation: number; revision: number }) => a.generation * 10 + a.revision;
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const counts = pieces.filter((one) =>
        pieces.every((other) => other.slot !== one.slot || other.part !== 0 || order(other) <= order(one)),
      );
      expect(currentPieces(pieces).length).toBe(counts.length);
      for (const one of counts) expect(currentPieces(pieces)).toContain(one);
    }),
  );
});

test('a stream that the scope does not have is counted and passed over, in whatever order its entry comes', () => {
  const grant = new TestGrant('g', scopeOf({ to: JUNE + 2 * DAY }), [view], NOW);
  const honest = grant.reader().state.streams.get(0)!;
  for (const upTo of [0, 99]) {
    const reader = grant.reader({ upTo });
    reader.fold([{ seq: 900, generation: 0, value: { ...honest, stream: 3 } }]);
    for (const tile of grant.log) reader.receive(tile);
    expect([...reader.state.streams.keys()]).toEqual([0]);
    expect(reader.state.outOfScope).toBe(1);
  }
});
