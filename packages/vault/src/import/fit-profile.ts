// What the fields of FIT messages mean, as far as they are of use here: numbers and scales are public knowledge (the protocol's documents and
// open decoders) and were held against real files. Nothing is taken from Garmin's SDK. A field that is not here is counted and told of.

export interface FitQuantity {
  field: number;
  /** The series' name; it is the kind as well, unless `kind` says otherwise. */
  key: string;
  kind?: string;
  /** Only where the kinds table has no row. */
  title?: string;
  ucum: string;
  /** Physical value = number in the file / scale − offset. */
  scale: number;
  offset: number;
  periodSeconds: number;
  /** A wider field of the same meaning that counts where it is there. */
  wider?: number;
  /** The wider field has a finer scale: numbers of this one are multiplied. */
  times?: number;
  /** Numbers outside are the device's way to say that it could not measure. */
  min?: number;
  max?: number;
}

export interface FitMessage {
  message: number;
  /** The field with the time, where it is not the usual one. */
  timeField?: number;
  /** The field with the number of the person, on scales and cuffs. */
  personField?: number;
  /** Has no time of its own: it belongs to the file as a whole. */
  ofFile?: true;
  quantities: FitQuantity[];
}

/** `field | key | unit | scale | offset | period | extras (wider=, times=, min=, max=, kind=) | title of an unknown kind`. */
function quantities(rows: string): FitQuantity[] {
  return rows
    .trim()
    .split('\n')
    .map((row) => {
      const [field, key, ucum, scale, offset, period, extras, title] = row.split('|').map((cell) => cell.trim());
      const quantity: FitQuantity = {
        field: Number(field),
        key,
        ucum,
        scale: Number(scale),
        offset: Number(offset),
        periodSeconds: Number(period),
      };
      if (title) quantity.title = title;
      for (const extra of extras === '' ? [] : extras.split(' ')) {
        const [name, value] = extra.split('=');
        if (name === 'kind') quantity.kind = value;
        else if (name === 'wider' || name === 'min' || name === 'max' || name === 'times')
          quantity[name] = Number(value);
      }
      return quantity;
    });
}

export const MESSAGE = {
  fileId: 0,
  userProfile: 3,
  sport: 12,
  session: 18,
  lap: 19,
  record: 20,
  event: 21,
  deviceInfo: 23,
  activity: 34,
  monitoring: 55,
  hrv: 78,
  monitoringInfo: 103,
  hr: 132,
  fieldDescription: 206,
  sleepLevel: 275,
  beatIntervals: 290,
} as const;

