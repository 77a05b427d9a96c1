// A file of each format that we have a real one of, brought in, and what the page then shows held against values that were read out of the
// file without our code (`*.expected.json`, which says how).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TELEMETRY } from '@hale/testkit/hale-process';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ClinicalHome, openHome } from './clinical-home.ts';

/** Microseconds, and the figure or word that has to stand there. */
type Shown = readonly [micros: number, value: number | string];

interface Case {
  format: string;
  args: readonly string[];
  stream: string;
  wanted: readonly Shown[];
}

// biome-ignore lint/suspicious/noExplicitAny: files of several shapes, each read where it is used
const expected = (path: string): any => JSON.parse(readFileSync(join(TELEMETRY, `${path}.expected.json`), 'utf8'));
const samples = (path: string, series: string): Shown[] =>
  expected(path).series[series].samples.map(([micros, value]: [number, string]) => [micros, Number(value)]);
const micros = (iso: string): number => Math.round(Date.parse(iso) * 1000);

/** 200 units a millivolt from 1024: the header of the record. */
const MILLIVOLTS = (units: number) => (units - 1024) / 200;
const ECG_START = '2026-11-01T00:00:00Z';
const fhirLead = expected('fhir/observation-sampleddata-ekg-r4').series[0];
const heartOfOpenMhealth = 'omh/heart-rate/2.0/shouldPass/with-temporal-relationship-to-sleep';

const CASES: readonly Case[] = [
  {
    format: 'Fitbit CSV',
    args: ['fitbit/fitbit_export_20161001.csv'],
    stream: 'body-weight',
    wanted: samples('fitbit/fitbit_export_20161001', 'Weight'),
  },
  {
    format: 'a glucose study’s CSV',
    args: ['glucose/hall2018_3subjects_5min.csv', '--only', '1636-69-035', '--as', 'glucose'],
    stream: 'glucose',
    wanted: samples('glucose/hall2018_3subjects_5min', '1636-69-035'),
  },
  {
    format: 'a wearable’s CSV',
    args: ['biovotion/biovotion_6h_1hz.csv'],
    stream: 'heart-rate',
    wanted: samples('biovotion/biovotion_6h_1hz', 'Heart Rate'),
  },
  {
    format: 'Apple Health',
    args: ['apple-health/export6s3sample.xml'],
    stream: 'daily-energy-active',
    wanted: samples('apple-health/export6s3sample', 'daily-energy-active'),
  },
  {
    format: 'WFDB',
    args: ['ecg-wfdb/100.hea', '--start', ECG_START],
    stream: 'ecg-mlii',
    wanted: samples('ecg-wfdb/100', 'MLII').map(([at, units]) => [micros(ECG_START) + at, MILLIVOLTS(Number(units))]),
  },
  {
    format: 'EDF+ annotations',
    args: ['ecg-wfdb/test_edfann.edf'],
    stream: 'sleep-stage',
    wanted: expected('ecg-wfdb/test_edfann').series['sleep-stage'].values.map(([iso, word]: [string, string]) => [
      micros(iso),
      word,
    ]),
  },
  {
    format: 'FIT',
    args: ['fit/sample-activity.fit'],
    stream: 'altitude',
    wanted: expected('fit/sample-activity')
      .values.filter(([series]: [string]) => series === 'altitude')
      .map(([, iso, value]: [string, string, number]) => [micros(iso), value]),
  },
  {
    format: 'FHIR SampledData',
    args: ['fhir/observation-sampleddata-ekg-r4.json'],
    stream: 'ecg-lead-i',
    // origin + factor × sample, ten milliseconds each, as the file says.
    wanted: fhirLead.first.map((value: number, i: number) => [
      fhirLead.firstMicros + i * 10_000,
      fhirLead.origin + value * fhirLead.factor,
    ]),
  },
  {
    format: 'Open mHealth',
    args: [`openmhealth/test-data/${heartOfOpenMhealth}.json`],
    stream: 'heart-rate-omh',
    wanted: [
      [
        expected('openmhealth/selection').files[heartOfOpenMhealth].micros,
        expected('openmhealth/selection').files[heartOfOpenMhealth].values.heart_rate[0],
      ],
    ],
  },
];

let home: ClinicalHome;
beforeAll(async () => {
  home = await openHome(
    CASES.map(({ args: [file, ...how], stream }) => [
      join(TELEMETRY, file),
      ...how,
      '--zone',
      'UTC',
      ...(stream.endsWith('-omh') ? ['--as', stream] : []),
    ]),
  );
});
afterAll(() => home?.close());

/** The row of the page's own table nearest to a moment: its time of day and its value, as a person reads them. */
async function shownAt(page: Page, stream: string, at: number): Promise<{ time: string; value: string }> {
  const milli = at / 1000;
  await home.open(`/today`);
  await page.waitForSelector('h1');
  // A second around it, the closest a chart goes.
  await home.open(`/series/${stream}?from=${Math.floor(milli - 400)}&to=${Math.ceil(milli + 600)}`);
  await page.getByRole('button', { name: 'Show as table' }).click();
  await page.locator('.chart-figure tbody tr').first().waitFor();
  const clock = new Date(milli).toISOString().slice(11, 19);
  const fraction = String(Math.floor(milli % 1000)).padStart(3, '0');
  const isIt = (time: string) => (milli % 1000 === 0 ? time.endsWith(clock) : time.includes(`${clock}.${fraction}`));
  for (;;) {
    const rows = await page.locator('.chart-figure tbody tr').evaluateAll((found) =>
      (found as unknown as { cells: { textContent: string }[] }[]).map(({ cells }) => ({
        time: cells[0].textContent,
        value: cells[1].textContent,
      })),
    );
    const exact = rows.find(({ time }) => isIt(time));
    if (exact) return exact;
    const next = page.locator('.chart-figure').getByRole('button', { name: 'Later' }).last();
    if (await next.isDisabled()) throw new Error(`${stream}: no row of ${clock}.${fraction}`);
    await next.click();
  }
}

/** The page rounds to what the size of a number makes sense of: two decimals at least below ten, one below a hundred, none above. */
const roundedAs = (value: number): number => (Math.abs(value) >= 100 ? 0.5 : Math.abs(value) >= 10 ? 0.05 : 0.005);

test.each(CASES)('$format: the page shows what stands in the file', async ({ stream, wanted }) => {
  const few = wanted.filter((_, i) => i % Math.ceil(wanted.length / 4) === 0);
  expect(few.length).toBeGreaterThan(0);
  for (const [at, value] of few) {
    const shown = await shownAt(home.page, stream, at);
    if (typeof value === 'string') expect(shown.value.toLowerCase(), stream).toBe(value);
    else {
      const figure = Number(shown.value.replaceAll(',', '').replace('−', '-'));
      expect(Math.abs(figure - value), `${stream}: ${shown.value} for ${value}`).toBeLessThanOrEqual(
        roundedAs(value) + 1e-9,
      );
    }
  }
});
