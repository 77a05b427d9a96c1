import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ByteSource, detect, open } from '../src/import/index.ts';
import { collect, folder, micros, openText, recorded, sampleSet, source } from './import-sources.ts';

async function valuesOf(content: string | Uint8Array, options = {}) {
  const opened = await openText(content, options);
  return { opened, ...(await collect(opened.chunks(0))) };
}

describe('recorded exports, without any option', () => {
  it('Biovotion: 21,600 seconds, quality beside each signal, UTC by its title', async () => {
    const { opened, series, rejections, notes } = await valuesOf(recorded('biovotion/biovotion_6h_1hz.csv'));
    expect(opened.series.length).toBe(24);
    expect(opened.series.find(({ key }) => key === 'heart-rate')).toMatchObject({
      kind: 'heart-rate',
      loinc: '8867-4',
      ucum: '/min',
      factor: 1,
      nominalPeriodSeconds: 1,
    });
    expect(opened.series.find(({ key }) => key === 'spo2-quality')).toMatchObject({
      kind: 'spo2-quality',
      ucum: '%',
      kindKnown: true,
    });
    expect(opened.series.find(({ key }) => key === 'blood-pulse-wave')).toMatchObject({
      kindKnown: false,
      ucum: '',
      factor: 0.01,
    });
    expect(opened.series.find(({ key }) => key === 'heart-rate-variability')).toMatchObject({ kindKnown: false });
    const counts = Object.fromEntries([...series].map(([key, { times }]) => [key, times.length]));
    expect(counts).toMatchObject({
      'heart-rate': 21_378,
      spo2: 17_706,
      'respiratory-rate': 17_675,
      'air-pressure': 21_600,
      'heart-rate-variability': 10_359,
      steps: 21_600,
    });
    expect(counts['device-battery']).toBeUndefined();
    const heart = series.get('heart-rate')!;
    expect([heart.times[0], heart.times.at(-1)]).toEqual([
      micros('2017-08-29T01:59:35Z'),
      micros('2017-08-29T08:34:14Z'),
    ]);
    expect([heart.values[0], heart.values.at(-1)]).toEqual([54, 67]);
    expect(series.get('air-pressure')!.values.at(-1)).toBe(96_080);
    expect(rejections).toEqual([]);
    expect(opened.notes.join('\n')).toMatch(/UTC as their title says[\s\S]*“Firmware version”, “Counter”/);
    expect(notes.join('\n')).toMatch(/“Motion Activity” had more decimals/);
  });

  it('glucose: three persons, five minutes, no zone', async () => {
    const { opened, series } = await valuesOf(recorded('glucose/hall2018_3subjects_5min.csv'));
    expect(
      opened.series.map(({ key, personLabel, kind, loinc, nominalPeriodSeconds }) => [
        key,
        personLabel,
        kind,
        loinc,
        nominalPeriodSeconds,
      ]),
    ).toEqual(
      ['1636-69-035', '1636-69-104', '2133-039'].map((person) => [
        `glucose-cgm-${person}`,
        person,
        'glucose-cgm',
        '99504-3',
        300,
      ]),
    );
    expect([...series.values()].map(({ values }) => values.length)).toEqual([2180, 2361, 2013]);
    const last = series.get('glucose-cgm-2133-039')!;
    expect([last.times.at(-1), last.values.at(-1)]).toEqual([micros('2017-06-14T13:57:42Z'), 1060]);
    expect(opened.series[0].edges).toEqual([54, 70, 140, 180, 250, 300, 400]);
    expect(opened.notes.join('\n')).toMatch(/UTC is assumed[\s\S]*3 persons/);
  });

  it('glucose: one person alone, in a zone', async () => {
    const { opened, series } = await valuesOf(recorded('glucose/hall2018_3subjects_5min.csv'), {
      only: ['2133-039'],
      zoneMinutes: -480,
    });
    expect([...series.keys()]).toEqual(['glucose-cgm-2133-039']);
    expect(opened.series.length).toBe(1);
    expect(series.get('glucose-cgm-2133-039')!.times.at(-1)).toBe(micros('2017-06-14T21:57:42Z'));
    expect(opened.notes.join()).not.toMatch(/UTC is assumed/);
  });

  it.each([
    ['20161001', 31],
    ['20161101', 30],
    ['20161201', 31],
    ['20170101', 31],
  ])('Fitbit %s: sections, day-first dates, thousands separators', async (month, days) => {
    const { opened, series, rejections } = await valuesOf(recorded(`fitbit/fitbit_export_${month}.csv`));
    expect(opened.mapping!.tables.map(({ section, time }) => [section, time.form])).toEqual([
      ['Body', 'dmy'],
      ['Activities', 'dmy'],
      ['Sleep', 'dmy'],
    ]);
    expect(opened.series.length).toBe(16);
    for (const { times } of series.values()) expect(times.length).toBe(days);
    expect(rejections).toEqual([]);
  });

  it('Fitbit: a day’s values stand at local midnight', async () => {
    const { opened, series } = await valuesOf(recorded('fitbit/fitbit_export_20161001.csv'), { zoneMinutes: 120 });
    expect(series.get('body-weight')!.values.slice(0, 2)).toEqual([7242, 7234]);
    expect(series.get('energy-total')!.values[0]).toBe(16_610);
    expect(series.get('steps')!.values.at(-1)).toBe(9989);
    expect(series.get('steps')!.times[0]).toBe(micros('2016-09-30T22:00:00Z'));
    // A day's steps have another code than steps in unspecified time.
    expect(opened.series.find(({ key }) => key === 'steps')!.loinc).toBe('41950-7');
    expect(opened.series.find(({ key }) => key === 'distance')).toMatchObject({ ucum: 'km' });
  });
});

