// FIT: real files against what other programs read from them, and what no real file at hand shows against files written here.
import { HaleError } from '@hale/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitCrc } from '../src/import/fit-wire.ts';
import { detect, type ImportOptions, open } from '../src/import/index.ts';
import { codeFor } from '../src/kinds.ts';
import { FitWriter, joined, NEW_YEAR } from './fit-writer.ts';
import { type Collected, collect, folder, micros, recorded, sampleSet, source } from './import-sources.ts';

interface Expected {
  how: string;
  series: Record<string, { count: number; first: string; last: string }>;
  values: [series: string, at: string, value: number][];
  sum?: Record<string, number>;
}

const FILES = [
  'Activity',
  'MonitoringFile',
  'WeightScaleMultiUser',
  'activity-filecrc',
  'activity-settings-corruptheader',
  'activity-small-fenix2-run',
  'antfs-dump.63',
  'developer-types-sample',
  'event_timestamp',
  'garmin-fenix-5-walk',
  'sample-activity',
];

const text = (path: string) => new TextDecoder().decode(recorded(path));
const opened = (bytes: Uint8Array, options: ImportOptions = {}, partBytes?: number) => {
  const one = source('a.fit', bytes, partBytes);
  return open(one, folder(one), options);
};
async function read(bytes: Uint8Array, options: ImportOptions = {}): Promise<Collected> {
  return await collect((await opened(bytes, options)).chunks(0));
}
/** ISO time with microseconds. */
const microsOf = (iso: string) => micros(`${iso.slice(0, 19)}Z`) + Number(iso.slice(20, 26));
const at = (seconds: number) => micros('2020-01-01T00:00:00Z') + seconds * 1e6;

describe.each(FILES)('%s.fit', (name) => {
  const expected = JSON.parse(text(`fit/${name}.expected.json`)) as Expected;
  const bytes = recorded(`fit/${name}.fit`);

  it('gives what an independent reading gives', async () => {
    const { series: described, chunks } = await opened(bytes);
    const { series } = await collect(chunks(0));
    expect([...series.keys()].sort()).toEqual(Object.keys(expected.series).sort());
    expect(described.map(({ key }) => key).sort()).toEqual(Object.keys(expected.series).sort());
    for (const [key, { count, first, last }] of Object.entries(expected.series)) {
      const { times } = series.get(key)!;
      expect(times.length, key).toBe(count);
      expect(Math.abs(Math.min(...times) - microsOf(first)), key).toBeLessThanOrEqual(1);
      expect(Math.abs(Math.max(...times) - microsOf(last)), key).toBeLessThanOrEqual(1);
    }
    for (const [key, iso, value] of expected.values) {
      const { times, values } = series.get(key)!;
      const { factor, origin } = described.find((one) => one.key === key)!;
      const near = values.filter((_, i) => Math.abs(times[i] - microsOf(iso)) <= 1);
      const physical = near.map((each) => origin + factor * each);
      expect(Math.min(...physical.map((each) => Math.abs(each - value))), `${key} ${iso}`).toBeLessThan(1e-6);
    }
    for (const [key, sum] of Object.entries(expected.sum ?? {}))
      expect(series.get(key)!.values.reduce((all, value) => all + value, 0)).toBe(sum);
  });

  it('is known by its content, whatever its name', async () => {
    const one = source('download', bytes);
    expect(await detect(one, folder(one))).toBe('fit');
  });
});

