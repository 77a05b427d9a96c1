// WFDB recordings (PhysioNet and many ECG recorders): a header beside data files, perhaps in segments, perhaps with annotations.

import { fail } from '@hale/kernel';
import type { ImportFormat } from './format.ts';
import { momentOf } from './times.ts';
import type { ByteSource, ImportItem, ImportOptions, OpenedImport, SeriesDescription, SourceFolder } from './types.ts';
import { type Annotator, annotatorsOf, ECG_ANNOTATORS, readAnnotator } from './wfdb-annotations.ts';
import type { WfdbHeader } from './wfdb-header.ts';
import { openRecords, type Records, readHeader, SignalBook } from './wfdb-open.ts';
import { bytesOf, readRecord } from './wfdb-record.ts';
import { sumNotes } from './wfdb-sums.ts';

const recordName = (name: string): string => name.replace(/\.(hea|dat)$/i, '').replace(ECG_ANNOTATORS, '');

/** The header of the record that a file name means: `100.hea`, `100.dat`, `100.atr`, `100`. */
export function findHeader(name: string, folder: SourceFolder): ByteSource | null {
  return folder.find(`${recordName(name)}.hea`);
}

/** Whether a source belongs to a WFDB record. Names decide: a broken header shall be told as such, not as an unknown format. */
export async function isWfdb(source: ByteSource, folder: SourceFolder): Promise<boolean> {
  if (/\.hea$/i.test(source.name)) return true;
  if (/\.(csv|tsv|txt|json|xml)$/i.test(source.name)) return false;
  return findHeader(source.name, folder) !== null;
}

/** Which recording a segment belongs to, by the header's name; read once for each folder. */
const masters = new WeakMap<SourceFolder, Promise<ReadonlyMap<string, string>>>();

async function findMasters(folder: SourceFolder): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const source of folder.list().filter(({ name }) => /\.hea$/i.test(name))) {
    try {
      const { segments } = await readHeader(source);
      for (const { name } of segments) if (name !== null) found.set(`${name}.hea`, source.name);
    } catch {
      // What is wrong with a header is said when it is opened.
    }
  }
  return found;
}

/** The header that stands for a recording: of segments that of the whole, so that they are not taken in one by one. */
async function headOf(source: ByteSource, folder: SourceFolder): Promise<ByteSource | null> {
  const header = findHeader(source.name, folder);
  let known = masters.get(folder);
  if (!known) {
    known = findMasters(folder);
    masters.set(folder, known);
  }
  const master = header && (await known).get(header.name);
  return master === undefined || master === null ? header : folder.find(master);
}

interface Start {
  micros: number;
  note: string | null;
}

function startOf(header: WfdbHeader, frames: number, options: ImportOptions): Start {
  if (header.baseMicros !== null) {
    const note = options.zoneMinutes === undefined ? 'The recording names no time zone; UTC is assumed.' : null;
    return { micros: momentOf(header.baseMicros, options), note };
  }
  if (options.startMicros !== undefined)
    return {
      micros: options.startMicros,
      note: 'The recording has no date of its own; it starts at the time that was given.',
    };
  if (options.endMicros === undefined)
    return fail('usage', 'the recording has no date of its own: say when it started');
  const start = options.endMicros - (frames / header.framesPerSecond) * 1e6;
  const note =
    'The recording has no date of its own; it is taken to end when the file was last changed. Give its start to place it rightly.';
  return { micros: Math.floor(start / 1e6) * 1_000_000, note };
}

function headerNotes(header: WfdbHeader, { records, empty, missing }: Records): string[] {
  const notes: string[] = [];
  const groups = records.flatMap((record) => record.groups.map((group) => ({ group, told: record.header.frames })));
  const short = groups.filter(({ group, told }) => told !== null && group.framesHeld < told);
  if (short.length > 0 && header.segments.length > 0)
    notes.push(`${short.length} segments end early. All samples that are there are kept, the rest is a gap.`);
  else if (short.length > 0)
    notes.push(
      `The recording ends early: ${Math.min(...short.map(({ group }) => group.framesHeld))} of ${header.frames} samples are there. All of them are kept, the rest is a gap.`,
    );
  if (groups.some(({ group, told }) => told !== null && group.framesHeld > told))
    notes.push('The data file holds more samples than the header says. All of them are kept.');
  if (empty > 0) notes.push(`In ${empty} stretches of the recording nothing was recorded: they are gaps.`);
  if (missing > 0) notes.push(`${missing} segments of the recording are not in the folder: their time is a gap.`);
  const signals = records.flatMap((record) => record.header.signals);
  const uncalibrated = signals.filter((signal) => !signal.calibrated).length;
  if (uncalibrated > 0)
    notes.push(`${uncalibrated} signals are not calibrated; the usual 200 steps per unit are assumed.`);
  if (signals.some((signal) => signal.skew !== 0))
    notes.push('The header tells of a delay between signals; it is not corrected.');
  return notes;
}

