// Which shape each schema of Open mHealth and IEEE 1752.1 demands, by name and version. A data point that is not as its schema says is refused.

import { HEALTHKIT_SCHEMAS } from './openmhealth-healthkit.ts';
import { MEDICATION_SCHEMAS } from './openmhealth-medication.ts';
import * as part from './openmhealth-parts.ts';
import { all, flag, integer, list, number, object, type Shape, text, words } from './shapes.ts';

const { measured, TIME_FRAME, TIME_FRAME_IEEE, SPAN } = part;

/** What any measurement may say beside its value. */
const BESIDE = {
  'descriptive_statistic?': part.STATISTIC,
  'descriptive_statistic_denominator?': part.DENOMINATOR,
  'temporal_relationship_to_physical_activity?': part.TO_ACTIVITY,
  'temporal_relationship_to_sleep?': part.TO_SLEEP,
  'temporal_relationship_to_meal?': part.TO_MEAL,
  'body_posture?': part.POSTURE,
  'sensor_body_location?': part.BODY_LOCATION,
  'user_notes?': text,
};
type Members = Readonly<Record<string, Shape>>;

/** Early versions: the time may be missing. */
const loose = (members: Members): Shape => object({ ...BESIDE, 'effective_time_frame?': TIME_FRAME, ...members });
const timed = (members: Members): Shape => object({ ...BESIDE, effective_time_frame: TIME_FRAME, ...members });
/** Those that took over the time frame of IEEE 1752.1, which knows no part of a day. */
const exact = (members: Members): Shape => object({ ...BESIDE, effective_time_frame: TIME_FRAME_IEEE, ...members });
/** Totals over a span. */
const spanned = (members: Members): Shape => all(timed(members), object({ effective_time_frame: SPAN }));

const glucose = { blood_glucose: measured('mg/dL|mmol/L') };
const glucoseBlood = { ...glucose, 'blood_specimen_type?': part.BLOOD_SPECIMEN };
const glucoseAny = { ...glucose, 'specimen_source?': part.SPECIMEN };
const pressures = { systolic_blood_pressure: part.PRESSURE, diastolic_blood_pressure: part.PRESSURE };
const pressuresAt = { ...pressures, 'measurement_location?': part.BODY_LOCATION };
const oxygen = { oxygen_saturation: part.PERCENT, 'supplemental_oxygen_flow_rate?': measured('L/min') };
const weight = { body_weight: part.MASS };
const temperature = { body_temperature: part.TEMPERATURE, 'measurement_location?': text };
const acceleration = {
  acceleration_x: part.ACCELERATION,
  acceleration_y: part.ACCELERATION,
  acceleration_z: part.ACCELERATION,
};
const activity = loose({
  activity_name: text,
  'distance?': part.LENGTH,
  'kcal_burned?': part.KCAL,
  'met_value?': number,
  'reported_activity_intensity?': words('light|moderate|vigorous'),
});
const episode = spanned({
  'latency_to_sleep_onset?': part.DURATION,
  'latency_to_arising?': part.DURATION,
  'total_sleep_time?': part.DURATION,
  'wake_after_sleep_onset?': part.DURATION,
  'number_of_awakenings?': integer,
  'is_main_sleep?': flag,
  'sleep_maintenance_efficiency_percentage?': part.PERCENT,
});
const position = timed({
  latitude: part.ANGLE,
  longitude: part.ANGLE,
  'elevation?': part.LENGTH,
  'number_of_satellites_in_view?': integer,
  'number_of_satellites_in_fix?': integer,
  'satellite_signal_strengths?': list(measured('dB')),
});
const magnetic = {
  magnetic_field_strength_x: part.MAGNETIC_FLUX,
  magnetic_field_strength_y: part.MAGNETIC_FLUX,
  magnetic_field_strength_z: part.MAGNETIC_FLUX,
};
const turning = {
  angular_velocity_x: part.ANGULAR_VELOCITY,
  angular_velocity_y: part.ANGULAR_VELOCITY,
  angular_velocity_z: part.ANGULAR_VELOCITY,
};

