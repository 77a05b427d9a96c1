// What stands on the first screen: which card comes first, which are folded away below, and what a card says of what adds up, of one cuff, and of
// nights.
import type { Overview } from '@hale/home';
import { SAME_MICROS } from './blood-pressure.ts';
import { meanOf } from './quantile.ts';
import type { Verdict } from './ranges.ts';
import type { Night } from './sleep.ts';

export type Card = Overview['cards'][number];

export interface CardFacts {
  kind: string;
  /** Does the catalogue know that kind? */
  isKnown: boolean;
  lastMicros: number | null;
  /** Of the latest reading; null where no usual range is known. */
  verdict: Verdict | null;
  /** Means of the last seven days and of the seven before. */
  now: number | null;
  before: number | null;
}

const DAY = 86_400e6;
/** Within the last day, week, month, older. */
const AGES = [DAY, 7 * DAY, 30 * DAY] as const;
/** How a device is, how it moved, what it heard of single beats: seldom what one wants to see first. */
const BACKGROUND =
  /-quality$|^(device-battery|accelerometer|gyroscope|magnetometer|position|ppg|ecg-beat|perfusion-index)$/;

export const isBackground = ({ kind, isKnown }: Pick<CardFacts, 'kind' | 'isKnown'>): boolean =>
  !isKnown || BACKGROUND.test(kind);

/** Change of a week against the one before, as a part of it; 0 where one of them is missing. */
export function relativeChange({ now, before }: Pick<CardFacts, 'now' | 'before'>): number {
  if (now === null || before === null) return 0;
  return Math.abs(now - before) / Math.max(Math.abs(before), 1e-9);
}

const ageOf = (lastMicros: number | null, nowMicros: number): number => {
  const age = nowMicros - (lastMicros ?? 0);
  const i = AGES.findIndex((limit) => age <= limit);
  return i < 0 ? AGES.length : i;
};

/** What changed comes first: what is new, then what left its usual range, then what moved most since last week, then the newest. */
export function inOrder<T extends CardFacts>(cards: readonly T[], nowMicros: number): T[] {
  const isOut = ({ verdict }: T) => (verdict !== null && verdict !== 'within' ? 0 : 1);
  return [...cards].sort(
    (a, b) =>
      ageOf(a.lastMicros, nowMicros) - ageOf(b.lastMicros, nowMicros) ||
      isOut(a) - isOut(b) ||
      relativeChange(b) - relativeChange(a) ||
      (b.lastMicros ?? 0) - (a.lastMicros ?? 0),
  );
}

/** Older than this, a reading is told by its age before its value. */
export const isStale = (atMicros: number, nowMicros: number): boolean => nowMicros - atMicros > DAY;

type DaySum = NonNullable<Card['days']>[number];

export interface SumFacts {
  /** The newest day with readings, as far as it has come. */
  newest: DaySum;
  /** Has that day not ended yet? */
  isToday: boolean;
  /** The day before it; null where nothing was recorded. */
  dayBefore: number | null;
  /** Means of the recorded days among the seven before the newest, and among the seven before those. */
  week: number | null;
  weekBefore: number | null;
}

/** What a card says of an amount: the day so far, the day before, whole days of two weeks. The day that has not ended counts in no average. */
export function sumFacts(days: readonly DaySum[], nowMicros: number): SumFacts | null {
  const newest = days.at(-1);
  if (!newest || newest.count === 0) return null;
  const recorded = (from: number, to: number | undefined) =>
    days
      .slice(from, to)
      .filter(({ count }) => count > 0)
      .map(({ sum }) => sum);
  return {
    newest,
    isToday: nowMicros >= newest.fromMicros && nowMicros < newest.toMicros,
    dayBefore: recorded(-2, -1)[0] ?? null,
    week: meanOf(recorded(-8, -1)),
    weekBefore: meanOf(recorded(-15, -8)),
  };
}

export interface Cuff {
  systolic: Card;
  diastolic: Card;
  pulse: Card | null;
}

/** Cards of one cuff together: upper, lower and pulse of one device and one moment. What has no partner stays a card of its own. */
export function cuffsOf(cards: readonly Card[]): { cuffs: Cuff[]; others: Card[] } {
  const left = new Set(cards);
  const partnerOf = (of: Card, kind: string): Card | null =>
    [...left].find(
      ({ stream, latest }) =>
        stream.kind === kind &&
        stream.device === of.stream.device &&
        latest !== null &&
        Math.abs(latest.atMicros - (of.latest?.atMicros ?? 0)) <= SAME_MICROS,
    ) ?? null;
  const cuffs = cards.flatMap((systolic): Cuff[] => {
    if (systolic.stream.kind !== 'blood-pressure-systolic' || systolic.latest === null) return [];
    const diastolic = partnerOf(systolic, 'blood-pressure-diastolic');
    if (!diastolic) return [];
    const pulse = partnerOf(systolic, 'pulse-rate');
    for (const each of [systolic, diastolic, pulse]) if (each) left.delete(each);
    return [{ systolic, diastolic, pulse }];
  });
  return { cuffs, others: cards.filter((card) => left.has(card)) };
}

export interface NightFacts {
  night: Night;
  /** Minutes asleep on average in the nights before it that are given; null where there are none. */
  meanMinutes: number | null;
  nightsBefore: number;
}

/** The newest night against those before it; naps (under three hours) are no nights. */
export function nightFacts(nights: readonly Night[]): NightFacts | null {
  const whole = nights.filter(({ asleepMinutes }) => asleepMinutes >= 180);
  const night = whole.at(-1) ?? nights.at(-1);
  if (!night) return null;
  const before = whole.filter(({ toMicros }) => toMicros < night.toMicros).map(({ asleepMinutes }) => asleepMinutes);
  return { night, meanMinutes: meanOf(before), nightsBefore: before.length };
}
/** A pulse of one moment is noise: of these the average of a week is held against the usual range, and said to be that. */
export const isJudgedByAverage = (kind: string): boolean => /^(heart-rate|pulse-rate|hrv-.+)$/.test(kind);

/** One sample of these says nothing. */
const WAVEFORM = /^(ecg-lead-.+|ppg|accelerometer|gyroscope|magnetometer)$/;
export const isWaveform = (kind: string): boolean => WAVEFORM.test(kind);
