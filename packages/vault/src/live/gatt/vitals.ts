// Temperature (2A1C), blood pressure (2A35) and pulse oximetry (2A5E spot check, 2A5F continuous), by the services of the Bluetooth SIG.
import { codeFor } from '../../kinds-codes.ts';
import { type DeviceClock, FieldReader, type Measured } from './fields.ts';
import { type GattRecord, RecordBuilder } from './record.ts';

export interface TemperatureFrame {
  value: Measured;
  unit: 'Cel' | '[degF]';
  clock: DeviceClock | undefined;
  /** Where it was measured: 1 armpit … 9 eardrum. */
  type: number | undefined;
}

/** Places of Temperature Type (2A1D) that have a kind of their own; every other place is body temperature. */
const KIND_OF_PLACE: Readonly<Record<number, string>> = {
  4: 'skin-temperature',
  5: 'core-temperature',
  7: 'core-temperature',
  8: 'skin-temperature',
};

export function decodeTemperature(bytes: Uint8Array): TemperatureFrame {
  const reader = new FieldReader(bytes);
  const flags = reader.u8();
  return {
    unit: flags & 1 ? '[degF]' : 'Cel',
    value: reader.float(),
    clock: flags & 2 ? reader.dateTime() : undefined,
    type: flags & 4 ? reader.u8() : undefined,
  };
}

export function temperatureRecord(bytes: Uint8Array): GattRecord {
  const { value, unit, clock, type } = decodeTemperature(bytes);
  const kind = KIND_OF_PLACE[type ?? 0] ?? 'body-temperature';
  const { record } = new RecordBuilder().measured(kind, value, { ucum: unit, factor: 0.01 });
  return clock ? { ...record, clock } : record;
}

export interface BloodPressureFrame {
  unit: 'mm[Hg]' | 'kPa';
  systolic: Measured;
  diastolic: Measured;
  mean: Measured;
  clock: DeviceClock | undefined;
  pulse: Measured | undefined;
  user: number | undefined;
  /** b0 movement · b1 cuff loose · b2 irregular pulse · b3–4 pulse out of range · b5 wrong position. */
  status: number | undefined;
}

const USER_UNKNOWN = 255;
const STATUS_IRREGULAR = 4;
const PER_MINUTE = { ucum: '/min', factor: 0.1 };

export function decodeBloodPressure(bytes: Uint8Array): BloodPressureFrame {
  const reader = new FieldReader(bytes);
  const flags = reader.u8();
  return {
    unit: flags & 1 ? 'kPa' : 'mm[Hg]',
    systolic: reader.sfloat(),
    diastolic: reader.sfloat(),
    mean: reader.sfloat(),
    clock: flags & 2 ? reader.dateTime() : undefined,
    pulse: flags & 4 ? reader.sfloat() : undefined,
    user: flags & 8 ? reader.u8() : undefined,
    status: flags & 16 ? reader.u16() : undefined,
  };
}

export function bloodPressureRecord(bytes: Uint8Array): GattRecord {
  const { unit, systolic, diastolic, mean, clock, pulse, user, status } = decodeBloodPressure(bytes);
  const ucum = { ucum: unit, factor: unit === 'kPa' ? 0.01 : 0.1 };
  const builder = new RecordBuilder()
    .measured('blood-pressure-systolic', systolic, ucum)
    .measured('blood-pressure-diastolic', diastolic, ucum)
    .measured('blood-pressure-mean', mean, ucum);
  if (pulse !== undefined) builder.measured('pulse-rate', pulse, PER_MINUTE);
  if (status !== undefined && status & STATUS_IRREGULAR)
    builder.value('rhythm-event', codeFor('rhythm-event', 'irregular-rhythm'), { ucum: '', factor: 1 });
  return {
    ...builder.record,
    ...(clock ? { clock } : {}),
    ...(user === undefined || user === USER_UNKNOWN ? {} : { user }),
  };
}

export interface OximeterFrame {
  /** Percent. */
  saturation: Measured;
  pulse: Measured;
  /** Continuous only: the same with short and with long averaging. */
  fast?: { saturation: Measured; pulse: Measured };
  slow?: { saturation: Measured; pulse: Measured };
  clock: DeviceClock | undefined;
  /** Spot check: the device says that its clock was never set. */
  clockNotSet: boolean;
  measurementStatus: number | undefined;
  deviceStatus: number | undefined;
  /** Pulse amplitude index, percent. */
  perfusion: Measured | undefined;
}

export function decodeSpotOximeter(bytes: Uint8Array): OximeterFrame {
  const reader = new FieldReader(bytes);
  const flags = reader.u8();
  return {
    saturation: reader.sfloat(),
    pulse: reader.sfloat(),
    clock: flags & 1 ? reader.dateTime() : undefined,
    measurementStatus: flags & 2 ? reader.u16() : undefined,
    deviceStatus: flags & 4 ? reader.u24() : undefined,
    perfusion: flags & 8 ? reader.sfloat() : undefined,
    clockNotSet: (flags & 16) !== 0,
  };
}

export function decodeContinuousOximeter(bytes: Uint8Array): OximeterFrame {
  const reader = new FieldReader(bytes);
  const flags = reader.u8();
  const pair = () => ({ saturation: reader.sfloat(), pulse: reader.sfloat() });
  return {
    ...pair(),
    ...(flags & 1 ? { fast: pair() } : {}),
    ...(flags & 2 ? { slow: pair() } : {}),
    clock: undefined,
    measurementStatus: flags & 4 ? reader.u16() : undefined,
    deviceStatus: flags & 8 ? reader.u24() : undefined,
    perfusion: flags & 16 ? reader.sfloat() : undefined,
    clockNotSet: false,
  };
}

export function oximeterRecord({ saturation, pulse, perfusion, clock, clockNotSet }: OximeterFrame): GattRecord {
  const builder = new RecordBuilder()
    .measured('spo2', saturation, { ucum: '%', factor: 0.1 })
    .measured('pulse-rate', pulse, PER_MINUTE);
  if (perfusion !== undefined) builder.measured('perfusion-index', perfusion, { ucum: '%', factor: 0.01 });
  if (clockNotSet) return { ...builder.record, clock: null };
  return clock ? { ...builder.record, clock } : builder.record;
}
