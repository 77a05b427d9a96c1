// Open-ended grants: a tile is published only when its token is out, a lease is one node, and none reaches beyond the consent.
import { slotOf, slotStart } from '@hale/kernel';
import { encodeSamples } from '@hale/kernel/seal';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isIssued, needsToken, planLeases, type TokenEntry, withEntries } from '../src/index.ts';
import { DAY, HOUR, JUNE, scopeOf, seal, steady, TestGrant, viewOf } from './world.ts';

const view = viewOf('heart-rate', 1, 1);
const NOW = JUNE + 10 * DAY + 3 * HOUR;
const payload = encodeSamples(steady(JUNE, 3, 1));
const at = (time: number) => slotOf(view.grid, 'raw', time);

test('a month of live tiles opens for the reader, each from the moment it is published', () => {
  const grant = new TestGrant('g', scopeOf({ to: null }), [view], NOW);
  let leases = 0;
  for (let slot = at(NOW); slot < at(NOW + 30 * DAY); slot++) {
    const now = slotStart(view.grid, 'raw', slot + 1);
    const needed = planLeases(grant.grant, [view], [{ streamKey: 'heart-rate', level: 'raw', slot, epoch: 0 }], now);
    grant.append(needed);
    leases += needed.length > 0 ? 1 : 0;
    for (const entry of needed) if (entry.type === 'token') expect(entry.nodes.length).toBe(32);
  }
  expect(leases).toBeGreaterThanOrEqual(5);
  expect(leases).toBeLessThanOrEqual(6);
  const reader = grant.reader();
  for (let day = 0; day < 30; day++) {
    expect(reader.open(seal(view, 'raw', { slot: at(NOW + day * DAY) }, payload))).not.toBeNull();
  }
  expect(reader.state.leaseUntil).toBeGreaterThanOrEqual(NOW + 30 * DAY);
  expect(reader.open(seal(view, 'raw', { slot: at(NOW + 40 * DAY) }, payload))).toBeNull();
});

test('an offline home lets nothing lapse: after a year of silence the first tile brings its token', () => {
  const grant = new TestGrant('g', scopeOf({ to: null }), [view], NOW);
  const slot = at(NOW + 365 * DAY);
  const token = needsToken(grant.grant, view, { level: 'raw', slot, epoch: 0 }, NOW + 365 * DAY)!;
  expect(token.nodes.length).toBe(32);
  grant.append([token]);
  expect(grant.reader().canOpen(0, 'raw', slot, 0)).toBe(true);
  expect(needsToken(grant.grant, view, { level: 'raw', slot, epoch: 0 }, NOW + 365 * DAY)).toBeNull();
});

// biome-ignore format: a table is read by its columns
test.each([
  ['in the running lease', 2,  null],
  ['in the next one',      9,  null],
  ['after the next one',   14, null],
  ['in a closed range',    9,  90],   // the earlier of to and until
] as const)('no token reaches beyond an expiry %s, and nothing measured after it opens', (_, days, toDays) => {
  const until = NOW + days * DAY + 7 * HOUR + 1;
  const to = toDays === null ? null : NOW + toDays * DAY;
  const grant = new TestGrant('g', scopeOf({ to, until }), [view], NOW);
  const tokens = grant.plan.entries.filter((entry) => entry.type === 'token');
  for (const token of tokens) expect(slotStart(view.grid, token.level, token.toSlot)).toBeLessThanOrEqual(until);
  for (let slot = at(NOW); slot < at(NOW + 19 * DAY); slot += 3) {
    const token = needsToken(grant.grant, view, { level: 'raw', slot, epoch: 0 }, NOW);
    if (token !== null) expect(slotStart(view.grid, 'raw', token.toSlot)).toBeLessThanOrEqual(until);
    if (token !== null) grant.append([token]);
  }
  const reader = grant.reader();
  expect(reader.canOpen(0, 'raw', at(until) - 1, 0)).toBe(true);
  expect(reader.canOpen(0, 'raw', at(until), 0)).toBe(false);
  // The slot that holds the expiry comes as a clip.
  expect(grant.plan.clips.filter((clip) => clip.level === 'raw').map((clip) => clip.slot)).toEqual([at(until)]);
});

