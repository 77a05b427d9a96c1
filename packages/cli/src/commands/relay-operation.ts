// What an operator does with a relay that runs alone: its settings, how it is doing, copies of it, events out and in, whether it is whole.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { ImportCounts, RelayStatus } from '@hale/home';
import { type Command, InvalidArgumentError } from 'commander';
import { WrongUsage } from '../failure.ts';
import type { Shell } from '../shell.ts';
import { bytes, counted, duration, number } from '../terminal/numbers.ts';
import { Progress } from '../terminal/progress.ts';
import { green, red, yellow } from '../terminal/style.ts';
import { facts } from '../terminal/table.ts';
import { examples } from './examples.ts';
import { parseKeyHex } from './relay-options.ts';
import { folderOf } from './relay-report.ts';

const DIR = ['--dir <dir>', 'folder of the relay (default: ~/.hale-relay)'] as const;

/** The folder, also where --dir stands before the name of the command. */
function dirOf(shell: Shell, command: Command): string {
  const { dir } = command.optsWithGlobals() as { dir?: string };
  const folder = folderOf(shell, dir);
  shell.about('folder', folder, {
    'not-found': 'Name the folder of the relay with --dir, and files as they are.',
    malformed: 'Correct it, or ask for it again. Nothing was changed.',
  });
  return folder;
}

export function addRelayConfig(relay: Command, shell: Shell): void {
  relay
    .command('config')
    .description('write its file of settings, relay.toml, with every limit beside what holds anyhow; or check one')
    .option(...DIR)
    .option('--out <file>', 'write it there instead of into the folder')
    .option('--print', 'only show it')
    .option('--check [file]', 'read the one of the folder, or this one, and say what it sets')
    .addHelpText('after', examples('hale relay config', 'hale relay config --check'))
    .action(async (options: { out?: string; print?: boolean; check?: string | true }, command: Command) => {
      const dir = dirOf(shell, command);
      const work = await shell.relay();
      if (options.print) return void shell.io.stdout.write(work.renderConfig());
      if (options.check !== undefined) {
        const found = work.checkConfig(dir, typeof options.check === 'string' ? shell.path(options.check) : undefined);
        return shell.result(found, () => {
          shell.line(green(`${found.file} can be used.`));
          shell.say(found.set.length === 0 ? 'It sets nothing: all is as it is anyhow.' : 'It sets:');
          shell.lines(found.set.map((line) => `  ${line}`));
        });
      }
      const file = options.out === undefined ? work.configPath(dir) : shell.path(options.out);
      work.writeConfig(file);
      shell.result({ file }, () => {
        shell.say(
          `The settings are in ${file}. Nothing is changed by it yet: take the # away in front of what you set.`,
        );
      });
    });
}

export function addRelayOperation(relay: Command, shell: Shell): void {
  relay
    .command('status')
    .description('how it is doing, and an address that opens the page with it in one browser of this machine')
    .option(...DIR)
    .addHelpText('after', examples('hale relay status', 'hale relay status --json'))
    .action(async (_: unknown, command: Command) => await status(shell, dirOf(shell, command)));
  relay
    .command('backup')
    .description('a copy of its whole database as of this moment, while it runs')
    .argument('[file]', 'where; without it into the folder `backups` of the relay')
    .option(...DIR)
    .addHelpText('after', examples('hale relay backup', 'hale relay backup /media/usb/relay.db'))
    .action(async (file: string | undefined, _: unknown, command: Command) =>
      backup(shell, dirOf(shell, command), file),
    );
  addRestore(relay, shell);
  relay
    .command('check')
    .description('is it whole: pages, indexes, and the signature of every event')
    .option(...DIR)
    .addHelpText('after', examples('hale relay check'))
    .action(async (_: unknown, command: Command) => await check(shell, dirOf(shell, command)));
  relay
    .command('compact')
    .description('give the room of what was deleted back to the disk')
    .option(...DIR)
    .addHelpText('after', examples('hale relay compact'))
    .action(async (_: unknown, command: Command) => await compact(shell, dirOf(shell, command)));
  addTransfer(relay, shell);
  addMirror(relay, shell);
}