describe('real files, closer', () => {
  it('the walk is what the CSV beside it says', async () => {
    const { series, chunks } = await opened(recorded('fit/garmin-fenix-5-walk.fit'));
    const { series: samples } = await collect(chunks(0));
    const rows = text('fit/garmin-fenix-5-walk-records.csv').trim().split('\n').slice(1);
    expect(rows.length).toBe(17);
    const physical = (key: string, row: number) => {
      const { factor, origin } = series.find((one) => one.key === key)!;
      return origin + factor * samples.get(key)!.values[row];
    };
    let metres = 0;
    rows.forEach((line, row) => {
      const [time, rate, , speed, distance, north, east, height, celsius] = line.split(',');
      // PDT is seven hours behind UTC.
      const when = Date.parse(`${time.replace('PDT ', '')} GMT-0700`) * 1000;
      expect(samples.get('heart-rate')!.times[row]).toBe(when);
      expect(physical('heart-rate', row)).toBe(Number(rate));
      expect(physical('speed', row)).toBeCloseTo(Number(speed), 9);
      expect(physical('altitude', row)).toBeCloseTo(Number(height), 9);
      expect(physical('air-temperature', row)).toBe(Number(celsius));
      expect(samples.get('position-latitude')!.values[row]).toBe(Number(north));
      expect(samples.get('position-longitude')!.values[row]).toBe(Number(east));
      if (row > 0) metres += physical('workout-distance', row - 1);
      expect(metres).toBeCloseTo(Number(distance), 6);
    });
  });

  it('says what is wrong with each, and keeps the good part', async () => {
    const notes = async (name: string) => (await read(recorded(`fit/${name}.fit`))).notes.join('\n');
    expect(await notes('activity-filecrc')).toContain('checksum of the file that ends at byte 769 is wrong');
    expect(await notes('activity-settings-corruptheader')).toContain('From byte 771 on there is no FIT data');
    expect(await notes('antfs-dump.63')).toContain('from when it was switched on');
    expect(await notes('Activity')).not.toContain('checksum');
    expect(await notes('sample-activity')).toContain('3 other kinds (22, 34, 49)');
  });

  it('keeps the persons of a scale apart', async () => {
    const bytes = recorded('fit/WeightScaleMultiUser.fit');
    const { series, notes } = await opened(bytes);
    expect(series.filter(({ kind }) => kind === 'body-weight').map(({ personLabel }) => personLabel)).toEqual([
      'person 1',
      'person 2',
    ]);
    expect(notes.join()).toContain('2 persons');
    const { series: one } = await read(bytes, { only: ['person 2'] });
    expect([...one.keys()].sort()).toEqual(['body-fat-person-2', 'body-weight-person-2', 'device-battery-voltage']);
  });

  it('names what it is in one line', async () => {
    expect((await opened(recorded('fit/activity-small-fenix2-run.fit'))).what).toBe(
      'A workout (running) from Garmin 1967, 47 minutes',
    );
  });
});

