// Apple Health: the real sample against what Python read from it, and an export with everything that newer phones write, made from the format's DTD.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HaleError } from '@hale/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detect, type OpenedImport, open, sourcesIn } from '../src/import/index.ts';
import { codesOf } from '../src/kinds.ts';
import { type Collected, collect, folder, micros, recorded, sampleSet, source } from './import-sources.ts';

const sample = recorded('apple-health/export6s3sample.xml');
const expected = JSON.parse(
  readFileSync(
    join(import.meta.dirname, '../../../test/data/telemetry/apple-health/export6s3sample.expected.json'),
    'utf8',
  ),
) as { series: Record<string, { count: number; first: number; last: number; samples: [number, string][] }> };

const openExport = (content: Uint8Array | string, partBytes?: number): Promise<OpenedImport> => {
  const one = source('export.xml', content, partBytes);
  return open(one, folder(one));
};

const WATCH =
  'sourceName="Anna’s Apple&#160;Watch" sourceVersion="9.1" device="&lt;&lt;HKDevice: 0x2810c5e00&gt;, name:Apple Watch, manufacturer:Apple Inc., model:Watch, hardware:Watch6,2, software:9.1&gt;"';
const PHONE =
  'sourceName="Anna’s iPhone" sourceVersion="16.1" device="&lt;&lt;HKDevice: 0x2810c7700&gt;, name:iPhone, manufacturer:Apple Inc., model:iPhone, hardware:iPhone13,2, software:16.1&gt;"';
const at = (clock: string, end = clock): string =>
  `creationDate="2024-01-01 ${end} +0100" startDate="2024-01-01 ${clock} +0100" endDate="2024-01-01 ${end} +0100"`;
const quantity = (name: string, unit: string, value: string, when = at('08:00:00'), from = WATCH): string =>
  ` <Record type="HKQuantityTypeIdentifier${name}" ${from} unit="${unit}" ${when} value="${value}"/>\n`;
const category = (name: string, value: string, when: string, from = WATCH): string =>
  ` <Record type="HKCategoryTypeIdentifier${name}" ${from} ${when} value="HKCategoryValue${value}"/>\n`;
