import type { HomeClient, LevelText, OpenedRecords, OpenedStream, OpenResult, Parameters, Result } from '@hale/home';
import type { Command } from 'commander';
import { csvField, csvHeader, csvRow } from '../csv.ts';
import { WrongUsage } from '../failure.ts';
import type { Shell } from '../shell.ts';
import { BIN_MICROS } from '../terminal/chart.ts';
import { counted, number } from '../terminal/numbers.ts';
import { faint, forJson, yellow } from '../terminal/style.ts';
import { table } from '../terminal/table.ts';
import { examples } from './examples.ts';
import { gapsOf, printReadings, rowCount } from './readings.ts';
import { parseRows } from './show.ts';
import { parseLevel } from './streams.ts';
import { LiveLines } from './watch.ts';

const LINK_TODO = 'Check that the link is complete, to its last character.';

interface OpenOptions {
  stream?: string;
  from?: string;
  to?: string;
  level?: LevelText;
  rows?: string;
  csv?: boolean;
  fhir?: boolean;
  follow?: boolean;
}

export function addOpen(program: Command, shell: Shell): void {
  program
    .command('open')
    .description('open what someone shares with you')
    .argument('<grant>', 'its name in `hale inbox`, or a link')
    .option('--stream <name>', 'only this stream')
    .option('--from <when>', 'first moment')
    .option('--to <when>', 'last moment; a day alone means all of it')
    .option('--level <level>', 'raw, or summaries per 1m, 15m, 1h, 1d', parseLevel)
    .option('--rows <count>', 'rows of the table, or "all"', parseRows)
    .option('--csv', 'exact numbers')
    .option('--fhir', 'FHIR R4 as JSON')
    .option('--follow', 'then new readings as they come, till Ctrl-C')
    .addHelpText(
      'after',
      examples(
        "hale open 'https://…#…'",
        'hale open g7k2 --csv > shared.csv',
        'hale open g7k2 --stream glucose --follow',
      ),
    )
    .action(async (grant: string, options: OpenOptions) => await open(shell, grant, options));
}

async function open(shell: Shell, grant: string, options: OpenOptions): Promise<void> {
  if (options.csv && options.fhir) throw new WrongUsage('--csv and --fhir do not go together.');
  if (options.follow && options.fhir) throw new WrongUsage('--follow and --fhir do not go together.');
  const isLink = grant.includes('#') || grant.includes(':');
  // A link is a key: it never stands in a message.
  shell.about(
    isLink ? 'link' : 'share',
    isLink ? 'the link you gave' : grant,
    isLink
      ? { malformed: LINK_TODO, 'not-found': LINK_TODO }
      : { 'not-found': '`hale inbox --refresh` lists what is shared with you.' },
  );
  const { stream, level, fhir } = options;
  const parameters: Parameters<'open'> = {
    grant,
    ...shell.range(options),
    ...(stream === undefined ? {} : { stream }),
    ...(level === undefined ? {} : { level }),
    ...(fhir ? { fhir } : {}),
  };
  if (isLink) await openerFor(shell);
  const opened = await shell.call('open', parameters);
  await print(shell, opened, options);
  if (options.follow && !opened.ended) await follow(shell, parameters, opened, options.csv === true);
}

/** Opening a link needs no vault of one's own: without one, a client that keeps nothing is used. */
async function openerFor(shell: Shell): Promise<HomeClient> {
  const entry = await shell.entry();
  if (entry.homeExists(shell.dir) || !entry.connectReader) return await shell.client();
  return shell.use(await entry.connectReader());
}

async function print(shell: Shell, opened: Result<'open'>, options: OpenOptions): Promise<void> {
  if (options.fhir) shell.io.stdout.write(`${forJson(opened.fhir, 2)}\n`);
  else if (shell.json) shell.result(opened, () => {});
  else if (options.csv) await shell.flowing(csvOf(opened.streams));
  else if (opened.streams.length === 0 && !opened.records) shell.say('Nothing of this was shared with you.');
  else printOpened(shell, opened, options);
  if (!shell.json) sayState(shell, opened);
}

