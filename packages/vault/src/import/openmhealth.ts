// Open mHealth and IEEE 1752.1 data points (header and body), single, in a list or one a line; bodies without a header as well.
// Schemas: openmhealth/schemas @36078a89, IEEE 1752.1-2021. Judged by openmhealth-schemas.ts before anything of them is taken.

import { acceptsUnit, kindFor, kindMatching } from '../kinds.ts';
import { NOTHING } from '../kinds-codes.ts';
import { unitWritten } from '../kinds-units.ts';
import { slug } from './describe.ts';
import type { ImportFormat } from './format.ts';
import { entryOf, type Fields, fieldsOf, firstRecords, isFields, openRecords, textOf } from './json-records.ts';
import { judge } from './openmhealth-schemas.ts';
import type { SeriesWanted } from './series-shelf.ts';
import { TimedRecords } from './timed-records.ts';
import { workoutNamed } from './workouts.ts';

/** Fields whose name is not that of their kind. Where no kind is certain (calories: of which sort?) the field's own name stays. */
const KINDS: Readonly<Record<string, string>> = {
  oxygen_saturation: 'spo2',
  systolic_blood_pressure: 'blood-pressure-systolic',
  diastolic_blood_pressure: 'blood-pressure-diastolic',
  body_mass_index: 'bmi',
  body_fat_percentage: 'body-fat',
  step_count: 'steps',
  ambient_temperature: 'air-temperature',
  ambient_sound: 'noise-exposure',
  ambient_light: 'illuminance',
  total_sleep_time: 'sleep-duration',
  latency_to_sleep_onset: 'sleep-latency',
  wake_after_sleep_onset: 'sleep-awake',
  'heart_rate_variability.rmssd': 'hrv-rmssd',
};
const GLUCOSE: Readonly<Record<string, string>> = {
  'interstitial fluid': 'glucose-cgm',
  'capillary blood': 'glucose-capillary',
  plasma: 'glucose-lab',
  serum: 'glucose-lab',
};
const UNITS: Readonly<Record<string, string>> = {
  'm/s^2': 'm/s2',
  'kg/m^2': 'kg/m2',
  'kg/m2': 'kg/m2',
  'rad/s': 'rad/s',
  'mi/h': '[mi_i]/h',
  'min/mi': 'min/[mi_i]',
  'min/km': 'min/km',
  lb: '[lb_av]',
  steps: '1',
  F: '[degF]',
  C: 'Cel',
  g: 'g',
  deg: 'deg',
  'L/min': 'L/min',
  d: 'd',
  wk: 'wk',
  Mo: 'mo',
  yr: 'a',
  T: 'T',
  mT: 'mT',
  uT: 'uT',
};
const DURATION_SECONDS: Readonly<Record<string, number>> = {
  us: 1e-6,
  ms: 1e-3,
  sec: 1,
  min: 60,
  h: 3600,
  d: 86_400,
  wk: 604_800,
  Mo: 2_629_746,
  yr: 31_556_952,
};
/** Fields that tell about a measurement. */
const BESIDE = new Set([
  'effective_time_frame',
  'descriptive_statistic',
  'descriptive_statistic_denominator',
  'metadata',
]);

interface Span {
  start: number;
  end: number | null;
}

/** `glucose_blood` → kind and unit of a value; quantities of no known kind keep their name. */
function wantedFor(name: string, unit: string, body: Fields): SeriesWanted {
  const ucum = entryOf(UNITS, unit) ?? unitWritten(unit) ?? unit;
  const words = name.replaceAll('_', ' ');
  const told =
    name === 'blood_glucose'
      ? entryOf(GLUCOSE, textOf(body.specimen_source || body.blood_specimen_type))
      : entryOf(KINDS, name);
  const known = told ? kindFor(told) : kindMatching(words, ucum, null);
  const fits = known !== undefined && acceptsUnit(known, ucum);
  // Its own name must not pass for a kind of which it has not the unit.
  const own = kindFor(slug(words)) ? `${slug(words)}-other` : slug(words);
  const wanted: SeriesWanted = { kind: fits ? known.key : own, ucum, title: fits ? known.title : words };
  // Devices write degrees with endless digits; a ten-millionth is a centimetre.
  return ucum === 'deg' ? { ...wanted, factor: 1e-7, origin: 0 } : wanted;
}

class DataPoints extends TimedRecords {
  record(value: unknown): void {
    if (!isFields(value)) {
      this.shelf.reject('not as its schema says');
      return;
    }
    if (!isFields(value.header)) {
      this.body(value, undefined, Number.NaN);
      return;
    }
    const { header } = value;
    if (judge('omh', 'data-point', '1.0', value) === false) {
      this.shelf.reject('not as its schema says');
      return;
    }
    const { namespace, name, version } = fieldsOf(header.schema_id);
    const provenance = fieldsOf(header.acquisition_provenance);
    const source = textOf(provenance.source_name) || undefined;
    const made = this.times.read(
      provenance.source_creation_date_time ?? header.source_creation_date_time ?? header.creation_date_time,
    );
    for (const body of Array.isArray(value.body) ? value.body : [value.body]) {
      if (judge(textOf(namespace), textOf(name), textOf(version), body) === false)
        this.shelf.reject('not as its schema says');
      else this.body(body as Fields, source, made, textOf(name));
    }
  }

