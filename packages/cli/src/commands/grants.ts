import type { GrantInfo } from '@hale/home';
import type { Command } from 'commander';
import type { Shell } from '../shell.ts';
import { bytes, counted } from '../terminal/numbers.ts';
import { bold, faint, green, purple, yellow } from '../terminal/style.ts';
import { columns, facts } from '../terminal/table.ts';
import { examples } from './examples.ts';
import { levelText } from './streams.ts';

export const GRANT_TODO = '`hale grants --all` lists everything you ever shared.';
const READ_STAYS_READ = 'What was read stays read: copies that were already made are out of reach.';

export function addGrants(program: Command, shell: Shell): void {
  program
    .command('grants')
    .description('what you share: who could open what, and what relays served')
    .option('--all', 'also what has ended')
    .addHelpText('after', examples('hale grants', 'hale grants --all --json'))
    .action(async (options: { all?: boolean }) => {
      const grants = await shell.call('grants', { ...shell.subject, ...(options.all ? { all: true } : {}) });
      shell.result(grants, () => printGrants(shell, grants, options.all === true));
    });
  program
    .command('revoke')
    .description('stop sharing')
    .argument('<grant>', 'its name, as `hale grants` lists it')
    .option('--delete', 'also have the relays delete what was made for it')
    .addHelpText('after', `${examples('hale revoke g7k2', 'hale revoke g7k2 --delete')}\n${READ_STAYS_READ}\n`)
    .action(async (grant: string, options: { delete?: boolean }) => {
      shell.about('share', grant, { 'not-found': GRANT_TODO });
      shell.safety = 'Whether it was stopped: `hale grants --all`. Run the same again to be sure.';
      const ended = await shell.call('revoke', { grant, ...(options.delete ? { delete: true } : {}) });
      shell.result(ended, () => printRevoked(shell, ended));
    });
}

function printGrants(shell: Shell, grants: GrantInfo[], all: boolean): void {
  if (grants.length === 0) {
    const never = 'You have never shared anything.';
    shell.say(all ? never : 'You share nothing at the moment. `hale grants --all` shows what has ended.');
    return;
  }
  grants.forEach((grant, index) => {
    if (index > 0) shell.line();
    printGrant(shell, grant);
  });
  shell.say(`\n${shell.zoneLine()}`);
}

function printGrant(shell: Shell, grant: GrantInfo): void {
  const { times } = shell;
  const who =
    grant.how === 'link' ? `whoever has the link${grant.to && grant.to !== 'link' ? ` (${grant.to})` : ''}` : grant.to;
  shell.say(`${purple(bold(grant.id))}  to ${who}: ${stateText(shell, grant)}`);
  const until =
    grant.untilMicros === null ? 'no end set' : `${times.dateTime(grant.untilMicros)}, ${times.age(grant.untilMicros)}`;
  shell.lines(
    facts(
      [
        ['Could open', grant.streams.map((stream) => `${stream.key}, ${levelText(stream.level)}`).join('\n')],
        ['Time range', times.range(grant.fromMicros, grant.toMicros)],
        ['Purpose', grant.purpose],
        ['Given', times.dateTime(grant.issuedMicros)],
        ['Ends', grant.endedMicros === null ? until : ''],
        ['Lapses', grant.endedMicros === null ? lapseText(shell, grant) : ''],
        ['Again', againText(shell, grant)],
        ['Relays', columns(grant.relays.map((relay) => [relay.url, relayText(relay.state)]))],
        ['Served', servedText(shell, grant)],
        ['Opens', lockText(grant)],
        ['Note', grant.classicOnly ? "protected by today's cryptography only (no post-quantum key)" : ''],
      ],
      shell.width,
    ),
  );
}

/** A look is what relays say that they handed out: whether somebody read it nobody can know. */
function lapseText({ times }: Shell, { idle }: GrantInfo): string {
  if (!idle) return '';
  const looked = idle.lookedMicros === null ? 'never so far' : `last ${times.dateTime(idle.lookedMicros)}`;
  return `${times.date(idle.lapsesMicros)} unless looked at before (looked at: ${looked})`;
}

const againText = ({ io }: Shell, { id, idle, untilMicros }: GrantInfo): string =>
  idle?.lapsed && (untilMicros === null || untilMicros > io.now() * 1000) ? `hale share --again ${id}` : '';

/** `hale` has no browser: whether one came, and freeing it for another, the pages show. */
function lockText({ lock }: GrantInfo): string {
  const parts = [
    ...(lock?.pin ? ['with its PIN'] : []),
    ...(lock?.claim ? ['in the first browser that opened it'] : []),
  ];
  return parts.length === 0 ? '' : `only ${parts.join(', ')}`;
}

function stateText(shell: Shell, grant: GrantInfo): string {
  const when = grant.endedMicros === null ? '' : ` ${shell.times.dateTime(grant.endedMicros)}`;
  return {
    active: green('open'),
    stopping: yellow(`stopped by you${when}; not every relay knows yet`),
    ended: `stopped by you${when}`,
    expired: grant.idle?.lapsed
      ? `lapsed${when}: not looked at for ${grant.idle.months} months`
      : `ended by itself${when}`,
  }[grant.state];
}

function relayText(state: GrantInfo['relays'][number]['state']): string {
  return { serving: 'serving', stopped: green('stopped'), pending: yellow('pending, not reached yet') }[state];
}

/** Per stream and relay: how much, and when last. "Served" is what a relay says it sent; whether it was read nobody can know. */
function servedText(shell: Shell, grant: GrantInfo): string {
  const totals = new Map<string, { tiles: number; bytes: number; hourMicros: number; relay: string; stream: string }>();
  for (const each of grant.served) {
    const key = `${each.stream} ${each.relay}`;
    const sum = totals.get(key) ?? { ...each, tiles: 0, bytes: 0 };
    totals.set(key, {
      ...sum,
      tiles: sum.tiles + each.tiles,
      bytes: sum.bytes + each.bytes,
      hourMicros: Math.max(sum.hourMicros, each.hourMicros),
    });
  }
  if (totals.size === 0) return 'nothing so far, as far as the relays say';
  return [...totals.values()]
    .map(
      (sum) =>
        `${sum.stream || 'health records'}: ${counted(sum.tiles, 'piece')} (${bytes(sum.bytes)}) downloaded from ${sum.relay}, last ${shell.times.dateTime(sum.hourMicros)}`,
    )
    .join('\n');
}

function printRevoked(shell: Shell, grant: GrantInfo): void {
  shell.say(`${bold(grant.id)} is stopped: nothing new opens with it, from now on.`);
  shell.lines(
    facts(
      grant.relays.map((relay) => [relay.url, relayText(relay.state)]),
      shell.width,
    ),
  );
  if (grant.relays.some((relay) => relay.state === 'pending')) {
    shell.say(
      'A pending relay may still hand out what was already stored there. It is told as soon as it can be reached, also after a restart.',
    );
  }
  if (grant.served.length > 0) shell.say(faint(`Served so far: ${servedText(shell, grant).replaceAll('\n', '; ')}.`));
  shell.say(READ_STAYS_READ);
}
