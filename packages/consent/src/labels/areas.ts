// Areas: what a person withholds when she says "mental health", in words that need no code book. Each code belongs to an area, so that no label
// is out of her reach.
import { mayMean, SENSITIVITIES, type SensitivityCode } from './sensitivity.ts';

const ROWS = [
  // what she calls it, the codes that it withholds
  ['mental-health', ['MH', 'PSY', 'PSYTHPN', 'EMOTDIS']],
  ['substance-use', ['SUD', 'ETH']],
  ['cognition', ['COGN', 'DVD']],
  ['hiv', ['HIV']],
  ['sexual-health', ['SEX', 'STD']],
  ['pregnancy', ['SEX']],
  ['gender', ['GENDER']],
  ['genetics', ['GDIS']],
  ['sickle-cell', ['SCA', 'SICKLE']],
  ['violence', ['VIO', 'SDV', 'MST']],
  ['social', ['LIVARG', 'MARST', 'EMPL']],
  ['origin', ['RACE', 'REL']],
  // What somebody asked to be kept apart without saying why, and what says more of the person than of her health.
  ['other', ['PRS', 'PHY', 'PDS', 'TBOO', 'DIA', 'DRGIS', 'ADOL', 'CEL', 'EMP', 'B', 'LOCIS', 'SSP', 'DEMO', 'DOB']],
] as const satisfies readonly (readonly [string, readonly SensitivityCode[]])[];

export type Area = (typeof ROWS)[number][0];

/** Area → codes, in the order in which they are offered. */
export const AREAS: ReadonlyMap<Area, readonly SensitivityCode[]> = new Map<Area, readonly SensitivityCode[]>(ROWS);

export const AREA_NAMES: readonly Area[] = [...AREAS.keys()];

export const isArea = (name: unknown): name is Area => AREAS.has(name as Area);

/** What a label says to a rule: its code and, where one code serves two areas (SEX: sexual health and pregnancy), which of them is meant. */
export interface AreaLabel {
  code: SensitivityCode;
  /** Missing: any area of the code may be meant. */
  area?: Area;
}

const BY_CODE: ReadonlyMap<SensitivityCode, readonly Area[]> = new Map(
  [...SENSITIVITIES.keys()].map((code) => [
    code,
    ROWS.filter(([, of]) => of.some((each) => mayMean(each, code))).map(([area]) => area),
  ]),
);

/** Areas that a label may be about. A general code is about all areas below it: SPI may be mental health, substance use or cognition. */
export const areasOfLabel = ({ code, area }: AreaLabel): readonly Area[] => (area ? [area] : BY_CODE.get(code)!);

/** Areas of several labels, each once, in the order of `AREAS`. */
export function areasOf(labels: readonly AreaLabel[]): Area[] {
  const found = new Set(labels.flatMap(areasOfLabel));
  return AREA_NAMES.filter((area) => found.has(area));
}

/** The code by which an owner raises a record to an area: its first and most general. */
export const codeOfArea = (area: Area): SensitivityCode => AREAS.get(area)![0];
