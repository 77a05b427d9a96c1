// Times as HL7 v3 and DICOM write them: digits, as many as are known.
import { parseFhirTime } from './clinical-time.ts';

const TIME = /^(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(\d{2})?(\d{2})?(\.\d{1,9})?\d*)?)?)?([+-]\d{2})?(\d{2})?$/;

/** `20130815103000-0800` as `2013-08-15T10:30:00-08:00`, of whatever precision; a missing zone stays missing. Empty for what is no time. */
export function timeText(written: string): string {
  const text = written.trim();
  const parts = TIME.exec(text);
  if (!parts) return parseFhirTime(text) ? text : '';
  const [, year, month, day, hour, minute = '00', second = '00', fraction = '', zone, zoneMinutes = '00'] = parts;
  const date = [year, month, day].filter((part) => part !== undefined).join('-');
  // A zone beside a day says nothing about the day.
  const clock =
    hour === undefined ? '' : `T${hour}:${minute}:${second}${fraction}${zone ? `${zone}:${zoneMinutes}` : ''}`;
  return year !== '0000' && parseFhirTime(date + clock) ? date + clock : '';
}