/** Name, version, shape. A row stands for all versions of the same major number. */
const SCHEMAS: readonly [string, string, Shape][] = [
  ...HEALTHKIT_SCHEMAS,
  ...MEDICATION_SCHEMAS,
  ['acceleration', '1.0', timed(acceleration)],
  ['acceleration', '2.0', timed(acceleration)],
  ['ambient-sound', '1.0', exact({ ambient_sound: measured('dB') })],
  ['ambient-temperature', '1.0', loose({ ambient_temperature: part.TEMPERATURE })],
  ['blood-glucose', '1.0', loose(glucoseBlood)],
  ['blood-glucose', '2.0', loose(glucoseAny)],
  ['blood-glucose', '3.0', timed(glucoseAny)],
  ['blood-glucose', '4.0', exact(glucoseAny)],
  ['blood-pressure', '1.0', loose({ ...pressures, 'position_during_measurement?': part.POSTURE })],
  ['blood-pressure', '2.0', loose(pressures)],
  ['blood-pressure', '3.0', timed(pressuresAt)],
  ['blood-pressure', '4.0', exact(pressuresAt)],
  ['body-fat-percentage', '1.0', timed({ body_fat_percentage: part.PERCENT })],
  ['body-fat-percentage', '2.0', exact({ body_fat_percentage: part.PERCENT })],
  ['body-height', '1.0', loose({ body_height: part.LENGTH })],
  ['body-height', '2.0', exact({ body_height: part.LENGTH })],
  ['body-mass-index', '1.0', loose({ body_mass_index: measured('kg/m2') })],
  ['body-mass-index', '2.0', timed({ body_mass_index: measured('kg/m^2') })],
  ['body-mass-index', '3.0', exact({ body_mass_index: measured('kg/m^2') })],
  ['body-temperature', '1.0', loose(temperature)],
  ['body-temperature', '2.0', loose(temperature)],
  ['body-temperature', '3.0', timed(temperature)],
  ['body-temperature', '4.0', exact(temperature)],
  ['body-weight', '1.0', loose(weight)],
  ['body-weight', '2.0', timed(weight)],
  ['body-weight', '3.0', exact(weight)],
  ['breath-carbon-monoxide', '1.0', loose({ breath_carbon_monoxide: measured('ppm') })],
  ['calories-burned', '1.0', loose({ kcal_burned: part.KCAL, 'activity_name?': text })],
  ['calories-burned', '2.0', spanned({ kcal_burned: part.KCAL })],
  ['expiratory-time', '1.0', loose({ expiratory_time: part.SECONDS })],
  ['inspiratory-time', '1.0', loose({ inspiratory_time: part.SECONDS })],
  ['ventilation-cycle-time', '1.0', loose({ ventilation_cycle_time: part.SECONDS })],
  ['geoposition', '1.0', position],
  ['heart-rate', '1.0', loose({ heart_rate: measured('beats/min') })],
  ['heart-rate', '2.0', timed({ heart_rate: measured('beats/min') })],
  ['magnetic-force', '1.0', timed(magnetic)],
  ['minute-volume', '1.0', loose({ minute_volume: measured('L/min|mL/min') })],
  ['minutes-moderate-activity', '1.0', loose({ minutes_moderate_activity: part.DURATION })],
  ['orientation', '1.0', timed(turning)],
  ['oxygen-saturation', '1.0', loose(oxygen)],
  ['oxygen-saturation', '2.0', timed(oxygen)],
  ['pace', '1.0', timed({ pace: part.PACE })],
  ['physical-activity', '1.0', activity],
  ['respiratory-rate', '1.0', loose({ respiratory_rate: measured('breaths/min') })],
  ['respiratory-rate', '2.0', timed({ respiratory_rate: measured('breaths/min') })],
  ['rr-interval', '1.0', loose({ rr_interval: measured('ms') })],
  ['sleep-duration', '1.0', loose({ sleep_duration: part.DURATION })],
  ['sleep-duration', '2.0', spanned({ sleep_duration: part.DURATION })],
  ['sleep-episode', '1.0', episode],
  ['speed', '1.0', timed({ speed: part.SPEED })],
  ['step-count', '1.0', loose({ step_count: number })],
  ['step-count', '2.0', spanned({ step_count: number })],
  ['step-count', '3.0', spanned({ step_count: measured('steps') })],
  ['total-sleep-time', '1.0', spanned({ total_sleep_time: part.DURATION })],
  // Parts, which stand in measurements and not by themselves.
  ['acceleration-unit-value', '1.0', part.ACCELERATION],
  ['activity-name', '1.0', text],
  ['angular-velocity-unit-value', '1.0', part.ANGULAR_VELOCITY],
  ['area-unit-value', '1.0', part.AREA],
  ['blood-specimen-type', '1.0', part.BLOOD_SPECIMEN],
  ['body-location', '1.0', part.BODY_LOCATION],
  ['body-posture', '1.0', part.POSTURE],
  ['data-point', '1.0', part.DATA_POINT],
  ['date-time', '1.0', part.DATE_TIME],
  ['descriptive-statistic', '1.0', part.STATISTIC],
  ['descriptive-statistic-denominator', '1.0', part.DENOMINATOR],
  ['diastolic-blood-pressure', '1.0', part.PRESSURE],
  ['duration-unit-value', '1.0', part.DURATION],
  ['header', '1.0', part.HEADER],
  ['kcal-unit-value', '1.0', part.KCAL],
  ['length-unit-value', '1.0', part.LENGTH],
  ['local-time', '1.0', part.LOCAL_TIME],
  ['magnetic-flux-density-unit-value', '1.0', part.MAGNETIC_FLUX],
  ['mass-unit-value', '1.0', part.MASS],
  ['pace-unit-value', '1.0', part.PACE],
  ['part-of-day', '1.0', part.PART_OF_DAY],
  ['plane-angle-unit-value', '1.0', part.ANGLE],
  ['position-during-measurement', '1.0', part.POSTURE],
  ['schema-id', '1.0', part.SCHEMA_ID],
  ['specimen-source', '1.0', part.SPECIMEN],
  ['specimen-source', '2.0', part.SPECIMEN],
  ['speed-unit-value', '1.0', part.SPEED],
  ['systolic-blood-pressure', '1.0', part.PRESSURE],
  ['temperature-unit-value', '1.0', part.TEMPERATURE],
  ['temporal-relationship-to-meal', '1.0', part.TO_MEAL],
  ['temporal-relationship-to-physical-activity', '1.0', part.TO_ACTIVITY],
  ['temporal-relationship-to-sleep', '1.0', part.TO_SLEEP],
  ['time-frame', '1.0', part.TIME_FRAME],
  ['time-interval', '1.0', part.TIME_INTERVAL],
  ['unit-value', '1.0', part.UNIT_VALUE],
  ['unit-value-range', '1.0', part.UNIT_VALUE_RANGE],
  ['volume-unit-value', '1.0', part.VOLUME],
];

const BY_NAME = new Map(SCHEMAS.map(([name, version, shape]) => [`${name} ${version.split('.')[0]}`, shape]));
const IEEE = new Map<string, Shape>([
  ['time-frame', TIME_FRAME_IEEE],
  ['time-interval', part.TIME_INTERVAL_IEEE],
]);

/** Whether a value is as a schema says; null where the schema is not known here. `version` as it is written: 1.0, 2.x. */
export function judge(namespace: string, name: string, version: string, value: unknown): boolean | null {
  const shape = (namespace === 'ieee' ? IEEE.get(name) : undefined) ?? BY_NAME.get(`${name} ${version.split('.')[0]}`);
  return shape ? shape(value) : null;
}
