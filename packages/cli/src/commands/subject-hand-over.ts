// Handing somebody over to another home, and taking somebody up.
import type { HandOverInfo, TakenInfo } from '@hale/home';
import type { Command } from 'commander';
import type { Shell } from '../shell.ts';
import { counted } from '../terminal/numbers.ts';
import { bold, purple } from '../terminal/style.ts';
import { facts } from '../terminal/table.ts';
import { examples } from './examples.ts';
import { quoted } from './subject.ts';

const STATES: Record<HandOverInfo['state'], string> = {
  packing: 'being packed; goes on by itself',
  offered: 'offered; nothing new is kept here until it is taken or taken back',
  done: 'handed over, and gone from here',
  declined: 'declined; it stays here',
  'taken-back': 'taken back; it stays here',
};

export function addHandOver(subject: Command, shell: Shell): void {
  subject
    .command('hand-over')
    .description('give someone over to another home, which then has them alone: coming of age, the sale of an animal')
    .argument('<name>', 'who is handed over')
    .requiredOption('--to <npub>', 'to whom: an npub, or name@domain')
    .option('--keep-notes', 'your own notes stay with you')
    .option('--keep <record...>', 'ids of records that stay with you, such as an invoice')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      examples('hale subject hand-over Mia --to npub1…', 'hale subject hand-over Rex --to npub1… --keep-notes'),
    )
    .action(
      async (
        name: string,
        { to, keepNotes, keep, yes }: { to: string; keepNotes?: boolean; keep?: string[]; yes?: boolean },
      ) => {
        shell.about('subject', name);
        if (shell.canAsk && !yes)
          shell.say(
            `Once taken, ${name} is kept there alone: your shares of them end, your devices stop sending for them, and this home erases its copy. What you saw, you saw.`,
          );
        if (!(await shell.agreed('Go on?', yes))) return shell.declined('Nothing was handed over.');
        const wish = { subject: name, to, ...(keepNotes ? { keepNotes } : {}), ...(keep ? { keep } : {}) };
        const made = await shell.call('subject.hand-over', wish);
        shell.result(made, () => {
          printHandOver(shell, made);
          shell.say(`To take it back:  hale subject keep ${quoted(name)}`);
        });
      },
    );
  subject
    .command('keep')
    .description('take back what was offered and is not taken yet')
    .argument('<name>', 'who stays')
    .addHelpText('after', examples('hale subject keep Mia'))
    .action(async (name: string) => {
      shell.about('subject', name);
      const kept = await shell.call('subject.keep', { subject: name });
      shell.result(kept, () => printHandOver(shell, kept));
    });
  addTaking(subject, shell);
}

function addTaking(subject: Command, shell: Shell): void {
  subject
    .command('offers')
    .description('who was handed over by this home, and offered to it')
    .addHelpText('after', examples('hale subject offers'))
    .action(async () => {
      const mine = await shell.call('subject.hand-overs', {});
      const { offers, taken } = await shell.call('subject.offers', {});
      shell.result({ handOvers: mine, offers, taken }, () => {
        if (mine.length + offers.length + taken.length === 0)
          shell.say('Nobody is handed over, and nobody was offered.');
        for (const each of mine) printHandOver(shell, each);
        for (const { offer, name, from, cameMicros } of offers) {
          shell.say(`${purple(bold(name))} is offered to you`);
          const rows: [string, string][] = [
            ['By', from],
            ['Came', shell.times.dateTime(cameMicros)],
            ['To take', `hale subject take ${offer}`],
          ];
          shell.lines(facts(rows, shell.width));
        }
        for (const each of taken) printTaken(shell, each);
      });
    });
  subject
    .command('take')
    .description('take up who was offered, under keys that nobody else has')
    .argument('<offer>', 'as `hale subject offers` lists it')
    .option('--as <name>', 'how you call them')
    .option('--as-me', 'it is you: what was kept for you until now becomes your own')
    .addHelpText('after', examples('hale subject take 4f2a90c1', 'hale subject take 4f2a90c1 --as Bello'))
    .action(async (offer: string, options: { as?: string; asMe?: boolean }) => {
      shell.about('offer', offer, { 'not-found': '`hale subject offers` lists what was offered.' });
      const taken = await shell.call('subject.take', {
        offer,
        ...(options.as === undefined ? {} : { name: options.as }),
        ...(options.asMe ? { asMe: true } : {}),
      });
      shell.result(taken, () => printTaken(shell, taken));
    });
  subject
    .command('decline')
    .description('do not take who was offered; they stay where they are')
    .argument('<offer>', 'as `hale subject offers` lists it')
    .addHelpText('after', examples('hale subject decline 4f2a90c1'))
    .action(async (offer: string) => {
      shell.about('offer', offer, { 'not-found': '`hale subject offers` lists what was offered.' });
      await shell.call('subject.decline', { offer });
      shell.result({}, () => shell.say('Declined.'));
    });
}

function printHandOver(shell: Shell, { name, to, state, keepsNotes, keepsRecords, lapsesMicros }: HandOverInfo): void {
  const kept = [keepsNotes ? 'your notes' : '', keepsRecords > 0 ? counted(keepsRecords, 'record') : ''];
  shell.say(`${purple(bold(name))}: ${STATES[state]}`);
  shell.lines(
    facts(
      [
        ['To', to],
        ['Stays here', kept.filter((text) => text !== '').join(', ')],
        ['Lapses', state === 'offered' ? shell.times.date(lapsesMicros) : ''],
      ],
      shell.width,
    ),
  );
}

function printTaken(shell: Shell, { subject, from, state, formerGrants }: TakenInfo): void {
  const said = {
    copying: 'is being taken up; it goes on by itself',
    copied: 'is here; the home that had them does not know yet',
    done: 'is here, under keys that nobody else has',
  };
  shell.say(`${purple(bold(subject.name))} ${said[state]}`);
  const could = formerGrants.map(
    ({ to, streams, records }) => `${to}: ${[...streams.map(({ key }) => key), ...records].join(', ')}`,
  );
  shell.lines(
    facts(
      [
        ['From', from],
        ['Could read', could.join('\n')],
      ],
      shell.width,
    ),
  );
  if (could.length > 0)
    shell.say('None of these shares was made anew. Whom you want to read on, share with: `hale share`.');
  if (state === 'done') shell.say('Whoever had them before may have kept what was seen.');
}
