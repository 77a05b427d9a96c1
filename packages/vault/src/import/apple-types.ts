// Apple's types as Hale's kinds: the identifiers of HealthKit (kinds.csv, column healthkit), their values, and units as Apple writes them.
import { acceptsUnit, codeFor, kindFor } from '../kinds.ts';
import { unitWritten } from '../kinds-units.ts';
import { slug } from './describe.ts';

/** `identifier without its prefix | key of the series, where it is not the kind's own | kind`. What is not here is kept under its own name. */
const QUANTITIES = `
HeartRate | | heart-rate
HeartRateVariabilitySDNN | | hrv-sdnn
RestingHeartRate | | resting-heart-rate
WalkingHeartRateAverage | | walking-heart-rate
HeartRateRecoveryOneMinute | | heart-rate-recovery
AtrialFibrillationBurden | | afib-burden
OxygenSaturation | | spo2
PeripheralPerfusionIndex | | perfusion-index
RespiratoryRate | | respiratory-rate
AppleSleepingBreathingDisturbances | | breathing-disturbances
PeakExpiratoryFlowRate | | peak-expiratory-flow
ForcedExpiratoryVolume1 | | fev1
ForcedVitalCapacity | | fvc
InhalerUsage | | inhaler-use
BodyTemperature | | body-temperature
BasalBodyTemperature | | basal-body-temperature
AppleSleepingWristTemperature | | skin-temperature
WaterTemperature | | water-temperature
BloodPressureSystolic | | blood-pressure-systolic
BloodPressureDiastolic | | blood-pressure-diastolic
BloodGlucose | | glucose-capillary
InsulinDelivery | | insulin-bolus
DietaryCarbohydrates | | carbohydrate-intake
DietaryEnergyConsumed | | dietary-energy
DietaryWater | | hydration
BodyMass | | body-weight
Height | | body-height
BodyMassIndex | | bmi
BodyFatPercentage | | body-fat
LeanBodyMass | | lean-body-mass
WaistCircumference | | waist-circumference
StepCount | | steps
DistanceWalkingRunning | | distance
DistanceCycling | distance-cycling | distance
DistanceSwimming | distance-swimming | distance
DistanceWheelchair | distance-wheelchair | distance
FlightsClimbed | | floors-climbed
ActiveEnergyBurned | | energy-active
BasalEnergyBurned | | energy-basal
AppleExerciseTime | | exercise-minutes
AppleMoveTime | move-minutes | exercise-minutes
AppleStandTime | stand-minutes | exercise-minutes
CyclingCadence | | cadence-cycling
WalkingSpeed | speed-walking | speed
RunningSpeed | speed-running | speed
CyclingSpeed | speed-cycling | speed
CyclingPower | power-cycling | power
RunningPower | power-running | power
VO2Max | | vo2-max
PhysicalEffort | | physical-effort
NumberOfTimesFallen | | fall
AppleWalkingSteadiness | | walking-steadiness
PushCount | | wheelchair-pushes
ElectrodermalActivity | | electrodermal-activity
EnvironmentalAudioExposure | | noise-exposure
HeadphoneAudioExposure | noise-exposure-headphones | noise-exposure
EnvironmentalSoundReduction | noise-reduction | noise-exposure
UVExposure | | uv-index
TimeInDaylight | | daylight-time
BloodAlcoholContent | | blood-alcohol
`;

/** `identifier | key where it is not the kind's own | kind | beginning of the values, then value=code`. `*` = whatever the value says. */
const CATEGORIES = `
SleepAnalysis | | sleep-stage | SleepAnalysis | Asleep=asleep AsleepUnspecified=asleep AsleepCore=light AsleepDeep=deep AsleepREM=rem Awake=awake 1=asleep 2=awake
HighHeartRateEvent | | rhythm-event | | *=high-heart-rate
LowHeartRateEvent | | rhythm-event | | *=low-heart-rate
IrregularHeartRhythmEvent | | rhythm-event | | *=irregular-rhythm
MenstrualFlow | | menstrual-flow | MenstrualFlow | Unspecified=unspecified None=none Light=light Medium=medium Heavy=heavy
OvulationTestResult | | ovulation-test | OvulationTestResult | Negative=negative Positive=positive LuteinizingHormoneSurge=luteinizing-hormone-surge Indeterminate=indeterminate EstrogenSurge=estrogen-surge
CervicalMucusQuality | | cervical-mucus | CervicalMucusQuality | Dry=dry Sticky=sticky Creamy=creamy Watery=watery EggWhite=egg-white
MindfulSession | | mindful-session | | *=session
AppleStandHour | | stand-hour | AppleStandHour | Stood=stood Idle=idle 0=stood 1=idle
`;