describe('the container', () => {
  it.each([false, true])(
    'reads every base type, big-endian %s, and takes no invalid value for a number',
    async (bigEndian) => {
      const writer = new FitWriter({ bigEndian }).message(0, [[0, 'enum', 4]]);
      const bases = [
        ['enum', 200, 0xff],
        ['sint8', -100, 0x7f],
        ['uint8', 200, 0xff],
        ['sint16', -30000, 0x7fff],
        ['uint16', 60000, 0xffff],
        ['sint32', -2000000000, 0x7fffffff],
        ['uint32', 2000000000, 0xffffffff],
        ['uint8z', 255, 0],
        ['uint16z', 65535, 0],
        ['uint32z', 1234567890, 0],
        ['byte', 7, 0xff],
        ['sint64', -12345678, 2n ** 63n - 1n],
        ['uint64', 12345678, 2n ** 64n - 1n],
        ['uint64z', 87654321, 0n],
      ] as const;
      // Field 7 of a record is power: whole numbers of any type.
      bases.forEach(([base, value, invalid], i) => {
        const time = (more: number) => [253, 'uint32', NEW_YEAR + 2 * i + more] as [number, 'uint32', number];
        writer.message(20, [time(0), [7, base, value]]);
        writer.message(20, [time(1), [7, base, invalid]]);
      });
      writer.message(20, [
        [253, 'uint32', NEW_YEAR + 100],
        [7, 'float32', 12.4],
      ]);
      writer.message(20, [
        [253, 'uint32', NEW_YEAR + 101],
        [7, 'float64', 1e6 + 0.6],
      ]);
      writer.message(20, [
        [253, 'uint32', NEW_YEAR + 102],
        [7, 'float32', Number.NaN],
      ]);
      writer.message(20, [
        [253, 'uint32', NEW_YEAR + 103],
        [7, 'text', 'no number'],
      ]);
      const { series, rejections } = await read(writer.file());
      expect(series.get('power')).toEqual({
        times: [...bases.map((_, i) => at(2 * i)), at(100), at(101)],
        values: [...bases.map(([, value]) => value), 12, 1000001],
      });
      expect(rejections).toEqual([]);
    },
  );

  it('counts compressed times on from the last full one, over their roll-over', async () => {
    const writer = new FitWriter();
    const start = NEW_YEAR + 27;
    writer.message(20, [
      [253, 'uint32', start],
      [3, 'uint8', 60],
    ]);
    writer.define(1, 20, [[3, 'uint8', 0]]);
    for (let second = 5; second <= 100; second += 5)
      writer.data(1, [[3, 'uint8', 60 + second]], [], (start + second) & 31);
    const { times, values } = (await read(writer.file())).series.get('heart-rate')!;
    expect(times).toEqual(Array.from({ length: 21 }, (_, i) => at(27 + 5 * i)));
    expect(values[20]).toBe(160);
  });

  it('a compressed time before any full one is told, and no reading is made up', async () => {
    const writer = new FitWriter().define(1, 20, [[3, 'uint8', 0]]).data(1, [[3, 'uint8', 60]], [], 3);
    const { series, rejections } = await read(writer.file());
    expect(series.size).toBe(0);
    expect(rejections).toMatchObject([{ place: 'byte 23', reason: 'time missing', count: 1 }]);
  });

  it('reads files chained to one, each with definitions of its own, and over a damaged one between them', async () => {
    const one = (second: number) =>
      new FitWriter()
        .message(20, [
          [253, 'uint32', NEW_YEAR + second],
          [3, 'uint8', 70],
        ])
        .file();
    const bad = new FitWriter()
      .message(20, [
        [253, 'uint32', NEW_YEAR + 5],
        [3, 'uint8', 70],
      ])
      .raw(9, 1, 2, 3)
      .file();
    const { series, rejections, notes } = await read(joined(one(1), bad, one(9)));
    expect(series.get('heart-rate')!.times).toEqual([at(1), at(5), at(9)]);
    const byte = one(1).length + bad.length - 6;
    expect(rejections).toMatchObject([{ place: `byte ${byte}`, reason: 'damaged' }]);
    expect(notes[0]).toContain(`damaged at byte ${byte}`);
  });

  it('reads a file that was never closed: its length is 0, its checksum missing', async () => {
    const writer = new FitWriter().message(20, [
      [253, 'uint32', NEW_YEAR],
      [3, 'uint8', 70],
    ]);
    const { series, notes } = await read(writer.file({ dataBytes: 0, headerBytes: 12 }));
    expect(series.get('heart-rate')!.values).toEqual([70]);
    expect(notes.join()).not.toContain('cut');
  });

  it('a wrong checksum of the header is a note', async () => {
    const bytes = new FitWriter()
      .message(20, [
        [253, 'uint32', NEW_YEAR],
        [3, 'uint8', 70],
      ])
      .file();
    bytes[1] ^= 1;
    expect((await read(bytes)).notes[0]).toContain('checksum of the header at byte 0');
  });

  it('a field shorter than its type is not read, nor its neighbour', async () => {
    // Heart rate as a float of one byte, at the very end of what was read.
    const writer = new FitWriter()
      .raw(0x40, 0, 0, 20, 0, 2, 253, 4, 0x86, 3, 1, 0x88)
      .raw(0, 0x80, 0x5e, 0x6e, 0x38, 70);
    expect((await read(writer.file())).series.size).toBe(0);
  });

  it('a start and a length far off any calendar are told', async () => {
    const writer = new FitWriter().message(18, [
      [253, 'uint32', NEW_YEAR],
      [2, 'float64', 1e18],
      [7, 'float64', 1e300],
    ]);
    const { rejections, series } = await read(writer.file());
    expect(series.size).toBe(0);
    expect(rejections.map(({ reason }) => reason)).toContain('time not understood');
  });

  it('has the checksum of the protocol', () => {
    // CRC-16/ARC of the digits 1 to 9, as catalogued.
    expect(fitCrc(new TextEncoder().encode('123456789'), 0, 9)).toBe(0xbb3d);
  });

  it.each([
    ['', 'malformed'],
    ['nothing of the kind at all', 'malformed'],
  ])('what is named .fit and is none (%s) is told as such', async (content, code) => {
    await expect(opened(new TextEncoder().encode(content))).rejects.toMatchObject({ code });
  });
});

