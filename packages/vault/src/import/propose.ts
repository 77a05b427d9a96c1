// Proposing a mapping from column titles and the first rows. A proposal is a plain value: shown, corrected, passed back.

import { columnWords, kindFor, kindMatching, type SignalKind } from '../kinds.ts';
import { UNIT_UNKNOWN, unitInTitle, unitWritten } from '../kinds-units.ts';
import {
  type ColumnCorrection,
  type Corrections,
  correctionFor,
  indexOfTitle,
  isIgnored,
  type TableShape,
} from './corrections.ts';
import { label, slug } from './describe.ts';
import { textToUnits } from './encoding.ts';
import { IMPORT_LIMITS } from './limits.ts';
import type { Mapping, TableMapping, ValueMapping } from './mapping.ts';
import { GAP, NOT_A_NUMBER, NumberReader } from './numbers.ts';
import { findTime, looksLikeTime, type TimeWish } from './propose-time.ts';
import type { Sample, SampleTable } from './sample.ts';
import { TimeReader } from './times.ts';
import type { ImportOptions } from './types.ts';

export interface Proposal {
  mapping: Mapping;
  notes: string[];
  /** Some dates do not show whether day or month comes first. */
  ambiguous: boolean;
  /** Titles of the tables that are mapped. */
  shape: TableShape[];
}

const HEADER_SEARCH_ROWS = 20;
const NUMERIC_SHARE = 0.8;
const DAY_SECONDS = 86_400;
/** LOINC for a day's total; the kind's own code is for unspecified time. Source: kinds.csv notes, certainty A. */
const DAILY_LOINC: Readonly<Record<string, string>> = { steps: '41950-7', 'energy-total': '41979-6' };
const PERSON_TITLES =
  /^(id|person|person id|subject|subject id|subjectid|patient|patient id|patientid|participant|participant id|participantid|pid|user|user id|userid|member|who)$/;
