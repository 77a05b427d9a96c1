import { readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { Refused } from '../failure.ts';
import type { Shell } from '../shell.ts';
import { counted } from '../terminal/numbers.ts';
import { green, red } from '../terminal/style.ts';
import { facts } from '../terminal/table.ts';
import { examples } from './examples.ts';

/** A report is a few pages. */
const REPORT_BYTES_MAX = 1_048_576;

export function folderOf(shell: Shell, dir: string | undefined): string {
  return shell.path(dir ?? join(shell.io.env.HOME ?? homedir(), '.hale-relay'));
}

export function addRelayReport(relay: Command, shell: Shell): void {
  relay
    .command('report')
    .description('one signed page: what is held, what its disk gives away, what was deleted, when a restore was tried')
    .option('--dir <dir>', 'folder of the relay (default: ~/.hale-relay)')
    .option('--out <file>', 'write it to a file')
    .option('--check <file>', 'verify a report that somebody gave you')
    .addHelpText(
      'after',
      examples('hale relay report', 'hale relay report --out report.txt', 'hale relay report --check report.txt'),
    )
    .action(async (options: { out?: string; check?: string }, command: Command) => {
      if (options.check !== undefined) return await check(shell, options.check);
      const { dir } = command.optsWithGlobals() as { dir?: string };
      await report(shell, folderOf(shell, dir), options.out);
    });
  relay
    .command('drill')
    .description('restore the newest backup into a folder that is thrown away, and look whether it is whole')
    .option('--dir <dir>', 'folder of the relay (default: ~/.hale-relay)')
    .addHelpText('after', examples('hale relay drill', 'hale relay drill --dir /data/relay'))
    .action(async (_: unknown, command: Command) => {
      const { dir } = command.optsWithGlobals() as { dir?: string };
      await drill(shell, folderOf(shell, dir));
    });
}

async function report(shell: Shell, dir: string, out: string | undefined): Promise<void> {
  shell.about('folder', dir);
  const { report: made, file } = (await shell.relay()).report(dir);
  if (out !== undefined) writeFileSync(shell.path(out), file, { mode: 0o600 });
  shell.result(made, () => {
    if (out === undefined) shell.io.stdout.write(file);
    else
      shell.say(
        `The report is in ${shell.path(out)}. Whoever gets it checks it with \`hale relay report --check FILE\`.`,
      );
  });
}

async function check(shell: Shell, path: string): Promise<void> {
  shell.about('file', path, {
    malformed: 'Ask for the whole file: its last line is the signature.',
    'not-authentic': 'Do not rely on it. Ask whoever runs the relay for a new one.',
  });
  const { relay, npub, madeAt } = (await shell.relay()).checkReport(readReport(shell.path(path)));
  shell.result({ relay, npub, madeAt }, () => {
    shell.line(green('This is the report as it was signed.'));
    shell.lines([
      '',
      ...facts(
        [
          ['Signed by', npub],
          ['On', shell.times.dateTime(madeAt * 1e6)],
        ],
        shell.width,
      ),
      '',
    ]);
    shell.say(
      'Compare the key with the one that the relay tells (`self`): anybody can sign a page with a key of his own.',
    );
  });
}

function readReport(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new Refused('not-found', 'There is no such file.', 'Check the spelling.');
  }
  if (text.length > REPORT_BYTES_MAX) throw new Refused('too-large', 'This is no report: it is too large.', '');
  return text;
}

async function drill(shell: Shell, dir: string): Promise<void> {
  shell.about('folder', dir);
  const found = await (await shell.relay()).drill(dir);
  shell.result(found, () => {
    shell.line(found.ok ? green('Restored, and whole.') : red('This backup is not whole.'));
    const source = found.source === 'fresh' ? 'a fresh copy: no backup lies in `backups`' : 'the newest backup';
    shell.lines([
      '',
      ...facts(
        [
          ['From', `${source}, ${shell.times.dateTime(found.backupAt * 1e6)}`],
          ['Events', `${found.events} of ${found.liveEvents} that the relay holds now`],
          ['Signatures', `${counted(found.checked, 'event')} looked at, ${found.wrong} wrong`],
          ['Took', `${found.seconds} s`],
        ],
        shell.width,
      ),
      '',
    ]);
    shell.say('It is noted for `hale relay report`. The restored copy was removed.');
  });
  if (!found.ok) shell.exitCode = 1;
}
