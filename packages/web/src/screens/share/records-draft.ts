// Health records in the wizard: which parts, what is left out, what is told; and the proposal of a visit.
import type {
  Category,
  LevelText,
  RecordInfo,
  RecordsShared,
  ShareParameters,
  StreamInfo,
  VisitOffer,
} from '@hale/home';
import { tellingLaw } from '@hale/vault/records/telling';
import type { Draft } from './draft.ts';

type Told = NonNullable<RecordsShared['told']>;
type Area = NonNullable<RecordsShared['withholdAreas']>[number];

export interface RecordsDraft {
  /** None: no health records are shared. */
  categories: readonly Category[];
  /** Only of the days chosen for readings; else of any time. */
  ofDays: boolean;
  withholdAreas: readonly Area[];
  /** Ids of records. */
  withhold: readonly string[];
  show: readonly string[];
  documents: boolean;
  told: Told;
}

export const NO_RECORDS: RecordsDraft = {
  categories: [],
  ofDays: false,
  withholdAreas: [],
  withhold: [],
  show: [],
  documents: false,
  told: 'none',
};

export const hasRecords = ({ records }: Pick<Draft, 'records'>): boolean => records.categories.length > 0;

/** Whatever hid them, by hand or by area. */
export function shownAfterAll(records: RecordsDraft, ids: readonly string[]): RecordsDraft {
  const withhold = records.withhold.filter((id) => !ids.includes(id));
  return { ...records, withhold, show: [...new Set([...records.show, ...ids])] };
}

/** Undated ones first: they are of no time, and at the end of a long list nobody would find them. */
export const undatedFirst = ({ at: a }: Pick<RecordInfo, 'at'>, { at: b }: Pick<RecordInfo, 'at'>): number =>
  a === null || b === null ? Number(b === null) - Number(a === null) : b - a;

/** What may be told where; `place` is '' where none was said. */
export function waysToTell(place: string): readonly Told[] {
  return tellingLaw(place)?.allowed ?? ['none'];
}

export const toldAt = ({ told }: RecordsDraft, place: string): Told =>
  waysToTell(place).includes(told) ? told : 'none';

export function recordsAsked({ records }: Draft, place: string): RecordsShared {
  const { categories, ofDays, withholdAreas, withhold, show, documents } = records;
  return {
    categories: [...categories],
    ...(ofDays ? {} : { anyTime: true }),
    withholdAreas: [...withholdAreas],
    withhold: [...withhold],
    ...(show.length === 0 ? {} : { show: [...show] }),
    documents,
    told: toldAt(records, place),
    jurisdiction: place,
  };
}

// --- visits

export interface VisitWords {
  dayOf: (millis: number) => string;
  /** What the recipient reads as what it is for. */
  name: string;
}

/** What a visit needs; who gets it and under which name stays. */
export function withVisit(
  { visit, asked }: VisitOffer,
  streams: readonly StreamInfo[],
  { dayOf, name }: VisitWords,
): Partial<Draft> {
  const { records, levels = {}, from, until, purposeCode } = asked;
  const keys = asked.streams.filter((key) => streams.some((stream) => stream.key === key));
  return {
    ...{ visit, streams: keys, levels: onlyOf(levels, keys) },
    level: 'raw' as LevelText,
    ...(purposeCode === undefined ? {} : { purposeCode }),
    purpose: name,
    records: { ...NO_RECORDS, ...(records ? proposed(records) : {}) },
    ...(until === undefined
      ? { until: 'year' as const }
      : { until: 'day' as const, untilDay: dayOf(Date.parse(until)) }),
    ...(keys.length > 0 && from !== undefined
      ? { history: 'days' as const, fromDay: dayOf(Date.parse(from)), withNew: true }
      : {}),
  };
}

const onlyOf = (levels: Record<string, LevelText>, keys: readonly string[]): Record<string, LevelText> =>
  Object.fromEntries(Object.entries(levels).filter(([key]) => keys.includes(key)));

function proposed(records: NonNullable<ShareParameters['records']>): Partial<RecordsDraft> {
  const { categories, withholdAreas = [], documents = false, told = 'none' } = records;
  return { categories, withholdAreas, documents, told };
}
