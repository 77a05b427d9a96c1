// When a record is about: the clinical time of a resource, not when somebody wrote it down. FHIR's dates may tell a year, a month, a day or a
// moment; what stands in the resource stays as it is, and this only says where it goes on a time line.
import { fieldsOf, listOf, textOf } from '../import/json-records.ts';
import type { Resource } from './model.ts';

export interface ClinicalTime {
  /** Micros since 1970: the beginning of what is told (of a year, of a day), in UTC. */
  at: number;
  /** As the resource writes it. */
  written: string;
  /** It has a time of day and names no zone, which FHIR forbids and hospitals do. */
  lacksZone: boolean;
}

const DATE =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/;

/** Fields that tell when, the most telling first; of a list its first element counts, of a period its start (or end). */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  AllergyIntolerance: ['onset', 'recordedDate', 'lastOccurrence'],
  Appointment: ['start', 'created'],
  CarePlan: ['period', 'created'],
  Claim: ['billablePeriod', 'created'],
  Composition: ['date'],
  Condition: ['onset', 'recordedDate', 'abatement'],
  Consent: ['dateTime', 'date', 'period'],
  DeviceUseStatement: ['timing', 'recordedOn'],
  DiagnosticReport: ['effective', 'issued'],
  DocumentReference: ['date', 'context.period'],
  Encounter: ['period', 'actualPeriod', 'plannedStartDate'],
  ExplanationOfBenefit: ['billablePeriod', 'created'],
  FamilyMemberHistory: ['date'],
  Flag: ['period'],
  Goal: ['start', 'statusDate'],
  ImagingStudy: ['started'],
  Immunization: ['occurrence', 'recorded'],
  Media: ['created', 'issued'],
  MedicationAdministration: ['effective', 'occurrence'],
  MedicationDispense: ['whenHandedOver', 'whenPrepared'],
  MedicationRequest: ['authoredOn'],
  MedicationStatement: ['effective', 'dateAsserted'],
  Observation: ['effective', 'issued'],
  Procedure: ['performed', 'occurrence'],
  QuestionnaireResponse: ['authored'],
  ServiceRequest: ['occurrence', 'authoredOn'],
  Specimen: ['collection.collected', 'receivedTime'],
  Task: ['executionPeriod', 'authoredOn', 'lastModified'],
};
/** For types that are not named above. */
const USUAL = ['effective', 'occurrence', 'performed', 'period', 'date', 'authoredOn', 'recorded', 'created', 'issued'];
/** People and places have no moment of their own. */
const TIMELESS = new Set(
  ['Patient', 'Practitioner', 'PractitionerRole', 'Organization', 'RelatedPerson', 'Person', 'Location'].concat([
    ...['CareTeam', 'Medication', 'Substance', 'Binary', 'HealthcareService', 'Group', 'Device'],
  ]),
);

/** A person, a place, a medicine: it has no time and lacks none. */
export const isTimeless = ({ resourceType }: Resource): boolean => TIMELESS.has(resourceType);

/** Null: it tells none. */
export function clinicalTime(resource: Resource): ClinicalTime | null {
  const { resourceType } = resource;
  if (TIMELESS.has(resourceType)) return null;
  const fields = Object.hasOwn(FIELDS, resourceType) ? FIELDS[resourceType] : USUAL;
  for (const field of fields) {
    const [inner, own] = field.split('.').reverse();
    const found = timeIn(own === undefined ? resource : fieldsOf(resource[own]), inner);
    if (found) return found;
  }
  return null;
}

/** FHIR writes a choice of types as `onsetDateTime`, `onsetPeriod`, …: all of them are tried. */
function timeIn(of: Readonly<Record<string, unknown>>, field: string): ClinicalTime | null {
  for (const ending of ['', 'DateTime', 'Instant', 'Date', 'Period', 'Timing']) {
    const found = timeOf(of[field + ending]);
    if (found) return found;
  }
  return null;
}

function timeOf(value: unknown): ClinicalTime | null {
  if (typeof value === 'string') return parseFhirTime(value);
  if (Array.isArray(value)) return timeOf(value[0]);
  const { start, end, event, repeat } = fieldsOf(value);
  const bounds = fieldsOf(fieldsOf(repeat).boundsPeriod);
  for (const each of [start, end, listOf(event)[0], bounds.start]) {
    const found = parseFhirTime(textOf(each));
    if (found) return found;
  }
  return null;
}

/** `2019`, `2019-04`, `2019-04-02`, `2019-04-02T11:30:00.5+02:00`. Null for anything else, impossible dates included. */
export function parseFhirTime(written: string): ClinicalTime | null {
  const parts = DATE.exec(written);
  if (!parts) return null;
  const [, year, month = '01', day = '01', hour = '00', minute = '00', second = '00', fraction = '', zone] = parts;
  const millis = Date.UTC(2000, Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const date = new Date(millis);
  // From a leap year: Date.UTC takes years below 100 for another century.
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  const isReal =
    date.getUTCMonth() === Number(month) - 1 &&
    date.getUTCDate() === Number(day) &&
    Number(hour) < 24 &&
    Number(minute) < 60 &&
    Number(second) <= 60;
  if (!isReal) return null;
  const micros = Number(`${fraction}000000`.slice(0, 6));
  return {
    at: date.getTime() * 1000 + micros - minutesEast(zone) * 60_000_000,
    written,
    lacksZone: parts[4] !== undefined && zone === undefined,
  };
}

function minutesEast(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
  return zone.startsWith('-') ? -minutes : minutes;
}
