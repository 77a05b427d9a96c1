// What relatives had: FamilyMemberHistory.
import type { Fields } from '../../../import/json-records.ts';
import { compact, conceptText, quantityOf, timeOf, toldConcept } from '../datatypes.ts';
import { isNegated } from '../reading.ts';
import { attributeOf, childOf, plainText, type XmlElement } from '../xml.ts';
import { type Context, codeOf, innerOf, type StatementReader } from './context.ts';

/** Family history: one relative and what is known of her. */
export const readFamily: StatementReader = (statement, context) => {
  const { reading } = context;
  const relative = childOf(statement, 'subject', 'relatedSubject');
  const person = childOf(relative, 'subject');
  const relationship = toldConcept(childOf(relative, 'code'), reading.textOf);
  if (relationship === undefined) return null;
  reading.take(statement);
  const gender = attributeOf(childOf(person, 'administrativeGenderCode'), 'code');
  const name = plainText(childOf(person, 'name'));
  const conditions = innerOf(statement, 46).map((each) => relativeCondition(each, context));
  const isDead = conditions.some(({ contributedToDeath }) => contributedToDeath === true);
  return reading.add(
    'FamilyMemberHistory',
    {
      status: 'completed',
      patient: reading.patient,
      name,
      relationship,
      sex: gender === 'F' || gender === 'M' ? sexConcept(gender) : undefined,
      bornDate: timeOf(childOf(person, 'birthTime')),
      ...deceasedOf(person, isDead),
      condition: conditions,
    },
    statement,
  );
};

const sexConcept = (gender: 'F' | 'M'): Fields => ({
  coding: [{ system: 'http://hl7.org/fhir/administrative-gender', code: gender === 'F' ? 'female' : 'male' }],
});

function deceasedOf(person: XmlElement | undefined, isDead: boolean): Fields {
  const when = timeOf(childOf(person, 'sdtc:deceasedTime'));
  if (when !== '') return { deceasedDate: when };
  const is = attributeOf(childOf(person, 'sdtc:deceasedInd'), 'value');
  return is === 'true' || isDead ? { deceasedBoolean: true } : is === 'false' ? { deceasedBoolean: false } : {};
}

function relativeCondition(observation: XmlElement, context: Context): Fields {
  const { reading } = context;
  const [age] = innerOf(observation, 31);
  const onsetAge = quantityOf(childOf(age, 'value'));
  const [death] = innerOf(observation, 47);
  const when = timeOf(childOf(observation, 'effectiveTime'));
  const told = toldConcept(childOf(observation, 'value'), reading.textOf) ?? codeOf(context, observation);
  reading.take(observation);
  if (age && onsetAge) reading.take(age);
  if (death) reading.take(death);
  const isNot = isNegated(observation);
  return compact({
    code: isNot ? { text: `Not so: ${conceptText(told)}` } : told,
    contributedToDeath: death ? true : undefined,
    onsetAge,
    // An age and a year do not fit together into one `onset`.
    onsetString: onsetAge ? undefined : when,
    note: onsetAge && when !== '' ? [{ text: `Told for ${when}` }] : [],
  });
}
