// How old the word is that a medicine is taken, and whether the time that was stated for it has run out. It stays among what is taken: nobody said that
// she stopped.
import { type Fields, fieldsOf, listOf, textOf } from '../import/json-records.ts';
import { parseFhirTime } from './clinical-time.ts';
import type { Resource } from './model.ts';

const DAY_MILLIS = 86_400_000;
/** UCUM units of a duration, in days. */
const DAYS: Readonly<Record<string, number>> = { h: 1 / 24, d: 1, wk: 7, mo: 30.44, a: 365.25 };
/** Words for the same in instructions, by how they begin. */
const WORDS: readonly (readonly [RegExp, number])[] = [
  [/^(d[ayií]|dni|dzień)/i, DAYS.d],
  [/^(week|seman|tyg)/i, DAYS.wk],
  [/^(month|mes|mies)/i, DAYS.mo],
];
/** `… for 7 days`, `… a maximum of 4 weeks`, at the very end: what goes on behind it may go on for long. */
const LAST_WORDS =
  /(?:\bfor|\bup to|\bmax(?:imum)?\.?(?: of)?|\bdurante|\bmáximo(?: de)?|\bhasta|\bprzez|\bmaksymalnie|\bmaks\.) +(\d{1,3}) *([\p{L}]+)[ .;]*$/iu;

const micros = (text: unknown): number | null => parseFhirTime(textOf(text))?.at ?? null;
const millisOf = (text: unknown): number | null => {
  const at = micros(text);
  return at === null ? null : at / 1000;
};

/** When it was last said, as its source writes it; '' where nobody knows. */
export function lastWordOf(resource: Resource): string {
  const { dateAsserted, authoredOn, effectiveDateTime, effectivePeriod, whenHandedOver, whenPrepared } = resource;
  const all = [
    dateAsserted,
    authoredOn,
    effectiveDateTime,
    fieldsOf(effectivePeriod).start,
    whenHandedOver,
    whenPrepared,
  ];
  const said = all.map(textOf).filter((text) => micros(text) !== null);
  return said.sort((a, b) => (micros(b) ?? 0) - (micros(a) ?? 0))[0] ?? '';
}

/** Days that a quantity of time lasts; null for anything else. */
function daysIn(quantity: unknown): number | null {
  const { value, code, unit } = fieldsOf(quantity);
  const days = DAYS[textOf(code) || textOf(unit)];
  return typeof value === 'number' && days !== undefined ? value * days : null;
}

function daysInWords(text: string): number | null {
  const [, count, unit] = LAST_WORDS.exec(text) ?? [];
  const days = WORDS.find(([begins]) => begins.test(unit ?? ''))?.[1];
  return days === undefined ? null : Number(count) * days;
}

/** Moments at which one dosage ends; null among them: it has no end. */
function endOf(dosage: Fields, startMillis: number | null): number | null {
  const { boundsPeriod, boundsDuration, boundsRange } = fieldsOf(fieldsOf(dosage.timing).repeat);
  const end = millisOf(fieldsOf(boundsPeriod).end);
  if (end !== null) return end + DAY_MILLIS;
  const days = daysIn(boundsDuration) ?? daysIn(fieldsOf(boundsRange).high) ?? daysInWords(textOf(dosage.text));
  return days === null || startMillis === null ? null : startMillis + (days + 1) * DAY_MILLIS;
}

/** Has the time run out that its source stated for all of it? */
export function isTimeOver(resource: Resource, nowMillis: number): boolean {
  if (!resource.resourceType.startsWith('Medication')) return false;
  const { effectivePeriod, effectiveDateTime, authoredOn, whenHandedOver, dosage, dosageInstruction } = resource;
  const start = [fieldsOf(effectivePeriod).start, effectiveDateTime, whenHandedOver, authoredOn]
    .map(millisOf)
    .find((each) => each !== null);
  const dosages = [...listOf(dosage), ...listOf(dosageInstruction)].map(fieldsOf);
  const ends = dosages.map((each) => endOf(each, start ?? null));
  return ends.length > 0 && ends.every((end) => end !== null && end < nowMillis);
}