const IGNORED_TITLES =
  /^(#|no|nr|index|idx|row|counter|count|sequence|seq|line|record|record id|firmware|firmware version|version|device|device id|device name|serial|serial number|mac|mac address|model|source|type|timezone|time zone|transmitter id|unnamed.*)$/;

interface Named {
  tables: SampleTable[];
  sectioned: boolean;
}

interface Notes {
  ignored: string[];
  /** Not imported because the person said so. */
  unwanted: string[];
  unknown: string[];
  unitAssumed: string[];
  unitMissing: string[];
  /** Some dates do not show whether day or month comes first. */
  ambiguous: boolean;
}

function titlesOf(table: SampleTable, firstData: number): string[] {
  const width = table.rows[firstData].length;
  const above = table.rows.slice(0, firstData);
  const header = above.find((row) => row.length === width) ?? above.findLast((row) => row.length > 1) ?? [];
  return Array.from({ length: Math.max(width, header.length) }, (_, i) => label(header[i] ?? '') || `column ${i + 1}`);
}

function column(rows: string[][], index: number): string[] {
  return rows.map((row) => row[index] ?? '');
}

/** Comma or dot: commas that do not part thousands are decimal marks. */
function decimalMarkOf(sample: Sample): '.' | ',' {
  let comma = 0;
  for (const { rows } of sample.tables)
    for (const row of rows)
      for (const cell of row) {
        if (/^[-+]?\d+\.\d+$/.test(cell) || /^[-+]?\d{1,3}(,\d{3})+\.\d+$/.test(cell)) return '.';
        if (/^[-+]?\d+,\d+$/.test(cell) || /^[-+]?\d{1,3}(\.\d{3})+,\d+$/.test(cell))
          comma += /,\d{3}$/.test(cell) && sample.delimiter === ',' ? 0 : 1;
      }
  return comma > 0 ? ',' : '.';
}

function decimalsIn(cells: string[], mark: string): number {
  let most = 0;
  for (const cell of cells) {
    const at = cell.lastIndexOf(mark);
    if (at >= 0 && /^[-+\d.,'\s]+$/.test(cell)) most = Math.max(most, cell.length - at - 1);
  }
  return most;
}

/** A size that nearly all cells stay below: one absurd cell must not cost all others their decimals. */
function usualSize(cells: string[], mark: string): number {
  const sizes = cells
    .map((cell) =>
      Math.abs(Number(mark === ',' ? cell.replaceAll('.', '').replace(',', '.') : cell.replaceAll(',', ''))),
    )
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  return sizes[Math.floor((sizes.length - 1) * 0.9)] ?? 0;
}

/** Decimals kept: what the cells show and what the kind needs; computed values with endless digits get the kind's step, or a millionth. */
function decimalsFor(cells: string[], mark: string, kind: SignalKind | undefined, sameUnit: boolean): number {
  const seen = decimalsIn(cells, mark);
  const wanted = kind && sameUnit ? Math.max(0, Math.round(-Math.log10(kind.scale))) : 0;
  const endless = seen > IMPORT_LIMITS.decimalsMax;
  let decimals = endless ? (wanted > 0 ? wanted : IMPORT_LIMITS.decimalsMax) : Math.max(seen, wanted);
  decimals = Math.min(decimals, IMPORT_LIMITS.decimalsMax);
  const room = Math.max(
    usualSize(cells, mark) * (kind ? 4 : 100),
    kind && sameUnit ? Math.min(Math.abs(kind.deviceMax), 2_000_000) : 0,
  );
  while (decimals > 0 && room * 10 ** decimals > 2147483647) decimals--;
  return decimals;
}

/** The usual spacing of the rows that hold a value: median of the steps forward, whole seconds from one second on. */
function periodOf(times: number[], has: boolean[], persons: string[]): number | null {
  const steps: number[] = [];
  let last = -1;
  for (let i = 0; i < times.length; i++) {
    if (!has[i] || Number.isNaN(times[i])) continue;
    if (last >= 0 && persons[i] === persons[last] && times[i] > times[last]) steps.push(times[i] - times[last]);
    last = i;
  }
  if (steps.length === 0) return null;
  const median = steps.sort((a, b) => a - b)[steps.length >> 1] / 1e6;
  return median >= 1 ? Math.round(median) : Number(median.toPrecision(6));
}

/** A column that counts rows: whole numbers, each one more than the last. */
function isCounter(cells: string[]): boolean {
  return (
    cells.length >= 10 &&
    cells.every((cell, i) => /^\d+$/.test(cell) && (i === 0 || Number(cell) === Number(cells[i - 1]) + 1))
  );
}

function isNumeric(cells: string[], mark: '.' | ','): boolean {
  const reader = new NumberReader({ factor: 1, origin: 0, decimalMark: mark });
  let numbers = 0;
  let gaps = 0;
  for (const cell of cells) {
    const value = reader.read(textToUnits(cell), 0, cell.length);
    if (value === GAP) gaps++;
    else if (value !== NOT_A_NUMBER) numbers++;
  }
  return numbers > 0 && numbers >= (cells.length - gaps) * NUMERIC_SHARE;
}

function personColumnOf(titles: string[], rows: string[][]): number | undefined {
  const found = titles.findIndex((title) => PERSON_TITLES.test(columnWords(title)));
  if (found < 0) return undefined;
  const cells = column(rows, found).filter((cell) => cell !== '');
  // An id that is new in every row names the row, not a person.
  return new Set(cells).size <= Math.max(1, cells.length / 2) ? found : undefined;
}

/** What a title says: kind, unit, whether the unit was only assumed. `quality` columns are a kind of their own. */
function readTitle(
  title: string,
  section: string,
  periodSeconds: number,
): { kind: string; ucum: string; assumed: boolean } {
  const quality = /^(.*\S)\s*[-_ ]quality(?: \(%\))?$/i.exec(title);
  if (quality)
    return { kind: `${readTitle(quality[1], section, periodSeconds).kind}-quality`, ucum: '%', assumed: false };
  const unit = unitInTitle(title) ?? (title.length > 2 ? unitWritten(title) : undefined);
  const kind = kindMatching(title, unit, periodSeconds);
  if (!kind) {
    const minutes = /^minutes\b/i.test(title) ? 'min' : /^number of\b/i.test(title) ? '1' : '';
    return { kind: slug(columnWords(title)) || slug(title), ucum: unit ?? minutes, assumed: false };
  }
  if (title.endsWith(`(${UNIT_UNKNOWN})`)) return { kind: kind.key, ucum: '', assumed: false };
  // Fitbit's web export writes kilometres or miles after the account's setting; kilometres unless corrected.
  const own = section === 'Activities' && kind.key === 'distance' ? 'km' : kind.ucum;
  return {
    kind: kind.key,
    ucum: unit ?? own,
    assumed: unit === undefined && kind.otherUnits.length > 0 && own !== '1' && own !== 'min',
  };
}

interface TableInput {
  section: string;
  titles: string[];
  rows: string[][];
  times: number[];
  persons: string[];
  mark: '.' | ',';
}

function proposeValue(
  input: TableInput,
  index: number,
  notes: Notes,
  said: ColumnCorrection | undefined,
): ValueMapping | null {
  const title = input.titles[index];
  const cells = column(input.rows, index);
  const has = cells.map((cell) => cell !== '');
  const period =
    periodOf(input.times, has, input.persons) ??
    periodOf(
      input.times,
      cells.map(() => true),
      input.persons,
    );
  const read = said ? { ...said, assumed: false } : readTitle(title, input.section, period ?? Number.NaN);
  const known = kindFor(read.kind);
  const filledCells = cells.filter((cell) => cell !== '');
  const numeric = filledCells.length === 0 ? known !== undefined : isNumeric(filledCells, input.mark);
  if ((!numeric && !said) || read.kind === '' || known?.form === 'code' || known?.form === 'event') {
    notes.ignored.push(title);
    return null;
  }
  if (!known) notes.unknown.push(title);
  if (read.assumed) notes.unitAssumed.push(title);
  if (read.ucum === '') notes.unitMissing.push(title);
  const decimals = decimalsFor(filledCells, input.mark, known, known?.ucum === read.ucum);
  const nominalPeriodSeconds = period ?? known?.nominalPeriodSeconds ?? 60;
  const value: ValueMapping = {
    column: index,
    title,
    kind: read.kind,
    ucum: read.ucum,
    factor: said?.factor ?? Number(`1e-${decimals}`),
    origin: 0,
    nominalPeriodSeconds,
  };
  if (nominalPeriodSeconds === DAY_SECONDS && DAILY_LOINC[read.kind]) value.loinc = DAILY_LOINC[read.kind];
  return value;
}

function timesOf(rows: string[][], time: TableMapping['time']): number[] {
  const reader = new TimeReader(time.form);
  return rows.map((row) => {
    const cell = row[time.column] ?? '';
    const clock = time.clockColumn === undefined ? '' : (row[time.clockColumn] ?? '');
    const micros = reader.read(textToUnits(cell), 0, cell.length, 0);
    return clock === '' ? micros : micros + reader.readClock(textToUnits(clock), 0, clock.length);
  });
}

function quoted(titles: string[]): string {
  const shown = titles.slice(0, 12).map((title) => `“${title}”`);
  return shown.join(', ') + (titles.length > shown.length ? ` and ${titles.length - shown.length} more` : '');
}

function tellNotes(told: Notes, notes: string[]): void {
  if (told.ignored.length > 0) notes.push(`Not imported, because they hold no measurements: ${quoted(told.ignored)}.`);
  if (told.unwanted.length > 0) notes.push(`Not imported, as you said: ${quoted(told.unwanted)}.`);
  if (told.unknown.length > 0) notes.push(`Kept, but Hale does not know what they measure: ${quoted(told.unknown)}.`);
  if (told.unitAssumed.length > 0)
    notes.push(`The file does not name a unit for ${quoted(told.unitAssumed)}; the usual one is assumed.`);
  if (told.unitMissing.length > 0) notes.push(`No unit is known for ${quoted(told.unitMissing)}.`);
}

/** The first row of data: the one behind the titles that were named, else the first with something that looks like a time. */
function firstDataOf(rows: string[][], corrections: Corrections | undefined): number {
  const wished = corrections?.time?.title;
  const named =
    wished === undefined ? -1 : rows.slice(0, HEADER_SEARCH_ROWS).findIndex((row) => indexOfTitle(row, wished) >= 0);
  if (named >= 0) return named + 1 < rows.length ? named + 1 : -1;
  return rows.slice(0, HEADER_SEARCH_ROWS).findIndex((row) => row.length > 1 && row.some(looksLikeTime));
}

/** Column and form of the time as they were said; nothing where nothing was. */
function timeWish(titles: string[], { corrections, dateOrder }: ImportOptions): TimeWish {
  const { time } = corrections ?? {};
  const column = time ? indexOfTitle(titles, time.title) : -1;
  return {
    ...(column >= 0 ? { column } : {}),
    ...(column >= 0 && time?.form !== undefined ? { form: time.form } : {}),
    ...(dateOrder === undefined ? {} : { dateOrder }),
  };
}

function proposeTable(
  table: SampleTable,
  sample: Sample,
  mark: '.' | ',',
  options: ImportOptions,
  notes: string[],
  told: Notes,
): { table: TableMapping; titles: string[] } | null {
  const { corrections } = options;
  const firstData = firstDataOf(table.rows, corrections);
  if (firstData < 0) return null;
  const titles = titlesOf(table, firstData);
  const rows = table.rows.slice(firstData, firstData + IMPORT_LIMITS.proposalRows);
  const time = findTime(titles, rows, sample.tailRows, options, timeWish(titles, options));
  if (!time) return null;
  const personColumn = personColumnOf(titles, rows);
  const persons = personColumn === undefined ? rows.map(() => '') : column(rows, personColumn);
  const input: TableInput = { section: table.section, titles, rows, times: timesOf(rows, time.mapping), persons, mark };
  const taken = new Set([
    time.mapping.column,
    time.mapping.clockColumn,
    time.mapping.zoneColumn,
    personColumn,
    ...time.informing,
  ]);
  const values: ValueMapping[] = [];
  titles.forEach((title, index) => {
    if (taken.has(index)) return;
    const said = correctionFor(corrections, title);
    const filledCells = column(rows, index).filter((cell) => cell !== '');
    const counts = IGNORED_TITLES.test(columnWords(title)) || (isCounter(filledCells) && !kindMatching(title));
    if (isIgnored(corrections, title) && !said) told.unwanted.push(title);
    else if (counts && !said) told.ignored.push(title);
    else {
      const value = proposeValue(input, index, told, said);
      if (value) values.push(value);
    }
  });
  if (values.length === 0) return null;
  if (firstData > 1) notes.push(`The first ${firstData - 1} lines are no measurements and are passed over.`);
  if (time.informing.length > 0)
    notes.push('The times are in UTC as their title says; the time zone column only tells where they were taken.');
  if (time.ambiguous)
    notes.push(
      `Day and month cannot be told apart here; ${time.mapping.form === 'dmy' ? 'day' : 'month'} first is assumed. --date-order says it.`,
    );
  if (time.ambiguous) told.ambiguous = true;
  if (time.zoneAssumed && options.zoneMinutes === undefined) notes.push('The times name no time zone; UTC is assumed.');
  const mapped: TableMapping = {
    section: table.section,
    skipRows: firstData,
    columns: titles.length,
    time: time.mapping,
    ...(personColumn === undefined ? {} : { personColumn }),
    values,
  };
  return { table: mapped, titles };
}

/** Sections only where there are several; one title line above a table is just a line above. */
function named(sample: Sample): Named {
  const sectioned = sample.tables.length > 1;
  const tables = sample.tables.map(({ section, rows }) =>
    sectioned ? { section, rows: rows.slice(1) } : { section: '', rows },
  );
  return { tables, sectioned };
}

/** A mapping for a sample, with what the person should know; null when no table has a time and a value. */
export function proposeMapping(sample: Sample, options: ImportOptions): Proposal | null {
  const { tables } = named(sample);
  const mark = decimalMarkOf(sample);
  const notes: string[] = [];
  const told: Notes = { ignored: [], unwanted: [], unknown: [], unitAssumed: [], unitMissing: [], ambiguous: false };
  const proposed = tables.map((table) => proposeTable(table, sample, mark, options, notes, told));
  const kept = proposed.filter((table) => table !== null);
  if (kept.length === 0) return null;
  tellNotes(told, notes);
  const { encoding } = sample.found;
  return {
    mapping: {
      version: 1,
      encoding,
      delimiter: sample.delimiter,
      decimalMark: mark,
      tables: kept.map(({ table }) => table),
    },
    notes: [...new Set(notes)],
    ambiguous: told.ambiguous,
    shape: kept.map(({ table, titles }) => ({ section: table.section, titles })),
  };
}

/** Shapes that a plain table may have, by each of its first rows as titles: to find what was remembered of it whatever its times look like. */
export function possibleShapes(sample: Sample): TableShape[][] {
  const { tables, sectioned } = named(sample);
  if (sectioned || tables.length === 0) return [];
  const { section, rows } = tables[0];
  const firsts = rows.slice(0, HEADER_SEARCH_ROWS).flatMap((row, i) => (row.length > 1 && i > 0 ? [i] : []));
  return firsts.map((firstData) => [{ section, titles: titlesOf(tables[0], firstData) }]);
}
