// FHIR SampledData: many values in one text. R4 gives a period in milliseconds, R5 an interval with a unit, or offsets for irregular times.
// HL7 FHIR R4 §2.24.0.14, R5 §2.1.28.0.16: value = origin + factor × number; E = error, U = above the upper limit, L = below the lower one.

import { entryOf, type Fields, fieldsOf, textOf } from './json-records.ts';
import { decimalsOf } from './numbers.ts';
import { decimalsIn, type SeriesShelf, type SeriesWanted } from './series-shelf.ts';

const INTERVAL_MICROS: Readonly<Record<string, number>> = {
  us: 1,
  ms: 1000,
  s: 1e6,
  min: 6e7,
  h: 3.6e9,
  d: 8.64e10,
};
const DECIMALS_LOOKED_AT = 1000;

const numberOr = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);

/** Micros between two values; NaN where the record does not say. */
function periodMicros(data: Fields): number {
  if (typeof data.period === 'number') return data.period * 1000;
  const unit = entryOf(INTERVAL_MICROS, textOf(data.intervalUnit));
  return typeof data.interval === 'number' && unit !== undefined ? data.interval * unit : Number.NaN;
}

/** Times of the values, from the start: by offsets where there are any. Null where neither is told. */
function timesOf(data: Fields, count: number): ((i: number) => number) | null {
  const offsets = textOf(data.offsets);
  if (offsets !== '') {
    const unit = entryOf(INTERVAL_MICROS, textOf(data.intervalUnit) || 'ms') ?? Number.NaN;
    const each = offsets.trim().split(/\s+/).map(Number);
    return each.length === count && !Number.isNaN(unit) ? (i) => Math.round(each[i] * unit) : null;
  }
  const period = periodMicros(data);
  return period > 0 ? (i) => Math.round(i * period) : null;
}

function lane(wanted: SeriesWanted, dimensions: number, which: number): SeriesWanted {
  if (dimensions === 1) return wanted;
  return { ...wanted, kind: `${wanted.kind}-${which + 1}`, title: `${wanted.title} ${which + 1}` };
}

/** Puts all values of a SampledData on a shelf. `start` in micros. */
export function readSampledData(shelf: SeriesShelf, data: Fields, base: SeriesWanted, start: number): void {
  const written = textOf(data.data).trim();
  const tokens = written === '' ? [] : written.split(/\s+/);
  const dimensions = Math.max(1, Math.trunc(numberOr(data.dimensions, 1)));
  const points = Math.floor(tokens.length / dimensions);
  if (points === 0) {
    shelf.reject('value missing');
    return;
  }
  const timeOf = timesOf(data, points);
  if (timeOf === null) {
    shelf.reject('time not understood');
    return;
  }
  const factor = numberOr(data.factor, 1);
  const origin = numberOr(fieldsOf(data.origin).value, 0);
  const decimals = Math.max(0, ...tokens.slice(0, DECIMALS_LOOKED_AT).map((token) => decimalsIn(Number(token) || 0)));
  const step = factor * Number(`1e-${Math.min(decimals, 6)}`);
  const period = data.offsets === undefined ? { periodSeconds: periodMicros(data) / 1e6 } : {};
  // A plain decimal scale joins readings that come one by one; another one (an ECG's gain) is kept as it is.
  const plain = origin === 0 ? decimalsOf(step) : -1;
  const scale = plain >= 0 ? { decimals: plain } : { factor: step, origin };
  const lanes = Array.from({ length: dimensions }, (_, which) =>
    lane({ ...base, ...period, ...scale }, dimensions, which),
  );
  for (let i = 0; i < points * dimensions; i++) {
    const token = tokens[i];
    const value = Number(token);
    const time = start + timeOf(Math.floor(i / dimensions));
    if (Number.isFinite(value)) shelf.sample(lanes[i % dimensions], time, origin + factor * value);
    else if (token === 'E') shelf.tell('Points of recordings at which nothing valid was measured (E)');
    else if (token === 'U') shelf.reject('above sensor range');
    else if (token === 'L') shelf.reject('below sensor range');
    // With a codeMap a text may stand for something; without the map nobody knows for what.
    else shelf.reject('not a number');
  }
  if (tokens.length % dimensions !== 0) shelf.reject('value missing');
}
