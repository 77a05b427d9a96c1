// Nightscout's documents and questions, without a server: dates in every spelling, keys and ids, numbers, conditions.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Condition,
  directionOf,
  matches,
  parseFilters,
  parseFind,
  parsePairs,
  pebbleOf,
  rangeOf,
  readDate,
  readDocument,
  readDocumentV3,
  readingsAfter,
  readingsOf,
  runsOf,
} from '../src/live/nightscout/index.ts';

const T = Date.UTC(2024, 1, 29, 12, 34, 56, 789);

describe('dates', () => {
  test.each([
    ['2024-02-29T12:34:56.789Z', 0],
    ['2024-02-29T14:34:56.789+02:00', 120],
    ['2024-02-29T14:34:56.789+0200', 120],
    ['2024-02-29T14:34:56.789 0200', 120],
    ['2024-02-29T07:04:56.789-05:30', -330],
    ['2024-02-29 12:34:56.789', 0],
    [T, 0],
    [String(T), 0],
  ])('%s', (text, offsetMinutes) => expect(readDate(text)).toEqual({ millis: T, offsetMinutes }));

  test.each([
    '',
    'yesterday',
    '2024',
    '2024-13-01T00:00:00Z',
    '2024-02-29T25:00:00Z',
    1e300,
    -1,
    Number.NaN,
    null,
    {},
    [],
    true,
    946_684_800_000,
  ])('%s is none', (value) => expect(readDate(value)).toBeNull());

  test('property: what JavaScript writes is read, and no text makes it throw', () => {
    fc.assert(
      fc.property(fc.integer({ min: 946_684_800_001, max: 4_102_444_799_999 }), fc.string(), (millis, text) => {
        expect(readDate(new Date(millis).toISOString())?.millis).toBe(millis);
        readDate(text);
      }),
    );
  });
});

describe('documents', () => {
  const entry = { type: 'sgv', sgv: 100, date: T, dateString: '2024-02-29T14:34:56.789+0200', odd: { x: [1] } };

  test('the same document gives the same id; another second, type or collection another', () => {
    const id = (fields: object, collection: 'entries' | 'treatments' = 'entries') =>
      readDocument(collection, fields, 0, 'salt').id;
    expect(id({ ...entry, sgv: 101, device: 'other' })).toBe(id(entry));
    const others = [
      id(entry),
      id({ ...entry, type: 'mbg' }),
      id({ ...entry, dateString: undefined, date: T + 1 }),
      id({ ...entry, created_at: entry.dateString }, 'treatments'),
    ];
    expect(new Set(others).size).toBe(4);
    expect(readDocument('entries', entry, 0, '').fields).toEqual({
      ...entry,
      dateString: '2024-02-29T12:34:56.789Z',
      sysTime: '2024-02-29T12:34:56.789Z',
      utcOffset: 120,
    });
  });

  test('what has no date of its own is told apart by the salt', () => {
    const of = (salt: string) => readDocument('treatments', { eventType: 'Note' }, T, salt);
    expect(of('a').id).not.toBe(of('b').id);
    expect([of('a').key, of('a').fields.created_at]).toEqual([null, '2024-02-29T12:34:56.789Z']);
  });

  test('API v3: date, utcOffset and app must be there; the identifier is computed once and for all', () => {
    const fields = { date: T, app: 'AAPS', device: 'd', eventType: 'Note' };
    const read = readDocumentV3('treatments', fields, '');
    expect(read.identifier).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(readDocumentV3('treatments', { ...fields, notes: 'x' }, '').identifier).toBe(read.identifier);
    for (const missing of ['date', 'app'])
      expect(() => readDocumentV3('treatments', { ...fields, [missing]: undefined }, '')).toThrow(
        `Bad or missing ${missing} field`,
      );
    expect(() => readDocumentV3('treatments', { ...fields, utcOffset: 'two' }, '')).toThrow(
      'Bad or missing utcOffset field',
    );
  });

  test('property: any JSON is read or refused in our own words', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom('entries' as const, 'treatments' as const, 'profile' as const),
        (value, collection) => {
          for (const read of [readDocument, (...[a, b]: Parameters<typeof readDocument>) => readDocumentV3(a, b, '')])
            try {
              const { fields, millis } = read(collection, value, T, 'salt');
              readingsOf(collection, fields, millis);
            } catch (error) {
              expect(error).toHaveProperty('code', expect.stringMatching(/^(malformed|too-large)$/));
            }
        },
      ),
    );
  });
});

