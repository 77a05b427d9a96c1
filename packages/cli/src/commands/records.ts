// Health records: what there is, one of them with where it came from, and her own words to it.
import { writeFileSync } from 'node:fs';
import type { Area, Category, RecordInfo, RecordShown, RecordSourceInfo, RecordsFound } from '@hale/home';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { WrongUsage } from '../failure.ts';
import type { Shell } from '../shell.ts';
import { measuredText } from '../terminal/measured.ts';
import { bytes, counted, number } from '../terminal/numbers.ts';
import { bold, faint } from '../terminal/style.ts';
import { facts, table } from '../terminal/table.ts';
import { examples } from './examples.ts';
import { sayLabels } from './label.ts';

export const CATEGORIES: readonly Category[] = [
  ...(['problems', 'allergies', 'medicines', 'vaccinations', 'results', 'vitals', 'procedures', 'visits'] as const),
  ...(['documents', 'images', 'plans', 'history', 'people', 'other'] as const),
];
const RECORD_TODO = '`hale records` lists the records and their ids.';
const ID_SHOWN = 8;

interface ListOptions {
  area?: string;
  source?: string;
  since?: string;
  from?: string;
  to?: string;
  limit?: number;
  sources?: boolean;
}

function parseCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new InvalidArgumentError('A whole number above zero.');
}

export function addRecords(program: Command, shell: Shell): void {
  program
    .command('records')
    .description('your health records: problems, medicines, results, visits and the rest')
    .addOption(new Option('--source <id>', 'only what this import brought; --sources lists them'))
    .option('--area <area>', 'only what is sensitive in this way: mental-health, hiv, pregnancy, …')
    .option('--from <when>', 'from this day on')
    .option('--to <when>', 'up to this day')
    .option('--since <when>', 'only what came in since: what is new')
    .option('--limit <count>', 'at most so many', parseCount)
    .option('--sources', 'where records came from: files and hospitals')
    .argument('[part]', `only one part: ${CATEGORIES.join(', ')}`)
    .addHelpText(
      'after',
      examples('hale records', 'hale records results --from -1y', 'hale records --since yesterday', 'hale record 5b1f'),
    )
    .action(async (category: string | undefined, options: ListOptions) => {
      if (options.sources) return await listSources(shell);
      await listRecords(shell, category, options);
    });
}

async function listRecords(shell: Shell, category: string | undefined, options: ListOptions): Promise<void> {
  const known = CATEGORIES.find((each) => each === category);
  if (category !== undefined && known === undefined)
    throw new WrongUsage(`there is no part named ${category}.`, `Parts are ${CATEGORIES.join(', ')}.`);
  const from = options.from === undefined ? {} : { from: shell.time('--from', options.from, 'start') };
  const to = options.to === undefined ? {} : { to: shell.time('--to', options.to, 'end') };
  const since = options.since === undefined ? {} : { since: shell.time('--since', options.since, 'start') };
  const found = await shell.call('records', {
    ...shell.subject,
    ...(known === undefined ? {} : { category: known }),
    ...(options.area === undefined ? {} : { area: options.area as Area }),
    ...(options.source === undefined ? {} : { source: options.source }),
    ...(options.limit === undefined ? {} : { limit: options.limit }),
    ...from,
    ...to,
    ...since,
  });
  shell.result(found, () => printRecords(shell, found, known));
}

const isGrave = ({ brief }: Pick<RecordInfo, 'brief'>): boolean =>
  brief.criticality === 'high' || brief.severity === 'severe';

const gravestFirst = (records: readonly RecordInfo[]): RecordInfo[] =>
  [...records].sort((a, b) => Number(isGrave(b)) - Number(isGrave(a)));

function printRecords(shell: Shell, found: RecordsFound, category: Category | undefined): void {
  const { categories, total } = found;
  const records = category === 'allergies' ? gravestFirst(found.records) : found.records;
  if (categories.length === 0) {
    shell.say('No health records yet.');
    shell.say('Bring some in: `hale import FILE` takes what hospitals give as FHIR, one file or a whole folder.');
    return;
  }
  if (category === undefined) {
    shell.lines(
      facts(
        categories.map(({ category, count }) => [category, number(count, 0)]),
        shell.width,
      ),
    );
    shell.line();
  }
  if (records.length === 0) {
    shell.say(
      category === 'allergies'
        ? 'No allergy is recorded: this does not mean that there are none.'
        : 'None of them is of this kind and time.',
    );
    return;
  }
  shell.lines(
    table(
      [{ head: 'Id' }, { head: 'When' }, { head: 'What', wrapTo: 16 }, { head: 'Value', wrapTo: 8 }],
      records.map((record) => [record.id.slice(0, ID_SHOWN), whenOf(record), nameOf(record), measuredText(record)]),
      shell.width,
    ),
  );
  if (total > records.length)
    shell.say(faint(`${number(records.length, 0)} of ${number(total, 0)}, the newest; --limit shows more.`));
  if (found.lastMicros !== null) shell.say(faint(`Last change ${shell.times.age(found.lastMicros)}.`));
}