function addMirror(relay: Command, shell: Shell): void {
  relay
    .command('mirror')
    .description('pull from another relay of yours what is missing here, once; relay.toml does it by the clock')
    .argument('<address>', 'the other relay: wss://…')
    .option(...DIR)
    .addHelpText('after', examples('hale relay mirror wss://other.example.org'))
    .action(async (url: string, _: unknown, command: Command) => mirror(shell, dirOf(shell, command), url));
}

function addRestore(relay: Command, shell: Shell): void {
  relay
    .command('restore')
    .description('put a backup in the place of its database; what was there is kept beside it')
    .argument('<file>', 'the backup')
    .option(...DIR)
    .option('--key <file>', 'the kept relay.key, where the folder has none')
    .option('--new-key', 'go on with a new key: receipts begin anew, tokens that homes hold are worth nothing')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      examples(
        'hale relay restore backups/2026-11-21T020000Z.db',
        'hale relay restore /media/usb/relay.db --key /media/usb/relay.key',
      ),
    )
    .action(async (file: string, options: { key?: string; newKey?: boolean; yes?: boolean }, command: Command) => {
      const dir = dirOf(shell, command);
      shell.about('file', file, {
        corrupt: 'Take another backup: nothing was changed. `hale relay drill` tells in time.',
        conflict: 'If the relay runs, stop it. If its key is missing, give --key FILE, or --new-key if it is lost.',
      });
      shell.safety = 'Nothing was changed, or the database of before lies beside the new one.';
      if (!(await shell.agreed(`Put this backup in the place of what is in ${dir}?`, options.yes)))
        return shell.declined('Nothing was changed.');
      const done = await (await shell.relay()).restore(dir, shell.path(file), {
        ...(options.key === undefined ? {} : { keyFile: shell.path(options.key) }),
        ...(options.newKey ? { newKey: true } : {}),
      });
      shell.result(done, () => {
        shell.line(green('Restored.'));
        const requests = done.requests === null ? 'what was there could not be read' : number(done.requests);
        shell.lines(
          facts(
            [
              ['Events', number(done.events)],
              ['Members', number(done.members)],
              ['Deleted again', requests],
              ...(done.replaced === null ? [] : [['Before', done.replaced] as [string, string]]),
            ],
            shell.width,
          ),
        );
        if (done.newKey) shell.warn('It has a new key. Homes take new tokens by themselves.');
        shell.say(
          'Homes publish their lists of readers again within a day; what was deleted elsewhere since goes then.',
        );
      });
    });
}

async function mirror(shell: Shell, dir: string, url: string): Promise<void> {
  shell.about('from', url, {
    'not-permitted':
      'The other relay has to name the key of this one: [mirror] peers in its relay.toml. `hale relay report` shows that key.',
  });
  const desk = (await shell.relay()).desk(dir);
  shell.atEnd(() => desk.close());
  const done = await desk.pull(url);
  shell.result(done, () => {
    shell.say(`${counted(done.taken, 'event')} of ${number(done.lacked)} that were missing here came over.`);
    if (done.ahead > 0)
      shell.say(`The other one lacks ${number(done.ahead)}: it pulls them where its relay.toml names this one.`);
    shell.say(
      `To go on by itself: from = ["${url}"] under [mirror] in relay.toml. The key of this relay is ${done.key}.`,
    );
  });
}

async function status(shell: Shell, dir: string): Promise<void> {
  const desk = (await shell.relay()).desk(dir);
  shell.atEnd(() => desk.close());
  const { status, address } = await desk.status();
  shell.result({ ...status, page: address }, () => {
    shell.lines(facts(statusRows(shell, status), shell.width));
    shell.line();
    shell.say('The same in a browser of this machine; the address is good once, for ten minutes:');
    shell.line(`\n  ${address}\n`);
  });
}

