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

const toPerson = async (page: Page, name: string) => {
  await page.getByRole('listitem').filter({ hasText: name }).getByRole('link', { name: 'Who cares' }).click();
  await page.getByRole('heading', { name, exact: true }).waitFor();
};

export const CARE_SHOTS: readonly Shot[] = [
  of('emergency', '/emergency', '.card-faces img'),
  of('emergency-polish', '/emergency', '.card-faces img', undefined, { locale: 'pl-PL' }),
  of(
    'emergency-card',
    '/emergency',
    '.card-faces img',
    async (page) => {
      await page.getByRole('radio', { name: /^A PIN(?!,)/ }).check();
      await press(page, /^Make (the|a new) card$/);
      await page.locator('.pin-shown').waitFor();
      await page.getByRole('button', { name: 'Save the picture' }).waitFor();
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
      // The card is laid out by the home: taken before it stands there was a grey block.
      await page.locator('.card-faces img').nth(1).waitFor();
    },
    isAlone,
  ),
  of('people', '/settings/people', '.list', async (_, stage) => stage.care()),
  of('people-person', '/settings/people', '.list', async (page, stage) => {
    await stage.care();
    await toPerson(page, 'Mia');
  }),
  of('people-ask', '/settings/people', '.list', async (page) => {
    await toPerson(page, 'Patricia');
    await press(page, 'Ask somebody to care too');
  }),
  of('people-hand-over', '/settings/people', '.list', async (page, stage) => {
    await stage.care();
    await toPerson(page, 'Rex');
    await press(page, 'Begin');
    await page.getByLabel('Address of who gets them').fill('npub1exampleofanaddressthatisnotreal');
  }),
  {
    name: 'people-offered',
    take: async (page, stage) => {
      await stage.care();
      await stage.enter(page, 'physician', '/settings/people');
      await page.getByText('Mia: to care together').waitFor({ timeout: 40_000 });
    },
  },
  of('guardians', '/guardians', 'h1', (page) => press(page, 'Choose guardians')),
  {
    name: 'corrections',
    take: async (page, stage) => {
      await stage.wrongRecord('Patricia');
      await of('', '/records/corrections', 'text="Not sent yet"').take(page, stage);
    },
  },
  {
    name: 'first-run-guardians',
    take: async (page, stage) => {
      await page.goto(await stage.firstRun());
      await press(page, /with my guardians/);
      await page.getByText('Your code').waitFor();
    },
  },
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
