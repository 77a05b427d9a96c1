// Fitbit's account export, as Google Takeout and fitbit.com give it: daily and monthly JSON files, one kind each. Files of one kind are one import.
// From the published shapes, never seen on a real file here (research page streams.md §4.6).

import { slug } from './describe.ts';
import { isSleepRecord, readFitbitSleep } from './fitbit-sleep.ts';
import type { ImportFormat } from './format.ts';
import {
  entryOf,
  type Fields,
  firstRecords,
  isFields,
  openRecords,
  type RecordReading,
  textOf,
} from './json-records.ts';
import type { SeriesShelf, SeriesWanted } from './series-shelf.ts';
import { TextTimes } from './text-times.ts';
import type { ByteSource, ImportOptions, SourceFolder } from './types.ts';
import { workoutNamed } from './workouts.ts';

const US_TIME = /^\d{2}\/\d{2}\/\d{2} \d{2}:\d{2}:\d{2}$/;
const US_DATE = /^\d{2}\/\d{2}\/\d{2}$/;
const DATED_FILE = /^(.+?)-\d{4}-\d{2}-\d{2}\.json$|^(.+?)-\d+\.json$/;

const HEART_RATE: SeriesWanted = { kind: 'heart-rate', ucum: '/min' };
const CONFIDENCE: SeriesWanted = {
  kind: 'heart-rate-confidence',
  ucum: '1',
  title: 'Confidence of the heart rate, 0 to 3',
};

/** So many in any export that each by itself would drown what is worth reading. */
const NOT_TRUSTED =
  'Heart rates that the device itself does not trust (confidence 0): kept as confidence, not as heart rates';

/** Files whose `value` is a number by itself: kind, unit, and whether the time is a day of the person's calendar. */
const PLAIN: Readonly<Record<string, { wanted: SeriesWanted; factor?: number; local?: boolean }>> = {
  steps: { wanted: { kind: 'steps', ucum: '1' } },
  // Centimetres, whatever the account shows.
  distance: { wanted: { kind: 'distance', ucum: 'm' }, factor: 0.01 },
  calories: { wanted: { kind: 'energy-total', ucum: 'kcal' } },
  // A tenth of a floor each, in no unit that Fitbit names.
  altitude: { wanted: { kind: 'fitbit-altitude', ucum: '' } },
  sedentary_minutes: { wanted: { kind: 'sedentary-minutes', ucum: 'min' }, local: true },
  lightly_active_minutes: { wanted: { kind: 'lightly-active-minutes', ucum: 'min' }, local: true },
  moderately_active_minutes: { wanted: { kind: 'moderately-active-minutes', ucum: 'min' }, local: true },
  very_active_minutes: { wanted: { kind: 'very-active-minutes', ucum: 'min' }, local: true },
};

/** `heart_rate` of heart_rate-2023-05-01.json; empty for another name. */
function stemOf(name: string): string {
  const match = DATED_FILE.exec(name);
  return match?.[1] ?? match?.[2] ?? '';
}

const numberIn = (value: unknown): number =>
  typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;

const KILOGRAMS_PER_POUND = 0.45359237;
/** Metres. Taken for pounds, somebody's kilograms make her two thirds as tall. */
const HEIGHT_OF_POUNDS = { min: 1.45, max: 2.3 };
const HEIGHT_OF_KILOGRAMS = { min: 1.3, max: 1.85 };

/** The export names no unit, but the body mass index beside the weight says how tall its owner would be; null where both are possible. */
function weightUnit(weight: number, bmi: number): '[lb_av]' | 'kg' | null {
  const asKilograms = Math.sqrt(weight / bmi);
  const asPounds = asKilograms * Math.sqrt(KILOGRAMS_PER_POUND);
  if (asPounds >= HEIGHT_OF_POUNDS.min && asPounds < HEIGHT_OF_POUNDS.max) return '[lb_av]';
  return asKilograms >= HEIGHT_OF_KILOGRAMS.min && asKilograms < HEIGHT_OF_KILOGRAMS.max ? 'kg' : null;
}

class FitbitRecords implements RecordReading {
  private readonly shelf: SeriesShelf;
  private readonly stem: string;
  /** 05/01/23 07:00:15 */
  private readonly usTimes: TextTimes;
  private readonly isoTimes: TextTimes;

