import type { CareInfo, CustodianInfo, SeenCare } from '@hale/home';
import type { Command } from 'commander';
import type { Shell } from '../shell.ts';
import { bold, purple } from '../terminal/style.ts';
import { facts, table } from '../terminal/table.ts';
import { examples } from './examples.ts';

const OFFER_TODO = '`hale custody offers` lists what was offered.';

/** Caring for somebody together. */
export function addCustody(program: Command, shell: Shell): void {
  const custody = program.command('custody').description('who cares for someone with you, and who can see them');
  addOffering(custody, shell);
  custody
    .command('show')
    .description('everybody who cares for someone, and everybody who can see')
    .argument('[name]', 'whose; you without one')
    .addHelpText('after', examples('hale custody show Mia'))
    .action(async (name?: string) => {
      const care = await shell.call('custody.show', name === undefined ? {} : { subject: name });
      shell.result(care, () => printCare(shell, care));
    });
  addWard(custody, shell);
  custody
    .command('stop')
    .description('stop a share that any of you gave; it counts at once and for good')
    .argument('<name>', 'whose share')
    .argument('<share>', 'as `hale custody show` lists it')
    .addHelpText('after', examples('hale custody stop Mia a41f90c1'))
    .action(async (name: string, grant: string) => {
      shell.about('share', grant);
      const care = await shell.call('custody.stop', { subject: name, grant });
      shell.result(care, () => printCare(shell, care));
    });
  custody
    .command('leave')
    .description('let go of someone whom others go on caring for; your copy goes')
    .argument('<name>', 'who')
    .option('--yes', 'do not ask')
    .addHelpText('after', examples('hale custody leave Mia'))
    .action(async (name: string, { yes }: { yes?: boolean }) => {
      shell.about('subject', name);
      if (!(await shell.agreed(`Let go of ${name}? Your copy and the shares that you gave end.`, yes)))
        return shell.declined('Nothing was changed.');
      await shell.call('custody.leave', { subject: name });
      shell.result({}, () => shell.say(`${name} is not kept here any more. The others go on.`));
    });
}

function addWard(custody: Command, shell: Shell): void {
  custody
    .command('ward')
    .description('let someone who has a home of their own see who cares for them and who can see')
    .argument('<name>', 'who is cared for')
    .requiredOption('--at <npub>', 'their own npub, or name@domain')
    .addHelpText('after', examples('hale custody ward Mia --at npub1…'))
    .action(async (name: string, { at }: { at: string }) => {
      shell.about('subject', name);
      const care = await shell.call('custody.ward', { subject: name, to: at });
      shell.result(care, () => printCare(shell, care));
    });
  custody
    .command('mine')
    .description('who cares for you, and who can see you by them')
    .addHelpText('after', examples('hale custody mine'))
    .action(async () => {
      const all = await shell.call('custody.mine', {});
      shell.result(all, () => {
        if (all.length === 0) shell.say('Nobody let you look.');
        for (const { name, ...seen } of all) {
          shell.say(`You are ${purple(bold(name))} to those who care for you:`);
          printSeen(shell, seen);
        }
      });
    });
}

function addOffering(custody: Command, shell: Shell): void {
  custody
    .command('offer')
    .description('let another person care for someone as you do: her home collects, shares and lets others in too')
    .argument('<name>', 'who is cared for')
    .requiredOption('--with <npub>', 'with whom: an npub, or name@domain')
    .option('--call <name>', 'how you call that person')
    .option('--as <role>', 'what she is: PRN parent, MTH, FTH, GRPRN grandparent, GUARD guardian, VET, …')
    .option('--until <time>', 'when it ends by itself')
    .option('--yes', 'do not ask')
    .addHelpText('after', examples('hale custody offer Mia --with npub1… --call Ben --as FTH'))
    .action(
      async (name: string, options: { with: string; call?: string; as?: string; until?: string; yes?: boolean }) => {
        shell.about('subject', name);
        if (shell.canAsk && !options.yes)
          shell.say('Whoever cares for someone in full cannot be put out again by you: the keys are hers as well.');
        if (!(await shell.agreed('Go on?', options.yes))) return shell.declined('Nothing was offered.');
        const offered = await shell.call('custody.offer', {
          ...{ subject: name, to: options.with },
          ...(options.call === undefined ? {} : { name: options.call }),
          ...(options.as === undefined ? {} : { as: options.as.toUpperCase() }),
          ...(options.until === undefined ? {} : { until: shell.time('--until', options.until, 'end') }),
        });
        shell.result(offered, () => shell.say(`Offered. It counts once it is accepted: hale custody show ${name}`));
      },
    );
  addOffered(custody, shell);
}

