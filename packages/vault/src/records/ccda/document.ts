// A clinical document of HL7 (CDA R2) as FHIR resources: its head, its sections with their text, and every statement in them.
import { fail } from '@hale/kernel';
import type { Fields } from '../../import/json-records.ts';
import type { UnusableReason } from '../format.ts';
import type { Resource } from '../model.ts';
import { attachmentOf } from './attachments.ts';
import { absentReason, compact, conceptOf, conceptText, instantOf, timeOf } from './datatypes.ts';
import {
  compositionOf,
  custodianOf,
  documentTime,
  readCareTeam,
  readEncounter,
  readPatient,
  readRelated,
} from './header.ts';
import { CDA_NARRATIVE_UNITS_MAX, CDA_STATEMENTS_MAX } from './limits.ts';
import { narrativeOf, paragraphDiv } from './narrative.ts';
import { People } from './people.ts';
import { type Made, Reading, referenceTo, STATEMENTS } from './reading.ts';
import { type SectionKind, sectionKind } from './sections.ts';
import { Statements, saysNothing } from './templates.ts';
import { attributeOf, childOf, childrenOf, elementsIn, plainText, type XmlElement } from './xml.ts';

export interface SectionRead {
  /** LOINC code; empty where it has none. */
  code: string;
  name: string;
  entries: number;
  /** Entries that became resources. */
  read: number;
  /** Entries that say nothing (nullFlavor). */
  silent: number;
  /** Entries of which only the section's text could be kept. */
  narrative: number;
  /** All statements in its entries, and those of them whose content stands in a resource. */
  statements: number;
  statementsRead: number;
  hasText: boolean;
}

export interface DocumentRead {
  title: string;
  made: Made[];
  sections: SectionRead[];
  unusable: { place: string; reason: UnusableReason }[];
  /** Times that are written in a way that is none. */
  timesNotRead: number;
}

/** @throws HaleError 'unsupported' where it is no clinical document */
export function readDocument(root: XmlElement): DocumentRead {
  if (root.name === 'recordTarget') return fragment(root);
  if (root.name !== 'ClinicalDocument') fail('unsupported', 'this XML is no clinical document (CDA)');
  const reading = new Reading(root);
  reading.date = documentTime(root);
  const patient = readPatient(reading, childOf(root, 'recordTarget'));
  const people = new People(reading, patient);
  readEncounter(reading, people, root);
  readCareTeam(reading, people, root);
  readRelated(reading, root);
  const head = compositionOf(reading, people, root);
  const unusable: DocumentRead['unusable'] = [];
  const outer = childrenOf(root, 'component');
  const sections = new Sections(reading, people, unusable);
  const section = outer.flatMap((each) => sections.read(childOf(each, 'structuredBody')));
  const bodies = outer.flatMap((each) => childOf(each, 'nonXMLBody') ?? []);
  for (const body of bodies) unstructured(reading, head, custodianOf(people, root), body, unusable);
  people.nameAll();
  reading.place = 'header';
  if (bodies.length === 0) reading.add('Composition', { ...head, section });
  return {
    title: String(head.title),
    made: inOrder(reading.made),
    sections: sections.list,
    unusable,
    timesNotRead: timesNotRead(root),
  };
}

const TIMES = new Set(['effectiveTime', 'time', 'birthTime', 'sdtc:deceasedTime', 'validTime', 'useablePeriod']);

function timesNotRead(root: XmlElement): number {
  let count = 0;
  for (const element of elementsIn(root)) {
    if (!TIMES.has(element.name)) continue;
    const ends = [element, ...childrenOf(element, 'low', 'high', 'center')];
    count += ends.filter((each) => attributeOf(each, 'value') !== '' && timeOf(each) === '').length;
  }
  return count;
}

/** Only the part that says who somebody is. */
function fragment(root: XmlElement): DocumentRead {
  const reading = new Reading(root);
  readPatient(reading, root);
  return { title: '', made: reading.made, sections: [], unusable: [], timesNotRead: timesNotRead(root) };
}

/** The document itself comes after the patient and before all that it names. */
function inOrder(made: readonly Made[]): Made[] {
  const rank = ({ resource }: Made) => ['Patient', 'Composition'].indexOf(resource.resourceType);
  const first = made.filter((each) => rank(each) >= 0).sort((a, b) => rank(a) - rank(b));
  return [...first, ...made.filter((each) => rank(each) < 0)];
}

/** A scanned or typed paper with a head: one file. */
function unstructured(
  reading: Reading,
  head: Fields,
  custodian: Fields['custodian'],
  body: XmlElement,
  unusable: DocumentRead['unusable'],
): void {
  const attachment = attachmentOf(childOf(body, 'text'));
  if (attachment === null || attachment === 'damaged') {
    unusable.push({ place: 'body', reason: attachment === null ? 'empty' : 'attachment damaged' });
    return;
  }
  const authors = head.author as { reference?: string }[];
  reading.add('DocumentReference', {
    identifier: head.identifier ? [head.identifier] : [],
    status: 'current',
    type: head.type,
    subject: reading.patient,
    date: instantOf(reading.date),
    author: authors.filter(({ reference }) => reference !== undefined),
    custodian,
    description: head.title,
    content: [
      { attachment: compact({ ...attachment, language: head.language, title: head.title, creation: reading.date }) },
    ],
    context: compact({ encounter: reading.encounter ? [reading.encounter] : [] }),
  });
}