  constructor(shelf: SeriesShelf, options: ImportOptions, stem: string) {
    this.shelf = shelf;
    this.stem = stem;
    this.usTimes = new TextTimes(options, 'mdy');
    this.isoTimes = new TextTimes(options);
  }

  record(value: unknown): void {
    if (!isFields(value)) this.shelf.reject('kind of record not known');
    else if (isSleepRecord(value)) readFitbitSleep(value, this.shelf, this.isoTimes);
    else if (typeof value.dateTime === 'string') this.dated(value);
    else if ('weight' in value) this.weight(value);
    else if ('activityName' in value) this.exercise(value);
    else this.shelf.reject('kind of record not known');
  }

  close(): void {
    this.usTimes.tell(this.shelf);
    this.isoTimes.tell(this.shelf);
  }

  private dated({ dateTime, value }: Fields): void {
    if (!isFields(value)) {
      this.plain(dateTime, value);
      return;
    }
    if ('bpm' in value) this.heartRate(this.usTimes.readUtc(dateTime), value);
    else if ('error' in value && 'value' in value) this.resting(dateTime, value);
    else if (isFields(value.valuesInZones)) this.zones(dateTime, value.valuesInZones);
    else this.own(dateTime, value);
  }

  private heartRate(at: number, { bpm, confidence }: Fields): void {
    const value = numberIn(bpm);
    if (typeof confidence === 'number') this.shelf.sample(CONFIDENCE, at, confidence);
    if (Number.isNaN(value)) this.shelf.reject('not a number');
    else if (confidence === 0) this.shelf.tell(NOT_TRUSTED);
    else this.shelf.sample(HEART_RATE, at, value);
  }

  /** A value 0 of a day stands for none. */
  private resting(dateTime: unknown, value: Fields): void {
    const rate = numberIn(value.value);
    if (value.date === null || rate === 0) this.shelf.tell('Days without a resting heart rate');
    else if (Number.isNaN(rate)) this.shelf.reject('not a number');
    // Twelve computed digits stand behind what is known to about five beats.
    else
      this.shelf.sample(
        { kind: 'resting-heart-rate', ucum: '/min', factor: 0.01, origin: 0 },
        this.usTimes.read(dateTime),
        rate,
      );
  }

  private zones(dateTime: unknown, zones: Fields): void {
    const at = this.usTimes.read(dateTime);
    for (const [zone, minutes] of Object.entries(zones))
      this.shelf.sample({ kind: `heart-rate-zone-${slug(zone)}`, ucum: 'min' }, at, numberIn(minutes));
  }

  /** Objects of numbers: VO2 max and what else a file may hold, by its own names. */
  private own(dateTime: unknown, value: Fields): void {
    const at = this.usTimes.read(dateTime);
    let taken = 0;
    for (const [name, read] of Object.entries(value)) {
      if (typeof read !== 'number') continue;
      taken++;
      if (name === 'demographicVO2Max')
        this.shelf.sample({ kind: 'vo2-max', ucum: 'mL/kg/min', factor: 0.01, origin: 0 }, at, read);
      else
        this.shelf.sample(
          { kind: slug(name.replace(/([a-z])([A-Z])/g, '$1 $2')), ucum: '', factor: 1e-4, origin: 0 },
          at,
          read,
        );
    }
    if (taken === 0) this.shelf.reject('value missing');
  }

  private plain(dateTime: unknown, read: unknown): void {
    const known = entryOf(PLAIN, this.stem) ?? {
      wanted: { kind: slug(this.stem) || 'fitbit-value', ucum: '' },
      local: true,
    };
    const value = numberIn(read);
    const at = known.local ? this.usTimes.read(dateTime) : this.usTimes.readUtc(dateTime);
    if (Number.isNaN(value)) this.shelf.reject('not a number');
    else
      this.shelf.sample(
        known.wanted,
        at,
        known.factor === undefined ? value : Number((value * known.factor).toFixed(4)),
      );
  }

