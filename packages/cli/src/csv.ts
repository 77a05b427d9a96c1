// Exact numbers for other programs: times in UTC as ISO 8601, values as stored, one header line naming the UCUM unit.
import type { LevelText, ShowRow } from '@hale/home';
import { isoText } from './terminal/times.ts';

/** Readings get the header of an export, so that `hale import` reads them back as what they are. */
export function csvHeader(level: LevelText, { kind, unit }: { kind: string; unit: string }): string {
  const measured = (name: string) => csvField(unit === '' ? name : `${name} (${unit})`);
  return level === 'raw'
    ? `time,${measured(kind)}`
    : `time,count,${['mean', 'min', 'max'].map(measured).join(',')},coverage`;
}

/** One row; what is not known stays empty. */
export function csvRow(row: ShowRow, level: LevelText): string {
  const time = isoText(row.atMicros);
  if (level === 'raw') return `${time},${row.code === undefined ? (row.value ?? '') : csvField(row.code)}`;
  return [time, row.count ?? '', row.mean ?? '', row.min ?? '', row.max ?? '', row.coverage ?? ''].join(',');
}

/** RFC 4180 quoting. */
export function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
