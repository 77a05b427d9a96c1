import { decode, encode, rfc8949EncodeOptions } from 'cborg';
import { equalBytes } from './bytes.ts';
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
  const value = decodeLoosely(bytes);
  // cborg does not check the order of keys or the width of floats; encoding again checks all of it.
  if (!equalBytes(encodeCbor(value), bytes)) fail('malformed', 'CBOR is not deterministic');
  return value;
}

function decodeLoosely(bytes: Uint8Array): unknown {
  try {
    return decode(bytes, decodeOptions);
  } catch {
    // cborg's message may quote the input.
    fail('malformed', 'not CBOR');
  }
}
