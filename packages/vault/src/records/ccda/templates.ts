// Which reader a statement gets: by the kind that it says it is, else by what every statement of its element is.

import { attachmentOf } from './attachments.ts';
import { compact, toldConcept } from './datatypes.ts';
import type { People } from './people.ts';
import { append, innerStatements, type Made, type Reading, referenceTo, templatesOf } from './reading.ts';
import type { SectionKind } from './sections.ts';
import { isAllergy, readAllergy, readAllergyConcern } from './statements/allergies.ts';
import { readCareTeamGroup, readDoing, readGoal, readHandover, readNote, readVisit } from './statements/care.ts';
import { type Context, isKind, moodOf, type StatementReader } from './statements/context.ts';
import { readSupply } from './statements/devices.ts';
import { readFamily } from './statements/family.ts';
import { readFinding, readGroup } from './statements/findings.ts';
import { readMedicine } from './statements/medicines.ts';
import { readCoverage, readDirective, readDirectives, readPolicy } from './statements/papers.ts';
import { isProblem, readConcern, readProblem } from './statements/problems.ts';
import { readVaccination } from './statements/vaccinations.ts';
import { attributeOf, childOf, type XmlElement } from './xml.ts';

const CCDA = '2.16.840.1.113883.10.20.22.4.';
const IHE = '1.3.6.1.4.1.19376.1.5.3.1.4.';

/** Something around others that says nothing of its own. */
const readWrapper: StatementReader = (statement, context, parent) => {
  const inner = innerStatements(statement);
  if (inner.length > 0) context.reading.take(statement);
  let first: Made | null = null;
  for (const { statement: each } of inner) {
    if (context.reading.isTaken(each)) continue;
    const made = context.read(each, parent);
    first ??= made;
  }
  return first;
};

/** Points at another entry of the document, which is read where it stands. */
const readPointer: StatementReader = (statement, { reading }, parent) => {
  reading.take(statement);
  return parent;
};

/** Implants and aids come in groups that say only that they are such. */
const BY_TEMPLATE: Readonly<Record<string, StatementReader>> = {
  [`${CCDA}3`]: readConcern,
  [`${CCDA}4`]: readProblem,
  [`${CCDA}33`]: readConcern,
  [`${CCDA}34`]: readConcern,
  [`${CCDA}51`]: readConcern,
  [`${CCDA}65`]: readConcern,
  [`${CCDA}80`]: readConcern,
  [`${CCDA}136`]: readWrapper,
  [`${CCDA}132`]: readWrapper,
  [`${CCDA}30`]: readAllergyConcern,
  [`${CCDA}7`]: readAllergy,
  [`${CCDA}16`]: readMedicine,
  [`${CCDA}42`]: readMedicine,
  [`${CCDA}35`]: readWrapper,
  [`${CCDA}36`]: readWrapper,
  [`${CCDA}52`]: readVaccination,
  [`${CCDA}120`]: readVaccination,
  [`${CCDA}45`]: readFamily,
  [`${CCDA}48`]: readDirective,
  [`${CCDA}108`]: readDirectives,
  [`${CCDA}60`]: readCoverage,
  [`${CCDA}61`]: readPolicy,
  [`${CCDA}122`]: readPointer,
  [`${CCDA}135`]: readWrapper,
  [`${CCDA}121`]: readGoal,
  [`${CCDA}141`]: readHandover,
  [`${CCDA}202`]: readNote,
  [`${CCDA}500`]: readCareTeamGroup,
  [`${IHE}5.1`]: readConcern,
  [`${IHE}5.2`]: readConcern,
  [`${IHE}5`]: readProblem,
  [`${IHE}5.3`]: readAllergyConcern,
  [`${IHE}6`]: readAllergy,
  [`${IHE}7`]: readMedicine,
  [`${IHE}12`]: readVaccination,
  [`${IHE}15`]: readFamily,
};

const BY_ELEMENT: Readonly<Record<string, StatementReader>> = {
  act: readDoing,
  procedure: readDoing,
  encounter: readVisit,
  substanceAdministration: (statement, context, parent) =>
    context.section.name === 'Immunizations'
      ? readVaccination(statement, context, parent)
      : readMedicine(statement, context, parent),
  supply: readSupply,
  organizer: readGroup,
  observation: readObservation,
  observationMedia: readMedia,
};

