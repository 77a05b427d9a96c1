// Blood pressure: pairs of systolic and diastolic, and their category, which is that of the worse of the two. Home readings need home
// cut-offs: 136/84 is hypertension at home and elevated in an office (ESC). A scheme without home cut-offs gives no category for them.
import type { RangeSource } from './ranges.ts';

export type Scheme = 'esc2024' | 'aha2017' | 'esh2023';
export type Setting = 'home' | 'office';

export interface Category {
  key: string;
  /** From this systolic or this diastolic on; the first category begins at nothing. mmHg */
  systolic: number;
  diastolic: number;
  tone: 'good' | 'caution' | 'alert';
}

const ESC: RangeSource = { title: 'ESC guidelines 2024', at: 'doi:10.1093/eurheartj/ehae178', checked: 'read' };

interface SchemeRow {
  source: RangeSource;
  office: readonly Category[];
  home: { of: readonly Category[]; source: RangeSource } | null;
}

const NONE = Number.NEGATIVE_INFINITY;

export const SCHEMES: Readonly<Record<Scheme, SchemeRow>> = {
  esc2024: {
    source: ESC,
    office: [
      { key: 'nonElevated', systolic: NONE, diastolic: NONE, tone: 'good' },
      { key: 'elevated', systolic: 120, diastolic: 70, tone: 'caution' },
      { key: 'hypertension', systolic: 140, diastolic: 90, tone: 'alert' },
    ],
    home: {
      source: { ...ESC, title: 'ESC guidelines 2024, out of the office', checked: 'recalled' },
      of: [
        { key: 'nonElevated', systolic: NONE, diastolic: NONE, tone: 'good' },
        { key: 'elevated', systolic: 120, diastolic: 70, tone: 'caution' },
        { key: 'hypertension', systolic: 135, diastolic: 85, tone: 'alert' },
      ],
    },
  },
  aha2017: {
    source: { title: 'ACC/AHA guidelines 2017', at: 'doi:10.1161/HYP.0000000000000065', checked: 'read' },
    office: [
      { key: 'normal', systolic: NONE, diastolic: NONE, tone: 'good' },
      { key: 'elevated', systolic: 120, diastolic: Number.POSITIVE_INFINITY, tone: 'caution' },
      { key: 'stage1', systolic: 130, diastolic: 80, tone: 'caution' },
      { key: 'stage2', systolic: 140, diastolic: 90, tone: 'alert' },
      // "Above 180 and/or above 120".
      { key: 'severe', systolic: 181, diastolic: 121, tone: 'alert' },
    ],
    home: null,
  },
  esh2023: {
    source: { title: 'ESH guidelines 2023', at: 'doi:10.1097/HJH.0000000000003480', checked: 'read' },
    office: [
      { key: 'optimal', systolic: NONE, diastolic: NONE, tone: 'good' },
      { key: 'normal', systolic: 120, diastolic: 80, tone: 'good' },
      { key: 'highNormal', systolic: 130, diastolic: 85, tone: 'caution' },
      { key: 'grade1', systolic: 140, diastolic: 90, tone: 'alert' },
      { key: 'grade2', systolic: 160, diastolic: 100, tone: 'alert' },
      { key: 'grade3', systolic: 180, diastolic: 110, tone: 'alert' },
    ],
    home: null,
  },
};

export const categoriesOf = (scheme: Scheme, setting: Setting): readonly Category[] | null =>
  setting === 'office' ? SCHEMES[scheme].office : (SCHEMES[scheme].home?.of ?? null);

export const sourceOf = (scheme: Scheme, setting: Setting): RangeSource =>
  (setting === 'home' ? SCHEMES[scheme].home?.source : undefined) ?? SCHEMES[scheme].source;

/** The category of a reading, in whole mmHg; null where the scheme has none for that setting. */
export function categoryOf(
  pressure: { systolic: number; diastolic: number },
  scheme: Scheme,
  setting: Setting,
): Category | null {
  const systolic = Math.round(pressure.systolic);
  const diastolic = Math.round(pressure.diastolic);
  return (
    categoriesOf(scheme, setting)?.findLast((each) => systolic >= each.systolic || diastolic >= each.diastolic) ?? null
  );
}

/** ESH: only one of the two is high. */
export function isolated(pressure: { systolic: number; diastolic: number }): 'systolic' | 'diastolic' | null {
  const isHigh = [Math.round(pressure.systolic) >= 140, Math.round(pressure.diastolic) >= 90];
  if (isHigh[0] === isHigh[1]) return null;
  return isHigh[0] ? 'systolic' : 'diastolic';
}

export interface Pressure {
  atMicros: number;
  systolic: number;
  diastolic: number;
}

interface Column {
  at: readonly number[];
  value: readonly number[];
}

/** Readings of one cuff carry the same time, give or take. */
export const SAME_MICROS = 60e6;

/** Systolic with the diastolic of the same moment; those without a partner are counted and not used. */
export function pairs(systolic: Column, diastolic: Column): { pairs: Pressure[]; alone: number } {
  const found: Pressure[] = [];
  let k = 0;
  for (let i = 0; i < systolic.at.length; i++) {
    const at = systolic.at[i];
    while (k < diastolic.at.length && diastolic.at[k] < at - SAME_MICROS) k++;
    if (k >= diastolic.at.length || diastolic.at[k] > at + SAME_MICROS) continue;
    found.push({ atMicros: at, systolic: systolic.value[i], diastolic: diastolic.value[k] });
    k++;
  }
  return { pairs: found, alone: systolic.at.length + diastolic.at.length - 2 * found.length };
}

/** The average of two readings at least; null of fewer: one reading says little. */
export function averagePressure(of: readonly Pressure[]): { systolic: number; diastolic: number } | null {
  if (of.length < 2) return null;
  const mean = (value: (each: Pressure) => number) => of.reduce((sum, each) => sum + value(each), 0) / of.length;
  return { systolic: mean(({ systolic }) => systolic), diastolic: mean(({ diastolic }) => diastolic) };
}
