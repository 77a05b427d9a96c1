// Finding the row of column titles in a platform's export, how its times and decimals are written, and the readings that such exports share.
import type { Reading } from './device-table.ts';
import type { Encoding } from './encoding.ts';
import { IMPORT_LIMITS } from './limits.ts';
import type { Mapping, TimeForm } from './mapping.ts';
import { RecordReader } from './records.ts';
import { cells, takeSample } from './sample.ts';
import type { ByteSource } from './types.ts';

const TITLE_ROWS = 24;
const DATES_KEPT = 5000;

export interface Titles {
  encoding: Encoding;
  delimiter: Mapping['delimiter'];
  titles: string[];
  /** Rows above the titles: the person, the time of the export. Never to be told. */
  above: string[][];
  /** Byte behind the row of titles. */
  dataStart: number;
}

/** Looks for the row of titles among the first ones; null when there is none. */
export async function findTitles(source: ByteSource, isTitles: (row: string[]) => boolean): Promise<Titles | null> {
  const sample = await takeSample(source);
  if (!sample) return null;
  const { found, delimiter } = sample;
  for (const candidate of new Set<Mapping['delimiter']>([delimiter, ',', ';', '\t'])) {
    const reader = new RecordReader(source, { encoding: found.encoding, delimiter: candidate }, found.markBytes);
    const above: string[][] = [];
    while (above.length < TITLE_ROWS) {
      const outcome = reader.read();
      if (outcome === 'more') await reader.fill();
      else if (outcome !== 'record') break;
      else {
        const row = cells(reader);
        if (isTitles(row))
          return { encoding: found.encoding, delimiter: candidate, titles: row, above, dataStart: reader.position };
        above.push(row);
      }
    }
  }
  return null;
}

export interface Survey {
  /** Dates of the file as written, some thousand from its whole length at most. */
  dates: string[];
  decimalMark: '.' | ',';
}

/** Looks through a table for how dates and decimals are written. */
export async function surveyCells(
  source: ByteSource,
  { encoding, delimiter, dataStart }: Titles,
  timeColumn: number,
  numberColumns: readonly number[],
): Promise<Survey> {
  const reader = new RecordReader(source, { encoding, delimiter }, dataStart);
  const dates = new Set<string>();
  let [commas, dots] = [0, 0];
  while (reader.position < IMPORT_LIMITS.personScanBytes) {
    const outcome = reader.read();
    if (outcome === 'end') break;
    if (outcome === 'more') await reader.fill();
    if (outcome !== 'record') continue;
    const date = reader.text(timeColumn).trim();
    if (dates.size < DATES_KEPT && /^\d/.test(date)) dates.add(date.slice(0, 10));
    for (const column of numberColumns) {
      const text = reader.text(column).trim();
      if (/^-?\d+,\d{1,3}$/.test(text)) commas++;
      else if (/^-?\d+\.\d+$/.test(text)) dots++;
    }
  }
  return { dates: [...dates], decimalMark: commas > dots ? ',' : '.' };
}

/** The order of day and month: by what is written, then by a clock of twelve hours, else not known. */
export function dateOrder(dates: readonly string[], american: boolean): { form: TimeForm; ambiguous: boolean } {
  const parts = dates.map((date) => date.split(/[-/.]/).map(Number));
  if (parts.length > 0 && parts.every(([first]) => first > 31)) return { form: 'ymd', ambiguous: false };
  const beyond = (place: 0 | 1): boolean => parts.some((part) => part[place] > 12 && part[place] <= 31);
  if (beyond(0) !== beyond(1)) return { form: beyond(0) ? 'dmy' : 'mdy', ambiguous: false };
  return { form: american ? 'mdy' : 'dmy', ambiguous: parts.length > 0 };
}

export type GlucoseUnit = 'mg/dL' | 'mmol/L';

/** The unit that a title names, however it is written. */
export function unitOf(title: string): GlucoseUnit | null {
  return /mmol\/l/i.test(title) ? 'mmol/L' : /mg\/dl/i.test(title) ? 'mg/dL' : null;
}

const glucose = (key: string, kind: string, title: string, ucum: GlucoseUnit, periodSeconds: number): Reading => ({
  key,
  kind,
  title,
  ucum,
  factor: 0.1,
  periodSeconds,
});

/** Readings that several platforms know. */
export const sensorGlucose = (unit: GlucoseUnit, periodSeconds: number): Reading =>
  glucose('glucose-cgm', 'glucose-cgm', 'Glucose (CGM, interstitial)', unit, periodSeconds);
export const scannedGlucose = (unit: GlucoseUnit): Reading =>
  glucose('glucose-scan', 'glucose-cgm', 'Glucose (CGM, scanned by hand)', unit, 3600);
export const bloodGlucose = (unit: GlucoseUnit): Reading =>
  glucose('glucose-capillary', 'glucose-capillary', 'Glucose (finger stick)', unit, 14_400);

const dose = (kind: string, title: string, ucum: string, factor: number): Reading => ({
  key: kind,
  kind,
  title,
  ucum,
  factor,
  periodSeconds: 3600,
  adds: true,
});
export const INSULIN_BOLUS = dose('insulin-bolus', 'Insulin bolus', '[iU]', 0.01);
export const INSULIN_LONG = dose('insulin-long-acting', 'Long-acting insulin, dose', '[iU]', 0.01);
export const CARBOHYDRATES = dose('carbohydrate-intake', 'Carbohydrate intake', 'g', 0.1);
export const KETONES: Reading = { ...dose('ketones-blood', 'Blood ketones', 'mmol/L', 0.1), adds: false };
export const INSULIN_BASAL: Reading = {
  ...dose('insulin-basal', 'Insulin basal rate', '[iU]/h', 0.001),
  adds: false,
};

export const ZONE_NOTE = 'The times name no time zone; UTC is assumed.';
export const orderNote = (form: TimeForm): string =>
  `Day and month cannot be told apart here; ${form === 'dmy' ? 'day' : 'month'} first is assumed. Say the order of dates if that is wrong.`;
