// Findings: results, vital signs, how somebody lives and manages, wounds, scales (Observation), and reports that group them (DiagnosticReport).
import { type Fields, fieldsOf } from '../../../import/json-records.ts';
import {
  absentReason,
  compact,
  conceptText,
  filled,
  instantOf,
  quantityOf,
  timeOf,
  toldConcept,
  toldValue,
  typeOf,
  whenOf,
} from '../datatypes.ts';
import { append, innerStatements, isNegated, type Made, referenceTo } from '../reading.ts';
import { categoryOf } from '../sections.ts';
import { attributeOf, childOf, childrenOf, plainText, type XmlElement } from '../xml.ts';
import { type Context, codeOf, isKind, mapped, noteUsual, type StatementReader, statusCode } from './context.ts';

const STATES: Readonly<Record<string, string>> = {
  completed: 'final',
  active: 'preliminary',
  new: 'registered',
  held: 'registered',
  suspended: 'preliminary',
  aborted: 'cancelled',
  cancelled: 'cancelled',
  nullified: 'entered-in-error',
  obsolete: 'amended',
};

/** Reports know no amended by "obsolete". */
const stateOf = (statement: XmlElement): string => mapped(STATES, statusCode(statement), 'final');

export const readFinding: StatementReader = (statement, context, parent) => {
  const { reading, people } = context;
  const { authors, time } = people.authors(statement);
  reading.take(statement);
  const performers = [...people.performers(statement), ...authors];
  const isVital = isKind(statement, 27);
  const category = isVital
    ? categoryOf('vital-signs')
    : isKind(statement, 2)
      ? categoryOf('laboratory')
      : context.section.category;
  const when = whenOf('effective', childOf(statement, 'effectiveTime'));
  const made = reading.add(
    'Observation',
    {
      status: stateOf(statement),
      category: category ? [category] : [],
      code: codeOf(context, statement),
      subject: reading.patient,
      ...when,
      issued: instantOf(timeOf(time)),
      performer: people.only(
        performers,
        'Practitioner',
        'PractitionerRole',
        'Organization',
        'Patient',
        'RelatedPerson',
      ),
      device: people.only(performers, 'Device')[0],
      ...valuesOf(statement, context),
      interpretation: childrenOf(statement, 'interpretationCode').flatMap(
        (each) => toldConcept(each, reading.textOf) ?? [],
      ),
      bodySite: toldConcept(childOf(statement, 'targetSiteCode'), reading.textOf),
      method: toldConcept(childOf(statement, 'methodCode'), reading.textOf),
      referenceRange: childrenOf(statement, 'referenceRange').flatMap((each) => referenceRangeOf(each, context) ?? []),
    },
    statement,
  );
  if (isNegated(statement)) negate(made);
  others(statement, context, made);
  noteUsual(context, made, statement);
  if (parent && parent.resource.resourceType !== 'Observation' && parent.resource.resourceType !== 'DiagnosticReport')
    append(made, 'focus', referenceTo(parent));
  within(statement, context, made);
  return made;
};

/** Something that is not so must not read as if it were: the code goes, and what it was is told in words. */
function negate({ resource }: Made): void {
  const told = conceptText(fieldsOf(resource.valueCodeableConcept));
  const what = told || conceptText(fieldsOf(resource.code));
  for (const field of Object.keys(resource)) if (/^(value[A-Z]|dataAbsentReason)/.test(field)) delete resource[field];
  resource.valueCodeableConcept = { text: `Not so: ${what}` };
}

/** The first value is the finding's; R4 gives further ones a place among its components. */
function valuesOf(statement: XmlElement, context: Context): Fields {
  const { reading } = context;
  const elements = childrenOf(statement, 'value');
  const values = elements
    .map((each) => toldValue(each, reading.textOf))
    .filter((value) => Object.keys(value).length > 0);
  if (values.length === 0) {
    const flavor = attributeOf(elements[0] ?? childOf(statement, 'value'), 'nullFlavor');
    const words = reading.textOf(childOf(statement, 'text'));
    if (flavor !== '') return { dataAbsentReason: absentReason(flavor) };
    return elements.length > 0 || words === '' ? {} : { valueString: words };
  }
  const [first, ...more] = values;
  return compact({ ...first, component: more.map((value) => ({ code: codeOf(context, statement), ...value })) });
}

function referenceRangeOf(element: XmlElement, { reading }: Context): Fields | undefined {
  const range = childOf(element, 'observationRange');
  const value = childOf(range, 'value');
  const interval = value && typeOf(value) === 'IVL_PQ' ? value : undefined;
  const kind = toldConcept(childOf(range, 'interpretationCode'), reading.textOf);
  const told = value && !interval ? valueText(toldValue(value, reading.textOf)) : '';
  return filled({
    low: quantityOf(childOf(interval, 'low')),
    high: quantityOf(childOf(interval, 'high')),
    type: kind,
    text: [reading.textOf(childOf(range, 'text')), told].filter(Boolean).join(' '),
  });
}

const valueText = (value: Fields): string => {
  const [told] = Object.values(value);
  return typeof told === 'object' ? conceptText(fieldsOf(told)) : String(told ?? '');
};

