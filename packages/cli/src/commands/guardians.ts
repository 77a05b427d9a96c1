// Guardians of one's words, pieces of others' words, and the way back from them.

import { randomBytes } from 'node:crypto';
import type { RecoveryPiece } from '@hale/consent';
import type { GuardiansInfo } from '@hale/home';
import type { Command } from 'commander';
import { isHaleError, Refused, WrongUsage } from '../failure.ts';
import type { Shell } from '../shell.ts';
import { counted } from '../terminal/numbers.ts';
import { bold } from '../terminal/style.ts';
import { facts, table } from '../terminal/table.ts';
import { examples } from './examples.ts';
import { newCredentials } from './init.ts';
import { parseRelayUrl } from './relays.ts';
import { askWords, tellRestored } from './restore.ts';

const whole = (option: string) => (text: string) => {
  if (!/^\d{1,4}$/.test(text)) throw new WrongUsage(`${option} has to be a whole number, and not '${text}'.`);
  return Number(text);
};

/** One's own guardians. */
export function addGuardians(program: Command, shell: Shell): void {
  const guardians = program
    .command('guardians')
    .description('people who can give you your words back together, and none of them alone')
    .addHelpText('after', examples('hale guardians'))
    .action(async () => {
      const info = await shell.call('guardians', {});
      shell.result(info, () =>
        info ? printGuardians(shell, info) : shell.say('No guardians. `hale guardians set --help` says how.'),
      );
    });
  guardians
    .command('set')
    .description('cut your words into pieces, one for each guardian; the words are typed or piped in')
    .argument('[npub...]', 'guardians who have a home themselves')
    .option('--papers <number>', 'pieces on paper, for others', whole('--papers'))
    .option('--need <number>', 'pieces that give the words back; 2 unless you say otherwise', whole('--need'))
    .option(
      '--wait <hours>',
      'hours before a guardian can release, in which this home may refuse; 24 unless you say otherwise',
      whole('--wait'),
    )
    .addHelpText('after', examples('hale guardians set npub1… npub1… npub1…', 'hale guardians set --papers 3 --need 2'))
    .action(async (to: string[], options: { papers?: number; need?: number; wait?: number }) => {
      const words = await askWords(shell);
      const {
        guardians: info,
        papers,
        relays,
      } = await shell.call('guardians.set', {
        ...{ words, to },
        ...(options.papers === undefined ? {} : { papers: options.papers }),
        ...(options.need === undefined ? {} : { need: options.need }),
        ...(options.wait === undefined ? {} : { waitHours: options.wait }),
      });
      shell.result({ guardians: info, papers, relays }, () => {
        printGuardians(shell, info);
        papers.forEach((text, i) => {
          shell.lines(['', bold(`Piece ${i + 1} of ${papers.length}, shown only now. Alone it opens nothing.`), '']);
          shell.say(text);
          shell.say(`${info.need} pieces and \`hale recover --relay ${relays[0] ?? 'URL'}\` give the words back.`);
        });
        shell.warn(
          `Any ${info.need} of them together can open everything. Revoking asks them to forget; only new words (\`hale rotate\`) make their pieces worthless.`,
        );
      });
    });
  guardians
    .command('revoke')
    .description('ask all guardians to forget their pieces')
    .addHelpText('after', examples('hale guardians revoke'))
    .action(async () => {
      await shell.call('guardians.revoke', {});
      shell.result({}, () =>
        shell.say('They were asked to forget. Pieces that somebody kept still work until `hale rotate`.'),
      );
    });
  guardians
    .command('refuse')
    .description('somebody asks your guardians for your words, and it is not you: refuse')
    .addHelpText('after', examples('hale guardians refuse'))
    .action(async () => {
      const { refused } = await shell.call('guardians.refuse', {});
      shell.result({ refused }, () => shell.say(`${counted(refused, 'release')} refused.`));
    });
}

function printGuardians(shell: Shell, { need, waitHours, guardians, releases }: GuardiansInfo): void {
  const states = { sent: 'sent, not confirmed yet', kept: 'keeps it', paper: 'on paper' };
  shell.say(
    `${need} of ${guardians.length} pieces give your words back, ${counted(waitHours, 'hour')} after they were asked for.`,
  );
  const rows = guardians.map(({ npub, state }) => [npub ?? '', states[state]]);
  shell.lines(table([{ head: 'Guardian', wrapTo: 30 }, { head: 'Piece' }], rows, shell.width));
  for (const { npub, fromMicros } of releases)
    shell.warn(
      `${npub} was asked for her piece and gives it ${fromMicros === null ? 'soon' : `at ${shell.times.dateTime(fromMicros)}`}. Was it not you? Run \`hale guardians refuse\`.`,
    );
}