function whatIs(header: WfdbHeader, series: SeriesDescription[], frames: number, annotators: Annotator[]): string {
  const minutes = frames / header.framesPerSecond / 60;
  const length = minutes < 2 ? `${Math.round(minutes * 60)} seconds` : `${Math.round(minutes)} minutes`;
  const what = series.some((one) => one.kind.startsWith('ecg-lead')) ? 'An ECG recording' : 'A recording';
  const parts = header.segments.length > 0 ? ` in ${header.segments.length} segments` : '';
  const marked = annotators.length > 0 ? ', with annotations' : '';
  return `${what}${parts}, ${series.length === 1 ? 'one signal' : `${series.length} signals`}, ${header.framesPerSecond} samples a second, ${length}${marked}`;
}

/**
 * Opens a WFDB recording by any of its files. Physical value = (sample − baseline) / gain.
 * @throws HaleError 'malformed', 'unsupported', 'not-found' (header or data file), 'usage' (no date and no start given)
 */
export async function openWfdb(
  source: ByteSource,
  folder: SourceFolder,
  options: ImportOptions,
): Promise<OpenedImport> {
  const headerSource = /\.hea$/i.test(source.name) ? source : findHeader(source.name, folder);
  if (!headerSource) return fail('not-found', 'the header of the recording is not in the folder');
  const header = await readHeader(headerSource);
  const book = new SignalBook();
  const records = await openRecords(header, folder, book);
  const annotators = annotatorsOf(recordName(headerSource.name), folder);
  const start = startOf(header, records.frames, options);
  const notes = headerNotes(header, records);
  if (start.note) notes.push(start.note);
  const endPosition =
    records.records.reduce((sum, { groups }) => sum + bytesOf(groups), 0) +
    annotators.reduce((sum, annotator) => sum + annotator.source.sizeBytes, 0);
  const chunks = (from: number): AsyncGenerator<ImportItem, void, void> =>
    readAll(header, records, annotators, start.micros, from);
  return {
    format: 'wfdb',
    what: whatIs(header, book.series, records.frames, annotators),
    series: [...book.series, ...annotators.flatMap(({ beats, rhythms }) => [beats, rhythms])],
    notes,
    endPosition,
    chunks,
  };
}

/** Position = bytes of the data files and then of the annotation files, laid end to end. */
async function* readAll(
  header: WfdbHeader,
  { records }: Records,
  annotators: Annotator[],
  startMicros: number,
  from: number,
): AsyncGenerator<ImportItem, void, void> {
  const all = { signals: 0, checked: 0, wrong: 0, firstWrong: 0 };
  let base = 0;
  for (const record of records) {
    const bytes = bytesOf(record.groups);
    // A segment before the position need not be read again; of a recording in one part the checksums are worth it.
    if (records.length === 1 || base + bytes > from) {
      const sums = yield* readRecord(record, startMicros, base, from);
      for (const name of ['signals', 'checked', 'wrong', 'firstWrong'] as const) all[name] += sums[name];
    }
    base += bytes;
  }
  yield* sumNotes(all);
  for (const annotator of annotators) {
    const { sizeBytes } = annotator.source;
    if (base + sizeBytes > from) {
      const { beats, rhythms, notes } = await readAnnotator(annotator, startMicros, header.framesPerSecond);
      if (rhythms.times.length > 0)
        yield { type: 'samples', series: annotator.rhythms.key, ...rhythms, position: base };
      yield { type: 'samples', series: annotator.beats.key, ...beats, position: base + sizeBytes };
      for (const text of notes) yield { type: 'note', text };
    }
    base += sizeBytes;
  }
}

export const WFDB: ImportFormat = {
  name: 'wfdb',
  detect: isWfdb,
  head: headOf,
  open: openWfdb,
};
