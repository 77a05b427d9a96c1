// Which card stands first on the first screen, and which are folded away below.
import type { Verdict } from './ranges.ts';

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