/** Messages that are a time and some numbers. */
export const PLAIN_MESSAGES: readonly FitMessage[] = [
  {
    message: MESSAGE.record,
    quantities: quantities(`
      3  | heart-rate            | /min  | 1    | 0   | 1 | min=1    |
      6  | speed                 | m/s   | 1000 | 0   | 1 | wider=73 |
      2  | altitude              | m     | 5    | 500 | 1 | wider=78 | Altitude
      7  | power                 | W     | 1    | 0   | 1 |          |
      9  | grade                 | %     | 100  | 0   | 1 |          | Grade
      13 | air-temperature       | Cel   | 1    | 0   | 1 |          |
      31 | gps-accuracy          | m     | 1    | 0   | 1 |          | GPS accuracy
      32 | vertical-speed        | m/s   | 1000 | 0   | 1 |          | Vertical speed
      39 | vertical-oscillation  | mm    | 10   | 0   | 1 |          | Vertical oscillation
      40 | stance-time-share     | %     | 100  | 0   | 1 |          | Stance time, share
      41 | stance-time           | ms    | 10   | 0   | 1 |          | Stance time
      54 | total-hemoglobin      | g/dL  | 100  | 0   | 1 |          | Total hemoglobin in the muscle
      57 | muscle-oxygen         | %     | 10   | 0   | 1 |          | Oxygen saturation of the muscle
      83 | vertical-ratio        | %     | 100  | 0   | 1 |          | Vertical ratio
      84 | stance-time-balance   | %     | 100  | 0   | 1 |          | Stance time balance
      85 | step-length           | mm    | 10   | 0   | 1 |          | Step length
      91 | air-pressure          | Pa    | 1    | 0   | 1 |          |
      92 | depth                 | m     | 1000 | 0   | 1 |          | Depth of a dive
      99 | respiratory-rate      | /min  | 100  | 0   | 1 | min=1 wider=108 times=100 |
      139 | core-temperature     | Cel   | 100  | 0   | 1 |          |
    `),
  },
  {
    message: 30,
    personField: 12,
    // 65534 of the weight means that the scale is still weighing.
    quantities: quantities(`
      0  | body-weight           | kg    | 100  | 0   | 86400 | max=65533 |
      1  | body-fat              | %     | 100  | 0   | 86400 |          |
      2  | body-water            | %     | 100  | 0   | 86400 |          |
      3  | visceral-fat-mass     | kg    | 100  | 0   | 86400 |          | Visceral fat mass
      4  | bone-mass             | kg    | 100  | 0   | 86400 |          |
      5  | muscle-mass           | kg    | 100  | 0   | 86400 |          |
      7  | basal-metabolic-rate  | kcal/d | 4   | 0   | 86400 |          | Basal metabolic rate
      9  | active-metabolic-rate | kcal/d | 4   | 0   | 86400 |          | Active metabolic rate
      8  | physique-rating       | 1     | 1    | 0   | 86400 |          | Physique rating (vendor)
      10 | metabolic-age         | a     | 1    | 0   | 86400 |          | Metabolic age (vendor)
      11 | visceral-fat-rating   | 1     | 1    | 0   | 86400 |          |
      13 | bmi                   | kg/m2 | 10   | 0   | 86400 |          |
    `),
  },
  {
    message: 51,
    personField: 9,
    quantities: quantities(`
      0  | blood-pressure-systolic  | mm[Hg] | 1 | 0  | 3600 |          |
      1  | blood-pressure-diastolic | mm[Hg] | 1 | 0  | 3600 |          |
      2  | blood-pressure-mean      | mm[Hg] | 1 | 0  | 3600 |          |
      6  | pulse-rate               | /min   | 1 | 0  | 3600 | min=1    |
    `),
  },
  {
    message: 211,
    quantities: quantities(`
      0  | resting-heart-rate-average | /min | 1 | 0 | 86400 | min=1 kind=resting-heart-rate | Resting heart rate, average of days
      1  | resting-heart-rate    | /min  | 1    | 0   | 86400 | min=1    |
    `),
  },
  {
    message: 227,
    timeField: 1,
    quantities: quantities(`
      0  | stress-score          | {score} | 1  | 0   | 60 | min=0 max=100 |
      3  | body-battery          | {score} | 1  | 0   | 60 | min=0 max=100 |
    `),
  },
  {
    message: 229,
    timeField: 0,
    quantities: quantities('2 | vo2-max | mL/kg/min | 10 | 0 | 86400 | min=1 |'),
  },
  {
    message: 269,
    quantities: quantities('0 | spo2 | % | 1 | 0 | 60 | min=1 max=100 |'),
  },
  {
    message: 297,
    quantities: quantities('0 | respiratory-rate | /min | 100 | 0 | 60 | min=1 |'),
  },
  {
    message: 370,
    quantities: quantities(`
      1  | hrv-rmssd-night       | ms    | 128  | 0   | 86400 | kind=hrv-rmssd | HRV, average of the night
    `),
  },
  {
    message: 371,
    quantities: quantities('0 | hrv-rmssd | ms | 128 | 0 | 300 | |'),
  },
  {
    message: 346,
    ofFile: true,
    quantities: quantities('6 | sleep-score | {score} | 1 | 0 | 86400 | max=100 |'),
  },
  {
    message: 398,
    // Floating point in the file: kept to hundredths.
    quantities: quantities(`
      1  | skin-temperature-deviation | K | 100 | 0   | 86400 |          |
      4  | skin-temperature-night     | Cel | 100 | 0 | 86400 | kind=skin-temperature | Skin temperature of the night
    `),
  },
];

/** Fields that are read, though not as numbers by their own row: position, cadence, distance, and what goes with a number. */
export const RECORD = { latitude: 0, longitude: 1, cadence: 4, distance: 5, fractionalCadence: 53 } as const;

/** Degrees = semicircles × 180 / 2³¹: exact in binary. */
export const DEGREES_PER_SEMICIRCLE = 45 / 2 ** 29;

