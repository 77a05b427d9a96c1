// Fields of Bluetooth GATT values: little-endian integers, the two decimal floats of IEEE 11073-20601, date-time (GATT Specification Supplement).
import { fail } from '@hale/kernel';
import { daysFromCivil, daysInMonth } from '../../import/times.ts';

/** What a float says instead of a number (IEEE 11073-20601 annex F). Never a value of a person. */
export type SpecialValue = 'not a number' | 'not at this resolution' | 'above range' | 'below range' | 'reserved value';

/** mantissa × 10^exponent, exactly as sent. */
export interface Decimal {
  mantissa: number;
  exponent: number;
}

export type Measured = Decimal | SpecialValue;

/** The number of a decimal, its point moved by `shift` places: one rounding, no float noise. */
export function numberOf({ mantissa, exponent }: Decimal, shift = 0): number {
  const power = exponent + shift;
  // + 0 turns -0 into 0.
  return (power >= 0 ? mantissa * 10 ** power : mantissa / 10 ** -power) + 0;
}

/** A device's own clock, which knows no zone. Year, month or day 0 means that the device does not know. */
export interface DeviceClock {
  year: number;
  month: number;
  day: number;
  hours: number;
  minutes: number;
  seconds: number;
}

/** Micros of a device's clock read as if it were UTC; null where it does not know the date. */
export function clockMicros(clock: DeviceClock): number | null {
  const { year, month, day, hours, minutes, seconds } = clock;
  if (year === 0 || month === 0 || day === 0) return null;
  return (daysFromCivil(year, month, day) * 86_400 + hours * 3600 + minutes * 60 + seconds) * 1e6;
}

// The special values stand for themselves only as whole words with exponent 0: 2047 × 10^-1 is a number like any other.
const SFLOAT_SPECIAL: ReadonlyMap<number, SpecialValue> = new Map([
  [0x07ff, 'not a number'],
  [0x0800, 'not at this resolution'],
  [0x07fe, 'above range'],
  [0x0802, 'below range'],
  [0x0801, 'reserved value'],
]);
const FLOAT_SPECIAL: ReadonlyMap<number, SpecialValue> = new Map([
  [0x007f_ffff, 'not a number'],
  [0x0080_0000, 'not at this resolution'],
  [0x007f_fffe, 'above range'],
  [0x0080_0002, 'below range'],
  [0x0080_0001, 'reserved value'],
]);

/** Reads a GATT value from its start. Every method throws HaleError 'malformed' with the offset where bytes are missing. */
export class FieldReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get offset(): number {
    return this.#at;
  }

  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  u8(): number {
    return this.#unsigned(1);
  }

  i8(): number {
    return (this.#unsigned(1) << 24) >> 24;
  }

  u16(): number {
    return this.#unsigned(2);
  }

  i16(): number {
    return (this.#unsigned(2) << 16) >> 16;
  }

  u24(): number {
    return this.#unsigned(3);
  }

  /** 12-bit mantissa, 4-bit exponent, both signed (IEEE 11073-20601 SFLOAT-Type). */
  sfloat(): Measured {
    const word = this.#unsigned(2);
    return SFLOAT_SPECIAL.get(word) ?? { mantissa: (word << 20) >> 20, exponent: (word << 16) >> 28 };
  }

  /** 24-bit mantissa, 8-bit exponent, both signed (IEEE 11073-20601 FLOAT-Type). */
  float(): Measured {
    const word = this.#unsigned(4);
    return FLOAT_SPECIAL.get(word) ?? { mantissa: (word << 8) >> 8, exponent: word >> 24 };
  }

  /** Date Time (2A08): year u16, month, day, hours, minutes, seconds. @throws HaleError 'malformed' for a date that is none */
  dateTime(): DeviceClock {
    const offset = this.#at;
    const year = this.u16();
    const [month, day, hours, minutes, seconds] = [this.u8(), this.u8(), this.u8(), this.u8(), this.u8()];
    const isDate =
      (year === 0 || (year >= 1582 && year <= 9999)) &&
      month <= 12 &&
      day <= (month === 0 ? 31 : daysInMonth(year === 0 ? 2000 : year, month));
    if (!isDate || hours > 23 || minutes > 59 || seconds > 59)
      fail('malformed', 'the frame holds a date and time that do not exist', { offset });
    return { year, month, day, hours, minutes, seconds };
  }

  #unsigned(length: number): number {
    if (this.remaining < length)
      fail('malformed', 'the frame is shorter than its flags say', { offset: this.#at, bytes: this.#bytes.length });
    let value = 0;
    for (let i = length - 1; i >= 0; i--) value = (value << 8) | this.#bytes[this.#at + i];
    this.#at += length;
    return value;
  }
}

/** CRC-16/MCRF4XX (polynomial 0x1021 reflected, start 0xFFFF): the E2E-CRC of CGM Service 1.0.1 §3.11. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0x8408 : crc >> 1;
  }
  return crc;
}
