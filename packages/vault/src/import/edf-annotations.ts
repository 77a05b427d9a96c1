// Annotations of EDF+ (2.2.2 to 2.2.4): lists of "onset, duration, texts" in a signal of bytes, and what their standard texts mean.
import { codeFor, kindFor, NOTE_KIND, NOTHING } from '../kinds.ts';
import { noteNumber } from '../notes.ts';
import { describeSeries } from './describe.ts';
import { sniffEncoding, unitsToText } from './encoding.ts';
import type { SeriesDescription } from './types.ts';

const TEXT_END = 0x14;
const DURATION = 0x15;

export interface Annotation {
  /** From the start that the header names. */
  onsetMicros: number;
  durationMicros: number | null;
  texts: string[];
}

/** Micros of a decimal number of seconds, digit by digit; NaN if it is none. */
export function secondsToMicros(text: string): number {
  const match = /^([-+]?)(\d{1,12})(?:\.(\d*))?$/.exec(text);
  if (!match) return Number.NaN;
  const micros = Number(match[2]) * 1e6 + Math.round(Number(`0.${match[3] || '0'}`) * 1e6);
  return match[1] === '-' ? 0 - micros : micros;
}

/** Parses the bytes of an annotation signal of one record; `broken` counts lists that follow no grammar. */
export function parseAnnotations(bytes: Uint8Array): { annotations: Annotation[]; broken: number } {
  const annotations: Annotation[] = [];
  let broken = 0;
  let at = 0;
  while (at < bytes.length) {
    if (bytes[at] === 0) {
      at++;
      continue;
    }
    let end = at;
    while (end < bytes.length && bytes[end] !== 0) end++;
    const annotation = parseList(bytes.subarray(at, end));
    // A list that runs to the very end of the record was cut off.
    if (annotation && end < bytes.length) annotations.push(annotation);
    else broken++;
    at = end + 1;
  }
  return { annotations, broken };
}

function parseList(list: Uint8Array): Annotation | null {
  const first = list.indexOf(TEXT_END);
  if (first < 0 || list[list.length - 1] !== TEXT_END) return null;
  const parted = list.indexOf(DURATION);
  const onsetEnd = parted >= 0 && parted < first ? parted : first;
  const onset = unitsToText(list, 0, onsetEnd, 'latin-1');
  const onsetMicros = /^[-+]/.test(onset) ? secondsToMicros(onset) : Number.NaN;
  const durationMicros = onsetEnd < first ? secondsToMicros(unitsToText(list, onsetEnd + 1, first, 'latin-1')) : null;
  if (Number.isNaN(onsetMicros) || (durationMicros !== null && !(durationMicros >= 0))) return null;
  const texts: string[] = [];
  for (let at = first + 1; at < list.length; ) {
    const end = list.indexOf(TEXT_END, at);
    if (end > at) texts.push(textIn(list.subarray(at, end)));
    at = end + 1;
  }
  return { onsetMicros, durationMicros, texts };
}

/** UTF-8 as the specification wants it, or Latin-1 as older recorders write it. */
function textIn(bytes: Uint8Array): string {
  const encoding = sniffEncoding(bytes).encoding === 'latin-1' ? 'latin-1' : 'utf-8';
  return unitsToText(bytes, 0, bytes.length, encoding);
}

/** `pattern | kind | code`: the standard texts (edfplus.info, 3.2 PSG scoring), Rechtschaffen's stages 3 and 4 being N3 since 2007. */
const MEANINGS: readonly [RegExp, string, string][] = [
  [/^sleep stage (w|wake)$/, 'sleep-stage', 'awake'],
  [/^sleep stage (n1|1)$/, 'sleep-stage', 'n1'],
  [/^sleep stage (n2|2)$/, 'sleep-stage', 'n2'],
  [/^sleep stage (n3|3|4|n4)$/, 'sleep-stage', 'n3'],
  [/^sleep stage (r|rem)$/, 'sleep-stage', 'rem'],
  [/^sleep stage n$/, 'sleep-stage', 'asleep'],
  [/^(sleep stage (\?|m|mt|mov)|movement time)$/, 'sleep-stage', 'end'],
  [/^lights? off$/, 'sleep-event', 'lights-off'],
  [/^lights? on$/, 'sleep-event', 'lights-on'],
  [/^(eeg )?arousal$/, 'sleep-event', 'arousal'],
  [/^(rera|respiratory effort[- ]related arousal)$/, 'sleep-event', 'effort-related-arousal'],
  [/^obstructive apn(o?)ea$/, 'sleep-event', 'obstructive-apnea'],
  [/^central apn(o?)ea$/, 'sleep-event', 'central-apnea'],
  [/^mixed apn(o?)ea$/, 'sleep-event', 'mixed-apnea'],
  [/^apn(o?)ea$/, 'sleep-event', 'apnea'],
  [/^((obstructive|central) )?hypopn(o?)ea$/, 'sleep-event', 'hypopnea'],
  [/^((spo2|sao2|o2|oxygen) )?desaturation$/, 'sleep-event', 'desaturation'],
  [/^(limb|leg) movement$/, 'sleep-event', 'limb-movement'],
  [/^(periodic (limb|leg) movement|plms?)$/, 'sleep-event', 'periodic-limb-movement'],
  [/^snor(e|ing)$/, 'sleep-event', 'snoring'],
  [/^(periodic breathing|cheyne[- ]?stokes (breathing|respiration))$/, 'sleep-event', 'periodic-breathing'],
  [/^hypoventilation$/, 'sleep-event', 'hypoventilation'],
  [/^recording (starts?|started)$/, 'sleep-event', 'recording-start'],
  [/^recording (ends?|ended)$/, 'sleep-event', 'recording-end'],
  [/^body movement$/, 'sleep-event', 'body-movement'],
];

