import { fail } from './errors.ts';
import type { NostrEvent } from './event.ts';
import { LIMITS } from './limits.ts';

/** A NIP-01 filter in the shape it has on the wire; every field that is there must hold. */
export interface Filter {
  readonly ids?: readonly string[];
  readonly authors?: readonly string[];
  readonly kinds?: readonly number[];
  /** Unix seconds, inclusive, as is `until`. */
  readonly since?: number;
  readonly until?: number;
  /** Events of the first answer only; not a condition. */
  readonly limit?: number;
  /** NIP-50: words; what they match is the relay's affair, so `matchFilter` passes over them. */
  readonly search?: string;
  readonly [tag: `#${string}`]: readonly string[];
}

/**
 * Takes what came out of JSON.parse. Fields that neither NIP-01 nor NIP-50 knows are refused: to ignore one would answer a
 * question that nobody asked. Numbers outside of what an event can have (a kind beyond 65,535, a time before 1970) match nothing or all.
 * @throws HaleError 'malformed' | 'too-large' | 'unsupported'
 */
export function parseFilter(value: unknown): Filter {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fail('malformed', 'filter is not an object');
  const entries = Object.entries(value);
  if (entries.length > LIMITS.filterFieldsMax) {
    fail('too-large', 'filter has too many fields', { max: LIMITS.filterFieldsMax });
  }
  // parseField gives each field the type that Filter promises for its name.
  return Object.fromEntries(entries.map(([field, part]) => [field, parseField(field, part)])) as Filter;
}

function parseField(field: string, value: unknown): number | string | readonly (string | number)[] {
  if (field === 'since' || field === 'until') return integer(value);
  if (field === 'limit') return count(value);
  if (field === 'kinds') return list(value).map(count);
  if (field === 'search') return text(value);
  // NIP-01: ids, authors, #e and #p are exact 64-character lower-case hex.
  if (field === 'ids' || field === 'authors' || field === '#e' || field === '#p') return list(value).map(hex64);
  if (/^#[a-zA-Z]$/.test(field)) return list(value).map(text);
  fail('unsupported', 'filter has a field that NIP-01 does not know');
}

function list(value: unknown): unknown[] {
  if (!Array.isArray(value)) fail('malformed', 'filter field is not a list');
  if (value.length > LIMITS.filterValuesMax) {
    fail('too-large', 'filter field has too many values', { max: LIMITS.filterValuesMax });
  }
  return value;
}

function integer(value: unknown): number {
  if (!Number.isSafeInteger(value)) fail('malformed', 'filter number is not an integer in range');
  return value as number;
}

function count(value: unknown): number {
  if (integer(value) < 0) fail('malformed', 'filter number is not an integer in range');
  return value as number;
}

function hex64(value: unknown): string {
  if (typeof value !== 'string' || !/^[0-9a-f]{64}$/.test(value)) fail('malformed', 'filter value is not 64 hex');
  return value;
}

function text(value: unknown): string {
  if (typeof value !== 'string' || value.length > LIMITS.tagItemUnitsMax) fail('malformed', 'filter value is not text');
  return value;
}

/**
 * Deliberately dumb: the meaning of NIP-01 in the fewest words, against which every index is tested.
 * An empty list matches nothing.
 */
export function matchFilter(filter: Filter, event: NostrEvent): boolean {
  return Object.entries(filter).every(([field, wanted]) => {
    if (field === 'limit' || field === 'search') return true;
    if (field === 'since') return event.created_at >= wanted;
    if (field === 'until') return event.created_at <= wanted;
    if (field === 'ids') return wanted.includes(event.id);
    if (field === 'authors') return wanted.includes(event.pubkey);
    if (field === 'kinds') return wanted.includes(event.kind);
    return event.tags.some((tag) => tag[0] === field.slice(1) && tag.length > 1 && wanted.includes(tag[1]));
  });
}

/** NIP-01 order of an answer: newest first, the lower id first among equals. For Array.sort. */
export function newestFirst(a: NostrEvent, b: NostrEvent): number {
  return b.created_at - a.created_at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
