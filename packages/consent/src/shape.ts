// Checks of foreign values: each takes what was decoded and gives the typed value back, or throws 'malformed' with the field's name
// (ours, never the foreign text).
import { fail } from '@hale/kernel';

export type Fields = Record<string, unknown>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

/** A map with exactly these keys; `optional` ones may be missing. */
export function fields(
  value: unknown,
  what: string,
  required: readonly string[],
  optional: readonly string[] = [],
): Fields {
  if (!isFields(value)) fail('malformed', `${what} is not a map`);
  for (const key of required) if (!Object.hasOwn(value, key)) fail('malformed', `${what} lacks ${key}`);
  const known = required.length + optional.filter((key) => Object.hasOwn(value, key)).length;
  if (Object.keys(value).length !== known) fail('malformed', `${what} holds a field that is not known`);
  return value;
}

/** Marks that turn the direction of what follows (U+202A–202E, U+2066–2069): a name could show as another. */
const DIRECTION_MARKS = /[\u202a-\u202e\u2066-\u2069]/g;

export const withoutDirectionMarks = (given: string): string => given.replace(DIRECTION_MARKS, '');

/** Text without direction marks; the length is that of what was given. */
export function text(value: unknown, what: string, unitsMax: number, unitsMin = 0): string {
  if (typeof value !== 'string' || !value.isWellFormed()) fail('malformed', `${what} is not text`);
  if (value.length > unitsMax) fail('too-large', `${what} is too long`, { max: unitsMax });
  const clean = withoutDirectionMarks(value);
  if (clean.length < unitsMin) fail('malformed', `${what} is empty`);
  return clean;
}

export function textOrNull(value: unknown, what: string, unitsMax: number): string | null {
  return value === null ? null : text(value, what, unitsMax);
}

export function integer(value: unknown, what: string, min: number, max: number): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) fail('malformed', `${what} is not a whole number`);
  if (value < min || value > max) fail('out-of-range', `${what} is out of range`);
  return value;
}

export function integerOrNull(value: unknown, what: string, min: number, max: number): number | null {
  return value === null ? null : integer(value, what, min, max);
}

export function finite(value: unknown, what: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) fail('malformed', `${what} is not a number`);
  return value;
}

export function byteString(value: unknown, what: string, lengthMax: number, lengthMin = lengthMax): Uint8Array {
  if (!(value instanceof Uint8Array)) fail('malformed', `${what} is not a byte string`);
  if (value.length < lengthMin || value.length > lengthMax) fail('malformed', `${what} has a wrong length`);
  return value;
}

export function list(value: unknown, what: string, lengthMax: number, lengthMin = 0): unknown[] {
  if (!Array.isArray(value)) fail('malformed', `${what} is not a list`);
  if (value.length > lengthMax) fail('too-large', `${what} is too long`, { max: lengthMax });
  if (value.length < lengthMin) fail('malformed', `${what} is empty`);
  return value;
}

export function oneOf<T extends string>(value: unknown, what: string, allowed: readonly T[]): T {
  if (!allowed.includes(value as T)) fail('malformed', `${what} is none of the allowed values`);
  return value as T;
}

export function hexKey(value: unknown, what: string): string {
  if (typeof value !== 'string' || !/^[0-9a-f]{64}$/.test(value))
    fail('malformed', `${what} is not 32 bytes of lower-case hex`);
  return value;
}
