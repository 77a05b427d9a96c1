// GPX, TCX and the ECGs of a watch, made here from their schemas (GPX 1.1 with the extensions of Garmin and Apple; TrainingCenterDatabasev2.xsd;
// the shape of Apple's CSV): none of these was seen on a real file.
import { HaleError } from '@hale/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detect, type OpenedImport, open } from '../src/import/index.ts';
import { codeFor, NOTHING } from '../src/kinds.ts';
import { type Collected, collect, folder, micros, sampleSet, source } from './import-sources.ts';

const START = micros('2024-05-01T07:00:00Z');

function opened(
  name: string,
  content: string | Uint8Array,
  partBytes?: number,
  zoneMinutes?: number,
): Promise<OpenedImport> {
  const one = source(name, content, partBytes);
  return open(one, folder(one), zoneMinutes === undefined ? {} : { zoneMinutes });
}

async function taken(name: string, content: string | Uint8Array, partBytes?: number): Promise<Collected> {
  return collect((await opened(name, content, partBytes)).chunks(0));
}

const values = ({ series }: Collected): Record<string, number[]> =>
  Object.fromEntries([...series].map(([key, one]) => [key, one.values]));
const seconds = ({ series }: Collected, key: string): number[] =>
  (series.get(key)?.times ?? []).map((time) => (time - START) / 1e6);

/** Whole, cut everywhere and damaged: always a part, an error of ours, or both. */
async function cutAndDamaged(name: string, content: string): Promise<void> {
  const bytes = new TextEncoder().encode(content);
  const whole = sampleSet(await taken(name, content));
  for (const partBytes of [1, 13]) expect(sampleSet(await taken(name, content, partBytes))).toEqual(whole);
  const either = async (damaged: Uint8Array): Promise<Collected | null> => {
    try {
      return await taken(name, damaged);
    } catch (error) {
      expect(error).toBeInstanceOf(HaleError);
      return null;
    }
  };
  for (let length = 0; length < bytes.length; length++) await either(bytes.subarray(0, length));
  const change = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255));
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 12 }), async (changes) => {
      const damaged = bytes.slice();
      for (const [place, value] of changes) damaged[place] = value;
      await either(damaged);
    }),
    { seed: 3, numRuns: 200 },
  );
}

const GPX = `<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="Apple Health Export" xmlns="http://www.topografix.com/GPX/1/1" xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v1">
 <metadata><time>2024-05-01T07:00:00Z</time></metadata>
 <wpt lat="1" lon="2"><name>Home</name></wpt>
 <trk><name>Route</name><trkseg>
  <trkpt lon="8.2500005" lat="-47.1234567"><ele>412.5</ele><time>2024-05-01T07:00:00Z</time><extensions><speed>2.5</speed><course>181.25</course><hAcc>3.1</hAcc><vAcc>2</vAcc></extensions></trkpt>
  <trkpt lat="47.1234568" lon="8.2500006"><time>2024-05-01T09:00:01.5+02:00</time><extensions><gpxtpx:TrackPointExtension><gpxtpx:hr>121</gpxtpx:hr><gpxtpx:cad>83</gpxtpx:cad><gpxtpx:atemp>21.5</gpxtpx:atemp></gpxtpx:TrackPointExtension><power>210</power></extensions></trkpt>
  <trkpt lat="north" lon="8.25"><time>2024-05-01T07:00:03Z</time></trkpt>
  <trkpt lat="47" lon="8.25"><time>soon</time></trkpt>
 </trkseg></trk>
</gpx>
`;

