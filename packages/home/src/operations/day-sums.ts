/// <reference lib="esnext.temporal" />
// What adds up, by civil days of a zone: the day of the newest reading and the days before it. A sum is of one stream and of no other: two
// devices on one body count the same steps, and what one device delivered twice is stored once (twins.ts).
import { HaleError } from '@hale/kernel';
import type { OpenStream } from '@hale/vault';
import type { DaySum } from '../api.ts';
import type { Home } from '../home.ts';
import { columnsBetween } from './readings.ts';

/** With the newest day two weeks before it, to be compared with each other. */
const DAYS = 15;

/** Where civil days begin, ascending, microseconds: `days` of them up to the one of `atMicros`, and the one after it. @throws HaleError 'usage' */
export function dayStarts(zone: string, atMicros: number, days: number): number[] {
  try {
    const last = Temporal.Instant.fromEpochMilliseconds(Math.floor(atMicros / 1000))
      .toZonedDateTimeISO(zone)
      .toPlainDate();
    return Array.from(
      { length: days + 1 },
      (_, i) => last.add({ days: i + 1 - days }).toZonedDateTime(zone).epochMilliseconds * 1000,
    );
  } catch {
    throw new HaleError('usage', 'zone is not known; write it like Europe/Berlin');
  }
}

/** Sums of the days up to that of the newest reading; a day without readings has count 0. */
export function daySums(home: Home, stream: OpenStream, zone: string, lastMicros: number): DaySum[] {
  const starts = dayStarts(zone, lastMicros, DAYS);
  const { columns } = columnsBetween(home, stream, starts[0], starts[DAYS]);
  let i = 0;
  return starts.slice(0, DAYS).map((fromMicros, day) => {
    const found: DaySum = { fromMicros, toMicros: starts[day + 1], sum: 0, count: 0 };
    for (; i < columns.at.length && columns.at[i] < found.toMicros; i++) {
      const mean = columns.mean[i];
      if (mean === null) continue;
      const count = columns.count[i] ?? 1;
      found.sum += mean * count;
      found.count += count;
    }
    return found;
  });
}
