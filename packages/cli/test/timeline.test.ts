import { describe, expect, it } from 'vitest';
import { forTerminal } from '../src/terminal/style.ts';
import { stretchesOf, type TimelineRows, timeline } from '../src/terminal/timeline.ts';
import { LocalTimes } from '../src/terminal/times.ts';

const START = Date.parse('2026-06-01T22:00:00Z') * 1000;
const times = new LocalTimes('UTC', START / 1000);
const CODES: Record<string, [number, string]> = {
  a: [2, 'Awake'],
  r: [6, 'REM'],
  l: [4, 'Light'],
  d: [5, 'Deep'],
  '.': [0, 'End'],
};

/** A letter per half hour. */
function night(letters: string, kind = 'sleep-stage'): TimelineRows {
  const rows = [...letters].map((letter, i) => {
    const [value, code] = CODES[letter]!;
    return { atMicros: START + i * 1800e6, value, code };
  });
  return { kind, rows, fromMicros: START, toMicros: START + letters.length * 1800e6 };
}

const plain = (lines: string[]): string => lines.map((line) => forTerminal(line, false)).join('\n');

describe('a timeline', () => {
  it('joins what is the same, and ends what is over', () => {
    expect(
      stretchesOf(night('aalld.r')).map(({ code, fromMicros, toMicros }) => [
        code,
        (fromMicros - START) / 1800e6,
        toMicros === null ? null : (toMicros - START) / 1800e6,
      ]),
    ).toEqual([
      ['Awake', 0, 2],
      ['Light', 2, 4],
      ['Deep', 4, 5],
      ['REM', 6, null],
    ]);
  });

  it('is a hypnogram, sums and a row per stretch', () => {
    expect(plain(timeline(night('alldlr.'), { rowsShown: 20, width: 40 }, times))).toMatchInlineSnapshot(`
      "Awake  ██████
      REM                               ██████
      Light       ████████████     ██████
      Deep                   ██████
             22:00                       01:00

      What   How often    How long  Share
      Awake          1      30 min   17 %
      REM            1      30 min   17 %
      Light          2  1 h 30 min   50 %
      Deep           1      30 min   17 %

      From              To        For  What
      1 Jun 2026 22:00  22:30  30 min  Awake
      1 Jun 2026 22:30  23:30     1 h  Light
      1 Jun 2026 23:30  00:00  30 min  Deep
      2 Jun 2026 00:00  00:30  30 min  Light
      2 Jun 2026 00:30  01:00  30 min  REM"
    `);
  });

  it('shows the first and the last where there are many', () => {
    const text = plain(timeline(night('alalalalal.'), { rowsShown: 4, width: 40 }, times));
    expect(text).toMatch(/… 6 stretches between/);
    expect(plain(timeline(night('al.'), { rowsShown: 0, width: 40 }, times))).not.toMatch(/From/);
  });

  it('of moments has neither ends nor a bar', () => {
    const rows = ['Normal', 'Normal', 'Premature ventricular'].map((code, i) => ({
      atMicros: START + i * 800_000,
      value: 1,
      code,
    }));
    const text = plain(
      timeline(
        { kind: 'ecg-beat', rows, fromMicros: START, toMicros: START + 3e6 },
        { rowsShown: 10, width: 60 },
        times,
      ),
    );
    expect(text).toMatchInlineSnapshot(`
      "What                   How often
      Normal                         2
      Premature ventricular          1

      Time          What
      22:00:00.000  Normal
      22:00:00.800  Normal
      22:00:01.600  Premature ventricular"
    `);
  });

  it('of a night’s events knows an end only where one was told', () => {
    const rows = [
      { atMicros: START, value: 1, code: 'Lights off' },
      { atMicros: START + 60e6, value: 8, code: 'Hypopnea' },
      { atMicros: START + 75e6, value: 0, code: 'End' },
      { atMicros: START + 90e6, value: 8, code: 'Hypopnea' },
    ];
    expect(
      stretchesOf({ kind: 'sleep-event', rows, fromMicros: START, toMicros: START + 100e6 }).map(
        ({ code, toMicros }) => [code, toMicros === null ? null : toMicros - START],
      ),
    ).toEqual([
      ['Lights off', null],
      ['Hypopnea', 75e6],
      ['Hypopnea', null],
    ]);
  });

  it('of nothing says so', () => {
    expect(timeline(night('...'), { rowsShown: 5, width: 40 }, times)).toEqual(['Nothing was recorded in this time.']);
  });
});
