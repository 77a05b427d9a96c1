// Heart Rate Measurement (2A37; Heart Rate Service 1.0 §3.1) and Battery Level (2A19).
import { fail } from '@hale/kernel';
import { FieldReader } from './fields.ts';
import { type GattRecord, RecordBuilder } from './record.ts';

export interface HeartRateFrame {
  beatsPerMinute: number;
  /** Undefined where the sensor cannot tell. */
  contact: boolean | undefined;
  energyKilojoules: number | undefined;
  /** In 1/1024 s, oldest first. */
  intervals: number[];
}

const INTERVALS_PER_SECOND = 1024;
/** 1/1024 s in milliseconds: a power of two, so every interval is stored as the device counted it. */
const INTERVAL_MILLIS = 1000 / INTERVALS_PER_SECOND;

export function decodeHeartRate(bytes: Uint8Array): HeartRateFrame {
  const reader = new FieldReader(bytes);
  const flags = reader.u8();
  const beatsPerMinute = flags & 1 ? reader.u16() : reader.u8();
  const contact = flags & 4 ? (flags & 2) !== 0 : undefined;
  const energyKilojoules = flags & 8 ? reader.u16() : undefined;
  const intervals: number[] = [];
  if (flags & 16) {
    if (reader.remaining === 0 || reader.remaining % 2 !== 0)
      fail('malformed', 'the RR intervals of the frame are not whole', {
        offset: reader.offset,
        left: reader.remaining,
      });
    while (reader.remaining > 0) intervals.push(reader.u16());
  }
  return { beatsPerMinute, contact, energyKilojoules, intervals };
}

/** The last interval ends when the frame is sent; each earlier one ends where the next begins. */
export function heartRateRecord(bytes: Uint8Array): GattRecord {
  const { beatsPerMinute, contact, energyKilojoules, intervals } = decodeHeartRate(bytes);
  const builder = new RecordBuilder();
  // 0 is what sensors send while they look for a pulse.
  if (beatsPerMinute === 0) builder.refuse('heart-rate', 'measurement failed');
  else builder.value('heart-rate', beatsPerMinute, { ucum: '/min', factor: 1 });
  if (contact === false) builder.value('heart-rate-quality', 0, { ucum: '%', factor: 1 });
  if (energyKilojoules !== undefined) builder.value('energy-expended', energyKilojoules, { ucum: 'kJ', factor: 1 });
  let countsBefore = 0;
  for (const interval of [...intervals].reverse()) {
    const microsBefore = Math.round((countsBefore * 1e6) / INTERVALS_PER_SECOND);
    builder.value('rr-interval', interval * INTERVAL_MILLIS, { ucum: 'ms', factor: INTERVAL_MILLIS }, microsBefore);
    countsBefore += interval;
  }
  return builder.record;
}

export function batteryRecord(bytes: Uint8Array): GattRecord {
  const builder = new RecordBuilder();
  const percent = new FieldReader(bytes).u8();
  if (percent > 100) builder.refuse('device-battery', 'reserved value');
  else builder.value('device-battery', percent, { ucum: '%', factor: 1 });
  return builder.record;
}
