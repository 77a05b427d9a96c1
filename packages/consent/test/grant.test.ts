// What a grant opens, tried by opening everything: no sample or bin outside [from, to) contributes to it (DESIGN §5, design review H5).
import { binSeconds, encodeCbor, type Level, slotRange, slotStart, type Tile } from '@hale/kernel';
import { decodeBins, decodeSamples, type Samples } from '@hale/kernel/open';
import type { Bin } from '@hale/kernel/seal';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clipNeeds, decide, encodeLink, entryValue, type GrantReader, planGrant, type Scope } from '../src/index.ts';
import { bytesOf, DAY, HOUR, JUNE, scopeOf, sealAll, steady, TestGrant, viewOf } from './world.ts';

interface Opened {
  samples: { time: number; value: number }[];
  bins: { level: Level; bin: Bin }[];
}

/** Everything that a holder of the grant key can open: each tile that any relay has, by brute force, and each clip. */
function openEverything(
  reader: GrantReader,
  tiles: readonly Tile[],
  clips: readonly { level: Level; payload: Uint8Array }[],
): Opened {
  const opened: Opened = { samples: [], bins: [] };
  const payloads = [...tiles.flatMap((tile) => reader.open(tile) ?? []), ...clips];
  for (const { level, payload } of payloads) {
    if (level === 'raw') {
      const { times, values } = decodeSamples(payload);
      for (const [i, time] of times.entries()) opened.samples.push({ time, value: values[i] });
    } else for (const bin of decodeBins(payload).bins) opened.bins.push({ level, bin });
  }
  return opened;
}

function world(period: number, samples: Samples, scope: Scope, offset: number, now: number) {
  const view = viewOf('heart-rate', 1, period, offset);
  const tiles = sealAll(view, samples, 'fixed');
  const grant = new TestGrant('g', scope, [view], now);
  grant.clip({ 'heart-rate': samples });
  const reader = grant.reader();
  return { view, tiles, grant, reader };
}

const LEVELS_OF: Record<number, readonly ('raw' | '1m' | '15m' | '1h' | '1d')[]> = {
  60: ['raw', '15m', '1h', '1d'],
  300: ['raw', '1h', '1d'],
  86400: ['raw'],
};

const cases = fc.constantFrom(60, 300, 86_400).chain((period) => {
  const span = period === 86_400 ? 100 * DAY : 4 * DAY;
  const border = fc.tuple(fc.integer({ min: 0, max: (span / HOUR) * 4 }), fc.constantFrom(-1, 0, 0, 1, 123_456_789));
  const time = border.map(([quarters, jitter]) => JUNE + (quarters * HOUR) / 4 + jitter);
  return fc.record({
    period: fc.constant(period),
    span: fc.constant(span),
    from: time,
    to: time,
    level: fc.constantFrom(...LEVELS_OF[period]),
    offset: fc.constantFrom(0, -345, 300),
    seed: fc.integer({ min: 1, max: 1000 }),
    open: fc.boolean(),
  });
});

const samplesFor = (period: number, span: number, seed: number): Samples =>
  steady(JUNE + seed * 1000, span / (period * 1_000_000), period, (i) => ((i * seed * 7919) % 1999) - 999);

test('nothing outside [from, to) contributes to anything that opens, and everything inside opens', () => {
  fc.assert(
    fc.property(cases, ({ period, span, from, to, level, offset, seed, open }) => {
      fc.pre(from < to);
      const scope = scopeOf({ streams: [{ streamKey: 'heart-rate', level }], from, to: open ? null : to });
      const end = open ? Number.POSITIVE_INFINITY : to;
      const samples = samplesFor(period, span, seed);
      const now = JUNE + span;
      const { view, tiles, grant, reader } = world(period, samples, scope, offset, now);
      const opened = openEverything(reader, tiles, grant.clips());

      for (const { time } of opened.samples) expect(time >= from && time < end).toBe(true);
      for (const { level: at, bin } of opened.bins) {
        expect(bin.start >= from && bin.start + binSeconds(at) * 1_000_000 <= end).toBe(true);
      }
      // Inside nothing is missing and nothing comes twice.
      const inside = Array.from(samples.times).filter((time) => time >= from && time < end);
      if (level === 'raw') expect(opened.samples.map(({ time }) => time).sort((a, b) => a - b)).toEqual(inside);
      else expect(opened.samples).toEqual([]);

      // A world with other data outside of [from, to) opens to the same, byte for byte.
      const other = samplesFor(period, span, seed);
      other.values.forEach((value, i) => {
        if (other.times[i] < from || other.times[i] >= end) other.values[i] = value ^ 0x5a5a;
      });
      const twin = world(period, other, scope, offset, now);
      expect(openEverything(twin.reader, twin.tiles, twin.grant.clips())).toEqual(opened);
      expect(twin.grant.log.map((tile) => tile.commitment)).toEqual(grant.log.map((tile) => tile.commitment));
      expect(view.grid.levels).toContain(level);
    }),
    { numRuns: 60 },
  );
});

