// Importing files: what is inside is said, taken in chunk by chunk, and can be broken off and repeated without duplicates.
import { statSync } from 'node:fs';
import { basename, dirname, resolve, sep } from 'node:path';
import { HaleError } from '@hale/kernel';
import { checkName } from '@hale/vault';
import {
  archivesIn,
  type ByteSource,
  detect,
  findSource,
  type ImportItem,
  type ImportOptions,
  isAboutExport,
  isZip,
  type OpenedImport,
  open,
  openFhirSeries,
  type SeriesDescription,
  type SourceFolder,
  sourcesIn,
  zipFolder,
} from '@hale/vault/import';
import { isPaper, paperRecords, type RecordFormat } from '@hale/vault/records';
import { recordFormatOf } from '@hale/vault/records/formats';
import type { ImportReport, ImportTaste, Parameters } from '../api.ts';
import { correctionsOf, forget, recall, remember } from '../import-memory.ts';
import { emptyReport, ImportRun } from '../import-run.ts';
import {
  DeepFolder,
  Folder,
  foldersBelow,
  importTools,
  isDisc,
  isDiscDirectory,
  modifiedOf,
} from '../import-sources.ts';
import { zoneOf } from '../import-zone.ts';
import { HOME_LIMITS } from '../limits.ts';
import { takeRecords } from '../records/import.ts';
import type { Context, Operation } from './context.ts';
import { microsOf } from './times.ts';

/** What every command can take as an argument, and a folder as the name of a file. */
const STREAM_NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._-]*$/u;

