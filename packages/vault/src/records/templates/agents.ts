// What a record has in it that bears on others: the substance of a medicine, or an illness. By the codes of its source and by its words, whichever
// there is. ATC codes are those of the index of the WHO Collaborating Centre as of 2026-04-25, read in github.com/fabkury/atcd (N02–N05, P, R01–R03)
// and for the rest beside their names in public tables of medicines; RxNorm and SNOMED numbers were read beside their names in the same way.
// ICD-10: categories of the WHO's classification. Words are beginnings of international names (INN), with a trade name where people say that one.
import { fieldsOf, listOf, textOf } from '../../import/json-records.ts';
import type { Resource } from '../model.ts';
import { foldWhole } from '../search/fold.ts';

interface AgentRow {
  agent: string;
  /** What kind of record says it. 'heritable': also of relatives, and among allergies · 'pregnancy': an illness that ends. */
  in: 'medicine' | 'illness' | 'heritable' | 'pregnancy' | 'allergy';
  /** Beginnings of codes. */
  atc?: string;
  rxnorm?: string;
  icd10?: string;
  snomed?: string;
  /** Beginnings of folded words; `_` is a space. Empty: whatever record of the kind. */
  words: string;
}

const AGENTS = [
  {
    agent: 'pde5',
    in: 'medicine',
    atc: 'G04BE',
    words: 'sildenafil tadalafil vardenafil avanafil viagra revatio cialis levitra',
  },
  {
    agent: 'nitrate',
    in: 'medicine',
    atc: 'C01DA',
    words: 'nitroglycer glyceryl_trinitrat glyceroltrinitrat isosorbid trinitrin nitrospray',
  },
  { agent: 'lithium', in: 'medicine', atc: 'N05AN', rxnorm: '6448', words: 'lithium litio litium quilonum lithobid' },
  {
    agent: 'nsaid',
    in: 'medicine',
    atc: 'M01A',
    words: 'ibuprofen diclofenac naproxen ketoprofen indomet piroxicam meloxicam etoricoxib celecoxib ketorolac',
  },
  {
    agent: 'raas',
    in: 'medicine',
    atc: 'C09',
    words:
      'captopril enalapril lisinopril ramipril perindopril cilazapril losartan valsartan candesartan telmisartan irbesartan',
  },
  {
    agent: 'thiazide',
    in: 'medicine',
    atc: 'C03A',
    words: 'hydrochlorothiazid chlortalidon chlorthalidon indapamid bendroflu',
  },
  {
    agent: 'maoi',
    in: 'medicine',
    atc: 'N06AF N06AG N04BD',
    words: 'phenelzin tranylcyprom moclobemid isocarboxazid selegilin rasagilin linezolid',
  },
  {
    agent: 'serotonergic',
    in: 'medicine',
    atc: 'N06AB',
    words: 'fluoxetin sertralin citalopram escitalopram paroxetin fluvoxamin venlafaxin desvenlafaxin duloxetin',
  },
  {
    agent: 'tramadol',
    in: 'medicine',
    atc: 'N02AX02 N02AJ13 N02AJ14 N02AJ15 N02AJ16 N02AB02',
    words: 'tramadol pethidin meperidin petidin',
  },
  {
    agent: 'opioid-treatment',
    in: 'medicine',
    atc: 'N07BC N02AE01 N02AC52',
    rxnorm: '6813 352364',
    words: 'methadon metadon levomethadon polamidon buprenorphin buprenorfin suboxone subutex',
  },
  {
    agent: 'methadone',
    in: 'medicine',
    atc: 'N07BC02 N02AC52',
    rxnorm: '6813',
    words: 'methadon metadon levomethadon polamidon',
  },
  {
    agent: 'qt',
    in: 'medicine',
    atc: 'C01BD01 N05AD01 J01FA01 J01FA09 A04AA01',
    words: 'amiodaron haloperidol erythromycin clarithromycin ondansetron',
  },
  { agent: 'naltrexone', in: 'medicine', atc: 'N07BB04', words: 'naltrexon vivitrol nemexin' },
  {
    agent: 'opioid',
    in: 'medicine',
    atc: 'N02A',
    words: 'morphin hydrocodon pethidin meperidin fentanyl oxycodon oxicodon hydromorphon codein tramadol tilidin',
  },
  {
    agent: 'anticoagulant',
    in: 'medicine',
    atc: 'B01AA B01AB B01AE B01AF',
    rxnorm: '1114195 1037045',
    words: 'warfarin phenprocoumon acenocoumarol apixaban rivaroxaban edoxaban dabigatran enoxaparin',
  },
  { agent: 'disulfiram', in: 'medicine', atc: 'N07BB01', words: 'disulfiram antabus' },
  {
    agent: 'metronidazole',
    in: 'medicine',
    atc: 'P01AB01 P01AB51 P01AB52',
    rxnorm: '6922',
    words: 'metronidazol flagyl',
  },
  {
    agent: 'booster',
    in: 'medicine',
    atc: 'J05AE V03AX03',
    words: 'ritonavir cobicistat kobicistat norvir kaletra genvoya stribild symtuza rezolsta prezcobix evotaz',
  },
  { agent: 'cyp3a-statin', in: 'medicine', atc: 'C10AA01', words: 'simvastatin lovastatin' },
  {
    agent: 'cyp3a-steroid',
    in: 'medicine',
    atc: 'R03BA05 R03BA02 R01AD08 R01AD12 R01AD05 R01AD11 R03AK06 R03AK10 R03AK07',
    words: 'fluticason budesonid triamcinolon',
  },
  { agent: 'cyp3a-sedative', in: 'medicine', atc: 'N02AB03 N05CD08', words: 'fentanyl midazolam' },
  {
    agent: 'contraceptive',
    in: 'medicine',
    atc: 'G03AA G03AB',
    words: 'ethinylestradiol ethinyl_estradiol ethinylo nuvaring natazia seasonique',
  },
  {
    agent: 'hormonal-contraceptive',
    in: 'medicine',
    atc: 'G03A',
    rxnorm: '389221 1856546',
    words:
      'ethinylestradiol ethinyl_estradiol ethinylo nuvaring natazia seasonique desogestrel etonogestrel levonorgestrel camila errin mirena kyleena',
  },
  {
    agent: 'inducer',
    in: 'medicine',
    atc: 'J04AB02 N03AF N03AB N03AA',
    words:
      'rifampicin rifampin rifabutin carbamazepin oxcarbazepin eslicarbazepin phenytoin fenytoin phenobarbital primidon',
  },
  {
    agent: 'teratogen',
    in: 'medicine',
    atc: 'N03AG01 D10BA01 D05BB02 L04AX03 B01AA C09 N03AB N03AF01',
    words:
      'valpro isotretinoin acitretin methotrexat mycophenol thalidomid warfarin phenprocoumon lithium carbamazepin phenytoin captopril enalapril lisinopril ramipril losartan',
  },
  {
    agent: 'pregnancy',
    in: 'pregnancy',
    icd10: 'O0-O9 Z33 Z34',
    snomed: '77386006 72892002',
    words: 'pregnan schwangerschaft embaraz ciaza grossesse',
  },
  {
    agent: 'malignant-hyperthermia',
    in: 'heritable',
    icd10: 'T88.3',
    words: 'malignant_hyperth maligne_hyperth hipertermia_maligna hipertermia_zlosliwa hyperthermie_maligne',
  },
  { agent: 'porphyria', in: 'heritable', icd10: 'E80.0 E80.1 E80.2', words: 'porphyri porfiri' },
  {
    agent: 'hiv',
    in: 'illness',
    icd10: 'B20 B21 B22 B23 B24 Z21',
    snomed: '86406008',
    words: 'hiv human_immunodeficiency',
  },
  {
    agent: 'sleep-apnoea',
    in: 'illness',
    icd10: 'G47.3',
    words: 'sleep_apn obstructive_sleep schlafapn apnea_del_sueno bezdech',
  },
  { agent: 'latex', in: 'allergy', words: 'latex lateks' },
  { agent: 'allergy', in: 'allergy', words: '' },
] as const satisfies readonly AgentRow[];

