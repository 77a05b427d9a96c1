// Deterministic CBOR: one value, one encoding. cborg writes; what is read is checked on the way.
import { decode, encode, rfc8949EncodeOptions } from 'cborg';
import { equalBytes, utf8Decode } from './bytes.ts';
import { fail, HaleError } from './errors.ts';

const encodeOptions = {
  ...rfc8949EncodeOptions,
  typeEncoders: { undefined: () => fail('usage', 'undefined has no place in CBOR: leave the field out') },
};

const decodeOptions = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowNaN: false,
  allowInfinity: false,
  rejectDuplicateMapKeys: true,
};

/**
 * Deterministic CBOR (RFC 8949 §4.2.1): shortest forms, map keys in bytewise order. Values are null,
 * booleans, numbers, bigints of 64 bits, strings, Uint8Array, arrays and plain objects.
 * @throws HaleError 'usage' for anything else
 */
export function encodeCbor(value: unknown): Uint8Array {
  try {
    return encode(value, encodeOptions);
  } catch (error) {
    if (error instanceof HaleError) throw error;
    fail('usage', 'value has no CBOR form');
  }
}

/**
 * Decodes one value that must fill the bytes and be the deterministic encoding of itself.
 * Integers beyond 2^53 come back as bigint, maps as plain objects with string keys.
 * @throws HaleError 'malformed'
 */
export function decodeCbor(bytes: Uint8Array): unknown {
  try {
    return new CborReader(bytes).whole();
  } catch (error) {
    if (error instanceof HaleError) throw error;
    // What is nested too deep, or are no bytes.
    fail('malformed', 'not CBOR');
  }
}

/** First number that does not fit the shorter form of an argument, by the bytes of its own. */
const ARGUMENT_MIN: Readonly<Record<number, number>> = { 1: 24, 2: 2 ** 8, 4: 2 ** 16, 8: 2 ** 32 };
const SIMPLE: Readonly<Record<number, unknown>> = { 20: false, 21: true, 22: null };

/** Reads the one encoding that a value may have, so that nothing has to be encoded again to compare. */
class CborReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  whole(): unknown {
    const value = this.#value();
    if (this.#at !== this.#bytes.length) fail('malformed', 'bytes follow a CBOR value');
    return value;
  }

  #value(): unknown {
    const [first] = this.#take(1);
    const info = first & 31;
    switch (first >> 5) {
      case 0:
        return this.#argument(info);
      case 1:
        return negative(this.#argument(info));
      case 2:
        // A copy: whoever keeps it must not keep all that it lay in.
        return new Uint8Array(this.#take(this.#length(info)));
      case 3:
        return utf8Decode(this.#take(this.#length(info)));
      case 4:
        return this.#list(this.#length(info));
      case 5:
        return this.#map(this.#length(info));
      case 7:
        return this.#simple(info);
      default:
        fail('malformed', 'CBOR with a tag');
    }
  }

  #take(length: number): Uint8Array {
    const begin = this.#at;
    if (length > this.#bytes.length - begin) fail('malformed', 'CBOR ends too early');
    this.#at += length;
    return this.#bytes.subarray(begin, this.#at);
  }

  /** RFC 8949 §4.2.1: the shortest form. */
  #argument(info: number): number | bigint {
    if (info < 24) return info;
    if (info > 27) fail('malformed', 'CBOR of no definite length');
    const length = 2 ** (info - 24);
    const value = this.#take(length).reduce((sum, byte) => sum * 256 + byte, 0);
    if (value < ARGUMENT_MIN[length]) fail('malformed', 'CBOR is not deterministic');
    return value <= Number.MAX_SAFE_INTEGER ? value : this.#bigArgument();
  }

  /** Of the eight bytes that were read last. */
  #bigArgument(): bigint {
    return this.#bytes.subarray(this.#at - 8, this.#at).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  }

  #length(info: number): number {
    return Number(this.#argument(info));
  }

  #list(length: number): unknown[] {
    const list: unknown[] = [];
    while (list.length < length) list.push(this.#value());
    return list;
  }

  /** §4.2.1: keys in the bytewise order of their encodings, and so none twice. */
  #map(length: number): Record<string, unknown> {
    const map: Record<string, unknown> = {};
    let before: Uint8Array | null = null;
    for (let i = 0; i < length; i++) {
      const begin = this.#at;
      const key = this.#value();
      if (typeof key !== 'string') fail('malformed', 'a key of a CBOR map is no text');
      const encoded = this.#bytes.subarray(begin, this.#at);
      if (before !== null && !isBefore(before, encoded)) fail('malformed', 'CBOR is not deterministic');
      before = encoded;
      const value = this.#value();
      // By assignment it would become the prototype.
      if (key === '__proto__') Object.defineProperty(map, key, { ...OWN, value });
      else map[key] = value;
    }
    return map;
  }

  #simple(info: number): unknown {
    if (info < 25) {
      if (!Object.hasOwn(SIMPLE, info)) fail('malformed', 'CBOR of an unknown simple value');
      return SIMPLE[info];
    }
    if (info > 27) fail('malformed', 'CBOR of no definite length');
    const begin = this.#at - 1;
    this.#take(2 ** (info - 24));
    const encoded = this.#bytes.subarray(begin, this.#at);
    const value = decodeLoosely(encoded);
    // cborg does not check the width of a float; encoding it again does.
    if (!equalBytes(encodeCbor(value), encoded)) fail('malformed', 'CBOR is not deterministic');
    return value;
  }
}

const OWN = { configurable: true, enumerable: true, writable: true };

function negative(argument: number | bigint): number | bigint {
  const isSafe = typeof argument === 'number' && argument < Number.MAX_SAFE_INTEGER;
  return isSafe ? -1 - argument : -1n - BigInt(argument);
}

function isBefore(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i] < b[i];
  return a.length < b.length;
}

function decodeLoosely(bytes: Uint8Array): unknown {
  try {
    return decode(bytes, decodeOptions);
  } catch {
    // cborg's message may quote the input.
    fail('malformed', 'not CBOR');
  }
}
