// Times in tables: day or month first by the whole column, counts of nanoseconds, and the zone of a place with a mapping that was passed back.
import { expect, it } from 'vitest';
import { collect, micros, openText } from './import-sources.ts';

const two = (n: number) => String(n).padStart(2, '0');
/** A row a minute on days that do not show their order, then one that may. */
function ambiguousRows(last: string): string {
  const rows = Array.from(
    { length: 20_000 },
    (_, i) => `05/05/2023 ${two(Math.floor(i / 60) % 24)}:${two(i % 60)},${60 + (i % 9)}`,
  );
  // Enough behind it that neither the beginning nor the end of the file shows it.
  return ['time,heart rate (/min)', ...rows, `${last},70`, ...rows, ''].join('\n');
}

it.each([
  ['13/05/2023 10:00', 'dmy', false],
  ['05/13/2023 10:00', 'mdy', false],
  ['05/06/2023 10:00', 'mdy', true],
])('a column with %s somewhere is %s', async (last, form, isAssumed) => {
  const opened = await openText(ambiguousRows(last));
  expect(opened.mapping!.tables[0].time.form).toBe(form);
  expect(opened.notes.some((note) => note.includes('cannot be told apart'))).toBe(isAssumed);
});

it('dates that contradict each other stay an assumption that is told, and what is said counts', async () => {
  const both = ambiguousRows('13/05/2023 10:00,1\n05/13/2023 10:00');
  expect((await openText(both)).notes.join()).toMatch(/month first is assumed. --date-order says it/);
  const said = await openText(both, { dateOrder: 'dmy', zoneMinutes: 0 });
  expect([said.mapping!.tables[0].time.form, said.notes.join()]).toEqual(['dmy', expect.not.stringMatching('assumed')]);
});

it('counts of nanoseconds are times, exact to the microsecond', async () => {
  const second = 1_685_620_800n;
  const rows = [0n, 1_001_000n, 999_999_499n, 1_999_999_500n].map((n, i) => `${second * 1_000_000_000n + n},${60 + i}`);
  const opened = await openText(['timestamp,heart rate (/min)', ...rows, ''].join('\n'));
  expect(opened.mapping!.tables[0].time.form).toBe('epoch-ns');
  const { series, rejections } = await collect(opened.chunks(0));
  const from = Number(second) * 1e6;
  expect(rejections).toEqual([]);
  expect(series.get('heart-rate')!.times).toEqual([from, from + 1001, from + 999_999, from + 2_000_000]);
});

it('a mapping that is passed back keeps the summer time of the place', async () => {
  const text = ['time,heart rate (/min)', '2023-01-15 12:00,60', '2023-07-15 12:00,61', ''].join('\n');
  const summers = (local: number) => (local > micros('2023-04-01T00:00:00Z') ? 120 : 60);
  const place = { zoneMinutes: 60, zoneAt: summers };
  const opened = await openText(text, place);
  const { mapping } = opened;
  expect(mapping!.tables[0].time.zoneMinutes).toBeUndefined();
  const expected = [micros('2023-01-15T11:00:00Z'), micros('2023-07-15T10:00:00Z')];
  for (const options of [place, { ...place, mapping: mapping! }]) {
    const { series } = await collect((await openText(text, options)).chunks(0));
    expect(series.get('heart-rate')!.times).toEqual(expected);
  }
  // A zone that the mapping says itself is meant.
  const own = structuredClone(mapping!);
  own.tables[0].time.zoneMinutes = 0;
  const { series } = await collect((await openText(text, { ...place, mapping: own })).chunks(0));
  expect(series.get('heart-rate')!.times[1]).toBe(micros('2023-07-15T12:00:00Z'));
  const json = JSON.stringify([
    { time: '2023-01-15T12:00:00', bpm: 60 },
    { time: '2023-07-15T12:00:00', bpm: 61 },
  ]);
  const record = await collect((await openText(json, place, 'a.json')).chunks(0));
  expect([...record.series.values()][0].times).toEqual(expected);
});