test('what opens is what the decision permits, tile by tile', () => {
  fc.assert(
    fc.property(cases, ({ period, span, from, to, level, offset, open }) => {
      fc.pre(from < to);
      const scope = scopeOf({ streams: [{ streamKey: 'heart-rate', level }], from, to: open ? null : to });
      const now = JUNE + span;
      const view = viewOf('heart-rate', 1, period, offset);
      const grant = new TestGrant('g', scope, [view], now);
      const reader = grant.reader();
      for (const asked of view.grid.levels) {
        const { first, end } = slotRange(view.grid, asked, JUNE - DAY, now);
        for (let slot = first; slot < end; slot++) {
          const [start, stop] = [slotStart(view.grid, asked, slot), slotStart(view.grid, asked, slot + 1)];
          const request = { asker: { grantId: 'g' }, streamKey: 'heart-rate', level: asked, from: start, to: stop };
          const decision = decide([{ grantId: 'g', scope, ended: false }], request, now);
          expect(reader.canOpen(0, asked, slot, 0)).toBe(decision.permit);
        }
      }
    }),
    { numRuns: 40 },
  );
});

test('the series that a reader assembles is the owner’s, cut to the consent', () => {
  const samples = steady(JUNE, 4 * 288, 300);
  const [from, to] = [JUNE + 5 * HOUR + 1, JUNE + 3 * DAY + 2 * HOUR];
  const scope = scopeOf({ from, to });
  const { tiles, reader } = world(300, samples, scope, 0, JUNE + 4 * DAY);
  const series = reader.series({ stream: 0, level: 'raw', from: JUNE, to: JUNE + 4 * DAY }, tiles);
  const inside = Array.from(samples.times).filter((time) => time >= from && time < to);
  expect(Array.from(series.samples!.times)).toEqual(inside);
  expect(series.unopened).toBe(2);
  const hours = reader.series({ stream: 0, level: '1h', from: JUNE, to: JUNE + 4 * DAY }, tiles);
  expect(hours.bins!.map((bin) => bin.start)).toEqual(Array.from({ length: 68 }, (_, i) => JUNE + (6 + i) * HOUR));
  const short = reader.series({ stream: 0, level: 'raw', from: JUNE + DAY, to: JUNE + DAY + HOUR }, tiles);
  expect(short.samples!.times.length).toBe(12);
  expect(() => reader.series({ stream: 1, level: 'raw', from, to }, tiles)).toThrow('does not open');
});

test('two grants of days apart leak nothing between them, even to one who holds both', () => {
  const samples = steady(JUNE, 10 * 288, 300);
  const view = viewOf('heart-rate', 1, 300);
  const tiles = sealAll(view, samples);
  const first = new TestGrant(
    'first',
    scopeOf({ from: JUNE + DAY, to: JUNE + 2 * DAY }),
    [view],
    JUNE + 10 * DAY,
  ).reader();
  const second = new TestGrant(
    'second',
    scopeOf({ from: JUNE + 8 * DAY, to: JUNE + 9 * DAY }),
    [view],
    JUNE + 10 * DAY,
  ).reader();
  const starts = tiles.flatMap((tile) => {
    const opened = first.open(tile) ?? second.open(tile);
    return opened?.level === 'raw' ? [decodeSamples(opened.payload).times[0]] : [];
  });
  expect(starts).toEqual([JUNE + DAY, JUNE + 8 * DAY]);
});

test('a level finer than the consent has neither label nor token', () => {
  const samples = steady(JUNE, 1440, 60);
  const scope = scopeOf({ streams: [{ streamKey: 'heart-rate', level: '1h' }] });
  const { tiles, reader, grant } = world(60, samples, scope, 0, JUNE + 2 * DAY);
  expect(Object.keys(reader.state.streams.get(0)!.labels)).toEqual(['1h', '1d']);
  expect(new Set(tiles.flatMap((tile) => reader.open(tile)?.level ?? []))).toEqual(new Set(['1h']));
  expect(grant.plan.entries.flatMap((entry) => (entry.type === 'token' ? [entry.level] : []))).toEqual(['1h']);
});

test('a grant that no level is coarse enough for is refused', () => {
  const weight = viewOf('heart-rate', 1, 86_400);
  const scope = scopeOf({ streams: [{ streamKey: 'heart-rate', level: '1d' }] });
  expect(() => new TestGrant('g', scope, [weight], JUNE)).toThrow('no level as coarse');
  expect(() => new TestGrant('g', scopeOf(), [], JUNE)).toThrow('not there');
  expect(() => new TestGrant('g', scopeOf({ until: JUNE + DAY }), [weight], JUNE + DAY)).toThrow('run out');
});

