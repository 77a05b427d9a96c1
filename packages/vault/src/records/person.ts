// Is the Patient of a file the person whose records these are? By a number that a hospital gave her, or by name and date of birth.
import { type Fields, fieldsOf, listOf, textOf } from '../import/json-records.ts';
import type { KnownPerson, Resource } from './model.ts';

export const nobody = (): KnownPerson => ({ identifiers: [], names: [], birthDates: [] });

/** Letters without marks and case: hospitals write `Müller`, `MULLER` and `Muller`. */
const plain = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** What a Patient (or another resource of a person) says of who it is. */
export function personOf(patient: Resource): KnownPerson {
  const identifiers = listOf(patient.identifier)
    .map(fieldsOf)
    .map(({ system, value }) => ({ system: textOf(system), value: textOf(value).trim() }))
    .filter(({ system, value }) => system !== '' && value !== '');
  const names = listOf(patient.name)
    .map(fieldsOf)
    .flatMap((name) => nameOf(name) ?? []);
  const birthDate = textOf(patient.birthDate);
  return { identifiers, names, birthDates: birthDate === '' ? [] : [birthDate] };
}

/** A family name may stand in the text alone. */
function nameOf(name: Fields): KnownPerson['names'][number] | null {
  const given = listOf(name.given).map(textOf).map(plain).filter(Boolean);
  const family = plain(textOf(name.family));
  if (family !== '') return { family, given };
  const words = plain(textOf(name.text)).split(' ').filter(Boolean);
  const last = words.pop();
  return last === undefined ? null : { family: last, given: words };
}

const isNobody = ({ identifiers, names, birthDates }: KnownPerson): boolean =>
  identifiers.length === 0 && (names.length === 0 || birthDates.length === 0);

/** Same: the person. Unknown: one of both says too little to tell. Other: nothing agrees. */
export function comparePersons(known: KnownPerson, found: KnownPerson): 'same' | 'other' | 'unknown' {
  if (isNobody(known) || isNobody(found)) return 'unknown';
  const hasNumber = known.identifiers.some((one) =>
    found.identifiers.some(({ system, value }) => one.system === system && one.value === value),
  );
  if (hasNumber) return 'same';
  const isBorn = known.birthDates.some((one) => found.birthDates.some((other) => isSameDate(one, other)));
  const isNamed = known.names.some((one) => found.names.some((other) => isSameName(one, other)));
  return isBorn && isNamed ? 'same' : 'other';
}

/** `1980` and `1980-05-02` agree as far as the shorter goes. */
function isSameDate(a: string, b: string): boolean {
  const length = Math.min(a.length, b.length);
  return length >= 4 && a.slice(0, length) === b.slice(0, length);
}

/** The family name, and one given name in common where both tell any. */
function isSameName(a: KnownPerson['names'][number], b: KnownPerson['names'][number]): boolean {
  if (a.family !== b.family) return false;
  return a.given.length === 0 || b.given.length === 0 || a.given.some((name) => b.given.includes(name));
}

/** All that both say. */
export function withPerson(known: KnownPerson, more: KnownPerson): KnownPerson {
  const merged = nobody();
  const seen = new Set<string>();
  const isNew = (value: unknown) => {
    const name = JSON.stringify(value);
    return !seen.has(name) && Boolean(seen.add(name));
  };
  for (const each of [...known.identifiers, ...more.identifiers])
    if (isNew([each.system, each.value])) merged.identifiers.push(each);
  for (const each of [...known.names, ...more.names]) if (isNew([each.family, each.given])) merged.names.push(each);
  for (const each of [...known.birthDates, ...more.birthDates]) if (isNew(each)) merged.birthDates.push(each);
  return merged;
}

/** How a report calls a person whom it asks about: she must see whose records these are. */
export function calledBy(patient: Resource): string {
  const name = fieldsOf(listOf(patient.name)[0]);
  const told = textOf(name.text) || [...listOf(name.given).map(textOf), textOf(name.family)].filter(Boolean).join(' ');
  return [told || '?', textOf(patient.birthDate)].filter(Boolean).join(', ');
}
