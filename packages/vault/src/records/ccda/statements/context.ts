// What every reader of a statement is given, and what all of them do: notes, reasons, states.
import { type Fields, fieldsOf, listOf, textOf } from '../../../import/json-records.ts';
import type { Resource } from '../../model.ts';
import { conceptText, toldConcept, toldValue } from '../datatypes.ts';
import type { People } from '../people.ts';
import { append, innerStatements, type Made, type Reading, type Reference, templatesOf } from '../reading.ts';
import type { SectionKind } from '../sections.ts';
import { attributeOf, childOf, childrenOf, type XmlElement } from '../xml.ts';

export interface Context {
  reading: Reading;
  people: People;
  section: SectionKind;
  /** Reads a statement within another one by its own kind. Null: it became no resource of its own. */
  read(statement: XmlElement, parent: Made | null): Made | null;
}

/** Reads one kind of statement; null where it says too little for a resource. It takes (Reading.take) whatever it made use of. */
export type StatementReader = (statement: XmlElement, context: Context, parent: Made | null) => Made | null;

const TEMPLATES = '2.16.840.1.113883.10.20.22.4.';

/** Statements within, of one of C-CDA's kinds. */
export function innerOf(statement: XmlElement, ...kinds: readonly (number | string)[]): XmlElement[] {
  const wanted = kinds.map((kind) => (typeof kind === 'number' ? TEMPLATES + kind : kind));
  return innerStatements(statement)
    .map(({ statement: inner }) => inner)
    .filter((inner) => templatesOf(inner).some((each) => wanted.includes(each)));
}

export const isKind = (statement: XmlElement, ...kinds: readonly number[]): boolean =>
  templatesOf(statement).some((each) => kinds.some((kind) => each === TEMPLATES + kind));

export const moodOf = (statement: XmlElement): string => attributeOf(statement, 'moodCode') || 'EVN';

/** It is wished, ordered or planned, and has not happened. */
export const isPlanned = (statement: XmlElement): boolean => !['EVN', 'GOL', 'CRT', 'DEF'].includes(moodOf(statement));

export const statusCode = (statement: XmlElement): string => attributeOf(childOf(statement, 'statusCode'), 'code');

export function mapped(table: Readonly<Record<string, string>>, word: string, otherwise: string): string {
  return Object.hasOwn(table, word) ? table[word] : otherwise;
}

/** `Severity: mild`; of a statement with words only those. */
export function lineOf({ reading }: Context, statement: XmlElement): string {
  const concept = toldConcept(childOf(statement, 'code'), reading.textOf);
  const code = hasWords(concept) ? conceptText(concept) : '';
  const values = childrenOf(statement, 'value').map((each) => valueText(toldValue(each, reading.textOf)));
  const words = reading.textOf(childOf(statement, 'text'));
  const said = [...values, words].filter(Boolean).join(', ');
  if (said === '') return code;
  return code === '' || code === 'ASSERTION' ? said : `${code}: ${said}`;
}

/** A bare number of a code system says nothing to a reader. */
const hasWords = (concept: Fields | undefined): boolean =>
  concept?.text !== undefined || listOf(concept?.coding).some((each) => fieldsOf(each).display !== undefined);

function valueText(value: Fields): string {
  const [told] = Object.values(value);
  if (typeof told !== 'object') return told === undefined ? '' : String(told);
  const fields = fieldsOf(told);
  if (typeof fields.value === 'number')
    return [textOf(fields.comparator), String(fields.value), textOf(fields.unit)].filter(Boolean).join(' ');
  if (fields.low !== undefined || fields.high !== undefined)
    return [fields.low, fields.high].map((end) => valueText({ end })).join(' to ');
  return conceptText(fields);
}

/** What a small statement says becomes a note of the one that it belongs to. */
export function noteDown(context: Context, made: Made, statements: readonly XmlElement[]): void {
  for (const statement of statements) {
    const text = lineOf(context, statement);
    if (text === '') continue;
    context.reading.take(statement);
    append(made, 'note', { text });
  }
}

/** Instructions, comments and preferences, which may stand within anything. */
export function noteUsual(context: Context, made: Made, statement: XmlElement): void {
  noteDown(
    context,
    made,
    innerOf(statement, 20, 64, 143, '1.3.6.1.4.1.19376.1.5.3.1.4.2', '1.3.6.1.4.1.19376.1.5.3.1.4.3'),
  );
}

/** Why: the indications of a statement as codes, and where a problem of the same document is meant, that one too. */
export function reasonsOf(
  { reading }: Context,
  statement: XmlElement,
): { reasonCode: Fields[]; reasonReference: Reference[] } {
  const reasonCode: Fields[] = [];
  const reasonReference: Reference[] = [];
  for (const indication of innerOf(statement, 19)) {
    const concept = toldConcept(childOf(indication, 'value'), reading.textOf);
    if (concept === undefined) continue;
    reading.take(indication);
    reasonCode.push(concept);
    const known = reading.made.find((made) => isSameCondition(made.resource, concept));
    if (known) reasonReference.push({ reference: `urn:uuid:${known.resource.id}`, display: conceptText(concept) });
  }
  return { reasonCode, reasonReference };
}

function isSameCondition({ resourceType, code }: Resource, concept: Fields): boolean {
  if (resourceType !== 'Condition') return false;
  const names = (of: unknown) =>
    listOf(fieldsOf(of).coding).map((each) => `${fieldsOf(each).system}|${fieldsOf(each).code}`);
  const wanted = names(concept);
  return names(code).some((name) => wanted.includes(name));
}

/** Text of a section kind's own for codes that only say that something is asserted. */
export function codeOf({ reading, section }: Context, statement: XmlElement): Fields {
  const concept = toldConcept(childOf(statement, 'code'), reading.textOf);
  const [coding] = listOf(concept?.coding).map(fieldsOf);
  if (concept === undefined) return { text: templateName(statement) || section.name };
  if (coding?.code !== 'ASSERTION' || concept.text !== undefined) return concept;
  return { ...concept, text: templateName(statement) || section.name };
}

/** Names of kinds whose code says nothing. */
const NAMES: Readonly<Record<string, string>> = {
  8: 'Severity',
  47: 'Death',
  72: 'Caregiver characteristics',
  73: 'Assessment scale supporting observation',
  77: 'Highest pressure ulcer stage',
  114: 'Wound',
  134: 'Wound characteristic',
  145: 'Criticality',
};

function templateName(statement: XmlElement): string {
  for (const template of templatesOf(statement)) {
    const kind = template.startsWith(TEMPLATES) ? template.slice(TEMPLATES.length) : '';
    if (Object.hasOwn(NAMES, kind)) return NAMES[kind];
  }
  return '';
}
