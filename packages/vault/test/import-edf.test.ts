import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scaleOf } from '../src/import/edf-header.ts';
import { detect, open } from '../src/import/index.ts';
import { codeFor, codesOf } from '../src/kinds.ts';
import { noteNumber } from '../src/notes.ts';
import { tal, type WrittenEdf, writeEdf } from './edf-writer.ts';
import { collect, folder, micros, recorded, source } from './import-sources.ts';
import { expectCutsToBeRead, expectEveryPositionToResume, expectMutationsToBeRead } from './import-trials.ts';

const DATA = join(import.meta.dirname, '../../../test/data/telemetry/ecg-wfdb');
const expected = JSON.parse(readFileSync(join(DATA, 'test_edfann.expected.json'), 'utf8'));

function opening(bytes: Uint8Array, options = {}) {
  const one = source('night.edf', bytes);
  return open(one, folder(one), options);
}

const keyOf = (kind: string, value: number) => codesOf(kind).find((code) => code.value === value)?.key;

describe('the annotations of a real night', () => {
  const bytes = recorded('ecg-wfdb/test_edfann.edf');

  it('are the stages and events that Python reads', async () => {
    const opened = await opening(bytes, { zoneMinutes: 0 });
    expect(opened.what).toBe('The annotations of a recording (EDF+)');
    expect(opened.series.map(({ key, kindKnown }) => [key, kindKnown])).toEqual([
      ['sleep-event', true],
      ['sleep-stage', true],
    ]);
    const { series, rejections, notes } = await collect(opened.chunks(0));
    expect([rejections, notes]).toEqual([[], []]);
    for (const kind of ['sleep-stage', 'sleep-event']) {
      const { times, values } = series.get(kind)!;
      const told = expected.series[kind];
      expect(times.length).toBe(told.samples);
      for (const [iso, key] of told.values) {
        const at = times.indexOf(Number(BigInt(Date.parse(iso)) * 1000n) + Number(iso.slice(-4, -1)));
        expect(at, `${kind} ${iso}`).toBeGreaterThanOrEqual(0);
        expect(keyOf(kind, values[at])).toBe(key);
      }
    }
    const stages = series.get('sleep-stage')!;
    for (const [key, count] of Object.entries(expected.series['sleep-stage'].counts))
      expect(stages.values.filter((value) => value === codeFor('sleep-stage', key)).length, key).toBe(count);
    expect(stages.values.filter((value) => value === 0).length).toBe(expected.series['sleep-stage'].ends);
    expect(stages.times[0]).toBe(micros(expected.series['sleep-stage'].first));
    expect(stages.times.at(-1)).toBe(micros(expected.series['sleep-stage'].last));
  });

  it('lies in the zone that is given, and says when none was', async () => {
    const { series } = await collect((await opening(bytes, { zoneMinutes: 60 })).chunks(0));
    expect(series.get('sleep-stage')!.times[0]).toBe(micros(expected.start) - 3600e6);
    expect((await opening(bytes)).notes.join()).toMatch(/no time zone/);
  });

  it('is read as far as it goes wherever it is cut', async () =>
    await expectCutsToBeRead({ name: 'x.edf', bytes }, 211));
});

const NIGHT: WrittenEdf = {
  recording: 'Startdate 02-MAR-2102 PSG-1234/2002 NN Telemetry03',
  date: '02.03.02',
  reserved: 'EDF+C',
  seconds: '0.5',
  signals: [
    { label: 'ECG II', dimension: 'uV', physical: ['-3276.8', '3276.7'], samplesPerRecord: 5 },
    { label: 'SaO2', dimension: '%', physical: ['0', '100'], digital: ['0', '1000'], samplesPerRecord: 1 },
    {
      label: 'EEG Fpz-Cz',
      dimension: 'uV',
      physical: ['250', '-250'],
      digital: ['-2048', '2047'],
      samplesPerRecord: 2,
    },
    { label: 'EDF Annotations', samplesPerRecord: 60 },
    { label: 'Resp nasal', dimension: 'L/s', physical: ['-1', '1'], digital: ['-100', '100'], samplesPerRecord: 1 },
  ],
  records: [
    [[1, 2, 3, -4, 5], [971], [-2048, 2047], `${tal('+0.25', null, '')}${tal('+0.25', '30', 'Sleep stage N2')}`, [-7]],
    [
      [6, 7, 8, 9, 10],
      [968],
      [0, 1],
      `${tal('+0.75', null, '')}${tal('+0.5', '0.25', 'Obstructive apnea', 'Lab’s own word')}`,
      [3],
    ],
    [[-11, 12, 13, 14, 15], [0], [2, 3], `${tal('+1.25', null, '')}${tal('+60.25', '30', 'Sleep stage R')}`, [50]],
  ],
};

