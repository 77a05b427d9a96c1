// Each picture: where to go and what to do there until it shows what it is called. Tests walk the same list (test/e2e/web/everywhere.test.ts).

import { join } from 'node:path';
import { TELEMETRY } from '@hale/testkit/hale-process';
import type { Page } from 'playwright-core';
import { STORAGE_OFF } from '../e2e/chromium.ts';
import { CARE_SHOTS } from './shots-care.ts';
import { CONSENT_SHOTS } from './shots-consent.ts';
import { RECORD_SHOTS } from './shots-records.ts';
import { ROOM_SHOTS } from './shots-room.ts';
import { SHARING_SHOTS } from './shots-sharing.ts';
import type { Stage } from './stage.ts';

export interface Shot {
  name: string;
  locale?: string;
  /** The whole page and not only what fits the screen; true unless said. */
  isWhole?: boolean;
  /** The state that is shown is a failure, of which the browser's console tells as well. */
  mayFail?: boolean;
  /** One at a time: the node has only one of these. */
  isAlone?: boolean;
  take(page: Page, stage: Stage): Promise<void>;
}

const settled = (page: Page) => page.waitForTimeout(700);
const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click();

type Then = (page: Page, stage: Stage) => Promise<unknown>;

/** A screen of the owner by its address. */
const of = (name: string, place: string, wanted: string, then?: Then, more: Partial<Shot> = {}): Shot => ({
  name,
  ...more,
  take: async (page, stage) => {
    await stage.enter(page, 'owner', place);
    await page.locator(wanted).first().waitFor();
    await then?.(page, stage);
    await settled(page);
  },
});

const LOOKING: readonly Shot[] = [
  of('today', '/today', '.card-link .spark'),
  of('today-polish', '/today', '.card-link .spark', undefined, { locale: 'pl-PL' }),
  of('today-spanish', '/today', '.card-link .spark', undefined, { locale: 'es-ES' }),
  {
    name: 'today-empty',
    take: async (page, stage) => {
      await stage.enter(page, 'empty');
      await page.waitForSelector('.empty');
    },
  },
  of('series-glucose', '/series/glucose-cgm', '.u-over'),
  of('series-heart-rate', '/series/heart-rate', '.u-over'),
  of('series-table', '/series/glucose-cgm', '.u-over', (page) => press(page, 'Show as table')),
  of('series-words', '/series/sleep-stage', '.timeline'),
  of('series-note', '/series/glucose-cgm', '.u-over', (page) => press(page, 'Add a note')),
  of('compare', '/compare?with=glucose-cgm', 'h1'),
  of('no-page', '/nowhere', '.empty'),
];

/** What a sheet shows; a phone folds buttons with icons away before it. */
const DRAWN = '.page article svg:visible';

const CLINICAL: readonly Shot[] = [
  of('glucose-report', '/series/glucose-cgm?view=report', DRAWN),
  of('ecg', '/series/ecg-mlii?view=report', DRAWN),
  of('pressure', '/series/blood-pressure-systolic?view=report', DRAWN),
  of('heart-rate-days', '/series/heart-rate?view=report', DRAWN),
  of('sleep', '/series/sleep-stage?view=report', DRAWN),
  of('steps', '/series/steps?view=report', DRAWN),
  of('oxygen', '/series/spo2?view=report', DRAWN),
];