/** What R4 gives no place of its own: priority, the material, who else took part. */
function others(statement: XmlElement, context: Context, made: Made): void {
  const { reading } = context;
  const priority = conceptText(toldConcept(childOf(statement, 'priorityCode'), reading.textOf));
  if (priority !== '') append(made, 'note', { text: `Priority: ${priority}` });
  for (const line of materialsOf(statement, context)) append(made, 'note', { text: line });
  for (const line of takingPart(statement, context)) append(made, 'note', { text: line });
}

export function materialsOf(statement: XmlElement, { reading }: Context): string[] {
  return childrenOf(statement, 'specimen').flatMap((each) => {
    const entity = childOf(each, 'specimenRole', 'specimenPlayingEntity');
    const name =
      conceptText(toldConcept(childOf(entity, 'code'), reading.textOf)) || plainText(childOf(entity, 'name'));
    return name === '' ? [] : [`Specimen: ${name}`];
  });
}

const PARTS: Readonly<Record<string, string>> = {
  VRF: 'Verified by',
  CST: 'Held by',
  IRCP: 'Told to',
  IND: 'About',
  RESP: 'Responsible',
  LOC: 'Place',
  DEV: 'Device',
};

export function takingPart(
  statement: XmlElement,
  { people, reading }: Context,
  ...without: readonly string[]
): string[] {
  return childrenOf(statement, 'participant').flatMap((each) => {
    const type = attributeOf(each, 'typeCode');
    const role = childOf(each, 'participantRole');
    if (without.includes(type) || role === undefined) return [];
    const place = type === 'LOC' ? people.location(role) : undefined;
    const kind = conceptText(toldConcept(childOf(role, 'code'), reading.textOf));
    const name = place?.display ?? (childOf(role, 'playingDevice') ? '' : people.of(role)?.display) ?? '';
    const device = conceptText(toldConcept(childOf(role, 'playingDevice', 'code'), reading.textOf));
    const since = timeOf(childOf(each, 'time')) || timeOf(childOf(each, 'time', 'low'));
    const said = [name || device, kind].filter((text, i, all) => text !== '' && all.indexOf(text) === i).join(', ');
    return said === '' ? [] : [`${mapped(PARTS, type, 'With')}: ${said}${since === '' ? '' : ` (${since})`}`];
  });
}

/** Findings of a finding are its members; all others stand by themselves and point at it. */
function within(statement: XmlElement, context: Context, made: Made): void {
  for (const { statement: inner } of innerStatements(statement)) {
    if (context.reading.isTaken(inner)) continue;
    const read = context.read(inner, made);
    if (read?.resource.resourceType === 'Observation' && read !== made) append(made, 'hasMember', referenceTo(read));
  }
}

/** A group: of results a report, of anything else a finding with members. */
export const readGroup: StatementReader = (statement, context) => {
  const { reading, people } = context;
  const isReport = isKind(statement, 1) || context.section.name === 'Results';
  const members: Made[] = [];
  reading.take(statement);
  const { authors, time } = people.authors(statement);
  const performer = people.only(
    [...people.performers(statement), ...authors],
    'Practitioner',
    'PractitionerRole',
    'Organization',
  );
  const code = codeOf(context, statement);
  const when = whenOf('effective', childOf(statement, 'effectiveTime'));
  const category = isReport
    ? REPORT_CATEGORY
    : isKind(statement, 26)
      ? categoryOf('vital-signs')
      : context.section.category;
  const made = reading.add(
    isReport ? 'DiagnosticReport' : 'Observation',
    {
      status: isReport ? mapped(REPORT_STATES, statusCode(statement), 'final') : stateOf(statement),
      category: category ? [category] : [],
      code,
      subject: reading.patient,
      ...when,
      issued: instantOf(timeOf(time)),
      performer,
    },
    statement,
  );
  for (const { statement: inner } of innerStatements(statement)) {
    if (reading.isTaken(inner)) continue;
    const read = context.read(inner, made);
    if (read && read !== made) members.push(read);
  }
  const findings = members.filter(({ resource }) => resource.resourceType === 'Observation');
  append(made, isReport ? 'result' : 'hasMember', ...findings.map((each) => referenceTo(each)));
  for (const line of materialsOf(statement, context)) tell(made, line);
  for (const { resource } of findings) inherit(resource, when);
  return made;
};

/** A finding without a time has its group's. */
function inherit(resource: Made['resource'], when: Fields): void {
  if (resource.effectiveDateTime === undefined && resource.effectivePeriod === undefined) Object.assign(resource, when);
}

/** A report has no notes. */
function tell(made: Made, line: string): void {
  if (made.resource.resourceType === 'Observation') append(made, 'note', { text: line });
  else made.resource.conclusion = [made.resource.conclusion, line].filter(Boolean).join('; ');
}

const REPORT_STATES: Readonly<Record<string, string>> = {
  completed: 'final',
  active: 'partial',
  new: 'registered',
  held: 'registered',
  suspended: 'partial',
  aborted: 'cancelled',
  cancelled: 'cancelled',
  nullified: 'entered-in-error',
  obsolete: 'amended',
};
const REPORT_CATEGORY: Fields = {
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0074', code: 'LAB', display: 'Laboratory' }],
};
