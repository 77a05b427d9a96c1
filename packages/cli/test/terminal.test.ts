// The pieces that write for the eye, where a transcript would not show the edge.
import { PassThrough } from 'node:stream';
import type { HomeEntry, StreamInfo } from '@hale/home';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { main } from '../src/main.ts';
import { timeTicks, valueAxis } from '../src/terminal/axis.ts';
import { chart, sparkline } from '../src/terminal/chart.ts';
import { bytes, decimalsOf, duration, number } from '../src/terminal/numbers.ts';
import { qrLines } from '../src/terminal/qr.ts';
import { forJson, forTerminal, red, widthOf, wrap } from '../src/terminal/style.ts';
import { table } from '../src/terminal/table.ts';
import { isoText, LocalTimes } from '../src/terminal/times.ts';
import { unitText } from '../src/terminal/units.ts';
import { at } from './fake-home.ts';

const times = new LocalTimes('Europe/Zurich', Date.parse('2026-11-21T14:05:00Z'));

describe('numbers and units', () => {
  it('groups thousands and keeps what the data has', () => {
    expect([
      number(1234567.5),
      number(-0.38),
      number(72),
      number(0.1 + 0.2),
      number(1e6, 0),
      number(-0.0001, 2),
    ]).toEqual(['1,234,567.5', '−0.38', '72', '0.3', '1,000,000', '0.00']);
    expect([decimalsOf([1, 2]), decimalsOf([0.5, 1]), decimalsOf([1 / 3])]).toEqual([0, 1, 3]);
  });

  it('writes sizes and spans', () => {
    expect([bytes(999), bytes(1000), bytes(1_536_000), bytes(31_000_000_000)]).toEqual([
      '999 B',
      '1.0 kB',
      '1.5 MB',
      '31 GB',
    ]);
    expect([duration(0.04), duration(1.6), duration(60), duration(1806), duration(100_000)]).toEqual([
      '40 ms',
      '1.6 s',
      '1 min',
      '30 min 6 s',
      '1 day 3 h',
    ]);
  });

  it('writes UCUM as people do', () => {
    const written = [
      ['/min', 'heart-rate'],
      ['/min', 'respiratory-rate'],
      ['/min', 'blinks'],
      ['Cel'],
      ['mm[Hg]'],
      ['mg/dL'],
      ['{steps}'],
      ['1'],
      ['%'],
      ['uV'],
      ['m/s2'],
    ].map(([unit = '', kind]) => unitText(unit, kind));
    expect(written).toEqual(['bpm', 'breaths/min', 'per min', '°C', 'mmHg', 'mg/dL', 'steps', '', '%', 'µV', 'm/s²']);
  });
});

describe('times', () => {
  it('says a range once', () => {
    const range = (from: string, to: string | null) => times.range(at(from), to === null ? null : at(to));
    expect(range('2017-08-29T11:00:00Z', '2017-08-29T15:00:00Z')).toBe('29 Aug 2017, 13:00 – 17:00');
    expect(range('2017-08-28T22:00:00Z', '2017-08-29T22:00:00Z')).toBe('29 Aug 2017, 00:00 – 24:00');
    expect(range('2017-08-29T11:00:00Z', '2017-08-30T15:00:05Z')).toBe('29 Aug 2017 13:00:00 – 30 Aug 2017 17:00:05');
    expect(range('2017-08-29T11:00:00Z', null)).toBe('from 29 Aug 2017 13:00 on');
  });

  it('says ages', () => {
    const ago = (seconds: number) => times.age(times.nowMicros - seconds * 1e6);
    expect([3, 60, 720, 3600, 10_800, 172_800, 86_400 * 40, 86_400 * 3400].map(ago)).toEqual([
      'just now',
      '1 min ago',
      '12 min ago',
      '1 hour ago',
      '3 hours ago',
      '2 days ago',
      '1 month ago',
      '9 years ago',
    ]);
    expect(ago(-86_400 * 20)).toBe('in 20 days');
  });

  it('keeps every microsecond in exact text, before 1970 too', () => {
    expect([isoText(1_504_000_000_002_778), isoText(-1)]).toEqual([
      '2017-08-29T09:46:40.002778Z',
      '1969-12-31T23:59:59.999999Z',
    ]);
  });
});

describe('foreign text', () => {
  it('cannot drive the terminal', () => {
    const evil = '\u001B]0;title\u0007\u001B[2J\u009B31mDr\u202E Lee\u200B\r';
    expect(forTerminal(evil, true)).toBe(']0;title[2J31mDr Lee');
    expect(forJson({ name: '\u009B\u202E' })).toBe('{"name":"\\u009b\\u202e"}');
    expect(JSON.parse(forJson({ name: evil }))).toEqual({ name: evil });
  });

  it('has colour only where colour is wanted', () => {
    expect([forTerminal(red('no'), false), forTerminal(red('no'), true)]).toEqual(['no', '\u001B[31mno\u001B[0m']);
  });

  it('is as wide as it looks', () => {
    expect(['Zoë', 'Zoe\u0308', '患者', red('x'), ''].map(widthOf)).toEqual([3, 3, 4, 1, 0]);
  });

  it('wraps without losing a word, and keeps addresses whole', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }),
        fc.integer({ min: 12, max: 40 }),
        (words, width) => {
          const lines = wrap(words.join(' '), width);
          expect(lines.every((line) => line.length <= width)).toBe(true);
          expect(lines.join(' ')).toBe(words.join(' '));
        },
      ),
    );
    expect(wrap('see wss://relay.example.org/with/a/path now', 10)).toEqual([
      'see',
      'wss://relay.example.org/with/a/path',
      'now',
    ]);
  });
});

