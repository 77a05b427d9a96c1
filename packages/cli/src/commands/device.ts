import type { DeviceInfo, NightscoutWish, Parameters, Result } from '@hale/home';
import type { Command } from 'commander';
import { Refused } from '../failure.ts';
import type { Shell } from '../shell.ts';
import { counted, number } from '../terminal/numbers.ts';
import { bold } from '../terminal/style.ts';
import { facts, table } from '../terminal/table.ts';
import { examples } from './examples.ts';
import { ASSURANCE } from './streams.ts';

/** Radio and whole seconds make as much. */
const CLOCK_RIGHT_SECONDS = 3;
const DEVICE_TODO = '`hale device list` lists the devices.';

export function addDevice(program: Command, shell: Shell): void {
  const device = program.command('device').description('devices that send readings to this home');
  device
    .command('add')
    .description('let a device send; shows its credential once')
    .argument('<name>', 'how you call it')
    .option('--pair', 'show a code instead, which the device or gateway shows here to get its credential by itself')
    .option('--nightscout', 'an app that speaks to a Nightscout server: it may upload')
    .option('--read', 'with --nightscout: it may also read')
    .option('--read-only', 'with --nightscout: a follower, it may read and nothing else')
    .option('--mmol', 'with --nightscout: followers are told mmol/L')
    .option(
      '--allow-plain',
      'with --nightscout: also without TLS from other machines; its secret can then be overheard',
    )
    .addHelpText(
      'after',
      examples(
        "hale device add 'Kitchen scale'",
        'hale device add Gateway --pair',
        'hale device add Libre --subject Mia',
        'hale device add AndroidAPS --nightscout --read',
        "hale device add 'Watch face' --nightscout --read-only",
      ),
    )
    .action(async (name: string, options: AddOptions) => {
      shell.about('device', name);
      const nightscout = nightscoutOf(options);
      const wish = { name, ...shell.subject, ...(nightscout ? { nightscout } : {}) };
      if (options.pair) return await pair(shell, wish);
      const added = await shell.call('device.add', wish);
      shell.result(added, () => (added.nightscout ? tellNightscout(shell, added) : tellCredential(shell, added)));
    });
  device
    .command('list')
    .description('devices and when they were last heard')
    .addHelpText('after', examples('hale device list'))
    .action(async () => await list(shell));
  device
    .command('remove')
    .description('refuse a device from now on; what it sent stays')
    .argument('<device>', 'its name or id')
    .addHelpText('after', examples("hale device remove 'Kitchen scale'"))
    .action(async (name: string) => {
      shell.about('device', name, { 'not-found': DEVICE_TODO });
      const removed = await shell.call('device.remove', { device: name });
      shell.result(removed, () =>
        shell.say(
          `${removed.name} can no longer send.${removed.samples === 0 ? '' : ` What it sent stays: ${counted(removed.samples, 'reading')}.`}`,
        ),
      );
    });
}

async function pair(shell: Shell, wish: Parameters<'device.pair'>): Promise<void> {
  shell.about('device', wish.name ?? '', {
    unavailable: 'Start the node with `hale start`, then ask for a code again.',
  });
  const { code, url, name, expiresMicros } = await shell.call('device.pair', wish);
  shell.result({ code, url, name, expiresMicros }, () => {
    shell.line(bold(`${name} may be paired, once, until ${shell.times.clock(expiresMicros)}.`));
    const half = code.length / 2;
    shell.lines([
      '',
      ...facts(
        [
          ['Address', url],
          ['Code', `${code.slice(0, half)}-${code.slice(half)}`],
        ],
        shell.width,
      ),
      '',
    ]);
    shell.say('Type both into the app or gateway; it gets its credential by itself.');
    if (HERE_ONLY.includes(new URL(url).hostname))
      shell.say(
        'This address is good on this machine only: for others, start the node with `hale start --host 0.0.0.0`.',
      );
  });
}

const HERE_ONLY = ['127.0.0.1', 'localhost', '[::1]'];

interface AddOptions {
  pair?: boolean;
  nightscout?: boolean;
  read?: boolean;
  readOnly?: boolean;
  mmol?: boolean;
  allowPlain?: boolean;
}

function nightscoutOf({ nightscout, read, readOnly, mmol, allowPlain }: AddOptions): NightscoutWish | null {
  if (!nightscout) {
    if (read || readOnly || mmol || allowPlain)
      throw new Refused('usage', 'These options are for a device that speaks Nightscout.', 'Add --nightscout.');
    return null;
  }
  return {
    scope: readOnly ? 'read' : read ? 'both' : 'upload',
    ...(mmol ? { units: 'mmol' } : {}),
    ...(allowPlain ? { allowPlain } : {}),
  };
}

