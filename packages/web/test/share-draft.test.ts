// Days that a person picks, as the moments of a grant.
import { describe, expect, test } from 'vitest';
import {
  addMonths,
  dayStart,
  emptyDraft,
  groupOf,
  isOutside,
  levelsFor,
  parametersOf,
  periodOf,
} from '../src/screens/share/draft.ts';
import { NO_RECORDS, undatedFirst, withVisit } from '../src/screens/share/records-draft.ts';

const NOW = Date.parse('2026-11-28T10:00:00Z');
const FIRST = Date.parse('2026-01-05T03:00:00Z');
const iso = (millis: number) => new Date(millis).toISOString();

describe('days in a zone', () => {
  test.each([
    ['2026-11-28', 'UTC', '2026-11-28T00:00:00.000Z'],
    ['2026-07-01', 'Europe/Warsaw', '2026-06-30T22:00:00.000Z'],
    ['2026-11-28', 'Pacific/Kiritimati', '2026-11-27T10:00:00.000Z'],
    ['2026-11-28', 'America/Los_Angeles', '2026-11-28T08:00:00.000Z'],
    // Midnight does not exist on this day.
    ['2026-09-06', 'America/Santiago', '2026-09-06T04:00:00.000Z'],
  ])('%s in %s begins at %s', (day, zone, begins) => expect(iso(dayStart(day, zone))).toBe(begins));

  test('what is no day has no beginning', () => expect(dayStart('', 'UTC')).toBeNaN());
  test('a month after the last of January is the last of February', () =>
    expect(addMonths('2026-01-31', 1)).toBe('2026-02-28'));
});

test('of single records undated ones stand first, then the newest', () =>
  expect([{ at: 2 }, { at: null }, { at: 3 }, { at: null }].sort(undatedFirst)).toEqual([
    { at: null },
    { at: null },
    { at: 3 },
    { at: 2 },
  ]));

describe('readings that the chosen days leave out', () => {
  const of = (samples: number, first: number, last: number) => ({
    ...{ samples, firstMicros: first * 1000, lastMicros: last * 1000 },
  });
  test.each([
    // readings, from, to, all outside
    [of(3, 10, 20), 21, null, true],
    [of(3, 10, 20), 20, null, false],
    [of(3, 10, 20), 0, 10, true],
    [of(3, 10, 20), 0, 11, false],
    [of(0, 0, 0), 21, null, false],
  ])('%j from %s to %s: %s', (stream, from, to, isAll) => expect(isOutside(stream, { from, to })).toBe(isAll));
});

describe('the period', () => {
  const draft = emptyDraft(['pulse'], '');
  test('a visit lasts two days, and shows ninety before it', () => {
    const period = periodOf(draft, FIRST, NOW, 'UTC');
    expect(period).toEqual({ from: Date.parse('2026-08-30'), to: null, until: NOW + 2 * 86_400_000 });
  });
  test('everything there is begins with the day of the oldest reading', () =>
    expect(periodOf({ ...draft, history: 'all' }, FIRST, NOW, 'UTC')).toMatchObject({
      from: Date.parse('2026-01-05'),
    }));
  test('picked days are whole, the last one included', () => {
    const picked = { ...draft, history: 'days', fromDay: '2026-03-01', toDay: '2026-03-02', withNew: false } as const;
    expect(periodOf(picked, FIRST, NOW, 'UTC')).toMatchObject({
      from: Date.parse('2026-03-01'),
      to: Date.parse('2026-03-03'),
    });
  });
  test('only from today on has no end but that of the share', () =>
    expect(periodOf({ ...draft, history: 'today', withNew: false }, FIRST, NOW, 'UTC')).toMatchObject({ to: null }));
  test.each([
    ['untilWrong', { until: 'day', untilDay: '2026-11-27' }],
    ['dayMissing', { until: 'day', untilDay: '' }],
    ['dayMissing', { history: 'days', fromDay: '' }],
    ['daysWrong', { history: 'days', fromDay: '2026-03-02', toDay: '2026-03-01', withNew: false }],
    ['daysWrong', { history: 'days', fromDay: '2027-01-01' }],
  ] as const)('%s', (fault, changed) => expect(periodOf({ ...draft, ...changed }, FIRST, NOW, 'UTC')).toBe(fault));
});

