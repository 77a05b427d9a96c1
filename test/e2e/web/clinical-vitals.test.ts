// Pressure, sleep, activity and oxygen day by day, Today and the comparison, in a real browser over a real node.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TELEMETRY, workFolder } from '@hale/testkit/hale-process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ClinicalHome, openHome } from './clinical-home.ts';
import { readPdf } from './pdf-paths.ts';

const made = workFolder('vitals-files');
let home: ClinicalHome;

/** Forty days up to now: 136/84 in the newest seven, 118/68 before. */
function cuff(): string {
  const file = join(made.dir, 'cuff.csv');
  const rows = Array.from({ length: 40 }, (_, i) => {
    const at = new Date(Date.now() - (40 - i) * 864e5 + 36e5).toISOString();
    return `${at},${i >= 33 ? '136,84' : '118,68'}`;
  });
  writeFileSync(file, `time,systolic (mmHg),diastolic (mmHg)\n${rows.join('\n')}\n`);
  return file;
}

beforeAll(async () => {
  home = await openHome([
    [cuff(), '--zone', 'UTC'],
    [join(TELEMETRY, 'ecg-wfdb/test_edfann.edf'), '--zone', 'UTC'],
    [join(TELEMETRY, 'fitbit/fitbit_export_20161001.csv'), '--zone', 'UTC'],
    [join(TELEMETRY, 'biovotion/biovotion_6h_1hz.csv')],
  ]);
});

afterAll(async () => {
  await home?.close();
  made.remove();
});

const metric = (name: string) => home.page.locator(`[data-metric="${name}"] dd`).innerText();

