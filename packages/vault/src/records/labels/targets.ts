// What a code or a word may point at: a sensitivity code and, where HL7 has one code for two areas, the area.
import type { Area, SensitivityCode } from '@hale/consent';

export interface Target {
  code: SensitivityCode;
  area?: Area;
  /** It names a programme for substance use: what comes from one rests on 42 CFR Part 2. */
  isProgramme?: true;
}

const plain = <C extends SensitivityCode>(code: C): Target => ({ code });

/** Names of the tables beside this file; all but the last four are HL7's codes. */
export const TARGETS = {
  MH: plain('MH'),
  PSY: plain('PSY'),
  PSYTHPN: plain('PSYTHPN'),
  EMOTDIS: plain('EMOTDIS'),
  COGN: plain('COGN'),
  DVD: plain('DVD'),
  SUD: plain('SUD'),
  ETHUD: plain('ETHUD'),
  OPIOIDUD: plain('OPIOIDUD'),
  HIV: plain('HIV'),
  STD: plain('STD'),
  GDIS: plain('GDIS'),
  SCA: plain('SCA'),
  GENDER: plain('GENDER'),
  VIO: plain('VIO'),
  SDV: plain('SDV'),
  LIVARG: plain('LIVARG'),
  EMPL: plain('EMPL'),
  MARST: plain('MARST'),
  SEX: { code: 'SEX', area: 'sexual-health' },
  PREGNANCY: { code: 'SEX', area: 'pregnancy' },
  BOTH: { code: 'SEX' },
  PROGRAMME: { code: 'SUD', isProgramme: true },
} as const satisfies Record<string, Target>;

export type TargetName = keyof typeof TARGETS;
