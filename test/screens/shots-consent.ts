// Pictures of sharing health records: the wizard, what a recipient has, the owner's record, and the words of each consent.
import type { Page } from 'playwright-core';
import type { Shot } from './shots.ts';
import type { Stage } from './stage.ts';

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).first().click();

async function asPatricia(page: Page, stage: Stage, place: string): Promise<void> {
  await stage.enter(page, 'owner', '/settings/about');
  await page.locator('select').first().waitFor({ state: 'attached' });
  await page.locator('.rail select, .top select').locator('visible=true').first().selectOption('Patricia');
  await page.goto(`${stage.owner.url}/#${place}`);
}

async function toWhat(page: Page, stage: Stage): Promise<void> {
  await asPatricia(page, stage, '/share');
  await page.getByLabel('Anyone with a link').check();
  await page.getByLabel('Name', { exact: true }).fill('Operation in May');
  await page.getByLabel('Your name').fill('Patricia');
  await press(page, 'Next');
  await page.getByLabel('General anaesthesia').check();
}

async function toWithout(page: Page, stage: Stage): Promise<void> {
  await toWhat(page, stage);
  await press(page, 'Next');
  await press(page, 'Next');
  await page.getByRole('heading', { name: 'What shall they not see?' }).waitFor();
}

async function toCheck(page: Page, stage: Stage): Promise<void> {
  await toWithout(page, stage);
  await page.getByText('Leave out single records').click();
  await page.getByLabel('Find a record').fill('Penicillin');
  await page
    .getByLabel(/^Penicillin/)
    .first()
    .check();
  await press(page, 'Next');
  await page.getByRole('heading', { name: 'What stays hidden' }).waitFor();
}

const of = (name: string, act: (page: Page, stage: Stage) => Promise<void>): Shot => ({
  name,
  take: async (page, stage) => {
    await act(page, stage);
    await page.waitForTimeout(800);
  },
});

export const CONSENT_SHOTS: readonly Shot[] = [
  of('consent-what', toWhat),
  of('consent-when', async (page, stage) => {
    await toWhat(page, stage);
    await press(page, 'Next');
  }),
  of('consent-without', toWithout),
  of('consent-without-law', async (page, stage) => {
    await toWithout(page, stage);
    await page.getByLabel('In which country will it be read?').selectOption('US');
    await page.getByText('Leave out single records').click();
    await page.getByLabel('Find a record').waitFor();
  }),
  of('consent-check', toCheck),
  of('consent-reader', async (page, stage) => {
    await page.goto(stage.recordsLink);
    await page.getByRole('heading', { name: 'Health records' }).waitFor();
    await page.locator('.given-record > summary').first().click();
  }),
  of('consent-desk', async (page, stage) => {
    await stage.enter(page, 'physician', '/desk');
    await page.locator('.grant-row', { hasText: 'Health records' }).getByRole('link').first().click();
    await page.getByRole('heading', { name: 'Health records' }).waitFor();
  }),
  of('consent-grant', async (page, stage) => {
    await stage.enter(page, 'owner', `/sharing/${stage.recordsGrant}`);
    await press(page, 'Look through their eyes');
    await page.locator('.given-record').first().waitFor();
  }),
  of('consent-history', async (page, stage) => {
    await stage.enter(page, 'owner', '/sharing?tab=history&view=words');
    await page.locator('.consent-words').first().waitFor();
  }),
  of('consent-record', async (page, stage) => {
    await asPatricia(page, stage, '/records/allergies');
    await page.getByRole('link', { name: /Peanut/ }).click();
    await page.getByText('Who has a copy of this record').waitFor();
  }),
  of('consent-sensitive', async (page, stage) => {
    await asPatricia(page, stage, '/records/sensitive?area=substance-use');
    await page.locator('.record-row').first().waitFor();
  }),
];
