import type { InboxItem } from '@hale/home';
import type { Command } from 'commander';
import type { Shell } from '../shell.ts';
import { bold, green, purple, yellow } from '../terminal/style.ts';
import { facts } from '../terminal/table.ts';
import { examples } from './examples.ts';
import { levelText } from './streams.ts';

export function addInbox(program: Command, shell: Shell): void {
  program
    .command('inbox')
    .description('what others share with you')
    .option('--refresh', 'ask the relays first')
    .option('--remove <grant>', 'take one out, for good')
    .addHelpText('after', examples('hale inbox --refresh', 'hale inbox --remove g7k2'))
    .action(async (options: { refresh?: boolean; remove?: string }) => {
      if (options.remove !== undefined) return await remove(shell, options.remove);
      const items = await shell.call('inbox', options.refresh ? { refresh: true } : {});
      shell.result(items, () => printInbox(shell, items));
    });
}

async function remove(shell: Shell, grant: string): Promise<void> {
  shell.about('share', grant, { 'not-found': '`hale inbox` lists what is shared with you.' });
  const item = await shell.call('inbox.remove', { grant });
  shell.result(item, () => {
    shell.line(`${purple(bold(item.grant))}  from ${item.from}: removed`);
    shell.say('It does not come back with its message. Who sent it is not told, and can share anew.');
  });
}

function printInbox(shell: Shell, items: InboxItem[]): void {
  if (items.length === 0) {
    shell.say('Nobody shares anything with you yet.');
    shell.say('Give your address (`hale whoami`) to whoever wants to, or open a link with `hale open LINK`.');
    return;
  }
  const { times } = shell;
  for (const item of items) {
    shell.line(`${purple(bold(item.grant))}  from ${item.from}: ${stateText(item)}`);
    shell.lines(
      facts(
        [
          ['What', item.what],
          [
            'Streams',
            item.streams.map((stream) => `${stream.title} (${stream.key}), ${levelText(stream.level)}`).join('\n'),
          ],
          ['Time range', item.streams.length === 0 ? '' : times.range(item.fromMicros, item.toMicros)],
          ['Until', item.untilMicros === null ? '' : times.dateTime(item.untilMicros)],
          ['Lapses', item.idleMonths === undefined ? '' : `when it is not looked at for ${item.idleMonths} months`],
          ['Purpose', item.purpose],
          ['Open it', item.state === 'active' || item.state === 'new' ? `hale open ${item.grant}` : ''],
        ],
        shell.width,
      ),
    );
    shell.line();
  }
  shell.say(shell.zoneLine());
}

function stateText(item: InboxItem): string {
  return {
    active: green('open'),
    ended: 'stopped by the owner; nothing new opens',
    expired: 'ended by itself',
    unreachable: yellow('its relay cannot be reached now'),
    new: yellow('new, from somebody you have opened nothing of yet'),
  }[item.state];
}