describe('blood pressure', () => {
  test('at home 136/84 is high, in an office it is elevated, and a scheme without home cut-offs says so', async () => {
    const { page } = home;
    await home.open('/series/blood-pressure-systolic?view=report');
    await page.getByRole('button', { name: '7 days' }).click();
    await expect.poll(() => metric('average')).toBe('136/84 mmHg\nHigh (hypertension)');
    await page.getByRole('button', { name: 'in an office' }).click();
    await expect.poll(() => metric('average')).toBe('136/84 mmHg\nElevated');
    await page.getByLabel('Categories of').selectOption('esh2023');
    await expect.poll(() => metric('average')).toBe('136/84 mmHg\nHigh normal');
    await page.getByRole('button', { name: 'at home' }).click();
    await page.getByText('For readings at home choose ESC').waitFor();
    await expect.poll(() => metric('average')).toBe('136/84 mmHg');
  });

  test('copies as text', async () => {
    const { page } = home;
    await page.getByLabel('Categories of').selectOption('esc2024');
    await page.getByRole('button', { name: 'Copy as text' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    const text: string = await page.evaluate('navigator.clipboard.readText()');
    expect(text).toContain('Average of 7 readings: 136/84 mmHg\nCategory: High (hypertension)');
  });
});

test('a night: its stages add up to what the file says', async () => {
  await home.open('/series/sleep-stage?view=report');
  // Read from the file by a script: W 4,530 s, R 4,230 s, N1 and N2 16,170 s, N3 690 s.
  await home.page.getByText('Asleep 5 h 52 min').first().waitFor();
  const text = await home.page.locator('.nights').innerText();
  for (const part of [
    'Awake 1 h 16 min',
    'REM 1 h 11 min',
    'Light 4 h 30 min',
    'Deep 12 min',
    '82% of the time in bed',
  ])
    expect(text).toContain(part);
});

test('days that add up, and days with lowest and highest', async () => {
  await home.open('/series/energy-active?view=report');
  await expect.poll(() => metric('count')).toBe('14 days');
  await home.open('/series/spo2?view=report');
  await expect.poll(() => metric('count')).toBe('17,706 readings, 1 day');
  const shares = await Promise.all(['96', '94', '92', '0'].map((key) => metric(`oxygen-${key}`)));
  const sum = shares.reduce((all, share) => all + Number.parseFloat(share), 0);
  expect(Math.abs(sum - 100)).toBeLessThan(0.3);
  expect(await metric('median')).toContain('Below usual range');
  await home.page.getByText('Source: NEWS2').waitFor();
});

test.each(['blood-pressure-systolic', 'heart-rate', 'sleep-stage', 'energy-active', 'spo2', 'body-weight'])(
  '%s prints on one clean page',
  async (key) => {
    await home.open(`/series/${key}?view=report`);
    await home.page.locator('.sheet-paper .drawing, .nights').first().waitFor();
    expect(readPdf(await home.page.pdf({ preferCSSPageSize: true }))).toHaveLength(1);
  },
);

describe('Today', () => {
  test('new readings first, quality and what is not known folded below, stale ones in words', async () => {
    const { page } = home;
    await home.open('/today');
    await page.getByText('New readings in 1 of').waitFor();
    const titles = await page.locator('.page > .grid-cards .card-title > span:first-child').allInnerTexts();
    // Upper and lower value of one cuff are one card, with the category of the pair.
    expect(titles[0]).toBe('Blood pressure');
    expect(titles.filter((title) => /systolic|diastolic/.test(title))).toEqual([]);
    const card = page.locator('.card-link', { hasText: 'Blood pressure' }).first();
    expect(await card.locator('.value').innerText()).toMatch(/^136\/84\s*mmHg$/);
    await card.getByText('High (hypertension)').waitFor();
    // What adds up tells the whole of its newest day, as the days' own page does.
    const energy = page.locator('.card-link', { hasText: 'Active energy' }).first();
    const told = await energy.locator('.value').innerText();
    // The night that a file holds, with its hours.
    const sleep = page.locator('.card-link').filter({ hasText: /\d\d:\d\d–\d\d:\d\d/ });
    expect(await sleep.locator('.value').innerText()).toMatch(/^(\d+ h )?\d+ min$/);
    expect(titles.filter((title) => /quality/i.test(title))).toEqual([]);
    await page.getByText(/^Device quality and other \(\d+\)$/).click();
    await page.getByText('Heart rate: signal quality').waitFor();
    expect(await page.getByText('on 29 Aug 2017').count()).toBeGreaterThan(5);
    expect(await page.getByText('Only you').count()).toBeGreaterThan(10);
    await home.open('/series/energy-active?view=report');
    await page.getByRole('button', { name: 'Copy as text' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    const lines = (await page.evaluate<string>('navigator.clipboard.readText()')).split('\n');
    const days = lines.filter((line) => line.startsWith('  '));
    expect(days.at(-1)).toContain(told.split('\n')[0].trim());
  });

  test.each([
    ['320', 320],
    ['1280', 1280],
  ])('nothing is cut at %s pixels', async (_, width) => {
    await home.page.setViewportSize({ width, height: 800 });
    for (const hash of [
      '/today',
      '/compare',
      '/series/blood-pressure-systolic?view=report',
      '/series/spo2?view=report',
    ]) {
      await home.open(hash);
      await home.page.locator('.card-link, .lane, .report').first().waitFor();
      const over: number = await home.page.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect([hash, over]).toEqual([hash, 0]);
    }
  });
});

test('a note on a moment is kept, and only for the person', async () => {
  const { page } = home;
  await home.open('/series/body-weight');
  await page.getByRole('button', { name: 'Add a note' }).click();
  const when = page.getByRole('group', { name: 'When' });
  await when.getByLabel('Day').fill('31');
  await when.getByLabel('Month').selectOption('February');
  await when.getByLabel('Year').fill('2016');
  await when.getByText('There is no such day.').waitFor();
  await when.getByLabel('Year').fill('2016-10-12');
  expect(await when.getByLabel('Day').inputValue()).toBe('12');
  expect(await when.getByLabel('Month').inputValue()).toBe('10');
  await when.getByLabel('Time, 24 hours').fill('7.30');
  await page.getByLabel('Note', { exact: true }).fill('New scale <b>today</b>');
  await page.getByRole('button', { name: 'Keep the note' }).click();
  await page.getByText('New scale <b>today</b>').waitFor();
  await page.reload();
  await page.getByRole('button', { name: '12 Oct 2016, 07:30' }).waitFor();
  await page.getByText('Only you can read notes.').waitFor();
  await page.getByRole('button', { name: 'Remove the note' }).click();
  await page.getByText('No notes on this series yet.').waitFor();
});

describe('comparison', () => {
  test('up to four on one time axis: moving one moves all', async () => {
    const { page } = home;
    await home.open('/compare?with=heart-rate,spo2,respiratory-rate');
    await page.locator('.lane canvas').nth(2).waitFor();
    expect(await page.locator('.lane').count()).toBe(3);
    const shown = page.getByText(/^29 Aug 2017, .* to /);
    const before = await shown.textContent();
    await page.locator('.lane .chart').first().press('+');
    await expect.poll(() => shown.textContent()).not.toBe(before);
    await page.getByLabel('Add a series').selectOption('skin-temperature');
    await expect.poll(() => page.locator('.lane').count()).toBe(4);
    expect(await page.getByLabel('Add a series').count()).toBe(0);
  });

  test('this week against last week, in figures', async () => {
    const { page } = home;
    await home.open('/compare?with=blood-pressure-systolic,blood-pressure-diastolic&mode=periods');
    const rows = page.getByRole('region', { name: 'Blood pressure, upper (systolic)' }).locator('tbody tr');
    await expect.poll(() => rows.first().innerText()).toBe('Average\t136\t118\t+18');
    expect(await rows.last().innerText()).toMatch(/^Readings\t7\t7\t±0$/);
    expect(home.faults).toEqual([]);
  });
});
