// Dates that events of streams carry in clear (specs/stream.md §9). Equal seconds would tell which streams are of one home, and the second
// itself when a person measures, imports and shares (DESIGN §6): so a date tells the day, and for what never had an order not even its hour.

export const SECONDS_PER_DAY = 86_400;

/** Start of the UTC day, unix seconds. */
export function dayStart(seconds: number): number {
  return Math.floor(seconds / SECONDS_PER_DAY) * SECONDS_PER_DAY;
}

/**
 * created_at of tile batches, log entries and deletions: a random second of the UTC day before that of `nowSeconds`. Spread over a day
 * and not one second for all, because queries walk back by `until` (NIP-01) and a second must not hold more than a page.
 * @param random 4 bytes
 */
export function blurredDate(nowSeconds: number, random: Uint8Array): number {
  const drawn = new DataView(random.buffer, random.byteOffset, random.byteLength).getUint32(0) % SECONDS_PER_DAY;
  return Math.max(0, dayStart(nowSeconds) - 1 - drawn);
}

/** The earliest second in which an event with this blurred date can have been published. */
export function publishedFrom(createdAt: number): number {
  return dayStart(createdAt) + SECONDS_PER_DAY;
}

/** `since` that finds every event published in the day of `seconds` or later. */
export function sinceDayOf(seconds: number): number {
  return Math.max(0, dayStart(seconds) - SECONDS_PER_DAY);
}
