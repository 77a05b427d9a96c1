// Annotation files of WFDB records in the MIT format: annot(5) of the WFDB Applications Guide. Beats become codes, rhythm changes events.
import { codeFor, codesOf, kindFor } from '../kinds.ts';
import { describeSeries, slug } from './describe.ts';
import { unitsToText } from './encoding.ts';
import { IMPORT_LIMITS } from './limits.ts';
import { TIME_MAX_MICROS, TIME_MIN_MICROS } from './lines.ts';
import { readFully } from './source.ts';
import type { ByteSource, SeriesDescription, SourceFolder } from './types.ts';

const RHYTHM = 28;
const COMMENT = 22;
const SKIP = 59;
const NUM = 60;
const SUB = 61;
const CHN = 62;
const AUX = 63;

/** Annotators whose marks are those of an ECG. Others use the same letters for apnoea, sleep stages or pressure pulses, and are left alone. */
export const ECG_ANNOTATORS =
  /\.(atr|qrs|qrsc|ecg|ann|ari|man|cef|gqrs[hl]?|wqrs|sqrs\d*|xqrs|jqrs|epic|pu[01]?|q[12]c|q[12]t)$/i;

/** Texts of rhythm changes (annot(5), "AUX"): `(AFIB` says that atrial fibrillation begins. */
const RHYTHMS: ReadonlyMap<string, string> = new Map([
  ['AB', 'atrial-bigeminy'],
  ['AFIB', 'atrial-fibrillation'],
  ['AFL', 'atrial-flutter'],
  ['ASYS', 'asystole'],
  ['B', 'ventricular-bigeminy'],
  ['BI', 'first-degree-block'],
  ['BII', 'second-degree-block'],
  ['BIII', 'third-degree-block'],
  ['IVR', 'idioventricular-rhythm'],
  ['N', 'sinus-rhythm'],
  ['NSR', 'sinus-rhythm'],
  ['NOD', 'nodal-rhythm'],
  ['P', 'paced-rhythm'],
  ['PM', 'paced-rhythm'],
  ['PREX', 'pre-excitation'],
  ['SBR', 'sinus-bradycardia'],
  ['SVTA', 'supraventricular-tachyarrhythmia'],
  ['T', 'ventricular-trigeminy'],
  ['VF', 'ventricular-fibrillation'],
  ['VFIB', 'ventricular-fibrillation'],
  ['VFL', 'ventricular-flutter'],
  ['VT', 'ventricular-tachycardia'],
]);

export interface WfdbAnnotation {
  /** In ticks of the file's resolution, usually samples of the record. */
  tick: number;
  code: number;
  subtype: number;
  text: string;
}

export interface ParsedAnnotations {
  annotations: WfdbAnnotation[];
  /** Ticks a second, where the file says so itself. */
  ticksPerSecond: number | null;
  /** False where it ends without its end mark: it was cut off. */
  complete: boolean;
}

/** Parses the words of a file. Whatever the bytes are, this ends and throws nothing. */
export function parseAnnotationFile(bytes: Uint8Array): ParsedAnnotations {
  const annotations: WfdbAnnotation[] = [];
  let ticksPerSecond: number | null = null;
  let tick = 0;
  let last: WfdbAnnotation | null = null;
  for (let at = 0; at + 1 < bytes.length; ) {
    const word = bytes[at] | (bytes[at + 1] << 8);
    at += 2;
    const code = word >> 10;
    const value = word & 0x3ff;
    if (code === 0 && value === 0) return { annotations: meant(annotations), ticksPerSecond, complete: true };
    if (code === SKIP) {
      // A long interval: 32 bits in the order of a PDP-11, the high half first.
      if (at + 4 > bytes.length) break;
      tick += (bytes[at] << 16) | (bytes[at + 1] << 24) | bytes[at + 2] | (bytes[at + 3] << 8);
      at += 4;
    } else if (code === AUX) {
      if (at + value > bytes.length) break;
      const text = unitsToText(bytes, at, at + value, 'utf-8').replace(/\0+$/, '');
      at += value + (value & 1);
      if (last) last.text = text;
      ticksPerSecond ??= resolutionIn(text);
    } else if (code === SUB) {
      if (last) last.subtype = value;
    } else if (code !== NUM && code !== CHN) {
      tick += value;
      last = { tick, code, subtype: 0, text: '' };
      annotations.push(last);
    }
  }
  return { annotations: meant(annotations), ticksPerSecond, complete: false };
}