describe('numbers', () => {
  const values = (collection: Parameters<typeof readingsOf>[0], fields: object) =>
    readingsOf(collection, fields as never, T).map(({ series, value }) => [series, value]);

  test.each([
    [{ type: 'sgv', sgv: 120 }, [['glucose-cgm', 120]]],
    [{ type: 'sgv', sgv: '120' }, [['glucose-cgm', 120]]],
    [{ type: 'sgv', sgv: 5.5, units: 'mmol' }, [['glucose-cgm', 99.1]]],
    [{ type: 'sgv', sgv: 39 }, [['glucose-cgm', 39]]],
    [{ type: 'sgv', sgv: 38 }, []],
    [{ type: 'sgv', sgv: 5 }, []],
    [{ type: 'sgv', sgv: 1e9 }, []],
    [{ type: 'sgv', sgv: null }, []],
    [{ type: 'mbg', mbg: 131 }, [['glucose-capillary', 131]]],
    [{ type: 'cal', slope: 800 }, []],
  ])('entry %j', (fields, expected) => expect(values('entries', fields)).toEqual(expected));

  test.each([
    [
      { eventType: 'Meal Bolus', insulin: 2.5, carbs: 30 },
      [
        ['insulin-bolus', 2.5],
        ['carbohydrate-intake', 30],
      ],
    ],
    [{ eventType: 'Temp Basal', rate: 0, duration: 30 }, [['insulin-temp-basal', 0]]],
    [{ eventType: 'Temp Basal', absolute: 0.85, rate: 0.9 }, [['insulin-temp-basal', 0.85]]],
    [{ eventType: 'Temp Basal', percent: -50 }, []],
    [{ eventType: 'BG Check', glucose: 5.5, glucoseType: 'Finger', units: 'mmol' }, [['glucose-capillary', 99.1]]],
    [{ eventType: 'BG Check', glucose: 99, glucoseType: 'Sensor' }, []],
    [
      { eventType: 'Exercise', duration: 30 },
      [
        ['workout-session', 1],
        ['workout-session', 0],
      ],
    ],
    [{ eventType: 'Note', notes: 'x', insulin: 'no' }, []],
  ])('treatment %j', (fields, expected) => expect(values('treatments', fields)).toEqual(expected));

  test('what is taken back becomes 0 where it was; runs are ascending', () => {
    const before = readingsOf('treatments', { insulin: 2, carbs: 10 }, T);
    const after = readingsOf('treatments', { insulin: 3 }, T + 1);
    const now = readingsAfter(before, after).map(({ series, millis, value }) => [series, millis - T, value]);
    expect(now).toEqual([
      ['insulin-bolus', 0, 0],
      ['carbohydrate-intake', 0, 0],
      ['insulin-bolus', 1, 3],
    ]);
    expect(runsOf(readingsAfter(before, after))[0]).toEqual({
      series: 'insulin-bolus',
      times: Float64Array.of(T * 1000, T * 1000 + 1000),
      values: Float64Array.of(0, 3),
    });
  });
});

