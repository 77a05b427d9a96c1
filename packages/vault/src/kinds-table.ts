// The signal kinds as a table to read. Made from the sources named in test/data/kinds/SOURCES.md; a test holds every row against kinds.csv.
// scale = smallest step stored by default · min, max = what a device can say, deliberately wider than clinical · period = usual seconds between
// samples (our proposal) · loinc with sure A (official definition) or B (other read source), nothing less certain is listed · edges in `ucum`.
// LOINC codes: copyright Regenstrief Institute, used under the LOINC licence.

export const KINDS_TABLE = `
key                       | title                                         | group            | form    | ucum       | scale    | min        | max       | period  | loinc   | sure| mdc    | edges
ecg-lead-i                | ECG lead I                                    | cardiac          | waveform| uV         | 0.1      | -10000     | 10000     | 0.004   |         |     | 131329 |
ecg-lead-ii               | ECG lead II                                   | cardiac          | waveform| uV         | 0.1      | -10000     | 10000     | 0.004   |         |     | 131330 |
ecg-lead-iii              | ECG lead III                                  | cardiac          | waveform| uV         | 0.1      | -10000     | 10000     | 0.004   |         |     | 131389 |
ecg-lead-unspecified      | ECG lead not specified                        | cardiac          | waveform| uV         | 0.1      | -10000     | 10000     | 0.004   |         |     | 131328 |
ecg-lead-avr              | ECG lead aVR                                  | cardiac          | waveform| uV         | 0.1      | -10000     | 10000     | 0.004   |         |     |        |
ecg-lead-avl              | ECG lead aVL                                  | cardiac          | waveform| uV         | 0.1      | -10000     | 10000     | 0.004   |         |     |        |
ecg-lead-avf              | ECG lead aVF                                  | cardiac          | waveform| uV         | 0.1      | -10000     | 10000     | 0.004   |         |     |        |
ecg-lead-v1               | ECG lead V1                                   | cardiac          | waveform| uV         | 0.1      | -10000     | 10000     | 0.004   |         |     |        |
ecg-lead-v2               | ECG lead V2                                   | cardiac          | waveform| uV         | 0.1      | -10000     | 10000     | 0.004   |         |     |        |
ecg-lead-v3               | ECG lead V3                                   | cardiac          | waveform| uV         | 0.1      | -10000     | 10000     | 0.004   |         |     |        |
ecg-lead-v4               | ECG lead V4                                   | cardiac          | waveform| uV         | 0.1      | -10000     | 10000     | 0.004   |         |     |        |
ecg-lead-v5               | ECG lead V5                                   | cardiac          | waveform| uV         | 0.1      | -10000     | 10000     | 0.004   |         |     |        |
ecg-lead-v6               | ECG lead V6                                   | cardiac          | waveform| uV         | 0.1      | -10000     | 10000     | 0.004   |         |     |        |
ppg                       | Photoplethysmogram waveform                   | cardiac          | waveform| 1          | 1        | -2147483648| 2147483647| 0.04    |         |     | 150452 |
heart-rate                | Heart rate                                    | cardiac          | number  | /min       | 1        | 0          | 400       | 60      | 8867-4  | A   | 147842 | 40 50 60 80 100 120 140 160 180
pulse-rate                | Pulse rate (cuff/oximeter)                    | cardiac          | number  | /min       | 1        | 0          | 400       | 3600    |         |     | 149530 | 40 50 60 80 100 120 140
rr-interval               | RR / inter-beat interval                      | cardiac          | waveform| ms         | 1        | 0          | 10000     | 1       |         |     |        | 300 400 500 600 800 1000 1200 1500 2000
hrv-sdnn                  | HRV SDNN                                      | cardiac          | number  | ms         | 0.1      | 0          | 1000      | 3600    | 80404-7 | B   |        | 10 20 30 50 70 100 150
hrv-rmssd                 | HRV RMSSD                                     | cardiac          | number  | ms         | 0.1      | 0          | 1000      | 300     |         |     |        | 10 20 30 40 60 80 100 150
resting-heart-rate        | Resting heart rate                            | cardiac          | number  | /min       | 1        | 0          | 250       | 86400   | 40443-4 | A   |        | 40 50 60 70 80 90 100
walking-heart-rate        | Walking heart rate average                    | cardiac          | number  | /min       | 1        | 0          | 300       | 86400   |         |     |        |
heart-rate-recovery       | Heart rate recovery 1 min                     | cardiac          | number  | /min       | 1        | -100       | 200       | 86400   |         |     |        |
afib-burden               | Atrial fibrillation burden                    | cardiac          | number  | %          | 0.1      | 0          | 100       | 604800  |         |     |        |
rhythm-event              | Irregular rhythm / high / low heart-rate event| cardiac          | event   |            |          |            |           | 3600    |         |     |        |
spo2                      | Oxygen saturation                             | respiratory      | number  | %          | 0.1      | 0          | 100       | 60      | 59408-5 | A   | 150456 | 80 85 88 90 92 94 96 98
perfusion-index           | Peripheral perfusion index                    | respiratory      | number  | %          | 0.01     | 0          | 30        | 1       | 61006-3 | B   | 150448 | 0.3 0.5 1 2 4 10 20
respiratory-rate          | Respiratory rate                              | respiratory      | number  | /min       | 0.1      | 0          | 120       | 60      | 9279-1  | A   | 152490 | 8 12 16 20 25 30
breathing-disturbances    | Sleep breathing disturbance index / AHI       | respiratory      | number  | /h         | 0.1      | 0          | 200       | 86400   |         |     |        | 5 15 30
snore-index               | Snore index                                   | respiratory      | number  | /h         | 0.1      | 0          | 1000      | 86400   |         |     |        |
peak-expiratory-flow      | Peak expiratory flow                          | respiratory      | number  | L/min      | 1        | 0          | 1000      | 21600   | 19935-6 | B   | 152584 | 100 150 200 250 300 350 400 450 500 600
fev1                      | Forced expiratory volume in 1 s               | respiratory      | number  | L          | 0.01     | 0          | 10        | 86400   | 20150-9 | B   |        | 1 1.5 2 2.5 3 3.5 4 5
fvc                       | Forced vital capacity                         | respiratory      | number  | L          | 0.01     | 0          | 12        | 86400   | 19870-5 | B   |        |
inhaler-use               | Inhaler puff event                            | medication       | number  | 1          | 1        | 1          | 20        | 3600    |         |     |        |
body-temperature          | Body temperature                              | temperature      | number  | Cel        | 0.01     | 25         | 45        | 3600    | 8310-5  | A   | 150364 | 35 36 36.5 37 37.5 38 38.5 39 40 41
core-temperature          | Core body temperature                         | temperature      | number  | Cel        | 0.01     | 20         | 45        | 60      | 8329-5  | A   | 150368 | 35 36 37 38 38.5 39 40
basal-body-temperature    | Basal body temperature                        | temperature      | number  | Cel        | 0.01     | 30         | 42        | 86400   |         |     |        | 36 36.2 36.4 36.6 36.8 37 37.2
skin-temperature          | Skin / wrist temperature                      | temperature      | number  | Cel        | 0.01     | 0          | 50        | 60      |         |     |        |
skin-temperature-deviation| Skin temperature deviation from baseline      | temperature      | number  | K          | 0.01     | -10        | 10        | 86400   |         |     |        | -1 -0.5 -0.2 0.2 0.5 1 2
water-temperature         | Water temperature                             | environment      | number  | Cel        | 0.1      | -5         | 50        | 1       |         |     |        |
blood-pressure-systolic   | Blood pressure systolic                       | blood-pressure   | number  | mm[Hg]     | 0.1      | 0          | 300       | 3600    | 8480-6  | A   | 150021 | 90 100 110 120 130 140 160 180
blood-pressure-diastolic  | Blood pressure diastolic                      | blood-pressure   | number  | mm[Hg]     | 0.1      | 0          | 250       | 3600    | 8462-4  | A   | 150022 | 50 60 70 80 85 90 100 110 120
blood-pressure-mean       | Blood pressure mean                           | blood-pressure   | number  | mm[Hg]     | 0.1      | 0          | 280       | 3600    | 8478-0  | A   | 150023 | 60 65 70 80 90 100 110 130
glucose-cgm               | Interstitial glucose (CGM)                    | metabolic        | number  | mg/dL      | 0.1      | 20         | 600       | 300     | 99504-3 | A   | 160212 | 54 70 140 180 250 300 400
glucose-capillary         | Capillary glucose (fingerstick)               | metabolic        | number  | mg/dL      | 0.1      | 10         | 700       | 21600   | 41653-7 | A   | 160184 | 54 70 140 180 250 300 400
glucose-lab               | Plasma/serum glucose (lab)                    | lab              | number  | mg/dL      | 0.1      | 0          | 2000      | 86400   | 2345-7  | A   |        | 70 100 126 180 200 250
cgm-mean-glucose          | CGM mean glucose                              | metabolic-summary| number  | mg/dL      | 0.01     | 0          | 600       | 1209600 | 97507-8 | A   |        |
cgm-time-very-low         | Time <54 mg/dL                                | metabolic-summary| number  | %          | 0.01     | 0          | 100       | 1209600 | 104642-4| A   |        |
cgm-time-low              | Time 54-69 mg/dL                              | metabolic-summary| number  | %          | 0.01     | 0          | 100       | 1209600 | 104641-6| A   |        |
cgm-time-in-range         | Time 70-180 mg/dL                             | metabolic-summary| number  | %          | 0.01     | 0          | 100       | 1209600 | 97510-2 | A   |        |
cgm-time-high             | Time 181-250 mg/dL                            | metabolic-summary| number  | %          | 0.01     | 0          | 100       | 1209600 | 104640-8| A   |        |
cgm-time-very-high        | Time >250 mg/dL                               | metabolic-summary| number  | %          | 0.01     | 0          | 100       | 1209600 | 104639-0| A   |        |
cgm-gmi                   | Glucose management indicator                  | metabolic-summary| number  | %          | 0.01     | 0          | 100       | 1209600 | 97506-0 | A   |        |
cgm-cv                    | Glucose coefficient of variation              | metabolic-summary| number  | %          | 0.01     | 0          | 100       | 1209600 | 104638-2| A   |        | 36
cgm-days-worn             | CGM days of wear                              | metabolic-summary| number  | d          | 0.01     | 0          | 366       | 1209600 | 104636-6| A   |        |
cgm-sensor-active         | CGM sensor active                             | metabolic-summary| number  | %          | 0.01     | 0          | 100       | 1209600 | 104637-4| A   |        |
ketones-blood             | Blood ketones (beta-hydroxybutyrate)          | metabolic        | number  | mmol/L     | 0.1      | 0          | 15        | 21600   |         |     |        | 0.6 1 1.5 3 5
insulin-bolus             | Insulin bolus                                 | medication       | number  | [iU]       | 0.01     | 0          | 100       | 3600    |         |     |        |
insulin-basal             | Insulin basal delivered                       | medication       | number  | [iU]/h     | 0.001    | 0          | 50        | 300     |         |     |        |
insulin-temp-basal        | Temporary basal rate                          | medication       | number  | [iU]/h     | 0.001    | 0          | 50        | 3600    |         |     |        |
carbohydrate-intake       | Carbohydrate intake                           | nutrition        | number  | g          | 0.1      | 0          | 1000      | 14400   |         |     | 8417764| 5 15 30 45 60 90 120
dietary-energy            | Dietary energy                                | nutrition        | number  | kcal       | 1        | 0          | 20000     | 14400   | 9052-2  | B   |        |
hydration                 | Fluid intake                                  | nutrition        | number  | mL         | 1        | 0          | 10000     | 3600    |         |     |        | 100 250 500 1000 1500 2000 3000
body-weight               | Body weight                                   | body             | number  | kg         | 0.01     | 0          | 400       | 86400   | 29463-7 | A   | 188736 | 50 60 70 80 90 100 120 150
body-height               | Body height                                   | body             | number  | cm         | 0.1      | 20         | 300       | 86400   | 8302-2  | A   | 188740 |
bmi                       | Body mass index                               | body             | number  | kg/m2      | 0.1      | 5          | 150       | 86400   | 39156-5 | A   | 188752 | 16 17 18.5 25 30 35 40
body-fat                  | Body fat percentage                           | body             | number  | %          | 0.1      | 0          | 80        | 86400   | 41982-0 | B   | 188748 | 10 15 20 25 30 35 40
body-fat-mass             | Body fat mass                                 | body             | number  | kg         | 0.01     | 0          | 250       | 86400   |         |     |        |
lean-body-mass            | Lean body mass                                | body             | number  | kg         | 0.01     | 0          | 250       | 86400   | 91557-9 | B   |        |
body-water                | Body water                                    | body             | number  | %          | 0.1      | 0          | 100       | 86400   |         |     |        |
muscle-mass               | Muscle mass                                   | body             | number  | kg         | 0.01     | 0          | 200       | 86400   |         |     |        |
bone-mass                 | Bone mass                                     | body             | number  | kg         | 0.01     | 0          | 20        | 86400   |         |     |        |
visceral-fat-rating       | Visceral fat rating                           | body             | number  | 1          | 1        | 0          | 60        | 86400   |         |     |        |
waist-circumference       | Waist circumference                           | body             | number  | cm         | 0.1      | 20         | 300       | 2592000 | 8280-0  | B   |        | 80 88 94 102
steps                     | Steps                                         | activity         | number  | 1          | 1        | 0          | 200000    | 60      | 55423-8 | B   |        | 1000 2500 5000 7500 10000 12500 15000
distance                  | Distance (walking/running unless typed)       | activity         | number  | m          | 0.01     | 0          | 1000000   | 60      |         |     |        |
floors-climbed            | Floors climbed                                | activity         | number  | 1          | 0.1      | 0          | 2000      | 60      | 100304-5| B   |        |
elevation-gain            | Elevation gained                              | activity         | number  | m          | 0.1      | 0          | 20000     | 86400   |         |     |        |
energy-active             | Active energy burned                          | activity         | number  | kcal       | 0.1      | 0          | 20000     | 60      | 41981-2 | B   |        |
energy-basal              | Basal (resting) energy                        | activity         | number  | kcal       | 0.1      | 0          | 10000     | 60      |         |     |        |
energy-total              | Total energy expended                         | activity         | number  | kcal       | 0.1      | 0          | 30000     | 60      | 41979-6 | A   |        |
exercise-minutes          | Exercise / active minutes                     | activity         | number  | min        | 1        | 0          | 1440      | 86400   | 55411-3 | A   |        | 10 30 60 90 150
workout-session           | Workout session                               | activity         | event   |            |          |            |           | 86400   | 73985-4 | A   |        |
cadence-cycling           | Cycling cadence                               | activity         | number  | /min       | 0.1      | 0          | 300       | 1       |         |     |        |
cadence-steps             | Step cadence                                  | activity         | number  | /min       | 1        | 0          | 400       | 1       |         |     |        |
speed                     | Speed                                         | activity         | number  | m/s        | 0.001    | 0          | 150       | 1       |         |     |        |
power                     | Mechanical power                              | activity         | number  | W          | 1        | 0          | 5000      | 1       |         |     |        |
vo2-max                   | VO2 max (estimated)                           | activity         | number  | mL/kg/min  | 0.1      | 0          | 110       | 86400   |         |     |        | 20 25 30 35 40 45 50 60
physical-effort           | Physical effort (METs)                        | activity         | number  | kcal/(h.kg)| 0.1      | 0          | 30        | 60      |         |     |        | 1.5 3 6 9
accelerometer             | Accelerometer (x,y,z)                         | motion           | waveform| m/s2       | 0.001    | -320       | 320       | 0.02    |         |     |        |
gyroscope                 | Gyroscope (x,y,z)                             | motion           | waveform| deg/s      | 0.01     | -4000      | 4000      | 0.02    |         |     |        |
magnetometer              | Magnetometer (x,y,z)                          | motion           | waveform| uT         | 0.01     | -5000      | 5000      | 0.02    |         |     |        |
position                  | Geographic position                           | motion           | waveform| deg        | 0.0000001| -180       | 180       | 1       |         |     |        |
fall                      | Fall event                                    | motion           | number  | 1          | 1        | 0          | 100       | 3600    |         |     |        |
walking-steadiness        | Walking steadiness                            | motion           | number  | %          | 0.1      | 0          | 100       | 604800  |         |     |        |
wheelchair-pushes         | Wheelchair pushes                             | activity         | number  | 1          | 1        | 0          | 100000    | 60      | 96502-0 | B   |        |
sleep-stage               | Sleep stage                                   | sleep            | code    |            |          |            |           | 30      |         |     |        |
sleep-duration            | Sleep duration                                | sleep            | number  | min        | 1        | 0          | 1440      | 86400   | 93832-4 | A   |        | 240 300 360 420 480 540 600
sleep-deep                | Deep sleep duration                           | sleep            | number  | min        | 1        | 0          | 1440      | 86400   | 93831-6 | A   |        | 30 60 90 120 180
sleep-light               | Light sleep duration                          | sleep            | number  | min        | 1        | 0          | 1440      | 86400   | 93830-8 | A   |        | 30 60 90 120 180
sleep-rem                 | REM sleep duration                            | sleep            | number  | min        | 1        | 0          | 1440      | 86400   | 93829-0 | A   |        | 30 60 90 120 180
sleep-awake               | Awake time in sleep / WASO                    | sleep            | number  | min        | 1        | 0          | 1440      | 86400   |         |     |        |
sleep-latency             | Sleep onset latency                           | sleep            | number  | min        | 1        | 0          | 600       | 86400   |         |     |        |
time-in-bed               | Time in bed                                   | sleep            | number  | min        | 1        | 0          | 1440      | 86400   |         |     |        |
sleep-score               | Sleep score (vendor)                          | sleep            | number  | {score}    | 1        | 0          | 100       | 86400   |         |     |        |
stress-score              | Stress score (vendor)                         | mental           | number  | {score}    | 1        | 0          | 100       | 180     |         |     |        | 25 50 75
body-battery              | Energy reserve (vendor)                       | mental           | number  | {score}    | 1        | 0          | 100       | 180     |         |     |        |
electrodermal-activity    | Electrodermal activity (GSR)                  | mental           | waveform| uS         | 0.001    | 0          | 100       | 0.25    |         |     |        | 0.05 1 2 5 10 20
noise-exposure            | Environmental sound level                     | environment      | number  | dB         | 0.1      | 0          | 194       | 60      |         |     |        | 40 55 70 80 85 90 100 120
uv-index                  | UV index                                      | environment      | number  | {index}    | 0.1      | 0          | 20        | 3600    |         |     |        | 3 6 8 11
daylight-time             | Time in daylight                              | environment      | number  | min        | 1        | 0          | 1440      | 86400   |         |     |        |
illuminance               | Ambient light                                 | environment      | number  | lx         | 0.01     | 0          | 200000    | 60      |         |     |        |
air-temperature           | Air temperature                               | environment      | number  | Cel        | 0.01     | -60        | 85        | 60      |         |     |        | -10 0 10 18 20 22 24 26 28 30 35
relative-humidity         | Relative humidity                             | environment      | number  | %          | 0.01     | 0          | 100       | 60      |         |     |        | 20 30 40 50 60 70 80
co2                       | Carbon dioxide                                | environment      | number  | [ppm]      | 1        | 0          | 10000     | 60      |         |     |        | 400 600 800 1000 1400 2000 5000
pm2-5                     | PM2.5                                         | environment      | number  | ug/m3      | 0.1      | 0          | 1000      | 60      |         |     |        | 9 35.4 55.4 125.4 225.4
pm10                      | PM10                                          | environment      | number  | ug/m3      | 0.1      | 0          | 2000      | 60      |         |     |        | 54 154 254 354 424
pm1                       | PM1                                           | environment      | number  | ug/m3      | 0.1      | 0          | 1000      | 60      |         |     |        |
pollen                    | Pollen concentration                          | environment      | number  | /m3        | 1        | 0          | 16777214  | 3600    |         |     |        | 10 50 100 500
radiation-dose-rate       | Ambient dose equivalent rate                  | environment      | number  | uSv/h      | 0.001    | 0          | 100000    | 60      |         |     |        | 0.1 0.2 0.3 1 10 100
air-pressure              | Barometric pressure                           | environment      | number  | hPa        | 0.01     | 300        | 1200      | 60      |         |     |        | 970 990 1000 1013 1025 1040
ozone                     | Ozone                                         | environment      | number  | ug/m3      | 0.1      | 0          | 1000      | 3600    |         |     |        | 60 100 120 180 240
no2                       | Nitrogen dioxide                              | environment      | number  | ug/m3      | 0.1      | 0          | 1000      | 3600    |         |     |        | 10 25 50 100 200
voc                       | Volatile organic compounds                    | environment      | number  | [ppb]      | 1        | 0          | 65000     | 60      |         |     |        |
co-ambient                | Carbon monoxide (air)                         | environment      | number  | [ppm]      | 0.1      | 0          | 1000      | 60      |         |     |        | 9 35 50 100 200
inr                       | INR                                           | lab              | number  | {INR}      | 0.1      | 0.5        | 20        | 604800  |         |     |        | 1.2 2 2.5 3 3.5 4 5
lactate                   | Lactate                                       | lab              | number  | mmol/L     | 0.1      | 0          | 30        | 86400   |         |     |        | 1 2 4 8
hba1c                     | HbA1c                                         | lab              | number  | %          | 0.1      | 3          | 20        | 7776000 | 4548-4  | A   | 160220 | 5.7 6.5 7 8 9 10
cholesterol-total         | Total cholesterol                             | lab              | number  | mmol/L     | 0.01     | 0          | 30        | 31536000| 14647-2 | A   |        | 4.5 5.2 6.2
cholesterol-hdl           | HDL cholesterol                               | lab              | number  | mmol/L     | 0.01     | 0          | 10        | 31536000| 14646-4 | A   |        | 1 1.3 1.5
cholesterol-ldl           | LDL cholesterol                               | lab              | number  | mmol/L     | 0.01     | 0          | 20        | 31536000| 39469-2 | A   |        | 1.8 2.6 3 4.1 4.9
triglycerides             | Triglycerides                                 | lab              | number  | mmol/L     | 0.01     | 0          | 60        | 31536000| 14927-8 | A   |        | 1.7 2.3 5.6
blood-alcohol             | Blood alcohol                                 | lab              | number  | %          | 0.001    | 0          | 1         | 86400   | 74859-0 | B   |        |
menstrual-flow            | Menstrual flow                                | reproductive     | code    |            |          |            |           | 86400   |         |     |        |
ovulation-test            | Ovulation test result                         | reproductive     | code    |            |          |            |           | 86400   |         |     |        |
cervical-mucus            | Cervical mucus quality                        | reproductive     | code    |            |          |            |           | 86400   |         |     |        |
mood-valence              | State of mind valence                         | mental           | number  | 1          | 0.001    | -1         | 1         | 86400   |         |     |        | -0.6 -0.2 0.2 0.6
phq9-score                | PHQ-9 total score                             | mental           | number  | {score}    | 1        | 0          | 27        | 1209600 | 44261-6 | A   |        | 5 10 15 20
gad7-score                | GAD-7 total score                             | mental           | number  | {score}    | 1        | 0          | 21        | 1209600 | 70274-6 | A   |        | 5 10 15
pain-score                | Pain score 0-10                               | mental           | number  | {score}    | 1        | 0          | 10        | 86400   | 72514-3 | A   |        | 1 4 7
symptom                   | Symptom with severity                         | mental           | code    |            |          |            |           | 3600    |         |     |        |
medication-taken          | Medication taken event                        | medication       | event   |            |          |            |           | 3600    |         |     | 8417796|
infusion-rate             | Infusion rate                                 | medication       | number  | mL/h       | 0.01     | 0          | 2000      | 60      |         |     |        | 1 10 50 100 200 500
infusion-volume           | Infusion volume delivered                     | medication       | number  | mL         | 0.01     | 0          | 50000     | 60      |         |     |        |
device-battery            | Sensor/device battery                         | device           | number  | %          | 1        | 0          | 100       | 3600    |         |     | 67996  |
`;

/** Kinds of our own, which kinds.csv does not list: what a recording's annotations say, what a diary of doses holds. Same columns. */
export const OWN_KINDS = `
ecg-beat                  | Heartbeat as annotated                        | cardiac          | event   |            |          |            |           | 1       |         |     |        |
sleep-event               | Event of the night                            | sleep            | event   |            |          |            |           | 60      |         |     |        |
note                      | Note                                          | device           | event   |            |          |            |           | 60      |         |     |        |
note-duration             | How long what a note says lasted              | device           | number  | s          | 0.001    | 0          | 2000000   | 60      |         |     |        |
insulin-long-acting       | Long-acting insulin, dose                     | medication       | number  | [iU]       | 0.01     | 0          | 500       | 86400   |         |     |        |
`;
