// What a list says of a record beside its name: taken out of the resource in the words and codes of its source, nothing translated or looked up.
import { type Fields, fieldsOf, isFields, listOf, textOf } from '../import/json-records.ts';
import { isTimeOver, lastWordOf } from './course.ts';
import { conceptText, isDirective, statusOf } from './describe.ts';
import type { Resource } from './model.ts';
import { type NoneKnown, noneKnownIn } from './none-known.ts';
import { type ResultValue, resultsIn } from './results.ts';

export type BriefResult = Omit<ResultValue, 'test' | 'ucum'>;

/** Fields that a resource has nothing for are left out. Codes are FHIR's own; texts are the source's. */
export interface RecordBrief {
  /** Stopped, resolved, done: it belongs to the past. */
  isOver?: true;
  /** Instruction of a dose, as text. */
  dose?: string;
  reason?: string;
  reactions?: string[];
  /** Code or text. */
  severity?: string;
  criticality?: string;
  /** `confirmed`, `unconfirmed`, `refuted`, … */
  verification?: string;
  /** When it ended, as its source writes it. */
  ended?: string;
  lot?: string;
  doseNumber?: string;
  /** What a vaccine protects from. */
  diseases?: string[];
  /** Who did, ordered or wrote it. */
  by?: string;
  place?: string;
  /** Of a medicine: when it was last said, as its source writes it. */
  lastWord?: string;
  /** Of a medicine: the time that was stated for it has run out, and nobody said that it was stopped. */
  timeOver?: true;
  /** What kind of thing a list of several types holds: a role, a kind of document. */
  about?: string;
  /** It says that there is nothing, or that nobody knows: it is no allergy, no problem, no medicine. */
  noneKnown?: NoneKnown;
  /** What was measured, with range and flag: of an observation its own value, or those of its parts. */
  results?: BriefResult[];
  /** It says how she wants, or does not want, to be treated: whoever acts on it has to see the original. */
  isDirective?: true;
  /** Files that hang on it. */
  attachments?: number;
}

const TEXT_UNITS_MAX = 300;
/** Parts of one observation that a list tells of. */
const RESULTS_MAX = 20;
const OVER = new Set(
  (
    'stopped completed cancelled revoked resolved inactive remission abated entered-in-error not-taken not-done ended ' +
    'finished off retired rejected failed refuted'
  ).split(' '),
);
/** Of these, to be done is not to be over. */
const DONE_AT_ONCE = new Set(['Procedure', 'Immunization', 'Encounter', 'Observation', 'DiagnosticReport', 'Media']);

const cut = (text: string): string => text.trim().slice(0, TEXT_UNITS_MAX);
const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value);
const concepts = (value: unknown): string[] => listOf(value).map(conceptText).filter(Boolean);
/** The display of a reference, or of the first of several. */
const shown = (value: unknown): string => textOf(fieldsOf(first(value)).display);

function number(quantity: unknown): string {
  const { value, unit, code } = fieldsOf(quantity);
  return typeof value === 'number' ? [String(value), textOf(unit) || textOf(code)].filter(Boolean).join(' ') : '';
}

/** A dosage in words: as written, else put together of its parts. */
export function doseText(dosage: unknown): string {
  const of = fieldsOf(dosage);
  const written = textOf(of.text) || textOf(of.patientInstruction);
  if (written !== '') return cut(written);
  const rate = fieldsOf(first(of.doseAndRate));
  const range = fieldsOf(rate.doseRange);
  const dose =
    number(rate.doseQuantity ?? of.doseQuantity) || [number(range.low), number(range.high)].filter(Boolean).join('–');
  const { repeat, code } = fieldsOf(of.timing);
  return cut(
    [dose, conceptText(of.route), timingText(fieldsOf(repeat)) || conceptText(code)].filter(Boolean).join(', '),
  );
}

/** `2 × / 1 d`: units of time stay codes, which are the same in every language. */
function timingText({ frequency, period, periodUnit, when, count }: Fields): string {
  const often =
    typeof frequency === 'number' ? frequency : typeof count === 'number' && period !== undefined ? count : 1;
  if (typeof period !== 'number') return listOf(when).map(textOf).filter(Boolean).join(' ');
  return `${often} × / ${period} ${textOf(periodUnit)}`;
}

export function attachmentsOf(resource: Resource): Fields[] {
  const { content, photo, presentedForm, payload, resourceType } = resource;
  const found =
    resourceType === 'Binary'
      ? [resource]
      : resourceType === 'Media'
        ? [content]
        : [
            ...listOf(content).map((each) => fieldsOf(each).attachment),
            ...listOf(payload).map((each) => fieldsOf(each).contentAttachment),
            ...listOf(presentedForm),
            ...listOf(photo),
          ];
  return found.filter(isFields);
}

function endOf({ abatementDateTime, abatementString, effectivePeriod, period, performedPeriod }: Resource): string {
  const abated = textOf(abatementDateTime) || textOf(abatementString);
  return (
    abated || [effectivePeriod, period, performedPeriod].map((each) => textOf(fieldsOf(each).end)).find(Boolean) || ''
  );
}

