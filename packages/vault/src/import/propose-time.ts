// Finding the time of a table: which column, written how.

import { textToUnits } from './encoding.ts';
import type { TimeForm, TimeMapping } from './mapping.ts';
import { readZone, TimeReader } from './times.ts';
import type { ImportOptions } from './types.ts';

export interface TimeFinding {
  mapping: TimeMapping;
  /** Day and month could not be told apart from the data. */
  ambiguous: boolean;
  /** No cell names a zone and the title does not either. */
  zoneAssumed: boolean;
  /** Columns that only inform about the time: a zone beside a UTC time. */
  informing: number[];
}

interface FormFinding {
  form: TimeForm;
  ambiguous: boolean;
  hadZone: boolean;
  hadClock: boolean;
}

const SHARE_NEEDED = 0.9;
const TIME_WORDS = /time|date|datum|zeit|fecha|stamp|epoch|unix|utc|clock|uhr|^ts$|^at$/i;
const ZONE_WORDS = /time\s*zone|zone|^tz|utc\s*offset|^offset$/i;
/** 2000-01-01 and 2100-01-01 in seconds: counts outside are rather counters than times. */
const EPOCH_MIN = 946_684_800;
const EPOCH_MAX = 4_102_444_800;

interface Parsed {
  times: number[];
  share: number;
  hadZone: boolean;
  hadClock: boolean;
}

function parseAll(cells: string[], form: TimeForm): Parsed {
  const reader = new TimeReader(form);
  const times: number[] = [];
  let hadZone = false;
  let hadClock = false;
  for (const cell of cells) {
    const units = textToUnits(cell);
    const micros = reader.read(units, 0, units.length, 0);
    if (Number.isNaN(micros)) continue;
    times.push(micros);
    hadZone ||= reader.hadZone;
    hadClock ||= reader.hadClock;
  }
  return { times, share: cells.length === 0 ? 0 : times.length / cells.length, hadZone, hadClock };
}

function travel(times: number[]): number {
  let sum = 0;
  for (let i = 1; i < times.length; i++) sum += Math.abs(times[i] - times[i - 1]);
  return sum;
}

/** Day first or month first. Neighbouring rows lie near each other in time: the reading with much less travel is right. */
function dayOrMonthFirst(cells: string[]): FormFinding | null {
  const day = parseAll(cells, 'dmy');
  const month = parseAll(cells, 'mdy');
  if (Math.max(day.share, month.share) < SHARE_NEEDED) return null;
  const finding = (form: TimeForm, ambiguous: boolean): FormFinding => ({
    form,
    ambiguous,
    hadZone: day.hadZone || month.hadZone,
    hadClock: day.hadClock || month.hadClock,
  });
  if (day.share !== month.share) return finding(day.share > month.share ? 'dmy' : 'mdy', false);
  const dayTravel = travel(day.times);
  const monthTravel = travel(month.times);
  if (dayTravel * 2 < monthTravel) return finding('dmy', false);
  if (monthTravel * 2 < dayTravel) return finding('mdy', false);
  const american = cells.some((cell) => /[ap]m\s*$/i.test(cell)) || cells[0]?.includes('/') === true;
  return finding(american ? 'mdy' : 'dmy', true);
}

function epochForm(cells: string[], titled: boolean): FormFinding | null {
  const numbers = cells
    .map((cell) => (/^\d{9,19}([.,]\d+)?$/.test(cell) ? Number(cell.replace(',', '.')) : Number.NaN))
    .filter((n) => !Number.isNaN(n));
  if (numbers.length < cells.length * SHARE_NEEDED || numbers.length === 0) return null;
  for (const [form, perSecond] of [
    ['epoch-s', 1],
    ['epoch-ms', 1e3],
    ['epoch-us', 1e6],
    ['epoch-ns', 1e9],
  ] as const) {
    const inside = numbers.filter((n) => n / perSecond >= EPOCH_MIN && n / perSecond < EPOCH_MAX).length;
    // Without a telling title a column of long numbers is a time only if it never runs backwards.
    const ascending = numbers.every((n, i) => i === 0 || n >= numbers[i - 1]);
    if (inside >= cells.length * SHARE_NEEDED && (titled || ascending))
      return { form, ambiguous: false, hadZone: true, hadClock: true };
  }
  return null;
}

function formOf(cells: string[], title: string): FormFinding | null {
  if (cells.length === 0) return null;
  const iso = parseAll(cells, 'ymd');
  // Eight digits alone are a date only where the title says so.
  const bare = cells.every((cell) => /^\d+$/.test(cell));
  if (iso.share >= SHARE_NEEDED && (!bare || TIME_WORDS.test(title)))
    return { form: 'ymd', ambiguous: false, hadZone: iso.hadZone, hadClock: iso.hadClock };
  return dayOrMonthFirst(cells) ?? epochForm(cells, TIME_WORDS.test(title));
}

