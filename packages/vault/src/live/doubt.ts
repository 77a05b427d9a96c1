// Times that cannot be: after their reception, or years before it. Where a device says nothing else of its clock, nobody can set them right;
// the readings stand where they say, and a flag beside each tells how far from its reception that was.
import type { SampleRun } from '../import/lines.ts';
import { LIVE_LIMITS } from './limits.ts';

export const TIME_DOUBT = 'device-time-doubt';

const AHEAD_MAX_MICROS = LIVE_LIMITS.futureSecondsMax * 1e6;
const AGE_MAX_MICROS = LIVE_LIMITS.storedYearsMax * 365.25 * 86_400e6;
const INT32_MAX = 0x7fff_ffff;

/**
 * Flags for readings whose time cannot be: a series of its own, at the same times, in seconds that they lie after their reception
 * (before: negative). Null where all can be.
 * @param receivedMicros when they came
 * @param isHistory out of a file, in which any age is likely
 */
export function doubtfulTimes(
  runs: readonly Pick<SampleRun, 'times'>[],
  receivedMicros: number,
  isHistory = false,
): SampleRun | null {
  const earliest = isHistory ? Number.NEGATIVE_INFINITY : receivedMicros - AGE_MAX_MICROS;
  const latest = receivedMicros + AHEAD_MAX_MICROS;
  let doubtful: Set<number> | null = null;
  for (const { times } of runs)
    for (const time of times)
      if (time > latest || time < earliest) {
        doubtful ??= new Set();
        doubtful.add(time);
      }
  if (!doubtful) return null;
  const times = Float64Array.from(doubtful).sort();
  const values = times.map((time) => {
    const seconds = Math.round((time - receivedMicros) / 1e6);
    return Math.max(-INT32_MAX, Math.min(INT32_MAX, seconds));
  });
  return { series: TIME_DOUBT, times, values, signal: { kind: TIME_DOUBT, ucum: 's', factor: 1 } };
}
