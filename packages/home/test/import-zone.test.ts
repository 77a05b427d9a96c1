// Times without a zone, taken where clocks change: each has the offset of its own day, not that of the day of the import.

import { open } from '@hale/vault/import';
import { expect, test } from 'vitest';
import { zoneOf } from '../src/import-zone.ts';
import { memorySource } from './zip-writer.ts';

const micros = (iso: string): number => Date.parse(iso) * 1000;

async function timesOf(content: string, zone: string): Promise<string[]> {
  const source = memorySource('t.csv', new TextEncoder().encode(content));
  const opened = await open(source, { list: () => [source], find: () => source }, zoneOf(zone));
  const times: string[] = [];
  for await (const item of opened.chunks(0))
    if (item.type === 'samples')
      for (const time of item.times) times.push(new Date(time / 1000).toISOString().slice(0, 16));
  return times;
}

test('summer and winter of one table', async () => {
  const table = 'time,hr\n2026-01-15 08:00,60\n2026-07-15 08:00,61\n';
  expect(await timesOf(table, 'Europe/Berlin')).toEqual(['2026-01-15T07:00', '2026-07-15T06:00']);
  expect(await timesOf(table, '+02:00')).toEqual(['2026-01-15T06:00', '2026-07-15T06:00']);
  expect(await timesOf('date,clock,hr\n2026-07-15,08:00,60\n2026-07-15,08:01,60\n', 'Europe/Berlin')).toEqual([
    '2026-07-15T06:00',
    '2026-07-15T06:01',
  ]);
});

test('a zone that is named in the file or its titles counts more', async () => {
  expect(await timesOf('time (UTC),hr\n2026-07-15 08:00,60\n2026-07-15 08:01,61\n', 'Europe/London')).toEqual([
    '2026-07-15T08:00',
    '2026-07-15T08:01',
  ]);
  expect(await timesOf('time,hr\n2026-07-15T08:00:00Z,60\n2026-07-15T08:01:00Z,61\n', 'Europe/Berlin')).toEqual([
    '2026-07-15T08:00',
    '2026-07-15T08:01',
  ]);
});

test('the hour that comes twice is the first, the one that is left out the one after', () => {
  const { zoneAt } = zoneOf('Europe/Berlin');
  expect(zoneAt!(micros('2026-10-25T02:30:00Z'))).toBe(120);
  expect(zoneAt!(micros('2026-03-29T02:30:00Z'))).toBe(120);
  expect(zoneAt!(micros('2026-03-29T01:59:59Z'))).toBe(60);
  expect(zoneOf('-05:30')).toEqual({ zoneMinutes: -330 });
  expect(() => zoneOf('Nowhere/Land')).toThrow(/zone is not known/);
});
