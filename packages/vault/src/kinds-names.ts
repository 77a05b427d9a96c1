// Titles that columns carry in exports, beside the kind's own key and title. Whole titles only; `glucose` is settled by the spacing of readings.

const NAMES = `
heart-rate               | hr, bpm, heartrate, heart rate bpm, hr bpm, heart rate value, puls, herzfrequenz, beats per minute
pulse-rate               | pulse, pulse rate bpm
resting-heart-rate       | resting hr, resting heartrate, rhr
rr-interval              | rr, ibi, rr ms, inter beat interval, rr interval, rr intervals
hrv-sdnn                 | sdnn, heart rate variability sdnn
hrv-rmssd                | rmssd, heart rate variability rmssd
spo2                     | oxygen saturation, o2 saturation, o2 sat, blood oxygen, sp o2, sao2, oxygen saturation %
perfusion-index          | perfusion index, pi, perfusion
respiratory-rate         | respiration rate, respiration, breathing rate, resp rate, resp, rr breaths
body-temperature         | temperature, temp, body temp
skin-temperature         | local temperature, skin temp, wrist temperature, skin temperature
blood-pressure-systolic  | systolic, systolic blood pressure, sys, sbp, bp systolic, systolic bp
blood-pressure-diastolic | diastolic, diastolic blood pressure, dia, dbp, bp diastolic, diastolic bp
blood-pressure-mean      | map, mean arterial pressure, mean blood pressure
glucose                  | glucose, blood glucose, bg, mgdl, mg dl, glucose value, gl, glucose mg dl, glucose mmol l, blood sugar
glucose-cgm              | sgv, sensor glucose, cgm, cgm glucose, historic glucose, interstitial glucose, glucose cgm, scan glucose, cgm glucose value
glucose-capillary        | mbg, fingerstick, meter glucose, capillary glucose, strip glucose
ketones-blood            | ketone, ketones
insulin-bolus            | bolus, bolus volume delivered, rapid acting insulin
insulin-basal            | basal, basal rate, long acting insulin
carbohydrate-intake      | carbs, carbohydrates, carb input, carbohydrate
body-weight              | weight, weight kg, body mass
body-height              | height, body height
bmi                      | bmi, body mass index
body-fat                 | fat, fat %, body fat, body fat %, percent fat
body-water               | body water, water %
muscle-mass              | muscle, muscle mass
bone-mass                | bone, bone mass
steps                    | step count, step, stepcount
distance                 | distance m, distance km, total distance
floors-climbed           | floors, flights climbed
elevation-gain           | ascent, elevation gain
energy-active            | activity calories, active calories, active energy, active energy burned
energy-total             | calories burned, calories, total calories, total energy
exercise-minutes         | active minutes
cadence-cycling          | cycling cadence
speed                    | speed m s, velocity
power                    | watts, power w
vo2-max                  | vo2max, vo2 max
sleep-duration           | minutes asleep, sleep minutes, total sleep time, sleep duration
sleep-awake              | minutes awake, awake minutes
sleep-deep               | minutes deep sleep, deep sleep
sleep-light              | minutes light sleep, light sleep
sleep-rem                | minutes rem sleep, rem sleep
time-in-bed              | time in bed, minutes in bed
sleep-score              | sleep score
stress-score             | stress, stress level
electrodermal-activity   | galvanic skin response, gsr, eda, skin conductance
noise-exposure           | noise, sound level
air-temperature          | ambient temperature, room temperature, outdoor temperature
relative-humidity        | humidity
air-pressure             | barometer, barometric pressure, air pressure
co2                      | carbon dioxide
pm2-5                    | pm2.5, pm25
pm10                     | pm 10
illuminance              | lux, ambient light
device-battery           | battery, battery level, battery %
ppg                      | pleth, plethysmogram
ecg-lead-i               | ecg i, ecg lead 1, lead i, ecg lead i
ecg-lead-ii              | ecg ii, ecg lead 2, lead ii, ecg lead ii
ecg-lead-iii             | ecg iii, ecg lead 3, lead iii, ecg lead iii
ecg-lead-unspecified     | ecg, ekg
`;

/** Title in lower-case words → key of a kind, or `glucose`. */
export const COLUMN_NAMES: ReadonlyMap<string, string> = new Map(
  NAMES.trim()
    .split('\n')
    .flatMap((line) => {
      const [key, titles] = line.split('|');
      return titles.split(',').map((title): [string, string] => [title.trim(), key.trim()]);
    }),
);
