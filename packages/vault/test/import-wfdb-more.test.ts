// WFDB beyond format 212 and 16: all storage formats, segments, annotations.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { open, sourcesIn } from '../src/import/index.ts';
import { parseAnnotationFile } from '../src/import/wfdb-annotations.ts';
import { codeFor, codesOf } from '../src/kinds.ts';
import { collect, folder, micros, recorded, recordedFolder, source } from './import-sources.ts';
import { expectCutsToBeRead, expectEveryPositionToResume, expectMutationsToBeRead } from './import-trials.ts';
import { packMarks, packSignal } from './wfdb-writer.ts';

const DATA = join(import.meta.dirname, '../../../test/data/telemetry/ecg-wfdb');
const START = micros('2020-01-01T00:00:00Z');

describe('the annotations of MIT-BIH record 100', () => {
  const expected = JSON.parse(readFileSync(join(DATA, '100.atr.expected.json'), 'utf8'));

  it('are those that Python reads: 2,274', async () => {
    const bytes = recorded('ecg-wfdb/100.atr');
    expect(parseAnnotationFile(bytes).annotations.length).toBe(expected.annotations);
    const files = folder(
      source('100.hea', recorded('ecg-wfdb/100.hea')),
      source('100.atr', bytes),
      source('100.dat', new Uint8Array(3)),
    );
    const opened = await open(files.find('100.hea')!, files, { startMicros: START });
    const { series } = await collect(opened.chunks(0));
    const beats = series.get('ecg-beat')!;
    const told = expected.series['ecg-beat'];
    expect(beats.times.length).toBe(told.samples);
    const at = (sample: number): number => START + Math.round((sample * 1e6) / 360);
    expect([beats.times[0], beats.times.at(-1)]).toEqual([at(told.firstSample), at(told.lastSample)]);
    for (const [key, count] of Object.entries(told.counts))
      expect(beats.values.filter((value) => value === codeFor('ecg-beat', key)).length, key).toBe(count);
    for (const [sample, key] of told.values) {
      const code = beats.values[beats.times.indexOf(at(sample))];
      expect(codesOf('ecg-beat').find(({ value }) => value === code)?.key, `sample ${sample}`).toBe(key);
    }
    expect(series.get('rhythm-event')).toEqual({
      times: [at(expected.series['rhythm-event'].values[0][0])],
      values: [codeFor('rhythm-event', 'sinus-rhythm')],
    });
  });

  it('stand every cut and many changes', async () => {
    const bytes = recorded('ecg-wfdb/100.atr');
    const files = folder(source('100.hea', recorded('ecg-wfdb/100.hea')), source('100.dat', new Uint8Array(3)));
    const trial = { name: '100.atr', bytes, beside: files, options: { startMicros: START } };
    await expectCutsToBeRead(trial, 17);
    await expectMutationsToBeRead(trial, 300);
  });
});

describe('annotations as annot(5) has them', () => {
  const read = async (marks: Parameters<typeof packMarks>[0], cut = 0, name = 'r.atr') => {
    const bytes = packMarks(marks);
    const files = folder(
      source('r.hea', 'r 1 250 2 00:00:00 01/01/2020\nr.dat 16\n'),
      source('r.dat', packSignal(16, [1, 2])),
      source(name, bytes.subarray(0, bytes.length - cut)),
    );
    return collect((await open(files.find('r.hea')!, files)).chunks(0));
  };

  it('skip far, and back', async () => {
    const { series } = await read([
      { tick: 5_000_000, code: 1 },
      { tick: 4_999_000, code: 5 },
    ]);
    expect(series.get('ecg-beat')!.times).toEqual([START + 20_000e6, START + 19_996e6]);
  });

  it('tell rhythms by their texts, and a resolution of their own', async () => {
    const { series, notes } = await read([
      { tick: 0, code: 22, aux: '## time resolution: 1000' },
      { tick: 10, code: 28, aux: '(AFIB\0' },
      { tick: 20, code: 28, aux: '(WHAT' },
      { tick: 30, code: 1, subtype: 3, channel: 1 },
      { tick: 30, code: 5, channel: 2 },
      { tick: 40, code: 22, aux: 'Jane turned in bed' },
      { tick: 50, code: 45 },
    ]);
    expect(series.get('rhythm-event')).toEqual({
      times: [START + 10_000],
      values: [codeFor('rhythm-event', 'atrial-fibrillation')],
    });
    expect(series.get('ecg-beat')).toEqual({
      times: [START + 20_000, START + 30_000, START + 30_001, START + 40_000],
      values: [28, 1, 5, 22],
    });
    expect(notes.join(' ')).toMatch(
      /recorder's own that Hale has no code for, not kept: 1.*subtype is not kept: 1.*words are not kept: 2/,
    );
    expect(notes.join(' ')).not.toMatch(/Jane/);
  });

  it('of another annotator are series of their own, and a cut is told', async () => {
    const { series, notes } = await read([{ tick: 1, code: 1 }], 2, 'r.gqrs');
    expect(series.get('ecg-beat-gqrs')!.times).toEqual([START + 4000]);
    expect(notes.join()).toMatch(/“gqrs” end early/);
  });

  it('of apnoea or sleep scorers are left alone: their letters mean other things', async () => {
    const { series } = await read([{ tick: 1, code: 8 }], 0, 'r.apn');
    expect([...series.keys()]).toEqual(['signal']);
  });
});