describe('mapping', () => {
  it('is plain JSON, can be corrected and passed back', async () => {
    const bytes = recorded('glucose/hall2018_3subjects_5min.csv');
    const { mapping } = await openText(bytes);
    const corrected = JSON.parse(JSON.stringify(mapping));
    corrected.tables[0].values[0] = { ...corrected.tables[0].values[0], kind: 'glucose-capillary', factor: 1 };
    delete corrected.tables[0].personColumn;
    const { opened, series } = await valuesOf(bytes, { mapping: corrected });
    expect(opened.series.map(({ key, loinc }) => [key, loinc])).toEqual(
      [['glucose-capillary', '99504-3']].map(([key]) => [key, opened.series[0].loinc]),
    );
    expect(series.get('glucose-capillary')!.values.slice(0, 2)).toEqual([112, 110]);
    expect(series.get('glucose-capillary')!.values.length).toBe(6554);
  });

  it.each([[{ version: 2 }], [{ delimiter: 'x' }], [{ encoding: 'ebcdic' }], [{ tables: [] }], [{ tables: [{}] }]])(
    'that is not usable is refused: %j',
    async (change) => {
      const { mapping } = await openText('time,hr\n2020-01-01 00:00:00,60\n');
      await expect(openText('x', { mapping: { ...mapping!, ...change } as never })).rejects.toMatchObject({
        name: 'HaleError',
        code: 'malformed',
      });
    },
  );

  it('refuses a factor of nothing', async () => {
    const { mapping } = await openText('time,hr\n2020-01-01 00:00:00,60\n');
    mapping!.tables[0].values[0].factor = 0;
    await expect(openText('x', { mapping: mapping! })).rejects.toMatchObject({ code: 'malformed' });
  });
});

