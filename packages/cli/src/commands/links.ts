// Giving records away in forms that need no Hale: health cards, patient summaries, SMART Health Links; and whose cards are known.
import type { Result } from '@hale/home';
import type { Command } from 'commander';
import { WrongUsage } from '../failure.ts';
import type { Shell } from '../shell.ts';
import { counted } from '../terminal/numbers.ts';
import { qrLines } from '../terminal/qr.ts';
import { bold, faint, purple } from '../terminal/style.ts';
import { table } from '../terminal/table.ts';
import { examples } from './examples.ts';

const LINK_TODO = '`hale links` lists the links and their ids.';
const RECORD_TODO = '`hale records` lists the records and their ids.';
const ID_SHOWN = 8;

export interface ChoiceOptions {
  record?: string[];
  without?: string[];
  tellWithheld?: boolean;
}

export interface CardOptions extends ChoiceOptions {
  until?: string;
  issuer?: string;
}

export interface LinkOptions extends ChoiceOptions {
  until?: string;
  name?: string;
  passcode?: boolean;
  longTerm?: boolean;
}

const choiceOf = ({ record, without, tellWithheld }: ChoiceOptions) => ({
  ...(record === undefined ? {} : { records: record }),
  ...(without === undefined ? {} : { without }),
  ...(tellWithheld ? { hidden: 'visible' as const } : {}),
});

const untilOf = (shell: Shell, until: string | undefined) =>
  until === undefined ? {} : { until: shell.time('--until', until, 'end') };

export async function exportSummary(shell: Shell, file: string, options: ChoiceOptions): Promise<void> {
  shell.about('file', file, { 'not-found': RECORD_TODO });
  const done = await shell.call('summary.write', { to: shell.path(file), ...shell.subject, ...choiceOf(options) });
  shell.result(done, () => {
    shell.say(`Patient summary (IPS) in ${done.file}:`);
    shell.lines(done.sections.map(({ title, records }) => `  ${title}: ${records === 0 ? 'nothing known' : records}`));
    shell.warn('This file is not sealed: anyone who has it can read it.');
  });
}

export async function exportCard(shell: Shell, file: string, options: CardOptions): Promise<void> {
  const { record: records } = options;
  if (records === undefined)
    throw new WrongUsage('--card needs --record ID, once for each record that goes onto it.', RECORD_TODO);
  shell.about('file', file, { 'not-found': RECORD_TODO });
  const { issuer } = options;
  const done = await shell.call('cards.issue', {
    ...{ to: shell.path(file), records },
    ...shell.subject,
    ...untilOf(shell, options.until),
    ...(issuer === undefined ? {} : { iss: issuer === 'none' ? null : issuer }),
  });
  shell.result(done, () => {
    shell.say('Health card, signed with your own key:');
    shell.lines(done.files.map((each) => `  ${each}`));
    shell.say(
      done.iss === null
        ? 'Scanners will say that its issuer is not known, and cannot check the signature: you have given no https address for your key (--issuer).'
        : `Scanners will say that it is signed by ${done.iss}, and that they do not know this issuer. Your key has to stand at ${done.iss}/.well-known/jwks.json; --json shows it.`,
    );
    if (done.pictures.length > 1)
      shell.say(
        `It is too long for one QR code and has ${done.pictures.length}; few scanners read several. Choose fewer records, or share a link.`,
      );
    shell.warn('Anyone who has the file or a picture of the code can read it, and nothing can call it back.');
  });
}

export async function shareHealthLink(shell: Shell, options: LinkOptions & { yes?: boolean }): Promise<void> {
  const { record, name, passcode, longTerm } = options;
  shell.about('records', record?.join(', ') ?? 'a patient summary', { 'not-found': RECORD_TODO });
  if (!options.yes && !shell.canAsk)
    throw new WrongUsage('Nobody can be asked here, so sharing needs --yes.', 'Add --yes if you mean it.');
  if (!shell.json)
    shell.say(
      `${record === undefined ? 'A summary of all your records' : counted(record.length, 'record')} for whoever has the link${passcode ? ' and the passcode' : ''}, with any reader of SMART Health Links. What was read stays read.`,
    );
  if (!options.yes && !(await shell.questions.confirm('\nShare this?'))) return shell.declined('Nothing was shared.');
  shell.safety = '`hale links` shows whether the link is there; `hale links close` ends it.';
  const made = await shell.call('links.create', {
    ...shell.subject,
    ...choiceOf(options),
    ...untilOf(shell, options.until),
    ...(name === undefined ? {} : { label: name }),
    ...(passcode ? { withPasscode: true } : {}),
    ...(longTerm ? { longTerm: true } : {}),
  });
  shell.result(made, () => {
    shell.line(
      `\n${purple('Shared.')} Its name is ${bold(made.id.slice(0, ID_SHOWN))}. It ends by itself on ${shell.times.date(made.expiresMicros)}.`,
    );
    printCode(shell, made.link);
    if (made.passcode !== null) {
      shell.line(`  Passcode  ${bold(made.passcode)}\n`);
      shell.say(
        'Tell it another way than the link. After ten wrong ones the link opens never again. It is shown only now.',
      );
    }
    shell.line(`\nTo stop:  hale links close ${made.id.slice(0, ID_SHOWN)}`);
  });
}

