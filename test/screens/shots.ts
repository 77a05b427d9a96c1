// Each picture: where to go and what to do there until it shows what it is called. Tests walk the same list (test/e2e/web/everywhere.test.ts).
import type { Page } from 'playwright-core';
import type { Stage } from './stage.ts';

export interface Shot {
  name: string;
  locale?: string;
  /** The whole page and not only what fits the screen; true unless said. */
  isWhole?: boolean;
  /** The state that is shown is a failure, of which the browser's console tells as well. */
  mayFail?: boolean;
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
  of('phones-empty', '/phones', '.empty'),
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

const CLINICAL: readonly Shot[] = [
  of('glucose-report', '/series/glucose-cgm?view=report', 'svg'),
  of('ecg', '/series/ecg-mlii?view=report', 'svg.ecg-paper, .ecg svg, svg'),
  of('pressure', '/series/blood-pressure-systolic?view=report', 'svg'),
  of('heart-rate-days', '/series/heart-rate?view=report', 'svg'),
  of('sleep', '/series/sleep-stage?view=report', 'svg'),
  of('steps', '/series/steps?view=report', 'svg'),
  of('oxygen', '/series/spo2?view=report', 'svg'),
];

const SHARING: readonly Shot[] = [
  of('share-who', '/share?streams=glucose-cgm', 'h1'),
  of('share-what', '/share?streams=glucose-cgm', 'h1', async (page) => press(page, 'Next')),
  of('share-when', '/share?streams=glucose-cgm', 'h1', async (page) => {
    await press(page, 'Next');
    await press(page, 'Next');
  }),
  of('share-check', '/share?streams=glucose-cgm', 'h1', async (page) => {
    for (let i = 0; i < 3; i++) await press(page, 'Next');
    await page.locator('.u-over').first().waitFor();
  }),
  of('sharing', '/sharing', 'h1'),
  of('sharing-series', '/sharing', 'h1', (page) => page.getByRole('tab').nth(1).click()),
  of('sharing-history', '/sharing', 'h1', (page) => page.getByRole('tab').nth(2).click()),
  of('sharing-stop', '/sharing', 'h1', (page) => press(page, /^Stop$/)),
  of('sharing-stop-everything', '/sharing', 'h1', (page) => press(page, /Stop everything/)),
  {
    name: 'desk',
    take: async (page, stage) => {
      await stage.enter(page, 'physician', '/desk');
      await page.getByRole('link', { name: 'Open', exact: true }).first().waitFor();
      await settled(page);
    },
  },
  {
    name: 'desk-open',
    take: async (page, stage) => {
      await stage.enter(page, 'physician', '/desk');
      await page.getByRole('link', { name: 'Open', exact: true }).first().click();
      await page.locator('.u-over').first().waitFor();
      await settled(page);
    },
  },
];

const HOUSE: readonly Shot[] = [
  of('add', '/add', 'h1'),
  of('devices', '/devices', 'h1'),
  of('settings', '/settings', 'h1'),
  of('phones', '/phones', 'h1'),
  of('phones-pair', '/phones', 'h1', async (page) => {
    await press(page, /Pair a phone/);
    await page.locator('.qr').waitFor();
  }),
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

const READER: readonly Shot[] = [
  reader('link', ({ link }) => link, '.u-over'),
  reader('link-stopped', ({ stoppedLink }) => stoppedLink, 'h1', { mayFail: true }),
  reader('link-pin', ({ pinLink }) => pinLink, 'input'),
  reader('link-broken', ({ link }) => link.split('#')[0], 'h1'),
];

export const SHOTS: readonly Shot[] = [...LOOKING, ...CLINICAL, ...SHARING, ...HOUSE, ...READER];