/** An observation of no known kind: wished, a goal, or a finding. */
function readObservation(statement: XmlElement, context: Context, parent: Made | null): Made | null {
  if (moodOf(statement) === 'GOL') return readGoal(statement, context, parent);
  if (isAllergy(statement)) return readAllergy(statement, context, parent);
  if (isProblem(statement)) return readProblem(statement, context, parent);
  // Procedures are told as observations too: those are done like others.
  if (moodOf(statement) !== 'EVN' || isKind(statement, 13)) return readDoing(statement, context, parent);
  return readFinding(statement, context, parent);
}

function readMedia(statement: XmlElement, { reading }: Context): Made | null {
  const attachment = attachmentOf(childOf(statement, 'value'));
  if (attachment === null || attachment === 'damaged') return null;
  reading.take(statement);
  const isPicture = String(attachment.contentType ?? '').startsWith('image/');
  const id = attributeOf(statement, 'ID');
  if (!isPicture)
    return reading.add(
      'DocumentReference',
      { status: 'current', subject: reading.patient, description: id, content: [{ attachment }] },
      statement,
    );
  return reading.add(
    'Media',
    { status: 'completed', subject: reading.patient, content: compact({ ...attachment, title: id }) },
    statement,
  );
}

/** Does it say anything? Some write an entry for nothing: `<act nullFlavor="NI"/>`. */
export function saysNothing(statement: XmlElement, { reading }: Context): boolean {
  if (attributeOf(statement, 'nullFlavor') !== '' && innerStatements(statement).length === 0) return true;
  const code = toldConcept(childOf(statement, 'code'), reading.textOf);
  const hasMore = ['value', 'consumable', 'product', 'participant', 'text', 'effectiveTime', 'subject'].some((name) =>
    childOf(statement, name),
  );
  return code === undefined && !hasMore && innerStatements(statement).length === 0;
}

export class Statements {
  readonly #context: Context;

  constructor(reading: Reading, people: People, section: SectionKind) {
    this.#context = { reading, people, section, read: (statement, parent) => this.read(statement, parent) };
  }

  get context(): Context {
    return this.#context;
  }

  /** Reads a statement and everything within it. Null: it says nothing, or nothing that could be read. */
  read(statement: XmlElement, parent: Made | null): Made | null {
    const { reading } = this.#context;
    if (reading.isTaken(statement)) return null;
    const made = this.#byKind(statement, parent) ?? this.#byElement(statement, parent);
    this.#leftovers(statement, made ?? parent);
    return made;
  }

  #byKind(statement: XmlElement, parent: Made | null): Made | null {
    for (const template of templatesOf(statement)) {
      const reader = Object.hasOwn(BY_TEMPLATE, template) ? BY_TEMPLATE[template] : undefined;
      const made = reader?.(statement, this.#context, parent) ?? null;
      if (made || this.#context.reading.isTaken(statement)) return made;
    }
    return null;
  }

  #byElement(statement: XmlElement, parent: Made | null): Made | null {
    const { reading } = this.#context;
    if (reading.isTaken(statement) || saysNothing(statement, this.#context)) return null;
    const reader = Object.hasOwn(BY_ELEMENT, statement.name) ? BY_ELEMENT[statement.name] : undefined;
    return reader?.(statement, this.#context, parent) ?? null;
  }

  /** Whatever the reader of a statement left of it becomes something of its own. */
  #leftovers(statement: XmlElement, made: Made | null): void {
    for (const { statement: inner } of innerStatements(statement)) {
      if (this.#context.reading.isTaken(inner)) {
        this.#leftovers(inner, made);
        continue;
      }
      const read = this.read(inner, made);
      if (read && made && read !== made) link(made, read);
    }
  }
}

/** How what is left points at what it was part of, where R4 has a field for it. */
function link(parent: Made, child: Made): void {
  const type = child.resource.resourceType;
  const of = parent.resource.resourceType;
  if (type === 'Observation' && of !== 'Observation' && child.resource.focus === undefined)
    append(child, 'focus', referenceTo(parent));
  if (type === 'Procedure' && of === 'Procedure') append(child, 'partOf', referenceTo(parent));
}
