import type { Command } from 'commander';
import { Refused, WrongUsage } from '../failure.ts';
import type { Shell } from '../shell.ts';
import { counted } from '../terminal/numbers.ts';
import { examples } from './examples.ts';
import { handOverSheet, newCredentials } from './init.ts';
import { parseRelayUrl } from './relays.ts';

interface RestoreOptions {
  relay?: string;
  from?: string;
}

export function addRestore(program: Command, shell: Shell): void {
  program
    .command('restore')
    .description('rebuild everything on an empty machine, from the words and a relay or a backup')
    .option('--relay <url>', 'the relay on your sheet', parseRelayUrl)
    .option('--from <file>', 'a backup file instead of a relay')
    .addHelpText(
      'after',
      `${examples('hale restore --relay wss://relay.example.org', 'hale restore --from hale.backup', 'hale restore --relay wss://relay.example.org < words.txt')}
The words are typed or piped in, never given as an argument: the shell would remember them.
`,
    )
    .action(async (options: RestoreOptions) => await restore(shell, options));
  program
    .command('rotate')
    .description('after theft or leaked words: new words, new keys, shares issued anew')
    .option('--yes', 'do not ask')
    .addHelpText('after', examples('hale rotate'))
    .action(async (options: { yes?: boolean }) => await rotate(shell, options));
}

export async function restore(shell: Shell, options: RestoreOptions): Promise<void> {
  const { dir } = shell;
  shell.about('home', dir);
  if ((options.relay === undefined) === (options.from === undefined)) {
    throw new WrongUsage('Restoring needs either --relay URL or --from FILE.', 'The relay address is on your sheet.');
  }
  const entry = await shell.entry();
  if (entry.homeExists(dir)) {
    throw new Refused(
      'conflict',
      'There is a vault here already, and it stays as it is.',
      'Name an empty place with --home DIR.',
    );
  }
  shell.topic.todos.malformed = 'Check that word on your sheet. Nothing was written yet.';
  const words = await askWords(shell);
  const credentials = await newCredentials(shell);
  shell.safety = 'Nothing on the relay was changed. Remove the unfinished folder and restore again.';
  const restored =
    options.from === undefined
      ? await entry.restoreHome({
          dir,
          words,
          relay: options.relay ?? '',
          ...credentials,
          emit: (line) => shell.json || shell.remark(line),
        })
      : await entry.restoreBackup({ dir, words, file: shell.path(options.from), ...credentials });
  shell.result({ dir, ...restored }, () => tellRestored(shell, dir, restored));
}

export function tellRestored(
  shell: Shell,
  dir: string,
  restored: { samples: number; streams: number; notices: { text: string }[] },
): void {
  shell.say(`Restored ${counted(restored.samples, 'reading')} in ${counted(restored.streams, 'stream')} to ${dir}`);
  for (const { text } of restored.notices) shell.warn(text);
  shell.say(
    'This home writes from now on. If the older one comes back, it stops writing and hands over what it still holds.',
  );
}

export async function askWords(shell: Shell): Promise<string> {
  const typed = shell.canAsk
    ? await shell.questions.ask('Your words, in order, on one line:\n> ')
    : await shell.questions.rest();
  const words = (typed ?? '')
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '' && !/^\d+[.)]?$/.test(word));
  if (words.length !== 24 && words.length !== 12) {
    throw new WrongUsage(
      `The words: ${words.length} were given, a sheet has 24 (or 12).`,
      'Type all of them in order, separated by spaces, or pipe them in.',
    );
  }
  return words.join(' ').toLowerCase();
}

async function rotate(shell: Shell, options: { yes?: boolean }): Promise<void> {
  // A vault that is not there, or stays locked, is said before anything is promised.
  await shell.client();
  if (shell.canAsk && !options.yes)
    shell.say(
      'This makes new words and new keys, and issues every share anew to the same people. Your address changes. The old sheet opens nothing new afterwards. What was read stays read.',
    );
  if (!(await shell.agreed('Go on?', options.yes))) return shell.declined('Nothing was changed.');
  shell.safety = 'The change goes on where it stopped: run `hale rotate` again.';
  const rotated = await shell.call('rotate', {});
  if (shell.json) return shell.result(rotated, () => {});
  const sheet = {
    words: rotated.words,
    npub: rotated.npub,
    relays: rotated.relays,
    date: shell.times.date(shell.times.nowMicros),
    replacesOlder: true,
  };
  await handOverSheet(shell, sheet);
  shell.say(`${counted(rotated.grantsReissued, 'share')} issued anew.`);
  shell.say('Your address is a new one: give it to whoever shares with you (`hale whoami`).');
  for (const left of rotated.pending) shell.say(`Left to do: ${left}`);
}
