// The header of a WFDB record, as header(5) of the WFDB Applications Guide describes it.

import { fail } from '@hale/kernel';
import { label } from './describe.ts';
import { IMPORT_LIMITS } from './limits.ts';
import { daysFromCivil } from './times.ts';

/** Storage formats of signal(5). Those above 500 are FLAC and not read. */
export const WFDB_FORMATS = [8, 16, 24, 32, 61, 80, 160, 212, 310, 311] as const;
export type WfdbFormat = (typeof WFDB_FORMATS)[number];

export interface WfdbSignal {
  file: string;
  format: WfdbFormat;
  samplesPerFrame: number;
  /** Samples by which this signal lags; told, not applied. */
  skew: number;
  /** Bytes before the first sample in the file. */
  offset: number;
  /** Steps per unit. 200 where the header gives none. */
  gain: number;
  calibrated: boolean;
  baseline: number;
  units: string;
  initialValue: number | null;
  /** Sum of all samples modulo 65,536. */
  checksum: number | null;
  description: string;
}

export interface WfdbHeader {
  framesPerSecond: number;
  /** Samples per signal; null where the header does not say. */
  frames: number | null;
  /** Local wall clock as if it were UTC, micros; null without a date. */
  baseMicros: number | null;
  signals: WfdbSignal[];
  /** Of a record of several segments, its parts in their order; its own `signals` are empty then. */
  segments: WfdbSegmentLine[];
}

export interface WfdbSegmentLine {
  /** Record name; null for a stretch in which nothing was recorded. */
  name: string | null;
  /** 0 for the layout that stands first in records of variable layout. */
  frames: number;
}

const DEFAULT_GAIN = 200;
const DEFAULT_FREQUENCY = 250;

function bad(line: number, what: string): never {
  return fail('malformed', `line ${line} of the header: ${what}`, { line });
}

function integer(text: string | undefined, line: number, what: string): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  if (!/^[-+]?\d+$/.test(text) || !Number.isSafeInteger(value)) bad(line, `${what} is no usable number`);
  return value;
}

/** A file beside the header: a bare name, nothing that leads out of the folder. */
function fileName(text: string, line: number): string {
  if (text === '-' || text === '~')
    fail('unsupported', `line ${line} of the header: data that are in no file cannot be read`, { line });
  if (/[/\\\0]/.test(text) || text === '.' || text === '..' || text.includes(':'))
    bad(line, 'the data file is not beside the header');
  return text;
}

/** `HH:MM:SS` and `DD/MM/YYYY` of the record line. */
function baseMicros(time: string | undefined, date: string | undefined, line: number): number | null {
  if (time === undefined) return null;
  const clock = /^(\d{1,2}):(\d{1,2})(?::(\d{1,2})(\.\d+)?)?$/.exec(time);
  if (!clock) return bad(line, 'the time of day is not understood');
  if (date === undefined) return null;
  const day = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(date);
  if (!day) return bad(line, 'the date is not understood');
  const [dayOfMonth, month, year] = [Number(day[1]), Number(day[2]), Number(day[3])];
  if (dayOfMonth < 1 || dayOfMonth > 31 || month < 1 || month > 12 || year < 1900 || year > 2199)
    bad(line, 'the date is not understood');
  const seconds = Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3] ?? 0) + Number(clock[4] ?? 0);
  return daysFromCivil(year, month, dayOfMonth) * 86_400_000_000 + Math.round(seconds * 1e6);
}