  private body(body: Fields, source: string | undefined, made: number, schema = ''): void {
    const samples = [...listIn(body.quantity_samples), ...listIn(body.category_samples)];
    for (const sample of samples) this.body(sample, source, made);
    if (samples.length > 0) return;
    const span = this.span(body.effective_time_frame);
    const at = span?.start ?? made;
    if (!span && Number.isNaN(made)) {
      this.shelf.reject(body.effective_time_frame === undefined ? 'time missing' : 'time not understood');
      return;
    }
    if (!span) this.shelf.tell('Readings that name no time of their own; the time of their record is taken');
    this.healthKit(body, at, span?.end ?? null, source);
    this.states(body, at, span?.end ?? null, source, schema);
    const statistic = textOf(body.descriptive_statistic);
    for (const [name, field] of Object.entries(body)) {
      if (BESIDE.has(name)) continue;
      const { value, unit } = isFields(field) ? field : { value: field, unit: '1' };
      if (typeof value !== 'number' || typeof unit !== 'string')
        this.shelf.tell('Words beside measurements (position, notes, relation to a meal), not imported');
      else this.measurement(wantedFor(name, unit, body), statistic, at, value, source);
    }
  }

  private measurement(
    wanted: SeriesWanted,
    statistic: string,
    at: number,
    value: number,
    source: string | undefined,
  ): void {
    // An average is no reading: it must not stand among them.
    const kind = statistic === '' ? wanted.kind : `${wanted.kind}-${slug(statistic)}`;
    const title = statistic === '' ? {} : { title: `${wanted.title}, ${statistic}` };
    this.shelf.sample({ ...wanted, ...title, kind, ...(source === undefined ? {} : { source }) }, at, value);
  }

  private healthKit(body: Fields, at: number, end: number | null, source: string | undefined): void {
    const type = textOf(body.quantity_type).replace('HKQuantityTypeIdentifier', '');
    if (type !== '') {
      const { value, unit } = isFields(body.unit_value) ? body.unit_value : { value: body.count, unit: '1' };
      const name = type.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();
      if (typeof value === 'number' && typeof unit === 'string')
        this.measurement(wantedFor(name, unit, {}), '', at, value, source);
      delete body.unit_value;
      delete body.count;
    }
    if (body.category_type !== 'HKCategoryTypeIdentifierSleepAnalysis') return;
    this.shelf.code('sleep-stage', body.category_value === 'InBed' ? 'in-bed' : 'asleep', at, source);
    this.ends('sleep-stage', end, source);
  }

  /** What lasts: a workout, a night. */
  private states(body: Fields, at: number, end: number | null, source: string | undefined, schema: string): void {
    if (typeof body.activity_name === 'string' && (schema === 'physical-activity' || schema === '')) {
      this.shelf.code('workout-session', workoutNamed(body.activity_name), at, source);
      this.ends('workout-session', end, source);
    }
    if (schema === 'sleep-episode') {
      this.shelf.code('sleep-stage', 'asleep', at, source);
      this.ends('sleep-stage', end, source);
    }
  }

  private ends(kind: string, end: number | null, source: string | undefined): void {
    if (end !== null)
      this.shelf.sample({ kind, ucum: '', factor: 1, origin: 0, ...(source ? { source } : {}) }, end, NOTHING);
  }

  /** IEEE 1752.1 time-frame: a moment, or an interval by two of start, end and duration. */
  private span(frame: unknown): Span | null {
    const { date_time, time_interval } = fieldsOf(frame);
    if (date_time !== undefined) {
      const start = this.times.read(date_time);
      return Number.isNaN(start) ? null : { start, end: null };
    }
    const interval = fieldsOf(time_interval);
    const { value, unit } = fieldsOf(interval.duration);
    const lasting =
      typeof value === 'number' ? value * (entryOf(DURATION_SECONDS, textOf(unit)) ?? Number.NaN) * 1e6 : Number.NaN;
    const start = this.times.read(interval.start_date_time);
    const end = this.times.read(interval.end_date_time);
    if (!Number.isNaN(start)) {
      const until = Number.isNaN(end) ? start + Math.round(lasting) : end;
      return { start, end: until > start ? until : null };
    }
    if (!Number.isNaN(end + lasting)) return { start: end - Math.round(lasting), end };
    return null;
  }
}

const listIn = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);

function isDataPoint(value: unknown): boolean {
  if (!isFields(value)) return false;
  if (isFields(value.header)) return isFields(value.header.schema_id);
  const frame = value.effective_time_frame;
  return isFields(frame) && ('date_time' in frame || 'time_interval' in frame);
}

export const OPEN_MHEALTH: ImportFormat = {
  name: 'openmhealth',
  detect: async (source) => (await firstRecords(source, []))?.some(isDataPoint) ?? false,
  open: (source, _, options) =>
    openRecords(
      source,
      {
        name: 'openmhealth',
        under: [],
        what: (series) => `Open mHealth data points, ${series === 1 ? 'one measurement' : `${series} measurements`}`,
        begin: (shelf, own) => new DataPoints(shelf, own),
      },
      options,
    ),
};
