// Pictures of the emergency card, of people and animals that one cares for, and of corrections. They come last: a card that was opened stands on Today.
import type { Page } from 'playwright-core';
import type { Shot } from './shots.ts';
import type { Stage } from './stage.ts';

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click();

type Then = (page: Page, stage: Stage) => Promise<unknown>;

const of = (name: string, place: string, wanted: string, then?: Then, more: Partial<Shot> = {}): Shot => ({
  name,
  ...more,
  take: async (page, stage) => {
    await stage.enter(page, 'owner', '/settings/about');
    await page.locator('select').first().waitFor({ state: 'attached' });
    await page.locator('.rail select, .top select').locator('visible=true').first().selectOption('Patricia');
    await page.goto(`${stage.owner.url}/#${place}`);
    await page.locator(wanted).first().waitFor();
    await then?.(page, stage);
    await page.waitForTimeout(900);
  },
});

const isAlone = { isAlone: true };

export const CARE_SHOTS: readonly Shot[] = [
  of('emergency', '/emergency', '.card-faces img'),
  of('emergency-polish', '/emergency', '.card-faces img', undefined, { locale: 'pl-PL' }),
  of(
    'emergency-card',
    '/emergency',
    '.card-faces img',
    async (page) => {
      await page.getByLabel('With a PIN').check();
      await press(page, /^Make (the|a new) card$/);
      await page.locator('.pin-shown').waitFor();
      await page.getByText('The picture for a locked phone').click();
    },
    isAlone,
  ),
  of(
    'emergency-opened',
    '/emergency',
    '.card-faces img',
    async (page, stage) => {
      await stage.openCard('Patricia');
      await page.goto(`${stage.owner.url}/#/settings`);
      await page.getByRole('link', { name: 'Emergency' }).click();
      await page.locator('.opening').waitFor();
    },
    isAlone,
  ),
  {
    name: 'today-opened',
    isWhole: false,
    take: async (page, stage) => {
      await stage.openCard('Patricia');
      await stage.enter(page, 'owner');
      await page.getByText('See who and why').waitFor();
      await page.waitForTimeout(700);
    },
  },
];
