// The header of an EDF, EDF+ or BDF file: Kemp et al. 1992 (EDF), Kemp and Olivan 2003 (EDF+), BioSemi's 24-bit variant (BDF).
import { fail } from '@hale/kernel';
import { label } from './describe.ts';
import { unitsToText } from './encoding.ts';
import { IMPORT_LIMITS } from './limits.ts';
import { readFully } from './source.ts';
import { daysFromCivil } from './times.ts';
import type { ByteSource } from './types.ts';

const FIXED_BYTES = 256;
const SIGNAL_BYTES = 256;
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

export interface EdfSignal {
  label: string;
  /** As written: `uV`, `degC`. */
  dimension: string;
  /** Physical = origin + factor × stored, and stored = ± digital, so that the factor is never negative. */
  factor: number;
  origin: number;
  sign: 1 | -1;
  /** False where the header's ranges say nothing: then stored = digital. */
  calibrated: boolean;
  samplesPerRecord: number;
  /** Where its samples begin in a record, bytes. */
  offset: number;
  annotations: boolean;
}

export interface EdfHeader {
  sampleBytes: 2 | 3;
  /** `plain`: EDF or BDF · `continuous`, `interrupted`: EDF+C, EDF+D and their BDF twins. */
  form: 'plain' | 'continuous' | 'interrupted';
  /** Local wall clock as if it were UTC, micros. */
  startMicros: number;
  /** The recording says itself that its date is not known. */
  dateUnknown: boolean;
  headerBytes: number;
  /** Null where the header says -1: the recorder was cut off before it could write the number. */
  recordsTold: number | null;
  recordMicros: number;
  recordBytes: number;
  signals: EdfSignal[];
}

/** Whether the first bytes are those of an EDF or BDF file. */
export function looksLikeEdf(head: Uint8Array): boolean {
  if (head.length < FIXED_BYTES) return false;
  const text = unitsToText(head, 0, FIXED_BYTES, 'latin-1');
  const mark = text.slice(0, 8);
  return (mark === '0       ' || mark === '\xffBIOSEMI') && /^\d+ *$/.test(text.slice(184, 192));
}

function bad(what: string, signal?: number): never {
  return fail('malformed', `the header of the recording: ${what}`, signal === undefined ? {} : { signal });
}

function whole(text: string, what: string, signal?: number): number {
  const trimmed = text.trim();
  const value = Number(trimmed);
  if (!/^[-+]?\d+$/.test(trimmed) || !Number.isSafeInteger(value)) bad(`${what} is no usable number`, signal);
  return value;
}

/** A decimal of the header as an exact fraction: integer / 10^places. Some recorders write a comma. */
function decimal(text: string): { integer: bigint; places: number } | null {
  const match = /^([-+]?)(\d*)(?:[.,](\d*))?(?:[eE]([-+]?\d{1,2}))?$/.exec(text.trim());
  if (!match || `${match[2]}${match[3] ?? ''}` === '') return null;
  const [, sign, before, after = '', power = '0'] = match;
  let integer = BigInt(`${sign === '-' ? '-' : ''}${before}${after}`);
  let places = after.length - Number(power);
  if (places < 0) {
    integer *= 10n ** BigInt(-places);
    places = 0;
  }
  return { integer, places };
}

function ratio(above: bigint, below: bigint): number {
  let [a, b] = [above < 0n ? -above : above, below];
  while (b !== 0n) [a, b] = [b, a % b];
  return a === 0n ? 0 : Number(above / a) / Number(below / a);
}

/**
 * The scale from the two ranges, in whole numbers and rounded once at the end: a range of ±3276.8 over 16 bits gives 0.1 and not 0.09999….
 * EDF specification: "the physical minimum and maximum correspond to the digital extremes".
 */
export function scaleOf(
  physical: [string, string],
  digital: [string, string],
): Pick<EdfSignal, 'factor' | 'origin' | 'sign' | 'calibrated'> {
  const none = { factor: 1, origin: 0, sign: 1 as const, calibrated: false };
  const [low, high] = physical.map(decimal);
  const [from, to] = digital.map(decimal);
  if (!low || !high || !from || !to || from.places > 0 || to.places > 0) return none;
  const places = Math.max(low.places, high.places);
  const least = low.integer * 10n ** BigInt(places - low.places);
  const span = high.integer * 10n ** BigInt(places - high.places) - least;
  const steps = to.integer - from.integer;
  if (span === 0n || steps === 0n) return none;
  const below = (steps < 0n ? -steps : steps) * 10n ** BigInt(places);
  const turned = steps < 0n ? -1n : 1n;
  const factor = ratio(span * turned, below);
  const origin = ratio((least * steps - from.integer * span) * turned, below);
  if (!Number.isFinite(factor) || !Number.isFinite(origin)) return none;
  return { factor: Math.abs(factor), origin, sign: factor < 0 ? -1 : 1, calibrated: true };
}

/** "dd.mm.yy", with the clipping year 1985: 85–99 are 1985–1999, 00–84 are 2000–2084 (EDF+ 2.1.3.3). */
function dayOf(text: string): number | null {
  const match = /^(\d{1,2})[.:/-](\d{1,2})[.:/-](\d{2})$/.exec(text.trim().replace(/\s+/g, ''));
  if (!match) return null;
  const [day, month, year] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (day < 1 || day > 31 || month < 1 || month > 12) return null;
  return daysFromCivil(year >= 85 ? 1900 + year : 2000 + year, month, day);
}

