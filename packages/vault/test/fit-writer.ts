// FIT files for tests, written message by message: for what no file at hand shows, and so that they can be wrong in every way.
import { fitCrc } from '../src/import/fit-wire.ts';

/** Base types by name: number in the file, bytes of an element. */
const BASES = {
  enum: [0, 1],
  sint8: [1, 1],
  uint8: [2, 1],
  sint16: [0x83, 2],
  uint16: [0x84, 2],
  sint32: [0x85, 4],
  uint32: [0x86, 4],
  text: [7, 1],
  float32: [0x88, 4],
  float64: [0x89, 8],
  uint8z: [0x0a, 1],
  uint16z: [0x8b, 2],
  uint32z: [0x8c, 4],
  byte: [0x0d, 1],
  sint64: [0x8e, 8],
  uint64: [0x8f, 8],
  uint64z: [0x90, 8],
} as const;

export type Base = keyof typeof BASES;
export type FieldOf = [number: number, base: Base, value: number | bigint | string | (number | bigint)[]];

/** 2020-01-01T00:00:00Z in FIT seconds. */
export const NEW_YEAR = 946_771_200;

export class FitWriter {
  readonly #bytes: number[] = [];
  readonly #bigEndian: boolean;

  constructor({ bigEndian = false } = {}) {
    this.#bigEndian = bigEndian;
  }

  /** A definition under local number 0 and one message of it. */
  message(
    number: number,
    fields: FieldOf[],
    developer: [index: number, number: number, base: Base, value: number][] = [],
  ): this {
    this.define(0, number, fields, developer);
    return this.data(0, fields, developer);
  }

  define(
    local: number,
    number: number,
    fields: FieldOf[],
    developer: [index: number, number: number, base: Base, value: number][] = [],
  ): this {
    this.#bytes.push(0x40 | local | (developer.length > 0 ? 0x20 : 0), 0, this.#bigEndian ? 1 : 0);
    this.#number(number, 2, false);
    this.#bytes.push(fields.length);
    for (const [field, base, value] of fields) this.#bytes.push(field, lengthOf(base, value), BASES[base][0]);
    if (developer.length > 0) this.#bytes.push(developer.length);
    for (const [index, field, base] of developer) this.#bytes.push(field, BASES[base][1], index);
    return this;
  }

  /** `compressed`: the five bits of a compressed time. */
  data(local: number, fields: FieldOf[], developer: [number, number, Base, number][] = [], compressed?: number): this {
    this.#bytes.push(compressed === undefined ? local : 0x80 | (local << 5) | compressed);
    for (const [, base, value] of fields) this.#value(base, value);
    for (const [, , base, value] of developer) this.#value(base, value);
    return this;
  }

  raw(...bytes: number[]): this {
    this.#bytes.push(...bytes);
    return this;
  }

  /** The file: header of 14 bytes, messages, checksum. */
  file({ headerBytes = 14, dataBytes = this.#bytes.length, crc = true } = {}): Uint8Array {
    const bytes = new Uint8Array(headerBytes + this.#bytes.length + 2);
    const view = new DataView(bytes.buffer);
    bytes.set([headerBytes, 0x20]);
    view.setUint16(2, 2100, true);
    view.setUint32(4, dataBytes, true);
    bytes.set([0x2e, 0x46, 0x49, 0x54], 8);
    if (headerBytes >= 14) view.setUint16(12, fitCrc(bytes, 0, 12), true);
    bytes.set(this.#bytes, headerBytes);
    view.setUint16(bytes.length - 2, crc ? fitCrc(bytes, 0, bytes.length - 2) : 0x1234, true);
    return bytes;
  }

  #value(base: Base, value: FieldOf[2]): void {
    if (typeof value === 'string') {
      for (const byte of new TextEncoder().encode(value)) this.#bytes.push(byte);
      this.#bytes.push(0);
      return;
    }
    const [, length] = BASES[base];
    for (const each of Array.isArray(value) ? value : [value])
      this.#number(each, length, base === 'float32' || base === 'float64');
  }

  #number(value: number | bigint, length: number, isFloat: boolean): void {
    const view = new DataView(new ArrayBuffer(8));
    const little = !this.#bigEndian;
    if (isFloat && length === 4) view.setFloat32(0, Number(value), little);
    else if (isFloat) view.setFloat64(0, Number(value), little);
    else if (length === 8) view.setBigUint64(0, BigInt.asUintN(64, BigInt(value)), little);
    else if (length === 4) view.setUint32(0, Number(value) >>> 0, little);
    else if (length === 2) view.setUint16(0, Number(value) & 0xffff, little);
    else view.setUint8(0, Number(value) & 0xff);
    for (let i = 0; i < length; i++) this.#bytes.push(view.getUint8(i));
  }
}

function lengthOf(base: Base, value: FieldOf[2]): number {
  if (typeof value === 'string') return new TextEncoder().encode(value).length + 1;
  return BASES[base][1] * (Array.isArray(value) ? value.length : 1);
}

export function joined(...files: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(files.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const file of files) {
    all.set(file, at);
    at += file.length;
  }
  return all;
}
