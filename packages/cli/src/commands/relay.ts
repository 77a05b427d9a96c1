import { homedir } from 'node:os';
import { join } from 'node:path';
import { decodeNpub, toHex } from '@hale/kernel';
import { type Command, InvalidArgumentError } from 'commander';
import type { Shell } from '../shell.ts';
import { bold } from '../terminal/style.ts';
import { facts } from '../terminal/table.ts';
import { examples } from './examples.ts';
import { invite } from './relays.ts';

const PORT = 7481;

interface RelayOptions {
  private?: boolean;
  port: number;
  host?: string;
  address?: string[];
  dir?: string;
  operator?: string[];
  contact?: string;
  privacy?: string;
  country?: string[];
}

export function addRelay(program: Command, shell: Shell): void {
  const relay = program
    .command('relay')
    .usage('[options] | invite')
    .description('run a relay alone: it keeps sealed data for others and can open none of it')
    .option('--private', 'only for those who were invited and whom they share with')
    .option('--port <number>', 'where it listens', parsePort, PORT)
    .option('--host <address>', 'network address it listens on (default: this machine only)')
    .option('--address <url...>', 'address under which others reach it, like wss://relay.example.org behind a proxy')
    .option('--dir <dir>', 'folder of the relay (default: ~/.hale-relay)')
    .option('--operator <key>', 'key that may manage it (NIP-86): npub or hex, repeatable', parseOperator)
    .option('--contact <address>', 'how to reach you, shown to everybody: mailto:… or https:…')
    .option('--privacy <address>', 'where your privacy notice stands: https:…')
    .option('--country <code...>', 'countries whose law holds where its disk stands, like PL')
    .addHelpText(
      'after',
      examples('hale relay --private', 'hale relay --port 8443 --host 0.0.0.0 --dir /data/relay', 'hale relay invite'),
    )
    .action(async (options: RelayOptions) => await runRelay(shell, options));
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
  const claim = (await shell.entry()).inviteToRelay(dir);
  if (shell.json) shell.jsonLine({ invite: claim });
  else {
    shell.say('Give this to the person you invite; it works once, for two weeks:');
    shell.line(`\n  hale relays add ADDRESS --invite ${claim}\n`);
  }
}

/** Reads --operator. */
function parseOperator(text: string, before: string[] = []): string[] {
  if (/^[0-9a-f]{64}$/.test(text)) return [...before, text];
  try {
    return [...before, toHex(decodeNpub(text))];
  } catch {
    throw new InvalidArgumentError('Keys are npub1… or 64 hex characters.');
  }
}

/** Reads --port; 0 lets the system choose. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('Ports are numbers from 0 to 65535.');
}

async function runRelay(shell: Shell, options: RelayOptions): Promise<void> {
  const dir = shell.path(options.dir ?? join(shell.io.env.HOME ?? homedir(), '.hale-relay'));
  shell.about('folder', dir);
  shell.about('port', String(options.port));
  shell.safety = 'Everything that was acknowledged is on disk.';
  const entry = await shell.entry();
  const host = {
    ...(options.host === undefined ? {} : { host: options.host }),
    ...(options.address === undefined ? {} : { addresses: options.address }),
  };
  const relay = await entry.startRelayAlone({
    dir,
    port: options.port,
    ...host,
    privateMode: options.private === true,
    about: {
      ...(options.operator ? { operators: options.operator } : {}),
      ...(options.contact ? { contact: options.contact } : {}),
      ...(options.privacy ? { privacy: options.privacy } : {}),
      ...(options.country ? { jurisdiction: options.country } : {}),
    },
  });
  shell.atEnd(() => relay.close());
  const claim = options.private ? relay.invite() : null;
  if (shell.json) shell.jsonLine({ url: relay.relayUrl, dir, private: options.private === true, invite: claim });
  else {
    shell.line(bold(options.private ? 'A private relay is running.' : 'A relay is running.'));
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
  await shell.untilStopped();
  if (!shell.json) shell.remark(`\nThe relay has stopped. ${shell.safety}`);
}
