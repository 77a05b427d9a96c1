// What a visit needs: the list of visits, and the one that was asked for.
import type { VisitOffer } from '@hale/home';
import type { Command } from 'commander';
import { WrongUsage } from '../failure.ts';
import type { Shell } from '../shell.ts';
import { table } from '../terminal/table.ts';
import { examples } from './examples.ts';

const DAY_MICROS = 86_400_000_000;

export function addVisits(program: Command, shell: Shell): void {
  program
    .command('visits')
    .description('what a visit needs, as a proposal for sharing')
    .option('--place <country>', 'where it is, as two letters')
    .option('--all', 'also visits that do not fit this subject')
    .addHelpText('after', examples('hale visits', 'hale share --visit anaesthesia --link --preview'))
    .action(async (options: { place?: string; all?: boolean }) => {
      const { place } = options;
      const offers = await shell.call('share.templates', { ...shell.subject, ...(place ? { place } : {}) });
      const shown = offers.filter(({ fits }) => fits || options.all);
      shell.result(shown, () => printVisits(shell, shown));
    });
}

function printVisits(shell: Shell, offers: readonly VisitOffer[]): void {
  shell.lines(
    table(
      [{ head: 'Visit' }, { head: 'For', wrapTo: 14 }, { head: 'Ends' }, { head: 'Why', wrapTo: 24 }],
      offers.map(({ visit, name, why, asked }) => [visit, name, endOf(shell, asked.until), why]),
      shell.width,
    ),
  );
  shell.line();
  shell.say('Look before you share:  hale share --visit NAME --link --preview');
}

function endOf(shell: Shell, until: string | undefined): string {
  if (until === undefined) return 'when you stop it';
  return `in ${Math.round((Date.parse(until) * 1000 - shell.io.now() * 1000) / DAY_MICROS)} days`;
}

/** @throws WrongUsage that names the visits there are */
export async function visitAsked(shell: Shell, visit: string, place: string | undefined): Promise<VisitOffer['asked']> {
  const offers = await shell.call('share.templates', { ...shell.subject, ...(place ? { place } : {}) });
  const found = offers.find((offer) => offer.visit === visit);
  if (found) return found.asked;
  throw new WrongUsage(
    `there is no visit named ${visit}.`,
    `Visits are ${offers.map((each) => each.visit).join(', ')}.`,
  );
}
