// Medicines: what is taken (MedicationStatement), ordered or planned (MedicationRequest), handed over (MedicationDispense).
import { type Fields, fieldsOf } from '../../../import/json-records.ts';
import {
  compact,
  conceptText,
  filled,
  numberOf,
  periodOf,
  quantityOf,
  rangeOf,
  startOf,
  timeOf,
  toldConcept,
  typeOf,
  whenOf,
} from '../datatypes.ts';
import { append, innerStatements, isNegated, type Made, referenceTo } from '../reading.ts';
import { attributeOf, childOf, childrenOf, plainText, type XmlElement } from '../xml.ts';
import {
  type Context,
  innerOf,
  isKind,
  isPlanned,
  lineOf,
  mapped,
  moodOf,
  noteUsual,
  reasonsOf,
  type StatementReader,
  statusCode,
} from './context.ts';

const TAKEN: Readonly<Record<string, string>> = {
  active: 'active',
  completed: 'completed',
  aborted: 'stopped',
  suspended: 'on-hold',
  held: 'on-hold',
  new: 'intended',
  nullified: 'entered-in-error',
  cancelled: 'not-taken',
};
const ORDERED: Readonly<Record<string, string>> = {
  active: 'active',
  completed: 'completed',
  aborted: 'stopped',
  suspended: 'on-hold',
  held: 'on-hold',
  new: 'draft',
  nullified: 'entered-in-error',
  cancelled: 'cancelled',
};
const HANDED: Readonly<Record<string, string>> = {
  active: 'in-progress',
  completed: 'completed',
  aborted: 'stopped',
  suspended: 'on-hold',
  held: 'on-hold',
  nullified: 'entered-in-error',
  cancelled: 'cancelled',
};
export const INTENTS: Readonly<Record<string, string>> = {
  RQO: 'order',
  INT: 'plan',
  PRMS: 'plan',
  PRP: 'proposal',
  ARQ: 'order',
  APT: 'order',
  SLOT: 'plan',
};

/** Substance, lot and maker of a product. */
export function productOf(
  { reading }: Context,
  product: XmlElement | undefined,
): { code?: Fields; lot: string; maker: XmlElement | undefined } {
  const made = childOf(product, 'manufacturedProduct');
  const material = childOf(made, 'manufacturedMaterial') ?? childOf(made, 'manufacturedLabeledDrug');
  const name = plainText(childOf(material, 'name'));
  const code = toldConcept(childOf(material, 'code'), reading.textOf);
  const told = code
    ? compact({ ...code, text: code.text ?? (name === conceptText(code) ? '' : name) })
    : name === ''
      ? undefined
      : { text: name };
  const lot = plainText(childOf(material, 'lotNumberText'));
  return { ...(told ? { code: told } : {}), lot, maker: childOf(made, 'manufacturerOrganization') };
}

export const readMedicine: StatementReader = (statement, context) => {
  const { reading, people } = context;
  const { code, lot, maker } = productOf(context, childOf(statement, 'consumable'));
  const words = reading.textOf(childOf(statement, 'text'));
  if (code === undefined && words === '') return null;
  reading.take(statement);
  const medicationCodeableConcept = code ?? { text: words };
  const reasons = reasonsOf(context, statement);
  const made = isPlanned(statement)
    ? ordered(statement, context, { medicationCodeableConcept, ...reasons })
    : taken(statement, context, { medicationCodeableConcept, ...reasons });
  const makerName = plainText(childOf(maker, 'name'));
  people.organization(maker);
  for (const [name, value] of [
    ['Lot', lot],
    ['Made by', makerName],
  ])
    if (value !== '') append(made, 'note', { text: `${name}: ${value}` });
  for (const vehicle of vehiclesOf(statement, context)) append(made, 'note', { text: vehicle });
  supplies(statement, context, made, medicationCodeableConcept);
  noteUsual(context, made, statement);
  return made;
};

function taken(statement: XmlElement, context: Context, fields: Fields): Made {
  const { reading, people } = context;
  const { authors, time } = people.authors(statement);
  return reading.add(
    'MedicationStatement',
    {
      status: isNegated(statement) ? 'not-taken' : mapped(TAKEN, statusCode(statement), 'unknown'),
      ...fields,
      subject: reading.patient,
      ...effectiveOf(statement),
      dateAsserted: timeOf(time),
      informationSource: people.only(
        [...authors, ...people.performers(statement)],
        'Patient',
        'Practitioner',
        'PractitionerRole',
        'RelatedPerson',
        'Organization',
      )[0],
      dosage: dosageOf(statement, context),
    },
    statement,
  );
}

