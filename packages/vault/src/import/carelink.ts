// Medtronic CareLink's CSV: a head about the person, then sections of pump and sensor, each with the same titles above its rows.
// From the shape of public exports with English titles (49 to 53 columns), never seen on a file of our own.
import { type DeviceExport, deviceExport } from './device-export.ts';
import type { DeviceRow, Reading, TableLayout } from './device-table.ts';
import {
  bloodGlucose,
  CARBOHYDRATES,
  dateOrder,
  type GlucoseUnit,
  INSULIN_BASAL,
  INSULIN_BOLUS,
  sensorGlucose,
  surveyCells,
  type Titles,
  unitOf,
} from './device-titles.ts';
import type { ByteSource, ImportOptions } from './types.ts';

function isTitles(row: string[]): boolean {
  return (
    row.length > 20 &&
    row[0] === 'Index' &&
    row[1] === 'Date' &&
    row[2] === 'Time' &&
    row.some((title) => title.startsWith('Sensor Glucose (') && unitOf(title) !== null)
  );
}

/** What is read, by the beginning of the column's title. */
function readingsOf(titles: string[]): { column: number; reading: Reading }[] {
  const unit = titles
    .map((title) => (title.startsWith('Sensor Glucose (') ? unitOf(title) : null))
    .find(Boolean) as GlucoseUnit;
  const wanted: [string, Reading][] = [
    ['Sensor Glucose (', sensorGlucose(unit, 300)],
    ['BG Reading (', bloodGlucose(unit)],
    ['Bolus Volume Delivered (', INSULIN_BOLUS],
    ['BWZ Carb Input (', CARBOHYDRATES],
    ['Basal Rate (', INSULIN_BASAL],
  ];
  return wanted
    .map(([start, reading]) => ({ column: titles.findIndex((title) => title.startsWith(start)), reading }))
    .filter(({ column, reading }) => column >= 0 && (reading !== CARBOHYDRATES || /gram/i.test(titles[column])));
}

function takerFor(readings: { column: number; reading: Reading }[]): (row: DeviceRow) => void {
  return (row) => {
    // Titles again, lines between sections, sums of a day.
    if (row.columns < 3 || !/^\d+([.,]\d+)?$/.test(row.text(0))) return;
    const filled = readings.filter(({ column }) => row.has(column));
    const at = filled.length > 0 ? row.micros() : Number.NaN;
    for (const { column, reading } of filled) row.take(reading, column, at, '', 'CareLink');
    if (filled.length === 0) row.count('Alarms, settings and other events of the pump, not kept');
  };
}

async function understand(source: ByteSource, found: Titles, options: ImportOptions): Promise<DeviceExport> {
  const readings = readingsOf(found.titles);
  const { dates, decimalMark } = await surveyCells(
    source,
    found,
    1,
    readings.map(({ column }) => column),
  );
  const told = dateOrder(dates, false);
  const form = options.dateOrder ?? told.form;
  const layout: TableLayout = {
    ...found,
    decimalMark,
    zone: options,
    timeForm: told.form === 'ymd' ? 'ymd' : form,
    timeColumn: 1,
    clockColumn: 2,
  };
  return {
    what: 'An export of Medtronic CareLink',
    layout,
    taker: takerFor(readings),
    orderAssumed: told.ambiguous && options.dateOrder === undefined,
  };
}

export const CARELINK = deviceExport('carelink', isTitles, understand);