describe('tables', () => {
  it('never get wider than the screen', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string(), fc.string()), { minLength: 1 }),
        fc.integer({ min: 40, max: 120 }),
        (rows, width) => {
          const lines = table(
            [
              { head: 'Name', wrapTo: 8 },
              { head: 'What', wrapTo: 8 },
            ],
            rows,
            width,
          );
          for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });
});

describe('charts', () => {
  const base = { level: 'raw' as const, fromMicros: 0, toMicros: 3600e6, gaps: [], unit: 'bpm' };

  it('stand as wide as they may and no wider', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 3599 }), fc.integer({ min: -2e9, max: 2e9 })), {
          minLength: 1,
          maxLength: 200,
        }),
        fc.integer({ min: 40, max: 120 }),
        (points, columns) => {
          const rows = points.sort(([a], [b]) => a - b).map(([second, value]) => ({ atMicros: second * 1e6, value }));
          for (const line of chart({ ...base, rows }, { columns, rows: 9 }, times)) {
            expect(widthOf(line)).toBeLessThanOrEqual(columns);
          }
        },
      ),
    );
  });

  it('never hide an extreme: a spike of one sample among ten thousand is drawn at the top', () => {
    const rows = Array.from({ length: 10_000 }, (_, index) => ({
      atMicros: index * 360_000,
      value: index === 5000 ? 200 : 60,
    }));
    const [, top = ''] = chart({ ...base, rows }, { columns: 60, rows: 9 }, times);
    expect(top).toMatch(/[\u2801-\u28FF]/);
  });

  it('draw nothing inside a gap, and break the axis there', () => {
    const rows = [0, 600, 1200, 2400, 3000, 3599].map((second) => ({ atMicros: second * 1e6, value: 60 }));
    const lines = chart(
      { ...base, rows, gaps: [{ fromMicros: 1200e6, toMicros: 2400e6 }] },
      { columns: 66, rows: 3 },
      times,
    );
    expect(lines.find((line) => line.includes('└'))).toMatch(/─╌{9,}┴╌{9,}─/);
    expect(lines.some((line) => /[\u2801-\u28FF] {15,}[\u2801-\u28FF]/.test(line))).toBe(true);
  });

  it('are empty where nothing is', () => {
    expect(chart({ ...base, rows: [] }, { columns: 60, rows: 9 }, times)).toEqual([]);
  });

  it('give a flat signal room', () => {
    const axis = valueAxis(60, 60);
    expect(axis.low).toBeLessThan(60);
    expect(axis.ticks.length).toBeGreaterThan(1);
  });

  it('label round local times across the change of clocks', () => {
    const ticks = timeTicks(at('2026-10-24T22:00:00Z'), at('2026-10-25T12:00:00Z'), 6, times);
    expect(ticks.map((tick) => tick.label)).toEqual(['25 Oct', '03:00', '06:00', '09:00', '12:00']);
  });

  it('label days, months and years', () => {
    const labels = (from: string, to: string) => timeTicks(at(from), at(to), 6, times).map((tick) => tick.label);
    expect(labels('2026-11-01T00:00:00Z', '2026-11-20T00:00:00Z')).toEqual(['2 Nov', '9 Nov', '16 Nov']);
    expect(labels('2026-01-01T00:00:00Z', '2026-12-01T00:00:00Z')).toEqual(
      ['Jan 2026', 'Mar 2026', 'May 2026', 'Jul 2026', 'Sep 2026', 'Nov 2026'].slice(1),
    );
    expect(labels('2001-01-01T00:00:00Z', '2026-12-01T00:00:00Z')).toEqual(['2005', '2010', '2015', '2020', '2025']);
  });

  it('small ones show high and low', () => {
    expect([sparkline([1, 2, 3]), sparkline([5, 5])]).toEqual(['▁▅█', '▄▄']);
  });
});

describe('QR codes', () => {
  it('are left out where they do not fit', () => {
    expect(qrLines('https://relay.example.org/g#hale1secret', 40)).not.toBeNull();
    expect(qrLines('x'.repeat(400), 60)).toBeNull();
  });
});

const silentIo = {
  stderr: { write: () => {} },
  stdin: new PassThrough(),
  isTTY: false,
  columns: 80,
  now: () => 0,
  env: {},
  zone: 'UTC',
};

describe('the list of streams', () => {
  const info = (key: string, title: string, source: string): StreamInfo => ({
    key,
    subject: 'me',
    title,
    kind: key,
    unit: '',
    loinc: null,
    device: null,
    source,
    levels: ['raw'],
    samples: 21_600,
    firstMicros: 0,
    lastMicros: 1,
    epoch: 0,
    periodMicros: 0,
    origins: [],
  });

  it('breaks no word of what was measured: where there is no room, the source goes', async () => {
    const text: string[] = [];
    const entry = {
      homeExists: () => true,
      connectHome: async () => ({
        call: async () => [
          info('heart-rate-variability-quality', 'Motion Classification Quality', 'Motion Classification'),
          info('electrodermal-activity', 'Electrodermal activity (GSR)', 'Galvanic Skin Response'),
        ],
        close: async () => {},
      }),
    } as unknown as HomeEntry;
    const io = { ...silentIo, columns: 76, stdout: { write: (piece: string) => text.push(piece) } };
    expect(await main(['streams'], io, entry)).toBe(0);
    for (const word of ['Classification', 'Electrodermal', 'activity']) expect(text.join('')).toContain(word);
    expect(text.join('')).not.toContain('Galvanic');
  });
});
