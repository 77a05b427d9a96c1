// How a table of text becomes series: a plain JSON value that can be shown, corrected and passed back.

/** Order of the parts of a date, or the unit of a count since 1970. */
export const TIME_FORMS = ['ymd', 'dmy', 'mdy', 'epoch-s', 'epoch-ms', 'epoch-us', 'epoch-ns'] as const;
export type TimeForm = (typeof TIME_FORMS)[number];

export interface TimeMapping {
  column: number;
  form: TimeForm;
  /** A second column with the time of day, where `column` holds only the date. */
  clockColumn?: number;
  /** Minutes east of UTC for times that carry no zone of their own; left out where the zone of the import counts, with its summer time. */
  zoneMinutes?: number;
  /** The title says that the times are UTC: no zone of the options applies. */
  isUtc?: boolean;
  /** A column with offsets such as +0200 that applies to each row. */
  zoneColumn?: number;
}

export interface ValueMapping {
  column: number;
  /** Header text. */
  title: string;
  kind: string;
  /** UCUM code, empty when unknown. */
  ucum: string;
  /** Physical value = origin + factor × int32. */
  factor: number;
  origin: number;
  nominalPeriodSeconds: number;
  loinc?: string;
}

/** One table: the whole file, or a named section of a file that holds several under each other. */
export interface TableMapping {
  /** The line that opens the section; empty for a plain file. */
  section: string;
  /** Rows before the data: the line of column titles and what stands above it. */
  skipRows: number;
  columns: number;
  time: TimeMapping;
  /** The column that says whose row it is, where a file holds several persons. */
  personColumn?: number;
  values: ValueMapping[];
}

export interface Mapping {
  version: 1;
  encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'latin-1';
  delimiter: ',' | ';' | '\t' | '|';
  decimalMark: '.' | ',';
  tables: TableMapping[];
  /** Of JSON records: the field behind each column, `a.b` for one inside another. */
  fields?: string[];
  /** Of JSON records: the key of the array that holds them; left out where they are the file itself. */
  under?: string;
}