const EMPTY_REASONS: Readonly<Record<string, string>> = { MSK: 'withheld', NASK: 'notasked', NAV: 'unavailable' };

class Sections {
  readonly list: SectionRead[] = [];
  readonly #reading: Reading;
  readonly #people: People;
  readonly #unusable: DocumentRead['unusable'];
  #units = 0;
  #statements = 0;

  constructor(reading: Reading, people: People, unusable: DocumentRead['unusable']) {
    this.#reading = reading;
    this.#people = people;
    this.#unusable = unusable;
  }

  /** Sections below an element, as those of a Composition. */
  read(body: XmlElement | undefined): Fields[] {
    return childrenOf(body, 'component').flatMap((each) =>
      childrenOf(each, 'section').map((section) => this.#section(section)),
    );
  }

  #section(section: XmlElement): Fields {
    const reading = this.#reading;
    const code = attributeOf(childOf(section, 'code'), 'code');
    const kind = sectionKind(code, this.list.length + 1);
    const told: SectionRead = {
      code,
      name: kind.name,
      entries: 0,
      read: 0,
      silent: 0,
      narrative: 0,
      statements: 0,
      statementsRead: 0,
      hasText: childOf(section, 'text') !== undefined,
    };
    this.list.push(told);
    const from = reading.made.length;
    this.#entries(section, kind, told);
    const made = reading.made.slice(from).filter(({ resource }) => !ABOUT_OTHERS.has(resource.resourceType));
    const flavor = attributeOf(section, 'nullFlavor');
    const div = this.#text(section, kind);
    const nested = this.read(section);
    const isEmpty = made.length === 0 && nested.length === 0;
    // FHIR wants a section to hold something: text, entries or sections (cmp-1).
    const text = div === '' && isEmpty ? paragraphDiv(plainText(childOf(section, 'title')) || kind.name) : div;
    return compact({
      title: plainText(childOf(section, 'title')),
      code: conceptOf(childOf(section, 'code'), reading.textOf),
      text: text === '' ? undefined : { status: 'additional', div: text },
      entry: made.map((each) => referenceTo(each)),
      emptyReason: isEmpty && flavor !== '' ? emptyReason(flavor) : undefined,
      section: nested,
    });
  }

  #text(section: XmlElement, kind: SectionKind): string {
    const div = narrativeOf(childOf(section, 'text'), (id) => id);
    this.#units += div.length;
    if (this.#units <= CDA_NARRATIVE_UNITS_MAX) return div;
    this.#units -= div.length;
    this.#unusable.push({ place: `section ${kind.name}`, reason: 'record too long' });
    return '';
  }

  #entries(section: XmlElement, kind: SectionKind, told: SectionRead): void {
    const reading = this.#reading;
    const statements = new Statements(reading, this.#people, kind);
    for (const [i, entry] of childrenOf(section, 'entry').entries()) {
      reading.place = `section ${kind.name}, entry ${i + 1}`;
      told.entries++;
      const all = elementsIn(entry).filter(({ name }) => STATEMENTS.has(name));
      this.#statements += all.length;
      if (this.#statements > CDA_STATEMENTS_MAX)
        fail('too-large', 'this document has more entries than a clinical document can have');
      const before = reading.made.length;
      const outer = childrenOf(entry).filter(({ name }) => STATEMENTS.has(name));
      for (const statement of outer) statements.read(statement, null);
      const taken = all.filter((each) => reading.isTaken(each)).length;
      told.statements += all.length;
      told.statementsRead += taken;
      const isSilent = all.every((each) => saysNothing(each, statements.context));
      if (taken > 0 || reading.made.length > before) told.read++;
      else if (isSilent) told.silent++;
      else told.narrative++;
    }
  }
}

/** Named in a section, and not what it tells. */
const ABOUT_OTHERS = new Set(['Practitioner', 'PractitionerRole', 'Organization', 'Location', 'RelatedPerson']);

function emptyReason(flavor: string): Fields {
  const code = Object.hasOwn(EMPTY_REASONS, flavor) ? EMPTY_REASONS[flavor] : 'unavailable';
  const { text } = absentReason(flavor);
  return compact({ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/list-empty-reason', code }], text });
}

/** What the document calls itself, for a report's first line. */
export const kindOf = (made: readonly Made[]): string => {
  const document = made.find(({ resource }) =>
    ['Composition', 'DocumentReference'].includes(resource.resourceType),
  )?.resource;
  return conceptText((document as Resource | undefined)?.type as Fields | undefined);
};
