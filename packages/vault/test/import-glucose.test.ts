// Dexcom Clarity, LibreView and CareLink: built from the shape of public exports, never seen on a file of our own.
import { describe, expect, it } from 'vitest';
import { detect, open } from '../src/import/index.ts';
import { codeFor } from '../src/kinds.ts';
import { collect, folder, micros, openText, source } from './import-sources.ts';
import { expectCutsToBeRead, expectEveryPositionToResume, expectMutationsToBeRead } from './import-trials.ts';

const text = (lines: string[], end = '\r\n'): string => lines.map((line) => line + end).join('');
const bytes = (content: string): Uint8Array => new TextEncoder().encode(content);

const CLARITY_TITLES =
  'Index,Timestamp (YYYY-MM-DDThh:mm:ss),Event Type,Event Subtype,Patient Info,Device Info,Source Device ID,Glucose Value (mg/dL),Insulin Value (u),Carb Value (grams),Duration (hh:mm:ss),Glucose Rate of Change (mg/dL/min),Transmitter Time (Long Integer),Transmitter ID';
const CLARITY = `\ufeff${text([
  CLARITY_TITLES.split(',')
    .map((title) => `"${title}"`)
    .join(','),
  '1,,FirstName,,Jane,,,,,,,,',
  '2,,LastName,,Doe,,,,,,,,',
  '3,,DateOfBirth,,1987-03-02,,,,,,,,',
  '4,,Device,,,Dexcom G7 Mobile App,iOS G7,,,,,,',
  '5,,Alert,High,,,iOS G7,200,,,,,',
  '6,,Alert,Signal Loss,,,iOS G7,,,,00:20:00,,',
  '7,2026-06-02T00:03:01,EGV,,,,iOS G7,105,,,,,1001,812345678901',
  '8,2026-06-02T00:08:01,EGV,Low,,,iOS G7,Low,,,,,1301,812345678901',
  '9,2026-06-02T00:13:01,EGV,High,,,iOS G7,High,,,,,1601,812345678901',
  '10,2026-06-02T00:18:00,Calibration,,,,iOS G7,111,,,,,,812345678901',
  '11,2026-06-02T07:30:00,Carbs,,,,iOS G7,,,45,,,',
  '12,2026-06-02T07:31:00,Insulin,Fast-Acting,,,iOS G7,,4.5,,,,',
  '13,2026-06-02T07:31:00,Insulin,Fast-Acting,,,iOS G7,,1.25,,,,',
  '14,2026-06-02T22:00:00,Insulin,Long-Acting,,,iOS G7,,18,,,,',
  '15,2026-06-02T18:00:00,Exercise,Heavy,,,iOS G7,,,,00:45:00,,',
  '16,2026-06-02T19:00:00,Notes,,,,iOS G7,,,,,,',
  '17,2026-06-03T00:03:01,EGV,,,,android G6,99,,,,,1,8AB1CD',
])}`;