/** The DTD of iOS 16, broken as it is: a bracket is missing, rows stand where they must not. */
const BROKEN_DTD = `<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 12 -->
<!ELEMENT HealthData (ExportDate,Me,(Record|Correlation|Workout|ActivitySummary|ClinicalRecord|Audiogram|VisionPrescription)*)
<!ATTLIST HealthData
  locale CDATA #REQUIRED
>
<!ATTLIST Me
  HKCharacteristicTypeIdentifierCardioFitness MedicationsUse CDATA #REQUIRED
  startDate CDATA #REQUIRED
]>`;
const exported = (body: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${BROKEN_DTD}\n<HealthData locale="de_DE">\n <ExportDate value="2024-06-01 12:00:00 +0200"/>\n <Me HKCharacteristicTypeIdentifierCardioFitness MedicationsUse="None"/>\n${body}</HealthData>\n`;

async function taken(body: string): Promise<Collected & { opened: OpenedImport }> {
  const opened = await openExport(exported(body));
  return { ...(await collect(opened.chunks(0))), opened };
}

/** Values in the series' unit. */
function physical({ series, opened }: Collected & { opened: OpenedImport }, key: string): number[] {
  const factor = opened.series.find((one) => one.key === key)?.factor ?? Number.NaN;
  return (series.get(key)?.values ?? []).map((value) => Number((value * factor).toPrecision(12)));
}

function codes({ series }: Collected, key: string, kind: string): [string, string][] {
  const { times, values } = series.get(key) ?? { times: [], values: [] };
  return times.map((time, i) => [
    new Date(time / 1000).toISOString().slice(11, 19),
    codesOf(kind).find((code) => code.value === values[i])?.key ?? '?',
  ]);
}

describe('the real sample', () => {
  it('gives what Python reads from it', async () => {
    const one = source('export6s3sample.xml', sample);
    expect(await detect(one, folder(one))).toBe('apple-health');
    const opened = await openExport(sample);
    const { series, rejections } = await collect(opened.chunks(0));
    expect(rejections).toEqual([]);
    expect([...series.keys()].sort()).toEqual(Object.keys(expected.series));
    for (const [key, { count, first, last, samples }] of Object.entries(expected.series)) {
      const { times, values } = series.get(key)!;
      const { factor } = opened.series.find((known) => known.key === key)!;
      expect([times.length, times[0], times.at(-1)], key).toEqual([count, first, last]);
      for (const [i, [time, value]] of samples.entries())
        expect([times[i], Number((values[i] * factor).toPrecision(12))], key).toEqual([time, Number(value)]);
    }
  });

  it('begins a day of rings where the export was written, wherever it is read', async () => {
    const one = source('export.xml', sample);
    const { series } = await collect((await open(one, folder(one), { zoneMinutes: -300 })).chunks(0));
    expect(series.get('daily-stand-hours')?.times[0]).toBe(micros('2016-04-13T23:00:00Z'));
  });

  it('gives the same from a source that answers in small pieces', async () => {
    const whole = sampleSet(await collect((await openExport(sample)).chunks(0)));
    expect(sampleSet(await collect((await openExport(sample, 77)).chunks(0)))).toEqual(whole);
  });

  it('gives the good part wherever it is cut', async () => {
    const whole = sampleSet(await collect((await openExport(sample)).chunks(0)));
    let least = 0;
    for (let length = 0; length < sample.length; length += 3) {
      const cut = sample.subarray(0, length);
      const opened = await openExport(cut).catch((error) => {
        expect(error).toBeInstanceOf(HaleError);
        return null;
      });
      if (!opened) continue;
      const part = await collect(opened.chunks(0));
      const set = sampleSet(part);
      for (const one of set)
        if (!whole.has(one)) expect.fail(`a cut at ${length} gives a sample that the whole has not`);
      expect(set.size).toBeGreaterThanOrEqual(least);
      least = set.size;
      expect(part.notes.some((note) => note.includes('cut off'))).toBe(true);
    }
    expect(least).toBeGreaterThan(25);
  });

  it('survives any damage', async () => {
    const start = 2600;
    const change = fc.tuple(fc.integer({ min: start, max: sample.length - 1 }), fc.integer({ min: 0, max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 30 }), async (changes) => {
        const bytes = sample.slice();
        for (const [place, value] of changes) bytes[place] = value;
        const opened = await openExport(bytes);
        const { series, rejections } = await collect(opened.chunks(0));
        const count = [...series.values()].reduce((sum, { times }) => sum + times.length, 0);
        expect(count + rejections.length).toBeGreaterThan(5);
      }),
      { seed: 5, numRuns: 300 },
    );
  });
});

describe('an export of a newer phone', () => {
  it('converts units to one for each kind, with the original to be had back', async () => {
    const all = await taken(
      [
        quantity('HeartRate', 'count/min', '72.5'),
        quantity('OxygenSaturation', '%', '0.97'),
        quantity('OxygenSaturation', '%', '96', at('08:01:00')),
        quantity('DistanceWalkingRunning', 'mi', '0.25'),
        quantity('BodyMass', 'lb', '180.4'),
        quantity('BodyMass', 'st', '12.5', at('08:01:00')),
        quantity('Height', 'ft', '5.75'),
        quantity('BodyTemperature', 'degF', '98.6'),
        quantity('ActiveEnergyBurned', 'Cal', '1.25'),
        quantity('BasalEnergyBurned', 'kJ', '100'),
        quantity('VO2Max', 'mL/min·kg', '41.3'),
        quantity('WalkingAsymmetryPercentage', '%', '0.04'),
        quantity('DietarySodium', 'mg', '310'),
      ].join(''),
    );
    const from = (key: string): number[] => physical(all, `${key}-anna-s-apple-watch-watch6-2`);
    expect(all.rejections).toEqual([]);
    expect(from('heart-rate')).toEqual([72.5]);
    expect(from('spo2')).toEqual([97, 96]);
    expect(from('distance')).toEqual([402.336]);
    expect(from('body-weight').map((kg) => [(kg / 0.45359237).toFixed(1), (kg / 6.35029318).toFixed(1)])).toEqual([
      ['180.4', '12.9'],
      ['175.0', '12.5'],
    ]);
    expect(from('body-height')).toEqual([175.26]);
    expect(from('body-temperature')).toEqual([37]);
    expect(from('energy-active')).toEqual([1.25]);
    expect(from('energy-basal')).toEqual([23.901]);
    expect(from('vo2-max')).toEqual([41.3]);
    expect(from('walking-asymmetry-percentage')).toEqual([4]);
    expect(from('dietary-sodium')).toEqual([310]);
    const described = (key: string) =>
      all.opened.series.find((one) => one.key === `${key}-anna-s-apple-watch-watch6-2`);
    expect(described('heart-rate')).toMatchObject({
      kind: 'heart-rate',
      kindKnown: true,
      ucum: '/min',
      loinc: '8867-4',
      sourceLabel: 'Anna’s Apple\u00a0Watch, Apple Watch Watch6,2',
    });
    expect(described('dietary-sodium')).toMatchObject({ kind: 'dietary-sodium', kindKnown: false, ucum: 'mg' });
  });

  it('keeps mass and molar glucose apart, and sensors from strips', async () => {
    const dexcom = 'sourceName="Dexcom G7"';
    const all = await taken(
      quantity('BloodGlucose', 'mmol&lt;180.1558800000541&gt;/L', '5.6', at('08:00:00'), dexcom) +
        quantity('BloodGlucose', 'mg/dL', '101', at('08:05:00'), 'sourceName="Contour"'),
    );
    expect(all.opened.series.map(({ key, kind, ucum }) => [key, kind, ucum])).toEqual([
      ['glucose-cgm-mmol-l-dexcom-g7', 'glucose-cgm', 'mmol/L'],
      ['glucose-capillary-contour', 'glucose-capillary', 'mg/dL'],
    ]);
    expect(all.opened.series[0].loinc).toBe('105272-9');
    expect(physical(all, 'glucose-cgm-mmol-l-dexcom-g7')).toEqual([5.6]);
  });

  it('tells phone, watch and what was typed in apart', async () => {
    const typed = quantity('StepCount', 'count', '50').replace(
      '/>',
      '>\n  <MetadataEntry key="HKWasUserEntered" value="1"/>\n </Record>',
    );
    const { series } = await taken(
      quantity('StepCount', 'count', '20') + quantity('StepCount', 'count', '30', at('08:00:00'), PHONE) + typed,
    );
    expect([...series].map(([key, { values }]) => [key, values])).toEqual([
      ['steps-anna-s-apple-watch-watch6-2', [20]],
      ['steps-anna-s-iphone-iphone13-2', [30]],
      ['steps-anna-s-apple-watch-watch6-2-by-hand', [50]],
    ]);
  });

  it('keeps all that begins in one second, and counts what is written twice once', async () => {
    const meal = (value: string) => quantity('DietaryCarbohydrates', 'g', value, at('12:00:00'), 'sourceName="Food"');
    const one = await taken(meal('20') + meal('35') + meal('20'));
    const other = await taken(meal('35') + meal('20'));
    const key = 'carbohydrate-intake-food';
    expect(physical(one, key)).toEqual([20, 20, 35]);
    expect(sampleSet(one)).toEqual(sampleSet(other));
    expect(one.notes.some((note) => note.startsWith('1 records begin in the same second'))).toBe(true);
  });

  it('counts blood pressure once although correlations repeat it', async () => {
    const pressure = (indent: string) =>
      `${indent}${quantity('BloodPressureSystolic', 'mmHg', '121')}${indent}${quantity('BloodPressureDiastolic', 'mmHg', '79')}`;
    const all = await taken(
      `${pressure('')} <Correlation type="HKCorrelationTypeIdentifierBloodPressure" ${WATCH} ${at('08:00:00')}>\n${pressure(' ')} </Correlation>\n`,
    );
    expect([...all.series.values()].map(({ values }) => values.length)).toEqual([1, 1]);
    expect(all.notes).toContain(
      '2 records inside of correlations (blood pressure, meals) repeat others and were counted once.',
    );
  });

  it('says what sleep stage begins, and when the night ends', async () => {
    const night = await taken(
      category('SleepAnalysis', 'SleepAnalysisInBed', at('00:00:00', '07:00:00'), PHONE) +
        category('SleepAnalysis', 'SleepAnalysisAsleepREM', at('03:00:00', '04:00:00')) +
        category('SleepAnalysis', 'SleepAnalysisAsleepCore', at('01:00:00', '03:00:00')) +
        category('SleepAnalysis', 'SleepAnalysisAwake', at('05:00:00', '05:10:00')) +
        category('SleepAnalysis', 'SleepAnalysisAsleep', at('06:00:00', '06:30:00'), 'sourceName="Old app"') +
        category('SleepAnalysis', 'SleepAnalysisSomethingNew', at('06:00:00', '06:30:00')),
    );
    expect(codes(night, 'sleep-stage-anna-s-apple-watch-watch6-2', 'sleep-stage')).toEqual([
      ['00:00:00', 'light'],
      ['02:00:00', 'rem'],
      ['03:00:00', 'end'],
      ['04:00:00', 'awake'],
      ['04:10:00', 'end'],
    ]);
    expect(codes(night, 'in-bed-anna-s-iphone-iphone13-2', 'sleep-stage')).toEqual([
      ['23:00:00', 'in-bed'],
      ['06:00:00', 'end'],
    ]);
    expect(codes(night, 'sleep-stage-old-app', 'sleep-stage')[0]).toEqual(['05:00:00', 'asleep']);
    expect(night.rejections.map(({ reason }) => reason)).toEqual(['code not known']);
  });

  it('knows symptoms, cycles, hours of standing, rhythm events and mindful minutes', async () => {
    const all = await taken(
      category('Headache', 'SeverityModerate', at('10:00:00', '11:00:00')) +
        category('MenstrualFlow', 'VaginalBleedingHeavy', at('10:00:00')) +
        category('OvulationTestResult', 'OvulationTestResultLuteinizingHormoneSurge', at('10:00:00')) +
        category('CervicalMucusQuality', 'CervicalMucusQualityEggWhite', at('10:00:00')) +
        category('AppleStandHour', 'AppleStandHourStood', at('10:00:00', '11:00:00')) +
        category('HighHeartRateEvent', 'NotApplicable', at('10:00:00')) +
        category('MindfulSession', 'NotApplicable', at('10:00:00', '10:05:00')) +
        category('ToothbrushingEvent', 'NotApplicable', at('10:00:00', '10:02:00')),
    );
    const first = (key: string, kind: string) => codes(all, `${key}-anna-s-apple-watch-watch6-2`, kind)[0][1];
    expect(first('symptom-headache', 'symptom')).toBe('moderate');
    expect(first('menstrual-flow', 'menstrual-flow')).toBe('heavy');
    expect(first('ovulation-test', 'ovulation-test')).toBe('luteinizing-hormone-surge');
    expect(first('cervical-mucus', 'cervical-mucus')).toBe('egg-white');
    expect(first('stand-hour', 'stand-hour')).toBe('stood');
    expect(first('rhythm-event', 'rhythm-event')).toBe('high-heart-rate');
    expect(first('mindful-session', 'mindful-session')).toBe('session');
    expect(all.series.get('toothbrushing-event-anna-s-apple-watch-watch6-2')?.values).toEqual([1, 0]);
  });

  it('reads beats inside of a measurement of variability, over midnight too', async () => {
    const beats = ['11:59:59.50 PM', '12:00:00.31 AM', '0:00:01,20', 'vormittags'].map(
      (time) => `   <InstantaneousBeatsPerMinute bpm="61" time="${time}"/>\n`,
    );
    const record = quantity('HeartRateVariabilitySDNN', 'ms', '42.8174', at('23:59:59'));
    const all = await taken(
      record.replace(
        '/>',
        `>\n  <HeartRateVariabilityMetadataList>\n${beats.join('')}  </HeartRateVariabilityMetadataList>\n </Record>`,
      ),
    );
    const rr = all.series.get('rr-interval-anna-s-apple-watch-watch6-2')!;
    expect(rr.times.map((time) => (time - micros('2024-01-01T22:59:59Z')) / 1e6)).toEqual([0.5, 1.31, 2.2]);
    expect(physical(all, 'rr-interval-anna-s-apple-watch-watch6-2').map((ms) => Math.round(60_000 / ms))).toEqual([
      61, 61, 61,
    ]);
    expect(all.rejections.map(({ reason }) => reason)).toEqual(['time not understood']);
    expect(physical(all, 'hrv-sdnn-anna-s-apple-watch-watch6-2')).toEqual([42.817]);
  });

  it('reads workouts, their totals and events, and never as a second reading of the day', async () => {
    const all =
      await taken(` <Workout workoutActivityType="HKWorkoutActivityTypeRunning" duration="30" durationUnit="min" ${WATCH} ${at('09:00:00', '09:30:00')}>
  <MetadataEntry key="HKIndoorWorkout" value="0"/>
  <WorkoutEvent type="HKWorkoutEventTypePause" date="2024-01-01 09:10:00 +0100"/>
  <WorkoutStatistics type="HKQuantityTypeIdentifierActiveEnergyBurned" startDate="2024-01-01 09:00:00 +0100" endDate="2024-01-01 09:30:00 +0100" sum="310.5" unit="Cal"/>
  <WorkoutStatistics type="HKQuantityTypeIdentifierHeartRate" startDate="2024-01-01 09:00:00 +0100" endDate="2024-01-01 09:30:00 +0100" average="151.2" minimum="99" maximum="172" unit="count/min"/>
  <WorkoutRoute ${WATCH} ${at('09:00:00')}><FileReference path="/workout-routes/route_2024-01-01_9.30am.gpx"/></WorkoutRoute>
 </Workout>
 <Workout workoutActivityType="HKWorkoutActivityTypeCurling" ${WATCH} ${at('11:00:00', '11:30:00')}/>
`);
    const own = (key: string) => `${key}-anna-s-apple-watch-watch6-2`;
    expect(codes(all, own('workout-session'), 'workout-session')).toEqual([
      ['08:00:00', 'running'],
      ['08:30:00', 'end'],
      ['10:00:00', 'other'],
      ['10:30:00', 'end'],
    ]);
    expect(codes(all, own('workout-event'), 'workout-event')).toEqual([['08:10:00', 'pause']]);
    expect(physical(all, own('workout-energy-active'))).toEqual([310.5]);
    expect(physical(all, own('workout-heart-rate-maximum'))).toEqual([172]);
    expect(all.opened.series.find(({ key }) => key === own('workout-energy-active'))?.kindKnown).toBe(false);
    expect(all.notes.join()).toContain('1 workouts are of an activity');
    expect(all.notes.join()).toContain('1 workouts have a route');
  });

  it('rejects with the place what cannot be read, and goes on', async () => {
    const all = await taken(
      quantity('StepCount', 'count', 'many') +
        quantity('StepCount', 'count', '7', 'startDate="yesterday" endDate="today"') +
        quantity('StepCount', 'count', '8', 'endDate="2024-01-01 08:00:00 +0100"') +
        quantity('StepCount', 'count', '9', at('08:00:00')).replace('value="9"/>', 'value="9>') +
        quantity('StepCount', 'count', '99999999999') +
        quantity(
          'StepCount',
          'count',
          '10',
          'startDate="2031-01-01 08:00:00 +0100" endDate="2031-01-01 08:00:00 +0100"',
        ) +
        quantity(
          'StepCount',
          'count',
          '11',
          'startDate="1970-01-01 01:00:00 +0100" endDate="1970-01-01 01:00:00 +0100"',
        ) +
        ' <Audiogram type="x"><SensitivityPoint frequencyValue="1"/></Audiogram><ClinicalRecord type="y"/><Weather/>\n',
    );
    expect(all.rejections.map(({ reason }) => reason)).toEqual([
      ...['not a number', 'time not understood', 'time missing', 'tag not closed', 'number too large to store'],
    ]);
    for (const { place } of all.rejections) expect(place).toMatch(/^byte \d+$/);
    expect([...all.series.values()].map(({ values }) => values)).toEqual([[11, 10]]);
    const notes = all.notes.join('\n');
    for (const told of [
      '1 records lie in the future',
      '1 records lie before 1971',
      '1 clinical records',
      '1 hearing tests',
      '1 entries of an unknown kind',
    ])
      expect(notes).toContain(told);
  });

  it('gives the rest from every position it told', async () => {
    const records = Array.from({ length: 9000 }, (_, i) => {
      const clock = `${String(Math.floor(i / 3600)).padStart(2, '0')}:${String(Math.floor(i / 60) % 60).padStart(2, '0')}:${String(i % 60).padStart(2, '0')}`;
      if (i % 4000 > 3000) return category('SleepAnalysis', 'SleepAnalysisAsleepDeep', at(clock));
      return quantity('HeartRate', 'count/min', String(50 + (i % 70)), at(clock));
    });
    const opened = await openExport(exported(records.join('')));
    const whole = await collect(opened.chunks(0));
    const all = sampleSet(whole);
    const positions = [...new Set(whole.positions)];
    expect(positions.length).toBeGreaterThan(2);
    for (const position of positions) {
      const before = new Set<string>();
      for await (const item of opened.chunks(0)) {
        if (item.type !== 'samples') continue;
        if (item.position > position) break;
        for (let i = 0; i < item.times.length; i++) before.add(`${item.series} ${item.times[i]} ${item.values[i]}`);
      }
      const rest = sampleSet(await collect(opened.chunks(position)));
      for (const one of rest) before.add(one);
      expect(before.size === all.size && [...all].every((one) => before.has(one))).toBe(true);
    }
  });

  it('bounds the number of series', async () => {
    const many = Array.from({ length: 5000 }, (_, i) =>
      quantity('StepCount', 'count', '1', at('08:00:00'), `sourceName="app ${i}"`),
    );
    const { series, rejections } = await taken(many.join(''));
    expect(series.size).toBe(4000);
    expect(rejections.reduce((sum, { count }) => sum + count, 0)).toBe(1000);
  });
});

it('is not taken for one: other XML, or an export without its data', async () => {
  const other = source('other.xml', '<?xml version="1.0"?><ClinicalDocument/>');
  expect(await sourcesIn(folder(other))).toEqual([]);
  await expect(openExport('<!DOCTYPE HealthData [ <!ELEMENT x>')).rejects.toMatchObject({ code: 'malformed' });
});