test('tokens of a (stream, level) stay below 3 kB whatever the range', () => {
  const view = viewOf('heart-rate', 1, 0.004);
  fc.assert(
    fc.property(fc.integer({ min: -2e15, max: 4e15 }), fc.integer({ min: 1, max: 1e15 }), (from, length) => {
      const scope = scopeOf({ from, to: from + length });
      const input = {
        grantId: 'g',
        grantKey: bytesOf('key'),
        grantAuthor: 'a1'.repeat(32),
        names: { subject: '', owner: '' },
        now: JUNE,
      };
      const plan = planGrant({ ...input, scope, streams: [view] });
      for (const entry of plan.entries) {
        if (entry.type === 'token') expect(entry.nodes.length).toBeLessThanOrEqual(1_984);
        expect(encodeCbor(entryValue(entry)).length).toBeLessThanOrEqual(3_000);
      }
    }),
    { numRuns: 30 },
  );
  const worst = planGrant({
    grantId: 'g',
    grantKey: bytesOf('key'),
    grantAuthor: 'a1'.repeat(32),
    names: { subject: '', owner: '' },
    now: JUNE,
    // Slots 1 … 2³²−2 of 10 s would be the worst; within the years allowed this comes near.
    scope: scopeOf({ from: -2_208_988_800_000_000 + 10_000_000, to: 5_680_281_599_000_000 }),
    streams: [view],
  });
  expect(Math.max(...worst.entries.map((entry) => (entry.type === 'token' ? entry.nodes.length : 0)))).toBeGreaterThan(
    1_000,
  );
});

test('the preview shows the rounded truth', () => {
  const view = viewOf('heart-rate', 1, 300);
  const scope = scopeOf({ from: JUNE + 1, to: JUNE + 2 * DAY + HOUR + 1 });
  const { plan } = new TestGrant('g', scope, [view], JUNE + 3 * DAY);
  expect(plan.preview[0].levels).toMatchObject([
    { level: 'raw', from: JUNE + 1, to: JUNE + 2 * DAY + HOUR + 1, containsSamples: true, containsExtremes: false },
    { level: '1h', from: JUNE + HOUR, to: JUNE + 2 * DAY + HOUR, containsSamples: false, containsExtremes: true },
    { level: '1d', from: JUNE + DAY, to: JUNE + 2 * DAY },
  ]);
  expect(plan.readerKeys.map((key) => key.author)).toEqual([view.author, plan.grant.grantAuthor]);
  expect(clipNeeds(plan.grant, view)).toEqual(plan.clips);
  expect(plan.clips.map(({ level, from, to }) => [level, from - JUNE, to - JUNE])).toEqual([
    ['raw', 1, DAY],
    ['raw', 2 * DAY, 2 * DAY + HOUR + 1],
    ['1h', 1, DAY],
    ['1h', 2 * DAY, 2 * DAY + HOUR + 1],
    ['1d', 1, 2 * DAY + HOUR + 1],
  ]);
});

test('the consent travels as FHIR R4', () => {
  const { plan } = new TestGrant(
    'g',
    scopeOf({ to: null, until: JUNE + 30 * DAY }),
    [viewOf('heart-rate', 1, 300)],
    JUNE + DAY,
  );
  const [consent] = plan.entries;
  expect(consent.type === 'consent' && JSON.parse(consent.fhir)).toMatchObject({
    resourceType: 'Consent',
    status: 'active',
    patient: { display: 'A. Patient' },
    policyRule: { coding: [{ code: 'OPTIN' }] },
    provision: {
      type: 'permit',
      period: { start: '2026-06-02T00:00:00.000000Z', end: '2026-07-01T00:00:00.000000Z' },
      purpose: [{ code: 'TREAT' }],
      code: [{ coding: [{ system: 'http://loinc.org', code: '8867-4' }] }],
      dataPeriod: { start: '2026-06-01T00:00:00.000000Z', end: '2026-07-01T00:00:00.000000Z' },
    },
  });
});

test('a link opens the same grant as a wrap', () => {
  const { grant, plan } = new TestGrant(
    'g',
    scopeOf({ recipient: { kind: 'link' } }),
    [viewOf('heart-rate', 1, 300)],
    JUNE,
  );
  const link = encodeLink({
    origin: 'https://hale.example',
    author: grant.grantAuthor,
    grantKey: grant.grantKey,
    relays: [],
  });
  expect(link.length).toBeLessThan(200);
  expect(plan.grant.scope.recipient.kind).toBe('link');
});
