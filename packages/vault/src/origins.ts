// The same reading out of several sources: the night that the watch sent, the phone exported and the vendor's cloud keeps counts once. Here it
// is told which samples another stream has already, and which stream a series belongs to; who brought what stands in the catalogue.
import type { OriginEntry } from './catalogue.ts';
import type { IngestRooms } from './ingest.ts';
import { kindFor } from './kinds.ts';
import { rawSlots } from './pyramid.ts';
import type { Samples } from './samples.ts';
import type { OpenStream } from './streams.ts';

/** How the numbers of a series are to be read. Physical value = origin + factor × integer, in `ucum`. */
export interface Scale {
  kind: string;
  ucum: string;
  factor: number;
  origin: number;
  nominalPeriodMicros: number;
}

export interface Overlap {
  /** Indices of samples that the other stream holds: same time, same value. */
  held: Uint8Array;
  same: number;
  /** Of those the ones at exactly the same time. */
  exact: number;
  /** Different values among the same ones, counted up to eight. */
  distinct: number;
  /** Samples at a time for which the other stream has another value. */
  different: number;
}

const SECOND = 1_000_000;
const WAVEFORM_MICROS_MAX = 999_999;
const DISTINCT_COUNTED = 8;

/**
 * What a file that was cut before it says its sport calls by a broader name: `own value = factor × broader value`. One leg's turns are two steps.
 */
const BROADER: Readonly<Record<string, { kind: string; factor: number }>> = {
  'cadence-cycling': { kind: 'cadence', factor: 1 },
  'cadence-steps': { kind: 'cadence', factor: 2 },
};

/** Whether readings of the two kinds can be one. */
export function isSameQuantity(one: string, other: string): boolean {
  return one === other || BROADER[one]?.kind === other || BROADER[other]?.kind === one;
}

/** `own value = factor × value + offset`; null where the two cannot be compared. */
function toOwnUnit(kind: string, ucum: string): { factor: number; offset: number } | null {
  const known = kindFor(kind);
  if (!known || known.ucum === ucum) return { factor: 1, offset: 0 };
  return known.otherUnits.find((unit) => unit.ucum === ucum) ?? null;
}

interface Reading {
  /** Physical value of an integer, in the kind's own unit, or in the one that both have. */
  valueOf(integer: number): number;
  /** Size of one integer step, in the kind's own unit. */
  step: number;
}

type Told = Omit<Scale, 'nominalPeriodMicros'>;

/** @param isPlain both that are compared are told in one unit, whatever it is */
function reading({ kind, ucum, factor, origin }: Told, isPlain: boolean): Reading | null {
  const unit = isPlain ? { factor: 1, offset: 0 } : toOwnUnit(kind, ucum);
  if (!unit) return null;
  return {
    valueOf: (integer) => unit.factor * (origin + factor * integer) + unit.offset,
    step: Math.abs(unit.factor * factor),
  };
}

/** As the broader kind would say it. */
function broadly(scale: Told, isPlain: boolean): Reading | null {
  const own = reading(scale, isPlain);
  const factor = BROADER[scale.kind]?.factor ?? 1;
  return own && { valueOf: (integer) => own.valueOf(integer) / factor, step: own.step / factor };
}

/**
 * Holds samples, ascending by time, against what a stream of the same kind has. Sources differ in how finely they tell times and values:
 * a time on a whole second equals any in that second, a value equals one that it may have been rounded to or from. Waveforms are
 * compared exactly: neighbours within a second are others.
 * @returns null where the two cannot be compared (another kind or unit)
 */
