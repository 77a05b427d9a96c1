// Samples of one series as FHIR R4 Observations: dense regular ones as SampledData, others one by one.

import { codesOf, isCoded, kindFor, NOTE_KIND, NOTHING, OWN_CODES } from '../kinds.ts';
import { OWN_SERIES } from '../kinds-codes.ts';
import { type ExportSamples, type ExportSeries, wordsIn } from './csv.ts';
import { DecimalFormat } from './decimal.ts';
import { isoTime } from './iso-time.ts';

export interface FhirSeries extends ExportSeries {
  nominalPeriodSeconds: number;
  /** Verified codes only; none is looked up here beyond them. */
  loinc?: string;
  mdc?: number;
}

export interface FhirOptions {
  /** Reference to the subject, e.g. `Patient/1` or `urn:uuid:…`. */
  subject: string;
  /** Reference to the device that measured. */
  device?: string;
  /** A fresh UUID for each resource; randomness is the caller's. */
  newId: () => string;
}

interface Coding {
  system: string;
  code: string;
  display?: string;
}

interface Quantity {
  value: number;
  unit?: string;
  system?: string;
  code?: string;
}

/** FHIR R4 SampledData: value = origin + factor × number; E = no value; period in milliseconds. */
export interface SampledData {
  origin: Quantity;
  period: number;
  factor: number;
  dimensions: 1;
  data: string;
}

export interface Observation {
  resourceType: 'Observation';
  id: string;
  /** Known again by it, so that what comes back is a series and no record beside it. */
  meta: { source: typeof OWN_SERIES };
  status: 'final';
  category?: { coding: Coding[] }[];
  code: { coding?: Coding[]; text: string };
  subject: { reference: string };
  device?: { reference: string };
  effectiveDateTime?: string;
  effectivePeriod?: { start: string; end: string };
  valueQuantity?: Quantity;
  valueSampledData?: SampledData;
  /** Of kinds that are no quantity. */
  valueCodeableConcept?: { coding: Coding[]; text: string };
  /** Of notes. */
  valueString?: string;
  /** Of summaries. */
  component?: { code: { coding: Coding[]; text: string }; valueQuantity: Quantity }[];
}

export interface Bundle {
  resourceType: 'Bundle';
  type: 'collection';
  entry: { fullUrl: string; resource: Observation }[];
}

/** Slower series are read one value at a time by every FHIR system; SampledData serves dense ones. */
const SAMPLED_PERIOD_SECONDS_MAX = 60;
/** Numbers in one SampledData: a hundred seconds of ECG, five hours of heart rate. */
const SAMPLED_POINTS_MAX = 36_000;
/** Longest run of E: a longer gap begins a new Observation. */
const GAP_POINTS_MAX = 300;
/** Runs shorter than this are told one by one. */
const RUN_SAMPLES_MIN = 4;
/** Times were rounded to whole micros. */
const GRID_TOLERANCE_MICROS = 1;

const LOINC = 'http://loinc.org';
const MDC = 'urn:iso:std:iso:11073:10101';
const UCUM = 'http://unitsofmeasure.org';
const CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category';

/** Kinds of the R4 vital signs profile (hl7.org/fhir/R4/observation-vitalsigns.html). */
const VITAL_SIGNS: ReadonlySet<string> = new Set([
  'heart-rate',
  'respiratory-rate',
  'spo2',
  'body-temperature',
  'body-height',
  'body-weight',
  'bmi',
  'blood-pressure-systolic',
  'blood-pressure-diastolic',
]);

/** R4 fixes 2708-6 for oxygen saturation, US Core 59408-5 for pulse oximetry: both are sent. Source: kinds.csv, certainty A. */
const FURTHER_LOINC: Readonly<Record<string, string>> = { '59408-5': '2708-6' };

function categoryOf(kind: string): string | undefined {
  if (VITAL_SIGNS.has(kind)) return 'vital-signs';
  const group = kindFor(kind)?.group;
  if (group === 'lab') return 'laboratory';
  if (group === 'activity' || group === 'motion') return 'activity';
  return kind.startsWith('ecg-') ? 'procedure' : undefined;
}

function codingOf({ loinc, mdc }: FhirSeries): Coding[] {
  const codes: Coding[] = [];
  if (loinc !== undefined) codes.push({ system: LOINC, code: loinc });
  if (loinc !== undefined && FURTHER_LOINC[loinc]) codes.push({ system: LOINC, code: FURTHER_LOINC[loinc] });
  if (mdc !== undefined) codes.push({ system: MDC, code: String(mdc) });
  return codes;
}

export function quantity(value: number, ucum: string): Quantity {
  return ucum === '' ? { value } : { value, unit: ucum, system: UCUM, code: ucum };
}

