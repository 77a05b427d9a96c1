// Reference ranges as data, for colouring and wording, never for a diagnosis. Each row names its source; what has none is not here.
// `checked`: 'read' in the named source, or 'recalled' from it and to be checked. Source: research of screens.md §3.

export type Species = 'human' | 'dog' | 'cat' | 'horse' | 'other';
export type Sex = 'female' | 'male';
/** 'target' is a goal of treatment, the others say how it was measured. */
export type Context = 'rest' | 'any' | 'target' | 'office' | 'home' | 'vet';

export interface RangeSource {
  title: string;
  /** doi or address. */
  at: string;
  checked: 'read' | 'recalled';
}

export interface RangeRow {
  kind: string;
  /** UCUM. */
  unit: string;
  species: Species;
  sex?: Sex;
  /** Years, from included, to excluded; null: no end. */
  ageFrom: number;
  ageTo: number | null;
  context: Context;
  /** The usual band; an end that is missing has no limit. Both ends belong to it. */
  low?: number;
  high?: number;
  /** Sources disagree: to be shown as "about". */
  isAbout?: boolean;
  source: RangeSource;
}

const NEWS2: RangeSource = {
  title: 'NEWS2, Royal College of Physicians 2017 (values that score 0)',
  at: 'https://www.rcp.ac.uk/improving-care/resources/national-early-warning-score-news-2/',
  checked: 'read',
};
const NCHS: RangeSource = {
  title: 'Ostchega 2011, NCHS report 41: resting pulse of 35,302 people',
  at: 'https://stacks.cdc.gov/view/cdc/12363',
  checked: 'read',
};
const CONSENSUS: RangeSource = {
  title: 'Battelino 2019, consensus targets for continuous glucose monitoring',
  at: 'doi:10.2337/dci19-0028',
  checked: 'read',
};
const NICE: RangeSource = {
  title: 'NICE, body mass index of adults (for some family backgrounds 23 and over is already overweight)',
  at: 'https://gpnotebook.com',
  checked: 'read',
};
const VET: RangeSource = {
  title: 'Public pages of veterinary practices; they disagree, so ask your vet',
  at: 'petsvetcheck.de, vetdepot, carlisleequineclinic',
  checked: 'read',
};

const ADULT = { species: 'human', ageFrom: 18, ageTo: null } as const;
const ANIMAL = { ageFrom: 1, ageTo: null, context: 'vet', isAbout: true, source: VET } as const;

export const RANGES: readonly RangeRow[] = [
  ...['heart-rate', 'pulse-rate', 'resting-heart-rate'].map((kind) => ({
    ...ADULT,
    ...{ kind, unit: '/min', context: 'rest' as const, low: 60, high: 100, source: NCHS },
  })),
  { ...ADULT, kind: 'respiratory-rate', unit: '/min', context: 'rest', low: 12, high: 20, source: NEWS2 },
  { ...ADULT, kind: 'spo2', unit: '%', context: 'any', low: 96, source: NEWS2 },
  { ...ADULT, kind: 'body-temperature', unit: 'Cel', context: 'any', low: 36.1, high: 38, source: NEWS2 },
  { ...ADULT, kind: 'bmi', unit: 'kg/m2', context: 'any', low: 18.5, high: 24.9, source: NICE },
  { ...ADULT, kind: 'glucose-cgm', unit: 'mg/dL', context: 'target', low: 70, high: 180, source: CONSENSUS },
  { ...ADULT, kind: 'glucose-cgm', unit: 'mmol/L', context: 'target', low: 3.9, high: 10, source: CONSENSUS },
  { ...ANIMAL, species: 'dog', kind: 'heart-rate', unit: '/min', low: 60, high: 140 },
  { ...ANIMAL, species: 'dog', kind: 'respiratory-rate', unit: '/min', low: 10, high: 34 },
  { ...ANIMAL, species: 'dog', kind: 'body-temperature', unit: 'Cel', low: 37.5, high: 39.2 },
  { ...ANIMAL, species: 'cat', kind: 'heart-rate', unit: '/min', low: 120, high: 220 },
  { ...ANIMAL, species: 'cat', kind: 'respiratory-rate', unit: '/min', low: 16, high: 40 },
  { ...ANIMAL, species: 'cat', kind: 'body-temperature', unit: 'Cel', low: 37.8, high: 39.2 },
  { ...ANIMAL, species: 'horse', kind: 'heart-rate', unit: '/min', low: 28, high: 44 },
  { ...ANIMAL, species: 'horse', kind: 'respiratory-rate', unit: '/min', low: 10, high: 20 },
  { ...ANIMAL, species: 'horse', kind: 'body-temperature', unit: 'Cel', low: 37.2, high: 38.6 },
];

export interface Whose {
  species: Species;
  /** Years; null: not known. */
  age: number | null;
  sex: Sex | null;
}

export interface FoundRange extends RangeRow {
  /** The age is not known, and an adult was taken. */
  isAdultTaken: boolean;
}

/** The usual band of that kind for that person or animal, in that unit; null where none is known. */
export function usualRange(kind: string, unit: string, whose: Whose): FoundRange | null {
  const age = whose.age ?? ADULT.ageFrom;
  const row = RANGES.find(
    (each) =>
      each.kind === kind &&
      each.unit === unit &&
      each.species === whose.species &&
      (each.sex === undefined || each.sex === whose.sex) &&
      age >= each.ageFrom &&
      (each.ageTo === null || age < each.ageTo),
  );
  return row ? { ...row, isAdultTaken: whose.age === null } : null;
}

export type Verdict = 'below' | 'within' | 'above';

export function verdictOf(value: number, { low, high }: { low?: number; high?: number }): Verdict {
  if (low !== undefined && value < low) return 'below';
  return high !== undefined && value > high ? 'above' : 'within';
}
