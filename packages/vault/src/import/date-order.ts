// Day or month first, where the beginning of a table does not show it: a thirteenth somewhere in its column does.
import type { Mapping } from './mapping.ts';
import { RecordReader } from './records.ts';
import { TimeReader } from './times.ts';
import type { ByteSource } from './types.ts';

/** Dates of one order, with none of the other, after which no more are looked at. */
const DATES_ENOUGH = 20;

/** The order that the dates of a plain table have; null where none of them shows it, or they contradict each other. */
export async function dateOrderIn(source: ByteSource, mapping: Mapping, start: number): Promise<'dmy' | 'mdy' | null> {
  const [table] = mapping.tables;
  if (mapping.tables.length !== 1 || table.section !== '') return null;
  const { column } = table.time;
  const [dayFirst, monthFirst] = [new TimeReader('dmy'), new TimeReader('mdy')];
  const reader = new RecordReader(source, mapping, start);
  let [days, months] = [0, 0];
  for (;;) {
    const outcome = reader.read();
    if (outcome === 'end') break;
    if (outcome === 'more') await reader.fill();
    if (outcome !== 'record' || column >= reader.fieldCount) continue;
    const { units, fieldStart, fieldEnd } = reader;
    const isDay = !Number.isNaN(dayFirst.read(units, fieldStart[column], fieldEnd[column], 0));
    const isMonth = !Number.isNaN(monthFirst.read(units, fieldStart[column], fieldEnd[column], 0));
    if (isDay && !isMonth) days++;
    if (isMonth && !isDay) months++;
    if (Math.max(days, months) >= DATES_ENOUGH && Math.min(days, months) === 0) break;
  }
  if (days === 0 && months === 0) return null;
  if (months === 0) return 'dmy';
  return days === 0 ? 'mdy' : null;
}