describe('storage formats', () => {
  const record = async (format: number, samples: number[], invalid: number | null) => {
    const files = folder(
      source('r.hea', `r 1 1 ${samples.length} 00:00:00 01/01/2020\nr.dat ${format} 10 16 0 0\n`),
      source('r.dat', packSignal(format, samples)),
    );
    const { series } = await collect((await open(files.find('r.hea')!, files)).chunks(0));
    expect(series.get('signal')!.values).toEqual(samples.filter((value) => value !== invalid));
  };

  it.each([
    [8, [0, 127, 0, -128, -1, 100], null],
    [16, [0, 32767, -32768, -32767, -1], -32768],
    [24, [0, 8388607, -8388608, -8388607, -1], -8388608],
    [32, [0, 2147483647, -2147483648, -2147483647, -1], -2147483648],
    [61, [0, 32767, -32768, -32767, -1, 258], -32768],
    [80, [0, 127, -128, -127, -1], -128],
    [160, [0, 32767, -32768, -32767, -1], -32768],
    [212, [0, 2047, -2048, -2047, -1], -2048],
    [310, [0, 511, -512, -511, -1], -512],
    [310, [1, 2, 3, 4], -512],
    [311, [0, 511, -512, -511, -1], -512],
    [311, [1, 2, 3, 4], -512],
  ])('%i gives its extremes back', async (format, samples, invalid) => await record(format, samples, invalid));

  it.each([8, 16, 24, 32, 61, 80, 160, 212, 310, 311])(
    '%i: several rates in a frame, resumed and cut anywhere',
    async (format) => {
      const samples = Array.from({ length: 30 * 4 }, (_, i) => ((i * 37) % 101) - 50);
      const bytes = packSignal(format, samples, [3, 1]);
      const header = source(
        'r.hea',
        `r 2 10 30 00:00:00 01/01/2020\nr.dat ${format}x3 10 16 0 0 0 0 A\nr.dat ${format} 10 16 0 0 0 0 B\n`,
      );
      const files = folder(header, source('r.dat', bytes));
      const { series } = await collect((await open(header, files)).chunks(0));
      expect(series.get('a')!.values).toEqual(samples.filter((_, i) => i % 4 !== 3));
      expect(series.get('b')!.values).toEqual(samples.filter((_, i) => i % 4 === 3));
      expect(series.get('a')!.times[4]).toBe(START + 133_333);
      const trial = { name: 'r.dat', bytes, beside: folder(header) };
      await expectEveryPositionToResume(trial);
      await expectCutsToBeRead(trial, 1, 0);
    },
  );

  it('resume in a long file of every packing', async () => {
    for (const format of [8, 310]) {
      const samples = Array.from({ length: 200_002 }, (_, i) => Math.round(100 * Math.sin(i / 50)));
      const header = source('r.hea', `r 1 360 200002 00:00:00 01/01/2020\nr.dat ${format} 10 16 0 0 0 0 A\n`);
      await expectEveryPositionToResume({ name: 'r.dat', bytes: packSignal(format, samples), beside: folder(header) });
    }
  });
});