function ordered(statement: XmlElement, context: Context, fields: Fields): Made {
  const { reading, people } = context;
  const { authors, time } = people.authors(statement);
  return reading.add(
    'MedicationRequest',
    {
      status: mapped(ORDERED, statusCode(statement), 'unknown'),
      intent: mapped(INTENTS, moodOf(statement), 'plan'),
      doNotPerform: isNegated(statement) || undefined,
      ...fields,
      subject: reading.patient,
      authoredOn: timeOf(time) || startOf(childOf(statement, 'effectiveTime')),
      requester: people.only(
        authors,
        'Practitioner',
        'PractitionerRole',
        'Organization',
        'Patient',
        'RelatedPerson',
        'Device',
      )[0],
      dosageInstruction: dosageOf(statement, context),
      dispenseRequest: filled({ numberOfRepeatsAllowed: repeatsOf(statement) }),
    },
    statement,
  );
}

/** The interval in which it is taken; what repeats is part of the dosage. */
function effectiveOf(statement: XmlElement): Fields {
  const when = childrenOf(statement, 'effectiveTime').find((each) => !['PIVL_TS', 'EIVL_TS'].includes(typeOf(each)));
  return whenOf('effective', when);
}

function dosageOf(statement: XmlElement, context: Context): Fields[] {
  const { reading } = context;
  const unit = toldConcept(childOf(statement, 'administrationUnitCode'), reading.textOf);
  const route = toldConcept(childOf(statement, 'routeCode'), reading.textOf);
  const site = toldConcept(childOf(statement, 'approachSiteCode'), reading.textOf);
  const max = childOf(statement, 'maxDoseQuantity');
  const [signatura] = innerOf(statement, 147);
  const text = reading.textOf(childOf(signatura, 'text')) || reading.textOf(childOf(statement, 'text'));
  if (signatura && text !== '') reading.take(signatura);
  const dosage = filled({
    text,
    timing: timingOf(statement),
    ...asNeededOf(statement, context),
    site,
    route,
    doseAndRate: [
      filled({
        ...doseOf('dose', childOf(statement, 'doseQuantity'), unit),
        ...doseOf('rate', childOf(statement, 'rateQuantity'), undefined),
      }),
    ].filter((each) => each !== undefined),
    maxDosePerPeriod: filled({
      numerator: quantityOf(childOf(max, 'numerator')),
      denominator: quantityOf(childOf(max, 'denominator')),
    }),
  });
  return dosage ? [dosage] : [];
}

/** A dose may be counted in puffs or tablets, which stand beside it. */
function doseOf(name: 'dose' | 'rate', element: XmlElement | undefined, unit: Fields | undefined): Fields {
  const quantity = quantityOf(element);
  const range = rangeOf(element);
  if (quantity) {
    const isCounted = quantity.unit === undefined || quantity.unit === '1';
    const counted = unit && isCounted ? { value: quantity.value, unit: conceptText(unit) } : quantity;
    return { [`${name}Quantity`]: counted };
  }
  if (range?.low && range.high) return { [`${name}Range`]: range };
  return compact({ [`${name}Quantity`]: range?.low ?? range?.high });
}

const PERIOD_UNITS = new Set(['s', 'min', 'h', 'd', 'wk', 'mo', 'a']);
const EVENTS = new Set('HS WAKE C CM CD CV AC ACM ACD ACV PC PCM PCD PCV'.split(' '));

function timingOf(statement: XmlElement): Fields | undefined {
  const repeat: Fields = {};
  const periods = childrenOf(statement, 'effectiveTime').flatMap((each) => [each, ...childrenOf(each, 'comp')]);
  for (const element of periods) {
    if (typeOf(element) === 'PIVL_TS') Object.assign(repeat, repeatOf(childOf(element, 'period')));
    const event = attributeOf(childOf(element, 'event'), 'code');
    if (typeOf(element) === 'EIVL_TS' && EVENTS.has(event)) repeat.when = [event];
  }
  return filled({ repeat: filled(repeat) });
}

/** Once in each period; of a period with bounds, at most that often. */
function repeatOf(period: XmlElement | undefined): Fields {
  const [least, most] = [quantityOf(period) ?? quantityOf(childOf(period, 'low')), quantityOf(childOf(period, 'high'))];
  const unit = String(least?.unit ?? '');
  if (!least || !PERIOD_UNITS.has(unit) || Number(least.value) <= 0) return {};
  return compact({ frequency: 1, period: least.value, periodMax: most?.value, periodUnit: unit });
}

function asNeededOf(statement: XmlElement, { reading }: Context): Fields {
  const criterion = childOf(statement, 'precondition', 'criterion');
  if (criterion === undefined) return {};
  const value = toldConcept(childOf(criterion, 'value'), reading.textOf);
  const words = reading.textOf(childOf(criterion, 'text'));
  const told = value ?? (words === '' ? undefined : { text: words });
  return told ? { asNeededCodeableConcept: told } : { asNeededBoolean: true };
}

