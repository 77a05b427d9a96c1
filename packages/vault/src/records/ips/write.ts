// Writing a patient summary (IPS 2.0.0) from chosen records: a document of its own, whose addresses are new and lead only inside it. What is
// withheld is as if it were not, unless the caller says `visible`: law forbids telling in some places and demands it nowhere.
import { fail } from '@hale/kernel';
import { type Fields, fieldsOf, isFields, listOf, textOf } from '../../import/json-records.ts';
import { titleOf } from '../describe.ts';
import type { Resource } from '../model.ts';
import { sectionNarrative } from './narrative.ts';
import { absentIn, maskedRecord } from './placeholders.ts';
import { type SectionName, type SectionRules, SUMMARY_SECTIONS, sectionOf } from './sections.ts';

export interface SummaryWish {
  patient: SummaryInput;
  /** Everything that may stand in it, in the order in which it should; also what others refer to: medicines, people, places. */
  records: readonly SummaryInput[];
  /** Records that she keeps back. They are never written; `hidden` says whether that there is something may be told. */
  withheld?: readonly SummaryInput[];
  hidden?: 'none' | 'visible';
  /** Sections of which she says that there is nothing, where else nobody knows. */
  nothing?: readonly SectionName[];
  /** ISO 8601 with its zone. */
  date: string;
  title?: string;
  /** A new random UUID (RFC 9562) at each call. */
  uuid: () => string;
}

export interface SummaryInput {
  resource: Resource;
  /** Names under which others refer to it, beside `Type/id`: `urn:uuid:…`, a server's address. */
  names?: readonly string[];
  /** Where it stands, if another summary said so (null: nowhere by itself); else by what it is. */
  section?: SectionName | null;
}

/** @throws HaleError 'usage' where the person is none */
export function writeSummary(wish: SummaryWish): Resource {
  if (wish.patient.resource.resourceType !== 'Patient')
    fail('usage', 'a patient summary needs the record of the person');
  const shelf = new Shelf(wish);
  const sections = SUMMARY_SECTIONS.map((rules) => writeSection(rules, wish, shelf)).filter(
    (section) => section !== null,
  );
  const composition = {
    resourceType: 'Composition',
    meta: profile('Composition-uv-ips'),
    identifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${wish.uuid()}` },
    status: 'final',
    type: coded('http://loinc.org', '60591-5', 'Patient summary Document'),
    subject: { reference: shelf.patientUrl },
    date: wish.date,
    author: [{ reference: shelf.patientUrl }],
    title: wish.title ?? 'International Patient Summary',
    section: sections,
  };
  return {
    resourceType: 'Bundle',
    meta: profile('Bundle-uv-ips'),
    identifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${wish.uuid()}` },
    type: 'document',
    timestamp: wish.date,
    entry: [{ fullUrl: `urn:uuid:${wish.uuid()}`, resource: composition }, ...shelf.entries()],
  };
}

const profile = (name: string) => ({ profile: [`http://hl7.org/fhir/uv/ips/StructureDefinition/${name}`] });
const coded = (system: string, code: string, display: string) => ({ coding: [{ system, code, display }] });

const EMPTY_REASONS = 'http://terminology.hl7.org/CodeSystem/list-empty-reason';
const REASONS = {
  nilknown: { display: 'Nil Known', note: 'Nothing of this kind is known to be the case, says the patient.' },
  unavailable: { display: 'Unavailable', note: 'No information of this kind is available.' },
  withheld: { display: 'Information Withheld', note: 'Information of this kind is withheld.' },
} as const;

function writeSection(rules: SectionRules, wish: SummaryWish, shelf: Shelf): Fields | null {
  const placed = wish.records.filter((input) => placeOf(input) === rules.name);
  const parts = partsOf(placed);
  // Another summary's word stands; by itself a part is listed with its whole only.
  const records = placed.filter(
    (input) => input.section !== undefined || !namesOf(input).some((name) => parts.has(name)),
  );
  const isWithheld = wish.hidden === 'visible' && (wish.withheld ?? []).some((input) => placeOf(input) === rules.name);
  const entry = records.map((input) => ({ reference: shelf.take(input) }));
  const masked = isWithheld && records.length > 0 ? maskedRecord(rules, shelf.patientUrl) : null;
  if (masked) entry.push({ reference: shelf.add(masked) });
  const reason = isWithheld ? 'withheld' : wish.nothing?.includes(rules.name) ? 'nilknown' : 'unavailable';
  const isEmpty = entry.length === 0;
  if (isEmpty && reason === 'unavailable' && !rules.isRequired) return null;
  const note = isEmpty || isWithheld ? REASONS[reason].note : '';
  // As they stand in the document: the words of a reference that was taken out would tell of what it led to.
  const shown = records.map((input) => shelf.resourceAt(shelf.take(input))!);
  return {
    title: rules.title,
    code: coded('http://loinc.org', rules.code, rules.display),
    text: { status: 'generated', div: sectionNarrative(shown, (reference) => shelf.nameOf(reference), note) },
    ...(isEmpty ? { emptyReason: coded(EMPTY_REASONS, reason, REASONS[reason].display) } : { entry }),
  };
}

