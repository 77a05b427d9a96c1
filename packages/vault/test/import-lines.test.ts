import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IMPORT_LIMITS, parseSampleJson, parseSampleLines } from '../src/import/index.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const plain = (text: string) =>
  parseSampleLines(bytes(text)).map(({ series, times, values }) => ({
    series,
    times: [...times],
    values: [...values],
  }));
const T = 1_700_000_000_000_000;

/** The dumb reader that the fast one is held against. */
function slow(text: string): Map<string, [number, number][]> {
  const runs = new Map<string, [number, number][]>();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [series, time, value] = line.split(',');
    runs.set(series, [...(runs.get(series) ?? []), [Number(time), Number(value)]]);
  }
  return runs;
}

describe('lines', () => {
  it('of one series and of several, with and without header, LF and CRLF', () => {
    expect(plain(`series,time_micros,value\nhr,${T},60\nhr,${T + 1},-61.5\n`)).toEqual([
      { series: 'hr', times: [T, T + 1], values: [60, -61.5] },
    ]);
    expect(plain(`a,${T},1\r\nb/c:d,${T},2\r\n\r\na,${T + 5},3`)).toEqual([
      { series: 'a', times: [T, T + 5], values: [1, 3] },
      { series: 'b/c:d', times: [T], values: [2] },
    ]);
    expect(plain('')).toEqual([]);
    expect(plain('series,time_micros,value')).toEqual([]);
    expect(plain('hr,-1000,0\n')).toEqual([{ series: 'hr', times: [-1000], values: [0] }]);
  });

  it('a name that begins like the last one is another name', () => {
    expect(plain(`hr,${T},1\nhr2,${T},2\nhr,${T},3\n`).map(({ series }) => series)).toEqual(['hr', 'hr2']);
  });

  it.each([
    '0',
    '-0.5',
    '123456789',
    '1234567890',
    '999999999',
    '0.000001',
    '12345678.9',
    '1e-3',
    '2.5E+2',
    '179.00000000000003',
    '123456789012345678',
    '-2147483648',
  ])('the value %s is read as JavaScript reads it', (value) => {
    expect(plain(`x,${T},${value}\n`)[0].values).toEqual([Number(value)]);
  });

  it('agrees with the dumb reader', () => {
    const name = fc.constantFrom('hr', 'hr2', 'ecg-ii', 'a.b:c/d_e');
    const time = fc.integer({ min: -2_208_988_800_000_000, max: 7_258_118_399_999_999 });
    const value = fc.oneof(
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).filter((x) => !Object.is(x, -0)),
      fc.integer({ min: -99_999, max: 99_999 }).map((x) => x / 100),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(name, time, value), { maxLength: 60 }), (rows) => {
        const text = rows.map((row) => `${row.join(',')}\n`).join('');
        const got = new Map(
          parseSampleLines(bytes(text)).map(({ series, times, values }) => [
            series,
            [...times].map((t, i) => [t, values[i]]),
          ]),
        );
        expect(got).toEqual(slow(text));
      }),
      { numRuns: 500 },
    );
  });

  it('agrees with the dumb reader on long runs of one series with odd lines among them', () => {
    const time = fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: 10 ** 15, max: 7_258_118_399_999_999 }) },
      fc.integer({ min: -2_208_988_800_000_000, max: 7_258_118_399_999_999 }),
    );
    const value = fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: -999_999_999, max: 999_999_999 }).map((x) => String(x / 1000)) },
      fc.integer({ min: -(10 ** 10), max: 10 ** 10 }).map(String),
      fc.constantFrom(
        '0',
        '007',
        '-0.5',
        '0.000',
        '1234567.9',
        '12345678.9',
        '1e3',
        '-1.5E-2',
        '999999999',
        '1234567890',
      ),
    );
    const end = fc.oneof({ weight: 9, arbitrary: fc.constant('\n') }, fc.constantFrom('\r\n', '\n\n'));
    fc.assert(
      fc.property(fc.array(fc.tuple(time, value, end), { maxLength: 200 }), (rows) => {
        const text = rows.map(([micros, number, mark]) => `hr,${micros},${number}${mark}`).join('');
        const [run] = parseSampleLines(bytes(text));
        expect(run ? [...run.times] : []).toEqual(rows.map(([micros]) => micros));
        expect(run ? [...run.values] : []).toEqual(rows.map(([, number]) => Number(number)));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['hr', 1],
    ['hr\n', 1],
    [`hr,${T}\n`, 1],
    [`hr,${T},\n`, 1],
    [`hr,${T},60\nhr,,60\n`, 2],
    [`hr,${T},60\nhr,1.5,60\n`, 2],
    [`hr,${T},60\n\nhr,${T},sixty\n`, 3],
    [`hr,${T},60,1\n`, 1],
    [`hr,${T},60 \n`, 1],
    [`hr,${T},1.\n`, 1],
    [`hr,${T},.5\n`, 1],
    [`hr,${T},1..5\n`, 1],
    [`hr,${T},--5\n`, 1],
    [`hr,${T},NaN\n`, 1],
    [`hr,${T},1e999\n`, 1],
    [`hr,${T},0x10\n`, 1],
    [`hr,${T},1\rhr,${T},1\n`, 1],
    ['hr,99999999999999999999999,1\n', 1],
    ['hr,9007199254740993,1\n', 1],
    ['hr,-9007199254740993,1\n', 1],
    ['hr,--5,1\n', 1],
    [`,${T},1\n`, 1],
    [`"hr",${T},1\n`, 1],
    [`h r,${T},1\n`, 1],
    [`hé,${T},1\n`, 1],
    [`${'x'.repeat(200)},${T},1\n`, 1],
    [`hr,${T},1\nseries,time_micros,value\n`, 2],
    [`hr,${T},1\nhr,99999999999999999,1\nhr,${T},1\nhr,${T},1\n`, 2],
    [`hr,${T},1\nhr,9999999999999999,1\nhr,${T},1\nhr,${T},1\n`, 2],
    [`hr,${T},1\nhr,179525643000000x,1\nhr,${T},1\nhr,${T},1\n`, 2],
    [`hr,${T},1\nhr,${T},1.\nhr,${T},1\nhr,${T},1\n`, 2],
    [`hr,${T},1\nhr,${T},-\nhr,${T},1\nhr,${T},1\n`, 2],
    [`hr,${T},1\nhr,${T},.5\nhr,${T},1\nhr,${T},1\n`, 2],
    ['\0\0\0', 1],
  ])('%j is malformed on line %i', (text, line) => {
    expect(() => plain(text)).toThrow(
      expect.objectContaining({ name: 'HaleError', code: 'malformed', detail: expect.objectContaining({ line }) }),
    );
  });

  it('bounds what it takes', () => {
    expect(() => parseSampleLines(new Uint8Array(IMPORT_LIMITS.linesBytesMax + 1))).toThrow(
      expect.objectContaining({ code: 'too-large' }),
    );
    const many = Array.from({ length: IMPORT_LIMITS.seriesPerRequestMax + 1 }, (_, i) => `s${i},${T},1`).join('\n');
    expect(() => plain(many)).toThrow(expect.objectContaining({ code: 'too-large' }));
  });

  it('throws only errors of ours on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (tail, prefixed) => {
        const all = new Uint8Array([...bytes(prefixed ? `hr,${T},6` : ''), ...tail]);
        try {
          parseSampleLines(all);
        } catch (error) {
          expect((error as Error).name).toBe('HaleError');
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe('JSON', () => {
  const json = (value: unknown) =>
    parseSampleJson(bytes(JSON.stringify(value))).map(({ series, times, values }) => ({
      series,
      times: [...times],
      values: [...values],
    }));

  it('with times, and as a regular run with gaps', () => {
    expect(
      json({
        series: 'hr',
        samples: [
          [T, 60],
          [T + 1, 61.5],
        ],
      }),
    ).toEqual([{ series: 'hr', times: [T, T + 1], values: [60, 61.5] }]);
    expect(json([{ series: 'ecg', start: T, periodMicros: 1e6 / 360, values: [1, null, 3, 4] }])).toEqual([
      { series: 'ecg', times: [T, T + 5556, T + 8333], values: [1, 3, 4] },
    ]);
  });

  it.each([
    [null],
    [5],
    [{}],
    [{ series: 'a' }],
    [{ series: '', samples: [] }],
    [{ series: 'a b', samples: [] }],
    [{ series: 'a', samples: {} }],
    [{ series: 'a', samples: [[T]] }],
    [{ series: 'a', samples: [[T, '1']] }],
    [{ series: 'a', samples: [[T + 0.5, 1]] }],
    [{ series: 'a', samples: [[1e18, 1]] }],
    [{ series: 'a', samples: [], more: 1 }],
    [{ series: 'a', start: T, periodMicros: 0, values: [] }],
    [{ series: 'a', start: T, periodMicros: 1, values: [true] }],
    [{ series: 'a', start: T, periodMicros: 1e300, values: [1, 2] }],
    [[{ series: 'a', samples: [] }, [[]]]],
  ])('%j is malformed', (value) => {
    expect(() => json(value)).toThrow(expect.objectContaining({ name: 'HaleError', code: 'malformed' }));
  });

  it.each([
    '',
    '{',
    '[1,',
    '{"series":"a","samples":[[1e999,1]]}',
    `{"series":"a","samples":[[${T},1e999]]}`,
    '['.repeat(100_000),
  ])('%.30s… is malformed', (text) => {
    expect(() => parseSampleJson(bytes(text))).toThrow(expect.objectContaining({ code: 'malformed' }));
  });

  it('is bounded', () => {
    expect(() => parseSampleJson(new Uint8Array(IMPORT_LIMITS.jsonBytesMax + 1))).toThrow(
      expect.objectContaining({ code: 'too-large' }),
    );
  });
});