/** Values of every symptom, after `HKCategoryValue`. */
const SYMPTOM_VALUES: Readonly<Record<string, string>> = {
  SeverityUnspecified: 'present',
  SeverityNotPresent: 'not-present',
  SeverityMild: 'mild',
  SeverityModerate: 'moderate',
  SeveritySevere: 'severe',
  PresencePresent: 'present',
  PresenceNotPresent: 'not-present',
  AppetiteChangesUnspecified: 'present',
  AppetiteChangesNoChange: 'not-present',
  AppetiteChangesDecreased: 'decreased',
  AppetiteChangesIncreased: 'increased',
};

const SYMPTOMS = new Set(
  `AbdominalCramps Acne AppetiteChanges BladderIncontinence Bloating BreastPain ChestTightnessOrPain Chills Constipation Coughing Diarrhea Dizziness
DrySkin Fainting Fatigue Fever GeneralizedBodyAche HairLoss Headache Heartburn HotFlashes LossOfSmell LossOfTaste LowerBackPain MemoryLapse
MoodChanges Nausea NightSweats PelvicPain RapidPoundingOrFlutteringHeartbeat RunnyNose ShortnessOfBreath SinusCongestion SkippedHeartbeat
SleepChanges SoreThroat VaginalDryness Vomiting Wheezing`.split(/\s+/),
);

/** Apple's activities as codes of `workout-session`; the others are `other`, and a note says how many. */
const ACTIVITIES = new Map(
  `Other=other Walking=walking Running=running Cycling=cycling HandCycling=cycling Swimming=swimming Hiking=hiking
FunctionalStrengthTraining=strength-training TraditionalStrengthTraining=strength-training Yoga=yoga Rowing=rowing Elliptical=elliptical
Dance=dance CardioDance=dance SocialDance=dance DanceInspiredTraining=dance HighIntensityIntervalTraining=interval-training
CrossCountrySkiing=skiing DownhillSkiing=skiing Tennis=tennis Soccer=football Golf=golf Pilates=pilates Stairs=stairs StairClimbing=stairs
StepTraining=stairs Transition=transition SwimBikeRun=multisport`
    .split(/\s+/)
    .map((pair) => pair.split('=') as [string, string]),
);

/** Hale's code of `HKWorkoutActivityType…`, and whether it says all. */
export function activityCode(text: string): { code: number; told: boolean } {
  const known = ACTIVITIES.get(text.replace(/^HKWorkoutActivityType/, ''));
  return { code: codeFor('workout-session', known ?? 'other'), told: known !== undefined };
}

export interface AppleType {
  /** A quantity has a unit, a code says what begins. */
  form: 'quantity' | 'code';
  /** Beginning of the keys of its series. */
  key: string;
  kind: string;
  title: string;
  glucose: boolean;
  insulin: boolean;
  /** Code of a value as written; undefined where it has none: 'in-bed' stands in a series of its own. */
  codeOf: (value: string) => number | undefined;
  inBed: (value: string) => boolean;
}

const rows = (table: string): string[][] =>
  table
    .trim()
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()));

const QUANTITY_ROWS = new Map(rows(QUANTITIES).map(([name, key, kind]) => [name, { key: key || kind, kind }]));
const CATEGORY_ROWS = new Map(rows(CATEGORIES).map((row) => [row[0], row]));

