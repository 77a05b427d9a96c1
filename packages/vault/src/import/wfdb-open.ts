// Opening a WFDB recording: one record, or the segments of a longer one, as series that all of them feed.
import { fail } from '@hale/kernel';
import { unitWritten } from '../kinds-units.ts';
import { describeSeries, UniqueNames } from './describe.ts';
import { unitsToText } from './encoding.ts';
import { IMPORT_LIMITS } from './limits.ts';
import { nameSignal } from './signal-names.ts';
import { readFully } from './source.ts';
import type { ByteSource, SeriesDescription, SourceFolder } from './types.ts';
import { parseWfdbHeader, type WfdbHeader, type WfdbSignal } from './wfdb-header.ts';
import { groupSignals, type WfdbRecord } from './wfdb-record.ts';

/** @throws HaleError 'too-large' | 'malformed' | 'unsupported' */
export async function readHeader(source: ByteSource): Promise<WfdbHeader> {
  if (source.sizeBytes > IMPORT_LIMITS.wfdbHeaderBytes)
    fail('too-large', 'the header of the recording is too long', { bytes: source.sizeBytes });
  const bytes = await readFully(source, 0, source.sizeBytes);
  return parseWfdbHeader(unitsToText(bytes, 0, bytes.length, 'utf-8'));
}

/** Series of a whole recording: a signal of the same name and scale in a later segment goes on with the same one. */
export class SignalBook {
  readonly series: SeriesDescription[] = [];
  readonly #names = new UniqueNames();
  readonly #keys = new Map<string, string>();

  keysFor(header: WfdbHeader): string[] {
    const seen = new Map<string, number>();
    return header.signals.map((signal, index) => {
      const same = JSON.stringify([signal.description, signal.units, signal.gain, signal.baseline]);
      // Two alike signals in one record are two series, in every segment the same two.
      const nth = seen.get(same) ?? 0;
      seen.set(same, nth + 1);
      const name = `${nth} ${same}`;
      const known = this.#keys.get(name);
      if (known !== undefined) return known;
      const described = this.#describe(signal, index, header.framesPerSecond);
      this.#keys.set(name, described.key);
      this.series.push(described);
      return described.key;
    });
  }

  #describe(signal: WfdbSignal, index: number, framesPerSecond: number): SeriesDescription {
    const ucum = signal.units.toLowerCase() === 'nu' ? '1' : (unitWritten(signal.units) ?? '');
    const { kind, key, title } = nameSignal(signal.description, ucum);
    const value = {
      title: title || `Signal ${index + 1}`,
      kind,
      ucum,
      factor: 1 / signal.gain,
      origin: 0 - signal.baseline / signal.gain,
      nominalPeriodSeconds: 1 / (framesPerSecond * signal.samplesPerFrame),
    };
    return { ...describeSeries(this.#names.take(key), value), sourceLabel: signal.description };
  }
}

export interface Records {
  records: WfdbRecord[];
  /** Stretches in which nothing was recorded, and segments that should be there. */
  empty: number;
  missing: number;
  /** All frames that the recording tells of, gaps included. */
  frames: number;
}

/** The records of a recording, in their order. @throws HaleError */
export async function openRecords(header: WfdbHeader, folder: SourceFolder, book: SignalBook): Promise<Records> {
  if (header.segments.length === 0) {
    const groups = groupSignals(header, folder);
    const frames = Math.max(...groups.map((group) => group.framesHeld));
    return {
      records: [{ header, groups, keys: book.keysFor(header), framesBefore: 0 }],
      empty: 0,
      missing: 0,
      frames,
    };
  }
  const found: Records = { records: [], empty: 0, missing: 0, frames: 0 };
  for (const { name, frames } of header.segments) {
    const framesBefore = found.frames;
    found.frames += frames;
    if (name === null) found.empty++;
    // The first segment of a record of variable layout has no length: it only lists all signals.
    if (name === null || frames === 0) continue;
    const record = await openSegment(name, folder);
    if (!record) found.missing++;
    else found.records.push({ ...record, keys: book.keysFor(record.header), framesBefore });
  }
  if (found.records.length === 0)
    fail('not-found', 'none of the segments of the recording is in the folder', { segments: header.segments.length });
  return found;
}

async function openSegment(name: string, folder: SourceFolder): Promise<Pick<WfdbRecord, 'header' | 'groups'> | null> {
  const source = folder.find(`${name}.hea`);
  if (!source) return null;
  const header = await readHeader(source);
  if (header.segments.length > 0) fail('malformed', 'a segment of the recording has segments itself');
  if (header.signals.some((signal) => folder.find(signal.file) === null)) return null;
  return { header, groups: groupSignals(header, folder) };
}