describe('a series that exists', () => {
  const text = 'id,time,weight\na,2023-05-13 07:00:15,72.4\na,2023-05-14 07:00:15,72.5\n';
  it('keeps its finer scale', async () => {
    const existing = (key: string) => (key === 'body-weight-a' ? { ucum: 'kg', factor: 0.001, origin: 0 } : undefined);
    const { opened, series } = await valuesOf(text, { existing });
    expect(opened.series[0].factor).toBe(0.001);
    expect(series.get('body-weight-a')!.values).toEqual([72_400, 72_500]);
  });

  it.each([
    { ucum: 'kg', factor: 0.1, origin: 0 },
    { ucum: 'g', factor: 0.001, origin: 0 },
    { ucum: 'kg', factor: 0.001, origin: 5 },
  ])('of another scale %j changes nothing', async (other) => {
    const { opened } = await valuesOf(text, { existing: () => other });
    expect(opened.series[0].factor).toBe(0.01);
  });
});

const first = micros('2023-05-13T07:00:15Z');

describe('times in all their forms', () => {
  it.each([
    ['2023-05-13T07:00:15Z', 0],
    ['2023-05-13 07:00:15', 0],
    ['2023-05-13T09:00:15+02:00', 0],
    ['2023-05-13T07:00:15.250500Z', 250_500],
    ['2023/05/13 07:00:15', 0],
    ['13-05-2023 07:00:15', 0],
    ['13.05.2023 07:00:15', 0],
    ['05/13/23 07:00:15', 0],
    ['5/13/2023 7:00:15 AM', 0],
    ['20230513T070015Z', 0],
    ['1683961215', 0],
    ['1683961215.5', 500_000],
    ['1683961215123', 123_000],
    ['1683961215123456', 123_456],
  ])('%s', async (written, plus) => {
    const { series } = await valuesOf(`time,heart rate\n${written},61\n`);
    expect(series.get('heart-rate')).toEqual({ times: [first + plus], values: [61] });
  });

  it('decides day or month from rows further down', async () => {
    const rows = Array.from({ length: 12 }, (_, i) => `${String(i + 1).padStart(2, '0')}/02/2020,6${i % 10}`);
    const { opened, series } = await valuesOf(`Date,Pulse\n${rows.join('\n')}\n`);
    expect(opened.mapping!.tables[0].time.form).toBe('dmy');
    expect(series.get('pulse-rate')!.times.at(-1)).toBe(micros('2020-02-12T00:00:00Z'));
    expect(opened.notes.join()).not.toMatch(/cannot be told apart/);
  });

  it('says so where it cannot', async () => {
    const { opened } = await valuesOf('Date,Pulse\n03/03/2020,60\n');
    expect(opened.notes.join()).toMatch(/Day and month cannot be told apart/);
  });

  it('joins a date column and a clock column', async () => {
    const { series } = await valuesOf('Date;Time;Puls\n13.05.2023;07:00:15;61\n14.05.2023;07:00:15;62\n');
    expect(series.get('heart-rate')!.times).toEqual([first, first + 86_400e6]);
  });

  it('applies a zone column to each row, unless the title says UTC', async () => {
    const local = await valuesOf(
      'time,timezone,hr\n2023-05-13 09:00:15,+0200,61\n2023-05-13 07:00:16,Z,62\n2023-05-13 07:00:16,moon,62\n',
    );
    expect(local.series.get('heart-rate')!.times.slice(0, 2)).toEqual([first + 7200e6, first + 1e6]);
    const named = await valuesOf('UTC time,timezone,hr\n2023-05-13 07:00:15,+0200,61\n');
    expect(named.series.get('heart-rate')!.times).toEqual([first]);
  });

  it('rejects what is no time, and says where', async () => {
    const { series, rejections } = await valuesOf(
      'time,hr\n2023-05-13 07:00:15,61\n2023-02-30 00:00:00,62\n,63\nyesterday,64\n1066-10-14 00:00:00,65\n,\n2023-05-13 07:00:16,66\n2023-05-13 07:00:17,67\n2023-05-13 07:00:18,67\n2023-05-13 07:00:19,67\n2023-05-13 07:00:20,67\n',
      {
        mapping: (await openText('time,hr\n2023-05-13 07:00:15,61\n')).mapping!,
      },
    );
    expect(series.get('heart-rate')!.values.length).toBe(6);
    expect(rejections.map(({ place, reason }) => [place, reason])).toEqual([
      ['line 3', 'time not understood'],
      ['line 4', 'time missing'],
      ['line 5', 'time not understood'],
      ['line 6', 'time not understood'],
    ]);
  });
});