describe('Dexcom Clarity', () => {
  const at = (time: string): number => micros(`${time}Z`);

  it('gives readings, calibrations, doses, meals and exercise, each device for itself', async () => {
    const opened = await openText(CLARITY, { zoneMinutes: 0 });
    expect(opened.format).toBe('clarity');
    expect(opened.what).toBe('An export of Dexcom Clarity, glucose in mg/dL');
    expect(
      opened.series.map(({ key, kind, ucum, factor, sourceLabel, loinc }) => [
        key,
        kind,
        ucum,
        factor,
        sourceLabel,
        loinc,
      ]),
    ).toEqual([
      ['glucose-cgm', 'glucose-cgm', 'mg/dL', 0.1, 'Dexcom iOS G7', '99504-3'],
      ['glucose-capillary', 'glucose-capillary', 'mg/dL', 0.1, 'Dexcom iOS G7', '41653-7'],
      ['carbohydrate-intake', 'carbohydrate-intake', 'g', 0.1, 'Dexcom iOS G7', undefined],
      ['insulin-bolus', 'insulin-bolus', '[iU]', 0.01, 'Dexcom iOS G7', undefined],
      ['insulin-long-acting', 'insulin-long-acting', '[iU]', 0.01, 'Dexcom iOS G7', undefined],
      ['workout-session', 'workout-session', '', 1, 'Dexcom iOS G7', '73985-4'],
      ['glucose-cgm-dexcom-android-g6', 'glucose-cgm', 'mg/dL', 0.1, 'Dexcom android G6', '99504-3'],
    ]);
    const { series, rejections, notes } = await collect(opened.chunks(0));
    expect(series.get('glucose-cgm')).toEqual({ times: [at('2026-06-02T00:03:01')], values: [1050] });
    expect(series.get('glucose-cgm-dexcom-android-g6')).toEqual({ times: [at('2026-06-03T00:03:01')], values: [990] });
    expect(series.get('glucose-capillary')).toEqual({ times: [at('2026-06-02T00:18:00')], values: [1110] });
    expect(series.get('carbohydrate-intake')!.values).toEqual([450]);
    // Two doses of one moment are two.
    expect(series.get('insulin-bolus')).toEqual({
      times: [at('2026-06-02T07:31:00'), at('2026-06-02T07:31:00') + 1],
      values: [450, 125],
    });
    expect(series.get('insulin-long-acting')!.values).toEqual([1800]);
    expect(series.get('workout-session')).toEqual({
      times: [at('2026-06-02T18:00:00'), at('2026-06-02T18:45:00')],
      values: [codeFor('workout-session', 'other'), 0],
    });
    expect(rejections.map(({ place, reason, count }) => [place, reason, count])).toEqual([
      ['line 9', 'below sensor range', 1],
      ['line 10', 'above sensor range', 1],
    ]);
    expect(notes).toEqual([
      'Lines about the person, the devices and their alarms, not kept: 6.',
      'Workouts whose intensity is not kept: 1.',
      'Notes, health events and readings without a number, not kept: 1.',
    ]);
  });

  it('names nobody', async () => {
    const opened = await openText(CLARITY);
    const all = await collect(opened.chunks(0));
    expect(opened.notes.join()).toMatch(/no time zone/);
    expect(JSON.stringify([opened, all.notes, all.rejections])).not.toMatch(/Jane|Doe|1987|812345678901/);
  });

  it('reads German exports in mmol/L with decimal commas', async () => {
    const german = text([
      'Index;Zeitstempel (JJJJ-MM-TTThh:mm:ss);Ereignistyp;Ereignisuntertyp;Patienteninfo;Geräteinfo;Quellgeräte-ID;Glukosewert (mmol/l);Insulinwert (IE);Kohlenhydratwert (Gramm);Dauer (hh:mm:ss);Glukoseänderungsrate (mmol/l/min);Transmitterzeit;Transmitter-ID',
      '1;;Vorname;;Jana;;;;;;;;',
      '10;2026-06-02T00:00:00;EGW;;;;iOS;5,8;;;;;;',
      '11;2026-06-02T00:05:00;EGW;Niedrig;;;iOS;Niedrig;;;;;;',
      '12;2026-06-02T00:10:00;EGW;Hoch;;;iOS;Hoch;;;;;;',
      '13;2026-06-02T00:15:00;Kalibrierung;;;;iOS;6,1;;;;;;',
      '14;2026-06-02T08:00:00;Insulin;Langwirkend;;;iOS;;12,5;;;;;',
    ]);
    const opened = await openText(german, { zoneMinutes: 120 });
    expect(opened.what).toMatch(/mmol\/L$/);
    const { series, rejections } = await collect(opened.chunks(0));
    expect(series.get('glucose-cgm')).toEqual({ times: [at('2026-06-01T22:00:00')], values: [58] });
    expect(series.get('glucose-capillary')!.values).toEqual([61]);
    expect(series.get('insulin-long-acting')!.values).toEqual([1250]);
    expect(rejections.map(({ reason }) => reason)).toEqual(['below sensor range', 'above sensor range']);
  });

  it('resumes anywhere, stands cuts and changes', async () => {
    const trial = { name: 'clarity.csv', bytes: bytes(CLARITY) };
    await expectEveryPositionToResume(trial);
    await expectCutsToBeRead(trial, 29);
    await expectMutationsToBeRead(trial, 80);
    const rows = Array.from(
      { length: 40_000 },
      (_, i) =>
        `${i},2026-06-02T00:00:${String(i % 60).padStart(2, '0')},EGV,,,,iOS G${i % 2},${40 + (i % 300)},,,,,1,2`,
    );
    await expectEveryPositionToResume({ name: 'long.csv', bytes: bytes(text([CLARITY_TITLES, ...rows])) });
  });
});

