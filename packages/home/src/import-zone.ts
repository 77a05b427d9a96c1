/// <reference lib="esnext.temporal" />
// The zone of times that name none: a fixed offset, or a place whose clocks change with the season.
import { HaleError } from '@hale/kernel';
import type { ImportOptions } from '@hale/vault/import';

/** Offsets change at whole quarters of an hour at the most often. */
const QUARTER_MICROS = 900e6;
const QUARTERS_KEPT = 50_000;

/** '+02:00', 'UTC', or a place such as Europe/Berlin. @throws HaleError 'usage' */
export function zoneOf(zone: string): Pick<ImportOptions, 'zoneMinutes' | 'zoneAt'> {
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (match) return { zoneMinutes: (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) };
  try {
    const now = Temporal.Now.zonedDateTimeISO(zone).offsetNanoseconds / 60e9;
    return { zoneMinutes: Math.round(now), zoneAt: placeClock(zone) };
  } catch {
    throw new HaleError('usage', 'zone is not known; write it like Europe/Berlin or +02:00');
  }
}

/** Of an hour that comes twice the first is meant, of one that is left out the time after it (Temporal's "compatible"). */
function placeClock(zone: string): (localMicros: number) => number {
  const known = new Map<number, number>();
  return (localMicros) => {
    const quarter = Math.floor(localMicros / QUARTER_MICROS);
    let minutes = known.get(quarter);
    if (minutes === undefined) {
      const wall = Temporal.Instant.fromEpochMilliseconds(quarter * (QUARTER_MICROS / 1000)).toZonedDateTimeISO('UTC');
      minutes = Math.round(wall.toPlainDateTime().toZonedDateTime(zone).offsetNanoseconds / 60e9);
      if (known.size >= QUARTERS_KEPT) known.clear();
      known.set(quarter, minutes);
    }
    return minutes;
  };
}