function statusRows(shell: Shell, status: RelayStatus): [string, string][] {
  const { counts, lastBackup, drill } = status;
  const at = (seconds: number) => shell.times.dateTime(seconds * 1e6);
  const refused = Object.values(counts.refusals).reduce((sum, count) => sum + count, 0);
  const turnedAway = Object.values(counts.turnedAway).reduce((sum: number, count) => sum + Number(count), 0);
  const events = (status.held?.classes ?? []).reduce((sum, each) => sum + each.events, 0);
  return [
    ['Address', status.url],
    ['Running', `for ${duration(status.at - status.startedAt)}, ${status.private ? 'private' : 'open to everybody'}`],
    ['Sockets', `${number(status.socketsOpen)} open of ${number(status.socketsMax)}`],
    ['Held', counted(events, 'event')],
    ['Commits', `${number(counts.commits)}, ${number(counts.commitsFailed)} failed`],
    ['Refused', `${number(refused)} answers, ${number(turnedAway)} at the door`],
    ['Database', `${bytes(status.fileBytes + status.logBytes)}, ${bytes(status.freeBytesOfFile)} of it free`],
    ['Left on the disk', bytes(status.freeBytesOfDisk)],
    ['Last backup', lastBackup === null ? yellow('never') : at(lastBackup.at)],
    ['Last drill', drill === null ? yellow('never') : `${at(drill.at)}, ${drill.ok ? 'whole' : red('not whole')}`],
  ];
}

async function backup(shell: Shell, dir: string, file: string | undefined): Promise<void> {
  shell.safety = 'No backup was made.';
  const made = await (await shell.relay()).backup(dir, file === undefined ? undefined : shell.path(file));
  shell.result(made, () => {
    shell.say(
      `Backed up to ${made.file} (${bytes(made.bytes)}, in ${number(made.seconds)} s), and looked at: it is whole.`,
    );
    shell.say('The key of the relay is not in it: keep a copy of relay.key apart, once.');
  });
}

async function check(shell: Shell, dir: string): Promise<void> {
  const progress = new Progress(shell.io, shell.colour);
  const found = await (await shell.relay()).check(dir, (done, total) => {
    if (!shell.json) progress.step({ what: 'Checking', done, total, unit: 'events' });
  });
  progress.clear();
  if (!found.ok) shell.exitCode = 1;
  shell.result(found, () => {
    shell.line(found.ok ? green('Everything is whole.') : red('This database is not whole.'));
    shell.lines(
      facts(
        [
          ['Pages and indexes', found.database],
          ['Events', `${number(found.events)} looked at, ${number(found.wrong)} wrong`],
          ['Took', `${number(found.seconds)} s`],
        ],
        shell.width,
      ),
    );
    if (!found.ok)
      shell.say('What to do: restore a backup with `hale relay restore FILE`. What is there now is kept beside it.');
  });
}

async function compact(shell: Shell, dir: string): Promise<void> {
  shell.about('work', 'giving room back', {
    full: 'Make room: while it works it needs as much again as the database has.',
  });
  const desk = (await shell.relay()).desk(dir);
  shell.atEnd(() => desk.close());
  const done = await desk.compact();
  shell.result(done, () => {
    const given = Math.max(0, done.bytesBefore - done.bytesAfter);
    shell.say(`${bytes(given)} went back to the disk: the database has ${bytes(done.bytesAfter)} now.`);
  });
}

interface ExportOptions {
  kind?: number[];
  author?: string[];
  since?: string;
  until?: string;
}

function parseKind(text: string, before: number[] = []): number[] {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return [...before, Number(text)];
  throw new InvalidArgumentError('Kinds are numbers from 0 to 65535.');
}

