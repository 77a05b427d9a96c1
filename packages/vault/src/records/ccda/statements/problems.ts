// Problems, diagnoses, health concerns: Condition.
import type { Fields } from '../../../import/json-records.ts';
import { compact, conceptOf, endOf, quantityOf, startOf, timeOf, toldConcept } from '../datatypes.ts';
import { innerStatements, isNegated, type Made } from '../reading.ts';
import { attributeOf, childOf, type XmlElement } from '../xml.ts';
import { type Context, innerOf, isKind, noteUsual, type StatementReader, statusCode } from './context.ts';

const CLINICAL = 'http://terminology.hl7.org/CodeSystem/condition-clinical';
const VERIFICATION = 'http://terminology.hl7.org/CodeSystem/condition-ver-status';
const CATEGORY = 'http://terminology.hl7.org/CodeSystem/condition-category';

/** SNOMED codes of C-CDA's problem status, and its older HITSP ones. */
const STATES: Readonly<Record<string, string>> = {
  55561003: 'active',
  73425007: 'inactive',
  413322009: 'resolved',
  277022003: 'remission',
  246455001: 'recurrence',
  263855007: 'relapse',
};
const CONCERN_STATES: Readonly<Record<string, string>> = {
  active: 'active',
  suspended: 'inactive',
  aborted: 'inactive',
  completed: 'resolved',
};

const concept = (system: string, code: string): Fields => ({ coding: [{ system, code }] });

/** A concern or diagnosis holds the problems that it is about. */
export const readConcern: StatementReader = (act, context, parent) => {
  const { reading } = context;
  let first: Made | null = null;
  for (const { statement } of innerStatements(act)) {
    if (statement.name !== 'observation' || !isProblem(statement)) continue;
    const made = problem(statement, context, act);
    if (made) {
      reading.take(act);
      noteUsual(context, made, act);
    }
    first ??= made;
  }
  return first ?? parent;
};

export const isProblem = (statement: XmlElement): boolean =>
  isKind(statement, 4) ||
  ['1.3.6.1.4.1.19376.1.5.3.1.4.5'].some((template) =>
    statement.nodes.some((node) => typeof node !== 'string' && attributeOf(node, 'root') === template),
  );

export const readProblem: StatementReader = (statement, context) => problem(statement, context, undefined);

function problem(statement: XmlElement, context: Context, concern: XmlElement | undefined): Made | null {
  const { reading, people } = context;
  const value = childOf(statement, 'value');
  const code = conceptOf(value, reading.textOf);
  if (code === undefined) return null;
  const { authors, time } = people.authors(
    statement.nodes.some((node) => typeof node !== 'string' && node.name === 'author')
      ? statement
      : (concern ?? statement),
  );
  const when = childOf(statement, 'effectiveTime');
  const [age] = innerOf(statement, 31);
  const onsetAge = ageOf(age);
  const isRefuted = isNegated(statement);
  const problemType = toldConcept(childOf(statement, 'code'), reading.textOf);
  reading.take(statement);
  const made = reading.add(
    'Condition',
    {
      clinicalStatus: isRefuted ? undefined : concept(CLINICAL, stateOf(statement, concern, context)),
      verificationStatus: concept(VERIFICATION, isRefuted ? 'refuted' : 'confirmed'),
      category: [concept(CATEGORY, categoryIn(context, concern)), ...(problemType ? [problemType] : [])],
      severity: severityOf(statement, context),
      code,
      subject: reading.patient,
      encounter: isDiagnosis(concern) ? reading.encounter : undefined,
      ...onsetOf(startOf(when), onsetAge),
      abatementDateTime: endOf(when),
      recordedDate: timeOf(time),
      recorder: people.only(authors, 'Practitioner', 'PractitionerRole', 'Patient', 'RelatedPerson')[0],
    },
    statement,
  );
  if (onsetAge) reading.take(age);
  noteUsual(context, made, statement);
  return made;
}

function onsetOf(start: string, onsetAge: Fields | undefined): Fields {
  return start === '' ? compact({ onsetAge }) : { onsetDateTime: start };
}

/** Age in the units of FHIR, which are UCUM's for times. */
export function ageOf(observation: XmlElement | undefined): Fields | undefined {
  const age = quantityOf(childOf(observation, 'value'));
  if (!age || !['a', 'mo', 'wk', 'd', 'h', 'min'].includes(String(age.code))) return undefined;
  return {
    ...age,
    unit: { a: 'years', mo: 'months', wk: 'weeks', d: 'days', h: 'hours', min: 'minutes' }[String(age.code)],
  };
}

function stateOf(statement: XmlElement, concern: XmlElement | undefined, { reading }: Context): string {
  const [state] = innerOf(statement, 6, '1.3.6.1.4.1.19376.1.5.3.1.4.1.1');
  const told = attributeOf(childOf(state, 'value'), 'code');
  if (state && Object.hasOwn(STATES, told)) {
    reading.take(state);
    return STATES[told];
  }
  if (endOf(childOf(statement, 'effectiveTime')) !== '') return 'resolved';
  const code = concern ? statusCode(concern) : '';
  return Object.hasOwn(CONCERN_STATES, code) ? CONCERN_STATES[code] : 'active';
}

function severityOf(statement: XmlElement, { reading }: Context): Fields | undefined {
  const [severity] = innerOf(statement, 8);
  const told = severity && toldConcept(childOf(severity, 'value'), reading.textOf);
  if (told) reading.take(severity);
  return told;
}

/** Diagnoses of a visit: of it, at admission, at discharge, before and after an operation. */
const isDiagnosis = (concern: XmlElement | undefined): boolean =>
  concern !== undefined && isKind(concern, 33, 34, 51, 65, 80);

function categoryIn({ section }: Context, concern: XmlElement | undefined): string {
  if (isDiagnosis(concern) || / diagnosis$/.test(section.name)) return 'encounter-diagnosis';
  return section.name === 'Health concerns' ? 'health-concern' : 'problem-list-item';
}