describe('cells', () => {
  it('empty is a gap; low and high, words and giants are rejected and never stored', async () => {
    const cells = ['100', '', 'Low', 'HIGH', 'abc', '99999999999', 'NaN', '<40', '>400', '101'];
    const rows = cells.map((cell, i) => `2023-05-13 07:0${i}:15,${cell}`);
    const { series, rejections } = await valuesOf(`time,glucose (mg/dL)\n${rows.join('\n')}\n`);
    expect(series.get('glucose-cgm')!.values).toEqual([1000, 1010]);
    expect(rejections.map(({ place, reason }) => `${place}: ${reason}`)).toEqual([
      'line 4: below sensor range',
      'line 5: above sensor range',
      'line 6: not a number',
      'line 7: number too large to store',
      'line 9: below sensor range',
      'line 10: above sensor range',
    ]);
    expect(JSON.stringify(rejections)).not.toMatch(/abc/);
  });

  it('decimal comma, thousands and units in titles', async () => {
    const { opened, series } = await valuesOf(
      'Datum;Gewicht (kg);Glucose [mmol/L]\n2023-05-13;72,45;5,5\n2023-05-14;1.072,50;6,1\n',
    );
    expect(opened.mapping!.decimalMark).toBe(',');
    expect(series.get('gewicht')!.values).toEqual([7245, 107_250]);
    expect(opened.series.find(({ kind }) => kind.startsWith('glucose'))).toMatchObject({ ucum: 'mmol/L' });
    expect([...series.keys()].some((key) => key.startsWith('glucose'))).toBe(true);
  });

  it('keeps molar glucose in its unit, with the molar code and edges', async () => {
    const rows = Array.from({ length: 5 }, (_, i) => `2023-05-13 07:${i}0:00,5.${i}`);
    const { opened } = await valuesOf(`time,glucose (mmol/L)\n${rows.join('\n')}\n`);
    expect(opened.series[0]).toMatchObject({ kind: 'glucose-cgm', ucum: 'mmol/L', loinc: '105272-9', factor: 0.1 });
    expect(opened.series[0].edges?.slice(0, 2)).toEqual([3, 3.9]);
  });

  it('counts what it rounds', async () => {
    const rows = Array.from({ length: 300 }, (_, i) => `${1_683_961_215 + i},${i < 250 ? '36.5' : '36.123456789'}`);
    const { series, notes } = await valuesOf(`time,body temperature\n${rows.join('\n')}\n`);
    expect(series.get('body-temperature')!.values.at(-1)).toBe(3612);
    expect(notes.join()).toMatch(/^50 values of “body temperature” had more decimals/);
  });
});

