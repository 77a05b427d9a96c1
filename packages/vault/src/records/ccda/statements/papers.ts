// What stands beside care: who pays (Coverage), and what somebody has laid down for the day she cannot speak (Consent).
import type { Fields } from '../../../import/json-records.ts';
import {
  compact,
  conceptText,
  identifiersOf,
  periodOf,
  startOf,
  timeOf,
  toldConcept,
  toldValue,
} from '../datatypes.ts';
import { append, innerStatements, isNegated, type Made, referenceTo } from '../reading.ts';
import { attributeOf, childOf, childrenOf, type XmlElement } from '../xml.ts';
import { type Context, codeOf, innerOf, isKind, lineOf, type StatementReader } from './context.ts';
import { takingPart } from './findings.ts';

/** Policies in their order; the act around them says only that they are payers. */
export const readCoverage: StatementReader = (act, context, parent) => {
  let first: Made | null = null;
  for (const { statement, link } of innerStatements(act)) {
    if (statement.name !== 'act' || !isKind(statement, 61)) continue;
    const made = policy(statement, context, attributeOf(childOf(link, 'sequenceNumber'), 'value'));
    first ??= made;
  }
  if (first) context.reading.take(act);
  return first ?? parent;
};

export const readPolicy: StatementReader = (statement, context) => policy(statement, context, '');

function policy(statement: XmlElement, context: Context, order: string): Made {
  const { reading, people } = context;
  const covered = participantOf(statement, 'COV');
  const role = childOf(covered, 'participantRole');
  const [member] = identifiersOf(childrenOf(role, 'id'));
  const payors = childrenOf(statement, 'performer').flatMap((each) => {
    const entity = childOf(each, 'assignedEntity');
    const isGuarantor = childrenOf(each, 'templateId').some((id) => attributeOf(id, 'root').endsWith('.4.88'));
    if (isGuarantor) return [];
    return people.organization(childOf(entity, 'representedOrganization')) ?? people.of(entity) ?? [];
  });
  reading.take(statement);
  const allowed = people.only(payors, 'Organization', 'Patient', 'RelatedPerson');
  const relationship = toldConcept(childOf(role, 'code'), reading.textOf);
  const type = toldConcept(childOf(statement, 'code'), reading.textOf);
  const made = reading.add(
    'Coverage',
    {
      status: isNegated(statement) ? 'cancelled' : 'active',
      type,
      subscriberId: String(member?.value ?? ''),
      beneficiary: reading.patient,
      relationship,
      period: periodOf(childOf(covered, 'time')),
      payor: allowed.length > 0 ? allowed : [{ display: conceptText(type) || 'not told' }],
      order: /^[1-9]\d{0,3}$/.test(order) ? Number(order) : undefined,
    },
    statement,
  );
  authorizations(statement, context, made);
  return made;
}

const participantOf = (statement: XmlElement, type: string): XmlElement | undefined =>
  childrenOf(statement, 'participant').find((each) => attributeOf(each, 'typeCode') === type);

/** What a payer has agreed to pay for stands by itself, and the policy is told with it. */
function authorizations(statement: XmlElement, context: Context, made: Made): void {
  for (const act of innerOf(statement, '2.16.840.1.113883.10.20.1.19')) {
    context.reading.take(act);
    for (const { statement: inner } of innerStatements(act)) {
      const read = context.read(inner, null);
      if (read?.resource.resourceType === 'ServiceRequest') append(read, 'insurance', referenceTo(made));
    }
  }
}

/** A group of directives is one paper or several; each of them is told. */
export const readDirectives: StatementReader = (statement, context, parent) => {
  let first: Made | null = null;
  for (const { statement: inner } of innerStatements(statement)) {
    if (!isKind(inner, 48)) continue;
    const made = directive(inner, context, statement);
    first ??= made;
  }
  if (first) context.reading.take(statement);
  return first ?? parent;
};

export const readDirective: StatementReader = (statement, context) => directive(statement, context, undefined);

function directive(statement: XmlElement, context: Context, group: XmlElement | undefined): Made {
  const { reading, people } = context;
  const { authors, time } = people.authors(statement);
  const period = periodOf(childOf(statement, 'effectiveTime'));
  const value = childOf(statement, 'value');
  const kind = group ? toldConcept(childOf(group, 'code'), reading.textOf) : undefined;
  reading.take(statement);
  const verifier = participantOf(statement, 'VRF');
  const verified = verifier ? people.of(childOf(verifier, 'participantRole')) : undefined;
  const told = value ? toldValue(value, reading.textOf) : {};
  const said = toldConcept(value, reading.textOf) ?? (told.valueString ? { text: told.valueString } : undefined);
  const sentence = lineOf(context, statement);
  return reading.add(
    'Consent',
    {
      status: 'active',
      scope: {
        coding: [
          {
            system: 'http://terminology.hl7.org/CodeSystem/consentscope',
            code: 'adr',
            display: 'Advanced Care Directive',
          },
        ],
      },
      category: [kind ?? codeOf(context, statement)],
      patient: reading.patient,
      dateTime: timeOf(time) || startOf(childOf(statement, 'effectiveTime')),
      performer: people.only(authors, 'Patient', 'RelatedPerson', 'Practitioner', 'PractitionerRole', 'Organization'),
      ...paperOf(statement),
      policyRule: {
        text: [isNegated(statement) ? 'Not so' : '', sentence, ...takingPart(statement, context)]
          .filter(Boolean)
          .join('; '),
      },
      verification: verified
        ? [
            compact({
              verified: true,
              verificationDate: timeOf(childOf(verifier, 'time')) || startOf(childOf(verifier, 'time')),
            }),
          ]
        : [],
      provision: compact({ period, code: said && !isNegated(statement) ? [said] : [] }),
    },
    statement,
  );
}

/** The paper itself is named, and does not lie in the document. */
function paperOf(statement: XmlElement): Fields {
  const text = childOf(statement, 'reference', 'externalDocument', 'text');
  const url = attributeOf(childOf(text, 'reference'), 'value');
  const contentType = attributeOf(text, 'mediaType');
  return url === '' ? {} : { sourceAttachment: compact({ contentType, url }) };
}
