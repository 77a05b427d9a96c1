// Readings for the eye: a title, the chart, one sentence of numbers, a table. `show` prints the owner's, `open` what was shared.
import type { LevelText, ShowRow } from '@hale/home';
import { LIMITS } from '../limits.ts';
import type { Shell } from '../shell.ts';
import { BIN_MICROS, chart, highOf, lowOf, middleOf } from '../terminal/chart.ts';
import { counted, decimalsOf, duration, number } from '../terminal/numbers.ts';
import { bold, faint } from '../terminal/style.ts';
import { type Column, table } from '../terminal/table.ts';
import { timeline } from '../terminal/timeline.ts';
import type { LocalTimes, Precision } from '../terminal/times.ts';
import { unitText, withUnit } from '../terminal/units.ts';
import { levelNoun, levelText } from './streams.ts';

export interface Readings {
  title: string;
  kind: string;
  unit: string;
  level: LevelText;
  fromMicros: number;
  toMicros: number;
  rows: ShowRow[];
  gaps: { fromMicros: number; toMicros: number }[];
}

/** Prints readings; `rowsShown` limits the table (0: none). */
export function printReadings(shell: Shell, readings: Readings, rowsShown: number): void {
  const { times, width } = shell;
  const unit = unitText(readings.unit, readings.kind);
  shell.line(`${bold(readings.title)}, ${isTimeline(readings) ? 'what was when' : levelText(readings.level)}`);
  shell.line(`${times.range(readings.fromMicros, readings.toMicros)} ${faint(`(${shell.zone})`)}`);
  if (readings.rows.length === 0) {
    shell.line('\nNothing was measured in this time.');
    return;
  }
  if (isTimeline(readings)) {
    shell.lines(['', ...timeline(readings, { rowsShown, width }, times)]);
    return;
  }
  if (readings.rows.every((row) => middleOf(row) === undefined)) {
    shell.say('\nSummaries of a stream of words tell only how many there were.');
    if (rowsShown > 0) shell.lines(['', ...numbersTable(readings, unit, rowsShown, times, width)]);
    return;
  }
  const rows = width < 70 ? 9 : 12;
  shell.lines(['', ...chart({ ...readings, unit }, { columns: width, rows }, times), '']);
  shell.say(sentence(readings, unit));
  const gaps = gapSentence(readings, times);
  if (gaps !== '') shell.say(gaps);
  if (rowsShown > 0) shell.lines(['', ...numbersTable(readings, unit, rowsShown, times, width)]);
}

/** Readings that are words. */
const isTimeline = ({ rows }: Readings): boolean => rows.length > 0 && rows.every((row) => row.code !== undefined);

function sentence(readings: Readings, unit: string): string {
  const { rows, level } = readings;
  const places = decimalsOf(
    rows.slice(0, 500).flatMap((row) => [lowOf(row), highOf(row)].filter((value) => value !== undefined)),
  );
  let [low, high, sum, weight] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (const row of rows) {
    low = Math.min(low, lowOf(row) ?? low);
    high = Math.max(high, highOf(row) ?? high);
    const middle = middleOf(row);
    if (middle === undefined) continue;
    sum += middle * (row.count ?? 1);
    weight += row.count ?? 1;
  }
  const [one, many] = levelNoun(level);
  const readingsText = level === 'raw' ? '' : ` (${counted(weight, 'reading')})`;
  // Bins of fewer than five readings tell their average only: then the true extremes are not known, and it says so.
  const known = level === 'raw' || rows.every((row) => row.min !== undefined);
  return (
    `${counted(rows.length, one, many)}${readingsText}: lowest${known ? '' : ' known'} ${withUnit(number(low, places), unit)}, ` +
    `average ${withUnit(number(sum / weight, places + 1), unit)}, highest${known ? '' : ' known'} ${withUnit(number(high, places), unit)}.`
  );
}

