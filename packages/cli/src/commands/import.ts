import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { ImportReport } from '@hale/home';
import type { Command } from 'commander';
import { WrongUsage } from '../failure.ts';
import { groupReports, printFailures, printGroup } from '../import-groups.ts';
import { LIMITS } from '../limits.ts';
import type { Shell } from '../shell.ts';
import { counted, duration, number } from '../terminal/numbers.ts';
import { bold, faint, red, yellow } from '../terminal/style.ts';
import { facts, table } from '../terminal/table.ts';
import { examples } from './examples.ts';
import { quoted } from './subject.ts';

interface ImportOptions {
  as?: string;
  only?: string;
  start?: string;
  mapping?: string;
  dryRun?: boolean;
}

export function addImport(program: Command, shell: Shell): void {
  program
    .command('import')
    .description('bring in files or folders from devices; doing it again adds nothing twice')
    .argument('<file...>', 'files or folders')
    .option('--as <name>', 'name of the stream, where the file holds one')
    .option('--only <text>', 'only the part of the file with this name, such as one person of a study')
    .option('--start <when>', 'when the recording began, where the file does not say')
    .option('--mapping <file>', 'JSON that says what each column is, instead of the proposal')
    .option('--dry-run', 'read and report, store nothing')
    .addHelpText(
      'after',
      examples(
        'hale import 100.hea',
        'hale import ~/Downloads/wearable.csv --dry-run',
        'hale import glucose.csv --as glucose --zone America/Los_Angeles',
      ),
    )
    .action(async (files: string[], options: ImportOptions) => await importFiles(shell, files, options));
}

async function importFiles(shell: Shell, files: string[], options: ImportOptions): Promise<void> {
  const { subject } = shell.subject;
  shell.about('files', files.join(', '), {
    'not-found':
      subject === undefined ? 'Check the file name.' : `Check the file name, and --subject ${quoted(subject)}.`,
    unsupported: 'Hale reads WFDB recordings, tables as CSV with a time in each row, and CSV of Fitbit’s web site.',
  });
  shell.safety = 'What was reported as stored stays. Running the same import again goes on, and adds nothing twice.';
  const { as, only, dryRun } = options;
  const reports = await shell.call('import', {
    files: files.map((file) => shell.path(file)),
    ...shell.subject,
    ...(as === undefined ? {} : { as }),
    ...(only === undefined ? {} : { only }),
    ...(dryRun ? { dryRun } : {}),
    ...(options.start === undefined ? {} : { start: shell.time('--start', options.start, 'start') }),
    ...(options.mapping === undefined ? {} : { mapping: readMapping(shell.path(options.mapping)) }),
    zone: shell.zone,
  });
  shell.result(reports, () => printReports(shell, reports, dryRun === true));
  if (reports.some((report) => report.failed || (storedOf(report) === 0 && report.rejected > 0))) shell.exitCode = 1;
}

function readMapping(file: string): unknown {
  if (statSync(file).size > LIMITS.mappingBytesMax)
    throw new WrongUsage('--mapping: this file is too large for a mapping.');
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new WrongUsage(
        '--mapping: this file is not JSON.',
        'See `hale import --dry-run --json FILE` for a proposal to start from.',
      );
    throw error;
  }
}

const storedOf = (report: ImportReport) => report.accepted + report.duplicate + report.corrected;

export function printReports(shell: Shell, reports: ImportReport[], dryRun: boolean): void {
  if (reports.length === 0) shell.say('Nothing to import was found there.');
  const { single, grouped, failed } = groupReports(reports);
  const blocks = [
    ...grouped.map((group) => () => printGroup(shell, group, dryRun)),
    ...single.map((report) => () => printReport(shell, report, dryRun)),
    ...(failed.length > 0 ? [() => printFailures(shell, failed)] : []),
  ];
  blocks.forEach((print, index) => {
    if (index > 0) shell.line();
    print();
  });
  if (reports.length > 1) printTotal(shell, reports, dryRun);
  const streams = [...new Set(reports.flatMap((report) => report.streams))];
  const { subject } = shell.subject;
  const whose = subject === undefined ? '' : ` --subject ${quoted(subject)}`;
  if (streams[0] !== undefined && !dryRun) shell.line(`\nLook at it: hale show ${quoted(streams[0])}${whose}`);
  if (dryRun) shell.line('\nThis was a dry run: nothing was stored.');
}

function printReport(shell: Shell, report: ImportReport, dryRun: boolean): void {
  shell.line(bold(basename(report.file)));
  if (report.failed) {
    shell.say(`${red('Not imported:')} ${report.failed.text}.`, '  ');
    return;
  }
  shell.say(report.what, '  ');
  const counts: [string, number, string][] = [
    ['read', report.read, ''],
    [dryRun ? 'new' : 'accepted', report.accepted, ''],
    ['duplicate', report.duplicate, 'already there'],
    ['corrected', report.corrected, 'another value than before; the newer one counts'],
    ['rejected', report.rejected, 'not stored'],
  ];
  const digits = Math.max(...counts.map(([, count]) => number(count, 0).length));
  const cell = (count: number, note: string) =>
    number(count, 0).padStart(digits) + (count > 0 && note ? faint(`  ${note}`) : '');
  shell.lines(
    facts(
      counts.map(([name, count, note]) => [name, cell(count, note)]),
      shell.width,
    ),
  );
  if (report.rejections.length > 0) {
    const rows = report.rejections.map((each) => [`  ${each.place}`, each.reason, number(each.count, 0)]);
    shell.lines(
      table(
        [{ head: '  Where' }, { head: 'Why not', wrapTo: 16 }, { head: 'Count', align: 'right' }],
        rows,
        shell.width,
      ),
    );
  }
  for (const note of report.notes) shell.say(`${yellow('Note:')} ${note}`, '  ');
  const rate =
    report.seconds > 0.05 ? `, ${number(Math.round(report.read / report.seconds), 0)} readings a second` : '';
  const into = report.streams.length > 0 ? `into ${report.streams.join(', ')}; ` : '';
  shell.say(faint(`${into}${duration(report.seconds)}${rate}`), '  ');
  if (report.interrupted)
    shell.say(`${red('Interrupted:')} the rest of this file was not read. Run the same import again to go on.`, '  ');
}

function printTotal(shell: Shell, reports: ImportReport[], dryRun: boolean): void {
  const sum = (pick: (report: ImportReport) => number) => reports.reduce((total, report) => total + pick(report), 0);
  const rejected = sum((report) => report.rejected);
  shell.line();
  shell.say(
    `${counted(reports.length, 'file')}: ${counted(
      sum((report) => report.accepted),
      'new reading',
    )}${dryRun ? ' would be' : ''} stored` +
      `, ${number(
        sum((report) => report.duplicate),
        0,
      )} already there${rejected > 0 ? `, ${number(rejected, 0)} rejected` : ''}.`,
  );
}