function resolutionIn(text: string): number | null {
  const found = Number(/^## time resolution: ([\d.]+)$/.exec(text)?.[1]);
  return found > 0 && found <= IMPORT_LIMITS.wfdbFrequencyMax * IMPORT_LIMITS.wfdbSamplesPerFrameMax ? found : null;
}

/** Comments that begin with `## ` describe the file itself. */
const meant = (annotations: WfdbAnnotation[]): WfdbAnnotation[] =>
  annotations.filter(({ code, text }) => code !== COMMENT || !text.startsWith('## '));

/** An annotation file beside a record. */
export interface Annotator {
  source: ByteSource;
  beats: SeriesDescription;
  rhythms: SeriesDescription;
}

function describeAnnotator(kind: string, suffix: string, extension: string): SeriesDescription {
  const { title, nominalPeriodSeconds } = kindFor(kind)!;
  const described = describeSeries(kind + suffix, {
    title,
    kind,
    ucum: '',
    factor: 1,
    origin: 0,
    nominalPeriodSeconds,
  });
  return { ...described, sourceLabel: extension };
}

/** The annotators of a record; those of `.atr`, the reference by custom, have the plain names. */
export function annotatorsOf(record: string, folder: SourceFolder): Annotator[] {
  const files = folder
    .list()
    .filter(({ name }) => name.startsWith(`${record}.`) && ECG_ANNOTATORS.test(name.slice(record.length)))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return files.map((source) => {
    const extension = source.name.slice(record.length + 1);
    const suffix = extension === 'atr' ? '' : `-${slug(extension)}`;
    return {
      source,
      beats: describeAnnotator('ecg-beat', suffix, extension),
      rhythms: describeAnnotator('rhythm-event', suffix, extension),
    };
  });
}

export interface AnnotationSamples {
  beats: { times: Float64Array; values: Int32Array };
  rhythms: { times: Float64Array; values: Int32Array };
  notes: string[];
}

/** Reads one annotator. `ticksPerSecond` is the record's frame rate, unless the file has a resolution of its own. */
export async function readAnnotator(
  { source, beats }: Annotator,
  startMicros: number,
  framesPerSecond: number,
): Promise<AnnotationSamples> {
  const bytes = await readFully(source, 0, Math.min(source.sizeBytes, IMPORT_LIMITS.wfdbAnnotationBytesMax));
  const { annotations, ticksPerSecond, complete } = parseAnnotationFile(bytes);
  const perSecond = ticksPerSecond ?? framesPerSecond;
  const known = new Set(codesOf('ecg-beat').map(({ value }) => value));
  const lanes = { beats: new MarkLane(), rhythms: new MarkLane() };
  let [unknown, subtypes, texts, timeless] = [0, 0, 0, 0];
  for (const { tick, code, subtype, text } of annotations) {
    const micros = startMicros + Math.round((tick * 1e6) / perSecond);
    if (!(micros >= TIME_MIN_MICROS && micros < TIME_MAX_MICROS)) {
      timeless++;
      continue;
    }
    const rhythm = code === RHYTHM ? RHYTHMS.get(text.replace(/^\(/, '').trim()) : undefined;
    if (rhythm !== undefined) lanes.rhythms.push(micros, codeFor('rhythm-event', rhythm));
    else if (known.has(code)) {
      lanes.beats.push(micros, code);
      if (text !== '') texts++;
    } else unknown++;
    if (subtype !== 0) subtypes++;
  }
  const name = `Annotations “${beats.sourceLabel}”`;
  const counts: [number, string][] = [
    [unknown, "marks of the recorder's own that Hale has no code for, not kept"],
    [timeless, 'marks at times outside of 1900 to 2200, not kept'],
    [subtypes, 'marks whose subtype is not kept'],
    [texts, 'marks whose words are not kept'],
  ];
  const notes = counts.filter(([count]) => count > 0).map(([count, what]) => `${name}, ${what}: ${count}.`);
  if (!complete) notes.unshift(`${name} end early: the file was cut off. What is there is kept.`);
  return { beats: lanes.beats.taken(), rhythms: lanes.rhythms.taken(), notes };
}

/** Marks in time; of two different ones at one moment (two channels), the second stands a microsecond later. */
class MarkLane {
  readonly #times: number[] = [];
  readonly #codes: number[] = [];

  push(micros: number, code: number): void {
    const last = this.#times.length - 1;
    if (last >= 0 && micros <= this.#times[last] && micros >= this.#times[last] - 1) {
      this.#times.push(this.#times[last] + (this.#codes[last] === code ? 0 : 1));
    } else this.#times.push(micros);
    this.#codes.push(code);
  }

  taken(): { times: Float64Array; values: Int32Array } {
    return { times: Float64Array.from(this.#times), values: Int32Array.from(this.#codes) };
  }
}
