// The numbers inside Nightscout's documents, as series of kinds that Hale knows. What has no kind (insulin on board, notes) stays in the
// document and becomes no number.
import type { SampleRun } from '../../import/lines.ts';
import { codeFor, kindFor, NOTHING } from '../../kinds.ts';
import type { Collection, Fields } from './documents.ts';

export interface Reading {
  series: string;
  /** Milliseconds since 1970. */
  millis: number;
  value: number;
}

/** Below, a Dexcom sensor means an error and no glucose. */
const GLUCOSE_MIN_MGDL = 39;

/** Taken back where a treatment is deleted or moved: an amount that was not given is 0. */
const AMOUNTS: ReadonlySet<string> = new Set(['insulin-bolus', 'carbohydrate-intake']);

/** What a document says in numbers. @param millis the document's date */
export function readingsOf(collection: Collection, fields: Fields, millis: number): Reading[] {
  const found = collectors[collection](fields, millis);
  return found.filter((reading) => isPossible(reading.series, reading.value));
}

/** The readings that stand in place of `before` once the document says `after`; null: it was deleted. */
export function readingsAfter(before: readonly Reading[], after: readonly Reading[] | null): Reading[] {
  const kept = after ?? [];
  const gone = before.filter(
    ({ series, millis }) =>
      AMOUNTS.has(series) && !kept.some((reading) => reading.series === series && reading.millis === millis),
  );
  return [...gone.map((reading) => ({ ...reading, value: 0 })), ...kept];
}

/** As runs of one series each, times in microseconds. */
export function runsOf(readings: readonly Reading[]): SampleRun[] {
  const bySeries = new Map<string, Reading[]>();
  for (const reading of readings) bySeries.set(reading.series, [...(bySeries.get(reading.series) ?? []), reading]);
  return [...bySeries].map(([series, of]) => {
    const sorted = [...of].sort((a, b) => a.millis - b.millis);
    return {
      series,
      times: Float64Array.from(sorted, ({ millis }) => Math.round(millis * 1000)),
      values: Float64Array.from(sorted, ({ value }) => value),
    };
  });
}

const collectors: Readonly<Record<Collection, (fields: Fields, millis: number) => Reading[]>> = {
  entries: entryReadings,
  treatments: treatmentReadings,
  devicestatus: statusReadings,
  activity: activityReadings,
  profile: () => [],
  food: () => [],
  settings: () => [],
};

function entryReadings(fields: Fields, millis: number): Reading[] {
  if (fields.type === 'sgv') {
    const value = sensorGlucose(fields);
    return value === null ? [] : [{ series: 'glucose-cgm', millis, value }];
  }
  const value = fields.type === 'mbg' ? numberIn(fields.mbg) : null;
  return value === null ? [] : [{ series: 'glucose-capillary', millis, value: inMgdl(fields, value) }];
}

/** mg/dL of a sensor's entry; null for its error codes and for what is no number. */
export function sensorGlucose(fields: Fields): number | null {
  const value = fields.type === 'sgv' ? numberIn(fields.sgv) : null;
  const mgdl = value === null ? null : inMgdl(fields, value);
  return mgdl !== null && mgdl >= GLUCOSE_MIN_MGDL ? mgdl : null;
}

/** On the wire it is mg/dL; a document may say otherwise. */
function inMgdl(fields: Fields, value: number): number {
  if (typeof fields.units !== 'string' || !/mmol/i.test(fields.units)) return value;
  return Math.round(value * MGDL_PER_MMOL * 10) / 10;
}

export const MGDL_PER_MMOL =
  kindFor('glucose-cgm')?.otherUnits.find(({ ucum }) => ucum === 'mmol/L')?.factor ?? Number.NaN;

function treatmentReadings(fields: Fields, millis: number): Reading[] {
  const found: Reading[] = [];
  const insulin = numberIn(fields.insulin);
  if (insulin !== null && insulin > 0) found.push({ series: 'insulin-bolus', millis, value: insulin });
  const carbs = numberIn(fields.carbs);
  if (carbs !== null && carbs > 0) found.push({ series: 'carbohydrate-intake', millis, value: carbs });
  const rate = fields.eventType === 'Temp Basal' ? (numberIn(fields.absolute) ?? numberIn(fields.rate)) : null;
  if (rate !== null && rate >= 0) found.push({ series: 'insulin-temp-basal', millis, value: rate });
  const glucose = fields.glucoseType === 'Finger' ? numberIn(fields.glucose) : null;
  if (glucose !== null) found.push({ series: 'glucose-capillary', millis, value: inMgdl(fields, glucose) });
  if (fields.eventType === 'Exercise') found.push(...workout(fields, millis));
  return found;
}

/** Begins at its time and ends after its minutes; without minutes only the begin is known. */
function workout(fields: Fields, millis: number): Reading[] {
  const minutes = numberIn(fields.duration);
  const series = 'workout-session';
  const begin = { series, millis, value: codeFor(series, 'other') };
  return minutes === null || !(minutes > 0)
    ? [begin]
    : [begin, { series, millis: millis + minutes * 60_000, value: NOTHING }];
}

function statusReadings(fields: Fields, millis: number): Reading[] {
  const uploader = typeof fields.uploader === 'object' && fields.uploader !== null ? (fields.uploader as Fields) : {};
  const battery = numberIn(uploader.battery) ?? numberIn(fields.uploaderBattery);
  return battery === null ? [] : [{ series: 'device-battery', millis, value: battery }];
}

function activityReadings(fields: Fields, millis: number): Reading[] {
  const rate = numberIn(fields.bpm) ?? numberIn(fields.heartrate);
  return rate === null ? [] : [{ series: 'heart-rate', millis, value: rate }];
}

function numberIn(value: unknown): number | null {
  const number =
    typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : null;
}

function isPossible(series: string, value: number): boolean {
  const kind = kindFor(series);
  return kind !== undefined && value >= kind.deviceMin && value <= kind.deviceMax;
}
