// What a relay withholds, swaps or forgets is noticed by the recipient (DESIGN §5, design review H7).
import { SLOT_END, slotOf, slotStart, type Tile, tileHash, utcDayOf } from '@hale/kernel';
import { encodeSamples } from '@hale/kernel/seal';
import { expect, test } from 'vitest';
import {
  type ChangedDay,
  dayInRange,
  entryValue,
  type HeldTile,
  LIMITS,
  planHeads,
  type TileMark,
} from '../src/index.ts';
import { DAY, HOUR, JUNE, scopeOf, seal, steady, TestGrant, viewOf } from './world.ts';

const NOW = JUNE + 5 * DAY;
const view = viewOf('heart-rate', 1, 1);
const { grid } = view;
const SPAN = { from: JUNE, to: JUNE + 5 * DAY };
const scope = scopeOf({ ...SPAN, streams: [{ streamKey: 'heart-rate', level: '1m' }] });
const payload = encodeSamples(steady(JUNE, 3, 60));
const today = utcDayOf(JUNE);
const seconds = (micros: number) => Math.floor(micros / 1e6);

const markOf = (tile: Tile): TileMark => ({ ...tile, hash: tileHash(tile.author, tile) });
const tile = (time: number, place = {}) => seal(view, '1m', { slot: slotOf(grid, '1m', time), ...place }, payload);
const held = (tiles: readonly Tile[], publishedAt = seconds(NOW) - 10): HeldTile[] =>
  tiles.map((each) => ({ tile: each, publishedAt }));
const changed = (day: number, tiles: readonly Tile[]): ChangedDay => ({
  streamKey: 'heart-rate',
  level: '1m',
  day,
  tiles: tiles.map(markOf),
});

/** Three days of twelve tiles each, and a grant whose head counts them. */
function published() {
  const days = [0, 1, 2].map((day) => Array.from({ length: 12 }, (_, i) => tile(JUNE + day * DAY + i * 2 * HOUR)));
  const grant = new TestGrant('g', scope, [view], NOW);
  grant.append(
    planHeads(
      grant.grant,
      [view],
      days.map((tiles, day) => changed(today + day, tiles)),
      NOW,
    ),
  );
  return { days, grant, tiles: days.flat() };
}

const said = (report: { verdict: string; days: { day: number; verdict: string }[] }) => [
  report.verdict,
  ...report.days.map((day) => `${day.day - today} ${day.verdict}`),
];

/** A relay that leaves out one day: what does a reader with these faults say? */
function verdictOnWithheldDay(faults: { headNotChecked?: boolean }): string {
  const { grant, tiles } = published();
  const day = (each: Tile) => Math.floor((each.slot - slotOf(grid, '1m', JUNE)) / 12);
  return grant.reader({ faults }).check(held(tiles.filter((each) => day(each) !== 1))).verdict;
}

test('a withheld day is noticed', () => {
  expect(verdictOnWithheldDay({})).toBe('incomplete');
});

test('fault headNotChecked: without heads it is not', () => {
  expect(verdictOnWithheldDay({ headNotChecked: true })).toBe('complete');
});

test('all there, in any order, from two relays: complete', () => {
  const { grant, tiles } = published();
  const report = grant.reader().check(held([...tiles].reverse().concat(tiles)));
  expect(report).toEqual({ verdict: 'complete', headNumber: 1, headTime: NOW, missing: 0, days: [] });
});

test('one tile left out, swapped for its older revision or for another slot’s is noticed', () => {
  const { days, grant, tiles } = published();
  const newer = tile(JUNE + 4 * HOUR, { revision: 1 });
  const current = [...days[0].slice(0, 2), newer, ...days[0].slice(3)];
  grant.append(planHeads(grant.grant, [view], [changed(today, current)], NOW + 1));
  const reader = grant.reader();
  const rest = [...days[1], ...days[2]];
  expect(said(reader.check(held([...current, ...rest])))).toEqual(['complete']);
  expect(said(reader.check(held(tiles)))).toEqual(['incomplete', '0 incomplete']);
  expect(said(reader.check(held([...current.slice(1), ...rest])))).toEqual(['incomplete', '0 incomplete']);
  expect(said(reader.check(held([...current, ...days[1].slice(1), tile(JUNE + DAY), ...days[2]])))).toEqual([
    'incomplete',
    '1 incomplete',
  ]);
  // An old revision that a relay was slow to delete is no reason for alarm.
  expect(said(reader.check(held([...tiles, newer])))).toEqual(['complete']);
});

test('tiles newer than the head explain a difference; an honest relay is not accused', () => {
  const { grant, tiles } = published();
  const late = held([tile(JUNE + DAY, { revision: 1 })], seconds(NOW) + 60);
  expect(said(grant.reader().check([...held(tiles), ...late]))).toEqual(['changed-since-head', '1 changed-since-head']);
  const newDay = held([tile(JUNE + 3 * DAY)], seconds(NOW) + 60);
  expect(said(grant.reader().check([...held(tiles), ...newDay]))).toEqual([
    'changed-since-head',
    '3 changed-since-head',
  ]);
});

test('only days that were asked for are judged', () => {
  const { days, grant } = published();
  const span = (from: number, to: number) => [
    { stream: 0, level: '1m' as const, fromDay: today + from, toDay: today + to },
  ];
  expect(said(grant.reader().check(held(days[1]), span(1, 1)))).toEqual(['complete']);
  expect(said(grant.reader().check(held(days[1]), span(0, 1)))).toEqual(['incomplete', '0 incomplete']);
});