function parseSignal(text: string, line: number): WfdbSignal {
  const tokens = text.split(/\s+/);
  const form = /^(\d+)(?:x(\d+))?(?::(\d+))?(?:\+(\d+))?$/.exec(tokens[1] ?? '');
  if (!form) return bad(line, 'the storage format is not understood');
  const format = WFDB_FORMATS.find((one) => one === Number(form[1]));
  if (format === undefined)
    return fail(
      'unsupported',
      `line ${line} of the header: this storage format is not one of ${WFDB_FORMATS.join(', ')}`,
      {
        line,
        format: Number(form[1]),
      },
    );
  const samplesPerFrame = Number(form[2] ?? 1);
  if (samplesPerFrame < 1 || samplesPerFrame > IMPORT_LIMITS.wfdbSamplesPerFrameMax)
    bad(line, 'the number of samples per frame is out of range');
  const offset = Number(form[4] ?? 0);
  if (!Number.isSafeInteger(offset)) bad(line, 'the byte offset is no usable number');
  const gain = /^([-+]?[\d.]+(?:[eE][-+]?\d+)?)(?:\((-?\d+)\))?(?:\/(\S+))?$/.exec(tokens[2] ?? '0');
  if (!gain || !Number.isFinite(Number(gain[1]))) return bad(line, 'the gain is not understood');
  if (Number(gain[1]) < 0 || Number(gain[1]) > 1e9) bad(line, 'the gain is out of range');
  const zero = integer(tokens[4], line, 'the ADC zero') ?? 0;
  const baseline = gain[2] === undefined ? zero : Number(gain[2]);
  if (Math.abs(baseline) > 2 ** 31) bad(line, 'the baseline is out of range');
  return {
    file: fileName(tokens[0], line),
    format,
    samplesPerFrame,
    skew: Number(form[3] ?? 0),
    offset,
    gain: Number(gain[1]) || DEFAULT_GAIN,
    calibrated: Number(gain[1]) !== 0,
    baseline,
    units: gain[3] ?? 'mV',
    initialValue: integer(tokens[5], line, 'the initial value'),
    checksum: integer(tokens[6], line, 'the checksum'),
    description: label(tokens.slice(8).join(' ')),
  };
}

/** `name/segments` at the start of the record line: the lines below name records and their lengths. */
function parseSegments(lines: { text: string; number: number }[], count: number, line: number): WfdbSegmentLine[] {
  if (count < 1 || count > IMPORT_LIMITS.wfdbSegmentsMax) bad(line, 'the number of segments is out of range');
  if (lines.length < count) bad(line, 'the header ends before the last segment');
  return lines.slice(0, count).map(({ text, number }) => {
    const [name, length] = text.split(/\s+/);
    const frames = integer(length, number, 'the length of the segment');
    if (frames === null || frames < 0) return bad(number, 'the length of the segment is out of range');
    return { name: name === '~' ? null : fileName(name, number), frames };
  });
}

/**
 * Parses a header.
 * @throws HaleError 'malformed' with the line, 'unsupported' for storage formats that are not read
 */
export function parseWfdbHeader(text: string): WfdbHeader {
  const lines = text.split(/\r\n|\n|\r/).map((line, i) => ({ text: line.trim(), number: i + 1 }));
  const meant = lines.filter((line) => line.text !== '' && !line.text.startsWith('#'));
  if (meant.length === 0) return fail('malformed', 'the header holds no record line');
  const [record, ...rest] = meant;
  const tokens = record.text.split(/\s+/);
  const parts = /^[^/]*\/(\d+)$/.exec(tokens[0]);
  const count = integer(tokens[1], record.number, 'the number of signals');
  if (count === null || count < 0 || count > IMPORT_LIMITS.wfdbSignalsMax)
    return bad(record.number, 'the number of signals is out of range');
  if (count === 0) fail('unsupported', 'the record holds no signals');
  const framesPerSecond =
    tokens[2] === undefined
      ? DEFAULT_FREQUENCY
      : Number(/^(\d+(?:\.\d*)?|\.\d+)(?:\/.*)?$/.exec(tokens[2])?.[1] ?? Number.NaN);
  if (!(framesPerSecond > 0) || framesPerSecond > IMPORT_LIMITS.wfdbFrequencyMax)
    bad(record.number, 'the sampling frequency is out of range');
  const frames = integer(tokens[3], record.number, 'the number of samples');
  if (frames !== null && frames < 0) bad(record.number, 'the number of samples is out of range');
  const segments = parts ? parseSegments(rest, Number(parts[1]), record.number) : [];
  if (!parts && rest.length < count) return bad(record.number, 'the header ends before the last signal');
  const signals = parts ? [] : rest.slice(0, count).map((line) => parseSignal(line.text, line.number));
  return {
    framesPerSecond,
    frames: frames === 0 ? null : frames,
    baseMicros: baseMicros(tokens[4], tokens[5], record.number),
    signals,
    segments,
  };
}