/** What is no file: a SMART Health Link, or what the QR code of a health card says. */
const GIVEN_TEXT = /^\s*(?:shc:\/|(?:https?:\/\/[^\s#]+#)?shlink:\/)/;

/** How files are taken in: with what is said about them, in earnest or as a rehearsal, or only looked at. */
type Wish = ImportTaste &
  Pick<Parameters<'import'>, 'only' | 'start' | 'mapping' | 'dryRun'> & {
    isLook?: boolean;
    /** Nobody named this file: it lay in a folder that was named. */
    isFound?: boolean;
    /** This file was named, and not those beside it. */
    isAlone?: boolean;
    /** It lay behind a SMART Health Link. */
    isBehindLink?: boolean;
  };

export const importFiles: Operation<'import'> = async (context, parameters) => {
  checkAs(parameters);
  const reports: ImportReport[] = [];
  for (const file of parameters.files) {
    const brought = GIVEN_TEXT.test(file)
      ? await (await import('../records/import-text.ts')).importText(
          context,
          file,
          parameters,
          (source, folder, wish) => importSource(context, source, folder, wish),
        )
      : await importPath(context, resolve(file), parameters);
    reports.push(...brought);
    if (context.signal.aborted) break;
  }
  if (!parameters.dryRun) await settle(context);
  return reports;
};

async function settle({ home }: Context): Promise<void> {
  for (const _ of home.settling()) await turn();
}

function checkAs(parameters: Wish): void {
  if (parameters.as !== undefined && !STREAM_NAME.test(checkName(parameters.as, 'stream')))
    throw new HaleError(
      'usage',
      'a stream’s name has letters, digits, blanks and . _ - and begins with a letter or digit',
    );
}

/**
 * What a browser brought: every file of a known kind, and of the others that they are of none. Reports are added as they come, so that they can be
 * looked at meanwhile.
 */
export async function importBrought(
  context: Context,
  folders: readonly SourceFolder[],
  wish: Wish,
  reports: ImportReport[],
): Promise<void> {
  checkAs(wish);
  let strangers = 0;
  for (const folder of folders) {
    // As with the command: what lies in a folder was not named by anybody.
    const own = { ...wish, isFound: folder.list().some(({ name, path = name }) => path !== name) };
    await importFolder(reports, context, folder, own);
    for (const source of folder.list()) {
      if (context.signal.aborted) break;
      if ((await isZip(source)) || (await isOfKnownKind(source, folder))) continue;
      // What a person says of a table, or said earlier of such tables, may open it all the same.
      if (++strangers > HOME_LIMITS.importStrangersNamedMax) continue;
      // What is said of a PDF or a picture, or what would have to be said.
      if ((await isText(source)) || (await isPaper(source))) await importInto(reports, context, source, folder, own);
      else
        reports.push({
          ...emptyReport(source.path ?? source.name),
          failed: { code: 'unsupported', text: 'this is no file format that Hale can read' },
        });
    }
  }
  const unnamed = strangers - HOME_LIMITS.importStrangersNamedMax;
  if (unnamed > 0)
    reports.push({
      ...emptyReport(''),
      failed: { code: 'unsupported', text: `${unnamed} further files are of no kind that Hale can import` },
    });
  if (!wish.dryRun && !wish.isLook) await settle(context);
}

const HEAD_BYTES = 4_096;

/** A picture or a program is no table, whatever is said of its columns. UTF-16 has zeros too, and begins with a mark. */
async function isText(source: ByteSource): Promise<boolean> {
  const head = await source.read(0, HEAD_BYTES);
  const hasMark = head[0] + head[1] === 0xfe + 0xff && head[0] >= 0xfe;
  return hasMark || !head.includes(0);
}

/** A file that cannot even be looked at has been told of already. */
async function isOfKnownKind(source: ByteSource, folder: SourceFolder): Promise<boolean> {
  try {
    return (await recordFormatOf(source, folder)) !== null || (await detect(source, folder)) !== null;
  } catch (error) {
    if (error instanceof HaleError && ABOUT_THE_FILE.has(error.code)) return true;
    throw error;
  }
}

async function importPath(context: Context, path: string, parameters: Wish): Promise<ImportReport[]> {
  const stat = statSync(path, { throwIfNoEntry: false });
  // Who names the directory of a CD means the CD.
  if (stat?.isFile() && isDiscDirectory(basename(path))) return importPath(context, dirname(path), parameters);
  if (!stat?.isDirectory()) return importFile(context, path, parameters);
  const reports: ImportReport[] = [];
  const discs: string[] = [];
  for (const dir of foldersBelow(path)) {
    if (discs.some((disc) => dir.startsWith(disc + sep))) continue;
    if (isDisc(dir)) discs.push(dir);
    const folder = discs.at(-1) === dir ? new DeepFolder(dir) : new Folder(dir);
    try {
      await importFolder(reports, context, folder, { ...parameters, isFound: true });
    } finally {
      folder.close();
    }
  }
  if (reports.length === 0 && !context.signal.aborted)
    throw new HaleError('not-found', 'nothing in this folder is of a kind that Hale can import');
  return reports;
}

/** Everything of a known kind in one folder, and in the archives that lie there. */
async function importFolder(
  reports: ImportReport[],
  context: Context,
  folder: SourceFolder,
  parameters: Wish,
): Promise<void> {
  for (const source of await everythingIn(folder, tellingOf(reports)))
    await importInto(reports, context, source, folder, parameters);
  for (const source of folder.list())
    if (!context.signal.aborted && (await isZip(source)))
      await telling(reports, source, async () => {
        reports.push(...(await importArchive(context, source, parameters)));
      });
}

/** What can be imported: series, and health records, an export of several files once. */
async function everythingIn(
  folder: SourceFolder,
  failed: (source: ByteSource, error: unknown) => void,
): Promise<ByteSource[]> {
  const heads = new Map<string, ByteSource>();
  const claimed = new Set<string>();
  for (const source of folder.list()) {
    const head = await recordHead(source, folder);
    if (!head) continue;
    claimed.add(nameOf(source));
    heads.set(nameOf(head), head);
  }
  const series = (await sourcesIn(folder, failed)).map(({ source }) => source);
  // What tells of an export of records goes with it.
  const isOwn = (source: ByteSource) => !claimed.has(nameOf(source)) && !(heads.size > 0 && isAboutExport(source));
  return [...series.filter(isOwn), ...heads.values()];
}

/** The file that stands for a source of records; null for what is none, or cannot even be looked at (the look for series tells that). */
async function recordHead(source: ByteSource, folder: SourceFolder): Promise<ByteSource | null> {
  try {
    const format = await recordFormatOf(source, folder);
    return format && (format.head ? await format.head(source, folder) : source);
  } catch (error) {
    if (error instanceof HaleError && ABOUT_THE_FILE.has(error.code)) return null;
    throw error;
  }
}

const nameOf = ({ name, path = name }: ByteSource): string => path;

async function importFile(context: Context, path: string, parameters: Wish): Promise<ImportReport[]> {
  const folder = new Folder(dirname(path));
  try {
    const source = findSource(basename(path), folder);
    if (!source) throw new HaleError('not-found', `there is no file ${path}`);
    if (await isZip(source)) return await importArchive(context, source, parameters);
    return [await importSource(context, source, folder, { ...parameters, isAlone: true })];
  } finally {
    folder.close();
  }
}

/** Everything in an archive that is of a known kind, and in the archives that it holds. */
async function importArchive(context: Context, archive: ByteSource, parameters: Wish): Promise<ImportReport[]> {
  const reports: ImportReport[] = [];
  const folder = await zipFolder(archive, importTools);
  const into = (source: ByteSource, within: SourceFolder) =>
    importInto(reports, context, source, within, parameters, modifiedOf(archive));
  for (const source of await everythingIn(folder, tellingOf(reports))) await into(source, folder);
  for (const inner of await archivesIn(folder)) {
    if (context.signal.aborted) break;
    await telling(reports, inner, async () => {
      const within = await zipFolder(inner, importTools);
      for (const source of await everythingIn(within, tellingOf(reports))) await into(source, within);
      if ((await archivesIn(within)).length > 0)
        throw new HaleError('unsupported', 'it holds archives in turn, which are left alone: unpack it first');
    });
  }
  if (reports.length === 0 && !context.signal.aborted)
    throw new HaleError('not-found', 'nothing in this archive is of a kind that Hale can import');
  return reports;
}

/** One file among many: what is wrong with it is said in its report, and the others are taken in all the same. */
async function importInto(
  reports: ImportReport[],
  context: Context,
  source: ByteSource,
  folder: SourceFolder,
  parameters: Wish,
  modifiedMicros?: number,
): Promise<void> {
  if (context.signal.aborted) return;
  await telling(reports, source, async () => {
    reports.push(await importSource(context, source, folder, parameters, modifiedMicros));
  });
}

async function telling(reports: ImportReport[], source: ByteSource, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    tellingOf(reports)(source, error);
  }
}

/** Puts what is wrong with one file into its report. @throws what says something about the others too */
function tellingOf(reports: ImportReport[]): (source: ByteSource, error: unknown) => void {
  return (source, error) => {
    if (!(error instanceof HaleError) || !ABOUT_THE_FILE.has(error.code)) throw error;
    reports.push({ ...emptyReport(source.path ?? source.name), failed: { code: error.code, text: error.message } });
  };
}

/** Failures of one file that say nothing about the next. */
const ABOUT_THE_FILE: ReadonlySet<string> = new Set(['malformed', 'unsupported', 'not-found', 'too-large', 'usage']);

async function importSource(
  context: Context,
  source: ByteSource,
  folder: SourceFolder,
  parameters: Wish,
  modifiedMicros = modifiedOf(source),
): Promise<ImportReport> {
  // What is asked for by the name of a series or of a person in it is no question about records.
  const records = parameters.only === undefined ? await formatOf(source, folder, parameters) : null;
  if (records) return importRecords(context, records, source, folder, parameters);
  return importSeries(context, source, folder, parameters, modifiedMicros);
}

/** With a form a PDF or a picture is a document; all else is what it is. */
async function formatOf(source: ByteSource, folder: SourceFolder, { paper }: Wish): Promise<RecordFormat | null> {
  const known = await recordFormatOf(source, folder);
  if (known || !(await isPaper(source))) return known;
  if (paper === undefined)
    throw new HaleError(
      'unsupported',
      'a PDF or a picture is kept as a document of the records when you say what it is (its title, and when it was written)',
    );
  return paperRecords(paper);
}

/** Health records, and then what is a series among them. */
async function importRecords(
  context: Context,
  format: RecordFormat,
  source: ByteSource,
  folder: SourceFolder,
  parameters: Wish,
): Promise<ImportReport> {
  const began = Date.now();
  const name = source.path ?? source.name;
  const within = parameters.isAlone ? { list: () => [source], find: () => null } : folder;
  const { report: told, opened, isAsked, labels } = await takeRecords(context, format, source, within, parameters);
  const hasRecords = told.counts.read + told.counts.unusable > 0;
  const files = opened.originals.map((each) => each.source);
  if (!hasRecords && files.length === 1) return importSeries(context, source, folder, parameters, modifiedOf(source));
  const beside = { format: format.name, what: opened.what, records: told, interrupted: told.interrupted };
  const seconds = () => (Date.now() - began) / 1000;
  // Cards hold no series, and are no FHIR as they stand.
  const observations = format.name === 'fhir' ? files : (opened.observations?.() ?? []);
  const hasSeries =
    observations.length > 0 && !isAsked && !told.interrupted && labels?.length !== 0 && 'Observation' in told.types;
  const options = { ...optionsOf(context, parameters), ...(labels === null ? {} : { only: labels }) };
  const series = hasSeries || !hasRecords ? await openFhirSeries(observations, options) : null;
  if (!series) return { ...emptyReport(name), ...beside, seconds: seconds() };
  const run = new ImportRun(context, name, series, parameters);
  const report = parameters.isLook ? run.report : await run.finish();
  return { ...report, ...beside, interrupted: report.interrupted, seconds: seconds() };
}

async function importSeries(
  context: Context,
  source: ByteSource,
  folder: SourceFolder,
  parameters: Wish,
  modifiedMicros: number | undefined,
): Promise<ImportReport> {
  const options = optionsOf(context, parameters);
  if (modifiedMicros !== undefined) options.endMicros = modifiedMicros;
  let isRemembered = false;
  options.remembered = (signature) => {
    const found = recall(context.home, signature);
    isRemembered = found !== undefined;
    if (!parameters.forget) return found;
    if (found && !parameters.dryRun) forget(context.home, signature);
    return undefined;
  };
  if (parameters.mapping !== undefined) options.mapping = parameters.mapping as NonNullable<ImportOptions['mapping']>;
  const whole = await open(source, folder, options);
  if (parameters.isFound && !isRemembered && isOfNothingKnown(whole))
    return {
      ...emptyReport(source.path ?? source.name),
      what: 'A table of which Hale knows no measurement',
      notes: [LEFT_ALONE],
    };
  const opened = parameters.only === undefined ? whole : await onlyOf(whole, parameters.only, source, folder, options);
  const run = new ImportRun(context, source.path ?? source.name, opened, parameters);
  if (parameters.isLook) return run.report;
  const report = await run.finish();
  if (opened.toRemember && !report.interrupted && !parameters.dryRun) {
    remember(context.home, opened.toRemember);
    report.remembered = true;
  }
  return report;
}

function optionsOf(context: Context, parameters: Wish): ImportOptions {
  const subject = context.home.vault.subject(parameters.subject).id;
  const existing = (key: string) => context.home.vault.findStream(subject, parameters.as ?? key)?.entry;
  const options: ImportOptions = { existing, tools: importTools };
  const start = microsOf(parameters.start, 'start');
  if (start !== undefined) options.startMicros = start;
  if (parameters.zone !== undefined) Object.assign(options, zoneOf(parameters.zone));
  if (parameters.corrections !== undefined) options.corrections = correctionsOf(parameters.corrections);
  if (parameters.dateOrder !== undefined) options.dateOrder = parameters.dateOrder;
  return options;
}

const LEFT_ALONE = 'Left alone; import it by its own name to keep what it holds.';

/** Any list of numbers with times passes for a table: settings, bills, logs. Of a folder only those are taken in that measure something. */
function isOfNothingKnown({ format, series, toRemember }: OpenedImport): boolean {
  return ['csv', 'json'].includes(format) && !toRemember && series.every(({ kindKnown }) => !kindKnown);
}

/** Names of what a file holds, told where nothing has the name that was asked for. */
const NAMES_TOLD = 12;

/** One person of a file, or one of its series. @throws HaleError 'not-found' where it has neither, with what it has */
async function onlyOf(
  whole: OpenedImport,
  only: string,
  source: ByteSource,
  folder: SourceFolder,
  options: ImportOptions,
): Promise<OpenedImport> {
  const persons = whole.persons ?? [];
  if (persons.includes(only)) return open(source, folder, { ...options, only: [only] });
  // What is not known on opening appears while reading.
  const all = whole.series.some(({ key }) => key === only) ? whole.series : await everySeries(whole);
  const series = all.filter(({ key }) => key === only);
  if (series.length > 0) return { ...whole, series, chunks: (from) => itemsOf(whole.chunks(from), only) };
  const keys = all.map(({ key }) => key);
  const told = `${keys.slice(0, NAMES_TOLD).join(', ')}${keys.length > NAMES_TOLD ? ` and ${keys.length - NAMES_TOLD} more` : ''}`;
  const named = persons.length > 1 ? `the data of ${persons.length} persons, as ` : '';
  throw new HaleError(
    'not-found',
    `no part of this file has the name of --only; it holds ${named}${told || 'nothing'}`,
  );
}

async function everySeries(whole: OpenedImport): Promise<SeriesDescription[]> {
  const all = new Map(whole.series.map((series) => [series.key, series]));
  for await (const item of whole.chunks(0)) if (item.type === 'series') all.set(item.series.key, item.series);
  return [...all.values()];
}

/** What concerns one series, and notes. */
async function* itemsOf(items: AsyncIterable<ImportItem>, key: string): AsyncGenerator<ImportItem, void, void> {
  for await (const item of items) {
    if (item.type === 'samples' && item.series !== key) continue;
    if (item.type === 'series' && item.series.key !== key) continue;
    yield item;
  }
}

/** Other work of the node (a reader, a device) goes first. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
