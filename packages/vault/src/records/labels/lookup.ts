// What a code means for privacy: one look into the tables of its system.
import { ACT_CODE, isSensitivityCode } from '@hale/consent';
import { ATC, ICD_9_CM, ICD_10, ICD_11, ICPC_2 } from './icd.ts';
import { LOINC, PLACES, SERVICES } from './loinc.ts';
import { RATED, ratingText } from './raters.ts';
import { RXNORM, SNOMED } from './snomed.ts';
import { TARGETS, type Target, type TargetName } from './targets.ts';

export interface CodeFound {
  target: Target;
  /** What the code alone does not say: how physicians rated it. */
  note?: string;
}

type Rows = readonly (readonly [TargetName, string])[];
type Table = ReadonlyMap<string, readonly Target[]>;

const codesOf = (text: string): string[] => text.split(' ');

function tableOf(rows: Rows, expand: (codes: string) => string[] = codesOf): Table {
  const table = new Map<string, Target[]>();
  for (const [name, codes] of rows)
    for (const code of expand(codes)) table.set(code, [...(table.get(code) ?? []), TARGETS[name]]);
  return table;
}

/** Codes of a classification by their beginnings, ranges written out, points left out. */
function expandRanges(text: string): string[] {
  return codesOf(text).flatMap((part) => {
    const [from, to] = part.replaceAll('.', '').split('-');
    return to === undefined ? [from] : between(from, to);
  });
}

const BASE_36 = 36;

/** F12, F13, … F16 counts in tens; 1A60, 1A61, … 1A9Z in signs of ICD-11, which are 0–9 and A–Z. */
function between(from: string, to: string): string[] {
  const base = from.length === 4 ? BASE_36 : 10;
  const fixed = /^\d+$/.test(from) ? 0 : from.length === 4 ? 2 : 1;
  const head = from.slice(0, fixed);
  const [first, last] = [from, to].map((code) => Number.parseInt(code.slice(fixed), base));
  // X85–Y09 runs over two letters.
  if (to.slice(0, fixed) !== head)
    return [...between(from, head + '9'.repeat(from.length - 1)), ...between(`${to[0]}00`, to)];
  return Array.from({ length: last - first + 1 }, (_, i) =>
    (head + (first + i).toString(base).padStart(from.length - fixed, '0')).toUpperCase(),
  );
}

const BY_BEGINNING = {
  icd10: tableOf(ICD_10, expandRanges),
  icd9: tableOf(ICD_9_CM, expandRanges),
  icd11: tableOf(ICD_11, expandRanges),
  icpc: tableOf(ICPC_2),
  atc: tableOf(ATC),
};
const WHOLE = {
  snomed: tableOf(SNOMED),
  loinc: tableOf(LOINC),
  rxnorm: tableOf(RXNORM),
  places: tableOf(PLACES),
  services: tableOf(SERVICES),
};

type Kind = keyof typeof BY_BEGINNING | keyof typeof WHOLE | 'service-category';

/** Addresses and object identifiers of the systems, as servers write them. */
const SYSTEMS: readonly (readonly [RegExp, Kind])[] = [
  [/^http:\/\/snomed\.info\/sct|^urn:oid:2\.16\.840\.1\.113883\.6\.96$/, 'snomed'],
  [/loinc\.org|^urn:oid:2\.16\.840\.1\.113883\.6\.1$/, 'loinc'],
  [/rxnorm|^urn:oid:2\.16\.840\.1\.113883\.6\.88$/, 'rxnorm'],
  [/icd-?10(?!-pcs)|^urn:oid:2\.16\.840\.1\.113883\.6\.(90|3|4)$/, 'icd10'],
  [/icd-?9|^urn:oid:2\.16\.840\.1\.113883\.6\.103$/, 'icd9'],
  [/icd-?11|id\.who\.int\/icd/, 'icd11'],
  [/icpc|^urn:oid:2\.16\.840\.1\.113883\.6\.139$/, 'icpc'],
  [/whocc\.no\/atc|(^|\W)atc(\W|$)|^urn:oid:2\.16\.840\.1\.113883\.6\.73$/, 'atc'],
  [/v3-(rolecode|actcode)$|fhir\/v3\/(rolecode|actcode)$/, 'places'],
  [/service-type$/, 'services'],
  [/service-category$/, 'service-category'],
];
const kinds = new Map<string, Kind | null>();
const SYSTEMS_REMEMBERED_MAX = 1_000;

function kindOf(system: string): Kind | null {
  const known = kinds.get(system);
  if (known !== undefined) return known;
  const small = system.toLowerCase();
  const kind = SYSTEMS.find(([name]) => name.test(small))?.[1] ?? null;
  if (kinds.size < SYSTEMS_REMEMBERED_MAX) kinds.set(system, kind);
  return kind;
}

const isBeginningKind = (kind: Kind): kind is keyof typeof BY_BEGINNING => Object.hasOwn(BY_BEGINNING, kind);
const NOTHING: readonly CodeFound[] = [];
const CODE_UNITS_MAX = 7;

/** What a coding tells; nothing for a system or a code that no table has. */
export function codeFound(system: string, code: string): readonly CodeFound[] {
  if (system === ACT_CODE && isSensitivityCode(code)) return [{ target: { code } }];
  const kind = kindOf(system);
  if (kind === null) return NOTHING;
  if (isBeginningKind(kind)) return byBeginning(BY_BEGINNING[kind], code);
  if (kind === 'service-category') return (WHOLE.services.get(`c${code}`) ?? []).map((target) => ({ target }));
  const targets = (WHOLE[kind].get(code) ?? []).map((target): CodeFound => ({ target }));
  const ratings = kind in RATED ? RATED[kind as keyof typeof RATED].get(code) : undefined;
  return ratings === undefined ? targets : [...targets, { target: TARGETS.SUD, note: ratingText(ratings) }];
}

/** Dagger, asterisk, points and what is written after a code do not change what it is about. */
function byBeginning(table: Table, code: string): CodeFound[] {
  const plain = code.toUpperCase().replace(/[^0-9A-Z]/g, '');
  const found: CodeFound[] = [];
  for (let length = 1; length <= Math.min(plain.length, CODE_UNITS_MAX); length++)
    for (const target of table.get(plain.slice(0, length)) ?? []) found.push({ target });
  return found;
}
