// Who and where: practitioners, organisations, devices, places. The same one is named a hundred times in a document, often by number alone.
import { type Fields, fieldsOf, listOf, textOf } from '../../import/json-records.ts';
import {
  addressesOf,
  calledText,
  compact,
  conceptText,
  identifiersOf,
  personNamesOf,
  telecomsOf,
  toldConcept,
} from './datatypes.ts';
import { type Made, type Reading, type Reference, referenceTo } from './reading.ts';
import { attributeOf, childOf, childrenOf, plainText, type XmlElement } from './xml.ts';

const numbersIn = ({ identifier }: Fields): string[] =>
  listOf(identifier)
    .map(fieldsOf)
    .map(({ system, value }) => `${textOf(system)}|${textOf(value)}`);

export class People {
  readonly #reading: Reading;
  readonly #known = new Map<string, Made[]>();
  readonly #ownNumbers: ReadonlySet<string>;
  readonly #roles = new Set<string>();
  /** References to people whose names may be told further on. */
  readonly #unnamed: { reference: Reference; made: Made }[] = [];

  constructor(reading: Reading, patient: Made | null) {
    this.#reading = reading;
    this.#ownNumbers = new Set(patient ? numbersIn(patient.resource) : []);
  }

  /** The same one by number or by name; what is said now and was not before is added. */
  #oneOf(type: string, fields: Fields, called: string): Made {
    const numbers = numbersIn(fields);
    const names = numbers.length > 0 ? numbers : [`name ${called} ${JSON.stringify(fields.address ?? '')}`];
    for (const name of names)
      for (const made of this.#known.get(`${type} ${name}`) ?? []) {
        const before = calledOf(made);
        if (before !== '' && called !== '' && before.toLowerCase() !== called.toLowerCase()) continue;
        for (const [field, value] of Object.entries(compact(fields))) made.resource[field] ??= value;
        return made;
      }
    const isTaken = names.some((name) => this.#known.has(`${type} ${name}`));
    const made = this.#reading.addNamed(type, isTaken ? `${names[0]} ${called}` : names[0], fields);
    for (const name of names) this.#known.set(`${type} ${name}`, [...(this.#known.get(`${type} ${name}`) ?? []), made]);
    return made;
  }

  /** Once all is read: whoever was named by a number has the name that the document gives elsewhere. */
  nameAll(): void {
    for (const { reference, made } of this.#unnamed) {
      const called = calledOf(made);
      if (called !== '') reference.display = called;
    }
  }

  /** An `assignedAuthor`, `assignedEntity`, `participantRole`, `associatedEntity`…: the person, else the device, else the organisation. */
  of(role: XmlElement | undefined): Reference | undefined {
    if (role === undefined || attributeOf(role, 'nullFlavor') !== '') return undefined;
    const identifier = identifiersOf(childrenOf(role, 'id'));
    if (numbersIn({ identifier }).some((number) => this.#ownNumbers.has(number)))
      return this.#reading.patient ?? undefined;
    const device = childOf(role, 'assignedAuthoringDevice');
    const organization = this.organization(
      childOf(role, 'representedOrganization') ?? childOf(role, 'scopingOrganization'),
    );
    if (device) return this.#device(device, identifier, organization);
    return this.#practitioner(role, identifier, organization) ?? organization;
  }

  #device(device: XmlElement, identifier: Fields[], owner: Reference | undefined): Reference {
    const part = (name: string) => plainText(childOf(device, name));
    const [software, model] = [part('softwareName'), part('manufacturerModelName')];
    const deviceName = [
      ...(software === '' ? [] : [{ name: software, type: 'other' }]),
      ...(model === '' ? [] : [{ name: model, type: 'model-name' }]),
    ];
    const called = software || model;
    return referenceTo(this.#oneOf('Device', compact({ identifier, deviceName, owner }), called), called);
  }

  #practitioner(role: XmlElement, identifier: Fields[], organization: Reference | undefined): Reference | undefined {
    const person =
      childOf(role, 'assignedPerson') ??
      childOf(role, 'playingEntity') ??
      childOf(role, 'associatedPerson') ??
      childOf(role, 'informationRecipient') ??
      childOf(role, 'guardianPerson');
    const name = personNamesOf(childrenOf(person, 'name'));
    const specialty = toldConcept(childOf(role, 'code'), this.#reading.textOf);
    if (name.length === 0 && identifier.length === 0) return undefined;
    // An organisation's number beside nobody's name is the organisation's.
    if (name.length === 0 && organization !== undefined && specialty === undefined && identifier.length === 0)
      return undefined;
    const fields = {
      identifier,
      name,
      telecom: telecomsOf(childrenOf(role, 'telecom')),
      address: addressesOf(childrenOf(role, 'addr')),
    };
    const made = this.#oneOf('Practitioner', compact(fields), calledText(name[0]));
    const reference = referenceTo(made, calledOf(made) || conceptText(specialty));
    if (calledOf(made) === '') this.#unnamed.push({ reference, made });
    this.#role(reference, specialty, organization);
    return reference;
  }

  #role(practitioner: Reference, specialty: Fields | undefined, organization: Reference | undefined): void {
    if (specialty === undefined && organization === undefined) return;
    const name = [practitioner.reference, conceptText(specialty), organization?.reference ?? ''].join(' ');
    if (this.#roles.has(name)) return;
    this.#roles.add(name);
    this.#reading.addNamed('PractitionerRole', name, {
      practitioner,
      organization,
      specialty: specialty ? [specialty] : [],
    });
  }

