// One document while it is read: the resources made so far, which statements went into them, and the words that statements refer to.
import { type Fields, fieldsOf, listOf, textOf as stringOf } from '../../import/json-records.ts';
import { clinicalTime } from '../clinical-time.ts';
import type { Resource } from '../model.ts';
import { uuidOf } from '../named-uuid.ts';
import { compact, conceptText, identifiersOf, type TextOf } from './datatypes.ts';
import { paragraphDiv } from './narrative.ts';
import { attributeOf, childOf, childrenOf, elementsIn, plainText, type XmlElement } from './xml.ts';

export interface Made {
  resource: Resource;
  /** `section Allergies, entry 2`. */
  place: string;
}

export interface Reference {
  reference: string;
  display?: string;
}

/** Elements that say something: HL7's clinical statements. */
export const STATEMENTS: ReadonlySet<string> = new Set([
  ...['act', 'encounter', 'observation', 'observationMedia', 'organizer', 'procedure', 'regionOfInterest'],
  ...['substanceAdministration', 'supply'],
]);

/** Statements right within another one, with how they stand to it. */
export function innerStatements(statement: XmlElement): { link: XmlElement; statement: XmlElement; type: string }[] {
  return childrenOf(statement, 'entryRelationship', 'component').flatMap((link) =>
    childrenOf(link)
      .filter(({ name }) => STATEMENTS.has(name))
      .map((inner) => ({ link, statement: inner, type: attributeOf(link, 'typeCode') || 'COMP' })),
  );
}

export const templatesOf = (statement: XmlElement): string[] =>
  childrenOf(statement, 'templateId').map((each) => attributeOf(each, 'root'));

export const isNegated = (statement: XmlElement): boolean =>
  attributeOf(statement, 'negationInd') === 'true' || attributeOf(statement, 'sdtc:negationInd') === 'true';

export class Reading {
  readonly made: Made[] = [];
  /** Where the reading is, for reports. */
  place = 'header';
  patient: Reference | null = null;
  encounter: Reference | null = null;
  /** Time of the document. */
  date = '';
  readonly #taken = new Set<XmlElement>();
  readonly #texts = new Map<string, XmlElement>();
  readonly #occurrences = new Map<string, number>();
  #person = '';

  constructor(root: XmlElement) {
    for (const element of elementsIn(root)) {
      const id = attributeOf(element, 'ID') || (STATEMENTS.has(element.name) ? '' : attributeOf(element, 'id'));
      if (id !== '' && !this.#texts.has(id)) this.#texts.set(id, element);
    }
  }

  /** Whose document it is; her records are told apart from another person's by it. */
  isOf(person: string, patient: Reference): void {
    this.#person = person;
    this.patient = patient;
  }

  /** The statement's content stands in a resource. */
  take(...statements: readonly XmlElement[]): void {
    for (const statement of statements) this.#taken.add(statement);
  }

  isTaken(statement: XmlElement): boolean {
    return this.#taken.has(statement);
  }

  /** Text as it stands, or where it only refers to the section's text, what stands there. */
  readonly textOf: TextOf = (element) => {
    if (element === undefined) return '';
    const own = plainText(element);
    if (own !== '') return own;
    const reference = childOf(element, 'reference');
    const id = attributeOf(reference, 'value').replace(/^#/, '');
    return plainText(this.#texts.get(id));
  };

  /** The element of the narrative that a statement's text refers to. */
  narrativeElement(statement: XmlElement): XmlElement | undefined {
    const reference = childOf(statement, 'text', 'reference');
    return this.#texts.get(attributeOf(reference, 'value').replace(/^#/, ''));
  }

  elementById(id: string): XmlElement | undefined {
    return this.#texts.get(id);
  }

  /** A new resource, found again by the numbers that the hospital gave it, its code and its time. */
  add(resourceType: string, given: Fields, statement?: XmlElement): Made {
    const identifier = statement ? identifiersOf(childrenOf(statement, 'id')) : listOf(given.identifier);
    const words = statement ? this.#wordsOf(statement) : '';
    const text = words === '' ? {} : { text: { status: 'additional', div: paragraphDiv(words) } };
    const fields = compact({ ...text, identifier, ...given });
    const resource: Resource = { resourceType, id: this.#idOf(resourceType, fields), ...fields };
    const made = { resource, place: this.place };
    this.made.push(made);
    return made;
  }

  #wordsOf(statement: XmlElement): string {
    const own = childOf(statement, 'text');
    return this.textOf(own) || this.textOf(childOf(statement, 'code', 'originalText'));
  }

  /** By number, code and time; what has no number by what it says. */
  #idOf(type: string, fields: Fields): string {
    const [number] = listOf(fields.identifier).map(fieldsOf);
    const what = conceptText(fieldsOf(fields.code ?? fields.vaccineCode ?? fields.medicationCodeableConcept));
    const when = clinicalTime({ resourceType: type, ...fields })?.written ?? '';
    const numbered = number && [stringOf(number.system), stringOf(number.value), what, when].join('|');
    const name = `${type}|${this.#person}|${numbered ?? JSON.stringify(fields)}`;
    const count = (this.#occurrences.get(name) ?? 0) + 1;
    this.#occurrences.set(name, count);
    return uuidOf(`hale/ccda|${name}|${count}`);
  }

  /** Adds with an id of its own: people and places, which are the same in every document. */
  addNamed(resourceType: string, name: string, given: Fields): Made {
    const resource: Resource = { resourceType, id: uuidOf(`hale/ccda|${resourceType}|${name}`), ...compact(given) };
    const made = { resource, place: this.place };
    this.made.push(made);
    return made;
  }
}

export function referenceTo({ resource }: Made, display = ''): Reference {
  return compact({ reference: `urn:uuid:${resource.id}`, display }) as unknown as Reference;
}

/** Puts more into a field that is a list. */
export function append({ resource }: Made, field: string, ...values: readonly unknown[]): void {
  if (values.length > 0) resource[field] = [...listOf(resource[field]), ...values];
}