describe('GPX', () => {
  it('gives what every point says', async () => {
    const one = source('route.gpx', GPX);
    expect(await detect(one, folder(one))).toBe('gpx');
    const all = await taken('route.gpx', GPX);
    expect(values(all)).toEqual({
      'position-latitude': [-471234567, 471234568],
      'position-longitude': [82500005, 82500006, 82500000],
      altitude: [412500],
      speed: [2500],
      course: [181250],
      'position-accuracy': [3100],
      'altitude-accuracy': [2000],
      'heart-rate': [121],
      cadence: [830],
      'air-temperature': [2150],
      power: [210],
    });
    expect(seconds(all, 'position-longitude')).toEqual([0, 1.5, 3]);
    expect(all.rejections.map(({ reason }) => reason)).toEqual(['not a number', 'time not understood']);
    expect(all.notes).toEqual(['1 points have no time and are left out: a planned way, not one that was gone.']);
  });

  it('takes a time without a zone in the one asked for, and says so', async () => {
    const plain = GPX.replaceAll('07:00:00Z', '09:00:00');
    const all = await collect((await opened('route.gpx', plain, undefined, 120)).chunks(0));
    expect(seconds(all, 'altitude')).toEqual([0]);
    expect(all.notes).toContain('1 times name no zone and are taken as 120 minutes east of UTC.');
  });

  it('holds against cuts and damage', () => cutAndDamaged('route.gpx', GPX));

  it('gives the rest from every position of a long track', async () => {
    const points = Array.from({ length: 16_000 }, (_, i) => {
      const time = new Date(START / 1000 + i * 1000).toISOString();
      return `<trkpt lat="47.${i}" lon="8.${i}"><ele>${i % 900}</ele><time>${time}</time><extensions><hr>${60 + (i % 90)}</hr></extensions></trkpt>\n`;
    });
    const long = await opened('long.gpx', GPX.replace(/<trkpt[\s\S]*<\/trkpt>/, points.join('')));
    const whole = await collect(long.chunks(0));
    const all = sampleSet(whole);
    const positions = [...new Set(whole.positions)];
    expect(positions.length).toBeGreaterThan(2);
    for (const position of positions.slice(0, -1)) {
      const rest = sampleSet(await collect(long.chunks(position)));
      for (const one of rest) if (!all.has(one)) expect.fail('a sample that the whole does not have');
      const last = [...rest].filter((one) => one.startsWith('altitude ')).length;
      expect(last).toBeGreaterThan(0);
    }
    expect(all.size).toBe(4 * 16_000);
  });
});

const TCX = `<?xml version="1.0"?>
<TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2" xmlns:ns3="http://www.garmin.com/xmlschemas/ActivityExtension/v2">
 <Activities><Activity Sport="Running"><Id>2024-05-01T07:00:00Z</Id>
  <Lap StartTime="2024-05-01T07:00:00Z"><TotalTimeSeconds>2</TotalTimeSeconds><DistanceMeters>7</DistanceMeters><Calories>1</Calories><Cadence>3</Cadence>
   <Track>
    <Trackpoint><Time>2024-05-01T07:00:00Z</Time><Position><LatitudeDegrees>47.1</LatitudeDegrees><LongitudeDegrees>8.2</LongitudeDegrees></Position><AltitudeMeters>400.2</AltitudeMeters><DistanceMeters>0</DistanceMeters><HeartRateBpm><Value>118</Value></HeartRateBpm><Cadence>80</Cadence></Trackpoint>
    <Trackpoint><Time>2024-05-01T07:00:02Z</Time><DistanceMeters>6.5</DistanceMeters><HeartRateBpm xsi:type="HeartRateInBeatsPerMinute_t"><Value>119</Value></HeartRateBpm><Extensions><ns3:TPX><ns3:Speed>3.25</ns3:Speed><ns3:Watts>250</ns3:Watts><ns3:RunCadence>81</ns3:RunCadence></ns3:TPX></Extensions></Trackpoint>
   </Track></Lap>
  <Lap StartTime="2024-05-01T07:00:03Z"><Track><Trackpoint><Time>2024-05-01T07:00:04Z</Time><HeartRateBpm><Value>none</Value></HeartRateBpm></Trackpoint></Track></Lap>
 </Activity></Activities>
 <Courses><Course><Track><Trackpoint><Time>2020-01-01T00:00:00Z</Time><HeartRateBpm><Value>1</Value></HeartRateBpm></Trackpoint></Track></Course></Courses>
</TrainingCenterDatabase>
`;

