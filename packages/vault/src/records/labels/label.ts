// Labels of one resource, from nothing but the resource: what its hospital marked, what its codes mean, what its words say.
import { type Label, type LabelReason, type RecordLabels, readSecurity } from '@hale/consent';
import { type Fields, fieldsOf, isFields, listOf, textOf } from '../../import/json-records.ts';
import { LABEL_TEXT_UNITS_MAX, RECORD_DEPTH_MAX } from '../limits.ts';
import { parseBlobPlace, parseFilePlace, type Resource } from '../model.ts';
import { attachmentText, withoutTags } from './attachment-text.ts';
import { codeFound } from './lookup.ts';
import type { Target } from './targets.ts';
import { wordsFound } from './word-search.ts';

const INLINE_LABEL = 'extension-inline-sec-label';
/** Extensions that say a gender and not a sex: FHIR's own and US Core's. */
const GENDER_EXTENSION = /(patient-genderIdentity|us-core-genderIdentity|individual-genderIdentity)$/;

/** Of people nothing is searched for words: their names and addresses are no findings. */
const PEOPLE = new Set(['Patient', 'RelatedPerson', 'Person']);
/** Not words about health: who, where to, and FHIR's own codes and addresses. */
const PASSED_OVER = new Set(
  (
    'id reference url uri fullUrl system version code status use language contentType data hash meta implicitRules identifier telecom address ' +
    'birthDate subject patient beneficiary linkId unit rank size creation mode intent priority path expression valueBase64Binary photo'
  ).split(' '),
);

/** Elements of type Attachment that may have no content type. */
const ATTACHMENTS = new Set([
  'attachment',
  'contentAttachment',
  'presentedForm',
  'valueAttachment',
  'sourceAttachment',
]);

interface Text {
  text: string;
  coding: Fields | null;
}

class Reading {
  readonly codings: Fields[] = [];
  readonly texts: Text[] = [];
  readonly security: unknown[] = [];
  isOpaque = false;
  hasGender = false;
  #units = 0;

  add(text: string, coding: Fields | null): void {
    if (text.length < 3) return;
    if (this.#units + text.length > LABEL_TEXT_UNITS_MAX) {
      this.isOpaque = true;
      return;
    }
    this.#units += text.length;
    this.texts.push({ text, coding });
  }

  walk(value: unknown, name: string, depth: number): void {
    if (depth > RECORD_DEPTH_MAX) return;
    if (Array.isArray(value)) for (const each of value) this.walk(each, name, depth + 1);
    else if (isFields(value)) this.#fields(value, name, depth);
    else if (typeof value === 'string' && !PASSED_OVER.has(name)) this.#text(value, name);
  }

  #text(value: string, name: string): void {
    if (parseBlobPlace(value) !== null || parseFilePlace(value) !== null) this.isOpaque = true;
    else this.add(name === 'div' ? withoutTags(value) : value, null);
  }

  #fields(fields: Fields, name: string, depth: number): void {
    const { url, system, code, display, meta, resourceType } = fields;
    if (ATTACHMENTS.has(name) || typeof fields.contentType === 'string') this.#attachment(fields);
    if (typeof url === 'string' && depth > 0) {
      if (url.endsWith(INLINE_LABEL)) this.security.push(fields.valueCoding);
      if (GENDER_EXTENSION.test(url)) this.hasGender = true;
    }
    // A resource within another is marked by itself.
    if (resourceType !== undefined) this.security.push(...listOf(fieldsOf(meta).security));
    const isCoding = typeof system === 'string' && typeof code === 'string';
    if (isCoding) this.codings.push(fields);
    if (isCoding && typeof display === 'string') this.add(display, fields);
    for (const within of Object.keys(fields)) {
      if (isCoding && within === 'display') continue;
      // A code is FHIR's own word as text, and a concept otherwise.
      const each = fields[within];
      if (PASSED_OVER.has(within) && !(within === 'code' && typeof each === 'object')) {
        this.#marksIn(each, depth + 1);
        continue;
      }
      this.walk(each, within, depth + 1);
    }
  }

  /** Even what is passed over may be marked: an identifier, an address. */
  #marksIn(value: unknown, depth: number): void {
    if (typeof value !== 'object' || depth > RECORD_DEPTH_MAX) return;
    if (Array.isArray(value)) for (const each of value) this.#marksIn(each, depth + 1);
    else if (isFields(value)) {
      if (textOf(value.url).endsWith(INLINE_LABEL)) this.security.push(value.valueCoding);
      for (const within of Object.keys(value)) this.#marksIn(value[within], depth + 1);
    }
  }

  #attachment(fields: Fields): void {
    const text = attachmentText(fields);
    if (text === null) this.isOpaque = true;
    else this.add(text, null);
  }
}

/** What a resource tells of itself. `marked`: how confidential its hospital says that it is. */
export interface ResourceLabels extends Pick<RecordLabels, 'labels' | 'opaque'> {
  marked: ReturnType<typeof readSecurity>['confidentiality'];
}

function read(resource: Resource): Reading {
  const reading = new Reading();
  reading.walk(resource, '', 0);
  return reading;
}

/**
 * Labels of a resource with their reasons, and whether part of it is a document that nobody could look into. One label for each sensitivity and area; of
 * several reasons the hospital's mark counts first, then codes, then words.
 */
export function resourceLabels(resource: Resource): ResourceLabels {
  const reading = read(resource);
  const { labels: marks, confidentiality } = readSecurity(reading.security);
  const kept = new LabelSet(marks);
  for (const coding of reading.codings) {
    const [system, code, display] = [textOf(coding.system), textOf(coding.code), textOf(coding.display)];
    for (const { target, note } of codeFound(system, code))
      kept.put(target, {
        system,
        code,
        ...(display === '' ? {} : { display }),
        ...(note === undefined ? {} : { note }),
      });
  }
  if (reading.hasGender) kept.put({ code: 'GENDER' }, { words: 'gender identity' });
  if (!PEOPLE.has(resource.resourceType))
    for (const { text, coding } of reading.texts)
      for (const { target, words } of wordsFound(text)) kept.put(target, reasonOf(words, coding));
  return { labels: kept.all(), opaque: reading.isOpaque, marked: confidentiality };
}

function reasonOf(words: string, coding: Fields | null): LabelReason {
  if (coding === null) return { words };
  return {
    system: textOf(coding.system),
    code: textOf(coding.code),
    display: textOf(coding.display),
    note: `the word “${words}”`,
  };
}

/** Substance use in all its codes: what 42 CFR Part 2 protects where the record comes from a programme. */
const PART_2 = new Set(['SUD', 'ETHUD', 'OPIOIDUD', 'ETH']);

class LabelSet {
  readonly #labels = new Map<string, Label>();
  #isPart2 = false;

  constructor(marks: readonly Label[]) {
    for (const mark of marks) {
      if (mark.basis !== undefined) this.#isPart2 = true;
      this.#keep(mark);
    }
  }

  put({ code, area, isProgramme }: Target, why: LabelReason): void {
    if (isProgramme) this.#isPart2 = true;
    this.#keep({ code, ...(area && { area }), why });
  }

  #keep(label: Label): void {
    const key = `${label.code}/${label.area ?? ''}`;
    if (!this.#labels.has(key)) this.#labels.set(key, label);
  }

  all(): Label[] {
    const all = [...this.#labels.values()];
    return this.#isPart2
      ? all.map((label): Label => (PART_2.has(label.code) ? { ...label, basis: '42CFRPart2' } : label))
      : all;
  }
}
