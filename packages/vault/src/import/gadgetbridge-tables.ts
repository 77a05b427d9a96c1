// Which column of which table of Gadgetbridge is what. Names as greenDAO makes them from GBDaoGenerator; the family of devices stands before them.

export interface GadgetbridgeColumn {
  column: string;
  kind: string;
  ucum: string;
  divisor: number;
  /** Outside of these nothing was measured: 0, −1 and 255 are no numbers here. */
  least: number;
  most: number;
}

const ANY = 2_000_000_000;

function columns(...rows: [string, string, string, number, number, number?][]): GadgetbridgeColumn[] {
  return rows.map(([column, kind, ucum, least, most, divisor = 1]) => ({ column, kind, ucum, least, most, divisor }));
}

/** The first pattern that fits a table decides. */
export const GADGETBRIDGE_SAMPLES: readonly { pattern: RegExp; columns: readonly GadgetbridgeColumn[] }[] = [
  {
    pattern: /_ACTIVITY_SAMPLE$/,
    columns: columns(
      ['HEART_RATE', 'heart-rate', '/min', 1, 254],
      ['STEPS', 'steps', '1', 0, ANY],
      ['STRESS', 'stress-score', '{score}', 1, 100],
      ['SPO2', 'spo2', '%', 1, 100],
      ['SPO', 'spo2', '%', 1, 100],
      ['DISTANCE_CM', 'distance', 'm', 0, ANY, 100],
      ['DISTANCE_METERS', 'distance', 'm', 0, ANY],
      ['FLOORS_CLIMBED', 'floors-climbed', '1', 0, ANY],
      // Units differ between devices: kept by name, without one.
      ['DISTANCE', 'activity-distance', '', 0, ANY],
      ['CALORIES', 'activity-calories', '', 0, ANY],
      ['CALORIES_BURNT', 'activity-calories', '', 0, ANY],
      ['ACTIVE_CALORIES', 'activity-active-calories', '', 0, ANY],
      ['RAW_INTENSITY', 'activity-intensity', '', 0, ANY],
    ),
  },
  { pattern: /_HEART_RATE_MAX_SAMPLE$/, columns: columns(['HEART_RATE', 'heart-rate-maximum', '/min', 1, 254]) },
  { pattern: /_HEART_RATE_RESTING_SAMPLE$/, columns: columns(['HEART_RATE', 'resting-heart-rate', '/min', 1, 254]) },
  { pattern: /_HEART_RATE(_MANUAL)?_SAMPLE$/, columns: columns(['HEART_RATE', 'heart-rate', '/min', 1, 254]) },
  { pattern: /_STRESS_SAMPLE$/, columns: columns(['STRESS', 'stress-score', '{score}', 1, 100]) },
  { pattern: /_SPO2_SAMPLE$/, columns: columns(['SPO2', 'spo2', '%', 1, 100]) },
  {
    pattern: /_RESPIRATORY_RATE_SAMPLE$/,
    columns: columns(
      ['RATE', 'respiratory-rate', '/min', 1, 120],
      ['RESPIRATORY_RATE', 'respiratory-rate', '/min', 1, 120],
    ),
  },
  { pattern: /_HRV_VALUE_SAMPLE$/, columns: columns(['VALUE', 'heart-rate-variability', 'ms', 1, 1000]) },
  { pattern: /_BODY_ENERGY_SAMPLE$/, columns: columns(['ENERGY', 'body-battery', '{score}', 0, 100]) },
  { pattern: /_WEIGHT_SAMPLE$/, columns: columns(['WEIGHT_KG', 'body-weight', 'kg', 0.1, 1000]) },
  { pattern: /_TEMPERATURE_SAMPLE$/, columns: columns(['TEMPERATURE', 'device-temperature', 'Cel', -50, 100]) },
  {
    pattern: /_PAI_SAMPLE$/,
    columns: columns(['PAI_TODAY', 'pai-today', '{score}', 0, 1000], ['PAI_TOTAL', 'pai-total', '{score}', 0, 1000]),
  },
  {
    pattern: /_SLEEP_TIME_SAMPLE$/,
    columns: columns(
      ['TOTAL_DURATION', 'sleep-duration', 'min', 1, 1440],
      ['DEEP_SLEEP_DURATION', 'sleep-deep', 'min', 0, 1440],
      ['LIGHT_SLEEP_DURATION', 'sleep-light', 'min', 0, 1440],
      ['REM_SLEEP_DURATION', 'sleep-rem', 'min', 0, 1440],
      ['AWAKE_DURATION', 'sleep-awake', 'min', 0, 1440],
    ),
  },
  { pattern: /^BATTERY_LEVEL$/, columns: columns(['LEVEL', 'device-battery', '%', 0, 100]) },
];

/** Stages that hold from their time on. Numbers per family: Xiaomi's as Gadgetbridge stores them, Garmin's of the FIT profile (sleep_level). */
export const SLEEP_STAGES: readonly { pattern: RegExp; codes: Readonly<Record<number, string>> }[] = [
  { pattern: /^XIAOMI_SLEEP_STAGE_SAMPLE$/, codes: { 0: 'end', 2: 'deep', 3: 'light', 4: 'rem', 5: 'awake' } },
  { pattern: /^GARMIN_SLEEP_STAGE_SAMPLE$/, codes: { 0: 'end', 1: 'awake', 2: 'light', 3: 'deep', 4: 'rem' } },
];

/** ActivityKind of BASE_ACTIVITY_SUMMARY, the ones of all devices. */
export const WORKOUT_KINDS: Readonly<Record<number, string>> = {
  16: 'running',
  32: 'walking',
  64: 'swimming',
  128: 'cycling',
  256: 'running',
  1024: 'swimming',
  2048: 'cycling',
  4096: 'elliptical',
  16384: 'yoga',
  32768: 'football',
  65536: 'rowing',
  2097152: 'strength-training',
  4194304: 'hiking',
};
