// Pictures of the health records: every part, the time line, a trend, one record of each kind that looks different, and the question whose they are.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { OTHER_PATIENT, unpacked } from './records.ts';
import type { Shot } from './shots.ts';
import type { Stage } from './stage.ts';

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click();

type Then = (page: Page, stage: Stage) => Promise<unknown>;

/** A screen of one of the people whose records stand on the stage. */
const of = (
  who: 'Helena' | 'Patricia',
  name: string,
  place: string,
  wanted: string,
  then?: Then,
  more: Partial<Shot> = {},
): Shot => ({
  name: `records-${name}`,
  ...more,
  take: async (page, stage) => {
    await stage.enter(page, 'owner', '/settings/about');
    await page.locator('select').first().waitFor({ state: 'attached' });
    await page.locator('.rail select, .top select').locator('visible=true').first().selectOption(who);
    await page.goto(`${stage.owner.url}/#${place}`);
    await page.locator(wanted).first().waitFor();
    await then?.(page, stage);
    await page.waitForTimeout(700);
  },
});

/** One record of a part, by its name there. */
const one = (
  who: 'Helena' | 'Patricia',
  name: string,
  part: string,
  title: string,
  then?: Then,
  more: Partial<Shot> = {},
): Shot =>
  of(
    who,
    name,
    `/records/${part}`,
    '.record-row',
    async (page, stage) => {
      await page.locator('.record-row', { hasText: title }).first().click();
      await page.locator('.record-facts').first().waitFor();
      await page
        .getByRole('button', { name: 'Save the original' })
        .or(page.getByText('You wrote it yourself.'))
        .first()
        .waitFor();
      await then?.(page, stage);
    },
    more,
  );

export const RECORD_SHOTS: readonly Shot[] = [
  of('Helena', 'overview', '/records', '.record-tiles'),
  of('Patricia', 'overview-polish', '/records', '.record-tiles', undefined, { locale: 'pl-PL' }),
  of('Patricia', 'overview-spanish', '/records', '.record-tiles', undefined, { locale: 'es-ES' }),
  {
    name: 'records-empty',
    take: async (page, stage) => {
      await stage.enter(page, 'empty', '/records');
      await page.waitForSelector('.empty');
    },
  },
  of('Patricia', 'find', '/records?find=ferritin', '.record-row'),
  of('Patricia', 'find-nothing', '/records?find=zebra', '.find-box'),
  of('Helena', 'new', '/records/new', '.record-row'),
  of('Helena', 'timeline', '/records/timeline', '.timeline-rows .record-row', undefined, { isWhole: false }),
  of(
    'Helena',
    'timeline-year',
    '/records/timeline?category=visits',
    '.timeline-rows .record-row',
    async (page) => {
      await page.getByLabel('Go to year').selectOption({ label: '2015' });
      await page.waitForTimeout(500);
      await page.locator('.timeline-rows .record-row').first().waitFor();
    },
    { isWhole: false },
  ),
  of('Patricia', 'results', '/records/results', '.test-row'),
  of('Helena', 'results-reports', '/records/results?by=report', '.record-row'),
  of('Helena', 'vitals', '/records/vitals', '.test-row'),
  of('Patricia', 'trend', '/records/test?key=loinc%3A2276-4', '.u-over'),
  of('Helena', 'trend-vitals', '/records/test?key=loinc%3A8480-6', '.u-over'),
  of('Patricia', 'medicines', '/records/medicines', '.record-row'),
  of('Patricia', 'allergies', '/records/allergies', '.record-row'),
  of('Patricia', 'problems', '/records/problems', '.record-row'),
  of('Patricia', 'vaccinations', '/records/vaccinations', '.record-row'),
  of('Patricia', 'documents', '/records/documents', '.record-row'),
  of('Helena', 'procedures', '/records/procedures', '.record-row', undefined, { isWhole: false }),
  of('Helena', 'people', '/records/people', '.record-row'),
  of('Patricia', 'print-medicines', '/records/medicines', '.record-row', (page) =>
    page.emulateMedia({ media: 'print' }),
  ),
  one('Patricia', 'print-allergy', 'allergies', 'Peanut', (page) => page.emulateMedia({ media: 'print' })),
  of('Patricia', 'sources', '/records/sources', '.hash'),
  one('Patricia', 'one-medicine', 'medicines', 'lisinopril'),
  one('Patricia', 'one-allergy', 'allergies', 'Peanut'),
  one('Patricia', 'one-details', 'allergies', 'Peanut', async (page) => {
    await page.getByText('Details', { exact: true }).click();
    await page.getByText(/rules of FHIR that Hale|to the rules of FHIR in/).waitFor();
  }),
  one('Patricia', 'one-hidden', 'allergies', 'Peanut', (page) => press(page, 'Hide from my emergency card')),
  one('Patricia', 'one-directive', 'documents', 'Resuscitate'),
  one('Patricia', 'one-merged', 'problems', '2 sources'),
  one('Patricia', 'one-letter', 'documents', 'Letter to the family doctor'),
  one('Patricia', 'one-summary', 'documents', 'Patient'),
  one('Patricia', 'one-photo', 'images', 'forearm', (page) => page.locator('.record-picture').waitFor()),
  one('Patricia', 'one-study', 'images', 'CT of the chest', (page) => page.locator('.study-picture img').waitFor()),
  one('Helena', 'one-visit', 'visits', 'Consultation'),
  one('Helena', 'one-plan', 'plans', 'Physical'),
  of('Helena', 'one-report', '/records/results?by=report', '.record-row', async (page) => {
    await page.locator('.record-row', { hasText: 'blood count' }).first().click();
    await page.getByRole('heading', { name: 'Results of this report' }).waitFor();
  }),
  one('Patricia', 'amend', 'medicines', 'lisinopril', (page) => press(page, 'Add a note or correction')),
  of(
    'Helena',
    'whose',
    '/add',
    '.drop',
    async (page, stage) => {
      const dismiss = page.getByRole('button', { name: 'Take off the list' });
      while (await dismiss.first().isVisible()) {
        await dismiss.first().click();
        await page.waitForTimeout(300);
      }
      const other = unpacked(OTHER_PATIENT);
      const path = join(stage.home('owner'), '..', other.name);
      writeFileSync(path, other.bytes);
      await page.locator('input[type=file]').first().setInputFiles(path);
      await page.getByRole('button', { name: 'Leave it' }).first().waitFor();
    },
    { isAlone: true },
  ),
  of(
    'Patricia',
    'paper',
    '/add',
    '.drop',
    async (page, stage) => {
      const path = join(stage.home('owner'), '..', 'scan_17.pdf');
      writeFileSync(path, '%PDF-1.4\n%%EOF\n');
      await page.locator('input[type=file]').first().setInputFiles(path);
      await page.getByRole('heading', { name: 'What is this? scan_17.pdf' }).waitFor();
    },
    { isAlone: true },
  ),
  {
    name: 'records-offline',
    mayFail: true,
    take: async (page, stage) => {
      await stage.enter(page, 'owner', '/settings');
      await page.locator('h1').waitFor();
      await page.goto(`${stage.owner.url}/#/records`);
      await page.locator('h1', { hasText: 'Records' }).waitFor();
      await page.route('**/v1/**', (route) => route.abort());
      await page.goto(`${stage.owner.url}/#/records/medicines`);
      await page.waitForSelector('[role=alert]');
    },
  },
];
