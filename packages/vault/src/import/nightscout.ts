// Nightscout collections as exported, backed up or answered by its API: entries, treatments, devicestatus. Glucose is mg/dL on the wire.
// Source of the shapes: cgm-remote-monitor @7e0e77f8 (research page streams.md §4.10). Document dumps of MongoDB wrap numbers and ids.

import type { ImportFormat } from './format.ts';
import { type Fields, fieldsOf, firstRecords, isFields, openRecords, textOf } from './json-records.ts';
import { microsOfMillis } from './text-times.ts';
import { TimedRecords } from './timed-records.ts';

/** Readings below that are error codes of the sensor (5 = not calibrated, 9 = no antenna, …). */
const SENSOR_LOWEST = 39;
const COLLECTIONS = ['entries', 'treatments', 'devicestatus', 'result'];
const MINUTE_MICROS = 60_000_000;

/** A number as it is, as text, or as MongoDB's extended JSON writes it: {"$numberLong": "1"}. */
function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'string') return value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : null;
  if (!isFields(value)) return null;
  const wrapped = value.$numberLong ?? value.$numberInt ?? value.$numberDouble ?? value.$numberDecimal;
  return wrapped === undefined ? null : numberOf(wrapped);
}

const isEntry = (record: Fields): boolean =>
  ['sgv', 'mbg', 'cal', 'rawbg'].includes(textOf(record.type)) || 'sgv' in record;
const isTreatment = (record: Fields): boolean => typeof record.eventType === 'string';
const isStatus = (record: Fields): boolean =>
  'created_at' in record && ['uploader', 'pump', 'openaps', 'loop', 'uploaderBattery'].some((name) => name in record);

class Collections extends TimedRecords {
  record(value: unknown): void {
    if (!isFields(value)) this.shelf.reject('kind of record not known');
    else if (value.isValid === false) this.shelf.reject('not a final result');
    else if (isEntry(value)) this.entry(value);
    else if (isTreatment(value)) this.treatment(value);
    else if (isStatus(value)) this.status(value);
    else this.shelf.tell('Records that are neither entries, treatments nor devicestatus, not imported');
  }

  private source(record: Fields): { source?: string } {
    const device = textOf(record.device) || textOf(record.enteredBy);
    return device === '' ? {} : { source: device };
  }

  private time(record: Fields): number {
    const millis = numberOf(record.date) ?? numberOf(record.mills);
    if (millis !== null) return microsOfMillis(millis);
    const written = record.created_at ?? record.dateString ?? record.timestamp ?? fieldsOf(record.date).$date;
    const wrapped = numberOf(written);
    return wrapped === null ? this.times.read(written) : microsOfMillis(wrapped);
  }

  private entry(record: Fields): void {
    const at = this.time(record);
    const type = textOf(record.type) || 'sgv';
    if (type === 'cal') this.shelf.tell('Calibrations of the sensor (cal): no readings, not imported');
    else if (type === 'sgv') this.glucose('glucose-cgm', record.sgv, at, record);
    else if (type === 'mbg') this.glucose('glucose-capillary', record.mbg ?? record.sgv, at, record);
    else this.shelf.reject('kind of record not known');
  }

  private glucose(kind: string, read: unknown, at: number, record: Fields): void {
    const value = numberOf(read);
    if (read === undefined || read === null) this.shelf.reject('value missing');
    else if (value === null) this.shelf.reject('not a number');
    else if (kind === 'glucose-cgm' && value < SENSOR_LOWEST) this.shelf.reject('error code of the sensor');
    else this.shelf.sample({ kind, ucum: 'mg/dL', ...this.source(record) }, at, value);
  }

  private treatment(record: Fields): void {
    const at = this.time(record);
    let taken = 0;
    const put = (kind: string, ucum: string, read: unknown): void => {
      const value = numberOf(read);
      if (value === null) return;
      taken++;
      // Who entered a treatment is a person or an app, not a device: all treatments are of one series.
      this.shelf.sample({ kind, ucum }, at, value);
    };
    const isBasal = /temp\s*basal/i.test(textOf(record.eventType));
    put('insulin-bolus', '[iU]', isBasal ? undefined : (record.insulin ?? undefined));
    put('carbohydrate-intake', 'g', record.carbs);
    put('protein-intake', 'g', record.protein);
    put('fat-intake', 'g', record.fat);
    if (isBasal) {
      put('insulin-temp-basal', '[iU]/h', record.absolute ?? record.rate);
      put('temp-basal-percent', '%', record.percent);
      put('temp-basal-duration', 'min', record.duration);
    }
    if (numberOf(record.glucose) !== null) {
      const finger = textOf(record.glucoseType) === 'Finger';
      const molar = /mmol/i.test(textOf(record.units));
      const kind = finger
        ? 'glucose-capillary'
        : textOf(record.glucoseType) === 'Sensor'
          ? 'glucose-cgm'
          : 'glucose-entered';
      put(kind, molar ? 'mmol/L' : 'mg/dL', record.glucose);
    }
    if (/exercise/i.test(textOf(record.eventType))) {
      taken++;
      this.exercise(at, numberOf(record.duration));
    }
    if (taken === 0) this.shelf.tell('Treatments without an amount (site changes, notes, targets), not imported');
  }

  private exercise(at: number, minutes: number | null): void {
    this.shelf.code('workout-session', 'other', at);
    if (minutes !== null && minutes > 0)
      this.shelf.code('workout-session', 'end', at + Math.round(minutes * MINUTE_MICROS));
  }

  private status(record: Fields): void {
    const at = this.time(record);
    const source = this.source(record);
    const pump = fieldsOf(record.pump);
    const iob =
      fieldsOf(fieldsOf(record.loop).iob).iob ??
      fieldsOf(fieldsOf(record.openaps).iob).iob ??
      fieldsOf(pump.iob).bolusiob;
    const readings: [string, string, unknown][] = [
      ['device-battery', '%', fieldsOf(record.uploader).battery ?? record.uploaderBattery],
      ['pump-battery', '%', fieldsOf(pump.battery).percent],
      ['pump-reservoir', '[iU]', pump.reservoir],
      ['insulin-on-board', '[iU]', iob],
      ['carbohydrates-on-board', 'g', fieldsOf(fieldsOf(record.loop).cob).cob],
    ];
    let taken = 0;
    for (const [kind, ucum, read] of readings) {
      const value = numberOf(read);
      if (value === null) continue;
      taken++;
      this.shelf.sample({ kind, ucum, ...source }, at, value);
    }
    if (taken === 0) this.shelf.tell('Device states without a battery, a reservoir or insulin on board, not imported');
  }
}

function isNightscout(value: unknown): boolean {
  if (!isFields(value)) return false;
  const dated = 'date' in value || 'dateString' in value || 'created_at' in value || 'mills' in value;
  return dated && (isEntry(value) || (isTreatment(value) && 'created_at' in value) || isStatus(value));
}

export const NIGHTSCOUT: ImportFormat = {
  name: 'nightscout',
  detect: async (source) => (await firstRecords(source, COLLECTIONS))?.some(isNightscout) ?? false,
  open: (source, _, options) =>
    openRecords(
      source,
      {
        name: 'nightscout',
        under: COLLECTIONS,
        from: 'Nightscout',
        what: (series) => `Nightscout records, ${series === 1 ? 'one measurement' : `${series} measurements`}`,
        begin: (shelf, own) => new Collections(shelf, own),
      },
      options,
    ),
};