test('levels that all of the chosen series have, or something coarser', () => {
  const stream = (...levels: string[]) => ({ levels }) as never;
  expect(levelsFor([stream('raw', '1m', '1h')])).toEqual(['raw', '1m', '1h']);
  expect(levelsFor([stream('raw', '1m', '1h'), stream('raw', '15m')])).toEqual(['raw', '1m', '15m']);
  expect(levelsFor([stream('raw'), stream('raw', '1d')])).toEqual(['raw']);
});

test('what is empty is not sent, but that no name is given is', () => {
  const period = { from: FIRST, to: null, until: NOW };
  expect(parametersOf({ ...emptyDraft(['pulse'], 'Anna'), name: '  ', as: ' ' }, period, {}, '')).toEqual({
    streams: ['pulse'],
    with: 'link',
    level: 'raw',
    from: iso(FIRST),
    until: iso(NOW),
    as: '',
  });
  expect(parametersOf(emptyDraft(['pulse'], 'Anna'), period, {}, '')).toMatchObject({ as: 'Anna' });
});

test('topics that people keep to themselves stand apart', () =>
  expect(['menstrual-flow', 'phq9-score', 'heart-rate', 'xyz'].map(groupOf)).toEqual([
    'intimate',
    'intimate',
    'heart',
    'other',
  ]));

describe('health records', () => {
  const period = { from: FIRST, to: null, until: NOW };
  const records = { ...NO_RECORDS, categories: ['problems'] as const, told: 'count' as const };
  const draft = { ...emptyDraft([], ''), who: { kind: 'link' } as const, records };
  const asked = (more: object, place: string) => parametersOf({ ...draft, ...more }, period, {}, place).records;

  test.each([
    // place, what she chose, what is told
    ['', 'count', 'none'],
    ['PL', 'count', 'none'],
    ['EU', 'exists', 'none'],
    ['US', 'count', 'count'],
    ['US', 'none', 'none'],
  ] as const)('read in %j, "%s" becomes "%s"', (place, told, becomes) =>
    expect(asked({ records: { ...records, told } }, place)).toMatchObject({ told: becomes, jurisdiction: place }),
  );

  test('are of any time unless she bounds them by the days of the readings', () => {
    expect(asked({}, '')).toMatchObject({ anyTime: true });
    expect(asked({ records: { ...records, ofDays: true } }, '')).not.toHaveProperty('anyTime');
  });
  test('alone ask for no days, whatever was chosen before', () =>
    expect(periodOf({ ...draft, history: 'days', fromDay: '' }, FIRST, NOW, 'UTC')).toMatchObject({ to: null }));
  test('go with a link whatever its lock', () => {
    for (const lock of [{ withPin: true }, { claim: true }, { withPin: true, claim: true }])
      expect(asked(lock, '')).toEqual(asked({}, ''));
  });

  test('a visit proposes parts, what to leave out, series that she has, and its end', () => {
    const offer = {
      ...{ visit: 'second-opinion', name: 'Second opinion', why: '', fits: true },
      asked: {
        ...{ streams: ['pulse', 'gone'], levels: { pulse: '1h', gone: '1d' }, from: iso(FIRST), until: iso(NOW) },
        records: { categories: ['problems'], withholdAreas: ['hiv'], documents: true, told: 'none', anyTime: true },
        purposeCode: 'TREAT',
      },
    } as never;
    const said = { dayOf: (millis: number) => iso(millis).slice(0, 10), name: 'Druga opinia' };
    expect(withVisit(offer, [{ key: 'pulse' }] as never, said)).toEqual({
      ...{
        visit: 'second-opinion',
        streams: ['pulse'],
        levels: { pulse: '1h' },
        level: 'raw',
        purpose: 'Druga opinia',
      },
      ...{ purposeCode: 'TREAT', until: 'day', untilDay: '2026-11-28', history: 'days', fromDay: '2026-01-05' },
      withNew: true,
      records: { ...NO_RECORDS, categories: ['problems'], withholdAreas: ['hiv'], documents: true },
    });
  });
});
