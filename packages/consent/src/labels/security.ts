// Labels as FHIR carries them, in `meta.security`: written into a copy so that they travel with it, and read from what a hospital marked.
// HL7 FHIR DS4P (security-label-ds4p 0b756fa): sec-label-basis, one confidentiality, any number of sensitivities.
import type { Area } from './areas.ts';
import { CONFIDENTIALITY, type Confidentiality, highest, isConfidentiality } from './confidentiality.ts';
import { LAWS, type LawCode, OBLIGATIONS, REFRAINS } from './obligations.ts';
import {
  ACT_CODE,
  confidentialityOf,
  isSensitivityCode,
  mayMean,
  SENSITIVITIES,
  type SensitivityCode,
} from './sensitivity.ts';

export const LABEL_BASIS = 'http://hl7.org/fhir/uv/security-label-ds4p/StructureDefinition/extension-sec-label-basis';

/** FHIR Coding, the part that labels use. */
export interface Coding {
  system: string;
  code: string;
  display?: string;
  extension?: { url: string; valueCoding: { system: string; code: string } }[];
}

/** Why a record bears a label: a code that it carries, words in it, or that its owner said so. For the owner; it never travels. */
export type LabelReason =
  | { system: string; code: string; display?: string; note?: string }
  | { words: string }
  | { owner: true };

export interface Label {
  code: SensitivityCode;
  /** Where one code serves two areas: the one that is meant. */
  area?: Area;
  why: LabelReason;
  /** The law by which it stands. */
  basis?: LawCode;
  /** Id of another record, whose label it is: this one refers to it (an order to its medicine, a visit to its diagnosis). */
  of?: string;
}

/** Never shared unless it is asked for by name: notes of psychotherapy (45 CFR 164.508(a)(2) asks for an authorisation of their own). */
export const NEVER_BY_DEFAULT: readonly SensitivityCode[] = ['PSYTHPN'];

/** What the owner's home knows of a record's sensitivity. */
export interface RecordLabels {
  labels: readonly Label[];
  confidentiality: 'N' | 'R' | 'V';
  /** Areas that the labels may be about, in the order of `AREAS`. */
  areas: readonly Area[];
  /** Part of it is a document that nobody could look into: a PDF, a picture, a whole C-CDA. */
  opaque: boolean;
}

/** What a policy withholds by label. */
export interface LabelRule {
  withholdAreas: readonly Area[];
  withholdCodes: readonly SensitivityCode[];
}

/** Does the rule withhold what bears these labels? What may be meant counts: a record that is only "specially protected" goes with mental health. */
export function withholds({ withholdAreas, withholdCodes }: LabelRule, { labels, areas }: RecordLabels): boolean {
  if (areas.some((area) => withholdAreas.includes(area))) return true;
  return labels.some(({ code }) => withholdCodes.some((rule) => mayMean(rule, code)));
}

/** Confidentiality of labels with what a hospital marked; below normal counts as normal: somebody else's lowering lowers nothing here. */
export function recordConfidentiality(labels: readonly Label[], marked: Confidentiality | null): 'N' | 'R' | 'V' {
  const mark = highest([confidentialityOf(labels.map(({ code }) => code)), marked ?? 'N']);
  return mark === 'R' || mark === 'V' ? mark : 'N';
}

/**
 * `meta.security` of a copy: one confidentiality, each sensitivity once with the law it rests on, and what the law and the labels ask of the
 * recipient. Reasons stay at home.
 */