test('a relay rolled back to last week shows an older grant than the reader knows', () => {
  const { days, grant, tiles } = published();
  const { memory } = grant.reader();
  grant.append(planHeads(grant.grant, [view], [changed(today + 2, days[2].slice(0, 3))], NOW + DAY));
  const known = grant.reader().memory;
  expect(known.headNumber).toBe(memory.headNumber + 1);
  const rolledBack = grant.reader({ upTo: -1, memory: known });
  expect(rolledBack.check(held(tiles)).verdict).toBe('older-than-known');
  expect(rolledBack.memory).toEqual(known);
  expect(grant.reader({ memory: known }).check(held([...days[0], ...days[1], ...days[2].slice(0, 3)])).verdict).toBe(
    'complete',
  );
});

test('heads of a restored home speak though it counts on from a lower number, and its memory is no older', () => {
  const { days, grant, tiles } = published();
  const before = grant.reader();
  // The first home stated the first day once more, at a relay from which the second one was not restored.
  const lost = planHeads({ ...grant.grant, headNumber: 7 }, [view], [changed(today, days[0].slice(1))], NOW);
  before.fold(lost.map((head, i) => ({ seq: 40 + i, generation: 0, value: entryValue(head) })));
  expect(before.check(held(tiles)).verdict).toBe('incomplete');
  const restored = planHeads({ ...grant.grant, headNumber: 0 }, [view], [changed(today, days[0])], NOW);
  const after = grant.reader({ memory: before.memory });
  after.fold(restored.map((head, i) => ({ seq: grant.log.length + i, generation: 1, value: entryValue(head) })));
  expect(said(after.check(held(tiles)))).toEqual(['complete']);
  expect(after.memory).toEqual({ nextSeq: grant.log.length + 1, headNumber: 1, generation: 1, headGeneration: 1 });
  expect(grant.reader({ memory: after.memory }).check(held(tiles)).verdict).toBe('older-than-known');
});

test('a hole in the grant’s own log is noticed', () => {
  const { grant, tiles } = published();
  grant.append([{ type: 'lease', until: NOW }]);
  const reader = grant.reader({ upTo: 0 });
  for (const [i, entry] of grant.log.entries()) if (i !== grant.log.length - 3) reader.receive(entry);
  expect(reader.check(held(tiles))).toMatchObject({ verdict: 'incomplete', missing: 1 });
});

test('without any head the reader says so', () => {
  const grant = new TestGrant('g', scope, [view], NOW);
  expect(said(grant.reader().check(held([tile(JUNE)])))).toEqual(['no-head', '0 no-head']);
  expect(said(grant.reader().check([]))).toEqual(['no-head']);
});

test('a head counts only what the grant opens', () => {
  const narrow = new TestGrant('n', { ...scope, from: JUNE + 3 * HOUR, to: JUNE + DAY }, [view], NOW);
  const day = Array.from({ length: 12 }, (_, i) => tile(JUNE + i * 2 * HOUR));
  const heads = planHeads(narrow.grant, [view], [changed(today, day), changed(today + 1, [tile(JUNE + DAY)])], NOW);
  expect(heads.flatMap((head) => head.days.map(({ rows }) => rows.length))).toEqual([20]);
  narrow.append(heads);
  // The first two tiles begin before the range: neither head nor reader counts them.
  expect(said(narrow.reader().check(held(day.slice(2))))).toEqual(['complete']);
  expect(said(narrow.reader().check(held(day)))).toEqual(['complete']);
});

test('a day is in range when one of its slots is', () => {
  for (const offset of [0, -345, 300]) {
    const { grid } = viewOf('heart-rate', 1, 60, offset);
    for (const level of grid.levels) {
      const first = slotOf(grid, level, JUNE + 7 * HOUR);
      const inner = { first, end: first + 3 };
      const days = new Set([0, 1, 2].map((i) => utcDayOf(slotStart(grid, level, first + i))));
      for (let day = today - 40; day < today + 100; day++)
        expect(dayInRange(grid, level, inner, day)).toBe(days.has(day));
      expect(dayInRange(grid, level, { first, end: SLOT_END }, today + 40)).toBe(
        level !== '1d' || days.has(today + 40),
      );
      expect(dayInRange(grid, level, { first, end: first }, today)).toBe(false);
      expect(dayInRange(grid, level, inner, 0xffff_ffff)).toBe(false);
    }
  }
});

test('ten years of days fit into several entries', () => {
  const long = new TestGrant('l', { ...scope, from: JUNE - 3650 * DAY }, [view], NOW);
  const days = Array.from({ length: 3650 }, (_, i) => ({
    streamKey: 'heart-rate',
    level: '1m' as const,
    day: today - 3650 + i,
    tiles: [],
  }));
  const heads = planHeads(long.grant, [view], days, NOW);
  expect(heads.map((head) => head.n)).toEqual([1, 2, 3]);
  expect(Math.max(...heads.flatMap((head) => head.days.map(({ rows }) => rows.length / 20)))).toBe(LIMITS.headRowsMax);
  long.append(heads);
  expect(long.grant.headNumber).toBe(3);
  expect(long.reader().check([]).verdict).toBe('complete');
});