/** Vehicles and the like that go with it: `Drug vehicle: Aerosol`. */
function vehiclesOf(statement: XmlElement, { reading }: Context): string[] {
  return childrenOf(statement, 'participant')
    .filter((each) => attributeOf(each, 'typeCode') === 'CSM')
    .flatMap((each) => {
      const role = childOf(each, 'participantRole');
      const kind = conceptText(toldConcept(childOf(role, 'code'), reading.textOf));
      const entity = childOf(role, 'playingEntity');
      const name =
        conceptText(toldConcept(childOf(entity, 'code'), reading.textOf)) || plainText(childOf(entity, 'name'));
      return name === '' ? [] : [`${kind || 'With'}: ${name}`];
    });
}

/** A repeat number counts the first time too. */
function repeatsOf(supply: XmlElement): number | undefined {
  const count = numberOf(attributeOf(childOf(supply, 'repeatNumber'), 'value'));
  return count === undefined || !Number.isInteger(count) || count < 1 ? undefined : count - 1;
}

function supplies(statement: XmlElement, context: Context, made: Made, medicine: Fields): void {
  for (const { statement: supply } of innerStatements(statement)) {
    if (supply.name !== 'supply' || !isKind(supply, 17, 18)) continue;
    const { code } = productOf(context, childOf(supply, 'product'));
    const read = isPlanned(supply)
      ? supplyOrder(supply, context, code ?? medicine)
      : supplyMade(supply, context, code ?? medicine);
    const link = referenceTo(read);
    const isStatement = made.resource.resourceType === 'MedicationStatement';
    if (isStatement) append(made, isPlanned(supply) ? 'basedOn' : 'derivedFrom', link);
    else append(made, 'supportingInformation', link);
  }
}

function supplyOrder(supply: XmlElement, context: Context, medicationCodeableConcept: Fields): Made {
  const { reading, people } = context;
  const { authors, time } = people.authors(supply);
  reading.take(supply);
  const made = reading.add(
    'MedicationRequest',
    {
      status: mapped(ORDERED, statusCode(supply), 'unknown'),
      intent: 'order',
      medicationCodeableConcept,
      subject: reading.patient,
      authoredOn: timeOf(time) || startOf(childOf(supply, 'effectiveTime')),
      requester: people.only(
        authors,
        'Practitioner',
        'PractitionerRole',
        'Organization',
        'Patient',
        'RelatedPerson',
        'Device',
      )[0],
      dispenseRequest: filled({
        validityPeriod: periodOf(childOf(supply, 'effectiveTime')),
        numberOfRepeatsAllowed: repeatsOf(supply),
        quantity: quantityOf(childOf(supply, 'quantity')),
      }),
    },
    supply,
  );
  noteUsual(context, made, supply);
  return made;
}

function supplyMade(supply: XmlElement, context: Context, medicationCodeableConcept: Fields): Made {
  const { reading, people } = context;
  reading.take(supply);
  const performers = people.only(
    people.performers(supply),
    'Practitioner',
    'PractitionerRole',
    'Organization',
    'Patient',
    'Device',
    'RelatedPerson',
  );
  const made = reading.add(
    'MedicationDispense',
    {
      status: mapped(HANDED, statusCode(supply), 'unknown'),
      medicationCodeableConcept,
      subject: reading.patient,
      performer: performers.map((actor) => ({ actor })),
      quantity: quantityOf(childOf(supply, 'quantity')),
      whenHandedOver: startOf(childOf(supply, 'effectiveTime')),
    },
    supply,
  );
  const fill = attributeOf(childOf(supply, 'repeatNumber'), 'value');
  if (fill !== '') append(made, 'note', { text: `Fill number ${fill}` });
  noteUsual(context, made, supply);
  return made;
}

/** A supply that stands by itself: of a medicine, or of something else. */
export const readMedicineSupply: StatementReader = (supply, context) => {
  const { code } = productOf(context, childOf(supply, 'product'));
  if (code === undefined) return null;
  return isPlanned(supply) ? supplyOrder(supply, context, code) : supplyMade(supply, context, code);
};

/** The reason why something was not given, as its own statement says. */
export function refusalOf(statement: XmlElement, context: Context): Fields | undefined {
  const [refusal] = innerOf(statement, 53);
  if (!refusal) return undefined;
  const concept = toldConcept(childOf(refusal, 'code'), context.reading.textOf);
  const line = lineOf(context, refusal);
  if (!concept && line === '') return undefined;
  context.reading.take(refusal);
  return fieldsOf(concept ?? { text: line });
}
