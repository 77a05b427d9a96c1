// Abbott LibreView's CSV: a line with the person's name, a line of titles, then rows whose record type says which of their columns counts.
// From the shape of public exports (English, German, Spanish titles in one order), never seen on a file of our own.
import { type DeviceExport, deviceExport } from './device-export.ts';
import type { DeviceRow, Reading, TableLayout } from './device-table.ts';
import {
  bloodGlucose,
  CARBOHYDRATES,
  dateOrder,
  findTitles,
  type GlucoseUnit,
  INSULIN_BOLUS,
  INSULIN_LONG,
  KETONES,
  scannedGlucose,
  sensorGlucose,
  surveyCells,
  type Titles,
  unitOf,
} from './device-titles.ts';
import type { ByteSource, ImportOptions } from './types.ts';

const DEVICE = 0;
const SERIAL = 1;
const TIME = 2;
const TYPE = 3;
const HISTORIC = 4;
const SCAN = 5;

/** Columns behind the first six: older exports have no servings of carbohydrates, so that all behind stands one further left. */
interface Columns {
  rapidWords: number;
  rapid: number;
  foodWords: number;
  grams: number;
  servings: number | null;
  longWords: number;
  long: number;
  notes: number;
  strip: number;
  ketone: number;
  parts: number[];
}

/** Titles differ by language, their order and the units in them do not. */
function columnsOf(row: string[]): Columns | null {
  const unit = unitOf(row[HISTORIC] ?? '');
  if (unit === null || unitOf(row[SCAN] ?? '') !== unit) return null;
  if (row.slice(0, HISTORIC).some((title) => title === '' || unitOf(title) !== null)) return null;
  const strip = row.findIndex((title, i) => i > SCAN && unitOf(title) !== null);
  const servings = strip === 14 ? 10 : null;
  if (strip !== 14 && strip !== 13) return null;
  const long = strip - 2;
  return {
    rapidWords: 6,
    rapid: 7,
    foodWords: 8,
    grams: 9,
    servings,
    longWords: long - 1,
    long,
    notes: strip - 1,
    strip,
    ketone: strip + 1,
    parts: [strip + 2, strip + 3, strip + 4],
  };
}

const isTitles = (row: string[]): boolean => columnsOf(row) !== null;

/** LibreView's record types. */
const TYPES = { historic: '0', scan: '1', strip: '2', ketone: '3', insulin: '4', food: '5', note: '6' } as const;

function takerFor(titles: string[], columns: Columns): (row: DeviceRow) => void {
  const unit = unitOf(titles[HISTORIC]) as GlucoseUnit;
  const readings = {
    historic: sensorGlucose(unit, 900),
    scan: scannedGlucose(unit),
    strip: bloodGlucose(unitOf(titles[columns.strip]) as GlucoseUnit),
  };
  return (row) => {
    if (row.columns === 1 && !row.has(0)) return;
    const label = row.text(DEVICE) || 'LibreView';
    const device = `${label} ${row.text(SERIAL)}`;
    const at = row.micros();
    const take = (reading: Reading, column: number): void => row.take(reading, column, at, device, label);
    const type = row.text(TYPE);
    if (type === TYPES.historic) take(readings.historic, HISTORIC);
    else if (type === TYPES.scan) take(readings.scan, SCAN);
    else if (type === TYPES.strip) take(readings.strip, columns.strip);
    else if (type === TYPES.ketone) take(KETONES, columns.ketone);
    else if (type === TYPES.insulin) takeInsulin(row, columns, take);
    else if (type === TYPES.food) {
      take(CARBOHYDRATES, columns.grams);
      if (!row.has(columns.grams)) row.count('Meals without grams of carbohydrates, not kept');
    } else if (type === TYPES.note) row.count('Notes and starts of a sensor, not kept');
    else row.count('Rows of a type that Hale does not know, not kept');
  };
}

function takeInsulin(row: DeviceRow, columns: Columns, take: (reading: Reading, column: number) => void): void {
  take(INSULIN_BOLUS, columns.rapid);
  take(INSULIN_LONG, columns.long);
  if (row.has(columns.rapid) || row.has(columns.long)) return;
  const parts = columns.parts.some((column) => row.has(column));
  row.count(
    parts ? 'Doses of insulin that are told in parts only, not kept' : 'Doses of insulin without units, not kept',
  );
}

async function understand(source: ByteSource, found: Titles, options: ImportOptions): Promise<DeviceExport> {
  const columns = columnsOf(found.titles) as Columns;
  const numbers = [HISTORIC, SCAN, columns.rapid, columns.grams, columns.long, columns.strip, columns.ketone];
  const { dates, decimalMark } = await surveyCells(source, found, TIME, numbers);
  const generated = found.above.flat().filter((cell) => /^\d{1,2}[-/.]\d{1,2}[-/.]\d{4}\b/.test(cell));
  const american = await writesHalfDays(source, found);
  const told = dateOrder([...dates, ...generated.map((cell) => cell.slice(0, 10))], american);
  const form = options.dateOrder ?? told.form;
  const layout: TableLayout = {
    ...found,
    decimalMark,
    zone: options,
    timeForm: form,
    timeColumn: TIME,
  };
  return {
    what: `An export of LibreView, glucose in ${unitOf(found.titles[HISTORIC])}`,
    layout,
    taker: takerFor(found.titles, columns),
    orderAssumed: told.ambiguous && options.dateOrder === undefined,
  };
}

/** A clock of twelve hours goes with the month first in LibreView's settings. */
async function writesHalfDays(source: ByteSource, found: Titles): Promise<boolean> {
  const first = await findTitles(source, (row) => /^\d/.test(row[TIME] ?? '') && row.length === found.titles.length);
  return /[ap]m\s*$/i.test(first?.titles[TIME] ?? '');
}

export const LIBREVIEW = deviceExport('libreview', isTitles, understand);
