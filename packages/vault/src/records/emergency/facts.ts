// What of her records somebody needs who finds her unconscious: chosen sections as lines to read, and the records behind them for a summary (IPS).
// What she keeps from everybody, and notes of psychotherapy, are taken out before anything is looked at (specs/emergency.md §5).
import type { SheetLines, SheetSection } from '@hale/consent/emergency';
import { fieldsOf, isFields, listOf, textOf } from '../../import/json-records.ts';
import { briefOf } from '../brief.ts';
import { clinicalTime } from '../clinical-time.ts';
import { codesOf, conceptText, isDirective, titleOf, valueOfRecord } from '../describe.ts';
import { type SectionName, sectionOf } from '../ips/sections.ts';
import type { SummaryInput } from '../ips/write.ts';
import type { Resource } from '../model.ts';

export interface FactRecord extends SummaryInput {
  /** Ours. */
  id: string;
}

export interface FactsWish {
  patient: SummaryInput | null;
  records: readonly FactRecord[];
  /** Records that leave the house in no emergency, by id. */
  never: ReadonlySet<string>;
  sections: readonly SheetSection[];
  /** Lines that are not in records: what she typed, her last readings. */
  typed: Partial<Record<SheetSection, readonly string[]>>;
  /** How a directive is told: what it says, empty where that cannot be told in a line, and the day that it names (`2021-09-01`, or empty). */
  directive: (said: string, day: string) => string;
  nowMillis: number;
  /** Before what she must not eat, in the language of the sheet. */
  dietWord: string;
}

/** One fact for a card, where there is no room for how a medicine is taken. */
export interface CardFact {
  section: SheetSection;
  title: string;
  /** Reactions, or a value; '' = none written down. */
  detail: string;
  isSevere: boolean;
  isDiet: boolean;
}

export interface Facts {
  sections: SheetLines[];
  /** The same facts without instructions, in the same order. */
  card: CardFact[];
  /** For writeSummary: what stands in it, and what it must not even name. */
  records: SummaryInput[];
  withheld: SummaryInput[];
}

/** Where people look for a fact: the section of a summary, or what it is by its code. */
const SECTION_OF: Partial<Record<SectionName, SheetSection>> = {
  allergies: 'allergies',
  medications: 'medicines',
  problems: 'conditions',
  alerts: 'conditions',
  devices: 'devices',
  pregnancy: 'pregnancy',
  directives: 'directives',
  procedures: 'procedures',
  immunizations: 'vaccinations',
};

/** LOINC: ABO and Rh group, ABO group, Rh. */
const BLOOD = new Set(['882-1', '883-9', '10331-7', '34530-6']);
/** LOINC 82810-3: pregnancy status; what came of earlier ones helps nobody now. */
const PREGNANT = '82810-3';
/** HL7 v3 ActCode: psychotherapy note (45 CFR 164.501). */
const PSYCHOTHERAPY = 'PSYTHPN';
/** HL7 flag-category: what she may not eat, of which somebody who cares for her has to know beside her allergies. */
const DIET = 'diet';
/** What others refer to, and has no line of its own. */
const CARRIED = new Set(['Medication', 'Device', 'Substance']);
/** Lines of one section; the newest records come first. */
const LINES_MAX = 40;
const LINE_UNITS_MAX = 300;

export const isPsychotherapyNote = ({ meta, type, category, code }: Resource): boolean =>
  [
    ...listOf(fieldsOf(meta).security).map((label) => textOf(fieldsOf(label).code)),
    ...[type, code, ...listOf(category)].flatMap(codesOf),
  ].includes(PSYCHOTHERAPY);

const isDiet = ({ resourceType, category }: Resource): boolean =>
  resourceType === 'Flag' && listOf(category).flatMap(codesOf).includes(DIET);

/** Where a record stands on the sheet; null = nowhere. */
export function sheetSectionOf(resource: Resource): SheetSection | null {
  const section = sectionOf(resource);
  if (section === 'alerts' && isDiet(resource)) return 'allergies';
  if (section === 'pregnancy') return codesOf(resource.code).includes(PREGNANT) ? 'pregnancy' : null;
  if (resource.resourceType === 'Observation')
    return section !== null && codesOf(resource.code).some((code) => BLOOD.has(code)) ? 'blood' : null;
  return section === null ? null : (SECTION_OF[section] ?? null);
}

/** Sections without a line are left out, in the order of `wish.sections`. */
export function emergencyFacts(wish: FactsWish): Facts {
  const open = wish.records.filter(({ id, resource }) => !wish.never.has(id) && !isPsychotherapyNote(resource));
  const chosen = open.filter(({ resource }) => {
    const section = sheetSectionOf(resource);
    return section !== null && wish.sections.includes(section) && !isPast(resource, wish.nowMillis);
  });
  const carried = open.filter(({ resource }) => CARRIED.has(resource.resourceType));
  const kept = new Set<FactRecord>([...chosen, ...carried]);
  const withheld = wish.records.filter((record) => !kept.has(record));
  const named = new Map(carried.flatMap((input) => namesOf(input).map((name) => [name, titleOf(input.resource)])));
  const seen = { kept: new Set([...kept].flatMap(namesOf)), hidden: new Set(withheld.flatMap(namesOf)) };
  const clean = (record: FactRecord) => ({ ...record, resource: cleanedResource(record.resource, seen) });
  const shown = chosen.map(clean);
  const facts = wish.sections.map((section) => ({ section, facts: factsIn(section, wish, shown, named) }));
  return {
    sections: facts
      .map(({ section, facts }) => ({ section, lines: facts.map((fact) => lineOf(fact, wish.dietWord)) }))
      .filter(({ lines }) => lines.length > 0),
    card: facts.flatMap(({ facts }) => facts),
    records: [...shown, ...carried.map(clean)],
    withheld,
  };
}