describe('records of several segments', () => {
  const segment = (name: string, signals: string[], samples: number[]) => [
    source(
      `${name}.hea`,
      `${name} ${signals.length} 100 ${samples.length / signals.length}\n${signals.map((one) => `${name}.dat 16 ${one}\n`).join('')}`,
    ),
    source(`${name}.dat`, packSignal(16, samples)),
  ];
  const II = '200/mV 16 0 0 0 0 II';
  const ABP = '1.25(-100)/mmHg 16 0 0 0 0 ABP';
  const master = (lines: string) => source('long.hea', lines);

  it('of fixed layout go on in one series', async () => {
    const files = folder(
      master('long/2 1 100 5 08:26:04 26/10/1994\npart1 3\npart2 2\n'),
      ...segment('part1', [II], [1, 2, 3]),
      ...segment('part2', [II], [4, 5]),
      source('long.atr', packMarks([{ tick: 4, code: 1 }])),
    );
    const opened = await open(files.find('long.hea')!, files);
    expect(opened.what).toBe(
      'An ECG recording in 2 segments, one signal, 100 samples a second, 0 seconds, with annotations',
    );
    const { series } = await collect(opened.chunks(0));
    const start = micros('1994-10-26T08:26:04Z');
    expect(series.get('ecg-ii')).toEqual({
      times: [0, 1, 2, 3, 4].map((i) => start + i * 10_000),
      values: [1, 2, 3, 4, 5],
    });
    expect(series.get('ecg-beat')!.times).toEqual([start + 40_000]);
    // Only the whole is imported from a folder, not its parts once more.
    expect((await sourcesIn(files)).map(({ source: one }) => one.name)).toEqual(['long.hea']);
  });

  it('of variable layout have gaps, signals that come and go, and scales that change', async () => {
    const files = folder(
      master('long/6 2 100 1011 00:00:00 01/01/2020\nlayout 0\n~ 1000\na 2\nb 4\ngone 3\nc 2\n'),
      source('layout.hea', `layout 2 100 0\n~ 0 ${II}\n~ 0 ${ABP}\n`),
      ...segment('a', [II, ABP], [1, 10, 2, 20]),
      ...segment('b', [ABP], [30, 40, 50, 60]),
      ...segment('c', ['100/mV 16 0 0 0 0 II'], [7, 8]),
    );
    const opened = await open(files.find('long.hea')!, files);
    expect(opened.series.map(({ key, kind, ucum, factor, origin }) => [key, kind, ucum, factor, origin])).toEqual([
      ['ecg-ii', 'ecg-lead-ii', 'mV', 0.005, 0],
      ['abp', 'abp', 'mm[Hg]', 0.8, 80],
      ['ecg-ii-2', 'ecg-lead-ii', 'mV', 0.01, 0],
    ]);
    expect(opened.notes.join(' ')).toMatch(/In 1 stretches.*1 segments of the recording are not in the folder/);
    const { series } = await collect(opened.chunks(0));
    const at = (frame: number): number => START + frame * 10_000;
    expect(series.get('ecg-ii')).toEqual({ times: [at(1000), at(1001)], values: [1, 2] });
    expect(series.get('abp')).toEqual({
      times: [1000, 1001, 1002, 1003, 1004, 1005].map(at),
      values: [10, 20, 30, 40, 50, 60],
    });
    expect(series.get('ecg-ii-2')).toEqual({ times: [at(1009), at(1010)], values: [7, 8] });
  });

  it('resume from every position', async () => {
    const parts = ['p', 'q', 'r'].flatMap((name, i) => segment(name, [II], [i, i + 1, i + 2]));
    const bytes = new TextEncoder().encode('long/3 1 100 9 00:00:00 01/01/2020\np 3\nq 3\nr 3\n');
    await expectEveryPositionToResume({
      name: 'long.hea',
      bytes,
      beside: folder(...parts, source('long.qrs', packMarks([{ tick: 1, code: 1 }]))),
    });
    await expectMutationsToBeRead(
      { name: 'long.hea', bytes, beside: folder(...parts), options: { startMicros: START } },
      500,
    );
  });

  it('do not lie within each other', async () => {
    const files = folder(master('long/1 1 100 3 00:00:00 01/01/2020\nlong 3\n'));
    await expect(open(files.find('long.hea')!, files)).rejects.toMatchObject({ code: 'malformed' });
  });
});

it('a folder of real records gives each once', async () => {
  const names = (await sourcesIn(recordedFolder('ecg-wfdb'))).map(({ source: one }) => one.name);
  expect(names.filter((name) => name.startsWith('100') && !name.endsWith('.json'))).toEqual([
    '100.hea',
    '100_3chan.hea',
  ]);
});
