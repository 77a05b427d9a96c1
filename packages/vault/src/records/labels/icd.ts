// Diagnoses: ICD-10 with its national forms, ICD-9-CM, ICD-11 and ICPC-2 as ranges of categories. Categories and blocks are those of the
// classifications' own tables of contents (WHO ICD-10, icd.who.int/browse10; ICD-10-CM; ICD-11, icd.who.int; WONCA ICPC-2); what has a point
// was looked up: alcohol in the comorbidity lists after Elixhauser (K70 … Z72.1), abortion in California's AB 352 list (Health Net 500073),
// counselling in ICD-10-CM FY2026 (Z71.4, Z71.5), the rest one by one. Tobacco (F17) is no substance use: 42 CFR 2.11 leaves it out.
import type { TargetName } from './targets.ts';

/** Ranges are of three-character categories; what has a point is a code with all below it. */
export const ICD_10: readonly (readonly [TargetName, string])[] = [
  ['COGN', 'F00-F09 G30 G31'],
  ['ETHUD', 'F10 K70 T51 X45 X65 Y90-Y91 E24.4 G31.2 G62.1 G72.1 I42.6 K29.2 K85.2 K86.0 Z50.2 Z71.4 Z72.1'],
  ['OPIOIDUD', 'F11 T40.0 T40.1 T40.2 T40.3 T40.4 T40.6 R78.1'],
  ['SUD', 'F12-F16 F18-F19 T40 R78.2 Z71.5'],
  ['PSY', 'F20-F31 F60-F62 F42 X60-X84 T14.91 R45.851'],
  ['MH', 'F32-F41 F43-F51 F53-F59 F63 F68-F69 F90 F95 F98-F99'],
  ['EMOTDIS', 'F91-F94'],
  ['DVD', 'F70-F89'],
  ['GENDER', 'F64 F66 Q56 Z87.890'],
  ['SEX', 'F52 F65 N46 N97 Z30 Z31 Z70 Z72.51 Z72.52 Z72.53'],
  ['PREGNANCY', 'O00-O99 O9A F53 Z32-Z37 Z39 Z3A Z64.0'],
  ['HIV', 'B20-B24 Z21 O98.7 R75 Z11.4'],
  ['STD', 'A50-A64 Z11.3 Z22.4'],
  ['GDIS', 'Q90-Q99 E84 D66 D67 G10 Z14-Z15'],
  ['SCA', 'D57'],
  ['SDV', 'T74 T76 Y05 Y07 Z04.4 Z62.81 Z91.41 Z69'],
  ['VIO', 'X85-Y09'],
  ['LIVARG', 'Z55 Z59-Z60 Z65'],
  ['EMPL', 'Z56'],
  ['MARST', 'Z63'],
];

export const ICD_9_CM: readonly (readonly [TargetName, string])[] = [
  ['COGN', '290 294 331'],
  ['ETHUD', '291 303 305.0'],
  ['SUD', '292 304 305.2 305.3 305.4 305.5 305.6 305.7 305.8 305.9'],
  ['PSY', '295-298 301'],
  ['MH', '300 306-309 311-314'],
  ['DVD', '299 315 317-319'],
  ['HIV', '042 V08'],
  ['STD', '090-099'],
  ['PREGNANCY', '630-679 V22-V24 V27-V28'],
  ['SEX', 'V25-V26'],
  ['SCA', '282.6'],
  ['SDV', '995.8'],
];

/** Stems of four characters. */
export const ICD_11: readonly (readonly [TargetName, string])[] = [
  ['ETHUD', '6C40'],
  ['OPIOIDUD', '6C43'],
  ['SUD', '6C41 6C42 6C44-6C49 6C4B-6C4H'],
  ['PSY', '6A20-6A6Z 6D10-6D11'],
  ['MH', '6A70-6B8Z 6C50-6C7Z'],
  ['DVD', '6A00-6A0Z'],
  ['COGN', '6D70-6D8Z'],
  ['HIV', '1C60-1C62'],
  ['STD', '1A60-1A9Z'],
  ['PREGNANCY', 'JA00-JB6Z'],
  ['SEX', 'HA00-HA4Z'],
  ['GENDER', 'HA60-HA6Z'],
  ['SCA', '3A51'],
];

/** Chapters by their letter: P psychological, W pregnancy and family planning, Z social; some by number. */
export const ICPC_2: readonly (readonly [TargetName, string])[] = [
  ['MH', 'P'],
  ['ETHUD', 'P15 P16'],
  ['SUD', 'P18 P19'],
  ['PSY', 'P72 P73 P98'],
  ['COGN', 'P70'],
  ['DVD', 'P85'],
  ['BOTH', 'W'],
  ['HIV', 'B90'],
  ['STD', 'X70 X71 X90 X91 Y70 Y71 Y72 Y76'],
  ['LIVARG', 'Z'],
];

/** Anatomical Therapeutic Chemical classification (WHO Collaborating Centre, atcddd.fhi.no): groups and substances. */
export const ATC: readonly (readonly [TargetName, string])[] = [
  ['PSY', 'N05A'], // antipsychotics, lithium among them
  ['MH', 'N05B N06A N06BA'], // anxiolytics, antidepressants, stimulants for ADHD
  ['COGN', 'N06D'],
  ['ETHUD', 'N07BB'],
  ['OPIOIDUD', 'N07BC V03AB15'],
  ['HIV', 'J05AE J05AF J05AG J05AJ J05AR'],
  ['SEX', 'G02B G03A G03G G04BE'], // contraceptives, ovulation, erection
  ['PREGNANCY', 'G03XB01 G03XB51'], // mifepristone
];
