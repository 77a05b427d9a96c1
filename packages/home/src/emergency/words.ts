// What stands on a printed card beside her facts: in her language and in English, for whoever finds her may know only that.
import type { SheetSection } from '@hale/consent/emergency';

export interface CardWords {
  title: string;
  born: string;
  /** What the code is for. */
  scan: string;
  pin: string;
  /** Of the person who carries it. */
  fold: string;
  /** Before what may kill her. */
  severeAllergy: string;
  /** Of anything else. */
  severe: string;
  noReaction: string;
  diet: string;
  more: string;
  printed: string;
  sections: Record<SheetSection, string>;
  /** Of a directive: whoever acts on it has to see the paper; and where nobody can tell what it says. */
  verify: string;
  directiveUnread: string;
}

const EN: CardWords = {
  title: 'Emergency',
  born: 'born',
  scan: 'More, and newer: scan this code. You are asked who you are and why; the person is told.',
  pin: 'A PIN is asked for. It is not on this card.',
  fold: 'Cut out, fold here. A new card makes this one worthless.',
  severeAllergy: 'SEVERE allergy',
  severe: 'severe',
  noReaction: 'reaction not recorded',
  diet: 'diet',
  more: 'more by the code',
  printed: 'printed',
  sections: {
    allergies: 'Allergies',
    medicines: 'Medicines',
    conditions: 'Conditions',
    blood: 'Blood group',
    devices: 'Implants and devices',
    pregnancy: 'Pregnancy',
    directives: 'Wishes for treatment',
    procedures: 'Operations',
    vaccinations: 'Vaccinations',
    readings: 'Last readings',
    contacts: 'Please call',
    notes: 'Good to know',
  },
  verify: 'verify the original',
  directiveUnread: 'A directive exists: see the original',
};

const ES: CardWords = {
  title: 'Emergencia',
  born: 'nac.',
  scan: 'Más datos y más recientes: escanee el código. Se le pregunta quién es y por qué; se avisa a la persona.',
  pin: 'Se pide un PIN. No está en esta tarjeta.',
  fold: 'Recortar y doblar por aquí. Una tarjeta nueva anula esta.',
  severeAllergy: 'Alergia GRAVE',
  severe: 'grave',
  noReaction: 'reacción no anotada',
  diet: 'dieta',
  more: 'más con el código',
  printed: 'impresa',
  sections: {
    allergies: 'Alergias',
    medicines: 'Medicamentos',
    conditions: 'Enfermedades',
    blood: 'Grupo sanguíneo',
    devices: 'Implantes y aparatos',
    pregnancy: 'Embarazo',
    directives: 'Voluntades de tratamiento',
    procedures: 'Operaciones',
    vaccinations: 'Vacunas',
    readings: 'Últimas mediciones',
    contacts: 'Por favor, llame a',
    notes: 'Conviene saber',
  },
  verify: 'compruebe el original',
  directiveUnread: 'Existe una voluntad anticipada: vea el original',
};

const PL: CardWords = {
  title: 'Nagły wypadek',
  born: 'ur.',
  scan: 'Więcej i nowsze dane: zeskanuj kod. Zapytamy, kim jesteś i dlaczego; ta osoba zostanie powiadomiona.',
  pin: 'Potrzebny jest PIN. Nie ma go na tej karcie.',
  fold: 'Wytnij i zegnij tutaj. Nowa karta unieważnia tę.',
  severeAllergy: 'CIĘŻKIE uczulenie',
  severe: 'ciężka postać',
  noReaction: 'nie zapisano reakcji',
  diet: 'dieta',
  more: 'więcej po zeskanowaniu kodu',
  printed: 'wydruk',
  sections: {
    allergies: 'Uczulenia',
    medicines: 'Leki',
    conditions: 'Choroby',
    blood: 'Grupa krwi',
    devices: 'Implanty i urządzenia',
    pregnancy: 'Ciąża',
    directives: 'Wola co do leczenia',
    procedures: 'Operacje',
    vaccinations: 'Szczepienia',
    readings: 'Ostatnie pomiary',
    contacts: 'Proszę zadzwonić',
    notes: 'Warto wiedzieć',
  },
  verify: 'sprawdź oryginał',
  directiveUnread: 'Istnieje oświadczenie woli: zobacz oryginał',
};

const WORDS: Readonly<Record<string, CardWords>> = { en: EN, es: ES, pl: PL };

/** Hers first; English alone where hers is English or not known here. */
export function cardWords(language: string): readonly CardWords[] {
  const hers = WORDS[language.split('-')[0]] ?? EN;
  return hers === EN ? [EN] : [hers, EN];
}

/** In both languages, with a stroke between them. */
export const inBoth = (words: readonly CardWords[], say: (of: CardWords) => string): string =>
  words.map(say).join(' / ');
