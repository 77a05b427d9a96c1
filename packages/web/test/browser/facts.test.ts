// What every screen says the same way: who can read something, when it ends, what is missing.
import type { GrantInfo } from '@hale/home';
import { beforeEach, describe, expect, test } from 'vitest';
import { chartSentence, edgeSentence, gapSentence, sparkMissing } from '../../src/chart/sentence.ts';
import { type ChartData, drawnTogether, extremesOf, withExactGaps } from '../../src/chart/source.ts';
import { daysWithout, missingIn, rhythmOf } from '../../src/clinical/gaps.ts';
import {
  allOfName,
  answerBy,
  openShares,
  reachOf,
  readersText,
  servedWhen,
  shortWho,
  titleOfGrant,
  toldApart,
  whoOf,
} from '../../src/screens/sharing/words.ts';
import { endWhen, length, zone } from '../../src/words/numbers.ts';
import { personOfKey } from '../../src/words/people.ts';

const at = (text: string): number => Date.parse(text) * 1000;
const MINUTE = 60e6;
const KEY = `npub1${'q'.repeat(52)}wxyz23`;

describe('where readings are missing', () => {
  const every5 = (from: string, to: string) => {
    const times: number[] = [];
    for (let time = at(from); time <= at(to); time += 5 * MINUTE) times.push(time);
    return times;
  };
  const times = [
    ...every5('2026-11-03T00:00Z', '2026-11-03T14:00Z'),
    ...every5('2026-11-05T09:15Z', '2026-11-06T12:00Z'),
    ...every5('2026-11-06T13:00Z', '2026-11-07T00:00Z'),
  ];
  const range = { from: times[0], to: times[times.length - 1] };

  test('the longest gap, the others, and what is covered', () => {
    const { longest, others, covered } = missingIn(times, range, 5 * MINUTE);
    expect(longest).toEqual({ from: at('2026-11-03T14:00Z'), to: at('2026-11-05T09:15Z') });
    expect(others).toEqual([{ from: at('2026-11-06T12:00Z'), to: at('2026-11-06T13:00Z') }]);
    expect(covered).toBeCloseTo(1 - (43.25 + 1) / 96, 10);
    expect(rhythmOf(times)).toBe(5 * MINUTE);
  });

  test('one reading that did not come is none; the edges of the range are', () => {
    expect(
      missingIn(
        [0, 5, 15, 20].map((m) => m * MINUTE),
        { from: 0, to: 20 * MINUTE },
        5 * MINUTE,
      ),
    ).toEqual({
      longest: null,
      others: [],
      covered: 1,
    });
    expect(
      missingIn(
        [60, 65].map((m) => m * MINUTE),
        { from: 0, to: 130 * MINUTE },
        5 * MINUTE,
      ),
    ).toMatchObject({
      longest: { from: 65 * MINUTE, to: 130 * MINUTE },
      others: [{ from: 0, to: 60 * MINUTE }],
    });
    expect(missingIn([], { from: 0, to: 100 }, 5)).toEqual({ longest: { from: 0, to: 100 }, others: [], covered: 0 });
  });

  test('of bins each that is empty, from edge to edge', () => {
    const hours = [0.5, 1.5, 3.5].map((hour) => hour * 60 * MINUTE);
    expect(missingIn(hours, { from: 0, to: 240 * MINUTE }, 60 * MINUTE, true)).toEqual({
      longest: { from: 120 * MINUTE, to: 180 * MINUTE },
      others: [],
      covered: 0.75,
    });
  });

  test('days without any', () => expect(daysWithout(new Set([3, 4, 6]), 3, 7)).toEqual([5, 7]));

  test.each([
    [43.25 * 3600, '1 day 19 hrs'],
    [48 * 60, '48 mins'],
    [13 * 3600, '13 hrs'],
    [1.9, '1.9 secs'],
    [3599.9, '1 hr'],
  ])('%d s is %s', (seconds, text) => expect(length(seconds)).toBe(text));
});

