// The words of a resource that a person would look for: names, values, notes, people, places, codes. Not ids, addresses or states.
import { type Fields, isFields } from '../../import/json-records.ts';
import { titleOf } from '../describe.ts';
import type { Resource } from '../model.ts';
import { BOX_TEXTS_MAX, TEXT_UNITS_MAX } from './limits.ts';

/** Where a word stands; the order is that of the weights, and the numbers stand in snapshots. */
export const BOX_FIELDS = ['title', 'value', 'name', 'person', 'place', 'note', 'code', 'text', 'amendment'] as const;
export type BoxField = (typeof BOX_FIELDS)[number];

export interface BoxText {
  field: BoxField;
  text: string;
}

const NOTE_KEYS = new Set([
  'note',
  'comment',
  'comments',
  'conclusion',
  'description',
  'payload',
  'detail',
  'patientInstruction',
  'instruction',
]);
const VALUE_KEY = /^(value|interpretation)/;
const SKIPPED = new Set([
  'id',
  'meta',
  'extension',
  'modifierExtension',
  'contained',
  'implicitRules',
  'language',
  'data',
  'url',
  'system',
]);
const TEXT_KEYS = new Set([
  'text',
  'title',
  'display',
  'valueString',
  'contentString',
  'name',
  'family',
  'city',
  'valueMarkdown',
  'manufacturer',
]);
const LIST_KEYS = new Set(['given', 'prefix', 'suffix', 'line', 'conclusion']);
const PEOPLE = /^(Practitioner|PractitionerRole|RelatedPerson|Person|CareTeam)\b/;
const PLACES = /^(Organization|Location|HealthcareService)\b/;
const TYPE_OF_PERSON = new Set(['Patient', 'Practitioner', 'RelatedPerson', 'Person', 'CareTeam']);
const TYPE_OF_PLACE = new Set(['Organization', 'Location', 'HealthcareService']);
const DEPTH_MAX = 12;

/** Texts of a resource, each once, with the field where it matters most. */
export function boxTexts(resource: Resource): BoxText[] {
  const gather = new Gather();
  gather.put('title', titleOf(resource));
  const isPerson = TYPE_OF_PERSON.has(resource.resourceType);
  const field = isPerson ? 'person' : TYPE_OF_PLACE.has(resource.resourceType) ? 'place' : 'name';
  for (const key in resource) {
    if (key === 'text') gather.narrative(resource.text);
    else if (!SKIPPED.has(key)) gather.walk(resource[key], key, fieldOf(key, field), 0);
  }
  return gather.found;
}

class Gather {
  readonly found: BoxText[] = [];
  readonly #seen = new Set<string>();

  put(field: BoxField, text: string): void {
    if (text === '' || this.found.length >= BOX_TEXTS_MAX || this.#seen.has(text)) return;
    this.#seen.add(text);
    this.found.push({ field, text: text.length > TEXT_UNITS_MAX ? text.slice(0, TEXT_UNITS_MAX) : text });
  }

  walk(value: unknown, key: string, field: BoxField, depth: number): void {
    if (this.found.length >= BOX_TEXTS_MAX || depth > DEPTH_MAX) return;
    if (typeof value === 'string') {
      if (TEXT_KEYS.has(key) || LIST_KEYS.has(key) || NOTE_KEYS.has(key)) this.put(field, value);
    } else if (Array.isArray(value)) for (const each of value) this.walk(each, key, field, depth + 1);
    else if (isFields(value)) this.#object(value, field, depth);
  }

  #object(value: Fields, field: BoxField, depth: number): void {
    if (typeof value.reference === 'string' || (typeof value.display === 'string' && value.code === undefined)) {
      const of = String(value.type ?? value.reference ?? '').replace(/^.*?([A-Z][A-Za-z]+)[/?][^/]*$/, '$1');
      this.walk(value.display, 'display', PEOPLE.test(of) ? 'person' : PLACES.test(of) ? 'place' : field, depth + 1);
      return;
    }
    if (typeof value.code === 'string' && typeof value.system === 'string') this.put('code', value.code);
    for (const key in value) if (!SKIPPED.has(key)) this.walk(value[key], key, fieldOf(key, field), depth + 1);
  }

  /** What a human being reads in place of the resource, without its marks. */
  narrative(text: unknown): void {
    const div = isFields(text) ? text.div : undefined;
    if (typeof div !== 'string') return;
    // Longer ones repeat what the fields say.
    const plain = div
      .slice(0, NARRATIVE_UNITS_MAX)
      .replace(/<[^>]*>/g, ' ')
      .replace(/&[a-z#0-9]+;/gi, ' ');
    for (const part of plain.split(/\s{2,}/)) this.put('text', part.trim());
  }
}

const NARRATIVE_UNITS_MAX = 4_000;

function fieldOf(key: string, above: BoxField): BoxField {
  if (NOTE_KEYS.has(key)) return 'note';
  return VALUE_KEY.test(key) && above === 'name' ? 'value' : above;
}