export const FILE_TYPE = { settings: 2, sport: 3, activity: 4, workout: 5, course: 6, weight: 9 } as const;

/** What files of a type are called; the numbers are those of file_id.type. */
export const FILE_TITLES: ReadonlyMap<number, string> = new Map([
  [1, 'A description of a device'],
  [2, 'Settings of a device'],
  [3, 'Settings of a sport'],
  [4, 'A workout'],
  [5, 'A plan for a workout'],
  [6, 'A planned course'],
  [7, 'A plan for workouts'],
  [9, 'Readings of a scale'],
  [10, 'Daily totals'],
  [11, 'Goals'],
  [14, 'Readings of a blood pressure monitor'],
  [15, 'A record of the day'],
  [20, 'A summary of workouts'],
  [28, 'A record of the day'],
  [32, 'A record of the day'],
  [44, 'Metrics of a device'],
  [49, 'A record of sleep'],
  [68, 'A record of heart rate variability'],
  [73, 'A record of skin temperature'],
]);

/** Files that hold what is planned, not what happened. */
export const PLANNED: ReadonlySet<number> = new Set([FILE_TYPE.workout, FILE_TYPE.course, 7, 34]);

const SPORTS: ReadonlyMap<number, string> = new Map([
  [1, 'running'],
  [2, 'cycling'],
  [3, 'transition'],
  [5, 'swimming'],
  [7, 'football'],
  [8, 'tennis'],
  [11, 'walking'],
  [12, 'skiing'],
  [13, 'skiing'],
  [15, 'rowing'],
  [17, 'hiking'],
  [18, 'multisport'],
  [21, 'cycling'],
  [25, 'golf'],
  [62, 'interval-training'],
]);

const SUB_SPORTS: ReadonlyMap<number, string> = new Map([
  [14, 'rowing'],
  [15, 'elliptical'],
  [16, 'stairs'],
  [20, 'strength-training'],
  [43, 'yoga'],
  [44, 'pilates'],
  [70, 'interval-training'],
]);

/** The code of `workout-session` for a FIT sport. A finer word counts where the sport itself says little. */
export function workoutOf(sport: number, subSport: number): string {
  return SPORTS.get(sport) ?? SUB_SPORTS.get(subSport) ?? 'other';
}

/** What a device counts as cadence: turns of a pedal, or of one leg, which makes two steps. */
export function cadenceOf(workout: string | null): 'steps' | 'pedals' | null {
  if (workout === 'running' || workout === 'walking' || workout === 'hiking') return 'steps';
  return workout === 'cycling' ? 'pedals' : null;
}

/** Sensors by their ANT+ device type that only a bicycle has (power, speed and cadence), and the one that is worn on a foot. */
const PEDAL_SENSORS: ReadonlySet<number> = new Set([11, 121, 122, 123]);
const FOOT_SENSOR = 124;

/** What a sensor is moved by; null for one that anybody may wear. */
export function movedBy(antDeviceType: number): 'steps' | 'pedals' | null {
  if (PEDAL_SENSORS.has(antDeviceType)) return 'pedals';
  return antDeviceType === FOOT_SENSOR ? 'steps' : null;
}

/** Fields of a record that only feet fill (oscillation, contact with the ground, length of a step), and only pedals (torque, smoothness). */
export const STEP_FIELDS = [39, 40, 41, 85] as const;
export const PEDAL_FIELDS = [43, 44, 45, 46, 47] as const;

const MANUFACTURERS: ReadonlyMap<number, string> = new Map([
  [1, 'Garmin'],
  [6, 'SRM'],
  [13, 'Garmin'],
  [15, 'Garmin'],
  [23, 'Suunto'],
  [32, 'Wahoo'],
  [95, 'Stryd'],
  [123, 'Polar'],
  [255, 'a development device'],
  [260, 'Zwift'],
  [265, 'Strava'],
  [294, 'Coros'],
]);

/** A device in words. Products are told by number: the list of their names is Garmin's. */
export function deviceLabel(manufacturer: number, product: number, name: string): string {
  if (name !== '') return name;
  const maker = MANUFACTURERS.get(manufacturer) ?? (Number.isNaN(manufacturer) ? '' : `maker ${manufacturer}`);
  if (maker === '') return '';
  return Number.isNaN(product) ? maker : `${maker} ${product}`;
}
