// Things that somebody uses or carries in her: Device with DeviceUseStatement, and those that are planned (DeviceRequest).
import type { Fields } from '../../../import/json-records.ts';
import { conceptText, identifiersOf, quantityOf, timeOf, toldConcept, whenOf } from '../datatypes.ts';
import { append, isNegated, type Made, type Reference, referenceTo } from '../reading.ts';
import { attributeOf, childOf, childrenOf, type XmlElement } from '../xml.ts';
import { type Context, isPlanned, mapped, moodOf, noteUsual, type StatementReader, statusCode } from './context.ts';
import { INTENTS, productOf, readMedicineSupply } from './medicines.ts';

const USED: Readonly<Record<string, string>> = {
  completed: 'completed',
  active: 'active',
  aborted: 'stopped',
  suspended: 'on-hold',
  held: 'on-hold',
  new: 'intended',
  nullified: 'entered-in-error',
  cancelled: 'stopped',
};
const ASKED: Readonly<Record<string, string>> = {
  active: 'active',
  completed: 'completed',
  aborted: 'revoked',
  cancelled: 'revoked',
  suspended: 'on-hold',
  new: 'draft',
};

/** Unique device identifiers are written under this root. */
const FDA_UDI = '2.16.840.1.113883.3.3719';

/** A thing of a `participantRole`. */
export function readDevice(role: XmlElement | undefined, { reading, people }: Context): Reference | undefined {
  const thing = childOf(role, 'playingDevice') ?? childOf(role, 'playingEntity');
  const type = toldConcept(childOf(thing, 'code'), reading.textOf);
  const ids = childrenOf(role, 'id');
  if (type === undefined && identifiersOf(ids).length === 0) return undefined;
  const model = conceptText(toldConcept(childOf(thing, 'manufacturerModelName'), reading.textOf));
  const udi = ids.map((id) => (attributeOf(id, 'root') === FDA_UDI ? attributeOf(id, 'extension') : '')).find(Boolean);
  const made = reading.add('Device', {
    identifier: identifiersOf(ids),
    udiCarrier: udi ? [{ carrierHRF: udi }] : [],
    deviceName: model === '' ? [] : [{ name: model, type: 'model-name' }],
    type,
    patient: reading.patient,
    owner: people.organization(childOf(role, 'scopingEntity')),
  });
  return referenceTo(made, conceptText(type) || model);
}

export const readSupply: StatementReader = (statement, context, parent) => {
  const { reading } = context;
  const role = childrenOf(statement, 'participant')
    .filter((each) => ['PRD', 'DEV', 'CSM'].includes(attributeOf(each, 'typeCode')))
    .map((each) => childOf(each, 'participantRole'))
    .find((each) => each !== undefined);
  const device = isNegated(statement) ? undefined : readDevice(role, context);
  if (device === undefined)
    return readMedicineSupply(statement, context, parent) ?? wanted(statement, context, undefined);
  if (isPlanned(statement)) return wanted(statement, context, device);
  reading.take(statement);
  const { authors, time } = context.people.authors(statement);
  const made = reading.add(
    'DeviceUseStatement',
    {
      status: mapped(USED, statusCode(statement), 'active'),
      subject: reading.patient,
      ...whenOf('timing', childOf(statement, 'effectiveTime')),
      recordedOn: timeOf(time),
      source: context.people.only(authors, 'Patient', 'Practitioner', 'PractitionerRole', 'RelatedPerson')[0],
      device,
    },
    statement,
  );
  if (parent) append(made, 'derivedFrom', ...derivable(parent));
  amount(statement, made);
  noteUsual(context, made, statement);
  return made;
};

/** R4 lets it derive from these. */
const derivable = (parent: Made): Reference[] =>
  ['Observation', 'ServiceRequest', 'Procedure', 'DocumentReference'].includes(parent.resource.resourceType)
    ? [referenceTo(parent)]
    : [];

function amount(statement: XmlElement, made: Made): void {
  const quantity = quantityOf(childOf(statement, 'quantity'));
  if (quantity)
    append(made, 'note', { text: `Quantity: ${[quantity.value, quantity.unit].filter(Boolean).join(' ')}` });
}

/** A thing that is to be got; a supply of which nothing else is told stands for what its text says. */
function wanted(statement: XmlElement, context: Context, device: Reference | undefined): Made | null {
  const { reading, people } = context;
  const { code = toldConcept(childOf(statement, 'code'), reading.textOf) } = productOf(
    context,
    childOf(statement, 'product'),
  );
  const words = reading.textOf(childOf(statement, 'text'));
  const told: Fields | undefined = code ?? (words === '' ? undefined : { text: words });
  if (device === undefined && (told === undefined || !isPlanned(statement))) return null;
  const { authors, time } = people.authors(statement);
  reading.take(statement);
  const made = reading.add(
    'DeviceRequest',
    {
      status: mapped(ASKED, statusCode(statement), 'active'),
      intent: mapped(INTENTS, moodOf(statement), 'plan'),
      ...(device ? { codeReference: device } : { codeCodeableConcept: told }),
      subject: reading.patient,
      ...whenOf('occurrence', childOf(statement, 'effectiveTime')),
      authoredOn: timeOf(time),
      requester: people.only(authors, 'Device', 'Practitioner', 'PractitionerRole', 'Organization')[0],
      performer: people.only(
        people.performers(statement),
        'Practitioner',
        'PractitionerRole',
        'Organization',
        'CareTeam',
        'Patient',
        'Device',
        'RelatedPerson',
      )[0],
    },
    statement,
  );
  amount(statement, made);
  noteUsual(context, made, statement);
  return made;
}