/** As its source writes it, as far as the day. */
const whenOf = ({ written }: RecordInfo): string => written.slice(0, 10);

/** What an allergy does not say: silence reads as "mild". */
const unsaid = ({ criticality, severity, reactions }: RecordInfo['brief']): string[] => [
  ...(criticality === undefined && severity === undefined ? ['seriousness not recorded'] : []),
  ...(reactions === undefined ? ['reaction not recorded'] : []),
];

const calledBy = ({ title, type, brief }: Pick<RecordInfo, 'title' | 'type' | 'brief'>): string =>
  title || (brief.isDirective ? 'A directive exists: see the original' : type);

function nameOf({ title, type, status, amended, sources, brief }: RecordInfo): string {
  const about = [
    ...(['final', 'active', 'completed', 'finished', ''].includes(status) ? [] : [status]),
    ...(isGrave({ brief }) ? ['severe'] : []),
    ...(type === 'AllergyIntolerance' && brief.noneKnown === undefined ? unsaid(brief) : []),
    ...(brief.noneKnown === 'none-known' ? ['none, as somebody recorded'] : []),
    ...(brief.lastWord !== undefined && !brief.isOver ? [`listed as current on ${brief.lastWord.slice(0, 10)}`] : []),
    ...(brief.timeOver && !brief.isOver ? ['its stated time is over'] : []),
    ...(brief.isDirective ? ['verify the original'] : []),
    ...(sources.length > 1 ? [`${sources.length} sources`] : []),
    ...(amended > 0 ? [counted(amended, 'amendment')] : []),
  ];
  const name = calledBy({ title, type, brief });
  return about.length === 0 ? name : `${name} ${faint(`(${about.join(', ')})`)}`;
}

async function listSources(shell: Shell): Promise<void> {
  const sources = await shell.call('records.sources', shell.subject);
  shell.result(sources, () => printSources(shell, sources));
}

function printSources(shell: Shell, sources: RecordSourceInfo[]): void {
  if (sources.length === 0) {
    shell.say('No health records were imported yet.');
    return;
  }
  const rows = sources.map(({ id, name, importedAt, counts, files, state }) => [
    id.slice(0, ID_SHOWN),
    shell.times.date(importedAt),
    state === 'begun' ? `${name} (broken off: import it again)` : name,
    number(counts.added + counts.revised + counts.merged, 0),
    bytes(files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)),
  ]);
  const columns = [
    { head: 'Id' },
    { head: 'Imported' },
    { head: 'File', wrapTo: 16 },
    { head: 'Records', align: 'right' as const },
    { head: 'Size', align: 'right' as const },
  ];
  shell.lines(table(columns, rows, shell.width));
}

interface RecordOptions {
  amend?: string;
  retract?: boolean;
  history?: boolean;
  fhir?: boolean;
  original?: string;
  picture?: string;
  image?: string;
  frame?: number;
  window?: string;
}

export function addRecord(program: Command, shell: Shell): void {
  program
    .command('record')
    .description('one health record: what it says, where it came from, what it said before')
    .argument('<id>', 'its id, or the beginning of it')
    .option('--fhir', 'the resource itself, as JSON')
    .option('--history', 'with its earlier states')
    .option('--amend <text>', 'put your own words to it; what others wrote stays as it is')
    .option('--retract', 'take back what you wrote yourself')
    .option('--picture <file>', 'of images: write one of them as a picture (PNG, or JPEG where it is one)')
    .option('--image <place>', 'which: 2/17 is the 17th image of the second series; usually 1/1')
    .option('--frame <number>', 'which frame of an image that moves, from 1', parseCount)
    .option('--window <levels>', 'which values are told apart: 40/400 is a middle of 40 and a width of 400')
    .option('--original <file>', 'write the file that it came in, exactly as it was')
    .addHelpText(
      'after',
      examples('hale record 5b1f07aa', 'hale record 5b1f07aa --amend "This was my sister, not me."'),
    )
    .action(async (id: string, options: RecordOptions) => await oneRecord(shell, id, options));
}

async function oneRecord(shell: Shell, id: string, options: RecordOptions): Promise<void> {
  shell.about('record', id, { 'not-found': RECORD_TODO });
  const asked = { ...shell.subject, record: id };
  if (options.amend !== undefined) {
    const made = await shell.call('record.amend', { ...asked, text: options.amend });
    return shell.result(made, () => shell.say(`Kept beside the record as ${made.id.slice(0, ID_SHOWN)}.`));
  }
  if (options.retract) {
    const done = await shell.call('record.retract', asked);
    return shell.result(done, () => shell.say('Taken back; it stays in the history.'));
  }
  if (options.picture !== undefined) return await writePicture(shell, asked, options, options.picture);
  const shown = await shell.call('record', asked);
  if (options.original !== undefined) return await writeOriginal(shell, shown, options.original);
  shell.result(shown, () => {
    if (options.fhir) shell.line(JSON.stringify(shown.resource, null, 2));
    else printRecord(shell, shown, options.history === true);
  });
}

