// What a clinician expects to see, in a real browser over a real node: the numbers, and the paper.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY, TELEMETRY, workFolder } from '@hale/testkit/hale-process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ClinicalHome, openHome } from './clinical-home.ts';
import { type DrawnPath, readPdf } from './pdf-paths.ts';

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

/** Thirty seconds of three leads at 250 Hz: a millivolt for half of each second. */
function squareWave(): string {
  const file = join(made.dir, 'square.csv');
  const rows = Array.from({ length: 7500 }, (_, i) => {
    const at = new Date(Date.UTC(2026, 0, 5, 8) + i * 4).toISOString();
    const millivolts = i % 250 < 125 ? 0 : 1;
    return `${at},${millivolts},${millivolts},${millivolts}`;
  });
  writeFileSync(file, `time,ECG lead I (mV),ECG lead II (mV),ECG lead V1 (mV)\n${rows.join('\n')}\n`);
  return file;
}

let home: ClinicalHome;
const metric = async (name: string) => home.page.locator(`[data-metric="${name}"] dd`).innerText();

beforeAll(async () => {
  home = await openHome([
    [join(DATA, 'cgmquantify_test_file.csv'), '--zone', 'UTC'],
    [squareWave(), '--zone', 'UTC'],
    [join(TELEMETRY, 'ecg-wfdb/100.hea'), '--start', '2017-08-29T06:00:00Z'],
  ]);
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
    const percents = bar.map((text) => Number(/([\d.]+)%/.exec(text)?.[1]));
    expect(percents.reduce((sum, part) => sum + part, 0)).toBeCloseTo(100, 5);
  });

  test('time in range of its last week, on Today and above the chart, as counted here from the file', async () => {
    const rows = readFileSync(join(DATA, 'cgmquantify_test_file.csv'), 'utf8').split('\n');
    const readings = rows.map((row) => row.split(',')).filter((cells) => cells[2] === 'EGV');
    const at = readings.map((cells) => Date.parse(`${cells[1]}Z`));
    const week = readings.filter((_, i) => at[i] > (at.at(-1) ?? 0) - 7 * 864e5).map((cells) => Number(cells[7]));
    const share = (isIn: (value: number) => boolean) =>
      `${Math.round((100 * week.filter(isIn).length) / week.length)}%`;
    const inside = share((value) => value >= 70 && value <= 180);
    const below = share((value) => value < 70);
    const said = new RegExp(`In target range ${inside} of the 7 days up to .* 2016, below it ${below}`);
    await home.open('/today');
    await home.page.getByText(said).waitFor();
    await home.open('/series/glucose-cgm');
    await home.page.getByText(said).waitFor();
    await home.open('/series/glucose-cgm?view=report');
    await home.page.getByRole('heading', { name: 'A usual day' }).waitFor();
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

  test('in mmol/L: the same shares, and the ends as they are agreed in that unit', async () => {
    const { page } = home;
    const prefer = (glucose: string | null) =>
      page.evaluate(
        `localStorage.setItem('hale-preferences', '{"units":{"glucose":${JSON.stringify(glucose)},"temperature":null}}')`,
      );
    await prefer('mmol/L');
    await page.reload();
    await page.locator('.ranges-bar').waitFor();
    expect(await metric('mean')).toContain('6.2 mmol/L');
    expect(await metric('mean')).toContain('goal under 8.6 mmol/L');
    expect(await metric('target')).toContain('94.0%');
    const bar = (await page.locator('.ranges-bar').innerText()).replaceAll('\n', ' ');
    for (const range of ['over 13.9', '10.1–13.9', '3.9–10.0', '3.0–3.8', 'under 3.0'])
      expect(bar).toContain(`${range} mmol/L`);
    await prefer(null);
    await page.reload();
    await page.locator('.ranges-bar').waitFor();
  });

  test('copies as text', async () => {
    await home.page.getByRole('button', { name: 'Copy as text' }).click();
    await home.page.getByRole('button', { name: 'Copied' }).waitFor();
    const text: string = await home.page.evaluate('navigator.clipboard.readText()');
    expect(text).toContain('Average glucose: 112 mg/dL (goal under 154 mg/dL)');
    expect(text).toContain('In target (70–180 mg/dL): 94.0%');
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

/** Points of PDF in a millimetre. */
const MM = 72 / 25.4;
const extent = (path: DrawnPath, axis: 0 | 1) => {
  const places = path.points.map((point) => point[axis]);
  return (Math.max(...places) - Math.min(...places)) / MM;
};
const near = (value: number, wanted: number) => Math.abs(value - wanted) < 0.02;

describe('ECG on paper', () => {
  test.each([
    ['A4', 297, 210],
    ['Letter', 279.4, 215.9],
  ])('is true to size on %s, and nothing stands outside of the page', async (format, width, height) => {
    await home.open('/series/ecg-lead-i?view=report');
    await home.page.locator('.ecg-trace.signal').first().waitFor();
    const pages = readPdf(await home.page.pdf({ format, landscape: true }));
    expect(pages).toHaveLength(1);
    const [page] = pages;
    expect(Math.abs(page.width / MM - width)).toBeLessThan(0.5);
    const inside = ([x, y]: [number, number]) => x >= 0 && y >= 0 && x <= page.width && y <= page.height;
    expect(page.paths.flatMap(({ points }) => points).filter((point) => !inside(point))).toEqual([]);
    expect(page.height / MM).toBeCloseTo(height, 0);
    // Three rows of ten seconds: 250 mm long, a millivolt is 10 mm high.
    const traces = page.paths.filter((path) => path.points.length > 1000);
    expect(traces).toHaveLength(3);
    for (const trace of traces)
      expect([near(extent(trace, 0), 249.9), near(extent(trace, 1), 10)]).toEqual([true, true]);
    // A second is 25 mm: from one rise to the next.
    const points = traces[0].points;
    const low = Math.min(...points.map(([, y]) => y));
    const rises = points.filter(([, y], i) => i > 0 && y - low > 5 * MM && points[i - 1][1] - low < 5 * MM);
    const steps = rises.slice(1).map(([x], i) => (x - rises[i][0]) / MM);
    expect(steps.length).toBe(9);
    for (const step of steps) expect(step).toBeCloseTo(25, 2);
    // The pulse: 1 mV for 200 ms, at the start of each row; and the ruler that a reader holds a rule against.
    expect(page.paths.filter((path) => path.points.length === 6 && near(extent(path, 1), 10)).length).toBe(3);
    expect(page.paths.some((path) => path.points.length === 2 && near(extent(path, 0), 50))).toBe(true);
  });

  test('says that it is not to scale until it was held against a bank card', async () => {
    const { page } = home;
    await page.getByText('Not to scale on this screen (25 mm/s, 10 mm/mV on paper)').waitFor();
    // The rhythm that was told of another recording, years ago, is not said of this one.
    expect(await page.getByText('Sinus rhythm').count()).toBe(0);
    await page.getByRole('button', { name: 'Match real size' }).click();
    await page.getByRole('slider').fill('400');
    await page.getByRole('button', { name: 'The box is as wide as my card' }).click();
    await page.getByText('True to size: 25 mm/s, 10 mm/mV').waitFor();
    const width: number = await page.locator('.ecg-paper').evaluate((paper) => paper.getBoundingClientRect().width);
    expect(width).toBeCloseTo((257 * 400) / 85.6, 0);
    await page.getByRole('button', { name: 'Forget the size of this screen' }).click();
  });

  test('calipers by keyboard and pointer', async () => {
    const { page } = home;
    await page.getByRole('button', { name: 'Show calipers' }).click();
    const second = page.getByRole('slider', { name: /Second caliper/ });
    const read = page.locator('.caliper-read');
    expect(await read.textContent()).toBe('800 ms · 75 bpm · +1.00 mV');
    await second.press('ArrowRight');
    await second.press('Shift+ArrowDown');
    await expect.poll(() => read.textContent()).toBe('820 ms · 73 bpm · +0.75 mV');
    const box = await second.locator('circle').first().boundingBox();
    if (!box) throw new Error('the caliper is not there');
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 100, y);
    await page.mouse.up();
    const milliseconds = async () => Number.parseInt((await read.textContent())?.replace(',', '') ?? '', 10);
    await expect.poll(milliseconds).toBeGreaterThan(1500);
    await page.getByRole('button', { name: 'Hide calipers' }).click();
  });

  test('twelve leads in their order; one that was not recorded has an empty panel with its name', async () => {
    const { page } = home;
    await home.open('/series/ecg-lead-i?view=report');
    await page.getByRole('button', { name: '12 leads' }).click();
    await expect.poll(() => page.locator('[data-lead]').count()).toBe(13);
    const leads = await page
      .locator('[data-lead]')
      .evaluateAll((panels) => panels.map((panel) => panel.getAttribute('data-lead')));
    expect(leads.join(' ')).toBe('I aVR V1 V4 II aVL V2 V5 III aVF V3 V6 II');
    expect(await page.locator('[data-lead] .ecg-trace.signal').count()).toBe(4);
    expect(await page.getByText('not recorded').count()).toBe(9);
    expect(readPdf(await page.pdf({ format: 'A4', landscape: true }))).toHaveLength(1);
  });

  test('beats and rhythm of the annotations stand above the trace, and who says so below', async () => {
    const { page } = home;
    await home.open('/series/ecg-mlii?view=report');
    await page.getByText('Sinus rhythm').waitFor();
    expect(await page.locator('.ecg-beat').count()).toBeGreaterThan(30);
    await page.getByText('not by Hale').waitFor();
    await page.getByRole('button', { name: 'First strip' }).click();
    await page.getByText('29 Aug 2017, 06:00:00').waitFor();
    await page.getByRole('button', { name: 'Next strip' }).click();
    await page.getByText('29 Aug 2017, 06:00:30').waitFor();
    await page.getByText('Sinus rhythm').waitFor();
    expect(home.faults).toEqual([]);
  });
});
