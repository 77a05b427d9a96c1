// Glucose Measurement (2A18) and its Context (2A34), Glucose Service 1.0.1 §3.1 and §3.2: one record of a meter and what was told with it.
import { type DeviceClock, FieldReader, type Measured } from './fields.ts';
import { type DeviceUnit, type GattRecord, RecordBuilder } from './record.ts';

export interface GlucoseFrame {
  sequence: number;
  /** The meter's inner clock; what its display shows is `offsetMinutes` later. */
  baseTime: DeviceClock;
  offsetMinutes: number;
  concentration?: { value: Measured; unit: 'kg/L' | 'mol/L'; type: number; location: number };
  /** Bits of the sensor's state. */
  status: number | undefined;
  contextFollows: boolean;
}

const OFFSET_OVERRUN = 0x7fff;
const OFFSET_UNDERRUN = -0x8000;
const UNITS: Readonly<Record<'kg/L' | 'mol/L', DeviceUnit>> = {
  'kg/L': { ucum: 'mg/dL', factor: 0.1, shift: 5 },
  'mol/L': { ucum: 'mmol/L', factor: 0.01, shift: 3 },
};
const CONTROL_SOLUTION = 10;
/** What the sample was (low nibble): only capillary blood and interstitial fluid have a kind of their own; plasma is what laboratories measure. */
const KIND_OF_TYPE: Readonly<Record<number, string>> = {
  0: 'glucose-capillary',
  1: 'glucose-capillary',
  2: 'glucose-capillary',
  4: 'glucose-lab',
  6: 'glucose-lab',
  9: 'glucose-cgm',
};

export function decodeGlucose(bytes: Uint8Array): GlucoseFrame {
  const reader = new FieldReader(bytes);
  const flags = reader.u8();
  const sequence = reader.u16();
  const baseTime = reader.dateTime();
  const offset = flags & 1 ? reader.i16() : 0;
  const offsetMinutes = offset === OFFSET_OVERRUN || offset === OFFSET_UNDERRUN ? 0 : offset;
  const frame: GlucoseFrame = {
    sequence,
    baseTime,
    offsetMinutes,
    status: undefined,
    contextFollows: (flags & 16) !== 0,
  };
  if (flags & 2) {
    const value = reader.sfloat();
    const nibbles = reader.u8();
    frame.concentration = { value, unit: flags & 4 ? 'mol/L' : 'kg/L', type: nibbles & 15, location: nibbles >> 4 };
  }
  if (flags & 8) frame.status = reader.u16();
  return frame;
}

export function glucoseRecord(bytes: Uint8Array): GattRecord {
  const { sequence, baseTime, offsetMinutes, concentration } = decodeGlucose(bytes);
  const builder = new RecordBuilder();
  if (concentration) {
    const { value, unit, type } = concentration;
    const kind = KIND_OF_TYPE[type] ?? 'glucose-blood';
    // What checks the meter is nobody's blood.
    if (type === CONTROL_SOLUTION) builder.refuse('glucose-capillary', 'control solution');
    else builder.measured(kind, value, UNITS[unit]);
  }
  return { ...builder.record, sequence, clock: shifted(baseTime, offsetMinutes) };
}

/** What the display shows. Minutes may pass the end of a day or year: left to whoever turns it into a moment. */
function shifted(clock: DeviceClock, minutes: number): DeviceClock {
  return { ...clock, minutes: clock.minutes + minutes };
}

export interface GlucoseContext {
  sequence: number;
  /** Kind of food and its carbohydrate in kg. */
  carbohydrate?: { type: number; kilograms: Measured };
  /** 1 before a meal · 2 after it · 3 fasting · 4 casual · 5 bedtime. */
  meal: number | undefined;
  tester: number | undefined;
  health: number | undefined;
  exercise?: { seconds: number; percent: number };
  medication?: { type: number; amount: Measured; unit: 'kg' | 'L' };
  glycatedPercent: Measured | undefined;
}

export function decodeGlucoseContext(bytes: Uint8Array): GlucoseContext {
  const reader = new FieldReader(bytes);
  const flags = reader.u8();
  const sequence = reader.u16();
  if (flags & 128) reader.u8();
  const context: GlucoseContext = {
    sequence,
    meal: undefined,
    tester: undefined,
    health: undefined,
    glycatedPercent: undefined,
  };
  if (flags & 1) context.carbohydrate = { type: reader.u8(), kilograms: reader.sfloat() };
  if (flags & 2) context.meal = reader.u8();
  if (flags & 4) {
    const nibbles = reader.u8();
    context.tester = nibbles & 15;
    context.health = nibbles >> 4;
  }
  if (flags & 8) context.exercise = { seconds: reader.u16(), percent: reader.u8() };
  if (flags & 16) context.medication = { type: reader.u8(), amount: reader.sfloat(), unit: flags & 32 ? 'L' : 'kg' };
  if (flags & 64) context.glycatedPercent = reader.sfloat();
  return context;
}

export function glucoseContextRecord(bytes: Uint8Array): GattRecord {
  const { sequence, carbohydrate, meal, glycatedPercent } = decodeGlucoseContext(bytes);
  const builder = new RecordBuilder();
  if (carbohydrate)
    builder.measured('carbohydrate-intake', carbohydrate.kilograms, { ucum: 'g', factor: 0.1, shift: 3 });
  if (meal !== undefined && meal >= 1 && meal <= 5) builder.value('glucose-meal', meal, { ucum: '', factor: 1 });
  if (glycatedPercent !== undefined) builder.measured('hba1c', glycatedPercent, { ucum: '%', factor: 0.1 });
  return { ...builder.record, sequence };
}
