import type { Command } from 'commander';
import { Refused, WrongUsage } from '../failure.ts';
import { type Sheet, sheetLines } from '../sheet.ts';
import type { Shell } from '../shell.ts';
import { examples } from './examples.ts';
import { INVITE_TODO, parseRelayUrl } from './relays.ts';

export interface InitOptions {
  relay?: string;
  invite?: string;
  words12?: boolean;
  sheet?: boolean;
}

export function addInit(program: Command, shell: Shell): void {
  program
    .command('init')
    .description('make a vault; shows 24 words and a relay address once, on one sheet')
    .option('--relay <url>', 'relay that keeps the sealed copies', parseRelayUrl)
    .option('--invite <claim>', 'the invitation you got for that relay')
    .option('--words12', '12 words instead of 24')
    .addHelpText(
      'after',
      examples(
        'hale init',
        'hale init --relay wss://relay.example.org',
        'HALE_PASSPHRASE=… hale init --home /data/hale --json',
      ),
    )
    .action(async (options: InitOptions) => await init(shell, options));
}

export async function init(shell: Shell, options: InitOptions): Promise<void> {
  const { dir } = shell;
  shell.about('home', dir);
  const entry = await shell.entry();
  if (entry.homeExists(dir)) {
    throw new Refused(
      'conflict',
      'There is a vault here already, and it stays as it is.',
      'Name another place with --home DIR.',
    );
  }
  if (options.invite !== undefined && options.relay === undefined)
    throw new WrongUsage('--invite goes together with --relay.');
  const credentials = await newCredentials(shell);
  const { relay, invite, words12 } = options;
  shell.topic.todos['not-permitted'] = INVITE_TODO;
  const made = await entry.createHome({
    dir,
    ...credentials,
    ...(relay === undefined ? {} : { relay }),
    ...(invite === undefined ? {} : { invite }),
    ...(words12 ? { words12 } : {}),
  });
  const { words, relayUrls, npub, diskUnprotected } = made;
  if (shell.json) return shell.result({ dir, words, relays: relayUrls, npub, diskUnprotected }, () => {});
  const date = shell.times.date(shell.times.nowMicros);
  await handOverSheet(shell, { words, relays: relayUrls, npub, date, replacesOlder: false });
  if (relayUrls.every(isThisMachine)) {
    shell.warn(
      'This relay is on this machine only. If the machine is lost, so are its copies: add a relay elsewhere, or keep backups.',
    );
  }
  if (diskUnprotected) shell.warn('No passphrase: whoever takes this disk can read it. It is sealed everywhere else.');
  shell.line(`\nYour vault is in ${dir}`);
  shell.lines([
    'Next:',
    '  hale start             collect, and serve a relay at home',
    '  hale import FILE...    bring in what you have',
  ]);
}

/** Prints the sheet and, where someone can answer, waits until it is written down. */
export async function handOverSheet(shell: Shell, sheet: Sheet): Promise<void> {
  shell.safety = 'The vault is made. If the words are not written down, make new ones with `hale rotate`.';
  shell.lines(['', ...sheetLines(sheet, shell.width), '']);
  if (!shell.canAsk) return;
  for (;;) {
    const answer = await shell.questions.ask('Shown only now. Type "written" once it is on paper: ');
    if (answer === null)
      return shell.warn('The words were not confirmed. If they are not on paper, make new ones with `hale rotate`.');
    if (/^written$/i.test(answer.trim())) return shell.remark('Good. Clear this screen when you are done.');
  }
}

const isThisMachine = (url: string) => /^wss?:\/\/(localhost|127\.|\[::1\])/.test(url);

/** The passphrase or key file of a new vault: given, or asked for twice. An empty passphrase is allowed, and said. */
export async function newCredentials(shell: Shell): Promise<{ passphrase?: string; keyFile?: string }> {
  const given = shell.credentials();
  if (given.passphrase || given.keyFile || !shell.canAsk) return given;
  shell.say('A passphrase protects the vault if this machine is stolen. Leave it empty to go without.');
  const { passphraseCharactersMin } = await shell.entry();
  for (;;) {
    const passphrase = await shell.questions.askSecret('Passphrase: ');
    if (!passphrase) return given;
    if (passphrase.length < passphraseCharactersMin) {
      shell.remark(`It needs at least ${passphraseCharactersMin} characters. Try again.`);
      continue;
    }
    if ((await shell.questions.askSecret('Once more:  ')) === passphrase) return { ...given, passphrase };
    shell.remark('The two differ. Try again.');
  }
}