const LIBRE_TITLES = (unit: string): string =>
  `Device,Serial Number,Device Timestamp,Record Type,Historic Glucose ${unit},Scan Glucose ${unit},Non-numeric Rapid-Acting Insulin,Rapid-Acting Insulin (units),Non-numeric Food,Carbohydrates (grams),Carbohydrates (servings),Non-numeric Long-Acting Insulin,Long-Acting Insulin (units),Notes,Strip Glucose ${unit},Ketone mmol/L,Meal Insulin (units),Correction Insulin (units),User Change Insulin (units)`;
const libre = (unit: string, ...rows: string[]): string =>
  text(['Glucose Data,Generated on,05-06-2026 08:15 UTC,Generated by,Jane Doe', LIBRE_TITLES(unit), ...rows]);
const row = (time: string, type: number, cells: Record<number, string>): string =>
  [
    'FreeStyle LibreLink',
    '9A1B-UUID',
    time,
    String(type),
    ...Array.from({ length: 15 }, (_, i) => cells[i + 4] ?? ''),
  ].join(',');

describe('LibreView', () => {
  const at = (time: string): number => micros(`${time}:00Z`);
  const FILE = libre(
    'mg/dL',
    row('31-05-2026 08:00', 0, { 4: '112' }),
    row('31-05-2026 08:15', 0, { 4: 'HI' }),
    row('31-05-2026 08:20', 1, { 5: '130' }),
    row('31-05-2026 08:21', 1, { 5: 'LO' }),
    row('31-05-2026 08:30', 2, { 14: '118' }),
    row('31-05-2026 08:31', 3, { 15: '0.4' }),
    row('31-05-2026 08:40', 4, { 7: '3.5' }),
    row('31-05-2026 08:40', 4, { 12: '14' }),
    row('31-05-2026 08:41', 4, { 6: '1' }),
    row('31-05-2026 08:42', 5, { 9: '30', 10: '2' }),
    row('31-05-2026 08:43', 5, { 8: '1' }),
    row('31-05-2026 08:44', 6, { 13: 'walked with Tom' }),
    row('01-01-0001 00:00', 0, { 4: '90' }),
    row('31-05-2026 09:00', 9, { 4: '90' }),
  );

  it('gives every record type its own series, and counts what is not kept', async () => {
    const opened = await openText(FILE, { zoneMinutes: 0 });
    expect(opened.format).toBe('libreview');
    expect(opened.series.map(({ key, kind, ucum }) => [key, kind, ucum])).toEqual([
      ['glucose-cgm', 'glucose-cgm', 'mg/dL'],
      ['glucose-scan', 'glucose-cgm', 'mg/dL'],
      ['glucose-capillary', 'glucose-capillary', 'mg/dL'],
      ['ketones-blood', 'ketones-blood', 'mmol/L'],
      ['insulin-bolus', 'insulin-bolus', '[iU]'],
      ['insulin-long-acting', 'insulin-long-acting', '[iU]'],
      ['carbohydrate-intake', 'carbohydrate-intake', 'g'],
    ]);
    const { series, rejections, notes } = await collect(opened.chunks(0));
    expect(series.get('glucose-cgm')).toEqual({ times: [at('2026-05-31T08:00')], values: [1120] });
    expect(series.get('glucose-scan')).toEqual({ times: [at('2026-05-31T08:20')], values: [1300] });
    expect(series.get('ketones-blood')!.values).toEqual([4]);
    expect(series.get('insulin-bolus')!.values).toEqual([350]);
    expect(series.get('insulin-long-acting')!.values).toEqual([1400]);
    expect(series.get('carbohydrate-intake')!.values).toEqual([300]);
    expect(rejections.map(({ place, reason }) => [place, reason])).toEqual([
      ['line 4', 'above sensor range'],
      ['line 6', 'below sensor range'],
      ['line 15', 'time not understood'],
    ]);
    expect(notes).toEqual([
      'Doses of insulin without units, not kept: 1.',
      'Meals without grams of carbohydrates, not kept: 1.',
      'Notes and starts of a sensor, not kept: 1.',
      'Rows of a type that Hale does not know, not kept: 1.',
    ]);
    expect(JSON.stringify([opened, notes, rejections])).not.toMatch(/Jane|Tom|UUID/);
  });

  const first = async (content: string, options = {}) => {
    const opened = await openText(content, { zoneMinutes: 0, ...options });
    const { series } = await collect(opened.chunks(0));
    return { time: series.get('glucose-cgm')!.times[0], notes: opened.notes.join() };
  };

  it('settles day and month from the data', async () => {
    expect(
      await first(libre('mmol/L', row('01-02-2026 08:00', 0, { 4: '6.2' }), row('13-02-2026 08:00', 0, { 4: '6.2' }))),
    ).toEqual({
      time: at('2026-02-01T08:00'),
      notes: '',
    });
    expect(
      await first(
        libre('mmol/L', row('01-02-2026 08:00 PM', 0, { 4: '6.2' }), row('02-13-2026 08:00 AM', 0, { 4: '6.2' })),
      ),
    ).toEqual({
      time: at('2026-01-02T20:00'),
      notes: '',
    });
  });

  it('says so where the data leave it open, and takes an order that is given', async () => {
    const open = libre('mmol/L', row('01-02-2026 08:00', 0, { 4: '6.2' }));
    expect(await first(open)).toMatchObject({
      time: at('2026-02-01T08:00'),
      notes: expect.stringMatching(/day first is assumed/),
    });
    expect(await first(open, { dateOrder: 'mdy' })).toEqual({ time: at('2026-01-02T08:00'), notes: '' });
    const american = libre('mg/dL', row('01-02-2026 08:00 AM', 0, { 4: '100' }));
    expect(await first(american)).toMatchObject({
      time: at('2026-01-02T08:00'),
      notes: expect.stringMatching(/month first/),
    });
  });

  it('reads German and Spanish titles', async () => {
    const german = `Glukose-Werte,Erstellt am,24-02-2021 12:12 UTC,Erstellt von,bbb\nGerät,Seriennummer,Gerätezeitstempel,Aufzeichnungstyp,Glukosewert-Verlauf mmol/L,Glukose-Scan mmol/L,Nicht numerisches schnellwirkendes Insulin,Schnellwirkendes Insulin (Einheiten),Nicht numerische Nahrungsdaten,Kohlenhydrate (Gramm),Kohlenhydrate (Portionen),Nicht numerisches Depotinsulin,Depotinsulin (Einheiten),Notizen,Glukose-Teststreifen mmol/L,Keton mmol/L,Mahlzeiteninsulin (Einheiten),Korrekturinsulin (Einheiten),Insulin-Änderung durch Anwender (Einheiten)\n${row('05-02-2021 08:00', 0, { 4: '"5,8"' })}\n`;
    expect(await first(german)).toEqual({ time: at('2021-02-05T08:00'), notes: '' });
    const spanish = german
      .replace('Glukose-Werte', 'Informe del paciente')
      .replace('bbb\n', 'UCM\nHUPA,\n')
      .replace('Glukosewert-Verlauf', 'Historial de glucosa')
      .replace('Glukose-Scan', 'Escaneo de glucosa')
      .replace('Kohlenhydrate (Portionen),', '')
      .replace('5,8', '6,1');
    const opened = await openText(spanish, { zoneMinutes: 0 });
    expect((await collect(opened.chunks(0))).series.get('glucose-cgm')!.values).toEqual([61]);
  });

  it('stands cuts, changes and resumption', async () => {
    const trial = { name: 'libre.csv', bytes: bytes(FILE) };
    await expectEveryPositionToResume(trial);
    await expectCutsToBeRead(trial, 31);
    await expectMutationsToBeRead(trial, 80);
  });
});