/** Whether a cell alone looks like a time; to find the first row of data. */
export function looksLikeTime(cell: string): boolean {
  if (cell.length < 6 || !/^\d/.test(cell)) return false;
  return formOf([cell], '') !== null;
}

function filled(rows: string[][], column: number): string[] {
  return rows.map((row) => row[column] ?? '').filter((cell) => cell !== '');
}

function score(title: string, finding: FormFinding): number {
  let points = finding.form.startsWith('epoch') ? 0 : 2;
  if (TIME_WORDS.test(title)) points += 4;
  if (/utc|gmt/i.test(title)) points += 4;
  if (finding.hadZone) points += 1;
  if (finding.hadClock) points += 2;
  if (/end|stop|modified|created|updated|birth/i.test(title)) points -= 6;
  return points;
}

function clockColumnOf(rows: string[][], columns: number): number | undefined {
  const reader = new TimeReader('ymd');
  for (let column = 0; column < columns; column++) {
    const cells = filled(rows, column);
    const isClock = (cell: string): boolean =>
      cell.includes(':') && !Number.isNaN(reader.readClock(textToUnits(cell), 0, cell.length));
    if (cells.length > 0 && cells.every(isClock)) return column;
  }
  return undefined;
}

function zoneColumnOf(titles: string[], rows: string[][]): number | undefined {
  for (let column = 0; column < titles.length; column++) {
    const cells = filled(rows, column);
    const isZone = (cell: string): boolean => !Number.isNaN(readZone(textToUnits(cell), 0, cell.length));
    if (ZONE_WORDS.test(titles[column]) && cells.length > 0 && cells.every(isZone)) return column;
  }
  return undefined;
}

/** What is said about the time from outside: a column, a form, an order of day and month for dates that do not show it. */
export interface TimeWish {
  column?: number;
  form?: TimeForm;
  dateOrder?: 'dmy' | 'mdy';
}

function settled(finding: FormFinding, { form, dateOrder }: TimeWish): FormFinding {
  if (form !== undefined) return { ...finding, form, ambiguous: false };
  return finding.ambiguous && dateOrder !== undefined ? { ...finding, form: dateOrder, ambiguous: false } : finding;
}

/** The column and form that fit best, or the ones that are wished. */
function bestTime(
  titles: string[],
  rows: string[][],
  tailRows: string[][],
  wish: TimeWish,
): { column: number; finding: FormFinding } | null {
  let best: { column: number; finding: FormFinding; points: number } | null = null;
  for (let column = 0; column < titles.length; column++) {
    if (wish.column !== undefined && column !== wish.column) continue;
    const cells = [...filled(rows, column), ...filled(tailRows, column)];
    const found = formOf(cells, titles[column]) ?? (wish.column === column ? formGiven(cells, wish.form) : null);
    if (!found) continue;
    const finding = settled(found, wish);
    const points = score(titles[column], finding);
    if (!best || points > best.points) best = { column, finding, points };
  }
  return best;
}

/** A form that is only taken because somebody said so: what does not fit it is rejected line by line later. */
function formGiven(cells: string[], form: TimeForm | undefined): FormFinding | null {
  if (form === undefined) return null;
  const { hadZone, hadClock } = parseAll(cells, form);
  return { form, ambiguous: false, hadZone, hadClock };
}

/** The time of a table, or null when no column holds one. `tailRows` only help to tell day from month. */
export function findTime(
  titles: string[],
  rows: string[][],
  tailRows: string[][],
  { zoneAt, zoneMinutes = 0 }: Pick<ImportOptions, 'zoneAt' | 'zoneMinutes'>,
  wish: TimeWish = {},
): TimeFinding | null {
  const best = bestTime(titles, rows, tailRows, wish);
  if (!best) return null;
  const { column, finding } = best;
  // Of a place the offset of today says nothing about the day of a row.
  const mapping: TimeMapping = { column, form: finding.form, ...(zoneAt ? {} : { zoneMinutes }) };
  const informing: number[] = [];
  if (!finding.hadClock) {
    const clock = clockColumnOf(rows, titles.length);
    if (clock !== undefined) mapping.clockColumn = clock;
  }
  const zone = zoneColumnOf(titles, rows);
  // A title that says UTC wins: a zone column beside it only tells where the person was.
  const saysUtc = /utc|gmt/i.test(titles[column]);
  if (zone !== undefined && !saysUtc && !finding.hadZone) mapping.zoneColumn = zone;
  else if (zone !== undefined) informing.push(zone);
  if (saysUtc) {
    mapping.zoneMinutes = 0;
    mapping.isUtc = true;
  }
  const zoneAssumed = !finding.hadZone && !saysUtc && mapping.zoneColumn === undefined;
  return { mapping, ambiguous: finding.ambiguous, zoneAssumed, informing };
}
