// One record of WFDB, or one segment of a longer one: its data files, its signals, its samples at their times.
import { fail } from '@hale/kernel';
import { TIME_MAX_MICROS, TIME_MIN_MICROS } from './lines.ts';
import type { ImportItem, SeriesKey, SourceFolder } from './types.ts';
import {
  type FrameBlock,
  framesHeld,
  frameUnit,
  invalidSample,
  readFrames,
  type SignalGroup,
  samplesPerFrame,
} from './wfdb-data.ts';
import type { WfdbHeader } from './wfdb-header.ts';
import { SignalSums, type SumFindings } from './wfdb-sums.ts';

/** A record with everything that is needed to read it. */
export interface WfdbRecord {
  header: WfdbHeader;
  groups: SignalGroup[];
  /** Which series each signal of the header feeds. */
  keys: SeriesKey[];
  /** Frames before it in the whole recording. */
  framesBefore: number;
}

export type Chunk = Extract<ImportItem, { type: 'samples' }>;

export const bytesOf = (groups: readonly SignalGroup[]): number =>
  groups.reduce((sum, group) => sum + group.source.sizeBytes, 0);

/** The data files of a record. @throws HaleError 'not-found' | 'malformed' */
export function groupSignals(header: WfdbHeader, folder: SourceFolder): SignalGroup[] {
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
  for (const group of groups.values()) {
    const { offset } = group.signals[0];
    group.framesHeld = framesHeld(Math.max(0, group.source.sizeBytes - offset), group.signals, header.frames);
  }
  return [...groups.values()];
}

/**
 * The samples of one record from a byte on; bytes of its data files are counted from `base`, laid end to end.
 * Returns what its checksums came to.
 */
export async function* readRecord(
  record: WfdbRecord,
  startMicros: number,
  base: number,
  from: number,
): AsyncGenerator<Chunk, SumFindings, void> {
  const { header, groups } = record;
  const sums = new SignalSums(header);
  let at = base;
  for (const group of groups) {
    const { offset } = group.signals[0];
    const unit = frameUnit(group.signals);
    const positionOf = (frame: number): number => at + offset + Math.floor(frame / unit.frames) * unit.bytes;
    // Blocks before the position are decoded for the checksums only (and for format 8, whose samples are sums).
    const firstFrame = unit.frames * Math.floor(Math.max(0, from - at - offset) / unit.bytes);
    for await (const block of readFrames(group)) {
      sums.add(group, block);
      const skip = Math.min(block.frames, Math.max(0, firstFrame - block.firstFrame));
      if (skip === block.frames) continue;
      const end = block.firstFrame + block.frames;
      const position = end === group.framesHeld ? at + group.source.sizeBytes : positionOf(end);
      const chunks = blockChunks(record, group, startMicros, block, skip);
      for (let i = 0; i < chunks.length; i++)
        yield { ...chunks[i], position: i === chunks.length - 1 ? position : positionOf(block.firstFrame + skip) };
    }
    at += group.source.sizeBytes;
  }
  return sums.findings();
}

function blockChunks(
  { header, keys, framesBefore }: WfdbRecord,
  group: SignalGroup,
  startMicros: number,
  block: FrameBlock,
  skip: number,
): Omit<Chunk, 'position'>[] {
  const perFrame = samplesPerFrame(group.signals);
  let lane = 0;
  return group.signals.map((signal, i) => {
    const { samplesPerFrame: own, format } = signal;
    const invalid = invalidSample(format);
    const perSecond = header.framesPerSecond * own;
    const times = new Float64Array((block.frames - skip) * own);
    const values = new Int32Array(times.length);
    let count = 0;
    for (let frame = skip; frame < block.frames; frame++) {
      for (let k = 0; k < own; k++) {
        const value = block.samples[frame * perFrame + lane + k];
        if (value === invalid) continue;
        const sample = (framesBefore + block.firstFrame + frame) * own + k;
        const micros = startMicros + Math.round((sample * 1e6) / perSecond);
        // Only a header that lies about the rate leads there.
        if (!(micros >= TIME_MIN_MICROS && micros < TIME_MAX_MICROS)) continue;
        times[count] = micros;
        values[count++] = value;
      }
    }
    lane += own;
    return {
      type: 'samples' as const,
      series: keys[group.indexes[i]],
      times: times.subarray(0, count),
      values: values.subarray(0, count),
    };
  });
}