export type Agent = (typeof AGENTS)[number]['agent'];

export const AGENT_NAMES: readonly Agent[] = AGENTS.map(({ agent }) => agent);

interface Matcher {
  agent: Agent;
  in: AgentRow['in'];
  /** Kind of code system → beginnings or whole codes. */
  codes: ReadonlyMap<System, readonly string[]>;
  words: RegExp;
}

type System = 'atc' | 'rxnorm' | 'icd10' | 'snomed';
const SYSTEMS = ['atc', 'rxnorm', 'icd10', 'snomed'] as const satisfies readonly System[];

const SYSTEM_NAMES: readonly (readonly [RegExp, System])[] = [
  [/whocc\.no\/atc|(^|\W)atc(\W|$)|^urn:oid:2\.16\.840\.1\.113883\.6\.73$/i, 'atc'],
  [/rxnorm|^urn:oid:2\.16\.840\.1\.113883\.6\.88$/i, 'rxnorm'],
  [/icd-?10(?!-pcs)|^urn:oid:2\.16\.840\.1\.113883\.6\.(90|3|4)$/i, 'icd10'],
  [/^http:\/\/snomed\.info\/sct|^urn:oid:2\.16\.840\.1\.113883\.6\.96$/i, 'snomed'],
];

/** `O0-O9` as its ten beginnings. */
function expanded(codes: string): string[] {
  return codes.split(' ').flatMap((each) => {
    const range = /^([A-Z])(\d)-\1(\d)$/.exec(each);
    if (range === null) return [each.replaceAll('.', '')];
    const [, letter, first, last] = range;
    return Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) => `${letter}${Number(first) + i}`);
  });
}