const HOUSE: readonly Shot[] = [
  of('add', '/add', '.drop', (page) => page.click('summary')),
  of('add-done', '/add', '.drop', async (page) => {
    await page.locator('input[type=file]').first().setInputFiles(join(TELEMETRY, 'fit/WeightScaleMultiUser.fit'));
    await page.waitForSelector('.chip.good');
    await page.click('article summary');
  }),
  of('devices', '/devices', '.facts'),
  of('device-new', '/devices/new', 'fieldset', (page) => page.fill('input', 'Kitchen scale')),
  of('device-code', '/devices/new', 'fieldset', async (page) => {
    await page.fill('input', `Scale ${crypto.randomUUID().slice(0, 6)}`);
    await page.click('button.main-action');
    await page.waitForSelector('.qr');
  }),
  of('settings', '/settings', '.settings-form'),
  of('settings-people', '/settings/people', '.list'),
  of('settings-safety', '/settings/safety', 'section.card'),
  of('settings-browsers', '/settings/browsers', '.list'),
  of('settings-about', '/settings/about', '.facts'),
  of('phones-empty', '/phones', '.empty'),
  of(
    'phones-pair',
    '/phones',
    'h1',
    async (page) => {
      await press(page, /Pair a phone/);
      await page.locator('.qr').waitFor();
    },
    { isAlone: true },
  ),
  {
    name: 'first-run',
    take: async (page, stage) => {
      await page.goto(await stage.firstRun());
      await page.locator('h1').waitFor();
      await settled(page);
    },
  },
  {
    name: 'locked',
    take: async (page, stage) => {
      await page.goto(stage.locked.url);
      await page.waitForSelector('input[type=password]');
    },
  },
  {
    name: 'locked-wrong',
    mayFail: true,
    take: async (page, stage) => {
      await page.goto(stage.locked.url);
      await page.fill('input[type=password]', 'not this one');
      await page.click('button.main-action');
      await page.waitForSelector('[role=alert]');
    },
  },
  {
    name: 'offline',
    mayFail: true,
    take: async (page, stage) => {
      await stage.enter(page, 'owner', '/settings');
      await page.locator('h1').waitFor();
      await page.route('**/v1/**', (route) => route.abort());
      await page.goto(`${stage.owner.url}/#/series/heart-rate`);
      await page.waitForSelector('[role=alert]');
    },
  },
];

const reader = (name: string, link: (stage: Stage) => string, wanted: string, more: Partial<Shot> = {}): Shot => ({
  name,
  ...more,
  take: async (page, stage) => {
    await page.goto(link(stage));
    await page.locator(wanted).first().waitFor();
    await settled(page);
  },
});

const ask = (page: Page) => page.getByRole('button', { name: 'Open it in this browser' });

async function claim(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await ask(page).click();
  await page.locator('.u-over').first().waitFor();
}

/** One that another browser has. */
async function elsewhere(page: Page, stage: Stage): ReturnType<Stage['newClaim']> {
  const context = await page.context().browser()?.newContext({ locale: 'en-GB' });
  if (!context) throw new Error('a picture needs a browser');
  const made = await stage.newClaim();
  await claim(await context.newPage(), made.link);
  await context.close();
  return made;
}

/** A link for the first browser: before it is taken, taken, taken by another, in a window that keeps nothing; and what its owner sees. */
const FIRST_BROWSER: readonly Shot[] = [
  reader('link-claim', ({ claim }) => claim.link, 'h2'),
  reader('link-claim-pin', ({ claim }) => claim.pinLink, 'input'),
  {
    name: 'link-claim-first',
    take: async (page, stage) => {
      await claim(page, (await stage.newClaim()).link);
      await settled(page);
    },
  },
  {
    name: 'link-claim-taken',
    take: async (page, stage) => {
      const { link } = await elsewhere(page, stage);
      await page.goto(link);
      await page.getByText('Opened first by another browser').waitFor();
    },
  },
  {
    name: 'link-claim-nothing-kept',
    take: async (page, stage) => {
      await page.addInitScript(STORAGE_OFF);
      await page.goto(stage.claim.link);
      await page.getByText('cannot be opened in this window').waitFor();
    },
  },
  {
    name: 'sharing-claim',
    take: async (page, stage) => {
      const { grant } = await elsewhere(page, stage);
      await stage.enter(page, 'owner', `/sharing/${grant.id}`);
      await page.getByText('Opened first on').waitFor();
    },
  },
];

const READER: readonly Shot[] = [
  reader('link', ({ link }) => link, '.u-over'),
  {
    name: 'link-report',
    take: async (page, stage) => {
      await page.goto(stage.link);
      await press(page, 'Glucose report');
      await page.locator('.agp-median:visible').first().waitFor();
      await settled(page);
    },
  },
  reader('link-stopped', ({ stoppedLink }) => stoppedLink, 'text=What you printed', { mayFail: true }),
  reader('link-pin', ({ pinLink }) => pinLink, 'input'),
  ...FIRST_BROWSER,
  reader('link-broken', ({ link }) => link.split('#')[0], 'h2'),
];

export const SHOTS: readonly Shot[] = [
  ...LOOKING,
  ...RECORD_SHOTS,
  ...CLINICAL,
  ...SHARING_SHOTS,
  ...CONSENT_SHOTS,
  ...ROOM_SHOTS,
  ...HOUSE,
  ...READER,
  ...CARE_SHOTS,
];