describe('text in all its encodings and quotings', () => {
  const text = 'time,heart rate,Körper (°C)\r\n2023-05-13 07:00:15,61,36.6\r\n2023-05-13 07:00:16,62,36.7\r\n';
  const utf16 = (le: boolean, mark: boolean): Uint8Array => {
    const units = [...(mark ? [0xfeff] : []), ...[...text].map((char) => char.charCodeAt(0))];
    return Uint8Array.from(units.flatMap((unit) => (le ? [unit & 255, unit >> 8] : [unit >> 8, unit & 255])));
  };
  it.each([
    ['UTF-8', new TextEncoder().encode(text)],
    ['UTF-8 with mark', new TextEncoder().encode(`\ufeff${text}`)],
    ['Latin-1', Uint8Array.from([...text].map((char) => char.charCodeAt(0)))],
    ['UTF-16LE with mark', utf16(true, true)],
    ['UTF-16LE', utf16(true, false)],
    ['UTF-16BE with mark', utf16(false, true)],
    ['UTF-16BE', utf16(false, false)],
  ])('%s', async (_, bytes) => {
    const { opened, series } = await valuesOf(bytes);
    expect(opened.series.map(({ key, ucum, sourceLabel }) => [key, ucum, sourceLabel])).toEqual([
      ['heart-rate', '/min', 'heart rate'],
      ['korper', 'Cel', 'Körper (°C)'],
    ]);
    expect(series.get('korper')!.values).toEqual([366, 367]);
  });

  it.each([',', ';', '\t', '|'])('delimiter %j', async (delimiter) => {
    const { series } = await valuesOf(
      `${['time', 'hr', 'spo2'].join(delimiter)}\n${['2023-05-13 07:00:15', '61', '97'].join(delimiter)}\n`,
    );
    expect(series.get('spo2')!.values).toEqual([970]);
  });

  it.each(['\n', '\r\n', '\r'])('line end %j', async (end) => {
    const { series } = await valuesOf(
      ['time,hr', '2023-05-13 07:00:15,61', '', '2023-05-13 07:00:16,62', ''].join(end),
    );
    expect(series.get('heart-rate')!.values).toEqual([61, 62]);
  });

  it('reads quotes, line ends within them, lines above the titles, empty rows', async () => {
    const { opened, series } = await valuesOf(
      'Export of "me"\n"time","note, long","heart ""rate"""\n"2023-05-13 07:00:15","two\nlines","61"\n,,\n"2023-05-13 07:00:16","x", "62" \n',
    );
    expect([...series.values()][0].values).toEqual([61, 62]);
    expect(opened.notes.join()).toMatch(/first 1 lines are no measurements/);
  });

  it('loses only the line whose quote never closes', async () => {
    const { series, rejections } = await valuesOf(
      'time,hr\n2023-05-13 07:00:15,61\n2023-05-13 07:00:16,"62\n2023-05-13 07:00:17,63\n',
    );
    expect(series.get('heart-rate')!.values).toEqual([61, 63]);
    expect(rejections.map(({ place, reason }) => [place, reason])).toEqual([['line 3', 'quote not closed']]);
  });

  it('passes over a line longer than a line may be, and finds the next', async () => {
    const { series, rejections } = await valuesOf(
      `time,hr\n2023-05-13 07:00:15,61\n${'7'.repeat(3_000_000)}\n2023-05-13 07:00:17,63\n`,
    );
    expect(series.get('heart-rate')!.values).toEqual([61, 63]);
    expect(rejections.map(({ place, reason }) => [place, reason])).toEqual([['line 3', 'line too long']]);
  });
});

describe('persons', () => {
  it('met far down the file become series on the way', async () => {
    const mapping = (await openText('id,time,hr\na,2023-05-13 07:00:15,61\n')).mapping!;
    const { found, opened } = await valuesOf(
      'id,time,hr\na,2023-05-13 07:00:15,61\nb,2023-05-13 07:00:16,62\n,2023-05-13 07:00:17,62\n',
      { mapping },
    );
    expect(opened.series.map(({ key }) => key)).toEqual(['heart-rate-a', 'heart-rate-b']);
    expect(found).toEqual([]);
  });

  it('are bounded in number', async () => {
    const rows = Array.from({ length: 1200 }, (_, i) => `p${i},2023-05-13 07:00:15,61`);
    const { series, rejections } = await valuesOf(
      `id,time,hr\np0,2023-05-13 07:00:14,60\np0,2023-05-13 07:00:13,60\n${rows.join('\n')}\n`,
      {
        mapping: (await openText('id,time,hr\na,2023-05-13 07:00:15,61\n')).mapping!,
      },
    );
    expect(series.size).toBe(1000);
    expect(rejections.reduce((sum, { count }) => sum + count, 0)).toBe(200);
  });
});