  private weight(record: Fields): void {
    const at = this.usTimes.read(`${textOf(record.date)} ${textOf(record.time) || '00:00:00'}`);
    const source = textOf(record.source) === '' ? {} : { source: textOf(record.source) };
    const weight = numberIn(record.weight);
    if (Number.isNaN(weight)) this.shelf.reject('not a number');
    else {
      const unit = weightUnit(weight, numberIn(record.bmi));
      if (unit === null) this.shelf.tell('Weights whose unit the export does not name; pounds are assumed');
      this.shelf.sample({ kind: 'body-weight', ucum: unit ?? '[lb_av]', ...source }, at, weight);
    }
    if (typeof record.bmi === 'number') this.shelf.sample({ kind: 'bmi', ucum: 'kg/m2', ...source }, at, record.bmi);
    if (typeof record.fat === 'number')
      this.shelf.sample({ kind: 'body-fat', ucum: '%', factor: 0.001, origin: 0, ...source }, at, record.fat);
  }

  private exercise(record: Fields): void {
    const at = this.usTimes.readUtc(record.startTime);
    const millis = numberIn(record.duration ?? record.activeDuration);
    this.shelf.code('workout-session', workoutNamed(textOf(record.activityName)), at);
    if (millis > 0) this.shelf.code('workout-session', 'end', at + Math.round(millis * 1000));
    const readings: [string, string, unknown][] = [
      ['workout-energy', 'kcal', record.calories],
      ['workout-steps', '1', record.steps],
      ['workout-heart-rate-average', '/min', record.averageHeartRate],
      ['elevation-gain', 'm', record.elevationGain],
    ];
    for (const [kind, ucum, read] of readings)
      if (typeof read === 'number') this.shelf.sample({ kind, ucum }, at, read);
    const unit = entryOf({ Kilometer: 'km', Mile: '[mi_i]', Meter: 'm' }, textOf(record.distanceUnit));
    if (typeof record.distance === 'number' && unit)
      this.shelf.sample({ kind: 'workout-distance', ucum: unit, factor: 1e-5, origin: 0 }, at, record.distance);
    if ('heartRateZones' in record) this.shelf.tell('Heart-rate zones of workouts, not imported', 1);
  }
}

function isFitbit(value: unknown): boolean {
  if (!isFields(value)) return false;
  if (isSleepRecord(value)) return 'logId' in value;
  if ('weight' in value) return US_DATE.test(textOf(value.date)) && 'logId' in value;
  if ('activityName' in value) return US_TIME.test(textOf(value.startTime)) && 'logId' in value;
  return US_TIME.test(textOf(value.dateTime)) && 'value' in value;
}

const GROUPS = new WeakMap<SourceFolder, Map<string, ByteSource[]>>();

const groupNameOf = (source: ByteSource): string =>
  `${(source.path ?? source.name).slice(0, -source.name.length)}${stemOf(source.name)}`;

/** The files of one kind in one folder, by date. */
function filesLike(source: ByteSource, folder: SourceFolder): ByteSource[] {
  let groups = GROUPS.get(folder);
  if (!groups) {
    groups = new Map();
    for (const file of folder.list()) {
      if (stemOf(file.name) === '') continue;
      const name = groupNameOf(file);
      const group = groups.get(name) ?? [];
      group.push(file);
      groups.set(name, group);
    }
    for (const group of groups.values()) group.sort((a, b) => (a.name < b.name ? -1 : 1));
    GROUPS.set(folder, groups);
  }
  return groups.get(groupNameOf(source)) ?? [source];
}

export const FITBIT: ImportFormat = {
  name: 'fitbit',
  detect: async (source) => (await firstRecords(source, []))?.some(isFitbit) ?? false,
  head: (source, folder) => filesLike(source, folder)[0],
  open: (source, folder, options) => {
    const files = filesLike(source, folder);
    // Whoever names a file in the middle means that file; the first one stands for all.
    const read = files[0]?.name === source.name ? files : [source];
    const stem = stemOf(source.name);
    const notes = read.length > 1 ? [`${read.length} files of this kind were read together.`] : [];
    return openRecords(
      read,
      {
        name: 'fitbit',
        under: [],
        from: 'Fitbit',
        what: (series) => `Fitbit export, ${series === 1 ? 'one measurement' : `${series} measurements`}`,
        begin: (shelf, own) => new FitbitRecords(shelf, own, stem),
      },
      options,
      notes,
    );
  },
};
