import type { LeftOfVault } from '@hale/home';
import type { Command } from 'commander';
import { WrongUsage } from '../failure.ts';
import type { Shell } from '../shell.ts';
import { bold, green, red, yellow } from '../terminal/style.ts';
import { facts } from '../terminal/table.ts';
import { examples } from './examples.ts';
import { STREAM_TODO } from './streams.ts';

interface EraseOptions {
  stream?: string;
  everything?: boolean;
  confirm?: string;
}

export function addErase(program: Command, shell: Shell): void {
  program
    .command('erase')
    .description('delete for good: a stream, everything of a subject, or the whole vault')
    .option('--stream <name>', 'one stream')
    .option('--everything', 'the whole vault, with all keys')
    .option('--confirm <text>', 'the confirmation that would be asked for, where nobody can be asked')
    .addHelpText(
      'after',
      examples(
        'hale erase --stream heart-rate',
        'hale erase --subject Mia',
        "hale erase --everything --confirm 'erase everything'",
      ),
    )
    .action(async (options: EraseOptions) => await erase(shell, options));
}

async function erase(shell: Shell, options: EraseOptions): Promise<void> {
  const { stream, everything } = options;
  const { subject } = shell.subject;
  if (everything && (stream !== undefined || subject !== undefined)) {
    throw new WrongUsage('--everything does not go together with --stream or --subject.');
  }
  const word = everything ? 'erase everything' : (stream ?? subject);
  if (word === undefined) throw new WrongUsage('What to erase? Give --stream NAME, --subject NAME or --everything.');
  if (stream !== undefined) shell.about('stream', stream, { 'not-found': STREAM_TODO });
  const what = everything
    ? 'the whole vault, with its keys'
    : stream !== undefined
      ? `the stream ${stream}`
      : `everything of ${subject}`;
  const confirm = await confirmation(shell, what, word, options.confirm);
  if (confirm === null) return shell.declined('Nothing was erased.');
  shell.safety = 'What was erased is gone; run the same again to erase the rest.';
  const erased = await shell.call('erase', {
    ...(stream === undefined ? {} : { stream }),
    ...shell.subject,
    ...(everything ? { everything } : {}),
    confirm,
  });
  shell.result(erased, () => {
    shell.say(
      `Erased here: ${erased.left === null || erased.left === 'nothing' ? what : 'all data, shares and names'}.`,
    );
    const texts = erased.relays.map(({ url, confirmed, pending }): [string, string] => [
      url,
      pending > 0
        ? yellow(`${confirmed} of ${confirmed + pending} confirmed, the rest pending`)
        : green('erased, confirmed'),
    ]);
    shell.lines(facts(texts, shell.width));
    if (erased.relays.some((relay) => relay.pending > 0))
      shell.say('Pending relays are told as soon as they can be reached.');
    if (erased.left !== null) shell.say(LEFT[erased.left](shell.dir));
    shell.say('Copies that others made of what you shared with them are out of reach.');
  });
}

/** What the disk still holds of a vault that was erased as a whole. */
const LEFT: Record<LeftOfVault, (dir: string) => string> = {
  nothing: (dir) => `Nothing of it is left in ${dir}.`,
  keys: (dir) =>
    `Its keys stay in ${dir} till then, because the requests are proved with them. Run this again later: then they go as well.`,
  node: (dir) => `Its keys stay in ${dir} while the node runs. Stop it and run this again: then they go as well.`,
  others: (dir) =>
    `Its keys stay in ${dir}: the relay in this home keeps sealed data of people you invited. When they have moved, delete the folder.`,
};

/** What was typed to confirm, exactly `word`; null when the person did not. */
async function confirmation(
  shell: Shell,
  what: string,
  word: string,
  given: string | undefined,
): Promise<string | null> {
  if (given !== undefined) {
    if (given === word) return given;
    throw new WrongUsage(`--confirm has to be exactly '${word}'.`, 'Nothing was erased.');
  }
  if (!shell.canAsk)
    throw new WrongUsage(
      'Nobody can be asked here, so erasing needs --confirm.',
      `Add --confirm '${word}' if you mean it.`,
    );
  shell.say(`${red(bold(`This erases ${what}`))}, here and on every relay. It cannot be undone.`);
  const typed = await shell.questions.ask(`Type ${word} to go on: `);
  return typed?.trim() === word ? word : null;
}