describe('resuming', () => {
  it('any position ever told gives the rest, and lines keep their numbers', async () => {
    const rows = Array.from(
      { length: 200_000 },
      (_, i) => `${1_683_961_215 + i},${i % 50_000 === 7 ? 'x' : 60 + (i % 40)},${i % 3 ? '97' : ''}`,
    );
    const opened = await openText(`time,hr,spo2\n${rows.join('\n')}\n`);
    const whole = await collect(opened.chunks(0));
    const all = sampleSet(whole);
    expect(all.size).toBe(200_000 - 4 + 133_333);
    for (const stopAfter of [1, 3, 6]) {
      const before = { ...whole, series: new Map() } as typeof whole;
      let position = 0;
      let taken = 0;
      for await (const item of opened.chunks(0)) {
        if (item.type !== 'samples') continue;
        const joined = before.series.get(item.series) ?? { times: [], values: [] };
        before.series.set(item.series, {
          times: [...joined.times, ...item.times],
          values: [...joined.values, ...item.values],
        });
        position = item.position;
        if (++taken === stopAfter) break;
      }
      const after = await collect(opened.chunks(position));
      const union = sampleSet(before, after);
      expect(union.size).toBe(all.size);
      for (const sample of union) if (!all.has(sample)) expect.fail('a sample that the whole does not have');
      const places = new Set(whole.rejections.map(({ place }) => place));
      expect(after.rejections.every(({ place }) => places.has(place))).toBe(true);
    }
  });

  it('works from the middle of a file with sections', async () => {
    const bytes = recorded('fitbit/fitbit_export_20161001.csv');
    const opened = await openText(bytes);
    const whole = await collect(opened.chunks(0));
    const line = new TextDecoder().decode(bytes).search(/"20-10-2016","\d,\d{3}"/);
    const rest = await collect(opened.chunks(line));
    expect(rest.series.get('steps')!.values).toEqual(whole.series.get('steps')!.values.slice(19));
    expect(rest.series.get('sleep-duration')!.values.length).toBe(31);
    expect(rest.series.get('body-weight')).toBeUndefined();
  });
});

describe('broken input', () => {
  it('cut anywhere keeps all complete rows', async () => {
    const bytes = recorded('glucose/hall2018_3subjects_5min.csv').subarray(0, 20_000);
    const text = new TextDecoder().decode(bytes);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 60, max: bytes.length }), async (cut) => {
        const complete = text.slice(0, cut).split('\n').length - 2;
        const opening = await valuesOf(bytes.subarray(0, cut)).catch((error: { code: string }) => error.code);
        if (typeof opening === 'string') return expect([opening, complete]).toEqual(['unsupported', 0]);
        const { series } = opening;
        const got = [...series.values()].reduce((sum, { times }) => sum + times.length, 0);
        expect(got === complete || got === complete + 1).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('sources that answer short change nothing', async () => {
    const bytes = recorded('fitbit/fitbit_export_20161201.csv');
    const short = source('x.csv', bytes, 7);
    const whole = await valuesOf(bytes);
    const slow = await collect((await open(short, folder(short))).chunks(0));
    expect(sampleSet(slow)).toEqual(sampleSet(whole));
  });

  it('is told as unsupported when it is no table', async () => {
    for (const content of [
      '',
      'hello',
      '{"a": 1}',
      '<xml/>',
      'a,b\n1,2\n',
      '\0\u0001\u0002',
      'time\n2020-01-01\n',
      '"',
      ',',
      ';;;;',
      '\ufeff',
    ]) {
      const one = source('x', content);
      expect(await detect(one, folder(one)), JSON.stringify(content)).toBeNull();
      await expect(open(one, folder(one))).rejects.toMatchObject({ code: 'unsupported' });
    }
  });

  it('throws only errors of ours, whatever the bytes', async () => {
    const seed = new TextEncoder().encode(
      'id,time,hr,temp\n1,2020-01-01 00:00:00,60,36.6\n1,2020-01-01 00:00:01,"61",36.7\n',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(seed.length - 1), fc.nat(255)), { maxLength: 12 }),
        fc.uint8Array({ maxLength: 40 }),
        async (changes, tail) => {
          const bytes = new Uint8Array([...seed, ...tail]);
          for (const [at, byte] of changes) bytes[at] = byte;
          try {
            const { series } = await valuesOf(bytes);
            for (const { times, values } of series.values())
              expect(times.every(Number.isSafeInteger) && values.every(Number.isInteger)).toBe(true);
          } catch (error) {
            expect((error as Error).name, String(error)).toBe('HaleError');
          }
        },
      ),
      { numRuns: 1500 },
    );
  });
});

