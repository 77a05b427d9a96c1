import { describe, expect, it } from 'vitest';
import { detect, findSource, open, sourcesIn } from '../src/import/index.ts';
import { collect, folder, micros, recorded, recordedFolder, source } from './import-sources.ts';

const START = micros('2020-01-01T00:00:00Z');
const ecg = recordedFolder('ecg-wfdb');

function record(header: string, data: Uint8Array, name = 'r.dat') {
  const files = folder(source('r.hea', header), source(name, data));
  return open(files.find('r.hea')!, files, { startMicros: START });
}

/** An own writer of format 212, beside the reader. */
function pack212(samples: number[]): Uint8Array {
  const bytes: number[] = [];
  for (let i = 0; i < samples.length; i += 2) {
    const a = samples[i] & 0xfff;
    const b = (samples[i + 1] ?? 0) & 0xfff;
    bytes.push(a & 0xff, (a >> 8) | ((b >> 8) << 4));
    if (i + 1 < samples.length) bytes.push(b & 0xff);
  }
  return Uint8Array.from(bytes);
}

function pack16(samples: number[]): Uint8Array {
  return new Uint8Array(Int16Array.from(samples).buffer);
}

describe('MIT-BIH record 100', () => {
  it.each(['100.hea', '100.dat', '100.atr', '100'])('means the same record by the name %s', async (name) => {
    const opened = await open(findSource(name, ecg)!, ecg, { startMicros: START });
    expect(opened.format).toBe('wfdb');
    expect(opened.series.map(({ key, kind, ucum, factor, origin }) => ({ key, kind, ucum, factor, origin }))).toEqual([
      { key: 'ecg-mlii', kind: 'ecg-lead-unspecified', ucum: 'mV', factor: 0.005, origin: -5.12 },
      { key: 'ecg-v5', kind: 'ecg-lead-v5', ucum: 'mV', factor: 0.005, origin: -5.12 },
      { key: 'ecg-beat', kind: 'ecg-beat', ucum: '', factor: 1, origin: 0 },
      { key: 'rhythm-event', kind: 'rhythm-event', ucum: '', factor: 1, origin: 0 },
    ]);
  });

  it('gives every sample, and its checksums agree', async () => {
    const opened = await open(ecg.find('100.hea')!, ecg, { startMicros: START });
    const { series, notes, rejections } = await collect(opened.chunks(0));
    const [mlii, v5] = ['ecg-mlii', 'ecg-v5'].map((key) => series.get(key)!);
    expect([mlii.values.length, v5.values.length]).toEqual([650_000, 650_000]);
    expect([mlii.values[0], v5.values[0], mlii.values.at(-1), v5.values.at(-1)]).toEqual([995, 1011, 768, 1024]);
    const sum = (values: number[]): number => (values.reduce((all, value) => all + value, 0) << 16) >> 16;
    expect([sum(mlii.values), sum(v5.values)]).toEqual([-22131, 20052]);
    expect(mlii.times[0]).toBe(START);
    expect(mlii.times[1]).toBe(START + 2778);
    expect(mlii.times[360 * 60]).toBe(START + 60_000_000);
    expect(notes).toEqual([
      'The checksums of the header agree with the data.',
      'Annotations “atr”, marks whose subtype is not kept: 1.',
    ]);
    expect(rejections).toEqual([]);
  });

  it('reads an odd number of samples of three signals', async () => {
    const opened = await open(ecg.find('100_3chan.dat')!, ecg, { startMicros: START });
    const { series, notes } = await collect(opened.chunks(0));
    expect([...series].map(([key, { values }]) => [key, values.length, values[0], values.at(-1)])).toEqual([
      ['ecg-i', 999, 995, 949],
      ['ecg-ii', 999, 1011, 972],
      ['ecg-iii', 999, 995, 949],
    ]);
    expect(notes).toEqual(['The checksums of the header agree with the data.']);
  });

  it('gives the rest from every position it told', async () => {
    const opened = await open(ecg.find('100.hea')!, ecg, { startMicros: START });
    const whole = await collect(opened.chunks(0));
    for (const position of [whole.positions[0], whole.positions[3], recorded('ecg-wfdb/100.dat').length]) {
      const rest = await collect(opened.chunks(position));
      const before = Math.floor(position / 3);
      for (const [key, { times, values }] of whole.series) {
        const from = key.startsWith('ecg-m') || key === 'ecg-v5' ? before : 0;
        const got = rest.series.get(key) ?? { times: [], values: [] };
        expect(got.times, key).toEqual(times.slice(from));
        expect(got.values, key).toEqual(values.slice(from));
      }
      expect(rest.notes).toContain('The checksums of the header agree with the data.');
    }
  });

  it('lists the record once among the files of a folder', async () => {
    const names = (await sourcesIn(ecg)).map(({ source: one }) => one.name);
    expect(names.filter((name) => !name.endsWith('.json')).sort()).toEqual([
      '100.hea',
      '100_3chan.hea',
      'test_edfann.edf',
    ]);
  });
});