// biome-ignore format: a table is read by its columns
test.each([
  // what                         change                              level  when          now                needed
  ['in the running lease',        {},                                 'raw', NOW,          NOW,               false],
  ['in the next lease',           {},                                 'raw', NOW + 7*DAY,  NOW,               true],
  ['in a new epoch',              { epoch: 1 },                       'raw', NOW,          NOW,               true],
  ['of a finer level',            { level: '1h' },                    '1m',  NOW + 7*DAY,  NOW,               false],
  ['before the range',            {},                                 'raw', JUNE - DAY,   NOW,               false],
  ['after the expiry',            { until: NOW + DAY },               'raw', NOW + 7*DAY,  NOW,               false],
  ['when the consent ran out',    { until: NOW + DAY },               'raw', NOW,          NOW + DAY,         false],
  ['before a start that is ahead',{ from: NOW + 7*DAY },              'raw', NOW,          NOW,               false],
  ['after a start that is ahead', { from: NOW + 7*DAY },              'raw', NOW + 9*DAY,  NOW + 9*DAY,       true],
  ['in a closed range ahead',     { to: NOW + 90*DAY },               'raw', NOW + 60*DAY, NOW,               false],
  ['beyond a closed range',       { to: NOW + 90*DAY },               'raw', NOW + 91*DAY, NOW,               false],
] as const)('a tile %s needs a token: %#', (_, change, level, when, now, needed) => {
  const { epoch = 0, level: allowed = 'raw', ...scope } = change as { epoch?: number; level?: 'raw' };
  const streams = [{ streamKey: 'heart-rate', level: allowed }];
  const { grant } = new TestGrant('g', scopeOf({ to: null, ...scope, streams }), [view], NOW);
  const slot = slotOf(view.grid, level, when);
  const token = needsToken(grant, view, { level, slot, epoch }, now);
  expect(token !== null).toBe(needed);
});

test('an ended grant and a stranger’s stream need nothing', () => {
  const { grant } = new TestGrant('g', scopeOf({ to: null }), [view], NOW);
  const slot = at(NOW + 9 * DAY);
  expect(needsToken({ ...grant, ended: NOW }, view, { level: 'raw', slot, epoch: 0 }, NOW)).toBeNull();
  expect(needsToken(grant, viewOf('glucose', 2, 300), { level: 'raw', slot, epoch: 0 }, NOW)).toBeNull();
});

test('many tiles of one flush need each token once, and one lease entry', () => {
  const { grant } = new TestGrant('g', scopeOf({ to: null }), [view], NOW);
  const upcoming = Array.from({ length: 500 }, (_, i) => ({
    streamKey: 'heart-rate',
    level: 'raw' as const,
    slot: at(NOW + 7 * DAY) + i,
    epoch: 0,
  }));
  const entries = planLeases(grant, [view], upcoming, NOW + 7 * DAY);
  const tokens = entries.filter((entry): entry is TokenEntry => entry.type === 'token');
  expect(tokens.length).toBeLessThanOrEqual(2);
  expect(entries.map((entry) => entry.type)).toEqual([...tokens.map(() => 'token'), 'lease']);
  expect(planLeases(grant, [view], [], NOW)).toEqual([]);
});

test('tokens that touch are remembered as one range', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 9 })), { maxLength: 30 }), (ranges) => {
      const { grant } = new TestGrant('g', scopeOf({ from: NOW + 90 * DAY, to: null }), [view], NOW);
      const covered = new Set<number>();
      let state = grant;
      for (const [fromSlot, length] of ranges) {
        const toSlot = fromSlot + length;
        state = withEntries(state, [
          { type: 'token', stream: 0, level: 'raw', epoch: 0, fromSlot, toSlot, nodes: new Uint8Array(32) },
        ]);
        for (let slot = fromSlot; slot < toSlot; slot++) covered.add(slot);
      }
      for (let slot = 0; slot < 70; slot++) expect(isIssued(state, 0, 'raw', slot, 0)).toBe(covered.has(slot));
      const kept = [...(state.issued.get('0/raw/0') ?? [])];
      for (let i = 1; i < kept.length; i++) expect(kept[i].first).toBeGreaterThan(kept[i - 1].end);
    }),
  );
});