/** What the other side does with it. */
function addOffered(custody: Command, shell: Shell): void {
  custody
    .command('offers')
    .description('whom others offered you to care for with them')
    .addHelpText('after', examples('hale custody offers'))
    .action(async () => {
      const offers = await shell.call('custody.offers', {});
      shell.result(offers, () => {
        if (offers.length === 0) shell.say('Nobody was offered.');
        for (const { offer, name, from, as, untilMicros } of offers) {
          shell.say(`${purple(bold(name))} may be cared for by you too`);
          const rows: [string, string][] = [
            ['By', from],
            ['As', as],
            ['Until', untilMicros === null ? '' : shell.times.dateTime(untilMicros)],
            ['To accept', `hale custody accept ${offer}`],
          ];
          shell.lines(facts(rows, shell.width));
        }
      });
    });
  custody
    .command('accept')
    .description('care for whom was offered; everything of them comes here too')
    .argument('<offer>', 'as `hale custody offers` lists it')
    .option('--call <name>', 'how you call them')
    .addHelpText('after', examples('hale custody accept 4f2a90c1'))
    .action(async (offer: string, options: { call?: string }) => {
      shell.about('offer', offer, { 'not-found': OFFER_TODO });
      const care = await shell.call('custody.accept', {
        offer,
        ...(options.call === undefined ? {} : { name: options.call }),
      });
      shell.result(care, () => printCare(shell, care));
    });
  custody
    .command('decline')
    .description('do not take an offer')
    .argument('<offer>', 'as `hale custody offers` lists it')
    .addHelpText('after', examples('hale custody decline 4f2a90c1'))
    .action(async (offer: string) => {
      shell.about('offer', offer, { 'not-found': OFFER_TODO });
      await shell.call('custody.decline', { offer });
      shell.result({}, () => shell.say('Declined.'));
    });
}

const called = ({ name, npub, isYou }: CustodianInfo): string => (isYou ? 'you' : name === '' ? npub : name);

function printCare(shell: Shell, { subject, ...seen }: CareInfo): void {
  shell.say(`${purple(bold(subject.name))} is cared for by`);
  printSeen(shell, seen);
}

function printSeen(shell: Shell, { custodians, grants }: SeenCare): void {
  const nameOf = (npub: string) => {
    const found = custodians.find((each) => each.npub === npub);
    return found ? called(found) : npub;
  };
  const who = custodians.map((each) => [
    called(each),
    each.as,
    each.untilMicros === null ? '' : `until ${shell.times.date(each.untilMicros)}`,
    each.state === 'accepted' ? '' : each.state,
  ]);
  shell.lines(table([{ head: 'Who', wrapTo: 24 }, { head: 'As' }, { head: 'Until' }, { head: '' }], who, shell.width));
  shell.say(grants.length === 0 ? 'Nobody else can see.' : 'Who can see, or could:');
  if (grants.length === 0) return;
  const rows = grants.map((each) => [
    each.id.slice(0, 8),
    each.to,
    each.streams.join(', '),
    nameOf(each.by),
    each.state === 'stopped' ? `stopped by ${nameOf(each.stoppedBy ?? '')}` : each.state,
  ]);
  const heads = [
    { head: 'Share' },
    { head: 'With', wrapTo: 12 },
    { head: 'What', wrapTo: 16 },
    { head: 'Given by', wrapTo: 12 },
    { head: '', wrapTo: 12 },
  ];
  shell.lines(table(heads, rows, shell.width));
}
