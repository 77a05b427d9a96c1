// What a person says about the columns of a table, and what is remembered of it: by titles, so that it fits the next file of the same shape.
import { fail, sha256, toHex, utf8Encode } from '@hale/kernel';
import { acceptsUnit, kindFor } from '../kinds.ts';
import { unitWritten } from '../kinds-units.ts';
import { slug } from './describe.ts';
import { IMPORT_LIMITS } from './limits.ts';
import { type Mapping, type TableMapping, TIME_FORMS, type TimeForm } from './mapping.ts';

export interface ColumnCorrection {
  title: string;
  kind: string;
  /** UCUM code; empty for a unit that nobody knows. */
  ucum: string;
  /** Only where a whole mapping said it; else it follows from the decimals that the file shows. */
  factor?: number;
}

export interface Corrections {
  /** Title of the column with the time, and how it is written. Without a form the file decides. */
  time?: { title: string; form?: TimeForm };
  columns?: ColumnCorrection[];
  /** Titles of columns that are not wanted. */
  ignore?: string[];
}

const sameTitle = (one: string, other: string): boolean => one.trim().toLowerCase() === other.trim().toLowerCase();

export const correctionFor = (corrections: Corrections | undefined, title: string): ColumnCorrection | undefined =>
  corrections?.columns?.find((column) => sameTitle(column.title, title));

export const isIgnored = (corrections: Corrections | undefined, title: string): boolean =>
  corrections?.ignore?.some((ignored) => sameTitle(ignored, title)) === true;

export const indexOfTitle = (titles: readonly string[], title: string): number =>
  titles.findIndex((one) => sameTitle(one, title));

/** A kind and a unit as a person writes them, as a correction. @throws HaleError 'usage' */
export function columnCorrection(title: string, kindWritten: string, unit: string): ColumnCorrection {
  const key = slug(kindWritten);
  if (key === '') return fail('usage', 'a column needs a kind, such as heart-rate');
  const kind = kindFor(key);
  if (kind && (kind.form === 'code' || kind.form === 'event'))
    fail('usage', 'this kind is no number and cannot come from a column');
  const ucum = unit.trim() === '' ? (kind?.ucum ?? '') : (unitWritten(unit) ?? unit.trim());
  if (kind && !acceptsUnit(kind, ucum))
    fail('usage', 'this kind does not come in that unit; its own unit is the one that is taken without any');
  return { title, kind: key, ucum };
}

/** Checks what came from outside or from the catalogue. @throws HaleError 'malformed' */
export function checkCorrections(corrections: Corrections): void {
  const bad = (what: string): never => fail('malformed', `the corrections are not usable: ${what}`);
  const isText = (text: unknown): boolean => typeof text === 'string' && text.length <= IMPORT_LIMITS.labelCharsMax;
  const { time, columns = [], ignore = [] } = corrections;
  if (time && (!isText(time.title) || (time.form !== undefined && !TIME_FORMS.includes(time.form)))) bad('time');
  if (!Array.isArray(columns) || !Array.isArray(ignore) || columns.length + ignore.length > IMPORT_LIMITS.columnsMax)
    bad('columns');
  for (const { title, kind, ucum, factor } of columns) {
    if (!isText(title) || !isText(kind) || !isText(ucum) || !/^[\p{L}\p{N}][\p{L}\p{N}.-]*$/u.test(kind)) bad('column');
    if (factor !== undefined && !(factor > 0 && Number.isFinite(factor))) bad('factor');
  }
  if (!ignore.every(isText)) bad('ignored columns');
}

/** Titles of one table, as they stand in the file. */
export interface TableShape {
  section: string;
  titles: string[];
}

/** Files of one shape have the same signature: the same titles in the same order. */
export function signatureOf(shape: readonly TableShape[]): string {
  return toHex(sha256(utf8Encode(JSON.stringify(shape.map(({ section, titles }) => [section, titles]))))).slice(0, 32);
}

/** What a mapping decided, by titles: what is remembered. */
export function decisionsOf(mapping: Mapping, shape: readonly TableShape[], keepFactors: boolean): Corrections {
  const titlesOf = (table: TableMapping): string[] =>
    shape.find(({ section }) => section === table.section)?.titles ?? [];
  const columns = mapping.tables.flatMap((table) =>
    table.values.map((value): ColumnCorrection => {
      const column = { title: titlesOf(table)[value.column] ?? value.title, kind: value.kind, ucum: value.ucum };
      return keepFactors ? { ...column, factor: value.factor } : column;
    }),
  );
  const [first] = mapping.tables;
  const used = new Set(columns.map(({ title }) => title));
  const times = mapping.tables.flatMap(({ time, personColumn }) => [
    time.column,
    time.clockColumn,
    time.zoneColumn,
    personColumn,
  ]);
  const ignore = shape.flatMap(({ titles }) => titles.filter((title, i) => !used.has(title) && !times.includes(i)));
  return { time: { title: titlesOf(first)[first.time.column] ?? '', form: first.time.form }, columns, ignore };
}

/** What a column is taken for, to be shown. */
export interface ColumnReading {
  /** Section of the file; empty for a plain table. */
  section: string;
  title: string;
  as: 'time' | 'clock' | 'zone' | 'person' | 'value' | 'nothing';
  /** Of a value: kind, whether Hale knows it, unit. */
  kind?: string;
  kindKnown?: boolean;
  ucum?: string;
  /** Of a time: how it is written, and minutes east of UTC where it names no zone itself. */
  form?: TimeForm;
  zoneMinutes?: number;
}

/** Every column of a table and what it is taken for. */
export function columnReadings(mapping: Mapping, shape: readonly TableShape[]): ColumnReading[] {
  return mapping.tables.flatMap((table) => {
    const { section, time, personColumn, values } = table;
    const titles = shape.find((one) => one.section === section)?.titles ?? [];
    return titles.map((title, column): ColumnReading => {
      const value = values.find((one) => one.column === column);
      if (value) {
        const { kind, ucum } = value;
        return { section, title, as: 'value', kind, kindKnown: kindFor(kind) !== undefined, ucum };
      }
      const { form, zoneMinutes } = time;
      const zone = zoneMinutes === undefined ? {} : { zoneMinutes };
      if (column === time.column) return { section, title, as: 'time', form, ...zone };
      const as =
        column === time.clockColumn
          ? 'clock'
          : column === time.zoneColumn
            ? 'zone'
            : column === personColumn
              ? 'person'
              : 'nothing';
      return { section, title, as };
    });
  });
}