describe('questions', () => {
  const find = (query: string) => parseFind(parsePairs(query)).conditions;

  test('find[…] with operators, lists, repeated ones, plus and percent', () => {
    expect(find('find%5Bcreated_at%5D%5B%24gte%5D=2024-01-01&find[eventType]=Temporary+Target')).toEqual([
      { field: 'created_at', operator: 'gte', values: ['2024-01-01'] },
      { field: 'eventType', operator: 'eq', values: ['Temporary Target'] },
    ]);
    expect(find('find[a.b][$in][]=1&find[a.b][$in][]=2&find[x][$ne]=p&find[x][$ne]=q&find[y][]=5')).toEqual([
      { field: 'a.b', operator: 'in', values: ['1', '2'] },
      { field: 'x', operator: 'ne', values: ['p', 'q'] },
      { field: 'y', operator: 'in', values: ['5'] },
    ]);
    expect(parseFilters(parsePairs("date$gte=5&type$in=a|b&name='x y'&sort$desc=date")).conditions).toEqual([
      { field: 'date', operator: 'gte', values: ['5'] },
      { field: 'type', operator: 'in', values: ['a', 'b'] },
      { field: 'name', operator: 'eq', values: ['x y'] },
    ]);
  });

  test('property: numbers compare as a naive filter does, moments whatever their spelling', () => {
    const operators = {
      eq: (a: number, b: number) => a === b,
      ne: (a: number, b: number) => a !== b,
      gt: (a: number, b: number) => a > b,
      gte: (a: number, b: number) => a >= b,
      lt: (a: number, b: number) => a < b,
      lte: (a: number, b: number) => a <= b,
    };
    const names = fc.constantFrom(...(Object.keys(operators) as (keyof typeof operators)[]));
    fc.assert(
      fc.property(names, fc.integer({ min: -5, max: 5 }), fc.integer({ min: -5, max: 5 }), (operator, a, b) => {
        expect(matches({ sgv: a }, [{ field: 'sgv', operator, values: [String(b)] }])).toBe(operators[operator](a, b));
        const condition: Condition = { field: 'created_at', operator, values: [String(T + b)] };
        expect(matches({ created_at: new Date(T + a).toISOString() }, [condition])).toBe(operators[operator](a, b));
      }),
    );
  });

  test('what is missing equals nothing and is not greater; a range is read from what names a date', () => {
    const has = (query: string, fields: object) => matches(fields as never, find(query));
    expect([
      has('find[a]=1', {}),
      has('find[a][$ne]=1', {}),
      has('find[a][$gt]=1', {}),
      has('find[a][$exists]=false', {}),
    ]).toEqual([false, true, false, true]);
    expect([has('find[a.b]=1', { a: { b: 1 } }), has('find[constructor][$exists]=true', {})]).toEqual([true, false]);
    const range = rangeOf(
      find(
        `find[dateString][$gte]=2024-02-29T12:34:56.789Z&find[srvModified][$gt]=${T + 9e9}&find[date][$lt]=${T + 1000}`,
      ),
    );
    expect(range).toEqual({ from: T - 60_000, to: T + 61_000, isGiven: true });
  });
});

describe('faces', () => {
  const at = (minutes: number, mgdl: number) => ({ millis: T - minutes * 60_000, mgdl });

  test.each([
    [[at(5, 100)], 104, 'Flat'],
    [[at(5, 100)], 106, 'FortyFiveUp'],
    [[at(5, 100)], 90, 'SingleDown'],
    [[at(5, 100)], 140, 'DoubleUp'],
    [[at(1, 100), at(5, 120)], 100, 'DoubleDown'],
    [[at(20, 100)], 110, 'NONE'],
    [[], 110, 'NONE'],
  ])('%j then %i is %s', (before, mgdl, direction) => expect(directionOf(T, mgdl, before)).toBe(direction));

  test('pebble without readings is empty, and scales a gap to five minutes', () => {
    const glucose = (minutes: number, mgdl: number) => ({
      ...at(minutes, mgdl),
      id: 'x',
      device: '',
      direction: 'Flat',
      noise: null,
    });
    const options = { units: 'mg/dl' as const, count: 1, nowMillis: T, battery: null };
    expect(pebbleOf([], options)).toEqual({ status: [{ now: T }], bgs: [], cals: [] });
    expect(pebbleOf([glucose(0, 130), glucose(10, 110)], options).bgs).toEqual([
      { sgv: '130', trend: 4, direction: 'Flat', datetime: T, bgdelta: 10 },
    ]);
  });
});
