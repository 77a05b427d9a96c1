// What was done, is ordered or planned: Procedure, ServiceRequest, Encounter, Goal, CareTeam, Communication.
import { type Fields, fieldsOf } from '../../../import/json-records.ts';
import { noteAttachment } from '../attachments.ts';
import {
  compact,
  conceptText,
  filled,
  periodOf,
  startOf,
  timeOf,
  toldConcept,
  toldValue,
  whenOf,
} from '../datatypes.ts';
import { encounterClass } from '../header.ts';
import { append, innerStatements, isNegated, type Made, type Reference, referenceTo } from '../reading.ts';
import { attributeOf, childOf, childrenOf, type XmlElement } from '../xml.ts';
import {
  type Context,
  codeOf,
  innerOf,
  isPlanned,
  mapped,
  moodOf,
  noteUsual,
  reasonsOf,
  type StatementReader,
  statusCode,
} from './context.ts';
import { readDevice } from './devices.ts';
import { materialsOf, readFinding, takingPart } from './findings.ts';
import { INTENTS, refusalOf } from './medicines.ts';

const DONE: Readonly<Record<string, string>> = {
  completed: 'completed',
  active: 'in-progress',
  aborted: 'stopped',
  cancelled: 'not-done',
  suspended: 'on-hold',
  held: 'on-hold',
  new: 'preparation',
  nullified: 'entered-in-error',
};
const ASKED: Readonly<Record<string, string>> = {
  active: 'active',
  completed: 'completed',
  aborted: 'revoked',
  cancelled: 'revoked',
  suspended: 'on-hold',
  held: 'on-hold',
  new: 'draft',
  nullified: 'entered-in-error',
};
const PRIORITIES: Readonly<Record<string, string>> = {
  R: 'routine',
  CS: 'routine',
  CSP: 'routine',
  CSR: 'routine',
  EL: 'routine',
  PRN: 'routine',
  P: 'routine',
  UR: 'urgent',
  UD: 'urgent',
  S: 'stat',
  EM: 'stat',
  A: 'asap',
  RR: 'asap',
  TS: 'asap',
};

/** Something that is done with somebody, whether it happened or is meant to. */
export const readDoing: StatementReader = (statement, context, parent) =>
  isPlanned(statement) ? asked(statement, context, parent) : done(statement, context, parent);

function done(statement: XmlElement, context: Context, parent: Made | null): Made | null {
  const { reading, people } = context;
  // A procedure that has a result is a finding.
  if (childrenOf(statement, 'value').some((each) => Object.keys(toldValue(each, reading.textOf)).length > 0))
    return readFinding(statement, context, parent);
  const { authors } = people.authors(statement);
  const performers = people.performers(statement);
  reading.take(statement);
  const method = toldConcept(childOf(statement, 'methodCode'), reading.textOf);
  const made = reading.add(
    'Procedure',
    {
      extension: method
        ? [{ url: 'http://hl7.org/fhir/StructureDefinition/procedure-method', valueCodeableConcept: method }]
        : [],
      status: isNegated(statement) ? 'not-done' : mapped(DONE, statusCode(statement), 'completed'),
      statusReason: refusalOf(statement, context),
      code: codeOf(context, statement),
      subject: reading.patient,
      ...whenOf('performed', childOf(statement, 'effectiveTime')),
      recorder: people.only(authors, 'Patient', 'RelatedPerson', 'Practitioner', 'PractitionerRole')[0],
      performer: people
        .only(performers, 'Practitioner', 'PractitionerRole', 'Organization', 'Patient', 'RelatedPerson', 'Device')
        .map((actor) => ({ actor })),
      location: people.locations(statement)[0],
      ...reasonsOf(context, statement),
      bodySite: childrenOf(statement, 'targetSiteCode').flatMap((each) => toldConcept(each, reading.textOf) ?? []),
    },
    statement,
  );
  const priority = conceptText(toldConcept(childOf(statement, 'priorityCode'), reading.textOf));
  if (priority !== '') append(made, 'note', { text: `Priority: ${priority}` });
  devicesUsed(statement, context, made);
  for (const line of [...materialsOf(statement, context), ...takingPart(statement, context, 'LOC', 'DEV')])
    append(made, 'note', { text: line });
  noteUsual(context, made, statement);
  return made;
}

function devicesUsed(statement: XmlElement, context: Context, made: Made): void {
  for (const participant of childrenOf(statement, 'participant').filter(
    (each) => attributeOf(each, 'typeCode') === 'DEV',
  )) {
    const device = readDevice(childOf(participant, 'participantRole'), context);
    if (device) append(made, 'focalDevice', { manipulated: device });
  }
}

