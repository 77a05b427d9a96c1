// The pyramid beside a map of samples: whatever comes late, again, corrected or not at all, in whatever order, with slots closed, summaries
// written, batches published, disks that fail and processes that end in between.
import { type Bin, binSeconds, binStart, LEVELS, type Level } from '@hale/kernel';
import { summarizeSamples } from '@hale/kernel/seal';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkSummaries,
  countSamples,
  fullBins,
  isCurrent,
  levelNumber,
  type OpenStream,
  rawSamples,
  type SummaryLevel,
} from '../src/index.ts';
import {
  addStream,
  type Bench,
  DAY,
  FOREVER,
  HOUR,
  openVault,
  pairsOf,
  SECOND,
  samplesOf,
  sorted,
  T0,
} from './fixture.ts';

type Model = Map<number, number>;

/** A bin computed the plainest way there is; coverage is the kernel's affair and held against its own summariser. */
function naiveBins(stream: OpenStream, level: SummaryLevel, model: Model): object[] {
  const bins = new Map<number, number[]>();
  for (const [time, value] of sorted(model)) {
    const start = binStart(stream.grid, level, time);
    bins.set(start, [...(bins.get(start) ?? []), value]);
  }
  const { edges } = stream.entry;
  return [...bins].map(([start, values]) => ({
    start,
    count: values.length,
    sum: values.reduce((a, b) => a + b, 0),
    min: Math.min(...values),
    max: Math.max(...values),
    sumSquares: values.reduce((a, b) => a + BigInt(b) ** 2n, 0n),
    histogram: Array.from(
      { length: edges.length + 1 },
      (_, i) =>
        values.filter((value) => (i === 0 || value >= edges[i - 1]) && (i === edges.length || value < edges[i])).length,
    ),
  }));
}

const without = ({ coverageMicros: _, ...bin }: Bin) => ({ ...bin, histogram: [...(bin.histogram ?? [])] });

function expectPyramid({ vault }: Bench, stream: OpenStream, model: Model): void {
  expect(pairsOf(rawSamples(vault.rooms, stream, FOREVER.from, FOREVER.to))).toEqual(sorted(model));
  const known = [...model.keys()].sort((a, b) => a - b);
  for (const from of [FOREVER.from, known[0] ?? 0, (known[known.length >> 2] ?? 0) + 1, known[known.length >> 1] ?? 0])
    for (const to of [FOREVER.to, from, from + HOUR + 1, from + 3 * DAY, known.at(-1) ?? 0]) {
      const inside = known.filter((time) => time >= from && time < to).length;
      expect(countSamples(vault.rooms, stream, from, to)).toBe(inside);
    }
  const options = { edges: stream.entry.edges, nominalPeriodMicros: stream.nominalPeriodMicros };
  for (const level of stream.grid.levels) {
    if (level === 'raw') continue;
    const bins = fullBins(vault.rooms, stream, level, FOREVER.from, FOREVER.to);
    expect(bins.map(without)).toEqual(naiveBins(stream, level, model));
    expect(bins).toEqual(summarizeSamples(level, stream.grid, samplesOf(sorted(model)), options));
  }
}

function expectSettled({ vault, store }: Bench, stream: OpenStream): void {
  expect([...checkSummaries(vault.rooms, stream)]).toEqual([]);
  expect(store.dirtySlots(stream.number, null, 1000)).toEqual([]);
  for (const level of LEVELS)
    for (const slot of store.slots(stream.number, levelNumber(level), 0, 0x1_0000_0000)) {
      if (level === 'raw') continue;
      expect(store.tiles(stream.number, levelNumber(level), slot, slot + 1)).toHaveLength(1);
    }
}

/** Signals of three rhythms; instants lie close enough to meet, far enough to touch several slots of every level. */
const SIGNALS = [
  { key: 'heart-rate', period: 1, step: 7 * SECOND, instants: 900 },
  { key: 'glucose', period: 300, step: 1500 * SECOND, instants: 250 },
  { key: 'weight', period: 0, step: 11 * DAY, instants: 9 },
];

interface Life {
  bench: Bench;
  streams: OpenStream[];
  models: Model[];
}

