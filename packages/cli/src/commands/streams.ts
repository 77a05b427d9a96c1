import type { AssuranceText, LevelText, StreamInfo } from '@hale/home';
import { type Command, InvalidArgumentError } from 'commander';
import { WrongUsage } from '../failure.ts';
import type { Shell } from '../shell.ts';
import { number } from '../terminal/numbers.ts';
import { faint } from '../terminal/style.ts';
import { type Column, fits, longestWord, table } from '../terminal/table.ts';
import { unitText } from '../terminal/units.ts';
import { examples } from './examples.ts';

export const STREAM_TODO = '`hale streams` lists the streams and their names.';

const LEVELS: Record<LevelText, { whole: string; one: string; many: string }> = {
  raw: { whole: 'every reading', one: 'reading', many: 'readings' },
  '1m': { whole: 'a summary per minute', one: 'minute', many: 'minutes' },
  '15m': { whole: 'a summary per 15 minutes', one: 'quarter of an hour', many: 'quarters of an hour' },
  '1h': { whole: 'a summary per hour', one: 'hour', many: 'hours' },
  '1d': { whole: 'a summary per day', one: 'day', many: 'days' },
};

/** 'every reading', 'a summary per hour'. */
export const levelText = (level: LevelText): string => LEVELS[level].whole;

/** What one row of a level is: ['reading', 'readings'], ['hour', 'hours']. */
export const levelNoun = (level: LevelText): [string, string] => [LEVELS[level].one, LEVELS[level].many];

/** Reads --level. */
export function parseLevel(text: string): LevelText {
  if (Object.hasOwn(LEVELS, text)) return text as LevelText;
  throw new InvalidArgumentError('Levels are raw, 1m, 15m, 1h and 1d.');
}

export function addStreams(program: Command, shell: Shell): void {
  program
    .command('streams')
    .description('what is there: kinds, time ranges, counts, devices; of one stream also who brought what')
    .argument('[stream]', 'only this one, with its sources')
    .addHelpText('after', examples('hale streams', 'hale streams heart-rate', 'hale streams --subject Mia --json'))
    .action(async (name: string | undefined) => {
      const streams = await shell.call('streams', shell.subject);
      if (name === undefined) return shell.result(streams, () => printStreams(shell, streams));
      const found = streams.find(({ key }) => key === name);
      if (!found) throw new WrongUsage('there is no stream of this name.', STREAM_TODO);
      shell.result([found], () => printOrigins(shell, found));
    });
}

export function printStreams(shell: Shell, streams: StreamInfo[]): void {
  if (streams.length === 0) {
    shell.say('No streams yet.');
    shell.say('Bring some in with `hale import FILE`, or connect a device with `hale device add NAME`.');
    return;
  }
  const { times } = shell;
  const subjects = new Set(streams.map((stream) => stream.subject));
  for (const subject of subjects) {
    if (subjects.size > 1) shell.line(`${subject === [...subjects][0] ? '' : '\n'}${subject}`);
    const rows = streams.filter((stream) => stream.subject === subject).map((stream) => row(shell, stream));
    shell.lines(streamTable(rows, shell.width));
  }
  const latest = Math.max(...streams.map((stream) => stream.lastMicros ?? Number.NEGATIVE_INFINITY));
  const age = Number.isFinite(latest) ? `Last reading ${times.age(latest)}. ` : '';
  shell.say(`\n${faint(age)}${shell.zoneLine()}`);
}

/** What was measured breaks between words only; where that leaves too little room, the name of the source goes. */
function streamTable(rows: string[][], width: number): string[] {
  const word = Math.max(...rows.map(([, what = '']) => longestWord(what)));
  const columns: Column[] = [
    { head: 'Name' },
    { head: 'What', wrapTo: Math.max(12, word) },
    { head: 'Readings', align: 'right' },
    { head: 'When', wrapTo: 11 },
  ];
  const whole = [...columns, { head: 'From', wrapTo: 8 }];
  if (fits(whole, rows, width) || !fits(columns, rows, width)) return table(whole, rows, width);
  return table(
    columns,
    rows.map((cells) => cells.slice(0, columns.length)),
    width,
  );
}

function row(shell: Shell, stream: StreamInfo): string[] {
  const { times } = shell;
  const unit = unitText(stream.unit, stream.kind);
  const when =
    stream.firstMicros === null || stream.lastMicros === null ? '' : times.days(stream.firstMicros, stream.lastMicros);
  const title = unit === '' ? stream.title : `${stream.title} (${unit})`;
  return [stream.key, title, number(stream.samples, 0), when, fromText(stream)];
}

/** Who brought it: the device that delivers, and each other source once. */
function fromText({ device, source, origins }: StreamInfo): string {
  const isDevice = (name: string) => name === device || name.startsWith(`${device}: `);
  const names = origins
    .map((origin) => origin.source)
    .filter((name) => !isDevice(name))
    .map(shortSource);
  const all = [...new Set([...(device === null ? [] : [device]), ...names])];
  return all.length === 0 ? source : all.join(', ');
}

/** Formats whose label is the name of a column or signal, which stands beside it already. */
const UNNAMED = ['csv', 'json', 'wfdb', 'edf'];

function shortSource(source: string): string {
  const [format = '', ...label] = source.split(': ');
  return label.length === 0 || UNNAMED.includes(format) ? format : label.join(': ');
}

/** One stream with its origins, each with what it brought. */
function printOrigins(shell: Shell, stream: StreamInfo): void {
  printStreams(shell, [stream]);
  if (stream.origins.length === 0) return;
  shell.line();
  const rows = stream.origins.map(({ source, assurance, samples, elsewhere, firstMicros, lastMicros }) => [
    source,
    ASSURANCE[assurance],
    number(samples, 0),
    elsewhere > 0 ? number(elsewhere, 0) : '',
    shell.times.days(firstMicros, lastMicros),
  ]);
  shell.lines(
    table(
      [
        { head: 'Came from', wrapTo: 16 },
        { head: 'How', wrapTo: 8 },
        { head: 'Readings', align: 'right' },
        { head: 'There already', align: 'right' },
        { head: 'When', wrapTo: 11 },
      ],
      rows,
      shell.width,
    ),
  );
}

export const ASSURANCE: Record<AssuranceText, string> = {
  imported: 'a file',
  delivered: 'its own credential',
  gateway: 'a gateway',
  signed: 'signed by the device',
};
