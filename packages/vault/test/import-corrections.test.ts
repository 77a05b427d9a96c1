// Columns of a table as a person corrects them, and the memory of it.
import { describe, expect, it } from 'vitest';
import { columnCorrection, detect, type ImportOptions, open } from '../src/import/index.ts';
import { collect, folder, micros, openText, source } from './import-sources.ts';

const TABLE = 'Zeit,Puls,Geheim,Gewicht\n01.02.2026 08:00,61,7,70.5\n01.02.2026 08:01,62,8,70.5\n';

/** Remembers as a home does. */
function memory() {
  const kept = new Map<string, NonNullable<Awaited<ReturnType<typeof openText>>['toRemember']>['corrections']>();
  return {
    kept,
    options: { remembered: (signature: string) => kept.get(signature) } satisfies ImportOptions,
    take: (opened: Awaited<ReturnType<typeof openText>>) => {
      if (opened.toRemember) kept.set(opened.toRemember.signature, opened.toRemember.corrections);
    },
  };
}

describe('a mapping', () => {
  it('is shown column by column', async () => {
    const { columns, toRemember } = await openText(TABLE, { zoneMinutes: 60 });
    expect(columns).toEqual([
      { section: '', title: 'Zeit', as: 'time', form: 'dmy', zoneMinutes: 60 },
      { section: '', title: 'Puls', as: 'value', kind: 'heart-rate', kindKnown: true, ucum: '/min' },
      { section: '', title: 'Geheim', as: 'value', kind: 'geheim', kindKnown: false, ucum: '' },
      { section: '', title: 'Gewicht', as: 'value', kind: 'gewicht', kindKnown: false, ucum: '' },
    ]);
    expect(toRemember).toBeUndefined();
  });

  it('is corrected by title, and read so again', async () => {
    const { options, take, kept } = memory();
    const corrections = {
      columns: [columnCorrection('puls', 'pulse-rate', 'bpm'), columnCorrection('Gewicht', 'body-weight', '')],
      ignore: ['Geheim'],
    };
    const first = await openText(TABLE, { ...options, corrections, dateOrder: 'mdy', zoneMinutes: 0 });
    const kinds = [
      ['pulse-rate', '/min', 1],
      ['body-weight', 'kg', 0.01],
    ];
    expect(first.series.map(({ kind, ucum, factor }) => [kind, ucum, factor])).toEqual(kinds);
    expect(first.notes.join()).toMatch(/as you said: “Geheim”/);
    take(first);
    expect(kept.size).toBe(1);
    // Another file of the same shape, read the same way without a word; its dates too, though they show nothing.
    const next = await openText('Zeit,Puls,Geheim,Gewicht\n03.04.2026 08:00,65,9,71.25\n', {
      ...options,
      zoneMinutes: 0,
    });
    expect(next.series.map(({ kind, ucum, factor }) => [kind, ucum, factor])).toEqual(kinds);
    expect(next.notes[0]).toMatch(/as you said earlier/);
    expect(next.toRemember).toBeUndefined();
    const { series } = await collect(next.chunks(0));
    expect(series.get('pulse-rate')).toEqual({ times: [micros('2026-03-04T08:00:00Z')], values: [65] });
    // Other titles: another shape.
    const other = await openText(TABLE.replace('Geheim', 'Offen'), options);
    expect(other.series.map(({ kind }) => kind)).toEqual(['heart-rate', 'offen', 'gewicht']);
  });

  it('adds new words to earlier ones', async () => {
    const { options, take } = memory();
    take(await openText(TABLE, { ...options, corrections: { ignore: ['Geheim'] } }));
    const second = await openText(TABLE, {
      ...options,
      corrections: { columns: [columnCorrection('Gewicht', 'body-weight', 'kg')] },
    });
    expect(second.series.map(({ kind }) => kind)).toEqual(['heart-rate', 'body-weight']);
  });

  it('finds a time that nobody would recognise, now and the next time', async () => {
    const { options, take } = memory();
    const odd = 'lfd,wann,hr\n1,5000000,60\n2,5000060,61\n';
    const one = source('odd.csv', odd);
    expect(await detect(one, folder(one))).toBeNull();
    const opened = await openText(odd, { ...options, corrections: { time: { title: 'wann', form: 'epoch-s' } } });
    expect((await collect(opened.chunks(0))).series.get('heart-rate')!.times).toEqual([5_000_000e6, 5_000_060e6]);
    take(opened);
    const again = await openText(odd, options);
    expect((await collect(again.chunks(0))).series.get('heart-rate')!.values).toEqual([60, 61]);
  });

  it('that is given whole is remembered with its scales', async () => {
    const { options, take } = memory();
    const { mapping } = await openText(TABLE);
    mapping!.tables[0].values = [{ ...mapping!.tables[0].values[2], kind: 'body-weight', ucum: 'kg', factor: 0.5 }];
    take(await openText(TABLE, { ...options, mapping: mapping! }));
    const again = await openText(TABLE, options);
    expect(again.series.map(({ kind, factor }) => [kind, factor])).toEqual([['body-weight', 0.5]]);
  });

  it('takes what is kept in the memory of a stranger for nothing it can use', async () => {
    const one = source('t.csv', TABLE);
    await expect(
      open(one, folder(one), { corrections: { columns: [{ title: 'Puls', kind: '../..', ucum: '' }] } }),
    ).rejects.toMatchObject({ code: 'malformed' });
  });

  it('of a column that is not there is told, without its name', async () => {
    const wrong = openText(TABLE, { corrections: { ignore: ['Jane'] } });
    await expect(wrong).rejects.toMatchObject({ code: 'usage' });
    await expect(wrong).rejects.not.toThrow(/Jane/);
  });

  it.each([
    ['heart-rate', 'kg'],
    ['sleep-stage', ''],
    ['§§', ''],
  ])('of kind %s in %s is refused', (kind, unit) => {
    expect(() => columnCorrection('x', kind, unit)).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});
