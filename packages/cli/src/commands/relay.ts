import type { RelayWishes } from '@hale/home';
import { type Command, InvalidArgumentError } from 'commander';
import type { Shell } from '../shell.ts';
import { bold } from '../terminal/style.ts';
import { facts } from '../terminal/table.ts';
import { examples } from './examples.ts';
import { addRelayManage } from './relay-manage.ts';
import { addRelayConfig, addRelayOperation } from './relay-operation.ts';
import { parseClinic, parseCountry, parseKeep, parseKey } from './relay-options.ts';
import { addRelayReport, folderOf } from './relay-report.ts';
import { invite } from './relays.ts';

const PORT = 7481;

interface RelayOptions {
  private?: boolean;
  config?: string;
  port?: number;
  host?: string;
  address?: string[];
  dir?: string;
  owner?: string;
  clinic?: RelayWishes['clinics'];
  jurisdiction?: readonly string[];
  keep?: RelayWishes['keep'];
  contact?: string;
  privacy?: string;
}

export function addRelay(program: Command, shell: Shell): void {
  const relay = program
    .command('relay')
    .usage('[options] | COMMAND')
    .description('run a relay alone: it keeps sealed data for others and can open none of it')
    .option('--config <file>', 'its settings (default: relay.toml in its folder, where there is one)')
    .option('--private', 'only for those who were invited and whom they share with')
    .option('--no-private', 'for everybody, whatever its settings say')
    .option('--port <number>', `where it listens (default: ${PORT})`, parsePort)
    .option('--host <address>', 'network address it listens on (default: this machine only)')
    .option('--address <url...>', 'address under which others reach it, like wss://relay.example.org behind a proxy')
    .option('--dir <dir>', 'folder of the relay (default: ~/.hale-relay)')
    .option('--owner <key>', 'npub1… of whoever may let members in and out over the network', parseKey)
    .option(
      '--clinic <key[=number]>',
      'npub1… whose vouches let people in, and for how many in 30 days; repeatable',
      parseClinic,
    )
    .option(
      '--jurisdiction <country>',
      'two letters of a country whose law holds where its disks stand; repeatable',
      parseCountry,
    )
    .option(
      '--keep <class=time>',
      'how long: tiles=20y, wraps=90d …, or provider; repeatable (default: until deleted)',
      parseKeep,
    )
    .option('--contact <address>', 'how to reach you, shown to everybody: mailto:… or https:…')
    .option('--privacy <address>', 'where your privacy notice stands: https:…')
    .addHelpText(
      'after',
      examples('hale relay --private', 'hale relay --port 8443 --host 0.0.0.0 --dir /data/relay', 'hale relay invite'),
    )
    .action(async (options: RelayOptions) => await runRelay(shell, options));
  addRelayConfig(relay, shell);
  addRelayOperation(relay, shell);
  addRelayManage(relay, shell);
  addRelayReport(relay, shell);
  relay
    .command('invite')
    .description(
      'let someone use the relay that runs inside your home (`hale start`), or with --dir one that runs alone',
    )
    .option('--dir <dir>', 'folder of a relay that runs alone')
    .addHelpText('after', examples('hale relay invite', 'hale relay invite --dir ~/.hale-relay'))
    .action(async (_: unknown, command: Command) => {
      const { dir } = command.optsWithGlobals() as { dir?: string };
      if (dir === undefined) await invite(shell);
      else await inviteAlone(shell, shell.path(dir));
    });
}

/** Writes a claim into the store of a relay on this machine, running or not. */
async function inviteAlone(shell: Shell, dir: string): Promise<void> {
  shell.about('folder', dir);
  const claim = (await shell.relay()).invite(dir);
  if (shell.json) shell.jsonLine({ invite: claim });
  else {
    shell.say('Give this to the person you invite; it works once, for two weeks:');
    shell.line(`\n  hale relays add ADDRESS --invite ${claim}\n`);
  }
}

/** Reads --port; 0 lets the system choose. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('Ports are numbers from 0 to 65535.');
}

async function runRelay(shell: Shell, options: RelayOptions): Promise<void> {
  const dir = folderOf(shell, options.dir);
  shell.about('folder', dir, {
    corrupt:
      'Restore a backup with `hale relay restore FILE`; the damaged database is kept beside it. `hale relay check` tells more.',
    unsupported: 'Update Hale to the version that this folder was used with last.',
  });
  if (options.port !== undefined) shell.about('port', String(options.port));
  shell.safety = 'Everything that was acknowledged is on disk.';
  const entry = await shell.entry();
  const host = {
    ...(options.host === undefined ? {} : { host: options.host }),
    ...(options.address === undefined ? {} : { addresses: options.address }),
  };
  const { owner, clinic, jurisdiction, keep, contact, privacy } = options;
  const wishes: RelayWishes = {
    ...(owner === undefined ? {} : { owner }),
    ...(clinic === undefined ? {} : { clinics: clinic }),
    ...(jurisdiction === undefined ? {} : { jurisdiction }),
    ...(keep === undefined ? {} : { keep }),
    ...(contact === undefined ? {} : { contact }),
    ...(privacy === undefined ? {} : { privacy }),
  };
  const relay = await entry.startRelayAlone({
    dir,
    wishes,
    ...(options.config === undefined ? {} : { config: shell.path(options.config) }),
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.private === undefined ? {} : { privateMode: options.private }),
    ...host,
  });
  shell.atEnd(() => relay.close());
  const claim = relay.private ? relay.invite() : null;
  if (shell.json) shell.jsonLine({ url: relay.relayUrl, dir, private: relay.private, invite: claim });
  else {
    shell.line(bold(relay.private ? 'A private relay is running.' : 'A relay is running.'));
    shell.lines([
      '',
      ...facts(
        [
          ['Address', relay.relayUrl],
          ['Folder', dir],
        ],
        shell.width,
      ),
      '',
    ]);
    if (claim === null) shell.say('Anyone who reaches it may use it. Use it from a home with:');
    else
      shell.say('Give this line to the person you invite; it works once. For more: `hale relay invite --dir FOLDER`.');
    shell.line(`\n  hale relays add ${relay.relayUrl}${claim === null ? '' : ` --invite ${claim}`}\n`);
    shell.say('It keeps sealed data and can open none of it. Ctrl-C ends it.');
  }
  const halted = await Promise.race([shell.untilStopped(), relay.halted]);
  if (halted) throw halted;
  if (!shell.json) shell.remark(`\nThe relay has stopped. ${shell.safety}`);
}