describe('EDF+ as the specification has it', () => {
  const start = micros('2102-03-02T22:15:30Z') + 250_000;

  it('takes the long date, the fraction of its first record, several rates, exact scales', async () => {
    const opened = await opening(writeEdf(NIGHT), { zoneMinutes: 0 });
    expect(opened.what).toBe('A recording (EDF+), 4 signals, 2 seconds');
    expect(opened.series.map(({ key, kind, ucum, factor, origin }) => [key, kind, ucum, factor, origin])).toEqual([
      ['ecg-ii', 'ecg-lead-ii', 'uV', 0.1, 0],
      ['spo2', 'spo2', '%', 0.1, 0],
      ['eeg-fpz-cz', 'eeg-fpz-cz', 'uV', 500 / 4095, -250 / 4095],
      ['resp-nasal', 'resp-nasal', 'L/s', 0.01, 0],
      ['note', 'note', '', 1, 0],
      ['note-duration', 'note-duration', 's', 0.001, 0],
      ['sleep-event', 'sleep-event', '', 1, 0],
      ['sleep-stage', 'sleep-stage', '', 1, 0],
    ]);
    const { series, notes } = await collect(opened.chunks(0));
    expect(series.get('ecg-ii')).toEqual({
      times: Array.from({ length: 15 }, (_, i) => start + i * 100_000),
      values: [1, 2, 3, -4, 5, 6, 7, 8, 9, 10, -11, 12, 13, 14, 15],
    });
    expect(series.get('spo2')).toEqual({ times: [0, 1, 2].map((i) => start + i * 500_000), values: [971, 968, 0] });
    // A range written upside down is turned, so that the factor stays positive and 250 µV stay 250 µV.
    expect(series.get('eeg-fpz-cz')!.values).toEqual([2048, -2047, -0, -1, -2, -3].map((value) => value + 0));
    const header = start - 250_000;
    expect(series.get('sleep-stage')).toEqual({
      times: [start, header + 30_250_000, header + 60_250_000, header + 90_250_000],
      values: [codeFor('sleep-stage', 'n2'), 0, codeFor('sleep-stage', 'rem'), 0],
    });
    expect(series.get('sleep-event')).toEqual({
      times: [header + 500_000, header + 750_000],
      values: [codeFor('sleep-event', 'obstructive-apnea'), 0],
    });
    expect(series.get('note')).toEqual({ times: [header + 500_000], values: [noteNumber('Lab’s own word')] });
    expect(series.get('note-duration')).toEqual({ times: [header + 500_000], values: [250] });
    expect(notes).toEqual([]);
  });

  it('keeps what a laboratory says in its own words, each at a moment of its own', async () => {
    const night: WrittenEdf = {
      reserved: 'EDF+C',
      seconds: '1',
      signals: [{ label: 'EDF Annotations', samplesPerRecord: 80 }],
      records: [
        [`${tal('+0', null, '')}${tal('+0.5', null, 'gel', 'cap off', 'gel', 'Füße')}${tal('+0.5', '3', 'cough')}`],
        [`${tal('+1', null, '')}${tal('+1.5', null, 'Obstructive apnea', 'Hypopnea', 'Arousal')}`],
      ],
    };
    const bytes = writeEdf(night);
    const { series, texts } = await collect((await opening(bytes, { zoneMinutes: 0 })).chunks(0));
    expect([...texts]).toEqual(['gel', 'cap off', 'Füße', 'cough']);
    expect(series.get('note')!.values).toEqual(['gel', 'cap off', 'gel', 'Füße', 'cough'].map(noteNumber));
    const [first] = series.get('note')!.times;
    expect(series.get('note')!.times).toEqual([0, 1, 2, 3, 4].map((micros) => first + micros));
    expect(series.get('note-duration')).toEqual({ times: [first + 4], values: [3000] });
    const [apnea] = series.get('sleep-event')!.times;
    expect(series.get('sleep-event')!.times).toEqual([apnea, apnea + 1, apnea + 2]);
    // An older recorder's Latin-1 in the place of UTF-8: one byte a letter.
    const at = bytes.findIndex((byte, i) => byte === 0xc3 && bytes[i + 1] === 0xbc);
    bytes.set([0x20, 0xfc], at);
    bytes.set([0x20, 0xdf], at + 2);
    const latin = await collect((await opening(bytes, { zoneMinutes: 0 })).chunks(0));
    expect([...latin.texts][2]).toBe('F ü ße');
  });

  it('refuses a note longer than a page, with its place', async () => {
    const records = [[tal('+0', null, 'x'.repeat(5000))]];
    const signals = [{ label: 'EDF Annotations', samplesPerRecord: 2600 }];
    const opened = await opening(writeEdf({ reserved: 'EDF+C', seconds: '1', signals, records }), { zoneMinutes: 0 });
    const { rejections } = await collect(opened.chunks(0));
    expect(rejections.map(({ place, reason, count }) => [place, reason, count])).toEqual([
      ['record 1', 'text too long', 1],
    ]);
  });

  it('tells nothing of the patient', async () => {
    const opened = await opening(writeEdf(NIGHT));
    const all = await collect(opened.chunks(0));
    expect(JSON.stringify([opened.what, opened.notes, opened.series, all.notes, all.rejections])).not.toMatch(
      /Harry|0234567|1987|PSG|own word/,
    );
  });

  it('places the records of an interrupted recording each for itself, and refuses one that says no time', async () => {
    const night: WrittenEdf = {
      ...NIGHT,
      reserved: 'EDF+D',
      records: [
        NIGHT.records[0],
        [[6, 7, 8, 9, 10], [968], [0, 1], tal('+3600', null, ''), [3]],
        [[1, 1, 1, 1, 1], [1], [1, 1], '', [1]],
        [[2, 2, 2, 2, 2], [2], [2, 2], 'no list at all', [2]],
      ],
    };
    const opened = await opening(writeEdf(night), { zoneMinutes: 0 });
    expect(opened.what).toMatch(/with interruptions$/);
    const { series, rejections } = await collect(opened.chunks(0));
    expect(series.get('spo2')).toEqual({ times: [start, start - 250_000 + 3600e6], values: [971, 968] });
    expect(rejections.map(({ place, reason, count }) => [place, reason, count])).toEqual([
      ['records 3 to 4', 'time not understood', 18],
      ['record 4', 'annotation not understood', 1],
    ]);
  });

  it('keeps what is there of a last record that was cut off, and of a recording of unknown length', async () => {
    const bytes = writeEdf({ ...NIGHT, recordsTold: -1 });
    const opened = await opening(bytes.subarray(0, 256 * 6 + 138 + 7));
    expect(opened.notes.join()).toMatch(/cut off before it wrote how long.*last record was cut off; what is there/);
    const { series } = await collect(opened.chunks(0));
    expect(series.get('ecg-ii')!.values).toEqual([1, 2, 3, -4, 5, 6, 7, 8]);
    expect(series.get('spo2')!.values).toEqual([971]);
    const told = await opening(writeEdf(NIGHT).subarray(0, -138));
    expect(told.notes.join()).toMatch(/ends early: 2 of 3 records/);
  });

  it('resumes from every position', async () => {
    await expectEveryPositionToResume({ name: 'a.edf', bytes: writeEdf(NIGHT) });
    // Large records, so that there are several blocks, with stages that run over their borders.
    const records = Array.from({ length: 6 }, (_, i): (number[] | string)[] => [
      Array.from({ length: 50_000 }, (_, k) => (i * 7 + k) % 1000),
      `${tal(`+${i}`, null, '')}${i % 5 === 4 ? '' : tal(`+${i}`, '1', `Sleep stage ${'W123R'[i % 5]}`)}`,
    ]);
    const signals = [
      { label: 'X', samplesPerRecord: 50_000 },
      { label: 'EDF Annotations', samplesPerRecord: 40 },
    ];
    await expectEveryPositionToResume({ name: 'b.edf', bytes: writeEdf({ reserved: 'EDF+C', signals, records }) });
  });

  it('stands every cut and many changes', async () => {
    const trial = { name: 'x.edf', bytes: writeEdf(NIGHT), options: { endMicros: micros('2020-01-01T00:00:00Z') } };
    await expectCutsToBeRead(trial, 1);
    await expectMutationsToBeRead(trial, 1500);
  });
});

