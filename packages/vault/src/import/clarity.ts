// Dexcom Clarity's CSV: rows about the person, the devices and their alarms, then one row per reading, calibration, dose, meal and exercise.
// From the shape of public exports (fourteen columns, the same in every language; G4 to G7), never seen on a file of our own.
import { codeFor, NOTHING } from '../kinds.ts';
import { type DeviceExport, deviceExport } from './device-export.ts';
import type { DeviceRow, Reading, TableLayout } from './device-table.ts';
import {
  bloodGlucose,
  CARBOHYDRATES,
  type GlucoseUnit,
  INSULIN_BOLUS,
  INSULIN_LONG,
  sensorGlucose,
  surveyCells,
  type Titles,
  unitOf,
} from './device-titles.ts';
import type { ByteSource, ImportOptions } from './types.ts';

/** The columns stand in this order in every language. */
const TIME = 1;
const TYPE = 2;
const SUBTYPE = 3;
const SOURCE = 6;
const GLUCOSE = 7;
const INSULIN = 8;
const CARBS = 9;
const DURATION = 10;

const WORKOUT: Reading = {
  key: 'workout-session',
  kind: 'workout-session',
  title: 'Workout session',
  ucum: '',
  factor: 1,
  periodSeconds: 86_400,
};

/** The title of the time is a pattern in every language: (YYYY-MM-DDThh:mm:ss), (JJJJ-MM-TTThh:mm:ss), (AAAA-MM-JJThh:mm:ss). */
function isTitles(row: string[]): boolean {
  return (
    row.length >= 11 && /\(\p{L}{4}-\p{L}{2}-\p{L}{2}T?hh:mm:ss\)/iu.test(row[TIME]) && unitOf(row[GLUCOSE]) !== null
  );
}

const CALIBRATION = /[ck]alib|étalon|ijking|taratura/i;
const ALERT = /alert|alarm|warn|aviso|avviso|waarschuw/i;
const EXERCISE = /exerci|ejerci|eserci|sport|training|bewegung|activit|beweging/i;
const LONG_ACTING = /long|lang|lent|prolong|basal|larga/i;

function micros(duration: string): number | null {
  const match = /^(\d{1,3}):(\d{2}):(\d{2})$/.exec(duration);
  return match ? (Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3])) * 1e6 : null;
}

function takerFor(unit: GlucoseUnit): (row: DeviceRow) => void {
  const sensor = sensorGlucose(unit, 300);
  const finger = bloodGlucose(unit);
  return (row) => {
    if (row.columns === 1 && !row.has(0)) return;
    const type = row.text(TYPE);
    // Rows without a time tell of the person, her devices and their alarms.
    if (!row.has(TIME) && !/^eg[vw]$/i.test(type)) {
      row.count('Lines about the person, the devices and their alarms, not kept');
      return;
    }
    if (ALERT.test(type)) {
      row.count('Alarms of the device, not kept');
      return;
    }
    const device = row.text(SOURCE);
    const label = device === '' ? 'Dexcom Clarity' : `Dexcom ${device}`;
    const at = row.micros();
    if (row.has(GLUCOSE)) row.take(CALIBRATION.test(type) ? finger : sensor, GLUCOSE, at, device, label);
    else if (row.has(INSULIN))
      row.take(LONG_ACTING.test(row.text(SUBTYPE)) ? INSULIN_LONG : INSULIN_BOLUS, INSULIN, at, device, label);
    else if (row.has(CARBS)) row.take(CARBOHYDRATES, CARBS, at, device, label);
    else if (EXERCISE.test(type)) takeExercise(row, at, device, label);
    else row.count('Notes, health events and readings without a number, not kept');
  };
}

function takeExercise(row: DeviceRow, at: number, device: string, label: string): void {
  row.code(WORKOUT, codeFor('workout-session', 'other'), at, device, label);
  const length = micros(row.text(DURATION));
  if (length !== null && length > 0 && !Number.isNaN(at)) row.code(WORKOUT, NOTHING, at + length, device, label);
  if (row.has(SUBTYPE)) row.count('Workouts whose intensity is not kept');
}

async function understand(source: ByteSource, found: Titles, options: ImportOptions): Promise<DeviceExport> {
  const unit = unitOf(found.titles[GLUCOSE]) as GlucoseUnit;
  const { decimalMark } = await surveyCells(source, found, TIME, [GLUCOSE, INSULIN, CARBS]);
  const layout: TableLayout = {
    ...found,
    decimalMark,
    zone: options,
    timeForm: 'ymd',
    timeColumn: TIME,
  };
  return { what: `An export of Dexcom Clarity, glucose in ${unit}`, layout, taker: takerFor(unit) };
}

export const CLARITY = deviceExport('clarity', isTitles, understand);
