// Data types of HL7 v3 as those of FHIR: what is said becomes a value, and why nothing is said (nullFlavor) becomes its reason.
import type { Fields } from '../../import/json-records.ts';
import { timeText } from '../hl7-time.ts';
import { codeSystemOf, uriOf, v3 } from './code-systems.ts';
import { attributeOf, childOf, childrenOf, plainText, type XmlElement } from './xml.ts';

/** Finds the words that a statement refers to in the text of its section. */
export type TextOf = (element: XmlElement | undefined) => string;

/** Without fields that say nothing. */
export function compact(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isNothing(value)));
}

function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** The fields, or nothing where all of them say nothing. */
export function filled(fields: Fields): Fields | undefined {
  const kept = compact(fields);
  return Object.keys(kept).length === 0 ? undefined : kept;
}

export const timeOf = (element: XmlElement | undefined): string => timeText(attributeOf(element, 'value'));

/** Of a moment or an interval the beginning. */
export const startOf = (element: XmlElement | undefined): string =>
  timeOf(element) || timeOf(childOf(element, 'low')) || timeOf(childOf(element, 'center'));

export const endOf = (element: XmlElement | undefined): string => timeOf(childOf(element, 'high'));

export function periodOf(element: XmlElement | undefined): Fields | undefined {
  const start = startOf(element);
  return filled({ start, end: endOf(element) });
}

/** A moment under the name `…DateTime`, an interval under `…Period`. */
export function whenOf(name: string, element: XmlElement | undefined): Fields {
  const moment = timeOf(element) || timeOf(childOf(element, 'center'));
  const [low, high] = [timeOf(childOf(element, 'low')), endOf(element)];
  if (moment !== '' || (low !== '' && low === high)) return { [`${name}DateTime`]: moment || low };
  return compact({ [`${name}Period`]: filled({ start: low, end: high }) });
}

/** FHIR's `instant`, which needs a second and a zone; empty for what is less. */
export const instantOf = (time: string): string => (/T.*(Z|[+-]\d\d:\d\d)$/.test(time) ? time : '');

export function identifiersOf(ids: readonly XmlElement[]): Fields[] {
  return ids.flatMap((id) => {
    const [root, extension] = [attributeOf(id, 'root'), attributeOf(id, 'extension')];
    const system = uriOf(root);
    if (attributeOf(id, 'nullFlavor') !== '' || (system === '' && extension === '')) return [];
    const assigner = attributeOf(id, 'assigningAuthorityName');
    const named = assigner === '' ? {} : { assigner: { display: assigner } };
    if (extension === '') return [{ system: 'urn:ietf:rfc3986', value: system, ...named }];
    return [{ ...(system === '' ? {} : { system }), value: extension, ...named }];
  });
}

const words = (text: string): string => text.replace(/\s+/g, ' ').trim();

function codingOf(element: XmlElement): Fields[] {
  const code = words(attributeOf(element, 'code'));
  if (code === '') return [];
  const system = codeSystemOf(attributeOf(element, 'codeSystem'), attributeOf(element, 'codeSystemName'));
  const version = attributeOf(element, 'codeSystemVersion');
  return [compact({ system, version, code, display: words(attributeOf(element, 'displayName')) })];
}

/** Code, translations and their translations, each once. */
function codingsIn(element: XmlElement): Fields[] {
  const all = [
    element,
    ...childrenOf(element, 'translation').flatMap((each) => [each, ...childrenOf(each, 'translation')]),
  ];
  const seen = new Set<string>();
  return all.flatMap(codingOf).filter(({ system, code }) => {
    const name = `${system}|${code}`;
    return !seen.has(name) && seen.add(name);
  });
}

/** What SNOMED adds behind a code: `laterality: left`. */
function qualifiersIn(element: XmlElement): string {
  return childrenOf(element, 'qualifier')
    .map((each) =>
      [childOf(each, 'name'), childOf(each, 'value')]
        .map((part) => nameOf(part))
        .filter(Boolean)
        .join(': '),
    )
    .filter(Boolean)
    .join(', ');
}

const nameOf = (element: XmlElement | undefined): string =>
  words(attributeOf(element, 'displayName') || attributeOf(element, 'code'));

/** What a person reads of a code: the words that were written, else its name. */
export function conceptText(concept: Fields | undefined): string {
  if (concept === undefined) return '';
  const codings = (concept.coding as Fields[] | undefined) ?? [];
  const named = codings.find(({ display }) => display !== undefined);
  return String(concept.text ?? named?.display ?? codings[0]?.code ?? '');
}