describe('headers', () => {
  const plain = (changes: Partial<WrittenEdf>): WrittenEdf => ({
    signals: [{ label: 'HR', dimension: 'bpm', physical: ['0', '255'], digital: ['0', '255'], samplesPerRecord: 2 }],
    records: [[[60, 61]]],
    ...changes,
  });
  const firstTime = async (changes: Partial<WrittenEdf>, options = {}) =>
    (await collect((await opening(writeEdf(plain(changes)), options)).chunks(0))).series.get('heart-rate')!.times[0];

  it.each([
    ['31.12.84', '2084-12-31'],
    ['01.01.85', '1985-01-01'],
    ['31.12.99', '1999-12-31'],
    ['01.01.00', '2000-01-01'],
  ])('clip the year of %s', async (date, iso) => {
    expect(await firstTime({ date })).toBe(micros(`${iso}T22:15:30Z`));
  });

  it('without a date ask for the start, or count back from the end', async () => {
    const unknown = { recording: 'Startdate X X X X', date: '01.01.85', reserved: 'EDF+C' };
    await expect(opening(writeEdf(plain(unknown)))).rejects.toMatchObject({ code: 'usage' });
    expect(await firstTime(unknown, { startMicros: 5e6 })).toBe(5e6);
    expect(await firstTime(unknown, { endMicros: 1e9 })).toBe(999e6);
  });

  it('give exact scales', () => {
    expect(scaleOf(['-3276.8', '3276.7'], ['-32768', '32767'])).toEqual({
      factor: 0.1,
      origin: 0,
      sign: 1,
      calibrated: true,
    });
    expect(scaleOf(['30.0', '42.00'], ['0', '1200'])).toMatchObject({ factor: 0.01, origin: 30 });
    expect(scaleOf(['-1E2', '1e2'], ['-100', '100'])).toMatchObject({ factor: 1, origin: 0 });
    expect(scaleOf(['0', '0'], ['0', '1'])).toMatchObject({ factor: 1, calibrated: false });
    expect(scaleOf(['x', '1'], ['0', '1'])).toMatchObject({ calibrated: false });
    expect(scaleOf(['0', '10'], ['100', '0'])).toMatchObject({ factor: 0.1, origin: 10, sign: -1 });
  });

  it('of BDF have 24 bits', async () => {
    const bytes = writeEdf({
      bytesPerSample: 3,
      reserved: '24BIT',
      signals: [
        {
          label: 'A1',
          dimension: 'uV',
          physical: ['-262144', '262143'],
          digital: ['-8388608', '8388607'],
          samplesPerRecord: 3,
        },
      ],
      records: [[[-8388608, 8388607, -1]]],
    });
    const opened = await opening(bytes);
    expect(opened.what).toBe('A recording (BDF), one signal, 1 seconds');
    const { series } = await collect(opened.chunks(0));
    expect(series.get('a1')!.values).toEqual([-8388608, 8388607, -1]);
    expect(opened.series[0].factor).toBe(524287 / 16777215);
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['a table', new TextEncoder().encode('time,hr\n2020-01-01,60\n')],
    ['no signals', writeEdf({ signals: [], records: [] })],
    ['records of nothing', writeEdf({ signals: [{ label: 'x', samplesPerRecord: 0 }], records: [] })],
    ['records too long', writeEdf({ signals: [{ label: 'x', samplesPerRecord: 99_999_999 }], records: [] })],
  ])('that hold %s are told', async (_, bytes) => {
    await expect(opening(bytes)).rejects.toMatchObject({ name: 'HaleError' });
  });

  it('are recognised by content, whatever the name', async () => {
    const one = source('night.rec', writeEdf(plain({})));
    expect(await detect(one, folder(one))).toBe('edf');
  });
});