function whoOf(resource: Resource): string {
  const { performer, requester, author, asserter, recorder, participant, serviceProvider, custodian } = resource;
  const [acted] = listOf(performer).map(fieldsOf);
  const [took] = listOf(participant).map(fieldsOf);
  const all = [
    shown(acted?.actor),
    shown(performer),
    shown(requester),
    shown(author),
    shown(asserter),
    shown(recorder),
  ];
  return [...all, shown(took?.individual), shown(serviceProvider), shown(custodian)].find(Boolean) ?? '';
}

function placeOf({ serviceProvider, location, institution }: Resource): string {
  const [at] = listOf(location).map(fieldsOf);
  return shown(serviceProvider) || shown(at?.location) || shown(location) || shown(institution);
}

function reactionsOf(resource: Resource): Pick<RecordBrief, 'reactions' | 'severity'> {
  const reactions = listOf(resource.reaction).map(fieldsOf);
  const told = reactions.flatMap((each) => {
    const named = concepts(each.manifestation);
    return named.length > 0 ? named : [textOf(each.description)].filter(Boolean);
  });
  const ranks = ['severe', 'moderate', 'mild'];
  const severity = ranks.find((rank) => reactions.some((each) => each.severity === rank)) ?? '';
  return { reactions: [...new Set(told)].slice(0, 20).map(cut), severity };
}

function vaccineOf(resource: Resource): Pick<RecordBrief, 'lot' | 'doseNumber' | 'diseases'> {
  const protocols = listOf(resource.protocolApplied).map(fieldsOf);
  const { doseNumberPositiveInt, doseNumberString } = protocols[0] ?? {};
  return {
    lot: textOf(resource.lotNumber),
    doseNumber: typeof doseNumberPositiveInt === 'number' ? String(doseNumberPositiveInt) : textOf(doseNumberString),
    diseases: [...new Set(protocols.flatMap(({ targetDisease }) => concepts(targetDisease)))].slice(0, 20),
  };
}

/** What a thing is where its name is that of a person or place. */
function aboutOf({ resourceType, type, category, specialty, relationship, code }: Resource): string {
  if (resourceType === 'Organization') return conceptText(type);
  if (resourceType === 'RelatedPerson') return conceptText(relationship);
  if (resourceType === 'PractitionerRole') return conceptText(code) || conceptText(specialty);
  if (resourceType === 'DocumentReference') return conceptText(type) || conceptText(category);
  return '';
}

function isOver(resource: Resource, nowMillis: number): boolean {
  const { resourceType } = resource;
  if (DONE_AT_ONCE.has(resourceType)) return false;
  const status = statusOf(resource);
  if (OVER.has(status)) return true;
  if (resourceType === 'Condition' && status === '') return endOf(resource) !== '';
  if (!resourceType.startsWith('Medication')) return false;
  const ended = Date.parse(endOf(resource));
  return ended < nowMillis;
}

/** Without what is empty. */
function filled(brief: { [field in keyof RecordBrief]: RecordBrief[field] | '' | boolean | 0 }): RecordBrief {
  const kept = Object.entries(brief).filter(([, value]) => value && !(Array.isArray(value) && value.length === 0));
  return Object.fromEntries(kept) as RecordBrief;
}

const isNotSo = ({ verificationStatus }: Resource): boolean =>
  ['refuted', 'entered-in-error'].includes(textOf(fieldsOf(first(fieldsOf(verificationStatus).coding)).code));

/** @param nowMillis by which a medicine whose time has run out is over */
export function briefOf(resource: Resource, nowMillis: number): RecordBrief {
  const { dosage, dosageInstruction, reasonCode, reasonReference, severity, criticality, verificationStatus } =
    resource;
  const doses = [...listOf(dosageInstruction), ...(Array.isArray(dosage) ? dosage : [dosage])].map(doseText);
  return filled({
    isOver: isOver(resource, nowMillis),
    dose: cut(doses.filter(Boolean).join('; ')),
    reason: cut(conceptText(reasonCode) || shown(reasonReference)),
    severity: conceptText(severity),
    criticality: textOf(criticality),
    verification: textOf(fieldsOf(first(fieldsOf(verificationStatus).coding)).code),
    ended: endOf(resource),
    by: cut(whoOf(resource)),
    place: cut(placeOf(resource)),
    about: cut(aboutOf(resource)),
    isDirective: isDirective(resource),
    noneKnown: isNotSo(resource) ? '' : (noneKnownIn(resource) ?? ''),
    results: resultsIn(resource)
      .slice(0, RESULTS_MAX)
      .map(({ test: _, ucum: __, ...told }) => told),
    attachments: attachmentsOf(resource).length,
    ...(resource.resourceType === 'AllergyIntolerance' ? reactionsOf(resource) : {}),
    ...(resource.resourceType === 'Immunization' ? vaccineOf(resource) : {}),
    ...(resource.resourceType.startsWith('Medication')
      ? { lastWord: lastWordOf(resource), timeOver: isTimeOver(resource, nowMillis) }
      : {}),
  });
}
