import type { Command } from 'commander';
import type { Shell } from '../shell.ts';
import { bytes, counted } from '../terminal/numbers.ts';
import { columns, facts } from '../terminal/table.ts';
import { examples } from './examples.ts';
import { relayState } from './relays.ts';

export function addWhoami(program: Command, shell: Shell): void {
  program
    .command('whoami')
    .description('your public keys, to give to people who want to share with you')
    .addHelpText('after', examples('hale whoami'))
    .action(async () => {
      const me = await shell.call('whoami', {});
      shell.result(me, () => {
        const listed =
          me.listedOn.length > 0 ? me.listedOn.join('\n') : 'nowhere yet; others need your address and a relay';
        // On a line of its own, so that it can be copied whole on any screen.
        shell.lines(['Your address:', '', `  ${me.npub}`, '']);
        shell.lines(
          facts(
            [
              ['Post-quantum key', me.postQuantumKeyId],
              ['Known to relays as', me.member],
              ['Listed on', listed],
            ],
            shell.width,
            '',
          ),
        );
        shell.say('\nGive the address to whoever wants to share with you. It opens nothing by itself.');
      });
    });
  program
    .command('status')
    .description('the state of this home on one screen')
    .addHelpText('after', examples('hale status'))
    .action(async () => await status(shell));
}

async function status(shell: Shell): Promise<void> {
  const now = await shell.call('status', {});
  shell.result(now, () => {
    const state = now.retired
      ? 'no longer writes: a newer home took over'
      : now.unlocked
        ? 'open'
        : 'locked; it still collects';
    shell.lines(
      facts(
        [
          ['Home', now.home],
          ['State', state],
          [
            'Holds',
            `${counted(now.samples, 'reading')} in ${counted(now.streams, 'stream')} of ${counted(now.subjects, 'subject')}`,
          ],
          ['On disk', bytes(now.diskBytes)],
          ['Shared with you', now.inbox > 0 ? `${counted(now.inbox, 'share')}: hale inbox` : 'nothing'],
          ['Relays', columns(now.relays.map((relay) => [relay.url, relayState(shell, relay)])) || 'none'],
        ],
        shell.width,
        '',
      ),
    );
    for (const { text } of now.warnings) shell.warn(text);
  });
}
