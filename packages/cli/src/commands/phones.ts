// Phones that may ask this home from anywhere: pair one by its camera, see them, remove them.
import type { PairingSaid } from '@hale/home';
import type { Command } from 'commander';
import { Refused, WrongUsage } from '../failure.ts';
import type { Shell } from '../shell.ts';
import { qrLines } from '../terminal/qr.ts';
import { bold, padEnd, white } from '../terminal/style.ts';
import { table } from '../terminal/table.ts';
import { examples } from './examples.ts';

const PHONE_TODO = '`hale phones list` lists the phones.';

export function addPhones(program: Command, shell: Shell): void {
  const phones = program.command('phones').description('your own phones, for when you are away from home');
  phones
    .command('pair')
    .description('pair a phone: scan a code, compare six digits')
    .option('--relay <url>', 'the relay whose pages the phone opens (default: the first of yours that serves them)')
    .addHelpText('after', examples('hale phones pair', 'hale phones pair --relay wss://relay.example.org'))
    .action(async ({ relay }: { relay?: string }) => await pair(shell, relay));
  phones
    .command('list')
    .description('paired phones and when they were last heard')
    .addHelpText('after', examples('hale phones list'))
    .action(async () => await list(shell));
  phones
    .command('remove')
    .description('shut a phone out, at once')
    .argument('<phone>', 'its name or id')
    .addHelpText('after', examples("hale phones remove 'Chrome, Android'"))
    .action(async (name: string) => {
      shell.about('phone', name, { 'not-found': PHONE_TODO });
      const removed = await shell.call('phones.remove', { phone: name });
      shell.result(removed, () =>
        shell.say(`${removed.name} sees nothing any more. What it showed before, somebody may have kept.`),
      );
    });
}

async function list(shell: Shell): Promise<void> {
  const phones = await shell.call('phones.list', {});
  shell.result(phones, () => {
    if (phones.length === 0) return shell.say('No phones yet. Pair one with `hale phones pair`.');
    const rows = phones.map((each) => [
      each.name,
      each.isHere ? 'now' : each.lastContactMicros === null ? 'not yet' : shell.times.age(each.lastContactMicros),
      each.relay,
      each.id,
    ]);
    const columns = [
      { head: 'Phone', wrapTo: 10 },
      { head: 'Last heard' },
      { head: 'Through', wrapTo: 12 },
      { head: 'Id' },
    ];
    shell.lines(table(columns, rows, shell.width));
  });
}

async function pair(shell: Shell, relay: string | undefined): Promise<void> {
  if (!shell.canAsk)
    throw new WrongUsage('Pairing needs somebody who compares the digits.', 'Run it in a terminal, without --json.');
  let refused = false;
  const onPairing = (said: PairingSaid) => {
    if (said.state === 'waiting') return showCode(shell, said.link);
    isRight(shell, said)
      .then((accept) => {
        refused = !accept;
        return shell.call('phones.confirm', { pairing: said.id, accept });
      })
      // How it ended, by Ctrl-C too, the pairing itself tells.
      .catch(() => {});
  };
  try {
    const phone = await shell.call('phones.pair', relay === undefined ? {} : { relay }, () => {}, onPairing);
    shell.say(`${bold(phone.name)} is paired. If it gets lost: hale phones remove ${phone.id}`);
  } catch (error) {
    if (!refused) throw error;
    throw new Refused('not-permitted', 'The phone was not paired.', 'Nothing was given to it. The code is used up.');
  }
}

function showCode(shell: Shell, link: string): void {
  shell.say('Scan this with the phone, within two minutes. It works once.');
  const code = shell.io.isTTY ? qrLines(link, shell.width) : null;
  if (code) {
    const width = Math.max(...code.map((line) => line.length));
    shell.lines(['', ...code.map((line) => white(padEnd(line, width)))]);
  }
  // On one line however narrow the screen is: a broken address cannot be copied.
  shell.line(`\n  ${link}\n`);
}

async function isRight(shell: Shell, said: Extract<PairingSaid, { state: 'check' }>): Promise<boolean> {
  const digits = `${said.digits.slice(0, 3)} ${said.digits.slice(3)}`;
  shell.say(`${bold(said.phone)} used the code. It must show these digits: ${bold(digits)}`);
  return await shell.questions.confirm('Does it?');
}