const placeOf = ({ resource, section }: SummaryInput): SectionName | null =>
  section === undefined ? sectionOf(resource) : section;

/** Names of what stands in a section as a part of something else in it: the values of a panel or a report. */
function partsOf(records: readonly SummaryInput[]): ReadonlySet<string> {
  const parts = records.flatMap(({ resource }) => [...listOf(resource.hasMember), ...listOf(resource.result)]);
  return new Set(parts.map((part) => textOf(fieldsOf(part).reference)));
}

/** What has come into the document so far: an entry, and whatever it refers to. */
class Shelf {
  readonly patientUrl: string;
  readonly #wish: SummaryWish;
  readonly #byName = new Map<string, SummaryInput>();
  readonly #withholds: boolean;
  /** Of the resource that is being written, a reference went. */
  #lost = false;
  readonly #urls = new Map<SummaryInput, string>();
  readonly #entries: { fullUrl: string; resource: Resource }[] = [];

  constructor(wish: SummaryWish) {
    this.#wish = wish;
    for (const input of [wish.patient, ...wish.records])
      for (const name of namesOf(input)) if (!this.#byName.has(name)) this.#byName.set(name, input);
    this.#withholds = (wish.withheld ?? []).length > 0;
    this.patientUrl = this.take(wish.patient);
  }

  entries(): readonly { fullUrl: string; resource: Resource }[] {
    return this.#entries;
  }

  /** Its address in the document; it comes in where it is not there yet. */
  take(input: SummaryInput): string {
    const before = this.#urls.get(input);
    if (before !== undefined) return before;
    const fullUrl = `urn:uuid:${this.#wish.uuid()}`;
    this.#urls.set(input, fullUrl);
    const entry = { fullUrl, resource: input.resource };
    this.#entries.push(entry);
    // After its address is known: records refer to each other in circles.
    entry.resource = this.#written(input.resource);
    return fullUrl;
  }

  add(resource: Resource): string {
    return this.take({ resource });
  }

  resourceAt(fullUrl: string): Resource | undefined {
    return this.#entries.find((entry) => entry.fullUrl === fullUrl)?.resource;
  }

  /** What that which a reference in the document leads to is called. */
  nameOf(reference: string): string {
    const found = this.resourceAt(reference);
    return found === undefined ? '' : titleOf(found);
  }

  #written(resource: Resource): Resource {
    const { id: _id, meta, text, ...rest } = resource;
    const outer = this.#lost;
    this.#lost = false;
    const inside = this.#inside(rest, '') as Fields;
    // What a reference that went leads to, the narrative says in words.
    const narrative = text === undefined || this.#lost ? {} : { text };
    this.#lost = outer;
    const labels = isFields(meta) && listOf(meta.security).length > 0 ? { meta: { security: meta.security } } : {};
    const whole = { ...inside, ...narrative, ...labels };
    return absentIn({ ...whole, resourceType: resource.resourceType });
  }

  #inside(value: unknown, name: string): unknown {
    if (Array.isArray(value)) {
      const list = value.map((each) => this.#inside(each, name)).filter((each) => each !== undefined);
      return list.length === 0 ? undefined : list;
    }
    if (!isFields(value)) return value;
    if (typeof value.reference === 'string' && !value.reference.startsWith('#')) return this.#reference(value, name);
    const fields = Object.entries(value).map(([field, each]) => [field, this.#inside(each, field)] as const);
    const kept = fields.filter(([, each]) => each !== undefined);
    return kept.length === 0 ? undefined : Object.fromEntries(kept);
  }

  /** A reference to what is not in the document would tell of it: only what it is called stays. */
  #reference({ reference, ...rest }: Fields, name: string): Fields | undefined {
    // Whatever name a hospital had for her, all of it is hers.
    const isHers = name === 'patient' || (name === 'subject' && !this.#isOther(reference as string));
    const found = isHers ? this.#wish.patient : this.#byName.get(reference as string);
    if (found !== undefined) return { reference: this.take(found), ...words(rest) };
    // The words of a reference can say all of what it leads to; under a name that is not known here it may lead to what is withheld.
    if (this.#withholds) {
      this.#lost = true;
      return undefined;
    }
    const left = words(rest);
    return Object.keys(left).length === 0 ? undefined : left;
  }

  #isOther(reference: string): boolean {
    const found = this.#byName.get(reference);
    return found !== undefined && found.resource.resourceType !== 'Patient';
  }
}

const words = ({ display, type }: Fields): Fields => ({
  ...(textOf(display) === '' ? {} : { display, ...(textOf(type) === '' ? {} : { type }) }),
});

function namesOf({ resource, names = [] }: SummaryInput): string[] {
  return [...names, ...(typeof resource.id === 'string' ? [`${resource.resourceType}/${resource.id}`] : [])];
}