/** Undefined: it says nothing, not even why. */
export function conceptOf(element: XmlElement | undefined, textOf: TextOf): Fields | undefined {
  if (element === undefined) return undefined;
  const coding = codingsIn(element);
  const written = textOf(childOf(element, 'originalText'));
  const qualified = qualifiersIn(element);
  const text = qualified === '' ? written : `${written || nameOf(element)} (${qualified})`;
  if (coding.length > 0 || text !== '') return compact({ coding, text });
  const loose = words(attributeOf(element, 'displayName'));
  if (loose !== '') return { text: loose };
  const flavor = attributeOf(element, 'nullFlavor');
  return flavor === '' ? undefined : { coding: [{ system: v3('NullFlavor'), code: flavor }], ...flavorText(flavor) };
}

/** As `conceptOf`, and nothing where only a reason for nothing is told. */
export function toldConcept(element: XmlElement | undefined, textOf: TextOf): Fields | undefined {
  const concept = conceptOf(element, textOf);
  const [first] = (concept?.coding as Fields[] | undefined) ?? [];
  return first?.system === v3('NullFlavor') ? undefined : concept;
}

/** [code of `data-absent-reason`, words] */
const FLAVORS: Readonly<Record<string, [string, string]>> = {
  NI: ['unknown', 'No information'],
  UNK: ['unknown', 'Unknown'],
  ASKU: ['asked-unknown', 'Asked but unknown'],
  NAV: ['temp-unknown', 'Not available now'],
  NASK: ['not-asked', 'Not asked'],
  NA: ['not-applicable', 'Not applicable'],
  MSK: ['masked', 'Withheld'],
  NP: ['unknown', 'Not present'],
  OTH: ['unsupported', 'Other'],
  PINF: ['positive-infinity', 'Above any number'],
  NINF: ['negative-infinity', 'Below any number'],
  TRC: ['unknown', 'Trace'],
  QS: ['unknown', 'Sufficient quantity'],
};

function flavorText(flavor: string): Fields {
  return Object.hasOwn(FLAVORS, flavor) ? { text: FLAVORS[flavor][1] } : {};
}

export function absentReason(flavor: string): Fields {
  const [code] = Object.hasOwn(FLAVORS, flavor) ? FLAVORS[flavor] : ['unknown'];
  return {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason', code }],
    ...flavorText(flavor),
  };
}

const NUMBER = /^[+-]?\d+(\.\d+)?$/;
/** A unit as UCUM writes them: ASCII without blanks. */
const UCUM = /^[!-~]{1,60}$/;

export const numberOf = (text: string): number | undefined => (NUMBER.test(text) ? Number(text) : undefined);

/** Undefined: there is no number in it. */
export function quantityOf(element: XmlElement | undefined): Fields | undefined {
  if (element === undefined) return undefined;
  const value = numberOf(attributeOf(element, 'value'));
  const unit = attributeOf(element, 'unit');
  if (value !== undefined) return { value, ...unitOf(unit) };
  // A unit of the hospital's own stands in a translation.
  const [other] = childrenOf(element, 'translation').filter(
    (each) => numberOf(attributeOf(each, 'value')) !== undefined,
  );
  if (other === undefined) return undefined;
  const named =
    attributeOf(other, 'displayName') || plainText(childOf(other, 'originalText')) || attributeOf(other, 'code');
  return { value: Number(attributeOf(other, 'value')), ...(named === '' ? {} : { unit: words(named) }) };
}

function unitOf(unit: string): Fields {
  if (unit === '') return {};
  return UCUM.test(unit) ? { unit, system: 'http://unitsofmeasure.org', code: unit } : { unit };
}

export const rangeOf = (element: XmlElement | undefined): Fields | undefined =>
  filled({ low: quantityOf(childOf(element, 'low')), high: quantityOf(childOf(element, 'high')) });

const ratioOf = (element: XmlElement): Fields | undefined =>
  filled({
    numerator: quantityOf(childOf(element, 'numerator')),
    denominator: quantityOf(childOf(element, 'denominator')),
  });

/** `> 8 mg/L` of an interval with one end; with two a range. */
function intervalOf(element: XmlElement): Fields {
  const [low, high] = ['low', 'high'].map((name) => childOf(element, name));
  const [least, most] = [quantityOf(low), quantityOf(high)];
  if (least && most) return { valueRange: { low: least, high: most } };
  const end = least ? low : high;
  const quantity = least ?? most ?? quantityOf(element);
  if (!quantity) return {};
  if (!least && !most) return { valueQuantity: quantity };
  const isOpen = attributeOf(end, 'inclusive') === 'false';
  const comparator = `${least ? '>' : '<'}${isOpen ? '' : '='}`;
  return { valueQuantity: { value: quantity.value, comparator, ...quantity } };
}

/** The type that a value says it is, without the prefix that somebody gave it. */
export const typeOf = (element: XmlElement): string => attributeOf(element, 'xsi:type').replace(/^.*:/, '');

