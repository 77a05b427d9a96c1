import type { CheckFinding } from '@hale/home';
import type { Command } from 'commander';
import type { Shell } from '../shell.ts';
import { counted } from '../terminal/numbers.ts';
import { bold, faint, green, red, widthOf, yellow } from '../terminal/style.ts';
import { facts } from '../terminal/table.ts';
import { examples } from './examples.ts';

export function addCheck(program: Command, shell: Shell): void {
  program
    .command('check')
    .description('is everything that should be here really here, whole, and the same on the relays?')
    .option('--deep', 'open and recompute every single piece; takes longer')
    .addHelpText('after', examples('hale check', 'hale check --deep'))
    .action(async (options: { deep?: boolean }) => await check(shell, options));
  program
    .command('doctor')
    .description('is this machine fit for Hale: runtime, disk, clock, network')
    .addHelpText('after', examples('hale doctor'))
    .action(async () => {
      const { lines } = await shell.call('doctor', {});
      if (lines.some((line) => !line.ok)) shell.exitCode = 1;
      shell.result(lines, () => {
        const width = Math.max(...lines.map((line) => widthOf(line.name)));
        for (const line of lines) {
          const [first = '', ...rest] = facts([[line.name.padEnd(width), line.value]], shell.width - 4, '');
          shell.line(`${line.ok ? green('ok ') : red('BAD')} ${first}`);
          shell.lines(rest.map((more) => `    ${more}`));
        }
      });
    });
}

async function check(shell: Shell, options: { deep?: boolean }): Promise<void> {
  const checked = await shell.call('check', options.deep ? { deep: true } : {});
  const count = (severity: CheckFinding['severity']) =>
    checked.findings.filter((each) => each.severity === severity).length;
  if (count('error') > 0) shell.exitCode = 1;
  shell.result(checked, () => {
    for (const severity of ['error', 'warning', 'note'] as const) {
      for (const finding of checked.findings.filter((each) => each.severity === severity)) printFinding(shell, finding);
    }
    const extent = `${counted(checked.tiles, 'piece')} of ${counted(checked.streams, 'stream')} checked`;
    if (count('error') + count('warning') === 0) shell.say(`${green('All is well.')} ${extent}.`);
    else shell.say(`${extent}: ${counted(count('error'), 'error')}, ${counted(count('warning'), 'warning')}.`);
    if (!options.deep) shell.line(faint('`hale check --deep` also opens and recomputes every piece.'));
  });
}

function printFinding(shell: Shell, finding: CheckFinding): void {
  const severity = { error: red('ERROR'), warning: yellow('Warning'), note: faint('Note') }[finding.severity];
  shell.say(`${bold(severity)}  ${finding.what}`);
  shell.lines([
    ...facts(
      [
        ['Where', finding.where],
        ['What to do', finding.todo],
      ],
      shell.width,
    ),
    '',
  ]);
}
