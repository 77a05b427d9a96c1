import type { AskInfo, LevelText } from '@hale/home';
import { type Command, Option } from 'commander';
import { WrongUsage } from '../failure.ts';
import type { Shell } from '../shell.ts';
import { counted } from '../terminal/numbers.ts';
import { bold, purple } from '../terminal/style.ts';
import { facts } from '../terminal/table.ts';
import { examples } from './examples.ts';
import { levelText, parseLevel } from './streams.ts';

const ASK_TODO = '`hale asks` lists who asks for more.';

interface AskOptions {
  kind?: string[];
  days?: string;
  level?: LevelText;
  why?: string;
}

/** The recipient asks. */
export function addAsk(program: Command, shell: Shell): void {
  program
    .command('ask')
    .description('ask the owner of a share for more')
    .argument('<grant>', 'its name, as `hale inbox` lists it, or a link')
    .option('--kind <kind...>', 'kinds of readings, like glucose or sleep; none: more of the same')
    .option('--days <days>', 'how many days back')
    .addOption(new Option('--level <level>', 'how exactly: raw, 1m, 15m, 1h, 1d').argParser(parseLevel))
    .option('--why <text>', 'your reason; the owner reads it')
    .addHelpText('after', examples('hale ask g7k2 --kind sleep spo2 --days 30 --why "your heart rate rises at night"'))
    .action(async (grant: string, options: AskOptions) => {
      shell.about('share', grant, { 'not-found': '`hale inbox` lists what is shared with you.' });
      const asked = await shell.call('ask', { grant, ...askedFor(options) });
      shell.result(asked, () => {
        shell.say(`Asked. It can be answered until ${shell.times.dateTime(asked.untilMicros)}.`);
        shell.say('What is allowed comes to your inbox: hale inbox --refresh');
      });
    });
}

function askedFor({ kind, days, level, why }: AskOptions) {
  const count = days === undefined ? undefined : Number(days);
  if (count !== undefined && !(Number.isInteger(count) && count > 0))
    throw new WrongUsage(`--days has to be a whole number of days, and not '${days}'.`);
  if (kind === undefined && count === undefined && level === undefined && why === undefined)
    throw new WrongUsage('Say what you ask for, or why.', 'Use --kind, --days, --level or --why.');
  return {
    ...(kind === undefined ? {} : { kinds: kind }),
    ...(count === undefined ? {} : { days: count }),
    ...(level === undefined ? {} : { level }),
    ...(why === undefined ? {} : { why }),
  };
}

/** The owner answers. */
export function addAsks(program: Command, shell: Shell): void {
  program
    .command('asks')
    .description('who asks for more of what you share, and your answer')
    .option('--allow <ask>', 'open what it asks for')
    .option('--only <stream...>', 'with --allow: only these streams')
    .option('--not-now <ask>', 'put it aside; nobody is told')
    .addHelpText('after', examples('hale asks', 'hale asks --allow a41f', 'hale asks --not-now a41f'))
    .action(async (options: { allow?: string; only?: string[]; notNow?: string }) => {
      const ask = options.allow ?? options.notNow;
      if (options.allow !== undefined && options.notNow !== undefined)
        throw new WrongUsage('Either --allow or --not-now, not both.');
      if (ask !== undefined) return await answer(shell, ask, options.allow !== undefined, options.only);
      const asks = await shell.call('asks', {});
      shell.result(asks, () => printAsks(shell, asks));
    });
}

async function answer(shell: Shell, ask: string, isAllowed: boolean, only?: string[]): Promise<void> {
  shell.about('ask', ask, { 'not-found': ASK_TODO });
  const { grant } = await shell.call('asks.answer', {
    ask,
    answer: isAllowed ? 'allow' : 'not-now',
    ...(isAllowed && only ? { streams: only } : {}),
  });
  shell.result({ grant }, () => {
    if (grant === null) shell.say('Put aside. Nobody is told.');
    else shell.say(`${purple('Shared.')} Its name is ${bold(grant.id)}. To stop:  hale revoke ${grant.id}`);
  });
}

const exactness = ({ title, level, levelBefore }: AskInfo['opens']['streams'][number]): string =>
  `${title}: ${levelText(levelBefore ?? level)} → ${levelText(level)}`;

function printAsks(shell: Shell, asks: AskInfo[]): void {
  if (asks.length === 0) {
    shell.say('Nobody asks for more.');
    return;
  }
  const { times } = shell;
  for (const ask of asks) {
    const { streams } = ask.opens;
    const fresh = streams.filter(({ levelBefore }) => levelBefore === null);
    const finer = streams.filter(({ level, levelBefore }) => levelBefore !== null && levelBefore !== level);
    shell.say(`${purple(bold(ask.id.slice(0, 8)))}  ${ask.to} asks for more`);
    shell.lines(
      facts(
        [
          ['Why', ask.why],
          ['New for them', fresh.map(({ title, level }) => `${title}, ${levelText(level)}`).join('\n')],
          ['More exact', finer.map(exactness).join('\n')],
          ['Before', counted(streams.length - fresh.length, 'stream')],
          ['Time range', times.range(ask.opens.fromMicros, ask.opens.toMicros)],
          ['Until', ask.opens.untilMicros === null ? 'no end set' : times.dateTime(ask.opens.untilMicros)],
          ['Asked', times.dateTime(ask.atMicros)],
          ['Runs out', times.dateTime(ask.untilMicros)],
          ['To answer', `hale asks --allow ${ask.id.slice(0, 8)}\nhale asks --not-now ${ask.id.slice(0, 8)}`],
        ],
        shell.width,
      ),
    );
  }
  shell.say(`\n${shell.zoneLine()}`);
}
