// What an import says of health records: read, kept, merged, already there, not usable; and the question whose they are.
import type { ImportReport, RecordsReport } from '@hale/home';
import type { Shell } from './shell.ts';
import { counted, number } from './terminal/numbers.ts';
import { red, yellow } from './terminal/style.ts';
import { facts, table } from './terminal/table.ts';

const UNUSABLE_SHOWN = 20;

export function printRecordsReport(shell: Shell, records: RecordsReport, dryRun: boolean): void {
  if (records.question) {
    printQuestion(shell, records.question);
    return;
  }
  if (records.isKnownFile) {
    shell.say(`Exactly this file is here already: ${counted(records.counts.read, 'record')}, nothing new.`, '  ');
    return;
  }
  const { read, added, revised, merged, same, others, unusable } = records.counts;
  const counts: [string, number][] = [
    ['records read', read],
    [dryRun ? 'would be new' : 'kept as new', added],
    ['newer states of records that were here', revised],
    ['the same thing as from another source, shown once', merged],
    ['already here, unchanged', same],
    ['of other persons, left out', others],
    ['not usable', unusable],
  ];
  const told = counts.filter(([, count], i) => i < 2 || count > 0);
  shell.lines(
    facts(
      told.map(([name, count]) => [name, number(count, 0)]),
      shell.width,
    ),
  );
  if (records.unusable.length > 0)
    shell.lines(
      table(
        [
          { head: '  Where', wrapTo: 14 },
          { head: 'Why not', wrapTo: 16 },
        ],
        records.unusable.slice(0, UNUSABLE_SHOWN).map(({ place, reason }) => [`  ${place}`, reason]),
        shell.width,
      ),
    );
  for (const note of records.notes) shell.say(`${yellow('Note:')} ${note}`, '  ');
}

function printQuestion(shell: Shell, { code, persons, known }: NonNullable<RecordsReport['question']>): void {
  const shown = persons.slice(0, UNUSABLE_SHOWN);
  if (code === 'other-person') {
    shell.say(
      `${red('Nothing was imported:')} this file names somebody else as its patient: ${shown.join('; ')}.`,
      '  ',
    );
    if (known !== '') shell.say(`Here you are ${known}.`, '  ');
    shell.say(
      'If that is the same person, say so with --anyway; if it is somebody else, say who with --subject.',
      '  ',
    );
    return;
  }
  shell.say(`${red('Nothing was imported:')} this file holds the records of several persons:`, '  ');
  shell.lines(shown.map((name) => `    ${name}`));
  if (persons.length > shown.length) shell.say(`and ${persons.length - shown.length} more.`, '    ');
  shell.say(`Say whose you mean: --person "${shown[0]}"`, '  ');
}

/** Sums of what became of records, of several files. */
export function recordsTotal(reports: readonly ImportReport[]): string {
  const all = reports.flatMap(({ records }) => (records && !records.question ? [records.counts] : []));
  if (all.length === 0) return '';
  const sum = (name: 'added' | 'revised' | 'merged' | 'same') => all.reduce((total, counts) => total + counts[name], 0);
  return `Health records: ${number(sum('added'), 0)} new, ${number(sum('revised'), 0)} newer states, ${number(sum('merged'), 0)} merged, ${number(sum('same'), 0)} already there.`;
}