const MATCHERS: readonly Matcher[] = AGENTS.map((row: AgentRow) => ({
  agent: row.agent as Agent,
  in: row.in,
  codes: new Map(SYSTEMS.flatMap((system) => (row[system] ? [[system, expanded(row[system])] as const] : []))),
  words: new RegExp(`(?<![\\p{L}\\p{N}])(?:${row.words.replaceAll(' ', '|').replaceAll('_', '[ -]+')})`, 'u'),
}));

const KINDS: Readonly<Record<string, readonly AgentRow['in'][]>> = {
  MedicationRequest: ['medicine'],
  MedicationStatement: ['medicine'],
  MedicationAdministration: ['medicine'],
  MedicationDispense: ['medicine'],
  Condition: ['illness', 'heritable', 'pregnancy'],
  FamilyMemberHistory: ['heritable'],
  AllergyIntolerance: ['allergy', 'heritable'],
  Observation: ['pregnancy'],
};

export const saysAgents = (type: string): boolean => Object.hasOwn(KINDS, type);

/** May anything be in it, or in the Medication record that it refers to? Of all others `agentsIn` finds nothing. */
export const maySayAgents = (resource: Resource): boolean =>
  agentsIn(resource).length > 0 ||
  (saysAgents(resource.resourceType) && textOf(fieldsOf(resource.medicationReference).reference) !== '');

/** "No known allergy" is none. SNOMED CT 716186003, or its words. */
const NO_KNOWN = /\bno known\b|\bnot known\b|716186003/;
/** LOINC: pregnancy status. Of other observations none says that there is a pregnancy. */
const PREGNANCY_STATUS = '82810-3';

const codingsOf = (concept: unknown): { system: string; code: string; display: string }[] =>
  listOf(fieldsOf(concept).coding)
    .map(fieldsOf)
    .map(({ system, code, display }) => ({ system: textOf(system), code: textOf(code), display: textOf(display) }));

/** Concepts that name what a record is of; a medicine that stands elsewhere is given as `referred`. */
function conceptsOf(resource: Resource, referred: readonly Resource[]): unknown[] {
  const { code, medicationCodeableConcept, medicationReference, condition, reaction, contained } = resource;
  if (resource.resourceType === 'Observation') {
    const isStatus = codingsOf(code).some((coding) => coding.code === PREGNANCY_STATUS);
    // By its code alone: "not pregnant" has the same words.
    return isStatus
      ? codingsOf(resource.valueCodeableConcept).map((coding) => ({ coding: [{ ...coding, display: '' }] }))
      : [];
  }
  if (resource.resourceType === 'FamilyMemberHistory') return listOf(condition).map((each) => fieldsOf(each).code);
  const medicines = [...listOf(contained).map(fieldsOf), ...referred];
  return [
    ...[code, medicationCodeableConcept, { text: fieldsOf(medicationReference).display }],
    ...listOf(reaction).map((each) => fieldsOf(each).substance),
    ...medicines.flatMap((medicine) => [
      medicine.code,
      ...listOf(medicine.ingredient).map((each) => fieldsOf(each).itemCodeableConcept),
    ]),
  ];
}

function isCoded({ codes }: Matcher, system: string, code: string): boolean {
  const kind = SYSTEM_NAMES.find(([name]) => name.test(system))?.[1];
  const known = kind === undefined ? undefined : codes.get(kind);
  if (known === undefined) return false;
  const plain = code.toUpperCase().replaceAll('.', '');
  return kind === 'atc' || kind === 'icd10' ? known.some((each) => plain.startsWith(each)) : known.includes(plain);
}

/** @param referred the Medication records that this one refers to */
export function agentsIn(resource: Resource, referred: readonly Resource[] = []): Agent[] {
  if (!saysAgents(resource.resourceType)) return [];
  const concepts = conceptsOf(resource, referred);
  const codings = concepts.flatMap(codingsOf);
  const texts = [...concepts.map((each) => textOf(fieldsOf(each).text)), ...codings.map(({ display }) => display)];
  const words = foldWhole(texts.filter(Boolean).join('\n'));
  const isNone = [words, ...codings.map(({ code }) => code)].some((each) => NO_KNOWN.test(each));
  if (isNone && resource.resourceType === 'AllergyIntolerance') return [];
  const kinds = KINDS[resource.resourceType];
  return MATCHERS.filter(
    (matcher) =>
      kinds.includes(matcher.in) &&
      (matcher.words.test(words) || codings.some(({ system, code }) => isCoded(matcher, system, code))),
  ).map(({ agent }) => agent);
}
