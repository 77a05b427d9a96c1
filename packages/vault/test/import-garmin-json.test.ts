// The summaries of a Garmin account, built from the schema: no real file was at hand.
import { HaleError } from '@hale/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elementsOfArray } from '../src/import/garmin-json.ts';
import { detect, type ImportOptions, type OpenedImport, open } from '../src/import/index.ts';
import { collect, folder, micros, sampleSet, source } from './import-sources.ts';

const NIGHT = {
  sleepStartTimestampGMT: '2020-01-01T23:30:00.0',
  sleepEndTimestampGMT: '2020-01-02T06:30:00.0',
  calendarDate: '2020-01-02',
  sleepWindowConfirmationType: 'ENHANCED_CONFIRMED_FINAL',
  deepSleepSeconds: 5400,
  lightSleepSeconds: 14_400,
  remSleepSeconds: 4320,
  awakeSleepSeconds: 1080,
  unmeasurableSeconds: 0,
  averageRespiration: 14.5,
  spo2SleepSummary: { userProfilePk: 1, averageSPO2: 94.25, averageHR: 52, lowestSPO2: 85 },
  sleepScores: { overallScore: 78, feedback: 'a "quoted ] brace }' },
};
const DAY = {
  calendarDate: '2020-01-01',
  wellnessStartTimeGmt: '2019-12-31T23:00:00.0',
  totalSteps: 8123,
  totalDistanceMeters: 6501.5,
  activeKilocalories: 412,
  restingHeartRate: 51,
  allDayStress: {
    aggregatorList: [
      { type: 'AWAKE', averageStressLevel: 40 },
      { type: 'TOTAL', averageStressLevel: 31 },
    ],
  },
};
const NIGHTS_NAME = '2020-01-01_2020-04-10_42_sleepData.json';
const DAYS_NAME = 'UDSFile_2020-01-01_2020-04-10.json';

const opened = (name: string, content: unknown, options: ImportOptions = {}): Promise<OpenedImport> => {
  const one = source(name, typeof content === 'string' ? content : JSON.stringify(content));
  return open(one, folder(one), options);
};
async function physical(name: string, content: unknown, options?: ImportOptions) {
  const { series, chunks } = await opened(name, content, options);
  const collected = await collect(chunks(0));
  const samples = [...collected.series].map(([key, { times, values }]) => {
    const { factor, origin } = series.find((one) => one.key === key)!;
    return [key, times.map((time, i) => [time, origin + factor * values[i]])];
  });
  return { ...collected, samples: Object.fromEntries(samples) };
}

describe('nights', () => {
  it('are totals at their start, in the unit of the file', async () => {
    const start = micros('2020-01-01T23:30:00Z');
    const { samples, notes } = await physical(NIGHTS_NAME, [NIGHT]);
    expect(samples).toEqual({
      'sleep-deep-daily': [[start, 5400]],
      'sleep-light-daily': [[start, 14_400]],
      'sleep-rem-daily': [[start, 4320]],
      'sleep-awake-daily': [[start, 1080]],
      'respiratory-rate-sleep-daily': [[start, 14.5]],
      'sleep-score-daily': [[start, 78]],
      'spo2-sleep-daily': [[start, 94.25]],
      'spo2-lowest-daily': [[start, 85]],
      'heart-rate-sleep-daily': [[start, 52]],
      'sleep-session-daily': [
        [start, 3],
        [micros('2020-01-02T06:30:00Z'), 0],
      ],
    });
    expect(notes).toEqual(['1 other numbers of an entry are not read.']);
  });

  it('without a start are told, one by one', async () => {
    const { rejections } = await physical(NIGHTS_NAME, [{}, NIGHT, { ...NIGHT, sleepStartTimestampGMT: 'yesterday' }]);
    expect(rejections).toMatchObject([
      { place: 'entry 1', reason: 'time missing' },
      { place: 'entry 3', reason: 'time not understood' },
    ]);
  });
});

describe('days', () => {
  it('begin where the file says, and -1 is a gap', async () => {
    const start = micros('2019-12-31T23:00:00Z');
    const { samples, notes } = await physical(DAYS_NAME, [
      DAY,
      { ...DAY, wellnessStartTimeGmt: '2020-01-01T23:00:00.0', totalSteps: -1 },
    ]);
    expect(samples['steps-daily']).toEqual([[start, 8123]]);
    expect(samples['distance-daily'][0]).toEqual([start, 6501.5]);
    expect(samples['resting-heart-rate-daily'].length).toBe(2);
    expect(samples['stress-score-daily'][0]).toEqual([start, 31]);
    expect(notes[0]).toContain('1 summaries say that there was nothing to measure');
  });

  it('with a date alone begin at midnight of the zone given', async () => {
    const { samples, notes } = await physical(DAYS_NAME, [{ calendarDate: '2020-07-01', totalSteps: 5 }], {
      zoneMinutes: 120,
    });
    expect(samples['steps-daily']).toEqual([[micros('2020-06-30T22:00:00Z'), 5]]);
    expect(notes[0]).toContain('no time zone');
  });
});

describe('bad input', () => {
  const text = JSON.stringify(
    [NIGHT, NIGHT, NIGHT].map((night, i) => ({ ...night, sleepStartTimestampGMT: `2020-01-0${i + 1}T23:30:00.0` })),
  );

  it('cut at every byte gives the nights before the cut, or an error of ours', async () => {
    for (let end = 0; end < text.length - 1; end++) {
      const whole = text.slice(0, end).split('"feedback":"a \\"quoted ] brace }"}}').length - 1;
      if (end < 1) await expect(opened(NIGHTS_NAME, text.slice(0, end))).rejects.toBeInstanceOf(HaleError);
      else {
        const { samples, rejections } = await physical(NIGHTS_NAME, text.slice(0, end));
        expect(samples['sleep-deep-daily']?.length ?? 0).toBe(whole);
        expect(rejections.at(-1)?.reason).toBe('cut off');
      }
    }
  });

  it('a damaged entry costs itself alone', async () => {
    const { samples, rejections } = await physical(NIGHTS_NAME, text.replace('5400', '54 00'));
    expect(samples['sleep-deep-daily'].length).toBe(2);
    expect(rejections).toMatchObject([{ place: 'entry 1', reason: 'damaged' }]);
  });

  it('anything under such a name is read or refused', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.array(fc.object()).map((list) => JSON.stringify(list)),
        ),
        async (content) => {
          try {
            await physical(DAYS_NAME, content);
          } catch (error) {
            expect(error).toBeInstanceOf(HaleError);
          }
        },
      ),
    );
    await expect(opened(NIGHTS_NAME, { not: 'a list' })).rejects.toMatchObject({ code: 'malformed' });
  });

  it('elements are found as JSON itself finds them', () => {
    fc.assert(
      fc.property(fc.array(fc.object()), fc.boolean(), (list, spaced) => {
        const written = JSON.stringify(list, null, spaced ? 2 : undefined);
        expect([...elementsOfArray(written)].map((each) => JSON.parse(each!))).toEqual(JSON.parse(written));
      }),
    );
  });
});

it('is known by its name, and repeats from where it ended', async () => {
  const one = source(NIGHTS_NAME, '[]');
  expect(await detect(one, folder(one))).toBe('garmin-json');
  const { chunks, endPosition } = await opened(NIGHTS_NAME, [NIGHT]);
  const all = await collect(chunks(0));
  expect(sampleSet(all, await collect(chunks(endPosition)))).toEqual(sampleSet(all));
  expect((await collect(chunks(endPosition))).series.size).toBe(0);
  expect(Math.max(...all.positions)).toBe(endPosition);
});
