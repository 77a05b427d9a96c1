// EDF, EDF+ (continuous and interrupted) and BDF: recordings of sleep laboratories, EEG and ECG recorders, CPAP devices. Who the patient is stands
// in the header as well; it is never read into anything.
import { fail } from '@hale/kernel';
import { unitWritten } from '../kinds-units.ts';
import { describeSeries, UniqueNames } from './describe.ts';
import { describeEvents, kindsOf, parseAnnotations } from './edf-annotations.ts';
import { type EdfHeader, type EdfSignal, looksLikeEdf, readEdfHeader } from './edf-header.ts';
import { EdfRun } from './edf-run.ts';
import type { ImportFormat } from './format.ts';
import { IMPORT_LIMITS } from './limits.ts';
import { nameSignal } from './signal-names.ts';
import { readFully } from './source.ts';
import { momentOf } from './times.ts';
import type { ByteSource, ImportOptions, OpenedImport, SeriesDescription } from './types.ts';

/** A signal with the series that it feeds. */
export interface EdfLane {
  signal: EdfSignal;
  key: string;
}

/** What one pass needs to know of an opened recording. */
export interface EdfRecording {
  source: ByteSource;
  header: EdfHeader;
  lanes: EdfLane[];
  annotations: EdfSignal[];
  /** Whole records that are there, and the bytes behind them. */
  records: number;
  tailBytes: number;
  /** Start of the recording, micros UTC, and of its first record after it (EDF+ 2.2.4). */
  startMicros: number;
  firstOnsetMicros: number;
}

function describe(header: EdfHeader): { series: SeriesDescription[]; lanes: EdfLane[] } {
  const names = new UniqueNames();
  const series: SeriesDescription[] = [];
  const lanes: EdfLane[] = [];
  header.signals.forEach((signal, index) => {
    if (signal.annotations || signal.samplesPerRecord === 0 || header.recordMicros === 0) return;
    const ucum = unitWritten(signal.dimension) ?? '';
    const { kind, key, title } = nameSignal(signal.label, ucum);
    const { factor, origin } = signal;
    const nominalPeriodSeconds = header.recordMicros / 1e6 / signal.samplesPerRecord;
    const value = { title: title || `Signal ${index + 1}`, kind, ucum, factor, origin, nominalPeriodSeconds };
    const described = { ...describeSeries(names.take(key), value), sourceLabel: signal.label };
    series.push(described);
    lanes.push({ signal, key: described.key });
  });
  return { series, lanes };
}

/** What the first records say: when the first begins, and which events there are to be told before everything is read. */
async function look(source: ByteSource, header: EdfHeader, annotations: EdfSignal[], records: number) {
  const kinds = new Set<string>();
  let firstOnsetMicros = 0;
  const wanted = Math.min(records, Math.max(1, Math.floor(IMPORT_LIMITS.readBytes / header.recordBytes)));
  const bytes = await readFully(source, header.headerBytes, wanted * header.recordBytes);
  for (let record = 0; record < wanted; record++)
    annotations.forEach((signal, which) => {
      const at = record * header.recordBytes + signal.offset;
      const end = at + signal.samplesPerRecord * header.sampleBytes;
      const { annotations: found } = parseAnnotations(bytes.subarray(at, end));
      if (record === 0 && which === 0 && found.length > 0) firstOnsetMicros = found[0].onsetMicros;
      for (const annotation of found) for (const kind of kindsOf(annotation)) kinds.add(kind);
    });
  return { kinds: [...kinds].sort(), firstOnsetMicros };
}

function startOf(header: EdfHeader, records: number, options: ImportOptions): { micros: number; note: string | null } {
  if (!header.dateUnknown) {
    const note = options.zoneMinutes === undefined ? 'The recording names no time zone; UTC is assumed.' : null;
    return { micros: momentOf(header.startMicros, options), note };
  }
  if (options.startMicros !== undefined)
    return {
      micros: options.startMicros,
      note: 'The recording has no date of its own; it starts at the time that was given.',
    };
  if (options.endMicros === undefined)
    return fail('usage', 'the recording has no date of its own: say when it started');
  return {
    micros: Math.floor((options.endMicros - records * header.recordMicros) / 1e6) * 1e6,
    note: 'The recording has no date of its own; it is taken to end when the file was last changed. Give its start to place it rightly.',
  };
}

