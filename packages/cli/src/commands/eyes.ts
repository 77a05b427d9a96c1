// What somebody sees of a share, for its owner: the readings and records as they get them, and in plain words what they do not see.
import type { GrantSeen, LevelText, OpenResult } from '@hale/home';
import type { Command } from 'commander';
import type { Shell } from '../shell.ts';
import { counted } from '../terminal/numbers.ts';
import { bold } from '../terminal/style.ts';
import { examples } from './examples.ts';
import { GRANT_TODO } from './grants.ts';
import { printOpened } from './open.ts';
import { parseRows } from './show.ts';
import { levelText, parseLevel } from './streams.ts';

interface EyesOptions {
  stream?: string;
  from?: string;
  to?: string;
  level?: LevelText;
  rows?: string;
}

/** Series named one by one; beyond, they are counted. */
const NAMED = 6;

export function addEyes(program: Command, shell: Shell): void {
  program
    .command('eyes')
    .description('what somebody sees of a share now, and what they do not see')
    .argument('<grant>', 'its name, as `hale grants` lists it')
    .option('--stream <name>', 'only this stream')
    .option('--from <when>', 'first moment')
    .option('--to <when>', 'last moment; a day alone means all of it')
    .option('--level <level>', 'raw, or summaries per 1m, 15m, 1h, 1d', parseLevel)
    .option('--rows <count>', 'rows of the table, or "all"', parseRows)
    .addHelpText('after', examples('hale eyes g7k2', 'hale eyes g7k2 --stream glucose --rows all'))
    .action(async (grant: string, options: EyesOptions) => await eyes(shell, grant, options));
}

async function eyes(shell: Shell, grant: string, options: EyesOptions): Promise<void> {
  shell.about('share', grant, { 'not-found': GRANT_TODO, expired: GRANT_TODO });
  const { stream, level } = options;
  const seen = await shell.call('grants.look', { grant });
  const opened = await shell.call('grants.open', {
    grant,
    ...shell.range(options),
    ...(stream === undefined ? {} : { stream }),
    ...(level === undefined ? {} : { level }),
  });
  shell.result({ ...opened, unseen: seen.unseen, opens: seen.streams }, () => printSeen(shell, seen, opened, options));
}

function printSeen(shell: Shell, seen: GrantSeen, opened: OpenResult, options: EyesOptions): void {
  shell.say(bold('They see'));
  if (opened.streams.length === 0 && !opened.records) shell.say('Nothing of this is in the share.');
  printOpened(shell, opened, options);
  for (const notice of opened.notices) shell.warn(notice);
  shell.line();
  shell.say(bold('They do not see'));
  for (const line of unseenLines(shell, seen)) shell.say(`- ${line}`);
}

function unseenLines(shell: Shell, { streams, unseen, opensFromMicros, opensToMicros }: GrantSeen): string[] {
  const { times } = shell;
  const isHere = (test: (here: { firstMicros: number; lastMicros: number }) => boolean) =>
    streams.some(({ here }) => here !== null && test(here));
  const coarse = streams.filter(({ levels }) => levels[0] !== 'raw');
  const named = unseen.streams.slice(0, NAMED).map(({ key }) => key);
  const left = unseen.streams.length - named.length;
  return [
    ...coarse.map(({ title, levels }) => `single readings of ${title}: of these only ${levelText(levels[0])}`),
    ...(isHere((here) => here.firstMicros < opensFromMicros)
      ? [`readings from before ${times.dateTime(opensFromMicros)}`]
      : []),
    ...(opensToMicros !== null && isHere((here) => here.lastMicros >= opensToMicros)
      ? [`readings from ${times.dateTime(opensToMicros)} on`]
      : []),
    ...(named.length === 0 ? [] : [`other series: ${named.join(', ')}${left > 0 ? ` and ${left} more` : ''}`]),
    ...(unseen.records === 0 ? [] : [`${counted(unseen.records, 'health record')}`]),
    'the texts of your notes, and with whom else you share',
  ];
}
