// Records in words: the text of the source first; for FHIR's own codes, types and fields a word of the language in use; dates as far as their
// source tells them, moments in the zone in use.
import type { Category, RecordInfo } from '@hale/home';
import type { IconName } from '../../ui/icon.tsx';
import { words } from '../../words/index.ts';
import { locale, zone } from '../../words/numbers.ts';

/** What can do harm first, then what is asked for most. */
export const CATEGORY_ICONS: Readonly<Record<Category, IconName>> = {
  allergies: 'alert',
  medicines: 'pill',
  problems: 'stethoscope',
  vaccinations: 'syringe',
  results: 'flask',
  vitals: 'heart',
  visits: 'calendar',
  procedures: 'check',
  documents: 'file',
  images: 'image',
  plans: 'list',
  history: 'clock',
  people: 'people',
  other: 'table',
};
export const CATEGORIES = Object.keys(CATEGORY_ICONS) as Category[];

const own = (table: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

/** `bodySite` → `Body site`: FHIR's own English for what the catalogue does not name. */
export function spelt(name: string): string {
  const apart = name
    .replace(/[-_]/g, ' ')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return apart.charAt(0).toUpperCase() + apart.slice(1);
}

export const typeWord = (type: string): string => own(words.value.records.types, type) ?? spelt(type);
export const codeWord = (code: string): string => own(words.value.records.codes, code) ?? code;
export const flagWord = (flag: string): string => own(words.value.records.flags, flag) ?? flag;

/** Kinds of value that FHIR puts behind the name of a field. */
const CHOICE =
  /^(.+?)(DateTime|Date|Instant|Period|Quantity|CodeableConcept|Reference|String|Boolean|Integer|Range|Age|Ratio|Time|Timing|Duration|PositiveInt|UnsignedInt|Decimal|SampledData|Attachment|Money|Uri|Canonical)$/;

/** Null: only FHIR's own name for it is known. */
export function fieldWord(field: string): string | null {
  const { fields } = words.value.records;
  const known = own(fields, field);
  if (known !== undefined) return known;
  const stem = CHOICE.exec(field)?.[1];
  return stem === undefined ? null : (own(fields, stem) ?? null);
}

const WRITTEN = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::[\d.]+)?(Z|[+-]\d{2}:\d{2})?)?)?)?/;

export const isWritten = (text: string): boolean =>
  /^\d{4}(-\d{2}(-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2})?)?)?)?$/.test(text);

/** A moment is shown in the zone in use, as charts and other times are; a day, or a time that names no zone, as written. */
function civil(text: string): { date: Date; timeZone: string; parts: RegExpExecArray } | null {
  const parts = WRITTEN.exec(text);
  if (!parts) return null;
  const [whole, year, month, day, hour, minute, offset] = parts;
  if (offset !== undefined) {
    const date = new Date(whole);
    return Number.isNaN(date.getTime()) ? null : { date, timeZone: zone.value, parts };
  }
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month ?? 1) - 1, Number(day ?? 1));
  date.setUTCHours(Number(hour ?? 0), Number(minute ?? 0));
  return { date, timeZone: 'UTC', parts };
}

/** A date of FHIR (`2019`, `2019-04`, `2019-04-02T11:30:00+02:00`) as far as it is told. */
export function writtenDate(text: string, isShort = false): string {
  const told = civil(text);
  if (!told) return text;
  const [, , month, day, hour] = told.parts;
  return new Intl.DateTimeFormat(locale.value, {
    timeZone: told.timeZone,
    year: 'numeric',
    ...(month === undefined ? {} : { month: 'short' as const }),
    ...(day === undefined ? {} : { day: 'numeric' as const }),
    ...(hour === undefined || isShort ? {} : { hour: '2-digit' as const, minute: '2-digit' as const }),
  }).format(told.date);
}

/** The year that `writtenDate` shows; '' for none. */
export function yearOf(text: string): string {
  const told = civil(text);
  if (!told) return '';
  const format = new Intl.DateTimeFormat('en', { timeZone: told.timeZone, year: 'numeric' });
  return format.format(told.date).padStart(4, '0');
}

/** Does a resource tell a time of day, so that a page has to say in which zone? */
export const hasTimes = (resource: object): boolean => /"\d{4}-\d\d-\d\dT\d\d:/.test(JSON.stringify(resource));

/** `2024-05` → `May 2024`; with the year left out `May`. */
export function monthName(month: string, hasYear = false): string {
  return new Intl.DateTimeFormat(locale.value, {
    timeZone: 'UTC',
    month: 'long',
    ...(hasYear ? { year: 'numeric' as const } : {}),
  }).format(new Date(`${month}-15T00:00:00Z`));
}

/** Their title is only which kind of bill it is. */
const NAMED_BY_TYPE = new Set(['Claim', 'ExplanationOfBenefit']);
export const isNamedByType = (type: string): boolean => NAMED_BY_TYPE.has(type);

type Named = Pick<RecordInfo, 'title' | 'type'> & Partial<Pick<RecordInfo, 'brief'>>;

export function nameOf({ title, type, brief }: Named): string {
  const { records } = words.value;
  if (NAMED_BY_TYPE.has(type)) return typeWord(type);
  if (title !== '') return codeWord(title);
  return brief?.isDirective ? records.directiveUnread : records.noName(typeWord(type));
}

/** What kind of thing it is. */
export const kindWord = ({ type, brief }: Pick<RecordInfo, 'type' | 'brief'>): string =>
  brief.isDirective ? words.value.records.directive : typeWord(type);

/** States that say nothing that one does not expect. */
const EXPECTED = new Set(['final', 'active', 'completed', 'finished', 'current', 'amended', 'available', '']);

/** The state, where it is worth a word in a list. */
export const statusWord = ({ status }: Pick<RecordInfo, 'status'>): string =>
  EXPECTED.has(status) ? '' : codeWord(status);

/** 'Patricia Jordana, born 4 May 1956', by her own records; '' where they name nobody. */
export function identityWords(patient: { name: string; born: string } | null): string {
  if (patient === null || patient.name === '') return '';
  const { records } = words.value;
  return patient.born === '' ? patient.name : records.bornOn(patient.name, writtenDate(patient.born));
}