/** What a text means; null for words of the laboratory's own. Behind `@@` stands the signal that it was seen in (3.3). */
export function meaningOf(text: string): { kind: string; code: number } | null {
  const words = text.split('@@')[0].trim().toLowerCase().replace(/\s+/g, ' ');
  const found = MEANINGS.find(([pattern]) => pattern.test(words));
  return found ? { kind: found[1], code: codeFor(found[1], found[2]) } : null;
}

/** The kinds of series that an annotation feeds. */
export function kindsOf({ texts, durationMicros }: Annotation): string[] {
  return texts.flatMap((text) => {
    const meaning = meaningOf(text);
    if (meaning) return [meaning.kind];
    return durationMicros === null ? [NOTE_KIND] : [NOTE_KIND, NOTE_DURATION_KIND];
  });
}

/** How long something lasted, in milliseconds: beside a note, at its time. */
export const NOTE_DURATION_KIND = 'note-duration';
const DURATION_FACTOR = 0.001;

/** The series of a kind that annotations make. */
export function describeEvents(kind: string): SeriesDescription {
  const { title, nominalPeriodSeconds, ucum } = kindFor(kind)!;
  const factor = kind === NOTE_DURATION_KIND ? DURATION_FACTOR : 1;
  const described = describeSeries(kind, { title, kind, ucum, factor, origin: 0, nominalPeriodSeconds });
  return { ...described, sourceLabel: 'EDF annotations' };
}

/** Two events at one moment: each stands a microsecond behind the one before, or it would replace it. */
class Moments {
  #onset = Number.NaN;
  #at = Number.NaN;

  place(micros: number): number {
    this.#at = micros === this.#onset ? this.#at + 1 : micros;
    this.#onset = micros;
    return this.#at;
  }
}

type Taken = { times: Float64Array; values: Int32Array; texts?: readonly string[] };

/** What annotations make of one kind, until it is handed over. */
class Lane {
  #times: number[] = [];
  #values: number[] = [];

  push(micros: number, value: number): void {
    this.#times.push(micros);
    this.#values.push(value);
  }

  get isEmpty(): boolean {
    return this.#times.length === 0;
  }

  take(): Taken {
    const taken = { times: Float64Array.from(this.#times), values: Int32Array.from(this.#values) };
    this.#times = [];
    this.#values = [];
    return taken;
  }
}

/** Codes in the order of the file, turned into "what begins when": an end is told only where nothing else began by then. */
export class CodeLane {
  readonly #lane = new Lane();
  readonly #moments = new Moments();
  /** End of what runs, not yet told because the next may begin right there. */
  #endMicros: number | null = null;

  begin(micros: number, code: number, durationMicros: number | null): void {
    if (this.#endMicros !== null && this.#endMicros < micros) this.finish();
    this.#lane.push(this.#moments.place(micros), code);
    this.#endMicros = durationMicros !== null && durationMicros > 0 ? micros + durationMicros : null;
  }

  /** Whether something runs whose end is not told yet. */
  get waiting(): boolean {
    return this.#endMicros !== null;
  }

  finish(): void {
    if (this.#endMicros !== null) this.#lane.push(this.#endMicros, NOTHING);
    this.#endMicros = null;
  }

  get isEmpty(): boolean {
    return this.#lane.isEmpty;
  }

  /** What waits to be handed over; afterwards nothing does. */
  take(): Taken {
    return this.#lane.take();
  }
}

/** Words of the laboratory's own, at their moments, and beside them how long what they say lasted, where that is told. */
export class NoteLane {
  readonly #notes = new Lane();
  readonly #durations = new Lane();
  readonly #moments = new Moments();
  #texts = new Set<string>();

  note(micros: number, text: string, durationMicros: number | null): void {
    const at = this.#moments.place(micros);
    this.#notes.push(at, noteNumber(text));
    this.#texts.add(text);
    if (durationMicros !== null) this.#durations.push(at, Math.round(durationMicros / (DURATION_FACTOR * 1e6)));
  }

  /** What waits to be handed over, by kind; afterwards nothing does. */
  take(): Map<string, Taken> {
    const taken = new Map<string, Taken>();
    if (!this.#notes.isEmpty) taken.set(NOTE_KIND, { ...this.#notes.take(), texts: [...this.#texts] });
    if (!this.#durations.isEmpty) taken.set(NOTE_DURATION_KIND, this.#durations.take());
    this.#texts = new Set();
    return taken;
  }
}
