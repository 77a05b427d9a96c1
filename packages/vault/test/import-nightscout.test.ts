// Shapes from cgm-remote-monitor's API (research page streams.md §4.10), written by hand; never seen on a real export here.
import { describe, expect, it } from 'vitest';
import { bearsChanges, bearsCuts, bearsResuming, bearsStrangeValues } from './import-hardness.ts';
import { collect, micros, openText } from './import-sources.ts';

const MINUTE = 60_000;
const T0 = Date.parse('2026-01-01T00:00:00Z');
const sgv = (value: unknown, minute: number, more = {}) => ({
  _id: `id${minute}`,
  type: 'sgv',
  sgv: value,
  date: T0 + minute * MINUTE,
  dateString: new Date(T0 + minute * MINUTE).toISOString(),
  direction: 'Flat',
  device: 'share2',
  ...more,
});
const treatment = (eventType: string, more: object) => ({
  _id: 'x',
  eventType,
  created_at: '2026-01-01T01:00:00+01:00',
  enteredBy: 'Loop',
  ...more,
});

async function read(value: unknown) {
  const opened = await openText(typeof value === 'string' ? value : JSON.stringify(value), {}, 'entries.json');
  return { opened, ...(await collect(opened.chunks(0))) };
}

describe('importing Nightscout', () => {
  it('reads entries: sensor and meter, without error codes and calibrations', async () => {
    const entries = [
      sgv(120, 0),
      sgv(5, 5),
      sgv(38, 10),
      sgv(39, 15),
      sgv('141', 20),
      sgv(null, 25),
      { type: 'mbg', mbg: 110, date: T0 + 30 * MINUTE },
      { type: 'cal', slope: 800, date: T0 },
    ];
    const { opened, series, rejections, notes } = await read(entries);
    expect(opened.format).toBe('nightscout');
    expect(
      opened.series.map(({ key, kind, ucum, loinc, sourceLabel }) => [key, kind, ucum, loinc, sourceLabel]),
    ).toEqual([
      ['glucose-cgm', 'glucose-cgm', 'mg/dL', '99504-3', 'share2'],
      ['glucose-capillary', 'glucose-capillary', 'mg/dL', '41653-7', 'Nightscout'],
    ]);
    const start = micros('2026-01-01T00:00:00Z');
    expect(series.get('glucose-cgm')).toEqual({ times: [start, start + 9e8, start + 12e8], values: [1200, 390, 1410] });
    expect(series.get('glucose-capillary')).toEqual({ times: [start + 18e8], values: [1100] });
    expect(rejections.map(({ place, reason }) => `${place}: ${reason}`)).toEqual([
      'record 2: error code of the sensor',
      'record 3: error code of the sensor',
      'record 6: value missing',
    ]);
    expect(notes).toEqual(['Calibrations of the sensor (cal): no readings, not imported: 1.']);
  });

  it('reads treatments: insulin, carbohydrates, temporary basal, entered glucose, exercise', async () => {
    const { series, notes } = await read([
      treatment('Meal Bolus', { insulin: 2.35, carbs: 45 }),
      treatment('Temp Basal', { absolute: 0.85, duration: 30, rate: 0.85 }),
      treatment('Temp Basal', { percent: -50, duration: 0, created_at: '2026-01-01T02:00:00Z' }),
      treatment('BG Check', { glucose: 6.1, glucoseType: 'Finger', units: 'mmol' }),
      treatment('Exercise', { duration: 45 }),
      treatment('Site Change', { notes: 'left' }),
    ]);
    const at = micros('2026-01-01T00:00:00Z');
    expect(series.get('insulin-bolus')).toEqual({ times: [at], values: [235] });
    expect(series.get('carbohydrate-intake')).toEqual({ times: [at], values: [450] });
    expect(series.get('insulin-temp-basal')).toEqual({ times: [at], values: [850] });
    expect(series.get('temp-basal-duration')?.values).toEqual([30, 0]);
    expect(series.get('temp-basal-percent')?.values).toEqual([-50]);
    expect(series.get('glucose-capillary')).toEqual({ times: [at], values: [610] });
    expect(series.get('workout-session')).toEqual({ times: [at, at + 45 * 6e7], values: [1, 0] });
    expect(notes).toEqual(['Treatments without an amount (site changes, notes, targets), not imported: 1.']);
  });

  it('reads device states, dumps of MongoDB, lines, and a backup of several collections', async () => {
    const status = {
      device: 'openaps://phone',
      created_at: '2026-01-01T00:00:00Z',
      uploader: { battery: 81 },
      pump: { reservoir: 120.5, battery: { percent: 40 } },
      loop: { iob: { iob: 1.25 } },
    };
    const dumped = {
      _id: { $oid: 'a' },
      type: 'sgv',
      sgv: { $numberInt: '100' },
      date: { $numberLong: String(T0) },
      device: 'share2',
    };
    const backup = {
      version: 1,
      entries: [sgv(99, 5), dumped],
      treatments: [treatment('Bolus', { insulin: 1 })],
      devicestatus: [status],
    };
    for (const text of [
      JSON.stringify(backup),
      JSON.stringify(backup, null, 2),
      [sgv(99, 5), dumped, treatment('Bolus', { insulin: 1 }), status].map((one) => JSON.stringify(one)).join('\n'),
    ]) {
      const { series } = await read(text);
      expect(series.get('glucose-cgm')?.values).toEqual([990, 1000]);
      expect(series.get('insulin-bolus')?.values).toEqual([100]);
      expect(series.get('device-battery')?.values).toEqual([81]);
      expect(series.get('pump-reservoir')?.values).toEqual([1205]);
      expect(series.get('insulin-on-board')?.values).toEqual([125]);
    }
  });

  it('bears cuts, changes and being left', async () => {
    const bytes = new TextEncoder().encode(
      JSON.stringify([sgv(120, 0), sgv(5, 5), treatment('Temp Basal', { absolute: 0.85, duration: 30 })]),
    );
    await bearsCuts('a.json', bytes);
    await bearsChanges('a.json', bytes);
    await bearsStrangeValues('a.json', JSON.parse(new TextDecoder().decode(bytes)));
    await bearsResuming('a.json', bytes);
  });
});