  organization(element: XmlElement | undefined): Reference | undefined {
    if (element === undefined || attributeOf(element, 'nullFlavor') !== '') return undefined;
    const identifier = identifiersOf(childrenOf(element, 'id'));
    const name = plainText(childOf(element, 'name')) || plainText(childOf(element, 'desc'));
    if (name === '' && identifier.length === 0) return undefined;
    const partOf = this.organization(childOf(element, 'asOrganizationPartOf', 'wholeOrganization'));
    const fields = compact({
      identifier,
      name,
      telecom: telecomsOf(childrenOf(element, 'telecom')),
      address: addressesOf(childrenOf(element, 'addr')),
      partOf,
    });
    return referenceTo(this.#oneOf('Organization', fields, name), name);
  }

  /** A place: `participantRole` of class SDLOC, or `healthCareFacility`. */
  location(role: XmlElement | undefined): Reference | undefined {
    if (role === undefined || attributeOf(role, 'nullFlavor') !== '') return undefined;
    const place = childOf(role, 'playingEntity') ?? childOf(role, 'location');
    const type = toldConcept(childOf(role, 'code'), this.#reading.textOf);
    const name = plainText(childOf(place, 'name')) || conceptText(type);
    const identifier = identifiersOf(childrenOf(role, 'id'));
    if (name === '' && identifier.length === 0) return undefined;
    const [address] = addressesOf([...childrenOf(role, 'addr'), ...childrenOf(place, 'addr')]);
    const managing = this.organization(childOf(role, 'serviceProviderOrganization'));
    const fields = compact({
      identifier,
      name,
      type: type ? [type] : [],
      telecom: telecomsOf(childrenOf(role, 'telecom')),
      address,
      managingOrganization: managing,
    });
    return referenceTo(this.#oneOf('Location', fields, name), name);
  }

  /** Authors of a statement who are people, and when the last of them wrote. */
  authors(statement: XmlElement): { authors: Reference[]; time: XmlElement | undefined } {
    const all = childrenOf(statement, 'author');
    const authors = all.flatMap((author) => this.of(childOf(author, 'assignedAuthor')) ?? []);
    return { authors: once(authors), time: childOf(all[0], 'time') };
  }

  performers(statement: XmlElement): Reference[] {
    return once(childrenOf(statement, 'performer').flatMap((each) => this.of(childOf(each, 'assignedEntity')) ?? []));
  }

  /** Places of a statement. */
  locations(statement: XmlElement): Reference[] {
    return childrenOf(statement, 'participant')
      .filter((each) => attributeOf(each, 'typeCode') === 'LOC')
      .flatMap((each) => this.location(childOf(each, 'participantRole')) ?? []);
  }

  /** Type of a resource by its reference, for fields that allow only some. */
  typeOf({ reference }: Reference): string {
    if (reference === this.#reading.patient?.reference) return 'Patient';
    const found = this.#reading.made.find(({ resource }) => `urn:uuid:${resource.id}` === reference);
    return found?.resource.resourceType ?? '';
  }

  only(references: readonly Reference[], ...types: readonly string[]): Reference[] {
    return references.filter((each) => types.includes(this.typeOf(each)));
  }
}

function once(references: readonly Reference[]): Reference[] {
  const seen = new Set<string>();
  return references.filter(({ reference }) => !seen.has(reference) && seen.add(reference));
}

function calledOf({ resource }: Made): string {
  if (typeof resource.name === 'string') return resource.name;
  if (Array.isArray(resource.deviceName)) return textOf(fieldsOf(resource.deviceName[0]).name);
  return calledText(listOf(resource.name).map(fieldsOf)[0]);
}
