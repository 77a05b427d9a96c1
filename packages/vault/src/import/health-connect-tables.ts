// Tables of Health Connect that hold a number: which column it is, in which unit, and how ours follows from it. Names as in AOSP's
// storage/datatypehelpers. A series keeps its samples in a table of its own, whose parent names the app.

export interface HealthConnectValue {
  table: string;
  /** The column with the time of a reading, or the start of a span. */
  time: 'time' | 'start_time' | 'epoch_millis';
  column: string;
  kind: string;
  ucum: string;
  /** Ours = theirs / divisor. */
  divisor?: number;
  parent?: string;
  /** A column that decides the kind. */
  extra?: string;
  /** Empty or 0 means that nothing was said. */
  optional?: boolean;
}

/** `table | time | column | kind | unit | divisor | parent or extra | optional` */
const ROWS = `
weight_record_table | time | weight | body-weight | kg | 1000
body_fat_record_table | time | percentage | body-fat | %
lean_body_mass_record_table | time | mass | lean-body-mass | kg | 1000
bone_mass_record_table | time | mass | bone-mass | kg | 1000
body_water_mass_record_table | time | body_water_mass | body-water-mass | kg | 1000
height_record_table | time | height | body-height | m
blood_pressure_record_table | time | systolic | blood-pressure-systolic | mm[Hg]
blood_pressure_record_table | time | diastolic | blood-pressure-diastolic | mm[Hg]
resting_heart_rate_record_table | time | beats_per_minute | resting-heart-rate | /min
heart_rate_variability_rmssd_record_table | time | heart_rate_variability_millis | hrv-rmssd | ms
oxygen_saturation_record_table | time | percentage | spo2 | %
respiratory_rate_record_table | time | rate | respiratory-rate | /min
blood_glucose_record_table | time | level | glucose | mmol/L | | specimen_source
body_temperature_record_table | time | temperature | body-temperature | Cel
basal_body_temperature_record_table | time | temperature | basal-body-temperature | Cel
vo2_max_record_table | time | vo2_milliliters_per_minute_kilogram | vo2-max | mL/kg/min
basal_metabolic_rate_record_table | time | basal_metabolic_rate | basal-metabolic-rate | W
steps_record_table | start_time | count | steps | 1
distance_record_table | start_time | distance | distance | m
floors_climbed_record_table | start_time | floors | floors-climbed | 1
elevation_gained_record_table | start_time | elevation | elevation-gain | m
wheelchair_pushes_record_table | start_time | count | wheelchair-pushes | 1
active_calories_burned_record_table | start_time | energy | energy-active | kcal | 1000
total_calories_burned_record_table | start_time | energy | energy-total | kcal | 1000
hydration_record_table | start_time | volume | hydration | L
nutrition_record_table | start_time | energy | dietary-energy | kcal | 1000 | | optional
nutrition_record_table | start_time | total_carbohydrate | carbohydrate-intake | g | | | optional
nutrition_record_table | start_time | protein | protein-intake | g | | | optional
nutrition_record_table | start_time | total_fat | fat-intake | g | | | optional
heart_rate_record_series_table | epoch_millis | beats_per_minute | heart-rate | /min | | heart_rate_record_table
speed_record_table | epoch_millis | speed | speed | m/s | | SpeedRecordTable
power_record_table | epoch_millis | power | power | W | | PowerRecordTable
cycling_pedaling_cadence_record_table | epoch_millis | revolutions_per_minute | cadence-cycling | /min | | CyclingPedalingCadenceRecordTable
steps_cadence_record_table | epoch_millis | rate | cadence-steps | /min | | StepsCadenceRecordTable
skin_temperature_delta_table | epoch_millis | delta | skin-temperature-deviation | K | | skin_temperature_record_table
`;

function parse(line: string): HealthConnectValue {
  const [table, time, column, kind, ucum, divisor, other, optional] = line.split('|').map((cell) => cell.trim());
  const value: HealthConnectValue = { table, time: time as HealthConnectValue['time'], column, kind, ucum };
  if (divisor) value.divisor = Number(divisor);
  if (other && time === 'epoch_millis') value.parent = other;
  else if (other) value.extra = other;
  if (optional) value.optional = true;
  return value;
}

export const HEALTH_CONNECT_VALUES: readonly HealthConnectValue[] = ROWS.trim().split('\n').map(parse);
