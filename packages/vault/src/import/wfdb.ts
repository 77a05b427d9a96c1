// WFDB records (PhysioNet and many ECG recorders): a header beside one or more data files.

import { fail } from '@hale/kernel';
import { unitWritten } from '../kinds-units.ts';
import { describeSeries, UniqueNames } from './describe.ts';
import { unitsToText } from './encoding.ts';
import type { ImportFormat } from './format.ts';
import { IMPORT_LIMITS } from './limits.ts';
import { nameSignal } from './signal-names.ts';
import { readFully } from './source.ts';
import type { ByteSource, ImportItem, ImportOptions, OpenedImport, SeriesDescription, SourceFolder } from './types.ts';
import {
  bytesPerTwoFrames,
  type FrameBlock,
  INVALID_SAMPLE,
  readFrames,
  type SignalGroup,
  samplesIn,
  samplesPerFrame,
} from './wfdb-data.ts';
import { parseWfdbHeader, type WfdbHeader } from './wfdb-header.ts';

/** The header of the record that a file name means: `100.hea`, `100.dat`, `100`. */
export function findHeader(name: string, folder: SourceFolder): ByteSource | null {
  const record = name.replace(/\.(hea|dat)$/i, '');
  return folder.find(`${record}.hea`);
}

/** Whether a source belongs to a WFDB record. Names decide: a broken header shall be told as such, not as an unknown format. */
export async function isWfdb(source: ByteSource, folder: SourceFolder): Promise<boolean> {
  if (/\.hea$/i.test(source.name)) return true;
  if (/\.(csv|tsv|txt|json|xml)$/i.test(source.name)) return false;
  return findHeader(source.name, folder) !== null;
}

function groupSignals(header: WfdbHeader, folder: SourceFolder): SignalGroup[] {
  const groups = new Map<string, SignalGroup>();
  header.signals.forEach((signal, index) => {
    let group = groups.get(signal.file);
    if (!group) {
      const source = folder.find(signal.file);
      if (!source) fail('not-found', 'a data file that the header names is not in the folder', { signal: index + 1 });
      group = { source, signals: [], indexes: [], framesHeld: 0 };
      groups.set(signal.file, group);
    }
    const first = group.signals[0];
    if (first && (first.format !== signal.format || first.offset !== signal.offset))
      fail('malformed', 'signals of one file have different formats', { signal: index + 1 });
    group.signals.push(signal);
    group.indexes.push(index);
  });
  for (const group of groups.values()) group.framesHeld = framesHeld(group, header.frames);
  return [...groups.values()];
}

/** Frames that a file holds. The padding of an odd number of samples in format 212 is no sample. */
function framesHeld({ source, signals }: SignalGroup, told: number | null): number {
  const { format, offset } = signals[0];
  const perFrame = samplesPerFrame(signals);
  const frames = Math.floor(samplesIn(Math.max(0, source.sizeBytes - offset), format) / perFrame);
  const padded =
    format === 212 && told !== null && frames === told + 1 && (told * perFrame) % 2 === 1 && perFrame === 1;
  return padded ? told : frames;
}

function describe(header: WfdbHeader): SeriesDescription[] {
  const names = new UniqueNames();
  return header.signals.map((signal, index) => {
    const ucum = signal.units.toLowerCase() === 'nu' ? '1' : (unitWritten(signal.units) ?? '');
    const { kind, key, title } = nameSignal(signal.description, ucum);
    const nominalPeriodSeconds = 1 / (header.framesPerSecond * signal.samplesPerFrame);
    const value = {
      title: title || `Signal ${index + 1}`,
      kind,
      ucum,
      factor: 1 / signal.gain,
      origin: 0 - signal.baseline / signal.gain,
      nominalPeriodSeconds,
    };
    return { ...describeSeries(names.take(key), value), sourceLabel: signal.description };
  });
}

interface Start {
  micros: number;
  note: string | null;
}