function asked(statement: XmlElement, context: Context, parent: Made | null): Made {
  const { reading, people } = context;
  const { authors, time } = people.authors(statement);
  const priority = attributeOf(childOf(statement, 'priorityCode'), 'code');
  reading.take(statement);
  const performer = people.only(
    people.performers(statement),
    'Practitioner',
    'PractitionerRole',
    'Organization',
    'CareTeam',
    'Patient',
    'Device',
    'RelatedPerson',
  );
  const made = reading.add(
    'ServiceRequest',
    {
      status: mapped(ASKED, statusCode(statement), parent ? 'unknown' : 'active'),
      intent: mapped(INTENTS, moodOf(statement), 'plan'),
      priority: mapped(PRIORITIES, priority, ''),
      doNotPerform: isNegated(statement) || undefined,
      code: codeOf(context, statement),
      subject: reading.patient,
      ...whenOf('occurrence', childOf(statement, 'effectiveTime')),
      authoredOn: timeOf(time),
      requester: people.only(
        authors,
        'Practitioner',
        'PractitionerRole',
        'Organization',
        'Patient',
        'RelatedPerson',
        'Device',
      )[0],
      performer,
      locationReference: people.locations(statement),
      ...reasonsOf(context, statement),
      bodySite: childrenOf(statement, 'targetSiteCode').flatMap((each) => toldConcept(each, reading.textOf) ?? []),
      supportingInfo: parent ? [referenceTo(parent)] : [],
    },
    statement,
  );
  for (const line of [...materialsOf(statement, context), ...takingPart(statement, context, 'LOC')])
    append(made, 'note', { text: line });
  coverageLines(statement, context, made);
  noteUsual(context, made, statement);
  return made;
}

/** Who would pay for what is planned: `Payment sources: Medicare HMO`. */
function coverageLines(statement: XmlElement, { reading }: Context, made: Made): void {
  for (const coverage of innerOf(statement, 129)) {
    const kind = conceptText(toldConcept(childOf(coverage, 'code'), reading.textOf));
    const plans = innerStatements(coverage).map(({ statement: each }) => each);
    const names = plans.map((each) => conceptText(toldConcept(childOf(each, 'code'), reading.textOf))).filter(Boolean);
    reading.take(coverage, ...plans);
    append(made, 'note', { text: [kind, names.join(', ')].filter(Boolean).join(': ') });
  }
}

export const readVisit: StatementReader = (statement, context) => {
  const { reading, people } = context;
  const code = childOf(statement, 'code');
  const type = toldConcept(code, reading.textOf);
  const disposition = toldConcept(childOf(statement, 'sdtc:dischargeDispositionCode'), reading.textOf);
  const { reasonCode, reasonReference } = reasonsOf(context, statement);
  reading.take(statement);
  const individuals = people.only(people.performers(statement), 'Practitioner', 'PractitionerRole', 'RelatedPerson');
  const made = reading.add(
    'Encounter',
    {
      status:
        isNegated(statement) || statusCode(statement) === 'cancelled'
          ? 'cancelled'
          : isPlanned(statement)
            ? 'planned'
            : 'finished',
      class: encounterClass(code),
      type: type ? [type] : [],
      priority: toldConcept(childOf(statement, 'priorityCode'), reading.textOf),
      subject: reading.patient,
      participant: individuals.map((individual) => ({ individual })),
      period: periodOf(childOf(statement, 'effectiveTime')),
      reasonCode,
      reasonReference,
      hospitalization: disposition ? { dischargeDisposition: disposition } : undefined,
      location: people.locations(statement).map((location) => ({ location })),
    },
    statement,
  );
  for (const diagnosis of innerOf(statement, 80)) {
    const read = context.read(diagnosis, made);
    if (read && read !== made) append(made, 'diagnosis', { condition: referenceTo(read) });
  }
  return made;
};

