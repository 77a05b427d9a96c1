// What a page of a visit shows: which series, and what changed since the last time, as means of the two weeks before each.
import { DAY_MICROS } from './civil.ts';

/** Days over which a mean is taken, before the last visit and now. */
export const VISIT_DAYS = 14;

/** None of what is added up over a day: a mean of single steps or doses says nothing. */
const ON_PAGE =
  /^(glucose-(cgm|capillary)|hba1c|ketones-blood|ecg-lead-.+|ecg-beat|rhythm-event|blood-pressure-(systolic|diastolic)|heart-rate|pulse-rate|resting-heart-rate|spo2|body-(weight|temperature)|sleep-duration)$/;
/** Drawn, or words: no mean of these says anything. */
const WITHOUT_MEAN = /^(ecg-.*|rhythm-event)$/;

export const isOnVisitPage = (kind: string): boolean => ON_PAGE.test(kind);
export const hasMean = (kind: string): boolean => !WITHOUT_MEAN.test(kind);

export interface Window {
  fromMicros: number;
  toMicros: number;
}

/**
 * The two weeks up to now, and those before the last visit as far as the share opens them.
 * @param beforeMicros null: the first visit
 * @param opensMicros from when on the share opens
 * @returns before null: a first visit, or the share does not reach back to the last one
 */
export function visitWindows(
  nowMicros: number,
  beforeMicros: number | null,
  opensMicros: number,
): { now: Window; before: Window | null } {
  const fromMicros = nowMicros - VISIT_DAYS * DAY_MICROS;
  const now = { fromMicros: Math.max(fromMicros, beforeMicros ?? 0, opensMicros), toMicros: nowMicros };
  if (beforeMicros === null || opensMicros >= beforeMicros) return { now, before: null };
  return {
    now,
    before: { fromMicros: Math.max(opensMicros, beforeMicros - VISIT_DAYS * DAY_MICROS), toMicros: beforeMicros },
  };
}

/** Of bins, each by as many readings as it stands for; null where there are none. */
export function weightedMean(columns: {
  readonly mean: readonly (number | null)[];
  readonly count: readonly (number | null)[];
}): number | null {
  let [sum, all] = [0, 0];
  columns.mean.forEach((mean, i) => {
    if (mean === null) return;
    const count = columns.count[i] ?? 1;
    sum += mean * count;
    all += count;
  });
  return all === 0 ? null : sum / all;
}
