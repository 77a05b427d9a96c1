// What a visit needs, as a table: a proposal that the owner changes as she likes, never more than she was going to show. Parts of the record are
// named whether or not she has anything in them: what a share covers must not tell where something was kept back.
import type { Area, PurposeCode } from '@hale/consent';
import type { Level } from '@hale/kernel';
import type { Telling } from '../copies/telling.ts';
import { CATEGORIES, type Category } from '../model.ts';

export interface Visit {
  id: string;
  /** English; the word of other languages goes by `id`. The recipient sees it as what the share is for. */
  name: string;
  /** Why these parts and no others, in one English sentence. */
  why: string;
  categories: readonly Category[];
  /** Kinds of series, as far as there are any. */
  kinds: readonly string[];
  /** Finest level of the series, and how many days of them before now. */
  level: Level;
  seriesDays: number;
  /** Kept back whatever the part: what this visit does without. */
  withhold: readonly Area[];
  /** PDFs, pictures and other documents that nobody could look into. */
  documents: boolean;
  /** Days until the share ends by itself; null: when she stops it. */
  untilDays: number | null;
  purpose: PurposeCode;
  /** What is told of the rest where the law lets it be told; elsewhere, and where the place is not known, nothing is. */
  told: Telling;
  /** Whom it is for. Years of age are those completed. */
  for: 'person' | 'child' | 'animal' | 'not-male';
}

const CORE = ['problems', 'allergies', 'medicines'] as const satisfies readonly Category[];
const HEART = ['heart-rate', 'blood-pressure-systolic', 'blood-pressure-diastolic', 'spo2'] as const;
const INTIMATE = ['sexual-health', 'gender', 'violence'] as const satisfies readonly Area[];
const MIND = ['mental-health', 'substance-use'] as const satisfies readonly Area[];
const LIFE = ['social', 'origin'] as const satisfies readonly Area[];

