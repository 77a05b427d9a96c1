// Weight (2A9D, Weight Scale Service 1.0 §3.2) and body composition (2A9C, Body Composition Service 1.0 §3.2). Plain counts, no floats.
import { type DeviceClock, FieldReader } from './fields.ts';
import { type DeviceUnit, type GattRecord, RecordBuilder } from './record.ts';

/** What a scale sends when it could not measure. */
const FAILED = 0xffff;
const USER_UNKNOWN = 255;
const KILOGRAMS: DeviceUnit = { ucum: 'kg', factor: 0.005 };
const POUNDS: DeviceUnit = { ucum: '[lb_av]', factor: 0.01 };
const METRES: DeviceUnit = { ucum: 'm', factor: 0.001 };
const INCHES: DeviceUnit = { ucum: '[in_i]', factor: 0.1 };
const PERCENT: DeviceUnit = { ucum: '%', factor: 0.1 };

interface ScaleFrame {
  imperial: boolean;
  clock: DeviceClock | undefined;
  user: number | undefined;
}

export interface WeightFrame extends ScaleFrame {
  /** Steps of 5 g, or of 0.01 lb. */
  weight: number;
  /** Tenths of kg/m², and millimetres or tenths of an inch. */
  indexAndHeight: { index: number; height: number } | undefined;
}

export function decodeWeight(bytes: Uint8Array): WeightFrame {
  const reader = new FieldReader(bytes);
  const flags = reader.u8();
  return {
    imperial: (flags & 1) !== 0,
    weight: reader.u16(),
    clock: flags & 2 ? reader.dateTime() : undefined,
    user: flags & 4 ? reader.u8() : undefined,
    indexAndHeight: flags & 8 ? { index: reader.u16(), height: reader.u16() } : undefined,
  };
}

export function weightRecord(bytes: Uint8Array): GattRecord {
  const frame = decodeWeight(bytes);
  const builder = new RecordBuilder();
  count(builder, 'body-weight', frame.weight, frame.imperial ? POUNDS : KILOGRAMS);
  if (frame.indexAndHeight) {
    count(builder, 'bmi', frame.indexAndHeight.index, { ucum: 'kg/m2', factor: 0.1 });
    count(builder, 'body-height', frame.indexAndHeight.height, frame.imperial ? INCHES : METRES);
  }
  return withPerson(builder.record, frame);
}

/** Fields of 2A9C behind the person, in the order of their flags. Kinds without a place in the kinds table are kept under these names. */
const COMPOSITION: readonly { flag: number; kind: string; unit: (imperial: boolean) => DeviceUnit }[] = [
  { flag: 8, kind: 'basal-metabolism', unit: () => ({ ucum: 'kJ/d', factor: 1 }) },
  { flag: 16, kind: 'muscle-percentage', unit: () => PERCENT },
  { flag: 32, kind: 'muscle-mass', unit: massUnit },
  { flag: 64, kind: 'lean-body-mass', unit: massUnit },
  { flag: 128, kind: 'soft-lean-mass', unit: massUnit },
  { flag: 256, kind: 'body-water-mass', unit: massUnit },
  { flag: 512, kind: 'body-impedance', unit: () => ({ ucum: 'Ohm', factor: 0.1 }) },
  { flag: 1024, kind: 'body-weight', unit: massUnit },
  { flag: 2048, kind: 'body-height', unit: (imperial) => (imperial ? INCHES : METRES) },
];

function massUnit(imperial: boolean): DeviceUnit {
  return imperial ? POUNDS : KILOGRAMS;
}

export interface CompositionFrame extends ScaleFrame {
  /** By kind, counts of the unit's step. */
  counts: { kind: string; count: number; unit: DeviceUnit }[];
}

export function decodeComposition(bytes: Uint8Array): CompositionFrame {
  const reader = new FieldReader(bytes);
  const flags = reader.u16();
  const imperial = (flags & 1) !== 0;
  const fat = { kind: 'body-fat', count: reader.u16(), unit: PERCENT };
  const clock = flags & 2 ? reader.dateTime() : undefined;
  const user = flags & 4 ? reader.u8() : undefined;
  const further = COMPOSITION.filter(({ flag }) => flags & flag).map(({ kind, unit }) => ({
    kind,
    count: reader.u16(),
    unit: unit(imperial),
  }));
  return { imperial, clock, user, counts: [fat, ...further] };
}

export function compositionRecord(bytes: Uint8Array): GattRecord {
  const frame = decodeComposition(bytes);
  const builder = new RecordBuilder();
  for (const each of frame.counts) count(builder, each.kind, each.count, each.unit);
  return withPerson(builder.record, frame);
}

function count(builder: RecordBuilder, kind: string, steps: number, unit: DeviceUnit): void {
  if (steps === FAILED) builder.refuse(kind, 'measurement failed');
  else builder.counted(kind, steps, unit);
}

function withPerson(record: GattRecord, { clock, user }: ScaleFrame): GattRecord {
  return {
    ...record,
    ...(clock ? { clock } : {}),
    ...(user === undefined || user === USER_UNKNOWN ? {} : { user }),
  };
}
