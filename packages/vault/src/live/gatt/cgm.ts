// CGM Measurement (2AA7) and Session Start Time (2AAA), CGM Service 1.0.1 §3.1 and §3.5. One notification may carry several records.
import { fail } from '@hale/kernel';
import { crc16, type DeviceClock, FieldReader, type Measured } from './fields.ts';
import { type GattRecord, RecordBuilder } from './record.ts';

export interface CgmFrame {
  /** mg/dL. */
  glucose: Measured;
  /** Since the session's start. */
  offsetMinutes: number;
  /** The octets of the sensor's state that are there, in the order sent. */
  status: number[];
  /** mg/dL per minute. */
  trend: Measured | undefined;
  /** Percent. */
  quality: Measured | undefined;
  /** Undefined where the sensor sends none. */
  crcRight: boolean | undefined;
}

const STATUS_FLAGS = [32, 64, 128];
const CRC_BYTES = 2;

/** @throws HaleError 'malformed' when sizes do not fit; a wrong E2E-CRC is told in the record */
export function decodeCgm(bytes: Uint8Array): CgmFrame[] {
  const frames: CgmFrame[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = bytes[at];
    if (size < 6 || at + size > bytes.length)
      fail('malformed', 'a record of the frame has another size than it says', { offset: at, size });
    frames.push(decodeOne(bytes.subarray(at, at + size), at));
    at += size;
  }
  if (frames.length === 0) fail('malformed', 'the frame is empty');
  return frames;
}

function decodeOne(record: Uint8Array, at: number): CgmFrame {
  const reader = new FieldReader(record);
  reader.u8();
  const flags = reader.u8();
  const glucose = reader.sfloat();
  const offsetMinutes = reader.u16();
  const status = STATUS_FLAGS.filter((flag) => flags & flag).map(() => reader.u8());
  const trend = flags & 1 ? reader.sfloat() : undefined;
  const quality = flags & 2 ? reader.sfloat() : undefined;
  // No flag tells whether a check sum follows: only the size does.
  if (reader.remaining !== 0 && reader.remaining !== CRC_BYTES)
    fail('malformed', 'a record of the frame has another size than its flags say', { offset: at });
  const crcRight =
    reader.remaining === 0 ? undefined : reader.u16() === crc16(record.subarray(0, record.length - CRC_BYTES));
  return { glucose, offsetMinutes, status, trend, quality, crcRight };
}

export function cgmRecords(bytes: Uint8Array): GattRecord[] {
  return decodeCgm(bytes).map(({ glucose, offsetMinutes, trend, quality, crcRight }) => {
    const builder = new RecordBuilder();
    if (crcRight === false) builder.refuse('glucose-cgm', 'wrong check sum');
    else {
      builder.measured('glucose-cgm', glucose, { ucum: 'mg/dL', factor: 0.1 });
      if (trend !== undefined) builder.measured('glucose-cgm-trend', trend, { ucum: 'mg/dL/min', factor: 0.01 });
      if (quality !== undefined) builder.measured('glucose-cgm-quality', quality, { ucum: '%', factor: 0.1 });
    }
    return { ...builder.record, sessionMinutes: offsetMinutes };
  });
}

export interface SessionStart {
  clock: DeviceClock;
  /** Zone and summer time together, minutes east of UTC; undefined where the sensor does not know. */
  zoneMinutes: number | undefined;
}

const QUARTERS_UNKNOWN = -128;
const SUMMER_QUARTERS: Readonly<Record<number, number>> = { 0: 0, 2: 2, 4: 4, 8: 8 };

/** @throws HaleError 'malformed', also where the check sum is wrong */
export function decodeSessionStart(bytes: Uint8Array): SessionStart {
  const reader = new FieldReader(bytes);
  const clock = reader.dateTime();
  const quarters = reader.i8();
  const summer = SUMMER_QUARTERS[reader.u8()];
  if (reader.remaining >= CRC_BYTES && reader.u16() !== crc16(bytes.subarray(0, reader.offset - CRC_BYTES)))
    fail('malformed', 'the check sum of the frame is wrong');
  const isKnown = quarters !== QUARTERS_UNKNOWN && summer !== undefined;
  return { clock, zoneMinutes: isKnown ? (quarters + summer) * 15 : undefined };
}