export const VISITS = [
  {
    ...{ id: 'skin', name: 'Skin check', for: 'person', purpose: 'TREAT', told: 'none', untilDays: 30 },
    why: 'Whoever looks at a wart or a mole needs your allergies, your medicines and what your skin had before, and no more.',
    categories: [...CORE, 'images', 'procedures'],
    ...{ kinds: [], level: '1d', seriesDays: 30, documents: false },
    withhold: [...MIND, ...INTIMATE, 'hiv', 'pregnancy', 'genetics', 'cognition', ...LIFE],
  },
  {
    ...{
      id: 'anaesthesia',
      name: 'General anaesthesia',
      for: 'person',
      purpose: 'TREAT',
      told: 'exists',
      untilDays: 30,
    },
    why: 'Whoever puts you to sleep has to know each medicine, allergy, illness and earlier operation: a missing one can cost your life.',
    categories: [...CORE, 'results', 'vitals', 'procedures', 'history', 'images'],
    ...{ kinds: [...HEART, 'respiratory-rate', 'breathing-disturbances', 'body-weight'], level: '1h', seriesDays: 30 },
    ...{ documents: false, withhold: ['violence', 'gender', ...LIFE] },
  },
  {
    ...{ id: 'chest-pain', name: 'Chest pain', for: 'person', purpose: 'TREAT', told: 'exists', untilDays: 7 },
    why: 'The heart is judged by its earlier tracings and values, by your medicines and by what runs in your family.',
    categories: [...CORE, 'results', 'vitals', 'procedures', 'images', 'history'],
    ...{ kinds: [...HEART, 'ecg-lead-i', 'ecg-lead-ii', 'rhythm-event', 'afib-burden'], level: 'raw', seriesDays: 14 },
    ...{ documents: false, withhold: ['violence', 'gender', 'cognition', ...LIFE] },
  },
  {
    ...{ id: 'pregnancy', name: 'Pregnancy', for: 'not-male', purpose: 'TREAT', told: 'none', untilDays: 300 },
    why: 'Care for you and the child rests on illnesses, medicines, vaccinations, results and earlier births, until some weeks after birth.',
    categories: [...CORE, 'vaccinations', 'results', 'vitals', 'procedures', 'images', 'history', 'plans'],
    kinds: ['blood-pressure-systolic', 'blood-pressure-diastolic', 'body-weight', 'glucose-cgm', 'glucose-capillary'],
    ...{ level: '1h', seriesDays: 90, documents: false, withhold: ['violence', ...LIFE] },
  },
  {
    ...{ id: 'second-opinion', name: 'Second opinion', for: 'person', purpose: 'TREAT', told: 'none', untilDays: 14 },
    why: 'A second doctor judges by the same findings, pictures and letters as the first one; after two weeks it ends by itself.',
    categories: [...CORE, 'results', 'procedures', 'documents', 'images', 'plans'],
    ...{ kinds: [], level: '1d', seriesDays: 90, documents: true },
    withhold: [...MIND, ...INTIMATE, ...LIFE],
  },
  {
    ...{ id: 'gp', name: 'My family doctor', for: 'person', purpose: 'CAREMGT', told: 'none', untilDays: 365 },
    why: 'Who knows you for years works with all of your record; after a year you are asked again.',
    categories: CATEGORIES.filter((each) => each !== 'people' && each !== 'other'),
    kinds: [...HEART, 'body-weight', 'glucose-cgm', 'glucose-capillary', 'peak-expiratory-flow'],
    ...{ level: '1d', seriesDays: 365, documents: true, withhold: [] },
  },
  {
    ...{ id: 'dentist', name: 'Dentist', for: 'person', purpose: 'TREAT', told: 'none', untilDays: 90 },
    why: 'Injections, bleeding and pain killers depend on your allergies, medicines and illnesses; the rest of you is no matter of teeth.',
    categories: [...CORE, 'images'],
    ...{ kinds: [], level: '1d', seriesDays: 30, documents: false },
    withhold: [...MIND, ...INTIMATE, 'genetics', 'cognition', ...LIFE],
  },
  {
    ...{
      id: 'emergency',
      name: 'Emergency doctor away from home',
      for: 'person',
      purpose: 'ETREAT',
      told: 'exists',
      untilDays: 3,
    },
    why: 'Who does not know you and has to act at once needs what can harm you and what you take, for three days.',
    categories: [...CORE, 'vaccinations', 'results', 'vitals', 'procedures', 'plans'],
    ...{ kinds: [...HEART, 'glucose-cgm', 'glucose-capillary'], level: '1h', seriesDays: 3 },
    ...{ documents: false, withhold: ['violence', 'gender', ...LIFE] },
  },
  {
    ...{
      id: 'vaccination',
      name: 'Vaccination and travel',
      for: 'person',
      purpose: 'TREAT',
      told: 'none',
      untilDays: 14,
    },
    why: 'Which vaccine you may have depends on those you had, on allergies, and on illnesses and medicines that weaken your defence.',
    categories: [...CORE, 'vaccinations'],
    ...{ kinds: [], level: '1d', seriesDays: 30, documents: false },
    withhold: [...MIND, ...INTIMATE, 'genetics', 'cognition', ...LIFE],
  },
  {
    ...{ id: 'school-doctor', name: 'School doctor', for: 'child', purpose: 'CAREMGT', told: 'none', untilDays: 30 },
    why: 'A school has to know the vaccinations, the allergies and what may happen in class, and nothing that marks a child.',
    categories: ['allergies', 'vaccinations', 'medicines', 'problems'],
    ...{ kinds: [], level: '1d', seriesDays: 30, documents: false },
    withhold: [...MIND, ...INTIMATE, 'hiv', 'pregnancy', 'genetics', 'cognition', 'sickle-cell', ...LIFE, 'other'],
  },
  {
    ...{ id: 'vet', name: 'Vet', for: 'animal', purpose: 'TREAT', told: 'none', untilDays: 30 },
    why: 'A vet who sees your animal for the first time needs its illnesses, medicines, vaccinations and findings.',
    categories: [...CORE, 'vaccinations', 'results', 'vitals', 'procedures', 'documents', 'images', 'plans'],
    ...{ kinds: ['heart-rate', 'body-temperature', 'body-weight', 'glucose-cgm'], level: '1h', seriesDays: 90 },
    ...{ documents: true, withhold: [] },
  },
] as const satisfies readonly Visit[];

export type VisitId = (typeof VISITS)[number]['id'];

const BY_ID: ReadonlyMap<string, Visit & { id: VisitId }> = new Map(VISITS.map((visit) => [visit.id, visit]));

export const VISIT_IDS: readonly VisitId[] = VISITS.map(({ id }) => id);

export const visitOf = (id: string): (Visit & { id: VisitId }) | null => BY_ID.get(id) ?? null;