describe('Medtronic CareLink', () => {
  const TITLES =
    'Index,Date,Time,New Device Time,BG Source,BG Reading (mg/dL),Linked BG Meter ID,Basal Rate (U/h),Temp Basal Amount,Temp Basal Type,Temp Basal Duration (h:mm:ss),Bolus Type,Bolus Volume Selected (U),Bolus Volume Delivered (U),Bolus Duration (h:mm:ss),Prime Type,Prime Volume Delivered (U),Alarm,Suspend,Rewind,BWZ Estimate (U),BWZ Carb Ratio (g/U),BWZ Carb Input (grams),Sensor Calibration BG (mg/dL),Sensor Glucose (mg/dL),ISIG Value,Event Marker';
  const line = (index: string, date: string, time: string, cells: Record<string, string>): string => {
    const row = TITLES.split(',').map((title) => cells[title] ?? '');
    return [index, date, time, ...row.slice(3)].join(',');
  };
  const FILE = text([
    'Last Name,First Name,Patient ID,System ID,Start Date,End Date,Device,Guardian',
    '"Doe","Jane","","123","01/06/2026","05/06/2026","Serial Number","NG123"',
    '',
    '-------,Guardian 4 system,Pump,NG123,-------',
    TITLES,
    line('0.00000', '2026/06/02', '21:15:00', { 'Basal Rate (U/h)': '0.875' }),
    line('1.00000', '2026/06/02', '20:10:00', { 'Bolus Volume Delivered (U)': '4.25', 'BWZ Carb Input (grams)': '45' }),
    line('2.00000', '2026/06/02', '20:00:00', { 'BG Reading (mg/dL)': '143', 'BG Source': 'ENTERED' }),
    line('3.00000', '2026/06/02', '19:00:00', { Alarm: 'LOW SG' }),
    '',
    '-------,Guardian 4 system,Sensor,NG123,-------',
    TITLES,
    line('4.00000', '2026/06/02', '18:05:00', { 'Sensor Glucose (mg/dL)': '121', 'ISIG Value': '22.1' }),
    line('5.00000', '2026/06/02', '18:00:00', { 'Sensor Glucose (mg/dL)': '119' }),
  ]);

  it('gives sensor, finger stick, bolus, meal and basal rate, and names nobody', async () => {
    const opened = await openText(FILE, { zoneMinutes: 0 });
    expect(opened.format).toBe('carelink');
    const { series, notes, rejections } = await collect(opened.chunks(0));
    expect([...series].map(([key, { values }]) => [key, values])).toEqual([
      ['insulin-basal', [875]],
      ['insulin-bolus', [425]],
      ['carbohydrate-intake', [450]],
      ['glucose-capillary', [1430]],
      ['glucose-cgm', [1210, 1190]],
    ]);
    expect(series.get('glucose-cgm')!.times).toEqual([micros('2026-06-02T18:05:00Z'), micros('2026-06-02T18:00:00Z')]);
    expect([rejections, notes]).toEqual([[], ['Alarms, settings and other events of the pump, not kept: 1.']]);
    expect(JSON.stringify([opened, notes])).not.toMatch(/Jane|Doe|NG123/);
  });

  it('stands cuts and changes', async () => {
    await expectCutsToBeRead({ name: 'c.csv', bytes: bytes(FILE) }, 37);
    await expectMutationsToBeRead({ name: 'c.csv', bytes: bytes(FILE) }, 60);
  });
});

it('a plain table of glucose is none of them', async () => {
  const one = source('t.csv', 'Index,Date,Time,Glucose (mg/dL)\n1,2020-01-01,10:00,100\n2,2020-01-01,10:05,101\n');
  expect(await detect(one, folder(one))).toBe('csv');
  await expect(open(one, folder(one))).resolves.toMatchObject({ format: 'csv' });
});