/** A value under the name of its type; nothing where it has none. */
export function toldValue(element: XmlElement, textOf: TextOf): Fields {
  const written = attributeOf(element, 'value');
  switch (typeOf(element)) {
    case 'CD':
    case 'CE':
    case 'CV':
    case 'CO':
    case 'CS':
      return compact({ valueCodeableConcept: toldConcept(element, textOf) });
    case 'PQ':
    case 'REAL':
    case 'MO':
      return compact({ valueQuantity: quantityOf(element) });
    case 'INT':
      return /^[+-]?\d{1,9}$/.test(written) ? { valueInteger: Number(written) } : {};
    case 'BL':
      return written === 'true' || written === 'false' ? { valueBoolean: written === 'true' } : {};
    case 'IVL_PQ':
    case 'IVL_INT':
    case 'IVL_REAL':
      return intervalOf(element);
    case 'RTO':
    case 'RTO_PQ_PQ':
    case 'RTO_QTY_QTY':
      return compact({ valueRatio: ratioOf(element) });
    case 'TS':
      return compact({ valueDateTime: timeText(written) });
    case 'IVL_TS':
      return whenOf('value', element);
    default:
      return compact({ valueString: textOf(element) || words(written) || nameOf(element) });
  }
}

const USES: Readonly<Record<string, string>> = {
  H: 'home',
  HP: 'home',
  HV: 'home',
  WP: 'work',
  DIR: 'work',
  PUB: 'work',
  MC: 'mobile',
  TMP: 'temp',
  BAD: 'old',
};
const useOf = (element: XmlElement, allowed: readonly string[]): string => {
  const found = attributeOf(element, 'use')
    .split(/\s+/)
    .map((use) => (Object.hasOwn(USES, use) ? USES[use] : ''));
  return found.find((use) => allowed.includes(use)) ?? '';
};

export function addressesOf(elements: readonly XmlElement[]): Fields[] {
  return elements.flatMap((element) => {
    const part = (name: string) => plainText(childOf(element, name));
    const lines = childrenOf(element, 'streetAddressLine', 'streetName', 'houseNumber', 'additionalLocator', 'postBox');
    const address = filled({
      line: lines.map(plainText).filter(Boolean),
      city: part('city'),
      district: part('county'),
      state: part('state'),
      postalCode: part('postalCode'),
      country: part('country'),
    });
    const written = address ? {} : { text: plainText(element) };
    const period = periodOf(childOf(element, 'useablePeriod'));
    const use = useOf(element, ['home', 'work', 'temp', 'old']);
    return address || written.text ? [compact({ use, ...written, ...address, period })] : [];
  });
}

const SCHEMES: Readonly<Record<string, string>> = {
  tel: 'phone',
  fax: 'fax',
  mailto: 'email',
  http: 'url',
  https: 'url',
};

export function telecomsOf(elements: readonly XmlElement[]): Fields[] {
  return elements.flatMap((element) => {
    const written = words(attributeOf(element, 'value'));
    if (written === '') return [];
    const scheme = /^([a-z]+):/i.exec(written)?.[1].toLowerCase() ?? '';
    const system = Object.hasOwn(SCHEMES, scheme) ? SCHEMES[scheme] : scheme === '' ? 'phone' : 'other';
    const value = ['phone', 'fax', 'email'].includes(system) ? written.replace(/^[a-z]+:\s*/i, '') : written;
    const period = periodOf(childOf(element, 'useablePeriod'));
    return value === ''
      ? []
      : [compact({ system, value, use: useOf(element, ['home', 'work', 'mobile', 'temp', 'old']), period })];
  });
}

const NAME_USES: Readonly<Record<string, string>> = {
  L: 'official',
  C: 'official',
  OR: 'official',
  P: 'nickname',
  PN: 'nickname',
  A: 'nickname',
  SRCH: 'usual',
};

export function personNamesOf(elements: readonly XmlElement[]): Fields[] {
  return elements.flatMap((element) => {
    const parts = (name: string) => childrenOf(element, name).map(plainText).filter(Boolean);
    const family = childrenOf(element, 'family');
    const isMaiden = family.length > 0 && family.every((each) => attributeOf(each, 'qualifier') === 'BR');
    const uses = attributeOf(element, 'use').split(/\s+/);
    const use = isMaiden ? 'maiden' : (uses.map((each) => NAME_USES[each]).find(Boolean) ?? '');
    const name = filled({
      family: parts('family').join(' '),
      given: parts('given'),
      prefix: parts('prefix'),
      suffix: parts('suffix'),
    });
    const text = name ? '' : plainText(element);
    const period = periodOf(childOf(element, 'validTime'));
    return name || text !== '' ? [compact({ use, text, ...name, period })] : [];
  });
}

/** How a person is called in one line. */
export function calledText(name: Fields | undefined): string {
  if (!name) return '';
  const list = (value: unknown) => (Array.isArray(value) ? value : []);
  const parts = [...list(name.prefix), ...list(name.given), name.family, ...list(name.suffix)];
  return String(name.text ?? parts.filter(Boolean).join(' '));
}