describe('under a chart', () => {
  const HOUR = 60 * MINUTE;
  const start = at('2026-11-19T09:00Z');
  beforeEach(() => {
    zone.value = 'UTC';
  });
  /** Hours 9, 10, 11 (of which one reading), and 0 to 3 of the next day. */
  const hours = [0, 1, 2, 15, 16, 17, 18];
  const bins: ChartData = {
    columns: {
      at: hours.map((hour) => start + hour * HOUR + HOUR / 2),
      ...{ mean: hours.map(() => 100), min: hours.map(() => 90), max: hours.map(() => 110) },
      ...{
        count: hours.map((hour) => (hour === 2 ? 1 : 12)),
        coverage: hours.map((hour) => (hour === 2 ? 1 / 12 : 1)),
      },
    },
    ...{ level: '1h', gapMicros: 1.5 * HOUR, gaps: [[start + 3 * HOUR, start + 15 * HOUR]], isReduced: true },
  };
  const view = { from: start, to: start + 19 * HOUR };
  const source = { id: 'x', title: 'Glucose', kind: 'glucose-cgm', unit: 'mg/dL' };

  test('a summary says about when, the readings behind it say when', () => {
    const about = gapSentence('glucose-cgm', bins, view);
    expect(about).toContain('about 19 Nov 2026, 12:00 to about 20 Nov 2026, 00:00 (12 hrs)');
    const exact = { ...bins, gaps: [[start + 2 * HOUR, start + 15 * HOUR]] as ChartData['gaps'], hasExactGaps: true };
    expect(gapSentence('glucose-cgm', exact, view)).toContain('from 19 Nov 2026, 11:00 to 20 Nov 2026, 00:00 (13 hrs)');
  });

  test('few readings behind a summary are asked for once, many or none are not', async () => {
    const asked: string[] = [];
    const gaps = async () => {
      asked.push('gaps');
      return [[1, 2]] as ChartData['gaps'];
    };
    const whole = { ...source, bounds: { first: 0, last: 1 }, load: async () => bins, gaps };
    const signal = new AbortController().signal;
    const range = { fromMicros: 0, toMicros: 1 };
    expect(await withExactGaps(whole, range, bins, signal)).toMatchObject({ gaps: [[1, 2]], hasExactGaps: true });
    const many = { ...bins, columns: { ...bins.columns, count: [1e6] } };
    expect(await withExactGaps(whole, range, many, signal)).toBeNull();
    expect(await withExactGaps(whole, range, { ...bins, level: 'raw' }, signal)).toBeNull();
    expect(await withExactGaps({ ...whole, gaps: undefined } as never, range, bins, signal)).toBeNull();
    expect(asked).toHaveLength(1);
  });

  test('what is summed up never ends after the newest reading', () => {
    const bounds = { first: start + 5 * MINUTE, last: start + 18 * HOUR + 25 * MINUTE };
    const said = chartSentence({ ...source, bounds, load: async () => bins }, bins, view);
    expect(said).toContain('19 Nov 2026, 09:05 to 20 Nov 2026, 03:25');
  });

  test('nothing at the edges of what is shared is said, and what reaches them is not', () => {
    const bounds = { first: start, last: start + 18 * HOUR };
    const near = { from: start - 30 * MINUTE, to: start + 18.5 * HOUR };
    expect(edgeSentence(bounds, bins, near)).toBe('');
    expect(edgeSentence(bounds, bins, { ...near, from: start - 20 * HOUR })).toBe(
      'None before 19 Nov 2026, 09:00, though shared.',
    );
    expect(edgeSentence(bounds, bins, { ...near, to: start + 39 * HOUR })).toBe('None since 20 Nov 2026, 03:00.');
  });

  test('of what is measured once a day the days without are named', () => {
    const days = ['15', '16', '18', '19', '20'].map((day) => at(`2026-11-${day}T07:00Z`));
    const columns = { at: days, mean: days.map(() => 71), min: [], max: [], count: [] };
    const spark = {
      columns,
      level: 'raw',
      gapMicros: 60 * HOUR,
      gaps: [],
      fromMicros: days[0],
      toMicros: days[4],
    } as const;
    expect(sparkMissing('body-weight', { ...spark, gaps: [] })).toMatch(/^No readings on 1 of 6 days: Tue,? 17 Nov\.$/);
  });

  test('readings that would lie on each other are drawn together, with their extremes, and never across a gap', () => {
    const times = Array.from({ length: 40 }, (_, i) => start + i * MINUTE + (i >= 20 ? 10 * HOUR : 0));
    const values = times.map((_, i) => (i === 7 ? 200 : i === 33 ? 20 : 100));
    const raw: ChartData = {
      columns: { at: times, mean: values, min: [], max: [], count: [] },
      ...{ level: 'raw', gapMicros: 2.5 * MINUTE, gaps: [], isReduced: false },
    };
    const { columns, gapMicros } = drawnTogether(raw, 10 * MINUTE);
    expect(columns.count.reduce((sum, each) => sum + each, 0)).toBe(40);
    expect([Math.max(...(columns.max as number[])), Math.min(...(columns.min as number[]))]).toEqual([200, 20]);
    expect(extremesOf({ ...raw, columns }, start, start + 20 * HOUR)?.mean).toBeCloseTo(100.5, 10);
    expect(gapMicros).toBe(15 * MINUTE);
    expect(drawnTogether(raw, MINUTE)).toBe(raw);
  });
});