/** "Startdate dd-MMM-yyyy" of EDF+ (2.1.3.4): the only place that tells years beyond the two digits. */
function longDayOf(recording: string): number | 'unknown' | null {
  const match = /^Startdate\s+(?:(\d{1,2})-([A-Za-z]{3})-(\d{4})|(X))(?:\s|$)/.exec(recording);
  if (!match) return null;
  if (match[4]) return 'unknown';
  const month = MONTHS.indexOf(match[2].toUpperCase()) + 1;
  const day = Number(match[1]);
  return month === 0 || day < 1 || day > 31 ? null : daysFromCivil(Number(match[3]), month, day);
}

function clockMicros(text: string): number | null {
  const match = /^(\d{1,2})[.:](\d{1,2})[.:](\d{1,2})$/.exec(text.trim().replace(/\s+/g, ''));
  if (!match || Number(match[1]) > 23 || Number(match[2]) > 59 || Number(match[3]) > 60) return null;
  return (Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3])) * 1e6;
}

function startOf(text: string, plus: boolean): Pick<EdfHeader, 'startMicros' | 'dateUnknown'> {
  const long = plus ? longDayOf(text.slice(88, 168)) : null;
  const day = typeof long === 'number' ? long : dayOf(text.slice(168, 176));
  const clock = clockMicros(text.slice(176, 184));
  if (day === null || clock === null) return { startMicros: 0, dateUnknown: true };
  // What has no date is written as 1 January 1985 (EDF+ 2.1.3.3), but some recorders keep the date and only blank the long one.
  const dateUnknown = long === 'unknown' && day === daysFromCivil(1985, 1, 1);
  return { startMicros: day * 86_400_000_000 + clock, dateUnknown };
}

function readSignals(text: string, count: number, sampleBytes: number): EdfSignal[] {
  let at = 0;
  /** The fields stand by kind, not by signal: all labels, then all transducers … */
  const column = (width: number): string[] => {
    const cells = Array.from({ length: count }, (_, i) => text.slice(at + i * width, at + (i + 1) * width));
    at += count * width;
    return cells;
  };
  const labels = column(16);
  column(80);
  const dimensions = column(8);
  const [physicalMin, physicalMax, digitalMin, digitalMax] = [column(8), column(8), column(8), column(8)];
  column(80);
  const samples = column(8);
  let offset = 0;
  return labels.map((name, i) => {
    const samplesPerRecord = whole(samples[i], 'the number of samples in a record', i + 1);
    if (samplesPerRecord < 0 || samplesPerRecord > IMPORT_LIMITS.edfRecordBytesMax)
      bad('the number of samples in a record is out of range', i + 1);
    const signal: EdfSignal = {
      label: label(name),
      dimension: label(dimensions[i]),
      ...scaleOf([physicalMin[i], physicalMax[i]], [digitalMin[i], digitalMax[i]]),
      samplesPerRecord,
      offset,
      annotations: /^(EDF|BDF) Annotations$/.test(name.trim()),
    };
    offset += samplesPerRecord * sampleBytes;
    return signal;
  });
}

/** @throws HaleError 'malformed' | 'too-large' */
export async function readEdfHeader(source: ByteSource): Promise<EdfHeader> {
  const fixed = await readFully(source, 0, FIXED_BYTES);
  if (!looksLikeEdf(fixed)) bad('it is not that of an EDF or BDF file, or it was cut off');
  const text = unitsToText(fixed, 0, FIXED_BYTES, 'latin-1');
  const sampleBytes = fixed[0] === 0xff ? 3 : 2;
  const reserved = text.slice(192, 236).trim();
  const plus = /^(EDF|BDF)\+[CD]/.test(reserved);
  const count = whole(text.slice(252, 256), 'the number of signals');
  if (count < 1 || count > IMPORT_LIMITS.edfSignalsMax) bad('the number of signals is out of range');
  const own = FIXED_BYTES + count * SIGNAL_BYTES;
  const rest = await readFully(source, FIXED_BYTES, count * SIGNAL_BYTES);
  if (rest.length < count * SIGNAL_BYTES) bad('it ends before the last signal');
  const signals = readSignals(unitsToText(rest, 0, rest.length, 'latin-1'), count, sampleBytes);
  const recordBytes = signals.reduce((sum, signal) => sum + signal.samplesPerRecord * sampleBytes, 0);
  if (recordBytes === 0) bad('its records hold nothing');
  if (recordBytes > IMPORT_LIMITS.edfRecordBytesMax)
    fail('too-large', 'a record of the recording is too long', { max: IMPORT_LIMITS.edfRecordBytesMax });
  const seconds = Number(text.slice(244, 252).trim().replace(',', '.'));
  if (!Number.isFinite(seconds) || seconds < 0) bad('the length of a record is no usable number');
  const records = whole(text.slice(236, 244), 'the number of records');
  const told = whole(text.slice(184, 192), 'its own length');
  return {
    sampleBytes,
    form: !plus ? 'plain' : reserved[4] === 'D' ? 'interrupted' : 'continuous',
    ...startOf(text, plus),
    headerBytes: told > own && told < source.sizeBytes ? told : own,
    recordsTold: records < 0 ? null : records,
    recordMicros: seconds * 1e6,
    recordBytes,
    signals,
  };
}
