import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  csvHeader,
  csvRows,
  DecimalFormat,
  type FhirSeries,
  fhirBundle,
  fhirObservations,
  isoTime,
  type Observation,
  observationProblems,
} from '../src/export/index.ts';
import { open } from '../src/import/index.ts';
import { collect, micros, openText, recorded, recordedFolder } from './import-sources.ts';

const T = micros('2020-01-01T00:00:00Z');
const HEART: FhirSeries = {
  kind: 'heart-rate',
  title: 'Heart rate',
  ucum: '/min',
  factor: 1,
  origin: 0,
  nominalPeriodSeconds: 1,
  loinc: '8867-4',
  mdc: 147842,
};
const options = () => {
  let n = 0;
  return { subject: 'Patient/1', newId: () => `00000000-0000-4000-8000-${String(n++).padStart(12, '0')}` };
};
const samples = (times: number[], values: number[]) => ({
  times: Float64Array.from(times),
  values: Int32Array.from(values),
});

describe('decimals and times', () => {
  it.each([
    [0.005, -5.12, 995, '-0.145'],
    [0.01, 0, 7240, '72.40'],
    [0.1, 0, -1, '-0.1'],
    [1, 0, -2147483648, '-2147483648'],
    [0.000001, 0, 784314, '0.784314'],
    [1e-7, 0, 1, '0.0000001'],
    [10, 5, 3, '35'],
    [1.612, 2048, -2147483648, '-3461741592.576'],
    [1 / 3, 0, 2, '0.6666666666666666'],
  ])('%d × n + %d at %d is %s', (factor, origin, value, text) => {
    expect(new DecimalFormat(factor, origin).format(value)).toBe(text);
  });

  it('is exact where doubles are not', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6 }), fc.integer(), (decimals, value) => {
        const text = new DecimalFormat(Number(`1e-${decimals}`), 0).format(value);
        expect(BigInt(text.replace('.', ''))).toBe(BigInt(value));
      }),
    );
  });

  it('writes times with the decimals they have', () => {
    expect([T, T + 1000, T + 1, -1, micros('1900-01-01T00:00:00Z')].map(isoTime)).toEqual([
      '2020-01-01T00:00:00Z',
      '2020-01-01T00:00:00.001Z',
      '2020-01-01T00:00:00.000001Z',
      '1969-12-31T23:59:59.999999Z',
      '1900-01-01T00:00:00Z',
    ]);
    fc.assert(
      fc.property(fc.integer({ min: -2_208_988_800_000, max: 7_258_118_399_999 }), (ms) => {
        expect(isoTime(ms * 1000).replace(/Z$/, '')).toBe(new Date(ms).toISOString().replace(/\.000Z$|Z$/, ''));
      }),
    );
  });
});

describe('CSV', () => {
  it('comes back as it went, for every series of a recorded day', async () => {
    const opened = await openText(recorded('biovotion/biovotion_6h_1hz.csv'));
    const whole = await collect(opened.chunks(0));
    for (const series of opened.series) {
      const taken = whole.series.get(series.key);
      if (!taken) continue;
      const back = await openText(csvHeader(series) + csvRows(series, samples(taken.times, taken.values)));
      expect(back.series[0], series.key).toMatchObject({
        kind: series.kind,
        ucum: series.ucum,
        factor: series.factor,
        origin: 0,
      });
      const again = await collect(back.chunks(0));
      expect([...again.series.values()][0], series.key).toEqual(taken);
      expect(again.rejections).toEqual([]);
    }
  });

  it('an ECG with origin and gain comes back through its mapping', async () => {
    const files = recordedFolder('ecg-wfdb');
    const opened = await open(files.find('100_3chan.hea')!, files, { startMicros: T });
    const [series] = opened.series;
    const taken = (await collect(opened.chunks(0))).series.get(series.key)!;
    const text = csvHeader(series) + csvRows(series, samples(taken.times, taken.values));
    expect(text.split('\n').slice(0, 3)).toEqual([
      'time,ecg-lead-i (mV)',
      '2020-01-01T00:00:00Z,-0.145',
      '2020-01-01T00:00:00.002778Z,-0.145',
    ]);
    const proposed = await openText(text);
    const mapping = proposed.mapping!;
    Object.assign(mapping.tables[0].values[0], { factor: series.factor, origin: series.origin });
    const back = await openText(text, { mapping });
    expect([...(await collect(back.chunks(0))).series.values()][0]).toEqual(taken);
  });
});

