import type { LevelText, ShowResult, StreamInfo } from '@hale/home';
import { type Command, InvalidArgumentError } from 'commander';
import { csvHeader, csvRow } from '../csv.ts';
import { Refused } from '../failure.ts';
import { LIMITS } from '../limits.ts';
import type { Shell } from '../shell.ts';
import { isoText } from '../terminal/times.ts';
import { examples } from './examples.ts';
import { printReadings, rowCount } from './readings.ts';
import { parseLevel, STREAM_TODO } from './streams.ts';

interface ShowOptions {
  from?: string;
  to?: string;
  level?: LevelText;
  rows?: string;
  csv?: boolean;
}

export function addShow(program: Command, shell: Shell): void {
  program
    .command('show')
    .description('numbers and a chart in the terminal')
    .argument('<stream>', 'name of the stream, as `hale streams` lists it')
    .option('--from <when>', 'first moment')
    .option('--to <when>', 'last moment; a day alone means all of it')
    .option('--level <level>', 'raw, or summaries per 1m, 15m, 1h, 1d', parseLevel)
    .option('--rows <count>', 'rows of the table, or "all"', parseRows)
    .option('--csv', 'exact numbers instead of a chart')
    .addHelpText(
      'after',
      examples(
        'hale show heart-rate --from yesterday',
        "hale show heart-rate --from '2017-08-29 13:00' --to '2017-08-29 17:00' --level 1h",
        'hale show ecg-mlii --from -10m --csv > ecg.csv',
      ),
    )
    .action(async (stream: string, options: ShowOptions) => await show(shell, stream, options));
}

export function parseRows(text: string): string {
  if (text === 'all' || /^\d{1,7}$/.test(text)) return text;
  throw new InvalidArgumentError('Give a number, or "all".');
}

async function show(shell: Shell, stream: string, options: ShowOptions): Promise<void> {
  shell.about('stream', stream, { 'not-found': STREAM_TODO });
  const range = shell.range(options);
  if (options.csv) return await printCsv(shell, stream, options.level ?? 'raw', range);
  const level = options.level === undefined ? {} : { level: options.level };
  const rowsMax = shell.json ? {} : { rowsMax: LIMITS.chartRowsMax };
  const result = await shell.call('show', { stream, ...shell.subject, ...level, ...range, ...rowsMax });
  shell.result(result, () => printShow(shell, result, options));
}

function printShow(shell: Shell, result: ShowResult, options: ShowOptions): void {
  const { title, kind, unit } = result.stream;
  printReadings(shell, { ...result, title, kind, unit }, result.truncated ? 0 : rowCount(options.rows));
  if (result.truncated)
    shell.say(
      'These are too many readings for one screen, so they were thinned; lowest and highest are kept. --csv prints all.',
    );
  else if (result.rows.length === 0) noteWhere(shell, result.stream);
}

function noteWhere(shell: Shell, stream: StreamInfo): void {
  if (stream.firstMicros === null || stream.lastMicros === null) return;
  shell.say(`This stream has readings for ${shell.times.range(stream.firstMicros, stream.lastMicros)}.`);
}

/** Prints page by page, each sized by what the page before held, so that a decade needs no more memory than an hour. */
async function printCsv(
  shell: Shell,
  stream: string,
  level: LevelText,
  range: { from?: string; to?: string },
): Promise<void> {
  const all = await shell.call('streams', shell.subject);
  // As without --csv, a beginning that fits only one is enough.
  const similar = all.filter((each) => stream !== '' && each.key.startsWith(stream));
  const info = all.find((each) => each.key === stream) ?? (similar.length === 1 ? similar[0] : undefined);
  if (!info) throw new Refused('not-found', 'There is no stream of that name.', STREAM_TODO);
  await shell.flowing(`${csvHeader(level, info)}\n`);
  if (info.firstMicros === null || info.lastMicros === null) return;
  const dayBefore = info.firstMicros - 86_400e6;
  let from = range.from ? microsOf(range.from) : dayBefore;
  const to = range.to ? microsOf(range.to) : info.lastMicros + 1;
  let page: number = LIMITS.csvPageMicrosFirst;
  let printed = Number.NEGATIVE_INFINITY;
  if (from < dayBefore) from = dayBefore;
  while (from < to && !shell.signal.aborted) {
    const end = Math.min(to, from + page);
    const { rows } = await shell.call('show', {
      stream: info.key,
      ...shell.subject,
      level,
      from: isoText(from),
      to: isoText(end),
    });
    // A summary whose time two pages share comes with both.
    const fresh = rows.filter((row) => row.atMicros > printed);
    if (fresh.length > 0) await shell.flowing(fresh.map((row) => `${csvRow(row, level)}\n`).join(''));
    printed = fresh.at(-1)?.atMicros ?? printed;
    if (rows.length < LIMITS.csvPageRows / 4) page = Math.min(page * 4, LIMITS.csvPageMicrosMax);
    else if (rows.length > LIMITS.csvPageRows) page = Math.max(1e6, Math.floor(page / 4));
    from = end;
  }
}

/** Exact UTC text of ours back to micros (`Date` would lose the last three digits). */
function microsOf(text: string): number {
  return Number(Temporal.Instant.from(text).epochNanoseconds / 1000n);
}
