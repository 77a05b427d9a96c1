// The JSON body of a live delivery: samples with their times, or a regular run of values.

import { fail, utf8Decode } from '@hale/kernel';
import { IMPORT_LIMITS } from './limits.ts';
import { isSeriesName, type SampleRun, TIME_MAX_MICROS, TIME_MIN_MICROS } from './lines.ts';

type Fields = Record<string, unknown>;

function bad(what: string, place: number): never {
  return fail('malformed', `delivery ${place + 1}: ${what}`, { delivery: place + 1 });
}

function checkTime(value: unknown, place: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < TIME_MIN_MICROS || value >= TIME_MAX_MICROS)
    return bad('a time is not in whole microseconds between 1900 and 2200', place);
  return value;
}

function onlyFields(fields: Fields, allowed: readonly string[], place: number): void {
  for (const name of Object.keys(fields)) if (!allowed.includes(name)) bad('it has a field that is not known', place);
}

function fromSamples(series: string, samples: unknown, place: number): SampleRun {
  if (!Array.isArray(samples)) return bad('samples is not a list', place);
  const times = new Float64Array(samples.length);
  const values = new Float64Array(samples.length);
  samples.forEach((sample: unknown, i) => {
    if (!Array.isArray(sample) || sample.length !== 2 || !Number.isFinite(sample[1]))
      bad('a sample is not a pair of time and value', place);
    times[i] = checkTime(sample[0], place);
    values[i] = sample[1];
  });
  return { series, times, values };
}

/** A regular run; null in `values` is a gap. The period may be a fraction (2777.777… for 360 Hz): time i = start + round(i × period). */
function fromRun(series: string, { start, periodMicros, values }: Fields, place: number): SampleRun {
  const first = checkTime(start, place);
  if (typeof periodMicros !== 'number' || !(periodMicros >= 1) || !Number.isFinite(periodMicros))
    return bad('the period is not a number of microseconds', place);
  if (!Array.isArray(values)) return bad('values is not a list', place);
  const times = new Float64Array(values.length);
  const kept = new Float64Array(values.length);
  let count = 0;
  values.forEach((value: unknown, i) => {
    if (value === null) return;
    if (!Number.isFinite(value)) bad('a value is not a number', place);
    times[count] = checkTime(first + Math.round(i * periodMicros), place);
    kept[count++] = value as number;
  });
  return { series, times: times.subarray(0, count), values: kept.subarray(0, count) };
}

function parseOne(value: unknown, place: number): SampleRun {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return bad('it is not an object', place);
  const fields = value as Fields;
  if (typeof fields.series !== 'string' || !isSeriesName(fields.series))
    return bad('the series has no usable name', place);
  if ('samples' in fields) {
    onlyFields(fields, ['series', 'samples'], place);
    return fromSamples(fields.series, fields.samples, place);
  }
  onlyFields(fields, ['series', 'start', 'periodMicros', 'values'], place);
  return fromRun(fields.series, fields, place);
}

/**
 * Parses `{series, samples: [[micros, value], …]}` or `{series, start, periodMicros, values: [value|null, …]}`, or a list of them.
 * @throws HaleError 'malformed', 'too-large' beyond IMPORT_LIMITS.jsonBytesMax
 */
export function parseSampleJson(bytes: Uint8Array): SampleRun[] {
  if (bytes.length > IMPORT_LIMITS.jsonBytesMax) fail('too-large', 'the delivery is too long', { bytes: bytes.length });
  let parsed: unknown;
  try {
    parsed = JSON.parse(utf8Decode(bytes));
  } catch {
    fail('malformed', 'the delivery is not JSON');
  }
  const all = Array.isArray(parsed) ? parsed : [parsed];
  if (all.length > IMPORT_LIMITS.seriesPerRequestMax) fail('too-large', 'too many series in one request');
  return all.map(parseOne);
}
