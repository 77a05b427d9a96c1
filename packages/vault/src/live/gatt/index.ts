// Raw Bluetooth GATT values, as a gateway hands them on, to readings. The characteristics of the Bluetooth SIG that carry measurements.

import { compositionRecord, weightRecord } from './body.ts';
import { cgmRecords } from './cgm.ts';
import { glucoseContextRecord, glucoseRecord } from './glucose.ts';
import { batteryRecord, heartRateRecord } from './heart-rate.ts';
import type { GattRecord } from './record.ts';
import {
  bloodPressureRecord,
  decodeContinuousOximeter,
  decodeSpotOximeter,
  oximeterRecord,
  temperatureRecord,
} from './vitals.ts';

export * from './body.ts';
export * from './cgm.ts';
export * from './fields.ts';
export * from './glucose.ts';
export * from './heart-rate.ts';
export type * from './record.ts';
export * from './vitals.ts';

const DECODERS: Readonly<Record<string, (bytes: Uint8Array) => GattRecord[]>> = {
  '2a18': (bytes) => [glucoseRecord(bytes)],
  '2a19': (bytes) => [batteryRecord(bytes)],
  '2a1c': (bytes) => [temperatureRecord(bytes)],
  '2a34': (bytes) => [glucoseContextRecord(bytes)],
  '2a35': (bytes) => [bloodPressureRecord(bytes)],
  '2a37': (bytes) => [heartRateRecord(bytes)],
  '2a5e': (bytes) => [oximeterRecord(decodeSpotOximeter(bytes))],
  '2a5f': (bytes) => [oximeterRecord(decodeContinuousOximeter(bytes))],
  '2a9c': (bytes) => [compositionRecord(bytes)],
  '2a9d': (bytes) => [weightRecord(bytes)],
  '2aa7': cgmRecords,
};

/** Characteristics that Hale decodes, by their 16-bit number in lower-case hex. */
export const MEASUREMENTS: readonly string[] = Object.keys(DECODERS);

/** The records of one value; null for a characteristic that is no measurement. @throws HaleError 'malformed' */
export function decodeMeasurement(characteristic: string, bytes: Uint8Array): GattRecord[] | null {
  return Object.hasOwn(DECODERS, characteristic) ? DECODERS[characteristic](bytes) : null;
}
