// After a revocation nothing that is sealed opens for the one revoked: new, late or corrected (DESIGN §4, design review C1).
import { type Level, slotOf, type Tile, utcDayOf } from '@hale/kernel';
import { encodeSamples } from '@hale/kernel/seal';
import { expect, test } from 'vitest';
import {
  accessDate,
  accessList,
  clipNeeds,
  expiredGrants,
  leaseFor,
  planEpochAdvance,
  planHeads,
  planRevocation,
  type RevocationPlan,
  readerOf,
  type StreamView,
} from '../src/index.ts';
import { applyRevocation, DAY, HOUR, JUNE, scopeOf, seal, steady, TestGrant, viewOf } from './world.ts';

const NOW = JUNE + 10 * DAY;
const views = () => [viewOf('heart-rate', 1, 300), viewOf('glucose', 2, 300), viewOf('weight', 3, 86_400)];
const both = [
  { streamKey: 'heart-rate', level: 'raw' as Level },
  { streamKey: 'glucose', level: '1h' as Level },
];

function threeGrants(streams: StreamView[]) {
  const revoked = new TestGrant('revoked', scopeOf({ streams: both, from: JUNE, to: null }), streams, NOW);
  const closed = new TestGrant('closed', scopeOf({ streams: both, from: JUNE, to: JUNE + 30 * DAY }), streams, NOW);
  const open = new TestGrant('open', scopeOf({ from: JUNE + 5 * DAY, to: null }), streams, NOW);
  return { revoked, closed, open };
}

function revoke(
  streams: StreamView[],
  grants: ReturnType<typeof threeGrants>,
  faults = {},
  vanish = false,
): RevocationPlan {
  // All of the owner's grants, the one to end among them: it must not count as one that remains.
  const others = Object.values(grants).map(({ grant }) => grant);
  return planRevocation({ grant: grants.revoked.grant, streams, others, reason: 'revoked', vanish, now: NOW, faults });
}

/** Seals into every slot of the grant's time after the revocation: new slots, late data, corrections. */
function sealedAfter(streams: StreamView[]): Tile[] {
  const payload = encodeSamples(steady(JUNE, 3, 300));
  return streams.flatMap((view) =>
    (['raw', '1h', '1d'] as const).flatMap((level) => {
      if (!view.grid.levels.includes(level)) return [];
      const last = slotOf(view.grid, level, NOW + 5 * DAY);
      const slots = Array.from({ length: last - slotOf(view.grid, level, JUNE) + 1 }, (_, i) => last - i);
      return slots.flatMap((slot) => [0, 1].map((part) => seal(view, level, { slot, revision: 7, part }, payload)));
    }),
  );
}

/** How many of the tiles sealed after it the revoked reader opens, with all that she held or can still fetch. */
function openedAfterRevocation(faults: { epochNotAdvanced?: boolean }): number {
  const streams = views();
  const grants = threeGrants(streams);
  const after = applyRevocation(revoke(streams, grants, faults), streams, Object.values(grants));
  const reader = grants.revoked.reader();
  return sealedAfter(after).filter((tile) => reader.open(tile) !== null).length;
}

test('the revoked reader opens nothing sealed afterwards, in any slot', () => {
  expect(openedAfterRevocation({})).toBe(0);
});

test('fault epochNotAdvanced: without the next epoch she goes on reading', () => {
  expect(openedAfterRevocation({ epochNotAdvanced: true })).toBeGreaterThan(0);
});

test('what was sealed before still opens, for her and for the others', () => {
  const streams = views();
  const grants = threeGrants(streams);
  const before = seal(
    streams[0],
    'raw',
    { slot: slotOf(streams[0].grid, 'raw', JUNE + 6 * DAY) },
    encodeSamples(steady(JUNE, 3, 300)),
  );
  applyRevocation(revoke(streams, grants), streams, Object.values(grants));
  for (const grant of Object.values(grants)) expect(grant.reader().open(before)).not.toBeNull();
});

test('the others open everything of their range in the new epoch, before the first tile of it', () => {
  const streams = views();
  const grants = threeGrants(streams);
  const after = applyRevocation(revoke(streams, grants), streams, Object.values(grants));
  const closed = grants.closed.reader();
  const open = grants.open.reader();
  const payload = encodeSamples(steady(JUNE, 3, 300));
  const { grid } = after[0];
  const lease = leaseFor(grid, 'raw', { from: JUNE + 5 * DAY, to: null }, slotOf(grid, 'raw', NOW), 7);
  expect(lease.end - slotOf(grid, 'raw', NOW)).toBeGreaterThan(0);
  for (let day = 0; day < 30; day++) {
    const slot = slotOf(after[0].grid, 'raw', JUNE + day * DAY);
    const tile = seal(after[0], 'raw', { slot }, payload);
    expect(closed.open(tile) !== null).toBe(true);
    // Up to the end of the running lease; what comes after gets its token when it is due.
    expect(open.open(tile) !== null).toBe(day >= 5 && slot < lease.end);
  }
  expect(closed.canOpen(1, '1h', slotOf(after[1].grid, '1h', JUNE), 1)).toBe(true);
  expect(open.state.streams.size).toBe(1);
});

test('streams that the grant does not name keep their epoch', () => {
  const streams = views();
  const grants = threeGrants(streams);
  const after = applyRevocation(revoke(streams, grants), streams, Object.values(grants));
  expect(after.map((view) => view.epoch)).toEqual([1, 1, 0]);
});

