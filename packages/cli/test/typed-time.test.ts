import { describe, expect, it } from 'vitest';
import { parseTypedTime } from '../src/typed-time.ts';

const clock = { nowMillis: Date.parse('2026-11-21T14:05:00Z'), zone: 'Europe/Zurich' };

function typed(text: string, edge: 'start' | 'end' = 'start', zone = clock.zone): string {
  const parsed = parseTypedTime(text, edge, { ...clock, zone });
  return 'reason' in parsed ? parsed.reason : new Date(parsed.micros / 1000).toISOString().replace('.000Z', 'Z');
}

describe('times as people type them, at 15:05 on 21 November 2026 in Zurich', () => {
  const good: [string, string, string?][] = [
    // text, as a start, as an end where that differs
    ['2017-08-29', '2017-08-28T22:00:00Z', '2017-08-29T22:00:00Z'],
    ['2017-08', '2017-07-31T22:00:00Z', '2017-08-31T22:00:00Z'],
    ['2017', '2016-12-31T23:00:00Z', '2017-12-31T23:00:00Z'],
    ['2017-08-29 13:00', '2017-08-29T11:00:00Z'],
    ['2017-08-29T13:00', '2017-08-29T11:00:00Z'],
    ['2017-08-29 9:05', '2017-08-29T07:05:00Z'],
    ['2017-08-29 13:00:05.250', '2017-08-29T11:00:05.250Z'],
    ['2017-08-29T13:00:00Z', '2017-08-29T13:00:00Z'],
    ['2017-08-29T13:00:00+05:30', '2017-08-29T07:30:00Z'],
    ['2017-08-29 13:00 -0800', '2017-08-29T21:00:00Z'],
    ['today', '2026-11-20T23:00:00Z', '2026-11-21T23:00:00Z'],
    ['Yesterday', '2026-11-19T23:00:00Z', '2026-11-20T23:00:00Z'],
    ['yesterday 14:00', '2026-11-20T13:00:00Z'],
    ['tomorrow', '2026-11-21T23:00:00Z', '2026-11-22T23:00:00Z'],
    ['13:00', '2026-11-21T12:00:00Z'],
    ['now', '2026-11-21T14:05:00Z'],
    ['-2h', '2026-11-21T12:05:00Z'],
    ['now-2h', '2026-11-21T12:05:00Z'],
    ['-1h30m', '2026-11-21T12:35:00Z'],
    ['90 min ago', '2026-11-21T12:35:00Z'],
    ['-10s', '2026-11-21T14:04:50Z'],
    ['+30d', '2026-12-21T14:05:00Z'],
    ['in 2 weeks', '2026-12-05T14:05:00Z'],
    ['-3mo', '2026-08-21T13:05:00Z'],
    ['-1y', '2025-11-21T14:05:00Z'],
  ];
  for (const [text, start, end = start] of good) {
    it(text, () => expect([typed(text), typed(text, 'end')]).toEqual([start, end]));
  }

  const bad = [
    '',
    'soon',
    '29.08.2017',
    '08/29/2017',
    '2017-8-29',
    '2017-08-29 1pm',
    '13',
    '-2',
    '-2 parsecs',
    '--2h',
    '2h',
    '2017-08-29Z',
  ];
  for (const text of bad) it(`refuses '${text}'`, () => expect(typed(text)).toMatch(/^is not a time/));

  for (const text of ['2017-02-29', '2017-13-01', '2017-08-29 24:01', '25:00', '2017-08-29 13:60']) {
    it(`refuses '${text}'`, () => expect(typed(text)).toMatch(/^is no day or time/));
  }
});

describe('clocks that change', () => {
  it('takes a day as long as it is: 23 hours in spring, 25 in autumn', () => {
    const hours = (day: string) => (Date.parse(typed(day, 'end')) - Date.parse(typed(day))) / 3_600_000;
    expect([hours('2026-03-29'), hours('2026-10-25'), hours('2026-11-21')]).toEqual([23, 25, 24]);
  });

  it('takes a skipped hour as the one after, and a doubled hour as the first', () => {
    expect(typed('2026-03-29 02:30')).toBe('2026-03-29T01:30:00Z');
    expect(typed('2026-10-25 02:30')).toBe('2026-10-25T00:30:00Z');
  });

  it('follows the zone', () => {
    expect(typed('2017-08-29', 'start', 'America/Los_Angeles')).toBe('2017-08-29T07:00:00Z');
    expect(typed('2017-08-29', 'start', 'Asia/Kathmandu')).toBe('2017-08-28T18:15:00Z');
  });
});
