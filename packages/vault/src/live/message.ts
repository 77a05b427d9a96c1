// The payload of an MQTT message on a topic of the device's own: a plain number, {value, time}, or what POST /v1/ingest takes.
import { fail, utf8Decode } from '@hale/kernel';
import { parseSampleJson } from '../import/json-samples.ts';
import { isSeriesName, parseSampleLines, type SampleRun, TIME_MAX_MICROS, TIME_MIN_MICROS } from '../import/lines.ts';
import { kindFor, type SignalKind } from '../kinds.ts';
import { isoMicros } from './moments.ts';

export interface MessageReadout {
  runs: SampleRun[];
  /** False: the message told no time, and stands at its reception. */
  isTimed: boolean;
}

const PLAIN = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?\s*$/;
/** Longer than any number. */
const PLAIN_BYTES_MAX = 40;
/** Decimals kept of a number of which nothing is known: later values may have more than the first. */
const UNKNOWN_FACTOR = 0.001;
const UNKNOWN_FINE_MAX = 1e6;

/**
 * @param series what the topic names behind the device
 * @param at micros of the reception
 * @throws HaleError 'malformed' | 'too-large'
 */
export function readMessage(series: string, payload: Uint8Array, at: number): MessageReadout {
  if (payload.length <= PLAIN_BYTES_MAX) {
    const value = plainNumber(payload);
    if (value !== null) return { runs: [singleRun(series, at, value)], isTimed: false };
  }
  const first = firstMark(payload);
  if (first === '{') {
    const parsed = objectOf(payload);
    if (parsed && 'value' in parsed) return fromObject(series, parsed, at);
  }
  const runs = first === '{' || first === '[' ? parseSampleJson(payload) : parseSampleLines(payload);
  return { runs, isTimed: true };
}

/** What a message says in one number; null when it says none. */
export function plainNumber(payload: Uint8Array): number | null {
  if (payload.length === 0 || payload.length > PLAIN_BYTES_MAX) return null;
  let text = '';
  for (const byte of payload) text += String.fromCharCode(byte);
  const value = PLAIN.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : null;
}

/** One value as a run. A series of no known kind keeps three decimals, whatever its first value shows. */
export function singleRun(series: string, at: number, value: number): SampleRun {
  if (!isSeriesName(series)) fail('malformed', 'the series has no usable name');
  const run = { series, times: Float64Array.of(at), values: Float64Array.of(value) };
  const kind = kindNamed(series);
  if (kind?.key === series) return run;
  const factor = kind ? kind.scale : Math.abs(value) < UNKNOWN_FINE_MAX ? UNKNOWN_FACTOR : 1;
  return { ...run, signal: { kind: kind?.key ?? series, ucum: kind?.ucum ?? '', factor } };
}

/** A series may be nested: `bedroom/heart-rate` is a heart rate. */
function kindNamed(series: string): SignalKind | undefined {
  return kindFor(series) ?? kindFor(series.slice(series.lastIndexOf('/') + 1));
}

function firstMark(payload: Uint8Array): string {
  for (const byte of payload) if (byte > 0x20) return String.fromCharCode(byte);
  return '';
}

function objectOf(payload: Uint8Array): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(utf8Decode(payload));
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : null;
  } catch {
    return fail('malformed', 'the message is not JSON');
  }
}

function fromObject(series: string, fields: Record<string, unknown>, at: number): MessageReadout {
  if (Object.keys(fields).some((name) => name !== 'value' && name !== 'time'))
    fail('malformed', 'the message has a field that is not known');
  const { value, time } = fields;
  if (typeof value !== 'number' || !Number.isFinite(value)) return fail('malformed', 'the value is not a number');
  if (time === undefined) return { runs: [singleRun(series, at, value)], isTimed: false };
  const micros = typeof time === 'string' ? isoMicros(time, 'zone') : time;
  if (!Number.isInteger(micros) || (micros as number) < TIME_MIN_MICROS || (micros as number) >= TIME_MAX_MICROS)
    return fail('malformed', 'the time is neither micros since 1970 nor a time with its zone');
  return { runs: [singleRun(series, micros as number, value)], isTimed: true };
}