/** A large source that exists nowhere: a head, the same block many times, a tail. */
function repeating(
  head: Uint8Array,
  block: Uint8Array,
  blocks: number,
  tail: Uint8Array = new Uint8Array(0),
): ByteSource {
  const tailStart = head.length + blocks * block.length;
  const sizeBytes = tailStart + tail.length;
  return {
    name: 'big.csv',
    sizeBytes,
    async read(offset, length) {
      const out = new Uint8Array(Math.max(0, Math.min(length, sizeBytes - offset)));
      for (let filled = 0; filled < out.length; ) {
        const at = offset + filled;
        const [from, start] =
          at < head.length
            ? [head, at]
            : at < tailStart
              ? [block, (at - head.length) % block.length]
              : [tail, at - tailStart];
        const part = from.subarray(start, Math.min(from.length, start + out.length - filled));
        out.set(part, filled);
        filled += part.length;
      }
      return out;
    },
  };
}

describe('a person met only after 64 MB', () => {
  it('becomes a series on the way', async () => {
    const text = (rows: string[]): Uint8Array => new TextEncoder().encode(rows.join(''));
    const block = text(Array.from({ length: 8192 }, (_, i) => `a,${1_683_961_215 + i},61\n`));
    const big = repeating(
      text(['id,time,hr\n']),
      block,
      Math.ceil((66 * 1024 * 1024) / block.length),
      text(['b,1683961215,62\n']),
    );
    const opened = await open(big, folder(big));
    expect(opened.series.map(({ key }) => key)).toEqual(['heart-rate-a']);
    const seen: string[] = [];
    for await (const item of opened.chunks(big.sizeBytes - 2_000_000 - ((big.sizeBytes - 2_000_000 - 11) % 16))) {
      if (item.type === 'series') seen.push(`found ${item.series.key} ${item.series.personLabel}`);
      if (item.type === 'samples' && item.series === 'heart-rate-b') seen.push(`samples ${item.values}`);
    }
    expect(seen).toEqual(['found heart-rate-b b', 'samples 62']);
  });
});

describe('a file of 200 MB', () => {
  it('passes through in little memory', async () => {
    const row = (i: number): string =>
      `${new Date(1_500_000_000_000 + i * 1000).toISOString()},${60 + (i % 40)},${(36 + (i % 30) / 10).toFixed(2)},${i % 7 === 0 ? '' : 95}\n`;
    const head = new TextEncoder().encode('time,heart rate (bpm),body temperature (Cel),spo2\n');
    const block = new TextEncoder().encode(Array.from({ length: 4096 }, (_, i) => row(i)).join(''));
    const blocks = Math.floor((200 * 1024 * 1024) / block.length);
    const big = repeating(head, block, blocks);
    // What is held, not what waits to be collected: that depends on how busy the machine is.
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const held = (): number => {
      collectGarbage();
      return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
    };
    const opened = await open(big, folder(big));
    const before = held();
    let peak = 0;
    let count = 0;
    let chunks = 0;
    for await (const item of opened.chunks(0)) {
      if (item.type === 'samples') count += item.times.length;
      if (chunks++ % 50 === 0) peak = Math.max(peak, held() - before);
    }
    expect(chunks).toBeGreaterThan(200);
    expect(count).toBe(blocks * (4096 * 3 - Math.ceil(4096 / 7)));
    expect(peak).toBeLessThan(40 * 1024 * 1024);
  });
});
