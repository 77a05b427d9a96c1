// Fixtures built from the published shapes of Fitbit's export; never seen on a real file here.
import { describe, expect, it } from 'vitest';
import { open, sourcesIn } from '../src/import/index.ts';
import { bearsChanges, bearsCuts, bearsResuming, bearsStrangeValues } from './import-hardness.ts';
import { collect, folder, micros, openText, source } from './import-sources.ts';

const heart = (time: string, bpm: number, confidence: number) => ({
  dateTime: `05/01/23 ${time}`,
  value: { bpm, confidence },
});

async function read(name: string, value: unknown, options = {}) {
  const opened = await openText(JSON.stringify(value), options, name);
  return { opened, ...(await collect(opened.chunks(0))) };
}

describe('importing the export of Fitbit', () => {
  it('reads heart rates in UTC, whatever the zone, and keeps of what the device does not trust only that', async () => {
    const all = [
      heart('07:00:15', 66, 3),
      heart('07:00:20', 67, 2),
      heart('07:00:25', 70, 0),
      heart('07:00:30', 68, 1),
    ];
    const { opened, series, rejections, notes } = await read('heart_rate-2023-05-01.json', all, { zoneMinutes: 120 });
    expect(opened.format).toBe('fitbit');
    expect(opened.series.map(({ key, ucum, sourceLabel }) => [key, ucum, sourceLabel])).toEqual([
      ['heart-rate-confidence', '1', 'Fitbit'],
      ['heart-rate', '/min', 'Fitbit'],
    ]);
    const at = micros('2023-05-01T07:00:15Z');
    expect(series.get('heart-rate')).toEqual({ times: [at, at + 5e6, at + 15e6], values: [66, 67, 68] });
    expect(series.get('heart-rate-confidence')?.values).toEqual([3, 2, 0, 1]);
    expect(rejections).toEqual([]);
    expect(notes).toEqual([
      'Heart rates that the device itself does not trust (confidence 0): kept as confidence, not as heart rates: 1.',
    ]);
  });

  it('takes the files of a kind as one import, by date, and a file in the middle by itself', async () => {
    const day = (date: string) => [
      { dateTime: `${date} 00:00:00`, value: '10' },
      { dateTime: `${date} 00:01:00`, value: '0' },
    ];
    const files = folder(
      source('steps-2023-05-02.json', JSON.stringify(day('05/02/23'))),
      source('steps-2023-05-01.json', JSON.stringify(day('05/01/23'))),
      source('steps-2023-05-03.json', JSON.stringify(day('05/03/23'))),
      source('heart_rate-2023-05-01.json', JSON.stringify([heart('07:00:15', 66, 3)])),
    );
    const found = await sourcesIn(files);
    expect(found.map(({ source: { name }, format }) => [name, format])).toEqual([
      ['steps-2023-05-01.json', 'fitbit'],
      ['heart_rate-2023-05-01.json', 'fitbit'],
    ]);
    const opened = await open(found[0].source, files, {});
    expect(opened.notes).toEqual(['3 files of this kind were read together.']);
    const { series, positions } = await collect(opened.chunks(0));
    expect(series.get('steps')?.times[5]).toBe(micros('2023-05-03T00:01:00Z'));
    expect(series.get('steps')?.values).toEqual([10, 0, 10, 0, 10, 0]);
    expect(positions.at(-1)).toBe(opened.endPosition);
    const middle = await open(files.find('steps-2023-05-02.json')!, files, {});
    expect((await collect(middle.chunks(0))).series.get('steps')?.values).toEqual([10, 0]);
  });

  it('lays short awakenings over the stages of a night and ends it', async () => {
    const at = (clock: string) => `2023-05-01T${clock}.000`;
    const night = {
      logId: 1,
      dateOfSleep: '2023-05-01',
      startTime: at('00:00:00'),
      endTime: at('02:00:00'),
      duration: 7200000,
      minutesToFallAsleep: 3,
      minutesAsleep: 110,
      minutesAwake: 10,
      timeInBed: 120,
      efficiency: 92,
      type: 'stages',
      mainSleep: true,
      levels: {
        summary: {
          deep: { count: 1, minutes: 60 },
          light: { minutes: 40 },
          rem: { minutes: 10 },
          wake: { minutes: 10 },
        },
        data: [
          { dateTime: at('00:00:00'), level: 'light', seconds: 3600 },
          { dateTime: at('01:00:00'), level: 'deep', seconds: 1800 },
          { dateTime: at('01:45:00'), level: 'rem', seconds: 900 },
        ],
        shortData: [
          { dateTime: at('00:30:00'), level: 'wake', seconds: 60 },
          { dateTime: at('00:59:30'), level: 'wake', seconds: 60 },
        ],
      },
    };
    const { series, notes } = await read('sleep-2023-05-01.json', [night], { zoneMinutes: 60 });
    const clock = (text: string) => micros(`2023-05-01T${text}+01:00`);
    expect(series.get('sleep-stage')).toEqual({
      times: ['00:00:00', '00:30:00', '00:31:00', '00:59:30', '01:00:30', '01:30:00', '01:45:00', '02:00:00'].map(
        clock,
      ),
      //      light       awake       light       awake       deep        end         rem         end
      values: [4, 2, 4, 2, 5, 0, 6, 0],
    });
    expect(series.get('sleep-duration')).toEqual({ times: [clock('00:00:00')], values: [110] });
    expect(series.get('sleep-deep')?.values).toEqual([60]);
    expect(series.get('sleep-efficiency')?.values).toEqual([92]);
    expect(notes).toEqual(['Times that name no zone, taken in the zone that was given: 6.']);
  });

  it.each([
    ['a grown person in pounds', 176, 24.6, '[lb_av]', false],
    ['the same in kilograms', 80, 24.7, 'kg', false],
    ['a child in kilograms', 38, 17.1, 'kg', false],
    ['somebody who may be tall in kilograms or small in pounds', 90, 24.9, '[lb_av]', true],
    ['nobody knows', 80, undefined, '[lb_av]', true],
    ['an index of nobody', 80, 0, '[lb_av]', true],
  ])('finds the unit of a weight by the body mass index beside it: %s', async (_, weight, bmi, ucum, isAssumed) => {
    const record = { logId: 1, weight, bmi, date: '05/01/23', time: '07:00:00', source: 'Aria' };
    const { opened, notes } = await read('weight-2023-05-01.json', [record], { zoneMinutes: 0 });
    expect(opened.series.find(({ kind }) => kind === 'body-weight')?.ucum).toBe(ucum);
    expect(notes.some((note) => note.includes('pounds are assumed'))).toBe(isAssumed);
  });

  it('reads weights, resting heart rates, workouts, zones, VO2 max and minutes of activity', async () => {
    const weight = await read('weight-2023-05-01.json', [
      { logId: 1, weight: 160.1, bmi: 22.5, fat: 18.123, date: '05/01/23', time: '07:00:00', source: 'Aria' },
    ]);
    expect(weight.opened.series.map(({ key, ucum, sourceLabel }) => [key, ucum, sourceLabel])).toEqual([
      ['body-weight', '[lb_av]', 'Aria'],
      ['bmi', 'kg/m2', 'Aria'],
      ['body-fat', '%', 'Aria'],
    ]);
    expect(weight.series.get('body-weight')).toEqual({ times: [micros('2023-05-01T07:00:00Z')], values: [16010] });
    const resting = await read('resting_heart_rate-2023-05-01.json', [
      { dateTime: '05/01/23 00:00:00', value: { date: '05/01/23', value: 61.370001, error: 6.8 } },
      { dateTime: '05/02/23 00:00:00', value: { date: null, value: 0, error: 0 } },
    ]);
    expect(resting.series.get('resting-heart-rate')).toEqual({
      times: [micros('2023-05-01T00:00:00Z')],
      values: [6137],
    });
    expect(resting.notes[0]).toBe('Days without a resting heart rate: 1.');
    const exercise = await read('exercise-0.json', [
      {
        logId: 1,
        activityName: 'Treadmill',
        startTime: '05/01/23 12:00:00',
        duration: 1800000,
        calories: 200,
        steps: 3000,
        averageHeartRate: 120,
        distance: 3.21,
        distanceUnit: 'Kilometer',
      },
    ]);
    expect(exercise.series.get('workout-session')).toEqual({
      times: [micros('2023-05-01T12:00:00Z'), micros('2023-05-01T12:30:00Z')],
      values: [3, 0],
    });
    expect(exercise.series.get('workout-distance')?.values).toEqual([321_000]);
    const zones = await read('time_in_heart_rate_zones-2023-05-01.json', [
      { dateTime: '05/01/23 00:00:00', value: { valuesInZones: { IN_DEFAULT_ZONE_1: 12 } } },
    ]);
    expect([...zones.series.keys()]).toEqual(['heart-rate-zone-in-default-zone-1']);
    const vo2 = await read('demographic_vo2_max-2023-05-01.json', [
      { dateTime: '05/01/23 00:00:00', value: { demographicVO2Max: 42.115, demographicVO2MaxError: 3 } },
    ]);
    expect(vo2.series.get('vo2-max')?.values).toEqual([4212]);
    const distance = await read('distance-2023-05-01.json', [{ dateTime: '05/01/23 00:00:00', value: '1540' }]);
    expect(distance.series.get('distance')?.values).toEqual([1540]);
  });

  it('keeps files of kinds that it does not know, whatever they are called', async () => {
    const one = await read('constructor-2023-05-01.json', [{ dateTime: '05/01/23 00:00:00', value: '12' }]);
    expect(one.opened.series.map(({ key, kindKnown }) => [key, kindKnown])).toEqual([['constructor', false]]);
    const level = { dateTime: '2023-05-01T00:00:00.000', level: '__proto__', seconds: 60 };
    const night = await read('sleep-0.json', [{ logId: 1, startTime: level.dateTime, levels: { data: [level] } }]);
    expect(night.rejections.map(({ reason }) => reason)).toEqual(['kind of record not known']);
  });

  it('knows the tables beside the JSON by their names', async () => {
    const oxygen = await openText(
      'timestamp,value\n2023-05-01T05:00:00Z,95.5\n2023-05-01T05:01:00Z,96.1\n',
      {},
      'Minute SpO2 - 2023-05-01.csv',
    );
    expect(oxygen.format).toBe('fitbit-table');
    expect(oxygen.series.map(({ key, ucum, loinc }) => [key, ucum, loinc])).toEqual([['spo2', '%', '59408-5']]);
    expect((await collect(oxygen.chunks(0))).series.get('spo2')).toEqual({
      times: [micros('2023-05-01T05:00:00Z'), micros('2023-05-01T05:01:00Z')],
      values: [955, 961],
    });
    const wrist = await openText(
      'recorded_time,temperature\n2023-05-01T00:00,-1.25\n2023-05-01T00:01,0.5\n',
      {},
      'Wrist Temperature - 2023-05-01.csv',
    );
    expect(wrist.series.map(({ kind, ucum }) => [kind, ucum])).toEqual([['skin-temperature-deviation', 'K']]);
  });

  it('bears cuts, changes and being left', async () => {
    const bytes = new TextEncoder().encode(
      JSON.stringify([heart('07:00:15', 66, 3), heart('07:00:25', 70, 0), heart('07:00:30', 68, 1)]),
    );
    await bearsCuts('heart_rate-2023-05-01.json', bytes);
    await bearsChanges('heart_rate-2023-05-01.json', bytes);
    await bearsStrangeValues('heart_rate-2023-05-01.json', JSON.parse(new TextDecoder().decode(bytes)));
    await bearsResuming('heart_rate-2023-05-01.json', bytes);
  });
});