const namesOf = ({ resource, names = [] }: FactRecord): string[] => [
  ...names,
  ...(typeof resource.id === 'string' ? [`${resource.resourceType}/${resource.id}`] : []),
];

/** Fields whose reference is what a record is of: without its words there would be no line. */
const OF = ['medicationReference', 'device'];
const HERS = ['subject', 'patient'];

interface Seen {
  kept: ReadonlySet<string>;
  hidden: ReadonlySet<string>;
  /** Told of each reference that goes. */
  lose?: () => void;
}

/** The narrative goes with the first reference that does: in words it says the same. */
function cleanedResource(resource: Resource, seen: Seen): Resource {
  let isLess = false;
  const lose = () => {
    isLess = true;
  };
  const { text, ...rest } = cleaned(resource, '', { ...seen, lose }) as Resource;
  return text === undefined || isLess ? rest : { ...rest, text };
}

/** Of references only those to what is told stay: the words of another could say all of it, also where nobody knows what it leads to. */
function cleaned(value: unknown, field: string, seen: Seen): unknown {
  if (Array.isArray(value)) return value.map((each) => cleaned(each, field, seen)).filter((each) => each !== undefined);
  if (!isFields(value)) return value;
  if (typeof value.reference === 'string' || (value.display !== undefined && value.identifier !== undefined)) {
    const reference = textOf(value.reference);
    if (HERS.includes(field) || seen.kept.has(reference)) return value;
    if (OF.includes(field) && !seen.hidden.has(reference)) return { display: value.display };
    seen.lose?.();
    return undefined;
  }
  const fields = Object.entries(value).map(([name, each]) => [name, cleaned(each, name, seen)] as const);
  return Object.fromEntries(fields.filter(([, each]) => each !== undefined));
}

const isPast = (resource: Resource, nowMillis: number): boolean =>
  resource.resourceType !== 'Observation' && briefOf(resource, nowMillis).isOver === true;

interface Fact extends CardFact {
  /** How it is taken. */
  dose: string;
}

/** What is severe stands first, then the newest; what she must not eat last. */
function factsIn(
  section: SheetSection,
  { typed, patient, nowMillis, directive }: FactsWish,
  chosen: readonly FactRecord[],
  named: ReadonlyMap<string, string>,
): Fact[] {
  const ofRecords = chosen
    .filter(({ resource }) => sheetSectionOf(resource) === section)
    .map(({ resource }) => {
      const fact = factOf(section, resource, named, nowMillis);
      return isDirective(resource) ? { ...fact, title: directive(titleOf(resource), dayOf(resource)) } : fact;
    });
  const ofPatient = section === 'contacts' && patient !== null ? contactsOf(patient.resource) : [];
  const plain = (title: string): Fact => ({
    ...{ section, title: title.trim(), detail: '', isSevere: false, isDiet: false, dose: '' },
  });
  const all = [...[...(typed[section] ?? []), ...ofPatient].map(plain), ...ofRecords].filter(({ title }) => title);
  const unlike = new Map(all.map((fact) => [lineOf(fact, '').toLowerCase(), fact]));
  const rank = ({ isSevere, isDiet }: Fact) => (isSevere ? 0 : isDiet ? 2 : 1);
  const ordered = [...unlike.values()].sort((a, b) => rank(a) - rank(b));
  // One blood group, one state of pregnancy: the newest.
  return ordered.slice(0, section === 'pregnancy' ? 1 : LINES_MAX);
}

function factOf(
  section: SheetSection,
  resource: Resource,
  named: ReadonlyMap<string, string>,
  nowMillis: number,
): Fact {
  const { dose = '', reactions = [], criticality, severity } = briefOf(resource, nowMillis);
  const references = [resource.medicationReference, resource.device].map(fieldsOf);
  const title =
    references.map(({ reference, display }) => named.get(textOf(reference)) || textOf(display)).find(Boolean) ||
    titleOf(resource) ||
    conceptText(resource.code);
  const value = valueOfRecord(resource);
  const is = { section, isSevere: criticality === 'high' || severity === 'severe', isDiet: isDiet(resource), dose };
  // Under its own heading a blood group, or a state of pregnancy, needs no name.
  return (section === 'blood' || section === 'pregnancy') && value !== ''
    ? { ...is, title: value, detail: '' }
    : { ...is, title, detail: [value, reactions.join(', ')].filter(Boolean).join('; ') };
}

const dayOf = (resource: Resource): string => (clinicalTime(resource)?.written ?? '').slice(0, 10);

function lineOf({ title, detail, isSevere, isDiet, dose }: Fact, dietWord: string): string {
  const details = [detail, dose].filter(Boolean).join('; ');
  const line = `${isSevere ? '! ' : ''}${isDiet ? `${dietWord}: ` : ''}${title}${details === '' ? '' : `: ${details}`}`;
  return line.slice(0, LINE_UNITS_MAX);
}

/** Whom her hospital noted as a contact. */
function contactsOf(patient: Resource): string[] {
  return listOf(patient.contact).flatMap((each) => {
    const { name, telecom, relationship } = fieldsOf(each);
    const { text, given, family } = fieldsOf(name);
    const called = textOf(text) || [...listOf(given), family].map(textOf).filter(Boolean).join(' ');
    const reached = listOf(telecom)
      .map((point) => textOf(fieldsOf(point).value))
      .filter(Boolean);
    const who = conceptText(listOf(relationship)[0]);
    const [first = '', ...others] = reached;
    // The number stands where it is not cut off.
    const line = [called, first, who, ...others].filter(Boolean).join(', ');
    return called === '' && first === '' ? [] : [line];
  });
}