export function securityOf({ labels, confidentiality }: Pick<RecordLabels, 'labels' | 'confidentiality'>): Coding[] {
  const codes = [...new Set(labels.map(({ code }) => code))].sort();
  const bound = new Set(labels.filter(({ basis }) => basis !== undefined).map(({ code }) => code));
  const sensitivities = codes.map((code) => {
    const coding: Coding = {
      system: ACT_CODE,
      code,
      display: `${SENSITIVITIES.get(code)!.display} information sensitivity`,
    };
    if (bound.has(code)) coding.extension = [{ url: LABEL_BASIS, valueCoding: { system: ACT_CODE, code: LAWS[0] } }];
    return coding;
  });
  const duties = codes.length > 0 ? ['PERSISTLABEL', ...(bound.size > 0 ? ['NORDSCLCD'] : [])] : [];
  return [
    { system: CONFIDENTIALITY, code: confidentiality },
    ...sensitivities,
    ...duties.map((code) => ({ system: ACT_CODE, code })),
  ];
}

/** Codes of v3-ActCode in `meta.security` that say what to do and not what it is about. */
const NO_SENSITIVITY = new Set<string>([...OBLIGATIONS, ...REFRAINS, ...LAWS, 'PROCESSINLINELABEL']);
/** v3-Confidentiality once named sensitivities too; these codes are retired and still met. */
const RETIRED: Readonly<Record<string, SensitivityCode>> = {
  ETH: 'ETH',
  HIV: 'HIV',
  PSY: 'PSY',
  SDV: 'SDV',
  C: 'CEL',
  S: 'PHY',
  T: 'TBOO',
  B: 'B',
  I: 'PRS',
};

export interface ReadSecurity {
  labels: Label[];
  /** The highest that was marked; null where none was. */
  confidentiality: Confidentiality | null;
}

/**
 * Reads marks that somebody else set, as JSON gave them. A restriction whose reason is not told, or told in a code that this version does not
 * know, counts as asked for by a physician (PHY): it is never dropped.
 */
export function readSecurity(codings: readonly unknown[]): ReadSecurity {
  const labels: Label[] = [];
  const marks: Confidentiality[] = [];
  for (const { system, code, display, isPart2 } of codings.map(markOf)) {
    if (code === '') continue;
    const sensitivity = sensitivityOf(system, code);
    if (system === CONFIDENTIALITY && isConfidentiality(code)) marks.push(code);
    // The mark names the law alone: what it protects are records of substance use.
    if (system === ACT_CODE && code === LAWS[0])
      labels.push({ code: 'SUD', why: { system, code, ...(display && { display }) }, basis: LAWS[0] });
    if (sensitivity === null) continue;
    labels.push({
      code: sensitivity,
      why: { system, code, ...(display && { display }) },
      ...(isPart2 && { basis: LAWS[0] }),
    });
  }
  const confidentiality = marks.length > 0 ? highest(marks) : null;
  const isUnexplained = (confidentiality === 'R' || confidentiality === 'V') && labels.length === 0;
  if (isUnexplained) labels.push({ code: 'PHY', why: { system: CONFIDENTIALITY, code: confidentiality } });
  return { labels, confidentiality };
}

function sensitivityOf(system: string, code: string): SensitivityCode | null {
  if (system === CONFIDENTIALITY) return Object.hasOwn(RETIRED, code) ? RETIRED[code] : null;
  if (system !== ACT_CODE || NO_SENSITIVITY.has(code)) return null;
  return isSensitivityCode(code) ? code : 'PHY';
}

const DISPLAY_UNITS_MAX = 200;

function markOf(value: unknown): { system: string; code: string; display: string; isPart2: boolean } {
  const { system, code, display, extension } = asMap(value);
  const text = (each: unknown) => (typeof each === 'string' ? each : '');
  const basis = (Array.isArray(extension) ? extension : [])
    .map(asMap)
    .find(({ url }) => text(url).endsWith('sec-label-basis'));
  return {
    // The first servers wrote HL7's address of before 2018.
    system: text(system).replace(
      /^http:\/\/hl7\.org\/fhir\/v3\/(ActCode|Confidentiality)$/,
      'http://terminology.hl7.org/CodeSystem/v3-$1',
    ),
    code: text(code).trim(),
    display: text(display).slice(0, DISPLAY_UNITS_MAX),
    isPart2: asMap(basis?.valueCoding).code === LAWS[0],
  };
}

const asMap = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