describe('when it ends', () => {
  const now = at('2026-11-29T02:00Z');
  beforeEach(() => {
    zone.value = 'Europe/Warsaw';
  });
  test.each([
    // Days as the calendar counts them: from Sunday to Friday five.
    ['2026-12-04T17:00Z', 'Fri 4 Dec, 18:00, in 5 days'],
    ['2026-12-01T02:00Z', 'Tue 1 Dec, 03:00, in 2 days'],
    // Under two days in hours.
    ['2026-12-01T01:59Z', 'Tue 1 Dec, 02:59, in 2 days'],
    ['2026-12-01T01:00Z', 'Tue 1 Dec, 02:00, in 47 hours'],
    ['2026-11-30T17:00Z', 'Mon 30 Nov, 18:00, in 39 hours'],
    ['2026-11-29T04:30Z', 'Sun 29 Nov, 05:30, in 3 hours'],
    ['2026-11-29T02:20Z', 'Sun 29 Nov, 03:20, in 20 minutes'],
    // Within a week the hour is said even of an end of a day, further off it is not; but of any other moment always.
    ['2026-12-01T23:00Z', 'Tue 1 Dec, 24:00, in 2 days'],
    ['2026-12-29T23:00Z', 'Tue 29 Dec 2026, end of the day, in 30 days'],
    ['2027-07-01T10:15Z', 'Thu 1 Jul 2027, 12:15, in 214 days'],
    ['2026-11-20T10:00Z', 'Fri 20 Nov 2026, 11:00'],
  ])('%s', (when, text) => expect(endWhen(at(when), now).replace(/^(\w{3}),/, '$1')).toBe(text));
});

test('who somebody is: a name with its key, or said to have none; an address stays as it was typed', () => {
  expect(personOfKey('Dr Ada Lee', KEY)).toBe('Dr Ada Lee (key npub1qqqqq…wxyz23)');
  expect(personOfKey('', KEY)).toBe('Somebody without a name here (key npub1qqqqq…wxyz23)');
  expect(personOfKey(KEY, KEY)).toBe('Somebody without a name here (key npub1qqqqq…wxyz23)');
  expect(personOfKey('', 'lee@clinic.example')).toBe('lee@clinic.example');
});