/** `DistanceDownhillSnowSports` → `distance-downhill-snow-sports`. */
function ownName(identifier: string): string {
  return slug(identifier.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')) || 'unnamed';
}

function titled(kind: string, key: string): string {
  const words = key.replaceAll('-', ' ');
  return kind === key ? (kindFor(kind)?.title ?? capital(words)) : capital(words);
}

const capital = (text: string): string => `${text[0].toUpperCase()}${text.slice(1)}`;

function categoryType(name: string): AppleType {
  const plain = { form: 'code' as const, glucose: false, insulin: false, inBed: () => false };
  if (SYMPTOMS.has(name)) {
    const key = `symptom-${ownName(name)}`;
    const codeOf = (value: string): number | undefined => {
      const code = SYMPTOM_VALUES[value.replace(/^HKCategoryValue/, '')];
      return code === undefined ? undefined : codeFor('symptom', code);
    };
    return { ...plain, key, kind: 'symptom', title: capital(ownName(name).replaceAll('-', ' ')), codeOf };
  }
  const row = CATEGORY_ROWS.get(name);
  // Of an unknown kind nothing is known but that it was there: 1 begins it, 0 ends it.
  if (!row) {
    const key = ownName(name);
    return { ...plain, key, kind: key, title: titled(key, key), codeOf: () => 1 };
  }
  const [, ownKey, kind, prefix, values] = row;
  const key = ownKey || kind;
  const codes = new Map(values.split(' ').map((pair) => pair.split('=') as [string, string]));
  // iOS 18 calls the values of the menstrual flow those of vaginal bleeding.
  const beginning = new RegExp(`^HKCategoryValue(?:${prefix}|VaginalBleeding)`);
  const codeOf = (value: string): number | undefined => {
    const code = codes.get('*') ?? codes.get(value.replace(beginning, ''));
    return code === undefined ? undefined : codeFor(kind, code);
  };
  const inBed = (value: string): boolean =>
    name === 'SleepAnalysis' && (value === 'HKCategoryValueSleepAnalysisInBed' || value === '0');
  return { ...plain, key, kind, title: titled(kind, key), codeOf, inBed };
}

/** What a record's type means. Unknown ones are kept under their own name. */
export function appleType(identifier: string): AppleType {
  const category = /^HKCategoryTypeIdentifier(.+)$/.exec(identifier);
  if (category) return categoryType(category[1]);
  const name = identifier.replace(/^HK(?:Quantity|Data)?Type(?:Identifier)?/, '');
  const row = QUANTITY_ROWS.get(name);
  const key = row?.key ?? ownName(name);
  const kind = row?.kind ?? key;
  return {
    form: 'quantity',
    key,
    kind,
    title: titled(kind, key),
    glucose: name === 'BloodGlucose',
    insulin: name === 'InsulinDelivery',
    codeOf: () => undefined,
    inBed: () => false,
  };
}

const UNITS: Readonly<Record<string, string>> = {
  count: '1',
  'count/min': '/min',
  'count/s': '/s',
  Cal: 'kcal',
  dBASPL: 'dB',
  dBHL: 'dB',
  IU: '[iU]',
  mcg: 'ug',
  mcS: 'uS',
  'mL/min·kg': 'mL/kg/min',
  'kcal/hr·kg': 'kcal/(h.kg)',
  'km/hr': 'km/h',
  'mi/hr': '[mi_i]/h',
  fl_oz_us: '[foz_us]',
  mg: 'mg',
  appleEffortScore: '{score}',
};

/** Unit as Apple writes it → UCUM; empty where it is not known. `mmol<180.1558800000541>/L` names the molar mass of what was measured. */
export function appleUnit(text: string): string {
  const plain = text.replace(/<[^>]*>/g, '');
  return UNITS[plain] ?? unitWritten(plain) ?? '';
}

/** How values in a unit become the integers of a series. */
export interface AppleScale {
  kind: string;
  ucum: string;
  /** Step of the series in `ucum`. */
  factor: number;
  /** Value as written = readFactor × integer + readOrigin. */
  readFactor: number;
  readOrigin: number;
  /** Apple's percent are fractions: 0.97. */
  isFraction: boolean;
}

const STEP_MIN = 1e-6;
const OWN_STEP = 0.001;
const INTEGER_MAX = 2_000_000_000;
const clean = (value: number): number => Number(value.toPrecision(12));

/** A hundredth of the kind's usual step, so that a value converted from pounds or floats can be had back; never so fine that the range overflows. */
function stepOf(kind: string): number {
  const known = kindFor(kind);
  if (!known) return OWN_STEP;
  if (known.ucum === '1' && known.scale === 1) return 1;
  let step = clean(Math.max(STEP_MIN, known.scale / 100));
  while (Math.max(Math.abs(known.deviceMin), Math.abs(known.deviceMax)) / step > INTEGER_MAX) step = clean(step * 10);
  return step;
}

/**
 * One unit for each kind, whatever the person's settings were on the day of the export, so that two exports meet in one stream. Only mass and
 * molar concentrations stay apart: they have different codes. A unit that the kind does not have makes it a kind of its own.
 */
export function scaleFor(type: AppleType, kindWanted: string, unitText: string): AppleScale {
  const isFraction = unitText === '%';
  const written = isFraction ? '%' : appleUnit(unitText);
  const known = kindFor(kindWanted);
  const fits = known !== undefined && acceptsUnit(known, written);
  const kind = fits || !known ? kindWanted : `${type.key}-in-other-unit`;
  const step = fits ? stepOf(kind) : OWN_STEP;
  const other = fits ? known.otherUnits.find((unit) => unit.ucum === written && written !== known.ucum) : undefined;
  const converts = other !== undefined && !other.otherProperty;
  const ucum = fits && (converts || written === known.ucum) ? known.ucum : written;
  const factor = other?.otherProperty ? OWN_STEP : step;
  const readFactor = converts ? clean(factor / other.factor) : isFraction ? clean(factor / 100) : factor;
  const readOrigin = converts ? clean(-other.offset / other.factor) + 0 : 0;
  return { kind, ucum, factor, readFactor, readOrigin, isFraction };
}
