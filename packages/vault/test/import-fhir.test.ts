import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fhirBundle, fhirObservations } from '../src/export/index.ts';
import { bearsChanges, bearsCuts, bearsResuming, bearsStrangeValues } from './import-hardness.ts';
import { collect, micros, openText, recorded } from './import-sources.ts';

const EKG = 'fhir/observation-sampleddata-ekg-r4';
const loinc = (code: string, display = '') => ({ coding: [{ system: 'http://loinc.org', code, display }] });
const quantity = (value: number, code: string) => ({ value, unit: code, system: 'http://unitsofmeasure.org', code });
const observation = (more: object) => ({ resourceType: 'Observation', status: 'final', ...more });
const heart = (value: number, at: string, more = {}) =>
  observation({ code: loinc('8867-4'), effectiveDateTime: at, valueQuantity: quantity(value, '/min'), ...more });

async function read(value: unknown, options = {}) {
  const opened = await openText(typeof value === 'string' ? value : JSON.stringify(value), options, 'a.json');
  return { opened, ...(await collect(opened.chunks(0))) };
}

describe('importing FHIR observations', () => {
  it('reads the ECG of the standard as it was read independently', async () => {
    const expected = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../../test/data/telemetry', `${EKG}.expected.json`), 'utf8'),
    ) as {
      series: {
        mdc: number;
        count: number;
        first: number[];
        last: number[];
        sum: number;
        firstMicros: number;
        lastMicros: number;
        origin: number;
        factor: number;
      }[];
    };
    const opened = await openText(recorded(`${EKG}.json`), {}, 'observation.json');
    const { series } = await collect(opened.chunks(0));
    expect(opened.series.map(({ key }) => key)).toEqual(['ecg-lead-i', 'ecg-lead-ii', 'ecg-lead-iii']);
    for (const [i, one] of expected.series.entries()) {
      const { key, origin, factor, mdc, nominalPeriodSeconds } = opened.series[i];
      expect({ origin, factor, mdc, nominalPeriodSeconds }).toEqual({
        origin: one.origin,
        factor: one.factor,
        mdc: one.mdc,
        nominalPeriodSeconds: 0.01,
      });
      const { times, values } = series.get(key) ?? { times: [], values: [] };
      expect(values.length).toBe(one.count);
      expect(values.slice(0, 10)).toEqual(one.first);
      expect(values.slice(-3)).toEqual(one.last);
      expect(values.reduce((sum, value) => sum + value, 0)).toBe(one.sum);
      expect([times[0], times.at(-1)]).toEqual([one.firstMicros, one.lastMicros]);
    }
  });

  it('reads the same from one resource, a list, lines and a Bundle', async () => {
    const all = [heart(60, '2026-01-01T00:00:00Z'), heart(61, '2026-01-01T00:01:00+00:00')];
    const bundle = {
      resourceType: 'Bundle',
      type: 'collection',
      entry: all.map((resource) => ({ fullUrl: 'urn:x', resource })),
    };
    for (const text of [
      JSON.stringify(all),
      all.map((one) => JSON.stringify(one)).join('\n'),
      JSON.stringify(bundle),
      JSON.stringify(bundle, null, 2),
      `${JSON.stringify(bundle)}\n`,
    ]) {
      const { opened, series } = await read(text);
      expect(opened.format).toBe('fhir');
      expect(opened.series.map(({ key, kind, ucum, loinc: code }) => [key, kind, ucum, code])).toEqual([
        ['heart-rate', 'heart-rate', '/min', '8867-4'],
      ]);
      expect(series.get('heart-rate')).toEqual({
        times: [micros('2026-01-01T00:00:00Z'), micros('2026-01-01T00:01:00Z')],
        values: [60, 61],
      });
    }
  });

  it('reads blood pressure as components, periods and instants', async () => {
    const pressure = observation({
      code: loinc('85354-9'),
      effectivePeriod: { start: '2026-01-01T08:00:00+02:00', end: '2026-01-01T08:01:00+02:00' },
      component: [
        { code: loinc('8480-6'), valueQuantity: quantity(121, 'mm[Hg]') },
        { code: loinc('8462-4'), valueQuantity: quantity(80.5, 'mm[Hg]') },
        { code: loinc('8462-4'), dataAbsentReason: {} },
      ],
    });
    const steps = observation({
      code: loinc('55423-8'),
      effectiveInstant: '2026-01-01T00:00:00.125Z',
      valueQuantity: quantity(12, '{steps}'),
    });
    const { series, rejections } = await read([pressure, steps]);
    expect(series.get('blood-pressure-systolic')).toEqual({ times: [micros('2026-01-01T06:00:00Z')], values: [1210] });
    expect(series.get('blood-pressure-diastolic')?.values).toEqual([805]);
    expect(series.get('steps')).toEqual({ times: [micros('2026-01-01T00:00:00Z') + 125_000], values: [12] });
    expect(rejections.map(({ place, reason }) => [place, reason])).toEqual([['record 1', 'value missing']]);
  });

  it('reads sampled data of R5: interval and unit, offsets, markers, several dimensions', async () => {
    const data = (more: object) =>
      observation({
        code: loinc('59408-5'),
        effectiveDateTime: '2026-01-01T00:00:00Z',
        valueSampledData: { origin: { value: 0, code: '%' }, dimensions: 1, ...more },
      });
    const { series, rejections, notes } = await read([
      data({ interval: 2, intervalUnit: 's', data: '97 98.5 E L U 96' }),
      data({ intervalUnit: 's', offsets: '60 75.5', data: '95 94' }),
      data({ data: '1 2 3' }),
    ]);
    const start = micros('2026-01-01T00:00:00Z');
    expect(series.get('spo2')).toEqual({
      times: [start, start + 2e6, start + 10e6, start + 60e6, start + 75.5e6],
      values: [970, 985, 960, 950, 940],
    });
    expect(notes).toEqual(['Points of recordings at which nothing valid was measured (E): 1.']);
    expect(rejections.map(({ reason, count }) => [reason, count])).toEqual([
      ['below sensor range', 1],
      ['above sensor range', 1],
      ['time not understood', 1],
    ]);
  });

  it('reads what Hale exports, to the same integers', async () => {
    const at = micros('2026-01-01T00:00:00Z');
    const times = Float64Array.from([0, 1, 2, 3, 7, 8, 9, 10, 500], (second) => at + second * 1e6);
    const values = Int32Array.from([600, 612, 625, 630, 640, 650, 655, 660, 700]);
    const exported = {
      key: 'heart-rate',
      kind: 'heart-rate',
      title: 'Heart rate',
      ucum: '/min',
      factor: 0.1,
      origin: 0,
      nominalPeriodSeconds: 1,
      loinc: '8867-4',
    };
    let id = 0;
    const bundle = fhirBundle(
      fhirObservations(exported, { times, values }, { subject: 'Patient/1', newId: () => String(id++) }),
    );
    const { opened, series, rejections } = await read(bundle);
    expect(opened.series.map(({ kind, ucum, factor, loinc: code }) => [kind, ucum, factor, code])).toEqual([
      ['heart-rate', '/min', 0.1, '8867-4'],
    ]);
    const all = [...series.values()].flatMap((one) => one.times.map((time, i) => [time, one.values[i]]));
    expect(all.sort(([a], [b]) => a - b)).toEqual([...times].map((time, i) => [time, values[i]]));
    expect(rejections).toEqual([]);
  });

  it('keeps mass and molar glucose apart and emits the code that is right for each', async () => {
    const glucose = (code: string, value: number, ucum: string) =>
      observation({
        code: loinc(code),
        effectiveDateTime: '2026-01-01T00:00:00Z',
        valueQuantity: quantity(value, ucum),
      });
    const { opened } = await read([
      glucose('99504-3', 100, 'mg/dL'),
      glucose('105272-9', 5.5, 'mmol/L'),
      glucose('2339-0', 100, 'mg/dL'),
    ]);
    expect(opened.series.map(({ key, kind, loinc: code }) => [key, kind, code])).toEqual([
      ['glucose-cgm', 'glucose-cgm', '99504-3'],
      ['glucose-cgm-mmol-l', 'glucose-cgm', '105272-9'],
      ['2339-0', '2339-0', undefined],
    ]);
  });

  it('does not take a laboratory’s glucose for a sensor’s by its name', async () => {
    const { opened } = await read([
      observation({
        code: { ...loinc('2339-0'), text: 'Glucose' },
        effectiveDateTime: '2026-01-01T00:00:00Z',
        valueQuantity: quantity(94, 'mg/dL'),
      }),
    ]);
    expect(opened.series.map(({ kind, title, loinc: code }) => [kind, title, code])).toEqual([
      ['glucose', 'Glucose', undefined],
    ]);
  });

  it('refuses or counts what is no number, withdrawn, or without time', async () => {
    const { series, rejections, notes } = await read([
      heart(60, '2026-01-01'),
      heart(60, '2026'),
      heart(60, '2026-01-01T00:00:00Z', { status: 'entered-in-error' }),
      heart(60, '2026-01-01T00:00:00Z', { valueQuantity: { ...quantity(40, '/min'), comparator: '<' } }),
      observation({ code: loinc('8867-4'), valueQuantity: quantity(1, '/min') }),
      observation({ code: loinc('8867-4'), issued: '2026-01-01T00:00:00Z', valueQuantity: quantity(61, '/min') }),
      observation({ code: loinc('1-1'), effectiveDateTime: '2026-01-01T00:00:00Z', valueString: 'well' }),
      { resourceType: 'Patient' },
    ]);
    expect(series.get('heart-rate')?.values).toEqual([60, 61]);
    expect(rejections.map(({ place, reason }) => `${place}: ${reason}`)).toEqual([
      'record 2: time not understood',
      'record 3: not a final result',
      'record 4: below sensor range',
      'record 5: time missing',
    ]);
    expect(notes.join('\n')).toContain('Resources that are no observations, not imported: 1.');
    expect(notes.join('\n')).toContain('Observations whose value is no number, not imported: 1.');
    expect(notes.join('\n')).toContain('Times that name no zone, taken as UTC: 1.');
  });

  it('keeps persons and devices apart, and takes only those asked for', async () => {
    const of = (reference: string, device: string) =>
      heart(60, '2026-01-01T00:00:00Z', { subject: { reference }, device: { display: device } });
    const all = [of('Patient/1', 'Watch'), of('Patient/2', 'Watch'), of('Patient/1', 'Strap')];
    const { opened } = await read(all);
    expect(opened.series.map(({ key, personLabel, sourceLabel }) => [key, personLabel, sourceLabel])).toEqual([
      ['heart-rate', 'Patient/1', 'Watch'],
      ['heart-rate-patient-2', 'Patient/2', 'Watch'],
      ['heart-rate-strap', 'Patient/1', 'Strap'],
    ]);
    const one = await read(all, { only: ['Patient/2'] });
    expect([...one.series.values()].flatMap(({ values }) => values)).toEqual([60]);
  });

  it('leaves other resources to others', async () => {
    await expect(openText(JSON.stringify({ resourceType: 'Patient', id: 'x' }), {}, 'a.json')).rejects.toThrow(
      'no file format',
    );
  });

  it('bears cuts, changes and being left', async () => {
    const bytes = new TextEncoder().encode(
      JSON.stringify([
        heart(60, '2026-01-01T00:00:00Z'),
        observation({
          code: loinc('59408-5'),
          effectiveDateTime: '2026-01-01',
          valueSampledData: { origin: { value: 1 }, factor: 0.5, period: 10, dimensions: 2, data: '1 2 3 E' },
        }),
      ]),
    );
    await bearsCuts('a.json', bytes);
    await bearsChanges('a.json', bytes);
    await bearsStrangeValues('a.json', JSON.parse(new TextDecoder().decode(bytes)));
    await bearsResuming('a.json', bytes);
  });
});
