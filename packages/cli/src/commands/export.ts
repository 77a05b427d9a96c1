import { type Command, Option } from 'commander';
import { WrongUsage } from '../failure.ts';
import type { Shell } from '../shell.ts';
import { bytes, counted } from '../terminal/numbers.ts';
import { examples, several } from './examples.ts';
import { type CardOptions, exportCard, exportSummary } from './links.ts';
import { STREAM_TODO } from './streams.ts';

interface ExportOptions extends CardOptions {
  ips?: string;
  card?: string;
  format: 'csv' | 'fhir';
  records?: boolean;
  stream?: string[];
  from?: string;
  to?: string;
}

export function addExport(program: Command, shell: Shell): void {
  program
    .command('export')
    .description('your data as open files: CSV, or FHIR R4 Observations')
    .argument('[folder]', 'where to write')
    .addOption(new Option('--format <format>', 'what kind of files').choices(['csv', 'fhir']).default('csv'))
    .option('--records', 'your health records instead: FHIR as NDJSON, and the files that they came in')
    .option('--ips <file>', 'your health records as an International Patient Summary (FHIR), one file')
    .option('--card <file>', 'chosen health records as a SMART Health Card: a file and its QR code')
    .option('--record <id>', 'with --ips or --card: this record; may be given several times', several)
    .option('--without <id>', 'with --ips: not this record; may be given several times', several)
    .option('--tell-withheld', 'with --without: say that something is kept back')
    .option('--issuer <address>', 'with --card: your https address under which scanners find your key, or none')
    .option('--until <when>', 'with --card: when it expires')
    .option('--stream <name>', 'only this stream; may be given several times', several)
    .option('--from <when>', 'first moment')
    .option('--to <when>', 'last moment; a day alone means all of it')
    .addHelpText(
      'after',
      examples(
        'hale export ~/hale-export',
        'hale export ~/for-the-clinic --format fhir --stream glucose --from -90d',
        'hale export --ips ~/summary.json',
      ),
    )
    .action(async (folder: string | undefined, options: ExportOptions) => {
      if (options.ips !== undefined) return await exportSummary(shell, options.ips, options);
      if (options.card !== undefined) return await exportCard(shell, options.card, options);
      if (folder === undefined)
        throw new WrongUsage('Say where to write.', '`hale export FOLDER`, or --ips FILE, or --card FILE.');
      await exportTo(shell, folder, options);
    });
  program
    .command('backup')
    .description('everything in one sealed file; your words open it')
    .argument('<file>', 'the file to write')
    .addHelpText('after', examples('hale backup /media/usb/hale.backup', 'hale restore --from /media/usb/hale.backup'))
    .action(async (file: string) => {
      shell.about('file', file);
      shell.safety = 'The backup is not complete: delete the file and start again.';
      const done = await shell.call('backup', { to: shell.path(file) });
      shell.result(done, () => {
        shell.say(`Backed up to ${done.file} (${bytes(done.bytes)}, ${counted(done.events, 'sealed event')}).`);
        shell.say('It is sealed: only the words on your sheet open it.');
      });
    });
}

async function exportTo(shell: Shell, folder: string, options: ExportOptions): Promise<void> {
  shell.about('folder', folder, { 'not-found': STREAM_TODO });
  shell.safety = 'Files that were finished stay; the last one may be cut.';
  if (options.records) return await exportRecords(shell, folder);
  const done = await shell.call('export', {
    dir: shell.path(folder),
    format: options.format,
    ...shell.subject,
    ...shell.range(options),
    ...(options.stream === undefined ? {} : { streams: options.stream }),
  });
  shell.result(done, () => {
    if (done.files.length === 0) return shell.say('There is nothing to export: `hale streams` shows what there is.');
    shell.say(`${counted(done.samples, 'reading')} in ${counted(done.files.length, 'file')}:`);
    shell.lines(done.files.map((file) => `  ${file}`));
    shell.warn('These files are not sealed: anyone who has them can read them.');
  });
}

async function exportRecords(shell: Shell, folder: string): Promise<void> {
  const done = await shell.call('records.export', { dir: shell.path(folder), ...shell.subject });
  shell.result(done, () => {
    if (done.files.length === 0) return shell.say('There are no health records to export yet.');
    shell.say(
      `${counted(done.records, 'record')} as FHIR and ${counted(done.originals, 'original file')} in ${folder}:`,
    );
    shell.lines(done.files.map((file) => `  ${file}`));
    shell.warn('These files are not sealed: anyone who has them can read them.');
  });
}
