// Kinds whose readings are amounts: so many steps since the reading before, so many units given, so many grams eaten. They add up over a day,
// and between two of them lies nothing, so a chart joins them by no line. All others are levels, which a line may join and an average may sum up.
// Source of the distinction: HKQuantityAggregationStyle cumulative / discrete of HealthKit; what it does not list is ours.

const AMOUNTS: ReadonlySet<string> = new Set([
  ...[
    'steps',
    'distance',
    'floors-climbed',
    'elevation-gain',
    'wheelchair-pushes',
    'exercise-minutes',
    'daylight-time',
  ],
  ...['energy-active', 'energy-basal', 'energy-total'],
  ...['insulin-bolus', 'insulin-long-acting', 'inhaler-use'],
  ...['carbohydrate-intake', 'dietary-energy', 'hydration', 'fall'],
]);

/** Whether readings of this kind add up; of an unknown kind nobody knows. */
export const isAmount = (kind: string): boolean => AMOUNTS.has(kind);

/** Their keys, for a test that the table has them all. */
export const amountKinds = (): readonly string[] => [...AMOUNTS];
