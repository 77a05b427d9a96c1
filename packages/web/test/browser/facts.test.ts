// What every screen says the same way: who can read something, when it ends, what is missing.
import type { GrantInfo } from '@hale/home';
import { beforeEach, describe, expect, test } from 'vitest';
import { daysWithout, missingIn, rhythmOf } from '../../src/clinical/gaps.ts';
import { openShares, reachOf, shortWho, titleOfGrant, whoOf } from '../../src/screens/sharing/words.ts';
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

  test('the longest gap, the others counted, and what is covered', () => {
    const { longest, others, covered } = missingIn(times, range, 5 * MINUTE);
    expect(longest).toEqual({ from: at('2026-11-03T14:00Z'), to: at('2026-11-05T09:15Z') });
    expect(others).toBe(1);
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
      others: 0,
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
      others: 1,
    });
    expect(missingIn([], { from: 0, to: 100 }, 5)).toEqual({ longest: { from: 0, to: 100 }, others: 0, covered: 0 });
  });

  test('of bins each that is empty, from edge to edge', () => {
    const hours = [0.5, 1.5, 3.5].map((hour) => hour * 60 * MINUTE);
    expect(missingIn(hours, { from: 0, to: 240 * MINUTE }, 60 * MINUTE, true)).toEqual({
      longest: { from: 120 * MINUTE, to: 180 * MINUTE },
      others: 0,
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
    ['2026-12-01T01:59Z', 'Tue 1 Dec, 02:59, in 48 hours'],
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

  test.each([
    [{}, 'Link without a name', 'anyone with the link', 'Anyone with the link'],
    [{ to: 'Holiday' }, 'Link “Holiday”', 'anyone with the link', 'Anyone with the link “Holiday”'],
    [
      { to: 'Holiday', lock: { pin: true, claim: false } },
      'Link “Holiday”',
      'anyone with the link and the PIN',
      'Anyone with the link “Holiday” and its PIN',
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
      'Only the first browser that opens the link (Link “Holiday”)',
    ],
    [{ to: 'anyone who opens the file' }, 'Link without a name', 'anyone who has the file', 'Anyone who has the file'],
  ] as const)('%j', (more, title, reach, who) => {
    const given = grant(more);
    expect([titleOfGrant(given), reachOf(given), whoOf(given)]).toEqual([title, reach, who]);
    expect(shortWho(given)).not.toContain(KEY);
  });
});
