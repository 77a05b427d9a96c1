// Samples of one series as CSV that any spreadsheet and Hale itself can read.

import { codesOf, isCoded, kindFor } from '../kinds.ts';
import { UNIT_UNKNOWN } from '../kinds-units.ts';
import { DecimalFormat } from './decimal.ts';
import { isoTime } from './iso-time.ts';

/** What an export needs to know of a series. Physical value = origin + factor × int32. */
export interface ExportSeries {
  kind: string;
  title: string;
  /** UCUM code, empty when unknown. */
  ucum: string;
  factor: number;
  origin: number;
  /** The texts of a stream of notes, by their numbers. */
  notes?: ReadonlyMap<number, string>;
}

export interface ExportSamples {
  times: Float64Array;
  values: Int32Array;
}

/** A cell: quoted where it must be. What begins as a formula does gets an apostrophe, as OWASP advises: a note may hold anything. */
function cell(text: string): string {
  if (/^[=+\-@\t\r]/.test(text)) return cell(`'${text}`);
  return /[",\r\n;]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** What the numbers of a series stand for; empty for a quantity. */
export function wordsIn({ kind, notes }: ExportSeries): ReadonlyMap<number, string> {
  if (!isCoded(kind)) return new Map();
  return notes ?? new Map(codesOf(kind).map(({ value, title }) => [value, title]));
}

/** The line of titles: `time,heart-rate (/min)`. Of a kind that has a unit it says where none was told: nobody shall assume the usual one. */
export function csvHeader({ kind, ucum }: ExportSeries): string {
  const isUntold = ucum === '' && (kindFor(kind)?.ucum ?? '') !== '';
  const unit = isUntold ? UNIT_UNKNOWN : ucum;
  return `time,${cell(unit === '' ? kind : `${kind} (${unit})`)}\n`;
}

/** Lines of samples: ISO 8601 UTC, exact decimal, or the words of a kind that is no quantity. Call it per batch of samples; it keeps no state. */
export function csvRows(series: ExportSeries, { times, values }: ExportSamples): string {
  const decimals = new DecimalFormat(series.factor, series.origin);
  const words = new Map([...wordsIn(series)].map(([value, word]) => [value, cell(word)]));
  let text = '';
  for (let i = 0; i < times.length; i++)
    text += `${isoTime(times[i])},${words.get(values[i]) ?? decimals.format(values[i])}\n`;
  return text;
}
