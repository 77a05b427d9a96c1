// Before anything of a source is kept: whose records are these? The whole source is read once; what is damaged beyond reading shows here, while
// nothing has been written yet.
import { fieldsOf, textOf } from '../import/json-records.ts';
import type { OpenedRecords, UnusableReason } from './format.ts';
import { UNUSABLE_NAMED_MAX } from './limits.ts';
import type { KnownPerson, Resource } from './model.ts';
import { calledBy, comparePersons, nobody, personOf } from './person.ts';

/** Patients whom only references name. */
const PATIENTS_TOLD_MAX = 1_000;

export interface FoundPatient {
  /** Name and date of birth as the source tells them. */
  called: string;
  person: KnownPerson;
  /** References by which the source's resources mean her. */
  references: string[];
}

export interface Look {
  patients: FoundPatient[];
  /** Resources of each type. */
  types: Map<string, number>;
  unusable: { place: string; reason: UnusableReason }[];
  unusableCount: number;
  notes: string[];
  /** What the series of the same source call a patient, by the reference that observations give. */
  seriesLabels: Map<string, Set<string>>;
}

export async function lookInto(opened: OpenedRecords, turn: () => Promise<void>): Promise<Look> {
  const look: Look = {
    patients: [],
    types: new Map(),
    unusable: [],
    unusableCount: 0,
    notes: [],
    seriesLabels: new Map(),
  };
  const named = new Set<string>();
  for await (const item of opened.items()) {
    if (item.type === 'note') look.notes.push(item.text);
    else if (item.type === 'unusable') {
      look.unusableCount++;
      if (look.unusable.length < UNUSABLE_NAMED_MAX) look.unusable.push({ place: item.place, reason: item.reason });
    } else {
      const { resourceType } = item.resource;
      look.types.set(resourceType, (look.types.get(resourceType) ?? 0) + 1);
      const whose = patientReference(item.resource);
      if (whose !== '' && named.size < PATIENTS_TOLD_MAX) named.add(whose);
      if (resourceType === 'Observation') addLabel(look, item.resource);
      if (resourceType === 'Patient') addPatient(look, item.resource, item.fullUrl ?? '');
    }
    await turn();
  }
  // Without a Patient, two references to one are all that shows that they are two.
  if (look.patients.length === 0 && named.size > 1)
    for (const reference of named) look.patients.push({ called: reference, person: nobody(), references: [reference] });
  return look;
}

function addLabel({ seriesLabels }: Look, observation: Resource): void {
  const reference = patientReference(observation);
  const { display, reference: written } = fieldsOf(observation.subject);
  const labels = seriesLabels.get(reference) ?? new Set();
  seriesLabels.set(reference, labels.add(textOf(display) || textOf(written)));
}

/** Labels under which the series of some patients are read. */
export const labelsOf = ({ seriesLabels }: Look, patients: readonly FoundPatient[]): string[] =>
  patients.flatMap(({ references }) => references.flatMap((each) => [...(seriesLabels.get(each) ?? [])]));

/** How others refer to a resource. */
function referencesTo({ resourceType, id }: Resource, fullUrl: string): string[] {
  return [fullUrl, typeof id === 'string' ? `${resourceType}/${id}` : ''].filter(Boolean);
}

/** Two Patients of one number, or one name and birth date, are one person: hospitals export several states of one. */
function addPatient(look: Look, patient: Resource, fullUrl: string): void {
  const person = personOf(patient);
  const references = referencesTo(patient, fullUrl);
  const known = look.patients.find((each) => comparePersons(each.person, person) === 'same');
  if (known) known.references.push(...references);
  else look.patients.push({ called: calledBy(patient), person, references });
}

/** Whose records a source holds, as far as it can be told; or what has to be asked first. */
export type Whose =
  | {
      outcome: 'take';
      own: FoundPatient[];
      others: FoundPatient[];
      /** Nothing shows that it is she but her word: her Patient resources there stay records of their own. */
      isAnyway?: true;
      note?: string;
    }
  | { outcome: 'ask'; question: PersonQuestion };

export interface PersonQuestion {
  /** The source is of somebody else, or of several and nobody knows yet which is meant. */
  code: 'other-person' | 'several-persons';
  /** Who the source says they are: names and dates of birth. */
  persons: string[];
}

export interface PersonWish {
  /** One of several, as the question names her, or by reference. */
  only?: string;
  /** She was asked and said that it belongs to her. */
  anyway?: boolean;
}

export function whoseRecords(known: KnownPerson, { patients }: Look, { only, anyway }: PersonWish): Whose {
  const chosen = only === undefined ? patients : patients.filter((each) => isCalled(each, only));
  const others = (own: FoundPatient[]) => patients.filter((each) => !own.includes(each));
  if (patients.length === 0)
    return {
      outcome: 'take',
      own: [],
      others: [],
      note: 'It names no patient, so nobody can say whose records these are.',
    };
  const ask = (code: PersonQuestion['code'], of: FoundPatient[]): Whose => ({
    outcome: 'ask',
    question: { code, persons: of.map(({ called }) => called) },
  });
  if (chosen.length === 0) return ask('several-persons', patients);
  const compared = chosen.map((patient) => ({ patient, is: comparePersons(known, patient.person) }));
  const same = compared.filter(({ is }) => is === 'same').map(({ patient }) => patient);
  if (same.length > 0 && only === undefined) return { outcome: 'take', own: same, others: others(same) };
  if (chosen.length > 1) return ask('several-persons', chosen);
  const [{ patient, is }] = compared;
  if (is === 'other' && !anyway) return ask('other-person', [patient]);
  const isUntold = is === 'unknown' && comparePersons(patient.person, patient.person) === 'unknown';
  const note = isUntold
    ? 'Its patient has neither a number nor a name with a date of birth: nobody can say whose records these are.'
    : '';
  return {
    outcome: 'take',
    own: [patient],
    others: others([patient]),
    ...(note === '' ? {} : { note }),
    ...(is === 'other' ? { isAnyway: true } : {}),
  };
}

function isCalled({ called, references }: FoundPatient, only: string): boolean {
  const wanted = only.trim().toLowerCase();
  const name = called.toLowerCase();
  return name === wanted || name.split(',')[0] === wanted || references.includes(only.trim());
}

/** Fields in which a resource says whose it is. */
const WHOSE_FIELDS = ['subject', 'patient', 'beneficiary', 'for', 'individual'] as const;

/** Reference to the patient that a resource is about; empty where it is about none. */
export function patientReference(resource: Resource): string {
  for (const field of WHOSE_FIELDS) {
    const reference = textOf(fieldsOf(resource[field]).reference);
    if (/(^|\/)Patient\/|^urn:/.test(reference)) return reference.replace(/\/_history\/[^/]*$/, '');
  }
  return '';
}
