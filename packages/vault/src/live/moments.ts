// ISO 8601 as devices and gateways write it: to micros, without a Date and without guessing a zone.
import { daysFromCivil, daysInMonth } from '../import/times.ts';

const ISO = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,6})\d*)?)?(Z|[+-]\d\d(?::?\d\d)?)?$/i;

/** Micros of a text with a zone ('zone'), or of a clock's face without one read as UTC ('local'). Null for anything else. */
export function isoMicros(text: string, form: 'zone' | 'local'): number | null {
  const match = text.length > 40 ? null : ISO.exec(text);
  if (!match) return null;
  const [, year, month, day, hours, minutes, seconds = '0', fraction = '', zone] = match;
  if ((zone === undefined) !== (form === 'local')) return null;
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  if (m < 1 || m > 12 || d < 1 || d > daysInMonth(y, m)) return null;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return null;
  const whole = daysFromCivil(y, m, d) * 86_400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return (whole - zoneMinutesOf(zone) * 60) * 1e6 + Number(fraction.padEnd(6, '0'));
}

function zoneMinutesOf(zone: string | undefined): number {
  if (zone === undefined || zone.toUpperCase() === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2)) * (zone.length > 3 ? 1 : 0);
  return zone.startsWith('-') ? -minutes : minutes;
}
