// Managing a relay (NIP-86): whoever may write into its folder does it there, running or not; its owner does it from elsewhere, with her key.
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { Refused, WrongUsage } from '../failure.ts';
import type { Shell } from '../shell.ts';
import { counted } from '../terminal/numbers.ts';
import { forJson } from '../terminal/style.ts';
import { examples } from './examples.ts';
import { parseKeyHex } from './relay-options.ts';
import { folderOf } from './relay-report.ts';

interface ManageOptions {
  dir?: string;
  url?: string;
  key?: string;
  reason?: string;
}

type Call = (method: string, params: readonly unknown[]) => Promise<unknown>;

export function addRelayManage(relay: Command, shell: Shell): void {
  const add = (name: string, description: string, ...lines: string[]) =>
    relay
      .command(name)
      .description(description)
      .option('--dir <dir>', 'folder of the relay (default: ~/.hale-relay)')
      .option('--url <address>', 'a relay elsewhere, which knows you as its owner: https://…')
      .option('--key <file>', 'with --url: file with the secret key of the owner, nsec1… or hex')
      .addHelpText('after', examples(...lines));
  add('members', 'who is a member; let keys in and out', 'hale relay members', 'hale relay members add npub1…')
    .argument('[action]', 'add or remove')
    .argument('[key]', 'npub1… or 64 hex characters')
    .action(async (action: string | undefined, key: string | undefined, _: unknown, command: Command) => {
      await members(shell, await callOf(shell, command), action, key);
    });
  for (const [name, banned] of [
    ['ban', true],
    ['unban', false],
  ] as const)
    add(name, banned ? 'shut a key, or an event by its id, out' : 'take that back', `hale relay ${name} npub1…`)
      .argument('<key-or-event>', 'npub1… of a key, or event:<64 hex> of an event')
      .option('--reason <text>', 'why; kept for you')
      .action(async (what: string, options: ManageOptions, command: Command) => {
        const { method, value } = banOf(what, banned);
        await (await callOf(shell, command))(method, banned ? [value, options.reason ?? ''] : [value]);
        shell.result({ method, value }, () => shell.say(banned ? 'Shut out, from this moment on.' : 'Let in again.'));
      });
  add('block', 'shut a network address out', 'hale relay block 203.0.113.7')
    .argument('<address>', 'IP address')
    .option('--reason <text>', 'why; kept for you')
    .option('--off', 'take that back')
    .action(async (address: string, options: ManageOptions & { off?: boolean }, command: Command) => {
      const call = await callOf(shell, command);
      if (options.off) await call('unblockip', [address]);
      else await call('blockip', [address, options.reason ?? '']);
      shell.result({ address }, () => shell.say(options.off ? 'Let in again.' : 'Shut out, from this moment on.'));
    });
  add('bans', 'what was shut out: keys, events, addresses, kinds', 'hale relay bans').action(
    async (_: unknown, command: Command) => await bans(shell, await callOf(shell, command)),
  );
  add(
    'manage',
    'any call of NIP-86, with its parameters as they stand there',
    'hale relay manage supportedmethods',
    'hale relay manage disallowkind 1',
  )
    .argument('<method>', 'name of the method')
    .argument('[param...]', 'numbers are sent as numbers, all else as text')
    .action(async (method: string, params: string[], _: unknown, command: Command) => {
      const result = await (await callOf(shell, command))(method, params.map(paramOf));
      shell.result(result, () => shell.line(forJson(result, 2)));
    });
}

const paramOf = (text: string): unknown => (/^(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : text);

function banOf(what: string, banned: boolean): { method: string; value: string } {
  const event = /^event:([0-9a-f]{64})$/.exec(what)?.[1];
  if (event !== undefined) return { method: banned ? 'banevent' : 'unbanevent', value: event };
  return { method: banned ? 'banpubkey' : 'unbanpubkey', value: parseKeyHex(what) };
}

/** Here, in the folder; or elsewhere, as the owner. */
async function callOf(shell: Shell, command: Command): Promise<Call> {
  const { dir, url, key } = command.optsWithGlobals() as ManageOptions;
  const relay = await shell.relay();
  if (url === undefined) {
    const folder = folderOf(shell, dir);
    shell.about('folder', folder);
    const desk = relay.desk(folder);
    shell.atEnd(() => desk.close());
    return (method, params) => desk.manage(method, params);
  }
  shell.about('relay', url, {
    'not-permitted': 'The relay has to name your key as its owner (--owner, or owner in relay.toml).',
  });
  if (key === undefined)
    throw new WrongUsage('--url needs --key FILE.', 'The file holds the secret key of the owner, nsec1… or hex.');
  const secret = readSecret(shell.path(key));
  return (method, params) => relay.manageAt(url, secret, method, params);
}

function readSecret(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    throw new Refused('not-found', 'There is no such file of a key.', 'Check the spelling.');
  }
}

async function members(shell: Shell, call: Call, action: string | undefined, key: string | undefined): Promise<void> {
  if (action === undefined) {
    const found = (await call('listallowedpubkeys', [])) as { pubkey: string }[];
    return shell.result(found, () => {
      shell.say(
        `${counted(found.length, 'member')}${found.length === 0 ? '. `hale relay invite` lets somebody in.' : ':'}`,
      );
      shell.lines(found.map(({ pubkey }) => `  ${pubkey}`));
    });
  }
  if ((action !== 'add' && action !== 'remove') || key === undefined)
    throw new WrongUsage('After members comes nothing, or add KEY, or remove KEY.', 'hale relay members add npub1…');
  await call(action === 'add' ? 'allowpubkey' : 'unallowpubkey', [parseKeyHex(key)]);
  shell.result({ [action]: key }, () =>
    shell.say(
      action === 'add'
        ? 'A member from this moment on.'
        : 'No member any more; what was published by that key stays until it is deleted.',
    ),
  );
}

const LISTS = {
  Keys: 'listbannedpubkeys',
  Events: 'listbannedevents',
  Addresses: 'listblockedips',
  'Kinds refused': 'listdisallowedkinds',
  'Kinds taken alone': 'listallowedkinds',
} as const;

async function bans(shell: Shell, call: Call): Promise<void> {
  const found: Record<string, unknown[]> = {};
  for (const method of Object.values(LISTS)) found[method.slice(4)] = (await call(method, [])) as unknown[];
  shell.result(found, () => {
    const filled = Object.entries(LISTS).filter(([, method]) => found[method.slice(4)].length > 0);
    if (filled.length === 0) shell.say('Nothing and nobody is shut out.');
    for (const [name, method] of filled) {
      shell.line(`${name}:`);
      for (const row of found[method.slice(4)])
        shell.line(`  ${typeof row === 'object' ? Object.values(row as object).join('  ') : row}`);
    }
  });
}