describe('messages', () => {
  const one = async (writer: FitWriter, options: ImportOptions = {}) => await read(writer.file(), options);
  const time = (second: number): [number, 'uint32', number] => [253, 'uint32', NEW_YEAR + second];

  it('developer fields become series of their own, in their unit and scale', async () => {
    const describe = (number: number, base: number, name: string, units: string, scale = 0xff, offset = 0x7f) =>
      [
        [0, 'uint8', 0],
        [1, 'uint8', number],
        [2, 'uint8', base],
        [3, 'text', name],
        [6, 'uint8', scale],
        [7, 'sint8', offset],
        [8, 'text', units],
      ] as Parameters<FitWriter['message']>[1];
    const writer = new FitWriter()
      .message(206, describe(0, 0x84, 'Skin Temp', 'C', 10, 5))
      .message(206, describe(1, 0x88, 'Muscle Load', 'kN'))
      .message(206, describe(2, 7, 'Remark', ''))
      .message(
        20,
        [time(0)],
        [
          [0, 0, 'uint16', 365],
          [0, 1, 'float32', 12.3456],
          [0, 2, 'text', 65],
          [0, 9, 'uint8', 1],
        ],
      )
      .message(20, [time(1)], [[0, 0, 'uint16', 0xffff]]);
    const { series: described } = await opened(writer.file());
    const { series, notes } = await one(writer);
    expect(described).toMatchObject([
      { key: 'skin-temp', ucum: 'Cel', factor: 0.1, origin: -5, kind: 'skin-temperature' },
      { key: 'muscle-load', ucum: '', factor: 0.001, kindKnown: false, title: 'Muscle Load' },
    ]);
    expect(series.get('skin-temp')).toEqual({ times: [at(0)], values: [365] });
    expect(series.get('muscle-load')!.values).toEqual([12346]);
    expect(notes.join()).toContain('2 other fields');
  });

  it('times of 16 bits count on from the last full one', async () => {
    const writer = new FitWriter().message(103, [time(0), [0, 'uint32', NEW_YEAR]]);
    const seconds = [60, 30_000, 66_000, 131_000, 131_060];
    for (const second of seconds)
      writer.message(55, [
        [26, 'uint16', (NEW_YEAR + second) & 0xffff],
        [27, 'uint8', 60],
      ]);
    expect((await one(writer)).series.get('heart-rate')!.times).toEqual(seconds.map(at));
  });

  it('counters become what was added; a reset begins anew; activities of the same time add up', async () => {
    const steps = (second: number, activity: number, count: number) =>
      [time(second), [5, 'enum', activity], [3, 'uint32', count]] as Parameters<FitWriter['message']>[1];
    const writer = new FitWriter()
      .message(103, [time(0), [0, 'uint32', NEW_YEAR]])
      .message(55, steps(60, 6, 100))
      .message(55, steps(120, 6, 130))
      .message(55, steps(120, 1, 40))
      .message(55, steps(180, 6, 130))
      .message(55, steps(240, 6, 20))
      .message(55, steps(240, 2, 500));
    const { series, notes } = await one(writer);
    expect(series.get('steps')).toEqual({ times: [at(0), at(60), at(180)], values: [100, 70, 20] });
    expect(notes.join()).toContain('1 times a counter began anew');
    expect(notes.join()).toContain('1 counts are of other movements');
  });

  it('a counter that runs on from an earlier file is not counted again', async () => {
    const writer = new FitWriter()
      .message(103, [time(36_000), [0, 'uint32', NEW_YEAR + 36_000]])
      .message(55, [time(36_000), [5, 'enum', 6], [3, 'uint32', 5000]])
      .message(55, [time(36_060), [5, 'enum', 6], [3, 'uint32', 5080]]);
    const { series, notes } = await one(writer);
    expect(series.get('steps')).toEqual({ times: [at(36_000)], values: [80] });
    expect(notes.join()).toContain('1 counters run on from an earlier file');
  });

  it('stress below nothing, a rate of 0 and a scale that still weighs are gaps, and counted', async () => {
    const writer = new FitWriter()
      .message(227, [
        [1, 'uint32', NEW_YEAR],
        [0, 'sint16', 31],
      ])
      .message(227, [
        [1, 'uint32', NEW_YEAR + 60],
        [0, 'sint16', -2],
      ])
      .message(20, [time(0), [3, 'uint8', 0]])
      .message(30, [time(0), [0, 'uint16', 65534]]);
    const { series, notes } = await one(writer);
    expect([...series]).toEqual([['stress-score', { times: [at(0)], values: [31] }]]);
    for (const key of ['stress-score', 'heart-rate', 'body-weight'])
      expect(notes.join()).toContain(`1 readings of ${key} say that the device could not measure`);
  });

  it('sleep, oxygen, breath, blood pressure, variability and scores (from the schema)', async () => {
    const writer = new FitWriter()
      .message(275, [time(0), [0, 'enum', 1]])
      .message(275, [time(60), [0, 'enum', 3]])
      .message(275, [time(120), [0, 'enum', 4]])
      .message(269, [time(60), [0, 'uint8', 96]])
      .message(297, [time(60), [0, 'sint16', 1450]])
      .message(51, [time(90), [0, 'uint16', 121], [1, 'uint16', 78], [2, 'uint16', 92], [6, 'uint8', 61]])
      .message(371, [time(300), [0, 'uint16', 5504]])
      .message(211, [time(300), [1, 'uint8', 49]])
      .message(229, [
        [0, 'uint32', NEW_YEAR + 400],
        [2, 'uint16', 487],
      ])
      .message(21, [time(180), [0, 'enum', 74], [1, 'enum', 1]])
      .message(346, [[6, 'uint8', 83]]);
    const { series: described } = await opened(writer.file());
    const { series } = await one(writer);
    const stage = (key: string) => codeFor('sleep-stage', key);
    expect(series.get('sleep-stage')).toEqual({
      times: [at(0), at(60), at(120), at(180)],
      values: [stage('awake'), stage('deep'), stage('rem'), 0],
    });
    const physical = (key: string) => {
      const { factor, origin } = described.find((each) => each.key === key)!;
      return series.get(key)!.values.map((value) => origin + factor * value);
    };
    expect(physical('spo2')).toEqual([96]);
    expect(physical('respiratory-rate')).toEqual([14.5]);
    expect(physical('blood-pressure-systolic')).toEqual([121]);
    expect(physical('blood-pressure-diastolic')).toEqual([78]);
    expect(physical('pulse-rate')).toEqual([61]);
    expect(physical('hrv-rmssd')).toEqual([43]);
    expect(physical('resting-heart-rate')).toEqual([49]);
    expect(physical('vo2-max')[0]).toBeCloseTo(48.7, 9);
    expect(series.get('sleep-score')!.times).toEqual([at(180)]);
    expect(described.find(({ key }) => key === 'blood-pressure-systolic')!.loinc).toBe('8480-6');
  });

  it('persons of a scale are named as the file names them, and never mixed', async () => {
    const writer = new FitWriter();
    for (const [i, name] of ['Ann', 'Bo', 'Ann'].entries())
      writer.message(3, [
        [254, 'uint16', i],
        [0, 'text', name],
      ]);
    for (const i of [0, 1, 2]) writer.message(30, [time(i), [0, 'uint16', 6000 + i], [12, 'uint16', i]]);
    const { series } = await opened(writer.file());
    expect(series.map(({ key, personLabel }) => [key, personLabel])).toEqual([
      ['body-weight-ann-1', 'Ann 1'],
      ['body-weight-bo', 'Bo'],
      ['body-weight-ann-3', 'Ann 3'],
    ]);
  });

  it('a planned course is no walk', async () => {
    const writer = new FitWriter()
      .message(0, [[0, 'enum', 6]])
      .message(20, [time(0), [0, 'sint32', 1000], [1, 'sint32', 1000], [5, 'uint32', 100]]);
    const { series, notes } = await one(writer);
    expect(series.size).toBe(0);
    expect(notes.join()).toContain('1 points are of a planned route');
  });

  it('workouts that follow at once end by the next one only; laps stand for sessions that were never written', async () => {
    const lap = (from: number, lasts: number, sport: number) =>
      [
        [2, 'uint32', NEW_YEAR + from],
        [7, 'uint32', lasts * 1000],
        [25, 'enum', sport],
      ] satisfies [number, 'uint32' | 'enum', number][] as [number, 'uint32' | 'enum', number][];
    const writer = new FitWriter()
      .message(19, lap(0, 600, 5))
      .message(19, lap(600, 1800, 2))
      .message(19, lap(4000, 60.5, 1));
    const { series } = await one(writer);
    const code = (key: string) => codeFor('workout-session', key);
    expect(series.get('workout-session')).toEqual({
      times: [0, 600, 2400, 4000, 4060.5].map(at),
      values: [code('swimming'), code('cycling'), 0, code('running'), 0],
    });
    expect(series.get('workout-lap')!.values).toEqual([1, 2, 0, 3, 0]);
  });

  it('a number that no store holds, and times after the file was made, are told', async () => {
    const writer = new FitWriter()
      .message(20, [time(0), [91, 'uint32', 3_000_000_000]])
      .message(20, [time(10 * 86_400), [3, 'uint8', 70]]);
    const { rejections, notes } = await one(writer, { endMicros: at(86_400) });
    expect(rejections).toMatchObject([{ reason: 'number too large to store', count: 1 }]);
    expect(notes.join()).toContain('1 times lie after the file was last changed');
  });

  it('monitoring yields to what a workout says of the same second', async () => {
    const monitoring = new FitWriter().message(55, [time(0), [27, 'uint8', 61]]);
    for await (const item of (await opened(monitoring.file())).chunks(0))
      if (item.type === 'samples') expect(item).toMatchObject({ series: 'heart-rate', yields: true });
  });
});

