// How a record is called in a list: its name, state and value in the words of its source. Nothing is translated or looked up.
import { type Fields, fieldsOf, isFields, listOf, textOf } from '../import/json-records.ts';
import type { Resource } from './model.ts';

const TEXT_UNITS_MAX = 300;

const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value);

/** The codes of a concept, whatever their systems. */
export const codesOf = (concept: unknown): string[] =>
  listOf(fieldsOf(concept).coding).map((coding) => textOf(fieldsOf(coding).code));

/** The text of a concept: what the source wrote, else what a code system calls it, else the code. */
export function conceptText(value: unknown): string {
  const concept = fieldsOf(first(value));
  const codings = listOf(concept.coding).map(fieldsOf);
  const named = codings.map(({ display }) => textOf(display)).find((text) => text !== '');
  return textOf(concept.text) || named || codings.map(({ code }) => textOf(code)).find(Boolean) || '';
}

/** Where a type has its name: fields in the order in which they are tried. */
const NAMED_BY: Readonly<Record<string, readonly string[]>> = {
  MedicationRequest: ['medicationCodeableConcept', 'medicationReference'],
  MedicationStatement: ['medicationCodeableConcept', 'medicationReference'],
  MedicationAdministration: ['medicationCodeableConcept', 'medicationReference'],
  MedicationDispense: ['medicationCodeableConcept', 'medicationReference'],
  Immunization: ['vaccineCode'],
  Encounter: ['type', 'serviceType', 'class', 'reasonCode'],
  DocumentReference: ['description', 'type', 'category'],
  Composition: ['title', 'type'],
  CarePlan: ['title', 'category', 'description'],
  CareTeam: ['name', 'category', 'reasonCode'],
  Goal: ['description'],
  ImagingStudy: ['description', 'procedureCode', 'modality'],
  Media: ['content', 'type'],
  Device: ['deviceName', 'type', 'distinctIdentifier'],
  DeviceUseStatement: ['device'],
  FamilyMemberHistory: ['relationship', 'condition'],
  Flag: ['code'],
  Communication: ['topic', 'reasonCode', 'category'],
  Consent: ['scope', 'category'],
  Coverage: ['payor', 'type'],
  PractitionerRole: ['practitioner', 'specialty', 'organization'],
  Claim: ['type', 'use'],
  ExplanationOfBenefit: ['type', 'use'],
  Questionnaire: ['title'],
  QuestionnaireResponse: ['questionnaire'],
  ServiceRequest: ['code', 'category'],
  Task: ['description', 'code'],
};
const USUALLY = ['code', 'title', 'name', 'description', 'type', 'category'];

/** Words for a person, of whatever form a field has. */
function words(value: unknown): string {
  const one = first(value);
  if (typeof one === 'string') return one;
  const fields = fieldsOf(one);
  if (fields.coding !== undefined || typeof fields.text === 'string') return conceptText(fields);
  return textOf(fields.display) || textOf(fields.title) || textOf(fields.name) || textOf(fields.code);
}

function personName(resource: Resource): string {
  const name = fieldsOf(first(resource.name));
  const parts = [...listOf(name.prefix), ...listOf(name.given), name.family].map(textOf).filter(Boolean);
  return textOf(name.text) || parts.join(' ');
}

export function titleOf(resource: Resource): string {
  const { resourceType } = resource;
  if (isDirective(resource)) return directiveText(resource).slice(0, TEXT_UNITS_MAX);
  const isPerson = ['Patient', 'Practitioner', 'RelatedPerson', 'Person'].includes(resourceType);
  const fields = Object.hasOwn(NAMED_BY, resourceType) ? NAMED_BY[resourceType] : USUALLY;
  const found = isPerson
    ? personName(resource)
    : fields.map((field) => words(resource[field])).find((text) => text !== '');
  return (found ?? '').slice(0, TEXT_UNITS_MAX);
}

/** Categories of consents that say how she wants to be treated, and not who may read what (HL7 consentcategorycodes, LOINC). */
const DIRECTIVES = new Set('acd dnr emrgonly hcd npp polst 42348-3 75320-2 75787-2 81334-5 86533-7'.split(' '));
/** HL7 consentscope: advance directives, and consent to treatment. */
const OF_TREATMENT = ['adr', 'treatment'];
/** What they name is a paper, and not what it says. */
const PAPERS = new Set([...DIRECTIVES].filter((code) => code !== 'dnr'));
/** Does a consent say how she wants, or does not want, to be treated? */
export const isDirective = ({ resourceType, scope, category }: Resource): boolean =>
  resourceType === 'Consent' &&
  (codesOf(scope).some((code) => OF_TREATMENT.includes(code)) ||
    listOf(category)
      .flatMap(codesOf)
      .some((code) => DIRECTIVES.has(code)));

/**
 * What a directive says, never what it is filed under: `Resuscitation: Do not resuscitate`. Empty where that cannot be told in a line: a name that
 * leaves out the "not" (`Treatment`, a measure that is refused) would say the opposite.
 */
function directiveText({ category, provision }: Resource): string {
  const { code, type, provision: exceptions } = fieldsOf(provision);
  if (type === 'deny' || listOf(exceptions).length > 0) return '';
  const said = [...new Set(listOf(code).map(conceptText).filter(Boolean))];
  const kinds = listOf(category).filter((each) => !codesOf(each).some((one) => PAPERS.has(one)));
  const kind = kinds.map(conceptText).find(Boolean) ?? '';
  if (said.length > 0) return [kind, said.join(', ')].filter(Boolean).join(': ');
  return kinds.some((each) => codesOf(each).includes('dnr')) ? kind : '';
}

export function statusOf(resource: Resource): string {
  const { status, clinicalStatus, lifecycleStatus } = resource;
  const [clinical] = listOf(fieldsOf(clinicalStatus).coding).map(fieldsOf);
  return textOf(clinical?.code) || textOf(status) || textOf(lifecycleStatus);
}

/** `5.4 mmol/L`, `< 3 mg/L`; of a concept its text, of a panel its parts. */
export function valueOfRecord(resource: Resource): string {
  const own = valueIn(resource);
  if (own !== '') return own;
  const parts = listOf(resource.component).filter(isFields);
  return parts
    .map((part) => [conceptText(part.code), valueIn(part)].filter(Boolean).join(' '))
    .join(', ')
    .slice(0, TEXT_UNITS_MAX);
}

function valueIn(of: Fields): string {
  const quantity = fieldsOf(of.valueQuantity ?? of.doseQuantity);
  if (typeof quantity.value === 'number')
    return [textOf(quantity.comparator), String(quantity.value), textOf(quantity.unit) || textOf(quantity.code)]
      .filter(Boolean)
      .join(' ');
  for (const field of ['valueString', 'valueDateTime', 'valueTime'])
    if (typeof of[field] === 'string') return textOf(of[field]).slice(0, TEXT_UNITS_MAX);
  if (typeof of.valueInteger === 'number' || typeof of.valueBoolean === 'boolean')
    return String(of.valueInteger ?? of.valueBoolean);
  const { low, high } = fieldsOf(of.valueRange);
  if (low !== undefined || high !== undefined)
    return [low, high].map((end) => String(fieldsOf(end).value ?? '')).join('–');
  return conceptText(of.valueCodeableConcept);
}