/** Two whole or broken numbers with a stroke between. @throws WrongUsage */
function pairOf(option: string, text: string): [number, number] {
  const [, first, second] = /^(-?\d+(?:\.\d+)?)\/(-?\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (first === undefined || second === undefined)
    throw new WrongUsage(`${option}: write two numbers with a stroke between, like 2/17.`);
  return [Number(first), Number(second)];
}

async function writePicture(
  shell: Shell,
  asked: { subject?: string; record: string },
  { image = '1/1', frame = 1, window }: RecordOptions,
  file: string,
): Promise<void> {
  const [series, number] = pairOf('--image', image);
  const [center, width] = window === undefined ? [] : pairOf('--window', window);
  const shown = await shell.call('record.frame', {
    ...asked,
    ...{ series: series - 1, image: number - 1, frame: frame - 1 },
    ...(center === undefined || width === undefined ? {} : { center, width }),
  });
  const { data, ...about } = shown;
  writeFileSync(shell.path(file), Buffer.from(data, 'base64'), { mode: 0o600 });
  shell.result(about, () => {
    const used = shown.window === null ? '' : `, window ${shown.window.center}/${shown.window.width}`;
    shell.say(`Wrote ${file}: ${shown.columns} × ${shown.rows}${used}.`);
    if (shown.frames > 1) shell.say(faint(`It moves: ${shown.frames} frames; --frame chooses one.`));
    shell.warn('This file is not sealed: anyone who has it can see it.');
  });
}

async function writeOriginal(shell: Shell, shown: RecordShown, file: string): Promise<void> {
  const sources = await shell.call('records.sources', shell.subject);
  const source = sources.find(({ id }) => shown.origins.some((origin) => origin.source === id));
  const [first] = source?.files ?? [];
  if (first === undefined)
    throw new WrongUsage('this record came in no file.', 'You wrote it yourself: --fhir shows all of it.');
  const done = await shell.call('records.original', { ...shell.subject, n: first.n, to: shell.path(file) });
  shell.result(done, () => {
    shell.say(`Wrote ${done.file} (${bytes(done.sizeBytes)}).`);
    shell.say(faint(`SHA-256 ${done.sha256}`));
    shell.warn('This file is not sealed: anyone who has it can read it.');
  });
}

function printRecord(shell: Shell, shown: RecordShown, withHistory: boolean): void {
  const { type, value, status, written, category, origins, readings, overlays } = shown;
  shell.line(bold(calledBy(shown)));
  const rows: [string, string][] = [
    ...(value === '' ? [] : [['value', measuredText(shown)] as [string, string]]),
    ['what', `${type}, ${category}`],
    ...(status === '' ? [] : [['status', status] as [string, string]]),
    ...(written === '' ? [] : [['when', written] as [string, string]]),
    ...origins.map((each): [string, string] => ['from', `${each.name} (${each.localId || 'no id'})`]),
    ...readings.map((each): [string, string] => ['series', `${each.stream}: a reading of it is this value`]),
    ['states', withHistory ? '' : counted(shown.history.length, 'state')],
  ];
  shell.lines(
    facts(
      rows.filter(([, text]) => text !== ''),
      shell.width,
    ),
  );
  for (const { reference, title: named, id } of Object.entries(shown.references).map(([reference, each]) => ({
    reference,
    ...each,
  })))
    shell.say(faint(`${reference} is ${named || 'a record'} (${id.slice(0, ID_SHOWN)})`), '  ');
  for (const overlay of overlays)
    shell.say(
      `${overlay.state === 'retracted' ? 'Taken back' : 'You wrote'} (${overlay.id.slice(0, ID_SHOWN)}, ${shell.times.date(overlay.at)}): ${wordsOf(overlay.resource)}`,
    );
  sayLabels(shell, shown.labels);
  for (const note of shown.notes) shell.say(faint(`note: ${note}`), '  ');
  if (!withHistory) return;
  for (const state of shown.history) {
    shell.line(
      `\n${bold(`State ${state.revision}`)}, ${shell.times.date(state.at)}${state.isBeside ? faint(' (kept beside, not shown)') : ''}`,
    );
    shell.line(JSON.stringify(state.resource, null, 2));
  }
}

function wordsOf(resource: RecordShown['resource']): string {
  const payload = Array.isArray(resource.payload) ? resource.payload : [];
  const notes = Array.isArray(resource.note) ? resource.note : [];
  const words = [...payload.map((each) => each?.contentString), ...notes.map((each) => each?.text)];
  return words.filter((word): word is string => typeof word === 'string').join(' ');
}
