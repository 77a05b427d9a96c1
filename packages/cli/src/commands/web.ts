import type { Command } from 'commander';
import type { Shell } from '../shell.ts';
import { counted } from '../terminal/numbers.ts';
import { examples } from './examples.ts';

export function addWeb(program: Command, shell: Shell): void {
  program
    .command('web')
    .description('show the address that opens this vault in a browser of this machine, once, for ten minutes')
    .option('--lock', 'lock every browser that has it open')
    .addHelpText('after', examples('hale web', 'hale web --lock'))
    .action(async ({ lock }: { lock?: boolean }) => {
      if (lock) {
        const { ended } = await shell.call('web.close', {});
        return shell.result({ ended }, () => shell.say(`${counted(ended, 'browser')} locked.`));
      }
      const { url } = await shell.call('web.open', {});
      shell.result({ url }, () => {
        shell.line(url);
        shell.say('It opens once, within ten minutes. Whoever opens it sees everything: do not send it to anybody.');
      });
    });
}
