// Times as Apple Health writes them: `2024-01-01 08:00:00 +0100`, and the time of day of a heartbeat in the words of the phone's language.
import { daysFromCivil, TimeReader } from './times.ts';

const DAY_MICROS = 86_400_000_000;
const MINUTE_MICROS = 60_000_000;
/** Where every stream's grid begins and ends (1900 and 2185, less a day for its offset): outside of that nothing can be kept. */
const MIN_MICROS = -2_208_902_400_000_000;
const MAX_MICROS = 6_784_646_400_000_000;
const WHOLE_CHARS = 25;

const general = new TimeReader('ymd');

/** Digits of fixed places; NaN where one is none. */
function digits(bytes: Uint8Array, start: number, count: number): number {
  let value = 0;
  for (let i = start; i < start + count; i++) {
    const digit = bytes[i] - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** Micros, NaN where it is no time that can be kept. Minutes east of UTC go into `zone`, for beats that tell only the time of day. */
export function readAppleTime(bytes: Uint8Array, start: number, end: number, zone?: { minutes: number }): number {
  let micros = Number.NaN;
  if (end - start === WHOLE_CHARS) {
    const month = digits(bytes, start + 5, 2);
    const day = digits(bytes, start + 8, 2);
    const seconds =
      (digits(bytes, start + 11, 2) * 60 + digits(bytes, start + 14, 2)) * 60 + digits(bytes, start + 17, 2);
    const sign = bytes[start + 20] === 0x2d ? -1 : 1;
    const minutes = sign * (digits(bytes, start + 21, 2) * 60 + digits(bytes, start + 23, 2));
    if (month >= 1 && month <= 12 && day >= 1 && day <= 31 && seconds < 86_400 && Math.abs(minutes) <= 840) {
      if (zone) zone.minutes = minutes;
      micros =
        daysFromCivil(digits(bytes, start, 4), month, day) * DAY_MICROS + seconds * 1e6 - minutes * MINUTE_MICROS;
    }
  }
  if (Number.isNaN(micros)) {
    micros = general.read(bytes, start, end, 0);
    // A time without a zone could be off by half a day: it is none.
    if (!general.hadZone) return Number.NaN;
    if (zone) zone.minutes = 0;
  }
  return micros >= MIN_MICROS && micros < MAX_MICROS ? micros : Number.NaN;
}

/** `2016-04-14` as the beginning of that day in a zone; NaN where it is no date. */
export function readAppleDay(text: string, zoneMinutes: number): number {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text.trim());
  if (!match) return Number.NaN;
  const bytes = Uint8Array.from(text.trim(), (letter) => letter.charCodeAt(0));
  return general.read(bytes, 0, bytes.length, zoneMinutes);
}

/** `9:09:28.31 AM`, `21:09:28,31`: micros after midnight, NaN where it is no time of day. */
export function readBeatClock(text: string): number {
  const match = /^(\d{1,2})[:.](\d{2})[:.](\d{2})(?:[.,](\d{1,6}))?\s*(?:([ap])\.?\s?m\.?)?$/i.exec(text.trim());
  if (!match) return Number.NaN;
  let hour = Number(match[1]);
  const half = match[5]?.toLowerCase();
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return Number.NaN;
    hour = (hour % 12) + (half === 'p' ? 12 : 0);
  }
  const [minute, second] = [Number(match[2]), Number(match[3])];
  if (hour > 23 || minute > 59 || second > 59) return Number.NaN;
  return (hour * 3600 + minute * 60 + second) * 1e6 + Number((match[4] ?? '').padEnd(6, '0'));
}

/** The instant of a beat: its time of day on the day of the record, or on the next where the record goes over midnight. */
export function beatMicros(clockMicros: number, recordMicros: number, zoneMinutes: number): number {
  const local = recordMicros + zoneMinutes * MINUTE_MICROS;
  const midnight = Math.floor(local / DAY_MICROS) * DAY_MICROS - zoneMinutes * MINUTE_MICROS;
  const micros = midnight + clockMicros;
  return micros < recordMicros - DAY_MICROS / 2 ? micros + DAY_MICROS : micros;
}