describe('FHIR R4', () => {
  const example = JSON.parse(
    readFileSync(
      join(import.meta.dirname, '../../../test/data/telemetry/fhir/observation-sampleddata-ekg-r4.json'),
      'utf8',
    ),
  );

  it('the shape check takes the R4 example and refuses spoilt ones', () => {
    expect(observationProblems(example)).toEqual([]);
    const spoil = (change: (copy: typeof example) => void): string[] => {
      const copy = structuredClone(example);
      change(copy);
      return observationProblems(copy);
    };
    expect(spoil((copy) => delete copy.status)).toEqual(['status is not one of FHIR']);
    expect(spoil((copy) => delete copy.code)).toEqual(['code is missing']);
    expect(spoil((copy) => (copy.component[0].valueSampledData.data = '1  2'))).toEqual([
      'component.valueSampledData.data is malformed',
    ]);
    expect(spoil((copy) => (copy.component[0].valueSampledData.data = '1 X'))).toEqual([
      'component.valueSampledData.data is malformed',
    ]);
    expect(spoil((copy) => delete copy.component[0].valueSampledData.period)).toEqual([
      'component.valueSampledData.period is no positive number',
    ]);
    expect(spoil((copy) => delete copy.component[0].valueSampledData.origin)).toEqual([
      'component.valueSampledData.origin is no quantity',
    ]);
    expect(spoil((copy) => (copy.effectiveDateTime = '2015-02-30'))).toEqual(['effectiveDateTime is no instant']);
    expect(observationProblems(null)).toEqual(['it is no Observation']);
  });

  it('a dense regular series becomes SampledData, short gaps E, long gaps another Observation', () => {
    const times = [0, 1, 2, 5, 6, 7, 2000, 2001, 2002, 2003].map((s) => T + s * 1e6);
    const all = [...fhirObservations(HEART, samples(times, [60, 61, 62, 63, 64, 65, 70, 71, 72, 73]), options())];
    expect(all.map((one) => one.valueSampledData?.data)).toEqual(['60 61 62 E E 63 64 65', '70 71 72 73']);
    expect(all[0]).toMatchObject({
      category: [
        { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] },
      ],
      code: {
        coding: [
          { system: 'http://loinc.org', code: '8867-4' },
          { system: 'urn:iso:std:iso:11073:10101', code: '147842' },
        ],
      },
      subject: { reference: 'Patient/1' },
      effectivePeriod: { start: '2020-01-01T00:00:00Z', end: '2020-01-01T00:00:07Z' },
      valueSampledData: {
        origin: { value: 0, system: 'http://unitsofmeasure.org', code: '/min' },
        period: 1000,
        factor: 1,
        dimensions: 1,
      },
    });
    expect(all.flatMap(observationProblems)).toEqual([]);
  });

  it('an irregular or slow series becomes single Observations', () => {
    const weight: FhirSeries = {
      kind: 'body-weight',
      title: 'Body weight',
      ucum: 'kg',
      factor: 0.01,
      origin: 0,
      nominalPeriodSeconds: 86_400,
      loinc: '29463-7',
    };
    const all = [...fhirObservations(weight, samples([T, T + 86_400e6], [7242, 7234]), options())];
    expect(all.map(({ effectiveDateTime, valueQuantity }) => [effectiveDateTime, valueQuantity])).toEqual([
      ['2020-01-01T00:00:00Z', { value: 72.42, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' }],
      ['2020-01-02T00:00:00Z', { value: 72.34, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' }],
    ]);
    const jitter = [...fhirObservations(HEART, samples([T, T + 970_000, T + 1_990_000], [60, 61, 62]), options())];
    expect(jitter.every((one) => one.valueQuantity !== undefined)).toBe(true);
    expect([...all, ...jitter].flatMap(observationProblems)).toEqual([]);
  });

  it('sends no code and no unit that are not verified', () => {
    const unknown: FhirSeries = {
      kind: 'blood-pulse-wave',
      title: 'Blood Pulse Wave',
      ucum: '',
      factor: 0.01,
      origin: 0,
      nominalPeriodSeconds: 3600,
    };
    const [one] = fhirObservations(unknown, samples([T], [164]), options());
    expect(one.code).toEqual({ text: 'Blood Pulse Wave' });
    expect(one.valueQuantity).toEqual({ value: 1.64 });
    expect(one.category).toBeUndefined();
    const [spo2] = fhirObservations(
      { ...HEART, kind: 'spo2', ucum: '%', loinc: '59408-5' },
      samples([T], [97]),
      options(),
    );
    expect(spo2.code.coding?.map(({ code }) => code)).toEqual(['59408-5', '2708-6', '147842']);
  });

  it('an ECG of half an hour: every sample can be read back', async () => {
    const files = recordedFolder('ecg-wfdb');
    const opened = await open(files.find('100.hea')!, files, { startMicros: T });
    const [series] = opened.series;
    const taken = (await collect(opened.chunks(0))).series.get(series.key)!;
    const bundle = fhirBundle(fhirObservations(series, samples(taken.times, taken.values), options()));
    expect(bundle.entry.length).toBe(Math.ceil(650_000 / 36_000));
    expect(new Set(bundle.entry.map(({ fullUrl }) => fullUrl)).size).toBe(bundle.entry.length);
    expect(bundle.entry.flatMap(({ resource }) => observationProblems(resource))).toEqual([]);
    const back = bundle.entry.flatMap(({ resource }) => readBack(resource));
    expect(back.map(([, value]) => value)).toEqual(taken.values);
    expect(back.every(([time], i) => Math.abs(time - taken.times[i]) <= 1)).toBe(true);
    expect(bundle.entry[0].resource.valueSampledData).toMatchObject({
      origin: { value: -5.12, code: 'mV' },
      factor: 0.005,
    });
  });
});

function readBack({ effectivePeriod, valueSampledData }: Observation): [number, number][] {
  const [, whole, fraction] = /^(.*?)(?:\.(\d+))?Z$/.exec(effectivePeriod!.start)!;
  const start = micros(`${whole}Z`) + Number((fraction ?? '').padEnd(6, '0'));
  return valueSampledData!.data
    .split(' ')
    .flatMap((text, i): [number, number][] =>
      text === 'E' ? [] : [[start + Math.round(i * valueSampledData!.period * 1000), Number(text)]],
    );
}
