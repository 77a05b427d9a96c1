// Allergies and intolerances: AllergyIntolerance, with the reactions that were seen.
import type { Fields } from '../../../import/json-records.ts';
import { compact, conceptText, endOf, startOf, timeOf, toldConcept } from '../datatypes.ts';
import { append, innerStatements, isNegated, type Made } from '../reading.ts';
import { attributeOf, childOf, childrenOf, plainText, type XmlElement } from '../xml.ts';
import { type Context, innerOf, isKind, noteUsual, type StatementReader, statusCode } from './context.ts';

const CLINICAL = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical';
const VERIFICATION = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification';
const SNOMED = 'http://snomed.info/sct';

/** What kind of reaction, in SNOMED: [type, category]. */
const KINDS: Readonly<Record<string, [string, string]>> = {
  419199007: ['allergy', ''],
  416098002: ['allergy', 'medication'],
  414285001: ['allergy', 'food'],
  426232007: ['allergy', 'environment'],
  232347008: ['allergy', 'environment'],
  59037007: ['intolerance', 'medication'],
  235719002: ['intolerance', 'food'],
  420134006: ['', ''],
  418038007: ['', ''],
  419511003: ['', 'medication'],
  418471000: ['', 'food'],
};

const SEVERITIES: Readonly<Record<string, string>> = {
  255604002: 'mild',
  371923003: 'moderate',
  6736007: 'moderate',
  371924009: 'severe',
  24484000: 'severe',
  399166001: 'severe',
};
const CRITICALITIES: Readonly<Record<string, string>> = { CRITL: 'low', CRITH: 'high', CRITU: 'unable-to-assess' };
const STATES: Readonly<Record<string, string>> = {
  55561003: 'active',
  73425007: 'inactive',
  413322009: 'resolved',
  active: 'active',
  suspended: 'inactive',
  aborted: 'inactive',
  completed: 'resolved',
};

/** "No known allergies" has codes of its own. */
const NONE_KNOWN: Readonly<Record<string, [string, string]>> = {
  medication: ['409137002', 'No known history of drug allergy'],
  food: ['429625007', 'No known food allergy'],
  environment: ['428607008', 'No known environmental allergy'],
  '': ['716186003', 'No known allergy'],
};

export const isAllergy = (statement: XmlElement): boolean =>
  isKind(statement, 7) ||
  childrenOf(statement, 'templateId').some((each) => attributeOf(each, 'root') === '1.3.6.1.4.1.19376.1.5.3.1.4.6');

export const readAllergyConcern: StatementReader = (act, context, parent) => {
  let first: Made | null = null;
  for (const { statement } of innerStatements(act)) {
    if (!isAllergy(statement)) continue;
    const made = allergy(statement, context, act);
    context.reading.take(act);
    for (const severity of innerOf(act, 8)) severityOfAll(made, severity, context);
    noteUsual(context, made, act);
    first ??= made;
  }
  return first ?? parent;
};

export const readAllergy: StatementReader = (statement, context) => allergy(statement, context, undefined);

