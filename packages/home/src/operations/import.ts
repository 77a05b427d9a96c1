// Importing files: what is inside is said, taken in chunk by chunk, and can be broken off and repeated without duplicates.
import { statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { HaleError } from '@hale/kernel';
import { concatSamples, type OpenStream, type Samples } from '@hale/vault';
import {
  type ByteSource,
  findSource,
  type ImportItem,
  type ImportOptions,
  isZip,
  type OpenedImport,
  open,
  type SeriesDescription,
  type SourceFolder,
  sourcesIn,
  zipFolder,
} from '@hale/vault/import';
import type { ImportReport, Parameters } from '../api.ts';
import type { Home } from '../home.ts';
import { correctionsOf, forget, recall, remember } from '../import-memory.ts';
import { FileSource, Folder, foldersBelow, importTools } from '../import-sources.ts';
import { zoneOf } from '../import-zone.ts';
import type { Context, Operation } from './context.ts';
import { microsOf } from './times.ts';

/** Samples gathered before they are committed: one fsync per that many. */
const COMMIT_SAMPLES = 250_000;
const PROGRESS_MILLIS = 100;

export const importFiles: Operation<'import'> = async (context, parameters) => {
  const reports: ImportReport[] = [];
  for (const file of parameters.files) {
    for (const report of await importPath(context, resolve(file), parameters)) reports.push(report);
    if (context.signal.aborted) break;
  }
  if (!parameters.dryRun) context.home.settle();
  return reports;
};

async function importPath(context: Context, path: string, parameters: Parameters<'import'>): Promise<ImportReport[]> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isDirectory()) return importFile(context, path, parameters);
  const reports: ImportReport[] = [];
  for (const dir of foldersBelow(path)) {
    const folder = new Folder(dir);
    try {
      for (const { source } of await sourcesIn(folder)) await importInto(reports, context, source, folder, parameters);
      for (const source of folder.list())
        if (!context.signal.aborted && (await isZip(source)))
          reports.push(...(await importArchive(context, source, parameters)));
    } finally {
      folder.close();
    }
  }
  if (reports.length === 0 && !context.signal.aborted)
    throw new HaleError('not-found', 'nothing in this folder is of a kind that Hale can import');
  return reports;
}

async function importFile(context: Context, path: string, parameters: Parameters<'import'>): Promise<ImportReport[]> {
  const folder = new Folder(dirname(path));
  try {
    const source = findSource(basename(path), folder);
    if (!source) throw new HaleError('not-found', `there is no file ${path}`);
    if (await isZip(source)) return await importArchive(context, source as FileSource, parameters);
    return [await importSource(context, source, folder, parameters)];
  } finally {
    folder.close();
  }
}

/** Everything in an archive that is of a known kind; archives in archives are left alone. */
async function importArchive(
  context: Context,
  archive: FileSource,
  parameters: Parameters<'import'>,
): Promise<ImportReport[]> {
  const folder = await zipFolder(archive, importTools);
  const reports: ImportReport[] = [];
  for (const { source } of await sourcesIn(folder))
    await importInto(reports, context, source, folder, parameters, archive.modifiedMicros);
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
  parameters: Parameters<'import'>,
  modifiedMicros?: number,
): Promise<void> {
  if (context.signal.aborted) return;
  try {
    reports.push(await importSource(context, source, folder, parameters, modifiedMicros));
  } catch (error) {
    if (!(error instanceof HaleError) || !ABOUT_THE_FILE.has(error.code)) throw error;
    reports.push({ ...emptyReport(source.path ?? source.name), failed: { code: error.code, text: error.message } });
  }
}

/** Failures of one file that say nothing about the next. */
const ABOUT_THE_FILE: ReadonlySet<string> = new Set(['malformed', 'unsupported', 'not-found', 'too-large', 'usage']);

async function importSource(
  context: Context,
  source: ByteSource,
  folder: SourceFolder,
  parameters: Parameters<'import'>,
  modifiedMicros = source instanceof FileSource ? source.modifiedMicros : undefined,
): Promise<ImportReport> {
  const subject = context.home.vault.subject(parameters.subject).id;
  const existing = (key: string) => context.home.vault.findStream(subject, parameters.as ?? key)?.entry;
  const options: ImportOptions = { existing, tools: importTools };
  if (modifiedMicros !== undefined) options.endMicros = modifiedMicros;
  const start = microsOf(parameters.start, 'start');
  if (start !== undefined) options.startMicros = start;
  if (parameters.zone !== undefined) Object.assign(options, zoneOf(parameters.zone));
  if (parameters.only !== undefined) options.only = [parameters.only];
  if (parameters.corrections !== undefined) options.corrections = correctionsOf(parameters.corrections);
  if (parameters.dateOrder !== undefined) options.dateOrder = parameters.dateOrder;
  options.remembered = (signature) => {
    const found = recall(context.home, signature);
    if (!parameters.forget) return found;
    if (found && !parameters.dryRun) forget(context.home, signature);
    return undefined;
  };
  if (parameters.mapping !== undefined) options.mapping = parameters.mapping as NonNullable<ImportOptions['mapping']>;
  const opened = await open(source, folder, options);
  const run = new ImportRun(context, source.path ?? source.name, opened, parameters);
  if (parameters.dryRun) return run.report;
  const report = await run.finish();
  if (opened.toRemember && !report.interrupted) {
    remember(context.home, opened.toRemember);
    report.remembered = true;
  }
  return report;
}

