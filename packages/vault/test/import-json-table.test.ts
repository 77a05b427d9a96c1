import { describe, expect, it } from 'vitest';
import { bearsChanges, bearsCuts, bearsResuming } from './import-hardness.ts';
import { collect, micros, openText } from './import-sources.ts';

const at = (minute: number) => new Date(Date.parse('2026-01-01T00:00:00Z') + minute * 60_000).toISOString();
const rows = Array.from({ length: 30 }, (_, i) => ({
  time: at(i),
  value: { bpm: 60 + i, quality: 'good' },
  spo2: 97.5,
  worn: true,
}));

async function read(text: string, options = {}) {
  const opened = await openText(text, options, 'readings.json');
  return { opened, ...(await collect(opened.chunks(0))) };
}

describe('importing JSON records of no known format', () => {
  it('proposes a mapping for lists, lines and lists under a key, with fields inside fields', async () => {
    const texts = [
      JSON.stringify(rows),
      rows.map((row) => JSON.stringify(row)).join('\n'),
      JSON.stringify({ device: { name: 'x' }, tags: ['a'], readings: rows }, null, 1),
    ];
    for (const text of texts) {
      const { opened, series } = await read(text);
      expect(opened.format).toBe('json');
      expect(opened.what).toBe('JSON records with 2 measurements');
      expect(opened.mapping?.fields).toEqual(['time', 'value.bpm', 'value.quality', 'spo2', 'worn']);
      expect(opened.mapping?.under).toBe(text.includes('readings') ? 'readings' : undefined);
      expect(
        opened.series.map(({ key, ucum, factor, nominalPeriodSeconds }) => [key, ucum, factor, nominalPeriodSeconds]),
      ).toEqual([
        ['heart-rate', '/min', 1, 60],
        ['spo2', '%', 0.1, 60],
      ]);
      expect(series.get('heart-rate')?.times[29]).toBe(micros(at(29)));
      expect(series.get('heart-rate')?.values[29]).toBe(89);
      expect(series.get('spo2')?.values[0]).toBe(975);
    }
  });

  it('takes a corrected mapping back', async () => {
    const { opened } = await read(JSON.stringify(rows));
    const mapping = structuredClone(opened.mapping!);
    mapping.tables[0].values[0].kind = 'resting-heart-rate';
    const { series } = await read(JSON.stringify(rows), { mapping });
    expect([...series.keys()]).toEqual(['resting-heart-rate', 'spo2']);
    mapping.fields = [1 as unknown as string];
    await expect(read(JSON.stringify(rows), { mapping })).rejects.toThrow('the mapping is not usable: fields');
  });

  it('reads counts since 1970 and tells what it refuses, with its place', async () => {
    const lines = rows.map((_, i) =>
      JSON.stringify({ ts: Date.parse(at(i)), glucose: i === 3 ? 'Low' : 100 + i, note: i === 5 ? null : undefined }),
    );
    lines[7] = '{"ts": 17';
    lines[9] = '"x"';
    const { series, rejections } = await read(lines.join('\n'));
    expect(series.get('glucose-cgm')?.times[0]).toBe(micros(at(0)));
    expect(series.get('glucose-cgm')?.values.length).toBe(27);
    expect(rejections.map(({ place, reason }) => `${place}: ${reason}`)).toEqual([
      'record 4: below sensor range',
      'record 8: record cut off',
      'record 10: kind of record not known',
    ]);
  });

  it('keeps persons apart', async () => {
    const persons = rows.flatMap((row) => [
      { patient: 'a', ...row },
      { patient: 'b', ...row },
    ]);
    const { opened, series } = await read(JSON.stringify(persons));
    expect(opened.series.map(({ key, personLabel }) => [key, personLabel])).toEqual([
      ['heart-rate-a', 'a'],
      ['spo2-a', 'a'],
      ['heart-rate-b', 'b'],
      ['spo2-b', 'b'],
    ]);
    expect(series.get('heart-rate-b')?.values.length).toBe(30);
  });

  it('leaves JSON without times or values alone', async () => {
    for (const text of [
      '{}',
      '[]',
      '[1,2,3]',
      '{"name":"x","version":"1.0.0"}',
      '[{"a":1},{"a":2}]',
      '{"a":{"b":[1]}}',
    ])
      await expect(read(text)).rejects.toThrow('no file format');
  });

  it('bears cuts, changes and being left', async () => {
    const bytes = new TextEncoder().encode(
      rows
        .slice(0, 6)
        .map((row) => JSON.stringify(row))
        .join('\n'),
    );
    await bearsCuts('a.json', bytes, 3);
    await bearsChanges('a.json', bytes, 150);
    await bearsResuming('a.json', bytes);
  });
});