/** What opens, as its recipient is shown it. */
export function printOpened(shell: Shell, opened: OpenResult, options: Pick<OpenOptions, 'rows'>): void {
  opened.streams.forEach((stream, index) => {
    if (index > 0) shell.line();
    printStream(shell, stream, options);
  });
  if (opened.records) printCopies(shell, opened.records, rowCount(options.rows));
}

/** As `hale records` shows one's own. */
function printCopies(shell: Shell, { listed, told }: OpenedRecords, rows: number): void {
  const shown = listed.slice(0, rows);
  if (listed.length === 0) shell.say('There are no health records in this share now.');
  else
    shell.lines(
      table(
        [{ head: 'When' }, { head: 'Part' }, { head: 'What', wrapTo: 16 }, { head: 'Value', wrapTo: 8 }],
        shown.map(({ written, category, title, type, value }) => [
          written.slice(0, 10),
          category,
          title || type,
          value,
        ]),
        shell.width,
      ),
    );
  if (listed.length > shown.length)
    shell.say(faint(`${number(shown.length, 0)} of ${number(listed.length, 0)}, the newest; --rows all shows all.`));
  shell.say('Chosen by the patient. It may not be all there is: ask before you rely on something not being here.');
  if (told !== null) shell.say(toldWords(told));
}

function toldWords(told: NonNullable<OpenedRecords['told']>): string {
  if ('count' in told) return `The owner keeps ${counted(told.count, 'record')} back.`;
  return 'categories' in told
    ? `The owner keeps records back among ${told.categories.join(', ')}.`
    : 'The owner keeps records back.';
}

function printStream(shell: Shell, stream: OpenedStream, options: OpenOptions): void {
  const [first, last] = [stream.rows[0], stream.rows.at(-1)];
  if (!first || !last) {
    shell.say(`${stream.title}: no readings of this time open.`);
    return;
  }
  const range = { fromMicros: first.atMicros, toMicros: last.atMicros + Math.max(BIN_MICROS[stream.level], 1) };
  printReadings(shell, { ...stream, ...range, gaps: gapsOf(stream.rows, stream.level) }, rowCount(options.rows));
}

/** How far what was opened can be relied on; on stderr, so that it is seen with --csv too. */
function sayState(shell: Shell, opened: OpenResult): void {
  for (const notice of opened.notices) shell.warn(notice);
  if (opened.ended)
    shell.remark('The owner stopped sharing this. What you see is what was opened before; nothing new comes.');
  const words: Record<string, string> = {
    incomplete: 'Incomplete: the relay did not deliver everything that the owner says is there.',
    'older-than-known': 'Older than known: the relay served a state from before one that was seen already.',
    'changed-since-head':
      'Some of it changed since the owner last said what is there; that is usual while data comes in.',
    'no-head': 'The owner has not yet said what is there, so nobody can tell whether this is complete.',
  };
  const said = words[opened.completeness];
  if (said && opened.notices.length === 0) shell.remark(yellow(said));
}

/** One table when one stream was opened, otherwise with the stream's name in front of each line. */
function csvOf(streams: OpenedStream[]): string {
  const [only] = streams;
  if (only && streams.length === 1)
    return [csvHeader(only.level, only), ...only.rows.map((row) => csvRow(row, only.level)), ''].join('\n');
  const lines = streams.flatMap((stream) => [
    `stream,${csvHeader(stream.level, stream)}`,
    ...stream.rows.map((row) => `${csvField(stream.key)},${csvRow(row, stream.level)}`),
  ]);
  return `${lines.join('\n')}\n`;
}

async function follow(shell: Shell, parameters: Parameters<'open'>, opened: OpenResult, csv: boolean): Promise<void> {
  shell.safety = 'The share stays open; only the watching ended.';
  const many = opened.streams.length > 1;
  const live = new LiveLines(shell, csv, many);
  if (!shell.json && !csv) shell.remark('\nNew readings follow. Ctrl-C ends this.');
  const last = await shell.call('open', { ...parameters, follow: true }, (row) => live.take(row));
  live.finish();
  if (last.ended) sayState(shell, last);
}