function addTransfer(relay: Command, shell: Shell): void {
  relay
    .command('export')
    .description('its events as JSON lines, as other relays read them; sealed as they are')
    .argument('[file]', 'where; without it to the standard output')
    .option(...DIR)
    .option('--kind <number>', 'only this kind; repeatable', parseKind)
    .option('--author <key>', 'only of this key; repeatable', (text: string, before: string[] = []) => [
      ...before,
      parseKeyHex(text),
    ])
    .option('--since <when>', 'only from this moment on')
    .option('--until <when>', 'only up to this moment')
    .addHelpText('after', examples('hale relay export events.jsonl', 'hale relay export --kind 1059 > wraps.jsonl'))
    .action(async (file: string | undefined, options: ExportOptions, command: Command) =>
      exportTo(shell, dirOf(shell, command), file, options),
    );
  relay
    .command('import')
    .description('events from JSON lines; each signature is checked, what was deleted here stays deleted')
    .argument('<file>', 'the file; - = the standard input')
    .option(...DIR)
    .addHelpText('after', examples('hale relay import events.jsonl', 'strfry export | hale relay import -'))
    .action(async (file: string, _: unknown, command: Command) => importFrom(shell, dirOf(shell, command), file));
}

const unixSeconds = (text: string): number => Math.floor(Date.parse(text) / 1000);

async function exportTo(shell: Shell, dir: string, file: string | undefined, options: ExportOptions): Promise<void> {
  shell.safety = 'The file is not complete.';
  const lines = (await shell.relay()).export(dir, {
    ...(options.kind === undefined ? {} : { kinds: options.kind }),
    ...(options.author === undefined ? {} : { authors: options.author }),
    ...(options.since === undefined ? {} : { since: unixSeconds(shell.time('--since', options.since, 'start')) }),
    ...(options.until === undefined ? {} : { until: unixSeconds(shell.time('--until', options.until, 'end')) }),
  });
  const out = file === undefined ? null : createWriteStream(shell.path(file), { flags: 'wx', mode: 0o600 });
  if (out) await once(out, 'open');
  let events = 0;
  for (const line of lines) {
    events += 1;
    if (out === null) shell.io.stdout.write(`${line}\n`);
    else if (!out.write(`${line}\n`)) await once(out, 'drain');
    if (shell.signal.aborted) throw new WrongUsage('Stopped.');
  }
  if (out === null) return;
  out.end();
  await once(out, 'close');
  shell.result({ file: shell.path(file as string), events }, () => {
    shell.say(
      `${counted(events, 'event')} in ${shell.path(file as string)}. Receipts stay: they are of this relay's key.`,
    );
  });
}

async function importFrom(shell: Shell, dir: string, file: string): Promise<void> {
  shell.safety = 'What was read so far is on the disk. The same command goes on from there.';
  shell.about('file', file);
  const progress = new Progress(shell.io, shell.colour);
  const source = file === '-' ? (shell.io.stdin as AsyncIterable<Buffer>) : shell.path(file);
  const done = await (await shell.relay()).import(dir, source, {
    signal: shell.signal,
    progress: (read, of) => {
      if (!shell.json) progress.step({ what: 'Importing', done: read, total: of, unit: 'bytes' });
    },
  });
  progress.clear();
  if (done.interrupted) shell.exitCode = 1;
  shell.result(done, () => {
    if (done.resumedAfter > 0) shell.say(`Went on after line ${number(done.resumedAfter)}.`);
    shell.lines(facts(importRows(done.counts), shell.width));
    for (const { line, reason } of done.counts.wrongLines) shell.warn(`line ${line}: ${reason}`);
    if (done.interrupted) shell.say('Broken off. The same command goes on from there.');
  });
}

function importRows(counts: ImportCounts): [string, string][] {
  const rows: [string, number][] = [
    ['Read', counts.read],
    ['New', counts.stored],
    ['Here already', counts.duplicate],
    ['Older than what is here', counts.older],
    ['Deleted or vanished here', counts.deleted],
    ['Not kept here', counts.unfit],
    ['No event, or not signed', counts.wrong],
  ];
  return rows
    .filter(([name, count]) => count > 0 || name === 'Read' || name === 'New')
    .map(([name, count]) => [name, number(count)]);
}