function startOf(header: WfdbHeader, frames: number, options: ImportOptions): Start {
  if (header.baseMicros !== null) {
    const note = options.zoneMinutes === undefined ? 'The recording names no time zone; UTC is assumed.' : null;
    return { micros: header.baseMicros - (options.zoneMinutes ?? 0) * 60_000_000, note };
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

function headerNotes(header: WfdbHeader, groups: SignalGroup[]): string[] {
  const notes: string[] = [];
  const told = header.frames;
  const short = groups.filter((group) => told !== null && group.framesHeld < told);
  if (short.length > 0)
    notes.push(
      `The recording ends early: ${Math.min(...short.map((group) => group.framesHeld))} of ${told} samples are there. All of them are kept, the rest is a gap.`,
    );
  if (groups.some((group) => told !== null && group.framesHeld > told))
    notes.push('The data file holds more samples than the header says. All of them are kept.');
  const uncalibrated = header.signals.filter((signal) => !signal.calibrated).length;
  if (uncalibrated > 0)
    notes.push(`${uncalibrated} signals are not calibrated; the usual 200 steps per unit are assumed.`);
  if (header.signals.some((signal) => signal.skew !== 0))
    notes.push('The header tells of a delay between signals; it is not corrected.');
  return notes;
}

function whatIs(header: WfdbHeader, series: SeriesDescription[], frames: number): string {
  const minutes = frames / header.framesPerSecond / 60;
  const length = minutes < 2 ? `${Math.round(minutes * 60)} seconds` : `${Math.round(minutes)} minutes`;
  const what = series.some((one) => one.kind.startsWith('ecg-')) ? 'An ECG recording' : 'A recording';
  return `${what}, ${series.length === 1 ? 'one signal' : `${series.length} signals`}, ${header.framesPerSecond} samples a second, ${length}`;
}

/**
 * Opens a WFDB record by any of its files. Physical value = (sample − baseline) / gain.
 * @throws HaleError 'malformed', 'unsupported', 'not-found' (header or data file), 'usage' (no date and no start given)
 */
export async function openWfdb(
  source: ByteSource,
  folder: SourceFolder,
  options: ImportOptions,
): Promise<OpenedImport> {
  const headerSource = /\.hea$/i.test(source.name) ? source : findHeader(source.name, folder);
  if (!headerSource) return fail('not-found', 'the header of the recording is not in the folder');
  if (headerSource.sizeBytes > IMPORT_LIMITS.wfdbHeaderBytes)
    fail('too-large', 'the header of the recording is too long', { bytes: headerSource.sizeBytes });
  const bytes = await readFully(headerSource, 0, headerSource.sizeBytes);
  const header = parseWfdbHeader(unitsToText(bytes, 0, bytes.length, 'utf-8'));
  const groups = groupSignals(header, folder);
  const series = describe(header);
  const frames = Math.max(...groups.map((group) => group.framesHeld));
  const start = startOf(header, frames, options);
  const notes = headerNotes(header, groups);
  if (start.note) notes.push(start.note);
  const endPosition = groups.reduce((sum, group) => sum + group.source.sizeBytes, 0);
  const chunks = (from: number): AsyncGenerator<ImportItem, void, void> =>
    readRecord(header, groups, series, start.micros, from);
  return { format: 'wfdb', what: whatIs(header, series, frames), series, notes, endPosition, chunks };
}

/** Position = bytes of the data files, laid end to end. */
async function* readRecord(
  header: WfdbHeader,
  groups: SignalGroup[],
  series: SeriesDescription[],
  startMicros: number,
  from: number,
): AsyncGenerator<ImportItem, void, void> {
  const sums = new SignalSums(header);
  let base = 0;
  for (const group of groups) {
    const { offset } = group.signals[0];
    const pairBytes = bytesPerTwoFrames(group.signals);
    // Blocks before the position are decoded for the checksums only.
    const firstFrame = 2 * Math.floor(Math.max(0, from - base - offset) / pairBytes);
    for await (const block of readFrames(group)) {
      sums.add(group, block);
      const skip = Math.min(block.frames, Math.max(0, firstFrame - block.firstFrame));
      if (skip === block.frames) continue;
      const end = block.firstFrame + block.frames;
      const position =
        base + (end === group.framesHeld ? group.source.sizeBytes : offset + Math.floor(end / 2) * pairBytes);
      const chunks = blockChunks(header, group, series, startMicros, block, skip);
      for (let i = 0; i < chunks.length; i++)
        yield {
          ...chunks[i],
          position:
            i === chunks.length - 1 ? position : base + offset + Math.floor((block.firstFrame + skip) / 2) * pairBytes,
        };
    }
    base += group.source.sizeBytes;
  }
  yield* sums.notes();
}

type Chunk = Extract<ImportItem, { type: 'samples' }>;

function blockChunks(
  header: WfdbHeader,
  group: SignalGroup,
  series: SeriesDescription[],
  startMicros: number,
  block: FrameBlock,
  skip: number,
): Omit<Chunk, 'position'>[] {
  const perFrame = samplesPerFrame(group.signals);
  let lane = 0;
  return group.signals.map((signal, i) => {
    const { samplesPerFrame: own, format } = signal;
    const perSecond = header.framesPerSecond * own;
    const times = new Float64Array((block.frames - skip) * own);
    const values = new Int32Array(times.length);
    let count = 0;
    for (let frame = skip; frame < block.frames; frame++) {
      for (let k = 0; k < own; k++) {
        const value = block.samples[frame * perFrame + lane + k];
        if (value === INVALID_SAMPLE[format]) continue;
        times[count] = startMicros + Math.round((((block.firstFrame + frame) * own + k) * 1e6) / perSecond);
        values[count++] = value;
      }
    }
    lane += own;
    return {
      type: 'samples' as const,
      series: series[group.indexes[i]].key,
      times: times.subarray(0, count),
      values: values.subarray(0, count),
    };
  });
}

/** Checksums and initial values against the header, over as many samples as the header speaks of. */
class SignalSums {
  private readonly header: WfdbHeader;
  private readonly sums: Int32Array;
  private readonly counts: Float64Array;
  private readonly firsts: (number | null)[];

  constructor(header: WfdbHeader) {
    this.header = header;
    this.sums = new Int32Array(header.signals.length);
    this.counts = new Float64Array(header.signals.length);
    this.firsts = header.signals.map(() => null);
  }

  add(group: SignalGroup, block: FrameBlock): void {
    const perFrame = samplesPerFrame(group.signals);
    const frames = Math.min(block.frames, (this.header.frames ?? Number.POSITIVE_INFINITY) - block.firstFrame);
    let lane = 0;
    group.signals.forEach((signal, i) => {
      const index = group.indexes[i];
      const own = signal.samplesPerFrame;
      let sum = this.sums[index];
      for (let frame = 0; frame < frames; frame++)
        for (let k = 0; k < own; k++) sum = (sum + block.samples[frame * perFrame + lane + k]) | 0;
      this.sums[index] = sum;
      this.counts[index] += Math.max(0, frames);
      this.firsts[index] ??= block.samples[lane];
      lane += own;
    });
  }

  *notes(): Generator<ImportItem, void, void> {
    const { signals, frames } = this.header;
    const complete = signals.map((_, i) => frames !== null && this.counts[i] === frames);
    const checked = signals.filter((signal, i) => complete[i] && signal.checksum !== null).length;
    const wrong = signals.filter(
      (signal, i) => complete[i] && signal.checksum !== null && ((this.sums[i] ^ signal.checksum) & 0xffff) !== 0,
    ).length;
    const firstWrong = signals.filter(
      (signal, i) => signal.initialValue !== null && this.firsts[i] !== null && this.firsts[i] !== signal.initialValue,
    ).length;
    if (wrong > 0)
      yield {
        type: 'note',
        text: `The checksum of ${wrong} of ${signals.length} signals differs from the header: the recording may be damaged. All samples were kept.`,
      };
    else if (checked > 0) yield { type: 'note', text: 'The checksums of the header agree with the data.' };
    if (firstWrong > 0)
      yield { type: 'note', text: `The first sample of ${firstWrong} signals differs from the header.` };
  }
}

export const WFDB: ImportFormat = {
  name: 'wfdb',
  detect: isWfdb,
  head: (source, folder) => findHeader(source.name, folder),
  open: openWfdb,
};