function emptyReport(file: string): ImportReport {
  return {
    file,
    format: '',
    what: '',
    read: 0,
    accepted: 0,
    duplicate: 0,
    corrected: 0,
    rejected: 0,
    rejections: [],
    streams: [],
    notes: [],
    interrupted: false,
    seconds: 0,
  };
}

class ImportRun {
  readonly report: ImportReport;
  readonly #context: Context;
  readonly #opened: OpenedImport;
  readonly #parameters: Parameters<'import'>;
  readonly #subject: string;
  readonly #streams = new Map<string, OpenStream>();
  readonly #descriptions = new Map<string, SeriesDescription>();
  readonly #waiting = new Map<OpenStream, Samples[]>();
  #waitingSamples = 0;
  #said = 0;
  readonly #began = Date.now();

  constructor(context: Context, name: string, opened: OpenedImport, parameters: Parameters<'import'>) {
    this.#context = context;
    this.#opened = opened;
    this.#parameters = parameters;
    this.#subject = context.home.vault.subject(parameters.subject).id;
    for (const series of opened.series) this.#descriptions.set(series.key, series);
    this.report = {
      ...emptyReport(name),
      format: opened.format,
      what: opened.what,
      streams: opened.series.map((series) => series.key),
      notes: [...opened.notes],
      ...(opened.columns ? { columns: opened.columns } : {}),
      ...(parameters.dryRun && opened.mapping ? { mapping: opened.mapping } : {}),
    };
  }

  async finish(): Promise<ImportReport> {
    for await (const item of this.#opened.chunks(0)) {
      this.#take(item);
      if (this.#waitingSamples >= COMMIT_SAMPLES) await this.#commit();
      if (this.#context.signal.aborted) {
        this.report.interrupted = true;
        break;
      }
    }
    await this.#commit();
    this.report.streams = [...new Set([...this.#streams.values()].map((stream) => stream.entry.key))];
    this.report.seconds = (Date.now() - this.#began) / 1000;
    return this.report;
  }

  #take(item: ImportItem): void {
    if (item.type === 'series') this.#descriptions.set(item.series.key, item.series);
    else if (item.type === 'note') this.report.notes.push(item.text);
    else if (item.type === 'rejection') {
      this.report.rejected += item.count;
      this.report.read += item.count;
      this.report.rejections.push({ place: item.place, reason: item.reason, count: item.count });
    } else {
      const stream = this.#stream(item.series);
      const parts = this.#waiting.get(stream) ?? [];
      parts.push({ times: item.times, values: item.values });
      this.#waiting.set(stream, parts);
      this.#waitingSamples += item.times.length;
      this.#progress(item.position);
    }
  }

  #progress(position: number): void {
    if (Date.now() - this.#said < PROGRESS_MILLIS) return;
    this.#said = Date.now();
    this.#context.emit({
      progress: { what: this.report.file, done: position, total: this.#opened.endPosition, unit: 'bytes' },
    });
  }

  async #commit(): Promise<void> {
    if (this.#waitingSamples === 0) return;
    const batches = [...this.#waiting].map(([stream, parts]) => ({ stream, samples: concatSamples(parts) }));
    this.#waiting.clear();
    this.#waitingSamples = 0;
    for (const result of await this.#context.home.ingestQueue.ingest(batches)) {
      this.report.read += result.read;
      this.report.accepted += result.accepted;
      this.report.duplicate += result.duplicate;
      this.report.corrected += result.corrected;
    }
    // Other work of the node (a reader, a device) gets its turn.
    await new Promise((turn) => setImmediate(turn));
  }

  /** The stream of a series: the one an earlier import of the same series made, or a new one. */
  #stream(series: string): OpenStream {
    const known = this.#streams.get(series);
    if (known) return known;
    const description = this.#descriptions.get(series);
    if (!description) throw new HaleError('corrupt', 'the importer delivered a series that it did not describe');
    // One name for several persons' series would mix them.
    const isOne = this.#descriptions.size === 1;
    const as = this.#parameters.as === undefined || isOne ? this.#parameters.as : `${this.#parameters.as}-${series}`;
    const stream = streamFor(this.#context.home, this.#subject, description, as);
    this.#streams.set(series, stream);
    return stream;
  }
}

/** Same name, unit and scale: the same stream, so that the same file twice is not two streams. */
function streamFor(home: Home, subject: string, series: SeriesDescription, as: string | undefined): OpenStream {
  const wanted = as ?? series.key;
  for (let n = 1; ; n++) {
    const key = n === 1 ? wanted : `${wanted}-${n}`;
    const known = home.vault.findStream(subject, key);
    if (!known) return makeStream(home, subject, key, series);
    const { factor, origin, ucum, kind } = known.entry;
    if (factor === series.factor && origin === series.origin && ucum === series.ucum && kind === series.kind)
      return known;
  }
}

function makeStream(home: Home, subject: string, key: string, series: SeriesDescription): OpenStream {
  const stream = home.vault.addStream({
    subject,
    key,
    kind: series.kind,
    title: series.title,
    ucum: series.ucum,
    factor: series.factor,
    origin: series.origin,
    loinc: series.loinc ?? null,
    nominalPeriodSeconds: series.nominalPeriodSeconds,
    dayOffsetMinutes: 0,
    edges: (series.edges ?? []).map((edge) => Math.round((edge - series.origin) / series.factor)),
    device: null,
    source: series.sourceLabel,
  });
  home.network.listenAgain();
  return stream;
}