describe('bad input', () => {
  /** Runs to the end, or ends in an error of ours. */
  async function survives(bytes: Uint8Array): Promise<Collected | null> {
    try {
      return await read(bytes);
    } catch (error) {
      if (error instanceof HaleError) return null;
      throw error;
    }
  }

  it.each(['Activity', 'WeightScaleMultiUser', 'antfs-dump.63', 'MonitoringFile', 'activity-settings-corruptheader'])(
    '%s cut at every byte gives a part of what the whole gives',
    async (name) => {
      const bytes = recorded(`fit/${name}.fit`);
      const whole = await read(bytes);
      for (let end = 14; end < bytes.length; end++) {
        const cut = await survives(bytes.subarray(0, end));
        // What lasts ends where the file ends, and what a file tells last (sport, persons, clock) is not told.
        for (const [key, { times }] of cut?.series ?? [])
          if (!/workout|cadence|heart-rate|person|body|battery|steps|time/.test(key))
            expect(times.length, `${key} at ${end}`).toBeLessThanOrEqual(whole.series.get(key)?.times.length ?? 0);
        if (cut) expect([...cut.rejections, ...cut.notes].length).toBeGreaterThan(0);
      }
    },
  );

  it('larger files cut here and there keep every record before the cut', async () => {
    const bytes = recorded('fit/activity-small-fenix2-run.fit');
    const whole = (await read(bytes)).series.get('heart-rate')!;
    for (let end = 5000; end < bytes.length; end += 7919) {
      const { series, rejections } = await read(bytes.subarray(0, end));
      const { times, values } = series.get('heart-rate')!;
      expect(values).toEqual(whole.values.slice(0, values.length));
      expect(times).toEqual(whole.times.slice(0, times.length));
      expect(values.length).toBeGreaterThan(((end - 600) / bytes.length) * 2700);
      expect(rejections.at(-1)).toMatchObject({ reason: 'cut off' });
    }
  });

  it.each([
    'MonitoringFile',
    'event_timestamp',
    'developer-types-sample',
    'garmin-fenix-5-walk',
    'WeightScaleMultiUser',
  ])('%s with bytes changed is read as far as it goes, or refused', async (name) => {
    const bytes = recorded(`fit/${name}.fit`).subarray(0, 20_000);
    const change = fc.tuple(fc.nat(Math.min(bytes.length, 4000) - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 12 }), async (changes) => {
        const changed = Uint8Array.from(bytes);
        for (const [place, byte] of changes) changed[place] = byte;
        const got = await survives(changed);
        for (const [, { times, values }] of got?.series ?? []) {
          expect(times.every(Number.isSafeInteger)).toBe(true);
          expect(values.length).toBe(times.length);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('bytes without sense after a right header', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (rest) => {
        await survives(joined(new FitWriter().file({ dataBytes: rest.length }).subarray(0, 14), rest));
      }),
      { numRuns: 300 },
    );
  });
});

describe('breaking off and going on', () => {
  // More than what is read on opening, with series that appear only at its end.
  const run = recorded('fit/activity-small-fenix2-run.fit');
  const long = joined(
    ...Array.from({ length: 40 }, () => run),
    recorded('fit/WeightScaleMultiUser.fit'),
    recorded('fit/event_timestamp.fit'),
  );

  it('from every position gives the same samples', async () => {
    const { chunks } = await opened(long);
    const whole = await collect(chunks(0));
    expect(whole.found).toContain('body-weight-person-2');
    const positions = [...new Set(whole.positions)];
    expect(positions.length).toBeGreaterThan(15);
    for (const position of positions.filter((_, i) => i % 5 === 0)) {
      const before: Collected = {
        series: new Map(),
        rejections: [],
        notes: [],
        found: [],
        positions: [],
        texts: new Set(),
      };
      for await (const item of chunks(0)) {
        if (item.type !== 'samples') continue;
        if (item.position > position) break;
        const joinedSamples = before.series.get(item.series) ?? { times: [], values: [] };
        joinedSamples.times.push(...item.times);
        joinedSamples.values.push(...item.values);
        before.series.set(item.series, joinedSamples);
      }
      const after = await collect(chunks(position));
      expect(sampleSet(before, after)).toEqual(sampleSet(whole));
    }
  });

  it('a source that answers in small pieces gives the same', async () => {
    const bytes = recorded('fit/event_timestamp.fit');
    const pieces = await collect((await opened(bytes, {}, 777)).chunks(0));
    expect(sampleSet(pieces)).toEqual(sampleSet(await read(bytes)));
  });
});
