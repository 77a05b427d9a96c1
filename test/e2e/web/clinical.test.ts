// What a clinician expects to see, in a real browser over a real node: the numbers, and the paper.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY, workFolder } from '@hale/testkit/hale-process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ClinicalHome, openHome } from './clinical-home.ts';
import { readPdf } from './pdf-paths.ts';

const DATA = join(REPOSITORY, 'packages/web/test/data');
const vectors = JSON.parse(readFileSync(join(DATA, 'agp-vectors.json'), 'utf8'));
const made = workFolder('clinical-files');

/** Two weeks of 260 mg/dL, worn for 17 hours of each day: the published vector of Tidepool for the GMI. */
function twoWeeks(): string {
  const file = join(made.dir, 'two-weeks.csv');
  const rows = Array.from({ length: 2823 }, (_, i) => {
    const at = Date.UTC(2026, 0, 5) + Math.floor(i / 202) * 864e5 + (i % 202) * 3e5;
    return `${new Date(at).toISOString()},260`;
  });
  writeFileSync(file, `time,glucose (mg/dL)\n${rows.join('\n')}\n`);
  return file;
}

let home: ClinicalHome;
const metric = async (name: string) => home.page.locator(`[data-metric="${name}"] dd`).innerText();

beforeAll(async () => {
  home = await openHome([[join(DATA, 'cgmquantify_test_file.csv'), '--zone', 'UTC']]);
});

afterAll(async () => {
  await home?.close();
  made.remove();
});

describe('glucose report', () => {
  test('the numbers of a published file come out of the page', async () => {
    const expected = vectors.computed_here.cgmquantify_all_2148;
    await home.open('/series/glucose-cgm?view=report');
    await home.page.getByRole('heading', { name: 'A usual day' }).waitFor();
    expect(await metric('mean')).toContain(`${Math.round(expected.mean)} mg/dL`);
    expect(await metric('cv')).toContain(`${expected.cv_pct.toFixed(1)}%`);
    expect(await metric('target')).toContain(`${expected.in_70_180.toFixed(1)}%`);
    expect(await metric('below')).toContain(`${expected.below_70.toFixed(1)}%`);
    expect(await metric('above')).toContain(`${expected.above_180.toFixed(1)}%`);
    // Eight days of fourteen: a GMI is not told, and the page says what is missing.
    expect(await metric('gmi')).toBe('Not enough readings: 179 hours recorded, 236 are needed.');
    const bar = await home.page.locator('.ranges-bar li').allInnerTexts();
    const percents = bar.map((text) => Number(/(\d+)%/.exec(text)?.[1]));
    expect(percents.reduce((sum, part) => sum + part, 0)).toBe(100);
  });

  test('the curve of the page is the published one', async () => {
    const { smoothed, n_per_bin } = vectors.computed_here.agp_curve_cgmquantify_2148;
    await home.page.getByText('Show as table').click();
    const rows = await home.page.locator('details tbody tr').allInnerTexts();
    const cells = rows.map((row) => row.split('\t').map((cell) => cell.trim()));
    expect(cells.map((row) => Number(row[6]))).toEqual(n_per_bin);
    // In whole mg/dL, halves to the even neighbour.
    for (const [hour, values] of Object.entries<number[]>(smoothed))
      for (const [k, value] of values.entries())
        expect(Math.abs(Number(cells[Number(hour)][k + 1]) - value)).toBeLessThanOrEqual(0.5);
  });

  test('another target: 63–140 mg/dL for a pregnancy', async () => {
    await home.page.getByLabel('Targets for').selectOption('pregnancyType1');
    const expected = vectors.computed_here.cgmquantify_all_2148.in_63_140;
    expect(await metric('target')).toContain(`${expected.toFixed(1)}%`);
    await home.page.getByLabel('Targets for').selectOption('standard');
  });

  test('copies as text', async () => {
    await home.page.getByRole('button', { name: 'Copy as text' }).click();
    await home.page.getByRole('button', { name: 'Copied' }).waitFor();
    const text: string = await home.page.evaluate('navigator.clipboard.readText()');
    expect(text).toContain('Average glucose: 112 mg/dL (goal under 154 mg/dL)');
    expect(text).toContain('In target (70–180 mg/dL): 94%');
    expect(text).toContain('19 Oct 2016 – 1 Nov 2016 (UTC)');
  });

  test.each(['A4', 'Letter'])('prints on one clean page of %s', async (format) => {
    const pdf = await home.page.pdf(format === 'A4' ? { preferCSSPageSize: true } : { format });
    const pages = readPdf(pdf);
    expect(pages).toHaveLength(1);
    expect(pages[0].paths.length).toBeGreaterThan(20);
  });

  test('enough readings for a GMI: 9.5 %, as published', async () => {
    await home.bring([twoWeeks(), '--zone', 'UTC']);
    await home.page.locator('[data-metric="gmi"] strong').waitFor();
    expect(await metric('gmi')).toContain(`${vectors.published.tidepool_gmi.gmi_pct.toFixed(1)}%`);
    expect(await home.page.getByText('Sensor active 70% of the period').count()).toBe(1);
    expect(home.faults).toEqual([]);
  });
});
