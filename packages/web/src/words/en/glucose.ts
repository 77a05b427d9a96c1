/** The glucose report. */
export const glucose = {
  title: 'Glucose report (AGP-style)',
  targets: 'Targets for',
  presets: {
    standard: 'Type 1 or type 2 diabetes',
    older: 'Older or at high risk',
    pregnancyType1: 'Pregnancy, type 1',
    pregnancyOther: 'Pregnancy, gestational or type 2',
  },
  timeInRanges: 'Time in ranges',
  metrics: 'Glucose metrics',
  usualDay: 'A usual day',
  dayByDay: 'Day by day',
  bands: { veryHigh: 'Very high', high: 'High', target: 'In target', low: 'Low', veryLow: 'Very low' },
  under: (value: string) => `under ${value}`,
  over: (value: string) => `over ${value}`,
  addUp: 'Rounded so that they add up to 100%.',
  drawnLarger: 'Small shares are drawn larger than they are.',
  perDay: (hours: number, minutes: number) =>
    hours === 0 ? `${minutes} min a day` : `${hours} h ${minutes} min a day`,
  mean: 'Average glucose',
  gmi: 'Glucose management indicator (GMI)',
  gmiExplained:
    'GMI is worked out from average glucose and can differ from an HbA1c measured in a laboratory. 1% of time is about 15 minutes a day; each 5% more in target helps.',
  cv: 'Variation (CV)',
  cvExplained: 'How much the readings swing around their average.',
  inTarget: (range: string) => `In target, ${range}`,
  below: (value: string) => `Below ${value}`,
  above: (value: string) => `Above ${value}`,
  goalUnder: (value: string) => `goal under ${value}`,
  goalUpTo: (value: string) => `goal up to ${value}`,
  goalOver: (value: string) => `goal over ${value}`,
  noGoal: 'goal n/a',
  met: 'Goal met:',
  notMet: 'Not met:',
  active: (period: string) => `Sensor active ${period} of the period`,
  activeToNow: (period: string) => `Sensor active ${period} of the period up to now`,
  worn: (share: string) => `${share} of the time between the first reading and the last`,
  hour: 'Hour of the day',
  curveExplained: (unit: string) =>
    `${unit} by hour of the day. Dark line: half of the readings lie below it. Inner band: 25 to 75%. Outer band: 5 to 95%.`,
  curveSentence: (low: string, lowAt: string, high: string, highAt: string) =>
    `A usual day: the middle reading is lowest with ${low} in the hour from ${lowAt}, and highest with ${high} in the hour from ${highAt}.`,
  dayEmpty: 'no readings',
  daySentence: (low: string, high: string) => `from ${low} to ${high}`,
  lacking: {
    hours: (have: string, need: string) => `Not enough readings: ${have} hours recorded, ${need} are needed.`,
    active: (have: string, need: string) =>
      `Not enough readings: the sensor recorded ${have} of the time, ${need} are needed.`,
    days: (have: string, need: string) => `Not enough readings: ${have} recorded, ${need} are needed.`,
    readings: (have: string, need: string) => `Not enough readings: ${have}, ${need} are needed.`,
  },
};