export function overlapWith(
  rooms: IngestRooms,
  stream: OpenStream,
  scale: Scale,
  { times, values }: Samples,
): Overlap | null {
  const { entry } = stream;
  const isOne = entry.kind === scale.kind;
  const same = isSameQuantity(entry.kind, scale.kind) && ((isOne && kindFor(entry.kind)) || entry.ucum === scale.ucum);
  const isPlain = entry.ucum === scale.ucum;
  const [mine, theirs] = [scale, entry].map((told) => (isOne ? reading : broadly)(told, isPlain));
  if (!same || !mine || !theirs || times.length === 0) return null;
  const overlap: Overlap = { held: new Uint8Array(times.length), same: 0, exact: 0, distinct: 0, different: 0 };
  const tolerance = Math.max(mine.step, theirs.step) * 0.5 + 1e-9;
  const isExact = Math.min(scale.nominalPeriodMicros, entry.nominalPeriodMicros) <= WAVEFORM_MICROS_MAX;
  const isDense = scale.nominalPeriodMicros > 0 && entry.nominalPeriodMicros > 0;
  const seen = new Set<number>();
  let at = 0;
  for (const slot of rawSlots(rooms, stream, times[0] - SECOND, times[times.length - 1] + SECOND)) {
    for (let i = 0; i < slot.times.length; i++) {
      const time = slot.times[i];
      while (at < times.length && times[at] < time - SECOND) at++;
      for (let k = at; k < times.length && times[k] <= time + SECOND; k++) {
        if (overlap.held[k] === 1 || !isSameTime(times[k], time, isExact && isDense)) continue;
        if (Math.abs(mine.valueOf(values[k]) - theirs.valueOf(slot.values[i])) > tolerance) overlap.different++;
        else {
          overlap.held[k] = 1;
          overlap.same++;
          if (seen.size < DISTINCT_COUNTED) seen.add(values[k]);
          if (times[k] === time) overlap.exact++;
          break;
        }
      }
    }
  }
  overlap.distinct = seen.size;
  return overlap;
}

function isSameTime(one: number, other: number, isExact: boolean): boolean {
  if (one === other) return true;
  if (isExact) return false;
  if (one % SECOND === 0 && Math.floor(other / SECOND) * SECOND === one) return true;
  return other % SECOND === 0 && Math.floor(one / SECOND) * SECOND === other;
}

/** The samples that are not held elsewhere. */
export function withoutHeld({ times, values }: Samples, held: Uint8Array): Samples {
  const keep = held.reduce((count, flag) => count + (flag === 0 ? 1 : 0), 0);
  const left = { times: new Float64Array(keep), values: new Int32Array(keep) };
  let at = 0;
  for (let i = 0; i < times.length; i++)
    if (held[i] === 0) {
      left.times[at] = times[i];
      left.values[at++] = values[i];
    }
  return left;
}

/** Of one sensor at most this share of the common times has another value: what was corrected since. */
const CORRECTED_SHARE_MAX = 0.1;
/** Of two sensors on one body at least so many common times, and this share of them, have another value. */
const DIFFERENT_MIN = 10;
const DIFFERENT_SHARE_MIN = 0.5;

/** Equality is cheap: two sensors both say 0 steps at night. So many common readings, of so many values, are needed to say that they are one. */
const ONE_SENSOR_SAME_MIN = 30;
const ONE_SENSOR_DISTINCT_MIN = 5;

/** Enough to let a series go on in the other's stream. */
export function isSurelyOneSensor(overlap: Overlap): boolean {
  const { same, distinct } = overlap;
  return isOneSensor(overlap) === true && same >= ONE_SENSOR_SAME_MIN && distinct >= ONE_SENSOR_DISTINCT_MIN;
}

/** Do the two come from one sensor, as far as their common times tell? null = they do not tell: none in common, or a few corrections. */
export function isOneSensor({ same, different }: Overlap): boolean | null {
  if (same > 0 && different <= CORRECTED_SHARE_MAX * (same + different)) return true;
  if (different >= DIFFERENT_MIN && different > DIFFERENT_SHARE_MIN * (same + different)) return false;
  return null;
}

/** What one source has brought into a stream, with what it had brought before. */
export function originWith(known: OriginEntry | undefined, brought: Omit<OriginEntry, 'type'>): OriginEntry {
  if (!known) return { type: 'origin', ...brought };
  return {
    ...known,
    ...brought,
    type: 'origin',
    samples: known.samples + brought.samples,
    // The same file again finds the same ones.
    elsewhere: Math.max(known.elsewhere, brought.elsewhere),
    firstMicros: Math.min(known.firstMicros, brought.firstMicros),
    lastMicros: Math.max(known.lastMicros, brought.lastMicros),
  };
}