export const readGoal: StatementReader = (statement, context) => {
  const { reading, people } = context;
  const { authors, time } = people.authors(statement);
  const code = toldConcept(childOf(statement, 'code'), reading.textOf);
  const words = reading.textOf(childOf(statement, 'text'));
  const [value] = childrenOf(statement, 'value').map((each) => toldValue(each, reading.textOf));
  const description = words || conceptText(code);
  if (description === '' && value === undefined) return null;
  reading.take(statement);
  const when = childOf(statement, 'effectiveTime');
  const made = reading.add(
    'Goal',
    {
      lifecycleStatus: mapped(GOALS, statusCode(statement), 'active'),
      description: compact({ text: description || 'Goal', coding: code?.coding }),
      subject: reading.patient,
      startDate: startOf(when).slice(0, 10),
      target: goalTarget(code, value),
      statusDate: timeOf(time).slice(0, 10),
      expressedBy: people.only(authors, 'Patient', 'Practitioner', 'PractitionerRole', 'RelatedPerson')[0],
    },
    statement,
  );
  noteUsual(context, made, statement);
  for (const pointer of innerOf(statement, 122)) reading.take(pointer);
  return made;
};

const GOALS: Readonly<Record<string, string>> = {
  active: 'active',
  completed: 'completed',
  cancelled: 'cancelled',
  aborted: 'cancelled',
  suspended: 'on-hold',
  new: 'proposed',
};

function goalTarget(measure: Fields | undefined, value: Fields | undefined): Fields[] {
  if (value === undefined) return [];
  const [[name, told] = ['', undefined]] = Object.entries(value);
  const detail = name.replace(/^value/, 'detail');
  const allowed = [
    'detailQuantity',
    'detailRange',
    'detailCodeableConcept',
    'detailString',
    'detailBoolean',
    'detailInteger',
    'detailRatio',
  ];
  return allowed.includes(detail) ? [compact({ measure, [detail]: told })] : [];
}

export const readCareTeamGroup: StatementReader = (statement, context) => {
  const { reading, people } = context;
  const members = innerStatements(statement).flatMap(({ statement: inner }) => {
    const member = childrenOf(inner, 'performer').flatMap((each) => {
      const one = people.of(childOf(each, 'assignedEntity'));
      const role = toldConcept(childOf(each, 'sdtc:functionCode') ?? childOf(each, 'functionCode'), reading.textOf);
      return one
        ? [compact({ role: role ? [role] : [], member: one, period: periodOf(childOf(inner, 'effectiveTime')) })]
        : [];
    });
    if (member.length > 0) reading.take(inner);
    return member;
  });
  if (members.length === 0) return null;
  reading.take(statement);
  return reading.add(
    'CareTeam',
    {
      status: statusCode(statement) === 'active' ? 'active' : 'inactive',
      name: conceptText(toldConcept(childOf(statement, 'code'), reading.textOf)) || 'Care team',
      subject: reading.patient,
      period: periodOf(childOf(statement, 'effectiveTime')),
      participant: members,
    },
    statement,
  );
};

/** Somebody told somebody: a handing over of care. */
export const readHandover: StatementReader = (statement, context) => {
  const { reading, people } = context;
  const { authors, time } = people.authors(statement);
  reading.take(statement);
  const recipients = childrenOf(statement, 'participant')
    .filter((each) => attributeOf(each, 'typeCode') === 'IRCP')
    .flatMap((each): Reference[] => {
      const one = people.of(childOf(each, 'participantRole'));
      return one ? [one] : [];
    });
  const made = reading.add(
    'Communication',
    {
      status: mapped(
        { completed: 'completed', active: 'in-progress', aborted: 'stopped' },
        statusCode(statement),
        'unknown',
      ),
      subject: reading.patient,
      topic: codeOf(context, statement),
      sent: startOf(childOf(statement, 'effectiveTime')) || timeOf(time),
      recipient: recipients,
      sender: authors[0],
    },
    statement,
  );
  noteUsual(context, made, statement);
  return made;
};

/** A note that somebody wrote: its words are a document. */
export const readNote: StatementReader = (statement, context) => {
  const { reading, people } = context;
  const data = noteAttachment(statement, reading);
  if (data === undefined) return null;
  const { authors, time } = people.authors(statement);
  reading.take(statement);
  const when = periodOf(childOf(statement, 'effectiveTime'));
  const type = codeOf(context, statement);
  return reading.add(
    'DocumentReference',
    {
      status: 'current',
      type,
      category: [NOTE],
      subject: reading.patient,
      date: timeOf(time),
      author: people.only(
        authors,
        'Practitioner',
        'PractitionerRole',
        'Organization',
        'Device',
        'Patient',
        'RelatedPerson',
      ),
      description: conceptText(fieldsOf(type)),
      content: [{ attachment: data }],
      context: filled({ period: when, encounter: reading.encounter ? [reading.encounter] : [] }),
    },
    statement,
  );
};

const NOTE: Fields = {
  coding: [
    {
      system: 'http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category',
      code: 'clinical-note',
      display: 'Clinical Note',
    },
  ],
};