test('the steps come in the order in which they protect', () => {
  const streams = views();
  const grants = threeGrants(streams);
  const names = (plan: RevocationPlan) => plan.steps.map((step) => step.step);
  const stay = ['advance-epoch', 'advance-epoch', 'access', 'access', 'end'];
  expect(names(revoke(streams, grants))).toEqual([...stay, 'retract', 'access']);
  expect(names(revoke(streams, grants, {}, true))).toEqual([...stay, 'vanish']);
  const plan = revoke(streams, grants);
  expect(plan.grant.ended).toBe(NOW);
  for (const step of plan.steps) {
    if (step.step !== 'advance-epoch') continue;
    const types = step.tokens.flatMap(({ entries }) => entries.map((entry) => entry.type));
    expect(types.at(-1)).toBe('epoch');
    expect(step.tokens.map((other) => other.grantId)).not.toContain('revoked');
  }
});

test('access lists name the readers that remain, and no person', () => {
  const streams = views();
  const grants = threeGrants(streams);
  const lists = revoke(streams, grants).steps.flatMap((step) => (step.step === 'access' ? [step] : []));
  const readersOf = (author: string) => lists.find((list) => list.author === author)!.list.map((entry) => entry.reader);
  const expected = [grants.closed, grants.open].map(({ grant }) => readerOf(grant.grantKey, streams[0].author));
  expect(readersOf(streams[0].author)).toEqual(expected.sort());
  expect(readersOf(streams[1].author)).toEqual([readerOf(grants.closed.grant.grantKey, streams[1].author)]);
  const { grantKey, grantAuthor } = grants.revoked.grant;
  // The grant's own stream stays open for the end notice.
  expect(readersOf(grantAuthor)).toEqual([readerOf(grantKey, grantAuthor)]);
  expect(JSON.stringify(lists)).not.toContain('ab'.repeat(32));
});

test('an entry of an access list ends after 30 days or with the consent', () => {
  const streams = views();
  const grants = [
    new TestGrant('a', scopeOf({ to: null }), streams, NOW).grant,
    new TestGrant('b', scopeOf({ to: null, until: NOW + 2 * DAY + 999_999 }), streams, NOW).grant,
    new TestGrant('c', scopeOf({ streams: [{ streamKey: 'weight', level: 'raw' }] }), streams, NOW).grant,
  ];
  const untils = (now: number) => accessList(streams[0].author, grants, now).map((entry) => entry.until - NOW / 1e6);
  expect(untils(NOW).sort((a, b) => a - b)).toEqual([2 * 86_400, 30 * 86_400]);
  expect(untils(NOW + 3 * DAY)).toEqual([33 * 86_400]);
  expect(accessList(grants[0].grantAuthor, grants, NOW).map((entry) => entry.reader)).toEqual([
    readerOf(grants[0].grantKey, grants[0].grantAuthor),
  ]);
});

test('a grant that ran out is revoked like any other, and gets no token of the next epoch meanwhile', () => {
  const streams = views();
  const grants = threeGrants(streams);
  const brief = new TestGrant('brief', scopeOf({ to: null, until: NOW + HOUR }), streams, NOW);
  const later = NOW + 2 * HOUR;
  expect(expiredGrants([brief.grant, grants.open.grant], later)).toEqual([brief.grant]);
  expect(expiredGrants([brief.grant], NOW + HOUR - 1)).toEqual([]);
  expect(expiredGrants([brief.grant], NOW + HOUR)).toEqual([brief.grant]);
  expect(planEpochAdvance(streams[0], [brief.grant], NOW).tokens.length).toBe(1);
  expect(planEpochAdvance(streams[0], [brief.grant], later).tokens).toEqual([]);
  const plan = planRevocation({
    grant: grants.closed.grant,
    streams,
    others: [brief.grant],
    reason: 'revoked',
    vanish: false,
    now: later,
  });
  for (const step of plan.steps) if (step.step === 'advance-epoch') expect(step.tokens).toEqual([]);
});

test('an ended grant gets no clip and no head any more: neither has an epoch', () => {
  const streams = views();
  const grants = threeGrants(streams);
  const { grant } = revoke(streams, grants);
  expect(clipNeeds(grants.revoked.grant, streams[1]).length).toBeGreaterThan(0);
  expect(clipNeeds(grant, streams[1])).toEqual([]);
  const day = { streamKey: 'heart-rate', level: 'raw' as const, day: utcDayOf(JUNE), tiles: [] };
  expect(planHeads(grants.revoked.grant, streams, [day], NOW).length).toBe(1);
  expect(planHeads(grant, streams, [day], NOW)).toEqual([]);
});

test('the recipient reads that it ended', () => {
  const streams = views();
  const grants = threeGrants(streams);
  applyRevocation(revoke(streams, grants), streams, Object.values(grants));
  expect(grants.revoked.reader().state.ended).toEqual({ type: 'end', reason: 'revoked', time: NOW });
  // Even when the end notice is all that is left of the stream.
  const late = grants.revoked.reader({ upTo: 0, memory: { nextSeq: 20, headNumber: 3 } });
  late.receive(grants.revoked.log.at(-1)!);
  expect(late.state.ended?.reason).toBe('revoked');
  expect(late.check([]).verdict).toBe('no-head');
});

// biome-ignore format: a table is read by its columns
test.each([
  // previous, now, pen taken at, next
  [null,       86_500,    0,      86_400],  // the start of the day: lists written together do not link streams
  [86_399,     86_500,    0,      86_400],
  [86_400,     86_500,    0,      86_401],  // in one second the lower id would win, not the later list
  [500_000,    86_500,    0,      500_001], // a clock that was set back
  [86_405,     86_500,    86_450, 86_500],  // another home's lists of today are not all known
  [86_405,     172_900,   86_450, 172_800], // the day after they are all older
])('after %s at %d the access event is dated, pen taken at %d: %d', (previous, now, penAt, next) => {
  expect(accessDate(previous, now, penAt)).toBe(next);
});