describe('shares', () => {
  const grant = (more: Partial<GrantInfo>): GrantInfo => ({
    ...{ id: 'a', subject: 'me', as: '', to: 'anyone with the link', how: 'link', lock: null, recipient: null },
    ...{ streams: [{ key: 'pulse', level: 'raw' }], fromMicros: 0, toMicros: null, untilMicros: null, purpose: '' },
    ...{ state: 'active', issuedMicros: 0, endedMicros: null, relays: [], served: [], classicOnly: false },
    ...{ mayFile: false, filed: [] },
    ...more,
  });

  test('are counted the same way for one series and for all: open ones, of that person', () => {
    const grants = [
      grant({ id: 'one' }),
      grant({ id: 'stopping', state: 'stopping' }),
      grant({ id: 'ended', state: 'ended' }),
      grant({ id: 'of Mia', subject: 'Mia' }),
      grant({ id: 'steps', streams: [{ key: 'steps', level: '1h' }] }),
    ];
    expect(openShares(grants).map(({ id }) => id)).toEqual(['one', 'of Mia', 'steps']);
    expect(openShares(grants, { subject: 'me', keys: ['pulse'] }).map(({ id }) => id)).toEqual(['one']);
  });

  test('of one name are told apart by what differs, and counted where nothing does', () => {
    zone.value = 'UTC';
    const lee = { to: 'Dr Lee', untilMicros: at('2026-12-04T18:00Z') };
    const texts = (grants: GrantInfo[]) => toldApart(grants).map(({ text }) => text);
    expect(texts([grant(lee), grant({ to: 'Ward' })])).toEqual(['Link “Dr Lee”', 'Link “Ward”']);
    expect(texts([grant(lee), grant({ ...lee, untilMicros: null })])).toEqual([
      ...['Link “Dr Lee”, until 4 Dec', 'Link “Dr Lee”, until you stop it'],
    ]);
    expect(texts([grant({ ...lee, purpose: 'visit' }), grant({ ...lee, purpose: 'study' })])).toEqual([
      ...['Link “Dr Lee”, visit', 'Link “Dr Lee”, study'],
    ]);
    expect(texts([grant(lee), grant({ ...lee, lock: { pin: true, claim: false } })])).toEqual([
      ...['Link “Dr Lee”, without a PIN', 'Link “Dr Lee”, with a PIN'],
    ]);
    expect(toldApart([grant(lee), grant({ id: 'b', ...lee }), grant({ to: 'Ward' })])).toEqual([
      { text: 'Link “Dr Lee” (2×)', count: 2 },
      { text: 'Link “Ward”', count: 1 },
    ]);
  });

  test('what is counted and what is named come to all that are open', () => {
    const six = ['A', 'A', 'B', 'C', 'D', 'E'].map((to, i) => grant({ id: String(i), to }));
    expect(readersText(six)).toBe('Link “A” (2×); Link “B”; Link “C” and 2 more');
    expect(readersText(six.slice(0, 4))).toBe('Link “A” (2×); Link “B”; Link “C”');
  });

  test('all of one name: links and shares to the key, open ones; of what has no name the share alone', () => {
    const grants = [
      grant({ id: 'link', to: 'Dr Lee' }),
      grant({ id: 'key', to: 'Dr Lee', how: 'key', recipient: KEY }),
      grant({ id: 'ended', to: 'Dr Lee', state: 'ended' }),
      grant({ id: 'other', to: 'Ward' }),
      grant({ id: 'one' }),
      grant({ id: 'two' }),
    ];
    expect(allOfName(grants, grants[0]).map(({ id }) => id)).toEqual(['link', 'key']);
    expect(allOfName(grants, grants[4]).map(({ id }) => id)).toEqual(['one']);
  });

  test('an ask can be answered as long as what it asks for lasts', () => {
    const now = Date.now() * 1000;
    const [soon, later] = [now + 24 * 60 * MINUTE, now + 14 * 24 * 60 * MINUTE];
    expect([answerBy(later, soon), answerBy(later, null), answerBy(soon, later)]).toEqual([soon, later, soon]);
    // A share that is over may be renewed by the answer.
    expect(answerBy(later, now - 1)).toBe(later);
  });

  test('of a download the hour is known: never before the share, never after now', () => {
    zone.value = 'UTC';
    const given = grant({ issuedMicros: at('2026-11-29T03:25Z') });
    const when = (hour: string, now: string) => servedWhen(at(hour), given, at(now)).replace(/^(\w{3}),/, '$1');
    expect(when('2026-11-29T03:00Z', '2026-11-29T09:00Z')).toBe('between Sun 29 Nov, 03:25 and 04:00');
    expect(when('2026-11-29T03:00Z', '2026-11-29T03:40Z')).toBe('between Sun 29 Nov, 03:25 and 03:40');
    expect(when('2026-11-29T03:00Z', '2026-11-29T03:25Z')).toBe('Sun 29 Nov, 03:25');
    expect(when('2026-11-29T08:00Z', '2026-11-29T11:00Z')).toBe('between Sun 29 Nov, 08:00 and 09:00');
  });

  test.each([
    [{}, 'Link without a name', 'anyone with the link', 'anyone with the link without a name'],
    [{ to: 'Holiday' }, 'Link “Holiday”', 'anyone with the link', 'anyone with the link “Holiday”'],
    [
      { to: 'Holiday', lock: { pin: true, claim: false } },
      'Link “Holiday”',
      'anyone with the link and the PIN',
      'anyone with the link “Holiday” and its PIN',
    ],
    [
      { how: 'key', to: 'Dr Lee', recipient: KEY },
      'Dr Lee',
      'Dr Lee (key npub1qqqqq…wxyz23)',
      'Dr Lee (key npub1qqqqq…wxyz23)',
    ],
    [
      { how: 'key', to: KEY, recipient: KEY },
      'Somebody without a name here',
      'Somebody without a name here (key npub1qqqqq…wxyz23)',
      'Somebody without a name here (key npub1qqqqq…wxyz23)',
    ],
    [
      { to: 'Holiday', lock: { pin: false, claim: true } },
      'Link “Holiday”',
      'only the first browser that opens the link',
      'only the first browser that opens the link (Link “Holiday”)',
    ],
    [{ to: 'anyone who opens the file' }, 'Link without a name', 'anyone who has the file', 'anyone who has the file'],
  ] as const)('%j', (more, title, reach, who) => {
    const given = grant(more);
    expect([titleOfGrant(given), reachOf(given), whoOf(given)]).toEqual([title, reach, who]);
    expect(shortWho(given)).not.toContain(KEY);
  });
});
