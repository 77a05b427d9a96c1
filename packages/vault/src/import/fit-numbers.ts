// Numbers of FIT fields: seventeen base types in either byte order, each with a value that means "none".

/** Bytes of one element by the low five bits of the base type; 7 is text, 13 plain bytes. */
const ELEMENT_BYTES = [1, 1, 1, 2, 2, 4, 4, 1, 4, 8, 1, 2, 4, 1, 8, 8, 8];

export interface FitField {
  number: number;
  /** From the first byte after the record header. */
  offset: number;
  bytes: number;
  /** Low five bits of the base type. */
  base: number;
}

/** How many elements a field holds; 0 where its length and its type do not fit. */
export function elementsOf({ base, bytes }: FitField): number {
  const each = ELEMENT_BYTES[base];
  return each !== undefined && bytes % each === 0 ? bytes / each : 0;
}

export const elementBytes = (base: number): number => ELEMENT_BYTES[base] ?? 1;

/** One element as a number; NaN for the type's invalid value and for text. */
export function readNumber(view: DataView, at: number, base: number, littleEndian: boolean): number {
  let value: number;
  switch (base) {
    case 0:
    case 2:
    case 13:
      value = view.getUint8(at);
      return value === 0xff ? Number.NaN : value;
    case 1:
      value = view.getInt8(at);
      return value === 0x7f ? Number.NaN : value;
    case 3:
      value = view.getInt16(at, littleEndian);
      return value === 0x7fff ? Number.NaN : value;
    case 4:
      value = view.getUint16(at, littleEndian);
      return value === 0xffff ? Number.NaN : value;
    case 5:
      value = view.getInt32(at, littleEndian);
      return value === 0x7fff_ffff ? Number.NaN : value;
    case 6:
      value = view.getUint32(at, littleEndian);
      return value === 0xffff_ffff ? Number.NaN : value;
    default:
      return readRareNumber(view, at, base, littleEndian);
  }
}

function readRareNumber(view: DataView, at: number, base: number, littleEndian: boolean): number {
  switch (base) {
    case 8: {
      const value = view.getFloat32(at, littleEndian);
      return Number.isFinite(value) ? value : Number.NaN;
    }
    case 9: {
      const value = view.getFloat64(at, littleEndian);
      return Number.isFinite(value) ? value : Number.NaN;
    }
    case 10:
      return orNaN(view.getUint8(at), 0);
    case 11:
      return orNaN(view.getUint16(at, littleEndian), 0);
    case 12:
      return orNaN(view.getUint32(at, littleEndian), 0);
    case 14: {
      const value = view.getBigInt64(at, littleEndian);
      return value === 0x7fff_ffff_ffff_ffffn ? Number.NaN : Number(value);
    }
    case 15: {
      const value = view.getBigUint64(at, littleEndian);
      return value === 0xffff_ffff_ffff_ffffn ? Number.NaN : Number(value);
    }
    case 16: {
      const value = view.getBigUint64(at, littleEndian);
      return value === 0n ? Number.NaN : Number(value);
    }
    default:
      return Number.NaN;
  }
}

/** Reads one element at a fixed place of a message: readNumber with type and byte order settled beforehand. */
export function elementReader(
  base: number,
  offset: number,
  littleEndian: boolean,
): (view: DataView, at: number) => number {
  switch (base) {
    case 0:
    case 2:
    case 13:
      return (view, at) => {
        const value = view.getUint8(at + offset);
        return value === 0xff ? Number.NaN : value;
      };
    case 4:
      return (view, at) => {
        const value = view.getUint16(at + offset, littleEndian);
        return value === 0xffff ? Number.NaN : value;
      };
    case 5:
      return (view, at) => {
        const value = view.getInt32(at + offset, littleEndian);
        return value === 0x7fff_ffff ? Number.NaN : value;
      };
    case 6:
      return (view, at) => {
        const value = view.getUint32(at + offset, littleEndian);
        return value === 0xffff_ffff ? Number.NaN : value;
      };
    case 8:
      return (view, at) => {
        const value = view.getFloat32(at + offset, littleEndian);
        return Number.isFinite(value) ? value : Number.NaN;
      };
    default:
      return (view, at) => readNumber(view, at + offset, base, littleEndian);
  }
}

const orNaN = (value: number, invalid: number): number => (value === invalid ? Number.NaN : value);