export function addLinks(program: Command, shell: Shell): void {
  const links = program.command('links').description('SMART Health Links that you made: look, fill anew, close');
  links
    .command('list', { isDefault: true })
    .description('all of them, with how often they were opened')
    .action(async () => {
      const found = await shell.call('links.list', { look: true });
      shell.result(found, () => printLinks(shell, found));
    });
  const one = (name: string, what: string, run: (link: string) => Promise<void>) =>
    links
      .command(name)
      .description(what)
      .argument('<id>', 'as `hale links` shows it')
      .action(async (link: string) => {
        shell.about('link', link, { 'not-found': LINK_TODO });
        await run(link);
      });
  one('show', 'the link once more', async (link) => {
    const shown = await shell.call('links.show', { link });
    shell.result(shown, () => printCode(shell, shown.link));
  });
  one('refill', 'give what your records say now in the place of what it gave', async (link) => {
    const { records } = await shell.call('links.refill', { link });
    shell.result({ records }, () => shell.say(`The link gives the new state, of ${counted(records, 'record')}.`));
  });
  one('close', 'nobody opens it any more', async (link) => {
    await shell.call('links.close', { link });
    shell.result({}, () => shell.say('Closed: nobody opens it any more. What was read stays read.'));
  });
  links.addHelpText('after', examples('hale links', 'hale links close Qm9vazE'));
}

/** The link, and as a code for a scanner where a screen can show one. */
function printCode(shell: Shell, link: string): void {
  shell.line(`\n  ${link}\n`);
  const code = shell.io.isTTY ? qrLines(link, shell.width) : null;
  if (code !== null) shell.lines(code);
}

function printLinks(shell: Shell, links: Result<'links.list'>): void {
  if (links.length === 0) {
    shell.say('You have made no health links; `hale share --health-link` makes one.');
    return;
  }
  const rows = links.map(({ id, label, holds, expiresMicros, state, needsPasscode, seen }) => [
    id.slice(0, ID_SHOWN),
    label === '' ? faint('no name') : label,
    holds === 'summary' ? 'summary' : counted(holds, 'record'),
    state === 'open' ? `until ${shell.times.date(expiresMicros)}` : state,
    needsPasscode ? 'passcode' : '',
    seen === null ? '' : `${seen.opened} ×`,
  ]);
  const heads = ['Id', 'Name', 'Gives', 'Open', 'Asks for', 'Opened'].map((head) => ({ head }));
  shell.lines(table(heads, rows, shell.width));
}

export function addIssuers(program: Command, shell: Shell): void {
  const issuers = program.command('issuers').description('whose health cards you know: told beside every card');
  issuers
    .command('list', { isDefault: true })
    .description('all of them')
    .action(async () => {
      const known = await shell.call('cards.issuers', {});
      shell.result(known, () => {
        if (known.length === 0)
          return shell.say('You have named none: every card says that its issuer is not known to you.');
        shell.lines(
          table(
            [{ head: 'Name' }, { head: 'Address' }],
            known.map(({ name, iss }) => [name, iss]),
            shell.width,
          ),
        );
      });
    });
  issuers
    .command('add')
    .description('an issuer whose cards you trust; its keys are kept')
    .argument('<address>', 'its https address, as a card tells it')
    .requiredOption('--name <name>', 'how you call it')
    .action(async (iss: string, { name }: { name: string }) => {
      shell.about('issuer', iss);
      const known = await shell.call('cards.know', { iss, name });
      shell.result(known, () =>
        shell.say(
          known.keys > 0
            ? `Known. ${counted(known.keys, 'key')} of it kept: its cards are checked without a connection.`
            : 'Known, but it gave no keys now: they are asked for when a card comes in.',
        ),
      );
    });
  issuers
    .command('forget')
    .description('its cards say again that it is not known')
    .argument('<address>', 'as `hale issuers` shows it')
    .action(async (iss: string) => {
      shell.about('issuer', iss);
      await shell.call('cards.forget', { iss });
      shell.result({}, () => shell.say('Forgotten.'));
    });
  issuers.addHelpText(
    'after',
    examples('hale issuers', 'hale issuers add https://clinic.example/cards --name "City clinic"'),
  );
}
