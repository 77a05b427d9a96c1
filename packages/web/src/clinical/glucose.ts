// Glucose as reports of continuous monitoring count it. Sources: Battelino 2019 doi:10.2337/dci19-0028 (bands, targets), Bergenstal 2018
// doi:10.2337/dc18-1581 (GMI), tidepool-org/viz @71163cc (rounding, enough data, whole percents; BSD-2-Clause). Our own layout and words.
// "Time in range" of the package cgmquantify is mean ± 1 SD in minutes: not this one.
import { meanOf, roundHalfEven, sampleDeviation } from './quantile.ts';

export type GlucoseUnit = 'mg/dL' | 'mmol/L';

/** Source: as in reports (tidepool-org/viz); molar mass of glucose 180.156 g/mol. */
export const MG_PER_MMOL = 18.01559;

export interface Readings {
  /** Microseconds, ascending. */
  at: readonly number[];
  value: readonly number[];
}

export type Band = 'veryLow' | 'low' | 'target' | 'high' | 'veryHigh';
export const BANDS: readonly Band[] = ['veryLow', 'low', 'target', 'high', 'veryHigh'];
/** Parts of 1; a band that this target does not tell apart is missing. */
export type Shares = Partial<Record<Band, number>>;

export type Preset = 'standard' | 'older' | 'pregnancyType1' | 'pregnancyOther';

export interface Target {
  /** Ends of the bands in each unit: below `low` is low, up to `high` is target; both ends of the target belong to it. */
  edges: Record<GlucoseUnit, { veryLow: number | null; low: number; high: number; veryHigh: number | null }>;
  /** Goals as parts of 1: at least `target`, less than the others. null: none is agreed. `below` and `above` count both bands. */
  goals: { target: number; below: number; veryLow?: number; above: number; veryHigh?: number } | null;
}

const STANDARD = {
  'mg/dL': { veryLow: 54, low: 70, high: 180, veryHigh: 250 },
  'mmol/L': { veryLow: 3, low: 3.9, high: 10, veryHigh: 13.9 },
};
const PREGNANCY = {
  'mg/dL': { veryLow: 54, low: 63, high: 140, veryHigh: null },
  'mmol/L': { veryLow: 3, low: 3.5, high: 7.8, veryHigh: null },
};

/** Source: Battelino 2019, tables 3 and 4. */
export const TARGETS: Readonly<Record<Preset, Target>> = {
  standard: {
    edges: STANDARD,
    goals: { target: 0.7, below: 0.04, veryLow: 0.01, above: 0.25, veryHigh: 0.05 },
  },
  older: {
    edges: {
      'mg/dL': { ...STANDARD['mg/dL'], veryLow: null },
      'mmol/L': { ...STANDARD['mmol/L'], veryLow: null },
    },
    goals: { target: 0.5, below: 0.01, above: 0.5, veryHigh: 0.1 },
  },
  pregnancyType1: { edges: PREGNANCY, goals: { target: 0.7, below: 0.04, veryLow: 0.01, above: 0.25 } },
  pregnancyOther: { edges: PREGNANCY, goals: null },
};

/** The value as a report reads it: whole mg/dL, tenths of mmol/L, halves to the even neighbour; bands are told from this. */
export const rounded = (value: number, unit: GlucoseUnit): number =>
  unit === 'mg/dL' ? roundHalfEven(value) : roundHalfEven(value * 10) / 10;

export function bandOf(value: number, unit: GlucoseUnit, { edges }: Target): Band {
  const { veryLow, low, high, veryHigh } = edges[unit];
  const read = rounded(value, unit);
  if (veryLow !== null && read < veryLow) return 'veryLow';
  if (read < low) return 'low';
  if (read <= high) return 'target';
  return veryHigh !== null && read > veryHigh ? 'veryHigh' : 'high';
}

export function sharesOf(values: readonly number[], unit: GlucoseUnit, target: Target): Shares {
  const counts: Record<Band, number> = { veryLow: 0, low: 0, target: 0, high: 0, veryHigh: 0 };
  for (const value of values) counts[bandOf(value, unit, target)] += 1;
  const { veryLow, veryHigh } = target.edges[unit];
  const shares: Shares = {};
  for (const band of BANDS) {
    const isTold = band === 'veryLow' ? veryLow !== null : band === 'veryHigh' ? veryHigh !== null : true;
    if (isTold) shares[band] = values.length === 0 ? 0 : counts[band] / values.length;
  }
  return shares;
}

/** Parts of a percent that are shown: a goal is missed by less than one. */
const TENTHS = 1000;

/**
 * Whole parts that add up to `whole` of them: each rounded down, and what is left over given to the largest remainders; of equal ones to the lower
 * band. (Reports that give it to one band print 2% for a share of 2.7%.)
 */
function partsOf(shares: Shares, whole: number): Shares {
  const told = BANDS.filter((band) => shares[band] !== undefined);
  const exact = told.map((band) => (shares[band] ?? 0) * whole);
  const parts = exact.map((each) => Math.floor(each + 1e-9));
  const left = Math.round(exact.reduce((sum, each) => sum + each, 0)) - parts.reduce((sum, each) => sum + each, 0);
  const byRemainder = told.map((_, i) => i).sort((a, b) => exact[b] - parts[b] - (exact[a] - parts[a]) || a - b);
  for (const i of byRemainder.slice(0, left)) parts[i] += 1;
  return Object.fromEntries(told.map((band, i) => [band, parts[i]]));
}

/** Percents with one decimal that add up to 100. */
export function addingUp(shares: Shares): Shares {
  return Object.fromEntries(Object.entries(partsOf(shares, TENTHS)).map(([band, tenths]) => [band, tenths / 10]));
}

/** Minutes of a day that add up to 24 hours. */
export const minutesOfDay = (shares: Shares): Shares => partsOf(shares, 1440);

/** Glucose management indicator, percent. @param mean mg/dL */
export const gmiPercent = (mean: number): number => 3.31 + 0.02392 * mean;

/** The same in mmol/mol. @param mean mmol/L */
export const gmiMmolPerMol = (mean: number): number => 12.71 + 4.70587 * mean;

export const inMgPerDl = (value: number, unit: GlucoseUnit): number => (unit === 'mg/dL' ? value : value * MG_PER_MMOL);

/** Coefficient of variation, percent, with the deviation of a sample; null below 30 readings. */
export function cvPercent(values: readonly number[]): number | null {
  const deviation = sampleDeviation(values);
  const mean = meanOf(values);
  return values.length < CV_READINGS_MIN || deviation === null || mean === null ? null : (100 * deviation) / mean;
}

export const CV_READINGS_MIN = 30;

/** Minutes between two readings: the gap in the middle of all, in whole minutes; 5 where there are no two. */
export function intervalMinutes({ at }: Readings): number {
  if (at.length < 2) return 5;
  const gaps = at.slice(1).map((time, i) => time - at[i]);
  gaps.sort((a, b) => a - b);
  return Math.max(1, Math.round(gaps[Math.floor((gaps.length - 1) / 2)] / 60e6));
}

/** Share of the time between first and last reading that was recorded, 0..1 (tidepool-org/viz, sensor usage). */
export function activeWhileWorn({ at }: Readings, interval: number): number {
  if (at.length === 0) return 0;
  return at.length / ((at[at.length - 1] - at[0]) / 60e6 / interval + 1);
}
