// Samples of one series as CSV that any spreadsheet and Hale itself can read.

import { codesOf } from '../kinds.ts';
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
}

export interface ExportSamples {
  times: Float64Array;
  values: Int32Array;
}

/** A cell: quoted where it must be. A leading sign or = would make a spreadsheet calculate; our kinds and units never start so. */
function cell(text: string): string {
  return /[",\r\n;]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The line of titles: `time,heart-rate (/min)`. */
export function csvHeader(series: ExportSeries): string {
  return `time,${cell(series.ucum === '' ? series.kind : `${series.kind} (${series.ucum})`)}\n`;
}

/** Lines of samples: ISO 8601 UTC, exact decimal, or the words of a kind that is no quantity. Call it per batch of samples; it keeps no state. */
export function csvRows(series: ExportSeries, { times, values }: ExportSamples): string {
  const decimals = new DecimalFormat(series.factor, series.origin);
  const words = new Map(codesOf(series.kind).map(({ value, title }) => [value, cell(title)]));
  let text = '';
  for (let i = 0; i < times.length; i++)
    text += `${isoTime(times[i])},${words.get(values[i]) ?? decimals.format(values[i])}\n`;
  return text;
}