type Step = { name: string; run: (life: Life) => void };

const anyBatch = fc.integer({ min: 0, max: SIGNALS.length - 1 }).chain((signal) => {
  const { step, instants } = SIGNALS[signal];
  const sample = fc.tuple(
    fc.integer({ min: 0, max: instants }).map((i) => T0 + i * step),
    fc.integer({ min: -9, max: 60 }),
  );
  const run = fc
    .tuple(fc.integer({ min: 0, max: instants }), fc.integer({ min: 1, max: 25 }))
    .map(([first, count]) =>
      Array.from({ length: count }, (_, i): [number, number] => [T0 + (first + i) * step, i - 8]),
    );
  return fc.oneof(fc.array(sample, { minLength: 1, maxLength: 12 }), run).map((pairs) => ({ signal, pairs }));
});

function ingest({ bench, streams, models }: Life, batches: { signal: number; pairs: [number, number][] }[]): void {
  const expected = batches.map(({ signal, pairs }) => {
    const model = models[signal];
    const last = new Map(pairs);
    const result = { read: pairs.length, accepted: 0, duplicate: pairs.length - last.size, corrected: 0 };
    for (const [time, value] of last) {
      if (!model.has(time)) result.accepted++;
      else if (model.get(time) === value) result.duplicate++;
      else result.corrected++;
      model.set(time, value);
    }
    return result;
  });
  expect(
    bench.vault.ingest(batches.map(({ signal, pairs }) => ({ stream: streams[signal], samples: samplesOf(pairs) }))),
  ).toEqual(expected);
}

/** The next commit fails: either nothing of it is there afterwards, or, where the disk lied, all of it. */
function failingIngest(
  life: Life,
  batch: { signal: number; pairs: [number, number][] },
  fault: 'full' | 'failed-not-stored' | 'failed-but-stored',
): void {
  const { bench, streams, models } = life;
  const model = models[batch.signal];
  const changes = batch.pairs.some(([time, value]) => model.get(time) !== value);
  if (changes) bench.store.faults.push(fault);
  const run = () => bench.vault.ingest([{ stream: streams[batch.signal], samples: samplesOf(batch.pairs) }]);
  const isNew =
    changes &&
    new Map(batch.pairs).size > 0 &&
    [...new Map(batch.pairs)].some(([time, value]) => model.get(time) !== value);
  if (!isNew) {
    bench.store.faults.length = 0;
    run();
    return;
  }
  expect(run).toThrow(expect.objectContaining({ code: fault === 'full' ? 'full' : 'unavailable' }));
  if (fault === 'failed-but-stored') for (const [time, value] of batch.pairs) model.set(time, value);
}

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .array(anyBatch, { minLength: 1, maxLength: 3 })
      .map((batches): Step => ({ name: 'ingest', run: (life) => ingest(life, batches) })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(anyBatch, fc.constantFrom('full' as const, 'failed-not-stored' as const, 'failed-but-stored' as const))
      .map(([batch, fault]): Step => ({ name: `ingest, ${fault}`, run: (life) => failingIngest(life, batch, fault) })),
  },
  fc.boolean().map((all): Step => ({ name: 'close', run: ({ bench }) => void bench.vault.closeDueSlots(all) })),
  fc.boolean().map((all): Step => ({ name: 'flush', run: ({ bench }) => void bench.vault.flush(() => all) })),
  fc.constant<Step>({ name: 'publish', run: ({ bench }) => void bench.vault.publishAll() }),
  fc.constant<Step>({ name: 'publish what is closed', run: ({ bench }) => void [...bench.vault.publishClosed()] }),
  fc.constantFrom(SECOND, HOUR, 3 * DAY, -HOUR).map(
    (by): Step => ({
      name: 'time',
      run: ({ bench }) => {
        bench.clock.now += by;
      },
    }),
  ),
  fc.integer({ min: 0, max: 2 }).map(
    (signal): Step => ({
      name: 'epoch',
      run: ({ bench, streams }) => bench.vault.change(() => bench.vault.advanceEpoch(streams[signal])),
    }),
  ),
  fc.constant<Step>({
    name: 'restart',
    run: (life) => {
      life.bench.restart();
      life.streams = SIGNALS.map(({ key }) => life.bench.vault.stream(life.bench.me, key));
    },
  }),
);