function gapSentence(readings: Readings, times: LocalTimes): string {
  if (readings.gaps.length === 0) return '';
  const seconds = (gap: { fromMicros: number; toMicros: number }) => (gap.toMicros - gap.fromMicros) / 1e6;
  const longest = [...readings.gaps].sort((a, b) => seconds(b) - seconds(a)).slice(0, 3);
  const sameDay = times.date(readings.fromMicros) === times.date(readings.toMicros - 1);
  const at = (micros: number) => (sameDay ? times.clock(micros, 'second') : times.dateTime(micros));
  const texts = longest.map((gap) => `${at(gap.fromMicros)} – ${at(gap.toMicros)} (${duration(seconds(gap))})`);
  const lead = readings.gaps.length > 3 ? `${counted(readings.gaps.length, 'gap')}, the longest:` : 'Not measured:';
  return `${lead} ${texts.join(', ')}.`;
}

/** First and last rows as a table, with a line saying how many lie between. */
function numbersTable(readings: Readings, unit: string, rowsShown: number, times: LocalTimes, width: number): string[] {
  const { rows, level } = readings;
  const head = rows.length <= rowsShown ? rows.length : Math.ceil(rowsShown / 2);
  const tail = rows.length <= rowsShown ? 0 : Math.floor(rowsShown / 2);
  const shown = [...rows.slice(0, head), ...(tail > 0 ? rows.slice(-tail) : [])];
  const time = timeWriter(readings, shown, times);
  const places = decimalsOf(
    shown.flatMap((row) => [row.value, row.min, row.max].filter((value) => value !== undefined)),
  );
  const value = (physical: number | undefined, decimals = places) =>
    physical === undefined ? '' : number(physical, decimals);
  const suffix = unit === '' ? '' : ` (${unit})`;
  const right = (name: string): Column => ({ head: name, align: 'right' });
  const columns =
    level === 'raw'
      ? [{ head: 'Time' }, right(`Value${suffix}`)]
      : [
          { head: 'From' },
          right('Lowest'),
          right(`Average${suffix}`),
          right('Highest'),
          right('Readings'),
          right('Measured'),
        ];
  const cells = shown.map((row) =>
    level === 'raw'
      ? [time(row.atMicros), value(row.value ?? row.mean)]
      : [
          time(row.atMicros),
          value(row.min),
          value(row.mean, places + 1),
          value(row.max),
          value(row.count, 0),
          percent(row.coverage),
        ],
  );
  const lines = table(columns, cells, width);
  if (rows.length <= rowsShown) return lines;
  const [, many] = levelNoun(level);
  lines.splice(
    1 + head,
    0,
    faint(`… ${number(rows.length - head - tail, 0)} ${many} between; --rows N shows more, --csv all …`),
  );
  return lines;
}

const percent = (share: number | undefined) => (share === undefined ? '' : `${Math.round(share * 100)} %`);

function timeWriter(readings: Readings, shown: ShowRow[], times: LocalTimes): (micros: number) => string {
  const precision = precisionOf(shown);
  if (readings.level === '1d') return (micros) => times.date(micros);
  const sameDay = times.date(readings.fromMicros) === times.date(readings.toMicros - 1);
  return (micros) => (sameDay ? times.clock(micros, precision) : times.dateTime(micros, precision));
}

function precisionOf(rows: ShowRow[]): Precision {
  if (rows.every((row) => row.atMicros % 60e6 === 0)) return 'minute';
  return rows.every((row) => row.atMicros % 1e6 === 0) ? 'second' : 'millisecond';
}

/** Reads --rows: a count, or 'all'. */
export function rowCount(text: string | undefined): number {
  if (text === undefined) return LIMITS.tableRowsDefault;
  return text === 'all' ? Number.POSITIVE_INFINITY : Number(text);
}

/** Spans without data that are wider than twice the usual distance of samples, or any missing bin. */
export function gapsOf(rows: ShowRow[], level: LevelText): { fromMicros: number; toMicros: number }[] {
  const steps = rows.slice(1).map((row, index) => row.atMicros - (rows[index]?.atMicros ?? 0));
  const bin = BIN_MICROS[level];
  const usual = bin > 0 ? bin : ([...steps].sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0);
  return steps.flatMap((step, index) => {
    const from = rows[index]?.atMicros ?? 0;
    const wide = bin > 0 ? step > bin : step > 2 * usual;
    return wide ? [{ fromMicros: from + bin, toMicros: from + step }] : [];
  });
}
