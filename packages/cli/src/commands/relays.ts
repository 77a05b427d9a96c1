import type { RelayInfo } from '@hale/home';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Shell } from '../shell.ts';
import { counted } from '../terminal/numbers.ts';
import { bold, green, red, yellow } from '../terminal/style.ts';
import { facts } from '../terminal/table.ts';
import { examples } from './examples.ts';
import { parseKey } from './relay-options.ts';

export const INVITE_TODO = 'Ask whoever runs the relay for an invitation, and add --invite CLAIM. Each works once.';
const RELAY_TODO = '`hale relays list` lists the relays.';
const USES = { store: 'keeps your sealed data', post: 'delivers to recipients' } as const;

export function addRelays(program: Command, shell: Shell): void {
  const relays = program.command('relays').description('relays that keep your sealed data and deliver what you share');
  relays
    .command('add')
    .description('use a relay')
    .argument('<url>', 'its address, wss://…', parseRelayUrl)
    .option('--invite <claim>', 'the invitation you got for a private relay')
    .option('--vouch <text>', 'what your clinic gave you to be let in there')
    .addOption(new Option('--use <purpose>', 'what for').choices(['store', 'post', 'both']).default('both'))
    .addHelpText(
      'after',
      examples(
        'hale relays add wss://relay.example.org',
        'hale relays add wss://clinic.example.org --invite 7QK3-… --use post',
      ),
    )
    .action(async (url: string, options: { invite?: string; vouch?: string; use: 'store' | 'post' | 'both' }) => {
      shell.about('relay', url, { 'not-permitted': INVITE_TODO });
      const uses: ('store' | 'post')[] = options.use === 'both' ? ['store', 'post'] : [options.use];
      const invite = options.invite === undefined ? {} : { invite: options.invite };
      const vouch = options.vouch === undefined ? {} : { vouch: options.vouch };
      printAll(shell, [await shell.call('relays.add', { url, uses, ...invite, ...vouch })]);
    });
  relays
    .command('remove')
    .description('stop using a relay; what it holds stays sealed there until erased')
    .argument('<url>', 'its address', parseRelayUrl)
    .addHelpText('after', examples('hale relays remove wss://relay.example.org'))
    .action(async (url: string) => {
      shell.about('relay', url, { 'not-found': RELAY_TODO });
      const removed = await shell.call('relays.remove', { url });
      shell.result(removed, () => shell.say(`${removed.url} is no longer used.`));
    });
  relays
    .command('list')
    .description('relays in use, and what still waits for them')
    .addHelpText('after', examples('hale relays list'))
    .action(async () => printAll(shell, await shell.call('relays.list', {})));
  addRest(relays, shell);
  addVouch(relays, shell);
}

function addRest(relays: Command, shell: Shell): void {
  relays
    .command('sync')
    .description('send what waits, fetch what is missing, now')
    .argument('[url]', 'only this relay', parseRelayUrl)
    .addHelpText('after', examples('hale relays sync'))
    .action(async (url: string | undefined) => {
      if (url) shell.about('relay', url, { 'not-found': RELAY_TODO });
      shell.safety = 'Nothing is lost: what was not sent yet is sent later.';
      const synced = await shell.call('relays.sync', url === undefined ? {} : { url });
      printAll(shell, synced);
      const asked = synced.filter((relay) => url === undefined || relay.url === url);
      if (asked.some((relay) => relay.pending > 0 || relay.state !== 'connected')) shell.exitCode = 1;
    });
  relays
    .command('invite')
    .description('let someone use the relay inside this home')
    .addHelpText('after', examples('hale relays invite'))
    .action(async () => await invite(shell));
}

const VOUCH_DAYS = 365;

function addVouch(relays: Command, shell: Shell): void {
  relays
    .command('vouch')
    .description('as a clinic that a relay lists: let a patient join it')
    .argument('<url>', 'the relay', parseRelayUrl)
    .requiredOption('--for <key>', 'what `hale whoami` of the patient calls “Known to relays as”, npub1…', parseKey)
    .option('--days <number>', 'for how long', parseDays, VOUCH_DAYS)
    .addHelpText('after', examples('hale relays vouch wss://relay.example.org --for npub1… --days 90'))
    .action(async (relay: string, { for: member, days }: { for: string; days: number }) => {
      const made = await shell.call('relays.vouch', { relay, member, days });
      shell.result(made, () => {
        shell.say('Give this line to the patient. It works once, for that key:');
        shell.line(`\n  hale relays add ${relay} --vouch ${made.vouch}`);
      });
    });
}

function parseDays(text: string): number {
  const days = Number(text);
  if (/^\d{1,3}$/.test(text) && days >= 1 && days <= 396) return days;
  throw new InvalidArgumentError('Days are a number from 1 to 396.');
}

export async function invite(shell: Shell): Promise<void> {
  shell.topic.todos.unavailable = 'Run `hale start` in another terminal, then this again.';
  const { claim, url } = await shell.call('relays.invite', {});
  shell.result({ claim, url }, () => {
    shell.say('Give this line to the person you invite. It works once:');
    shell.line(`\n  hale relays add ${url} --invite ${claim}`);
  });
}

/** Accepts ws:// and wss:// addresses. */
export function parseRelayUrl(text: string): string {
  if (/^wss?:\/\/[^\s/]+/.test(text) && URL.canParse(text)) return text;
  throw new InvalidArgumentError('Addresses of relays begin with wss:// (or ws:// on your own network).');
}

export function relayState(shell: Shell, relay: RelayInfo): string {
  const heard =
    relay.lastContactMicros === null ? 'never reached' : `last reached ${shell.times.age(relay.lastContactMicros)}`;
  const reason = relay.reason ? `: ${relay.reason}` : '';
  if (relay.state === 'connected')
    return relay.reason === 'NO_ROOM'
      ? yellow('connected, but it gives this home no more room this month')
      : green('connected');
  if (relay.state === 'refused') return red(`refused${reason}`);
  if (relay.state === 'unreachable') return yellow(`not reachable${reason}, ${heard}`);
  return heard;
}

function printAll(shell: Shell, relays: RelayInfo[]): void {
  shell.result(relays, () => {
    if (relays.length === 0)
      return shell.say('No relays yet. Add one with `hale relays add wss://…`, or use the one in `hale start`.');
    for (const relay of relays) {
      shell.line(bold(relay.url));
      const when =
        relay.state === 'refused' ? 'sent when the relay lets this home in' : 'sent by itself as soon as possible';
      const waiting = relay.pending === 0 ? 'nothing' : `${counted(relay.pending, 'piece')}, ${when}`;
      const what = relay.uses.map((use) => USES[use]).join(', ');
      shell.lines(
        facts(
          [
            ['What for', what],
            ['State', relayState(shell, relay)],
            ['Waiting', waiting],
          ],
          shell.width,
        ),
      );
    }
  });
}