function allergy(statement: XmlElement, context: Context, concern: XmlElement | undefined): Made {
  const { reading, people } = context;
  const kindCode = attributeOf(childOf(statement, 'value'), 'code');
  const [type, category] = Object.hasOwn(KINDS, kindCode) ? KINDS[kindCode] : ['', ''];
  const code = substanceOf(statement, context);
  const isNone = isNegated(statement) && code === undefined;
  const [none, display] = NONE_KNOWN[category];
  const kind = toldConcept(childOf(statement, 'value'), reading.textOf);
  const when = childOf(statement, 'effectiveTime');
  const { authors, time } = people.authors(childOf(statement, 'author') ? statement : (concern ?? statement));
  reading.take(statement);
  const isRefuted = isNegated(statement) && !isNone;
  const made = reading.add(
    'AllergyIntolerance',
    {
      clinicalStatus: isRefuted
        ? undefined
        : { coding: [{ system: CLINICAL, code: stateOf(statement, concern, context) }] },
      verificationStatus: { coding: [{ system: VERIFICATION, code: isRefuted ? 'refuted' : 'confirmed' }] },
      type,
      category: category === '' ? [] : [category],
      criticality: criticalityOf(statement, context),
      code: isNone ? { coding: [{ system: SNOMED, code: none, display }] } : (code ?? kind ?? { text: 'Allergy' }),
      patient: reading.patient,
      onsetDateTime: startOf(when),
      recordedDate: timeOf(time),
      recorder: people.only(authors, 'Practitioner', 'PractitionerRole', 'Patient', 'RelatedPerson')[0],
      reaction: innerOf(statement, 9, '1.3.6.1.4.1.19376.1.5.3.1.4.5').flatMap(
        (each) => reactionOf(each, context) ?? [],
      ),
    },
    statement,
  );
  const end = endOf(when);
  if (end !== '') append(made, 'note', { text: `Until ${end}` });
  for (const severity of innerOf(statement, 8)) severityOfAll(made, severity, context);
  noteUsual(context, made, statement);
  return made;
}

function substanceOf(statement: XmlElement, { reading }: Context): Fields | undefined {
  const participant = childrenOf(statement, 'participant').find((each) => attributeOf(each, 'typeCode') === 'CSM');
  const entity = childOf(participant, 'participantRole', 'playingEntity');
  const name = plainText(childOf(entity, 'name'));
  const code = toldConcept(childOf(entity, 'code'), reading.textOf);
  if (code === undefined) return name === '' ? undefined : { text: name };
  return compact({ ...code, text: code.text ?? name });
}

function reactionOf(reaction: XmlElement, context: Context): Fields | undefined {
  const { reading } = context;
  const words = reading.textOf(childOf(reaction, 'text'));
  const manifestation =
    toldConcept(childOf(reaction, 'value'), reading.textOf) ?? (words === '' ? undefined : { text: words });
  if (manifestation === undefined) return undefined;
  reading.take(reaction);
  const [severity] = innerOf(reaction, 8);
  const told = severityIn(severity);
  if (severity && told !== '') reading.take(severity);
  const description = words === conceptText(manifestation) ? '' : words;
  return compact({
    manifestation: [manifestation],
    description,
    onset: startOf(childOf(reaction, 'effectiveTime')),
    severity: told,
  });
}

const severityIn = (severity: XmlElement | undefined): string => {
  const code = attributeOf(childOf(severity, 'value'), 'code');
  return Object.hasOwn(SEVERITIES, code) ? SEVERITIES[code] : '';
};

/** FHIR knows how severe a reaction is, and not how severe an allergy. */
function severityOfAll(made: Made, severity: XmlElement, { reading }: Context): void {
  const told = conceptText(toldConcept(childOf(severity, 'value'), reading.textOf));
  if (told === '' || reading.isTaken(severity)) return;
  reading.take(severity);
  append(made, 'note', { text: `Severity of the allergy: ${told}` });
}

function criticalityOf(statement: XmlElement, { reading }: Context): string {
  const [criticality] = innerOf(statement, 145);
  const code = attributeOf(childOf(criticality, 'value'), 'code');
  if (!criticality || !Object.hasOwn(CRITICALITIES, code)) return '';
  reading.take(criticality);
  return CRITICALITIES[code];
}

function stateOf(statement: XmlElement, concern: XmlElement | undefined, { reading }: Context): string {
  const [state] = innerOf(statement, 28);
  const told = attributeOf(childOf(state, 'value'), 'code');
  if (state && Object.hasOwn(STATES, told)) {
    reading.take(state);
    return STATES[told];
  }
  if (endOf(childOf(statement, 'effectiveTime')) !== '') return 'resolved';
  const code = concern ? statusCode(concern) : '';
  return Object.hasOwn(STATES, code) ? STATES[code] : 'active';
}
