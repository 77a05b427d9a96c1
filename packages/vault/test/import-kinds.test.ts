import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  acceptsUnit,
  allKinds,
  codeFor,
  codesOf,
  edgesIn,
  kindFor,
  kindMatching,
  loincFor,
  NOTE_KIND,
  NOTHING,
} from '../src/kinds.ts';
import { amountKinds } from '../src/kinds-amounts.ts';
import { OWN_KINDS } from '../src/kinds-table.ts';
import { unitInTitle, unitWritten } from '../src/kinds-units.ts';

/** kinds.csv by a naive reader of its own, so that the table is not held against itself. */
function researchRows(): Record<string, string>[] {
  const text = readFileSync(join(import.meta.dirname, '../../../test/data/kinds/kinds.csv'), 'utf8');
  const rows = text
    .trim()
    .split(/\r?\n/)
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((m) => (m[1] ?? m[2] ?? '').replaceAll('""', '"')),
    );
  return rows.slice(1).map((row) => Object.fromEntries(rows[0].map((name, i) => [name, row[i] ?? ''])));
}

describe('the kinds table', () => {
  it('says what kinds.csv says, and lists no code less certain than B', () => {
    const rows = researchRows().filter((row) => row.key !== 'ecg-lead-avr-avl-avf-v1-v6');
    expect(rows.length).toBe(135);
    for (const row of rows) {
      const kind = kindFor(row.key);
      expect(kind, row.key).toBeDefined();
      expect(kind?.ucum, row.key).toBe(row.ucum);
      const sure = row.loinc_certainty === 'A' || row.loinc_certainty === 'B';
      expect(kind?.loinc ?? '', row.key).toBe(sure ? row.loinc : '');
      expect(String(kind?.mdc ?? ''), row.key).toBe(['A', 'B'].includes(row.mdc_certainty) ? row.mdc_code : '');
      expect(kind?.edges.join(';'), row.key).toBe(row.hist_edges);
      if (row.scale !== '') expect(kind?.scale, row.key).toBe(Number(row.scale));
    }
    // Nine leads that kinds.csv has in one row, and our own.
    expect(allKinds().length).toBe(135 + 9 + OWN_KINDS.trim().split('\n').length);
  });

  it('knows which kinds add up: no word, no waveform, no rate, no share, and nothing that it does not list', () => {
    const amounts = allKinds().filter((kind) => kind.isAmount);
    expect(amounts.map(({ key }) => key).sort()).toEqual([...amountKinds()].sort());
    for (const { key, form, ucum } of amounts) {
      expect(form, key).toBe('number');
      expect(ucum, key).not.toMatch(/\/|%|\{score\}|mm\[Hg\]|Cel/);
    }
    expect(
      ['steps', 'insulin-bolus', 'insulin-basal', 'heart-rate', 'steps-quality'].map((key) => kindFor(key)?.isAmount),
    ).toEqual([...[true, true, false, false, false]]);
  });

  it('reads a lead and a short word as they are written, and takes no name for another one that is longer', () => {
    expect(kindMatching('ECG lead aVR (uV)')?.key).toBe('ecg-lead-avr');
    expect(kindMatching('heartRate')?.key).toBe('heart-rate');
    expect(kindMatching('distance m')?.key).toBe('distance');
    // The unit stands in brackets: "app" is no unit, and belongs to the name.
    expect(kindMatching('distance-app (m)')).toBeUndefined();
  });

  it('has ascending edges that lie within what a device can say', () => {
    for (const kind of allKinds()) {
      expect([...kind.edges].sort((a, b) => a - b)).toEqual(kind.edges);
      for (const edge of kind.edges) expect(edge >= kind.deviceMin && edge <= kind.deviceMax, kind.key).toBe(true);
      expect(kind.nominalPeriodSeconds).toBeGreaterThan(0);
    }
  });

  it('never copies a LOINC code from mass to molar concentration', () => {
    const glucose = kindFor('glucose-cgm')!;
    expect(loincFor(glucose, 'mg/dL')).toBe('99504-3');
    expect(loincFor(glucose, 'mmol/L')).toBe('105272-9');
    expect(loincFor(kindFor('glucose-capillary')!, 'mmol/L')).toBeUndefined();
    expect(loincFor(kindFor('body-weight')!, '[lb_av]')).toBe('29463-7');
    expect(loincFor(kindFor('body-weight')!, 'furlong')).toBeUndefined();
    expect(loincFor(kindFor('hrv-rmssd')!, 'ms')).toBeUndefined();
  });

  it('converts edges to the unit of the source', () => {
    expect(edgesIn(kindFor('glucose-cgm')!, 'mmol/L')).toEqual([3, 3.9, 7.8, 10, 13.9, 16.7, 22.2]);
    expect(edgesIn(kindFor('body-temperature')!, '[degF]')[0]).toBeCloseTo(95, 3);
    expect(edgesIn(kindFor('glucose-cgm')!, 'kg')).toEqual([]);
  });

  it.each([
    ['Heart Rate', undefined, 'heart-rate'],
    ['heart_rate', undefined, 'heart-rate'],
    ['HeartRate (bpm)', undefined, 'heart-rate'],
    ['hr_bpm', undefined, 'heart-rate'],
    ['SpO2', undefined, 'spo2'],
    ['Oxygen Saturation', undefined, 'spo2'],
    ['mgdl', undefined, 'glucose-cgm'],
    ['Glucose', 'mmol/L', 'glucose-cgm'],
    ['Glucose', 'kg', undefined],
    ['Galvanic Skin Response', undefined, 'electrodermal-activity'],
    ['Heart Rate Variability', undefined, undefined],
    ['Temp °C', undefined, 'body-temperature'],
    ['PM2.5', undefined, 'pm2-5'],
    ['unheard of', undefined, undefined],
    ['', undefined, undefined],
  ])('matches the title %s (%s) with %s', (title, unit, key) => {
    expect(kindMatching(title, unit)?.key).toBe(key);
  });

  it('tells continuous from single glucose readings by their spacing', () => {
    expect(kindMatching('glucose', 'mg/dL', 300)?.key).toBe('glucose-cgm');
    expect(kindMatching('glucose', 'mg/dL', 4 * 3600)?.key).toBe('glucose-capillary');
  });

  it('reads units as people write them, and every unit that it writes itself', () => {
    expect(['bpm', '°C', 'mmHg', 'mg/dl', 'µS', 'S', 's', 'lbs'].map(unitWritten)).toEqual([
      '/min',
      'Cel',
      'mm[Hg]',
      'mg/dL',
      'uS',
      'S',
      's',
      '[lb_av]',
    ]);
    for (const kind of allKinds()) {
      if (kind.ucum === '') continue;
      expect(unitInTitle(`${kind.key} (${kind.ucum})`), kind.key).toBe(kind.ucum);
      expect(acceptsUnit(kind, kind.ucum)).toBe(true);
    }
  });

  it('knows the quality beside a kind', () => {
    expect(kindFor('heart-rate-quality')).toMatchObject({ ucum: '%', deviceMax: 100 });
    expect(kindFor('nothing-quality')).toBeUndefined();
  });
});

describe('codes', () => {
  it('are there for kinds that are no quantity, each number and name once', () => {
    const coded = allKinds().filter(({ form }) => form === 'code' || form === 'event');
    // A symptom is named by the person herself.
    for (const { key } of coded.filter(({ key }) => key !== 'symptom' && key !== NOTE_KIND)) {
      const codes = codesOf(key);
      expect(codes[0], key).toMatchObject({ value: NOTHING, key: 'end' });
      expect(new Set(codes.map(({ value }) => value)).size).toBe(codes.length);
      expect(new Set(codes.map((code) => code.key)).size).toBe(codes.length);
    }
    expect(codesOf('heart-rate')).toEqual([]);
    expect(codeFor('sleep-stage', 'rem')).toBe(6);
    expect(() => codeFor('sleep-stage', 'dreaming')).toThrow('no such code');
  });
});
