// Is it live? Readings that come as often as their device sends them, and the last of them just now.

/** Slower than this nothing is called live: a weight of this morning is this morning's. */
const PERIOD_MICROS_MAX = 15 * 60e6;
const AGE_MICROS_MIN = 120e6;

/** @param periodMicros usually between two readings; 0: not known */
export function isLiveNow(lastMicros: number, nowMicros: number, periodMicros: number): boolean {
  if (periodMicros > PERIOD_MICROS_MAX) return false;
  return Math.abs(nowMicros - lastMicros) < Math.max(AGE_MICROS_MIN, 2.2 * periodMicros);
}
