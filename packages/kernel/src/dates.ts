// Dates that events of streams carry in clear (specs/stream.md §9). Equal seconds would tell which streams are of one home, and the second
// itself when a person measures, imports and shares (DESIGN §6): so a date tells the day, and for what never had an order not even its hour.

import { utf8Encode } from './bytes.ts';
import { hmacSha256 } from './primitives.ts';

export const SECONDS_PER_DAY = 86_400;

/** Start of the UTC day, unix seconds. */
export function dayStart(seconds: number): number {
  return Math.floor(seconds / SECONDS_PER_DAY) * SECONDS_PER_DAY;
}

/**
 * created_at of log entries and deletions: a random second of the UTC day before that of `nowSeconds`. Spread over a day
 * and not one second for all, because queries walk back by `until` (NIP-01) and a second must not hold more than a page.
 * @param random 4 bytes
 */
export function blurredDate(nowSeconds: number, random: Uint8Array): number {
  const drawn = new DataView(random.buffer, random.byteOffset, random.byteLength).getUint32(0) % SECONDS_PER_DAY;
  return Math.max(0, dayStart(nowSeconds) - 1 - drawn);
}

/** The last second in which an event with this blurred date can have been published, by who cannot read more from it. */
export function publishedUntil(createdAt: number): number {
  return dayStart(createdAt) + 2 * SECONDS_PER_DAY - 1;
}

/** UTF-16 units of a batch's content that its date is masked by: ciphertext and tag of its last tile, which no other batch has. */
const MASKED_UNITS = 88;

function mask(dateKey: Uint8Array, content: string): number {
  const code = hmacSha256(dateKey, utf8Encode(content.slice(-MASKED_UNITS)));
  return new DataView(code.buffer, code.byteOffset).getUint32(0) % SECONDS_PER_DAY;
}

/**
 * A blurred date that those who hold the stream's date key can read: which second of the day it was, plus a mask that differs for every
 * batch. To all others it is as random as `blurredDate`. Owner and readers tell by it what a head can know of (grant.md §7).
 */
export function maskedDate(nowSeconds: number, dateKey: Uint8Array, content: string): number {
  const today = dayStart(nowSeconds);
  const drawn = (Math.floor(nowSeconds) - today + mask(dateKey, content)) % SECONDS_PER_DAY;
  return Math.max(0, today - 1 - drawn);
}

/** The second in which a batch was published. */
export function unmaskedDate(createdAt: number, dateKey: Uint8Array, content: string): number {
  const today = dayStart(createdAt) + SECONDS_PER_DAY;
  const drawn = today - 1 - createdAt;
  return today + ((drawn - mask(dateKey, content) + SECONDS_PER_DAY) % SECONDS_PER_DAY);
}

/** `since` that finds every event published in the day of `seconds` or later. */
export function sinceDayOf(seconds: number): number {
  return Math.max(0, dayStart(seconds) - SECONDS_PER_DAY);
}