function tellCredential(shell: Shell, { device, credential, url, mqtt }: Result<'device.add'>): void {
  const rows: [string, string][] = [
    ['Address', url],
    ['Credential', credential],
    ...(mqtt === null ? [] : mqttFacts(mqtt, device.id)),
  ];
  shell.line(bold(`${device.name} may now send readings.`));
  shell.lines(['', ...facts(rows, shell.width), '']);
  shell.say('Enter both in the device. The credential is shown this once; it can send readings and read nothing.');
  shell.say(`If it gets lost or stolen: hale device remove ${device.id}`);
}

const MAY = { upload: 'upload, and read nothing', read: 'read, and upload nothing', both: 'upload and read' } as const;

function tellNightscout(shell: Shell, { device, nightscout }: Result<'device.add'>): void {
  if (!nightscout) return;
  const { url, secret, token, scope } = nightscout;
  const [scheme, rest] = url.split('://');
  const rows: [string, string][] = [
    ['Address', url],
    ['API secret', secret],
    ['Access token', token],
    ['For xDrip+', `${scheme}://${secret}@${rest}/api/v1/`],
  ];
  shell.line(bold(`${device.name} may now ${MAY[scope]}, as with a Nightscout server.`));
  shell.lines(['', ...facts(rows, shell.width), '']);
  shell.say('Enter address and secret (or token) in the app. They are shown this once.');
  shell.say(`If they get lost or stolen: hale device remove ${device.id}`);
}

async function list(shell: Shell): Promise<void> {
  const devices = await shell.call('device.list', shell.subject);
  shell.result(devices, () => {
    if (devices.length === 0) return shell.say('No devices yet. Connect one with `hale device add NAME`.');
    const rows = devices.map((each) => [
      each.name,
      each.subject,
      ASSURANCE[each.assurance],
      number(each.samples, 0),
      each.lastContactMicros === null ? 'not yet' : shell.times.age(each.lastContactMicros),
      each.id,
    ]);
    const columns = [
      { head: 'Device', wrapTo: 10 },
      { head: 'Of', wrapTo: 6 },
      { head: 'By', wrapTo: 10 },
      { head: 'Readings', align: 'right' as const },
      { head: 'Last heard' },
      { head: 'Id' },
    ];
    shell.lines(table(columns, rows, shell.width));
    sayMore(shell, devices);
  });
}

function mqttFacts(url: string, id: string): [string, string][] {
  return [
    ['MQTT', url],
    ['User', `${id} (the credential is the password)`],
    ['Topics', `hale/${id}/heart-rate and so on`],
  ];
}

/** Devices behind a gateway, and what a person must look after: clocks that are wrong, and what nobody understood. */
function sayMore(shell: Shell, devices: DeviceInfo[]): void {
  for (const { name, behind, clocks, doubt, notTaken } of devices) {
    const names = new Set([...behind.map(({ device }) => device), ...clocks.map(({ device }) => device)]);
    for (const device of names) shell.say(`${device} at ${name}: ${behindWords(shell, device, behind, clocks)}`);
    if (doubt !== null)
      shell.say(
        `${name}: ${counted(doubt.readings, 'reading')} with a time that cannot be, last ${shell.times.age(doubt.atMicros)}: ${spanWords(doubt.aheadSeconds)} ${doubt.aheadSeconds > 0 ? 'after' : 'before'} it came. They are kept as it says, and flagged.`,
      );
    if (notTaken > 0)
      shell.say(`${name}: not understood, and not stored, since the start: ${counted(notTaken, 'message')}`);
  }
}

function behindWords(shell: Shell, device: string, behind: DeviceInfo['behind'], clocks: DeviceInfo['clocks']): string {
  const told = behind.find((each) => each.device === device);
  const clock = clocks.find((each) => each.device === device);
  const words = [
    ...(told ? [`by ${ASSURANCE[told.assurance]}`] : []),
    ...(told && told.lastContactMicros !== null ? [`heard ${shell.times.age(told.lastContactMicros)}`] : []),
    ...(clock ? [`${clockWords(clock.aheadSeconds)}, compared ${shell.times.age(clock.atMicros)}`] : []),
  ];
  return words.join('; ');
}

function clockWords(aheadSeconds: number): string {
  if (Math.abs(aheadSeconds) < CLOCK_RIGHT_SECONDS) return 'clock right';
  return `clock ${spanWords(aheadSeconds)} ${aheadSeconds > 0 ? 'ahead' : 'behind'}`;
}

/** '3 min 7 s', '1 d'. */
function spanWords(span: number): string {
  const seconds = Math.abs(span);
  const steps: [number, string][] = [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'min'],
    [1, 's'],
  ];
  const from = steps.findIndex(([length]) => seconds >= length);
  const parts = steps.slice(from, from + 2).map(([length, unit], i) => {
    const left = i === 0 ? seconds : seconds % steps[from][0];
    return [Math.floor(left / length), unit] as const;
  });
  const told = parts.filter(([count]) => count > 0).map(([count, unit]) => `${number(count, 0)} ${unit}`);
  return told.join(' ');
}
