// Words that people type and that stand in no record: kinds of record, times, titles of people; in English, Polish and Spanish, folded. A `*` at the end
// stands for any ending, as these languages have many.
import type { Category } from '../model.ts';

/** What a kind's word stands for: a part of the record, and where that is too wide types in it. */
export interface KindMeant {
  categories: readonly Category[];
  types: readonly string[];
}

const kind = (categories: readonly Category[], types: readonly string[] = []): KindMeant => ({ categories, types });

/** One or two words each, with commas between; the longer are looked for first. */
const KINDS: readonly (readonly [string, KindMeant])[] = [
  [
    'vaccin*, immuniz*, immunis*, jab, jabs, shot, shots, szczepi*, szczepion*, vacuna*, inmuniz*',
    kind(['vaccinations']),
  ],
  ['allerg*, alergi*, uczuleni*, intoleran*, nietoleran*', kind(['allergies'])],
  [
    'medicine*, medication*, drug, drugs, pill*, tablet*, lek, leki, lekow, lekarstw*, medicament*, farmaco*, pastilla*',
    kind(['medicines']),
  ],
  ['prescri*, recept*, receta*', kind(['medicines'], ['MedicationRequest'])],
  [
    'blood test*, lab, labs, lab test*, lab result*, laborator*, test result*, result*, badani* krwi, wynik*, morfologi*, analiz* krwi, analisis, analitica*, resultado*',
    kind(['results']),
  ],
  [
    'vitals, vital sign*, measurement*, pomiar*, parametr* zyciow*, signo* vital*, constante* vital*, medicion*',
    kind(['vitals']),
  ],
  [
    'diagnosis, diagnoses, diagnoza, diagnozy, diagnostico*, problem*, condition*, illness*, disease*, rozpoznani*, chorob*, schorzeni*, enfermedad*',
    kind(['problems']),
  ],
  ['procedure*, operation*, surger*, zabieg*, operacj*, operacion*, cirugi*, procedimiento*', kind(['procedures'])],
  [
    'visit*, appointment*, encounter*, hospital stay*, admission*, wizyt*, konsultacj*, hospitalizacj*, visita*, consulta*, cita, citas, ingreso*',
    kind(['visits']),
  ],
  [
    'document*, letter*, summary, summaries, discharge*, dokument*, list od, wypis*, karta wypisow*, informe de alta, carta*',
    kind(['documents']),
  ],
  ['report*, raport*, informe*', kind([], ['DiagnosticReport', 'DocumentReference', 'Composition'])],
  [
    'image*, imaging, scan*, x-ray*, xray*, picture*, obraz*, zdjeci*, przeswietleni*, rtg, imagen*, radiograf*, placa, placas',
    kind(['images']),
  ],
  ['plan, plans, plany, planu, planow, planes, referral*, order*, skierowani*, zleceni*, derivacion*', kind(['plans'])],
  ['history, smoking, family history, wywiad*, historia, antecedente*', kind(['history'])],
  [
    'doctor*, physician*, lekarz*, lekark*, medico, medicos, medica, medicas',
    kind(['people'], ['Practitioner', 'PractitionerRole']),
  ],
  [
    'hospital*, clinic, clinics, szpital*, przychodni*, klinik*, clinica*',
    kind(['people'], ['Organization', 'Location']),
  ],
];

/** By the number of their words, the longer first. */
export const KIND_PHRASES: readonly { words: readonly string[]; meant: KindMeant }[] = KINDS.flatMap(([text, meant]) =>
  text.split(',').map((phrase) => ({ words: phrase.trim().split(' '), meant })),
).sort((a, b) => b.words.length - a.words.length);

const list = (text: string): readonly string[] => text.split(' ');

/** Before a name: what follows is a person. */
export const TITLES = list('dr dra doc doctor doctora doktor prof professor profesor profesora lek med nurse sister');

export const SINCE = list('since from after od po desde');
export const BEFORE = list('before until till przed do antes hasta');
export const LAST = list('last past previous recent zesz* ostatni* ubieg* poprzedni* pasad* ultim* anterior*');
export const THIS = list('this current ten tym tego ta tej biezac* este esta actual');
export const TODAY = list('today dzisiaj dzis dzisiejsz* hoy');
export const YESTERDAY = list('yesterday wczoraj wczorajsz* ayer');

export const UNITS = {
  year: list('year years rok roku lat lata ano anos'),
  month: list('month months miesi* mes meses'),
  week: list('week weeks tydzien tygodni* semana semanas'),
  day: list('day days dzien dni dia dias'),
} as const;

/** Twelve, from January on. */
export const MONTHS: readonly (readonly string[])[] = [
  list('january jan styczen stycznia styczniu enero'),
  list('february feb luty lutego lutym febrero'),
  list('march mar marzec marca marcu marzo'),
  list('april apr kwiecien kwietnia kwietniu abril'),
  list('may maj maja maju mayo'),
  list('june jun czerwiec czerwca czerwcu junio'),
  list('july jul lipiec lipca lipcu julio'),
  list('august aug sierpien sierpnia sierpniu agosto'),
  list('september sep sept wrzes* septiembre setiembre'),
  list('october oct pazdziernik* octubre'),
  list('november nov listopad* noviembre'),
  list('december dec grudzien grudnia grudniu diciembre'),
];

/** Words that say nothing alone. */
export const SMALL = list(
  'the a an of in on at my and or with for by to is was i w we z ze na u o mi moj* el la los las un una de del en y e con mi mis por para al',
);

export const isOneOf = (word: string, all: readonly string[]): boolean =>
  all.some((each) => (each.endsWith('*') ? word.startsWith(each.slice(0, -1)) : word === each));
