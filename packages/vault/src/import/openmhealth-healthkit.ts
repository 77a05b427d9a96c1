// The HealthKit schemas that Open mHealth's Granola writes: samples, correlations and workouts of an iPhone.

import { KCAL, LENGTH, SECONDS, TIME_FRAME, UNIT_VALUE } from './openmhealth-parts.ts';
import { all, any, flag, list, number, object, one, type Shape, text, without, words } from './shapes.ts';

const prefixed = (prefix: string, names: string): Shape =>
  words(
    names
      .split('|')
      .map((name) => `${prefix}${name.trim()}`)
      .join('|'),
  );

const CATEGORY_TYPE = prefixed(
  'HKCategoryTypeIdentifier',
  `SleepAnalysis|AppleStandHour|CervicalMucusQuality|IntermenstrualBleeding|MenstrualFlow|OvulationTestResult|SexualActivity|MindfulSession`,
);
const QUANTITY_TYPE = prefixed(
  'HKQuantityTypeIdentifier',
  `ActiveEnergyBurned|AppleExerciseTime|BasalBodyTemperature|BasalEnergyBurned|BloodAlcoholContent|BloodGlucose|BloodPressureDiastolic
  |BloodPressureSystolic|BodyFatPercentage|BodyMass|BodyMassIndex|BodyTemperature|DietaryBiotin|DietaryCaffeine|DietaryCalcium
  |DietaryCarbohydrates|DietaryChloride|DietaryCholesterol|DietaryChromium|DietaryCopper|DietaryEnergyConsumed|DietaryFatMonounsaturated
  |DietaryFatPolyunsaturated|DietaryFatSaturated|DietaryFatTotal|DietaryFiber|DietaryFolate|DietaryIodine|DietaryIron|DietaryMagnesium
  |DietaryManganese|DietaryMolybdenum|DietaryNiacin|DietaryPantothenicAcid|DietaryPhosphorus|DietaryPotassium|DietaryProtein
  |DietaryRiboflavin|DietarySelenium|DietarySodium|DietarySugar|DietaryThiamin|DietaryVitaminA|DietaryVitaminB12|DietaryVitaminB6
  |DietaryVitaminC|DietaryVitaminD|DietaryVitaminE|DietaryVitaminK|DietaryWater|DietaryZinc|DistanceCycling|DistanceSwimming
  |DistanceWalkingRunning|ElectrodermalActivity|FlightsClimbed|ForcedExpiratoryVolume1|ForcedVitalCapacity|HeartRate
  |HeartRateVariabilitySDNN|Height|InhalerUsage|InsulinDelivery|LeanBodyMass|NikeFuel|NumberOfTimesFallen|OxygenSaturation
  |PeakExpiratoryFlowRate|PeripheralPerfusionIndex|PushCount|RespiratoryRate|RestingHeartRate|StepCount|SwimmingStrokeCount|UVExposure
  |VO2Max|WaistCircumference|WalkingHeartRateAverage`,
);

export const METADATA = list(object({ key: text, value: any(text, number, flag) }));
export const CATEGORY_SAMPLE = object({
  category_type: CATEGORY_TYPE,
  category_value: text,
  effective_time_frame: TIME_FRAME,
  'metadata?': METADATA,
});
export const QUANTITY_SAMPLE = all(
  object({ quantity_type: QUANTITY_TYPE, effective_time_frame: TIME_FRAME, 'metadata?': METADATA }),
  one(all(object({ unit_value: UNIT_VALUE }), without('count')), all(object({ count: number }), without('unit_value'))),
);
const CORRELATION = all(
  object({
    correlation_type: prefixed('HKCorrelationTypeIdentifier', 'Food|BloodPressure'),
    effective_time_frame: TIME_FRAME,
    'category_samples?': list(CATEGORY_SAMPLE),
    'quantity_samples?': list(QUANTITY_SAMPLE),
    'metadata?': METADATA,
  }),
  any(object({ category_samples: list(CATEGORY_SAMPLE, 1) }), object({ quantity_samples: list(QUANTITY_SAMPLE, 1) })),
);
const WORKOUT = object({
  activity_name: text,
  effective_time_frame: TIME_FRAME,
  'distance?': LENGTH,
  'duration?': SECONDS,
  'kcal_burned?': KCAL,
  'metadata?': METADATA,
});

export const HEALTHKIT_SCHEMAS: readonly [string, string, Shape][] = [
  ['hk-metadata', '1.0', METADATA],
  ['hk-category-sample', '1.0', CATEGORY_SAMPLE],
  ['hk-quantity-sample', '1.0', QUANTITY_SAMPLE],
  ['hk-correlation', '1.0', CORRELATION],
  ['hk-workout', '1.0', WORKOUT],
];
