// Nights out of sleep stages: each sample says what begins; a night ends where nothing follows, or where hours pass without a word.
import type { Calendar } from './civil.ts';

/** What the codes of `sleep-stage` mean here (kinds-codes.ts of the vault); those that are missing end a stage. */
const STAGES: Readonly<Record<number, Stage>> = {
  ...{ 1: 'inBed', 2: 'awake', 3: 'asleep', 4: 'light', 5: 'deep', 6: 'rem', 8: 'light', 9: 'light', 10: 'deep' },
  11: 'awake',
};

export type Stage = 'inBed' | 'awake' | 'rem' | 'light' | 'deep' | 'asleep';
/** From waking to deep: the order in which lanes stand, one below the other. */
export const LANES: readonly Stage[] = ['inBed', 'awake', 'rem', 'asleep', 'light', 'deep'];
export const ASLEEP: readonly Stage[] = ['rem', 'light', 'deep', 'asleep'];

/** The stage that a number of `sleep-stage` means; undefined where it ends one. */
export const stageOf = (code: number): Stage | undefined => STAGES[code];
export const stageRank = (code: number): number => LANES.indexOf(STAGES[code] ?? 'inBed');

export interface Stretch {
  stage: Stage;
  fromMicros: number;
  toMicros: number;
}

export interface Night {
  /** The civil day on which it ended. */
  day: number;
  stretches: Stretch[];
  fromMicros: number;
  toMicros: number;
  minutes: Record<Stage, number>;
  /** All stages of sleep together. */
  asleepMinutes: number;
}

const HOUR = 3_600e6;
/** Nothing for so long: another night. */
const NIGHT_APART = 3 * HOUR;
/** A stage whose end nobody told lasts at most so long; sleep or bed without stages may fill a night. */
const STAGE_MAX = 4 * HOUR;
const WHOLE_NIGHT_MAX = 16 * HOUR;

/** @param code numbers of `sleep-stage` */
export function nightsOf(at: readonly number[], code: readonly number[], calendar: Calendar): Night[] {
  const nights: Stretch[][] = [];
  at.forEach((fromMicros, i) => {
    const stage = STAGES[code[i]];
    if (!stage || i + 1 >= at.length) return;
    const longest = stage === 'inBed' || stage === 'asleep' ? WHOLE_NIGHT_MAX : STAGE_MAX;
    const isTold = at[i + 1] - fromMicros <= longest;
    if (!isTold) return;
    const open = nights.at(-1);
    const stretch = { stage, fromMicros, toMicros: at[i + 1] };
    const before = open?.at(-1);
    // Scored every half minute, a stage that goes on is one stretch.
    if (before && before.stage === stage && before.toMicros === fromMicros) before.toMicros = stretch.toMicros;
    else if (open && before && fromMicros - before.toMicros < NIGHT_APART) open.push(stretch);
    else nights.push([stretch]);
  });
  return nights.map((stretches) => nightOf(stretches, calendar));
}

function nightOf(stretches: Stretch[], calendar: Calendar): Night {
  const minutes: Record<Stage, number> = { inBed: 0, awake: 0, rem: 0, light: 0, deep: 0, asleep: 0 };
  for (const { stage, fromMicros, toMicros } of stretches) minutes[stage] += (toMicros - fromMicros) / 60e6;
  const toMicros = stretches[stretches.length - 1].toMicros;
  return {
    day: calendar.dayOf(toMicros),
    stretches,
    fromMicros: stretches[0].fromMicros,
    toMicros,
    minutes,
    asleepMinutes: ASLEEP.reduce((sum, stage) => sum + minutes[stage], 0),
  };
}

/** Share of the time in bed that was slept, 0..1; null where waking was not told. */
export function efficiency({ minutes, asleepMinutes }: Night): number | null {
  const bed = asleepMinutes + minutes.awake + minutes.inBed;
  return minutes.awake + minutes.inBed === 0 || bed === 0 ? null : asleepMinutes / bed;
}