export function shell(series: FhirSeries, options: FhirOptions): Observation {
  const category = categoryOf(series.kind);
  const coding = codingOf(series);
  return {
    resourceType: 'Observation',
    id: options.newId(),
    meta: { source: OWN_SERIES },
    status: 'final',
    ...(category === undefined ? {} : { category: [{ coding: [{ system: CATEGORY, code: category }] }] }),
    code: coding.length > 0 ? { coding, text: series.title } : { text: series.title },
    subject: { reference: options.subject },
    ...(options.device === undefined ? {} : { device: { reference: options.device } }),
  };
}

/** End (exclusive) of the regular run that starts at sample `from`: all times on its grid, gaps short, not too many points. */
function runEnd(times: Float64Array, from: number, periodMicros: number): number {
  let lastPoint = 0;
  for (let i = from + 1; i < times.length; i++) {
    const point = Math.round((times[i] - times[from]) / periodMicros);
    const off = Math.abs(times[from] + point * periodMicros - times[i]);
    if (
      off > GRID_TOLERANCE_MICROS ||
      point <= lastPoint ||
      point - lastPoint > GAP_POINTS_MAX ||
      point >= SAMPLED_POINTS_MAX
    )
      return i;
    lastPoint = point;
  }
  return times.length;
}

function sampledData(
  series: FhirSeries,
  { times, values }: ExportSamples,
  from: number,
  to: number,
  periodMicros: number,
): SampledData {
  const data: string[] = [];
  for (let i = from; i < to; i++) {
    const point = Math.round((times[i] - times[from]) / periodMicros);
    while (data.length < point) data.push('E');
    data.push(String(values[i]));
  }
  return {
    origin: quantity(series.origin, series.ucum),
    period: periodMicros / 1000,
    factor: series.factor,
    dimensions: 1,
    data: data.join(' '),
  };
}

/** What begins at a time, as a code of its kind or in its own words; a period where the next sample tells its end. */
function* codedObservations(
  series: FhirSeries,
  { times, values }: ExportSamples,
  options: FhirOptions,
): Generator<Observation, void, void> {
  const words = wordsIn(series);
  const keys = new Map(codesOf(series.kind).map(({ value, key }) => [value, key]));
  for (let i = 0; i < times.length; i++) {
    const value = values[i];
    if (value === NOTHING) continue;
    const ends = series.kind !== NOTE_KIND && values[i + 1] === NOTHING;
    const text = words.get(value) ?? `Code ${value}`;
    const code = { system: `${OWN_CODES}${series.kind}`, code: keys.get(value) ?? String(value), display: text };
    yield {
      ...shell(series, options),
      ...(ends
        ? { effectivePeriod: { start: isoTime(times[i]), end: isoTime(times[i + 1]) } }
        : { effectiveDateTime: isoTime(times[i]) }),
      ...(series.kind === NOTE_KIND && words.has(value)
        ? { valueString: text }
        : { valueCodeableConcept: { coding: [code], text } }),
    };
  }
}

/** Observations for samples in ascending order of time. A generator: a year of data never stands in memory at once. */
export function* fhirObservations(
  series: FhirSeries,
  samples: ExportSamples,
  options: FhirOptions,
): Generator<Observation, void, void> {
  if (isCoded(series.kind)) return yield* codedObservations(series, samples, options);
  const { times, values } = samples;
  const decimals = new DecimalFormat(series.factor, series.origin);
  const periodMicros = series.nominalPeriodSeconds * 1e6;
  const dense = series.nominalPeriodSeconds <= SAMPLED_PERIOD_SECONDS_MAX;
  let at = 0;
  while (at < times.length) {
    const end = dense ? runEnd(times, at, periodMicros) : at + 1;
    if (end - at >= RUN_SAMPLES_MIN) {
      const effectivePeriod = { start: isoTime(times[at]), end: isoTime(times[end - 1]) };
      yield {
        ...shell(series, options),
        effectivePeriod,
        valueSampledData: sampledData(series, samples, at, end, periodMicros),
      };
    } else {
      for (let i = at; i < end; i++) {
        yield {
          ...shell(series, options),
          effectiveDateTime: isoTime(times[i]),
          valueQuantity: quantity(Number(decimals.format(values[i])), series.ucum),
        };
      }
    }
    at = end;
  }
}

/** A collection Bundle of Observations. */
export function fhirBundle(observations: Iterable<Observation>): Bundle {
  return {
    resourceType: 'Bundle',
    type: 'collection',
    entry: Array.from(observations, (resource) => ({ fullUrl: `urn:uuid:${resource.id}`, resource })),
  };
}
