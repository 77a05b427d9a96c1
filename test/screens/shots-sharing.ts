// Pictures of sharing, stopping and the physician's desk, in their states.
import type { InboxItem } from '@hale/home';
import { hale, haleJson } from '@hale/testkit/hale-process';
import type { Page } from 'playwright-core';
import type { Shot } from './shots.ts';
import type { Stage } from './stage.ts';

type Who = 'owner' | 'physician' | 'empty';

const of = (name: string, who: Who, place: string, act: (page: Page, stage: Stage) => Promise<void>): Shot => ({
  name,
  take: async (page, stage) => {
    await stage.enter(page, who, place);
    await act(page, stage);
    // Charts are asked for a moment after they stand.
    await page.waitForTimeout(1200);
  },
});

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).first().click();

async function toCheck(page: Page): Promise<void> {
  await page.getByLabel('Anyone with a link').check();
  await page.getByLabel('Name', { exact: true }).fill('Visit on Monday');
  await press(page, 'Next');
  await page.getByLabel('One value per hour').check();
  await press(page, 'Next');
  await press(page, 'Next');
  await page.getByRole('heading', { name: 'What they will see' }).waitFor();
}

/** The desk with the share of heart rate open; asked for more once. */
/** What was shown at an earlier visit has ended, and one share is of health records alone. */
async function readingsOnDesk(home: string): Promise<InboxItem | undefined> {
  const items = await haleJson<InboxItem[]>(['inbox', '--refresh', '--home', home]);
  return items.find(({ state, records }) => (state === 'active' || state === 'new') && records === undefined);
}

async function onDesk(page: Page, stage: Stage): Promise<void> {
  const open = await readingsOnDesk(stage.home('physician'));
  await page.goto(`${stage.physician.url}/#/desk/${open?.grant}`);
  await page.getByRole('heading', { name: 'Heart rate' }).first().waitFor();
}

async function asked(page: Page, stage: Stage): Promise<void> {
  const home = stage.home('physician');
  const item = await readingsOnDesk(home);
  // A second time it is refused: one ask at a time.
  await hale([
    'ask',
    item?.grant ?? '',
    '--kind',
    'sleep',
    '--days',
    '30',
    '--why',
    'You sleep badly, you said.',
    '--home',
    home,
  ]);
  await page.reload();
  await page.getByText('Asks for more').first().waitFor({ timeout: 20_000 });
}

export const SHARING_SHOTS: readonly Shot[] = [
  of('share-who', 'owner', '/share?streams=glucose-cgm', async (page) => {
    await page.getByLabel('A person with an address').check();
    await page.getByLabel('Address', { exact: true }).fill('lee');
    await press(page, 'Next');
  }),
  of('share-who-link', 'owner', '/share?streams=glucose-cgm', async (page) => {
    await page.getByLabel('Anyone with a link').check();
    await page.getByLabel('Only the first browser that opens it').check();
  }),
  of('share-what', 'owner', '/share?streams=glucose-cgm', async (page) => {
    await page.getByLabel('Anyone with a link').check();
    await press(page, 'Next');
  }),
  of('share-when', 'owner', '/share?streams=glucose-cgm', async (page) => {
    await page.getByLabel('Anyone with a link').check();
    await press(page, 'Next');
    await press(page, 'Next');
    await page.getByLabel('Pick days').check();
    await press(page, 'Next');
  }),
  of('share-check', 'owner', '/share?streams=glucose-cgm,heart-rate', toCheck),
  of('share-done', 'owner', '/share?streams=glucose-cgm', async (page) => {
    await toCheck(page);
    await press(page, 'Make the link');
    await page.getByText('The link is ready.').waitFor();
  }),
  of('sharing', 'owner', '/sharing', async (page, stage) => asked(page, stage)),
  of('sharing-series', 'owner', '/sharing?tab=series', (page) =>
    page.waitForSelector('.series-readers').then(() => {}),
  ),
  of('sharing-history', 'owner', '/sharing?tab=history', (page) => page.waitForSelector('.event').then(() => {})),
  of('sharing-empty', 'empty', '/sharing', (page) => page.waitForSelector('.empty').then(() => {})),
  of('sharing-grant', 'owner', '/sharing', async (page) => {
    await page.getByRole('link', { name: 'Details' }).last().click();
    await page.getByText('What was downloaded').waitFor();
  }),
  of('sharing-eyes', 'owner', '/sharing', async (page) => {
    await page.getByRole('link', { name: 'Details' }).last().click();
    await press(page, 'Look through their eyes');
    await page.getByText('What they do not see').waitFor();
  }),
  of('sharing-stop', 'owner', '/sharing', (page) => press(page, 'Stop')),
  of('sharing-stop-everything', 'owner', '/sharing', (page) => press(page, 'Stop everything')),
  of('desk', 'physician', '/desk', async (page) => {
    await page.getByRole('link', { name: 'Open', exact: true }).first().waitFor();
    await press(page, 'Show as a code');
  }),
  of('desk-empty', 'empty', '/desk', (page) => page.waitForSelector('.empty').then(() => {})),
  of('desk-share', 'physician', '/desk', onDesk),
  of('desk-ask', 'physician', '/desk', async (page, stage) => {
    await onDesk(page, stage);
    // Where it was asked already the button is gone, and the page says until when it may be answered.
    const ask = page.getByRole('button', { name: 'Ask for more' });
    if (await ask.isVisible()) await ask.click();
  }),
];
