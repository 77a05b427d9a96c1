import { describe, expect, it } from 'vitest';
import type { ImportItem } from '../src/import/index.ts';
import { decimalsIn, SeriesShelf } from '../src/import/series-shelf.ts';
import { collect, micros, openText } from './import-sources.ts';

const DAY = 86_400_000_000;
const T = micros('2026-01-01T00:00:00Z');
const items = (shelf: SeriesShelf): ImportItem[] => [...shelf.handOver(1), ...shelf.closingNotes()];

/** A shelf that has learnt from these values, one a minute. */
function learnt(values: number[], kind = 'heart-rate', ucum = '/min', options = {}): SeriesShelf {
  const learning = new SeriesShelf(options, 'record', true);
  values.forEach((value, i) => {
    learning.sample({ kind, ucum }, T + i * 60e6, value);
  });
  return learning.settled();
}

describe('series found while reading', () => {
  it('get the decimals that the kind needs and the values show, as far as there is room', () => {
    const factorOf = (values: number[], kind = 'heart-rate', ucum = '/min') =>
      learnt(values, kind, ucum).series[0].factor;
    expect(factorOf([60, 61])).toBe(1);
    expect(factorOf([60, 61.25])).toBe(0.01);
    expect(factorOf([1 / 3], 'something', '')).toBe(0.01);
    expect(factorOf([70], 'body-weight', 'kg')).toBe(0.01);
    expect(factorOf([5.5], 'glucose-cgm', 'mmol/L')).toBe(0.01);
    expect(factorOf([150_000_000.25], 'something', '')).toBe(1);
    expect([0, 1, 0.1, 1e-7, 1.5e-7, 1e21, -2.25].map(decimalsIn)).toEqual([0, 0, 1, 7, 8, 0, 2]);
  });

  it('keep the finer scale of a stream that is there', () => {
    const existing = () => ({ ucum: '/min', factor: 0.01, origin: 0 });
    expect(learnt([60], 'heart-rate', '/min', { existing }).series[0].factor).toBe(0.01);
  });

  it('have the spacing that they show', () => {
    expect(learnt([1, 2, 3, 4, 5]).series[0].nominalPeriodSeconds).toBe(60);
    expect(learnt([1]).series[0].nominalPeriodSeconds).toBe(60);
  });

  it('tell what was rounded, too large, or at a time that cannot be', () => {
    const shelf = learnt([60, 61]);
    const wanted = { kind: 'heart-rate', ucum: '/min' };
    shelf.record = 7;
    shelf.sample(wanted, T, 60.4);
    shelf.sample(wanted, T + 1, 1e12);
    shelf.sample(wanted, Number.NaN, 60);
    shelf.sample(wanted, 1e300, 60);
    shelf.sample(wanted, micros('1971-01-01T00:00:00Z'), 60);
    const told = items(shelf).map((item) =>
      item.type === 'rejection' ? `${item.place}: ${item.reason}` : item.type === 'note' ? item.text : item.type,
    );
    expect(told).toEqual([
      'record 7: number too large to store',
      'record 7: time not understood',
      'record 7: time not understood',
      'samples',
      '1 values of heart-rate had more decimals than are kept and were rounded.',
      'Samples with a time before 1990, kept as they are: 1.',
    ]);
  });

  it('tell times behind the file they stand in, and keep them', async () => {
    const entry = (at: number) => ({ type: 'sgv', sgv: 100, date: at / 1000 });
    const opened = await openText(JSON.stringify([entry(T), entry(T + 10 * DAY)]), { endMicros: T + DAY }, 'a.json');
    const { series, notes } = await collect(opened.chunks(0));
    expect(series.get('glucose-cgm')?.values.length).toBe(2);
    expect(notes).toEqual(['Samples with a time after the file was made, kept as they are: 1.']);
  });

  it('are announced before their first samples where they appear only far down the file', async () => {
    const entry = (minute: number) =>
      JSON.stringify({ type: 'sgv', sgv: 100, date: T / 1000 + minute * 60_000, device: 'share2' });
    const lines = Array.from({ length: 40_000 }, (_, i) => entry(i));
    lines.push(JSON.stringify({ type: 'mbg', mbg: 101.5, date: T / 1000 }));
    const opened = await openText(lines.join('\n'), {}, 'a.json');
    expect(opened.series.map(({ key }) => key)).toEqual(['glucose-cgm']);
    const { series, found, positions } = await collect(opened.chunks(0));
    expect(found).toEqual(['glucose-capillary']);
    expect(series.get('glucose-capillary')?.values).toEqual([1015]);
    expect(new Set(positions).size).toBeGreaterThan(2);
    const middle = positions[1];
    const rest = await collect(opened.chunks(middle));
    expect(rest.series.get('glucose-cgm')!.values.length).toBeLessThan(40_000);
    expect(rest.series.get('glucose-capillary')?.values).toEqual([1015]);
  });
});