describe('the start of a recording', () => {
  const header = (rest: string) => `r 1 100 4${rest}\nr.dat 16 1 16 0 1 10 0 ECG\n`;
  const data = pack16([1, 2, 3, 4]);
  const files = (text: string) => folder(source('r.hea', text), source('r.dat', data));

  it('is the header date, in the given zone', async () => {
    const one = files(header(' 12:30:00.5 29/08/2017'));
    const opened = await open(one.find('r.hea')!, one, { zoneMinutes: 120 });
    const { series } = await collect(opened.chunks(0));
    expect(series.get('ecg')!.times[0]).toBe(micros('2017-08-29T10:30:00.500Z'));
    expect((await open(one.find('r.hea')!, one)).notes.join()).toMatch(/UTC is assumed/);
  });

  it('is counted back from the end, to the second', async () => {
    const one = files(header(''));
    const opened = await open(one.find('r.hea')!, one, { endMicros: START + 900_000 });
    expect((await collect(opened.chunks(0))).series.get('ecg')!.times).toEqual([
      START,
      START + 10_000,
      START + 20_000,
      START + 30_000,
    ]);
    expect(opened.notes.join()).toMatch(/no date of its own/);
  });

  it('must be told when nothing says it', async () => {
    const one = files(header(''));
    await expect(open(one.find('r.hea')!, one)).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('records of all shapes', () => {
  it('reads format 16 at a byte offset, several samples per frame, several files', async () => {
    const files = folder(
      source(
        'r.hea',
        'r 3 10 3 00:00:00 01/01/2020\na.dat 16x2+4 100(5)/uV 16 0 1 0 0 ECG\na.dat 16+4 2/mmHg 16 0 7 0 0 ABP\nb.dat 212 0 12 0 -5 0 0\n# age 40\n',
      ),
      source('a.dat', new Uint8Array([9, 9, 9, 9, ...pack16([1, 2, 7, 3, -32768, 8, 5, 6, 9])])),
      source('b.dat', pack212([-5, 2047, -2048])),
    );
    const opened = await open(files.find('r.hea')!, files);
    expect(opened.series.map(({ key, ucum, factor, origin }) => [key, ucum, factor, origin])).toEqual([
      ['ecg', 'uV', 0.01, -0.05],
      ['abp', 'mm[Hg]', 0.5, 0],
      ['signal', 'mV', 0.005, 0],
    ]);
    const { series } = await collect(opened.chunks(0));
    const s = micros('2020-01-01T00:00:00Z');
    expect(series.get('ecg')).toEqual({
      values: [1, 2, 3, 5, 6],
      times: [s, s + 50_000, s + 100_000, s + 200_000, s + 250_000],
    });
    expect(series.get('abp')!.values).toEqual([7, 8, 9]);
    // -2048 says "no valid sample": a gap, not a value.
    expect(series.get('signal')).toEqual({ values: [-5, 2047], times: [s, s + 100_000] });
    expect(opened.notes.join()).toMatch(/1 signals are not calibrated/);
  });

  it('keeps all readable samples of a file that was cut off', async () => {
    const full = recorded('ecg-wfdb/100.dat');
    for (const bytes of [0, 1, 2, 3, 4, 5, 6, 1000, 300_001, 1_949_999]) {
      const files = folder(ecg.find('100.hea')!, source('100.dat', full.subarray(0, bytes)));
      const opened = await open(files.find('100.hea')!, files, { startMicros: START });
      const { series } = await collect(opened.chunks(0));
      expect(series.get('ecg-mlii')?.values.length ?? 0).toBe(
        Math.floor((Math.floor(bytes / 3) * 2 + (bytes % 3 === 2 ? 1 : 0)) / 2),
      );
      expect(opened.notes.join()).toMatch(/ends early: \d+ of 650000 samples/);
    }
  });

  it('keeps what lies beyond a count that is too small, and says so', async () => {
    const opened = await record('r 1 100 2\nr.dat 16 1 16 0 1 3 0 X\n', pack16([1, 2, 3, 4]));
    const { series, notes } = await collect(opened.chunks(0));
    expect(series.get('x')!.values).toEqual([1, 2, 3, 4]);
    expect(opened.notes.join()).toMatch(/more samples than the header says/);
    expect(notes).toEqual(['The checksums of the header agree with the data.']);
  });

  it('does not take the padding of format 212 for a sample', async () => {
    const opened = await record('r 1 100 3\nr.dat 212 1 12 0 1 6 0 X\n', Uint8Array.from([...pack212([1, 2, 3]), 0]));
    expect((await collect(opened.chunks(0))).series.get('x')!.values).toEqual([1, 2, 3]);
  });

  it('tells a wrong checksum and a wrong first sample, and keeps the data', async () => {
    const opened = await record('r 1 100 3\nr.dat 16 1 16 0 9 77 0 X\n', pack16([1, 2, 3]));
    const { series, notes } = await collect(opened.chunks(0));
    expect(series.get('x')!.values.length).toBe(3);
    expect(notes.join()).toMatch(/checksum of 1 of 1 signals differs.*first sample of 1 signals differs/);
  });
});

describe('a header that lies', () => {
  const data = pack16([1, 2, 3]);
  it.each([
    ['', 'malformed'],
    ['# only a comment\n', 'malformed'],
    ['r\n', 'malformed'],
    ['r 2 360 100\nr.dat 16\n', 'malformed'],
    ['r 99999 360 100\n', 'malformed'],
    ['r -1 360 100\n', 'malformed'],
    ['r 0 360 100\n', 'unsupported'],
    ['r/3 1 360 100\nr.dat 16\n', 'malformed'],
    ['r/1 1 360 100\nr 100\n', 'malformed'],
    ['r/1 1 360 100\nq 100\n', 'not-found'],
    ['r/1 1 360 100\n../q 100\n', 'malformed'],
    ['r/99999 1 360 100\nq 100\n', 'malformed'],
    ['r/1 1 360 100\nq -3\n', 'malformed'],
    ['r 1 1e999 100\nr.dat 16\n', 'malformed'],
    ['r 1 360.5/100(3) 3\nr.dat 16\n', undefined],
    ['r 1 99999999 100\nr.dat 16\n', 'malformed'],
    ['r 1 0 100\nr.dat 16\n', 'malformed'],
    ['r 1 x 100\nr.dat 16\n', 'malformed'],
    ['r 1 360 999999999999999999999\nr.dat 16\n', 'malformed'],
    ['r 1 360 -5\nr.dat 16\n', 'malformed'],
    ['r 1 360 3\nr.dat 516\n', 'unsupported'],
    ['r 1 360 3\nr.dat 17\n', 'unsupported'],
    ['r 1 360 3\nr.dat 16x999999\n', 'malformed'],
    ['r 1 360 3\nr.dat what\n', 'malformed'],
    ['r 1 360 3\nr.dat\n', 'malformed'],
    ['r 1 360 3\nr.dat 16 banana\n', 'malformed'],
    ['r 1 360 3\nr.dat 16 -200\n', 'malformed'],
    ['r 1 360 3\nr.dat 16 200(99999999999)/mV\n', 'malformed'],
    ['r 1 360 3\n../r.dat 16\n', 'malformed'],
    ['r 1 360 3\n/etc/passwd 16\n', 'malformed'],
    ['r 1 360 3\n..\\r.dat 16\n', 'malformed'],
    ['r 1 360 3\nC:r.dat 16\n', 'malformed'],
    ['r 1 360 3\n.. 16\n', 'malformed'],
    ['r 1 360 3\n- 16\n', 'unsupported'],
    ['r 1 360 3\nmissing.dat 16\n', 'not-found'],
    ['r 2 360 3\nr.dat 16\nr.dat 212\n', 'malformed'],
    ['r 1 360 3 25:99\nr.dat 16+99999999999999999999\n', 'malformed'],
    ['r 1 360 3 12:00:00 99/99/2020\nr.dat 16\n', 'malformed'],
  ])('%j is told as %s', async (header, code) => {
    if (code === undefined) await expect(record(header, data)).resolves.toBeDefined();
    else await expect(record(header, data)).rejects.toMatchObject({ name: 'HaleError', code });
  });

  it('never quotes the header in an error', async () => {
    const error = await record('r 1 360 3\n../../Jane-Doe.dat 16\n', data).catch((caught: Error) => caught);
    expect(JSON.stringify([(error as Error).message, (error as { detail?: object }).detail])).not.toMatch(/Jane/);
  });

  it('is not mistaken for a table', async () => {
    const one = source('x.hea', 'time,hr\n2020-01-01,60\n');
    expect(await detect(one, folder(one))).toBe('wfdb');
  });

  it('throws only errors of ours, whatever byte is changed', async () => {
    const header = recorded('ecg-wfdb/100.hea');
    const dat = recorded('ecg-wfdb/100.dat').subarray(0, 3000);
    for (let i = 0; i < 1500; i++) {
      const changed = header.slice();
      changed[(i * 7919) % changed.length] = (i * 104_729) % 256;
      changed[(i * 31) % changed.length] = 0x30 + (i % 10);
      const files = folder(source('100.hea', changed), source('100.dat', dat));
      try {
        await collect((await open(files.find('100.hea')!, files, { startMicros: START })).chunks(0));
      } catch (error) {
        expect((error as Error).name, String(error)).toBe('HaleError');
      }
    }
  });
});
