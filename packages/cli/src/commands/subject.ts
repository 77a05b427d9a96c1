import type { Species } from '@hale/home';
import type { Command } from 'commander';
import type { Shell } from '../shell.ts';
import { number } from '../terminal/numbers.ts';
import { table } from '../terminal/table.ts';
import { examples } from './examples.ts';
import { addHandOver } from './subject-hand-over.ts';

export function addSubject(program: Command, shell: Shell): void {
  const subject = program
    .command('subject')
    .description('whose data this home keeps: yourself, a child, a parent, an animal');
  subject
    .command('add')
    .description('add someone; their data gets keys of its own')
    .argument('<name>', 'how you call them')
    .option('--species <species>', 'human, dog, cat, horse, rabbit, other')
    .option('--breed <breed>', 'of an animal')
    .option('--chip <number>', 'of an animal: the 15 digits of its chip')
    .option('--vet <name>', 'of an animal')
    .addHelpText(
      'after',
      examples(
        'hale subject add Mia',
        'hale import thermometer.csv --subject Mia',
        "hale subject add Rex --species dog --breed Collie --chip '276 0972 0012 3456'",
      ),
    )
    .action(async (name: string, about: { species?: Species; breed?: string; chip?: string; vet?: string }) => {
      shell.about('subject', name);
      const added = await shell.call('subject.add', { name, ...about });
      shell.result(added, () => shell.say(`Added ${added.name}. Every command takes --subject ${quoted(added.name)}.`));
    });
  subject
    .command('list')
    .description('everyone whose data is here')
    .addHelpText('after', examples('hale subject list'))
    .action(async () => {
      const subjects = await shell.call('subject.list', {});
      shell.result(subjects, () => {
        const rows = subjects.map((each) => [
          each.name,
          number(each.streams, 0),
          each.isDefault ? 'used when --subject is not given' : '',
        ]);
        shell.lines(
          table(
            [
              { head: 'Name', wrapTo: 10 },
              { head: 'Streams', align: 'right' },
              { head: '', wrapTo: 12 },
            ],
            rows,
            shell.width,
          ),
        );
      });
    });
  addHandOver(subject, shell);
}

/** A word as the shell wants it typed. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./#-]+$/.test(word) && !word.includes('#') ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