describe('TCX', () => {
  it('gives sport, laps and what every point says', async () => {
    const one = source('training.tcx', TCX);
    expect(await detect(one, folder(one))).toBe('tcx');
    const all = await taken('training.tcx', TCX);
    expect(values(all)).toEqual({
      'workout-session': [codeFor('workout-session', 'running'), NOTHING],
      'workout-event': [codeFor('workout-event', 'lap')],
      'position-latitude': [471000000],
      'position-longitude': [82000000],
      altitude: [400200],
      'distance-along': [0, 6500],
      'heart-rate': [118, 119],
      'cadence-steps': [800, 810],
      speed: [3250],
      power: [250],
    });
    expect(seconds(all, 'workout-session')).toEqual([0, 4]);
    expect(seconds(all, 'heart-rate')).toEqual([0, 2]);
    expect(all.rejections.map(({ reason }) => reason)).toEqual(['not a number']);
    expect(all.notes).toEqual([
      '2 laps have totals of their own (energy, averages), which are not kept.',
      '1 courses are planned ways and are left out.',
    ]);
  });

  it('holds against cuts and damage', () => cutAndDamaged('training.tcx', TCX));
});

const NUMBERS = Array.from({ length: 1024 }, (_, i) => (Math.sin(i / 40) * 500).toFixed(3));
const ecg = (rows: string[], words: Record<string, string> = {}): string =>
  `${[
    ['Name', '"Anna Muster"'],
    ['Date of Birth', '"1 Jan 1980"'],
    ['Recorded Date', '2024-05-01 09:00:00 +0200'],
    ['Classification', 'Sinus Rhythm'],
    ['Symptoms', ''],
    ['Software Version', '2.0'],
    ['Device', '"Watch6,2"'],
    ['Sample Rate', '512 hertz'],
  ]
    .map(([key, value]) => `${key},${words[key] ?? value}`)
    .join('\n')}\n\n\nLead,Lead I\nUnit,µV\n\n${rows.join('\n')}\n`;

describe("a watch's ECG", () => {
  it('stands where it was recorded, with what the watch said of it', async () => {
    const one = source('ecg_2024-05-01.csv', ecg(NUMBERS));
    expect(await detect(one, folder(one))).toBe('apple-ecg');
    const { series } = await opened('ecg_2024-05-01.csv', ecg(NUMBERS));
    expect(series.map(({ key, kind, ucum, factor, mdc }) => ({ key, kind, ucum, factor, mdc }))[0]).toEqual({
      key: 'ecg-lead-i',
      kind: 'ecg-lead-i',
      ucum: 'uV',
      factor: 0.001,
      mdc: 131329,
    });
    const all = await taken('ecg_2024-05-01.csv', ecg(NUMBERS), 100);
    expect(all.series.get('ecg-lead-i')?.values).toEqual(NUMBERS.map((text) => Math.round(Number(text) * 1000)));
    expect(seconds(all, 'ecg-lead-i').slice(0, 2)).toEqual([0, 0.001953]);
    expect(seconds(all, 'ecg-lead-i').at(-1)).toBe(1.998047);
    expect(values(all)['rhythm-event-ecg']).toEqual([codeFor('rhythm-event', 'sinus-rhythm'), NOTHING]);
    expect(seconds(all, 'rhythm-event-ecg')).toEqual([0, 2]);
  });

  it('is read in another language, with commas', async () => {
    const rows = NUMBERS.map((text) => `"${text.replace('.', ',')}"`);
    const words = {
      'Sample Rate': '"511,906 Hertz"',
      Classification: 'Vorhofflimmern',
      'Recorded Date': '2024-05-01 09:00:00 +0200',
    };
    const all = await taken('ecg_2024-05-01.csv', ecg(rows, words).replace('Classification', 'Klassifizierung'));
    expect(all.series.get('ecg-lead-i')?.values.length).toBe(1024);
    expect(all.series.get('ecg-lead-i')?.values[1]).toBe(Math.round(Number(NUMBERS[1]) * 1000));
    expect(values(all)['rhythm-event-ecg'][0]).toBe(codeFor('rhythm-event', 'atrial-fibrillation'));
  });

  it('keeps the place of a line that is no number', async () => {
    const all = await taken('ecg_2024-05-01.csv', ecg(['1', 'x', '3']));
    expect(seconds(all, 'ecg-lead-i')).toEqual([0, 0.003906]);
    expect(all.rejections.map(({ reason }) => reason)).toEqual(['not a number']);
  });

  it('says what is missing', async () => {
    await expect(opened('ecg_2024-05-01.csv', ecg(NUMBERS, { 'Sample Rate': 'often' }))).rejects.toMatchObject({
      code: 'malformed',
    });
  });

  it('holds against cuts and damage', () => cutAndDamaged('ecg_2024-05-01.csv', ecg(NUMBERS.slice(0, 40))));
});
