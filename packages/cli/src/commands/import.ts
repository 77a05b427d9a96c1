import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { ImportColumn, ImportReport, Parameters } from '@hale/home';
import { type Command, Option } from 'commander';
import { WrongUsage } from '../failure.ts';
import { groupReports, printFailures, printGroup } from '../import-groups.ts';
import { printRecordsReport, recordsTotal } from '../import-records.ts';
import { LIMITS } from '../limits.ts';
import type { Shell } from '../shell.ts';
import { counted, duration, number } from '../terminal/numbers.ts';
import { bold, faint, red, yellow } from '../terminal/style.ts';
import { facts, table } from '../terminal/table.ts';
import { examples, several } from './examples.ts';
import { quoted } from './subject.ts';

/** What is no file: a SMART Health Link, or what the QR code of a health card says. */
const GIVEN_TEXT = /^\s*(?:shc:\/|(?:https?:\/\/[^\s#]+#)?shlink:\/)/;

interface ImportOptions {
  as?: string;
  only?: string;
  start?: string;
  mapping?: string;
  column?: string[];
  time?: string;
  ignore?: string[];
  dateOrder?: 'dmy' | 'mdy';
  forget?: boolean;
  person?: string;
  anyway?: boolean;
  passcode?: string;
  unsigned?: boolean;
  title?: string;
  date?: string;
  type?: string;
  author?: string;
  dryRun?: boolean;
}

export function addImport(program: Command, shell: Shell): void {
  program
    .command('import')
    .description('bring in files or folders from devices; doing it again adds nothing twice')
    .argument('<file...>', 'files or folders; a SMART Health Link (shlink:/…); what the QR code of a health card says')
    .option('--as <name>', 'name of the stream, where the file holds one')
    .option('--only <text>', 'only the part of the file with this name: one person of a study, or one of its streams')
    .option('--start <when>', 'when the recording began, where the file does not say')
    .option('--mapping <file>', 'JSON that says what each column is, instead of the proposal')
    .option('--column <text>', 'what a column of a table is: "title=kind:unit"; may be given several times', several)
    .option('--time <title>', 'which column of a table holds the time; "title=form" says its form as well')
    .option('--ignore <title>', 'a column of a table that is not wanted; may be given several times', several)
    .addOption(
      new Option('--date-order <order>', 'day or month first, where dates do not show it').choices(['dmy', 'mdy']),
    )
    .option('--person <name>', 'of health records of several persons: whose you mean, as the question names her')
    .option('--anyway', 'health records of another name or number belong to you all the same')
    .option('--passcode <text>', 'of a SMART Health Link that asks for one')
    .option('--unsigned', 'health cards too whose signature cannot be checked: as records that nobody signed')
    .option('--title <text>', 'of a PDF or a picture: what it is; so it becomes a document of the health records')
    .option('--date <day>', 'of such a document: 2024, 2024-03 or 2024-03-02')
    .option('--type <text>', 'of such a document: its kind, in your words')
    .option('--author <name>', 'of such a document: who wrote it')
    .option('--forget', 'forget what you said earlier about such tables')
    .option('--dry-run', 'say what is inside and how each column is read, store nothing')
    .addHelpText(
      'after',
      examples(
        'hale import 100.hea',
        'hale import ~/Downloads/wearable.csv --dry-run',
        'hale import watch.csv --time Zeit --column "Puls=heart-rate:/min"',
        'hale import glucose.csv --as glucose --zone America/Los_Angeles',
        'hale import letter.pdf --title "Discharge letter" --date 2024-03-02 --author "City Hospital"',
      ),
    )
    .action(async (files: string[], options: ImportOptions) => await importFiles(shell, files, options));
}

/** Asked for where a link wants one and somebody can answer. */
async function passcodeOf(shell: Shell, files: string[], given: string | undefined): Promise<{ passcode?: string }> {
  if (given !== undefined) return { passcode: given };
  const links = files.filter((file) => GIVEN_TEXT.test(file) && !/^\s*shc:/.test(file));
  if (links.length === 0 || !shell.canAsk) return {};
  const { readHealthLink } = await import('@hale/vault/records/cards');
  const isAsking = links.some((text) => readHealthLink(text).link?.needsPasscode);
  const passcode = isAsking ? await shell.questions.askSecret('Passcode of the link: ') : null;
  return passcode === null ? {} : { passcode };
}

async function importFiles(shell: Shell, files: string[], options: ImportOptions): Promise<void> {
  const { subject } = shell.subject;
  shell.about('files', files.join(', '), {
    'not-found':
      subject === undefined ? 'Check the file name.' : `Check the file name, and --subject ${quoted(subject)}.`,
    unsupported:
      'What Hale reads stands in docs/operating/importing.md. Of a table, say what its columns are: see `hale import --help`.',
  });
  shell.safety = 'What was reported as stored stays. Running the same import again goes on, and adds nothing twice.';
  const { as, only, dryRun } = options;
  const reports = await shell.call('import', {
    files: files.map((file) => (GIVEN_TEXT.test(file) ? file : shell.path(file))),
    ...(options.unsigned ? { unsigned: true } : {}),
    ...(await passcodeOf(shell, files, options.passcode)),
    ...shell.subject,
    ...(as === undefined ? {} : { as }),
    ...(only === undefined ? {} : { only }),
    ...(dryRun ? { dryRun } : {}),
    ...(options.start === undefined ? {} : { start: shell.time('--start', options.start, 'start') }),
    ...corrections(options),
    ...(options.dateOrder === undefined ? {} : { dateOrder: options.dateOrder }),
    ...(options.forget ? { forget: true } : {}),
    ...(options.person === undefined ? {} : { person: options.person }),
    ...(options.anyway ? { anyway: true } : {}),
    ...paperOf(options),
    ...(options.mapping === undefined ? {} : { mapping: readMapping(shell.path(options.mapping)) }),
    zone: shell.zone,
  });
  shell.result(reports, () => printReports(shell, reports, dryRun === true));
  if (
    reports.some(
      (report) =>
        report.failed ||
        report.records?.question ||
        isUseless(report) ||
        (storedOf(report) === 0 && report.rejected > 0),
    )
  )
    shell.exitCode = 1;
}

/** What is said of a PDF or a picture. */
function paperOf({ title, date, type, author }: ImportOptions): Pick<Parameters<'import'>, 'paper'> {
  if ([title, date, type, author].every((text) => text === undefined)) return {};
  return {
    paper: {
      ...(title === undefined ? {} : { title }),
      ...(date === undefined ? {} : { date }),
      ...(type === undefined ? {} : { kind: type }),
      ...(author === undefined ? {} : { by: author }),
    },
  };
}

/** Health records of which none could be read. */
const isUseless = ({ records }: ImportReport): boolean =>
  records !== undefined && records.counts.read === 0 && records.counts.unusable > 0;

/** What --column, --time and --ignore say. The title may hold "=": the last one parts. */
function corrections({ column, time, ignore }: ImportOptions): Pick<Parameters<'import'>, 'corrections'> {
  if (column === undefined && time === undefined && ignore === undefined) return {};
  const parted = time === undefined ? null : /^(.+)=([a-z-]+)$/.exec(time);
  return {
    corrections: {
      ...(time === undefined
        ? {}
        : { time: parted ? { title: parted[1] ?? '', form: parted[2] ?? '' } : { title: time } }),
      ...(column === undefined ? {} : { columns: column.map(readColumn) }),
      ...(ignore === undefined ? {} : { ignore }),
    },
  };
}

function readColumn(text: string): { title: string; kind: string; unit: string } {
  const match = /^(.+)=([^:=]+)(?::(.*))?$/.exec(text);
  if (!match)
    throw new WrongUsage(
      '--column: write it like "Puls=heart-rate:/min".',
      'Title, kind and unit; the unit may be left out.',
    );
  return { title: match[1] ?? '', kind: match[2] ?? '', unit: match[3] ?? '' };
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
  if (dryRun && report.columns) printColumns(shell, report.columns);
  if (report.records) printRecordsReport(shell, report.records, dryRun);
  if (report.records && report.read === 0 && report.streams.length === 0) {
    printTook(shell, report);
    return;
  }
  if (report.records) shell.say('Of these, what is a series of measurements:', '  ');
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
  // A dry run that only looked at titles has nothing to count.
  if (!dryRun || report.read > 0)
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
  for (const { stream, count } of report.elsewhere)
    shell.say(
      `${counted(count, 'reading')} stand${count === 1 ? 's' : ''} in ${stream} already, from another source: kept there, once.`,
      '  ',
    );
  for (const note of report.notes) shell.say(`${yellow('Note:')} ${note}`, '  ');
  if (report.remembered) shell.say(faint('Tables with these titles are read this way from now on.'), '  ');
  const rate =
    report.seconds > 0.05 ? `, ${number(Math.round(report.read / report.seconds), 0)} readings a second` : '';
  const into = report.streams.length > 0 ? `into ${report.streams.join(', ')}` : '';
  const took = dryRun && report.read === 0 ? '' : `${duration(report.seconds)}${rate}`;
  const line = [into, took].filter((part) => part !== '').join('; ');
  if (line !== '') shell.say(faint(line), '  ');
  printInterrupted(shell, report);
}

function printTook(shell: Shell, report: ImportReport): void {
  shell.say(faint(duration(report.seconds)), '  ');
  printInterrupted(shell, report);
}

function printInterrupted(shell: Shell, report: ImportReport): void {
  if (report.interrupted)
    shell.say(`${red('Interrupted:')} the rest of this file was not read. Run the same import again to go on.`, '  ');
}

const FORMS: Record<string, string> = {
  ymd: 'year, month, day',
  dmy: 'day, month, year',
  mdy: 'month, day, year',
  'epoch-s': 'seconds since 1970',
  'epoch-ms': 'milliseconds since 1970',
  'epoch-us': 'microseconds since 1970',
  'epoch-ns': 'nanoseconds since 1970',
};

const ROLES: Record<ImportColumn['as'], string> = {
  time: 'time',
  clock: 'time of day',
  zone: 'time zone',
  person: 'whose row it is',
  value: '',
  nothing: faint('not imported'),
};

/** Every column and what it is taken for, with the words that would change it. */
function printColumns(shell: Shell, columns: ImportColumn[]): void {
  const taken = (column: ImportColumn): string =>
    column.as === 'value' ? `${column.kind}${column.kindKnown ? '' : faint(' (not known to Hale)')}` : ROLES[column.as];
  const how = (column: ImportColumn): string => {
    if (column.as === 'value') return column.ucum === '' ? faint('no unit') : (column.ucum ?? '');
    return column.form === undefined ? '' : (FORMS[column.form] ?? column.form);
  };
  for (const section of new Set(columns.map((column) => column.section))) {
    shell.line(section === '' ? '' : `\n  ${section}`);
    const rows = columns
      .filter((column) => column.section === section)
      .map((column) => [`  ${column.title}`, taken(column), how(column)]);
    shell.lines(
      table(
        [
          { head: '  Column', wrapTo: 14 },
          { head: 'Taken for', wrapTo: 12 },
          { head: 'Unit or form', wrapTo: 10 },
        ],
        rows,
        shell.width,
      ),
    );
  }
  shell.line();
  shell.say(faint('To change it: --column "title=kind:unit", --time "title", --ignore "title".'), '  ');
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
  const records = recordsTotal(reports);
  if (records !== '') shell.say(records);
}
