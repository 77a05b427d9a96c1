// What a decoded GATT value gives: readings of kinds, in the unit and step in which the device measured, and what was no number.

import type { DeviceClock } from './fields.ts';
import { type Measured, numberOf, type SpecialValue } from './fields.ts';

export interface Reading {
  /** A key of the kinds table, or another word: unknown kinds are kept. */
  kind: string;
  /** In `ucum`. */
  value: number;
  ucum: string;
  /** Step of the device in `ucum`: values are stored as whole multiples of it. */
  factor: number;
  /** Micros by which it lies before the frame's time (RR intervals). */
  microsBefore: number;
}

export type RefusalReason = SpecialValue | 'measurement failed' | 'control solution' | 'wrong check sum';

export interface Refusal {
  kind: string;
  reason: RefusalReason;
}

export interface GattRecord {
  readings: Reading[];
  refusals: Refusal[];
  /** The device's own time of it, where it has a clock and knows the date; null: it says that it does not. */
  clock?: DeviceClock | null;
  /** CGM: minutes since the session's start (2AAA). */
  sessionMinutes?: number;
  /** Links a glucose reading (2A18) with its context (2A34). */
  sequence?: number;
  /** Number of the person, on devices that several share. */
  user?: number;
}

/** A unit as a device sends it: its UCUM code, its step, and by how many decimal places the sent number must be moved to be in it. */
export interface DeviceUnit {
  ucum: string;
  factor: number;
  shift?: number;
}

export class RecordBuilder {
  readonly record: GattRecord = { readings: [], refusals: [] };

  /** A decimal float. */
  measured(kind: string, measured: Measured, { ucum, factor, shift = 0 }: DeviceUnit): this {
    if (typeof measured === 'string') return this.refuse(kind, measured);
    return this.value(kind, numberOf(measured, shift), { ucum, factor });
  }

  /** A count of steps: `count × factor`, computed so that 14001 × 0.005 is 70.005. */
  counted(kind: string, count: number, unit: DeviceUnit): this {
    return this.value(kind, Number((count * unit.factor).toPrecision(12)), unit);
  }

  value(kind: string, value: number, { ucum, factor }: DeviceUnit, microsBefore = 0): this {
    this.record.readings.push({ kind, value, ucum, factor, microsBefore });
    return this;
  }

  refuse(kind: string, reason: RefusalReason): this {
    this.record.refusals.push({ kind, reason });
    return this;
  }
}
