// Readings for arithmetic: each of them, or a refusal; never a silent thinning.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { overview } from '../src/operations/chart.ts';
import { importFiles } from '../src/operations/import.ts';
import { readings } from '../src/operations/readings.ts';
import { Homes } from './homes.ts';

const homes = new Homes();
afterEach(() => homes.close());

const START = Date.UTC(2026, 0, 5);

/** A series of one reading a second. */
async function withSeconds(count: number) {
  const home = homes.make();
  const context = { home, emit: () => {}, signal: new AbortController().signal };
  const dir = homes.dir();
  mkdirSync(dir, { recursive: true });
  const file = join(dir, 'pulse.csv');
  const rows = Array.from({ length: count }, (_, i) => `${new Date(START + i * 1000).toISOString()},${60 + (i % 40)}`);
  writeFileSync(file, `time,Heart rate (bpm)\n${rows.join('\n')}\n`);
  await importFiles(context, { files: [file], zone: 'UTC' });
  return context;
}

test('every reading of a range, in order, with the usual time between', async () => {
  const context = await withSeconds(1000);
  const range = { fromMicros: (START + 100_000) * 1000, toMicros: (START + 200_000) * 1000 };
  const { level, columns, periodMicros } = await readings(context, { stream: 'heart-rate', ...range });
  expect([level, columns.at.length, columns.min.length, periodMicros]).toEqual(['raw', 100, 0, 1e6]);
  expect([columns.at[0], columns.at.at(-1)]).toEqual([range.fromMicros, range.toMicros - 1e6]);
  expect(columns.mean.slice(0, 3)).toEqual([80, 81, 82]);
});

test('more than a page can hold: the finest summary that fits, or a refusal where every reading was asked for', async () => {
  const context = await withSeconds(150_010);
  const { level, columns } = await readings(context, { stream: 'heart-rate' });
  expect([level, columns.at.length]).toEqual(['1m', 2501]);
  expect([columns.min[0], columns.max[0], columns.count[0], columns.at[0]]).toEqual([60, 99, 60, START * 1000]);
  expect(columns.count.reduce((sum, count) => sum + count, 0)).toBe(150_010);
  expect(() => readings(context, { stream: 'heart-rate', level: 'raw' })).toThrow(/shorter time/);
});

/** Sixteen days of one reading each half hour. */
const halfHours = (title: string, value: (i: number) => string): string =>
  `time,${title}\n${Array.from({ length: 16 * 48 }, (_, i) => `${new Date(START + i * 18e5).toISOString()},${value(i)}`).join('\n')}\n`;

test('a week is seven days of readings and no more, by hours or one by one', async () => {
  const home = homes.make();
  const context = { home, emit: () => {}, signal: new AbortController().signal };
  const files = [join(homes.dir(), 'warm.csv'), join(homes.dir(), 'pulse.csv')];
  writeFileSync(
    files[0],
    halfHours('Body temperature (Cel)', (i) => `36.${i % 10}`),
  );
  writeFileSync(
    files[1],
    halfHours('Heart rate (bpm)', (i) => `${60 + (i % 5)}`),
  );
  await importFiles(context, { files, zone: 'UTC' });
  const { cards } = await overview(context, {});
  const weeks = cards.flatMap(({ periods }) => periods.map(({ count }) => count));
  for (const count of weeks) expect(Math.abs(count - 336)).toBeLessThanOrEqual(2);
  expect(weeks).toHaveLength(4);
  for (const { periods } of cards) for (const { coverage } of periods) expect(coverage ?? 0).toBeLessThanOrEqual(1);
});

test('what adds up does so by civil days of the zone, of one stream each, up to the day of the newest reading', async () => {
  const home = homes.make();
  const context = { home, emit: () => {}, signal: new AbortController().signal };
  const file = join(homes.dir(), 'walk.csv');
  // One step a minute over the night in which Berlin's clocks went back: that day has 25 hours.
  const first = Date.UTC(2025, 9, 24, 22);
  const rows = Array.from({ length: 60 * 24 * 3 }, (_, i) => `${new Date(first + i * 60_000).toISOString()},1`);
  writeFileSync(file, `time,Steps,Heart rate (bpm)\n${rows.map((row, i) => `${row},${60 + (i % 9)}`).join('\n')}\n`);
  await importFiles(context, { files: [file], zone: 'UTC' });
  const sumsIn = async (zone: string) => {
    const { cards } = await overview(context, { zone });
    const byKind = new Map(cards.map((card) => [card.stream.kind, card.days]));
    expect(byKind.get('heart-rate')).toBeNull();
    return byKind.get('steps')?.map(({ sum }) => sum);
  };
  const none = Array.from({ length: 12 }, () => 0);
  expect(await sumsIn('Europe/Berlin')).toEqual([...none, 1440, 1500, 1380]);
  expect(await sumsIn('UTC')).toEqual([...none.slice(1), 120, 1440, 1440, 1320]);
  const [day] = (await overview(context, { zone: 'Europe/Berlin' })).cards.flatMap(
    ({ days }) => days?.slice(-2, -1) ?? [],
  );
  expect([day.fromMicros, day.toMicros, day.count]).toEqual([
    Date.UTC(2025, 9, 25, 22) * 1000,
    Date.UTC(2025, 9, 26, 23) * 1000,
    1500,
  ]);
  await expect(async () => overview(context, { zone: 'Nowhere/None' })).rejects.toThrow(/zone is not known/);
});
