// Any patient summary that comes in: the document, its sections, and which record stands in which. Reads what other systems write, also where
// they take the guide lightly: relative references, sections by an unknown code, sections within sections.
import { type Fields, fieldsOf, isFields, listOf, textOf } from '../../import/json-records.ts';
import { categoryOf } from '../category.ts';
import { codesOf } from '../describe.ts';
import type { Category, Resource } from '../model.ts';
import { type SectionName, sectionByCode } from './sections.ts';

export interface SummaryRecord {
  resource: Resource;
  fullUrl: string;
  category: Category;
  /** The first section that lists it; null: it stands in none, as a medicine's substance does. */
  section: SectionName | null;
}

export interface SummarySection {
  /** null: of a code that IPS does not have. */
  name: SectionName | null;
  /** LOINC; empty where it tells none. */
  code: string;
  title: string;
  /** `nilknown`, `unavailable`, `withheld` …; null where there are entries or no reason is told. */
  emptyReason: string | null;
  /** Its XHTML as it stands, unchecked; for what is said nowhere else. */
  narrative: string;
  /** Into `records`. */
  records: number[];
  /** Entries that lead to nothing in the document. */
  missing: number;
}

export interface Summary {
  title: string;
  /** As written. */
  date: string;
  composition: Resource;
  patient: Resource | null;
  sections: SummarySection[];
  /** All resources but the composition, in the document's order. */
  records: SummaryRecord[];
}

const SECTIONS_MAX = 200;
const DEPTH_MAX = 8;

export function isSummary(bundle: unknown): boolean {
  if (!isFields(bundle) || bundle.resourceType !== 'Bundle' || bundle.type !== 'document') return false;
  const first = fieldsOf(fieldsOf(listOf(bundle.entry)[0]).resource);
  return first.resourceType === 'Composition' && codesOf(first.type).includes('60591-5');
}

/** null: no document with a composition at its head. */
export function readSummary(bundle: unknown): Summary | null {
  const entries = listOf(fieldsOf(bundle).entry)
    .map(fieldsOf)
    .filter(({ resource }) => isFields(resource) && textOf(resource.resourceType) !== '')
    .map(({ fullUrl, resource }) => ({ fullUrl: textOf(fullUrl), resource: resource as Resource }));
  const [head, ...rest] = entries;
  if (head?.resource.resourceType !== 'Composition') return null;
  const records: SummaryRecord[] = rest.map(({ fullUrl, resource }) => ({
    resource,
    fullUrl,
    section: null,
    category: categoryOf(resource),
  }));
  const find = finderOf(records, head.fullUrl);
  const sections = flat(listOf(head.resource.section), 0)
    .slice(0, SECTIONS_MAX)
    .map((section) => readSection(section, find));
  for (const { name, records: listed } of sections) {
    for (const at of listed) {
      const record = records[at];
      if (name === null || record.section !== null) continue;
      record.section = name;
      // A section knows better than a code what a finding is about; a type that it only mentions stays what it is.
      const rules = sectionByCode(sections.find((each) => each.name === name)!.code)!;
      if (record.resource.resourceType === 'Observation') record.category = rules.category;
    }
  }
  const subject = find(textOf(fieldsOf(head.resource.subject).reference));
  const patient = subject === undefined ? undefined : records[subject].resource;
  return {
    title: textOf(head.resource.title),
    date: textOf(head.resource.date),
    composition: head.resource,
    patient: patient?.resourceType === 'Patient' ? patient : (only(records, 'Patient') ?? null),
    sections,
    records,
  };
}

const only = (records: readonly SummaryRecord[], type: string): Resource | undefined =>
  records.find(({ resource }) => resource.resourceType === type)?.resource;

/** Sections of sections stand beside theirs. */
function flat(sections: readonly unknown[], depth: number): Fields[] {
  if (depth >= DEPTH_MAX) return [];
  return sections.filter(isFields).flatMap((section) => [section, ...flat(listOf(section.section), depth + 1)]);
}

function readSection(section: Fields, find: (reference: string) => number | undefined): SummarySection {
  const codes = codesOf(section.code);
  const rules = codes.map(sectionByCode).find((found) => found !== undefined);
  const found = listOf(section.entry).map((entry) => find(textOf(fieldsOf(entry).reference)));
  const records = [...new Set(found.filter((at) => at !== undefined))];
  return {
    name: rules?.name ?? null,
    code: rules?.code ?? codes[0] ?? '',
    title: textOf(section.title),
    emptyReason: codesOf(section.emptyReason)[0] ?? null,
    narrative: textOf(fieldsOf(section.text).div),
    records,
    missing: found.filter((at) => at === undefined).length,
  };
}

/** References in a document by full address, or relative to where the document's other resources lie (FHIR R4 §2.36.3.1). */
function finderOf(records: readonly SummaryRecord[], headUrl: string): (reference: string) => number | undefined {
  const byAddress = new Map<string, number>();
  for (const [at, { fullUrl, resource }] of records.entries()) {
    const relative = /([A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64})$/.exec(fullUrl)?.[1];
    const own = typeof resource.id === 'string' ? `${resource.resourceType}/${resource.id}` : undefined;
    for (const address of [fullUrl, relative, own]) if (address && !byAddress.has(address)) byAddress.set(address, at);
  }
  const base = /^(.*\/)[A-Z][A-Za-z]+\/[^/]+$/.exec(headUrl)?.[1] ?? '';
  return (reference) => {
    const plain = reference.replace(/\/_history\/[^/]+$/, '');
    return byAddress.get(plain) ?? byAddress.get(base + plain);
  };
}