/** Pieces of others. */
export function addGuardian(program: Command, shell: Shell): void {
  const guardian = program.command('guardian').description('pieces of other people’s words that you keep for them');
  guardian
    .command('pieces')
    .description('whose pieces you keep')
    .addHelpText('after', examples('hale guardian pieces'))
    .action(async () => {
      const pieces = await shell.call('guardian.pieces', {});
      shell.result(pieces, () => {
        if (pieces.length === 0) shell.say('You keep no piece of anybody’s words.');
        for (const { owner, need, sinceMicros, release } of pieces) {
          const waits =
            release === null
              ? ''
              : release.isRefused
                ? 'refused by her home'
                : `from ${shell.times.dateTime(release.untilMicros)} on`;
          shell.say(`A piece of the words of ${owner}`);
          const rows: [string, string][] = [
            ['It takes', counted(need, 'piece')],
            ['Since', shell.times.date(sinceMicros)],
            ['Release', waits],
          ];
          shell.lines(facts(rows, shell.width));
        }
      });
    });
  guardian
    .command('release')
    .description('give your piece to the new machine of someone whom you have called up')
    .argument('<npub>', 'whose piece')
    .requiredOption('--code <code>', 'as her new machine shows it')
    .option('--yes', 'do not ask')
    .addHelpText('after', examples('hale guardian release npub1… --code 0123A-…'))
    .action(async (owner: string, { code, yes }: { code: string; yes?: boolean }) => {
      shell.about('owner', owner);
      if (!(await shell.agreed('Did you speak with her, and hear the code from her own mouth?', yes)))
        return shell.declined('Nothing was released. Call her up first.');
      const released = await shell.call('guardian.release', { owner, code });
      shell.result(released, () => {
        if (released.state === 'waiting') {
          shell.say(
            `Her home was told. If nobody there refuses, run this again after ${shell.times.dateTime(released.untilMicros)}.`,
          );
          return;
        }
        shell.say('Send her this, by whatever way. It opens with her code only:');
        shell.lines(['']);
        shell.say(released.text);
      });
    });
  guardian
    .command('forget')
    .description('keep a piece no longer')
    .argument('<npub>', 'whose piece')
    .addHelpText('after', examples('hale guardian forget npub1…'))
    .action(async (owner: string) => {
      shell.about('owner', owner);
      await shell.call('guardian.forget', { owner });
      shell.result({}, () => shell.say('Forgotten. Tell her: she has one piece less.'));
    });
}

/** The new machine. */
export function addRecover(program: Command, shell: Shell): void {
  program
    .command('recover')
    .description('get your words back from your guardians, and rebuild everything on this empty machine')
    .requiredOption('--relay <url>', 'a relay of yours', parseRelayUrl)
    .addHelpText('after', examples('hale recover --relay wss://relay.example.org'))
    .action(async ({ relay }: { relay: string }) => await recover(shell, relay));
}

async function recover(shell: Shell, relay: string): Promise<void> {
  const { dir } = shell;
  shell.about('home', dir);
  const entry = await shell.entry();
  if (entry.homeExists(dir))
    throw new Refused(
      'conflict',
      'There is a vault here already, and it stays as it is.',
      'Name an empty place with --home DIR.',
    );
  // What opens pieces is loaded where there are some.
  const consent = await import('@hale/consent');
  const code = new Uint8Array(randomBytes(consent.FILE_CODE_BYTES));
  shell.remark(
    `Call your guardians up and tell them this code. Nobody else should hear it.\n\n  ${consent.encodeFileCode(code)}\n`,
  );
  shell.remark('They type:  hale guardian release YOUR-NPUB --code CODE\nPieces on paper need no code.');
  const words = await gather(shell, code, consent);
  const credentials = await newCredentials(shell);
  shell.safety = 'Nothing on the relay was changed. Remove the unfinished folder and recover again.';
  const restored = await entry.restoreHome({
    dir,
    words,
    relay,
    ...credentials,
    emit: (line) => shell.json || shell.remark(line),
  });
  shell.result({ dir, ...restored }, () => {
    tellRestored(shell, dir, restored);
    shell.say('Your guardians opened your words together. Make new ones with `hale rotate` and write them down.');
  });
}

/** Asks for pieces until they are enough. A wrong one is said and asked for again. */
async function gather(
  shell: Shell,
  code: Uint8Array,
  { openRelease, recoverWords }: typeof import('@hale/consent'),
): Promise<string> {
  const pieces: RecoveryPiece[] = [];
  for (;;) {
    const typed = await shell.questions.ask(`Piece ${pieces.length + 1}:\n> `);
    if (typed === null) throw new WrongUsage('There were not enough pieces.', 'Give each piece on one line.');
    if (typed.trim() === '') continue;
    try {
      const piece = openRelease(typed, code);
      if (pieces.some(({ x }) => x === piece.x)) shell.remark('This piece is here already.');
      else pieces.push(piece);
      if (pieces.length >= piece.need) return recoverWords(pieces);
    } catch (error) {
      if (!isHaleError(error)) throw error;
      if (error.code === 'conflict') pieces.pop();
      if (error.code === 'not-authentic' && pieces.length > 1) pieces.length = 0;
      shell.remark(`${error.message}.`);
    }
  }
}
