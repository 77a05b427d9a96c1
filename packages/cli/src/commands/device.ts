import type { Command } from 'commander';
import type { Shell } from '../shell.ts';
import { counted, number } from '../terminal/numbers.ts';
import { bold } from '../terminal/style.ts';
import { facts, table } from '../terminal/table.ts';
import { examples } from './examples.ts';

const DEVICE_TODO = '`hale device list` lists the devices.';

export function addDevice(program: Command, shell: Shell): void {
  const device = program.command('device').description('devices that send readings to this home');
  device
    .command('add')
    .description('let a device send; shows its credential once')
    .argument('<name>', 'how you call it')
    .addHelpText('after', examples("hale device add 'Kitchen scale'", 'hale device add Libre --subject Mia'))
    .action(async (name: string) => {
      shell.about('device', name);
      const added = await shell.call('device.add', { name, ...shell.subject });
      shell.result(added, () => {
        shell.line(bold(`${added.device.name} may now send readings.`));
        shell.lines([
          '',
          ...facts(
            [
              ['Address', added.url],
              ['Credential', added.credential],
            ],
            shell.width,
          ),
          '',
        ]);
        shell.say(
          'Enter both in the device. The credential is shown this once; it can send readings and read nothing.',
        );
        shell.say(`If it gets lost or stolen: hale device remove ${added.device.id}`);
      });
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

async function list(shell: Shell): Promise<void> {
  const devices = await shell.call('device.list', shell.subject);
  shell.result(devices, () => {
    if (devices.length === 0) return shell.say('No devices yet. Connect one with `hale device add NAME`.');
    const rows = devices.map((each) => [
      each.name,
      each.subject,
      number(each.samples, 0),
      each.lastContactMicros === null ? 'not yet' : shell.times.age(each.lastContactMicros),
      each.id,
    ]);
    const columns = [
      { head: 'Device', wrapTo: 10 },
      { head: 'Of', wrapTo: 6 },
      { head: 'Readings', align: 'right' as const },
      { head: 'Last heard' },
      { head: 'Id' },
    ];
    shell.lines(table(columns, rows, shell.width));
  });
}
