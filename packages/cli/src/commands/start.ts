import type { Command } from 'commander';
import type { Shell } from '../shell.ts';
import { bold } from '../terminal/style.ts';
import { facts } from '../terminal/table.ts';
import { examples } from './examples.ts';
import { parsePort } from './relay.ts';
import { welcome } from './welcome.ts';

export const PORT = 7480;
const MQTT_PORT = 1883;

export interface StartOptions {
  port: number;
  host?: string;
  address?: string[];
  proxy?: string[];
  /** True: on the usual port. */
  mqtt?: number | boolean;
  log?: boolean;
  welcome?: boolean;
  sampleHome?: string;
  samples?: string;
}

export function addStart(program: Command, shell: Shell): void {
  program
    .command('start')
    .description('run the home node: devices send to it, relays and recipients reach it')
    .option('--port <number>', 'where it listens', parsePort, PORT)
    .option('--host <address>', 'network address it listens on (default: this machine only)')
    .option('--address <url...>', 'address under which others reach it, like wss://relay.example.org behind a proxy')
    .option('--proxy <ip...>', 'TLS proxies on other machines: believed when they say that a request came by https')
    .option('--mqtt [port]', 'also take what devices send by MQTT (default port: 1883)', (text: string) =>
      parsePort(text),
    )
    .option('--log', 'also print what it does')
    .option('--welcome', 'on the first run, offer a sample person to try Hale with')
    .option('--sample-home <dir>', 'folder of the sample person (default: ~/.hale-sample)')
    .option('--samples <dir>', 'folder of the recordings that the sample person gets')
    .addHelpText(
      'after',
      examples('hale start', 'hale start --port 8080 --host 0.0.0.0', 'hale start --mqtt', 'hale start --welcome'),
    )
    .action(async (options: StartOptions) => {
      shell.safety = 'Everything that was acknowledged is on disk.';
      const dir = options.welcome ? await welcome(shell, options) : shell.dir;
      if (dir === null) return;
      if (dir !== 'running') await startNode(shell, dir, options);
      if (dir !== 'running' && !shell.json) shell.say('Ctrl-C ends it. Sealed data stays where it is.');
      await shell.untilStopped();
      if (!shell.json) shell.remark(`\nThe node has stopped. ${shell.safety}`);
    });
}

/** Starts the node on `dir`, where a browser makes the vault if there is none, and says where it listens. It is closed when the command ends. */
export async function startNode(shell: Shell, dir: string, options: StartOptions): Promise<void> {
  const entry = await shell.entry();
  const conflict = 'Stop what runs there, or start this one with another --port or --home. Nothing stored was changed.';
  shell.about('port', String(options.port), { conflict });
  const host = {
    ...(options.host === undefined ? {} : { host: options.host }),
    ...(options.address === undefined ? {} : { addresses: options.address }),
    ...(options.proxy === undefined ? {} : { proxies: options.proxy }),
    ...(options.mqtt === undefined ? {} : { mqttPort: options.mqtt === true ? MQTT_PORT : Number(options.mqtt) }),
  };
  const log = shell.json || !options.log ? 'quiet' : 'info';
  const node = await shell.unlocking((credentials) =>
    entry.startNode({
      dir,
      port: options.port,
      ...host,
      ...credentials,
      log,
      mayStayLocked: !shell.canAsk,
      maySetUp: true,
    }),
  );
  shell.atEnd(() => node.close());
  const { url, relayUrl, mqttUrl, openUrl } = node;
  if (shell.json) return shell.jsonLine({ url, relayUrl, mqttUrl, openUrl, home: dir });
  shell.line(bold('Hale is running.'));
  shell.lines([
    '',
    ...facts(
      [
        ['Open in a browser', openUrl ?? url],
        ['Devices send to', url],
        ...(mqttUrl === undefined ? [] : ([['or by MQTT to', mqttUrl]] as [string, string][])),
        ['Relay', relayUrl],
        ['Home', dir],
      ],
      shell.width,
    ),
    '',
  ]);
  if (!entry.homeExists(dir)) shell.say('There is no vault here yet: make or restore one in the browser.');
  else if (node.unlocked === false)
    shell.say(
      'It is locked: what devices send is kept sealed and shown after unlocking. Give the passphrase with any command, for instance `hale status`, or set HALE_PASSPHRASE before the start.',
    );
}