function newLife(): Life {
  const bench = openVault(undefined, { now: T0 + 2 * HOUR });
  return {
    bench,
    streams: SIGNALS.map(({ key, period }) => addStream(bench, key, period)),
    models: SIGNALS.map(() => new Map()),
  };
}

describe('the pyramid', () => {
  test('stands for exactly the samples, through any order of events', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { minLength: 1, maxLength: 22 }), (steps) => {
        const life = newLife();
        for (const { run } of steps) run(life);
        for (const [i, stream] of life.streams.entries()) expectPyramid(life.bench, stream, life.models[i]);
        life.bench.vault.closeDueSlots(true);
        life.bench.vault.flush(() => true);
        life.bench.vault.publishAll();
        for (const [i, stream] of life.streams.entries()) {
          expectPyramid(life.bench, stream, life.models[i]);
          expectSettled(life.bench, stream);
          expect(life.bench.store.sampleCount(stream.number).samples).toBe(life.models[i].size);
        }
        expect(life.bench.store.looseTiles(null, 10)).toEqual([]);
      }),
      { numRuns: 25 },
    );
  }, 120_000);

  test('any aligned range of any level gives the bins inside it', () => {
    const life = newLife();
    for (let i = 0; i < 40; i++)
      ingest(life, [
        {
          signal: 0,
          pairs: Array.from({ length: 30 }, (_, k): [number, number] => [
            T0 + (i * 137 + k * 3) * 11 * SECOND,
            (i * k) % 50,
          ]),
        },
      ]);
    life.bench.vault.flush(() => true);
    const [stream] = life.streams;
    for (const level of ['1m', '15m', '1h', '1d'] as const) {
      const length = binSeconds(level) * SECOND;
      const all = fullBins(life.bench.vault.rooms, stream, level, FOREVER.from, FOREVER.to);
      for (const [first, count] of [
        [0, 1],
        [1, 3],
        [-2, 5],
        [7, 40],
      ]) {
        const from = binStart(stream.grid, level, T0) + first * length;
        const inside = all.filter((bin) => bin.start >= from && bin.start < from + count * length);
        expect(fullBins(life.bench.vault.rooms, stream, level, from, from + count * length)).toEqual(inside);
      }
    }
  });

  test('a summary names what it was made of: current once its slots are closed, not after a sample more', () => {
    const life = newLife();
    ingest(life, [
      { signal: 0, pairs: Array.from({ length: 50 }, (_, i): [number, number] => [T0 + i * 40 * SECOND, i]) },
    ]);
    const [stream] = life.streams;
    const { store, vault } = life.bench;
    vault.closeDueSlots(true);
    vault.flush(() => true);
    const current = () =>
      stream.grid.levels.flatMap((level: Level) =>
        level === 'raw'
          ? []
          : store
              .slots(stream.number, levelNumber(level), 0, 0x1_0000_0000)
              .map((slot) => isCurrent(vault.rooms, stream, level, slot)),
      );
    expect(current()).toEqual([true, true, true, true]);
    ingest(life, [{ signal: 0, pairs: [[T0 + SECOND, 3]] }]);
    expect(current()).toEqual([false, true, true, true]);
  });

  test('a summary that was tampered with is found, and named by its place', () => {
    const life = newLife();
    ingest(life, [
      {
        signal: 1,
        pairs: [
          [T0, 5],
          [T0 + HOUR, 6],
        ],
      },
    ]);
    life.bench.vault.flush(() => true);
    const [, stream] = life.streams;
    const { store, vault } = life.bench;
    const [row] = store.tiles(stream.number, levelNumber('1h'), 0, 0x1_0000_0000);
    ingest(life, [{ signal: 1, pairs: [[T0 + 300 * SECOND, 50]] }]);
    store.clearDirty(stream.number, levelNumber('1h'), row.slot);
    expect([...checkSummaries(vault.rooms, stream)]).toContainEqual({ level: '1h', slot: row.slot });
    expect(isCurrent(vault.rooms, stream, '1h', row.slot)).toBe(false);
  });
});