function notesOf(header: EdfHeader, records: number, tailBytes: number): string[] {
  const notes: string[] = [];
  const { recordsTold: told, signals } = header;
  if (told === null)
    notes.push('The recorder was cut off before it wrote how long the recording is; all that is there is kept.');
  else if (told > records)
    notes.push(
      `The recording ends early: ${records} of ${told} records are there. All of them are kept, the rest is a gap.`,
    );
  else if (told < records) notes.push('The file holds more records than its header says. All of them are kept.');
  if (tailBytes > 0)
    notes.push(
      header.form === 'interrupted'
        ? 'The last record was cut off and does not say when it began: it is not kept.'
        : 'The last record was cut off; what is there of it is kept.',
    );
  const measuring = signals.filter((signal) => !signal.annotations);
  const scaleless = measuring.filter((signal) => !signal.calibrated).length;
  if (scaleless > 0)
    notes.push(`${scaleless} signals are not calibrated; their numbers are kept as the recorder wrote them.`);
  const timeless = header.recordMicros === 0 ? measuring.filter((signal) => signal.samplesPerRecord > 0).length : 0;
  if (timeless > 0)
    notes.push(
      `${timeless} signals have no sampling rate, so that nobody can say when they were measured: they are not kept.`,
    );
  return notes;
}

function whatIs(header: EdfHeader, lanes: EdfLane[], records: number): string {
  const name = `${header.sampleBytes === 3 ? 'BDF' : 'EDF'}${header.form === 'plain' ? '' : '+'}`;
  if (lanes.length === 0) return `The annotations of a recording (${name})`;
  const minutes = (records * header.recordMicros) / 60e6;
  const length = minutes < 2 ? `${Math.round(minutes * 60)} seconds` : `${Math.round(minutes)} minutes`;
  const signals = lanes.length === 1 ? 'one signal' : `${lanes.length} signals`;
  return `A recording (${name}), ${signals}, ${length}${header.form === 'interrupted' ? ' with interruptions' : ''}`;
}

/**
 * Opens a recording. Physical value = origin + factor × stored, exactly as the header's ranges say.
 * @throws HaleError 'malformed', 'too-large', 'usage' (no date and no start given)
 */
export async function openEdf(source: ByteSource, options: ImportOptions): Promise<OpenedImport> {
  const header = await readEdfHeader(source);
  const held = Math.max(0, source.sizeBytes - header.headerBytes);
  const records = Math.floor(held / header.recordBytes);
  const tailBytes = held % header.recordBytes;
  const annotations = header.signals.filter((signal) => signal.annotations && signal.samplesPerRecord > 0);
  const { series, lanes } = describe(header);
  const { kinds, firstOnsetMicros } = await look(source, header, annotations, records);
  const start = startOf(header, records, options);
  const notes = notesOf(header, records, tailBytes);
  if (start.note) notes.push(start.note);
  const recording: EdfRecording = {
    source,
    header,
    lanes,
    annotations,
    records,
    tailBytes,
    startMicros: start.micros,
    firstOnsetMicros: header.form === 'plain' ? 0 : firstOnsetMicros,
  };
  return {
    format: 'edf',
    what: whatIs(header, lanes, records),
    series: [...series, ...kinds.map(describeEvents)],
    notes,
    endPosition: source.sizeBytes,
    chunks: (from) => new EdfRun(recording, kinds).run(from),
  };
}

export const EDF: ImportFormat = {
  name: 'edf',
  detect: async (source) =>
    /\.(edf|bdf)$/i.test(source.name) || looksLikeEdf(await readFully(source, 0, Math.min(256, source.sizeBytes))),
  open: (source, _, options) => openEdf(source, options),
};
